#include "num/bound.h"

#include <math.h>
#include <string.h>

static const Ranged ZERO = {0, 0}, ONE = {1, 0};

/* One of the numbers of an operation at work: as Operand, in ranged numbers. */
typedef struct Side {
    Ranged *value, *adjoint;
    size_t rows, columns;
} Side;

/* An operation at work, as OpFrame. */
typedef struct Frame {
    const TapeOp *op;
    Side y, a, b;
} Frame;

static size_t side_entries(const Side *side) {
    return side->rows * side->columns;
}

static size_t meets(const Side *side, size_t i, size_t j) {
    return (side->rows == 1 ? 0 : i) * side->columns + (side->columns == 1 ? 0 : j);
}

/* The first of several parts is no sum yet, and is not rounded. */
static void contribute(Ranged *to, Ranged part) {
    *to = ranged_is_zero(*to) ? part : ranged_add(*to, part);
}

/* Nothing is handed back where the adjoint is 0, even if the slope is no number: as on the tape. */
static void contribute_product(Ranged *to, Ranged adjoint, Ranged slope) {
    if (!ranged_is_zero(adjoint))
        contribute(to, ranged_multiply(adjoint, slope));
}

/* ------------------------------------------------------------------ room */

static bool is_loop(const TapeOp *op) {
    return op->kind == EXPR_CALL &&
           (op->function == FUNCTION_ROWSUM || op->function == FUNCTION_ROWMEAN);
}

Bounds *bounds_new(Arena *arena, const Tape *tape) {
    Bounds *bounds = ARENA_NEW(arena, Bounds);
    bounds->tape = tape;
    bounds->values = ARENA_ARRAY(arena, Ranged, tape->entries);
    bounds->adjoints = ARENA_ARRAY(arena, Ranged, tape->entries);
    bounds->inner = ARENA_ARRAY(arena, Bounds *, tape->loop_count);
    for (size_t i = 0; i < tape->loop_count; i++)
        bounds->inner[i] = bounds_new(arena, tape->loops[i].inner);
    return bounds;
}

static Side side_of(const Bounds *bounds, const TapeOp *op) {
    return (Side){bounds->values + op->offset, bounds->adjoints + op->offset, op->rows,
                  op->columns};
}

static Frame frame_of(const Bounds *bounds, const TapeOp *op) {
    Frame frame = {.op = op, .y = side_of(bounds, op)};
    if (op->count > 0)
        frame.a = side_of(bounds, tape_op(bounds->tape, op->operands[0]));
    if (op->count > 1)
        frame.b = side_of(bounds, tape_op(bounds->tape, op->operands[1]));
    return frame;
}

/* ------------------------------------------------------------------ entry by entry */

static void elementwise_forward(const Frame *f) {
    for (size_t i = 0; i < f->y.rows; i++)
        for (size_t j = 0; j < f->y.columns; j++)
            f->y.value[i * f->y.columns + j] =
                bound_op(f->op->code, f->a.value[meets(&f->a, i, j)],
                         f->b.value ? f->b.value[meets(&f->b, i, j)] : ZERO);
}

static void elementwise_backward(const Frame *f) {
    for (size_t i = 0; i < f->y.rows; i++)
        for (size_t j = 0; j < f->y.columns; j++) {
            const size_t at = i * f->y.columns + j, at_a = meets(&f->a, i, j);
            const size_t at_b = f->b.value ? meets(&f->b, i, j) : 0;
            Ranged a = f->a.value[at_a], b = f->b.value ? f->b.value[at_b] : ZERO;
            Ranged y = f->y.value[at], y_bar = f->y.adjoint[at];
            if (ranged_is_zero(y_bar))
                continue;
            contribute_product(&f->a.adjoint[at_a], y_bar, bound_slope_a(f->op->code, a, b, y));
            if (f->b.value)
                contribute_product(&f->b.adjoint[at_b], y_bar, bound_slope_b(f->op->code, a, b, y));
        }
}

/* ------------------------------------------------------------------ matrices */

