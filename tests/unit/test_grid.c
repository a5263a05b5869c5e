/* Grids: texts written over each other, wide characters, and what finds no room. */
#include <check.h>

#include "view/grid.h"

START_TEST(test_grid) {
    Arena arena = {0};
    Grid grid = grid_new(&arena, 2, 6, false);
    ck_assert_int_eq(grid_text(&grid, 0, 0, "a漢b", STYLE_LIT), 4);
    ck_assert_str_eq(grid_line(&arena, &grid, 0), "a漢b");
    grid_text(&grid, 0, 2, "x", STYLE_NORMAL); /* on the right half of the wide one */
    ck_assert_str_eq(grid_line(&arena, &grid, 0), "a xb");
    ck_assert_int_eq(grid_text(&grid, 1, 5, "漢", STYLE_NORMAL), 2);
    ck_assert_str_eq(grid_line(&arena, &grid, 1), "");
    grid_text(&grid, 1, -1, "\u00A0z\u0304\tq", STYLE_NORMAL);
    ck_assert_str_eq(grid_line(&arena, &grid, 1), "z\u0304 q");
    ck_assert_int_eq(grid_text_fit(&grid, 0, 0, 4, "longer", STYLE_NORMAL), 4);
    ck_assert_str_eq(grid_line(&arena, &grid, 0), "lon…");
    grid_fill(&grid, -5, -5, 2147483647, 2147483647, "─", STYLE_DIM);
    ck_assert_str_eq(grid_line(&arena, &grid, 1), "──────");
    Grid none = grid_new(&arena, -3, 5, true);
    ck_assert_int_eq(none.rows, 0);
    ck_assert_ptr_null(grid_cell(&none, 0, 0));
    grid_copy(&none, 0, 0, &grid);
    Grid ascii = grid_new(&arena, 1, 8, true);
    ck_assert_int_eq(grid_text(&ascii, 0, 0, "θ − 1", STYLE_NORMAL), 9);
    ck_assert_str_eq(grid_line(&arena, &ascii, 0), "theta -");
    arena_clear(&arena);
}
END_TEST

Suite *grid_suite(void);

Suite *grid_suite(void) {
    Suite *suite = suite_create("grid");
    TCase *grids = tcase_create("grids");
    tcase_add_test(grids, test_grid);
    suite_add_tcase(suite, grids);
    return suite;
}
