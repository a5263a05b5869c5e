#include "num/verify.h"

#include <assert.h>
#include <float.h>
#include <math.h>
#include <string.h>

#include "expr/diff.h"
#include "expr/simplify.h"
#include "expr/stable.h"
#include "num/differences.h"
#include "num/numeric_sweep.h"

static_assert((int)VERIFY_TOGETHER == (int)NUDGE_SPOTS,
              "what is taken together is asked for together");

/* Operations that a change of some names may reach before the whole tape is gone through instead
 * (num/numeric_sweep.h); a lesson in a course reaches a tenth of it. */
enum { FAR = 2000 };

/* The two exact ways differ by rounding alone; differences also by what they cannot resolve. */
static const double EXACT_TOLERANCE = 1e-10, NUMERIC_TOLERANCE = 1e-6;

struct Verifier {
    const Model *model;
    Arena *arena;
    Expr of; /* what is differentiated, free of derivative tokens */
    bool local;
    SymbolId cut;       /* a name that has no formula here; SYMBOL_NONE, or SYMBOL_WRITTEN */
    const bool *passed; /* by symbol: names that a logarithm goes round (stable_passed), for which
                           `written` is asked, or one with the name cut; NULL for none */
    struct Verifier *written; /* logarithms as they are written; NULL until asked for */
    size_t rows;              /* entries of it */
    Tape *tape;
    double *rounding; /* by entry of it: what it has lost */
    bool *kinks;      /* by place on the tape: at a corner; NULL for none */
    Nudge nudge;
    const NumericSweep *sweep; /* for names from which far too much is reached; NULL until it is
                                  needed */
    Partial
        *gradient;  /* of a number: along all names, in their order; NULL where each is derived */
    size_t names;   /* of the gradient */
    Tape *formulas; /* it, evaluated */
};

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

/* By place: whether the operation stands at a corner. NULL where none does. */
static bool *find_kinks(Arena *arena, const Tape *tape) {
    bool *kinks = NULL;
    for (size_t k = 0; k < tape->count; k++) {
        const TapeOp *op = tape_op(tape, k);
        if (op->kind != EXPR_CALL)
            continue;
        OpFrame frame = tape_frame(tape, op);
        if (!op_at_kink(op, &frame))
            continue;
        if (!kinks)
            kinks = ARENA_ARRAY(arena, bool, tape->count);
        kinks[k] = true;
    }
    return kinks;
}

/* The chosen spots of which a change reaches an operation that stands at a corner. */
static SpotSet find_kinked(const Nudge *nudge, const bool *kinks) {
    SpotSet kinked = 0;
    for (size_t i = 0; kinks && i < nudge->reached_count; i++)
        if (kinks[nudge->reached[i]])
            kinked |= nudge_reaching(nudge, nudge->reached[i]);
    return kinked;
}

static double larger(double largest, const double *values, size_t count) {
    for (size_t i = 0; i < count; i++)
        largest = fabs(values[i]) > largest ? fabs(values[i]) : largest;
    return largest;
}

/* Of all that a change of the chosen spots reaches, and all that is read there. */
static double largest_value(const Nudge *nudge) {
    const Tape *tape = nudge->tape;
    double largest = 0;
    for (size_t i = 0; i < nudge->touched_count; i++) {
        const uint32_t place = nudge->touched[i];
        if (tape->codes[place] != TAPE_WIDE) {
            largest = larger(largest, tape->values + place, 1);
            continue;
        }
        const TapeOp *op = tape_op(tape, place);
        largest = larger(largest, tape->values + op->offset, (size_t)op->rows * op->columns);
    }
    return largest;
}

static bool near(double a, double b, double tolerance) {
    return a == b || (isnan(a) && isnan(b)) || fabs(a - b) <= tolerance;
}

