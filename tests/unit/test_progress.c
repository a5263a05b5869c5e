/* Progress: what is kept, and when it is asked again. */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "progress_case.h"
#include "suites.h"

static size_t read_reviews(ProgressCase *test, int64_t now, ProgressReview *first) {
    ProgressReview *reviews;
    size_t count;
    ck_assert(progress_read_reviews(test->progress, &test->arena, now, &reviews, &count));
    if (count)
        *first = reviews[0];
    return count;
}

/* ------------------------------------------------------------------------------ what is kept */

START_TEST(reading_creates_nothing) {
    ProgressCase test;
    progress_case_open(&test);
    ck_assert_int_eq(read_step(&test), -1);
    ck_assert_ptr_null(progress_take_message(test.progress));
    ck_assert(!progress_case_has(&test, ""));
    ck_assert_int_eq(rmdir(test.folder), 0); /* empty */
    progress_case_close(&test);
}
END_TEST

START_TEST(lessons_come_back) {
    ProgressCase test;
    progress_case_open(&test);
    ck_assert(save_step(test.progress, 30));
    ck_assert(save_step(test.progress, 12));
    progress_case_reopen(&test);
    ProgressLesson lesson;
    bool found;
    ck_assert(progress_read_lesson(test.progress, &test.arena, "w5", &lesson, &found));
    ck_assert(found);
    ck_assert_uint_eq(lesson.furthest, 30);
    ck_assert_uint_eq(lesson.last.step, 12);
    ck_assert_uint_eq(lesson.last.offset, 2);
    ck_assert_str_eq(lesson.last.heading, "Forward");
    ck_assert_uint_eq(lesson.hash, 0xFEDCBA9876543210u);
    ProgressLesson shorter = lesson_at(3);
    shorter.steps = 10; /* the lesson was cut */
    ck_assert(progress_save_lesson(test.progress, &shorter));
    ck_assert(progress_read_lesson(test.progress, &test.arena, "w5", &lesson, &found));
    ck_assert_uint_eq(lesson.furthest, 9);
    progress_case_close(&test);
}
END_TEST

START_TEST(the_lesson_saved_last_is_known) {
    static const char *const names[] = {"w5", "gears", "w5"};
    ProgressCase test;
    progress_case_open(&test);
    for (size_t i = 0; i < 3; i++) {
        ProgressLesson lesson = lesson_at(i), *lessons;
        size_t count;
        lesson.name = names[i];
        ck_assert(progress_save_lesson(test.progress, &lesson));
        ck_assert(progress_read_lessons(test.progress, &test.arena, &lessons, &count));
        size_t last = count == 2 && lessons[1].turn > lessons[0].turn ? 1 : 0;
        ck_assert_str_eq(lessons[last].name, names[i]);
    }
    progress_case_close(&test);
}
END_TEST

START_TEST(hunts_come_back) {
    static const ProgressOutcome outcomes[] = {PROGRESS_FOUND, PROGRESS_HELPED, PROGRESS_MISSED};
    ProgressCase test;
    progress_case_open(&test);
    ProgressHunt *hunts;
    size_t count;
    for (size_t i = 0; i < 3; i++) {
        ProgressHunt hunt = {.time = NOON + (int64_t)i,
                             .lesson = "w5",
                             .hash = 0xFEDCBA9876543210u,
                             .what = "hunt w5 of E seed 7",
                             .outcome = outcomes[i],
                             .tag = "z3:no-slope"};
        ck_assert(progress_save_hunt(test.progress, &hunt));
    }
    progress_case_reopen(&test);
    ck_assert(progress_read_hunts(test.progress, &test.arena, &hunts, &count));
    ck_assert_uint_eq(count, 3);
    for (size_t i = 0; i < 3; i++) {
        ck_assert_int_eq(hunts[i].outcome, outcomes[2 - i]);
        ck_assert_int_eq(hunts[i].time, NOON + 2 - (int64_t)i);
        ck_assert_str_eq(hunts[i].lesson, "w5");
        ck_assert_uint_eq(hunts[i].hash, 0xFEDCBA9876543210u);
        ck_assert_str_eq(hunts[i].what, "hunt w5 of E seed 7");
        ck_assert_str_eq(hunts[i].tag, "z3:no-slope");
    }
    progress_case_close(&test);
}
END_TEST

START_TEST(answers_come_back) {
    ProgressCase test;
    progress_case_open(&test);
    progress_case_fill(&test);
    ck_assert(save_verdict(test.progress, PROGRESS_RIGHT, NOON + 1));
    ProgressAnswer *answers;
    size_t count;
    ck_assert(progress_read_answers(test.progress, &test.arena, &answers, &count));
    ck_assert_uint_eq(count, 2);
    ck_assert_int_eq(answers[0].verdict, PROGRESS_RIGHT);
    ck_assert_str_eq(answers[0].tag, "");
    ck_assert_int_eq(answers[1].verdict, PROGRESS_WRONG);
    ck_assert_str_eq(answers[1].tag, "w5:no-slope");
    ck_assert_str_eq(answers[1].title, "the product");
    ck_assert_int_eq(answers[1].time, NOON);
    ProgressTally *tallies;
    ck_assert(progress_read_tallies(test.progress, &test.arena, &tallies, &count));
    ck_assert_uint_eq(count, 2);
    ck_assert_uint_eq(tallies[0].count, 1);
    progress_case_close(&test);
}
END_TEST

