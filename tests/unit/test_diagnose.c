/* Diagnoses, on the w5 network. The numbers were computed apart from the program. */
#include <math.h>
#include <string.h>

#include "base/str.h"
#include "expr/parse.h"
#include "lesson/diagnose.h"
#include "lesson/lesson.h"
#include "suites.h"

#define COUNT(array) ((int)(sizeof(array) / sizeof *(array)))

typedef struct Case {
    Arena arena;
    Lesson *lesson;
    Model *model;
    Diagnosis diagnosis;
} Case;

#define W5_LEAVES                                                                                  \
    "input x1 = 0.85, x2 = 0.25\n"                                                                 \
    "target t1 = 0.6905, t2 = 0.8657\n"                                                            \
    "param b1 = 0.1, w1 = 0.2, w2 = 0.3, b2 = 0.4, w3 = 0.5, w4 = 0.6\n"                           \
    "param b3 = 0.2, w5 = 0.4, w6 = 0.795, b4 = 0.2, w7 = 1.0, w8 = 0.3\n"
#define W5_LOSS "loss E = (t1 - y1)^2/2 + (t2 - y2)^2/2\n"

static const char w5[] = W5_LEAVES "z1 = b1 + w1*x1 + w2*x2\n"
                                   "h1 = sigmoid(z1)\n"
                                   "z2 = b2 + w3*x1 + w4*x2\n"
                                   "h2 = sigmoid(z2)\n"
                                   "z3 = b3 + w5*h1 + w6*h2\n"
                                   "y1 = sigmoid(z3)\n"
                                   "z4 = b4 + w7*h1 + w8*h2\n"
                                   "y2 = sigmoid(z4)\n" W5_LOSS;

/* The same with the sums inside the activations. */
static const char nested[] = W5_LEAVES "h1 = sigmoid(b1 + w1*x1 + w2*x2)\n"
                                       "h2 = sigmoid(b2 + w3*x1 + w4*x2)\n"
                                       "y1 = sigmoid(b3 + w5*h1 + w6*h2)\n"
                                       "y2 = sigmoid(b4 + w7*h1 + w8*h2)\n" W5_LOSS;

/* A matrix, and a diamond with tidy numbers. */
static const char matrix[] = "input x = [1, 2]\n"
                             "param W = [[0.3, -0.2], [0.5, 0.7]]\n"
                             "a = W @ x\n"
                             "loss E = sum(a^2)/2\n";

/* A layer of two, taken apart for the diagnosis. */
static const char layer[] = "input x = [0.5, 2]\n"
                            "target t = [0, 1]\n"
                            "param W = [[0.3, -0.2], [0.5, 0.7]], b = [0.1, -0.3]\n"
                            "h = sigmoid(W @ x + b)\n"
                            "loss E = sum((h - t)^2)/2\n";

static const char logistic[] = "input x = 0.5\n"
                               "target t = 1\n"
                               "param w = 0.8, b = -0.2\n"
                               "z = w*x + b\n"
                               "p = sigmoid(z)\n"
                               "loss L = -(t*log(p) + (1 - t)*log(1 - p))\n";

static const char tidy[] = "param p = 2, q = 3\n"
                           "u = 5*p\n"
                           "v = 7*p\n"
                           "s = u + v\n"
                           "m = p*q\n";

/* The misses are -1, 1, -2, 4: sum(r*x) is 11, and so is sum(r^2)/2; each over 4 rows. */
static const char rows[] = "data x -> y\n"
                           "  1 -> 2\n"
                           "  2 -> 1\n"
                           "  3 -> 5\n"
                           "  4 -> 0\n"
                           "param w = 1\n"
                           "p = w*x\n"
                           "loss E = rowmean((p - y)^2)/2\n";

