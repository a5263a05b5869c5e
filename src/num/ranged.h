/* ranged: numbers that know how far they are from the exact ones.
 *
 * A ranged number is a double and a bound: what exact arithmetic would have come to is no further
 * from it than that. Each operation computes as the machine does and adds up what the errors of its
 * operands can do, at the worst point between them, and what it rounds itself. Of +, −, ×, ÷ and
 * the root the rounding is not estimated but computed (Dekker's and Knuth's exact remainders), so
 * that what is exact stays exact. A bound is infinite where nothing can be said: next to a pole or
 * a corner. Bounds are rounded, too; each is taken a little larger than it comes out. */
#ifndef NUM_RANGED_H
#define NUM_RANGED_H

typedef struct Ranged {
    double x;     /* as computed */
    double error; /* the exact number is in [x − error, x + error] */
} Ranged;

/* A number that is what it says: its error is 0. */
Ranged ranged_exact(double x);

/* Whether this is 0, and certainly so. */
int ranged_is_zero(Ranged a);

/* 1 where a is certainly positive, −1 where certainly not (that is, negative or exactly 0), and 0
 * where it may be either. */
int ranged_side(Ranged a);

/* The operations, as op.def computes them. No bound of the operands need be finite. */
Ranged ranged_negate(Ranged a);
Ranged ranged_add(Ranged a, Ranged b);
Ranged ranged_subtract(Ranged a, Ranged b);
Ranged ranged_multiply(Ranged a, Ranged b);
Ranged ranged_divide(Ranged a, Ranged b);
Ranged ranged_root(Ranged a);
Ranged ranged_exp(Ranged a);
Ranged ranged_log(Ranged a);
Ranged ranged_log_one_more(Ranged a); /* log(1 + a), for a ≥ 0 as far as it is known */
Ranged ranged_sin(Ranged a);
Ranged ranged_cos(Ranged a);
Ranged ranged_tanh(Ranged a);
Ranged ranged_logistic(Ranged a);
Ranged ranged_softplus(Ranged a);
Ranged ranged_power(Ranged a, Ranged b);

/* The same number known as `x`, which was computed in another way. */
Ranged ranged_as(Ranged a, double x);

#endif
