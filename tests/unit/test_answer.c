/* Answers: how they are read, and how they are judged. */
#include <math.h>
#include <string.h>

#include "lesson/answer.h"
#include "lesson/lesson.h"
#include "suites.h"

#define COUNT(array) ((int)(sizeof(array) / sizeof *(array)))

typedef struct Case {
    Arena arena;
    Lesson *lesson;
    Model *model;
} Case;

static const char *const names = "```lesson\n"
                                 "input x1 = 2, x2 = 0.5, M = [[1, 2], [3, 4]]\n"
                                 "y = x1*x2\n"
                                 "E = y^2 + sum(M)\n"
                                 "```\n";

static void open_case(Case *test) {
    *test = (Case){0};
    Diags diags = {.arena = &test->arena, .file = "case.md"};
    test->lesson = lesson_compile(&test->arena, "case.md", names, &diags);
    ck_assert_uint_eq(diags.count, 0);
    test->model = model_new(&test->arena, &test->lesson->exprs, &test->lesson->scope,
                            test->lesson->graph, test->lesson->rate, test->lesson->seed);
}

static Answer read_text(Case *test, const char *text) {
    return answer_read(test->model, &test->arena,
                       (AnswerSubject){scope_find(&test->lesson->scope, "E"), SYMBOL_NONE, false},
                       text);
}

/* ------------------------------------------------------------------------------ reading */

static const struct {
    const char *text;
    double value;
    int digits;
    double resolution;
} readings[] = {
    {"0.0049", 0.0049, 2, 0.00005},
    {"0,0049", 0.0049, 2, 0.00005},
    {"-0,00490", -0.0049, 3, 0.000005},
    {"  +1.5 ", 1.5, 2, 0.05},
    {"\xE2\x88\x92"
     "0.25",
     -0.25, 2, 0.005}, /* U+2212 */
    {"- 0.25", -0.25, 2, 0.005},
    {"= 3", 3, 1, 0.5},
    {"4.9e-3", 4.9e-3, 2, 0.5e-4},
    {"4,9e-3", 4.9e-3, 2, 0.5e-4},
    {"4.9e\xE2\x88\x92"
     "3",
     4.9e-3, 2, 0.5e-4},
    {".5", 0.5, 1, 0.05},
    {",5", 0.5, 1, 0.05},
    {"120", 120, 3, 0.5},
    {"0", 0, 0, 0},
    {"0.000", 0, 0, 0},
    {"3/4", 0.75, 0, 0},
    {"-3/4", -0.75, 0, 0},
    {"\xE2\x88\x92"
     "3/4",
     -0.75, 0, 0},
    {"max(1,2)", 2, 0, 0},
    {"max(1, x1*3)", 6, 0, 0},
    {"x1*x2 + 1", 2, 0, 0},
    {"y", 1, 0, 0},
    {"M[1,2]", 2, 0, 0},
    {"4.9*10^-3", 4.9e-3, 0, 0},
    {"2^-1", 0.5, 0, 0},
    {"2x1(1 - y)", 0, 0, 0},
    {"(x1)(x2)2", 2, 0, 0},
    {"M[2,1](x1)", 6, 0, 0},
    {"(2)(3)", 6, 0, 0},
    {"0.5(4)(3)", 6, 0, 0},
    {"2exp(0)", 2, 0, 0},
    {"3x2", 1.5, 0, 0},
    {"x1/2 + 2x2", 2, 0, 0},
};

START_TEST(reads) {
    Case test;
    open_case(&test);
    Answer answer = read_text(&test, readings[_i].text);
    ck_assert_msg(!answer.message, "%s: %s", readings[_i].text, answer.message);
    ck_assert_double_eq_tol(answer.value, readings[_i].value, 1e-15);
    ck_assert_msg(answer.digits == readings[_i].digits, "%s: %d digits", readings[_i].text,
                  answer.digits);
    ck_assert_double_eq_tol(answer.resolution, readings[_i].resolution, 1e-15);
    arena_clear(&test.arena);
}
END_TEST

static const struct {
    const char *text, *words;
} refusals[] = {
    {"", "no answer yet"},
    {"   ", "no answer yet"},
    {"dE/dx1", "derivative"},
    {"2*dE/dx1", "derivative"},
    {"d(E)/dx1 + 1", "derivative"},
    {"E", "value of E"},
    {"E/1", "value of E"},
    {"M", "matrix of 2 by 2"},
    {"1/0", "finite"},
    {"1e999", "too large"},
    {"5%", "percentage"},
    {"z", "z"},
    {"1,5,3", "3 numbers"},
    {"1.234,5", "did not expect the sign ,"},
    {"3,5/4", "a comma in this number"},
    {"1 2", "2 numbers"},
    {"1 000", "blanks in this number"},
    {"x1 2", "a sign is missing"},
    {"[1; 2; 3]", "3 numbers"},
    {"x1 +", ""},
    {"1/2x1", "run into a name"},
    {"x1/x2(3)", "not a function"},
    {"2 x1", "a sign is missing"},
    {"2kg", "run into a name"},
    {"(1", "never closed"},
};

