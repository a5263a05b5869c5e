#include "ui/frame.h"

#include "base/utf8.h"

enum {
    SIDE_COLUMNS = 100, /* from here on panes stand side by side */
    STACK_COLUMNS = 60, /* below this, or STACK_ROWS, one stands alone */
    STACK_ROWS = 16,
    LEFT_PERCENT = 45,  /* of the columns, for the network and the values, */
    STEP_COLUMNS = 55,  /* but so many are left to the text of the step */
    NETWORK_FROM = 17,  /* stacked rows from which the network is shown under the step, */
    VALUES_FROM = 28,   /* and from which the values are, too */
    LEAST_STEP = 8,     /* rows that a reply leaves to the step, or it covers it */
    LEAST_QUESTION = 3, /* rows of a question that its reply leaves on a small screen */
    LEAST_VALUES = 3,
    LEAST_POSITION = 12, /* columns for the position on a small screen, before any keys */
    LABEL_COLUMN = 2,    /* of what stands on a line at its left end */
    PADDING = 1,         /* columns free at either side of a pane */
};

/* --- Places --------------------------------------------------------------------------------- */

static int larger_of(int a, int b) {
    return a > b ? a : b;
}

static int smaller_of(int a, int b) {
    return a < b ? a : b;
}

static FrameKind kind_of(int rows, int columns) {
    if (rows < STACK_ROWS || columns < STACK_COLUMNS)
        return FRAME_ALONE;
    return columns < SIDE_COLUMNS ? FRAME_STACK : FRAME_SIDE;
}

static int divider_of(int columns) {
    return smaller_of(1 + (columns - 3) * LEFT_PERCENT / 100,
                      columns - STEP_COLUMNS - 2 - 2 * PADDING);
}

int frame_reply_columns(int rows, int columns) {
    switch (kind_of(rows, columns)) {
    case FRAME_SIDE: return columns - divider_of(columns) - 2 - 2 * PADDING;
    case FRAME_STACK: return columns - 2 - 2 * PADDING;
    case FRAME_ALONE: break;
    }
    return columns;
}

/* A pane between two upright lines, its content from `row` on, its title on the line above. Side by
 * side, the network and the values are left of the divider. */
static void add_place(Frame *frame, PaneId pane, int row, int rows) {
    bool side = frame->kind == FRAME_SIDE, first = pane == PANE_NETWORK || pane == PANE_VALUES;
    int left = side && !first ? frame->divider : 0;
    int right = side && first ? frame->divider : frame->columns - 1;
    frame->places[frame->count++] = (Place){.pane = pane,
                                            .row = row,
                                            .rows = larger_of(rows, 0),
                                            .column = left + 1 + PADDING,
                                            .columns = right - left - 1 - 2 * PADDING,
                                            .title_row = row - 1,
                                            .title_column = left + 1,
                                            .title_columns = right - left - 1};
}

static void arrange_side(Frame *frame, FrameWishes wishes) {
    int top = 2, rows = frame->rows - 5; /* rows below the titles */
    frame->divider = divider_of(frame->columns);
    int names = wishes.names < (size_t)rows ? (int)wishes.names : rows;
    int values = larger_of(LEAST_VALUES, smaller_of(rows * 2 / 5, names + 1));
    int network = rows - values - 1;
    add_place(frame, PANE_NETWORK, top, network);
    add_place(frame, PANE_VALUES, top + network + 1, values);
    if (wishes.beside)
        wishes.reply_rows = smaller_of(wishes.reply_rows, rows - LEAST_STEP - 1);
    int step = rows - wishes.reply_rows - 1;
    if (wishes.focus == PANE_CONTENTS) {
        add_place(frame, PANE_CONTENTS, top, rows);
    } else if (wishes.reply_rows == 0) {
        add_place(frame, PANE_STEP, top, rows);
    } else if (step < LEAST_STEP) {
        add_place(frame, wishes.focus == PANE_STEP ? PANE_STEP : PANE_REPLY, top, rows);
    } else {
        add_place(frame, PANE_STEP, top, step);
        add_place(frame, PANE_REPLY, top + step + 1, wishes.reply_rows);
    }
}

/* The most important one above; below it the network and the values, or of those the focused one.
 * A reply that must not cover the step takes the network's place. */
