#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "script.h"

#include <ctype.h>
#include <errno.h>
#include <ftw.h>
#include <glob.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "commands.h"

enum { SANITIZER_FACTOR = 6 };

void script_fail(Script *script, const char *format, ...) {
    if (script_failed(script))
        return;
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(script->problem, sizeof script->problem, format, arguments);
    va_end(arguments);
}

bool script_failed(const Script *script) {
    return script->problem[0] != '\0';
}

int64_t script_patience(const Script *script, double seconds) {
    double factor = script->options->sanitizer ? SANITIZER_FACTOR : 1;
    return (int64_t)(seconds * factor * SCRIPT_SECOND);
}

bool script_settle(Script *script) {
    TerminalState state = terminal_settle(script->terminal);
    if (state == TERMINAL_BUSY)
        script_fail(script, "the program did not come to rest");
    return state == TERMINAL_QUIET;
}

bool script_require_running(Script *script) {
    int status;
    if (!terminal_has_ended(script->terminal, &status))
        return true;
    if (WIFSIGNALED(status))
        script_fail(script, "the program was ended by a signal: %s", strsignal(WTERMSIG(status)));
    else
        script_fail(script, "the program has ended with status %d", WEXITSTATUS(status));
    return false;
}

static bool script_ask(Script *script, ScriptCheck *check) {
    Picture picture = picture_take(script->terminal, TERMINAL_LIVE);
    bool yes = check(script, &picture);
    picture_free(&picture);
    return yes;
}

bool script_until(Script *script, ScriptCheck *check, int64_t patience, bool at_once) {
    enum { LOOK_AGAIN = 50000 };
    int64_t start = terminal_now();
    for (;;) {
        if (!at_once && !script_settle(script) && script_failed(script))
            return false;
        bool ended = terminal_has_ended(script->terminal, NULL);
        if (script_ask(script, check))
            return true;
        if (script_failed(script) || ended || terminal_now() - start > patience)
            return false;
        terminal_read(script->terminal, LOOK_AGAIN);
    }
}

bool script_read_size(const char *word, int *columns, int *rows) {
    int end = 0;
    bool plain = sscanf(word, "%dx%d%n", columns, rows, &end) == 2 && word[end] == '\0';
    bool cross = plain || (sscanf(word, "%d×%d%n", columns, rows, &end) == 2 && word[end] == '\0');
    return cross && *columns >= 1 && *columns <= TERMINAL_MOST_COLUMNS && *rows >= 1 &&
           *rows <= TERMINAL_MOST_ROWS;
}

/* --- Words ---------------------------------------------------------------------------------- */

static char unescape(char letter) {
    switch (letter) {
    case 'n': return '\n';
    case 't': return '\t';
    case 'e': return '\x1b';
    default: return letter;
    }
}

/* The byte of "\x41", of which `at` is the x; 0 where that is none. */
static char read_byte(const char *at) {
    unsigned byte;
    return sscanf(at, "x%2x", &byte) == 1 ? (char)byte : '\0';
}

/* Reads a quoted word in place. Returns what follows it, NULL where the quote is not closed. */
static char *read_quoted(char *from, char *to) {
    while (*from && *from != '"') {
        if (*from == '\\' && from[1] == 'x' && isxdigit((unsigned char)from[2]) &&
            isxdigit((unsigned char)from[3])) {
            *to++ = read_byte(from + 1);
            from += 3;
        } else if (*from == '\\' && from[1])
            *to++ = unescape(*++from);
        else
            *to++ = *from;
        from++;
    }
    if (*from != '"')
        return NULL;
    *to = '\0';
    return from + 1;
}

static char *read_plain(char *from) {
    from += strcspn(from, " \t");
    if (*from)
        *from++ = '\0';
    return from;
}

/* Splits a line, which is changed, into the script's words. */
static void script_read_words(Script *script, char *line) {
    script->word_count = 0;
    line[strcspn(line, "\r\n")] = '\0';
    for (char *at = line + strspn(line, " \t"); *at && *at != '#'; at += strspn(at, " \t")) {
        if (script->word_count == SCRIPT_MOST_WORDS) {
            script_fail(script, "more than %d words", SCRIPT_MOST_WORDS);
            return;
        }
        bool quoted = *at == '"';
        script->words[script->word_count++] = quoted ? at + 1 : at;
        at = quoted ? read_quoted(at + 1, at + 1) : read_plain(at);
        if (!at) {
            script_fail(script, "a quote is not closed");
            return;
        }
    }
    script->words[script->word_count] = NULL;
}

