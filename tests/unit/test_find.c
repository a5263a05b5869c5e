/* Text looked for as people type it. */
#include <check.h>
#include <string.h>

#include "suites.h"
#include "view/find.h"

/* What is looked for, where, and what of it is found; NULL for nothing. */
static const struct {
    const char *needle, *text, *found;
} cases[] = {
    {"sigmoid", "the Sigmoid of z", "Sigmoid"},
    {"Sigmoid", "the sigmoid of z", NULL},
    {"W", "w and W", "W"},
    {"w", "W", "W"},
    {"w5", "so w₅ grows", "w₅"},
    {"sigma", "y = σ(z)", "σ"},
    {"yhat", "let ŷ be", "ŷ"},
    {"dE/dw5", "that is ∂E/∂w₅.", "∂E/∂w₅"},
    {"w5*h1", "z₃ = w₅\u2062h₁ + w₆\u2062h₂", "w₅\u2062h₁"},
    {"w5·h1+w6", "z₃ = w₅\u2062h₁ + w₆\u2062h₂", "w₅\u2062h₁ + w₆"},
    {"1 - y1", "y₁(1 − y₁)", "1 − y₁"},
    {"h1^2", "h₁²", "h₁²"},
    {"two  words", "in two\nwords", "two\nwords"},
    {" end ", "the end", "end"},
    {"heart", "he art", NULL},
    {"", "anything", NULL},
    {"*", "a*b", NULL},
    {"中", "一中文", "中"},
    {"?", "中", NULL},
};

START_TEST(test_text) {
    Arena arena = {0};
    size_t start = 0, end = 0;
    Needle needle = find_needle(&arena, cases[_i].needle);
    bool found = find_in_text(&arena, &needle, cases[_i].text, &start, &end);
    ck_assert_msg(found == (cases[_i].found != NULL), "%s in %s", cases[_i].needle, cases[_i].text);
    if (found) {
        const char *part = arena_copy_n(&arena, cases[_i].text + start, end - start);
        ck_assert_str_eq(part, cases[_i].found);
    }
    arena_clear(&arena);
}
END_TEST

/* Across the end of a line, and twice. */
START_TEST(test_grid) {
    Arena arena = {0};
    Grid grid = grid_new(&arena, 3, 12, false);
    grid_text(&grid, 0, 0, "so the slope", STYLE_NORMAL);
    grid_text(&grid, 1, 0, "of w₅ is the", STYLE_NORMAL);
    grid_text(&grid, 2, 0, "slope of E", STYLE_NORMAL);
    Needle needle = find_needle(&arena, "slope of");
    ck_assert_uint_eq(find_light(&arena, &needle, &grid, STYLE_FOUND), 2);
    for (int row = 0; row < 3; row++)
        for (int column = 0; column < 12; column++) {
            bool lit = (row == 0 && column >= 7) || (row == 1 && column < 2) ||
                       (row == 2 && (column < 5 || column == 6 || column == 7));
            Style style = lit ? STYLE_FOUND : STYLE_NORMAL;
            ck_assert_msg(grid_cell(&grid, row, column)->style == style, "%d, %d", row, column);
        }
    arena_clear(&arena);
}
END_TEST

Suite *find_suite(void) {
    Suite *suite = suite_create("find");
    TCase *all = tcase_create("find");
    tcase_add_loop_test(all, test_text, 0, sizeof cases / sizeof *cases);
    tcase_add_test(all, test_grid);
    suite_add_tcase(suite, all);
    return suite;
}
