/* Faults: memory runs out at each allocation of a command in turn. Nothing may crash; the command
 * must answer that memory is missing, or the drawing end, and the session be as it was: the place,
 * the changes, every value to the last bit. Then the student goes on, and the numbers at the end of
 * the lesson must be the right ones.
 *
 * Before each command the process is copied: a copy for each allocation, which fails there. */
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "app/load.h"
#include "app/session.h"
#include "view/card_text.h"
#include "view/network.h"

enum {
    EACH = 40,   /* allocations of a command that fail one by one, */
    OTHERS = 40, /* and about so many of all that come after them */
    WRONG = 1
};

static const char *const commands[] = {
    "next",       "grad w5",  "why w1",         "set w5 = 0.9",   "next",
    "goto 9",     "update",   "train 3 epochs", "epoch 1",        "set w1 = w2 + 0.1",
    "paths w1",   "check w5", "plot E over w5", "mode predict",   "goto 12",
    "answer 0.5", "hint",     "hunt",           "train 2 epochs", "undo",
    "undo",       "redo",     "search sigmoid", "seed 3",         "reset",
    "goto 20",    "diff",     "expand E",       "mode watch",     "rate 0.1",
};

enum { COMMANDS = sizeof commands / sizeof *commands };

/* --- Allocations that fail ------------------------------------------------------------------- */

static long allocations, failing = -1; /* the one that fails */

/* As the arena does it where there is no memory. */
static void allocate(const Arena *arena) {
    if (allocations++ != failing)
        return;
    if (arena->recovery)
        longjmp(*arena->recovery, 1);
    printf("there is no way out of memory\n");
    abort();
}

void *__real_arena_alloc(Arena *arena, size_t size);
void *__wrap_arena_alloc(Arena *arena, size_t size);
void *__real_arena_array(Arena *arena, size_t count, size_t size);
void *__wrap_arena_array(Arena *arena, size_t count, size_t size);
void *__real_arena_repeat(Arena *arena, size_t count, size_t size, const void *element);
void *__wrap_arena_repeat(Arena *arena, size_t count, size_t size, const void *element);
void *__real_arena_resize(Arena *arena, void *array, size_t size);
void *__wrap_arena_resize(Arena *arena, void *array, size_t size);
void *__real_arena_grow(Arena *arena, void *array, size_t *capacity, size_t size);
void *__wrap_arena_grow(Arena *arena, void *array, size_t *capacity, size_t size);
char *__real_arena_copy_n(Arena *arena, const char *text, size_t length);
char *__wrap_arena_copy_n(Arena *arena, const char *text, size_t length);

void *__wrap_arena_alloc(Arena *arena, size_t size) {
    allocate(arena);
    return __real_arena_alloc(arena, size);
}

void *__wrap_arena_array(Arena *arena, size_t count, size_t size) {
    allocate(arena);
    return __real_arena_array(arena, count, size);
}

void *__wrap_arena_repeat(Arena *arena, size_t count, size_t size, const void *element) {
    allocate(arena);
    return __real_arena_repeat(arena, count, size, element);
}

void *__wrap_arena_resize(Arena *arena, void *array, size_t size) {
    allocate(arena);
    return __real_arena_resize(arena, array, size);
}

void *__wrap_arena_grow(Arena *arena, void *array, size_t *capacity, size_t size) {
    allocate(arena);
    return __real_arena_grow(arena, array, capacity, size);
}

char *__wrap_arena_copy_n(Arena *arena, const char *text, size_t length) {
    allocate(arena);
    return __real_arena_copy_n(arena, text, length);
}

/* --- What is compared ------------------------------------------------------------------------ */

/* Every value of the lesson, and the place. */
typedef struct State {
    size_t position;
    double rate, *values;
} State;

static State state_of(const Session *session, Arena *arena) {
    const Model *model = session_model(session);
    const Scope *scope = &session_lesson(session)->scope;
    size_t entries = 0, filled = 0;
    for (SymbolId s = 0; s < scope->count; s++)
        entries += symbol_entries(scope_get(scope, s));
    State state = {session_position(session), model->rate, ARENA_ARRAY(arena, double, entries)};
    for (SymbolId s = 0; s < scope->count; s++) {
        size_t count = symbol_entries(scope_get(scope, s));
        memcpy(state.values + filled, model_value(model, s), count * sizeof *state.values);
        filled += count;
    }
    return state;
}

static bool same_state(const Session *session, const State *before) {
    Arena arena = {0};
    State now = state_of(session, &arena);
    const Scope *scope = &session_lesson(session)->scope;
    size_t entries = 0;
    for (SymbolId s = 0; s < scope->count; s++)
        entries += symbol_entries(scope_get(scope, s));
    bool same = now.position == before->position &&
                memcmp(&now.rate, &before->rate, sizeof now.rate) == 0 &&
                memcmp(now.values, before->values, entries * sizeof *now.values) == 0;
    arena_clear(&arena);
    return same;
}

