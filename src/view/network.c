#include "view/network.h"

#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "view/math_text.h"
#include "view/network_canvas.h"
#include "view/network_layout.h"
#include "view/network_rails.h"

enum {
    LAYERED_NODES = 22,  /* more are drawn as rails */
    LAYERED_LINKS = 160, /* pieces of edges; with more no line can be followed */
    NARROWEST_GAP = 5,   /* columns between two layers */
    ROOMY_GAP = 10,      /* from here on a value may stand beside its label */
    WIDEST_GAP = 26,
    LABEL_MARGIN = 7,    /* of a gap's columns, those an edge's label leaves to the line */
    CLOSEST_ROWS = 2,    /* between neighbours of one layer */
    FARTHEST_ROWS = 8,   /* unless the gaps are wide */
    LABEL_CLEARANCE = 2, /* columns beside a label in which other lines are unwelcome */
    COVERING_COST = 8,   /* a line covered by a label, measured in lines that are only near */
    LONGEST_TEXT = 16,   /* columns of one label or value */
    MARGIN_COLUMNS = 30, /* a picture at least this wide keeps a column free on either side */
    MARGIN_ROWS = 9,     /* and one at least this tall a row; */
    LEGEND_ROWS = 7,     /* one at least this tall keeps the last row free for a legend */
};

typedef struct NodeText {
    const char *label, *value; /* value: NULL for none */
    int label_width, value_width;
} NodeText;

/* A place for a text: it begins at `column`. */
typedef struct TextPlace {
    int row, column;
    const char *text;
    int cost; /* for lines it would cover or come close to; negative: it cannot stand there */
} TextPlace;

typedef struct Picture {
    Arena *arena;
    const Network *network;
    Grid *grid;
    Canvas canvas;
    Layout layout;
    const size_t *edges; /* the network's edge of each edge in the layout */
    NodeText *texts;
    const char **edge_labels; /* by the layout's edges; NULL for none */
    const char **edge_longs;  /* the same with the values; NULL where they are not to be shown */
    int *lefts, *widths;      /* columns of each layer */
    int gap, top, spacing;
    bool beside;             /* values stand to the right of their labels */
    bool spacious;           /* so do those of all weights, if it turns out that they can */
    TextPlace *label_places; /* by the layout's edges; where each label stands */
    TextPlace *value_places; /* by node */
    bool placed;             /* they are known */
    bool dark;               /* the network is, and this is the pass that shows it */
} Picture;

static int smaller(int a, int b) {
    return a < b ? a : b;
}

static int larger(int a, int b) {
    return a > b ? a : b;
}

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

static const char *fitted(Arena *arena, const char *text, bool ascii) {
    if (utf8_width(text) <= LONGEST_TEXT)
        return text;
    size_t length = utf8_prefix(text, LONGEST_TEXT - 1);
    return arena_format(arena, "%.*s%s", (int)length, text, ascii ? "~" : "…");
}

static void read_edge_text(Picture *picture, size_t edge) {
    const NetworkEdge *shown = &picture->network->edges[picture->edges[edge]];
    Arena *arena = picture->arena;
    bool ascii = picture->grid->ascii;
    if (shown->label == NULL)
        return;
    const char *label = fitted(arena, math_line(arena, shown->label, ascii), ascii);
    picture->edge_labels[edge] = label;
    if (shown->value != NULL)
        picture->edge_longs[edge] = arena_format(
            arena, "%s %s", label, ascii ? utf8_to_ascii(arena, shown->value) : shown->value);
}

static void read_texts(Picture *picture, size_t edge_count) {
    const Network *network = picture->network;
    Arena *arena = picture->arena;
    bool ascii = picture->grid->ascii;
    picture->texts = ARENA_ARRAY(arena, NodeText, network->node_count);
    for (size_t i = 0; i < network->node_count; i++) {
        NodeText *text = &picture->texts[i];
        const NetworkNode *node = &network->nodes[i];
        text->label = node->label ? fitted(arena, math_line(arena, node->label, ascii), ascii) : "";
        text->label_width = utf8_width(text->label);
        if (node->value == NULL)
            continue;
        const char *value = ascii ? utf8_to_ascii(arena, node->value) : node->value;
        text->value = fitted(arena, value, ascii);
        text->value_width = utf8_width(text->value);
    }
    picture->edge_labels = ARENA_ARRAY(arena, const char *, edge_count);
    picture->edge_longs = ARENA_ARRAY(arena, const char *, edge_count);
    for (size_t i = 0; i < edge_count; i++)
        read_edge_text(picture, i);
}

