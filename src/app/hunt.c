/* A hunt: which line is written wrongly, and how. */
#include "app/hunt.h"

#include <math.h>
#include <string.h>

#include "app/hunt_parts.h"
#include "base/str.h"
#include "lesson/mistakes.h"
#include "num/rng.h"
#include "view/math_text.h"

enum { MOST_TRIES = 50 }; /* derivations looked at to find one to hunt in */

/* ------------------------------------------------------------------------------ known mistakes */

/* The same number, but for the order in which it was computed. */
static const double SAME = 1e-9;

static bool is_named(const Slip *slip, const char *mistake) {
    for (size_t i = 0; i < sizeof slip->names / sizeof *slip->names; i++)
        if (slip->names[i] && str_equal(slip->names[i], mistake))
            return true;
    return false;
}

/* Whether two values of a line look different in the shown digits. */
static bool looks_different(const Explain *explain, const HuntLine *line, const double *a,
                            const double *b) {
    const char *first = math_line(explain->arena, explain_entries(explain, a, line->wrt), false);
    const char *second = math_line(explain->arena, explain_entries(explain, b, line->wrt), false);
    return !str_equal(first, second);
}

static bool are_finite(const double *values, size_t count) {
    for (size_t i = 0; i < count; i++)
        if (!isfinite(values[i]))
            return false;
    return true;
}

/* Whether all that stands in a line are numbers with names of their own, in one training row: then
 * the diagnosis of a wrong answer knows what each mistake would give. */
static bool can_be_diagnosed(const Exprs *exprs, const HuntLine *line) {
    for (size_t i = 0; i < line->term_count; i++) {
        const HuntTerm *term = &line->terms[i];
        if (!term->slope || term->over_rows || expr_get(exprs, term->user)->kind != EXPR_NAME ||
            expr_get(exprs, term->variable)->kind != EXPR_NAME)
            return false;
    }
    return true;
}

static Diagnosis diagnose_line(const Explain *explain, const HuntLine *line) {
    DiagnoseQuestion question = {.kind = line->kind == HUNT_LOCAL ? DIAGNOSE_LOCAL
                                                                  : DIAGNOSE_DERIVATIVE,
                                 .of = expr_get(explain->exprs, line->of)->symbol,
                                 .wrt = line->wrt};
    return diagnose_question(explain->model, explain->arena, question, 0);
}

/* The mistake that the diagnosis would name where this value is answered. */
static bool find_name(const Diagnosis *diagnosis, double value, Slip *slip) {
    for (size_t i = 0; i < diagnosis->count; i++) {
        const Candidate *candidate = &diagnosis->list[i];
        if (is_named(slip, strrchr(candidate->tag, ':') + 1) &&
            fabs(candidate->value - value) <= SAME * fabs(candidate->value)) {
            slip->tag = candidate->tag;
            slip->sentence = candidate->sentence;
            return true;
        }
    }
    return false;
}

/* The likeliest of a slip's names. */
static bool take_name(const Explain *explain, const HuntLine *line, Slip *slip) {
    if (!slip->names[0])
        return false;
    slip->tag =
        arena_format(explain->arena, "%s:%s", explain_typed(explain, line->wrt), slip->names[0]);
    slip->sentence = mistakes_sentence(slip->names[0]);
    return true;
}

/* Leaves only the slips of a line that are known mistakes, and can be seen. */
static void keep_mistakes(Hunter *hunter, size_t number) {
    const Explain *explain = hunter->explain;
    const HuntLine *line = &hunter->hunt.lines[number];
    Diagnosis diagnosis = {.count = 0};
    bool diagnosed = can_be_diagnosed(explain->exprs, line);
    if (diagnosed)
        diagnosis = diagnose_line(explain, line);
    size_t kept = 0;
    hunter_find_slips(hunter, line);
    for (size_t i = 0; i < hunter->slip_count; i++) {
        Slip slip = hunter->slips[i];
        const double *values = hunter_evaluate(hunter, number, &slip.written);
        const double *present = hunter_present(hunter, line, values);
        if (!are_finite(values, line->rows * line->entries) ||
            !looks_different(explain, line, present, line->value))
            continue;
        if (diagnosed && !slip.named ? find_name(&diagnosis, *present, &slip)
                                     : take_name(explain, line, &slip))
            hunter->slips[kept++] = slip;
    }
    hunter->slip_count = kept;
}

/* ------------------------------------------------------------------------------ the choice */

static size_t draw(Rng *rng, size_t count) {
    return (size_t)(rng_next(rng) % count);
}

/* The numbers 0 … count − 1 in an order of chance. */
static size_t *shuffle(Arena *arena, Rng *rng, size_t count) {
    size_t *order = ARENA_ARRAY(arena, size_t, count);
    for (size_t i = 0; i < count; i++) {
        size_t other = draw(rng, i + 1);
        order[i] = order[other];
        order[other] = i;
    }
    return order;
}

