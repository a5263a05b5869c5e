#include <math.h>
#include <stdbool.h>

#include "num/bound.h"
#include "num/op_formulas.h"

static const Ranged ZERO = {0, 0}, ONE = {1, 0}, MINUS_ONE = {-1, 0}, TWO = {2, 0}, THREE = {3, 0},
                    HALF = {0.5, 0};

/* A slope that jumps where `at` changes sign. */
static Ranged side(Ranged at, Ranged above, Ranged below) {
    Ranged slope = at.x > 0 ? above : below;
    return ranged_side(at) ? slope : (Ranged){slope.x, INFINITY};
}

/* 1 − a: what is left. */
static Ranged other(Ranged a) {
    return ranged_subtract(ONE, a);
}

/* 0, as well known as a. */
static Ranged constant(Ranged a) {
    return (Ranged){0, a.error};
}

/* 1 where a is positive, else 0. */
static Ranged step(Ranged a) {
    return (Ranged){a.x > 0 ? 1 : 0, ranged_side(a) ? 0 : 1};
}

static Ranged sign_of(Ranged a, double unknown) {
    return (Ranged){sign(a.x), ranged_side(a) ? 0 : unknown};
}

static Ranged size(Ranged a) {
    return (Ranged){fabs(a.x), a.error};
}

static Ranged rectified(Ranged a) {
    return (Ranged){a.x <= 0 ? 0 : a.x, ranged_side(a) < 0 ? 0 : a.error};
}

/* 1 where a ≥ b, else 0; with this error where it may be either. */
static Ranged order(Ranged a, Ranged b, double unknown) {
    Ranged apart = ranged_subtract(a, b);
    return (Ranged){a.x >= b.x ? 1 : 0, ranged_side(apart) ? 0 : unknown};
}

/* The larger or smaller of two: it moves as far as either of them, at most. */
static Ranged either(bool first, Ranged a, Ranged b) {
    return (Ranged){first ? a.x : b.x, fmax(a.error, b.error)};
}

static Ranged leaky(Ranged a, Ranged b) {
    Ranged below = ranged_multiply(b, a);
    if (ranged_side(a))
        return a.x > 0 ? a : below;
    double x = a.x > 0 ? a.x : below.x; /* so far from 0, at most, on either side of it */
    return (Ranged){x, fabs(x) + fmax(fabs(a.x) + a.error, fabs(below.x) + below.error)};
}

static Ranged power_along_base(Ranged a, Ranged b) {
    if (ranged_is_zero(b))
        return ZERO;
    return ranged_multiply(b, ranged_power(a, ranged_subtract(b, ONE)));
}

static Ranged power_along_exponent(Ranged a, Ranged b, Ranged y) {
    bool nothing = ranged_is_zero(a) && b.x > b.error;
    return nothing ? ZERO : ranged_multiply(y, ranged_log(a));
}

/* The three sides of a row of bound.def as functions. */
#define SIDE(name, formula)                                                                        \
    static Ranged name(Ranged a, Ranged b, Ranged y) {                                             \
        (void)a, (void)b, (void)y;                                                                 \
        return formula;                                                                            \
    }
#define BOUND(name, value, slope_a, slope_b)                                                       \
    SIDE(name##_value, value) SIDE(name##_along_a, slope_a) SIDE(name##_along_b, slope_b)
#include "num/bound.def"
#undef BOUND

typedef struct BoundRow {
    Ranged (*value)(Ranged a, Ranged b, Ranged y);
    Ranged (*slope_a)(Ranged a, Ranged b, Ranged y);
    Ranged (*slope_b)(Ranged a, Ranged b, Ranged y);
} BoundRow;

static const BoundRow rows[] = {
#define BOUND(name, value, slope_a, slope_b)                                                       \
    [OP_##name] = {name##_value, name##_along_a, name##_along_b},
#include "num/bound.def"
#undef BOUND
};

/* Every row of op.def has one here. */
enum {
#define BOUND(name, value, slope_a, slope_b) COUNTED_##name,
#include "num/bound.def"
#undef BOUND
    COUNTED
};
_Static_assert((int)COUNTED == (int)OP_COUNT, "an operation of op.def has no row in bound.def");

Ranged bound_op(uint8_t code, Ranged a, Ranged b) {
    return rows[code].value(a, b, ZERO);
}

Ranged bound_slope_a(uint8_t code, Ranged a, Ranged b, Ranged y) {
    return rows[code].slope_a(a, b, y);
}

Ranged bound_slope_b(uint8_t code, Ranged a, Ranged b, Ranged y) {
    return rows[code].slope_b(a, b, y);
}
