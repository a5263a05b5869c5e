
#include "view/network_picture.h"

enum {
    LAYERED_LINKS = 160,    /* pieces of edges; with more no line can be followed, */
    MOST_LINKS = 500,       /* unless the picture may be as large as it needs */
    LARGEST_PICTURE = 1000, /* rows or columns */
    GROWTH = 4,             /* rows, and half the columns, by which it becomes larger */
};

/* Of several edges between the same two nodes the first lit one, else the first, is kept. */
static size_t distinct_edges(Arena *arena, const Network *network, LayoutEdge **ends,
                             size_t **indices) {
    size_t nodes = network->node_count, count = 0;
    size_t *table = ARENA_ARRAY(arena, size_t, nodes * nodes);
    for (size_t i = 0; i < network->edge_count; i++) {
        const NetworkEdge *edge = &network->edges[i];
        if (edge->from >= edge->to || edge->to >= nodes)
            continue;
        size_t *kept = &table[edge->from * nodes + edge->to];
        count += *kept == 0 ? 1 : 0;
        if (*kept == 0 ||
            (network_is_lit(edge->style) && !network_is_lit(network->edges[*kept - 1].style)))
            *kept = i + 1;
    }
    *ends = ARENA_ARRAY(arena, LayoutEdge, count);
    *indices = ARENA_ARRAY(arena, size_t, count);
    size_t at = 0;
    for (size_t i = 0; i < nodes * nodes; i++) {
        if (table[i] == 0)
            continue;
        (*ends)[at] = (LayoutEdge){.from = i / nodes, .to = i % nodes};
        (*indices)[at++] = table[i] - 1;
    }
    return count;
}

Layout network_layout(Arena *arena, const Network *network) {
    LayoutEdge *ends;
    size_t *indices;
    size_t count = distinct_edges(arena, network, &ends, &indices);
    return layout_new(arena, network->node_count, ends, count);
}

Style picture_node_style(const Picture *picture, size_t node) {
    const Network *network = picture->network;
    return picture->dark ? network_node_style(network, node) : network->nodes[node].style;
}

Style picture_edge_style(const Picture *picture, size_t edge) {
    const Network *network = picture->network;
    size_t drawn = picture->edges[edge];
    return picture->dark ? network_edge_style(network, drawn) : network->edges[drawn].style;
}

/* A box: its corners, its level and its upright sides. */
static void draw_box(Picture *picture, int row, int left, int right, Style style) {
    static const char *const unicode[][6] = {{"╭", "╮", "╰", "╯", "─", "│"},
                                             {"┏", "┓", "┗", "┛", "━", "┃"}};
    static const char *const ascii[][6] = {{"+", "+", "+", "+", "-", "|"},
                                           {"#", "#", "#", "#", "=", "#"}};
    int lit = network_is_lit(style) ? 1 : 0;
    const char *const *sign = picture->grid->ascii ? ascii[lit] : unicode[lit];
    style = network_line_style(style);
    for (int column = left + 1; column < right; column++) {
        picture_write(picture, row - 1, column, sign[4], style);
        picture_write(picture, row + 2, column, sign[4], style);
    }
    for (int side = row; side < row + 2; side++) {
        for (int column = left + 1; column < right; column++)
            picture_write(picture, side, column, " ", STYLE_NORMAL);
        picture_write(picture, side, left, sign[5], style);
        picture_write(picture, side, right, sign[5], style);
    }
    picture_write(picture, row - 1, left, sign[0], style);
    picture_write(picture, row - 1, right, sign[1], style);
    picture_write(picture, row + 2, left, sign[2], style);
    picture_write(picture, row + 2, right, sign[3], style);
}

/* A matrix: its name, and below it its shape. */
static void draw_block(Picture *picture, size_t node) {
    const NodeText *text = &picture->texts[node];
    Style style = picture_node_style(picture, node);
    int row = picture_item_row(picture, node), inner = picture_text_width(picture, node);
    int sign = picture_sign_column(picture, node);
    bool left = picture_text_is_left(picture, picture->layout.items[node].layer);
    int first = left ? sign - inner - 1 : sign;
    draw_box(picture, row, first, first + inner + 1, style);
    picture_write(picture, row, first + 1 + (inner - text->label_width) / 2, text->label, style);
    picture_write(picture, row + 1, first + 1 + (inner - text->shape_width) / 2, text->shape,
                  network_line_style(style));
    for (int i = -1; i <= 2; i++)
        grid_mark(picture->grid, row + i, first, inner + 2, (uint32_t)node + 1);
}

void picture_write(Picture *picture, int row, int column, const char *text, Style style) {
    int width = grid_text(picture->grid, row, column, text, style);
    for (int i = 0; i < width; i++) {
        CanvasCell *cell = canvas_cell(&picture->canvas, row, column + i);
        if (cell != NULL)
            cell->text = true;
    }
}

static void draw_node(Picture *picture, size_t node) {
    const NodeText *text = &picture->texts[node];
    Style style = picture_node_style(picture, node);
    int row = picture_item_row(picture, node), sign = picture_sign_column(picture, node);
    bool left = picture_text_is_left(picture, picture->layout.items[node].layer);
    int column = left ? sign - 1 - picture_text_width(picture, node) : sign + 2;
    picture_write(picture, row, sign, network_sign(style, picture->grid->ascii), style);
    if (picture_is_apart(picture, node)) {
        grid_mark(picture->grid, row, sign, 1, (uint32_t)node + 1);
        return;
    }
    picture_write(picture, row, column, text->label, style);
    if (picture->beside && text->value != NULL && !text->long_value)
        picture_write(picture, row, column + text->label_width + 1, text->value,
                      network_value_style(picture->network, node, style));
    grid_mark(picture->grid, row, left ? column : sign, picture_text_width(picture, node) + 2,
              (uint32_t)node + 1);
}

