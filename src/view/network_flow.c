#include "view/network_flow.h"

#include <string.h>

enum { GLOW_CELLS = 4 }; /* rows or columns that glow behind the light */

static bool cells_differ(const NetworkFlow *flow, int row, int column) {
    const Cell *dark = grid_cell(&flow->dark, row, column);
    const Cell *still = grid_cell(&flow->still, row, column);
    return dark->style != still->style || strcmp(dark->text, still->text) != 0;
}

static void find_way(NetworkFlow *flow) {
    flow->first = flow->down ? flow->still.rows : flow->still.columns;
    flow->last = -1;
    for (int row = 0; row < flow->still.rows; row++) {
        for (int column = 0; column < flow->still.columns; column++) {
            int at = flow->down ? row : column;
            if (!cells_differ(flow, row, column))
                continue;
            flow->first = at < flow->first ? at : flow->first;
            flow->last = at > flow->last ? at : flow->last;
        }
    }
}

NetworkFlow network_flow_new(Arena *arena, const Network *network, Grid still) {
    Network unlit = *network;
    unlit.dark = true;
    NetworkPicture dark = network_draw(arena, &unlit, still.rows, still.columns, still.ascii);
    NetworkFlow flow = {
        .still = still, .down = dark.down, .backward = network->backward, .dark = dark.grid};
    find_way(&flow);
    return flow;
}

void network_flow_draw(const NetworkFlow *flow, int frame, int count, Grid *grid) {
    int length = flow->last - flow->first + 1;
    int reached = count > 0 && frame < count ? length * frame / count : length;
    for (int row = 0; row < grid->rows; row++) {
        for (int column = 0; column < grid->columns; column++) {
            int at = flow->down ? row : column;
            int along = flow->backward ? flow->last - at : at - flow->first;
            bool passed = along < reached;
            Cell *cell = grid_cell(grid, row, column);
            *cell = *grid_cell(passed ? &flow->still : &flow->dark, row, column);
            bool glows = passed && frame < count && along >= reached - GLOW_CELLS;
            if (glows && cells_differ(flow, row, column))
                cell->style = STYLE_STRONG;
        }
    }
}
