/* elementary_lanes: the formulas of elementary.h, for ELEMENTARY_LANES doubles at a time. Included
 * there once for each number of lanes; nothing else includes it.
 *
 * Polynomials are minimax, found with Remez's exchange in 250-bit arithmetic and then rounded to
 * doubles; beside each is its largest error before any rounding of the arithmetic. */
#if ELEMENTARY_LANES == 1
#define OF(name)    elementary_##name##_1
#define REALS       double
#define WORDS       uint64_t
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
typedef double REALS __attribute__((vector_size(8 * ELEMENTARY_LANES)));
typedef uint64_t WORDS __attribute__((vector_size(8 * ELEMENTARY_LANES)));
#endif

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

/* Lanes from and to memory of any alignment. */
LANE_INLINE REALS OF(load)(const double *from) {
    REALS x;
    memcpy(&x, from, sizeof x);
    return x;
}

LANE_INLINE void OF(store)(double *to, REALS x) {
    memcpy(to, &x, sizeof x);
}

#endif

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

LANE_INLINE REALS OF(absolute)(REALS x) {
#if ELEMENTARY_LANES == 1
    return __builtin_fabs(x);
#else
    return OF(reals)(OF(words)(x) & UINT64_C(0x7FFFFFFFFFFFFFFF));
#endif
}

/* e^r = 1 + r + r²·(1/2 + r·…) for |r| ≤ ½ log 2: the bracket to 2^−61. Even and odd powers apart,
 * for they do not wait for each other. */
LANE_INLINE REALS OF(exp_bend)(REALS r, REALS square) {
    const REALS odd =
        0x1.5555555555558p-3 +
        square * (0x1.111111110f803p-7 +
                  square * (0x1.a01a01b00c2c6p-13 +
                            square * (0x1.71ddf6b3f10d1p-19 + square * 0x1.af632ad6abee8p-26)));
    const REALS even =
        0.5 + square * (0x1.5555555555556p-5 +
                        square * (0x1.6c16c16c15dc7p-10 +
                                  square * (0x1.a01a01a936350p-16 +
                                            square * (0x1.27e4d4d3e5553p-22 +
                                                      square * 0x1.1f7f27da618f1p-29))));
    return square * (even + r * odd);
}

/* e^x = 2^k·y with k = x/log 2 rounded: y, and k in the last bits of *shifted. Adding 1.5·2^52
 * rounds; log 2 is taken off in two parts, of which the first is short, so that its multiples are
 * exact; and 1 + r is had in two parts. */
LANE_INLINE REALS OF(exp_parts)(REALS x, REALS *shifted) {
    const double round_to_1 = 0x1.8p52;
    *shifted = x * 0x1.71547652b82fep0 + round_to_1;
    const REALS k = *shifted - round_to_1;
    const REALS high = x - k * 0x1.62e42fefa3800p-1, low = k * 0x1.ef35793c76730p-45;
    const REALS r = high - low, sum = 1 + high;
    return sum + (((1 - sum) + high) + (OF(exp_bend)(r, r * r) - low));
}

LANE_INLINE REALS OF(exp_inside)(REALS x) {
    REALS shifted;
    const REALS y = OF(exp_parts)(x, &shifted);
    return OF(reals)(OF(words)(y) + (OF(words)(shifted) << 52));
}

/* log x for a normal x: x = 2^k·(1 + f) with √½ ≤ 1 + f < √2, s = f/(2 + f), and
 * log(1 + f) = 2 artanh s = f − s(f − R(s²)), R to 2^−60. `bias` is 2^52 + 1023, and more where x
 * was scaled by a power of 2 before. */
LANE_INLINE REALS OF(log_scaled)(REALS x, double bias) {
    const uint64_t one = UINT64_C(0x3FF0000000000000), root_half = UINT64_C(0x3FE6A09E667F3BCD);
    const WORDS above = OF(words)(x) - root_half;
    const REALS k = OF(reals)(((above + one) >> 52) + UINT64_C(0x4330000000000000)) - bias;
    const REALS f = OF(reals)((above & UINT64_C(0x000FFFFFFFFFFFFF)) + root_half) - 1;
    const REALS s = f / (2 + f), z = s * s, w = z * z;
    const REALS odd =
        0x1.5555555555555p-1 +
        w * (0x1.249249242b412p-2 + w * (0x1.745cde35949d8p-3 + w * 0x1.0f5cc8d304e29p-3));
    const REALS even =
        0x1.9999999999dffp-2 +
        w * (0x1.c71c7258fdca1p-3 + w * (0x1.3b20ab918ee76p-3 + w * 0x1.0f6313d255a8bp-3));
    const REALS half_square = 0.5 * f * f;
    const REALS rest = s * (half_square + (z * odd + w * even)) + k * 0x1.ef35793c76730p-45;
    return k * 0x1.62e42fefa3800p-1 - ((half_square - rest) - f);
}

LANE_INLINE REALS OF(log_inside)(REALS x) {
    return OF(log_scaled)(x, 0x1p52 + 1023);
}

/* 2·tanh(r/2) = r + r·t·(…) with t = r², for |r| ≤ 1/8: the bracket to 2^−55.6 of the whole. */
LANE_INLINE REALS OF(tanh_bend)(REALS t) {
    return t *
           (-0x1.5555555554b3dp-4 +
            t * (0x1.11111104cdd43p-7 + t * (-0x1.ba1b0d88ca0f3p-11 + t * 0x1.64ee3caf3ee3ap-14)));
}

