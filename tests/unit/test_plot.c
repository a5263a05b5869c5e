/* Plots and maps: round numbers on the axes, pictures as they are meant to look, and that no data
 * and no size can break them. */
#include <float.h>
#include <math.h>
#include <string.h>

#include "base/str.h"
#include "suites.h"
#include "view/card_text.h"
#include "view/plot.h"
#include "view/plot_axes.h"

#define COUNT(array) ((int)(sizeof(array) / sizeof *(array)))

static const char *picture(Arena *arena, const Grid *grid) {
    Buffer out = {.arena = arena};
    for (int row = 0; row < grid->rows; row++)
        buffer_format(&out, "%s\n", grid_line(arena, grid, row));
    return buffer_text(&out);
}

static void expect_whole(const Grid *grid, int rows, int columns, bool ascii) {
    ck_assert_int_eq(grid->rows, rows < 0 ? 0 : rows);
    ck_assert_int_eq(grid->columns, columns < 0 ? 0 : columns);
    for (int i = 0; ascii && i < grid->rows * grid->columns; i++)
        for (const char *at = grid->cells[i].text; *at; at++)
            ck_assert_int_lt((unsigned char)*at, 0x80);
}

static const struct {
    double from, to;
    size_t most;
    bool round;
    const char *ticks;
} tick_cases[] = {
    {0, 1, 6, false, "0 0.2 0.4 0.6 0.8 1"},
    {0, 1, 3, false, "0 0.5 1"},
    {0, 1000, 6, false, "0 200 400 600 800 1000"},
    {-4, 4, 9, false, "-4 -3 -2 -1 0 1 2 3 4"},
    {0.3, 0.7, 5, false, "0.3 0.4 0.5 0.6 0.7"},
    {0.001, 0.5, 6, true, "0 0.1 0.2 0.3 0.4 0.5"},
    {0.001, 0.5, 6, false, "0.1 0.2 0.3 0.4 0.5"},
    {-0.3, 4.4, 6, true, "0 1 2 3 4"},
    {1000.001, 1000.003, 3, false, "1000.001 1000.002 1000.003"},
    {0, 3e-7, 4, false, "0 1e-7 2e-7 3e-7"},
    {-1e308, 1e308, 3, false, "-1e308 0 1e308"},
    {-DBL_MAX, DBL_MAX, 3, true, "-1e308 0 1e308"},
    {5, 5, 3, false, "4 6"},
    {0, 0, 3, false, "-1 0 1"},
    {5e-324, 1e-323, 3, false, "-1 0 1"},
    {0, 1, 1, false, ""},
    {0, 1, 0, true, ""},
};

START_TEST(chooses_round_ticks) {
    Arena arena = {0};
    Range range = range_empty();
    range_add(&range, tick_cases[_i].from);
    range_add(&range, NAN);
    range_add(&range, INFINITY);
    range_add(&range, tick_cases[_i].to);
    Scale scale = scale_new(range);
    scale_set_ticks(&scale, tick_cases[_i].most, tick_cases[_i].round);
    Buffer ticks = {.arena = &arena};
    for (size_t i = 0; i < scale.count; i++)
        buffer_format(&ticks, "%s%s", i ? " " : "", scale_tick_text(&arena, &scale, i, true));
    ck_assert_str_eq(buffer_text(&ticks), tick_cases[_i].ticks);
    arena_clear(&arena);
}
END_TEST

START_TEST(places_values_on_a_scale) {
    Scale scale = scale_new((Range){-DBL_MAX, DBL_MAX});
    ck_assert(scale_place(&scale, 0) == 0.5);
    ck_assert(scale_place(&scale, DBL_MAX) == 1);
    ck_assert(isnan(scale_place(&scale, INFINITY)));
    scale = scale_new(range_empty());
    ck_assert(scale.from == 0 && scale.to == 1);
    ck_assert(scale_place(&scale, 3) == 3);
}
END_TEST

enum { SAMPLES = 121, STEPS = 1000 };

/* A parabola, its tangent, and the point where they touch. */
typedef struct Tangent {
    double x[SAMPLES], y[SAMPLES], line[SAMPLES];
    PlotSeries series[2];
    PlotMark mark;
    Plot plot;
} Tangent;

