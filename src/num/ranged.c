#include "num/ranged.h"

#include <math.h>
#include <stdbool.h>

#include "num/elementary.h"
#include "num/op_formulas.h"

/* Half a unit in the last place of 1; the smallest number; by how much a bound is taken larger than
 * it comes out, which is far more than it can be rounded; and from where on an exact remainder is
 * itself exact. */
static const double UNIT = 0x1p-53, TINY = 0x1p-1074, LARGER = 1 + 0x1p-45, NORMAL = 0x1p-950;

/* What the machine's pow may lose, in UNITs of the result: one in the last place is two of them. */
static const double MACHINE = 4;

static Ranged ranged(double x, double error) {
    if (isnan(x) || isinf(x) || !(error < INFINITY))
        return (Ranged){x, INFINITY};
    return (Ranged){x, error == 0 ? 0 : error * LARGER + TINY};
}

static double rounded(double x, double units) {
    return units * UNIT * fabs(x) + 2 * TINY;
}

/* What our own functions may lose. */
#define OWN(name, x) rounded(x, 2.000001 * ELEMENTARY_##name##_ULPS)

Ranged ranged_exact(double x) {
    return ranged(x, 0);
}

int ranged_is_zero(Ranged a) {
    return a.x == 0 && a.error == 0;
}

int ranged_side(Ranged a) {
    if (a.x > a.error)
        return 1;
    return a.x < -a.error || ranged_is_zero(a) ? -1 : 0;
}

Ranged ranged_negate(Ranged a) {
    return (Ranged){-a.x, a.error};
}

Ranged ranged_add(Ranged a, Ranged b) {
    double x = a.x + b.x, from_b = x - a.x;
    double lost = (a.x - (x - from_b)) + (b.x - from_b);
    return ranged(x, a.error + b.error + fabs(lost));
}

Ranged ranged_subtract(Ranged a, Ranged b) {
    return ranged_add(a, ranged_negate(b));
}

Ranged ranged_multiply(Ranged a, Ranged b) {
    if (ranged_is_zero(a) || ranged_is_zero(b))
        return ranged(a.x * b.x, 0);
    double x = a.x * b.x, lost = fabs(fma(a.x, b.x, -x));
    if (fabs(x) < NORMAL)
        lost += 2 * TINY;
    return ranged(x, fabs(a.x) * b.error + fabs(b.x) * a.error + a.error * b.error + lost);
}

Ranged ranged_divide(Ranged a, Ranged b) {
    double least = fabs(b.x) - b.error, x = a.x / b.x;
    if (!(least > 0))
        return ranged(x, INFINITY);
    if (ranged_is_zero(a))
        return ranged(x, 0);
    double lost = fabs(fma(x, b.x, -a.x) / b.x);
    if (fabs(x) < NORMAL || fabs(a.x) < NORMAL)
        lost += UNIT * fabs(x) + 2 * TINY;
    return ranged(x, (a.error + (fabs(x) + lost) * b.error) / least + lost);
}

Ranged ranged_root(Ranged a) {
    double x = sqrt(a.x);
    if (ranged_is_zero(a))
        return ranged(x, 0);
    if (!(a.x > a.error))
        return ranged(x, INFINITY);
    double lost = a.x < NORMAL ? UNIT * x : fabs(fma(x, x, -a.x)) / x;
    return ranged(x, a.error / x + lost);
}

Ranged ranged_exp(Ranged a) {
    double x = elementary_exp(a.x);
    if (ranged_is_zero(a))
        return ranged(x, 0);
    return ranged(x, (x + OWN(exp, x)) * expm1(a.error) + OWN(exp, x));
}

Ranged ranged_log(Ranged a) {
    double x = elementary_log(a.x);
    if (a.x == 1 && a.error == 0)
        return ranged(x, 0);
    if (!(a.x > a.error))
        return ranged(x, INFINITY);
    return ranged(x, a.error / (a.x - a.error) + OWN(log, x));
}

