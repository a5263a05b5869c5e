#include "num/range.h"

#include <math.h>
#include <string.h>

#include "expr/diff.h"

/* The first entry that is no finite number, or the number of entries. */
static size_t first_bad(const Tape *tape, const TapeOp *op) {
    size_t i = 0;
    while (i < op_entries(op) && isfinite(tape->values[op->offset + i]))
        i++;
    return i;
}

/* The first name on the tape that is not finite. */
static SymbolId name_of_fault(const Tape *tape) {
    Expr own = 0, alias = 0, name = 0;
    for (;;) {
        own = marks_next(&tape->places, name + 1);
        alias = marks_next(&tape->aliases, name + 1);
        name = own && (own < alias || !alias) ? own : alias;
        if (!name)
            return SYMBOL_NONE;
        const TapeOp *op = tape_op(tape, tape_place(tape, name));
        const ExprNode *node = expr_get(tape->exprs, name);
        if (node->kind == EXPR_NAME && first_bad(tape, op) < op_entries(op))
            return node->symbol;
    }
}

static RangeFault fault_at(const Tape *tape, size_t place, size_t entry) {
    const TapeOp *op = tape_op(tape, place);
    const OpFrame frame = tape_frame(tape, op);
    RangeFault fault = {.found = true, .code = op->code, .given = op->count == 0};
    const size_t row = entry / op->columns, column = entry % op->columns;
    fault.undefined = isnan(tape->values[op->offset + entry]);
    fault.name = name_of_fault(tape);
    if (op->code != OP_COUNT)
        fault.a = frame.a.value[operand_meets(&frame.a, row, column)];
    if (op->code != OP_COUNT && op->count > 1)
        fault.b = frame.b.value[operand_meets(&frame.b, row, column)];
    return fault;
}

static RangeFault find_on(const Model *model, Arena *scratch, const double *leaves, Expr expr);

/* In which row of a rowsum it happens. */
static RangeFault find_row(const Model *model, Arena *scratch, Expr operand) {
    const DataTable *data = model->scope->data;
    double *leaves = ARENA_ARRAY(scratch, double, model->scope->leaf_entries);
    memcpy(leaves, model->leaves, model->scope->leaf_entries * sizeof *leaves);
    for (size_t row = 0; row < data->rows; row++) {
        Arena work = {.recovery = scratch->recovery};
        memcpy(leaves + data->offset, data->values + row * data->width,
               data->width * sizeof *leaves);
        RangeFault fault = find_on(model, &work, leaves, operand);
        arena_clear(&work);
        if (!fault.found)
            continue;
        fault.in_row = true;
        fault.row = row;
        return fault;
    }
    return (RangeFault){0};
}

static RangeFault find_on(const Model *model, Arena *scratch, const double *leaves, Expr expr) {
    Tape *tape = tape_compile(scratch, model->exprs, model->scope, &expr, 1, SYMBOL_NONE);
    tape_load(tape, leaves);
    tape_forward(tape);
    for (size_t k = 0; k < tape->count; k++) {
        const TapeOp *op = tape_op(tape, k);
        const size_t entry = first_bad(tape, op);
        if (entry == op_entries(op))
            continue;
        const RowLoop *loop = tape_loop(tape, op);
        RangeFault inside =
            loop ? find_row(model, scratch, loop->operand) : (RangeFault){.found = false};
        return inside.found ? inside : fault_at(tape, k, entry);
    }
    return (RangeFault){0};
}

RangeFault range_find(const Model *model, Arena *scratch, Expr expr) {
    Expr lowered = expr_lower(model->exprs, model->scope, scratch, expr);
    return find_on(model, scratch, model->leaves, lowered);
}

RangeFault range_find_in_rows(const Model *model, Arena *scratch, Expr expr) {
    Expr lowered = expr_lower(model->exprs, model->scope, scratch, expr);
    const bool *by_row = expr_by_row(model->exprs, model->scope, scratch, lowered);
    return by_row && by_row[lowered] ? find_row(model, scratch, lowered)
                                     : range_find(model, scratch, expr);
}

SymbolId range_find_slope(Model *model, SymbolId of) {
    model_backward(model, of);
    for (SymbolId s = of + 1; s-- > 0;) {
        const double *adjoint = model_adjoint(model, s);
        for (size_t i = 0; i < symbol_entries(scope_get(model->scope, s)); i++)
            if (!isfinite(adjoint[i]))
                return s;
    }
    return SYMBOL_NONE;
}
