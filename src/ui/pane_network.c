#include <stdlib.h>

#include "ui/pane.h"
#include "ui/screen.h"
#include "view/network_layout.h"

enum { LAYERED_NODES = 22 }; /* a picture of more is made of rows: up and down suffice */

static Network find_network(const Face *face, SymbolId selected, SymbolId **symbols) {
    NetworkWish wish = {selected, face->trace.chain, face->trace.path};
    return session_network(face->session, face->arena, wish, symbols);
}

static Grid draw_network(const Face *face, int rows, int columns) {
    SymbolId *symbols;
    Network network = find_network(face, face->selected, &symbols);
    Grid grid = network_draw(face->arena, &network, rows, columns, face->ascii).grid;
    for (size_t i = 0; i < (size_t)grid.rows * (size_t)grid.columns; i++)
        if (grid.cells[i].mark)
            grid.cells[i].mark = symbols[grid.cells[i].mark - 1] + 1;
    return grid;
}

NetworkFlow pane_network_flow(const Face *face, int rows, int columns) {
    SymbolId *symbols;
    Network network = find_network(face, face->selected, &symbols);
    return network_flow_new(face->arena, &network, rows, columns, face->ascii);
}

static int compare_edges(const void *a, const void *b) {
    const LayoutEdge *left = a, *right = b;
    if (left->from != right->from)
        return left->from < right->from ? -1 : 1;
    return (left->to > right->to) - (left->to < right->to);
}

/* Where the nodes stand in the picture. */
static Layout place_nodes(Arena *arena, const Network *network) {
    LayoutEdge *edges = ARENA_ARRAY(arena, LayoutEdge, network->edge_count);
    size_t count = 0;
    for (size_t i = 0; i < network->edge_count; i++)
        if (network->edges[i].from < network->edges[i].to)
            edges[count++] = (LayoutEdge){network->edges[i].from, network->edges[i].to};
    qsort(edges, count, sizeof *edges, compare_edges);
    size_t distinct = 0;
    for (size_t i = 0; i < count; i++)
        if (distinct == 0 || compare_edges(&edges[distinct - 1], &edges[i]) != 0)
            edges[distinct++] = edges[i];
    return layout_new(arena, network->node_count, edges, distinct);
}

/* How far `to` lies from `from` in the direction of the arrow: nearest first; negative where it
 * does not lie there. A layer counts more than any height. */
static long distance(const Layout *layout, size_t from, size_t to, int32_t arrow) {
    long across = (long)layout->items[to].layer - (long)layout->items[from].layer;
    long down = layout_half_places(layout, to) - layout_half_places(layout, from);
    long height = 4 * (long)layout->tallest + 1;
    if (arrow == PRESS_LEFT || arrow == PRESS_UP) {
        across = -across;
        down = -down;
    }
    if (arrow == PRESS_LEFT || arrow == PRESS_RIGHT)
        return across > 0 ? across * height + labs(down) : -1;
    return across == 0 && down > 0 ? down : -1;
}

static size_t next_node(const Face *face, const Network *network, size_t node, int32_t arrow) {
    if (network->node_count > LAYERED_NODES) {
        bool back = arrow == PRESS_UP || arrow == PRESS_LEFT;
        return back ? (node > 0 ? node - 1 : 0)
                    : (node + 1 < network->node_count ? node + 1 : node);
    }
    Layout layout = place_nodes(face->arena, network);
    size_t best = node;
    long nearest = -1;
    for (size_t i = 0; i < network->node_count; i++) {
        long here = i == node ? -1 : distance(&layout, node, i, arrow);
        if (here >= 0 && (nearest < 0 || here < nearest)) {
            nearest = here;
            best = i;
        }
    }
    return best;
}

/* The first press selects a node of which the step speaks, else the first one. */
static void move_in_network(Face *face, int32_t arrow) {
    SymbolId *symbols;
    Network network = find_network(face, SYMBOL_NONE, &symbols);
    size_t at = network.node_count, lit = 0;
    for (size_t i = network.node_count; i-- > 0;) {
        at = symbols[i] == face->selected ? i : at;
        lit = network.nodes[i].style != STYLE_NORMAL ? i : lit;
    }
    if (network.node_count == 0)
        return;
    at = at == network.node_count ? lit : next_node(face, &network, at, arrow);
    face->selected = symbols[at];
}

const Pane pane_network = {.title = "network", .draw = draw_network, .move = move_in_network};
