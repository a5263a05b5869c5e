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

/* The processor time of this process so far, in nanoseconds: what others do meanwhile on the same
 * machine does not count. */
double processor_time(void);

#endif
