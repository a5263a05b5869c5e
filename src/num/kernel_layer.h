/* kernel_layer: several neurons with the same inputs, for vectors of KERNEL_LANES doubles. Included
 * by kernel_lanes.h, whose macros it uses, once for each width; nothing else includes it. */

/* Vectors for eight numbers: of a panel, or of interleaved sums. */
enum { OF(SUM_VECTORS) = 8 / KERNEL_LANES };

LANE_INLINE REALS OF(splat)(double x) {
    return x - (REALS){0};
}

/* sum + a·b, the product rounded by itself or, where the layer fuses, not. */
LANE_INLINE REALS OF(plus_product)(REALS sum, REALS a, REALS b, const bool fuses) {
    return fuses ? FMA(a, b, sum) : sum + a * b;
}

LANE_INLINE Lanes2 OF(plus_pair)(Lanes2 sum, Lanes2 a, double b, const bool fuses) {
    return fuses ? elementary_fma_2(a, (Lanes2){b, b}, sum) : sum + a * b;
}

/* What a sum without a bias in front begins with: that of W @ x with 0, as on the tape; where it is
 * written out with its first term, which −0 leaves as it is. */
LANE_INLINE double OF(beginning)(const bool fuses) {
    return fuses ? 0 : -0.0;
}

/* How many neurons the panel has in which `first` is. */
LANE_INLINE size_t OF(panel_width)(const Layer *layer, size_t first) {
    size_t left = layer->padded - first / KERNEL_PANEL * KERNEL_PANEL;
    return left < KERNEL_PANEL ? left : KERNEL_PANEL;
}

/* ------------------------------------------------------------------ forward */

/* Rows and inputs that are gone through for all neurons before the next ones, so that what is read
 * again and again stays in the nearest cache; rows of a tile, and as vectors. Rows come in eights:
 * only with eight lanes do tiles leave some over. */
enum {
    OF(BLOCK_ROWS) = 32,
    OF(BLOCK_INPUTS) = 96,
    OF(TILE_VECTORS) = KERNEL_LANES == 8 ? 4 : 2,
    OF(TILE_ROWS) = OF(TILE_VECTORS) * KERNEL_LANES,
};

/* Part of a layer and its rows: inputs from … to − 1, rows row … end − 1 of `lanes`. */
typedef struct OF(Part) {
    const Layer *layer;
    size_t from, to, row, end, lanes;
    bool fuses;
} OF(Part);

/* A tile of `neurons` (of one panel) × `vectors` stretches of rows, kept in registers while the
 * inputs go by. */
LANE_INLINE void OF(forward_tile)(const OF(Part) * part, size_t first, size_t row,
                                  const int neurons, const int vectors) {
    const Layer *layer = part->layer;
    const bool fuses = part->fuses, begins = part->from == 0, ends = part->to == layer->inputs;
    const size_t panel = first / KERNEL_PANEL * KERNEL_PANEL, width = OF(panel_width)(layer, first);
    const double *weights = layer->weights + panel * layer->inputs + (first - panel);
    double *net = layer->net + first * part->lanes + row;
    REALS sums[8][OF(TILE_VECTORS)];
    for (int m = 0; m < neurons; m++)
        for (int v = 0; v < vectors; v++)
            sums[m][v] = !begins ? LOAD(net + (size_t)m * part->lanes + v * KERNEL_LANES)
                                 : OF(splat)(layer->bias_first ? layer->bias[first + (size_t)m]
                                                               : OF(beginning)(fuses));
    for (size_t n = part->from; n < part->to; n++) {
        REALS x[OF(TILE_VECTORS)];
        for (int v = 0; v < vectors; v++)
            x[v] = LOAD(layer->input[n] + row + v * KERNEL_LANES);
        for (int m = 0; m < neurons; m++)
            for (int v = 0; v < vectors; v++)
                sums[m][v] = OF(plus_product)(sums[m][v], x[v],
                                              OF(splat)(weights[n * width + (size_t)m]), fuses);
    }
    for (int m = 0; m < neurons; m++)
        for (int v = 0; v < vectors; v++) {
            bool last = ends && layer->bias && !layer->bias_first;
            STORE(net + (size_t)m * part->lanes + v * KERNEL_LANES,
                  last ? sums[m][v] + OF(splat)(layer->bias[first + (size_t)m]) : sums[m][v]);
        }
}

