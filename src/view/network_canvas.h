/* network_canvas: the lines of a network's picture, before they become characters.
 *
 * A cell remembers what runs through it: arms to its four sides, dots of a slanted line, or the
 * stroke that stands for one in ASCII. Lit lines lie over others, and among those heavy ones over
 * thin ones over dotted ones; lines of one kind join.
 * Only at the end is each cell given its character, so the order of drawing does not matter. */
#ifndef VIEW_NETWORK_CANVAS_H
#define VIEW_NETWORK_CANVAS_H

#include "view/network.h"

enum { NETWORK_MARGIN_COLUMNS = 30 }; /* a picture so wide keeps a column free on either side */

typedef enum Weight { WEIGHT_NONE, WEIGHT_THIN, WEIGHT_HEAVY } Weight;
typedef enum Arm { ARM_UP, ARM_RIGHT, ARM_DOWN, ARM_LEFT, ARM_COUNT } Arm;

typedef struct Ink {
    Weight weight;
    bool dotted; /* a thin line with gaps */
    Style style;
    uint16_t line; /* whose line it is: cells in which several lines meet are known as shared */
} Ink;

/* Eight bytes: two pictures full of them are cleared for each frame. */
typedef struct CanvasCell {
    uint8_t arms;  /* the Weight of each, two bits from the bit 2 · Arm on */
    uint8_t dots;  /* of a braille character */
    char stroke;   /* ASCII: / \ _ = |, X where / and \ cross; 0 none */
    uint8_t style; /* Style */
    uint16_t line;
    uint8_t rank; /* of the line that lies above; lower ones are not seen; 0: there is none */
    bool heavy : 1, dotted : 1;
    bool shared : 1; /* more than one line passes */
    bool text : 1;   /* writing stands here; lines drawn later stay below it */
} CanvasCell;

typedef struct Canvas {
    int rows, columns;
    bool ascii;
    CanvasCell *cells;
} Canvas;

Canvas canvas_new(Arena *arena, int rows, int columns, bool ascii);
CanvasCell *canvas_cell(const Canvas *canvas, int row, int column); /* NULL outside */

/* Whether a line passes. */
bool canvas_has_line(const CanvasCell *cell);

/* Adds one arm to a cell. */
void canvas_arm(Canvas *canvas, int row, int column, Arm arm, Ink ink);

/* A level line through the cells first … last of a row; nothing where last < first. */
void canvas_level(Canvas *canvas, int row, int first, int last, Ink ink);

/* A line from the left edge of cell (row, column) to the right edge of (to_row, to_column), where
 * column <= to_column. Level where both are in one row. */
void canvas_slant(Canvas *canvas, int row, int column, int to_row, int to_column, Ink ink);

/* The row at which that line passes `at`, a column between the two. */
int canvas_slant_row(int row, int column, int to_row, int to_column, int at);

/* Writes the characters of all cells with lines into `grid`, of the same size, in which nothing
 * else stands there. */
void canvas_print(const Canvas *canvas, Grid *grid);

/* How the line of an edge drawn in `style` looks: by the strength of its gradient where that is
 * known, else heavy where the edge is lit. `line` is left to the caller. */
Ink network_ink(const Network *network, size_t edge, Style style);

/* The line below the picture: the caption, or else what the strengths of the lines mean, in at most
 * `columns`; "" where there is nothing to say, or the meaning does not fit. */
const char *network_legend(Arena *arena, const Network *network, int columns, bool ascii);

/* Writes it in the middle of the last row where nothing stands there. `unplaced`, weights that have
 * no place in the picture, stands before it, or instead of it; NULL for none. */
void network_add_legend(Arena *arena, const Network *network, const char *unplaced, Grid *grid);

/* The sign of a node in this style: ○ ● ◉, in ASCII o * @. Lit and selected ones differ from the
 * others without colour, too. */
const char *network_sign(Style style, bool ascii);

/* Whether the edge has an arrow: what is only selected has none. */
bool network_has_arrow(Style style);

/* How the line of an edge in this style looks: that of a selected one is not reversed, which would
 * make a bar of it; its label is. */
Style network_line_style(Style style);

/* Whether a node or an edge in this style is one the step speaks of. */
bool network_is_lit(Style style);

#endif