static void arrange_stack(Frame *frame, FrameWishes wishes) {
    int rows = frame->rows - 4, row = 1;
    bool below = wishes.beside && wishes.reply_rows > 0 && wishes.focus != PANE_NETWORK;
    bool covers = !below && wishes.reply_rows > 0 && wishes.focus != PANE_STEP;
    PaneId upper = covers ? PANE_REPLY : PANE_STEP;
    PaneId lower = wishes.focus == PANE_VALUES ? PANE_VALUES : PANE_NETWORK;
    PaneId middle = below ? PANE_REPLY : PANE_NETWORK;
    if (below && rows < VALUES_FROM && wishes.focus != PANE_VALUES)
        lower = PANE_REPLY;
    int reply = smaller_of(wishes.reply_rows, rows - LEAST_QUESTION - 1);
    bool small = rows < NETWORK_FROM;
    if (small && below && wishes.focus == PANE_REPLY && reply > 0) {
        add_place(frame, PANE_STEP, row, rows - reply - 1);
        add_place(frame, PANE_REPLY, row + rows - reply, reply);
        return;
    }
    if (small || wishes.focus == PANE_CONTENTS) {
        add_place(frame, wishes.focus, row, rows);
        return;
    }
    bool both = rows >= VALUES_FROM;
    int values = both ? rows / 5 : 0;
    int network = (rows - values) * 2 / 5;
    int step = rows - network - values - (both ? 2 : 1);
    if (wishes.lines && wishes.focus == PANE_REPLY && wishes.reply_rows > step) {
        add_place(frame, PANE_REPLY, row, rows);
        return;
    }
    add_place(frame, upper, row, step);
    row += step;
    add_place(frame, both ? middle : lower, row + 1, network);
    row += network + 1;
    if (both)
        add_place(frame, PANE_VALUES, row + 1, values);
}

static void arrange_alone(Frame *frame, FrameWishes wishes) {
    int rows = frame->rows > 1 ? frame->rows - 1 : frame->rows;
    Place whole = {.pane = wishes.focus, .rows = rows, .columns = frame->columns};
    int reply = smaller_of(wishes.reply_rows, rows - LEAST_QUESTION - 1);
    bool both = wishes.beside && wishes.focus == PANE_REPLY && reply > 0;
    if (both) {
        whole.pane = PANE_STEP;
        whole.rows = rows - reply - 1;
    }
    frame->places[frame->count++] = whole;
    if (both)
        frame->places[frame->count++] = (Place){
            .pane = PANE_REPLY, .row = rows - reply, .rows = reply, .columns = frame->columns};
}

Frame frame_arrange(int rows, int columns, FrameWishes wishes) {
    Frame frame = {.kind = kind_of(rows, columns), .rows = rows, .columns = columns};
    bool lines = frame.kind != FRAME_ALONE;
    frame.prompt_row = rows - (lines ? 2 : 1);
    frame.prompt_column = lines ? 1 + PADDING : 0;
    frame.prompt_columns = columns - 2 * frame.prompt_column;
    switch (frame.kind) {
    case FRAME_SIDE: arrange_side(&frame, wishes); break;
    case FRAME_STACK: arrange_stack(&frame, wishes); break;
    case FRAME_ALONE: arrange_alone(&frame, wishes); break;
    }
    return frame;
}

const Place *frame_place(const Frame *frame, PaneId pane) {
    for (size_t i = 0; i < frame->count; i++)
        if (frame->places[i].pane == pane)
            return &frame->places[i];
    return NULL;
}

bool frame_has(const Frame *frame, const Place *place) {
    const Place *found = frame_place(frame, place->pane);
    return found && found->row == place->row && found->rows == place->rows &&
           found->column == place->column && found->columns == place->columns;
}

bool frame_is_same(const Frame *a, const Frame *b) {
    bool same = a->rows == b->rows && a->columns == b->columns && a->count == b->count;
    for (size_t i = 0; same && i < a->count; i++)
        same = frame_has(b, &a->places[i]);
    return same;
}

static bool is_in(const Place *place, int row, int column) {
    return row >= place->row && row < place->row + place->rows && column >= place->column &&
           column < place->column + place->columns;
}

static const Place *place_at(const Frame *frame, int row, int column) {
    for (size_t i = 0; i < frame->count; i++)
        if (is_in(&frame->places[i], row, column))
            return &frame->places[i];
    return NULL;
}

