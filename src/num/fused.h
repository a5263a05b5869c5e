/* fused: a loss lowered for training: the same computation as its tape, in fewer and larger
 * operations.
 *
 * What the tape holds stays the truth; here it is regrouped. Sums of weight·input + bias become
 * neurons, neurons with the same inputs a layer, whether the teacher wrote them as W @ x + b or one
 * by one; numbers that work entry by entry run in one stretch; everything else runs as the
 * operation it is. A weight that only one neuron uses is updated in the reverse sweep itself.
 * DataRows run in blocks, side by side in every value.
 *
 * Sums keep the order of the tape, so that a training by rows gives what the tape gives, to the
 * last bit. All values and adjoints of the last pass stay in memory, in one block with the weights.
 */
#ifndef NUM_FUSED_H
#define NUM_FUSED_H

#include "expr/scope.h"
#include "num/kernel.h"
#include "num/tape.h"

typedef struct Fused Fused;

enum { FUSED_BLOCK = 256 }; /* rows at a time, at most */

/* Lowers a number, for passes over `batch` rows at most. A rowsum or rowmean at its top becomes the
 * passing over all rows. NULL where there is no lowered form (sums over rows further inside,
 * formulas of parameters alone within one, or matrices too large to stand side by side): then it
 * runs on its tape. */
Fused *fused_compile(Arena *arena, const Exprs *exprs, const Scope *scope, Expr root, size_t batch,
                     const Kernels *kernels);

/* The tape of what it was made from, below a rowsum or rowmean at the top: to see what is on it. */
const Tape *fused_tape(const Fused *fused);

/* Whether it goes over all rows at once, and by which share each counts (1 in a sum). */
bool fused_takes_table(const Fused *fused);
double fused_share(const Fused *fused);

/* Puts in all inputs, targets and parameters, and takes out the parameters; laid out as the leaves
 * of a model. */
void fused_read(Fused *fused, const double *leaves);
void fused_write(const Fused *fused, double *leaves);

/* The value at some training rows, added up onto `sum` row by row; a rowsum or rowmean, which takes
 * all of them in order, comes out whole. */
void fused_value(Fused *fused, DataRows rows, double *sum);

/* The same, and one step against the gradient summed over those rows. */
void fused_descend(Fused *fused, DataRows rows, Descent descent, double *sum);

/* An update after each of some rows, as fused_descend would with one row after another. For a
 * lowering of one row at a time. */
void fused_descend_each(Fused *fused, DataRows rows, double rate, double *sum);

/* What the last pass left: the values and adjoints of a name of the lesson or any other expression
 * of the loss, entry by entry, the rows of the block side by side; NULL where it has no place of
 * its own. `lanes` rows stand side by side. A weight that was updated in the sweep has no adjoint.
 */
const double *fused_values(const Fused *fused, Expr expr, size_t *lanes);
const double *fused_adjoints(const Fused *fused, Expr expr, size_t *lanes);

/* How it was lowered, for tests and benchmarks. */
typedef struct FusedShape {
    size_t layers, neurons; /* neurons in all layers */
    size_t operations;      /* that run one after another */
    size_t lanes;           /* rows side by side */
    size_t bytes;           /* of values, adjoints and parameters */
} FusedShape;

FusedShape fused_shape(const Fused *fused);

#endif
