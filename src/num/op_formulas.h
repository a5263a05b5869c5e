/* op_formulas: the helpers that the formulas of op.def call. For op.def's includers alone. */
#ifndef NUM_OP_FORMULAS_H
#define NUM_OP_FORMULAS_H

#include <math.h>

#include "num/elementary.h"

static inline double sign(double x) {
    return (double)((x > 0) - (x < 0));
}

static inline double power(double a, double b) {
    return b == 2 ? a * a : pow(a, b);
}

/* The slope of a^b along a. At b = 0 the power is constant. */
static inline double power_slope_a(double a, double b) {
    return b == 0 ? 0 : b == 1 ? 1 : b == 2 ? 2 * a : b * pow(a, b - 1);
}

/* The slope of a^b along b: a^b·log a, and 0 where a is 0 and b > 0, its limit. */
static inline double power_slope_b(double a, double b, double y) {
    return a == 0 && b > 0 ? 0 : y * elementary_log_1(a);
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
