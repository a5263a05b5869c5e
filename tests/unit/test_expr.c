/* Sharing, the simplifying builders, and symbolic derivatives as text. */
#include "base/str.h"
#include "expr/diff.h"
#include "expr/simplify.h"
#include "suites.h"
#include "workbench.h"

#define COUNT(array) ((int)(sizeof(array) / sizeof *(array)))

static const char NAMES[] = "x y z a b c E w5 w8 h1 t1 y1 W[2,3] V[2,3] X[3] B[2] R[1,3] S[3,3]";

/* ------------------------------------------------------------------------------ sharing */

START_TEST(equal_expressions_are_one) {
    Workbench bench;
    workbench_open(&bench, NAMES);
    ck_assert_uint_eq(workbench_read(&bench, "y1*(1 - y1) + W[1,2]"),
                      workbench_read(&bench, "(y1*(1-y1)) + W[1,2]"));
    ck_assert_uint_eq(expr_number(&bench.exprs, 0.0), expr_number(&bench.exprs, -0.0));
    static const char *const different[] = {
        "a + b",  "b + a",  "a - b",    "a*b",    "a/b", "a^b",    "max(a, b)", "min(a, b)",
        "W[1,2]", "W[2,1]", "[[a, b]]", "[a, b]", "-a",  "exp(a)", "1",         "-1"};
    for (int i = 0; i < COUNT(different); i++)
        for (int j = 0; j < i; j++)
            ck_assert_msg(workbench_read(&bench, different[i]) !=
                              workbench_read(&bench, different[j]),
                          "%s and %s are one", different[i], different[j]);
    size_t before = bench.exprs.count;
    for (int i = 0; i < COUNT(different); i++)
        workbench_read(&bench, different[i]);
    ck_assert_uint_eq(bench.exprs.count, before);
    workbench_close(&bench);
}
END_TEST

/* Operands come before what is made of them, through all growth of the pool. */
START_TEST(operands_come_first) {
    Workbench bench;
    workbench_open(&bench, NAMES);
    Expr x = workbench_read(&bench, "x"), sum = x;
    for (int i = 0; i < 20000; i++)
        sum = expr_binary(&bench.exprs, i % 2 ? EXPR_ADD : EXPR_MULTIPLY, sum,
                          expr_number(&bench.exprs, i));
    for (Expr e = 1; e < bench.exprs.count; e++)
        for (size_t i = 0; i < expr_get(&bench.exprs, e)->count; i++)
            ck_assert_uint_lt(expr_operand(&bench.exprs, e, i), e);
    ck_assert_uint_eq(expr_binary(&bench.exprs, EXPR_MULTIPLY, x, expr_number(&bench.exprs, 0)),
                      workbench_read(&bench, "x*0"));
    workbench_close(&bench);
}
END_TEST

/* ------------------------------------------------------------------------------ simplification */

static const struct {
    const char *formula, *simplified;
} simplified[] = {
    {"1*x", "x"},
    {"x*1", "x"},
    {"0*x", "0"},
    {"x + 0", "x"},
    {"0 + x", "x"},
    {"0 - x", "-x"},
    {"x - 0", "x"},
    {"x - x", "0"},
    {"x + x", "2*x"},
    {"x + (-x)", "0"},
    {"x + (-y)", "x - y"},
    {"(-x) + y", "y - x"},
    {"x - (-y)", "x + y"},
    {"-(-x)", "x"},
    {"(-x)*y", "-(x*y)"},
    {"(-x)*(-y)", "x*y"},
    {"x*(-1)", "-x"},
    {"2*(3*x)", "6*x"},
    {"0.5*(2*x)", "x"},
    {"x*2", "2*x"},
    {"2*x + 3*x", "5*x"},
    {"2*x - 2*x", "0"},
    {"x/1", "x"},
    {"0/x", "0"},
    {"x/x", "1"},
    {"(2*x)/2", "x"},
    {"(-x)/y", "-(x/y)"},
    {"x/(-y)", "-(x/y)"},
    {"x*(1/y)", "x/y"},
    {"(x/y)*y", "x"},
    {"(x/y)/z", "x/(y*z)"},
    {"x/(y/z)", "x*z/y"},
    {"2/4", "0.5"},
    {"1/3", "1/3"},
    {"x*x", "x^2"},
    {"x^1", "x"},
    {"x^0", "1"},
    {"1^x", "1"},
    {"x.T", "x"},
    {"W.T.T", "W"},
    {"(-W) @ X", "-(W @ X)"},
    {"W @ (-X)", "-(W @ X)"},
    {"0*W", "fill(0)"},
    {"W - W", "fill(0)"},
    {"W + 0", "W"},
    {"X*0 + W.T", "W.T"},
    {"[a, b][2]", "b"},
    {"3*0.1", "3*0.1"},
    {"2/(2*x)", "1/x"},
    {"(6*x)/(3*y)", "2*x/y"},
    {"x/(2*y)", "x/(2*y)"},
};