static void matmul_forward(const Frame *f) {
    const size_t n = f->y.columns, inner = f->a.columns;
    for (size_t i = 0; i < f->y.rows; i++)
        for (size_t j = 0; j < n; j++) {
            Ranged sum = ZERO;
            for (size_t k = 0; k < inner; k++)
                contribute(&sum, ranged_multiply(f->a.value[i * inner + k], f->b.value[k * n + j]));
            f->y.value[i * n + j] = sum;
        }
}

static void matmul_backward(const Frame *f) {
    const size_t n = f->y.columns, inner = f->a.columns;
    for (size_t i = f->y.rows; i-- > 0;)
        for (size_t j = 0; j < n; j++)
            for (size_t k = 0; k < inner; k++) {
                const size_t a = i * inner + k, b = k * n + j;
                contribute_product(&f->a.adjoint[a], f->y.adjoint[i * n + j], f->b.value[b]);
                contribute_product(&f->b.adjoint[b], f->y.adjoint[i * n + j], f->a.value[a]);
            }
}

/* Where entry i of the result is read in the operand of an operation that only moves entries. */
static size_t moved_from(const Frame *f, size_t i) {
    const TapeOp *op = f->op;
    switch ((ExprKind)op->kind) {
    case EXPR_TRANSPOSE: return i % f->y.columns * f->a.columns + i / f->y.columns;
    case EXPR_INDEX: return (op->at.row - 1) * f->a.columns + op->at.column - 1;
    default: return 0; /* EXPR_FILL */
    }
}

static void move_forward(const Frame *f) {
    for (size_t i = 0; i < side_entries(&f->y); i++)
        f->y.value[i] = f->a.value[moved_from(f, i)];
}

static void move_backward(const Frame *f) {
    for (size_t i = 0; i < side_entries(&f->y); i++)
        contribute(&f->a.adjoint[moved_from(f, i)], f->y.adjoint[i]);
}

static void unit_forward(const Frame *f) {
    const size_t one = (f->op->at.row - 1) * f->y.columns + f->op->at.column - 1;
    for (size_t i = 0; i < side_entries(&f->y); i++)
        f->y.value[i] = i == one ? ONE : ZERO;
}

static bool is_mean(const Frame *f) {
    return f->op->kind == EXPR_CALL && f->op->function == FUNCTION_MEAN;
}

/* Sums of the entries that meet each entry of y: sum, mean, and what undoes broadcasting. */
static void reduce_forward(const Frame *f) {
    for (size_t i = 0; i < side_entries(&f->y); i++)
        f->y.value[i] = ZERO;
    for (size_t i = 0; i < f->a.rows; i++)
        for (size_t j = 0; j < f->a.columns; j++)
            contribute(&f->y.value[meets(&f->y, i, j)], f->a.value[i * f->a.columns + j]);
    if (is_mean(f))
        *f->y.value = ranged_divide(*f->y.value, ranged_exact((double)side_entries(&f->a)));
}

static void reduce_backward(const Frame *f) {
    const Ranged count = ranged_exact((double)side_entries(&f->a));
    for (size_t i = 0; i < f->a.rows; i++)
        for (size_t j = 0; j < f->a.columns; j++) {
            Ranged part = f->y.adjoint[meets(&f->y, i, j)];
            contribute(&f->a.adjoint[i * f->a.columns + j],
                       is_mean(f) ? ranged_divide(part, count) : part);
        }
}

/* ------------------------------------------------------------------ extremes */

static double direction_of(const Frame *f) {
    return f->op->function == FUNCTION_MIN ? -1 : 1;
}

static size_t first_extreme(const Frame *f) {
    size_t best = 0;
    for (size_t i = 1; i < side_entries(&f->a); i++)
        if (direction_of(f) * f->a.value[i].x > direction_of(f) * f->a.value[best].x)
            best = i;
    return best;
}

/* Whether another entry may be the first extreme one. */
static bool has_rival(const Frame *f, size_t best) {
    for (size_t i = 0; i < side_entries(&f->a); i++) {
        Ranged apart = ranged_subtract(f->a.value[best], f->a.value[i]);
        if (i != best && ranged_side(apart) * direction_of(f) <= 0 && !ranged_is_zero(apart))
            return true;
    }
    return false;
}

