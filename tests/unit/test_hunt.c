/* Hunts, on every lesson: the line that is said to be the first wrong one is, by slopes taken apart
 * from the program: as differences of two values of each formula. */
#include <glob.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app/hunt.h"
#include "app/journal.h"
#include "app/load.h"
#include "app/overview.h"
#include "base/str.h"
#include "expr/diff.h"
#include "expr/parts.h"
#include "lesson/diagnose.h"
#include "suites.h"
#include "view/card_text.h"
#include "view/math_text.h"

enum { SEEDS = 40, HUNTS_LEAST = 8000, MANY_ROWS = 50, SEEDS_MANY_ROWS = 5 };

static const double STEP = 1e-5, NEAR = 1e-5, NOTHING = 1e-9, CORNER = 1e-2;

/* A formula with all names in it as numbers to be set, and each sum over the training rows in it
 * taken out, as a formula of its own. */
typedef struct Formula {
    Tape *tape;
    Expr root;
    Tape *sum; /* of what is summed; NULL for nothing */
    Expr summed, sum_place;
    bool mean;
} Formula;

/* One lesson, with ∂to/∂from of each formula. */
typedef struct Ground {
    Arena arena;   /* of the lesson */
    Arena scratch; /* of one hunt */
    Session *session;
    const Model *model;
    size_t rows;
    double **values; /* values[row * names + symbol]: its entries in that row */
    double **slopes; /* by edge: for each row a row for each entry of `to`; NULL: not measured */
} Ground;

static Expr name_of(const Ground *ground, SymbolId symbol) {
    return scope_expr(ground->model->scope, ground->model->exprs, symbol);
}

static size_t entries_of(const Ground *ground, SymbolId symbol) {
    return symbol_entries(scope_get(ground->model->scope, symbol));
}

static void remember_values(Ground *ground) {
    const Scope *scope = ground->model->scope;
    ground->rows = scope->data ? scope->data->rows : 1;
    ground->values = ARENA_ARRAY(&ground->arena, double *, ground->rows * scope->count);
    ground->slopes = ARENA_ARRAY(&ground->arena, double *, ground->model->graph->edge_count);
    Model *model = model_copy(ground->model, &ground->arena);
    for (size_t row = 0; row < ground->rows; row++) {
        model_load_row(model, row);
        model_forward(model);
        for (SymbolId s = 0; s < scope->count; s++) {
            size_t entries = entries_of(ground, s);
            double *kept = ARENA_ARRAY(&ground->arena, double, entries);
            memcpy(kept, model_value(model, s), entries * sizeof *kept);
            ground->values[row * scope->count + s] = kept;
        }
    }
}

/* ------------------------------------------------------------------------------ slopes */

static Expr stand_in(const Ground *ground, Expr expr) {
    return expr_derivative(ground->model->exprs, expr_number(ground->model->exprs, 1), expr);
}

static Tape *compile(Ground *ground, Expr *formula) {
    const Model *model = ground->model;
    for (SymbolId s = 0; s < model->scope->count; s++)
        *formula = expr_substitute(model->exprs, &ground->scratch, *formula, name_of(ground, s),
                                   stand_in(ground, name_of(ground, s)));
    return tape_compile(&ground->scratch, model->exprs, model->scope, formula, 1, SYMBOL_NONE);
}

static Formula take_apart(Ground *ground, SymbolId to) {
    Exprs *exprs = ground->model->exprs;
    Formula formula = {.root = scope_get(ground->model->scope, to)->lowered};
    Parts parts = parts_of(exprs, NULL, SYMBOL_NONE, &ground->scratch, formula.root);
    for (size_t i = 0; i < parts.count; i++) {
        const ExprNode *node = expr_get(exprs, parts.list[i]);
        if (node->kind != EXPR_CALL ||
            (node->function != FUNCTION_ROWSUM && node->function != FUNCTION_ROWMEAN))
            continue;
        ck_assert_ptr_null(formula.sum);
        formula.mean = node->function == FUNCTION_ROWMEAN;
        formula.summed = expr_operand(exprs, parts.list[i], 0);
        ck_assert(expr_is_scalar(exprs, formula.summed));
        formula.sum_place = stand_in(ground, expr_number(exprs, 1));
        formula.root = expr_substitute(exprs, &ground->scratch, formula.root, parts.list[i],
                                       formula.sum_place);
        formula.sum = compile(ground, &formula.summed);
    }
    formula.tape = compile(ground, &formula.root);
    return formula;
}

