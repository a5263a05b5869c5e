/* Values, derivatives and paths, against what was computed by hand, by brute force, or published.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "lesson_case.h"
#include "num/bound.h"
#include "num/rng.h"
#include "num/unroll.h"
#include "num/verify.h"
#include "suites.h"

#define COUNT(array) ((int)(sizeof(array) / sizeof *(array)))

enum { ENTRIES_MOST = 9 };

static void expect_entries(const char *what, const double *found, const double *expected,
                           size_t count) {
    for (size_t i = 0; i < count; i++) {
        bool same = found[i] == expected[i] || (isnan(found[i]) && isnan(expected[i])) ||
                    fabs(found[i] - expected[i]) <= 4e-15 * fabs(expected[i]);
        ck_assert_msg(same, "%s: entry %zu is %.17g, not %.17g", what, i + 1, found[i],
                      expected[i]);
    }
}

/* ------------------------------------------------------------------------------ forward */

static const char LEAVES[] = "input x = 2, y = -3, q = 0\n"
                             "input A[2,3] = [[1, 2, 3], [4, 5, 6]]\n"
                             "input B[2,1] = [10, 20]\n"
                             "input R[1,3] = [[1, 0, -1]]\n"
                             "input C[3,2] = [[1, -1], [0, 2], [3, 1]]\n";

static const struct {
    const char *formula;
    size_t rows, columns;
    double entries[ENTRIES_MOST];
} forwards[] = {
    {"x + y", 1, 1, {-1}},
    {"x - y", 1, 1, {5}},
    {"x*y", 1, 1, {-6}},
    {"x/y", 1, 1, {-2.0 / 3}},
    {"-x", 1, 1, {-2}},
    {"x^3", 1, 1, {8}},
    {"y^2", 1, 1, {9}},
    {"y^3", 1, 1, {-27}},
    {"x^-2", 1, 1, {0.25}},
    {"x^0.5", 1, 1, {1.4142135623730951}},
    {"y^0.5", 1, 1, {NAN}},
    {"q^0", 1, 1, {1}},
    {"x/q", 1, 1, {INFINITY}},
    {"q/q", 1, 1, {NAN}},
    {"A + B", 2, 3, {11, 12, 13, 24, 25, 26}},
    {"A + R", 2, 3, {2, 2, 2, 5, 5, 5}},
    {"B + R", 2, 3, {11, 10, 9, 21, 20, 19}},
    {"R*B", 2, 3, {10, 0, -10, 20, 0, -20}},
    {"x*A", 2, 3, {2, 4, 6, 8, 10, 12}},
    {"A/B", 2, 3, {0.1, 0.2, 0.3, 0.2, 0.25, 0.3}},
    {"B - A", 2, 3, {9, 8, 7, 16, 15, 14}},
    {"A^R", 2, 3, {1, 1, 1.0 / 3, 4, 1, 1.0 / 6}},
    {"A @ C", 2, 2, {10, 6, 22, 12}},
    {"C @ A", 3, 3, {-3, -3, -3, 8, 10, 12, 7, 11, 15}},
    {"R @ C", 1, 2, {-2, -2}},
    {"B @ R", 2, 3, {10, 0, -10, 20, 0, -20}},
    {"A.T", 3, 2, {1, 4, 2, 5, 3, 6}},
    {"(B.T @ A).T", 3, 1, {90, 120, 150}},
    {"A[2,3]", 1, 1, {6}},
    {"R[3]", 1, 1, {-1}},
    {"B[2]", 1, 1, {20}},
    {"[x, y]", 2, 1, {2, -3}},
    {"[[x, y], [q, 1]]", 2, 2, {2, -3, 0, 1}},
    {"exp(x)", 1, 1, {7.38905609893065}},
    {"log(x)", 1, 1, {0.6931471805599453}},
    {"log(y)", 1, 1, {NAN}},
    {"sqrt(x)", 1, 1, {1.4142135623730951}},
    {"sin(x)", 1, 1, {0.9092974268256817}},
    {"cos(x)", 1, 1, {-0.4161468365471424}},
    {"tanh(x)", 1, 1, {0.964027580075817}},
    {"sigmoid(x)", 1, 1, {0.8807970779778823}},
    {"sigmoid(y)", 1, 1, {0.04742587317756678}},
    {"sigmoid(1000)", 1, 1, {1}},
    {"sigmoid(-1000)", 1, 1, {0}},
    {"relu([x, y, q])", 3, 1, {2, 0, 0}},
    {"relu(q/q)", 1, 1, {NAN}},
    {"leaky_relu([x, y, q], 0.1)", 3, 1, {2, -0.3, 0}},
    {"leaky_relu(R, B)", 2, 3, {1, 0, -10, 1, 0, -20}},
    {"softplus(x)", 1, 1, {2.1269280110429727}},
    {"softplus(800)", 1, 1, {800}},
    {"softplus(-800)", 1, 1, {0}},
    {"abs(R)", 1, 3, {1, 0, 1}},
    {"max(x, y)", 1, 1, {2}},
    {"max(A, B/4)", 2, 3, {2.5, 2.5, 3, 5, 5, 6}},
    {"min(A, B/4)", 2, 3, {1, 2, 2.5, 4, 5, 5}},
    {"max(q/q, 1)", 1, 1, {NAN}},
    {"min(1, q/q)", 1, 1, {NAN}},
    {"max(A)", 1, 1, {6}},
    {"min(C)", 1, 1, {-1}},
    {"max([1, q/q, 5])", 1, 1, {NAN}},
    {"sum(A)", 1, 1, {21}},
    {"mean(A)", 1, 1, {3.5}},
    {"softmax([0, 0])", 2, 1, {0.5, 0.5}},
    {"softmax([1000, 1001])", 2, 1, {0.2689414213699951, 0.7310585786300049}},
    {"softmax([[0, log(3)], [0, 0]])", 2, 2, {0.5, 0.75, 0.5, 0.25}},
    {"softmax(R)", 1, 3, {1, 1, 1}},
    {"log_softmax([0, 0])", 2, 1, {-0.6931471805599453, -0.6931471805599453}},
    {"log_softmax([0, -2000])", 2, 1, {0, -2000}},
    {"1e9*log_softmax([10, 0])", 2, 1, {-45398.899216864647, -10000045398.899217}},
    {"1e12*log(softmax([3, 23, 0])[2])", 1, 1, {-2163.7724164146212}},
    {"onehot(x, 3)", 3, 1, {0, 1, 0}},
    {"onehot(q, 3)", 3, 1, {0, 0, 0}},
    {"onehot(1.5, 2)", 2, 1, {0, 0}},
    {"pi", 1, 1, {3.141592653589793}},
};