/* x = a + r, a the nearest quarter: adding 1.5·2^50 + 40 rounds, and leaves the place of a in the
 * table, which begins at −40, in the last bits. With A = logistic a from the table and g =
 * 2·tanh(r/2), logistic x = A + A(1 − A)·g/(1 + (A − ½)g). The second part is at most 13 % of the
 * first, so its rounding errors hardly count. */
LANE_INLINE REALS OF(logistic_inside)(REALS x) {
    const double round_to_quarter = 0x1.8p50 + 40;
    const REALS shifted = x + round_to_quarter;
    const REALS r = x - (shifted - round_to_quarter);
    const REALS g = r + r * OF(tanh_bend)(r * r);
    REALS low;
    const REALS high = OF(look_up)(elementary_logistic_table, OF(words)(shifted), &low);
    return high + (low + (high - high * high) * g / (1 + (high - 0.5) * g));
}

/* |x| = a + r, a the nearest eighth; with T = tanh a from the table and u = tanh r,
 * tanh |x| = (T + u)/(1 + Tu) = (T + u)(1 − v) with v = Tu/(1 + Tu). T + u is had in two parts, of
 * which the first is T + r. */
LANE_INLINE REALS OF(tanh_inside)(REALS x) {
    const double round_to_eighth = 0x1.8p49;
    const REALS size = OF(absolute)(x), shifted = size + round_to_eighth;
    const REALS r = size - (shifted - round_to_eighth);
    const REALS bend = r * OF(tanh_bend)(4 * r * r);
    REALS low;
    const REALS high = OF(look_up)(elementary_tanh_table, OF(words)(shifted), &low);
    const REALS sum = high + r, rest = ((high - sum) + r) + (low + bend);
    const REALS product = high * (r + bend);
    const REALS y = sum + (rest - (sum + rest) * (product / (1 + product)));
    return OF(reals)(OF(words)(y) | (OF(words)(x) & UINT64_C(0x8000000000000000)));
}

/* w + w³/12 + w⁵/80 + … = 2 artanh(w/2) for |w| ≤ 0.067, without its first term, over w: the whole
 * to 2^−61. */
LANE_INLINE REALS OF(artanh_bend)(REALS w) {
    const REALS t = w * w;
    return t *
           (0x1.55555555554a0p-4 +
            t * (0x1.9999999c99cf0p-7 + t * (0x1.2492299b9e672p-9 + t * 0x1.c8219700ac7e1p-12)));
}

/* −|x| = a + r, a the nearest quarter, A and g as in logistic: softplus(−|x|) = softplus a +
 * 2 artanh(w/2) with w = Ag/(1 − e), e = (1 − A)g/2. The largest part of w, Ar, goes unrounded to
 * the end. Then softplus x = max(x, 0) + softplus(−|x|), in two parts. */
LANE_INLINE REALS OF(softplus_inside)(REALS x) {
    const double round_to_quarter = 0x1.8p50 + 40;
    const REALS size = OF(absolute)(x), shifted = round_to_quarter - size;
    const REALS r = (round_to_quarter - shifted) - size;
    REALS low, slope_low;
    const WORDS place = OF(words)(shifted);
    const REALS high = OF(look_up)(elementary_softplus_table, place, &low);
    const REALS slope = OF(look_up)(elementary_logistic_table, place, &slope_low);
    const REALS bend = OF(tanh_bend)(r * r), e = (0.5 - 0.5 * slope) * (r + r * bend);
    const REALS main = slope * r, rest = main * (bend + e) / (1 - e), w = main + rest;
    const REALS change = main + (rest + (w * OF(artanh_bend)(w) + (low + slope_low * r)));
    const REALS positive = 0.5 * (x + size), sum = positive + high, taken = sum - positive;
    return sum + (((positive - (sum - taken)) + (high - taken)) + change);
}

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
        for (int lane = 0; lane < ELEMENTARY_LANES; lane++)                                        \
            x[lane] = elementary_##name(x[lane]);                                                  \
        return x;                                                                                  \
    }

/* Whether every lane is all ones. */
LANE_INLINE _Bool OF(every)(WORDS mask) {
#if ELEMENTARY_LANES == 8
    return _mm512_test_epi64_mask((__m512i)mask, (__m512i)mask) == 0xFF;
#elif ELEMENTARY_LANES == 4
    return _mm256_movemask_pd((__m256d)mask) == 0xF;
#else
    return (mask[0] & mask[1]) != 0;
#endif
}
#endif

#define INSIDE_EXP      (OF(absolute)(x) <= 708)
#define INSIDE_LOG      ((x >= 0x1p-1022) & (x <= 0x1.fffffffffffffp1023))
#define INSIDE_LOGISTIC (OF(absolute)(x) <= 40)
#define INSIDE_TANH     (OF(absolute)(x) <= 19.25)
#define INSIDE_SOFTPLUS (OF(absolute)(x) <= 40)

WHERE_INSIDE(exp, INSIDE_EXP)
WHERE_INSIDE(log, INSIDE_LOG)
WHERE_INSIDE(logistic, INSIDE_LOGISTIC)
WHERE_INSIDE(tanh, INSIDE_TANH)
WHERE_INSIDE(softplus, INSIDE_SOFTPLUS)

#undef INSIDE_EXP
#undef INSIDE_LOG
#undef INSIDE_LOGISTIC
#undef INSIDE_TANH
#undef INSIDE_SOFTPLUS
#undef WHERE_INSIDE
#undef OF
#undef REALS
#undef WORDS
#undef LANE_INLINE
#if ELEMENTARY_LANES != 1
#undef JOIN_
#undef JOIN
#undef TYPE_
#undef TYPE
#endif
