#include <string.h>

#include "base/utf8.h"
#include "view/network_picture.h"
#include "view/network_rails.h"

enum { MOST_NEIGHBOURS = NETWORK_LAYERED - 1, MORE = sizeof " more" - 1 };

/* --- A part of a picture -------------------------------------------------------------------- */

/* A rectangle of cells; `last` < `first` where there are none. */
typedef struct Area {
    int top, bottom, left, right;
} Area;

static Area find_style(const Grid *grid, bool selected) {
    Area area = {grid->rows, -1, grid->columns, -1};
    for (int row = 0; row < grid->rows; row++) {
        for (int column = 0; column < grid->columns; column++) {
            Style style = (Style)grid_cell(grid, row, column)->style;
            bool found = selected ? style == STYLE_SELECTED : network_is_lit(style);
            if (!found || style == STYLE_NUMBER)
                continue;
            area.top = row < area.top ? row : area.top;
            area.bottom = row > area.bottom ? row : area.bottom;
            area.left = column < area.left ? column : area.left;
            area.right = column > area.right ? column : area.right;
        }
    }
    return area;
}

/* Where a window of `size` begins so that its middle is that of first … last, if there are any. */
static int window_start(int first, int last, int size, int total) {
    if (last < first)
        return 0;
    int start = (first + last) / 2 - size / 2;
    if (start > total - size)
        start = total - size;
    return start > 0 ? start : 0;
}

/* Arrows in the last row: where the picture goes on. */
static void draw_more(Grid *grid, const Grid *whole, int top, int left) {
    const char *const signs[2][4] = {{"←", "↑", "↓", "→"}, {"<", "^", "v", ">"}};
    bool more[] = {left > 0, top > 0, top + grid->rows < whole->rows,
                   left + grid->columns < whole->columns};
    int count = more[0] + more[1] + more[2] + more[3], column = grid->columns - MORE - 2 * count;
    if (grid->rows < 2 || column < 0 || count == 0)
        return;
    column += grid_text(grid, grid->rows - 1, column, " more", STYLE_DIM);
    for (int i = 0; i < 4; i++) {
        if (!more[i])
            continue;
        column += grid_text(grid, grid->rows - 1, column, " ", STYLE_DIM);
        column += grid_text(grid, grid->rows - 1, column, signs[grid->ascii ? 1 : 0][i], STYLE_DIM);
    }
}

/* Whether a cell holds a part of a name or a number: no space, no line, no sign of a node. */
static bool is_written(const Grid *grid, int row, int column) {
    const Cell *cell = grid_cell(grid, row, column);
    uint32_t character = 0;
    if (!cell || !utf8_decode(cell->text, &character))
        return false;
    bool ascii = (character >= '0' && character <= '9') || (character >= 'a' && character <= 'z') ||
                 (character >= 'A' && character <= 'Z') || character == '.';
    bool drawn =
        (character >= 0x2500 && character < 0x2600) || (character >= 0x2800 && character < 0x2900);
    return character < 0x80 ? ascii : !drawn;
}

/* A name or a number that goes on beyond an end of the row is left out: 0.75 is not 0.7. */
static void cut_texts(Grid *grid, const Grid *whole, int top, int left) {
    for (int row = 0; row < grid->rows; row++)
        for (int side = 0; side < 2; side++) {
            int column = side == 0 ? 0 : grid->columns - 1, step = side == 0 ? 1 : -1;
            if (!is_written(whole, top + row, left + column - step))
                continue;
            const char *mark = grid->ascii ? "~" : "…";
            for (; is_written(grid, row, column); column += step) {
                grid_text(grid, row, column, mark, (Style)grid_cell(grid, row, column)->style);
                mark = " ";
            }
        }
}

/* The picture in layers, as large as it is, and of it what `grid` has room for. The part shown is
 * that of the lit picture, for a dark one, too. */
static bool draw_wide(Arena *arena, const Network *network, Grid *grid) {
    Network lit = *network;
    lit.dark = false;
    Grid whole = *grid, shown = *grid;
    if (!network_draw_layers(arena, &lit, &whole, true))
        return false;
    Area area = find_style(&whole, true);
    if (area.bottom < 0)
        area = find_style(&whole, false);
    int top = window_start(area.top, area.bottom, grid->rows, whole.rows);
    int left = window_start(area.left, area.right, grid->columns, whole.columns);
    if (network->dark)
        network_draw_layers(arena, network, &shown, true);
    grid_copy(grid, -top, -left, network->dark ? &shown : &whole);
    cut_texts(grid, &whole, top, left);
    draw_more(grid, &whole, top, left);
    network_add_legend(arena, network, NULL, grid);
    return true;
}

/* --- A node and its neighbours -------------------------------------------------------------- */

