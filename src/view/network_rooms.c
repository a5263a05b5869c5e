#include "base/utf8.h"
#include "view/network_picture.h"

enum {
    LABEL_CLEARANCE = 2, /* columns beside a label in which other lines are unwelcome */
    COVERING_COST = 8,   /* a line covered by a label, measured in lines that are only near; */
    STUB = 2,            /* columns of its line on either side; fewer cost one */
    LEAST_ROOM = 4,      /* columns for a value where there are hardly any */
};

static TextRoom with_spaces(TextRoom room) {
    return room.width > 0 ? (TextRoom){room.row, room.column - 1, room.width + 2, 0} : room;
}

/* --- On and beside lines -------------------------------------------------------------------- */

/* Where texts of an edge are looked for. */
typedef struct Search {
    const Picture *picture;
    const Canvas *canvas;
    bool now; /* the lines are as they are drawn just now */
    size_t edge;
    int width, kept; /* columns of the text, and of its line at either side of it */
    Slant slant;     /* the piece of the line that is looked at */
} Search;

/* Whether that column is one of those at the end of a line, where all lines of a node meet, and the
 * other line is one of them. */
static bool meets_there(const Search *search, const CanvasCell *cell, int column) {
    const Picture *picture = search->picture;
    const NetworkEdge *edges = picture->network->edges;
    const NetworkEdge *own = &edges[picture->edges[search->edge]];
    const NetworkEdge *other = &edges[picture->edges[cell->line]];
    return (own->from == other->from && column < search->slant.column + STUB) ||
           (own->to == other->to && column > search->slant.to_column - STUB);
}

/* Of a label in these columns, which had better keep away from other texts and lines. Negative
 * where it cannot stand there, or costs more than `most`. */
static int label_cost(const Search *search, const TextRoom *room, int most) {
    int first = room->column - 1, last = room->column + room->width, cost = room->cost;
    for (int column = first - LABEL_CLEARANCE; column <= last + LABEL_CLEARANCE; column++) {
        const CanvasCell *cell = canvas_cell(search->canvas, room->row, column);
        bool covered = column >= first && column <= last;
        if (covered && (cell == NULL || cell->text))
            return -1;
        if (cell == NULL || (!cell->text && !canvas_has_line(cell)))
            continue;
        if (cell->text || cell->shared || cell->line != search->edge)
            cost += covered && !meets_there(search, cell, column) ? COVERING_COST : 1;
        if (cost > most)
            return -1;
    }
    return cost;
}

static int slant_row(Slant slant, int column) {
    return canvas_slant_row(slant.row, slant.column, slant.to_row, slant.to_column, column);
}

/* `off` rows below the line. */
static TextRoom best_on_link(Search *search, const LayoutLink *link, int off, TextRoom best) {
    static const int percents[] = {50, 28, 72, 36, 64, 43, 57, 20, 80};
    Slant slant = search->slant = search->now ? picture_link_slant(search->picture, link)
                                              : picture_bare_slant(search->picture, link);
    int length = slant.to_column - slant.column, kept = off == 0 ? search->kept : 0;
    for (size_t i = 0; i < sizeof percents / sizeof *percents; i++) {
        int middle = slant.column + length * percents[i] / 100;
        int first = middle - (search->width + 1) / 2, last = first + search->width + 1;
        if (best.width > 0 && best.cost == 0)
            break;
        if (off == 0 && (first < slant.column + kept || last > slant.to_column - kept))
            continue;
        TextRoom room = {slant_row(slant, middle) + off, first + 1, search->width, 0};
        if (first < slant.column + STUB || last > slant.to_column - STUB)
            room.cost++;
        int most = best.width > 0 ? best.cost - 1 : INT16_MAX;
        room.cost = label_cost(search, &room, most);
        if (room.cost >= 0)
            best = room;
    }
    return best;
}

static TextRoom best_on_edge(Search *search, int off, TextRoom best) {
    const Picture *picture = search->picture;
    for (size_t i = picture->edge_links[search->edge]; i < picture->edge_links[search->edge + 1];
         i++)
        best = best_on_link(search, &picture->layout.links[i], off, best);
    return best;
}

TextRoom picture_room_on_edge(const Picture *picture, bool now, size_t edge, int width) {
    bool lit = network_is_lit(picture->network->edges[picture->edges[edge]].style);
    Search search = {.picture = picture,
                     .canvas = now ? &picture->canvas : &picture->plan,
                     .now = now,
                     .edge = edge,
                     .width = width,
                     .kept = now && lit ? 0 : 1};
    TextRoom best = best_on_edge(&search, 0, (TextRoom){0});
    if (now && best.width == 0) {
        best = best_on_edge(&search, -1, best);
        best = best_on_edge(&search, 1, best);
    }
    return best;
}

bool picture_widen_label(const Picture *picture, size_t edge, TextRoom *room, int width) {
    TextRoom wide = {room->row, room->column - (width - room->width) / 2, width, 0};
    picture_mark_room(&picture->plan, with_spaces(*room), false);
    Search search = {.picture = picture, .canvas = &picture->plan, .edge = edge};
    search.slant = (Slant){.column = 0, .to_column = picture->grid->columns};
    int cost = label_cost(&search, &wide, COVERING_COST - 1);
    *room = cost >= 0 ? wide : *room;
    picture_mark_room(&picture->plan, with_spaces(*room), true);
    return cost >= 0;
}

