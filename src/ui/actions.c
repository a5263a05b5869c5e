#include <setjmp.h>
#include <string.h>

#include "base/str.h"
#include "base/utf8.h"
#include "ui/tui_state.h"
#include "view/card_text.h"

enum { NOTICE_COLUMNS = 200, PRESS_NONE = -1, MOST_CODES = 5, WHEEL = 1 };

#define CONTROL(letter) ((letter)&PRESS_CONTROL)

/* --- Answers -------------------------------------------------------------------------------- */

static void drop_reply(Tui *tui) {
    if (tui->focus == PANE_REPLY)
        tui->focus = tui->focus_before;
    tui->face.reply = NULL;
    tui->revealed = false;
}

/* Whether a number, or the number of a choice, is what the next keys are expected to type. */
static bool expects_answer(const Tui *tui) {
    return session_asking(*tui->session) != ASKING_NOTHING;
}

/* What was said so far is over. */
static void forget_answers(Tui *tui) {
    drop_reply(tui);
    tui->notice = NULL;
    tui->notice_failed = false;
    arena_clear(&tui->answers);
}

static void notice(Tui *tui, const char *text) {
    tui->notice = arena_copy(&tui->answers, text);
    tui->notice_failed = false;
}

static void show_reply(Tui *tui, Card card, const char *asked) {
    tui->reply = card;
    tui->face.reply = &tui->reply;
    tui->face.asked = asked;
    tui->focus_before = tui->focus;
    if (tui->focus == PANE_STEP || tui->face.flat)
        tui->focus = PANE_REPLY; /* who selects goes on selecting */
    tui->scrolls[PANE_REPLY].top = 0;
}

static void show_step(Tui *tui) {
    tui->scrolls[PANE_STEP].top = 0;
    tui->focus = tui->focus == PANE_REPLY ? PANE_STEP : tui->focus;
    tui->reveal = STYLE_LIT;
    tui->animation.wanted = true;
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
    if (tui->options.open)
        opened = tui->options.open(tui->options.context, name, &error);
    if (!opened) {
        show_reply(tui, error_card(&tui->answers, error), asked);
        return;
    }
    session_set_animation(opened, session_animation(*tui->session));
    *tui->session = tui->face.session = opened;
    tui_watch_training(tui);
    tui->face.selected = SYMBOL_NONE;
    tui->focus = PANE_STEP;
    tui->why = NULL; /* a name of the lesson before */
    memset(tui->scrolls, 0, sizeof tui->scrolls);
}

static int notice_columns(const Tui *tui) {
    int rows, columns;
    screen_size(tui->screen, &rows, &columns);
    return frame_arrange(rows, columns, (FrameWishes){0}).prompt_columns;
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
    CardLayout layout = {.width = NOTICE_COLUMNS, .ascii = tui->face.ascii, .flat = true};
    Grid drawn = card_draw(&tui->frame, &answer.card, layout);
    const char *line = drawn.rows == 1 ? grid_line(&tui->answers, &drawn, 0) : NULL;
    if (brief && line && utf8_width(line) <= notice_columns(tui)) {
        tui->notice = line;
        tui->notice_failed = answer.failed;
    } else {
        show_reply(tui, answer.card, asked);
    }
}

static void execute(Tui *tui, const char *line, bool brief) {
    forget_answers(tui);
    const char *asked = utf8_sanitise(&tui->answers, line, strlen(line));
    take_answer(tui, session_execute(*tui->session, &tui->answers, asked), asked, brief);
}

/* --- What the keys do ----------------------------------------------------------------------- */

static void go(Tui *tui, const char *command) {
    execute(tui, command, true);
}

static void go_to_end(Tui *tui, const char *where) {
    size_t last = session_step_count(*tui->session) - 1;
    forget_answers(tui);
    session_goto(*tui->session, str_equal(where, "first") ? 0 : last);
    show_step(tui);
}

/* The focused pane, or, where that shows all it has, the reply, or the step. */
static Scroll *scrolled(Tui *tui) {
    Scroll *focused = &tui->scrolls[tui->focus];
    if (focused->total > focused->visible)
        return focused;
    return &tui->scrolls[tui->face.reply ? PANE_REPLY : PANE_STEP];
}