static void open_case(Case *test, const char *script, double rate) {
    *test = (Case){0};
    Diags diags = {.arena = &test->arena, .file = "case.md"};
    const char *text = arena_format(&test->arena, "```lesson\nrate %g\n%s```\n", rate, script);
    test->lesson = lesson_compile(&test->arena, "case.md", text, &diags);
    diags_print(&diags, stdout);
    ck_assert_uint_eq(diags.count, 0);
    test->model = model_new(&test->arena, &test->lesson->exprs, &test->lesson->scope,
                            test->lesson->graph, test->lesson->rate, test->lesson->seed);
}

static void ask(Case *test, DiagnoseKind kind, const char *of, const char *wrt) {
    Diags diags = {.arena = &test->arena};
    Parser parser = {.exprs = &test->lesson->exprs,
                     .scope = &test->lesson->scope,
                     .arena = &test->arena,
                     .diags = &diags};
    parser_init(&parser, wrt ? wrt : "", 1, 1);
    DiagnoseQuestion question = {.kind = kind, .of = scope_find(&test->lesson->scope, of)};
    question.wrt = kind == DIAGNOSE_VALUE ? 0 : parse_expression(&parser);
    ck_assert_uint_eq(diags.count, 0);
    test->diagnosis = diagnose_question(test->model, &test->arena, question, 0);
}

static Finding find(Case *test, const char *text) {
    Answer answer = answer_read(test->model, &test->arena,
                                (AnswerSubject){SYMBOL_NONE, SYMBOL_NONE, false}, text);
    ck_assert_ptr_null(answer.message);
    Judgement judgement = answer_judge(&answer, &test->diagnosis.key, NULL, 0);
    ck_assert_msg(judgement.verdict == ANSWER_WRONG, "%s is not wrong", text);
    return diagnose_answer(&test->diagnosis, &answer);
}

/* `tag` and a word of its sentence; NULL where it can't be told. */
static void expect_found(Case *test, const char *text, const char *tag, const char *word) {
    Finding finding = find(test, text);
    ck_assert_msg(tag ? finding.tag && str_equal(finding.tag, tag) : !finding.tag,
                  "%s: %s, of %zu, not %s", text, finding.tag ? finding.tag : "can't tell",
                  finding.mistakes, tag ? tag : "can't tell");
    if (tag)
        ck_assert_msg(strstr(finding.sentence, word) != NULL, "%s", finding.sentence);
}

