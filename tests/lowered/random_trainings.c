/* Random lessons, trained on the tape and lowered: every parameter, loss, value and adjoint must be
 * the same to the last bit, in every width that the processor has.
 *
 *   lowered               as many as a test run takes
 *   lowered --lessons N   the first N
 *   lowered --only N      number N
 *   lowered --show N      writes it */
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../gradients/sketch.h"
#include "lesson/lesson.h"
#include "network.h"
#include "num/rng.h"
#include "num/train.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

enum { LESSONS = 4000, ROWS_FEW = 20, ROWS_MANY = 600, EPOCHS = 3, PASSES = 6 };

/* One lesson at work. */
typedef struct Trial {
    Arena arena;
    uint64_t number;
    Rng rng; /* of how it is trained */
    size_t rows;
    const char *text;
    Lesson *lesson;
    Model *model;
    bool good, lowered; /* all is the same; e has a lowered form */
} Trial;

static size_t below(Trial *trial, size_t bound) {
    return (size_t)(rng_next(&trial->rng) % bound);
}

static SymbolId symbol_of(const Trial *trial, const char *name) {
    return scope_find(&trial->lesson->scope, name);
}

/* The same bits; of what is no number any. */
static bool same_number(double a, double b) {
    return memcmp(&a, &b, sizeof a) == 0 || (a != a && b != b);
}

/* ------------------------------------------------------------------ lessons */

/* Four of ten are networks. */
static const char *trial_text(Trial *trial) {
    switch (trial->number % 10) {
    case 0:
    case 1:
    case 2: return sketch_training(&trial->arena, trial->number, trial->rows);
    case 3:
    case 4: return sketch_bare_training(&trial->arena, trial->number, trial->rows);
    default: return network_lesson(&trial->arena, trial->number, trial->rows);
    }
}

static void trial_start(Trial *trial, uint64_t number) {
    *trial = (Trial){.number = number, .rng = rng_stream(number, "trial"), .good = true};
    trial->rows = 1 + below(trial, below(trial, 20) ? ROWS_FEW : ROWS_MANY);
    trial->text = trial_text(trial);
    Diags diags = {.arena = &trial->arena, .file = "random"};
    trial->lesson = lesson_compile(&trial->arena, "random", trial->text, &diags);
    if (diags.count) {
        diags_print(&diags, stdout);
        trial->good = false;
        return;
    }
    trial->model = model_new(&trial->arena, &trial->lesson->exprs, &trial->lesson->scope,
                             trial->lesson->graph, trial->lesson->rate, trial->lesson->seed);
}

static void first_leaves(Trial *trial) {
    model_initial(&trial->lesson->exprs, &trial->lesson->scope, &trial->arena, 5,
                  trial->model->leaves);
    model_load_row(trial->model, 0);
}

static const size_t batches[] = {1, 1, 2, 3, 4, 5, 8, 9, 16, 100, 256, SIZE_MAX};

static size_t choose_batch(Trial *trial) {
    const size_t batch = batches[below(trial, COUNT(batches))];
    return batch < trial->rows ? batch : trial->rows;
}

/* ------------------------------------------------------------------ trainings */

static TrainHistory run_training(Trial *trial, const TrainPlan *plan, const Kernels *kernels) {
    first_leaves(trial);
    return train_with((TrainMeans){kernels}, trial->model, &trial->arena, plan, NULL, NULL);
}

static void compare_numbers(Trial *trial, const TrainPlan *plan, int width, const char *what,
                            const double *found, const double *expected, size_t count) {
    for (size_t i = 0; i < count && trial->good; i++)
        if (!same_number(found[i], expected[i])) {
            printf(
                "batches of %zu, order %d, rate %g, width %d: %s %zu is %.17g, on the tape %.17g\n",
                plan->batch, (int)plan->order, plan->rate, width, what, i, found[i], expected[i]);
            trial->good = false;
        }
}

/* Now and then it ends where a number, or the largest change of a parameter, is small or large. */
static void choose_end(Trial *trial, TrainPlan *plan) {
    static const char *const names[] = {"e", "E"};
    static const double bounds[] = {0.01, 0.1, 1};
    if (below(trial, 3))
        return;
    plan->until = below(trial, 2) ? UNTIL_LESS : UNTIL_GREATER;
    plan->bound = bounds[below(trial, COUNT(bounds))];
    if (below(trial, 3))
        plan->watched = scope_expr(&trial->lesson->scope, &trial->lesson->exprs,
                                   symbol_of(trial, names[below(trial, COUNT(names))]));
}

