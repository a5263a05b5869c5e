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
    Grid grid = card_draw(face->arena, reply, layout);
    for (size_t i = 0; i < reply->count && grid.rows > rows && !layout.tight; i++)
        layout.tight = reply->blocks[i].displayed;
    return layout.tight ? card_draw(face->arena, reply, layout) : grid;
}

const Pane pane_reply = {.title = "reply", .draw = draw_reply};
