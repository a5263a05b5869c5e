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
#define TILE               OF(Tile)
#define CORNER             OF(Corner)
#define LANE_INLINE        static inline TARGET __attribute__((always_inline))
#define LANE_FUNCTION      static TARGET

LANE_INLINE REALS OF(splat)(double x) {
    return x - (REALS){0};
}

/* ------------------------------------------------------------------ zeros hand nothing back */

/* Which lanes of an adjoint are not 0; and a product in those, 0 elsewhere: even where the other
 * factor is no finite number. */
#if KERNEL_LANES == 8
#define MASK __mmask8

LANE_INLINE MASK OF(not_zero)(REALS adjoint) {
    return _mm512_cmp_pd_mask((__m512d)adjoint, _mm512_setzero_pd(), _CMP_NEQ_UQ);
}

LANE_INLINE REALS OF(product)(MASK mask, REALS adjoint, REALS factor) {
    return (REALS)_mm512_maskz_mul_pd(mask, (__m512d)adjoint, (__m512d)factor);
}

LANE_INLINE REALS OF(either)(MASK mask, REALS there, REALS elsewhere) {
    return (REALS)_mm512_mask_mov_pd((__m512d)elsewhere, mask, (__m512d)there);
}

#else
#define MASK WORDS

LANE_INLINE MASK OF(not_zero)(REALS adjoint) {
    return (WORDS)(adjoint != 0);
}

