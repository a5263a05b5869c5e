/* check: `backstep check FILE…`: is everything right that these lessons say? A line for each; one
 * on the terminal while it takes long, which Ctrl-C stops. */
#ifndef UI_CHECK_H
#define UI_CHECK_H

#include "ui/plain.h"

enum { CHECK_INTERRUPTED = 130 }; /* the exit status of a program that Ctrl-C ended */

/* Returns the exit status: 1 where a lesson failed, else 130 where it was stopped, else 0. */
int check_run(char **files, int count, PlainOptions options);

#endif
