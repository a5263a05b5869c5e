#include "num/cancel.h"

#include <math.h>

#include "expr/diff.h"
#include "expr/parts.h"
#include "num/rng.h"
#include "num/tape.h"

enum { TRIALS = 8 };
static const double SPREAD = 2, AGREEMENT = 1e-11;

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

/* Whether e is what p − e = derivative asks for, with the net input where it is now. */
static bool fits(const Tape *tape, Expr p, Expr e, Expr derivative, size_t entries) {
    const double *from = tape_value(tape, p), *less = tape_value(tape, e);
    const double *is = tape_value(tape, derivative);
    for (size_t i = 0; i < entries; i++)
        if (!(fabs(from[i] - less[i] - is[i]) <= AGREEMENT * fmax(1, fabs(is[i]))))
            return false;
    return true;
}

/* What is computed: these, then the candidates for y. */
enum { NET, PROBABILITIES, DERIVATIVE, FIXED };

/* Keeps those candidates for which p − y is the derivative wherever `net` is moved to. Returns how
 * many roots are left. */
static size_t keep_fitting(Exprs *exprs, const Scope *scope, Arena *scratch, const double *leaves,
                           Expr *roots, size_t count) {
    const ExprNode node = *expr_get(exprs, roots[NET]);
    const size_t entries = (size_t)node.rows * node.columns;
    Arena work = {.recovery = scratch->recovery};
    Tape *tape = tape_compile(&work, exprs, scope, roots, count, node.symbol);
    tape_load(tape, leaves);
    double *moved = ARENA_ARRAY(&work, double, entries);
    Rng rng = rng_stream(1, "cancel");
    for (int trial = 0; trial < TRIALS && count > FIXED; trial++) {
        for (size_t i = 0; i < entries; i++)
            moved[i] = SPREAD * (2 * rng_unit(&rng) - 1);
        tape_set(tape, roots[NET], moved);
        tape_forward(tape);
        size_t kept = FIXED;
        for (size_t i = FIXED; i < count; i++)
            if (fits(tape, roots[PROBABILITIES], roots[i], roots[DERIVATIVE], entries))
                roots[kept++] = roots[i];
        count = kept;
    }
    arena_clear(&work);
    return count;
}

/* p − y for the first y in the loss that fits: a name, or a onehot column. */
static Expr try_targets(Exprs *exprs, const Scope *scope, Arena *scratch, const double *leaves,
                        Expr loss, Expr derivative, Expr net, Expr p) {
    Parts parts = parts_of(exprs, NULL, SYMBOL_NONE, scratch, loss);
    Expr *roots = ARENA_ARRAY(scratch, Expr, parts.count + FIXED);
    roots[NET] = net, roots[PROBABILITIES] = p, roots[DERIVATIVE] = derivative;
    size_t count = FIXED;
    for (size_t i = 0; i < parts.count; i++) {
        Expr e = parts.list[i];
        const ExprNode *node = expr_get(exprs, e);
        bool onehot = node->kind == EXPR_CALL && node->function == FUNCTION_ONEHOT;
        if (e != p && e != net && expr_same_shape(exprs, e, p) &&
            (node->kind == EXPR_NAME || onehot))
            roots[count++] = e;
    }
    if (count > FIXED)
        count = keep_fitting(exprs, scope, scratch, leaves, roots, count);
    return count > FIXED ? expr_binary(exprs, EXPR_SUBTRACT, p, roots[FIXED]) : 0;
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
