#include "app/explain.h"

#include "base/number.h"
#include "base/str.h"
#include "expr/parts.h"
#include "view/math_text.h"

Explain explain_new(const Session *session, const Model *model, Card *card) {
    Lesson *lesson = session->lesson;
    card->digits = session->settings.digits;
    return (Explain){.session = session,
                     .lesson = lesson,
                     .exprs = &lesson->exprs,
                     .scope = &lesson->scope,
                     .model = model,
                     .swept = session->present.model,
                     .arena = card->arena,
                     .card = card,
                     .digits = session->settings.digits,
                     .lit = SYMBOL_NONE};
}

const Math *explain_name(const Explain *explain, SymbolId symbol) {
    const Session *session = explain->session;
    if (!session->names[symbol]) {
        Math *name = math_symbol(session->arena, scope_get(explain->scope, symbol));
        math_keep_lines(session->arena, name);
        session->names[symbol] = name;
    }
    return session->names[symbol];
}

const char *explain_typed(const Explain *explain, Expr variable) {
    return scope_typed(explain->scope, explain->exprs, explain->arena, variable);
}

bool explain_has_changed(const Explain *explain, SymbolId symbol) {
    return explain->session->changed[symbol];
}

const char *explain_name_text(const Explain *explain, SymbolId symbol) {
    return explain_name(explain, symbol)->lines[0];
}

Expr explain_name_expr(const Explain *explain, SymbolId symbol) {
    return scope_expr(explain->scope, explain->exprs, symbol);
}

bool explain_is_number(const Explain *explain, SymbolId symbol) {
    return symbol_entries(scope_get(explain->scope, symbol)) == 1;
}

static const Math *write_symbols(const Explain *explain, Expr expr, bool shaped) {
    MathStyle style = {.digits = explain->digits, .lit = explain->lit, .shaped = shaped};
    return math_expr(explain->arena, explain->exprs, explain->scope, expr, style);
}

const Math *explain_symbols(const Explain *explain, Expr expr) {
    return write_symbols(explain, expr, false);
}

const char *explain_line(const Explain *explain, Expr expr) {
    return math_line(explain->arena, explain_symbols(explain, expr), false);
}

static const double *value_of(const void *context, SymbolId symbol) {
    const Explain *explain = context;
    return model_value(explain->model, symbol);
}

static const double *derivative_of(const void *context, Expr derivative) {
    return explain_value(context, derivative);
}

static const Math *write_numbers(const Explain *explain, Expr expr, bool shaped) {
    MathStyle style = {.digits = explain->digits,
                       .value_of = value_of,
                       .derivative_of = derivative_of,
                       .context = explain,
                       .lit = explain->lit,
                       .shaped = shaped};
    return math_expr(explain->arena, explain->exprs, explain->scope, expr, style);
}

const Math *explain_numbers(const Explain *explain, Expr expr) {
    return write_numbers(explain, expr, false);
}

const Math *explain_entries(const Explain *explain, const double *entries, Expr shape) {
    const ExprNode *node = expr_get(explain->exprs, shape);
    return math_value(explain->arena, entries, node->rows, node->columns, explain->digits);
}

const char *explain_number_text(const Explain *explain, double number) {
    return math_line(explain->arena, math_number(explain->arena, number, explain->digits), false);
}

const Math *explain_partial(const Explain *explain, Expr of, Expr wrt) {
    return explain_symbols(explain, expr_derivative(explain->exprs, of, wrt));
}

Expr explain_row_sum(const Explain *explain, Expr expr) {
    Parts parts = parts_of(explain->exprs, NULL, SYMBOL_NONE, explain->arena, expr);
    for (size_t i = parts.count; i-- > 0;) {
        const ExprNode *node = expr_get(explain->exprs, parts.list[i]);
        if (node->kind == EXPR_CALL &&
            (node->function == FUNCTION_ROWSUM || node->function == FUNCTION_ROWMEAN))
            return parts.list[i];
    }
    return 0;
}

/* In a lesson with so many names a derivative may have a formula as long as the lesson. So there
 * its number comes from a sweep back through the model, as in training. */