static const struct {
    const char *script;
    double rate;
    DiagnoseKind kind;
    const char *of, *wrt, *typed, *tag, *word;
} findings[] = {
    {w5, 0.1, DIAGNOSE_DERIVATIVE, "E", "w5", "0.02505", "w5:no-slope", "dy1/dz3"},
    {w5, 0.1, DIAGNOSE_DERIVATIVE, "E", "w5", "0,0251", "w5:no-slope", "dy1/dz3"},
    {w5, 0.1, DIAGNOSE_DERIVATIVE, "E", "w5", "(y1-t1)*h1", "w5:no-slope", "dy1/dz3"},
    {w5, 0.1, DIAGNOSE_DERIVATIVE, "E", "w5", "-0.004900", "w5:sign", "sign"},
    {w5, 0.1, DIAGNOSE_DERIVATIVE, "E", "w5", "0.009800", "w5:half-lost", "½"},
    {w5, 0.1, DIAGNOSE_DERIVATIVE, "E", "w5", "0.002450", "w5:two-lost", "2"},
    {w5, 0.1, DIAGNOSE_DERIVATIVE, "E", "w5", "0.005492", "w5:slope-at-output", "dy1/dz3"},
    {w5, 0.1, DIAGNOSE_DERIVATIVE, "E", "w5", "0.01837", "w5:activation-for-slope", "dy1/dz3"},
    {w5, 0.1, DIAGNOSE_DERIVATIVE, "E", "w5", "0.003348", "w5:weight-for-input", "dz3/dw5"},
    {w5, 0.1, DIAGNOSE_DERIVATIVE, "E", "w5", "0.1145", "w5:no-factor", "dE/dy1"},
    {w5, 0.1, DIAGNOSE_DERIVATIVE, "E", "w5", "0.008370", "w5:stopped-early", "dE/dz3"},
    {w5, 0.1, DIAGNOSE_DERIVATIVE, "E", "w5", "0.0428", "w5:stopped-early", "dE/dy1"},
    {w5, 0.1, DIAGNOSE_DERIVATIVE, "E", "w5", "0.1956", "w5:one-factor", "dy1/dz3"},
    {w5, 0.1, DIAGNOSE_DERIVATIVE, "E", "w5", "0.5854", "w5:one-factor", "dz3/dw5"},
    {w5, 0.1, DIAGNOSE_DERIVATIVE, "E", "w5", "0.8238", "w5:factors-added", "multiplied"},
    {w5, 0.1, DIAGNOSE_DERIVATIVE, "E", "w5", "0.006078", "w5:other-parameter", "w6"},
    {w5, 0.1, DIAGNOSE_DERIVATIVE, "E", "w5", "0.000490", "w5:step-for-slope", "step"},
    {w5, 0.1, DIAGNOSE_DERIVATIVE, "E", "w5", "0.3995", "w5:new-value", "after"},
    {w5, 0.1, DIAGNOSE_DERIVATIVE, "E", "w5", "-0.0049", "w5:sign", "sign"},
    {w5, 0.1, DIAGNOSE_DERIVATIVE, "E", "w5", "0.0098", "w5:half-lost", "½"},
    {w5, 0.1, DIAGNOSE_DERIVATIVE, "E", "y1", "0.00837", "y1:too-far", "dE/dz3"},
    {logistic, 0.1, DIAGNOSE_DERIVATIVE, "L", "p", "-0.4502", "p:too-far", "cancel"},
    {logistic, 0.1, DIAGNOSE_LOCAL, "L", "p", "-0.4502", "p:too-far", "dL/dz"},
    {w5, 5, DIAGNOSE_DERIVATIVE, "E", "w1", "0.006118", "w1:path-sign", "`y2` → `E`"},
    {w5, 0.1, DIAGNOSE_DERIVATIVE, "E", "w5", "0.0123", NULL, NULL},
    {w5, 0.1, DIAGNOSE_DERIVATIVE, "E", "w5", "0.03", NULL, NULL},     /* too coarse */
    {w5, 0.5, DIAGNOSE_DERIVATIVE, "E", "w5", "0.002450", NULL, NULL}, /* half, or the step? */
    {w5, 5, DIAGNOSE_DERIVATIVE, "E", "w1", "0.0006907", "w1:one-path", "`y1` → `E`"},
    {w5, 5, DIAGNOSE_DERIVATIVE, "E", "w1", "-0.005427", "w1:one-path", "`y2` → `E`"},
    {w5, 5, DIAGNOSE_DERIVATIVE, "E", "w1", "-3.749e-6", "w1:paths-multiplied", "added"},
    {w5, 5, DIAGNOSE_DERIVATIVE, "E", "w1", "-0.005197", "w1:updated-weights", "updated"},
    {w5, 5, DIAGNOSE_DERIVATIVE, "E", "w1", "-0.02695", "w1:no-slope", "dy2/dz4"},
    /* Without the slope of h1 it is -0.019516, with y2 for its slope -0.019537. */
    {w5, 5, DIAGNOSE_DERIVATIVE, "E", "w1", "-0.01952", NULL, NULL},
    {w5, 5, DIAGNOSE_DERIVATIVE, "E", "w1", "-0.004416", "w1:input-for-weight", "dz3/dh1"},
    {w5, 0.1, DIAGNOSE_LOCAL, "y1", "z3", "0.7333", "z3:activation-for-slope", "value"},
    {w5, 0.1, DIAGNOSE_LOCAL, "z3", "w5", "0.4", "w5:weight-for-input", "dz3/dw5"},
    {w5, 0.1, DIAGNOSE_LOCAL, "z3", "w5", "1.00", "w5:other-partial", "b3"},
    {w5, 0.1, DIAGNOSE_UPDATE, "E", "w5", "0.40049", "w5:uphill", "subtracted"},
    {w5, 0.1, DIAGNOSE_UPDATE, "E", "w5", "0.4005", "w5:uphill", "subtracted"},
    {w5, 0.1, DIAGNOSE_UPDATE, "E", "w5", "0.4", "w5:old-value", "before"},
    {w5, 0.1, DIAGNOSE_UPDATE, "E", "w5", "0.4000", "w5:old-value", "before"},
    {w5, 0.1, DIAGNOSE_UPDATE, "E", "w5", "0.3951", "w5:no-rate", "rate"},
    {w5, 0.1, DIAGNOSE_UPDATE, "E", "w5", "0.000490", "w5:step-only", "step"},
    {w5, 0.1, DIAGNOSE_UPDATE, "E", "w5", "0.00490", "w5:slope-for-value", "derivative"},
    {w5, 0.1, DIAGNOSE_UPDATE, "E", "w5", "0.397495", "w5:no-slope", "dy1/dz3"},
    {w5, 0.1, DIAGNOSE_VALUE, "y1", NULL, "1.011", "y1:no-activation", "activation"},
    {w5, 0.1, DIAGNOSE_VALUE, "y1", NULL, "0.1956", "y1:slope-for-activation", "slope"},
    {w5, 0.1, DIAGNOSE_VALUE, "z3", NULL, "0.8114", "z3:no-term", "term"},
    {w5, 0.1, DIAGNOSE_VALUE, "z3", NULL, "0.4342", "z3:no-term", "term"},
    {w5, 0.1, DIAGNOSE_VALUE, "E", NULL, "0.01979", "E:half-lost", "½"},
    {nested, 0.1, DIAGNOSE_DERIVATIVE, "E", "w5", "0.02505", "w5:no-slope", "sigmoid in `y1`"},
    {nested, 0.1, DIAGNOSE_DERIVATIVE, "E", "w5", "0.005492", "w5:slope-at-output", "y1"},
    {nested, 0.1, DIAGNOSE_DERIVATIVE, "E", "w5", "0.003348", "w5:weight-for-input",
     "`w5` inside `y1`"},
    {nested, 0.1, DIAGNOSE_DERIVATIVE, "E", "w5", "0.008370", "w5:stopped-early", "y1"},
    {nested, 5, DIAGNOSE_DERIVATIVE, "E", "w1", "-0.005197", "w1:updated-weights", "updated"},
    /* a = (-0.1, 1.9), dE/dW = a @ x.T = [[-0.1, -0.2], [1.9, 3.8]] */
    {matrix, 0.1, DIAGNOSE_DERIVATIVE, "E", "W[2,1]", "-1.9", "W[2,1]:sign", "sign"},
    {matrix, 0.1, DIAGNOSE_DERIVATIVE, "E", "W[2,1]", "-0.200", "W[2,1]:other-parameter", "W[1,2]"},
    {matrix, 0.1, DIAGNOSE_UPDATE, "E", "W[2,1]", "0.69", "W[2,1]:uphill", "uphill"},
    {layer, 0.1, DIAGNOSE_DERIVATIVE, "E", "W[2,2]", "-0.4117", "W[2,2]:no-slope", "sigmoid"},
    {layer, 0.1, DIAGNOSE_DERIVATIVE, "E", "W[2,2]", "-0.02356", "W[2,2]:weight-for-input",
     "W[2,2]"},
    {layer, 0.1, DIAGNOSE_DERIVATIVE, "E", "W[2,2]", "0.2300", "W[2,2]:other-parameter", "W[1,2]"},
    {layer, 0.1, DIAGNOSE_DERIVATIVE, "E", "b[1]", "-0.1150", "b[1]:sign", "sign"},
    {layer, 0.1, DIAGNOSE_VALUE, "h", NULL, "-0.15", "h[1]:no-activation", "activation"},
    {layer, 0.1, DIAGNOSE_VALUE, "h", NULL, "0.4378", "h[1]:no-term", "b[1]"},
    {rows, 0.1, DIAGNOSE_DERIVATIVE, "E", "w", "11", "w:not-averaged", "rows"},
    {rows, 0.1, DIAGNOSE_VALUE, "E", NULL, "11", "E:not-averaged", "rows"},
    {tidy, 0.1, DIAGNOSE_DERIVATIVE, "s", "p", "7", "p:one-path", "`p` → `v` → `s`"},
    {tidy, 0.1, DIAGNOSE_DERIVATIVE, "s", "p", "35", "p:paths-multiplied", "added"},
    {tidy, 0.1, DIAGNOSE_LOCAL, "m", "p", "2", "p:weight-for-input", "dm/dp"},
};

