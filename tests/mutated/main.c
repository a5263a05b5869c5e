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

#include "app/load.h"
#include "app/session.h"
#include "base/limits.h"
#include "base/utf8.h"
#include "mutate.h"
#include "view/card_text.h"

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

/* One lesson under test. */
typedef struct Trial {
    uint64_t number;
    Rng rng;
    Arena arena;
    const char *path; /* where the mutated lesson stands */
    bool good;
} Trial;

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

static void fail(Trial *trial, const char *what) {
    if (trial->good)
        printf("not ok - lesson %llu: %s\n", (unsigned long long)trial->number, what);
    trial->good = false;
}

static char *make_text(Trial *trial, size_t *length) {
    const File *file = &files[rng_next(&trial->rng) % file_count];
    const File *other = &files[rng_next(&trial->rng) % file_count];
    return mutate(&trial->arena, &trial->rng, file->text, file->length, other->text, other->length,
                  length);
}

static void require_safe(Trial *trial, const char *text, const char *what) {
    while (*text) {
        uint32_t character;
        size_t bytes = utf8_decode(text, &character);
        if (bytes == 0 || !utf8_is_safe(character) || (character < ' ' && character != '\n')) {
            fail(trial, what);
            return;
        }
        text += bytes;
    }
}

static void draw(Trial *trial, Arena *arena, const Card *card, const char *what) {
    static const CardLayout layouts[] = {{.width = 60, .rows = 20, .title = true},
                                         {.width = 40, .ascii = true, .title = true},
                                         {.width = 80, .flat = true, .title = true},
                                         {.width = 80, .flat = true, .spoken = true}};
    CardLayout layout = layouts[rng_next(&trial->rng) % COUNT(layouts)];
    Grid grid = card_draw(arena, card, layout);
    for (int row = 0; row < grid.rows; row++)
        require_safe(trial, grid_line(arena, &grid, row), what);
}

static void visit(Trial *trial, Session *session) {
    size_t count = session_step_count(session);
    size_t stride = 1 + count / MOST_STEPS;
    for (size_t i = 0; i < count; i += stride) {
        Arena scratch = {0};
        session_goto(session, i);
        Card card = session_card(session, &scratch);
        draw(trial, &scratch, &card, "a step shows what is not safe");
        arena_clear(&scratch);
    }
}

static void ask(Trial *trial, Session *session) {
    static const char *const commands[] = {
        "grad",           "formula E",  "expand E",       "why E",   "paths w1", "check w1",
        "show network",   "set x1 = 2", "mode predict",   "hint",    "answer 1", "undo",
        "forward",        "backward",   "plot E over w1", "diff",    "table",    "contents",
        "search the",     "update",     "local dE/dy",    "chain w", "hunt",     "expressions",
        "train 2 epochs", "epoch 1",    "heat W1",        "row 2",   "seed 3",   "reset"};
    for (size_t i = 0; i < COMMANDS; i++) {
        Arena scratch = {0};
        const char *command = commands[rng_next(&trial->rng) % COUNT(commands)];
        const char *other = commands[rng_next(&trial->rng) % COUNT(commands)];
        size_t length = strlen(command);
        if (rng_next(&trial->rng) % 2)
            command = mutate(&scratch, &trial->rng, command, length, other, strlen(other), &length);
        Reply reply = session_execute(session, &scratch, command);
        draw(trial, &scratch, &reply.card, "an answer shows what is not safe");
        arena_clear(&scratch);
    }
}

/* A training is watched for a while, and then stopped. */
static bool lose_patience(void *context, const TrainMoment *moment) {
    (void)moment;
    size_t *moments = context;
    return ++*moments < PATIENCE;
}

static bool lose_patience_with_work(void *context, size_t done, size_t total) {
    (void)done, (void)total;
    return lose_patience(context, NULL);
}

static bool write_lesson(const Trial *trial, const char *text, size_t length) {
    FILE *out = fopen(trial->path, "wb");
    bool written = out && fwrite(text, 1, length, out) == length;
    return out && fclose(out) == 0 && written;
}

/* Whether it could be read. */
static bool run(Trial *trial) {
    size_t length;
    const char *text = make_text(trial, &length);
    if (!write_lesson(trial, text, length)) {
        fail(trial, "it cannot be written");
        return false;
    }
    Diags diags;
    Lesson *lesson = load_lesson(&trial->arena, trial->path, &diags);
    for (size_t i = 0; i < diags.count; i++) {
        require_safe(trial, diags.items[i].message, "an error shows what is not safe");
        if (diags.items[i].suggestion.text)
            require_safe(trial, diags.items[i].suggestion.text,
                         "a suggestion shows what is not safe");
    }
    if (!lesson)
        return false;
    Session *session = session_open(&trial->arena, lesson, (Settings){.digits = 4});
    size_t moments = 0;
    session_set_progress(session, lose_patience, &moments);
    session_set_task(session, (Task){lose_patience_with_work, &moments});
    visit(trial, session);
    ask(trial, session);
    return true;
}

static Trial begin(uint64_t number, const char *path) {
    return (Trial){
        .number = number, .rng = rng_stream(number, "mutated"), .path = path, .good = true};
}

static int run_all(uint64_t first, uint64_t count, const char *path) {
    size_t passed = 0, readable = 0;
    for (uint64_t number = first; number < first + count; number++) {
        Trial trial = begin(number, path);
        clock_t start = clock();
        readable += run(&trial);
        if ((clock() - start) / CLOCKS_PER_SEC >= LONGEST)
            fail(&trial, "it takes too long");
        passed += trial.good;
        arena_clear(&trial.arena);
    }
    printf("%zu of %zu lessons could be read\n", readable, (size_t)count);
    printf("%zu passed, %zu failed\n", passed, (size_t)count - passed);
    return passed == count ? 0 : 1;
}

static int show(uint64_t number) {
    Trial trial = begin(number, "");
    size_t length;
    const char *text = make_text(&trial, &length);
    fwrite(text, 1, length, stdout);
    arena_clear(&trial.arena);
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
    int file = mkstemp(path);
    if (file < 0)
        return 2;
    close(file);
    int status = only ? run_all(number, 1, path) : run_all(0, number, path);
    unlink(path);
    for (size_t i = 0; i < file_count; i++)
        free(files[i].text);
    return status;
}
