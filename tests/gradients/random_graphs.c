/* Random lessons, every derivative of whose loss is found in several ways and compared.
 *
 *   gradients               checks them, and ends with a line of totals
 *   gradients --write N     writes the first N with all gradients, for torch_compare.py
 *   gradients --show N      writes lesson number N */
#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lesson/lesson.h"
#include "num/model.h"
#include "num/verify.h"
#include "sketch.h"

enum { LESSONS = 2500, FORMULAS = 20000, SECOND_EVERY = 4, SECOND_ENTRIES = 12 };

/* Symbolic and reverse differ by the rounding of some hundred operations, 1e-16 each, times what
 * cancels among them. Differences lose half of the digits of a loss and are extrapolated, which
 * gives some of them back; where even that resolves nothing, `verify` says so by its own bound. */
static const double EXACT = 1e-9, NUMERIC = 1e-5;

/* Beyond this, in a value or a gradient, a difference of two losses says nothing any more. */
static const double LARGE = 1e8;

typedef struct Totals {
    size_t passed, failed, skipped;
} Totals;

/* One lesson at work. */
typedef struct Trial {
    Arena arena;
    const char *text;
    Lesson *lesson;
    Model *model;
    SymbolId loss;
} Trial;

static bool trial_start(Trial *trial, const char *text) {
    Diags diags = {.arena = &trial->arena, .file = "random"};
    trial->text = text;
    trial->lesson = lesson_compile(&trial->arena, "random", text, &diags);
    if (diags.count) {
        diags_print(&diags, stdout);
        return false;
    }
    trial->model = model_new(&trial->arena, &trial->lesson->exprs, &trial->lesson->scope,
                             trial->lesson->graph, trial->lesson->rate, trial->lesson->seed);
    trial->loss = scope_find(&trial->lesson->scope, "E");
    model_backward(trial->model, trial->loss);
    return true;
}

static Expr name_of(const Trial *trial, SymbolId symbol) {
    return scope_expr(&trial->lesson->scope, &trial->lesson->exprs, symbol);
}

static size_t entries_of(const Trial *trial, SymbolId symbol) {
    return symbol_entries(scope_get(&trial->lesson->scope, symbol));
}

/* The largest size; NaN where one is. */
static double largest(const double *values, size_t count) {
    double most = 0;
    for (size_t i = 0; i < count && !isnan(most); i++)
        most = fabs(values[i]) <= most ? most : fabs(values[i]);
    return most;
}

/* The largest adjoint on the tape. Those of exponents that are plain numbers need not be defined.
 */
static double largest_adjoint(const Trial *trial) {
    const Tape *tape = trial->model->tape;
    double most = 0;
    for (size_t i = 0; i < tape->entries; i++)
        most = fmax(most, fabs(tape->adjoints[i]));
    return most;
}

/* Whether all values and adjoints are numbers of a size that differences can resolve. */
static bool trial_is_tame(const Trial *trial) {
    const Tape *tape = trial->model->tape;
    bool tame = largest(tape->values, tape->entries) < LARGE && largest_adjoint(trial) < LARGE;
    for (SymbolId s = 0; s < trial->lesson->scope.count; s++)
        tame = tame && isfinite(largest(model_adjoint(trial->model, s), entries_of(trial, s)));
    return tame;
}

static bool close_to(const double *a, const double *b, size_t count, double tolerance) {
    for (size_t i = 0; i < count; i++)
        if (!(fabs(a[i] - b[i]) <= tolerance))
            return false;
    return true;
}

static void print_values(const char *what, const double *values, size_t count) {
    printf("  %-9s", what);
    for (size_t i = 0; i < count; i++)
        printf(" %.17g", values[i]);
    printf("\n");
}

