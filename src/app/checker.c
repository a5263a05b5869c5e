#include "app/checker.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/explain.h"
#include "app/load.h"
#include "app/state.h"
#include "app/teach.h"
#include "base/number.h"
#include "base/str.h"
#include "base/utf8.h"
#include "expr/parts.h"
#include "lesson/answer.h"
#include "lesson/lint.h"
#include "num/verify.h"
#include "view/card_text.h"
#include "view/code.h"
#include "view/math_text.h"

typedef struct Checker {
    Session *session;
    Lesson *lesson;
    Diags *diags;
    CheckReport *report;
    Task task;
    size_t done, total; /* parts of the work: steps, and names */
    bool ranged;        /* a value out of range was told of: the first is enough */
} Checker;

enum { PERCENT = 100 };

/* After each part, or so many percent of one. */
static bool goes_on_in(Checker *checker, size_t percent) {
    CheckReport *report = checker->report;
    report->stopped =
        report->stopped ||
        !task_goes_on(&checker->task, checker->done * PERCENT + percent, checker->total * PERCENT);
    return !report->stopped;
}

static bool goes_on(Checker *checker) {
    return goes_on_in(checker, 0);
}

static bool goes_on_training(void *context, const TrainMoment *moment) {
    return goes_on_in(context, moment->epoch * PERCENT / (moment->epochs ? moment->epochs : 1));
}

/* Where nothing is written about precision, two formulas must agree to this. */
static const double FORMULA_TOLERANCE = 1e-9;

static bool entry_holds(const Expectation *expectation, size_t i, double left, double right) {
    if (expectation->kind == EXPECT_LESS)
        return left < right;
    if (expectation->kind == EXPECT_GREATER)
        return left > right;
    if (expectation->distance > 0)
        return fabs(left - right) <= expectation->distance;
    if (expectation->within > 0)
        return fabs(left - right) <= expectation->within * fabs(right);
    if (expectation->digits)
        return number_rounds_to(left, expectation->digits[i]);
    return left == right || fabs(left - right) <= FORMULA_TOLERANCE * fmax(fabs(left), fabs(right));
}

/* What differs by less was rounded, not computed wrongly. */
static const double NEAR = 0.01;

/* Further off than this, as a share of the larger of 1 and what was expected, a training ran away.
 */
static const double RAN_AWAY = 1e6;

enum { MORE_DIGITS = 4 };

/* A value as it is told beside an expected one: with some more digits than were written there. */
static void format_found(const Expectation *expectation, size_t entry, double value,
                         char text[NUMBER_SIZE]) {
    const char *written = expectation->digits ? expectation->digits[entry] : "";
    int digits = 0;
    for (; *written && *written != 'e' && *written != 'E'; written++)
        digits += *written >= '0' && *written <= '9';
    char rounded[NUMBER_SIZE];
    snprintf(rounded, sizeof rounded, "%.*g", digits + MORE_DIGITS, value);
    number_shortest(expectation->digits ? strtod(rounded, NULL) : value, text);
}

enum { WRITTEN_ENTRIES = 12 }; /* of a matrix that is written out */

/* The values as a lesson would have them: 0.5, [1, 2], [[1, 2], [3, 4]]; of a large matrix the one
 * entry. */
static const char *write_values(Arena *arena, const ExprNode *shape, const double *values,
                                size_t entry) {
    size_t columns = shape->columns, count = shape->rows * columns;
    bool all = count > 1 && count <= WRITTEN_ENTRIES, by_rows = all && columns > 1;
    Buffer text = {.arena = arena};
    buffer_add(&text, by_rows ? "[[" : all ? "[" : "");
    for (size_t i = all ? 0 : entry; i < (all ? count : entry + 1); i++) {
        char number[NUMBER_SIZE];
        number_format(values[i], NUMBER_DEFAULT_DIGITS, number);
        buffer_format(&text, "%s%s",
                      !all || i == 0                ? ""
                      : by_rows && i % columns == 0 ? "], ["
                                                    : ", ",
                      number);
    }
    buffer_add(&text, by_rows ? "]]" : all ? "]" : "");
    return text.text;
}

