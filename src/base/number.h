/* number: doubles as text, without the locale. */
#ifndef BASE_NUMBER_H
#define BASE_NUMBER_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"

enum { NUMBER_SIZE = 40, NUMBER_DEFAULT_DIGITS = 4, NUMBER_MOST_DIGITS = 17 };

/* The shortest decimal text that reads back as the same double: 0.1, 30, 1e-300, -0.0 as "-0". */
void number_shortest(double value, char text[NUMBER_SIZE]);

/* What a student reads. A value that is exact within `digits` significant digits (but for the
 * rounding of the last bits) is written short (0.4, 30); any other is rounded to `digits` and keeps
 * its zeros (0.004900), so that one sees it was rounded. Very small and very large ones
 * as 1.234e-5. */
void number_format(double value, int digits, char text[NUMBER_SIZE]);

/* Reads a decimal number (digits, point, exponent; no sign, no hex, no words) at `text`. Returns
 * the bytes read, 0 where no number stands there. `*value` may be infinite where it is too large.
 */
size_t number_parse(const char *text, double *value);

/* Whether `value`, rounded to the digits written in `text` (as in "0.7333" or "4.9e-3"), is `text`.
 */
bool number_rounds_to(double value, const char *text);

/* With how many significant digits, at least `digits`, two numbers that are not the same look
 * different; NUMBER_MOST_DIGITS where with none. */
int number_digits_apart(double a, double b, int digits);

/* A number that is written out, in at most `columns` columns: its last decimals give way to `mark`,
 * its power of ten stays. NULL where no digit but zeros would be left; `text` where it fits, or is
 * no number. */
const char *number_shorten(Arena *arena, const char *text, int columns, const char *mark);

#endif
