/* Whole lessons: what the statements declare, the steps they become, and every error's place. */
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/str.h"
#include "base/utf8.h"
#include "lesson/lesson.h"
#include "num/rng.h"
#include "suites.h"

#define COUNT(array) ((int)(sizeof(array) / sizeof *(array)))

typedef struct Case {
    Arena arena;
    Diags diags;
    Lesson *lesson;
} Case;

enum { MEMORY = 1 << 28 }; /* far more than any of these lessons needs */

static void compile(Case *test, const char *text) {
    jmp_buf recovery;
    *test = (Case){.arena = {.limit = MEMORY, .recovery = &recovery}, .diags = {.file = "case.md"}};
    test->diags.arena = &test->arena;
    if (setjmp(recovery))
        ck_abort_msg("out of memory with\n%s", text);
    test->lesson = lesson_compile(&test->arena, "dir/case.md", text, &test->diags);
}

/* The statements inside one fence, which begins on line 1: the first statement is on line 2. */
static void compile_script(Case *test, const char *statements) {
    size_t size = strlen(statements) + 32;
    char *text = malloc(size);
    ck_assert_ptr_nonnull(text);
    snprintf(text, size, "```lesson\n%s\n```\n", statements);
    compile(test, text);
    free(text);
}

static void close_case(Case *test) {
    arena_clear(&test->arena);
}

/* ------------------------------------------------------------------------------ steps */

/* One letter a step. */
static char *step_letters(Case *test) {
    static const char letters[256] = {
        [STEP_PROSE] = 'P',  [STEP_DECLARE] = 'D', [STEP_FORWARD] = 'F', [STEP_CHAIN] = 'c',
        [STEP_FACTOR] = 'f', [STEP_PRODUCT] = 'p', [STEP_SUM] = 's',     [STEP_BACKWARD] = 'B',
        [STEP_UPDATE] = 'U', [STEP_SET] = 'S',     [STEP_RATE] = 'r',    [STEP_RESET] = 'R',
        [STEP_SHOW] = 'w'};
    char *text = arena_alloc(&test->arena, test->lesson->step_count + 1);
    for (size_t i = 0; i < test->lesson->step_count; i++)
        text[i] = letters[test->lesson->steps[i].kind];
    return text;
}

static const char NETWORK[] = "input x = 2\ntarget t = 1\nparam w = 0.5, v = 3\n"
                              "h = w*x\ny = v*h + h^2\nloss E = (t - y)^2/2\n";

static const struct {
    const char *statements, *letters;
} steppings[] = {
    {"", "D"},
    {"forward", "DFFF"},
    {"forward h", "DF"},
    {"forward y, h", "DFF"},
    {"chain dE/dy", "Dcf"},
    {"chain dE/dw", "Dcfffp"}, /* one path: v·h and h^2 are one edge from h to y */
    {"chain dE/dv, dE/dh", "Dcffpcffp"},
    {"backward", "DBBBBB"}, /* E, y, h, v and w; nothing for what is given */
    {"backward y", "DBBBB"},
    {"update", "DUU"},
    {"update w", "DU"},
    {"set x = 3", "DS"},
    {"set x = 3, t = 2*x", "DSS"},
    {"rate 0.5\nrate 0.25", "Dr"}, /* the first is where the lesson begins */
    {"reset", "DR"},
    {"show network", "Dw"},
    {"show gradient", "Dw"},
    {"show y, 2*y", "Dw"},
    {"show paths dE/dw", "Dw"},
    {"show expanded E", "Dw"},
    {"expect y = 4", "D"},
    {"forward\nbackward\nupdate", "DFFFBBBBBUU"},
};

START_TEST(becomes_steps) {
    Case test;
    char text[1000];
    snprintf(text, sizeof text, "%s%s", NETWORK, steppings[_i].statements);
    compile_script(&test, text);
    ck_assert_msg(test.diags.count == 0, "%s: %s", steppings[_i].statements,
                  test.diags.count ? test.diags.items[0].message : "");
    ck_assert_msg(str_equal(step_letters(&test), steppings[_i].letters), "%s: %s",
                  steppings[_i].statements, step_letters(&test));
    close_case(&test);
}
END_TEST

