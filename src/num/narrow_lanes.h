/* narrow_lanes: the loops of narrow.h for vectors of KERNEL_LANES rows. Included by narrow.c once
 * for each width; nothing else includes it. */
#define JOIN_(name, lanes) name##_##lanes
#define JOIN(name, lanes)  JOIN_(name, lanes)
#define TYPE_(name, lanes) name##lanes
#define TYPE(name, lanes)  TYPE_(name, lanes)
#define OF(name)           JOIN(name, KERNEL_LANES)
#define REALS              TYPE(Lanes, KERNEL_LANES)
#define WORDS              TYPE(Words, KERNEL_LANES)
#define TARGET             TYPE(ELEMENTARY_TARGET_, KERNEL_LANES)
#define LOAD(from)         JOIN(elementary_load, KERNEL_LANES)(from)
#define STORE(to, reals)   JOIN(elementary_store, KERNEL_LANES)(to, reals)
#define CURVE(name, reals) JOIN(elementary_##name, KERNEL_LANES)(reals)
#define CORNER             OF(Corner)
#define LANE_INLINE        static inline TARGET __attribute__((always_inline))
#define LANE_FUNCTION      static TARGET

LANE_INLINE REALS OF(splat)(double x) {
    return x - (REALS){0};
}

/* ------------------------------------------------------------------ zeros hand nothing back */

/* not_zero: which lanes of an adjoint are not 0. product: of an adjoint and another factor in
 * those, 0 elsewhere even where the factor is no finite number. first_product: 0 + product, fused
 * in one instruction: −0 only where the product is too small for a double. beyond: which lanes are
 * not within ±limit, NaN among them. */
#if KERNEL_LANES == 8
#define MASK __mmask8

LANE_INLINE MASK OF(not_zero)(REALS adjoint) {
    return _mm512_cmp_pd_mask((__m512d)adjoint, _mm512_setzero_pd(), _CMP_NEQ_UQ);
}

LANE_INLINE bool OF(any)(MASK mask) {
    return mask != 0;
}

LANE_INLINE MASK OF(beyond)(REALS x, const double limit) {
    return _mm512_cmp_pd_mask(_mm512_abs_pd((__m512d)x), _mm512_set1_pd(limit), _CMP_NLE_UQ);
}

LANE_INLINE REALS OF(product)(MASK mask, REALS adjoint, REALS factor) {
    return (REALS)_mm512_maskz_mul_pd(mask, (__m512d)adjoint, (__m512d)factor);
}

LANE_INLINE REALS OF(first_product)(MASK mask, REALS adjoint, REALS factor) {
    return (REALS)_mm512_maskz_fmadd_pd(mask, (__m512d)adjoint, (__m512d)factor,
                                        _mm512_setzero_pd());
}

LANE_INLINE REALS OF(either)(MASK mask, REALS there, REALS elsewhere) {
    return (REALS)_mm512_mask_mov_pd((__m512d)elsewhere, mask, (__m512d)there);
}

#else
#define MASK WORDS

LANE_INLINE MASK OF(not_zero)(REALS adjoint) {
    return (WORDS)(adjoint != 0);
}

LANE_INLINE bool OF(any)(MASK mask) {
    uint64_t all = 0;
    for (int lane = 0; lane < KERNEL_LANES; lane++)
        all |= mask[lane];
    return all != 0;
}

LANE_INLINE MASK OF(beyond)(REALS x, const double limit) {
    return ~(WORDS)((REALS)((WORDS)x & UINT64_C(0x7FFFFFFFFFFFFFFF)) <= limit);
}

LANE_INLINE REALS OF(product)(MASK mask, REALS adjoint, REALS factor) {
    return (REALS)((WORDS)(adjoint * factor) & mask);
}

LANE_INLINE REALS OF(first_product)(MASK mask, REALS adjoint, REALS factor) {
#if KERNEL_LANES == 4
    return (REALS)((WORDS)OF(elementary_fma)(adjoint, factor, OF(splat)(0)) & mask);
#else
    return 0 + OF(product)(mask, adjoint, factor);
#endif
}

LANE_INLINE REALS OF(either)(MASK mask, REALS there, REALS elsewhere) {
    return (REALS)(((WORDS)there & mask) | ((WORDS)elsewhere & ~mask));
}