enum { MANY_NAMES = 1000 };

/* The value of a derivative token, NULL where no sweep gives it. */
static const double *swept_value(const Explain *explain, Expr token) {
    Model *model = explain->swept;
    const ExprNode *result = expr_get(explain->exprs, expr_operand(explain->exprs, token, 0));
    const ExprNode *variable = expr_get(explain->exprs, expr_operand(explain->exprs, token, 1));
    if (result->kind != EXPR_NAME || variable->kind != EXPR_NAME)
        return NULL;
    const Graph *graph = explain->lesson->graph;
    if (graph_is_row_part(graph, result->symbol, variable->symbol) ||
        symbol_entries(scope_get(explain->scope, result->symbol)) > 1)
        return NULL;
    model_backward(model, result->symbol);
    return model_adjoint(model, variable->symbol);
}

/* Puts the values of all derivative tokens of an expression on its tape. */
static bool fill_local(const Explain *explain, Tape *tape, Expr expr) {
    Parts parts = parts_of(explain->exprs, NULL, SYMBOL_NONE, explain->arena, expr);
    for (size_t i = 0; i < parts.count; i++) {
        if (expr_get(explain->exprs, parts.list[i])->kind != EXPR_DERIVATIVE)
            continue;
        const double *value = swept_value(explain, parts.list[i]);
        if (!value)
            return false;
        tape_set(tape, parts.list[i], value);
    }
    return true;
}

/* The value of an expression of a large lesson, from those of its names and derivatives alone; NULL
 * where that does not do. */
static const double *local_value(const Explain *explain, Expr expr) {
    if (explain->scope->count < MANY_NAMES || explain->model != explain->swept ||
        explain_row_sum(explain, expr))
        return NULL;
    Tape *tape = model_tape(explain->model, explain->arena, &expr, 1);
    if (!fill_local(explain, tape, expr))
        return NULL;
    tape_forward(tape);
    return tape_value(tape, expr);
}

const double *explain_value(const Explain *explain, Expr expr) {
    if (explain->carried && expr == explain->carried)
        return explain->carried_value;
    const ExprNode *node = expr_get(explain->exprs, expr);
    if (!explain->carried && node->kind == EXPR_NAME)
        return model_value(explain->model, node->symbol);
    const double *local = explain->carried ? NULL : local_value(explain, expr);
    if (local)
        return local;
    if (!explain->carried)
        return model_evaluate(explain->model, explain->arena, expr);
    Tape *tape = model_tape(explain->model, explain->arena, &expr, 1);
    tape_set(tape, explain->carried, explain->carried_value);
    tape_forward(tape);
    return tape_value(tape, expr);
}

static bool looks_same(const Explain *explain, const Math *a, const Math *b) {
    return str_equal(math_line(explain->arena, a, false), math_line(explain->arena, b, false));
}

enum { TABLE_ROWS = 12 }; /* training rows listed */

static bool is_column(const Explain *explain, Expr expr) {
    const DataTable *data = explain->scope->data;
    const ExprNode *node = expr_get(explain->exprs, expr);
    return node->kind == EXPR_NAME && node->symbol >= data->first &&
           node->symbol < data->first + data->count;
}

void explain_row_table(Explain *explain, const Math *heading, Expr expr) {
    const DataTable *data = explain->scope->data;
    if (expr && !heading && is_column(explain, expr))
        expr = 0; /* it stands there */
    if (expr && !heading)
        heading = explain_symbols(explain, expr);
    Model *model = model_copy(explain->model, explain->arena);
    Block *table = card_add(explain->card, BLOCK_TABLE);
    table->header = true;
    table->columns = 1 + data->count + (expr != 0);
    block_part(explain->card, table, NULL, math_text(explain->arena, "row"));
    for (SymbolId s = data->first; s < data->first + data->count; s++)
        block_part(explain->card, table, NULL, explain_name(explain, s));
    if (expr)
        block_part(explain->card, table, NULL, heading);
    for (size_t row = 0; row < data->rows && row < TABLE_ROWS; row++) {
        model_load_row(model, row);
        model_forward(model);
        Explain here = *explain;
        here.model = model;
        block_part(explain->card, table, NULL,
                   math_number(explain->arena, (double)row + 1, explain->digits));
        for (SymbolId s = data->first; s < data->first + data->count; s++)
            block_part(explain->card, table, NULL,
                       explain_entries(explain, model_value(model, s),
                                       scope_expr(explain->scope, explain->exprs, s)));
        if (expr)
            block_part(explain->card, table, NULL,
                       explain_entries(explain, explain_value(&here, expr), expr));
    }
    if (data->rows > TABLE_ROWS)
        card_text(explain->card, "and %zu rows more.", data->rows - TABLE_ROWS);
}