START_TEST(prose_and_sections) {
    Case test;
    compile(&test, "# Title *two*\n\nFirst words.\n\nMore.\n\n```lesson\ninput x = 2\n```\n\n"
                   "## Then\n\nThe value `=x^2`, and `x`, and `not this`.\n\n"
                   "```lesson\ny = x*x\nforward\n```\n");
    ck_assert_uint_eq(test.diags.count, 0);
    ck_assert_str_eq(test.lesson->title, "Title two");
    ck_assert_str_eq(test.lesson->summary, "First words.");
    ck_assert_str_eq(step_letters(&test), "PDPDF");
    ck_assert_uint_eq(test.lesson->section_count, 2);
    ck_assert_str_eq(test.lesson->sections[1].title, "Then");
    ck_assert_uint_eq(test.lesson->sections[1].step, 2);
    ck_assert_int_eq(test.lesson->steps[4].line, 17);
    close_case(&test);
}
END_TEST

START_TEST(without_a_heading_the_file_is_the_title) {
    Case test;
    compile(&test, "Only a paragraph.\n");
    ck_assert_str_eq(test.lesson->title, "case.md");
    ck_assert_uint_eq(test.lesson->step_count, 1);
    close_case(&test);
}
END_TEST

/* ------------------------------------------------------------------------------ declarations */

static const struct {
    const char *statement, *name;
    SymbolRole role;
    uint32_t rows, columns;
    const char *spelling;
} declarations[] = {
    {"input k = 3", "k", ROLE_INPUT, 1, 1, NULL},
    {"input k = -3e2", "k", ROLE_INPUT, 1, 1, NULL},
    {"target k = [1, 2]", "k", ROLE_TARGET, 2, 1, NULL},
    {"param k = [[1, 2, 3]]", "k", ROLE_PARAM, 1, 3, NULL},
    {"param k[2,3] = 0", "k", ROLE_PARAM, 2, 3, NULL},
    {"param k[4] ~ normal(0, 1)", "k", ROLE_PARAM, 4, 1, NULL},
    {"param k ~ uniform(-1, 1) step 0.5", "k", ROLE_PARAM, 1, 1, NULL},
    {"param j = 1 as w_1, k = 2 as w^{(1,2)}_{11} # why", "k", ROLE_PARAM, 1, 1, "w^{(1,2)}_{11}"},
    {"k = [1, 2] + 1", "k", ROLE_NODE, 2, 1, NULL},
    {"loss k = 1 + 2 as L", "k", ROLE_LOSS, 1, 1, "L"},
    {"input θ_ñ = 1", "θ_ñ", ROLE_INPUT, 1, 1, NULL},
    {"input k = 2*pi/4", "k", ROLE_INPUT, 1, 1, NULL},
};

START_TEST(declares) {
    Case test;
    compile_script(&test, declarations[_i].statement);
    ck_assert_msg(test.diags.count == 0, "%s: %s", declarations[_i].statement,
                  test.diags.count ? test.diags.items[0].message : "");
    SymbolId found = scope_find(&test.lesson->scope, declarations[_i].name);
    ck_assert_uint_ne(found, SYMBOL_NONE);
    const Symbol *symbol = scope_get(&test.lesson->scope, found);
    ck_assert_int_eq((int)symbol->role, (int)declarations[_i].role);
    ck_assert_uint_eq(symbol->rows, declarations[_i].rows);
    ck_assert_uint_eq(symbol->columns, declarations[_i].columns);
    ck_assert_pstr_eq(symbol->spelling, declarations[_i].spelling);
    close_case(&test);
}
END_TEST

START_TEST(chooses_the_result) {
    static const struct {
        const char *statements, *wrt, *result;
    } results[] = {
        {"input x = 1, y = 1\nloss E = x\nloss F = y", "x", "E"},
        {"input x = 1, y = 1\nloss E = x\nloss F = y", "y", "F"},
        {"input x = 1, y = 1\nloss E = x\nz = y", "y", "E"},
        {"input x = 1, y = 1\nz = x\nu = y", "x", "z"},
        {"input x = 1, y = 1\nz = x\nu = [y, x]", "y", "z"},
        {"input x = 1", "x", NULL},
    };
    for (int i = 0; i < COUNT(results); i++) {
        Case test;
        compile_script(&test, results[i].statements);
        SymbolId wrt = scope_find(&test.lesson->scope, results[i].wrt);
        SymbolId found =
            lesson_default_result(test.lesson, &test.arena, wrt, test.lesson->scope.count);
        const char *name =
            found == SYMBOL_NONE ? NULL : scope_get(&test.lesson->scope, found)->name;
        ck_assert_pstr_eq(name, results[i].result);
        close_case(&test);
    }
}
END_TEST

