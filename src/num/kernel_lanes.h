/* kernel_lanes: the loops of kernel.h for vectors of KERNEL_LANES doubles. Included by kernel.c
 * once for each width; nothing else includes it. */
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
#define FMA(a, b, c)       JOIN(elementary_fma, KERNEL_LANES)(a, b, c)
#define LANE_FUNCTION      static TARGET
#ifdef __SANITIZE_ADDRESS__ /* else this takes minutes to compile */
#define LANE_INLINE static inline TARGET
#else
#define LANE_INLINE static inline TARGET __attribute__((always_inline))
#endif

/* ------------------------------------------------------------------ entry by entry */

/* Unused are: in most formulas some of a, b and y. */
#define BACKWARD(name, seconds, slope)                                                             \
    LANE_FUNCTION void OF(name)(size_t count, const double *ys, const double *y_bar,               \
                                const double *as, const double *bs, double *restrict adjoint) {    \
        (void)bs;                                                                                  \
        for (size_t i = 0; i < count; i++) {                                                       \
            const double a = as[i], b = (seconds)[i], y = ys[i];                                   \
            (void)a, (void)b, (void)y;                                                             \
            const double part = y_bar[i] * (slope);                                                \
            adjoint[i] += y_bar[i] == 0 ? 0 : part;                                                \
        }                                                                                          \
    }

#define BINARY(name, kind, function, formula, slope_a, slope_b)                                    \
    LANE_FUNCTION void OF(name##_forward)(size_t count, double *restrict y, const double *as,      \
                                          const double *bs) {                                      \
        for (size_t i = 0; i < count; i++) {                                                       \
            const double a = as[i], b = bs[i];                                                     \
            y[i] = (formula);                                                                      \
        }                                                                                          \
    }                                                                                              \
    BACKWARD(name##_backward_a, bs, slope_a)                                                       \
    BACKWARD(name##_backward_b, bs, slope_b)
#define UNARY(name, kind, function, formula, slope)                                                \
    LANE_FUNCTION void OF(name##_forward)(size_t count, double *restrict y, const double *as,      \
                                          const double *bs) {                                      \
        (void)bs;                                                                                  \
        for (size_t i = 0; i < count; i++) {                                                       \
            const double a = as[i];                                                                \
            y[i] = (formula);                                                                      \
        }                                                                                          \
    }                                                                                              \
    BACKWARD(name##_backward_a, as, slope)
/* Lanes, then pairs, then what is left. */
#define IN_LANES(function, ...)                                                                    \
    {                                                                                              \
        size_t i = 0;                                                                              \
        for (; i + KERNEL_LANES <= count; i += KERNEL_LANES)                                       \
            JOIN(function, KERNEL_LANES)(__VA_ARGS__);                                             \
        for (; KERNEL_LANES > 2 && i + 2 <= count; i += 2)                                         \
            function##_2(__VA_ARGS__);                                                             \
        for (; i < count; i++)                                                                     \
            function##_1(__VA_ARGS__);                                                             \
    }
#define CURVE(name, kind, function, formula, slope)                                                \
    LANE_FUNCTION void OF(name##_forward)(size_t count, double *restrict y, const double *as,      \
                                          const double *bs) {                                      \
        (void)bs;                                                                                  \
        IN_LANES(op_##name, y + i, as + i)                                                         \
    }                                                                                              \
    LANE_FUNCTION void OF(name##_backward_a)(size_t count, const double *ys, const double *y_bar,  \
                                             const double *as, const double *bs,                   \
                                             double *restrict adjoint) {                           \
        (void)bs;                                                                                  \
        IN_LANES(op_##name##_back, ys + i, y_bar + i, as + i, adjoint + i)                         \
    }
#include "num/op.def"
#undef BINARY
#undef UNARY
#undef CURVE
#undef BACKWARD
#undef IN_LANES

#include "num/kernel_layer.h"

static const Kernels OF(kernels) = {
#define BINARY(name, kind, function, formula, slope_a, slope_b) [OP_##name] = OF(name##_forward),
#define UNARY(name, kind, function, formula, slope)             [OP_##name] = OF(name##_forward),
#define CURVE(name, kind, function, curve, slope)               [OP_##name] = OF(name##_forward),
    .forward =
        {
#include "num/op.def"
        },
#undef BINARY
#undef UNARY
#undef CURVE
#define BINARY(name, kind, function, formula, slope_a, slope_b) [OP_##name] = OF(name##_backward_a),
#define UNARY(name, kind, function, formula, slope)             [OP_##name] = OF(name##_backward_a),
#define CURVE(name, kind, function, curve, slope)               [OP_##name] = OF(name##_backward_a),
    .backward_a =
        {
#include "num/op.def"
        },
#undef BINARY
#undef UNARY
#undef CURVE
#define BINARY(name, kind, function, formula, slope_a, slope_b) [OP_##name] = OF(name##_backward_b),
#define UNARY(name, kind, function, formula, slope)
#define CURVE(name, kind, function, curve, slope)
    .backward_b =
        {
#include "num/op.def"
        },
#undef BINARY
#undef UNARY
#undef CURVE
    .layer_forward = OF(layer_forward),
    .layer_is_wild = OF(layer_is_wild),
    .layer_backward = OF(layer_backward),
    .layer_descend = OF(layer_descend),
    .product_forward = OF(product_forward),
    .product_backward = OF(product_backward),
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
#undef FMA
#undef LANE_INLINE
#undef LANE_FUNCTION
