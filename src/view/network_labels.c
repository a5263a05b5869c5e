#include "base/number.h"
#include "base/str.h"
#include "base/utf8.h"
#include "view/network_picture.h"

static const char *mark_of_more(const Picture *picture) {
    return picture->grid->ascii ? "~" : "…";
}

/* --- Weights -------------------------------------------------------------------------------- */

static const NetworkEdge *edge_of(const Picture *picture, size_t edge) {
    return &picture->network->edges[picture->edges[edge]];
}

static const char *with_value(const Picture *picture, size_t edge, const char *value) {
    return arena_format(picture->arena, "%s %s", picture->edge_labels[edge], value);
}

/* On the line as it is drawn now: with an arrow it may pass a row farther. */
static int label_row(const Picture *picture, size_t edge, TextRoom room) {
    int middle = room.column - 1 + (room.width + 1) / 2;
    for (size_t i = picture->edge_links[edge]; i < picture->edge_links[edge + 1]; i++) {
        Slant slant = picture_link_slant(picture, &picture->layout.links[i]);
        if (middle < slant.column || middle > slant.to_column || slant.row == slant.to_row)
            continue;
        int row = canvas_slant_row(slant.row, slant.column, slant.to_row, slant.to_column, middle);
        bool free = true;
        for (int column = room.column - 1; column <= room.column + room.width; column++) {
            const CanvasCell *cell = canvas_cell(&picture->plan, row, column);
            free = free && cell && (!cell->text || row == room.row);
        }
        return free ? row : room.row;
    }
    return room.row;
}

/* The weight with its value where there is room for both. */
static void place_label(Picture *picture, size_t edge) {
    TextRoom room = picture->label_rooms[edge];
    TextPlace *place = &picture->label_places[edge];
    const char *label = picture->edge_labels[edge], *value = picture->edge_values[edge];
    if (room.width == 0)
        return;
    place->text = label;
    if (picture->spacious && value) {
        int whole = utf8_width(label) + 1 + utf8_width(value);
        if (whole > room.width)
            picture_widen_label(picture, edge, &room, whole);
        int columns = room.width - utf8_width(label) - 1;
        value = number_shorten(picture->arena, value, columns, mark_of_more(picture));
        if (value && utf8_width(value) <= columns)
            place->text = with_value(picture, edge, value);
    }
    place->row = label_row(picture, edge, room);
    place->column = room.column + (room.width - utf8_width(place->text)) / 2;
}

/* Whether its value is to be seen: who selects a weight or a node wants to. */
static bool is_at_selected(const Picture *picture, size_t edge) {
    const NetworkNode *nodes = picture->network->nodes;
    const NetworkEdge *shown = edge_of(picture, edge);
    return shown->style == STYLE_SELECTED || nodes[shown->from].style == STYLE_SELECTED ||
           nodes[shown->to].style == STYLE_SELECTED;
}

static bool wants_value(const Picture *picture, size_t edge) {
    return picture->edge_values[edge] && !picture->spacious && is_at_selected(picture, edge);
}

static bool lacks_room(const Picture *picture, size_t edge) {
    bool unplaced = !picture->label_places[edge].text && picture->edge_labels[edge] != NULL;
    return (unplaced && network_is_lit(edge_of(picture, edge)->style)) ||
           wants_value(picture, edge);
}

static TextRoom room_of(TextPlace place) {
    return place.text ? (TextRoom){place.row, place.column - 1, utf8_width(place.text) + 2, 0}
                      : (TextRoom){0};
}

/* Not over another line, to which it would seem to belong, unless it is selected. */
static bool place_text_now(Picture *picture, size_t edge, const char *text) {
    TextRoom room = picture_room_on_edge(picture, true, edge, utf8_width(text));
    bool selected = edge_of(picture, edge)->style == STYLE_SELECTED;
    if (room.width == 0 || (picture_room_covers(room) && !selected))
        return false;
    picture->label_places[edge] = (TextPlace){room.row, room.column, text};
    return true;
}

static void place_label_now(Picture *picture, size_t edge) {
    Style style = edge_of(picture, edge)->style;
    picture_mark_room(&picture->canvas, room_of(picture->label_places[edge]), false);
    const char *value = picture->edge_values[edge];
    bool placed = wants_value(picture, edge) &&
                  place_text_now(picture, edge, with_value(picture, edge, value));
    if (!placed && !picture->label_places[edge].text && network_is_lit(style))
        place_text_now(picture, edge, picture->edge_labels[edge]);
    picture_mark_room(&picture->canvas, room_of(picture->label_places[edge]), true);
}

/* --- Values --------------------------------------------------------------------------------- */

/* Whether the value of a node is to stand anywhere but beside its label. */
static bool is_below(const Picture *picture, size_t node) {
    const NodeText *text = &picture->texts[node];
    return text->value && !picture->bare && !picture_is_block(picture, node) &&
           (!picture->beside || text->long_value);
}