/* A shift of one entry of a name; of a name by row, in one row. */
typedef struct Shift {
    SymbolId name;
    size_t entry, row;
    double size;
} Shift;

static void set_names(const Ground *ground, Tape *tape, size_t row, const Shift *shift) {
    size_t names = ground->model->scope->count;
    for (SymbolId s = 0; s < names; s++) {
        double *value = tape_value(tape, stand_in(ground, name_of(ground, s)));
        if (!value)
            continue;
        memcpy(value, ground->values[row * names + s], entries_of(ground, s) * sizeof *value);
        if (s == shift->name && (row == shift->row || !ground->model->graph->by_row[s]))
            value[shift->entry] += shift->size;
    }
    tape_forward(tape);
}

/* Its entries; valid until the next evaluation. */
static const double *value_beside(const Ground *ground, const Formula *formula,
                                  const Shift *shift) {
    double *sum = formula->sum ? tape_value(formula->tape, formula->sum_place) : NULL;
    for (size_t row = 0; sum && row < ground->rows; row++) {
        set_names(ground, formula->sum, row, shift);
        const double share = *tape_value(formula->sum, formula->summed);
        *sum = (row ? *sum : 0) + (formula->mean ? share / (double)ground->rows : share);
    }
    set_names(ground, formula->tape, shift->row, shift);
    return tape_value(formula->tape, formula->root);
}

/* At a corner the slope of the flatter side, as the program has it. */
static double slope_between(double below, double here, double above) {
    double left = (here - below) / STEP, right = (above - here) / STEP;
    if (fabs(left - right) < CORNER * fmax(1, fabs(left)))
        return (above - below) / (2 * STEP);
    return fabs(left) < fabs(right) ? left : right;
}

static void measure_column(const Ground *ground, const Formula *formula, Shift shift, size_t count,
                           double *column, size_t stride) {
    double *below = calloc(count, sizeof *below), *here = calloc(count, sizeof *here);
    size_t size = count * sizeof *below;
    shift.size = -STEP;
    memcpy(below, value_beside(ground, formula, &shift), size);
    shift.size = 0;
    memcpy(here, value_beside(ground, formula, &shift), size);
    shift.size = STEP;
    const double *above = value_beside(ground, formula, &shift);
    for (size_t i = 0; i < count; i++)
        column[i * stride] = slope_between(below[i], here[i], above[i]);
    free(below);
    free(here);
}

static const double *measure(Ground *ground, size_t number) {
    const Edge *edge = &ground->model->graph->edges[number];
    size_t users = entries_of(ground, edge->to), variables = entries_of(ground, edge->from);
    if (ground->slopes[number])
        return ground->slopes[number];
    double *slopes = ARENA_ARRAY(&ground->arena, double, ground->rows *users *variables);
    Formula formula = take_apart(ground, edge->to);
    for (size_t row = 0; row < ground->rows; row++)
        for (size_t j = 0; j < variables; j++)
            measure_column(ground, &formula, (Shift){.name = edge->from, .entry = j, .row = row},
                           users, slopes + row * users * variables + j, variables);
    return ground->slopes[number] = slopes;
}

static double slope(Ground *ground, size_t edge, size_t row, size_t i, size_t j) {
    const Edge *found = &ground->model->graph->edges[edge];
    size_t users = entries_of(ground, found->to), variables = entries_of(ground, found->from);
    return measure(ground, edge)[(row * users + i) * variables + j];
}