START_TEST(computes_forward) {
    LessonCase test;
    lesson_case_open(&test, LEAVES);
    Expr expr = lesson_case_read(&test, forwards[_i].formula);
    const ExprNode *node = expr_get(&test.lesson->exprs, expr);
    ck_assert_uint_eq(node->rows, forwards[_i].rows);
    ck_assert_uint_eq(node->columns, forwards[_i].columns);
    expect_entries(forwards[_i].formula, model_evaluate(test.model, &test.arena, expr),
                   forwards[_i].entries, node->rows * node->columns);
    lesson_case_close(&test);
}
END_TEST

/* ------------------------------------------------------------------------------ derivatives */

static const struct {
    const char *statements, *derivative;
    size_t count;
    double entries[ENTRIES_MOST];
} slopes[] = {
    {"E = A[1,2]^2*x", "dE/dA", 6, {0, 8, 0, 0, 0, 0}},
    {"E = sum(A @ C)", "dE/dA", 6, {0, 2, 4, 0, 2, 4}},
    {"E = sum(A @ C)", "dE/dC", 6, {5, 5, 7, 7, 9, 9}},
    {"E = sum((A + R)^2)", "dE/dR", 3, {14, 14, 14}},
    {"E = sum(A*B)", "dE/dB", 2, {6, 15}},
    {"E = sum(x*A)", "dE/dx", 1, {21}},
    {"E = sum(A/x)", "dE/dx", 1, {-5.25}},
    {"E = mean(A)", "dE/dA", 6, {1.0 / 6, 1.0 / 6, 1.0 / 6, 1.0 / 6, 1.0 / 6, 1.0 / 6}},
    {"E = max(A)", "dE/dA", 6, {0, 0, 0, 0, 0, 1}},
    {"E = min(C)", "dE/dC", 6, {0, 1, 0, 0, 0, 0}},
    {"E = max(x, y)*3", "dE/dx", 1, {3}},
    {"E = max(x, y)*3", "dE/dy", 1, {0}},
    {"E = max(x, x)", "dE/dx", 1, {1}},
    {"E = relu(q)", "dE/dq", 1, {0}},
    {"E = abs(q)", "dE/dq", 1, {0}},
    {"E = sum(relu(R*B))", "dE/dR", 3, {30, 0, 0}},
    {"E = sum(leaky_relu(R, B))", "dE/dB", 2, {-1, -1}},
    {"E = x^y", "dE/dx", 1, {-0.1875}},
    {"E = x^y", "dE/dy", 1, {0.08664339756999316}},
    {"E = y^2", "dE/dy", 1, {-6}},
    {"E = y^3", "dE/dy", 1, {27}},
    {"E = q^2", "dE/dq", 1, {0}},
    {"E = (softmax([x, y, q]))[1]", "dE/dx", 1, {0.10892419298825447}},
    {"E = -log_softmax([q, q])[1]", "dE/dq", 1, {0}},
    {"E = sum(onehot(x, 3))", "dE/dx", 1, {0}},
    /* Jacobians: a row for each entry of the upper, a column for each of the lower name. */
    {"Z = A*y", "dZ/dx", 6, {0, 0, 0, 0, 0, 0}},
    {"Z = x*B", "dZ/dx", 2, {10, 20}},
    {"Z = x*B", "dZ/dB", 4, {2, 0, 0, 2}},
    {"Z = R.T", "dZ/dR", 9, {1, 0, 0, 0, 1, 0, 0, 0, 1}},
    {"Z = A @ R.T", "dZ/dR", 6, {1, 2, 3, 4, 5, 6}},
    {"Z = [x*y, x^2]", "dZ/dx", 2, {-3, 4}},
    {"Z = A @ R.T", "dZ/dA[2,3]", 2, {0, -1}},
    {"Z = B*B", "dZ/dB", 4, {20, 0, 0, 40}},
    /* Second derivatives. */
    {"E = x^3*y", "d(dE/dx)/dx", 1, {-36}},
    {"E = x^3*y", "d(dE/dx)/dy", 1, {12}},
    {"E = x^3*y", "d(dE/dy)/dx", 1, {12}},
    {"E = x^3*y", "d(d(dE/dx)/dx)/dx", 1, {-18}},
    {"E = sum(B^3)/3", "d(dE/dB)/dB", 4, {20, 0, 0, 40}},
    {"E = B[1]*B[2]^2", "d(dE/dB)/dB", 4, {0, 40, 40, 20}},
    {"g = x^2\nE = g*y", "dE/dg", 1, {-3}},
    /* A second name for the same thing, and a formula that holds another's, share nothing. */
    {"g = x\nE = g*x", "dE/dg", 1, {2}},
    {"g = x*y\nh = x*y\nE = g*h^2", "dE/dg", 1, {36}},
    {"g = x*y\nh = x*y + 1\nE = g*h", "dE/dg", 1, {-5}},
};