static void check_training(Trial *trial) {
    static const double rates[] = {0.05, 0.05, 0.5, 1e-3, 10, 0};
    TrainPlan plan = {.loss = symbol_of(trial, "E"),
                      .epochs = 1 + below(trial, EPOCHS),
                      .rate = rates[below(trial, COUNT(rates))],
                      .order = (TrainOrder)below(trial, TRAIN_GIVEN + 1),
                      .batch = choose_batch(trial),
                      .seed = trial->number};
    const size_t leaves = trial->lesson->scope.leaf_entries;
    choose_end(trial, &plan);
    const TrainHistory on_tape = run_training(trial, &plan, NULL);
    double *expected = ARENA_ARRAY(&trial->arena, double, leaves);
    memcpy(expected, trial->model->leaves, leaves * sizeof *expected);
    for (KernelWidth width = 0; width < KERNEL_WIDTHS && trial->good; width++) {
        if (!kernels_of(width))
            continue;
        const TrainHistory lowered = run_training(trial, &plan, kernels_of(width));
        if (lowered.sampled != on_tape.sampled || lowered.end != on_tape.end) {
            printf("width %d: ends as %d after %zu\n", (int)width, (int)lowered.end,
                   lowered.sampled);
            trial->good = false;
            return;
        }
        compare_numbers(trial, &plan, (int)width, "leaf", trial->model->leaves, expected, leaves);
        compare_numbers(trial, &plan, (int)width, "loss", lowered.losses, on_tape.losses,
                        on_tape.sampled);
        compare_numbers(trial, &plan, (int)width, "last loss", &lowered.last_loss,
                        &on_tape.last_loss, 1);
    }
}

/* ------------------------------------------------------------------ one pass */

/* A number of each row, lowered and on a tape. */
typedef struct Pass {
    Trial *trial;
    Expr root;
    Tape *tape;
    Fused *fused;
    bool *is_param, *matters, *bypassed; /* by place: a parameter, depends on one, a logarithm has
                                            its adjoint */
    int width;
    size_t batch;
} Pass;

static void look_at_places(Pass *pass) {
    const Tape *tape = pass->tape;
    Arena *arena = &pass->trial->arena;
    pass->is_param = ARENA_ARRAY(arena, bool, tape->count);
    pass->matters = ARENA_ARRAY(arena, bool, tape->count);
    pass->bypassed = ARENA_ARRAY(arena, bool, tape->count);
    for (size_t k = 0; k < tape->count; k++) {
        const TapeOp op = tape_read(tape, k);
        pass->is_param[k] = op.kind == EXPR_NAME && op.count == 0 &&
                            scope_get(tape->scope, op.symbol)->role == ROLE_PARAM;
        pass->matters[k] = pass->is_param[k];
        for (size_t i = 0; i < op.count; i++)
            pass->matters[k] = pass->matters[k] || pass->matters[op.operands[i]];
    }
    for (size_t i = 0; i < tape->bypassed_count; i++)
        pass->bypassed[tape->bypassed[i].value] = true;
}

/* The entries of one row among those that stand side by side, and on the tape. Of adjoints −0 is 0:
 * what becomes of one too small for a double is rounded with its sign, or added to 0 first, and
 * nothing that is made of an adjoint tells them apart. */
static void compare_entries(Pass *pass, bool adjoints, Expr expr, const double *found, size_t lanes,
                            const double *expected, size_t row) {
    const TapeOp op = tape_read(pass->tape, tape_place(pass->tape, expr));
    Trial *trial = pass->trial;
    for (size_t e = 0; e < (size_t)op.rows * op.columns && trial->good; e++)
        if (!same_number(found[e * lanes + row], expected[e]) &&
            !(adjoints && found[e * lanes + row] == expected[e])) {
            const ExprNode *node = expr_get(&trial->lesson->exprs, expr);
            const bool named = node->kind == EXPR_NAME;
            printf("batch of %zu, width %d: %s of %s (kind %d), entry %zu in row %zu, is %.17g, on "
                   "the tape %.17g\n",
                   pass->batch, pass->width, adjoints ? "adjoint" : "value",
                   named ? scope_get(&trial->lesson->scope, node->symbol)->name : "a formula",
                   (int)node->kind, e, row, found[e * lanes + row], expected[e]);
            trial->good = false;
        }
}

static void compare_row(Pass *pass, size_t row) {
    size_t lanes;
    for (Expr expr = 1; expr < pass->trial->lesson->exprs.count; expr++) {
        const size_t place = tape_place(pass->tape, expr);
        if (place == SIZE_MAX)
            continue;
        const double *value = fused_values(pass->fused, expr, &lanes);
        if (value && !pass->is_param[place])
            compare_entries(pass, false, expr, value, lanes, tape_value(pass->tape, expr), row);
        const double *adjoint = fused_adjoints(pass->fused, expr, &lanes);
        if (adjoint && pass->matters[place] && !pass->bypassed[place])
            compare_entries(pass, true, expr, adjoint, lanes, tape_adjoint(pass->tape, expr), row);
    }
}

