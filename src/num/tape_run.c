#include <math.h>
#include <string.h>

#include "num/kernel.h"
#include "num/op_formulas.h"
#include "num/tape.h"

void tape_load(Tape *tape, const double *leaves) {
    for (size_t i = 0; i < tape->count; i++) {
        if (tape->codes[i] < TAPE_GIVEN)
            continue;
        const TapeOp *op = tape_op(tape, i);
        if (op->kind != EXPR_NAME)
            continue;
        const Symbol *symbol = scope_get(tape->scope, op->symbol);
        if (symbol_is_leaf(symbol))
            memcpy(tape->values + op->offset, leaves + symbol->offset,
                   op_entries(op) * sizeof *leaves);
    }
}

void tape_set(Tape *tape, Expr leaf, const double *entries) {
    double *value = tape_value(tape, leaf);
    if (value)
        memcpy(value, entries, op_entries(tape_op(tape, tape_place(tape, leaf))) * sizeof *value);
}

static Operand operand_at(const Tape *tape, const TapeOp *op) {
    return (Operand){tape->values + op->offset, tape->adjoints + op->offset, op->rows, op->columns};
}

OpFrame tape_frame(const Tape *tape, const TapeOp *op) {
    OpFrame frame = {
        .y = operand_at(tape, op), .lanes = 1, .code = op->code, .kernels = tape->kernels};
    if (op->count > 0)
        frame.a = operand_at(tape, tape_op(tape, op->operands[0]));
    if (op->count > 1)
        frame.b = operand_at(tape, tape_op(tape, op->operands[1]));
    bool part = op->kind == EXPR_CALL && op->function >= FUNCTION_LOG_SIGMOID_PART;
    frame.turned = part && !op->at.row;
    if (op->kind == EXPR_INDEX || op->kind == EXPR_UNIT || (part && !frame.turned)) {
        frame.row = op->at.row - 1;
        frame.column = op->at.column - 1;
    }
    return frame;
}

/* The offset of entry i of a matrix literal, whose entries are operations of their own. */
static size_t literal_offset(const Tape *tape, const TapeOp *op, size_t i) {
    return tape_op(tape, op->operands[i])->offset;
}

const RowLoop *tape_loop(const Tape *tape, const TapeOp *op) {
    bool loop = op->kind == EXPR_CALL &&
                (op->function == FUNCTION_ROWSUM || op->function == FUNCTION_ROWMEAN);
    return loop ? &tape->loops[op->loop] : NULL;
}

/* What one row counts in the sum. */
static double row_weight(const Tape *tape, const TapeOp *op) {
    return op->function == FUNCTION_ROWMEAN ? 1 / (double)tape->scope->data->rows : 1;
}

static void read_outside(const Tape *tape, const RowLoop *loop) {
    for (size_t i = 0; i < loop->outside_count; i++)
        tape_set(loop->inner, loop->outside[i], tape_value(tape, loop->outside[i]));
}

static void run_row(const Tape *tape, const RowLoop *loop, size_t row) {
    const DataTable *data = tape->scope->data;
    for (size_t i = 0; i < loop->column_count; i++) {
        const TapeOp *column = tape_op(loop->inner, tape_place(loop->inner, loop->columns[i]));
        size_t offset = scope_get(tape->scope, column->symbol)->offset - data->offset;
        tape_set(loop->inner, loop->columns[i], data->values + row * data->width + offset);
    }
    tape_forward(loop->inner);
}

uint32_t *tape_products(Arena *arena, const Tape *tape) {
    uint32_t *products = ARENA_ARRAY(arena, uint32_t, tape->count);
    bool *used = ARENA_ARRAY(arena, bool, tape->count);
    for (uint32_t k = 0; k < tape->count; k++) {
        const TapeOp *op = tape_op(tape, k);
        for (size_t i = 0; i < op->count; i++) {
            uint32_t operand = op->operands[i];
            bool is_weight = i == 0 && op->kind == EXPR_MATMUL && op->columns == 1;
            products[operand] = is_weight && !used[operand] ? k + 1 : 0;
            used[operand] = true;
        }
    }
    return products;
}

/* Adds the entries of one row to their partial sums. */
static void add_row(double *sums, const double *entries, size_t count, size_t row) {
    for (size_t i = 0; i < count; i++)
        sums[i * KERNEL_SUMS + row % KERNEL_SUMS] += entries[i];
}

