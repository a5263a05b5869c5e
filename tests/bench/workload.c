#include "workload.h"

#include <string.h>

#include "num/rng.h"

/* How the numbers of a section come about. */
typedef struct Plan {
    const char *section;
    size_t inputs, hidden, outputs, rows, batch;
    double rate;
    double width;      /* random parameters lie in ±width */
    size_t parameters; /* without a network */
} Plan;

enum {
    ONLINE_ROWS = 100, /* all equal: the lesson has one */
    BLOCK_ROWS = 256,
    GRAPH_PARAMETERS = 12,
};

static const Plan plans[] = {
    {"online", 2, 2, 2, ONLINE_ROWS, 1, 0.1, 0, 0},
    {"xor", 2, 2, 1, 4, 4, 0.5, 1, 0},
    {"block", 2, 2, 2, BLOCK_ROWS, BLOCK_ROWS, 0.1, 1, 0},
    {"matrix", 784, 128, 10, 32, 32, 0.1, 0.05, 0},
    {"graph", 4, 0, 1, BLOCK_ROWS, 1, 0.01, 1, GRAPH_PARAMETERS},
    {"graph-block", 4, 0, 1, BLOCK_ROWS, BLOCK_ROWS, 0.01, 1, GRAPH_PARAMETERS},
};

/* Every operation on numbers that a lesson can use, and no neuron. */
static const char graph_formulas[] = "a1 = p1*x1 + p2\n"
                                     "a2 = sin(a1)\n"
                                     "a3 = p3*x2 - x3\n"
                                     "a4 = cos(a3)\n"
                                     "a5 = a2*a4\n"
                                     "a6 = exp(-(a5^2))\n"
                                     "a7 = p4 + x4^2\n"
                                     "a8 = sqrt(1 + a7^2)\n"
                                     "a9 = a6/a8\n"
                                     "a10 = max(a2, a4)\n"
                                     "a11 = min(a9, p5*x1)\n"
                                     "a12 = tanh(a10 + a11)\n"
                                     "a13 = log(2 + a12)\n"
                                     "a14 = a13*a8\n"
                                     "a15 = abs(a14 - p6)\n"
                                     "a16 = a15/(1 + a8)\n"
                                     "a17 = p7*a16 + a5\n"
                                     "a18 = a17^3\n"
                                     "a19 = sigmoid(a18)\n"
                                     "a20 = softplus(p8*a19 - x2)\n"
                                     "a21 = relu(a20 - a12)\n"
                                     "a22 = leaky_relu(a4 - p9, 0.1)\n"
                                     "a23 = a21*a22\n"
                                     "a24 = a23 + a9*a13\n"
                                     "a25 = sin(p10*a24)\n"
                                     "a26 = a25^2\n"
                                     "a27 = a26/(1 + x3^2)\n"
                                     "a28 = 1/(2 + a27)\n"
                                     "a29 = a28*p11 - a19\n"
                                     "a30 = max(a29, a25*a5)\n"
                                     "a31 = exp(a30/4)\n"
                                     "a32 = a31 - a31*a28\n"
                                     "a33 = sqrt(1 + a32^2)\n"
                                     "a34 = cos(a33 - x1)\n"
                                     "a35 = a34*a24 + p12\n"
                                     "a36 = a35 - a16\n"
                                     "a37 = tanh(a36/2)\n"
                                     "a38 = a37*a6 + a22/3\n"
                                     "a39 = a38 - t1\n"
                                     "E = a39^2/2\n";

/* The lesson w5: its weights, and its only row. */
static const double w5_parameters[] = {0.1, 0.2, 0.3,   0.4, 0.5, 0.6,
                                       0.2, 0.4, 0.795, 0.2, 1.0, 0.3};
static const double w5_row[] = {0.85, 0.25, 0.6905, 0.8657};

static const double xor_rows[] = {0, 0, 0, 0, 1, 1, 1, 0, 1, 1, 1, 0};

static void fill_random(double *numbers, size_t count, const char *stream, double from, double to) {
    Rng rng = rng_stream(1, stream);
    for (size_t i = 0; i < count; i++)
        numbers[i] = from + rng_unit(&rng) * (to - from);
}

/* Each row has one class. */
static void fill_classes(Workload *workload) {
    size_t width = workload->inputs + workload->outputs;
    Rng rng = rng_stream(1, "classes");
    for (size_t row = 0; row < workload->rows; row++) {
        double *targets = workload->data + row * width + workload->inputs;
        memset(targets, 0, workload->outputs * sizeof *targets);
        targets[(size_t)(rng_unit(&rng) * (double)workload->outputs)] = 1;
    }
}

static void fill_data(Workload *workload) {
    size_t width = workload->inputs + workload->outputs;
    if (strcmp(workload->section, "online") == 0)
        for (size_t row = 0; row < workload->rows; row++)
            memcpy(workload->data + row * width, w5_row, sizeof w5_row);
    else if (strcmp(workload->section, "xor") == 0)
        memcpy(workload->data, xor_rows, sizeof xor_rows);
    else
        fill_random(workload->data, workload->rows * width, "data", 0, 1);
    if (strcmp(workload->section, "matrix") == 0)
        fill_classes(workload);
}

const Workload *workload_new(Arena *arena, const char *section) {
    const Plan *plan = NULL;
    for (size_t i = 0; i < sizeof plans / sizeof *plans; i++)
        if (strcmp(plans[i].section, section) == 0)
            plan = &plans[i];
    if (!plan)
        return NULL;
    Workload *workload = ARENA_NEW(arena, Workload);
    *workload = (Workload){.section = plan->section,
                           .inputs = plan->inputs,
                           .hidden = plan->hidden,
                           .outputs = plan->outputs,
                           .rows = plan->rows,
                           .batch = plan->batch,
                           .rate = plan->rate};
    workload->parameter_count = plan->parameters;
    if (plan->hidden > 0)
        workload->parameter_count =
            plan->hidden * (plan->inputs + 1) + plan->outputs * (plan->hidden + 1);
    else
        workload->formulas = graph_formulas;
    workload->parameters = ARENA_ARRAY(arena, double, workload->parameter_count);
    workload->data = ARENA_ARRAY(arena, double, plan->rows *(plan->inputs + plan->outputs));
    fill_random(workload->parameters, workload->parameter_count, "parameters", -plan->width,
                plan->width);
    if (strcmp(section, "online") == 0)
        memcpy(workload->parameters, w5_parameters, sizeof w5_parameters);
    fill_data(workload);
    return workload;
}

const double *workload_row(const Workload *workload, size_t row) {
    return workload->data + row * (workload->inputs + workload->outputs);
}

size_t workload_epoch(const Workload *workload) {
    return workload->rows / workload->batch;
}
