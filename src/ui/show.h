/* show: a frame of the screen, drawn and shown: the panes, the lines around them, the prompt.
 *
 * What is looked at is shown first, as soon as it is drawn: the reply and the lines around the
 * panes, then the focused pane, then the others. */
#ifndef UI_SHOW_H
#define UI_SHOW_H

#include "ui/tui_state.h"

/* Draws and shows a frame, and clears the arena it was made in. One that needs more memory than
 * that may have is replaced by an excuse. */
void show_frame(Tui *tui);

/* Draws all of the screen as it is now, in the arena of the frame; it is seen with the next
 * screen_show. */
void show_prepare(Tui *tui);

#endif
