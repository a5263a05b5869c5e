#include "ui/keys.h"

#include "base/str.h"
#include "base/utf8.h"
#include "ui/live.h"
#include "ui/trace.h"

#define CONTROL(letter) ((letter)&PRESS_CONTROL)
#define IN(pane)        (1u << (pane))
#define KEY_GAP         " · "
#define CODES(...)                                                                                 \
    { __VA_ARGS__ }

enum {
    READING = IN(PANE_STEP) | IN(PANE_REPLY),
    SELECTING = IN(PANE_NETWORK) | IN(PANE_VALUES),
    LISTING = IN(PANE_CONTENTS),
    PANES = READING | SELECTING,
    ANYWHERE = PANES | LISTING,
    HIGHEST_RANK = 8,
};

/* --- When they work ------------------------------------------------------------------------- */

static bool asks(const Tui *tui) {
    return session_asking(*tui->session) != ASKING_NOTHING;
}

static bool asks_number(const Tui *tui) {
    return session_asking(*tui->session) == ASKING_NUMBER;
}

static bool asks_choice(const Tui *tui) {
    return session_asking(*tui->session) == ASKING_CHOICE;
}

static bool asks_line(const Tui *tui) {
    return session_asking(*tui->session) == ASKING_LINE;
}

static bool asks_itself(const Tui *tui) {
    return asks_number(tui) || asks_choice(tui);
}

static bool asks_not_itself(const Tui *tui) {
    return !asks_itself(tui);
}

static bool asks_of_step(const Tui *tui) {
    return asks_itself(tui) && !act_can_read_on(tui);
}

static bool asks_below(const Tui *tui) {
    return asks(tui) && !asks_line(tui) && act_can_read_on(tui);
}

static bool asks_line_above(const Tui *tui) {
    return asks_line(tui) && act_can_read_on(tui);
}

static bool asks_line_here(const Tui *tui) {
    return asks_line(tui) && !act_can_read_on(tui);
}

static bool asks_nothing(const Tui *tui) {
    return !asks(tui);
}

static bool has_next(const Tui *tui) {
    return !asks(tui) && session_position(*tui->session) + 1 < session_step_count(*tui->session);
}

static bool is_at_end(const Tui *tui) {
    return !asks(tui) && !has_next(tui) && !act_can_read_on(tui);
}

static bool has_before(const Tui *tui) {
    return session_position(*tui->session) > 0;
}

/* Where a step asks for an answer, letters begin it, and only keys that are no letters go far. */
static bool has_before_asking(const Tui *tui) {
    return has_before(tui) && asks_itself(tui);
}

static bool has_before_asking_nothing(const Tui *tui) {
    return has_before(tui) && !asks_itself(tui);
}

static bool is_searching(const Tui *tui) {
    return search_is_on(&tui->search);
}

static bool reads_on(const Tui *tui) {
    return has_next(tui) && !is_searching(tui) && !act_can_read_on(tui);
}

static bool reads_on_below(const Tui *tui) {
    return has_next(tui) && !is_searching(tui) && act_can_read_on(tui);
}

static bool reads_on_searching(const Tui *tui) {
    return has_next(tui) && is_searching(tui) && !act_can_read_on(tui);
}

static bool reads_on_below_searching(const Tui *tui) {
    return has_next(tui) && is_searching(tui) && act_can_read_on(tui);
}

static bool traces(const Tui *tui) {
    return tui->face.trace.chain && tui->face.trace.chain->paths.listed > 1;
}

static bool can_nudge(const Tui *tui) {
    SymbolId symbol = tui->face.selected;
    return symbol != SYMBOL_NONE &&
           symbol_is_leaf(scope_get(&session_lesson(*tui->session)->scope, symbol));
}

/* Where the step asks, the sign = begins an answer. */
static bool can_nudge_by_equals(const Tui *tui) {
    return can_nudge(tui) && !asks_itself(tui);
}

/* What a step still asks for, it does not tell. */
static bool has_why(const Tui *tui) {
    return tui->face.selected != SYMBOL_NONE ||
           (!asks_itself(tui) && session_why(*tui->session, tui->face.arena));
}

static bool can_undo(const Tui *tui) {
    return session_can_undo(*tui->session);
}

static bool can_redo(const Tui *tui) {
    return session_can_redo(*tui->session);
}

static bool can_train(const Tui *tui) {
    if (asks_itself(tui))
        return false;
    const Scope *scope = &session_lesson(*tui->session)->scope;
    for (SymbolId s = 0; s < scope->count; s++)
        if (scope_get(scope, s)->role == ROLE_PARAM)
            return true;
    return false;
}

