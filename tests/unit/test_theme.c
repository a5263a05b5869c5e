/* Every text of every theme can be read. */
#include <check.h>

#include "suites.h"
#include "view/theme.h"

enum { BLACK = 0, WHITE = 231 };

static void check_theme(ThemeKind kind, int colors) {
    const Theme *theme = theme_find(kind, colors);
    ck_assert_ptr_nonnull(theme);
    for (int style = 0; style < STYLE_COUNT; style++) {
        short ink = theme->inks[style];
        if (theme->paper == THEME_OWN && ink == THEME_OWN)
            continue; /* the user's own choice */
        ck_assert_int_ge(ink, 0);
        ck_assert_int_lt(ink, colors);
        ck_assert_int_lt(theme->paper, colors);
        short first = theme->paper == THEME_OWN ? BLACK : theme->paper;
        short second = theme->paper == THEME_OWN ? WHITE : theme->paper;
        ck_assert_double_ge(theme_contrast(ink, first), THEME_CONTRAST);
        ck_assert_double_ge(theme_contrast(ink, second), THEME_CONTRAST);
    }
}

START_TEST(test_contrast) {
    for (ThemeKind kind = THEME_AUTO; kind < THEME_MONO; kind++) {
        check_theme(kind, 256);
        check_theme(kind, 16);
        check_theme(kind, 8);
        ck_assert_ptr_null(theme_find(kind, 2));
    }
    ck_assert_ptr_null(theme_find(THEME_MONO, 256));
}
END_TEST

/* Against the examples that everybody computes. */
START_TEST(test_measure) {
    ck_assert_double_eq_tol(theme_contrast(0, 15), 21, 1e-12);
    ck_assert_double_eq_tol(theme_contrast(15, 0), 21, 1e-12);
    ck_assert_double_eq_tol(theme_contrast(9, 231), 3.998, 1e-3);   /* #ff0000 on white */
    ck_assert_double_eq_tol(theme_contrast(244, 231), 3.949, 1e-3); /* #808080 on white */
    ck_assert_double_eq_tol(theme_contrast(200, 200), 1, 1e-12);
}
END_TEST

START_TEST(test_names) {
    ck_assert_int_eq(theme_named("auto"), THEME_AUTO);
    ck_assert_int_eq(theme_named("mono"), THEME_MONO);
    ck_assert_int_eq(theme_named("solarized"), THEME_COUNT);
}
END_TEST

Suite *theme_suite(void) {
    Suite *suite = suite_create("theme");
    TCase *all = tcase_create("theme");
    tcase_add_test(all, test_contrast);
    tcase_add_test(all, test_measure);
    tcase_add_test(all, test_names);
    suite_add_tcase(suite, all);
    return suite;
}
