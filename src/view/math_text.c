#include "view/math_text.h"

#include <string.h>

#include "base/str.h"
#include "base/utf8.h"
#include "view/math_script.h"

typedef struct Artist {
    Arena *arena;
    bool ascii;
    int width; /* columns that there are; 0: as many as it takes */
    MathRoom room;
    int powers; /* around this part */
} Artist;

/* Columns that a part is not broken into fewer of, and by which its further lines are set in. */
enum { LEAST_BROKEN = 10, BROKEN_INDENT = 2 };

static MathBox draw(const Artist *artist, const Math *math, Style style);

static int larger(int a, int b) {
    return a > b ? a : b;
}

static MathBox new_box(const Artist *artist, int rows, int columns, int baseline) {
    return (MathBox){.grid = grid_new(artist->arena, rows, columns, artist->ascii),
                     .baseline = baseline};
}

static MathBox draw_string(const Artist *artist, const char *text, Style style) {
    const char *shown = math_shown(artist->arena, text, artist->ascii);
    MathBox box = new_box(artist, 1, utf8_width(shown), 0);
    grid_text(&box.grid, 0, 0, shown, style);
    return box;
}

MathBox math_with_shapes(Arena *arena, MathBox box) {
    if (!box.shapes.rows)
        return box;
    int rows = larger(box.grid.rows, box.shapes_row + 1);
    MathBox whole = {.grid = grid_new(arena, rows, box.grid.columns, box.grid.ascii),
                     .baseline = box.baseline,
                     .breaks = box.breaks};
    grid_copy(&whole.grid, 0, 0, &box.grid);
    for (int column = 0; column < box.shapes.columns; column++)
        if (*grid_cell(&box.shapes, 0, column)->text != ' ')
            *grid_cell(&whole.grid, box.shapes_row, column) = *grid_cell(&box.shapes, 0, column);
    return whole;
}

/* Puts the shapes of `inside`, which stands `column` columns to the right, among those of `box`. */
static void take_shapes(Arena *arena, MathBox *box, int column, const MathBox *inside) {
    if (!inside->shapes.rows)
        return;
    if (!box->shapes.rows)
        box->shapes = grid_new(arena, 1, box->grid.columns, box->grid.ascii);
    grid_copy(&box->shapes, 0, column, &inside->shapes);
    int row = inside->shapes_row - inside->baseline + box->baseline;
    box->shapes_row = larger(box->shapes_row, row);
}

/* Of boxes side by side of which the last has several lines, the rows of the first line; 0 where
 * another reaches further down than that. */
static int find_first_rows(const MathBox *boxes, size_t count, int over) {
    const MathBox *last = &boxes[count - 1];
    const int rows = over - last->baseline + last->first_rows;
    for (size_t i = 0; i + 1 < count; i++)
        if (over + 1 + math_depth(&boxes[i]) > rows)
            return 0;
    return last->first_rows ? rows : 0;
}

MathBox math_beside(Arena *arena, const MathBox *boxes, size_t count, bool ascii) {
    int over = 0, under = 0, columns = 0;
    for (size_t i = 0; i < count; i++) {
        over = larger(over, boxes[i].baseline);
        under = larger(under, math_depth(&boxes[i]));
        columns += boxes[i].grid.columns;
    }
    MathBox row = {.grid = grid_new(arena, over + 1 + under, columns, ascii), .baseline = over};
    int column = 0;
    for (size_t i = 0; i < count; i++) {
        grid_copy(&row.grid, over - boxes[i].baseline, column, &boxes[i].grid);
        take_shapes(arena, &row, column, &boxes[i]);
        column += boxes[i].grid.columns;
        row.breaks += boxes[i].breaks;
    }
    row.first_rows = count ? find_first_rows(boxes, count, over) : 0;
    return row;
}

/* A minus close before a fraction would look like a piece of its line. */
static bool runs_into(const Math *math, const Math *next) {
    size_t sign = strlen("−"), length = math->kind == MATH_TEXT ? strlen(math->text) : 0;
    if (length < sign || !str_equal(math->text + length - sign, "−"))
        return false;
    while (next->kind == MATH_ROW && next->count)
        next = next->parts[0];
    return next->kind == MATH_FRACTION;
}

