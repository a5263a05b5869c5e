/* The parser: what it reads, what it says of what it cannot read, and its limits. */
#include <time.h>

#include "base/limits.h"
#include "base/str.h"
#include "expr/diff.h"
#include "suites.h"
#include "workbench.h"

#define COUNT(array) ((int)(sizeof(array) / sizeof *(array)))

static const char NAMES[] = "x y z a b c E w5 w8 h1 t1 y1 W[2,3] V[2,3] X[3] B[2] R[1,3] S[3,3] "
                            "P[4096] Q[1,4096]";

/* ------------------------------------------------------------------------------ the parser */

static const struct {
    const char *source, *canonical;
} readings[] = {
    {"a + b + c", "((a + b) + c)"},
    {"a - b - c", "((a - b) - c)"},
    {"a + b*c", "(a + (b*c))"},
    {"a*b + c", "((a*b) + c)"},
    {"a*b*c", "((a*b)*c)"},
    {"a/b/c", "((a/b)/c)"},
    {"a/b*c", "((a/b)*c)"},
    {"a*b/c", "((a*b)/c)"},
    {"a^b^c", "(a^(b^c))"},
    {"-a^2", "(-(a^2))"},
    {"(-a)^2", "((-a)^2)"},
    {"a^-b", "(a^(-b))"},
    {"a^-b^c", "(a^(-(b^c)))"},
    {"-a*b", "((-a)*b)"},
    {"-a + b", "((-a) + b)"},
    {"a*-b", "(a*(-b))"},
    {"a--b", "(a - (-b))"},
    {"--a", "(-(-a))"},
    {"+a", "a"},
    {"-3", "-3"},
    {"--3", "3"},
    {"-3^2", "(-(3^2))"},
    {"2 - -3", "(2 - -3)"},
    {"(a + b)*c", "((a + b)*c)"},
    {"((a))", "a"},
    {"W @ X + B", "((W @ X) + B)"},
    {"W @ X*a", "((W @ X)*a)"},
    {"a*W @ X", "((a*W) @ X)"},
    {"W.T @ W", "(W.T @ W)"},
    {"W.T.T", "W.T.T"},
    {"-W.T", "(-W.T)"},
    {"a^b.T", "(a^b.T)"},
    {"W[1,2]^2", "(W[1,2]^2)"},
    {"X[2]", "X[2,1]"},
    {"R[2]", "R[1,2]"},
    {"R[1,2]", "R[1,2]"},
    {"X[3,1]", "X[3,1]"},
    {"x[1]", "x[1,1]"},
    {"(W @ X)[2]", "(W @ X)[2,1]"},
    {"[a, b]", "[a; b]"},
    {"[[a, b], [1, -2]]", "[a, b; 1, -2]"},
    {"[a]", "[a]"},
    {"exp(a)", "exp(a)"},
    {"exp (a)", "exp(a)"},
    {"max(a, b)", "max(a, b)"},
    {"max(W)", "max(W)"},
    {"onehot(2, 3)", "onehot(2, 3)"},
    {"sigmoid(-z)^2", "(sigmoid((-z))^2)"},
    {"pi", "3.141592653589793"},
    {".5e1", "5"},
    {"a−b·c×2", "(a - ((b*c)*2))"},
    {"(a +\n  b) # the sum", "(a + b)"},
    {"[1, # one\n 2]", "[1; 2]"},
    {"dE/dw5", "d(E)/dw5"},
    {"∂E/∂w5", "d(E)/dw5"},
    {"∂E/dw5", "d(E)/dw5"},
    {"dE/∂w5", "d(E)/dw5"},
    {"dE/dW[1,2]", "d(E)/dW[1,2]"},
    {"d(E*E)/dw5", "d((E*E))/dw5"},
    {"∂(E)/∂w5*a", "(d(E)/dw5*a)"},
    {"dE/dw5 + 2*dE/dx", "(d(E)/dw5 + (2*d(E)/dx))"},
    {"d(dE/dx)/dy", "d(d(E)/dx)/dy"},
};

