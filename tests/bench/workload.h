/* workload: what all rivals compute, the same numbers for each. */
#ifndef BENCH_WORKLOAD_H
#define BENCH_WORKLOAD_H

#include "base/arena.h"

/* One table of the report. A network has two layers; its parameters stand unit by unit, each with
 * its bias before its weights, the hidden units first. */
typedef struct Workload {
    const char *section;            /* "online" … */
    size_t inputs, hidden, outputs; /* hidden 0: no network but formulas of their own */
    size_t rows;                    /* of training data */
    size_t batch;                   /* rows whose gradients are averaged for one step */
    double rate;
    size_t parameter_count;
    double *parameters;   /* before the first step */
    double *data;         /* rows × (inputs + outputs): a row's inputs, then its targets */
    const char *formulas; /* without a network: of the inputs x1 …, the parameters p1 … and the
                             targets t1 …, a definition a line as in a lesson, E the last */
} Workload;

/* The workload of a section, in `arena`; NULL where there is none of that name. */
const Workload *workload_new(Arena *arena, const char *section);

/* The numbers of one row: its inputs, then its targets. */
const double *workload_row(const Workload *workload, size_t row);

/* How many steps go once through all rows: what is asked for is a multiple of it. */
size_t workload_epoch(const Workload *workload);

#endif