#endif

/* sum + a·b, the product rounded by itself or not; and the same of an adjoint. */
LANE_INLINE REALS OF(plus)(REALS sum, REALS a, REALS b, bool fuses) {
    return fuses ? OF(elementary_fma)(a, b, sum) : sum + a * b;
}

LANE_INLINE REALS OF(plus_back)(REALS sum, MASK mask, REALS adjoint, REALS factor, bool fuses) {
    if (fuses)
        return OF(either)(mask, OF(elementary_fma)(adjoint, factor, sum), sum);
    return sum + OF(product)(mask, adjoint, factor);
}

/* ------------------------------------------------------------------ layers, up */

/* The curve by the formula that holds up to curve_end. */
LANE_INLINE REALS OF(curve)(REALS z, const OpCode curve) {
    switch (curve) {
    case OP_logistic: return CURVE(logistic_inside, z);
    case OP_hyperbolic_tangent: return CURVE(tanh_inside, z);
    case OP_rectify: return (REALS)((WORDS)z & ~(WORDS)(z <= 0));
    default: return z;
    }
}

LANE_INLINE double OF(curve_end)(const OpCode curve) {
    switch (curve) {
    case OP_logistic: return ELEMENTARY_LOGISTIC_END;
    case OP_hyperbolic_tangent: return ELEMENTARY_TANH_END;
    default: return NARROW_TAME;
    }
}

/* After some z was beyond curve_end: all curves of the layer once more. Returns whether some z is
 * out of range. */
LANE_FUNCTION __attribute__((cold, noinline)) bool OF(curve_again)(const NarrowLayer *layer,
                                                                   size_t lanes) {
    MASK wild = OF(beyond)(OF(splat)(0), 0);
    for (size_t place = 0; place < layer->outputs * lanes; place += KERNEL_LANES) {
        const REALS z = LOAD(layer->net + place);
        wild |= OF(beyond)(z, NARROW_TAME);
        if (layer->curve == OP_logistic)
            STORE(layer->curved + place, CURVE(logistic, z));
        else if (layer->curve == OP_hyperbolic_tangent)
            STORE(layer->curved + place, CURVE(tanh, z));
    }
    return OF(any)(wild);
}

/* Writes z and what the curve makes of it, of some neurons on one vector of rows. Returns which z
 * are beyond its end. */
LANE_INLINE MASK OF(finish_up)(const REALS *z, double *net, double *curved, size_t lanes,
                               const OpCode curve, const size_t neurons) {
    MASK beyond = OF(beyond)(z[0], OF(curve_end)(curve));
    for (size_t k = 1; k < neurons; k++)
        beyond |= OF(beyond)(z[k], OF(curve_end)(curve));
    for (size_t k = 0; k < neurons; k++) {
        STORE(net + k * lanes, z[k]);
        if (curve != OP_COUNT)
            STORE(curved + k * lanes, OF(curve)(z[k], curve));
    }
    return beyond;
}

/* `neurons` from m on: z = b + Σ w·x of two inputs, and the curve. Returns as finish_up. */
LANE_INLINE MASK OF(forward_two)(const NarrowLayer *layer, size_t m, size_t lanes,
                                 const OpCode curve, const size_t neurons) {
    const double *weights = layer->weights + m, *x = layer->input[0], *y = layer->input[1];
    double *net = layer->net + m * lanes, *curved = layer->curved + m * lanes;
    REALS first[2], a[2], b[2], z[2];
    MASK beyond = OF(beyond)(OF(splat)(0), 0);
    for (size_t k = 0; k < neurons; k++) {
        first[k] = OF(splat)(layer->first[m + k]);
        a[k] = OF(splat)(weights[k]);
        b[k] = OF(splat)(weights[layer->outputs + k]);
    }
    for (size_t row = 0; row < lanes; row += KERNEL_LANES) {
        for (size_t k = 0; k < neurons; k++)
            z[k] = (first[k] + a[k] * LOAD(x + row)) + b[k] * LOAD(y + row);
        beyond |= OF(finish_up)(z, net + row, curved + row, lanes, curve, neurons);
    }
    return beyond;
}