START_TEST(reads) {
    Workbench bench;
    workbench_open(&bench, NAMES);
    Expr expr = workbench_read(&bench, readings[_i].source);
    ck_assert_msg(expr != 0, "%s: %s", readings[_i].source,
                  bench.diags.count ? bench.diags.items[0].message : "no error");
    ck_assert_str_eq(workbench_text(&bench, expr, BRACKETS_ALL), readings[_i].canonical);
    workbench_close(&bench);
}
END_TEST

static const struct {
    const char *source;
    int line, column;
    const char *message;
} misreadings[] = {
    {"", 1, 1, "I expected a number, a name or a bracket here, and found the end of the line"},
    {"a +", 1, 4, "I expected a number, a name or a bracket here, and found the end of the line"},
    {"a + * b", 1, 5, "I expected a number, a name or a bracket here, and found the sign *"},
    {"a b", 1, 3, "I expected the end here, and found b"},
    {"a )", 1, 3, "I expected the end here, and found the sign )"},
    {"(a", 1, 1, "this ( is never closed"},
    {"(a +\n b", 1, 1, "this ( is never closed"},
    {"(a b)", 1, 4, "between a and b a sign is missing"},
    {"exp(a", 1, 4, "this ( is never closed"},
    {"[a, b", 1, 1, "this [ is never closed"},
    {"[a, b)", 1, 6, "I expected ] here, and found the sign )"},
    {"W[1,2", 1, 2, "this [ is never closed"},
    {"[[a, b], [c]]", 1, 10, "the rows differ: this one has 1, the first 2"},
    {"[[a], b]", 1, 7, "I expected another row in [ ] here, and found b"},
    {"[a, W]", 1, 1, "entries of a matrix must be numbers; entry 2 is 2×3"},
    {"[]", 1, 2, "I expected a number, a name or a bracket here, and found the sign ]"},
    {"w9 + 1", 1, 1, "no such name: w9"},
    {"a + sigmiod(z)", 1, 5, "no such name: sigmiod"},
    {"sigmoid", 1, 1, "a function needs its value in brackets"},
    {"a(b)", 1, 2, "a is not a function"},
    {"exp(a, b)", 1, 1, "exp takes 1 value, not 2"},
    {"max(a, b, c)", 1, 1, "max takes 2 values, not 3"},
    {"leaky_relu(a)", 1, 1, "leaky_relu takes 2 values, not 1"},
    {"rowsum(W)", 1, 1, "rowsum adds up over training rows, and there are none"},
    {"onehot(1, a)", 1, 1, "onehot needs a number and the length of the column"},
    {"onehot(W, 2)", 1, 1, "onehot needs a number and the length of the column"},
    {"onehot(1, 0)", 1, 1, "onehot needs a number and the length of the column"},
    {"onehot(1, 1e300)", 1, 1,
     "this would be 1000000000000000×1; a matrix has at most 4096 rows or columns, and 262144 "
     "entries"},
    {"W + X", 1, 3, "these shapes do not fit +: 2×3 and 3×1"},
    {"W @ B", 1, 3, "these shapes do not fit @: 2×3 and 2×1"},
    {"max(W, X)", 1, 1, "these shapes do not fit max: 2×3 and 3×1"},
    {"P @ Q", 1, 3,
     "this would be 4096×4096; a matrix has at most 4096 rows or columns, and 262144 entries"},
    {"P + Q", 1, 3,
     "this would be 4096×4096; a matrix has at most 4096 rows or columns, and 262144 entries"},
    {"max(P, Q)", 1, 1,
     "this would be 4096×4096; a matrix has at most 4096 rows or columns, and 262144 entries"},
    {"dP/dQ", 1, 4,
     "this would be 4096×4096; a matrix has at most 4096 rows or columns, and 262144 entries"},
    {"W[1]", 1, 4, "a matrix needs a row and a column"},
    {"W[3,1]", 1, 3, "the row must be a whole number from 1 to 2"},
    {"W[1,4]", 1, 5, "the column must be a whole number from 1 to 3"},
    {"W[0,1]", 1, 3, "the row must be a whole number from 1 to 2"},
    {"W[1.5,1]", 1, 3, "the row must be a whole number from 1 to 2"},
    {"X[4]", 1, 3, "the place must be a whole number from 1 to 3"},
    {"R[2,1]", 1, 2, "this row has one row only"},
    {"X[a]", 1, 3, "the place must be a whole number from 1 to 3"},
    {"dE", 1, 1, "a derivative needs its lower half"},
    {"d(E)", 1, 1, "a derivative needs its lower half"},
    {"∂E + 1", 1, 1, "a derivative needs its lower half"},
    {"dE/dw9", 1, 4, "no such name: w9"},
    {"d(E)/dq7", 1, 6, "no such name: q7"},
    {"∂E/∂q7", 1, 5, "no such name: q7"},
    {"d(E)/x", 1, 6, "I expected d and a name, as in dw5, here, and found x"},
    {"a ? b", 1, 3, "I don't know this sign: ?"},
    {"(a ? b)", 1, 4, "I don't know this sign: ?"},
    {"(a\n? b)", 2, 1, "I don't know this sign: ?"},
    {"θ + ü?", 1, 1, "no such name: θ"},
    {"2x", 1, 1, "a number cannot run into a name"},
    {"1e999", 1, 1, "this number is too large for a computer"},
    {"\"a", 1, 1, "this sentence is not closed on its line"},
    {"a + \"b\"", 1, 5, "I expected a number, a name or a bracket here, and found a sentence"},
    {"a -> b", 1, 3, "I expected the end here, and found the sign ->"},
    {"a = b", 1, 3, "I expected the end here, and found the sign ="},
};

