#include "ui/prompt.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <readline/history.h>
#include <readline/readline.h>

#include "base/limits.h"
#include "base/str.h"
#include "base/utf8.h"
#include "ui/lines.h"

enum { LEAST_ROWS = 4, LEAST_COLUMNS = 20 };

struct Prompt {
    PromptComplete *complete;
    void *context;
    bool ready; /* readline is set up */
    bool open;
    bool ended;    /* readline has handed over the line, or its end */
    bool entered;  /* and it was a line */
    char *line;    /* the last one, from readline */
    Press pending; /* bytes that readline has not taken yet: [taken, byte_count) */
    size_t taken;
    Arena words; /* completions on offer, until the next press */
    char **matches;
    size_t match_count;
    int rows, columns;
};

/* Readline's hooks get no context: this is the prompt that is open, or was last. */
static Prompt *hooked;

/* --- Hooks ---------------------------------------------------------------------------------- */

static int hook_getc(FILE *stream) {
    (void)stream;
    if (hooked->taken == hooked->pending.byte_count)
        return EOF;
    return (unsigned char)hooked->pending.bytes[hooked->taken++];
}

static int hook_available(void) {
    return hooked->taken < hooked->pending.byte_count;
}

static void hook_redisplay(void) {
    /* the next frame shows the line */
}

static void hook_line(char *line) {
    rl_callback_handler_remove();
    hooked->ended = true;
    hooked->entered = line != NULL;
    if (line) {
        free(hooked->line);
        hooked->line = line;
    }
}

/* Readline's matches begin with what all of them have in common. */
static void hook_matches(char **matches, int count, int longest) {
    (void)longest;
    hooked->match_count = count > 0 ? (size_t)count : 0;
    hooked->matches = ARENA_ARRAY(&hooked->words, char *, hooked->match_count + 1);
    for (size_t i = 0; i < hooked->match_count; i++)
        hooked->matches[i] = utf8_sanitise(&hooked->words, matches[i + 1], strlen(matches[i + 1]));
}

/* The next word that begins with `text`: readline asks with state 0 for the first one. */
static char *next_word(const char *text, int state) {
    static const char **words;
    if (state == 0) {
        int start = rl_point - (int)strlen(text);
        words = hooked->complete(hooked->context, &hooked->words, rl_line_buffer,
                                 start > 0 ? (size_t)start : 0, (size_t)rl_point);
    }
    while (words && *words) {
        const char *word = *words++;
        if (str_starts(word, text))
            return strdup(word);
    }
    return NULL;
}

static char **hook_complete(const char *text, int start, int end) {
    (void)start, (void)end;
    rl_attempted_completion_over = 1; /* no file names */
    return rl_completion_matches(text, next_word);
}

/* --- Setting up ----------------------------------------------------------------------------- */

static void install_hooks(void) {
    static const char word_breaks[] = " \t\n+-*/^=()[]{},;:@<>!&|'\"";
    rl_readline_name = "backstep";
    rl_catch_signals = 0;
    rl_catch_sigwinch = 0;
    rl_change_environment = 0;
    rl_prep_term_function = NULL;
    rl_deprep_term_function = NULL;
    rl_getc_function = hook_getc;
    rl_input_available_hook = hook_available;
    rl_redisplay_function = hook_redisplay;
    rl_completion_display_matches_hook = hook_matches;
    rl_attempted_completion_function = hook_complete;
    rl_completer_word_break_characters = word_breaks;
    rl_basic_word_break_characters = word_breaks;
}

/* With vi keys, / and ? forget the line that was left for an older one, which is freed while it is
 * still needed (readline 8.2). What they do after that does not forget it. */
static void bind_searches(void) {
    rl_bind_key_in_map('/', rl_noninc_reverse_search, vi_movement_keymap);
    rl_bind_key_in_map('?', rl_noninc_forward_search, vi_movement_keymap);
}

/* What readline writes by itself (a newline after Enter, a bell) must not reach the screen. */
static void set_up(void) {
    FILE *nowhere = fopen("/dev/null", "w");
    install_hooks();
    if (nowhere)
        rl_outstream = nowhere;
    rl_initialize();
    bind_searches();
    rl_variable_bind("bell-style", "none");
    rl_variable_bind("enable-bracketed-paste", "off");
    rl_variable_bind("show-all-if-ambiguous", "on");
    lines_begin();
}

Prompt *prompt_new(Arena *arena, PromptComplete *complete, void *context) {
    Prompt *prompt = ARENA_NEW(arena, Prompt);
    prompt->complete = complete;
    prompt->context = context;
    return prompt;
}

void prompt_resize(Prompt *prompt, int rows, int columns) {
    prompt->rows = rows < LEAST_ROWS ? LEAST_ROWS : rows;
    prompt->columns = columns < LEAST_COLUMNS ? LEAST_COLUMNS : columns;
    if (prompt->ready)
        rl_set_screen_size(prompt->rows, prompt->columns);
}

