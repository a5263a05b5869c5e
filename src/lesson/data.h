/* data: the training rows of a lesson, written in it or in a CSV file beside it: the statement
 * `data x1, x2 -> y` with the rows indented under it, or `data x[4] -> y[3] from "file.csv"`. It
 * declares the columns as inputs and targets, whose first values are those of the first row. */
#ifndef LESSON_DATA_H
#define LESSON_DATA_H

#include "lesson/script.h"

/* Whether a row could begin with this token: no statement does. */
bool data_begins_row(const Token *token);

/* Reports rows that are not indented, once, and goes on behind them. */
void data_stray_rows(Script *script);

#endif
