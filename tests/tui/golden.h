/* golden: pictures kept as text, to be compared with the screen and read by people.
 *
 * A file holds one picture after another, that of each size in Unicode and in ASCII:
 *
 *   === 80x24 unicode, cursor 23 5
 *   (the 24 rows, without blanks at their ends)
 *   --- styles
 *   1      1-2 8  4-17 b  19-80 8
 *   2-9    1 8  33 b39  80 8
 *
 * Below stands how the cells of each row, or of rows that are alike, look: columns from 1, then b
 * bold, u underlined, i italic, k blinking, r reverse, s struck through, the number of the ink, /
 * and that of the paper. What is not named is plain; blanks are passed over, where nothing is seen
 * on them. */
#ifndef TUI_GOLDEN_H
#define TUI_GOLDEN_H

#include <stdio.h>

#include "picture.h"

/* The picture as text, to be released with free; `form` is "unicode" or "ascii". */
char *golden_text(const Picture *picture, const char *form);

/* The text of the picture in the file that has the same size and form, to be released with free;
 * NULL where there is none. */
char *golden_find(FILE *file, const char *text);

/* Prints how the texts of two pictures of one size differ, row by row. */
void golden_print_difference(const char *golden, const char *screen, FILE *out);

#endif
