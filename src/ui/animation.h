/* animation: light that runs through the network when the step has changed.
 *
 * Nothing waits for it: the step is shown before the first of its frames is made, the next ones are
 * drawn while no key comes, and any key ends it and is then answered as always. The last frame is
 * the still picture. Where the line is slow, or writing a frame took long, there is none. */
#ifndef UI_ANIMATION_H
#define UI_ANIMATION_H

#include "ui/frame.h"
#include "ui/screen.h"
#include "view/network_flow.h"

typedef struct Animation {
    bool wanted;     /* the step has changed: the next frame begins one */
    bool late;       /* something since the last step took too long to be written */
    bool runs;       /* to be unset when the arena it was begun in is cleared */
    int frame;       /* the one shown last */
    long shown;      /* the clock when it was */
    int row, column; /* of the picture's first cell on the screen */
    NetworkFlow flow;
    Grid grid; /* of the frame */
} Animation;

/* Whether the terminal is quick enough, and the student has nothing against it. */
bool animation_allowed(const Animation *animation, const Session *session, const Screen *screen);

/* The place of the network where one is to begin with this frame, else NULL. */
const Place *animation_place(const Animation *animation, const Face *face, const Frame *frame,
                             const Screen *screen);

/* Begins one, and shows its first frame. `still` is the picture it ends with, in the arena of
 * `face`: there the others are made, too, and last as long as that. */
void animation_begin(Animation *animation, const Face *face, const Place *place, Grid still,
                     Screen *screen);

/* Ends it where it is; what is on the screen then is not the still picture. */
void animation_end(Animation *animation);

/* Milliseconds until the next frame; -1 where none follows. */
int animation_pause(const Animation *animation);

/* Shows the next frame, where it is time. */
void animation_go_on(Animation *animation, Screen *screen);

/* A part of the screen was written in so many milliseconds. */
void animation_measure(Animation *animation, long milliseconds);

#endif
