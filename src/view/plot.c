#include "view/plot.h"

#include <math.h>

#include "base/utf8.h"
#include "view/plot_axes.h"

enum {
    SIGNS_PER_SERIES = 3, /* about that many on a curve, */
    SIGN_SPACING = 5      /* and no closer than this to the next one's */
};

/* How one series is told from the others without colour. */
typedef struct Sign {
    const char *unicode, *ascii;
} Sign;

static const Sign signs[] = {{"○", "o"}, {"□", "#"}, {"△", "^"}, {"◇", "x"}, {"×", "%"}};
static const Sign line_sign = {"──", "--"}, mark_sign = {"●", "*"};

static const char *sign_text(Sign sign, bool ascii) {
    return ascii ? sign.ascii : sign.unicode;
}

/* The first curve is the plain one; every other one, and all points, have a sign. */
static bool is_plain(const Plot *plot, size_t series) {
    for (size_t i = 0; i < series; i++)
        if (!plot->series[i].dots)
            return false;
    return !plot->series[series].dots;
}

static const char *series_sign(const Plot *plot, size_t series, bool ascii) {
    if (is_plain(plot, series))
        return sign_text(line_sign, ascii);
    size_t before = 0;
    for (size_t i = 0; i < series; i++)
        before += !is_plain(plot, i);
    return sign_text(signs[before % (sizeof signs / sizeof *signs)], ascii);
}

static bool is_point(const PlotSeries *series, size_t i) {
    return isfinite(series->x[i]) && isfinite(series->y[i]);
}

static void measure(const Plot *plot, Range *x, Range *y) {
    *x = *y = range_empty();
    for (size_t s = 0; s < plot->series_count; s++) {
        const PlotSeries *series = &plot->series[s];
        for (size_t i = 0; i < series->count; i++) {
            if (!is_point(series, i))
                continue;
            range_add(x, series->x[i]);
            range_add(y, series->y[i]);
        }
    }
    for (size_t i = 0; i < plot->mark_count; i++) {
        if (!isfinite(plot->marks[i].x) || !isfinite(plot->marks[i].y))
            continue;
        range_add(x, plot->marks[i].x);
        range_add(y, plot->marks[i].y);
    }
    if (plot->from_zero)
        range_add(y, 0);
}

static Styled write_legend(Arena *arena, const Plot *plot, bool ascii) {
    Styled legend = {.arena = arena};
    for (size_t i = 0; plot->series_count > 1 && i < plot->series_count; i++) {
        const PlotSeries *series = &plot->series[i];
        if (series->label == NULL)
            continue;
        Styled entry = {.arena = arena};
        styled_add(&entry, series_sign(plot, i, ascii), series->style);
        styled_add(&entry, " ", STYLE_NORMAL);
        styled_add(&entry, ascii ? utf8_to_ascii(arena, series->label) : series->label,
                   series->style);
        if (legend.length)
            styled_add(&legend, STYLED_FIXED_SPACE " ", STYLE_NORMAL);
        styled_append(&legend, &entry, true);
    }
    return legend;
}

static void draw_curve(PlotCanvas *canvas, const Frame *frame, const PlotSeries *series) {
    PlotInk ink = {STROKE_BOLD, series->style, 0};
    PlotPoint last = {NAN, NAN};
    for (size_t i = 0; i < series->count; i++) {
        PlotPoint point = frame_point(frame, series->x[i], series->y[i]);
        if (isfinite(last.right) && isfinite(last.up))
            plot_canvas_line(canvas, last, point, ink);
        else
            plot_canvas_line(canvas, point, point, ink);
        last = point;
    }
}

/* The point of a curve above a place on the x axis; NaN where it has none. */
static PlotPoint point_above(const Frame *frame, const PlotSeries *series, double right) {
    for (size_t i = 0; i + 1 < series->count; i++) {
        PlotPoint from = frame_point(frame, series->x[i], series->y[i]);
        PlotPoint to = frame_point(frame, series->x[i + 1], series->y[i + 1]);
        if (!(from.right <= right && right <= to.right))
            continue;
        double wide = to.right - from.right, part = wide > 0 ? (right - from.right) / wide : 0;
        return (PlotPoint){right, from.up + part * (to.up - from.up)};
    }
    return (PlotPoint){NAN, NAN};
}

