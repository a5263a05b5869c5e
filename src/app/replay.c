/* A lesson's numbers, step by step: what its steps and the student's changes make of them. */
#include <string.h>

#include "app/state.h"

Replay replay_of(const Session *session, Arena *arena, Model *model) {
    size_t entries = model->scope->leaf_entries;
    return (Replay){
        .model = model,
        .edits = session->edit_count,
        .snapshot = {.gradient = ARENA_ARRAY(arena, double, entries),
                     .leaves = ARENA_ARRAY(arena, double, entries),
                     .of = SYMBOL_NONE},
    };
}

static size_t leaf_bytes(const Model *model) {
    return model->scope->leaf_entries * sizeof *model->leaves;
}

/* The gradient of `of` at the snapshot's leaves; the model's own are put back, for the next
 * forward. */
static void take_gradient(Model *model, Snapshot *snapshot, SymbolId of) {
    double *kept = model->leaves;
    model->leaves = snapshot->leaves;
    model_forward(model);
    model_backward(model, of);
    for (SymbolId s = 0; s < model->scope->count; s++) {
        const Symbol *symbol = scope_get(model->scope, s);
        if (symbol_is_leaf(symbol))
            memcpy(snapshot->gradient + symbol->offset, model_adjoint(model, s),
                   symbol_entries(symbol) * sizeof *snapshot->gradient);
    }
    snapshot->of = of;
    model->leaves = kept;
}

/* w ← w − rate·∂of/∂w, with the gradient from where the group began. */
static void apply_update(Model *model, Snapshot *snapshot, SymbolId parameter, SymbolId of) {
    if (of == SYMBOL_NONE)
        return;
    if (snapshot->of != of)
        take_gradient(model, snapshot, of);
    const Symbol *symbol = scope_get(model->scope, parameter);
    for (size_t i = 0; i < symbol_entries(symbol); i++)
        model->leaves[symbol->offset + i] -= model->rate * snapshot->gradient[symbol->offset + i];
}

static void begin_group(const Model *model, Snapshot *snapshot) {
    memcpy(snapshot->leaves, model->leaves, leaf_bytes(model));
    snapshot->of = SYMBOL_NONE;
    snapshot->over = false;
}

static void put_entries(Model *model, size_t offset, size_t count, const double *values, bool one) {
    for (size_t i = 0; i < count; i++)
        model->leaves[offset + i] = values[one ? 0 : i];
}

static const Trained *find_trained(const Session *session, const Model *model,
                                   const TrainPlan *plan, double rate) {
    for (const Trained *trained = *session->trained; trained; trained = trained->older)
        if (trained->plan == plan && trained->rate == rate && trained->row == model->row &&
            memcmp(trained->before, model->leaves, leaf_bytes(model)) == 0)
            return trained;
    return NULL;
}

static double *copy_leaves(const Session *session, const Model *model) {
    double *copy = ARENA_ARRAY(session->arena, double, model->scope->leaf_entries);
    return memcpy(copy, model->leaves, leaf_bytes(model));
}

static void apply_training(const Session *session, Replay *replay, const TrainPlan *plan) {
    Model *model = replay->model;
    double rate = plan->rate < 0 ? model->rate : plan->rate;
    replay->training = find_trained(session, model, plan, rate);
    if (!replay->training) {
        Trained *trained = ARENA_NEW(session->arena, Trained);
        *trained = (Trained){.plan = plan,
                             .rate = rate,
                             .row = model->row,
                             .before = copy_leaves(session, model),
                             .older = *session->trained};
        TrainPlan *run = ARENA_NEW(session->arena, TrainPlan);
        *run = *plan;
        run->rate = rate;
        if (session->settings.seed_given)
            run->seed = session->settings.seed;
        trained->run = run;
        trained->history =
            train(model, session->arena, run, session->progress, session->progress_context);
        trained->after = copy_leaves(session, model);
        *session->trained = trained;
        replay->training = trained;
    }
    memcpy(model->leaves, replay->training->after, leaf_bytes(model));
}

/* Only where they are asked for: an update of many parameters has a step for each. */
static void compute_nodes(Replay *replay) {
    if (replay->stale)
        model_forward(replay->model);
    replay->stale = false;
}

