/* Numbers out of range: logarithms of probabilities, where these are 0 or 1 as doubles. */
#include <check.h>
#include <math.h>
#include <stdlib.h>

#include "lesson/lesson.h"
#include "num/bound.h"
#include "num/train.h"
#include "num/verify.h"
#include "suites.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

/* A loss L whose net inputs are z, or two of them a and b; its value; and its slope by w. The
 * numbers are those of the formula itself, worked out to many digits. */
typedef struct Extreme {
    const char *text;
    double value, slope;
} Extreme;

#define SIGMOID  "z = w\ny = sigmoid(z)\n"
#define SIGMOIDS "z = [0, w, 0]\ny = sigmoid(z)\n"
#define SOFTMAX  "z = [w, 0, 0]\np = softmax(z)\n"

static const Extreme extremes[] = {
    {"param w = -800\nloss L = -log(sigmoid(w))", 800, -1},
    {"param w = 800\nloss L = -log(1 - sigmoid(w))", 800, 1},
    {"param w = -800\n" SIGMOID "loss L = -log(y)", 800, -1},
    {"param w = 800\n" SIGMOID "loss L = -log(1 - y)", 800, 1},
    {"param w = 800\n" SIGMOID "q = 1 - y\nloss L = -log(q)", 800, 1},
    {"param w = -800\ny = 1/(1 + exp(-w))\nloss L = -log(y)", 800, -1},
    {"param w = -800\ny = 1/(exp(-w) + 1)\nloss L = -log(y)", 800, -1},
    {"input t = 1\nparam w = -800\n" SIGMOID "loss L = -(t*log(y) + (1-t)*log(1-y))", 800, -1},
    {"input t = 0\nparam w = 800\n" SIGMOID "loss L = -(t*log(y) + (1-t)*log(1-y))", 800, 1},
    {"input t = 1\nparam w = 800\n" SIGMOID "loss L = -(t*log(y) + (1-t)*log(1-y))", 0, 0},
    /* The slope that is left where y is 1 as a double: σ(−40). */
    {"input t = 1\nparam w = 40\n" SIGMOID "loss L = -(t*log(y) + (1-t)*log(1-y))",
     4.248354255291589e-18, -4.248354255291589e-18},
    {"input t = [1, 0, 0]\nparam w = -800\n" SOFTMAX "loss L = -sum(t*log(p))", 800.6931471805599,
     -1},
    {"input t = [0, 1, 0]\nparam w = 800\n" SOFTMAX "loss L = -sum(t*log(p))", 800, 1},
    {"param w = 800\nloss L = -sum(onehot(2, 3)*log(softmax([w, 0, 0])))", 800, 1},
    {"param w = -800\n" SOFTMAX "loss L = -log(p[1])", 800.6931471805599, -1},
    {"param w = 800\n" SOFTMAX "loss L = -log(p[2])", 800, 1},
    {"param w = 800\n" SOFTMAX "q = p\nr = q[3]\nloss L = -log(r)", 800, 1},
    {"param w = 800\nz = [[w, 0], [0, 0]]\np = softmax(z)\nloss L = -log(p[2,1]) - log(p[2,2])",
     800.6931471805599, 1},
    /* One entry of a vector of sigmoids, and what is turned. */
    {"param w = -800\n" SIGMOIDS "loss L = -log(y[2])", 800, -1},
    {"param w = 800\n" SIGMOIDS "loss L = -log(1 - y[2])", 800, 1},
    {"param w = 800\n" SIGMOIDS "loss L = -log((1 - y)[2])", 800, 1},
    {"param w = 800\n" SIGMOIDS "q = 1 - y\nr = q[2]\nloss L = -log(r)", 800, 1},
    {"param w = 40\n" SIGMOIDS "loss L = -log(y[2])", 4.248354255291589e-18,
     -4.248354255291589e-18},
    {"param w = -40\n" SIGMOIDS "loss L = -log(1 - y[2])", 4.248354255291589e-18,
     4.248354255291589e-18},
    {"param w = -40\n" SIGMOIDS "loss L = -log(y[2])", 40, -1},
    {"param w = 0\n" SIGMOIDS "loss L = -log(y[2])", 0.6931471805599453, -0.5},
    {"param w = -800\n" SIGMOIDS "r = y.T\nloss L = -log(r[1,2])", 800, -1},
    {"param w = -800\n" SIGMOIDS "r = y.T\nloss L = -log(r.T[2])", 800, -1},
    {"param w = 800\n" SIGMOIDS "r = 1 - y.T\nloss L = -log(r[1,2])", 800, 1},
    {"param w = -800\n" SIGMOIDS "loss L = -sum([0, 1, 0].T*log(y.T))", 800, -1},
    {"param w = 800\n" SIGMOIDS "loss L = -sum([0, 1, 0].T*log(1 - y.T))", 800, 1},
    {"param w = 800\n" SIGMOIDS "loss L = -sum([0, 1, 0].T*log((1 - y).T))", 800, 1},
    {"param w = -800\na = sigmoid(w)\nb = sigmoid(2*w)\ny = [b, a]\nloss L = -log(y[2])", 800, -1},
    {"param w = -800\ny = 1/(1 + exp(-[0, w]))\nloss L = -log(y[2])", 800, -1},
    {"param w = -800\n" SOFTMAX "r = p.T\nloss L = -log(r[1,1])", 800.6931471805599, -1},
    {"param w = 800\n" SOFTMAX "loss L = -sum([0, 1, 0].T*log(p.T))", 800, 1},
    {"param w = -40\n" SOFTMAX "loss L = -log(p.T[1,1])", 40.693147180559945, -1},
    {"param w = 0\n" SOFTMAX "loss L = -log(p[3])", 1.0986122886681098, 0.3333333333333333},
    /* Several of them, by paths that share names. */
    {"param w = -800\n" SIGMOID "q = 1 - y\nloss L = -log(y) - log(q)", 800, -1},
    {"param w = -800\n" SIGMOIDS "r = y.T\nloss L = -log(y[2]) - log(1 - r[1,2]) - 2*log(2*r[1,1])",
     800, -1},
    {"param w = 800\n" SIGMOIDS "q = 1 - y\nloss L = -log(y[2]) - log(q[2]) - z[2]", 0, 0},
    /* Sums of them. */
    {"param w = -800\n" SIGMOIDS "loss L = -mean(log(y))*3 - 2*log(2)", 800, -1},
    {"input t = [1, 1, 0]\nparam w = -800\nz = [800, w, -800]\ny = sigmoid(z)\n"
     "loss L = -sum(t*log(y) + (1-t)*log(1-y))",
     800, -1},
    {"input t = [1, 0, 0]\nparam w = 800\nz = [800, w, -800]\ny = sigmoid(z)\n"
     "loss L = -sum(t*log(y) + (1-t)*log(1-y))",
     800, 1},
    {"input t = [1, 0, 0]\nparam w = 800\nz = [800, w, -800]\ny = sigmoid(z)\n"
     "loss L = -(t.T@log(y) + (1-t).T@log(1-y))",
     800, 1},
    {"data x -> t\n  1 -> 1\n  -1 -> 0\nparam w = -800\ny = sigmoid(w*x)\n"
     "e = -(t*log(y) + (1-t)*log(1-y))\nloss L = rowmean(e)",
     800, -1},
    {"data x -> t\n  1 -> 1\n  1 -> 1\nparam w = -40\ny = sigmoid([w*x, 0])\n"
     "loss L = rowmean(-t*log(y[1]))",
     40, -1},
};

