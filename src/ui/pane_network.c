#include <stdlib.h>

#include "base/str.h"
#include "ui/actions.h"
#include "ui/pane.h"
#include "ui/screen.h"

static Network find_network(const Face *face, SymbolId **symbols) {
    NetworkWish wish = {face->selected, face->trace.chain, face->trace.path};
    Network network = session_network(face->session, face->arena, wish, symbols);
    network.zoom = face->zoom;
    network.plan = face->plan;
    return network;
}

static Grid draw_network(const Face *face, int rows, int columns) {
    SymbolId *symbols;
    Network network = find_network(face, &symbols);
    Grid grid = network_draw(face->arena, &network, rows, columns, face->ascii).grid;
    for (size_t i = 0; i < (size_t)grid.rows * (size_t)grid.columns; i++)
        if (grid.cells[i].mark)
            grid.cells[i].mark = symbols[grid.cells[i].mark - 1] + 1;
    return grid;
}

NetworkFlow pane_network_flow(const Face *face, Grid picture) {
    SymbolId *symbols;
    Network network = find_network(face, &symbols);
    return network_flow_new(face->arena, &network, picture);
}

/* How far `to` lies from `from` in the direction of the arrow: nearest first; negative where it
 * does not lie there. A layer counts more than any height. */
static long distance(const Layout *layout, size_t from, size_t to, int32_t arrow) {
    long across = (long)layout->items[to].layer - (long)layout->items[from].layer;
    long down = layout->items[to].place - layout->items[from].place;
    long height = 4 * (long)layout->tallest + 1;
    if (arrow == PRESS_LEFT || arrow == PRESS_UP) {
        across = -across;
        down = -down;
    }
    if (arrow == PRESS_LEFT || arrow == PRESS_RIGHT)
        return across > 0 ? across * height + labs(down) : -1;
    return across == 0 && down > 0 ? down : -1;
}

/* In a picture that is made of rows up and down suffice. */
static size_t next_row(const Network *network, size_t node, int32_t arrow) {
    if (arrow == PRESS_UP || arrow == PRESS_LEFT)
        return node > 0 ? node - 1 : 0;
    return node + 1 < network->node_count ? node + 1 : node;
}

static size_t next_in_layers(const Face *face, const Network *network, size_t node, int32_t arrow) {
    Layout layout = network_layout(face->arena, network);
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

/* Up and down go through the weights that share a node. */
static bool move_in_node(Face *face, int32_t arrow) {
    if (face->selected == SYMBOL_NONE || (arrow != PRESS_UP && arrow != PRESS_DOWN))
        return false;
    SymbolId next = session_beside_gathered(face->session, face->selected, arrow == PRESS_DOWN);
    face->selected = next == SYMBOL_NONE ? face->selected : next;
    return next != SYMBOL_NONE;
}

/* The first press selects a node of which the step speaks, else the first one. */
static void move_in_network(Face *face, int32_t arrow, int rows, int columns) {
    if (move_in_node(face, arrow))
        return;
    SymbolId *symbols;
    Network network = find_network(face, &symbols);
    size_t at = network.node_count, lit = 0;
    for (size_t i = network.node_count; i-- > 0;) {
        at = symbols[i] == face->selected ? i : at;
        lit = network.nodes[i].style != STYLE_NORMAL ? i : lit;
    }
    if (network.node_count == 0)
        return;
    if (at == network.node_count)
        at = lit;
    else if (network.node_count > NETWORK_MOST_LAYERED ||
             network_draw(face->arena, &network, rows, columns, face->ascii).down)
        at = next_row(&network, at, arrow);
    else
        at = next_in_layers(face, &network, at, arrow);
    face->selected = symbols[at];
}

const Pane pane_network = {.title = "network", .draw = draw_network, .move = move_in_network};

void act_zoom(Tui *tui, const char *way) {
    static const struct {
        NetworkZoom zoom;
        const char *words;
    } views[] = {{NETWORK_RAILS, "The network: a row for each node."},
                 {NETWORK_FIT, "The network: all of it."},
                 {NETWORK_WIDE, "The network in layers, as large as it needs."},
                 {NETWORK_NEAR, "One node and its neighbours; the arrows select another."}};
    enum { VIEWS = sizeof views / sizeof *views };
    int at = 0;
    while (views[at].zoom != tui->face.zoom)
        at++;
    at += str_equal(way, "in") ? 1 : -1;
    at = at < 0 ? 0 : at >= VIEWS ? VIEWS - 1 : at;
    tui->face.zoom = views[at].zoom;
    tui_notice(tui, views[at].words);
    if (tui->face.flat)
        tui->focus = PANE_NETWORK;
}
