/* network_case: a network for the tests of its picture, put together and drawn. */
#ifndef UNIT_NETWORK_CASE_H
#define UNIT_NETWORK_CASE_H

#include "view/network.h"

enum { MOST_NODES = 40, MOST_EDGES = 200 };

typedef struct Case {
    Arena arena;
    NetworkNode nodes[MOST_NODES];
    NetworkEdge edges[MOST_EDGES];
    Network network;
    Grid grid;
} Case;

/* An empty one; the one before is gone. */
Case *new_case(void);

/* `value` and the `label` of an edge may be NULL. */
void add_node(Case *test, const char *label, const char *value, Style style);
void add_edge(Case *test, size_t from, size_t to, const char *label, Style style);

/* Draws it into test->grid, which must have that size. */
void draw(Case *test, int rows, int columns, bool ascii);

/* All rows, without the empty ones. */
const char *picture(Case *test);

void expect_text(Case *test, const char *text);
void expect_no_text(Case *test, const char *text);

/* The mark of the cell in which a label begins; 0 where it does not stand. */
uint32_t mark_of(const Case *test, const char *label);

/* x1 x2, h1 h2, y1 y2, E; the way x1 → h1 is lit. */
void build_two_layers(Case *test);

/* large, middle, small, one after the other; the way to the last is lit. */
void build_gears(Case *test);

/* A tree in which node i hangs from node (i − 1) / 2; node `lit` is lit. */
void build_tree(Case *test, size_t count, size_t lit);

/* h0, h1 and so on, one after the other, each with a value. */
void build_chain(Case *test, size_t count);

#endif
