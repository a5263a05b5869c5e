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

/* A search at work: where it has come to, and of which part of that the logarithm is. */
typedef struct Search {
    const Exprs *exprs;
    const Scope *scope;
    SymbolId cut;
    StableStep at;
    Expr output;
} Search;

/* Ends the search at a probability, if it is one. */
static bool reaches(const Search *search, Stable *stable) {
    const Expr expr = search->at.expr;
    stable->net = sigmoid_net(search->exprs, expr);
    if (stable->net) {
        stable->kind = search->at.is_rest ? STABLE_REST : STABLE_SIGMOID;
    } else if (!search->at.is_rest && is_call(search->exprs, expr, FUNCTION_SOFTMAX)) {
        stable->net = expr_operand(search->exprs, expr, 0);
        stable->kind = STABLE_SOFTMAX;
    }
    stable->output = search->output;
    stable->part = search->at.part;
    return stable->net;
}

/* y.T: the row is the column, the column the row. */
static StablePart turn(StablePart part, bool number) {
    const StablePart turned = {part.column, part.row, !part.row && !number && !part.turned};
    return turned;
}

/* One expression further down. False where it is neither a name nor takes a part of another. */
static bool go_on(Search *search) {
    const Exprs *exprs = search->exprs;
    StableStep *at = &search->at;
    const ExprNode node = *expr_get(exprs, at->expr);
    const Expr formula =
        search->scope ? expr_formula(exprs, search->scope, at->expr, search->cut) : 0;
    if (formula) {
        at->expr = formula;
        return true;
    }
    if (node.kind == EXPR_SUBTRACT && !at->is_rest &&
        expr_is_number(exprs, expr_operand(exprs, at->expr, 0), 1)) {
        at->is_rest = true;
        at->expr = expr_operand(exprs, at->expr, 1);
    } else if (node.kind == EXPR_INDEX) {
        at->part = (StablePart){node.at.row, node.at.column, false};
        at->expr = expr_operand(exprs, at->expr, 0);
    } else if (node.kind == EXPR_TRANSPOSE) {
        at->part = turn(at->part, expr_is_scalar(exprs, at->expr));
        at->expr = expr_operand(exprs, at->expr, 0);
    } else if (node.kind == EXPR_MATRIX && at->part.row) {
        at->expr = expr_operand(exprs, at->expr,
                                (at->part.row - 1) * (size_t)node.columns + at->part.column - 1);
        at->part = (StablePart){0};
    } else {
        return false;
    }
    search->output = at->expr;
    return true;
}

Stable expr_stable(const Exprs *exprs, const Scope *scope, SymbolId cut, Expr expr) {
    if (!is_call(exprs, expr, FUNCTION_LOG))
        return (Stable){.kind = STABLE_NONE};
    scope = cut == SYMBOL_WRITTEN ? NULL : scope;
    Search search = {exprs, scope, cut, {.expr = expr_operand(exprs, expr, 0)}, 0};
    search.output = search.at.expr;
    Stable stable = {.kind = STABLE_NONE};
    while (stable.passed_count < STABLE_STEPS) {
        stable.passed[stable.passed_count++] = search.at;
        if (reaches(&search, &stable))
            return stable;
        if (!go_on(&search))
            break;
    }
    return (Stable){.kind = STABLE_NONE};
}

bool *stable_passed(const Exprs *exprs, const Scope *scope, Arena *arena, const Parts *parts) {
    bool *passed = ARENA_ARRAY(arena, bool, scope->count);
    for (size_t i = 0; i < parts->count; i++) {
        Stable stable = expr_stable(exprs, scope, SYMBOL_NONE, parts->list[i]);
        for (size_t j = 0; j < stable.passed_count; j++)
            if (is_kind(exprs, stable.passed[j].expr, EXPR_NAME))
                passed[expr_get(exprs, stable.passed[j].expr)->symbol] = true;
    }
    return passed;
}
