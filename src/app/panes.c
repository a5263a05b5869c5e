/* What the network and the values panes show at the present place, as plain data. */
#include <string.h>

#include "app/explain.h"
#include "app/known.h"
#include "expr/diff.h"
#include "expr/parts.h"

/* ------------------------------------------------------------------------------ values */

/* The values pane while it is filled. One reverse sweep serves all slopes of one result. */
typedef struct ValuesPane {
    Explain explain;
    Block *table;
    Model *model;
    SymbolId swept; /* the result of the last sweep, or SYMBOL_NONE */
} ValuesPane;

static const double *slope_value(ValuesPane *pane, SymbolId of, SymbolId symbol, Expr token) {
    const Graph *graph = pane->explain.lesson->graph;
    bool one_row = graph->by_row[symbol] && !graph->by_row[of];
    if (one_row || symbol_entries(scope_get(pane->explain.scope, of)) > 1)
        return explain_value(&pane->explain, token);
    if (pane->swept != of)
        model_backward(pane->model, of);
    pane->swept = of;
    return model_adjoint(pane->model, symbol);
}

static void add_value_row(ValuesPane *pane, SymbolId symbol, SymbolId slope_of, bool slopes) {
    Explain *explain = &pane->explain;
    Expr name = scope_expr(explain->scope, explain->exprs, symbol);
    block_part(explain->card, pane->table, NULL, explain_name(explain, symbol));
    block_part(explain->card, pane->table, NULL,
               explain_entries(explain, model_value(explain->model, symbol), name));
    if (!slopes)
        return;
    const Math *slope = NULL, *value = NULL;
    if (slope_of != SYMBOL_NONE) {
        Expr token = expr_derivative(explain->exprs,
                                     scope_expr(explain->scope, explain->exprs, slope_of), name);
        const double *entries = slope_value(pane, slope_of, symbol, token);
        slope = explain_symbols(explain, token);
        value = math_lit(explain->arena, (Math *)explain_entries(explain, entries, token),
                         STYLE_BACKWARD);
    }
    block_part(explain->card, pane->table, NULL, slope);
    block_part(explain->card, pane->table, NULL, value);
}

Card session_values(Session *session, Arena *arena) {
    Card card = {.arena = arena, .title = "values"};
    ValuesPane pane = {.explain = explain_new(session, session->present.model, &card),
                       .model = session->present.model,
                       .swept = SYMBOL_NONE};
    Known known = known_at(session, arena, session->position);
    const Scope *scope = pane.explain.scope;
    bool slopes = false, any = false;
    for (SymbolId s = 0; s < scope->count; s++) {
        slopes = slopes || known.slope[s] != SYMBOL_NONE;
        any = any || known.value[s];
    }
    if (!any)
        return card;
    pane.table = card_add(&card, BLOCK_TABLE);
    pane.table->columns = slopes ? 4 : 2;
    for (SymbolId s = 0; s < scope->count; s++)
        if (known.value[s])
            add_value_row(&pane, s, known.slope[s], slopes);
    return card;
}

/* ------------------------------------------------------------------------------ network */

/* A drawing being made: which name stands for which node, and what is lit. */
typedef struct Drawing {
    Explain *explain;
    const Lesson *lesson;
    Known known;
    SymbolId *drawn_as; /* a name → the name it is drawn as: itself, or the activation around it */
    size_t *node_of;    /* a name that is drawn → its node */
    bool *lit;          /* names lit */
    bool *lit_edges;    /* by edge of the graph */
    Network network;
    SymbolId *symbols;
} Drawing;

static bool is_hidden(const Symbol *symbol) {
    return symbol->role == ROLE_PARAM || symbol->role == ROLE_TARGET;
}