static int text_width(const Picture *picture, size_t node) {
    const NodeText *text = &picture->texts[node];
    bool beside = picture->beside && text->value_width > 0;
    return text->label_width + (beside ? 1 + text->value_width : 0);
}

static size_t last_layer(const Picture *picture) {
    return picture->layout.layer_count - 1;
}

/* In the first layer the text stands left of the sign, so that the lines start at the sign. */
static bool text_is_left(const Picture *picture, size_t layer) {
    return layer == 0 && last_layer(picture) > 0;
}

static int measure_layers(Picture *picture) {
    const Layout *layout = &picture->layout;
    int sum = 0;
    for (size_t layer = 0; layer < layout->layer_count; layer++)
        picture->widths[layer] = 1;
    for (size_t i = 0; i < picture->network->node_count; i++) {
        size_t layer = layout->items[i].layer;
        int text = text_width(picture, i);
        bool line_follows = layer > 0 && layer < last_layer(picture);
        int width = 1 + (text > 0 ? 1 + text : 0) + (line_follows ? 1 : 0);
        picture->widths[layer] = larger(picture->widths[layer], width);
    }
    for (size_t layer = 0; layer < layout->layer_count; layer++)
        sum += picture->widths[layer];
    return sum;
}

static int widest_text(const char *const *texts, size_t count) {
    int widest = 0;
    for (size_t i = 0; i < count; i++) {
        if (texts[i] != NULL)
            widest = larger(widest, utf8_width(texts[i]));
    }
    return widest;
}

/* Whether the layers fit side by side with gaps of at least `least`; sets the columns if so. */
static bool place_columns(Picture *picture, int least) {
    int layers = (int)picture->layout.layer_count, columns = picture->grid->columns;
    int room = columns - (columns >= MARGIN_COLUMNS ? 2 : 0);
    int sum = measure_layers(picture);
    if (room < sum + (layers - 1) * least)
        return false;
    picture->gap = layers > 1 ? smaller((room - sum) / (layers - 1), WIDEST_GAP) : 0;
    int column = (columns - sum - (layers - 1) * picture->gap) / 2;
    for (int layer = 0; layer < layers; layer++) {
        picture->lefts[layer] = column;
        column += picture->widths[layer] + picture->gap;
    }
    return true;
}

static bool place_rows(Picture *picture) {
    int places = (int)picture->layout.tallest - 1, rows = picture->grid->rows;
    if (rows >= LEGEND_ROWS && rows < MARGIN_ROWS)
        rows--;
    int room = rows - (rows >= MARGIN_ROWS ? 2 : 0);
    picture->spacing = 0;
    if (places > 0) {
        picture->spacing = smaller((room - 1) / places, larger(FARTHEST_ROWS, picture->gap / 2));
        if (picture->spacing < CLOSEST_ROWS)
            return false;
    }
    picture->top = (rows - places * picture->spacing - 1) / 2;
    return true;
}

static bool is_at_selected(const Picture *picture, size_t edge) {
    const Network *network = picture->network;
    const NetworkEdge *shown = &network->edges[picture->edges[edge]];
    return shown->style == STYLE_SELECTED || network->nodes[shown->from].style == STYLE_SELECTED ||
           network->nodes[shown->to].style == STYLE_SELECTED;
}

/* Only what is selected keeps the value beside its label. */
static void drop_longs(Picture *picture, size_t edge_count) {
    for (size_t i = 0; i < edge_count; i++) {
        if (!is_at_selected(picture, i))
            picture->edge_longs[i] = NULL;
    }
    picture->spacious = false;
}

