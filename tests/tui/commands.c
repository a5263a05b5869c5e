#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "commands.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static void command_env(Script *script) {
    if (script->variable_count == SCRIPT_MOST_VARIABLES) {
        script_fail(script, "more than %d variables", SCRIPT_MOST_VARIABLES);
        return;
    }
    script->environment[script->variable_count++] = strdup(script->words[1]);
}

static void command_start(Script *script) {
    const char *command[SCRIPT_MOST_WORDS + 4] = {script->options->program};
    int count = 1;
    bool still = strcmp(script->words[0], "animate") != 0;
    if (still)
        command[count++] = "--no-animation";
    if (script->variant.ascii)
        command[count++] = "--ascii";
    char at_home[SCRIPT_PATH_BYTES * 3];
    for (int i = 2; i < script->word_count; i++) {
        bool here = strncmp(script->words[i], "~/", 2) == 0;
        snprintf(at_home, sizeof at_home, "%s/%s", script->home, script->words[i] + 2 * here);
        command[count++] = here ? at_home : script->words[i];
    }
    TerminalSetup setup = {
        .command = command,
        .moving = !still,
        .environment = (const char *const *)script->environment,
        .home = script->home,
        .patience = script_patience(script, 10),
    };
    bool each = script->variant.size && strcmp(script->words[1], "each") == 0;
    const char *size = each ? script->variant.size : script->words[1];
    if (!script_read_size(size, &setup.columns, &setup.rows)) {
        script_fail(script, "“%s” is not a size such as 80x24", size);
        return;
    }
    script->terminal = terminal_start(&setup);
    if (!script->terminal)
        script_fail(script, "cannot start the program: %s", strerror(errno));
}

static void command_sizes(Script *script) {
    int columns, rows;
    if (script->size_count > 0)
        script_fail(script, "sizes are named once");
    for (int i = 1; i < script->word_count && !script_failed(script); i++) {
        if (!script_read_size(script->words[i], &columns, &rows) || i > SCRIPT_MOST_SIZES)
            script_fail(script, "“%s” is not a size such as 80x24, or one too many",
                        script->words[i]);
        else
            script->sizes[script->size_count++] = strdup(script->words[i]);
    }
}

/* A chain of definitions, each with a short cut past the one before. */
static void command_lesson(Script *script) {
    char path[SCRIPT_PATH_BYTES * 3];
    long count = strtol(script->words[2], NULL, 10);
    snprintf(path, sizeof path, "%s/%s", script->home, script->words[1]);
    FILE *file = fopen(path, "w");
    if (!file) {
        script_fail(script, "%s: %s", path, strerror(errno));
        return;
    }
    fputs("# Very many names\n\n```lesson\ninput x = 0.5\nparam w1 = 0.5\n", file);
    fputs("z0 = w1*x\nz1 = sigmoid(z0)\n", file);
    for (long i = 2; i < count; i++)
        fprintf(file, "z%ld=%s(z%ld)-z%ld\n", i, i % 2 ? "sin" : "tanh", i - 1, i / 2);
    fprintf(file, "loss L = (z%ld - 1)^2\nforward L\nchain dL/dz%ld\n```\n", count - 1, count - 3);
    if (fclose(file) != 0)
        script_fail(script, "%s: %s", path, strerror(errno));
}

/* The program is waited for by what comes next: a script may want to catch it unprepared. */
void script_begin_program(Script *script) {
    script_end_program(script);
    if (script_failed(script))
        return;
    if (script->terminal)
        terminal_close(script->terminal);
    script->terminal = NULL;
    script->end_expected = false;
    command_start(script);
}

static void command_key(Script *script) {
    for (int i = 1; i < script->word_count && !script_failed(script); i++) {
        script_settle(script);
        if (!script_failed(script) && script_require_running(script) &&
            !terminal_press(script->terminal, script->words[i]))
            script_fail(script, "there is no key “%s”, or it was not taken", script->words[i]);
    }
    script_settle(script);
}

