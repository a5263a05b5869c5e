/* Our side of the comparison: each workload as a lesson, whose loss is lowered as for training. A
 * row for each width of the kernels that this processor has; the widest is what trains. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "lesson/lesson.h"
#include "rival.h"

typedef struct Core {
    const Workload *workload;
    Arena *arena;
    Model *model;
    Fused *fused;   /* the loss, lowered once: what is timed are its steps */
    size_t *places; /* by parameter of the workload: its entry among the leaves */
} Core;

/* ------------------------------------------------------------------------------ lessons */

static void put_names(Buffer *text, const char *letter, size_t count) {
    for (size_t i = 1; i <= count; i++)
        buffer_format(text, "%s%s%zu", i > 1 ? ", " : "", letter, i);
}

static void put_rows(Buffer *text, const Workload *workload) {
    size_t width = workload->inputs + workload->outputs;
    for (size_t row = 0; row < workload->rows; row++)
        for (size_t i = 0; i < width; i++)
            buffer_format(text, "%s%.17g%s",
                          i == 0                  ? "  "
                          : i == workload->inputs ? "-> "
                                                  : "",
                          workload_row(workload, row)[i], i + 1 < width ? " " : "\n");
}

/* Inputs x1 …, targets t1 …, and their rows. */
static void put_data(Buffer *text, const Workload *workload) {
    buffer_add(text, "data ");
    put_names(text, "x", workload->inputs);
    buffer_add(text, " -> ");
    put_names(text, "t", workload->outputs);
    buffer_add(text, "\n");
    put_rows(text, workload);
}

static void put_parameters(Buffer *text, const Workload *workload) {
    for (size_t i = 0; i < workload->parameter_count; i++)
        buffer_format(text, "param p%zu = %.17g\n", i + 1, workload->parameters[i]);
}

/* One layer of units: each a sum and its sigmoid. Its parameters are those from `first` on. */
static void put_layer(Buffer *text, const char *from, size_t inputs, const char *sum,
                      const char *to, size_t units, size_t first) {
    for (size_t unit = 1; unit <= units; unit++) {
        buffer_format(text, "%s%zu = p%zu", sum, unit, first++);
        for (size_t i = 1; i <= inputs; i++)
            buffer_format(text, " + p%zu*%s%zu", first++, from, i);
        buffer_format(text, "\n%s%zu = sigmoid(%s%zu)\n", to, unit, sum, unit);
    }
}

/* A network of sigmoid units, each by name, with the parameters p1 … . */
static void put_network(Buffer *text, const Workload *workload) {
    put_data(text, workload);
    put_parameters(text, workload);
    put_layer(text, "x", workload->inputs, "u", "h", workload->hidden, 1);
    put_layer(text, "h", workload->hidden, "z", "y", workload->outputs,
              workload->hidden * (workload->inputs + 1) + 1);
    buffer_add(text, "loss E = ");
    for (size_t i = 1; i <= workload->outputs; i++)
        buffer_format(text, "%s(t%zu - y%zu)^2/2", i > 1 ? " + " : "", i, i);
    buffer_add(text, "\n");
}

/* The same in matrices, as one writes a large one. Its parameters are filled in later. */
static void put_matrices(Buffer *text, const Workload *workload) {
    size_t inputs = workload->inputs, hidden = workload->hidden, outputs = workload->outputs;
    buffer_format(text, "data x[%zu] -> t[%zu]\n", inputs, outputs);
    put_rows(text, workload);
    buffer_format(text, "param W1[%zu,%zu] = 0, b1[%zu] = 0\n", hidden, inputs, hidden);
    buffer_format(text, "param W2[%zu,%zu] = 0, b2[%zu] = 0\n", outputs, hidden, outputs);
    buffer_add(text, "h = relu(W1 @ x + b1)\np = softmax(W2 @ h + b2)\n");
    buffer_add(text, "loss E = -sum(t*log(p))\n");
}

static void put_formulas(Buffer *text, const Workload *workload) {
    put_data(text, workload);
    put_parameters(text, workload);
    const char *last = strstr(workload->formulas, "E = ");
    buffer_add_n(text, workload->formulas, (size_t)(last - workload->formulas));
    buffer_format(text, "loss %s", last);
}

/* ------------------------------------------------------------------------------ training */

static bool is_matrix(const Workload *workload) {
    return strcmp(workload->section, "matrix") == 0;
}

static size_t offset_of(const Core *core, const char *name) {
    const Scope *scope = core->model->scope;
    return scope_get(scope, scope_find(scope, name))->offset;
}

