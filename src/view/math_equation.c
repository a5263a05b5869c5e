/* Formulas joined by signs, laid out in a width. */
#include <string.h>

#include "base/utf8.h"
#include "view/math_text.h"

typedef struct Equation {
    Arena *arena;
    const Math *const *parts;
    const char *const *signs;
    size_t count;
    int width;
    bool ascii;
} Equation;

enum { FURTHER_INDENT = 2, LEAST_PART = 12 };

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
    MathBox box = {grid_new(equation->arena, 1, utf8_width(sign), equation->ascii), 0};
    grid_text(&box.grid, 0, 0, sign, STYLE_NORMAL);
    return box;
}

static int below(const MathBox *box) {
    return box->grid.rows - 1 - box->baseline;
}

static bool is_sign(const char *text, size_t length) {
    static const char *const signs[] = {"+", "−", "·", "⊙", "=", "≈", "≥", "-", "*", "@", "~"};
    for (size_t i = 0; i < sizeof signs / sizeof *signs; i++)
        if (strlen(signs[i]) == length && memcmp(signs[i], text, length) == 0)
            return true;
    return false;
}

/* Adds `more` so that it breaks before a sign and not after it: the space behind it is fixed. */
static void add_bound(Styled *line, const Styled *more) {
    size_t token = 0; /* where the word before the space at i begins */
    for (size_t i = 0; i < more->length; i++) {
        Styled byte = {.text = more->text + i, .styles = more->styles + i, .length = 1};
        bool space = more->text[i] == ' ';
        bool sign = space && token > 0 && is_sign(more->text + token, i - token);
        styled_append(line, &byte, sign);
        if (space)
            token = i + 1;
    }
}

static Grid wrap_formula(const Equation *equation, const Styled *line, int width) {
    Styled bound = {.arena = equation->arena};
    add_bound(&bound, line);
    return styled_wrap(equation->arena, &bound, width, FURTHER_INDENT, equation->ascii);
}

/* One part in at most `width` columns: in two dimensions, or on one line that wraps. */
static MathBox fit_part(const Equation *equation, size_t index, int width) {
    MathBox box = math_draw(equation->arena, equation->parts[index], equation->ascii);
    if (box.grid.columns <= width)
        return box;
    Styled line = {.arena = equation->arena};
    math_line_add(&line, equation->parts[index], equation->ascii, STYLE_NORMAL);
    return (MathBox){wrap_formula(equation, &line, width), 0};
}

/* The rows of a broken equation, from top to bottom. */
typedef struct Stack {
    MathBox *boxes;
    int *columns;
    size_t count;
} Stack;

static void stack_add(Stack *stack, MathBox box, int column) {
    stack->boxes[stack->count] = box;
    stack->columns[stack->count++] = column;
}

/* Tall neighbours get an empty row between them, so that one's denominator is not the other's
 * numerator. */
static int gap_before(const Stack *stack, size_t index) {
    return index && below(&stack->boxes[index - 1]) > 0 && stack->boxes[index].baseline > 0;
}

static Grid join_stack(const Equation *equation, const Stack *stack) {
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
    return grid;
}

/* A sign and the part after it, in at most `room` columns. */
static MathBox signed_part(const Equation *equation, size_t index, int room) {
    MathBox sign = sign_box(equation, index);
    room -= sign.grid.columns;
    MathBox pair[] = {sign, fit_part(equation, index, room < 1 ? 1 : room)};
    return math_beside(equation->arena, pair, 2, equation->ascii);
}

/* The first two parts on the first rows, each further one below, its sign under the first sign; all
 * below each other where the first part leaves too little room. */
static Grid break_equation(const Equation *equation) {
    Stack stack = {.boxes = ARENA_ARRAY(equation->arena, MathBox, equation->count),
                   .columns = ARENA_ARRAY(equation->arena, int, equation->count)};
    stack_add(&stack, signed_part(equation, 0, equation->width), 0);
    int head = stack.boxes[0].grid.columns;
    bool narrow = head > equation->width / 2 || equation->width - head < LEAST_PART;
    int indent = narrow ? FURTHER_INDENT - 1 : head; /* a sign begins with a space */
    for (size_t i = 1; i < equation->count; i++) {
        MathBox part = signed_part(equation, i, equation->width - indent);
        if (i > 1 || narrow) {
            stack_add(&stack, part, indent);
            continue;
        }
        MathBox pair[] = {stack.boxes[0], part};
        stack.boxes[0] = math_beside(equation->arena, pair, 2, equation->ascii);
    }
    return join_stack(equation, &stack);
}

static Grid write_flat(const Equation *equation) {
    Styled line = {.arena = equation->arena};
    for (size_t i = 0; i < equation->count; i++) {
        styled_add(&line, sign_before(equation, i), STYLE_NORMAL);
        math_line_add(&line, equation->parts[i], equation->ascii, STYLE_NORMAL);
    }
    return wrap_formula(equation, &line, equation->width);
}

Grid math_equation(Arena *arena, const Math *const *parts, const char *const *signs, size_t count,
                   int width, bool ascii, bool flat) {
    Equation equation = {arena, parts, signs, count, width < 1 ? 1 : width, ascii};
    if (count == 0)
        return grid_new(arena, 0, 0, ascii);
    if (flat)
        return write_flat(&equation);
    MathBox *boxes = ARENA_ARRAY(arena, MathBox, 2 * count);
    int columns = 0;
    for (size_t i = 0; i < count && columns <= equation.width; i++) {
        boxes[2 * i] = sign_box(&equation, i);
        boxes[2 * i + 1] = math_draw(arena, parts[i], ascii);
        columns += boxes[2 * i].grid.columns + boxes[2 * i + 1].grid.columns;
    }
    if (columns > equation.width)
        return break_equation(&equation);
    return math_beside(arena, boxes, 2 * count, ascii).grid;
}
