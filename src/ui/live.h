/* live: a training on the screen while it runs. Its loss curve stands in the place of the step, and
 * network and values show the numbers it has reached; it can be slowed down, paused, looked back
 * upon and ended. What it has reached is kept, and undo takes it back. */
#ifndef UI_LIVE_H
#define UI_LIVE_H

#include "ui/tui_state.h"

/* Shows the trainings of the session that is open from now on. */
void live_watch(Tui *tui);

/* Before a press that may train: no training runs. */
void live_forget(Tui *tui);

/* The keys that work while a training is shown. */
const char *live_keys(const Tui *tui, Arena *arena);

#endif
