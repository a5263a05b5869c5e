#include "exact.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

typedef struct Side {
    mpfr_t *value, *adjoint;
    size_t rows, columns;
} Side;

typedef struct Frame {
    const TapeOp *op;
    Side y, a, b;
} Frame;

/* Numbers that are in the way of nobody. */
typedef struct Scratch {
    mpfr_t x, t, u;
} Scratch;

static size_t entries(const Side *side) {
    return side->rows * side->columns;
}

static size_t meets(const Side *side, size_t i, size_t j) {
    return (side->rows == 1 ? 0 : i) * side->columns + (side->columns == 1 ? 0 : j);
}

Exact exact_open(const Tape *tape) {
    Exact exact = {.tape = tape};
    exact.values = malloc((tape->entries + 1) * sizeof *exact.values);
    exact.adjoints = malloc((tape->entries + 1) * sizeof *exact.adjoints);
    if (!exact.values || !exact.adjoints)
        abort();
    for (size_t i = 0; i < tape->entries; i++) {
        mpfr_init2(exact.values[i], EXACT_BITS);
        mpfr_init2(exact.adjoints[i], EXACT_BITS);
        mpfr_set_zero(exact.values[i], 1);
        mpfr_set_zero(exact.adjoints[i], 1);
    }
    return exact;
}

void exact_close(Exact *exact) {
    for (size_t i = 0; i < exact->tape->entries; i++) {
        mpfr_clear(exact->values[i]);
        mpfr_clear(exact->adjoints[i]);
    }
    free(exact->values);
    free(exact->adjoints);
}

static Side side_of(const Exact *exact, const TapeOp *op) {
    return (Side){exact->values + op->offset, exact->adjoints + op->offset, op->rows, op->columns};
}

static Frame frame_of(const Exact *exact, const TapeOp *op) {
    Frame frame = {.op = op, .y = side_of(exact, op)};
    if (op->count > 0)
        frame.a = side_of(exact, tape_op(exact->tape, op->operands[0]));
    if (op->count > 1)
        frame.b = side_of(exact, tape_op(exact->tape, op->operands[1]));
    return frame;
}

/* ------------------------------------------------------------------ entry by entry */

/* y = 1/(1 + e^−a). */
static void logistic(mpfr_t y, mpfr_t a) {
    mpfr_neg(y, a, MPFR_RNDN);
    mpfr_exp(y, y, MPFR_RNDN);
    mpfr_add_ui(y, y, 1, MPFR_RNDN);
    mpfr_ui_div(y, 1, y, MPFR_RNDN);
}

/* y = log(1 + e^a), or with a sign that of −a: max(a, 0) + log(1 + e^−|a|), for e^a may be beyond
 * even MPFR's exponents. */
static void softplus(mpfr_t y, mpfr_t a, bool opposite, mpfr_t t) {
    mpfr_abs(t, a, MPFR_RNDN);
    mpfr_neg(t, t, MPFR_RNDN);
    mpfr_exp(t, t, MPFR_RNDN);
    mpfr_log1p(t, t, MPFR_RNDN);
    mpfr_set_zero(y, 1);
    if (mpfr_sgn(a) * (opposite ? -1 : 1) > 0)
        mpfr_abs(y, a, MPFR_RNDN);
    mpfr_add(y, y, t, MPFR_RNDN);
}

