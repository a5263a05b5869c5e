#include "num/verify.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "expr/diff.h"
#include "expr/simplify.h"
#include "expr/stable.h"
#include "num/nudge.h"

/* The two exact ways differ by rounding alone; differences also by what they cannot resolve. */
static const double EXACT_TOLERANCE = 1e-10, NUMERIC_TOLERANCE = 1e-6, ROUNDING = 1e-11;

struct Verifier {
    const Model *model;
    Expr of; /* what is differentiated, free of derivative tokens */
    bool local;
    SymbolId cut;       /* a name that has no formula here, or SYMBOL_NONE */
    const bool *passed; /* by symbol: names that must be cut (stable_passed); NULL for none */
    size_t rows;        /* entries of it */
    Tape *tape;
    Nudge nudge;
    Partial
        *gradient;  /* of a number: along all names, in their order; NULL where each is derived */
    size_t names;   /* of the gradient */
    Tape *formulas; /* it, evaluated */
};

enum {
    RIDDERS_LEVELS = 12,
    RIDDERS_ATTEMPTS = 4,
    RIDDERS_VALUES = 2 * RIDDERS_LEVELS /* above and below */
};

/* Differences by one entry of a name: for each entry of the result. */
typedef struct Differences {
    Nudge *nudge;
    size_t entry;    /* of the name: what varies */
    double at;       /* its present value */
    double rounding; /* what one operation may lose: of the largest value that is read */
    double *values[RIDDERS_ATTEMPTS]; /* of the result: RIDDERS_VALUES each; NULL if not yet made */
    Arena *arena;
} Differences;

static double first_step(const Differences *differences, size_t attempt) {
    const double shorter = 64;
    double step = fmax(fabs(differences->at), 1) / 32;
    while (attempt--)
        step /= shorter;
    return step;
}

/* With steps that shrink by √2. */
static const double *values_of(Differences *differences, size_t attempt, size_t rows) {
    if (differences->values[attempt])
        return differences->values[attempt];
    double at[RIDDERS_VALUES], step = first_step(differences, attempt);
    for (size_t i = 0; i < RIDDERS_LEVELS; i++, step /= sqrt(2)) {
        at[2 * i] = differences->at + step;
        at[2 * i + 1] = differences->at - step;
    }
    double *values = ARENA_ARRAY(differences->arena, double, rows *RIDDERS_VALUES);
    nudge_run(differences->nudge, differences->entry, at, RIDDERS_VALUES, values);
    return differences->values[attempt] = values;
}

/* Central differences with steps that shrink by √2, extrapolated to step 0 (Ridders, "Accurate
 * computation of F'(x) and F'(x) F''(x)", 1982); the estimate with the smallest error is kept. */
static double ridders(const Differences *differences, const double *values, double step,
                      double *error) {
    const double shrink = sqrt(2);
    double table[RIDDERS_LEVELS][RIDDERS_LEVELS];
    double best = NAN;
    *error = INFINITY;
    for (size_t i = 0; i < RIDDERS_LEVELS; i++, step /= shrink) {
        double above = differences->at + step, below = differences->at - step;
        table[0][i] = (values[2 * i] - values[2 * i + 1]) / (above - below);
        if (i == 0)
            best = table[0][0];
        double factor = shrink * shrink;
        for (size_t j = 1; j <= i; j++, factor *= shrink * shrink) {
            table[j][i] = (table[j - 1][i] * factor - table[j - 1][i - 1]) / (factor - 1);
            double guess =
                fmax(fabs(table[j][i] - table[j - 1][i]), fabs(table[j][i] - table[j - 1][i - 1]));
            guess += differences->rounding / (above - below);
            if (guess < *error) {
                *error = guess;
                best = table[j][i];
            }
        }
    }
    return best;
}

/* The best of a few attempts: where a corner or a pole stands within the first steps, those of a
 * later attempt are short enough to stay on one side of it. */
