#include <string.h>

#include "num/fused_parts.h"

#define op_at(f, place) tape_op((f)->tape, (place))

static uint32_t operand(const Findings *f, uint32_t place, size_t i) {
    return op_at(f, place)->operands[i];
}

static bool is_number(const TapeOp *op) {
    return op->rows == 1 && op->columns == 1;
}

static bool is_param(const Tape *tape, uint32_t place) {
    const TapeOp *op = tape_op(tape, place);
    return op->kind == EXPR_NAME && op->count == 0 &&
           scope_get(tape->scope, op->symbol)->role == ROLE_PARAM;
}

/* A parameter that is used once, so that its update can be part of that one operation. */
static bool is_own_param(const Findings *f, uint32_t place) {
    return is_param(f->tape, place) && f->uses[place] == 1;
}

/* ------------------------------------------------------------------ who uses what */

bool *fused_matters(Arena *arena, const Tape *tape) {
    bool *matters = ARENA_ARRAY(arena, bool, tape->count);
    for (uint32_t k = 0; k < tape->count; k++) {
        const TapeOp *op = tape_op(tape, k);
        matters[k] = is_param(tape, k);
        for (size_t i = 0; i < op->count; i++)
            matters[k] = matters[k] || matters[op->operands[i]];
    }
    return matters;
}

static void find_uses(Findings *f) {
    const Tape *tape = f->tape;
    for (uint32_t k = 0; k < tape->count; k++)
        for (size_t i = 0; i < tape_op(tape, k)->count; i++)
            f->uses[operand(f, k, i)]++;
    f->uses[f->root]++;
    for (uint32_t k = 0; k < tape->count; k++) {
        bool copies = tape_op(tape, k)->kind == EXPR_NAME && tape_op(tape, k)->count == 1;
        bool only = copies && f->uses[operand(f, k, 0)] == 1 && !is_param(tape, operand(f, k, 0));
        f->alias[k] = only ? f->alias[operand(f, k, 0)] : k;
        if (only)
            f->uses[f->alias[k]] = f->uses[k];
    }
}

/* Counts first, then fills; so each list is ascending. */
static void find_readers(Findings *f) {
    const Tape *tape = f->tape;
    size_t total = 0;
    for (uint32_t k = 0; k < tape->count; k++)
        total += tape_op(tape, k)->count;
    f->readers = ARENA_ARRAY(f->arena, uint32_t, total);
    f->first_reader = ARENA_ARRAY(f->arena, uint32_t, tape->count + 2);
    uint32_t *next = f->first_reader + 2; /* next[v] ends as the beginning of v + 1 */
    for (uint32_t k = 0; k < tape->count; k++)
        for (size_t i = 0; i < tape_op(tape, k)->count && f->alias[k] == k; i++)
            next[f->alias[operand(f, k, i)]]++;
    for (size_t v = 1; v + 1 < tape->count; v++)
        next[v] += next[v - 1];
    next--;
    for (uint32_t k = 0; k < tape->count; k++)
        for (size_t i = 0; i < tape_op(tape, k)->count && f->alias[k] == k; i++)
            f->readers[next[f->alias[operand(f, k, i)]]++] = k;
}

/* ------------------------------------------------------------------ neurons */

/* Whether `place` is own-weight·number, used by its sum alone; which is which. */
static bool is_product(const Findings *f, uint32_t place, uint32_t *weight, uint32_t *input) {
    const TapeOp *op = op_at(f, place);
    if (op->kind != EXPR_MULTIPLY || !is_number(op) || f->uses[place] != 1)
        return false;
    uint32_t a = operand(f, place, 0), b = operand(f, place, 1);
    if (!is_number(op_at(f, a)) || !is_number(op_at(f, b)))
        return false;
    bool first = is_own_param(f, a);
    if (!first && !is_own_param(f, b))
        return false;
    *weight = first ? a : b;
    *input = f->alias[first ? b : a];
    return op_at(f, *input)->kind != EXPR_NUMBER;
}

static bool is_inner_sum(const Findings *f, uint32_t place) {
    const TapeOp *op = op_at(f, place);
    return op->kind == EXPR_ADD && is_number(op) && f->uses[place] == 1;
}

static size_t count_terms(const Findings *f, uint32_t root) {
    size_t terms = 2;
    for (uint32_t left = operand(f, root, 0); is_inner_sum(f, left); left = operand(f, left, 0))
        terms++;
    return terms;
}

/* Takes up term i of `terms`; false where it is no term of a neuron. */
static bool take_term(const Findings *f, Neuron *neuron, uint32_t place, size_t i, size_t terms) {
    uint32_t weight, input;
    if (is_product(f, place, &weight, &input)) {
        neuron->weights[neuron->terms] = weight;
        neuron->inputs[neuron->terms++] = input;
        return true;
    }
    if (!is_own_param(f, place) || !is_number(op_at(f, place)) || neuron->bias != PLACE_NONE ||
        (i != 0 && i + 1 != terms))
        return false;
    neuron->bias = place;
    neuron->bias_first = i == 0;
    return true;
}

