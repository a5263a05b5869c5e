#include "view/plot_axes.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>

#include "base/number.h"
#include "base/utf8.h"

enum {
    MOST_DIGITS = 12,
    Y_TICKS = 6,
    Y_TICKS_LEAST = 3,
    X_TICKS = 9,
    ROWS_PER_TICK = 2,
    TICK_GAP = 3,           /* blank columns between two numbers of x */
    LEAST_ROWS = 5,         /* of a picture with numbers below */
    LEAST_ROWS_TO_NAME = 9, /* of a picture with the name of x below */
    LEAST_COLUMNS = 16,     /* of a picture with numbers to the left */
    ROWS_PER_HEAD = 4,
    HEAD_GAP = 3 /* columns between title and legend */
};

/* A span this small in relation to its values is none; so is one below the smallest for numbers
 * with all their digits. */
static const double LEAST_SPAN = 1e-9, SMALLEST_SPAN = 1e-300;

/* How far a quotient may be off a whole number and count as one. */
static const double SLACK = 1e-9;

/* The part of its span by which a scale is widened at one end to reach a round number. */
static const double MOST_WIDENING = 0.125;

/* How far, in rows, the gap between two ticks of y may be off a whole number of them. */
static const double UNEVEN = 0.25;

/* Three steps are a power of ten, so this many lead from the finest to one beyond the whole span.
 */
enum { STEPS_TRIED = 9 };

Range range_empty(void) {
    return (Range){INFINITY, -INFINITY};
}

void range_add(Range *range, double value) {
    if (!isfinite(value))
        return;
    range->from = fmin(range->from, value);
    range->to = fmax(range->to, value);
}

static bool range_is_empty(Range range) {
    return range.from > range.to;
}

static double keep_finite(double value) {
    return fmax(-DBL_MAX, fmin(DBL_MAX, value));
}

Scale scale_new(Range range) {
    if (range_is_empty(range))
        return (Scale){.from = 0, .to = 1};
    double size = fmax(fabs(range.from), fabs(range.to));
    double half = range.to / 2 - range.from / 2;
    if (half < size * LEAST_SPAN || half < SMALLEST_SPAN) {
        double pad = size < SMALLEST_SPAN ? 1 : size / 2;
        range = (Range){keep_finite(range.from - pad), keep_finite(range.to + pad)};
    }
    return (Scale){.from = range.from, .to = range.to};
}

/* A step: 1, 2 or 5 times a power of ten. Divided by a power where that is exact and a product is
 * not. */
typedef struct Step {
    int factor, power;
} Step;

static double step_multiple(Step step, double times) {
    double ten = pow(10, abs(step.power));
    return step.power < 0 ? times * step.factor / ten : times * step.factor * ten;
}

static Step step_next(Step step) {
    if (step.factor == 5)
        return (Step){1, step.power + 1};
    return (Step){step.factor == 1 ? 2 : 5, step.power};
}

/* The multiple next to the end of a scale, outwards or, where that is too far, inwards. */
static double end_multiple(double end, double half_span, double size, int outwards, bool round) {
    double quotient = end / size * outwards;
    double outer = ceil(quotient - SLACK), inner = floor(quotient + SLACK);
    bool near = round && (outer - quotient) * (size / 2) <= half_span * MOST_WIDENING;
    return (near && isfinite(outer * size) ? outer : inner) * outwards;
}

/* Sets the ticks where there are at most TICKS_MOST; else there are none. */
static void place_ticks(Scale *scale, Step step, bool round) {
    double size = step_multiple(step, 1), half_span = scale->to / 2 - scale->from / 2;
    double first = end_multiple(scale->from, half_span, size, -1, round);
    double last = end_multiple(scale->to, half_span, size, 1, round);
    bool fits = isfinite(size) && last - first < TICKS_MOST;
    scale->step = fits ? size : 0;
    scale->count = fits && last >= first ? (size_t)(last - first) + 1 : 0;
    for (size_t i = 0; i < scale->count; i++)
        scale->ticks[i] = step_multiple(step, first + (double)i);
}

void scale_set_ticks(Scale *scale, size_t most, bool round) {
    scale->count = 0;
    scale->step = 0;
    if (most < 2)
        return;
    double least = (scale->to / 2 - scale->from / 2) / TICKS_MOST;
    Step step = {1, (int)floor(log10(least))};
    if (most > TICKS_MOST)
        most = TICKS_MOST;
    place_ticks(scale, step, round);
    for (int i = 0; i < STEPS_TRIED && (scale->count == 0 || scale->count > most); i++) {
        step = step_next(step);
        place_ticks(scale, step, round);
    }
    if (scale->count > most || scale->count == 0) {
        scale->count = 0;
        return;
    }
    if (round) {
        scale->from = fmin(scale->from, scale->ticks[0]);
        scale->to = fmax(scale->to, scale->ticks[scale->count - 1]);
    }
}

