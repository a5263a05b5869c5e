/* How far the functions of num/elementary.h are from the truth, which MPFR computes to 120 bits:
 * the largest error of each in units in the last place (the distance of the doubles around the true
 * value). Above 1 is a failure. Then, whether the bounds of num/bound.h hold (gradients.h).
 *
 *   mpfr [--gradients N]    N random gradients in the place of 100000 */
#include <math.h>
#include <mpfr.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gradients.h"
#include "num/elementary.h"
#include "num/rng.h"

enum { ARGUMENTS = 500000, GRADIENTS = 100000 }; /* of each range; of random formulas */

/* Arguments: evenly from low to high; or, where even is false, with an evenly chosen logarithm of
 * their size, of the sign of high. */
typedef struct Range {
    double low, high;
    bool even;
} Range;

typedef struct Subject {
    const char *name;
    double (*ours)(double x);
    void (*true_value)(mpfr_t y, const mpfr_t x);
    Range ranges[4];
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

static double our_exp(double x) {
    return elementary_exp(x);
}

static double our_log(double x) {
    return elementary_log(x);
}

static double our_tanh(double x) {
    return elementary_tanh(x);
}

static double our_logistic(double x) {
    return elementary_logistic(x);
}

static double our_softplus(double x) {
    return elementary_softplus(x);
}

/* Each at its common sizes, near 0, over everything that is no 0 and no infinity in the end. */
static const Subject subjects[] = {
    {"exp",
     our_exp,
     true_exp,
     {{-1, 1, true}, {-20, 20, true}, {-745, 709.7, true}, {0x1p-60, 1, false}}},
    {"log",
     our_log,
     true_log,
     {{0.5, 2, true}, {0, 100, true}, {0x1p-1074, 0x1p1023, false}, {0.99, 1.01, true}}},
    {"tanh",
     our_tanh,
     true_tanh,
     {{-0.5, 0.5, true}, {-4, 4, true}, {-20, 20, true}, {0x1p-1074, 1, false}}},
    {"logistic",
     our_logistic,
     true_logistic,
     {{-1, 1, true}, {-8, 8, true}, {-40, 40, true}, {-745, -30, true}}},
    {"softplus",
     our_softplus,
     true_softplus,
     {{-1, 1, true}, {-8, 8, true}, {-45, 45, true}, {-745, -30, true}}},
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

static Worst worst_of(const Subject *subject) {
    Worst worst = {0, 0};
    Rng rng = rng_stream(1, subject->name);
    mpfr_t x, truth;
    mpfr_inits2(53, x, (mpfr_ptr)NULL);
    mpfr_inits2(120, truth, (mpfr_ptr)NULL);
    for (size_t i = 0; i < sizeof subject->ranges / sizeof *subject->ranges; i++)
        for (int count = 0; count < ARGUMENTS; count++) {
            const double at = argument(&subject->ranges[i], &rng);
            mpfr_set_d(x, at, MPFR_RNDN);
            subject->true_value(truth, x);
            const double ulps = error_in_ulps(subject->ours(at), truth);
            if (!(ulps <= worst.ulps))
                worst = (Worst){ulps, at};
        }
    mpfr_clears(x, truth, (mpfr_ptr)NULL);
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
        const bool good = worst.ulps <= 1;
        printf("%s - %s: at most %.3f ulp, at %a\n", good ? "ok" : "not ok", subjects[i].name,
               worst.ulps, worst.at);
        failed += !good;
    }
    failed += !gradients_check(gradients);
    count++;
    printf("%d passed, %d failed\n", count - failed, failed);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
