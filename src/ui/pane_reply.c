#include "ui/pane.h"
#include "view/card_text.h"

static Grid draw_reply(const Face *face, int rows, int columns) {
    (void)rows;
    static const Card nothing;
    CardLayout layout = {.width = columns < PANE_TEXT_COLUMNS ? columns : PANE_TEXT_COLUMNS,
                         .ascii = face->ascii,
                         .flat = face->flat,
                         .title = true};
    return card_draw(face->arena, face->reply ? face->reply : &nothing, layout);
}

const Pane pane_reply = {.title = "reply", .draw = draw_reply};
