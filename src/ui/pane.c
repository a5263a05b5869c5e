/* The table of the panes. */
#include "ui/pane.h"

const Pane *pane_find(PaneId id) {
    static const Pane *const panes[PANE_COUNT] = {&pane_step, &pane_network, &pane_values,
                                                  &pane_reply, &pane_contents};
    return panes[id];
}
