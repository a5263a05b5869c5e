#include "num/verify.h"

#include <float.h>
#include <math.h>
#include <string.h>

#include "expr/diff.h"

/* The two exact ways differ by rounding alone; differences also by what they cannot resolve. */
static const double EXACT_TOLERANCE = 1e-10, NUMERIC_TOLERANCE = 1e-6, ROUNDING = 1e-11;

/* A function of one entry of one name, for taking differences. */
typedef struct Slice {
    Tape *tape;
    Expr name;    /* cut: a leaf on the tape */
    size_t entry; /* of the name: what varies */
    Expr of;
    size_t of_entry; /* what is looked at */
    double at;       /* the present value of the entry */
    double rounding; /* what one operation may lose: of the largest value on the tape */
} Slice;

static double slice_value(const Slice *slice, double x) {
    tape_value(slice->tape, slice->name)[slice->entry] = x;
    tape_forward(slice->tape);
    return tape_value(slice->tape, slice->of)[slice->of_entry];
}

enum { RIDDERS_LEVELS = 12, RIDDERS_ATTEMPTS = 4 };

/* Central differences with steps that shrink by √2, extrapolated to step 0 (Ridders, "Accurate
 * computation of F'(x) and F'(x) F''(x)", 1982); the estimate with the smallest error is kept. */
static double ridders(const Slice *slice, double step, double *error) {
    const double shrink = sqrt(2);
    double table[RIDDERS_LEVELS][RIDDERS_LEVELS];
    double best = NAN;
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
            guess += slice->rounding / (above - below);
            if (guess < *error) {
                *error = guess;
                best = table[j][i];
            }
        }
    }
    slice_value(slice, slice->at);
    return best;
}

/* The best of a few attempts: where a corner or a pole stands within the first steps, those of a
 * later attempt are short enough to stay on one side of it. */
static double difference(const Slice *slice, double scale, double *error) {
    const double good_enough = 1e-8, shorter = 64;
    double step = fmax(fabs(slice->at), 1) / 32, best = ridders(slice, step, error);
    for (size_t i = 1; i < RIDDERS_ATTEMPTS; i++) {
        if (*error <= good_enough * fabs(best) + ROUNDING * scale)
            break;
        double next_error, next = ridders(slice, step /= shorter, &next_error);
        if (next_error < *error) {
            *error = next_error;
            best = next;
        }
    }
    return best;
}

/* Two values so near to each other that every difference steps over the corner between them. */
static bool meets_corner(double a, double b) {
    return fabs(a - b) <= 1e-7 * fmax(1, fmax(fabs(a), fabs(b)));
}

static bool has_zero(const Operand *x) {
    for (size_t i = 0; i < x->rows * x->columns; i++)
        if (meets_corner(x->value[i], 0))
            return true;
    return false;
}

/* Whether the largest entry (with direction −1 the smallest) has a rival. */
static bool has_tie(const Operand *x, double direction) {
    size_t best = 0, count = x->rows * x->columns, near_best = 0;
    for (size_t i = 1; i < count; i++)
        if (direction * x->value[i] > direction * x->value[best])
            best = i;
    for (size_t i = 0; i < count; i++)
        near_best += meets_corner(x->value[i], x->value[best]);
    return near_best > 1;
}

/* Whether two operands are equal in any of the entries where they meet. */
static bool have_equals(const OpFrame *frame) {
    for (size_t i = 0; i < frame->y.rows; i++)
        for (size_t j = 0; j < frame->y.columns; j++)
            if (meets_corner(frame->a.value[operand_meets(&frame->a, i, j)],
                             frame->b.value[operand_meets(&frame->b, i, j)]))
                return true;
    return false;
}

/* Whether an operation stands at one of its corners, where it has no derivative. */
static bool op_at_kink(const TapeOp *op, const OpFrame *frame) {
    if (op->kind != EXPR_CALL)
        return false;
    bool two = op->count == 2 && frame->a.value != frame->b.value;
    switch ((ExprFunction)op->function) {
    case FUNCTION_RELU:
    case FUNCTION_LEAKY_RELU:
    case FUNCTION_ABS:
    case FUNCTION_POSITIVE:
    case FUNCTION_SIGN:
    case FUNCTION_LEAKY_SLOPE: return has_zero(&frame->a);
    case FUNCTION_AT_LEAST: return two && have_equals(frame);
    case FUNCTION_FIRST_MAX: return has_tie(&frame->a, 1);
    case FUNCTION_MAX: return op->count == 1 ? has_tie(&frame->a, 1) : two && have_equals(frame);
    case FUNCTION_MIN: return op->count == 1 ? has_tie(&frame->a, -1) : two && have_equals(frame);
    default: return false;
    }
}

static double largest_value(const Tape *tape) {
    double largest = 0;
    for (size_t i = 0; i < tape->entries; i++)
        largest = fmax(largest, fabs(tape->values[i]));
    return largest;
}

/* Whether any operation that a change of `name` reaches stands at a corner. */
static bool tape_at_kink(const Tape *tape, Arena *arena, Expr name) {
    bool *reached = ARENA_ARRAY(arena, bool, tape->count);
    reached[tape_place(tape, name)] = true;
    for (size_t k = 0; k < tape->count; k++) {
        const TapeOp *op = &tape->ops[k];
        for (size_t i = 0; i < op->count; i++)
            reached[k] = reached[k] || reached[tape->operands[op->first + i]];
        OpFrame frame = tape_frame(tape, op);
        if (reached[k] && op_at_kink(op, &frame))
            return true;
    }
    return false;
}

static bool near(double a, double b, double tolerance) {
    return a == b || (isnan(a) && isnan(b)) || fabs(a - b) <= tolerance;
}

static bool entry_agrees(const Verification *check, size_t i, double error, double scale,
                         double rounding) {
    double size = fmax(fabs(check->symbolic[i]), fabs(check->reverse[i]));
    double noise = ROUNDING * scale + 100 * rounding;
    if (!near(check->symbolic[i], check->reverse[i], EXACT_TOLERANCE * size + noise))
        return false;
    if (!isfinite(check->symbolic[i])) /* no difference could confirm it */
        return true;
    double cap = 1e-4 * size + 1e-8 * scale; /* an error estimate must not excuse everything */
    double tolerance = NUMERIC_TOLERANCE * size + fmin(4 * error, cap) + noise;
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
    Slice slice = {
        tape_compile(arena, exprs, model->scope, roots, 2, cut), name, 0, lowered, 0, 0, 0};
    tape_load(slice.tape, model->leaves);
    tape_set(slice.tape, name, model_value(model, cut));
    tape_forward(slice.tape);
    slice.rounding = DBL_EPSILON * largest_value(slice.tape);
    check.kink = tape_at_kink(slice.tape, arena, name);
    fill_reverse(&slice, &check, rows, columns, first);
    for (size_t i = 0; i < rows; i++)
        for (size_t j = 0; j < columns; j++) {
            slice.entry = first + j;
            slice.of_entry = i;
            slice.at = tape_value(slice.tape, name)[slice.entry];
            double scale = fabs(tape_value(slice.tape, lowered)[i]), error;
            scale /= fmax(fabs(slice.at), 1.0 / 32);
            check.numeric[i * columns + j] = difference(&slice, scale, &error);
            check.agree =
                entry_agrees(&check, i * columns + j, error, scale, slice.rounding) && check.agree;
        }
    return check;
}
