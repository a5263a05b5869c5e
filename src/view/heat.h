/* heat: a matrix as a rectangle of shaded cells, its entries by their size beside the largest.
 *
 * A cell has a sign, + or −, before its shade, so that colour says nothing that is not said without
 * it. A matrix that is too large for the place is shown in blocks: each cell then stands for
 * several entries, by the one of the largest size. */
#ifndef VIEW_HEAT_H
#define VIEW_HEAT_H

#include "view/grid.h"

typedef struct HeatMap {
    size_t rows, columns;  /* at least 1 each */
    const double *entries; /* by rows */
} HeatMap;

/* At most `rows` × `columns` cells, a line with the scale below; less where the matrix is small. */
Grid heat_draw(Arena *arena, const HeatMap *map, int rows, int columns, bool ascii);

/* The same in words: "The largest entry is 1 in row 1, column 1, …", with `digits`. */
const char *heat_words(Arena *arena, const HeatMap *map, int digits);

#endif