static void command_sends(Script *script) {
    size_t most = strtoul(script->words[1], NULL, 10), least = most > 0 ? 1 : 0;
    for (int i = 2; i < script->word_count && !script_failed(script); i++) {
        script_settle(script);
        size_t before = script->terminal ? terminal_received(script->terminal) : 0;
        if (script_failed(script) || !script_require_running(script))
            return;
        if (!terminal_press(script->terminal, script->words[i]))
            script_fail(script, "there is no key “%s”, or it was not taken", script->words[i]);
        script_settle(script);
        size_t sent = terminal_received(script->terminal) - before;
        if (sent < least || sent > most)
            script_fail(script,
                        "key %d, “%s”, is answered with %zu bytes, and %zu to %zu are wanted",
                        i - 1, script->words[i], sent, least, most);
    }
}

/* The program may be busy: nothing is waited for. */
static void command_press(Script *script) {
    for (int i = 1; i < script->word_count && !script_failed(script); i++)
        if (script_require_running(script) && !terminal_press(script->terminal, script->words[i]))
            script_fail(script, "there is no key “%s”, or it was not taken", script->words[i]);
}

/* So many redraws that what nobody reads fills what the system keeps for a terminal. */
static void command_deaf(Script *script) {
    enum { REDRAWS = 40 };
    static const struct timespec frame = {.tv_nsec = 60 * 1000 * 1000};
    script_settle(script);
    terminal_turn_deaf(script->terminal);
    for (int i = 0; i < REDRAWS && !script_failed(script); i++) {
        if (!terminal_press(script->terminal, "ctrl-l"))
            script_fail(script, "the program does not read its keys");
        nanosleep(&frame, NULL);
    }
}

static void command_type(Script *script) {
    if (!script_settle(script) && !script_require_running(script))
        return;
    for (char *at = script->words[1]; *at; at++)
        if (*at == '\n')
            *at = '\r';
    if (!terminal_send(script->terminal, script->words[1], strlen(script->words[1])))
        script_fail(script, "the program does not read its keys");
    script_settle(script);
}

static void command_repeat(Script *script) {
    if (!script_settle(script) && !script_require_running(script))
        return;
    long count = strtol(script->words[1], NULL, 10);
    for (long i = 0; i < count && !script_failed(script); i++)
        if (!terminal_send(script->terminal, script->words[2], strlen(script->words[2])))
            script_fail(script, "the program does not read its keys");
    script_settle(script);
}

static void command_paste(Script *script) {
    if (!script_settle(script) && !script_require_running(script))
        return;
    if (!terminal_paste(script->terminal, script->words[1]))
        script_fail(script, "the program does not read its keys");
    script_settle(script);
}

/* Where a mouse points: at a row, which may be counted from the last one as -1, and a column; at a
 * text in a row; or `there`, where `point` has found something. */
static bool read_place(Script *script, PicturePlace *place) {
    int columns, rows;
    char **words = script->words + 1;
    *place = script->pointed;
    if (script->word_count == 2 && strcmp(words[0], "there") == 0)
        return true;
    if (script->word_count == 4 && strcmp(words[0], "row") == 0)
        words++;
    else if (script->word_count != 3)
        return false;
    terminal_size(script->terminal, &columns, &rows);
    place->row = atoi(words[0]) < 0 ? rows + atoi(words[0]) : atoi(words[0]) - 1;
    place->column = atoi(words[1]) - 1;
    if (script->word_count == 3)
        return true;
    Picture picture = picture_take(script->terminal, TERMINAL_LIVE);
    bool found = picture_find(&picture, place->row, words[1], place);
    picture_free(&picture);
    return found;
}

static void command_mouse(Script *script) {
    static const struct {
        const char *name;
        int button;
    } buttons[] = {{"click", 1}, {"wheel-up", 4}, {"wheel-down", 5}};
    int button = 0;
    PicturePlace place;
    if (!script_settle(script) && !script_require_running(script))
        return;
    for (size_t i = 0; i < sizeof buttons / sizeof *buttons; i++)
        if (strcmp(script->words[0], buttons[i].name) == 0)
            button = buttons[i].button;
    if (!read_place(script, &place))
        script_fail(script, "there is nothing to point at");
    else if (!terminal_click(script->terminal, button, place.row, place.column))
        script_fail(script, "the program does not listen to the mouse");
    script_settle(script);
}

