#include <math.h>
#include <string.h>

#include "num/elementary.h"
#include "num/fused_parts.h"
#include "num/op_formulas.h"

/* ------------------------------------------------------------------ matrix literals */

static void gather_forward(const Instruction *i, size_t lanes) {
    for (size_t k = 0; k < i->count; k++)
        memcpy(i->gathered + k * lanes, i->entries[k], lanes * sizeof(double));
}

static void gather_backward(const Instruction *i, size_t lanes, size_t apart) {
    for (size_t k = 0; k < i->count; k++)
        for (size_t r = 0; r < lanes && i->entry_matters[k]; r++)
            i->entries[k][apart + r] += i->gathered[apart + k * lanes + r];
}

/* ------------------------------------------------------------------ a few neurons, one row */

bool fused_narrow_has(OpCode curve) {
    return curve == OP_logistic || curve == OP_hyperbolic_tangent || curve == OP_rectify;
}

enum { NARROW = 4 }; /* neurons of such a layer, at most */

bool fused_is_narrow(const Layer *layer) {
    return layer->padded <= NARROW && layer->bias && layer->together &&
           layer->all_matter == layer->any_matters;
}

#define INLINE static inline __attribute__((always_inline))

INLINE void store_curve(const Instruction *i, size_t m, Lanes2 z) {
    switch (i->code) {
    case OP_logistic: elementary_store_2(i->curve + m, elementary_logistic_2(z)); break;
    case OP_hyperbolic_tangent: elementary_store_2(i->curve + m, elementary_tanh_2(z)); break;
    case OP_rectify:
        i->curve[m] = z[0] <= 0 ? 0 : z[0];
        i->curve[m + 1] = z[1] <= 0 ? 0 : z[1];
        break;
    default: break;
    }
}

/* sum + a·x, the product rounded by itself or not: Layer.fuses. */
INLINE Lanes2 narrow_plus(Lanes2 sum, Lanes2 a, double x, const bool fuses) {
    return fuses ? elementary_fma_2(a, (Lanes2){x, x}, sum) : sum + a * x;
}

/* `width` neurons, in pairs: z = b + Σ w·x, and the curve. */
INLINE void narrow_forward(const Instruction *i, const size_t width, const bool fuses) {
    const Layer *layer = i->layer;
    const double *weights = layer->weights, *x = layer->input[0], *end = x + layer->inputs;
    Lanes2 sums[NARROW / 2];
    for (size_t p = 0; p < width / 2; p++)
        sums[p] = layer->bias_first ? elementary_load_2(layer->bias + 2 * p) : (Lanes2){0};
    for (; x < end; x++, weights += width)
        for (size_t p = 0; p < width / 2; p++)
            sums[p] = narrow_plus(sums[p], elementary_load_2(weights + 2 * p), *x, fuses);
    for (size_t p = 0; p < width / 2; p++) {
        if (!layer->bias_first)
            sums[p] += elementary_load_2(layer->bias + 2 * p);
        elementary_store_2(layer->net + 2 * p, sums[p]);
        store_curve(i, 2 * p, sums[p]);
    }
}

/* z̄ from ȳ. Nothing but the curve uses z, and the slopes are finite. */
INLINE Lanes2 narrow_slope(const Instruction *i, size_t m) {
    const Lanes2 y = elementary_load_2(i->curve + m);
    switch (i->code) {
    case OP_logistic: return y * (1 - y);
    case OP_hyperbolic_tangent: return 1 - y * y;
    default: return (Lanes2){y[0] > 0, y[1] > 0};
    }
}

/* x̄ from z̄, the last neuron first, and then the step of each weight. */
INLINE void narrow_backward(const Instruction *i, size_t apart, double rate, const size_t width,
                            const bool fuses) {
    const Layer *layer = i->layer;
    double *net = layer->net + apart, *weights = layer->weights;
    Lanes2 nets[NARROW / 2];
    for (size_t p = 0; p < width / 2; p++) {
        nets[p] = elementary_load_2(i->code == RUN_END ? net + 2 * p : i->curve + apart + 2 * p);
        if (i->code != RUN_END) {
            nets[p] *= narrow_slope(i, 2 * p);
            elementary_store_2(net + 2 * p, nets[p]);
        }
        elementary_store_2(layer->bias + 2 * p,
                           elementary_load_2(layer->bias + 2 * p) - rate * nets[p]);
    }
    double *x = layer->input[0], *end = x + layer->inputs;
    const bool matter = layer->any_matters;
    for (; x < end; x++, weights += width) {
        double sum = x[apart];
        for (size_t p = width / 2; p-- > 0;) {
            const Lanes2 w = elementary_load_2(weights + 2 * p), parts = nets[p] * w;
            elementary_store_2(weights + 2 * p, w - rate * (nets[p] * *x));
            for (size_t k = 2; k-- > 0;)
                sum = fuses ? elementary_fma_1(nets[p][k], w[k], sum) : sum + parts[k];
        }
        if (matter)
            x[apart] = sum;
    }
}

