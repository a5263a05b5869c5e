#include "store/place.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

const char *place_of_state(Arena *arena, const char *file) {
    const char *state = getenv("XDG_STATE_HOME"), *home = getenv("HOME");
    if (state && *state == '/')
        return arena_format(arena, "%s/backstep/%s", state, file);
    if (home && *home == '/')
        return arena_format(arena, "%s/.local/state/backstep/%s", home, file);
    return NULL;
}

const char *place_make_folders(Arena *arena, const char *path) {
    char *part = arena_copy(arena, path);
    for (char *slash = part + 1; (slash = strchr(slash, '/')); slash++) {
        *slash = '\0';
        if (mkdir(part, 0700) != 0 && errno != EEXIST)
            return part;
        *slash = '/';
    }
    return NULL;
}
