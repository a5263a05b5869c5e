/* Every text of every theme can be read. */
#include <check.h>
#include <math.h>

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

/* The first 16 colours as terminals have them. */
static const struct {
    const char *name;
    unsigned colors[16];
} palettes[] = {
    {"Linux console",
     {0x000000, 0xAA0000, 0x00AA00, 0xAA5500, 0x0000AA, 0xAA00AA, 0x00AAAA, 0xAAAAAA, 0x555555,
      0xFF5555, 0x55FF55, 0xFFFF55, 0x5555FF, 0xFF55FF, 0x55FFFF, 0xFFFFFF}},
    {"Windows",
     {0x0C0C0C, 0xC50F1F, 0x13A10E, 0xC19C00, 0x0037DA, 0x881798, 0x3A96DD, 0xCCCCCC, 0x767676,
      0xE74856, 0x16C60C, 0xF9F1A5, 0x3B78FF, 0xB4009E, 0x61D6D6, 0xF2F2F2}},
    {"Tango",
     {0x000000, 0xCC0000, 0x4E9A06, 0xC4A000, 0x3465A4, 0x75507B, 0x06989A, 0xD3D7CF, 0x555753,
      0xEF2929, 0x8AE234, 0xFCE94F, 0x729FCF, 0xAD7FA8, 0x34E2E2, 0xEEEEEC}},
    {"macOS",
     {0x000000, 0x990000, 0x00A600, 0x999900, 0x0000B2, 0xB200B2, 0x00A6B2, 0xBFBFBF, 0x666666,
      0xE50000, 0x00D900, 0xE5E500, 0x0000FF, 0xE500E5, 0x00E5E5, 0xE5E5E5}},
};

static double luminance(unsigned color) {
    static const double weights[3] = {0.2126, 0.7152, 0.0722};
    double sum = 0;
    for (int i = 0; i < 3; i++) {
        double part = (color >> (16 - 8 * i) & 0xFF) / 255.0;
        sum += weights[i] * (part <= 0.04045 ? part / 12.92 : pow((part + 0.055) / 1.055, 2.4));
    }
    return sum;
}

START_TEST(test_palettes) {
    static const int counts[] = {16, 8};
    for (size_t p = 0; p < sizeof palettes / sizeof *palettes; p++)
        for (size_t c = 0; c < sizeof counts / sizeof *counts; c++)
            for (ThemeKind kind = THEME_AUTO; kind < THEME_MONO; kind++)
                for (int style = 0; style < STYLE_COUNT; style++) {
                    const Theme *theme = theme_find(kind, counts[c]);
                    double ink = luminance(palettes[p].colors[theme->inks[style]]) + 0.05,
                           paper = luminance(palettes[p].colors[theme->paper]) + 0.05,
                           contrast = ink > paper ? ink / paper : paper / ink;
                    ck_assert_msg(contrast >= THEME_CONTRAST, "%s, theme %d of %d, style %d: %.2f",
                                  palettes[p].name, (int)kind, counts[c], style, contrast);
                }
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
    tcase_add_test(all, test_palettes);
    tcase_add_test(all, test_measure);
    tcase_add_test(all, test_names);
    suite_add_tcase(suite, all);
    return suite;
}
