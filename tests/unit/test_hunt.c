/* Hunts, on every lesson: the line that is said to be the first wrong one is, by slopes taken apart
 * from the program: as differences of two values of each formula. */
#include <glob.h>
#include <math.h>
#include <string.h>

#include "app/hunt.h"
#include "app/load.h"
#include "base/str.h"
#include "expr/diff.h"
#include "suites.h"
#include "view/math_text.h"

enum { SEEDS = 40, CHOSEN_SEEDS = 60, HUNTS_LEAST = 1500 };

static const double STEP = 1e-5, NEAR = 1e-5, NOTHING = 1e-9;

/* One lesson, with ∂to/∂from of each formula: slopes[to * names + from]. */
typedef struct Ground {
    Arena arena;   /* of the lesson */
    Arena scratch; /* of one hunt */
    Session *session;
    const Model *model;
    size_t names;
    double *slopes;
} Ground;

static Expr name_of(const Ground *ground, SymbolId symbol) {
    return scope_expr(ground->model->scope, ground->model->exprs, symbol);
}

static bool is_number(const Ground *ground, SymbolId symbol) {
    return symbol_entries(scope_get(ground->model->scope, symbol)) == 1;
}

/* The formula of `to` with the values of all its names, but `shift` more for `from`. */
static double value_beside(Ground *ground, SymbolId to, SymbolId from, double shift) {
    const Model *model = ground->model;
    Expr formula = scope_get(model->scope, to)->lowered;
    for (SymbolId s = 0; s < to; s++)
        if (is_number(ground, s)) {
            double value = *model_value(model, s) + (s == from ? shift : 0);
            formula = expr_substitute(model->exprs, &ground->scratch, formula, name_of(ground, s),
                                      expr_number(model->exprs, value));
        }
    return *model_evaluate(model, &ground->scratch, formula);
}

static void measure_slopes(Ground *ground) {
    const Scope *scope = ground->model->scope;
    ground->names = scope->count;
    ground->slopes = ARENA_ARRAY(&ground->arena, double, scope->count * scope->count);
    for (SymbolId to = 0; to < scope->count; to++)
        for (SymbolId from = 0; from < to; from++) {
            if (!scope_get(scope, to)->lowered || !is_number(ground, to) ||
                !is_number(ground, from))
                continue;
            double above = value_beside(ground, to, from, STEP);
            double below = value_beside(ground, to, from, -STEP);
            ground->slopes[to * scope->count + from] = (above - below) / (2 * STEP);
            arena_clear(&ground->scratch);
        }
}

static double slope(const Ground *ground, SymbolId to, SymbolId from) {
    return ground->slopes[to * ground->names + from];
}

/* ------------------------------------------------------------------------------ one hunt */

/* d(of)/d(wrt) as the lines before say; 1 for itself, 0 where none speaks of it. */
static double said_before(const Hunt *hunt, size_t line, SymbolId of, SymbolId wrt) {
    for (size_t i = 0; i < line; i++)
        if (hunt->lines[i].of == of && hunt->lines[i].wrt == wrt)
            return hunt->lines[i].value;
    return of == wrt;
}

/* What a line ought to say, given the lines before it. */
static double expected_value(const Ground *ground, const Hunt *hunt, size_t line) {
    const HuntLine *found = &hunt->lines[line];
    double value = 0;
    if (found->kind == HUNT_LOCAL)
        return slope(ground, found->of, found->wrt);
    if (found->kind == HUNT_SUM) {
        for (SymbolId user = found->wrt + 1; user <= found->of; user++)
            value += slope(ground, user, found->wrt) * said_before(hunt, line, found->of, user);
        return value;
    }
    value = 1;
    SymbolId reached = found->of;
    for (size_t i = 0; i < line; i++) {
        ck_assert_uint_eq(hunt->lines[i].of, reached);
        reached = hunt->lines[i].wrt;
        value *= hunt->lines[i].value;
    }
    ck_assert_uint_eq(reached, found->wrt);
    return value;
}

static bool is_near(double a, double b) {
    return fabs(a - b) <= NEAR * fmax(fabs(a), fabs(b)) + NOTHING;
}

static size_t first_wrong_line(const Ground *ground, const Hunt *hunt) {
    for (size_t i = 0; i < hunt->count; i++)
        if (!is_near(hunt->lines[i].value, expected_value(ground, hunt, i)))
            return i;
    return hunt->count;
}

