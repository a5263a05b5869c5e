#include "num/paths.h"

#include <math.h>

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
    const bool *useful; /* nodes from which `wrt` can be reached going back; to list all */
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

/* The best starts at one node, of which no more are found than somebody asked for. The next best is
 * among the next ones along each edge, and these wait in a heap: the best at its root. */
typedef struct Starts {
    Start *list; /* the largest |product| first */
    size_t count, capacity;
    Start *waiting; /* one an edge; NULL until the second best is asked for */
    size_t waiting_count;
} Starts;

/* For the order of the largest; a product that is no number comes last. */
static double size_of(const Start *start) {
    return isnan(start->product) ? -1 : fabs(start->product);
}

/* At most one start waits an edge, so the edge settles every tie. */
static bool comes_before(const Start *a, const Start *b) {
    double x = size_of(a), y = size_of(b);
    return x != y ? x > y : a->edge < b->edge;
}

static void sink(Starts *starts, size_t place) {
    Start *heap = starts->waiting, moved = heap[place];
    for (size_t child; (child = 2 * place + 1) < starts->waiting_count; place = child) {
        if (child + 1 < starts->waiting_count && comes_before(&heap[child + 1], &heap[child]))
            child++;
        if (!comes_before(&heap[child], &moved))
            break;
        heap[place] = heap[child];
    }
    heap[place] = moved;
}

static void rise(Starts *starts, size_t place) {
    Start *heap = starts->waiting, moved = heap[place];
    for (; place && comes_before(&moved, &heap[(place - 1) / 2]); place = (place - 1) / 2)
        heap[place] = heap[(place - 1) / 2];
    heap[place] = moved;
}

static void add_start(const Search *search, Starts *starts, Start start) {
    ARENA_RESERVE(search->arena, starts->list, starts->count, starts->capacity);
    starts->list[starts->count++] = start;
}

/* The start at a node that goes on the one of that rank at the other end of `edge`. */
static Start start_along(const Search *search, const Starts *all, size_t edge, size_t rank) {
    const Starts *user = &all[search->graph->edges[edge].to];
    return (Start){user->list[rank].product * search->weights[edge], edge, rank};
}

/* The best start at every node, handed on from each to those it uses. */
static void find_best(const Search *search, Starts *all, size_t symbols) {
    const Graph *graph = search->graph;
    Start *best = ARENA_ARRAY(search->arena, Start, symbols);
    best[search->of].product = 1;
    all[search->of] = (Starts){.list = &best[search->of], .count = 1, .capacity = 1};
    for (SymbolId s = search->of; s > search->wrt; s--) {
        if (!all[s].count)
            continue;
        for (size_t i = graph->first_in[s]; i < graph->first_in[s + 1]; i++) {
            SymbolId from = graph->edges[i].from;
            Start start = {best[s].product * search->weights[i], i, 0};
            if (!all[from].count)
                all[from] = (Starts){.list = &best[from], .count = 1, .capacity = 1};
            else if (!comes_before(&start, &best[from]))
                continue;
            best[from] = start;
        }
    }
}

/* The best along every edge but that of the best of all. */
static void fill_waiting(const Search *search, Starts *all, SymbolId node) {
    const Graph *graph = search->graph;
    Starts *starts = &all[node];
    size_t edges = graph->first_out[node + 1] - graph->first_out[node];
    starts->waiting = ARENA_ARRAY(search->arena, Start, edges);
    for (size_t i = graph->first_out[node]; i < graph->first_out[node + 1]; i++) {
        size_t edge = graph->outgoing[i];
        if (all[graph->edges[edge].to].count && edge != starts->list[0].edge)
            starts->waiting[starts->waiting_count++] = start_along(search, all, edge, 0);
    }
    for (size_t i = starts->waiting_count / 2; i-- > 0;)
        sink(starts, i);
}

/* Adds the next best start at `node`, where there is one. The start found last has a next along its
 * edge: what goes on the next one of the user. */
static void take_next(const Search *search, Starts *all, SymbolId node) {
    Starts *starts = &all[node];
    const Start *last = &starts->list[starts->count - 1];
    if (all[search->graph->edges[last->edge].to].count > last->rank + 1) {
        starts->waiting[starts->waiting_count++] =
            start_along(search, all, last->edge, last->rank + 1);
        rise(starts, starts->waiting_count - 1);
    }
    if (!starts->waiting_count)
        return;
    add_start(search, starts, starts->waiting[0]);
    starts->waiting[0] = starts->waiting[--starts->waiting_count];
    sink(starts, 0);
}

/* Adds the next best start at `wrt`; first, from node to user, those on which it may go on. */
static void find_next(const Search *search, Starts *all, SymbolId *asked) {
    size_t count = 0;
    for (SymbolId node = search->wrt; node != search->of;) {
        asked[count++] = node;
        if (!all[node].waiting)
            fill_waiting(search, all, node);
        const Start *last = &all[node].list[all[node].count - 1];
        SymbolId user = search->graph->edges[last->edge].to;
        if (all[user].count > last->rank + 1)
            break;
        node = user;
    }
    while (count)
        take_next(search, all, asked[--count]);
}

/* The path of a start at `wrt`, from the result on. */
static Path trace(const Search *search, const Starts *all, size_t rank, size_t *edges) {
    size_t count = 0;
    for (SymbolId node = search->wrt; node != search->of;) {
        const Start *start = &all[node].list[rank];
        edges[count++] = start->edge;
        rank = start->rank;
        node = search->graph->edges[start->edge].to;
    }
    for (size_t i = 0; i < count / 2; i++) {
        size_t other = edges[i];
        edges[i] = edges[count - 1 - i];
        edges[count - 1 - i] = other;
    }
    return finish_path(search, edges, count);
}

/* The k largest: the best start at every node, from `of` back to `wrt`; then the next, and the next
 * (Huang and Chiang, "Better k-best parsing", 2005). Along an edge the order of the starts stays,
 * except where an infinite one meets a slope of 0. */
static void list_best(const Search *search, size_t symbols, size_t k, Paths *paths) {
    Starts *all = ARENA_ARRAY(search->arena, Starts, symbols);
    find_best(search, all, symbols);
    const Starts *found = &all[search->wrt];
    SymbolId *asked = ARENA_ARRAY(search->arena, SymbolId, symbols);
    for (size_t before = 0; found->count < k && found->count > before;) {
        before = found->count;
        find_next(search, all, asked);
    }
    size_t *edges = ARENA_ARRAY(search->arena, size_t, symbols);
    for (size_t i = 0; i < found->count && i < k; i++)
        paths->list[paths->listed++] = trace(search, all, i, edges);
}

Paths paths_find(Arena *arena, const Graph *graph, const Scope *scope, const double *weights,
                 SymbolId of, SymbolId wrt, size_t most) {
    Paths paths = {.complete = true};
    if (wrt >= of)
        return paths;
    paths.total = paths_count(arena, graph, scope, of)[wrt];
    Search search = {.arena = arena, .graph = graph, .weights = weights, .of = of, .wrt = wrt};
    paths.complete = paths.total <= (double)most;
    paths.list = ARENA_ARRAY(arena, Path, paths.complete ? (size_t)paths.total : most);
    if (paths.total == 0)
        return paths;
    search.useful = paths.complete ? graph_dependents(graph, scope, arena, wrt) : NULL;
    if (paths.complete)
        list_all(&search, scope->count, &paths);
    else
        list_best(&search, scope->count, most, &paths);
    return paths;
}
