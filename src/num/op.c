#include "num/op.h"

#include <math.h>

#include "expr/expr.h"
#include "num/elementary.h"
#include "num/kernel.h"
#include "num/op_formulas.h"

size_t operand_meets(const Operand *operand, size_t i, size_t j) {
    return (operand->rows == 1 ? 0 : i) * operand->columns + (operand->columns == 1 ? 0 : j);
}

static size_t entries(const Operand *operand) {
    return operand->rows * operand->columns;
}

/* All numbers of an operand: those of its entries, for each row. */
static size_t numbers(const OpFrame *f, const Operand *operand) {
    return entries(operand) * f->lanes;
}

/* ------------------------------------------------------------------ entry by entry */

static bool same_shape(const Operand *a, const Operand *b) {
    return a->rows == b->rows && a->columns == b->columns;
}

/* Whether nothing is repeated, so that all entries are one stretch. */
static bool is_plain(const OpFrame *f) {
    return same_shape(&f->a, &f->y) && (!f->b.value || same_shape(&f->b, &f->y));
}

/* y = f(a, b), with broadcasting: an operand of one row or column is repeated. */
static void elementwise_forward(const OpFrame *f) {
    StretchForward *forward = f->kernels->forward[f->code];
    if (is_plain(f)) {
        forward(numbers(f, &f->y), f->y.value, f->a.value, f->b.value);
        return;
    }
    for (size_t i = 0; i < f->y.rows; i++)
        for (size_t j = 0; j < f->y.columns; j++)
            forward(f->lanes, f->y.value + (i * f->y.columns + j) * f->lanes,
                    f->a.value + operand_meets(&f->a, i, j) * f->lanes,
                    f->b.value + operand_meets(&f->b, i, j) * f->lanes);
}

/* ā += ȳ·∂f/∂a, b̄ += ȳ·∂f/∂b. A repeated operand collects from all entries it was used in. */
static void elementwise_backward(const OpFrame *f) {
    const Kernels *kernels = f->kernels;
    const Operand *y = &f->y, *a = &f->a, *b = &f->b;
    if (is_plain(f)) {
        kernels->backward_a[f->code](numbers(f, y), y->value, y->adjoint, a->value, b->value,
                                     a->adjoint);
        if (b->value)
            kernels->backward_b[f->code](numbers(f, y), y->value, y->adjoint, a->value, b->value,
                                         b->adjoint);
        return;
    }
    for (size_t i = 0; i < y->rows; i++)
        for (size_t j = 0; j < y->columns; j++) {
            size_t at = (i * y->columns + j) * f->lanes;
            size_t at_a = operand_meets(a, i, j) * f->lanes;
            size_t at_b = operand_meets(b, i, j) * f->lanes;
            kernels->backward_a[f->code](f->lanes, y->value + at, y->adjoint + at, a->value + at_a,
                                         b->value + at_b, a->adjoint + at_a);
            kernels->backward_b[f->code](f->lanes, y->value + at, y->adjoint + at, a->value + at_a,
                                         b->value + at_b, b->adjoint + at_b);
        }
}

/* ------------------------------------------------------------------ matrices */

static void add(size_t count, double *to, const double *from) {
    for (size_t i = 0; i < count; i++)
        to[i] += from[i];
}

/* Y = A B: Ā += Ȳ Bᵀ, B̄ += Aᵀ Ȳ. */
static void matmul_forward(const OpFrame *f) {
    f->kernels->product_forward(f);
}

static void matmul_backward(const OpFrame *f) {
    f->kernels->product_backward(f);
}

/* Y = Aᵀ: Ā += Ȳᵀ. */
static void transpose_forward(const OpFrame *f) {
    for (size_t i = 0; i < f->y.rows; i++)
        for (size_t j = 0; j < f->y.columns; j++)
            for (size_t r = 0; r < f->lanes; r++)
                f->y.value[(i * f->y.columns + j) * f->lanes + r] =
                    f->a.value[(j * f->a.columns + i) * f->lanes + r];
}

static void transpose_backward(const OpFrame *f) {
    for (size_t i = 0; i < f->y.rows; i++)
        for (size_t j = 0; j < f->y.columns; j++)
            add(f->lanes, f->a.adjoint + (j * f->a.columns + i) * f->lanes,
                f->y.adjoint + (i * f->y.columns + j) * f->lanes);
}

/* y = a[row, column]: the adjoint goes back to that entry alone. */
static void index_forward(const OpFrame *f) {
    for (size_t r = 0; r < f->lanes; r++)
        f->y.value[r] = f->a.value[(f->row * f->a.columns + f->column) * f->lanes + r];
}

