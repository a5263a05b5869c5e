#include "ui/lines.h"

#include <string.h>

#include <readline/history.h>

#include "base/str.h"
#include "store/history.h"
#include "store/place.h"

static bool add(const char *line) {
    HIST_ENTRY *last = history_length > 0 ? history_get(history_base + history_length - 1) : NULL;
    bool kept = line[strspn(line, " \t")] != '\0' && !(last && str_equal(last->line, line));
    if (kept) {
        add_history(line);
        add_history_time(line); /* in place of a time: the line as it was, see prompt.c */
    }
    return kept;
}

void lines_begin(void) {
    Arena arena = {0};
    const char **lines;
    if (history_is_stifled())
        return;
    using_history();
    stifle_history(HISTORY_LINES);
    size_t count = history_read(&arena, place_of_state(&arena, "history"), &lines);
    for (size_t i = 0; i < count; i++)
        add(lines[i]);
    arena_clear(&arena);
}

void lines_add(const char *line) {
    Arena arena = {0};
    if (add(line))
        history_add(place_of_state(&arena, "history"), line);
    arena_clear(&arena);
}
