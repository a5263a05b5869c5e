#include <string.h>

#include "app/explain.h"
#include "base/number.h"
#include "base/str.h"
#include "expr/parts.h"
#include "view/math_text.h"

/* The slopes of the functions, in words. */
static const char *const slopes[FUNCTION_COUNT] = {
    [FUNCTION_EXP] = "e to the power x is its own slope",
    [FUNCTION_LOG] = "the slope of the logarithm is 1/x",
    [FUNCTION_SQRT] = "the slope of a root is 1 over twice the root",
    [FUNCTION_SIN] = "the slope of the sine is the cosine",
    [FUNCTION_COS] = "the slope of the cosine is minus the sine",
    [FUNCTION_TANH] = "the slope of tanh: 1 minus its square",
    [FUNCTION_SIGMOID] = "the slope of the sigmoid: its output times 1 minus its output",
    [FUNCTION_RELU] = "the slope of ReLU: 1 where its input is positive, else 0",
    [FUNCTION_LEAKY_RELU] =
        "the slope of the leaky ReLU: 1 where its input is positive, else the small slope",
    [FUNCTION_SOFTPLUS] = "the slope of softplus is the sigmoid",
    [FUNCTION_ABS] = "the slope of the absolute value is the sign",
    [FUNCTION_MAX] = "only the largest passes the change on",
    [FUNCTION_MIN] = "only the smallest passes the change on",
    [FUNCTION_SUM] = "in a sum every entry counts once",
    [FUNCTION_MEAN] = "in a mean every entry counts one part in their number",
    [FUNCTION_SOFTMAX] = "softmax: what one output gains the others lose",
    [FUNCTION_LOG_SOFTMAX] = "log-softmax: its slope subtracts the probabilities",
};

/* Sentences without full stops, separated by semicolons. */
static void add_rule(Buffer *rules, const char *rule) {
    if (rules->length && strstr(buffer_text(rules), rule))
        return;
    buffer_format(rules, "%s%s", rules->length ? "; " : "", rule);
}

enum { RULE_COLUMNS = 24 }; /* longer factors are not spelled out */

static void add_factor_rule(const Explain *explain, Buffer *rules, Expr factor, const char *form,
                            const char *otherwise) {
    const char *text = explain_line(explain, factor);
    if (strlen(text) <= RULE_COLUMNS)
        add_rule(rules, arena_format(explain->arena, form, text));
    else
        add_rule(rules, otherwise);
}

static void add_power_rule(const Explain *explain, Buffer *rules, Expr power, bool base) {
    Expr exponent = expr_operand(explain->exprs, power, 1);
    if (base)
        add_factor_rule(explain, rules, exponent,
                        "the power rule: the exponent %s comes down and becomes one less",
                        "the power rule: the exponent comes down and becomes one less");
    else
        add_rule(rules, "a power grows along its exponent with the logarithm of its base");
}

/* The rule that carries a change of operand `i` through the operation `expr`. */
static void add_operation_rule(const Explain *explain, Buffer *rules, Expr expr, size_t i) {
    const ExprNode *node = expr_get(explain->exprs, expr);
    Expr other = node->count == 2 ? expr_operand(explain->exprs, expr, 1 - i) : 0;
    switch ((ExprKind)node->kind) {
    case EXPR_ADD: add_rule(rules, "the other terms do not change with it"); break;
    case EXPR_SUBTRACT:
        add_rule(rules,
                 i ? "it is subtracted, hence the minus" : "the other terms do not change with it");
        break;
    case EXPR_NEGATE: add_rule(rules, "the minus stays"); break;
    case EXPR_MULTIPLY:
        add_factor_rule(explain, rules, other, "its factor %s stays", "its other factor stays");
        break;
    case EXPR_DIVIDE:
        if (i == 0)
            add_factor_rule(explain, rules, other, "the division by %s stays",
                            "the division stays");
        else
            add_rule(rules, "the slope of 1/x is −1/x²");
        break;
    case EXPR_POWER: add_power_rule(explain, rules, expr, i == 0); break;
    case EXPR_MATMUL:
        add_factor_rule(explain, rules, other,
                        i ? "back through a matrix product: the transpose of %s from the left"
                          : "back through a matrix product: the transpose of %s from the right",
                        "back through a matrix product: the transpose of the other factor");
        break;
    case EXPR_TRANSPOSE: add_rule(rules, "a transpose is undone by transposing"); break;
    case EXPR_INDEX: add_rule(rules, "only the entry that was taken matters"); break;
    case EXPR_CALL:
        if (slopes[node->function])
            add_rule(rules, slopes[node->function]);
        break;
    default: break;
    }
}

/* By part of a formula: whether the name occurs in it. */
static bool *find_name(const Explain *explain, const Parts *parts, Expr name) {
    bool *contains = ARENA_ARRAY(explain->arena, bool, parts->count);
    for (size_t part = 0; part < parts->count; part++) {
        Expr expr = parts->list[part];
        contains[part] = expr == name;
        for (size_t i = 0; i < expr_get(explain->exprs, expr)->count; i++)
            contains[part] = contains[part] ||
                             contains[parts_place(parts, expr_operand(explain->exprs, expr, i))];
    }
    return contains;
}

/* A broadcast operand collects the changes of all entries it was added or multiplied to. */
static void add_broadcast_rule(const Explain *explain, Buffer *rules, Expr expr, Expr operand) {
    ExprKind kind = (ExprKind)expr_get(explain->exprs, expr)->kind;
    bool elementwise = kind >= EXPR_ADD && kind <= EXPR_POWER;
    if (elementwise && !expr_same_shape(explain->exprs, expr, operand))
        add_rule(rules, "it is used in several entries, and their parts add up");
}

const char *explain_rule(const Explain *explain, SymbolId to, SymbolId from) {
    Expr formula = scope_get(explain->scope, to)->lowered;
    Expr name = scope_expr(explain->scope, explain->exprs, from);
    Parts parts = parts_of(explain->exprs, NULL, SYMBOL_NONE, explain->arena, formula);
    bool *contains = find_name(explain, &parts, name);
    Buffer rules = {.arena = explain->arena};
    Expr at = formula;
    while (at != name) {
        size_t places = 0, place = 0, count = expr_get(explain->exprs, at)->count;
        for (size_t i = 0; i < count; i++)
            if (contains[parts_place(&parts, expr_operand(explain->exprs, at, i))])
                places++, place = i;
        if (places != 1) {
            add_rule(&rules,
                     arena_format(explain->arena,
                                  "%s stands in more than one place, and their slopes add up",
                                  explain_name_text(explain, from)));
            break;
        }
        Expr operand = expr_operand(explain->exprs, at, place);
        add_operation_rule(explain, &rules, at, place);
        add_broadcast_rule(explain, &rules, at, operand);
        at = operand;
    }
    if (!rules.length)
        add_rule(&rules, "the change is passed on as it is");
    return buffer_text(&rules);
}