/* The same of any inputs, or of sums that end with the bias or fuse. */
LANE_INLINE MASK OF(forward_any)(const NarrowLayer *layer, size_t m, size_t lanes,
                                 const OpCode curve, const size_t neurons) {
    const double *weights = layer->weights + m;
    double *net = layer->net + m * lanes, *curved = layer->curved + m * lanes;
    MASK beyond = OF(beyond)(OF(splat)(0), 0);
    for (size_t row = 0; row < lanes; row += KERNEL_LANES) {
        REALS z[2];
        for (size_t k = 0; k < neurons; k++)
            z[k] = OF(splat)(layer->first[m + k]);
        for (size_t n = 0; n < layer->inputs; n++)
            for (size_t k = 0; k < neurons; k++)
                z[k] = OF(plus)(z[k], OF(splat)(weights[n * layer->outputs + k]),
                                LOAD(layer->input[n] + row), layer->fuses);
        for (size_t k = 0; k < neurons && layer->last; k++)
            z[k] += OF(splat)(layer->last[m + k]);
        beyond |= OF(finish_up)(z, net + row, curved + row, lanes, curve, neurons);
    }
    return beyond;
}

LANE_INLINE bool OF(forward_all)(const NarrowLayer *layer, size_t lanes, const OpCode curve) {
    const bool two = layer->inputs == 2 && !layer->fuses && !layer->last;
    MASK beyond = OF(beyond)(OF(splat)(0), 0);
    size_t m = 0;
    for (; m + 2 <= layer->outputs; m += 2)
        beyond |= two ? OF(forward_two)(layer, m, lanes, curve, 2)
                      : OF(forward_any)(layer, m, lanes, curve, 2);
    if (m < layer->outputs)
        beyond |= two ? OF(forward_two)(layer, m, lanes, curve, 1)
                      : OF(forward_any)(layer, m, lanes, curve, 1);
    return __builtin_expect(OF(any)(beyond), 0) && OF(curve_again)(layer, lanes);
}

LANE_FUNCTION bool OF(narrow_forward)(const NarrowLayer *layer, size_t lanes) {
    switch (layer->curve) {
    case OP_logistic: return OF(forward_all)(layer, lanes, OP_logistic);
    case OP_hyperbolic_tangent: return OF(forward_all)(layer, lanes, OP_hyperbolic_tangent);
    case OP_rectify: return OF(forward_all)(layer, lanes, OP_rectify);
    default: return OF(forward_all)(layer, lanes, OP_COUNT);
    }
}

/* ------------------------------------------------------------------ layers, down */

LANE_INLINE REALS OF(slope)(REALS y, const OpCode curve) {
    switch (curve) {
    case OP_logistic: return y * (1 - y);
    case OP_hyperbolic_tangent: return 1 - y * y;
    default: return (REALS)((WORDS)(y > 0) & (WORDS)OF(splat)(1));
    }
}

/* What stands where: neurons m …, inputs n …; constants of a loop. */
typedef struct CORNER {
    const NarrowLayer *layer;
    size_t m, n, lanes, apart;
    bool first;   /* the first inputs of these neurons: their z̄ are made here */
    bool set;     /* the adjoints of the inputs are set here */
    bool back[2]; /* which of the inputs need them */
} CORNER;

/* z̄ of neuron k on the rows from `row` on: ȳ·slope. `tame` where nothing is out of range, so that a
 * zero needs no care. */
LANE_INLINE REALS OF(net_adjoint)(const CORNER *at, size_t row, size_t k, const OpCode curve,
                                  const bool tame) {
    const size_t place = (at->m + k) * at->lanes + row;
    if (curve == OP_COUNT || !at->first)
        return LOAD(at->layer->net + at->apart + place);
    const double *curved = at->layer->curved + place;
    const REALS adjoint = LOAD(curved + at->apart), slope = OF(slope)(LOAD(curved), curve);
    const REALS d = tame ? OF(elementary_fma)(adjoint, slope, OF(splat)(0))
                         : OF(first_product)(OF(not_zero)(adjoint), adjoint, slope);
    STORE(at->layer->net + at->apart + place, d);
    return d;
}

