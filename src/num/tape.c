#include "num/tape.h"

#include <math.h>
#include <string.h>

#include "expr/diff.h"
#include "expr/stable.h"
#include "num/kernel.h"

/* ------------------------------------------------------------------------------ compiling */

/* What is put on a tape: one for the roots, and an inner one for each rowsum in them. */
typedef struct Compiler {
    Arena *arena;
    const Exprs *exprs;
    const Scope *scope;
    SymbolId cut;
    bool local;         /* names are leaves, all of them */
    const bool *by_row; /* NULL without data */
    bool inside;        /* of a rowsum: what is not by row is a leaf */
} Compiler;

static bool sums_rows(const ExprNode *node) {
    return node->kind == EXPR_CALL &&
           (node->function == FUNCTION_ROWSUM || node->function == FUNCTION_ROWMEAN);
}

/* Whether the expression is computed outside and only read on this tape. */
static bool comes_from_outside(const Compiler *compiler, Expr expr) {
    return compiler->inside && !compiler->by_row[expr] &&
           expr_get(compiler->exprs, expr)->kind != EXPR_NUMBER;
}

/* The formula of a name that is not a leaf here; else 0. */
static Expr formula_of(const Compiler *compiler, Expr expr) {
    return compiler->local ? 0
                           : expr_formula(compiler->exprs, compiler->scope, expr, compiler->cut);
}

static Compiler inside_of(const Compiler *compiler) {
    Compiler inner = *compiler;
    inner.inside = true;
    inner.cut = SYMBOL_NONE;
    inner.local = false;
    return inner;
}

static Marks mark(const Compiler *compiler, const Expr *roots, size_t root_count);

/* Marks what a rowsum reads from outside. */
static void mark_outside(const Compiler *compiler, Expr operand, Marks *marks) {
    Compiler inner = inside_of(compiler);
    Marks needed = mark(&inner, &operand, 1);
    for (Expr e = 0; (e = marks_next(&needed, e + 1)) != 0;)
        if (comes_from_outside(&inner, e))
            marks_add(marks, e);
}

/* All that the roots are made of, from the last back to the first. */
static Marks mark(const Compiler *compiler, const Expr *roots, size_t root_count) {
    const Exprs *exprs = compiler->exprs;
    Expr highest = 0;
    for (size_t i = 0; i < root_count; i++)
        highest = roots[i] > highest ? roots[i] : highest;
    Marks marks = marks_new(compiler->arena, highest);
    for (size_t i = 0; i < root_count; i++)
        marks_add(&marks, roots[i]);
    for (Expr e = highest; (e = marks_previous(&marks, e)) != 0; e--) {
        const ExprNode *node = expr_get(exprs, e);
        if (comes_from_outside(compiler, e) || node->kind == EXPR_DERIVATIVE)
            continue;
        Expr formula = formula_of(compiler, e);
        if (formula)
            marks_add(&marks, formula);
        Stable stable =
            expr_stable(exprs, compiler->local ? NULL : compiler->scope, compiler->cut, e);
        if (stable.kind)
            marks_add(&marks, stable.net);
        if (sums_rows(node))
            mark_outside(compiler, expr_operand(exprs, e, 0), &marks);
        for (size_t i = 0; i < node->count && !sums_rows(node) && !stable.kind; i++)
            marks_add(&marks, expr_operand(exprs, e, i));
    }
    return marks;
}

static void add_operand(Tape *tape, TapeOp *op, Expr operand) {
    tape->operands[op->first + op->count++] = (uint32_t)tape_place(tape, operand);
}

/* A logarithm that is taken from the net input; `op` is the tape's last. */
static void fill_stable(const Compiler *compiler, Tape *tape, TapeOp *op, const Stable *stable) {
    static const uint8_t functions[] = {[STABLE_SIGMOID] = FUNCTION_LOG_SIGMOID,
                                        [STABLE_REST] = FUNCTION_LOG_REST,
                                        [STABLE_SOFTMAX] = FUNCTION_LOG_SOFTMAX,
                                        [STABLE_SOFTMAX_ENTRY] = FUNCTION_LOG_SOFTMAX_ENTRY};
    op->function = functions[stable->kind];
    op->at.row = stable->row, op->at.column = stable->column;
    add_operand(tape, op, stable->net);
    for (size_t i = 0; i < stable->passed_count; i++) {
        Expr passed = stable->passed[i];
        const ExprNode *node = expr_get(compiler->exprs, passed);
        if (!marks_have(&tape->places, passed) || node->kind != EXPR_NAME)
            continue;
        bool whole = node->rows == op->rows && node->columns == op->columns;
        ARENA_RESERVE(compiler->arena, tape->bypassed, tape->bypassed_count,
                      tape->bypassed_capacity);
        tape->bypassed[tape->bypassed_count++] = (Bypassed){
            .logarithm = (uint32_t)(tape->count - 1),
            .value = (uint32_t)tape_place(tape, passed),
            .entry = whole ? 0 : (stable->row - 1) * (size_t)node->columns + stable->column - 1,
            .is_rest = stable->is_rest[i]};
    }
}