static bool entry_agrees(const Verification *check, size_t i, const Difference *difference,
                         double rounding) {
    double size = fmax(fabs(check->symbolic[i]), fabs(check->reverse[i]));
    double noise = DIFFERENCE_ROUNDING * difference->scale + 100 * rounding;
    if (!near(check->symbolic[i], check->reverse[i], EXACT_TOLERANCE * size + noise))
        return false;
    if (!isfinite(check->symbolic[i])) /* no difference could confirm it */
        return true;
    /* An error estimate must not excuse everything. */
    double cap = 1e-4 * size + 1e-8 * difference->scale + 4 * difference->noise;
    double tolerance = NUMERIC_TOLERANCE * size + fmin(4 * difference->error, cap) + noise;
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
    if (verifier->local)
        model_fill(verifier->model, tape);
    if (verifier->cut < SYMBOL_WRITTEN)
        tape_set(tape, scope_expr(verifier->model->scope, verifier->model->exprs, verifier->cut),
                 model_value(verifier->model, verifier->cut));
    tape_forward(tape);
}

static Tape *compile_tape(const Verifier *verifier, Arena *arena, const Expr *roots, size_t count) {
    const Model *model = verifier->model;
    Tape *tape =
        verifier->local
            ? tape_compile_local(arena, model->exprs, model->scope, roots, count, SYMBOL_WRITTEN)
            : tape_compile(arena, model->exprs, model->scope, roots, count, verifier->cut);
    run_tape(verifier, tape);
    return tape;
}

