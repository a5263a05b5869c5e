#include "ui/screen.h"

#include <curses.h>
#include <langinfo.h>
#include <poll.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <term.h>
#include <unistd.h>
#include <wchar.h>
#undef columns /* term.h makes a macro of this word */

#include "base/utf8.h"
#include "ui/rescue.h"
#include "ui/screen_keys.h"

enum {
    MOST_ROWS = 400, /* a larger window is used in part: each cell costs memory many times over */
    MOST_COLUMNS = 1000,
    FAREWELL_SIZE = 256,
    LONGEST_RUN = 64, /* cells that ncurses is given at once */
    GROUP = 16,       /* cells of a row: of MOST_COLUMNS there are at most 64 */
    GLYPHS = 256      /* cells of which is kept what ncurses makes of them; a power of two */
};

/* Beside what ncurses writes: it sets both modes in one sequence, of which terminals made with
 * libvterm (in Emacs, in Neovim) read the first. */
static const char MOUSE_ON[] = "\x1b[?1000h", MOUSE_OFF[] = "\x1b[?1000l\x1b[?1006l";
static const char PASTE_ON[] = "\x1b[?2004h", PASTE_OFF[] = "\x1b[?2004l";

/* What a cell looks like, as ncurses has it. */
typedef struct Glyph {
    Cell cell;
    bool known, visible; /* the right half of a wide character is not by itself */
    cchar_t look;
} Glyph;

struct Screen {
    SCREEN *curses;
    TERMINAL *terminal;
    ScreenKeys keys;
    bool ascii;
    bool mouse; /* is listened to */
    bool ansi;  /* the terminal takes the common sequences for pasting and the mouse */
    int rows, columns;
    attr_t attributes[STYLE_COUNT];
    short pairs[STYLE_COUNT];
    Glyph glyphs[GLYPHS];
    Grid shown;      /* what ncurses was given for each cell: only what differs is given again; */
    uint64_t *blank; /* of each row which groups of GROUP cells are blank: they need no look; */
    Arena cells;     /* where that stands */
    bool changed;    /* since it was shown */
    Cell blanks[GROUP];
};

/* --- Looks ---------------------------------------------------------------------------------- */

/* How each style looks beside its colour (view/theme.h), which is never the only sign of what
 * matters. */
static const struct {
    attr_t attributes;
    attr_t monochrome; /* beside them where there is no colour */
} looks[STYLE_COUNT] = {
    [STYLE_NORMAL] = {A_NORMAL, A_NORMAL},
    [STYLE_DIM] = {A_NORMAL, A_DIM},
    [STYLE_STRONG] = {A_BOLD, A_NORMAL},
    [STYLE_LIT] = {A_BOLD, A_NORMAL},
    [STYLE_NUMBER] = {A_NORMAL, A_NORMAL},
    [STYLE_BACKWARD] = {A_BOLD, A_NORMAL},
    [STYLE_CHANGED] = {A_BOLD | A_UNDERLINE, A_NORMAL},
    [STYLE_ERROR] = {A_BOLD, A_NORMAL},
    [STYLE_SELECTED] = {A_REVERSE, A_NORMAL},
    [STYLE_FOUND] = {A_REVERSE | A_UNDERLINE, A_NORMAL},
};

static bool color_wanted(ScreenColor color) {
    const char *no_color = getenv("NO_COLOR");
    bool refused = no_color && *no_color;
    return color == SCREEN_COLOR_ALWAYS || (color == SCREEN_COLOR_AUTO && !refused);
}

static void choose_looks(Screen *screen, ScreenColor color, ThemeKind kind) {
    bool colored = kind != THEME_MONO && color_wanted(color) && has_colors() && start_color() == OK;
    bool defaults = colored && use_default_colors() == OK; /* once there are colours at all */
    const Theme *theme = colored ? theme_find(kind, COLORS) : NULL;
    if (theme && !defaults && theme->paper == THEME_OWN)
        theme = NULL;
    for (short style = 0; style < STYLE_COUNT; style++) {
        short ink = theme ? theme->inks[style] : THEME_OWN, paper = theme ? theme->paper : ink;
        bool own = ink == THEME_OWN && paper == THEME_OWN;
        screen->attributes[style] = looks[style].attributes;
        screen->pairs[style] = 0;
        if (!own && init_pair((short)(style + 1), ink, paper) == OK)
            screen->pairs[style] = (short)(style + 1);
        bool pale = theme && theme->inks[STYLE_DIM] != theme->inks[STYLE_NORMAL];
        if (!theme || (style == STYLE_DIM && !pale))
            screen->attributes[style] |= looks[style].monochrome;
    }
}

/* --- Taking the terminal and giving it back ------------------------------------------------- */