int frame_gap(const Frame *frame, int row, int *column) {
    const Place *place;
    while ((place = place_at(frame, row, *column)) != NULL)
        *column = place->column + place->columns;
    int end = frame->columns;
    for (size_t i = 0; i < frame->count; i++)
        if (frame->places[i].column > *column &&
            is_in(&frame->places[i], row, frame->places[i].column))
            end = smaller_of(end, frame->places[i].column);
    return end - *column;
}

/* --- Lines ---------------------------------------------------------------------------------- */

/* The arms of a crossing, added up, are its place in the table. */
enum { ARM_ABOVE = 1, ARM_RIGHT = 2, ARM_BELOW = 4, ARM_LEFT = 8 };

static void draw_crossing(Grid *grid, int row, int column, unsigned arms) {
    static const char *const crossings[16] = {" ", "│", "─", "└", "│", "│", "┌", "├",
                                              "─", "┘", "─", "┴", "┐", "┤", "┬", "┼"};
    bool straight = (arms & (arms - 1)) == 0 || arms == (ARM_LEFT | ARM_RIGHT) ||
                    arms == (ARM_ABOVE | ARM_BELOW);
    grid_text(grid, row, column, grid->ascii && !straight ? "+" : crossings[arms], STYLE_DIM);
}

/* A level line between two upright ones; `first` and `last` are what else its ends join. */
static void draw_level(Grid *grid, int row, int left, int right, unsigned first, unsigned last) {
    grid_fill(grid, row, left + 1, 1, right - left - 1, "─", STYLE_DIM);
    draw_crossing(grid, row, left, first | ARM_RIGHT);
    draw_crossing(grid, row, right, last | ARM_LEFT);
}

static void draw_upright(Grid *grid, int column, int first, int last) {
    grid_fill(grid, first, column, last - first + 1, 1, "│", STYLE_DIM);
}

/* The line above a pane that is not the first in its column. */
static void draw_title_line(const Frame *frame, Grid *grid, const Place *place) {
    int left = place->title_column - 1, right = place->title_column + place->title_columns;
    unsigned upright = ARM_ABOVE | ARM_BELOW;
    const Place *values = frame_place(frame, PANE_VALUES);
    bool meets = frame->kind == FRAME_SIDE && place->pane == PANE_REPLY && values &&
                 values->title_row == place->title_row;
    draw_level(grid, place->title_row, left, right, meets ? upright | ARM_LEFT : upright, upright);
}

void frame_draw_lines(const Frame *frame, Grid *grid) {
    const Place *reply = frame_place(frame, PANE_REPLY);
    int last_row = frame->rows - 1, last_column = frame->columns - 1;
    if (frame->kind == FRAME_ALONE) {
        if (reply)
            grid_fill(grid, reply->row - 1, 0, 1, frame->columns, "─", STYLE_DIM);
        return;
    }
    draw_upright(grid, 0, 1, last_row - 1);
    draw_upright(grid, last_column, 1, last_row - 1);
    if (frame->kind == FRAME_SIDE)
        draw_upright(grid, frame->divider, 1, last_row - 3);
    for (size_t i = 0; i < frame->count; i++)
        if (frame->places[i].title_row > 1)
            draw_title_line(frame, grid, &frame->places[i]);
}

/* --- Texts ---------------------------------------------------------------------------------- */

/* A text on a line, with a space on either side; returns the columns it took. */
static int draw_label(Grid *grid, int row, int column, int columns, const char *text, Style style) {
    if (columns < 3 || !*text)
        return 0;
    int used = grid_text(grid, row, column, " ", style);
    used += grid_text_fit(grid, row, column + used, columns - 2, text, style);
    return used + grid_text(grid, row, column + used, " ", style);
}

/* "[ step ]" */
static int pane_title_width(const Place *place) {
    return utf8_width(pane_find(place->pane)->title) + 4;
}

/* What a pane's title takes of the first line, with the line at its sides. */
static int width_on_head(const Frame *frame) {
    for (size_t i = 0; i < frame->count; i++)
        if (frame->places[i].title_row == 0)
            return pane_title_width(&frame->places[i]) + 1;
    return 0;
}