/* Rebuilds a formula from its leaves up with the simplifying builders. */
static Expr simplify(Workbench *bench, Expr expr) {
    Expr *simple = ARENA_ARRAY(&bench->arena, Expr, (size_t)expr + 1);
    for (Expr e = 1; e <= expr; e++) {
        size_t count = expr_get(&bench->exprs, e)->count;
        Expr *operands = ARENA_ARRAY(&bench->arena, Expr, count);
        for (size_t i = 0; i < count; i++)
            operands[i] = simple[expr_operand(&bench->exprs, e, i)];
        simple[e] = simplify_rebuild(&bench->exprs, e, operands);
    }
    return simple[expr];
}

START_TEST(simplifies) {
    Workbench bench;
    workbench_open(&bench, NAMES);
    Expr expr = workbench_read(&bench, simplified[_i].formula);
    Expr simple = simplify(&bench, expr);
    ck_assert_str_eq(workbench_text(&bench, simple, BRACKETS_NEEDED), simplified[_i].simplified);
    ck_assert(expr_same_shape(&bench.exprs, expr, simple) ||
              strchr(simplified[_i].simplified, 'f') == NULL);
    workbench_close(&bench);
}
END_TEST

/* ------------------------------------------------------------------------------ derivatives */

static const struct {
    const char *formula, *wrt, *derivative;
} derivatives[] = {
    {"x^2 + x", "x", "2*x + 1"},
    {"(t1 - y1)^2/2", "y1", "-(t1 - y1)"},
    {"(t1 - y1)^2/2", "t1", "t1 - y1"},
    {"(y1 - t1)^2", "y1", "2*(y1 - t1)"},
    {"w5*h1", "w5", "h1"},
    {"c + w5*h1", "c", "1"},
    {"c + w5*h1", "x", "0"},
    {"5", "x", "0"},
    {"x", "x", "1"},
    {"-x", "x", "-1"},
    {"x^3 + x^2 + x", "x", "3*x^2 + 2*x + 1"},
    {"sin(x)*x", "x", "x*cos(x) + sin(x)"},
    {"x^3", "x", "3*x^2"},
    {"x^-1", "x", "-x^-2"},
    {"x^0.5", "x", "0.5*x^-0.5"},
    {"x^y", "x", "y*x^(y - 1)"},
    {"x^y", "y", "x^y*log(x)"},
    {"2^x", "x", "2^x*log(2)"},
    {"x/y", "x", "1/y"},
    {"x/y", "y", "-(x/y^2)"},
    {"1/x", "x", "-(1/x^2)"},
    {"x/3", "x", "1/3"},
    {"x/2", "x", "0.5"},
    {"exp(x)", "x", "exp(x)"},
    {"exp(-x)", "x", "-exp(-x)"},
    {"exp(x^2)", "x", "2*exp(x^2)*x"},
    {"log(x)", "x", "1/x"},
    {"log(2*x)", "x", "1/x"},
    {"sqrt(x)", "x", "1/(2*sqrt(x))"},
    {"sin(x)", "x", "cos(x)"},
    {"cos(x)", "x", "-sin(x)"},
    {"tanh(x)", "x", "1 - tanh(x)^2"},
    {"sigmoid(x)", "x", "sigmoid(x)*(1 - sigmoid(x))"},
    {"relu(x)", "x", "positive(x)"},
    {"leaky_relu(x, 0.1)", "x", "leaky_slope(x, 0.1)"},
    {"leaky_relu(x, a)", "a", "x*(1 - positive(x))"},
    {"softplus(x)", "x", "sigmoid(x)"},
    {"abs(x)", "x", "sign(x)"},
    {"max(x, y)", "x", "at_least(x, y)"},
    {"max(x, y)", "y", "1 - at_least(x, y)"},
    {"min(x, y)", "x", "at_least(y, x)"},
    {"onehot(x, 3)[1]", "x", "0"},
    {"sum(W)", "W", "fill(1)"},
    {"mean(X)", "X", "fill(1/3)"},
    {"mean(B)", "B", "fill(0.5)"},
    {"sum(W @ X)", "X", "W.T @ fill(1)"},
    {"sum(B*(W @ X))", "W", "B @ X.T"},
    {"sum(B*(W @ X))", "X", "W.T @ B"},
    {"sum(B*(W @ X))", "B", "W @ X"},
    {"sum(B + W)", "B", "fill(3)"},
    {"sum(x*W)", "x", "reduce(W)"},
    {"sum(B*W)", "B", "W @ fill(1)"},
    {"sum(X*y/z)", "X", "fill(y/z)"}, /* a one spread over a matrix is not lost */
    {"W[1,2]", "W", "unit(1,2)"},
    {"x*W[1,2]", "W[1,2]", "x"},
    {"x*W[1,2]", "W[2,1]", "0"},
    {"max(X)", "X", "first_max(X)"},
    {"min(X)", "X", "first_max(-X)"},
    {"X", "X", "[1, 0, 0; 0, 1, 0; 0, 0, 1]"},
    {"x*B", "x", "[B[1,1]; B[2,1]]"},
    {"x*B", "B", "[x, 0; 0, x]"},
    {"W @ X", "X", "[W[1,1], W[1,2], W[1,3]; W[2,1], W[2,2], W[2,3]]"},
};