/* Content and operands of an operation that is computed on this tape. */
static void fill_op(const Compiler *compiler, Tape *tape, TapeOp *op, Expr expr) {
    Stable stable =
        expr_stable(compiler->exprs, compiler->local ? NULL : compiler->scope, compiler->cut, expr);
    if (stable.kind) {
        fill_stable(compiler, tape, op, &stable);
        return;
    }
    const ExprNode *node = expr_get(compiler->exprs, expr);
    Expr formula = formula_of(compiler, expr);
    if (node->kind == EXPR_NUMBER)
        op->number = node->number;
    else if (node->kind == EXPR_NAME)
        op->symbol = node->symbol;
    else if (sums_rows(node))
        op->loop = tape->loop_count++;
    else
        op->at.row = node->at.row, op->at.column = node->at.column;
    bool reads = !sums_rows(node) && node->kind != EXPR_DERIVATIVE;
    for (size_t i = 0; i < node->count && reads; i++)
        add_operand(tape, op, expr_operand(compiler->exprs, expr, i));
    if (formula) /* not the place of its formula: another name may have the same one */
        add_operand(tape, op, formula);
}

static Tape *compile(const Compiler *compiler, const Expr *roots, size_t root_count);

static size_t expr_entries(const Exprs *exprs, Expr expr) {
    return (size_t)expr_get(exprs, expr)->rows * expr_get(exprs, expr)->columns;
}

/* The inner tape of a rowsum, and what it reads. */
static RowLoop compile_loop(const Compiler *compiler, Expr operand) {
    Compiler inner = inside_of(compiler);
    RowLoop loop = {.inner = compile(&inner, &operand, 1), .operand = operand};
    size_t most = loop.inner->count;
    loop.outside = ARENA_ARRAY(compiler->arena, Expr, most);
    loop.columns = ARENA_ARRAY(compiler->arena, Expr, most);
    for (Expr e = 0; (e = marks_next(&loop.inner->places, e + 1)) != 0;) {
        bool column = expr_get(compiler->exprs, e)->kind == EXPR_NAME &&
                      !expr_formula(compiler->exprs, compiler->scope, e, SYMBOL_NONE);
        if (comes_from_outside(&inner, e))
            loop.outside[loop.outside_count++] = e;
        else if (column)
            loop.columns[loop.column_count++] = e;
    }
    size_t entries = expr_entries(compiler->exprs, operand), returned = 0;
    for (size_t i = 0; i < loop.outside_count; i++)
        returned += expr_entries(compiler->exprs, loop.outside[i]);
    loop.products = tape_products(compiler->arena, loop.inner);
    loop.sums = ARENA_ARRAY(compiler->arena, double, entries *KERNEL_SUMS);
    loop.returns = ARENA_ARRAY(compiler->arena, double, returned *KERNEL_SUMS);
    return loop;
}

static void add_op(const Compiler *compiler, Tape *tape, Expr expr, size_t *operands) {
    const ExprNode *node = expr_get(compiler->exprs, expr);
    bool outside = comes_from_outside(compiler, expr);
    TapeOp *op = &tape->ops[tape->count++];
    *op = (TapeOp){.kind = outside ? EXPR_DERIVATIVE : node->kind, /* a leaf that is set */
                   .function = node->function,
                   .rows = node->rows,
                   .columns = node->columns,
                   .first = (uint32_t)*operands,
                   .offset = tape->entries};
    if (!outside)
        fill_op(compiler, tape, op, expr);
    op->code = (uint8_t)op_code(op->kind, op->function, op->count);
    *operands += op->count;
    tape->entries += (size_t)node->rows * node->columns;
}