START_TEST(refuses) {
    Case test;
    open_case(&test);
    Answer answer = read_text(&test, refusals[_i].text);
    ck_assert_msg(answer.message && strstr(answer.message, refusals[_i].words), "%s: %s",
                  refusals[_i].text, answer.message ? answer.message : "was read");
    Judgement judgement = answer_judge(&answer, &(AnswerKey){1, 0, 0}, NULL, 0);
    ck_assert_int_eq(judgement.verdict, ANSWER_UNREADABLE);
    ck_assert_str_eq(judgement.reason, answer.message);
    arena_clear(&test.arena);
}
END_TEST

/* ------------------------------------------------------------------------------ judging */

static const struct {
    const char *text;
    double truth, tolerance;
    AnswerVerdict verdict;
    AnswerRounding rounding;
} verdicts[] = {
    {"0.0049", 0.00489995, 0, ANSWER_RIGHT, ROUNDING_NONE},
    {"0.00495", 0.00490, 0, ANSWER_WRONG, ROUNDING_NONE}, /* 1.02 % */
    {"0.004949", 0.00490, 0, ANSWER_RIGHT, ROUNDING_NONE},
    {"-0.0049", 0.00489995, 0, ANSWER_WRONG, ROUNDING_NONE},
    {"0.005", 0.00489995, 0, ANSWER_ROUNDED, ROUNDING_COARSE},
    {"0.20", 0.1956, 0, ANSWER_ROUNDED, ROUNDING_FINE},
    {"0.2", 0.19, 0.01, ANSWER_ROUNDED, ROUNDING_COARSE},
    {"0.2", 0.17, 0, ANSWER_WRONG, ROUNDING_NONE}, /* too far off */
    {"0.3", 0.25, 0, ANSWER_WRONG, ROUNDING_NONE},
    {"0.04", 0.0428, 0, ANSWER_ROUNDED, ROUNDING_COARSE},
    {"0.043", 0.0428, 0, ANSWER_RIGHT, ROUNDING_NONE},
    {"-0.04", 0.0428, 0, ANSWER_WRONG, ROUNDING_NONE},
    {"0.05", 0.0428, 0, ANSWER_WRONG, ROUNDING_NONE},
    {"0.0", 0.0428, 0, ANSWER_WRONG, ROUNDING_NONE},
    {"1", 0.96, 0, ANSWER_ROUNDED, ROUNDING_COARSE},
    {"1", 0.6, 0, ANSWER_WRONG, ROUNDING_NONE}, /* no digit of 0.6 is left */
    {"10", 9.6, 0, ANSWER_ROUNDED, ROUNDING_FINE},
    {"1e3", 1100, 0, ANSWER_ROUNDED, ROUNDING_COARSE},
    {"1e3", 1200, 0, ANSWER_WRONG, ROUNDING_NONE},
    {"1/5", 0.1956, 0, ANSWER_WRONG, ROUNDING_NONE}, /* a fraction is exact */
    {"0.733", 0.733299, 0.0001, ANSWER_ROUNDED, ROUNDING_FINE},
    {"0.734", 0.733299, 0.0001, ANSWER_ROUNDED, ROUNDING_OFF},
    {"0.735", 0.733299, 0.0001, ANSWER_WRONG, ROUNDING_NONE},
    {"0.7332", 0.733299, 0.00001, ANSWER_ROUNDED, ROUNDING_OFF},
    {"0.73", 0.733299, 0.0001, ANSWER_ROUNDED, ROUNDING_FINE},
    {"0.74", 0.733299, 0.0001, ANSWER_WRONG, ROUNDING_NONE},
    {"11/15", 0.733299, 0.0001, ANSWER_RIGHT, ROUNDING_NONE},
    {"0", 0, 0, ANSWER_RIGHT, ROUNDING_NONE},
    {"0", 1e-17, 0, ANSWER_RIGHT, ROUNDING_NONE},
    {"0.000", 0.0004, 0, ANSWER_WRONG, ROUNDING_NONE},
    {"0.001", 0, 0, ANSWER_WRONG, ROUNDING_NONE},
    {"0.125", 0.1245, 0.0001, ANSWER_ROUNDED, ROUNDING_FINE}, /* a tie */
    {"0.124", 0.1245, 0.0001, ANSWER_ROUNDED, ROUNDING_FINE},
    {"1", NAN, 0, ANSWER_WRONG, ROUNDING_NONE},
    {"1", INFINITY, 0, ANSWER_WRONG, ROUNDING_NONE},
};