/* With `columns` fewer than there are. */
static Artist narrower(const Artist *artist, int columns) {
    Artist inner = *artist;
    if (artist->width)
        inner.width = larger(artist->width - columns, 1);
    return inner;
}

/* As wide as it takes. */
static Artist unlimited(const Artist *artist) {
    Artist whole = *artist;
    whole.width = 0;
    return whole;
}

static int sum_columns(const MathBox *boxes, size_t from, size_t to) {
    int columns = 0;
    for (size_t i = from; i < to; i++)
        columns += boxes[i].grid.columns;
    return columns;
}

static bool is_silent(const Math *math) {
    return math->kind == MATH_TEXT && str_equal(math->text, MATH_TIMES);
}

/* Whether a line may begin with this part: a sign, a dot, or a factor behind parentheses. */
static bool begins_piece(const Math *row, size_t i) {
    const Math *before = row->parts[i - 1];
    if (is_silent(before) && i > 1)
        before = row->parts[i - 2];
    while (before->kind == MATH_ROW && before->count)
        before = before->parts[before->count - 1];
    bool dot = row->parts[i]->kind == MATH_TEXT && str_equal(row->parts[i]->text, "·");
    return dot || math_is_sign(row->parts[i]) ||
           (before->kind == MATH_FENCE && is_silent(row->parts[i - 1]));
}

/* Breaks the widest part of a piece that is too wide. */
static void narrow_piece(const Artist *artist, const Math *row, Style style, MathBox *boxes,
                         size_t from, size_t to, int width) {
    size_t widest = from;
    for (size_t i = from; i < to; i++)
        if (boxes[i].grid.columns > boxes[widest].grid.columns)
            widest = i;
    Artist inner = *artist;
    inner.width = width - sum_columns(boxes, from, widest) - sum_columns(boxes, widest + 1, to);
    if (inner.width < LEAST_BROKEN)
        return;
    const MathBox broken = draw(&inner, row->parts[widest], style);
    if (widest + 1 == to || !broken.first_rows) /* nothing goes on behind its first line */
        boxes[widest] = broken;
}

/* Where the piece that begins at `from` ends. */
static size_t find_piece_end(const Math *row, size_t from) {
    size_t to = from + 1;
    while (to < row->count && !begins_piece(row, to))
        to++;
    return to;
}

/* Whether a further line that begins with this part needs a dot before it. */
static bool needs_dot(const Artist *artist, const Math *row, size_t first) {
    return first && first < row->count && is_silent(row->parts[first - 1]) && !artist->ascii;
}

/* By how much it is set in; −1 where the space before a sign is left out. */
static int indent_of(const Artist *artist, const Math *row, size_t first) {
    const int dot = needs_dot(artist, row, first);
    if (artist->room != ROOM_LEAST || first >= row->count)
        return BROKEN_INDENT + dot;
    return dot ? dot : -(int)math_is_sign(row->parts[first]);
}

/* A box with its first column cut off. */
static MathBox cut_first_column(const Artist *artist, MathBox box) {
    MathBox cut = box;
    cut.grid = grid_new(artist->arena, box.grid.rows, box.grid.columns - 1, artist->ascii);
    cut.shapes = grid_new(artist->arena, box.shapes.rows, box.grid.columns - 1, artist->ascii);
    grid_copy(&cut.grid, 0, -1, &box.grid);
    grid_copy(&cut.shapes, 0, -1, &box.shapes);
    return cut;
}

/* A further line of a broken row, from part `first` on, a little to the right. */
static MathBox set_in(const Artist *artist, const Math *row, Style style, size_t first,
                      MathBox line) {
    const int columns = indent_of(artist, row, first);
    if (columns < 0)
        return cut_first_column(artist, line);
    MathBox indent = new_box(artist, 1, columns, 0);
    if (needs_dot(artist, row, first))
        grid_text(&indent.grid, 0, columns - 1, "·", style);
    return math_beside(artist->arena, (MathBox[]){indent, line}, 2, artist->ascii);
}

