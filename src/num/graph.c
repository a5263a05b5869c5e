#include "num/graph.h"

#include <string.h>

#include "expr/diff.h"
#include "expr/simplify.h"

/* Which nodes lead to `of`; SYMBOL_NONE while nothing was asked for. */
struct Leading {
    SymbolId of;
    bool *leads; /* by symbol */
};

static void add_edges(Graph *graph, Arena *arena, Exprs *exprs, const Scope *scope, Arena *scratch,
                      SymbolId to) {
    const Symbol *symbol = scope_get(scope, to);
    if (!symbol->lowered)
        return;
    bool scalar = symbol_entries(symbol) == 1;
    Expr name = scope_expr(scope, exprs, to);
    Expr seed = scalar ? expr_number(exprs, 1) : name; /* any expression of its shape would do */
    Partial *partials;
    size_t count = expr_partials(exprs, scope, scratch, symbol->lowered, seed, &partials);
    bool trivial = expr_get(exprs, symbol->lowered)->count == 0;
    Expr *adjoints = ARENA_ARRAY(scratch, Expr, count);
    for (size_t i = 0; i < count; i++)
        adjoints[i] = partials[i].adjoint;
    if (!trivial) /* sigmoid(z)·(1 − sigmoid(z)) is y·(1 − y) where y is the name of it */
        expr_substitute_all(exprs, scratch, adjoints, count, symbol->lowered, name);
    for (size_t i = 0; i < count; i++) {
        if (simplify_is_zero(exprs, partials[i].adjoint))
            continue;
        ARENA_RESERVE(arena, graph->edges, graph->edge_count, graph->edge_capacity);
        graph->edges[graph->edge_count++] =
            (Edge){.from = partials[i].symbol, .to = to, .partial = scalar ? adjoints[i] : 0};
    }
}

static void index_outgoing(Graph *graph, Arena *arena, size_t symbols) {
    graph->first_out = ARENA_ARRAY(arena, size_t, symbols + 2);
    graph->outgoing = ARENA_ARRAY(arena, size_t, graph->edge_count);
    for (size_t i = 0; i < graph->edge_count; i++)
        graph->first_out[graph->edges[i].from + 2]++;
    for (size_t s = 2; s < symbols + 2; s++)
        graph->first_out[s] += graph->first_out[s - 1];
    for (size_t i = 0; i < graph->edge_count; i++)
        graph->outgoing[graph->first_out[graph->edges[i].from + 1]++] = i;
}

Graph *graph_build(Arena *arena, Exprs *exprs, const Scope *scope, Arena *scratch) {
    Graph *graph = ARENA_NEW(arena, Graph);
    graph->first_in = ARENA_ARRAY(arena, size_t, scope->count + 1);
    for (SymbolId s = 0; s < scope->count; s++) {
        Arena local = {.recovery = arena->recovery}; /* or a long lesson would need its square */
        graph->first_in[s] = graph->edge_count;
        add_edges(graph, arena, exprs, scope, &local, s);
        arena_clear(&local);
    }
    graph->first_in[scope->count] = graph->edge_count;
    index_outgoing(graph, arena, scope->count);
    graph->leading = ARENA_NEW(arena, struct Leading);
    *graph->leading = (struct Leading){SYMBOL_NONE, ARENA_ARRAY(arena, bool, scope->count)};
    graph->by_row = ARENA_ARRAY(arena, bool, scope->count);
    bool *by_row = expr_by_row(exprs, scope, scratch, (Expr)exprs->count - 1);
    for (SymbolId s = 0; by_row && s < scope->count; s++)
        graph->by_row[s] = s - scope->data->first < scope->data->count ||
                           (scope_get(scope, s)->lowered && by_row[scope_get(scope, s)->lowered]);
    return graph;
}

bool graph_sums_rows(const Graph *graph, const Edge *edge, SymbolId of) {
    return !graph->by_row[of] && graph->by_row[edge->to] && !graph->by_row[edge->from];
}

bool graph_is_row_part(const Graph *graph, SymbolId of, SymbolId wrt) {
    return graph->by_row[wrt] && !graph->by_row[of];
}

Expr graph_contribution(Exprs *exprs, const Scope *scope, Arena *scratch, const Edge *edge,
                        Expr of) {
    Expr name = scope_expr(scope, exprs, edge->to);
    bool start = of == name && edge->partial;
    if (start)
        return edge->partial;
    Expr seed = expr_derivative(exprs, of, name);
    if (edge->partial)
        return simplify_multiply(exprs, seed, edge->partial);
    Expr formula = scope_get(scope, edge->to)->lowered;
    Partial *partials;
    size_t count = expr_partials(exprs, scope, scratch, formula, seed, &partials);
    for (size_t i = 0; i < count; i++)
        if (partials[i].symbol == edge->from)
            return expr_substitute(exprs, scratch, partials[i].adjoint, formula, name);
    return expr_number(exprs, 0);
}

const bool *graph_leading(const Graph *graph, const Scope *scope, SymbolId of) {
    struct Leading *leading = graph->leading;
    if (leading->of == of)
        return leading->leads;
    leading->of = of;
    for (SymbolId s = 0; s < scope->count; s++)
        leading->leads[s] = s == of;
    for (SymbolId s = of + 1; s-- > 0;)
        for (size_t i = graph->first_in[s]; i < graph->first_in[s + 1] && leading->leads[s]; i++)
            leading->leads[graph->edges[i].from] = true;
    return leading->leads;
}

bool *graph_dependents(const Graph *graph, const Scope *scope, Arena *arena, SymbolId on) {
    bool *depends = ARENA_ARRAY(arena, bool, scope->count);
    depends[on] = true;
    for (SymbolId s = on + 1; s < scope->count; s++)
        for (size_t i = graph->first_in[s]; i < graph->first_in[s + 1] && !depends[s]; i++)
            depends[s] = depends[graph->edges[i].from];
    return depends;
}