/* ------------------------------------------------------------------------------ one hunt */

static SymbolId symbol_of(const Ground *ground, Expr variable, size_t *entry) {
    return diagnose_symbol(ground->model, variable, entry);
}

/* d(of)/d(entry i of user) in a row as the lines before say; 1 for itself, 0 where none does. */
static double said_before(const Ground *ground, const Hunt *hunt, size_t line, SymbolId user,
                          size_t i, size_t row) {
    for (size_t k = 0; k < line; k++) {
        const HuntLine *said = &hunt->lines[k];
        size_t entry;
        if (symbol_of(ground, said->wrt, &entry) != user || (said->entries == 1 && entry != i))
            continue;
        return said
            ->values[(said->rows > 1 ? row * said->entries : 0) + (said->entries > 1 ? i : 0)];
    }
    return name_of(ground, user) == hunt->lines[line].of;
}

/* What the users of entry j of a name hand back to it in one row. */
static double handed_back(Ground *ground, const Hunt *hunt, size_t line, size_t j, size_t row) {
    const Graph *graph = ground->model->graph;
    const HuntLine *found = &hunt->lines[line];
    SymbolId of = expr_get(ground->model->exprs, found->of)->symbol;
    double total = 0;
    for (size_t e = graph->first_out[found->symbol]; e < graph->first_out[found->symbol + 1]; e++) {
        size_t number = graph->outgoing[e];
        SymbolId user = graph->edges[number].to;
        bool sum = graph->by_row[user] && !graph->by_row[found->symbol] && !graph->by_row[of];
        for (size_t i = 0; i < entries_of(ground, user) && user <= of; i++)
            for (size_t r = sum ? 0 : row; r < (sum ? ground->rows : row + 1); r++) {
                double said = said_before(ground, hunt, line, user, i, r);
                total += said != 0 ? said * slope(ground, number, r, i, j) : 0;
            }
    }
    return total;
}

static double local_slope(Ground *ground, const HuntLine *line) {
    const Graph *graph = ground->model->graph;
    return slope(ground, (size_t)(line->terms[0].edge - graph->edges), ground->model->row, 0, 0);
}

static double product_before(const Hunt *hunt, size_t line) {
    double value = 1;
    Expr reached = hunt->lines[line].of;
    for (size_t i = 0; i < line; i++) {
        ck_assert_uint_eq(hunt->lines[i].of, reached);
        reached = hunt->lines[i].wrt;
        value *= *hunt->lines[i].value;
    }
    ck_assert_uint_eq(reached, hunt->lines[line].wrt);
    return value;
}

/* What a line ought to say, given the lines before it: all of its values. */
static double *expected_values(Ground *ground, const Hunt *hunt, size_t line) {
    const HuntLine *found = &hunt->lines[line];
    double *values = ARENA_ARRAY(&ground->scratch, double, found->rows * found->entries);
    size_t entry;
    symbol_of(ground, found->wrt, &entry);
    if (found->kind == HUNT_LOCAL)
        *values = local_slope(ground, found);
    else if (found->kind == HUNT_PRODUCT)
        *values = product_before(hunt, line);
    for (size_t row = 0; row < found->rows && found->kind == HUNT_SUM; row++)
        for (size_t j = 0; j < found->entries; j++)
            values[row * found->entries + j] =
                handed_back(ground, hunt, line, found->entries > 1 ? j : entry,
                            found->rows > 1 ? row : ground->model->row);
    return values;
}

static bool are_near(const double *a, const double *b, size_t count) {
    for (size_t i = 0; i < count; i++)
        if (fabs(a[i] - b[i]) > NEAR * fmax(fabs(a[i]), fabs(b[i])) + NOTHING)
            return false;
    return true;
}

static bool says(const HuntLine *line, const double *values) {
    return are_near(line->values, values, line->rows * line->entries);
}

