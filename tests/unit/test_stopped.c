/* Work that is stopped on its way: what was done stands there, and the lesson is as it was. */
#include <string.h>

#include "app/load.h"
#include "app/session.h"
#include "suites.h"
#include "view/card_text.h"

static bool stops_at_second(void *context, size_t done, size_t total) {
    (void)context, (void)total;
    return done < 1;
}

START_TEST(a_chain_stops_between_factors) {
    Arena arena = {0};
    Diags diags;
    Lesson *lesson = load_lesson(&arena, "lessons/05-w5.lesson.md", &diags);
    ck_assert_ptr_nonnull(lesson);
    Session *session = session_open(&arena, lesson, (Settings){.digits = 4});
    session_set_task(session, (Task){.tell = stops_at_second});
    const Reply stopped = session_execute(session, &arena, "chain w5");
    ck_assert_ptr_nonnull(strstr(card_plain(&arena, &stopped.card), "Stopped after 1 of 3."));
    session_set_task(session, (Task){0});
    const Reply whole = session_execute(session, &arena, "chain w5");
    ck_assert_ptr_null(strstr(card_plain(&arena, &whole.card), "Stopped"));
    arena_clear(&arena);
}
END_TEST

Suite *stopped_suite(void) {
    Suite *suite = suite_create("stopped");
    TCase *tests = tcase_create("stopped");
    tcase_add_test(tests, a_chain_stops_between_factors);
    suite_add_tcase(suite, tests);
    return suite;
}
