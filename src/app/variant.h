/* variant: the same lesson with other numbers, to ask a question again that was asked before. What
 * a lesson draws is drawn from another seed; what it gives, or sets on the way, is replaced by
 * numbers near it, of the same sign and with as many digits. The choices of a question come in
 * another order. */
#ifndef APP_VARIANT_H
#define APP_VARIANT_H

#include "app/session.h"

/* Gives a session that was just opened, and goes to `position`, such numbers that what is asked
 * there has another answer than in the lesson. The same seed gives the same numbers. False where no
 * other answer was found, or the session's task was stopped: then the numbers are the lesson's own.
 */
bool variant_make(Session *session, size_t position, uint64_t seed);

#endif