static void scroll(Tui *tui, const char *way) {
    Scroll *pane_scroll = scrolled(tui);
    int page = pane_scroll->visible > 2 ? pane_scroll->visible - 1 : 1;
    bool by_page = str_starts(way, "page");
    int by = by_page ? page : WHEEL;
    int most = pane_scroll->total - pane_scroll->visible;
    int top = pane_scroll->top + (strstr(way, "up") ? -by : by);
    pane_scroll->top = top > most ? (most > 0 ? most : 0) : top < 0 ? 0 : top;
}

static void focus_next(Tui *tui, const char *way) {
    int count = tui->face.reply ? PANE_COUNT : PANE_REPLY;
    int by = str_equal(way, "back") ? count - 1 : 1;
    tui->focus = (PaneId)(((int)tui->focus + by) % count);
}

static void ask_why(Tui *tui, const char *unused) {
    (void)unused;
    SymbolId symbol =
        tui->face.selected != SYMBOL_NONE ? tui->face.selected : pane_step_symbol(&tui->face);
    if (symbol == SYMBOL_NONE) {
        forget_answers(tui);
        notice(tui, "Why what? Select a name first: tab, then the arrow keys.");
        return;
    }
    const char *name = scope_get(&session_lesson(*tui->session)->scope, symbol)->name;
    bool deeper = tui->face.reply && tui->why && str_equal(tui->why, name);
    tui->why_depth = deeper ? tui->why_depth + 1 : 1;
    tui->why = name;
    const char *depth = tui->why_depth > 1 ? arena_format(&tui->frame, " %d", tui->why_depth) : "";
    execute(tui, arena_format(&tui->frame, "why %s%s", name, depth), false);
}

static void nudge(Tui *tui, const char *way) {
    forget_answers(tui);
    if (tui->face.selected == SYMBOL_NONE) {
        notice(tui, "Select a parameter or an input first: tab to the values, then ↑ and ↓.");
        return;
    }
    SymbolId symbol = tui->face.selected;
    const char *name = scope_get(&session_lesson(*tui->session)->scope, symbol)->name;
    const char *asked = arena_format(&tui->answers, "%s a little %s", name, way);
    int direction = str_equal(way, "up") ? 1 : -1;
    take_answer(tui, session_nudge(*tui->session, &tui->answers, symbol, direction), asked, true);
}

static void open_prompt(Tui *tui, const char *text) {
    int rows, columns;
    screen_size(tui->screen, &rows, &columns);
    prompt_resize(tui->prompt, rows, columns);
    prompt_open(tui->prompt, text);
    screen_reclaim(tui->screen);
    tui->notice = NULL;
}

static void next_mode(Tui *tui, const char *unused) {
    (void)unused;
    static const char *const commands[] = {"mode predict", "mode solo", "mode watch"};
    go(tui, commands[session_mode(*tui->session)]);
}

static void leave(Tui *tui, const char *unused) {
    (void)unused;
    if (!tui->face.reply)
        tui->face.selected = SYMBOL_NONE;
    forget_answers(tui);
}

static void interrupt(Tui *tui, const char *text) {
    forget_answers(tui);
    notice(tui, text);
}

static void redraw(Tui *tui, const char *unused) {
    (void)unused;
    screen_redraw(tui->screen);
}

static void suspend(Tui *tui, const char *unused) {
    (void)unused;
    screen_suspend(tui->screen);
}

static void quit(Tui *tui, const char *unused) {
    (void)unused;
    tui->done = true;
}

static void show_help(Tui *tui, const char *unused);

/* A key, what it does, and what is said about it. */
typedef struct Binding {
    int32_t codes[MOST_CODES]; /* 0 after the last */
    void (*run)(Tui *tui, const char *argument);
    const char *argument;
    const char *keys, *help; /* as in the help; NULL: goes with the row above */
    const char *brief;       /* as in the key row; NULL: not there */
    int rank;                /* in a narrow key row those with the highest rank are left out */
} Binding;

