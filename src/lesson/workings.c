#include "lesson/workings.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/number.h"
#include "base/str.h"
#include "expr/diff.h"

/* Beyond these, so many numbers lie about that a match says nothing. */
enum { MOST_PATHS = 8, MOST_EDGES = 200 };

void workings_offer_scaled(Workings *work, const char *place, double value, double scale) {
    diagnose_add(work->diagnosis, work->tag,
                 (Candidate){.sentence = work->sentence,
                             .place = place,
                             .value = value,
                             .scale = fabs(scale),
                             .odds = work->odds});
}

void workings_offer(Workings *work, const char *place, double value) {
    workings_offer_scaled(work, place, value, value);
}

double workings_parameter_value(const Workings *work) {
    return model_value(work->model, work->symbol)[work->entry];
}

void workings_offer_step(Workings *work, const char *place, double step) {
    workings_offer_scaled(work, place, workings_parameter_value(work) - step, step);
}

void workings_offer_slope(Workings *work, const char *place, double slope) {
    if (work->question.kind == DIAGNOSE_UPDATE)
        workings_offer_step(work, place, work->model->rate * slope);
    else
        workings_offer(work, place, slope);
}

size_t workings_last_edges(const Workings *work) {
    size_t count = 0;
    for (size_t i = 0; i < work->edge_count; i++)
        count += workings_edge(work, work->edges[i])->from == work->symbol;
    return count;
}

Expr workings_expr(const Workings *work, SymbolId symbol) {
    return scope_expr(work->model->scope, work->model->exprs, symbol);
}

/* A name as declared. */
static const char *name_of(const Workings *work, SymbolId symbol) {
    return scope_get(work->model->scope, symbol)->name;
}

bool workings_is_number(const Workings *work, SymbolId symbol) {
    return symbol_entries(scope_get(work->model->scope, symbol)) == 1;
}

const Edge *workings_edge(const Workings *work, size_t edge) {
    return &work->model->graph->edges[edge];
}

double workings_evaluate(const Workings *work, Expr expr) {
    return *model_evaluate(work->model, work->arena, expr);
}

/* As the screen shows it, where the question says that the student computes with that. */
double workings_shown(const Workings *work, double value) {
    char text[NUMBER_SIZE];
    if (!work->question.digits || !isfinite(value))
        return value;
    snprintf(text, sizeof text, "%.*e", work->question.digits - 1, value);
    return strtod(text, NULL);
}

/* ------------------------------------------------------------------------------ factors */

static bool is_activation_function(uint8_t function) {
    return function <= FUNCTION_ABS;
}

Expr workings_activation_operand(const Exprs *exprs, Expr formula) {
    const ExprNode *node = expr_get(exprs, formula);
    if (!formula || node->kind != EXPR_CALL || !is_activation_function(node->function))
        return 0;
    Expr operand = expr_operand(exprs, formula, 0);
    for (size_t i = 1; i < node->count; i++)
        if (expr_get(exprs, expr_operand(exprs, formula, i))->kind != EXPR_NUMBER)
            return 0;
    return operand;
}

Expr workings_operand(const Workings *work, SymbolId symbol) {
    const Exprs *exprs = work->model->exprs;
    Expr operand =
        workings_activation_operand(exprs, scope_get(work->model->scope, symbol)->lowered);
    return operand && expr_is_scalar(exprs, operand) ? operand : 0;
}

static Expr partial_of(const Workings *work, Expr formula, SymbolId symbol) {
    Exprs *exprs = work->model->exprs;
    Partial *partials;
    size_t count = expr_partials(exprs, work->model->scope, work->arena, formula,
                                 expr_number(exprs, 1), &partials);
    for (size_t i = 0; i < count; i++)
        if (partials[i].symbol == symbol)
            return partials[i].adjoint;
    return expr_number(exprs, 0);
}

/* The slope of the activation `symbol`, at the value of any expression. */
static Expr slope_at(const Workings *work, SymbolId symbol, Expr at) {
    Exprs *exprs = work->model->exprs;
    Expr formula = scope_get(work->model->scope, symbol)->lowered,
         name = workings_expr(work, symbol);
    const ExprNode *node = expr_get(exprs, formula);
    Expr operands[2] = {name, node->count > 1 ? expr_operand(exprs, formula, 1) : 0};
    Expr slope = partial_of(work, expr_rebuild(exprs, formula, operands), symbol);
    return expr_substitute(exprs, work->arena, slope, name, at);
}

