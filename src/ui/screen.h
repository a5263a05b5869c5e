/* screen: the terminal as a grid of cells and a source of key presses. Only it knows ncurses, with
 * screen_keys.c; what has changed between two frames is its business. */
#ifndef UI_SCREEN_H
#define UI_SCREEN_H

#include "view/theme.h"

/* A key: a character, or one of these. */
enum {
    PRESS_UP = 0x110000, /* above all characters */
    PRESS_DOWN,
    PRESS_LEFT,
    PRESS_RIGHT,
    PRESS_HOME,
    PRESS_END,
    PRESS_PAGE_UP,
    PRESS_PAGE_DOWN,
    PRESS_BACKSPACE,
    PRESS_BACKTAB,
    PRESS_HELP,   /* F1 */
    PRESS_ESCAPE, /* alone */
    PRESS_CLICK,  /* where: row and column */
    PRESS_WHEEL_UP,
    PRESS_WHEEL_DOWN,
    PRESS_PASTE_BEGIN, /* what follows until the end was pasted, not typed */
    PRESS_PASTE_END,
    PRESS_OTHER /* a key without a meaning here; its bytes may mean something to readline */
};

enum { PRESS_BYTES = 32, PRESS_CONTROL = 0x1F }; /* 'L' & PRESS_CONTROL is Ctrl-L */

typedef struct Press {
    int32_t code;
    size_t byte_count; /* of bytes: what the terminal sent for it */
    char bytes[PRESS_BYTES];
    int row, column; /* of the mouse */
} Press;

typedef enum ScreenColor {
    SCREEN_COLOR_AUTO, /* what the terminal has, none where NO_COLOR is set */
    SCREEN_COLOR_NEVER,
    SCREEN_COLOR_ALWAYS /* in spite of NO_COLOR */
} ScreenColor;

typedef struct Screen Screen;

/* What a wait ended with. */
typedef enum ScreenEvent {
    SCREEN_KEY,     /* `press` has it */
    SCREEN_CHANGED, /* another size, or the screen has to be drawn anew: show a frame */
    SCREEN_NOTHING, /* nothing within the time */
    SCREEN_GONE     /* there is no terminal any more */
} ScreenEvent;

/* Takes the terminal; NULL where it cannot be used for a screen (not a terminal, unknown, or
 * without cursor addressing), and then nothing was written to it. The caller has set the locale. */
Screen *screen_open(Arena *arena, bool ascii, ScreenColor color, ThemeKind theme);

/* Gives the terminal back as it was. */
void screen_close(Screen *screen);

void screen_size(const Screen *screen, int *rows, int *columns);
bool screen_is_ascii(const Screen *screen); /* asked for, or no UTF-8 here */

/* How fast the line to the terminal is, in bits a second. */
int screen_baud(const Screen *screen);

/* Puts a grid at (row, column), where `rows` × `columns` cells are its own: what it leaves of them
 * is blank, what is more is cut. It is seen when the screen is shown the next time. */
void screen_put(Screen *screen, const Grid *grid, int row, int column, int rows, int columns);

/* Whether nothing of what was put there is there any more, as after a change of size. */
bool screen_is_unknown(const Screen *screen);

/* Whether something was put there that is not shown yet. */
bool screen_has_changed(const Screen *screen);

/* Shows what was put there, the cursor at a cell, or hidden where `cursor_row` is negative. */
void screen_show(Screen *screen, int cursor_row, int cursor_column);

/* Listens to the mouse, or leaves it to the terminal. */
void screen_listen_to_mouse(Screen *screen, bool listen);

/* Has the next frame drawn in full, whatever the terminal shows now and whatever was put there. */
void screen_redraw(Screen *screen);

/* Waits for the next event, at most `milliseconds` (negative: without end). */
ScreenEvent screen_wait(Screen *screen, Press *press, int milliseconds);

/* Leaves the screen, pauses the program, and comes back when it goes on. */
void screen_suspend(Screen *screen);

/* Readline loads the description of the terminal for itself; after that, this puts ours back. */
void screen_reclaim(Screen *screen);

#endif
