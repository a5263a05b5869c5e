/* diag: errors in a user's text, each with its place, a sentence, and what to write instead. */
#ifndef BASE_DIAG_H
#define BASE_DIAG_H

#include <stdbool.h>
#include <stdio.h>

#include "base/arena.h"

/* Where a suggestion can be followed. An answer has no room for a further line or a comment. */
typedef enum SuggestionPlace {
    SUGGESTION_ANYWHERE,
    SUGGESTION_IN_LESSON, /* in no answer */
    SUGGESTION_LEAVE_OUT  /* "leave it out"; what else it says is about lessons */
} SuggestionPlace;

typedef struct Suggestion {
    const char *text; /* "did you mean w8?" or what to write, or NULL */
    SuggestionPlace place;
} Suggestion;

typedef struct Diag {
    int line, column;    /* from 1; column counts characters. line 0: the file as a whole */
    int length;          /* characters underlined, at least 1 */
    const char *message; /* a sentence without a full stop */
    Suggestion suggestion;
    int *also; /* further lines in which the same is wrong, in order */
    size_t also_count, also_capacity;
} Diag;

/* The errors of one source text, in the order they were found. */
typedef struct Diags {
    Arena *arena;
    const char *file;   /* as the user named it, sanitised */
    const char *source; /* the whole text, for showing lines; may be NULL */
    Diag *items;
    size_t count, capacity; /* no more than LIMIT_ERRORS are kept; `dropped` counts the rest */
    size_t dropped;
} Diags;

/* Adds an error. `suggestion`, for anywhere, may be NULL; both texts are copied. */
void diag_add(Diags *diags, int line, int column, int length, const char *suggestion,
              const char *format, ...) __attribute__((format(printf, 6, 7)));

/* The same with a suggestion that need not be for anywhere. */
void diag_add_with(Diags *diags, int line, int column, int length, Suggestion suggestion,
                   const char *format, ...) __attribute__((format(printf, 6, 7)));

/* Whether an error with this message is there already. It is told once; that `line` has it, too, is
 * noted there. */
bool diag_repeats(Diags *diags, int line, const char *message);

/* Sorts by place and prints each as file:line:col: message, the line, a caret, the suggestion. */
void diags_print(Diags *diags, FILE *out);

#endif
