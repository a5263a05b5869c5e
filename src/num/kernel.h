/* kernel: the inner loops of training, over many doubles at a time.
 *
 * Written once, in kernel_lanes.h and kernel_layer.h, for vectors of 2, 4 and 8 doubles, and
 * compiled for SSE2, AVX2 and AVX-512; the processor's widest is taken. Whatever the width, every
 * number is made by the same operations in the same order, so that the results are identical to the
 * last bit: lanes run across training rows or across neurons, never across the terms of a sum.
 *
 * The one sum over rows, that of a gradient, is taken in KERNEL_SUMS interleaved partial sums (row
 * r adds to sum r mod 8), which are then added in order. For up to eight rows that is the plain
 * sum. */
#ifndef NUM_KERNEL_H
#define NUM_KERNEL_H

#include <stdbool.h>
#include <stddef.h>

#include "num/op.h"

typedef enum KernelWidth { KERNEL_2, KERNEL_4, KERNEL_8, KERNEL_WIDTHS } KernelWidth;

enum { KERNEL_SUMS = 8, KERNEL_PANEL = 8 };

/* Several neurons with the same inputs: z = W x + b for every row of a block.
 *
 * Values stand entry by entry, an entry's rows (`lanes` of them, 1 or a multiple of 8) side by
 * side. Weights stand in panels of eight neurons: all that neurons 0 … 7 multiply input 0 with,
 * then input 1, and so on, then the next panel; the last is narrower, of an even number. */
typedef struct Layer {
    size_t inputs, outputs;
    size_t
        padded; /* outputs, rounded up to an even number; weights and bias of the odd one are 0 */
    bool bias_first;     /* the sum begins with the bias, or ends with it */
    bool fuses;          /* sums of products are chains of fused multiply-adds, as in W @ x; else
                            each product is rounded, as a formula that spells it out shows it */
    double *weights;     /* inputs × padded, in panels */
    double *bias;        /* padded, or NULL */
    double **input;      /* the values of each input; its adjoints stand `apart` further on */
    bool *input_matters; /* whether anything needs the adjoint of this input */
    bool all_matter;     /* of all of them, */
    bool any_matters;    /* or of some */
    bool together;       /* the inputs stand one after another */
    double *net;         /* z: padded × lanes, and their adjoints `apart` further on */
    double *partials;    /* of the gradient of weights and bias: KERNEL_SUMS each, where a batch is
                            larger than a block; else NULL */
    double *turned;      /* room for lanes × padded, of eight neurons and more; else NULL */
} Layer;

/* How a gradient becomes a step: parameter −= rate · (share · Σ rows). */
typedef struct Descent {
    double rate;
    double share; /* of each row: 1, or one over the rows where the mean is descended */
} Descent;

/* `count` training rows: numbers of a list or, where that is NULL, those from `first` on. Without
 * data there is one nameless row, 0. */
typedef struct DataRows {
    const size_t *list;
    size_t first, count;
} DataRows;

/* `count` of them, after the first `done`. */
static inline DataRows rows_part(DataRows rows, size_t done, size_t count) {
    return rows.list ? (DataRows){rows.list + done, 0, count}
                     : (DataRows){NULL, rows.first + done, count};
}

static inline size_t rows_at(DataRows rows, size_t i) {
    return rows.list ? rows.list[i] : rows.first + i;
}

/* y[i] = f(a[i], b[i]); an operation of one operand does not look at b. */
typedef void StretchForward(size_t count, double *y, const double *a, const double *b);

/* adjoint[i] += y_bar[i]·∂f/∂a, or ∂f/∂b; nothing where y_bar[i] is 0, even if the slope is no
 * finite number. */
typedef void StretchBackward(size_t count, const double *y, const double *y_bar, const double *a,
                             const double *b, double *adjoint);

/* The loops for one width. */
typedef struct Kernels {
    StretchForward *forward[OP_COUNT];
    StretchBackward *backward_a[OP_COUNT], *backward_b[OP_COUNT]; /* b: NULL for one operand */
    void (*layer_forward)(const Layer *layer, size_t lanes);
    /* Whether some z is no finite number, as where a weight or an input is none: then
     * layer_back_wild, else the next two. */
    bool (*layer_is_wild)(const Layer *layer, size_t lanes);
    /* Adds to the adjoints of the inputs that matter. */
    void (*layer_backward)(const Layer *layer, size_t lanes, size_t apart);
    /* The gradient of weights and bias from the adjoints of z: descends by it, or where the layer
     * has partials adds it there. */
    void (*layer_descend)(const Layer *layer, size_t lanes, size_t apart, Descent descent);
    /* Any product of matrices, Y = A B: each entry a chain of fused multiply-adds; Ā += Ȳ Bᵀ and
     * B̄ += Aᵀ Ȳ, the last row of Y first, as if each were an operation of its own. */
    void (*product_forward)(const OpFrame *frame);
    void (*product_backward)(const OpFrame *frame);
} Kernels;

/* The loops of one width; NULL where this processor does not have it. */
const Kernels *kernels_of(KernelWidth width);

/* The widest. */
const Kernels *kernels_widest(void);

/* The eight partial sums, added in order. */
double kernel_total(const double *sums);

/* layer_backward and layer_descend with a look at each adjoint: one of 0 hands nothing back even
 * where the other factor is no finite number. The same bits elsewhere, slowly. */
void layer_back_wild(const Layer *layer, size_t lanes, size_t apart, Descent descent);

/* Descends by the partials that batches of several blocks have collected, and clears them. */
void layer_finish(const Layer *layer, Descent descent);

#endif
