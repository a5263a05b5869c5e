/* progress_case: a folder of its own with progress in it, for the tests of what is kept and of what
 * goes wrong. */
#ifndef UNIT_PROGRESS_CASE_H
#define UNIT_PROGRESS_CASE_H

#include <stdbool.h>
#include <sys/types.h>

#include "store/progress.h"

enum {
    DAY = 24 * 60 * 60,
    NOON = 20000 * DAY + DAY / 2 /* of some day */
};

/* A folder of its own, and the progress in it. */
typedef struct ProgressCase {
    Arena arena;
    char folder[64];
    const char *path;
    Progress *progress;
} ProgressCase;

void progress_case_open(ProgressCase *test);

void progress_case_close(ProgressCase *test);

/* Closes the database and opens it again. */
void progress_case_reopen(ProgressCase *test);

/* Removes the folder with all that is in it. */
void progress_case_remove(ProgressCase *test);

/* Who may enter and write the folder. */
void progress_case_allow(ProgressCase *test, mode_t mode);

ProgressLesson lesson_at(size_t step);

bool save_step(Progress *progress, size_t step);

bool save_verdict(Progress *progress, ProgressVerdict verdict, int64_t time);

/* The step where w5 stopped; -1 where it was not begun; -2 where that cannot be read. */
int read_step(ProgressCase *test);

/* Whether there is a file whose name goes on with `suffix` after the database's. */
bool progress_case_has(ProgressCase *test, const char *suffix);

/* A saved step and a saved answer, with the database closed again. */
void progress_case_fill(ProgressCase *test);

#endif