static void build_tangent(Tangent *tangent) {
    for (int i = 0; i < SAMPLES; i++) {
        double x = tangent->x[i] = -1 + 3.0 * i / (SAMPLES - 1);
        tangent->y[i] = x * x;
        tangent->line[i] = x < 0.2 ? NAN : 1 + 2 * (x - 1);
    }
    tangent->series[0] = (PlotSeries){tangent->x, tangent->y, SAMPLES, "E", STYLE_NORMAL, false};
    tangent->series[1] =
        (PlotSeries){tangent->x, tangent->line, SAMPLES, "tangent", STYLE_BACKWARD, false};
    tangent->mark = (PlotMark){1, 1, "w₅ = 1"};
    tangent->plot = (Plot){"w₅", "E", tangent->series, 2, &tangent->mark, 1, false};
}

START_TEST(draws_a_tangent) {
    Arena arena = {0};
    Tangent tangent;
    build_tangent(&tangent);
    Grid grid = plot_draw(&arena, &tangent.plot, 11, 40, false);
    ck_assert_str_eq(picture(&arena, &grid), "E                        ── E  ○ tangent\n"
                                             "4 ┤                                   ⢀⠤\n"
                                             "  │                                ⢀⡠⠖⢁⣀\n"
                                             "  │                              ⣠⣔⡯○⠊⠉\n"
                                             "2 ┤                 w₅ = 1   ⢀⣠⠶⠛⠉⠁\n"
                                             "  │⠰⠤⣀⡀                 ⢀⣀⡤●⠊⠁\n"
                                             "0 ┤┈┈┈⠈⠉⠒⠒⠤⠤⠤⠤⣀⣀⣀⡤⠤⠤⢤⣲⠶⠛○┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈\n"
                                             "  │               ⠔⠋⠁\n"
                                             "  └────────────┬───────────┬───────────┬\n"
                                             "  −1           0           1           2\n"
                                             "                                      w₅\n");
    grid = plot_draw(&arena, &tangent.plot, 11, 40, true);
    ck_assert_str_eq(picture(&arena, &grid), "E                        -- E  o tangent\n"
                                             "4 +                                   .-\n"
                                             "  |                                ..-\\.\n"
                                             "  |                              .-|o-'\n"
                                             "2 +                 w5 = 1   ..--''\n"
                                             "  |--..                 ..-*-'\n"
                                             "0 +. .''------...----|--o. . . . . . . .\n"
                                             "  |               -''\n"
                                             "  +------------+-----------+-----------+\n"
                                             "  -1           0           1           2\n"
                                             "                                      w5\n");
    arena_clear(&arena);
}
END_TEST

START_TEST(draws_an_error_that_falls) {
    Arena arena = {0};
    double x[STEPS + 1], y[STEPS + 1];
    for (int i = 0; i <= STEPS; i++) {
        x[i] = i;
        y[i] = 0.5 * pow(0.002, (double)i / STEPS);
    }
    PlotSeries series = {x, y, STEPS + 1, "error", STYLE_NORMAL, false};
    Plot plot = {.x_label = "step", .y_label = "error", .series = &series, .series_count = 1};
    Grid grid = plot_draw(&arena, &plot, 8, 30, false);
    ck_assert_str_eq(picture(&arena, &grid), "error over step\n"
                                             "0.5 ┤⢠⡀\n"
                                             "    │ ⢳⡀\n"
                                             "    │  ⠙⢦⡀\n"
                                             "    │    ⠉⠲⢤⣀⣀\n"
                                             "  0 ┤        ⠈⠉⠉⠓⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒\n"
                                             "    └────────────┬───────────┬\n"
                                             "     0          500       1000\n");
    ck_assert_str_eq(
        plot_words(&arena, &plot, 4),
        "A plot of error over step. error begins with 0.5 at step = 0, falls all the way, "
        "half of it up to step = 112, and ends with 0.001 at step = 1000.");
    arena_clear(&arena);
}
END_TEST

START_TEST(tells_points_of_two_kinds_apart) {
    Arena arena = {0};
    const double x[] = {0, 1, 2, 3, 4}, low[] = {0, 1, 0, 1, 0}, high[] = {3, 4, 3, NAN, 4};
    const PlotSeries series[] = {{x, low, 5, "no", STYLE_NORMAL, true},
                                 {x, high, 5, "yes", STYLE_LIT, true}};
    Plot plot = {.series = series, .series_count = 2};
    Grid grid = plot_draw(&arena, &plot, 8, 20, true);
    ck_assert_str_eq(picture(&arena, &grid), "         o no  # yes\n"
                                             "4 +    #           #\n"
                                             "  |#       #\n"
                                             "2 +\n"
                                             "  |    o       o\n"
                                             "0 +o       o       o\n"
                                             "  +----+---+---+---+\n"
                                             "   0   1   2   3   4\n");
    arena_clear(&arena);
}
END_TEST

