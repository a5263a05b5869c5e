/* code: text that is kept line by line: tables and drawings made of characters. */
#ifndef VIEW_CODE_H
#define VIEW_CODE_H

#include "view/grid.h"

/* The lines as they stand, a little indented. Where they are too wide the indent goes first, then
 * long lines and gaps become shorter, in all rows at once, and only then the ends are cut. */
Grid code_draw(Arena *arena, const char *text, int width, bool ascii);

/* The lines in words, for the ear; a drawing is left out, and that is said. */
Grid code_spoken(Arena *arena, const char *text, int width, bool ascii);

/* Whether the text is a picture made of characters, and no table or formula. */
bool code_is_drawing(const char *text);

#endif