static bool place_all(Picture *picture, size_t edge_count) {
    picture->lefts = ARENA_ARRAY(picture->arena, int, picture->layout.layer_count);
    picture->widths = ARENA_ARRAY(picture->arena, int, picture->layout.layer_count);
    int label = widest_text(picture->edge_labels, edge_count);
    int roomy = label > 0 ? larger(ROOMY_GAP, label + LABEL_MARGIN) : ROOMY_GAP;
    picture->beside = true;
    if (!place_columns(picture, roomy)) {
        picture->beside = false;
        if (!place_columns(picture, NARROWEST_GAP))
            return false;
    }
    int longest = widest_text(picture->edge_longs, edge_count);
    picture->spacious = picture->gap >= longest + LABEL_MARGIN;
    if (!picture->spacious)
        drop_longs(picture, edge_count);
    return place_rows(picture);
}

/* In the first of the two passes over a dark network it is drawn as if it were lit. */
static Style node_style(const Picture *picture, size_t node) {
    const Network *network = picture->network;
    return picture->dark ? network_node_style(network, node) : network->nodes[node].style;
}

static Style edge_style(const Picture *picture, size_t edge) {
    const Network *network = picture->network;
    size_t drawn = picture->edges[edge];
    return picture->dark ? network_edge_style(network, drawn) : network->edges[drawn].style;
}

static int item_row(const Picture *picture, size_t item) {
    return picture->top + layout_half_places(&picture->layout, item) * picture->spacing / 2;
}

static int layer_end(const Picture *picture, size_t layer) {
    return picture->lefts[layer] + picture->widths[layer];
}

static int sign_column(const Picture *picture, size_t node) {
    size_t layer = picture->layout.items[node].layer;
    return text_is_left(picture, layer) ? layer_end(picture, layer) - 1 : picture->lefts[layer];
}

/* The first column of the lines that leave a node. */
static int exit_column(const Picture *picture, size_t node) {
    int column = sign_column(picture, node) + 1, text = text_width(picture, node);
    bool left = text_is_left(picture, picture->layout.items[node].layer);
    return left || text == 0 ? column : column + text + 2;
}

static void write_text(Picture *picture, int row, int column, const char *text, Style style) {
    int width = grid_text(picture->grid, row, column, text, style);
    for (int i = 0; i < width; i++) {
        CanvasCell *cell = canvas_cell(&picture->canvas, row, column + i);
        if (cell != NULL)
            cell->text = true;
    }
}

static void draw_node(Picture *picture, size_t node) {
    const NodeText *text = &picture->texts[node];
    Style style = node_style(picture, node);
    int row = item_row(picture, node), sign = sign_column(picture, node);
    bool left = text_is_left(picture, picture->layout.items[node].layer);
    int column = left ? sign - 1 - text_width(picture, node) : sign + 2;
    write_text(picture, row, sign, network_sign(style, picture->grid->ascii), style);
    write_text(picture, row, column, text->label, style);
    if (picture->beside && text->value != NULL)
        write_text(picture, row, column + text->label_width + 1, text->value, style);
    grid_mark(picture->grid, row, left ? column : sign, text_width(picture, node) + 2,
              (uint32_t)node + 1);
}

/* Where the slanted part of a link runs: from the left edge of one cell to the right of another. */
typedef struct Slant {
    int row, column, to_row, to_column;
} Slant;

static Slant link_slant(const Picture *picture, const LayoutLink *link) {
    const LayoutItem *from = &picture->layout.items[link->from];
    const LayoutItem *to = &picture->layout.items[link->to];
    Slant slant = {item_row(picture, link->from), layer_end(picture, from->layer),
                   item_row(picture, link->to), picture->lefts[to->layer] - 1};
    bool arrow = network_has_arrow(picture->network->edges[picture->edges[link->edge]].style);
    if (arrow && !picture->network->backward && to->node != LAYOUT_BEND)
        slant.to_column--;
    if (arrow && picture->network->backward && from->node != LAYOUT_BEND &&
        exit_column(picture, link->from) == slant.column)
        slant.column++;
    return slant;
}

