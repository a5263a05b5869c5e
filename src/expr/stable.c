#include "expr/stable.h"

#include "expr/diff.h"

static bool is_call(const Exprs *exprs, Expr expr, ExprFunction function) {
    const ExprNode *node = expr_get(exprs, expr);
    return node->kind == EXPR_CALL && node->function == function;
}

static bool is_kind(const Exprs *exprs, Expr expr, ExprKind kind) {
    return expr_get(exprs, expr)->kind == kind;
}

/* z where the expression is sigmoid(z), or written out: 1/(1 + exp(-z)); else 0. */
static Expr sigmoid_net(const Exprs *exprs, Expr expr) {
    if (is_call(exprs, expr, FUNCTION_SIGMOID))
        return expr_operand(exprs, expr, 0);
    if (!is_kind(exprs, expr, EXPR_DIVIDE) ||
        !expr_is_number(exprs, expr_operand(exprs, expr, 0), 1))
        return 0;
    Expr below = expr_operand(exprs, expr, 1);
    for (size_t i = 0; i < 2 && is_kind(exprs, below, EXPR_ADD); i++) {
        Expr one = expr_operand(exprs, below, i), power = expr_operand(exprs, below, 1 - i);
        if (expr_is_number(exprs, one, 1) && is_call(exprs, power, FUNCTION_EXP) &&
            is_kind(exprs, expr_operand(exprs, power, 0), EXPR_NEGATE))
            return expr_operand(exprs, expr_operand(exprs, power, 0), 0);
    }
    return 0;
}

/* Ends the search at a probability, if it is one. */
static bool reaches(const Exprs *exprs, Stable *stable, Expr expr, bool rest) {
    Expr net = sigmoid_net(exprs, expr);
    if (net) {
        stable->kind = rest ? STABLE_REST : STABLE_SIGMOID;
    } else if (!rest && is_call(exprs, expr, FUNCTION_SOFTMAX)) {
        net = expr_operand(exprs, expr, 0);
        stable->kind = stable->row ? STABLE_SOFTMAX_ENTRY : STABLE_SOFTMAX;
    }
    stable->net = net;
    bool fits = stable->kind != STABLE_SIGMOID && stable->kind != STABLE_REST;
    return net && (fits || !stable->row);
}

Stable expr_stable(const Exprs *exprs, const Scope *scope, SymbolId cut, Expr expr) {
    Stable stable = {0};
    if (!is_call(exprs, expr, FUNCTION_LOG))
        return stable;
    Expr at = expr_operand(exprs, expr, 0);
    stable.output = at;
    bool rest = false;
    while (stable.passed_count < STABLE_STEPS) {
        stable.is_rest[stable.passed_count] = rest;
        stable.passed[stable.passed_count++] = at;
        if (reaches(exprs, &stable, at, rest))
            return stable;
        const ExprNode *node = expr_get(exprs, at);
        Expr formula = scope ? expr_formula(exprs, scope, at, cut) : 0;
        if (formula) {
            at = formula;
        } else if (node->kind == EXPR_SUBTRACT && !rest && !stable.row &&
                   expr_is_number(exprs, expr_operand(exprs, at, 0), 1)) {
            rest = true;
            stable.output = at = expr_operand(exprs, at, 1);
        } else if (node->kind == EXPR_INDEX && !rest && !stable.row) {
            stable.row = node->at.row;
            stable.column = node->at.column;
            stable.output = at = expr_operand(exprs, at, 0);
        } else {
            break;
        }
    }
    return (Stable){0};
}

bool *stable_passed(const Exprs *exprs, const Scope *scope, Arena *arena, const Parts *parts) {
    bool *passed = ARENA_ARRAY(arena, bool, scope->count);
    for (size_t i = 0; i < parts->count; i++) {
        Stable stable = expr_stable(exprs, scope, SYMBOL_NONE, parts->list[i]);
        for (size_t j = 0; j < stable.passed_count; j++)
            if (is_kind(exprs, stable.passed[j], EXPR_NAME))
                passed[expr_get(exprs, stable.passed[j])->symbol] = true;
    }
    return passed;
}