/* Unit by unit, the bias before the weights. */
static size_t *find_layer(const Core *core, size_t *places, const char *weights, const char *biases,
                          size_t units, size_t inputs) {
    for (size_t unit = 0; unit < units; unit++) {
        *places++ = offset_of(core, biases) + unit;
        for (size_t i = 0; i < inputs; i++)
            *places++ = offset_of(core, weights) + unit * inputs + i;
    }
    return places;
}

static void find_places(Core *core) {
    const Workload *workload = core->workload;
    core->places = ARENA_ARRAY(core->arena, size_t, workload->parameter_count);
    if (is_matrix(workload)) {
        size_t *rest =
            find_layer(core, core->places, "W1", "b1", workload->hidden, workload->inputs);
        find_layer(core, rest, "W2", "b2", workload->outputs, workload->hidden);
        return;
    }
    for (size_t i = 0; i < workload->parameter_count; i++)
        core->places[i] = offset_of(core, arena_format(core->arena, "p%zu", i + 1));
}

static void lower(Core *core, const Kernels *kernels) {
    const Workload *workload = core->workload;
    const Model *model = core->model;
    Expr loss = scope_expr(model->scope, model->exprs, scope_find(model->scope, "E"));
    core->fused =
        fused_compile(core->arena, model->exprs, model->scope, loss, workload->batch, kernels);
}

static void *core_create(Arena *arena, const Workload *workload, const Kernels *kernels) {
    Core *core = ARENA_NEW(arena, Core);
    core->workload = workload;
    core->arena = arena;
    Buffer text = {.arena = arena};
    buffer_add(&text, "```lesson\n");
    if (workload->formulas)
        put_formulas(&text, workload);
    else if (is_matrix(workload))
        put_matrices(&text, workload);
    else
        put_network(&text, workload);
    buffer_add(&text, "```\n");
    Diags diags = {.arena = arena, .file = workload->section};
    Lesson *lesson = lesson_compile(arena, workload->section, buffer_text(&text), &diags);
    if (diags.count) {
        diags_print(&diags, stderr);
        exit(EXIT_FAILURE);
    }
    core->model = model_new(arena, &lesson->exprs, &lesson->scope, lesson->graph, workload->rate,
                            lesson->seed);
    find_places(core);
    lower(core, kernels);
    return core;
}

static void core_reset(void *state) {
    Core *core = state;
    for (size_t i = 0; i < core->workload->parameter_count; i++)
        core->model->leaves[core->places[i]] = core->workload->parameters[i];
    fused_read(core->fused, core->model->leaves);
}

static void core_run(void *state, size_t steps) {
    Core *core = state;
    const Workload *workload = core->workload;
    const Descent descent = {workload->rate, 1 / (double)workload->batch};
    double sum = 0;
    for (size_t epoch = 0; epoch < steps / workload_epoch(workload); epoch++)
        if (workload->batch == 1)
            fused_descend_each(core->fused, (DataRows){.count = workload->rows}, workload->rate,
                               &sum);
        else
            for (size_t row = 0; row < workload->rows; row += workload->batch)
                fused_descend(core->fused, (DataRows){NULL, row, workload->batch}, descent, &sum);
    if (!isfinite(sum)) {
        fprintf(stderr, "%s: the training has diverged\n", workload->section);
        exit(EXIT_FAILURE);
    }
}

static size_t core_numbers(void *state, double *numbers) {
    const Core *core = state;
    fused_write(core->fused, core->model->leaves);
    for (size_t i = 0; i < core->workload->parameter_count; i++)
        numbers[i] = core->model->leaves[core->places[i]];
    return core->workload->parameter_count;
}

static void *create_widest(Arena *arena, const Workload *workload) {
    return core_create(arena, workload, kernels_widest());
}

static void *create_2(Arena *arena, const Workload *workload) {
    return core_create(arena, workload, kernels_of(KERNEL_2));
}

static void *create_4(Arena *arena, const Workload *workload) {
    return core_create(arena, workload, kernels_of(KERNEL_4));
}

#define OURS(section, label, create)                                                               \
    { section, label, "", TOLERANCE_DOUBLE, false, create, core_reset, core_run, core_numbers }
#define ROWS(label, create)                                                                        \
    OURS("online", label, create), OURS("xor", label, create), OURS("block", label, create),       \
        OURS("matrix", label, create), OURS("graph", label, create),                               \
        OURS("graph-block", label, create)

static const RivalRow rows[] = {
    ROWS("backstep", create_widest),
    ROWS("backstep, SSE2", create_2),
    ROWS("backstep, AVX2", create_4),
};

/* The rows for AVX2 are the last third; where the widest is AVX2 they would say the same twice. */
int main(int count, char **arguments) {
    size_t all = sizeof rows / sizeof *rows;
    bool wider = kernels_of(KERNEL_4) && kernels_of(KERNEL_8);
    return rival_main(rows, wider ? all : all / 3 * 2, count, arguments);
}