static Math *unknown_entry(void *context, size_t row, size_t column) {
    const Explain *explain = context;
    const Hidden *hidden = explain->hidden;
    return row * hidden->columns + column == hidden->entry
               ? math_lit(explain->arena, math_text(explain->arena, "?"), STYLE_LIT)
               : math_text(explain->arena, "·");
}

static const Math *unknown(const Explain *explain) {
    const Hidden *hidden = explain->hidden;
    if (hidden->rows * hidden->columns == 1 || hidden->rows > MATH_MOST ||
        hidden->columns > MATH_MOST) /* the ? might be where the dots are */
        return math_lit(explain->arena, math_text(explain->arena, "?"), STYLE_LIT);
    return math_matrix(explain->arena, hidden->rows, hidden->columns, MATH_MOST, unknown_entry,
                       (void *)explain);
}

const Math *explain_result(const Explain *explain, const double *entries, Expr shape) {
    return explain->hidden
               ? unknown(explain)
               : math_lit(explain->arena, (Math *)explain_entries(explain, entries, shape),
                          STYLE_NUMBER);
}

/* Whether a product of two matrices, or one of their entries, is seen in a formula: in its terms
 * and factors, and in a function of one. */
static bool has_matrix_product(const Explain *explain, Expr expr, int depth) {
    enum { DEEPEST = 16 };
    const ExprNode node = *expr_get(explain->exprs, expr);
    if ((size_t)node.rows * node.columns == 1)
        return false; /* nor is there one within */
    if (node.kind == EXPR_MATMUL || expr_is_entrywise(explain->exprs, expr))
        return true;
    bool opened = node.kind == EXPR_MULTIPLY || node.kind == EXPR_ADD ||
                  node.kind == EXPR_SUBTRACT || node.kind == EXPR_NEGATE ||
                  node.kind == EXPR_REDUCE || (node.kind == EXPR_CALL && node.count == 1);
    for (size_t i = 0; i < node.count && opened && depth < DEEPEST; i++)
        if (has_matrix_product(explain, expr_operand(explain->exprs, expr, i), depth + 1))
            return true;
    return false;
}

/* A part of an equation; with shapes, or NULL where it has none. */
typedef struct Side {
    const Math *math, *shaped;
} Side;

const Math *explain_with_shape(const Explain *explain, const Math *math, Expr shape) {
    const ExprNode *node = expr_get(explain->exprs, shape);
    return math_shaped(explain->arena, (Math *)math, node->rows, node->columns);
}

const Math *explain_shaped(const Explain *explain, Expr expr) {
    return has_matrix_product(explain, expr, 0) ? write_symbols(explain, expr, true) : NULL;
}

/* The sides joined by "=", each once. */
static Block *add_sides(Explain *explain, const Side *sides, size_t count) {
    Block *block = card_add(explain->card, BLOCK_FORMULA);
    const Math **shaped = ARENA_ARRAY(explain->arena, const Math *, count);
    bool has_shapes = false;
    const Math *last = NULL;
    for (size_t i = 0; i < count; i++) {
        if (!sides[i].math || (last && looks_same(explain, last, sides[i].math)))
            continue;
        has_shapes |= sides[i].shaped != NULL;
        shaped[block->count] = sides[i].shaped ? sides[i].shaped : sides[i].math;
        block_part(explain->card, block, last ? "=" : NULL, sides[i].math);
        last = sides[i].math;
    }
    block->shaped = has_shapes ? shaped : NULL;
    return block;
}

