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

/* Names of the lesson at hand, for examples: in a suggestion {w} is a number that can be set, as a
 * rule a parameter, or an entry of one; {W} a parameter; {M} a matrix; {y} a definition; {E} the
 * result. Where a lesson has none (NULL) a letter stands. */
typedef struct ExampleNames {
    const char *w, *W, *M, *y, *E;
} ExampleNames;

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
    ExampleNames names; /* what {w} in a suggestion stands for */
    Diag *items;
    size_t count, capacity; /* no more than LIMIT_ERRORS are kept; `dropped` counts the rest */
    size_t dropped;
} Diags;

/* Adds an error. `suggestion`, for anywhere, may be NULL; both texts are copied, and the examples
 * in it get names of the lesson. */
void diag_add(Diags *diags, int line, int column, int length, const char *suggestion,
              const char *format, ...) __attribute__((format(printf, 6, 7)));

/* The same with a suggestion that need not be for anywhere. */
void diag_add_with(Diags *diags, int line, int column, int length, Suggestion suggestion,
                   const char *format, ...) __attribute__((format(printf, 6, 7)));

/* The text with names in place of {w}, {W}, {M}, {y} and {E}. In `arena`. */
const char *diag_fill(Arena *arena, const ExampleNames *names, const char *text);

/* Whether an error with this message is there already. It is told once; that `line` has it, too, is
 * noted there. */
bool diag_repeats(Diags *diags, int line, const char *message);

/* Sorts by place and prints each as file:line:col: message, the line, a caret, the suggestion. */
void diags_print(Diags *diags, FILE *out);

#endif