/* ------------------------------------------------------------------ squared errors, one row */

/* Σ d² or d²/2 with d = a − b. */
INLINE void errors_forward(const Instruction *i) {
    const ErrorTerm *term = i->errors, *end = term + i->count;
    double sum = 0;
    for (; term < end; term++) {
        double *last = term->last;
        const double difference = *term->a - *term->b;
        double square = difference * difference;
        if (term->halved) {
            last[-2] = difference;
            last[-1] = square;
            square *= 0.5;
        } else {
            last[-1] = difference;
        }
        *last = square;
        *term->sum = sum += square;
    }
}

/* Every sum and every term has the adjoint of the whole. */
INLINE void errors_backward(const Instruction *i, size_t apart) {
    const double whole = i->sum[apart];
    if (__builtin_expect(whole == 0, 0))
        return;
    for (const ErrorTerm *term = i->errors + i->count; term-- > i->errors;) {
        double bar = whole, *square = term->last;
        term->sum[apart] = square[apart] = bar;
        if (term->halved)
            *(--square + apart) = bar *= 0.5;
        bar *= 2 * square[-1];
        (square - 1)[apart] = bar;
        if (term->sides & SIDE_A)
            term->a[apart] += bar;
        if (term->sides & SIDE_B)
            term->b[apart] -= bar;
    }
}

/* ------------------------------------------------------------------ up and down */

INLINE void run_forward(const Fused *fused) {
    const Kernels *kernels = fused->kernels;
    for (const Instruction *i = fused->instructions;; i++)
        switch (i->kind) {
#define BINARY(name, ek, ef, formula, slope_a, slope_b)                                            \
    case OP_##name: {                                                                              \
        const double a = *i->a, b = *i->b;                                                         \
        *i->y = (formula);                                                                         \
        break;                                                                                     \
    }
#define UNARY(name, ek, ef, formula, slope)                                                        \
    case OP_##name: {                                                                              \
        const double a = *i->a;                                                                    \
        *i->y = (formula);                                                                         \
        break;                                                                                     \
    }
#define CURVE(name, ek, ef, formula, slope)                                                        \
    case OP_##name:                                                                                \
        op_##name##_1(i->y, i->a);                                                                 \
        break;
#include "num/op.def"
#undef BINARY
#undef UNARY
#undef CURVE
        case RUN_STRETCH: kernels->forward[i->code](i->count, i->y, i->a, i->b); break;
        case RUN_ERRORS: errors_forward(i); break;
        case RUN_NARROW_2: narrow_forward(i, 2, false); break;
        case RUN_PRODUCT_2: narrow_forward(i, 2, true); break;
        case RUN_NARROW_4: narrow_forward(i, 4, false); break;
        case RUN_PRODUCT_4: narrow_forward(i, 4, true); break;
        case RUN_LAYER: kernels->layer_forward(i->layer, fused->lanes); break;
        case RUN_FRAME:
            if (i->forward)
                i->forward(i->frame);
            break;
        case RUN_GATHER: gather_forward(i, fused->lanes); break;
        case RUN_END: return;
        default: __builtin_unreachable();
        }
}

static void stretch_backward(const Instruction *i, const Kernels *kernels, size_t apart) {
    if (i->sides & SIDE_A)
        kernels->backward_a[i->code](i->count, i->y, i->y + apart, i->a, i->b, i->a + apart);
    if (i->sides & SIDE_B)
        kernels->backward_b[i->code](i->count, i->y, i->y + apart, i->a, i->b, i->b + apart);
}

/* Eight at a time, for a call of memset takes longer than the few of a small network. */
INLINE void clear_adjoints(const Fused *fused) {
    double *adjoints = fused->values + fused->apart;
    size_t count = fused->apart - fused->computed;
    if (count > 64) {
        memset(adjoints + fused->computed, 0, count * sizeof *adjoints);
        return;
    }
    for (size_t k = fused->computed; k < fused->apart; k += KERNEL_SUMS)
        for (size_t p = 0; p < KERNEL_SUMS; p += 2)
            elementary_store_2(adjoints + k + p, (Lanes2){0});
}