/* All lines but one follow rightly from those before them. */
static size_t count_wrong_lines(Ground *ground, const Hunt *hunt) {
    size_t count = 0;
    for (size_t i = 0; i < hunt->count; i++)
        count += !says(&hunt->lines[i], expected_values(ground, hunt, i));
    return count;
}

/* The first line that differs from the truth, which is worked out from the end to the beginning. */
static size_t first_wrong_line(Ground *ground, const Hunt *hunt) {
    Hunt truth = *hunt;
    truth.lines = ARENA_ARRAY(&ground->scratch, HuntLine, hunt->count);
    for (size_t i = 0; i < hunt->count; i++) {
        truth.lines[i] = hunt->lines[i];
        double *values = expected_values(ground, &truth, i);
        if (!says(&hunt->lines[i], values))
            return i;
        truth.lines[i].values = values;
    }
    return hunt->count;
}

/* What stands behind the last "=" of a line. */
static const char *shown_value(const char *text) {
    const char *last = text;
    for (const char *at = text; (at = strstr(at, " = ")); at += strlen(" = "))
        last = at;
    return last;
}

static void check_text(const Explain *explain, const Hunt *hunt) {
    const char *wrong =
        math_line(explain->arena, hunt_line_math(explain, hunt, hunt->wrong), false);
    const char *right = math_line(explain->arena, hunt_right_math(explain, hunt), false);
    ck_assert_str_ne(shown_value(wrong), shown_value(right));
    for (size_t i = 0; i < hunt->count; i++) {
        const char *text = math_line(explain->arena, hunt_line_math(explain, hunt, i), false);
        const char *number =
            math_line(explain->arena,
                      explain_entries(explain, hunt->lines[i].value, hunt->lines[i].wrt), false);
        ck_assert_str_eq(shown_value(text) + strlen(" = "), number);
    }
}

static void check_hunt(Ground *ground, const Explain *explain, const HuntPlan *plan,
                       const Hunt *hunt) {
    const HuntLine *wrong = &hunt->lines[hunt->wrong];
    ck_assert_uint_eq(first_wrong_line(ground, hunt), hunt->wrong);
    ck_assert_uint_eq(count_wrong_lines(ground, hunt), 1);
    const double *right = expected_values(ground, hunt, hunt->wrong);
    size_t present = wrong->rows > 1 ? ground->model->row * wrong->entries : 0;
    ck_assert_msg(are_near(hunt->right_value, right + present, wrong->entries), "%s: %s",
                  session_lesson(ground->session)->path,
                  math_line(explain->arena, hunt_right_math(explain, hunt), false));
    ck_assert_ptr_nonnull(strchr(hunt->tag, ':'));
    ck_assert_str_ne(hunt->sentence, "");
    check_text(explain, hunt);
    Hunt again = hunt_new(explain, plan);
    ck_assert_uint_eq(again.wrong, hunt->wrong);
    ck_assert_str_eq(again.tag, hunt->tag);
}

/* Counts the hunts that there are. */
static size_t check_seed(Ground *ground, HuntPlan plan, bool chosen) {
    Card card = {.arena = &ground->scratch};
    Explain explain = explain_new(ground->session, ground->model, &card);
    Hunt hunt = chosen ? hunt_choose(&explain, &plan) : hunt_new(&explain, &plan);
    if (!hunt.problem)
        check_hunt(ground, &explain, &plan, &hunt);
    arena_clear(&ground->scratch);
    return !hunt.problem;
}

/* ------------------------------------------------------------------------------ all of them */

static uint64_t seeds_of(const Ground *ground) {
    return ground->rows > MANY_ROWS ? SEEDS_MANY_ROWS : SEEDS;
}