static void draw_pane_title(Grid *grid, const Place *place, bool focused, int from, int to) {
    const char *title = pane_find(place->pane)->title;
    int width = pane_title_width(place);
    int column = place->title_column + (place->title_columns - width) / 2;
    column = larger_of(from, smaller_of(column, to - width));
    if (column + width > to)
        return;
    grid_text(grid, place->title_row, column, focused ? "[ " : "  ", STYLE_STRONG);
    grid_text(grid, place->title_row, column + 2, title, focused ? STYLE_STRONG : STYLE_DIM);
    grid_text(grid, place->title_row, column + width - 2, focused ? " ]" : "  ", STYLE_STRONG);
}

/* The lesson's title at the left of the first line, the position at its right. */
static void draw_head(const Frame *frame, Grid *grid, PaneId focus, FrameTexts texts) {
    draw_level(grid, 0, 0, frame->columns - 1, ARM_BELOW, ARM_BELOW);
    if (frame->kind == FRAME_SIDE)
        draw_crossing(grid, 0, frame->divider, ARM_LEFT | ARM_RIGHT | ARM_BELOW);
    int room = frame->columns - 4;
    int position = smaller_of(utf8_width(texts.position) + 2, room);
    int end = frame->columns - 2 - position;
    int start =
        2 + draw_label(grid, 0, 2, end - 3 - width_on_head(frame), texts.title, STYLE_STRONG);
    draw_label(grid, 0, end, position, texts.position, STYLE_NORMAL);
    for (size_t i = 0; i < frame->count; i++) {
        const Place *place = &frame->places[i];
        bool on_head = place->title_row == 0;
        draw_pane_title(grid, place, place->pane == focus, on_head ? start + 1 : 0,
                        on_head ? end - 1 : frame->columns);
    }
}

/* Along the line above the prompt the part of the lesson that lies behind is heavy. */
static void draw_progress(const Frame *frame, Grid *grid, double part) {
    int row = frame->prompt_row - 1, last_column = frame->columns - 1;
    unsigned upright = ARM_ABOVE | ARM_BELOW;
    draw_level(grid, row, 0, last_column, upright, upright);
    grid_fill(grid, row, 1, 1, (int)((last_column - 1) * part), "━", STYLE_NORMAL);
    if (frame->kind == FRAME_SIDE)
        draw_crossing(grid, row, frame->divider, ARM_LEFT | ARM_RIGHT | ARM_ABOVE);
}

/* The one line of a small screen: the position, and the lesson where there is room. */
static void draw_status(const Frame *frame, Grid *grid, FrameTexts texts) {
    if (frame->rows < 2)
        return;
    grid_fill(grid, frame->prompt_row, 0, 1, frame->columns, " ", STYLE_NORMAL);
    int keys = utf8_width(texts.keys), room = frame->columns - keys - 2;
    bool with_keys = room >= LEAST_POSITION;
    grid_text_fit(grid, frame->prompt_row, 0, with_keys ? room : frame->columns, texts.position,
                  STYLE_STRONG);
    if (with_keys)
        grid_text(grid, frame->prompt_row, frame->columns - keys, texts.keys, STYLE_DIM);
}

int frame_key_columns(const Frame *frame) {
    return frame->kind == FRAME_ALONE ? frame->columns / 2 : frame->columns - 6;
}

int frame_key_column(const Frame *frame, const char *keys) {
    return frame->kind == FRAME_ALONE ? frame->columns - utf8_width(keys) : LABEL_COLUMN + 1;
}

bool frame_row_varies(const Frame *frame, int row) {
    bool varies = row == 0 || row == frame->prompt_row - 1 || row == frame->prompt_row;
    for (size_t i = 0; i < frame->count; i++)
        varies = varies || frame->places[i].title_row == row;
    return varies && frame->kind != FRAME_ALONE;
}

void frame_draw(const Frame *frame, Grid *grid, PaneId focus, FrameTexts texts) {
    if (frame->kind == FRAME_ALONE)
        return;
    draw_head(frame, grid, focus, texts);
    draw_progress(frame, grid, texts.part);
}

void frame_draw_foot(const Frame *frame, Grid *grid, FrameTexts texts) {
    if (frame->kind == FRAME_ALONE) {
        draw_status(frame, grid, texts);
        return;
    }
    draw_level(grid, frame->rows - 1, 0, frame->columns - 1, ARM_ABOVE, ARM_ABOVE);
    draw_label(grid, frame->rows - 1, LABEL_COLUMN, frame->columns - 2 * LABEL_COLUMN, texts.keys,
               STYLE_NORMAL);
}
