#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "terminal.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>
#include <utmp.h>

#include "emulator.h"
#include "rest.h"

enum {
    MICROSECONDS = 1000000,
    SLICE = 1000,          /* between two looks at the program */
    QUIET = 12000,         /* silence that counts as quiet while the program sleeps */
    QUIET_ESCAPE = 90000,  /* and after Esc, which a program only believes after a while */
    QUIET_MOVING = 260000, /* and where pictures move, as long as they do */
    READ_BYTES = 16 * 1024,
    REPLY_BYTES = 1024,
};

#define MARK "" /* a NUL, which no program writes to a screen */

struct Terminal {
    pid_t process;
    int master; /* our end */
    int slave;  /* the program's end, kept open to see what it has not read yet */
    struct termios line_settings;
    bool ended;
    bool deaf; /* reads nothing */
    int status;
    int columns, rows;
    int64_t patience;
    int64_t quiet;           /* silence that counts as quiet, */
    int64_t silence;         /* and that after the last key */
    long turns;              /* rest_turns when it was quiet last; negative where not known */
    int sent;                /* how often something was sent since */
    int marker;              /* the program's end once more, for marks in its output */
    bool mark_awaited;       /* one was sent and has not come out yet */
    Emulator live, fresh;    /* fresh.vterm is NULL while there is no second screen */
    char reply[REPLY_BYTES]; /* what libvterm has to say and the program has not been sent */
    size_t reply_length;
    char log[TERMINAL_LOG_BYTES + 1];
    size_t log_length;
    size_t received; /* bytes in all */
};

int64_t terminal_now(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * MICROSECONDS + now.tv_nsec / 1000;
}

/* --- The process ---------------------------------------------------------------------------- */