/* sum + d·factor. */
LANE_INLINE REALS OF(hand)(const CORNER *at, REALS sum, MASK mask, REALS d, REALS factor,
                           const bool tame) {
    return tame ? sum + d * factor : OF(plus_back)(sum, mask, d, factor, at->layer->fuses);
}

/* One vector of rows; weights and gradient by [input][neuron]. */
LANE_INLINE void OF(backward_rows)(const CORNER *at, REALS (*weights)[2], REALS (*gradient)[2],
                                   REALS *bias, size_t row, const OpCode curve,
                                   const size_t neurons, const size_t inputs, const bool tame) {
    REALS d[2];
    MASK mask[2];
    for (size_t k = 0; k < neurons; k++) {
        d[k] = OF(net_adjoint)(at, row, k, curve, tame);
        mask[k] = OF(not_zero)(d[k]);
        bias[k] += d[k];
    }
    for (size_t i = 0; i < inputs; i++) {
        double *input = at->layer->input[at->n + i] + row;
        const REALS x = LOAD(input);
        for (size_t k = 0; k < neurons; k++)
            gradient[i][k] = OF(hand)(at, gradient[i][k], mask[k], d[k], x, tame);
        if (!at->back[i])
            continue;
        REALS sum = at->set ? OF(splat)(0) : LOAD(input + at->apart);
        for (size_t k = neurons; k-- > 0;)
            sum = OF(hand)(at, sum, mask[k], d[k], weights[i][k], tame);
        STORE(input + at->apart, sum);
    }
}

/* The rows of one of `vectors` that hold the eight sums, or four in a block of four rows: every
 * vectors-th vector of rows. One after the other, so that all sums of one stay in registers. */
LANE_INLINE void OF(backward_tile)(const CORNER *at, bool fresh, const OpCode curve,
                                   const size_t neurons, const size_t inputs, const size_t vectors,
                                   const bool tame) {
    const NarrowLayer *layer = at->layer;
    const size_t width = layer->outputs;
    const bool biased = at->first && layer->bias_sums;
    double *bias_sums = biased ? layer->bias_sums + at->m * KERNEL_SUMS : NULL;
    double *sums = layer->weight_sums + (at->n * width + at->m) * KERNEL_SUMS;
    REALS weights[2][2], gradient[2][2], bias[2];
    for (size_t k = 0; k < neurons; k++)
        for (size_t i = 0; i < inputs; i++)
            weights[i][k] = OF(splat)(layer->weights[(at->n + i) * width + at->m + k]);
    for (size_t start = 0; start < vectors * KERNEL_LANES; start += KERNEL_LANES) {
        for (size_t k = 0; k < neurons; k++) {
            const size_t place = k * KERNEL_SUMS + start;
            bias[k] = fresh || !biased ? OF(splat)(0) : LOAD(bias_sums + place);
            for (size_t i = 0; i < inputs; i++)
                gradient[i][k] =
                    fresh ? OF(splat)(0) : LOAD(sums + i * width * KERNEL_SUMS + place);
        }
        for (size_t row = start; row < at->lanes; row += vectors * KERNEL_LANES)
            OF(backward_rows)(at, weights, gradient, bias, row, curve, neurons, inputs, tame);
        for (size_t k = 0; k < neurons; k++) {
            const size_t place = k * KERNEL_SUMS + start;
            if (biased)
                STORE(bias_sums + place, bias[k]);
            for (size_t i = 0; i < inputs; i++)
                STORE(sums + i * width * KERNEL_SUMS + place, gradient[i][k]);
        }
    }
}

LANE_INLINE void OF(backward_shape)(const CORNER *at, bool fresh, const OpCode curve,
                                    size_t neurons, size_t inputs, const size_t vectors,
                                    const bool tame) {
    if (neurons == 2 && inputs == 2)
        OF(backward_tile)(at, fresh, curve, 2, 2, vectors, tame);
    else if (neurons == 2)
        OF(backward_tile)(at, fresh, curve, 2, 1, vectors, tame);
    else if (inputs == 2)
        OF(backward_tile)(at, fresh, curve, 1, 2, vectors, tame);
    else
        OF(backward_tile)(at, fresh, curve, 1, 1, vectors, tame);
}

