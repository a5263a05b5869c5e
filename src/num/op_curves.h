/* op_curves: the CURVE rows of op.def for CURVE_LANES numbers at a time, from memory to memory:
 *     op_NAME_LANES(y, a)                      y = f(a)
 *     op_NAME_back_LANES(y, y_bar, a, a_bar)   ā += ȳ·f′(a); nothing where ȳ is 0
 * Included by op_formulas.h once for each number of lanes. */
#define JOIN_(name, lanes) name##_##lanes
#define JOIN(name, lanes)  JOIN_(name, lanes)
#define TYPE_(name, lanes) name##lanes
#define TYPE(name, lanes)  TYPE_(name, lanes)
#define ELEMENTARY(name)   JOIN(elementary_##name, CURVE_LANES)
#if CURVE_LANES == 1
#define REALS  double
#define INLINE static inline __attribute__((always_inline))
#else
#define REALS  TYPE(Lanes, CURVE_LANES)
#define INLINE static inline TYPE(ELEMENTARY_TARGET_, CURVE_LANES) __attribute__((always_inline))
#endif

#define BINARY(name, kind, function, formula, slope_a, slope_b)
#define UNARY(name, kind, function, formula, slope)
#define CURVE(name, kind, function, formula, slope)                                                \
    INLINE void JOIN(op_##name, CURVE_LANES)(double *to, const double *from) {                     \
        const REALS a = ELEMENTARY(load)(from);                                                    \
        ELEMENTARY(store)(to, formula);                                                            \
    }                                                                                              \
    INLINE void JOIN(op_##name##_back, CURVE_LANES)(const double *ys, const double *y_bar,         \
                                                    const double *as, double *a_bar) {             \
        const REALS a = ELEMENTARY(load)(as), y = ELEMENTARY(load)(ys);                            \
        const REALS bar = ELEMENTARY(load)(y_bar);                                                 \
        (void)a, (void)y;                                                                          \
        const REALS part = ELEMENTARY(unless_zero)(bar, bar * (slope));                            \
        ELEMENTARY(store)(a_bar, ELEMENTARY(load)(a_bar) + part);                                  \
    }
#include "num/op.def"
#undef BINARY
#undef UNARY
#undef CURVE

#undef JOIN_
#undef JOIN
#undef TYPE_
#undef TYPE
#undef ELEMENTARY
#undef REALS
#undef INLINE
