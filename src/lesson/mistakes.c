#include "lesson/mistakes.h"

#include "base/str.h"
#include "expr/diff.h"
#include "expr/parts.h"
#include "lesson/mistakes_paths.h"
#include "lesson/mistakes_rows.h"
#include "lesson/mistakes_values.h"

/* Beyond these, so many numbers lie about that a match says nothing. */
enum { MOST_OTHERS = 64 };

static const char *const FAR_AND_CANCELLED =
    "You are one link further already, where sigmoid and cross-entropy cancel";

/* ------------------------------------------------------------------------------ one factor */

/* Offers the sum with each activation's slope replaced in turn; returns how many there are. */
static size_t replace_slopes(Workings *work,
                             double replacement(const Workings *work, SymbolId node)) {
    SymbolId last = SYMBOL_NONE;
    size_t count = 0;
    for (size_t i = 0; i < work->edge_count && work->factored; i++) {
        SymbolId node = workings_edge(work, work->edges[i])->to;
        if (node == last || !workings_operand(work, node))
            continue;
        double slope = work->slopes[node];
        last = node;
        count++;
        work->slopes[node] = workings_shown(work, replacement(work, node));
        workings_offer_slope(work, workings_slope_text(work, node), workings_total(work));
        work->slopes[node] = slope;
    }
    return count;
}

static double one(const Workings *work, SymbolId node) {
    (void)work, (void)node;
    return 1;
}

/* Each slope on its own, and all of them. */
static void leave_out_slopes(Workings *work) {
    if (replace_slopes(work, one) < 2)
        return;
    double *slopes = work->slopes;
    work->slopes = ARENA_ARRAY(work->arena, double, work->model->scope->count);
    for (SymbolId s = 0; s < work->model->scope->count; s++)
        work->slopes[s] = 1;
    workings_offer_slope(work, NULL, workings_total(work));
    work->slopes = slopes;
}

static double own_value(const Workings *work, SymbolId node) {
    return *model_value(work->model, node);
}

static void take_activations(Workings *work) {
    replace_slopes(work, own_value);
}

static double slope_at_output(const Workings *work, SymbolId node) {
    return workings_slope_at(work, node, workings_expr(work, node));
}

static void take_slopes_at_output(Workings *work) {
    replace_slopes(work, slope_at_output);
}

static void offer_inner(Workings *work, size_t edge, double replacement) {
    double inner = work->inners[edge];
    work->inners[edge] = workings_shown(work, replacement);
    workings_offer_slope(work, workings_inner_text(work, workings_edge(work, edge)),
                         workings_total(work));
    work->inners[edge] = inner;
}

/* The last factor of all is not left out: who does that has stopped early. */
static void leave_out_factors(Workings *work) {
    bool alone = workings_last_edges(work) == 1;
    for (size_t i = 0; i < work->edge_count && work->factored; i++)
        if (!alone || workings_edge(work, work->edges[i])->from != work->symbol)
            offer_inner(work, work->edges[i], 1);
}

/* In w*h the slope along w is h, and along h it is w. */
static void swap_factors(Workings *work, bool parameters) {
    for (size_t i = 0; i < work->edge_count && work->factored; i++) {
        const Edge *edge = workings_edge(work, work->edges[i]);
        ExprKind kind = (ExprKind)expr_get(work->model->exprs, workings_inner(work, edge))->kind;
        bool parameter = scope_get(work->model->scope, edge->from)->role == ROLE_PARAM;
        if (parameter == parameters && (kind == EXPR_NAME || kind == EXPR_INDEX))
            offer_inner(work, work->edges[i], *model_value(work->model, edge->from));
    }
}

static void take_weights_for_inputs(Workings *work) {
    swap_factors(work, true);
}

static void take_inputs_for_weights(Workings *work) {
    swap_factors(work, false);
}

/* ------------------------------------------------------------------------------ the whole */

static void change_sign(Workings *work) {
    if (work->question.kind == DIAGNOSE_VALUE)
        workings_offer(work, NULL, -work->diagnosis->key.truth);
    else
        workings_offer_slope(work, NULL, -work->derivative);
}