START_TEST(finds) {
    Case test;
    open_case(&test, findings[_i].script, findings[_i].rate);
    ask(&test, findings[_i].kind, findings[_i].of, findings[_i].wrt);
    expect_found(&test, findings[_i].typed, findings[_i].tag, findings[_i].word);
    arena_clear(&test.arena);
}
END_TEST

START_TEST(an_update_is_judged_by_its_step) {
    Case test;
    open_case(&test, w5, 0.1);
    ask(&test, DIAGNOSE_UPDATE, "E", "w5");
    ck_assert_double_eq_tol(test.diagnosis.key.truth, 0.39951, 1e-6);
    ck_assert(answer_is_within(&test.diagnosis.key, 0.39951));
    ck_assert(!answer_is_within(&test.diagnosis.key, 0.4));
    ck_assert(!answer_is_within(&test.diagnosis.key, 0.40049));
    arena_clear(&test.arena);
}
END_TEST

START_TEST(drops_what_is_right) {
    Case test;
    open_case(&test, w5, 0.1);
    ask(&test, DIAGNOSE_DERIVATIVE, "E", "w1"); /* updated weights change it by 0.2 % */
    ck_assert_uint_gt(test.diagnosis.count, 5);
    for (size_t i = 0; i < test.diagnosis.count; i++) {
        ck_assert(strcmp(test.diagnosis.list[i].tag, "w1:updated-weights") != 0);
        ck_assert(!answer_is_within(&test.diagnosis.key, test.diagnosis.list[i].value));
    }
    arena_clear(&test.arena);
}
END_TEST

