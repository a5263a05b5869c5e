/* Formulas joined by signs, laid out in a width. */
#include <string.h>

#include "base/str.h"
#include "base/utf8.h"
#include "view/math_script.h"
#include "view/math_text.h"

typedef struct Equation {
    Arena *arena;
    const Math *const *parts;
    const char *const *signs;
    const MathBox *boxes; /* the parts drawn; NULL where all is written on a line */
    const MathBox *lines; /* those in several lines, or NULL */
    size_t count;
    int width, rows;
    bool ascii;
    bool raised;     /* exp(x) is a power of e in every part */
    bool raises;     /* and found room so in one */
    int breaks;      /* places where a line of a part in two dimensions ends and goes on below */
    size_t on_lines; /* parts that were put on a line, for want of room, */
    bool cramped;    /* and whether one of the first two was */
} Equation;

enum { FURTHER_INDENT = 2, LEAST_PART = 12, UNLIMITED = 1 << 20 };

static const char *sign_before(const Equation *equation, size_t index) {
    const char *sign = equation->signs ? equation->signs[index] : NULL;
    if (!sign || !*sign)
        return index ? "  " : "";
    const char *shown = equation->ascii ? math_ascii(equation->arena, sign) : sign;
    return index ? arena_format(equation->arena, " %s ", shown)
                 : arena_format(equation->arena, "%s ", shown);
}

static MathBox sign_box(const Equation *equation, size_t index) {
    const char *sign = sign_before(equation, index);
    MathBox box = {.grid = grid_new(equation->arena, 1, utf8_width(sign), equation->ascii)};
    grid_text(&box.grid, 0, 0, sign, STYLE_NORMAL);
    return box;
}

static bool is_sign(const char *text, size_t length) {
    static const char *const signs[] = {"+", "−", "·", "⊙", "=", "≈", "≥", "-", "*", "/", "@", "~"};
    for (size_t i = 0; i < sizeof signs / sizeof *signs; i++)
        if (str_equal_n(signs[i], text, length))
            return true;
    return false;
}

/* Whether a sum or an equation goes on behind this space. */
static bool ends_term(const char *space) {
    static const char *const tight[] = {"·", "⊙", "*", "/", "@"};
    size_t length = strcspn(space + 1, " ");
    for (size_t i = 0; i < sizeof tight / sizeof *tight; i++)
        if (str_equal_n(tight[i], space + 1, length))
            return false;
    return space[1 + length] == ' ' && is_sign(space + 1, length);
}

enum { UNBREAKABLE = -1, TRIED_DEPTHS = 16, DEEPEST = 1 << 20 };

/* For each byte of a term, which may be the first, the number of brackets around it where a line
 * may end there: at the spaces but those behind a sign, so that a line breaks before it, and within
 * a row of a matrix. */
static int *find_breaks(const Styled *term, bool first) {
    int *depths = ARENA_ARRAY(term->arena, int, term->length);
    size_t token = 0; /* where the word before the space at i begins */
    int depth = 0, square = 0;
    for (size_t i = 0; i < term->length; i++) {
        const char c = term->text[i];
        square += (c == '[') - (c == ']');
        depth += (c == '(' || c == '[') - (c == ')' || c == ']');
        bool sign = !(first && token == 0) && is_sign(term->text + token, i - token);
        bool within_row = square > 0 && i > 0 && term->text[i - 1] == ',';
        depths[i] =
            c == ' ' && !sign && !within_row ? 2 * depth + !ends_term(term->text + i) : UNBREAKABLE;
        if (c == ' ')
            token = i + 1;
    }
    return depths;
}

/* Allows lines to end in bytes [from, to) of `more` within at most `deepest` brackets, and in a
 * piece that is too long even so within no more than it takes. */
static void allow_breaks(const Styled *more, const int *depths, bool *allowed, size_t from,
                         size_t to, int width, int deepest) {
    for (size_t start = from, i = from; i <= to; i++) {
        bool ends = i == to || (depths[i] != UNBREAKABLE && depths[i] <= deepest);
        if (!ends)
            continue;
        if (i < to)
            allowed[i] = true;
        const char *piece = arena_copy_n(more->arena, more->text + start, i - start);
        if (deepest < DEEPEST && utf8_width(piece) > width)
            allow_breaks(more, depths, allowed, start, i, width,
                         deepest < TRIED_DEPTHS ? deepest + 1 : DEEPEST);
        start = i + 1;
    }
}

