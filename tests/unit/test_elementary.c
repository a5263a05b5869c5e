/* The functions of num/elementary.h: what is known of them exactly, and that every number of lanes
 * gives the same bits. How far they are from the truth is for tests/mpfr. */
#include <float.h>
#include <math.h>
#include <string.h>

#include "num/elementary.h"
#include "num/rng.h"
#include "suites.h"

enum { BATCH = 1024, BATCHES = 1024 };

typedef enum Function { EXP, LOG, LOGISTIC, TANH, SOFTPLUS, SIN, COS, FUNCTIONS } Function;

static const char *const names[FUNCTIONS] = {"exp",      "log", "logistic", "tanh",
                                             "softplus", "sin", "cos"};

static double value_at(Function function, double x) {
    switch (function) {
    case EXP: return elementary_exp(x);
    case LOG: return elementary_log(x);
    case LOGISTIC: return elementary_logistic(x);
    case TANH: return elementary_tanh(x);
    case SOFTPLUS: return elementary_softplus(x);
    case SIN: return elementary_sin(x);
    default: return elementary_cos(x);
    }
}

static ElementaryBlock *block_of(const ElementaryVariant *variant, Function function) {
    ElementaryBlock *const blocks[FUNCTIONS] = {variant->exp,  variant->log,      variant->logistic,
                                                variant->tanh, variant->softplus, variant->sin,
                                                variant->cos};
    return blocks[function];
}

static uint64_t bits_of(double x) {
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    return bits;
}

/* What is known exactly, to the sign of zero. */
static const struct {
    Function function;
    double x, y;
} known[] = {
    {EXP, 0, 1},
    {EXP, -0.0, 1},
    {EXP, INFINITY, INFINITY},
    {EXP, -INFINITY, 0},
    {EXP, 0x1p-60, 1},
    {EXP, 1, 0x1.5bf0a8b145769p1},
    {EXP, 709.782712893384, 0x1.fffffffffff2ap1023},
    {EXP, 709.7827128933841, INFINITY},
    {EXP, -745.1332191019411, 0x1p-1074},
    {EXP, -745.1332191019412, 0},
    {EXP, DBL_MAX, INFINITY},
    {EXP, -DBL_MAX, 0},
    {LOG, 1, 0},
    {LOG, 0, -INFINITY},
    {LOG, -0.0, -INFINITY},
    {LOG, INFINITY, INFINITY},
    {LOG, 2, 0x1.62e42fefa39efp-1},
    {LOG, 0x1p-1074, -0x1.74385446d71c3p9},
    {LOG, DBL_MAX, 0x1.62e42fefa39efp9},
    {LOGISTIC, 0, 0.5},
    {LOGISTIC, -0.0, 0.5},
    {LOGISTIC, INFINITY, 1},
    {LOGISTIC, -INFINITY, 0},
    {LOGISTIC, 800, 1},
    {LOGISTIC, -800, 0},
    {LOGISTIC, 37.5, 1},
    {LOGISTIC, -745.1332191019411, 0x1p-1074},
    {TANH, 0, 0},
    {TANH, -0.0, -0.0},
    {TANH, INFINITY, 1},
    {TANH, -INFINITY, -1},
    {TANH, 20, 1},
    {TANH, -20, -1},
    {TANH, 0x1p-1074, 0x1p-1074},
    {TANH, -0x1p-40, -0x1p-40},
    {SOFTPLUS, 0, 0x1.62e42fefa39efp-1},
    {SOFTPLUS, INFINITY, INFINITY},
    {SOFTPLUS, -INFINITY, 0},
    {SOFTPLUS, 100, 100},
    {SOFTPLUS, DBL_MAX, DBL_MAX},
    {SOFTPLUS, -745.1332191019411, 0x1p-1074},
    {SIN, 0, 0},
    {SIN, -0.0, -0.0},
    {SIN, 0x1p-1074, 0x1p-1074},
    {SIN, 0x1.921fb54442d18p0, 1},
    {SIN, 0x1.921fb54442d18p1, 0x1.1a62633145c07p-53},
    {SIN, 0x1p30, -0x1.3c12353728cafp-1},
    {SIN, 1e22, -0x1.b453ab76bf397p-1},
    {SIN, -DBL_MAX, -0x1.452fc98b34e97p-8},
    {COS, 0, 1},
    {COS, -0.0, 1},
    {COS, 0x1.921fb54442d18p0, 0x1.1a62633145c07p-54},
    {COS, 0x1.921fb54442d18p1, -1},
    {COS, 0x1.6ac5b262ca1ffp849, -0x1.14ae72e6ba22fp-61},
    {COS, DBL_MAX, -0x1.fffe62ecfab75p-1},
};

START_TEST(known_values) {
    const double y = value_at(known[_i].function, known[_i].x);
    ck_assert_msg(bits_of(y) == bits_of(known[_i].y), "%s(%a) = %a, not %a",
                  names[known[_i].function], known[_i].x, y, known[_i].y);
}
END_TEST

