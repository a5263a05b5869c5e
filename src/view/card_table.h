/* card_table: a table of a card in character cells. The points of the numbers of a column stand
 * below each other. Where the table is too wide, its widest columns become narrower: first as far
 * as no number and no word is broken, then further. A text goes on in the row below. Where a number
 * would be broken, a table with a heading becomes running text (view/card_flow), and in any other a
 * number keeps the digits that have room. */
#ifndef VIEW_CARD_TABLE_H
#define VIEW_CARD_TABLE_H

#include "view/card.h"

/* A block of kind BLOCK_TABLE, `width` columns wide and as tall as it needs; with a line below its
 * heading, if it has one, where `ruled`. */
Grid card_table_draw(Arena *arena, const Block *block, int width, bool ascii, bool ruled);

#endif