static bool looks_back(const Tui *tui) {
    return session_look(*tui->session) != NULL;
}

static bool can_look_back(const Tui *tui) {
    return session_trained_epochs(*tui->session) > 0 && !asks(tui);
}

static bool can_begin_to_look(const Tui *tui) {
    return can_look_back(tui) && !looks_back(tui);
}

static bool can_leave(const Tui *tui) {
    return tui->face.reply || looks_back(tui) || tui->face.selected != SYMBOL_NONE ||
           is_searching(tui);
}

/* --- The table ------------------------------------------------------------------------------ */

static const Key keys[] = {
    {CODES(PRESS_UP), act_select, "up", IN(PANE_NETWORK), NULL, "arrows", "select a node",
     "arrows select", 0},
    {CODES(PRESS_UP), act_select, "up", IN(PANE_VALUES), NULL, "arrows", "select a name",
     "↑↓ select", 0},
    {CODES(PRESS_DOWN), act_select, "down", SELECTING, NULL, NULL, NULL, NULL, 0},
    {CODES(PRESS_LEFT), act_select, "left", SELECTING, NULL, NULL, NULL, NULL, 0},
    {CODES(PRESS_RIGHT), act_select, "right", SELECTING, NULL, NULL, NULL, NULL, 0},
    {CODES('+'), act_nudge, "up", PANES, can_nudge, "+ −", "what is selected, a little up or down",
     "+ − change", 1},
    {CODES('='), act_nudge, "up", PANES, can_nudge_by_equals, NULL, NULL, NULL, 0},
    {CODES('-', '_'), act_nudge, "down", PANES, can_nudge, NULL, NULL, NULL, 0},
    {CODES(PRESS_UP), act_list, "up", LISTING, NULL, "↑ ↓", "a step up or down", "↑↓ choose", 0},
    {CODES(PRESS_DOWN), act_list, "down", LISTING, NULL, NULL, NULL, NULL, 0},
    {CODES(PRESS_LEFT), act_list, "heading before", LISTING, NULL, "← →", "a heading up or down",
     "←→ heading", 2},
    {CODES(PRESS_RIGHT), act_list, "heading after", LISTING, NULL, NULL, NULL, NULL, 0},
    {CODES(PRESS_PAGE_UP), act_list, "page up", LISTING, NULL, "page up, page down",
     "a page up or down", NULL, 0},
    {CODES(PRESS_PAGE_DOWN), act_list, "page down", LISTING, NULL, NULL, NULL, NULL, 0},
    {CODES('g', PRESS_HOME), act_list, "first", LISTING, NULL, "g, home", "the first step", NULL,
     0},
    {CODES('G', PRESS_END), act_list, "last", LISTING, NULL, "G, end", "the last step", NULL, 0},
    {CODES('\r', '\n', ' '), act_list_go, NULL, LISTING, NULL, "enter, space", "go to this step",
     "enter go", 0},
    {CODES(0), NULL, NULL, LISTING, NULL, "0 … 9", "go to a step by its number", NULL, 0},
    {CODES(PRESS_ESCAPE, 'c'), act_leave, NULL, LISTING, NULL, "esc, c", "back to the lesson",
     "esc leave", 1},
    {CODES(0), NULL, NULL, PANES, asks_number, "0 … 9, −, (", "answer with a number",
     "type a number", 0},
    {CODES('='), act_prompt, "answer ", PANES, asks_number, "=",
     "answer with a formula, as = y1 - t1", "= formula", 1},
    {CODES(0), NULL, NULL, PANES, asks_choice, "1, 2 …", "answer with the number of a choice",
     "type 1, 2 … to answer", 0},
    {CODES('='), act_prompt, "answer ", PANES, asks_choice, "=",
     "answer with the words of a choice", NULL, 0},
    {CODES(0), NULL, NULL, PANES, asks_line, "1, 2 …", "answer with the line that is wrong",
     "type the wrong line", 0},
    {CODES('h'), act_go, "hint", PANES, asks, "h", "a hint; again: a stronger one", "h hint", 1},
    {CODES(' '), act_read_on, NULL, PANES, act_can_read_on, "space", "read on below",
     "space read on", 0},
    {CODES('n'), act_next_match, "next", PANES, is_searching, "n, N",
     "the next place that was found, the one before", "n next match", 1},
    {CODES('N'), act_next_match, "before", PANES, is_searching, NULL, NULL, NULL, 0},
    {CODES('\r', '\n'), act_go, "next", PANES, asks_below, "enter, →", "show the answer",
     "enter show it", 1},
    {CODES(' ', '\r', '\n'), act_go, "next", PANES, asks_of_step, "space, enter, →",
     "show the answer", "space show it", 1},
    {CODES('\r', '\n', 'n'), act_go, "next", PANES, asks_line_above, "enter, →",
     "leave the hunt and go on", "enter leave it", 1},
    {CODES(' ', '\r', '\n', 'n'), act_go, "next", PANES, asks_line_here, "space, enter, →",
     "leave the hunt and go on", "space leave it", 1},
    {CODES('\r', '\n', 'n'), act_go, "next", PANES, reads_on_below, "enter, n, →", "the next step",
     "enter next", 0},
    {CODES(' ', '\r', '\n', 'n'), act_go, "next", PANES, reads_on, "space, enter, n, →",
     "the next step", "space next", 0},
    {CODES('\r', '\n'), act_go, "next", PANES, reads_on_below_searching, "enter, →",
     "the next step", "enter next", 0},
    {CODES(' ', '\r', '\n'), act_go, "next", PANES, reads_on_searching, "space, enter, →",
     "the next step", "space next", 0},
    {CODES(' '), act_go, "next", PANES, is_at_end, NULL, NULL, NULL, 0}, /* says that it is */
    {CODES(PRESS_RIGHT), act_go, "next", READING, NULL, NULL, NULL, NULL, 0},
    {CODES(PRESS_LEFT), act_go, "back", READING, NULL, NULL, NULL, NULL, 0},
    {CODES('b', PRESS_BACKSPACE), act_go, "back", PANES, has_before, "b, backspace, ←",
     "the step before", "b back", 4},
    {CODES('g', PRESS_HOME), act_go_to_end, "first", PANES, has_before_asking_nothing, "g, home",
     "the first step", NULL, 0},
    {CODES(PRESS_HOME), act_go_to_end, "first", PANES, has_before_asking, "home", "the first step",
     NULL, 0},
    {CODES('G', PRESS_END), act_go_to_end, "last", PANES, has_next, "G, end", "the last step", NULL,
     0},
    {CODES(PRESS_UP), act_scroll, "up", READING, act_can_scroll, "↑ ↓", "scroll by a line", NULL,
     0},
    {CODES(PRESS_DOWN), act_scroll, "down", READING, NULL, NULL, NULL, NULL, 0},
    {CODES(PRESS_PAGE_DOWN), act_scroll, "page down", PANES, act_can_scroll, "page up, page down",
     "scroll by a page", NULL, 0},
    {CODES(PRESS_PAGE_UP), act_scroll, "page up", PANES, NULL, NULL, NULL, NULL, 0},
    {CODES('z'), act_zoom, "in", SELECTING, NULL, "z, Z",
     "the network nearer, farther: rows, all, layers, neighbours", NULL, 0},
    {CODES('Z'), act_zoom, "out", SELECTING, NULL, NULL, NULL, NULL, 0},
    {CODES('z'), act_zoom, "in", READING, asks_not_itself, "z, Z",
     "the network nearer, farther: rows, all, layers, neighbours", NULL, 0},
    {CODES('Z'), act_zoom, "out", READING, asks_not_itself, NULL, NULL, NULL, 0},
    {CODES(']'), act_trace, "next", PANES, traces, "] [", "the next path, the one before",
     "] [ path", 1},
    {CODES('['), act_trace, "before", PANES, traces, NULL, NULL, NULL, 0},
    {CODES('w'), act_why, NULL, PANES, has_why, "w", "why this number? Again: one level deeper",
     "w why", 5},
    {CODES(':'), act_prompt, "", ANYWHERE, NULL, ":", "type a command", ": command", 1},
    {CODES(0), NULL, NULL, PANES, asks_nothing, "0 … 9", "type a command that begins with a number",
     NULL, 0},
    {CODES('/'), act_prompt, "search ", ANYWHERE, NULL, "/", "search: words, names and formulas",
     "/ search", 8},
    {CODES('c'), act_contents, NULL, PANES, NULL, "c", "the contents: all steps", "c contents", 7},
    {CODES('t'), act_train, "train 1000 epochs", PANES, can_train, "t",
     "train, and watch it: space pauses, esc keeps what is reached", NULL, 0},
    {CODES(','), act_look, "back", PANES, looks_back, ", .", "an epoch of the training back, on",
     ", . epoch", 1},
    {CODES('<'), act_look, "page back", PANES, looks_back, "< >", "a page of epochs", "< > page",
     2},
    {CODES('v'), act_map, NULL, PANES, looks_back, "v", "the curve of the loss, or its map",
     "v map", 1},
    {CODES(PRESS_ESCAPE), act_leave, NULL, PANES, looks_back, NULL, NULL, "esc the end", 1},
    {CODES(','), act_look, "back", PANES, can_begin_to_look, ", . < >",
     "back to an epoch of the training, and on", NULL, 0},
    {CODES('.'), act_look, "on", PANES, can_look_back, NULL, NULL, NULL, 0},
    {CODES('<'), act_look, "page back", PANES, can_look_back, NULL, NULL, NULL, 0},
    {CODES('>'), act_look, "page on", PANES, can_look_back, NULL, NULL, NULL, 0},
    {CODES('m'), act_next_mode, NULL, PANES, NULL, "m", "the next mode: watch, predict, solo",
     "m mode", 6},
    {CODES('\t'), act_focus_next, "on", PANES, NULL, "tab, shift-tab",
     "the next pane, the one before", "tab pane", 3},
    {CODES(PRESS_BACKTAB), act_focus_next, "back", PANES, NULL, NULL, NULL, NULL, 0},
    {CODES('u'), act_go, "undo", PANES, can_undo, "u", "take your last change back", NULL, 0},
    {CODES('r'), act_go, "redo", PANES, can_redo, "r", "make it again", NULL, 0},
    {CODES(PRESS_ESCAPE), act_leave, NULL, PANES, can_leave, "esc",
     "close the reply; end the search, the selection", NULL, 0},
    {CODES('?', PRESS_HELP), act_help, NULL, ANYWHERE, NULL, "?, F1", "this help", "? help", 0},
    {CODES(CONTROL('L')), act_redraw, NULL, ANYWHERE, NULL, "Ctrl-L", "draw the screen anew", NULL,
     0},
    {CODES(CONTROL('Z')), act_suspend, NULL, ANYWHERE, NULL, "Ctrl-Z", "pause; fg comes back", NULL,
     0},
    {CODES('q'), act_quit, NULL, ANYWHERE, NULL, "q", "quit", "q quit", 1},
    {CODES(CONTROL('C')), act_interrupt, "q quits.", ANYWHERE, NULL, NULL, NULL, NULL, 0},
};