/* Which slip of a line: first which mistake, so that one with many places is no likelier. */
static const Slip *draw_slip(const Hunter *hunter, Rng *rng) {
    Arena *arena = hunter->explain->arena;
    const Slip **one_each = ARENA_ARRAY(arena, const Slip *, hunter->slip_count);
    const Slip **same = ARENA_ARRAY(arena, const Slip *, hunter->slip_count);
    size_t tags = 0, count = 0;
    for (size_t i = 0; i < hunter->slip_count; i++) {
        size_t earlier = 0;
        while (earlier < tags && !str_equal(one_each[earlier]->tag, hunter->slips[i].tag))
            earlier++;
        if (earlier == tags)
            one_each[tags++] = &hunter->slips[i];
    }
    const char *tag = one_each[draw(rng, tags)]->tag;
    for (size_t i = 0; i < hunter->slip_count; i++)
        if (str_equal(hunter->slips[i].tag, tag))
            same[count++] = &hunter->slips[i];
    return same[draw(rng, count)];
}

static void write_slip(Hunter *hunter, size_t line, const Slip *slip) {
    Hunt *hunt = &hunter->hunt;
    hunt->wrong = line;
    hunt->tag = slip->tag;
    hunt->sentence = slip->sentence;
    hunt->edge = slip->edge;
    hunt->right_value = hunt->lines[line].value;
    hunt->lines[line].right = hunt->lines[line].written;
    hunt->lines[line].written = slip->written;
    hunter_work_out(hunter, line);
}

/* Each line is as likely as any other, where it can be written wrongly at all. */
static void hide_mistake(Hunter *hunter) {
    Hunt *hunt = &hunter->hunt;
    Rng rng = rng_stream(hunter->plan->seed, "hunt");
    size_t *order = shuffle(hunter->explain->arena, &rng, hunt->count);
    for (size_t i = 0; i < hunt->count; i++) {
        keep_mistakes(hunter, order[i]);
        if (hunter->slip_count) {
            write_slip(hunter, order[i], draw_slip(hunter, &rng));
            return;
        }
    }
    hunter_refuse(hunter, "no known mistake would show in this derivation");
}

/* The present training row as the data have it, whatever the student has set in it: with the other
 * rows it adds up to the result. */
static const Model *model_of_row(const Explain *explain) {
    Model *model = model_copy(explain->model, explain->arena);
    model_load_row(model, model->row);
    model_forward(model);
    return model;
}

Hunt hunt_new(const Explain *explain, const HuntPlan *plan) {
    Explain here = *explain;
    const DataTable *data = explain->scope->data;
    bool rows = data && !explain->lesson->graph->by_row[plan->of];
    if (rows)
        here.model = model_of_row(explain);
    Hunter hunter = {.explain = &here, .plan = plan, .rows = rows ? data->rows : 0};
    hunter.hunt.model = here.model;
    hunter_add_lines(&hunter);
    if (!hunter.hunt.problem)
        hunter.hunt.updated = hunter_updated_leaves(&hunter);
    hunter_work_out(&hunter, 0);
    if (!hunter.hunt.problem)
        hide_mistake(&hunter);
    return hunter.hunt;
}

/* ------------------------------------------------------------------------------ any of them */

/* An entry of a matrix by chance, or now and then the matrix. */
static Expr draw_variable(const Explain *explain, Rng *rng, SymbolId symbol) {
    size_t entries = symbol_entries(scope_get(explain->scope, symbol));
    size_t drawn = draw(rng, entries + 1);
    return entries == 1 || drawn == entries ? scope_expr(explain->scope, explain->exprs, symbol)
                                            : explain_entry(explain, symbol, drawn);
}

/* Something that can be changed, and the result it is differentiated for. */
static bool can_be_asked(const Explain *explain, Rng *rng, SymbolId symbol, HuntPlan *plan) {
    const Symbol *found = scope_get(explain->scope, symbol);
    plan->of =
        lesson_default_result(explain->lesson, explain->arena, symbol, explain->scope->count);
    if (!symbol_is_leaf(found) || found->role == ROLE_TARGET || plan->of == SYMBOL_NONE)
        return false;
    plan->wrt = draw_variable(explain, rng, symbol);
    return symbol_entries(scope_get(explain->scope, plan->of)) == 1;
}

Hunt hunt_choose(const Explain *explain, HuntPlan *plan) {
    Rng rng = rng_stream(plan->seed, "hunt what");
    size_t names = explain->scope->count;
    size_t *order = shuffle(explain->arena, &rng, names + 1);
    Hunt hunt = {.problem = "there is no derivation of a number in this lesson to hunt in"};
    for (size_t i = 0, tries = 0; i <= names && tries < MOST_TRIES && hunt.problem; i++) {
        HuntPlan tried = {.seed = plan->seed};
        bool whole = order[i] == names;
        if (whole)
            tried.of = lesson_default_result(explain->lesson, explain->arena, SYMBOL_NONE,
                                             explain->scope->count);
        bool asked = whole ? tried.of != SYMBOL_NONE
                           : can_be_asked(explain, &rng, (SymbolId)order[i], &tried);
        tries += asked;
        Hunt found = asked ? hunt_new(explain, &tried) : hunt;
        if (!found.problem) {
            *plan = tried;
            hunt = found;
        }
    }
    return hunt;
}
