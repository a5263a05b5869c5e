#include "view/card_flow.h"

enum { FLOW_INDENT = 2 };

/* A heading and its cell, on one line where that has room. */
static void add_cell(Styled *row, const Styled *heading, const Styled *cell, int width) {
    Styled pair = {.arena = row->arena};
    styled_append(&pair, heading, false);
    if (heading->length && cell->length)
        styled_add(&pair, " ", STYLE_NORMAL);
    styled_append(&pair, cell, false);
    styled_append(row, &pair, styled_width(&pair) < width - FLOW_INDENT);
}

static Grid draw_row(Arena *arena, const Styled *headings, const Styled *cells, size_t columns,
                     int width, bool ascii) {
    Styled row = {.arena = arena};
    const char *before = ": ";
    styled_append(&row, &cells[0], true);
    for (size_t c = 1; c < columns; c++) {
        if (!cells[c].length)
            continue;
        styled_add(&row, before, STYLE_NORMAL);
        add_cell(&row, &headings[c], &cells[c], width);
        before = ", ";
    }
    return styled_wrap(arena, &row, width, FLOW_INDENT, ascii);
}

Grid card_flow_draw(Arena *arena, const Styled *cells, size_t rows, size_t columns, int width,
                    bool ascii) {
    Grid *drawn = ARENA_ARRAY(arena, Grid, rows);
    int height = 0, top = 0;
    for (size_t row = 1; row < rows; row++) {
        drawn[row] = draw_row(arena, cells, &cells[row * columns], columns, width, ascii);
        height += drawn[row].rows;
    }
    Grid grid = grid_new(arena, height, width, ascii);
    for (size_t row = 1; row < rows; row++) {
        grid_copy(&grid, top, 0, &drawn[row]);
        top += drawn[row].rows;
    }
    return grid;
}
