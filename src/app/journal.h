/* journal: a session and what is kept of it from day to day (store/progress.h). It brings a student
 * back to where they stopped, and notes each move and each answer before the next prompt; on the
 * full screen after the frame that shows it (session_settle). What
 * there is to say about that is said as a note on the present step. */
#ifndef APP_JOURNAL_H
#define APP_JOURNAL_H

#include "app/session.h"
#include "store/progress.h"

typedef enum JournalUse {
    JOURNAL_RESUME,  /* go to where the student stopped */
    JOURNAL_RESTART, /* begin anew */
    JOURNAL_REVIEW   /* note the answers alone */
} JournalUse;

/* Follows a session that was just opened. `progress` outlives it. */
void journal_follow(Progress *progress, Session *session, JournalUse use);

/* The step that a note speaks of, in the lesson as it is now; false where it is no longer there, or
 * asks nothing any more. */
bool journal_find_review(Session *session, const ProgressReview *review, size_t *position);

/* For variant_make: another one each time it is asked. */
uint64_t journal_review_seed(const ProgressReview *review);

/* Notes that the answer of the present step was shown without a right one. */
void journal_give_up(Progress *progress, Session *session, size_t position);

/* The seconds since 1970, as the answers are noted with. */
int64_t journal_now(void);

#endif
