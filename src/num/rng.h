/* rng: random numbers that are the same on every machine for the same seed.
 *
 * SplitMix64 (Steele, Lea and Flood 2014): one 64-bit counter, mixed. Every use starts a stream of
 * its own from the seed and a name, so that a new parameter in a lesson leaves the others alone. */
#ifndef NUM_RNG_H
#define NUM_RNG_H

#include <stdint.h>

typedef struct Rng {
    uint64_t state;
} Rng;

/* The stream of that seed and name, at its beginning; one of the same name begins alike. */
Rng rng_stream(uint64_t seed, const char *name);

/* The next 64 bits. */
uint64_t rng_next(Rng *rng);

/* Uniform in [0, 1), a multiple of 2^-53. */
double rng_unit(Rng *rng);

/* Mean 0 and deviation 1, by the polar method of Marsaglia. */
double rng_normal(Rng *rng);

#endif
