#include "num/differences.h"

#include <math.h>

/* Steps from the first on, each shorter than the one before. */
typedef struct Steps {
    double first, shrink;
    size_t levels;
    size_t trusted; /* the level from which on an estimate may be believed */
} Steps;

enum {
    QUICK_LEVELS = DIFFERENCES_QUICK / 2, /* above and below */
    QUICK_ATTEMPTS = 2,
    LEVELS = DIFFERENCES_MOST / 2,
    VALUES = DIFFERENCES_MOST,
    ATTEMPTS = 4
};

static double first_step(double at) {
    return fmax(fabs(at), 1) / 32;
}

/* Where the result jumps, two differences may be alike by chance: only the last estimate counts. */
static Steps quick_steps(double at, size_t attempt) {
    const double shorter = 8;
    return (Steps){first_step(at) / pow(shorter, (double)attempt), 2, QUICK_LEVELS,
                   QUICK_LEVELS - 1};
}

static Steps thorough_steps(double at, size_t attempt) {
    const double shorter = 64;
    return (Steps){first_step(at) / pow(shorter, (double)attempt), sqrt(2), LEVELS, 0};
}

/* The values to be given: above and below, for each step. */
static void put_steps(double at, Steps steps, double *values) {
    double step = steps.first;
    for (size_t i = 0; i < steps.levels; i++, step /= steps.shrink) {
        values[2 * i] = at + step;
        values[2 * i + 1] = at - step;
    }
}

/* The estimate with the smallest error is kept, in value and error. */
static Difference extrapolate(double at, Steps steps, const double *results, double rounding) {
    double table[LEVELS][LEVELS], step = steps.first;
    const double square = steps.shrink * steps.shrink;
    Difference best = {.value = NAN, .error = INFINITY};
    for (size_t i = 0; i < steps.levels; i++, step /= steps.shrink) {
        const double above = at + step, below = at - step;
        table[0][i] = (results[2 * i] - results[2 * i + 1]) / (above - below);
        if (i == 0)
            best.value = table[0][0];
        double factor = square;
        for (size_t j = 1; j <= i; j++, factor *= square) {
            table[j][i] = (table[j - 1][i] * factor - table[j - 1][i - 1]) / (factor - 1);
            double error =
                fmax(fabs(table[j][i] - table[j - 1][i]), fabs(table[j][i] - table[j - 1][i - 1]));
            error += rounding / (above - below);
            if (i >= steps.trusted && error < best.error) {
                best.error = error;
                best.value = table[j][i];
            }
        }
    }
    return best;
}

static double spot_value(const Nudge *nudge, size_t spot) {
    const size_t place = nudge->places[spot];
    return nudge->tape->values[tape_op(nudge->tape, place)->offset + nudge->entries[spot]];
}

static double result_value(const Nudge *nudge, size_t entry) {
    return nudge->tape->values[tape_op(nudge->tape, nudge->of)->offset + entry];
}

static size_t result_entries(const Nudge *nudge) {
    const TapeOp *op = tape_op(nudge->tape, nudge->of);
    return (size_t)op->rows * op->columns;
}

Difference difference_expected(double at, double result, double rounding) {
    const double shortest = first_step(at) / (1 << (QUICK_LEVELS - 1));
    return (Difference){.value = NAN,
                        .error = INFINITY,
                        .noise = rounding / (2 * shortest),
                        .scale = fabs(result) / fmax(fabs(at), 1.0 / 32)};
}

static void keep_better(Difference *found, Difference now) {
    if (now.error < found->error || isnan(found->value)) {
        found->error = now.error;
        found->value = now.value;
    }
}

/* Whether it is as exact as it can become. */
static bool has_settled(const Difference *difference) {
    const double good_enough = 1e-8;
    return difference->error <= good_enough * fabs(difference->value) +
                                    DIFFERENCE_ROUNDING * difference->scale + 2 * difference->noise;
}

/* How differences are taken: the steps of each attempt. */
typedef struct Manner {
    Steps (*steps)(double at, size_t attempt);
    size_t attempts, values; /* values: of each spot */
} Manner;