static void command_point(Script *script) {
    bool found = false, last = script->word_count > 1 && strcmp(script->words[1], "last") == 0;
    script_settle(script);
    Picture picture = picture_take(script->terminal, TERMINAL_LIVE);
    for (int i = 0; i < picture.rows * picture.columns && (last || !found); i++) {
        PicturePlace place = {i / picture.columns, i % picture.columns};
        bool reversed = picture_cell(&picture, place)->attributes & PICTURE_REVERSE;
        script->pointed = reversed ? place : script->pointed;
        found = found || reversed;
    }
    picture_free(&picture);
    if (!found)
        script_fail(script, "nothing is selected");
}

static void command_resize(Script *script) {
    int columns, rows;
    if (!script_settle(script) && !script_require_running(script))
        return;
    if (!script_read_size(script->words[1], &columns, &rows) ||
        !terminal_resize(script->terminal, columns, rows))
        script_fail(script, "“%s” is not a size such as 80x24", script->words[1]);
    script_settle(script);
}

static void command_storm(Script *script) {
    enum { COLUMN_STEP = 37, COLUMN_RANGE = 200, ROW_STEP = 11, ROW_RANGE = 60 };
    int columns, rows;
    long count = strtol(script->words[1], NULL, 10);
    if (!script_read_size(script->words[2], &columns, &rows))
        script_fail(script, "“%s” is not a size such as 80x24", script->words[2]);
    for (int i = 1; i < count && !script_failed(script); i++)
        terminal_resize(script->terminal, 1 + i * COLUMN_STEP % COLUMN_RANGE,
                        1 + i * ROW_STEP % ROW_RANGE);
    if (!script_failed(script))
        terminal_resize(script->terminal, columns, rows);
    script_settle(script);
}

/* A signal's number from its name without SIG, 0 where there is none such. */
static int signal_number(const char *name) {
    for (int number = 1; number < NSIG; number++) {
        const char *known = sigabbrev_np(number);
        if (known && strcmp(known, name) == 0)
            return number;
    }
    return 0;
}

static void command_signal(Script *script) {
    int number = signal_number(script->words[1]);
    if (number == 0) {
        script_fail(script, "there is no signal “%s”", script->words[1]);
        return;
    }
    if (strcmp(script->words[0], "signal") == 0)
        script_settle(script);
    if (script_require_running(script))
        terminal_signal(script->terminal, number);
}

/* Takes the lock that SQLite takes to write, the bytes behind the first GiB; false where the file
 * is not there yet, or locked. */
static bool take_lock(Script *script, const Picture *picture) {
    (void)picture;
    char path[sizeof script->home + 64];
    snprintf(path, sizeof path, "%s/backstep/progress.db", script->home);
    struct flock lock = {
        .l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = 0x40000000, .l_len = 512};
    int file = open(path, O_RDWR | O_CLOEXEC);
    if (file >= 0 && fcntl(file, F_SETLK, &lock) == 0) {
        script->lock = file;
        return true;
    }
    if (file >= 0)
        close(file);
    return false;
}

/* What was done is noted only after a while. */
static void command_lock(Script *script) {
    if (!script_until(script, take_lock, script_patience(script, 2), true))
        script_fail(script, "the progress cannot be locked: %s", strerror(errno));
}

static void command_memory(Script *script) {
    size_t most = strtoul(script->words[1], NULL, 10);
    script_settle(script);
    size_t written = terminal_memory(script->terminal);
    if (written > most && !script->options->sanitizer)
        script_fail(script, "%zu KiB of memory are written to, more than %zu", written, most);
}

static void command_unlock(Script *script) {
    if (script->lock)
        close(script->lock);
    script->lock = 0;
}

static void command_exit(Script *script) {
    char *end;
    int status, signal_wanted = signal_number(script->words[1]);
    long wanted = strtol(script->words[1], &end, 10);
    if (signal_wanted == 0 && (*end != '\0' || end == script->words[1])) {
        script_fail(script, "“%s” is neither a status nor a signal", script->words[1]);
        return;
    }
    if (!terminal_wait_end(script->terminal, script_patience(script, 10))) {
        script_fail(script, "the program has not ended");
        return;
    }
    terminal_has_ended(script->terminal, &status);
    bool as_wanted = signal_wanted ? WIFSIGNALED(status) && WTERMSIG(status) == signal_wanted
                                   : WIFEXITED(status) && WEXITSTATUS(status) == wanted;
    script->end_expected = as_wanted;
    if (!as_wanted)
        script_require_running(script);
}

