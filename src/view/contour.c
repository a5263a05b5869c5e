#include <math.h>
#include <stdlib.h>

#include "base/number.h"
#include "base/utf8.h"
#include "view/plot.h"
#include "view/plot_axes.h"

enum { LEVELS_MOST = 10, ROWS_PER_LEVEL = 2, LEVELS_SPARE = 2, LEVELS_LEAST = 3 };
enum { LABEL_DIGITS = 9 }; /* all that a level has: levels are round, and their labels differ */

/* Where the largest z is this many times the typical small one, the levels rise by factors. */
static const double SPAN_FOR_FACTORS = 25;

/* The typical small z: this part of all samples is smaller. */
static const double SMALL_PART = 0.05;

/* The heights at which lines are drawn, rising. */
typedef struct Levels {
    double values[LEVELS_MOST];
    size_t count;
} Levels;

static int compare_numbers(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* The finite samples, rising. */
static size_t sorted_samples(Arena *arena, const ContourMap *map, double **sorted) {
    size_t count = 0, all = map->rows * map->columns;
    *sorted = ARENA_ARRAY(arena, double, all);
    for (size_t i = 0; i < all; i++)
        if (isfinite(map->z[i]))
            (*sorted)[count++] = map->z[i];
    if (count > 0)
        qsort(*sorted, count, sizeof **sorted, compare_numbers);
    return count;
}

/* 1, 2, 5, 10, 20 …: the index-th of them, index 0 being 1. */
static double round_factor(int index) {
    static const double factors[] = {1, 2, 5};
    int decade = index >= 0 ? index / 3 : -((2 - index) / 3);
    return factors[index - 3 * decade] * pow(10, decade);
}

/* Every `stride`-th of 1, 2, 5, 10, 20 …, or of 1, 10, 100 … where that is too many. Of a few too
 * many the lowest are left out: their lines are the shortest. */
static Levels factor_levels(double from, double to, size_t most) {
    static const int strides[] = {1, 3, 6, 9, 15, 30, 60, 150, 300, 600};
    for (size_t s = 0; s < sizeof strides / sizeof *strides; s++) {
        int stride = strides[s];
        int first = (int)ceil(log10(from) * 3 / stride) * stride - stride;
        while (round_factor(first) <= from)
            first += stride;
        size_t count = 0;
        while (count <= most + LEVELS_SPARE && round_factor(first + (int)count * stride) < to)
            count++;
        if (count > most + LEVELS_SPARE)
            continue;
        size_t skipped = count > most ? count - most : 0;
        Levels levels = {.count = count - skipped};
        for (size_t i = 0; i < levels.count; i++)
            levels.values[i] = round_factor(first + (int)(i + skipped) * stride);
        return levels;
    }
    return (Levels){.count = 0};
}

static Levels even_levels(double from, double to, size_t most) {
    Levels levels = {.count = 0};
    Scale scale = scale_new((Range){from, to});
    scale_set_ticks(&scale, most, false);
    for (size_t i = 0; i < scale.count && levels.count < most; i++)
        if (scale.ticks[i] > from && scale.ticks[i] < to)
            levels.values[levels.count++] = scale.ticks[i];
    return levels;
}

static Levels choose_levels(Arena *arena, const ContourMap *map, int rows) {
    double *sorted;
    size_t count = sorted_samples(arena, map, &sorted);
    int fit = rows / ROWS_PER_LEVEL;
    size_t most = (size_t)(fit < LEVELS_LEAST  ? LEVELS_LEAST
                           : fit > LEVELS_MOST ? LEVELS_MOST
                                               : fit);
    if (count == 0 || sorted[0] == sorted[count - 1])
        return (Levels){.count = 0};
    double least = sorted[0], largest = sorted[count - 1];
    double small = sorted[(size_t)((double)(count - 1) * SMALL_PART)];
    if (least >= 0 && small > 0 && largest / small >= SPAN_FOR_FACTORS)
        return factor_levels(small, largest, most);
    return even_levels(least, largest, most);
}

/* A corner of a square of samples, in the unit square of the map, and its height. */
typedef struct Corner {
    PlotPoint at;
    double z;
} Corner;

static Corner map_corner(const ContourMap *map, size_t row, size_t column) {
    return (Corner){
        {(double)column / (double)(map->columns - 1), (double)row / (double)(map->rows - 1)},
        map->z[row * map->columns + column]};
}

/* Where the level is crossed between two corners, one below it and one not. */
static PlotPoint crossing(Corner a, Corner b, double level) {
    double part = (level / 2 - a.z / 2) / (b.z / 2 - a.z / 2);
    return (PlotPoint){a.at.right + part * (b.at.right - a.at.right),
                       a.at.up + part * (b.at.up - a.at.up)};
}

/* Marching squares: the line enters and leaves a square where two neighbouring corners lie on
 * different sides of the level. With four crossings the middle decides which two belong together.
 */
static void draw_square(PlotCanvas *canvas, const Corner corners[4], double level, PlotInk ink) {
    PlotPoint points[4];
    size_t count = 0;
    double middle = 0;
    for (size_t i = 0; i < 4; i++) {
        Corner a = corners[i], b = corners[(i + 1) % 4];
        middle += a.z / 4;
        if ((a.z < level) != (b.z < level))
            points[count++] = crossing(a, b, level);
    }
    if (count == 2)
        plot_canvas_line(canvas, points[0], points[1], ink);
    if (count != 4)
        return;
    bool cut_first = (corners[0].z < level) != (middle < level);
    size_t partner = cut_first ? 3 : 1;
    plot_canvas_line(canvas, points[0], points[partner], ink);
    plot_canvas_line(canvas, points[2], points[4 - partner], ink);
}

static void draw_level(PlotCanvas *canvas, const ContourMap *map, double level, PlotInk ink) {
    for (size_t row = 0; row + 1 < map->rows; row++) {
        for (size_t column = 0; column + 1 < map->columns; column++) {
            Corner corners[4] = {map_corner(map, row, column), map_corner(map, row, column + 1),
                                 map_corner(map, row + 1, column + 1),
                                 map_corner(map, row + 1, column)};
            bool known = true;
            for (size_t i = 0; i < 4; i++)
                known = known && isfinite(corners[i].z);
            if (known)
                draw_square(canvas, corners, level, ink);
        }
    }
}

static bool is_free(const PlotCell *cell) {
    return cell != NULL && cell->sign == NULL && cell->stroke != STROKE_BOLD;
}

/* How badly a label would stand there: what it hides of other lines, and whether its own does not
 * go on beside it; -1 where it cannot stand: off the map, on the path or on another label. */
static int label_cost(const PlotCanvas *canvas, int row, int column, int width, uint16_t owner) {
    int cost = 0;
    for (int i = -1; i <= width; i++) {
        const PlotCell *cell = plot_canvas_cell(canvas, row, column + i);
        if (!is_free(cell))
            return -1;
        bool own = cell->stroke != STROKE_NONE && cell->owner == owner;
        bool beside = i < 0 || i == width;
        cost += beside ? !own : 2 * (cell->stroke != STROKE_NONE && !own);
    }
    return cost;
}

/* Writes a level on its line, where that hides least of the other lines; at best in the middle. */
static void label_level(Arena *arena, PlotCanvas *canvas, double level, uint16_t owner) {
    char number[NUMBER_SIZE];
    number_format(level, LABEL_DIGITS, number);
    bool minus = number[0] == '-' && !canvas->ascii;
    const char *text = minus ? arena_format(arena, "−%s", number + 1) : number;
    int width = utf8_width(text), best = -1, best_row = 0, best_column = 0;
    for (int row = 0; row < canvas->rows; row++) {
        for (int column = 0; column < canvas->columns; column++) {
            const PlotCell *cell = plot_canvas_cell(canvas, row, column);
            if (cell->stroke != STROKE_THIN || cell->owner != owner)
                continue;
            int cost = label_cost(canvas, row, column - width / 2, width, owner);
            if (cost < 0)
                continue;
            cost = cost * canvas->columns + abs(column - canvas->columns / 2);
            if (best < 0 || cost < best) {
                best = cost;
                best_row = row;
                best_column = column - width / 2;
            }
        }
    }
    if (best >= 0)
        plot_canvas_text(arena, canvas, best_row, best_column, text, STYLE_NORMAL);
}

static void draw_path(PlotCanvas *canvas, const Frame *frame, const ContourMap *map) {
    PlotInk ink = {STROKE_BOLD, STYLE_LIT, 0};
    for (size_t i = 0; i + 1 < map->path_count; i++)
        plot_canvas_line(canvas, frame_point(frame, map->path_x[i], map->path_y[i]),
                         frame_point(frame, map->path_x[i + 1], map->path_y[i + 1]), ink);
    if (map->path_count == 0)
        return;
    size_t last = map->path_count - 1;
    plot_canvas_sign(canvas, frame_point(frame, map->path_x[0], map->path_y[0]),
                     canvas->ascii ? "o" : "○", STYLE_LIT);
    plot_canvas_sign(canvas, frame_point(frame, map->path_x[last], map->path_y[last]),
                     canvas->ascii ? "*" : "●", STYLE_LIT);
}

static Styled write_legend(Arena *arena, const ContourMap *map, bool ascii) {
    Styled legend = {.arena = arena};
    if (map->z_label) {
        const char *name = ascii ? utf8_to_ascii(arena, map->z_label) : map->z_label;
        styled_add(&legend, "lines of equal ", STYLE_NORMAL);
        styled_add(&legend, name, STYLE_STRONG);
    }
    if (map->path_count > 1) {
        styled_add(&legend, legend.length ? STYLED_FIXED_SPACE " " : "", STYLE_NORMAL);
        styled_add(&legend, ascii ? "o start  * end" : "○ start  ● end", STYLE_LIT);
    }
    return legend;
}

bool contour_has_samples(const ContourMap *map) {
    return map->z != NULL && map->rows >= 2 && map->columns >= 2;
}

static Scale scale_between(double from, double to) {
    Range range = range_empty();
    range_add(&range, from);
    range_add(&range, to);
    return scale_new(range);
}

Grid contour_draw(Arena *arena, const ContourMap *map, int rows, int columns, bool ascii) {
    Grid grid = grid_new(arena, rows, columns, ascii);
    FrameRoom room = {grid.rows, grid.columns, 0, false, ascii};
    const char *title = frame_title(arena, map->x_label, map->y_label, room);
    Styled legend = write_legend(arena, map, ascii);
    Grid head = frame_head(arena, title, &legend, room);
    room.head = head.rows;
    Frame frame = frame_new(arena, scale_between(map->x_from, map->x_to),
                            scale_between(map->y_from, map->y_to), room);
    plot_frame_draw(arena, &frame, &grid, map->x_label);
    grid_copy(&grid, 0, 0, &head);
    PlotCanvas canvas = plot_canvas_new(arena, frame.rows, frame.columns, ascii);
    Levels levels = {.count = 0};
    if (contour_has_samples(map))
        levels = choose_levels(arena, map, frame.rows);
    for (size_t i = 0; i < levels.count; i++)
        draw_level(&canvas, map, levels.values[i],
                   (PlotInk){STROKE_THIN, STYLE_DIM, (uint16_t)(i + 1)});
    draw_path(&canvas, &frame, map);
    for (size_t i = levels.count; i-- > 0;)
        label_level(arena, &canvas, levels.values[i], (uint16_t)(i + 1));
    Grid area = grid_new(arena, frame.rows, frame.columns, ascii);
    plot_canvas_print(&canvas, &area);
    grid_copy(&grid, frame.row, frame.column, &area);
    return grid;
}
