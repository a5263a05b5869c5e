/* trial: what a lesson and an answer that nobody vouches for are put through. The first thing found
 * wrong is kept. */
#ifndef MUTATED_TRIAL_H
#define MUTATED_TRIAL_H

#include <stdbool.h>

#include "app/session.h"
#include "base/diag.h"
#include "view/card_text.h"

typedef struct Trial {
    Arena arena;       /* of the lesson and its session */
    const char *fault; /* or NULL */
    size_t patience;   /* of work that takes long so many moments are waited for */
} Trial;

/* Makes an empty file, which then holds one lesson after another; `path` is of the form that
 * mkstemp takes. */
bool trial_make_file(char *path);

bool trial_write(Trial *trial, const char *path, const void *bytes, size_t length);

/* Nothing that a terminal would obey, and no broken UTF-8, may be shown. */
void trial_require_safe(Trial *trial, const char *text, const char *fault);
void trial_draw(Trial *trial, Arena *arena, const Card *card, CardLayout layout, const char *fault);

/* What is told of a lesson. */
void trial_read_diags(Trial *trial, const Diags *diags);

/* The lesson at its first step; NULL where it cannot be read. */
Session *trial_open(Trial *trial, const char *path);

/* Of work that takes long: when the patience is at its end it is stopped. */
Task trial_task(Trial *trial);

#endif
