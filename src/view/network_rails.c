#include "view/network_rails.h"

#include <string.h>

#include "base/number.h"
#include "base/str.h"
#include "base/utf8.h"
#include "view/math_text.h"
#include "view/network_canvas.h"

enum {
    MOST_RAILS = 24,
    RAIL_STEP = 2,      /* columns from one rail to the next */
    LONGEST_LABEL = 24, /* columns, or three fifths of all */
    USUAL_VALUE = 8,    /* columns kept for a value, "−0.04280", from the beginning, */
    LEAST_VALUE = 4,    /* where room is short, */
    LONGEST_VALUE = 28, /* and those in which a number with all its digits stands */
    LEAST_LABEL = 8,    /* of which values leave so much */
    LEAST_WEIGHTS = 6,  /* columns in which weights are still worth beginning */
    TEXT_GAP = 2,       /* columns between rails, labels, values */
};

#define ROW_GAP ((size_t)-1) /* stands for a row in which nodes are left out */
enum { NO_ROW = -1, NO_RAIL = -1 };

/* Which nodes are shown, while they are chosen. */
typedef struct Choice {
    size_t node_count;
    bool *shown;
    size_t *seeds; /* nodes shown first, around which others follow */
    size_t seed_count;
    int count, pieces; /* nodes shown; runs of neighbours among them */
    int budget;        /* rows for them and for one gap between two pieces */
} Choice;

/* What stands in one row. */
typedef struct RailRow {
    size_t node;        /* or ROW_GAP */
    int column;         /* rail of the node, or NO_RAIL */
    int last, last_lit; /* the last row that uses the node, and the last by a lit edge; or NO_ROW */
    Style lit_style;
    int inputs, input_row; /* edges from shown rows, and the row of one of them */
    const char *label, *value;
    Buffer weights; /* labels of lit edges that come in */
} RailRow;

typedef struct Rails {
    Arena *arena;
    const Network *network;
    Grid *grid;
    Canvas canvas;
    RailRow *rows;
    int row_count;
    int *row_of; /* by node, or NO_ROW */
    int left, top;
    int pitch;      /* rows of the grid from one to the next: 2 where there is room, else 1 */
    int most, used; /* rails there is room for; rails given out */
    bool *busy;     /* rows × most: a rail passes or ends here */
    bool *joined;   /* rows × most: the rail is an input of the row's node */
} Rails;

static bool choose(Choice *choice, size_t node) {
    if (choice->shown[node])
        return false;
    bool above = node > 0 && choice->shown[node - 1];
    bool below = node + 1 < choice->node_count && choice->shown[node + 1];
    int pieces = choice->pieces + 1 - (above ? 1 : 0) - (below ? 1 : 0);
    if (choice->count + 1 + pieces - 1 > choice->budget)
        return false;
    choice->shown[node] = true;
    choice->count++;
    choice->pieces = pieces;
    return true;
}

static void choose_seed(Choice *choice, size_t node) {
    if (choose(choice, node))
        choice->seeds[choice->seed_count++] = node;
}

static bool is_edge(const Network *network, const NetworkEdge *edge) {
    return edge->from < edge->to && edge->to < network->node_count;
}

/* Selected nodes before lit ones, those before the ends of lit edges. */
static void choose_seeds(Choice *choice, const Network *network) {
    for (size_t i = 0; i < network->node_count; i++) {
        if (network->nodes[i].style == STYLE_SELECTED)
            choose_seed(choice, i);
    }
    for (size_t i = 0; i < network->node_count; i++) {
        if (network_is_lit(network->nodes[i].style))
            choose_seed(choice, i);
    }
    for (size_t i = 0; i < network->edge_count; i++) {
        const NetworkEdge *edge = &network->edges[i];
        if (!is_edge(network, edge) || !network_is_lit(edge->style))
            continue;
        choose_seed(choice, edge->from);
        choose_seed(choice, edge->to);
    }
    if (choice->seed_count == 0)
        choose_seed(choice, 0);
}

static void choose_neighbours(Choice *choice) {
    for (size_t distance = 1; distance < choice->node_count; distance++) {
        for (size_t i = 0; i < choice->seed_count; i++) {
            size_t seed = choice->seeds[i];
            if (seed >= distance)
                choose(choice, seed - distance);
            if (seed + distance < choice->node_count)
                choose(choice, seed + distance);
            if (choice->count + choice->pieces - 1 >= choice->budget)
                return;
        }
    }
}

