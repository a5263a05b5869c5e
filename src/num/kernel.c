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