/* A row in several lines. A piece that is broken itself begins where a short line ends, and nothing
 * follows it on its first line; no part is broken twice, or deep formulas would take for ever. */
static MathBox break_row(const Artist *artist, const Math *row, Style style, MathBox *boxes) {
    MathBox *lines = ARENA_ARRAY(artist->arena, MathBox, row->count);
    size_t count = 0, first = 0; /* of the line */
    for (size_t from = 0, to; from <= row->count; from = to) {
        to = from < row->count ? find_piece_end(row, from) : from + 1;
        const int room = artist->width - (count ? indent_of(artist, row, first) : 0);
        const int used = sum_columns(boxes, first, from);
        const int piece = from < row->count ? sum_columns(boxes, from, to) : 0;
        const int below_room = artist->width - indent_of(artist, row, from);
        const bool breaks = piece > (from > first ? below_room : room);
        const bool ended = from > first && boxes[from - 1].first_rows;
        const bool stays = breaks && !ended && used <= room / 2;
        if (stays)
            narrow_piece(artist, row, style, boxes, from, to, room - used);
        if (from < row->count &&
            (from == first || (!ended && used + sum_columns(boxes, from, to) <= room)))
            continue;
        MathBox line = math_beside(artist->arena, boxes + first, from - first, artist->ascii);
        lines[count] = count ? set_in(artist, row, style, first, line) : line;
        count++;
        first = from;
        if (breaks && !stays)
            narrow_piece(artist, row, style, boxes, from, to, below_room);
    }
    return math_below(artist->arena, lines, count, artist->ascii);
}

/* Whether nothing stands at the right end of the line itself: an exponent does, above it. */
static bool ends_above(const MathBox *box) {
    const Cell *last = grid_cell(&box->grid, box->baseline, box->grid.columns - 1);
    return last && str_equal(last->text, " ");
}

static bool is_exp(const Math *math) {
    return math->count == 2 && math->parts[0]->kind == MATH_TEXT &&
           str_equal(math->parts[0]->text, "exp") && math->parts[1]->kind == MATH_FENCE;
}

static MathBox draw_superscript(const Artist *artist, const Math *math, Style style);

/* exp(x) as a power of e. */
static MathBox draw_raised(const Artist *artist, const Math *math, Style style) {
    Math e = {.kind = MATH_TEXT, .text = "e"};
    const Math power = {
        .kind = MATH_SUPERSCRIPT, .parts = (Math *[]){&e, math->parts[1]->parts[0]}, .count = 2};
    return draw_superscript(artist, &power, style);
}

static MathBox draw_row(const Artist *artist, const Math *math, Style style) {
    if (artist->room >= ROOM_LITTLE && is_exp(math))
        return draw_raised(artist, math, style);
    MathBox *boxes = ARENA_ARRAY(artist->arena, MathBox, math->count);
    const Artist whole = unlimited(artist);
    for (size_t i = 0; i < math->count; i++) {
        bool far = i && is_silent(math->parts[i]) && ends_above(&boxes[i - 1]);
        boxes[i] = far ? draw_string(artist, "·", style) : draw(&whole, math->parts[i], style);
        if (i + 1 < math->count && runs_into(math->parts[i], math->parts[i + 1])) {
            MathBox pair[] = {boxes[i], draw_string(artist, " ", style)};
            boxes[i] = math_beside(artist->arena, pair, 2, artist->ascii);
        }
    }
    if (artist->width && math->count && sum_columns(boxes, 0, math->count) > artist->width)
        return break_row(artist, math, style, boxes);
    return math_beside(artist->arena, boxes, math->count, artist->ascii);
}

/* A part of what has no place for shapes below it. */
static MathBox draw_whole(const Artist *artist, const Math *math, Style style) {
    return math_with_shapes(artist->arena, draw(artist, math, style));
}

