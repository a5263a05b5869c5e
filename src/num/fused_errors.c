#include <string.h>

#include "num/fused_parts.h"

#define op_at(f, place) tape_op((f)->tape, (place))

static uint32_t operand(const Findings *f, uint32_t place, size_t i) {
    return f->alias[op_at(f, place)->operands[i]];
}

static bool is_number(const Findings *f, uint32_t place) {
    return op_at(f, place)->rows == 1 && op_at(f, place)->columns == 1;
}

static bool is_constant(const Findings *f, uint32_t place, double number) {
    return op_at(f, place)->kind == EXPR_NUMBER && op_at(f, place)->number == number;
}

/* Whether a number's only use is the operation that is looked at, so that it may become a part. */
static bool is_inner(const Findings *f, uint32_t place) {
    return f->uses[place] == 1 && is_number(f, place) && !f->part_of[place] && f->matters[place];
}

/* The operand of x/2 or 0.5·x; PLACE_NONE where it is neither. */
static uint32_t operand_of_half(const Findings *f, uint32_t place) {
    bool divides = op_at(f, place)->kind == EXPR_DIVIDE;
    if (!divides && op_at(f, place)->kind != EXPR_MULTIPLY)
        return PLACE_NONE;
    bool halves = is_constant(f, operand(f, place, divides), divides ? 2 : 0.5);
    return halves ? operand(f, place, !divides) : PLACE_NONE;
}

/* (a − b)², or half of it. */
static bool match_term(const Findings *f, uint32_t place, ErrorTerm *term) {
    *term = (ErrorTerm){.square = place, .half = PLACE_NONE};
    uint32_t halved = operand_of_half(f, place);
    if (halved != PLACE_NONE) {
        if (!is_inner(f, halved))
            return false;
        term->half = place;
        term->square = halved;
    }
    if (op_at(f, term->square)->kind != EXPR_POWER ||
        !is_constant(f, operand(f, term->square, 1), 2))
        return false;
    term->difference = operand(f, term->square, 0);
    if (!is_inner(f, term->difference) || op_at(f, term->difference)->kind != EXPR_SUBTRACT)
        return false;
    term->a = operand(f, term->difference, 0);
    term->b = operand(f, term->difference, 1);
    return is_number(f, term->a) && is_number(f, term->b) && term->a != term->b;
}

enum { MOST_ERRORS = 64 }; /* in one sum */

/* At most one more than MOST_ERRORS. */
static size_t count_terms(const Findings *f, uint32_t root) {
    size_t terms = 1;
    for (uint32_t at = root;
         terms <= MOST_ERRORS && op_at(f, at)->kind == EXPR_ADD && (at == root || is_inner(f, at));
         at = operand(f, at, 0))
        terms++;
    return terms;
}

/* Whether all terms are of one kind. */
static bool are_alike(const Findings *f, const ErrorGroup *group) {
    const ErrorTerm *first = &group->terms[0];
    for (size_t i = 1; i < group->count; i++) {
        const ErrorTerm *term = &group->terms[i];
        if ((term->half == PLACE_NONE) != (first->half == PLACE_NONE) ||
            f->matters[term->a] != group->matters_a || f->matters[term->b] != group->matters_b)
            return false;
    }
    return true;
}

/* Whether the adjoint of `value` is added up in the same order if the errors run all at once:
 * nothing else reads it between its error and the last. */
static bool keeps_order(const Findings *f, const ErrorGroup *group, uint32_t value,
                        uint32_t difference) {
    for (uint32_t r = f->first_reader[value + 1]; f->matters[value] && r-- > 0;) {
        if (f->readers[r] <= difference)
            return true;
        if (f->readers[r] < group->root)
            return false;
    }
    return true;
}

/* `terms` is room for MOST_ERRORS. */
static bool match_group(const Findings *f, uint32_t root, ErrorTerm *terms, ErrorGroup *group) {
    *group = (ErrorGroup){.root = root, .count = count_terms(f, root)};
    if (group->count > MOST_ERRORS)
        return false;
    group->terms = terms;
    uint32_t at = root;
    for (size_t i = group->count; i-- > 0; at = i ? operand(f, at, 0) : at) {
        uint32_t place = i ? operand(f, at, 1) : at;
        if ((place != root && !is_inner(f, place)) || !match_term(f, place, &group->terms[i]))
            return false;
        group->terms[i].sum = i ? at : PLACE_NONE;
    }
    group->matters_a = f->matters[group->terms[0].a];
    group->matters_b = f->matters[group->terms[0].b];
    bool ordered = are_alike(f, group);
    for (size_t i = 0; i < group->count && ordered; i++) {
        const ErrorTerm *term = &group->terms[i];
        ordered = keeps_order(f, group, term->a, term->difference) &&
                  keeps_order(f, group, term->b, term->difference);
    }
    return ordered;
}

static void mark_group(Findings *f, const ErrorGroup *group, uint32_t number) {
    for (size_t i = 0; i < group->count; i++) {
        const ErrorTerm *term = &group->terms[i];
        f->error_of[term->difference] = f->error_of[term->square] = number;
        if (term->half != PLACE_NONE)
            f->error_of[term->half] = number;
        if (term->sum != PLACE_NONE)
            f->error_of[term->sum] = number;
    }
}

/* From the last operation down, so that the whole of a sum is seen before its parts. */
void fused_find_errors(Findings *f) {
    f->error_of = ARENA_ARRAY(f->arena, uint32_t, f->tape->count);
    for (uint32_t k = (uint32_t)f->tape->count; k-- > 0;) {
        ErrorGroup group;
        ErrorTerm terms[MOST_ERRORS];
        if (f->error_of[k] || f->part_of[k] || !f->matters[k] || f->alias[k] != k ||
            !is_number(f, k) || op_at(f, k)->count != 2 || !match_group(f, k, terms, &group))
            continue;
        group.terms = ARENA_ARRAY(f->arena, ErrorTerm, group.count);
        memcpy(group.terms, terms, group.count * sizeof *terms);
        ARENA_RESERVE(f->arena, f->errors, f->error_count, f->error_capacity);
        f->errors[f->error_count++] = group;
        mark_group(f, &group, (uint32_t)f->error_count);
    }
}