/* Adds a term, which may be the first, to be broken where that is allowed. */
static void add_breakable(Styled *line, const Styled *term, bool first, int width) {
    const int *depths = find_breaks(term, first);
    bool *allowed = ARENA_ARRAY(line->arena, bool, term->length + 1);
    allow_breaks(term, depths, allowed, 0, term->length, width, 0);
    for (size_t i = 0; i < term->length; i++) {
        Styled byte = {.text = term->text + i, .styles = term->styles + i, .length = 1};
        styled_append(line, &byte, !allowed[i]);
    }
}

/* Where the term that begins at `from` ends: at a space before a sign outside of parentheses. */
static size_t find_term_end(const Styled *line, size_t from) {
    int depth = 0;
    for (size_t i = from; i < line->length; i++) {
        char c = line->text[i];
        depth += (c == '(' || c == '[') - (c == ')' || c == ']');
        if (c == ' ' && i > from && depth <= 0 && ends_term(line->text + i))
            return i;
    }
    return line->length;
}

/* The sign with room around it that may stand at byte `i` of a term, behind a bracket that closes
 * or before one that opens, in the place of `*bytes` of its own: " · " in (a)(b) and (a)·b, " / "
 * in a/(b). NULL where there is none. */
static const char *sign_at(const Styled *term, size_t i, bool ascii, size_t *bytes) {
    const char *at = term->text + i;
    const char before = i ? at[-1] : ' ';
    const bool closed = before == ')' || before == ']', dot = str_starts(at, "·");
    size_t raised;
    *bytes = dot ? strlen("·") : *at == '/' || (ascii && *at == '*');
    if (*at == '/')
        return at[1] == '(' || at[1] == '[' ? " / " : NULL;
    if (!closed || strchr(" ,;)]^'|", *at) || math_raised(at, &raised))
        return NULL;
    if (ascii)
        return *bytes ? " * " : NULL;
    return " · ";
}

/* Where the factor ends that begins at `from`: at a space before a sign outside of brackets. */
static size_t find_factor_end(const Styled *term, size_t from) {
    int depth = 0;
    for (size_t i = from; i < term->length; i++) {
        const char c = term->text[i];
        depth += (c == '(' || c == '[') - (c == ')' || c == ']');
        if (c == ' ' && i > from && depth <= 0 &&
            is_sign(term->text + i + 1, strcspn(term->text + i + 1, " ")))
            return i;
    }
    return term->length;
}

static Styled part_of(const Styled *term, size_t from, size_t to) {
    return (Styled){.arena = term->arena,
                    .text = term->text + from,
                    .styles = term->styles + from,
                    .length = to - from};
}

static bool is_wider(const Styled *part, int width) {
    return utf8_width(arena_copy_n(part->arena, part->text, part->length)) > width;
}

static Styled spread(const Styled *term, int width, bool ascii);

/* What stands at byte `i`: a byte, or brackets with all that is in them. Returns where it ends. */
static size_t add_part(Styled *apart, const Styled *term, size_t i, int width, bool ascii) {
    size_t end = i;
    int depth = 0;
    do {
        const char c = term->text[end++];
        depth += (c == '(' || c == '[') - (c == ')' || c == ']');
    } while (depth > 0 && end < term->length);
    Styled part = part_of(term, i, end);
    if (end > i + 2 && is_wider(&part, width)) {
        const Styled inside = part_of(term, i + 1, end - 1), open = part_of(term, i, i + 1),
                     close = part_of(term, end - 1, end), within = spread(&inside, width, ascii);
        styled_append(apart, &open, false);
        styled_append(apart, &within, false);
        styled_append(apart, &close, false);
    } else {
        styled_append(apart, &part, false);
    }
    return end;
}

/* A factor with room around the signs between its brackets. */
static void add_spread(Styled *apart, const Styled *factor, int width, bool ascii) {
    for (size_t i = 0; i < factor->length;) {
        size_t bytes = 0;
        const char *sign = i ? sign_at(factor, i, ascii, &bytes) : NULL;
        if (sign) {
            styled_add(apart, sign, (Style)factor->styles[i]);
            i += bytes;
        }
        i = add_part(apart, factor, i, width, ascii);
    }
}