static bool has_twice(const uint32_t *places, size_t count) {
    for (size_t i = 0; i < count; i++)
        for (size_t j = 0; j < i; j++)
            if (places[i] == places[j])
                return true;
    return false;
}

enum { MOST_WRITTEN_TERMS = 512 }; /* of a neuron written term by term */

/* A sum (…(t₀ + t₁) + …) + tₙ of products with weights of its own, and a bias at one end. */
static bool match_sum(const Findings *f, uint32_t root, Neuron *neuron) {
    const TapeOp *op = op_at(f, root);
    if (op->kind != EXPR_ADD || !is_number(op))
        return false;
    size_t terms = count_terms(f, root);
    if (terms > MOST_WRITTEN_TERMS)
        return false;
    uint32_t *places = ARENA_ARRAY(f->arena, uint32_t, terms);
    uint32_t left = root;
    for (size_t i = terms; i-- > 1; left = operand(f, left, 0))
        places[i] = operand(f, left, 1);
    places[0] = left;
    *neuron = (Neuron){.root = root, .lowest = root, .bias = PLACE_NONE};
    neuron->weights = ARENA_ARRAY(f->arena, uint32_t, terms);
    neuron->inputs = ARENA_ARRAY(f->arena, uint32_t, terms);
    for (size_t i = 0; i < terms; i++) {
        if (!take_term(f, neuron, places[i], i, terms))
            return false;
        neuron->lowest = places[i] < neuron->lowest ? places[i] : neuron->lowest;
    }
    return neuron->terms > 0 && !has_twice(neuron->inputs, neuron->terms);
}

/* W @ x with a W of its own and one column, and the sum with a bias where that follows. */
static bool match_matrix(const Findings *f, uint32_t place, Neuron *neuron) {
    const TapeOp *op = op_at(f, place);
    if (op->kind != EXPR_MATMUL || op->columns != 1 || !is_own_param(f, operand(f, place, 0)))
        return false;
    *neuron =
        (Neuron){.root = place, .lowest = place, .bias = PLACE_NONE, .terms = 1, .matrix = true};
    neuron->weights = ARENA_ARRAY(f->arena, uint32_t, 1);
    neuron->inputs = ARENA_ARRAY(f->arena, uint32_t, 1);
    neuron->weights[0] = operand(f, place, 0);
    neuron->inputs[0] = f->alias[operand(f, place, 1)];
    uint32_t *first = f->first_reader + place;
    if (f->uses[place] != 1 || first[1] - first[0] != 1 || f->alias[place] != place)
        return true;
    uint32_t sum = f->readers[*first];
    const TapeOp *sum_op = op_at(f, sum);
    if (sum_op->kind != EXPR_ADD || sum_op->rows != op->rows || sum_op->columns != 1 ||
        f->part_of[sum])
        return true;
    uint32_t other = operand(f, sum, f->alias[operand(f, sum, 0)] == place);
    if (is_own_param(f, other) && op_at(f, other)->rows == op->rows) {
        neuron->bias = other;
        neuron->root = sum;
    }
    return true;
}

static void mark_part(Findings *f, uint32_t place, uint32_t neuron) {
    f->part_of[place] = neuron + 1;
}

static void mark_parts(Findings *f, const Neuron *neuron, uint32_t number) {
    if (neuron->bias != PLACE_NONE)
        mark_part(f, neuron->bias, number);
    for (size_t i = 0; i < neuron->terms; i++)
        mark_part(f, neuron->weights[i], number);
    mark_part(f, neuron->root, number);
    mark_part(f, neuron->lowest, number);
    uint32_t left = neuron->root;
    for (size_t i = neuron->terms + (neuron->bias != PLACE_NONE); !neuron->matrix && i-- > 0;) {
        mark_part(f, i ? operand(f, left, 1) : left, number);
        mark_part(f, left, number);
        left = i ? operand(f, left, 0) : left;
    }
}

/* From the last operation down, so that the whole of a sum is seen before its parts. */
static void find_neurons(Findings *f) {
    for (uint32_t k = (uint32_t)f->tape->count; k-- > 0;) {
        Neuron neuron;
        if (f->part_of[k] || !f->matters[k] || f->alias[k] != k)
            continue;
        if (!match_sum(f, k, &neuron) && !match_matrix(f, k, &neuron))
            continue;
        ARENA_RESERVE(f->arena, f->neurons, f->neuron_count, f->neuron_capacity);
        f->neurons[f->neuron_count] = neuron;
        mark_parts(f, &neuron, (uint32_t)f->neuron_count++);
    }
}

/* ------------------------------------------------------------------ layers */

static bool same_inputs(const Neuron *a, const Neuron *b) {
    return !a->matrix && !b->matrix && a->terms == b->terms && a->bias_first == b->bias_first &&
           (a->bias == PLACE_NONE) == (b->bias == PLACE_NONE) &&
           memcmp(a->inputs, b->inputs, a->terms * sizeof *a->inputs) == 0;
}

