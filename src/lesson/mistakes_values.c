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

/* Whether the formula has a product with a number, or a quotient by one over it. */
static bool has_factor(const Workings *work, double number) {
    const Exprs *exprs = work->model->exprs;
    Expr formula = scope_get(work->model->scope, work->question.of)->lowered;
    if (!formula)
        return false;
    Parts parts = parts_of(exprs, NULL, SYMBOL_NONE, work->arena, formula);
    for (size_t i = 0; i < parts.count; i++) {
        const ExprNode *node = expr_get(exprs, parts.list[i]);
        bool product = node->kind == EXPR_MULTIPLY, quotient = node->kind == EXPR_DIVIDE;
        if ((product && (expr_is_number(exprs, expr_operand(exprs, parts.list[i], 0), number) ||
                         expr_is_number(exprs, expr_operand(exprs, parts.list[i], 1), number))) ||
            (quotient && expr_is_number(exprs, expr_operand(exprs, parts.list[i], 1), 1 / number)))
            return true;
    }
    return false;
}

void mistake_lose_half(Workings *work) {
    if (has_factor(work, 0.5))
        workings_offer(work, NULL, work->diagnosis->key.truth * 2);
}

void mistake_lose_two(Workings *work) {
    if (has_factor(work, 2))
        workings_offer(work, NULL, work->diagnosis->key.truth / 2);
}

/* 1/(1 + e^x), which is the logistic function of -x. */
void mistake_turn_exponent(Workings *work) {
    Exprs *exprs = work->model->exprs;
    Expr operand = workings_operand(work, work->question.of);
    Expr formula = scope_get(work->model->scope, work->question.of)->lowered;
    if (!operand || expr_get(exprs, formula)->function != FUNCTION_SIGMOID)
        return;
    Expr turned = expr_number(exprs, -workings_evaluate(work, operand));
    workings_offer(work, NULL, workings_evaluate(work, expr_rebuild(exprs, formula, &turned)));
}

/* What comes out where each a^2 is something else. */
static void replace_squares(Workings *work, double factor) {
    Exprs *exprs = work->model->exprs;
    const Symbol *symbol = scope_get(work->model->scope, work->question.of);
    Expr formula = symbol->lowered, factor_expr = expr_number(exprs, factor);
    if (!formula)
        return;
    Parts parts = parts_of(exprs, NULL, SYMBOL_NONE, work->arena, formula);
    for (size_t i = 0; i < parts.count; i++) {
        const ExprNode *node = expr_get(exprs, parts.list[i]);
        if (node->kind != EXPR_POWER ||
            !expr_is_number(exprs, expr_operand(exprs, parts.list[i], 1), 2))
            continue;
        Expr base = expr_operand(exprs, parts.list[i], 0);
        formula = expr_substitute(exprs, work->arena, formula, parts.list[i],
                                  expr_binary(exprs, EXPR_MULTIPLY, factor_expr, base));
    }
    if (formula != symbol->lowered)
        workings_offer(work, NULL, workings_evaluate(work, formula));
}

void mistake_forget_square(Workings *work) {
    replace_squares(work, 1);
}

void mistake_double_square(Workings *work) {
    replace_squares(work, 2);
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

/* A sum that a formula is, or has under its activation. */
typedef struct Sum {
    Expr expr;
    double value;
} Sum;

/* One of its terms: of a - b the second is b, subtracted. */
typedef struct Term {
    Expr expr;
    double value; /* as it is added, with its sign */
    bool alone;   /* there is no other */
} Term;

/* a + b - c: from the last term to the first. */
static void for_each_term(Workings *work, void visit(Workings *work, Sum sum, Term term)) {
    const Exprs *exprs = work->model->exprs;
    Expr operand = workings_operand(work, work->question.of);
    Sum sum = {.expr =
                   operand ? operand : scope_get(work->model->scope, work->question.of)->lowered};
    if (!sum.expr)
        return;
    Expr at = sum.expr;
    sum.value = workings_evaluate(work, sum.expr);
    for (size_t i = 0; i < MOST_TERMS; i++) {
        ExprKind kind = (ExprKind)expr_get(exprs, at)->kind;
        bool more = kind == EXPR_ADD || kind == EXPR_SUBTRACT;
        Expr expr = more ? expr_operand(exprs, at, 1) : at;
        if (!expr_is_scalar(exprs, expr))
            return;
        double value = workings_evaluate(work, expr);
        visit(work, sum, (Term){expr, kind == EXPR_SUBTRACT ? -value : value, !more && !i});
        if (!more)
            return;
        at = expr_operand(exprs, at, 0);
    }
}

static const char *place_of(const Workings *work, Expr part) {
    const ExprNode *node = expr_get(work->model->exprs, part);
    return node->kind == EXPR_NAME ? workings_name_text(work, node->symbol) : NULL;
}

static void leave_out_term(Workings *work, Sum sum, Term term) {
    if (!term.alone)
        workings_offer(work, place_of(work, term.expr),
                       with_sum(work, sum.expr, sum.value - term.value));
}

void mistake_leave_out_term(Workings *work) {
    for_each_term(work, leave_out_term);
}

static void turn_term(Workings *work, Sum sum, Term term) {
    if (!term.alone)
        workings_offer(work, place_of(work, term.expr),
                       with_sum(work, sum.expr, sum.value - 2 * term.value));
}

void mistake_turn_term(Workings *work) {
    for_each_term(work, turn_term);
}

/* Of a*b: b is taken for it, then a. Without a factor -1 a sign is turned. */
static void leave_out_factors(Workings *work, Sum sum, Term term) {
    const Exprs *exprs = work->model->exprs;
    if (expr_get(exprs, term.expr)->kind != EXPR_MULTIPLY)
        return;
    Expr factors[2] = {expr_operand(exprs, term.expr, 0), expr_operand(exprs, term.expr, 1)};
    double values[2] = {workings_evaluate(work, factors[0]), workings_evaluate(work, factors[1])};
    bool subtracted = term.value != values[0] * values[1];
    for (int i = 0; i < 2; i++) {
        double rest = subtracted ? -values[1 - i] : values[1 - i];
        if (values[i] != -1)
            workings_offer(work, place_of(work, factors[i]),
                           with_sum(work, sum.expr, sum.value - term.value + rest));
    }
}

void mistake_leave_out_factor(Workings *work) {
    for_each_term(work, leave_out_factors);
}