START_TEST(computes_derivatives) {
    LessonCase test;
    lesson_case_open_both(&test, LEAVES, slopes[_i].statements);
    Expr token = lesson_case_read(&test, slopes[_i].derivative);
    const ExprNode *node = expr_get(&test.lesson->exprs, token);
    ck_assert_uint_eq((size_t)node->rows * node->columns, slopes[_i].count);
    expect_entries(slopes[_i].derivative, model_evaluate(test.model, &test.arena, token),
                   slopes[_i].entries, slopes[_i].count);
    Verification check =
        verify_derivative(test.model, &test.arena, expr_operand(&test.lesson->exprs, token, 0),
                          expr_operand(&test.lesson->exprs, token, 1));
    expect_entries("by the sweep", check.reverse, slopes[_i].entries, slopes[_i].count);
    ck_assert(check.agree);
    lesson_case_close(&test);
}
END_TEST

START_TEST(sweeps_tell_names_apart) {
    LessonCase test;
    lesson_case_open(&test, "input x = 2, y = 5\ng = x\nh = x*y\nk = x*y\nm = x*y + 1\n"
                            "loss E = g*y + 10*h + 100*k + 1000*m");
    model_backward(test.model, lesson_case_symbol(&test, "E"));
    static const struct {
        const char *name;
        double adjoint;
    } adjoints[] = {{"E", 1}, {"m", 1000}, {"k", 100}, {"h", 10},
                    {"g", 5}, {"x", 5555}, {"y", 2222}};
    for (int i = 0; i < COUNT(adjoints); i++)
        ck_assert_double_eq(*model_adjoint(test.model, lesson_case_symbol(&test, adjoints[i].name)),
                            adjoints[i].adjoint);
    lesson_case_close(&test);
}
END_TEST