LANE_INLINE REALS OF(product)(MASK mask, REALS adjoint, REALS factor) {
    return (REALS)((WORDS)(adjoint * factor) & mask);
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

LANE_INLINE REALS OF(curve)(REALS z, const OpCode curve) {
    switch (curve) {
    case OP_logistic: return CURVE(logistic, z);
    case OP_hyperbolic_tangent: return CURVE(tanh, z);
    case OP_rectify: return (REALS)((WORDS)z & ~(WORDS)(z <= 0));
    default: return z;
    }
}

/* `neurons` from m on: z = b + Σ w·x or Σ w·x + b, and the curve. `inputs` is 0 where their number
 * is not known to the compiler. */
LANE_INLINE void OF(forward_tile)(const NarrowLayer *layer, size_t m, size_t lanes,
                                  const OpCode curve, const size_t neurons, const size_t inputs) {
    const size_t terms = inputs ? inputs : layer->inputs, width = layer->outputs;
    const double *weights = layer->weights + m;
    REALS first[2];
    for (size_t k = 0; k < neurons; k++)
        first[k] = OF(splat)(layer->first[m + k]);
    for (size_t row = 0; row < lanes; row += KERNEL_LANES) {
        REALS sums[2];
        for (size_t k = 0; k < neurons; k++)
            sums[k] = first[k];
        for (size_t n = 0; n < terms; n++)
            for (size_t k = 0; k < neurons; k++)
                sums[k] = OF(plus)(sums[k], OF(splat)(weights[n * width + k]),
                                   LOAD(layer->input[n] + row), layer->fuses);
        for (size_t k = 0; k < neurons; k++) {
            const REALS z = layer->last ? sums[k] + OF(splat)(layer->last[m + k]) : sums[k];
            STORE(layer->net + (m + k) * lanes + row, z);
            if (curve != OP_COUNT)
                STORE(layer->curved + (m + k) * lanes + row, OF(curve)(z, curve));
        }
    }
}

LANE_INLINE void OF(forward_all)(const NarrowLayer *layer, size_t lanes, const OpCode curve) {
    size_t m = 0;
    for (; m + 2 <= layer->outputs; m += 2)
        if (layer->inputs == 2)
            OF(forward_tile)(layer, m, lanes, curve, 2, 2);
        else
            OF(forward_tile)(layer, m, lanes, curve, 2, 0);
    if (m < layer->outputs && layer->inputs == 2)
        OF(forward_tile)(layer, m, lanes, curve, 1, 2);
    else if (m < layer->outputs)
        OF(forward_tile)(layer, m, lanes, curve, 1, 0);
}

LANE_FUNCTION void OF(narrow_forward)(const NarrowLayer *layer, size_t lanes) {
    switch (layer->curve) {
    case OP_logistic: OF(forward_all)(layer, lanes, OP_logistic); break;
    case OP_hyperbolic_tangent: OF(forward_all)(layer, lanes, OP_hyperbolic_tangent); break;
    case OP_rectify: OF(forward_all)(layer, lanes, OP_rectify); break;
    default: OF(forward_all)(layer, lanes, OP_COUNT); break;
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

/* A tile of at most two neurons and two inputs at work. */
typedef struct TILE {
    REALS weights[2][2];  /* [input][neuron] */
    REALS gradient[2][2]; /* of one of the vectors that hold eight sums */
    REALS bias[2];
} TILE;

/* What stands where: neurons m …, inputs n …; constants of a loop. */
typedef struct CORNER {
    const NarrowLayer *layer;
    size_t m, n, lanes, apart;
    bool first; /* the first inputs of these neurons: their z̄ are made here */
    bool set;   /* the adjoints of the inputs are set here */
} CORNER;

/* z̄ of neuron k on the rows from `row` on: ȳ·slope. */
LANE_INLINE REALS OF(net_adjoint)(const CORNER *at, size_t row, size_t k, const OpCode curve) {
    const size_t place = (at->m + k) * at->lanes + row;
    if (curve == OP_COUNT || !at->first)
        return LOAD(at->layer->net + at->apart + place);
    const double *curved = at->layer->curved + place;
    const REALS adjoint = LOAD(curved + at->apart);
    const REALS slope = OF(slope)(LOAD(curved), curve);
    const REALS d = 0 + OF(product)(OF(not_zero)(adjoint), adjoint, slope);
    STORE(at->layer->net + at->apart + place, d);
    return d;
}

/* One vector of rows. */
LANE_INLINE void OF(backward_rows)(const CORNER *at, TILE *tile, REALS (*gradient)[2], REALS *bias,
                                   size_t row, const OpCode curve, const size_t neurons,
                                   const size_t inputs) {
    REALS d[2];
    MASK mask[2];
    for (size_t k = 0; k < neurons; k++) {
        d[k] = OF(net_adjoint)(at, row, k, curve);
        mask[k] = OF(not_zero)(d[k]);
        if (at->first)
            bias[k] += d[k];
    }
    for (size_t i = 0; i < inputs; i++) {
        double *input = at->layer->input[at->n + i] + row;
        const REALS x = LOAD(input);
        for (size_t k = 0; k < neurons; k++)
            gradient[i][k] = OF(plus_back)(gradient[i][k], mask[k], d[k], x, at->layer->fuses);
        if (!at->layer->matters[at->n + i])
            continue;
        REALS sum = at->set ? OF(splat)(0) : LOAD(input + at->apart);
        for (size_t k = neurons; k-- > 0;)
            sum = OF(plus_back)(sum, mask[k], d[k], tile->weights[i][k], at->layer->fuses);
        STORE(input + at->apart, sum);
    }
}

/* `vectors` hold the eight sums, or four in a block of four rows. */
LANE_INLINE void OF(backward_tile)(const CORNER *at, bool fresh, const OpCode curve,
                                   const size_t neurons, const size_t inputs,
                                   const size_t vectors) {
    const NarrowLayer *layer = at->layer;
    const size_t width = layer->outputs;
    TILE tile;
    REALS gradient[8 / KERNEL_LANES][2][2], bias[8 / KERNEL_LANES][2];
    const bool biased = at->first && layer->bias_sums;
    double *bias_sums = biased ? layer->bias_sums + at->m * KERNEL_SUMS : NULL;
    double *sums = layer->weight_sums + (at->n * width + at->m) * KERNEL_SUMS;
    for (size_t k = 0; k < neurons; k++)
        for (size_t i = 0; i < inputs; i++)
            tile.weights[i][k] = OF(splat)(layer->weights[(at->n + i) * width + at->m + k]);
    for (size_t v = 0; v < vectors; v++)
        for (size_t k = 0; k < neurons; k++) {
            const size_t place = k * KERNEL_SUMS + v * KERNEL_LANES;
            bias[v][k] = fresh || !biased ? OF(splat)(0) : LOAD(bias_sums + place);
            for (size_t i = 0; i < inputs; i++)
                gradient[v][i][k] =
                    fresh ? OF(splat)(0) : LOAD(sums + i * width * KERNEL_SUMS + place);
        }
    for (size_t row = 0; row < at->lanes; row += vectors * KERNEL_LANES)
        for (size_t v = 0; v < vectors; v++)
            OF(backward_rows)
    (at, &tile, gradient[v], bias[v], row + v * KERNEL_LANES, curve, neurons, inputs);
    for (size_t v = 0; v < vectors; v++)
        for (size_t k = 0; k < neurons; k++) {
            const size_t place = k * KERNEL_SUMS + v * KERNEL_LANES;
            if (biased)
                STORE(bias_sums + place, bias[v][k]);
            for (size_t i = 0; i < inputs; i++)
                STORE(sums + i * width * KERNEL_SUMS + place, gradient[v][i][k]);
        }
}

LANE_INLINE void OF(backward_shape)(const CORNER *at, bool fresh, const OpCode curve,
                                    size_t neurons, size_t inputs, const size_t vectors) {
    if (neurons == 2 && inputs == 2)
        OF(backward_tile)(at, fresh, curve, 2, 2, vectors);
    else if (neurons == 2)
        OF(backward_tile)(at, fresh, curve, 2, 1, vectors);
    else if (inputs == 2)
        OF(backward_tile)(at, fresh, curve, 1, 2, vectors);
    else
        OF(backward_tile)(at, fresh, curve, 1, 1, vectors);
}

/* The last neurons first, as in the reverse sweep. */
LANE_INLINE void OF(backward_all)(const NarrowLayer *layer, size_t lanes, size_t apart, bool fresh,
                                  const OpCode curve) {
    CORNER at = {.layer = layer, .lanes = lanes, .apart = apart, .set = layer->assigns};
    for (size_t m = layer->outputs; m > 0; at.set = false) {
        const size_t neurons = m % 2 ? 1 : 2;
        m -= neurons;
        at.m = m;
        for (at.n = 0; at.n < layer->inputs; at.n += 2) {
            const size_t inputs = layer->inputs - at.n < 2 ? 1 : 2;
            at.first = at.n == 0;
            if (lanes % KERNEL_SUMS == 0)
                OF(backward_shape)(&at, fresh, curve, neurons, inputs, 8 / KERNEL_LANES);
#if KERNEL_LANES <= 4
            else
                OF(backward_shape)(&at, fresh, curve, neurons, inputs, 4 / KERNEL_LANES);
#endif
        }
    }
}

LANE_FUNCTION void OF(narrow_backward)(const NarrowLayer *layer, size_t lanes, size_t apart,
                                       bool fresh) {
    switch (layer->curve) {
    case OP_logistic: OF(backward_all)(layer, lanes, apart, fresh, OP_logistic); break;
    case OP_hyperbolic_tangent:
        OF(backward_all)(layer, lanes, apart, fresh, OP_hyperbolic_tangent);
        break;
    case OP_rectify: OF(backward_all)(layer, lanes, apart, fresh, OP_rectify); break;
    default: OF(backward_all)(layer, lanes, apart, fresh, OP_COUNT); break;
    }
}

/* ------------------------------------------------------------------ squared errors */

LANE_FUNCTION void OF(errors_forward)(const NarrowErrors *errors, size_t lanes) {
    for (size_t row = 0; row < lanes; row += KERNEL_LANES) {
        REALS sum = OF(splat)(0);
        for (size_t i = 0; i < errors->count; i++) {
            const size_t place = i * lanes + row;
            const REALS difference = LOAD(errors->a[i] + row) - LOAD(errors->b[i] + row);
            REALS error = difference * difference;
            STORE(errors->differences + place, difference);
            STORE(errors->squares + place, error);
            if (errors->halved) {
                error *= 0.5;
                STORE(errors->halves + place, error);
            }
            sum += error;
            if (i > 0)
                STORE(errors->sums + place - lanes, sum);
        }
    }
}

/* Sets, or adds to, an adjoint. */
LANE_INLINE void OF(hand_back)(double *adjoint, REALS part, bool set) {
    STORE(adjoint, set ? 0 + part : LOAD(adjoint) + part);
}

/* Every sum and every term has the adjoint of the whole. */
LANE_FUNCTION void OF(errors_backward)(const NarrowErrors *errors, size_t lanes, size_t apart) {
    const double *last = errors->halved ? errors->halves : errors->squares;
    const double *whole = errors->count > 1 ? errors->sums + (errors->count - 2) * lanes : last;
    for (size_t row = 0; row < lanes; row += KERNEL_LANES) {
        const REALS all = LOAD(whole + apart + row), half = errors->halved ? 0.5 * all : all;
        const MASK mask = OF(not_zero)(half);
        for (size_t i = errors->count; i-- > 0;) {
            const size_t place = i * lanes + row;
            if (i > 0)
                STORE(errors->sums + apart + place - lanes, all);
            if (errors->halved)
                STORE(errors->halves + apart + place, all);
            STORE(errors->squares + apart + place, half);
            const REALS bar = 0 + OF(product)(mask, half, 2 * LOAD(errors->differences + place));
            STORE(errors->differences + apart + place, bar);
            if (errors->matters_a)
                OF(hand_back)(errors->a[i] + apart + row, bar, errors->assigns);
            if (errors->matters_b)
                OF(hand_back)(errors->b[i] + apart + row, -bar, errors->assigns);
        }
    }
}

/* ------------------------------------------------------------------ sums over rows */

/* Vectors for eight numbers. */
enum { OF(SUM_VECTORS) = 8 / KERNEL_LANES };

/* The totals of the sums of eight parameters, each added up in order. */
LANE_INLINE void OF(totals)(const double *sums, size_t lanes, REALS *totals) {
    const size_t count = lanes < KERNEL_SUMS ? lanes : KERNEL_SUMS;
    for (size_t p = 0; p < KERNEL_SUMS; p += KERNEL_LANES) {
        REALS total = OF(splat)(0);
        for (size_t s = 0; s < count; s++) {
            REALS column;
            for (size_t k = 0; k < KERNEL_LANES; k++)
                column[k] = sums[(p + k) * KERNEL_SUMS + s];
            total = s ? total + column : column;
        }
        totals[p / KERNEL_LANES] = lanes < KERNEL_SUMS ? total + 0 : total;
    }
}

LANE_FUNCTION void OF(descend)(size_t count, double *parameters, const double *sums, size_t lanes,
                               Descent descent) {
    const REALS rate = OF(splat)(descent.rate), share = OF(splat)(descent.share);
    for (size_t p = 0; p < count; p += KERNEL_SUMS, sums += KERNEL_SUMS * KERNEL_SUMS) {
        REALS totals[OF(SUM_VECTORS)];
        OF(totals)(sums, lanes, totals);
        for (size_t v = 0; v < OF(SUM_VECTORS); v++) {
            double *at = parameters + p + v * KERNEL_LANES;
            STORE(at, LOAD(at) - rate * (share * totals[v]));
        }
    }
}

LANE_FUNCTION void OF(narrow_add_rows)(size_t lanes, const double *x, double *sums) {
    for (size_t row = 0; row < lanes; row += KERNEL_LANES) {
        double *at = sums + row % KERNEL_SUMS;
        STORE(at, LOAD(at) + LOAD(x + row));
    }
}

/* ------------------------------------------------------------------ reading rows */

/* From lane `count` on, the first. */
LANE_INLINE void OF(repeat_first)(size_t columns, size_t count, double *to, size_t lanes) {
    for (size_t k = 0; k < columns && count < lanes; k++)
        for (size_t r = count; r < lanes; r++)
            to[k * lanes + r] = to[k * lanes];
}

LANE_FUNCTION void OF(gather)(const double *table, size_t columns, const size_t *rows, size_t count,
                              double *to, size_t lanes) {
    size_t r = 0;
    for (; r + KERNEL_LANES <= count; r += KERNEL_LANES)
        for (size_t k = 0; k < columns; k++) {
            REALS column;
            for (size_t i = 0; i < KERNEL_LANES; i++)
                column[i] = table[rows[r + i] * columns + k];
            STORE(to + k * lanes + r, column);
        }
    for (; r < count; r++)
        for (size_t k = 0; k < columns; k++)
            to[k * lanes + r] = table[rows[r] * columns + k];
    OF(repeat_first)(columns, count, to, lanes);
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
    .descend = OF(descend),
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
#undef TILE
#undef CORNER
#undef LANE_INLINE
#undef LANE_FUNCTION
#undef MASK
