#include "num/unroll.h"

#include <string.h>

#include "expr/parts.h"
#include "expr/simplify.h"

/* One model being taken apart. */
typedef struct Unroller {
    const Model *model;
    const Exprs *from; /* the original's pool */
    Exprs *exprs;      /* of the entries: a pool of their own */
    Scope *scope;      /* of the entries; NULL where they stay entries: W[2,1] */
    Arena *arena;
    SymbolId *first;
    size_t operations;
} Unroller;

/* The parts of one formula, each as its entries. */
typedef struct Formula {
    Parts parts;
    Expr **entries; /* by part */
} Formula;

static size_t entries_of(const ExprNode *node) {
    return (size_t)node->rows * node->columns;
}

static const Expr *entries_of_operand(const Unroller *unroller, const Formula *formula, Expr e,
                                      size_t index) {
    return formula->entries[parts_place(&formula->parts, expr_operand(unroller->from, e, index))];
}

/* The entry of an operand that goes into entry (row, column) of the result: 1 where it is spread.
 */
static Expr spread(const Unroller *unroller, const Formula *formula, Expr e, size_t index,
                   size_t row, size_t column) {
    const ExprNode *operand = expr_get(unroller->from, expr_operand(unroller->from, e, index));
    size_t r = operand->rows == 1 ? 0 : row, c = operand->columns == 1 ? 0 : column;
    return entries_of_operand(unroller, formula, e, index)[r * operand->columns + c];
}

static Expr add_term(Exprs *exprs, Expr sum, Expr term) {
    return sum ? simplify_add(exprs, sum, term) : term;
}

static Expr product_entry(const Unroller *unroller, const Formula *formula, Expr e, size_t row,
                          size_t column) {
    Exprs *exprs = unroller->exprs;
    const Expr *a = entries_of_operand(unroller, formula, e, 0);
    const Expr *b = entries_of_operand(unroller, formula, e, 1);
    size_t inner = expr_get(unroller->from, expr_operand(unroller->from, e, 0))->columns;
    size_t columns = expr_get(unroller->from, e)->columns;
    Expr sum = 0;
    for (size_t k = 0; k < inner; k++)
        sum = add_term(exprs, sum,
                       simplify_multiply(exprs, a[row * inner + k], b[k * columns + column]));
    return sum;
}

/* sum(x) and mean(x) written out. */
static Expr total_entry(const Unroller *unroller, const Formula *formula, Expr e) {
    Exprs *exprs = unroller->exprs;
    size_t count = entries_of(expr_get(unroller->from, expr_operand(unroller->from, e, 0)));
    Expr sum = 0;
    for (size_t i = 0; i < count; i++)
        sum = add_term(exprs, sum, entries_of_operand(unroller, formula, e, 0)[i]);
    if (expr_get(unroller->from, e)->function == FUNCTION_MEAN)
        sum = simplify_divide(exprs, sum, expr_number(exprs, (double)count));
    return sum;
}

/* The same operation over matrices made of the entries of its operands. */
static Expr over_literals(Unroller *unroller, const Formula *formula, Expr e) {
    Exprs *exprs = unroller->exprs;
    const ExprNode *node = expr_get(unroller->from, e);
    Expr operands[2] = {0, 0};
    for (size_t i = 0; i < node->count && i < 2; i++) {
        const ExprNode *shape = expr_get(unroller->from, expr_operand(unroller->from, e, i));
        const Expr *entries = entries_of_operand(unroller, formula, e, i);
        operands[i] = entries_of(shape) == 1
                          ? entries[0]
                          : expr_matrix(exprs, entries, shape->rows, shape->columns);
    }
    switch ((ExprKind)node->kind) {
    case EXPR_REDUCE: return expr_reduce(exprs, operands[0], node->rows, node->columns);
    default: return expr_call(exprs, (ExprFunction)node->function, operands, node->count);
    }
}

static Expr call_entry(Unroller *unroller, const Formula *formula, Expr e, size_t row,
                       size_t column) {
    const ExprNode *node = expr_get(unroller->from, e);
    Expr operands[2] = {0, 0};
    for (size_t i = 0; i < node->count; i++)
        operands[i] = spread(unroller, formula, e, i, row, column);
    return expr_call(unroller->exprs, (ExprFunction)node->function, operands, node->count);
}