static const Partial *find_partial(const Verifier *verifier, const Partial *partials, size_t count,
                                   const Wanted *wanted) {
    return partials_find(partials, count, expr_get(verifier->model->exprs, wanted->name)->symbol);
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

/* An entry of a name, and where its derivatives belong. */
typedef struct Column {
    Verification *check;
    size_t number, columns; /* which of the columns of the derivative */
} Column;

/* Puts the differences along one spot into its column, and compares. */
static void fill_column(const Verifier *verifier, const Column *column, const Difference *found,
                        double largest) {
    Verification *check = column->check;
    for (size_t i = 0; i < verifier->rows; i++) {
        const size_t place = i * column->columns + column->number;
        check->numeric[place] = found[i].value;
        check->agree = entry_agrees(check, place, &found[i], DBL_EPSILON * largest) && check->agree;
    }
}

/* The same for spots of which a change reaches more than is computed again for each. */
static void fill_far(Verifier *verifier, const Column *columns, size_t count) {
    const Nudge *nudge = &verifier->nudge;
    const Tape *tape = verifier->tape;
    if (!verifier->sweep)
        verifier->sweep = numeric_sweep(verifier->arena, tape, nudge->of, verifier->kinks);
    const double result = tape->values[nudge->of];
    const double largest = larger(0, tape->values, tape->entries);
    for (size_t s = 0; s < count; s++) {
        const size_t place = nudge->places[s];
        Difference found = {0};
        if (place != SIZE_MAX) {
            found = difference_expected(tape->values[place], result, verifier->rounding[0]);
            found.value = verifier->sweep->value[place];
            found.error = verifier->sweep->error[place];
            columns[s].check->kink |= verifier->sweep->kinked[place];
        }
        fill_column(verifier, &columns[s], &found, largest);
    }
}

/* The numeric way for all these columns, as many of them together as can be. */
static void fill_numeric(Verifier *verifier, Arena *arena, const Spot *spots, const Column *columns,
                         size_t count) {
    Nudge *nudge = &verifier->nudge;
    const size_t rows = verifier->rows;
    Difference *found = ARENA_ARRAY(arena, Difference, NUDGE_SPOTS * rows);
    for (size_t done = 0, taken; done < count; done += taken) {
        taken = nudge_choose(nudge, spots + done, count - done, DIFFERENCES_QUICK);
        if (nudge->is_far) {
            fill_far(verifier, columns + done, taken);
            continue;
        }
        const SpotSet kinked = find_kinked(nudge, verifier->kinks);
        const double largest = largest_value(nudge);
        for (size_t s = 0; s < taken; s++)
            columns[done + s].check->kink |= kinked >> s & 1;
        differences_quick(nudge, arena, verifier->rounding, found);
        differences_thorough(nudge, arena, spots + done, taken, verifier->rounding, found);
        for (size_t s = 0; s < taken; s++)
            fill_column(verifier, &columns[done + s], found + s * rows, largest);
    }
}

static Verifier *make(const Model *model, Arena *arena, Expr of, bool local, SymbolId cut);

static Wanted wanted_of(const Exprs *exprs, Expr wrt) {
    const ExprNode node = *expr_get(exprs, wrt);
    const bool element = node.kind == EXPR_INDEX;
    Wanted wanted = {.name = element ? expr_operand(exprs, wrt, 0) : wrt, .wrt = wrt};
    if (element)
        wanted.first =
            (node.at.row - 1) * (size_t)expr_get(exprs, wanted.name)->columns + node.at.column - 1;
    wanted.columns = (size_t)node.rows * node.columns;
    return wanted;
}

/* The two exact ways. */
static Verification begin_check(const Verifier *verifier, Arena *arena, const Wanted *wanted) {
    Exprs *exprs = verifier->model->exprs;
    const ExprNode shape = *expr_get(exprs, expr_derivative(exprs, verifier->of, wanted->wrt));
    Verification check = {.rows = shape.rows, .columns = shape.columns, .agree = true};
    size_t entries = verifier->rows * wanted->columns;
    check.symbolic = ARENA_ARRAY(arena, double, entries);
    check.reverse = ARENA_ARRAY(arena, double, entries);
    check.numeric = ARENA_ARRAY(arena, double, entries);
    fill_symbolic(verifier, arena, wanted, &check);
    fill_reverse(verifier, wanted, &check);
    return check;
}

/* Whether a sweep that follows all names leaves this one out. */
static bool is_passed(const Verifier *verifier, const Wanted *wanted) {
    return verifier->passed &&
           verifier->passed[expr_get(verifier->model->exprs, wanted->name)->symbol];
}

static void check_open(Verifier *verifier, Arena *arena, const Expr *wrt, size_t count,
                       Verification *checks) {
    Spot *spots = NULL;
    Column *columns = NULL;
    size_t used = 0, spot_capacity = 0, column_capacity = 0;
    for (size_t k = 0; k < count; k++) {
        const Wanted wanted = wanted_of(verifier->model->exprs, wrt[k]);
        checks[k] = begin_check(verifier, arena, &wanted);
        for (size_t j = 0; j < wanted.columns; j++, used++) {
            ARENA_RESERVE(arena, spots, used, spot_capacity);
            ARENA_RESERVE(arena, columns, used, column_capacity);
            spots[used] = (Spot){wanted.name, wanted.first + j};
            columns[used] = (Column){&checks[k], j, wanted.columns};
        }
    }
    fill_numeric(verifier, arena, spots, columns, used);
}

static bool is_finite(const Verification *check) {
    for (size_t i = 0; i < check->rows * check->columns; i++)
        if (!isfinite(check->symbolic[i]) || !isfinite(check->reverse[i]))
            return false;
    return true;
}

/* Along names that a logarithm goes round: with all logarithms as they are written; and where that
 * leaves the numbers, with nothing but the name cut. */
static void check_passed(Verifier *verifier, Arena *arena, const Expr *wrt, size_t count,
                         Verification *checks) {
    if (!verifier->written)
        verifier->written =
            make(verifier->model, verifier->arena, verifier->of, false, SYMBOL_WRITTEN);
    check_open(verifier->written, arena, wrt, count, checks);
    for (size_t k = 0; k < count; k++) {
        if (checks[k].agree && is_finite(&checks[k]))
            continue;
        const Wanted wanted = wanted_of(verifier->model->exprs, wrt[k]);
        SymbolId cut = expr_get(verifier->model->exprs, wanted.name)->symbol;
        check_open(make(verifier->model, arena, verifier->of, false, cut), arena, &wrt[k], 1,
                   &checks[k]);
    }
}

void verifier_check_all(Verifier *verifier, Arena *arena, const Expr *wrt, size_t count,
                        Verification *checks) {
    if (!count)
        return;
    Expr *names = ARENA_ARRAY(arena, Expr, count);
    Verification *found = ARENA_ARRAY(arena, Verification, count);
    size_t *at = ARENA_ARRAY(arena, size_t, count), passed = 0, open = 0;
    for (size_t k = 0; k < count; k++) {
        const Wanted wanted = wanted_of(verifier->model->exprs, wrt[k]);
        const size_t place = is_passed(verifier, &wanted) ? count - ++passed : open++;
        names[place] = wrt[k];
        at[place] = k;
    }
    check_open(verifier, arena, names, open, found);
    if (passed)
        check_passed(verifier, arena, names + open, passed, found + open);
    for (size_t i = 0; i < count; i++)
        checks[at[i]] = found[i];
}

Verification verifier_check(Verifier *verifier, Arena *arena, Expr wrt) {
    Verification check;
    verifier_check_all(verifier, arena, &wrt, 1, &check);
    return check;
}

/* ------------------------------------------------------------------------------ making one */

/* All derivatives of a number as formulas, and their values. */
static void find_gradient(Verifier *verifier, Arena *arena) {
    const Model *model = verifier->model;
    verifier->names =
        verifier->local ? expr_partials(model->exprs, model->scope, arena, verifier->of,
                                        expr_number(model->exprs, 1), &verifier->gradient)
        : verifier->cut == SYMBOL_WRITTEN
            ? expr_gradient_written(model->exprs, model->scope, arena, verifier->of,
                                    &verifier->gradient)
            : expr_gradient(model->exprs, model->scope, arena, verifier->of, &verifier->gradient);
    Expr *roots = ARENA_ARRAY(arena, Expr, verifier->names);
    size_t count = 0;
    for (size_t i = 0; i < verifier->names; i++)
        if (verifier->gradient[i].adjoint)
            roots[count++] = verifier->gradient[i].adjoint;
    verifier->formulas = compile_tape(verifier, arena, roots, count);
}

/* What the entries of the result have lost to rounding: every operation rounds its value, and the
 * adjoint of that says what becomes of it. These errors are as good as independent, so their
 * squares add up. */
static double *find_rounding(const Verifier *verifier, Arena *arena) {
    const Tape *tape = verifier->tape;
    double *rounding = ARENA_ARRAY(arena, double, verifier->rows);
    for (size_t i = 0; i < verifier->rows; i++) {
        tape_backward(verifier->tape, verifier->of, i);
        double sum = 0;
        for (size_t k = 0; k < tape->entries; k++) {
            const double lost = DBL_EPSILON * tape->values[k] * tape->adjoints[k];
            sum += isfinite(lost) ? lost * lost : 0;
        }
        rounding[i] = sqrt(sum);
    }
    return rounding;
}

static const bool *find_passed(const Model *model, Arena *arena, Expr of) {
    Parts parts = parts_of(model->exprs, model->scope, SYMBOL_NONE, arena, of);
    return stable_passed(model->exprs, model->scope, arena, &parts);
}

static Verifier *make(const Model *model, Arena *arena, Expr of, bool local, SymbolId cut) {
    const ExprNode *node = expr_get(model->exprs, of);
    Verifier *verifier = ARENA_NEW(arena, Verifier);
    *verifier = (Verifier){.model = model,
                           .arena = arena,
                           .of = of,
                           .local = local,
                           .cut = cut,
                           .rows = (size_t)node->rows * node->columns};
    bool whole = !local && cut >= SYMBOL_WRITTEN;
    verifier->passed = whole && cut == SYMBOL_NONE ? find_passed(model, arena, of) : NULL;
    verifier->tape = compile_tape(verifier, arena, &of, 1);
    verifier->rounding = find_rounding(verifier, arena);
    if (verifier->rows == 1 && (local || (whole && !model->scope->data)))
        find_gradient(verifier, arena);
    verifier->kinks = find_kinks(arena, verifier->tape);
    verifier->nudge = nudge_new(arena, verifier->tape, of);
    if (!verifier->tape->wide_count && !verifier->tape->loop_count)
        verifier->nudge.most = FAR;
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