/* What to write where the values on the left are other ones than expected; or NULL. */
static const char *suggest_expectation(const Expectation *expectation, Arena *arena, double left,
                                       double right, const char *values) {
    bool plain = expectation->digits && expectation->kind == EXPECT_EQUAL &&
                 !expectation->printed && expectation->within == 0 && expectation->distance == 0;
    if (!(fabs(left) <= RAN_AWAY * fmax(1, fabs(right))))
        return "if a training led here, try a smaller learning rate";
    if (plain && fabs(left - right) <= NEAR * fmax(fabs(left), fabs(right)))
        return arena_format(arena, "all digits written must be right: write %s, or add within 1%%",
                            values);
    return plain ? arena_format(arena,
                                "if the formulas are as you mean them, write %s; what a source "
                                "prints instead stands behind `printed`",
                                values)
                 : NULL;
}

/* The entry, counted by rows from 0, as it is told: w of [w, y], p[1] of p, a number itself. */
static Expr expression_entry(Exprs *exprs, Expr expr, size_t i) {
    const ExprNode *node = expr_get(exprs, expr);
    size_t columns = node->columns;
    if (node->rows * columns == 1)
        return expr;
    return node->kind == EXPR_MATRIX
               ? expr_operand(exprs, expr, i)
               : expr_index(exprs, expr, (uint32_t)(i / columns + 1), (uint32_t)(i % columns + 1));
}

/* Reports the first entry, by rows, that is not as it was expected. */
static void check_entries(Checker *checker, const Expectation *expectation, Arena *scratch,
                          const double *left, const double *right) {
    static const char *const signs[] = {"=", "<", ">"};
    Lesson *lesson = checker->lesson;
    const ExprNode shape = *expr_get(&lesson->exprs, expectation->left);
    size_t count = (size_t)shape.rows * shape.columns, i = 0;
    while (i < count && entry_holds(expectation, i, left[i], right[i]))
        i++;
    if (i == count)
        return;
    char expected[NUMBER_SIZE], found[NUMBER_SIZE];
    number_shortest(right[i], expected);
    format_found(expectation, i, left[i], found);
    Expr entry = expression_entry(&lesson->exprs, expectation->left, i);
    MathStyle style = {.digits = NUMBER_DEFAULT_DIGITS, .lit = SYMBOL_NONE};
    const Math *formula = math_expr(scratch, &lesson->exprs, &lesson->scope, entry, style);
    diag_add(checker->diags, expectation->line, expectation->column, expectation->width,
             suggest_expectation(expectation, scratch, left[i], right[i],
                                 write_values(scratch, &shape, left, i)),
             "this does not hold: expected %s %s %s, and it is %s",
             math_line(scratch, formula, false), signs[expectation->kind], expected, found);
}

static const double TIE = 1e-9;

/* A slip that is none would be a footnote that is wrong itself. */
static void check_printed(Checker *checker, const Expectation *expectation, double left) {
    double printed;
    bool number = expectation->printed &&
                  number_parse(expectation->printed, &printed) == strlen(expectation->printed);
    double slack = TIE * fabs(left); /* a value halfway between is no slip's excuse */
    if (number && number_rounds_to(left - slack, expectation->printed) &&
        number_rounds_to(left + slack, expectation->printed))
        diag_add(checker->diags, expectation->line, expectation->column, expectation->width,
                 "leave `printed` out", "the source is right: the value rounds to %s",
                 expectation->printed);
}

static void check_expectation(Checker *checker, const Expectation *expectation,
                              const Model *model) {
    Arena scratch = {.recovery = checker->lesson->arena->recovery};
    const double *left = model_evaluate(model, &scratch, expectation->left);
    const double *right = model_evaluate(model, &scratch, expectation->right);
    checker->report->expectations++;
    check_entries(checker, expectation, &scratch, left, right);
    check_printed(checker, expectation, left[0]);
    arena_clear(&scratch);
}

