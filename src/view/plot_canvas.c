#include "view/plot_canvas.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "view/dots.h"

PlotCanvas plot_canvas_new(Arena *arena, int rows, int columns, bool ascii) {
    PlotCanvas canvas = {rows > 0 ? rows : 0, columns > 0 ? columns : 0, ascii, NULL};
    canvas.cells = ARENA_ARRAY(arena, PlotCell, (size_t)canvas.rows * (size_t)canvas.columns);
    return canvas;
}

PlotCell *plot_canvas_cell(const PlotCanvas *canvas, int row, int column) {
    if (row < 0 || column < 0 || row >= canvas->rows || column >= canvas->columns)
        return NULL;
    return &canvas->cells[(size_t)row * (size_t)canvas->columns + (size_t)column];
}

static void put_dot(PlotCanvas *canvas, int x, int y, PlotInk ink) {
    PlotCell *cell = plot_canvas_cell(canvas, y / DOTS_DOWN, x / DOTS_ACROSS);
    if (cell == NULL || ink.stroke < cell->stroke)
        return;
    if (ink.stroke > cell->stroke)
        cell->dots = 0;
    cell->dots |= dots_bit(x % DOTS_ACROSS, y % DOTS_DOWN);
    cell->stroke = (uint8_t)ink.stroke;
    cell->style = (uint8_t)ink.style;
    cell->owner = ink.owner;
}

/* The dot of a position in 0 … 1. The ends are half a cell from the edges. */
static int dot_across(const PlotCanvas *canvas, double right) {
    return (int)lround(right * (canvas->columns - 1) * DOTS_ACROSS + (DOTS_ACROSS - 1) / 2.0);
}

static int dot_down(const PlotCanvas *canvas, double up) {
    return (int)lround((1 - up) * (canvas->rows - 1) * DOTS_DOWN + (DOTS_DOWN - 1) / 2.0);
}

/* Narrows [*first, *last], parts of a line's length, to where 0 <= start + part · change <= 1. */
static bool clip_axis(double start, double change, double *first, double *last) {
    if (change == 0)
        return start >= 0 && start <= 1;
    double enter = -start / change, leave = (1 - start) / change;
    *first = fmax(*first, fmin(enter, leave));
    *last = fmin(*last, fmax(enter, leave));
    return *first <= *last;
}

static double within(double position) {
    return position < 0 ? 0 : position > 1 ? 1 : position;
}

static PlotPoint point_between(PlotPoint from, PlotPoint change, double part) {
    return (PlotPoint){within(from.right + part * change.right),
                       within(from.up + part * change.up)};
}

void plot_canvas_line(PlotCanvas *canvas, PlotPoint from, PlotPoint to, PlotInk ink) {
    PlotPoint change = {to.right - from.right, to.up - from.up};
    double first = 0, last = 1;
    if (!isfinite(change.right) || !isfinite(change.up) || canvas->rows == 0 ||
        canvas->columns == 0)
        return;
    if (!clip_axis(from.right, change.right, &first, &last) ||
        !clip_axis(from.up, change.up, &first, &last))
        return;
    PlotPoint start = point_between(from, change, first), end = point_between(from, change, last);
    DotLine line = dots_line(dot_across(canvas, start.right), dot_down(canvas, start.up),
                             dot_across(canvas, end.right), dot_down(canvas, end.up));
    bool steep = abs(line.tall) > abs(line.wide), thin = ink.stroke == STROKE_THIN;
    for (int i = 0; i <= line.steps; i++) {
        int x = dots_line_x(&line, i), y = dots_line_y(&line, i);
        if (!thin || canvas->ascii || (steep ? y : x) % 2 == 0)
            put_dot(canvas, x, y, ink);
    }
}

bool plot_canvas_find(const PlotCanvas *canvas, PlotPoint at, int *row, int *column) {
    bool inside = at.right >= 0 && at.right <= 1 && at.up >= 0 && at.up <= 1;
    if (!inside || canvas->rows == 0 || canvas->columns == 0)
        return false;
    *row = (int)lround((1 - at.up) * (canvas->rows - 1));
    *column = (int)lround(at.right * (canvas->columns - 1));
    return true;
}

void plot_canvas_sign(PlotCanvas *canvas, PlotPoint at, const char *sign, Style style) {
    int row, column;
    if (!plot_canvas_find(canvas, at, &row, &column))
        return;
    PlotCell *cell = plot_canvas_cell(canvas, row, column);
    cell->sign = sign;
    cell->style = (uint8_t)style;
}

