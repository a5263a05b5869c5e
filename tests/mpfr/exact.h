/* exact: a tape gone through with 300 bits in the place of 53. */
#ifndef MPFR_EXACT_H
#define MPFR_EXACT_H

#include <mpfr.h>

#include "num/tape.h"

typedef struct Exact {
    const Tape *tape;
    mpfr_t *values, *adjoints; /* tape->entries each */
} Exact;

enum { EXACT_BITS = 300 };

/* Room for a tape without rowsums; free it with exact_close. */
Exact exact_open(const Tape *tape);
void exact_close(Exact *exact);

/* All values, from the leaves of the tape; then the adjoints of an entry of `root`. */
void exact_forward(Exact *exact);
void exact_backward(Exact *exact, Expr root, size_t entry);

#endif