/* All lines but one follow rightly from those before them. */
static size_t count_wrong_lines(const Ground *ground, const Hunt *hunt) {
    size_t count = 0;
    for (size_t i = 0; i < hunt->count; i++)
        count += !is_near(hunt->lines[i].value, expected_value(ground, hunt, i));
    return count;
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
        const char *number = explain_number_text(explain, hunt->lines[i].value);
        ck_assert_str_eq(shown_value(text) + strlen(" = "), number);
    }
}

static void check_hunt(const Ground *ground, const Explain *explain, const HuntPlan *plan,
                       const Hunt *hunt) {
    ck_assert_uint_eq(first_wrong_line(ground, hunt), hunt->wrong);
    ck_assert_uint_eq(count_wrong_lines(ground, hunt), 1);
    ck_assert(is_near(hunt->right_value, expected_value(ground, hunt, hunt->wrong)));
    ck_assert_ptr_nonnull(strchr(hunt->tag, ':'));
    check_text(explain, hunt);
    Hunt again = hunt_new(explain, plan);
    ck_assert_uint_eq(again.wrong, hunt->wrong);
    ck_assert_uint_eq(again.lines[again.wrong].written, hunt->lines[hunt->wrong].written);
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

static size_t check_lesson(const char *path) {
    Ground ground = {.names = 0};
    Diags diags;
    size_t hunts = 0;
    Lesson *lesson = load_lesson(&ground.arena, path, &diags);
    ck_assert_msg(lesson != NULL, "%s", path);
    ground.session = session_open(&ground.arena, lesson, (Settings){.digits = 4});
    ground.model = session_model(ground.session);
    measure_slopes(&ground);
    for (uint64_t seed = 0; seed < CHOSEN_SEEDS; seed++)
        hunts += check_seed(&ground, (HuntPlan){.seed = seed}, true);
    for (SymbolId wrt = 0; wrt < lesson->scope.count; wrt++) {
        SymbolId of = lesson_default_result(lesson, &ground.scratch, wrt, lesson->scope.count);
        for (uint64_t seed = 0; seed < SEEDS && of != SYMBOL_NONE && is_number(&ground, of); seed++)
            hunts += check_seed(&ground, (HuntPlan){of, wrt, seed}, false);
    }
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

/* ------------------------------------------------------------------------------ w5 */

/* Mistakes of all places are found within so many seeds, by the names of the table. */
static size_t count_tags(Ground *ground, const char *wrt, const char *const *tags, size_t count) {
    const Scope *scope = ground->model->scope;
    size_t found = 0;
    for (size_t i = 0; i < count; i++)
        for (uint64_t seed = 0; seed < 200; seed++) {
            Card card = {.arena = &ground->scratch};
            Explain explain = explain_new(ground->session, ground->model, &card);
            HuntPlan plan = {scope_find(scope, "E"), *wrt ? scope_find(scope, wrt) : SYMBOL_NONE,
                             seed};
            bool same = str_equal(hunt_new(&explain, &plan).tag, tags[i]);
            arena_clear(&ground->scratch);
            if (same) {
                found++;
                break;
            }
        }
    return found;
}

START_TEST(w5_has_mistakes_of_many_kinds) {
    static const char *const chain[] = {
        "y1:sign",         "y1:half-lost",       "y1:two-lost", "z3:activation-for-slope",
        "z3:no-slope",     "z3:slope-at-output", "w5:no-slope", "w5:factors-added",
        "w5:stopped-early"};
    static const char *const sweep[] = {"h1:one-path", "h1:paths-multiplied", "w5:other-parameter",
                                        "z3:no-slope"};
    Ground ground = {.names = 0};
    Diags diags;
    Lesson *lesson = load_lesson(&ground.arena, "lessons/05-w5.lesson.md", &diags);
    ck_assert_ptr_nonnull(lesson);
    ground.session = session_open(&ground.arena, lesson, (Settings){.digits = 4});
    ground.model = session_model(ground.session);
    ck_assert_uint_eq(count_tags(&ground, "w5", chain, sizeof chain / sizeof *chain),
                      sizeof chain / sizeof *chain);
    ck_assert_uint_eq(count_tags(&ground, "", sweep, sizeof sweep / sizeof *sweep),
                      sizeof sweep / sizeof *sweep);
    arena_clear(&ground.arena);
}
END_TEST

Suite *hunt_suite(void) {
    Suite *suite = suite_create("hunt");
    TCase *tests = tcase_create("hunt");
    tcase_set_timeout(tests, 120);
    tcase_add_test(tests, the_wrong_line_is_the_first_wrong_one);
    tcase_add_test(tests, w5_has_mistakes_of_many_kinds);
    suite_add_tcase(suite, tests);
    return suite;
}
