/* What cancels, crossed out: between two slopes that meet, and within one. */
#include <math.h>

#include "app/explain.h"
#include "expr/parts.h"
#include "num/model.h"
#include "view/math_text.h"

/* The two slopes that meet, as numbers; false where they are matrices. */
typedef struct Slopes {
    Expr loss, output; /* ∂L/∂ŷ and ∂ŷ/∂z */
} Slopes;

static bool find_slopes(const Explain *explain, const Step *step, Slopes *slopes) {
    const Graph *graph = explain->lesson->graph;
    SymbolId output = (SymbolId)step->first;
    *slopes = (Slopes){0, 0};
    for (size_t i = 0; i < graph->edge_count; i++) {
        const Edge *edge = &graph->edges[i];
        if (edge->to == step->of && edge->from == output)
            slopes->loss = edge->partial;
        if (edge->to == output && edge->from == step->symbol)
            slopes->output = edge->partial;
    }
    return slopes->loss && slopes->output;
}

/* (ŷ − y)/(ŷ(1 − ŷ)) · ŷ(1 − ŷ), with what cancels crossed out: the loss's slope is what is left,
 * over the output's. */
static const Math *crossed_out(const Explain *explain, Expr left, Expr slope) {
    Arena *arena = explain->arena;
    Math *factor = math_struck(arena, (Math *)explain_symbols(explain, slope));
    Math *fraction = math_fraction(arena, (Math *)explain_symbols(explain, left), factor);
    return math_row(arena, 3, fraction, math_text(arena, " · "), factor);
}

/* A softmax that meets a logarithm: p − t, and ∂L/∂p is −t/p (or −t of a log-softmax). */
typedef struct Softmax {
    Expr p, t;
    bool log; /* the output is the logarithm already: there is no p to divide by */
} Softmax;

static Softmax read_softmax(const Explain *explain, const Step *step) {
    const Exprs *exprs = explain->exprs;
    Expr formula = scope_get(explain->scope, (SymbolId)step->first)->lowered;
    return (Softmax){expr_operand(exprs, step->value, 0), expr_operand(exprs, step->value, 1),
                     expr_get(exprs, formula)->function == FUNCTION_LOG_SOFTMAX};
}

static const double AGREEMENT = 1e-9; /* of two ways to compute the same entry */

/* Whether the loss hands −t/p back to the output: else its formula is another, and only the end is
 * the same. */
static bool meets_log(const Explain *explain, const Step *step) {
    Softmax softmax = read_softmax(explain, step);
    Expr of = explain_name_expr(explain, step->of),
         output = explain_name_expr(explain, (SymbolId)step->first);
    const double *slope = explain_value(explain, expr_derivative(explain->exprs, of, output));
    const double *t = explain_value(explain, softmax.t), *p = explain_value(explain, softmax.p);
    size_t count = symbol_entries(scope_get(explain->scope, (SymbolId)step->first));
    for (size_t i = 0; i < count; i++) {
        double expected = softmax.log ? -t[i] : -t[i] / p[i];
        if (!(fabs(slope[i] - expected) <= AGREEMENT * fmax(1, fabs(expected))))
            return false;
    }
    return true;
}

/* −(t/p) ⊙ p + p · ∑((t/p) ⊙ p) with each p that stands below a line, and the one beside it,
 * crossed out. */
static const Math *crossed_softmax(const Explain *explain, const Math *p, const Math *t) {
    Arena *arena = explain->arena;
    Math *struck = math_struck(arena, (Math *)p);
    Math *pair = math_row(arena, 3, math_fraction(arena, (Math *)t, struck),
                          math_text(arena, " ⊙ "), struck);
    return math_row(arena, 6, math_text(arena, "−"), pair, math_text(arena, " + "), p,
                    math_text(arena, " · ∑"), math_fence(arena, "(", pair));
}

/* −t + p · ∑t, in which the sum is 1. */
static const Math *crossed_sum(const Explain *explain, const Math *p, Expr t) {
    Arena *arena = explain->arena;
    Expr sum = expr_call1(explain->exprs, FUNCTION_SUM, t);
    Math *one = math_struck(arena, (Math *)explain_symbols(explain, sum));
    return math_row(arena, 6, math_text(arena, "−"), explain_symbols(explain, t),
                    math_text(arena, " + "), p, math_text(arena, " · "), one);
}

