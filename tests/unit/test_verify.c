/* Differences side by side: the same numbers as one by one, and right. */
#include <math.h>
#include <string.h>

#include "base/str.h"
#include "lesson_case.h"
#include "num/verify.h"
#include "suites.h"

/* Names that depend on each other, matrices and their entries, corners, poles, jumps, sums over
 * rows, logarithms of probabilities; more than are taken together. */
static const char *const lessons[] = {
    "input x = 0.5\nparam w = 0.9, v = -0.3\n"
    "a = w*x\nb = sin(a) + w\nc = sin(b) - a\nd = exp(c)*v\ne = d/(1 + a^2)\nf = tanh(e) + b*c\n"
    "g = f - a\nh = g^2 + f\ni = sqrt(2 + h)\nj = i*h - d\nk = softplus(j)\nl = k*a\nm = l - b\n"
    "n = cos(m)\no = n*n\np = o + g\nq = p*i\nr = q - 1\nloss E = r^2/2\n",
    "input x = [0.5, -1.5, 2]\ntarget t = [1, 0]\n"
    "param W = [[0.1, -0.4, 0.3], [0.7, 0.2, -0.5]], b = [0.1, -0.2]\n"
    "z = W@x + b\ny = sigmoid(z)\nq = y*z\n"
    "loss E = sum((t - y)^2)/2 + 0.1*sum(W.T@q) + z[2]\n",
    "input x = [1, 0]\nparam w = 0, v = [-1, 2, 1e-9], u = 30\n"
    "a = relu(w*x[1])\nb = abs(v)\nc = max(x)\nd = 1/(1e-3 + w^2)\nf = min(v, 1)\ng = exp(-u)\n"
    "loss E = a + sum(b) + c*d + sum(f) + g\n",
    "data x -> y\n  1 -> 2\n  3 -> 1\n  -2 -> 0.5\nparam v = [0.5, -0.2], w = 0.1\n"
    "h = relu(v*x)\ne = (sum(h) + w - y)^2\ns = rowsum(w*x)\nloss E = rowmean(e) + s^2\n",
    "input x = 0.7\ntarget t = 1\nparam w = 0.4, b = 0.1\nz = w*x + b\ny = sigmoid(z)\nq = y*z\n"
    "loss L = -t*log(y) - (1 - t)*log(1 - y) + q^2\n",
};

enum { LESSONS = sizeof lessons / sizeof *lessons };

static void expect_same(const Verification *a, const Verification *b) {
    const size_t bytes = a->rows * a->columns * sizeof *a->numeric;
    ck_assert(a->rows == b->rows && a->columns == b->columns);
    ck_assert(memcmp(a->symbolic, b->symbolic, bytes) == 0);
    ck_assert(memcmp(a->reverse, b->reverse, bytes) == 0);
    ck_assert(memcmp(a->numeric, b->numeric, bytes) == 0);
    ck_assert(a->kink == b->kink && a->agree == b->agree);
}

/* Of the name `of` along all names before it. */
static void check_result(LessonCase *test, SymbolId of) {
    const Scope *scope = &test->lesson->scope;
    Arena arena = {0};
    Expr result = scope_expr(scope, &test->lesson->exprs, of);
    Verifier *verifier = verifier_new(test->model, &arena, result);
    Expr *names = ARENA_ARRAY(&arena, Expr, scope->count);
    Verification *together = ARENA_ARRAY(&arena, Verification, scope->count);
    size_t count = 0;
    for (SymbolId s = 0; s < of; s++)
        if (!test->lesson->graph->by_row[s] || test->lesson->graph->by_row[of])
            names[count++] = scope_expr(scope, &test->lesson->exprs, s);
    verifier_check_all(verifier, &arena, names, count, together);
    for (size_t i = 0; i < count; i++) {
        Verification alone = verify_derivative(test->model, &arena, result, names[i]);
        expect_same(&together[i], &alone);
        ck_assert_msg(alone.agree, "%s along %s: %.17g, %.17g, %.17g", scope_get(scope, of)->name,
                      scope_get(scope, expr_get(&test->lesson->exprs, names[i])->symbol)->name,
                      *alone.symbolic, *alone.reverse, *alone.numeric);
    }
    arena_clear(&arena);
}

START_TEST(together_as_alone) {
    LessonCase test;
    lesson_case_open(&test, lessons[_i]);
    for (SymbolId of = 0; of < test.lesson->scope.count; of++)
        if (!symbol_is_leaf(scope_get(&test.lesson->scope, of)))
            check_result(&test, of);
    lesson_case_close(&test);
}
END_TEST

/* A corner counts for the names that reach it, not for those beside them. */
START_TEST(corners_are_of_those_that_reach_them) {
    LessonCase test;
    lesson_case_open(&test, "param w = 0, v = 2\na = relu(w)\nb = v^2\nloss E = a + b\n");
    Verifier *verifier = verifier_new(test.model, &test.arena, lesson_case_read(&test, "E"));
    const Expr names[] = {lesson_case_read(&test, "w"), lesson_case_read(&test, "v"),
                          lesson_case_read(&test, "a"), lesson_case_read(&test, "b")};
    Verification found[4];
    verifier_check_all(verifier, &test.arena, names, 4, found);
    ck_assert(found[0].kink && !found[1].kink && !found[2].kink && !found[3].kink);
    ck_assert_double_eq_tol(*found[0].numeric, 0.5, 1e-12);
    ck_assert_double_eq_tol(*found[1].numeric, 4, 1e-12);
    lesson_case_close(&test);
}
END_TEST