START_TEST(keeps_expectations) {
    Case test;
    char text[1000];
    snprintf(text, sizeof text,
             "%sexpect y = 4.00\nforward\nexpect dE/dw > 0\nexpect [y, -h] = [4, -1.0] within 2%%\n"
             "expect y = 2*h printed 0.5",
             NETWORK);
    compile_script(&test, text);
    ck_assert_uint_eq(test.diags.count, 0);
    ck_assert_uint_eq(test.lesson->expectation_count, 4);
    const Expectation *all = test.lesson->expectations;
    ck_assert_str_eq(all[0].digits[0], "4.00");
    ck_assert_uint_eq(all[0].step, 1);
    ck_assert_int_eq(all[0].line, 8);
    ck_assert_int_eq((int)all[1].kind, EXPECT_GREATER);
    ck_assert_uint_eq(all[1].step, 4);
    ck_assert_str_eq(all[2].digits[1], "-1.0");
    ck_assert_double_eq(all[2].within, 0.02);
    ck_assert_str_eq(all[3].printed, "0.5");
    ck_assert_ptr_null(all[3].digits);
    close_case(&test);
}
END_TEST

/* ------------------------------------------------------------------------------ errors */

static const struct {
    const char *statements;
    int line, column;
    const char *message; /* how it begins */
} mistakes[] = {
    {"input x", 2, 8, "x needs its first value"},
    {"input x = ", 2, 11, "I expected a number, a name or a bracket here"},
    {"input x = y", 2, 11, "the first value of a declaration cannot use names"},
    {"input y = 1\ninput x = ∂y/∂y", 3, 11, "the first value of a declaration cannot use names"},
    {"input x = 1 2", 2, 13, "between 1 and 2 a sign is missing"},
    {"input x = 1\ninput x = 2", 3, 7, "x is already declared in line 2"},
    {"input sigmoid = 1", 2, 7, "sigmoid is a word of the lesson language"},
    {"input pi = 1", 2, 7, "pi is a word of the lesson language"},
    {"forward = 3", 2, 1, "forward is a word of the lesson language"},
    {"input E = 1, dE = 2", 2, 14, "dE would look like a part of a derivative of E"},
    {"input dE = 1, E = 2", 2, 15, "dE is declared, and would look like a derivative of E"},
    {"input W[2,0] = 1", 2, 11, "a side of a matrix is a whole number from 1 to 4096"},
    {"input W[5000] = 1", 2, 9, "a side of a matrix is a whole number from 1 to 4096"},
    {"input W[4096,4096] = 1", 2, 8, "the largest matrix has 262144 entries"},
    {"input W[2,2] = [1, 2]", 2, 14, "W is 2×2, and this value is 2×1"},
    {"param w ~ gauss(0, 1)", 2, 11, "I know the distributions uniform and normal"},
    {"param w ~ uniform(1, 1)", 2, 11, "the first bound must be less than the second"},
    {"param w ~ normal(0, -1)", 2, 11, "a deviation cannot be negative"},
    {"param w ~ uniform(0.1, 0.2) step 3", 2, 29, "no multiple of this step lies between"},
    {"foreward", 2, 1, "I don't know the statement foreward"},
    {"forward", 2, 1, "there is no definition to compute yet"},
    {"input x = 1\nforward x", 3, 1, "x is given, there is nothing to compute"},
    {"backward", 2, 1, "there is no loss to go back from"},
    {"input x = 1\ny = x\nupdate", 4, 1, "there is no parameter to update"},
    {"input x = 1\ny = x\nupdate x", 4, 1, "x is not a parameter"},
    {"input x = 1\ny = x\nset y = 1", 4, 5, "y is computed, it cannot be set"},
    {"input x = 1\nset x = [1, 2]", 3, 7, "what is set is a number, and this value is 2×1"},
    {"input x = [1, 2]\nloss E = x", 3, 6, "a loss must be a number, and E is 2×1"},
    {"chain 3", 2, 7, "I expected a derivative of one name by another"},
    {"input x = 1\nexpect x = [1, 2]", 3, 10, "the left side is a number, and the right is 2×1"},
    {"input x = 1\nexpect x", 3, 9, "I expected =, < or > and a value here"},
    {"input x = 1\nexpect x = 1 within 5", 3, 21, "what is allowed is a share of the value"},
    {"seed 1\nseed 2", 3, 1, "a lesson has one seed"},
    {"seed 1.5", 2, 1, "a seed is a whole number from 0 to 2^53"},
    {"rate -1", 2, 1, "a learning rate cannot be negative"},
    {"3 = x", 2, 1, "I expected a statement here, and found 3"},
    {"y = (1 + 2\nz = 3", 2, 5, "this ( is never closed"},
    {"input x = 1\ny = x +\nz = 3", 3, 8, "I expected a number, a name or a bracket here"},
};

