/* kernel_layer: several neurons with the same inputs, for vectors of KERNEL_LANES doubles. Included
 * by kernel_lanes.h, whose macros it uses, once for each width; nothing else includes it. */

/* Vectors for eight numbers: of a panel, or of interleaved sums. */
enum { OF(SUM_VECTORS) = 8 / KERNEL_LANES };

LANE_INLINE REALS OF(splat)(double x) {
    return x - (REALS){0};
}

/* A tile of `neurons` (of one panel, `width` wide) × `vectors` stretches of rows, kept in registers
 * while the inputs go by. */
LANE_INLINE void OF(forward_tile)(const Layer *layer, size_t first, size_t row, size_t lanes,
                                  const int neurons, const int vectors) {
    size_t panel = first / KERNEL_PANEL * KERNEL_PANEL;
    size_t width = layer->padded - panel < KERNEL_PANEL ? layer->padded - panel : KERNEL_PANEL;
    const double *weights = layer->weights + panel * layer->inputs + (first - panel);
    REALS sums[8][2];
    for (int m = 0; m < neurons; m++)
        for (int v = 0; v < vectors; v++)
            sums[m][v] = OF(splat)(layer->bias_first ? layer->bias[first + (size_t)m] : 0);
    for (size_t n = 0; n < layer->inputs; n++) {
        REALS x[2];
        for (int v = 0; v < vectors; v++)
            x[v] = LOAD(layer->input[n] + row + (size_t)v * KERNEL_LANES);
        for (int m = 0; m < neurons; m++)
            for (int v = 0; v < vectors; v++)
                sums[m][v] += x[v] * OF(splat)(weights[n * width + (size_t)m]);
    }
    for (int m = 0; m < neurons; m++)
        for (int v = 0; v < vectors; v++) {
            double *net = layer->net + (first + (size_t)m) * lanes + row + (size_t)v * KERNEL_LANES;
            bool last = layer->bias && !layer->bias_first;
            STORE(net, last ? sums[m][v] + OF(splat)(layer->bias[first + (size_t)m]) : sums[m][v]);
        }
}

LANE_INLINE size_t OF(forward_rows)(const Layer *layer, size_t row, size_t lanes,
                                    const int vectors) {
    for (; row + (size_t)vectors * KERNEL_LANES <= lanes; row += (size_t)vectors * KERNEL_LANES) {
        size_t m = 0;
        for (; KERNEL_LANES == 8 && m + 8 <= layer->outputs; m += 8)
            OF(forward_tile)(layer, m, row, lanes, 8, vectors);
        for (; m + 4 <= layer->outputs; m += 4)
            OF(forward_tile)(layer, m, row, lanes, 4, vectors);
        for (; m + 2 <= layer->outputs; m += 2)
            OF(forward_tile)(layer, m, row, lanes, 2, vectors);
        for (; m < layer->outputs; m++)
            OF(forward_tile)(layer, m, row, lanes, 1, vectors);
    }
    return row;
}

/* One row: vectors run across the neurons of a panel. */
LANE_INLINE void OF(forward_panel)(const Layer *layer, size_t panel) {
    const double *weights = layer->weights + panel * layer->inputs;
    REALS sums[OF(SUM_VECTORS)];
    for (int v = 0; v < OF(SUM_VECTORS); v++)
        sums[v] =
            layer->bias_first ? LOAD(layer->bias + panel + (size_t)v * KERNEL_LANES) : OF(splat)(0);
    for (size_t n = 0; n < layer->inputs; n++, weights += KERNEL_PANEL)
        for (int v = 0; v < OF(SUM_VECTORS); v++)
            sums[v] += LOAD(weights + v * KERNEL_LANES) * OF(splat)(*layer->input[n]);
    for (int v = 0; v < OF(SUM_VECTORS); v++) {
        size_t at = panel + (size_t)v * KERNEL_LANES;
        bool last = layer->bias && !layer->bias_first;
        STORE(layer->net + at, last ? sums[v] + LOAD(layer->bias + at) : sums[v]);
    }
}

