/* network_flow: light that runs through the picture of a network, from cause to effect where values
 * are computed, against it where derivatives come back.
 *
 * There are two pictures: one with nothing lit, and the one that stays. Light is the line between
 * them: behind it stands what stays, before it what was, and where they differ just behind the line
 * it glows. So the last frame is the still picture, cell by cell, and a frame costs one copy. */
#ifndef VIEW_NETWORK_FLOW_H
#define VIEW_NETWORK_FLOW_H

#include "view/network.h"

typedef struct NetworkFlow {
    Grid dark, still; /* of one size */
    bool down;        /* light runs by rows, not by columns; */
    bool backward;    /* from the last to the first */
    int first, last;  /* rows or columns in which the two differ; last < first: nowhere */
} NetworkFlow;

/* Light for `network`, of which `still` is the picture. */
NetworkFlow network_flow_new(Arena *arena, const Network *network, Grid still);

/* Draws the picture after `frame` of `count` frames into a grid of the pictures' size: from 0, when
 * nothing is lit, to `count`, which is the still one. */
void network_flow_draw(const NetworkFlow *flow, int frame, int count, Grid *grid);

#endif