static bool is_two(const Exprs *exprs, Expr expr) {
    return expr_is_number(exprs, expr, 2) || expr_is_number(exprs, expr, 0.5);
}

/* Whether there is such a part in the formula of a name. */
static bool has_part(const Workings *work, SymbolId node, bool wanted(const Exprs *, Expr)) {
    const Exprs *exprs = work->model->exprs;
    Expr formula = scope_get(work->model->scope, node)->lowered;
    if (!formula)
        return false;
    Parts parts = parts_of(exprs, NULL, SYMBOL_NONE, work->arena, formula);
    for (size_t i = 0; i < parts.count; i++)
        if (wanted(exprs, parts.list[i]))
            return true;
    return false;
}

static bool is_log(const Exprs *exprs, Expr expr) {
    const ExprNode *node = expr_get(exprs, expr);
    return node->kind == EXPR_CALL && node->function == FUNCTION_LOG;
}

static bool is_sigmoid(const Workings *work, SymbolId node) {
    const Exprs *exprs = work->model->exprs;
    Expr formula = scope_get(work->model->scope, node)->lowered;
    const ExprNode *call = formula ? expr_get(exprs, formula) : NULL;
    return call && call->kind == EXPR_CALL && call->function == FUNCTION_SIGMOID;
}

bool mistakes_can_lose_two(const Workings *work, const Edge *edge) {
    bool constant =
        edge->partial && expr_get(work->model->exprs, edge->partial)->kind == EXPR_NUMBER;
    return !constant && has_part(work, edge->to, is_two);
}

static bool can_lose_two(const Workings *work) {
    bool found = false;
    for (size_t i = 0; i < work->edge_count && !found; i++)
        found = mistakes_can_lose_two(work, workings_edge(work, work->edges[i]));
    return found;
}

static void lose_half(Workings *work) {
    if (can_lose_two(work))
        workings_offer_slope(work, NULL, 2 * work->derivative);
}

static void lose_two(Workings *work) {
    if (can_lose_two(work))
        workings_offer_slope(work, NULL, work->derivative / 2);
}

static bool is_plain_one(const Workings *work, const Edge *edge) {
    return expr_is_number(work->model->exprs, workings_inner(work, edge), 1);
}

/* Whether what is left from the activation `node` on, through which all paths go, is its slope:
 * then who stops there has left it out. */
static bool only_slope_is_left(const Workings *work, SymbolId node) {
    size_t ways = 0;
    for (size_t i = 0; i < work->edge_count; i++) {
        const Edge *edge = workings_edge(work, work->edges[i]);
        bool below = edge->to <= node;
        bool other = below && edge->to != node && workings_operand(work, edge->to);
        if (other || (below && !is_plain_one(work, edge)))
            return false;
        ways += edge->from == work->symbol;
    }
    return ways == 1;
}

static void stop_at(Workings *work, SymbolId node, const double *carried) {
    Expr operand = workings_operand(work, node);
    bool named = operand && expr_get(work->model->exprs, operand)->kind == EXPR_NAME;
    if (node != work->question.of && !(operand && only_slope_is_left(work, node)))
        workings_offer_slope(work, workings_partial_text(work, work->question.of, node),
                             carried[node]);
    if (operand && !named)
        workings_offer_slope(work,
                             arena_format(work->arena, "%s, before what is inside it",
                                          workings_slope_text(work, node)),
                             carried[node] * work->slopes[node]);
}

static void stop_early(Workings *work) {
    SymbolId last = SYMBOL_NONE;
    const double *carried = work->factored ? workings_sums(work) : NULL;
    for (size_t i = 0; i < work->edge_count && work->factored; i++) {
        SymbolId node = workings_edge(work, work->edges[i])->to;
        if (node != last && workings_all_through(work, node))
            stop_at(work, node, carried);
        last = node;
    }
}

/* One factor alone, wherever it stands. Not what is a constant, which says nothing; nor where
 * another mistake gives nearly the same: the first factor is where who stops early stops, and of
 * two the last is what is left without the first. */
