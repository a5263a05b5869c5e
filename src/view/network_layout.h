/* network_layout: where the nodes of a small graph stand: in which layer, in which order from top
 * to bottom. Plain data, no cells.
 *
 * A layer is the longest way from a source, so every edge goes to the right. An edge that passes
 * layers gets a bend in each of them; a bend takes a place like a node, and nothing is crossed by a
 * line that has its own place. The order follows the barycentre of the neighbours, swept to and
 * fro, and neighbours change places where that leaves fewer crossings; the order with the fewest is
 * kept, the first one of equals. Parts of the graph that are not connected stand one below the
 * other. In that order everything moves as close to its neighbours as the others allow, the bends
 * of a long edge before all, so that it becomes straight. */
#ifndef VIEW_NETWORK_LAYOUT_H
#define VIEW_NETWORK_LAYOUT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"

#define LAYOUT_BEND ((size_t)-1)

typedef struct LayoutEdge {
    size_t from, to; /* nodes, from < to */
} LayoutEdge;

typedef struct LayoutItem {
    size_t node; /* LAYOUT_BEND where a long edge passes */
    size_t layer;
    size_t rank; /* from the top of the layer */
    size_t part; /* the first node of what it is connected with */
    double pull; /* while ordering: where its neighbours would have it */
    int place;   /* twice its distance from the top of the picture, in places */
} LayoutItem;

/* A piece of an edge, from one layer to the next. */
typedef struct LayoutLink {
    size_t edge;
    size_t from, to; /* items */
} LayoutLink;

/* The items at the other ends of the links of an item. */
typedef struct LayoutEnds {
    const size_t *before, *behind; /* to the left and to the right, in the order of the links */
    size_t before_count, behind_count;
} LayoutEnds;

typedef struct Layout {
    LayoutItem *items; /* the nodes first, under their own indices, then the bends */
    size_t item_count, item_capacity;
    LayoutLink *links; /* those of one edge follow each other, left to right */
    size_t link_count, link_capacity;
    LayoutEnds *ends; /* by item */
    size_t layer_count;
    size_t *layer_sizes;
    size_t *layer_starts; /* in `order` */
    size_t tallest;       /* the largest of the sizes */
    size_t *order;        /* the items, layer by layer, from top to bottom */
} Layout;

/* `edges` must be distinct and sorted by `from`, all with from < to < node_count. Meant for some
 * dozens of nodes: the time grows with the square of the edges between two layers. */
Layout layout_new(Arena *arena, size_t node_count, const LayoutEdge *edges, size_t edge_count);

/* --- network_order.c, for layout_new --- */

/* The order within each layer. */
void layout_order(Arena *arena, Layout *layout);

/* --- network_align.c, for layout_new --- */

/* The places, in that order. */
void layout_align(Arena *arena, Layout *layout);

#endif
