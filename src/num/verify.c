#include "num/verify.h"

#include <math.h>
#include <string.h>

#include "expr/diff.h"

/* A function of one entry of one name, for taking differences. */
typedef struct Slice {
    Tape *tape;
    Expr name;    /* cut: a leaf on the tape */
    size_t entry; /* of the name: what varies */
    Expr of;
    size_t of_entry; /* what is looked at */
    double at;       /* the present value of the entry */
} Slice;

static double slice_value(const Slice *slice, double x) {
    tape_value(slice->tape, slice->name)[slice->entry] = x;
    tape_forward(slice->tape);
    return tape_value(slice->tape, slice->of)[slice->of_entry];
}

enum { RIDDERS_LEVELS = 12 };

/* Central differences with steps that shrink by √2, extrapolated to step 0 (Ridders, "Accurate
 * computation of F'(x) and F'(x) F''(x)", 1982); the estimate with the smallest error is kept. */
static double ridders(const Slice *slice, double *error) {
    const double shrink = sqrt(2);
    double table[RIDDERS_LEVELS][RIDDERS_LEVELS];
    double step = fmax(fabs(slice->at), 1) / 32, best = NAN;
    *error = INFINITY;
    for (size_t i = 0; i < RIDDERS_LEVELS; i++, step /= shrink) {
        double above = slice->at + step, below = slice->at - step;
        table[0][i] = (slice_value(slice, above) - slice_value(slice, below)) / (above - below);
        if (i == 0)
            best = table[0][0];
        double factor = shrink * shrink;
        for (size_t j = 1; j <= i; j++, factor *= shrink * shrink) {
            table[j][i] = (table[j - 1][i] * factor - table[j - 1][i - 1]) / (factor - 1);
            double guess =
                fmax(fabs(table[j][i] - table[j - 1][i]), fabs(table[j][i] - table[j - 1][i - 1]));
            if (guess < *error) {
                *error = guess;
                best = table[j][i];
            }
        }
    }
    slice_value(slice, slice->at);
    return best;
}

static bool has_tie(const double *a, size_t count) {
    size_t largest = 0, smallest = 0, at_largest = 0, at_smallest = 0;
    for (size_t i = 1; i < count; i++) {
        largest = a[i] > a[largest] ? i : largest;
        smallest = a[i] < a[smallest] ? i : smallest;
    }
    for (size_t i = 0; i < count; i++) {
        at_largest += a[i] == a[largest];
        at_smallest += a[i] == a[smallest];
    }
    return at_largest > 1 || at_smallest > 1;
}

/* Whether an operation stands at one of its corners, where it has no derivative. */
static bool op_at_kink(const Tape *tape, const TapeOp *op) {
    if (op->kind != EXPR_CALL)
        return false;
    const TapeOp *a = &tape->ops[tape->operands[op->first]];
    const double *x = tape->values + a->offset;
    size_t entries = (size_t)a->rows * a->columns;
    switch ((ExprFunction)op->function) {
    case FUNCTION_RELU:
    case FUNCTION_LEAKY_RELU:
    case FUNCTION_ABS:
    case FUNCTION_POSITIVE:
    case FUNCTION_SIGN:
    case FUNCTION_LEAKY_SLOPE:
        for (size_t i = 0; i < entries; i++)
            if (x[i] == 0)
                return true;
        return false;
    case FUNCTION_MAX:
    case FUNCTION_MIN:
        if (op->count == 1)
            return has_tie(x, entries);
        const TapeOp *b = &tape->ops[tape->operands[op->first + 1]];
        const double *y = tape->values + b->offset;
        size_t other = (size_t)b->rows * b->columns;
        for (size_t i = 0; i < entries || i < other; i++)
            if (x[entries == 1 ? 0 : i % entries] == y[other == 1 ? 0 : i % other])
                return true;
        return false;
    default: return false;
    }
}

static bool tape_at_kink(const Tape *tape) {
    for (size_t k = 0; k < tape->count; k++)
        if (op_at_kink(tape, &tape->ops[k]))
            return true;
    return false;
}

static bool near(double a, double b, double tolerance) {
    return a == b || (isnan(a) && isnan(b)) || fabs(a - b) <= tolerance;
}

/* The two exact ways differ by rounding alone; differences also by what they cannot resolve. */
static const double EXACT_TOLERANCE = 1e-10, NUMERIC_TOLERANCE = 1e-6, ROUNDING = 1e-11;

static bool entry_agrees(const Verification *check, size_t i, double error, double scale) {
    double size = fmax(fabs(check->symbolic[i]), fabs(check->reverse[i]));
    if (!near(check->symbolic[i], check->reverse[i], EXACT_TOLERANCE * size + ROUNDING * scale))
        return false;
    double cap = 1e-4 * size + 1e-8 * scale; /* an error estimate must not excuse everything */
    double tolerance = NUMERIC_TOLERANCE * size + fmin(4 * error, cap) + ROUNDING * scale;
    return check->kink || near(check->numeric[i], check->reverse[i], tolerance);
}

/* Rows of the Jacobian by rows of `of`, one sweep each. */
static void fill_reverse(const Slice *slice, Verification *check, size_t rows, size_t columns,
                         size_t first) {
    for (size_t i = 0; i < rows; i++) {
        tape_backward(slice->tape, slice->of, i);
        memcpy(check->reverse + i * columns, tape_adjoint(slice->tape, slice->name) + first,
               columns * sizeof *check->reverse);
    }
}

Verification verify_derivative(const Model *model, Arena *arena, Expr of, Expr wrt) {
    Exprs *exprs = model->exprs;
    const ExprNode *wrt_node = expr_get(exprs, wrt);
    bool element = wrt_node->kind == EXPR_INDEX;
    Expr name = element ? expr_operand(exprs, wrt, 0) : wrt;
    size_t first = element ? (wrt_node->at.row - 1) * (size_t)expr_get(exprs, name)->columns +
                                 wrt_node->at.column - 1
                           : 0;
    size_t columns = (size_t)wrt_node->rows * wrt_node->columns;
    Expr token = expr_derivative(exprs, of, wrt);
    Expr lowered = expr_lower(exprs, model->scope, arena, of);
    size_t rows = (size_t)expr_get(exprs, of)->rows * expr_get(exprs, of)->columns;
    Verification check = {.rows = expr_get(exprs, token)->rows,
                          .columns = expr_get(exprs, token)->columns,
                          .agree = true};
    check.symbolic = model_evaluate(model, arena, token);
    check.reverse = ARENA_ARRAY(arena, double, rows *columns);
    check.numeric = ARENA_ARRAY(arena, double, rows *columns);

    Expr roots[] = {lowered, name};
    SymbolId cut = expr_get(exprs, name)->symbol;
    Slice slice = {tape_compile(arena, exprs, model->scope, roots, 2, cut), name, 0, lowered, 0, 0};
    tape_load(slice.tape, model->leaves);
    tape_set(slice.tape, name, model_value(model, cut));
    tape_forward(slice.tape);
    check.kink = tape_at_kink(slice.tape);
    fill_reverse(&slice, &check, rows, columns, first);
    for (size_t i = 0; i < rows; i++)
        for (size_t j = 0; j < columns; j++) {
            slice.entry = first + j;
            slice.of_entry = i;
            slice.at = tape_value(slice.tape, name)[slice.entry];
            double error, scale = fabs(tape_value(slice.tape, lowered)[i]);
            check.numeric[i * columns + j] = ridders(&slice, &error);
            scale /= fmax(fabs(slice.at), 1.0 / 32);
            check.agree = entry_agrees(&check, i * columns + j, error, scale) && check.agree;
        }
    return check;
}