/* The last neurons first, as in the reverse sweep. */
LANE_INLINE void OF(backward_all)(const NarrowLayer *layer, size_t lanes, size_t apart, bool fresh,
                                  const OpCode curve, const bool tame) {
    CORNER at = {.layer = layer, .lanes = lanes, .apart = apart, .set = layer->assigns};
    for (size_t m = layer->outputs; m > 0; at.set = false) {
        const size_t neurons = m % 2 ? 1 : 2;
        m -= neurons;
        at.m = m;
        for (at.n = 0; at.n < layer->inputs; at.n += 2) {
            const size_t inputs = layer->inputs - at.n < 2 ? 1 : 2;
            at.first = at.n == 0;
            for (size_t i = 0; i < inputs; i++)
                at.back[i] = layer->matters[at.n + i];
#if KERNEL_LANES <= 4
            if (lanes % KERNEL_SUMS != 0) {
                OF(backward_shape)(&at, fresh, curve, neurons, inputs, 4 / KERNEL_LANES, tame);
                continue;
            }
#endif
            OF(backward_shape)(&at, fresh, curve, neurons, inputs, 8 / KERNEL_LANES, tame);
        }
    }
}

LANE_INLINE void OF(backward_curve)(const NarrowLayer *layer, size_t lanes, size_t apart,
                                    bool fresh, const bool tame) {
    switch (layer->curve) {
    case OP_logistic: OF(backward_all)(layer, lanes, apart, fresh, OP_logistic, tame); break;
    case OP_hyperbolic_tangent:
        OF(backward_all)(layer, lanes, apart, fresh, OP_hyperbolic_tangent, tame);
        break;
    case OP_rectify: OF(backward_all)(layer, lanes, apart, fresh, OP_rectify, tame); break;
    default: OF(backward_all)(layer, lanes, apart, fresh, OP_COUNT, tame); break;
    }
}

LANE_FUNCTION void OF(narrow_backward)(const NarrowLayer *layer, size_t lanes, size_t apart,
                                       bool fresh, bool wild) {
    if (KERNEL_LANES > 2 && !wild && !layer->fuses)
        OF(backward_curve)(layer, lanes, apart, fresh, true);
    else
        OF(backward_curve)(layer, lanes, apart, fresh, false);
}

/* ------------------------------------------------------------------ squared errors */

/* Term i on one vector of rows: returns the error, and the difference it is of. */
LANE_INLINE REALS OF(term_up)(const NarrowErrors *errors, size_t lanes, size_t row, size_t i,
                              const bool halved, REALS *difference) {
    const size_t place = i * lanes + row;
    *difference = LOAD(errors->a[i] + row) - LOAD(errors->b[i] + row);
    REALS error = *difference * *difference;
    STORE(errors->differences + place, *difference);
    STORE(errors->squares + place, error);
    if (halved) {
        error *= 0.5;
        STORE(errors->halves + place, error);
    }
    return error;
}

/* Sets, or adds to, an adjoint. */
LANE_INLINE void OF(hand_back)(double *adjoint, REALS part, bool set) {
    STORE(adjoint, set ? 0 + part : LOAD(adjoint) + part);
}

/* `half` is the adjoint of the square, and not 0 in the lanes of `mask`. */
LANE_INLINE void OF(term_down)(const NarrowErrors *errors, size_t lanes, size_t apart, size_t row,
                               size_t i, MASK mask, REALS half, REALS difference, const bool set) {
    const REALS bar = OF(first_product)(mask, half, 2 * difference);
    STORE(errors->differences + apart + i * lanes + row, bar);
    if (errors->matters_a)
        OF(hand_back)(errors->a[i] + apart + row, bar, set);
    if (errors->matters_b)
        OF(hand_back)(errors->b[i] + apart + row, -bar, set);
}

/* The value of the whole. */
LANE_INLINE const double *OF(errors_whole)(const NarrowErrors *errors, size_t lanes, size_t count,
                                           const bool halved) {
    return count > 1 ? errors->sums + (count - 2) * lanes
           : halved  ? errors->halves
                     : errors->squares;
}

