/* How far a derivative can be from the exact one. */
#include "expr/diff.h"
#include "num/bound.h"

/* The value of a name that is held independent, and how far it is from the exact one. */
static void give(Bounds *bounds, const Model *model, Arena *arena, Expr name) {
    SymbolId symbol = expr_get(model->exprs, name)->symbol;
    const double *value = model_value(model, symbol);
    Ranged *given = bounds->values + tape_op(bounds->tape, tape_place(bounds->tape, name))->offset;
    Tape *own = tape_compile(arena, model->exprs, model->scope, &name, 1, SYMBOL_NONE);
    tape_load(own, model->leaves);
    Bounds *known = bounds_new(arena, own);
    bounds_forward(known);
    for (size_t i = 0; i < symbol_entries(scope_get(model->scope, symbol)); i++)
        given[i] = ranged_as(bounds_value(known, name)[i], value[i]);
}

double *bound_derivative(const Model *model, Arena *arena, Expr of, Expr wrt, const double *value) {
    const ExprNode node = *expr_get(model->exprs, wrt);
    const bool element = node.kind == EXPR_INDEX;
    Arena work = {.recovery = arena->recovery};
    Expr name = element ? expr_operand(model->exprs, wrt, 0) : wrt;
    Expr roots[] = {expr_lower(model->exprs, model->scope, &work, of), name};
    const size_t rows =
        (size_t)expr_get(model->exprs, roots[0])->rows * expr_get(model->exprs, roots[0])->columns;
    const size_t columns = (size_t)node.rows * node.columns;
    const size_t width = expr_get(model->exprs, name)->columns;
    const size_t first = element ? (node.at.row - 1) * width + node.at.column - 1 : 0;
    Tape *tape = tape_compile(&work, model->exprs, model->scope, roots, 2,
                              expr_get(model->exprs, name)->symbol);
    tape_load(tape, model->leaves);
    Bounds *bounds = bounds_new(&work, tape);
    bounds_read(bounds);
    give(bounds, model, &work, name);
    bounds_run(bounds);
    double *found = ARENA_ARRAY(arena, double, rows *columns);
    for (size_t i = 0; i < rows; i++) {
        bounds_backward(bounds, roots[0], i);
        const Ranged *adjoint = bounds_adjoint(bounds, name) + first;
        for (size_t j = 0; j < columns; j++)
            found[i * columns + j] = ranged_as(adjoint[j], value[i * columns + j]).error;
    }
    arena_clear(&work);
    return found;
}

Bounds *bound_gradient(const Model *model, Arena *arena, Expr of) {
    Expr root = expr_lower(model->exprs, model->scope, arena, of);
    Tape *tape = tape_compile(arena, model->exprs, model->scope, &root, 1, SYMBOL_NONE);
    tape_load(tape, model->leaves);
    Bounds *bounds = bounds_new(arena, tape);
    bounds_forward(bounds);
    bounds_backward(bounds, root, 0);
    return bounds;
}

double *bound_along(const Bounds *gradient, Arena *arena, Expr name, const double *value) {
    const size_t place = tape_place(gradient->tape, name);
    if (place == SIZE_MAX)
        return NULL;
    const TapeOp *op = tape_op(gradient->tape, place);
    double *found = ARENA_ARRAY(arena, double, op_entries(op));
    for (size_t i = 0; i < op_entries(op); i++)
        found[i] = ranged_as(gradient->adjoints[op->offset + i], value[i]).error;
    return found;
}