double workings_slope_at(const Workings *work, SymbolId symbol, Expr at) {
    return workings_evaluate(work, slope_at(work, symbol, at));
}

/* The factor of an edge beside the slope of its activation, in symbols. */
Expr workings_inner(const Workings *work, const Edge *edge) {
    Expr operand = workings_operand(work, edge->to);
    return operand ? partial_of(work, operand, edge->from) : edge->partial;
}

/* The derivatives of `of` by each name down to wrt, with the factors as they are now. */
double *workings_sums(const Workings *work) {
    double *carried = ARENA_ARRAY(work->arena, double, work->model->scope->count);
    carried[work->question.of] = 1;
    for (size_t i = 0; i < work->edge_count; i++) {
        const Edge *edge = workings_edge(work, work->edges[i]);
        carried[edge->from] +=
            carried[edge->to] * work->slopes[edge->to] * work->inners[work->edges[i]];
    }
    return carried;
}

bool workings_all_through(const Workings *work, SymbolId node) {
    double *before = ARENA_ARRAY(work->arena, double, work->model->scope->count);
    double *after = ARENA_ARRAY(work->arena, double, work->model->scope->count);
    before[work->question.of] = after[work->symbol] = 1;
    for (size_t i = 0; i < work->edge_count; i++) {
        const Edge *edge = workings_edge(work, work->edges[i]);
        before[edge->from] += before[edge->to];
    }
    for (size_t i = work->edge_count; i-- > 0;) {
        const Edge *edge = workings_edge(work, work->edges[i]);
        after[edge->to] += after[edge->from];
    }
    return before[node] * after[node] == before[work->symbol];
}

double workings_total(const Workings *work) {
    return workings_sums(work)[work->symbol];
}

/* The edges on paths, the highest `to` first: an order in which a reverse sweep can take them. */
static void find_edges(Workings *work) {
    const Graph *graph = work->model->graph;
    const Scope *scope = work->model->scope;
    SymbolId of = work->question.of;
    bool local = work->question.kind == DIAGNOSE_LOCAL;
    const bool *along = work->question.along;
    double *reached = paths_count(work->arena, graph, scope, of);
    bool *depends = graph_dependents(graph, scope, work->arena, work->symbol);
    work->edges = ARENA_ARRAY(work->arena, size_t, graph->edge_count);
    for (SymbolId to = of + 1; to-- > work->symbol;)
        for (size_t e = graph->first_in[to]; e < graph->first_in[to + 1]; e++) {
            SymbolId from = graph->edges[e].from;
            bool wanted = local ? from == work->symbol && to == of
                                : reached[to] > 0 && depends[from] && from >= work->symbol;
            if (wanted && (!along || along[e]))
                work->edges[work->edge_count++] = e;
        }
}

static bool has_number_edges(const Workings *work) {
    bool numbers = work->edge_count > 0 && work->edge_count <= MOST_EDGES;
    for (size_t i = 0; i < work->edge_count && numbers; i++) {
        const Edge *edge = workings_edge(work, work->edges[i]);
        numbers = edge->partial && workings_is_number(work, edge->from) &&
                  workings_is_number(work, edge->to);
    }
    return numbers;
}

/* Then what is found along paths and edges is no part of the derivative. */
static bool rows_meet(const Workings *work) {
    return graph_rows_meet(work->model->graph, work->model->scope, work->question.of, work->symbol);
}

static const double SAME = 1e-9;

