/* habits: what people write who come from another notation (a textbook, a word processor, a
 * programming language), and what a lesson has in its place. Tables, and nothing but tables. */
#ifndef EXPR_HABITS_H
#define EXPR_HABITS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/diag.h"

/* What to write instead of a sign that a lesson does not know, or nothing. `next` is the text
 * behind the sign. The text may be in `arena`. */
Suggestion habit_of_sign(Arena *arena, uint32_t character, const char *next);

/* The digit that a raised or lowered one stands for, or -1. */
int habit_digit(uint32_t character, bool *raised);

/* What to write instead of a function or constant of another notation (sigma, ln, e), or
 * nothing. `behind` is the text behind the word: brackets there are those of what is written. */
Suggestion habit_of_function(Arena *arena, const char *word, const char *behind);

/* What to write instead of a word that begins a statement elsewhere (weight, let, Eingabe), or
 * NULL. */
const char *habit_of_statement(const char *word);

#endif