/* A term in which each factor that is too long can break between its brackets, and not only within
 * them; so can what is in brackets that are too long. */
static Styled spread(const Styled *term, int width, bool ascii) {
    Styled apart = {.arena = term->arena};
    for (size_t from = 0, to; from < term->length; from = to) {
        to = find_factor_end(term, from);
        const Styled factor = part_of(term, from, to);
        if (is_wider(&factor, width))
            add_spread(&apart, &factor, width, ascii);
        else
            styled_append(&apart, &factor, false);
    }
    return apart;
}

/* Adds `more`; a term that fits `width` stays on one line. */
static void add_bound(Styled *line, const Styled *more, int width, bool ascii) {
    for (size_t from = 0; from < more->length;) {
        size_t end = find_term_end(more, from);
        Styled term = {.arena = line->arena,
                       .text = more->text + from,
                       .styles = more->styles + from,
                       .length = end - from};
        const Styled apart = spread(&term, width, ascii);
        if (utf8_width(arena_copy_n(line->arena, term.text, term.length)) <= width)
            styled_append(line, &term, true);
        else
            add_breakable(line, &apart, from == 0, width);
        if (end < more->length)
            styled_add(line, " ", (Style)more->styles[end]);
        from = end + 1;
    }
}

static Grid wrap_formula(const Equation *equation, const Styled *line, int width) {
    Styled bound = {.arena = equation->arena};
    add_bound(&bound, line, width - FURTHER_INDENT, equation->ascii);
    return styled_wrap(equation->arena, &bound, width, FURTHER_INDENT, equation->ascii);
}

/* A part in two dimensions, as narrow as it takes to have at most `width` columns; wider where that
 * cannot be, or would take more than half the rows. */
static MathBox draw_part(Equation *equation, size_t index, int width) {
    const Math *part = equation->parts[index];
    const bool has_exp = math_has_exp(part);
    MathBox box = equation->boxes[index];
    if (!equation->raised || !has_exp) {
        if (box.grid.columns <= width)
            return box;
        if (equation->lines && equation->lines[index].grid.columns <= width)
            return equation->lines[index];
        box = math_draw(equation->arena, part, equation->ascii);
        if (box.grid.columns > width)
            box = math_draw_within(equation->arena, part, equation->ascii, width, ROOM_SOME);
    }
    if (has_exp && (equation->raised || box.grid.columns > width)) {
        box = math_draw_within(equation->arena, part, equation->ascii, width, ROOM_LITTLE);
        equation->raises |= box.grid.columns <= width;
    }
    if (box.grid.columns <= width)
        return box;
    MathBox tight = math_draw_within(equation->arena, part, equation->ascii, width, ROOM_LEAST);
    if (tight.grid.columns > width || (equation->rows && tight.grid.rows * 2 > equation->rows))
        return box;
    equation->raises |= has_exp;
    return tight;
}

/* One part in at most `width` columns: in two dimensions, or on one line that wraps. */
static MathBox fit_part(Equation *equation, size_t index, int width) {
    MathBox box = draw_part(equation, index, width);
    if (box.grid.columns <= width) {
        equation->breaks += box.breaks;
        return box;
    }
    equation->on_lines++;
    equation->cramped |= index <= 1;
    Styled line = {.arena = equation->arena};
    math_line_add(&line, equation->parts[index], equation->ascii, STYLE_NORMAL);
    return (MathBox){.grid = wrap_formula(equation, &line, width)};
}

/* The rows of a broken equation, from top to bottom. */
typedef struct Stack {
    MathBox *boxes;
    int *columns;
    bool *deep; /* reaches below the line, shapes aside */
    size_t count;
} Stack;

static Stack new_stack(const Equation *equation) {
    return (Stack){.boxes = ARENA_ARRAY(equation->arena, MathBox, equation->count),
                   .columns = ARENA_ARRAY(equation->arena, int, equation->count),
                   .deep = ARENA_ARRAY(equation->arena, bool, equation->count)};
}

static void stack_add(const Equation *equation, Stack *stack, MathBox box, int column) {
    stack->deep[stack->count] = math_depth(&box) > 0;
    stack->boxes[stack->count] = math_with_shapes(equation->arena, box);
    stack->columns[stack->count++] = column;
}

enum { TOWER_ROWS = 3 }; /* so much above the line is seen to belong to it only below a gap */

