#include <string.h>

#include "num/elementary.h"
#include "num/fused_parts.h"
#include "num/fused_row.h"
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

/* ------------------------------------------------------------------ squared errors of blocks */

/* Where they are the loss and a way back follows, they wait for it. */
static void errors_forward(const Fused *fused, const NarrowErrors *errors, bool descends) {
    if (!descends || !errors->is_loss)
        fused->narrow->errors_forward(errors, fused->lanes);
}

static void errors_backward(const Fused *fused, const NarrowErrors *errors) {
    if (errors->is_loss)
        fused->narrow->errors_both(errors, fused->lanes, fused->apart, fused->same_seeds);
    else
        fused->narrow->errors_backward(errors, fused->lanes, fused->apart);
}

/* ------------------------------------------------------------------ up and down */

/* The operations on one number: `i` is the instruction, `made` what the one before it made. */
#define BINARY(name, ek, ef, formula, slope_a, slope_b)                                            \
    case OP_##name: {                                                                              \
        const double a = i->sides & FOLLOWS ? made : *i->a;                                        \
        const double b = i->sides & FOLLOWS_B ? made : *i->b;                                      \
        *i->y = made = (formula);                                                                  \
        break;                                                                                     \
    }
#define UNARY(name, ek, ef, formula, slope)                                                        \
    case OP_##name: {                                                                              \
        const double a = i->sides & FOLLOWS ? made : *i->a;                                        \
        *i->y = made = (formula);                                                                  \
        break;                                                                                     \
    }
#define CURVE(name, ek, ef, formula, slope)                                                        \
    case OP_##name: {                                                                              \
        const double a = i->sides & FOLLOWS ? made : *i->a;                                        \
        op_##name##_1(&made, &a);                                                                  \
        *i->y = made;                                                                              \
        break;                                                                                     \
    }

/* Pairs that one instruction makes and the next takes are carried in a register. Returns what the
 * last one made. */
ROW_INLINE Lanes2 run_forward(Fused *fused, bool descends) {
    const Kernels *kernels = fused->kernels;
    Lanes2 carried = {0};
    double made = 0;
    fused->wild = false;
    for (const Instruction *i = fused->instructions;; i++)
        switch (i->kind) {
#include "num/op.def"
        case RUN_STRETCH: kernels->forward[i->code](i->count, i->y, i->a, i->b); break;
        case RUN_NARROW_2_2: carried = row_narrow_forward(i, 2, 2, false, carried); break;
        case RUN_NARROW_2: carried = row_narrow_forward(i, 2, 0, false, carried); break;
        case RUN_NARROW_4: carried = row_narrow_forward(i, 4, 0, false, carried); break;
        case RUN_PRODUCT_2: carried = row_narrow_forward(i, 2, 0, true, carried); break;
        case RUN_PRODUCT_4: carried = row_narrow_forward(i, 4, 0, true, carried); break;
        case RUN_ERRORS_2: carried = row_two_errors_forward(i, carried); break;
        case RUN_ERRORS:
            if (fused->lanes == 1)
                row_errors_forward(i->errors);
            else
                errors_forward(fused, i->errors, descends);
            break;
        case RUN_NARROW: fused->wild |= fused->narrow->forward(i->narrow, fused->lanes); break;
        case RUN_LAYER: kernels->layer_forward(i->layer, fused->lanes); break;
        case RUN_FRAME:
            if (i->forward)
                i->forward(i->frame);
            break;
        case RUN_GATHER: gather_forward(i, fused->lanes); break;
        case RUN_END: return carried;
        default: __builtin_unreachable();
        }
}

#undef BINARY
#undef UNARY
#undef CURVE

static void stretch_backward(const Instruction *i, const Kernels *kernels, size_t apart) {
    if (i->sides & SIDE_A)
        kernels->backward_a[i->code](i->count, i->y, i->y + apart, i->a, i->b, i->a + apart);
    if (i->sides & SIDE_B)
        kernels->backward_b[i->code](i->count, i->y, i->y + apart, i->a, i->b, i->b + apart);
}

static void layer_back(const Layer *layer, const Kernels *kernels, size_t lanes, size_t apart,
                       Descent descent) {
    if (kernels->layer_is_wild(layer, lanes)) {
        layer_back_wild(layer, lanes, apart, descent);
        return;
    }
    kernels->layer_backward(layer, lanes, apart);
    kernels->layer_descend(layer, lanes, apart, descent);
}

ROW_INLINE void begin_adjoints(Fused *fused, size_t rows) {
    for (size_t i = 0; i < fused->cleared_count; i++)
        memset(fused->cleared[i].first, 0, fused->cleared[i].count * sizeof(double));
    double *loss = fused->loss + fused->apart;
    fused->same_seeds = fused->seeded == rows;
    for (; fused->seeded < rows; fused->seeded++)
        loss[fused->seeded] = 1;
    while (fused->seeded > rows)
        loss[--fused->seeded] = 0;
}

/* The same operations back: `handed` is the adjoint of the number that `i` made, where the one
 * after it handed it on; then that of the number that `i` took. */
#define BACK(side, operand, slope, follows)                                                        \
    if (i->sides & (side)) {                                                                       \
        double sum = i->operand[apart];                                                            \
        if (!__builtin_expect(y_bar == 0, 0))                                                      \
            i->operand[apart] = sum += y_bar * (slope);                                            \
        if (i->sides & (follows))                                                                  \
            handed = sum;                                                                          \
    }
#define BINARY(name, ek, ef, formula, slope_a, slope_b)                                            \
    case OP_##name: {                                                                              \
        const double a = *i->a, b = *i->b, y = *i->y;                                              \
        const double y_bar = i->sides & FOLLOWED ? handed : i->y[apart];                           \
        (void)a, (void)b, (void)y;                                                                 \
        BACK(SIDE_A, a, slope_a, FOLLOWS)                                                          \
        BACK(SIDE_B, b, slope_b, FOLLOWS_B)                                                        \
        break;                                                                                     \
    }
