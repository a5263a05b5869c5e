/* elementary: exp, log, tanh, sin, cos, the logistic function and softplus, the same bits
 * everywhere.
 *
 * The machine's mathematics library gives other last digits on other machines. These functions are
 * made of +, −, ×, ÷, fused multiply-add and integer arithmetic on the bits alone, in one fixed
 * order, which IEEE 754 rounds alike on every machine. They are written once, in
 * elementary_lanes.h, for any number of lanes: for one double, and for vectors of 2, 4 and 8, whose
 * lanes give what one double gives. So a training in blocks of rows and a training row by row agree
 * to the last bit. (Multiply-adds are fused where it is written, elementary_fma, and nowhere else:
 * compile with -ffp-contract=off. A processor without the instruction computes the same, slowly.)
 *
 * Errors are below 1 unit in the last place, of the logistic function below 2, for it has as few
 * operations as will do (tests/mpfr). NaN gives ELEMENTARY_NAN, whatever its bits were,
 * and so do log of a negative number and sin and cos of ±∞. exp overflows to ∞ and underflows
 * through the subnormal numbers to 0; log(±0) is −∞; tanh and sin are odd, −0 included. sin and cos
 * hold for any size: beyond 2^30 each lane by itself, with as many bits of 2/π as it takes.
 *
 * Names, for f one of exp, log, logistic, tanh, softplus, sin, cos:
 *     double elementary_f(double x)
 *     Lanes4 elementary_f_4(Lanes4 x)      in functions marked ELEMENTARY_TARGET_4; so 8
 *     Lanes2 elementary_f_2(Lanes2 x)      inline, fast in functions so marked; so 1
 *     elementary_f_block(x, y, n)          the widest lanes of the processor
 * pow remains that of the machine. */
#ifndef NUM_ELEMENTARY_H
#define NUM_ELEMENTARY_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#if defined __GNUC__ && defined __x86_64__
#include <immintrin.h>
#endif

/* How far each is from the truth at most, in units in the last place. */
#define ELEMENTARY_exp_ULPS      1.0
#define ELEMENTARY_log_ULPS      1.0
#define ELEMENTARY_logistic_ULPS 2.0
#define ELEMENTARY_tanh_ULPS     1.0
#define ELEMENTARY_softplus_ULPS 1.0
#define ELEMENTARY_sin_ULPS      1.0
#define ELEMENTARY_cos_ULPS      1.0

/* A number in two doubles: high is the nearest, low what is left. */
typedef struct ElementaryEntry {
    double high, low;
} ElementaryEntry;

/* The bits of every NaN that comes out. */
#define ELEMENTARY_NAN UINT64_C(0x7FF8000000000000)

/* The logistic function and softplus at −40, −39.75 … 0. */
extern const ElementaryEntry elementary_logistic_table[161], elementary_softplus_table[161];

/* The constants of the formulas, each four times: in functions for up to four lanes they are
 * operands as they stand. */
typedef struct ElementaryTerms {
#define TERM(name, value) double name[4];
#include "num/elementary_terms.def"
#undef TERM
} ElementaryTerms;

extern const ElementaryTerms elementary_terms;

/* For one number anywhere: with the processor's fused multiply-add where it has one. */
double elementary_exp(double x);
double elementary_log(double x);
double elementary_logistic(double x);
double elementary_tanh(double x);
double elementary_softplus(double x);
double elementary_sin(double x);
double elementary_cos(double x);

/* Where the common formulas do not hold: NaN, infinities, overflow, underflow, saturation. */
double elementary_exp_outside(double x);
double elementary_log_outside(double x);
double elementary_logistic_outside(double x);
double elementary_tanh_outside(double x);
double elementary_softplus_outside(double x);
double elementary_sin_outside(double x);
double elementary_cos_outside(double x);

/* The largest that are taken without it: by the logistic function, by tanh, by sin and cos. */
#define ELEMENTARY_LOGISTIC_END 36
#define ELEMENTARY_TANH_END     18
#define ELEMENTARY_CIRCLE_END   0x1p30

/* x = f(x) for each of some. */
void elementary_each(double (*f)(double), double *x, int count) __attribute__((cold));

/* Whether the processor runs functions for 1, 2, 4 or 8 lanes. */
_Bool elementary_has_lanes(int lanes);

#define ELEMENTARY_LANES 1
#include "num/elementary_lanes.h"
#undef ELEMENTARY_LANES

/* Two lanes are compiled for the machine as it is, four and eight for AVX2 and AVX-512 where the
 * processor may have them. */
#if defined __GNUC__
#define ELEMENTARY_HAS_2 1
#define ELEMENTARY_TARGET_2
#define ELEMENTARY_LANES 2
#include "num/elementary_lanes.h"
#undef ELEMENTARY_LANES
#endif

#if defined __GNUC__ && defined __x86_64__
#define ELEMENTARY_HAS_8    1
#define ELEMENTARY_TARGET_4 __attribute__((target("avx2,fma")))
#define ELEMENTARY_TARGET_8 __attribute__((target("avx512f,avx512dq,avx512vl,fma")))
#define ELEMENTARY_LANES    4
#include "num/elementary_lanes.h"
#undef ELEMENTARY_LANES
#define ELEMENTARY_LANES 8
#include "num/elementary_lanes.h"
#undef ELEMENTARY_LANES
#endif

/* y[i] = f(x[i]) for i < n, lanes at a time; y may be x. */
typedef void ElementaryBlock(const double *x, double *y, size_t n);

ElementaryBlock elementary_exp_block, elementary_log_block, elementary_logistic_block,
    elementary_tanh_block, elementary_softplus_block, elementary_sin_block, elementary_cos_block;

/* The block functions for one number of lanes. */
typedef struct ElementaryVariant {
    int lanes; /* 1, 2, 4 or 8 */
    ElementaryBlock *exp, *log, *logistic, *tanh, *softplus, *sin, *cos;
} ElementaryVariant;

/* The variants this processor can run, fewest lanes first; how many into *count. */
const ElementaryVariant *elementary_variants(size_t *count);

#endif