static void give_one_factor(Workings *work) {
    const size_t others = work->diagnosis->count;
    for (size_t i = 0; i < work->edge_count && work->factored; i++) {
        const Edge *edge = workings_edge(work, work->edges[i]);
        const double factor = work->slopes[edge->to] * work->inners[work->edges[i]];
        const bool constant = expr_get(work->model->exprs, edge->partial)->kind == EXPR_NUMBER;
        if (!constant && !diagnose_has_near(work->diagnosis, others, factor))
            workings_offer_slope(work, workings_partial_text(work, edge->to, edge->from), factor);
    }
}

/* What the name itself is made of: who goes on to that has gone too far. */
static void go_too_far(Workings *work) {
    const Model *model = work->model;
    const Graph *graph = model->graph;
    const char *sentence = work->sentence;
    bool logs = has_part(work, work->question.of, is_log);
    if (!workings_is_number(work, work->symbol))
        return;
    for (size_t e = graph->first_in[work->symbol]; e < graph->first_in[work->symbol + 1]; e++) {
        const Edge *edge = workings_edge(work, e);
        bool number = edge->partial && workings_is_number(work, edge->from);
        if (!number || expr_get(model->exprs, edge->partial)->kind == EXPR_NUMBER)
            continue; /* beside a constant a sign or a 2 was lost */
        bool cancels = logs && is_sigmoid(work, work->symbol);
        work->sentence = cancels ? FAR_AND_CANCELLED : sentence;
        workings_offer_slope(work, workings_partial_text(work, work->question.of, edge->from),
                             work->derivative *
                                 workings_shown(work, workings_evaluate(work, edge->partial)));
    }
    work->sentence = sentence;
}

/* ------------------------------------------------------------------------------ parameters */

static bool trains(const Workings *work) {
    const Scope *scope = work->model->scope;
    return scope_get(scope, work->question.of)->role == ROLE_LOSS &&
           scope_get(scope, work->symbol)->role == ROLE_PARAM;
}

static double derivative_by(const Workings *work, SymbolId symbol) {
    Expr of = workings_expr(work, work->question.of);
    return workings_evaluate(work,
                             expr_derivative(work->model->exprs, of, workings_expr(work, symbol)));
}

/* `expr` with the parameters in it at their values after an update. */
static Expr after_update(const Workings *work, Expr expr) {
    const Model *model = work->model;
    Parts parts = parts_of(model->exprs, NULL, SYMBOL_NONE, work->arena, expr);
    for (size_t i = 0; i < parts.count; i++) {
        Expr e = parts.list[i];
        const ExprNode *node = expr_get(model->exprs, e);
        if (node->kind != EXPR_NAME || !workings_is_number(work, node->symbol) ||
            scope_get(model->scope, node->symbol)->role != ROLE_PARAM)
            continue;
        SymbolId parameter = node->symbol;
        double value = *model_value(model, parameter);
        Expr updated =
            expr_number(model->exprs,
                        workings_shown(work, value - model->rate * derivative_by(work, parameter)));
        expr = expr_substitute(model->exprs, work->arena, expr, e, updated);
    }
    return expr;
}

/* The values of the forward pass, but the weights above already changed. */
static void take_updated_weights(Workings *work) {
    if (!work->factored || !trains(work))
        return;
    double *inners = work->inners;
    work->inners = ARENA_ARRAY(work->arena, double, work->model->graph->edge_count);
    for (size_t i = 0; i < work->edge_count; i++) {
        size_t e = work->edges[i];
        const Edge *edge = workings_edge(work, e);
        Expr inner = workings_inner(work, edge), updated = after_update(work, inner);
        bool changed = edge->from != work->symbol && updated != inner;
        work->inners[e] =
            changed ? workings_shown(work, workings_evaluate(work, updated)) : inners[e];
    }
    workings_offer_slope(work, NULL, workings_total(work));
    work->inners = inners;
}

