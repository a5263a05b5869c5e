#include "num/cancel.h"

#include <math.h>
#include <string.h>

#include "expr/diff.h"
#include "expr/parts.h"
#include "num/rng.h"
#include "num/tape.h"

enum { TRIALS = 8 };
static const double SPREAD = 2, AGREEMENT = 1e-11;

/* Whether two expressions of the scope have the same value wherever `net` is moved to. */
static bool same_everywhere(Exprs *exprs, const Scope *scope, Arena *scratch, const double *leaves,
                            Expr net, Expr a, Expr b) {
    Expr roots[] = {a, b, net};
    SymbolId cut = expr_get(exprs, net)->symbol;
    Tape *tape = tape_compile(scratch, exprs, scope, roots, 3, cut);
    tape_load(tape, leaves);
    size_t entries = (size_t)expr_get(exprs, net)->rows * expr_get(exprs, net)->columns;
    double *moved = ARENA_ARRAY(scratch, double, entries);
    Rng rng = rng_stream(1, "cancel");
    for (int trial = 0; trial < TRIALS; trial++) {
        for (size_t i = 0; i < entries; i++)
            moved[i] = SPREAD * (2 * rng_unit(&rng) - 1);
        tape_set(tape, net, moved);
        tape_forward(tape);
        const double *x = tape_value(tape, a), *y = tape_value(tape, b);
        for (size_t i = 0; i < entries; i++)
            if (!(fabs(x[i] - y[i]) <= AGREEMENT * fmax(1, fabs(y[i]))))
                return false;
    }
    return true;
}

/* The probabilities that the output stands for: itself, or the exponential of a log-softmax. */
static Expr probabilities(Exprs *exprs, const Scope *scope, SymbolId output, Expr net) {
    Expr formula = scope_get(scope, output)->lowered;
    const ExprNode *node = expr_get(exprs, formula);
    if (node->kind != EXPR_CALL || expr_operand(exprs, formula, 0) != net)
        return 0;
    if (node->function == FUNCTION_SIGMOID || node->function == FUNCTION_SOFTMAX)
        return scope_expr(scope, exprs, output);
    return node->function == FUNCTION_LOG_SOFTMAX ? expr_call1(exprs, FUNCTION_SOFTMAX, net) : 0;
}

/* p − y for the first y in the loss that fits: a name, or a onehot column. */
static Expr try_targets(Exprs *exprs, const Scope *scope, Arena *scratch, const double *leaves,
                        Expr loss, Expr derivative, Expr net, Expr p) {
    Parts parts = parts_of(exprs, NULL, SYMBOL_NONE, scratch, loss);
    for (size_t i = 0; i < parts.count; i++) {
        Expr e = parts.list[i];
        const ExprNode *node = expr_get(exprs, e);
        bool onehot = node->kind == EXPR_CALL && node->function == FUNCTION_ONEHOT;
        if (e == p || e == net || !expr_same_shape(exprs, e, p) ||
            (node->kind != EXPR_NAME && !onehot))
            continue;
        Expr short_form = expr_binary(exprs, EXPR_SUBTRACT, p, e);
        if (same_everywhere(exprs, scope, scratch, leaves, net, short_form, derivative))
            return short_form;
    }
    return 0;
}

Expr cancel_find(Exprs *exprs, const Scope *scope, const Graph *graph, Arena *scratch,
                 const double *leaves, SymbolId loss, SymbolId output, SymbolId net) {
    const Symbol *result = scope_get(scope, loss);
    if (graph->by_row[loss] != graph->by_row[net] || symbol_entries(result) != 1)
        return 0;
    Expr name = scope_expr(scope, exprs, net), p = probabilities(exprs, scope, output, name);
    if (!p)
        return 0;
    Expr derivative = expr_derive(exprs, scope, scratch, scope_expr(scope, exprs, loss), name);
    return try_targets(exprs, scope, scratch, leaves, result->lowered, derivative, name, p);
}