/* Tall neighbours get an empty row between them, so that one's denominator is not the other's
 * numerator. */
static int gap_before(const Stack *stack, size_t index) {
    const int over = stack->boxes[index].baseline;
    return index && ((stack->deep[index - 1] && over > 0) || over >= TOWER_ROWS);
}

static MathBox join_stack(const Equation *equation, const Stack *stack) {
    int rows = 0, columns = 0;
    for (size_t i = 0; i < stack->count; i++) {
        int right = stack->columns[i] + stack->boxes[i].grid.columns;
        columns = right > columns ? right : columns;
        rows += gap_before(stack, i) + stack->boxes[i].grid.rows;
    }
    Grid grid = grid_new(equation->arena, rows, columns, equation->ascii);
    int row = 0;
    for (size_t i = 0; i < stack->count; i++) {
        row += gap_before(stack, i);
        grid_copy(&grid, row, stack->columns[i], &stack->boxes[i].grid);
        row += stack->boxes[i].grid.rows;
    }
    return (MathBox){.grid = grid, .baseline = stack->boxes[0].baseline};
}

/* A sign and the part after it, in at most `room` columns. */
static MathBox signed_part(Equation *equation, size_t index, int room) {
    MathBox sign = sign_box(equation, index);
    room -= sign.grid.columns;
    MathBox pair[] = {sign, fit_part(equation, index, room < 1 ? 1 : room)};
    return math_beside(equation->arena, pair, 2, equation->ascii);
}

/* Draws long parts in several lines of at most `width` columns, if all of it takes half the rows at
 * most. */
static void draw_lines(Equation *equation, int width) {
    int rows = 0, widest = 0;
    for (size_t i = 1; i < equation->count; i++)
        if (equation->boxes[i].grid.columns > widest)
            widest = equation->boxes[i].grid.columns;
    if (widest <= width)
        return;
    MathBox *lines = ARENA_ARRAY(equation->arena, MathBox, equation->count);
    lines[0] = equation->boxes[0];
    math_align(equation->arena, equation->parts + 1, equation->count - 1, equation->ascii, false,
               width, lines + 1);
    for (size_t i = 1; i < equation->count; i++)
        rows += lines[i].grid.rows;
    if (equation->rows == 0 || rows * 2 <= equation->rows)
        equation->lines = lines;
}

/* Puts a part of several lines beside the head of an equation: its second line not beside what the
 * head has below, which would seem to belong to it. */
static MathBox put_beside(const Equation *equation, const MathBox *head, MathBox part) {
    const int missing = math_depth(head) - (part.first_rows - 1 - part.baseline);
    if (part.first_rows && missing > 0) {
        const Grid *grid = &part.grid;
        Grid apart =
            grid_new(equation->arena, grid->rows + missing, grid->columns, equation->ascii);
        const Grid first = grid_rows(grid, 0, part.first_rows);
        const Grid rest = grid_rows(grid, part.first_rows, grid->rows);
        grid_copy(&apart, 0, 0, &first);
        grid_copy(&apart, part.first_rows + missing, 0, &rest);
        part.grid = apart;
    }
    return math_beside(equation->arena, (MathBox[]){*head, part}, 2, equation->ascii);
}

/* The first two parts on the first rows, each further one below, its sign under the first sign; all
 * below each other where the second has the numbers of the first, where that leaves too little
 * room, or where it is wished. */
static MathBox break_below(Equation *equation, bool all_below) {
    Stack stack = new_stack(equation);
    MathBox first = signed_part(equation, 0, equation->width);
    int head = first.grid.columns;
    bool above = equation->count > 1 && math_is_mirrored(equation->parts[0], equation->parts[1]);
    bool narrow =
        all_below || above || head > equation->width / 2 || equation->width - head < LEAST_PART;
    int indent = narrow ? FURTHER_INDENT - 1 : head; /* a sign begins with a space */
    int column = above ? indent + sign_box(equation, 1).grid.columns : 0;
    size_t next = 1;
    if (equation->count > 1)
        draw_lines(equation, equation->width - indent - sign_box(equation, 1).grid.columns);
    if (equation->count > 1 && !narrow) {
        first =
            put_beside(equation, &first, signed_part(equation, next++, equation->width - indent));
    }
    stack_add(equation, &stack, first, column + head <= equation->width ? column : 0);
    for (; next < equation->count; next++)
        stack_add(equation, &stack, signed_part(equation, next, equation->width - indent), indent);
    return join_stack(equation, &stack);
}

