#include "base/lookup.h"

#include <string.h>

enum { FIRST_SIZE = 64, FULL_TENTHS = 7, FIRST_MASK = 0xFF };

void lookup_init(Lookup *lookup, Arena *arena) {
    *lookup = (Lookup){.arena = arena, .size = FIRST_SIZE, .mask = FIRST_MASK};
    lookup->slots = arena_resize(arena, NULL, FIRST_SIZE * sizeof *lookup->slots);
}

bool lookup_is_full(const Lookup *lookup, uint32_t number) {
    return number > lookup->mask || (lookup->count + 1) * 10 > lookup->size * FULL_TENTHS;
}

void lookup_enlarge(Lookup *lookup, uint32_t number) {
    size_t size = lookup->size;
    if ((lookup->count + 1) * 10 > size * FULL_TENTHS)
        size += size / 3;
    lookup->slots = arena_resize(lookup->arena, lookup->slots, size * sizeof *lookup->slots);
    memset(lookup->slots, 0, size * sizeof *lookup->slots);
    lookup->size = size;
    lookup->count = 0;
    while (lookup->mask < number)
        lookup->mask = 2 * lookup->mask + 1;
}

void lookup_put_queued(Lookup *lookup, LookupQueue *queue, uint64_t hash, uint32_t number) {
    const size_t at = queue->count++ % LOOKUP_WAITING;
    if (queue->count > LOOKUP_WAITING)
        lookup_put(lookup, queue->hashes[at], queue->numbers[at]);
    queue->hashes[at] = hash;
    queue->numbers[at] = number;
    lookup_expect(lookup, hash);
}

void lookup_put_rest(Lookup *lookup, LookupQueue *queue) {
    const size_t waiting = queue->count < LOOKUP_WAITING ? queue->count : LOOKUP_WAITING;
    for (size_t i = queue->count - waiting; i < queue->count; i++)
        lookup_put(lookup, queue->hashes[i % LOOKUP_WAITING], queue->numbers[i % LOOKUP_WAITING]);
    queue->count = 0;
}

void lookup_put(Lookup *lookup, uint64_t hash, uint32_t number) {
    size_t at = lookup_begin(lookup, hash);
    while (lookup->slots[at])
        at = at + 1 == lookup->size ? 0 : at + 1;
    lookup->slots[at] = ((uint32_t)hash & ~lookup->mask) | number;
    lookup->count++;
}
