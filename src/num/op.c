#include "num/op.h"

#include <math.h>

#include "expr/expr.h"

size_t operand_meets(const Operand *operand, size_t i, size_t j) {
    return (operand->rows == 1 ? 0 : i) * operand->columns + (operand->columns == 1 ? 0 : j);
}

static size_t entries(const Operand *operand) {
    return operand->rows * operand->columns;
}

/* Elementwise operations of two operands, with broadcasting: y = f(a, b),
 * ā += ȳ·∂f/∂a, b̄ += ȳ·∂f/∂b. A broadcast operand collects from all entries it was used in. */
#define BINARY(name, formula, slope_a, slope_b)                                                    \
    static void name##_forward(const OpFrame *f) {                                                 \
        for (size_t i = 0; i < f->y.rows; i++)                                                     \
            for (size_t j = 0; j < f->y.columns; j++) {                                            \
                const double a = f->a.value[operand_meets(&f->a, i, j)];                           \
                const double b = f->b.value[operand_meets(&f->b, i, j)];                           \
                f->y.value[i * f->y.columns + j] = (formula);                                      \
            }                                                                                      \
    }                                                                                              \
    static void name##_backward(const OpFrame *f) {                                                \
        for (size_t i = 0; i < f->y.rows; i++)                                                     \
            for (size_t j = 0; j < f->y.columns; j++) {                                            \
                const size_t at_a = operand_meets(&f->a, i, j), at_b = operand_meets(&f->b, i, j); \
                const double a = f->a.value[at_a], b = f->b.value[at_b];                           \
                const double y = f->y.value[i * f->y.columns + j];                                 \
                const double y_bar = f->y.adjoint[i * f->y.columns + j];                           \
                (void)a, (void)b, (void)y;                                                         \
                if (y_bar == 0)                                                                    \
                    continue;                                                                      \
                f->a.adjoint[at_a] += y_bar * (slope_a);                                           \
                f->b.adjoint[at_b] += y_bar * (slope_b);                                           \
            }                                                                                      \
    }

/* Elementwise operations of one operand: y = f(a), ā += ȳ·f′(a). */
#define UNARY(name, formula, slope)                                                                \
    static void name##_forward(const OpFrame *f) {                                                 \
        for (size_t i = 0; i < entries(&f->y); i++) {                                              \
            const double a = f->a.value[i];                                                        \
            f->y.value[i] = (formula);                                                             \
        }                                                                                          \
    }                                                                                              \
    static void name##_backward(const OpFrame *f) {                                                \
        for (size_t i = 0; i < entries(&f->y); i++) {                                              \
            const double a = f->a.value[i], y = f->y.value[i];                                     \
            (void)a, (void)y;                                                                      \
            if (f->y.adjoint[i] != 0)                                                              \
                f->a.adjoint[i] += f->y.adjoint[i] * (slope);                                      \
        }                                                                                          \
    }

/* 1/(1 + e^−x) without overflow on either side. */
static double sigmoid(double x) {
    if (x >= 0)
        return 1 / (1 + exp(-x));
    const double e = exp(x);
    return e / (1 + e);
}

static double softplus(double x) {
    return fmax(x, 0) + log1p(exp(-fabs(x)));
}

static double sign(double x) {
    return (double)((x > 0) - (x < 0));
}

/* The slope of a^b along b: a^b·log a, and 0 where a is 0 and b > 0, its limit. */
static double power_slope_b(double a, double b, double y) {
    return a == 0 && b > 0 ? 0 : y * log(a);
}

/* The slope of a^b along a. At b = 0 the power is constant. */
static double power_slope_a(double a, double b) {
    return b == 0 ? 0 : b == 1 ? 1 : b == 2 ? 2 * a : b * pow(a, b - 1);
}

