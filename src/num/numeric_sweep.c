#include "num/numeric_sweep.h"

#include <float.h>
#include <math.h>

#include "num/kernel.h"

/* One operation as a function of one of its operands. */
typedef struct Partly {
    const Tape *tape;
    size_t place;
    size_t operand; /* 0 or 1 */
} Partly;

static bool has_two(const Tape *tape, size_t place) {
    return tape->kernels->backward_b[tape->codes[place]] != NULL;
}

static void run_partly(void *context, size_t count, const double *values, double *results) {
    const Partly *partly = context;
    const Tape *tape = partly->tape;
    const TapeReads reads = tape->reads[partly->place];
    const bool two = has_two(tape, partly->place);
    const size_t other = two ? reads.at[1 - partly->operand] : reads.at[0];
    double held[DIFFERENCES_MOST];
    for (size_t i = 0; i < count; i++)
        held[i] = tape->values[other];
    const double *rest = other == reads.at[partly->operand] ? values : held;
    tape->kernels->forward[tape->codes[partly->place]](count, results,
                                                       partly->operand ? rest : values,
                                                       !two              ? NULL
                                                       : partly->operand ? values
                                                                         : rest);
}

static bool is_constant(const Tape *tape, size_t place) {
    return tape->codes[place] == TAPE_GIVEN && tape->reads[place].at[1] == EXPR_NUMBER;
}

/* Hands back along one operand. */
static void hand_back(NumericSweep *sweep, Partly *partly) {
    const Tape *tape = partly->tape;
    const size_t k = partly->place, to = tape->reads[k].at[partly->operand];
    const double rounding = DBL_EPSILON * fabs(tape->values[k]);
    const Difference slope =
        difference_of(tape->values[to], tape->values[k], rounding, run_partly, partly);
    sweep->value[to] += sweep->value[k] * slope.value;
    sweep->error[to] += fabs(sweep->value[k]) * slope.error + fabs(slope.value) * sweep->error[k];
}

const NumericSweep *numeric_sweep(Arena *arena, const Tape *tape, size_t of, const bool *kinks) {
    if (tape->wide_count || tape->loop_count)
        return NULL;
    NumericSweep *sweep = ARENA_NEW(arena, NumericSweep);
    *sweep = (NumericSweep){ARENA_ARRAY(arena, double, tape->count),
                            ARENA_ARRAY(arena, double, tape->count),
                            ARENA_ARRAY(arena, bool, tape->count)};
    sweep->value[of] = 1;
    for (size_t k = of + 1; k-- > 0;) {
        if (tape->codes[k] == TAPE_GIVEN || sweep->value[k] == 0)
            continue; /* a slope of 0 hands nothing back */
        const size_t operands = has_two(tape, k) ? 2 : 1;
        for (size_t i = 0; i < operands; i++) {
            const size_t to = tape->reads[k].at[i];
            const bool again = i > 0 && to == tape->reads[k].at[0];
            if (again || is_constant(tape, to))
                continue;
            hand_back(sweep, &(Partly){tape, k, i});
            sweep->kinked[to] |= sweep->kinked[k] || (kinks && kinks[k]);
        }
    }
    return sweep;
}
