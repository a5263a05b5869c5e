/* Runs the cases of .spec files: a command line, what goes in, what must come out.
 *
 *     ### name of the case
 *     What it shows, in any number of lines.
 *     $ backstep w5 -c 'grad w5'        one or more lines of shell; backstep is that under test
 *     --- file x.lesson.md              files to create before, optional
 *     --- input                         standard input, optional
 *     --- output                        standard output, exactly; nothing where it is left out
 *     --- errors                        standard error, likewise
 *     --- status 1                      0 where it is left out
 *
 * In the last three a line `...` stands for any lines. One empty line before the next ### is no
 * part of the section above. A content line that would be taken for one of these is written with a
 * backslash before it: \### or \---. Each case runs in an empty directory of its own, in which
 * `lessons` leads to the course, with a home directory of its own. */
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <getopt.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/str.h"

enum { TIMEOUT_SECONDS = 20, MOST_OUTPUT = 1 << 24, CONTEXT_LINES = 2, STATUS_TIMEOUT = 124 };

/* What came out, or should. */
typedef struct Result {
    Buffer output, errors;
    int status;
} Result;

typedef struct Case {
    const char *place; /* FILE:LINE */
    const char *name;
    Buffer source; /* the case's text up to its expectations, for --update */
    Buffer commands, input;
    struct SpecFile {
        const char *name;
        Buffer text;
    } files[8];
    size_t file_count;
    Result expected;
    bool separated; /* an empty line follows in the file */
} Case;

typedef struct Runner {
    const char *program; /* absolute paths */
    const char *lessons;
    const char *filter; /* only cases whose name holds this, or NULL */
    bool update;
    int passed, failed;
} Runner;

static _Noreturn void give_up(const char *what, const char *name) {
    fprintf(stderr, "spec: %s: %s\n", what, name);
    exit(2);
}

/* --- Reading ---------------------------------------------------------------------------------- */

static void read_all(Buffer *text, const char *path) {
    FILE *file = fopen(path, "rb");
    if (!file)
        give_up("cannot read", path);
    char bytes[4096];
    for (size_t count; (count = fread(bytes, 1, sizeof bytes, file));)
        buffer_add_n(text, bytes, count);
    fclose(file);
}

static void add_line(Buffer *text, const char *line) {
    bool escaped = str_starts(line, "\\###") || str_starts(line, "\\---");
    buffer_add(text, line + escaped);
    buffer_add(text, "\n");
}

/* Where the lines of the section that `line` opens belong; NULL where it opens none. */
static Buffer *open_section(Arena *arena, Case *spec, const char *line) {
    if (str_equal(line, "--- input"))
        return &spec->input;
    if (str_equal(line, "--- output"))
        return &spec->expected.output;
    if (str_equal(line, "--- errors"))
        return &spec->expected.errors;
    if (!str_starts(line, "--- file "))
        return NULL;
    if (spec->file_count == sizeof spec->files / sizeof *spec->files || strchr(line, '/'))
        give_up("too many files, or a file with a folder", spec->place);
    struct SpecFile *file = &spec->files[spec->file_count++];
    file->name = arena_copy(arena, line + strlen("--- file "));
    file->text.arena = arena;
    return &file->text;
}

static void start_case(Arena *arena, Case *spec, const char *path, int line, const char *name) {
    *spec =
        (Case){.place = arena_format(arena, "%s:%d", path, line), .name = arena_copy(arena, name)};
    spec->source.arena = spec->commands.arena = spec->input.arena = arena;
    spec->expected.output.arena = spec->expected.errors.arena = arena;
}

/* Takes one line of a case; `*section` is the one it stands in, NULL before the first. */
static void read_line(Arena *arena, Case *spec, const char *line, Buffer **section) {
    bool status = str_starts(line, "--- status ");
    Buffer *opened = status ? NULL : open_section(arena, spec, line);
    if (status)
        spec->expected.status = atoi(line + strlen("--- status "));
    else if (opened)
        *section = opened;
    else if (*section)
        add_line(*section, line);
    else if (str_starts(line, "$ "))
        add_line(&spec->commands, line + 2);
    bool expectation =
        status || *section == &spec->expected.output || *section == &spec->expected.errors;
    if (!expectation) {
        buffer_add(&spec->source, line);
        buffer_add(&spec->source, "\n");
    }
}