static void value_of(OpCode code, mpfr_t y, mpfr_t a, mpfr_t b, mpfr_t t) {
    switch (code) {
    case OP_add: mpfr_add(y, a, b, MPFR_RNDN); break;
    case OP_subtract: mpfr_sub(y, a, b, MPFR_RNDN); break;
    case OP_multiply: mpfr_mul(y, a, b, MPFR_RNDN); break;
    case OP_divide: mpfr_div(y, a, b, MPFR_RNDN); break;
    case OP_power: mpfr_pow(y, a, b, MPFR_RNDN); break;
    case OP_larger: mpfr_max(y, a, b, MPFR_RNDN); break;
    case OP_lesser: mpfr_min(y, a, b, MPFR_RNDN); break;
    case OP_leaky_relu:
        if (mpfr_sgn(a) > 0)
            mpfr_set(y, a, MPFR_RNDN);
        else
            mpfr_mul(y, a, b, MPFR_RNDN);
        break;
    case OP_copy: mpfr_set(y, a, MPFR_RNDN); break;
    case OP_negate: mpfr_neg(y, a, MPFR_RNDN); break;
    case OP_exponential: mpfr_exp(y, a, MPFR_RNDN); break;
    case OP_logarithm: mpfr_log(y, a, MPFR_RNDN); break;
    case OP_root: mpfr_sqrt(y, a, MPFR_RNDN); break;
    case OP_sine: mpfr_sin(y, a, MPFR_RNDN); break;
    case OP_cosine: mpfr_cos(y, a, MPFR_RNDN); break;
    case OP_hyperbolic_tangent: mpfr_tanh(y, a, MPFR_RNDN); break;
    case OP_logistic: logistic(y, a); break;
    case OP_rectify:
        mpfr_set(y, a, MPFR_RNDN);
        if (mpfr_sgn(y) < 0)
            mpfr_set_zero(y, 1);
        break;
    case OP_soft_rectify: softplus(y, a, false, t); break;
    case OP_log_logistic:
    case OP_log_rest:
        softplus(y, a, code == OP_log_logistic, t);
        mpfr_neg(y, y, MPFR_RNDN);
        break;
    case OP_absolute: mpfr_abs(y, a, MPFR_RNDN); break;
    default: fprintf(stderr, "no exact rule for operation %d\n", (int)code); exit(2);
    }
}

/* ∂y/∂a, by the textbook and not by op.def's formula. */
static void slope_a(OpCode code, mpfr_t s, mpfr_t a, mpfr_t b, mpfr_t y, mpfr_t t) {
    mpfr_set_ui(s, 1, MPFR_RNDN);
    switch (code) {
    case OP_add:
    case OP_subtract:
    case OP_copy: break;
    case OP_negate: mpfr_neg(s, s, MPFR_RNDN); break;
    case OP_multiply: mpfr_set(s, b, MPFR_RNDN); break;
    case OP_divide: mpfr_div(s, s, b, MPFR_RNDN); break;
    case OP_power: /* b·a^(b−1) */
        if (mpfr_zero_p(b)) {
            mpfr_set_zero(s, 1);
            break;
        }
        mpfr_sub_ui(t, b, 1, MPFR_RNDN);
        mpfr_pow(t, a, t, MPFR_RNDN);
        mpfr_mul(s, b, t, MPFR_RNDN);
        break;
    case OP_larger: mpfr_set_si(s, mpfr_cmp(a, b) >= 0, MPFR_RNDN); break;
    case OP_lesser: mpfr_set_si(s, mpfr_cmp(b, a) >= 0, MPFR_RNDN); break;
    case OP_leaky_relu:
        if (mpfr_sgn(a) <= 0)
            mpfr_set(s, b, MPFR_RNDN);
        break;
    case OP_exponential: mpfr_set(s, y, MPFR_RNDN); break;
    case OP_logarithm: mpfr_div(s, s, a, MPFR_RNDN); break;
    case OP_root:
        mpfr_mul_ui(t, y, 2, MPFR_RNDN);
        mpfr_div(s, s, t, MPFR_RNDN);
        break;
    case OP_sine: mpfr_cos(s, a, MPFR_RNDN); break;
    case OP_cosine:
        mpfr_sin(s, a, MPFR_RNDN);
        mpfr_neg(s, s, MPFR_RNDN);
        break;
    case OP_hyperbolic_tangent:
        mpfr_cosh(t, a, MPFR_RNDN);
        mpfr_sqr(t, t, MPFR_RNDN);
        mpfr_div(s, s, t, MPFR_RNDN);
        break;
    case OP_logistic: /* σ(a)·σ(−a) */
        mpfr_neg(t, a, MPFR_RNDN);
        logistic(s, t);
        mpfr_mul(s, s, y, MPFR_RNDN);
        break;
    case OP_rectify: mpfr_set_si(s, mpfr_sgn(a) > 0, MPFR_RNDN); break;
    case OP_soft_rectify: logistic(s, a); break;
    case OP_log_logistic:
        mpfr_neg(t, a, MPFR_RNDN);
        logistic(s, t);
        break;
    case OP_log_rest:
        logistic(s, a);
        mpfr_neg(s, s, MPFR_RNDN);
        break;
    case OP_absolute: mpfr_set_si(s, mpfr_sgn(a), MPFR_RNDN); break;
    default: fprintf(stderr, "no exact slope for operation %d\n", (int)code); exit(2);
    }
}