static void child_set_homes(const char *home) {
    static const char *const names[] = {"HOME",           "XDG_CONFIG_HOME", "XDG_DATA_HOME",
                                        "XDG_STATE_HOME", "XDG_CACHE_HOME",  "XDG_RUNTIME_DIR"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        setenv(names[i], home, 1);
}

static void child_set_environment(const TerminalSetup *setup) {
    setenv("TERM", "xterm-256color", 1);
    setenv("LC_ALL", "C.UTF-8", 1);
    unsetenv("COLUMNS");
    unsetenv("LINES");
    unsetenv("NO_COLOR");
    if (setup->home)
        child_set_homes(setup->home);
    for (const char *const *entry = setup->environment; entry && *entry; entry++) {
        if (strchr(*entry, '='))
            putenv(strdup(*entry));
        else
            unsetenv(*entry);
    }
}

static _Noreturn void child_run(const TerminalSetup *setup, int slave) {
    enum { STATUS_CANNOT_RUN = 127 };
    login_tty(slave);
    /* As a login shell would find them: a test in the background inherits some of them ignored. */
    static const int defaults[] = {SIGPIPE, SIGHUP, SIGINT, SIGQUIT, SIGTERM};
    for (size_t i = 0; i < sizeof defaults / sizeof *defaults; i++)
        signal(defaults[i], SIG_DFL);
    child_set_environment(setup);
    execvp(setup->command[0], (char *const *)(uintptr_t)setup->command);
    fprintf(stderr, "%s: %s\n", setup->command[0], strerror(errno));
    _exit(STATUS_CANNOT_RUN);
}

static void terminal_on_reply(const char *bytes, size_t length, void *user) {
    Terminal *terminal = user;
    size_t room = sizeof terminal->reply - terminal->reply_length;
    size_t taken = length < room ? length : room;
    memcpy(terminal->reply + terminal->reply_length, bytes, taken);
    terminal->reply_length += taken;
}

static bool size_is_possible(int columns, int rows) {
    return columns >= 1 && columns <= TERMINAL_MOST_COLUMNS && rows >= 1 &&
           rows <= TERMINAL_MOST_ROWS;
}

static struct winsize window_size(int columns, int rows) {
    return (struct winsize){.ws_col = (unsigned short)columns, .ws_row = (unsigned short)rows};
}

static bool terminal_spawn(Terminal *terminal, const TerminalSetup *setup) {
    struct winsize size = window_size(setup->columns, setup->rows);
    if (openpty(&terminal->master, &terminal->slave, NULL, NULL, &size) != 0)
        return false;
    tcgetattr(terminal->slave, &terminal->line_settings);
    fcntl(terminal->master, F_SETFL, O_NONBLOCK);
    fcntl(terminal->master, F_SETFD, FD_CLOEXEC);
    terminal->marker = open(ttyname(terminal->slave), O_WRONLY | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
    fflush(NULL);
    terminal->process = fork();
    if (terminal->process == 0)
        child_run(setup, terminal->slave);
    fcntl(terminal->slave, F_SETFD, FD_CLOEXEC);
    return terminal->process > 0;
}

Terminal *terminal_start(const TerminalSetup *setup) {
    if (!size_is_possible(setup->columns, setup->rows)) {
        errno = EINVAL;
        return NULL;
    }
    Terminal *terminal = calloc(1, sizeof *terminal);
    if (!terminal)
        return NULL;
    *terminal = (Terminal){.master = -1, .slave = -1, .marker = -1, .turns = -1};
    terminal->silence = terminal->quiet = setup->moving ? QUIET_MOVING : QUIET;
    terminal->columns = setup->columns;
    terminal->rows = setup->rows;
    terminal->patience = setup->patience;
    emulator_open(&terminal->live, setup->columns, setup->rows);
    vterm_output_set_callback(terminal->live.vterm, terminal_on_reply, terminal);
    if (terminal_spawn(terminal, setup))
        return terminal;
    int reason = errno;
    terminal->ended = true;
    terminal_close(terminal);
    errno = reason;
    return NULL;
}

bool terminal_hang_up(Terminal *terminal, int64_t longest) {
    if (terminal->slave >= 0)
        close(terminal->slave);
    if (terminal->marker >= 0)
        close(terminal->marker);
    if (terminal->master >= 0)
        close(terminal->master);
    terminal->slave = terminal->marker = terminal->master = -1;
    bool willing = terminal->ended || terminal_wait_end(terminal, longest);
    if (!willing) {
        kill(terminal->process, SIGKILL);
        waitpid(terminal->process, &terminal->status, 0);
        terminal->ended = true;
    }
    return willing;
}

void terminal_close(Terminal *terminal) {
    terminal_hang_up(terminal, 0);
    emulator_close(&terminal->live);
    emulator_close(&terminal->fresh);
    free(terminal);
}

bool terminal_has_ended(Terminal *terminal, int *status) {
    if (!terminal->ended && waitpid(terminal->process, &terminal->status, WNOHANG) > 0) {
        terminal->ended = true;
        while (terminal_read(terminal, 0))
            continue;
    }
    if (status)
        *status = terminal->status;
    return terminal->ended;
}

bool terminal_signal(Terminal *terminal, int number) {
    terminal->sent++;
    return !terminal->ended && kill(terminal->process, number) == 0;
}

size_t terminal_received(const Terminal *terminal) {
    return terminal->received;
}

size_t terminal_memory(const Terminal *terminal) {
    char path[64], line[256];
    size_t written = 0;
    snprintf(path, sizeof path, "/proc/%ld/status", (long)terminal->process);
    FILE *file = fopen(path, "re");
    while (file && fgets(line, sizeof line, file)) {
        if (strncmp(line, "RssAnon:", strlen("RssAnon:")) == 0)
            written = strtoul(line + strlen("RssAnon:"), NULL, 10);
    }
    if (file)
        fclose(file);
    return written;
}

/* --- Output --------------------------------------------------------------------------------- */

static void terminal_log_add(Terminal *terminal, const char *bytes, size_t length) {
    size_t room = TERMINAL_LOG_BYTES - terminal->log_length;
    if (length > room) {
        size_t dropped = length - room;
        memmove(terminal->log, terminal->log + dropped, terminal->log_length - dropped);
        terminal->log_length -= dropped;
    }
    memcpy(terminal->log + terminal->log_length, bytes, length);
    terminal->log_length += length;
    terminal->log[terminal->log_length] = '\0';
}

const char *terminal_log(const Terminal *terminal) {
    return terminal->log;
}

/* Sends as much of the reply as fits without waiting. */
static void terminal_offer_reply(Terminal *terminal) {
    ssize_t count = write(terminal->master, terminal->reply, terminal->reply_length);
    terminal->sent++;
    if (count > 0) {
        terminal->reply_length -= (size_t)count;
        memmove(terminal->reply, terminal->reply + count, terminal->reply_length);
    }
}

/* Takes the marks out of what was read; returns how much is left of it. */
static size_t take_marks(Terminal *terminal, char *bytes, size_t length) {
    size_t kept = 0;
    for (size_t i = 0; i < length; i++)
        if (bytes[i] != *MARK)
            bytes[kept++] = bytes[i];
    terminal->mark_awaited = terminal->mark_awaited && kept == length;
    return kept;
}

bool terminal_read(Terminal *terminal, int64_t longest) {
    char bytes[READ_BYTES];
    struct pollfd ready = {.fd = terminal->master, .events = POLLIN};
    struct timespec wait = {.tv_sec = longest / MICROSECONDS,
                            .tv_nsec = longest % MICROSECONDS * 1000};
    if (terminal->deaf)
        ready.events = 0;
    if (ppoll(&ready, 1, &wait, NULL) <= 0 || terminal->master < 0 || terminal->deaf)
        return false;
    ssize_t count = read(terminal->master, bytes, sizeof bytes);
    if (count <= 0)
        return false;
    size_t length = take_marks(terminal, bytes, (size_t)count);
    terminal->received += length;
    terminal_log_add(terminal, bytes, length);
    emulator_write(&terminal->live, bytes, length);
    if (terminal->fresh.vterm)
        emulator_write(&terminal->fresh, bytes, length);
    if (terminal->reply_length > 0)
        terminal_offer_reply(terminal);
    return length > 0;
}

void terminal_turn_deaf(Terminal *terminal) {
    terminal->deaf = true;
}

static bool input_is_read(const Terminal *terminal) {
    int unread = 0;
    return ioctl(terminal->slave, FIONREAD, &unread) != 0 || unread == 0;
}

/* How long it must have been silent to be quiet; negative while it is at work. Who sleeps for ever,
 * and has woken for the one thing sent since it was quiet last, has nothing more to say. */
static int64_t silence_wanted(const Terminal *terminal) {
    Rest rest = rest_of(terminal->process);
    if (rest == REST_NONE || !input_is_read(terminal))
        return -1;
    if (rest == REST_FOR_TIME)
        return terminal->silence;
    bool woke = terminal->sent == 1 && rest_turns(terminal->process) != terminal->turns;
    bool answered = terminal->turns >= 0 && (terminal->sent == 0 || woke);
    return answered ? 0 : QUIET;
}

/* Puts a mark behind all that was written so far; when it comes out, that has been read. False
 * where there is no room for it now. */
static bool send_mark(Terminal *terminal) {
    bool sent = write(terminal->marker, MARK, 1) == 1;
    terminal->mark_awaited = sent;
    return sent || errno != EAGAIN;
}

static void note_quiet(Terminal *terminal) {
    bool for_ever = rest_of(terminal->process) == REST_FOR_EVER;
    terminal->turns = for_ever ? rest_turns(terminal->process) : -1;
    terminal->sent = 0;
    terminal->silence = terminal->quiet;
}

TerminalState terminal_settle_timed(Terminal *terminal, int64_t *first, int64_t *last) {
    int64_t start = terminal_now(), quiet_since = start;
    bool marked = false; /* since it came to rest */
    *first = *last = 0;
    while (terminal_now() - start < terminal->patience) {
        if (terminal_read(terminal, SLICE)) {
            *last = quiet_since = terminal_now();
            *first = *first ? *first : *last;
            continue;
        }
        int64_t silence = silence_wanted(terminal);
        if (terminal_has_ended(terminal, NULL))
            return TERMINAL_ENDED;
        if (silence < 0) {
            quiet_since = terminal_now();
            marked = false;
        } else if (marked && !terminal->mark_awaited && terminal_now() - quiet_since >= silence) {
            note_quiet(terminal);
            return TERMINAL_QUIET;
        } else if (!marked && !terminal->mark_awaited) {
            marked = send_mark(terminal);
        }
    }
    terminal->silence = terminal->quiet;
    return TERMINAL_BUSY;
}

TerminalState terminal_settle(Terminal *terminal) {
    int64_t first, last;
    return terminal_settle_timed(terminal, &first, &last);
}

bool terminal_wait_end(Terminal *terminal, int64_t longest) {
    int64_t start = terminal_now();
    while (!terminal_has_ended(terminal, NULL) && terminal_now() - start < longest)
        terminal_read(terminal, SLICE);
    return terminal->ended;
}

/* --- Keys ----------------------------------------------------------------------------------- */

bool terminal_send(Terminal *terminal, const char *bytes, size_t length) {
    int64_t start = terminal_now();
    terminal->sent++;
    if (memchr(bytes, '\x1b', length) && terminal->quiet < QUIET_ESCAPE)
        terminal->silence = QUIET_ESCAPE;
    while (length > 0) {
        ssize_t count = write(terminal->master, bytes, length);
        if (count > 0) {
            bytes += count;
            length -= (size_t)count;
        } else if (terminal->ended || terminal_now() - start > terminal->patience) {
            return false;
        } else {
            terminal_read(terminal, SLICE);
            terminal_has_ended(terminal, NULL);
        }
    }
    return true;
}

static bool terminal_send_reply(Terminal *terminal) {
    char bytes[REPLY_BYTES];
    size_t length = terminal->reply_length;
    memcpy(bytes, terminal->reply, length);
    terminal->reply_length = 0;
    return terminal_send(terminal, bytes, length);
}

typedef struct KeyName {
    const char *name;
    VTermKey key;
} KeyName;

static VTermKey key_find(const char *name) {
    static const KeyName names[] = {
        {"enter", VTERM_KEY_ENTER},   {"esc", VTERM_KEY_ESCAPE},
        {"tab", VTERM_KEY_TAB},       {"backspace", VTERM_KEY_BACKSPACE},
        {"left", VTERM_KEY_LEFT},     {"right", VTERM_KEY_RIGHT},
        {"up", VTERM_KEY_UP},         {"down", VTERM_KEY_DOWN},
        {"home", VTERM_KEY_HOME},     {"end", VTERM_KEY_END},
        {"pageup", VTERM_KEY_PAGEUP}, {"pagedown", VTERM_KEY_PAGEDOWN},
        {"insert", VTERM_KEY_INS},    {"delete", VTERM_KEY_DEL},
    };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcasecmp(name, names[i].name) == 0)
            return names[i].key;
    char *end = NULL;
    long number = name[0] == 'f' && name[1] ? strtol(name + 1, &end, 10) : 0;
    if (number >= 1 && number <= 12 && *end == '\0')
        return (VTermKey)VTERM_KEY_FUNCTION(number);
    return VTERM_KEY_NONE;
}

static const char *key_read_modifiers(const char *key, VTermModifier *modifiers) {
    static const struct {
        const char *prefix;
        VTermModifier modifier;
    } known[] = {{"ctrl-", VTERM_MOD_CTRL}, {"alt-", VTERM_MOD_ALT}, {"shift-", VTERM_MOD_SHIFT}};
    unsigned found = VTERM_MOD_NONE;
    size_t count = sizeof known / sizeof *known;
    for (size_t i = 0; i < count; i++) {
        size_t length = strlen(known[i].prefix);
        bool stands_here = strncasecmp(key, known[i].prefix, length) == 0 && key[length];
        if (stands_here && !(found & known[i].modifier)) {
            key += length;
            found |= known[i].modifier;
            i = (size_t)-1; /* they may come in any order: once more from the first */
        }
    }
    *modifiers = (VTermModifier)found;
    return key;
}

/* A character key; Ctrl and Alt as xterm sends them (Ctrl keeps five bits, Alt puts Esc first). */
static bool terminal_press_character(Terminal *terminal, const char *text,
                                     VTermModifier modifiers) {
    char bytes[1 + CHARACTER_BYTES];
    size_t length = 0, size = strlen(text);
    bool is_character = size >= 1 && size == emulator_character_length((unsigned char)text[0]);
    bool is_ascii = size == 1 && (unsigned char)text[0] < 0x80;
    if (!is_character || (modifiers & VTERM_MOD_SHIFT) ||
        ((modifiers & VTERM_MOD_CTRL) && !is_ascii))
        return false;
    if (modifiers & VTERM_MOD_ALT)
        bytes[length++] = '\x1b';
    memcpy(bytes + length, text, size);
    if (modifiers & VTERM_MOD_CTRL)
        bytes[length] = text[0] & 0x1F;
    return terminal_send(terminal, bytes, length + size);
}

bool terminal_press(Terminal *terminal, const char *key) {
    VTermModifier modifiers;
    const char *name = key_read_modifiers(key, &modifiers);
    VTermKey special = key_find(name);
    if (strcasecmp(name, "space") == 0)
        return terminal_press_character(terminal, " ", modifiers);
    if (special == VTERM_KEY_NONE)
        return terminal_press_character(terminal, name, modifiers);
    vterm_keyboard_key(terminal->live.vterm, special, modifiers);
    return terminal_send_reply(terminal);
}

bool terminal_paste(Terminal *terminal, const char *text) {
    vterm_keyboard_start_paste(terminal->live.vterm);
    bool taken = terminal_send_reply(terminal);
    for (const char *at = text; *at && taken; at++)
        taken = terminal_send(terminal, *at == '\n' ? "\r" : at, 1);
    vterm_keyboard_end_paste(terminal->live.vterm);
    return terminal_send_reply(terminal) && taken;
}

bool terminal_click(Terminal *terminal, int button, int row, int column) {
    if (!terminal->live.mouse)
        return false;
    vterm_mouse_move(terminal->live.vterm, row, column, VTERM_MOD_NONE);
    vterm_mouse_button(terminal->live.vterm, button, true, VTERM_MOD_NONE);
    if (button < 4)
        vterm_mouse_button(terminal->live.vterm, button, false, VTERM_MOD_NONE);
    return terminal_send_reply(terminal);
}

bool terminal_resize(Terminal *terminal, int columns, int rows) {
    struct winsize size = window_size(columns, rows);
    if (!size_is_possible(columns, rows) || ioctl(terminal->master, TIOCSWINSZ, &size) != 0)
        return false;
    terminal->sent++;
    terminal->columns = columns;
    terminal->rows = rows;
    vterm_set_size(terminal->live.vterm, rows, columns);
    return true;
}

/* --- The screen ----------------------------------------------------------------------------- */

void terminal_refresh_begin(Terminal *terminal) {
    emulator_open(&terminal->fresh, terminal->columns, terminal->rows);
    emulator_fill(&terminal->fresh, terminal->columns, terminal->rows,
                  terminal_cursor(terminal, TERMINAL_LIVE));
}

void terminal_refresh_end(Terminal *terminal) {
    emulator_close(&terminal->fresh);
}

static const Emulator *terminal_emulator(const Terminal *terminal, TerminalScreen which) {
    return which == TERMINAL_FRESH ? &terminal->fresh : &terminal->live;
}

void terminal_size(const Terminal *terminal, int *columns, int *rows) {
    *columns = terminal->columns;
    *rows = terminal->rows;
}

VTermScreenCell terminal_cell(const Terminal *terminal, TerminalScreen which, int row, int column) {
    VTermScreenCell cell = {0};
    VTermPos place = {.row = row, .col = column};
    vterm_screen_get_cell(terminal_emulator(terminal, which)->screen, place, &cell);
    return cell;
}

VTermPos terminal_cursor(const Terminal *terminal, TerminalScreen which) {
    VTermPos cursor;
    VTermState *state = vterm_obtain_state(terminal_emulator(terminal, which)->vterm);
    vterm_state_get_cursorpos(state, &cursor);
    return cursor;
}

/* libvterm does not say in which mode the keyboard is; what it would send does. */
static void terminal_probe_keyboard(Terminal *terminal, TerminalModes *modes) {
    size_t before = terminal->reply_length;
    vterm_keyboard_start_paste(terminal->live.vterm);
    modes->bracketed_paste = terminal->reply_length > before;
    terminal->reply_length = before;
    vterm_keyboard_key(terminal->live.vterm, VTERM_KEY_UP, VTERM_MOD_NONE);
    size_t second = before + 1;
    modes->application_keys = terminal->reply_length > second && terminal->reply[second] == 'O';
    terminal->reply_length = before;
}

static bool line_settings_equal(const struct termios *a, const struct termios *b) {
    return a->c_iflag == b->c_iflag && a->c_oflag == b->c_oflag && a->c_lflag == b->c_lflag &&
           a->c_cflag == b->c_cflag && memcmp(a->c_cc, b->c_cc, sizeof a->c_cc) == 0;
}

TerminalModes terminal_modes(Terminal *terminal) {
    struct termios now = terminal->line_settings;
    TerminalModes modes = {
        .alternate_screen = terminal->live.alternate_screen,
        .cursor_hidden = terminal->live.cursor_hidden,
        .mouse = terminal->live.mouse,
    };
    tcgetattr(terminal->slave, &now);
    modes.line_settings = !line_settings_equal(&now, &terminal->line_settings);
    terminal_probe_keyboard(terminal, &modes);
    return modes;
}