static Tape *compile(const Compiler *compiler, const Expr *roots, size_t root_count) {
    const Exprs *exprs = compiler->exprs;
    Tape *tape = ARENA_NEW(compiler->arena, Tape);
    tape->scope = compiler->scope;
    tape->kernels = kernels_widest();
    tape->places = mark(compiler, roots, root_count);
    size_t ops = marks_number(&tape->places, compiler->arena), operands = 0, loops = 0;
    for (Expr e = 0; (e = marks_next(&tape->places, e + 1)) != 0;) {
        operands += expr_get(exprs, e)->count + 1;
        loops += sums_rows(expr_get(exprs, e)) && !comes_from_outside(compiler, e);
    }
    tape->ops = ARENA_ARRAY(compiler->arena, TapeOp, ops);
    tape->operands = ARENA_ARRAY(compiler->arena, uint32_t, operands);
    tape->loops = ARENA_ARRAY(compiler->arena, RowLoop, loops);
    size_t operand_count = 0;
    for (Expr e = 0; (e = marks_next(&tape->places, e + 1)) != 0;) {
        add_op(compiler, tape, e, &operand_count);
        if (tape->loop_count && tape->ops[tape->count - 1].kind == EXPR_CALL &&
            sums_rows(expr_get(exprs, e)))
            tape->loops[tape->loop_count - 1] = compile_loop(compiler, expr_operand(exprs, e, 0));
    }
    tape->values = ARENA_ARRAY(compiler->arena, double, tape->entries);
    tape->adjoints = ARENA_ARRAY(compiler->arena, double, tape->entries);
    for (size_t k = 0; k < tape->count; k++)
        if (tape->ops[k].kind == EXPR_NUMBER)
            tape->values[tape->ops[k].offset] = tape->ops[k].number;
    return tape;
}

Tape *tape_compile(Arena *arena, const Exprs *exprs, const Scope *scope, const Expr *roots,
                   size_t root_count, SymbolId cut) {
    Compiler compiler = {.arena = arena, .exprs = exprs, .scope = scope, .cut = cut};
    compiler.by_row = expr_by_row(exprs, scope, arena, (Expr)exprs->count - 1);
    return compile(&compiler, roots, root_count);
}

Tape *tape_compile_local(Arena *arena, const Exprs *exprs, const Scope *scope, const Expr *roots,
                         size_t root_count) {
    Compiler compiler = {
        .arena = arena, .exprs = exprs, .scope = scope, .cut = SYMBOL_NONE, .local = true};
    compiler.by_row = expr_by_row(exprs, scope, arena, (Expr)exprs->count - 1);
    return compile(&compiler, roots, root_count);
}

/* ------------------------------------------------------------------------------ running */

static size_t op_entries(const TapeOp *op) {
    return (size_t)op->rows * op->columns;
}

void tape_load(Tape *tape, const double *leaves) {
    for (size_t i = 0; i < tape->count; i++) {
        const TapeOp *op = &tape->ops[i];
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
        memcpy(value, entries, op_entries(&tape->ops[tape_place(tape, leaf)]) * sizeof *value);
}

static Operand operand_at(const Tape *tape, const TapeOp *op) {
    return (Operand){tape->values + op->offset, tape->adjoints + op->offset, op->rows, op->columns};
}

OpFrame tape_frame(const Tape *tape, const TapeOp *op) {
    OpFrame frame = {
        .y = operand_at(tape, op), .lanes = 1, .code = op->code, .kernels = tape->kernels};
    if (op->count > 0)
        frame.a = operand_at(tape, &tape->ops[tape->operands[op->first]]);
    if (op->count > 1)
        frame.b = operand_at(tape, &tape->ops[tape->operands[op->first + 1]]);
    bool entry = op->kind == EXPR_CALL && op->function == FUNCTION_LOG_SOFTMAX_ENTRY;
    if (op->kind == EXPR_INDEX || op->kind == EXPR_UNIT || entry) {
        frame.row = op->at.row - 1;
        frame.column = op->at.column - 1;
    }
    return frame;
}

/* The offset of entry i of a matrix literal, whose entries are operations of their own. */
static size_t literal_offset(const Tape *tape, const TapeOp *op, size_t i) {
    return tape->ops[tape->operands[op->first + i]].offset;
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
        const TapeOp *column = &loop->inner->ops[tape_place(loop->inner, loop->columns[i])];
        size_t offset = scope_get(tape->scope, column->symbol)->offset - data->offset;
        tape_set(loop->inner, loop->columns[i], data->values + row * data->width + offset);
    }
    tape_forward(loop->inner);
}