static Choice choose_rows(Arena *arena, const Network *network, int rows) {
    Choice choice = {.node_count = network->node_count};
    bool all = network->node_count <= (size_t)rows;
    choice.shown = ARENA_ARRAY(arena, bool, network->node_count);
    choice.seeds = ARENA_ARRAY(arena, size_t, (size_t)rows);
    choice.budget = all || rows == 1 ? rows : rows - 1;
    if (!all)
        choose_seeds(&choice, network);
    else
        choose_seed(&choice, 0);
    choose_neighbours(&choice);
    return choice;
}

static void read_row(Rails *rails, RailRow *row, size_t node) {
    const NetworkNode *shown = &rails->network->nodes[node];
    if (rails->network->texts != NULL && shown->label == NULL)
        rails->network->texts->name_node(rails->network, node);
    bool ascii = rails->grid->ascii;
    row->label = shown->label != NULL ? math_line(rails->arena, shown->label, ascii) : "";
    row->value = "";
    if (shown->value != NULL)
        row->value = ascii ? utf8_to_ascii(rails->arena, shown->value) : shown->value;
}

static void add_row(Rails *rails, size_t node) {
    RailRow *row = &rails->rows[rails->row_count];
    *row = (RailRow){.node = node, .column = NO_RAIL, .last = NO_ROW, .last_lit = NO_ROW};
    row->weights.arena = rails->arena;
    if (node != ROW_GAP) {
        rails->row_of[node] = rails->row_count;
        read_row(rails, row, node);
    }
    rails->row_count++;
}

static void make_rows(Rails *rails, const Choice *choice) {
    size_t count = rails->network->node_count;
    rails->row_of = ARENA_ARRAY(rails->arena, int, count);
    rails->rows = ARENA_ARRAY(rails->arena, RailRow, (size_t)(choice->count + choice->pieces));
    for (size_t i = 0; i < count; i++) {
        rails->row_of[i] = NO_ROW;
        if (!choice->shown[i])
            continue;
        if (rails->row_count > 0 && !choice->shown[i - 1])
            add_row(rails, ROW_GAP);
        add_row(rails, i);
    }
}

/* Whether both ends are shown; only such edges are drawn. */
static bool edge_rows(const Rails *rails, const NetworkEdge *edge, int *from, int *to) {
    if (!is_edge(rails->network, edge))
        return false;
    *from = rails->row_of[edge->from];
    *to = rails->row_of[edge->to];
    return *from != NO_ROW && *to != NO_ROW;
}

static void add_weight(Rails *rails, RailRow *row, size_t number) {
    const NetworkEdge *edge = &rails->network->edges[number];
    if (rails->network->texts != NULL && edge->label == NULL)
        rails->network->texts->name_edge(rails->network, number);
    if (edge->label == NULL || row->weights.length > (size_t)rails->grid->columns)
        return;
    bool ascii = rails->grid->ascii;
    const char *arrow = ascii ? "<- " : "← ";
    buffer_add(&row->weights, row->weights.length > 0 ? ", " : arrow);
    buffer_add(&row->weights, math_line(rails->arena, edge->label, ascii));
}

static void find_spans(Rails *rails) {
    for (size_t i = 0; i < rails->network->edge_count; i++) {
        const NetworkEdge *edge = &rails->network->edges[i];
        int from, to;
        if (!edge_rows(rails, edge, &from, &to))
            continue;
        RailRow *source = &rails->rows[from], *target = &rails->rows[to];
        if (to > source->last)
            source->last = to;
        target->inputs += target->inputs == 0 || target->input_row != from ? 1 : 0;
        target->input_row = from;
        if (!network_is_lit(edge->style))
            continue;
        add_weight(rails, target, i);
        Style style = network_edge_style(rails->network, i);
        if (!network_is_lit(style))
            continue;
        source->lit_style = style;
        if (to > source->last_lit)
            source->last_lit = to;
    }
}

static bool *rail_cell(const Rails *rails, bool *cells, int row, int column) {
    return &cells[(size_t)row * (size_t)rails->most + (size_t)column];
}

static bool rail_is_free(const Rails *rails, int column, int first, int last) {
    for (int row = first; row <= last; row++) {
        if (*rail_cell(rails, rails->busy, row, column))
            return false;
    }
    return true;
}

/* Gives the node of a row the first free rail; a node with one input that nobody else needs any
 * longer continues its rail where the line between them has a row to be seen in. Below a node that
 * is not used a cell stays free, so that two signs on one rail, one right below the other, are
 * always joined. */