/* --- One script ----------------------------------------------------------------------------- */

static void script_note_variable(Script *script, const char *text) {
    if (script->variable_count < SCRIPT_MOST_VARIABLES)
        script->environment[script->variable_count++] = strdup(text);
}

/* Reports go to files in the script's home, where no screen can hide them. */
static void script_set_sanitizer(Script *script, const char *variable) {
    char text[2 * SCRIPT_PATH_BYTES];
    const char *own = getenv(variable);
    snprintf(text, sizeof text, "%s=%s%slog_path=%s/sanitizer", variable, own ? own : "",
             own ? ":" : "", script->directory);
    script_note_variable(script, text);
}

/* What readline had to be made to forget (src/ui/prompt.c) is lost on purpose. */
static void script_allow_leaks(Script *script) {
    char text[2 * SCRIPT_PATH_BYTES];
    snprintf(text, sizeof text, "%s/leaks", script->directory);
    FILE *file = fopen(text, "w");
    if (!file || fputs("leak:libreadline\n", file) < 0 || fclose(file) != 0)
        script_fail(script, "%s cannot be written", text);
    snprintf(text, sizeof text, "LSAN_OPTIONS=print_suppressions=0:suppressions=%s/leaks",
             script->directory);
    script_note_variable(script, text);
}

/* Where the script's home is made: in memory where that can be, for the program makes sure after
 * each step that its progress is on the disk, and a test does not need that. */
static const char *script_directory(void) {
    static const char memory[] = "/dev/shm";
    const char *wanted = getenv("TMPDIR");
    return wanted ? wanted : access(memory, W_OK) == 0 ? memory : "/tmp";
}

/* A home that nothing was left in. */
static void script_make_home(Script *script) {
    snprintf(script->home, sizeof script->home, "%s/home%d", script->directory,
             script->variant.number);
    if (mkdir(script->home, S_IRWXU) != 0)
        script_fail(script, "no directory %s: %s", script->home, strerror(errno));
}

static bool script_open(Script *script) {
    snprintf(script->directory, sizeof script->directory, "%s/backstep-screen-XXXXXX",
             script_directory());
    if (!mkdtemp(script->directory)) {
        script_fail(script, "no directory %s: %s", script->directory, strerror(errno));
        script->directory[0] = '\0';
        return false;
    }
    if (script->options->sanitizer) {
        script_set_sanitizer(script, "ASAN_OPTIONS");
        script_set_sanitizer(script, "UBSAN_OPTIONS");
        script_allow_leaks(script);
    }
    script_make_home(script);
    return true;
}

static int remove_entry(const char *path, const struct stat *status, int type, struct FTW *place) {
    (void)status, (void)type, (void)place;
    return remove(path);
}

static void script_close(Script *script) {
    enum { MOST_OPEN = 16 };
    if (script->terminal)
        terminal_close(script->terminal);
    picture_free(&script->remembered);
    if (script->directory[0])
        nftw(script->directory, remove_entry, MOST_OPEN, FTW_DEPTH | FTW_PHYS);
    for (size_t i = 0; i < script->variable_count; i++)
        free(script->environment[i]);
    for (int i = 0; i < script->size_count; i++)
        free(script->sizes[i]);
}

static void print_file(const char *path) {
    FILE *file = fopen(path, "r");
    char line[PICTURE_LINE_BYTES];
    while (file && fgets(line, sizeof line, file))
        printf("  %s", line);
    if (file)
        fclose(file);
}

static void script_check_reports(Script *script) {
    char pattern[SCRIPT_PATH_BYTES + 16];
    glob_t found;
    snprintf(pattern, sizeof pattern, "%s/sanitizer.*", script->directory);
    if (glob(pattern, 0, NULL, &found) == 0) {
        for (size_t i = 0; i < found.gl_pathc; i++)
            print_file(found.gl_pathv[i]);
        script->problem[0] = '\0'; /* whatever else went wrong, this is why */
        script_fail(script, "a sanitizer's report");
        globfree(&found);
    }
    const char *log = script->terminal ? terminal_log(script->terminal) : "";
    if (strstr(log, "Sanitizer:") || strstr(log, "runtime error:"))
        script_fail(script, "a sanitizer's report in the output");
}

