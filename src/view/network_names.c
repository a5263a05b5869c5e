#include "view/network_picture.h"

enum {
    USUAL_VALUE = 6, /* columns kept for a value that is not known yet */
    NAME_DISTANCE = 1,
    VALUE_DISTANCE = 2, /* rows from the sign of the node */
};

/* All lines as if they were lit, and everything that has its place already. */
static void draw_obstacles(Picture *picture) {
    Grid *grid = picture->grid;
    const Ink ink = {.weight = WEIGHT_HEAVY};
    picture->canvas = canvas_new(picture->arena, grid->rows, grid->columns, grid->ascii);
    for (size_t i = 0; i < picture->layout.link_count; i++) {
        Slant slant = picture_bare_slant(picture, &picture->layout.links[i]);
        canvas_slant(&picture->canvas, slant.row, slant.column, slant.to_row, slant.to_column, ink);
    }
    for (size_t i = 0; i < picture->layout.item_count; i++) {
        const LayoutItem *item = &picture->layout.items[i];
        int first = picture->lefts[item->layer], last = picture_layer_end(picture, item->layer);
        for (int column = first; column < last; column++)
            canvas_cell(&picture->canvas, picture_item_row(picture, i), column)->text = true;
    }
}

/* Whether text may stand there; where `apart`, with no line at its ends. */
static bool is_free(const Picture *picture, int row, int first, int last, bool apart) {
    for (int column = first - 1; column <= last + 1; column++) {
        const CanvasCell *cell = canvas_cell(&picture->canvas, row, column);
        bool inside = column >= first && column <= last;
        if (cell == NULL ? inside
                         : cell->text || ((inside || apart) && cell->weight != WEIGHT_NONE))
            return false;
    }
    return true;
}

/* A place for `width` columns in the row, as close to `middle` as there is one that still touches
 * the column beside it; with no line at its ends, if it can be. */
static bool find_column(const Picture *picture, int row, int middle, int width, int *column) {
    int centred = middle - (width - 1) / 2;
    for (int i = 0; i < 4 * width; i++) {
        int shift = i % (2 * width);
        *column = centred + (shift % 2 == 1 ? (shift + 1) / 2 : -shift / 2);
        bool near = *column <= middle + 1 && *column + width >= middle;
        if (near && is_free(picture, row, *column, *column + width - 1, i < 2 * width))
            return true;
    }
    return false;
}

static bool find_place(const Picture *picture, size_t node, int off, int width, TextPlace *place) {
    place->row = picture_item_row(picture, node) + off;
    return find_column(picture, place->row, picture_sign_column(picture, node), width,
                       &place->column);
}

static void keep_free(Picture *picture, TextPlace place, int width) {
    for (int i = 0; i < width; i++)
        canvas_cell(&picture->canvas, place.row, place.column + i)->text = true;
}

/* On which sides of a node its name and its value may stand: -1 above, 1 below. */
typedef struct Sides {
    int name, value;
} Sides;

static bool place_name(Picture *picture, size_t node, Sides sides) {
    const NodeText *text = &picture->texts[node];
    TextPlace *name = &picture->name_places[2 * node], *value = name + 1;
    int width = text->value != NULL ? text->value_width : USUAL_VALUE;
    int distance = sides.value == sides.name ? VALUE_DISTANCE : NAME_DISTANCE;
    if (!find_place(picture, node, sides.name * NAME_DISTANCE, text->label_width, name) ||
        !find_place(picture, node, sides.value * distance, width, value))
        return false;
    keep_free(picture, *name, text->label_width);
    keep_free(picture, *value, width);
    return true;
}

/* How the names of a picture are placed: outwards with their values behind them; or the values on
 * either side in turns, from layer to layer; or each as it can be. */
typedef enum Manner { MANNER_OUTWARDS, MANNER_IN_TURNS, MANNER_ANY, MANNER_COUNT } Manner;

/* Outwards is above in the upper half of the picture, below in the lower half. */
static bool place_node(Picture *picture, size_t node, Manner manner) {
    bool upper = picture->layout.items[node].place < (int)picture->layout.tallest;
    bool even = picture->layout.items[node].layer % 2 == 0;
    int out = upper ? -1 : 1;
    switch (manner) {
    case MANNER_OUTWARDS: return place_name(picture, node, (Sides){out, out});
    case MANNER_IN_TURNS: return place_name(picture, node, (Sides){out, even ? -out : out});
    default:
        return place_name(picture, node, (Sides){out, out}) ||
               place_name(picture, node, (Sides){-out, -out}) ||
               place_name(picture, node, (Sides){out, -out}) ||
               place_name(picture, node, (Sides){-out, out});
    }
}

bool picture_place_names(Picture *picture) {
    size_t count = picture->network->node_count;
    picture->name_places = ARENA_ARRAY(picture->arena, TextPlace, 2 * count);
    bool placed = false;
    for (Manner manner = 0; manner < MANNER_COUNT && !placed; manner++) {
        draw_obstacles(picture);
        placed = true;
        for (size_t i = 0; i < count && placed; i++)
            placed = !picture_is_apart(picture, i) || place_node(picture, i, manner);
    }
    return placed;
}

static void write_marked(Picture *picture, size_t node, TextPlace place, const char *text,
                         int width, Style style) {
    picture_write(picture, place.row, place.column, text, style);
    grid_mark(picture->grid, place.row, place.column, width, (uint32_t)node + 1);
}

void picture_draw_name(Picture *picture, size_t node) {
    const NodeText *text = &picture->texts[node];
    const TextPlace *places = &picture->name_places[2 * node];
    Style style = picture_node_style(picture, node);
    write_marked(picture, node, places[0], text->label, text->label_width, style);
    if (text->value != NULL)
        write_marked(picture, node, places[1], text->value, text->value_width,
                     network_value_style(picture->network, node, style));
}