static void draw_arrow(Picture *picture, const LayoutLink *link, Style style) {
    const LayoutItem *from = &picture->layout.items[link->from];
    const LayoutItem *to = &picture->layout.items[link->to];
    bool ascii = picture->grid->ascii;
    if (!picture->network->backward && to->node != LAYOUT_BEND)
        write_text(picture, item_row(picture, link->to), picture->lefts[to->layer] - 1,
                   ascii ? ">" : "▶", style);
    if (picture->network->backward && from->node != LAYOUT_BEND)
        write_text(picture, item_row(picture, link->from), exit_column(picture, link->from),
                   ascii ? "<" : "◀", style);
}

static void draw_link(Picture *picture, const LayoutLink *link) {
    const LayoutItem *from = &picture->layout.items[link->from];
    Style style = edge_style(picture, link->edge);
    Ink ink = network_ink(picture->network, picture->edges[link->edge], style);
    ink.line = link->edge;
    Slant slant = link_slant(picture, link);
    int first =
        from->node == LAYOUT_BEND ? picture->lefts[from->layer] : exit_column(picture, link->from);
    canvas_level(&picture->canvas, slant.row, first, layer_end(picture, from->layer) - 1, ink);
    canvas_slant(&picture->canvas, slant.row, slant.column, slant.to_row, slant.to_column, ink);
    if (network_has_arrow(style))
        draw_arrow(picture, link, style);
}

static int label_cost(const Picture *picture, int row, int first, int last, size_t edge) {
    int cost = 0;
    for (int column = first - LABEL_CLEARANCE; column <= last + LABEL_CLEARANCE; column++) {
        const CanvasCell *cell = canvas_cell(&picture->canvas, row, column);
        bool covered = column >= first && column <= last;
        if (covered && (cell == NULL || cell->text))
            return -1;
        if (cell == NULL || cell->weight == WEIGHT_NONE || cell->text)
            continue;
        if (cell->shared || cell->line != edge)
            cost += covered ? COVERING_COST : 1;
    }
    return cost;
}

/* `off` rows below the line. Thin lines stay visible on both sides of their label; the label of a
 * lit one may take all of a short line, and a place beside it. */
static TextPlace best_on_link(const Picture *picture, const LayoutLink *link, int off, int width,
                              TextPlace best) {
    static const int percents[] = {50, 28, 72, 36, 64, 43, 57, 20, 80};
    bool lit = network_is_lit(picture->network->edges[picture->edges[link->edge]].style);
    Slant slant = link_slant(picture, link);
    int length = slant.to_column - slant.column, kept = lit ? 0 : 1;
    for (size_t i = 0; i < sizeof percents / sizeof *percents; i++) {
        int middle = slant.column + length * percents[i] / 100;
        int first = middle - (width + 1) / 2, last = first + width + 1;
        if (off == 0 && (first < slant.column + kept || last > slant.to_column - kept))
            continue;
        int row = canvas_slant_row(slant.row, slant.column, slant.to_row, slant.to_column, middle);
        int cost = label_cost(picture, row + off, first, last, link->edge);
        if (cost >= 0 && (best.cost < 0 || cost < best.cost))
            best = (TextPlace){.row = row + off, .column = first + 1, .cost = cost};
    }
    return best;
}

static TextPlace best_on_edge(const Picture *picture, size_t edge, const char *text, int off) {
    TextPlace best = {.cost = -1};
    int width = utf8_width(text);
    for (size_t i = 0; i < picture->layout.link_count; i++) {
        const LayoutLink *link = &picture->layout.links[i];
        if (link->edge == edge)
            best = best_on_link(picture, link, off, width, best);
    }
    return best;
}

/* `eager`: if it cannot stand on the line, then beside it. */
static TextPlace find_text_place(const Picture *picture, size_t edge, const char *text,
                                 bool eager) {
    static const int offs[] = {0, -1, 1};
    TextPlace best = {.cost = -1};
    for (int i = 0; i < (eager ? 3 : 1) && best.cost < 0; i++)
        best = best_on_edge(picture, edge, text, offs[i]);
    best.text = text;
    return best;
}

