#include "view/grid.h"

#include <string.h>

#include "base/str.h"
#include "base/utf8.h"

Grid grid_new(Arena *arena, int rows, int columns, bool ascii) {
    Grid grid = {.rows = rows < 0 ? 0 : rows, .columns = columns < 0 ? 0 : columns, .ascii = ascii};
    size_t count = (size_t)grid.rows * (size_t)grid.columns;
    static const Cell blank = {.text = " "};
    grid.cells = arena_repeat(arena, count, sizeof blank, &blank);
    return grid;
}

Grid grid_rows(const Grid *grid, int first, int count) {
    Grid rows = *grid;
    rows.cells = grid_cell(grid, first, 0);
    rows.rows = rows.cells && count > 0 ? count : 0;
    if (rows.rows > grid->rows - first)
        rows.rows = grid->rows - first;
    return rows;
}

/* Whether the cell holds a character that reaches into the next one. */
static bool is_wide(const Grid *grid, int row, int column) {
    const Cell *cell = grid_cell(grid, row, column);
    return cell && column + 1 < grid->columns && cell[0].text[0] && !cell[1].text[0];
}

/* What a cell holds, its end filled with NULs. */
typedef struct CellText {
    char bytes[sizeof((Cell *)NULL)->text];
} CellText;

static void put_space(Cell *cell) {
    static const char space[sizeof cell->text] = " ";
    if (cell)
        memcpy(cell->text, space, sizeof space);
}

/* Frees a cell for writing: half a wide character is never left behind. */
static Cell *clear_cell(Grid *grid, int row, int column) {
    Cell *cell = grid_cell(grid, row, column);
    if (!cell)
        return NULL;
    if (is_wide(grid, row, column))
        put_space(cell + 1);
    if (!cell->text[0])
        put_space(grid_cell(grid, row, column - 1));
    put_space(cell);
    return cell;
}

static void put_mark(Grid *grid, int row, int column, const char *mark, size_t bytes) {
    Cell *cell = grid_cell(grid, row, column);
    if (cell && !cell->text[0])
        cell = grid_cell(grid, row, column - 1);
    if (!cell)
        return;
    size_t used = strlen(cell->text);
    if (used + bytes < sizeof cell->text) {
        memcpy(cell->text + used, mark, bytes);
        cell->text[used + bytes] = '\0';
    }
}

/* Whether nothing but this cell changes when a character of one column is written there. */
static bool stands_alone(const Grid *grid, const Cell *cell, int column) {
    return cell[0].text[0] && (column + 1 == grid->columns || cell[1].text[0]);
}

/* Writes a character of that many columns, given as the whole text of a cell. */
static void put_character(Grid *grid, int row, int column, const CellText *text, int width,
                          Style style) {
    Cell *first = grid_cell(grid, row, column);
    if (!first || !grid_cell(grid, row, column + width - 1))
        return;
    grid->wide = grid->wide || width == 2;
    if (grid->wide && (width == 2 || !stands_alone(grid, first, column))) {
        static const CellText nothing;
        for (int i = 0; i < width; i++) {
            Cell *cell = clear_cell(grid, row, column + i);
            memcpy(cell->text, nothing.bytes, sizeof cell->text);
            cell->style = (uint8_t)style;
        }
    }
    memcpy(first->text, text->bytes, sizeof first->text);
    first->style = (uint8_t)style;
}

/* Writes what is plain at the beginning of a text, where no character is wide; returns how much
 * that is. */
static int write_plain(Grid *grid, int row, int column, const char *text, Style style) {
    int count = 0;
    for (; text[count] >= ' ' && text[count] < 0x7F; count++) {
        Cell *cell = grid_cell(grid, row, column + count);
        if (!cell)
            continue;
        memcpy(cell->text, &(CellText){{text[count]}}, sizeof cell->text);
        cell->style = (uint8_t)style;
    }
    return count;
}

static int write_text(Grid *grid, int row, int column, const char *text, Style style) {
    int written = 0;
    while (*text) {
        int plain_ones = grid->wide ? 0 : write_plain(grid, row, column + written, text, style);
        written += plain_ones;
        text += plain_ones;
        if (plain_ones > 0)
            continue;
        CellText shown = {{*text}};
        size_t bytes = 1;
        int width = 1;
        bool plain = *text >= ' ' && *text < 0x7F;
        if (!plain) {
            uint32_t character = 0xFFFD;
            bytes = utf8_decode(text, &character);
            width = bytes ? utf8_character_width(character) : 1;
            bool blank = character < 0x20 || character == 0x7F || character == 0xA0;
            shown.bytes[0] = blank ? ' ' : '?';
            if (bytes && !blank)
                memcpy(shown.bytes, text, bytes);
        }
        if (width == 0)
            put_mark(grid, row, column + written - 1, text, bytes);
        else
            put_character(grid, row, column + written, &shown, width, style);
        written += width;
        text += bytes ? bytes : 1;
    }
    return written;
}

