/* contents: the steps of a lesson as a list to look through and to search, for every face. Nothing
 * here depends on the numbers of the moment, so no step has to be computed to be listed. */
#ifndef APP_CONTENTS_H
#define APP_CONTENTS_H

#include "app/session.h"

/* A step in the table of contents. */
typedef struct ContentsItem {
    const char *title; /* of a step of prose its heading, or how it begins */
    int level;         /* 1 … 6 where a heading stands there, else 0 */
    bool seen;         /* the student has been there; at a heading: everywhere under it */
    size_t steps;      /* at a heading: the steps under it, itself among them, */
    size_t done;       /* those of them that were seen, */
    int minutes;       /* and how long all of them take */
} ContentsItem;

/* The item of a step. */
ContentsItem contents_item(const Session *session, Arena *arena, size_t step);

/* The heading under which the present step stands, its names as everywhere: w₅; "" for none. */
const char *contents_section(const Session *session, Arena *arena);

/* What stands behind a heading: "2 of 9, 3 min"; NULL for what is none. */
const char *contents_extent(Arena *arena, const ContentsItem *item);

/* A step in which something was found. */
typedef struct ContentsMatch {
    size_t step;
    const char *excerpt; /* the words around it */
} ContentsMatch;

/* The steps in which `text` stands, as view/find.h understands it, in their order. `*matches` lives
 * in `arena`; returns how many. */
size_t contents_search(const Session *session, Arena *arena, const char *text,
                       ContentsMatch **matches);

#endif
