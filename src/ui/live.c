#include "ui/live.h"

#include <setjmp.h>
#include <string.h>

#include "base/str.h"
#include "base/utf8.h"
#include "ui/keys.h"
#include "ui/mouse.h"
#include "ui/rescue.h"
#include "ui/show.h"

enum {
    SILENCE = 300,  /* milliseconds of a quick training before it is shown, */
    INTERVAL = 100, /* and between two frames of it */
    SECOND = 1000,
    FIRST_PACE = 3,
    PAGES = 20, /* of all epochs */
    LEAST_PAGE = 5,
    LIVE_BYTES = 256 * 1024 * 1024,
};

/* What the keys do while a training runs, and while it is paused; NULL: not then. */
static const struct {
    const char *keys, *running, *paused;
} live_help[] = {
    {"space", "pause", "go on"},
    {", .", "pause, and an epoch back; on by one", "an epoch back, on"},
    {"< >", "slower, faster", "a page of epochs back, on"},
    {"v", "the curve of the loss, or its map", "the curve of the loss, or its map"},
    {"esc, Ctrl-C", "end it, and keep what is reached", NULL},
    {"esc, enter", NULL, "end it, and keep what is reached"},
    {"tab, arrows", "another pane; in it select, or scroll",
     "another pane; in it select, or scroll"},
    {"z, Z", "the network nearer, farther", "the network nearer, farther"},
};

/* Epochs a second. */
static const int paces[] = {1, 2, 5, 10, 20, 50, 100};

enum { PACE_COUNT = sizeof paces / sizeof *paces };

bool live_runs(const Tui *tui) {
    return tui->live.shown;
}

const char *live_keys(const Tui *tui, Arena *arena, int columns) {
    const Live *live = &tui->live;
    const char *pace =
        live->quick ? "full pace" : arena_format(arena, "%d a second", paces[live->pace]);
    const char *keys = "space goes on · , . epoch · < > page · v map · esc keep this · ? help";
    const char *brief = "space goes on · , . < > · v · esc keep · ?";
    if (live->helps)
        return "any key goes back to the training";
    if (!live->paused) {
        keys = arena_format(arena, "space pause · , back · < > %s · v map · esc keep this · ? help",
                            pace);
        brief = arena_format(arena, "space pause · < > %s · v · esc keep · ?", pace);
    }
    return utf8_width(keys) <= columns ? keys : brief;
}

/* The key in the row of keys under a column of it, 0 for none: of several keys before one word the
 * last is under the word, too. */
static int32_t key_under(const char *row, int column) {
    static const char gap[] = " · ";
    for (const char *next; (next = strstr(row, gap)) != NULL; row = next + sizeof gap - 1) {
        int width = (int)(next - row);
        if (column < width)
            break;
        column -= width + utf8_width(gap);
    }
    const char *end = strstr(row, gap);
    if (column < 0 || column >= (int)(end ? (size_t)(end - row) : strlen(row)))
        return 0;
    if (str_starts(row, "space"))
        return ' ';
    if (str_starts(row, "esc"))
        return PRESS_ESCAPE;
    int at = 0;
    while (at + 2 <= column && strchr(",.<>", row[at + 2]))
        at += 2;
    return row[at];
}

/* A click on the row of keys is the key. The arrows go by epochs where they select nothing. */
static int32_t code_of(Tui *tui, const Press *press) {
    const Frame *frame = &tui->shown;
    bool arrow = press->code == PRESS_LEFT || press->code == PRESS_RIGHT;
    if (arrow && !pane_find(tui->focus)->move)
        return press->code == PRESS_LEFT ? ',' : '.';
    if (press->code != PRESS_CLICK || press->row != frame->rows - 1)
        return press->code;
    int columns = frame_key_columns(frame);
    const char *row = live_keys(tui, &tui->frame, columns);
    return key_under(row, press->column - frame_key_column(frame, row));
}

/* --- Showing -------------------------------------------------------------------------------- */

void live_draw_line(const Tui *tui, Grid *grid, int row, int column, int columns) {
    const Look *look = tui->face.look;
    size_t epochs = live_runs(tui) ? look->plan->epochs : look->history->epochs;
    TrainingState state = {look->epoch,
                           epochs,
                           look->loss,
                           session_digits(*tui->session),
                           live_runs(tui) && !tui->live.helps,
                           live_runs(tui) && tui->live.paused && !tui->live.helps};
    training_draw(grid, row, column, columns, &state);
}

/* The key that only changes what is seen, or NULL. */
static const Key *view_key(const Tui *tui, int32_t code) {
    const Key *key = keys_find(tui, code);
    bool found = key && (key->run == act_focus_next || key->run == act_select ||
                         key->run == act_scroll || key->run == act_zoom);
    return found ? key : NULL;
}

/* Puts the numbers of the epoch that is looked at into the model. */
static void put_numbers(Tui *tui, Model *model, const TrainMoment *moment) {
    Live *live = &tui->live;
    live->look.loss = moment->loss;
    if (!live->quick || live->paused)
        live->look.loss =
            train_return(model, &tui->frame, moment->plan, moment->history, live->look.epoch);
    model_load_row(model, live->row);
    model_forward(model);
    session_set_look(*tui->session, live->look);
}

