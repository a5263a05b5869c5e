/* How immediate the screen is, seen from the terminal: from the start to the first byte and to the
 * last one of the first frame, from a key to the first and the last byte of the answer; how many
 * bytes an answer has, and how much memory there is. Beside backstep, in the same run and in turns:
 * vim, less, the least that can be done with ncurses, and the least that can be done at all.
 *
 *   terminal [--runs N] [--size 120x36] BACKSTEP LESSON FOLDER
 *
 * FOLDER has the two least programs, `curses` and `echo`. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "statistics.h"
#include "watched.h"

enum {
    DEFAULT_RUNS = 15,
    MOST_RUNS = 200,
    MOST_VALUES = 20000,
    MOST_KEYS = 32,
    MOST_PATHS = 32,
    LARGE_NAMES = 10000, /* definitions of the large lesson */
    TEXT_LINES = 2000,   /* of the text that vim and less show */
    STILL = 12,          /* milliseconds of silence after which nothing more is coming, */
    MOVING = 90,         /* and where pictures move */
    STATUS_FAILED = 1,
    STATUS_USAGE = 2,
};

static const double MILLISECOND = 1e6; /* nanoseconds */

/* Measurements of one kind. */
typedef struct Values {
    double list[MOST_VALUES];
    size_t count;
} Values;

typedef struct Answers {
    Values first, last, processor, bytes;
    size_t silent; /* keys that nothing answered */
} Answers;

/* A key: what is printed, and what is typed. */
typedef struct Key {
    const char *name, *bytes;
} Key;

/* What is started, and which keys are pressed, one after the other. */
typedef struct Subject {
    const char *name;
    const char *command[8];
    const char *home; /* where it keeps what it keeps */
    int silence;
    const Key *keys;      /* up to a name NULL */
    int rounds;           /* of them */
    bool each;            /* each key has a row of its own */
    bool missing;         /* the program is not installed */
    size_t peak, written; /* KiB */
    Answers start, all, by_key[MOST_KEYS];
} Subject;

static char folder[] = "/tmp/backstep-bench.XXXXXX";
static int rows = 36, columns = 120, runs = DEFAULT_RUNS;

/* --- Measuring ---------------------------------------------------------------------------------
 */

static void add(Values *values, double value) {
    if (values->count < MOST_VALUES)
        values->list[values->count++] = value;
}

static void add_answer(Answers *answers, const Heard *heard) {
    if (heard->bytes == 0) {
        answers->silent++;
        return;
    }
    add(&answers->first, (double)heard->first / MILLISECOND);
    add(&answers->last, (double)heard->last / MILLISECOND);
    add(&answers->processor, (double)heard->processor / MILLISECOND);
    add(&answers->bytes, (double)heard->bytes);
}

/* The first key of that name. */
static size_t first_of(const Key *keys, size_t key) {
    size_t first = 0;
    while (strcmp(keys[first].name, keys[key].name) != 0)
        first++;
    return first;
}

static bool press_keys(Subject *subject, Watched *watched) {
    for (int round = 0; round < subject->rounds; round++)
        for (size_t i = 0; subject->keys[i].name; i++) {
            watched_type(watched, subject->keys[i].bytes);
            Heard heard = watched_listen(watched, subject->silence);
            if (!heard.quiet)
                return false;
            add_answer(&subject->all, &heard);
            add_answer(&subject->by_key[first_of(subject->keys, i)], &heard);
        }
    return true;
}

static size_t larger_of(size_t a, size_t b) {
    return a > b ? a : b;
}

static bool run_once(Subject *subject) {
    Watched watched;
    if (!watched_start(&watched, subject->command, subject->home, columns, rows))
        return false;
    Heard heard = watched_listen(&watched, subject->silence);
    bool well = heard.quiet && heard.bytes > 0;
    if (well)
        add_answer(&subject->start, &heard);
    well = well && press_keys(subject, &watched);
    subject->peak = larger_of(subject->peak, watched_peak(&watched));
    subject->written = larger_of(subject->written, watched_written(&watched));
    watched_end(&watched);
    if (!well)
        fprintf(stderr, "%s ended, or did not answer\n", subject->name);
    return well;
}

