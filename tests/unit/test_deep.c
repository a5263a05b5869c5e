/* Formulas nested deep, drawn in little room: in two dimensions as far as that goes, else on a line
 * that is broken within as few brackets as it takes. */
#include <check.h>
#include <string.h>

#include "base/str.h"
#include "suites.h"
#include "view/math_text.h"
#include "workbench.h"

#define COUNT(array) ((int)(sizeof(array) / sizeof *(array)))

static const char NAMES[] = "a b w x y";

static char *picture(Arena *arena, const Grid *grid) {
    Buffer text = {.arena = arena};
    for (int row = 0; row < grid->rows; row++)
        buffer_format(&text, "%s\n", grid_line(arena, grid, row));
    return arena_copy(arena, buffer_text(&text));
}

static const double *third(const void *context, SymbolId symbol) {
    static const double value = -1.25;
    (void)context, (void)symbol;
    return &value;
}

static Math *read_as(Workbench *bench, const char *text, bool values) {
    Expr expr = workbench_read(bench, text);
    ck_assert_msg(expr != 0, "cannot read %s", text);
    MathStyle style = {.digits = 4, .lit = SYMBOL_NONE, .value_of = values ? third : NULL};
    return math_expr(&bench->arena, &bench->exprs, &bench->scope, expr, style);
}

/* A formula at a width, alone. */
static const char *draw_at(Workbench *bench, const Math *math, int width, bool ascii) {
    Grid grid = math_equation(&bench->arena, &math, NULL, 1,
                              (EquationLayout){.width = width, .ascii = ascii});
    return picture(&bench->arena, &grid);
}

static const struct {
    const char *written;
    int width;
    const char *unicode, *ascii;
} deep_cases[] = {
    {"exp(-exp(-exp(-(w*x + b*y + a*x + w*y))))", 60, "exp(−exp(−exp(−(wx + by + ax + wy))))\n",
     "exp(-exp(-exp(-(w*x + b*y + a*x + w*y))))\n"},
    {"exp(-exp(-exp(-(w*x + b*y + a*x + w*y))))", 28, /* within parentheses */
     "exp⎛−exp⎛−exp⎛−⎛wx + by⎞⎞⎞⎞\n"
     "   ⎜    ⎜    ⎜ ⎜   + ax⎟⎟⎟⎟\n"
     "   ⎝    ⎝    ⎝ ⎝   + wy⎠⎠⎠⎠\n",
     "exp(-exp(-exp(-(w*x     ))))\n"
     "   (    (    ( (   + b*y))))\n"
     "   (    (    ( (   + a*x))))\n"
     "   (    (    ( (   + w*y))))\n"},
    {"exp(-exp(-exp(-(w*x + b*y + a*x + w*y))))", 24, /* raised, that takes fewer columns */
     "     −⎛wx + by + ax⎞\n"
     "      ⎝   + wy     ⎠\n"
     "   −e\n"
     " −e\n"
     "e\n",
     "     -(w*x + b*y + a*x)\n"
     "      (   + w*y       )\n"
     "   -e\n"
     " -e\n"
     "e\n"},
    {"2^(w*x + b*y + a*x + w*y)", 16, /* within an exponent */
     " wx + by + ax\n"
     "    + wy\n"
     "2\n",
     " w*x + b*y + a*x\n"
     "    + w*y\n"
     "2\n"},
    {"a^(b/(1 + y + w*x + b*a + 4))*x", 18, /* below a fraction line in an exponent */
     "       b\n"
     " ─────────────\n"
     "  1 + y + wx\n"
     "     + ba + 4\n"
     "a             ·x\n",
     "       b\n"
     " --------------\n"
     "  1 + y + w*x\n"
     "     + b*a + 4\n"
     "a              *x\n"},
    {"-1.5*x*(0.25 - y)*2.75*w*3.125 + 1", 18, /* at a dot, where a sign is not enough */
     "−1.5x(0.25 − y)\n"
     "  ·2.75w·3.125\n"
     "   + 1\n",
     "-1.5*x*(0.25 - y)\n"
     "  *2.75*w*3.125\n"
     "   + 1\n"},
    {"(1/2*x*(a - y)*2.75*(w + x)*3.125*(b + a) + 1)/2", 28, /* nothing behind a broken term */
     "  1\n"
     " ───·x(a − y)·2.75(w + x)\n"
     "  2\n"
     "   ·3.125(b + a)\n"
     "    + 1\n"
     "──────────────────────────\n"
     "            2\n",
     "  1\n"
     " ---*x*(a - y)*2.75*(w + x)\n"
     "  2\n"
     "   *3.125*(b + a)\n"
     "    + 1\n"
     "----------------------------\n"
     "             2\n"},
    {"(w*x + b*y + a)^(a*x + w*y + b)", 18, /* a base and an exponent, both broken */
     "         ax + wy\n"
     "            + b\n"
     "⎛wx + by⎞\n"
     "⎝   + a ⎠\n",
     "       a*x + w*y\n"
     "       + b\n"
     "(w*x  )\n"
     "(+ b*y)\n"
     "(+ a  )\n"},
    {"x*(1 - (w*x + b*y + a)^(a*x + w*y + b))^(w*x + b*y)", 26, /* set in no more */
     "                    wx\n"
     " ⎛             ax  ⎞+ by\n"
     " ⎜             + wy⎟\n"
     " ⎜             + b ⎟\n"
     "x⎜1 − ⎛wx + by⎞    ⎟\n"
     " ⎝    ⎝+ a    ⎠    ⎠\n",
     "                    w*x\n"
     "  (           a*x  )+ b*y\n"
     "  (           + w*y)\n"
     "  (           + b  )\n"
     "x*(1 - (w*x  )     )\n"
     "  (    (+ b*y)     )\n"
     "  (    (+ a  )     )\n"},
    {"(1 + x/(1 + w/(1 + b/(1 + a))))^(w/(1 + x))", 24, /* no room: within few brackets */
     "(1 + x / (1 + w/(1\n"
     "  + b/(1 + a))))^(w/(1\n"
     "  + x))\n",
     "(1 + x / (1 + w/(1\n"
     "  + b/(1 + a))))^(w/(1\n"
     "  + x))\n"},
};

