/* gears: gears in a row, each touching the next, drawn with their teeth and turned by any angle.
 *
 * Teeth are of one size and mesh, as on real gears: so neighbours turn in opposite directions, and
 * a smaller one faster. A spoke shows how far each has come round. */
#ifndef VIEW_GEARS_H
#define VIEW_GEARS_H

#include "view/grid.h"

typedef struct Gear {
    const char *name;
    double radius;
    double turns; /* it makes while the whole row moves once */
    const char *radius_text,
        *turns_text; /* the same as written; turns_text NULL: it stands still */
} Gear;

typedef struct GearTrain {
    const Gear *gears;
    size_t count;
} GearTrain;

/* The gears after the part `time` (0 … 1) of their turns, at most `rows` × `columns` cells, a line
 * for each gear below the picture. Radii that cannot be drawn are only said. */
Grid gears_draw(Arena *arena, const GearTrain *train, double time, int rows, int columns,
                bool ascii);

/* The same in words. */
const char *gears_words(Arena *arena, const GearTrain *train);

#endif
