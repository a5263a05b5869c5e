#include "view/math.h"

#include <stdarg.h>
#include <string.h>

#include "base/number.h"
#include "base/str.h"

static Math *new_math(Arena *arena, MathKind kind, size_t count) {
    Math *math = ARENA_NEW(arena, Math);
    math->kind = kind;
    math->count = math->capacity = count;
    math->parts = ARENA_ARRAY(arena, Math *, count);
    return math;
}

Math *math_text(Arena *arena, const char *text) {
    Math *math = ARENA_NEW(arena, Math);
    math->kind = MATH_TEXT;
    math->text = arena_copy(arena, text);
    return math;
}

/* A text with a sign before it. */
static Math *signed_text(Arena *arena, bool negative, const char *text, const char *behind) {
    char shown[2 * NUMBER_SIZE];
    char *end = stpcpy(stpcpy(shown, negative ? "−" : ""), text);
    strcpy(end, behind);
    return math_text(arena, shown);
}

/* "-1.2e-5" as "−1.2·" and 10⁻⁵; without an exponent one text. */
Math *math_number(Arena *arena, double value, int digits) {
    char text[NUMBER_SIZE];
    int most = digits < 1 ? NUMBER_DEFAULT_DIGITS : digits;
    number_format(value, most > NUMBER_MOST_DIGITS ? NUMBER_MOST_DIGITS : most, text);
    bool negative = text[0] == '-';
    char *size = text + negative;
    if (str_equal(size, "inf"))
        return signed_text(arena, negative, "∞", "");
    char *e = str_equal(size, "nan") ? NULL : strchr(size, 'e');
    if (!e)
        return signed_text(arena, negative, size, "");
    *e++ = '\0';
    Math *power = signed_text(arena, *e == '-', e + (*e == '-'), "");
    Math *ten = math_superscript(arena, math_text(arena, "10"), power);
    if (str_equal(size, "1"))
        return negative ? math_row(arena, 2, math_text(arena, "−"), ten) : math_row(arena, 1, ten);
    return math_row(arena, 2, signed_text(arena, negative, size, "·"), ten);
}

Math *math_row(Arena *arena, size_t count, ...) {
    Math *row = new_math(arena, MATH_ROW, count);
    va_list parts;
    va_start(parts, count);
    for (size_t i = 0; i < count; i++)
        row->parts[i] = va_arg(parts, Math *);
    va_end(parts);
    return row;
}

void math_add(Arena *arena, Math *row, Math *part) {
    ARENA_RESERVE(arena, row->parts, row->count, row->capacity);
    row->parts[row->count++] = part;
}

static Math *pair(Arena *arena, MathKind kind, Math *first, Math *second) {
    Math *math = new_math(arena, kind, 2);
    math->parts[0] = first;
    math->parts[1] = second;
    return math;
}

Math *math_fraction(Arena *arena, Math *above, Math *below) {
    return pair(arena, MATH_FRACTION, above, below);
}

Math *math_superscript(Arena *arena, Math *base, Math *script) {
    return pair(arena, MATH_SUPERSCRIPT, base, script);
}

Math *math_subscript(Arena *arena, Math *base, Math *script) {
    return pair(arena, MATH_SUBSCRIPT, base, script);
}

Math *math_fence(Arena *arena, const char *fence, Math *inside) {
    Math *math = new_math(arena, MATH_FENCE, 1);
    math->text = arena_copy(arena, fence);
    math->parts[0] = inside;
    return math;
}

Math *math_struck(Arena *arena, Math *inside) {
    Math *math = new_math(arena, MATH_STRUCK, 1);
    math->parts[0] = inside;
    return math;
}

Math *math_root(Arena *arena, Math *inside) {
    Math *math = new_math(arena, MATH_ROOT, 1);
    math->parts[0] = inside;
    return math;
}

Math *math_entry(Arena *arena, Math *matrix, uint32_t row, uint32_t column) {
    const char *place =
        column ? arena_format(arena, "%u,%u", row, column) : arena_format(arena, "%u", row);
    return math_subscript(arena, matrix, math_fence(arena, "[", math_text(arena, place)));
}

Math *math_lit(Arena *arena, Math *math, Style style) {
    Math *copy = ARENA_NEW(arena, Math);
    *copy = *math;
    copy->style = style;
    return copy;
}

Math *math_centred(Arena *arena, Math *inside, int columns) {
    Math *math = new_math(arena, MATH_CENTRED, 1);
    math->parts[0] = inside;
    math->columns = (size_t)columns;
    return math;
}