static void write_directly(const char *text) {
    ssize_t written = write(STDOUT_FILENO, text, strlen(text));
    (void)written; /* a terminal that cannot be written to is noticed at the next read */
}

/* The modes that ncurses does not know, or not everywhere. */
static void write_modes(const Screen *screen, bool on) {
    if (!screen->ansi)
        return;
    write_directly(on ? PASTE_ON : PASTE_OFF);
    if (screen->mouse)
        write_directly(on ? MOUSE_ON : MOUSE_OFF);
}

static bool window_size(int *rows, int *columns) {
    struct winsize size;
    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_row == 0 || size.ws_col == 0)
        return false;
    *rows = size.ws_row < MOST_ROWS ? size.ws_row : MOST_ROWS;
    *columns = size.ws_col < MOST_COLUMNS ? size.ws_col : MOST_COLUMNS;
    return true;
}

/* Whether the terminal is known and its cursor can be put anywhere. */
static bool terminal_is_able(bool *ansi) {
    int found = 0;
    const char *name = getenv("TERM");
    bool talks = isatty(STDIN_FILENO) && isatty(STDOUT_FILENO) && name && *name;
    if (!talks || setupterm(NULL, STDOUT_FILENO, &found) != OK)
        return false;
    bool able = cursor_address && clear_screen && !generic_type;
    *ansi = able && strncmp(cursor_address, "\x1b[", 2) == 0;
    del_curterm(cur_term);
    return able;
}

/* ncurses takes the size from the environment where it stands there, and asks for it again whenever
 * it comes back from endwin: so ours stands there, which is bounded. */
static void set_size(int rows, int columns) {
    char number[16];
    snprintf(number, sizeof number, "%d", rows);
    setenv("LINES", number, 1);
    snprintf(number, sizeof number, "%d", columns);
    setenv("COLUMNS", number, 1);
}

static void forget_size(void) {
    unsetenv("LINES");
    unsetenv("COLUMNS");
}

static SCREEN *open_curses(void) {
    int rows, columns;
    forget_size();
    if (window_size(&rows, &columns))
        set_size(rows, columns);
    SCREEN *curses = newterm(NULL, stdout, stdin);
    if (!curses)
        forget_size();
    return curses;
}

/* What tputs writes for the farewell goes here. */
static struct {
    char text[FAREWELL_SIZE];
    size_t length;
} farewell;

static int add_to_farewell(int byte) {
    if (farewell.length + 1 < FAREWELL_SIZE)
        farewell.text[farewell.length++] = (char)byte;
    return byte;
}

static void build_farewell(bool ansi) {
    const char *const ends[] = {exit_attribute_mode, keypad_local, cursor_normal, exit_ca_mode};
    farewell.length = 0;
    for (const char *byte = ansi ? PASTE_OFF : ""; *byte; byte++)
        add_to_farewell(*byte);
    for (const char *byte = ansi ? MOUSE_OFF : ""; *byte; byte++)
        add_to_farewell(*byte);
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++)
        if (ends[i])
            tputs(ends[i], 1, add_to_farewell);
    farewell.text[farewell.length] = '\0';
}

Screen *screen_open(Arena *arena, bool ascii, ScreenColor color, ThemeKind theme) {
    struct termios settings;
    bool ansi = false;
    if (tcgetattr(STDIN_FILENO, &settings) != 0 || !terminal_is_able(&ansi))
        return NULL;
    SCREEN *curses = open_curses();
    if (!curses)
        return NULL;
    Screen *screen = ARENA_NEW(arena, Screen);
    *screen = (Screen){.curses = curses, .terminal = cur_term, .ansi = ansi};
    for (int i = 0; i < GROUP; i++)
        screen->blanks[i] = (Cell){.text = " "};
    screen->ascii = ascii || strcmp(nl_langinfo(CODESET), "UTF-8") != 0;
    endwin(); /* until it was left once, ncurses writes each movement of the cursor by itself */
    doupdate();
    build_farewell(screen->ansi);
    rescue_arm(&settings, farewell.text);
    raw();
    noecho();
    nonl();
    typeahead(-1); /* a frame is written whole, though the next key has come */
    screen_keys_open(&screen->keys);
    choose_looks(screen, color, theme);
    getmaxyx(stdscr, screen->rows, screen->columns);
    write_modes(screen, true);
    return screen;
}

void screen_close(Screen *screen) {
    write_modes(screen, false);
    curs_set(1);
    endwin();
    rescue_disarm();
    screen_keys_close(&screen->keys);
    delscreen(screen->curses);
    forget_size();
    arena_clear(&screen->cells);
}

void screen_reclaim(Screen *screen) {
    set_curterm(screen->terminal);
}