LANE_FUNCTION void OF(errors_forward)(const NarrowErrors *errors, size_t lanes) {
    for (size_t row = 0; row < lanes; row += KERNEL_LANES) {
        REALS difference, sum = OF(term_up)(errors, lanes, row, 0, errors->halved, &difference);
        for (size_t i = 1; i < errors->count; i++) {
            sum += OF(term_up)(errors, lanes, row, i, errors->halved, &difference);
            STORE(errors->sums + (i - 1) * lanes + row, sum);
        }
    }
}

/* Every sum and every term has the adjoint of the whole. */
LANE_FUNCTION void OF(errors_backward)(const NarrowErrors *errors, size_t lanes, size_t apart) {
    const size_t count = errors->count;
    const double *whole = OF(errors_whole)(errors, lanes, count, errors->halved);
    for (size_t row = 0; row < lanes; row += KERNEL_LANES) {
        const REALS all = LOAD(whole + apart + row), half = errors->halved ? 0.5 * all : all;
        const MASK mask = OF(not_zero)(half);
        for (size_t i = count; i-- > 0;) {
            const size_t place = apart + i * lanes + row;
            if (i > 0)
                STORE(errors->sums + place - lanes, all);
            if (errors->halved)
                STORE(errors->halves + place, all);
            STORE(errors->squares + place, half);
            OF(term_down)
            (errors, lanes, apart, row, i, mask, half, LOAD(errors->differences + place - apart),
             errors->assigns);
        }
    }
}

/* Up and down at once, of one term or two. */
LANE_INLINE void OF(errors_around)(const NarrowErrors *errors, size_t lanes, size_t apart,
                                   const size_t count, const bool halved) {
    const double *whole = OF(errors_whole)(errors, lanes, count, halved);
    for (size_t row = 0; row < lanes; row += KERNEL_LANES) {
        const REALS all = LOAD(whole + apart + row), half = halved ? 0.5 * all : all;
        const MASK mask = OF(not_zero)(half);
        REALS difference[2], error[2];
        for (size_t i = 0; i < count; i++)
            error[i] = OF(term_up)(errors, lanes, row, i, halved, &difference[i]);
        if (count > 1)
            STORE(errors->sums + row, error[0] + error[1]);
        for (size_t i = count; i-- > 0;)
            OF(term_down)(errors, lanes, apart, row, i, mask, half, difference[i], true);
    }
}

LANE_FUNCTION void OF(errors_both)(const NarrowErrors *errors, size_t lanes, size_t apart,
                                   bool stand) {
    if (errors->count == 2 && errors->halved && errors->assigns && stand) {
        OF(errors_around)(errors, lanes, apart, 2, true);
    } else if (errors->count == 1 && errors->assigns && stand) {
        OF(errors_around)(errors, lanes, apart, 1, errors->halved);
    } else {
        OF(errors_forward)(errors, lanes);
        OF(errors_backward)(errors, lanes, apart);
    }
}

/* ------------------------------------------------------------------ sums over rows */

#if KERNEL_LANES <= 4 /* four lanes turn the sums faster than eight */
/* Rows to columns. */
LANE_INLINE void OF(transpose)(REALS *x) {
#if KERNEL_LANES == 2
    const REALS a = x[0], b = x[1];
    x[0] = __builtin_shufflevector(a, b, 0, 2);
    x[1] = __builtin_shufflevector(a, b, 1, 3);
#else
    const REALS a = __builtin_shufflevector(x[0], x[1], 0, 4, 2, 6);
    const REALS b = __builtin_shufflevector(x[0], x[1], 1, 5, 3, 7);
    const REALS c = __builtin_shufflevector(x[2], x[3], 0, 4, 2, 6);
    const REALS d = __builtin_shufflevector(x[2], x[3], 1, 5, 3, 7);
    x[0] = __builtin_shufflevector(a, c, 0, 1, 4, 5);
    x[1] = __builtin_shufflevector(b, d, 0, 1, 4, 5);
    x[2] = __builtin_shufflevector(a, c, 2, 3, 6, 7);
    x[3] = __builtin_shufflevector(b, d, 2, 3, 6, 7);
#endif
}