static bool complain(const char *text, const char *of, const char *wrt, const Verification *check) {
    size_t count = check->rows * check->columns;
    printf("d%s/d%s%s in\n%s", of, wrt, check->kink ? " (kink)" : "", text);
    print_values("symbolic", check->symbolic, count);
    print_values("reverse", check->reverse, count);
    print_values("numeric", check->numeric, count);
    return false;
}

/* How large the gradient is, and what is added up on the way to it. */
static double gradient_scale(const Verification *check, double around) {
    size_t count = check->rows * check->columns;
    return fmax(fmax(largest(check->symbolic, count), largest(check->reverse, count)), around);
}

/* The strict comparison, by the scale of the whole gradient. */
static bool check_agrees(const Verification *check, double around) {
    size_t count = check->rows * check->columns;
    double scale = gradient_scale(check, around);
    return check->agree && close_to(check->symbolic, check->reverse, count, EXACT * scale) &&
           (check->kink || close_to(check->numeric, check->reverse, count, NUMERIC * scale));
}

/* dE/d(symbol): by verify, strictly, and by the one sweep over the whole graph. */
static bool check_first(Trial *trial, SymbolId symbol, bool *kink) {
    Arena scratch = {0};
    Verification check = verify_derivative(trial->model, &scratch, name_of(trial, trial->loss),
                                           name_of(trial, symbol));
    size_t count = entries_of(trial, symbol);
    double around = 1e-3 * largest_adjoint(trial);
    bool good =
        check_agrees(&check, around) && close_to(model_adjoint(trial->model, symbol), check.reverse,
                                                 count, EXACT * gradient_scale(&check, around));
    if (!good)
        complain(trial->text, "E", scope_get(&trial->lesson->scope, symbol)->name, &check);
    *kink = *kink || check.kink;
    arena_clear(&scratch);
    return good;
}

/* d(dE/d(first))/d(second). */
static bool check_second(Trial *trial, SymbolId first, SymbolId second) {
    Arena scratch = {0};
    Expr of =
        expr_derivative(&trial->lesson->exprs, name_of(trial, trial->loss), name_of(trial, first));
    Verification check = verify_derivative(trial->model, &scratch, of, name_of(trial, second));
    size_t count = check.rows * check.columns;
    bool tame = largest(check.reverse, count) < LARGE;
    bool good = !tame || check_agrees(&check, 1e-3);
    if (!good)
        complain(trial->text, scope_get(&trial->lesson->scope, first)->name,
                 scope_get(&trial->lesson->scope, second)->name, &check);
    arena_clear(&scratch);
    return good;
}

static bool check_seconds(Trial *trial) {
    size_t count = trial->lesson->scope.count;
    for (SymbolId first = 0; first < count && first < 3; first++)
        for (SymbolId second = 0; second < count && second < 3; second++)
            if (entries_of(trial, first) * entries_of(trial, second) <= SECOND_ENTRIES &&
                !check_second(trial, first, second))
                return false;
    return true;
}

static void check_lesson(uint64_t number, Totals *totals) {
    Trial trial = {0};
    bool good = trial_start(&trial, sketch_lesson(&trial.arena, number)), kink = false;
    bool tame = good && trial_is_tame(&trial);
    for (SymbolId s = 0; tame && good && s < trial.lesson->scope.count; s++)
        good = check_first(&trial, s, &kink);
    if (tame && good && !kink && number % SECOND_EVERY == 0)
        good = check_seconds(&trial);
    if (!good)
        printf("lesson %llu\n", (unsigned long long)number);
    totals->failed += !good;
    totals->skipped += good && (!tame || kink);
    totals->passed += good && tame && !kink;
    arena_clear(&trial.arena);
}

/* A bare formula at a bare point: where every part of it is defined, the simplified derivative is
 * worth what the reverse sweep finds, to the last few digits. */