/* A pass over some rows, of which all stand in one block; with the parameters as they are now. */
static void check_rows(Pass *pass, DataRows rows) {
    Trial *trial = pass->trial;
    double sum = 0;
    fused_write(pass->fused, trial->model->leaves);
    fused_descend(pass->fused, rows, (Descent){0.01, 1 / (double)rows.count}, &sum);
    for (size_t row = 0; row < rows.count && trial->good; row++) {
        model_load_row(trial->model, rows_at(rows, row));
        tape_load(pass->tape, trial->model->leaves);
        tape_forward(pass->tape);
        tape_backward(pass->tape, pass->root, 0);
        compare_row(pass, row);
    }
}

/* Rows here and there and as they stand, a block full or not. */
static void check_pass(Trial *trial) {
    const Scope *scope = &trial->lesson->scope;
    Exprs *exprs = &trial->lesson->exprs;
    const Expr root = scope_expr(scope, exprs, symbol_of(trial, "e"));
    Pass pass = {.trial = trial, .root = root, .batch = choose_batch(trial)};
    pass.tape = tape_compile(&trial->arena, exprs, scope, &root, 1, SYMBOL_NONE);
    look_at_places(&pass);
    size_t *list = ARENA_ARRAY(&trial->arena, size_t, FUSED_BLOCK);
    for (size_t i = 0; i < FUSED_BLOCK; i++)
        list[i] = below(trial, trial->rows);
    for (KernelWidth width = 0; width < KERNEL_WIDTHS && trial->good; width++) {
        if (!kernels_of(width))
            continue;
        first_leaves(trial);
        pass.width = (int)width;
        pass.fused =
            fused_compile(&trial->arena, exprs, scope, root, pass.batch, kernels_of(width));
        trial->lowered = pass.fused != NULL;
        if (!pass.fused)
            return;
        fused_read(pass.fused, trial->model->leaves);
        const size_t lanes = fused_shape(pass.fused).lanes;
        const size_t most = pass.batch < lanes ? pass.batch : lanes;
        for (size_t i = 0; i < PASSES && trial->good; i++) {
            const size_t count = i % 2 ? most : 1 + below(trial, most);
            const size_t first = below(trial, trial->rows - count + 1);
            check_rows(&pass, (DataRows){below(trial, 2) ? list : NULL, first, count});
        }
    }
}

/* ------------------------------------------------------------------ the whole */

typedef struct Totals {
    size_t passed, failed, lowered;
} Totals;

static void check_lesson(uint64_t number, Totals *totals) {
    Trial trial;
    trial_start(&trial, number);
    for (int i = 0; i < 2 && trial.good; i++)
        check_training(&trial);
    if (trial.good)
        check_pass(&trial);
    if (!trial.good)
        printf("lesson %llu\n", (unsigned long long)number);
    totals->passed += trial.good;
    totals->failed += !trial.good;
    totals->lowered += trial.lowered;
    arena_clear(&trial.arena);
}

static int check_lessons(uint64_t first, uint64_t count) {
    Totals totals = {0};
    for (uint64_t i = 0; i < count; i++)
        check_lesson(first + i, &totals);
    const bool enough = totals.lowered * 10 >= count * 9;
    if (!enough)
        printf("only %zu lessons have a lowered form\n", totals.lowered);
    totals.failed += !enough;
    printf("%zu passed, %zu failed\n", totals.passed, totals.failed);
    return totals.failed ? EXIT_FAILURE : EXIT_SUCCESS;
}

int main(int count, char **words) {
    setlocale(LC_CTYPE, "C.UTF-8");
    if (count == 1)
        return check_lessons(0, LESSONS);
    const uint64_t number = count == 3 ? strtoull(words[2], NULL, 10) : 0;
    if (count == 3 && strcmp(words[1], "--lessons") == 0)
        return check_lessons(0, number);
    if (count == 3 && strcmp(words[1], "--only") == 0)
        return check_lessons(number, 1);
    if (count == 3 && strcmp(words[1], "--show") == 0) {
        Trial trial;
        trial_start(&trial, number);
        fputs(trial.text, stdout);
        arena_clear(&trial.arena);
        return EXIT_SUCCESS;
    }
    fputs("usage: lowered [--lessons N | --only N | --show N]\n", stderr);
    return 2;
}