static void extreme_forward(const Frame *f) {
    Ranged found = f->a.value[first_extreme(f)];
    for (size_t i = 0; i < side_entries(&f->a); i++)
        found.error = fmax(found.error, f->a.value[i].error);
    *f->y.value = found;
}

static void extreme_backward(const Frame *f) {
    const size_t best = first_extreme(f);
    if (ranged_is_zero(*f->y.adjoint))
        return;
    const bool rival = has_rival(f, best);
    for (size_t i = 0; i < side_entries(&f->a) && rival; i++)
        f->a.adjoint[i].error = INFINITY;
    contribute(&f->a.adjoint[best], *f->y.adjoint);
}

static void first_max_forward(const Frame *f) {
    const size_t best = first_extreme(f);
    const bool rival = has_rival(f, best);
    for (size_t i = 0; i < side_entries(&f->y); i++)
        f->y.value[i] = (Ranged){i == best, rival ? 1 : 0};
}

static void onehot_forward(const Frame *f) {
    for (size_t i = 0; i < side_entries(&f->y); i++)
        f->y.value[i] = (Ranged){f->a.value->x == (double)(i + 1), f->a.value->error > 0 ? 1 : 0};
}

/* ------------------------------------------------------------------ softmax */

/* The first largest entry of column j. */
static size_t largest_in_column(const Side *a, size_t j) {
    size_t best = j;
    for (size_t i = j; i < side_entries(a); i += a->columns)
        if (a->value[i].x > a->value[best].x || isnan(a->value[best].x))
            best = i;
    return best;
}

/* Σ e^(x−m) down column j, m its largest entry, which is but a shift; y gets e^(x−m). */
static Ranged column_exponentials(const Side *a, size_t j, Ranged *y) {
    const Ranged largest = ranged_exact(a->value[largest_in_column(a, j)].x);
    Ranged sum = ZERO;
    for (size_t i = j; i < side_entries(a); i += a->columns) {
        y[i] = ranged_exp(ranged_subtract(a->value[i], largest));
        contribute(&sum, y[i]);
    }
    return sum;
}

/* log Σ e^(x−m) down column j, from that sum without the 1 of m itself. */
static Ranged column_logarithm(const Side *a, size_t j, Ranged *largest) {
    const size_t best = largest_in_column(a, j);
    *largest = ranged_exact(a->value[best].x);
    Ranged others = ZERO;
    for (size_t i = j; i < side_entries(a); i += a->columns) {
        const Ranged apart = ranged_subtract(a->value[i], *largest);
        if (i != best)
            contribute(&others, ranged_exp(apart));
        else if (!ranged_is_zero(apart))
            contribute(&others, ranged_subtract(ranged_exp(apart), ONE));
    }
    return ranged_log_one_more(others);
}

static Ranged without_shift(Ranged x, Ranged largest, Ranged logarithm) {
    return ranged_subtract(ranged_subtract(x, largest), logarithm);
}

static void softmax_forward(const Frame *f) {
    for (size_t j = 0; j < f->a.columns; j++) {
        Ranged sum = column_exponentials(&f->a, j, f->y.value);
        for (size_t i = j; i < side_entries(&f->a); i += f->a.columns)
            f->y.value[i] = ranged_divide(f->y.value[i], sum);
    }
}

static void softmax_backward(const Frame *f) {
    for (size_t j = 0; j < f->a.columns; j++) {
        Ranged dot = ZERO;
        for (size_t i = j; i < side_entries(&f->y); i += f->a.columns)
            contribute(&dot, ranged_multiply(f->y.adjoint[i], f->y.value[i]));
        for (size_t i = j; i < side_entries(&f->y); i += f->a.columns)
            contribute(&f->a.adjoint[i],
                       ranged_multiply(f->y.value[i], ranged_subtract(f->y.adjoint[i], dot)));
    }
}

