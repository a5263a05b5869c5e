/* Lowered training: the same numbers as on the tape, to the last bit, in every width. */
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "lesson/lesson.h"
#include "num/rng.h"
#include "num/train.h"
#include "suites.h"

#define COUNT(array) ((int)(sizeof(array) / sizeof *(array)))

typedef struct Case {
    Arena arena;
    Lesson *lesson;
    Model *model;
    SymbolId loss; /* the last one */
} Case;

static void open_case(Case *test, const char *statements) {
    *test = (Case){0};
    Diags diags = {.arena = &test->arena, .file = "case"};
    const char *text = arena_format(&test->arena, "```lesson\n%s\n```\n", statements);
    test->lesson = lesson_compile(&test->arena, "case", text, &diags);
    if (diags.count)
        ck_abort_msg("%s:\n%s", diags.items[0].message, text);
    test->model = model_new(&test->arena, &test->lesson->exprs, &test->lesson->scope,
                            test->lesson->graph, test->lesson->rate, test->lesson->seed);
    for (SymbolId s = 0; s < test->lesson->scope.count; s++)
        if (scope_get(&test->lesson->scope, s)->role == ROLE_LOSS)
            test->loss = s;
}

/* ------------------------------------------------------------------ what is trained */

/* A lesson, and how it is to be lowered. */
typedef struct Sample {
    const char *name;
    size_t rows; /* of random data, for its inputs and targets */
    const char *data, *statements;
    size_t layers, neurons; /* expected */
} Sample;

#define W5                                                                                         \
    "param b1 = 0.1, w1 = 0.2, w2 = 0.3, b2 = 0.4, w3 = 0.5, w4 = 0.6\n"                           \
    "param b3 = 0.2, w5 = 0.4, w6 = 0.795, b4 = 0.2, w7 = 1.0, w8 = 0.3\n"                         \
    "z1 = b1 + w1*x1 + w2*x2\nh1 = sigmoid(z1)\nz2 = b2 + w3*x1 + w4*x2\nh2 = sigmoid(z2)\n"       \
    "z3 = b3 + w5*h1 + w6*h2\ny1 = sigmoid(z3)\nz4 = b4 + w7*h1 + w8*h2\ny2 = sigmoid(z4)\n"
#define TWO_ERRORS "(t1 - y1)^2/2 + (t2 - y2)^2/2\n"

