#include "statistics.h"

#include <stdlib.h>
#include <time.h>

static int compare_values(const void *a, const void *b) {
    double left = *(const double *)a, right = *(const double *)b;
    return (left > right) - (left < right);
}

static double quantile(const double *sorted, size_t count, double part) {
    return sorted[(size_t)((double)(count - 1) * part + 0.5)];
}

Spread spread_of(double *values, size_t count) {
    if (count == 0)
        return (Spread){0};
    qsort(values, count, sizeof *values, compare_values);
    return (Spread){.median = quantile(values, count, 0.5),
                    .low = quantile(values, count, 0.05),
                    .high = quantile(values, count, 0.95)};
}

double processor_time(void) {
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec * 1e9 + (double)now.tv_nsec;
}