/* A name, and where it is a matrix, its last entry. */
static size_t check_name(Ground *ground, SymbolId wrt) {
    const Lesson *lesson = session_lesson(ground->session);
    SymbolId of = lesson_default_result(lesson, &ground->scratch, wrt, lesson->scope.count);
    const Symbol *symbol = scope_get(ground->model->scope, wrt);
    size_t hunts = 0;
    if (of == SYMBOL_NONE || entries_of(ground, of) > 1)
        return 0;
    for (uint64_t seed = 0; seed < seeds_of(ground); seed++) {
        hunts += check_seed(ground, (HuntPlan){of, name_of(ground, wrt), seed}, false);
        if (entries_of(ground, wrt) > 1)
            hunts += check_seed(ground,
                                (HuntPlan){of,
                                           expr_index(ground->model->exprs, name_of(ground, wrt),
                                                      symbol->rows, symbol->columns),
                                           seed},
                                false);
    }
    return hunts;
}

static size_t check_lesson(const char *path) {
    Ground ground = {.rows = 0};
    Diags diags;
    size_t hunts = 0;
    Lesson *lesson = load_lesson(&ground.arena, path, &diags);
    ck_assert_msg(lesson != NULL, "%s", path);
    ground.session = session_open(&ground.arena, lesson, (Settings){.digits = 4});
    ground.model = session_model(ground.session);
    remember_values(&ground);
    for (uint64_t seed = 0; seed < seeds_of(&ground); seed++)
        hunts += check_seed(&ground, (HuntPlan){.seed = seed}, true);
    for (SymbolId wrt = 0; wrt < lesson->scope.count; wrt++)
        hunts += check_name(&ground, wrt);
    arena_clear(&ground.scratch);
    arena_clear(&ground.arena);
    return hunts;
}

START_TEST(the_wrong_line_is_the_first_wrong_one) {
    glob_t files = {0};
    size_t hunts = 0;
    ck_assert_int_eq(glob("lessons/*.lesson.md", 0, NULL, &files), 0);
    for (size_t i = 0; i < files.gl_pathc; i++)
        hunts += check_lesson(files.gl_pathv[i]);
    globfree(&files);
    ck_assert_uint_ge(hunts, HUNTS_LEAST);
}
END_TEST

/* ------------------------------------------------------------------------------ the mistakes */

enum { TAG_SEEDS = 200, MOST_TAGS = 10 };

/* What mistakes are to be found in a hunt within so many seeds. */
typedef struct Expected {
    const char *lesson, *of;
    const char *wrt; /* NULL: the whole sweep */
    const char *tags[MOST_TAGS];
} Expected;

static const Expected expected[] = {
    {"05-w5",
     "E",
     "w5",
     {"y1:sign", "y1:half-lost", "y1:two-lost", "z3:activation-for-slope", "z3:no-slope",
      "z3:slope-at-output", "w5:no-slope", "w5:factors-added", "w5:stopped-early"}},
    {"05-w5",
     "E",
     NULL,
     {"h1:one-path", "h1:paths-multiplied", "h1:updated-weights", "w5:other-parameter",
      "z3:no-slope"}},
    {"17-xor", "E", NULL, {"yhat:not-averaged", "s:no-slope", "w22:other-parameter"}},
    {"18-matrix",
     "L",
     NULL,
     {"p:sign", "Z2:one-path", "Z2:no-slope", "A1:updated-weights", "Z1:no-slope",
      "Z1:activation-for-slope"}},
};

static bool has_tag(Ground *ground, const Expected *wanted, const char *tag) {
    const Scope *scope = ground->model->scope;
    bool found = false;
    for (uint64_t seed = 0; seed < TAG_SEEDS && !found; seed++) {
        Card card = {.arena = &ground->scratch};
        Explain explain = explain_new(ground->session, ground->model, &card);
        HuntPlan plan = {.of = scope_find(scope, wanted->of), .seed = seed};
        if (wanted->wrt)
            plan.wrt = name_of(ground, scope_find(scope, wanted->wrt));
        found = str_equal(hunt_new(&explain, &plan).tag, tag);
        arena_clear(&ground->scratch);
    }
    return found;
}