START_TEST(one_not_a_number) {
    const double arguments[] = {NAN, -NAN, elementary_reals_1(UINT64_C(0x7FF4000000000001)),
                                elementary_reals_1(UINT64_C(0xFFF8000000000BAD))};
    for (Function function = EXP; function < FUNCTIONS; function++)
        for (int i = 0; i < 4; i++)
            ck_assert_msg(bits_of(value_at(function, arguments[i])) == ELEMENTARY_NAN, "%s",
                          names[function]);
    for (int i = 0; i < 2; i++) {
        ck_assert(bits_of(elementary_sin(i ? INFINITY : -INFINITY)) == ELEMENTARY_NAN);
        ck_assert(bits_of(elementary_cos(i ? INFINITY : -INFINITY)) == ELEMENTARY_NAN);
    }
    ck_assert(bits_of(elementary_log(-1)) == ELEMENTARY_NAN);
    ck_assert(bits_of(elementary_log(-INFINITY)) == ELEMENTARY_NAN);
    ck_assert(bits_of(elementary_log(-0x1p-1074)) == ELEMENTARY_NAN);
}
END_TEST

/* Arguments of all kinds: any bits, every exponent alike; common sizes; the borders. */
static double any_argument(Rng *rng) {
    static const double borders[] = {0,       40,     18,   36,       0x1p30, 1e22,     708,
                                     709.78,  745.13, 1,    0.0625,   0.125,  INFINITY, 0x1p-1022,
                                     DBL_MAX, NAN,    -NAN, 0x1p-537, 38,     0.34657};
    const uint64_t kind = rng_next(rng) % 8;
    if (kind == 0)
        return elementary_reals_1(rng_next(rng));
    if (kind < 6)
        return (2 * rng_unit(rng) - 1) * ldexp(1, (int)(2 * kind));
    const double border = borders[rng_next(rng) % (sizeof borders / sizeof *borders)];
    const double near = kind == 6 ? border : nextafter(border, rng_unit(rng) - 0.5);
    return rng_next(rng) % 2 ? near : -near;
}

static void compare_lanes(const ElementaryVariant *variant, Function function, const double *x,
                          size_t n) {
    double y[BATCH];
    block_of(variant, function)(x, y, n);
    for (size_t i = 0; i < n; i++)
        if (bits_of(y[i]) != bits_of(value_at(function, x[i])))
            ck_abort_msg("%s(%a), %d lanes", names[function], x[i], variant->lanes);
}

/* Over a million arguments for every function and number of lanes. Half the batches keep to common
 * sizes, for where one lane is uncommon, none goes through the vector. */
START_TEST(lanes_agree) {
    Rng rng = rng_stream(7, names[_i]);
    size_t count;
    const ElementaryVariant *variants = elementary_variants(&count);
    ck_assert(count >= 1 && variants[0].lanes == 1);
    for (int batch = 0; batch < BATCHES; batch++) {
        double x[BATCH];
        for (int i = 0; i < BATCH; i++)
            x[i] = batch % 2 ? any_argument(&rng) : 40 * rng_unit(&rng) - (_i == LOG ? 0 : 20);
        for (size_t v = 0; v < count; v++)
            compare_lanes(&variants[v], (Function)_i, x, BATCH - (size_t)batch % 16);
    }
}
END_TEST

/* The functions without a variant's name: the widest lanes, also in place. */
START_TEST(blocks_in_place) {
    ElementaryBlock *const blocks[FUNCTIONS] = {elementary_exp_block,      elementary_log_block,
                                                elementary_logistic_block, elementary_tanh_block,
                                                elementary_softplus_block, elementary_sin_block,
                                                elementary_cos_block};
    double x[21];
    for (int i = 0; i < 21; i++)
        x[i] = 0.5 * i;
    blocks[_i](x, x, 21);
    for (int i = 0; i < 21; i++)
        ck_assert(bits_of(x[i]) == bits_of(value_at((Function)_i, 0.5 * i)));
}
END_TEST

START_TEST(identities) {
    Rng rng = rng_stream(3, "identities");
    for (int i = 0; i < BATCH; i++) {
        const double x = 40 * rng_unit(&rng) - 20, ulp = DBL_EPSILON;
        ck_assert(elementary_tanh(-x) == -elementary_tanh(x));
        ck_assert(fabs(elementary_exp(x) * elementary_exp(-x) - 1) <= 2 * ulp);
        ck_assert(fabs(elementary_log(elementary_exp(x)) - x) <= ulp * (1 + fabs(x)));
        ck_assert(fabs(elementary_logistic(x) + elementary_logistic(-x) - 1) <= ulp);
        ck_assert(fabs(elementary_tanh(x) - (2 * elementary_logistic(2 * x) - 1)) <= 2 * ulp);
        ck_assert(fabs(elementary_softplus(x) - elementary_softplus(-x) - x) <= 20 * ulp);
    }
}
END_TEST

Suite *elementary_suite(void) {
    Suite *suite = suite_create("elementary");
    TCase *cases = tcase_create("elementary");
    tcase_set_timeout(cases, 120);
    tcase_add_loop_test(cases, known_values, 0, (int)(sizeof known / sizeof *known));
    tcase_add_test(cases, one_not_a_number);
    tcase_add_loop_test(cases, lanes_agree, 0, FUNCTIONS);
    tcase_add_loop_test(cases, blocks_in_place, 0, FUNCTIONS);
    tcase_add_test(cases, identities);
    suite_add_tcase(suite, cases);
    return suite;
}