/* ------------------------------------------------------------------------------ the w5 network */

static const char W5[] = "input x1 = 0.85, x2 = 0.25\n"
                         "target t1 = 0.6905, t2 = 0.8657\n"
                         "param b1 = 0.1, w1 = 0.2, w2 = 0.3, b2 = 0.4, w3 = 0.5, w4 = 0.6\n"
                         "param b3 = 0.2, w5 = 0.4, w6 = 0.795, b4 = 0.2, w7 = 1.0, w8 = 0.3\n"
                         "z1 = b1 + w1*x1 + w2*x2\n"
                         "z2 = b2 + w3*x1 + w4*x2\n"
                         "h1 = sigmoid(z1)\n"
                         "h2 = sigmoid(z2)\n"
                         "z3 = b3 + w5*h1 + w6*h2\n"
                         "z4 = b4 + w7*h1 + w8*h2\n"
                         "y1 = sigmoid(z3)\n"
                         "y2 = sigmoid(z4)\n"
                         "loss E = (t1 - y1)^2/2 + (t2 - y2)^2/2";

/* As near to the exact number as the core itself promises. */
START_TEST(w5_gradient_to_the_last_digit) {
    LessonCase test;
    lesson_case_open(&test, W5);
    model_backward(test.model, lesson_case_symbol(&test, "E"));
    const double expected = 0.00489995059823607045; /* to 20 digits, computed with 300 bits */
    double reverse = *model_adjoint(test.model, lesson_case_symbol(&test, "w5"));
    double symbolic = *lesson_case_value(&test, "dE/dw5");
    Expr loss = lesson_case_read(&test, "E"), weight = lesson_case_read(&test, "w5");
    const double *bound = bound_derivative(test.model, &test.arena, loss, weight, &reverse);
    ck_assert(*bound > 0 && *bound < 1e-16);
    ck_assert_msg(fabs(reverse - expected) <= *bound, "%.17g", reverse);
    ck_assert_msg(fabs(symbolic - expected) <= *bound, "%.17g", symbolic);
    Verification check = verify_derivative(test.model, &test.arena, loss, weight);
    ck_assert(check.agree && !check.kink);
    ck_assert_double_eq_tol(*check.numeric, expected, 1e-12);
    lesson_case_close(&test);
}
END_TEST

/* d(dE/dw5)/dw6 = h1·h2·s′·(s′ − (t1 − y1)(1 − 2y1)) with s′ = y1(1 − y1), by hand. */
START_TEST(w5_second_derivative) {
    LessonCase test;
    lesson_case_open(&test, W5);
    double h1 = *lesson_case_value(&test, "h1"), h2 = *lesson_case_value(&test, "h2"),
           y1 = *lesson_case_value(&test, "y1");
    double slope = y1 * (1 - y1);
    double expected = h1 * h2 * slope * (slope - (0.6905 - y1) * (1 - 2 * y1));
    ck_assert_double_eq_tol(*lesson_case_value(&test, "d(dE/dw5)/dw6"), expected, 1e-16);
    ck_assert_double_eq_tol(*lesson_case_value(&test, "d(dE/dw6)/dw5"), expected, 1e-16);
    ck_assert_double_eq(*lesson_case_value(&test, "d(dE/dw5)/dw7"), 0);
    Verification check = verify_derivative(
        test.model, &test.arena, lesson_case_read(&test, "dE/dw5"), lesson_case_read(&test, "w6"));
    ck_assert(check.agree);
    lesson_case_close(&test);
}
END_TEST

