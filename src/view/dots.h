/* dots: pictures finer than a character cell. A braille character holds 2 × 4 dots; networks, plots
 * and maps set dots in cells of their own and get the character, and the dots of a line, from here.
 */
#ifndef VIEW_DOTS_H
#define VIEW_DOTS_H

#include <stdint.h>

enum { DOTS_ACROSS = 2, DOTS_DOWN = 4, DOTS_GLYPH_SIZE = 5 };

/* The bit of one dot of a cell, x in 0 … 1 from the left and y in 0 … 3 from the top. Bits are
 * combined with |. */
uint8_t dots_bit(int x, int y);

/* The braille character with these dots; a blank one for 0. */
void dots_glyph(uint8_t bits, char text[DOTS_GLYPH_SIZE]);

/* A straight line from dot to dot, ends included: the dots 0 … steps. */
typedef struct DotLine {
    int x, y, wide, tall, steps;
} DotLine;

DotLine dots_line(int x, int y, int to_x, int to_y);
int dots_line_x(const DotLine *line, int step);
int dots_line_y(const DotLine *line, int step);

/* The quotient rounded to the nearest, halves away from zero; `by` is above 0. */
int dots_divide(int64_t number, int64_t by);

#endif