#define UNARY(name, ek, ef, formula, slope)                                                        \
    case OP_##name: {                                                                              \
        const double a = *i->a, y = *i->y;                                                         \
        const double y_bar = i->sides & FOLLOWED ? handed : i->y[apart];                           \
        (void)a, (void)y;                                                                          \
        BACK(SIDE_A, a, slope, FOLLOWS)                                                            \
        break;                                                                                     \
    }
#define CURVE(name, ek, ef, formula, slope)                                                        \
    case OP_##name:                                                                                \
        if (i->sides & SIDE_A) {                                                                   \
            const double y_bar = i->sides & FOLLOWED ? handed : i->y[apart];                       \
            double sum = i->a[apart];                                                              \
            op_##name##_back_1(i->y, &y_bar, i->a, &sum);                                          \
            i->a[apart] = sum;                                                                     \
            if (i->sides & FOLLOWS)                                                                \
                handed = sum;                                                                      \
        }                                                                                          \
        break;

/* `carried` is what the last instruction made, where `at_once` is true. All in one function, for
 * what is carried and handed on stays in registers only within one. */
ROW_INLINE void run_backward(Fused *fused, size_t rows, Descent descent, bool fresh,
                             const bool at_once, Lanes2 carried) {
    const Kernels *kernels = fused->kernels;
    const size_t apart = fused->apart, lanes = fused->lanes;
    const Instruction *last = fused->instructions + fused->instruction_count - 2;
    double handed = 0; /* the adjoint of the number that the instruction before made */
    begin_adjoints(fused, rows);
    for (const Instruction *i = last;; i--)
        switch (i->kind) {
#include "num/op.def"
        case RUN_STRETCH: stretch_backward(i, kernels, apart); break;
        case RUN_NARROW_2_2:
            carried = row_narrow_backward(i, apart, descent.rate, 2, 2, false, carried);
            break;
        case RUN_NARROW_2:
            carried = row_narrow_backward(i, apart, descent.rate, 2, 0, false, carried);
            break;
        case RUN_NARROW_4:
            carried = row_narrow_backward(i, apart, descent.rate, 4, 0, false, carried);
            break;
        case RUN_PRODUCT_2:
            carried = row_narrow_backward(i, apart, descent.rate, 2, 0, true, carried);
            break;
        case RUN_PRODUCT_4:
            carried = row_narrow_backward(i, apart, descent.rate, 4, 0, true, carried);
            break;
        case RUN_ERRORS_2:
            if (!at_once || i != last)
                carried = row_pair(i->difference);
            carried = row_two_errors_backward(i, apart, carried);
            break;
        case RUN_ERRORS:
            if (lanes == 1)
                row_errors_backward(i->errors, apart);
            else
                errors_backward(fused, i->errors);
            break;
        case RUN_NARROW:
            fused->narrow->backward(i->narrow, lanes, apart, fresh, fused->wild);
            break;
        case RUN_LAYER: layer_back(i->layer, kernels, lanes, apart, descent); break;
        case RUN_FRAME:
            if (i->sides && i->backward)
                i->backward(i->frame);
            break;
        case RUN_GATHER:
            if (i->sides)
                gather_backward(i, lanes, apart);
            break;
        case RUN_END: return;
        default: __builtin_unreachable();
        }
}

#undef BINARY
#undef UNARY
#undef CURVE
#undef BACK

/* ------------------------------------------------------------------ row after row */

ROW_INLINE void copy_row(double *to, const double *from, size_t count) {
    size_t k = 0;
    for (; k + 2 <= count; k += 2)
        elementary_store_2(to + k, elementary_load_2(from + k));
    if (k < count)
        to[k] = from[k];
}

ROW_INLINE void descend_loose(Fused *fused, double rate) {
    for (const Loose *loose = fused->loose; loose < fused->loose + fused->loose_params; loose++)
        for (size_t e = 0; e < loose->entries; e++)
            loose->value[e] -= rate * loose->value[fused->apart + e];
}

ROW_INLINE void run_each(Fused *fused, DataRows rows, double rate, double *sum) {
    const DataTable *data = fused->scope->data;
    for (size_t i = 0; i < rows.count; i++) {
        if (data)
            copy_row(fused->values, data->values + rows_at(rows, i) * data->width, data->width);
        const Lanes2 made = run_forward(fused, true);
        *sum += *fused->loss;
        run_backward(fused, 1, (Descent){rate, 1}, true, true, made);
        descend_loose(fused, rate);
    }
}

/* ------------------------------------------------------------------ for which processor */

#define RUNNER(name, target)                                                                       \
    target static void name##_forward(Fused *fused, bool descends) {                               \
        run_forward(fused, descends);                                                              \
    }                                                                                              \
    target static void name##_backward(Fused *fused, size_t rows, Descent descent, bool fresh) {   \
        run_backward(fused, rows, descent, fresh, false, (Lanes2){0});                             \
    }                                                                                              \
    target static void name##_each(Fused *fused, DataRows rows, double rate, double *sum) {        \
        run_each(fused, rows, rate, sum);                                                          \
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

void fused_forward(Fused *fused, bool descends) {
    fused->runner->forward(fused, descends);
}

void fused_backward(Fused *fused, size_t rows, Descent descent, bool fresh) {
    fused->runner->backward(fused, rows, descent, fresh);
}

void fused_descend_each(Fused *fused, DataRows rows, double rate, double *sum) {
    fused->runner->each(fused, rows, rate, sum);
}
