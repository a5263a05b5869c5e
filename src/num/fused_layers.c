#include "num/fused_lower.h"

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

/* What the sums begin with, the weights, and the bias if it comes last, from a common store. */
static void place_parameters(Lowering *l, Layer *layer, const Neuron *neuron) {
    double *first = l->fused->parameters + l->parameters;
    bool last = neuron->bias != PLACE_NONE && !neuron->bias_first;
    layer->weights = first + layer->padded;
    if (neuron->bias != PLACE_NONE)
        layer->bias = last ? layer->weights + layer->inputs * layer->padded : first;
    l->parameters += (layer->inputs + 1 + last) * layer->padded;
    /* As on the tape: a matrix product begins with 0, a written sum with its first term. */
    for (size_t m = 0; m < layer->padded && layer->bias != first; m++)
        first[m] = neuron->matrix ? 0 : -0.0;
}

static Layer *lay_out_layer(Lowering *l, const NeuronGroup *group) {
    Fused *fused = l->fused;
    Arena *arena = l->found.arena;
    const Neuron *first = &l->found.neurons[group->members[0]];
    Layer *layer = &fused->layers[fused->layer_count];
    LayerLeaves *leaves = &fused->layer_leaves[fused->layer_count++];
    bool narrow = is_narrow(l, group);
    *layer = (Layer){.inputs = group_inputs(l, group), .outputs = group_outputs(l, group)};
    layer->padded = narrow && fused->lanes > 1 ? layer->outputs : even(layer->outputs);
    layer->bias_first = first->bias_first;
    layer->fuses = first->matrix;
    size_t weights = layer->inputs * layer->padded;
    if (narrow)
        place_parameters(l, layer, first);
    else
        layer->weights = lines(arena, weights);
    fused->numbers += weights;
    lay_out_weights(l, layer, leaves, group);
    if (first->bias != PLACE_NONE) {
        layer->bias = narrow ? layer->bias : ARENA_ARRAY(arena, double, layer->padded);
        fused->numbers += layer->padded;
        lay_out_bias(l, layer, leaves, group);
    }
    lay_out_inputs(l, layer, first);
    layer->net = value_of(l, first->root);
    if (narrow)
        return layer;
    if (fused->several_blocks)
        layer->partials = lines(arena, (weights + layer->padded) * KERNEL_SUMS);
    else if (fused->lanes > 1 && layer->outputs >= KERNEL_PANEL)
        layer->turned = lines(arena, fused->lanes * layer->padded);
    return layer;
}

static size_t sums_of(const Fused *fused, const double *parameter) {
    return (size_t)(parameter - fused->parameters) * KERNEL_SUMS;
}

/* A few neurons on a block of rows, with the curve that `code` is, or OP_COUNT. */
static void add_narrow(Lowering *l, const Layer *layer, uint32_t code, double *curved) {
    Fused *fused = l->fused;
    NarrowLayer *narrow = ARENA_NEW(l->found.arena, NarrowLayer);
    *narrow = (NarrowLayer){.inputs = layer->inputs, .outputs = layer->outputs};
    narrow->fuses = layer->fuses;
    narrow->curve = (uint8_t)code;
    narrow->net = layer->net;
    narrow->curved = code == OP_COUNT ? layer->net : curved;
    narrow->first = layer->weights - layer->padded;
    narrow->weights = layer->weights;
    narrow->last = layer->bias && !layer->bias_first ? layer->bias : NULL;
    narrow->weight_sums = fused->sums + sums_of(fused, layer->weights);
    if (layer->bias)
        narrow->bias_sums = fused->sums + sums_of(fused, layer->bias);
    for (size_t n = 0; n < layer->inputs; n++) {
        narrow->input[n] = layer->input[n];
        narrow->matters[n] = layer->input_matters[n];
    }
    *add_instruction(l) = (Instruction){.kind = RUN_NARROW, .code = RUN_END, .narrow = narrow};
}

/* The same on one row. */
static void add_narrow_row(Lowering *l, const Layer *layer, uint32_t code) {
    Instruction *i = add_instruction(l);
    InstructionKind two = layer->inputs == 2 ? RUN_NARROW_2_2 : RUN_NARROW_2;
    InstructionKind written = layer->padded == 2 ? two : RUN_NARROW_4;
    InstructionKind product = layer->padded == 2 ? RUN_PRODUCT_2 : RUN_PRODUCT_4;
    *i = (Instruction){.kind = (uint8_t)(layer->fuses ? product : written),
                       .code = (uint8_t)(code == OP_COUNT ? RUN_END : code),
                       .count = (uint32_t)layer->inputs};
    i->sides = layer->any_matters ? SIDE_A : 0;
    if (layer->bias)
        i->sides |= layer->bias_first ? HAS_BIAS : HAS_BIAS | BIAS_LAST;
    i->net = layer->net;
    i->x = layer->input[0];
    i->first = layer->weights - layer->padded;
}

void fused_add_layer(Lowering *l, const NeuronGroup *group) {
    const Findings *f = &l->found;
    Layer *layer = lay_out_layer(l, group);
    bool one_row = l->fused->lanes == 1;
    bool narrow = is_narrow(l, group) &&
                  (!one_row || (layer->together && layer->all_matter == layer->any_matters));
    bool joined = narrow && narrow_has_curve(group->curve);
    double *curved = NULL;
    if (group->curve != OP_COUNT)
        curved = value_of(l, f->readers[f->first_reader[f->neurons[group->members[0]].root]]);
    if (!narrow)
        *add_instruction(l) = (Instruction){.kind = RUN_LAYER, .code = RUN_END, .layer = layer};
    else if (one_row)
        add_narrow_row(l, layer, joined ? group->curve : OP_COUNT);
    else
        add_narrow(l, layer, joined ? group->curve : OP_COUNT, curved);
    if (curved && !joined)
        add_stretch(l, group->curve, one_row ? layer->padded : layer->outputs * l->fused->lanes,
                    curved, layer->net, NULL, SIDE_A);
}