/* Whether a program is there, by its path or in PATH. */
static bool is_installed(const char *program) {
    char path[1024], list[4096];
    if (strchr(program, '/'))
        return access(program, X_OK) == 0;
    snprintf(list, sizeof list, "%s", getenv("PATH") ? getenv("PATH") : "");
    for (char *part = strtok(list, ":"); part; part = strtok(NULL, ":")) {
        snprintf(path, sizeof path, "%s/%s", part, program);
        if (access(path, X_OK) == 0)
            return true;
    }
    return false;
}

/* --- Telling -----------------------------------------------------------------------------------
 */

static double median(Values *values) {
    return spread_of(values->list, values->count).median;
}

static void print_spread(Values *values) {
    Spread spread = spread_of(values->list, values->count);
    if (values->count)
        printf("  %7.2f (%6.2f …%7.2f)", spread.median, spread.low, spread.high);
    else
        printf("  %7s  %15s ", "–", "");
}

static void print_start(Subject *subject) {
    if (subject->missing) {
        printf("%-26s  not measured: it is not installed\n", subject->name);
        return;
    }
    printf("%-26s", subject->name);
    print_spread(&subject->start.first);
    print_spread(&subject->start.last);
    print_spread(&subject->start.processor);
    printf("  %7.0f\n", median(&subject->start.bytes));
}

static void print_answers(const char *name, Answers *answers) {
    printf("%-26s", name);
    print_spread(&answers->first);
    print_spread(&answers->last);
    print_spread(&answers->processor);
    printf("  %7.0f", median(&answers->bytes));
    if (answers->silent)
        printf("  %zu not answered", answers->silent);
    printf("\n");
}

static void print_keys(Subject *subject) {
    char name[64];
    if (subject->missing)
        return;
    if (!subject->each)
        print_answers(subject->name, &subject->all);
    for (size_t i = 0; subject->each && subject->keys[i].name; i++) {
        if (first_of(subject->keys, i) != i)
            continue;
        snprintf(name, sizeof name, "%s: %s", subject->name, subject->keys[i].name);
        print_answers(name, &subject->by_key[i]);
    }
}

static void print_memory(const Subject *subject) {
    if (!subject->missing)
        printf("%-26s  %7zu  %7zu\n", subject->name, subject->peak, subject->written);
}

static void print_head(const char *what, const char *first, const char *last) {
    printf("\n%-26s  %-25s  %-25s  %-25s  %7s\n", what, first, last, "processor time", "bytes");
}

static void print_ratio(Subject *ours, Subject *other) {
    if (!other->missing && other->start.last.count && other->all.first.count)
        printf("%-26s  first frame %6.2f   its processor time %6.2f   key to first byte %6.2f\n",
               other->name, median(&ours->start.last) / median(&other->start.last),
               median(&ours->start.processor) / median(&other->start.processor),
               median(&ours->all.first) / median(&other->all.first));
}

/* --- What is measured --------------------------------------------------------------------------
 */

static const char *path_in(const char *name) {
    static char paths[MOST_PATHS][256];
    static size_t next;
    char *path = paths[next++ % MOST_PATHS];
    snprintf(path, sizeof *paths, "%s/%s", folder, name);
    return path;
}

/* LARGE_NAMES definitions; each is reached by a chain and by a short cut. */
static void write_large_lesson(const char *path) {
    FILE *file = fopen(path, "w");
    if (!file)
        return;
    fputs("# Large\n\n```lesson\ninput x = 0.5\nparam w = 0.9\na1 = w*x\na2 = sin(a1)+w\n", file);
    for (int i = 3; i < LARGE_NAMES; i++)
        fprintf(file, "a%d=sin(a%d)-a%d\n", i, i - 1, i / 2);
    fprintf(file, "loss E = a%d^2\nforward\nbackward\n```\n", LARGE_NAMES - 1);
    fclose(file);
}

static void write_text(const char *path) {
    FILE *file = fopen(path, "w");
    for (int i = 0; file && i < TEXT_LINES; i++)
        fprintf(file, "%d: one derivative at a time, from the loss back to what caused it\n", i);
    if (file)
        fclose(file);
}