/* The totals of the sums of a vector of parameters, each added up in order. */
LANE_INLINE REALS OF(totals)(const double *sums, const size_t count) {
    REALS total = OF(splat)(0);
    for (size_t s = 0; s < count; s += KERNEL_LANES) {
        REALS columns[KERNEL_LANES];
        for (size_t k = 0; k < KERNEL_LANES; k++)
            columns[k] = LOAD(sums + k * KERNEL_SUMS + s);
        OF(transpose)(columns);
        for (size_t k = 0; k < KERNEL_LANES; k++)
            total = s + k ? total + columns[k] : columns[k];
    }
    return count < KERNEL_SUMS ? total + 0 : total;
}

LANE_FUNCTION void OF(descend)(size_t count, double *parameters, const double *sums, size_t lanes,
                               Descent descent) {
    const REALS rate = OF(splat)(descent.rate), share = OF(splat)(descent.share);
    for (size_t p = 0; p < count; p += KERNEL_LANES, sums += KERNEL_LANES * KERNEL_SUMS) {
        const REALS total = lanes < KERNEL_SUMS ? OF(totals)(sums, 4) : OF(totals)(sums, 8);
        STORE(parameters + p, LOAD(parameters + p) - rate * (share * total));
    }
}
#endif

/* Blocks have 4 rows or a multiple of KERNEL_SUMS. */
LANE_FUNCTION void OF(narrow_add_rows)(size_t lanes, const double *x, double *sums) {
    const size_t width = lanes < KERNEL_SUMS ? lanes : KERNEL_SUMS;
    for (size_t s = 0; s < width; s += KERNEL_LANES) {
        REALS sum = LOAD(sums + s);
        for (size_t row = s; row < lanes; row += width)
            sum += LOAD(x + row);
        STORE(sums + s, sum);
    }
}

/* ------------------------------------------------------------------ reading rows */

/* From lane `count` on, the first. */
LANE_INLINE void OF(repeat_first)(size_t columns, size_t count, double *to, size_t lanes) {
    for (size_t k = 0; k < columns && count < lanes; k++)
        for (size_t r = count; r < lanes; r++)
            to[k * lanes + r] = to[k * lanes];
}

LANE_FUNCTION void OF(gather)(const double *table, size_t columns, DataRows rows, double *to,
                              size_t lanes) {
    size_t r = 0;
    for (; r + KERNEL_LANES <= rows.count; r += KERNEL_LANES)
        for (size_t k = 0; k < columns; k++) {
            REALS column;
            for (size_t i = 0; i < KERNEL_LANES; i++)
                column[i] = table[rows_at(rows, r + i) * columns + k];
            STORE(to + k * lanes + r, column);
        }
    for (; r < rows.count; r++)
        for (size_t k = 0; k < columns; k++)
            to[k * lanes + r] = table[rows_at(rows, r) * columns + k];
    OF(repeat_first)(columns, rows.count, to, lanes);
}

LANE_FUNCTION void OF(copy)(const double *first, size_t columns, size_t height, size_t count,
                            double *to, size_t lanes) {
    for (size_t k = 0; k < columns; k++) {
        const double *from = first + k * height;
        size_t r = 0;
        for (; r + KERNEL_LANES <= count; r += KERNEL_LANES)
            STORE(to + k * lanes + r, LOAD(from + r));
        for (; r < count; r++)
            to[k * lanes + r] = from[r];
    }
    OF(repeat_first)(columns, count, to, lanes);
}

static const NarrowKernels OF(narrow_kernels) = {
    .forward = OF(narrow_forward),
    .backward = OF(narrow_backward),
    .errors_forward = OF(errors_forward),
    .errors_backward = OF(errors_backward),
    .errors_both = OF(errors_both),
#if KERNEL_LANES <= 4
    .descend = OF(descend),
#else
    .descend = descend_4,
#endif
    .add_rows = OF(narrow_add_rows),
    .gather = OF(gather),
    .copy = OF(copy),
};

#undef JOIN_
#undef JOIN
#undef TYPE_
#undef TYPE
#undef OF
#undef REALS
#undef WORDS
#undef TARGET
#undef LOAD
#undef STORE
#undef CURVE
#undef CORNER
#undef LANE_INLINE
#undef LANE_FUNCTION
#undef MASK
