/* styled: running text in which every byte has a style, and its wrapping to a width. The writers of
 * formulas and of prose add to it; then it is drawn into a grid. */
#ifndef VIEW_STYLED_H
#define VIEW_STYLED_H

#include "view/grid.h"

/* A space at which no line should end: within a formula that fits on a line. */
#define STYLED_FIXED_SPACE "\u00A0"

typedef struct Styled {
    Arena *arena;
    char *text; /* NUL-terminated once something was added, else NULL; LF ends a line */
    uint8_t *styles;
    size_t length, capacity;
} Styled;

void styled_add(Styled *styled, const char *text, Style style);

/* Adds all of `more`, its spaces as fixed ones where `fixed` is set. */
void styled_append(Styled *styled, const Styled *more, bool fixed);

/* Columns of the text on one line. */
int styled_width(const Styled *styled);

/* Where the text is a number, the columns before its decimal point, for aligning; else -1. */
int styled_before_point(const Styled *styled);

/* Writes all of it on one line, from (row, column) to the right; what falls outside is cut. */
void styled_print(const Styled *styled, Grid *grid, int row, int column);

/* The text wrapped to `width` columns (at least 1): at spaces; a word too long at a fixed space or
 * after a dot of multiplication, else anywhere. Lines after the first begin `hanging` columns in.
 * As wide as its longest line, at least one row. */
Grid styled_wrap(Arena *arena, const Styled *styled, int width, int hanging, bool ascii);

#endif