/* Entry (row, column) of a call; 0 where it is not computed entry by entry. */
static Expr entry_of_call(Unroller *unroller, const Formula *formula, Expr e, size_t row,
                          size_t column) {
    const ExprNode *node = expr_get(unroller->from, e);
    bool largest =
        node->count == 1 && (node->function == FUNCTION_MAX || node->function == FUNCTION_MIN);
    if (node->function == FUNCTION_SUM || node->function == FUNCTION_MEAN)
        return total_entry(unroller, formula, e);
    bool slope = node->function >= FUNCTION_POSITIVE && node->function <= FUNCTION_AT_LEAST;
    return slope || (node->function <= FUNCTION_MIN && !largest)
               ? call_entry(unroller, formula, e, row, column)
               : 0;
}

static Expr entry_of_name(const Unroller *unroller, Expr e, size_t number) {
    const ExprNode *node = expr_get(unroller->from, e);
    if (unroller->scope)
        return scope_expr(unroller->scope, unroller->exprs,
                          unroller->first[node->symbol] + (SymbolId)number);
    return entries_of(node) == 1
               ? e
               : expr_index(unroller->exprs, e, (uint32_t)(number / node->columns) + 1,
                            (uint32_t)(number % node->columns) + 1);
}

/* d(L)/d(W) is made of the d(L)/d(W[2,1]). */
static Expr entry_of_derivative(const Unroller *unroller, Expr e, size_t row, size_t column) {
    Expr of = expr_operand(unroller->from, e, 0), wrt = expr_operand(unroller->from, e, 1);
    uint32_t r = (uint32_t)row + 1, c = (uint32_t)column + 1;
    if (entries_of(expr_get(unroller->from, e)) == 1)
        return e;
    return expr_is_scalar(unroller->from, of)
               ? expr_derivative(unroller->exprs, of, expr_index(unroller->exprs, wrt, r, c))
               : expr_index(unroller->exprs, e, r, c);
}

static Expr binary_entry(Exprs *exprs, ExprKind kind, Expr a, Expr b) {
    switch (kind) {
    case EXPR_ADD: return simplify_add(exprs, a, b);
    case EXPR_SUBTRACT: return simplify_subtract(exprs, a, b);
    case EXPR_MULTIPLY: return simplify_multiply(exprs, a, b);
    case EXPR_DIVIDE: return simplify_divide(exprs, a, b);
    default: return simplify_power(exprs, a, b);
    }
}

/* Entry (row, column), from 0, of a part whose operands were taken apart before; 0 where it is not
 * computed entry by entry. */
static Expr entry_of(Unroller *unroller, const Formula *formula, Expr e, size_t row,
                     size_t column) {
    Exprs *exprs = unroller->exprs;
    const ExprNode *node = expr_get(unroller->from, e);
    size_t number = row * node->columns + column;
    switch ((ExprKind)node->kind) {
    case EXPR_NUMBER: return expr_number(exprs, node->number);
    case EXPR_NAME: return entry_of_name(unroller, e, number);
    case EXPR_NEGATE: return simplify_negate(exprs, spread(unroller, formula, e, 0, row, column));
    case EXPR_ADD:
    case EXPR_SUBTRACT:
    case EXPR_MULTIPLY:
    case EXPR_DIVIDE:
    case EXPR_POWER:
        return binary_entry(exprs, (ExprKind)node->kind,
                            spread(unroller, formula, e, 0, row, column),
                            spread(unroller, formula, e, 1, row, column));
    case EXPR_MATMUL: return product_entry(unroller, formula, e, row, column);
    case EXPR_TRANSPOSE:
        return entries_of_operand(unroller, formula, e, 0)[column * node->rows + row];
    case EXPR_INDEX: {
        size_t columns = expr_get(unroller->from, expr_operand(unroller->from, e, 0))->columns;
        number = (size_t)(node->at.row - 1) * columns + node->at.column - 1;
        return entries_of_operand(unroller, formula, e, 0)[number];
    }
    case EXPR_MATRIX: return *entries_of_operand(unroller, formula, e, number);
    case EXPR_CALL: return entry_of_call(unroller, formula, e, row, column);
    case EXPR_FILL: return *entries_of_operand(unroller, formula, e, 0);
    case EXPR_UNIT:
        return expr_number(exprs, node->at.row == row + 1 && node->at.column == column + 1);
    case EXPR_DERIVATIVE: return entry_of_derivative(unroller, e, row, column);
    default: return 0;
    }
}

/* All entries of a part, by rows. */
static Expr *entries_of_part(Unroller *unroller, const Formula *formula, Expr e) {
    const ExprNode *node = expr_get(unroller->from, e);
    size_t count = entries_of(node);
    Expr *entries = ARENA_ARRAY(unroller->arena, Expr, count), whole = 0;
    for (size_t i = 0; i < count; i++) {
        size_t row = i / node->columns, column = i % node->columns;
        entries[i] = whole ? 0 : entry_of(unroller, formula, e, row, column);
        if (entries[i])
            continue;
        if (!whole)
            whole = unroller->scope ? over_literals(unroller, formula, e) : e;
        entries[i] = count == 1 ? whole
                                : expr_index(unroller->exprs, whole, (uint32_t)row + 1,
                                             (uint32_t)column + 1);
    }
    return entries;
}

