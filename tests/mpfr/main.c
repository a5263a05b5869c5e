/* How far the functions of num/elementary.h are from the truth, which MPFR computes to 120 bits:
 * the largest error of each in units in the last place (the distance of the doubles around the true
 * value). More than its limit is a failure, and so is another result in other lanes. Then, whether
 * the bounds of num/bound.h hold (gradients.h).
 *
 *   mpfr [--gradients N]    N random gradients in the place of 100000 */
#include <math.h>
#include <mpfr.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gradients.h"
#include "num/elementary.h"
#include "num/rng.h"

enum {
    ARGUMENTS = 500000, /* of each range, in batches */
    BATCH = 500,
    GRADIENTS = 100000,
};

/* Arguments: evenly from low to high; or, where even is false, with an evenly chosen logarithm of
 * their size, of the sign of high. */
typedef struct Range {
    double low, high;
    bool even;
} Range;

/* `edges`: where a formula begins or ends, of either sign; 0 ends the list. */
typedef struct Subject {
    const char *name;
    double limit;    /* in ulps */
    size_t function; /* which of a variant's, as an offset */
    void (*true_value)(mpfr_t y, const mpfr_t x);
    Range ranges[4];
    double edges[6];
} Subject;

/* The largest error so far, and where it was. */
typedef struct Worst {
    double ulps, at;
} Worst;

static void true_exp(mpfr_t y, const mpfr_t x) {
    mpfr_exp(y, x, MPFR_RNDN);
}

static void true_log(mpfr_t y, const mpfr_t x) {
    mpfr_log(y, x, MPFR_RNDN);
}

static void true_tanh(mpfr_t y, const mpfr_t x) {
    mpfr_tanh(y, x, MPFR_RNDN);
}

static void true_logistic(mpfr_t y, const mpfr_t x) {
    mpfr_neg(y, x, MPFR_RNDN);
    mpfr_exp(y, y, MPFR_RNDN);
    mpfr_add_ui(y, y, 1, MPFR_RNDN);
    mpfr_ui_div(y, 1, y, MPFR_RNDN);
}

static void true_softplus(mpfr_t y, const mpfr_t x) {
    mpfr_exp(y, x, MPFR_RNDN);
    mpfr_log1p(y, y, MPFR_RNDN);
}

static void true_sin(mpfr_t y, const mpfr_t x) {
    mpfr_sin(y, x, MPFR_RNDN);
}

static void true_cos(mpfr_t y, const mpfr_t x) {
    mpfr_cos(y, x, MPFR_RNDN);
}

#define OURS(name) #name, ELEMENTARY_##name##_ULPS, offsetof(ElementaryVariant, name), true_##name

/* Each at its common sizes, near 0, over everything that is no 0 and no infinity in the end. */
static const Subject subjects[] = {
    {OURS(exp),
     {{-1, 1, true}, {-20, 20, true}, {-745, 709.7, true}, {0x1p-60, 1, false}},
     {0x1.62e42fefa39efp-2, 1, 0x1.628b76e3a7b61p9, 708, 709.7}},
    {OURS(log),
     {{0.5, 2, true}, {0, 100, true}, {0x1p-1074, 0x1p1023, false}, {0.99, 1.01, true}},
     {0x1.6a09e667f3bcdp-1, 0x1.6a09e667f3bcdp0, 1, 0x1p-1022, 0x1p1023}},
    {OURS(tanh),
     {{-0.5, 0.5, true}, {-4, 4, true}, {-20, 20, true}, {0x1p-1074, 1, false}},
     {0x1.62e42fefa39efp-3, 0x1p-1022, 0x1p-27, 18, 19}},
    {OURS(logistic),
     {{-1, 1, true}, {-8, 8, true}, {-40, 40, true}, {-745, -30, true}},
     {0x1.62e42fefa39efp-2, 0x1p-54, 36, 37, 708}},
    {OURS(softplus),
     {{-1, 1, true}, {-8, 8, true}, {-45, 45, true}, {-745, -30, true}},
     {0.125, 40, 0x1p-54, 36, 708}},
    {OURS(sin),
     {{-4, 4, true}, {-1000, 1000, true}, {-0x1p30, 0x1p30, true}, {0x1p-1074, 0x1p1023, false}},
     {0x1.921fb54442d18p-1, 0x1.921fb54442d18p0, 0x1.921fb54442d18p1, 0x1p30,
      0x1.6ac5b262ca1ffp849}},
    {OURS(cos),
     {{-4, 4, true}, {-1000, 1000, true}, {-0x1p30, 0x1p30, true}, {0x1p-1074, 0x1p1023, false}},
     {0x1.921fb54442d18p-1, 0x1.921fb54442d18p0, 0x1.921fb54442d18p1, 0x1p30,
      0x1.6ac5b262ca1ffp849}},
};