START_TEST(reports_misreadings) {
    Workbench bench;
    workbench_open(&bench, NAMES);
    ck_assert_uint_eq(workbench_read(&bench, misreadings[_i].source), 0);
    ck_assert_msg(bench.diags.count == 1, "%s: %zu errors", misreadings[_i].source,
                  bench.diags.count);
    const Diag *diag = &bench.diags.items[0];
    ck_assert_str_eq(diag->message, misreadings[_i].message);
    ck_assert_msg(diag->line == misreadings[_i].line && diag->column == misreadings[_i].column,
                  "%s: at %d:%d", misreadings[_i].source, diag->line, diag->column);
    workbench_close(&bench);
}
END_TEST

static const struct {
    const char *source, *suggestion;
} suggestions[] = {
    {"w9", "did you mean w8?"},
    {"sigmiod(z)", "did you mean sigmoid?"},
    {"dE/dw9", "did you mean w8?"},
    {"exp(a, b)", "exp: e to the power x"},
    {"a(b)", "write * between them for a product"},
    {"zzzzzz", NULL},
};

START_TEST(suggests) {
    Workbench bench;
    workbench_open(&bench, NAMES);
    workbench_read(&bench, suggestions[_i].source);
    ck_assert_uint_eq(bench.diags.count, 1);
    ck_assert_pstr_eq(bench.diags.items[0].suggestion.text, suggestions[_i].suggestion);
    workbench_close(&bench);
}
END_TEST

START_TEST(first_values_have_no_names) {
    static const char *const sources[] = {"a", "2*a", "∂E/∂a", "d(3)/da", "dE/da", "∂(3)/∂a"};
    for (int i = 0; i < COUNT(sources); i++) {
        Workbench bench;
        workbench_open(&bench, NAMES);
        Parser parser = {.exprs = &bench.exprs,
                         .scope = &bench.scope,
                         .diags = &bench.diags,
                         .arena = &bench.arena,
                         .numbers_only = true};
        parser_init(&parser, sources[i], 1, 1);
        ck_assert_msg(parse_expression(&parser) == 0, "%s", sources[i]);
        ck_assert_uint_eq(bench.diags.count, 1);
        ck_assert_str_eq(bench.diags.items[0].message,
                         "the first value of a declaration cannot use names");
        workbench_close(&bench);
    }
}
END_TEST

/* ------------------------------------------------------------------------------ limits */

