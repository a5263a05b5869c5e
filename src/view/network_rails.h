/* network_rails: a graph of any size as rows: one a node, with its connections as vertical rails
 * beside it, as version histories are drawn.
 *
 * A node that is used further down has one rail, from its own row to the last row that uses it; a
 * row joins the rails of its inputs to its node. Only the rows to be shown are looked at, so the
 * time is that of one pass over nodes and edges. Rails are given out to the lit nodes first; when
 * they are used up, the other connections are not drawn. */
#ifndef VIEW_NETWORK_RAILS_H
#define VIEW_NETWORK_RAILS_H

#include "view/network.h"

/* Fills the grid, which may have any size, 0 included. */
void network_draw_rails(Arena *arena, const Network *network, Grid *grid);

#endif