void plot_canvas_text(Arena *arena, PlotCanvas *canvas, int row, int column, const char *text,
                      Style style) {
    for (uint32_t character; *text; column++) {
        size_t bytes = utf8_decode(text, &character);
        bool fits = bytes > 0 && utf8_character_width(character) == 1;
        PlotCell *cell = plot_canvas_cell(canvas, row, column);
        if (cell != NULL) {
            cell->sign = fits ? arena_copy_n(arena, text, bytes) : "?";
            cell->style = (uint8_t)style;
        }
        text += bytes > 0 ? bytes : 1;
    }
}

/* The mean height of the dots in one column of a cell, 0 at the top; false where there are none. */
static bool mean_height(uint8_t dots, int x, double *height) {
    int count = 0, sum = 0;
    for (int y = 0; y < DOTS_DOWN; y++) {
        if (dots & dots_bit(x, y)) {
            count++;
            sum += y;
        }
    }
    *height = count ? (double)sum / count : 0;
    return count > 0;
}

static bool is_upright(uint8_t dots, int x) {
    int count = 0;
    for (int y = 0; y < DOTS_DOWN; y++)
        count += (dots & dots_bit(x, y)) != 0;
    return count >= DOTS_DOWN - 1;
}

/* The character that runs most like the dots: / and \ for slopes, | for what is upright, ' - . for
 * what is level, by its height, and = where several lines run together. */
static char ascii_glyph(uint8_t dots) {
    static const char level[] = {'\'', '-', '-', '.'};
    double left, right;
    bool on_left = mean_height(dots, 0, &left), on_right = mean_height(dots, 1, &right);
    if (is_upright(dots, 0) || is_upright(dots, 1))
        return is_upright(dots, 0) && is_upright(dots, 1) ? '=' : '|';
    if (on_left && on_right && fabs(left - right) >= 1.5)
        return left > right ? '/' : '\\';
    double height = on_left && on_right ? (left + right) / 2 : on_left ? left : right;
    return level[(int)lround(height)];
}

/* Thin lines are dotted: : where they are upright, else ' or . by their height. */
static char thin_glyph(uint8_t dots) {
    double left, right;
    bool on_left = mean_height(dots, 0, &left), on_right = mean_height(dots, 1, &right);
    if (is_upright(dots, 0) || is_upright(dots, 1))
        return ':';
    double height = on_left && on_right ? (left + right) / 2 : on_left ? left : right;
    return height < (DOTS_DOWN - 1) / 2.0 ? '\'' : '.';
}

void plot_canvas_print(const PlotCanvas *canvas, Grid *grid) {
    for (int row = 0; row < canvas->rows; row++) {
        for (int column = 0; column < canvas->columns; column++) {
            const PlotCell *cell = plot_canvas_cell(canvas, row, column);
            char text[DOTS_GLYPH_SIZE] = {0};
            if (cell->sign == NULL && cell->stroke == STROKE_NONE)
                continue;
            if (canvas->ascii)
                text[0] =
                    cell->stroke == STROKE_THIN ? thin_glyph(cell->dots) : ascii_glyph(cell->dots);
            else
                dots_glyph(cell->dots, text);
            grid_text(grid, row, column, cell->sign ? cell->sign : text, (Style)cell->style);
        }
    }
}

/* How many cells text would hide there; -1 where it does not fit. */
static int hidden_cells(const Grid *grid, int row, int column, int width) {
    int hidden = 0;
    if (row < 0 || row >= grid->rows || column < 0 || width > grid->columns - column)
        return -1;
    for (int i = 0; i < width; i++)
        hidden += !grid_is_blank(grid, row, column + i);
    return hidden;
}

void plot_canvas_label(Grid *grid, int row, int column, const char *text, Style style) {
    int width = utf8_width(text);
    const int right = column + 2, left = column - 1 - width;
    const int places[][2] = {{row, right},
                             {row, left},
                             {row - 1, right},
                             {row + 1, right},
                             {row - 1, left},
                             {row + 1, left},
                             {row - 1, column - width / 2},
                             {row + 1, column - width / 2}};
    int best = -1;
    size_t place = 0;
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        int hidden = hidden_cells(grid, places[i][0], places[i][1], width);
        if (hidden >= 0 && (best < 0 || hidden < best)) {
            best = hidden;
            place = i;
        }
    }
    if (best >= 0)
        grid_text(grid, places[place][0], places[place][1], text, style);
}