double scale_place(const Scale *scale, double value) {
    if (!isfinite(value))
        return NAN;
    double place = (value / 2 - scale->from / 2) / (scale->to / 2 - scale->from / 2);
    if (fabs(place) < SLACK)
        return 0;
    return fabs(place - 1) < SLACK ? 1 : place;
}

char *scale_tick_text(Arena *arena, const Scale *scale, size_t tick, bool ascii) {
    char text[NUMBER_SIZE];
    double size = fmax(fabs(scale->ticks[0]), fabs(scale->ticks[scale->count - 1]));
    int digits = size > 0 ? (int)(floor(log10(size)) - floor(log10(scale->step))) + 1 : 1;
    digits = digits < 1 ? 1 : digits > MOST_DIGITS ? MOST_DIGITS : digits;
    number_format(scale->ticks[tick], digits, text);
    if (text[0] == '-' && !ascii)
        return arena_format(arena, "−%s", text + 1);
    return arena_copy(arena, text);
}

static int widest_tick(Arena *arena, const Scale *scale, bool ascii) {
    int widest = 0;
    for (size_t i = 0; i < scale->count; i++) {
        int width = utf8_width(scale_tick_text(arena, scale, i, ascii));
        widest = width > widest ? width : widest;
    }
    return widest;
}

/* The most ticks whose numbers stand apart. */
static void set_x_ticks(Arena *arena, Frame *frame) {
    for (size_t most = X_TICKS; most >= 2; most--) {
        scale_set_ticks(&frame->x, most, false);
        if (frame->x.count < 2)
            continue;
        double gap =
            scale_place(&frame->x, frame->x.ticks[1]) - scale_place(&frame->x, frame->x.ticks[0]);
        if (gap * (frame->columns - 1) >= widest_tick(arena, &frame->x, frame->ascii) + TICK_GAP)
            return;
    }
    frame->x.count = 0;
}

static const char *shown(Arena *arena, const char *text, bool ascii) {
    return ascii ? utf8_to_ascii(arena, text) : text;
}

const char *frame_title(Arena *arena, const char *x_label, const char *y_label, FrameRoom room) {
    if (y_label == NULL)
        return "";
    if (x_label && room.rows < LEAST_ROWS_TO_NAME)
        y_label = arena_format(arena, "%s over %s", y_label, x_label);
    return shown(arena, y_label, room.ascii);
}

Grid frame_head(Arena *arena, const char *title, const Styled *legend, FrameRoom room) {
    int beside = utf8_width(title) + HEAD_GAP + styled_width(legend);
    int most = room.rows < LEAST_ROWS ? 0 : room.rows / ROWS_PER_HEAD;
    Styled text = {.arena = arena};
    styled_add(&text, title, STYLE_STRONG);
    if (beside > room.columns && legend->length > 0) {
        if (text.length > 0)
            styled_add(&text, STYLED_FIXED_SPACE STYLED_FIXED_SPACE " ", STYLE_NORMAL);
        styled_append(&text, legend, false);
    }
    Grid wrapped = grid_new(arena, 0, 0, room.ascii);
    if (text.length > 0)
        wrapped = styled_wrap(arena, &text, room.columns, 0, room.ascii);
    int rows = wrapped.rows > 0 ? wrapped.rows : legend->length > 0;
    Grid head = grid_new(arena, rows < most ? rows : most, room.columns, room.ascii);
    grid_copy(&head, 0, 0, &wrapped);
    if (beside <= room.columns && legend->length > 0) {
        Grid right = styled_wrap(arena, legend, room.columns, 0, room.ascii);
        grid_copy(&head, 0, room.columns - right.columns, &right);
    }
    return head;
}

/* Whether the ticks of y stand apart, and about the same number of rows. */
static bool is_even(const Frame *frame) {
    if (frame->y.count < 2)
        return false;
    double apart =
        scale_place(&frame->y, frame->y.ticks[1]) - scale_place(&frame->y, frame->y.ticks[0]);
    double gap = apart * (frame->rows - 1);
    return gap > ROWS_PER_TICK - UNEVEN && fabs(gap - round(gap)) <= UNEVEN;
}

