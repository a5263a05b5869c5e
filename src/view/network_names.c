#include "view/network_picture.h"

enum {
    NAME_DISTANCE = 1,
    VALUE_DISTANCE = 2, /* rows from the sign of the node */
};

void picture_draw_plan(Picture *picture) {
    const Ink thin = {.weight = WEIGHT_THIN};
    Grid *grid = picture->grid;
    picture->plan = canvas_new(picture->arena, grid->rows, grid->columns, grid->ascii);
    for (size_t i = 0; i < picture->layout.link_count; i++) {
        Slant slant = picture_bare_slant(picture, &picture->layout.links[i]);
        Ink ink = thin;
        ink.line = (uint16_t)picture->layout.links[i].edge;
        canvas_slant(&picture->plan, slant.row, slant.column, slant.to_row, slant.to_column, ink);
    }
    for (size_t i = 0; i < picture->layout.item_count; i++) {
        const LayoutItem *item = &picture->layout.items[i];
        bool block = item->node != LAYOUT_BEND && picture_is_block(picture, i);
        int first = picture->lefts[item->layer], last = picture_layer_end(picture, item->layer);
        for (int off = block ? -1 : 0; off <= (block ? 2 : 0); off++)
            picture_mark_room(
                &picture->plan,
                (TextRoom){picture_item_row(picture, i) + off, first, last - first, 0}, true);
    }
}

/* Room for `width` columns in the row, as close to `middle` as there is some that still touches the
 * column beside it; with no line at its ends, if it can be. */
static bool find_column(const Picture *picture, int row, int middle, int width, int *column) {
    int centred = middle - (width - 1) / 2;
    for (int i = 0; i < 4 * width; i++) {
        int shift = i % (2 * width);
        *column = centred + (shift % 2 == 1 ? (shift + 1) / 2 : -shift / 2);
        bool near = *column <= middle + 1 && *column + width >= middle;
        if (near &&
            picture_is_free(&picture->plan, row, *column, *column + width - 1, i < 2 * width))
            return true;
    }
    return false;
}

static bool find_room(const Picture *picture, size_t node, int off, TextRoom *room) {
    room->row = picture_item_row(picture, node) + off;
    return find_column(picture, room->row, picture_sign_column(picture, node), room->width,
                       &room->column);
}

/* On which sides of a node its name and its value may stand: -1 above, 1 below. */
typedef struct Sides {
    int name, value;
} Sides;

/* To the right of a node from which no line goes on, if nothing else is there. */
static bool place_beside(Picture *picture, size_t node) {
    TextRoom *name = &picture->name_rooms[node], *value = &picture->value_rooms[node];
    int row = picture_item_row(picture, node), first = picture_sign_column(picture, node) + 2;
    int width = value->width > 0 ? name->width + 1 + value->width : name->width;
    if (picture->layout.ends[node].behind_count > 0 ||
        !picture_is_free(&picture->plan, row, first, first + width - 1, true))
        return false;
    *name = (TextRoom){row, first, name->width, 0};
    *value = (TextRoom){row, first + name->width + 1, value->width, 0};
    return true;
}

static bool place_name(Picture *picture, size_t node, Sides sides) {
    const NodeText *text = &picture->texts[node];
    TextRoom *name = &picture->name_rooms[node], *value = &picture->value_rooms[node];
    name->width = text->label_width;
    value->width = picture->bare ? 0 : text->shape ? text->shape_width : picture->value_room;
    int distance = sides.value == sides.name ? VALUE_DISTANCE : NAME_DISTANCE;
    if (!place_beside(picture, node) &&
        (!find_room(picture, node, sides.name * NAME_DISTANCE, name) ||
         (!picture->bare && !find_room(picture, node, sides.value * distance, value))))
        return false;
    picture_mark_room(&picture->plan, *name, true);
    picture_mark_room(&picture->plan, *value, true);
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
    picture->name_rooms = ARENA_ARRAY(picture->arena, TextRoom, count);
    picture->value_rooms = ARENA_ARRAY(picture->arena, TextRoom, count);
    for (Manner manner = 0; manner < MANNER_COUNT; manner++) {
        bool placed = true;
        picture_draw_plan(picture);
        for (size_t i = 0; i < count && placed; i++)
            placed = !picture_is_apart(picture, i) || place_node(picture, i, manner);
        if (placed)
            return true;
    }
    return false;
}
