#include "num/narrow.h"

#include <string.h>

#include "num/elementary.h"

bool narrow_has_curve(OpCode curve) {
    return curve == OP_logistic || curve == OP_hyperbolic_tangent || curve == OP_rectify;
}

#define KERNEL_LANES 2
#include "num/narrow_lanes.h"
#undef KERNEL_LANES
#ifdef ELEMENTARY_HAS_8
#define KERNEL_LANES 4
#include "num/narrow_lanes.h"
#undef KERNEL_LANES
#define KERNEL_LANES 8
#include "num/narrow_lanes.h"
#undef KERNEL_LANES
#endif

const NarrowKernels *narrow_kernels(const Kernels *kernels) {
#ifdef ELEMENTARY_HAS_8
    if (kernels == kernels_of(KERNEL_8))
        return &narrow_kernels_8;
    if (kernels == kernels_of(KERNEL_4))
        return &narrow_kernels_4;
#endif
    (void)kernels;
    return &narrow_kernels_2;
}