START_TEST(nobody_else_can_read_it) {
    ProgressCase test;
    progress_case_open(&test);
    umask(0);
    progress_case_fill(&test);
    struct stat status;
    ck_assert_int_eq(stat(test.path, &status), 0);
    ck_assert_int_eq(status.st_mode & 0777, 0600);
    const char *folder = arena_format(&test.arena, "%s/state/backstep", test.folder);
    ck_assert_int_eq(stat(folder, &status), 0);
    ck_assert_int_eq(status.st_mode & 0777, 0700);
    progress_case_close(&test);
}
END_TEST

START_TEST(changes_take_the_place_of_others) {
    ProgressCase test;
    progress_case_open(&test);
    ProgressChange made[PROGRESS_MOST_CHANGES + 5], *changes;
    size_t count = 0, most = PROGRESS_MOST_CHANGES;
    for (size_t i = 0; i < most + 5; i++)
        made[i] = (ProgressChange){.place = {.step = i, .heading = "One", .offset = i},
                                   .command = arena_format(&test.arena, "set w = %zu", i)};
    ck_assert(progress_read_changes(test.progress, &test.arena, "w5", &changes, &count));
    ck_assert_uint_eq(count, 0);
    ck_assert(progress_save_changes(test.progress, "w5", made, most + 5));
    ck_assert(progress_save_changes(test.progress, "other", made, 1));
    ck_assert(progress_read_changes(test.progress, &test.arena, "w5", &changes, &count));
    ck_assert_uint_eq(count, most);
    ck_assert_str_eq(changes[0].command, "set w = 5");
    ck_assert_uint_eq(changes[most - 1].place.step, most + 4);
    ck_assert(progress_save_changes(test.progress, "w5", made + 1, 1));
    ck_assert(progress_read_changes(test.progress, &test.arena, "w5", &changes, &count));
    ck_assert_uint_eq(count, 1);
    ck_assert_str_eq(changes[0].place.heading, "One");
    progress_case_close(&test);
}
END_TEST

START_TEST(texts_are_cut_and_cleaned) {
    ProgressCase test;
    progress_case_open(&test);
    char *heading = arena_alloc(&test.arena, 100001);
    memset(heading, 'x', 100000);
    memcpy(heading, "\x1b]52;c;AAAA\x07", 11);
    ProgressLesson lesson = lesson_at(3);
    lesson.last.heading = heading;
    ck_assert(progress_save_lesson(test.progress, &lesson));
    bool found;
    ck_assert(progress_read_lesson(test.progress, &test.arena, "w5", &lesson, &found));
    ck_assert(found);
    ck_assert_ptr_null(strchr(lesson.last.heading, '\x1b'));
    ck_assert_uint_lt(strlen(lesson.last.heading), 6000);
    ck_assert_uint_gt(strlen(lesson.last.heading), 4000);
    progress_case_close(&test);
}
END_TEST

START_TEST(the_path_is_absolute) {
    Arena arena = {0};
    setenv("HOME", "/home/a", 1);
    setenv("XDG_STATE_HOME", "/state", 1);
    ck_assert_str_eq(progress_default_path(&arena), "/state/backstep/progress.db");
    setenv("XDG_STATE_HOME", "state", 1);
    ck_assert_str_eq(progress_default_path(&arena), "/home/a/.local/state/backstep/progress.db");
    unsetenv("XDG_STATE_HOME");
    setenv("HOME", "a", 1);
    ck_assert_ptr_null(progress_default_path(&arena));
    unsetenv("HOME");
    ck_assert_ptr_null(progress_default_path(&arena));
    Progress *progress = progress_new(&arena, NULL);
    ck_assert(!save_step(progress, 3));
    ck_assert_ptr_nonnull(progress_take_message(progress));
    ck_assert(!save_step(progress, 4));
    ck_assert_ptr_null(progress_take_message(progress)); /* said once */
    progress_close(progress);
    arena_clear(&arena);
}
END_TEST

/* ------------------------------------------------------------------------------ spacing */

START_TEST(spacing_grows_with_right_answers) {
    ProgressCase test;
    progress_case_open(&test);
    ProgressReview review;
    int64_t now = NOON;
    ck_assert(save_verdict(test.progress, PROGRESS_WRONG, now));
    for (size_t right = 0; right < PROGRESS_SPACINGS; right++) {
        ck_assert_uint_eq(read_reviews(&test, now, &review), 1);
        ck_assert_uint_eq(review.right, right);
        ck_assert_uint_eq(review.asked, right + 1);
        ck_assert_int_eq(review.days, progress_spacing[right]);
        now += progress_spacing[right] * DAY;
        ck_assert_uint_eq(read_reviews(&test, now - DAY, &review), 1);
        ck_assert_int_eq(review.days, 1);
        ck_assert_uint_eq(read_reviews(&test, now, &review), 1);
        ck_assert_int_eq(review.days, 0);
        ck_assert(save_verdict(test.progress, PROGRESS_ROUNDED, now));
    }
    ck_assert_uint_eq(read_reviews(&test, now, &review), 0);
    progress_case_close(&test);
}
END_TEST