static const Sample samples[] = {
    {"w5", 0, "input x1 = 0.85, x2 = 0.25\ntarget t1 = 0.6905, t2 = 0.8657\n",
     W5 "loss E = " TWO_ERRORS, 2, 4},
    {"w5 on rows", 37, "x1, x2 -> t1, t2", W5 "loss E = " TWO_ERRORS, 2, 4},
    {"w5 on the table", 300, "x1, x2 -> t1, t2", W5 "e = " TWO_ERRORS "loss L = rowmean(e)\n", 2,
     4},
    {"w5, a sum", 21, "x1, x2 -> t1, t2", W5 "e = " TWO_ERRORS "loss L = rowsum(e)\n", 2, 4},
    {"a sum further inside", 9, "x1, x2 -> t1, t2",
     W5 "e = " TWO_ERRORS "loss L = rowmean(e) + 0.01*w5^2\n", 0, 0},
    {"a penalty in a mean over rows", 9, "x1, x2 -> t",
     "param b = 0.1, w1 = 0.4, w2 = -0.3\nz = b + w1*x1 + w2*x2\n"
     "e = (t - z)^2 + 0.1*w1^2\nloss L = rowmean(e)\n",
     0, 0},
    {"bias last, tanh and relu", 12, "x1, x2 -> t",
     "param a1 = 0.3, a2 = -0.2, a = 0.1, c1 = 0.5, c2 = 0.7, c = -0.4, v1 = 1, v2 = -1\n"
     "p = a1*x1 + x2*a2 + a\nq = c1*x1 + c2*x2 + c\nP = tanh(p)\nQ = relu(q)\n"
     "loss E = (t - (v1*P + v2*Q))^2\n",
     2, 3},
    {"shared weights are no neurons", 12, "x1, x2 -> t",
     "param a = 0.3, c = 0.5, v = 1\np = a*x1 + c*x2\nq = a*x2 + c*x1\n"
     "loss E = (t - v*sin(p)*q)^2\n",
     0, 0},
    {"something else reads between", 11, "x1, x2 -> t",
     "param k = 0.7, a1 = 0.3, a2 = -0.2, c1 = 0.5, c2 = 0.7\nu = k*x1\nv = sin(k*x2)\n"
     "p = a1*u + a2*v\nr = u*v\nq = c1*u + c2*v\nloss E = (t - p*q*r)^2\n",
     2, 2},
    {"matrices", 20, "x[3] -> t[2]",
     "param W1[5,3] ~ uniform(-1, 1)\nparam b1[5] ~ uniform(-1, 1)\n"
     "param W2[2,5] ~ uniform(-1, 1)\nparam b2[2] ~ uniform(-1, 1)\n"
     "Z1 = W1@x + b1\nH = relu(Z1)\nZ2 = b2 + W2@H\np = softmax(Z2)\nloss L = -sum(t*log(p))\n",
     2, 7},
    {"matrices, a mean over the table", 150, "x[3] -> t[2]",
     "param W1[9,3] ~ uniform(-1, 1)\nparam b1[9] ~ uniform(-1, 1)\n"
     "param W2[2,9] ~ uniform(-1, 1)\n"
     "e = sum((t - W2@tanh(W1@x + b1))^2)\nloss L = rowmean(e)\n",
     2, 11},
    {"a weight by another name, a weight twice", 30, "x[3] -> t[2]",
     "param W1[4,3] ~ uniform(-1, 1)\nparam W2[2,4] ~ uniform(-1, 1)\nA = W1\n"
     "h = tanh(A@x)\nloss L = sum((t - W2@h)^2) + 0.1*sum(W2^2)\n",
     0, 0},
    {"wide matrices", 40, "x[10] -> t[3]",
     "param W1[75,10] ~ uniform(-0.1, 0.1)\nparam b1[75] ~ uniform(-0.1, 0.1)\n"
     "param W2[3,75] ~ uniform(-0.1, 0.1)\n"
     "H = tanh(W1@x + b1)\nloss L = sum((t - W2@H)^2)\n",
     2, 78},
    {"powers of all kinds, and the circle", 40, "x1, x2 -> t",
     "param a = 0.3, b = 0.5, c = 1.5\nu = a*x1 + b\nv = u^3 + c*u^5 - (2 + u*u)^-2 + (1 + u^4)^c\n"
     "loss E = (t - sin(v)*cos(c*x2)^3 - (1 + v^2)^-1)^2\n",
     1, 1},
    {"a literal in between", 10, "x1, x2 -> t",
     "param A = [[0.1, 0.2, 0.3], [-0.3, 0.5, 0.2]], B = [0.3, -0.4, 0.6]\n"
     "z = A@[1, x1, x2]\na = sigmoid(z)\ns = sum(B*[1, a[1], a[2]])\n"
     "loss E = (t - s)^2/2 + 0.001*sum(A^2)\n",
     0, 0},
    {"weights that are used twice", 8, "x1, x2 -> t",
     "param W = [[0.1, 0.2], [-0.3, 0.5]], v = [0.3, -0.4]\n"
     "h = tanh(W@[x1, x2])\ng = tanh(W@h)\nloss E = (t - sum(v*g))^2/2 + mean(v^2) - max(g)\n",
     0, 0},
    {"curves of all kinds", 17, "x -> t",
     "param a = 0.3, b = 0.5\nu = softplus(a*x) + exp(-x*b)\nv = log(1 + u^2) + sqrt(u) + abs(a)\n"
     "w = max(u, v) - min(a, x) + leaky_relu(b - x, 0.1)\n"
     "loss E = (t - w/(1 + v^b))^2 + log(1 + exp(cos(a)))\n",
     0, 0},
    {"cross-entropy", 24, "x1, x2 -> t",
     "param b = 0.1, w1 = 0.4, w2 = -0.3\nz = b + w1*x1 + w2*x2\ny = sigmoid(z)\n"
     "loss L = -(t*log(y) + (1 - t)*log(1 - y))\n",
     1, 1},
};

