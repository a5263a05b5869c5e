/* Mutated lessons: those of the course with slips, accidents and malice in them. Each is read; from
 * what can be read every step is drawn and commands are answered. Nothing may crash, hang, or show
 * a character that a terminal would obey.
 *
 *   mutated [--lessons N] FILE…       as many as a test run takes, or N
 *   mutated --only N | --show N FILE…  number N | its text */
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/limits.h"
#include "mutate.h"
#include "trial.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

enum {
    LESSONS = 1500,
    MOST_FILES = 64,
    MOST_STEPS = 40,
    PATIENCE = 20000,
    COMMANDS = 8,
    LONGEST = 20 /* seconds of one lesson */
};

typedef struct File {
    char *text;
    size_t length;
} File;

/* A mutated lesson. */
typedef struct Mutant {
    uint64_t number;
    Rng rng;
    const char *path; /* where it stands */
    Trial trial;
} Mutant;

static File files[MOST_FILES];
static size_t file_count;

static bool read_file(const char *path) {
    FILE *in = fopen(path, "rb");
    char *text = malloc(LIMIT_FILE_BYTES);
    size_t length = in && text ? fread(text, 1, LIMIT_FILE_BYTES, in) : 0;
    if (in)
        fclose(in);
    if (length == 0 || file_count == MOST_FILES) {
        free(text);
        fprintf(stderr, "%s cannot be read\n", path);
        return false;
    }
    files[file_count++] = (File){text, length};
    return true;
}

static char *make_text(Mutant *mutant, size_t *length) {
    const File *file = &files[rng_next(&mutant->rng) % file_count];
    const File *other = &files[rng_next(&mutant->rng) % file_count];
    return mutate(&mutant->trial.arena, &mutant->rng, file->text, file->length, other->text,
                  other->length, length);
}

static void draw(Mutant *mutant, Arena *arena, const Card *card, const char *fault) {
    static const CardLayout layouts[] = {{.width = 60, .rows = 20, .title = true},
                                         {.width = 40, .ascii = true, .title = true},
                                         {.width = 80, .flat = true, .title = true},
                                         {.width = 80, .flat = true, .spoken = true}};
    CardLayout layout = layouts[rng_next(&mutant->rng) % COUNT(layouts)];
    trial_draw(&mutant->trial, arena, card, layout, fault);
}

static void visit(Mutant *mutant, Session *session) {
    size_t count = session_step_count(session);
    size_t stride = 1 + count / MOST_STEPS;
    for (size_t i = 0; i < count; i += stride) {
        Arena scratch = {0};
        session_goto(session, i);
        Card card = session_card(session, &scratch);
        draw(mutant, &scratch, &card, "a step shows what is not safe");
        arena_clear(&scratch);
    }
}

static void ask(Mutant *mutant, Session *session) {
    static const char *const commands[] = {
        "grad",           "formula E",  "expand E",       "why E",   "paths w1", "check w1",
        "show network",   "set x1 = 2", "mode predict",   "hint",    "answer 1", "undo",
        "forward",        "backward",   "plot E over w1", "diff",    "table",    "contents",
        "search the",     "update",     "local dE/dy",    "chain w", "hunt",     "expressions",
        "train 2 epochs", "epoch 1",    "heat W1",        "row 2",   "seed 3",   "reset"};
    for (size_t i = 0; i < COMMANDS; i++) {
        Arena scratch = {0};
        const char *command = commands[rng_next(&mutant->rng) % COUNT(commands)];
        const char *other = commands[rng_next(&mutant->rng) % COUNT(commands)];
        size_t length = strlen(command);
        if (rng_next(&mutant->rng) % 2)
            command =
                mutate(&scratch, &mutant->rng, command, length, other, strlen(other), &length);
        Reply reply = session_execute(session, &scratch, command);
        draw(mutant, &scratch, &reply.card, "an answer shows what is not safe");
        arena_clear(&scratch);
    }
}

/* Whether it could be read. */
static bool run(Mutant *mutant) {
    size_t length;
    const char *text = make_text(mutant, &length);
    if (!trial_write(&mutant->trial, mutant->path, text, length))
        return false;
    Session *session = trial_open(&mutant->trial, mutant->path);
    if (!session)
        return false;
    visit(mutant, session);
    ask(mutant, session);
    return true;
}

static Mutant begin(uint64_t number, const char *path) {
    return (Mutant){.number = number,
                    .rng = rng_stream(number, "mutated"),
                    .path = path,
                    .trial = {.patience = PATIENCE}};
}

static bool passes(const Mutant *mutant, clock_t start) {
    const char *fault =
        (clock() - start) / CLOCKS_PER_SEC >= LONGEST ? "it takes too long" : mutant->trial.fault;
    if (fault)
        printf("not ok - lesson %llu: %s\n", (unsigned long long)mutant->number, fault);
    return !fault;
}

static int run_all(uint64_t first, uint64_t count, const char *path) {
    size_t passed = 0, readable = 0;
    for (uint64_t number = first; number < first + count; number++) {
        Mutant mutant = begin(number, path);
        clock_t start = clock();
        readable += run(&mutant);
        passed += passes(&mutant, start);
        arena_clear(&mutant.trial.arena);
    }
    printf("%zu of %zu lessons could be read\n", readable, (size_t)count);
    printf("%zu passed, %zu failed\n", passed, (size_t)count - passed);
    return passed == count ? 0 : 1;
}

static int show(uint64_t number) {
    Mutant mutant = begin(number, "");
    size_t length;
    const char *text = make_text(&mutant, &length);
    fwrite(text, 1, length, stdout);
    arena_clear(&mutant.trial.arena);
    return 0;
}

int main(int argc, char **argv) {
    bool only = argc > 2 && strcmp(argv[1], "--only") == 0;
    bool shown = argc > 2 && strcmp(argv[1], "--show") == 0;
    bool some = argc > 2 && strcmp(argv[1], "--lessons") == 0;
    uint64_t number = only || shown || some ? strtoull(argv[2], NULL, 10) : LESSONS;
    for (int i = only || shown || some ? 3 : 1; i < argc; i++)
        if (!read_file(argv[i]))
            return 2;
    if (file_count == 0) {
        fprintf(stderr, "usage: mutated [--lessons N | --only N | --show N] FILE...\n");
        return 2;
    }
    setlocale(LC_CTYPE, "C.UTF-8");
    if (shown)
        return show(number);
    char path[] = "/tmp/backstep-mutated-XXXXXX";
    if (!trial_make_file(path))
        return 2;
    int status = only ? run_all(number, 1, path) : run_all(0, number, path);
    unlink(path);
    for (size_t i = 0; i < file_count; i++)
        free(files[i].text);
    return status;
}
