#include "num/paths.h"

#include <math.h>
#include <stdlib.h>

double *paths_count(Arena *arena, const Graph *graph, const Scope *scope, SymbolId of) {
    double *counts = ARENA_ARRAY(arena, double, scope->count);
    counts[of] = 1;
    for (SymbolId s = of + 1; s-- > 0;)
        for (size_t i = graph->first_in[s]; i < graph->first_in[s + 1]; i++)
            counts[graph->edges[i].from] += counts[s];
    return counts;
}

/* A search for paths from `of` back to `wrt`. */
typedef struct Search {
    Arena *arena;
    const Graph *graph;
    const double *weights;
    SymbolId of, wrt;
    const bool *useful; /* nodes from which `wrt` can be reached going back */
} Search;

static Path finish_path(const Search *search, const size_t *edges, size_t count) {
    Path path = {ARENA_ARRAY(search->arena, size_t, count), count, 1};
    for (size_t i = 0; i < count; i++) {
        path.edges[i] = edges[i];
        path.product *= search->weights[edges[i]];
    }
    return path;
}

/* The next edge into `node`, from number `start` on, that leads towards `wrt`; SIZE_MAX if none. */
static size_t next_edge(const Search *search, SymbolId node, size_t start) {
    for (size_t i = start; i < search->graph->first_in[node + 1]; i++)
        if (search->useful[search->graph->edges[i].from])
            return i;
    return SIZE_MAX;
}

/* All paths, by backtracking. Every edge taken leads to `wrt`, so no walk is in vain. */
static void list_all(const Search *search, size_t symbols, Paths *paths) {
    size_t *stack = ARENA_ARRAY(search->arena, size_t, symbols + 1);
    size_t depth = 0;
    size_t edge = next_edge(search, search->of, search->graph->first_in[search->of]);
    for (;;) {
        if (edge == SIZE_MAX) {
            if (depth == 0)
                return;
            edge = stack[--depth];
            edge = next_edge(search, search->graph->edges[edge].to, edge + 1);
            continue;
        }
        stack[depth++] = edge;
        SymbolId node = search->graph->edges[edge].from;
        if (node != search->wrt) {
            edge = next_edge(search, node, search->graph->first_in[node]);
            continue;
        }
        paths->list[paths->listed++] = finish_path(search, stack, depth);
        edge = next_edge(search, search->graph->edges[edge].to, edge + 1);
        depth--;
    }
}

/* The beginning of a path, at one node: how it came there. */
typedef struct Start {
    double product;
    size_t edge; /* the last edge taken */
    size_t rank; /* which of the starts at edge.to it goes on */
} Start;

/* For the order of the largest; a product that is no number comes last. */
static double size_of(const Start *start) {
    return isnan(start->product) ? -1 : fabs(start->product);
}

static int by_size(const void *a, const void *b) {
    const Start *left = a, *right = b;
    double x = size_of(left), y = size_of(right);
    if (x != y)
        return x > y ? -1 : 1;
    if (left->edge != right->edge)
        return left->edge < right->edge ? -1 : 1;
    return (left->rank > right->rank) - (left->rank < right->rank);
}

/* The k best starts at `node`, from those of the nodes that use it. */
static size_t best_starts(const Search *search, SymbolId node, size_t k, Start *const *starts,
                          const size_t *counts, Start **best) {
    const Graph *graph = search->graph;
    size_t room = 0, count = 0;
    for (size_t i = graph->first_out[node]; i < graph->first_out[node + 1]; i++)
        room += counts[graph->edges[graph->outgoing[i]].to];
    Start *all = ARENA_ARRAY(search->arena, Start, room);
    for (size_t i = graph->first_out[node]; i < graph->first_out[node + 1]; i++) {
        size_t edge = graph->outgoing[i];
        SymbolId user = graph->edges[edge].to;
        for (size_t rank = 0; rank < counts[user]; rank++)
            all[count++] = (Start){starts[user][rank].product * search->weights[edge], edge, rank};
    }
    if (count)
        qsort(all, count, sizeof *all, by_size);
    *best = all;
    return count < k ? count : k;
}

/* The k largest: dynamic programming from `of` back to `wrt`, k starts kept at each node. */
static void list_best(const Search *search, size_t symbols, size_t k, Paths *paths) {
    Start **starts = ARENA_ARRAY(search->arena, Start *, symbols);
    size_t *counts = ARENA_ARRAY(search->arena, size_t, symbols);
    starts[search->of] = ARENA_NEW(search->arena, Start);
    starts[search->of]->product = 1;
    counts[search->of] = 1;
    for (SymbolId s = search->of; s-- > search->wrt;)
        if (search->useful[s])
            counts[s] = best_starts(search, s, k, starts, counts, &starts[s]);
    size_t *edges = ARENA_ARRAY(search->arena, size_t, symbols);
    for (size_t i = 0; i < counts[search->wrt]; i++) {
        size_t count = 0, rank = i;
        for (SymbolId node = search->wrt; node != search->of;) {
            const Start *start = &starts[node][rank];
            edges[count++] = start->edge;
            rank = start->rank;
            node = search->graph->edges[start->edge].to;
        }
        for (size_t j = 0; j < count / 2; j++) {
            size_t other = edges[j];
            edges[j] = edges[count - 1 - j];
            edges[count - 1 - j] = other;
        }
        paths->list[paths->listed++] = finish_path(search, edges, count);
    }
}

Paths paths_find(Arena *arena, const Graph *graph, const Scope *scope, const double *weights,
                 SymbolId of, SymbolId wrt, size_t most) {
    Paths paths = {.complete = true};
    if (wrt >= of)
        return paths;
    paths.total = paths_count(arena, graph, scope, of)[wrt];
    Search search = {arena, graph, weights, of, wrt, graph_dependents(graph, scope, arena, wrt)};
    paths.complete = paths.total <= (double)most;
    paths.list = ARENA_ARRAY(arena, Path, paths.complete ? (size_t)paths.total : most);
    if (paths.total == 0)
        return paths;
    if (paths.complete)
        list_all(&search, scope->count, &paths);
    else
        list_best(&search, scope->count, most, &paths);
    return paths;
}