static void begin_line(Prompt *prompt) {
    prompt->pending.byte_count = 0;
    prompt->taken = 0;
    prompt->ended = prompt->entered = false;
    rl_callback_handler_install("", hook_line);
}

static void forget_matches(Prompt *prompt) {
    arena_clear(&prompt->words);
    prompt->matches = NULL;
    prompt->match_count = 0;
}

void prompt_open(Prompt *prompt, const char *text) {
    hooked = prompt;
    if (!prompt->ready)
        set_up();
    prompt->ready = true;
    prompt_resize(prompt, prompt->rows, prompt->columns);
    begin_line(prompt);
    prompt->open = true;
    rl_insert_text(text);
}

bool prompt_is_open(const Prompt *prompt) {
    return prompt->open;
}

/* --- Editing -------------------------------------------------------------------------------- */

static bool ends_line(char byte) {
    return byte == '\r' || byte == '\n' || byte == ('O' & PRESS_CONTROL);
}

static bool is_searching(void) {
    return RL_ISSTATE(RL_STATE_ISEARCH | RL_STATE_NSEARCH) != 0;
}

/* Readline 8.2 takes an older line's changes back when the line ends, also where it has freed them
 * before. So they are forgotten, and not freed, for nobody knows which still stand. */
static void forget_changes(void) {
    HIST_ENTRY **lines = history_list();
    rl_undo_list = NULL;
    for (size_t i = 0; lines && lines[i]; i++)
        lines[i]->data = NULL;
}

/* Makes the older lines what they were: lines.c keeps that in place of their times. Only after a
 * line and any search in it have ended, which read them. */
static void restore_lines(void) {
    HIST_ENTRY **lines = history_list();
    for (size_t i = 0; lines && lines[i]; i++) {
        const char *original = lines[i]->timestamp;
        if (!original || str_equal(original, lines[i]->line))
            continue;
        char *copy = strdup(original);
        if (copy) {
            free(lines[i]->line);
            lines[i]->line = copy;
        }
    }
}

static void put_in(Prompt *prompt, const char *bytes, size_t count) {
    prompt->pending.byte_count = count < PRESS_BYTES ? count : 0;
    memcpy(prompt->pending.bytes, bytes, prompt->pending.byte_count);
    prompt->taken = 0;
    if (count > 0 && ends_line(bytes[0]))
        forget_changes();
    while (prompt->taken < prompt->pending.byte_count && !prompt->ended)
        rl_callback_read_char();
}

static void abort_search(Prompt *prompt) {
    static const char abort = 'G' & PRESS_CONTROL;
    if (is_searching())
        put_in(prompt, &abort, 1);
}

/* A search in which a line has ended would go on in the next one, through lines that are gone by
 * then. So it is brought to its end in an empty line. */
static void leave_search(Prompt *prompt) {
    const bool entered = prompt->entered;
    begin_line(prompt);
    abort_search(prompt);
    rl_callback_handler_remove();
    prompt->ended = true;
    prompt->entered = entered;
}

static void feed(Prompt *prompt, const char *bytes, size_t count) {
    put_in(prompt, bytes, count);
    if (prompt->ended && is_searching())
        leave_search(prompt);
    if (prompt->ended)
        restore_lines();
}

/* Ends the line as Enter does, whatever is in it. Readline gets confused about what it has to free
 * when a line is taken from it half done. */
static void end_line(Prompt *prompt) {
    enum { MOST_TRIES = 4 }; /* Enter may be taken for the end of a key of several presses */
    abort_search(prompt);
    for (int i = 0; i < MOST_TRIES && !prompt->ended; i++)
        feed(prompt, "\r", 1);
    if (!prompt->ended)
        rl_callback_handler_remove();
}

void prompt_close(Prompt *prompt) {
    if (prompt->open)
        end_line(prompt);
    prompt->open = false;
    forget_matches(prompt);
}

void prompt_release(Prompt *prompt) {
    prompt_close(prompt);
    free(prompt->line);
    prompt->line = NULL;
}

/* Esc leaves a search, or vi's insertion, or else the prompt. Readline itself never gets it: it
 * would wait for the rest of a key. */
static PromptResult press_escape(Prompt *prompt) {
    if (is_searching()) {
        abort_search(prompt);
        return PROMPT_EDITING;
    }
    if (rl_editing_mode == 0 && rl_get_keymap() == vi_insertion_keymap) {
        rl_vi_movement_mode(1, ESC);
        return PROMPT_EDITING;
    }
    prompt_close(prompt);
    return PROMPT_LEFT;
}

static PromptResult press_any(Prompt *prompt, const Press *press) {
    feed(prompt, press->bytes, press->byte_count);
    if (!prompt->ended)
        return PROMPT_EDITING;
    prompt_close(prompt);
    if (!prompt->entered)
        return PROMPT_LEFT;
    lines_add(prompt->line);
    return PROMPT_ENTERED;
}