bool picture_room_covers(TextRoom room) {
    return room.cost >= COVERING_COST;
}

/* --- At nodes ------------------------------------------------------------------------------- */

bool picture_is_free(const Canvas *canvas, int row, int first, int last, bool apart) {
    for (int column = first - 1; column <= last + 1; column++) {
        const CanvasCell *cell = canvas_cell(canvas, row, column);
        bool inside = column >= first && column <= last;
        if (cell == NULL ? inside : cell->text || ((inside || apart) && canvas_has_line(cell)))
            return false;
    }
    return true;
}

void picture_mark_room(const Canvas *canvas, TextRoom room, bool text) {
    for (int column = room.column; column < room.column + room.width; column++) {
        CanvasCell *cell = canvas_cell(canvas, room.row, column);
        if (cell)
            cell->text = text;
    }
}

/* No farther from its label than `most` columns. */
static bool find_value_column(const Picture *picture, const Canvas *canvas, size_t node, bool apart,
                              int most, TextRoom *room) {
    int sign = picture_sign_column(picture, node);
    bool left = picture_text_is_left(picture, picture->layout.items[node].layer);
    int start = left ? sign - 1 - room->width : sign + 2;
    for (int shift = 0; shift <= most; shift++) {
        room->column = left ? start + shift : start - shift;
        if (picture_is_free(canvas, room->row, room->column, room->column + room->width - 1, apart))
            return true;
    }
    return false;
}

/* Whether nothing follows the node: then no other is near that the value could belong to. */
static bool is_last(const Picture *picture, size_t node) {
    for (size_t i = 0; i < picture->layout.link_count; i++)
        if (picture->layout.links[i].from == node)
            return false;
    return true;
}

/* Below or above the node, as close to its label as the lines allow; of the last one, on which the
 * lines converge, if need be a row farther away. */
TextRoom picture_room_at_node(const Picture *picture, bool now, size_t node, int width) {
    static const int rows[] = {1, -1, 1, -1, 2, -2};
    const Canvas *canvas = now ? &picture->canvas : &picture->plan;
    int row = picture_item_row(picture, node), tries = is_last(picture, node) ? 6 : 4;
    for (int i = 0; i < tries; i++) {
        TextRoom room = {.row = row + rows[i], .width = width};
        bool apart = i < 2 || i >= 4;
        if (find_value_column(picture, canvas, node, apart, i < 4 ? 2 + width / 2 : width, &room))
            return room;
    }
    return (TextRoom){0};
}

/* --- From the beginning --------------------------------------------------------------------- */

/* Away from its sign, as far as there is nothing, up to MOST_VALUE columns. */
static void widen_room(const Picture *picture, bool left, TextRoom *room) {
    while (room->width > 0 && room->width < MOST_VALUE) {
        int first = left ? room->column - 1 : room->column, last = first + room->width;
        if (!picture_is_free(&picture->plan, room->row, first, last, true))
            break;
        room->column = first;
        room->width++;
    }
}

static void find_value_room(Picture *picture, size_t node) {
    static const int widths[] = {LEAST_VALUE, LEAST_ROOM};
    const NodeText *text = &picture->texts[node];
    TextRoom *room = &picture->value_rooms[node];
    bool left = picture_text_is_left(picture, picture->layout.items[node].layer);
    int most = left ? picture_sign_column(picture, node) - 1 : picture->grid->columns;
    for (size_t i = 0; i < sizeof widths / sizeof *widths && room->width == 0; i++) {
        int width = text->shape ? text->shape_width : widths[i] < most ? widths[i] : most;
        *room = picture_room_at_node(picture, false, node, width);
    }
    if (!text->shape)
        widen_room(picture, left, room);
    picture_mark_room(&picture->plan, *room, true);
}

static void clear_label_rooms(Picture *picture) {
    for (size_t i = 0; i < picture->edge_count; i++)
        picture_mark_room(&picture->plan, with_spaces(picture->label_rooms[i]), false);
}

/* With `value` columns for that of each weight; whether all labels found room. */
static bool find_label_rooms(Picture *picture, int value) {
    bool all = true;
    for (size_t i = 0; i < picture->edge_count; i++) {
        TextRoom *room = &picture->label_rooms[i];
        const char *label = picture->edge_labels[i];
        if (!label)
            continue;
        *room = picture_room_on_edge(picture, false, i, utf8_width(label) + value);
        if (picture_room_covers(*room))
            room->width = 0;
        picture_mark_room(&picture->plan, with_spaces(*room), true);
        all = all && room->width > 0;
    }
    return all;
}

/* The values of all weights are shown, or none: a picture with some is a riddle. */
void picture_find_rooms(Picture *picture) {
    Arena *arena = picture->arena;
    picture->label_rooms = ARENA_ARRAY(arena, TextRoom, picture->edge_count);
    if (!picture->apart) {
        picture->value_rooms = ARENA_ARRAY(arena, TextRoom, picture->network->node_count);
        picture_draw_plan(picture);
    }
    for (size_t i = 0; i < picture->network->node_count; i++)
        if (!picture->beside && !picture->bare && !picture_is_block(picture, i) &&
            !picture_is_apart(picture, i))
            find_value_room(picture, i);
    for (int value = picture->value_room; picture->spacious; value = LEAST_VALUE) {
        if (find_label_rooms(picture, 1 + value))
            return;
        clear_label_rooms(picture);
        picture->spacious = value > LEAST_VALUE;
    }
    find_label_rooms(picture, 0);
}
