#include <string.h>

#include "base/number.h"
#include "base/utf8.h"
#include "view/math_text.h"
#include "view/network_picture.h"

enum {
    NARROW_GAP = 5,    /* columns between two layers, */
    APART_GAP = 4,     /* where names take no columns, */
    NARROWEST_GAP = 3, /* and where nothing else is to be had */
    CRAMMED_GAP = 2,   /* but rails */
    ROOMY_GAP = 9,     /* columns from which on a value may stand beside its label */
    CLOSEST_ROWS = 2,  /* between neighbours of one layer */
    ROOMY_ROWS = 4,    /* the same where there is no need to save them */
    WIDEST_GAP = 26,
    LABEL_MARGIN = 7,    /* of a gap's columns, those an edge's label leaves to the line, */
    LONG_MARGIN = 4,     /* and those it does with a value that has all of its room */
    FARTHEST_ROWS = 8,   /* between neighbours, unless the gaps are wide */
    LONGEST_TEXT = 16,   /* columns of one label or value, */
    LONGEST_NUMBER = 10, /* and of a number without a power of ten */
    MARGIN_ROWS = 9,     /* a picture at least this tall keeps a row free above and below; */
    LEGEND_ROWS = 7,     /* one at least this tall keeps the last row free for a legend */
    BLOCK_ABOVE = 1,     /* rows of a box above its label, */
    BLOCK_BELOW = 2,     /* and below it */
    BLOCK_PADDING = 2,   /* columns within its sides */
    NAME_ROWS = 1,       /* of a name that stands above or below its node, */
    VALUE_ROWS = 1,      /* and of its value */
};

static int smaller(int a, int b) {
    return a < b ? a : b;
}

static int larger(int a, int b) {
    return a > b ? a : b;
}

static const char *fitted(Arena *arena, const char *text, bool ascii) {
    return utf8_shorten(arena, text, LONGEST_TEXT, ascii ? "~" : "…");
}

/* NULL where it is too long to be placed. */
static const char *fitted_value(Arena *arena, const char *value, bool ascii) {
    int columns = strstr(value, "·") != NULL ? LONGEST_TEXT : LONGEST_NUMBER;
    const char *text = number_shorten(arena, ascii ? utf8_to_ascii(arena, value) : value, columns,
                                      ascii ? "~" : "…");
    return text != NULL && utf8_width(text) <= LONGEST_TEXT ? text : NULL;
}

static void read_edge_text(Picture *picture, size_t edge) {
    const NetworkEdge *shown = &picture->network->edges[picture->edges[edge]];
    Arena *arena = picture->arena;
    bool ascii = picture->grid->ascii;
    if (shown->label == NULL)
        return;
    picture->edge_labels[edge] = fitted(arena, math_line(arena, shown->label, ascii), ascii);
    picture->widest_label = larger(picture->widest_label, utf8_width(picture->edge_labels[edge]));
    picture->edge_values[edge] = shown->value ? fitted_value(arena, shown->value, ascii) : NULL;
}

static void read_node_text(Picture *picture, size_t node) {
    const NetworkNode *shown = &picture->network->nodes[node];
    NodeText *text = &picture->texts[node];
    Arena *arena = picture->arena;
    bool ascii = picture->grid->ascii;
    text->label = shown->label ? fitted(arena, math_line(arena, shown->label, ascii), ascii) : "";
    text->label_width = utf8_width(text->label);
    text->shape = shown->shape && ascii ? utf8_to_ascii(arena, shown->shape) : shown->shape;
    text->shape_width = text->shape ? utf8_width(text->shape) : 0;
    text->value = shown->value ? fitted_value(arena, shown->value, ascii) : NULL;
    text->value_width = text->value ? utf8_width(text->value) : 0;
}

void picture_read_texts(Picture *picture) {
    size_t nodes = picture->network->node_count, edges = picture->edge_count;
    picture->texts = ARENA_ARRAY(picture->arena, NodeText, nodes);
    for (size_t i = 0; i < nodes; i++)
        read_node_text(picture, i);
    picture->edge_labels = ARENA_ARRAY(picture->arena, const char *, edges);
    picture->edge_values = ARENA_ARRAY(picture->arena, const char *, edges);
    for (size_t i = 0; i < edges; i++)
        read_edge_text(picture, i);
}

bool picture_is_block(const Picture *picture, size_t node) {
    return picture->blocks && picture->texts[node].shape != NULL;
}

static size_t last_layer(const Picture *picture) {
    return picture->layout.layer_count - 1;
}

bool picture_is_apart(const Picture *picture, size_t node) {
    size_t layer = picture->layout.items[node].layer;
    return picture->apart && layer > 0 && layer < last_layer(picture);
}

