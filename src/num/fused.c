#include "num/fused.h"

#include <string.h>

#include "expr/diff.h"
#include "num/fused_lower.h"

/* ------------------------------------------------------------------ instructions */

static bool same_shape(const TapeOp *a, const TapeOp *b) {
    return a->rows == b->rows && a->columns == b->columns;
}

/* The code of an operation that works entry by entry; a square or cube for a power of two or three,
 * and half for a quotient by two, which is the same to the last bit. */
static OpCode code_of(const Lowering *l, uint32_t place) {
    const TapeOp *op = op_at(l, place);
    if (op->kind != EXPR_POWER && op->kind != EXPR_DIVIDE)
        return op->code;
    const TapeOp *second = op_at(l, operand(l, place, 1));
    if (second->kind != EXPR_NUMBER || !same_shape(op_at(l, operand(l, place, 0)), op))
        return op->code;
    if (op->kind == EXPR_POWER && second->number == 3)
        return OP_cube;
    if (second->number != 2)
        return op->code;
    return op->kind == EXPR_POWER ? OP_square : OP_halve;
}

static void add_gather(Lowering *l, uint32_t place) {
    Arena *arena = l->found.arena;
    const TapeOp *op = op_at(l, place);
    Instruction *gather = add_instruction(l);
    *gather = (Instruction){.kind = RUN_GATHER, .code = RUN_END, .count = op->count};
    gather->sides = l->found.matters[place] ? SIDE_A : 0;
    gather->gathered = value_of(l, place);
    gather->entries = ARENA_ARRAY(arena, double *, op->count);
    gather->entry_matters = ARENA_ARRAY(arena, bool, op->count);
    for (size_t i = 0; i < op->count; i++) {
        gather->entries[i] = value_of(l, operand(l, place, i));
        gather->entry_matters[i] = l->found.matters[operand(l, place, i)];
    }
}

static Operand frame_operand(const Lowering *l, uint32_t place) {
    const TapeOp *op = op_at(l, place);
    double *value = value_of(l, place);
    return (Operand){value, value + l->fused->apart, op->rows, op->columns};
}

static void add_frame(Lowering *l, uint32_t place) {
    const TapeOp *op = op_at(l, place);
    Instruction *instruction = add_instruction(l);
    OpFrame *frame = ARENA_NEW(l->found.arena, OpFrame);
    Operation operation = op_find(op->code, op->kind, op->function);
    *frame = tape_frame(l->found.tape, op);
    frame->y = frame_operand(l, place);
    if (op->count > 0)
        frame->a = frame_operand(l, operand(l, place, 0));
    if (op->count > 1)
        frame->b = frame_operand(l, operand(l, place, 1));
    frame->lanes = l->fused->lanes;
    frame->kernels = l->fused->kernels;
    *instruction = (Instruction){.kind = RUN_FRAME, .code = RUN_END};
    instruction->sides = l->found.matters[place] ? SIDE_A : 0;
    instruction->frame = frame;
    instruction->forward = operation.forward;
    instruction->backward = operation.backward;
}

/* An operation without operands: a number, or a leaf. */
static void add_leaf(Lowering *l, uint32_t place) {
    const TapeOp *op = op_at(l, place);
    Fused *fused = l->fused;
    double *value = value_of(l, place);
    size_t count = op_entries(op) * fused->lanes;
    for (size_t i = 0; i < count && op->kind == EXPR_NUMBER; i++)
        value[i] = op->number;
    if (op->kind != EXPR_NAME)
        return;
    const Symbol *symbol = scope_get(fused->scope, op->symbol);
    Loose *loose = &fused->loose[fused->loose_count++];
    *loose = (Loose){.leaf = symbol->offset, .entries = op_entries(op), .value = value};
    if (symbol->role == ROLE_PARAM)
        loose->sums = ARENA_ARRAY(l->found.arena, double, loose->entries *KERNEL_SUMS);
}

/* ------------------------------------------------------------------ squared errors */