/* Another pane, node, part or view, by key or mouse; what is trained is not touched. */
static void change_view(Tui *tui, const Press *press) {
    const Key *key = view_key(tui, press->code);
    if (!mouse_press_pane(tui, press) && key)
        key->run(tui, key->argument);
}

/* Shows the epoch, after a press that changes the view; NULL for none. The command that trains has
 * the arena of the frame; this one has another. */
static void show(Tui *tui, const TrainMoment *moment, const Press *press) {
    Arena kept = tui->frame;
    jmp_buf recovery;
    Model *model = (Model *)session_model(*tui->session);
    size_t bytes = model->scope->leaf_entries * sizeof *model->leaves, row = model->row;
    memcpy(tui->live.leaves, model->leaves, bytes);
    tui->frame = (Arena){.limit = LIVE_BYTES};
    jmp_buf *const outer = session_set_recovery(*tui->session, &recovery);
    if (setjmp(recovery) == 0) {
        tui->frame.recovery = &recovery;
        put_numbers(tui, model, moment);
        if (press)
            change_view(tui, press);
        show_prepare(tui);
        screen_show(tui->screen, -1, -1);
    }
    session_set_recovery(*tui->session, outer);
    session_set_look(*tui->session, (Look){0});
    model_load_row(model, row);
    memcpy(model->leaves, tui->live.leaves, bytes);
    arena_clear(&tui->frame);
    tui->frame = kept;
    tui->pane.recovery = NULL;
}

/* --- Keys ----------------------------------------------------------------------------------- */

/* The training waits until it is read. */
static void show_help(Tui *tui) {
    Card card = {.arena = &tui->answers};
    const bool paused = tui->live.paused;
    card.title = paused ? "Keys while a training is paused" : "Keys while a training runs";
    Block *table = card_add(&card, BLOCK_TABLE);
    table->columns = 2;
    for (size_t i = 0; i < sizeof live_help / sizeof *live_help; i++) {
        const char *help = paused ? live_help[i].paused : live_help[i].running;
        if (help)
            keys_add_help(&card, table, live_help[i].keys, help);
    }
    card_text(&card, "Any key goes back to the training.");
    tui_show_reply(tui, card, "help");
    tui->live.helps = true;
}

/* Whether a press only scrolls the help, which stays. */
static bool scrolls_help(const Tui *tui, int32_t code) {
    const Key *key = keys_find(tui, code);
    bool scrolls =
        code == PRESS_WHEEL_UP || code == PRESS_WHEEL_DOWN || (key && key->run == act_scroll);
    return scrolls && act_can_scroll(tui);
}

/* The press that leaves it does nothing else. */
static void leave_help(Tui *tui, Press *press) {
    tui->live.helps = false;
    tui_drop_reply(tui);
    *press = (Press){0};
}

typedef enum Way { WAY_WAIT, WAY_ON, WAY_STOP } Way;

static void change_pace(Live *live, bool faster) {
    if (faster && !live->quick && live->pace + 1 == PACE_COUNT)
        live->quick = true;
    else if (!faster && live->quick)
        live->quick = false;
    else if (faster ? !live->quick : live->pace > 0)
        live->pace += faster ? 1 : (size_t)-1;
}

static size_t page_of(size_t epochs) {
    return epochs / PAGES > LEAST_PAGE ? epochs / PAGES : LEAST_PAGE;
}

/* The epoch that lies so many further back or on, 0 … last. */
static size_t epoch_back(size_t epoch, size_t by) {
    return epoch > by ? epoch - by : 0;
}

static size_t epoch_on(size_t epoch, size_t by, size_t last) {
    return last - epoch > by ? epoch + by : last;
}

/* Towards the present epoch, and from there to the next. */
static Way look_on(Live *live, const TrainMoment *moment, size_t by) {
    bool latest = !live->paused || live->look.epoch == moment->epoch;
    live->paused = true;
    live->look.epoch = epoch_on(live->look.epoch, by, moment->epoch);
    return latest ? WAY_ON : WAY_WAIT;
}

static void look_back(Live *live, size_t by) {
    live->paused = true;
    live->look.epoch = epoch_back(live->look.epoch, by);
}

static Way turn_page(Live *live, const TrainMoment *moment, bool on) {
    if (!live->paused)
        change_pace(live, on);
    else if (on)
        return look_on(live, moment, page_of(moment->epochs));
    else
        look_back(live, page_of(moment->epochs));
    return WAY_WAIT;
}

