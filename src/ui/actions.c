#include "ui/actions.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "base/str.h"
#include "base/utf8.h"
#include "ui/live.h"
#include "ui/trace.h"
#include "ui/turning.h"
#include "view/card_text.h"

enum { NOTICE_COLUMNS = 200 };

/* --- Answers -------------------------------------------------------------------------------- */

static void close_contents(Tui *tui) {
    if (tui->focus == PANE_CONTENTS)
        tui->focus = tui->focus_before;
}

void tui_drop_reply(Tui *tui) {
    if (tui->focus == PANE_REPLY)
        tui->focus = tui->focus_before;
    tui->face.reply = NULL;
    tui->drawn.valid = false;
    tui->face.trace = (Trace){0};
    tui->revealed = false;
}

/* What was said so far is over. */
void tui_forget_answers(Tui *tui) {
    tui_drop_reply(tui);
    tui->notice = NULL;
    tui->notice_failed = false;
    arena_reset(&tui->answers);
}

void tui_notice(Tui *tui, const char *text) {
    tui->notice = arena_copy(&tui->answers, text);
    tui->notice_failed = false;
}

void tui_show_reply(Tui *tui, Card card, const char *asked) {
    close_contents(tui);
    tui->reply = card;
    tui->face.reply = &tui->reply;
    tui->drawn.valid = false;
    tui->face.asked = asked;
    tui->focus_before = tui->focus;
    if (tui->focus == PANE_STEP || tui->face.flat)
        tui->focus = PANE_REPLY; /* who selects goes on selecting */
    tui->unseen = true;
    tui->scrolls[PANE_REPLY].top = 0;
}

/* The step is another one, or shows more. */
static void show_step(Tui *tui) {
    close_contents(tui);
    tui->scrolls[PANE_STEP] = (Scroll){0};
    tui->focus = tui->focus == PANE_REPLY ? PANE_STEP : tui->focus;
    tui->reveal = STYLE_LIT;
    tui->animation.wanted = true;
    turning_begin(tui);
}

static Card error_card(Arena *arena, const char *text) {
    Card card = {.arena = arena};
    for (const char *line = text; *line;) {
        size_t length = strcspn(line, "\n");
        Block *block = card_add(&card, line == text ? BLOCK_ERROR : BLOCK_TEXT);
        block_text(&card, block, "%.*s", (int)length, line);
        line += length + (line[length] ? 1 : 0);
    }
    return card;
}

static void open_lesson(Tui *tui, const char *name, const char *asked) {
    const char *error = "No other lesson can be opened here.";
    Session *opened = NULL;
    session_settle(*tui->session); /* it may be the same lesson that is opened */
    if (tui->options.open)
        opened = tui->options.open(tui->options.context, name, &error);
    if (!opened) {
        tui_show_reply(tui, error_card(&tui->answers, error), asked);
        return;
    }
    session_set_animation(opened, session_animation(*tui->session));
    session_set_mouse(opened, session_mouse(*tui->session));
    session_set_keyed(opened, true);
    *tui->session = tui->face.session = opened;
    live_watch(tui);
    tui->face.selected = SYMBOL_NONE;
    search_end(&tui->search);
    tui->focus = PANE_STEP;
    tui->why[0] = '\0'; /* of the lesson before */
    memset(tui->scrolls, 0, sizeof tui->scrolls);
}

static int notice_columns(const Tui *tui) {
    int rows, columns;
    screen_size(tui->screen, &rows, &columns);
    return frame_arrange(rows, columns, (FrameWishes){0}).prompt_columns;
}

/* Goes to a step in which something was found. */
static void go_to_match(Tui *tui, size_t match) {
    const Search *search = &tui->search;
    size_t step = search->matches[match].step;
    tui_forget_answers(tui);
    if (step != session_position(*tui->session))
        session_enter(*tui->session, step);
    show_step(tui);
    tui->reveal = STYLE_FOUND;
    const char *where = arena_format(&tui->answers, "“%s” in step %zu: %zu of %zu", search->text,
                                     step + 1, match + 1, search->count);
    const char *keys = " · n next · N before · esc ends the search", *brief = " · n N esc";
    if (tui->face.ascii)
        keys = " | n next | N before | esc ends the search", brief = " | n N esc";
    bool fits = utf8_width(where) + utf8_width(keys) <= notice_columns(tui);
    tui_notice(tui, arena_format(&tui->answers, "%s%s", where, fits ? keys : brief));
}

/* What it says where that is one line, else NULL. */
static const char *single_line(Tui *tui, const Card *card) {
    const Block *block = &card->blocks[0];
    bool rows = block->kind == BLOCK_TABLE && block->count > block->columns;
    if (card->count != 1 || rows)
        return NULL;
    CardLayout layout = {.width = NOTICE_COLUMNS, .ascii = tui->face.ascii, .flat = true};
    Grid drawn = card_draw(&tui->frame, card, layout);
    return drawn.rows == 1 ? grid_line(&tui->answers, &drawn, 0) : NULL;
}

/* Acts on an answer. One that is a single line need not cover anything: it goes in place of the
 * prompt, where `brief`. */
