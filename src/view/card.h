/* card: what one step, or the answer to one command, says: a title and blocks of prose, formulas
 * and tables. Plain data, the same for every face: the screen, the plain text, the exports. */
#ifndef VIEW_CARD_H
#define VIEW_CARD_H

#include "view/gears.h"
#include "view/heat.h"
#include "view/network.h"
#include "view/plot.h"

/* A piece of running text. */
typedef struct Run {
    enum { RUN_TEXT, RUN_EMPHASIS, RUN_STRONG, RUN_CODE, RUN_MATH, RUN_BREAK } kind;
    const char *text; /* all but RUN_MATH and RUN_BREAK */
    const Math *math; /* RUN_MATH: set on one line */
} Run;

typedef enum BlockKind {
    BLOCK_TEXT,    /* runs, wrapped to the width */
    BLOCK_HEADING, /* runs; level 1 … 6 */
    BLOCK_CODE,    /* `text` as it stands, line by line; where nothing is drawn, runs if any */
    BLOCK_FORMULA, /* parts[0] sign[1] parts[1] …: see math_equation */
    BLOCK_TABLE,   /* rows × columns cells */
    BLOCK_NETWORK, /* `network`, drawn; where nothing is drawn, `text` says it in words */
    BLOCK_PLOT,    /* `plot`, drawn; where nothing is drawn, plot_words */
    BLOCK_CONTOUR, /* `map`, drawn; where nothing is drawn, contour_words */
    BLOCK_HEAT,    /* `heat`, drawn; where nothing is drawn, heat_words */
    BLOCK_GEARS,   /* `gears`, drawn; where nothing is drawn, gears_words */
    BLOCK_RULE,    /* a line across */
    BLOCK_NOTE,    /* runs: a footnote, set off */
    BLOCK_ERROR    /* runs: something that went wrong, in words */
} BlockKind;

typedef struct Block {
    BlockKind kind;
    int level;          /* headings; for text the depth of list nesting (0 none) */
    bool quote;         /* stands in a quotation */
    const char *marker; /* "•" or "3." before the first line of a list item, or NULL */
    bool displayed; /* formulas in text are in two dimensions where there is room: of a list item
                       that is one formula, of a paragraph side by side */
    Run *runs;
    size_t run_count, run_capacity;
    const char *text;       /* BLOCK_CODE, BLOCK_NETWORK */
    const Network *network; /* BLOCK_NETWORK */
    const Plot *plot;       /* BLOCK_PLOT */
    const ContourMap *map;  /* BLOCK_CONTOUR */
    const GearTrain *gears; /* BLOCK_GEARS */
    const HeatMap *heat;    /* BLOCK_HEAT */
    const Math **parts;     /* BLOCK_FORMULA and BLOCK_TABLE (cells by rows; NULL is empty) */
    const char **signs;     /* BLOCK_FORMULA: signs[i] before parts[i]; signs[0] is NULL */
    bool repeats; /* BLOCK_FORMULA: parts[0] was shown by an earlier step; the ear can do without */
    const Math **shaped;         /* BLOCK_FORMULA of matrices: the parts with their shapes below
                                    them, or NULL; `runs`, if any, tell the shapes where that finds no
                                    room */
    size_t count, part_capacity; /* parts */
    size_t columns;              /* BLOCK_TABLE */
    bool header;                 /* BLOCK_TABLE: the first row is a heading */
} Block;

typedef struct Card {
    Arena *arena;
    const char *title; /* one line, or NULL */
    int digits; /* significant digits of numbers in what pictures say in words; 0: as usual */
    Block *blocks;
    size_t count, capacity;
} Card;

/* Appends an empty block of this kind and returns it; valid until the next is added. */
Block *card_add(Card *card, BlockKind kind);

/* The same for a table with so many columns, and their headings. */
Block *card_add_table(Card *card, size_t columns, const char *const *headings);

/* Appends a run of formatted text to a block. */
void block_text(Card *card, Block *block, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
void block_run(Card *card, Block *block, Run run);
void block_math(Card *card, Block *block, const Math *math); /* a RUN_MATH */

/* Appends a part to a BLOCK_FORMULA (sign NULL for the first) or a cell to a BLOCK_TABLE. */
void block_part(Card *card, Block *block, const char *sign, const Math *part);

/* A paragraph of plain text in one call. */
void card_text(Card *card, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Appends the blocks of another card, under its title. */
void card_append(Card *card, const Card *more);

#endif
