#include "num/tape.h"

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
    const bool *by_row; /* NULL without data; of names that are leaves, until a rowsum asks */
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
    if (!inner.by_row)
        inner.by_row = expr_by_row(compiler->exprs, compiler->scope, compiler->arena,
                                   (Expr)compiler->exprs->count - 1);
    return inner;
}

/* What goes on a tape, and which of it is read more than once. */
typedef struct Needed {
    Marks marks, shared;
} Needed;

static void need(Needed *needed, Expr expr) {
    if (marks_have(&needed->marks, expr))
        marks_add(&needed->shared, expr);
    marks_add(&needed->marks, expr);
}

static Needed find_needed(const Compiler *compiler, const Expr *roots, size_t root_count);

/* What a rowsum reads from outside. */
static void need_outside(const Compiler *compiler, Expr operand, Needed *needed) {
    Compiler inner = inside_of(compiler);
    Needed below = find_needed(&inner, &operand, 1);
    for (Expr e = 0; (e = marks_next(&below.marks, e + 1)) != 0;)
        if (comes_from_outside(&inner, e))
            need(needed, e);
}

static const Stable as_written = {.kind = STABLE_NONE};

/* How an expression is computed; in `room` where that is a logarithm. */
static const Stable *stable_of(const Compiler *compiler, Expr expr, Stable *room) {
    const ExprRecord *record = expr_record(compiler->exprs, expr);
    if (record->kind != EXPR_CALL || record->function != FUNCTION_LOG)
        return &as_written;
    *room = expr_stable(compiler->exprs, compiler->scope, compiler->cut, expr);
    return room;
}

static void need_operands(const Compiler *compiler, Expr expr, Needed *needed) {
    const ExprNode *node = expr_get(compiler->exprs, expr);
    Expr formula = formula_of(compiler, expr);
    if (formula)
        need(needed, formula);
    Stable room;
    const Stable *stable = stable_of(compiler, expr, &room);
    if (stable->kind)
        need(needed, stable->net);
    else if (sums_rows(node))
        need_outside(compiler, expr_operand(compiler->exprs, expr, 0), needed);
    for (size_t i = 0; i < node->count && !sums_rows(node) && !stable->kind; i++)
        need(needed, expr_operand(compiler->exprs, expr, i));
}

/* All that the roots are made of, from the last back to the first. */
static Needed find_needed(const Compiler *compiler, const Expr *roots, size_t root_count) {
    Expr highest = 0;
    for (size_t i = 0; i < root_count; i++)
        highest = roots[i] > highest ? roots[i] : highest;
    Needed needed = {marks_new(compiler->arena, highest), marks_new(compiler->arena, highest)};
    for (size_t i = 0; i < root_count; i++) {
        marks_add(&needed.marks, roots[i]);
        marks_add(&needed.shared, roots[i]);
    }
    for (Expr e = highest; (e = marks_previous(&needed.marks, e)) != 0; e--)
        if (!comes_from_outside(compiler, e) &&
            expr_get(compiler->exprs, e)->kind != EXPR_DERIVATIVE)
            need_operands(compiler, e, &needed);
    return needed;
}

/* Whether a name needs no operation: its formula is one, and nothing else reads that. */
static bool is_alias(const Compiler *compiler, const Needed *needed, Expr expr) {
    Expr formula = formula_of(compiler, expr);
    if (!formula || comes_from_outside(compiler, expr) || marks_have(&needed->shared, formula))
        return false;
    ExprKind kind = expr_get(compiler->exprs, formula)->kind;
    return kind != EXPR_NAME && kind != EXPR_NUMBER;
}

/* Tells the names that are but another word for their formula from what has a place. */
static void find_places(const Compiler *compiler, Tape *tape, Needed needed) {
    tape->places = needed.marks;
    tape->aliases = marks_new(compiler->arena, needed.marks.highest);
    for (Expr e = 0; (e = marks_next(&needed.marks, e + 1)) != 0;)
        if (is_alias(compiler, &needed, e)) {
            marks_remove(&tape->places, e);
            marks_add(&tape->aliases, e);
        }
    tape->count = marks_number(&tape->places, compiler->arena);
}

/* ------------------------------------------------------------------------------ one operation */

