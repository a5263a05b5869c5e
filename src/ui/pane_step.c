#include "ui/pane.h"
#include "view/card_text.h"

static Grid draw_step(const Face *face, int rows, int columns) {
    (void)rows;
    Card card = session_card(face->session, face->arena);
    CardLayout layout = {.width = columns, .ascii = face->ascii, .flat = face->flat, .title = true};
    return card_draw(face->arena, &card, layout);
}

const Pane pane_step = {.title = "step", .draw = draw_step};

const Pane *pane_find(PaneId id) {
    static const Pane *const panes[PANE_COUNT] = {&pane_step, &pane_network, &pane_values,
                                                  &pane_reply};
    return panes[id];
}