/* The statements of a sample, its table with random numbers in it. */
static const char *sample_text(Arena *arena, const Sample *sample) {
    Buffer text = {.arena = arena};
    Rng rng = rng_stream(7, sample->name);
    buffer_format(&text, "rate 0.05\n%s%s\n", sample->rows ? "data " : "", sample->data);
    size_t inputs = 0, targets = 0, *side = &inputs;
    for (const char *at = sample->data; *at; at++) {
        side = *at == '>' ? &targets : side;
        if (*at == 'x' || *at == 't')
            *side += at[1] == '[' ? strtoul(at + 2, NULL, 10) : 1;
    }
    for (size_t row = 0; row < sample->rows; row++)
        for (size_t i = 0; i < inputs + targets; i++)
            buffer_format(&text, "%s%s%.3f", i ? " " : "\n  ", i == inputs ? "-> " : "",
                          rng_unit(&rng));
    buffer_format(&text, "\n%s", sample->statements);
    return buffer_text(&text);
}

/* ------------------------------------------------------------------ the same bits */

static TrainPlan plan_of(const Case *test, size_t batch, TrainOrder order) {
    return (TrainPlan){
        .loss = test->loss, .epochs = 7, .rate = 0.05, .order = order, .batch = batch, .seed = 3};
}

/* The leaves after a training from the model's first values; in the case's arena. */
static double *trained(Case *test, const TrainPlan *plan, const Kernels *kernels,
                       TrainHistory *history) {
    const Scope *scope = &test->lesson->scope;
    model_initial(&test->lesson->exprs, scope, &test->arena, 5, test->model->leaves);
    model_load_row(test->model, 0);
    *history = train_with((TrainMeans){kernels}, test->model, &test->arena, plan, NULL, NULL);
    double *leaves = ARENA_ARRAY(&test->arena, double, scope->leaf_entries);
    memcpy(leaves, test->model->leaves, scope->leaf_entries * sizeof *leaves);
    return leaves;
}

/* The same bits; of what is no number any. */
static bool same_number(double a, double b) {
    return memcmp(&a, &b, sizeof a) == 0 || (a != a && b != b);
}

/* `learns` is false where a training may be stuck from the beginning. */
static void check_plan(Case *test, const char *name, TrainPlan plan, bool learns) {
    TrainHistory on_tape, lowered;
    size_t bytes = test->lesson->scope.leaf_entries * sizeof(double);
    double *expected = trained(test, &plan, NULL, &on_tape);
    for (KernelWidth width = 0; width < KERNEL_WIDTHS; width++) {
        if (!kernels_of(width))
            continue;
        double *leaves = trained(test, &plan, kernels_of(width), &lowered);
        for (size_t i = 0; i < bytes / sizeof *leaves; i++)
            ck_assert_msg(same_number(leaves[i], expected[i]),
                          "%s, batches of %zu, width %d: leaf %zu is %.17g, on the tape %.17g",
                          name, plan.batch, (int)width, i, leaves[i], expected[i]);
        for (size_t i = 0; i < on_tape.sampled; i++)
            ck_assert_msg(same_number(lowered.losses[i], on_tape.losses[i]),
                          "%s: loss %zu is %.17g not %.17g", name, i, lowered.losses[i],
                          on_tape.losses[i]);
        ck_assert_msg(same_number(lowered.last_loss, on_tape.last_loss), "%s: %.17g %.17g", name,
                      lowered.last_loss, on_tape.last_loss);
    }
    ck_assert_msg(!learns || memcmp(expected, on_tape.leaves, bytes) != 0,
                  "%s: nothing was learned", name);
}