static Lesson *open_lesson(Arena *arena, const char *text) {
    Diags diags = {.arena = arena, .file = "test"};
    const char *whole = arena_format(arena, "# T\n```lesson\n%s\n```\n", text);
    Lesson *lesson = lesson_compile(arena, "test", whole, &diags);
    ck_assert_msg(!diags.count, "%s: %s", text, diags.count ? diags.items[0].message : "");
    return lesson;
}

static Model *open_model(Arena *arena, Lesson *lesson) {
    return model_new(arena, &lesson->exprs, &lesson->scope, lesson->graph, 0.1, 1);
}

static Expr name_of(Lesson *lesson, const char *name) {
    return scope_expr(&lesson->scope, &lesson->exprs, scope_find(&lesson->scope, name));
}

static bool near(double found, double expected) {
    return fabs(found - expected) <= 1e-15 * fabs(expected);
}

START_TEST(logarithms_reach_the_net_input) {
    Arena arena = {0};
    const Extreme *extreme = &extremes[_i];
    Lesson *lesson = open_lesson(&arena, extreme->text);
    Model *model = open_model(&arena, lesson);
    Verification found =
        verify_derivative(model, &arena, name_of(lesson, "L"), name_of(lesson, "w"));
    ck_assert(near(*model_value(model, scope_find(&lesson->scope, "L")), extreme->value));
    ck_assert(near(*found.symbolic, extreme->slope));
    ck_assert(near(*found.reverse, extreme->slope));
    ck_assert(found.agree);
    arena_clear(&arena);
}
END_TEST

