/* spoken: text made for the ear. Speech programs pass over raised and lowered characters, dots and
 * arrows, or spell them out ("y circumflex"); here each is the word that a teacher would say. */
#ifndef VIEW_SPOKEN_H
#define VIEW_SPOKEN_H

#include <stdbool.h>

#include "base/arena.h"

/* The text with its signs as words: "∂E/∂w₅ = −0.2" is "d E by d w5 equals minus 0.2", "x²" is "x
 * squared", "W[2,1]" is "W entry 2, 1". Parentheses stay. */
char *spoken_text(Arena *arena, const char *text);

/* The words with "a-" and "A-" where these are names: by themselves they are read as the article.
 * In a formula each is one; in other text, where the words beside it say so. spoken_text does the
 * latter. */
char *spoken_letters(Arena *arena, const char *words, bool formula);

#endif
