#include "view/plot_axes.h"

#include <float.h>
#include <math.h>
#include <string.h>

#include "base/number.h"
#include "base/utf8.h"

enum {
    MOST_DIGITS = 12,
    Y_TICKS = 6,
    X_TICKS = 9,
    ROWS_PER_TICK = 2,
    TICK_GAP = 3,           /* blank columns between two numbers of x */
    LEAST_ROWS = 5,         /* of a picture with numbers below */
    LEAST_ROWS_TO_NAME = 9, /* of a picture with the name of x below */
    LEAST_COLUMNS = 16,     /* of a picture with numbers to the left */
    ROWS_PER_HEAD = 5
};

/* A span this small in relation to its values is none; so is one below the smallest for numbers with all
 * their digits. */
static const double LEAST_SPAN = 1e-9, SMALLEST_SPAN = 1e-300;

/* How far a quotient may be off a whole number and count as one. */
static const double SLACK = 1e-9;

Range range_empty(void) {
    return (Range){INFINITY, -INFINITY};
}

void range_add(Range *range, double value) {
    if (!isfinite(value))
        return;
    range->from = fmin(range->from, value);
    range->to = fmax(range->to, value);
}

bool range_is_empty(Range range) {
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

/* A step: 1, 2 or 5 times a power of ten. Divided by a power where that is exact and a product is not. */
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

static void place_ticks(Scale *scale, Step step, bool round) {
    double size = step_multiple(step, 1);
    double first = scale->from / size, last = scale->to / size;
    first = round ? floor(first + SLACK) : ceil(first - SLACK);
    last = round ? ceil(last - SLACK) : floor(last + SLACK);
    bool fits = last - first < TICKS_MOST && isfinite(step_multiple(step, first)) &&
                isfinite(step_multiple(step, last));
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
    /* Three steps are a power of ten, so few of them lead to two ticks. */
    for (int i = 0; i < 9 && (scale->count == 0 || scale->count > most); i++) {
        step = step_next(step);
        place_ticks(scale, step, round);
    }
    if (scale->count > most)
        scale->count = 0;
    if (!round || scale->count < 2)
        return;
    scale->from = fmin(scale->from, scale->ticks[0]);
    scale->to = fmax(scale->to, scale->ticks[scale->count - 1]);
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
        double gap = scale_place(&frame->x, frame->x.ticks[1]) -
                     scale_place(&frame->x, frame->x.ticks[0]);
        if (gap * (frame->columns - 1) >= widest_tick(arena, &frame->x, frame->ascii) + TICK_GAP)
            return;
    }
    frame->x.count = 0;
}

int frame_most_head(FrameRoom room) {
    return room.rows < LEAST_ROWS ? 0 : room.rows / ROWS_PER_HEAD;
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

Frame frame_new(Arena *arena, Scale x, Scale y, FrameRoom room) {
    Frame frame = {.x = x, .y = y, .row = room.head, .ascii = room.ascii};
    frame.has_numbers_below = room.rows >= LEAST_ROWS;
    frame.has_name_below = room.rows >= LEAST_ROWS_TO_NAME;
    int below = frame.has_numbers_below ? 2 + frame.has_name_below : 0;
    frame.rows = room.rows - room.head - below;
    int most = (frame.rows - 1) / ROWS_PER_TICK + 1;
    most = most < 2 ? 2 : most > Y_TICKS ? Y_TICKS : most;
    scale_set_ticks(&frame.y, (size_t)most, room.round_y);
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

/* A dim line at 0, where there is something on both sides of it. */
static void draw_zero(const Frame *frame, Grid *grid) {
    double up = scale_place(&frame->y, 0);
    if (!(up > 0 && up < 1))
        return;
    int row = frame->row + (int)lround((1 - up) * (frame->rows - 1));
    for (int column = 0; column < frame->columns; column += frame->ascii ? 2 : 1)
        grid_text(grid, row, frame->column + column, frame->ascii ? "." : "┈", STYLE_DIM);
}

static void draw_left(Arena *arena, const Frame *frame, Grid *grid) {
    int axis = frame->column - 1;
    grid_fill(grid, frame->row, axis, frame->rows, 1, frame->ascii ? "|" : "│", STYLE_DIM);
    for (size_t i = 0; i < frame->y.count; i++) {
        double up = scale_place(&frame->y, frame->y.ticks[i]);
        int row = frame->row + (int)lround((1 - up) * (frame->rows - 1));
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

void frame_draw(Arena *arena, const Frame *frame, Grid *grid, const char *title,
                const char *x_label) {
    draw_zero(frame, grid);
    if (frame->column > 0)
        draw_left(arena, frame, grid);
    if (frame->has_numbers_below)
        draw_below(arena, frame, grid);
    if (x_label && frame->has_name_below)
        draw_x_label(arena, frame, grid, x_label);
    if (frame->row > 0)
        grid_text_fit(grid, 0, 0, grid->columns, title, STYLE_STRONG);
}
