/* The lines of a hunt as they are read. */
#include "app/hunt.h"
#include "base/str.h"
#include "expr/parts.h"
#include "view/math_text.h"

enum { LISTED_ROWS = 8 }; /* training rows whose parts are written out in a sum */

/* One side of a line in numbers. */
typedef struct Writer {
    const Explain *explain;
    const Hunt *hunt;
    const HuntLine *line;
    const HuntSide *side;
    const double *value; /* of the side */
} Writer;

Expr hunt_formula(const Explain *explain, const HuntSide *side) {
    Expr whole = side->parts[0];
    for (size_t i = 1; i < side->count; i++)
        whole = expr_binary(explain->exprs, side->joint, whole, side->parts[i]);
    return whole;
}

static const double *name_value(const void *context, SymbolId symbol) {
    const Writer *writer = context;
    const Symbol *found = scope_get(writer->explain->scope, symbol);
    bool updated =
        writer->side->updated && found->role == ROLE_PARAM && symbol != writer->line->symbol;
    return updated ? writer->hunt->updated + found->offset
                   : model_value(writer->hunt->model, symbol);
}

static const double *line_value(const void *context, Expr derivative) {
    const Writer *writer = context;
    for (size_t i = 0; i < writer->hunt->count; i++) {
        const HuntLine *line = &writer->hunt->lines[i];
        if (line->left == derivative)
            return line->value;
    }
    return NULL;
}

static const Math *numbers(const Writer *writer, Expr formula) {
    const Explain *explain = writer->explain;
    MathStyle style = {.digits = explain->digits,
                       .value_of = name_value,
                       .derivative_of = line_value,
                       .context = writer,
                       .lit = SYMBOL_NONE};
    return math_expr(explain->arena, explain->exprs, explain->scope, formula, style);
}

/* a − b + c: what the training rows add up. */
static const Math *row_sum(const Writer *writer) {
    Arena *arena = writer->explain->arena;
    Math *sum = math_row(arena, 0);
    for (size_t row = 0; row < writer->side->addend_count; row++) {
        double value = writer->side->addends[row];
        bool minus = row && value < 0;
        if (row)
            math_add(arena, sum, math_text(arena, minus ? " − " : " + "));
        math_add(arena, sum, math_number(arena, minus ? -value : value, writer->explain->digits));
    }
    return sum;
}

/* The numbers that are put in; NULL where they are those of many rows. */
static const Math *put_in(const Writer *writer, Expr formula) {
    const Exprs *exprs = writer->explain->exprs;
    Parts parts = parts_of(exprs, NULL, SYMBOL_NONE, writer->explain->arena, formula);
    if (writer->side->addends && writer->side->addend_count <= LISTED_ROWS)
        return row_sum(writer);
    for (size_t i = 0; i < parts.count; i++) {
        const ExprNode *node = expr_get(exprs, parts.list[i]);
        if (node->kind == EXPR_CALL &&
            (node->function == FUNCTION_ROWSUM || node->function == FUNCTION_ROWMEAN))
            return NULL;
    }
    return numbers(writer, formula);
}

/* left = symbols = numbers = value, each part once. */
static const Math *equation(const Writer *writer) {
    const Explain *explain = writer->explain;
    Arena *arena = explain->arena;
    Expr formula = hunt_formula(explain, writer->side);
    const Math *value = explain_entries(explain, writer->value, writer->line->wrt);
    const Math *left = explain_symbols(explain, writer->line->left);
    const Math *shaped = explain_shaped(explain, formula);
    const Math *parts[] = {shaped ? shaped : explain_symbols(explain, formula),
                           put_in(writer, formula), math_lit(arena, (Math *)value, STYLE_NUMBER)};
    Math *row = math_row(arena, 1, shaped ? explain_with_shape(explain, left, formula) : left);
    const char *last = "";
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        const char *text = parts[i] ? math_line(arena, parts[i], false) : last;
        if (str_equal(text, last))
            continue;
        math_add(arena, row, math_text(arena, " = "));
        math_add(arena, row, (Math *)parts[i]);
        last = text;
    }
    return row;
}

const Math *hunt_line_math(const Explain *explain, const Hunt *hunt, size_t line) {
    const HuntLine *found = &hunt->lines[line];
    return equation(&(Writer){explain, hunt, found, &found->written, found->value});
}

const Math *hunt_right_math(const Explain *explain, const Hunt *hunt) {
    const HuntLine *found = &hunt->lines[hunt->wrong];
    return equation(&(Writer){explain, hunt, found, &found->right, hunt->right_value});
}

bool hunt_has_rows(const Hunt *hunt) {
    for (size_t i = 0; i < hunt->count; i++)
        if (hunt->lines[i].rows > 1)
            return true;
    return false;
}

size_t hunt_line_uses(const Explain *explain, const Hunt *hunt, size_t line, size_t **uses) {
    size_t count = 0;
    Parts parts = parts_of(explain->exprs, NULL, SYMBOL_NONE, explain->arena,
                           hunt_formula(explain, &hunt->lines[line].written));
    *uses = ARENA_ARRAY(explain->arena, size_t, line);
    for (size_t i = 0; i < line; i++)
        if (parts_place(&parts, hunt->lines[i].left) != SIZE_MAX)
            (*uses)[count++] = i;
    return count;
}