/* The logarithm at a place reads a net input: notes the names it goes by. */
static void note_bypassed(const Compiler *compiler, Tape *tape, size_t place,
                          const Stable *stable) {
    for (size_t i = 0; i < stable->passed_count; i++) {
        const StableStep *passed = &stable->passed[i];
        const size_t value = tape_place(tape, passed->expr);
        if (value == SIZE_MAX || expr_get(compiler->exprs, passed->expr)->kind != EXPR_NAME)
            continue;
        ARENA_RESERVE(compiler->arena, tape->bypassed, tape->bypassed_count,
                      tape->bypassed_capacity);
        tape->bypassed[tape->bypassed_count++] = (Bypassed){.logarithm = (uint32_t)place,
                                                            .value = (uint32_t)value,
                                                            .part = passed->part,
                                                            .is_rest = passed->is_rest};
    }
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

/* Content of an operation that is computed on this tape. */
static void fill_content(const Compiler *compiler, Tape *tape, TapeOp *op, Expr expr) {
    const ExprNode *node = expr_get(compiler->exprs, expr);
    if (node->kind == EXPR_NUMBER) {
        op->number = node->number;
    } else if (node->kind == EXPR_NAME) {
        op->symbol = node->symbol;
    } else if (sums_rows(node)) {
        RowLoop loop = compile_loop(compiler, expr_operand(compiler->exprs, expr, 0));
        ARENA_RESERVE(compiler->arena, tape->loops, tape->loop_count, tape->loop_capacity);
        tape->loops[op->loop = tape->loop_count++] = loop;
    } else {
        op->at.row = node->at.row, op->at.column = node->at.column;
    }
}

/* Operand i of an operation, or the formula of a name. */
static Expr operand_of(const Compiler *compiler, Expr expr, const Stable *stable, size_t i) {
    if (stable->kind)
        return stable->net;
    Expr formula = formula_of(compiler, expr);
    return formula ? formula : expr_operand(compiler->exprs, expr, i);
}

/* An operation, but for its operands and where its value stands. */
static TapeOp describe(const Compiler *compiler, Tape *tape, Expr expr, const Stable *stable) {
    static const uint8_t functions[][2] = {
        [STABLE_SIGMOID] = {FUNCTION_LOG_SIGMOID, FUNCTION_LOG_SIGMOID_PART},
        [STABLE_REST] = {FUNCTION_LOG_REST, FUNCTION_LOG_REST_PART},
        [STABLE_SOFTMAX] = {FUNCTION_LOG_SOFTMAX, FUNCTION_LOG_SOFTMAX_PART}};
    const ExprNode *node = expr_get(compiler->exprs, expr);
    TapeOp op = {.kind = node->kind,
                 .function = node->function,
                 .code = OP_COUNT,
                 .rows = node->rows,
                 .columns = node->columns};
    if (comes_from_outside(compiler, expr)) {
        op.kind = EXPR_DERIVATIVE; /* a leaf that is set */
        return op;
    }
    if (stable->kind) {
        op.function = functions[stable->kind][stable_of_part(stable)];
        op.at.row = stable->part.row, op.at.column = stable->part.column;
        op.count = 1;
    } else {
        fill_content(compiler, tape, &op, expr);
        bool reads = !sums_rows(node) && node->kind != EXPR_DERIVATIVE;
        op.count = formula_of(compiler, expr) ? 1 : reads ? node->count : 0;
    }
    op.code = (uint8_t)op_code(op.kind, op.function, op.count);
    return op;
}

static void add_wide(const Compiler *compiler, Tape *tape, TapeOp op, size_t place, Expr expr,
                     const Stable *stable) {
    uint32_t *operands = ARENA_ARRAY(compiler->arena, uint32_t, op.count);
    for (size_t i = 0; i < op.count; i++)
        operands[i] = (uint32_t)tape_place(tape, operand_of(compiler, expr, stable, i));
    op.operands = operands;
    op.offset = place;
    if (op.rows != 1 || op.columns != 1) {
        op.offset = tape->entries;
        tape->entries += (size_t)op.rows * op.columns;
    }
    tape->codes[place] = TAPE_WIDE;
    tape->reads[place].at[0] = (uint32_t)tape->wide_count;
    ARENA_RESERVE(compiler->arena, tape->wide, tape->wide_count, tape->wide_capacity);
    tape->wide[tape->wide_count++] = op;
}

static void add_op(const Compiler *compiler, Tape *tape, size_t place, Expr expr) {
    const bool outside = comes_from_outside(compiler, expr);
    Stable room;
    const Stable *stable = outside ? &as_written : stable_of(compiler, expr, &room);
    const TapeOp op = describe(compiler, tape, expr, stable);
    const bool given = op.count == 0 && (op.kind == EXPR_NUMBER || op.kind == EXPR_NAME ||
                                         op.kind == EXPR_DERIVATIVE);
    if (op.rows != 1 || op.columns != 1 || (!given && op.code == OP_COUNT)) {
        add_wide(compiler, tape, op, place, expr, stable);
    } else if (given) {
        tape->codes[place] = TAPE_GIVEN;
        tape->reads[place] = (TapeReads){{expr, op.kind}};
    } else {
        tape->codes[place] = op.code;
        tape->reads[place].at[0] =
            (uint32_t)tape_place(tape, operand_of(compiler, expr, stable, 0));
        tape->reads[place].at[1] =
            op.count > 1 ? (uint32_t)tape_place(tape, operand_of(compiler, expr, stable, 1))
                         : op.symbol;
    }
    note_bypassed(compiler, tape, place, stable);
}

static Tape *compile(const Compiler *compiler, const Expr *roots, size_t root_count) {
    Tape *tape = ARENA_NEW(compiler->arena, Tape);
    tape->exprs = compiler->exprs;
    tape->scope = compiler->scope;
    tape->kernels = kernels_widest();
    find_places(compiler, tape, find_needed(compiler, roots, root_count));
    tape->entries = tape->count;
    tape->codes = ARENA_ARRAY(compiler->arena, uint8_t, tape->count);
    tape->reads = ARENA_ARRAY(compiler->arena, TapeReads, tape->count);
    size_t place = 0;
    for (Expr e = 0; (e = marks_next(&tape->places, e + 1)) != 0;)
        add_op(compiler, tape, place++, e);
    tape->values = ARENA_ARRAY(compiler->arena, double, tape->entries);
    tape->adjoints = ARENA_ARRAY(compiler->arena, double, tape->entries);
    for (size_t k = 0; k < tape->count; k++)
        if (tape->codes[k] == TAPE_GIVEN && tape->reads[k].at[1] == EXPR_NUMBER)
            tape->values[k] = expr_get(compiler->exprs, tape->reads[k].at[0])->number;
    return tape;
}

Tape *tape_compile(Arena *arena, const Exprs *exprs, const Scope *scope, const Expr *roots,
                   size_t root_count, SymbolId cut) {
    Compiler compiler = {.arena = arena, .exprs = exprs, .scope = scope, .cut = cut};
    compiler.by_row = expr_by_row(exprs, scope, arena, (Expr)exprs->count - 1);
    return compile(&compiler, roots, root_count);
}

Tape *tape_compile_local(Arena *arena, const Exprs *exprs, const Scope *scope, const Expr *roots,
                         size_t root_count, SymbolId cut) {
    Compiler compiler = {.arena = arena, .exprs = exprs, .scope = scope, .cut = cut, .local = true};
    return compile(&compiler, roots, root_count);
}

Tape *tape_copy(Arena *arena, const Tape *tape) {
    Tape *copy = ARENA_NEW(arena, Tape);
    *copy = *tape;
    const size_t bytes = tape->entries * sizeof *tape->values;
    copy->values = memcpy(ARENA_ARRAY(arena, double, tape->entries), tape->values, bytes);
    copy->adjoints = memcpy(ARENA_ARRAY(arena, double, tape->entries), tape->adjoints, bytes);
    copy->loops = ARENA_ARRAY(arena, RowLoop, tape->loop_count);
    for (size_t i = 0; i < tape->loop_count; i++) {
        copy->loops[i] = tape->loops[i];
        copy->loops[i].inner = tape_copy(arena, tape->loops[i].inner);
    }
    return copy;
}

/* ------------------------------------------------------------------------------ looking */

static TapeOp read_given(const Tape *tape, size_t place) {
    const TapeReads *reads = &tape->reads[place];
    TapeOp op = {.kind = (uint8_t)reads->at[1], .code = OP_COUNT, .rows = 1, .columns = 1};
    const ExprNode *node = expr_get(tape->exprs, reads->at[0]);
    op.offset = place;
    if (op.kind == EXPR_NUMBER)
        op.number = node->number;
    else if (op.kind == EXPR_NAME)
        op.symbol = node->symbol;
    return op;
}

TapeOp tape_read(const Tape *tape, size_t place) {
    const TapeReads *reads = &tape->reads[place];
    const uint8_t code = tape->codes[place];
    if (code == TAPE_WIDE)
        return tape->wide[reads->at[0]];
    if (code == TAPE_GIVEN)
        return read_given(tape, place);
    TapeOp op = {.code = code, .rows = 1, .columns = 1, .offset = place, .operands = reads->at};
    op.count = (uint32_t)op_kind(code, &op.kind, &op.function);
    if (op.kind == EXPR_NAME)
        op.symbol = reads->at[1];
    return op;
}

size_t tape_bypassed_entry(const Tape *tape, const Bypassed *bypassed, size_t i) {
    const TapeOp *value = tape_op(tape, bypassed->value);
    const StablePart part = bypassed->part;
    if (part.row)
        return (part.row - 1) * (size_t)value->columns + part.column - 1;
    return part.turned ? i % value->rows * value->columns + i / value->rows : i;
}

size_t tape_place(const Tape *tape, Expr expr) {
    if (marks_have(&tape->aliases, expr))
        expr = scope_get(tape->scope, expr_get(tape->exprs, expr)->symbol)->lowered;
    return marks_place(&tape->places, expr);
}

double *tape_value(const Tape *tape, Expr expr) {
    size_t place = tape_place(tape, expr);
    return place == SIZE_MAX ? NULL : tape->values + tape_op(tape, place)->offset;
}

double *tape_adjoint(const Tape *tape, Expr expr) {
    size_t place = tape_place(tape, expr);
    return place == SIZE_MAX ? NULL : tape->adjoints + tape_op(tape, place)->offset;
}
