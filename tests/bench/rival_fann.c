/* FANN, in doubles. Its rule is the same as ours where every unit lies between 0.01 and 0.99, which
 * is where it clips slopes. */
#include <doublefann.h>

#include "rival.h"

typedef struct Fann {
    const Workload *workload;
    struct fann *network;
    struct fann_train_data *data;
} Fann;

/* FANN numbers its neurons by layers, and each layer ends with one for the biases of the next. */
static unsigned fann_place(const Workload *workload, size_t layer, size_t unit) {
    size_t before[] = {0, workload->inputs + 1, workload->inputs + workload->hidden + 2};
    return (unsigned)(before[layer] + unit);
}

typedef void Visit(Fann *fann, unsigned from, unsigned to, double *number);

/* Calls `visit` for each parameter in the workload's order. */
static void each_parameter(Fann *fann, double *numbers, Visit *visit) {
    const Workload *workload = fann->workload;
    size_t widths[] = {workload->inputs, workload->hidden, workload->outputs};
    for (size_t layer = 1; layer <= 2; layer++)
        for (size_t unit = 0; unit < widths[layer]; unit++) {
            unsigned to = fann_place(workload, layer, unit);
            visit(fann, fann_place(workload, layer - 1, widths[layer - 1]), to, numbers++);
            for (size_t i = 0; i < widths[layer - 1]; i++)
                visit(fann, fann_place(workload, layer - 1, i), to, numbers++);
        }
}

static void put_weight(Fann *fann, unsigned from, unsigned to, double *number) {
    fann_set_weight(fann->network, from, to, *number);
}

static void get_weight(Fann *fann, unsigned from, unsigned to, double *number) {
    unsigned count = fann_get_total_connections(fann->network);
    struct fann_connection connections[32];
    fann_get_connection_array(fann->network, connections);
    for (unsigned i = 0; i < count; i++)
        if (connections[i].from_neuron == from && connections[i].to_neuron == to)
            *number = connections[i].weight;
}

static void copy_rows(Fann *fann) {
    const Workload *workload = fann->workload;
    for (size_t row = 0; row < workload->rows; row++) {
        const double *numbers = workload_row(workload, row);
        for (size_t i = 0; i < workload->inputs; i++)
            fann->data->input[row][i] = numbers[i];
        for (size_t i = 0; i < workload->outputs; i++)
            fann->data->output[row][i] = numbers[workload->inputs + i];
    }
}

static void *create(Arena *arena, const Workload *workload) {
    Fann *fann = ARENA_NEW(arena, Fann);
    fann->workload = workload;
    fann->network = fann_create_standard(3, (unsigned)workload->inputs, (unsigned)workload->hidden,
                                         (unsigned)workload->outputs);
    fann_set_activation_function_hidden(fann->network, FANN_SIGMOID);
    fann_set_activation_function_output(fann->network, FANN_SIGMOID);
    fann_set_activation_steepness_hidden(fann->network, 0.5); /* 1/(1 + exp(-2·steepness·z)) */
    fann_set_activation_steepness_output(fann->network, 0.5);
    fann_set_train_error_function(fann->network, FANN_ERRORFUNC_LINEAR);
    fann_set_training_algorithm(fann->network,
                                workload->batch > 1 ? FANN_TRAIN_BATCH : FANN_TRAIN_INCREMENTAL);
    fann_set_learning_momentum(fann->network, 0);
    fann_set_learning_rate(fann->network, (float)workload->rate);
    fann->data = fann_create_train((unsigned)workload->rows, (unsigned)workload->inputs,
                                   (unsigned)workload->outputs);
    copy_rows(fann);
    return fann;
}

static void reset(void *state) {
    Fann *fann = state;
    each_parameter(fann, fann->workload->parameters, put_weight);
}

static void run(void *state, size_t steps) {
    Fann *fann = state;
    size_t epochs = steps / workload_epoch(fann->workload);
    if (fann->workload->batch > 1) {
        for (size_t epoch = 0; epoch < epochs; epoch++)
            fann_train_epoch(fann->network, fann->data);
        return;
    }
    for (size_t epoch = 0; epoch < epochs; epoch++)
        for (size_t row = 0; row < fann->workload->rows; row++)
            fann_train(fann->network, fann->data->input[row], fann->data->output[row]);
}

static size_t numbers(void *state, double *to) {
    Fann *fann = state;
    each_parameter(fann, to, get_weight);
    return fann->workload->parameter_count;
}

/* The learning rate is a float: 0.1 in one differs from 0.1 in the eighth digit. */
#define TOLERANCE_RATE 1e-6

static const char note[] = "its learning rate is a float";

static const RivalRow rows[] = {
    {"online", "FANN", note, TOLERANCE_RATE, false, create, reset, run, numbers},
    {"xor", "FANN", note, TOLERANCE_RATE, false, create, reset, run, numbers},
    {"block", "FANN", note, TOLERANCE_RATE, false, create, reset, run, numbers},
};

int main(int count, char **arguments) {
    return rival_main(rows, sizeof rows / sizeof *rows, count, arguments);
}