static bool give_rail(Rails *rails, int at) {
    RailRow *row = &rails->rows[at];
    int below = at + 1 < rails->row_count ? at + 1 : at, column = 0;
    int last = row->last == NO_ROW ? below : row->last;
    const RailRow *input = row->inputs == 1 ? &rails->rows[row->input_row] : NULL;
    bool goes_on = input != NULL && input->column != NO_RAIL && input->last == at &&
                   rail_is_free(rails, input->column, at + 1, last);
    while (column < rails->most && !rail_is_free(rails, column, at, last))
        column++;
    if (goes_on && (rails->pitch > 1 || column == rails->most))
        column = input->column;
    if (column == rails->most)
        return false;
    row->column = column;
    for (int i = at; i <= last; i++)
        *rail_cell(rails, rails->busy, i, column) = true;
    if (column + 1 > rails->used)
        rails->used = column + 1;
    return true;
}

/* From top to bottom, so that the rails stay where they are while other nodes are lit; only where
 * they do not suffice the lit ones come first. */
static void give_rails(Rails *rails) {
    size_t cells = (size_t)rails->row_count * (size_t)rails->most;
    bool enough = true;
    rails->busy = ARENA_ARRAY(rails->arena, bool, cells);
    rails->joined = ARENA_ARRAY(rails->arena, bool, cells);
    for (int i = 0; i < rails->row_count; i++)
        enough = (rails->rows[i].node == ROW_GAP || give_rail(rails, i)) && enough;
    if (enough)
        return;
    memset(rails->busy, 0, cells * sizeof *rails->busy);
    for (int i = 0; i < rails->row_count; i++)
        rails->rows[i].column = NO_RAIL;
    for (int pass = 0; pass < 2; pass++) {
        for (int i = 0; i < rails->row_count; i++) {
            bool lit = rails->rows[i].last_lit != NO_ROW;
            if (rails->rows[i].node != ROW_GAP && lit == (pass == 0))
                give_rail(rails, i);
        }
    }
    rails->used = rails->most + 1;
}

/* The column of the grid for a rail; nodes without one stand to the right of all rails. */
static int rail_x(const Rails *rails, int column) {
    return rails->left + (column == NO_RAIL ? rails->most : column) * RAIL_STEP;
}

static int rail_y(const Rails *rails, int row) {
    return rails->top + row * rails->pitch;
}

/* One of the signs ^>v, by the arm at its tip. */
static void write_arrow(Rails *rails, int row, int x, Arm tip, Style style) {
    static const char *const unicode[ARM_COUNT] = {
        [ARM_UP] = "▲", [ARM_RIGHT] = "▶", [ARM_DOWN] = "▼"};
    static const char *const ascii[ARM_COUNT] = {
        [ARM_UP] = "^", [ARM_RIGHT] = ">", [ARM_DOWN] = "v"};
    CanvasCell *cell = canvas_cell(&rails->canvas, row, x);
    if (cell == NULL)
        return;
    cell->text = true;
    grid_text(rails->grid, row, x, rails->grid->ascii ? ascii[tip] : unicode[tip], style);
}

static Ink rail_ink(bool lit, Style style, size_t node) {
    return (Ink){
        .weight = lit ? WEIGHT_HEAVY : WEIGHT_THIN, .style = style, .line = (uint16_t)node};
}

/* Where a lit edge flows into a node: on the way back right below the one it comes from, so that
 * what goes back always goes up; on the way forward beside the node it leads to, unless the rail
 * comes down on the right of that: a head to the left would be taken for the way back, so it points
 * down, above the turn of the rail, or in it where that is in a row of another node. */
static void draw_arrow(Rails *rails, int from, int to, Style style) {
    int start = rail_x(rails, rails->rows[from].column),
        end = rail_x(rails, rails->rows[to].column);
    int above = rail_y(rails, from), row = rail_y(rails, to);
    if (start == end && row - above <= 1)
        return;
    if (rails->network->backward)
        write_arrow(rails, above + 1, start, ARM_UP, style);
    else if (start < end)
        write_arrow(rails, row, end - 1, ARM_RIGHT, style);
    else if (start == end || rails->pitch > 1)
        write_arrow(rails, row - 1, start, ARM_DOWN, style);
    else
        write_arrow(rails, row, start, ARM_DOWN, style);
}

