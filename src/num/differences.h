/* differences: derivatives as the limits of differences, the numeric way of num/verify.h.
 *
 * Central differences with ever shorter steps, extrapolated to step 0 (Ridders, "Accurate
 * computation of F'(x) and F'(x) F''(x)", 1982). Where the result is smooth four steps do; that is
 * tried first, for all spots that were chosen side by side (num/nudge.h). Where they do not settle,
 * each spot is given twelve, and if a corner or a pole stands within these, shorter ones. */
#ifndef NUM_DIFFERENCES_H
#define NUM_DIFFERENCES_H

#include "num/nudge.h"

enum {
    DIFFERENCES_QUICK = 8, /* values of each spot in the first attempt: for nudge_choose */
    DIFFERENCES_MOST = 24  /* in any */
};

/* A difference resolves about so much of its scale. */
static const double DIFFERENCE_ROUNDING = 1e-11;

typedef struct Difference {
    double value; /* the derivative */
    double error; /* estimated: how far apart the extrapolations are, and what rounding makes */
    double noise; /* what rounding makes in the shortest of the first steps */
    double scale; /* the size of the result over that of the spot: what counts as no slope */
} Difference;

/* The values of a function at some places. */
typedef void DifferenceFunction(void *context, size_t count, const double *at, double *values);

/* The derivative at `at` of a function that is `result` there, and loses `rounding` to rounding; at
 * most DIFFERENCES_MOST values are asked for at a time. */
Difference difference_of(double at, double result, double rounding, DifferenceFunction *function,
                         void *context);

/* What is known of a difference before it is taken: noise and scale. */
Difference difference_expected(double at, double result, double rounding);

/* The derivatives of the result's entries along the chosen spots, that of entry i along spot s at
 * found[s·entries + i]. `rounding[i]` is what entry i has lost to rounding. */
void differences_quick(Nudge *nudge, Arena *arena, const double *rounding, Difference *found);

/* Takes more steps for those of these spots that have not settled: `found` as it was left by
 * differences_quick, for the spots that were chosen then. It chooses others. */
void differences_thorough(Nudge *nudge, Arena *arena, const Spot *spots, size_t count,
                          const double *rounding, Difference *found);

#endif