LANE_INLINE void OF(forward_neurons)(const OF(Part) * part, size_t first, const int neurons) {
    size_t row = part->row;
    for (; row + OF(TILE_ROWS) <= part->end; row += OF(TILE_ROWS))
        OF(forward_tile)(part, first, row, neurons, OF(TILE_VECTORS));
    for (; KERNEL_LANES == 8 && row < part->end; row += KERNEL_LANES)
        OF(forward_tile)(part, first, row, neurons, 1);
}

LANE_INLINE void OF(forward_part)(const Layer *layer, const OF(Part) * part) {
    size_t m = 0;
    for (; m + 4 <= layer->outputs; m += 4)
        OF(forward_neurons)(part, m, 4);
    for (; m + 2 <= layer->outputs; m += 2)
        OF(forward_neurons)(part, m, 2);
    for (; m < layer->outputs; m++)
        OF(forward_neurons)(part, m, 1);
}

LANE_INLINE void OF(forward_rows)(const Layer *layer, size_t lanes, const bool fuses) {
    for (size_t row = 0; row < lanes; row += OF(BLOCK_ROWS))
        for (size_t from = 0; from < layer->inputs; from += OF(BLOCK_INPUTS)) {
            size_t to = from + OF(BLOCK_INPUTS), end = row + OF(BLOCK_ROWS);
            OF(Part)
            part = {.layer = layer,
                    .from = from,
                    .to = to < layer->inputs ? to : layer->inputs,
                    .row = row,
                    .end = end < lanes ? end : lanes,
                    .lanes = lanes,
                    .fuses = fuses};
            OF(forward_part)(layer, &part);
        }
}

/* One row: vectors run across the neurons of `panels` panels. */
LANE_INLINE void OF(forward_panels)(const Layer *layer, size_t first, const int panels,
                                    const bool fuses) {
    const size_t apart = KERNEL_PANEL * layer->inputs;
    const double *weights = layer->weights + first * layer->inputs;
    const int vectors = panels * OF(SUM_VECTORS);
    REALS sums[4 * OF(SUM_VECTORS)];
    for (int v = 0; v < vectors; v++)
        sums[v] = layer->bias_first ? LOAD(layer->bias + first + v * KERNEL_LANES)
                                    : OF(splat)(OF(beginning)(fuses));
    for (size_t n = 0; n < layer->inputs; n++, weights += KERNEL_PANEL) {
        REALS x = OF(splat)(*layer->input[n]);
        for (int v = 0; v < vectors; v++) {
            const double *from = weights + (size_t)(v / OF(SUM_VECTORS)) * apart;
            sums[v] = OF(plus_product)(sums[v], LOAD(from + v % OF(SUM_VECTORS) * KERNEL_LANES), x,
                                       fuses);
        }
    }
    for (int v = 0; v < vectors; v++) {
        size_t at = first + (size_t)v * KERNEL_LANES;
        bool last = layer->bias && !layer->bias_first;
        STORE(layer->net + at, last ? sums[v] + LOAD(layer->bias + at) : sums[v]);
    }
}

/* The narrower last panel, in pairs of neurons. */
LANE_INLINE void OF(forward_pairs)(const Layer *layer, size_t panel, const bool fuses) {
    size_t width = layer->padded - panel;
    for (size_t m = 0; m < width; m += 2) {
        const double *weights = layer->weights + panel * layer->inputs + m;
        Lanes2 sum = OF(beginning)(fuses) - (Lanes2){0};
        if (layer->bias_first)
            sum = elementary_load_2(layer->bias + panel + m);
        for (size_t n = 0; n < layer->inputs; n++, weights += width)
            sum = OF(plus_pair)(sum, elementary_load_2(weights), *layer->input[n], fuses);
        if (layer->bias && !layer->bias_first)
            sum += elementary_load_2(layer->bias + panel + m);
        elementary_store_2(layer->net + panel + m, sum);
    }
}

LANE_INLINE void OF(online_forward)(const Layer *layer, const bool fuses) {
    size_t panel = 0;
    for (; panel + 4 * KERNEL_PANEL <= layer->padded; panel += 4 * KERNEL_PANEL)
        OF(forward_panels)(layer, panel, 4, fuses);
    for (; panel + KERNEL_PANEL <= layer->padded; panel += KERNEL_PANEL)
        OF(forward_panels)(layer, panel, 1, fuses);
    if (panel < layer->padded)
        OF(forward_pairs)(layer, panel, fuses);
}

