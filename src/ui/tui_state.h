/* tui_state: what the screen knows between two frames, and what presses do to it. */
#ifndef UI_TUI_STATE_H
#define UI_TUI_STATE_H

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

typedef struct Tui {
    Session **session;
    TuiOptions options;
    Screen *screen;
    Prompt *prompt;
    Face face;     /* its arena is `frame` */
    Arena frame;   /* cleared before each frame and each press */
    Arena answers; /* the last answer, and `notice` */
    Card reply;
    bool revealed;      /* that was a right answer, and the step shows what it asked for */
    const char *notice; /* a line in place of the prompt, until the next press; or NULL */
    bool notice_failed;
    const char *why; /* the name w asked about last, and */
    int why_depth;   /* how deep; 0 after any other press */
    PaneId focus;
    PaneId focus_before; /* the reply or the contents came */
    Search search;
    Frame shown; /* the last frame: what somebody points at */
    Scroll scrolls[PANE_COUNT];
    Style reveal; /* scroll so that what has this style can be seen; STYLE_NORMAL: no need */
    bool pasting;
    bool done;
    long training;        /* the clock when the training began that runs now; 0 for none, */
    long training_looked; /* and when it was looked for presses last */
    TrainingCurve curve;  /* of the training that runs now */
    Animation animation;
} Tui;

/* Shows how far the trainings of the session are, and lets them be stopped. */
void tui_watch_training(Tui *tui);

/* What a press does, in the prompt or outside. */
void tui_press(Tui *tui, const Press *press);

#endif