/* W̄ += ȳ xᵀ, row by row of W. */
static void add_outer(const Tape *tape, const TapeOp *product, size_t row, double *sums) {
    const TapeOp *factor = tape_op(tape, product->operands[1]);
    const double *y_bar = tape->adjoints + product->offset, *x = tape->values + factor->offset;
    for (size_t i = 0; i < product->rows; i++)
        for (size_t k = 0; k < factor->rows; k++) {
            double *sum = sums + (i * factor->rows + k) * KERNEL_SUMS + row % KERNEL_SUMS;
            *sum = y_bar[i] == 0 ? *sum : fma(y_bar[i], x[k], *sum);
        }
}

void tape_collect(const Tape *tape, const uint32_t *products, size_t place, size_t row,
                  double *sums) {
    const TapeOp *op = tape_op(tape, place);
    if (products[place])
        add_outer(tape, tape_op(tape, products[place] - 1), row, sums);
    else
        add_row(sums, tape->adjoints + op->offset, op_entries(op), row);
}

/* y = Σ over the rows of the operand, or its mean. */
static void loop_forward(Tape *tape, const TapeOp *op) {
    const RowLoop *loop = &tape->loops[op->loop];
    double *y = tape->values + op->offset;
    memset(loop->sums, 0, op_entries(op) * KERNEL_SUMS * sizeof *loop->sums);
    read_outside(tape, loop);
    for (size_t row = 0; row < tape->scope->data->rows; row++) {
        run_row(tape, loop, row);
        add_row(loop->sums, tape_value(loop->inner, loop->operand), op_entries(op), row);
    }
    for (size_t i = 0; i < op_entries(op); i++)
        y[i] = row_weight(tape, op) * kernel_total(loop->sums + i * KERNEL_SUMS);
}

static void sweep_back(Tape *tape, size_t last);

/* The sweep back through one row; adds up what came from outside gets. */
static void row_backward(const RowLoop *loop, const double *seed, size_t entries, size_t row) {
    Tape *inner = loop->inner;
    memset(inner->adjoints, 0, inner->entries * sizeof *inner->adjoints);
    memcpy(tape_adjoint(inner, loop->operand), seed, entries * sizeof *seed);
    sweep_back(inner, tape_place(inner, loop->operand) + 1);
    double *returns = loop->returns;
    for (size_t i = 0; i < loop->outside_count; i++) {
        size_t place = tape_place(inner, loop->outside[i]);
        tape_collect(inner, loop->products, place, row, returns);
        returns += op_entries(tape_op(inner, place)) * KERNEL_SUMS;
    }
}

/* The operand of every row gets ȳ; what came from outside gets the sum over the rows, or in a mean
 * its share of it. */
static void loop_backward(Tape *tape, const TapeOp *op) {
    const RowLoop *loop = &tape->loops[op->loop];
    size_t returned = 0;
    for (size_t i = 0; i < loop->outside_count; i++)
        returned += op_entries(tape_op(loop->inner, tape_place(loop->inner, loop->outside[i])));
    memset(loop->returns, 0, returned * KERNEL_SUMS * sizeof *loop->returns);
    read_outside(tape, loop); /* a nudge may have been there since */
    for (size_t row = 0; row < tape->scope->data->rows; row++) {
        run_row(tape, loop, row);
        row_backward(loop, tape->adjoints + op->offset, op_entries(op), row);
    }
    const double *returns = loop->returns;
    for (size_t i = 0; i < loop->outside_count; i++) {
        const TapeOp *outside = tape_op(loop->inner, tape_place(loop->inner, loop->outside[i]));
        double *adjoint = tape_adjoint(tape, loop->outside[i]);
        for (size_t j = 0; j < op_entries(outside); j++, returns += KERNEL_SUMS)
            adjoint[j] += row_weight(tape, op) * kernel_total(returns);
    }
}

void tape_run(Tape *tape, const TapeOp *op) {
    if (op->kind == EXPR_MATRIX) {
        for (size_t i = 0; i < op->count; i++)
            tape->values[op->offset + i] = tape->values[literal_offset(tape, op, i)];
    } else if (tape_loop(tape, op)) {
        loop_forward(tape, op);
    } else {
        OpSide *forward = op_find(op->code, op->kind, op->function).forward;
        OpFrame frame = tape_frame(tape, op);
        if (forward)
            forward(&frame);
    }
}

static void run_backward(Tape *tape, const TapeOp *op) {
    if (op->kind == EXPR_MATRIX) {
        for (size_t i = 0; i < op->count; i++)
            tape->adjoints[literal_offset(tape, op, i)] += tape->adjoints[op->offset + i];
    } else if (tape_loop(tape, op)) {
        loop_backward(tape, op);
    } else {
        OpSide *backward = op_find(op->code, op->kind, op->function).backward;
        OpFrame frame = tape_frame(tape, op);
        if (backward)
            backward(&frame);
    }
}