/* "Shapes: 4×1 = 4×2 · 2×1 + 4×1": which numbers have to agree. */
static void tell_shapes(Explain *explain, Block *block, Expr expr, const Math *shaped) {
    const ExprNode *node = expr_get(explain->exprs, expr);
    block_text(explain->card, block, "Shapes: %u×%u = ", node->rows, node->columns);
    block_math(explain->card, block, math_shapes(explain->arena, shaped));
}

/* left = before = formula = numbers = result, where there is a product of matrices with shapes. */
static void add_equation(Explain *explain, const Math *left, const Math *before, Expr expr,
                         bool numbers, const Math *result) {
    numbers = numbers && expr_get(explain->exprs, expr)->kind != EXPR_NAME; /* it is the result */
    Side sides[] = {{left, NULL},
                    {before, NULL},
                    {explain_symbols(explain, expr), NULL},
                    {numbers ? explain_numbers(explain, expr) : NULL, NULL},
                    {result, NULL}};
    const Math *shaped = explain_shaped(explain, expr);
    if (shaped) {
        sides[0].shaped = left ? explain_with_shape(explain, left, expr) : NULL;
        sides[2].shaped = shaped;
        sides[3].shaped = numbers ? write_numbers(explain, expr, true) : NULL;
    }
    Block *block = add_sides(explain, sides, sizeof sides / sizeof *sides);
    if (shaped && result)
        tell_shapes(explain, block, expr, shaped);
}

void explain_formula(Explain *explain, const Math *left, Expr expr, const Math *result) {
    add_equation(explain, left, NULL, expr, false, result);
}

void explain_equation(Explain *explain, const Math *left, Expr expr) {
    explain_equation_as(explain, left, expr, NULL);
}

void explain_equation_as(Explain *explain, const Math *left, Expr expr, const double *value) {
    explain_equation_from(explain, left, NULL, expr, value);
}

/* The same with its own value, which is known. */
static void add_valued(Explain *explain, const Math *left, const Math *before, Expr expr,
                       const double *own, const double *value) {
    Expr sum = explain_row_sum(explain, expr);
    bool other = value && explain_is_lost(explain, own, value, expr);
    bool numbers = !sum && !other && !explain->hidden;
    add_equation(explain, left, before, expr, numbers,
                 explain_result(explain, other ? value : own, expr));
    if (other && !explain->hidden)
        card_text(explain->card, "Number by number this slope would be lost; the logarithm, taken "
                                 "from the net input, keeps it.");
    if (sum && !explain->hidden)
        explain_row_table(explain, NULL, expr_operand(explain->exprs, sum, 0));
}

void explain_equation_from(Explain *explain, const Math *left, const Math *before, Expr expr,
                           const double *value) {
    add_valued(explain, left, before, expr, explain_value(explain, expr), value);
}

void explain_node(Explain *explain, SymbolId symbol) {
    const Symbol *found = scope_get(explain->scope, symbol);
    Expr name = scope_expr(explain->scope, explain->exprs, symbol);
    Expr expr = found->definition ? found->definition : name;
    const double *value = explain_value(explain, name);
    add_valued(explain, found->definition ? explain_name(explain, symbol) : NULL, NULL, expr, value,
               NULL);
    if (explain->hidden)
        return;
    explain_stable(explain, expr);
    explain_out_of_range(explain, expr, value);
}

bool explain_goes_on(Explain *explain, size_t done, size_t total) {
    if (task_goes_on(&explain->session->task, done, total))
        return true;
    card_text(explain->card, "Stopped after %zu of %zu.", done, total);
    return false;
}

const char *explain_role(const Symbol *symbol) {
    switch (symbol->role) {
    case ROLE_INPUT: return "an input";
    case ROLE_TARGET: return "a target";
    case ROLE_PARAM: return "a parameter";
    case ROLE_LOSS: return "the loss";
    default: return "computed";
    }
}