/* A bowl that is four times as long as wide, with a path into its middle. */
typedef struct Bowl {
    double z[21 * 21], path_x[3], path_y[3];
    ContourMap map;
} Bowl;

static void build_bowl(Bowl *bowl) {
    for (int i = 0; i < 21 * 21; i++) {
        double x = (i % 21 - 10) / 10.0, y = (i / 21 - 10) / 10.0;
        bowl->z[i] = x * x + 16 * y * y;
    }
    memcpy(bowl->path_x, (double[]){-0.8, -0.4, 0}, sizeof bowl->path_x);
    memcpy(bowl->path_y, (double[]){0.6, -0.2, 0}, sizeof bowl->path_y);
    bowl->map =
        (ContourMap){"a", "b", "E", -1, 1, -1, 1, bowl->z, 21, 21, bowl->path_x, bowl->path_y, 3};
}

START_TEST(draws_a_bowl) {
    Arena arena = {0};
    Bowl bowl;
    build_bowl(&bowl);
    Grid grid = contour_draw(&arena, &bowl.map, 12, 48, false);
    ck_assert_str_eq(picture(&arena, &grid), "b               lines of equal E  ○ start  ● end\n"
                                             " 1 ┤\n"
                                             "   │ ⠂⠂⠂○⠂⠂⠂⠂⠂⠂⠂⠂⠂⠂⠁⠁⠁⠁⠁⠁10⠁⠁⠁⠁⠁⠁⠁⠂⠂⠂⠂⠂⠂⠂⠂⠂⠂⠂⠂⠂⠂\n"
                                             "   │ ⠂⠁⠁⡁⠉⠢⢄⡁⡁⡁⡁⡁⡁⡁⡁⡁⡁⡁⡁⡁⡁5⡁⡁⡁⡁⡁⡁⡁⡁⡁⡁⡁⡁⡁⡁⡁⡁⡁⡁⠁⠁⠂\n"
                                             "   │ ⡁2⠅⠄⠄⠂⠂⠉⠒⢄⡀⠂⠁⠁⠁⠁⠁⠁⠁⠁⠁1⠁⠁⠁⠁⠁⠁⠁⠁⠁⠂⠂⠂⠂⠂⠂⠂⠄⠄⠅⠅⡁\n"
                                             " 0 ┤ ⡁⡂⡂⠂⠂⠄⠄⠄⠄⠄⠈⠒⠤⠤⠔⠒⠒⠒⠒⠉⠉●⡀⡀⡀⡀⡀⡀⡀⡀⡀⠄⠄⠄⠄⠄⠄⠄⠂⠂⡂⡂⡁\n"
                                             "   │ ⡀⡀⡀⡁⡁⡁⡁⡁⡁⡁⡁⡁⡁⡁⡁⡁⡁⡁⡁⡁⡁⡁⡁⡁⡁⡁⡁⡁⡁⡁⡁⡁⡁⡁⡁⡁⡁⡁⡁⡁⡀⡀⡀\n"
                                             "   │ ⠄⠄⠄⠄⠄⠄⠄⠄⠄⠄⠄⠄⠄⠄⡀⡀⡀⡀⡀⡀⡀⡀⡀⡀⡀⡀⡀⡀⡀⠄⠄⠄⠄⠄⠄⠄⠄⠄⠄⠄⠄⠄⠄\n"
                                             "−1 ┤\n"
                                             "   └───────────┬──────────┬─────────┬──────────┬\n"
                                             "   −1        −0.5         0        0.5         1\n"
                                             "                                               a\n");
    grid = contour_draw(&arena, &bowl.map, 12, 48, true);
    ck_assert_str_eq(picture(&arena, &grid), "b               lines of equal E  o start  * end\n"
                                             " 1 +\n"
                                             "   |''''o''''''''''''''''10'''''''''''''''''''''\n"
                                             "   |''''.'-...............5.................''''\n"
                                             "   |'.''..'''-..''''''''''1'''''''''''''''...2''\n"
                                             " 0 +....''.....'--------''*................'....\n"
                                             "   |............................................\n"
                                             "   |............................................\n"
                                             "-1 +\n"
                                             "   +-----------+----------+---------+----------+\n"
                                             "   -1        -0.5         0        0.5         1\n"
                                             "                                               a\n");
    ck_assert_str_eq(contour_words(&arena, &bowl.map, 4, false),
                     "A map of E over a from −1 to 1 and b from −1 to 1. Its least value is 0 near "
                     "a = 0, b = 0; its largest is 17 near a = −1, b = −1. The path goes from "
                     "(−0.8, 0.6) to (0, 0) in 2 steps. In the middle: 0 near a = 0, b = 0. In the "
                     "corners: 17 near a = −1, b = −1; 17 near a = 1, b = −1; 17 near a = −1, b = "
                     "1; 17 near a = 1, b = 1.");
    ck_assert_str_eq(contour_words(&arena, &bowl.map, 4, true),
                     "A map of E over a from −1 to 1 and b from −1 to 1. Its least value is 0 near "
                     "a = 0, b = 0. The path goes from (−0.8, 0.6) to (0, 0) in 2 steps.");
    arena_clear(&arena);
}
END_TEST

