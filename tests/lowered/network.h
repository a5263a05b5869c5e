/* network: random networks to be trained. The same number always gives the same text. */
#ifndef LOWERED_NETWORK_H
#define LOWERED_NETWORK_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"

/* A lesson with some `rows` of data: one to three layers of one to nine neurons, written out or as
 * matrices, with inputs that are left out, shared or skip a layer; and the loss E, made of the
 * number e that a row has. Some have weights, rates or data that lead out of range. */
const char *network_lesson(Arena *arena, uint64_t number, size_t rows);

#endif