/* A mistake whose number a later one gives, too, with other words: the later one is told. */
static void warn_of_unsaid(Checker *checker, const Question *question, size_t i,
                           const Model *model) {
    Arena scratch = {.recovery = checker->lesson->arena->recovery};
    const QuestionPart *mistake = &question->mistakes[i];
    double value = *model_evaluate(model, &scratch, mistake->answer);
    for (size_t j = i + 1; j < question->mistake_count; j++) {
        const QuestionPart *later = &question->mistakes[j];
        if (*model_evaluate(model, &scratch, later->answer) != value ||
            str_equal(later->comment, mistake->comment))
            continue;
        diag_add(&checker->report->warnings, mistake->line, 1, 1,
                 "other numbers would keep them apart",
                 "warning: this is never said: the mistake in line %d gives %.6g, too", later->line,
                 value);
        break;
    }
    arena_clear(&scratch);
}

/* The author's answer must be right, the author's mistakes must not. */
static void check_question(Checker *checker, const Question *question, const Model *model) {
    Arena scratch = {.recovery = checker->lesson->arena->recovery};
    double truth = question->answer ? *model_evaluate(model, &scratch, question->answer) : 0;
    AnswerKey key = {truth, question->within, 0};
    if (question->answer && !answer_is_within(&key, truth))
        diag_add(checker->diags, question->line, question->column, 3, NULL,
                 "the answer to this question is not a finite number");
    for (size_t i = 0; i < question->mistake_count; i++) {
        const QuestionPart *mistake = &question->mistakes[i];
        double value = *model_evaluate(model, &scratch, mistake->answer);
        if (answer_is_within(&key, value))
            diag_add(checker->diags, mistake->line, 1, 1,
                     "choose other numbers, or a finer `within`",
                     "this mistake gives %.6g and would be marked right: the answer is %.6g",
                     value + 0.0, truth + 0.0); /* no −0 */
        warn_of_unsaid(checker, question, i, model);
    }
    arena_clear(&scratch);
}

/* Mistakes of one question that nobody could tell apart: one of them is the author's. */
static void warn_of_close_mistakes(Checker *checker, const Question *question, size_t step) {
    Arena scratch = {.recovery = checker->lesson->arena->recovery};
    Asked asked;
    teach_asked(checker->session, &scratch, step, &asked);
    Diagnosis diagnosis = teach_diagnosis(&asked, &scratch);
    ClosePair *pairs;
    size_t count = question->answer ? diagnose_close_pairs(&diagnosis, &pairs) : 0;
    for (size_t i = 0; i < count; i++)
        if ((diagnose_is_author(pairs[i].first) || diagnose_is_author(pairs[i].second)) &&
            !str_equal(pairs[i].first->sentence, pairs[i].second->sentence))
            diag_add(&checker->report->warnings, question->line, question->column, 3,
                     "other numbers would keep them apart",
                     "warning: two mistakes give nearly the same number, %.4g and %.4g, and cannot "
                     "be told "
                     "apart: \"%s\" and \"%s\"",
                     pairs[i].first->value, pairs[i].second->value, pairs[i].first->sentence,
                     pairs[i].second->sentence);
    arena_clear(&scratch);
}

/* ------------------------------------------------------------------------------ out of range */

static bool is_finite(const Checker *checker, const Model *model, SymbolId symbol) {
    const double *values = model_value(model, symbol);
    for (size_t i = 0; i < symbol_entries(scope_get(&checker->lesson->scope, symbol)); i++)
        if (!isfinite(values[i]))
            return false;
    return true;
}

/* Whether a result for the student to look at: a loss, or a definition that no other uses. */
static bool is_result(const Lesson *lesson, SymbolId symbol) {
    const Symbol *result = scope_get(&lesson->scope, symbol);
    const size_t *first_out = lesson->graph->first_out;
    return !symbol_is_leaf(result) &&
           (result->role == ROLE_LOSS || first_out[symbol] == first_out[symbol + 1]);
}

