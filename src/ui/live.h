/* live: a training on the screen, while it runs and when it is looked back upon. Its course stands
 * in the place of the step, as the curve of the loss or as a walk on a map of it, and network and
 * values show the numbers of the epoch. While it runs it can be slowed down, paused and ended; what
 * it has reached is kept, and undo takes it back. */
#ifndef UI_LIVE_H
#define UI_LIVE_H

#include "ui/actions.h"

/* Shows the trainings of the session that is open from now on. */
void live_watch(Tui *tui);

/* Before a press that may train: no training runs. */
void live_forget(Tui *tui);

/* Whether one runs now; and the keys that work then. */
bool live_runs(const Tui *tui);
const char *live_keys(const Tui *tui, Arena *arena, int columns);

/* The line about the epoch that is looked at, into a row of cells. */
void live_draw_line(const Tui *tui, Grid *grid, int row, int column, int columns);

KeyAction act_train; /* a command that trains, to be watched epoch by epoch */
KeyAction act_look;  /* "back", "on", "page back", "page on": another epoch of the last training */
KeyAction act_map;   /* from the curve to the map, and back */

#endif