static void slope_b(OpCode code, mpfr_t s, mpfr_t a, mpfr_t b, mpfr_t y, mpfr_t t) {
    mpfr_set_ui(s, 1, MPFR_RNDN);
    switch (code) {
    case OP_add: break;
    case OP_subtract: mpfr_neg(s, s, MPFR_RNDN); break;
    case OP_multiply: mpfr_set(s, a, MPFR_RNDN); break;
    case OP_divide: /* −a/b² */
        mpfr_sqr(t, b, MPFR_RNDN);
        mpfr_div(s, a, t, MPFR_RNDN);
        mpfr_neg(s, s, MPFR_RNDN);
        break;
    case OP_power:
        if (mpfr_zero_p(a) && mpfr_sgn(b) > 0) {
            mpfr_set_zero(s, 1);
            break;
        }
        mpfr_log(t, a, MPFR_RNDN);
        mpfr_mul(s, y, t, MPFR_RNDN);
        break;
    case OP_larger: mpfr_set_si(s, mpfr_cmp(a, b) < 0, MPFR_RNDN); break;
    case OP_lesser: mpfr_set_si(s, mpfr_cmp(b, a) < 0, MPFR_RNDN); break;
    case OP_leaky_relu:
        mpfr_set_zero(s, 1);
        if (mpfr_sgn(a) <= 0)
            mpfr_set(s, a, MPFR_RNDN);
        break;
    default: fprintf(stderr, "no exact slope for operation %d\n", (int)code); exit(2);
    }
}

/* to += y_bar·slope; nothing where the adjoint is 0. */
static void contribute(mpfr_t to, mpfr_t y_bar, mpfr_t slope) {
    if (!mpfr_zero_p(y_bar)) {
        mpfr_mul(slope, slope, y_bar, MPFR_RNDN);
        mpfr_add(to, to, slope, MPFR_RNDN);
    }
}

static void elementwise(const Frame *f, Scratch *s, bool back) {
    for (size_t i = 0; i < f->y.rows; i++)
        for (size_t j = 0; j < f->y.columns; j++) {
            const size_t at = i * f->y.columns + j, at_a = meets(&f->a, i, j);
            const size_t at_b = f->b.value ? meets(&f->b, i, j) : 0;
            mpfr_t *a = &f->a.value[at_a], *b = f->b.value ? &f->b.value[at_b] : &s->u;
            if (!back) {
                value_of(f->op->code, f->y.value[at], *a, *b, s->t);
                continue;
            }
            if (mpfr_zero_p(f->y.adjoint[at]))
                continue;
            slope_a(f->op->code, s->x, *a, *b, f->y.value[at], s->t);
            contribute(f->a.adjoint[at_a], f->y.adjoint[at], s->x);
            if (f->b.value) {
                slope_b(f->op->code, s->x, *a, *b, f->y.value[at], s->t);
                contribute(f->b.adjoint[at_b], f->y.adjoint[at], s->x);
            }
        }
}

/* ------------------------------------------------------------------ matrices */

