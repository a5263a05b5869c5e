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
    bool within; /* what is in the brackets of operands is aligned, too */
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

static MathBox draw_item(const Columns *columns, const Math *item, AddToLine *add) {
    return columns->flat ? draw_flat(columns->arena, item, columns->ascii, add)
                         : math_draw(columns->arena, item, columns->ascii);
}

/* Gives operands that stand below each other the columns of the widest. */
static void centre(const Columns *columns, const Math **operands) {
    int widest = 0;
    for (size_t i = 0; i < columns->parts; i++) {
        int width = draw_item(columns, operands[i], math_line_add_behind).grid.columns;
        widest = width > widest ? width : widest;
    }
    for (size_t i = 0; i < columns->parts; i++)
        operands[i] = math_centred(columns->arena, (Math *)operands[i], widest);
}

static bool have_kind(const Columns *columns, const Math *const *items, MathKind kind) {
    for (size_t i = 0; i < columns->parts; i++)
        if (items[i]->kind != kind || items[i]->count != items[0]->count)
            return false;
    return true;
}

static bool have_text(const Columns *columns, const Math *const *items) {
    for (size_t i = 0; i < columns->parts; i++)
        if (!str_equal(items[i]->text, items[0]->text))
            return false;
    return true;
}

static bool look_the_same(const Columns *columns, const Math *const *items) {
    const char *first = math_line(columns->arena, items[0], false);
    for (size_t i = 1; i < columns->parts; i++)
        if (!str_equal(math_line(columns->arena, items[i], false), first))
            return false;
    return true;
}

/* Whether all are sums alike, or lists as (a, b). */
static bool are_mirrored(const Columns *columns, const Math *const *items) {
    bool lists = have_kind(columns, items, MATH_ROW) && items[0]->count % 2 == 1;
    bool sums = true;
    for (size_t i = 0; i < columns->parts; i++) {
        sums = sums && math_is_mirrored(items[0], items[i]);
        for (size_t place = 1; place < items[i]->count && lists; place += 2)
            lists = items[i]->parts[place]->kind == MATH_TEXT &&
                    str_equal(items[i]->parts[place]->text, ", ");
    }
    return sums || (lists && items[0]->count > 1);
}

static void align_within(const Columns *columns, const Math **items);

/* The parts at one place of all items, those that are numbers or names in the middle of a column.
 */
static void align_place(const Columns *columns, const Math **items, size_t place, bool operands) {
    const Math **parts = ARENA_ARRAY(columns->arena, const Math *, columns->parts);
    for (size_t i = 0; i < columns->parts; i++)
        parts[i] = items[i]->parts[place];
    align_within(columns, parts);
    if (operands)
        centre(columns, parts);
    for (size_t i = 0; i < columns->parts; i++)
        items[i]->parts[place] = (Math *)parts[i];
}

/* A part of a row, in the parentheses that it has on a line. */
static Math *part_of(const Columns *columns, const Math *row, size_t place) {
    Math *part = row->parts[place];
    return columns->flat && math_needs_group(row, place) ? math_fence(columns->arena, "(", part)
                                                         : part;
}

/* Copies with parts of their own. */
static void copy_items(const Columns *columns, const Math **items) {
    for (size_t i = 0; i < columns->parts; i++) {
        Math *copy = math_lit(columns->arena, (Math *)items[i], items[i]->style);
        copy->parts = ARENA_ARRAY(columns->arena, Math *, copy->count);
        for (size_t part = 0; part < copy->count; part++)
            copy->parts[part] = part_of(columns, items[i], part);
        items[i] = copy;
    }
}

/* Sums, or products whose signs are seen in one of them. */
static void align_operands(const Columns *columns, const Math **rows) {
    copy_items(columns, rows);
    for (size_t place = 0; place < rows[0]->count; place++) {
        if (place % 2 == 0)
            align_place(columns, rows, place, true);
        for (size_t i = 0; i < columns->parts && place % 2; i++)
            if (str_equal(rows[i]->parts[place]->text, MATH_TIMES))
                rows[i]->parts[place] = math_text(columns->arena, "·");
    }
}

/* Rows that are neither, as σ(…), as far as their parts are of the same width. */
static void align_places(const Columns *columns, const Math **rows) {
    copy_items(columns, rows);
    for (size_t place = 0; place < rows[0]->count; place++) {
        const Math **parts = ARENA_ARRAY(columns->arena, const Math *, columns->parts);
        for (size_t i = 0; i < columns->parts; i++)
            parts[i] = rows[i]->parts[place];
        if (look_the_same(columns, parts))
            continue;
        if (!have_kind(columns, parts, MATH_FENCE))
            return;
        align_place(columns, rows, place, false);
    }
}

/* Powers of which only the bases differ. */
static bool are_powers(const Columns *columns, const Math *const *items) {
    if (!have_kind(columns, items, MATH_SUPERSCRIPT))
        return false;
    const Math **exponents = ARENA_ARRAY(columns->arena, const Math *, columns->parts);
    for (size_t i = 0; i < columns->parts; i++)
        exponents[i] = items[i]->parts[1];
    return look_the_same(columns, exponents);
}

