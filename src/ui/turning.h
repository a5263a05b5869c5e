/* turning: the gears of a step turn for some seconds when it is shown, where pictures may move. Any
 * key ends that, and is answered as always; then they stand as in the still picture. */
#ifndef UI_TURNING_H
#define UI_TURNING_H

#include "ui/tui_state.h"

/* The step is another one. */
void turning_begin(Tui *tui);

/* They stand still from now on. */
void turning_end(Tui *tui);

/* Milliseconds until the next frame; -1 where none follows. */
int turning_pause(const Tui *tui);

/* Goes on where it is time; whether there is a frame to be shown. */
bool turning_go_on(Tui *tui);

#endif