static void take_answer(Tui *tui, Reply answer, const char *asked, bool brief) {
    if (answer.effect == REPLY_QUIT)
        tui->done = true;
    if (answer.effect == REPLY_OPEN)
        open_lesson(tui, answer.open, asked);
    tui->revealed = answer.effect == REPLY_REVEALED;
    if (answer.effect == REPLY_MOVED || tui->revealed)
        show_step(tui);
    if (answer.effect == REPLY_OPEN || answer.card.count == 0)
        return;
    if (answer.found) {
        search_begin(&tui->search, *tui->session, answer.found);
        go_to_match(tui, search_at(&tui->search, session_position(*tui->session)));
        return;
    }
    const char *line = brief ? single_line(tui, &answer.card) : NULL;
    if (line && utf8_width(line) <= notice_columns(tui)) {
        tui->notice = line;
        tui->notice_failed = answer.failed;
    } else {
        tui_show_reply(tui, answer.card, asked);
        tui->unseen = !(brief && answer.changed); /* else a key did what is seen where it selects */
    }
    if (answer.traced)
        trace_begin(tui, answer.traced);
}

void tui_execute(Tui *tui, const char *line, bool brief) {
    tui_forget_answers(tui);
    const char *asked = utf8_sanitise(&tui->answers, line, strlen(line));
    take_answer(tui, session_execute(*tui->session, &tui->answers, asked), asked, brief);
    screen_listen_to_mouse(tui->screen, session_mouse(*tui->session));
}

/* --- What the keys do ----------------------------------------------------------------------- */

void act_go(Tui *tui, const char *command) {
    tui_execute(tui, command, true);
}

void act_go_to_end(Tui *tui, const char *where) {
    size_t last = session_step_count(*tui->session) - 1;
    tui_forget_answers(tui);
    session_enter(*tui->session, str_equal(where, "first") ? 0 : last);
    show_step(tui);
}

/* The focused pane, or, where that shows all it has, the reply, or the step. */
static Scroll *scrolled(Tui *tui) {
    Scroll *focused = &tui->scrolls[tui->focus];
    if (focused->total > focused->visible)
        return focused;
    return &tui->scrolls[tui->face.reply ? PANE_REPLY : PANE_STEP];
}

bool act_can_scroll(const Tui *tui) {
    const Scroll *found = scrolled((Tui *)tui);
    return found->total > found->visible;
}

static void scroll_by(Scroll *scroll, int rows) {
    int most = scroll->total - scroll->visible, top = scroll->top + rows;
    scroll->top = top > most ? (most > 0 ? most : 0) : top < 0 ? 0 : top;
}

void act_scroll(Tui *tui, const char *way) {
    Scroll *found = scrolled(tui);
    int page = found->visible > 2 ? found->visible - 1 : 1;
    int by = str_starts(way, "page") ? page : 1;
    scroll_by(found, strstr(way, "up") ? -by : by);
}

/* What is read: the reply, or the step. */
static Scroll *text_read(Tui *tui) {
    return &tui->scrolls[tui->face.reply ? PANE_REPLY : PANE_STEP];
}

bool act_can_read_on(const Tui *tui) {
    const Scroll *text = text_read((Tui *)tui);
    return text->top + text->visible < text->total;
}

void act_read_on(Tui *tui, const char *unused) {
    (void)unused;
    Scroll *text = text_read(tui);
    scroll_by(text, text->visible > 2 ? text->visible - 1 : 1);
}

void tui_scroll_pane(Tui *tui, PaneId pane, int rows) {
    scroll_by(&tui->scrolls[pane], rows);
}

void act_select(Tui *tui, const char *way) {
    int32_t arrow = str_equal(way, "up")     ? PRESS_UP
                    : str_equal(way, "down") ? PRESS_DOWN
                    : str_equal(way, "left") ? PRESS_LEFT
                                             : PRESS_RIGHT;
    const Place *place = frame_place(&tui->shown, tui->focus);
    pane_find(tui->focus)
        ->move(&tui->face, arrow, place ? place->rows : 0, place ? place->columns : 0);
    tui->reveal = STYLE_SELECTED;
}

void act_focus_next(Tui *tui, const char *way) {
    int count = tui->face.reply ? PANE_REPLY + 1 : PANE_REPLY;
    int by = str_equal(way, "back") ? count - 1 : 1;
    tui->focus = (PaneId)(((int)tui->focus + by) % count);
}

/* The reply as its pane shows it, all of it. */
static Grid draw_reply(const Tui *tui) {
    const int columns = frame_reply_columns(tui->shown.rows, tui->shown.columns);
    return pane_find(PANE_REPLY)->draw(&tui->face, INT_MAX, columns);
}

/* One level deeper, the reply is the one before with more below it: scrolls to where they part, at
 * the deepest to the end. */