/* Where a result is no finite number after what stands in this line, says why. */
static void warn_of_range(Checker *checker, const Model *model, int line) {
    Lesson *lesson = checker->lesson;
    for (SymbolId s = 0; s < lesson->scope.count && !checker->ranged; s++) {
        if (!is_result(lesson, s) || is_finite(checker, model, s))
            continue;
        Arena scratch = {.recovery = lesson->arena->recovery};
        Card card = {.arena = &scratch};
        Explain explain = explain_new(checker->session, model, &card);
        RangeFault fault =
            range_find(model, &scratch, scope_expr(&lesson->scope, &lesson->exprs, s));
        SymbolId name = fault.name == SYMBOL_NONE ? s : fault.name;
        diag_add(&checker->report->warnings, line ? line : scope_get(&lesson->scope, name)->line, 1,
                 1, line ? "after this line" : NULL, "warning: %s",
                 fault.found ? explain_fault(&explain, &fault) : "a result is no finite number");
        checker->ranged = true;
        arena_clear(&scratch);
    }
}

/* Whether the values are others before this step; amid the steps of one update they are not looked
 * at. */
static bool is_changed_before(const Lesson *lesson, size_t position) {
    if (position == 0)
        return true;
    const Step *step = &lesson->steps[position - 1];
    bool amid = position < lesson->step_count && lesson->steps[position].kind == STEP_UPDATE;
    return (step->kind == STEP_UPDATE && !amid) || step->kind == STEP_SET ||
           step->kind == STEP_TRAIN || step->kind == STEP_ROW;
}

/* ------------------------------------------------------------------------------ onehot */

/* A place that the column does not have: it would be all zeros, and a class count for nothing. */
static bool report_place(Checker *checker, SymbolId of, Expr call, double place, size_t row) {
    Lesson *lesson = checker->lesson;
    double most = expr_get(&lesson->exprs, expr_operand(&lesson->exprs, call, 1))->number;
    if (place >= 1 && place <= most && place == floor(place))
        return false;
    Arena scratch = {.recovery = lesson->arena->recovery};
    const Symbol *symbol = scope_get(&lesson->scope, of);
    MathStyle style = {.digits = NUMBER_DEFAULT_DIGITS, .lit = SYMBOL_NONE};
    const Math *formula = math_expr(&scratch, &lesson->exprs, &lesson->scope, call, style);
    diag_add(checker->diags, symbol->line, symbol->column, 1,
             arena_format(&scratch, "the places are whole numbers from 1 to %.0f", most),
             "%s has no place %.6g%s", math_line(&scratch, formula, false), place,
             lesson->scope.data ? arena_format(&scratch, ", as row %zu asks for", row + 1) : "");
    arena_clear(&scratch);
    return true;
}

static void check_onehot(Checker *checker, const Model *model, SymbolId of, Expr call) {
    const DataTable *data = checker->lesson->scope.data;
    Arena scratch = {.recovery = checker->lesson->arena->recovery};
    Expr place = expr_operand(&checker->lesson->exprs, call, 0);
    Tape *tape = tape_compile(&scratch, model->exprs, model->scope, &place, 1, SYMBOL_NONE);
    size_t entries = model->scope->leaf_entries;
    double *leaves = ARENA_ARRAY(&scratch, double, entries);
    memcpy(leaves, model->leaves, entries * sizeof *leaves);
    bool found = false;
    for (size_t row = 0; row < (data ? data->rows : 1) && !found; row++) {
        if (data)
            memcpy(leaves + data->offset, data->values + row * data->width,
                   data->width * sizeof *leaves);
        tape_load(tape, leaves);
        tape_forward(tape);
        found = report_place(checker, of, call, *tape_value(tape, place), row);
    }
    arena_clear(&scratch);
}

