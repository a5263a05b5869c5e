/* plot_axes: scales with round numbers, and the frame that a plot and a map stand in: names of the
 * axes above and below, numbers and ticks to the left and at the foot. */
#ifndef VIEW_PLOT_AXES_H
#define VIEW_PLOT_AXES_H

#include "view/plot_canvas.h"
#include "view/styled.h"

enum { TICKS_MOST = 12 };

/* A range of values, from < to and both finite, and the round numbers in it. */
typedef struct Scale {
    double from, to;
    double step;              /* between the ticks; 0 where there are none */
    double ticks[TICKS_MOST]; /* rising */
    size_t count;
} Scale;

/* The range of what is added; empty at first (from > to). Values that are not finite are left out.
 */
typedef struct Range {
    double from, to;
} Range;

Range range_empty(void);
void range_add(Range *range, double value);

/* A scale over the range, without ticks. Where all values are equal it is widened around them, an
 * empty one becomes 0 … 1. */
Scale scale_new(Range range);

/* The multiples of 1, 2 or 5 times a power of ten within the scale, with the smallest step that
 * gives at most `most` of them, which is at most TICKS_MOST. `round`: the scale is widened where
 * little is missing, so that it begins or ends with a tick. */
void scale_set_ticks(Scale *scale, size_t most, bool round);

/* The place of a value: 0 at from, 1 at to. Outside for others; NaN for what is not finite. */
double scale_place(const Scale *scale, double value);

/* A tick as text, "−0.5", with "-" in ASCII. */
char *scale_tick_text(Arena *arena, const Scale *scale, size_t tick, bool ascii);

/* Where the area of a plot lies within its picture. Where the picture is small there is no room for
 * the numbers (row or column 0) or for the name of x below them. */
typedef struct Frame {
    Scale x, y;
    int row, column;   /* of the area's first cell */
    int rows, columns; /* of the area */
    bool has_numbers_below, has_name_below;
    bool ascii;
} Frame;

typedef struct FrameRoom {
    int rows, columns; /* of the picture */
    int head;          /* rows above the area, for names and legend */
    bool round_y;      /* y may be widened to begin and end with a tick */
    bool ascii;
} FrameRoom;

Frame frame_new(Arena *arena, Scale x, Scale y, FrameRoom room);

/* What stands above the area, to its left: the name of y (may be NULL), or "E over w5" where the
 * picture has no room for the name of x below; "" for none. */
const char *frame_title(Arena *arena, const char *x_label, const char *y_label, FrameRoom room);

/* Title and legend (may be empty), side by side or, where that is too wide, one after the other. As
 * wide as the picture, with as many rows as may stand above the area; those are its head. */
Grid frame_head(Arena *arena, const char *title, const Styled *legend, FrameRoom room);

/* Draws axes, ticks, numbers and the name of x (or NULL) below. */
void plot_frame_draw(Arena *arena, const Frame *frame, Grid *grid, const char *x_label);

/* The area to draw in: empty, but for a dim line at y = 0 where there is something on both sides.
 * To be copied to (row, column). */
Grid frame_area(Arena *arena, const Frame *frame);

/* The place in the area of a point. */
PlotPoint frame_point(const Frame *frame, double x, double y);

#endif
