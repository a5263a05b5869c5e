#include <math.h>

#include "app/explain.h"
#include "expr/parts.h"
#include "expr/stable.h"
#include "view/math_text.h"

bool explain_is_lost(const Explain *explain, const double *own, const double *value, Expr shape) {
    const ExprNode *node = expr_get(explain->exprs, shape);
    for (size_t i = 0; i < (size_t)node->rows * node->columns; i++)
        if ((!isfinite(own[i]) && isfinite(value[i])) || (own[i] == 0 && value[i] != 0))
            return true;
    return false;
}

/* What a logarithm is taken as: −softplus(−z). */
static Expr taken_as(Exprs *exprs, const Stable *stable) {
    Expr net = stable->net;
    switch (stable->kind) {
    case STABLE_SIGMOID:
        return expr_unary(
            exprs, EXPR_NEGATE,
            expr_call1(exprs, FUNCTION_SOFTPLUS, expr_unary(exprs, EXPR_NEGATE, net)));
    case STABLE_REST:
        return expr_unary(exprs, EXPR_NEGATE, expr_call1(exprs, FUNCTION_SOFTPLUS, net));
    case STABLE_SOFTMAX_ENTRY:
        return expr_index(exprs, expr_call1(exprs, FUNCTION_LOG_SOFTMAX, net), stable->row,
                          stable->column);
    default: return expr_call1(exprs, FUNCTION_LOG_SOFTMAX, net);
    }
}

size_t explain_stable(Explain *explain, Expr formula) {
    Parts parts = parts_of(explain->exprs, NULL, SYMBOL_NONE, explain->arena, formula);
    Block *block = NULL;
    size_t found = 0;
    for (size_t i = 0; i < parts.count; i++) {
        Stable stable = expr_stable(explain->exprs, explain->scope, SYMBOL_NONE, parts.list[i]);
        if (!stable.kind)
            continue;
        if (!block)
            block = card_add(explain->card, BLOCK_TEXT);
        block_text(explain->card, block, found++ ? ", and " : "");
        block_math(explain->card, block, explain_symbols(explain, parts.list[i]));
        block_text(explain->card, block, found > 1 ? " as " : " is taken as ");
        block_math(explain->card, block,
                   explain_symbols(explain, taken_as(explain->exprs, &stable)));
    }
    if (block)
        block_text(explain->card, block, ": the same %s, and nothing overflows.",
                   found == 1 ? "number" : "numbers");
    return found;
}
