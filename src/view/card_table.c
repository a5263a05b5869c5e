#include "view/card_table.h"

#include <string.h>

#include "base/number.h"
#include "base/utf8.h"
#include "view/card_flow.h"
#include "view/math_text.h"

enum { TABLE_GAP = 2, LEAST_COLUMN = 3 };

/* A table being laid out; its cells by rows. */
typedef struct Table {
    Arena *arena;
    bool ascii;
    Styled *cells;
    int *taken;  /* columns that each needs on one line, */
    int *before; /* and before its point: -1 where it is no number */
    size_t rows, columns;
    int *widths;       /* of each column */
    int *words;        /* the least width in which no number and no word is broken; */
    int *before_point; /* and the most columns before the point of a number */
    Grid *wrapped;     /* the cells that are drawn on more than a line; of the others no rows */
} Table;

static int larger_of(int a, int b) {
    return a > b ? a : b;
}

static int longest_word(Arena *arena, const Styled *cell) {
    int longest = 0;
    const char *at = cell->length ? cell->text : "";
    while (*at) {
        size_t length = strcspn(at, " \n");
        int width = utf8_width(arena_format(arena, "%.*s", (int)length, at));
        longest = width > longest ? width : longest;
        at += length + (at[length] ? 1 : 0);
    }
    return longest;
}

static void read_cells(Table *table, const Block *block) {
    for (size_t i = 0; i < table->rows * table->columns; i++) {
        Styled *cell = &table->cells[i];
        cell->arena = table->arena;
        Style style = block->header && i < block->columns ? STYLE_STRONG : STYLE_NORMAL;
        if (i < block->count && block->parts[i])
            math_line_add(cell, block->parts[i], table->ascii, style);
        table->taken[i] = styled_width(cell);
        table->before[i] = styled_before_point(cell);
        int *most = &table->before_point[i % table->columns];
        *most = larger_of(*most, table->before[i]);
    }
}

/* The columns by which a cell is moved, so that the points of its column stand below each other. */
static int shift_of(const Table *table, size_t cell) {
    int before = table->before[cell];
    return before < 0 ? 0 : table->before_point[cell % table->columns] - before;
}

static void measure_columns(Table *table) {
    for (size_t i = 0; i < table->rows * table->columns; i++) {
        int *widest = &table->widths[i % table->columns];
        *widest = larger_of(*widest, shift_of(table, i) + table->taken[i]);
    }
}

static void measure_words(Table *table) {
    for (size_t i = 0; i < table->rows * table->columns; i++) {
        int *words = &table->words[i % table->columns];
        int word = longest_word(table->arena, &table->cells[i]);
        *words = larger_of(*words, shift_of(table, i) + word);
    }
}

static long long total_width(const Table *table) {
    long long total = -TABLE_GAP;
    for (size_t c = 0; c < table->columns; c++)
        total += table->widths[c] + TABLE_GAP;
    return total;
}

static int narrowest(const Table *table, size_t column, bool whole_words) {
    return larger_of(whole_words ? table->words[column] : 0, LEAST_COLUMN);
}

/* Takes from the widest column that may become narrower until the table fits, or there is none.
 * Returns whether it fits. */
static bool narrow_columns(Table *table, int width, bool whole_words) {
    long long total = total_width(table);
    while (total > width) {
        size_t widest = table->columns;
        int second = LEAST_COLUMN;
        for (size_t c = 0; c < table->columns; c++)
            if (table->widths[c] > narrowest(table, c, whole_words) &&
                (widest == table->columns || table->widths[c] > table->widths[widest]))
                widest = c;
        if (widest == table->columns)
            return false;
        for (size_t c = 0; c < table->columns; c++)
            if (c != widest && table->widths[c] > second &&
                table->widths[c] <= table->widths[widest])
                second = table->widths[c];
        long long excess = total - width, over = table->widths[widest] - second;
        long long most = table->widths[widest] - narrowest(table, widest, whole_words);
        long long less = over < 1 ? 1 : over < excess ? over : excess;
        less = less < most ? less : most;
        table->widths[widest] -= (int)less;
        total -= less;
    }
    return true;
}

/* A number too long for its column keeps the digits that have room, or none: its last ones on a
 * line below would be another number. It may be broken before its power of ten. */
