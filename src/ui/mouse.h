/* mouse: what a click or a turn of the wheel does. Whatever it does, keys do, too. */
#ifndef UI_MOUSE_H
#define UI_MOUSE_H

#include "ui/tui_state.h"

/* Acts on a press of the mouse; false where it is none. */
bool mouse_press(Tui *tui, const Press *press);

/* The same, but in the panes alone and without running anything: it focuses, selects, scrolls. */
bool mouse_press_pane(Tui *tui, const Press *press);

#endif
