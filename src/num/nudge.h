/* nudge: what becomes of a result when entries of names are changed, each by itself.
 *
 * Only what depends on these entries is computed again, and for many at a time: each spot that is
 * varied has lanes of its own, a lane for each of its values, as training rows have theirs. The
 * tape keeps its values. */
#ifndef NUM_NUDGE_H
#define NUM_NUDGE_H

#include "num/tape.h"

/* What is varied: one entry of a name. */
typedef struct Spot {
    Expr name;
    size_t entry;
} Spot;

enum { NUDGE_SPOTS = 16 }; /* at a time, at most: as many as SpotSet has bits */

typedef uint16_t SpotSet;

typedef struct Nudge {
    Arena *arena;
    Tape *tape;        /* its values are those around which the spots are changed */
    size_t of;         /* the place of the result */
    uint32_t *reads;   /* what place k reads: reads[first_read[k] … first_read[k + 1]) */
    uint32_t *readers; /* those of place k: readers[first_reader[k] … first_reader[k + 1]) */
    uint32_t *first_read, *first_reader;
    size_t spot_count; /* those chosen: */
    size_t entries[NUDGE_SPOTS];
    size_t places[NUDGE_SPOTS]; /* of their names; SIZE_MAX for one that is not on the tape */
    Marks named;                /* places + 1 of these names */
    SpotSet *reached_by;        /* by place: the spots it depends on */
    Marks marks;                /* places + 1 that are reached; empty between two choices */
    uint32_t *reached;          /* the operations that read what depends on a spot, in order */
    size_t reached_count;
    size_t stops[NUDGE_SPOTS]; /* numbers of those reached that are names of spots themselves */
    size_t stop_count;
    uint32_t *touched; /* these, the names, and all they read */
    size_t touched_count;
    size_t *lane;   /* by place: where its lanes begin, + 1; 0 where it is not touched */
    double *kept;   /* the values of a tape with rowsums, which are run on the tape itself */
    double *values; /* the lanes */
    size_t capacity;
    size_t lanes; /* of one place: those of all spots, or one where they would be too many */
    size_t taken; /* spots, the last time */
    size_t most;  /* operations that are followed from the chosen spots on; 0 for all */
    bool is_far;  /* there are more: nothing can be run for this choice */
} Nudge;

/* For the result `of` on a tape that was run. */
Nudge nudge_new(Arena *arena, Tape *tape, Expr of);

/* Chooses spots, each to be given `each` values. Returns how many of them it took, from the first
 * on: at least one, and NUDGE_SPOTS at most. */
size_t nudge_choose(Nudge *nudge, const Spot *spots, size_t count, size_t each);

/* Whether the result depends on a chosen spot; not asked where the choice is far. */
bool nudge_matters(const Nudge *nudge, size_t spot);

/* The chosen spots on which the operation at a place depends, but for those that it gives itself.
 */
SpotSet nudge_reaching(const Nudge *nudge, size_t place);

/* The result for each of `each` values of each spot, all else being as on the tape: entry i of it
 * with value k of spot s, values[s·each + k], stands at results[(i·spots + s)·each + k]. */
void nudge_run(Nudge *nudge, size_t each, const double *values, double *results);

#endif
