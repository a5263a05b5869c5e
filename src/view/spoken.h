/* spoken: text made for the ear. Speech programs pass over raised and lowered characters, dots and
 * arrows, or spell them out ("y circumflex"); here each is the word that a teacher would say. */
#ifndef VIEW_SPOKEN_H
#define VIEW_SPOKEN_H

#include <stdbool.h>

#include "base/arena.h"

/* The text with its signs as words: "∂E/∂w₅ = −0.2" is "d E by d w5 equals minus 0.2", "x²" is "x
 * squared", "W[2,1]" is "W entry 2, 1". Then spoken_sentences. */
char *spoken_text(Arena *arena, const char *text);

/* The first half of it, for a part of a sentence: the signs as words. Parentheses stay. */
char *spoken_signs(Arena *arena, const char *text);

/* The second half, for whole sentences: brackets as words where they belong to a formula, as commas
 * where they hold a remark; a pause between sentences; "a-" for a name that is the letter a. */
char *spoken_sentences(Arena *arena, const char *words);

/* The brackets of it. */
char *spoken_brackets(Arena *arena, const char *words);

/* What is to be typed, each sign named as its key is: "set w2_11 = -0.6" is "set w2 underscore 1 1
 * equals minus 0.6". */
char *spoken_typed(Arena *arena, const char *typed);

/* The words with "a-" and "A-" where these are names: by themselves they are read as the article.
 * In a formula each is one; in other text, where the words beside it say so. */
char *spoken_letters(Arena *arena, const char *words, bool formula);

#endif