enum { KEY_COUNT = sizeof keys / sizeof *keys };

static bool is_here(const Tui *tui, const Key *key) {
    return key->panes & IN(tui->focus);
}

bool keys_work(const Tui *tui, const Key *key) {
    return is_here(tui, key) && (!key->works || key->works(tui));
}

static bool has_code(const Key *key, int32_t code) {
    for (size_t i = 0; i < KEY_MOST_CODES && key->codes[i]; i++)
        if (key->codes[i] == code)
            return true;
    return false;
}

const Key *keys_find(const Tui *tui, int32_t code) {
    const Key *other = NULL;
    for (size_t i = 0; i < KEY_COUNT; i++) {
        const Key *key = &keys[i];
        if (!has_code(key, code) || !is_here(tui, key))
            continue;
        if (keys_work(tui, key))
            return key;
        other = other ? other : key;
    }
    return other;
}

/* --- Texts ---------------------------------------------------------------------------------- */

/* The key row while the prompt is open. */
static const struct {
    const char *brief;
    Press press;
} prompt_row[] = {{"enter run", {.code = '\r', .byte_count = 1, .bytes = "\r"}},
                  {"tab complete", {.code = '\t', .byte_count = 1, .bytes = "\t"}},
                  {"↑ earlier", {.code = PRESS_UP, .byte_count = 3, .bytes = "\x1b[A"}},
                  {"esc leave", {.code = PRESS_ESCAPE}}};

