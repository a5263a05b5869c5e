/* plot_canvas: the area of a plot, before it becomes characters: lines of dots, and signs that
 * stand in whole cells. Positions are of the unit square: `right` and `up` go from 0 to 1, and the
 * ends lie in the middle of the outermost cells, where the ticks of the axes point. */
#ifndef VIEW_PLOT_CANVAS_H
#define VIEW_PLOT_CANVAS_H

#include "view/grid.h"

/* A thin line is dotted; a bold one that crosses it hides it. */
typedef enum Stroke { STROKE_NONE, STROKE_THIN, STROKE_BOLD } Stroke;

typedef struct PlotCell {
    const char *sign; /* one column wide, or NULL; lies over the dots */
    uint8_t dots;
    uint8_t stroke, style; /* Stroke and Style of what is on top */
    uint16_t owner;        /* whose thin line it is; see plot_canvas_line */
} PlotCell;

typedef struct PlotCanvas {
    int rows, columns;
    bool ascii;
    PlotCell *cells;
} PlotCanvas;

typedef struct PlotPoint {
    double right, up; /* NaN where there is none */
} PlotPoint;

typedef struct PlotInk {
    Stroke stroke;
    Style style;
    uint16_t owner; /* any number that tells lines apart */
} PlotInk;

/* Negative sizes count as 0. */
PlotCanvas plot_canvas_new(Arena *arena, int rows, int columns, bool ascii);
PlotCell *plot_canvas_cell(const PlotCanvas *canvas, int row, int column); /* NULL outside */

/* A straight line, or what of it lies in the unit square; nothing where an end is not finite. */
void plot_canvas_line(PlotCanvas *canvas, PlotPoint from, PlotPoint to, PlotInk ink);

/* Puts a sign into the cell of a point, unless the point lies outside the unit square. */
void plot_canvas_sign(PlotCanvas *canvas, PlotPoint at, const char *sign, Style style);

/* Puts text into cells, a sign in each; characters of other widths than one become "?". */
void plot_canvas_text(Arena *arena, PlotCanvas *canvas, int row, int column, const char *text,
                      Style style);

/* The cell of a point in the unit square; false for any other point. */
bool plot_canvas_find(const PlotCanvas *canvas, PlotPoint at, int *row, int *column);

/* Writes all signs and dots into `grid`, which has the canvas's size. In ASCII the dots of a cell
 * become the character that runs most like them. */
void plot_canvas_print(const PlotCanvas *canvas, Grid *grid);

/* Writes text beside a cell of what is printed, where it hides least; nothing where it does not
 * fit.
 */
void plot_canvas_label(Grid *grid, int row, int column, const char *text, Style style);

#endif