static void matmul(const Frame *f, Scratch *s, bool back) {
    const size_t n = f->y.columns, inner = f->a.columns;
    for (size_t i = 0; i < f->y.rows; i++)
        for (size_t j = 0; j < n; j++) {
            mpfr_t *y = back ? &f->y.adjoint[i * n + j] : &f->y.value[i * n + j];
            if (!back)
                mpfr_set_zero(*y, 1);
            for (size_t k = 0; k < inner; k++) {
                mpfr_t *a = &f->a.value[i * inner + k], *b = &f->b.value[k * n + j];
                if (!back) {
                    mpfr_mul(s->x, *a, *b, MPFR_RNDN);
                    mpfr_add(*y, *y, s->x, MPFR_RNDN);
                    continue;
                }
                mpfr_set(s->x, *b, MPFR_RNDN);
                contribute(f->a.adjoint[i * inner + k], *y, s->x);
                mpfr_set(s->x, *a, MPFR_RNDN);
                contribute(f->b.adjoint[k * n + j], *y, s->x);
            }
        }
}

/* The entry of a that is entry i of y, where entries are only moved. */
static size_t moved_from(const Frame *f, size_t i) {
    if (f->op->kind == EXPR_TRANSPOSE)
        return i % f->y.columns * f->a.columns + i / f->y.columns;
    if (f->op->kind == EXPR_INDEX)
        return (f->op->at.row - 1) * f->a.columns + f->op->at.column - 1;
    return 0;
}

static void move(const Frame *f, bool back) {
    for (size_t i = 0; i < entries(&f->y); i++) {
        const size_t from = moved_from(f, i);
        if (back)
            mpfr_add(f->a.adjoint[from], f->a.adjoint[from], f->y.adjoint[i], MPFR_RNDN);
        else
            mpfr_set(f->y.value[i], f->a.value[from], MPFR_RNDN);
    }
}

static void reduce(const Frame *f, Scratch *s, bool back, bool mean) {
    const unsigned long count = entries(&f->a);
    for (size_t i = 0; i < entries(&f->y) && !back; i++)
        mpfr_set_zero(f->y.value[i], 1);
    for (size_t i = 0; i < f->a.rows; i++)
        for (size_t j = 0; j < f->a.columns; j++) {
            const size_t to = meets(&f->y, i, j), from = i * f->a.columns + j;
            mpfr_set(s->x, back ? f->y.adjoint[to] : f->a.value[from], MPFR_RNDN);
            if (mean)
                mpfr_div_ui(s->x, s->x, count, MPFR_RNDN);
            mpfr_t *sum = back ? &f->a.adjoint[from] : &f->y.value[to];
            mpfr_add(*sum, *sum, s->x, MPFR_RNDN);
        }
}

static void extreme(const Frame *f, bool back) {
    size_t best = 0;
    const int direction = f->op->function == FUNCTION_MIN ? -1 : 1;
    for (size_t i = 1; i < entries(&f->a); i++)
        if (direction * mpfr_cmp(f->a.value[i], f->a.value[best]) > 0)
            best = i;
    if (back)
        mpfr_add(f->a.adjoint[best], f->a.adjoint[best], *f->y.adjoint, MPFR_RNDN);
    else
        mpfr_set(*f->y.value, f->a.value[best], MPFR_RNDN);
}

static void onehot(const Frame *f) {
    for (size_t i = 0; i < entries(&f->y); i++)
        mpfr_set_si(f->y.value[i], mpfr_cmp_ui(*f->a.value, i + 1) == 0, MPFR_RNDN);
}

/* ------------------------------------------------------------------ softmax */

/* s->t = log Σ e^x down a column, from its largest entry on: even MPFR's exponents end. */
static void log_sum(const Side *a, size_t j, Scratch *s) {
    size_t largest = j;
    for (size_t i = j; i < entries(a); i += a->columns)
        largest = mpfr_greater_p(a->value[i], a->value[largest]) ? i : largest;
    mpfr_set_zero(s->t, 1);
    for (size_t i = j; i < entries(a); i += a->columns) {
        mpfr_sub(s->x, a->value[i], a->value[largest], MPFR_RNDN);
        mpfr_exp(s->x, s->x, MPFR_RNDN);
        mpfr_add(s->t, s->t, s->x, MPFR_RNDN);
    }
    mpfr_log(s->t, s->t, MPFR_RNDN);
    mpfr_add(s->t, s->t, a->value[largest], MPFR_RNDN);
}

