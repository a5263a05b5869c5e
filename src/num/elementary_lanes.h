/* elementary_lanes: the formulas of elementary.h, for ELEMENTARY_LANES doubles at a time. Included
 * there once for each number of lanes; nothing else includes it. */
#if ELEMENTARY_LANES == 1
#define OF(name)    elementary_##name##_1
#define REALS       double
#define WORDS       uint64_t
#define ANYWHERE    double
#define LANE_INLINE static inline __attribute__((always_inline))
#else
#define JOIN_(name, lanes) elementary_##name##_##lanes
#define JOIN(name, lanes)  JOIN_(name, lanes)
#define TYPE_(name, lanes) name##lanes
#define TYPE(name, lanes)  TYPE_(name, lanes)
#define OF(name)           JOIN(name, ELEMENTARY_LANES)
#define REALS              TYPE(Lanes, ELEMENTARY_LANES)
#define WORDS              TYPE(Words, ELEMENTARY_LANES)
#define LANE_INLINE                                                                                \
    static inline TYPE(ELEMENTARY_TARGET_, ELEMENTARY_LANES) __attribute__((always_inline))
#define ANYWHERE TYPE(LanesAnywhere, ELEMENTARY_LANES)
typedef double REALS __attribute__((vector_size(8 * ELEMENTARY_LANES)));
typedef double ANYWHERE __attribute__((vector_size(8 * ELEMENTARY_LANES), aligned(8)));
typedef uint64_t WORDS __attribute__((vector_size(8 * ELEMENTARY_LANES)));
#endif

/* ------------------------------------------------------------------ lanes */

#if ELEMENTARY_LANES == 1

LANE_INLINE uint64_t elementary_words_1(double x) {
    uint64_t words;
    memcpy(&words, &x, sizeof words);
    return words;
}

LANE_INLINE double elementary_reals_1(uint64_t words) {
    double x;
    memcpy(&x, &words, sizeof x);
    return x;
}

#else

LANE_INLINE WORDS OF(words)(REALS x) {
    return (WORDS)x;
}

LANE_INLINE REALS OF(reals)(WORDS words) {
    return (REALS)words;
}

#endif

/* Lanes from and to memory of any alignment: as doubles, so that the compiler knows that nothing
 * but doubles changes. */
LANE_INLINE REALS OF(load)(const double *from) {
    return *(const ANYWHERE *)from;
}

LANE_INLINE void OF(store)(double *to, REALS x) {
    *(ANYWHERE *)to = x;
}

/* x, and 0 in the lanes where `by` is 0. */
LANE_INLINE REALS OF(unless_zero)(REALS by, REALS x) {
#if ELEMENTARY_LANES == 1
    return by == 0 ? 0 : x;
#else
    return OF(reals)(OF(words)(x) & (WORDS)(by != 0));
#endif
}

/* A constant in every lane: of up to four as it stands in memory, which saves spreading it. */
LANE_INLINE REALS OF(term)(const double *four) {
#if ELEMENTARY_LANES == 1
    return *four;
#elif ELEMENTARY_LANES <= 4
    return OF(load)(four);
#else
    return *four - (REALS){0};
#endif
}
#define T(name) OF(term)(elementary_terms.name)

/* a·b + c, rounded once. In functions for processors that have it this is one instruction. */
LANE_INLINE REALS OF(fma)(REALS a, REALS b, REALS c) {
#if ELEMENTARY_LANES == 8
    return _mm512_fmadd_pd(a, b, c);
#elif ELEMENTARY_LANES == 4
    return _mm256_fmadd_pd(a, b, c);
#elif ELEMENTARY_LANES == 2
    return (REALS){__builtin_fma(a[0], b[0], c[0]), __builtin_fma(a[1], b[1], c[1])};
#else
    return __builtin_fma(a, b, c);
#endif
}

/* The bit of each sign; x without it. */
LANE_INLINE WORDS OF(sign)(REALS x) {
    return OF(words)(x) & OF(words)(T(zero_below));
}

LANE_INLINE REALS OF(absolute)(REALS x) {
    return OF(reals)(OF(words)(x) & ~OF(words)(T(zero_below)));
}