static const Manner quick = {quick_steps, QUICK_ATTEMPTS, DIFFERENCES_QUICK};
static const Manner thorough = {thorough_steps, ATTEMPTS, VALUES};

/* One attempt for all chosen spots that matter, into found[s]: their differences, by entry of the
 * result. What has settled stays. Returns whether all have. */
static bool attempt_all(Nudge *nudge, const Manner *manner, size_t attempt, double *values,
                        double *results, const double *rounding, Difference *const *found) {
    const size_t spots = nudge->spot_count, entries = result_entries(nudge);
    bool settled = true;
    for (size_t s = 0; s < spots; s++)
        if (nudge_matters(nudge, s))
            put_steps(spot_value(nudge, s), manner->steps(spot_value(nudge, s), attempt),
                      values + s * manner->values);
    nudge_run(nudge, manner->values, values, results);
    for (size_t s = 0; s < spots; s++)
        for (size_t i = 0; i < entries && nudge_matters(nudge, s); i++) {
            if (has_settled(&found[s][i]))
                continue;
            const double at = spot_value(nudge, s);
            keep_better(&found[s][i],
                        extrapolate(at, manner->steps(at, attempt),
                                    results + (i * spots + s) * manner->values, rounding[i]));
            settled = settled && has_settled(&found[s][i]);
        }
    return settled;
}

Difference difference_of(double at, double result, double rounding, DifferenceFunction *function,
                         void *context) {
    Difference found = difference_expected(at, result, rounding);
    double values[VALUES], results[VALUES];
    for (const Manner *manner = &quick;; manner = &thorough) {
        for (size_t attempt = 0; attempt < manner->attempts && !has_settled(&found); attempt++) {
            const Steps steps = manner->steps(at, attempt);
            put_steps(at, steps, values);
            function(context, manner->values, values, results);
            keep_better(&found, extrapolate(at, steps, results, rounding));
        }
        if (manner == &thorough)
            return found;
    }
}

static void take(Nudge *nudge, Arena *arena, const Manner *manner, const double *rounding,
                 Difference *const *found) {
    const size_t spots = nudge->spot_count, entries = result_entries(nudge);
    double *values = ARENA_ARRAY(arena, double, spots * manner->values);
    double *results = ARENA_ARRAY(arena, double, spots *entries * manner->values);
    bool settled = false;
    for (size_t attempt = 0; attempt < manner->attempts && !settled; attempt++)
        settled = attempt_all(nudge, manner, attempt, values, results, rounding, found);
}

void differences_quick(Nudge *nudge, Arena *arena, const double *rounding, Difference *found) {
    const size_t entries = result_entries(nudge);
    Difference *each[NUDGE_SPOTS];
    for (size_t s = 0; s < nudge->spot_count; s++) {
        each[s] = found + s * entries;
        for (size_t i = 0; i < entries; i++)
            each[s][i] =
                nudge_matters(nudge, s)
                    ? difference_expected(spot_value(nudge, s), result_value(nudge, i), rounding[i])
                    : (Difference){0};
    }
    take(nudge, arena, &quick, rounding, each);
}

void differences_thorough(Nudge *nudge, Arena *arena, const Spot *spots, size_t count,
                          const double *rounding, Difference *found) {
    const size_t entries = result_entries(nudge);
    Spot open[NUDGE_SPOTS];
    Difference *each[NUDGE_SPOTS];
    size_t left = 0;
    for (size_t s = 0; s < count; s++) {
        bool settled = true;
        for (size_t i = 0; i < entries; i++)
            settled = settled && has_settled(&found[s * entries + i]);
        if (settled)
            continue;
        open[left] = spots[s];
        each[left++] = found + s * entries;
    }
    for (size_t done = 0, taken; done < left; done += taken) {
        taken = nudge_choose(nudge, open + done, left - done, VALUES);
        take(nudge, arena, &thorough, rounding, each + done);
    }
}