static void log_softmax_forward(const Frame *f) {
    for (size_t j = 0; j < f->a.columns; j++) {
        Ranged largest, logarithm = column_logarithm(&f->a, j, &largest);
        for (size_t i = j; i < side_entries(&f->a); i += f->a.columns)
            f->y.value[i] = without_shift(f->a.value[i], largest, logarithm);
    }
}

static void log_softmax_backward(const Frame *f) {
    for (size_t j = 0; j < f->a.columns; j++) {
        Ranged sum = ZERO;
        for (size_t i = j; i < side_entries(&f->y); i += f->a.columns)
            contribute(&sum, f->y.adjoint[i]);
        for (size_t i = j; i < side_entries(&f->y); i += f->a.columns)
            contribute(
                &f->a.adjoint[i],
                ranged_subtract(f->y.adjoint[i], ranged_multiply(ranged_exp(f->y.value[i]), sum)));
    }
}

/* The entry of a that entry i of y is a logarithm of. */
static size_t part_entry(const Frame *f, size_t i) {
    return f->op->at.row ? (f->op->at.row - 1) * f->a.columns + f->op->at.column - 1
                         : i % f->a.rows * f->a.columns + i / f->a.rows;
}

static OpCode part_code(const Frame *f) {
    return f->op->function == FUNCTION_LOG_REST_PART ? OP_log_rest : OP_log_logistic;
}

static void log_part_forward(const Frame *f) {
    for (size_t i = 0; i < side_entries(&f->y); i++)
        f->y.value[i] = bound_op((uint8_t)part_code(f), f->a.value[part_entry(f, i)], ZERO);
}

static void log_part_backward(const Frame *f) {
    for (size_t i = 0; i < side_entries(&f->y); i++) {
        const size_t at = part_entry(f, i);
        contribute_product(
            &f->a.adjoint[at], f->y.adjoint[i],
            bound_slope_a((uint8_t)part_code(f), f->a.value[at], ZERO, f->y.value[i]));
    }
}

static void log_softmax_part_forward(const Frame *f) {
    for (size_t i = 0; i < side_entries(&f->y); i++) {
        const size_t chosen = part_entry(f, i), j = chosen % f->a.columns;
        Ranged largest, logarithm = column_logarithm(&f->a, j, &largest);
        f->y.value[i] = without_shift(f->a.value[chosen], largest, logarithm);
    }
}

static void log_softmax_part_backward(const Frame *f) {
    for (size_t i = 0; i < side_entries(&f->y); i++) {
        const size_t chosen = part_entry(f, i);
        for (size_t k = chosen % f->a.columns; k < side_entries(&f->a); k += f->a.columns) {
            Ranged apart = ranged_subtract(f->a.value[k], f->a.value[chosen]);
            Ranged share = ranged_exp(ranged_add(apart, f->y.value[i]));
            contribute_product(&f->a.adjoint[k], ranged_negate(f->y.adjoint[i]), share);
        }
        contribute(&f->a.adjoint[chosen], f->y.adjoint[i]);
    }
}

/* ------------------------------------------------------------------ sums over rows */

static Ranged row_weight(const Bounds *bounds, const TapeOp *op) {
    if (op->function != FUNCTION_ROWMEAN)
        return ONE;
    return ranged_divide(ONE, ranged_exact((double)bounds->tape->scope->data->rows));
}

static Ranged *place_of(Ranged *of, const Tape *tape, Expr expr) {
    return of + tape_op(tape, tape_place(tape, expr))->offset;
}

/* The inner tape in one row: its leaves from outside and from the table, and all its values. */
static void run_row(const Bounds *bounds, const TapeOp *op, size_t row) {
    const RowLoop *loop = &bounds->tape->loops[op->loop];
    const DataTable *data = bounds->tape->scope->data;
    Bounds *inner = bounds->inner[op->loop];
    for (size_t i = 0; i < loop->outside_count; i++) {
        Expr outside = loop->outside[i];
        const TapeOp *from = tape_op(bounds->tape, tape_place(bounds->tape, outside));
        memcpy(place_of(inner->values, loop->inner, outside), bounds->values + from->offset,
               op_entries(from) * sizeof *inner->values);
    }
    for (size_t i = 0; i < loop->column_count; i++) {
        const TapeOp *column = tape_op(loop->inner, tape_place(loop->inner, loop->columns[i]));
        const Symbol *symbol = scope_get(bounds->tape->scope, column->symbol);
        for (size_t j = 0; j < op_entries(column); j++)
            inner->values[column->offset + j] =
                ranged_exact(data->values[row * data->width + symbol->offset - data->offset + j]);
    }
    bounds_run(inner);
}

