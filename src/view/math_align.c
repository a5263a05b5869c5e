/* Parts of an equation below each other, each number under its symbol. */
#include <string.h>

#include "base/str.h"
#include "view/math_text.h"

bool math_is_sign(const Math *math) {
    size_t length = math->kind == MATH_TEXT ? strlen(math->text) : 0;
    bool apart = length > 2 && math->text[0] == ' ' && math->text[length - 1] == ' ';
    return apart || (length && str_equal(math->text, MATH_MATMUL_DOT));
}

bool math_is_mirrored(const Math *a, const Math *b) {
    bool rows = a->kind == MATH_ROW && b->kind == MATH_ROW && a->count == b->count;
    if (!rows || a->count < 3 || a->count % 2 == 0)
        return false;
    for (size_t i = 1; i < a->count; i += 2)
        if (!math_is_sign(a->parts[i]) || !math_is_sign(b->parts[i]) ||
            !str_equal(a->parts[i]->text, b->parts[i]->text))
            return false;
    return true;
}

typedef void AddToLine(Styled *line, const Math *math, bool ascii, Style style);

static MathBox draw_flat(Arena *arena, const Math *math, bool ascii, AddToLine *add) {
    Styled line = {.arena = arena}, fixed = {.arena = arena};
    add(&line, math, ascii, STYLE_NORMAL);
    styled_append(&fixed, &line, true);
    return (MathBox){.grid = styled_wrap(arena, &fixed, styled_width(&fixed), 0, ascii)};
}

/* An operand or a sign of parts that mirror each other, one cell for each part, in the middle. */
typedef struct Column {
    const Math **items;
    MathBox *cells;
    int width;
    bool begins; /* a line may begin here: a sign of the sum or product itself */
} Column;

typedef struct Columns {
    Arena *arena;
    Column *list;
    size_t count, capacity, parts;
    int width; /* that a column has at most, where that can be */
    bool ascii, flat;
} Columns;

/* The sign of a product, seen or not. */
static bool is_times(const Math *math) {
    static const char *const signs[] = {MATH_TIMES, "·", " · ", MATH_MATMUL_DOT};
    for (size_t i = 0; i < sizeof signs / sizeof *signs; i++)
        if (math->kind == MATH_TEXT && str_equal(math->text, signs[i]))
            return true;
    return false;
}

/* Whether all are products of as many factors, and between any two a sign is seen in one of them.
 */
static bool are_products(const Math *const *all, size_t count) {
    const size_t length = all[0]->count;
    for (size_t i = 0; i < count; i++)
        if (all[i]->kind != MATH_ROW || all[i]->count != length || length < 3 || length % 2 == 0)
            return false;
    for (size_t c = 1; c < length; c += 2) {
        bool seen = false;
        for (size_t i = 0; i < count; i++) {
            if (!is_times(all[i]->parts[c]))
                return false;
            seen = seen || !str_equal(all[i]->parts[c]->text, MATH_TIMES);
        }
        if (!seen)
            return false;
    }
    return true;
}

/* A cell that is too wide, narrower where that takes no further line, beside which others stand. */
static MathBox narrow_cell(const Columns *columns, const Math *item, MathBox cell) {
    MathBox narrow = math_draw_within(columns->arena, item, columns->ascii, columns->width);
    return narrow.first_rows ? cell : narrow;
}

static void add_column(Columns *columns, const Math **items, bool begins) {
    ARENA_RESERVE(columns->arena, columns->list, columns->count, columns->capacity);
    Column *column = &columns->list[columns->count++];
    *column = (Column){items, ARENA_ARRAY(columns->arena, MathBox, columns->parts), 0, begins};
    for (size_t i = 0; i < columns->parts; i++) {
        AddToLine *add = columns->count > 1 ? math_line_add_behind : math_line_add;
        column->cells[i] = columns->flat ? draw_flat(columns->arena, items[i], columns->ascii, add)
                                         : math_draw(columns->arena, items[i], columns->ascii);
        if (!columns->flat && column->cells[i].grid.columns > columns->width)
            column->cells[i] = narrow_cell(columns, items[i], column->cells[i]);
        int width = column->cells[i].grid.columns;
        column->width = width > column->width ? width : column->width;
    }
    for (size_t i = 0; i < columns->parts; i++) {
        MathBox *cell = &column->cells[i];
        int missing = column->width - cell->grid.columns;
        MathBox left = {.grid = grid_new(columns->arena, 1, missing / 2, columns->ascii)};
        MathBox right = {.grid =
                             grid_new(columns->arena, 1, missing - missing / 2, columns->ascii)};
        if (missing)
            *cell = math_beside(columns->arena, (MathBox[]){left, *cell, right}, 3, columns->ascii);
    }
}

