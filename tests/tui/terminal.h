/* terminal: the real program on a pseudo-terminal, and an emulator that shows what it drew.
 *
 * A Terminal starts a command as a terminal window would, presses its keys, changes its size and
 * reads its screen cell by cell. The program's questions (cursor position, device attributes) are
 * answered. Nothing here sleeps for a fixed time: terminal_settle waits until the program has read
 * every key, sleeps, and has said nothing for a few milliseconds; each wait has a longest time. */
#ifndef TUI_TERMINAL_H
#define TUI_TERMINAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <vterm.h>

enum {
    TERMINAL_MOST_COLUMNS = 500,
    TERMINAL_MOST_ROWS = 500,
    TERMINAL_LOG_BYTES = 64 * 1024, /* how much of the newest output is kept as it came */
};

typedef struct Terminal Terminal;

typedef struct TerminalSetup {
    const char *const *command;     /* path and arguments, NULL at the end */
    const char *const *environment; /* "NAME=VALUE", or "NAME" to unset it; NULL at the end */
    const char *home;               /* directory for HOME and XDG_*, or NULL to leave them */
    bool moving;                    /* the program shows pictures that move */
    int columns, rows;              /* 1 to TERMINAL_MOST_… */
    int64_t patience;               /* microseconds a wait may last */
} TerminalSetup;

typedef enum TerminalState {
    TERMINAL_QUIET, /* waits for a key and has drawn all it wanted */
    TERMINAL_BUSY,  /* still at work, or not reading its keys, when patience ended */
    TERMINAL_ENDED, /* the program is gone; its last output has been read */
} TerminalState;

/* What a program has switched on in its terminal. */
typedef struct TerminalModes {
    bool alternate_screen, cursor_hidden, mouse, application_keys, bracketed_paste;
    bool line_settings; /* echo, line editing and so on are not what they were at the start */
} TerminalModes;

/* Starts the command; NULL with errno set where no terminal or process could be had. A command that
 * cannot be executed ends with status 127. Release with terminal_close. */
Terminal *terminal_start(const TerminalSetup *setup);

/* Takes the terminal away, as closing its window does, and waits for the program to end; false
 * where it had to be killed because it did not within `longest` microseconds. The screen can still
 * be read. */
bool terminal_hang_up(Terminal *terminal, int64_t longest);

/* Hangs up, where that was not done, and frees everything. */
void terminal_close(Terminal *terminal);

/* Microseconds of a clock that only goes forward. */
int64_t terminal_now(void);

/* Reads what the program writes, at most `longest` microseconds. Whether anything came. */
bool terminal_read(Terminal *terminal, int64_t longest);

/* From now on nothing is read that the program writes. */
void terminal_turn_deaf(Terminal *terminal);

/* Reads until the program is quiet, has ended, or patience ends. */
TerminalState terminal_settle(Terminal *terminal);

/* The same, and when the first and the last output came; both 0 where none did. */
TerminalState terminal_settle_timed(Terminal *terminal, int64_t *first, int64_t *last);

/* Reads until the program has ended, at most `longest` microseconds. Whether it has. */
bool terminal_wait_end(Terminal *terminal, int64_t longest);

/* What waitpid said, once the program has ended. */
bool terminal_has_ended(Terminal *terminal, int *status);

/* Sends bytes as typed; false where the program did not take them within its patience. */
bool terminal_send(Terminal *terminal, const char *bytes, size_t length);

/* Presses a key: one character, or a name (space, enter, esc, tab, left, pageup, f1, …) with any of
 * ctrl-, alt-, shift- before it. False where there is no such key. */
bool terminal_press(Terminal *terminal, const char *key);

/* Pastes text, in brackets where the program asked for them; newlines become Enter. */
bool terminal_paste(Terminal *terminal, const char *text);

/* A press of the left button, or a turn of the wheel (4 up, 5 down), at a cell from 0; false where
 * the program does not listen to the mouse, or does not read. */
bool terminal_click(Terminal *terminal, int button, int row, int column);

/* Gives the window another size; the kernel tells the program. False where there is none such. */
bool terminal_resize(Terminal *terminal, int columns, int rows);

bool terminal_signal(Terminal *terminal, int number);

/* Bytes that the program has written so far. */
size_t terminal_received(const Terminal *terminal);

/* KiB of memory that the program has written to (RssAnon), and so the same on every machine: how
 * much is resident of its own file and of the libraries is the system's choice, and whether that
 * counts as shared depends on which other programs run. 0 where the system does not say. */
size_t terminal_memory(const Terminal *terminal);

/* The screen the program sees; or, after terminal_refresh_begin, the second one. */
typedef enum TerminalScreen { TERMINAL_LIVE, TERMINAL_FRESH } TerminalScreen;

/* Begins a second screen of the same size, full of rubbish, which from now on receives all output
 * too: only a program that draws everything anew makes both alike. _end throws it away. */
void terminal_refresh_begin(Terminal *terminal);
void terminal_refresh_end(Terminal *terminal);

void terminal_size(const Terminal *terminal, int *columns, int *rows);
VTermScreenCell terminal_cell(const Terminal *terminal, TerminalScreen which, int row, int column);
VTermPos terminal_cursor(const Terminal *terminal, TerminalScreen which);
TerminalModes terminal_modes(Terminal *terminal);

/* The newest output as it came, NUL-terminated, NUL bytes left out; valid until the next read. */
const char *terminal_log(const Terminal *terminal);

#endif
