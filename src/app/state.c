#include "app/state.h"

#include <string.h>

#include "base/str.h"
#include "lesson/pace.h"

bool step_changes(const Step *step) {
    return step->kind == STEP_UPDATE || step->kind == STEP_SET || step->kind == STEP_RATE ||
           step->kind == STEP_RESET || step->kind == STEP_ROW || step->kind == STEP_TRAIN;
}

size_t leaf_entries(const Session *session, Expr target, size_t *offset) {
    const Exprs *exprs = &session->lesson->exprs;
    const ExprNode *node = expr_get(exprs, target);
    bool entry = node->kind == EXPR_INDEX;
    Expr name = entry ? expr_operand(exprs, target, 0) : target;
    const Symbol *symbol = scope_get(&session->lesson->scope, expr_get(exprs, name)->symbol);
    *offset = symbol->offset;
    if (!entry)
        return symbol_entries(symbol);
    *offset += (size_t)(node->at.row - 1) * symbol->columns + node->at.column - 1;
    return 1;
}

/* ------------------------------------------------------------------------------ session */

static Model *new_model(const Session *session, Arena *arena) {
    Lesson *lesson = session->lesson;
    uint64_t seed = session->settings.seed_given ? session->settings.seed : lesson->seed;
    return model_new(arena, &lesson->exprs, &lesson->scope, lesson->graph, lesson->rate, seed);
}

Session *session_open(Arena *arena, Lesson *lesson, Settings settings) {
    Session *session = ARENA_NEW(arena, Session);
    *session = (Session){.arena = arena, .lesson = lesson, .settings = settings};
    session->trained = ARENA_NEW(arena, Trained *);
    session->present = replay_of(session, arena, new_model(session, arena));
    size_t entries = lesson->scope.leaf_entries;
    session->initial = ARENA_ARRAY(arena, double, entries);
    memcpy(session->initial, session->present.model->leaves, entries * sizeof(double));
    session->given = ARENA_ARRAY(arena, Given, lesson->step_count);
    session->seen = ARENA_ARRAY(arena, bool, lesson->step_count);
    session->shown = ARENA_ARRAY(arena, bool, lesson->step_count);
    session->changed = ARENA_ARRAY(arena, bool, lesson->scope.count);
    session->names = ARENA_ARRAY(arena, const Math *, lesson->scope.count);
    session->ends = pace_ends(arena, lesson);
    session_goto(session, 0);
    return session;
}

const Lesson *session_lesson(const Session *session) {
    return session->lesson;
}

const Model *session_model(const Session *session) {
    return session->present.model;
}

size_t session_position(const Session *session) {
    return session->position;
}

int session_minutes(const Session *session, size_t from, size_t to) {
    double before = from ? session->ends[from - 1] : 0;
    return to > from ? pace_minutes(session->ends[to - 1] - before) : 0;
}

size_t session_step_count(const Session *session) {
    return session->lesson->step_count;
}

Mode session_mode(const Session *session) {
    return session->mode;
}

static const char *const mode_names[] = {"watch", "predict", "solo"};

const char *session_mode_name(Mode mode) {
    return mode_names[mode];
}

bool session_find_mode(const char *name, Mode *mode) {
    for (size_t i = 0; i < sizeof mode_names / sizeof *mode_names; i++)
        if (str_equal(name, mode_names[i])) {
            *mode = (Mode)i;
            return true;
        }
    return false;
}

static void tell_change(Session *session) {
    if (session->observer.changed)
        session->observer.changed(session->observer.context, session);
}

void session_set_mode(Session *session, Mode mode) {
    session->mode = mode;
    session_hide(session, false);
    session->shown[session->position] = true;
    session_ask_again(session, session->position + 1);
    tell_change(session);
}

bool session_hides(const Session *session) {
    return session->hidden;
}

Asking session_asking(const Session *session) {
    const Step *step = &session->lesson->steps[session->position];
    if (session->hunt.open)
        return ASKING_LINE;
    if (step->kind != STEP_ASK)
        return session->hidden ? ASKING_NUMBER : ASKING_NOTHING;
    return step->question->choice_count ? ASKING_CHOICE : ASKING_NUMBER;
}

