#include "lesson/diagnose.h"

#include <math.h>
#include <string.h>

#include "base/number.h"
#include "base/str.h"
#include "lesson/mistakes.h"
#include "num/unroll.h"

/* What is computed by hand with four digits lies this near, in parts of the tolerance; and mistakes
 * that are not so many times further apart cannot be told from each other. */
static const double SLACK = 0.1, APART = 3;

/* From an answer typed more coarsely nothing is concluded, unless it is exact: relative to the
 * value that a mistake gives, and to its distance from the right one. */
static const double COARSEST = 0.005, COARSEST_PART = 0.25;

/* Two digits are enough for mistakes that are made often. */
static const double COARSEST_OFTEN = 0.05;

static const double EXACT = 1e-9;

/* ------------------------------------------------------------------------------ the question */

SymbolId diagnose_symbol(const Model *model, Expr wrt, size_t *entry) {
    const ExprNode *node = expr_get(model->exprs, wrt);
    *entry = 0;
    if (node->kind == EXPR_NAME)
        return node->symbol;
    const ExprNode *name = expr_get(model->exprs, expr_operand(model->exprs, wrt, 0));
    *entry = (size_t)(node->at.row - 1) * name->columns + node->at.column - 1;
    return name->symbol;
}

static const char *subject_of(const Model *model, Arena *arena, const DiagnoseQuestion *question) {
    if (question->kind == DIAGNOSE_VALUE)
        return scope_get(model->scope, question->of)->name;
    return scope_typed(model->scope, model->exprs, arena, question->wrt);
}

static double local_partial(const Model *model, Arena *arena, const DiagnoseQuestion *question) {
    const Graph *graph = model->graph;
    size_t entry;
    SymbolId from = diagnose_symbol(model, question->wrt, &entry);
    for (size_t e = graph->first_in[question->of]; e < graph->first_in[question->of + 1]; e++)
        if (graph->edges[e].from == from && graph->edges[e].partial)
            return model_evaluate(model, arena, graph->edges[e].partial)[entry];
    return 0;
}

/* The derivative that the question is about; 0 for a value. */
static double derivative_of(const Model *model, Arena *arena, const DiagnoseQuestion *question) {
    if (question->kind == DIAGNOSE_VALUE)
        return 0;
    if (question->along)
        return question->along_value;
    if (question->kind == DIAGNOSE_LOCAL)
        return local_partial(model, arena, question);
    Expr of = scope_expr(model->scope, model->exprs, question->of);
    return *model_evaluate(model, arena, expr_derivative(model->exprs, of, question->wrt));
}

static bool is_number(const Model *model, SymbolId symbol) {
    return symbol_entries(scope_get(model->scope, symbol)) == 1;
}

static bool has_matrices(const Model *model) {
    for (SymbolId s = 0; s < model->scope->count; s++)
        if (!is_number(model, s))
            return true;
    return false;
}

/* The edges between the entries of names between which a marked edge leads. */
static const bool *take_apart_edges(const Model *model, const Unrolled *unrolled, Arena *arena,
                                    const bool *along) {
    const Graph *whole = model->graph, *parts = unrolled->model->graph;
    SymbolId *origin = ARENA_ARRAY(arena, SymbolId, unrolled->model->scope->count);
    bool *found = ARENA_ARRAY(arena, bool, parts->edge_count);
    for (SymbolId s = 0; s < model->scope->count; s++)
        for (size_t i = 0; i < symbol_entries(scope_get(model->scope, s)); i++)
            origin[unrolled->first[s] + i] = s;
    for (size_t p = 0; p < parts->edge_count; p++) {
        SymbolId to = origin[parts->edges[p].to], from = origin[parts->edges[p].from];
        for (size_t e = whole->first_in[to]; e < whole->first_in[to + 1]; e++)
            found[p] = found[p] || (along[e] && whole->edges[e].from == from);
    }
    return found;
}