static NarrowErrors *lay_out_errors(Lowering *l, const ErrorGroup *group) {
    Arena *arena = l->found.arena;
    const ErrorTerm *terms = group->terms;
    NarrowErrors *errors = ARENA_NEW(arena, NarrowErrors);
    *errors = (NarrowErrors){.count = group->count, .halved = terms[0].half != PLACE_NONE};
    errors->matters_a = group->matters_a;
    errors->matters_b = group->matters_b;
    errors->a = ARENA_ARRAY(arena, double *, group->count);
    errors->b = ARENA_ARRAY(arena, double *, group->count);
    for (size_t i = 0; i < group->count; i++) {
        errors->a[i] = value_of(l, terms[i].a);
        errors->b[i] = value_of(l, terms[i].b);
    }
    errors->differences = value_of(l, terms[0].difference);
    errors->squares = value_of(l, terms[0].square);
    errors->halves = errors->halved ? value_of(l, terms[0].half) : NULL;
    errors->sums = group->count > 1 ? value_of(l, terms[1].sum) : NULL;
    errors->is_loss = value_of(l, group->root) == value_of(l, l->found.root);
    return errors;
}

/* Two errors on one row, of neighbours, of which one side matters. */
static bool are_pairs(const Lowering *l, const NarrowErrors *errors) {
    return l->fused->lanes == 1 && errors->count == 2 && errors->matters_a != errors->matters_b &&
           errors->a[1] == errors->a[0] + 1 && errors->b[1] == errors->b[0] + 1;
}

static void add_errors(Lowering *l, const ErrorGroup *group) {
    NarrowErrors *errors = lay_out_errors(l, group);
    Instruction *i = add_instruction(l);
    *i = (Instruction){.kind = RUN_ERRORS, .code = RUN_END, .errors = errors};
    if (!are_pairs(l, errors))
        return;
    *i = (Instruction){.kind = RUN_ERRORS_2, .code = errors->halved ? OP_halve : RUN_END};
    i->sides = errors->matters_a ? SIDE_A : SIDE_B;
    i->difference = errors->differences;
    i->left = errors->a[0];
    i->right = errors->b[0];
}

/* An operation whose value has a place of its own. */
static void add_operation(Lowering *l, uint32_t place) {
    const TapeOp *op = op_at(l, place);
    OpCode code = code_of(l, place);
    bool plain = code != OP_COUNT;
    uint8_t sides = 0;
    for (size_t i = 0; i < op->count && i < 2; i++) {
        plain = plain && (same_shape(op_at(l, operand(l, place, i)), op) || code == OP_square ||
                          code == OP_cube || code == OP_halve);
        if (l->found.matters[operand(l, place, i)])
            sides |= i ? SIDE_B : SIDE_A;
    }
    if (op->kind == EXPR_MATRIX)
        add_gather(l, place);
    else if (plain)
        add_stretch(l, code, op_entries(op) * l->fused->lanes, value_of(l, place),
                    value_of(l, operand(l, place, 0)),
                    op->count > 1 ? value_of(l, operand(l, place, 1)) : NULL, sides);
    else if (op->count == 0 && (op->kind == EXPR_NUMBER || op->kind == EXPR_NAME))
        add_leaf(l, place);
    else
        add_frame(l, place);
}

static void add_all(Lowering *l) {
    const Findings *f = &l->found;
    for (uint32_t k = 0; k < f->tape->count; k++) {
        if (f->group_at[k])
            fused_add_layer(l, &f->groups[f->group_at[k] - 1]);
        else if (f->error_of[k] && f->errors[f->error_of[k] - 1].root == k)
            add_errors(l, &f->errors[f->error_of[k] - 1]);
        else if (f->error_of[k])
            continue;
        else if (has_place(l, k) && !f->is_curve[k])
            add_operation(l, k);
    }
}

/* ------------------------------------------------------------------ compiling */