LANE_FUNCTION void OF(layer_forward)(const Layer *layer, size_t lanes) {
    if (layer->fuses && lanes == 1)
        OF(online_forward)(layer, true);
    else if (layer->fuses)
        OF(forward_rows)(layer, lanes, true);
    else if (lanes == 1)
        OF(online_forward)(layer, false);
    else
        OF(forward_rows)(layer, lanes, false);
}

/* ------------------------------------------------------------------ backward */

LANE_FUNCTION bool OF(layer_is_wild)(const Layer *layer, size_t lanes) {
    const size_t count = layer->outputs * lanes;
    const double *net = layer->net;
    WORDS finite = ~(WORDS){0};
    size_t k = 0;
    for (; k + KERNEL_LANES <= count; k += KERNEL_LANES)
        finite &= (WORDS)(0 * LOAD(net + k) == 0);
    bool wild = false;
    for (size_t lane = 0; lane < KERNEL_LANES; lane++)
        wild = wild || finite[lane] == 0;
    for (; k < count; k++)
        wild = wild || !isfinite(net[k]);
    return wild;
}

/* x̄ of `inputs` inputs from n on: the terms of the last neuron first, as in the reverse sweep. */
LANE_INLINE void OF(backward_tile)(const Layer *layer, size_t n, size_t row, size_t lanes,
                                   size_t apart, const int inputs, const int vectors,
                                   const bool fuses) {
    REALS sums[4][OF(TILE_VECTORS)];
    for (int i = 0; i < inputs; i++)
        for (int v = 0; v < vectors; v++)
            sums[i][v] = LOAD(layer->input[n + (size_t)i] + apart + row + v * KERNEL_LANES);
    for (size_t m = layer->outputs; m > 0;) {
        const size_t panel = (m - 1) / KERNEL_PANEL * KERNEL_PANEL;
        const size_t width = OF(panel_width)(layer, panel);
        const double *weights = layer->weights + panel * layer->inputs + n * width;
        for (; m > panel; m--) {
            REALS d[OF(TILE_VECTORS)];
            for (int v = 0; v < vectors; v++)
                d[v] = LOAD(layer->net + apart + (m - 1) * lanes + row + v * KERNEL_LANES);
            for (int i = 0; i < inputs; i++)
                for (int v = 0; v < vectors; v++)
                    sums[i][v] = OF(plus_product)(
                        sums[i][v], d[v], OF(splat)(weights[(size_t)i * width + (m - 1 - panel)]),
                        fuses);
        }
    }
    for (int i = 0; i < inputs; i++)
        for (int v = 0; v < vectors; v++)
            STORE(layer->input[n + (size_t)i] + apart + row + v * KERNEL_LANES, sums[i][v]);
}

LANE_INLINE void OF(backward_inputs)(const Layer *layer, size_t n, size_t lanes, size_t apart,
                                     const int inputs, const bool fuses) {
    size_t row = 0;
    for (; row + OF(TILE_ROWS) <= lanes; row += OF(TILE_ROWS))
        OF(backward_tile)(layer, n, row, lanes, apart, inputs, OF(TILE_VECTORS), fuses);
    for (; KERNEL_LANES == 8 && row < lanes; row += KERNEL_LANES)
        OF(backward_tile)(layer, n, row, lanes, apart, inputs, 1, fuses);
}

/* Inputs some of which do not matter go one by one. */
LANE_INLINE void OF(backward_rows)(const Layer *layer, size_t lanes, size_t apart,
                                   const bool fuses) {
    size_t n = 0;
    for (; n + 4 <= layer->inputs && layer->all_matter; n += 4)
        OF(backward_inputs)(layer, n, lanes, apart, 4, fuses);
    for (; n < layer->inputs; n++)
        if (layer->input_matters[n])
            OF(backward_inputs)(layer, n, lanes, apart, 1, fuses);
}

/* One row. */
LANE_INLINE void OF(online_backward)(const Layer *layer, size_t apart, const bool fuses) {
    const double *net = layer->net + apart;
    for (size_t n = 0; n < layer->inputs; n++) {
        if (!layer->input_matters[n])
            continue;
        double sum = layer->input[n][apart];
        for (size_t m = layer->outputs; m > 0;) {
            const size_t panel = (m - 1) / KERNEL_PANEL * KERNEL_PANEL;
            const size_t width = OF(panel_width)(layer, panel);
            const double *weights = layer->weights + panel * layer->inputs + n * width;
            for (; m > panel; m--) {
                const double d = net[m - 1], w = weights[m - 1 - panel];
                sum = fuses ? elementary_fma_1(d, w, sum) : sum + d * w;
            }
        }
        layer->input[n][apart] = sum;
    }
}