/* x where the last bit of each word is 0, y where it is 1. */
LANE_INLINE REALS OF(choose)(WORDS words, REALS x, REALS y) {
#if ELEMENTARY_LANES == 8
    return _mm512_mask_blend_pd(_mm512_movepi64_mask((__m512i)(words << 63)), x, y);
#elif ELEMENTARY_LANES == 4
    return _mm256_blendv_pd(x, y, (__m256d)(words << 63));
#elif ELEMENTARY_LANES == 2
    const WORDS mask = 0 - (words & 1);
    return OF(reals)((OF(words)(x) & ~mask) | (OF(words)(y) & mask));
#else
    return words & 1 ? y : x;
#endif
}

/* The entry of a table at the number in the last 16 bits of each lane of `place`. */
#if ELEMENTARY_LANES == 1
LANE_INLINE double elementary_look_up_1(const ElementaryEntry *table, uint64_t place, double *low) {
    const ElementaryEntry *entry = &table[(uint16_t)place];
    *low = entry->low;
    return entry->high;
}
#else
/* Whole entries are loaded, those of even lanes into a, of odd lanes into b, and then sorted: half
 * the loads. */
LANE_INLINE REALS OF(look_up)(const ElementaryEntry *table, WORDS place, REALS *low) {
    const WORDS doubles = 2 * place;
#define ENTRY(lane)  elementary_load_2(&table->high + (uint16_t)doubles[lane])
#define JOINED(x, y) __builtin_shufflevector(x, y, 0, 1, 2, 3)
#if ELEMENTARY_LANES == 2
    const REALS a = ENTRY(0), b = ENTRY(1);
    *low = __builtin_shufflevector(a, b, 1, 3);
    return __builtin_shufflevector(a, b, 0, 2);
#elif ELEMENTARY_LANES == 4
    const REALS a = JOINED(ENTRY(0), ENTRY(2)), b = JOINED(ENTRY(1), ENTRY(3));
    *low = __builtin_shufflevector(a, b, 1, 5, 3, 7);
    return __builtin_shufflevector(a, b, 0, 4, 2, 6);
#else
    const REALS a = __builtin_shufflevector(JOINED(ENTRY(0), ENTRY(2)), JOINED(ENTRY(4), ENTRY(6)),
                                            0, 1, 2, 3, 4, 5, 6, 7);
    const REALS b = __builtin_shufflevector(JOINED(ENTRY(1), ENTRY(3)), JOINED(ENTRY(5), ENTRY(7)),
                                            0, 1, 2, 3, 4, 5, 6, 7);
    *low = __builtin_shufflevector(a, b, 1, 9, 3, 11, 5, 13, 7, 15);
    return __builtin_shufflevector(a, b, 0, 8, 2, 10, 4, 12, 6, 14);
#endif
#undef ENTRY
#undef JOINED
}
#endif

/* ------------------------------------------------------------------ exponentials */

/* e^x = 2^k·e^r with k = x/log 2 rounded, which stands in the last bits of *shifted. log 2 is taken
 * off in two parts; the difference after the first is exact, for it is a multiple of 2^−54 and
 * below ½. *low is what rounding r leaves. */
LANE_INLINE REALS OF(exp_rest)(REALS x, REALS *shifted, REALS *low) {
    *shifted = OF(fma)(x, T(per_log_2), T(round));
    const REALS k = *shifted - T(round), first = OF(fma)(k, T(log_2), x);
    const REALS r = OF(fma)(k, T(log_2_low), first);
    *low = OF(fma)(k, T(log_2_low), first - r);
    return r;
}

/* (e^r − 1 − r)/r². Pairs of terms, pairs of pairs, and those one after the other: most of it does
 * not wait for the rest. */
LANE_INLINE REALS OF(exp_bend)(REALS r, REALS square) {
    const REALS fourth = square * square;
    const REALS a = OF(fma)(r, T(exp_1), T(exp_0)), b = OF(fma)(r, T(exp_3), T(exp_2));
    const REALS c = OF(fma)(r, T(exp_5), T(exp_4)), d = OF(fma)(r, T(exp_7), T(exp_6));
    const REALS e = OF(fma)(square, T(exp_10), OF(fma)(r, T(exp_9), T(exp_8)));
    const REALS last = OF(fma)(fourth, e, OF(fma)(square, d, c));
    return OF(fma)(fourth, last, OF(fma)(square, b, a));
}

/* e^r. */
LANE_INLINE REALS OF(exp_part)(REALS r) {
    return OF(fma)(r, OF(fma)(r, OF(exp_bend)(r, r * r), T(one)), T(one));
}

/* 2^k. */
LANE_INLINE REALS OF(power_of_two)(REALS shifted) {
    return OF(reals)((OF(words)(shifted) << 52) + OF(words)(T(one)));
}

