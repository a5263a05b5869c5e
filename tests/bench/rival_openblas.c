/* OpenBLAS: a batch as one matrix, the products by cblas_dgemm, the rest by hand. */
#include <cblas.h>
#include <math.h>
#include <string.h>

#include "rival.h"

/* Matrices by rows. A layer's weights are units × inputs. */
typedef struct Blas {
    const Workload *workload;
    int rows, inputs, hidden, outputs;
    double *x, *targets;                   /* rows × inputs, rows × outputs */
    double *weights1, *biases1, *weights2; /* parameters */
    double *biases2;
    double *h, *p;   /* values of both layers, rows × units */
    double *h_error; /* ∂L/∂(sum), rows × hidden; that of the outputs takes p's place */
    double *slope1, *slope2; /* ∂L/∂(weights) */
} Blas;

static void *create(Arena *arena, const Workload *workload) {
    Blas *blas = ARENA_NEW(arena, Blas);
    size_t rows = workload->rows, hidden = workload->hidden, outputs = workload->outputs;
    blas->workload = workload;
    blas->rows = (int)rows;
    blas->inputs = (int)workload->inputs;
    blas->hidden = (int)hidden;
    blas->outputs = (int)outputs;
    blas->x = ARENA_ARRAY(arena, double, rows * workload->inputs);
    blas->targets = ARENA_ARRAY(arena, double, rows *outputs);
    blas->weights1 = ARENA_ARRAY(arena, double, hidden * workload->inputs);
    blas->slope1 = ARENA_ARRAY(arena, double, hidden * workload->inputs);
    blas->weights2 = ARENA_ARRAY(arena, double, outputs *hidden);
    blas->slope2 = ARENA_ARRAY(arena, double, outputs *hidden);
    blas->biases1 = ARENA_ARRAY(arena, double, hidden);
    blas->biases2 = ARENA_ARRAY(arena, double, outputs);
    blas->h = ARENA_ARRAY(arena, double, rows *hidden);
    blas->h_error = ARENA_ARRAY(arena, double, rows *hidden);
    blas->p = ARENA_ARRAY(arena, double, rows *outputs);
    for (size_t row = 0; row < rows; row++) {
        const double *numbers = workload_row(workload, row);
        memcpy(blas->x + row * workload->inputs, numbers, workload->inputs * sizeof *numbers);
        memcpy(blas->targets + row * outputs, numbers + workload->inputs,
               outputs * sizeof *numbers);
    }
    return blas;
}

static const double *take_layer(const double *from, double *biases, double *weights, int units,
                                int inputs) {
    for (int unit = 0; unit < units; unit++) {
        biases[unit] = *from++;
        memcpy(weights + unit * inputs, from, (size_t)inputs * sizeof *from);
        from += inputs;
    }
    return from;
}

static double *give_layer(double *to, const double *biases, const double *weights, int units,
                          int inputs) {
    for (int unit = 0; unit < units; unit++) {
        *to++ = biases[unit];
        memcpy(to, weights + unit * inputs, (size_t)inputs * sizeof *to);
        to += inputs;
    }
    return to;
}

static void reset(void *state) {
    Blas *blas = state;
    const double *rest = take_layer(blas->workload->parameters, blas->biases1, blas->weights1,
                                    blas->hidden, blas->inputs);
    take_layer(rest, blas->biases2, blas->weights2, blas->outputs, blas->hidden);
}

static size_t numbers(void *state, double *to) {
    const Blas *blas = state;
    double *rest = give_layer(to, blas->biases1, blas->weights1, blas->hidden, blas->inputs);
    give_layer(rest, blas->biases2, blas->weights2, blas->outputs, blas->hidden);
    return blas->workload->parameter_count;
}

/* sums = values · weightsᵀ + biases */
static void layer(const Blas *blas, const double *values, int inputs, const double *weights,
                  const double *biases, int units, double *sums) {
    for (int row = 0; row < blas->rows; row++)
        memcpy(sums + row * units, biases, (size_t)units * sizeof *sums);
    cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasTrans, blas->rows, units, inputs, 1, values,
                inputs, weights, inputs, 1, sums, units);
}

static void softmax(double *entries, int count) {
    double largest = entries[0], sum = 0;
    for (int i = 1; i < count; i++)
        largest = fmax(largest, entries[i]);
    for (int i = 0; i < count; i++)
        sum += entries[i] = exp(entries[i] - largest);
    for (int i = 0; i < count; i++)
        entries[i] /= sum;
}

static void forward(Blas *blas) {
    layer(blas, blas->x, blas->inputs, blas->weights1, blas->biases1, blas->hidden, blas->h);
    for (int i = 0; i < blas->rows * blas->hidden; i++)
        blas->h[i] = blas->h[i] > 0 ? blas->h[i] : 0;
    layer(blas, blas->h, blas->hidden, blas->weights2, blas->biases2, blas->outputs, blas->p);
    for (int row = 0; row < blas->rows; row++)
        softmax(blas->p + row * blas->outputs, blas->outputs);
}

/* slope = errorsᵀ · values, over all rows; then the step of the weights and of the biases. */
static void descend(const Blas *blas, const double *errors, int units, const double *values,
                    int inputs, double *slope, double *weights, double *biases) {
    double rate = blas->workload->rate / blas->rows;
    cblas_dgemm(CblasRowMajor, CblasTrans, CblasNoTrans, units, inputs, blas->rows, 1, errors,
                units, values, inputs, 0, slope, inputs);
    for (int i = 0; i < units * inputs; i++)
        weights[i] -= rate * slope[i];
    for (int row = 0; row < blas->rows; row++)
        for (int unit = 0; unit < units; unit++)
            biases[unit] -= rate * errors[row * units + unit];
}

/* The slope of softmax and cross-entropy together is p − t, since the targets add up to 1. */
static void backward(Blas *blas) {
    double *p_error = blas->p;
    for (int i = 0; i < blas->rows * blas->outputs; i++)
        p_error[i] -= blas->targets[i];
    cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, blas->rows, blas->hidden, blas->outputs,
                1, p_error, blas->outputs, blas->weights2, blas->hidden, 0, blas->h_error,
                blas->hidden);
    for (int i = 0; i < blas->rows * blas->hidden; i++)
        blas->h_error[i] = blas->h[i] > 0 ? blas->h_error[i] : 0;
    descend(blas, p_error, blas->outputs, blas->h, blas->hidden, blas->slope2, blas->weights2,
            blas->biases2);
    descend(blas, blas->h_error, blas->hidden, blas->x, blas->inputs, blas->slope1, blas->weights1,
            blas->biases1);
}

static void run(void *state, size_t steps) {
    for (size_t step = 0; step < steps; step++) {
        forward(state);
        backward(state);
    }
}

int main(int count, char **arguments) {
    Arena arena = {0};
    openblas_set_num_threads(1);
    const RivalRow row = {
        .section = "matrix",
        .label = "OpenBLAS",
        .note = arena_format(&arena, "one thread, kernels for %s", openblas_get_corename()),
        .tolerance = TOLERANCE_DOUBLE,
        .create = create,
        .reset = reset,
        .run = run,
        .numbers = numbers};
    int status = rival_main(&row, 1, count, arguments);
    arena_clear(&arena);
    return status;
}