START_TEST(trains_as_on_the_tape) {
    const size_t batches[] = {1, 3, 8, 20, 1000};
    const Sample *sample = &samples[_i];
    Arena arena = {0};
    Case test;
    open_case(&test, sample_text(&arena, sample));
    for (size_t i = 0; i < sizeof batches / sizeof *batches; i++)
        for (TrainOrder order = TRAIN_SHUFFLED; order <= TRAIN_GIVEN; order++)
            check_plan(&test, sample->name, plan_of(&test, batches[i], order), true);
    arena_clear(&test.arena);
    arena_clear(&arena);
}
END_TEST

/* ------------------------------------------------------------------ layers of awkward sizes */

static const size_t sizes[] = {1, 3, 7, 8, 9, 31, 64, 100};

enum { MOST_NEURONS = 33, LAYER_ROWS = 205 };

/* Two layers as matrices: inputs → neurons → outputs. */
static const char *matrix_layers(Arena *arena, size_t inputs, size_t neurons, size_t outputs,
                                 bool bias) {
    const char *biases = arena_format(arena,
                                      "param b1[%zu] ~ uniform(-1, 1)\n"
                                      "param b2[%zu] ~ uniform(-1, 1)\n",
                                      neurons, outputs);
    return arena_format(arena,
                        "param W1[%zu,%zu] ~ uniform(-0.2, 0.3)\n"
                        "param W2[%zu,%zu] ~ uniform(-0.2, 0.3)\n%s"
                        "h = tanh(W1 @ x%s)\nloss E = sum((t - (%sW2 @ h))^2)\n",
                        neurons, inputs, outputs, neurons, bias ? biases : "", bias ? " + b1" : "",
                        bias ? "b2 + " : "");
}

static void put_sum(Buffer *text, const char *weight, const char *input, size_t neuron,
                    size_t inputs) {
    buffer_format(text, "%sb%zu", weight, neuron);
    for (size_t i = 1; i <= inputs; i++)
        buffer_format(text, " + %s%zu_%zu*%s%zu", weight, neuron, i, input, i);
}

static void put_weights(Buffer *text, Rng *rng, const char *weight, size_t neuron, size_t inputs) {
    buffer_format(text, "param %sb%zu = %.3f", weight, neuron, rng_unit(rng) - 0.5);
    for (size_t i = 1; i <= inputs; i++)
        buffer_format(text, ", %s%zu_%zu = %.3f", weight, neuron, i, rng_unit(rng) / 2 - 0.2);
    buffer_add(text, "\n");
}

/* The same written out number by number, with one output. */
static const char *written_layers(Arena *arena, size_t inputs, size_t neurons) {
    Buffer text = {.arena = arena};
    Rng rng = rng_stream(3, "weights");
    for (size_t m = 1; m <= neurons; m++)
        put_weights(&text, &rng, "w", m, inputs);
    put_weights(&text, &rng, "v", 1, neurons);
    for (size_t m = 1; m <= neurons; m++) {
        buffer_format(&text, "h%zu = tanh(", m);
        put_sum(&text, "w", "x", m, inputs);
        buffer_add(&text, ")\n");
    }
    buffer_add(&text, "y = ");
    put_sum(&text, "v", "h", 1, neurons);
    buffer_add(&text, "\nloss E = (t1 - y)^2\n");
    return buffer_text(&text);
}

static void check_layers(const Sample *sample, const size_t *batches, size_t count) {
    Arena arena = {0};
    Case test;
    open_case(&test, sample_text(&arena, sample));
    for (size_t i = 0; i < count; i++) {
        TrainPlan plan = plan_of(&test, batches[i], TRAIN_GIVEN);
        plan.epochs = 2;
        plan.rate = 0.001;
        check_plan(&test, sample->name, plan, true);
    }
    arena_clear(&test.arena);
    arena_clear(&arena);
}

