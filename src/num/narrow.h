/* narrow: layers of a few neurons, and sums of squared errors, on many rows at a time.
 *
 * A small network is mostly memory traffic and calls if each sum, each curve and each gradient goes
 * over the rows by itself. Here one loop over the rows does all a layer has to do: upwards sums,
 * bias and curve; downwards the slope, the adjoints of z and of the inputs, and the gradient, which
 * stays in registers until the block is through. Written once, in narrow_lanes.h, for vectors of 2,
 * 4 and 8 rows, with the same bits in each.
 *
 * Values stand as in kernel.h: entry by entry, an entry's rows side by side, 4 or a multiple of 8
 * of them; adjoints `apart` further on. */
#ifndef NUM_NARROW_H
#define NUM_NARROW_H

#include "num/kernel.h"

enum { NARROW_NEURONS = 8, NARROW_INPUTS = 8 }; /* of a layer, at most */

/* Where all z of a layer and all its inputs are smaller, weights and curves are finite, too: then
 * an adjoint of 0 hands back 0 without being looked at. */
#define NARROW_TAME 1e300

typedef struct NarrowLayer {
    size_t inputs, outputs;
    bool fuses;            /* sums of products are chains of fused multiply-adds, as in Layer */
    uint8_t curve;         /* OpCode of what all z go into; OP_COUNT for nothing */
    bool assigns;          /* nothing has reached the adjoints of the inputs before: they are set */
    double *net;           /* z */
    double *curved;        /* what the curve makes of it; net where there is none */
    const double *first;   /* what each sum begins with: the bias, or a zero */
    const double *weights; /* inputs × outputs, by inputs */
    const double *last;    /* the bias where the sums end with it; else NULL */
    double *weight_sums;   /* of the gradient: KERNEL_SUMS for each weight, */
    double *bias_sums;     /* and each bias; NULL where there is none */
    double *input[NARROW_INPUTS];
    bool matters[NARROW_INPUTS]; /* whether anything needs the adjoint of this input */
} NarrowLayer;

/* e₁ + e₂ + … of e = (a − b)² or (a − b)²/2; each kind of number side by side, term by term. */
typedef struct NarrowErrors {
    size_t count;
    bool halved;
    bool matters_a, matters_b; /* which side needs its adjoints */
    bool assigns;              /* nothing has reached them before */
    bool is_loss;              /* the sum is the loss */
    double **a, **b;
    double *differences, *squares;
    double *halves; /* NULL unless halved */
    double *sums;   /* count − 1: of the first two terms, of three … */
} NarrowErrors;

/* The loops for one width. */
typedef struct NarrowKernels {
    /* True where some z is not below NARROW_TAME. */
    bool (*forward)(const NarrowLayer *layer, size_t lanes);
    /* Needs the adjoints of what the curve makes of z (without a curve, of z). The gradient is
     * added to the sums; where they are `fresh`, it replaces them. `wild` where some layer's
     * forward was true. */
    void (*backward)(const NarrowLayer *layer, size_t lanes, size_t apart, bool fresh, bool wild);
    void (*errors_forward)(const NarrowErrors *errors, size_t lanes);
    void (*errors_backward)(const NarrowErrors *errors, size_t lanes, size_t apart);
    /* One after the other. `stand` where the adjoints of sums, halves and squares are those of the
     * pass before. */
    void (*errors_both)(const NarrowErrors *errors, size_t lanes, size_t apart, bool stand);
    /* Each of `count` parameters descends by its KERNEL_SUMS sums; of blocks of 4 lanes only the
     * first four are filled. There is room up to a multiple of 8. */
    void (*descend)(size_t count, double *parameters, const double *sums, size_t lanes,
                    Descent descent);
    /* sums[r mod 8] += x[r]. */
    void (*add_rows)(size_t lanes, const double *x, double *sums);
    /* Puts rows of a table side by side: column k of row r comes to to[k·lanes + r]. What is left
     * of the lanes repeats the first row. */
    void (*gather)(const double *table, size_t columns, DataRows rows, double *to, size_t lanes);
    /* The same for rows that follow each other: `first` is the first one's entry in a table by
     * columns, `height` rows high. */
    void (*copy)(const double *first, size_t columns, size_t height, size_t count, double *to,
                 size_t lanes);
} NarrowKernels;

/* Those that go with some kernels. */
const NarrowKernels *narrow_kernels(const Kernels *kernels);

/* Whether a curve can be part of a layer. */
bool narrow_has_curve(OpCode curve);

#endif