/* A part with its shape in the middle below it, in the place of any within. */
static MathBox draw_labelled(const Artist *artist, const Math *math, Style style) {
    MathBox inside = draw(artist, math->parts[0], style);
    MathBox shape = draw_string(artist, math->parts[1]->text, math->parts[1]->style);
    int columns = larger(inside.grid.columns, shape.grid.columns);
    MathBox box = new_box(artist, inside.grid.rows, columns, inside.baseline);
    grid_copy(&box.grid, 0, (columns - inside.grid.columns) / 2, &inside.grid);
    box.shapes = grid_new(artist->arena, 1, columns, artist->ascii);
    box.shapes_row = inside.grid.rows;
    grid_copy(&box.shapes, 0, (columns - shape.grid.columns) / 2, &shape.grid);
    return box;
}

static MathBox draw_centred(const Artist *artist, const Math *math, Style style) {
    const MathBox inside = draw(artist, math->parts[0], style);
    const int missing = larger((int)math->columns - inside.grid.columns, 0);
    const MathBox row[] = {new_box(artist, 1, missing / 2, 0), inside,
                           new_box(artist, 1, missing - missing / 2, 0)};
    return math_beside(artist->arena, row, 3, artist->ascii);
}

static MathBox draw_fraction(const Artist *artist, const Math *math, Style style) {
    const Artist inner = narrower(artist, 2);
    MathBox above = draw_whole(&inner, math->parts[0], style);
    MathBox under = draw_whole(&inner, math->parts[1], style);
    int columns = larger(above.grid.columns, under.grid.columns) + 2;
    MathBox box = new_box(artist, above.grid.rows + 1 + under.grid.rows, columns, above.grid.rows);
    grid_copy(&box.grid, 0, (columns - above.grid.columns) / 2, &above.grid);
    grid_fill(&box.grid, box.baseline, 0, 1, columns, artist->ascii ? "-" : "─", style);
    grid_copy(&box.grid, box.baseline + 1, (columns - under.grid.columns) / 2, &under.grid);
    return box;
}

/* A script, drawn. One in raised or lowered characters needs no row of its own. */
typedef struct Script {
    MathBox box;
    bool on_line;
} Script;

static Script new_script(const Artist *artist, const char *text, const Math *script, Style style) {
    const MathBox box = text ? draw_string(artist, text, style) : draw_whole(artist, script, style);
    return (Script){box, text != NULL};
}

/* A base with what stands above and below it on its right, each or NULL. */
static MathBox attach(const Artist *artist, const MathBox *base, const Script *over,
                      const Script *under) {
    int rise = over && !over->on_line ? over->box.grid.rows - (base->baseline > 0) : 0;
    int drop = under && !under->on_line ? under->box.grid.rows - (math_depth(base) > 0) : 0;
    int wide = larger(over ? over->box.grid.columns : 0, under ? under->box.grid.columns : 0);
    MathBox box = new_box(artist, rise + base->grid.rows + drop, base->grid.columns + wide,
                          rise + base->baseline);
    grid_copy(&box.grid, rise, 0, &base->grid);
    if (over)
        grid_copy(&box.grid, 0, base->grid.columns, &over->box.grid);
    if (under)
        grid_copy(&box.grid, box.grid.rows - under->box.grid.rows, base->grid.columns,
                  &under->box.grid);
    return box;
}

static MathBox draw_subscript(const Artist *artist, const Math *math, Style style) {
    MathBox base = draw_whole(artist, math->parts[0], style);
    const char *text = math_script(artist->arena, math, artist->ascii);
    Script under = new_script(artist, text, math->parts[1], style);
    return attach(artist, &base, NULL, &under);
}

enum { MOST_TIGHT_POWERS = 4 }; /* in each other: their bases are drawn twice */

/* The columns that a power has for its exponent: those that its base leaves, but at least half; or
 * those that it leaves in as little room as it takes. */