/* The node that is selected, at the selected edge, or the first that is lit. */
static size_t find_middle(const Network *network) {
    for (size_t i = 0; i < network->node_count; i++)
        if (network->nodes[i].style == STYLE_SELECTED)
            return i;
    for (size_t i = 0; i < network->edge_count; i++)
        if (network->edges[i].style == STYLE_SELECTED)
            return network->edges[i].to;
    for (size_t i = 0; i < network->node_count; i++)
        if (network_is_lit(network->nodes[i].style))
            return i;
    return 0;
}

/* The nodes kept; neighbours beyond the most are left out and counted. */
static size_t keep_neighbours(const Network *network, size_t middle, bool *kept) {
    size_t count = 0, left_out = 0;
    kept[middle] = true;
    for (size_t i = 0; i < network->edge_count; i++) {
        const NetworkEdge *edge = &network->edges[i];
        size_t other = edge->from == middle ? edge->to : edge->from;
        if ((edge->from != middle && edge->to != middle) || kept[other])
            continue;
        kept[other] = count < MOST_NEIGHBOURS;
        left_out += count < MOST_NEIGHBOURS ? 0 : 1;
        count++;
    }
    return left_out;
}

/* The network of the middle and its neighbours; `original[i]` is the node that node i was. */
static Network take_near(Arena *arena, const Network *network, size_t **original) {
    size_t middle = find_middle(network), *index = ARENA_ARRAY(arena, size_t, network->node_count);
    bool *kept = ARENA_ARRAY(arena, bool, network->node_count);
    size_t left_out = keep_neighbours(network, middle, kept);
    Network near = *network;
    near.zoom = NETWORK_FIT;
    near.texts = NULL;
    near.nodes = ARENA_ARRAY(arena, NetworkNode, NETWORK_LAYERED);
    near.edges = ARENA_ARRAY(arena, NetworkEdge, network->edge_count);
    near.node_count = near.edge_count = 0;
    *original = ARENA_ARRAY(arena, size_t, NETWORK_LAYERED);
    for (size_t i = 0; i < network->node_count; i++) {
        if (!kept[i])
            continue;
        if (network->texts != NULL && network->nodes[i].label == NULL)
            network->texts->name_node(network, i);
        (*original)[near.node_count] = i;
        index[i] = near.node_count;
        near.nodes[near.node_count++] = network->nodes[i];
    }
    for (size_t i = 0; i < network->edge_count; i++) {
        const NetworkEdge *edge = &network->edges[i];
        if ((edge->from != middle && edge->to != middle) || !kept[edge->from] || !kept[edge->to])
            continue;
        if (network->texts != NULL && edge->label == NULL)
            network->texts->name_edge(network, i);
        near.edges[near.edge_count] = *edge;
        near.edges[near.edge_count].from = index[edge->from];
        near.edges[near.edge_count++].to = index[edge->to];
    }
    if (near.caption == NULL && left_out)
        near.caption = arena_format(arena, "and %zu neighbours more", left_out);
    return near;
}

static NetworkPicture draw_near(Arena *arena, const Network *network, int rows, int columns,
                                bool ascii) {
    size_t *original;
    Network near = take_near(arena, network, &original);
    NetworkPicture picture = network_draw(arena, &near, rows, columns, ascii);
    for (size_t i = 0; i < (size_t)picture.grid.rows * (size_t)picture.grid.columns; i++) {
        Cell *cell = &picture.grid.cells[i];
        if (cell->mark > 0 && cell->mark <= near.node_count)
            cell->mark = (uint32_t)original[cell->mark - 1] + 1;
    }
    return picture;
}

/* --- All ------------------------------------------------------------------------------------ */

NetworkPicture network_draw(Arena *arena, const Network *network, int rows, int columns,
                            bool ascii) {
    NetworkPicture picture = {.grid = grid_new(arena, rows, columns, ascii)};
    if (picture.grid.rows == 0 || picture.grid.columns == 0 || network->node_count == 0)
        return picture;
    bool layers = false;
    switch (network->zoom) {
    case NETWORK_NEAR: return draw_near(arena, network, rows, columns, ascii);
    case NETWORK_WIDE: layers = draw_wide(arena, network, &picture.grid); break;
    case NETWORK_FIT: layers = network_draw_layers(arena, network, &picture.grid, false); break;
    case NETWORK_RAILS: break;
    }
    picture.down = !layers;
    if (picture.down)
        network_draw_rails(arena, network, &picture.grid);
    return picture;
}

static Style shown_style(const Network *network, Style style) {
    bool unlit = network->dark && network_is_lit(style) && style != STYLE_SELECTED;
    return unlit ? STYLE_NORMAL : style;
}

Style network_node_style(const Network *network, size_t node) {
    return shown_style(network, network->nodes[node].style);
}

Style network_value_style(const Network *network, size_t node, Style style) {
    bool marked = network->nodes[node].changed && (style == STYLE_NORMAL || style == STYLE_DIM);
    return marked ? STYLE_CHANGED : style;
}

Style network_edge_style(const Network *network, size_t edge) {
    return shown_style(network, network->edges[edge].style);
}