static const Binding bindings[] = {
    {{' ', '\r', '\n', 'n'}, go, "next", "space, enter, n, →", "the next step", "space next", 0},
    {{'b', PRESS_BACKSPACE}, go, "back", "b, backspace, ←", "the step before", "b back", 4},
    {{'g', PRESS_HOME}, go_to_end, "first", "g, home", "the first step", NULL, 0},
    {{'G', PRESS_END}, go_to_end, "last", "G, end", "the last step", NULL, 0},
    {{PRESS_PAGE_DOWN}, scroll, "page down", "page up, page down", "scroll", NULL, 0},
    {{PRESS_PAGE_UP}, scroll, "page up", NULL, NULL, NULL, 0},
    {{'w'}, ask_why, NULL, "w", "why this number? Again: one level deeper", "w why", 5},
    {{':'}, open_prompt, "", ":", "type a command, or a digit to begin with it", ": command", 1},
    {{'h'}, go, "hint", "h", "a hint; again: a stronger one", NULL, 0},
    {{'m'}, next_mode, NULL, "m", "the next mode: watch, predict, solo", "m mode", 6},
    {{'\t'}, focus_next, "on", "tab", "the next pane", "tab pane", 3},
    {{PRESS_BACKTAB}, focus_next, "back", NULL, NULL, NULL, 0},
    {{'+', '='},
     nudge,
     "up",
     "+ −",
     "the selected parameter or input a little up or down",
     NULL,
     0},
    {{'-', '_'}, nudge, "down", NULL, NULL, NULL, 0},
    {{'u'}, go, "undo", "u, r", "take your last change back; make it again", NULL, 0},
    {{'r'}, go, "redo", NULL, NULL, NULL, 0},
    {{PRESS_ESCAPE}, leave, NULL, "esc", "leave the prompt, the reply, the selection", NULL, 0},
    {{'?', PRESS_HELP}, show_help, NULL, "?", "this help", "? help", 2},
    {{CONTROL('L')}, redraw, NULL, "Ctrl-L", "draw the screen anew", NULL, 0},
    {{CONTROL('Z')}, suspend, NULL, "Ctrl-Z", "pause; fg comes back", NULL, 0},
    {{'q'}, quit, NULL, "q", "quit", "q quit", 1},
    {{CONTROL('C')}, interrupt, "q quits.", NULL, NULL, NULL, 0},
};

enum { BINDING_COUNT = sizeof bindings / sizeof *bindings };

static const Binding *find_binding(int32_t code) {
    for (size_t i = 0; i < BINDING_COUNT && code != 0; i++)
        for (size_t c = 0; c < MOST_CODES; c++)
            if (bindings[i].codes[c] == code)
                return &bindings[i];
    return NULL;
}

/* --- Help ----------------------------------------------------------------------------------- */

static void add_key_row(Card *card, Block *table, const char *keys, const char *help) {
    block_part(card, table, NULL,
               math_lit(card->arena, math_text(card->arena, keys), STYLE_STRONG));
    block_part(card, table, NULL, math_text(card->arena, help));
}

/* The keys, and then what the session says about its commands. */
static void show_help(Tui *tui, const char *unused) {
    (void)unused;
    forget_answers(tui);
    Card card = {.arena = &tui->answers, .title = "Keys"};
    Block *table = card_add(&card, BLOCK_TABLE);
    table->columns = 2;
    for (size_t i = 0; i < BINDING_COUNT; i++)
        if (bindings[i].keys)
            add_key_row(&card, table, bindings[i].keys, bindings[i].help);
    add_key_row(&card, table, "arrows", "scroll; select, in the network and the values");
    Reply commands = session_execute(*tui->session, &tui->answers, "help");
    if (commands.card.title)
        block_text(&card, card_add(&card, BLOCK_HEADING), "%s", commands.card.title);
    for (size_t i = 0; i < commands.card.count; i++)
        *card_add(&card, commands.card.blocks[i].kind) = commands.card.blocks[i];
    show_reply(tui, card, "help");
}

static const char *answer_words(const Tui *tui) {
    return session_asking(*tui->session) == ASKING_CHOICE ? "1, 2 …" : "a number";
}

/* The texts of the key row, longest row first: `rank` is the highest that still has a place. */
static const char *join_keys(const Tui *tui, Arena *arena, int rank) {
    Buffer row = {.arena = arena};
    const char *moves = pane_find(tui->focus)->keys;
    if (moves)
        buffer_add(&row, moves);
    else if (expects_answer(tui))
        buffer_format(&row, "type %s to answer · h hint · space show it", answer_words(tui));
    bool asks = !moves && row.length > 0; /* then it is said already what the first row does */
    for (size_t i = asks ? 1 : 0; i < BINDING_COUNT; i++)
        if (bindings[i].brief && bindings[i].rank <= rank)
            buffer_format(&row, "%s%s", row.length ? " · " : "", bindings[i].brief);
    return buffer_text(&row);
}

const char *tui_keys(const Tui *tui, Arena *arena, int columns) {
    enum { HIGHEST_RANK = 6 };
    const char *row = "enter run · tab complete · ↑ earlier · esc leave";
    if (prompt_is_open(tui->prompt))
        return utf8_width(row) <= columns ? row : "esc leave";
    for (int rank = HIGHEST_RANK; rank >= 0; rank--) {
        row = join_keys(tui, arena, rank);
        if (utf8_width(row) <= columns)
            return row;
    }
    return expects_answer(tui) ? "type a number" : "? help";
}

