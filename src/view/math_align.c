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

/* In two dimensions, or on one line. */
static MathBox draw_operand(Arena *arena, const Math *math, bool ascii, bool flat) {
    if (!flat)
        return math_draw(arena, math, ascii);
    Styled line = {.arena = arena}, fixed = {.arena = arena};
    math_line_add(&line, math, ascii, STYLE_NORMAL);
    styled_append(&fixed, &line, true);
    return (MathBox){.grid = styled_wrap(arena, &fixed, styled_width(&fixed), 0, ascii)};
}

/* Parts that mirror each other, taken apart: the operands and signs of part i are cells i·columns …
 * of them, each in the middle of the column that it shares with those of the others. */
typedef struct Columns {
    MathBox *cells;
    int *widths;
    size_t columns;
} Columns;

static Columns draw_cells(Arena *arena, const Math *const *parts, size_t count, bool ascii,
                          bool flat) {
    size_t columns = parts[0]->count;
    Columns drawn = {ARENA_ARRAY(arena, MathBox, count * columns), ARENA_ARRAY(arena, int, columns),
                     columns};
    for (size_t c = 0; c < columns; c++) {
        int *widest = &drawn.widths[c];
        for (size_t i = 0; i < count; i++) {
            Math *operand = math_lit(arena, parts[i]->parts[c], parts[i]->parts[c]->style);
            if (operand->style == STYLE_NORMAL)
                operand->style = parts[i]->style;
            MathBox *cell = &drawn.cells[i * columns + c];
            *cell = draw_operand(arena, operand, ascii, flat);
            *widest = cell->grid.columns > *widest ? cell->grid.columns : *widest;
        }
        for (size_t i = 0; i < count; i++) {
            MathBox *cell = &drawn.cells[i * columns + c];
            int missing = *widest - cell->grid.columns;
            MathBox left = {.grid = grid_new(arena, 1, missing / 2, ascii)};
            MathBox right = {.grid = grid_new(arena, 1, missing - missing / 2, ascii)};
            if (missing)
                *cell = math_beside(arena, (MathBox[]){left, *cell, right}, 3, ascii);
        }
    }
    return drawn;
}

/* The column after the last that stands on the line that begins with `first`, a sign or the first
 * operand. */
static size_t line_end(const Columns *drawn, size_t first, int width) {
    size_t end = first + 1 + first % 2;
    int used = drawn->widths[first] + (first % 2 ? drawn->widths[first + 1] : 0);
    while (end + 1 < drawn->columns &&
           used + drawn->widths[end] + drawn->widths[end + 1] <= width) {
        used += drawn->widths[end] + drawn->widths[end + 1];
        end += 2;
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
    MathBox box = {.grid = grid_new(arena, rows, columns, ascii), .baseline = lines[0].baseline};
    for (size_t i = 0; i < count; i++)
        grid_copy(&box.grid, tops[i], 0, &lines[i].grid);
    return box;
}

static void draw_columns(Arena *arena, const Math *const *parts, size_t count, bool ascii,
                         bool flat, int width, MathBox *boxes) {
    Columns drawn = draw_cells(arena, parts, count, ascii, flat);
    MathBox *lines = ARENA_ARRAY(arena, MathBox, drawn.columns);
    for (size_t i = 0; i < count; i++) {
        size_t line = 0;
        for (size_t first = 0, end; first < drawn.columns; first = end) {
            end = line_end(&drawn, first, width);
            lines[line++] =
                math_beside(arena, &drawn.cells[i * drawn.columns + first], end - first, ascii);
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
            boxes[i] = draw_operand(arena, parts[i], ascii, flat);
        if (alike > 1 || (boxes[i].grid.columns > width && math_is_mirrored(parts[i], parts[i])))
            draw_columns(arena, parts + i, alike, ascii, flat, width, boxes + i);
        if (alike > 1 && alignment != MATH_ALIGNED_TALL)
            alignment = boxes[i].grid.rows > 1 ? MATH_ALIGNED_TALL : MATH_ALIGNED;
        i += alike;
    }
    return alignment;
}