static double difference(Differences *differences, size_t row, size_t rows, double scale,
                         double *error) {
    const double good_enough = 1e-8;
    double best = NAN;
    *error = INFINITY;
    for (size_t i = 0; i < RIDDERS_ATTEMPTS; i++) {
        const double *values = values_of(differences, i, rows) + row * RIDDERS_VALUES;
        double found_error,
            found = ridders(differences, values, first_step(differences, i), &found_error);
        if (i == 0 || found_error < *error) {
            *error = found_error;
            best = found;
        }
        if (*error <= good_enough * fabs(best) + ROUNDING * scale)
            break;
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

/* Whether an entry is exactly 0: on one side of it the function has no value. */
static bool begins_at(const Operand *x) {
    for (size_t i = 0; i < x->rows * x->columns; i++)
        if (x->value[i] == 0)
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

/* Whether a function stands at one of its corners, or where it begins: there no difference over
 * both sides has a limit. */
static bool op_at_kink(const TapeOp *op, const OpFrame *frame) {
    bool two = op->count == 2 && frame->a.value != frame->b.value;
    switch ((ExprFunction)op->function) {
    case FUNCTION_RELU:
    case FUNCTION_LEAKY_RELU:
    case FUNCTION_ABS:
    case FUNCTION_POSITIVE:
    case FUNCTION_SIGN:
    case FUNCTION_LEAKY_SLOPE: return has_zero(&frame->a);
    case FUNCTION_LOG:
    case FUNCTION_SQRT: return begins_at(&frame->a);
    case FUNCTION_AT_LEAST: return two && have_equals(frame);
    case FUNCTION_FIRST_MAX: return has_tie(&frame->a, 1);
    case FUNCTION_MAX: return op->count == 1 ? has_tie(&frame->a, 1) : two && have_equals(frame);
    case FUNCTION_MIN: return op->count == 1 ? has_tie(&frame->a, -1) : two && have_equals(frame);
    default: return false;
    }
}

/* Of all that a change of the name reaches, and all that is read there. */
static double largest_value(const Nudge *nudge) {
    double largest = 0;
    for (size_t i = 0; i < nudge->touched_count; i++) {
        const TapeOp *op = tape_op(nudge->tape, nudge->touched[i]);
        for (size_t j = 0; j < (size_t)op->rows * op->columns; j++)
            largest = fmax(largest, fabs(nudge->tape->values[op->offset + j]));
    }
    return largest;
}

/* Whether any operation that a change of the name reaches stands at a corner. */
static bool meets_kink(const Nudge *nudge) {
    for (size_t i = 0; i < nudge->reached_count; i++) {
        const TapeOp *op = tape_op(nudge->tape, nudge->reached[i]);
        if (op->kind != EXPR_CALL)
            continue;
        OpFrame frame = tape_frame(nudge->tape, op);
        if (op_at_kink(op, &frame))
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

/* ------------------------------------------------------------------------------ three ways */

/* What is asked of a verifier: columns [first, first + columns) of the entries of a name. */
typedef struct Wanted {
    Expr name, wrt;
    size_t first, columns;
} Wanted;

static void copy_row(const Verifier *verifier, const Wanted *wanted, const Tape *tape, Expr adjoint,
                     double *row) {
    const double *entries = tape_value(tape, adjoint);
    bool number = expr_is_scalar(verifier->model->exprs, adjoint);
    for (size_t i = 0; i < wanted->columns; i++)
        row[i] = entries[number ? 0 : wanted->first + i];
}

/* Fills the leaves of a tape: in the local one the names in the formula, too. */
static void run_tape(const Verifier *verifier, Tape *tape) {
    tape_load(tape, verifier->model->leaves);
    for (size_t i = 0; i < tape->count && verifier->local; i++)
        if (tape_op(tape, i)->kind == EXPR_NAME) {
            SymbolId symbol = tape_op(tape, i)->symbol;
            tape_set(tape, scope_expr(verifier->model->scope, verifier->model->exprs, symbol),
                     model_value(verifier->model, symbol));
        }
    if (verifier->cut != SYMBOL_NONE)
        tape_set(tape, scope_expr(verifier->model->scope, verifier->model->exprs, verifier->cut),
                 model_value(verifier->model, verifier->cut));
    tape_forward(tape);
}

static Tape *compile_tape(const Verifier *verifier, Arena *arena, const Expr *roots, size_t count) {
    const Model *model = verifier->model;
    Tape *tape = verifier->local
                     ? tape_compile_local(arena, model->exprs, model->scope, roots, count)
                     : tape_compile(arena, model->exprs, model->scope, roots, count, verifier->cut);
    run_tape(verifier, tape);
    return tape;
}

static int by_symbol(const void *a, const void *b) {
    SymbolId left = ((const Partial *)a)->symbol, right = ((const Partial *)b)->symbol;
    return (left > right) - (left < right);
}

static const Partial *find_partial(const Verifier *verifier, const Partial *partials, size_t count,
                                   const Wanted *wanted) {
    Partial key = {.symbol = expr_get(verifier->model->exprs, wanted->name)->symbol};
    return count ? bsearch(&key, partials, count, sizeof key, by_symbol) : NULL;
}

/* A row of a local Jacobian: the partials of one entry of the formula. */
static void fill_local_row(const Verifier *verifier, Arena *arena, const Wanted *wanted, size_t row,
                           double *entries) {
    const Model *model = verifier->model;
    Arena work = {.recovery = arena->recovery};
    size_t width = expr_get(model->exprs, verifier->of)->columns;
    Expr entry = simplify_index(model->exprs, verifier->of, (uint32_t)(row / width) + 1,
                                (uint32_t)(row % width) + 1);
    Partial *partials;
    size_t count = expr_partials(model->exprs, model->scope, &work, entry,
                                 expr_number(model->exprs, 1), &partials);
    const Partial *partial = find_partial(verifier, partials, count, wanted);
    if (partial)
        copy_row(verifier, wanted, compile_tape(verifier, &work, &partial->adjoint, 1),
                 partial->adjoint, entries);
    arena_clear(&work);
}

static void fill_symbolic(const Verifier *verifier, Arena *arena, const Wanted *wanted,
                          Verification *check) {
    if (verifier->gradient) {
        const Partial *partial =
            find_partial(verifier, verifier->gradient, verifier->names, wanted);
        if (partial)
            copy_row(verifier, wanted, verifier->formulas, partial->adjoint, check->symbolic);
    } else if (verifier->local) {
        for (size_t i = 0; i < verifier->rows; i++)
            fill_local_row(verifier, arena, wanted, i, check->symbolic + i * wanted->columns);
    } else {
        Expr token = expr_derivative(verifier->model->exprs, verifier->of, wanted->wrt);
        check->symbolic = model_evaluate(verifier->model, arena, token);
    }
}

/* Rows of the Jacobian by rows of `of`, one sweep each; a number's was made already. */
static void fill_reverse(const Verifier *verifier, const Wanted *wanted, Verification *check) {
    for (size_t i = 0; i < verifier->rows; i++) {
        if (verifier->rows > 1)
            tape_backward(verifier->tape, verifier->of, i);
        const double *adjoint = tape_adjoint(verifier->tape, wanted->name);
        if (adjoint)
            memcpy(check->reverse + i * wanted->columns, adjoint + wanted->first,
                   wanted->columns * sizeof *check->reverse);
    }
}

/* Fills the numeric way column by column, and compares. */
static void fill_numeric(Verifier *verifier, Arena *arena, const Wanted *wanted,
                         Verification *check) {
    bool reached = nudge_name(&verifier->nudge, wanted->name);
    check->kink = reached && meets_kink(&verifier->nudge);
    double rounding = DBL_EPSILON * largest_value(&verifier->nudge);
    for (size_t j = 0; j < wanted->columns; j++) {
        Differences differences = {.nudge = &verifier->nudge,
                                   .entry = wanted->first + j,
                                   .rounding = rounding,
                                   .arena = arena};
        if (reached)
            differences.at = tape_value(verifier->tape, wanted->name)[differences.entry];
        for (size_t i = 0; i < verifier->rows; i++) {
            double scale = fabs(tape_value(verifier->tape, verifier->of)[i]), error = 0;
            scale /= fmax(fabs(differences.at), 1.0 / 32);
            size_t place = i * wanted->columns + j;
            if (reached)
                check->numeric[place] = difference(&differences, i, verifier->rows, scale, &error);
            check->agree = entry_agrees(check, place, error, scale, rounding) && check->agree;
        }
    }
}

static Verifier *make(const Model *model, Arena *arena, Expr of, bool local, SymbolId cut);

Verification verifier_check(Verifier *verifier, Arena *arena, Expr wrt) {
    Exprs *exprs = verifier->model->exprs;
    const ExprNode wrt_node = *expr_get(exprs, wrt);
    bool element = wrt_node.kind == EXPR_INDEX;
    Wanted wanted = {.name = element ? expr_operand(exprs, wrt, 0) : wrt, .wrt = wrt};
    if (element)
        wanted.first = (wrt_node.at.row - 1) * (size_t)expr_get(exprs, wanted.name)->columns +
                       wrt_node.at.column - 1;
    wanted.columns = (size_t)wrt_node.rows * wrt_node.columns;
    SymbolId symbol = expr_get(exprs, wanted.name)->symbol;
    if (verifier->passed && verifier->passed[symbol])
        verifier = make(verifier->model, arena, verifier->of, false, symbol);
    const ExprNode shape = *expr_get(exprs, expr_derivative(exprs, verifier->of, wrt));
    Verification check = {.rows = shape.rows, .columns = shape.columns, .agree = true};
    size_t entries = verifier->rows * wanted.columns;
    check.symbolic = ARENA_ARRAY(arena, double, entries);
    check.reverse = ARENA_ARRAY(arena, double, entries);
    check.numeric = ARENA_ARRAY(arena, double, entries);
    fill_symbolic(verifier, arena, &wanted, &check);
    fill_reverse(verifier, &wanted, &check);
    fill_numeric(verifier, arena, &wanted, &check);
    return check;
}

/* ------------------------------------------------------------------------------ making one */

/* All derivatives of a number as formulas, and their values. */
static void find_gradient(Verifier *verifier, Arena *arena) {
    const Model *model = verifier->model;
    verifier->names =
        verifier->local
            ? expr_partials(model->exprs, model->scope, arena, verifier->of,
                            expr_number(model->exprs, 1), &verifier->gradient)
            : expr_gradient(model->exprs, model->scope, arena, verifier->of, &verifier->gradient);
    Expr *roots = ARENA_ARRAY(arena, Expr, verifier->names);
    size_t count = 0;
    for (size_t i = 0; i < verifier->names; i++)
        if (verifier->gradient[i].adjoint)
            roots[count++] = verifier->gradient[i].adjoint;
    verifier->formulas = compile_tape(verifier, arena, roots, count);
}

static const bool *find_passed(const Model *model, Arena *arena, Expr of) {
    Parts parts = parts_of(model->exprs, model->scope, SYMBOL_NONE, arena, of);
    return stable_passed(model->exprs, model->scope, arena, &parts);
}

static Verifier *make(const Model *model, Arena *arena, Expr of, bool local, SymbolId cut) {
    const ExprNode *node = expr_get(model->exprs, of);
    Verifier *verifier = ARENA_NEW(arena, Verifier);
    *verifier = (Verifier){.model = model,
                           .of = of,
                           .local = local,
                           .cut = cut,
                           .rows = (size_t)node->rows * node->columns};
    bool whole = !local && cut == SYMBOL_NONE;
    verifier->passed = whole ? find_passed(model, arena, of) : NULL;
    verifier->tape = compile_tape(verifier, arena, &of, 1);
    if (verifier->rows == 1) {
        tape_backward(verifier->tape, of, 0);
        if (local || (whole && !model->scope->data))
            find_gradient(verifier, arena);
    }
    verifier->nudge = nudge_new(arena, verifier->tape, of);
    return verifier;
}

Verifier *verifier_new(const Model *model, Arena *arena, Expr of) {
    return make(model, arena, expr_lower(model->exprs, model->scope, arena, of), false,
                SYMBOL_NONE);
}

Verifier *verifier_local(const Model *model, Arena *arena, SymbolId of) {
    return make(model, arena, scope_get(model->scope, of)->lowered, true, SYMBOL_NONE);
}

Verification verify_derivative(const Model *model, Arena *arena, Expr of, Expr wrt) {
    return verifier_check(verifier_new(model, arena, of), arena, wrt);
}
