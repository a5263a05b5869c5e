/* Parts of an equation below each other, each number under its symbol. */
#include <string.h>

#include "base/str.h"
#include "view/math_text.h"

/* A sign between terms or factors that have room of their own, " + " or " · ". */
static bool is_spaced_sign(const Math *math) {
    size_t length = math->kind == MATH_TEXT ? strlen(math->text) : 0;
    return length > 2 && math->text[0] == ' ' && math->text[length - 1] == ' ';
}

bool math_is_mirrored(const Math *a, const Math *b) {
    bool rows = a->kind == MATH_ROW && b->kind == MATH_ROW && a->count == b->count;
    if (!rows || a->count < 3 || a->count % 2 == 0)
        return false;
    for (size_t i = 1; i < a->count; i += 2)
        if (!is_spaced_sign(a->parts[i]) || !is_spaced_sign(b->parts[i]) ||
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
    return (MathBox){styled_wrap(arena, &fixed, styled_width(&fixed), 0, ascii), 0};
}

/* Draws parts that mirror each other, each operand in the middle of its column. */
static void draw_columns(Arena *arena, const Math *const *parts, size_t count, bool ascii,
                         bool flat, MathBox *boxes) {
    size_t columns = parts[0]->count;
    MathBox *cells = ARENA_ARRAY(arena, MathBox, count * columns);
    for (size_t c = 0; c < columns; c++) {
        int widest = 0;
        for (size_t i = 0; i < count; i++) {
            Math *operand = math_lit(arena, parts[i]->parts[c], parts[i]->parts[c]->style);
            if (operand->style == STYLE_NORMAL)
                operand->style = parts[i]->style;
            MathBox *cell = &cells[i * columns + c];
            *cell = draw_operand(arena, operand, ascii, flat);
            widest = cell->grid.columns > widest ? cell->grid.columns : widest;
        }
        for (size_t i = 0; i < count; i++) {
            MathBox *cell = &cells[i * columns + c];
            Grid wide = grid_new(arena, cell->grid.rows, widest, ascii);
            grid_copy(&wide, 0, (widest - cell->grid.columns) / 2, &cell->grid);
            cell->grid = wide;
        }
    }
    for (size_t i = 0; i < count; i++)
        boxes[i] = math_beside(arena, &cells[i * columns], columns, ascii);
}

MathAlignment math_align(Arena *arena, const Math *const *parts, size_t count, bool ascii,
                         bool flat, MathBox *boxes) {
    MathAlignment alignment = MATH_APART;
    for (size_t i = 0; i < count;) {
        size_t alike = 1;
        while (i + alike < count && math_is_mirrored(parts[i], parts[i + alike]))
            alike++;
        if (alike == 1)
            boxes[i] = draw_operand(arena, parts[i], ascii, flat);
        else
            draw_columns(arena, parts + i, alike, ascii, flat, boxes + i);
        if (alike > 1 && alignment != MATH_ALIGNED_TALL)
            alignment = boxes[i].grid.rows > 1 ? MATH_ALIGNED_TALL : MATH_ALIGNED;
        i += alike;
    }
    return alignment;
}
