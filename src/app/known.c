#include "app/known.h"

#include "app/teach.h"
#include "lesson/steps.h"

static void know_value(Known *known, SymbolId symbol) {
    known->value[symbol] = true;
    known->value_step[symbol] = known->step;
}

static void know_names(const Exprs *exprs, Known *known, const Expr *list, size_t count) {
    for (size_t i = 0; i < count; i++)
        if (expr_get(exprs, list[i])->kind == EXPR_NAME)
            know_value(known, expr_get(exprs, list[i])->symbol);
}

static void know_slope(Known *known, SymbolId symbol, SymbolId of) {
    know_value(known, symbol);
    known->slope[symbol] = of;
    known->slope_step[symbol] = known->step;
}

static void know_factor(const Lesson *lesson, Known *known, const Step *step) {
    const Path *path = &step->chain->paths.list[step->path];
    const Edge *edge = &lesson->graph->edges[path->edges[step->factor]];
    know_value(known, edge->from);
    know_value(known, edge->to);
    bool carried = symbol_entries(scope_get(&lesson->scope, step->chain->of)) == 1 &&
                   symbol_entries(scope_get(&lesson->scope, edge->from)) > 1;
    /* where a product follows, that tells it, and may ask for it first */
    bool whole =
        step->factor + 1 == path->count && !chain_has_product(lesson, step->chain, step->path);
    if (step->chain->paths.listed == 1 && (carried || whole))
        know_slope(known, edge->from, step->chain->of);
}