enum { PROMPT_KEYS = sizeof prompt_row / sizeof *prompt_row };

/* What can be done in the prompt; which keys edit is readline's and the user's business. */
static const struct {
    const char *keys, *help;
} prompt_keys[] = {
    {"enter", "run the command"},
    {"tab", "complete a word, or show what it could be"},
    {"↑ ↓", "earlier commands"},
    {"Ctrl-R", "search them"},
    {"page up, page down", "scroll the reply, or the step"},
    {"Ctrl-C", "empty the line"},
    {"esc", "leave the prompt; in vi mode twice"},
    {"F1", "this help"},
};

void keys_add_help(Card *card, Block *table, const char *names, const char *help) {
    block_part(card, table, NULL,
               math_lit(card->arena, math_text(card->arena, names), STYLE_STRONG));
    block_part(card, table, NULL, math_text(card->arena, help));
}

void act_help(Tui *tui, const char *unused) {
    (void)unused;
    bool prompt = prompt_is_open(tui->prompt);
    PaneId focus = tui->focus;
    tui_forget_answers(tui);
    tui->focus = focus;
    Card card = {
        .arena = &tui->answers,
        .title = prompt ? "Keys in the prompt"
                        : arena_format(&tui->answers, "Keys here: %s", pane_find(focus)->title)};
    Block *table = card_add(&card, BLOCK_TABLE);
    table->columns = 2;
    for (size_t i = 0; i < KEY_COUNT && !prompt; i++)
        if (keys[i].keys && keys_work(tui, &keys[i]))
            keys_add_help(&card, table, keys[i].keys, keys[i].help);
    for (size_t i = 0; i < sizeof prompt_keys / sizeof *prompt_keys && prompt; i++)
        keys_add_help(&card, table, prompt_keys[i].keys, prompt_keys[i].help);
    card_text(&card, "The command `help` lists the commands.");
    tui_show_reply(tui, card, "help");
}

