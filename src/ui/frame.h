/* frame: which pane stands where on a screen of a given size, and the lines around them.
 *
 * Three arrangements: side by side, stacked on a narrow screen, and on a small one the focused pane
 * alone, without lines. The places depend on the size and the lesson, not on the step, so that
 * nothing jumps while stepping. */
#ifndef UI_FRAME_H
#define UI_FRAME_H

#include "ui/pane.h"

/* Where the content of a pane goes, in cells of the screen, and its title. */
typedef struct Place {
    PaneId pane;
    int row, column, rows, columns;
    int title_row, title_column, title_columns; /* title_columns 0: no title */
} Place;

typedef enum FrameKind { FRAME_SIDE, FRAME_STACK, FRAME_ALONE } FrameKind;

typedef struct Frame {
    FrameKind kind;
    int rows, columns;
    int divider; /* FRAME_SIDE: the column between left and right */
    Place places[PANE_COUNT];
    size_t count;
    int prompt_row, prompt_column, prompt_columns;
} Frame;

typedef struct FrameWishes {
    PaneId focus;
    size_t names;   /* of the lesson: more values than that are never shown */
    int reply_rows; /* what the reply needs at frame_reply_columns; 0 for no reply */
    bool beside;    /* the reply is about what the step asks, and must not cover it */
    bool lines;     /* the reply has the lines that are asked about: it may cover the network */
} FrameWishes;

/* The columns the reply has on a screen of this size. */
int frame_reply_columns(int rows, int columns);

/* Any size, 0 included. */
Frame frame_arrange(int rows, int columns, FrameWishes wishes);

/* The place of a pane, or NULL where it is not shown. */
const Place *frame_place(const Frame *frame, PaneId pane);

/* Whether the pane stands at this place in a frame, too. */
bool frame_has(const Frame *frame, const Place *place);

/* Whether the same panes stand at the same places, on screens of one size. */
bool frame_is_same(const Frame *a, const Frame *b);

/* The cells of a row in no place, from `*column` on, which moves to the first of them: how many are
 * beside each other; 0 for none, or fewer. */
int frame_gap(const Frame *frame, int row, int *column);

/* What stands on the lines. */
typedef struct FrameTexts {
    const char *title;    /* of the lesson */
    const char *position; /* "Backward · step 14 of 31" */
    const char *keys;     /* the key row; already short enough */
    double part;          /* of the lesson that lies behind, 0 … 1 */
} FrameTexts;

/* How many columns there are for the keys. */
int frame_key_columns(const Frame *frame);

/* The column at which they begin. */
int frame_key_column(const Frame *frame, const char *keys);

/* Draws the lines between the panes into an empty grid of the size of the screen. */
void frame_draw_lines(const Frame *frame, Grid *grid);

/* Draws what stands on them: the first line, the panes' titles, that of the focused one marked, and
 * the line above the prompt; over what stood there before. */
void frame_draw(const Frame *frame, Grid *grid, PaneId focus, FrameTexts texts);

/* Whether this or the prompt may change a row, while the panes stay where they are. */
bool frame_row_varies(const Frame *frame, int row);

/* Draws the last line: the keys, and on a small screen before them the position. */
void frame_draw_foot(const Frame *frame, Grid *grid, FrameTexts texts);

#endif