/* ------------------------------------------------------------------------------ the two loops */

void tape_forward(Tape *tape) {
    const TapeReads *reads = tape->reads;
    double *values = tape->values;
    for (size_t k = 0; k < tape->count; k++)
        switch (tape->codes[k]) {
#define BINARY(name, kind, function, formula, slope_a, slope_b)                                    \
    case OP_##name: {                                                                              \
        const double a = values[reads[k].at[0]], b = values[reads[k].at[1]];                       \
        values[k] = (formula);                                                                     \
        break;                                                                                     \
    }
#define UNARY(name, kind, function, formula, slope)                                                \
    case OP_##name: {                                                                              \
        const double a = values[reads[k].at[0]];                                                   \
        values[k] = (formula);                                                                     \
        break;                                                                                     \
    }
#define CURVE(name, kind, function, formula, slope)                                                \
    case OP_##name:                                                                                \
        op_##name##_1(&values[k], &values[reads[k].at[0]]);                                        \
        break;
#include "num/op.def"
#undef BINARY
#undef UNARY
#undef CURVE
        case TAPE_WIDE: tape_run(tape, &tape->wide[reads[k].at[0]]); break;
        default: break; /* TAPE_GIVEN */
        }
}

/* From operation `last` − 1 down. An adjoint of 0 hands nothing back. */
static void sweep_back(Tape *tape, size_t last) {
    const TapeReads *reads = tape->reads;
    const double *values = tape->values;
    double *adjoints = tape->adjoints;
    for (size_t k = last; k-- > 0;)
        switch (tape->codes[k]) {
#define BINARY(name, kind, function, formula, slope_a, slope_b)                                    \
    case OP_##name: {                                                                              \
        const double a = values[reads[k].at[0]], b = values[reads[k].at[1]], y = values[k];        \
        const double y_bar = adjoints[k];                                                          \
        (void)a, (void)b, (void)y;                                                                 \
        if (y_bar == 0)                                                                            \
            break;                                                                                 \
        adjoints[reads[k].at[0]] += y_bar * (slope_a);                                             \
        adjoints[reads[k].at[1]] += y_bar * (slope_b);                                             \
        break;                                                                                     \
    }
#define UNARY(name, kind, function, formula, slope)                                                \
    case OP_##name: {                                                                              \
        const double a = values[reads[k].at[0]], y = values[k], y_bar = adjoints[k];               \
        (void)a, (void)y;                                                                          \
        if (y_bar != 0)                                                                            \
            adjoints[reads[k].at[0]] += y_bar * (slope);                                           \
        break;                                                                                     \
    }
#define CURVE(name, kind, function, formula, slope)                                                \
    case OP_##name: {                                                                              \
        const uint32_t at = reads[k].at[0];                                                        \
        if (adjoints[k] != 0)                                                                      \
            op_##name##_back_1(&values[k], &adjoints[k], &values[at], &adjoints[at]);              \
        break;                                                                                     \
    }
#include "num/op.def"
#undef BINARY
#undef UNARY
#undef CURVE
        case TAPE_WIDE: run_backward(tape, &tape->wide[reads[k].at[0]]); break;
        default: break; /* TAPE_GIVEN */
        }
}

/* Adds to the adjoint of what a logarithm is written of, as if the sweep had come by. */
static void add_bypassed(Tape *tape, const Bypassed *bypassed) {
    const TapeOp *logarithm = tape_op(tape, bypassed->logarithm);
    const size_t offset = tape_op(tape, bypassed->value)->offset;
    for (size_t i = 0; i < op_entries(logarithm); i++) {
        const size_t at = offset + tape_bypassed_entry(tape, bypassed, i);
        double adjoint = tape->adjoints[logarithm->offset + i], value = tape->values[at];
        if (adjoint != 0)
            tape->adjoints[at] += bypassed->is_rest ? -adjoint / (1 - value) : adjoint / value;
    }
}

void tape_backward(Tape *tape, Expr root, size_t entry) {
    memset(tape->adjoints, 0, tape->entries * sizeof *tape->adjoints);
    size_t place = tape_place(tape, root);
    tape->adjoints[tape_op(tape, place)->offset + entry] = 1;
    sweep_back(tape, place + 1);
    for (size_t i = 0; i < tape->bypassed_count; i++)
        add_bypassed(tape, &tape->bypassed[i]);
}