/* The same question about numbers alone, where the model can be taken apart. */
static const Model *take_apart(const Model *model, Arena *arena, DiagnoseQuestion *question) {
    Unrolled unrolled;
    if (!has_matrices(model) || !unroll_model(model, arena, &unrolled))
        return model;
    if (question->kind != DIAGNOSE_VALUE) {
        size_t entry;
        SymbolId symbol = diagnose_symbol(model, question->wrt, &entry);
        question->wrt = scope_expr(unrolled.model->scope, unrolled.model->exprs,
                                   unrolled.first[symbol] + (SymbolId)entry);
    }
    if (question->along)
        question->along = take_apart_edges(model, &unrolled, arena, question->along);
    question->of = unrolled.first[question->of] + (SymbolId)question->of_entry;
    question->of_entry = 0;
    return unrolled.model;
}

Diagnosis diagnose_question(const Model *model, Arena *arena, DiagnoseQuestion question,
                            double tolerance) {
    model = take_apart(model, arena, &question);
    if (!is_number(model, question.of))
        return (Diagnosis){.arena = arena, .key.truth = NAN};
    Diagnosis diagnosis = {.arena = arena, .subject = subject_of(model, arena, &question)};
    double derivative = derivative_of(model, arena, &question), step = model->rate * derivative;
    diagnosis.key = (AnswerKey){derivative, tolerance > 0 ? tolerance : ANSWER_TOLERANCE, 0};
    if (question.kind == DIAGNOSE_VALUE)
        diagnosis.key.truth = *model_value(model, question.of);
    if (question.kind == DIAGNOSE_UPDATE) {
        diagnosis.key.truth = *model_evaluate(model, arena, question.wrt) - step;
        diagnosis.key.change = -step;
    }
    diagnosis.slack = SLACK * diagnosis.key.tolerance;
    mistakes_collect(model, &diagnosis, question, derivative);
    return diagnosis;
}

void diagnose_add(Diagnosis *diagnosis, const char *mistake, Candidate candidate) {
    if (!isfinite(candidate.value) || answer_is_within(&diagnosis->key, candidate.value))
        return;
    candidate.tag = arena_format(diagnosis->arena, "%s:%s", diagnosis->subject, mistake);
    ARENA_RESERVE(diagnosis->arena, diagnosis->list, diagnosis->count, diagnosis->capacity);
    diagnosis->list[diagnosis->count++] = candidate;
}

static bool explains(const Candidate *candidate, double value) {
    return fabs(candidate->value - value) <= EXACT * fabs(value);
}

/* Forgets the candidates with a value that is explained better. */
static void drop_value(Diagnosis *diagnosis, double value) {
    size_t kept = 0;
    for (size_t i = 0; i < diagnosis->count; i++)
        if (!explains(&diagnosis->list[i], value))
            diagnosis->list[kept++] = diagnosis->list[i];
    diagnosis->count = kept;
}

static bool is_explained(const Diagnosis *diagnosis, double value) {
    for (size_t i = 0; i < diagnosis->count; i++)
        if (explains(&diagnosis->list[i], value))
            return true;
    return false;
}

static const char *entry_text(Arena *arena, size_t columns, size_t i) {
    return columns == 1
               ? arena_format(arena, "number %zu", i + 1)
               : arena_format(arena, "row %zu, column %zu", i / columns + 1, i % columns + 1);
}

enum { MOST_ENTRIES = 64 }; /* beyond, so many numbers lie about that a match says nothing */

void diagnose_add_entries(Diagnosis *diagnosis, const double *entries, size_t rows, size_t columns,
                          size_t entry) {
    size_t row = entry / columns, column = entry % columns;
    size_t swapped = rows == columns ? column * columns + row : entry;
    if (rows * columns > MOST_ENTRIES)
        return;
    if (swapped != entry) {
        double value = entries[swapped];
        drop_value(diagnosis, value);
        diagnose_add(diagnosis, "transposed",
                     (Candidate){.sentence = "Row and column are swapped: the row comes first",
                                 .value = value,
                                 .scale = fabs(value)});
    }
    for (size_t i = 0; i < rows * columns; i++)
        if (i != entry && !is_explained(diagnosis, entries[i]))
            diagnose_add(diagnosis, "other-entry",
                         (Candidate){.sentence = "This is another entry",
                                     .place = entry_text(diagnosis->arena, columns, i),
                                     .value = entries[i],
                                     .scale = fabs(entries[i])});
}

