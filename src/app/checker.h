/* checker: `backstep check`: reads a lesson, runs every step of it, and demands that everything it
 * says is so. */
#ifndef APP_CHECKER_H
#define APP_CHECKER_H

#include "base/task.h"
#include "lesson/lesson.h"

typedef struct CheckReport {
    size_t steps, expectations, derivatives; /* how many were run, checked, computed three ways */
    bool stopped;                            /* before the end; what was checked counts */
    Diags warnings;                          /* what is right, but could be better */
} CheckReport;

/* Checks the lesson at `path`. Errors go to `diags`, which this sets up; none means it passed.
 * `task` is told how far it is, and may stop it. Returns false where the file cannot even be read
 * as a lesson. */
bool checker_run(Arena *arena, const char *path, Diags *diags, CheckReport *report, Task task);

#endif