static TextPlace find_label_place(const Picture *picture, size_t edge) {
    bool lit = network_is_lit(picture->network->edges[picture->edges[edge]].style);
    if (picture->edge_longs[edge] != NULL) {
        TextPlace place = find_text_place(picture, edge, picture->edge_longs[edge], true);
        if (place.cost >= 0 && place.cost < COVERING_COST)
            return place;
    }
    TextPlace place = find_text_place(picture, edge, picture->edge_labels[edge], lit);
    if (place.cost >= COVERING_COST && !lit)
        place.cost = -1;
    return place;
}

static void draw_edge_label(Picture *picture, size_t edge) {
    TextPlace *place = &picture->label_places[edge];
    if (!picture->placed)
        *place = find_label_place(picture, edge);
    if (place->cost < 0)
        return;
    const char *label = arena_format(picture->arena, " %s ", place->text);
    write_text(picture, place->row, place->column - 1, label, edge_style(picture, edge));
}

/* Whether text may stand here; where `apart`, with no line touching its ends. */
static bool cells_are_free(const Picture *picture, int row, int column, int width, bool apart) {
    for (int i = -1; i <= width; i++) {
        const CanvasCell *cell = canvas_cell(&picture->canvas, row, column + i);
        bool inside = i >= 0 && i < width;
        if (cell == NULL && inside)
            return false;
        if (cell != NULL && (cell->text || ((inside || apart) && cell->weight != WEIGHT_NONE)))
            return false;
    }
    return true;
}

static bool find_value_column(const Picture *picture, size_t node, int row, bool apart,
                              int *column) {
    int width = picture->texts[node].value_width, sign = sign_column(picture, node);
    bool left = text_is_left(picture, picture->layout.items[node].layer);
    int start = left ? sign - 1 - width : sign + 2;
    for (int shift = 0; shift <= 2 + width / 2; shift++) {
        *column = left ? start + shift : start - shift;
        if (cells_are_free(picture, row, *column, width, apart))
            return true;
    }
    return false;
}

/* Below or above its node, as close to its label as the lines allow. */
static TextPlace find_value_place(const Picture *picture, size_t node) {
    TextPlace place = {.cost = -1};
    int row = item_row(picture, node);
    for (int i = 0; i < 4 && place.cost < 0; i++) {
        place.row = row + (i % 2 == 0 ? 1 : -1);
        place.cost = find_value_column(picture, node, place.row, i < 2, &place.column) ? 0 : -1;
    }
    return place;
}

static void draw_value(Picture *picture, size_t node) {
    TextPlace *place = &picture->value_places[node];
    if (!picture->placed)
        *place = find_value_place(picture, node);
    if (place->cost < 0)
        return;
    write_text(picture, place->row, place->column, picture->texts[node].value,
               node_style(picture, node));
    grid_mark(picture->grid, place->row, place->column, picture->texts[node].value_width,
              (uint32_t)node + 1);
}

static void draw_labels(Picture *picture, size_t edge_count, bool lit) {
    for (size_t i = 0; i < edge_count; i++) {
        Style style = picture->network->edges[picture->edges[i]].style;
        if (picture->edge_labels[i] != NULL && network_is_lit(style) == lit)
            draw_edge_label(picture, i);
    }
}

static void draw_values(Picture *picture, bool lit) {
    for (size_t i = 0; i < picture->network->node_count; i++) {
        bool node_lit = network_is_lit(picture->network->nodes[i].style);
        if (!picture->beside && picture->texts[i].value != NULL && node_lit == lit)
            draw_value(picture, i);
    }
}

/* A line at the foot of the picture, where there is a free row for it. */
static void draw_legend(Picture *picture) {
    const Network *network = picture->network;
    Grid *grid = picture->grid;
    const char *legend = network_legend(picture->arena, network, grid->columns, grid->ascii);
    int width = smaller(utf8_width(legend), grid->columns);
    int row = grid->rows - 1, column = (grid->columns - width) / 2;
    if (!*legend || !cells_are_free(picture, row, column, width, false))
        return;
    grid_text_fit(grid, row, column, width, legend, network->caption ? STYLE_LIT : STYLE_DIM);
    for (int i = 0; i < width; i++)
        canvas_cell(&picture->canvas, row, column + i)->text = true;
}

