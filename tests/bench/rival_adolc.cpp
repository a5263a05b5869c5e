// ADOL-C: the loss is recorded once; then each step is one forward and one reverse pass over that
// tape. The only row of data is recorded with it as constants, which is to its advantage.
#include <adolc/adolc.h>

extern "C" {
#include "rival.h"
}

namespace {

enum { TAPE = 1, PARAMETERS = 12 };

struct Adolc {
    const Workload *workload;
    double parameters[PARAMETERS];
};

adouble sigmoid(const adouble &z) {
    return 1 / (1 + exp(-z));
}

void record(const Workload *workload) {
    const double *row = workload_row(workload, 0);
    trace_on(TAPE);
    adouble p[PARAMETERS];
    for (int i = 0; i < PARAMETERS; i++)
        p[i] <<= workload->parameters[i];
    adouble h1 = sigmoid(p[0] + p[1] * row[0] + p[2] * row[1]);
    adouble h2 = sigmoid(p[3] + p[4] * row[0] + p[5] * row[1]);
    adouble y1 = sigmoid(p[6] + p[7] * h1 + p[8] * h2);
    adouble y2 = sigmoid(p[9] + p[10] * h1 + p[11] * h2);
    adouble loss = (row[2] - y1) * (row[2] - y1) / 2 + (row[3] - y2) * (row[3] - y2) / 2;
    double value;
    loss >>= value;
    trace_off();
}

void *create(Arena *arena, const Workload *workload) {
    Adolc *adolc = ARENA_NEW(arena, Adolc);
    adolc->workload = workload;
    record(workload);
    return adolc;
}

void reset(void *state) {
    Adolc *adolc = static_cast<Adolc *>(state);
    for (int i = 0; i < PARAMETERS; i++)
        adolc->parameters[i] = adolc->workload->parameters[i];
}

void run(void *state, size_t steps) {
    Adolc *adolc = static_cast<Adolc *>(state);
    double slopes[PARAMETERS];
    for (size_t step = 0; step < steps; step++) {
        gradient(TAPE, PARAMETERS, adolc->parameters, slopes);
        for (int i = 0; i < PARAMETERS; i++)
            adolc->parameters[i] -= adolc->workload->rate * slopes[i];
    }
}

size_t numbers(void *state, double *to) {
    const Adolc *adolc = static_cast<Adolc *>(state);
    for (int i = 0; i < PARAMETERS; i++)
        to[i] = adolc->parameters[i];
    return PARAMETERS;
}

const RivalRow rows[] = {
    {"online", "ADOL-C", "one tape, reused", TOLERANCE_DOUBLE, false, create, reset, run, numbers},
};

} // namespace

int main(int count, char **arguments) {
    return rival_main(rows, sizeof rows / sizeof *rows, count, arguments);
}
