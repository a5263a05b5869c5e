/* statistics: how a number that was measured many times is told: its median, and between which
 * bounds nine tenths of the measurements lie. */
#ifndef BENCH_STATISTICS_H
#define BENCH_STATISTICS_H

#include <stddef.h>

typedef struct Spread {
    double median;
    double low, high; /* the 5 % and the 95 % quantile */
} Spread;

/* Sorts the values. None: all 0. */
Spread spread_of(double *values, size_t count);

/* Nanoseconds of a clock that only runs forward. */
double clock_now(void);

#endif
