/* history: the command lines a person has typed, from day to day: a text file of at most
 * HISTORY_LINES lines, the newest last, for nobody else to read.
 *
 * It is read as warily as everything that is found: a regular file of the user's own, never a
 * symbolic link. It is written anew beside itself and then put in its place, so that whoever reads
 * it sees all of the old one or all of the new one; a line that another backstep has added
 * meanwhile is kept. Where it cannot be read or written, there is no history, and nothing else is
 * lost. */
#ifndef STORE_HISTORY_H
#define STORE_HISTORY_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"

enum { HISTORY_LINES = 1000, HISTORY_BYTES = 1 << 20 };

/* The lines, sanitised, oldest first; how many. `path` may be NULL: none. */
size_t history_read(Arena *arena, const char *path, const char ***lines);

/* Adds a line, unless it is blank or the newest already. Whether the file has it now. */
bool history_add(const char *path, const char *line);

#endif