uint32_t *tape_products(Arena *arena, const Tape *tape) {
    uint32_t *products = ARENA_ARRAY(arena, uint32_t, tape->count);
    bool *used = ARENA_ARRAY(arena, bool, tape->count);
    for (uint32_t k = 0; k < tape->count; k++) {
        const TapeOp *op = &tape->ops[k];
        for (size_t i = 0; i < op->count; i++) {
            uint32_t operand = tape->operands[op->first + i];
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
    const TapeOp *factor = &tape->ops[tape->operands[product->first + 1]];
    const double *y_bar = tape->adjoints + product->offset, *x = tape->values + factor->offset;
    for (size_t i = 0; i < product->rows; i++)
        for (size_t k = 0; k < factor->rows; k++) {
            double *sum = sums + (i * factor->rows + k) * KERNEL_SUMS + row % KERNEL_SUMS;
            *sum = y_bar[i] == 0 ? *sum : fma(y_bar[i], x[k], *sum);
        }
}

void tape_collect(const Tape *tape, const uint32_t *products, size_t place, size_t row,
                  double *sums) {
    const TapeOp *op = &tape->ops[place];
    if (products[place])
        add_outer(tape, &tape->ops[products[place] - 1], row, sums);
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
        returns += op_entries(&inner->ops[place]) * KERNEL_SUMS;
    }
}

/* The operand of every row gets ȳ; what came from outside gets the sum over the rows, or in a mean
 * its share of it. */
static void loop_backward(Tape *tape, const TapeOp *op) {
    const RowLoop *loop = &tape->loops[op->loop];
    size_t returned = 0;
    for (size_t i = 0; i < loop->outside_count; i++)
        returned += op_entries(&loop->inner->ops[tape_place(loop->inner, loop->outside[i])]);
    memset(loop->returns, 0, returned * KERNEL_SUMS * sizeof *loop->returns);
    read_outside(tape, loop); /* a nudge may have been there since */
    for (size_t row = 0; row < tape->scope->data->rows; row++) {
        run_row(tape, loop, row);
        row_backward(loop, tape->adjoints + op->offset, op_entries(op), row);
    }
    const double *returns = loop->returns;
    for (size_t i = 0; i < loop->outside_count; i++) {
        const TapeOp *outside = &loop->inner->ops[tape_place(loop->inner, loop->outside[i])];
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

static void op_run_backward(Tape *tape, const TapeOp *op) {
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

void tape_forward(Tape *tape) {
    for (size_t k = 0; k < tape->count; k++)
        tape_run(tape, &tape->ops[k]);
}

static void sweep_back(Tape *tape, size_t last) {
    for (size_t k = last; k-- > 0;)
        op_run_backward(tape, &tape->ops[k]);
}

/* Adds to the adjoint of what a logarithm is written of, as if the sweep had come by. */
static void add_bypassed(Tape *tape, const Bypassed *bypassed) {
    const TapeOp *logarithm = &tape->ops[bypassed->logarithm];
    const size_t at = tape->ops[bypassed->value].offset + bypassed->entry;
    for (size_t i = 0; i < op_entries(logarithm); i++) {
        double adjoint = tape->adjoints[logarithm->offset + i], value = tape->values[at + i];
        if (adjoint != 0)
            tape->adjoints[at + i] += bypassed->is_rest ? -adjoint / (1 - value) : adjoint / value;
    }
}

void tape_backward(Tape *tape, Expr root, size_t entry) {
    memset(tape->adjoints, 0, tape->entries * sizeof *tape->adjoints);
    size_t place = tape_place(tape, root);
    tape->adjoints[tape->ops[place].offset + entry] = 1;
    sweep_back(tape, place + 1);
    for (size_t i = 0; i < tape->bypassed_count; i++)
        add_bypassed(tape, &tape->bypassed[i]);
}

size_t tape_place(const Tape *tape, Expr expr) {
    return marks_place(&tape->places, expr);
}

double *tape_value(const Tape *tape, Expr expr) {
    size_t place = tape_place(tape, expr);
    return place == SIZE_MAX ? NULL : tape->values + tape->ops[place].offset;
}

double *tape_adjoint(const Tape *tape, Expr expr) {
    size_t place = tape_place(tape, expr);
    return place == SIZE_MAX ? NULL : tape->adjoints + tape->ops[place].offset;
}
