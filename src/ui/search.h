/* search: what was searched for on the screen, and the steps it was found in, until another search
 * or Esc. */
#ifndef UI_SEARCH_H
#define UI_SEARCH_H

#include "app/contents.h"
#include "view/find.h"

typedef struct Search {
    Arena arena;      /* of all below */
    const char *text; /* as it was typed; NULL: no search */
    Needle needle;
    ContentsMatch *matches;
    size_t count; /* at least 1 while there is a search */
} Search;

/* `text` was found by the session's search. */
void search_begin(Search *search, const Session *session, const char *text);
void search_end(Search *search);
bool search_is_on(const Search *search);

/* The match in the step at `position` or the first one after it, beginning again at the end. */
size_t search_at(const Search *search, size_t position);

/* The next match after (direction 1) or before (-1) that step, round and round. */
size_t search_from(const Search *search, size_t position, int direction);

/* Lights what was found in the picture of the step at `position`; where it stands in a formula of
 * several rows, the first line is lit. */
void search_light(const Search *search, Arena *arena, size_t position, Grid *grid);

#endif