/* --- Presses -------------------------------------------------------------------------------- */

static bool is_arrow(int32_t code) {
    return code >= PRESS_UP && code <= PRESS_RIGHT;
}

/* Arrows select where the focused pane has something to select; else they scroll and step. */
static void press_arrow(Tui *tui, int32_t code) {
    const Pane *pane = pane_find(tui->focus);
    if (pane->move) {
        pane->move(&tui->face, code);
        tui->reveal = STYLE_SELECTED;
    } else if (code == PRESS_UP || code == PRESS_DOWN) {
        scroll(tui, code == PRESS_UP ? "up" : "down");
    } else {
        go(tui, code == PRESS_RIGHT ? "next" : "back");
    }
}

/* A number is a question for its value, or, at a step that asks, the answer. A minus sign is one
 * only there, and only where it does not change what is selected. */
static bool press_number(Tui *tui, const Press *press) {
    bool answers = expects_answer(tui), digit = press->code >= '0' && press->code <= '9';
    bool minus = press->code == '-' && answers && !pane_find(tui->focus)->move;
    if (digit || minus || press->code == '.')
        open_prompt(tui, arena_format(&tui->frame, "%s%c", answers ? "answer " : "", press->code));
    return digit || minus || press->code == '.';
}

static void press_unbound(Tui *tui, const Press *press) {
    if (press->code != PRESS_OTHER) {
        forget_answers(tui);
        notice(tui, "No such key here. ? shows the keys, : takes a command.");
    }
}

static void press_outside(Tui *tui, const Press *press) {
    const Binding *binding = find_binding(press->code);
    bool keeps = binding && (binding->run == scroll || binding->run == redraw);
    if (!keeps)
        tui->notice = NULL;
    if (press_number(tui, press))
        return;
    if (is_arrow(press->code))
        press_arrow(tui, press->code);
    else if (binding)
        binding->run(tui, binding->argument);
    else
        press_unbound(tui, press);
}

static void press_in_prompt(Tui *tui, const Press *press) {
    const Binding *binding = find_binding(press->code);
    bool general =
        binding && (binding->run == scroll || binding->run == redraw || binding->run == suspend);
    if (general) {
        binding->run(tui, binding->argument);
        return;
    }
    if (prompt_press(tui->prompt, press) != PROMPT_ENTERED)
        return;
    const char *line = prompt_line(tui->prompt);
    if (line[strspn(line, " \t")] != '\0')
        execute(tui, line, false);
}

/* Pasted text is a command a line, never a key. */
static void press_pasted(Tui *tui, const Press *press) {
    bool newline = press->code == '\r' || press->code == '\n';
    if (newline && prompt_is_open(tui->prompt)) {
        Press enter = {.code = '\r', .byte_count = 1, .bytes = "\r"};
        press_in_prompt(tui, &enter);
    } else if (!newline && press->byte_count > 0 && press->code < PRESS_UP) {
        if (!prompt_is_open(tui->prompt))
            open_prompt(tui, "");
        char text[PRESS_BYTES + 1] = {0};
        memcpy(text, press->bytes, press->byte_count);
        prompt_insert(tui->prompt, text);
    }
}

static void press(Tui *tui, const Press *pressed) {
    tui->training = 0;
    tui->curve.count = 0;
    if (pressed->code == PRESS_PASTE_BEGIN || pressed->code == PRESS_PASTE_END)
        tui->pasting = pressed->code == PRESS_PASTE_BEGIN;
    else if (tui->pasting)
        press_pasted(tui, pressed);
    else if (prompt_is_open(tui->prompt))
        press_in_prompt(tui, pressed);
    else
        press_outside(tui, pressed);
}

void tui_press(Tui *tui, const Press *pressed) {
    jmp_buf recovery;
    if (setjmp(recovery) == 0) {
        tui->frame.recovery = tui->answers.recovery = &recovery;
        press(tui, pressed);
    } else {
        tui->frame.recovery = tui->answers.recovery = NULL;
        forget_answers(tui);
        notice(tui, "That needs more memory than there is.");
        tui->notice_failed = true;
    }
    tui->frame.recovery = tui->answers.recovery = NULL;
    arena_clear(&tui->frame);
}