/* --- A student ------------------------------------------------------------------------------- */

/* Draws what the screen shows. */
static void draw(Session *session) {
    static const CardLayout layout = {.width = 70, .rows = 20, .title = true};
    Arena arena = {0};
    jmp_buf recovery;
    SymbolId *symbols;
    if (setjmp(recovery) == 0) {
        arena.recovery = &recovery;
        session_set_recovery(session, &recovery);
        Card card = session_card(session, &arena);
        card_draw(&arena, &card, layout);
        card = session_values(session, &arena, SYMBOL_NONE, &symbols);
        card_draw(&arena, &card, layout);
        NetworkWish wish = {.selected = SYMBOL_NONE};
        Network network = session_network(session, &arena, wish, &symbols);
        network_draw(&arena, &network, 20, 60, false);
    }
    session_set_recovery(session, NULL);
    arena_clear(&arena);
}

/* The line stands in the arena of the answer, as it does on the screen. */
static bool answer(Session *session, const char *command) {
    Arena arena = {0};
    Reply reply = session_execute(session, &arena, arena_copy(&arena, command));
    bool failed = reply.failed;
    arena_clear(&arena);
    return failed;
}

/* What the lesson's own numbers are at its last step. */
static void go_to_end(Session *session) {
    while (session_can_undo(session))
        answer(session, "undo");
    session_goto(session, session_step_count(session) - 1);
}

/* In a copy of the process. Whether all is well. */
static int fail_at(Session *session, const char *command, long allocation, const State *end) {
    Arena arena = {0};
    State before = state_of(session, &arena);
    bool looks = session_look(session) != NULL; /* at an epoch: that ends */
    allocations = 0;
    failing = allocation;
    bool failed = answer(session, command);
    bool drawn = allocations <= allocation;
    if (drawn)
        draw(session);
    failing = -1;
    bool kept = drawn || (failed && (looks || same_state(session, &before)));
    draw(session);
    go_to_end(session);
    arena_clear(&arena);
    return kept && same_state(session, end) ? 0 : WRONG;
}

/* Whether all was well in the copy. */
static bool try_at(Session *session, const char *command, long allocation, const State *end) {
    int status = 0;
    fflush(stdout);
    pid_t child = fork();
    if (child == 0)
        _exit(fail_at(session, command, allocation, end));
    if (child < 0 || waitpid(child, &status, 0) < 0)
        return false;
    if (status == 0)
        return true;
    printf("not ok - %s: allocation %ld: %s\n", command, allocation,
           !WIFEXITED(status)             ? "a crash"
           : WEXITSTATUS(status) == WRONG ? "the session is not as it was"
                                          : "the program ends");
    return false;
}

/* Whether all was well wherever the command failed; then it is done. */
static size_t run(Session *session, const char *command, const State *end, size_t *failed) {
    pid_t child;
    int pipes[2];
    long count = 0;
    size_t tried = 0;
    if (pipe(pipes) != 0)
        abort();
    fflush(stdout);
    child = fork();
    if (child == 0) {
        allocations = 0;
        answer(session, command);
        draw(session);
        _exit(write(pipes[1], &allocations, sizeof allocations) != sizeof allocations);
    }
    if (child < 0 || read(pipes[0], &count, sizeof count) != sizeof count)
        abort();
    waitpid(child, NULL, 0);
    close(pipes[0]);
    close(pipes[1]);
    long stride = 1 + (count > EACH ? count - EACH : 0) / OTHERS;
    for (long i = 0; i < count; i += i < EACH ? 1 : stride, tried++)
        *failed += !try_at(session, command, i, end);
    answer(session, command);
    draw(session);
    return tried;
}

int main(int argc, char **argv) {
    setlocale(LC_CTYPE, "");
    size_t tried = 0, failed = 0;
    for (int i = 1; i < argc; i++) {
        Arena arena = {0};
        Diags diags;
        Lesson *lesson = load_lesson(&arena, argv[i], &diags);
        if (!lesson) {
            fprintf(stderr, "%s cannot be read\n", argv[i]);
            return 1;
        }
        Session *session = session_open(&arena, lesson, (Settings){.digits = 4});
        go_to_end(session);
        State end = state_of(session, &arena);
        session_goto(session, 0);
        for (size_t command = 0; command < COMMANDS; command++)
            tried += run(session, commands[command], &end, &failed);
        arena_clear(&arena);
    }
    printf("%zu passed, %zu failed\n", tried - failed, failed);
    return failed > 0;
}
