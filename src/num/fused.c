#include "num/fused.h"

#include <string.h>

#include "expr/diff.h"
#include "num/fused_parts.h"

/* A lowering at work. The block is measured first and then filled, by the same walk: while it is
 * measured `block` is NULL and places count from there. */
typedef struct Lowering {
    Fused *fused;
    Findings found;
    size_t used;    /* doubles of values laid out so far */
    size_t *offset; /* by place: of its value, + 1; 0 where it has none */
} Lowering;

static const TapeOp *op_at(const Lowering *l, uint32_t place) {
    return &l->found.tape->ops[place];
}

static uint32_t operand(const Lowering *l, uint32_t place, size_t i) {
    return l->found.alias[l->found.tape->operands[op_at(l, place)->first + i]];
}

static size_t op_entries(const TapeOp *op) {
    return (size_t)op->rows * op->columns;
}

enum { LINE = 64 / sizeof(double) }; /* of the processor's cache */

static size_t even(size_t count) {
    return (count + 1) / 2 * 2;
}

/* Zeroed numbers that begin with a cache line, so that no vector stands across two. */
static double *lines(Arena *arena, size_t count) {
    double *numbers = ARENA_ARRAY(arena, double, count + LINE - 1);
    size_t past = (uintptr_t)numbers / sizeof *numbers % LINE;
    return numbers + (LINE - past) % LINE;
}

/* ------------------------------------------------------------------ where values stand */

static size_t reserve(Lowering *l, size_t entries) {
    size_t at = l->used;
    l->used += entries * l->fused->lanes;
    return at;
}

static void place_value(Lowering *l, uint32_t place) {
    l->offset[place] = reserve(l, op_entries(op_at(l, place))) + 1;
}

/* The values of a group one after another, and after them those of the curve they go into. */
static void place_group(Lowering *l, const NeuronGroup *group) {
    const Findings *f = &l->found;
    const Neuron *first = &f->neurons[group->members[0]];
    size_t outputs = first->matrix ? op_at(l, first->root)->rows : group->count;
    for (int side = 0; side < (group->curve == OP_COUNT ? 1 : 2); side++) {
        size_t at = reserve(l, even(outputs));
        for (size_t i = 0; i < group->count; i++) {
            uint32_t place = f->neurons[group->members[i]].root;
            if (side)
                place = f->readers[f->first_reader[place]];
            l->offset[place] = at + i * l->fused->lanes + 1;
        }
    }
}

static bool is_column(const DataTable *data, const TapeOp *op) {
    return data && op->kind == EXPR_NAME && op->count == 0 && op->symbol >= data->first &&
           op->symbol - data->first < data->count;
}

/* The columns of the data table, as they stand in a row, whether used or not. */
static void place_columns(Lowering *l) {
    const Findings *f = &l->found;
    const DataTable *data = l->fused->scope->data;
    if (!data)
        return;
    size_t row = reserve(l, data->width);
    for (uint32_t k = 0; k < f->tape->count; k++) {
        const TapeOp *op = op_at(l, k);
        if (is_column(data, op))
            l->offset[k] =
                row +
                (scope_get(l->fused->scope, op->symbol)->offset - data->offset) * l->fused->lanes +
                1;
    }
}

static bool has_place(const Lowering *l, uint32_t place) {
    return l->found.alias[place] == place && !l->found.part_of[place];
}

static void place_all(Lowering *l) {
    const Findings *f = &l->found;
    place_columns(l);
    for (uint32_t k = 0; k < f->tape->count; k++)
        if (op_at(l, k)->count == 0 && !f->matters[k] && has_place(l, k) && !l->offset[k])
            place_value(l, k);
    l->fused->computed = l->used / KERNEL_SUMS * KERNEL_SUMS;
    for (uint32_t k = 0; k < f->tape->count; k++) {
        if (f->group_at[k])
            place_group(l, &f->groups[f->group_at[k] - 1]);
        else if (has_place(l, k) && !l->offset[k])
            place_value(l, k);
    }
}

static double *value_of(const Lowering *l, uint32_t place) {
    return l->fused->values + l->offset[l->found.alias[place]] - 1;
}

/* ------------------------------------------------------------------ layers */

static void lay_out_bias(Lowering *l, Layer *layer, LayerLeaves *leaves, const NeuronGroup *group) {
    const Findings *f = &l->found;
    leaves->bias = ARENA_ARRAY(f->arena, size_t, layer->outputs);
    for (size_t m = 0; m < layer->outputs; m++) {
        const Neuron *neuron = &f->neurons[group->members[group->count > 1 ? m : 0]];
        const Symbol *symbol = scope_get(f->tape->scope, op_at(l, neuron->bias)->symbol);
        leaves->bias[m] = symbol->offset + (neuron->matrix ? m : 0);
    }
}

