/* Going back in a long training: what is kept for it, and what it costs. */
#include <string.h>

#include "lesson_case.h"
#include "num/rng.h"
#include "num/train.h"
#include "suites.h"

enum { STEPS = 1000000, VISITS = 12, PARAMETERS = 2, MOST_REPLAYED = 4096 };

static const char LINE[] = "data x -> t\n  1 -> 2\n  2 -> 3\n  3 -> 5\n"
                           "param w = 0, b = 0\ny = w*x + b\nloss E = (y - t)^2/2";

/* What the parameters were at some epochs of a training, taken down as it went by. */
typedef struct Diary {
    const LessonCase *test;
    size_t epochs[VISITS];
    double kept[VISITS][PARAMETERS];
} Diary;

static void read_parameters(const LessonCase *test, double *parameters) {
    parameters[0] = *model_value(test->model, lesson_case_symbol(test, "w"));
    parameters[1] = *model_value(test->model, lesson_case_symbol(test, "b"));
}

static bool take_down(void *context, const TrainMoment *moment) {
    Diary *diary = context;
    for (int i = 0; i < VISITS; i++)
        if (diary->epochs[i] == moment->epoch) {
            const Scope *scope = diary->test->model->scope;
            const double *leaves = diary->test->model->leaves;
            diary->kept[i][0] =
                leaves[scope_get(scope, lesson_case_symbol(diary->test, "w"))->offset];
            diary->kept[i][1] =
                leaves[scope_get(scope, lesson_case_symbol(diary->test, "b"))->offset];
        }
    return true;
}

/* From step 1 000 000 to any earlier one: a number of states that is below its root is kept, little
 * is run again, and the bits are those that were there. Shuffled rows that no line goes through
 * keep the parameters moving. */
START_TEST(goes_back_from_the_millionth_step) {
    LessonCase test;
    lesson_case_open(&test, LINE);
    Diary diary = {.test = &test};
    Rng rng = rng_stream(11, "visits");
    for (int i = 0; i < VISITS; i++)
        diary.epochs[i] = 1 + (size_t)(rng_unit(&rng) * (STEPS - 2));
    TrainPlan plan = {.loss = lesson_case_symbol(&test, "E"),
                      .epochs = STEPS,
                      .rate = 0.11,
                      .order = TRAIN_SHUFFLED,
                      .batch = 1,
                      .seed = 5};
    TrainHistory history = train(test.model, &test.arena, &plan, take_down, &diary);
    ck_assert_int_eq(history.end, TRAIN_FINISHED);
    ck_assert_uint_le(history.sampled * history.sampled, STEPS);
    ck_assert_uint_le(history.stride, MOST_REPLAYED);
    ck_assert_uint_ge(history.sampled * history.stride, STEPS);
    for (int i = 0; i < VISITS; i++) {
        double there[PARAMETERS];
        train_return(test.model, &test.arena, &plan, &history, diary.epochs[i]);
        read_parameters(&test, there);
        ck_assert(i == 0 || memcmp(diary.kept[i], diary.kept[i - 1], sizeof there) != 0);
        ck_assert_msg(memcmp(there, diary.kept[i], sizeof there) == 0, "epoch %zu: w is %a, was %a",
                      diary.epochs[i], there[0], diary.kept[i][0]);
    }
    lesson_case_close(&test);
}
END_TEST

Suite *train_suite(void) {
    Suite *suite = suite_create("train");
    TCase *back = tcase_create("going back");
    tcase_set_timeout(back, 120);
    tcase_add_test(back, goes_back_from_the_millionth_step);
    suite_add_tcase(suite, back);
    return suite;
}
