/* Our side of the comparison: each workload as a lesson, trained as a lesson is. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "lesson/lesson.h"
#include "rival.h"

typedef struct Core {
    const Workload *workload;
    Arena *arena;
    Arena scratch; /* of one training */
    Model *model;
    TrainPlan plan;
    size_t *places; /* by parameter of the workload: its entry among the leaves */
} Core;

/* ------------------------------------------------------------------------------ lessons */

static void put_names(Buffer *text, const char *letter, size_t count) {
    for (size_t i = 1; i <= count; i++)
        buffer_format(text, "%s%s%zu", i > 1 ? ", " : "", letter, i);
}

/* Inputs x1 …, targets t1 …, and their rows. */
static void put_data(Buffer *text, const Workload *workload) {
    size_t width = workload->inputs + workload->outputs;
    buffer_add(text, "data ");
    put_names(text, "x", workload->inputs);
    buffer_add(text, " -> ");
    put_names(text, "t", workload->outputs);
    for (size_t row = 0; row < workload->rows; row++)
        for (size_t i = 0; i < width; i++)
            buffer_format(text, "%s%s%.17g", i ? " " : "\n  ", i == workload->inputs ? "-> " : "",
                          workload_row(workload, row)[i]);
    buffer_add(text, "\n");
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
    for (size_t i = 0; i < workload->parameter_count; i++)
        buffer_format(text, "param p%zu = %.17g\n", i + 1, workload->parameters[i]);
    put_layer(text, "x", workload->inputs, "u", "h", workload->hidden, 1);
    put_layer(text, "h", workload->hidden, "z", "y", workload->outputs,
              workload->hidden * (workload->inputs + 1) + 1);
    buffer_add(text, "loss E = ");
    for (size_t i = 1; i <= workload->outputs; i++)
        buffer_format(text, "%s(t%zu - y%zu)^2/2", i > 1 ? " + " : "", i, i);
    buffer_add(text, "\n");
}

/* ------------------------------------------------------------------------------ training */

/* The parameters of the lesson in the order of their declaration. */
static void find_places(Core *core) {
    const Scope *scope = core->model->scope;
    core->places = ARENA_ARRAY(core->arena, size_t, core->workload->parameter_count);
    size_t count = 0;
    for (SymbolId s = 0; s < scope->count; s++) {
        const Symbol *symbol = scope_get(scope, s);
        if (symbol->role == ROLE_PARAM)
            for (size_t i = 0; i < symbol_entries(symbol); i++)
                core->places[count++] = symbol->offset + i;
    }
}

static void *core_create(Arena *arena, const Workload *workload) {
    Core *core = ARENA_NEW(arena, Core);
    core->workload = workload;
    core->arena = arena;
    Buffer text = {.arena = arena};
    buffer_add(&text, "```lesson\n");
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
    core->plan = (TrainPlan){.loss = scope_find(&lesson->scope, "E"),
                             .rate = workload->rate,
                             .order = TRAIN_GIVEN,
                             .batch = workload->batch};
    find_places(core);
    return core;
}

static void core_reset(void *state) {
    Core *core = state;
    for (size_t i = 0; i < core->workload->parameter_count; i++)
        core->model->leaves[core->places[i]] = core->workload->parameters[i];
}

static void core_run(void *state, size_t steps) {
    Core *core = state;
    core->plan.epochs = steps / workload_epoch(core->workload);
    train(core->model, &core->scratch, &core->plan, NULL, NULL);
    arena_clear(&core->scratch);
}

static size_t core_numbers(void *state, double *numbers) {
    const Core *core = state;
    for (size_t i = 0; i < core->workload->parameter_count; i++)
        numbers[i] = core->model->leaves[core->places[i]];
    return core->workload->parameter_count;
}

#define OURS(section, note)                                                                        \
    {                                                                                              \
        section, "backstep", note, TOLERANCE_DOUBLE, false, core_create, core_reset, core_run,     \
            core_numbers                                                                           \
    }

static const RivalRow rows[] = {
    OURS("online", ""),
    OURS("xor", ""),
    OURS("block", ""),
};

int main(int count, char **arguments) {
    return rival_main(rows, sizeof rows / sizeof *rows, count, arguments);
}
