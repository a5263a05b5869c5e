/* Variants: the same question with other numbers, and what must stay as it is. */
#include <math.h>

#include "app/teach.h"
#include "app/variant.h"
#include "suites.h"

typedef struct Case {
    Arena arena;
    Lesson *lesson;
    Session *session;
} Case;

static void open_case(Case *test, const char *text) {
    *test = (Case){0};
    Diags diags = {.arena = &test->arena, .file = "case.md"};
    test->lesson = lesson_compile(&test->arena, "case.md", text, &diags);
    ck_assert_uint_eq(diags.count, 0);
    test->session = session_open(&test->arena, test->lesson, (Settings){.digits = 4});
}

static double value(Case *test, const char *name) {
    const Model *model = session_model(test->session);
    return *model_value(model, scope_find(&test->lesson->scope, name));
}

static size_t find_step(Case *test, StepKind kind) {
    size_t step = 0;
    while (test->lesson->steps[step].kind != kind)
        step++;
    return step;
}

static double truth_at(Case *test, size_t position) {
    Asked asked;
    session_goto(test->session, position);
    ck_assert(teach_asked(test->session, &test->arena, position, &asked));
    return asked.key.truth;
}

static const char network[] = "```lesson\n"
                              "input x = 0.85, off = 0, on = 1\n"
                              "target t = 0.69\n"
                              "param w = 0.4, b = 0, v = -1.25\n"
                              "param r ~ uniform(-1, 1) step 0.1\n"
                              "z = w*x + b + v + r + 0*off*on\n"
                              "y = sigmoid(z)\n"
                              "loss E = (t - y)^2/2\n"
                              "forward z\n"
                              "chain dE/dw\n"
                              "update\n"
                              "```\n";

START_TEST(every_question_has_another_answer) {
    Case original;
    open_case(&original, network);
    for (size_t step = 0; step < original.lesson->step_count; step++) {
        Asked asked;
        if (!teach_asked(original.session, &original.arena, step, &asked) || !asked.number)
            continue;
        double truth = truth_at(&original, step);
        for (uint64_t seed = 0; seed < 50; seed++) {
            Case variant;
            open_case(&variant, network);
            ck_assert(variant_make(variant.session, step, seed));
            double other = truth_at(&variant, step);
            ck_assert_msg(isfinite(other) && fabs(other - truth) > 0.04 * fabs(truth),
                          "step %zu, seed %d: %g, and before %g", step, (int)seed, other, truth);
            arena_clear(&variant.arena);
        }
    }
    arena_clear(&original.arena);
}
END_TEST

START_TEST(numbers_stay_near_and_short) {
    for (uint64_t seed = 0; seed < 200; seed++) {
        Case test;
        open_case(&test, network);
        ck_assert(variant_make(test.session, find_step(&test, STEP_FORWARD), seed));
        double x = value(&test, "x"), w = value(&test, "w"), v = value(&test, "v");
        ck_assert(x > 0.4 && x < 1 && fabs(x * 100 - round(x * 100)) < 1e-9);
        ck_assert(w > 0 && w < 0.8 && fabs(w * 10 - round(w * 10)) < 1e-9);
        ck_assert(v < -0.6 && v > -1.9);
        ck_assert_double_ne(x, 0.85);
        ck_assert_double_ne(w, 0.4);
        ck_assert_double_ne(v, -1.25);
        ck_assert_double_ne(value(&test, "b"), 0);
        ck_assert_double_eq(value(&test, "off"), 0);
        ck_assert_double_eq(value(&test, "on"), 1);
        arena_clear(&test.arena);
    }
}
END_TEST

/* 0.6 − 0.8 + 0.2 is no 0 on a computer. */
START_TEST(nobody_sees_what_rounding_leaves_of_zero) {
    static const char sum[] = "```lesson\n"
                              "input x = 2\n"
                              "param u = 0.5, v = -0.5, b = 0.1\n"
                              "z = u + v + b\n"
                              "y = x*(z + 3)\n"
                              "forward\n"
                              "```\n";
    for (uint64_t seed = 0; seed < 300; seed++) {
        Case test;
        open_case(&test, sum);
        ck_assert(variant_make(test.session, test.lesson->step_count - 1, seed));
        double z = fabs(value(&test, "z"));
        ck_assert_msg(z == 0 || z > 1e-9, "seed %d: z is %g", (int)seed, z);
        arena_clear(&test.arena);
    }
}
END_TEST

