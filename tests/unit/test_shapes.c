/* Shapes of matrices below their names, large matrices within formulas, and the sign of a product
 * of matrices. */
#include <check.h>
#include <string.h>

#include "base/str.h"
#include "suites.h"
#include "view/math_text.h"
#include "workbench.h"

#define COUNT(array) ((int)(sizeof(array) / sizeof *(array)))

static const char NAMES[] = "k y W[2,3] V[3,2] x[3,1] b[2,1] Large[6,20] column[20,1] rate";

static char *picture(Arena *arena, const Grid *grid) {
    Buffer text = {.arena = arena};
    for (int row = 0; row < grid->rows; row++)
        buffer_format(&text, "%s\n", grid_line(arena, grid, row));
    return arena_copy(arena, buffer_text(&text));
}

static double entries[6 * 20];

/* 1, 2, 3, … in every matrix. */
static const double *count_up(const void *context, SymbolId symbol) {
    (void)context, (void)symbol;
    for (int i = 0; i < COUNT(entries); i++)
        entries[i] = i + 1;
    return entries;
}

static Math *read_as(Workbench *bench, const char *text, bool shaped, bool values) {
    Expr expr = workbench_read(bench, text);
    ck_assert_msg(expr != 0, "cannot read %s", text);
    MathStyle style = {
        .digits = 4, .lit = SYMBOL_NONE, .shaped = shaped, .value_of = values ? count_up : NULL};
    return math_expr(&bench->arena, &bench->exprs, &bench->scope, expr, style);
}

static const struct {
    const char *written, *unicode, *ascii;
} shaped_cases[] = {
    {"W@x + b",
     " W  ·  x  +  b\n"
     "2×3   3×1   2×1\n",
     " W  @  x  +  b\n"
     "2x3   3x1   2x1\n"},
    {"sigmoid(W@x + b)", /* below the parentheses, which are those of one line */
     "σ( W  ·  x  +  b )\n"
     "  2×3   3×1   2×1\n",
     "sigma( W  @  x  +  b )\n"
     "      2x3   3x1   2x1\n"},
    {"k*V.T@x", /* a transpose has a shape of its own */
     " k  · Vᵀ  ·  x\n"
     "1×1   2×3   3×1\n",
     " k  * V^T @  x\n"
     "1x1   2x3   3x1\n"},
    {"2*W@x*3", /* a number has none */
     "2 ·  W  ·  x  · 3\n"
     "    2×3   3×1\n",
     "2 *  W  @  x  * 3\n"
     "    2x3   3x1\n"},
    {"(W@x)/k@b.T", /* in one line below all of it */
     " Wx\n"
     "──── · bᵀ\n"
     " k\n"
     "2×1    1×2\n",
     " W @ x\n"
     "------- @ b^T\n"
     "   k\n"
     "  2x1     1x2\n"},
};

START_TEST(test_shaped) {
    Workbench bench;
    workbench_open(&bench, NAMES);
    Math *math = read_as(&bench, shaped_cases[_i].written, true, false);
    for (int ascii = 0; ascii < 2; ascii++) {
        const char *expected = ascii ? shaped_cases[_i].ascii : shaped_cases[_i].unicode;
        MathBox box = math_with_shapes(&bench.arena, math_draw(&bench.arena, math, ascii == 1));
        ck_assert_str_eq(picture(&bench.arena, &box.grid), expected);
    }
    workbench_close(&bench);
}
END_TEST

/* On a line shapes are left out, or stand in the place of what they belong to. */
START_TEST(test_shapes_on_a_line) {
    Workbench bench;
    workbench_open(&bench, NAMES);
    Arena *arena = &bench.arena;
    Math *math = read_as(&bench, "sigmoid(W@x + b)", true, false);
    ck_assert_str_eq(math_line(arena, math, false), "σ(W · x + b)");
    ck_assert_str_eq(math_line(arena, math_shapes(arena, math), false), "σ(2×3 · 3×1 + 2×1)");
    ck_assert_str_eq(math_line(arena, math_shapes(arena, math), true), "sigma(2x3 @ 3x1 + 2x1)");
    ck_assert_ptr_nonnull(strstr(math_spoken(arena, math), "W, times x, plus b"));
    workbench_close(&bench);
}
END_TEST