void screen_size(const Screen *screen, int *rows, int *columns) {
    *rows = screen->rows;
    *columns = screen->columns;
}

bool screen_is_ascii(const Screen *screen) {
    return screen->ascii;
}

int screen_baud(const Screen *screen) {
    (void)screen;
    return baudrate();
}

/* --- Drawing -------------------------------------------------------------------------------- */

/* Cells may look the same and have different marks. */
static bool same_look(const Cell *a, const Cell *b) {
    return memcmp(a, b, offsetof(Cell, mark)) == 0;
}

/* A cell's text as ncurses wants it; false where it is the right half of a wide character. */
static bool wide_text(const char *text, wchar_t wide[CCHARW_MAX]) {
    size_t count = 0;
    while (*text && count + 1 < CCHARW_MAX) {
        uint32_t character = 0;
        size_t bytes = utf8_decode(text, &character);
        bool plain = character >= ' ' && character <= '~';
        bool shown = plain || (bytes && utf8_is_safe(character) && character >= ' ' &&
                               (count > 0 || wcwidth((wchar_t)character) > 0));
        wide[count++] = shown ? (wchar_t)character : L'?';
        text += bytes ? bytes : 1;
    }
    wide[count] = L'\0';
    return count > 0;
}

/* Looks are asked for again and again: each once, as long as no other takes its place. */
static const Glyph *glyph_of(Screen *screen, const Cell *cell) {
    uint64_t first;
    uint32_t second;
    memcpy(&first, cell, sizeof first);
    memcpy(&second, (const char *)cell + sizeof first, sizeof second);
    uint64_t hash = (first ^ second) * 0x9E3779B97F4A7C15;
    Glyph *glyph = &screen->glyphs[(hash >> 32) % GLYPHS];
    if (glyph->known && same_look(&glyph->cell, cell))
        return glyph;
    wchar_t wide[CCHARW_MAX + 1];
    int style = cell->style < STYLE_COUNT ? cell->style : STYLE_NORMAL;
    glyph->cell = *cell;
    glyph->known = true;
    glyph->visible = wide_text(cell->text, wide);
    setcchar(&glyph->look, wide, screen->attributes[style], screen->pairs[style], NULL);
    return glyph;
}

/* Hands ncurses the cells of a row that have changed, those that stand together at once. */
static void show_changed(Screen *screen, const Cell *cells, int count, int row, int column) {
    const Cell *shown = grid_cell(&screen->shown, row, column);
    cchar_t run[LONGEST_RUN];
    int length = 0, start = 0;
    for (int i = 0; i < count; i++) {
        bool same = same_look(&shown[i], &cells[i]);
        if (length > 0 && (same || length == LONGEST_RUN)) {
            mvwadd_wchnstr(newscr, row, column + start, run, length);
            length = 0;
        }
        if (same)
            continue;
        const Glyph *glyph = glyph_of(screen, &cells[i]);
        if (!glyph->visible)
            continue;
        if (length == 0)
            start = i;
        run[length++] = glyph->look;
    }
    if (length > 0)
        mvwadd_wchnstr(newscr, row, column + start, run, length);
}

/* Makes both ncurses and us believe that nothing is there yet. */
static void forget_cells(Screen *screen) {
    arena_clear(&screen->cells);
    screen->shown = grid_new(&screen->cells, screen->rows, screen->columns, false);
    screen->blank = ARENA_ARRAY(&screen->cells, uint64_t, (size_t)screen->rows);
    bool blank = screen->attributes[STYLE_NORMAL] == A_NORMAL && screen->pairs[STYLE_NORMAL] == 0;
    for (int i = 0; !blank && i < screen->rows * screen->columns; i++)
        screen->shown.cells[i].style = STYLE_COUNT;
    werase(newscr);
}

bool screen_is_unknown(const Screen *screen) {
    return screen->shown.rows != screen->rows || screen->shown.columns != screen->columns;
}

/* Cells of one row, which are within the screen. */
static void put_cells(Screen *screen, const Cell *cells, int count, int row, int column) {
    Cell *shown = grid_cell(&screen->shown, row, column);
    if (count <= 0 || memcmp(shown, cells, (size_t)count * sizeof *cells) == 0)
        return;
    screen->changed = true;
    for (int group = column / GROUP; group <= (column + count - 1) / GROUP; group++)
        screen->blank[row] &= ~((uint64_t)1 << group);
    show_changed(screen, cells, count, row, column);
    memcpy(shown, cells, (size_t)count * sizeof *cells);
}

static int smaller_of(int a, int b) {
    return a < b ? a : b;
}