/* Heights along a slope, and whether the lines rise by factors or by equal steps. */
static const struct {
    double from, to;
    bool by_factors;
    const char *seen[3];
} level_cases[] = {
    {0, 10, false, {"2", "4", "8"}},
    {-20, 20, false, {"-10", "0", "10"}},
    {1e-6, 1e6, true, {"0.01", "1", "10000"}},
    {1e-3, 1, true, {"0.01", "0.1", "0.05"}},
    {1e-300, 1e300, true, {"1e-200", "1e100", "1"}},
    {0.1395, 0.1413, false, {"0.14 ", "0.1405", "0.141"}}, /* each with all its digits */
};

START_TEST(chooses_levels_by_the_span) {
    enum { SIDE = 41 };
    Arena arena = {0};
    double z[2 * SIDE];
    for (int i = 0; i < 2 * SIDE; i++) {
        double part = (double)(i % SIDE) / (SIDE - 1);
        double from = level_cases[_i].from, to = level_cases[_i].to;
        z[i] = level_cases[_i].by_factors ? pow(10, log10(from) * (1 - part) + log10(to) * part)
                                          : from * (1 - part) + to * part;
    }
    ContourMap map = {.x_to = 1, .y_to = 1, .z = z, .rows = 2, .columns = SIDE};
    Grid grid = contour_draw(&arena, &map, 20, 76, true);
    for (size_t i = 0; i < 3; i++)
        ck_assert_msg(strstr(picture(&arena, &grid), level_cases[_i].seen[i]) != NULL,
                      "no %s in\n%s", level_cases[_i].seen[i], picture(&arena, &grid));
    arena_clear(&arena);
}
END_TEST

/* Opposite corners are high, at the lower left and the upper right. A line lower than
 * the middle cuts off the low corners (both pictures), a higher one the high corners (the second).
 */
static const struct {
    double z[4];
    const char *picture;
} saddles[] = {{{2, 0.5, 0.5, 2},
                "  ...\n"
                "'''\n"
                "          ..\n"
                "       .1'\n"},
               {{1.5, -1, -1, 1.5},
                "   ..    1.\n"
                "..''       '\n"
                ".        ...\n"
                " '.    .0'\n"}};

START_TEST(joins_a_saddle_by_its_middle) {
    Arena arena = {0};
    ContourMap map = {.x_to = 1, .y_to = 1, .z = saddles[_i].z, .rows = 2, .columns = 2};
    Grid grid = contour_draw(&arena, &map, 4, 12, true);
    ck_assert_str_eq(picture(&arena, &grid), saddles[_i].picture);
    arena_clear(&arena);
}
END_TEST

static const double none[1] = {0};
static const double two[] = {1, 2}, same[] = {7, 7, 7, 7}, steps[] = {0, 1, 2, 3};
static const double holes[] = {NAN, 1, INFINITY, 2}, undefined[] = {NAN, NAN, -INFINITY, INFINITY};
static const double huge[] = {-1e308, 1e308, -DBL_MAX, DBL_MAX}, tiny[] = {5e-324, 0, 1e-310, 0};
static const double backwards[] = {3, 2, 1, 0};