/* Whether the derivative by `other`, a bias, is by its nature the one by wrt stopped early. */
static bool is_bias_on_the_way(const Workings *work, SymbolId other) {
    const Graph *graph = work->model->graph;
    size_t first = graph->first_out[other];
    if (!work->factored || graph->first_out[other + 1] != first + 1)
        return false;
    const Edge *edge = workings_edge(work, graph->outgoing[first]);
    bool offered = edge->to != work->question.of || workings_operand(work, edge->to);
    return offered && edge->to > work->symbol && edge->partial && is_plain_one(work, edge) &&
           workings_all_through(work, edge->to);
}

static void offer_other_entries(Workings *work) {
    const Symbol *symbol = scope_get(work->model->scope, work->symbol);
    Expr of = workings_expr(work, work->question.of), name = workings_expr(work, work->symbol);
    const double *all =
        model_evaluate(work->model, work->arena, expr_derivative(work->model->exprs, of, name));
    for (size_t i = 0; i < symbol_entries(symbol) && i < MOST_OTHERS; i++)
        if (i != work->entry)
            workings_offer_slope(
                work, arena_format(work->arena, "`%s`", symbol_typed_entry(symbol, work->arena, i)),
                all[i]);
}

static void take_other_parameter(Workings *work) {
    const Scope *scope = work->model->scope;
    size_t count = 0;
    if (scope_get(scope, work->symbol)->role != ROLE_PARAM)
        return;
    if (!workings_is_number(work, work->symbol))
        offer_other_entries(work);
    for (SymbolId s = 0; s < work->question.of && count < MOST_OTHERS; s++) {
        bool other = scope_get(scope, s)->role == ROLE_PARAM && s != work->symbol &&
                     workings_is_number(work, s) && !is_bias_on_the_way(work, s);
        double derivative = other ? derivative_by(work, s) : 0;
        count += other;
        if (derivative != 0)
            workings_offer_slope(work, workings_name_text(work, s), derivative);
    }
}

/* Not those that are by their nature another mistake: in u*v the slope along v is u's own value, in
 * t - y one slope is the other with its sign changed, and a bias has the slope of the activation.
 */
static void take_other_partial(Workings *work) {
    const Graph *graph = work->model->graph;
    SymbolId of = work->question.of;
    for (size_t e = graph->first_in[of]; e < graph->first_in[of + 1]; e++) {
        const Edge *edge = &graph->edges[e];
        if (edge->from == work->symbol || !workings_is_number(work, edge->from) || !edge->partial)
            continue;
        bool own = workings_inner(work, edge) == workings_expr(work, work->symbol);
        bool bias = workings_operand(work, of) && is_plain_one(work, edge);
        double partial = workings_evaluate(work, edge->partial);
        if (!own && !bias && partial != -work->diagnosis->key.truth)
            workings_offer_slope(work, workings_name_text(work, edge->from), partial);
    }
}

/* ------------------------------------------------------------------------------ updates */

static double step_of(const Workings *work) {
    return work->model->rate * work->derivative;
}

static void give_step(Workings *work) {
    if (!trains(work))
        return;
    workings_offer(work, NULL, step_of(work));
    workings_offer(work, NULL, -step_of(work));
}

static void give_new_value(Workings *work) {
    if (trains(work))
        workings_offer(work, NULL, workings_parameter_value(work) - step_of(work));
}

static void step_uphill(Workings *work) {
    workings_offer_step(work, NULL, -step_of(work));
}

static void forget_rate(Workings *work) {
    workings_offer_step(work, NULL, work->derivative);
}

static void give_derivative(Workings *work) {
    if (work->model->rate != 1) /* else it is the step */
        workings_offer(work, NULL, work->derivative);
}

static void leave_as_it_is(Workings *work) {
    diagnose_add(work->diagnosis, work->tag,
                 (Candidate){.sentence = work->sentence,
                             .value = workings_parameter_value(work),
                             .copied = true});
}

/* ------------------------------------------------------------------------------ the table */

enum {
    IN_VALUE = DIAGNOSE_VALUE,
    IN_LOCAL = DIAGNOSE_LOCAL,
    IN_CHAIN = DIAGNOSE_DERIVATIVE,
    IN_UPDATE = DIAGNOSE_UPDATE,
    IN_WHOLE = IN_CHAIN | IN_UPDATE,
    IN_SLOPES = IN_LOCAL | IN_WHOLE
};

