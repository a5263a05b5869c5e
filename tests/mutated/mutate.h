/* mutate: what an accident, a slip of a teacher or an attacker makes of a lesson file. */
#ifndef MUTATED_MUTATE_H
#define MUTATED_MUTATE_H

#include <stddef.h>

#include "base/arena.h"
#include "num/rng.h"

/* The text with some changes: pieces cut out, doubled and exchanged with those of `other`; words of
 * the language, large numbers, deep nesting and hostile bytes put in. */
char *mutate(Arena *arena, Rng *rng, const char *text, size_t length, const char *other,
             size_t other_length, size_t *mutated_length);

#endif
