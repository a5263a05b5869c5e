/* progress: what a student has done, kept from day to day in one SQLite database of their own.
 *
 * It holds for each lesson how far the student came and where they stopped, and the changes they
 * made to its numbers, as the commands they typed; each answer; how each hunt ended; and what was
 * answered wrongly, with the day on which to ask it again. What was saved is on the disk when the
 * function returns (synchronous=FULL).
 *
 * The database is opened by the first function that needs it; one that only reads creates nothing.
 * It is no more trusted than a lesson: its schema must be ours to the letter, rows out of bounds
 * are left out, texts are sanitised. A damaged file is moved aside, one of a newer backstep left
 * alone. Each function returns whether it did its work. Where it did not, or something else is to
 * be told, progress_take_message has it; the lesson goes on in any case. */
#ifndef STORE_PROGRESS_H
#define STORE_PROGRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"

typedef struct Progress Progress;

/* A place in a lesson, that is found again where the lesson was changed. */
typedef struct ProgressPlace {
    size_t step;         /* from 0 */
    const char *heading; /* it stands under; "" for none */
    size_t offset;       /* steps behind that of the heading */
} ProgressPlace;

/* How far a student is in a lesson. */
typedef struct ProgressLesson {
    const char *name;
    uint64_t hash; /* of its text */
    size_t steps;  /* it has; at least 1 */
    size_t furthest;
    ProgressPlace last; /* where the student stopped */
    int64_t turn;       /* read only: the lesson saved last has the largest */
} ProgressLesson;

/* A change a student made: the command, and the step at which it was given. */
typedef struct ProgressChange {
    ProgressPlace place;
    const char *command;
} ProgressChange;

typedef enum ProgressVerdict {
    PROGRESS_RIGHT,
    PROGRESS_ROUNDED,
    PROGRESS_CARRIED, /* right after an earlier mistake */
    PROGRESS_WRONG,
    PROGRESS_SHOWN /* given up: the answer was shown */
} ProgressVerdict;

/* An answer. */
typedef struct ProgressAnswer {
    int64_t time; /* seconds since 1970 */
    const char *lesson;
    uint64_t hash; /* of the lesson's text */
    ProgressPlace place;
    const char *title; /* of the step */
    ProgressVerdict verdict;
    const char *tag; /* of the diagnosed mistake, or NULL */
} ProgressAnswer;

typedef enum ProgressOutcome {
    PROGRESS_FOUND,  /* at once */
    PROGRESS_HELPED, /* after hints or wrong lines */
    PROGRESS_MISSED  /* the line was told */
} ProgressOutcome;

/* A hunt for a mistake that is over. */
typedef struct ProgressHunt {
    int64_t time; /* seconds since 1970 */
    const char *lesson;
    uint64_t hash;    /* of the lesson's text */
    const char *what; /* the command that brings it again */
    ProgressOutcome outcome;
    const char *tag; /* of the mistake */
} ProgressHunt;

/* Something that was answered wrongly and is to be asked again. */
typedef struct ProgressReview {
    const char *lesson;
    uint64_t hash;
    ProgressPlace place;
    const char *title;
    size_t right; /* right answers, each on its day, since the last wrong one */
    size_t asked; /* answers so far: each time there are other numbers */
    int64_t days; /* until it is due; none or less: now */
} ProgressReview;

/* How many answers there were of a kind. */
typedef struct ProgressTally {
    const char *lesson;
    ProgressVerdict verdict;
    const char *tag; /* or "" */
    size_t count;
} ProgressTally;

/* The days to wait before something is asked again: after a wrong answer, after one right answer,
 * after two, three. After the last it is done with. */
enum { PROGRESS_SPACINGS = 4 };
extern const int progress_spacing[PROGRESS_SPACINGS];

/* "right", "rounded", "carried", "wrong", "shown". */
const char *progress_verdict_name(ProgressVerdict verdict);

/* "found", "helped", "missed". */
const char *progress_outcome_name(ProgressOutcome outcome);

/* backstep/progress.db in the XDG state directory; NULL where neither XDG_STATE_HOME nor HOME names
 * a folder. */
const char *progress_default_path(Arena *arena);

/* Lives in `arena`; touches no file. `path` NULL: there is no place to keep anything, and each
 * function says so. Never NULL. */
Progress *progress_new(Arena *arena, const char *path);
void progress_close(Progress *progress);
const char *progress_path(const Progress *progress); /* sanitised; "" for none */

/* What went wrong or was done unasked, a sentence without a full stop; NULL where there is nothing
 * that was not told before. Valid until the next call of any of these functions. */
const char *progress_take_message(Progress *progress);

/* `*found` says whether the lesson was begun; then its texts are in `arena`. */
bool progress_read_lesson(Progress *progress, Arena *arena, const char *name,
                          ProgressLesson *lesson, bool *found);

/* Everything of a kind, at most PROGRESS_MOST_ROWS: lessons by name, what is to be asked again by
 * its day, tallies by lesson, answers and hunts from the newest. */
enum { PROGRESS_MOST_ROWS = 10000 };
bool progress_read_lessons(Progress *progress, Arena *arena, ProgressLesson **lessons,
                           size_t *count);
bool progress_read_reviews(Progress *progress, Arena *arena, int64_t now, ProgressReview **reviews,
                           size_t *count);
bool progress_read_tallies(Progress *progress, Arena *arena, ProgressTally **tallies,
                           size_t *count);
bool progress_read_answers(Progress *progress, Arena *arena, ProgressAnswer **answers,
                           size_t *count);
bool progress_read_hunts(Progress *progress, Arena *arena, ProgressHunt **hunts, size_t *count);

/* The changes in a lesson, in the order in which they were made; none is no failure. */
enum { PROGRESS_MOST_CHANGES = 200, PROGRESS_MOST_COMMAND = 4000 /* bytes of one */ };
bool progress_read_changes(Progress *progress, Arena *arena, const char *lesson,
                           ProgressChange **changes, size_t *count);

/* Notes them in place of those noted before; of more than PROGRESS_MOST_CHANGES the last. */
bool progress_save_changes(Progress *progress, const char *lesson, const ProgressChange *changes,
                           size_t count);

/* Notes where the student is. `furthest` only grows. */
bool progress_save_lesson(Progress *progress, const ProgressLesson *lesson);

/* Notes an answer. After a wrong one it is asked again the next day; a right one on its day or
 * later puts that off, one before its day leaves it there. Days are those of the local calendar.
 */
bool progress_save_answer(Progress *progress, const ProgressAnswer *answer);

/* Notes how a hunt ended. */
bool progress_save_hunt(Progress *progress, const ProgressHunt *hunt);

/* Asks this no more. */
bool progress_drop_review(Progress *progress, const char *lesson, size_t step);

/* Removes the database and all damaged ones that were moved aside. */
bool progress_forget(Progress *progress);

#endif