static int text_columns(const Picture *picture, size_t node, int value) {
    const NodeText *text = &picture->texts[node];
    if (picture_is_apart(picture, node))
        return 0;
    if (picture_is_block(picture, node))
        return larger(text->label_width, text->shape_width) + BLOCK_PADDING;
    return text->label_width + (picture->beside && value > 0 ? 1 + value : 0);
}

int picture_text_width(const Picture *picture, size_t node) {
    const NodeText *text = &picture->texts[node];
    return text_columns(picture, node, text->long_value ? 0 : text->value_width);
}

int picture_text_room(const Picture *picture, size_t node) {
    const NodeText *text = &picture->texts[node];
    return text_columns(picture, node, text->shape ? text->shape_width : picture->value_room);
}

int picture_value_limit(const Picture *picture, size_t node) {
    size_t layer = picture->layout.items[node].layer;
    int sign = picture_sign_column(picture, node), label = picture->texts[node].label_width;
    if (picture_text_is_left(picture, layer))
        return sign - 2 - label;
    int end = layer == last_layer(picture) ? picture->grid->columns
                                           : picture_layer_end(picture, layer) - 1;
    return end - (sign + 2 + label + 1);
}

bool picture_text_is_left(const Picture *picture, size_t layer) {
    return layer == 0 && last_layer(picture) > 0;
}

static int measure_layers(Picture *picture) {
    const Layout *layout = &picture->layout;
    int sum = 0;
    for (size_t layer = 0; layer < layout->layer_count; layer++)
        picture->widths[layer] = 1;
    for (size_t i = 0; i < picture->network->node_count; i++) {
        size_t layer = layout->items[i].layer;
        int text = picture_text_room(picture, i);
        bool line_follows = layer > 0 && layer < last_layer(picture);
        int width = 1 + (text > 0 ? 1 + text + (line_follows ? 1 : 0) : 0);
        picture->widths[layer] = larger(picture->widths[layer], width);
    }
    for (size_t layer = 0; layer < layout->layer_count; layer++)
        sum += picture->widths[layer];
    return sum;
}

/* Whether the layers fit side by side with gaps of at least `least`; sets the columns if so. */
static bool place_columns(Picture *picture, int least) {
    int layers = (int)picture->layout.layer_count, columns = picture->grid->columns;
    int room = columns - (columns >= NETWORK_MARGIN_COLUMNS && !picture->crammed ? 2 : 0);
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
    int names = NAME_ROWS + (picture->bare ? 0 : VALUE_ROWS);
    int above = picture->blocks ? BLOCK_ABOVE : picture->apart ? names : 0;
    int below = picture->blocks ? BLOCK_BELOW : picture->apart ? names : 0;
    int least = picture->roomy ? ROOMY_ROWS : picture->tight ? 1 : CLOSEST_ROWS;
    if (rows >= LEGEND_ROWS && rows < MARGIN_ROWS)
        rows--;
    int room = rows - above - below - (rows >= MARGIN_ROWS ? 2 : 0);
    picture->spacing = 0;
    if (room < 1)
        return false;
    if (places > 0) {
        picture->spacing = smaller((room - 1) / places, larger(FARTHEST_ROWS, picture->gap / 2));
        if (picture->spacing < least + (picture->blocks ? above + below : 0))
            return false;
    }
    picture->top = (rows - places * picture->spacing - 1 - above - below) / 2 + above;
    return true;
}

static bool has_blocks(const Picture *picture) {
    for (size_t i = 0; i < picture->network->node_count; i++) {
        if (picture->texts[i].shape != NULL)
            return true;
    }
    return false;
}

/* For what the gaps have room: nothing, labels, or labels with their values. */
typedef enum Spread { SPREAD_NARROW, SPREAD_ROOMY, SPREAD_SPACIOUS } Spread;

static int least_gap(const Picture *picture, Spread spread) {
    int label = picture->widest_label;
    switch (spread) {
    case SPREAD_NARROW: return NARROW_GAP;
    case SPREAD_SPACIOUS:
        return label == 0 ? ROOMY_GAP : label + 1 + picture->value_room + LONG_MARGIN;
    case SPREAD_ROOMY: break;
    }
    return label == 0 ? ROOMY_GAP : larger(ROOMY_GAP, label + LABEL_MARGIN);
}

bool picture_columns_suffice(Picture *picture) {
    picture->beside = true;
    picture->blocks = has_blocks(picture);
    picture->value_room = LEAST_VALUE;
    return place_columns(picture, least_gap(picture, SPREAD_SPACIOUS));
}