static void index_backward(const OpFrame *f) {
    add(f->lanes, f->a.adjoint + (f->row * f->a.columns + f->column) * f->lanes, f->y.adjoint);
}

static void unit_forward(const OpFrame *f) {
    const size_t one = f->row * f->y.columns + f->column;
    for (size_t i = 0; i < numbers(f, &f->y); i++)
        f->y.value[i] = i / f->lanes == one;
}

/* y: a in every entry; ā is the sum of ȳ. */
static void fill_forward(const OpFrame *f) {
    for (size_t i = 0; i < numbers(f, &f->y); i++)
        f->y.value[i] = f->a.value[i % f->lanes];
}

static void fill_backward(const OpFrame *f) {
    for (size_t i = 0; i < entries(&f->y); i++)
        add(f->lanes, f->a.adjoint, f->y.adjoint + i * f->lanes);
}

/* y: the entries of a that meet each entry of y, summed (y is the smaller); ā repeats ȳ. */
static void reduce_forward(const OpFrame *f) {
    for (size_t i = 0; i < numbers(f, &f->y); i++)
        f->y.value[i] = 0;
    for (size_t i = 0; i < f->a.rows; i++)
        for (size_t j = 0; j < f->a.columns; j++)
            add(f->lanes, f->y.value + operand_meets(&f->y, i, j) * f->lanes,
                f->a.value + (i * f->a.columns + j) * f->lanes);
}

static void reduce_backward(const OpFrame *f) {
    for (size_t i = 0; i < f->a.rows; i++)
        for (size_t j = 0; j < f->a.columns; j++)
            add(f->lanes, f->a.adjoint + (i * f->a.columns + j) * f->lanes,
                f->y.adjoint + operand_meets(&f->y, i, j) * f->lanes);
}

/* y = Σ a/n. (The sum of all entries is reduce to 1×1.) */
static void mean_forward(const OpFrame *f) {
    reduce_forward(f);
    for (size_t r = 0; r < f->lanes; r++)
        f->y.value[r] /= (double)entries(&f->a);
}

static void mean_backward(const OpFrame *f) {
    for (size_t i = 0; i < numbers(f, &f->a); i++)
        f->a.adjoint[i] += f->y.adjoint[i % f->lanes] / (double)entries(&f->a);
}

/* The place of the first of the largest entries of a row, or with direction −1 of the smallest; of
 * the first that is no number, where there is one. */
static size_t first_extreme(const OpFrame *f, size_t row, double direction) {
    const double *a = f->a.value;
    size_t best = row;
    for (size_t i = row; i < numbers(f, &f->a); i += f->lanes)
        if (direction * a[i] > direction * a[best] || (isnan(a[i]) && !isnan(a[best])))
            best = i;
    return best;
}

static void extreme_forward(const OpFrame *f, double direction) {
    for (size_t r = 0; r < f->lanes; r++)
        f->y.value[r] = f->a.value[first_extreme(f, r, direction)];
}

static void extreme_backward(const OpFrame *f, double direction) {
    for (size_t r = 0; r < f->lanes; r++)
        f->a.adjoint[first_extreme(f, r, direction)] += f->y.adjoint[r];
}

static void max_all_forward(const OpFrame *f) {
    extreme_forward(f, 1);
}

static void max_all_backward(const OpFrame *f) {
    extreme_backward(f, 1);
}

static void min_all_forward(const OpFrame *f) {
    extreme_forward(f, -1);
}

static void min_all_backward(const OpFrame *f) {
    extreme_backward(f, -1);
}

static void first_max_forward(const OpFrame *f) {
    for (size_t r = 0; r < f->lanes; r++) {
        const size_t best = first_extreme(f, r, 1);
        for (size_t i = r; i < numbers(f, &f->y); i += f->lanes)
            f->y.value[i] = i == best;
    }
}

/* Softmax works down each column; the rows of a block are but more columns. */
static size_t all_columns(const OpFrame *f) {
    return f->a.columns * f->lanes;
}

/* The largest entry of column j. */
static double column_largest(const OpFrame *f, size_t j) {
    double largest = f->a.value[j];
    for (size_t i = j + all_columns(f); i < numbers(f, &f->a); i += all_columns(f))
        largest = fmax(largest, f->a.value[i]);
    return largest;
}

/* Down column j, with the largest entry m: Σ e^(x−m), so that nothing overflows. y gets e^(x−m). */
static double column_exponentials(const OpFrame *f, size_t j) {
    const size_t columns = all_columns(f), count = numbers(f, &f->a);
    const double *a = f->a.value;
    const double largest = column_largest(f, j);
    double sum = 0;
    for (size_t i = j; i < count; i += columns) {
        f->y.value[i] = elementary_exp(a[i] - largest);
        sum += f->y.value[i];
    }
    return sum;
}

