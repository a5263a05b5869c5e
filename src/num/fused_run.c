#include <math.h>
#include <string.h>

#include "num/elementary.h"
#include "num/fused_parts.h"
#include "num/op_formulas.h"

/* ------------------------------------------------------------------ up and down */

static void gather_forward(const Instruction *i, size_t lanes) {
    for (size_t k = 0; k < i->count; k++)
        memcpy(i->gathered + k * lanes, i->entries[k], lanes * sizeof(double));
}

static void gather_backward(const Instruction *i, size_t lanes, size_t apart) {
    for (size_t k = 0; k < i->count; k++)
        for (size_t r = 0; r < lanes && i->entry_matters[k]; r++)
            i->entries[k][apart + r] += i->gathered[apart + k * lanes + r];
}

void fused_forward(Fused *fused) {
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
#define CURVE(name, ek, ef, curve, slope) UNARY(name, ek, ef, elementary_##curve(a), slope)
#include "num/op.def"
#undef BINARY
#undef UNARY
#undef CURVE
        case RUN_STRETCH: kernels->forward[i->code](i->count, i->y, i->a, i->b); break;
        case RUN_LAYER: kernels->layer_forward(i->layer, fused->lanes); break;
        case RUN_FRAME:
            if (i->forward)
                i->forward(i->frame);
            break;
        case RUN_GATHER: gather_forward(i, fused->lanes); break;
        default: return;
        }
}

static void stretch_backward(const Instruction *i, const Kernels *kernels, size_t apart) {
    if (i->sides & SIDE_A)
        kernels->backward_a[i->code](i->count, i->y, i->y + apart, i->a, i->b, i->a + apart);
    if (i->sides & SIDE_B)
        kernels->backward_b[i->code](i->count, i->y, i->y + apart, i->a, i->b, i->b + apart);
}

void fused_backward(Fused *fused, size_t rows, Descent descent) {
    const Kernels *kernels = fused->kernels;
    const size_t apart = fused->apart, lanes = fused->lanes;
    memset(fused->values + apart, 0, apart * sizeof *fused->values);
    for (size_t r = 0; r < rows; r++)
        fused->loss[apart + r] = 1;
    for (const Instruction *i = fused->instructions + fused->instruction_count - 1;
         i-- > fused->instructions;)
        switch (i->kind) {
#define BACK(side, operand, slope)                                                                 \
    if ((i->sides & (side)) && y_bar != 0)                                                         \
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
#define CURVE(name, ek, ef, curve, slope) UNARY(name, ek, ef, 0, slope)
#include "num/op.def"
#undef BINARY
#undef UNARY
#undef CURVE
#undef BACK
        case RUN_STRETCH: stretch_backward(i, kernels, apart); break;
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
        default: break;
        }
}

/* ------------------------------------------------------------------ leaves */

static void fill(const Fused *fused, const Loose *loose, size_t entry, double value) {
    for (size_t r = 0; r < fused->lanes; r++)
        loose->value[entry * fused->lanes + r] = value;
}

void fused_read(Fused *fused, const double *leaves) {
    for (size_t i = 0; i < fused->loose_count; i++)
        for (size_t e = 0; e < fused->loose[i].entries; e++)
            fill(fused, &fused->loose[i], e, leaves[fused->loose[i].leaf + e]);
    for (size_t i = 0; i < fused->layer_count; i++) {
        const Layer *layer = &fused->layers[i];
        const LayerLeaves *from = &fused->layer_leaves[i];
        for (size_t n = 0; n < layer->inputs; n++)
            for (size_t m = 0; m < layer->outputs; m++)
                layer->weights[layer_weight(layer, n, m)] =
                    leaves[from->weights[n * layer->outputs + m]];
        for (size_t m = 0; m < layer->outputs && layer->bias; m++)
            layer->bias[m] = leaves[from->bias[m]];
    }
}