/* Matrix rules are written with W.T and X.T; the text of an entry goes through them. */
START_TEST(derives) {
    Workbench bench;
    workbench_open(&bench, NAMES);
    Expr formula = workbench_read(&bench, derivatives[_i].formula);
    Expr wrt = workbench_read(&bench, derivatives[_i].wrt);
    Expr derivative = expr_derive(&bench.exprs, &bench.scope, &bench.arena, formula, wrt);
    ck_assert_msg(
        str_equal(workbench_text(&bench, derivative, BRACKETS_NEEDED), derivatives[_i].derivative),
        "d(%s)/d%s = %s", derivatives[_i].formula, derivatives[_i].wrt,
        workbench_text(&bench, derivative, BRACKETS_NEEDED));
    ck_assert(
        expr_same_shape(&bench.exprs, derivative, expr_derivative(&bench.exprs, formula, wrt)));
    workbench_close(&bench);
}
END_TEST

/* ------------------------------------------------------------------------------ through names */

/* A network of two names: z1 = w5*h1, y2 = sigmoid(z1), L = (t1 - y2)^2/2. */
static void open_network(Workbench *bench) {
    workbench_open(bench, NAMES);
    workbench_define(bench, "z1", "w5*h1");
    workbench_define(bench, "y2", "sigmoid(z1)");
    workbench_define(bench, "L", "(t1 - y2)^2/2");
}

static const struct {
    const char *token, *derivative;
} network_derivatives[] = {
    {"dL/dy2", "-(t1 - y2)"},
    {"dL/dz1", "-((t1 - y2)*sigmoid(z1)*(1 - sigmoid(z1)))"},
    {"dL/dw5", "-((t1 - y2)*sigmoid(z1)*(1 - sigmoid(z1))*h1)"},
    {"dL/dL", "1"},
    {"dL/dx", "0"},
    {"dy2/dL", "0"},
    {"dL/dy2 + dz1/dw5", "-(t1 - y2) + h1"},
    {"d(dL/dy2)/dy2", "1"},
    {"d(dL/dy2*y2)/dt1", "-y2"},
    {"d(L*L)/dL", "2*L"},
};

