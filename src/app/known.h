/* known: what a student has seen by a place in the lesson: which values, which slopes. The panes
 * show no number before its step, and where steps ask, none that is asked for soon. */
#ifndef APP_KNOWN_H
#define APP_KNOWN_H

#include "app/state.h"

typedef struct Known {
    bool *value;     /* by symbol */
    SymbolId *slope; /* by symbol: the result whose slope along it is known, or SYMBOL_NONE */
    bool *asked;     /* by symbol: its value is not known yet, and a step to come asks for it */
    size_t step;     /* for known.c: the number of the step that is gone through, from 1, */
    size_t *value_step, *slope_step; /* and of the last that showed a value, a slope */
} Known;

/* What is known at a place. In `arena`. */
Known known_at(const Session *session, Arena *arena, size_t position);

/* The numbers that go with that at the present place. While the updates of one group are gone
 * through, they are those from which the whole group is computed, and only what was updated is new.
 */
typedef struct KnownNumbers {
    Model *computed;    /* of definitions and slopes */
    const Model *given; /* of inputs, targets, parameters */
} KnownNumbers;

/* In `arena`, or the session's own. */
KnownNumbers known_numbers(const Session *session, Arena *arena);

/* How far the update is whose step is the present one. */
typedef enum UpdateStage {
    UPDATE_NONE,  /* it is no such step, or all numbers are the present ones */
    UPDATE_BEGUN, /* some of its parameters have moved, others will */
    UPDATE_DONE   /* this was the last */
} UpdateStage;

typedef struct UpdateState {
    UpdateStage stage;
    size_t first, last; /* its steps, from 0: the whole of it is computed from before the first */
} UpdateState;

UpdateState known_update(const Session *session);

/* The numbers of an answer. While an update is gone through they are known_numbers: there is no
 * network with the half of it. Once it is done, they are the new ones. */
KnownNumbers known_answer_numbers(const Session *session, Arena *arena);

/* The same before the last change that led to the present ones; false where there is none. */
bool known_before_change(const Session *session, Arena *arena, KnownNumbers *numbers);

/* The entries of a name's value, by rows. */
const double *known_value(const KnownNumbers *numbers, SymbolId symbol);

#endif