INLINE void run_backward(const Fused *fused, size_t rows, Descent descent) {
    const Kernels *kernels = fused->kernels;
    const size_t apart = fused->apart, lanes = fused->lanes;
    clear_adjoints(fused);
    for (size_t r = 0; r < rows; r++)
        fused->loss[apart + r] = 1;
    for (const Instruction *i = fused->instructions + fused->instruction_count - 1;
         i-- > fused->instructions;)
        switch (i->kind) {
#define BACK(side, operand, slope)                                                                 \
    if ((i->sides & (side)) && !__builtin_expect(y_bar == 0, 0))                                   \
        i->operand[apart] += y_bar * (slope);
#define BINARY(name, ek, ef, formula, slope_a, slope_b)                                            \
    case OP_##name: {                                                                              \
        const double a = *i->a, b = *i->b, y = *i->y, y_bar = i->y[apart];                         \
        (void)a, (void)b, (void)y;                                                                 \
        BACK(SIDE_A, a, slope_a)                                                                   \
        BACK(SIDE_B, b, slope_b)                                                                   \
        break;                                                                                     \
    }
#define UNARY(name, ek, ef, formula, slope)                                                        \
    case OP_##name: {                                                                              \
        const double a = *i->a, y = *i->y, y_bar = i->y[apart];                                    \
        (void)a, (void)y;                                                                          \
        BACK(SIDE_A, a, slope)                                                                     \
        break;                                                                                     \
    }
#define CURVE(name, ek, ef, formula, slope)                                                        \
    case OP_##name:                                                                                \
        if (i->sides & SIDE_A)                                                                     \
            op_##name##_back_1(i->y, i->y + apart, i->a, i->a + apart);                            \
        break;
#include "num/op.def"
#undef BINARY
#undef UNARY
#undef CURVE
#undef BACK
        case RUN_STRETCH: stretch_backward(i, kernels, apart); break;
        case RUN_ERRORS: errors_backward(i, apart); break;
        case RUN_NARROW_2: narrow_backward(i, apart, descent.rate, 2, false); break;
        case RUN_PRODUCT_2: narrow_backward(i, apart, descent.rate, 2, true); break;
        case RUN_NARROW_4: narrow_backward(i, apart, descent.rate, 4, false); break;
        case RUN_PRODUCT_4: narrow_backward(i, apart, descent.rate, 4, true); break;
        case RUN_LAYER:
            kernels->layer_backward(i->layer, lanes, apart);
            kernels->layer_descend(i->layer, lanes, apart, descent);
            break;
        case RUN_FRAME:
            if (i->sides && i->backward)
                i->backward(i->frame);
            break;
        case RUN_GATHER:
            if (i->sides)
                gather_backward(i, lanes, apart);
            break;
        case RUN_END: break;
        default: __builtin_unreachable();
        }
}

/* ------------------------------------------------------------------ row after row */

INLINE void copy_row(double *to, const double *from, size_t count) {
    size_t k = 0;
    for (; k + 2 <= count; k += 2)
        elementary_store_2(to + k, elementary_load_2(from + k));
    if (k < count)
        to[k] = from[k];
}

INLINE void descend_loose(const Fused *fused, double rate) {
    for (const Loose *loose = fused->loose; loose < fused->loose + fused->loose_params; loose++)
        for (size_t e = 0; e < loose->entries; e++)
            loose->value[e] -= rate * loose->value[fused->apart + e];
}

INLINE void run_each(const Fused *fused, const size_t *rows, size_t count, double rate,
                     double *sum) {
    const double *data = rows ? fused->scope->data->values : NULL;
    const size_t width = rows ? fused->scope->data->width : 0;
    for (size_t i = 0; i < count; i++) {
        if (rows)
            copy_row(fused->values, data + rows[i] * width, width);
        run_forward(fused);
        *sum += *fused->loss;
        run_backward(fused, 1, (Descent){rate, 1});
        descend_loose(fused, rate);
    }
}

/* ------------------------------------------------------------------ for which processor */

#define RUNNER(name, target)                                                                       \
    target static void name##_forward(const Fused *fused) {                                        \
        run_forward(fused);                                                                        \
    }                                                                                              \
    target static void name##_backward(const Fused *fused, size_t rows, Descent descent) {         \
        run_backward(fused, rows, descent);                                                        \
    }                                                                                              \
    target static void name##_each(const Fused *fused, const size_t *rows, size_t count,           \
                                   double rate, double *sum) {                                     \
        run_each(fused, rows, count, rate, sum);                                                   \
    }                                                                                              \
    static const Runner name = {name##_forward, name##_backward, name##_each};

RUNNER(plain_runner, )
#ifdef ELEMENTARY_TARGET_4
RUNNER(wide_runner, ELEMENTARY_TARGET_4)
#endif

const Runner *fused_runner(const Kernels *kernels) {
#ifdef ELEMENTARY_TARGET_4
    if (kernels != kernels_of(KERNEL_2))
        return &wide_runner;
#endif
    (void)kernels;
    return &plain_runner;
}

void fused_forward(Fused *fused) {
    fused->runner->forward(fused);
}

void fused_backward(Fused *fused, size_t rows, Descent descent) {
    fused->runner->backward(fused, rows, descent);
}

void fused_descend_each(Fused *fused, const size_t *rows, size_t count, double rate, double *sum) {
    fused->runner->each(fused, rows, count, rate, sum);
}
