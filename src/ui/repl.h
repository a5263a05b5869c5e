/* repl: commands read line by line: with readline on a terminal, else from standard input as it is.
 */
#ifndef UI_REPL_H
#define UI_REPL_H

#include "ui/plain.h"

/* Reads and answers commands until `quit` or the end of the input. Returns 1 where one failed (on a
 * terminal 0: mistakes are part of a conversation). */
int repl_run(PlainRun *run);

#endif
