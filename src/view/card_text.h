/* card_text: a card laid out in character cells. */
#ifndef VIEW_CARD_TEXT_H
#define VIEW_CARD_TEXT_H

#include "view/card.h"

typedef struct CardLayout {
    int width; /* columns to fill, at least 20 */
    int rows;  /* that can be seen at once: plots try to fit; 0: not known */
    bool ascii;
    bool flat;   /* formulas on one line, no rules and boxes: for screen readers */
    double time; /* 0 … 1: how far what moves in pictures has come; 0 is the still picture */
    bool spoken; /* with flat: signs and formulas in words, see view/spoken.h */
    bool title;  /* begin with the card's title */
} CardLayout;

/* The card as a grid `width` wide and as tall as it needs; one empty row between blocks (none
 * between the items of one list). Text wraps at spaces; a word too long is cut at the width; code
 * keeps its lines and is cut at the width. Tables have aligned columns. */
Grid card_draw(Arena *arena, const Card *card, CardLayout layout);

/* The card without its title as lines of plain text, 80 columns wide, formulas on one line. */
char *card_plain(Arena *arena, const Card *card);

#endif
