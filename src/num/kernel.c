#include "num/kernel.h"

#include <math.h>
#include <string.h>

#include "num/elementary.h"
#include "num/op_formulas.h"

double kernel_total(const double *sums) {
    double total = sums[0];
    for (size_t i = 1; i < KERNEL_SUMS; i++)
        total += sums[i];
    return total;
}

#define KERNEL_LANES 2
#include "num/kernel_lanes.h"
#undef KERNEL_LANES
#ifdef ELEMENTARY_HAS_8
#define KERNEL_LANES 4
#include "num/kernel_lanes.h"
#undef KERNEL_LANES
#define KERNEL_LANES 8
#include "num/kernel_lanes.h"
#undef KERNEL_LANES
#endif

const Kernels *kernels_of(KernelWidth width) {
    switch (width) {
    case KERNEL_2: return &kernels_2;
#ifdef ELEMENTARY_HAS_8
    case KERNEL_4: return elementary_has_lanes(4) ? &kernels_4 : NULL;
    case KERNEL_8: return elementary_has_lanes(8) ? &kernels_8 : NULL;
#endif
    default: return NULL;
    }
}

const Kernels *kernels_widest(void) {
    KernelWidth width = KERNEL_WIDTHS;
    const Kernels *kernels = NULL;
    while (!kernels)
        kernels = kernels_of(--width);
    return kernels;
}

void layer_finish(const Layer *layer, Descent descent) {
    size_t weights = layer->inputs * layer->padded;
    for (size_t i = 0; i < weights + (layer->bias ? layer->padded : 0); i++) {
        double *parameter = i < weights ? &layer->weights[i] : &layer->bias[i - weights];
        double *sums = layer->partials + i * KERNEL_SUMS;
        *parameter -= descent.rate * (descent.share * kernel_total(sums));
        memset(sums, 0, KERNEL_SUMS * sizeof *sums);
    }
}

/* ------------------------------------------------------------------ out of range */

/* sum + d·factor of an adjoint d. */
static double plus_back(const Layer *layer, double sum, double d, double factor) {
    return d == 0 ? sum : layer->fuses ? elementary_fma_1(d, factor, sum) : sum + d * factor;
}

/* The weight of neuron m and input n, by its place in the panels. */
static size_t weight_place(const Layer *layer, size_t n, size_t m) {
    const size_t panel = m / KERNEL_PANEL * KERNEL_PANEL, left = layer->padded - panel;
    return panel * layer->inputs + n * (left < KERNEL_PANEL ? left : KERNEL_PANEL) + (m - panel);
}

static void hand_back_wild(const Layer *layer, size_t n, size_t lanes, size_t apart) {
    double *adjoint = layer->input[n] + apart;
    for (size_t r = 0; r < lanes; r++)
        for (size_t m = layer->outputs; m-- > 0;)
            adjoint[r] = plus_back(layer, adjoint[r], layer->net[apart + m * lanes + r],
                                   layer->weights[weight_place(layer, n, m)]);
}

/* The step of a parameter of neuron m whose gradient is made of z̄ and x, or of z̄ where x is NULL;
 * `place` is that of its partials. */
static void descend_wild(const Layer *layer, double *parameter, size_t place, const double *d,
                         const double *x, size_t lanes, Descent descent) {
    double own[KERNEL_SUMS] = {0};
    double *sums = layer->partials ? layer->partials + place * KERNEL_SUMS : own;
    for (size_t r = 0; r < lanes; r++) {
        double *sum = sums + r % KERNEL_SUMS;
        *sum = x ? plus_back(layer, *sum, d[r], x[r]) : *sum + d[r];
    }
    if (!layer->partials)
        *parameter -= descent.rate * (descent.share * kernel_total(sums));
}

void layer_back_wild(const Layer *layer, size_t lanes, size_t apart, Descent descent) {
    for (size_t n = 0; n < layer->inputs; n++)
        if (layer->input_matters[n])
            hand_back_wild(layer, n, lanes, apart);
    for (size_t m = 0; m < layer->outputs; m++) {
        const double *d = layer->net + apart + m * lanes;
        for (size_t n = 0; n < layer->inputs; n++) {
            const size_t place = weight_place(layer, n, m);
            descend_wild(layer, layer->weights + place, place, d, layer->input[n], lanes, descent);
        }
        if (layer->bias)
            descend_wild(layer, layer->bias + m, layer->inputs * layer->padded + m, d, NULL, lanes,
                         descent);
    }
}