static void align_alike(const Columns *columns, const Math **items) {
    bool rows = have_kind(columns, items, MATH_ROW);
    if (rows &&
        (are_mirrored(columns, items) || (!columns->flat && are_products(items, columns->parts)))) {
        align_operands(columns, items);
    } else if (rows) {
        align_places(columns, items);
    } else if (have_kind(columns, items, MATH_FRACTION)) {
        copy_items(columns, items);
        align_place(columns, items, 0, false);
        align_place(columns, items, 1, false);
    } else if (have_kind(columns, items, MATH_FENCE) ? have_text(columns, items)
                                                     : are_powers(columns, items)) {
        copy_items(columns, items);
        align_place(columns, items, 0, false);
    }
}

/* What is in the same brackets, or fractions, of items below each other: each number in the middle
 * under its symbol, if it is made alike. The items are replaced by copies; shapes stay below them.
 */
static void align_within(const Columns *columns, const Math **items) {
    const Math **inside = ARENA_ARRAY(columns->arena, const Math *, columns->parts);
    for (size_t i = 0; i < columns->parts; i++)
        inside[i] = items[i]->kind == MATH_LABELLED ? items[i]->parts[0] : items[i];
    align_alike(columns, inside);
    for (size_t i = 0; i < columns->parts; i++) {
        Math *aligned = (Math *)inside[i];
        if (items[i]->kind == MATH_LABELLED)
            aligned = math_labelled(columns->arena, aligned, items[i]->parts[1]);
        items[i] = aligned;
    }
}

/* A cell that is too wide, narrower where that takes no further line, beside which others stand. */
static MathBox narrow_cell(const Columns *columns, const Math *item, MathBox cell) {
    MathBox narrow =
        math_draw_within(columns->arena, item, columns->ascii, columns->width, ROOM_SOME);
    return narrow.first_rows ? cell : narrow;
}

static void add_column(Columns *columns, const Math **items, bool begins) {
    ARENA_RESERVE(columns->arena, columns->list, columns->count, columns->capacity);
    Column *column = &columns->list[columns->count++];
    *column = (Column){items, ARENA_ARRAY(columns->arena, MathBox, columns->parts), 0, begins};
    const Math **aligned = ARENA_ARRAY(columns->arena, const Math *, columns->parts);
    memcpy(aligned, items, columns->parts * sizeof *items);
    if (columns->within)
        align_within(columns, aligned);
    for (size_t i = 0; i < columns->parts; i++) {
        AddToLine *add = columns->count > 1 ? math_line_add_behind : math_line_add;
        column->cells[i] = draw_item(columns, aligned[i], add);
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
            Math *item = part_of(columns, rows[i], c);
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

/* Draws parts that are made alike; returns the columns of the widest. */
static int draw_columns(Columns *columns, const Math *const *parts, MathBox *boxes) {
    Arena *arena = columns->arena;
    int widest = 0;
    split(columns, parts, false);
    MathBox *lines = ARENA_ARRAY(arena, MathBox, columns->count);
    MathBox *cells = ARENA_ARRAY(arena, MathBox, columns->count);
    for (size_t i = 0; i < columns->parts; i++) {
        size_t line = 0;
        for (size_t c = 0; c < columns->count; c++)
            cells[c] = columns->list[c].cells[i];
        for (size_t first = 0, end; first < columns->count; first = end) {
            end = line_end(columns, first, columns->width);
            lines[line++] = math_beside(arena, cells + first, end - first, columns->ascii);
        }
        boxes[i] = math_below(arena, lines, line, columns->ascii);
        widest = boxes[i].grid.columns > widest ? boxes[i].grid.columns : widest;
    }
    return widest;
}

/* What is in brackets is aligned, too, where that takes neither more room than there is nor a
 * further line. */
static void draw_alike(Arena *arena, const Math *const *parts, size_t count, bool ascii, bool flat,
                       int width, MathBox *boxes) {
    const Columns plain = {
        .arena = arena, .parts = count, .width = width, .ascii = ascii, .flat = flat};
    Columns within = plain, apart = plain;
    within.within = true;
    MathBox *aligned = ARENA_ARRAY(arena, MathBox, count);
    const int columns = draw_columns(&apart, parts, boxes);
    const int more = draw_columns(&within, parts, aligned);
    if ((more <= width || more <= columns) && aligned[0].breaks <= boxes[0].breaks)
        memcpy(boxes, aligned, count * sizeof *boxes);
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
            draw_alike(arena, parts + i, alike, ascii, flat, width, boxes + i);
        if (alike > 1 && alignment != MATH_ALIGNED_TALL)
            alignment = boxes[i].grid.rows > 1 ? MATH_ALIGNED_TALL : MATH_ALIGNED;
        i += alike;
    }
    return alignment;
}