/* Signs on a curve, in turns with those of the other curves, so that both are seen where two run
 * together. */
static void draw_signs(PlotCanvas *canvas, const Frame *frame, const Plot *plot, size_t index) {
    int turns = (int)(plot->series_count < 64 ? plot->series_count : 64);
    int spacing = canvas->columns / (SIGNS_PER_SERIES * turns);
    spacing = spacing < SIGN_SPACING ? SIGN_SPACING : spacing;
    const PlotSeries *series = &plot->series[index];
    const char *sign = series_sign(plot, index, canvas->ascii);
    int first = spacing / 2 + (int)(index % (size_t)turns) * spacing;
    for (int column = first; column < canvas->columns; column += turns * spacing) {
        double right = (double)column / (canvas->columns - 1);
        plot_canvas_sign(canvas, point_above(frame, series, right), sign, series->style);
    }
}

static void draw_points(PlotCanvas *canvas, const Frame *frame, const Plot *plot, size_t index) {
    const PlotSeries *series = &plot->series[index];
    const char *sign = series_sign(plot, index, canvas->ascii);
    for (size_t i = 0; i < series->count; i++)
        plot_canvas_sign(canvas, frame_point(frame, series->x[i], series->y[i]), sign,
                         series->style);
}

static void draw_all_series(PlotCanvas *canvas, const Frame *frame, const Plot *plot) {
    for (size_t i = plot->series_count; i-- > 0;)
        if (!plot->series[i].dots)
            draw_curve(canvas, frame, &plot->series[i]);
    for (size_t i = 0; i < plot->series_count; i++) {
        if (plot->series[i].dots)
            draw_points(canvas, frame, plot, i);
        else if (!is_plain(plot, i) && plot->series[i].label)
            draw_signs(canvas, frame, plot, i);
    }
    for (size_t i = 0; i < plot->mark_count; i++)
        plot_canvas_sign(canvas, frame_point(frame, plot->marks[i].x, plot->marks[i].y),
                         sign_text(mark_sign, canvas->ascii), STYLE_LIT);
}

static void draw_mark_labels(Arena *arena, const PlotCanvas *canvas, const Frame *frame,
                             const Plot *plot, Grid *area) {
    for (size_t i = 0; i < plot->mark_count; i++) {
        const PlotMark *mark = &plot->marks[i];
        int row, column;
        if (!mark->label ||
            !plot_canvas_find(canvas, frame_point(frame, mark->x, mark->y), &row, &column))
            continue;
        const char *label = canvas->ascii ? utf8_to_ascii(arena, mark->label) : mark->label;
        plot_canvas_label(area, row, column, label, STYLE_LIT);
    }
}

Grid plot_draw(Arena *arena, const Plot *plot, int rows, int columns, bool ascii) {
    Grid grid = grid_new(arena, rows, columns, ascii);
    FrameRoom room = {grid.rows, grid.columns, 0, true, ascii};
    const char *title = frame_title(arena, plot->x_label, plot->y_label, room);
    Styled legend = write_legend(arena, plot, ascii);
    Grid head = frame_head(arena, title, &legend, room);
    room.head = head.rows;
    Range x, y;
    measure(plot, &x, &y);
    Frame frame = frame_new(arena, scale_new(x), scale_new(y), room);
    plot_frame_draw(arena, &frame, &grid, plot->x_label);
    grid_copy(&grid, 0, 0, &head);
    PlotCanvas canvas = plot_canvas_new(arena, frame.rows, frame.columns, ascii);
    draw_all_series(&canvas, &frame, plot);
    Grid area = frame_area(arena, &frame);
    plot_canvas_print(&canvas, &area);
    draw_mark_labels(arena, &canvas, &frame, plot, &area);
    grid_copy(&grid, frame.row, frame.column, &area);
    return grid;
}