static Artist for_exponent(const Artist *artist, const Math *base, Style style) {
    if (!artist->width)
        return *artist;
    const bool tight = artist->room == ROOM_LEAST && artist->powers < MOST_TIGHT_POWERS;
    Artist inner = tight ? *artist : unlimited(artist);
    inner.powers++;
    if (tight)
        inner.width = LEAST_BROKEN;
    const int columns = draw(&inner, base, style).grid.columns;
    return narrower(artist, tight || columns < artist->width / 2 ? columns : artist->width / 2);
}

/* Over a subscript that has rows of its own the two stand above each other. */
static MathBox draw_superscript(const Artist *artist, const Math *math, Style style) {
    const char *text = math_script(artist->arena, math, artist->ascii);
    const Math *lower = math->parts[0];
    const Artist above = text ? *artist : for_exponent(artist, lower, style);
    Script over = new_script(&above, text, math->parts[1], style);
    if (lower->kind != MATH_SUBSCRIPT) {
        Artist inner = narrower(artist, over.box.grid.columns);
        inner.powers++;
        MathBox base = draw_whole(&inner, lower, style);
        return attach(artist, &base, &over, NULL);
    }
    Style own = lower->style != STYLE_NORMAL ? lower->style : style;
    MathBox base = draw_whole(artist, lower->parts[0], own);
    const char *lower_text = math_script_under(artist->arena, lower, artist->ascii);
    Script under = new_script(artist, lower_text, lower->parts[1], own);
    if (!under.on_line)
        return attach(artist, &base, &over, &under);
    base = attach(artist, &base, NULL, &under);
    return attach(artist, &base, &over, NULL);
}

/* The pieces of a tall fence from top to bottom, then the one for a single row. */
typedef struct FenceGlyphs {
    const char *top, *middle, *bottom, *single;
} FenceGlyphs;

static FenceGlyphs find_glyphs(const char *fence, bool right, bool ascii) {
    static const FenceGlyphs glyphs[3][2][2] = {
        {{{"⎛", "⎜", "⎝", "("}, {"⎞", "⎟", "⎠", ")"}},
         {{"(", "(", "(", "("}, {")", ")", ")", ")"}}}, /* / and | are signs there */
        {{{"⎡", "⎢", "⎣", "["}, {"⎤", "⎥", "⎦", "]"}},
         {{"[", "[", "[", "["}, {"]", "]", "]", "]"}}},
        {{{"│", "│", "│", "|"}, {"│", "│", "│", "|"}},
         {{"|", "|", "|", "|"}, {"|", "|", "|", "|"}}},
    };
    size_t kind = *fence == '(' ? 0 : *fence == '[' ? 1 : 2;
    return glyphs[kind][ascii][right];
}

static void draw_side(MathBox *box, int column, FenceGlyphs glyphs, Style style) {
    int last = box->grid.rows - 1;
    for (int row = 0; row <= last; row++) {
        const char *glyph = last == 0     ? glyphs.single
                            : row == 0    ? glyphs.top
                            : row == last ? glyphs.bottom
                                          : glyphs.middle;
        grid_text(&box->grid, row, column, glyph, style);
    }
}

enum { LEAST_TABLE = 3 }; /* columns of a table: the first, dots, the last */

/* A table with as many columns as there is room for, and if they are not all with its shape. */
static MathBox draw_narrow_table(const Artist *artist, const Math *table, Style style) {
    MathBox box = draw(artist, table, style);
    const size_t all = table->columns;
    for (size_t columns = all;
         artist->width && box.grid.columns > artist->width && columns > LEAST_TABLE;) {
        const Math *fewer = math_fewer_columns(artist->arena, table, --columns);
        box = draw(artist, fewer, style);
        const char *shape = arena_format(artist->arena, "%zu×%zu", table->count / all, all);
        MathBox label = draw_string(artist, shape, STYLE_DIM);
        box.shapes = grid_new(artist->arena, 1, box.grid.columns, artist->ascii);
        box.shapes_row = box.grid.rows;
        grid_copy(&box.shapes, 0, (box.grid.columns - label.grid.columns) / 2, &label.grid);
    }
    return box;
}