static void loop_forward(const Bounds *bounds, const TapeOp *op) {
    const RowLoop *loop = &bounds->tape->loops[op->loop];
    Ranged *y = bounds->values + op->offset;
    for (size_t i = 0; i < op_entries(op); i++)
        y[i] = ZERO;
    for (size_t row = 0; row < bounds->tape->scope->data->rows; row++) {
        run_row(bounds, op, row);
        for (size_t i = 0; i < op_entries(op); i++)
            contribute(&y[i], bounds_value(bounds->inner[op->loop], loop->operand)[i]);
    }
    for (size_t i = 0; i < op_entries(op); i++)
        y[i] = ranged_multiply(row_weight(bounds, op), y[i]);
}

static void sweep_back(Bounds *bounds, size_t last);

static void loop_backward(const Bounds *bounds, const TapeOp *op) {
    const RowLoop *loop = &bounds->tape->loops[op->loop];
    Bounds *inner = bounds->inner[op->loop];
    for (size_t row = 0; row < bounds->tape->scope->data->rows; row++) {
        run_row(bounds, op, row);
        memset(inner->adjoints, 0, loop->inner->entries * sizeof *inner->adjoints);
        memcpy(place_of(inner->adjoints, loop->inner, loop->operand), bounds->adjoints + op->offset,
               op_entries(op) * sizeof *inner->adjoints);
        sweep_back(inner, tape_place(loop->inner, loop->operand) + 1);
        for (size_t i = 0; i < loop->outside_count; i++) {
            const TapeOp *to = tape_op(bounds->tape, tape_place(bounds->tape, loop->outside[i]));
            const Ranged *part = place_of(inner->adjoints, loop->inner, loop->outside[i]);
            for (size_t j = 0; j < op_entries(to); j++)
                contribute_product(&bounds->adjoints[to->offset + j], part[j],
                                   row_weight(bounds, op));
        }
    }
}

/* ------------------------------------------------------------------ the whole */

typedef struct Rule {
    void (*forward)(const Frame *frame);
    void (*backward)(const Frame *frame); /* NULL where nothing flows back */
} Rule;

static const Rule by_kind[] = {
    [EXPR_MATMUL] = {matmul_forward, matmul_backward},
    [EXPR_TRANSPOSE] = {move_forward, move_backward},
    [EXPR_INDEX] = {move_forward, move_backward},
    [EXPR_FILL] = {move_forward, move_backward},
    [EXPR_REDUCE] = {reduce_forward, reduce_backward},
    [EXPR_UNIT] = {unit_forward, NULL},
    [EXPR_DERIVATIVE] = {NULL, NULL},
};

static const Rule by_function[FUNCTION_COUNT] = {
    [FUNCTION_MAX] = {extreme_forward, extreme_backward},
    [FUNCTION_MIN] = {extreme_forward, extreme_backward},
    [FUNCTION_SUM] = {reduce_forward, reduce_backward},
    [FUNCTION_MEAN] = {reduce_forward, reduce_backward},
    [FUNCTION_SOFTMAX] = {softmax_forward, softmax_backward},
    [FUNCTION_LOG_SOFTMAX] = {log_softmax_forward, log_softmax_backward},
    [FUNCTION_LOG_SIGMOID_PART] = {log_part_forward, log_part_backward},
    [FUNCTION_LOG_REST_PART] = {log_part_forward, log_part_backward},
    [FUNCTION_LOG_SOFTMAX_PART] = {log_softmax_part_forward, log_softmax_part_backward},
    [FUNCTION_ONEHOT] = {onehot_forward, NULL},
    [FUNCTION_FIRST_MAX] = {first_max_forward, NULL},
};