static const Key steps[] = {{"space", " "}, {"space", " "}, {"space", " "},
                            {"b", "b"},     {"space", " "}, {"b", "b"},
                            {"b", "b"},     {"b", "b"},     {NULL, NULL}};
static const Key lines[] = {{"j", "j"}, {"j", "j"}, {"j", "j"},  {"j", "j"},
                            {"k", "k"}, {"k", "k"}, {NULL, NULL}};
static const Key any_key[] = {{"x", "x"}, {NULL, NULL}};
static const Key kinds[] = {
    {"G", "G"},         {"b", "b"},    {"b", "b"},          {"space", " "},     {"space", " "},
    {"b", "b"},         {"tab", "\t"}, {"right", "\x1bOC"}, {"left", "\x1bOD"}, {"left", "\x1bOD"},
    {"left", "\x1bOD"}, {"+", "+"},    {"+", "+"},          {"u", "u"},         {"u", "u"},
    {"down", "\x1bOB"}, {"w", "w"},    {"w", "w"},          {"z", "z"},         {"Ctrl-L", "\f"},
    {"g", "g"},         {NULL, NULL}};
static const Key walk[] = {{"space", " "}, {NULL, NULL}};
static const Key redraw[] = {{"Ctrl-L", "\f"}, {NULL, NULL}};

static void measure(Subject *const *subjects, size_t count) {
    for (size_t i = 0; i < count; i++) {
        subjects[i]->missing = !is_installed(subjects[i]->command[0]);
        mkdir(subjects[i]->home, 0700);
    }
    for (int run = 0; run < runs; run++)
        for (size_t i = 0; i < count; i++)
            if (!subjects[i]->missing && !run_once(subjects[i]))
                subjects[i]->missing = true;
}

/* The first two are ours; the others are held against the first. */
static void print_comparison(Subject *const all[], size_t count) {
    printf("At the terminal, %d×%d: milliseconds, medians of %d runs (5 %% … 95 %%)\n", columns,
           rows, runs);
    print_head("start", "to first byte", "to first frame");
    for (size_t i = 0; i < count; i++)
        print_start(all[i]);
    print_head("key", "to first byte", "to last byte");
    for (size_t i = 0; i < count; i++)
        print_keys(all[i]);
    printf("\nbackstep beside\n");
    for (size_t i = 2; i < count; i++)
        print_ratio(all[0], all[i]);
    printf("\n%-26s  %7s  %7s\n", "memory, KiB", "peak", "written");
    for (size_t i = 0; i < count; i++)
        print_memory(all[i]);
}

static void compare(const char *program, const char *lesson, const char *rivals) {
    static Subject ours, moving, curses, least, vim, less;
    char curses_path[1024], least_path[1024];
    const char *text = path_in("text");
    write_text(text);
    snprintf(curses_path, sizeof curses_path, "%s/curses", rivals);
    snprintf(least_path, sizeof least_path, "%s/echo", rivals);
    ours = (Subject){.name = "backstep",
                     .command = {program, "--no-animation", lesson},
                     .home = path_in("ours"),
                     .silence = STILL,
                     .keys = steps,
                     .rounds = 2};
    moving = (Subject){.name = "backstep, pictures move",
                       .command = {program, lesson},
                       .home = path_in("moving"),
                       .silence = MOVING,
                       .keys = steps,
                       .rounds = 1};
    curses = (Subject){.name = "empty ncurses program",
                       .command = {curses_path},
                       .home = path_in("curses"),
                       .silence = STILL,
                       .keys = any_key,
                       .rounds = 16};
    least = (Subject){.name = "empty C program",
                      .command = {least_path},
                      .home = path_in("echo"),
                      .silence = STILL,
                      .keys = any_key,
                      .rounds = 16};
    vim = (Subject){.name = "vim -u NONE -N FILE",
                    .command = {"vim", "-u", "NONE", "-N", text},
                    .home = path_in("vim"),
                    .silence = STILL,
                    .keys = lines,
                    .rounds = 3};
    less = (Subject){.name = "less FILE",
                     .command = {"less", text},
                     .home = path_in("less"),
                     .silence = STILL,
                     .keys = lines,
                     .rounds = 3};
    Subject *const all[] = {&ours, &moving, &curses, &vim, &less, &least};
    enum { ALL = sizeof all / sizeof *all };
    measure(all, ALL);
    print_comparison(all, ALL);
}

