/* fused_row: the lowered instructions on one row, where what costs is what surrounds the
 * arithmetic: loads of where things are, calls, and numbers that were stored one by one and are
 * then read in pairs. For fused_run.c alone. */
#ifndef NUM_FUSED_ROW_H
#define NUM_FUSED_ROW_H

#include "num/elementary.h"
#include "num/fused_parts.h"

#define ROW_INLINE static inline __attribute__((always_inline))

/* ------------------------------------------------------------------ a few neurons */

ROW_INLINE Lanes2 row_pair(const double *from) {
    return elementary_load_2(from);
}

/* sum + a·x, the product rounded by itself or not. */
ROW_INLINE Lanes2 row_plus(Lanes2 sum, Lanes2 a, double x, const bool fuses) {
    return fuses ? elementary_fma_2(a, (Lanes2){x, x}, sum) : sum + a * x;
}

/* What the curve makes of a pair of z, which is written to y; with RUN_END there is none. */
ROW_INLINE Lanes2 row_curve(uint8_t curve, double *y, Lanes2 z) {
    switch (curve) {
    case OP_logistic: z = elementary_logistic_2(z); break;
    case OP_hyperbolic_tangent: z = elementary_tanh_2(z); break;
    case OP_rectify: z = (Lanes2)((Words2)z & ~(Words2)(z <= 0)); break;
    default: return z;
    }
    elementary_store_2(y, z);
    return z;
}

/* `width` neurons in pairs, `inputs` of them or, where that is 0, as many as i->count says. With
 * `fuses` as in Layer. `carried` is what the instruction before made; returns what this one made,
 * of the last pair. */
ROW_INLINE Lanes2 row_narrow_forward(const Instruction *i, const size_t width, const size_t inputs,
                                     const bool fuses, Lanes2 carried) {
    const size_t terms = inputs ? inputs : i->count;
    const double *weights = i->first + width;
    double *net = i->net;
    Lanes2 sums[2], x = {0};
    if (inputs == 2)
        x = i->sides & FOLLOWS ? carried : row_pair(i->x);
    for (size_t p = 0; p < width / 2; p++)
        sums[p] = row_pair(i->first + 2 * p);
    for (size_t n = 0; n < terms; n++, weights += width)
        for (size_t p = 0; p < width / 2; p++)
            sums[p] =
                row_plus(sums[p], row_pair(weights + 2 * p), inputs == 2 ? x[n] : i->x[n], fuses);
    for (size_t p = 0; p < width / 2; p++) {
        if (i->sides & BIAS_LAST)
            sums[p] += row_pair(weights + 2 * p);
        elementary_store_2(net + 2 * p, sums[p]);
    }
    for (size_t p = 0; p < width / 2; p++)
        carried = row_curve(i->code, net + width + 2 * p, sums[p]);
    return carried;
}

/* Where an adjoint is 0 it hands nothing back, even if the other factor is no finite number. */
ROW_INLINE Lanes2 row_product(Words2 mask, Lanes2 adjoint, Lanes2 factor) {
    return (Lanes2)((Words2)(adjoint * factor) & mask);
}

/* The same added to 0, so that it is −0 only where it is too small for a double. */
ROW_INLINE Lanes2 row_first_product(Words2 mask, Lanes2 adjoint, Lanes2 factor) {
    return (Lanes2)((Words2)elementary_fma_2(adjoint, factor, (Lanes2){0}) & mask);
}

ROW_INLINE Words2 row_not_zero(Lanes2 adjoint) {
    return (Words2)(adjoint != 0);
}

ROW_INLINE Lanes2 row_slope(uint8_t curve, Lanes2 y) {
    switch (curve) {
    case OP_logistic: return y * (1 - y);
    case OP_hyperbolic_tangent: return 1 - y * y;
    default: return (Lanes2)((Words2)(y > 0) & (Words2)(Lanes2){1, 1});
    }
}

/* z̄ of a pair, which is stored; from ȳ, or as it is where there is no curve. */
ROW_INLINE Lanes2 row_net_adjoint(const Instruction *i, double *net, size_t apart,
                                  const size_t width, Lanes2 y_bar) {
    if (i->code == RUN_END)
        return y_bar;
    const Lanes2 slope = row_slope(i->code, row_pair(net + width));
    const Lanes2 d = row_first_product(row_not_zero(y_bar), y_bar, slope);
    elementary_store_2(net + apart, d);
    return d;
}