/* The level part of an edge, from the rail of its source to its node. */
static void draw_branch(Rails *rails, const NetworkEdge *edge, int from, int to) {
    const RailRow *source = &rails->rows[from], *target = &rails->rows[to];
    if (source->column == NO_RAIL)
        return;
    *rail_cell(rails, rails->joined, to, source->column) = true;
    int start = rail_x(rails, source->column), end = rail_x(rails, target->column);
    int row = rail_y(rails, to);
    bool right = start < end;
    Style style = network_edge_style(rails->network, (size_t)(edge - rails->network->edges));
    Ink ink = rail_ink(network_is_lit(style), style, edge->from);
    if (network_has_arrow(style))
        draw_arrow(rails, from, to, style);
    if (start == end)
        return;
    canvas_arm(&rails->canvas, row, start, right ? ARM_RIGHT : ARM_LEFT, ink);
    for (int x = (right ? start : end) + 1; x < (right ? end : start); x++) {
        canvas_arm(&rails->canvas, row, x, ARM_LEFT, ink);
        canvas_arm(&rails->canvas, row, x, ARM_RIGHT, ink);
    }
}

/* Where a rail passes a row it has nothing to do with, one of the two lines goes over the other:
 * the heavier, or else the rail. A junction is drawn only where there is one. */
static void draw_rail_row(Rails *rails, const RailRow *row, int at, int x) {
    bool lit_above = at <= row->last_lit, lit_below = at < row->last_lit;
    Ink above = rail_ink(lit_above, lit_above ? row->lit_style : STYLE_NORMAL, row->node);
    Ink below = rail_ink(lit_below, lit_below ? row->lit_style : STYLE_NORMAL, row->node);
    int y = rail_y(rails, at);
    CanvasCell *cell = canvas_cell(&rails->canvas, y, x);
    if (cell == NULL)
        return;
    for (int between = y - rails->pitch + 1; between < y; between++) {
        canvas_arm(&rails->canvas, between, x, ARM_UP, above);
        canvas_arm(&rails->canvas, between, x, ARM_DOWN, above);
    }
    if (!*rail_cell(rails, rails->joined, at, row->column)) {
        if (cell->heavy && above.weight != WEIGHT_HEAVY)
            return;
        cell->arms = 0;
    }
    canvas_arm(&rails->canvas, y, x, ARM_UP, above);
    if (at < row->last)
        canvas_arm(&rails->canvas, y, x, ARM_DOWN, below);
}

static void draw_lines(Rails *rails) {
    for (size_t i = 0; i < rails->network->edge_count; i++) {
        int from, to;
        if (edge_rows(rails, &rails->network->edges[i], &from, &to))
            draw_branch(rails, &rails->network->edges[i], from, to);
    }
    for (int i = 0; i < rails->row_count; i++) {
        const RailRow *row = &rails->rows[i];
        for (int at = i + 1; row->column != NO_RAIL && at <= row->last; at++)
            draw_rail_row(rails, row, at, rail_x(rails, row->column));
    }
}

static int widest(const Rails *rails, bool values, int most) {
    int width = 0;
    for (int i = 0; i < rails->row_count; i++) {
        const RailRow *row = &rails->rows[i];
        int columns = row->node == ROW_GAP ? 0 : utf8_width(values ? row->value : row->label);
        width = columns > width ? columns : width;
    }
    return width < most ? width : most;
}

/* Columns of the labels, of which values, known or not, leave so much: first those of a long number
 * are given up, then the labels give way. */
static int room_for_labels(const Rails *rails, int labels, int width) {
    int room = rails->grid->columns - labels - TEXT_GAP, value = USUAL_VALUE;
    while (value > LEAST_VALUE && room - value < width)
        value--;
    return room - value < width && room - value >= LEAST_LABEL ? room - value : width;
}

static void draw_texts(Rails *rails, int label_width, int value_width) {
    int labels = rails->left + (rails->used - 1) * RAIL_STEP + 1 + TEXT_GAP;
    label_width = room_for_labels(rails, labels, label_width);
    int values = labels + label_width + TEXT_GAP;
    int room = rails->grid->columns - values - TEXT_GAP - LEAST_WEIGHTS;
    int kept = room < LEAST_VALUE ? LEAST_VALUE : room < USUAL_VALUE ? room : USUAL_VALUE;
    int weights = values + (value_width > kept ? value_width : kept) + TEXT_GAP;
    for (int i = 0; i < rails->row_count; i++) {
        const RailRow *row = &rails->rows[i];
        int at = rail_y(rails, i), columns = rails->grid->columns;
        if (row->node == ROW_GAP) {
            grid_text_fit(rails->grid, at, labels, columns - labels, rails->grid->ascii ? ":" : "⋮",
                          STYLE_DIM);
            continue;
        }
        int label_room = columns - labels < label_width ? columns - labels : label_width;
        int value_room = columns - values < value_width ? columns - values : value_width;
        Style style = network_node_style(rails->network, row->node);
        if (label_room > 0)
            grid_text_fit(
                rails->grid, at, labels, label_room,
                utf8_shorten(rails->arena, row->label, label_room, rails->grid->ascii ? "~" : "…"),
                style);
        const char *value =
            number_shorten(rails->arena, row->value, value_room, rails->grid->ascii ? "~" : "…");
        if (value != NULL && utf8_width(value) <= value_room)
            grid_text(rails->grid, at, values, value,
                      network_value_style(rails->network, row->node, style));
        if (columns - weights >= LEAST_WEIGHTS && row->weights.length > 0)
            grid_text_fit(rails->grid, at, weights, columns - weights, row->weights.text,
                          rails->network->dark ? STYLE_NORMAL : STYLE_LIT);
    }
}