START_TEST(reports_mistakes) {
    Case test;
    compile_script(&test, mistakes[_i].statements);
    ck_assert_msg(test.diags.count == 1, "%s: %zu errors", mistakes[_i].statements,
                  test.diags.count);
    const Diag *diag = &test.diags.items[0];
    ck_assert_msg(str_starts(diag->message, mistakes[_i].message), "%s: %s",
                  mistakes[_i].statements, diag->message);
    ck_assert_msg(diag->line == mistakes[_i].line && diag->column == mistakes[_i].column,
                  "%s: at %d:%d", mistakes[_i].statements, diag->line, diag->column);
    close_case(&test);
}
END_TEST

START_TEST(goes_on_after_mistakes) {
    Case test;
    compile_script(&test, "input x = \ninput y = 2\nz = q + x\nw = y +* 2\nu = y + z\nforward u");
    ck_assert_uint_eq(test.diags.count, 3);
    ck_assert_int_eq(test.diags.items[0].line, 2);
    ck_assert_int_eq(test.diags.items[1].line, 4);
    ck_assert_int_eq(test.diags.items[2].line, 5);
    close_case(&test);
}
END_TEST

START_TEST(places_errors_in_indented_fences) {
    Case test;
    compile(&test, "- item\n\n  ```lesson\n  input x = 1\n  y = q1\n  ```\n");
    ck_assert_uint_eq(test.diags.count, 1);
    ck_assert_int_eq(test.diags.items[0].line, 5);
    ck_assert_int_eq(test.diags.items[0].column, 7);
    close_case(&test);
}
END_TEST

START_TEST(an_empty_lesson_is_a_mistake) {
    Case test;
    compile(&test, "");
    ck_assert_uint_eq(test.diags.count, 1);
    ck_assert_str_eq(test.diags.items[0].message, "there is nothing in this lesson");
    close_case(&test);
}
END_TEST

START_TEST(limits_names_and_steps) {
    Case test;
    Arena arena = {0};
    Buffer names = {.arena = &arena}, steps = {.arena = &arena};
    for (int i = 0; i <= LIMIT_NAMES; i++)
        buffer_format(&names, "a%d=1\n", i);
    compile_script(&test, buffer_text(&names));
    ck_assert_uint_eq(test.diags.count, 1);
    ck_assert_str_eq(test.diags.items[0].message, "a lesson has at most 20000 names");
    ck_assert_int_eq(test.diags.items[0].line, LIMIT_NAMES + 2);
    close_case(&test);
    buffer_add(&steps, "input x = 1\n");
    for (int i = 0; i < 300; i++)
        buffer_format(&steps, "a%d = x\n", i);
    for (int i = 0; i < 200; i++)
        buffer_add(&steps, "forward\n");
    compile_script(&test, buffer_text(&steps));
    ck_assert_uint_eq(test.diags.count, 1);
    ck_assert_str_eq(test.diags.items[0].message, "with this the lesson has more than 50000 steps");
    ck_assert_uint_le(test.lesson->step_count, LIMIT_STEPS);
    close_case(&test);
    arena_clear(&arena);
}
END_TEST

/* ------------------------------------------------------------------------------ mutations */