/* z in y = σ(z): drawn as one node with y, where y is its only user. */
static bool is_inside_activation(const Drawing *drawing, SymbolId z) {
    const Graph *graph = drawing->lesson->graph;
    if (graph->first_out[z + 1] - graph->first_out[z] != 1 ||
        symbol_is_leaf(scope_get(&drawing->lesson->scope, z)))
        return false;
    SymbolId y = graph->edges[graph->outgoing[graph->first_out[z]]].to;
    const Exprs *exprs = &drawing->lesson->exprs;
    const ExprNode *formula = expr_get(exprs, scope_get(&drawing->lesson->scope, y)->lowered);
    if (formula->kind != EXPR_CALL || formula->count != 1)
        return false;
    const ExprNode *inside = expr_get(exprs, exprs->operands[formula->first]);
    bool same_size = formula->rows == inside->rows && formula->columns == inside->columns;
    return same_size && inside->kind == EXPR_NAME && inside->symbol == z;
}

static void choose_nodes(Drawing *drawing, Arena *arena) {
    const Scope *scope = &drawing->lesson->scope;
    drawing->drawn_as = ARENA_ARRAY(arena, SymbolId, scope->count);
    for (SymbolId s = (SymbolId)scope->count; s-- > 0;) {
        drawing->drawn_as[s] = s;
        if (is_inside_activation(drawing, s)) {
            const Graph *graph = drawing->lesson->graph;
            SymbolId user = graph->edges[graph->outgoing[graph->first_out[s]]].to;
            drawing->drawn_as[s] = drawing->drawn_as[user];
        }
    }
}

static void light_path(Drawing *drawing, const Path *path) {
    for (size_t i = 0; i < path->count; i++) {
        const Edge *edge = &drawing->lesson->graph->edges[path->edges[i]];
        drawing->lit_edges[path->edges[i]] = true;
        drawing->lit[edge->from] = drawing->lit[edge->to] = true;
    }
}

static void light_edges(Drawing *drawing, SymbolId symbol, bool incoming) {
    const Graph *graph = drawing->lesson->graph;
    drawing->lit[symbol] = true;
    for (size_t i = 0; i < graph->edge_count; i++)
        if ((incoming ? graph->edges[i].to : graph->edges[i].from) == symbol)
            drawing->lit_edges[i] = true;
}

static void light_step(Drawing *drawing, const Step *step) {
    switch (step->kind) {
    case STEP_FORWARD: light_edges(drawing, step->symbol, true); break;
    case STEP_BACKWARD:
    case STEP_UPDATE: light_edges(drawing, step->symbol, false); break;
    case STEP_CHAIN:
    case STEP_SUM:
        for (size_t i = 0; i < step->chain->paths.listed; i++)
            light_path(drawing, &step->chain->paths.list[i]);
        break;
    case STEP_PRODUCT: light_path(drawing, &step->chain->paths.list[step->path]); break;
    case STEP_FACTOR: {
        Path one = {&step->chain->paths.list[step->path].edges[step->factor], 1, 1};
        light_path(drawing, &one);
        break;
    }
    default: break;
    }
    drawing->network.backward = step->kind != STEP_FORWARD;
}

static const char *node_value(const Drawing *drawing, SymbolId symbol) {
    if (!drawing->known.value[symbol])
        return NULL;
    const Symbol *found = scope_get(drawing->explain->scope, symbol);
    Arena *arena = drawing->explain->arena;
    if (symbol_entries(found) > 1)
        return arena_format(arena, "%u×%u", found->rows, found->columns);
    return explain_number_text(drawing->explain, *model_value(drawing->explain->model, symbol));
}

static void add_nodes(Drawing *drawing, SymbolId selected, Arena *arena) {
    const Scope *scope = drawing->explain->scope;
    const Graph *graph = drawing->lesson->graph;
    drawing->node_of = ARENA_ARRAY(arena, size_t, scope->count);
    drawing->symbols = ARENA_ARRAY(arena, SymbolId, scope->count);
    drawing->network.nodes = ARENA_ARRAY(arena, NetworkNode, scope->count);
    for (SymbolId s = 0; s < scope->count; s++) {
        const Symbol *symbol = scope_get(scope, s);
        bool alone = graph->first_out[s] == graph->first_out[s + 1] && symbol_is_leaf(symbol);
        if (is_hidden(symbol) || alone || drawing->drawn_as[s] != s)
            continue;
        bool lit = drawing->lit[s];
        for (SymbolId inside = 0; inside < s; inside++)
            lit = lit || (drawing->drawn_as[inside] == s && drawing->lit[inside]);
        size_t node = drawing->network.node_count++;
        drawing->node_of[s] = node;
        drawing->symbols[node] = s;
        drawing->network.nodes[node] = (NetworkNode){.label = explain_name(drawing->explain, s),
                                                     .value = node_value(drawing, s),
                                                     .style = s == selected ? STYLE_SELECTED
                                                              : lit         ? STYLE_LIT
                                                                            : STYLE_NORMAL};
    }
}