/* Whether anything comes back to column j. If not, it hands nothing back, even where its values are
 * no numbers. */
static bool column_is_wanted(const OpFrame *f, size_t j) {
    for (size_t i = j; i < numbers(f, &f->y); i += all_columns(f))
        if (f->y.adjoint[i] != 0)
            return true;
    return false;
}

/* y = e^x/Σe^x down each column: x̄ += y(ȳ − Σ ȳy). */
static void softmax_forward(const OpFrame *f) {
    for (size_t j = 0; j < all_columns(f); j++) {
        const double sum = column_exponentials(f, j);
        for (size_t i = j; i < numbers(f, &f->a); i += all_columns(f))
            f->y.value[i] /= sum;
    }
}

static void softmax_backward(const OpFrame *f) {
    const size_t columns = all_columns(f), count = numbers(f, &f->y);
    for (size_t j = 0; j < columns; j++) {
        double dot = 0;
        if (!column_is_wanted(f, j))
            continue;
        for (size_t i = j; i < count; i += columns)
            dot += f->y.adjoint[i] * f->y.value[i];
        for (size_t i = j; i < count; i += columns)
            f->a.adjoint[i] += f->y.value[i] * (f->y.adjoint[i] - dot);
    }
}

/* Down column j: the largest entry m and log Σ e^(x−m). The 1 of m itself is left to log_one_more:
 * beside it the last digits of the others would be lost, and they are all that a class almost
 * certain has. */
static double column_logarithm(const OpFrame *f, size_t j, double *largest) {
    const double *a = f->a.value;
    *largest = column_largest(f, j);
    bool found = false;
    double others = 0;
    for (size_t i = j; i < numbers(f, &f->a); i += all_columns(f)) {
        const bool first = !found && a[i] == *largest;
        found = found || first;
        others += first ? a[i] - *largest : elementary_exp(a[i] - *largest); /* ∞ − ∞ is none */
    }
    return log_one_more(others);
}

/* y = x − log Σe^x down each column: x̄ += ȳ − e^y Σ ȳ. */
static void log_softmax_forward(const OpFrame *f) {
    for (size_t j = 0; j < all_columns(f); j++) {
        double largest, logarithm = column_logarithm(f, j, &largest);
        for (size_t i = j; i < numbers(f, &f->a); i += all_columns(f))
            f->y.value[i] = f->a.value[i] - largest - logarithm;
    }
}

static void log_softmax_backward(const OpFrame *f) {
    const size_t columns = all_columns(f), count = numbers(f, &f->y);
    for (size_t j = 0; j < columns; j++) {
        double sum = 0;
        if (!column_is_wanted(f, j))
            continue;
        for (size_t i = j; i < count; i += columns)
            sum += f->y.adjoint[i];
        for (size_t i = j; i < count; i += columns)
            f->a.adjoint[i] += f->y.adjoint[i] - elementary_exp(f->y.value[i]) * sum;
    }
}

/* The entry of a that entry i of y is a logarithm of. */
static size_t part_entry(const OpFrame *f, size_t i) {
    return f->turned ? i % f->a.rows * f->a.columns + i / f->a.rows
                     : f->row * f->a.columns + f->column;
}

/* The same as for the whole, by the same loops. */
static void part_forward(const OpFrame *f, OpCode code) {
    for (size_t i = 0; i < entries(&f->y); i++)
        f->kernels->forward[code](f->lanes, f->y.value + i * f->lanes,
                                  f->a.value + part_entry(f, i) * f->lanes, NULL);
}

static void part_backward(const OpFrame *f, OpCode code) {
    for (size_t i = 0; i < entries(&f->y); i++) {
        const size_t at = part_entry(f, i) * f->lanes;
        f->kernels->backward_a[code](f->lanes, f->y.value + i * f->lanes,
                                     f->y.adjoint + i * f->lanes, f->a.value + at, NULL,
                                     f->a.adjoint + at);
    }
}

/* y = log σ(x[k, j]), or log σ(xᵀ). */
static void log_sigmoid_part_forward(const OpFrame *f) {
    part_forward(f, OP_log_logistic);
}

static void log_sigmoid_part_backward(const OpFrame *f) {
    part_backward(f, OP_log_logistic);
}

/* y = log(1 − σ(x[k, j])), or log(1 − σ(xᵀ)). */
static void log_rest_part_forward(const OpFrame *f) {
    part_forward(f, OP_log_rest);
}