START_TEST(w5_paths) {
    LessonCase test;
    lesson_case_open(&test, W5);
    double *weights = model_weights(test.model, &test.arena);
    static const struct {
        const char *wrt;
        size_t paths, edges;
    } ways[] = {{"w5", 1, 3}, {"w1", 2, 5}, {"h1", 2, 3}, {"y1", 1, 1}, {"x1", 4, 5}};
    for (int i = 0; i < COUNT(ways); i++) {
        Paths paths =
            paths_find(&test.arena, test.lesson->graph, &test.lesson->scope, weights,
                       lesson_case_symbol(&test, "E"), lesson_case_symbol(&test, ways[i].wrt), 100);
        ck_assert(paths.complete);
        ck_assert_uint_eq(paths.listed, ways[i].paths);
        double sum = 0;
        for (size_t p = 0; p < paths.listed; p++) {
            ck_assert_uint_eq(paths.list[p].count, ways[i].edges);
            sum += paths.list[p].product;
        }
        const char *token = arena_format(&test.arena, "dE/d%s", ways[i].wrt);
        ck_assert_double_eq_tol(sum, *lesson_case_value(&test, token), 1e-16);
    }
    lesson_case_close(&test);
}
END_TEST

/* What each edge hands back, by its formula, adds up to the adjoints of the sweep. */
START_TEST(edges_add_up_to_adjoints) {
    LessonCase test;
    lesson_case_open_both(&test, LEAVES,
                          "Z = A @ C*x\nY = sigmoid(Z + Z.T)\nG = Y*Y\n"
                          "loss E = sum(G) + Z[1,1]*y + mean(Y)");
    Lesson *lesson = test.lesson;
    model_backward(test.model, lesson_case_symbol(&test, "E"));
    Expr of = lesson_case_read(&test, "E");
    for (SymbolId s = 0; s < lesson_case_symbol(&test, "E"); s++) {
        double sums[ENTRIES_MOST] = {0};
        size_t count = symbol_entries(scope_get(&lesson->scope, s));
        for (size_t i = lesson->graph->first_out[s]; i < lesson->graph->first_out[s + 1]; i++) {
            const Edge *edge = &lesson->graph->edges[lesson->graph->outgoing[i]];
            Expr part = graph_contribution(&lesson->exprs, &lesson->scope, &test.arena, edge, of);
            const double *values = model_evaluate(test.model, &test.arena, part);
            for (size_t j = 0; j < count; j++)
                sums[j] += values[j];
        }
        const double *adjoint = model_adjoint(test.model, s);
        for (size_t j = 0; j < count; j++)
            ck_assert_double_eq_tol(sums[j], adjoint[j], 1e-12);
    }
    lesson_case_close(&test);
}
END_TEST

START_TEST(leaves_out_edges_without_effect) {
    LessonCase test;
    lesson_case_open(&test,
                     "input x = [1, 2]\ninput y = 3\nZ = x*0 + y\nu = y - y\nloss E = sum(Z) + u");
    double *counts = paths_count(&test.arena, test.lesson->graph, &test.lesson->scope,
                                 lesson_case_symbol(&test, "E"));
    ck_assert_double_eq(counts[lesson_case_symbol(&test, "x")], 0);
    ck_assert_uint_eq(test.lesson->graph->edge_count, 3); /* y → Z → E ← u */
    lesson_case_close(&test);
}
END_TEST

/* ------------------------------------------------------------------------------ verification */