bool session_turns(const Session *session) {
    const Step *step = &session->lesson->steps[session->position];
    for (size_t i = 0; step->kind == STEP_PROSE && i < step->count; i++) {
        const Prose *prose = &session->lesson->prose[step->first + i];
        for (size_t gear = 0; gear < prose->gear_count; gear++)
            if (prose->gears[gear].turns)
                return true;
    }
    return false;
}

bool session_animation(const Session *session) {
    return session->settings.animation;
}

bool session_mouse(const Session *session) {
    return session->settings.mouse;
}

void session_set_mouse(Session *session, bool mouse) {
    session->settings.mouse = mouse;
}

void session_set_keyed(Session *session, bool keyed) {
    session->settings.keyed = keyed;
}

void session_set_recited(Session *session, bool recited) {
    session->settings.recited = recited;
}

void session_set_animation(Session *session, bool animation) {
    session->settings.animation = animation;
}

int session_digits(const Session *session) {
    return session->settings.digits;
}

const char *session_section(const Session *session) {
    const Lesson *lesson = session->lesson;
    size_t section = lesson->steps[session->position].section;
    return section ? lesson->sections[section - 1].title : "";
}

void session_forget_changes(Session *session) {
    memset(session->changed, 0, session->lesson->scope.count * sizeof *session->changed);
}

bool session_goto(Session *session, size_t position) {
    if (position >= session->lesson->step_count)
        return false;
    session->position = position;
    session->seen[position] = session->shown[position] = true;
    session_forget_changes(session);
    session->hidden = false;
    session->hunt.open = false;
    session->hints = 0;
    session->note = NULL;
    session_look_away(session);
    replay_to(session, &session->present, position + 1);
    if (session->observer.moved)
        session->observer.moved(session->observer.context, session);
    return true;
}

void session_mark_seen(Session *session, size_t count) {
    for (size_t i = 0; i < count && i < session->lesson->step_count; i++)
        session->seen[i] = session->shown[i] = true;
}

void session_ask_again(Session *session, size_t from) {
    for (size_t i = from; i < session->lesson->step_count; i++)
        session->shown[i] = session->given[i].told = false;
}

Replay replay_new(const Session *session, Arena *arena) {
    Replay replay = replay_of(session, arena, model_copy(session->present.model, arena));
    replay_restart(session, &replay);
    return replay;
}

static Replay replay_elsewhere(const Session *session, Arena *arena, size_t done) {
    Replay replay = replay_new(session, arena);
    replay_to(session, &replay, done);
    return replay;
}

size_t session_done_before(const Session *session, size_t position) {
    const Step *step = &session->lesson->steps[position];
    size_t done = step->kind == STEP_UPDATE ? step->group : position;
    for (size_t i = 0; i < session->edit_count; i++)
        if (session->edits[i].after > done && session->edits[i].after <= position)
            done = session->edits[i].after;
    return done;
}

Replay session_replay_before(const Session *session, Arena *arena, size_t position) {
    if (position == session->position && !step_changes(&session->lesson->steps[position]))
        return session->present;
    return replay_elsewhere(session, arena, session_done_before(session, position));
}

Replay session_replay_after(const Session *session, Arena *arena, size_t position) {
    if (position == session->position)
        return session->present;
    return replay_elsewhere(session, arena, position + 1);
}

/* The number of steps done at the present place. An update that is asked for is still to come. */
static size_t done_here(const Session *session) {
    bool to_come = session->hidden && session->lesson->steps[session->position].kind == STEP_UPDATE;
    return session->position + !to_come;
}

void session_hide(Session *session, bool hidden) {
    session->hidden = hidden;
    replay_to(session, &session->present, done_here(session));
}

/* The number of steps done up to and with the last one that changes values, before the place. */
static size_t last_change(const Session *session) {
    size_t done = done_here(session);
    while (done && !step_changes(&session->lesson->steps[done - 1]))
        done--;
    return done;
}