START_TEST(matrices_of_any_size) {
    const size_t batches[] = {1, 7, 8, 9, 32, 100, 200};
    if (_i % ONE_SIZE_IN)
        return;
    const size_t neurons = (size_t)_i, outputs = sizes[(neurons * 5 + 2) % COUNT(sizes)];
    Arena arena = {0};
    for (size_t k = 0; k < 2; k++) {
        size_t inputs = sizes[(neurons + 3 * k) % COUNT(sizes)];
        check_layers(
            &(Sample){.name = arena_format(&arena, "%zu-%zu-%zu", inputs, neurons, outputs),
                      .rows = LAYER_ROWS,
                      .data = arena_format(&arena, "x[%zu] -> t[%zu]", inputs, outputs),
                      .statements = matrix_layers(&arena, inputs, neurons, outputs, k == 0)},
            batches, COUNT(batches));
    }
    arena_clear(&arena);
}
END_TEST

START_TEST(written_layers_of_any_size) {
    const size_t batches[] = {1, 9, 40, 200};
    if (_i % ONE_SIZE_IN)
        return;
    const size_t neurons = (size_t)_i, inputs = sizes[neurons % 5];
    Arena arena = {0};
    Buffer data = {.arena = &arena};
    for (size_t i = 1; i <= inputs; i++)
        buffer_format(&data, "%sx%zu", i > 1 ? ", " : "", i);
    buffer_add(&data, " -> t1");
    check_layers(&(Sample){.name = arena_format(&arena, "%zu-%zu written out", inputs, neurons),
                           .rows = LAYER_ROWS,
                           .data = buffer_text(&data),
                           .statements = written_layers(&arena, inputs, neurons)},
                 batches, COUNT(batches));
    arena_clear(&arena);
}
END_TEST

START_TEST(finds_the_neurons) {
    const Sample *sample = &samples[_i];
    Arena arena = {0};
    Case test;
    open_case(&test, sample_text(&arena, sample));
    const Scope *scope = &test.lesson->scope;
    Expr loss = scope_expr(scope, &test.lesson->exprs, test.loss);
    for (size_t batch = 1; batch <= 64; batch *= 8) {
        Fused *fused =
            fused_compile(&test.arena, &test.lesson->exprs, scope, loss, batch, kernels_widest());
        FusedShape shape = fused ? fused_shape(fused) : (FusedShape){0};
        ck_assert_msg(shape.layers == sample->layers && shape.neurons == sample->neurons,
                      "%s: %zu layers, %zu neurons", sample->name, shape.layers, shape.neurons);
    }
    arena_clear(&test.arena);
    arena_clear(&arena);
}
END_TEST

/* ------------------------------------------------------------------ small networks of all shapes
 */

typedef struct Shape {
    size_t inputs, neurons, outputs, rows;
    const char *curve;          /* "" for none */
    const char *error;          /* of one output: with %zu for its number, thrice or fewer */
    bool bias_first, bias_last; /* neither: no bias */
    double scale;               /* of the weights */
} Shape;

static void put_neuron(Buffer *text, const Shape *shape, const char *to, const char *from,
                       size_t inputs, size_t *parameter) {
    buffer_format(text, "%s = ", to);
    if (shape->bias_first)
        buffer_format(text, "p%zu + ", (*parameter)++);
    for (size_t i = 1; i <= inputs; i++)
        buffer_format(text, "%s%s%zu*p%zu", i > 1 ? " + " : "", from, i, (*parameter)++);
    if (shape->bias_last)
        buffer_format(text, " + p%zu", (*parameter)++);
    buffer_add(text, "\n");
}

/* The statements of a network of that shape, with two layers and a row mean over all its outputs.
 */
