/* numeric_sweep: derivatives along all names of a long tape by differences, in one go.
 *
 * A difference along a name computes again what depends on it: for all names of a chain of N
 * operations that is N²/2 of them. Here the slope of each operation is the limit of differences of
 * that operation alone, and the slopes are multiplied and added up from the result down: N of them.
 * Only the operations' values are asked for; none of the slopes in op.def, and neither the formulas
 * nor the sweep that the differences are to judge. */
#ifndef NUM_NUMERIC_SWEEP_H
#define NUM_NUMERIC_SWEEP_H

#include "num/differences.h"
#include "num/tape.h"

/* By place on the tape, of what the result depends on. */
typedef struct NumericSweep {
    double *value; /* the derivative of the result along it */
    double *error; /* estimated, as in Difference, of all differences together */
    bool *kinked;  /* whether a change of it reaches an operation that stands at a corner */
} NumericSweep;

/* For the result at place `of` of a tape that was run. `kinks` by place, or NULL where no operation
 * stands at a corner. NULL where the tape has matrices or sums over rows. */
const NumericSweep *numeric_sweep(Arena *arena, const Tape *tape, size_t of, const bool *kinks);

#endif