START_TEST(a_wrong_answer_begins_again) {
    ProgressCase test;
    progress_case_open(&test);
    ProgressReview review;
    ck_assert(save_verdict(test.progress, PROGRESS_SHOWN, NOON));
    ck_assert(save_verdict(test.progress, PROGRESS_RIGHT, NOON + DAY));
    ck_assert_uint_eq(read_reviews(&test, NOON + DAY, &review), 1);
    ck_assert_int_eq(review.days, progress_spacing[1]);
    ck_assert(save_verdict(test.progress, PROGRESS_WRONG, NOON + 4 * DAY));
    ck_assert_uint_eq(read_reviews(&test, NOON + 4 * DAY, &review), 1);
    ck_assert_int_eq(review.days, 1);
    ck_assert_uint_eq(review.right, 0);
    progress_case_close(&test);
}
END_TEST

START_TEST(an_early_right_answer_leaves_the_day) {
    ProgressCase test;
    progress_case_open(&test);
    ProgressReview review;
    ck_assert(save_verdict(test.progress, PROGRESS_WRONG, NOON));
    ck_assert(save_verdict(test.progress, PROGRESS_RIGHT, NOON + 60));
    ck_assert(save_verdict(test.progress, PROGRESS_CARRIED, NOON + DAY));
    ck_assert_uint_eq(read_reviews(&test, NOON + 60, &review), 1);
    ck_assert_int_eq(review.days, 1);
    ck_assert_uint_eq(review.right, 0);
    ck_assert_uint_eq(review.asked, 2); /* other numbers next time */
    progress_case_close(&test);
}
END_TEST

START_TEST(days_are_those_of_the_calendar) {
    ProgressCase test;
    progress_case_open(&test);
    ProgressReview review;
    ck_assert(save_verdict(test.progress, PROGRESS_WRONG, NOON)); /* next morning it is due */
    ck_assert_uint_eq(read_reviews(&test, NOON + DAY / 2 + 1, &review), 1);
    ck_assert_int_eq(review.days, 0);
    progress_case_close(&test);
}
END_TEST

START_TEST(a_clock_that_goes_back_hides_nothing) {
    ProgressCase test;
    progress_case_open(&test);
    ProgressReview review;
    ck_assert(save_verdict(test.progress, PROGRESS_WRONG, NOON + 3000 * (int64_t)DAY));
    ck_assert_uint_eq(read_reviews(&test, NOON, &review), 1);
    ck_assert_int_eq(review.days, 0);
    ck_assert(save_verdict(test.progress, PROGRESS_RIGHT, NOON));
    ck_assert_uint_eq(read_reviews(&test, NOON, &review), 1);
    ck_assert_int_eq(review.days, progress_spacing[1]);
    ck_assert(save_verdict(test.progress, PROGRESS_WRONG, -1)); /* before 1970 */
    ck_assert_uint_eq(read_reviews(&test, -1, &review), 1);
    ck_assert_int_eq(review.days, 1);
    progress_case_close(&test);
}
END_TEST

START_TEST(a_review_can_be_dropped) {
    ProgressCase test;
    progress_case_open(&test);
    ProgressReview review;
    progress_case_fill(&test);
    ck_assert(progress_drop_review(test.progress, "w5", 14));
    ck_assert_uint_eq(read_reviews(&test, NOON, &review), 0);
    progress_case_close(&test);
}
END_TEST

Suite *progress_suite(void) {
    Suite *suite = suite_create("progress");
    TCase *kept = tcase_create("kept"), *spacing = tcase_create("spacing");
    tcase_add_test(kept, reading_creates_nothing);
    tcase_add_test(kept, lessons_come_back);
    tcase_add_test(kept, the_lesson_saved_last_is_known);
    tcase_add_test(kept, answers_come_back);
    tcase_add_test(kept, hunts_come_back);
    tcase_add_test(kept, nobody_else_can_read_it);
    tcase_add_test(kept, changes_take_the_place_of_others);
    tcase_add_test(kept, texts_are_cut_and_cleaned);
    tcase_add_test(kept, the_path_is_absolute);
    tcase_add_test(spacing, spacing_grows_with_right_answers);
    tcase_add_test(spacing, a_wrong_answer_begins_again);
    tcase_add_test(spacing, an_early_right_answer_leaves_the_day);
    tcase_add_test(spacing, days_are_those_of_the_calendar);
    tcase_add_test(spacing, a_clock_that_goes_back_hides_nothing);
    tcase_add_test(spacing, a_review_can_be_dropped);
    suite_add_tcase(suite, kept);
    suite_add_tcase(suite, spacing);
    return suite;
}
