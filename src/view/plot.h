/* plot: curves and maps in character cells: dots of braille (2 × 4 a cell; in ASCII characters that
 * run like them: / \ | ' - .), axes with numbers, and the same in words for those who do not see a
 * picture. Plain data in, cells or text out. */
#ifndef VIEW_PLOT_H
#define VIEW_PLOT_H

#include "view/grid.h"

/* A curve through count points, in the order of x. Points that are not finite leave a gap. */
typedef struct PlotSeries {
    const double *x, *y;
    size_t count;
    const char *label; /* named in a legend where there is more than one, or NULL */
    Style style;
    bool dots; /* points alone, not joined */
} PlotSeries;

/* A point that is pointed out: "w5 = 0.4". */
typedef struct PlotMark {
    double x, y;
    const char *label;
} PlotMark;

typedef struct Plot {
    const char *x_label, *y_label;
    const PlotSeries *series;
    size_t series_count;
    const PlotMark *marks;
    size_t mark_count;
    bool from_zero; /* the y axis includes 0 */
} Plot;

/* A surface over a rectangle, as a map with contour lines (or shades), and a path walked on it. */
typedef struct ContourMap {
    const char *x_label, *y_label, *z_label;
    double x_from, x_to, y_from, y_to;
    const double *z;      /* z[row * columns + column]; row 0 at y_from */
    size_t rows, columns; /* of the samples, at least 2 each */
    const double *path_x, *path_y;
    size_t path_count; /* 0 for none; its start and end are marked */
} ContourMap;

/* Whether there are samples to draw: z and at least 2 rows and columns of it. */
bool contour_has_samples(const ContourMap *map);

/* Exactly rows × columns. Below about 8 × 24 only what fits. Never fails. */
Grid plot_draw(Arena *arena, const Plot *plot, int rows, int columns, bool ascii);
Grid contour_draw(Arena *arena, const ContourMap *map, int rows, int columns, bool ascii);

/* What the picture shows, in two or three sentences: where it begins and ends, its least and
 * largest value and where, whether it rises or falls, the marks. `digits`: significant digits. Of a
 * map, where `brief`, only its valley and the way walked. */
char *plot_words(Arena *arena, const Plot *plot, int digits);
char *contour_words(Arena *arena, const ContourMap *map, int digits, bool brief);

#endif
