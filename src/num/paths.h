/* paths: the ways by which a change of one node reaches another.
 *
 * A derivative is the sum, over all paths, of the product of the local partials along each. Their
 * number doubles with every layer, so they are counted by adding up along the graph and never by
 * walking them; and where they are too many to list, the largest products are found by keeping the
 * k best at each node. */
#ifndef NUM_PATHS_H
#define NUM_PATHS_H

#include "num/graph.h"

typedef struct Path {
    size_t *edges; /* numbers of edges of the graph, from the result back to the variable */
    size_t count;
    double product; /* of the weights of its edges */
} Path;

typedef struct Paths {
    double total; /* how many there are; exact up to 2^53 */
    Path *list;   /* all of them, in the order of the graph, where there are at most `most`; else
                     the `most` with the largest |product|, largest first */
    size_t listed;
    bool complete; /* all are listed */
} Paths;

/* The paths from `of` back to `wrt`. `weights[e]` is the value of the local partial on edge e (1
 * for edges that have none that is a number). No path: total 0. */
Paths paths_find(Arena *arena, const Graph *graph, const Scope *scope, const double *weights,
                 SymbolId of, SymbolId wrt, size_t most);

/* How many paths lead from `of` back to each node; counts[of] is 1. */
double *paths_count(Arena *arena, const Graph *graph, const Scope *scope, SymbolId of);

#endif