/* What is no number (0/0, ∞ − ∞) stays so: comparisons are written such that it passes through. */
BINARY(add, a + b, 1, 1)
BINARY(subtract, a - b, 1, -1)
BINARY(multiply, a *b, b, a)
BINARY(divide, a / b, 1 / b, -y / b)
BINARY(power, b == 2 ? a * a : pow(a, b), power_slope_a(a, b), power_slope_b(a, b, y))
BINARY(larger, a >= b || isnan(a) ? a : b, a >= b ? 1 : 0, a >= b ? 0 : 1)
BINARY(lesser, b >= a || isnan(a) ? a : b, b >= a ? 1 : 0, b >= a ? 0 : 1)
BINARY(leaky_relu, a > 0 ? a : b * a, a > 0 ? 1 : b, a > 0 ? 0 : a)
BINARY(leaky_slope, a > 0 ? 1 : b, 0, a > 0 ? 0 : 1)
BINARY(at_least, a >= b ? 1 : 0, 0, 0)

UNARY(copy, a, 1)
UNARY(negate, -a, -1)
UNARY(exponential, exp(a), y)
UNARY(logarithm, log(a), 1 / a)
UNARY(root, sqrt(a), 0.5 / y)
UNARY(sine, sin(a), cos(a))
UNARY(cosine, cos(a), -sin(a))
UNARY(hyperbolic_tangent, tanh(a), 1 - y * y)
UNARY(logistic, sigmoid(a), y *(1 - y))
UNARY(rectify, a <= 0 ? 0 : a, a > 0 ? 1 : 0)
UNARY(soft_rectify, softplus(a), sigmoid(a))
UNARY(absolute, fabs(a), sign(a))
UNARY(positive, a > 0 ? 1 : 0, 0)
UNARY(signum, sign(a), 0)

/* Y = A B: Ā += Ȳ Bᵀ, B̄ += Aᵀ Ȳ. */
static void matmul_forward(const OpFrame *f) {
    const size_t n = f->y.columns, inner = f->a.columns;
    for (size_t i = 0; i < f->y.rows; i++)
        for (size_t j = 0; j < n; j++) {
            double sum = 0;
            for (size_t k = 0; k < inner; k++)
                sum += f->a.value[i * inner + k] * f->b.value[k * n + j];
            f->y.value[i * n + j] = sum;
        }
}

static void matmul_backward(const OpFrame *f) {
    const size_t n = f->y.columns, inner = f->a.columns;
    for (size_t i = 0; i < f->y.rows; i++)
        for (size_t j = 0; j < n; j++) {
            const double y_bar = f->y.adjoint[i * n + j];
            if (y_bar == 0)
                continue;
            for (size_t k = 0; k < inner; k++) {
                f->a.adjoint[i * inner + k] += y_bar * f->b.value[k * n + j];
                f->b.adjoint[k * n + j] += y_bar * f->a.value[i * inner + k];
            }
        }
}

/* Y = Aᵀ: Ā += Ȳᵀ. */
static void transpose_forward(const OpFrame *f) {
    for (size_t i = 0; i < f->y.rows; i++)
        for (size_t j = 0; j < f->y.columns; j++)
            f->y.value[i * f->y.columns + j] = f->a.value[j * f->a.columns + i];
}

static void transpose_backward(const OpFrame *f) {
    for (size_t i = 0; i < f->y.rows; i++)
        for (size_t j = 0; j < f->y.columns; j++)
            f->a.adjoint[j * f->a.columns + i] += f->y.adjoint[i * f->y.columns + j];
}

/* y = a[row, column]: the adjoint goes back to that entry alone. */
static void index_forward(const OpFrame *f) {
    f->y.value[0] = f->a.value[f->row * f->a.columns + f->column];
}

static void index_backward(const OpFrame *f) {
    f->a.adjoint[f->row * f->a.columns + f->column] += f->y.adjoint[0];
}

static void unit_forward(const OpFrame *f) {
    for (size_t i = 0; i < entries(&f->y); i++)
        f->y.value[i] = i == f->row * f->y.columns + f->column;
}

/* y: a in every entry; ā is the sum of ȳ. */
static void fill_forward(const OpFrame *f) {
    for (size_t i = 0; i < entries(&f->y); i++)
        f->y.value[i] = f->a.value[0];
}

