/* find: text looked for the way people type it. "w5*h1" finds w₅h₁, "sigma" finds σ, "dE/dw5" finds
 * ∂E/∂w₅: both sides are folded to ASCII before they are compared.
 *
 * Small letters find capitals too; a capital finds only itself, for W is not w. Where the text has
 * a sign of a formula in it, spaces and signs of multiplication do not count. */
#ifndef VIEW_FIND_H
#define VIEW_FIND_H

#include "view/grid.h"

/* What is looked for, folded. */
typedef struct Needle {
    const char *text; /* "" where there is nothing to look for */
    bool cases;       /* it has a capital: capitals count */
    bool formula;     /* it has a sign of a formula */
} Needle;

Needle find_needle(Arena *arena, const char *text);

/* The first place in `text` where it stands, as bytes [start, end) of it; false where there is
 * none.
 */
bool find_in_text(Arena *arena, const Needle *needle, const char *text, size_t *start, size_t *end);

/* Gives the cells of every place in a grid a style; running text is found across its lines. Returns
 * how many places there are. */
size_t find_light(Arena *arena, const Needle *needle, Grid *grid, Style style);

#endif
