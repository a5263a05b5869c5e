/* picture: the screen at one moment, as text and attributes, to be searched, compared, printed. */
#ifndef TUI_PICTURE_H
#define TUI_PICTURE_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "terminal.h"

enum {
    PICTURE_CELL_BYTES = VTERM_MAX_CHARS_PER_CELL * 4 + 1,
    PICTURE_LINE_BYTES = TERMINAL_MOST_COLUMNS * PICTURE_CELL_BYTES,
};

typedef enum PictureAttribute {
    PICTURE_BOLD = 1,
    PICTURE_UNDERLINE = 2,
    PICTURE_ITALIC = 4,
    PICTURE_BLINK = 8,
    PICTURE_REVERSE = 16,
    PICTURE_STRIKE = 32,
    PICTURE_COLOR = 64, /* a foreground or background that is not the terminal's own */
} PictureAttribute;

typedef struct PictureCell {
    char text[PICTURE_CELL_BYTES];   /* " " where nothing was written, "" right of a wide one */
    unsigned attributes;             /* PictureAttribute together */
    uint32_t foreground, background; /* 0 for the terminal's own */
} PictureCell;

typedef struct Picture {
    int columns, rows;
    VTermPos cursor; /* from 0; counts only while `cursor_hidden` is false */
    bool cursor_hidden;
    PictureCell *cells; /* row by row */
} Picture;

typedef struct PicturePlace {
    int row, column; /* from 0 */
} PicturePlace;

/* Copies a screen; release with picture_free. */
Picture picture_take(Terminal *terminal, TerminalScreen which);
void picture_free(Picture *picture);

/* A row as text without the blanks at its end. `line` has PICTURE_LINE_BYTES. */
void picture_line(const Picture *picture, int row, char *line);

/* The first place of `text` in a row, or in all rows where `row` is negative. */
bool picture_find(const Picture *picture, int row, const char *text, PicturePlace *place);

const PictureCell *picture_cell(const Picture *picture, PicturePlace place);

/* Whether its style is seen: a blank shows neither its ink nor weight or slant, only what is drawn
 * behind and through it. */
bool picture_cell_is_seen(const PictureCell *cell);

/* The first cell that looks different. Pictures of different size differ at the top left. */
bool picture_differs(const Picture *a, const Picture *b, PicturePlace *place);

/* The rows in a frame, with the size above it. */
void picture_print(const Picture *picture, FILE *out);

#endif
