#include "gradients.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../gradients/sketch.h"
#include "exact.h"
#include "lesson/lesson.h"
#include "num/bound.h"

/* At least this share of the finite gradients has a bound: else it would be easy to be right. */
static const double LEAST_BOUNDED = 0.95;

/* What 300 bits may themselves be off, on numbers of the sizes that occur. */
static const double SLACK = 0x1p-240;

/* What was found so far. */
typedef struct Tally {
    size_t wanted;
    double *ulps, *ratios;   /* of the gradients with a bound: error in ulps, and error/bound */
    size_t checked, bounded; /* gradients; those with a finite bound */
    size_t undefined;        /* not finite: nothing is said of them */
    size_t values, values_bounded;
    size_t outside;
    mpfr_t error;
} Tally;

/* |x − exact|; leaves it in tally->error. */
static double error_of(Tally *tally, double x, mpfr_t exact) {
    mpfr_sub_d(tally->error, exact, x, MPFR_RNDN);
    mpfr_abs(tally->error, tally->error, MPFR_RNDN);
    return mpfr_get_d(tally->error, MPFR_RNDU);
}

static double in_ulps(double error, mpfr_t exact) {
    if (mpfr_zero_p(exact))
        return error == 0 ? 0 : INFINITY;
    const long place = mpfr_get_exp(exact) - 53;
    return ldexp(error, place < -1074 ? 1074 : (int)-place);
}

/* Whether x is as near to the exact number as its bound says. */
static bool holds(Tally *tally, const char *text, const char *what, Ranged bound, double x,
                  mpfr_t exact) {
    Ranged found = ranged_as(bound, x);
    if (!isfinite(found.error) ||
        (mpfr_number_p(exact) && error_of(tally, x, exact) <= found.error + SLACK))
        return true;
    tally->outside++;
    printf("%s is %.17g, should be ", what, x);
    mpfr_printf("%.25Rg, is off by %.3Rg; its bound is %.3g, in\n%s", exact, tally->error,
                found.error, text);
    return false;
}

static bool is_bypassed(const Tape *tape, size_t place) {
    for (size_t i = 0; i < tape->bypassed_count; i++)
        if (tape->bypassed[i].value == place)
            return true;
    return false;
}

static void check_gradient(Tally *tally, const char *text, const char *name, Ranged bound, double x,
                           mpfr_t exact) {
    if (tally->checked == tally->wanted)
        return;
    if (!isfinite(x)) {
        tally->undefined++;
        return;
    }
    tally->checked++;
    if (!holds(tally, text, name, bound, x, exact) || !isfinite(ranged_as(bound, x).error))
        return;
    const double error = error_of(tally, x, exact), limit = ranged_as(bound, x).error;
    tally->ulps[tally->bounded] = error <= SLACK ? 0 : in_ulps(error, exact);
    tally->ratios[tally->bounded++] = error <= SLACK ? 0 : error / limit;
}

static void check_model(Tally *tally, const char *text, Lesson *lesson, Model *model,
                        Arena *arena) {
    const Tape *tape = model->tape;
    const Expr loss = scope_expr(&lesson->scope, &lesson->exprs, scope_find(&lesson->scope, "E"));
    Exact exact = exact_open(tape);
    Bounds *bounds = bounds_new(arena, tape);
    exact_forward(&exact);
    exact_backward(&exact, loss, 0);
    bounds_forward(bounds);
    tape_backward(model->tape, loss, 0);
    bounds_backward(bounds, loss, 0);
    for (size_t i = 0; i < tape->entries; i++) {
        tally->values++;
        tally->values_bounded += isfinite(bounds->values[i].error) ? 1 : 0;
        holds(tally, text, "a value", bounds->values[i], tape->values[i], exact.values[i]);
    }
    for (SymbolId s = 0; s < lesson->scope.count; s++) {
        const size_t place = tape_place(tape, scope_expr(&lesson->scope, &lesson->exprs, s));
        const TapeOp *op = tape_op(tape, place);
        for (size_t i = 0; i < (size_t)op->rows * op->columns && !is_bypassed(tape, place); i++)
            check_gradient(tally, text, scope_get(&lesson->scope, s)->name,
                           bounds->adjoints[op->offset + i], tape->adjoints[op->offset + i],
                           exact.adjoints[op->offset + i]);
    }
    exact_close(&exact);
}

static void check_text(Tally *tally, Arena *arena, const char *text) {
    Diags diags = {.arena = arena, .file = "random"};
    Lesson *lesson = lesson_compile(arena, "random", text, &diags);
    if (diags.count) {
        diags_print(&diags, stdout);
        tally->outside++;
        return;
    }
    Model *model =
        model_new(arena, &lesson->exprs, &lesson->scope, lesson->graph, lesson->rate, lesson->seed);
    check_model(tally, text, lesson, model, arena);
}

static int by_size(const void *a, const void *b) {
    const double left = *(const double *)a, right = *(const double *)b;
    return (left > right) - (left < right);
}

/* The number that this share of them does not exceed. */
static double quantile(double *sorted, size_t count, double share) {
    return count ? sorted[(size_t)(share * (double)(count - 1))] : 0;
}

static void report(Tally *tally) {
    qsort(tally->ulps, tally->bounded, sizeof *tally->ulps, by_size);
    qsort(tally->ratios, tally->bounded, sizeof *tally->ratios, by_size);
    printf("%zu gradients, %.2f %% with a bound; %zu more are no finite number\n", tally->checked,
           100 * (double)tally->bounded / (double)tally->checked, tally->undefined);
    printf("error in ulps: median %.3g, 99 %% below %.3g\n",
           quantile(tally->ulps, tally->bounded, 0.5), quantile(tally->ulps, tally->bounded, 0.99));
    size_t exact = 0;
    while (exact < tally->bounded && tally->ratios[exact] == 0)
        exact++;
    printf("%.1f %% are exact; of the others error/bound: median %.3g, 99 %% below %.3g, at most "
           "%.3g\n",
           100 * (double)exact / (double)tally->bounded,
           quantile(tally->ratios + exact, tally->bounded - exact, 0.5),
           quantile(tally->ratios + exact, tally->bounded - exact, 0.99),
           quantile(tally->ratios + exact, tally->bounded - exact, 1));
    printf("%zu values, %.2f %% with a bound\n", tally->values,
           100 * (double)tally->values_bounded / (double)tally->values);
}

bool gradients_check(size_t wanted) {
    Tally tally = {.wanted = wanted};
    tally.ulps = malloc((wanted + 1) * sizeof *tally.ulps);
    tally.ratios = malloc((wanted + 1) * sizeof *tally.ratios);
    if (!tally.ulps || !tally.ratios)
        abort();
    mpfr_init2(tally.error, EXACT_BITS);
    for (uint64_t number = 0; tally.checked < wanted; number++) {
        Arena arena = {0};
        const bool small = number % 2;
        check_text(&tally, &arena,
                   small ? sketch_formula(&arena, number) : sketch_lesson(&arena, number));
        arena_clear(&arena);
    }
    report(&tally);
    const bool enough =
        (double)tally.bounded >= LEAST_BOUNDED * (double)tally.checked || wanted == 0;
    const bool good = tally.outside == 0 && enough;
    printf("%s - bounds of gradients: %zu outside\n", good ? "ok" : "not ok", tally.outside);
    mpfr_clear(tally.error);
    free(tally.ulps);
    free(tally.ratios);
    return good;
}