static void softmax_column(const Frame *f, size_t j, Scratch *s, bool back) {
    log_sum(&f->a, j, s);
    mpfr_set_zero(s->u, 1);
    for (size_t i = j; i < entries(&f->y) && back; i += f->a.columns) {
        mpfr_mul(s->x, f->y.adjoint[i], f->y.value[i], MPFR_RNDN);
        mpfr_add(s->u, s->u, s->x, MPFR_RNDN);
    }
    for (size_t i = j; i < entries(&f->y); i += f->a.columns) {
        if (back) {
            mpfr_sub(s->x, f->y.adjoint[i], s->u, MPFR_RNDN);
            mpfr_mul(s->x, s->x, f->y.value[i], MPFR_RNDN);
            mpfr_add(f->a.adjoint[i], f->a.adjoint[i], s->x, MPFR_RNDN);
        } else {
            mpfr_sub(s->x, f->a.value[i], s->t, MPFR_RNDN);
            mpfr_exp(f->y.value[i], s->x, MPFR_RNDN);
        }
    }
}

static void log_softmax_column(const Frame *f, size_t j, Scratch *s, bool back) {
    log_sum(&f->a, j, s);
    mpfr_set_zero(s->u, 1);
    for (size_t i = j; i < entries(&f->y) && back; i += f->a.columns)
        mpfr_add(s->u, s->u, f->y.adjoint[i], MPFR_RNDN);
    for (size_t i = j; i < entries(&f->y); i += f->a.columns) {
        if (back) {
            mpfr_exp(s->x, f->y.value[i], MPFR_RNDN);
            mpfr_mul(s->x, s->x, s->u, MPFR_RNDN);
            mpfr_sub(s->x, f->y.adjoint[i], s->x, MPFR_RNDN);
            mpfr_add(f->a.adjoint[i], f->a.adjoint[i], s->x, MPFR_RNDN);
        } else {
            mpfr_sub(f->y.value[i], f->a.value[i], s->t, MPFR_RNDN);
        }
    }
}

/* The entry of a that entry i of y is a logarithm of. */
static size_t part_entry(const Frame *f, size_t i) {
    const size_t row = i / f->y.columns, column = i % f->y.columns;
    return f->op->at.row ? (f->op->at.row - 1) * f->a.columns + f->op->at.column - 1
                         : column * f->a.columns + row;
}

static void log_softmax_part(const Frame *f, size_t at, Scratch *s, bool back) {
    const size_t chosen = part_entry(f, at), j = chosen % f->a.columns;
    log_sum(&f->a, j, s);
    if (!back) {
        mpfr_sub(f->y.value[at], f->a.value[chosen], s->t, MPFR_RNDN);
        return;
    }
    for (size_t i = j; i < entries(&f->a); i += f->a.columns) {
        mpfr_sub(s->x, f->a.value[i], s->t, MPFR_RNDN);
        mpfr_exp(s->x, s->x, MPFR_RNDN);
        mpfr_mul(s->x, s->x, f->y.adjoint[at], MPFR_RNDN);
        mpfr_sub(f->a.adjoint[i], f->a.adjoint[i], s->x, MPFR_RNDN);
    }
    mpfr_add(f->a.adjoint[chosen], f->a.adjoint[chosen], f->y.adjoint[at], MPFR_RNDN);
}

static void log_sigmoid_part(const Frame *f, size_t at, OpCode code, Scratch *s, bool back) {
    const size_t chosen = part_entry(f, at);
    mpfr_t *a = &f->a.value[chosen], *y = &f->y.value[at];
    if (!back) {
        value_of(code, *y, *a, s->u, s->t);
    } else if (!mpfr_zero_p(f->y.adjoint[at])) {
        slope_a(code, s->x, *a, s->u, *y, s->t);
        contribute(f->a.adjoint[chosen], f->y.adjoint[at], s->x);
    }
}