void fused_write(const Fused *fused, double *leaves) {
    for (size_t i = 0; i < fused->loose_count; i++)
        for (size_t e = 0; e < fused->loose[i].entries && fused->loose[i].sums; e++)
            leaves[fused->loose[i].leaf + e] = fused->loose[i].value[e * fused->lanes];
    for (size_t i = 0; i < fused->layer_count; i++) {
        const Layer *layer = &fused->layers[i];
        const LayerLeaves *to = &fused->layer_leaves[i];
        for (size_t n = 0; n < layer->inputs; n++)
            for (size_t m = 0; m < layer->outputs; m++)
                leaves[to->weights[n * layer->outputs + m]] =
                    layer->weights[layer_weight(layer, n, m)];
        for (size_t m = 0; m < layer->outputs && layer->bias; m++)
            leaves[to->bias[m]] = layer->bias[m];
    }
}

/* Puts `count` training rows side by side; what is left of the block repeats the first. */
static void read_rows(const Fused *fused, const size_t *rows, size_t count) {
    const DataTable *data = fused->scope->data;
    const size_t lanes = fused->lanes;
    for (size_t i = 0; i < fused->loose_count && rows; i++) {
        const Loose *loose = &fused->loose[i];
        if (!loose->is_column)
            continue;
        for (size_t e = 0; e < loose->entries; e++) {
            const double *from = data->values + loose->column + e;
            double *to = loose->value + e * lanes;
            for (size_t r = 0; r < count; r++)
                to[r] = from[rows[r] * data->width];
            for (size_t r = count; r < lanes; r++)
                to[r] = to[0];
        }
    }
}

/* ------------------------------------------------------------------ descending */

static void collect_loose(const Fused *fused) {
    for (size_t i = 0; i < fused->loose_count; i++) {
        const Loose *loose = &fused->loose[i];
        for (size_t e = 0; e < loose->entries && loose->sums; e++) {
            const double *adjoint = loose->value + fused->apart + e * fused->lanes;
            if (fused->lanes == 1)
                loose->sums[e * KERNEL_SUMS] += *adjoint;
            else
                fused->kernels->add_rows(fused->lanes, adjoint, loose->sums + e * KERNEL_SUMS);
        }
    }
}

static void descend_loose(const Fused *fused, Descent descent) {
    for (size_t i = 0; i < fused->loose_count; i++) {
        const Loose *loose = &fused->loose[i];
        for (size_t e = 0; e < loose->entries && loose->sums; e++) {
            double *sums = loose->sums + e * KERNEL_SUMS;
            double step = descent.rate * (descent.share * kernel_total(sums));
            fill(fused, loose, e, loose->value[e * fused->lanes] - step);
            memset(sums, 0, KERNEL_SUMS * sizeof *sums);
        }
    }
}

/* Adds up the losses of a block: in the order of the rows, or of a table in interleaved sums. */
static void add_losses(const Fused *fused, size_t count, double *sums) {
    for (size_t r = 0; r < count; r++)
        sums[fused->takes_table ? r % KERNEL_SUMS : 0] += fused->loss[r];
}

/* Runs over the rows block by block, back, too, where `descent` is not NULL. */
static void run_blocks(Fused *fused, const size_t *rows, size_t count, const Descent *descent,
                       double *sum) {
    double sums[KERNEL_SUMS] = {fused->takes_table ? 0 : *sum};
    for (size_t done = 0; done < count; done += fused->lanes) {
        size_t here = count - done < fused->lanes ? count - done : fused->lanes;
        read_rows(fused, rows ? rows + done : NULL, here);
        fused_forward(fused);
        add_losses(fused, here, sums);
        if (!descent)
            continue;
        fused_backward(fused, here, *descent);
        collect_loose(fused);
    }
    *sum = fused->takes_table ? fused->share * kernel_total(sums) : sums[0];
}

void fused_value(Fused *fused, const size_t *rows, size_t count, double *sum) {
    run_blocks(fused, rows, count, NULL, sum);
}

void fused_descend(Fused *fused, const size_t *rows, size_t count, Descent descent, double *sum) {
    run_blocks(fused, rows, count, &descent, sum);
    descend_loose(fused, descent);
    for (size_t i = 0; i < fused->layer_count && fused->several_blocks; i++)
        layer_finish(&fused->layers[i], descent);
}