static Rule rule_of(const TapeOp *op) {
    if (op->code != OP_COUNT)
        return (Rule){elementwise_forward, elementwise_backward};
    if (op->kind == EXPR_CALL)
        return by_function[op->function];
    return op->kind < sizeof by_kind / sizeof *by_kind ? by_kind[op->kind] : (Rule){NULL, NULL};
}

/* Whether an operation is a leaf, whose value is given. */
static bool is_given(const TapeOp *op) {
    return op->count == 0 && op->kind != EXPR_UNIT && !is_loop(op);
}

void bounds_run(Bounds *bounds) {
    for (size_t k = 0; k < bounds->tape->count; k++) {
        const TapeOp *op = tape_op(bounds->tape, k);
        const Frame frame = frame_of(bounds, op);
        const Rule rule = rule_of(op);
        if (op->kind == EXPR_MATRIX)
            for (size_t i = 0; i < op->count; i++)
                frame.y.value[i] = bounds->values[tape_op(bounds->tape, op->operands[i])->offset];
        else if (op->kind == EXPR_NUMBER)
            *frame.y.value = ranged_exact(op->number);
        else if (is_loop(op))
            loop_forward(bounds, op);
        else if (!is_given(op) && rule.forward)
            rule.forward(&frame);
    }
}

void bounds_read(Bounds *bounds) {
    const Tape *tape = bounds->tape;
    for (size_t k = 0; k < tape->count; k++)
        for (size_t i = 0; i < op_entries(tape_op(tape, k)) && is_given(tape_op(tape, k)); i++)
            bounds->values[tape_op(tape, k)->offset + i] =
                ranged_exact(tape->values[tape_op(tape, k)->offset + i]);
}

void bounds_forward(Bounds *bounds) {
    bounds_read(bounds);
    bounds_run(bounds);
}

static void sweep_back(Bounds *bounds, size_t last) {
    for (size_t k = last; k-- > 0;) {
        const TapeOp *op = tape_op(bounds->tape, k);
        const Frame frame = frame_of(bounds, op);
        const Rule rule = rule_of(op);
        if (op->kind == EXPR_MATRIX)
            for (size_t i = 0; i < op->count; i++)
                contribute(&bounds->adjoints[tape_op(bounds->tape, op->operands[i])->offset],
                           frame.y.adjoint[i]);
        else if (is_loop(op))
            loop_backward(bounds, op);
        else if (!is_given(op) && rule.backward)
            rule.backward(&frame);
    }
}

/* What a logarithm is written of but not computed from, as on the tape. */
static void add_bypassed(Bounds *bounds, const Bypassed *bypassed) {
    const TapeOp *logarithm = tape_op(bounds->tape, bypassed->logarithm);
    const size_t offset = tape_op(bounds->tape, bypassed->value)->offset;
    for (size_t i = 0; i < op_entries(logarithm); i++) {
        const size_t at = offset + tape_bypassed_entry(bounds->tape, bypassed, i);
        Ranged adjoint = bounds->adjoints[logarithm->offset + i], value = bounds->values[at];
        if (bypassed->is_rest)
            adjoint = ranged_negate(adjoint), value = ranged_subtract(ONE, value);
        if (!ranged_is_zero(adjoint))
            contribute(&bounds->adjoints[at], ranged_divide(adjoint, value));
    }
}

void bounds_backward(Bounds *bounds, Expr root, size_t entry) {
    const size_t place = tape_place(bounds->tape, root);
    memset(bounds->adjoints, 0, bounds->tape->entries * sizeof *bounds->adjoints);
    bounds->adjoints[tape_op(bounds->tape, place)->offset + entry] = ONE;
    sweep_back(bounds, place + 1);
    for (size_t i = 0; i < bounds->tape->bypassed_count; i++)
        add_bypassed(bounds, &bounds->tape->bypassed[i]);
}

const Ranged *bounds_value(const Bounds *bounds, Expr expr) {
    return place_of(bounds->values, bounds->tape, expr);
}

const Ranged *bounds_adjoint(const Bounds *bounds, Expr expr) {
    return place_of(bounds->adjoints, bounds->tape, expr);
}