static void print_walk(Subject *way, Subject *again) {
    Spread spread = spread_of(way->all.bytes.list, way->all.bytes.count);
    double most = way->all.bytes.count ? way->all.bytes.list[way->all.bytes.count - 1] : 0;
    printf(
        "\nthrough the lesson          %zu steps: bytes a step %.0f (%.0f … %.0f, at most %.0f), "
        "drawn anew %.0f\n",
        way->all.bytes.count, spread.median, spread.low, spread.high, most,
        median(&again->all.bytes));
    printf("                            at its end %zu KiB peak, %zu KiB written to\n", way->peak,
           way->written);
}

/* Once through the lesson to its end. */
static void walk_through(const char *program, const char *lesson) {
    static Subject way, again;
    way = (Subject){.name = "walk",
                    .command = {program, "--no-animation", lesson},
                    .home = path_in("walk"),
                    .silence = STILL,
                    .keys = walk,
                    .rounds = 80};
    again = (Subject){.name = "redraw",
                      .command = {program, "--no-animation", lesson},
                      .home = path_in("walk"),
                      .silence = STILL,
                      .keys = redraw,
                      .rounds = 3};
    mkdir(way.home, 0700);
    if (run_once(&way) && run_once(&again))
        print_walk(&way, &again);
}

/* The keys one by one, in the lesson and in one with LARGE_NAMES definitions. */
static void compare_keys(const char *program, const char *lesson) {
    static Subject small, large;
    const char *path = path_in("large.lesson.md");
    write_large_lesson(path);
    small = (Subject){.name = "lesson",
                      .command = {program, "--no-animation", lesson},
                      .home = path_in("small"),
                      .silence = STILL,
                      .keys = kinds,
                      .rounds = 1,
                      .each = true};
    large = (Subject){.name = "10 000 nodes",
                      .command = {program, "--no-animation", path},
                      .home = path_in("large"),
                      .silence = STILL,
                      .keys = kinds,
                      .rounds = 1,
                      .each = true};
    Subject *const both[] = {&small, &large};
    measure(both, 2);
    print_head("start", "to first byte", "to first frame");
    for (size_t i = 0; i < 2; i++)
        print_start(both[i]);
    print_head("key", "to first byte", "to last byte");
    for (size_t i = 0; i < 2; i++)
        print_keys(both[i]);
    printf("\n%-26s  %7s  %7s\n", "memory, KiB", "peak", "written");
    for (size_t i = 0; i < 2; i++)
        print_memory(both[i]);
}

static int remove_entry(const char *path, const struct stat *status, int kind, struct FTW *place) {
    (void)status, (void)kind, (void)place;
    return remove(path);
}

static bool take_option(const char *option, const char *value) {
    if (strcmp(option, "--runs") == 0) {
        runs = atoi(value);
        return runs >= 1 && runs <= MOST_RUNS;
    }
    return strcmp(option, "--size") == 0 && sscanf(value, "%dx%d", &columns, &rows) == 2;
}

int main(int count, char **arguments) {
    int at = 1;
    bool well = true;
    for (; well && at + 1 < count && strncmp(arguments[at], "--", 2) == 0; at += 2)
        well = take_option(arguments[at], arguments[at + 1]);
    if (!well || count - at != 3) {
        fputs("usage: terminal [--runs N] [--size 120x36] BACKSTEP LESSON FOLDER\n", stderr);
        return STATUS_USAGE;
    }
    if (!mkdtemp(folder)) {
        perror(folder);
        return STATUS_FAILED;
    }
    compare(arguments[at], arguments[at + 1], arguments[at + 2]);
    walk_through(arguments[at], arguments[at + 1]);
    compare_keys(arguments[at], arguments[at + 1]);
    nftw(folder, remove_entry, 16, FTW_DEPTH | FTW_PHYS);
    return EXIT_SUCCESS;
}