/* The entries of a formula; NULL where that is too much. */
static const Expr *take_apart(Unroller *unroller, Expr root) {
    const Exprs *from = unroller->from;
    Formula formula = {parts_of(from, NULL, SYMBOL_NONE, unroller->arena, root), NULL};
    formula.entries = ARENA_ARRAY(unroller->arena, Expr *, formula.parts.count);
    for (size_t p = 0; p < formula.parts.count; p++) {
        Expr e = formula.parts.list[p];
        const ExprNode *node = expr_get(from, e);
        size_t inner =
            node->kind == EXPR_MATMUL ? expr_get(from, expr_operand(from, e, 0))->columns : 1;
        unroller->operations += entries_of(node) * inner;
        if (unroller->operations > UNROLL_OPERATIONS)
            return NULL;
        formula.entries[p] = entries_of_part(unroller, &formula, e);
    }
    return formula.entries[formula.parts.count - 1];
}

Expr unroll_entry(Exprs *exprs, Arena *scratch, Expr formula, uint32_t row, uint32_t column) {
    Unroller unroller = {.from = exprs, .exprs = exprs, .arena = scratch};
    const Expr *entries = take_apart(&unroller, formula);
    return entries ? entries[(size_t)(row - 1) * expr_get(exprs, formula)->columns + column - 1]
                   : simplify_index(exprs, formula, row, column);
}

/* ------------------------------------------------------------------------------ names */

static bool is_too_large(const Scope *scope) {
    size_t names = 0;
    for (SymbolId s = 0; s < scope->count && names <= UNROLL_NAMES; s++) {
        size_t entries = symbol_entries(scope_get(scope, s));
        bool column = scope->data && s - scope->data->first < scope->data->count;
        names += column && entries > 1 ? UNROLL_NAMES + 1 : entries;
    }
    return names > UNROLL_NAMES;
}

/* A name for entry number i. */
static void add_entry(Unroller *unroller, const Symbol *original, size_t i, Expr formula) {
    Symbol symbol = *original;
    if (symbol_entries(original) > 1) {
        symbol.name = symbol_typed_entry(original, unroller->arena, i);
        symbol.spelling = NULL;
    }
    symbol.rows = symbol.columns = 1;
    symbol.initial = 0;
    symbol.definition = symbol.lowered = formula;
    scope_add(unroller->scope, symbol);
}

static bool add_entries(Unroller *unroller, SymbolId original) {
    const Symbol *symbol = scope_get(unroller->model->scope, original);
    bool leaf = symbol_is_leaf(symbol);
    const Expr *formulas = leaf ? NULL : take_apart(unroller, symbol->lowered);
    unroller->first[original] = (SymbolId)unroller->scope->count;
    for (size_t i = 0; i < symbol_entries(symbol) && (leaf || formulas); i++)
        add_entry(unroller, symbol, i, leaf ? 0 : formulas[i]);
    return leaf || formulas;
}

/* The leaves lie as they did, so a training row fills the same stretch of them. */
static void copy_data(Unroller *unroller) {
    const DataTable *data = unroller->model->scope->data;
    if (!data)
        return;
    DataTable *copy = ARENA_NEW(unroller->arena, DataTable);
    *copy = *data;
    copy->first = unroller->first[data->first];
    unroller->scope->data = copy;
}

bool unroll_model(const Model *model, Arena *arena, Unrolled *unrolled) {
    if (is_too_large(model->scope))
        return false;
    Unroller unroller = {.model = model,
                         .from = model->exprs,
                         .exprs = ARENA_NEW(arena, Exprs),
                         .scope = ARENA_NEW(arena, Scope),
                         .arena = arena,
                         .first = ARENA_ARRAY(arena, SymbolId, model->scope->count)};
    exprs_init(unroller.exprs, arena);
    scope_init(unroller.scope, arena);
    for (SymbolId s = 0; s < model->scope->count; s++)
        if (!add_entries(&unroller, s))
            return false;
    copy_data(&unroller);
    const Graph *graph = graph_build(arena, unroller.exprs, unroller.scope, arena);
    Model *copy = model_new(arena, unroller.exprs, unroller.scope, graph, model->rate, 0);
    memcpy(copy->leaves, model->leaves, model->scope->leaf_entries * sizeof *copy->leaves);
    copy->row = model->row;
    model_forward(copy);
    *unrolled = (Unrolled){copy, unroller.first};
    return true;
}