static void cross_out_softmax(Explain *explain, const Step *step) {
    Softmax softmax = read_softmax(explain, step);
    const Math *p = explain_symbols(explain, softmax.p), *t = explain_symbols(explain, softmax.t);
    const char *target = math_line(explain->arena, t, false);
    Expr of = explain_name_expr(explain, step->of);
    Block *block = card_add(explain->card, BLOCK_FORMULA);
    block_part(explain->card, block, NULL,
               explain_partial(explain, of, explain_name_expr(explain, step->symbol)));
    if (!softmax.log)
        block_part(explain->card, block, "=", crossed_softmax(explain, p, t));
    block_part(explain->card, block, "=", crossed_sum(explain, p, softmax.t));
    if (!softmax.log)
        card_text(explain->card,
                  "The logarithm divides by %s, the softmax multiplies by it: it cancels, twice.",
                  math_line(explain->arena, p, false));
    card_text(explain->card,
              "The entries of %s add up to 1, so the last factor goes, too. All that is left is "
              "the output minus the target:",
              target);
}

/* ------------------------------------------------------------------------------ a square, halved
 */

/* The operand of `expr` in which the name occurs; 0 where it occurs in several. */
static Expr only_operand(const Explain *explain, Expr expr, Expr name, size_t *place) {
    Expr found = 0;
    for (size_t i = 0; i < expr_get(explain->exprs, expr)->count; i++) {
        Expr operand = expr_operand(explain->exprs, expr, i);
        Parts parts = parts_of(explain->exprs, NULL, SYMBOL_NONE, explain->arena, operand);
        if (parts_place(&parts, name) == SIZE_MAX)
            continue;
        if (found)
            return 0;
        found = operand;
        *place = i;
    }
    return found;
}

/* Whether the way from a formula down to the name divides by 2 and then comes to a square. */
static bool is_halved_square(const Explain *explain, Expr formula, Expr name) {
    bool halved = false;
    for (Expr at = formula; at && at != name;) {
        size_t place = 0;
        Expr inside = only_operand(explain, at, name, &place);
        const ExprNode *node = expr_get(explain->exprs, at);
        Expr other = node->count == 2 ? expr_operand(explain->exprs, at, 1 - place) : 0;
        bool two = other && place == 0 && expr_is_number(explain->exprs, other, 2);
        if (node->kind == EXPR_POWER)
            return halved && two && inside;
        if (node->kind == EXPR_DIVIDE && two)
            halved = true;
        else if (node->kind != EXPR_ADD && node->kind != EXPR_SUBTRACT)
            return false;
        at = inside;
    }
    return false;
}

const Math *explain_halves(const Explain *explain, const Edge *edge) {
    Arena *arena = explain->arena;
    Expr formula = scope_get(explain->scope, edge->to)->lowered;
    if (!edge->partial || !expr_is_scalar(explain->exprs, edge->partial) ||
        !is_halved_square(explain, formula, explain_name_expr(explain, edge->from)))
        return NULL;
    bool minus = expr_get(explain->exprs, edge->partial)->kind == EXPR_NEGATE;
    Expr rest = minus ? expr_operand(explain->exprs, edge->partial, 0) : edge->partial;
    ExprKind kind = (ExprKind)expr_get(explain->exprs, rest)->kind;
    bool sum = kind == EXPR_ADD || kind == EXPR_SUBTRACT;
    Math *inside = (Math *)explain_symbols(explain, rest);
    bool close = sum || (kind == EXPR_NAME && !math_is_word(inside));
    Math *two = math_struck(arena, math_text(arena, "2"));
    Math *above = math_row(arena, 3, two, math_text(arena, close ? MATH_TIMES : "·"),
                           sum ? math_fence(arena, "(", inside) : inside);
    Math *fraction = math_fraction(arena, above, two);
    return minus ? math_row(arena, 2, math_text(arena, "−"), fraction) : fraction;
}

/* ------------------------------------------------------------------------------ two slopes */

void explain_cancel(Explain *explain, const Step *step) {
    SymbolId output = (SymbolId)step->first;
    const char *name = explain_name_text(explain, output);
    Slopes slopes;
    Expr of = explain_name_expr(explain, step->of), net = explain_name_expr(explain, step->symbol);
    card_text(explain->card, "Before we go on, look at the two slopes together.");
    if (find_slopes(explain, step, &slopes)) {
        Expr product = expr_binary(explain->exprs, EXPR_MULTIPLY, slopes.loss, slopes.output);
        Block *block = card_add(explain->card, BLOCK_FORMULA);
        block_part(explain->card, block, NULL, explain_partial(explain, of, net));
        block_part(explain->card, block, "=", explain_symbols(explain, product));
        block_part(explain->card, block, "=", crossed_out(explain, step->value, slopes.output));
        card_text(explain->card,
                  "Brought to one fraction, %s(1 − %s) stands above and below, and cancels. All "
                  "that is left is the output minus the target:",
                  name, name);
    } else if (meets_log(explain, step)) {
        cross_out_softmax(explain, step);
    } else {
        card_text(
            explain->card,
            "The sums that the softmax brought in cancel, because the entries of the target add up "
            "to 1. All that is left is the output minus the target:");
    }
    explain_equation(explain, explain_partial(explain, of, net), step->value);
}