static const struct {
    const char *before, *part, *after;
    size_t times;
    const char *message;
} towers[] = {
    {"", "(", "a", 1000000, "this is nested more than 100 deep"},
    {"", "-", "a", 1000000, "this is nested more than 100 deep"},
    {"", "+", "a", 1000000, "this is nested more than 100 deep"},
    {"a", "^a", "", 1000000, "this is nested more than 100 deep"},
    {"a", "^-a", "", 1000000, "this is nested more than 100 deep"},
    {"", "exp(", "a", 1000000, "this is nested more than 100 deep"},
    {"", "[", "a", 1000000, "this is nested more than 100 deep"},
    {"", "d(", "a", 1000000, "this is nested more than 100 deep"},
    {"", "∂(", "a", 1000000, "this is nested more than 100 deep"},
    {"", "max(a, ", "a", 1000000, "this is nested more than 100 deep"},
    {"a", " + a", "", 200000, "this formula has more than 5000 operations"},
    {"a", "*a", "", 200000, "this formula has more than 5000 operations"},
    {"a", ".T", "", 200000, "this formula has more than 5000 operations"},
    {"a", "[1]", "", 200000, "this formula has more than 5000 operations"},
    {"0", "+exp(a)", "", 200000, "this formula has more than 5000 operations"},
    {"[0", ", 1", "]", 200000,
     "this would be 200001×1; a matrix has at most 4096 rows or columns, and 262144 entries"},
    {"a", "b", "", 100000, "this name is longer than 64 bytes"},
    {"1", "0", "", 100000, "this number is too large for a computer"},
};

START_TEST(stops_at_limits) {
    Workbench bench;
    workbench_open(&bench, NAMES);
    Buffer text = {.arena = &bench.arena};
    buffer_add(&text, towers[_i].before);
    for (size_t i = 0; i < towers[_i].times; i++)
        buffer_add(&text, towers[_i].part);
    buffer_add(&text, towers[_i].after);
    clock_t start = clock();
    ck_assert_uint_eq(workbench_read(&bench, buffer_text(&text)), 0);
    ck_assert_msg(clock() - start < 2 * CLOCKS_PER_SEC, "too slow");
    ck_assert_uint_eq(bench.diags.count, 1);
    ck_assert_str_eq(bench.diags.items[0].message, towers[_i].message);
    workbench_close(&bench);
}
END_TEST

START_TEST(reads_up_to_the_limits) {
    Workbench bench;
    workbench_open(&bench, NAMES);
    Buffer deep = {.arena = &bench.arena}, sum = {.arena = &bench.arena};
    for (int i = 0; i < LIMIT_NESTING; i++)
        buffer_add(&deep, "(");
    buffer_add(&deep, "a");
    for (int i = 0; i < LIMIT_NESTING; i++)
        buffer_add(&deep, ")");
    buffer_add(&sum, "a");
    for (int i = 0; i < LIMIT_FORMULA_OPERATORS; i++)
        buffer_add(&sum, " + b");
    ck_assert_uint_ne(workbench_read(&bench, buffer_text(&deep)), 0);
    Expr expr = workbench_read(&bench, buffer_text(&sum));
    ck_assert_uint_ne(expr, 0);
    Partial *partials;
    size_t count = expr_partials(&bench.exprs, &bench.scope, &bench.arena, expr,
                                 expr_number(&bench.exprs, 1), &partials);
    ck_assert_uint_eq(count, 2);
    ck_assert_str_eq(workbench_text(&bench, partials[1].adjoint, BRACKETS_NEEDED), "5000");
    workbench_close(&bench);
}
END_TEST

Suite *parse_suite(void) {
    Suite *suite = suite_create("parse");
    TCase *parser = tcase_create("parser");
    tcase_add_loop_test(parser, reads, 0, COUNT(readings));
    tcase_add_loop_test(parser, reports_misreadings, 0, COUNT(misreadings));
    tcase_add_loop_test(parser, suggests, 0, COUNT(suggestions));
    tcase_add_test(parser, first_values_have_no_names);
    suite_add_tcase(suite, parser);
    TCase *limits = tcase_create("limits");
    tcase_set_timeout(limits, 30);
    tcase_add_loop_test(limits, stops_at_limits, 0, COUNT(towers));
    tcase_add_test(limits, reads_up_to_the_limits);
    suite_add_tcase(suite, limits);
    return suite;
}
