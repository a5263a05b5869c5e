#include <string.h>

#include "num/fused_parts.h"

/* ------------------------------------------------------------------ leaves */

static void fill(const Fused *fused, const Loose *loose, size_t entry, double value) {
    for (size_t r = 0; r < fused->lanes; r++)
        loose->value[entry * fused->lanes + r] = value;
}

/* Goes through a layer's weights as they stand: entry by entry where it stands among the leaves. */
static void move_weights(const Layer *layer, const LayerLeaves *at, double *leaves, bool out) {
    double *weight = layer->weights;
    for (size_t panel = 0; panel < layer->padded; panel += KERNEL_PANEL) {
        size_t left = layer->padded - panel, width = left < KERNEL_PANEL ? left : KERNEL_PANEL;
        for (size_t n = 0; n < layer->inputs; n++, weight += width)
            for (size_t m = panel; m < panel + width && m < layer->outputs; m++) {
                double *leaf = leaves + at->weights[n * layer->outputs + m];
                if (out)
                    *leaf = weight[m - panel];
                else
                    weight[m - panel] = *leaf;
            }
    }
}

void fused_read(Fused *fused, const double *leaves) {
    fused->read_count = 0;
    for (size_t i = 0; i < fused->loose_count; i++)
        for (size_t e = 0; e < fused->loose[i].entries; e++)
            fill(fused, &fused->loose[i], e, leaves[fused->loose[i].leaf + e]);
    for (size_t i = 0; i < fused->layer_count; i++) {
        const Layer *layer = &fused->layers[i];
        const LayerLeaves *from = &fused->layer_leaves[i];
        move_weights(layer, from, (double *)leaves, false);
        for (size_t m = 0; m < layer->outputs && layer->bias; m++)
            layer->bias[m] = leaves[from->bias[m]];
    }
}

void fused_write(const Fused *fused, double *leaves) {
    for (size_t i = 0; i < fused->loose_params; i++)
        for (size_t e = 0; e < fused->loose[i].entries; e++)
            leaves[fused->loose[i].leaf + e] = fused->loose[i].value[e * fused->lanes];
    for (size_t i = 0; i < fused->layer_count; i++) {
        const Layer *layer = &fused->layers[i];
        const LayerLeaves *to = &fused->layer_leaves[i];
        move_weights(layer, to, leaves, true);
        for (size_t m = 0; m < layer->outputs && layer->bias; m++)
            leaves[to->bias[m]] = layer->bias[m];
    }
}

/* ------------------------------------------------------------------ descending */

static void collect_loose(const Fused *fused) {
    for (size_t i = 0; i < fused->loose_params; i++) {
        const Loose *loose = &fused->loose[i];
        for (size_t e = 0; e < loose->entries; e++) {
            const double *adjoint = loose->value + fused->apart + e * fused->lanes;
            fused->narrow->add_rows(fused->lanes, adjoint, loose->sums + e * KERNEL_SUMS);
        }
    }
}

static void descend_loose(const Fused *fused, Descent descent) {
    for (size_t i = 0; i < fused->loose_params; i++) {
        const Loose *loose = &fused->loose[i];
        for (size_t e = 0; e < loose->entries; e++) {
            double *sums = loose->sums + e * KERNEL_SUMS;
            double step = descent.rate * (descent.share * kernel_total(sums));
            fill(fused, loose, e, loose->value[e * fused->lanes] - step);
            memset(sums, 0, KERNEL_SUMS * sizeof *sums);
        }
    }
}

/* Adds up the losses of a block that begins with row `done` of a batch. */
static void add_losses(const Fused *fused, size_t done, size_t count, double *sums) {
    size_t r = 0;
    if (count == fused->lanes && count > 1) {
        fused->narrow->add_rows(count, fused->loss, sums + done % KERNEL_SUMS);
        return;
    }
    for (; r < count; r++)
        sums[(done + r) % KERNEL_SUMS] += fused->loss[r];
}

/* Runs over the rows block by block, back, too, where `descent` is not NULL. */
static void run_blocks(Fused *fused, DataRows rows, const Descent *descent, double *sum) {
    double sums[KERNEL_SUMS] = {0};
    for (size_t done = 0; done < rows.count; done += fused->lanes) {
        size_t here = rows.count - done < fused->lanes ? rows.count - done : fused->lanes;
        if (fused->scope->data)
            fused_read_rows(fused, rows_part(rows, done, here));
        fused_forward(fused, descent != NULL);
        if (descent) {
            fused_backward(fused, here, *descent, done == 0);
            collect_loose(fused);
        }
        add_losses(fused, done, here, sums);
    }
    *sum = fused->takes_table ? fused->share * kernel_total(sums) : *sum + kernel_total(sums);
}

void fused_value(Fused *fused, DataRows rows, double *sum) {
    run_blocks(fused, rows, NULL, sum);
}

void fused_descend(Fused *fused, DataRows rows, Descent descent, double *sum) {
    if (fused->lanes == 1) {
        fused_descend_each(fused, rows, descent.rate, sum);
        return;
    }
    run_blocks(fused, rows, &descent, sum);
    descend_loose(fused, descent);
    fused->narrow->descend(fused->parameter_count, fused->parameters, fused->sums, fused->lanes,
                           descent);
    for (size_t i = 0; i < fused->layer_count && fused->several_blocks; i++)
        if (fused->layers[i].partials)
            layer_finish(&fused->layers[i], descent);
}
