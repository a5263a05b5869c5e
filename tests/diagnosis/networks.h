/* networks: random networks of numbers, as lessons. The same number always gives the same text. */
#ifndef DIAGNOSIS_NETWORKS_H
#define DIAGNOSIS_NETWORKS_H

#include <stdint.h>

#include "base/arena.h"

/* One to three layers, each fully connected, with a bias; some with every sum a node of its own,
 * some with the sum inside the activation; weights and inputs random, tidy in some. */
const char *network_lesson(Arena *arena, uint64_t number);

#endif
