/* repl: commands read line by line: with readline on a terminal, else from standard input as it is.
 */
#ifndef UI_REPL_H
#define UI_REPL_H

#include "ui/plain.h"

/* Reads and answers commands until `quit` or the end of the input. Returns 1 where one failed (on a
 * terminal 0: mistakes are part of a conversation). */
int repl_run(PlainRun *run);

/* The prompt where a person types the lines, NULL where they come from a pipe or a file. */
const char *repl_prompt(const PlainRun *run);

/* The next line: from readline, with this prompt, or where that is NULL as it is; what is too long
 * for a command is cut a little above that limit. Malloc'd; NULL at the end. */
char *repl_line(const Session *session, const char *prompt);

#endif