/* --- Running ---------------------------------------------------------------------------------- */

static void write_file(const char *path, const Buffer *text) {
    FILE *file = fopen(path, "wb");
    if (!file || fwrite(buffer_text(text), 1, text->length, file) != text->length || fclose(file))
        give_up("cannot write", path);
}

static void redirect(int descriptor, const char *name, int flags) {
    int file = open(name, flags, 0600);
    if (file < 0 || dup2(file, descriptor) < 0)
        _exit(126);
    close(file);
}

static void set_environment(const Runner *runner, const char *folder) {
    static const char *const homes[] = {"HOME", "XDG_DATA_HOME", "XDG_STATE_HOME",
                                        "XDG_CONFIG_HOME", "XDG_CACHE_HOME"};
    static const char *const unset[] = {"NO_COLOR", "COLUMNS", "LINES", "LANG", "LANGUAGE"};
    char text[2 * PATH_MAX];
    for (size_t i = 0; i < sizeof homes / sizeof *homes; i++) {
        snprintf(text, sizeof text, "%s/%s", folder, homes[i]);
        setenv(homes[i], text, 1);
    }
    for (size_t i = 0; i < sizeof unset / sizeof *unset; i++)
        unsetenv(unset[i]);
    const char *path = getenv("PATH");
    int directory = (int)(strrchr(runner->program, '/') - runner->program);
    snprintf(text, sizeof text, "%.*s:%s", directory, runner->program,
             path ? path : "/usr/bin:/bin");
    setenv("PATH", text, 1);
    setenv("LC_ALL", "C.UTF-8", 1);
    setenv("TERM", "dumb", 1);
    setenv("INPUTRC", "/dev/null", 1);
}

static _Noreturn void run_child(const Runner *runner, const char *folder, const char *commands) {
    struct rlimit largest = {MOST_OUTPUT, MOST_OUTPUT};
    setpgid(0, 0);
    setrlimit(RLIMIT_FSIZE, &largest);
    set_environment(runner, folder);
    if (chdir(folder))
        _exit(126);
    redirect(STDIN_FILENO, "stdin", O_RDONLY);
    redirect(STDOUT_FILENO, "stdout", O_WRONLY | O_CREAT | O_TRUNC);
    redirect(STDERR_FILENO, "stderr", O_WRONLY | O_CREAT | O_TRUNC);
    if (chdir("work"))
        _exit(126);
    execl("/bin/sh", "sh", "-c", commands, (char *)NULL);
    _exit(127);
}