static bool place_with(Picture *picture, bool blocks, bool beside, int gap) {
    picture->blocks = blocks;
    picture->beside = beside;
    return place_columns(picture, gap) && place_rows(picture);
}

/* Values beside their labels, with as much room for each as there is. */
static bool place_valued(Picture *picture, bool blocks, Spread spread) {
    picture->value_room = LEAST_VALUE;
    if (!place_with(picture, blocks, true, least_gap(picture, spread)))
        return false;
    picture->value_room = MOST_VALUE;
    while (!place_with(picture, blocks, true, least_gap(picture, spread)))
        picture->value_room--;
    return true;
}

static bool place_beside(Picture *picture, bool blocks) {
    return place_valued(picture, blocks, SPREAD_SPACIOUS) ||
           (!picture->roomy && place_valued(picture, blocks, SPREAD_ROOMY));
}

/* Names give up their columns: they stand above and below their nodes. */
static bool place_apart(Picture *picture) {
    picture->apart = picture->layout.layer_count > 2;
    if (picture->apart && place_with(picture, false, false, APART_GAP) &&
        picture_place_names(picture))
        return true;
    picture->apart = false;
    return false;
}

/* Where values need no rows of their own, those that follow each other can be taken. */
static bool place_tight(Picture *picture) {
    picture->tight = true;
    bool placed = place_valued(picture, false, SPREAD_NARROW);
    picture->tight = placed;
    return placed;
}

/* Without values but of what is lit, which are told below the picture: rather this than rails for
 * which there are not rows enough. */
static bool place_bare(Picture *picture) {
    if (picture->network->node_count <= (size_t)picture->grid->rows)
        return false;
    picture->bare = picture->tight = true;
    if (place_with(picture, false, false, NARROW_GAP))
        return true;
    picture->tight = false;
    if (place_apart(picture))
        return true;
    picture->tight = picture->crammed = true;
    return place_with(picture, false, false, CRAMMED_GAP);
}

bool picture_place(Picture *picture) {
    picture->lefts = ARENA_ARRAY(picture->arena, int, picture->layout.layer_count);
    picture->widths = ARENA_ARRAY(picture->arena, int, picture->layout.layer_count);
    bool boxes = has_blocks(picture), choosy = picture->roomy;
    bool placed = (boxes && place_beside(picture, true)) ||
                  (boxes && !choosy && place_with(picture, true, false, NARROW_GAP)) ||
                  (!(boxes && choosy) && place_beside(picture, false)) ||
                  (!choosy && place_with(picture, false, false, NARROW_GAP)) ||
                  (!choosy && place_apart(picture)) ||
                  (!choosy && place_with(picture, false, false, NARROWEST_GAP)) ||
                  (!choosy && (place_tight(picture) || place_bare(picture)));
    picture->spacious = picture->gap >= least_gap(picture, SPREAD_SPACIOUS);
    return placed;
}

int picture_item_row(const Picture *picture, size_t item) {
    return picture->top + picture->layout.items[item].place * picture->spacing / 2;
}

int picture_layer_end(const Picture *picture, size_t layer) {
    return picture->lefts[layer] + picture->widths[layer];
}

int picture_sign_column(const Picture *picture, size_t node) {
    size_t layer = picture->layout.items[node].layer;
    return picture_text_is_left(picture, layer) ? picture_layer_end(picture, layer) - 1
                                                : picture->lefts[layer];
}

int picture_exit_column(const Picture *picture, size_t node) {
    int column = picture_sign_column(picture, node) + 1, text = picture_text_width(picture, node);
    bool left = picture_text_is_left(picture, picture->layout.items[node].layer);
    if (left || text == 0)
        return column;
    return column + text + (picture_is_block(picture, node) ? 1 : 2);
}

Slant picture_bare_slant(const Picture *picture, const LayoutLink *link) {
    const LayoutItem *from = &picture->layout.items[link->from];
    const LayoutItem *to = &picture->layout.items[link->to];
    return (Slant){picture_item_row(picture, link->from), picture_layer_end(picture, from->layer),
                   picture_item_row(picture, link->to), picture->lefts[to->layer] - 1};
}

Slant picture_link_slant(const Picture *picture, const LayoutLink *link) {
    const LayoutItem *from = &picture->layout.items[link->from];
    const LayoutItem *to = &picture->layout.items[link->to];
    Slant slant = picture_bare_slant(picture, link);
    bool arrow = network_has_arrow(picture->network->edges[picture->edges[link->edge]].style);
    if (arrow && !picture->network->backward && to->node != LAYOUT_BEND)
        slant.to_column--;
    if (arrow && picture->network->backward && from->node != LAYOUT_BEND &&
        picture_exit_column(picture, link->from) == slant.column)
        slant.column++;
    return slant;
}