static Way take_key(Tui *tui, const TrainMoment *moment, int32_t code) {
    Live *live = &tui->live;
    switch (code) {
    case PRESS_ESCAPE:
    case 'C' & PRESS_CONTROL: return WAY_STOP;
    case '\r':
    case '\n': return live->wanted || live->paused ? WAY_STOP : WAY_WAIT;
    case ' ':
        live->paused = !live->paused;
        live->look.epoch = moment->epoch;
        return live->paused ? WAY_WAIT : WAY_ON;
    case '<':
    case '>': return turn_page(live, moment, code == '>');
    case ',': look_back(live, 1); return WAY_WAIT;
    case '.': return look_on(live, moment, 1);
    case 'v': tui->face.map = !tui->face.map; return WAY_WAIT;
    case '?':
    case PRESS_HELP: show_help(tui); return WAY_WAIT;
    case PRESS_PASTE_BEGIN:
    case PRESS_PASTE_END: tui->pasting = code == PRESS_PASTE_BEGIN; return WAY_WAIT;
    case 'L' & PRESS_CONTROL: screen_redraw(tui->screen); return WAY_WAIT;
    case 'Z' & PRESS_CONTROL: screen_suspend(tui->screen); return WAY_WAIT;
    default: return WAY_WAIT;
    }
}

/* Takes presses until the next epoch is due. False: the training ends here. */
static bool take_presses(Tui *tui, const TrainMoment *moment, long due) {
    for (;;) {
        Press press = {0};
        long left = due - training_clock();
        bool waits = tui->live.paused || tui->live.helps;
        int wait = waits ? -1 : left > 0 ? (int)left : 0;
        switch (screen_wait(tui->screen, &press, wait)) {
        case SCREEN_NOTHING:
            if (!waits)
                return true;
            continue;
        case SCREEN_GONE: tui->done = true; return false;
        case SCREEN_CHANGED: break;
        case SCREEN_KEY: {
            if (tui->live.helps) {
                if (!scrolls_help(tui, press.code))
                    leave_help(tui, &press);
                break;
            }
            press.code = code_of(tui, &press);
            Way way = take_key(tui, moment, press.code);
            if (way != WAY_WAIT)
                return way == WAY_ON;
            break;
        }
        }
        show(tui, moment, &press);
    }
}

/* --- Watching ------------------------------------------------------------------------------- */

static void begin(Tui *tui, long now) {
    tui->live.begun = now;
    tui->live.quick = !tui->live.wanted;
    tui->live.pace = tui->live.quick ? PACE_COUNT - 1 : FIRST_PACE;
    tui->live.leaves =
        ARENA_ARRAY(&tui->frame, double, session_model(*tui->session)->scope->leaf_entries);
    tui->face.map = session_has_map(*tui->session);
}

static bool watch(void *context, const TrainMoment *moment) {
    Tui *tui = context;
    Live *live = &tui->live;
    long now = training_clock();
    if (!live->begun)
        begin(tui, now);
    bool unseen = live->quick && !live->paused &&
                  (now - live->begun < SILENCE || now - live->looked < INTERVAL);
    if (unseen)
        return true;
    live->look = (Look){moment->plan, moment->history, moment->epoch, moment->loss};
    if (live->looked == 0) {
        session_settle(*tui->session); /* what was done before is kept, however this ends */
        rescue_release();
    }
    live->looked = now;
    live->shown = true;
    show(tui, moment, NULL);
    bool goes_on = take_presses(tui, moment, live->quick ? now : now + SECOND / paces[live->pace]);
    live->shown = false;
    return goes_on;
}

void live_watch(Tui *tui) {
    session_set_progress(*tui->session, watch, tui);
}

void live_forget(Tui *tui) {
    tui->live = (Live){.row = session_model(*tui->session)->row};
}

void act_train(Tui *tui, const char *command) {
    tui->live.wanted = true;
    tui_execute(tui, command, false);
}

/* --- Looking back --------------------------------------------------------------------------- */

/* Where a step asks, t begins an answer. */
static const char *nothing_trained(const Tui *tui) {
    return session_asking(*tui->session) == ASKING_NOTHING
               ? "Nothing has been trained yet: t trains."
               : "Nothing has been trained yet.";
}

void act_look(Tui *tui, const char *way) {
    Session *session = *tui->session;
    const Look *look = session_look(session);
    size_t epochs = session_trained_epochs(session), at = look ? look->epoch : epochs;
    size_t by = str_starts(way, "page") ? page_of(epochs) : 1;
    size_t to = strstr(way, "back") ? epoch_back(at, by) : epoch_on(at, by, epochs);
    tui_forget_answers(tui);
    if (!epochs) {
        tui_notice(tui, nothing_trained(tui));
        return;
    }
    if (!look)
        tui->face.map = session_has_map(session);
    if (!session_look_at(session, to))
        tui_notice(tui, "Answer first, or go on.");
    tui->scrolls[PANE_STEP].top = 0;
}

void act_map(Tui *tui, const char *unused) {
    (void)unused;
    if (session_look(*tui->session)) {
        tui->face.map = !tui->face.map;
        return;
    }
    tui_forget_answers(tui);
    tui_notice(tui, session_trained_epochs(*tui->session)
                        ? "v is for an epoch of a training: , goes back to one."
                        : nothing_trained(tui));
}
