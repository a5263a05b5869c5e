#include "ui/live.h"

#include <setjmp.h>
#include <string.h>

enum {
    SILENCE = 300,  /* milliseconds of a quick training before it is shown, */
    INTERVAL = 100, /* and between two frames of it */
    SECOND = 1000,
    FIRST_PACE = 3,
    MOST_ENTRIES = 1 << 14, /* of the leaves, where they are kept to look back */
    LIVE_BYTES = 256 * 1024 * 1024,
};

/* Epochs a second. */
static const int paces[] = {1, 2, 5, 10, 20, 50, 100};

enum { PACE_COUNT = sizeof paces / sizeof *paces };

const char *live_keys(const Tui *tui, Arena *arena) {
    const Live *live = &tui->live;
    const char *pace =
        live->quick ? "full pace" : arena_format(arena, "%d a second", paces[live->pace]);
    return arena_format(arena, "space %s · , . back, on · < > %s · esc keep this",
                        live->paused ? "goes on" : "pause", pace);
}

/* --- Showing -------------------------------------------------------------------------------- */

/* The numbers of the point that is looked at go into the model while the frame is drawn. */
static Grid draw_numbers(Tui *tui, const TrainingState *state) {
    Live *live = &tui->live;
    const Model *model = session_model(*tui->session);
    size_t bytes = model->scope->leaf_entries * sizeof *model->leaves, row = model->row;
    double *kept = ARENA_ARRAY(&tui->frame, double, model->scope->leaf_entries);
    memcpy(kept, model->leaves, bytes);
    if (live->curve.leaves && live->paused)
        memcpy(model->leaves, live->curve.leaves + live->viewed * live->curve.entries, bytes);
    model_load_row((Model *)model, live->row);
    model_forward((Model *)model);
    int unused_row, unused_column;
    Grid grid = tui_draw_frame(tui, &unused_row, &unused_column);
    model_load_row((Model *)model, row);
    memcpy(model->leaves, kept, bytes);
    TrainingState seen = *state;
    if (live->paused && live->curve.count) {
        seen.epoch = (size_t)live->curve.epochs[live->viewed];
        seen.loss = live->curve.losses[live->viewed];
    }
    Grid line = grid_new(&tui->frame, 1, tui->shown.prompt_columns, tui->face.ascii);
    training_draw(&line, 0, 0, line.columns, &seen);
    grid_copy(&grid, tui->shown.prompt_row, tui->shown.prompt_column, &line);
    return grid;
}

/* The command that trains has the arena of the frame; this one has another. */
static void show(Tui *tui, const TrainingState *state) {
    Arena kept = tui->frame;
    jmp_buf recovery;
    tui->frame = (Arena){.limit = LIVE_BYTES};
    tui->face.training = &tui->live.curve;
    tui->face.training_at = tui->live.paused ? tui->live.viewed : TRAINING_POINTS;
    if (setjmp(recovery) == 0) {
        tui->frame.recovery = &recovery;
        Grid grid = draw_numbers(tui, state);
        screen_show(tui->screen, &grid, -1, -1);
    }
    tui->face.training = NULL;
    arena_clear(&tui->frame);
    tui->frame = kept;
}

/* --- Keys ----------------------------------------------------------------------------------- */

typedef enum Way { WAY_WAIT, WAY_ON, WAY_STOP } Way;

static void change_pace(Live *live, bool faster) {
    if (faster && !live->quick && live->pace + 1 == PACE_COUNT)
        live->quick = true;
    else if (!faster && live->quick)
        live->quick = false;
    else if (faster ? !live->quick : live->pace > 0)
        live->pace += faster ? 1 : (size_t)-1;
}

static void look_back(Live *live) {
    if (!live->paused)
        live->viewed = live->curve.count ? live->curve.count - 1 : 0;
    live->paused = true;
    live->viewed -= live->viewed > 0;
}

/* Towards the present epoch, and from there to the next. */
static Way look_on(Live *live) {
    bool latest = !live->paused || live->viewed + 1 >= live->curve.count;
    live->paused = true;
    live->viewed += !latest;
    return latest ? WAY_ON : WAY_WAIT;
}

static Way take_key(Tui *tui, int32_t code) {
    Live *live = &tui->live;
    switch (code) {
    case PRESS_ESCAPE:
    case 'C' & PRESS_CONTROL: return WAY_STOP;
    case '\r':
    case '\n': return live->wanted || live->paused ? WAY_STOP : WAY_WAIT;
    case ' ':
        live->paused = !live->paused;
        live->viewed = live->curve.count ? live->curve.count - 1 : 0;
        return WAY_WAIT;
    case '<':
    case '>': change_pace(live, code == '>'); return WAY_WAIT;
    case ',':
    case PRESS_LEFT: look_back(live); return WAY_WAIT;
    case '.':
    case PRESS_RIGHT: return look_on(live);
    case PRESS_PASTE_BEGIN:
    case PRESS_PASTE_END: tui->pasting = code == PRESS_PASTE_BEGIN; return WAY_WAIT;
    case 'L' & PRESS_CONTROL: screen_redraw(tui->screen); return WAY_WAIT;
    case 'Z' & PRESS_CONTROL: screen_suspend(tui->screen); return WAY_WAIT;
    default: return WAY_WAIT;
    }
}

/* Takes presses until the next epoch is due. False: the training ends here. */
static bool take_presses(Tui *tui, const TrainingState *state, long due) {
    for (;;) {
        Press press = {0};
        long left = due - training_clock();
        int wait = tui->live.paused ? -1 : left > 0 ? (int)left : 0;
        switch (screen_wait(tui->screen, &press, wait)) {
        case SCREEN_NOTHING:
            if (!tui->live.paused)
                return true;
            continue;
        case SCREEN_GONE: tui->done = true; return false;
        case SCREEN_CHANGED: break;
        case SCREEN_KEY: {
            Way way = take_key(tui, press.code);
            if (way != WAY_WAIT)
                return way == WAY_ON;
            break;
        }
        }
        show(tui, state);
    }
}

/* --- Watching ------------------------------------------------------------------------------- */

static void begin(Live *live, const Model *model, long now) {
    live->begun = now;
    live->quick = !live->wanted;
    live->pace = FIRST_PACE;
    live->curve.entries = model->scope->leaf_entries;
    if (live->curve.entries <= MOST_ENTRIES)
        live->curve.leaves =
            ARENA_ARRAY(&live->arena, double, TRAINING_POINTS * live->curve.entries);
}

static bool watch(void *context, size_t epoch, size_t epochs, double loss) {
    Tui *tui = context;
    Live *live = &tui->live;
    const Model *model = session_model(*tui->session);
    long now = training_clock();
    if (!live->begun)
        begin(live, model, now);
    bool unseen = live->quick && !live->paused &&
                  (now - live->begun < SILENCE || now - live->looked < INTERVAL);
    if (unseen)
        return true;
    TrainingState state = {epoch, epochs, loss, session_digits(*tui->session)};
    training_note(&live->curve, &state, model->leaves);
    live->viewed = live->curve.count - 1;
    live->looked = now;
    show(tui, &state);
    return take_presses(tui, &state, live->quick ? now : now + SECOND / paces[live->pace]);
}

void live_watch(Tui *tui) {
    session_set_progress(*tui->session, watch, tui);
}

void live_forget(Tui *tui) {
    arena_clear(&tui->live.arena);
    tui->live = (Live){.row = session_model(*tui->session)->row};
}
