#include "app/variant.h"

#include <math.h>
#include <string.h>

#include "app/teach.h"
#include "num/rng.h"

enum {
    ATTEMPTS = 24,
    CAUTIOUS = 16,    /* of them that leave ones alone, which are often a choice and no amount */
    LEAST_REACH = 3,  /* a number moves by up to so many units of its last digit, or by half */
    MOST_DECIMALS = 4 /* that a new number has */
};

static const double OTHER_ANSWER = 0.05; /* relative: this far from the lesson's own */
static const double LEAST_ANSWER = 1e-6; /* smaller ones are no pleasure to work out */

/* --- Numbers ------------------------------------------------------------------------------------
 */

/* 10^decimals, for the digits that `value` has behind the point. */
static double units_of(double value) {
    double units = 1;
    for (int i = 0; i < MOST_DECIMALS; i++) {
        double scaled = value * units;
        if (fabs(scaled - round(scaled)) < 1e-9 * fmax(1, fabs(scaled)))
            break;
        units *= 10;
    }
    return units;
}

/* Another number near `value`, never that one. What lies between 0 and 1 stays there, so that it
 * can go on being a probability. */
static double number_near(Rng *rng, double value) {
    double units = value == 0 ? 10 : units_of(value), size = round(fabs(value) * units);
    double reach = fmax(LEAST_REACH, floor(size / 2));
    double change = 1 + floor(rng_unit(rng) * reach);
    bool down = rng_unit(rng) < 0.5;
    if (size - change < 1)
        down = false;
    if (fabs(value) > 0 && fabs(value) < 1 && size + change >= units)
        down = size > 1;
    if (down)
        change = fmin(change, size - 1);
    double near = (down ? size - change : size + change) / units;
    return value < 0 ? -near : near;
}

/* The names that choose an entry, as in onehot(class, 3): these are no amounts. */
static bool *find_choices(const Lesson *lesson, Arena *arena) {
    const Exprs *exprs = &lesson->exprs;
    bool *chooses = ARENA_ARRAY(arena, bool, exprs->count);
    bool *names = ARENA_ARRAY(arena, bool, lesson->scope.count);
    for (Expr e = (Expr)exprs->count - 1; e > 0; e--) {
        const ExprNode *node = expr_get(exprs, e);
        bool onehot = node->kind == EXPR_CALL && node->function == FUNCTION_ONEHOT;
        for (size_t i = 0; (onehot || chooses[e]) && i < node->count; i++)
            chooses[expr_operand(exprs, e, i)] = true;
        if (chooses[e] && node->kind == EXPR_NAME)
            names[node->symbol] = true;
    }
    return names;
}

static bool is_row_entry(const Scope *scope, size_t offset) {
    const DataTable *data = scope->data;
    return data && offset >= data->offset && offset < data->offset + data->width;
}

static void vary(const Lesson *lesson, Arena *arena, Rng *rng, bool cautious, double *leaves) {
    const bool *choices = find_choices(lesson, arena);
    for (SymbolId s = 0; s < lesson->scope.count; s++) {
        const Symbol *symbol = scope_get(&lesson->scope, s);
        bool fixed = symbol_is_leaf(symbol) && symbol->initial && !choices[s];
        bool param = symbol->role == ROLE_PARAM;
        for (size_t i = 0; fixed && i < symbol_entries(symbol); i++) {
            double *leaf = &leaves[symbol->offset + i];
            bool kept = !param && (*leaf == 0 || (*leaf == 1 && cautious));
            if (!kept && !is_row_entry(&lesson->scope, symbol->offset + i))
                *leaf = number_near(rng, *leaf);
        }
    }
}

/* --- Questions ----------------------------------------------------------------------------------
 */

static void shuffle_choices(Session *session, size_t position, uint64_t seed) {
    const Question *asked = session->lesson->steps[position].question;
    Question *question = ARENA_NEW(session->arena, Question);
    *question = *asked;
    question->choices = ARENA_ARRAY(session->arena, QuestionPart, asked->choice_count);
    Rng rng = rng_stream(seed, "choices");
    size_t count = asked->choice_count, shift = 1;
    if (count > 2)
        shift += (size_t)(rng_unit(&rng) * (double)(count - 1));
    for (size_t i = 0; i < count; i++)
        question->choices[(i + shift) % count] = asked->choices[i];
    for (size_t i = 0; i < session->lesson->step_count; i++) /* the answer speaks of them, too */
        if (session->lesson->steps[i].question == asked)
            session->lesson->steps[i].question = question;
}

static bool is_another(double truth, double original) {
    double size = fmax(fabs(truth), fabs(original));
    return isfinite(truth) && fabs(truth) >= LEAST_ANSWER &&
           fabs(truth - original) > OTHER_ANSWER * size;
}

/* The numbers of one attempt, and whether they give another answer. */
static bool attempt(Session *session, size_t position, uint64_t seed, int number, double original) {
    Lesson *lesson = session->lesson;
    Arena scratch = {.recovery = session->arena->recovery};
    uint64_t drawn = seed + (uint64_t)number * 0x9E3779B97F4A7C15u;
    double *leaves = ARENA_ARRAY(&scratch, double, lesson->scope.leaf_entries);
    Rng rng = rng_stream(drawn, "variant");
    session->settings.seed_given = true;
    session->settings.seed = drawn;
    model_initial(&lesson->exprs, &lesson->scope, &scratch, drawn, leaves);
    vary(lesson, &scratch, &rng, number < CAUTIOUS, leaves);
    session_begin_with(session, leaves);
    Asked asked;
    bool other =
        teach_asked(session, &scratch, position, &asked) && is_another(asked.truth, original);
    arena_clear(&scratch);
    return other;
}

bool variant_make(Session *session, size_t position, uint64_t seed) {
    Arena scratch = {.recovery = session->arena->recovery};
    Asked asked;
    session_goto(session, position);
    bool found = teach_asked(session, &scratch, position, &asked);
    if (!found || !asked.number) {
        if (found)
            shuffle_choices(session, position, seed);
        arena_clear(&scratch);
        return found;
    }
    size_t entries = session->lesson->scope.leaf_entries;
    double *original = ARENA_ARRAY(&scratch, double, entries);
    memcpy(original, session->initial, entries * sizeof *original);
    Settings settings = session->settings;
    found = false;
    for (int i = 0; i < ATTEMPTS && !found; i++)
        found = attempt(session, position, seed, i, asked.truth);
    if (!found) {
        session->settings = settings;
        session_begin_with(session, original);
    }
    arena_clear(&scratch);
    return found;
}