static double value_of(const Case *test, const char *name) {
    return *model_value(test->model, scope_find(&test->lesson->scope, name));
}

START_TEST(authors_mistakes_come_first) {
    Case test;
    open_case(&test, w5, 0.1);
    ask(&test, DIAGNOSE_DERIVATIVE, "E", "w5");
    size_t before = test.diagnosis.count;
    double h1 = value_of(&test, "h1");
    diagnose_add_author(&test.diagnosis, "That is h1 squared", h1 * h1);
    ck_assert_uint_eq(test.diagnosis.count, before + 1);
    expect_found(&test, "0.3427", "w5:author-1", "That is h1 squared.");
    double no_slope = (value_of(&test, "y1") - value_of(&test, "t1")) * h1;
    diagnose_add_author(&test.diagnosis, "Where is the sigmoid?", no_slope);
    ck_assert_uint_eq(test.diagnosis.count, before + 1);
    expect_found(&test, "0.02505", "w5:author-2", "Where is the sigmoid?");
    diagnose_add_author(&test.diagnosis, "This one is right", 0.0049);
    ck_assert_uint_eq(test.diagnosis.count, before + 1);
    arena_clear(&test.arena);
}
END_TEST

/* The part of the path w1 → z1 → h1 → z3 → y1 → E alone: 0.00069071; the other is -0.0054271. */
START_TEST(asks_along_one_path) {
    static const struct {
        const char *typed, *tag, *word;
    } answers[] = {{"-0.0006907", "w1:sign", "sign"},
                   {"0.001381", "w1:half-lost", "½"},
                   {"0.003532", "w1:no-slope", "dy1/dz3"},
                   {"-0.005427", "w1:other-path", "`y2` → `E`"},
                   {"-0.004736", "w1:all-paths", "all paths"}};
    static const char *const nodes[] = {"E", "y1", "z3", "h1", "z1", "w1"};
    Case test;
    open_case(&test, w5, 5);
    const Graph *graph = test.lesson->graph;
    bool *along = ARENA_ARRAY(&test.arena, bool, graph->edge_count);
    for (size_t e = 0; e < graph->edge_count; e++)
        for (size_t i = 0; i + 1 < sizeof nodes / sizeof *nodes; i++)
            along[e] =
                along[e] || (graph->edges[e].to == scope_find(&test.lesson->scope, nodes[i]) &&
                             graph->edges[e].from == scope_find(&test.lesson->scope, nodes[i + 1]));
    SymbolId w1 = scope_find(&test.lesson->scope, "w1");
    DiagnoseQuestion question = {.kind = DIAGNOSE_DERIVATIVE,
                                 .of = scope_find(&test.lesson->scope, "E"),
                                 .wrt = scope_expr(&test.lesson->scope, &test.lesson->exprs, w1),
                                 .along = along,
                                 .along_value = 0.0006907090240368073};
    test.diagnosis = diagnose_question(test.model, &test.arena, question, 0);
    for (size_t i = 0; i < sizeof answers / sizeof *answers; i++)
        expect_found(&test, answers[i].typed, answers[i].tag, answers[i].word);
    arena_clear(&test.arena);
}
END_TEST

