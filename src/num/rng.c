#include "num/rng.h"

#include <math.h>

#include "num/elementary.h"

uint64_t rng_next(Rng *rng) {
    uint64_t z = rng->state += 0x9E3779B97F4A7C15u;
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9u;
    z = (z ^ z >> 27) * 0x94D049BB133111EBu;
    return z ^ z >> 31;
}

Rng rng_stream(uint64_t seed, const char *name) {
    Rng rng = {seed};
    for (const unsigned char *byte = (const unsigned char *)name; *byte; byte++)
        rng.state = rng_next(&rng) ^ *byte;
    return rng;
}

double rng_unit(Rng *rng) {
    return (double)(rng_next(rng) >> 11) * 0x1p-53;
}

double rng_normal(Rng *rng) {
    for (;;) {
        double x = 2 * rng_unit(rng) - 1, y = 2 * rng_unit(rng) - 1;
        double square = x * x + y * y;
        if (square > 0 && square < 1)
            return x * sqrt(-2 * elementary_log(square) / square);
    }
}