static MathBox draw_fence(const Artist *artist, const Math *math, Style style) {
    const Artist inner = narrower(artist, 2);
    const bool table = math->parts[0]->kind == MATH_TABLE;
    MathBox inside = table ? draw_narrow_table(&inner, math->parts[0], style)
                           : draw(&inner, math->parts[0], style);
    int columns = inside.grid.columns + 2;
    MathBox box = new_box(artist, larger(inside.grid.rows, 1), columns, inside.baseline);
    grid_copy(&box.grid, 0, 1, &inside.grid);
    take_shapes(artist->arena, &box, 1, &inside);
    draw_side(&box, 0, find_glyphs(math->text, false, artist->ascii), style);
    draw_side(&box, columns - 1, find_glyphs(math->text, true, artist->ascii), style);
    return box;
}

static MathBox draw_root(const Artist *artist, const Math *math, Style style) {
    const Artist inner = narrower(artist, artist->ascii ? (int)strlen("sqrt") : 2);
    MathBox inside = draw_whole(&inner, math->parts[0], style);
    if (artist->ascii || (inside.grid.rows == 1 && inside.grid.columns <= 2)) {
        const Math fence = {.kind = MATH_FENCE, .text = "(", .parts = math->parts, .count = 1};
        MathBox pair[] = {draw_string(artist, artist->ascii ? "sqrt" : "√", style),
                          artist->ascii ? draw_fence(&inner, &fence, style) : inside};
        return math_beside(artist->arena, pair, 2, artist->ascii);
    }
    int rows = inside.grid.rows;
    MathBox box = new_box(artist, rows + 1, inside.grid.columns + 2, inside.baseline + 1);
    grid_copy(&box.grid, 1, 2, &inside.grid);
    grid_text(&box.grid, 0, 1, "┌", style);
    grid_fill(&box.grid, 0, 2, 1, inside.grid.columns, "─", style);
    grid_fill(&box.grid, 1, 1, rows, 1, "│", style);
    grid_text(&box.grid, rows, 0, "╲", style);
    return box;
}

static const char OVERLAY[] = "\u0336"; /* a stroke through the character before it */

/* A stroke through every character; in ASCII /between strokes/. */
static MathBox draw_struck(const Artist *artist, const Math *math, Style style) {
    MathBox inside = draw_whole(artist, math->parts[0], style);
    if (artist->ascii) {
        MathBox stroke = draw_string(artist, "/", style);
        MathBox row[] = {stroke, inside, stroke};
        return math_beside(artist->arena, row, 3, true);
    }
    for (int i = 0; i < inside.grid.rows * inside.grid.columns; i++) {
        Cell *cell = &inside.grid.cells[i];
        size_t length = strlen(cell->text);
        if (length && length + sizeof OVERLAY <= sizeof cell->text)
            memcpy(cell->text + length, OVERLAY, sizeof OVERLAY);
    }
    return inside;
}

/* One column of a table: where its numbers align and how wide it is. */
typedef struct TableColumn {
    int before_point, width;
} TableColumn;

typedef struct TableDrawing {
    const Math *table;
    MathBox *boxes;
    int *points; /* styled_before_point of each part */
    TableColumn *columns;
    int *over, *under; /* rows above and below the baseline of each row */
    size_t rows;
} TableDrawing;

static void measure_table(const Artist *artist, TableDrawing *drawing, Style style) {
    const Math *table = drawing->table;
    for (size_t i = 0; i < table->count; i++) {
        MathBox *box = &drawing->boxes[i];
        TableColumn *column = &drawing->columns[i % table->columns];
        *box = draw_whole(artist, table->parts[i], style);
        Styled line = {.arena = artist->arena};
        math_line_add(&line, table->parts[i], artist->ascii, style);
        drawing->points[i] = styled_before_point(&line);
        column->before_point = larger(column->before_point, drawing->points[i]);
        size_t row = i / table->columns;
        drawing->over[row] = larger(drawing->over[row], box->baseline);
        drawing->under[row] = larger(drawing->under[row], math_depth(box));
    }
    for (size_t i = 0; i < table->count; i++) {
        TableColumn *column = &drawing->columns[i % table->columns];
        int shift = drawing->points[i] < 0 ? 0 : column->before_point - drawing->points[i];
        column->width = larger(column->width, drawing->boxes[i].grid.columns + shift);
    }
}

