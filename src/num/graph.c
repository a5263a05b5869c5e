#include "num/graph.h"

#include <string.h>

#include "expr/diff.h"
#include "expr/parts.h"
#include "expr/simplify.h"

/* Which nodes lead to `of`; SYMBOL_NONE while nothing was asked for. */
struct Leading {
    SymbolId of;
    bool *leads;   /* by symbol */
    uint8_t *ways; /* by symbol: what the ways to it go through; of Way */
};

/* What a way from a result back to a name has been through, the name included. */
enum Way {
    WAY_ONE = 1, /* a value of one row */
    WAY_ALL = 2  /* a value of one row, and behind it, through a sum, the values of all rows */
};

/* Marks the names that stand in a sum over the rows in a formula. */
static bool *find_summed(const Exprs *exprs, const Scope *scope, Arena *scratch, Expr formula) {
    bool *summed = ARENA_ARRAY(scratch, bool, scope->count);
    Parts parts = parts_of(exprs, NULL, SYMBOL_NONE, scratch, formula);
    bool *inside = ARENA_ARRAY(scratch, bool, parts.count);
    for (size_t i = parts.count; i-- > 0;) {
        const ExprNode *node = expr_get(exprs, parts.list[i]);
        if (node->kind == EXPR_NAME)
            summed[node->symbol] = inside[i];
        bool sums = node->kind == EXPR_CALL &&
                    (node->function == FUNCTION_ROWSUM || node->function == FUNCTION_ROWMEAN);
        for (size_t j = 0; j < node->count && (sums || inside[i]); j++)
            inside[parts_place(&parts, expr_operand(exprs, parts.list[i], j))] = true;
    }
    return summed;
}

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
    const bool *summed =
        graph->by_row[to] ? find_summed(exprs, scope, scratch, symbol->lowered) : NULL;
    for (size_t i = 0; i < count; i++) {
        SymbolId from = partials[i].symbol;
        bool over_rows = summed && summed[from] && graph->by_row[from];
        if (simplify_is_zero(exprs, partials[i].adjoint) && !over_rows)
            continue;
        ARENA_RESERVE(arena, graph->edges, graph->edge_count, graph->edge_capacity);
        graph->edges[graph->edge_count++] = (Edge){
            .from = from, .to = to, .partial = scalar ? adjoints[i] : 0, .over_rows = over_rows};
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

static void find_rows(Graph *graph, Arena *arena, const Exprs *exprs, const Scope *scope,
                      Arena *scratch) {
    graph->by_row = ARENA_ARRAY(arena, bool, scope->count);
    bool *by_row = expr_by_row(exprs, scope, scratch, (Expr)exprs->count - 1);
    for (SymbolId s = 0; by_row && s < scope->count; s++)
        graph->by_row[s] = s - scope->data->first < scope->data->count ||
                           (scope_get(scope, s)->lowered && by_row[scope_get(scope, s)->lowered]);
}

Graph *graph_build(Arena *arena, Exprs *exprs, const Scope *scope, Arena *scratch) {
    Graph *graph = ARENA_NEW(arena, Graph);
    find_rows(graph, arena, exprs, scope, scratch);
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
    *graph->leading = (struct Leading){SYMBOL_NONE, ARENA_ARRAY(arena, bool, scope->count),
                                       ARENA_ARRAY(arena, uint8_t, scope->count)};
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

/* Whether a way that comes along this edge goes on in all rows, and was in one before. */
static bool meets(const Graph *graph, const Edge *edge) {
    bool enters = !graph->by_row[edge->to] && graph->by_row[edge->from];
    return edge->over_rows || (enters && (graph->leading->ways[edge->to] & WAY_ONE));
}

const bool *graph_leading(const Graph *graph, const Scope *scope, SymbolId of) {
    struct Leading *leading = graph->leading;
    if (leading->of == of)
        return leading->leads;
    leading->of = of;
    for (SymbolId s = 0; s < scope->count; s++) {
        leading->leads[s] = s == of;
        leading->ways[s] = s == of && graph->by_row[s] ? WAY_ONE : 0;
    }
    for (SymbolId s = of + 1; s-- > 0;)
        for (size_t i = graph->first_in[s]; i < graph->first_in[s + 1] && leading->leads[s]; i++) {
            const Edge *edge = &graph->edges[i];
            leading->leads[edge->from] = true;
            leading->ways[edge->from] |= leading->ways[s];
            if (graph->by_row[edge->from])
                leading->ways[edge->from] |= meets(graph, edge) ? WAY_ALL | WAY_ONE : WAY_ONE;
        }
    return leading->leads;
}

bool graph_rows_meet(const Graph *graph, const Scope *scope, SymbolId of, SymbolId wrt) {
    return graph_leading(graph, scope, of)[wrt] && (graph->leading->ways[wrt] & WAY_ALL);
}

bool graph_rows_meet_at(const Graph *graph, const Scope *scope, SymbolId of, SymbolId symbol) {
    const bool *leads = graph_leading(graph, scope, of);
    for (size_t i = graph->first_out[symbol]; i < graph->first_out[symbol + 1]; i++) {
        const Edge *edge = &graph->edges[graph->outgoing[i]];
        bool all = graph->by_row[edge->to] && (graph->leading->ways[edge->to] & WAY_ALL);
        if (leads[edge->to] &&
            (edge->over_rows || (graph->by_row[of] && (all || meets(graph, edge)))))
            return true;
    }
    return false;
}

/* Who uses a name on a way from the result that has come through a value of one row. */
static SymbolId user_from_row(const Graph *graph, SymbolId symbol) {
    size_t i = graph->first_out[symbol];
    while (!(graph->leading->ways[graph->edges[graph->outgoing[i]].to] & WAY_ONE))
        i++;
    return graph->edges[graph->outgoing[i]].to;
}

Meeting graph_meeting(const Graph *graph, const Scope *scope, Arena *scratch, SymbolId of,
                      SymbolId wrt) {
    const bool *leads = graph_leading(graph, scope, of);
    const bool *depends = graph_dependents(graph, scope, scratch, wrt);
    size_t found = graph->edge_count;
    while (found-- > 0) {
        const Edge *edge = &graph->edges[found];
        if (leads[edge->to] && depends[edge->from] && meets(graph, edge))
            break;
    }
    const Edge *entry = &graph->edges[found];
    Meeting meeting = {entry->to, entry->from, .named = !entry->over_rows};
    while (!graph->by_row[meeting.row]) /* the sum, or what is made of it */
        meeting.row = user_from_row(graph, meeting.row);
    return meeting;
}

bool *graph_dependents(const Graph *graph, const Scope *scope, Arena *arena, SymbolId on) {
    bool *depends = ARENA_ARRAY(arena, bool, scope->count);
    depends[on] = true;
    for (SymbolId s = on + 1; s < scope->count; s++)
        for (size_t i = graph->first_in[s]; i < graph->first_in[s + 1] && !depends[s]; i++)
            depends[s] = depends[graph->edges[i].from];
    return depends;
}
