#include "num/tape.h"

#include <string.h>

#include "expr/diff.h"
#include "num/op.h"

static void add_op(Tape *tape, const Exprs *exprs, Expr expr, Expr formula, size_t *operand_count) {
    const ExprNode *node = expr_get(exprs, expr);
    TapeOp *op = &tape->ops[tape->count++];
    *op = (TapeOp){.kind = node->kind,
                   .function = node->function,
                   .rows = node->rows,
                   .columns = node->columns,
                   .first = (uint32_t)*operand_count,
                   .count = node->kind == EXPR_DERIVATIVE ? 0 : node->count,
                   .offset = tape->entries};
    if (node->kind == EXPR_NUMBER)
        op->number = node->number;
    else if (node->kind == EXPR_NAME)
        op->symbol = node->symbol;
    else
        op->at.row = node->at.row, op->at.column = node->at.column;
    for (size_t i = 0; i < op->count; i++)
        tape->operands[(*operand_count)++] = tape->places[expr_operand(exprs, expr, i)] - 1;
    if (formula) { /* not the place of its formula: another name may have the same one */
        op->count = 1;
        tape->operands[(*operand_count)++] = tape->places[formula] - 1;
    }
    tape->entries += (size_t)node->rows * node->columns;
    tape->places[expr] = (uint32_t)tape->count;
}

Tape *tape_compile(Arena *arena, const Exprs *exprs, const Scope *scope, const Expr *roots,
                   size_t root_count, SymbolId cut) {
    Expr highest;
    bool *marks = expr_mark(exprs, scope, cut, arena, roots, root_count, &highest);
    size_t ops = 0, operands = 0;
    for (Expr e = 1; e <= highest; e++)
        if (marks[e])
            ops++, operands += expr_get(exprs, e)->count + 1;
    Tape *tape = ARENA_NEW(arena, Tape);
    tape->scope = scope;
    tape->ops = ARENA_ARRAY(arena, TapeOp, ops);
    tape->operands = ARENA_ARRAY(arena, uint32_t, operands);
    tape->place_count = (size_t)highest + 1;
    tape->places = ARENA_ARRAY(arena, uint32_t, tape->place_count);
    size_t operand_count = 0;
    for (Expr e = 1; e <= highest; e++)
        if (marks[e])
            add_op(tape, exprs, e, expr_formula(exprs, scope, e, cut), &operand_count);
    tape->values = ARENA_ARRAY(arena, double, tape->entries);
    tape->adjoints = ARENA_ARRAY(arena, double, tape->entries);
    return tape;
}

static size_t op_entries(const TapeOp *op) {
    return (size_t)op->rows * op->columns;
}

void tape_load(Tape *tape, const double *leaves) {
    for (size_t i = 0; i < tape->count; i++) {
        const TapeOp *op = &tape->ops[i];
        if (op->kind == EXPR_NUMBER) {
            tape->values[op->offset] = op->number;
        } else if (op->kind == EXPR_NAME) {
            const Symbol *symbol = scope_get(tape->scope, op->symbol);
            if (symbol_is_leaf(symbol))
                memcpy(tape->values + op->offset, leaves + symbol->offset,
                       op_entries(op) * sizeof *leaves);
        }
    }
}

void tape_set(Tape *tape, Expr leaf, const double *entries) {
    double *value = tape_value(tape, leaf);
    if (value)
        memcpy(value, entries, op_entries(&tape->ops[tape->places[leaf] - 1]) * sizeof *value);
}

static Operand operand_at(const Tape *tape, const TapeOp *op) {
    return (Operand){tape->values + op->offset, tape->adjoints + op->offset, op->rows, op->columns};
}

OpFrame tape_frame(const Tape *tape, const TapeOp *op) {
    OpFrame frame = {.y = operand_at(tape, op)};
    if (op->count > 0)
        frame.a = operand_at(tape, &tape->ops[tape->operands[op->first]]);
    if (op->count > 1)
        frame.b = operand_at(tape, &tape->ops[tape->operands[op->first + 1]]);
    if (op->kind == EXPR_INDEX || op->kind == EXPR_UNIT) {
        frame.row = op->at.row - 1;
        frame.column = op->at.column - 1;
    }
    return frame;
}

/* The offset of entry i of a matrix literal, whose entries are operations of their own. */
static size_t literal_offset(const Tape *tape, const TapeOp *op, size_t i) {
    return tape->ops[tape->operands[op->first + i]].offset;
}

void tape_forward(Tape *tape) {
    for (size_t k = 0; k < tape->count; k++) {
        const TapeOp *op = &tape->ops[k];
        if (op->kind == EXPR_MATRIX) {
            for (size_t i = 0; i < op->count; i++)
                tape->values[op->offset + i] = tape->values[literal_offset(tape, op, i)];
            continue;
        }
        OpSide *forward = op_find(op->kind, op->function, op->count).forward;
        if (forward) {
            OpFrame frame = tape_frame(tape, op);
            forward(&frame);
        }
    }
}

void tape_backward(Tape *tape, Expr root, size_t entry) {
    memset(tape->adjoints, 0, tape->entries * sizeof *tape->adjoints);
    size_t last = tape->places[root];
    tape->adjoints[tape->ops[last - 1].offset + entry] = 1;
    for (size_t k = last; k-- > 0;) {
        const TapeOp *op = &tape->ops[k];
        if (op->kind == EXPR_MATRIX) {
            for (size_t i = 0; i < op->count; i++)
                tape->adjoints[literal_offset(tape, op, i)] += tape->adjoints[op->offset + i];
            continue;
        }
        OpSide *backward = op_find(op->kind, op->function, op->count).backward;
        if (backward) {
            OpFrame frame = tape_frame(tape, op);
            backward(&frame);
        }
    }
}

double *tape_value(const Tape *tape, Expr expr) {
    bool here = expr < tape->place_count && tape->places[expr];
    return here ? tape->values + tape->ops[tape->places[expr] - 1].offset : NULL;
}

double *tape_adjoint(const Tape *tape, Expr expr) {
    bool here = expr < tape->place_count && tape->places[expr];
    return here ? tape->adjoints + tape->ops[tape->places[expr] - 1].offset : NULL;
}