/* Every onehot of the lesson, with the first values and with each row. */
static void check_onehots(Checker *checker) {
    Lesson *lesson = checker->lesson;
    for (SymbolId of = 0; of < lesson->scope.count; of++) {
        Expr formula = scope_get(&lesson->scope, of)->definition;
        if (!formula)
            continue;
        Arena scratch = {.recovery = lesson->arena->recovery};
        Parts parts = parts_of(&lesson->exprs, NULL, SYMBOL_NONE, &scratch, formula);
        for (size_t i = 0; i < parts.count; i++) {
            const ExprNode *node = expr_get(&lesson->exprs, parts.list[i]);
            if (node->kind == EXPR_CALL && node->function == FUNCTION_ONEHOT)
                check_onehot(checker, session_model(checker->session), of, parts.list[i]);
        }
        arena_clear(&scratch);
    }
}

/* ------------------------------------------------------------------------------ steps */

/* The size of what a sum is made of: a + b − c. */
static double size_of_terms(const Model *model, Arena *arena, Expr sum) {
    double size = 0;
    for (uint8_t kind = expr_get(model->exprs, sum)->kind;
         kind == EXPR_ADD || kind == EXPR_SUBTRACT; kind = expr_get(model->exprs, sum)->kind) {
        size += fabs(*model_evaluate(model, arena, expr_operand(model->exprs, sum, 1)));
        sum = expr_operand(model->exprs, sum, 0);
    }
    return size + fabs(*model_evaluate(model, arena, sum));
}

/* Of the terms of a sum: what is left where they cancel, but for the digits that were rounded. */
static const double RESIDUE = 4 * DBL_EPSILON;

/* 0.3 − 0.4 + 0.1 is −2.8·10⁻¹⁷ in doubles, and a student finds that it is 0. */
static void warn_of_residue(Checker *checker, const Model *model, const Step *step) {
    const Symbol *symbol = scope_get(&checker->lesson->scope, step->symbol);
    const double value = *model_value(model, step->symbol);
    if (symbol_entries(symbol) != 1 || value == 0 || !(fabs(value) < RESIDUE))
        return;
    Arena scratch = {.recovery = checker->lesson->arena->recovery};
    if (fabs(value) <= RESIDUE * size_of_terms(model, &scratch, symbol->lowered))
        diag_add(&checker->report->warnings, step->line, 1, 1,
                 "choose other numbers, or such as are exact: 0.5, 0.25, 0.125",
                 "warning: %s is shown as %.3e here, and is 0 but for rounding", symbol->name,
                 value);
    arena_clear(&scratch);
}

enum { CARD_WIDTH = 80 };

/* Every step's card is made and drawn; expectations are held against the values before each. */
static void check_steps(Checker *checker) {
    Lesson *lesson = checker->lesson;
    Arena arena = {.recovery = checker->lesson->arena->recovery};
    Replay replay = replay_new(checker->session, &arena);
    bool trained = false; /* what a training makes small is small */
    for (size_t step = 0; step <= lesson->step_count; step++) {
        replay_to(checker->session, &replay, step);
        if (checker->report->stopped) /* in a training: its numbers are not the lesson's */
            break;
        if (is_changed_before(lesson, step))
            warn_of_range(checker, replay.model, step ? lesson->steps[step - 1].line : 0);
        for (size_t i = 0; i < lesson->expectation_count; i++)
            if (lesson->expectations[i].step == step)
                check_expectation(checker, &lesson->expectations[i], replay.model);
        if (step == lesson->step_count || !goes_on(checker))
            break;
        checker->done++;
        if (lesson->steps[step].kind == STEP_ASK)
            check_question(checker, lesson->steps[step].question, replay.model);
        trained |= lesson->steps[step].kind == STEP_TRAIN;
        if (lesson->steps[step].kind == STEP_FORWARD && !trained)
            warn_of_residue(checker, replay.model, &lesson->steps[step]);
        if (lesson->steps[step].kind == STEP_ASK)
            warn_of_close_mistakes(checker, lesson->steps[step].question, step);
        Arena scratch = {.recovery = checker->lesson->arena->recovery};
        session_goto(checker->session, step);
        Card card = session_card(checker->session, &scratch);
        card_draw(&scratch, &card, (CardLayout){.width = CARD_WIDTH, .title = true});
        checker->report->steps++;
        arena_clear(&scratch);
    }
    arena_clear(&arena);
}