static void find_factors(Workings *work) {
    const Graph *graph = work->model->graph;
    work->slopes = ARENA_ARRAY(work->arena, double, work->model->scope->count);
    work->inners = ARENA_ARRAY(work->arena, double, graph->edge_count);
    if (!has_number_edges(work) || rows_meet(work))
        return;
    for (size_t i = 0; i < work->edge_count; i++) {
        const Edge *edge = workings_edge(work, work->edges[i]);
        Expr operand = workings_operand(work, edge->to);
        work->inners[work->edges[i]] = workings_evaluate(work, workings_inner(work, edge));
        if (work->slopes[edge->to] == 0)
            work->slopes[edge->to] = operand ? workings_slope_at(work, edge->to, operand) : 1;
    }
    work->factored = fabs(workings_total(work) - work->derivative) <= SAME * fabs(work->derivative);
    for (size_t i = 0; i < work->edge_count && work->factored; i++) {
        SymbolId to = workings_edge(work, work->edges[i])->to;
        work->inners[work->edges[i]] = workings_shown(work, work->inners[work->edges[i]]);
        work->slopes[to] = workings_shown(work, work->slopes[to]);
    }
    work->derivative =
        work->factored ? workings_total(work) : workings_shown(work, work->derivative);
}

static bool is_along(const Workings *work, const Path *path) {
    const bool *along = work->question.along;
    for (size_t i = 0; i < path->count && along; i++)
        if (!along[path->edges[i]])
            return false;
    return true;
}

/* Those along which the question leads; after them, in the same list, the others. */
static void find_paths(Workings *work) {
    const Model *model = work->model;
    if (work->question.kind == DIAGNOSE_LOCAL || rows_meet(work))
        return;
    Paths all =
        paths_find(work->arena, model->graph, model->scope, model_weights(model, work->arena),
                   work->question.of, work->symbol, MOST_PATHS);
    if (!all.complete)
        return;
    work->paths = all;
    work->paths.list = ARENA_ARRAY(work->arena, Path, all.listed);
    work->paths.listed = 0;
    for (size_t i = 0; i < all.listed; i++)
        if (is_along(work, &all.list[i]))
            work->paths.list[work->paths.listed++] = all.list[i];
    for (size_t i = 0; i < all.listed; i++)
        if (!is_along(work, &all.list[i]))
            work->paths.list[work->paths.listed + work->other_paths++] = all.list[i];
}

/* ------------------------------------------------------------------------------ places */

const char *workings_name_text(const Workings *work, SymbolId symbol) {
    return arena_format(work->arena, "`%s`", name_of(work, symbol));
}

const char *workings_partial_text(const Workings *work, SymbolId of, SymbolId wrt) {
    return arena_format(work->arena, "`d%s/d%s`", name_of(work, of), name_of(work, wrt));
}

const char *workings_slope_text(const Workings *work, SymbolId node) {
    const Exprs *exprs = work->model->exprs;
    const ExprNode *operand = expr_get(exprs, workings_operand(work, node));
    if (operand->kind == EXPR_NAME)
        return workings_partial_text(work, node, operand->symbol);
    const ExprNode *call = expr_get(exprs, scope_get(work->model->scope, node)->lowered);
    return arena_format(work->arena, "%s in `%s`", expr_functions[call->function].name,
                        name_of(work, node));
}

const char *workings_inner_text(const Workings *work, const Edge *edge) {
    if (!workings_operand(work, edge->to))
        return workings_partial_text(work, edge->to, edge->from);
    return arena_format(work->arena, "`%s` inside `%s`", name_of(work, edge->from),
                        name_of(work, edge->to));
}

const char *workings_path_text(const Workings *work, const Path *path) {
    Buffer out = {.arena = work->arena};
    buffer_format(&out, "`%s`", name_of(work, work->symbol));
    for (size_t i = path->count; i-- > 0;)
        buffer_format(&out, " → `%s`", name_of(work, workings_edge(work, path->edges[i])->to));
    return buffer_text(&out);
}

double workings_path_product(const Workings *work, const Path *path) {
    double product = 1;
    if (!work->factored || !is_along(work, path))
        return model_carry(work->model, work->arena, path, work->question.of,
                           path->count)[work->entry];
    for (size_t i = 0; i < path->count; i++)
        product *=
            work->slopes[workings_edge(work, path->edges[i])->to] * work->inners[path->edges[i]];
    return product;
}

void workings_open(Workings *work) {
    work->symbol = diagnose_symbol(work->model, work->question.wrt, &work->entry);
    find_edges(work);
    find_factors(work);
    find_paths(work);
}