static void fill_backward(const OpFrame *f) {
    for (size_t i = 0; i < entries(&f->y); i++)
        f->a.adjoint[0] += f->y.adjoint[i];
}

/* y: the entries of a that meet each entry of y, summed (y is the smaller); ā repeats ȳ. */
static void reduce_forward(const OpFrame *f) {
    for (size_t i = 0; i < entries(&f->y); i++)
        f->y.value[i] = 0;
    for (size_t i = 0; i < f->a.rows; i++)
        for (size_t j = 0; j < f->a.columns; j++)
            f->y.value[operand_meets(&f->y, i, j)] += f->a.value[i * f->a.columns + j];
}

static void reduce_backward(const OpFrame *f) {
    for (size_t i = 0; i < f->a.rows; i++)
        for (size_t j = 0; j < f->a.columns; j++)
            f->a.adjoint[i * f->a.columns + j] += f->y.adjoint[operand_meets(&f->y, i, j)];
}

/* y = Σ a/n. (The sum of all entries is reduce to 1×1.) */
static void mean_forward(const OpFrame *f) {
    reduce_forward(f);
    f->y.value[0] /= (double)entries(&f->a);
}

static void mean_backward(const OpFrame *f) {
    for (size_t i = 0; i < entries(&f->a); i++)
        f->a.adjoint[i] += f->y.adjoint[0] / (double)entries(&f->a);
}

/* The first of the largest entries, or with direction −1 of the smallest; the first that is no
 * number, where there is one. */
static size_t first_extreme(const Operand *a, double direction) {
    size_t best = 0;
    for (size_t i = 1; i < entries(a); i++)
        if (direction * a->value[i] > direction * a->value[best] ||
            (isnan(a->value[i]) && !isnan(a->value[best])))
            best = i;
    return best;
}

static void max_all_forward(const OpFrame *f) {
    f->y.value[0] = f->a.value[first_extreme(&f->a, 1)];
}

static void max_all_backward(const OpFrame *f) {
    f->a.adjoint[first_extreme(&f->a, 1)] += f->y.adjoint[0];
}

static void min_all_forward(const OpFrame *f) {
    f->y.value[0] = f->a.value[first_extreme(&f->a, -1)];
}

static void min_all_backward(const OpFrame *f) {
    f->a.adjoint[first_extreme(&f->a, -1)] += f->y.adjoint[0];
}

static void first_max_forward(const OpFrame *f) {
    const size_t best = first_extreme(&f->a, 1);
    for (size_t i = 0; i < entries(&f->y); i++)
        f->y.value[i] = i == best;
}

/* Down column j: the largest entry m and Σ e^(x−m), so that nothing overflows. */
static double column_exponentials(const Operand *a, size_t j, double *largest) {
    *largest = a->value[j];
    for (size_t i = 1; i < a->rows; i++)
        *largest = fmax(*largest, a->value[i * a->columns + j]);
    double sum = 0;
    for (size_t i = 0; i < a->rows; i++)
        sum += exp(a->value[i * a->columns + j] - *largest);
    return sum;
}

/* y = e^x/Σe^x down each column: x̄ += y(ȳ − Σ ȳy). */
static void softmax_forward(const OpFrame *f) {
    for (size_t j = 0; j < f->a.columns; j++) {
        double largest, sum = column_exponentials(&f->a, j, &largest);
        for (size_t i = j; i < entries(&f->a); i += f->a.columns)
            f->y.value[i] = exp(f->a.value[i] - largest) / sum;
    }
}

static void softmax_backward(const OpFrame *f) {
    for (size_t j = 0; j < f->a.columns; j++) {
        double dot = 0;
        for (size_t i = j; i < entries(&f->y); i += f->y.columns)
            dot += f->y.adjoint[i] * f->y.value[i];
        for (size_t i = j; i < entries(&f->y); i += f->y.columns)
            f->a.adjoint[i] += f->y.value[i] * (f->y.adjoint[i] - dot);
    }
}