static bool status_is_crash(int status) {
    static const int crashes[] = {SIGSEGV, SIGABRT, SIGBUS, SIGFPE, SIGILL};
    for (size_t i = 0; i < sizeof crashes / sizeof *crashes; i++)
        if (WIFSIGNALED(status) && WTERMSIG(status) == crashes[i])
            return true;
    return false;
}

void script_end_program(Script *script) {
    if (!script->terminal || script_failed(script) || script->end_expected)
        return;
    if (!script_require_running(script))
        return;
    int status;
    if (!terminal_hang_up(script->terminal, script_patience(script, 2)))
        script_fail(script, "the program did not end when its terminal was taken away");
    else if (terminal_has_ended(script->terminal, &status) && status_is_crash(status))
        script_require_running(script);
}

static void script_show(const Script *script, const char *text) {
    printf("%s:%d: %s\n", script->path, script->line, text);
    if (script->terminal) {
        Picture picture = picture_take(script->terminal, TERMINAL_LIVE);
        picture_print(&picture, stdout);
        picture_free(&picture);
    }
}

static void script_run_line(Script *script, char *line) {
    char *shown = script->options->show ? strdup(line) : NULL;
    script_read_words(script, line);
    if (!script_failed(script) && script->word_count > 0) {
        command_run(script);
        if (shown) {
            shown[strcspn(shown, "\r\n")] = '\0';
            script_show(script, shown);
        }
    }
    free(shown);
}

/* The first comment, or "". */
static void script_note_name(char *name, size_t size, const char *line) {
    if (name[0] || line[0] != '#')
        return;
    line += strspn(line, "# \t");
    snprintf(name, size, ": %.*s", (int)strcspn(line, "\r\n"), line);
}

/* Runs the lines from here to the end of the file, or to a line that names sizes. */
static void script_run_lines(Script *script, FILE *file, char *name, size_t name_size) {
    char *line = NULL;
    size_t size = 0;
    bool once = script->size_count == 0;
    while (!script_failed(script) && getline(&line, &size, file) >= 0) {
        script->line++;
        script_note_name(name, name_size, line);
        script_run_line(script, line);
        if (once && script->size_count > 0)
            break;
    }
    free(line);
}

/* Runs the rest of the file at one size more. */
static void script_run_variant(Script *script, FILE *file) {
    char unused[1] = {'x'};
    if (script->variant.number > 0)
        script_make_home(script);
    script_run_lines(script, file, unused, sizeof unused);
    script_end_program(script);
    if (script_failed(script))
        printf("  at %s%s\n", script->variant.size, script->variant.ascii ? " in ASCII" : "");
    else if (script->terminal)
        terminal_close(script->terminal), script->terminal = NULL;
}

static void script_run_file(Script *script, FILE *file, char *name, size_t name_size) {
    script_run_lines(script, file, name, name_size);
    long place = ftell(file);
    int line = script->line, count = script->size_count;
    size_t variables = script->variable_count;
    for (int i = 0; i < 2 * count && !script_failed(script); i++) {
        fseek(file, place, SEEK_SET);
        script->line = line;
        while (script->variable_count > variables)
            free(script->environment[--script->variable_count]);
        script->environment[variables] = NULL;
        script->variant = (ScriptVariant){i, script->sizes[i % count], i >= count};
        script_run_variant(script, file);
    }
}

static void script_report(Script *script, int number, const char *name) {
    if (!script_failed(script)) {
        printf("ok %d - %s%s\n", number, script->path, name);
        return;
    }
    printf("not ok %d - ", number);
    script_show(script, script->problem);
}

bool script_run(const char *path, const ScriptOptions *options, int number) {
    Script script = {.options = options, .path = path};
    char name[200] = "";
    FILE *file = fopen(path, "r");
    if (!file)
        script_fail(&script, "cannot be read: %s", strerror(errno));
    else if (script_open(&script)) {
        script_run_file(&script, file, name, sizeof name);
        if (!script_failed(&script) && !script.terminal && script.size_count == 0)
            script_fail(&script, "nothing was run");
        script_end_program(&script);
        if (options->sanitizer)
            script_check_reports(&script);
    }
    if (file)
        fclose(file);
    bool passed = !script_failed(&script);
    script_report(&script, number, name);
    script_close(&script);
    fflush(stdout);
    return passed;
}
