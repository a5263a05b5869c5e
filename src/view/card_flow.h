/* card_flow: a table that is too wide for its numbers, each row as running text: "w₅: before 0.4,
 * now 0.9". No number is broken or shortened. */
#ifndef VIEW_CARD_FLOW_H
#define VIEW_CARD_FLOW_H

#include "view/styled.h"

/* Cells by rows, those of the first the headings; at least two rows and columns. */
Grid card_flow_draw(Arena *arena, const Styled *cells, size_t rows, size_t columns, int width,
                    bool ascii);

#endif
