/* rival: what every program that takes part in the comparison has in common.
 *
 * Each is a process of its own that answers requests on its standard input, so that the rounds of
 * all can be interleaved whatever they are written in:
 *
 *   rows             its rows, one a line: section, label, tolerance, kind and note, with tabs
 *                    between them; then a line with a full stop
 *   time ROW STEPS   the nanoseconds of processor time that so many steps took, from the first
 *                    parameters on
 *   numbers ROW STEPS   the parameters after them; kind "outputs": what the network answers to the
 *                    first row of data before any step, for a rival that updates by another rule
 *
 * For the instruction counts, `PROGRAM run SECTION STEPS [LABEL]` does the steps and nothing else.
 */
#ifndef BENCH_RIVAL_H
#define BENCH_RIVAL_H

#include <stdbool.h>

#include "workload.h"

typedef struct RivalRow {
    const char *section;
    const char *label; /* who it is in the table: "hand C" */
    const char *note;  /* what to know about it, or "" */
    double tolerance;  /* within which its numbers must be those of the hand-written C */
    bool outputs;      /* its numbers are outputs, see above */
    void *(*create)(Arena *arena, const Workload *workload);
    void (*reset)(void *state);                      /* back to the first parameters */
    void (*run)(void *state, size_t steps);          /* this is timed */
    size_t (*numbers)(void *state, double *numbers); /* writes them; returns how many */
} RivalRow;

/* Relative: sums in another order, functions that differ in the last bit, a thousand steps. */
#define TOLERANCE_DOUBLE 1e-9

/* The whole program: answers until the input ends. Returns the status to exit with. */
int rival_main(const RivalRow *rows, size_t count, int argument_count, char **arguments);

#endif