/* Whether between two places nothing but the neurons numbered `group` + 1 reads `value`: else the
 * adjoint of `value` would be added up in another order than on the tape. */
static bool nothing_between(const Findings *f, const uint32_t *group_of, uint32_t value,
                            uint32_t from, uint32_t to, uint32_t group) {
    for (uint32_t r = f->first_reader[value + 1]; r-- > f->first_reader[value];) {
        uint32_t reader = f->readers[r];
        if (reader < from)
            return true;
        if (reader <= to && (!f->part_of[reader] || group_of[f->part_of[reader] - 1] != group))
            return false;
    }
    return true;
}

static bool can_join(Findings *f, uint32_t *group_of, uint32_t group, uint32_t number) {
    const NeuronGroup *open = &f->groups[group];
    const Neuron *first = &f->neurons[open->members[0]], *neuron = &f->neurons[number];
    const Neuron *last = &f->neurons[open->members[open->count - 1]];
    if (!same_inputs(first, neuron))
        return false;
    uint32_t before = group_of[number];
    group_of[number] = group + 1;
    uint32_t from = last->lowest < neuron->lowest ? last->lowest : neuron->lowest;
    for (size_t i = 0; i < neuron->terms; i++)
        if (!nothing_between(f, group_of, neuron->inputs[i], from, neuron->root, group + 1)) {
            group_of[number] = before;
            return false;
        }
    return true;
}

static uint32_t open_group(Findings *f, uint32_t number) {
    ARENA_RESERVE(f->arena, f->groups, f->group_count, f->group_capacity);
    NeuronGroup *group = &f->groups[f->group_count];
    *group = (NeuronGroup){.curve = OP_COUNT};
    const Neuron *neuron = &f->neurons[number];
    f->group_at[neuron->matrix ? neuron->lowest : neuron->root] = (uint32_t)f->group_count + 1;
    return (uint32_t)f->group_count++;
}

/* The operation that a number's value goes into, and nothing else does; PLACE_NONE for none. */
static uint32_t only_reader(const Findings *f, uint32_t value) {
    uint32_t *first = f->first_reader + value;
    return f->uses[value] == 1 && first[1] - first[0] == 1 ? f->readers[*first] : PLACE_NONE;
}

static uint32_t curve_after(const Findings *f, const Neuron *neuron) {
    uint32_t reader = only_reader(f, neuron->root);
    if (reader == PLACE_NONE || op_at(f, reader)->count != 1)
        return OP_COUNT;
    return op_at(f, reader)->code;
}

static void find_curve(Findings *f, NeuronGroup *group) {
    group->curve = curve_after(f, &f->neurons[group->members[0]]);
    for (size_t i = 1; i < group->count; i++)
        if (curve_after(f, &f->neurons[group->members[i]]) != group->curve)
            group->curve = OP_COUNT;
    for (size_t i = 0; i < group->count && group->curve != OP_COUNT; i++)
        f->is_curve[only_reader(f, f->neurons[group->members[i]].root)] = true;
}

/* Neurons come in descending order from find_neurons; groups are made ascending. A neuron joins the
 * group that last had its first input, or opens one. */
static void find_groups(Findings *f) {
    uint32_t *group_of = ARENA_ARRAY(f->arena, uint32_t, f->neuron_count);
    uint32_t *last_with = ARENA_ARRAY(f->arena, uint32_t, f->tape->count);
    for (uint32_t n = (uint32_t)f->neuron_count; n-- > 0;) {
        uint32_t input = f->neurons[n].inputs[0];
        uint32_t group = last_with[input] ? last_with[input] - 1 : PLACE_NONE;
        if (group == PLACE_NONE || !can_join(f, group_of, group, n))
            group = open_group(f, n);
        group_of[n] = group + 1;
        last_with[input] = group + 1;
        NeuronGroup *members = &f->groups[group];
        ARENA_RESERVE(f->arena, members->members, members->count, members->capacity);
        members->members[members->count++] = n;
    }
    for (size_t i = 0; i < f->group_count; i++)
        find_curve(f, &f->groups[i]);
}

Findings fused_find(Arena *arena, const Tape *tape, uint32_t root) {
    Findings found = {.arena = arena, .tape = tape, .root = root};
    found.alias = ARENA_ARRAY(arena, uint32_t, tape->count);
    found.uses = ARENA_ARRAY(arena, uint32_t, tape->count);
    found.matters = fused_matters(arena, tape);
    found.part_of = ARENA_ARRAY(arena, uint32_t, tape->count);
    found.is_curve = ARENA_ARRAY(arena, bool, tape->count);
    found.group_at = ARENA_ARRAY(arena, uint32_t, tape->count);
    find_uses(&found);
    find_readers(&found);
    find_neurons(&found);
    find_groups(&found);
    fused_find_errors(&found);
    return found;
}