static const char *shape_text(Arena *arena, const Shape *shape) {
    Buffer text = {.arena = arena}, network = {.arena = arena};
    Rng rng = rng_stream(shape->rows, "shape");
    size_t parameters = 1;
    for (size_t m = 1; m <= shape->neurons; m++) {
        put_neuron(&network, shape, arena_format(arena, "z%zu", m), "x", shape->inputs,
                   &parameters);
        buffer_format(&network, "h%zu = %s(z%zu)\n", m, shape->curve, m);
    }
    for (size_t m = 1; m <= shape->outputs; m++) {
        put_neuron(&network, shape, arena_format(arena, "u%zu", m), "h", shape->neurons,
                   &parameters);
        buffer_format(&network, "y%zu = sigmoid(u%zu)\n", m, m);
    }
    buffer_add(&network, "loss E = ");
    for (size_t m = 1; m <= shape->outputs; m++)
        buffer_format(&network, shape->error, m > 1 ? " + " : "", m, m, m, m);
    buffer_add(&text, "rate 0.5\ndata ");
    for (size_t i = 1; i <= shape->inputs + shape->outputs; i++)
        buffer_format(&text, "%s%s%zu",
                      i == 1                   ? ""
                      : i == shape->inputs + 1 ? " -> "
                                               : ", ",
                      i > shape->inputs ? "t" : "x", i > shape->inputs ? i - shape->inputs : i);
    for (size_t row = 0; row < shape->rows; row++)
        for (size_t i = 0; i < shape->inputs + shape->outputs; i++)
            buffer_format(&text, "%s%.3f",
                          i == 0               ? "\n  "
                          : i == shape->inputs ? " -> "
                                               : " ",
                          rng_unit(&rng));
    buffer_add(&text, "\n");
    for (size_t p = 1; p < parameters; p++)
        buffer_format(&text, "param p%zu = %.3f\n", p, shape->scale * (2 * rng_unit(&rng) - 1));
    buffer_format(&text, "%s\n", buffer_text(&network));
    return buffer_text(&text);
}

static void check_shape(const Shape *shape) {
    static const size_t batches[] = {1, 2, 4, 5, 9, 100, 129, 256, 300, 700};
    Arena arena = {0};
    Case test;
    open_case(&test, shape_text(&arena, shape));
    const char *name =
        arena_format(&arena, "%zu-%zu-%zu %s, %zu rows, %s", shape->inputs, shape->neurons,
                     shape->outputs, shape->curve, shape->rows, shape->error);
    for (int i = 0; i < COUNT(batches); i++)
        if (batches[i] <= shape->rows) {
            TrainPlan plan = plan_of(&test, batches[i], TRAIN_GIVEN);
            plan.epochs = 2;
            check_plan(&test, name, plan, shape->scale <= 1);
            plan.order = TRAIN_SHUFFLED;
            check_plan(&test, name, plan, shape->scale <= 1);
        }
    arena_clear(&test.arena);
    arena_clear(&arena);
}

#define SQUARES  "%s(t%zu - y%zu)^2"
#define HALVES   "%s(y%zu - t%zu)^2/2"
#define ENTROPY  "%s-(t%zu*log(y%zu) + (1 - t%zu)*log(1 - y%zu))"
#define DISTANCE "%sabs(t%zu - y%zu)"

/* Every number of neurons and inputs, and of rows in a batch. */
START_TEST(trains_small_networks_of_any_shape) {
    static const char *const curves[] = {"sigmoid", "tanh", "relu", "", "softplus"};
    static const char *const errors[] = {SQUARES, HALVES, ENTROPY, DISTANCE};
    static const size_t rows[] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 17, 129};
    for (size_t inputs = 1; inputs <= 9; inputs += ONE_SIZE_IN) {
        size_t kind = inputs + 3 * (size_t)_i, side = kind % 3;
        check_shape(&(Shape){.inputs = inputs,
                             .neurons = (size_t)_i + 1,
                             .outputs = kind % 4 + 1,
                             .rows = rows[kind % COUNT(rows)],
                             .curve = curves[kind % COUNT(curves)],
                             .error = errors[(kind / 2) % COUNT(errors)],
                             .bias_first = side == 0,
                             .bias_last = side == 1,
                             .scale = 1});
    }
}
END_TEST

