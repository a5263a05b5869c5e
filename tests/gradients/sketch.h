/* sketch: random lessons for the gradient tests. The same number always gives the same text. */
#ifndef GRADIENTS_SKETCH_H
#define GRADIENTS_SKETCH_H

#include <stdint.h>

#include "base/arena.h"

/* The text of lesson number `number`: a few inputs and parameters, 3 to 25 definitions of all
 * shapes that use each other, and the loss E, which every definition reaches. */
const char *sketch_lesson(Arena *arena, uint64_t number);

/* A lesson to be trained: some `rows` of data, parameters, definitions of all shapes, and the loss
 * E, made of the number e that a row has. */
const char *sketch_training(Arena *arena, uint64_t number, size_t rows);

/* The same of two formulas as in sketch_formula, of a column x and a parameter y. */
const char *sketch_bare_training(Arena *arena, uint64_t number, size_t rows);

/* A lesson whose loss is one formula of two numbers, x and y: the values are often 0, 1 or
 * negative, and the formula uses bare powers, quotients, logarithms and roots. */
const char *sketch_formula(Arena *arena, uint64_t number);

#endif