LANE_INLINE REALS OF(exp_inside)(REALS x) {
    REALS shifted, low;
    const REALS r = OF(exp_rest)(x, &shifted, &low), y = OF(exp_part)(r);
    return OF(reals)(OF(words)(y) + (OF(words)(shifted) << 52));
}

/* 1/(1 + e^−x) with e^−x = s·e^r, s = 2^k. e^r = (n + r)/n with n = r/2·coth(r/2) − r/2, an even
 * function less r/2, so that the whole is n/(n(1 + s) + sr). n is rounded before the divisor is
 * made of it, where 1 + s and sr are exact: of that rounding hardly anything is left. */
LANE_INLINE REALS OF(logistic_inside)(REALS x) {
    REALS shifted, low;
    const REALS r = OF(exp_rest)(-x, &shifted, &low), square = r * r;
    const REALS s = OF(power_of_two)(shifted);
    REALS bend = OF(fma)(square, T(coth_4), T(coth_3));
    bend = OF(fma)(square, bend, T(coth_2));
    bend = OF(fma)(square, bend, T(coth_1));
    bend = OF(fma)(square, bend, T(coth_0));
    const REALS n = OF(fma)(square, bend, OF(fma)(-T(half), r, T(one)));
    return n / OF(fma)(n, T(one) + s, s * r);
}

/* tanh |x| = n/(2 − n) with n = 1 − e^−2|x|; n and 2 − n are had in two parts each, and what a
 * first quotient leaves of n is divided again. */
LANE_INLINE REALS OF(tanh_inside)(REALS x) {
    REALS shifted, rest;
    const REALS r = OF(exp_rest)(OF(absolute)(x) * -T(two), &shifted, &rest), square = r * r;
    const REALS s = OF(power_of_two)(shifted), gap = T(one) - s, first = OF(fma)(-s, r, gap);
    const REALS bend = OF(fma)(square, OF(exp_bend)(r, square), rest);
    const REALS second = OF(fma)(-s, bend, OF(fma)(-s, r, gap - first));
    const REALS n = first + second, n_low = second - (n - first);
    const REALS d = T(two) - n, d_low = ((T(two) - d) - n) - n_low;
    const REALS inverse = T(one) / d, y = n * inverse;
    const REALS left = OF(fma)(-y, d, n) + OF(fma)(-y, d_low, n_low);
    return OF(reals)(OF(words)(OF(fma)(left, inverse, y)) | OF(sign)(x));
}

/* ------------------------------------------------------------------ logarithms */

/* log x for a normal x: x = 2^k·(1 + f) with √½ ≤ 1 + f < √2, s = f/(2 + f), and
 * log(1 + f) = 2 artanh s = f − s(f − R(s²)). `bias` is 2^52 + 1023, and more where x was scaled by
 * a power of 2 before. */
LANE_INLINE REALS OF(log_scaled)(REALS x, double bias) {
    const uint64_t one = UINT64_C(0x3FF0000000000000), root_half = UINT64_C(0x3FE6A09E667F3BCD);
    const WORDS above = OF(words)(x) - root_half;
    const REALS k = OF(reals)(((above + one) >> 52) + UINT64_C(0x4330000000000000)) - bias;
    const REALS f = OF(reals)((above & UINT64_C(0x000FFFFFFFFFFFFF)) + root_half) - T(one);
    const REALS s = f / (T(two) + f), z = s * s, w = z * z;
    REALS odd = OF(fma)(w, T(log_term_6), T(log_term_4));
    REALS even = OF(fma)(w, T(log_term_7), T(log_term_5));
    odd = OF(fma)(w, odd, T(log_term_2));
    even = OF(fma)(w, even, T(log_term_3));
    odd = OF(fma)(w, odd, T(log_term_0));
    even = OF(fma)(w, even, T(log_term_1));
    const REALS half_square = T(half) * f * f;
    const REALS bend = OF(fma)(z, OF(fma)(z, even, odd), half_square);
    const REALS rest = OF(fma)(s, bend, k * T(log_2_rest));
    return OF(fma)(k, T(log_2_short), f - (half_square - rest));
}

LANE_INLINE REALS OF(log_inside)(REALS x) {
    return OF(log_scaled)(x, 0x1p52 + 1023);
}

/* (2·tanh(r/2) − r)/r and (2 artanh(w/2) − w)/w. */
LANE_INLINE REALS OF(tanh_bend)(REALS square) {
    REALS bend = OF(fma)(square, T(tanh_4), T(tanh_3));
    bend = OF(fma)(square, bend, T(tanh_2));
    return square * OF(fma)(square, bend, T(tanh_1));
}

