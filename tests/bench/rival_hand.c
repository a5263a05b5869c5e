/* The measure of all others: each network written out in plain C by hand, one row at a time, with
 * the exp of libm. */
#include <math.h>
#include <string.h>

#include "hand_graph.h"
#include "rival.h"

enum { MOST_PARAMETERS = 16 };

/* The values of one forward pass and the gradient after it. */
typedef struct Kept {
    double h1, h2, y1, y2, error1, error2, back1, back2;
    double gradient[12];
} Kept;

typedef struct Hand {
    const Workload *workload;
    double parameters[MOST_PARAMETERS];
    Kept kept;
} Hand;

static void *hand_create(Arena *arena, const Workload *workload) {
    Hand *hand = ARENA_NEW(arena, Hand);
    hand->workload = workload;
    return hand;
}

static void hand_reset(void *state) {
    Hand *hand = state;
    memcpy(hand->parameters, hand->workload->parameters,
           hand->workload->parameter_count * sizeof *hand->parameters);
}

static size_t hand_numbers(void *state, double *numbers) {
    const Hand *hand = state;
    memcpy(numbers, hand->parameters, hand->workload->parameter_count * sizeof *numbers);
    return hand->workload->parameter_count;
}

static inline double sigmoid(double z) {
    return 1 / (1 + exp(-z));
}

/* ------------------------------------------------------------------------------ 2-2-2 */

static inline void forward_222(const double *p, const double *row, Kept *k) {
    k->h1 = sigmoid(p[0] + p[1] * row[0] + p[2] * row[1]);
    k->h2 = sigmoid(p[3] + p[4] * row[0] + p[5] * row[1]);
    k->y1 = sigmoid(p[6] + p[7] * k->h1 + p[8] * k->h2);
    k->y2 = sigmoid(p[9] + p[10] * k->h1 + p[11] * k->h2);
}

/* ∂E/∂(sum) of each unit. */
static inline void errors_222(const double *p, const double *row, Kept *k) {
    k->error1 = (k->y1 - row[2]) * k->y1 * (1 - k->y1);
    k->error2 = (k->y2 - row[3]) * k->y2 * (1 - k->y2);
    k->back1 = (k->error1 * p[7] + k->error2 * p[10]) * k->h1 * (1 - k->h1);
    k->back2 = (k->error1 * p[8] + k->error2 * p[11]) * k->h2 * (1 - k->h2);
}

static inline void gradient_222(const double *row, Kept *k) {
    k->gradient[0] = k->back1;
    k->gradient[1] = k->back1 * row[0];
    k->gradient[2] = k->back1 * row[1];
    k->gradient[3] = k->back2;
    k->gradient[4] = k->back2 * row[0];
    k->gradient[5] = k->back2 * row[1];
    k->gradient[6] = k->error1;
    k->gradient[7] = k->error1 * k->h1;
    k->gradient[8] = k->error1 * k->h2;
    k->gradient[9] = k->error2;
    k->gradient[10] = k->error2 * k->h1;
    k->gradient[11] = k->error2 * k->h2;
}

/* The fastest: everything in registers, and only the parameters are written. */
static __attribute__((noinline)) void step_222(double *p, const double *row, double rate) {
    Kept k;
    forward_222(p, row, &k);
    errors_222(p, row, &k);
    p[0] -= rate * k.back1;
    p[1] -= rate * (k.back1 * row[0]);
    p[2] -= rate * (k.back1 * row[1]);
    p[3] -= rate * k.back2;
    p[4] -= rate * (k.back2 * row[0]);
    p[5] -= rate * (k.back2 * row[1]);
    p[6] -= rate * k.error1;
    p[7] -= rate * (k.error1 * k.h1);
    p[8] -= rate * (k.error1 * k.h2);
    p[9] -= rate * k.error2;
    p[10] -= rate * (k.error2 * k.h1);
    p[11] -= rate * (k.error2 * k.h2);
}

static __attribute__((noinline)) void step_222_kept(double *p, const double *row, double rate,
                                                    Kept *k) {
    forward_222(p, row, k);
    errors_222(p, row, k);
    gradient_222(row, k);
    for (int i = 0; i < 12; i++)
        p[i] -= rate * k->gradient[i];
}