static const struct {
    const char *statements;
    bool kink;
} kinks[] = {
    {"input x = 0\nE = relu(x)", true},
    {"input x = 0\nE = abs(x)", true},
    {"input x = 0\nE = leaky_relu(x, 0.1)", true},
    {"input x = 0.001\nE = relu(x)", false},
    {"input x = -0.00001\nE = abs(x)", false}, /* differences step aside of the corner */
    {"input x = 1, y = 1\nE = max(x, y)", true},
    {"input x = 1, y = 1\nE = min(x, y)", true},
    {"input x = 1\nE = max(x, x)", false},
    {"input x = [1, 3, 3]\nE = max(x)", true},
    {"input x = [1, 3, 3]\nE = min(x)", false},
    {"input x = [1, 1, 3]\nE = max(x)", false},
    {"input x = [[1, 2, 3], [4, 5, 6]]\ninput y = [2, 7]\nE = sum(max(x, y))", true},
    {"input x = [[1, 2, 3], [4, 5, 6]]\ninput y = [4, 1]\nE = sum(max(x, y))", false},
    {"input x = 1, y = 0\nE = x + relu(y)", false}, /* the corner is not in x */
    {"input x = 0.0005\nE = sqrt(x)", false},
    {"input x = 0.0005\nE = log(x)", false},
    {"input x = 0.0005\nE = 1/x", false},
    {"input x = 100000\nE = x^2", false},
    {"input x = 1\nE = sin(40*x)", false},
};

START_TEST(knows_corners) {
    LessonCase test;
    lesson_case_open(&test, kinks[_i].statements);
    Verification check = verify_derivative(test.model, &test.arena, lesson_case_read(&test, "E"),
                                           lesson_case_read(&test, "x"));
    ck_assert_msg(check.kink == kinks[_i].kink, "%s", kinks[_i].statements);
    ck_assert_msg(check.agree, "%s: %.17g %.17g %.17g", kinks[_i].statements, *check.symbolic,
                  *check.reverse, *check.numeric);
    lesson_case_close(&test);
}
END_TEST

/* ------------------------------------------------------------------------------ random numbers */

/* The first values of SplitMix64 from 1234567, as its authors publish them. */
START_TEST(rng_is_splitmix) {
    static const uint64_t published[] = {6457827717110365317u, 3203168211198807973u,
                                         9817491932198370423u, 4593380528125082431u,
                                         16408922859458223821u};
    Rng rng = {1234567};
    for (int i = 0; i < COUNT(published); i++)
        ck_assert_uint_eq(rng_next(&rng), published[i]);
}
END_TEST

START_TEST(rng_streams_repeat_and_differ) {
    Rng a = rng_stream(1, "w1"), again = rng_stream(1, "w1"), other = rng_stream(1, "w2"),
        seed = rng_stream(2, "w1");
    for (int i = 0; i < 100; i++) {
        uint64_t value = rng_next(&a);
        ck_assert_uint_eq(value, rng_next(&again));
        ck_assert_uint_ne(value, rng_next(&other));
        ck_assert_uint_ne(value, rng_next(&seed));
    }
}
END_TEST

START_TEST(rng_has_the_right_moments) {
    enum { DRAWS = 200000 };
    Rng rng = rng_stream(0, "moments");
    double unit = 0, normal = 0, square = 0;
    for (int i = 0; i < DRAWS; i++) {
        double u = rng_unit(&rng), n = rng_normal(&rng);
        ck_assert(u >= 0 && u < 1);
        unit += u, normal += n, square += n * n;
    }
    ck_assert_double_eq_tol(unit / DRAWS, 0.5, 0.004);
    ck_assert_double_eq_tol(normal / DRAWS, 0, 0.012);
    ck_assert_double_eq_tol(square / DRAWS, 1, 0.02);
}
END_TEST

START_TEST(first_values_are_drawn) {
    LessonCase one, two;
    lesson_case_open(&one, "seed 42\nparam w ~ uniform(-1, 1) step 0.1, v ~ normal(0, 2)\nE = w*v");
    lesson_case_open(&two, "seed 42\nparam k[2,2] ~ uniform(3, 4), v ~ normal(0, 2)\n"
                           "param w ~ uniform(-1, 1) step 0.1\nE = w*v*k[1,1]");
    double w = *lesson_case_value(&one, "w");
    ck_assert_double_eq(w, *lesson_case_value(&two, "w"));
    ck_assert_double_eq(*lesson_case_value(&one, "v"), *lesson_case_value(&two, "v"));
    ck_assert(w >= -1 && w <= 1);
    ck_assert_double_eq(w, round(w * 10) / 10);
    const double *k = lesson_case_value(&two, "k");
    for (int i = 0; i < 4; i++)
        ck_assert(k[i] >= 3 && k[i] < 4 && (i == 0 || k[i] != k[i - 1]));
    lesson_case_close(&one);
    lesson_case_close(&two);
}
END_TEST

