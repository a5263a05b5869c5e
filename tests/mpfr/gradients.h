/* gradients: random gradients held against what MPFR finds with 300 bits, and their errors against
 * the bounds of num/bound.h. */
#ifndef MPFR_GRADIENTS_H
#define MPFR_GRADIENTS_H

#include <stdbool.h>
#include <stddef.h>

/* Checks at least so many gradients of random lessons, and with them all values on their tapes.
 * Prints what was found; false where one of them is outside its bound, or too few have one. */
bool gradients_check(size_t wanted);

#endif
