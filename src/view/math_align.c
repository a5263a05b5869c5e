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

/* Draws parts that mirror each other, each operand in the middle of its column. */
static void draw_columns(Arena *arena, const Math *const *parts, size_t count, bool ascii,
                         MathBox *boxes) {
    size_t columns = parts[0]->count;
    MathBox *cells = ARENA_ARRAY(arena, MathBox, count * columns);
    for (size_t c = 0; c < columns; c++) {
        int widest = 0;
        for (size_t i = 0; i < count; i++) {
            Math *operand = math_lit(arena, parts[i]->parts[c], parts[i]->parts[c]->style);
            if (operand->style == STYLE_NORMAL)
                operand->style = parts[i]->style;
            MathBox *cell = &cells[i * columns + c];
            *cell = math_draw(arena, operand, ascii);
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

bool math_align(Arena *arena, const Math *const *parts, size_t count, bool ascii, MathBox *boxes) {
    bool tall = false;
    for (size_t i = 0; i < count;) {
        size_t alike = 1;
        while (i + alike < count && math_is_mirrored(parts[i], parts[i + alike]))
            alike++;
        if (alike == 1)
            boxes[i] = math_draw(arena, parts[i], ascii);
        else
            draw_columns(arena, parts + i, alike, ascii, boxes + i);
        tall = tall || (alike > 1 && boxes[i].grid.rows > 1);
        i += alike;
    }
    return tall;
}