LANE_FUNCTION void OF(layer_backward)(const Layer *layer, size_t lanes, size_t apart) {
    if (!layer->any_matters)
        return;
    if (layer->fuses && lanes == 1)
        OF(online_backward)(layer, apart, true);
    else if (layer->fuses)
        OF(backward_rows)(layer, lanes, apart, true);
    else if (lanes == 1)
        OF(online_backward)(layer, apart, false);
    else
        OF(backward_rows)(layer, lanes, apart, false);
}

/* ------------------------------------------------------------------ any product of matrices */

/* Y = A B: each entry a chain of fused multiply-adds, from 0 on. */
LANE_FUNCTION void OF(product_forward)(const OpFrame *f) {
    const size_t columns = f->y.columns, inner = f->a.columns, lanes = f->lanes;
    for (size_t i = 0; i < f->y.rows; i++)
        for (size_t j = 0; j < columns; j++)
            for (size_t r = 0; r < lanes; r++) {
                const double *a = f->a.value + i * inner * lanes + r;
                const double *b = f->b.value + j * lanes + r;
                double sum = 0;
                for (size_t k = 0; k < inner; k++)
                    sum = elementary_fma_1(a[k * lanes], b[k * columns * lanes], sum);
                f->y.value[(i * columns + j) * lanes + r] = sum;
            }
}

/* to[r] += a[r]·b[r] for each row; nothing where a, an adjoint, is 0. */
LANE_INLINE void OF(add_products)(size_t lanes, double *to, const double *a, const double *b) {
    for (size_t r = 0; r < lanes; r++)
        to[r] = a[r] == 0 ? to[r] : elementary_fma_1(a[r], b[r], to[r]);
}

/* Ā += Ȳ Bᵀ, B̄ += Aᵀ Ȳ. */
LANE_FUNCTION void OF(product_backward)(const OpFrame *f) {
    const size_t columns = f->y.columns, inner = f->a.columns, lanes = f->lanes;
    for (size_t i = f->y.rows; i-- > 0;)
        for (size_t j = 0; j < columns; j++) {
            const double *y_bar = f->y.adjoint + (i * columns + j) * lanes;
            for (size_t k = 0; k < inner; k++) {
                const size_t a = (i * inner + k) * lanes, b = (k * columns + j) * lanes;
                OF(add_products)(lanes, f->a.adjoint + a, y_bar, f->b.value + b);
                OF(add_products)(lanes, f->b.adjoint + b, y_bar, f->a.value + a);
            }
        }
}

/* ------------------------------------------------------------------ descending */

/* The total of eight interleaved sums, in 8/KERNEL_LANES vectors. */
LANE_INLINE double OF(total)(const REALS *sums) {
    double all[KERNEL_SUMS];
    memcpy(all, sums, sizeof all);
    return kernel_total(all);
}

LANE_FUNCTION void OF(add_rows)(size_t lanes, const double *x, double *sums) {
    REALS totals[OF(SUM_VECTORS)];
    memcpy(totals, sums, sizeof totals);
    for (size_t row = 0; row < lanes; row += KERNEL_SUMS)
        for (int v = 0; v < OF(SUM_VECTORS); v++)
            totals[v] += LOAD(x + row + (size_t)v * KERNEL_LANES);
    memcpy(sums, totals, sizeof totals);
}

/* The gradient of one bias, a sum over rows. */
LANE_INLINE void OF(descend_bias)(const Layer *layer, size_t m, size_t lanes, size_t apart,
                                  Descent descent) {
    double own[KERNEL_SUMS] = {0};
    double *sums = own;
    if (layer->partials)
        sums = layer->partials + (layer->inputs * layer->padded + m) * KERNEL_SUMS;
    OF(add_rows)(lanes, layer->net + apart + m * lanes, sums);
    if (!layer->partials)
        layer->bias[m] -= descent.rate * (descent.share * kernel_total(sums));
}

