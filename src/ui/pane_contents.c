/* The table of contents: the steps around the one selected, with where the student is and what was
 * seen. Only the rows in sight are made, so a long lesson costs no more than a short one. */
#include "app/contents.h"
#include "base/str.h"
#include "base/utf8.h"
#include "ui/pane.h"

enum { NUMBER_COLUMNS = 7, INDENT = 2, GAP = 2, LEAST_TITLE = 16 };

static void draw_item(const Face *face, Grid *grid, int row, size_t step) {
    ContentsItem item = contents_item(face->session, face->arena, step);
    bool here = step == session_position(face->session);
    Style style = item.level ? STYLE_STRONG : STYLE_NORMAL;
    grid_text(grid, row, 0, here ? "▶" : item.seen ? "✓" : "○", here ? STYLE_LIT : STYLE_DIM);
    const char *number = arena_format(face->arena, "%zu", step + 1);
    grid_text(grid, row, NUMBER_COLUMNS - 1 - utf8_width(number), number, STYLE_DIM);
    int from = NUMBER_COLUMNS + (item.level ? 0 : INDENT);
    const char *extent = contents_extent(face->arena, &item);
    int room = grid->columns - from, wide = extent ? utf8_width(extent) + GAP : 0;
    if (wide && room - wide >= LEAST_TITLE)
        grid_text(grid, row, grid->columns - wide + GAP, extent, STYLE_DIM);
    else
        wide = 0;
    grid_text_fit(grid, row, from, room - wide, item.title, style);
    grid_mark(grid, row, 0, grid->columns, (uint32_t)step + 1);
    for (int column = 0; step == face->listed && column < grid->columns; column++)
        grid_cell(grid, row, column)->style = STYLE_SELECTED;
}

/* The step in the first row: the selected one stands in the middle where it can. */
static size_t first_step(const Face *face, size_t rows) {
    size_t count = session_step_count(face->session), half = rows / 2;
    size_t first = face->listed > half ? face->listed - half : 0;
    size_t most = count > rows ? count - rows : 0;
    return first > most ? most : first;
}

static Grid draw_contents(const Face *face, int rows, int columns) {
    Grid grid = grid_new(face->arena, rows, columns, face->ascii);
    size_t first = first_step(face, (size_t)rows), count = session_step_count(face->session);
    for (size_t i = 0; i < (size_t)rows && first + i < count; i++)
        draw_item(face, &grid, (int)i, first + i);
    return grid;
}

/* The next heading in a direction, or the end. */
static size_t next_heading(const Face *face, size_t from, int direction) {
    size_t count = session_step_count(face->session), at = from;
    do {
        if (direction > 0 ? at + 1 == count : at == 0)
            return at;
        at = direction > 0 ? at + 1 : at - 1;
    } while (!contents_item(face->session, face->arena, at).level);
    return at;
}

void pane_contents_move(Face *face, const char *way, size_t page) {
    size_t last = session_step_count(face->session) - 1, at = face->listed;
    size_t by = str_starts(way, "page") ? page : 1;
    if (str_equal(way, "first"))
        at = 0;
    else if (str_equal(way, "last"))
        at = last;
    else if (str_equal(way, "heading before") || str_equal(way, "heading after"))
        at = next_heading(face, at, str_equal(way, "heading after") ? 1 : -1);
    else if (str_equal(way, "down") || str_equal(way, "page down"))
        at = last - at > by ? at + by : last;
    else
        at = at > by ? at - by : 0;
    face->listed = at;
}

const Pane pane_contents = {.title = "contents", .draw = draw_contents};