/* The parameter that multiplies `node` in a formula, w in w*node or W @ node, or SYMBOL_NONE. */
static SymbolId find_weight(const Drawing *drawing, Expr formula, SymbolId node) {
    const Exprs *exprs = &drawing->lesson->exprs;
    Parts parts = parts_of(exprs, NULL, SYMBOL_NONE, drawing->explain->arena, formula);
    for (size_t i = 0; i < parts.count; i++) {
        Expr e = parts.list[i];
        const ExprNode *product = expr_get(exprs, e);
        if (product->kind != EXPR_MULTIPLY && product->kind != EXPR_MATMUL)
            continue;
        const ExprNode *a = expr_get(exprs, expr_operand(exprs, e, 0));
        const ExprNode *b = expr_get(exprs, expr_operand(exprs, e, 1));
        if (a->kind != EXPR_NAME || b->kind != EXPR_NAME)
            continue;
        SymbolId weight = b->symbol == node   ? a->symbol
                          : a->symbol == node ? b->symbol
                                              : SYMBOL_NONE;
        if (weight != SYMBOL_NONE && scope_get(&drawing->lesson->scope, weight)->role == ROLE_PARAM)
            return weight;
    }
    return SYMBOL_NONE;
}

/* Whether the edge from parameter `weight` into `to` is lit. */
static bool weight_is_lit(const Drawing *drawing, SymbolId weight, SymbolId to) {
    const Graph *graph = drawing->lesson->graph;
    for (size_t i = graph->first_in[to]; weight != SYMBOL_NONE && i < graph->first_in[to + 1]; i++)
        if (graph->edges[i].from == weight)
            return drawing->lit_edges[i];
    return false;
}

static void add_edges(Drawing *drawing, SymbolId selected, Arena *arena) {
    const Graph *graph = drawing->lesson->graph;
    const Scope *scope = drawing->explain->scope;
    drawing->network.edges = ARENA_ARRAY(arena, NetworkEdge, graph->edge_count);
    for (size_t i = 0; i < graph->edge_count; i++) {
        const Edge *edge = &graph->edges[i];
        SymbolId from = drawing->drawn_as[edge->from], to = drawing->drawn_as[edge->to];
        if (is_hidden(scope_get(scope, edge->from)) || from == to)
            continue;
        SymbolId weight = find_weight(drawing, scope_get(scope, edge->to)->lowered, edge->from);
        bool lit = drawing->lit_edges[i] || weight_is_lit(drawing, weight, edge->to);
        drawing->network.edges[drawing->network.edge_count++] = (NetworkEdge){
            .from = drawing->node_of[from],
            .to = drawing->node_of[to],
            .label = weight == SYMBOL_NONE ? NULL : explain_name(drawing->explain, weight),
            .style = weight != SYMBOL_NONE && weight == selected ? STYLE_SELECTED
                     : lit                                       ? STYLE_LIT
                                                                 : STYLE_NORMAL};
    }
}

Network session_network(Session *session, Arena *arena, SymbolId selected, SymbolId **symbols) {
    Card unused = {.arena = arena};
    Explain explain = explain_new(session, session->present.model, &unused);
    const Lesson *lesson = session->lesson;
    Drawing drawing = {.explain = &explain,
                       .lesson = lesson,
                       .known = known_at(session, arena, session->position),
                       .lit = ARENA_ARRAY(arena, bool, lesson->scope.count),
                       .lit_edges = ARENA_ARRAY(arena, bool, lesson->graph->edge_count)};
    light_step(&drawing, &lesson->steps[session->position]);
    choose_nodes(&drawing, arena);
    add_nodes(&drawing, selected, arena);
    add_edges(&drawing, selected, arena);
    *symbols = drawing.symbols;
    return drawing.network;
}