/* In its room, as close to the label as there. */
static void put_value(Picture *picture, size_t node, const char *value, TextRoom room) {
    int width = utf8_width(value), sign = picture_sign_column(picture, node);
    bool left = picture_text_is_left(picture, picture->layout.items[node].layer);
    int wish = picture_is_apart(picture, node) ? sign - (width - 1) / 2
               : left                          ? sign - 1 - width
                                               : sign + 2;
    int last = room.column + room.width - width;
    int column = wish < room.column ? room.column : wish > last ? last : wish;
    picture->value_places[node] = (TextPlace){room.row, column, value};
}

/* With fewer digits where there is no room for all of them. */
static void put_shortened(Picture *picture, size_t node, TextRoom room) {
    const char *value = number_shorten(picture->arena, picture->texts[node].value, room.width,
                                       mark_of_more(picture));
    if (room.width > 0 && value && utf8_width(value) <= room.width)
        put_value(picture, node, value, room);
}

/* A value that is longer than its room has more on both sides of it, where nothing is. */
static void widen(const Picture *picture, TextRoom *room, int width) {
    TextRoom wide = {room->row, room->column - (width - room->width) / 2, width, 0};
    picture_mark_room(&picture->plan, *room, false);
    if (picture_is_free(&picture->plan, wide.row, wide.column, wide.column + width - 1, false))
        *room = wide;
    picture_mark_room(&picture->plan, *room, true);
}

static void place_value(Picture *picture, size_t node) {
    const NodeText *text = &picture->texts[node];
    if (!is_below(picture, node) || picture->beside)
        return;
    TextRoom *room = &picture->value_rooms[node];
    bool apart = picture_is_apart(picture, node);
    if (apart && text->value_width > room->width)
        widen(picture, room, text->value_width);
    if (apart || text->value_width <= room->width)
        put_shortened(picture, node, *room);
}

/* Somewhere at the node with all its digits; else in its room or beside its label with fewer. */
static void place_value_now(Picture *picture, size_t node) {
    const NodeText *text = &picture->texts[node];
    bool left = picture_text_is_left(picture, picture->layout.items[node].layer);
    TextRoom kept = picture->beside ? (TextRoom){0} : picture->value_rooms[node];
    picture_mark_room(&picture->canvas, kept, false);
    TextRoom room = picture_room_at_node(picture, true, node, text->value_width);
    if (room.width == 0)
        room = kept;
    if (room.width == 0 && picture->beside && !left)
        room = (TextRoom){picture_item_row(picture, node),
                          picture_sign_column(picture, node) + 2 + text->label_width + 1,
                          picture_value_limit(picture, node), 0};
    put_shortened(picture, node, room);
    picture_mark_room(&picture->canvas, room, true);
}

static bool lacks_value(const Picture *picture, size_t node) {
    return is_below(picture, node) && !picture_is_apart(picture, node) &&
           !picture->value_places[node].text;
}

/* --- All ------------------------------------------------------------------------------------ */

void picture_place_texts(Picture *picture) {
    size_t nodes = picture->network->node_count;
    picture->label_places = ARENA_ARRAY(picture->arena, TextPlace, picture->edge_count);
    picture->value_places = ARENA_ARRAY(picture->arena, TextPlace, nodes);
    for (size_t i = 0; i < picture->edge_count; i++)
        place_label(picture, i);
    for (size_t i = 0; i < nodes; i++) {
        NodeText *text = &picture->texts[i];
        text->long_value = picture->beside && text->value_width > picture_value_limit(picture, i);
        place_value(picture, i);
    }
}

bool picture_lacks_rooms(const Picture *picture) {
    bool lacks = false;
    for (size_t i = 0; i < picture->edge_count; i++)
        lacks = lacks || lacks_room(picture, i);
    for (size_t i = 0; i < picture->network->node_count; i++)
        lacks = lacks || lacks_value(picture, i);
    return lacks;
}

/* What is lit goes before all else. */
void picture_place_others(Picture *picture) {
    size_t nodes = picture->network->node_count;
    for (size_t i = 0; i < picture->edge_count; i++)
        picture_mark_room(&picture->canvas, room_of(picture->label_places[i]), true);
    for (size_t i = 0; i < nodes; i++)
        picture_mark_room(&picture->canvas,
                          lacks_value(picture, i) && !picture->beside
                              ? picture->value_rooms[i]
                              : room_of(picture->value_places[i]),
                          true);
    for (size_t i = 0; picture->apart && i < nodes; i++)
        picture_mark_room(&picture->canvas, picture->name_rooms[i], true);
    for (size_t i = 0; i < picture->edge_count; i++)
        if (lacks_room(picture, i))
            place_label_now(picture, i);
    for (int lit = 1; lit >= 0; lit--)
        for (size_t i = 0; i < nodes; i++)
            if (network_is_lit(picture->network->nodes[i].style) == (lit == 1) &&
                lacks_value(picture, i))
                place_value_now(picture, i);
}

