/* pace: how long a lesson takes, step by step: a reader's words a minute, a while for each step of
 * numbers, longer for a question. An estimate, the same that docs/course.md gives. */
#ifndef LESSON_PACE_H
#define LESSON_PACE_H

#include "lesson/lesson.h"

/* Seconds until the end of each step: step_count numbers that grow. In `arena`. */
double *pace_ends(Arena *arena, const Lesson *lesson);

/* Minutes for so many seconds as they are told: whole ones, at least 1. */
int pace_minutes(double seconds);

#endif
