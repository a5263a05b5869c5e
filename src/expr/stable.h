/* stable: logarithms of probabilities, taken from the net input.
 *
 * The logarithm of a sigmoid or a softmax is −∞ as soon as the probability is too small for a
 * double, and its slope is 0·∞ there. Computed from the net input z it is an ordinary number:
 *
 *     log σ(z)       is −softplus(−z)      slope σ(−z)
 *     log (1 − σ(z)) is −softplus(z)       slope −σ(z)
 *     log softmax(z) is log_softmax(z)     slope I − softmax(z)
 *
 * The teacher's formula stays as it is written and shown. But wherever it is computed, the tape and
 * the rules of differentiation both ask here, so that the values, the symbolic derivative, the
 * reverse sweep and the differences rest on one decision. */
#ifndef EXPR_STABLE_H
#define EXPR_STABLE_H

#include "expr/parts.h"

typedef enum StableKind {
    STABLE_NONE,    /* computed as it is written */
    STABLE_SIGMOID, /* log σ(z) */
    STABLE_REST,    /* log (1 − σ(z)) */
    STABLE_SOFTMAX  /* log softmax(z) */
} StableKind;

/* Which part of an expression a logarithm is of: one entry; with row 0 all of it, as it stands or
 * turned. */
typedef struct StablePart {
    uint32_t row, column; /* from 1 */
    bool turned;
} StablePart;

/* An expression between a logarithm and its probability: a name, an entry y[2], y.T, 1 − y … */
typedef struct StableStep {
    Expr expr;
    StablePart part; /* of it */
    bool is_rest;    /* it is y where the operand of the logarithm is 1 − y */
} StableStep;

enum { STABLE_STEPS = 12 }; /* at most */

/* How a logarithm is taken. */
typedef struct Stable {
    StableKind kind;
    Expr net;                        /* z */
    Expr output;                     /* the probability as the formula has it: y, sigmoid(z), p */
    StablePart part;                 /* of both of them */
    StableStep passed[STABLE_STEPS]; /* from the operand of the logarithm down to the probability */
    size_t passed_count;
} Stable;

/* Whether the logarithm is not of all of z as it stands. */
static inline bool stable_of_part(const Stable *stable) {
    return stable->part.row || stable->part.turned;
}

/* How `expr` is computed: STABLE_NONE unless it is such a logarithm. With a scope, names are
 * followed into their formulas, but not `cut` (SYMBOL_NONE for none); without one, or with
 * SYMBOL_WRITTEN for `cut`, they are leaves, as in expr/parts.h. */
Stable expr_stable(const Exprs *exprs, const Scope *scope, SymbolId cut, Expr expr);

/* passed[s]: a logarithm among the parts is taken from a net input before the name s, and does not
 * read it. So a sweep that follows all names leaves it out: a derivative along such a name is
 * computed with the name cut. By symbol, in `arena`. */
bool *stable_passed(const Exprs *exprs, const Scope *scope, Arena *arena, const Parts *parts);

#endif
