/* verify: derivatives, computed in three independent ways.
 *
 * What the derivatives of one result share is computed once: symbolic, one sweep on expressions
 * gives all formulas; reverse, one sweep down the tape all values. Only the differences are taken
 * name by name, and they compute again no more than depends on the name; in a long lesson they are
 * taken operation by operation (num/numeric_sweep.h), or their number would grow with its square.
 */
#ifndef NUM_VERIFY_H
#define NUM_VERIFY_H

#include "num/model.h"

typedef struct Verification {
    size_t rows, columns; /* shape of the derivative, as for expr_derivative */
    double *symbolic;     /* the formula differentiated, simplified and evaluated */
    double *reverse;      /* the reverse sweep over the tape */
    double *numeric;      /* differences, extrapolated: num/differences.h */
    bool kink;            /* at a corner of relu, abs, max …: no difference has a limit there, so
                             `numeric` is shown but not compared */
    bool agree;
} Verification;

/* The derivatives of one result, with the model's numbers when it was made. */
typedef struct Verifier Verifier;

/* Of any expression of the scope, through all definitions; in `arena`. */
Verifier *verifier_new(const Model *model, Arena *arena, Expr of);

/* Of a definition's own formula, which has no rowsum: every name in it is held independent. */
Verifier *verifier_local(const Model *model, Arena *arena, SymbolId of);

/* The derivative along a name or an entry of one; its entries are in `arena`. */
Verification verifier_check(Verifier *verifier, Arena *arena, Expr wrt);

enum { VERIFY_TOGETHER = 16 }; /* whose differences are taken side by side, at most */

/* The derivatives along several names or entries, into `checks`: the same, but many times as fast
 * as one by one. */
void verifier_check_all(Verifier *verifier, Arena *arena, const Expr *wrt, size_t count,
                        Verification *checks);

/* One derivative alone. */
Verification verify_derivative(const Model *model, Arena *arena, Expr of, Expr wrt);

#endif
