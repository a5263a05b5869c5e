/* code: text that is kept line by line: tables and drawings made of characters. */
#ifndef VIEW_CODE_H
#define VIEW_CODE_H

#include "view/grid.h"

/* The lines as they stand, a little indented; of lines too wide first the indent goes, then their
 * ends. */
Grid code_draw(Arena *arena, const char *text, int width, bool ascii);

/* The lines in words, for the ear; a drawing is left out, and that is said. */
Grid code_spoken(Arena *arena, const char *text, int width, bool ascii);

#endif
