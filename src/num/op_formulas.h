/* op_formulas: the helpers that the formulas of op.def call. For op.def's includers alone. */
#ifndef NUM_OP_FORMULAS_H
#define NUM_OP_FORMULAS_H

#include <math.h>
#include <stdbool.h>

#include "num/elementary.h"

static inline double sign(double x) {
    return (double)((x > 0) - (x < 0));
}

enum { WHOLE_POWERS = 16 }; /* whole exponents up to this size are multiplications */

static inline bool is_whole_power(double b) {
    return fabs(b) <= WHOLE_POWERS && b == (double)(int)b;
}

/* a^n from a, a², a⁴, a⁸ and a¹⁶, the smallest first. */
static inline double whole_power(double a, unsigned n) {
    double y = 1;
    for (; n > 0; n /= 2, a *= a)
        y = n % 2 ? y * a : y;
    return y;
}

static inline double power(double a, double b) {
    if (!is_whole_power(b))
        return pow(a, b);
    const double y = whole_power(a, (unsigned)fabs(b));
    return b < 0 ? 1 / y : y;
}

/* The slope of a^b along a. At b = 0 the power is constant. */
static inline double power_slope_a(double a, double b) {
    return b == 0 ? 0 : b * power(a, b - 1);
}

/* The slope of a^b along b: a^b·log a, and 0 where a is 0 and b > 0, its limit. */
static inline double power_slope_b(double a, double b, double y) {
    return a == 0 && b > 0 ? 0 : y * elementary_log_1(a);
}

/* log(1 + x) for x ≥ 0: what is lost of x in the sum is added, so its last digits count where it is
 * small, too. Errs by less than LOG_ONE_MORE_ULPS in the last place. */
#define LOG_ONE_MORE_ULPS 4.0

static inline double log_one_more(double x) {
    const double sum = 1 + x;
    if (!(sum < INFINITY))
        return sum;
    const double lost = x < 1 ? x - (sum - 1) : 1 - (sum - x);
    return elementary_log(sum) + lost / sum;
}

#define CURVE_LANES 1
#include "num/op_curves.h"
#undef CURVE_LANES
#ifdef ELEMENTARY_HAS_2
#define CURVE_LANES 2
#include "num/op_curves.h"
#undef CURVE_LANES
#endif
#ifdef ELEMENTARY_HAS_8
#define CURVE_LANES 4
#include "num/op_curves.h"
#undef CURVE_LANES
#define CURVE_LANES 8
#include "num/op_curves.h"
#undef CURVE_LANES
#endif

#endif
