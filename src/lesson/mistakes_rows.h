/* mistakes_rows: those made where the result is a sum or a mean over the training rows. Rows of the
 * table in mistakes.c. */
#ifndef LESSON_MISTAKES_ROWS_H
#define LESSON_MISTAKES_ROWS_H

#include "lesson/workings.h"

/* The part of one row, for each of them. */
void mistake_take_one_row(Workings *work);

/* The sum instead of the mean, and the mean instead of the sum. */
void mistake_forget_average(Workings *work);
void mistake_average_sum(Workings *work);

#endif