/* The operand of a rowsum or rowmean at the top of `root`, through names; 0 where there is none. */
static Expr below_row_sum(const Exprs *exprs, const Scope *scope, Expr root, double *share) {
    for (;;) {
        const ExprNode *node = expr_get(exprs, root);
        Expr formula = expr_formula(exprs, scope, root, SYMBOL_NONE);
        if (formula) {
            root = formula;
            continue;
        }
        bool mean = node->kind == EXPR_CALL && node->function == FUNCTION_ROWMEAN;
        bool sum = node->kind == EXPR_CALL && node->function == FUNCTION_ROWSUM;
        if ((!mean && !sum) || !scope->data)
            return 0;
        *share = mean ? 1 / (double)scope->data->rows : 1;
        return expr_operand(exprs, root, 0);
    }
}

/* How a parameter comes to the rows: as it is, or entry by entry. */
enum { COMES_WHOLE = 1, COMES_BY_ENTRY = 2 };

/* Marks how the parameter at a place, or below names and [..] there, comes to the rows. False where
 * it is computed with, or comes in two ways. */
static bool comes_once(const Tape *tape, size_t place, uint8_t *comes) {
    uint8_t how = COMES_WHOLE;
    for (; tape_op(tape, place)->count > 0; place = tape_op(tape, place)->operands[0]) {
        const ExprKind kind = tape_op(tape, place)->kind;
        if (kind != EXPR_NAME && kind != EXPR_INDEX)
            return false;
        how = kind == EXPR_INDEX ? COMES_BY_ENTRY : how;
    }
    const bool twice = comes[place] && (comes[place] != how || how == COMES_WHOLE);
    comes[place] = how;
    return !twice;
}

/* Whether rows of a sum over rows can each go all the way back to the parameters. On the tape what
 * is the same in all rows is computed before them, and its adjoint summed over the rows goes on
 * from there, in one rounding where rows by themselves have many. */
static bool rows_reach_parameters(Arena *arena, const Exprs *exprs, const Scope *scope, Expr root) {
    const Tape *tape = tape_compile(arena, exprs, scope, &root, 1, SYMBOL_NONE);
    const bool *matters = fused_matters(arena, tape);
    uint8_t *comes = ARENA_ARRAY(arena, uint8_t, tape->count);
    for (size_t i = 0; i < tape->loops[0].outside_count; i++) {
        const size_t place = tape_place(tape, tape->loops[0].outside[i]);
        if (matters[place] && !comes_once(tape, place, comes))
            return false;
    }
    return true;
}

/* The pair that an instruction on one row makes, if that is what it makes. */
static const double *pair_made(const Instruction *i) {
    bool makes_pair =
        i->kind == RUN_NARROW_2_2 || i->kind == RUN_NARROW_2 || i->kind == RUN_PRODUCT_2;
    return !makes_pair ? NULL : i->code == RUN_END ? i->net : i->net + 2;
}

/* The pair it takes, if the one before could carry it there. */
static const double *pair_taken(const Instruction *i) {
    switch (i->kind) {
    case RUN_NARROW_2_2: return i->x;
    case RUN_ERRORS_2: return i->sides & SIDE_A ? i->left : i->right;
    default: return NULL;
    }
}

static void join_numbers(Instruction *i) {
    if (i->kind >= OP_COUNT || i[-1].kind >= OP_COUNT)
        return;
    const bool first = i->a == i[-1].y, second = i->b == i[-1].y;
    i->sides |= (first ? FOLLOWS : 0) | (second ? FOLLOWS_B : 0);
    if ((first && i->sides & SIDE_A) || (second && i->sides & SIDE_B))
        i[-1].sides |= FOLLOWED;
}

/* What a layer makes depends on its weights, so that its adjoints are wanted in any case. */
static void join_neighbours(Fused *fused) {
    for (size_t k = 1; k < fused->instruction_count; k++) {
        Instruction *i = &fused->instructions[k];
        join_numbers(i);
        const double *taken = pair_taken(i);
        if (!taken || taken != pair_made(i - 1))
            continue;
        i->sides |= FOLLOWS;
        i[-1].sides |= FOLLOWED;
    }
}

/* Parameters before the others, each in their order. */
static void sort_loose(Fused *fused) {
    for (size_t i = 0; i < fused->loose_count; i++) {
        const Loose loose = fused->loose[i];
        if (!loose.sums)
            continue;
        memmove(fused->loose + fused->loose_params + 1, fused->loose + fused->loose_params,
                (i - fused->loose_params) * sizeof loose);
        fused->loose[fused->loose_params++] = loose;
    }
}

