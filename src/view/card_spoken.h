/* card_spoken: blocks of a card as sentences for the ear. */
#ifndef VIEW_CARD_SPOKEN_H
#define VIEW_CARD_SPOKEN_H

#include "view/card.h"

/* Running text. An item of a list ends with a full stop, so that it does not run into the next. */
char *card_spoken_text(Arena *arena, const Block *block);

/* "z1 equals b1 plus w1 times x1, equals 0.345" */
char *card_spoken_formula(Arena *arena, const Block *block);

/* A line for each row, its cells under the headings they belong to: "w5: before 0.4, now 0.9." */
char *card_spoken_table(Arena *arena, const Block *block);

#endif
