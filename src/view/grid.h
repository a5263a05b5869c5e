/* grid: a rectangle of styled character cells, what every picture is drawn into. It knows no
 * terminal: ui/ copies it to the screen or prints it as lines. */
#ifndef VIEW_GRID_H
#define VIEW_GRID_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"

/* What a cell means; ui/ decides how it looks in colour and in monochrome. */
typedef enum Style {
    STYLE_NORMAL,
    STYLE_DIM,      /* frames, hints: may be overlooked */
    STYLE_STRONG,   /* headings, emphasis */
    STYLE_LIT,      /* what this step speaks of */
    STYLE_NUMBER,   /* a result */
    STYLE_BACKWARD, /* a derivative on its way back */
    STYLE_CHANGED,  /* a number that has just changed */
    STYLE_ERROR,
    STYLE_SELECTED,
    STYLE_FOUND, /* what was searched for */
    STYLE_COUNT
} Style;

/* Sixteen bytes: a frame is filled, copied and compared at every key. */
typedef struct Cell {
    char text[11]; /* one character and the combining marks that find room, NUL-terminated: two of
                      three bytes always do; "" right of a wide one */
    uint8_t style; /* Style */
    uint32_t mark; /* what a picture wants to know it by when somebody points at it; 0 nothing */
} Cell;

typedef struct Grid {
    int rows, columns;
    Cell *cells; /* rows × columns, by rows */
    bool ascii;  /* draw with ASCII only: what is drawn goes through utf8_to_ascii's glyphs */
    bool wide;   /* there may be characters of two columns in it */
} Grid;

/* Spaces in STYLE_NORMAL. Negative sizes count as 0. */
Grid grid_new(Arena *arena, int rows, int columns, bool ascii);

/* Writes text from (row, column) to the right and returns the columns it took; what falls outside
 * the grid is cut, a wide character never in half. Tabs and newlines count as one space. */
int grid_text(Grid *grid, int row, int column, const char *text, Style style);

/* The same, at most `columns` wide; longer text ends in "…" ("~" in ASCII). */
int grid_text_fit(Grid *grid, int row, int column, int columns, const char *text, Style style);

void grid_fill(Grid *grid, int row, int column, int rows, int columns, const char *text,
               Style style);

/* Gives cells of a row a mark, which copies keep. */
void grid_mark(Grid *grid, int row, int column, int columns, uint32_t mark);

/* Copies `from`, with its first cell at (row, column); what falls outside is cut. */
void grid_copy(Grid *grid, int row, int column, const Grid *from);

/* Some of its rows, which stay where they are. */
Grid grid_rows(const Grid *grid, int first, int count);

/* A cell; NULL outside. */
static inline Cell *grid_cell(const Grid *grid, int row, int column) {
    if (row < 0 || row >= grid->rows || column < 0 || column >= grid->columns)
        return NULL;
    return &grid->cells[(size_t)row * (size_t)grid->columns + (size_t)column];
}

/* Whether a cell, which must be inside, holds a space. */
static inline bool grid_is_blank(const Grid *grid, int row, int column) {
    const char *text = grid_cell(grid, row, column)->text;
    return text[0] == ' ' && !text[1];
}

/* One row as text without the spaces at its end. */
char *grid_line(Arena *arena, const Grid *grid, int row);

#endif