void diagnose_add_old_value(Diagnosis *diagnosis, double value) {
    diagnose_add(
        diagnosis, "old-value",
        (Candidate){.sentence = "This is the old value: what it is made of has changed since",
                    .value = value,
                    .scale = fabs(value),
                    .copied = true,
                    .odds = MISTAKE_OFTEN});
}

bool diagnose_is_author(const Candidate *candidate) {
    return strstr(candidate->tag, ":author-") != NULL;
}

void diagnose_add_author(Diagnosis *diagnosis, const char *sentence, double value) {
    size_t authors = 1;
    for (size_t i = 0; i < diagnosis->count; i++)
        authors += diagnose_is_author(&diagnosis->list[i]);
    drop_value(diagnosis, value);
    diagnose_add(
        diagnosis, arena_format(diagnosis->arena, "author-%zu", authors),
        (Candidate){
            .sentence = sentence, .value = value, .scale = fabs(value), .odds = MISTAKE_OFTEN});
}

/* ------------------------------------------------------------------------------ the answer */

/* Whether the answer lies within so many slacks of a candidate, its own rounding aside. */
static bool lies_at(const Diagnosis *diagnosis, const Answer *answer, const Candidate *candidate,
                    double slacks) {
    double allowed = slacks * diagnosis->slack * candidate->scale + EXACT * fabs(candidate->value);
    return fabs(answer->value - candidate->value) <= answer->resolution + allowed;
}

static bool hits(const Diagnosis *diagnosis, const Answer *answer, const Candidate *candidate) {
    double value = candidate->value, distance = fabs(value - diagnosis->key.truth);
    if (fabs(answer->value - value) <= EXACT * fabs(value))
        return true;
    double coarsest = candidate->odds == MISTAKE_OFTEN ? COARSEST_OFTEN : COARSEST;
    bool fine = answer->resolution <= coarsest * fabs(value) &&
                answer->resolution <= COARSEST_PART * distance;
    return fine && lies_at(diagnosis, answer, candidate, 1);
}

/* In which place it was made is said only where that is sure, too. */
static const char *describe(Arena *arena, const Candidate *candidate, bool sure) {
    size_t length = strlen(candidate->sentence);
    bool ended = length && strchr(".!?", candidate->sentence[length - 1]);
    if (sure && candidate->place)
        return arena_format(arena, "%s: %s.", candidate->sentence, candidate->place);
    return arena_format(arena, "%s%s", candidate->sentence, ended ? "" : ".");
}

/* Whether a number is typed as it stands: 0.4 is, and 0.4000 is one rounded to four digits. So is
 * what was not typed as a number. */
static bool is_copy(const Answer *answer, double value) {
    char text[NUMBER_SIZE];
    if (!answer->digits)
        return true;
    number_format(value, answer->digits, text);
    size_t digits = 0;
    for (const char *c = text; *c && *c != 'e'; c++)
        digits += *c != '.' && *c != '-' && (digits || *c != '0');
    return digits >= (size_t)answer->digits;
}

/* Whether a mistake gives the very number typed, and is likely to: 2 is 2 before it is 2.5 rounded,
 * and 1.5 before it is 1.496. */
static bool is_exact(const Diagnosis *diagnosis, const Candidate *candidate, const Answer *answer) {
    double distance = fabs(candidate->value - diagnosis->key.truth);
    bool fine = answer->resolution <= COARSEST_PART * distance;
    return fabs(candidate->value - answer->value) <= EXACT * fabs(answer->value) &&
           (diagnose_is_author(candidate) || (candidate->copied && fine) ||
            is_copy(answer, candidate->value));
}

/* Whether a mistake that is made often gives just this number. */
static bool is_made_often(const Diagnosis *diagnosis, const Answer *answer) {
    for (size_t i = 0; i < diagnosis->count; i++)
        if (diagnosis->list[i].odds == MISTAKE_OFTEN &&
            hits(diagnosis, answer, &diagnosis->list[i]))
            return true;
    return false;
}

bool diagnose_has_near(const Diagnosis *diagnosis, size_t count, double value) {
    const Answer answer = {.value = value};
    for (size_t i = 0; i < count; i++)
        if (lies_at(diagnosis, &answer, &diagnosis->list[i], APART))
            return true;
    return false;
}