/* The gradient of `neurons` weights of one input, a sum over rows. */
LANE_INLINE void OF(descend_tile)(const Layer *layer, size_t n, size_t first, size_t lanes,
                                  size_t apart, Descent descent, const int neurons,
                                  const bool fuses) {
    size_t panel = first / KERNEL_PANEL * KERNEL_PANEL, width = OF(panel_width)(layer, first);
    size_t at = panel * layer->inputs + n * width + (first - panel);
    double *partials = layer->partials ? layer->partials + at * KERNEL_SUMS : NULL;
    REALS sums[4][OF(SUM_VECTORS)];
    for (int m = 0; m < neurons; m++)
        for (int v = 0; v < OF(SUM_VECTORS); v++)
            sums[m][v] =
                partials ? LOAD(partials + m * KERNEL_SUMS + v * KERNEL_LANES) : OF(splat)(0);
    const double *x = layer->input[n], *net = layer->net + apart + first * lanes;
    for (size_t row = 0; row < lanes; row += KERNEL_SUMS)
        for (int v = 0; v < OF(SUM_VECTORS); v++) {
            REALS input = LOAD(x + row + (size_t)v * KERNEL_LANES);
            for (int m = 0; m < neurons; m++)
                sums[m][v] = OF(plus_product)(
                    sums[m][v], LOAD(net + (size_t)m * lanes + row + (size_t)v * KERNEL_LANES),
                    input, fuses);
        }
    for (int m = 0; m < neurons; m++) {
        if (partials)
            for (int v = 0; v < OF(SUM_VECTORS); v++)
                STORE(partials + m * KERNEL_SUMS + v * KERNEL_LANES, sums[m][v]);
        else
            layer->weights[at + (size_t)m] -= descent.rate * (descent.share * OF(total)(sums[m]));
    }
}

/* One row: a step for each weight, vectors across neurons. */
LANE_FUNCTION void OF(online_descend)(const Layer *layer, size_t apart, Descent descent) {
    const double *net = layer->net + apart;
    size_t panel = 0;
    for (; panel + KERNEL_PANEL <= layer->padded; panel += KERNEL_PANEL) {
        double *weights = layer->weights + panel * layer->inputs;
        for (size_t n = 0; n < layer->inputs; n++, weights += KERNEL_PANEL)
            for (size_t m = 0; m < KERNEL_PANEL; m += KERNEL_LANES)
                STORE(weights + m, LOAD(weights + m) -
                                       OF(splat)(descent.rate) *
                                           (OF(splat)(descent.share) *
                                            (LOAD(net + panel + m) * OF(splat)(*layer->input[n]))));
    }
    double *weights = layer->weights + panel * layer->inputs;
    for (size_t n = 0; n < layer->inputs; n++)
        for (size_t m = panel; m < layer->padded; m += 2, weights += 2)
            elementary_store_2(
                weights, elementary_load_2(weights) -
                             descent.rate *
                                 (descent.share * (elementary_load_2(net + m) * *layer->input[n])));
    for (size_t m = 0; layer->bias && m < layer->padded; m += 2)
        elementary_store_2(layer->bias + m,
                           elementary_load_2(layer->bias + m) -
                               descent.rate * (descent.share * elementary_load_2(net + m)));
}

/* Inputs in a tile of two vectors of neurons, as many as there are registers for. */
enum { OF(ACROSS) = KERNEL_LANES == 8 ? 6 : 4 };
#define ACROSS OF(ACROSS)

/* The same for whole panels in blocks of rows: vectors run across neurons, so that no vector has to
 * be added up across its lanes. Needs the adjoints of z turned (layer->turned): panel by panel, row
 * by row. A tile of `vectors` vectors of neurons × `inputs` inputs is kept in registers. */
LANE_INLINE void OF(descend_across)(const Layer *layer, size_t n, size_t first, size_t lanes,
                                    Descent descent, const int vectors, const int inputs,
                                    const bool fuses) {
    const double *net[2], *x[ACROSS];
    double *weights[2];
    for (int v = 0; v < vectors; v++) {
        size_t neuron = first + (size_t)v * KERNEL_LANES, within = neuron % KERNEL_PANEL;
        net[v] = layer->turned + (neuron - within) * lanes + within;
        weights[v] = layer->weights + (neuron - within) * layer->inputs + n * KERNEL_PANEL + within;
    }
    for (int i = 0; i < inputs; i++)
        x[i] = layer->input[n + (size_t)i];
    REALS totals[2][ACROSS] = {0};
    for (size_t sum = 0; sum < KERNEL_SUMS; sum++) {
        REALS part[2][ACROSS];
        for (int v = 0; v < vectors; v++)
            for (int i = 0; i < inputs; i++)
                part[v][i] = OF(splat)(0);
        for (size_t row = sum; row < lanes; row += KERNEL_SUMS)
            for (int i = 0; i < inputs; i++) {
                REALS input = OF(splat)(x[i][row]);
                for (int v = 0; v < vectors; v++)
                    part[v][i] = OF(plus_product)(part[v][i], LOAD(net[v] + row * KERNEL_PANEL),
                                                  input, fuses);
            }
        for (int v = 0; v < vectors; v++)
            for (int i = 0; i < inputs; i++)
                totals[v][i] = sum ? totals[v][i] + part[v][i] : part[v][i];
    }
    for (int v = 0; v < vectors; v++)
        for (int i = 0; i < inputs; i++) {
            double *to = weights[v] + i * KERNEL_PANEL;
            STORE(to,
                  LOAD(to) - OF(splat)(descent.rate) * (OF(splat)(descent.share) * totals[v][i]));
        }
}

