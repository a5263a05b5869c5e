/* fused_lower: what the lowering of a loss works on. For fused.c, fused_place.c and fused_layers.c
 * alone. */
#ifndef NUM_FUSED_LOWER_H
#define NUM_FUSED_LOWER_H

#include "num/fused_parts.h"

/* A lowering at work. */
typedef struct Lowering {
    Fused *fused;
    Findings found;
    size_t used;       /* doubles of values laid out so far */
    size_t *offset;    /* by place: of its value, + 1; 0 where it has none */
    size_t parameters; /* of narrow layers, laid out so far */
} Lowering;

#define op_at(l, place) tape_op((l)->found.tape, (place))

static inline uint32_t operand(const Lowering *l, uint32_t place, size_t i) {
    return l->found.alias[op_at(l, place)->operands[i]];
}

static inline size_t even(size_t count) {
    return (count + 1) / 2 * 2;
}

static inline size_t group_outputs(const Lowering *l, const NeuronGroup *group) {
    const Neuron *first = &l->found.neurons[group->members[0]];
    return first->matrix ? op_at(l, first->root)->rows : group->count;
}

static inline size_t group_inputs(const Lowering *l, const NeuronGroup *group) {
    const Neuron *first = &l->found.neurons[group->members[0]];
    return first->matrix ? op_at(l, first->weights[0])->columns : first->terms;
}

static inline double *value_of(const Lowering *l, uint32_t place) {
    return l->fused->values + l->offset[l->found.alias[place]] - 1;
}

enum { LINE = 64 / sizeof(double) }; /* of the processor's cache */

/* Zeroed numbers that begin with a cache line, so that no vector stands across two. */
static inline double *lines(Arena *arena, size_t count) {
    double *numbers = ARENA_ARRAY(arena, double, count + LINE - 1);
    size_t past = (uintptr_t)numbers / sizeof *numbers % LINE;
    return numbers + (LINE - past) % LINE;
}

static inline size_t round_up(size_t count, size_t to) {
    return (count + to - 1) / to * to;
}

/* A layer of one row is narrow up to four neurons, for it runs in pairs of them. */
enum { NARROW_ROW_NEURONS = 4 };

static inline bool has_at_most(const Lowering *l, const NeuronGroup *group, size_t neurons) {
    return group_outputs(l, group) <= neurons && group_inputs(l, group) <= NARROW_INPUTS;
}

/* Whether the layer runs by the loops of narrow.h, or by those for one row of fused_row.h. */
static inline bool is_narrow(const Lowering *l, const NeuronGroup *group) {
    return has_at_most(l, group, l->fused->lanes == 1 ? NARROW_ROW_NEURONS : NARROW_NEURONS);
}

static inline bool has_place(const Lowering *l, uint32_t place) {
    return l->found.alias[place] == place && !l->found.part_of[place];
}

static inline Instruction *add_instruction(Lowering *l) {
    return &l->fused->instructions[l->fused->instruction_count++];
}

/* An operation that works entry by entry, on `count` numbers. */
static inline void add_stretch(Lowering *l, OpCode code, size_t count, double *y, double *a,
                               double *b, uint8_t sides) {
    *add_instruction(l) = (Instruction){.kind = count == 1 ? (uint8_t)code : RUN_STRETCH,
                                        .code = (uint8_t)code,
                                        .count = (uint32_t)count,
                                        .sides = sides,
                                        .y = y,
                                        .a = a,
                                        .b = b};
}

/* Chooses the rows side by side, and gives all values and the parameters of narrow layers their
 * places. False where the block would be too large. */
bool fused_place_values(Lowering *lowering, size_t batch);

/* A layer, and the curve after it. */
void fused_add_layer(Lowering *lowering, const NeuronGroup *group);

#endif