static void draw_texts(Picture *picture, size_t edge_count) {
    draw_labels(picture, edge_count, true);
    draw_values(picture, true);
    draw_values(picture, false);
    draw_labels(picture, edge_count, false);
    draw_legend(picture);
}

static bool all_longs_are_placed(const Picture *picture, size_t edge_count) {
    for (size_t i = 0; i < edge_count; i++) {
        if (picture->edge_longs[i] != NULL &&
            picture->label_places[i].text != picture->edge_longs[i])
            return false;
    }
    return true;
}

static void draw_lines(Picture *picture) {
    Grid *grid = picture->grid;
    picture->canvas = canvas_new(picture->arena, grid->rows, grid->columns, grid->ascii);
    grid_fill(grid, 0, 0, grid->rows, grid->columns, " ", STYLE_NORMAL);
    for (size_t i = 0; i < picture->layout.link_count; i++)
        draw_link(picture, &picture->layout.links[i]);
    for (size_t i = 0; i < picture->network->node_count; i++)
        draw_node(picture, i);
}

/* The values of all weights are shown, or none: a picture with some is a riddle. */
static void draw_pass(Picture *picture, size_t edge_count) {
    draw_lines(picture);
    draw_texts(picture, edge_count);
    if (picture->spacious && !all_longs_are_placed(picture, edge_count)) {
        drop_longs(picture, edge_count);
        draw_lines(picture);
        draw_texts(picture, edge_count);
    }
    canvas_print(&picture->canvas, picture->grid);
}

/* Where texts stand depends on what is lit. In the picture of a dark network they must stand where
 * they do once it is lit: so they are placed first, and then all is drawn again. */
static void draw_picture(Picture *picture, size_t edge_count) {
    picture->label_places = ARENA_ARRAY(picture->arena, TextPlace, edge_count);
    picture->value_places = ARENA_ARRAY(picture->arena, TextPlace, picture->network->node_count);
    draw_pass(picture, edge_count);
    if (!picture->network->dark)
        return;
    picture->placed = picture->dark = true;
    draw_pass(picture, edge_count);
}

/* Whether the graph was small enough, and the grid large enough, to be drawn in layers. */
static bool draw_layers(Arena *arena, const Network *network, Grid *grid) {
    Picture picture = {.arena = arena, .network = network, .grid = grid};
    LayoutEdge *ends;
    size_t *indices;
    if (network->node_count > LAYERED_NODES)
        return false;
    size_t edge_count = distinct_edges(arena, network, &ends, &indices);
    picture.edges = indices;
    if (edge_count > LAYERED_LINKS)
        return false;
    picture.layout = layout_new(arena, network->node_count, ends, edge_count);
    if (picture.layout.link_count > LAYERED_LINKS)
        return false;
    read_texts(&picture, edge_count);
    if (!place_all(&picture, edge_count))
        return false;
    draw_picture(&picture, edge_count);
    return true;
}

NetworkPicture network_draw(Arena *arena, const Network *network, int rows, int columns,
                            bool ascii) {
    NetworkPicture picture = {.grid = grid_new(arena, rows, columns, ascii)};
    if (picture.grid.rows == 0 || picture.grid.columns == 0 || network->node_count == 0)
        return picture;
    picture.down = !draw_layers(arena, network, &picture.grid);
    if (picture.down)
        network_draw_rails(arena, network, &picture.grid);
    return picture;
}

static Style shown_style(const Network *network, Style style) {
    return network->dark && style != STYLE_SELECTED ? STYLE_NORMAL : style;
}

Style network_node_style(const Network *network, size_t node) {
    return shown_style(network, network->nodes[node].style);
}

Style network_edge_style(const Network *network, size_t edge) {
    return shown_style(network, network->edges[edge].style);
}
