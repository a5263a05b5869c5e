/* trace: the paths of an answer, lit in the network one after the other. They follow by themselves
 * where pictures may move, until a key says which; any other key ends that, too. */
#ifndef UI_TRACE_H
#define UI_TRACE_H

#include "ui/actions.h"

/* Begins with the first path; `chain` lives as long as the reply. */
void trace_begin(Tui *tui, const Chain *chain);

/* Milliseconds until the next path follows; -1 where none does. */
int trace_pause(const Tui *tui);

/* Goes on to the next path where it is time. Whether it did. */
bool trace_go_on(Tui *tui);

KeyAction act_trace; /* "next", "before": another path */

#endif