START_TEST(test_deep) {
    Workbench bench;
    workbench_open(&bench, NAMES);
    const Math *math = read_as(&bench, deep_cases[_i].written, false);
    for (int ascii = 0; ascii < 2; ascii++) {
        const char *expected = ascii ? deep_cases[_i].ascii : deep_cases[_i].unicode;
        ck_assert_str_eq(draw_at(&bench, math, deep_cases[_i].width, ascii == 1), expected);
    }
    workbench_close(&bench);
}
END_TEST

static const char *const nested[] = {
    "exp(exp(exp(exp(w*x + b*y + a))))",
    "exp((exp(w*x/(1 + b*y)) + 1)/(2 + exp(-a/(1 + w))))",
    "(1 + x/(1 + w/(1 + b/(1 + a))))^(w/(1 + exp(-(x + y)/(1 + a^2))))",
    "2^(2^(2^(w + b*y)))",
    "sqrt(1 + sqrt(1 + sqrt(1 + sqrt(1 + w^2/(1 + x^2)))))",
    "1/(1 + exp(-(w*x + b*y + a*x*y + w*b*x^2 + a*b*y^2 + w + 1)))",
    "log(log(log(log(20 + w*x + b*y) + 10) + 10)/(1 + exp(-w)))",
    "abs(abs(abs(w - x)/(1 + y) - b)^3 - a)/(w^2 + b^2)^(3/2)",
    "x*(1 - (w*x + b*y + a)^(a*x + w*y + b))^(w*x + b*y)",
    "(((w*x + b)^(a*y + 1) + b)^(a*y + 1) + b)^(a*(x + (y + (w + x)^(b + y))^(w + x)))",
};

static int count_of(const char *text, const char *part) {
    int count = 0;
    for (const char *at = strstr(text, part); at; at = strstr(at + 1, part))
        count++;
    return count;
}

/* Whatever the room, no formula is wider; and where it falls to lines, no bracket is lost. */
START_TEST(test_deep_fits) {
    Workbench bench;
    workbench_open(&bench, NAMES);
    for (int mode = 0; mode < 4; mode++)
        for (int width = 16; width < 100; width++) {
            const Math *math = read_as(&bench, nested[_i], mode > 1);
            Grid grid = math_equation(&bench.arena, &math, NULL, 1,
                                      (EquationLayout){.width = width, .ascii = mode % 2 == 1});
            ck_assert_int_le(grid.columns, width);
            const char *drawn = picture(&bench.arena, &grid);
            ck_assert(mode % 2 == 1 || count_of(drawn, "(") == count_of(drawn, ")"));
        }
    workbench_close(&bench);
}
END_TEST

/* What is short enough to be raised with names is raised with numbers, too. */
START_TEST(test_exp_with_numbers) {
    Workbench bench;
    workbench_open(&bench, NAMES);
    static const struct {
        const char *written, *names, *numbers;
    } cases[] = {
        {"exp(w*x)", "e^(wx)", "e^((−1.25)·(−1.25))"},
        {"exp(w*x + b*y + a*x + y)", "exp(wx + by + ax + y)",
         "exp((−1.25)·(−1.25) + (−1.25)·(−1.25) + (−1.25)·(−1.25) + (−1.25))"},
        {"exp(w/x)", "exp(w/x)", "exp(−1.25/(−1.25))"},
    };
    for (int i = 0; i < COUNT(cases); i++) {
        ck_assert_str_eq(math_line(&bench.arena, read_as(&bench, cases[i].written, false), false),
                         cases[i].names);
        ck_assert_str_eq(math_line(&bench.arena, read_as(&bench, cases[i].written, true), false),
                         cases[i].numbers);
    }
    workbench_close(&bench);
}
END_TEST

Suite *deep_suite(void) {
    Suite *suite = suite_create("deep");
    TCase *deep = tcase_create("deep");
    tcase_add_loop_test(deep, test_deep, 0, COUNT(deep_cases));
    tcase_add_loop_test(deep, test_deep_fits, 0, COUNT(nested));
    tcase_add_test(deep, test_exp_with_numbers);
    suite_add_tcase(suite, deep);
    return suite;
}
