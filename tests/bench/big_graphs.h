/* big_graphs: graphs far larger than any lesson, built with the interface that the lesson language
 * uses. */
#ifndef BENCH_BIG_GRAPHS_H
#define BENCH_BIG_GRAPHS_H

#include "expr/scope.h"

typedef enum BigShape {
    BIG_CHAIN, /* each node is the parameter divided by the node before it: neither values nor
                  adjoints fade, which would slow the sweep by numbers near 0 */
    BIG_MIXED  /* layers as wide as there are many; a node is one of five operations on two nodes of
                  the layer before */
} BigShape;

typedef struct BigGraph {
    Arena arena; /* of the expressions */
    Arena names; /* of the scope, the names' text with it */
    Exprs exprs;
    Scope scope;
    SymbolId weight; /* the only parameter */
    SymbolId loss;   /* reached by every node */
} BigGraph;

/* A graph of about `nodes` definitions, the loss among them. big_graph_free releases it. */
void big_graph_build(BigGraph *graph, BigShape shape, size_t nodes);

/* `layers` layers of `width` units between one input and one output, each unit a weighted sum of
 * all of the layer before it. `weight` is the input. */
void big_graph_build_layers(BigGraph *graph, size_t layers, size_t width);

void big_graph_free(BigGraph *graph);

#endif
