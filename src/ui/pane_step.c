#include "ui/pane.h"
#include "view/card_text.h"

static Grid draw_step(const Face *face, int rows, int columns) {
    Card card = face->look ? session_look_card(face->session, face->arena, face->look, face->map)
                           : session_card(face->session, face->arena);
    CardLayout layout = {.width = columns < PANE_TEXT_COLUMNS ? columns : PANE_TEXT_COLUMNS,
                         .rows = rows,
                         .time = face->time,
                         .ascii = face->ascii,
                         .flat = face->flat,
                         .title = true};
    return card_draw(face->arena, &card, layout);
}

const Pane pane_step = {.title = "step", .draw = draw_step};

SymbolId pane_step_symbol(const Face *face) {
    const Lesson *lesson = session_lesson(face->session);
    const Step *step = &lesson->steps[session_position(face->session)];
    switch (step->kind) {
    case STEP_FORWARD:
    case STEP_BACKWARD:
    case STEP_UPDATE: return step->symbol;
    case STEP_CHAIN:
    case STEP_PRODUCT:
    case STEP_SUM: return step->chain->of;
    case STEP_FACTOR:
        return lesson->graph->edges[step->chain->paths.list[step->path].edges[step->factor]].to;
    default: return SYMBOL_NONE;
    }
}