/* y = x − log Σe^x down each column: x̄ += ȳ − e^y Σ ȳ. */
static void log_softmax_forward(const OpFrame *f) {
    for (size_t j = 0; j < f->a.columns; j++) {
        double largest, sum = column_exponentials(&f->a, j, &largest);
        for (size_t i = j; i < entries(&f->a); i += f->a.columns)
            f->y.value[i] = f->a.value[i] - largest - log(sum);
    }
}

static void log_softmax_backward(const OpFrame *f) {
    for (size_t j = 0; j < f->a.columns; j++) {
        double sum = 0;
        for (size_t i = j; i < entries(&f->y); i += f->y.columns)
            sum += f->y.adjoint[i];
        for (size_t i = j; i < entries(&f->y); i += f->y.columns)
            f->a.adjoint[i] += f->y.adjoint[i] - exp(f->y.value[i]) * sum;
    }
}

/* onehot(k, n): a one in place k, counted from 1; all zeros where k is no place. */
static void onehot_forward(const OpFrame *f) {
    for (size_t i = 0; i < f->y.rows; i++)
        f->y.value[i] = f->a.value[0] == (double)(i + 1);
}

#define BOTH(name)                                                                                 \
    { name##_forward, name##_backward }

static const Operation by_kind[] = {
    [EXPR_NEGATE] = BOTH(negate),       [EXPR_ADD] = BOTH(add),
    [EXPR_SUBTRACT] = BOTH(subtract),   [EXPR_MULTIPLY] = BOTH(multiply),
    [EXPR_DIVIDE] = BOTH(divide),       [EXPR_POWER] = BOTH(power),
    [EXPR_MATMUL] = BOTH(matmul),       [EXPR_TRANSPOSE] = BOTH(transpose),
    [EXPR_INDEX] = BOTH(index),         [EXPR_REDUCE] = BOTH(reduce),
    [EXPR_UNIT] = {unit_forward, NULL}, [EXPR_FILL] = BOTH(fill),
    [EXPR_DERIVATIVE] = {NULL, NULL},
};

static const Operation by_function[FUNCTION_COUNT] = {
    [FUNCTION_EXP] = BOTH(exponential),
    [FUNCTION_LOG] = BOTH(logarithm),
    [FUNCTION_SQRT] = BOTH(root),
    [FUNCTION_SIN] = BOTH(sine),
    [FUNCTION_COS] = BOTH(cosine),
    [FUNCTION_TANH] = BOTH(hyperbolic_tangent),
    [FUNCTION_SIGMOID] = BOTH(logistic),
    [FUNCTION_RELU] = BOTH(rectify),
    [FUNCTION_LEAKY_RELU] = BOTH(leaky_relu),
    [FUNCTION_SOFTPLUS] = BOTH(soft_rectify),
    [FUNCTION_ABS] = BOTH(absolute),
    [FUNCTION_MAX] = BOTH(larger),
    [FUNCTION_MIN] = BOTH(lesser),
    [FUNCTION_SUM] = BOTH(reduce),
    [FUNCTION_MEAN] = BOTH(mean),
    [FUNCTION_SOFTMAX] = BOTH(softmax),
    [FUNCTION_LOG_SOFTMAX] = BOTH(log_softmax),
    [FUNCTION_ONEHOT] = {onehot_forward, NULL},
    [FUNCTION_POSITIVE] = BOTH(positive),
    [FUNCTION_SIGN] = BOTH(signum),
    [FUNCTION_LEAKY_SLOPE] = BOTH(leaky_slope),
    [FUNCTION_AT_LEAST] = BOTH(at_least),
    [FUNCTION_FIRST_MAX] = {first_max_forward, NULL},
};

Operation op_find(uint8_t kind, uint8_t function, size_t operands) {
    if (kind == EXPR_NAME && operands == 1)
        return (Operation)BOTH(copy);
    if (kind != EXPR_CALL)
        return kind < sizeof by_kind / sizeof *by_kind ? by_kind[kind] : (Operation){NULL, NULL};
    if (operands == 1 && function == FUNCTION_MAX)
        return (Operation)BOTH(max_all);
    if (operands == 1 && function == FUNCTION_MIN)
        return (Operation)BOTH(min_all);
    return by_function[function];
}