START_TEST(lists_close_pairs) {
    Case test;
    ClosePair *pairs;
    open_case(&test, w5, 0.1);
    ask(&test, DIAGNOSE_DERIVATIVE, "E", "w5");
    ck_assert_uint_eq(diagnose_close_pairs(&test.diagnosis, &pairs), 0);
    arena_clear(&test.arena);
    open_case(&test, w5, 0.5);
    ask(&test, DIAGNOSE_DERIVATIVE, "E", "w5");
    ck_assert_uint_eq(diagnose_close_pairs(&test.diagnosis, &pairs), 1);
    ck_assert_str_eq(pairs[0].first->tag, "w5:two-lost");
    ck_assert_str_eq(pairs[0].second->tag, "w5:step-for-slope");
    arena_clear(&test.arena);
}
END_TEST

START_TEST(survives_questions_without_an_answer) {
    Case test;
    open_case(&test, w5, 0.1);
    ask(&test, DIAGNOSE_DERIVATIVE, "z1", "w5"); /* no path */
    ck_assert_double_eq(test.diagnosis.key.truth, 0);
    ask(&test, DIAGNOSE_DERIVATIVE, "z1", "E"); /* backwards */
    ck_assert_double_eq(test.diagnosis.key.truth, 0);
    ask(&test, DIAGNOSE_DERIVATIVE, "E", "E");
    ck_assert_double_eq(test.diagnosis.key.truth, 1);
    ask(&test, DIAGNOSE_LOCAL, "E", "w5"); /* not in the formula */
    ck_assert_double_eq(test.diagnosis.key.truth, 0);
    ask(&test, DIAGNOSE_VALUE, "w5", NULL);
    ck_assert_double_eq(test.diagnosis.key.truth, 0.4);
    arena_clear(&test.arena);
}
END_TEST

Suite *diagnose_suite(void) {
    Suite *suite = suite_create("diagnose");
    TCase *all = tcase_create("diagnoses");
    tcase_add_loop_test(all, finds, 0, COUNT(findings));
    tcase_add_test(all, an_update_is_judged_by_its_step);
    tcase_add_test(all, drops_what_is_right);
    tcase_add_test(all, authors_mistakes_come_first);
    tcase_add_test(all, asks_along_one_path);
    tcase_add_test(all, lists_close_pairs);
    tcase_add_test(all, survives_questions_without_an_answer);
    suite_add_tcase(suite, all);
    return suite;
}
