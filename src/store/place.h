/* place: where what is kept from day to day stands: backstep's folder among the user's state files,
 * as the XDG base directories have it. */
#ifndef STORE_PLACE_H
#define STORE_PLACE_H

#include <stdbool.h>

#include "base/arena.h"

/* The path of a file in that folder; NULL where there is none (neither XDG_STATE_HOME nor HOME). */
const char *place_of_state(Arena *arena, const char *file);

/* Makes the folders above a file, for nobody else to look into. NULL, or the one that could not be
 * made, with errno. */
const char *place_make_folders(Arena *arena, const char *path);

#endif