START_TEST(trains_in_batches_of_any_size) {
    static const size_t rows[] = {127, 256, 300, 700};
    check_shape(&(Shape){2, 2, 2, rows[_i], "sigmoid", HALVES, true, false, 1});
    check_shape(&(Shape){3, 5, 1, rows[_i], "tanh", SQUARES, false, true, 1});
}
END_TEST

/* What is saturated, infinite or no number goes the same ways as on the tape. */
START_TEST(trains_numbers_out_of_range) {
    static const double scales[] = {30, 1e3, 1e154, 1e200, 1e308};
    static const char *const curves[] = {"sigmoid", "tanh", "relu", "", "exp"};
    static const char *const errors[] = {SQUARES, HALVES, ENTROPY, DISTANCE,
                                         "%smax(t%zu - y%zu, 0)*t%zu"};
    for (int scale = 0; scale < COUNT(scales); scale++)
        for (int error = 0; error < COUNT(errors); error += ONE_SIZE_IN)
            check_shape(&(Shape){.inputs = 2,
                                 .neurons = (size_t)error % 2 + 2,
                                 .outputs = (size_t)scale % 2 + 1,
                                 .rows = 9,
                                 .curve = curves[_i],
                                 .error = errors[error],
                                 .bias_first = true,
                                 .scale = scales[scale]});
}
END_TEST

static void check_symbol(const Case *test, const Fused *fused, const Symbol *symbol, Expr expr,
                         DataRows rows, size_t at) {
    size_t lanes;
    SymbolId s = scope_find(&test->lesson->scope, symbol->name);
    const double *value = fused_values(fused, expr, &lanes);
    const double *adjoint = fused_adjoints(fused, expr, &lanes);
    if (!value && symbol->name[0] == 'y')
        return; /* its logarithm is taken from its net input */
    ck_assert_msg(value != NULL, "%s", symbol->name);
    ck_assert_msg(memcmp(value + at, model_value(test->model, s), sizeof *value) == 0,
                  "%s in row %zu of %zu: %g", symbol->name, at, rows.count, value[at]);
    if (!symbol_is_leaf(symbol))
        ck_assert_msg(memcmp(adjoint + at, model_adjoint(test->model, s), sizeof *value) == 0,
                      "adjoint of %s in row %zu of %zu: %g not %g", symbol->name, at, rows.count,
                      adjoint[at], *model_adjoint(test->model, s));
}

/* All that a student may ask for is there after a pass: values and adjoints as in the model; and
 * the data columns of these rows. */
static void check_rows(Case *test, Fused *fused, DataRows rows) {
    const Scope *scope = &test->lesson->scope;
    double sum = 0;
    fused_descend(fused, rows, (Descent){0, 1}, &sum);
    for (size_t row = 0; row < rows.count && rows.count <= fused_shape(fused).lanes; row++) {
        if (scope->data)
            model_load_row(test->model, rows_at(rows, row));
        model_forward(test->model);
        model_backward(test->model, test->loss);
        for (SymbolId s = 0; s < scope->count; s++) {
            const Symbol *symbol = scope_get(scope, s);
            const bool is_column = scope->data && s - scope->data->first < scope->data->count;
            if (is_column || !symbol_is_leaf(symbol))
                check_symbol(test, fused, symbol, scope_expr(scope, &test->lesson->exprs, s), rows,
                             row);
        }
    }
}

/* Rows here and there, rows as they stand, and again here and there. */
static void check_pass(Case *test, size_t batch, const Kernels *kernels) {
    const Scope *scope = &test->lesson->scope;
    Exprs *exprs = &test->lesson->exprs;
    Expr loss = scope_expr(scope, exprs, test->loss);
    Fused *fused = fused_compile(&test->arena, exprs, scope, loss, batch, kernels);
    size_t *rows = ARENA_ARRAY(&test->arena, size_t, batch);
    for (size_t row = 0; row < batch; row++)
        rows[row] = (row * 7) % batch;
    model_load_row(test->model, 0);
    fused_read(fused, test->model->leaves);
    check_rows(test, fused, (DataRows){rows, 0, batch});
    check_rows(test, fused, (DataRows){NULL, 0, batch});
    check_rows(test, fused, (DataRows){rows, 0, batch});
}

