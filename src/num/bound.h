/* bound: how far a value or a derivative can be from the exact one.
 *
 * A tape is gone through a second time, forward and back, with numbers that carry a bound of their
 * error (num/ranged.h): a running error analysis (Wilkinson; Higham, Accuracy and Stability of
 * Numerical Algorithms, 3.3). What is exact is the same formula over the same doubles, every
 * operation without rounding. Where an argument is so near to a corner of relu, abs, max … that its
 * exact value may stand on the other side, the bound of the slope is infinite. tests/mpfr holds a
 * million random gradients against their bounds. */
#ifndef NUM_BOUND_H
#define NUM_BOUND_H

#include "num/model.h"
#include "num/ranged.h"

/* The values and adjoints of a tape, each with its bound. */
typedef struct Bounds {
    const Tape *tape;
    Ranged *values, *adjoints; /* tape->entries each */
    struct Bounds **inner;     /* by rowsum and rowmean of the tape: of what is summed */
} Bounds;

/* Room for a tape. In `arena`, as the tape. */
Bounds *bounds_new(Arena *arena, const Tape *tape);

/* The bounds of all values; after the leaves of the tape are set. */
void bounds_forward(Bounds *bounds);

/* The same in two steps, between which a leaf can be given another bound: the leaves as the tape
 * has them, exact, then all that is made of them. */
void bounds_read(Bounds *bounds);
void bounds_run(Bounds *bounds);

/* The bounds of all adjoints of an entry of `root`; after bounds_forward. */
void bounds_backward(Bounds *bounds, Expr root, size_t entry);

/* The bounds of an expression's value or adjoint, by rows; it is on the tape. */
const Ranged *bounds_value(const Bounds *bounds, Expr expr);
const Ranged *bounds_adjoint(const Bounds *bounds, Expr expr);

/* The bounds of the derivative of `of` with respect to a name or an entry of one, as it was found
 * in `value` (in the shape of verify_derivative): no entry is further from the exact one. In
 * `arena`. */
double *bound_derivative(const Model *model, Arena *arena, Expr of, Expr wrt, const double *value);

/* Those of a number along all that is given to it, its inputs and parameters, by one sweep. In
 * `arena`. */
Bounds *bound_gradient(const Model *model, Arena *arena, Expr of);

/* From it those along such a name, as bound_derivative; NULL where the number does not use it. */
double *bound_along(const Bounds *gradient, Arena *arena, Expr name, const double *value);

/* The operation of op.def with this OpCode, and its slopes along a and b. An operation of one
 * operand does not look at b. */
Ranged bound_op(uint8_t code, Ranged a, Ranged b);
Ranged bound_slope_a(uint8_t code, Ranged a, Ranged b, Ranged y);
Ranged bound_slope_b(uint8_t code, Ranged a, Ranged b, Ranged y);

#endif
