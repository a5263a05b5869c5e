/* pane: one part of the screen. A pane is a file with one function or two and one row of a table;
 * where it stands, its title and its scrolling are not its business. */
#ifndef UI_PANE_H
#define UI_PANE_H

#include "app/session.h"
#include "view/network_flow.h"

typedef enum PaneId {
    PANE_STEP,
    PANE_NETWORK,
    PANE_VALUES,
    PANE_REPLY,
    PANE_CONTENTS,
    PANE_COUNT
} PaneId;

/* The paths of the last answer, one by one in the network. */
typedef struct Trace {
    const Chain *chain; /* NULL: none */
    size_t path;        /* the one that is lit */
    bool moves;         /* the next one follows by itself, */
    long next;          /* when the clock shows this */
} Trace;

/* What the panes show. */
typedef struct Face {
    Session *session;
    Arena *arena; /* of this frame, or of this press */
    bool ascii;
    bool flat;         /* the screen is small: formulas on one line */
    SymbolId selected; /* a name of the lesson, or SYMBOL_NONE */
    const Look *look;  /* the epoch of a training that stands in place of the step, or NULL: */
    bool map;          /* on the map over two weights, not on the curve */
    double time;       /* 0 … 1: how far what moves in the step has come; 0: it stands still */
    NetworkZoom zoom;  /* of the network */
    NetworkPlan *plan; /* of its picture */
    Trace trace;       /* the paths shown one by one */
    size_t listed;     /* the step selected in the contents */
    const Card *reply; /* the answer to the last command, or NULL */
    const char *asked; /* that command */
} Face;

typedef struct Pane {
    const char *title;
    /* What there is to see, `columns` wide; what is taller than `rows` is scrolled. The mark of a
     * cell is one more than the name it is about, in the contents than the step; 0 for neither. */
    Grid (*draw)(const Face *face, int rows, int columns);
    /* An arrow key, where it was drawn with `rows` and `columns`; may select another name. NULL:
     * arrows scroll. */
    void (*move)(Face *face, int32_t arrow, int rows, int columns);
} Pane;

extern const Pane pane_step, pane_network, pane_values, pane_reply, pane_contents;

const Pane *pane_find(PaneId id);

/* Moves in the contents: "up", "down", "page up", "page down" (by `page` steps), "heading before",
 * "heading after", "first", "last". */
void pane_contents_move(Face *face, const char *way, size_t page);

enum { PANE_TEXT_COLUMNS = 88 }; /* running text in longer lines is hard to read */

/* Light running through the network pane's picture. */
NetworkFlow pane_network_flow(const Face *face, Grid picture);

/* The name whose number the present step is about, or SYMBOL_NONE. */
SymbolId pane_step_symbol(const Face *face);

#endif