START_TEST(derives_through_names) {
    Workbench bench;
    open_network(&bench);
    Expr token = workbench_read(&bench, network_derivatives[_i].token);
    ck_assert_uint_ne(token, 0);
    Expr lowered = expr_lower(&bench.exprs, &bench.scope, &bench.arena, token);
    ck_assert_str_eq(workbench_text(&bench, lowered, BRACKETS_NEEDED),
                     network_derivatives[_i].derivative);
    workbench_close(&bench);
}
END_TEST

START_TEST(expands_and_substitutes) {
    Workbench bench;
    open_network(&bench);
    Expr loss = workbench_read(&bench, "L + dL/dz1");
    Expr expanded = expr_expand(&bench.exprs, &bench.scope, &bench.arena, loss);
    ck_assert_str_eq(workbench_text(&bench, expanded, BRACKETS_NEEDED),
                     "(t1 - sigmoid(w5*h1))^2/2 + d(L)/dz1");
    Expr part = workbench_read(&bench, "w5*h1"), by = workbench_read(&bench, "q1");
    ck_assert_uint_eq(by, 0); /* not declared */
    by = scope_expr(&bench.scope, &bench.exprs, scope_find(&bench.scope, "z1"));
    Expr with = expr_substitute(&bench.exprs, &bench.arena, expanded, part, by);
    ck_assert_str_eq(workbench_text(&bench, with, BRACKETS_NEEDED),
                     "(t1 - sigmoid(z1))^2/2 + d(L)/dz1");
    workbench_close(&bench);
}
END_TEST

/* A derivative stays as small as what it comes from: 200 layers of two names each. */
START_TEST(derivatives_stay_small) {
    Workbench bench;
    workbench_open(&bench, "u0 v0");
    for (int i = 1; i <= 200; i++) {
        const char *u = arena_format(&bench.arena, "u%d", i);
        const char *v = arena_format(&bench.arena, "v%d", i);
        workbench_define(&bench, u, arena_format(&bench.arena, "sin(u%d*v%d)", i - 1, i - 1));
        workbench_define(&bench, v, arena_format(&bench.arena, "u%d + 2*v%d", i - 1, i - 1));
    }
    size_t before = bench.exprs.count;
    Expr token = workbench_read(&bench, "du200/du0");
    ck_assert_uint_ne(expr_lower(&bench.exprs, &bench.scope, &bench.arena, token), 0);
    ck_assert_uint_lt(bench.exprs.count - before, 200 * 20);
    workbench_close(&bench);
}
END_TEST

START_TEST(finds_names) {
    Workbench bench;
    workbench_open(&bench, "");
    for (int i = 0; i < 5000; i++)
        scope_add(&bench.scope,
                  (Symbol){.name = arena_format(&bench.arena, "n%d", i), .rows = 1, .columns = 1});
    for (unsigned i = 0; i < 5000; i += 7)
        ck_assert_uint_eq(scope_find(&bench.scope, arena_format(&bench.arena, "n%u", i)), i);
    ck_assert_uint_eq(scope_find(&bench.scope, "n5000"), SYMBOL_NONE);
    ck_assert_uint_eq(scope_find(&bench.scope, ""), SYMBOL_NONE);
    ck_assert_uint_eq(scope_find_n(&bench.scope, "n12x", 3), 12);
    ck_assert_uint_eq(bench.scope.leaf_entries, 5000);
    workbench_close(&bench);
}
END_TEST

Suite *expr_suite(void) {
    Suite *suite = suite_create("expr");
    TCase *sharing = tcase_create("sharing");
    tcase_add_test(sharing, equal_expressions_are_one);
    tcase_add_test(sharing, operands_come_first);
    tcase_add_test(sharing, finds_names);
    suite_add_tcase(suite, sharing);
    TCase *derivatives_case = tcase_create("derivatives");
    tcase_add_loop_test(derivatives_case, simplifies, 0, COUNT(simplified));
    tcase_add_loop_test(derivatives_case, derives, 0, COUNT(derivatives));
    tcase_add_loop_test(derivatives_case, derives_through_names, 0, COUNT(network_derivatives));
    tcase_add_test(derivatives_case, expands_and_substitutes);
    tcase_add_test(derivatives_case, derivatives_stay_small);
    suite_add_tcase(suite, derivatives_case);
    return suite;
}