START_TEST(judges) {
    Case test;
    open_case(&test);
    Answer answer = read_text(&test, verdicts[_i].text);
    AnswerKey key = {verdicts[_i].truth, verdicts[_i].tolerance, 0};
    Judgement judgement = answer_judge(&answer, &key, NULL, 0);
    ck_assert_msg(judgement.verdict == verdicts[_i].verdict, "%s for %g: verdict %d",
                  verdicts[_i].text, verdicts[_i].truth, judgement.verdict);
    ck_assert_int_eq(judgement.rounding, verdicts[_i].rounding);
    ck_assert_int_eq(judgement.reason != NULL, judgement.verdict == ANSWER_ROUNDED);
    arena_clear(&test.arena);
}
END_TEST

/* The new value of a parameter; what it was before is the truth less the change. */
static const struct {
    const char *text;
    double truth, change;
    AnswerVerdict verdict;
    bool hidden;
    int digits;
} updates[] = {
    {"0.39951", 0.39951, -0.00049, ANSWER_RIGHT, false, 4},
    {"0.399512", 0.39951, -0.00049, ANSWER_RIGHT, false, 4},
    {"0.3995", 0.39951, -0.00049, ANSWER_ROUNDED, false, 4},
    {"0.4000", 0.39951, -0.00049, ANSWER_WRONG, false, 4},
    {"0.400", 0.39951, -0.00049, ANSWER_WRONG, true, 4},
    {"0.4", 0.39951, -0.00049, ANSWER_WRONG, true, 4},
    {"0.4005", 0.39951, -0.00049, ANSWER_WRONG, false, 4},  /* uphill */
    {"0.40049", 0.39951, -0.00049, ANSWER_WRONG, false, 4}, /* uphill */
    {"0.3951", 0.39951, -0.00049, ANSWER_WRONG, false, 4},  /* without the rate */
    {"0.39902", 0.39951, -0.00049, ANSWER_WRONG, false, 4}, /* twice the step */
    {"0.399", 0.39951, -0.00049, ANSWER_WRONG, false, 4},   /* cut off; no digit of the step */
    {"0.4", 0.39998, -0.00002, ANSWER_WRONG, true, 5},
    {"0.3", 0.2765, -0.1235, ANSWER_WRONG, true, 1}, /* a fifth of the step is lost */
    {"0.1", 0.1042, -0.1235, ANSWER_ROUNDED, false, 1},
    {"0.28", 0.2765, -0.1235, ANSWER_ROUNDED, false, 1},
    {"0.4", 0.2765, -0.1235, ANSWER_WRONG, false, 1},
    {"10", 0.5, 9.5, ANSWER_WRONG, false, 1},
    {"2", 2, 0, ANSWER_RIGHT, false, 0}, /* no slope, no change */
    {"2.1", 2, 0, ANSWER_WRONG, false, 0},
};

START_TEST(judges_an_update_by_its_step) {
    Case test;
    open_case(&test);
    Answer answer = read_text(&test, updates[_i].text);
    AnswerKey key = {updates[_i].truth, 0, updates[_i].change};
    Judgement judgement = answer_judge(&answer, &key, NULL, 0);
    ck_assert_msg(judgement.verdict == updates[_i].verdict, "%s for %g: verdict %d",
                  updates[_i].text, updates[_i].truth, judgement.verdict);
    ck_assert_int_eq(judgement.hidden, updates[_i].hidden);
    ck_assert_int_eq(answer_digits_needed(&key), updates[_i].digits);
    arena_clear(&test.arena);
}
END_TEST

START_TEST(carries_mistakes_forward) {
    static const AnswerCarried carried[] = {{0.5, "With your h1 this is right."},
                                            {0.0049, "never reached"},
                                            {0.25, "With your y1 this is right."}};
    static const struct {
        const char *text;
        AnswerVerdict verdict;
        const char *reason;
    } rows[] = {{"0.0049", ANSWER_RIGHT, NULL},
                {"0.501", ANSWER_CARRIED, "With your h1 this is right."},
                {"1/4", ANSWER_CARRIED, "With your y1 this is right."},
                {"0.26", ANSWER_WRONG, NULL}};
    Case test;
    open_case(&test);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        Answer answer = read_text(&test, rows[i].text);
        Judgement judgement = answer_judge(&answer, &(AnswerKey){0.0049, 0, 0}, carried, 3);
        ck_assert_int_eq(judgement.verdict, rows[i].verdict);
        ck_assert_pstr_eq(judgement.reason, rows[i].reason);
    }
    arena_clear(&test.arena);
}
END_TEST

Suite *answer_suite(void) {
    Suite *suite = suite_create("answer");
    TCase *all = tcase_create("answers");
    tcase_add_loop_test(all, reads, 0, COUNT(readings));
    tcase_add_loop_test(all, refuses, 0, COUNT(refusals));
    tcase_add_loop_test(all, judges, 0, COUNT(verdicts));
    tcase_add_loop_test(all, judges_an_update_by_its_step, 0, COUNT(updates));
    tcase_add_test(all, carries_mistakes_forward);
    suite_add_tcase(suite, all);
    return suite;
}