START_TEST(there_are_mistakes_of_many_kinds) {
    const Expected *wanted = &expected[_i];
    Ground ground = {.rows = 0};
    Diags diags;
    Lesson *lesson = load_lesson(
        &ground.arena, arena_format(&ground.arena, "lessons/%s.lesson.md", wanted->lesson), &diags);
    ck_assert_ptr_nonnull(lesson);
    ground.session = session_open(&ground.arena, lesson, (Settings){.digits = 4});
    ground.model = session_model(ground.session);
    for (size_t i = 0; i < MOST_TAGS && wanted->tags[i]; i++)
        ck_assert_msg(has_tag(&ground, wanted, wanted->tags[i]), "%s in lesson %s", wanted->tags[i],
                      wanted->lesson);
    arena_clear(&ground.arena);
}
END_TEST

/* ------------------------------------------------------------------------------ the journal */

START_TEST(how_a_hunt_ended_is_noted) {
    static const char *const commands[] = {
        "hunt w5 seed 7", "answer 2",                                  /* found at once */
        "hunt w5 seed 7", "answer 1",  "answer 2",                     /* after a wrong line */
        "hunt w5 seed 7", "hint",      "answer 2",                     /* after a hint */
        "hunt w5 seed 7", "hint",      "hint",     "hint", "answer 2", /* the line was told */
        "hunt w5 seed 7", "hunt stop",                                 /* given up */
        "hunt w5 seed 7", "next"                                       /* left: nothing to note */
    };
    static const ProgressOutcome outcomes[] = {PROGRESS_MISSED, PROGRESS_MISSED, PROGRESS_HELPED,
                                               PROGRESS_HELPED, PROGRESS_FOUND};
    Arena arena = {0};
    Diags diags;
    char folder[] = "/tmp/backstep-hunt.XXXXXX";
    ck_assert_ptr_nonnull(mkdtemp(folder));
    Progress *progress = progress_new(&arena, arena_format(&arena, "%s/progress.db", folder));
    Lesson *lesson = load_lesson(&arena, "lessons/05-w5.lesson.md", &diags);
    ck_assert_ptr_nonnull(lesson);
    Session *session = session_open(&arena, lesson, (Settings){.digits = 4});
    journal_follow(progress, session, JOURNAL_RESTART);
    for (size_t i = 0; i < sizeof commands / sizeof *commands; i++)
        ck_assert_msg(!session_execute(session, &arena, commands[i]).failed, "%s", commands[i]);
    ProgressHunt *hunts;
    size_t count;
    ck_assert(progress_read_hunts(progress, &arena, &hunts, &count));
    ck_assert_uint_eq(count, sizeof outcomes / sizeof *outcomes);
    for (size_t i = 0; i < count; i++) {
        ck_assert_int_eq(hunts[i].outcome, outcomes[i]);
        ck_assert_str_eq(hunts[i].tag, "z3:slope-at-output");
        ck_assert_str_eq(hunts[i].what, "hunt w5 of E seed 7");
    }
    Overview overview = overview_read(&arena, progress, journal_now());
    Card card = overview_card(&arena, &overview, "");
    ck_assert_ptr_nonnull(strstr(card_plain(&arena, &card), "1 found at once"));
    ck_assert(progress_forget(progress));
    progress_close(progress);
    rmdir(folder);
    arena_clear(&arena);
}
END_TEST

Suite *hunt_suite(void) {
    Suite *suite = suite_create("hunt");
    TCase *tests = tcase_create("hunt");
    tcase_set_timeout(tests, 120);
    tcase_add_test(tests, the_wrong_line_is_the_first_wrong_one);
    tcase_add_loop_test(tests, there_are_mistakes_of_many_kinds, 0,
                        sizeof expected / sizeof *expected);
    tcase_add_test(tests, how_a_hunt_ended_is_noted);
    suite_add_tcase(suite, tests);
    return suite;
}
