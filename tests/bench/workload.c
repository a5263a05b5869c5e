#include "workload.h"

#include <string.h>

#include "num/rng.h"

/* How the numbers of a section come about. */
typedef struct Plan {
    const char *section;
    size_t inputs, hidden, outputs, rows, batch;
    double rate;
    double width; /* random parameters lie in ±width */
} Plan;

enum {
    ONLINE_ROWS = 100, /* all equal: the lesson has one */
    BLOCK_ROWS = 256,
};

static const Plan plans[] = {
    {"online", 2, 2, 2, ONLINE_ROWS, 1, 0.1, 0},
    {"xor", 2, 2, 1, 4, 4, 0.5, 1},
    {"block", 2, 2, 2, BLOCK_ROWS, BLOCK_ROWS, 0.1, 1},
};

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

static void fill_data(Workload *workload) {
    size_t width = workload->inputs + workload->outputs;
    if (strcmp(workload->section, "online") == 0)
        for (size_t row = 0; row < workload->rows; row++)
            memcpy(workload->data + row * width, w5_row, sizeof w5_row);
    else if (strcmp(workload->section, "xor") == 0)
        memcpy(workload->data, xor_rows, sizeof xor_rows);
    else
        fill_random(workload->data, workload->rows * width, "data", 0, 1);
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
    workload->parameter_count =
        plan->hidden * (plan->inputs + 1) + plan->outputs * (plan->hidden + 1);
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
