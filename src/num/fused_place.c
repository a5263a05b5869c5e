#include <string.h>

#include "num/fused_lower.h"

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
    size_t outputs = group_outputs(l, group);
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

/* All differences, then all squares, and so on. */
static void place_errors(Lowering *l, const ErrorGroup *group) {
    for (size_t i = 0; i < group->count; i++)
        place_value(l, group->terms[i].difference);
    for (size_t i = 0; i < group->count; i++)
        place_value(l, group->terms[i].square);
    for (size_t i = 0; i < group->count && group->terms[0].half != PLACE_NONE; i++)
        place_value(l, group->terms[i].half);
    for (size_t i = 1; i < group->count; i++)
        place_value(l, group->terms[i].sum);
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

static void place_all(Lowering *l) {
    const Findings *f = &l->found;
    place_columns(l);
    for (uint32_t k = 0; k < f->tape->count; k++)
        if (op_at(l, k)->count == 0 && !f->matters[k] && has_place(l, k) && !l->offset[k])
            place_value(l, k);
    for (uint32_t k = 0; k < f->tape->count; k++) {
        if (f->group_at[k])
            place_group(l, &f->groups[f->group_at[k] - 1]);
        else if (f->error_of[k] && !l->offset[k])
            place_errors(l, &f->errors[f->error_of[k] - 1]);
        else if (has_place(l, k) && !l->offset[k])
            place_value(l, k);
    }
}

/* ------------------------------------------------------------------ how many rows */

static bool all_narrow(const Lowering *l) {
    const Findings *f = &l->found;
    for (size_t i = 0; i < f->group_count; i++)
        if (!has_at_most(l, &f->groups[i], NARROW_NEURONS))
            return false;
    return true;
}

/* Rows of a block: as many as keep values and adjoints, of which a part is never touched, within so
 * many bytes (measured: the second cache keeps pace with one pass after the other, and fewer blocks
 * have fewer beginnings), but not fewer than the least. With large layers, whose loops have blocks
 * of their own, always as many. */
enum { BLOCK_BYTES = 96 << 10, LEAST_BLOCK = 64, LARGE_LAYERS_BLOCK = 128 };

/* The rows of the present batch side by side: one, four, or a multiple of eight. Needs the values
 * measured for one row. */
static size_t choose_lanes(const Lowering *l, size_t batch) {
    if (batch <= 1)
        return 1;
    bool narrow = all_narrow(l);
    if (batch <= 4 && narrow)
        return 4;
    size_t fit = narrow ? BLOCK_BYTES / (2 * l->used * sizeof(double)) : LARGE_LAYERS_BLOCK;
    fit = fit < LEAST_BLOCK ? LEAST_BLOCK : fit < FUSED_BLOCK ? fit : FUSED_BLOCK;
    size_t blocks = (batch + fit - 1) / fit;
    return round_up((batch + blocks - 1) / blocks, KERNEL_SUMS);
}

/* ------------------------------------------------------------------ the block */

/* Room for the parameters of narrow layers and, in blocks, the sums of their gradient. */
static void make_room(Lowering *l) {
    const Findings *f = &l->found;
    Fused *fused = l->fused;
    size_t count = 0;
    for (size_t i = 0; i < f->group_count; i++)
        if (is_narrow(l, &f->groups[i]))
            count += (group_inputs(l, &f->groups[i]) + 2) * even(group_outputs(l, &f->groups[i]));
    count = round_up(count, KERNEL_SUMS);
    fused->parameters = lines(f->arena, count);
    if (fused->lanes > 1)
        fused->sums = lines(f->arena, count * KERNEL_SUMS);
}

enum { MOST_NUMBERS = 1 << 23 }; /* doubles of values, 64 MiB */

/* Measures the values on one row, then on as many as fit. */
bool fused_place_values(Lowering *l, size_t batch) {
    Fused *fused = l->fused;
    size_t count = l->found.tape->count;
    fused->lanes = 1;
    l->offset = ARENA_ARRAY(l->found.arena, size_t, count);
    place_all(l);
    fused->lanes = choose_lanes(l, batch);
    memset(l->offset, 0, count * sizeof *l->offset);
    l->used = 0;
    place_all(l);
    if (l->used > MOST_NUMBERS)
        return false;
    fused->several_blocks = batch > fused->lanes;
    fused->apart = round_up(l->used, KERNEL_SUMS);
    fused->values = lines(l->found.arena, 2 * fused->apart);
    fused->numbers = 2 * fused->apart;
    make_room(l);
    return true;
}
