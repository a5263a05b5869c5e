/* home: what there is to see outside a lesson: the course, and what was done of it. */
#ifndef UI_HOME_H
#define UI_HOME_H

#include "store/progress.h"
#include "ui/plain.h"

/* The lessons; where one was begun, how far each is, where to go on and what to review. Where
 * `asks` is set, the student says which to open, and Enter alone means the next: its name, in
 * `kept`; NULL for none. */
const char *home_course(Arena *kept, Progress *progress, bool asks);

/* All that is kept, as text or as JSON. */
void home_progress(Progress *progress, PlainOptions options, bool json);

/* Removes it. Returns the exit status. */
int home_forget(Progress *progress);

/* Says on standard error what the progress has to say, if anything. */
void home_tell(Progress *progress);

#endif
