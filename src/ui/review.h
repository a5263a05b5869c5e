/* review: what was answered wrongly before is asked again, question by question, with other
 * numbers. See store/progress.h for when. */
#ifndef UI_REVIEW_H
#define UI_REVIEW_H

#include "store/progress.h"
#include "ui/plain.h"

typedef struct ReviewOptions {
    PlainOptions plain;
    Settings settings;
    bool all;  /* also what is due on a later day */
    bool json; /* questions and verdicts as objects, one a line; answers are read from lines */
} ReviewOptions;

/* Asks until all is asked, or the student quits; Ctrl-C while a question is prepared does, too.
 * Returns the exit status. */
int review_run(Progress *progress, ReviewOptions options);

#endif