Ranged ranged_log_one_more(Ranged a) {
    const double x = log_one_more(a.x), nearest = 1 + a.x - a.error;
    if (ranged_is_zero(a))
        return ranged(x, 0);
    if (!(nearest > 0))
        return ranged(x, INFINITY);
    return ranged(x, a.error / nearest + rounded(x, 2.000001 * LOG_ONE_MORE_ULPS));
}

Ranged ranged_sin(Ranged a) {
    double x = elementary_sin(a.x);
    if (ranged_is_zero(a))
        return ranged(x, 0);
    double moved = fmin((fabs(cos(a.x)) + a.error / 2) * a.error, 2);
    return ranged(x, moved + OWN(sin, x));
}

Ranged ranged_cos(Ranged a) {
    double x = elementary_cos(a.x);
    if (ranged_is_zero(a))
        return ranged(x, 0);
    double moved = fmin((fabs(sin(a.x)) + a.error / 2) * a.error, 2);
    return ranged(x, moved + OWN(cos, x));
}

/* The nearest to 0 that the exact number may be. */
static double least_size(Ranged a) {
    return fmax(fabs(a.x) - a.error, 0);
}

Ranged ranged_tanh(Ranged a) {
    double x = elementary_tanh(a.x);
    if (ranged_is_zero(a))
        return ranged(x, 0);
    double q = exp(-2 * least_size(a)), steepest = 4 * q / ((1 + q) * (1 + q));
    return ranged(x, fmin(steepest * a.error, 2) + OWN(tanh, x));
}

Ranged ranged_logistic(Ranged a) {
    double x = elementary_logistic(a.x);
    if (ranged_is_zero(a))
        return ranged(x, 0);
    double q = exp(-least_size(a)), steepest = q / ((1 + q) * (1 + q));
    return ranged(x, fmin(steepest * a.error, 1) + OWN(logistic, x));
}

Ranged ranged_softplus(Ranged a) {
    double x = elementary_softplus(a.x);
    double steepest = fmin(elementary_logistic(a.x + a.error) * LARGER + TINY, 1);
    return ranged(x, steepest * a.error + OWN(softplus, x));
}

/* |a|^b where a is at least `least` > 0 away from 0: b·log|a| moves by so much, at most. */
static double exponent_moves(Ranged a, Ranged b, double least) {
    double moved = a.error / least;
    return (fabs(b.x) + b.error) * moved + fabs(log(fabs(a.x))) * b.error;
}

/* As whole_power does it. */
static Ranged ranged_whole_power(Ranged a, double b) {
    unsigned n = (unsigned)fabs(b);
    Ranged y = {1, 0};
    for (bool begun = false; n > 0; a = n > 1 ? ranged_multiply(a, a) : a, n /= 2)
        if (n % 2) {
            y = begun ? ranged_multiply(y, a) : a;
            begun = true;
        }
    return b < 0 ? ranged_divide((Ranged){1, 0}, y) : y;
}

Ranged ranged_power(Ranged a, Ranged b) {
    if (b.error == 0 && is_whole_power(b.x))
        return ranged_whole_power(a, b.x);
    double x = power(a.x, b.x), least = fabs(a.x) - a.error;
    bool whole = b.error == 0 && b.x == floor(b.x);
    if (ranged_is_zero(a) && b.x - b.error > 0)
        return ranged(x, 0);
    if (least > 0 && (a.x > 0 || whole)) {
        double size = fabs(x) + rounded(x, MACHINE);
        return ranged(x, size * expm1(exponent_moves(a, b, least)) + rounded(x, MACHINE));
    }
    if (whole && b.x > 1) { /* through 0, where it is flat */
        double most = fabs(a.x) + a.error;
        return ranged(x, b.x * pow(most, b.x - 1) * a.error + rounded(x, MACHINE));
    }
    return ranged(x, INFINITY);
}

Ranged ranged_as(Ranged a, double x) {
    return a.x == x ? a : ranged(x, a.error + fabs(a.x - x));
}