static void reveal_deeper(Tui *tui, const char *line) {
    const Grid before = draw_reply(tui);
    tui_execute(tui, line, false);
    if (!tui->face.reply)
        return;
    const Grid after = draw_reply(tui);
    int row = 0;
    while (row < before.rows && row < after.rows &&
           str_equal(grid_line(&tui->frame, &before, row), grid_line(&tui->frame, &after, row)))
        row++;
    if (row == before.rows && row == after.rows) {
        tui->why_depth--;
        tui_notice(tui, "That is all: nothing lies deeper.");
    }
    if (row < after.rows && !*grid_line(&tui->frame, &after, row))
        row++;
    tui->scrolls[PANE_REPLY].top = row; /* where all fits, the frame takes it back */
}

void act_why(Tui *tui, const char *unused) {
    (void)unused;
    const SymbolId selected = tui->face.selected;
    const Asking asking = session_asking(*tui->session);
    const bool asks = asking == ASKING_NUMBER || asking == ASKING_CHOICE;
    const bool later = selected != SYMBOL_NONE && session_will_ask(*tui->session, selected);
    const char *what = later ? NULL
                       : selected != SYMBOL_NONE
                           ? scope_get(&session_lesson(*tui->session)->scope, selected)->name
                           : session_why(*tui->session, &tui->frame);
    if (!what) {
        tui_forget_answers(tui);
        tui_notice(tui, later && asks ? "First your answer: h gives a hint, space shows it."
                        : later       ? "You will be asked for this number: its step tells it then."
                                      : "Why what? Select a name first: tab, then the arrow keys.");
        return;
    }
    bool deeper = tui->face.reply && str_equal(tui->why, what);
    tui->why_depth = deeper ? tui->why_depth + 1 : 1;
    snprintf(tui->why, sizeof tui->why, "%s", what);
    if (deeper)
        reveal_deeper(tui, arena_format(&tui->frame, "why %s %d", what, tui->why_depth));
    else
        tui_execute(tui, arena_format(&tui->frame, "why %s", what), false);
}

void act_nudge(Tui *tui, const char *way) {
    tui_forget_answers(tui);
    if (tui->face.selected == SYMBOL_NONE) {
        tui_notice(tui, "Select a parameter or an input first: tab to the values, then ↑ and ↓.");
        return;
    }
    SymbolId symbol = tui->face.selected;
    const char *name = scope_get(&session_lesson(*tui->session)->scope, symbol)->name;
    const char *asked = arena_format(&tui->answers, "%s a little %s", name, way);
    int direction = str_equal(way, "up") ? 1 : -1;
    take_answer(tui, session_nudge(*tui->session, &tui->answers, symbol, direction), asked, true);
}

void act_prompt(Tui *tui, const char *text) {
    int rows, columns;
    screen_size(tui->screen, &rows, &columns);
    prompt_resize(tui->prompt, rows, columns);
    prompt_open(tui->prompt, text);
    screen_reclaim(tui->screen);
    tui->notice = NULL;
}

void act_next_mode(Tui *tui, const char *unused) {
    (void)unused;
    static const char *const commands[] = {"mode predict", "mode solo", "mode watch"};
    act_go(tui, commands[session_mode(*tui->session)]);
}

void act_leave(Tui *tui, const char *unused) {
    (void)unused;
    bool listing = tui->focus == PANE_CONTENTS;
    bool looking = session_look(*tui->session) && !tui->face.reply && !listing;
    if (looking)
        session_look_away(*tui->session);
    if (!tui->face.reply && !listing && !looking && !search_is_on(&tui->search))
        tui->face.selected = SYMBOL_NONE;
    if (!tui->face.reply && !listing && !looking)
        search_end(&tui->search);
    close_contents(tui);
    tui_forget_answers(tui);
}

void act_interrupt(Tui *tui, const char *text) {
    tui_forget_answers(tui);
    tui_notice(tui, text);
}

void act_redraw(Tui *tui, const char *unused) {
    (void)unused;
    screen_redraw(tui->screen);
}

void act_suspend(Tui *tui, const char *unused) {
    (void)unused;
    screen_suspend(tui->screen);
}

void act_quit(Tui *tui, const char *unused) {
    (void)unused;
    tui->done = true;
}

/* --- Contents and search -------------------------------------------------------------------- */

void act_next_match(Tui *tui, const char *way) {
    int direction = str_equal(way, "next") ? 1 : -1;
    if (!search_is_on(&tui->search)) {
        tui_forget_answers(tui);
        tui_notice(tui, "Nothing was searched for yet: / searches.");
        return;
    }
    go_to_match(tui, search_from(&tui->search, session_position(*tui->session), direction));
}

void act_contents(Tui *tui, const char *unused) {
    (void)unused;
    if (tui->focus == PANE_CONTENTS) {
        act_leave(tui, NULL);
        return;
    }
    tui_forget_answers(tui);
    tui->focus_before = tui->focus;
    tui->focus = PANE_CONTENTS;
    tui->face.listed = session_position(*tui->session);
}

void act_list(Tui *tui, const char *way) {
    int page = tui->scrolls[PANE_CONTENTS].visible;
    pane_contents_move(&tui->face, way, page > 2 ? (size_t)page - 1 : 1);
}

void act_list_go(Tui *tui, const char *unused) {
    (void)unused;
    size_t step = tui->face.listed;
    tui_forget_answers(tui);
    session_enter(*tui->session, step);
    show_step(tui);
}