/* What is shown for a name that a logarithm is written of is its derivative, too, although the
 * sweep goes past it. */
static const char *const passed_by[] = {
    "input t = 0.3\nparam w = 0.7\nz = w*2\ny = sigmoid(z)\nq = 1 - y\np = softmax([z, 0.1, y])\n"
    "loss L = -(t*log(y) + (1-t)*log(q)) - log(p[2]) - sum(p*log(p)) + y*q",
    "input t = [0.3, 0.6, 1]\nparam w = 0.7\nz = [[w, 0.2], [0.1, w^2], [-w, 0.3]]*2\ny = "
    "sigmoid(z)\n"
    "r = y.T\nq = 1 - r\np = softmax(z).T\n"
    "loss L = log(y[2,1])*log(r[1,3]) - sum(t.T*log(q)) - sum(log(y)) - log(p[2,1])"
    " - sum(log(r)*log(1 - y).T) + sum(r*q) - sum(p*log(p))",
};

/* Where an adjoint is 0, whatever the slopes are. */
static const char *const unwanted[] = {
    "p = exp(w)\nloss E = x*p",
    "p = sqrt(w - 1000)\nloss E = x*p",
    "p = softmax([exp(w), 0])\nloss E = x*p[1]",
    "p = log_softmax([exp(w), 0])\nloss E = x*p[1]",
    "p = softmax([exp(w), 0])\nloss E = x*log(p[1])",
    "p = log(softmax([exp(w), 0]))\nloss E = x*p[1]",
    "p = [[exp(w), w]] @ [w, exp(w)]\nloss E = x*p",
};

START_TEST(zero_hands_nothing_back) {
    Arena arena = {0};
    Lesson *lesson =
        open_lesson(&arena, arena_format(&arena, "input x = 0\nparam w = 1000\n%s", unwanted[_i]));
    Model *model = open_model(&arena, lesson);
    model_backward(model, scope_find(&lesson->scope, "E"));
    ck_assert_msg(*model_adjoint(model, scope_find(&lesson->scope, "w")) == 0, "%s", unwanted[_i]);
    arena_clear(&arena);
}
END_TEST

START_TEST(what_is_passed_by_has_its_slope) {
    Arena arena = {0};
    Lesson *lesson = open_lesson(&arena, passed_by[_i]);
    Model *model = open_model(&arena, lesson);
    for (SymbolId s = 0; s < lesson->scope.count; s++) {
        Arena scratch = {0};
        Verification found = verify_derivative(model, &scratch, name_of(lesson, "L"),
                                               scope_expr(&lesson->scope, &lesson->exprs, s));
        model_backward(model, scope_find(&lesson->scope, "L"));
        ck_assert_msg(found.agree, "%s", scope_get(&lesson->scope, s)->name);
        for (size_t i = 0; i < found.rows * found.columns; i++)
            ck_assert_double_eq_tol(model_adjoint(model, s)[i], found.symbolic[i], 1e-14);
        arena_clear(&scratch);
    }
    arena_clear(&arena);
}
END_TEST

/* The product along w → z → y → L is the derivative, though ∂L/∂y is infinite and ∂y/∂z is 0. */
START_TEST(paths_pass_saturated_outputs) {
    Arena arena = {0};
    const Extreme *extreme = &extremes[_i];
    Lesson *lesson = open_lesson(&arena, extreme->text);
    Model *model = open_model(&arena, lesson);
    SymbolId of = scope_find(&lesson->scope, "L"), wrt = scope_find(&lesson->scope, "w");
    Paths paths =
        paths_find(&arena, lesson->graph, &lesson->scope, model_weights(model, &arena), of, wrt, 8);
    double sum = 0;
    ck_assert(paths.complete && paths.listed > 0);
    for (size_t i = 0; i < paths.listed; i++)
        sum += *model_carry(model, &arena, &paths.list[i], of, paths.list[i].count);
    ck_assert(near(sum, extreme->slope));
    arena_clear(&arena);
}
END_TEST