static void log_rest_part_backward(const OpFrame *f) {
    part_backward(f, OP_log_rest);
}

/* y = x[k, j] − log Σe^x down column j: x̄ += ȳ·(1 at k) − ȳ·e^x/Σe^x; or all entries, turned. */
static void log_softmax_part_forward(const OpFrame *f) {
    const size_t columns = all_columns(f);
    for (size_t i = 0; i < numbers(f, &f->y); i++) {
        const size_t chosen = part_entry(f, i / f->lanes) * f->lanes + i % f->lanes;
        double largest, logarithm = column_logarithm(f, chosen % columns, &largest);
        f->y.value[i] = f->a.value[chosen] - largest - logarithm;
    }
}

static void log_softmax_part_backward(const OpFrame *f) {
    const size_t columns = all_columns(f);
    for (size_t i = 0; i < numbers(f, &f->y); i++) {
        const size_t chosen = part_entry(f, i / f->lanes) * f->lanes + i % f->lanes;
        const double *x = f->a.value, y_bar = f->y.adjoint[i];
        for (size_t k = chosen % columns; y_bar != 0 && k < numbers(f, &f->a); k += columns)
            f->a.adjoint[k] -= y_bar * elementary_exp(x[k] - x[chosen] + f->y.value[i]);
        f->a.adjoint[chosen] += y_bar;
    }
}

/* onehot(k, n): a one in place k, counted from 1; all zeros where k is no place. */
static void onehot_forward(const OpFrame *f) {
    for (size_t i = 0; i < numbers(f, &f->y); i++)
        f->y.value[i] = f->a.value[i % f->lanes] == (double)(i / f->lanes + 1);
}

/* ------------------------------------------------------------------ which is which */

#define BOTH(name)                                                                                 \
    { name##_forward, name##_backward }

static const Operation by_kind[] = {
    [EXPR_MATMUL] = BOTH(matmul),       [EXPR_TRANSPOSE] = BOTH(transpose),
    [EXPR_INDEX] = BOTH(index),         [EXPR_REDUCE] = BOTH(reduce),
    [EXPR_UNIT] = {unit_forward, NULL}, [EXPR_FILL] = BOTH(fill),
    [EXPR_DERIVATIVE] = {NULL, NULL},
};

static const Operation by_function[FUNCTION_COUNT] = {
    [FUNCTION_MAX] = BOTH(max_all),
    [FUNCTION_MIN] = BOTH(min_all),
    [FUNCTION_SUM] = BOTH(reduce),
    [FUNCTION_MEAN] = BOTH(mean),
    [FUNCTION_SOFTMAX] = BOTH(softmax),
    [FUNCTION_LOG_SOFTMAX] = BOTH(log_softmax),
    [FUNCTION_LOG_SIGMOID_PART] = BOTH(log_sigmoid_part),
    [FUNCTION_LOG_REST_PART] = BOTH(log_rest_part),
    [FUNCTION_LOG_SOFTMAX_PART] = BOTH(log_softmax_part),
    [FUNCTION_ONEHOT] = {onehot_forward, NULL},
    [FUNCTION_FIRST_MAX] = {first_max_forward, NULL},
};

/* What a row of op.def is about. */
typedef struct CodeRow {
    uint8_t kind, function, operands;
} CodeRow;

static const CodeRow code_rows[OP_COUNT] = {
#define BINARY(name, kind, function, formula, slope_a, slope_b) {kind, function, 2},
#define UNARY(name, kind, function, formula, slope)             {kind, function, 1},
#define CURVE(name, kind, function, curve, slope)               {kind, function, 1},
#include "num/op.def"
#undef BINARY
#undef UNARY
#undef CURVE
};

OpCode op_code(uint8_t kind, uint8_t function, size_t operands) {
    for (OpCode code = 0; code < OP_COUNT; code++)
        if (code_rows[code].kind == kind && code_rows[code].operands == operands &&
            (kind != EXPR_CALL || code_rows[code].function == function))
            return code;
    return OP_COUNT;
}

size_t op_kind(uint8_t code, uint8_t *kind, uint8_t *function) {
    *kind = code_rows[code].kind;
    *function = code_rows[code].function;
    return code_rows[code].operands;
}

Operation op_find(uint8_t code, uint8_t kind, uint8_t function) {
    if (code != OP_COUNT)
        return (Operation)BOTH(elementwise);
    if (kind == EXPR_CALL)
        return by_function[function];
    return kind < sizeof by_kind / sizeof *by_kind ? by_kind[kind] : (Operation){NULL, NULL};
}