static void lay_out(Lowering *l) {
    Fused *fused = l->fused;
    const Findings *f = &l->found;
    Arena *arena = f->arena;
    fused->instructions = ARENA_ARRAY(arena, Instruction, f->tape->count + f->group_count + 2);
    *fused->instructions++ = (Instruction){.kind = RUN_END};
    fused->layers = ARENA_ARRAY(arena, Layer, f->group_count);
    fused->layer_leaves = ARENA_ARRAY(arena, LayerLeaves, f->group_count);
    fused->loose = ARENA_ARRAY(arena, Loose, f->tape->count);
    fused->loss = value_of(l, f->root);
    add_all(l);
    fused->parameter_count = l->parameters;
    fused_plan_adjoints(arena, fused);
    fused_turn_columns(arena, fused);
    join_neighbours(fused);
    add_instruction(l)->kind = RUN_END;
    sort_loose(fused);
    fused->places = ARENA_ARRAY(arena, double *, f->tape->count);
    for (uint32_t k = 0; k < f->tape->count; k++)
        fused->places[k] = l->offset[f->alias[k]] ? value_of(l, k) : NULL;
}

/* Four rows are no more than four lanes, even where there are eight. */
static void choose_kernels(Fused *fused, const Kernels *kernels) {
    bool wide = kernels == kernels_of(KERNEL_8);
    fused->kernels = fused->lanes == 4 && wide ? kernels_of(KERNEL_4) : kernels;
    fused->narrow = narrow_kernels(fused->kernels);
    fused->runner = fused_runner(fused->kernels);
}

Fused *fused_compile(Arena *arena, const Exprs *exprs, const Scope *scope, Expr root, size_t batch,
                     const Kernels *kernels) {
    Fused *fused = ARENA_NEW(arena, Fused);
    fused->share = 1;
    Expr below = below_row_sum(exprs, scope, root, &fused->share);
    fused->takes_table = below != 0;
    if (below && !rows_reach_parameters(arena, exprs, scope, root))
        return NULL;
    root = below ? below : root;
    fused->tape = tape_compile(arena, exprs, scope, &root, 1, SYMBOL_NONE);
    if (fused->tape->loop_count || fused->tape->count > PLACE_NONE / 2)
        return NULL;
    if (fused->takes_table)
        batch = scope->data->rows;
    fused->scope = scope;
    Lowering lowering = {.fused = fused};
    lowering.found = fused_find(arena, fused->tape, (uint32_t)tape_place(fused->tape, root));
    if (!fused_place_values(&lowering, batch))
        return NULL;
    choose_kernels(fused, kernels);
    lay_out(&lowering);
    return fused;
}

/* ------------------------------------------------------------------ looking */

const Tape *fused_tape(const Fused *fused) {
    return fused->tape;
}

bool fused_takes_table(const Fused *fused) {
    return fused->takes_table;
}

double fused_share(const Fused *fused) {
    return fused->share;
}

const double *fused_values(const Fused *fused, Expr expr, size_t *lanes) {
    *lanes = fused->lanes;
    size_t place = tape_place(fused->tape, expr);
    double *value = place == SIZE_MAX ? NULL : fused->places[place];
    return value ? fused_row_values(fused, value) : NULL;
}

const double *fused_adjoints(const Fused *fused, Expr expr, size_t *lanes) {
    *lanes = fused->lanes;
    size_t place = tape_place(fused->tape, expr);
    double *value = place == SIZE_MAX ? NULL : fused->places[place];
    return value ? value + fused->apart : NULL;
}

FusedShape fused_shape(const Fused *fused) {
    FusedShape shape = {.layers = fused->layer_count,
                        .operations = fused->instruction_count - 1,
                        .lanes = fused->lanes,
                        .bytes = fused->numbers * sizeof(double)};
    for (size_t i = 0; i < fused->layer_count; i++)
        shape.neurons += fused->layers[i].outputs;
    return shape;
}
