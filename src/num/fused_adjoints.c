#include "num/fused_parts.h"

/* The sweep as seen from its end: which adjoints something has reached, in entries of `lanes`
 * numbers. */
typedef struct Sweep {
    const Fused *fused;
    bool *reached;
    bool *added; /* the first that reached it has added to it, so that it must be 0 before */
} Sweep;

static size_t entry_of(const Sweep *sweep, const double *value) {
    return (size_t)(value - sweep->fused->values) / sweep->fused->lanes;
}

static void reach(Sweep *sweep, const double *value, size_t entries, bool adds) {
    for (size_t e = entry_of(sweep, value); entries-- > 0; e++) {
        sweep->added[e] = sweep->added[e] || (adds && !sweep->reached[e]);
        sweep->reached[e] = true;
    }
}

static bool is_reached(const Sweep *sweep, const double *value) {
    return sweep->reached[entry_of(sweep, value)];
}

/* ------------------------------------------------------------------ by instruction */

static void reach_narrow(Sweep *sweep, NarrowLayer *layer) {
    if (layer->curved != layer->net)
        reach(sweep, layer->net, layer->outputs, false);
    layer->assigns = true;
    for (size_t n = 0; n < layer->inputs; n++)
        if (layer->matters[n] && is_reached(sweep, layer->input[n]))
            layer->assigns = false;
    for (size_t n = 0; n < layer->inputs; n++)
        if (layer->matters[n])
            reach(sweep, layer->input[n], 1, !layer->assigns);
}

/* On one row. */
static void reach_narrow_row(Sweep *sweep, Instruction *i, size_t padded) {
    if (i->code != RUN_END)
        reach(sweep, i->net, padded, false);
    bool fresh = true;
    for (size_t n = 0; n < i->count; n++)
        fresh = fresh && !is_reached(sweep, i->x + n);
    if (!(i->sides & SIDE_A))
        return;
    i->sides |= fresh ? ASSIGNS : 0;
    reach(sweep, i->x, i->count, !fresh);
}

static void reach_errors(Sweep *sweep, NarrowErrors *errors) {
    errors->assigns = true;
    for (size_t i = 0; i < errors->count; i++)
        if ((errors->matters_a && is_reached(sweep, errors->a[i])) ||
            (errors->matters_b && is_reached(sweep, errors->b[i])))
            errors->assigns = false;
    for (size_t i = 0; i < errors->count; i++) {
        if (errors->matters_a)
            reach(sweep, errors->a[i], 1, !errors->assigns);
        if (errors->matters_b)
            reach(sweep, errors->b[i], 1, !errors->assigns);
    }
    reach(sweep, errors->differences, errors->count, false);
    reach(sweep, errors->squares, errors->count, false);
    if (errors->halved)
        reach(sweep, errors->halves, errors->count, false);
    reach(sweep, errors->sums, errors->count - 1, false);
}

static void reach_errors_2(Sweep *sweep, Instruction *i) {
    double *side = i->sides & SIDE_A ? i->left : i->right;
    bool fresh = !is_reached(sweep, side) && !is_reached(sweep, side + 1);
    i->sides |= fresh ? ASSIGNS : 0;
    reach(sweep, side, 2, !fresh);
    reach(sweep, i->difference, i->code == OP_halve ? 7 : 5, false);
}

static void reach_layer(Sweep *sweep, const Layer *layer) {
    for (size_t n = 0; n < layer->inputs; n++)
        if (layer->input_matters[n])
            reach(sweep, layer->input[n], 1, true);
}

static void reach_frame(Sweep *sweep, const OpFrame *frame) {
    if (frame->a.value)
        reach(sweep, frame->a.value, frame->a.rows * frame->a.columns, true);
    if (frame->b.value)
        reach(sweep, frame->b.value, frame->b.rows * frame->b.columns, true);
}

static void reach_operation(Sweep *sweep, const Instruction *i) {
    size_t entries = i->kind == RUN_STRETCH ? i->count / sweep->fused->lanes : 1;
    if (i->sides & SIDE_A)
        reach(sweep, i->a, entries, true);
    if (i->sides & SIDE_B)
        reach(sweep, i->b, entries, true);
}

static void reach_by(Sweep *sweep, Instruction *i) {
    switch (i->kind) {
    case RUN_LAYER: reach_layer(sweep, i->layer); break;
    case RUN_NARROW: reach_narrow(sweep, i->narrow); break;
    case RUN_NARROW_2_2:
    case RUN_NARROW_2:
    case RUN_PRODUCT_2: reach_narrow_row(sweep, i, 2); break;
    case RUN_NARROW_4:
    case RUN_PRODUCT_4: reach_narrow_row(sweep, i, 4); break;
    case RUN_ERRORS: reach_errors(sweep, i->errors); break;
    case RUN_ERRORS_2: reach_errors_2(sweep, i); break;
    case RUN_FRAME: reach_frame(sweep, i->frame); break;
    case RUN_GATHER:
        for (size_t k = 0; k < i->count; k++)
            reach(sweep, i->entries[k], 1, true);
        break;
    default: reach_operation(sweep, i); break;
    }
}

/* ------------------------------------------------------------------ the whole */

static void add_cleared(Fused *fused, size_t entry) {
    double *first = fused->values + fused->apart + entry * fused->lanes;
    Cleared *last = fused->cleared + fused->cleared_count - 1;
    if (fused->cleared_count && last->first + last->count == first)
        last->count += fused->lanes;
    else
        fused->cleared[fused->cleared_count++] = (Cleared){first, fused->lanes};
}

void fused_plan_adjoints(Arena *arena, Fused *fused) {
    size_t entries = fused->apart / fused->lanes + 1, added = 0;
    Sweep sweep = {.fused = fused};
    sweep.reached = ARENA_ARRAY(arena, bool, entries);
    sweep.added = ARENA_ARRAY(arena, bool, entries);
    reach(&sweep, fused->loss, 1, false);
    for (size_t i = fused->instruction_count; i-- > 0;)
        reach_by(&sweep, &fused->instructions[i]);
    for (size_t e = 0; e < entries; e++)
        added += sweep.added[e];
    fused->cleared = ARENA_ARRAY(arena, Cleared, added);
    for (size_t e = 0; e < entries; e++)
        if (sweep.added[e])
            add_cleared(fused, e);
}