static double argument(const Range *range, Rng *rng) {
    const double unit = rng_unit(rng);
    if (range->even)
        return range->low + unit * (range->high - range->low);
    const double power = log2(range->low) + unit * (log2(range->high) - log2(range->low));
    return ldexp(1 + rng_unit(rng), (int)floor(power));
}

/* |y − truth| in units in the last place of the truth. */
static double error_in_ulps(double y, mpfr_t truth) {
    if (!isfinite(y))
        return INFINITY;
    if (mpfr_zero_p(truth))
        return y == 0 ? 0 : INFINITY;
    const long last_place = mpfr_get_exp(truth) - 53;
    mpfr_sub_d(truth, truth, y, MPFR_RNDN);
    mpfr_mul_2si(truth, truth, last_place < -1074 ? 1074 : -last_place, MPFR_RNDN);
    return fabs(mpfr_get_d(truth, MPFR_RNDN));
}

/* One after another from `at` on, downwards and upwards. */
static void fill_around(double at, double x[BATCH]) {
    double below = at, above = at;
    for (int i = 0; i < BATCH; i += 2) {
        x[i] = below = nextafter(below, -INFINITY);
        x[i + 1] = above;
        above = nextafter(above, INFINITY);
    }
}

static uint64_t bits_of(double x) {
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    return bits;
}

/* Computes a batch in every number of lanes; where they do not agree, the error is infinite. */
static void judge(const Subject *subject, const double x[BATCH], Worst *worst) {
    double y[BATCH], other[BATCH];
    size_t variants;
    const ElementaryVariant *variant = elementary_variants(&variants);
    mpfr_t at, truth;
    mpfr_inits2(53, at, (mpfr_ptr)NULL);
    mpfr_inits2(120, truth, (mpfr_ptr)NULL);
    for (size_t v = 0; v < variants; v++) {
        ElementaryBlock *block;
        memcpy(&block, (const char *)&variant[v] + subject->function, sizeof block);
        block(x, v ? other : y, BATCH);
        for (int i = 0; v && i < BATCH; i++)
            if (bits_of(other[i]) != bits_of(y[i]))
                *worst = (Worst){INFINITY, x[i]};
    }
    for (int i = 0; i < BATCH; i++) {
        mpfr_set_d(at, x[i], MPFR_RNDN);
        subject->true_value(truth, at);
        const double ulps = error_in_ulps(y[i], truth);
        if (!(ulps <= worst->ulps))
            *worst = (Worst){ulps, x[i]};
    }
    mpfr_clears(at, truth, (mpfr_ptr)NULL);
}

static Worst worst_of(const Subject *subject) {
    Worst worst = {0, 0};
    Rng rng = rng_stream(1, subject->name);
    double x[BATCH];
    for (size_t i = 0; i < sizeof subject->ranges / sizeof *subject->ranges; i++)
        for (int done = 0; done < ARGUMENTS; done += BATCH) {
            for (int k = 0; k < BATCH; k++)
                x[k] = argument(&subject->ranges[i], &rng);
            judge(subject, x, &worst);
        }
    const bool of_both_signs = subject->ranges[0].low < 0;
    for (const double *edge = subject->edges; *edge != 0; edge++)
        for (int sign = of_both_signs ? -1 : 1; sign <= 1; sign += 2) {
            fill_around(sign * *edge, x);
            judge(subject, x, &worst);
        }
    return worst;
}

int main(int words, char **word) {
    size_t gradients = GRADIENTS;
    if (words == 3 && strcmp(word[1], "--gradients") == 0) {
        gradients = (size_t)strtoul(word[2], NULL, 10);
    }
    if (gradients == 0 || (words != 1 && words != 3)) {
        fputs("usage: mpfr [--gradients N]\n", stderr);
        return 2;
    }
    int failed = 0, count = (int)(sizeof subjects / sizeof *subjects);
    for (int i = 0; i < count; i++) {
        const Worst worst = worst_of(&subjects[i]);
        const bool good = worst.ulps <= subjects[i].limit;
        printf("%s - %s: at most %.3f ulp, at %a\n", good ? "ok" : "not ok", subjects[i].name,
               worst.ulps, worst.at);
        failed += !good;
    }
    failed += !gradients_check(gradients);
    count++;
    printf("%d passed, %d failed\n", count - failed, failed);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
