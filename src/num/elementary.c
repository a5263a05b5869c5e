#include "num/elementary.h"

#include <math.h>

const ElementaryTerms elementary_terms = {
#define TERM(name, value) {value, value, value, value},
#include "num/elementary_terms.def"
#undef TERM
};

void elementary_each(double (*f)(double), double *x, int count) {
    for (int i = 0; i < count; i++)
        x[i] = f(x[i]);
}

static double no_number(void) {
    return elementary_reals_1(ELEMENTARY_NAN);
}

/* 2^k, for a normal result. */
static double power_of_two(int k) {
    return elementary_reals_1((uint64_t)(k + 1023) << 52);
}

/* name(x) as the processor computes it best; name_1 is inlined into both. */
#if ELEMENTARY_HAS_8
#define CHOICE(name)                                                                               \
    static double name##_unfused(double x) {                                                       \
        return name##_1(x);                                                                        \
    }                                                                                              \
    ELEMENTARY_TARGET_4 static double name##_fused(double x) {                                     \
        return name##_1(x);                                                                        \
    }                                                                                              \
    double name(double x) {                                                                        \
        return elementary_has_lanes(4) ? name##_fused(x) : name##_unfused(x);                      \
    }
#else
#define CHOICE(name)                                                                               \
    double name(double x) {                                                                        \
        return name##_1(x);                                                                        \
    }
#endif

_Bool elementary_has_lanes(int lanes) {
    switch (lanes) {
    case 1: return 1;
#if ELEMENTARY_HAS_2
    case 2: return 1;
#endif
#if ELEMENTARY_HAS_8
    case 4: return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
    case 8:
        return elementary_has_lanes(4) && __builtin_cpu_supports("avx512f") &&
               __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl");
#endif
    default: return 0;
    }
}

CHOICE(elementary_exp)
CHOICE(elementary_log)
CHOICE(elementary_logistic)
CHOICE(elementary_tanh)
CHOICE(elementary_softplus)
CHOICE(elementary_sin)
CHOICE(elementary_cos)

static inline __attribute__((always_inline)) double elementary_exp_outside_1(double x) {
    if (isnan(x))
        return no_number();
    if (x > 710)
        return INFINITY;
    if (x < -746)
        return 0;
    double shifted, low;
    const double r = elementary_exp_rest_1(x, &shifted, &low);
    const double y = elementary_exp_part_1(r);
    const int k = (int32_t)(uint32_t)elementary_words_1(shifted);
    return y * power_of_two(k / 2) * power_of_two(k - k / 2);
}
CHOICE(elementary_exp_outside)

static inline __attribute__((always_inline)) double elementary_log_outside_1(double x) {
    if (x == 0)
        return -INFINITY;
    if (!(x > 0))
        return no_number();
    if (x == INFINITY)
        return x;
    return elementary_log_scaled_1(x * 0x1p54, 0x1p52 + 1023 + 54);
}
CHOICE(elementary_log_outside)

/* For x < 0 e^x/(1 + e^x), of which e^x − e^2x is left. */
double elementary_logistic_outside(double x) {
    if (isnan(x))
        return no_number();
    const double e = elementary_exp(x < 0 ? x : -x);
    return x < 0 ? e - e * e : 1 - e;
}

/* Of (1 − t)/(1 + t) with t = e^−2|x| 1 − 2t is left. */
double elementary_tanh_outside(double x) {
    if (isnan(x))
        return no_number();
    return copysign(1 - 2 * elementary_exp(-2 * fabs(x)), x);
}

double elementary_softplus_outside(double x) {
    if (isnan(x))
        return no_number();
    return x > 0 ? x : elementary_exp(x);
}

#define FUNCTIONS(each, lanes)                                                                     \
    each(exp, lanes) each(log, lanes) each(logistic, lanes) each(tanh, lanes)                      \
        each(softplus, lanes) each(sin, lanes) each(cos, lanes)

/* name_block_N: whole vectors first, what is left one by one. */
#define SINGLY(name, lanes)                                                                        \
    static void name##_block_1(const double *x, double *y, size_t n) {                             \
        for (size_t i = 0; i < n; i++)                                                             \
            y[i] = elementary_##name##_1(x[i]);                                                    \
    }
#define IN_LANES(name, lanes)                                                                      \
    ELEMENTARY_TARGET_##lanes static void name##_block_##lanes(const double *x, double *y,         \
                                                               size_t n) {                         \
        const size_t whole = n - n % (lanes);                                                      \
        for (size_t i = 0; i < whole; i += (lanes))                                                \
            elementary_store_##lanes(y + i,                                                        \
                                     elementary_##name##_##lanes(elementary_load_##lanes(x + i))); \
        for (size_t i = whole; i < n; i++)                                                         \
            y[i] = elementary_##name##_1(x[i]);                                                    \
    }
#define FIELD(name, lanes) .name = name##_block_##lanes,
#define VARIANT(count)                                                                             \
    { .lanes = (count), FUNCTIONS(FIELD, count) }

FUNCTIONS(SINGLY, 1)
#if ELEMENTARY_HAS_2
FUNCTIONS(IN_LANES, 2)
#endif
#if ELEMENTARY_HAS_8
FUNCTIONS(IN_LANES, 4)
FUNCTIONS(IN_LANES, 8)
#endif

static const ElementaryVariant variants[] = {
    VARIANT(1),
#if ELEMENTARY_HAS_2
    VARIANT(2),
#endif
#if ELEMENTARY_HAS_8
    VARIANT(4),
    VARIANT(8),
#endif
};

const ElementaryVariant *elementary_variants(size_t *count) {
    *count = sizeof variants / sizeof *variants;
    while (!elementary_has_lanes(variants[*count - 1].lanes))
        --*count;
    return variants;
}

static const ElementaryVariant *widest(void) {
    size_t count;
    const ElementaryVariant *first = elementary_variants(&count);
    return first + count - 1;
}

#define WIDEST(name, lanes)                                                                        \
    void elementary_##name##_block(const double *x, double *y, size_t n) {                         \
        widest()->name(x, y, n);                                                                   \
    }
FUNCTIONS(WIDEST, )
