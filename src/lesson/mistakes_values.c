#include "lesson/mistakes_values.h"

#include <math.h>

#include "expr/diff.h"
#include "expr/parts.h"

/* Beyond these, so many numbers lie about that a match says nothing. */
enum { MOST_TERMS = 32 };

void mistake_forget_activation(Workings *work) {
    Expr operand = workings_operand(work, work->question.of);
    if (operand)
        workings_offer(work, NULL, workings_evaluate(work, operand));
}

void mistake_take_slope(Workings *work) {
    Expr operand = workings_operand(work, work->question.of);
    if (operand)
        workings_offer(work, NULL, workings_slope_at(work, work->question.of, operand));
}

/* Where a logarithm is computed in another way, so as to lose nothing, it is still one. */
static bool is_logarithm(const ExprNode *node) {
    return node->kind == EXPR_CALL &&
           (node->function == FUNCTION_LOG || node->function == FUNCTION_LOG_SOFTMAX ||
            node->function == FUNCTION_SOFTPLUS);
}

void mistake_take_base_10(Workings *work) {
    Exprs *exprs = work->model->exprs;
    const Symbol *symbol = scope_get(work->model->scope, work->question.of);
    Expr formula = symbol->lowered;
    if (!formula)
        return;
    Expr ten = expr_number(exprs, log(10));
    Parts parts = parts_of(exprs, NULL, SYMBOL_NONE, work->arena, formula);
    for (size_t i = 0; i < parts.count; i++)
        if (is_logarithm(expr_get(exprs, parts.list[i])))
            formula = expr_substitute(exprs, work->arena, formula, parts.list[i],
                                      expr_binary(exprs, EXPR_DIVIDE, parts.list[i], ten));
    if (formula != symbol->lowered)
        workings_offer(work, NULL, workings_evaluate(work, formula));
}

/* The value of the formula where the sum in it, itself or what its activation takes, is another. */
static double with_sum(const Workings *work, Expr sum, double value) {
    Exprs *exprs = work->model->exprs;
    Expr formula = scope_get(work->model->scope, work->question.of)->lowered;
    if (sum == formula)
        return value;
    Expr operands[2] = {expr_number(exprs, value), 0};
    if (expr_get(exprs, formula)->count > 1)
        operands[1] = expr_operand(exprs, formula, 1);
    return workings_evaluate(work, expr_rebuild(exprs, formula, operands));
}

static const char *term_text(const Workings *work, Expr term) {
    const ExprNode *node = expr_get(work->model->exprs, term);
    return node->kind == EXPR_NAME ? workings_name(work, node->symbol) : NULL;
}

/* a + b - c: the terms of the sum that the formula is, or has under its activation, from the last
 * to the first. */
void mistake_leave_out_term(Workings *work) {
    const Exprs *exprs = work->model->exprs;
    Expr operand = workings_operand(work, work->question.of);
    Expr sum = operand ? operand : scope_get(work->model->scope, work->question.of)->lowered;
    Expr at = sum;
    double total = workings_evaluate(work, sum);
    for (size_t i = 0; i < MOST_TERMS; i++) {
        ExprKind kind = (ExprKind)expr_get(exprs, at)->kind;
        bool more = kind == EXPR_ADD || kind == EXPR_SUBTRACT;
        Expr term = more ? expr_operand(exprs, at, 1) : at;
        if ((!more && !i) || !expr_is_scalar(exprs, term))
            return;
        double value = workings_evaluate(work, term);
        double rest = kind == EXPR_SUBTRACT ? total + value : total - value;
        workings_offer(work, term_text(work, term), with_sum(work, sum, rest));
        if (!more)
            return;
        at = expr_operand(exprs, at, 0);
    }
}
