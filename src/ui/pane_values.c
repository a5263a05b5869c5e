#include "base/str.h"
#include "ui/pane.h"
#include "ui/screen.h"
#include "view/card_text.h"
#include "view/math_text.h"

/* The rows of the table, and the names they are about. */
typedef struct Rows {
    Card card;
    Block *table;      /* NULL where nothing is known yet */
    SymbolId *symbols; /* by row; SYMBOL_NONE for a heading */
    size_t count;
} Rows;

/* The table is for reading; which name a row is about is found by how the name is written. Rows
 * come in the order of the lesson's names, so one walk along both is enough. */
static void find_symbols(const Face *face, Rows *rows) {
    const Scope *scope = &session_lesson(face->session)->scope;
    SymbolId next = 0;
    for (size_t i = 0; i < rows->count; i++) {
        const Math *cell = rows->table->parts[i * rows->table->columns];
        const char *written = cell ? math_line(face->arena, cell, false) : "";
        rows->symbols[i] = SYMBOL_NONE;
        for (SymbolId s = next; s < scope->count && rows->symbols[i] == SYMBOL_NONE; s++) {
            const Math *name = math_symbol(face->arena, scope_get(scope, s));
            if (str_equal(math_line(face->arena, name, false), written))
                rows->symbols[i] = s;
        }
        if (rows->symbols[i] != SYMBOL_NONE)
            next = rows->symbols[i] + 1;
    }
}

static Rows read_rows(const Face *face) {
    Rows rows = {.card = session_values(face->session, face->arena)};
    for (size_t i = 0; i < rows.card.count && !rows.table; i++)
        if (rows.card.blocks[i].kind == BLOCK_TABLE && rows.card.blocks[i].columns > 0)
            rows.table = &rows.card.blocks[i];
    if (!rows.table)
        return rows;
    rows.count = rows.table->count / rows.table->columns;
    rows.symbols = ARENA_ARRAY(face->arena, SymbolId, rows.count);
    find_symbols(face, &rows);
    return rows;
}

static Grid draw_values(const Face *face, int rows, int columns) {
    (void)rows;
    if (face->selected == SYMBOL_NONE) {
        Card card = session_values(face->session, face->arena);
        return card_draw(face->arena, &card,
                         (CardLayout){.width = columns, .ascii = face->ascii, .flat = true});
    }
    Rows values = read_rows(face);
    for (size_t i = 0; i < values.count; i++) {
        const Math **name = &values.table->parts[i * values.table->columns];
        if (values.symbols[i] == face->selected)
            *name = math_lit(face->arena, (Math *)*name, STYLE_SELECTED);
    }
    return card_draw(face->arena, &values.card,
                     (CardLayout){.width = columns, .ascii = face->ascii, .flat = true});
}

static void move_in_values(Face *face, int32_t arrow) {
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

const Pane pane_values = {
    .title = "values", .keys = "↑↓ select", .draw = draw_values, .move = move_in_values};