static void draw_signs(Rails *rails) {
    for (int i = 0; i < rails->row_count; i++) {
        const RailRow *row = &rails->rows[i];
        if (row->node == ROW_GAP)
            continue;
        Style style = network_node_style(rails->network, row->node);
        int x = rail_x(rails, row->column);
        int y = rail_y(rails, i);
        grid_mark(rails->grid, y, 0, rails->grid->columns, (uint32_t)row->node + 1);
        CanvasCell *cell = canvas_cell(&rails->canvas, y, x);
        if (cell != NULL)
            cell->text = true;
        grid_text(rails->grid, y, x, network_sign(style, rails->grid->ascii), style);
    }
}

/* 9120 as "9 120", so that large counts can be read. */
static const char *grouped(Arena *arena, size_t count) {
    if (count < 1000)
        return arena_format(arena, "%zu", count);
    if (count < 1000000)
        return arena_format(arena, "%zu %03zu", count / 1000, count % 1000);
    return arena_format(arena, "%zu %03zu %03zu", count / 1000000, count / 1000 % 1000,
                        count % 1000);
}

static void draw_summary(Rails *rails, int shown) {
    size_t count = rails->network->node_count;
    if ((size_t)shown == count || rails->grid->rows < 2)
        return;
    const char *text =
        arena_format(rails->arena, "%s %s of %s nodes", rails->grid->ascii ? "..." : "…",
                     grouped(rails->arena, (size_t)shown), grouped(rails->arena, count));
    grid_text_fit(rails->grid, rails->grid->rows - 1, rails->left,
                  rails->grid->columns - rails->left, text, STYLE_DIM);
}

static void draw_caption(Rails *rails) {
    Grid *grid = rails->grid;
    const char *text = network_legend(rails->arena, rails->network, grid->columns, grid->ascii);
    if (rails->row_count == grid->rows)
        return;
    grid_fill(grid, grid->rows - 1, 0, 1, grid->columns, " ", STYLE_NORMAL);
    grid_text_fit(grid, grid->rows - 1, rails->left, grid->columns - rails->left, text, STYLE_LIT);
}

void network_draw_rails(Arena *arena, const Network *network, Grid *grid) {
    Rails rails = {.arena = arena, .network = network, .grid = grid};
    if (grid->rows <= 0 || grid->columns <= 0 || network->node_count == 0)
        return;
    Choice choice = choose_rows(arena, network, grid->rows);
    make_rows(&rails, &choice);
    find_spans(&rails);
    int value_width = widest(&rails, true, LONGEST_VALUE);
    int label_room = grid->columns * 3 / 5;
    int label_width =
        widest(&rails, false, label_room > LONGEST_LABEL ? label_room : LONGEST_LABEL);
    rails.left = grid->columns >= NETWORK_MARGIN_COLUMNS ? 2 : 0;
    bool all = choice.count == (int)network->node_count;
    rails.pitch = all && 2 * rails.row_count <= grid->rows ? 2 : 1;
    int height = (rails.row_count - 1) * rails.pitch + 1;
    rails.top = height < grid->rows && all ? (grid->rows - height) / 2 : 0;
    int text = label_width + USUAL_VALUE + 2 * TEXT_GAP, half = grid->columns / 2;
    int room = grid->columns - rails.left - (text < half ? text : half);
    rails.most = room / RAIL_STEP < MOST_RAILS ? room / RAIL_STEP : MOST_RAILS;
    rails.most = rails.most > 1 ? rails.most - 1 : 1;
    give_rails(&rails);
    rails.canvas = canvas_new(arena, grid->rows, grid->columns, grid->ascii);
    draw_lines(&rails);
    draw_signs(&rails);
    canvas_print(&rails.canvas, grid);
    draw_texts(&rails, label_width, value_width);
    if (network->caption != NULL)
        draw_caption(&rails);
    else
        draw_summary(&rails, choice.count);
}