/* Training takes the same decision: from a saturated beginning it gets away, and the lowered form
 * does what the tape does. */
static const char *const saturated[] = {
    "input t = 1\nparam w = -900\n" SIGMOID "loss L = -(t*log(y) + (1-t)*log(1-y))",
    "input t = 1\nparam w = -900\n" SIGMOIDS "r = 1 - y.T\n"
    "loss L = -(t*log(y[2]) + (1-t)*log(r[1,2]))",
};

START_TEST(training_leaves_saturation) {
    double reached[2];
    for (int lowered = 0; lowered < 2; lowered++) {
        Arena arena = {0};
        Lesson *lesson = open_lesson(&arena, saturated[_i]);
        Model *model = open_model(&arena, lesson);
        TrainPlan plan = {.loss = scope_find(&lesson->scope, "L"),
                          .epochs = 950,
                          .rate = 1,
                          .batch = 1,
                          .seed = 1};
        TrainMeans means = {lowered ? kernels_widest() : NULL};
        TrainHistory history = train_with(means, model, &arena, &plan, NULL, NULL);
        ck_assert_int_eq(history.end, TRAIN_FINISHED);
        ck_assert_double_lt(history.last_loss, 0.05);
        reached[lowered] = model->leaves[1];
        arena_clear(&arena);
    }
    ck_assert(reached[0] == reached[1]);
}
END_TEST

/* A derivative by w and its exact value, to more digits than a double has; NaN where there must be
 * no bound. */
typedef struct Bounded {
    const char *text;
    double exact;
} Bounded;

static const Bounded bounded[] = {
    {"param w = 0.1\nloss L = w^2", 0.2},
    {"param w = 3\nloss L = w*4 + 1", 4},
    {"param w = 0.3\nloss L = relu(w - 0.3)", 0}, /* exactly at the corner */
    {"param w = 0.30000000000000004\nloss L = relu(0.1*3 - w)",
     NAN}, /* 0.1*3 is rounded: either side */
    {"param w = 0.3\nloss L = abs(exp(log(0.3)) - w)", NAN},
    {"param w = 1\nloss L = max(w*0.7, log(exp(0.7)))", NAN},
    {"param w = 0.3\nloss L = w/(0.1*3 - 0.30000000000000004)",
     NAN}, /* a pole within the rounding */
    {"param w = 0\nloss L = sigmoid(w)", 0.25},
    {"param w = -800\nloss L = -log(sigmoid(w))", -1},
};

START_TEST(bounds_hold_and_say_where_there_is_none) {
    Arena arena = {0};
    const Bounded *known = &bounded[_i];
    Lesson *lesson = open_lesson(&arena, known->text);
    Model *model = open_model(&arena, lesson);
    const Expr of = name_of(lesson, "L"), wrt = name_of(lesson, "w");
    const double value = *verify_derivative(model, &arena, of, wrt).reverse;
    const double bound = *bound_derivative(model, &arena, of, wrt, &value);
    if (isnan(known->exact)) {
        ck_assert(isinf(bound));
    } else {
        ck_assert(fabs(value - known->exact) <= bound + 1e-16 * fabs(known->exact));
        ck_assert(bound <= 1e-15 * fabs(known->exact));
    }
    arena_clear(&arena);
}
END_TEST

Suite *range_suite(void) {
    Suite *suite = suite_create("range");
    TCase *stable = tcase_create("stable logarithms");
    tcase_add_loop_test(stable, logarithms_reach_the_net_input, 0, COUNT(extremes));
    tcase_add_loop_test(stable, paths_pass_saturated_outputs, 0, COUNT(extremes));
    tcase_add_loop_test(stable, zero_hands_nothing_back, 0, COUNT(unwanted));
    tcase_add_loop_test(stable, what_is_passed_by_has_its_slope, 0, COUNT(passed_by));
    tcase_add_loop_test(stable, training_leaves_saturation, 0, COUNT(saturated));
    suite_add_tcase(suite, stable);
    TCase *bounds = tcase_create("bounds");
    tcase_add_loop_test(bounds, bounds_hold_and_say_where_there_is_none, 0, COUNT(bounded));
    suite_add_tcase(suite, bounds);
    return suite;
}