/* The exit status; 128 + the signal that ended it; STATUS_TIMEOUT where it took too long. */
static int wait_for(pid_t child) {
    const struct timespec millisecond = {.tv_nsec = 1000000};
    time_t end = time(NULL) + TIMEOUT_SECONDS;
    int status = 0;
    while (waitpid(child, &status, WNOHANG) == 0) {
        if (time(NULL) > end) {
            kill(-child, SIGKILL);
            waitpid(child, &status, 0);
            return STATUS_TIMEOUT;
        }
        nanosleep(&millisecond, NULL);
    }
    return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

static int remove_entry(const char *path, const struct stat *status, int kind, struct FTW *place) {
    (void)status, (void)kind, (void)place;
    return remove(path);
}

static void read_output(Buffer *text, const char *folder, const char *name) {
    read_all(text, arena_format(text->arena, "%s/%s", folder, name));
    if (text->length && text->text[text->length - 1] != '\n')
        buffer_add(text, "\n\\ no newline at the end\n");
}

static Result run_case(const Runner *runner, const Case *spec, Arena *arena) {
    Result result = {.output = {.arena = arena}, .errors = {.arena = arena}};
    const char *temporary = getenv("TMPDIR");
    char *folder = arena_format(arena, "%s/backstep-spec.XXXXXX", temporary ? temporary : "/tmp");
    if (!mkdtemp(folder))
        give_up("cannot create", folder);
    const char *work = arena_format(arena, "%s/work", folder);
    const char *link = arena_format(arena, "%s/lessons", work);
    if (mkdir(work, 0700) || symlink(runner->lessons, link))
        give_up("cannot create", link);
    for (size_t i = 0; i < spec->file_count; i++)
        write_file(arena_format(arena, "%s/%s", work, spec->files[i].name), &spec->files[i].text);
    write_file(arena_format(arena, "%s/stdin", folder), &spec->input);
    fflush(NULL);
    pid_t child = fork();
    if (child < 0)
        give_up("cannot start", spec->name);
    if (child == 0)
        run_child(runner, folder, buffer_text(&spec->commands));
    result.status = wait_for(child);
    read_output(&result.output, folder, "stdout");
    read_output(&result.errors, folder, "stderr");
    nftw(folder, remove_entry, 16, FTW_DEPTH | FTW_PHYS);
    return result;
}

/* --- Comparing -------------------------------------------------------------------------------- */

static const char *next_line(const char *text) {
    const char *end = strchr(text, '\n');
    return end ? end + 1 : text + strlen(text);
}

static bool same_line(const char *a, const char *b) {
    size_t length = (size_t)(next_line(a) - a);
    return length == (size_t)(next_line(b) - b) && memcmp(a, b, length) == 0;
}

/* Whether `text` is `pattern`, in which a line `...` stands for any lines. */
static bool matches(const char *pattern, const char *text) {
    const char *after = NULL, *retry = NULL; /* the last `...`: what follows it, what it has left */
    while (*text || *pattern) {
        if (str_starts(pattern, "...\n")) {
            after = pattern = pattern + 4;
            retry = text;
        } else if (*text && *pattern && same_line(pattern, text)) {
            pattern = next_line(pattern);
            text = next_line(text);
        } else if (after && *retry) {
            pattern = after;
            text = retry = next_line(retry);
        } else
            return false;
    }
    return true;
}

static void print_lines(const char *sign, const char *from, const char *end) {
    for (const char *line = from; line < end; line = next_line(line)) {
        fputs(sign, stdout);
        for (const char *byte = line; byte < next_line(line); byte++)
            if ((unsigned char)*byte < ' ' && *byte != '\n')
                printf("^%c", *byte + '@');
            else
                putchar(*byte);
    }
}

/* The start of the line before `line`. */
static const char *previous_line(const char *text, const char *line) {
    for (line--; line > text && line[-1] != '\n'; line--)
        ;
    return line;
}

/* What differs between the first and the last line that do, with a little around it. */
static void print_difference(const char *title, const char *expected, const char *actual) {
    if (matches(expected, actual))
        return;
    const char *from = expected, *got = actual;
    while (*from && *got && same_line(from, got)) {
        from = next_line(from);
        got = next_line(got);
    }
    const char *from_end = from + strlen(from), *got_end = got + strlen(got);
    while (from_end > from && got_end > got &&
           same_line(previous_line(from, from_end), previous_line(got, got_end))) {
        from_end = previous_line(from, from_end);
        got_end = previous_line(got, got_end);
    }
    const char *before = from, *after = from_end;
    for (int i = 0; i < CONTEXT_LINES; i++) {
        before = before > expected ? previous_line(expected, before) : before;
        after = next_line(after);
    }
    printf("  %s: - expected, + got\n", title);
    print_lines("      ", before, from);
    print_lines("    - ", from, from_end);
    print_lines("    + ", got, got_end);
    print_lines("      ", from_end, after);
}

static bool is_as_expected(const Case *spec, const Result *result) {
    return spec->expected.status == result->status &&
           matches(buffer_text(&spec->expected.output), buffer_text(&result->output)) &&
           matches(buffer_text(&spec->expected.errors), buffer_text(&result->errors));
}

static void report_failure(const Case *spec, const Result *result) {
    printf("not ok - %s: %s\n", spec->place, spec->name);
    print_lines("  $ ", buffer_text(&spec->commands),
                buffer_text(&spec->commands) + spec->commands.length);
    print_difference("output", buffer_text(&spec->expected.output), buffer_text(&result->output));
    print_difference("errors", buffer_text(&spec->expected.errors), buffer_text(&result->errors));
    if (result->status == STATUS_TIMEOUT && spec->expected.status != STATUS_TIMEOUT)
        printf("  stopped after %d seconds\n", TIMEOUT_SECONDS);
    else if (result->status != spec->expected.status)
        printf("  status: %d expected, %d got\n", spec->expected.status, result->status);
}

/* --- Files ------------------------------------------------------------------------------------ */

static void write_section(Buffer *file, const char *title, const char *text) {
    if (!*text)
        return;
    buffer_format(file, "--- %s\n", title);
    for (const char *line = text; *line; line = next_line(line)) {
        if (str_starts(line, "###") || str_starts(line, "---"))
            buffer_add(file, "\\");
        buffer_add_n(file, line, (size_t)(next_line(line) - line));
    }
}

static void write_case(Buffer *file, const Case *spec, const Result *result) {
    buffer_add(file, buffer_text(&spec->source));
    write_section(file, "output", buffer_text(&result->output));
    write_section(file, "errors", buffer_text(&result->errors));
    if (result->status)
        buffer_format(file, "--- status %d\n", result->status);
    if (spec->separated)
        buffer_add(file, "\n");
}

/* Runs a case that was read to its end; adds its text, brought up to date, to `file`. */
static void finish_case(Runner *runner, Case *spec, Arena *arena, Buffer *file) {
    const Result *kept = &spec->expected;
    Result result;
    if (!runner->filter || strstr(spec->name, runner->filter)) {
        if (!spec->commands.length)
            give_up("no line that begins with $", spec->place);
        result = run_case(runner, spec, arena);
        bool passed = is_as_expected(spec, &result);
        runner->passed += passed;
        runner->failed += !passed;
        if (!passed)
            kept = &result;
        if (!passed && !runner->update)
            report_failure(spec, &result);
    }
    write_case(file, spec, kept);
}

static void run_file(Runner *runner, const char *path) {
    Arena arena = {0};
    Buffer text = {.arena = &arena}, updated = {.arena = &arena};
    Case spec;
    Buffer *section = NULL;
    bool inside = false, blank = false;
    int number = 0;
    read_all(&text, path);
    for (const char *line = buffer_text(&text), *next; *line; line = next) {
        next = next_line(line);
        const char *content = arena_copy_n(&arena, line, strcspn(line, "\n"));
        bool begins = str_starts(content, "### ");
        number++;
        if (inside && blank && !begins)
            read_line(&arena, &spec, "", &section);
        if (begins) {
            if (inside) {
                spec.separated = blank;
                finish_case(runner, &spec, &arena, &updated);
            }
            start_case(&arena, &spec, path, number, content + 4);
            section = NULL;
            inside = true;
        }
        blank = inside && !*content;
        if (inside && !blank)
            read_line(&arena, &spec, content, &section);
        else if (!inside)
            buffer_format(&updated, "%s\n", content);
    }
    if (inside && blank)
        read_line(&arena, &spec, "", &section);
    if (inside)
        finish_case(runner, &spec, &arena, &updated);
    if (runner->update && !str_equal(buffer_text(&updated), buffer_text(&text)))
        write_file(path, &updated);
    arena_clear(&arena);
}

static const char *absolute(Arena *arena, const char *path) {
    char *real = realpath(path, NULL);
    if (!real)
        give_up(strerror(errno), path);
    const char *copy = arena_copy(arena, real);
    free(real);
    return copy;
}

static const struct option options[] = {
    {"program", required_argument, NULL, 'p'},
    {"lessons", required_argument, NULL, 'l'},
    {"filter", required_argument, NULL, 'f'},
    {"update", no_argument, NULL, 'u'},
    {0},
};

int main(int count, char **arguments) {
    Arena arena = {0};
    Runner runner = {0};
    int option;
    while ((option = getopt_long(count, arguments, "p:l:f:u", options, NULL)) != -1)
        switch (option) {
        case 'p': runner.program = absolute(&arena, optarg); break;
        case 'l': runner.lessons = absolute(&arena, optarg); break;
        case 'f': runner.filter = optarg; break;
        case 'u': runner.update = true; break;
        default: return 2;
        }
    if (!runner.program || !runner.lessons || optind >= count) {
        fputs(
            "usage: spec --program FILE --lessons FOLDER [--filter NAME] [--update] FILE.spec...\n"
            "  --filter  only the cases whose name holds NAME\n"
            "  --update  makes what comes out what is expected\n",
            stderr);
        return 2;
    }
    for (int i = optind; i < count; i++)
        run_file(&runner, arguments[i]);
    printf("%d passed, %d failed\n", runner.passed, runner.failed);
    arena_clear(&arena);
    return runner.failed && !runner.update;
}