/* Which keys the key row has: those with the lowest rank first, each as far as there is room. */
typedef struct KeyRow {
    bool has[KEY_COUNT];
    int width;
} KeyRow;

static KeyRow choose_keys(const Tui *tui, int columns) {
    KeyRow row = {.width = 0};
    for (int rank = 0; rank <= HIGHEST_RANK; rank++) {
        for (size_t i = 0; i < KEY_COUNT; i++) {
            if (!keys[i].brief || keys[i].rank != rank || !keys_work(tui, &keys[i]))
                continue;
            int width = (row.width ? utf8_width(KEY_GAP) : 0) + utf8_width(keys[i].brief);
            row.has[i] = row.width + width <= columns;
            row.width += row.has[i] ? width : 0;
        }
    }
    return row;
}

static void add_key(Buffer *row, const char *brief) {
    buffer_add(row, row->length ? KEY_GAP : "");
    buffer_add(row, brief);
}

/* The texts of the key row in the order of the table. */
static const char *join_keys(Arena *arena, const KeyRow *keys_of_row) {
    Buffer row = {.arena = arena};
    for (size_t i = 0; i < KEY_COUNT; i++)
        if (keys_of_row->has[i])
            add_key(&row, keys[i].brief);
    return buffer_text(&row);
}

/* The first of them that a narrow row has. */
static size_t first_prompt_key(int columns) {
    int width = -utf8_width(KEY_GAP);
    for (size_t i = 0; i < PROMPT_KEYS; i++)
        width += utf8_width(KEY_GAP) + utf8_width(prompt_row[i].brief);
    return width <= columns ? 0 : PROMPT_KEYS - 1;
}

static const char *prompt_keys_row(Arena *arena, int columns) {
    Buffer row = {.arena = arena};
    for (size_t i = first_prompt_key(columns); i < PROMPT_KEYS; i++)
        add_key(&row, prompt_row[i].brief);
    return buffer_text(&row);
}

const Press *keys_in_prompt_at(int columns, int column) {
    int start = 0;
    for (size_t i = first_prompt_key(columns); i < PROMPT_KEYS; i++) {
        int end = start + utf8_width(prompt_row[i].brief);
        if (column >= start && column < end)
            return &prompt_row[i].press;
        start = end + utf8_width(KEY_GAP);
    }
    return NULL;
}

const char *keys_row(const Tui *tui, Arena *arena, int columns) {
    if (live_runs(tui))
        return live_keys(tui, arena, columns);
    if (prompt_is_open(tui->prompt))
        return prompt_keys_row(arena, columns);
    KeyRow chosen = choose_keys(tui, columns);
    return chosen.width ? join_keys(arena, &chosen) : asks(tui) ? "answer" : "? help";
}

const Key *keys_at(const Tui *tui, int columns, int column) {
    KeyRow row = choose_keys(tui, columns);
    int start = 0;
    for (size_t i = 0; i < KEY_COUNT; i++) {
        if (!row.has[i])
            continue;
        int end = start + utf8_width(keys[i].brief);
        if (column >= start && column < end)
            return &keys[i];
        start = end + utf8_width(KEY_GAP);
    }
    return row.width == 0 && column >= 0 ? keys_find(tui, asks(tui) ? ':' : '?') : NULL;
}
