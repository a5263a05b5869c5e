#include "ui/pane.h"
#include "view/card_text.h"

enum { PICTURE_ROWS = 16 }; /* a picture in a reply leaves the step its place */

static Grid draw_reply(const Face *face, int rows, int columns) {
    static const Card nothing;
    CardLayout layout = {.width = columns < PANE_TEXT_COLUMNS ? columns : PANE_TEXT_COLUMNS,
                         .rows = rows < PICTURE_ROWS ? rows : PICTURE_ROWS,
                         .ascii = face->ascii,
                         .flat = face->flat,
                         .title = true};
    const Card *reply = face->reply ? face->reply : &nothing;
    return card_draw(face->arena, reply, layout);
}

const Pane pane_reply = {.title = "reply", .draw = draw_reply};