/* Where the result jumps, differences that are alike by chance are no derivative. */
START_TEST(jumps_have_no_slope) {
    LessonCase test;
    lesson_case_open(&test, "param w = 0\nlead = [w - 0.03, w - 0.015, w - 0.008, w + 0.02]\n"
                            "loss E = sum(lead/abs(lead))\n");
    Verification found = verify_derivative(test.model, &test.arena, lesson_case_read(&test, "E"),
                                           lesson_case_read(&test, "w"));
    ck_assert(found.agree && !found.kink);
    ck_assert_double_eq_tol(*found.numeric, 0, 1e-9);
    lesson_case_close(&test);
}
END_TEST

/* The bytes that the derivatives along `outputs` sigmoids take, of which the logarithms are added.
 */
static size_t bytes_of_classifier(size_t outputs) {
    LessonCase test;
    Arena written = {0};
    Buffer text = {.arena = &written};
    for (size_t i = 0; i < outputs; i++)
        buffer_format(&text, "param w%zu = 0.%zu\ny%zu = sigmoid(w%zu)\n", i, i + 1, i, i);
    buffer_format(&text, "loss E = 0");
    for (size_t i = 0; i < outputs; i++)
        buffer_format(&text, " - log(y%zu)", i);
    lesson_case_open_both(&test, buffer_text(&text), "\n");
    const Scope *scope = &test.lesson->scope;
    Arena arena = {0};
    const size_t before = test.arena.used;
    Verifier *verifier = verifier_new(test.model, &arena, lesson_case_read(&test, "E"));
    for (SymbolId s = 0; s < 2 * outputs; s += 2) {
        Expr names[] = {scope_expr(scope, &test.lesson->exprs, s),
                        scope_expr(scope, &test.lesson->exprs, s + 1)};
        Verification found[2];
        verifier_check_all(verifier, &arena, names, 2, found);
        const double y = *model_value(test.model, s + 1);
        ck_assert(found[0].agree && found[1].agree);
        ck_assert_double_eq_tol(*found[1].symbolic, -1 / y, 1e-14);
        ck_assert_double_eq_tol(*found[0].symbolic, y - 1, 1e-14);
    }
    const size_t bytes = arena.used + test.arena.used - before;
    arena_clear(&arena);
    arena_clear(&written);
    lesson_case_close(&test);
    return bytes;
}

/* Names that a logarithm goes round are taken together, not each with formulas of its own. */
START_TEST(names_passed_by_share_what_they_need) {
    ck_assert_double_le((double)bytes_of_classifier(400), 2.3 * (double)bytes_of_classifier(200));
}
END_TEST

/* A chain with short cuts, longer than is followed from each name on; two of its names stand at a
 * corner. */
static const char *long_chain(Arena *arena, size_t names) {
    Buffer text = {.arena = arena};
    buffer_format(&text, "input x = 0.5\nparam w = 0.9\na1 = w*x\na2 = sin(a1) + w\n");
    for (size_t i = 3; i <= names; i++)
        buffer_format(&text, "a%zu = sin(a%zu) - a%zu%s\n", i, i - 1, i / 2,
                      i == names / 2 ? " + relu(x - 0.5)" : "");
    buffer_format(&text, "loss E = a%zu*a%zu + a%zu\n", names, names, names - 1);
    return buffer_text(&text);
}

/* Differences are taken operation by operation, multiplied and added up: the derivatives are right
 * nevertheless, and corners are known. */
START_TEST(long_lessons_are_checked_in_one_sweep) {
    enum { NAMES = 3000 };
    LessonCase test;
    Arena arena = {0};
    lesson_case_open_both(&test, long_chain(&arena, NAMES), "\n");
    const Scope *scope = &test.lesson->scope;
    const SymbolId of = scope_find(scope, "E");
    Verifier *verifier = verifier_new(test.model, &arena, lesson_case_read(&test, "E"));
    Expr *names = ARENA_ARRAY(&arena, Expr, of);
    Verification *found = ARENA_ARRAY(&arena, Verification, of);
    for (SymbolId s = 0; s < of; s++)
        names[s] = scope_expr(scope, &test.lesson->exprs, s);
    verifier_check_all(verifier, &arena, names, of, found);
    for (SymbolId s = 0; s < of; s++) {
        const char *name = scope_get(scope, s)->name;
        const double right = *found[s].reverse;
        ck_assert_msg(found[s].agree, "%s: %.17g, %.17g, %.17g", name, *found[s].symbolic, right,
                      *found[s].numeric);
        ck_assert_msg(found[s].kink == str_equal(name, "x"), "%s at a corner: %d", name,
                      found[s].kink);
        if (!found[s].kink)
            ck_assert_double_eq_tol(*found[s].numeric, right, 1e-8 * fabs(right) + 1e-10);
    }
    arena_clear(&arena);
    lesson_case_close(&test);
}
END_TEST

Suite *verify_suite(void) {
    Suite *suite = suite_create("verify");
    TCase *side_by_side = tcase_create("side by side");
    tcase_add_loop_test(side_by_side, together_as_alone, 0, LESSONS);
    tcase_add_test(side_by_side, corners_are_of_those_that_reach_them);
    tcase_add_test(side_by_side, jumps_have_no_slope);
    tcase_add_test(side_by_side, names_passed_by_share_what_they_need);
    tcase_add_test(side_by_side, long_lessons_are_checked_in_one_sweep);
    suite_add_tcase(suite, side_by_side);
    return suite;
}