static void report_derivative(Checker *checker, SymbolId of, Expr wrt, const Verification *found,
                              Arena *scratch) {
    Lesson *lesson = checker->lesson;
    Expr result = scope_expr(&lesson->scope, &lesson->exprs, of);
    MathStyle style = {.digits = NUMBER_DEFAULT_DIGITS, .lit = SYMBOL_NONE};
    Expr token = expr_derivative(&lesson->exprs, result, wrt);
    const Math *formula = math_expr(scratch, &lesson->exprs, &lesson->scope, token, style);
    diag_add(checker->diags, scope_get(&lesson->scope, of)->line, 1, 1, NULL,
             "the three computations of %s differ: symbolic %.17g, reverse %.17g, numeric %.17g",
             math_line(scratch, formula, false), found->symbolic[0], found->reverse[0],
             found->numeric[0]);
}

enum {
    DERIVATIVE_ENTRIES = 4096, /* larger Jacobians are left to their scalar results */
    DERIVATIVES_MOST = 100000  /* with more, further results are checked by their own formula */
};

/* The names along which a result is derived, taken together. */
typedef struct Along {
    Verifier *verifier;
    SymbolId of;
    Expr names[VERIFY_TOGETHER];
    size_t count;
} Along;

static void check_along(Checker *checker, Along *along) {
    Arena scratch = {.recovery = checker->lesson->arena->recovery};
    Verification found[VERIFY_TOGETHER];
    if (along->count && goes_on(checker)) {
        verifier_check_all(along->verifier, &scratch, along->names, along->count, found);
        checker->report->derivatives += along->count;
        for (size_t i = 0; i < along->count; i++)
            if (!found[i].agree)
                report_derivative(checker, along->of, along->names[i], &found[i], &scratch);
    }
    along->count = 0;
    arena_clear(&scratch);
}

static void add_along(Checker *checker, Along *along, SymbolId wrt) {
    Lesson *lesson = checker->lesson;
    size_t entries = symbol_entries(scope_get(&lesson->scope, along->of)) *
                     symbol_entries(scope_get(&lesson->scope, wrt));
    if (graph_is_row_part(lesson->graph, along->of, wrt) || entries > DERIVATIVE_ENTRIES)
        return;
    along->names[along->count++] = scope_expr(&lesson->scope, &lesson->exprs, wrt);
    if (along->count == VERIFY_TOGETHER)
        check_along(checker, along);
}

/* Of a result: along every name it is computed from. */
static void check_result(Checker *checker, SymbolId of) {
    Lesson *lesson = checker->lesson;
    Arena shared = {.recovery = lesson->arena->recovery};
    Along along = {.of = of};
    along.verifier = verifier_new(session_model(checker->session), &shared,
                                  scope_expr(&lesson->scope, &lesson->exprs, of));
    const bool *leads = graph_leading(lesson->graph, &lesson->scope, of);
    for (SymbolId s = 0; s < of; s++)
        if (leads[s])
            add_along(checker, &along, s);
    check_along(checker, &along);
    arena_clear(&shared);
}

static bool reads_rows(const Lesson *lesson, SymbolId of) {
    if (!lesson->scope.data)
        return false;
    Arena scratch = {.recovery = lesson->arena->recovery};
    Parts parts = parts_of(&lesson->exprs, NULL, SYMBOL_NONE, &scratch,
                           scope_get(&lesson->scope, of)->lowered);
    bool found = false;
    for (size_t i = 0; i < parts.count && !found; i++) {
        const ExprNode *node = expr_get(&lesson->exprs, parts.list[i]);
        found = node->kind == EXPR_CALL &&
                (node->function == FUNCTION_ROWSUM || node->function == FUNCTION_ROWMEAN);
    }
    arena_clear(&scratch);
    return found;
}