PromptResult prompt_press(Prompt *prompt, const Press *press) {
    forget_matches(prompt);
    if (press->code == PRESS_ESCAPE)
        return press_escape(prompt);
    if (press->code == ('C' & PRESS_CONTROL)) {
        end_line(prompt);
        begin_line(prompt);
        return PROMPT_EDITING;
    }
    bool adds = press->code >= ' ' && press->code < PRESS_UP;
    if (adds && rl_end >= LIMIT_COMMAND_BYTES)
        return PROMPT_EDITING;
    return press_any(prompt, press);
}

void prompt_insert(Prompt *prompt, const char *text) {
    forget_matches(prompt);
    abort_search(prompt);
    bool control = (unsigned char)text[0] < ' ';
    if (!control && rl_end < LIMIT_COMMAND_BYTES)
        rl_insert_text(text);
    else if (text[0] == '\t')
        rl_insert_text(" ");
}

const char *prompt_line(const Prompt *prompt) {
    return prompt->line ? prompt->line : "";
}

char *const *prompt_matches(const Prompt *prompt, size_t *count) {
    *count = prompt->match_count;
    return prompt->matches;
}

/* --- Drawing -------------------------------------------------------------------------------- */

enum { SIGN_COLUMNS = 2 };

/* The end of `text` that takes at most `columns`. */
static const char *last_columns(const char *text, int columns) {
    int width = utf8_width(text);
    while (*text && width > columns) {
        uint32_t character = 0;
        size_t bytes = utf8_decode(text, &character);
        width -= bytes ? utf8_character_width(character) : 1;
        text += bytes ? bytes : 1;
    }
    return text;
}

/* What stands before the line: a search, "(reverse-i-search)`gr': ", or the mode of vi keys. */
static const char *line_sign(void) {
    const char *sign = rl_display_prompt ? rl_display_prompt : "";
    bool vi = rl_editing_mode == 0 && !*sign;
    return !vi ? sign : rl_get_keymap() == vi_insertion_keymap ? "(ins) " : "(cmd) ";
}

/* What of `count` bytes of the line is drawn. */
static const char *drawn(Arena *arena, const char *text, size_t count, bool ascii) {
    char *clean = utf8_sanitise(arena, text, count);
    return ascii ? utf8_to_ascii(arena, clean) : clean;
}

int prompt_draw(const Prompt *prompt, Arena *arena, Grid *grid, int row, int column, int columns) {
    const char *nabla = grid->ascii ? "> " : "∇ "; /* SIGN_COLUMNS wide */
    int used = grid_text_fit(grid, row, column, columns, nabla, STYLE_STRONG);
    if (!prompt->open)
        return column + used;
    const char *sign = line_sign();
    char *message = utf8_sanitise(arena, sign, strlen(sign));
    used += grid_text_fit(grid, row, column + used, (columns - used) / 2, message, STYLE_DIM);
    int room = columns - used - 1; /* the cursor may stand after the last character */
    if (room < 0)
        return column + (columns > 0 ? columns - 1 : 0);
    const char *before = drawn(arena, rl_line_buffer, (size_t)rl_point, grid->ascii);
    const char *after =
        drawn(arena, rl_line_buffer + rl_point, (size_t)(rl_end - rl_point), grid->ascii);
    const char *shown = last_columns(before, room);
    int cursor = column + used + grid_text(grid, row, column + used, shown, STYLE_NORMAL);
    grid_text_fit(grid, row, cursor, column + columns - cursor, after, STYLE_NORMAL);
    return cursor;
}

/* The columns of the character at a byte of the line; its bytes go into `bytes`. */
static int columns_at(Arena *arena, int at, bool ascii, int *bytes) {
    uint32_t character;
    size_t length = utf8_decode(rl_line_buffer + at, &character);
    *bytes = length ? (int)length : 1;
    return utf8_width(drawn(arena, rl_line_buffer + at, (size_t)*bytes, ascii));
}

void prompt_point(const Prompt *prompt, Arena *arena, bool ascii, int column, int columns) {
    if (!prompt->open || is_searching())
        return;
    const char *sign = line_sign();
    int used = SIGN_COLUMNS, most = (columns - used) / 2, bytes, at = 0, last = 0;
    int message = utf8_width(utf8_sanitise(arena, sign, strlen(sign)));
    used += message < most ? message : most;
    int before = utf8_width(drawn(arena, rl_line_buffer, (size_t)rl_point, ascii));
    for (; at < rl_point && before > columns - used - 1; at += bytes)
        before -= columns_at(arena, at, ascii, &bytes);
    for (int left = column - used; at < rl_end; at += bytes) {
        int width = columns_at(arena, at, ascii, &bytes);
        if (left < width)
            break;
        left -= width;
        last = at;
    }
    bool on_character = rl_editing_mode == 0 && rl_get_keymap() == vi_movement_keymap;
    rl_point = on_character && at == rl_end ? last : at;
}