Math *math_partial(Arena *arena, Math *of, Math *wrt) {
    Math *sides[] = {of, wrt};
    for (size_t i = 0; i < 2; i++) {
        bool loose = sides[i]->kind == MATH_ROW || sides[i]->kind == MATH_FRACTION;
        Math *inside = loose ? math_fence(arena, "(", sides[i]) : sides[i];
        sides[i] = math_row(arena, 2, math_text(arena, "∂"), inside);
    }
    return math_fraction(arena, sides[0], sides[1]);
}

Math *math_labelled(Arena *arena, Math *inside, Math *label) {
    return pair(arena, MATH_LABELLED, inside, label);
}

Math *math_shaped(Arena *arena, Math *matrix, size_t rows, size_t columns) {
    Math *shape = math_text(arena, arena_format(arena, "%zu×%zu", rows, columns));
    shape->style = STYLE_DIM;
    return math_labelled(arena, matrix, shape);
}

Math *math_shapes(Arena *arena, const Math *math) {
    if (math->kind == MATH_LABELLED)
        return math_lit(arena, math->parts[1], STYLE_NORMAL);
    Math *copy = math_lit(arena, (Math *)math, math->style);
    copy->parts = ARENA_ARRAY(arena, Math *, math->count);
    copy->capacity = math->count;
    for (size_t i = 0; i < math->count; i++)
        copy->parts[i] = math_shapes(arena, math->parts[i]);
    return copy;
}

/* Which row stands at a place of a table that shows `shown` of `total`; `total` where dots stand.
 */
static size_t row_at(size_t place, size_t shown, size_t total) {
    size_t first = shown / 2;
    if (shown == total || place < first)
        return place;
    return place == first ? total : total - (shown - place);
}

static Math *dots_at(Arena *arena, bool row_is_dots, bool column_is_dots) {
    const char *dots = row_is_dots && column_is_dots ? "⋱" : row_is_dots ? "⋮" : "⋯";
    return math_text(arena, dots);
}

Math *math_matrix(Arena *arena, size_t rows, size_t columns, size_t most,
                  Math *(*entry)(void *context, size_t row, size_t column), void *context) {
    size_t shown_rows = rows > most ? most : rows;
    size_t shown_columns = columns > most ? most : columns;
    Math *table = new_math(arena, MATH_TABLE, shown_rows * shown_columns);
    table->columns = shown_columns;
    for (size_t i = 0; i < table->count; i++) {
        size_t row = row_at(i / shown_columns, shown_rows, rows);
        size_t column = row_at(i % shown_columns, shown_columns, columns);
        bool dots = row == rows || column == columns;
        table->parts[i] =
            dots ? dots_at(arena, row == rows, column == columns) : entry(context, row, column);
    }
    Math *matrix = math_fence(arena, "[", table);
    bool all = rows == shown_rows && columns == shown_columns;
    return all ? matrix : math_shaped(arena, matrix, rows, columns);
}

bool math_is_dots(const Math *math) {
    return math->kind == MATH_TEXT &&
           (str_equal(math->text, "⋯") || str_equal(math->text, "⋮") || str_equal(math->text, "⋱"));
}

Math *math_fewer_columns(Arena *arena, const Math *table, size_t columns) {
    const size_t rows = table->count / table->columns;
    Math *fewer = new_math(arena, MATH_TABLE, rows * columns);
    fewer->columns = columns;
    fewer->style = table->style;
    for (size_t i = 0; i < fewer->count; i++) {
        Math **row = table->parts + i / columns * table->columns;
        const size_t column = row_at(i % columns, columns, table->columns);
        fewer->parts[i] =
            column < table->columns ? row[column] : dots_at(arena, math_is_dots(row[0]), true);
    }
    return fewer;
}

typedef struct Entries {
    Arena *arena;
    const double *entries;
    size_t columns;
    int digits;
} Entries;

static Math *number_entry(void *context, size_t row, size_t column) {
    const Entries *from = context;
    return math_number(from->arena, from->entries[row * from->columns + column], from->digits);
}

Math *math_value(Arena *arena, const double *entries, size_t rows, size_t columns, int digits) {
    return math_value_within(arena, entries, rows, columns, MATH_MOST, digits);
}

Math *math_value_within(Arena *arena, const double *entries, size_t rows, size_t columns,
                        size_t most, int digits) {
    if (rows == 1 && columns == 1)
        return math_number(arena, entries[0], digits);
    Entries from = {arena, entries, columns, digits};
    return math_matrix(arena, rows, columns, most, number_entry, &from);
}