START_TEST(a_seed_gives_the_same_numbers_again) {
    Case first, again, other;
    open_case(&first, network);
    open_case(&again, network);
    open_case(&other, network);
    size_t step = find_step(&first, STEP_PRODUCT);
    ck_assert(variant_make(first.session, step, 9));
    ck_assert(variant_make(again.session, step, 9));
    ck_assert(variant_make(other.session, step, 10));
    ck_assert_double_eq(truth_at(&first, step), truth_at(&again, step));
    ck_assert_double_ne(truth_at(&first, step), truth_at(&other, step));
    arena_clear(&first.arena);
    arena_clear(&again.arena);
    arena_clear(&other.arena);
}
END_TEST

START_TEST(a_class_is_no_amount) {
    static const char text[] = "```lesson\n"
                               "input class = 3, z = [1, 2, 3]\n"
                               "loss L = -sum(onehot(class, 3)*log_softmax(z))\n"
                               "forward\n"
                               "```\n";
    for (uint64_t seed = 0; seed < 30; seed++) {
        Case test;
        open_case(&test, text);
        ck_assert(variant_make(test.session, find_step(&test, STEP_FORWARD), seed));
        ck_assert_double_eq(value(&test, "class"), 3);
        arena_clear(&test.arena);
    }
}
END_TEST

START_TEST(what_a_lesson_sets_is_varied) {
    static const char text[] = "```lesson\n"
                               "input x = 2\n"
                               "y = x^2\n"
                               "set x = 3\n"
                               "forward y\n"
                               "set x = 0.5\n"
                               "forward y\n"
                               "```\n";
    for (uint64_t seed = 0; seed < 30; seed++) {
        Case test;
        open_case(&test, text);
        size_t step = find_step(&test, STEP_FORWARD);
        ck_assert(variant_make(test.session, step, seed));
        ck_assert_double_ne(truth_at(&test, step), 9);
        ck_assert_double_eq(truth_at(&test, step + 2), 0.25); /* set later: not asked for */
        ck_assert(variant_make(test.session, step + 2, seed));
        ck_assert_double_ne(truth_at(&test, step + 2), 0.25);
        arena_clear(&test.arena);
    }
}
END_TEST

START_TEST(what_cannot_change_stays) {
    static const char text[] = "```lesson\n"
                               "param w = 2\n"
                               "y = w - w + 3\n"
                               "forward y\n"
                               "```\n";
    Case test;
    open_case(&test, text);
    ck_assert(!variant_make(test.session, find_step(&test, STEP_FORWARD), 1));
    ck_assert_double_eq(value(&test, "w"), 2);
    arena_clear(&test.arena);
}
END_TEST

START_TEST(choices_change_places) {
    static const char text[] = "```lesson\n"
                               "param w = 2\n"
                               "y = w^2\n"
                               "forward y\n"
                               "ask \"Which way?\"\n"
                               "    choice \"up\" correct\n"
                               "    choice \"down\" \"look again\"\n"
                               "    choice \"neither\" \"look again\"\n"
                               "```\n";
    for (uint64_t seed = 0; seed < 20; seed++) {
        Case test;
        open_case(&test, text);
        size_t step = find_step(&test, STEP_ASK);
        ck_assert(variant_make(test.session, step, seed));
        const Question *question = test.lesson->steps[step].question;
        ck_assert_uint_eq(question->choice_count, 3);
        ck_assert_str_ne(question->choices[0].label, "up");
        ck_assert_ptr_eq(test.lesson->steps[find_step(&test, STEP_ANSWER)].question, question);
        ck_assert_double_eq(value(&test, "w"), 2);
        for (size_t i = 0; i < 3; i++)
            ck_assert_int_eq(question->choices[i].correct, question->choices[i].label[0] == 'u');
        arena_clear(&test.arena);
    }
}
END_TEST

Suite *variant_suite(void) {
    Suite *suite = suite_create("variant");
    TCase *variants = tcase_create("variants");
    tcase_add_test(variants, every_question_has_another_answer);
    tcase_add_test(variants, numbers_stay_near_and_short);
    tcase_add_test(variants, nobody_sees_what_rounding_leaves_of_zero);
    tcase_add_test(variants, a_seed_gives_the_same_numbers_again);
    tcase_add_test(variants, a_class_is_no_amount);
    tcase_add_test(variants, what_a_lesson_sets_is_varied);
    tcase_add_test(variants, what_cannot_change_stays);
    tcase_add_test(variants, choices_change_places);
    tcase_set_timeout(variants, 60);
    suite_add_tcase(suite, variants);
    return suite;
}