static const struct {
    const double *x, *y;
    size_t count;
    const char *words;
} odd_cases[] = {
    {none, none, 0, " has no points."},
    {two, two, 1, " is one point, 1 at x = 1."},
    {two, two, 2, " is a straight line through 1 at x = 1 and 2 at x = 2."},
    {steps, same, 4, " begins with 7 at x = 0 and stays the same up to x = 3."},
    {same, same, 4, " and stays the same up to x = 7."},
    {steps, holes, 4, " is a straight line through 1 at x = 1 and 2 at x = 3."},
    {steps, undefined, 4, " has no points."},
    {undefined, steps, 4, " has no points."},
    {steps, huge, 4, "its least value is −1.798·10³⁰⁸ at x = 2, its largest 1.798·10³⁰⁸ at x = 3."},
    {huge, huge, 4, " and ends with 1.798·10³⁰⁸ at x = 1.798·10³⁰⁸"},
    {steps, tiny, 4, " and ends with 0 at x = 3"},
    {tiny, tiny, 4, "begins with"},
    {backwards, steps, 4, "rises all the way, half of it up to x = 1, and ends with 3 at x = 0."},
};

START_TEST(survives_odd_data_at_every_size) {
    Arena arena = {0};
    for (int mode = 0; mode < 4; mode++) {
        PlotSeries series[2] = {
            {odd_cases[_i].x, odd_cases[_i].y, odd_cases[_i].count, "one", STYLE_NORMAL, mode > 1}};
        series[1] = series[0];
        series[1].label = "日本語 a longer label θ";
        PlotMark mark = {odd_cases[_i].x[0], odd_cases[_i].y[0], "∂ mark"};
        Plot plot = {"x", mode > 1 ? NULL : "ŷ", series, mode > 1 ? 2 : 1, &mark, 1, mode > 2};
        for (int rows = -1; rows < 26; rows += rows < 10 ? 1 : 7) {
            for (int columns = -1; columns < 70; columns += columns < 4 ? 1 : 6) {
                Grid grid = plot_draw(&arena, &plot, rows, columns, mode % 2 == 1);
                expect_whole(&grid, rows, columns, mode % 2 == 1);
                if (arena.total > 1 << 24)
                    arena_clear(&arena);
            }
        }
        if (mode == 0)
            ck_assert_msg(strstr(plot_words(&arena, &plot, 4), odd_cases[_i].words) != NULL, "%s",
                          plot_words(&arena, &plot, 4));
    }
    arena_clear(&arena);
}
END_TEST