/* Of any other definition: along the names in its formula, each by itself. A sum over the rows
 * follows the names it reads. */
static void check_formula(Checker *checker, SymbolId of) {
    Lesson *lesson = checker->lesson;
    const Graph *graph = lesson->graph;
    const Model *model = session_model(checker->session);
    Arena shared = {.recovery = lesson->arena->recovery};
    Along along = {.of = of};
    along.verifier =
        reads_rows(lesson, of)
            ? verifier_new(model, &shared, scope_expr(&lesson->scope, &lesson->exprs, of))
            : verifier_local(model, &shared, of);
    for (size_t i = graph->first_in[of]; i < graph->first_in[of + 1]; i++)
        add_along(checker, &along, graph->edges[i].from);
    check_along(checker, &along);
    arena_clear(&shared);
}

static void check_derivatives(Checker *checker) {
    const Lesson *lesson = checker->lesson;
    session_goto(checker->session, 0);
    for (SymbolId of = 0; of < lesson->scope.count && !checker->report->stopped; of++) {
        checker->done++;
        if (symbol_is_leaf(scope_get(&lesson->scope, of)) ||
            !is_finite(checker, session_model(checker->session), of))
            continue;
        if (is_result(lesson, of) && checker->report->derivatives + of <= DERIVATIVES_MOST)
            check_result(checker, of);
        else
            check_formula(checker, of);
    }
}

/* The first character that could not be read: the file is in another encoding than UTF-8. */
static void warn_of_encoding(const char *source, Diags *warnings) {
    static const char UNREADABLE[] = "\xEF\xBF\xBD"; /* what utf8_sanitise puts in its place */
    const char *found = source ? strstr(source, UNREADABLE) : NULL;
    int line = 1;
    const char *start = source;
    for (const char *c = source; found && c < found; c++)
        if (*c == '\n')
            line++, start = c + 1;
    if (found)
        diag_add(warnings, line,
                 utf8_width(arena_copy_n(warnings->arena, start, (size_t)(found - start))) + 1, 1,
                 "save the file in UTF-8", "warning: a character here cannot be read");
}

/* Pictures made of characters that are told in no words. */
static void warn_of_pictures(const Lesson *lesson, Diags *warnings) {
    for (size_t i = 0; i < lesson->prose_count; i++) {
        const MarkdownBlock *block = lesson->prose[i].block;
        bool picture = block->kind == MARKDOWN_FENCE && !lesson->prose[i].gear_count;
        if (picture && !*block->words && code_is_drawing(block->text))
            diag_add(warnings, block->line, 1, 3, "~~~picture What it shows, in a sentence or two.",
                     "warning: who hears this lesson is not told what this picture shows");
    }
}

bool checker_run(Arena *arena, const char *path, Diags *diags, CheckReport *report, Task task) {
    *report = (CheckReport){0};
    Lesson *lesson = load_lesson(arena, path, diags);
    if (!lesson)
        return false;
    Session *session = session_open(arena, lesson, (Settings){.digits = NUMBER_DEFAULT_DIGITS});
    report->warnings = (Diags){
        .arena = arena, .file = diags->file, .source = diags->source, .names = lesson->examples};
    Checker checker = {.session = session,
                       .lesson = lesson,
                       .diags = diags,
                       .report = report,
                       .task = task,
                       .total = lesson->step_count + lesson->scope.count};
    session_set_progress(session, goes_on_training, &checker);
    lint_lesson(lesson, diags);
    lint_warn(lesson, &report->warnings);
    warn_of_encoding(diags->source, &report->warnings);
    warn_of_pictures(lesson, &report->warnings);
    check_onehots(&checker);
    check_steps(&checker);
    if (!report->stopped)
        check_derivatives(&checker);
    session_set_progress(session, NULL, NULL);
    return true;
}
