/* lookup: where the things with some hash are, among numbered things that are kept elsewhere.
 *
 * Open addressing: a slot holds a number, and in the bits that the numbers do not need some bits of
 * the hash, so that of all the things in the way hardly ever a wrong one is looked at. The table is
 * never less than half full: it grows by a third, and what it had is given back. */
#ifndef BASE_LOOKUP_H
#define BASE_LOOKUP_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"

typedef struct Lookup {
    Arena *arena;
    uint32_t *slots;    /* numbers from 1 on, and bits of their hashes; 0 is free */
    size_t size, count; /* slots; numbers in them */
    uint32_t mask;      /* the bits of a slot that are the number */
} Lookup;

/* An empty table, whose slots come to lie in `arena`. */
void lookup_init(Lookup *lookup, Arena *arena);

/* Whether there must be room made before `number` is put in. */
bool lookup_is_full(const Lookup *lookup, uint32_t number);

/* Makes room. The table is empty then: everything is put in again, with the number that did not
 * fit. Where memory runs out the table is as it was: so what is to be put in is made after it. */
void lookup_enlarge(Lookup *lookup, uint32_t number);

/* Puts in a number that is not there yet; there is room for it. */
void lookup_put(Lookup *lookup, uint64_t hash, uint32_t number);

/* Numbers on the way into a large table: each is put in when the memory of its slot has come. */
enum { LOOKUP_WAITING = 16 };

typedef struct LookupQueue {
    uint64_t hashes[LOOKUP_WAITING];
    uint32_t numbers[LOOKUP_WAITING];
    size_t count; /* of all that were put in */
} LookupQueue;

/* Puts a number into a table that has room for it, behind those that wait; then, the rest. */
void lookup_put_queued(Lookup *lookup, LookupQueue *queue, uint64_t hash, uint32_t number);
void lookup_put_rest(Lookup *lookup, LookupQueue *queue);

/* A word more in a hash, which begins as 0. */
static inline uint64_t lookup_hash(uint64_t hash, uint64_t word) {
    hash = (hash ^ word) * 0x9E3779B97F4A7C15u;
    return hash ^ hash >> 29;
}

/* Where the search begins: the upper half of the hash, spread over the slots. */
static inline size_t lookup_begin(const Lookup *lookup, uint64_t hash) {
    return (size_t)((hash >> 32) * lookup->size >> 32);
}

/* Has the memory fetched in which a number with this hash is, or will be. */
static inline void lookup_expect(const Lookup *lookup, uint64_t hash) {
    __builtin_prefetch(&lookup->slots[lookup_begin(lookup, hash)], 1);
}

/* The next number that was put in with this hash, or one that looks the same; 0 after the last. */
static inline uint32_t lookup_next(const Lookup *lookup, uint64_t hash, size_t *at) {
    for (uint32_t slot; (slot = lookup->slots[*at]) != 0;) {
        *at = *at + 1 == lookup->size ? 0 : *at + 1;
        if (((slot ^ (uint32_t)hash) & ~lookup->mask) == 0)
            return slot & lookup->mask;
    }
    return 0;
}

#endif