static void draw_arrow(Picture *picture, const LayoutLink *link, Style style) {
    const LayoutItem *from = &picture->layout.items[link->from];
    const LayoutItem *to = &picture->layout.items[link->to];
    bool ascii = picture->grid->ascii;
    if (!picture->network->backward && to->node != LAYOUT_BEND)
        picture_write(picture, picture_item_row(picture, link->to), picture->lefts[to->layer] - 1,
                      ascii ? ">" : "▶", style);
    if (picture->network->backward && from->node != LAYOUT_BEND)
        picture_write(picture, picture_item_row(picture, link->from),
                      picture_exit_column(picture, link->from), ascii ? "<" : "◀", style);
}

static void draw_link(Picture *picture, const LayoutLink *link) {
    const LayoutItem *from = &picture->layout.items[link->from];
    Style style = picture_edge_style(picture, link->edge);
    Ink ink = network_ink(picture->network, picture->edges[link->edge], style);
    ink.line = (uint16_t)link->edge;
    Slant slant = picture_link_slant(picture, link);
    int first = from->node == LAYOUT_BEND ? picture->lefts[from->layer]
                                          : picture_exit_column(picture, link->from);
    canvas_level(&picture->canvas, slant.row, first, picture_layer_end(picture, from->layer) - 1,
                 ink);
    canvas_slant(&picture->canvas, slant.row, slant.column, slant.to_row, slant.to_column, ink);
    if (network_has_arrow(style))
        draw_arrow(picture, link, style);
}

static void draw_lines(Picture *picture) {
    Grid *grid = picture->grid;
    picture->canvas = canvas_new(picture->arena, grid->rows, grid->columns, grid->ascii);
    for (size_t i = 0; i < picture->layout.link_count; i++)
        draw_link(picture, &picture->layout.links[i]);
    for (size_t i = 0; i < picture->network->node_count; i++) {
        if (picture_is_block(picture, i))
            draw_block(picture, i);
        else
            draw_node(picture, i);
    }
}

/* What has no room is placed among what is lit now. In the picture of a dark network it must stand
 * where it does once that is lit: so the lit one is drawn first, and then all again. */
static void draw_picture(Picture *picture) {
    Grid *grid = picture->grid;
    picture_place_texts(picture);
    bool lacks = picture_lacks_rooms(picture), dark = picture->network->dark;
    if (lacks) {
        draw_lines(picture);
        picture_place_others(picture);
    }
    picture->dark = dark;
    if (lacks && dark)
        grid_fill(grid, 0, 0, grid->rows, grid->columns, " ", STYLE_NORMAL);
    if (!lacks || dark)
        draw_lines(picture);
    picture_write_texts(picture);
    canvas_print(&picture->canvas, grid);
}

static void find_edge_links(Picture *picture) {
    const Layout *layout = &picture->layout;
    picture->edge_links = ARENA_ARRAY(picture->arena, size_t, picture->edge_count + 1);
    for (size_t i = 0; i < layout->link_count; i++)
        picture->edge_links[layout->links[i].edge + 1] = i + 1;
}

/* Enlarges the measures of the grid until everything has its place. */
static bool grow_grid(Picture *picture) {
    Grid *grid = picture->grid;
    while (!picture_place(picture)) {
        if (grid->columns > LARGEST_PICTURE || grid->rows > LARGEST_PICTURE)
            return false;
        if (picture_columns_suffice(picture))
            grid->rows += GROWTH;
        else
            grid->columns += 2 * GROWTH;
    }
    *grid = grid_new(picture->arena, grid->rows, grid->columns, grid->ascii);
    return true;
}

bool picture_plan(Picture *picture) {
    picture->layout =
        layout_new(picture->arena, picture->node_count, picture->ends, picture->edge_count);
    if (picture->layout.link_count > (size_t)(picture->roomy ? MOST_LINKS : LAYERED_LINKS))
        return false;
    find_edge_links(picture);
    if (!(picture->roomy ? grow_grid(picture) : picture_place(picture)))
        return false;
    picture_find_rooms(picture);
    return true;
}

bool network_draw_layers(Arena *arena, const Network *network, Grid *grid, bool grow) {
    Picture picture = {.arena = arena,
                       .network = network,
                       .grid = grid,
                       .rows = grid->rows,
                       .columns = grid->columns,
                       .ascii = grid->ascii,
                       .node_count = network->node_count,
                       .roomy = grow};
    size_t *indices;
    if (network->node_count > (size_t)(grow ? NETWORK_MOST_LAYERED : NETWORK_LAYERED))
        return false;
    picture.edge_count = distinct_edges(arena, network, &picture.ends, &indices);
    picture.edges = indices;
    if (picture.edge_count > (size_t)(grow ? MOST_LINKS : LAYERED_LINKS))
        return false;
    picture_read_texts(&picture);
    bool kept = network->plan && !grow;
    if (!(kept ? picture_use_plan(&picture, network->plan) : picture_plan(&picture)))
        return false;
    draw_picture(&picture);
    if (!grow)
        network_add_legend(arena, network, picture_unplaced(&picture), grid);
    return true;
}
