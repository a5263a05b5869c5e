/* Parts of an equation below each other: each number under its symbol. */
#include <check.h>
#include <string.h>

#include "base/str.h"
#include "suites.h"
#include "view/math_text.h"
#include "workbench.h"

#define COUNT(array) ((int)(sizeof(array) / sizeof *(array)))

static const char NAMES[] = "a b w x y W[2,2] u[2,1]";

static const double *value_of(const void *context, SymbolId symbol) {
    static const double values[] = {-1.25, 0.5, 100, -0.0625, 3};
    (void)context;
    return &values[symbol % COUNT(values)];
}

static char *picture(Arena *arena, const Grid *grid) {
    Buffer text = {.arena = arena};
    for (int row = 0; row < grid->rows; row++)
        buffer_format(&text, "%s\n", grid_line(arena, grid, row));
    return arena_copy(arena, buffer_text(&text));
}

static const struct {
    const char *written;
    int width;
    const char *unicode, *ascii;
} aligned_cases[] = {
    {"a*x + w*b*y + 1", 44, /* within products, too, whose signs are seen then */
     "z =    a   ·    x     +  w · b ·y + 1\n"
     "  = (−1.25)·(−0.0625) + 100·0.5·3 + 1\n",
     "z =    a   *    x     +  w * b *y + 1\n"
     "  = (-1.25)*(-0.0625) + 100*0.5*3 + 1\n"},
    {"a*x + w*b*y + 1", 30, /* a line begins with a sign of the sum */
     "z =    a   ·    x\n"
     "     +  w · b ·y + 1\n"
     "  = (−1.25)·(−0.0625)\n"
     "     + 100·0.5·3 + 1\n",
     "z =    a   *    x\n"
     "     +  w * b *y + 1\n"
     "  = (-1.25)*(-0.0625)\n"
     "     + 100*0.5*3 + 1\n"},
    {"(a - x)/2*b + max(w, b)*y", 30, /* in fractions and arguments */
     "       a   −     x\n"
     "z = ─────────────────── ·  b\n"
     "             2\n"
     "     + max( w ,  b )·y\n"
     "\n"
     "     −1.25 − (−0.0625)\n"
     "  = ─────────────────── · 0.5\n"
     "             2\n"
     "     + max(100, 0.5)·3\n",
     "       a   -     x\n"
     "z = ------------------- *  b\n"
     "             2\n"
     "     + max( w ,  b )*y\n"
     "\n"
     "     -1.25 - (-0.0625)\n"
     "  = ------------------- * 0.5\n"
     "             2\n"
     "     + max(100, 0.5)*3\n"},
    {"a*(1 - (x + w*b)^2) + sigmoid(-(b - y))", 42, /* in brackets */
     "z =    a   ·(1 − (   x    +  w · b )²)\n"
     "     + σ(−( b  − y))\n"
     "  = (−1.25)·(1 − (−0.0625 + 100·0.5)²)\n"
     "     + σ(−(0.5 − 3))\n",
     "z =    a   *(1 - (   x    +  w * b )^2)\n"
     "     + sigma(-( b  - y))\n"
     "  = (-1.25)*(1 - (-0.0625 + 100*0.5)^2)\n"
     "     + sigma(-(0.5 - 3))\n"},
};

START_TEST(test_aligned) {
    Workbench bench;
    workbench_open(&bench, NAMES);
    const char *signs[] = {NULL, "=", "="};
    Expr expr = workbench_read(&bench, aligned_cases[_i].written);
    MathStyle style = {.digits = 4, .lit = SYMBOL_NONE};
    const Math *names = math_expr(&bench.arena, &bench.exprs, &bench.scope, expr, style);
    style.value_of = value_of;
    const Math *numbers = math_expr(&bench.arena, &bench.exprs, &bench.scope, expr, style);
    const Math *parts[] = {math_text(&bench.arena, "z"), names, numbers};
    for (int ascii = 0; ascii < 2; ascii++) {
        Grid grid =
            math_equation(&bench.arena, parts, signs, 3,
                          (EquationLayout){.width = aligned_cases[_i].width, .ascii = ascii == 1});
        ck_assert_str_eq(picture(&bench.arena, &grid),
                         ascii ? aligned_cases[_i].ascii : aligned_cases[_i].unicode);
    }
    workbench_close(&bench);
}
END_TEST

/* The second line of a sum does not stand beside the denominator of its left side. */
START_TEST(test_below_a_slope) {
    Workbench bench;
    workbench_open(&bench, NAMES);
    Math *left =
        math_partial(&bench.arena, math_text(&bench.arena, "E"), math_text(&bench.arena, "a"));
    MathStyle style = {.digits = 4, .lit = SYMBOL_NONE};
    Expr expr = workbench_read(&bench, "a*b*w + x*y*w + 1");
    const Math *parts[] = {left, math_expr(&bench.arena, &bench.exprs, &bench.scope, expr, style)};
    const char *signs[] = {NULL, "="};
    Grid grid = math_equation(&bench.arena, parts, signs, 2, (EquationLayout){.width = 19});
    ck_assert_str_eq(picture(&bench.arena, &grid), " ∂E\n"
                                                   "──── = abw + xyw\n"
                                                   " ∂a\n"
                                                   "        + 1\n");
    workbench_close(&bench);
}
END_TEST

Suite *align_suite(void) {
    Suite *suite = suite_create("align");
    TCase *align = tcase_create("align");
    tcase_add_loop_test(align, test_aligned, 0, COUNT(aligned_cases));
    tcase_add_test(align, test_below_a_slope);
    suite_add_tcase(suite, align);
    return suite;
}