Model *session_model_before_change(const Session *session, Arena *arena) {
    size_t done = last_change(session);
    Replay replay = replay_of(session, arena, model_copy(session->present.model, arena));
    bool edited = session->edit_count && session->edits[session->edit_count - 1].after == done;
    if (edited)
        replay.edits--;
    else if (!done)
        return NULL;
    replay_restart(session, &replay);
    replay_to(session, &replay, edited ? done : session_done_before(session, done - 1));
    return replay.model;
}

static void replay_again(Session *session) {
    session->look = (Look){0};
    session->present.edits = session->edit_count;
    replay_restart(session, &session->present);
    replay_to(session, &session->present, done_here(session));
}

void session_recover(Session *session) {
    replay_again(session);
}

void session_look_away(Session *session) {
    if (session->look.history)
        replay_again(session);
}

void session_begin_with(Session *session, const double *leaves) {
    memcpy(session->initial, leaves, session->lesson->scope.leaf_entries * sizeof *leaves);
    replay_again(session);
}

void session_edit(Session *session, Edit edit) {
    edit.after = last_change(session);
    edit.position = done_here(session) - 1;
    edit.command = arena_copy(session->arena, session->line ? session->line : "");
    session->edit_total = session->edit_count; /* what was undone before is forgotten */
    ARENA_RESERVE(session->arena, session->edits, session->edit_total, session->edit_capacity);
    session->edits[session->edit_total++] = edit;
    session->edit_count = session->edit_total;
    replay_again(session);
    tell_change(session);
}

bool session_can_undo(const Session *session) {
    return session->edit_count > 0;
}

bool session_can_redo(const Session *session) {
    return session->edit_count < session->edit_total;
}

/* One training that is cancelled, for whoever is told of it, ends all that come after it. */
typedef struct Return {
    TrainProgress *progress;
    void *context;
    bool cancelled;
} Return;

static bool tell_return(void *context, const TrainMoment *moment) {
    Return *self = context;
    self->cancelled = self->cancelled || (self->progress && !self->progress(self->context, moment));
    return !self->cancelled;
}

/* The lesson's training at which a replay was cancelled; those that were cut short are forgotten,
 * so that they run anew when the student comes to them. */
static size_t forget_cancelled(Session *session, size_t position) {
    size_t first = position;
    for (Trained **at = session->trained; *at;) {
        size_t step = 0;
        while (step < position && session->lesson->steps[step].train != (*at)->plan)
            step++;
        bool cut = step < position && (*at)->history.end == TRAIN_CANCELLED;
        if (cut)
            *at = (*at)->older;
        else
            at = &(*at)->older;
        first = cut && step < first ? step : first;
    }
    return first;
}

bool session_return(Session *session, size_t position) {
    Return self = {session->progress, session->progress_context, false};
    session->progress = tell_return;
    session->progress_context = &self;
    session_goto(session, position);
    session->progress = self.progress;
    session->progress_context = self.context;
    if (!self.cancelled)
        return true;
    size_t training = forget_cancelled(session, position + 1);
    session_goto(session, training > 0 ? training - 1 : 0);
    return false;
}

bool session_undo(Session *session) {
    if (!session->edit_count)
        return false;
    session->edit_count--;
    replay_again(session);
    tell_change(session);
    return true;
}

bool session_redo(Session *session) {
    if (session->edit_count == session->edit_total)
        return false;
    session->edit_count++;
    replay_again(session);
    tell_change(session);
    return true;
}

void session_set_observer(Session *session, SessionObserver observer) {
    session->observer = observer;
}

bool session_settle(Session *session) {
    const char *note = session->note;
    if (session->observer.settled)
        session->observer.settled(session->observer.context, session);
    return session->note != note;
}

void session_set_shown_first(Session *session, bool shown_first) {
    session->settings.shown_first = shown_first;
}

void session_set_note(Session *session, const char *note) {
    session->note = note;
}

void session_set_progress(Session *session, TrainProgress *progress, void *context) {
    session->progress = progress;
    session->progress_context = context;
}

jmp_buf *session_set_recovery(Session *session, jmp_buf *recovery) {
    jmp_buf *before = session->arena->recovery;
    session->arena->recovery = session->lesson->arena->recovery = recovery;
    return before;
}

void session_set_task(Session *session, Task task) {
    session->task = task;
}