static void run_online(void *state, size_t steps) {
    Hand *hand = state;
    const Workload *workload = hand->workload;
    for (size_t step = 0; step < steps; step += workload->rows)
        for (size_t row = 0; row < workload->rows; row++)
            step_222(hand->parameters, workload_row(workload, row), workload->rate);
}

static void run_online_kept(void *state, size_t steps) {
    Hand *hand = state;
    const Workload *workload = hand->workload;
    for (size_t step = 0; step < steps; step += workload->rows)
        for (size_t row = 0; row < workload->rows; row++)
            step_222_kept(hand->parameters, workload_row(workload, row), workload->rate,
                          &hand->kept);
}

static __attribute__((noinline)) void batch_222(double *p, const double *data, size_t rows,
                                                double rate) {
    double sum[12] = {0};
    Kept k;
    for (size_t row = 0; row < rows; row++) {
        forward_222(p, data + 4 * row, &k);
        errors_222(p, data + 4 * row, &k);
        gradient_222(data + 4 * row, &k);
        for (int i = 0; i < 12; i++)
            sum[i] += k.gradient[i];
    }
    for (int i = 0; i < 12; i++)
        p[i] -= rate * (sum[i] / (double)rows);
}

static void run_block(void *state, size_t steps) {
    Hand *hand = state;
    const Workload *workload = hand->workload;
    for (size_t step = 0; step < steps; step++)
        batch_222(hand->parameters, workload->data, workload->rows, workload->rate);
}

/* ------------------------------------------------------------------------------ 2-2-1 */

static __attribute__((noinline)) void batch_221(double *p, const double *data, size_t rows,
                                                double rate) {
    double sum[9] = {0};
    for (size_t i = 0; i < rows; i++) {
        const double *row = data + 3 * i;
        double h1 = sigmoid(p[0] + p[1] * row[0] + p[2] * row[1]);
        double h2 = sigmoid(p[3] + p[4] * row[0] + p[5] * row[1]);
        double y = sigmoid(p[6] + p[7] * h1 + p[8] * h2);
        double error = (y - row[2]) * y * (1 - y);
        double back1 = error * p[7] * h1 * (1 - h1);
        double back2 = error * p[8] * h2 * (1 - h2);
        sum[0] += back1;
        sum[1] += back1 * row[0];
        sum[2] += back1 * row[1];
        sum[3] += back2;
        sum[4] += back2 * row[0];
        sum[5] += back2 * row[1];
        sum[6] += error;
        sum[7] += error * h1;
        sum[8] += error * h2;
    }
    for (int i = 0; i < 9; i++)
        p[i] -= rate * (sum[i] / (double)rows);
}

static void run_xor(void *state, size_t steps) {
    Hand *hand = state;
    const Workload *workload = hand->workload;
    for (size_t step = 0; step < steps; step++)
        batch_221(hand->parameters, workload->data, workload->rows, workload->rate);
}

/* ------------------------------------------------------------------------------ formulas */

static void run_graph(void *state, size_t steps) {
    Hand *hand = state;
    hand_graph_online(hand->workload, hand->parameters, steps);
}

static void run_graph_block(void *state, size_t steps) {
    Hand *hand = state;
    hand_graph_block(hand->workload, hand->parameters, steps);
}

static const RivalRow rows[] = {
    {"online", "hand C", "", TOLERANCE_DOUBLE, false, hand_create, hand_reset, run_online,
     hand_numbers},
    {"online", "hand C, all kept", "every value and gradient written to memory", TOLERANCE_DOUBLE,
     false, hand_create, hand_reset, run_online_kept, hand_numbers},
    {"xor", "hand C", "", TOLERANCE_DOUBLE, false, hand_create, hand_reset, run_xor, hand_numbers},
    {"block", "hand C", "", TOLERANCE_DOUBLE, false, hand_create, hand_reset, run_block,
     hand_numbers},
    {"graph", "hand C", "", TOLERANCE_DOUBLE, false, hand_create, hand_reset, run_graph,
     hand_numbers},
    {"graph-block", "hand C", "", TOLERANCE_DOUBLE, false, hand_create, hand_reset, run_graph_block,
     hand_numbers},
};

int main(int count, char **arguments) {
    return rival_main(rows, sizeof rows / sizeof *rows, count, arguments);
}