/* A number of any size and kind. */
static double random_number(uint64_t *state) {
    *state = *state * 6364136223846793005u + 1442695040888963407u;
    uint64_t bits = *state ^ *state >> 29;
    if (bits % 3 != 0)
        return (double)(bits >> 40) / 1e6 - 8;
    double value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

static int random_size(uint64_t *state, int most) {
    random_number(state);
    return (int)(*state >> 33) % most - 1;
}

enum { FUZZ_POINTS = 40, FUZZ_ROUNDS = 100 };

START_TEST(survives_random_data) {
    Arena arena = {0};
    uint64_t state = (uint64_t)_i + 1;
    double numbers[4 * FUZZ_POINTS];
    for (int round = 0; round < FUZZ_ROUNDS; round++) {
        for (int i = 0; i < 4 * FUZZ_POINTS; i++)
            numbers[i] = random_number(&state);
        size_t count = (size_t)(random_size(&state, FUZZ_POINTS) + 1);
        int rows = random_size(&state, 40), columns = random_size(&state, 120);
        bool ascii = round % 2 == 0;
        PlotSeries series[3] = {{numbers, numbers + 40, count, "a", STYLE_LIT, false},
                                {numbers + 10, numbers + 80, count, "b", STYLE_DIM, false},
                                {numbers, numbers + 120, count, NULL, STYLE_NORMAL, true}};
        PlotMark marks[2] = {{numbers[0], numbers[9], "m"}, {numbers[3], numbers[5], NULL}};
        Plot plot = {"x", "y", series, 3, marks, 2, round % 3 == 0};
        Grid grid = plot_draw(&arena, &plot, rows, columns, ascii);
        expect_whole(&grid, rows, columns, ascii);
        size_t side = count % 12;
        ContourMap map = {"x",     "y",  "z", numbers[0],   numbers[1],   numbers[2], numbers[3],
                          numbers, side, 12,  numbers + 40, numbers + 80, count};
        grid = contour_draw(&arena, &map, rows, columns, ascii);
        expect_whole(&grid, rows, columns, ascii);
        ck_assert_uint_gt(strlen(plot_words(&arena, &plot, round % 20 - 1)), 0);
        ck_assert_uint_gt(strlen(contour_words(&arena, &map, round % 20 - 1, round % 2)), 0);
        arena_clear(&arena);
    }
}
END_TEST

static const struct {
    double z[4];
    const char *words;
} flat_maps[] = {
    {{3, 3, 3, 3}, "It is 3 everywhere."},
    {{NAN, NAN, INFINITY, NAN}, "It has no values."},
    {{NAN, 1, INFINITY, NAN}, "It is 1 everywhere."},
    {{-DBL_MAX, DBL_MAX, 0, 1}, "Its least value is −1.798·10³⁰⁸ near x = 0, y = 0"},
    {{0, 5e-324, 0, 1e-310}, "Its least value is 0 near x = 0, y = 0"},
};

START_TEST(survives_odd_maps_at_every_size) {
    Arena arena = {0};
    ContourMap map = {.x_to = 1, .y_to = 1, .z = flat_maps[_i].z, .rows = 2, .columns = 2};
    map.path_x = huge;
    map.path_y = holes;
    map.path_count = 4;
    for (int rows = -1; rows < 26; rows += rows < 10 ? 1 : 7) {
        for (int columns = -1; columns < 70; columns += columns < 4 ? 1 : 6) {
            Grid grid = contour_draw(&arena, &map, rows, columns, columns % 2 == 0);
            expect_whole(&grid, rows, columns, columns % 2 == 0);
            arena_clear(&arena);
        }
    }
    ck_assert_msg(strstr(contour_words(&arena, &map, 4, false), flat_maps[_i].words) != NULL, "%s",
                  contour_words(&arena, &map, 4, false));
    map.rows = 1;
    Grid grid = contour_draw(&arena, &map, 10, 30, false);
    expect_whole(&grid, 10, 30, false);
    ck_assert_ptr_nonnull(strstr(contour_words(&arena, &map, 4, false), "It has no values."));
    arena_clear(&arena);
}
END_TEST

START_TEST(stands_in_a_card) {
    Arena arena = {0};
    Tangent tangent;
    Bowl bowl;
    build_tangent(&tangent);
    build_bowl(&bowl);
    Card card = {.arena = &arena};
    card_add(&card, BLOCK_PLOT)->plot = &tangent.plot;
    card_add(&card, BLOCK_CONTOUR)->map = &bowl.map;
    Grid grid = card_draw(&arena, &card, (CardLayout){.width = 90});
    ck_assert_int_eq(grid.rows, 14 + 1 + 14);
    Grid plot = plot_draw(&arena, &tangent.plot, 14, 72, false);
    ck_assert_str_eq(grid_line(&arena, &grid, 5), grid_line(&arena, &plot, 5));
    Grid map = contour_draw(&arena, &bowl.map, 14, 72, false);
    ck_assert_str_eq(grid_line(&arena, &grid, 15 + 5), grid_line(&arena, &map, 5));
    const char *words = card_plain(&arena, &card);
    ck_assert_ptr_nonnull(strstr(words, "A plot of E over w₅."));
    ck_assert_ptr_nonnull(strstr(words, "A map of E over a"));
    arena_clear(&arena);
}
END_TEST

Suite *plot_suite(void) {
    Suite *suite = suite_create("plot");
    TCase *tests = tcase_create("plot");
    tcase_set_timeout(tests, 60);
    tcase_add_loop_test(tests, chooses_round_ticks, 0, COUNT(tick_cases));
    tcase_add_test(tests, places_values_on_a_scale);
    tcase_add_test(tests, draws_a_tangent);
    tcase_add_test(tests, draws_an_error_that_falls);
    tcase_add_test(tests, tells_points_of_two_kinds_apart);
    tcase_add_test(tests, draws_a_bowl);
    tcase_add_loop_test(tests, chooses_levels_by_the_span, 0, COUNT(level_cases));
    tcase_add_loop_test(tests, joins_a_saddle_by_its_middle, 0, COUNT(saddles));
    tcase_add_loop_test(tests, survives_odd_data_at_every_size, 0, COUNT(odd_cases));
    tcase_add_loop_test(tests, survives_random_data, 0, 8);
    tcase_add_loop_test(tests, survives_odd_maps_at_every_size, 0, COUNT(flat_maps));
    tcase_add_test(tests, stands_in_a_card);
    suite_add_tcase(suite, tests);
    return suite;
}