/* All parts below each other, and whether that has fewer of them on a line; or as many and fewer
 * rows, or saves more than one break. */
static bool is_better_below(const Equation *equation, const MathBox *box, Equation *again,
                            MathBox *below_box) {
    again->on_lines = 0;
    again->breaks = 0;
    again->cramped = false;
    again->lines = NULL;
    *below_box = break_below(again, true);
    if (again->on_lines != equation->on_lines)
        return again->on_lines < equation->on_lines;
    return below_box->grid.rows < box->grid.rows || again->breaks + 1 < equation->breaks;
}

/* In two dimensions as much as can be. Where a part finds no room beside the first, or not
 * unbroken, all of them stand below it if that helps; where one finds it with powers of e alone,
 * all have them. */
static MathBox break_equation(Equation *equation) {
    MathBox box = break_below(equation, false), other;
    Equation again = *equation;
    bool all_below =
        (equation->on_lines || equation->breaks) && is_better_below(equation, &box, &again, &other);
    if (all_below) {
        *equation = again;
        box = other;
    }
    if (!equation->raises)
        return box;
    equation->raised = true;
    equation->on_lines = 0;
    equation->cramped = false;
    return break_below(equation, all_below);
}

/* A part on a line, with its sign before it. */
static Styled flat_part(const Equation *equation, size_t index) {
    Styled part = {.arena = equation->arena};
    styled_add(&part, sign_before(equation, index), STYLE_NORMAL);
    math_line_add(&part, equation->parts[index], equation->ascii, STYLE_NORMAL);
    return part;
}

/* Where the signs stand: below the first, unless that leaves them too little room. */
static int flat_indent(const Equation *equation, const Styled *parts) {
    int head = styled_width(&parts[0]);
    bool fits = equation->count > 1;
    for (size_t i = 1; i < equation->count; i++)
        fits = fits && head + styled_width(&parts[i]) <= equation->width;
    bool has_room = equation->count > 1 && head < equation->width / 2;
    return fits || has_room ? head + 1 : FURTHER_INDENT; /* a sign begins with a space */
}

/* Parts on lines of their own, with numbers under their symbols: false where none would be, or
 * where a line is too long. */
static bool align_flat(Equation *equation, int head, Grid *grid) {
    MathBox *boxes = ARENA_ARRAY(equation->arena, MathBox, equation->count);
    equation->boxes = boxes;
    if (math_align(equation->arena, equation->parts, equation->count, equation->ascii, true,
                   UNLIMITED, boxes) == MATH_APART)
        return false;
    for (size_t i = 1; i < equation->count; i++) {
        int sign = utf8_width(sign_before(equation, i));
        if (boxes[i].grid.rows > 1 || head + sign + boxes[i].grid.columns > equation->width)
            return false;
    }
    *grid = break_equation(equation).grid;
    return true;
}

/* Adds what begins with a sign at `column`, or at the left end, in as many lines as it takes; they
 * go on behind that sign. */
static void add_flat(const Equation *equation, Stack *stack, const Styled *line, int column,
                     int hanging) {
    Grid grid =
        styled_wrap(equation->arena, line, equation->width - column, hanging, equation->ascii);
    stack_add(equation, stack, (MathBox){.grid = grid}, column);
}

/* On one line; where that is too long, a part that does not fit on its rest begins a new one. */
static Grid write_flat(Equation *equation) {
    Stack stack = new_stack(equation);
    Styled line = {.arena = equation->arena};
    Styled *parts = ARENA_ARRAY(equation->arena, Styled, equation->count);
    for (size_t i = 0; i < equation->count; i++)
        parts[i] = flat_part(equation, i);
    const int indent = flat_indent(equation, parts);
    const int further = equation->count > 1 ? indent + FURTHER_INDENT : indent;
    int used = 0, all = 0;
    for (size_t i = 0; i < equation->count; i++)
        all += styled_width(&parts[i]);
    Grid aligned;
    if (all > equation->width && align_flat(equation, styled_width(&parts[0]), &aligned))
        return aligned;
    for (size_t i = 0; i < equation->count; i++) {
        Styled part = parts[i];
        int columns = styled_width(&part);
        const bool beside = i == 1 && indent > FURTHER_INDENT; /* it goes on below the head's end */
        const bool next = used > LEAST_PART && used + columns > equation->width &&
                          !(beside && indent + columns > equation->width);
        if (next) {
            add_flat(equation, &stack, &line, stack.count ? indent : 0,
                     stack.count ? FURTHER_INDENT : further);
            line = (Styled){.arena = equation->arena};
            size_t space = strspn(part.text, " ");
            part.text += space, part.styles += space, part.length -= space;
        }
        used = next ? indent + columns : used + columns;
        add_bound(&line, &part, equation->width - (used > equation->width ? further : 0),
                  equation->ascii);
    }
    add_flat(equation, &stack, &line, stack.count ? indent : 0,
             stack.count ? FURTHER_INDENT : further);
    return join_stack(equation, &stack).grid;
}