/* ------------------------------------------------------------------ the whole */

static void run_call(const Frame *f, Scratch *s, bool back) {
    switch ((ExprFunction)f->op->function) {
    case FUNCTION_SUM: reduce(f, s, back, false); break;
    case FUNCTION_MEAN: reduce(f, s, back, true); break;
    case FUNCTION_MAX:
    case FUNCTION_MIN: extreme(f, back); break;
    case FUNCTION_ONEHOT:
        if (!back)
            onehot(f);
        break;
    case FUNCTION_SOFTMAX:
        for (size_t j = 0; j < f->a.columns; j++)
            softmax_column(f, j, s, back);
        break;
    case FUNCTION_LOG_SOFTMAX:
        for (size_t j = 0; j < f->a.columns; j++)
            log_softmax_column(f, j, s, back);
        break;
    case FUNCTION_LOG_SOFTMAX_PART:
        for (size_t i = 0; i < entries(&f->y); i++)
            log_softmax_part(f, i, s, back);
        break;
    case FUNCTION_LOG_SIGMOID_PART:
        for (size_t i = 0; i < entries(&f->y); i++)
            log_sigmoid_part(f, i, OP_log_logistic, s, back);
        break;
    case FUNCTION_LOG_REST_PART:
        for (size_t i = 0; i < entries(&f->y); i++)
            log_sigmoid_part(f, i, OP_log_rest, s, back);
        break;
    default:
        fprintf(stderr, "no exact rule for %s\n", expr_functions[f->op->function].name);
        exit(2);
    }
}

static void run_literal(const Exact *exact, const Frame *f, bool back) {
    for (size_t i = 0; i < f->op->count; i++) {
        const size_t at = tape_op(exact->tape, f->op->operands[i])->offset;
        if (back)
            mpfr_add(exact->adjoints[at], exact->adjoints[at], f->y.adjoint[i], MPFR_RNDN);
        else
            mpfr_set(f->y.value[i], exact->values[at], MPFR_RNDN);
    }
}

static void run_op(const Exact *exact, const TapeOp *op, Scratch *s, bool back) {
    const Frame frame = frame_of(exact, op);
    for (size_t i = 0; i < entries(&frame.y) && op->count == 0 && !back; i++)
        mpfr_set_d(frame.y.value[i], exact->tape->values[op->offset + i], MPFR_RNDN);
    if (op->count == 0)
        return;
    if (op->kind == EXPR_MATRIX)
        run_literal(exact, &frame, back);
    else if (op->code != OP_COUNT)
        elementwise(&frame, s, back);
    else if (op->kind == EXPR_CALL)
        run_call(&frame, s, back);
    else if (op->kind == EXPR_MATMUL)
        matmul(&frame, s, back);
    else if (op->kind == EXPR_REDUCE)
        reduce(&frame, s, back, false);
    else
        move(&frame, back);
}

static void run(Exact *exact, size_t last, bool back) {
    Scratch scratch;
    mpfr_inits2(EXACT_BITS, scratch.x, scratch.t, scratch.u, (mpfr_ptr)NULL);
    for (size_t k = 0; k < last; k++)
        run_op(exact, tape_op(exact->tape, back ? last - 1 - k : k), &scratch, back);
    mpfr_clears(scratch.x, scratch.t, scratch.u, (mpfr_ptr)NULL);
}

void exact_forward(Exact *exact) {
    run(exact, exact->tape->count, false);
}

void exact_backward(Exact *exact, Expr root, size_t entry) {
    const size_t place = tape_place(exact->tape, root);
    for (size_t i = 0; i < exact->tape->entries; i++)
        mpfr_set_zero(exact->adjoints[i], 1);
    mpfr_set_ui(exact->adjoints[tape_op(exact->tape, place)->offset + entry], 1, MPFR_RNDN);
    run(exact, place + 1, true);
}