/* The mistakes near an answer, each tag once; of more than two the number alone is of use. */
typedef struct Near {
    const Candidate *mistakes[2];
    size_t count, candidates; /* different ones; with those of the same tag */
    bool all_hit, hit;        /* whether they give the number; one of them does */
} Near;

static void add_near(Near *near, const Candidate *candidate, bool hit) {
    bool other = !near->count || !str_equal(near->mistakes[0]->tag, candidate->tag);
    near->candidates++;
    near->hit = near->hit || hit;
    near->all_hit = (near->all_hit || near->candidates == 1) && (hit || !other);
    if (other && near->count < 2)
        near->mistakes[near->count] = candidate;
    near->count += other;
}

/* Those that give the very number, or all that lie near it. */
static Near find_near(const Diagnosis *diagnosis, const Answer *answer, bool exact) {
    Near near = {0};
    bool often = is_made_often(diagnosis, answer);
    for (size_t i = 0; i < diagnosis->count; i++) {
        const Candidate *candidate = &diagnosis->list[i];
        bool unlikely = often && candidate->odds == MISTAKE_RARE;
        if (exact ? is_exact(diagnosis, candidate, answer)
                  : !unlikely && lies_at(diagnosis, answer, candidate, APART))
            add_near(&near, candidate, exact || hits(diagnosis, answer, candidate));
    }
    return near;
}

bool diagnose_gives(const Diagnosis *diagnosis, const Answer *answer, bool author) {
    for (size_t i = 0; i < diagnosis->count; i++)
        if (is_exact(diagnosis, &diagnosis->list[i], answer) &&
            (!author || diagnose_is_author(&diagnosis->list[i])))
            return true;
    return false;
}

/* That the sign alone is wrong can be said wherever it came from; NULL where it is not so. */
static const char *turned_sign(const Diagnosis *diagnosis, const Answer *answer) {
    const char *tag = arena_format(diagnosis->arena, "%s:sign", diagnosis->subject);
    bool turned = answer_is_within(&diagnosis->key, -answer->value);
    for (size_t i = 0; i < diagnosis->count; i++)
        if (str_equal(diagnosis->list[i].tag, tag) &&
            (turned || hits(diagnosis, answer, &diagnosis->list[i])))
            return describe(diagnosis->arena, &diagnosis->list[i], false);
    return NULL;
}

Finding diagnose_answer(const Diagnosis *diagnosis, const Answer *answer) {
    Near near = find_near(diagnosis, answer, false);
    if (near.count > 1) {
        Near exact = find_near(diagnosis, answer, true);
        near = exact.count && exact.count <= 2 ? exact : near;
    }
    const Candidate *first = near.mistakes[0];
    if (near.count == 2 && near.all_hit)
        return (Finding){.mistakes = 2,
                         .either = {describe(diagnosis->arena, first, false),
                                    describe(diagnosis->arena, near.mistakes[1], false)}};
    if (near.count != 1 || !near.hit)
        return (Finding){.sentence = turned_sign(diagnosis, answer),
                         .mistakes = near.hit || near.count > 1 ? near.count : 0};
    return (Finding){.tag = first->tag,
                     .sentence = describe(diagnosis->arena, first, near.candidates == 1),
                     .written = first->sentence,
                     .mistakes = 1};
}

static bool is_listed(const ClosePair *pairs, size_t count, const Candidate *a,
                      const Candidate *b) {
    for (size_t i = 0; i < count; i++)
        if (str_equal(pairs[i].first->tag, a->tag) && str_equal(pairs[i].second->tag, b->tag))
            return true;
    return false;
}

size_t diagnose_close_pairs(const Diagnosis *diagnosis, ClosePair **pairs) {
    size_t count = 0, capacity = 0;
    *pairs = NULL;
    for (size_t i = 0; i < diagnosis->count; i++) {
        const Candidate *a = &diagnosis->list[i];
        Answer typed = {.value = a->value};
        for (size_t j = i + 1; j < diagnosis->count; j++) {
            const Candidate *b = &diagnosis->list[j];
            if (str_equal(a->tag, b->tag) || !lies_at(diagnosis, &typed, b, APART) ||
                is_listed(*pairs, count, a, b))
                continue;
            ARENA_RESERVE(diagnosis->arena, *pairs, count, capacity);
            (*pairs)[count++] = (ClosePair){a, b};
        }
    }
    return count;
}
