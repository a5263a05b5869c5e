/* checker: `backstep check`: reads a lesson, runs every step of it, and demands that everything it
 * says is so. */
#ifndef APP_CHECKER_H
#define APP_CHECKER_H

#include "lesson/lesson.h"

typedef struct CheckReport {
    size_t steps, expectations, derivatives; /* how many were run, checked, computed three ways */
    Diags warnings;                          /* what is right, but could be better */
} CheckReport;

/* Checks the lesson at `path`. Errors go to `diags`, which this sets up; none means it passed.
 * Returns false where the file cannot even be read as a lesson. */
bool checker_run(Arena *arena, const char *path, Diags *diags, CheckReport *report);

#endif