LANE_INLINE REALS OF(artanh_bend)(REALS square) {
    REALS bend = OF(fma)(square, T(artanh_4), T(artanh_3));
    bend = OF(fma)(square, bend, T(artanh_2));
    return square * OF(fma)(square, bend, T(artanh_1));
}

/* −|x| = a + r, a the nearest quarter; with A = logistic a and g = 2·tanh(r/2), softplus(−|x|) =
 * softplus a + 2 artanh(w/2) with w = Ag/(1 − e), e = (1 − A)g/2. The largest part of w, Ar, goes
 * unrounded to the end. Then softplus x = max(x, 0) + softplus(−|x|), in two parts. The tables
 * begin at −40, which round_quarter makes 0. */
LANE_INLINE REALS OF(softplus_inside)(REALS x) {
    const REALS size = OF(absolute)(x), shifted = T(round_quarter) - size;
    const REALS r = (T(round_quarter) - shifted) - size;
    REALS low, slope_low;
    const WORDS place = OF(words)(shifted);
    const REALS high = OF(look_up)(elementary_softplus_table, place, &low);
    const REALS slope = OF(look_up)(elementary_logistic_table, place, &slope_low);
    const REALS bend = OF(tanh_bend)(r * r);
    const REALS e = OF(fma)(-T(half), slope, T(half)) * OF(fma)(r, bend, r);
    const REALS main = slope * r, rest = main * (bend + e) / (T(one) - e), w = main + rest;
    const REALS last = OF(fma)(w, OF(artanh_bend)(w * w), OF(fma)(slope_low, r, low));
    const REALS change = main + (rest + last);
    const REALS positive = T(half) * (x + size), sum = positive + high, taken = sum - positive;
    return sum + (((positive - (sum - taken)) + (high - taken)) + change);
}

#include "num/elementary_circle.h"

/* ------------------------------------------------------------------ everywhere */

/* Where every lane of x is inside, the formula; elsewhere each lane by itself. */
#if ELEMENTARY_LANES == 1
#define WHERE_INSIDE(name, is_inside)                                                              \
    LANE_INLINE double elementary_##name##_1(double x) {                                           \
        return __builtin_expect(is_inside, 1) ? elementary_##name##_inside_1(x)                    \
                                              : elementary_##name##_outside(x);                    \
    }
#else
#define WHERE_INSIDE(name, is_inside)                                                              \
    LANE_INLINE REALS OF(name)(REALS x) {                                                          \
        if (__builtin_expect(OF(every)((WORDS)(is_inside)), 1))                                    \
            return OF(name##_inside)(x);                                                           \
        double each[ELEMENTARY_LANES];                                                             \
        OF(store)(each, x);                                                                        \
        elementary_each(elementary_##name, each, ELEMENTARY_LANES);                                \
        return OF(load)(each);                                                                     \
    }

/* Whether every lane is all ones. */
LANE_INLINE _Bool OF(every)(WORDS mask) {
#if ELEMENTARY_LANES == 8
    return _mm512_movepi64_mask((__m512i)mask) == 0xFF;
#elif ELEMENTARY_LANES == 4
    return _mm256_movemask_pd((__m256d)mask) == 0xF;
#elif defined __SSE2__
    return _mm_movemask_pd((__m128d)mask) == 3;
#else
    return (mask[0] & mask[1]) != 0;
#endif
}
#endif

WHERE_INSIDE(exp, x *x <= T(exp_end))
WHERE_INSIDE(log, (x >= 0x1p-1022) & (x <= 0x1.fffffffffffffp1023))
WHERE_INSIDE(logistic, OF(absolute)(x) <= ELEMENTARY_LOGISTIC_END)
WHERE_INSIDE(tanh, OF(absolute)(x) <= ELEMENTARY_TANH_END)
WHERE_INSIDE(softplus, OF(absolute)(x) <= 40)
WHERE_INSIDE(sin, OF(absolute)(x) <= ELEMENTARY_CIRCLE_END)
WHERE_INSIDE(cos, OF(absolute)(x) <= ELEMENTARY_CIRCLE_END)

#undef T
#undef WHERE_INSIDE
#undef OF
#undef REALS
#undef WORDS
#undef ANYWHERE
#undef LANE_INLINE
#if ELEMENTARY_LANES != 1
#undef JOIN_
#undef JOIN
#undef TYPE_
#undef TYPE
#endif