static void apply_step(const Session *session, Replay *replay, size_t number) {
    const Step *step = &session->lesson->steps[number];
    Model *model = replay->model;
    Arena scratch = {.recovery = session->arena->recovery};
    if (step->kind == STEP_SET || step->kind == STEP_RATE || step->kind == STEP_TRAIN)
        compute_nodes(replay);
    if (step->kind == STEP_UPDATE) {
        if (step->group == number || replay->snapshot.over)
            begin_group(model, &replay->snapshot);
        apply_update(model, &replay->snapshot, step->symbol, step->of);
    } else if (step->kind == STEP_SET) {
        size_t offset, count = leaf_entries(session, step->target, &offset);
        const double *values = model_evaluate(model, &scratch, step->value);
        put_entries(model, offset, count, values, expr_is_scalar(model->exprs, step->value));
    } else if (step->kind == STEP_RATE) {
        model->rate = *model_evaluate(model, &scratch, step->value);
    } else if (step->kind == STEP_RESET) {
        memcpy(model->leaves, session->initial, leaf_bytes(model));
        model->row = 0;
    } else if (step->kind == STEP_ROW) {
        model_load_row(model, step->first);
    } else if (step->kind == STEP_TRAIN) {
        apply_training(session, replay, step->train);
        replay->lessons_own = replay->training;
    }
    arena_clear(&scratch);
    replay->stale = replay->stale || step_changes(step);
}

SymbolId session_names_so_far(const Session *session, size_t position) {
    size_t count = 0;
    for (size_t i = 0; i <= position; i++) {
        const Step *step = &session->lesson->steps[i];
        if (step->kind == STEP_DECLARE && step->first + step->count > count)
            count = step->first + step->count;
    }
    return (SymbolId)count;
}

SymbolId session_objective(const Session *session, Arena *scratch, SymbolId wrt, size_t position) {
    const Lesson *lesson = session->lesson;
    const Scope *scope = &lesson->scope;
    SymbolId so_far = session_names_so_far(session, position);
    const bool *reached =
        wrt == SYMBOL_NONE ? NULL : graph_dependents(lesson->graph, scope, scratch, wrt);
    SymbolId loss = SYMBOL_NONE;
    for (SymbolId s = 0; s < scope->count && (s < so_far || loss == SYMBOL_NONE); s++)
        if (scope_get(scope, s)->role == ROLE_LOSS && (!reached || reached[s]))
            loss = s;
    if (loss != SYMBOL_NONE)
        return loss;
    SymbolId found = lesson_default_result(lesson, scratch, wrt, so_far);
    return found != SYMBOL_NONE && (!reached || reached[found])
               ? found
               : lesson_default_result(lesson, scratch, wrt, scope->count);
}

static void apply_edit(const Session *session, Replay *replay, const Edit *edit) {
    Model *model = replay->model;
    Arena scratch = {.recovery = session->arena->recovery};
    switch (edit->kind) {
    case EDIT_SET:
        for (const Assignment *set = edit->set; set; set = set->next)
            put_entries(model, set->offset, set->count, set->values, false);
        break;
    case EDIT_RATE: model->rate = edit->rate; break;
    case EDIT_RESET:
        memcpy(model->leaves, session->initial, leaf_bytes(model));
        model->rate = session->lesson->rate;
        model->row = 0;
        break;
    case EDIT_SEED:
        model_initial(model->exprs, model->scope, &scratch, edit->seed, model->leaves);
        model->row = 0;
        break;
    case EDIT_ROW: model_load_row(model, edit->row); break;
    case EDIT_TRAIN:
        compute_nodes(replay);
        apply_training(session, replay, edit->train);
        break;
    case EDIT_UPDATE:
        begin_group(model, &replay->snapshot);
        for (size_t i = 0; i < edit->count; i++)
            apply_update(model, &replay->snapshot, edit->symbols[i],
                         session_objective(session, &scratch, edit->symbols[i], edit->position));
        break;
    }
    replay->snapshot.over = true;
    replay->stale = true;
    arena_clear(&scratch);
}

/* A replay while a step is applied: if memory runs out meanwhile, it must begin anew. */
static const size_t NOWHERE = SIZE_MAX;

static void apply_edits_at(const Session *session, Replay *replay, size_t done) {
    for (size_t i = 0; i < replay->edits; i++)
        if (session->edits[i].after == done)
            apply_edit(session, replay, &session->edits[i]);
}

void replay_restart(const Session *session, Replay *replay) {
    Model *model = replay->model;
    memcpy(model->leaves, session->initial, leaf_bytes(model));
    model->rate = session->lesson->rate;
    model->row = 0;
    replay->training = replay->lessons_own = NULL;
    replay->done = NOWHERE;
    replay->stale = true;
    apply_edits_at(session, replay, 0);
    compute_nodes(replay);
    replay->done = 0;
}

void replay_to(const Session *session, Replay *replay, size_t done) {
    if (done < replay->done)
        replay_restart(session, replay);
    for (size_t at = replay->done; at < done; replay->done = at) {
        replay->done = NOWHERE;
        apply_step(session, replay, at++);
        apply_edits_at(session, replay, at);
    }
    compute_nodes(replay);
}
