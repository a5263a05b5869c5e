/* overview: the course and what a student has done of it, as text and as data. */
#ifndef APP_OVERVIEW_H
#define APP_OVERVIEW_H

#include "app/record.h"
#include "store/progress.h"
#include "view/card.h"

/* One lesson: of the course, or another one that was begun. */
typedef struct OverviewLesson {
    const char *name, *title, *path;
    bool begun, done;             /* done: every step was reached */
    int64_t turn;                 /* the largest: where the student was last */
    size_t step, steps;           /* where the student stopped, from 1, of how many */
    size_t furthest;              /* from 1 */
    size_t right, wrong;          /* answers; wrong ones and those that were shown */
    size_t found, helped, missed; /* hunts that ended so */
} OverviewLesson;

/* A mistake, and how often it was made. */
typedef struct OverviewMistake {
    const char *tag;
    size_t count;
} OverviewMistake;

typedef struct Overview {
    OverviewLesson *lessons;   /* those of the course in its order, then the others */
    size_t count, course;      /* all, and those of the course */
    bool begun;                /* at least one of them */
    ProgressReview *reviews;   /* by their day */
    size_t review_count, due;  /* the first `due` of them are due */
    OverviewMistake *mistakes; /* the most frequent first */
    size_t mistake_count;
    ProgressHunt *hunts; /* the newest first */
    size_t hunt_count;
    int64_t now;
} Overview;

/* What is known at `now`. Where there is no progress to be read, nothing was begun. */
Overview overview_read(Arena *arena, Progress *progress, int64_t now);

/* "not begun", "step 12 of 48", "done". */
const char *overview_state(Arena *arena, const OverviewLesson *lesson);

/* Where to go on: the lesson that is begun and not done, and of these the one the student was in
 * last; else the first of the course that was not begun. NULL where all is done. */
const OverviewLesson *overview_next(const Overview *overview);

/* "in 3 days", "tomorrow", "today". */
const char *overview_day(Arena *arena, int64_t days);

/* All of it, for `backstep progress`. */
Card overview_card(Arena *arena, const Overview *overview, const char *file);

/* The same as data, with the answers one by one. */
Record *overview_record(Arena *arena, const Overview *overview, Progress *progress);

#endif