static bool is_ascii(const char *text) {
    for (; *text; text++)
        if ((unsigned char)*text >= 0x80)
            return false;
    return true;
}

int grid_text(Grid *grid, int row, int column, const char *text, Style style) {
    if (!grid->ascii || is_ascii(text))
        return write_text(grid, row, column, text, style);
    Arena scratch = {0};
    int written = write_text(grid, row, column, utf8_to_ascii(&scratch, text), style);
    arena_clear(&scratch);
    return written;
}

int grid_text_fit(Grid *grid, int row, int column, int columns, const char *text, Style style) {
    if (columns <= 0)
        return 0;
    Arena scratch = {0};
    const char *shown = grid->ascii ? utf8_to_ascii(&scratch, text) : text;
    int written;
    if (utf8_width(shown) <= columns) {
        written = write_text(grid, row, column, shown, style);
    } else {
        const char *head = arena_copy_n(&scratch, shown, utf8_prefix(shown, columns - 1));
        written = write_text(grid, row, column, head, style);
        written += write_text(grid, row, column + written, grid->ascii ? "~" : "…", style);
    }
    arena_clear(&scratch);
    return written;
}

static int larger_of(int a, int b) {
    return a > b ? a : b;
}

/* The end of `count` places from `start`, no further than `end`; safe for any numbers. */
static int end_within(int start, int count, int end) {
    if (count <= 0 || start >= end)
        return start;
    return start < 0 || count < end - start ? (start + count < end ? start + count : end) : end;
}

/* Gives cells of a row the look of one that holds a character of one column. */
static void repeat_cell(Grid *grid, int row, int first, int last, const Cell *look) {
    for (int column = first; column < last; column++) {
        Cell *to = grid_cell(grid, row, column);
        if (grid->wide && !stands_alone(grid, to, column))
            clear_cell(grid, row, column);
        memcpy(to->text, look->text, sizeof to->text);
        to->style = look->style;
    }
}

void grid_fill(Grid *grid, int row, int column, int rows, int columns, const char *text,
               Style style) {
    int width = utf8_width(text);
    if (width <= 0)
        return;
    int last_row = end_within(row, rows, grid->rows), first_row = larger_of(row, 0);
    int first = larger_of(column, 0), last = end_within(column, columns, grid->columns);
    for (int r = first_row; r < last_row; r++)
        for (int c = first; c + width <= last; c += width) {
            if (grid_text(grid, r, c, text, style) != width)
                return; /* a glyph that is longer in ASCII cannot fill evenly */
            if (width > 1)
                continue;
            Cell look = *grid_cell(grid, r, c);
            for (; r < last_row; r++)
                repeat_cell(grid, r, first, last, &look);
            return;
        }
}

void grid_mark(Grid *grid, int row, int column, int columns, uint32_t mark) {
    int first = larger_of(column, 0), last = end_within(column, columns, grid->columns);
    Cell *cells = grid_cell(grid, row, 0);
    for (int i = first; cells && i < last; i++)
        cells[i].mark = mark;
}

static void copy_cell(Grid *grid, int row, int column, const Grid *from, int r, int c) {
    const Cell *cell = grid_cell(from, r, c);
    Cell *to = grid_cell(grid, row, column);
    if (!to || (!cell->text[0] && c > 0 && is_wide(from, r, c - 1)))
        return; /* the right half comes with its left one */
    int width = is_wide(from, r, c) ? 2 : 1;
    bool whole = grid_cell(grid, row, column + width - 1) != NULL;
    to = clear_cell(grid, row, column);
    if (width == 2 && whole)
        *clear_cell(grid, row, column + 1) = *grid_cell(from, r, c + 1);
    if (whole && cell->text[0])
        *to = *cell;
}

void grid_copy(Grid *grid, int row, int column, const Grid *from) {
    int first = column < 0 ? -column : 0;
    int last = end_within(column, from->columns, grid->columns) - column;
    grid->wide = grid->wide || from->wide;
    for (int r = row < 0 ? -row : 0; r < from->rows && row + r < grid->rows; r++) {
        const Cell *cells = grid_cell(from, r, first);
        Cell *to = grid_cell(grid, row + r, column + first);
        if (!cells || !to || first >= last)
            return;
        if (grid->wide)
            for (int c = first; c < last; c++)
                copy_cell(grid, row + r, column + c, from, r, c);
        else
            memcpy(to, cells, (size_t)(last - first) * sizeof *to);
    }
}

char *grid_line(Arena *arena, const Grid *grid, int row) {
    Buffer line = {.arena = arena};
    for (int column = 0; grid_cell(grid, row, column); column++)
        buffer_add(&line, grid_cell(grid, row, column)->text);
    while (line.length && line.text[line.length - 1] == ' ')
        line.text[--line.length] = '\0';
    return arena_copy(arena, buffer_text(&line));
}