enum { TABLE_GAP = 2 };

static void place_parts(const TableDrawing *drawing, MathBox *whole) {
    int row_top = 0;
    for (size_t row = 0; row < drawing->rows; row++) {
        int column_left = 0;
        for (size_t c = 0; c < drawing->table->columns; c++) {
            size_t i = row * drawing->table->columns + c;
            const TableColumn *column = &drawing->columns[c];
            const MathBox *box = &drawing->boxes[i];
            int shift = drawing->points[i] < 0 ? (column->width - box->grid.columns) / 2
                                               : column->before_point - drawing->points[i];
            grid_copy(&whole->grid, row_top + drawing->over[row] - box->baseline,
                      column_left + shift, &box->grid);
            column_left += column->width + TABLE_GAP;
        }
        row_top += drawing->over[row] + 1 + drawing->under[row];
    }
}

static MathBox draw_table(const Artist *artist, const Math *table, Style style) {
    if (!table->columns || !table->count)
        return new_box(artist, 1, 0, 0);
    Arena *arena = artist->arena;
    size_t rows = (table->count + table->columns - 1) / table->columns;
    TableDrawing drawing = {.table = table,
                            .boxes = ARENA_ARRAY(arena, MathBox, rows * table->columns),
                            .points = ARENA_ARRAY(arena, int, rows * table->columns),
                            .columns = ARENA_ARRAY(arena, TableColumn, table->columns),
                            .over = ARENA_ARRAY(arena, int, rows),
                            .under = ARENA_ARRAY(arena, int, rows),
                            .rows = rows};
    measure_table(artist, &drawing, style);
    int height = 0, width = -TABLE_GAP;
    for (size_t row = 0; row < rows; row++)
        height += drawing.over[row] + 1 + drawing.under[row];
    for (size_t c = 0; c < table->columns; c++)
        width += drawing.columns[c].width + TABLE_GAP;
    MathBox whole = new_box(artist, height, width, (height - 1) / 2);
    place_parts(&drawing, &whole);
    return whole;
}

static MathBox draw(const Artist *artist, const Math *math, Style style) {
    if (math->style != STYLE_NORMAL)
        style = math->style;
    switch (math->kind) {
    case MATH_TEXT: return draw_string(artist, math->text, style);
    case MATH_ROW: return draw_row(artist, math, style);
    case MATH_FRACTION: return draw_fraction(artist, math, style);
    case MATH_SUPERSCRIPT: return draw_superscript(artist, math, style);
    case MATH_SUBSCRIPT: return draw_subscript(artist, math, style);
    case MATH_ROOT: return draw_root(artist, math, style);
    case MATH_FENCE: return draw_fence(artist, math, style);
    case MATH_STRUCK: return draw_struck(artist, math, style);
    case MATH_TABLE: return draw_table(artist, math, style);
    case MATH_LABELLED: return draw_labelled(artist, math, style);
    case MATH_CENTRED: return draw_centred(artist, math, style);
    }
    return new_box(artist, 1, 0, 0);
}

MathBox math_draw(Arena *arena, const Math *math, bool ascii) {
    Artist artist = {.arena = arena, .ascii = ascii};
    return draw(&artist, math, STYLE_NORMAL);
}

MathBox math_draw_within(Arena *arena, const Math *math, bool ascii, int width, MathRoom room) {
    const Artist artist = {.arena = arena, .ascii = ascii, .width = width, .room = room};
    return draw(&artist, math, STYLE_NORMAL);
}

bool math_has_exp(const Math *math) {
    bool found = math->kind == MATH_ROW && is_exp(math);
    for (size_t i = 0; i < math->count && !found; i++)
        found = math_has_exp(math->parts[i]);
    return found;
}