static void know_step(const Lesson *lesson, Known *known, const Step *step) {
    switch (step->kind) {
    case STEP_DECLARE:
        for (size_t i = 0; i < step->count; i++)
            if (symbol_is_leaf(scope_get(&lesson->scope, (SymbolId)(step->first + i))))
                know_value(known, (SymbolId)(step->first + i));
        break;
    case STEP_FORWARD: know_value(known, step->symbol); break;
    case STEP_FACTOR: know_factor(lesson, known, step); break;
    case STEP_PRODUCT:
        if (step->chain->paths.listed == 1)
            know_slope(known, step->chain->symbol, step->chain->of);
        break;
    case STEP_CANCEL: know_slope(known, step->symbol, step->of); break;
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

static Known know_nothing(const Lesson *lesson, Arena *arena) {
    size_t names = lesson->scope.count;
    Known known = {.value = ARENA_ARRAY(arena, bool, names),
                   .slope = ARENA_ARRAY(arena, SymbolId, names),
                   .asked = ARENA_ARRAY(arena, bool, names),
                   .value_step = ARENA_ARRAY(arena, size_t, names),
                   .slope_step = ARENA_ARRAY(arena, size_t, names)};
    for (size_t s = 0; s < names; s++)
        known.slope[s] = SYMBOL_NONE;
    return known;
}

static void know_next(const Lesson *lesson, Known *known, size_t position) {
    known->step = position + 1;
    know_step(lesson, known, &lesson->steps[position]);
}

/* Whether a step asks for its number when one comes to it. */
static bool will_ask(const Session *session, size_t position) {
    bool hidden = session->hidden && position == session->position;
    return (hidden || !session->shown[position]) &&
           teach_mode_asks(session->mode, session->lesson->steps[position].kind);
}

/* What the lesson has changed since it was shown, and asks for again before it changes anything
 * else, is not known any more. */
static void forget_asked(const Session *session, Known *known, size_t begin, Arena *arena) {
    const Lesson *lesson = session->lesson;
    Known coming = know_nothing(lesson, arena);
    bool *forward = ARENA_ARRAY(arena, bool, lesson->scope.count);
    size_t changed = begin, names = lesson->scope.count;
    while (changed > 0 && !step_changes(&lesson->steps[changed - 1]))
        changed--;
    bool settled = true;
    for (size_t i = begin; i < lesson->step_count; i++) {
        settled = settled && (i == session->position || !step_changes(&lesson->steps[i]));
        if (!will_ask(session, i))
            continue;
        const bool value = lesson->steps[i].kind == STEP_FORWARD;
        if (settled)
            know_next(lesson, &coming, i);
        if (value)
            known->asked[lesson->steps[i].symbol] = true;
        if (value && settled)
            forward[lesson->steps[i].symbol] = true;
    }
    for (SymbolId s = 0; s < names; s++) {
        bool computed = !symbol_is_leaf(scope_get(&lesson->scope, s));
        if (computed && forward[s] && known->value_step[s] <= changed)
            known->value[s] = false;
        if (coming.slope[s] != SYMBOL_NONE && known->slope_step[s] <= changed)
            known->slope[s] = SYMBOL_NONE;
        known->asked[s] = known->asked[s] && !known->value[s];
    }
}

Known known_at(const Session *session, Arena *arena, size_t position) {
    const Lesson *lesson = session->lesson;
    Known known = know_nothing(lesson, arena);
    bool here = position == session->position, looks = session_look(session) && here;
    size_t begin = position + !(session->hidden && here);
    for (size_t i = 0; i < begin; i++)
        know_next(lesson, &known, i);
    if (here && !looks && session->mode == MODE_PREDICT)
        forget_asked(session, &known, begin, arena);
    for (size_t i = 0; looks && i < lesson->step_count; i++)
        if (lesson->steps[i].kind == STEP_DECLARE || lesson->steps[i].kind == STEP_FORWARD)
            know_next(lesson, &known, i);
    return known;
}

/* ------------------------------------------------------------------------------ their numbers */

/* Whether the student has changed something since the present step was done. */
static bool is_edited(const Session *session) {
    for (size_t i = 0; i < session->edit_count; i++)
        if (session->edits[i].after == session->position + 1)
            return true;
    return false;
}

KnownNumbers known_numbers(const Session *session, Arena *arena) {
    size_t here = session->position;
    const Step *step = &session->lesson->steps[here];
    KnownNumbers numbers = {session->present.model, session->present.model};
    if (step->kind != STEP_UPDATE || session_look(session) || is_edited(session))
        return numbers;
    numbers.computed = session_replay_before(session, arena, here).model;
    return numbers;
}

UpdateState known_update(const Session *session) {
    const Lesson *lesson = session->lesson;
    const Step *step = &lesson->steps[session->position];
    UpdateState update = {.stage = UPDATE_NONE};
    if (step->kind != STEP_UPDATE || session_look(session) || is_edited(session))
        return update;
    update.first = session_done_before(session, session->position);
    update.last = session->position;
    while (update.last + 1 < lesson->step_count &&
           lesson->steps[update.last + 1].kind == STEP_UPDATE &&
           lesson->steps[update.last + 1].group == step->group)
        update.last++;
    if (!session->hidden)
        update.stage = update.last == session->position ? UPDATE_DONE : UPDATE_BEGUN;
    else if (update.first < session->position)
        update.stage = UPDATE_BEGUN;
    return update;
}

KnownNumbers known_answer_numbers(const Session *session, Arena *arena) {
    if (known_update(session).stage == UPDATE_BEGUN)
        return known_numbers(session, arena);
    return (KnownNumbers){session->present.model, session->present.model};
}

bool known_before_change(const Session *session, Arena *arena, KnownNumbers *numbers) {
    Model *model = session_model_before_change(session, arena);
    if (!model)
        return false;
    *numbers = (KnownNumbers){model, model};
    const Edit *last = session->edit_count ? &session->edits[session->edit_count - 1] : NULL;
    if (last && last->after == session->position + !session->hidden) {
        Session before = *session;
        before.edit_count--;
        if (known_update(&before).stage == UPDATE_BEGUN)
            numbers->computed = session_replay_before(&before, arena, before.position).model;
    }
    return true;
}

const double *known_value(const KnownNumbers *numbers, SymbolId symbol) {
    bool given = symbol_is_leaf(scope_get(numbers->given->scope, symbol));
    return model_value(given ? numbers->given : numbers->computed, symbol);
}