typedef struct Command {
    const char *name;
    void (*run)(Script *script);
    int least, most; /* words after the name */
    bool needs_program;
    const char *usage;
} Command;

static const Command *command_find(const char *name) {
    static const Command commands[] = {
        {"run", script_begin_program, 1, SCRIPT_MOST_WORDS, false, "run 80x24 argument…"},
        {"animate", script_begin_program, 1, SCRIPT_MOST_WORDS, false, "animate 80x24 argument…"},
        {"sizes", command_sizes, 1, SCRIPT_MOST_SIZES, false, "sizes 80x24 …"},
        {"lesson", command_lesson, 2, 2, false, "lesson name count"},
        {"env", command_env, 1, 1, false, "env NAME=VALUE"},
        {"wait", command_wait, 1, 3, true, "wait \"text\""},
        {"key", command_key, 1, SCRIPT_MOST_WORDS, true, "key name…"},
        {"sends", command_sends, 2, SCRIPT_MOST_WORDS, true, "sends 2000 key…"},
        {"press", command_press, 1, SCRIPT_MOST_WORDS, true, "press name…"},
        {"type", command_type, 1, 1, true, "type \"text\""},
        {"paste", command_paste, 1, 1, true, "paste \"text\""},
        {"click", command_mouse, 1, 3, true, "click row column"},
        {"wheel-up", command_mouse, 1, 3, true, "wheel-up row column"},
        {"wheel-down", command_mouse, 1, 3, true, "wheel-down row column"},
        {"point", command_point, 0, 1, true, "point [last]"},
        {"resize", command_resize, 1, 1, true, "resize 80x24"},
        {"expect", command_expect, 1, 3, true, "expect [row N | line] \"text\""},
        {"absent", command_absent, 1, 3, true, "absent [row N | line] \"text\""},
        {"style", command_style, 2, SCRIPT_MOST_WORDS, true, "style \"text\" bold"},
        {"monochrome", command_monochrome, 0, 0, true, "monochrome"},
        {"golden", command_golden, 1, 1, true, "golden name"},
        {"remember", command_remember, 0, 0, true, "remember"},
        {"same", command_same, 0, 0, true, "same"},
        {"consistent", command_consistent, 0, 0, true, "consistent"},
        {"fresh", command_fresh, 1, SCRIPT_MOST_WORDS, true, "fresh 80x24 argument…"},
        {"walk", command_walk, 2, 2, true, "walk count seed"},
        {"stampede", command_stampede, 2, 3, true, "stampede count seed burst"},
        {"deaf", command_deaf, 0, 0, true, "deaf"},
        {"signal", command_signal, 1, 1, true, "signal TERM"},
        {"memory", command_memory, 1, 1, true, "memory 2048"},
        {"lock", command_lock, 0, 0, false, "lock"},
        {"unlock", command_unlock, 0, 0, false, "unlock"},
        {"signal-now", command_signal, 1, 1, true, "signal-now TERM"},
        {"repeat", command_repeat, 2, 2, true, "repeat count \"text\""},
        {"storm", command_storm, 2, 2, true, "storm count 80x24"},
        {"exit", command_exit, 1, 1, true, "exit 0"},
        {"restored", command_restored, 0, 0, true, "restored"},
    };
    for (size_t i = 0; i < sizeof commands / sizeof *commands; i++)
        if (strcmp(commands[i].name, name) == 0)
            return &commands[i];
    return NULL;
}

void command_run(Script *script) {
    const Command *command = command_find(script->words[0]);
    int count = script->word_count - 1;
    if (!command)
        script_fail(script, "there is no command “%s”", script->words[0]);
    else if (count < command->least || count > command->most)
        script_fail(script, "this is written: %s", command->usage);
    else if (command->needs_program && !script->terminal)
        script_fail(script, "“%s” comes after run", script->words[0]);
    else
        command->run(script);
}