/* A step against a gradient that is the product of z̄ and x. */
ROW_INLINE void row_step(double *parameters, double rate, Lanes2 gradient) {
    elementary_store_2(parameters, row_pair(parameters) - rate * gradient);
}

/* sum + what a pair of neurons hands back to two inputs, the second neuron first; with `begins` the
 * sum is 0. */
ROW_INLINE Lanes2 row_hand_back(Lanes2 sum, bool begins, Words2 mask, Lanes2 d, Lanes2 first,
                                Lanes2 second, const bool fuses) {
    if (!fuses) {
        first = row_first_product(mask, d, first);
        second = row_first_product(mask, d, second);
        const Lanes2 last = __builtin_shufflevector(first, second, 1, 3);
        sum = begins ? last : sum + last;
        return sum + __builtin_shufflevector(first, second, 0, 2);
    }
    if (d[1] != 0)
        sum = row_plus(sum, __builtin_shufflevector(first, second, 1, 3), d[1], true);
    if (d[0] != 0)
        sum = row_plus(sum, __builtin_shufflevector(first, second, 0, 2), d[0], true);
    return sum;
}

/* x̄ from z̄, the last neuron first, and then the step of each weight: of two inputs from n on.
 * Returns x̄ where it is needed. */
ROW_INLINE Lanes2 row_two_inputs(const Instruction *i, size_t n, size_t apart, double rate,
                                 const Lanes2 *d, const Words2 *mask, const size_t width,
                                 const bool fuses) {
    double *x = i->x + n, *weights = i->first + width * (1 + n);
    Lanes2 sum = {0};
    const bool begins = i->sides & ASSIGNS;
    if ((i->sides & SIDE_A) && !begins)
        sum = row_pair(x + apart);
    for (size_t p = width / 2; p-- > 0;) {
        double *first = weights + 2 * p, *second = first + width;
        if (i->sides & SIDE_A)
            sum = row_hand_back(sum, begins && p + 1 == width / 2, mask[p], d[p], row_pair(first),
                                row_pair(second), fuses);
        row_step(first, rate, row_product(mask[p], d[p], x[0] - (Lanes2){0}));
        row_step(second, rate, row_product(mask[p], d[p], x[1] - (Lanes2){0}));
    }
    if (i->sides & SIDE_A)
        elementary_store_2(x + apart, sum);
    return sum;
}

/* The same of one input. */
ROW_INLINE void row_one_input(const Instruction *i, size_t n, size_t apart, double rate,
                              const Lanes2 *d, const Words2 *mask, const size_t width,
                              const bool fuses) {
    double *x = i->x + n, *weights = i->first + width * (1 + n);
    double sum = i->sides & ASSIGNS ? 0 : x[apart];
    for (size_t p = width / 2; p-- > 0;) {
        const Lanes2 w = row_pair(weights + 2 * p), parts = row_product(mask[p], d[p], w);
        for (size_t k = 2; k-- > 0;)
            sum = !fuses         ? sum + parts[k]
                  : d[p][k] == 0 ? sum
                                 : elementary_fma_1(d[p][k], w[k], sum);
        row_step(weights + 2 * p, rate, row_product(mask[p], d[p], *x - (Lanes2){0}));
    }
    if (i->sides & SIDE_A)
        x[apart] = sum;
}

/* `carried` is what the instruction after this one handed back; returns what this one hands back to
 * its last two inputs. */