/* ------------------------------------------------------------------------------ taken apart */

static const char *const models[] = {
    "input x = [1, 2]\nparam W[3,2] ~ uniform(-1, 1), b[3] ~ uniform(-1, 1)\n"
    "h = tanh(W @ x + b)\nloss E = sum(h^2)/2",
    "input x = [1, 2]\nparam A = [[0.5, -1], [2, 0.3]]\n"
    "p = softmax(A.T @ x)\nloss E = -log(p[2]) + mean(A*A) - max(A)",
    "param k[2,3] ~ normal(0, 1)\nq = log_softmax(k)\nloss E = sum(onehot(2, 2) * q[1,3]) + min(q)",
    "data x -> y\n  1 -> 2\n  3 -> 1\nparam v = [0.5, -0.2]\nh = relu(v*x)\n"
    "loss E = rowmean((sum(h) - y)^2)",
    "param a = [1, 2], s = 3\nm = [[s, a[1]], [a[2], 4]] @ leaky_relu(a - s, 0.1)\n"
    "loss E = sum(max(m, a)) + abs(s)",
};

/* Every entry of every name: its value, and the slope of E along it. */
START_TEST(takes_models_apart) {
    LessonCase test;
    Unrolled unrolled;
    lesson_case_open(&test, models[_i]);
    ck_assert(unroll_model(test.model, &test.arena, &unrolled));
    SymbolId loss = lesson_case_symbol(&test, "E");
    model_backward(test.model, loss);
    model_backward((Model *)unrolled.model, unrolled.first[loss]);
    for (SymbolId s = 0; s < test.lesson->scope.count; s++)
        for (size_t i = 0; i < symbol_entries(scope_get(&test.lesson->scope, s)); i++) {
            SymbolId entry = unrolled.first[s] + (SymbolId)i;
            ck_assert_double_eq_tol(*model_value(unrolled.model, entry),
                                    model_value(test.model, s)[i], 1e-12);
            ck_assert_double_eq_tol(*model_adjoint(unrolled.model, entry),
                                    model_adjoint(test.model, s)[i], 1e-12);
        }
    lesson_case_close(&test);
}
END_TEST

START_TEST(leaves_large_models_whole) {
    LessonCase test;
    Unrolled unrolled;
    lesson_case_open(&test, "param W[20,20] ~ uniform(-1, 1)\nloss E = sum(W)");
    ck_assert(!unroll_model(test.model, &test.arena, &unrolled));
    lesson_case_close(&test);
}
END_TEST

Suite *num_suite(void) {
    Suite *suite = suite_create("num");
    TCase *values = tcase_create("values");
    tcase_add_loop_test(values, computes_forward, 0, COUNT(forwards));
    tcase_add_loop_test(values, computes_derivatives, 0, COUNT(slopes));
    tcase_add_test(values, sweeps_tell_names_apart);
    tcase_add_test(values, w5_gradient_to_the_last_digit);
    tcase_add_test(values, w5_second_derivative);
    tcase_add_loop_test(values, knows_corners, 0, COUNT(kinks));
    suite_add_tcase(suite, values);
    TCase *paths = tcase_create("graphs and paths");
    tcase_set_timeout(paths, 30);
    tcase_add_test(paths, w5_paths);
    tcase_add_test(paths, edges_add_up_to_adjoints);
    tcase_add_test(paths, leaves_out_edges_without_effect);
    suite_add_tcase(suite, paths);
    TCase *apart = tcase_create("taken apart");
    tcase_add_loop_test(apart, takes_models_apart, 0, COUNT(models));
    tcase_add_test(apart, leaves_large_models_whole);
    suite_add_tcase(suite, apart);
    TCase *random = tcase_create("random numbers");
    tcase_add_test(random, rng_is_splitmix);
    tcase_add_test(random, rng_streams_repeat_and_differ);
    tcase_add_test(random, rng_has_the_right_moments);
    tcase_add_test(random, first_values_are_drawn);
    suite_add_tcase(suite, random);
    return suite;
}