static void write_marked(Picture *picture, size_t node, TextPlace place, Style style) {
    picture_write(picture, place.row, place.column, place.text, style);
    grid_mark(picture->grid, place.row, place.column, utf8_width(place.text), (uint32_t)node + 1);
}

void picture_write_texts(Picture *picture) {
    for (size_t i = 0; i < picture->edge_count; i++) {
        TextPlace place = picture->label_places[i];
        if (!place.text)
            continue;
        const char *label = arena_format(picture->arena, " %s ", place.text);
        picture_write(picture, place.row, place.column - 1, label, picture_edge_style(picture, i));
    }
    for (size_t i = 0; i < picture->network->node_count; i++) {
        Style style = picture_node_style(picture, i);
        if (picture_is_apart(picture, i)) {
            TextRoom room = picture->name_rooms[i];
            write_marked(picture, i, (TextPlace){room.row, room.column, picture->texts[i].label},
                         style);
        }
        if (picture->value_places[i].text)
            write_marked(picture, i, picture->value_places[i],
                         network_value_style(picture->network, i, style));
    }
}

/* --- Below the picture ---------------------------------------------------------------------- */

/* Things told in a row, and what is said before them. */
typedef struct Told {
    Buffer list;
    size_t count;
    bool selected; /* the last one is */
} Told;

static void tell(const Picture *picture, Told *told, const char *name, const char *value,
                 Style style) {
    const char *shown =
        value && picture->grid->ascii ? utf8_to_ascii(picture->arena, value) : value;
    buffer_format(&told->list, "%s%s%s%s", told->count++ > 0 ? ", " : "", name, shown ? " " : "",
                  shown ? shown : "");
    told->selected = style == STYLE_SELECTED;
}

/* Lit weights of which the picture tells less than it should: of a selected one its value, too. */
static bool is_told(const Picture *picture, size_t edge) {
    const NetworkEdge *shown = edge_of(picture, edge);
    const char *text = picture->label_places[edge].text, *label = picture->edge_labels[edge];
    bool valued = !shown->value || (text && !str_equal(text, label));
    return label && network_is_lit(shown->style) &&
           (!text || (shown->style == STYLE_SELECTED && !valued));
}

/* A weight that is on several lines is told once. */
static Told tell_weights(const Picture *picture, bool values) {
    Told told = {.list = {.arena = picture->arena}};
    for (size_t i = 0; i < picture->edge_count; i++) {
        const NetworkEdge *shown = edge_of(picture, i);
        bool tells = is_told(picture, i);
        for (size_t k = 0; k < i && tells; k++)
            tells = !is_told(picture, k) ||
                    !str_equal(picture->edge_labels[k], picture->edge_labels[i]);
        if (tells)
            tell(picture, &told, picture->edge_labels[i], values ? shown->value : NULL,
                 shown->style);
    }
    return told;
}

/* The values of lit nodes that stand nowhere. */
static Told tell_values(const Picture *picture) {
    Told told = {.list = {.arena = picture->arena}};
    for (size_t i = 0; i < picture->network->node_count; i++) {
        const NetworkNode *node = &picture->network->nodes[i];
        bool hidden = picture->bare || (is_below(picture, i) && !picture->value_places[i].text);
        if (hidden && node->value && network_is_lit(node->style))
            tell(picture, &told, picture->texts[i].label, node->value, node->style);
    }
    return told;
}

const char *picture_unplaced(const Picture *picture) {
    Told weights = tell_weights(picture, true), values = tell_values(picture);
    const char *where = weights.count > 1  ? "on the lit lines: "
                        : weights.selected ? "selected: "
                                           : "on the lit line: ";
    if (weights.count + values.count == 0)
        return NULL;
    const char *numbers = buffer_text(&values.list), *lines = buffer_text(&weights.list);
    const char *gap = weights.count > 0 && values.count > 0 ? "   " : "";
    where = weights.count > 0 ? where : "";
    Told names = tell_weights(picture, false);
    const char *ways[] = {
        arena_format(picture->arena, "%s%s%s%s", numbers, gap, where, lines),
        arena_format(picture->arena, "%s%s%s", numbers, gap, lines),
        arena_format(picture->arena, "%s%s", where, lines),
        arena_format(picture->arena, "%s%s", where, buffer_text(&names.list)),
    };
    for (size_t i = 0; i < sizeof ways / sizeof *ways; i++)
        if (*ways[i] && utf8_width(ways[i]) <= picture->grid->columns)
            return ways[i];
    return NULL;
}