ROW_INLINE Lanes2 row_narrow_backward(const Instruction *i, size_t apart, double rate,
                                      const size_t width, const size_t inputs, const bool fuses,
                                      Lanes2 carried) {
    const size_t terms = inputs ? inputs : i->count;
    double *bias = i->sides & BIAS_LAST ? i->first + width * (1 + terms) : i->first;
    const double *y_bar = i->net + apart + (i->code == RUN_END ? 0 : width);
    Lanes2 d[2];
    Words2 mask[2];
    for (size_t p = 0; p < width / 2; p++) {
        const bool follows = width == 2 && i->sides & FOLLOWED;
        d[p] = row_net_adjoint(i, i->net + 2 * p, apart, width,
                               follows ? carried : row_pair(y_bar + 2 * p));
        mask[p] = row_not_zero(d[p]);
        if (i->sides & HAS_BIAS)
            row_step(bias + 2 * p, rate, d[p]);
    }
    size_t n = 0;
    for (; n + 2 <= terms; n += 2)
        carried = row_two_inputs(i, n, apart, rate, d, mask, width, fuses);
    if (!inputs && n < terms)
        row_one_input(i, n, apart, rate, d, mask, width, fuses);
    return carried;
}

/* ------------------------------------------------------------------ squared errors */

ROW_INLINE void row_errors_forward(const NarrowErrors *errors) {
    double sum = 0;
    for (size_t i = 0; i < errors->count; i++) {
        const double difference = *errors->a[i] - *errors->b[i];
        double error = errors->squares[i] = difference * difference;
        errors->differences[i] = difference;
        if (errors->halved)
            error = errors->halves[i] = error * 0.5;
        sum = i ? sum + error : error;
        if (i)
            errors->sums[i - 1] = sum;
    }
}

/* Sets, or adds to, an adjoint. */
ROW_INLINE void row_add(double *adjoint, double part, bool set) {
    *adjoint = (set ? 0 : *adjoint) + part;
}

/* Every sum and every term has the adjoint of the whole. */
ROW_INLINE void row_errors_backward(const NarrowErrors *errors, size_t apart) {
    const double *last = errors->halved ? errors->halves : errors->squares;
    const double all = (errors->count > 1 ? errors->sums + errors->count - 2 : last)[apart];
    const double half = errors->halved ? all * 0.5 : all;
    for (size_t i = errors->count; i-- > 0;) {
        if (i)
            errors->sums[apart + i - 1] = all;
        if (errors->halved)
            errors->halves[apart + i] = all;
        errors->squares[apart + i] = half;
        const double bar = half == 0 ? 0 : 0 + half * (2 * errors->differences[i]);
        errors->differences[apart + i] = bar;
        if (errors->matters_a)
            row_add(errors->a[i] + apart, bar, errors->assigns);
        if (errors->matters_b)
            row_add(errors->b[i] + apart, -bar, errors->assigns);
    }
}

/* The side of two errors that needs its adjoints. */
ROW_INLINE double *row_errors_side(const Instruction *i) {
    return i->sides & SIDE_A ? i->left : i->right;
}

/* Two at once. `carried` as in row_narrow_forward; returns the differences. */
ROW_INLINE Lanes2 row_two_errors_forward(const Instruction *i, Lanes2 carried) {
    double *at = i->difference;
    if (!(i->sides & FOLLOWS))
        carried = row_pair(row_errors_side(i));
    const Lanes2 difference =
        i->sides & SIDE_A ? carried - row_pair(i->right) : row_pair(i->left) - carried;
    Lanes2 errors = difference * difference;
    elementary_store_2(at, difference);
    elementary_store_2(at += 2, errors);
    if (i->code == OP_halve)
        elementary_store_2(at += 2, errors *= 0.5);
    at[2] = errors[0] + errors[1];
    return difference;
}

/* Returns what it hands back. */
ROW_INLINE Lanes2 row_two_errors_backward(const Instruction *i, size_t apart, Lanes2 difference) {
    double *at = i->difference + apart, *side = row_errors_side(i) + apart;
    const Lanes2 all = at[i->code == OP_halve ? 6 : 4] - (Lanes2){0};
    Lanes2 half = all;
    if (i->code == OP_halve) {
        elementary_store_2(at + 4, all);
        half *= 0.5;
    }
    elementary_store_2(at + 2, half);
    const Words2 mask = row_not_zero(half);
    const Lanes2 twice = 2 * difference;
    elementary_store_2(at, row_first_product(mask, half, twice));
    Lanes2 part = row_first_product(mask, half, i->sides & SIDE_A ? twice : -twice);
    if (!(i->sides & ASSIGNS))
        part += row_pair(side);
    elementary_store_2(side, part);
    return part;
}

#endif