static void lay_out_weights(Lowering *l, const Layer *layer, LayerLeaves *leaves,
                            const NeuronGroup *group) {
    const Findings *f = &l->found;
    const Neuron *first = &f->neurons[group->members[0]];
    leaves->weights = ARENA_ARRAY(f->arena, size_t, layer->inputs * layer->outputs);
    for (size_t n = 0; n < layer->inputs; n++)
        for (size_t m = 0; m < layer->outputs; m++) {
            const Neuron *neuron = first->matrix ? first : &f->neurons[group->members[m]];
            uint32_t weight = neuron->weights[first->matrix ? 0 : n];
            leaves->weights[n * layer->outputs + m] =
                scope_get(f->tape->scope, op_at(l, weight)->symbol)->offset +
                (first->matrix ? m * layer->inputs + n : 0);
        }
}

static void lay_out_inputs(Lowering *l, Layer *layer, const Neuron *first) {
    const Findings *f = &l->found;
    layer->input = ARENA_ARRAY(f->arena, double *, layer->inputs);
    layer->input_matters = ARENA_ARRAY(f->arena, bool, layer->inputs);
    layer->all_matter = layer->together = true;
    for (size_t n = 0; n < layer->inputs; n++) {
        uint32_t place = first->inputs[first->matrix ? 0 : n];
        layer->input[n] = value_of(l, place) + (first->matrix ? n * l->fused->lanes : 0);
        layer->input_matters[n] = f->matters[place];
        layer->all_matter = layer->all_matter && f->matters[place];
        layer->any_matters = layer->any_matters || f->matters[place];
        layer->together =
            layer->together && layer->input[n] == layer->input[0] + n * l->fused->lanes;
    }
}

enum { WIDE_LAYER = 64 }; /* neurons, from where blocks are turned for the gradient */

static const Layer *lay_out_layer(Lowering *l, const NeuronGroup *group) {
    Fused *fused = l->fused;
    Arena *arena = l->found.arena;
    const Neuron *first = &l->found.neurons[group->members[0]];
    Layer *layer = &fused->layers[fused->layer_count];
    LayerLeaves *leaves = &fused->layer_leaves[fused->layer_count++];
    *layer = (Layer){.inputs = first->terms, .outputs = group->count};
    if (first->matrix) {
        layer->inputs = op_at(l, first->weights[0])->columns;
        layer->outputs = op_at(l, first->root)->rows;
    }
    layer->padded = even(layer->outputs);
    layer->bias_first = first->bias_first;
    layer->fuses = first->matrix;
    size_t weights = layer->inputs * layer->padded;
    layer->weights = lines(arena, weights);
    fused->numbers += weights;
    lay_out_weights(l, layer, leaves, group);
    if (first->bias != PLACE_NONE) {
        layer->bias = ARENA_ARRAY(arena, double, layer->padded);
        fused->numbers += layer->padded;
        lay_out_bias(l, layer, leaves, group);
    }
    lay_out_inputs(l, layer, first);
    layer->net = value_of(l, first->root);
    if (fused->several_blocks)
        layer->partials = lines(arena, (weights + layer->padded) * KERNEL_SUMS);
    else if (fused->lanes > 1 && layer->outputs >= WIDE_LAYER)
        layer->turned = lines(arena, fused->lanes * layer->padded);
    return layer;
}

/* ------------------------------------------------------------------ instructions */

static Instruction *add_instruction(Lowering *l) {
    return &l->fused->instructions[l->fused->instruction_count++];
}

static bool same_shape(const TapeOp *a, const TapeOp *b) {
    return a->rows == b->rows && a->columns == b->columns;
}

/* The code of an operation that works entry by entry; a square for a power of two, and half for a
 * quotient by two, which is the same to the last bit. */
static OpCode code_of(const Lowering *l, uint32_t place) {
    const TapeOp *op = op_at(l, place);
    if (op->kind != EXPR_POWER && op->kind != EXPR_DIVIDE)
        return op->code;
    const TapeOp *second = op_at(l, operand(l, place, 1));
    bool two = second->kind == EXPR_NUMBER && second->number == 2;
    if (!two || !same_shape(op_at(l, operand(l, place, 0)), op))
        return op->code;
    return op->kind == EXPR_POWER ? OP_square : OP_halve;
}

