#include "hand_graph.h"

#include <math.h>
#include <stdbool.h>

enum { PARAMETERS = 12, WIDTH = 5 };

/* What the sweep back needs of the values; numbered as the formulas are. */
typedef struct Values {
    double a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13, a14, a16, a17, a19, a20, a21;
    double a22, a24, a25, a26, a27, a28, a29, a30, a31, a32, a33, a34, a37, a39;
} Values;

static inline void forward(const double *p, const double *x, Values *v) {
    v->a1 = p[0] * x[0] + p[1];
    v->a2 = sin(v->a1);
    v->a3 = p[2] * x[1] - x[2];
    v->a4 = cos(v->a3);
    v->a5 = v->a2 * v->a4;
    v->a6 = exp(-(v->a5 * v->a5));
    v->a7 = p[3] + x[3] * x[3];
    v->a8 = sqrt(1 + v->a7 * v->a7);
    v->a9 = v->a6 / v->a8;
    v->a10 = v->a2 >= v->a4 ? v->a2 : v->a4;
    v->a11 = v->a9 <= p[4] * x[0] ? v->a9 : p[4] * x[0];
    v->a12 = tanh(v->a10 + v->a11);
    v->a13 = log(2 + v->a12);
    v->a14 = v->a13 * v->a8;
    v->a16 = fabs(v->a14 - p[5]) / (1 + v->a8);
    v->a17 = p[6] * v->a16 + v->a5;
    v->a19 = 1 / (1 + exp(-(v->a17 * v->a17 * v->a17)));
    v->a20 = log1p(exp(p[7] * v->a19 - x[1]));
    v->a21 = v->a20 > v->a12 ? v->a20 - v->a12 : 0;
    v->a22 = v->a4 > p[8] ? v->a4 - p[8] : 0.1 * (v->a4 - p[8]);
    v->a24 = v->a21 * v->a22 + v->a9 * v->a13;
    v->a25 = sin(p[9] * v->a24);
    v->a26 = v->a25 * v->a25;
    v->a27 = v->a26 / (1 + x[2] * x[2]);
    v->a28 = 1 / (2 + v->a27);
    v->a29 = v->a28 * p[10] - v->a19;
    v->a30 = v->a29 >= v->a25 * v->a5 ? v->a29 : v->a25 * v->a5;
    v->a31 = exp(v->a30 / 4);
    v->a32 = v->a31 - v->a31 * v->a28;
    v->a33 = sqrt(1 + v->a32 * v->a32);
    v->a34 = cos(v->a33 - x[0]);
    v->a37 = tanh((v->a34 * v->a24 + p[11] - v->a16) / 2);
    v->a39 = v->a37 * v->a6 + v->a22 / 3 - x[4];
}

/* From the loss down to a24 and what lies beside it; d12 stands for ∂E/∂a12, and so on. */
static inline void backward(const double *p, const double *x, const Values *v, double *g) {
    double d39 = v->a39;
    double d6 = d39 * v->a37, d22 = d39 / 3;
    double d36 = d39 * v->a6 * (1 - v->a37 * v->a37) / 2;
    double d16 = -d36;
    double d24 = d36 * v->a34;
    g[11] = d36;
    double d33 = -d36 * v->a24 * sin(v->a33 - x[0]);
    double d32 = d33 * v->a32 / v->a33;
    double d31 = d32 * (1 - v->a28), d28 = -d32 * v->a31;
    double d30 = d31 * v->a31 / 4;
    double d29 = 0, d25 = 0, d5 = 0;
    if (v->a29 >= v->a25 * v->a5) {
        d29 = d30;
    } else {
        d25 = d30 * v->a5;
        d5 = d30 * v->a25;
    }
    d28 += d29 * p[10];
    g[10] = d29 * v->a28;
    double d19 = -d29;
    double d27 = -d28 * v->a28 * v->a28;
    d25 += 2 * v->a25 * d27 / (1 + x[2] * x[2]);
    double inner = d25 * cos(p[9] * v->a24);
    g[9] = inner * v->a24;
    d24 += inner * p[9];
    double d9 = d24 * v->a13, d13 = d24 * v->a9;
    double d21 = d24 * v->a22;
    d22 += d24 * v->a21;
    double d4 = v->a4 > p[8] ? d22 : 0.1 * d22;
    g[8] = -d4;
    double d20 = v->a20 > v->a12 ? d21 : 0;
    double d12 = -d20;
    double before = d20 / (1 + exp(-(p[7] * v->a19 - x[1])));
    g[7] = before * v->a19;
    d19 += before * p[7];
    double d17 = d19 * v->a19 * (1 - v->a19) * 3 * v->a17 * v->a17;
    g[6] = d17 * v->a16;
    d16 += d17 * p[6];
    d5 += d17;
    double d15 = d16 / (1 + v->a8), d8 = -d16 * v->a16 / (1 + v->a8);
    double d14 = v->a14 > p[5] ? d15 : v->a14 < p[5] ? -d15 : 0;
    g[5] = -d14;
    d13 += d14 * v->a8;
    d8 += d14 * v->a13;
    d12 += d13 / (2 + v->a12);
    double sum = d12 * (1 - v->a12 * v->a12);
    bool first = v->a9 <= p[4] * x[0];
    d9 += first ? sum : 0;
    g[4] = first ? 0 : sum * x[0];
    double d2 = v->a2 >= v->a4 ? sum : 0;
    d4 += v->a2 >= v->a4 ? 0 : sum;
    d6 += d9 / v->a8;
    d8 -= d9 * v->a9 / v->a8;
    g[3] = d8 * v->a7 / v->a8;
    d5 -= d6 * v->a6 * 2 * v->a5;
    d2 += d5 * v->a4;
    d4 += d5 * v->a2;
    g[2] = -d4 * sin(v->a3) * x[1];
    double d1 = d2 * cos(v->a1);
    g[0] = d1 * x[0];
    g[1] = d1;
}

static __attribute__((noinline)) void step(double *p, const double *row, double rate) {
    Values values;
    double gradient[PARAMETERS];
    forward(p, row, &values);
    backward(p, row, &values, gradient);
    for (int i = 0; i < PARAMETERS; i++)
        p[i] -= rate * gradient[i];
}

void hand_graph_online(const Workload *workload, double *parameters, size_t steps) {
    for (size_t done = 0; done < steps; done += workload->rows)
        for (size_t row = 0; row < workload->rows; row++)
            step(parameters, workload_row(workload, row), workload->rate);
}

static __attribute__((noinline)) void batch(double *p, const double *data, size_t rows,
                                            double rate) {
    double sum[PARAMETERS] = {0};
    for (size_t row = 0; row < rows; row++) {
        Values values;
        double gradient[PARAMETERS];
        forward(p, data + row * WIDTH, &values);
        backward(p, data + row * WIDTH, &values, gradient);
        for (int i = 0; i < PARAMETERS; i++)
            sum[i] += gradient[i];
    }
    for (int i = 0; i < PARAMETERS; i++)
        p[i] -= rate * (sum[i] / (double)rows);
}

void hand_graph_block(const Workload *workload, double *parameters, size_t steps) {
    for (size_t done = 0; done < steps; done++)
        batch(parameters, workload->data, workload->rows, workload->rate);
}
