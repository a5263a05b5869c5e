#include "ui/tui.h"

#include "ui/live.h"
#include "ui/rescue.h"
#include "ui/show.h"
#include "ui/trace.h"
#include "ui/training.h"
#include "ui/turning.h"

enum {
    FRAME_BYTES = 256 * 1024 * 1024, /* a frame that needs more is not drawn */
    LONGEST_WITHOUT_FRAME = 8,       /* milliseconds, while keys keep coming in */
    NOTED_AFTER = 200,               /* milliseconds without a key, */
    NOTED_AT_LATEST = 3000,          /* and where they keep coming in */
};

/* --- The loop ------------------------------------------------------------------------------- */

/* Milliseconds in which nothing moves and nothing is noted, for which `until_noted` are left; -1
 * for ever. */
static int pause_of(const Tui *tui, int until_noted) {
    int pauses[] = {animation_pause(&tui->animation), trace_pause(tui), turning_pause(tui),
                    until_noted};
    int least = -1;
    for (size_t i = 0; i < sizeof pauses / sizeof *pauses; i++)
        if (pauses[i] >= 0 && (least < 0 || pauses[i] < least))
            least = pauses[i];
    return least;
}

/* Milliseconds until what was done is to be noted: when no key has come for a while, so that the
 * disk is not in the way of who leafs through a lesson. */
static int time_to_note(long pressed, long since) {
    long now = training_clock(), pause = pressed + NOTED_AFTER - now;
    long latest = since + NOTED_AT_LATEST - now;
    return (int)(latest < 0 || pause < 0 ? 0 : latest < pause ? latest : pause);
}

static bool note(Tui *tui) {
    bool told = session_settle(*tui->session);
    rescue_release();
    return told;
}

/* Keys that come in a hurry, as from a paste, share a frame. While what was done is not noted
 * nobody ends the program. */
static void loop(Tui *tui) {
    long shown = training_clock(), pressed = shown, since = shown;
    bool stale = true, noted = true;
    while (!tui->done) {
        Press press;
        int until_noted = noted ? -1 : time_to_note(pressed, since);
        ScreenEvent event =
            screen_wait(tui->screen, &press, stale ? 0 : pause_of(tui, until_noted));
        if (event == SCREEN_GONE)
            return;
        if (event == SCREEN_KEY) {
            tui_press(tui, &press);
            pressed = training_clock();
        }
        if (event == SCREEN_NOTHING && !stale)
            animation_go_on(&tui->animation, tui->screen);
        bool moves = trace_go_on(tui) || turning_go_on(tui);
        stale = stale || event != SCREEN_NOTHING || moves;
        bool late = training_clock() - shown > LONGEST_WITHOUT_FRAME;
        if (stale && (late || event == SCREEN_NOTHING) && !tui->done) {
            rescue_hold();
            show_frame(tui);
            shown = training_clock();
            since = noted ? shown : since;
            stale = noted = false;
        } else if (until_noted == 0) {
            stale = note(tui) || stale;
            noted = true;
        }
    }
}

static const char **complete(void *context, Arena *arena, const char *line, size_t start,
                             size_t end) {
    const Tui *tui = context;
    return session_complete(*tui->session, arena, line, start, end);
}

static ScreenColor screen_color(TuiColor color) {
    switch (color) {
    case TUI_COLOR_NEVER: return SCREEN_COLOR_NEVER;
    case TUI_COLOR_ALWAYS: return SCREEN_COLOR_ALWAYS;
    case TUI_COLOR_AUTO: break;
    }
    return SCREEN_COLOR_AUTO;
}

int tui_run(Session **session, Arena *session_arena, TuiOptions options) {
    Screen *screen =
        screen_open(session_arena, options.ascii, screen_color(options.color), options.theme);
    if (!screen)
        return -1;
    Tui *tui = ARENA_NEW(session_arena, Tui);
    *tui = (Tui){.session = session,
                 .options = options,
                 .screen = screen,
                 .prompt = prompt_new(session_arena, complete, tui),
                 .frame = {.limit = FRAME_BYTES},
                 .face = {.session = *session,
                          .arena = &tui->frame,
                          .plan = &tui->plan,
                          .ascii = screen_is_ascii(screen),
                          .selected = SYMBOL_NONE}};
    session_set_keyed(*session, true);
    live_watch(tui);
    loop(tui);
    session_set_progress(*session, NULL, NULL);
    screen_close(screen);
    session_settle(*session);
    rescue_release();
    prompt_release(tui->prompt);
    animation_end(&tui->animation);
    arena_clear(&tui->frame);
    arena_clear(&tui->pane);
    arena_clear(&tui->answers);
    arena_clear(&tui->drawn.arena);
    arena_clear(&tui->around.arena);
    network_plan_release(&tui->plan);
    search_end(&tui->search);
    return 0;
}