typedef struct Mistake {
    const char *tag;
    unsigned made_in;
    void (*collect)(Workings *work);
    const char *sentence;
    MistakeOdds odds;
} Mistake;

/* The half and the two, and the sign, are also lost in values. At an update the derivative is
 * known, as a rule: there the usual mistakes, all made on the way to it, are rare. */
static const Mistake mistakes[] = {
    {"sign", IN_VALUE | IN_LOCAL | IN_CHAIN, change_sign, "The size is right, but the sign is not",
     MISTAKE_OFTEN},
    {"half-lost", IN_SLOPES, lose_half,
     "This comes out where a factor ½ is lost, or a 2 is not cancelled", MISTAKE_OFTEN},
    {"two-lost", IN_SLOPES, lose_two,
     "This comes out where a factor 2 is lost: a square brings one down", MISTAKE_OFTEN},
    {"half-lost", IN_VALUE, mistake_lose_half, "This comes out where a factor ½ is lost",
     MISTAKE_OFTEN},
    {"two-lost", IN_VALUE, mistake_lose_two, "This comes out where a factor 2 is lost",
     MISTAKE_OFTEN},
    {"not-averaged", IN_VALUE | IN_WHOLE, mistake_forget_average,
     "This is the sum over the training rows, and their mean is asked for", MISTAKE_OFTEN},
    {"averaged", IN_VALUE | IN_WHOLE, mistake_average_sum,
     "This is the mean over the training rows, and their sum is asked for", MISTAKE_OFTEN},
    {"one-row", IN_VALUE | IN_WHOLE, mistake_take_one_row,
     "This is the part of one training row, and all of them count", MISTAKE_OFTEN},
    {"no-slope", IN_SLOPES, leave_out_slopes, "You left out the slope of an activation",
     MISTAKE_USUAL},
    {"activation-for-slope", IN_SLOPES, take_activations,
     "You took the value of an activation where its slope belongs", MISTAKE_USUAL},
    {"slope-at-output", IN_SLOPES, take_slopes_at_output,
     "You took the slope of an activation at what comes out of it, not at what goes in",
     MISTAKE_USUAL},
    {"no-factor", IN_SLOPES, leave_out_factors, "You left out a factor", MISTAKE_USUAL},
    {"weight-for-input", IN_SLOPES, take_weights_for_inputs,
     "You put in the parameter itself where its input belongs", MISTAKE_USUAL},
    {"input-for-weight", IN_SLOPES, take_inputs_for_weights,
     "You put in the input where its weight belongs", MISTAKE_USUAL},
    {"stopped-early", IN_WHOLE | IN_LOCAL, stop_early,
     "You stopped on the way, and more factors follow after this", MISTAKE_USUAL},
    {"too-far", IN_LOCAL | IN_CHAIN, go_too_far,
     "You are one link further already: this is another slope", MISTAKE_USUAL},
    {"all-paths", IN_CHAIN, mistake_take_all_paths,
     "This is the sum over all paths, and one of them is asked for", MISTAKE_USUAL},
    {"other-path", IN_CHAIN, mistake_take_another_path, "This is the part of another path",
     MISTAKE_USUAL},
    {"path-sign", IN_WHOLE, mistake_turn_path_sign, "The part of one path has the wrong sign",
     MISTAKE_RARE},
    {"one-path", IN_WHOLE, mistake_take_one_path,
     "This is the part of one path, and all paths count", MISTAKE_USUAL},
    {"path-left-out", IN_WHOLE, mistake_leave_out_path, "One path is missing from the sum",
     MISTAKE_USUAL},
    {"paths-multiplied", IN_WHOLE, mistake_multiply_paths,
     "You multiplied the parts of the paths, and they are to be added", MISTAKE_USUAL},
    {"factors-added", IN_WHOLE, mistake_add_factors,
     "You added the factors along the path, and they are to be multiplied", MISTAKE_USUAL},
    {"updated-weights", IN_WHOLE, take_updated_weights,
     "You used weights that were updated already; going back uses those of the forward pass",
     MISTAKE_USUAL},
    {"other-parameter", IN_CHAIN, take_other_parameter,
     "This is the derivative along another parameter", MISTAKE_RARE},
    {"other-parameter", IN_UPDATE, take_other_parameter,
     "You took the slope along another parameter", MISTAKE_RARE},
    {"other-partial", IN_LOCAL, take_other_partial,
     "This is the slope along another name in the formula", MISTAKE_RARE},
    {"one-factor", IN_CHAIN, give_one_factor,
     "This is one factor alone, and all along the path are to be multiplied", MISTAKE_RARE},
    {"step-for-slope", IN_CHAIN, give_step, "This is the step of an update, not the derivative",
     MISTAKE_USUAL},
    {"new-value", IN_CHAIN, give_new_value,
     "This is the parameter after an update, not the derivative", MISTAKE_USUAL},
    {"uphill", IN_UPDATE, step_uphill, "You stepped uphill: the step is subtracted", MISTAKE_OFTEN},
    {"no-rate", IN_UPDATE, forget_rate, "You left out the learning rate", MISTAKE_OFTEN},
    {"step-only", IN_UPDATE, give_step, "This is the step alone, without the old value",
     MISTAKE_OFTEN},
    {"slope-for-value", IN_UPDATE, give_derivative, "This is the derivative, not the new value",
     MISTAKE_OFTEN},
    {"old-value", IN_UPDATE, leave_as_it_is, "This is the value before the update", MISTAKE_OFTEN},
    {"no-activation", IN_VALUE, mistake_forget_activation,
     "This is what goes into the activation; the activation itself is missing", MISTAKE_USUAL},
    {"slope-for-activation", IN_VALUE, mistake_take_slope,
     "This is the slope of the activation, and its value is asked for", MISTAKE_USUAL},
    {"log-base-10", IN_VALUE, mistake_take_base_10,
     "This is a logarithm to base 10. Here log is the natural one, ln on a calculator",
     MISTAKE_OFTEN},
    {"sign-in-exponent", IN_VALUE, mistake_turn_exponent,
     "The sign in the exponent is turned: it is e to the power of minus what goes in",
     MISTAKE_OFTEN},
    {"no-square", IN_VALUE, mistake_forget_square, "The square is missing", MISTAKE_USUAL},
    {"square-doubled", IN_VALUE, mistake_double_square,
     "A square is the number times itself, not twice the number", MISTAKE_USUAL},
    {"no-term", IN_VALUE, mistake_leave_out_term, "One term of the sum is missing", MISTAKE_USUAL},
    {"term-sign", IN_VALUE, mistake_turn_term, "One term of the sum has the wrong sign",
     MISTAKE_USUAL},
    {"no-factor", IN_VALUE, mistake_leave_out_factor, "You left out a factor", MISTAKE_USUAL},
};

const char *mistakes_sentence(const char *tag) {
    for (size_t i = 0; i < sizeof mistakes / sizeof *mistakes; i++)
        if (str_equal(mistakes[i].tag, tag))
            return mistakes[i].sentence;
    return "";
}

void mistakes_collect(const Model *model, Diagnosis *diagnosis, DiagnoseQuestion question,
                      double derivative) {
    Workings work = {.model = model,
                     .arena = diagnosis->arena,
                     .diagnosis = diagnosis,
                     .question = question,
                     .derivative = derivative};
    if (question.kind != DIAGNOSE_VALUE)
        workings_open(&work);
    for (size_t i = 0; i < sizeof mistakes / sizeof *mistakes; i++) {
        if (!(mistakes[i].made_in & (unsigned)question.kind))
            continue;
        bool before = question.kind == DIAGNOSE_UPDATE && mistakes[i].odds == MISTAKE_USUAL;
        work.tag = mistakes[i].tag;
        work.odds = before ? MISTAKE_RARE : mistakes[i].odds;
        work.sentence = mistakes[i].sentence;
        mistakes[i].collect(&work);
    }
}
