#include "base/str.h"
#include "base/utf8.h"
#include "view/network_picture.h"

enum {
    LABEL_CLEARANCE = 2, /* columns beside a label in which other lines are unwelcome */
    COVERING_COST = 8,   /* a line covered by a label, measured in lines that are only near */
};

/* Of a label in these columns; one beside its line had better keep away from other texts, too. */
static int label_cost(const Picture *picture, int row, int first, int last, size_t edge,
                      bool beside) {
    int cost = 0;
    for (int column = first - LABEL_CLEARANCE; column <= last + LABEL_CLEARANCE; column++) {
        const CanvasCell *cell = canvas_cell(&picture->canvas, row, column);
        bool covered = column >= first && column <= last;
        if (covered && (cell == NULL || cell->text))
            return -1;
        if (cell == NULL || (cell->text ? !beside : cell->weight == WEIGHT_NONE))
            continue;
        if (cell->text || cell->shared || cell->line != edge)
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
    Slant slant = picture_link_slant(picture, link);
    int length = slant.to_column - slant.column, kept = lit ? 0 : 1;
    for (size_t i = 0; i < sizeof percents / sizeof *percents; i++) {
        int middle = slant.column + length * percents[i] / 100;
        int first = middle - (width + 1) / 2, last = first + width + 1;
        if (off == 0 && (first < slant.column + kept || last > slant.to_column - kept))
            continue;
        int row = canvas_slant_row(slant.row, slant.column, slant.to_row, slant.to_column, middle);
        int cost = label_cost(picture, row + off, first, last, link->edge, off != 0);
        if (cost >= 0 && (best.cost < 0 || cost < best.cost))
            best = (TextPlace){.row = row + off, .column = first + 1, .cost = cost};
    }
    return best;
}

static TextPlace best_on_edge(const Picture *picture, size_t edge, const char *text, int off,
                              TextPlace best) {
    int width = utf8_width(text);
    for (size_t i = 0; i < picture->layout.link_count; i++) {
        const LayoutLink *link = &picture->layout.links[i];
        if (link->edge == edge)
            best = best_on_link(picture, link, off, width, best);
    }
    return best;
}

/* `eager`: if it cannot stand on the line, then above or below it. */
static TextPlace find_text_place(const Picture *picture, size_t edge, const char *text,
                                 bool eager) {
    TextPlace best = best_on_edge(picture, edge, text, 0, (TextPlace){.cost = -1});
    if (eager && best.cost < 0) {
        best = best_on_edge(picture, edge, text, -1, best);
        best = best_on_edge(picture, edge, text, 1, best);
    }
    best.text = text;
    return best;
}

static TextPlace find_label_place(const Picture *picture, size_t edge) {
    Style style = picture->network->edges[picture->edges[edge]].style;
    bool lit = network_is_lit(style);
    if (picture->edge_longs[edge] != NULL) {
        TextPlace place = find_text_place(picture, edge, picture->edge_longs[edge], true);
        if (place.cost >= 0 && (place.cost < COVERING_COST || style == STYLE_SELECTED))
            return place; /* who selects a weight wants to see its number */
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
    const Style style = picture_edge_style(picture, edge);
    int column = place->column - 1; /* of the space before it */
    column += picture_write(picture, place->row, column, " ", style);
    column += picture_write(picture, place->row, column, place->text, style);
    picture_write(picture, place->row, column, " ", style);
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

/* No farther from its label than `most` columns. */
static bool find_value_column(const Picture *picture, size_t node, int row, bool apart, int most,
                              int *column) {
    int width = picture->texts[node].value_width, sign = picture_sign_column(picture, node);
    bool left = picture_text_is_left(picture, picture->layout.items[node].layer);
    int start = left ? sign - 1 - width : sign + 2;
    for (int shift = 0; shift <= most; shift++) {
        *column = left ? start + shift : start - shift;
        if (cells_are_free(picture, row, *column, width, apart))
            return true;
    }
    return false;
}

/* Whether nothing follows the node: then no other is near that the value could belong to. */
static bool is_last(const Picture *picture, size_t node) {
    const Network *network = picture->network;
    for (size_t i = 0; i < network->edge_count; i++)
        if (network->edges[i].from == node)
            return false;
    return true;
}

/* Below or above its node, as close to its label as the lines allow; of the last one, on which the
 * lines converge, if need be a row farther away. */
static TextPlace find_value_place(const Picture *picture, size_t node) {
    static const int rows[] = {1, -1, 1, -1, 2, -2};
    TextPlace place = {.cost = -1};
    int row = picture_item_row(picture, node), tries = is_last(picture, node) ? 6 : 4;
    for (int i = 0; i < tries && place.cost < 0; i++) {
        bool apart = i < 2 || i >= 4;
        int width = picture->texts[node].value_width, most = i < 4 ? 2 + width / 2 : width;
        place.row = row + rows[i];
        place.cost =
            find_value_column(picture, node, place.row, apart, most, &place.column) ? 0 : -1;
    }
    return place;
}

static void draw_value(Picture *picture, size_t node) {
    TextPlace *place = &picture->value_places[node];
    if (!picture->placed)
        *place = find_value_place(picture, node);
    if (place->cost < 0)
        return;
    picture_write(picture, place->row, place->column, picture->texts[node].value,
                  network_value_style(picture->network, node, picture_node_style(picture, node)));
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
        bool below =
            !picture->beside && !picture_is_block(picture, i) && !picture_is_apart(picture, i);
        if (below && picture->texts[i].value != NULL && node_lit == lit)
            draw_value(picture, i);
    }
}

void picture_draw_texts(Picture *picture, size_t edge_count) {
    draw_labels(picture, edge_count, true);
    draw_values(picture, true);
    draw_values(picture, false);
    draw_labels(picture, edge_count, false);
}

/* Whether the picture tells less of a lit weight than it should: of a selected one its value, too.
 */
static bool is_unplaced(const Picture *picture, size_t edge) {
    const NetworkEdge *shown = &picture->network->edges[picture->edges[edge]];
    const TextPlace *place = &picture->label_places[edge];
    if (picture->edge_labels[edge] == NULL || !network_is_lit(shown->style))
        return false;
    bool valued = shown->value == NULL || place->text == picture->edge_longs[edge];
    return place->cost < 0 || (shown->style == STYLE_SELECTED && !valued);
}

const char *picture_unplaced(const Picture *picture, size_t edge_count) {
    Buffer list = {.arena = picture->arena};
    const bool ascii = picture->grid->ascii;
    size_t count = 0;
    bool selected = false;
    for (size_t i = 0; i < edge_count; i++) {
        const NetworkEdge *edge = &picture->network->edges[picture->edges[i]];
        if (!is_unplaced(picture, i))
            continue;
        const char *value = edge->value != NULL ? edge->value : "";
        buffer_format(&list, "%s%s%s%s", count++ > 0 ? ", " : "", picture->edge_labels[i],
                      *value ? " " : "", ascii ? utf8_to_ascii(picture->arena, value) : value);
        selected = edge->style == STYLE_SELECTED;
    }
    const char *where = count > 1 ? "on the lit lines" : selected ? "selected" : "on the lit line";
    const char *words = arena_format(picture->arena, "%s: %s", where, buffer_text(&list));
    return count > 0 && utf8_width(words) <= picture->grid->columns ? words : NULL;
}