/* The narrower last panel, in pairs of neurons. */
LANE_INLINE void OF(forward_pairs)(const Layer *layer, size_t panel) {
    size_t width = layer->padded - panel;
    for (size_t m = 0; m < width; m += 2) {
        const double *weights = layer->weights + panel * layer->inputs + m;
        Lanes2 sum = {0};
        if (layer->bias_first)
            sum = elementary_load_2(layer->bias + panel + m);
        for (size_t n = 0; n < layer->inputs; n++, weights += width)
            sum += elementary_load_2(weights) * *layer->input[n];
        if (layer->bias && !layer->bias_first)
            sum += elementary_load_2(layer->bias + panel + m);
        elementary_store_2(layer->net + panel + m, sum);
    }
}

LANE_FUNCTION void OF(online_forward)(const Layer *layer) {
    size_t panel = 0;
    for (; panel + KERNEL_PANEL <= layer->padded; panel += KERNEL_PANEL)
        OF(forward_panel)(layer, panel);
    if (panel < layer->padded)
        OF(forward_pairs)(layer, panel);
}

LANE_FUNCTION void OF(layer_forward)(const Layer *layer, size_t lanes) {
    if (lanes == 1) {
        OF(online_forward)(layer);
        return;
    }
    size_t row = OF(forward_rows)(layer, 0, lanes, 2);
    OF(forward_rows)(layer, row, lanes, 1);
}

/* x̄ of `inputs` inputs from n on: the terms of the last neuron first, as in the reverse sweep. */
LANE_INLINE void OF(backward_tile)(const Layer *layer, size_t n, size_t row, size_t lanes,
                                   size_t apart, const int inputs, const int vectors) {
    REALS sums[4][2];
    for (int i = 0; i < inputs; i++)
        for (int v = 0; v < vectors; v++)
            sums[i][v] = LOAD(layer->input[n + (size_t)i] + apart + row + (size_t)v * KERNEL_LANES);
    size_t m = layer->outputs;
    while (m > 0) {
        size_t panel = (m - 1) / KERNEL_PANEL * KERNEL_PANEL;
        size_t width = layer->padded - panel < KERNEL_PANEL ? layer->padded - panel : KERNEL_PANEL;
        const double *weights = layer->weights + panel * layer->inputs + n * width;
        for (; m > panel; m--) {
            REALS d[2];
            for (int v = 0; v < vectors; v++)
                d[v] = LOAD(layer->net + apart + (m - 1) * lanes + row + (size_t)v * KERNEL_LANES);
            for (int i = 0; i < inputs; i++)
                for (int v = 0; v < vectors; v++)
                    sums[i][v] += d[v] * OF(splat)(weights[(size_t)i * width + (m - 1 - panel)]);
        }
    }
    for (int i = 0; i < inputs; i++)
        for (int v = 0; v < vectors; v++)
            STORE(layer->input[n + (size_t)i] + apart + row + (size_t)v * KERNEL_LANES, sums[i][v]);
}

/* Inputs that are the same value twice, or do not matter, go one by one. */
LANE_INLINE size_t OF(backward_rows)(const Layer *layer, size_t row, size_t lanes, size_t apart,
                                     const int vectors) {
    for (; row + (size_t)vectors * KERNEL_LANES <= lanes; row += (size_t)vectors * KERNEL_LANES) {
        size_t n = 0;
        for (; n + 4 <= layer->inputs && layer->all_matter; n += 4)
            OF(backward_tile)(layer, n, row, lanes, apart, 4, vectors);
        for (; n < layer->inputs; n++)
            if (layer->input_matters[n])
                OF(backward_tile)(layer, n, row, lanes, apart, 1, vectors);
    }
    return row;
}

/* One row. */
LANE_FUNCTION void OF(online_backward)(const Layer *layer, size_t apart) {
    const double *net = layer->net + apart;
    for (size_t n = 0; n < layer->inputs; n++) {
        if (!layer->input_matters[n])
            continue;
        double sum = layer->input[n][apart];
        for (size_t m = layer->outputs; m > 0;) {
            size_t panel = (m - 1) / KERNEL_PANEL * KERNEL_PANEL;
            size_t width =
                layer->padded - panel < KERNEL_PANEL ? layer->padded - panel : KERNEL_PANEL;
            const double *weights = layer->weights + panel * layer->inputs + n * width;
            for (; m > panel; m--)
                sum += net[m - 1] * weights[m - 1 - panel];
        }
        layer->input[n][apart] = sum;
    }
}