static Styled fit_number(const Table *table, const Styled *cell, int width) {
    const char *sign = table->ascii ? "*" : "·", *mark = table->ascii ? "~" : "…";
    if (styled_before_point(cell) < 0)
        return *cell;
    const char *power = strstr(cell->text, sign);
    size_t first = power ? (size_t)(power - cell->text) + strlen(sign) : 0;
    if (power && utf8_prefix(cell->text, width) >= first)
        return *cell;
    const char *text = number_shorten(table->arena, cell->text, width, mark);
    Styled fitted = {.arena = table->arena};
    styled_add(&fitted, text ? text : mark, (Style)cell->styles[0]);
    return fitted;
}

/* Shortens the numbers and wraps the texts that need more than a line. */
static void wrap_cells(Table *table) {
    for (size_t i = 0; i < table->rows * table->columns; i++) {
        Styled *cell = &table->cells[i];
        int width = table->widths[i % table->columns];
        if (table->taken[i] > width) {
            *cell = fit_number(table, cell, width);
            table->taken[i] = styled_width(cell);
        }
        if (table->taken[i] > width || (cell->length && strchr(cell->text, '\n')))
            table->wrapped[i] = styled_wrap(table->arena, cell, width, 0, table->ascii);
    }
}

/* A row is as tall as its tallest cell. */
static int row_height(const Table *table, size_t row) {
    int height = 1;
    for (size_t c = 0; c < table->columns; c++) {
        height = larger_of(height, table->wrapped[row * table->columns + c].rows);
    }
    return height;
}

static void draw_row(const Table *table, size_t row, Grid *grid, int top) {
    int column = 0;
    for (size_t c = 0; c < table->columns && column < grid->columns; c++) {
        size_t i = row * table->columns + c;
        const Grid *wrapped = &table->wrapped[i];
        int shift = shift_of(table, i);
        int width = wrapped->rows ? wrapped->columns : table->taken[i];
        if (shift + width > table->widths[c])
            shift = 0; /* the column was narrowed */
        if (wrapped->rows)
            grid_copy(grid, top, column + shift, wrapped);
        else
            styled_print(&table->cells[i], grid, top, column + shift);
        column += table->widths[c] + TABLE_GAP;
    }
}

static void draw_rule(const Table *table, Grid *grid, int row) {
    int column = 0;
    for (size_t c = 0; c < table->columns && column < grid->columns; c++) {
        grid_fill(grid, row, column, 1, table->widths[c], table->ascii ? "-" : "─", STYLE_DIM);
        column += table->widths[c] + TABLE_GAP;
    }
}

/* Whether a number is wider than its column. */
static bool breaks_numbers(const Table *table) {
    for (size_t i = 0; i < table->rows * table->columns; i++)
        if (styled_before_point(&table->cells[i]) >= 0 &&
            styled_width(&table->cells[i]) > table->widths[i % table->columns])
            return true;
    return false;
}

static void lay_out(Table *table, int width) {
    measure_columns(table);
    if (total_width(table) <= width)
        return;
    measure_words(table);
    if (!narrow_columns(table, width, true))
        narrow_columns(table, width, false);
}

Grid card_table_draw(Arena *arena, const Block *block, int width, bool ascii, bool ruled) {
    if (block->columns == 0 || block->count == 0)
        return grid_new(arena, 0, 0, ascii);
    size_t columns = block->columns, rows = (block->count + columns - 1) / columns;
    size_t cells = rows * columns;
    Table table = {.arena = arena,
                   .ascii = ascii,
                   .cells = ARENA_ARRAY(arena, Styled, cells),
                   .taken = ARENA_ARRAY(arena, int, cells),
                   .before = ARENA_ARRAY(arena, int, cells),
                   .rows = rows,
                   .columns = columns,
                   .widths = ARENA_ARRAY(arena, int, columns),
                   .words = ARENA_ARRAY(arena, int, columns),
                   .before_point = ARENA_ARRAY(arena, int, columns),
                   .wrapped = ARENA_ARRAY(arena, Grid, cells)};
    read_cells(&table, block);
    lay_out(&table, width);
    if (block->header && rows > 1 && columns > 2 && breaks_numbers(&table))
        return card_flow_draw(arena, table.cells, rows, columns, width, ascii);
    wrap_cells(&table);
    bool rule = ruled && block->header;
    int height = rule, top = 0;
    for (size_t row = 0; row < rows; row++)
        height += row_height(&table, row);
    Grid grid = grid_new(arena, height, width, ascii);
    for (size_t row = 0; row < rows; row++) {
        draw_row(&table, row, &grid, top);
        top += row_height(&table, row);
        if (row == 0 && rule)
            draw_rule(&table, &grid, top++);
    }
    return grid;
}