static void check_formula(uint64_t number, Totals *totals) {
    Trial trial = {0};
    bool good = trial_start(&trial, sketch_formula(&trial.arena, number));
    bool tame = good && trial_is_tame(&trial);
    for (SymbolId s = 0; tame && good && s < 2; s++) {
        Expr token =
            expr_derivative(&trial.lesson->exprs, name_of(&trial, trial.loss), name_of(&trial, s));
        const double *symbolic = model_evaluate(trial.model, &trial.arena, token);
        const double *reverse = model_adjoint(trial.model, s);
        tame = isfinite(*symbolic); /* 0 times infinity on the way */
        good = !tame || close_to(symbolic, reverse, 1, EXACT * fmax(largest_adjoint(&trial), 1e-3));
        if (!good)
            printf("dE/d%s is %.17g by formula and %.17g by the sweep in\n%s", s ? "y" : "x",
                   *symbolic, *reverse, trial.text);
    }
    totals->failed += !good;
    totals->skipped += good && !tame;
    totals->passed += good && tame;
    arena_clear(&trial.arena);
}

/* ------------------------------------------------------------------------------ for PyTorch */

static void write_numbers(const double *values, size_t count) {
    for (size_t i = 0; i < count; i++)
        printf(" %.17g", values[i]);
    printf("\n");
}

/* The lesson, its values and its gradients, one a line; nothing where it stands at a kink. */
static void write_lesson(uint64_t number) {
    Trial trial = {0};
    bool kink = false;
    bool good = trial_start(&trial, sketch_lesson(&trial.arena, number)) && trial_is_tame(&trial);
    for (SymbolId s = 0; good && s < trial.lesson->scope.count; s++)
        check_first(&trial, s, &kink);
    if (good && !kink) {
        printf("lesson %llu\n", (unsigned long long)number);
        fputs(trial.text, stdout);
        model_backward(trial.model, trial.loss);
        for (SymbolId s = 0; s < trial.lesson->scope.count; s++) {
            const Symbol *symbol = scope_get(&trial.lesson->scope, s);
            printf("value %s %u %u", symbol->name, symbol->rows, symbol->columns);
            write_numbers(model_value(trial.model, s), symbol_entries(symbol));
            printf("gradient %s %u %u", symbol->name, symbol->rows, symbol->columns);
            write_numbers(model_adjoint(trial.model, s), symbol_entries(symbol));
        }
        printf("end\n");
    }
    arena_clear(&trial.arena);
}

static int check_all(void) {
    Totals lessons = {0}, formulas = {0};
    for (uint64_t i = 0; i < LESSONS; i++)
        check_lesson(i, &lessons);
    for (uint64_t i = 0; i < FORMULAS; i++)
        check_formula(i, &formulas);
    printf("lessons: %zu agree, %zu do not, %zu overflow or stand at a kink\n", lessons.passed,
           lessons.failed, lessons.skipped);
    printf("formulas: %zu agree, %zu do not, %zu are not defined where they stand\n",
           formulas.passed, formulas.failed, formulas.skipped);
    bool enough = lessons.skipped * 20 < LESSONS && formulas.skipped * 2 < FORMULAS;
    if (!enough)
        printf("too many were skipped\n");
    size_t failed = lessons.failed + formulas.failed + !enough;
    printf("%zu passed, %zu failed, %zu skipped\n", lessons.passed + formulas.passed, failed,
           lessons.skipped + formulas.skipped);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}

int main(int count, char **words) {
    setlocale(LC_CTYPE, "C.UTF-8");
    if (count == 1)
        return check_all();
    uint64_t number = count == 3 ? strtoull(words[2], NULL, 10) : 0;
    if (count == 3 && strcmp(words[1], "--write") == 0) {
        for (uint64_t i = 0; i < number; i++)
            write_lesson(i);
    } else if (count == 3 && strcmp(words[1], "--show") == 0) {
        Arena arena = {0};
        fputs(sketch_lesson(&arena, number), stdout);
        arena_clear(&arena);
    } else {
        fputs("usage: gradients [--write N | --show N]\n", stderr);
        return 2;
    }
    return EXIT_SUCCESS;
}
