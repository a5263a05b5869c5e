#include "ui/pane.h"
#include "ui/screen.h"
#include "view/card_text.h"

enum { GAP = 4 }; /* columns between the columns of a table that has several */

/* The rows of the table, and the names they are about. */
typedef struct Rows {
    Card card;
    Block *table;      /* NULL where nothing is known yet */
    SymbolId *symbols; /* by row; SYMBOL_NONE for a heading */
    size_t count;
} Rows;

static Rows read_rows(const Face *face) {
    SymbolId around = face->selected != SYMBOL_NONE ? face->selected : pane_step_symbol(face);
    Rows rows = {0};
    rows.card = session_values(face->session, face->arena, around, &rows.symbols);
    for (size_t i = 0; i < rows.card.count && !rows.table; i++)
        if (rows.card.blocks[i].kind == BLOCK_TABLE && rows.card.blocks[i].columns > 0)
            rows.table = &rows.card.blocks[i];
    if (rows.table)
        rows.count = rows.table->count / rows.table->columns;
    return rows;
}

static int used_columns(const Grid *grid) {
    for (int column = grid->columns - 1; column >= 0; column--)
        for (int row = 0; row < grid->rows; row++)
            if (!grid_is_blank(grid, row, column))
                return column + 1;
    return 0;
}

/* A long, narrow table in several columns, where it does not fit in one. */
static Grid flow(const Face *face, const Grid *table, int rows, int columns) {
    int width = used_columns(table) + GAP;
    int room = (columns + GAP) / width;
    int wanted = rows > 0 ? (table->rows + rows - 1) / rows : 1;
    int across = wanted < room ? wanted : room;
    if (across < 2)
        return *table;
    int height = (table->rows + across - 1) / across;
    Grid grid = grid_new(face->arena, height, columns, face->ascii);
    for (int i = 0; i < across; i++) {
        Grid part = grid_rows(table, i * height, height);
        grid_copy(&grid, 0, i * width, &part);
    }
    return grid;
}

/* The name the step speaks of is lit, the selected one marked. */
static void mark_names(const Face *face, Rows *rows) {
    SymbolId lit = pane_step_symbol(face);
    for (size_t i = 0; i < rows->count; i++) {
        const Math **name = &rows->table->parts[i * rows->table->columns];
        SymbolId symbol = rows->symbols[i];
        if (symbol != SYMBOL_NONE && (symbol == lit || symbol == face->selected))
            *name =
                math_lit(face->arena, (Math *)*name,
                         symbol == lit && symbol != face->selected ? STYLE_LIT : STYLE_SELECTED);
    }
}

/* The table in as many columns as have room; whether each of its rows is one line. */
static Grid draw_rows(const Face *face, const Rows *values, int rows, int columns, bool *whole) {
    CardLayout layout = {.width = columns, .ascii = face->ascii, .flat = true};
    Grid table = card_draw(face->arena, &values->card, layout);
    *whole = (size_t)table.rows == values->count;
    for (int row = 0; row < table.rows && *whole; row++)
        if (values->symbols[row] != SYMBOL_NONE)
            grid_mark(&table, row, 0, table.columns, values->symbols[row] + 1);
    return flow(face, &table, rows, columns);
}

/* The same with each slope in a row of its own, below its name: a narrower table. */
static Rows below_each_other(const Face *face, const Rows *wide) {
    Rows rows = {.card = {.arena = face->arena}};
    rows.symbols = ARENA_ARRAY(face->arena, SymbolId, 2 * wide->count);
    rows.table = card_add(&rows.card, BLOCK_TABLE);
    rows.table->columns = 2;
    for (size_t i = 0; i < 2 * wide->count; i++) {
        const Math **pair = &wide->table->parts[i / 2 * wide->table->columns + i % 2 * 2];
        if (i % 2 && !pair[0])
            continue;
        block_part(&rows.card, rows.table, NULL, pair[0]);
        block_part(&rows.card, rows.table, NULL, pair[1]);
        rows.symbols[rows.count++] = wide->symbols[i / 2];
    }
    return rows;
}

static Grid draw_values(const Face *face, int rows, int columns) {
    Rows values = read_rows(face);
    mark_names(face, &values);
    bool whole, other_whole;
    Grid table = draw_rows(face, &values, rows, columns, &whole);
    if ((table.rows <= rows && whole) || !values.table || values.table->columns < 4)
        return table;
    Rows narrow = below_each_other(face, &values);
    Grid other = draw_rows(face, &narrow, rows, columns, &other_whole);
    return other.rows < table.rows || (other_whole && !whole) ? other : table;
}

static void move_in_values(Face *face, int32_t arrow, int height, int width) {
    (void)height;
    (void)width;
    Rows rows = read_rows(face);
    SymbolId before = SYMBOL_NONE, after = SYMBOL_NONE, first = SYMBOL_NONE;
    bool passed = false;
    for (size_t i = 0; i < rows.count; i++) {
        SymbolId symbol = rows.symbols[i];
        if (symbol == SYMBOL_NONE)
            continue;
        first = first == SYMBOL_NONE ? symbol : first;
        if (passed && after == SYMBOL_NONE)
            after = symbol;
        passed = passed || symbol == face->selected;
        before = passed ? before : symbol;
    }
    bool down = arrow == PRESS_DOWN || arrow == PRESS_RIGHT;
    SymbolId next = !passed ? first : down ? after : before;
    face->selected = next == SYMBOL_NONE ? face->selected : next;
}

const Pane pane_values = {.title = "values", .draw = draw_values, .move = move_in_values};
