#include <math.h>

#include "app/explain.h"
#include "expr/parts.h"
#include "expr/simplify.h"
#include "expr/stable.h"
#include "num/range.h"

bool explain_is_lost(const Explain *explain, const double *own, const double *value, Expr shape) {
    const ExprNode *node = expr_get(explain->exprs, shape);
    for (size_t i = 0; i < (size_t)node->rows * node->columns; i++)
        if ((!isfinite(own[i]) && isfinite(value[i])) || (own[i] == 0 && value[i] != 0))
            return true;
    return false;
}

/* What a logarithm is taken as: −softplus(−z). */
static Expr taken_as(Exprs *exprs, const Stable *stable) {
    const StablePart part = stable->part;
    Expr taken = stable->net;
    if (part.row && stable->kind != STABLE_SOFTMAX)
        taken = simplify_index(exprs, taken, part.row, part.column);
    if (stable->kind == STABLE_SIGMOID)
        taken = expr_unary(exprs, EXPR_NEGATE, taken);
    taken = expr_call1(
        exprs, stable->kind == STABLE_SOFTMAX ? FUNCTION_LOG_SOFTMAX : FUNCTION_SOFTPLUS, taken);
    if (stable->kind != STABLE_SOFTMAX)
        taken = expr_unary(exprs, EXPR_NEGATE, taken);
    else if (part.row)
        taken = expr_index(exprs, taken, part.row, part.column);
    return part.turned ? expr_unary(exprs, EXPR_TRANSPOSE, taken) : taken;
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

/* ------------------------------------------------------------------------------ out of range */

/* What the first operation did that ended in no finite number, and what one can do. */
static const char *cause_of(const Explain *explain, const RangeFault *fault) {
    const char *a = explain_number_text(explain, fault->a);
    const char *b = explain_number_text(explain, fault->b);
    switch (fault->code) {
    case OP_exponential:
        return arena_format(
            explain->arena,
            "exp of %s is larger than any number a computer keeps. Inside a sigmoid "
            "or softmax write sigmoid(z) or softmax(z): they never overflow",
            a);
    case OP_logarithm:
        return fault->a == 0
                   ? "the logarithm of 0 is minus infinity. Of a probability, write the logarithm "
                     "of "
                     "sigmoid(z) or softmax(z): it is taken from z, and stays a number"
                   : arena_format(explain->arena, "%s is negative, and has no logarithm", a);
    case OP_root: return arena_format(explain->arena, "%s is negative, and has no root", a);
    case OP_divide:
        if (fault->b == 0)
            return fault->a == 0 ? "0 divided by 0 is no number"
                                 : arena_format(explain->arena, "%s is divided by 0", a);
        break;
    case OP_power:
        if (fault->undefined)
            return arena_format(explain->arena, "%s to the power %s is no real number", a, b);
        if (fault->a == 0)
            return arena_format(explain->arena, "0 to the power %s divides by 0", b);
        break;
    default: break;
    }
    if (fault->given)
        return "that is its value already. If a training led here, its steps were too large";
    return "the result is larger than any number a computer keeps, which ends at 1.8·10³⁰⁸. If a "
           "training led here, try a smaller learning rate";
}

const char *explain_fault(const Explain *explain, const RangeFault *fault) {
    const char *became = fault->undefined ? "has no value" : "becomes infinite";
    const char *where = fault->name == SYMBOL_NONE ? "It" : explain_name_text(explain, fault->name);
    const char *row =
        fault->in_row ? arena_format(explain->arena, " in row %zu", fault->row + 1) : "";
    return arena_format(explain->arena, "%s %s%s: %s.", where, became, row,
                        cause_of(explain, fault));
}

static bool has_no_number(const double *entries, size_t count) {
    for (size_t i = 0; i < count; i++)
        if (isnan(entries[i]))
            return true;
    return false;
}

bool explain_out_of_range(Explain *explain, Expr expr, const double *entries) {
    const ExprNode node = *expr_get(explain->exprs, expr);
    bool finite = true;
    for (size_t i = 0; i < (size_t)node.rows * node.columns; i++)
        finite = finite && isfinite(entries[i]);
    if (finite)
        return false;
    RangeFault fault = range_find(explain->model, explain->arena, expr);
    if (!fault.found)
        return false;
    card_text(explain->card, "%s", explain_fault(explain, &fault));
    if (!fault.undefined && has_no_number(entries, (size_t)node.rows * node.columns))
        card_text(explain->card,
                  "What is computed from infinity after that, as 0 times infinity or "
                  "infinity minus infinity, has no value: nan.");
    return true;
}

void explain_slope_out_of_range(Explain *explain, SymbolId of, double slope) {
    Expr result = scope_expr(explain->scope, explain->exprs, of);
    if (explain_out_of_range(explain, result, explain_value(explain, result)))
        return;
    SymbolId first = range_find_slope(model_copy(explain->model, explain->arena), of);
    const char *end = isnan(slope) ? "0 times infinity on the way has no value: nan"
                                   : "what is multiplied with it is, too";
    if (first == SYMBOL_NONE)
        card_text(explain->card, "This became %s: a slope on the way is too large, or not defined.",
                  isnan(slope) ? "undefined" : "infinite");
    else
        card_text(explain->card,
                  "On the way back from %s the slope by %s is the first that is no finite number; "
                  "%s.",
                  explain_name_text(explain, of), explain_name_text(explain, first), end);
}

/* ------------------------------------------------------------------------------ saturation */

/* Below this, next to nothing flows back through an activation. It is the slope of the curve alone:
 * in tanh(w*x) that of w is 0 for x = 0, too. */
static const double SATURATED_SLOPE = 1e-10;

void explain_saturated(Explain *explain, const Edge *edge) {
    const ExprNode *formula =
        expr_get(explain->exprs, scope_get(explain->scope, edge->to)->lowered);
    bool saturates = formula->kind == EXPR_CALL &&
                     (formula->function == FUNCTION_SIGMOID || formula->function == FUNCTION_TANH);
    if (!saturates || !edge->partial || explain->hidden)
        return;
    double output = *model_value(explain->model, edge->to);
    double slope = formula->function == FUNCTION_TANH ? 1 - output * output : output * (1 - output);
    const char *name = explain_name_text(explain, edge->to);
    if (slope == 0)
        card_text(explain->card,
                  "%s is saturated: its slope is 0 to the last digit, and nothing "
                  "flows back.",
                  name);
    else if (fabs(slope) < SATURATED_SLOPE)
        card_text(explain->card, "%s is saturated: its slope is %s, almost nothing flows back.",
                  name, explain_number_text(explain, slope));
}
