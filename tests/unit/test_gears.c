/* Gears: they turn as often as they should, mesh, and no radius and no size can break them. */
#include <math.h>
#include <string.h>

#include "suites.h"
#include "view/gears.h"

static const Gear row[] = {
    {"small", 1, 6, "1", "6"}, {"middle", 2, 3, "2", "3"}, {"large", 6, 1, "6", "1"}};
static const GearTrain train = {row, 3};

static int differing(const Grid *a, const Grid *b, int first, int last) {
    int count = 0;
    for (int y = 0; y < a->rows; y++)
        for (int x = first; x < last; x++)
            count += strcmp(grid_cell(a, y, x)->text, grid_cell(b, y, x)->text) != 0;
    return count;
}

/* After a sixth of the time the small gear has come round once and stands as before; the large one
 * has not. At the end all stand as at the beginning. */
START_TEST(turn_each_at_its_rate) {
    Arena arena = {0};
    Grid start = gears_draw(&arena, &train, 0, 20, 60, false);
    Grid sixth = gears_draw(&arena, &train, 1.0 / 6, 20, 60, false);
    Grid third = gears_draw(&arena, &train, 1.0 / 3, 20, 60, false);
    Grid end = gears_draw(&arena, &train, 1, 20, 60, false);
    int first = 0;
    while (strcmp(grid_cell(&start, start.rows / 2 - 2, first)->text, " ") == 0)
        first++;
    ck_assert_int_eq(differing(&start, &sixth, 0, first + 4), 0);
    ck_assert_int_gt(differing(&start, &sixth, first + 4, 60), 0);
    ck_assert_int_eq(differing(&start, &third, 0, first + 9), 0);
    ck_assert_int_gt(differing(&start, &third, first + 9, 60), 0);
    ck_assert_int_eq(differing(&start, &end, 0, 60), 0);
    arena_clear(&arena);
}
END_TEST

START_TEST(are_said_where_they_cannot_be_drawn) {
    static const double radii[] = {0, -1, INFINITY, NAN, 1e300, 1e-300};
    for (size_t i = 0; i < sizeof radii / sizeof *radii; i++) {
        Arena arena = {0};
        Gear pair[] = {{"one", 1, 1, "1", "1"}, {"other", radii[i], INFINITY, "?", "inf"}};
        Grid grid = gears_draw(&arena, &(GearTrain){pair, 2}, 0.3, 20, 60, i % 2 == 0);
        ck_assert_int_eq(grid.rows, 2);
        ck_assert_str_eq(grid_line(&arena, &grid, 0), "one: radius 1, turns 1");
        arena_clear(&arena);
    }
}
END_TEST

START_TEST(fit_any_place) {
    for (int rows = -1; rows < 24; rows++)
        for (int columns = 0; columns < 70; columns += 3) {
            Arena arena = {0};
            Grid grid = gears_draw(&arena, &train, 0.77, rows, columns, rows % 2 == 0);
            ck_assert_int_eq(grid.columns, columns);
            ck_assert_int_le(grid.rows, rows > 3 ? rows : 3);
            arena_clear(&arena);
        }
}
END_TEST

START_TEST(speak) {
    Arena arena = {0};
    ck_assert_str_eq(gears_words(&arena, &train),
                     "3 gears in a row, each touching the next. small: radius 1, turns 6. middle: "
                     "radius 2, turns 3. large: radius 6, turns 1. Neighbours turn in opposite "
                     "directions.");
    arena_clear(&arena);
}
END_TEST

Suite *gears_suite(void) {
    Suite *suite = suite_create("gears");
    TCase *tests = tcase_create("gears");
    suite_add_tcase(suite, tests);
    tcase_add_test(tests, turn_each_at_its_rate);
    tcase_add_test(tests, are_said_where_they_cannot_be_drawn);
    tcase_add_test(tests, fit_any_place);
    tcase_add_test(tests, speak);
    return suite;
}
