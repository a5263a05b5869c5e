#include "app/known.h"

static void know_names(const Exprs *exprs, Known *known, const Expr *list, size_t count) {
    for (size_t i = 0; i < count; i++)
        if (expr_get(exprs, list[i])->kind == EXPR_NAME)
            known->value[expr_get(exprs, list[i])->symbol] = true;
}

static void know_slope(Known *known, SymbolId symbol, SymbolId of) {
    known->value[symbol] = true;
    known->slope[symbol] = of;
}

static void know_factor(const Lesson *lesson, Known *known, const Step *step) {
    const Path *path = &step->chain->paths.list[step->path];
    const Edge *edge = &lesson->graph->edges[path->edges[step->factor]];
    known->value[edge->from] = known->value[edge->to] = true;
    bool carried = symbol_entries(scope_get(&lesson->scope, step->chain->of)) == 1 &&
                   symbol_entries(scope_get(&lesson->scope, edge->from)) > 1;
    if (step->chain->paths.listed == 1 && (carried || step->factor + 1 == path->count))
        know_slope(known, edge->from, step->chain->of);
}

static void know_step(const Lesson *lesson, Known *known, const Step *step) {
    switch (step->kind) {
    case STEP_DECLARE:
        for (size_t i = 0; i < step->count; i++)
            if (symbol_is_leaf(scope_get(&lesson->scope, (SymbolId)(step->first + i))))
                known->value[step->first + i] = true;
        break;
    case STEP_FORWARD: known->value[step->symbol] = true; break;
    case STEP_FACTOR: know_factor(lesson, known, step); break;
    case STEP_PRODUCT:
        if (step->chain->paths.listed == 1)
            know_slope(known, step->chain->symbol, step->chain->of);
        break;
    case STEP_SUM: know_slope(known, step->chain->symbol, step->chain->of); break;
    case STEP_BACKWARD: know_slope(known, step->symbol, step->of); break;
    case STEP_SHOW:
        if (step->show == SHOW_VALUES)
            know_names(&lesson->exprs, known, step->exprs, step->count);
        for (SymbolId s = 0; step->show == SHOW_GRADIENT && s < lesson->scope.count; s++)
            if (scope_get(&lesson->scope, s)->role == ROLE_PARAM)
                know_slope(known, s, step->of);
        break;
    default: break;
    }
}

Known known_at(const Session *session, Arena *arena, size_t position) {
    const Lesson *lesson = session->lesson;
    Known known = {ARENA_ARRAY(arena, bool, lesson->scope.count),
                   ARENA_ARRAY(arena, SymbolId, lesson->scope.count)};
    for (size_t s = 0; s < lesson->scope.count; s++)
        known.slope[s] = SYMBOL_NONE;
    bool hidden = session->hidden && position == session->position;
    for (size_t i = 0; i < position + !hidden; i++)
        know_step(lesson, &known, &lesson->steps[i]);
    bool looks = session_look(session) && position == session->position;
    for (size_t i = 0; looks && i < lesson->step_count; i++)
        if (lesson->steps[i].kind == STEP_DECLARE || lesson->steps[i].kind == STEP_FORWARD)
            know_step(lesson, &known, &lesson->steps[i]);
    return known;
}
