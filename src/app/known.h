/* known: what a student has seen by a place in the lesson: which values, which slopes. The panes
 * show no number before its step. */
#ifndef APP_KNOWN_H
#define APP_KNOWN_H

#include "app/state.h"

typedef struct Known {
    bool *value;     /* by symbol */
    SymbolId *slope; /* by symbol: the result whose slope along it is known, or SYMBOL_NONE */
} Known;

Known known_at(const Session *session, Arena *arena, size_t position);

#endif