static const char WHOLE[] =
    "# A lesson\n\nWords with `=y1^2` and `w5`.\n\n```lesson\n"
    "input x = [0.85, 0.25], k = 3\ntarget t = 0.69\n"
    "param W[2,2] ~ uniform(-1, 1) step 0.1, b = 0.2 as b_{1}^{(2)}\n"
    "h = sigmoid(W @ x + b)\ny1 = max(h)*k^2 - (h.T @ h)\n"
    "loss E = (t - y1)^2/2 # squared\nforward\nexpect y1 < 100\n"
    "chain dE/dW[1,2]\nbackward\nupdate\nset x = [1, 2], k = -1\n"
    "show network\nshow paths ∂E/∂b\nexpect d(E*E)/db > -9 within 1%\n```\n";

static const char *const snippets[] = {"(",  ")",    "[",      "]",   "\n",  "```", "=",    ",",
                                       "d(", "/dx",  "^",      "-",   "@",   ".T",  "1e9",  "\"",
                                       "~",  "∂E/∂", "expect", "as ", "[0]", "#",   "    ", "0"};

/* One random change: bytes removed, doubled, or a snippet put in. */
static void mutate(char *text, size_t size, Rng *rng) {
    size_t length = strlen(text);
    size_t at = (size_t)(rng_next(rng) % (length + 1)), some = (size_t)(rng_next(rng) % 6);
    some = some > length - at ? length - at : some;
    const char *snippet = snippets[rng_next(rng) % (size_t)COUNT(snippets)];
    size_t added = strlen(snippet);
    switch (rng_next(rng) % 3) {
    case 0: memmove(text + at, text + at + some, length - at - some + 1); break;
    case 1:
        if (length + some < size)
            memmove(text + at + some, text + at, length - at + 1);
        break;
    default:
        if (length + added < size) {
            memmove(text + at + added, text + at, length - at + 1);
            memcpy(text + at, snippet, added);
        }
    }
}

static int lines_of(const char *text) {
    int lines = 1;
    for (; *text; text++)
        lines += *text == '\n';
    return lines;
}

/* Whatever is done to a lesson: it compiles or it has errors, and each points into the text. */
START_TEST(survives_mutations) {
    Rng rng = rng_stream(5, "mutations");
    for (int i = 0; i < 3000; i++) {
        char raw[sizeof WHOLE + 200];
        strcpy(raw, WHOLE);
        for (uint64_t changes = 1 + rng_next(&rng) % 6; changes > 0; changes--)
            mutate(raw, sizeof raw, &rng);
        Case test;
        Arena arena = {0};
        const char *text = utf8_sanitise(&arena, raw, strlen(raw));
        compile(&test, text);
        for (size_t j = 0; j < test.diags.count; j++) {
            const Diag *diag = &test.diags.items[j];
            ck_assert_msg(diag->line >= 0 && diag->line <= lines_of(text), "%d in\n%s", diag->line,
                          text);
            for (size_t k = 0; k < j; k++)
                ck_assert_msg(diag->line != test.diags.items[k].line ||
                                  diag->column != test.diags.items[k].column ||
                                  !str_equal(diag->message, test.diags.items[k].message),
                              "twice: %s at %d:%d in\n%s", diag->message, diag->line, diag->column,
                              text);
        }
        close_case(&test);
        arena_clear(&arena);
    }
}
END_TEST

Suite *lesson_suite(void) {
    Suite *suite = suite_create("lesson");
    TCase *steps = tcase_create("steps");
    tcase_add_loop_test(steps, becomes_steps, 0, COUNT(steppings));
    tcase_add_test(steps, prose_and_sections);
    tcase_add_test(steps, without_a_heading_the_file_is_the_title);
    tcase_add_loop_test(steps, declares, 0, COUNT(declarations));
    tcase_add_test(steps, chooses_the_result);
    tcase_add_test(steps, keeps_expectations);
    suite_add_tcase(suite, steps);
    TCase *errors = tcase_create("errors");
    tcase_set_timeout(errors, 60);
    tcase_add_loop_test(errors, reports_mistakes, 0, COUNT(mistakes));
    tcase_add_test(errors, goes_on_after_mistakes);
    tcase_add_test(errors, places_errors_in_indented_fences);
    tcase_add_test(errors, an_empty_lesson_is_a_mistake);
    tcase_add_test(errors, limits_names_and_steps);
    tcase_add_test(errors, survives_mutations);
    suite_add_tcase(suite, errors);
    return suite;
}
