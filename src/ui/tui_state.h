/* tui_state: what the screen knows between two frames, and what presses do to it. */
#ifndef UI_TUI_STATE_H
#define UI_TUI_STATE_H

#include "base/limits.h"
#include "ui/animation.h"
#include "ui/frame.h"
#include "ui/prompt.h"
#include "ui/screen.h"
#include "ui/search.h"
#include "ui/training.h"
#include "ui/tui.h"

typedef struct Scroll {
    int top;     /* the first row shown */
    int visible; /* rows shown, and */
    int total;   /* rows there are, in the last frame */
} Scroll;

/* The training that runs now. */
typedef struct Live {
    bool wanted; /* by the next training: it is watched epoch by epoch from the beginning */
    long begun;  /* the clock when it began; 0 for none, */
    long looked; /* and when it was shown last */
    bool paused;
    bool helps;  /* its keys are shown, and it waits until they are read */
    bool quick;  /* as quick as it goes; else */
    size_t pace; /* a number of epochs a second: see live.c */
    size_t row;  /* the training row that was before the student */
    bool shown;  /* now; of it */
    Look look;
    double *leaves; /* of the model that is trained, while a frame is drawn */
} Live;

/* The reply as it was drawn, for as long as it is the same. */
typedef struct DrawnReply {
    bool valid;
    int room, columns; /* for so much it was drawn */
    bool flat;
    Grid grid; /* in `arena` */
    Arena arena;
} DrawnReply;

/* What stands around the panes, as it was drawn last; in `arena`. */
typedef struct Surroundings {
    Grid grid;   /* of the size of the screen, empty where the panes are */
    bool stands; /* all of it, on the screen */
    Arena arena;
} Surroundings;

typedef struct Tui {
    Session **session;
    TuiOptions options;
    Screen *screen;
    Prompt *prompt;
    Face face;     /* its arena is `frame` */
    Arena frame;   /* cleared before each frame and each press */
    Arena pane;    /* of the pane that is drawn, and then of what moves: one after the other */
    Arena answers; /* the last answer, and `notice` */
    Card reply;
    bool unseen; /* it must be seen in the next frame: where its pane has no room, in place of the
                    one that has the focus */
    DrawnReply drawn;
    Surroundings around;
    NetworkPlan plan;   /* of the picture in the network pane */
    bool revealed;      /* that was a right answer, and the step shows what it asked for */
    const char *notice; /* a line in place of the prompt, until the next press; or NULL */
    bool notice_failed;
    char why[3 * LIMIT_NAME_BYTES]; /* what w asked about last, a name or a derivative, and */
    int why_depth;                  /* how deep; 0 after any other press */
    PaneId focus;
    PaneId focus_before; /* the reply or the contents came */
    Search search;
    Frame shown; /* the last frame: what somebody points at */
    Scroll scrolls[PANE_COUNT];
    Style reveal;  /* scroll so that what has this style can be seen; STYLE_NORMAL: no need */
    uint32_t told; /* bits of letters, 'a' the lowest: those that were said to be keys */
    bool leaving;  /* it was said that q, pressed again, leaves */
    bool pasting;
    size_t pasted; /* lines of the present paste that were run */
    bool done;
    Live live;
    Animation animation;
    long turning; /* the clock when the gears of the step began to turn; 0: they stand still, */
    long turned;  /* and when they were drawn last */
} Tui;

/* What a press does, in the prompt or outside. */
void tui_press(Tui *tui, const Press *press);

#endif