static void put_blanks(Screen *screen, int row, int column, int end) {
    for (int next; column < end; column = next) {
        const int group = column / GROUP, start = group * GROUP;
        next = smaller_of(start + GROUP, end);
        if (screen->blank[row] >> group & 1)
            continue;
        put_cells(screen, screen->blanks, next - column, row, column);
        if (next - start == GROUP && column == start)
            screen->blank[row] |= (uint64_t)1 << group;
    }
}

/* How many of the first `most` cells of a row stand before the blank ones at their end; a wide
 * character of which only one half has room counts as blank. */
static int filled_cells(const Screen *screen, const Grid *grid, int row, int most) {
    const Cell *cells = grid_cell(grid, row, 0);
    int count = !cells ? 0 : smaller_of(grid->columns, most);
    if (count > 0 && count < grid->columns && !cells[count].text[0])
        count--;
    while (count > 0 && same_look(&cells[count - 1], screen->blanks))
        count--;
    return count;
}

void screen_put(Screen *screen, const Grid *grid, int row, int column, int rows, int columns) {
    if (screen_is_unknown(screen))
        forget_cells(screen);
    columns = smaller_of(columns, screen->columns - column);
    rows = smaller_of(rows, screen->rows - row);
    for (int i = row < 0 ? -row : 0; i < rows; i++) {
        int filled = filled_cells(screen, grid, i, columns);
        put_cells(screen, grid_cell(grid, i, 0), filled, row + i, column);
        put_blanks(screen, row + i, column + filled, column + columns);
    }
}

bool screen_has_changed(const Screen *screen) {
    return screen->changed;
}

void screen_show(Screen *screen, int cursor_row, int cursor_column) {
    screen->changed = false;
    bool cursor = cursor_row >= 0 && cursor_row < screen->rows && cursor_column >= 0 &&
                  cursor_column < screen->columns;
    bool hidden = curs_set(cursor ? 1 : 0) != ERR && !cursor;
    leaveok(newscr, hidden); /* a cursor that nobody sees stays where it is */
    wmove(newscr, cursor ? cursor_row : screen->rows - 1, cursor ? cursor_column : 0);
    doupdate();
}

void screen_listen_to_mouse(Screen *screen, bool listen) {
    if (screen->mouse == listen)
        return;
    mmask_t events = BUTTON1_PRESSED | BUTTON4_PRESSED | BUTTON5_PRESSED;
    mouseinterval(0); /* a press is acted on at once, not when it has become a click */
    mousemask(listen ? events : 0, NULL);
    screen->mouse = listen;
    if (screen->ansi)
        write_directly(listen ? MOUSE_ON : MOUSE_OFF);
}

void screen_redraw(Screen *screen) {
    screen->shown = (Grid){0};
    clearok(curscr, TRUE);
}

/* Terminals differ in what they keep when they shrink and grow; and where the size is what it was,
 * it may have been another for a moment, which has cut something off. */
static void follow_size(Screen *screen) {
    int rows = screen->rows, columns = screen->columns;
    window_size(&rows, &columns);
    if (rows != screen->rows || columns != screen->columns) {
        set_size(rows, columns);
        resizeterm(rows, columns);
        getmaxyx(stdscr, screen->rows, screen->columns);
    }
    screen_redraw(screen);
}

static void come_back(Screen *screen) {
    reset_prog_mode();
    write_modes(screen, true);
    follow_size(screen);
}

void screen_suspend(Screen *screen) {
    write_modes(screen, false);
    curs_set(1);
    endwin();
    rescue_stop();
    come_back(screen);
}

/* --- Waiting --------------------------------------------------------------------------------- */

/* Whether the input has come to its end: it is ready, and yet there is nothing in it. */
static bool input_ended(void) {
    struct pollfd input = {.fd = STDIN_FILENO, .events = POLLIN};
    int unread = 0;
    return poll(&input, 1, 0) > 0 && (ioctl(STDIN_FILENO, FIONREAD, &unread) != 0 || unread == 0);
}

ScreenEvent screen_wait(Screen *screen, Press *press, int milliseconds) {
    if (screen_keys_read(&screen->keys,
                         press)) /* what ncurses has read already is not seen by a wait */
        return SCREEN_KEY;
    RescueNews news = rescue_wait(milliseconds);
    if (news.stop)
        screen_suspend(screen);
    else if (news.continued)
        come_back(screen);
    else if (news.resized)
        follow_size(screen);
    if (news.stop || news.continued || news.resized)
        return SCREEN_CHANGED;
    if (!news.input)
        return SCREEN_NOTHING;
    if (screen_keys_read(&screen->keys, press))
        return SCREEN_KEY;
    return input_ended() ? SCREEN_GONE : SCREEN_NOTHING;
}