/* The most ticks that are even; where no number of them is, as many as fit. */
static void set_y_ticks(Frame *frame, bool round_y) {
    const Scale plain = frame->y;
    for (size_t most = Y_TICKS; most >= 2; most--) {
        frame->y = plain;
        scale_set_ticks(&frame->y, most, round_y);
        if (is_even(frame))
            return;
    }
    int most = (frame->rows - 1) / ROWS_PER_TICK + 1;
    most = most < Y_TICKS_LEAST ? Y_TICKS_LEAST : most > Y_TICKS ? Y_TICKS : most;
    frame->y = plain;
    scale_set_ticks(&frame->y, (size_t)most, round_y);
}

Frame frame_new(Arena *arena, Scale x, Scale y, FrameRoom room) {
    Frame frame = {.x = x, .y = y, .row = room.head, .ascii = room.ascii};
    frame.has_numbers_below = room.rows >= LEAST_ROWS;
    frame.has_name_below = room.rows >= LEAST_ROWS_TO_NAME;
    int below = frame.has_numbers_below ? 2 + frame.has_name_below : 0;
    frame.rows = room.rows - room.head - below;
    set_y_ticks(&frame, room.round_y);
    if (room.columns >= LEAST_COLUMNS)
        frame.column = widest_tick(arena, &frame.y, room.ascii) + 2;
    if (frame.column > room.columns / 2)
        frame.column = 0;
    frame.columns = room.columns - frame.column;
    set_x_ticks(arena, &frame);
    return frame;
}

PlotPoint frame_point(const Frame *frame, double x, double y) {
    return (PlotPoint){scale_place(&frame->x, x), scale_place(&frame->y, y)};
}

static int row_of(const Frame *frame, double y) {
    return (int)lround((1 - scale_place(&frame->y, y)) * (frame->rows - 1));
}

Grid frame_area(Arena *arena, const Frame *frame) {
    Grid area = grid_new(arena, frame->rows, frame->columns, frame->ascii);
    double zero = scale_place(&frame->y, 0);
    if (zero > 0 && zero < 1)
        for (int column = 0; column < frame->columns; column += frame->ascii ? 2 : 1)
            grid_text(&area, row_of(frame, 0), column, frame->ascii ? "." : "┈", STYLE_DIM);
    return area;
}

static void draw_left(Arena *arena, const Frame *frame, Grid *grid) {
    int axis = frame->column - 1;
    grid_fill(grid, frame->row, axis, frame->rows, 1, frame->ascii ? "|" : "│", STYLE_DIM);
    for (size_t i = 0; i < frame->y.count; i++) {
        int row = frame->row + row_of(frame, frame->y.ticks[i]);
        const char *text = scale_tick_text(arena, &frame->y, i, frame->ascii);
        grid_text(grid, row, axis - 1 - utf8_width(text), text, STYLE_NORMAL);
        grid_text(grid, row, axis, frame->ascii ? "+" : "┤", STYLE_DIM);
    }
}

static void draw_below(Arena *arena, const Frame *frame, Grid *grid) {
    int axis = frame->row + frame->rows;
    grid_fill(grid, axis, frame->column, 1, frame->columns, frame->ascii ? "-" : "─", STYLE_DIM);
    if (frame->column > 0)
        grid_text(grid, axis, frame->column - 1, frame->ascii ? "+" : "└", STYLE_DIM);
    for (size_t i = 0; i < frame->x.count; i++) {
        double right = scale_place(&frame->x, frame->x.ticks[i]);
        int column = frame->column + (int)lround(right * (frame->columns - 1));
        const char *text = scale_tick_text(arena, &frame->x, i, frame->ascii);
        int width = utf8_width(text), at = column - width / 2;
        at = at > grid->columns - width ? grid->columns - width : at < 0 ? 0 : at;
        if (column > frame->column)
            grid_text(grid, axis, column, frame->ascii ? "+" : "┬", STYLE_DIM);
        grid_text(grid, axis + 1, at, text, STYLE_NORMAL);
    }
}

static void draw_x_label(Arena *arena, const Frame *frame, Grid *grid, const char *x_label) {
    const char *name = shown(arena, x_label, frame->ascii);
    int width = utf8_width(name);
    int column = width < frame->columns ? grid->columns - width : frame->column;
    grid_text_fit(grid, grid->rows - 1, column, frame->columns, name, STYLE_STRONG);
}

void plot_frame_draw(Arena *arena, const Frame *frame, Grid *grid, const char *x_label) {
    if (frame->column > 0)
        draw_left(arena, frame, grid);
    if (frame->has_numbers_below)
        draw_below(arena, frame, grid);
    if (x_label && frame->has_name_below)
        draw_x_label(arena, frame, grid, x_label);
}