/* Takes rows that are made alike apart, and the products in them: w₁x₁ and 0.15·0.85. A sign that
 * is not seen is, when its factors stand apart. */
static void split(Columns *columns, const Math *const *rows, bool within) {
    for (size_t c = 0; c < rows[0]->count; c++) {
        const Math **items = ARENA_ARRAY(columns->arena, const Math *, columns->parts);
        for (size_t i = 0; i < columns->parts; i++) {
            Math *item = rows[i]->parts[c];
            bool hidden = within && c % 2 && str_equal(item->text, MATH_TIMES);
            item = hidden ? math_text(columns->arena, "·") : item;
            items[i] = math_lit(columns->arena, item,
                                item->style == STYLE_NORMAL ? rows[i]->style : item->style);
        }
        bool products = !within && c % 2 == 0 && columns->parts > 1 && !columns->flat;
        if (products && are_products(items, columns->parts))
            split(columns, items, true);
        else
            add_column(columns, items, !within && c % 2);
    }
}

/* Where the piece ends that begins with a sign or the first operand. */
static size_t piece_end(const Columns *columns, size_t first, int *width) {
    size_t end = first;
    *width = 0;
    do
        *width += columns->list[end++].width;
    while (end < columns->count && !columns->list[end].begins);
    return end;
}

/* The column after the last that stands on the line that begins with `first`. */
static size_t line_end(const Columns *columns, size_t first, int width) {
    int used, more;
    size_t end = piece_end(columns, first, &used);
    while (end < columns->count) {
        size_t next = piece_end(columns, end, &more);
        if (used + more > width)
            break;
        used += more;
        end = next;
    }
    return end;
}

MathBox math_below(Arena *arena, MathBox *lines, size_t count, bool ascii) {
    if (count == 1)
        return lines[0];
    int rows = 0, columns = 0;
    int *tops = ARENA_ARRAY(arena, int, count);
    for (size_t i = 0; i < count; i++) {
        lines[i] = math_with_shapes(arena, lines[i]);
        bool gap = i && lines[i - 1].grid.rows > lines[i - 1].baseline + 1 && lines[i].baseline > 0;
        tops[i] = rows += gap;
        rows += lines[i].grid.rows;
        columns = lines[i].grid.columns > columns ? lines[i].grid.columns : columns;
    }
    MathBox box = {.grid = grid_new(arena, rows, columns, ascii),
                   .baseline = lines[0].baseline,
                   .first_rows = lines[0].grid.rows,
                   .breaks = (int)count - 1};
    for (size_t i = 0; i < count; i++) {
        grid_copy(&box.grid, tops[i], 0, &lines[i].grid);
        box.breaks += lines[i].breaks;
    }
    return box;
}

static void draw_columns(Arena *arena, const Math *const *parts, size_t count, bool ascii,
                         bool flat, int width, MathBox *boxes) {
    Columns columns = {
        .arena = arena, .parts = count, .width = width, .ascii = ascii, .flat = flat};
    split(&columns, parts, false);
    MathBox *lines = ARENA_ARRAY(arena, MathBox, columns.count);
    MathBox *cells = ARENA_ARRAY(arena, MathBox, columns.count);
    for (size_t i = 0; i < count; i++) {
        size_t line = 0;
        for (size_t c = 0; c < columns.count; c++)
            cells[c] = columns.list[c].cells[i];
        for (size_t first = 0, end; first < columns.count; first = end) {
            end = line_end(&columns, first, width);
            lines[line++] = math_beside(arena, cells + first, end - first, ascii);
        }
        boxes[i] = math_below(arena, lines, line, ascii);
    }
}

MathAlignment math_align(Arena *arena, const Math *const *parts, size_t count, bool ascii,
                         bool flat, int width, MathBox *boxes) {
    MathAlignment alignment = MATH_APART;
    for (size_t i = 0; i < count;) {
        size_t alike = 1;
        while (i + alike < count && math_is_mirrored(parts[i], parts[i + alike]))
            alike++;
        if (alike == 1)
            boxes[i] = flat ? draw_flat(arena, parts[i], ascii, math_line_add)
                            : math_draw(arena, parts[i], ascii);
        if (alike > 1 || (boxes[i].grid.columns > width && math_is_mirrored(parts[i], parts[i])))
            draw_columns(arena, parts + i, alike, ascii, flat, width, boxes + i);
        if (alike > 1 && alignment != MATH_ALIGNED_TALL)
            alignment = boxes[i].grid.rows > 1 ? MATH_ALIGNED_TALL : MATH_ALIGNED;
        i += alike;
    }
    return alignment;
}