START_TEST(keeps_values_and_adjoints) {
    Arena arena = {0};
    Case test;
    open_case(&test, "input x1 = 0.85, x2 = 0.25\ntarget t1 = 0.6905, t2 = 0.8657\n" W5
                     "loss E = " TWO_ERRORS);
    check_pass(&test, 1, kernels_widest());
    arena_clear(&test.arena);
    static const char *const curves[] = {"sigmoid", "tanh", "relu", ""};
    static const char *const errors[] = {SQUARES, HALVES, ENTROPY, DISTANCE};
    for (size_t kind = 0; kind < 16; kind += ONE_SIZE_IN) {
        const Shape shape = {.inputs = kind % 5 + 1,
                             .neurons = kind % 7 + 1,
                             .outputs = kind % 3 + 1,
                             .rows = 40,
                             .curve = curves[kind % 4],
                             .error = errors[kind / 4],
                             .bias_first = true,
                             .scale = 2};
        open_case(&test, shape_text(&arena, &shape));
        for (KernelWidth width = 0; width < KERNEL_WIDTHS; width++)
            for (size_t batch = 1; batch <= 40 && kernels_of(width); batch += 3 * ONE_SIZE_IN)
                check_pass(&test, batch, kernels_of(width));
        arena_clear(&test.arena);
    }
    arena_clear(&arena);
}
END_TEST

/* Any earlier epoch of a training, bit by bit. */
START_TEST(returns_to_any_epoch) {
    const Sample *sample = &samples[_i];
    Arena arena = {0};
    Case test;
    open_case(&test, sample_text(&arena, sample));
    TrainPlan plan = plan_of(&test, 3, TRAIN_SHUFFLED);
    size_t bytes = test.lesson->scope.leaf_entries * sizeof(double);
    for (size_t epochs = 1; epochs <= 3000 / ONE_SIZE_IN; epochs = epochs * 5 + 2) {
        TrainHistory history;
        plan.epochs = epochs / 2;
        double *halfway = trained(&test, &plan, kernels_widest(), &history);
        plan.epochs = epochs;
        double *end = trained(&test, &plan, kernels_widest(), &history);
        train_return(test.model, &test.arena, &plan, &history, epochs / 2);
        ck_assert_msg(memcmp(halfway, test.model->leaves, bytes) == 0, "%s: %zu", sample->name,
                      epochs / 2);
        train_return(test.model, &test.arena, &plan, &history, epochs);
        ck_assert_msg(memcmp(end, test.model->leaves, bytes) == 0, "%s: %zu", sample->name, epochs);
    }
    arena_clear(&test.arena);
    arena_clear(&arena);
}
END_TEST

Suite *fused_suite(void) {
    Suite *suite = suite_create("fused");
    TCase *training = tcase_create("training");
    tcase_set_timeout(training, 120);
    tcase_add_loop_test(training, trains_as_on_the_tape, 0, COUNT(samples));
    tcase_add_loop_test(training, matrices_of_any_size, 1, MOST_NEURONS + 1);
    tcase_add_loop_test(training, written_layers_of_any_size, 1, 20);
    tcase_add_loop_test(training, finds_the_neurons, 0, COUNT(samples));
    tcase_add_loop_test(training, trains_small_networks_of_any_shape, 0, 9);
    tcase_add_loop_test(training, trains_in_batches_of_any_size, 0, 4);
    tcase_add_loop_test(training, trains_numbers_out_of_range, 0, 5);
    tcase_add_test(training, keeps_values_and_adjoints);
    tcase_add_loop_test(training, returns_to_any_epoch, 0, COUNT(samples));
    suite_add_tcase(suite, training);
    return suite;
}