LANE_FUNCTION void OF(layer_backward)(const Layer *layer, size_t lanes, size_t apart) {
    if (lanes == 1) {
        OF(online_backward)(layer, apart);
        return;
    }
    size_t row = OF(backward_rows)(layer, 0, lanes, apart, 2);
    OF(backward_rows)(layer, row, lanes, apart, 1);
}

/* Eight interleaved sums over the rows of x·y, in 8/KERNEL_LANES vectors. */
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
                                  size_t apart, Descent descent, const int neurons) {
    size_t panel = first / KERNEL_PANEL * KERNEL_PANEL;
    size_t width = layer->padded - panel < KERNEL_PANEL ? layer->padded - panel : KERNEL_PANEL;
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
                sums[m][v] +=
                    LOAD(net + (size_t)m * lanes + row + (size_t)v * KERNEL_LANES) * input;
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
                                    Descent descent, const int vectors, const int inputs) {
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
                    part[v][i] += LOAD(net[v] + row * KERNEL_PANEL) * input;
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

/* Of `inputs` inputs from n on, those of all whole panels. */
LANE_INLINE void OF(across_inputs)(const Layer *layer, size_t n, size_t lanes, Descent descent,
                                   const int inputs) {
    size_t whole = layer->outputs / KERNEL_PANEL * KERNEL_PANEL, first = 0;
    for (; first + 2 * KERNEL_LANES <= whole; first += 2 * KERNEL_LANES)
        OF(descend_across)(layer, n, first, lanes, descent, 2, inputs);
    for (; first < whole; first += KERNEL_LANES)
        OF(descend_across)(layer, n, first, lanes, descent, 1, inputs);
}

/* Of all inputs. */
LANE_FUNCTION void OF(all_across)(const Layer *layer, size_t lanes, Descent descent) {
    size_t n = 0;
    for (; n + ACROSS <= layer->inputs; n += ACROSS)
        OF(across_inputs)(layer, n, lanes, descent, ACROSS);
    for (; n + 2 <= layer->inputs; n += 2)
        OF(across_inputs)(layer, n, lanes, descent, 2);
    if (n < layer->inputs)
        OF(across_inputs)(layer, n, lanes, descent, 1);
}

LANE_FUNCTION void OF(turn)(const Layer *layer, size_t lanes, size_t apart) {
    const double *net = layer->net + apart;
    for (size_t m = 0; m + KERNEL_PANEL <= layer->outputs; m += KERNEL_PANEL)
        for (size_t row = 0; row < lanes; row++)
            for (size_t i = 0; i < KERNEL_PANEL; i++)
                layer->turned[m * lanes + row * KERNEL_PANEL + i] = net[(m + i) * lanes + row];
}

LANE_FUNCTION void OF(layer_descend)(const Layer *layer, size_t lanes, size_t apart,
                                     Descent descent) {
    if (lanes == 1) {
        OF(online_descend)(layer, apart, descent);
        return;
    }
    bool across = layer->turned && !layer->partials;
    size_t whole = across ? layer->outputs / KERNEL_PANEL * KERNEL_PANEL : 0;
    if (across) {
        OF(turn)(layer, lanes, apart);
        OF(all_across)(layer, lanes, descent);
    }
    for (size_t n = 0; n < layer->inputs; n++) {
        size_t m = whole;
        for (; KERNEL_LANES > 2 && m + 4 <= layer->outputs; m += 4)
            OF(descend_tile)(layer, n, m, lanes, apart, descent, 4);
        for (; m + 2 <= layer->outputs; m += 2)
            OF(descend_tile)(layer, n, m, lanes, apart, descent, 2);
        for (; m < layer->outputs; m++)
            OF(descend_tile)(layer, n, m, lanes, apart, descent, 1);
    }
    for (size_t m = 0; m < layer->outputs && layer->bias; m++)
        OF(descend_bias)(layer, m, lanes, apart, descent);
}
#undef ACROSS