/* Of `inputs` inputs from n on, those of neurons first … end − 1. */
LANE_INLINE void OF(across_inputs)(const Layer *layer, size_t n, size_t first, size_t end,
                                   size_t lanes, Descent descent, const int inputs,
                                   const bool fuses) {
    for (; first + 2 * KERNEL_LANES <= end; first += 2 * KERNEL_LANES)
        OF(descend_across)(layer, n, first, lanes, descent, 2, inputs, fuses);
    for (; KERNEL_LANES == 8 && first < end; first += KERNEL_LANES)
        OF(descend_across)(layer, n, first, lanes, descent, 1, inputs, fuses);
}

enum { OF(BLOCK_ADJOINTS) = 4096 }; /* that are gone through again for every tile of inputs */

/* Of all inputs, those of the whole panels. */
LANE_INLINE void OF(all_across)(const Layer *layer, size_t whole, size_t lanes, Descent descent,
                                const bool fuses) {
    size_t block = OF(BLOCK_ADJOINTS) / lanes / KERNEL_PANEL * KERNEL_PANEL;
    for (size_t first = 0; first < whole; first += block) {
        size_t end = first + block < whole ? first + block : whole, n = 0;
        for (; n + ACROSS <= layer->inputs; n += ACROSS)
            OF(across_inputs)(layer, n, first, end, lanes, descent, ACROSS, fuses);
        for (; n < layer->inputs; n++)
            OF(across_inputs)(layer, n, first, end, lanes, descent, 1, fuses);
    }
}

LANE_FUNCTION void OF(turn)(const Layer *layer, size_t lanes, size_t apart) {
    const double *net = layer->net + apart;
    for (size_t m = 0; m + KERNEL_PANEL <= layer->outputs; m += KERNEL_PANEL)
        for (size_t row = 0; row < lanes; row++)
            for (size_t i = 0; i < KERNEL_PANEL; i++)
                layer->turned[m * lanes + row * KERNEL_PANEL + i] = net[(m + i) * lanes + row];
}

/* In tiles, those of neurons from `first` on. */
LANE_INLINE void OF(all_tiles)(const Layer *layer, size_t first, size_t lanes, size_t apart,
                               Descent descent, const bool fuses) {
    for (size_t n = 0; n < layer->inputs; n++) {
        size_t m = first;
        for (; KERNEL_LANES > 2 && m + 4 <= layer->outputs; m += 4)
            OF(descend_tile)(layer, n, m, lanes, apart, descent, 4, fuses);
        for (; m + 2 <= layer->outputs; m += 2)
            OF(descend_tile)(layer, n, m, lanes, apart, descent, 2, fuses);
        for (; m < layer->outputs; m++)
            OF(descend_tile)(layer, n, m, lanes, apart, descent, 1, fuses);
    }
}

LANE_INLINE void OF(descend_weights)(const Layer *layer, size_t lanes, size_t apart,
                                     Descent descent, const bool fuses) {
    size_t whole = layer->turned ? layer->outputs / KERNEL_PANEL * KERNEL_PANEL : 0;
    if (whole > 0) {
        OF(turn)(layer, lanes, apart);
        OF(all_across)(layer, whole, lanes, descent, fuses);
    }
    OF(all_tiles)(layer, whole, lanes, apart, descent, fuses);
}

LANE_FUNCTION void OF(layer_descend)(const Layer *layer, size_t lanes, size_t apart,
                                     Descent descent) {
    if (lanes == 1) {
        OF(online_descend)(layer, apart, descent);
        return;
    }
    if (layer->fuses)
        OF(descend_weights)(layer, lanes, apart, descent, true);
    else
        OF(descend_weights)(layer, lanes, apart, descent, false);
    for (size_t m = 0; m < layer->outputs && layer->bias; m++)
        OF(descend_bias)(layer, m, lanes, apart, descent);
}
#undef ACROSS