/* Side by side. The two sides of the formula in symbols have their shapes in one line. */
static MathBox draw_beside(const Equation *equation, MathBox *boxes) {
    for (size_t i = 4; i < 2 * equation->count; i++)
        boxes[i] = math_with_shapes(equation->arena, boxes[i]);
    MathBox row = math_beside(equation->arena, boxes, 2 * equation->count, equation->ascii);
    return math_with_shapes(equation->arena, row);
}

static MathBox draw_equation(Equation *equation, bool flat) {
    const size_t count = equation->count;
    Arena *arena = equation->arena;
    const bool ascii = equation->ascii;
    if (count == 0)
        return (MathBox){.grid = grid_new(arena, 0, 0, ascii)};
    if (flat)
        return (MathBox){.grid = write_flat(equation)};
    MathBox *boxes = ARENA_ARRAY(arena, MathBox, count);
    bool tall = math_align(arena, equation->parts, count, ascii, false, UNLIMITED, boxes) ==
                MATH_ALIGNED_TALL;
    equation->boxes = boxes;
    MathBox *beside = ARENA_ARRAY(arena, MathBox, 2 * count);
    int columns = 0;
    for (size_t i = 0; i < count && !tall && columns <= equation->width; i++) {
        beside[2 * i] = sign_box(equation, i);
        beside[2 * i + 1] = math_draw(arena, equation->parts[i], ascii);
        columns += beside[2 * i].grid.columns + beside[2 * i + 1].grid.columns;
    }
    return tall || columns > equation->width ? break_equation(equation)
                                             : draw_beside(equation, beside);
}

static Equation new_equation(Arena *arena, const Math *const *parts, const char *const *signs,
                             size_t count, EquationLayout layout) {
    return (Equation){.arena = arena,
                      .parts = parts,
                      .signs = signs,
                      .count = count,
                      .width = layout.width < 1 ? 1 : layout.width,
                      .rows = layout.rows,
                      .ascii = layout.ascii};
}

Grid math_equation(Arena *arena, const Math *const *parts, const char *const *signs, size_t count,
                   EquationLayout layout) {
    Equation equation = new_equation(arena, parts, signs, count, layout);
    return draw_equation(&equation, layout.flat).grid;
}

bool math_equation_fits(Arena *arena, const Math *const *parts, const char *const *signs,
                        size_t count, EquationLayout layout, Grid *grid) {
    Equation equation = new_equation(arena, parts, signs, count, layout);
    *grid = draw_equation(&equation, false).grid;
    return !equation.cramped;
}

MathBox math_equation_row(Arena *arena, const Math *row, EquationLayout layout) {
    const size_t most = row->count / 2 + 1;
    const Math **parts = ARENA_ARRAY(arena, const Math *, most);
    const char **signs = ARENA_ARRAY(arena, const char *, most);
    size_t count = 0;
    bool split = row->kind == MATH_ROW && row->count % 2 == 1;
    for (size_t i = 1; split && i < row->count; i += 2)
        split = row->parts[i]->kind == MATH_TEXT && str_equal(row->parts[i]->text, " = ");
    for (size_t i = 0; i < row->count && split; i += 2) {
        signs[count] = i ? "=" : NULL;
        parts[count++] = row->parts[i];
    }
    Equation equation = split ? new_equation(arena, parts, signs, count, layout)
                              : new_equation(arena, &row, NULL, 1, layout);
    return draw_equation(&equation, layout.flat);
}
