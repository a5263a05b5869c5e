#include "app/variant.h"

#include <math.h>
#include <string.h>

#include "app/teach.h"
#include "num/rng.h"

enum {
    ATTEMPTS = 24,
    CAUTIOUS = 16,     /* of them that leave ones alone, which are often a choice and no amount */
    LEAST_REACH = 3,   /* a number moves by up to so many units of its last digit, or by half */
    MOST_DECIMALS = 4, /* that a new number has */
    MOST_SETS = 20,    /* of the changes a lesson makes itself, the last ones: each is a replay */
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

/* One attempt at other numbers. */
typedef struct Attempt {
    Session *session;
    Rng rng;
    const bool *choices; /* names that are no amounts */
    bool cautious;
} Attempt;

/* Whether the leaf at `offset`, of this name, may have another value than this. */
static bool is_free(const Attempt *attempt, SymbolId s, size_t offset, double value) {
    const Scope *scope = &attempt->session->lesson->scope;
    bool param = scope_get(scope, s)->role == ROLE_PARAM;
    bool kept = !param && (value == 0 || (value == 1 && attempt->cautious));
    return !kept && !attempt->choices[s] && !is_row_entry(scope, offset);
}

static void vary_first_values(Attempt *attempt, double *leaves) {
    const Scope *scope = &attempt->session->lesson->scope;
    for (SymbolId s = 0; s < scope->count; s++) {
        const Symbol *symbol = scope_get(scope, s);
        bool fixed = symbol_is_leaf(symbol) && symbol->initial;
        for (size_t i = 0; fixed && i < symbol_entries(symbol); i++) {
            double *leaf = &leaves[symbol->offset + i];
            if (is_free(attempt, s, symbol->offset + i, *leaf))
                *leaf = number_near(&attempt->rng, *leaf);
        }
    }
}

/* The name whose entry a leaf is. */
static SymbolId symbol_at(const Scope *scope, size_t offset) {
    SymbolId s = 0;
    while (!symbol_is_leaf(scope_get(scope, s)) ||
           offset - scope_get(scope, s)->offset >= symbol_entries(scope_get(scope, s)))
        s++;
    return s;
}

/* The step with which the last MOST_SETS changes up to `position` begin. */
static size_t first_set(const Lesson *lesson, size_t position) {
    size_t step = position + 1, sets = 0;
    while (step > 0 && sets < MOST_SETS)
        sets += lesson->steps[--step].kind == STEP_SET;
    return step;
}

/* What the lesson itself sets on the way is changed where it is set. */
static void vary_set_values(Attempt *attempt, size_t position) {
    Session *session = attempt->session;
    for (size_t step = first_set(session->lesson, position); step <= position; step++) {
        if (session->lesson->steps[step].kind != STEP_SET)
            continue;
        size_t offset, count = leaf_entries(session, session->lesson->steps[step].target, &offset);
        SymbolId symbol = symbol_at(&session->lesson->scope, offset);
        double *values = ARENA_ARRAY(session->arena, double, count);
        session_goto(session, step);
        for (size_t i = 0; i < count; i++) {
            values[i] = session->present.model->leaves[offset + i];
            if (is_free(attempt, symbol, offset + i, values[i]))
                values[i] = number_near(&attempt->rng, values[i]);
        }
        Assignment *set = ARENA_NEW(session->arena, Assignment);
        *set = (Assignment){.offset = offset, .count = count, .values = values};
        session_edit(session, (Edit){.kind = EDIT_SET, .set = set});
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

/* The lesson with these first values, and none of the changes of the attempt before. */
static void begin_with(Session *session, const double *leaves) {
    session->edit_count = session->edit_total = 0;
    session_begin_with(session, leaves);
}

/* Numbers of this size are what rounding leaves of a zero; nobody should see them. */
static const double NOISE = 1e-12;

static bool has_noise(const Model *model) {
    for (SymbolId s = 0; s < model->scope->count; s++)
        for (size_t i = 0; i < symbol_entries(scope_get(model->scope, s)); i++) {
            double value = model_value(model, s)[i];
            if (value != 0 && fabs(value) < NOISE)
                return true;
        }
    return false;
}

/* The numbers of one attempt, and whether they give another answer. */
static bool attempt_numbers(Session *session, size_t position, uint64_t seed, int number,
                            double original) {
    Lesson *lesson = session->lesson;
    Arena scratch = {.recovery = session->arena->recovery};
    uint64_t drawn = seed + (uint64_t)number * 0x9E3779B97F4A7C15u;
    double *leaves = ARENA_ARRAY(&scratch, double, lesson->scope.leaf_entries);
    Attempt attempt = {.session = session,
                       .rng = rng_stream(drawn, "variant"),
                       .choices = find_choices(lesson, &scratch),
                       .cautious = number < CAUTIOUS};
    session->settings.seed_given = true;
    session->settings.seed = drawn;
    model_initial(&lesson->exprs, &lesson->scope, &scratch, drawn, leaves);
    vary_first_values(&attempt, leaves);
    begin_with(session, leaves);
    vary_set_values(&attempt, position);
    session_goto(session, position);
    Asked asked;
    bool other = teach_asked(session, &scratch, position, &asked) &&
                 is_another(asked.key.truth, original) && !has_noise(session->present.model);
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
    for (int i = 0; i < ATTEMPTS && !found && task_goes_on(&session->task, (size_t)i, ATTEMPTS);
         i++)
        found = attempt_numbers(session, position, seed, i, asked.key.truth);
    if (!found) {
        session->settings = settings;
        begin_with(session, original);
        session_goto(session, position);
    }
    arena_clear(&scratch);
    return found;
}