static void add_stretch(Lowering *l, OpCode code, size_t count, double *y, double *a, double *b,
                        uint8_t sides) {
    *add_instruction(l) = (Instruction){.kind = count == 1 ? (uint8_t)code : RUN_STRETCH,
                                        .code = (uint8_t)code,
                                        .count = (uint32_t)count,
                                        .sides = sides,
                                        .y = y,
                                        .a = a,
                                        .b = b};
}

/* A layer, and the curve after it. */
static void add_layer(Lowering *l, const NeuronGroup *group) {
    const Findings *f = &l->found;
    const Layer *layer = lay_out_layer(l, group);
    double *curve = NULL;
    if (group->curve != OP_COUNT)
        curve = value_of(l, f->readers[f->first_reader[f->neurons[group->members[0]].root]]);
    bool narrow = l->fused->lanes == 1 && fused_is_narrow(layer);
    InstructionKind two = layer->fuses ? RUN_PRODUCT_2 : RUN_NARROW_2;
    InstructionKind kind = layer->padded == 2 ? two : two + 1;
    bool known = !curve || fused_narrow_has(group->curve);
    *add_instruction(l) = (Instruction){.kind = (uint8_t)(narrow && known ? kind : RUN_LAYER),
                                        .code = (uint8_t)(curve ? group->curve : RUN_END),
                                        .layer = layer,
                                        .curve = curve};
    if (curve && !(narrow && known))
        add_stretch(l, group->curve,
                    l->fused->lanes == 1 ? layer->padded : layer->outputs * l->fused->lanes, curve,
                    layer->net, NULL, SIDE_A);
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

/* The operand of x/2 or 0.5·x; PLACE_NONE where it is neither. */
static uint32_t halved(const Lowering *l, uint32_t place) {
    const TapeOp *op = op_at(l, place);
    bool divides = op->kind == EXPR_DIVIDE;
    if (!divides && op->kind != EXPR_MULTIPLY)
        return PLACE_NONE;
    const TapeOp *half = op_at(l, operand(l, place, divides));
    bool halves = half->kind == EXPR_NUMBER && half->number == (divides ? 2 : 0.5);
    return halves ? operand(l, place, !divides) : PLACE_NONE;
}

/* The instruction `back` before the next one, if it computes the value at `place` and nothing else
 * uses that; else NULL. */
static Instruction *just_before(const Lowering *l, size_t back, uint32_t place) {
    if (l->fused->instruction_count < back || l->found.uses[place] != 1)
        return NULL;
    Instruction *before = &l->fused->instructions[l->fused->instruction_count - back];
    double *value = before->kind == RUN_ERRORS ? before->sum : before->y;
    bool known = before->kind == RUN_ERRORS || before->kind == OP_subtract;
    return known && value == value_of(l, place) ? before : NULL;
}

static bool begins_error(Lowering *l, uint32_t place) {
    Instruction *before = just_before(l, 1, operand(l, place, 0));
    if (!before || before->kind != OP_subtract ||
        l->offset[operand(l, place, 0)] + 1 != l->offset[place])
        return false;
    ErrorTerm *term = ARENA_NEW(l->found.arena, ErrorTerm);
    *term = (ErrorTerm){.a = before->a, .b = before->b, .sides = before->sides};
    term->last = term->sum = value_of(l, place);
    *before = (Instruction){
        .kind = RUN_ERRORS, .code = RUN_END, .count = 1, .sum = term->sum, .errors = term};
    return true;
}

static bool halves_error(Lowering *l, uint32_t place) {
    uint32_t square = halved(l, place);
    Instruction *before = square == PLACE_NONE ? NULL : just_before(l, 1, square);
    if (!before || before->kind != RUN_ERRORS || before->count != 1 || before->errors->halved ||
        l->offset[square] + 1 != l->offset[place])
        return false;
    before->errors->halved = true;
    before->errors->last = before->errors->sum = before->sum = value_of(l, place);
    return true;
}

static bool adds_error(Lowering *l, uint32_t place) {
    Instruction *sum = just_before(l, 2, operand(l, place, 0));
    Instruction *term = just_before(l, 1, operand(l, place, 1));
    if (!sum || !term || sum->kind != RUN_ERRORS || term->kind != RUN_ERRORS || term->count != 1)
        return false;
    ErrorTerm *errors = ARENA_ARRAY(l->found.arena, ErrorTerm, sum->count + 1u);
    memcpy(errors, sum->errors, sum->count * sizeof *errors);
    errors[sum->count] = *term->errors;
    errors[sum->count++].sum = sum->sum = value_of(l, place);
    sum->errors = errors;
    l->fused->instruction_count--;
    return true;
}

/* Makes a square after a difference, a half after that, and their sums, one instruction: of single
 * numbers that are used for nothing else. */
static bool joins_errors(Lowering *l, uint32_t place) {
    const TapeOp *op = op_at(l, place);
    if (l->fused->lanes > 1 || op_entries(op) != 1)
        return false;
    if (code_of(l, place) == OP_square)
        return begins_error(l, place);
    return op->kind == EXPR_ADD ? adds_error(l, place) : halves_error(l, place);
}

/* An operation whose value has a place of its own. */
static void add_operation(Lowering *l, uint32_t place) {
    const TapeOp *op = op_at(l, place);
    OpCode code = code_of(l, place);
    bool plain = code != OP_COUNT;
    uint8_t sides = 0;
    for (size_t i = 0; i < op->count && i < 2; i++) {
        plain = plain && (same_shape(op_at(l, operand(l, place, i)), op) || code == OP_square ||
                          code == OP_halve);
        if (l->found.matters[operand(l, place, i)])
            sides |= i ? SIDE_B : SIDE_A;
    }
    if (joins_errors(l, place))
        return;
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
            add_layer(l, &f->groups[f->group_at[k] - 1]);
        else if (has_place(l, k) && !f->is_curve[k])
            add_operation(l, k);
    }
    add_instruction(l)->kind = RUN_END;
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

/* The rows of the present batch side by side: one, or a multiple of eight. */
static size_t choose_lanes(size_t batch) {
    size_t lanes = (batch + KERNEL_SUMS - 1) / KERNEL_SUMS * KERNEL_SUMS;
    return batch <= 1 ? 1 : lanes < FUSED_BLOCK ? lanes : FUSED_BLOCK;
}

enum { MOST_NUMBERS = 1 << 23 }; /* doubles of values, 64 MiB */

/* Measures the values, then gives them their block. False where it would be too large. */
static bool lay_out_values(Lowering *l) {
    Fused *fused = l->fused;
    place_all(l);
    if (l->used > MOST_NUMBERS)
        return false;
    fused->apart = (l->used + KERNEL_SUMS - 1) / KERNEL_SUMS * KERNEL_SUMS;
    fused->values = lines(l->found.arena, 2 * fused->apart);
    fused->numbers = 2 * fused->apart;
    return true;
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
    fused->instructions = ARENA_ARRAY(arena, Instruction, f->tape->count + f->group_count + 1);
    fused->layers = ARENA_ARRAY(arena, Layer, f->group_count);
    fused->layer_leaves = ARENA_ARRAY(arena, LayerLeaves, f->group_count);
    fused->loose = ARENA_ARRAY(arena, Loose, f->tape->count);
    add_all(l);
    sort_loose(fused);
    fused->loss = value_of(l, f->root);
    fused->places = ARENA_ARRAY(arena, double *, f->tape->count);
    for (uint32_t k = 0; k < f->tape->count; k++)
        fused->places[k] = l->offset[f->alias[k]] ? value_of(l, k) : NULL;
}

Fused *fused_compile(Arena *arena, const Exprs *exprs, const Scope *scope, Expr root, size_t batch,
                     const Kernels *kernels) {
    Fused *fused = ARENA_NEW(arena, Fused);
    fused->share = 1;
    Expr below = below_row_sum(exprs, scope, root, &fused->share);
    fused->takes_table = below != 0;
    root = below ? below : root;
    fused->tape = tape_compile(arena, exprs, scope, &root, 1, SYMBOL_NONE);
    if (fused->tape->loop_count || fused->tape->count > PLACE_NONE / 2)
        return NULL;
    if (fused->takes_table)
        batch = scope->data->rows;
    fused->scope = scope;
    fused->kernels = kernels;
    fused->runner = fused_runner(kernels);
    fused->lanes = choose_lanes(batch);
    fused->several_blocks = batch > fused->lanes;
    Lowering lowering = {.fused = fused};
    lowering.found = fused_find(arena, fused->tape, (uint32_t)tape_place(fused->tape, root));
    lowering.offset = ARENA_ARRAY(arena, size_t, fused->tape->count);
    if (!lay_out_values(&lowering))
        return NULL;
    lay_out(&lowering);
    return fused;
}

/* ------------------------------------------------------------------ looking */

bool fused_takes_table(const Fused *fused) {
    return fused->takes_table;
}

double fused_share(const Fused *fused) {
    return fused->share;
}

const double *fused_values(const Fused *fused, Expr expr, size_t *lanes) {
    *lanes = fused->lanes;
    size_t place = tape_place(fused->tape, expr);
    return place == SIZE_MAX ? NULL : fused->places[place];
}

const double *fused_adjoints(const Fused *fused, Expr expr, size_t *lanes) {
    const double *values = fused_values(fused, expr, lanes);
    return values ? values + fused->apart : NULL;
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
