/* nudge: what becomes of a result when one entry of a name is changed.
 *
 * Only what depends on the name is computed again, and for many values of the entry at a time: each
 * has a lane of its own, as training rows have theirs. The tape keeps its values. */
#ifndef NUM_NUDGE_H
#define NUM_NUDGE_H

#include "num/tape.h"

typedef struct Nudge {
    Arena *arena;
    Tape *tape;        /* its values are those around which the entry is changed */
    size_t of;         /* the place of the result */
    size_t name;       /* the place of the name */
    uint32_t *readers; /* those of place k: readers[first_reader[k] … first_reader[k + 1]) */
    uint32_t *first_reader;
    Marks marks;       /* places + 1 that are reached; empty between two names */
    uint32_t *reached; /* the operations that depend on the name, in order, up to the result */
    size_t reached_count;
    uint32_t *touched; /* these, the name, and all they read */
    size_t touched_count;
    size_t *lane;   /* by place: where its lanes begin, + 1; 0 where it is not touched */
    double *kept;   /* the values of a tape with rowsums, which are run on the tape itself */
    double *values; /* the lanes */
    size_t capacity;
    size_t lanes; /* values of the entry at a time */
} Nudge;

/* For the result `of` on a tape that was run. */
Nudge nudge_new(Arena *arena, Tape *tape, Expr of);

/* Chooses the name; from now on its other entries have their present values. False where the result
 * does not depend on it. */
bool nudge_name(Nudge *nudge, Expr name);

/* The result for each of `count` values of an entry of the name: entry i of the result with value k
 * stands at results[i·count + k]. */
void nudge_run(Nudge *nudge, size_t entry, const double *values, size_t count, double *results);

#endif