/* The sign of a product of matrices is never that of one by entries. */
START_TEST(test_matrix_sign) {
    Workbench bench;
    workbench_open(&bench, NAMES);
    static const struct {
        const char *written, *ascii;
    } cases[] = {{"W@x", "W @ x"}, {"Large@column", "Large @ column"}, {"b@x.T", "b @ x^T"}};
    for (int i = 0; i < COUNT(cases); i++)
        ck_assert_str_eq(
            math_line(&bench.arena, read_as(&bench, cases[i].written, false, false), true),
            cases[i].ascii);
    workbench_close(&bench);
}
END_TEST

/* A large matrix is put in with dots, and its shape. */
START_TEST(test_large_put_in) {
    Workbench bench;
    workbench_open(&bench, NAMES);
    Arena *arena = &bench.arena;
    Math *math = read_as(&bench, "Large@column", false, true);
    MathBox box = math_with_shapes(arena, math_draw(arena, math, false));
    ck_assert_str_eq(picture(arena, &box.grid), "⎡  1    2  ⋯   20⎤   ⎡ 1⎤\n"
                                                "⎢ 21   22  ⋯   40⎥ · ⎢ 2⎥\n"
                                                "⎢ ⋮    ⋮   ⋱   ⋮ ⎥   ⎢⋮ ⎥\n"
                                                "⎣101  102  ⋯  120⎦   ⎣20⎦\n"
                                                "       6×20          20×1\n");
    box = math_with_shapes(arena, math_draw(arena, math, true));
    ck_assert_str_eq(picture(arena, &box.grid), "[  1    2  ...   20]   [ 1]\n"
                                                "[ 21   22  ...   40] @ [ 2]\n"
                                                "[ :    :   ...   : ]   [: ]\n"
                                                "[101  102  ...  120]   [20]\n"
                                                "        6x20           20x1\n");
    ck_assert_str_eq(math_line(arena, math, false),
                     "[1, 2, …, 20; 21, 22, …, 40; …; 101, 102, …, 120] · [1; 2; …; 20]");
    workbench_close(&bench);
}
END_TEST

/* A matrix has as many columns as there is room for; if they are not all, it has its shape. */
START_TEST(test_narrow_matrix) {
    Workbench bench;
    workbench_open(&bench, NAMES);
    Arena *arena = &bench.arena;
    static const double values[] = {1, -20, 3, 0.25, 5, 6, 7, 8, 9, 10, 11, -1.5};
    const Math *all = math_value(arena, values, 2, 6, 4);
    static const struct {
        int width;
        const char *picture;
    } cases[] = {
        {33, "⎡1  −20  3   0.25   5   6  ⎤\n"
             "⎣7    8  9  10     11  −1.5⎦\n"},
        {24, "⎡1  −20  ⋯   5   6  ⎤\n"
             "⎣7    8  ⋯  11  −1.5⎦\n"
             "         2×6\n"},
        {12, "⎡1  ⋯   6  ⎤\n"
             "⎣7  ⋯  −1.5⎦\n"
             "    2×6\n"},
    };
    for (int i = 0; i < COUNT(cases); i++) {
        Grid grid = math_equation(arena, &all, NULL, 1, (EquationLayout){.width = cases[i].width});
        ck_assert_str_eq(picture(arena, &grid), cases[i].picture);
    }
    workbench_close(&bench);
}
END_TEST

/* An equation whose sides find no room with their shapes says so. */
START_TEST(test_shapes_find_room) {
    Workbench bench;
    workbench_open(&bench, NAMES);
    const Math *parts[] = {math_text(&bench.arena, "z"),
                           read_as(&bench, "Large@column + 2*Large@column", true, false)};
    const char *signs[] = {NULL, "="};
    for (int width = 8; width < 60; width++) {
        Grid grid;
        bool fits = math_equation_fits(&bench.arena, parts, signs, 2,
                                       (EquationLayout){.width = width}, &grid);
        ck_assert_int_le(grid.columns, width);
        ck_assert(fits == (strstr(picture(&bench.arena, &grid), "6×20") != NULL));
        ck_assert(fits || width < 22);
    }
    workbench_close(&bench);
}
END_TEST

Suite *shapes_suite(void) {
    Suite *suite = suite_create("shapes");
    TCase *shapes = tcase_create("shapes");
    tcase_add_loop_test(shapes, test_shaped, 0, COUNT(shaped_cases));
    tcase_add_test(shapes, test_shapes_on_a_line);
    tcase_add_test(shapes, test_matrix_sign);
    tcase_add_test(shapes, test_large_put_in);
    tcase_add_test(shapes, test_narrow_matrix);
    tcase_add_test(shapes, test_shapes_find_room);
    suite_add_tcase(suite, shapes);
    return suite;
}
