#include "expr/diff.h"

#include <stdlib.h>
#include <string.h>

#include "expr/gradients.h"
#include "expr/parts.h"
#include "expr/simplify.h"
#include "expr/stable.h"

/* A sweep in progress over the parts of a formula: the adjoint at the place of a part is
 * ∂result/∂part, 0 while nothing has reached it. Expressions built during the sweep are no parts.
 */
typedef struct Sweep {
    Exprs *exprs;
    const Scope *scope;
    Parts parts;
    Expr *adjoint;      /* for the present row */
    Expr *row_adjoint;  /* inside a rowsum: for each row; NULL without data */
    const bool *by_row; /* NULL without data */
    bool inside;        /* the operation being swept is inside a rowsum */
    bool follow;        /* names are followed into their formulas, but not `cut` */
    SymbolId cut;
    Arena *scratch;
} Sweep;

static void sweep_run(Sweep *sweep, size_t top);

static Sweep sweep_new(Exprs *exprs, const Scope *scope, Parts parts, Arena *scratch) {
    Sweep sweep = {
        .exprs = exprs, .scope = scope, .parts = parts, .cut = SYMBOL_NONE, .scratch = scratch};
    sweep.adjoint = ARENA_ARRAY(scratch, Expr, parts.count);
    sweep.by_row = expr_by_row(exprs, scope, scratch, parts.list[parts.count - 1]);
    if (sweep.by_row)
        sweep.row_adjoint = ARENA_ARRAY(scratch, Expr, parts.count);
    return sweep;
}

static void contribute(Sweep *sweep, Expr operand, Expr amount) {
    const ExprNode *node = expr_get(sweep->exprs, operand);
    amount = simplify_reduce(sweep->exprs, amount, node->rows, node->columns);
    bool stays = sweep->inside && sweep->by_row[operand];
    if (sweep->inside && !stays && !simplify_is_zero(sweep->exprs, amount))
        amount = expr_call1(sweep->exprs, FUNCTION_ROWSUM, amount);
    size_t place = parts_place(&sweep->parts, operand);
    Expr *adjoint = stays ? &sweep->row_adjoint[place] : &sweep->adjoint[place];
    /* The sweep comes from the end: what it finds later stands further to the front. */
    *adjoint = *adjoint ? simplify_add(sweep->exprs, amount, *adjoint) : amount;
}

/* An elementwise contribution: adjoint ∘ slope, spread to the shape of the result first. */
static void contribute_slope(Sweep *sweep, Expr operand, Expr adjoint, Expr slope) {
    contribute(sweep, operand, simplify_multiply(sweep->exprs, adjoint, slope));
}

/* a^b: b·a^(b−1) for the base; a^b·log a for the exponent, where it depends on a name at all. */
static void sweep_power(Sweep *sweep, Expr power, Expr adjoint) {
    Exprs *exprs = sweep->exprs;
    Expr a = expr_operand(exprs, power, 0), b = expr_operand(exprs, power, 1);
    Expr less = simplify_subtract(exprs, b, expr_number(exprs, 1));
    Expr slope = simplify_multiply(exprs, b, simplify_power(exprs, a, less));
    contribute_slope(sweep, a, adjoint, slope);
    if (expr_get(exprs, b)->kind != EXPR_NUMBER)
        contribute_slope(sweep, b, adjoint,
                         simplify_multiply(exprs, power, expr_call1(exprs, FUNCTION_LOG, a)));
}

static void sweep_divide(Sweep *sweep, Expr quotient, Expr adjoint) {
    Exprs *exprs = sweep->exprs;
    Expr a = expr_operand(exprs, quotient, 0), b = expr_operand(exprs, quotient, 1);
    contribute(sweep, a, simplify_divide(exprs, adjoint, b));
    if (expr_get(exprs, b)->kind == EXPR_NUMBER)
        return;
    Expr square = simplify_power(exprs, b, expr_number(exprs, 2));
    Expr slope = simplify_negate(exprs, simplify_divide(exprs, a, square));
    contribute_slope(sweep, b, adjoint, slope);
}

/* Z = A @ B: Ā = Z̄Bᵀ, B̄ = AᵀZ̄. */
static void sweep_matmul(Sweep *sweep, Expr product, Expr adjoint) {
    Exprs *exprs = sweep->exprs;
    Expr a = expr_operand(exprs, product, 0), b = expr_operand(exprs, product, 1);
    contribute(sweep, a, simplify_matmul(exprs, adjoint, simplify_transpose(exprs, b)));
    contribute(sweep, b, simplify_matmul(exprs, simplify_transpose(exprs, a), adjoint));
}

/* The slope of an elementwise function of one operand, or 0 where it has none of that form. */
static Expr function_slope(Exprs *exprs, Expr call, Expr x) {
    Expr one = expr_number(exprs, 1);
    switch ((ExprFunction)expr_get(exprs, call)->function) {
    case FUNCTION_EXP: return call;
    case FUNCTION_LOG: return simplify_divide(exprs, one, x);
    case FUNCTION_SQRT:
        return simplify_divide(exprs, one, simplify_multiply(exprs, expr_number(exprs, 2), call));
    case FUNCTION_SIN: return expr_call1(exprs, FUNCTION_COS, x);
    case FUNCTION_COS: return simplify_negate(exprs, expr_call1(exprs, FUNCTION_SIN, x));
    case FUNCTION_TANH:
        return simplify_subtract(exprs, one, simplify_power(exprs, call, expr_number(exprs, 2)));
    case FUNCTION_SIGMOID:
        return simplify_multiply(exprs, call, simplify_subtract(exprs, one, call));
    case FUNCTION_RELU: return expr_call1(exprs, FUNCTION_POSITIVE, x);
    case FUNCTION_SOFTPLUS: return expr_call1(exprs, FUNCTION_SIGMOID, x);
    case FUNCTION_ABS: return expr_call1(exprs, FUNCTION_SIGN, x);
    default: return 0;
    }
}

static Expr column_sums(Exprs *exprs, Expr x) {
    return simplify_reduce(exprs, x, 1, expr_get(exprs, x)->columns);
}

/* log_softmax l of x, with s = softmax(x): x̄ = l̄ − s ∘ Σ l̄. */
static void sweep_log_softmax(Sweep *sweep, Expr x, Expr softmax, Expr adjoint) {
    Exprs *exprs = sweep->exprs;
    Expr spread = simplify_multiply(exprs, softmax, column_sums(exprs, adjoint));
    contribute(sweep, x, simplify_subtract(exprs, adjoint, spread));
}

/* A logarithm that is taken from the net input: see expr/stable.h. */
static void sweep_stable(Sweep *sweep, const Stable *stable, Expr adjoint) {
    Exprs *exprs = sweep->exprs;
    const ExprNode net = *expr_get(exprs, stable->net);
    const StablePart part = stable->part;
    const bool softmax = stable->kind == STABLE_SOFTMAX;
    Expr z = stable->net, y = stable->output;
    if (part.row && !softmax) {
        z = simplify_index(exprs, z, part.row, part.column);
        y = simplify_index(exprs, y, part.row, part.column);
    }
    if (part.turned)
        adjoint = simplify_transpose(exprs, adjoint);
    if (stable->kind == STABLE_SIGMOID)
        adjoint = simplify_multiply(exprs, adjoint,
                                    expr_call1(exprs, FUNCTION_SIGMOID, simplify_negate(exprs, z)));
    else if (stable->kind == STABLE_REST)
        adjoint = simplify_multiply(exprs, adjoint, simplify_negate(exprs, y));
    if (part.row)
        adjoint = simplify_multiply(exprs, adjoint,
                                    expr_unit(exprs, part.row, part.column, net.rows, net.columns));
    if (softmax)
        sweep_log_softmax(sweep, stable->net, y, adjoint);
    else
        contribute(sweep, stable->net, adjoint);
}

/* softmax s down each column: x̄ = s ∘ (s̄ − Σ s̄∘s). */
static void sweep_softmax(Sweep *sweep, Expr call, Expr adjoint) {
    Exprs *exprs = sweep->exprs;
    Expr sums = column_sums(exprs, simplify_multiply(exprs, adjoint, call));
    contribute_slope(sweep, expr_operand(exprs, call, 0), call,
                     simplify_subtract(exprs, adjoint, sums));
}

/* max(a, b) hands its adjoint to the larger side, to a where they are equal; min to the smaller. */
static void sweep_extreme(Sweep *sweep, Expr call, Expr adjoint) {
    Exprs *exprs = sweep->exprs;
    bool is_max = expr_get(exprs, call)->function == FUNCTION_MAX;
    Expr a = expr_operand(exprs, call, 0);
    if (expr_get(exprs, call)->count == 1) {
        Expr mask = expr_call1(exprs, FUNCTION_FIRST_MAX, is_max ? a : simplify_negate(exprs, a));
        contribute_slope(sweep, a, adjoint, mask);
        return;
    }
    Expr b = expr_operand(exprs, call, 1);
    Expr order[] = {is_max ? a : b, is_max ? b : a};
    Expr takes_a = expr_call(exprs, FUNCTION_AT_LEAST, order, 2);
    contribute_slope(sweep, a, adjoint, takes_a);
    contribute_slope(sweep, b, adjoint, simplify_subtract(exprs, expr_number(exprs, 1), takes_a));
}

/* leaky_relu(x, a): slope 1 or a along x; along a it is x where x is not positive. */
static void sweep_leaky(Sweep *sweep, Expr call, Expr adjoint) {
    Exprs *exprs = sweep->exprs;
    Expr operands[] = {expr_operand(exprs, call, 0), expr_operand(exprs, call, 1)};
    contribute_slope(sweep, operands[0], adjoint,
                     expr_call(exprs, FUNCTION_LEAKY_SLOPE, operands, 2));
    Expr positive = expr_call1(exprs, FUNCTION_POSITIVE, operands[0]);
    Expr rest = simplify_subtract(exprs, expr_number(exprs, 1), positive);
    contribute_slope(sweep, operands[1], adjoint, simplify_multiply(exprs, operands[0], rest));
}

/* Whether an adjoint built during the sweep has a value for each row. */
static bool depends_on_row(const Sweep *sweep, Expr expr) {
    if (!sweep->by_row)
        return false;
    const bool *by_row = expr_by_row(sweep->exprs, sweep->scope, sweep->scratch, expr);
    return by_row[expr];
}

/* A rowsum under an adjoint of the present row. That adjoint must not be taken into the sum, where
 * it would be another row's: each entry of the sum is swept by itself, and multiplied outside. */
static void sweep_rows_apart(Sweep *sweep, Expr call, Expr adjoint) {
    Exprs *exprs = sweep->exprs;
    const ExprNode shape = *expr_get(exprs, call);
    size_t entries = (size_t)shape.rows * shape.columns, place = parts_place(&sweep->parts, call);
    for (size_t k = 0; k < entries; k++) {
        uint32_t row = (uint32_t)(k / shape.columns) + 1,
                 column = (uint32_t)(k % shape.columns) + 1;
        Sweep inner = *sweep;
        inner.adjoint = ARENA_ARRAY(sweep->scratch, Expr, sweep->parts.count);
        inner.row_adjoint = ARENA_ARRAY(sweep->scratch, Expr, sweep->parts.count);
        inner.adjoint[place] = entries == 1
                                   ? expr_number(exprs, 1)
                                   : expr_unit(exprs, row, column, shape.rows, shape.columns);
        sweep_run(&inner, place);
        Expr weight = simplify_index(exprs, adjoint, row, column);
        for (size_t i = 0; i < place; i++) {
            const ExprNode *node = expr_get(exprs, sweep->parts.list[i]);
            bool end = node->kind == EXPR_NAME && (!sweep->follow || node->symbol == sweep->cut);
            Expr reached = end && !sweep->by_row[sweep->parts.list[i]] ? inner.adjoint[i] : 0;
            if (reached)
                contribute(sweep, sweep->parts.list[i], simplify_multiply(exprs, weight, reached));
        }
    }
}

/* Into a rowsum: its operand gets the adjoint in each row; in a mean, a share of it. */
static void sweep_rows(Sweep *sweep, Expr call, Expr adjoint) {
    Exprs *exprs = sweep->exprs;
    if (!sweep->inside && depends_on_row(sweep, adjoint)) {
        sweep_rows_apart(sweep, call, adjoint);
        return;
    }
    if (expr_get(exprs, call)->function == FUNCTION_ROWMEAN)
        adjoint =
            simplify_divide(exprs, adjoint, expr_number(exprs, (double)sweep->scope->data->rows));
    bool outside = sweep->inside;
    sweep->inside = true;
    contribute(sweep, expr_operand(exprs, call, 0), adjoint);
    sweep->inside = outside;
}

static void sweep_call(Sweep *sweep, Expr call, Expr adjoint) {
    Exprs *exprs = sweep->exprs;
    Expr x = expr_operand(exprs, call, 0);
    const ExprNode inner = *expr_get(exprs, x);
    Stable stable = expr_stable(exprs, sweep->follow ? sweep->scope : NULL, sweep->cut, call);
    if (stable.kind) {
        sweep_stable(sweep, &stable, adjoint);
        return;
    }
    Expr slope = function_slope(exprs, call, x);
    if (slope) {
        contribute_slope(sweep, x, adjoint, slope);
        return;
    }
    switch ((ExprFunction)expr_get(exprs, call)->function) {
    case FUNCTION_LEAKY_RELU: sweep_leaky(sweep, call, adjoint); break;
    case FUNCTION_MAX:
    case FUNCTION_MIN: sweep_extreme(sweep, call, adjoint); break;
    case FUNCTION_SUM:
        contribute(sweep, x, simplify_fill(exprs, adjoint, inner.rows, inner.columns));
        break;
    case FUNCTION_MEAN: {
        Expr entries = expr_number(exprs, (double)inner.rows * inner.columns);
        Expr share = simplify_divide(exprs, adjoint, entries);
        contribute(sweep, x, simplify_fill(exprs, share, inner.rows, inner.columns));
        break;
    }
    case FUNCTION_ROWSUM:
    case FUNCTION_ROWMEAN: sweep_rows(sweep, call, adjoint); break;
    case FUNCTION_SOFTMAX: sweep_softmax(sweep, call, adjoint); break;
    case FUNCTION_LOG_SOFTMAX:
        sweep_log_softmax(sweep, x, expr_call1(exprs, FUNCTION_SOFTMAX, x), adjoint);
        break;
    case FUNCTION_LEAKY_SLOPE: { /* its slope along a is 1 where x is not positive */
        Expr positive = expr_call1(exprs, FUNCTION_POSITIVE, x);
        contribute_slope(sweep, expr_operand(exprs, call, 1), adjoint,
                         simplify_subtract(exprs, expr_number(exprs, 1), positive));
        break;
    }
    default: break; /* onehot and the slopes of kinks: constant wherever they are smooth */
    }
}

/* Hands the adjoint of one expression to its operands: the rules, one operation a case. */
static void sweep_node(Sweep *sweep, Expr expr, Expr adjoint) {
    Exprs *exprs = sweep->exprs;
    const ExprNode node = *expr_get(exprs, expr); /* a copy: building may move the pool */
    Expr a = node.count > 0 ? expr_operand(exprs, expr, 0) : 0;
    Expr b = node.count > 1 ? expr_operand(exprs, expr, 1) : 0;
    switch ((ExprKind)node.kind) {
    case EXPR_NEGATE: contribute(sweep, a, simplify_negate(exprs, adjoint)); break;
    case EXPR_ADD:
        contribute(sweep, a, adjoint);
        contribute(sweep, b, adjoint);
        break;
    case EXPR_SUBTRACT:
        contribute(sweep, a, adjoint);
        contribute(sweep, b, simplify_negate(exprs, adjoint));
        break;
    case EXPR_MULTIPLY:
        contribute_slope(sweep, a, adjoint, b);
        contribute_slope(sweep, b, adjoint, a);
        break;
    case EXPR_DIVIDE: sweep_divide(sweep, expr, adjoint); break;
    case EXPR_POWER: sweep_power(sweep, expr, adjoint); break;
    case EXPR_MATMUL: sweep_matmul(sweep, expr, adjoint); break;
    case EXPR_TRANSPOSE: contribute(sweep, a, simplify_transpose(exprs, adjoint)); break;
    case EXPR_INDEX: {
        const ExprNode inner = *expr_get(exprs, a);
        Expr unit = expr_unit(exprs, node.at.row, node.at.column, inner.rows, inner.columns);
        contribute_slope(sweep, a, adjoint, unit);
        break;
    }
    case EXPR_MATRIX:
        for (size_t i = 0; i < node.count; i++)
            contribute(sweep, expr_operand(exprs, expr, i),
                       simplify_index(exprs, adjoint, (uint32_t)(i / node.columns) + 1,
                                      (uint32_t)(i % node.columns) + 1));
        break;
    case EXPR_CALL: sweep_call(sweep, expr, adjoint); break;
    case EXPR_REDUCE:
        contribute(
            sweep, a,
            simplify_multiply(exprs, adjoint,
                              simplify_fill(exprs, expr_number(exprs, 1), expr_get(exprs, a)->rows,
                                            expr_get(exprs, a)->columns)));
        break;
    case EXPR_FILL: contribute(sweep, a, adjoint); break;
    default: break; /* numbers and units */
    }
}

Expr expr_formula(const Exprs *exprs, const Scope *scope, Expr expr, SymbolId cut) {
    const ExprNode *node = expr_get(exprs, expr);
    bool open = node->kind == EXPR_NAME && node->symbol != cut;
    return open ? scope_get(scope, node->symbol)->lowered : 0;
}

bool *expr_by_row(const Exprs *exprs, const Scope *scope, Arena *arena, Expr highest) {
    if (!scope->data)
        return NULL;
    bool *by_row = ARENA_ARRAY(arena, bool, (size_t)highest + 1);
    for (Expr e = 1; e <= highest; e++) {
        const ExprNode *node = expr_get(exprs, e);
        Expr formula = expr_formula(exprs, scope, e, SYMBOL_NONE);
        bool sums = node->kind == EXPR_CALL &&
                    (node->function == FUNCTION_ROWSUM || node->function == FUNCTION_ROWMEAN);
        if (formula)
            by_row[e] = by_row[formula];
        else if (node->kind == EXPR_NAME)
            by_row[e] = node->symbol - scope->data->first < scope->data->count;
        for (size_t i = 0; i < node->count && !sums; i++)
            by_row[e] = by_row[e] || by_row[expr_operand(exprs, e, i)];
    }
    return by_row;
}

/* Hands on what has reached a part: to its formula where `formula` is given, else to its operands.
 */
static void sweep_part(Sweep *sweep, size_t place, Expr formula) {
    Expr expr = sweep->parts.list[place];
    for (int inside = 0; inside <= (sweep->row_adjoint != NULL); inside++) {
        Expr adjoint = inside ? sweep->row_adjoint[place] : sweep->adjoint[place];
        if (!adjoint || simplify_is_zero(sweep->exprs, adjoint))
            continue;
        sweep->inside = inside;
        if (formula)
            contribute(sweep, formula, adjoint);
        else
            sweep_node(sweep, expr, adjoint);
    }
}

/* From the part at `top` down to the first. Names that are not followed keep what reaches them. */
static void sweep_run(Sweep *sweep, size_t top) {
    for (size_t i = top + 1; i-- > 0;)
        sweep_part(sweep, i,
                   sweep->follow
                       ? expr_formula(sweep->exprs, sweep->scope, sweep->parts.list[i], sweep->cut)
                       : 0);
}

/* What has reached a part; 0 for nothing. For a result of one row the sums over the rows are given
 * numbers, as far as its own row's values are concerned. */
static Expr sweep_total(const Sweep *sweep, size_t place) {
    Expr root = sweep->parts.list[sweep->parts.count - 1], now = sweep->adjoint[place];
    bool of_row = sweep->by_row && sweep->by_row[root];
    Expr rows = sweep->row_adjoint && !of_row ? sweep->row_adjoint[place] : 0;
    return now && rows ? simplify_add(sweep->exprs, now, rows) : now ? now : rows;
}

static int by_symbol(const void *a, const void *b) {
    SymbolId left = ((const Partial *)a)->symbol, right = ((const Partial *)b)->symbol;
    return (left > right) - (left < right);
}

const Partial *partials_find(const Partial *partials, size_t count, SymbolId symbol) {
    Partial key = {.symbol = symbol};
    return count ? bsearch(&key, partials, count, sizeof key, by_symbol) : NULL;
}

/* What reaches each name in `formula`; where they are followed, also those in their formulas. */
static size_t sweep_names(Exprs *exprs, const Scope *scope, Arena *scratch, Expr formula, Expr seed,
                          bool follow, SymbolId cut, Partial **partials) {
    Parts parts = parts_of(exprs, follow ? scope : NULL, cut, scratch, formula);
    Sweep sweep = sweep_new(exprs, scope, parts, scratch);
    const bool passes = follow && cut != SYMBOL_WRITTEN;
    bool *passed = passes ? stable_passed(exprs, scope, scratch, &parts) : NULL;
    sweep.follow = follow;
    sweep.cut = cut;
    sweep.adjoint[parts.count - 1] = seed;
    sweep_run(&sweep, parts.count - 1);
    size_t count = 0, capacity = 0;
    *partials = NULL;
    for (size_t i = parts.count; i-- > 0;) {
        if (expr_get(exprs, parts.list[i])->kind != EXPR_NAME)
            continue;
        SymbolId symbol = expr_get(exprs, parts.list[i])->symbol;
        Expr adjoint = sweep_total(&sweep, i);
        ARENA_RESERVE(scratch, *partials, count, capacity);
        if (passed && passed[symbol])
            adjoint = 0;
        else if (!adjoint)
            adjoint = expr_number(exprs, 0);
        (*partials)[count++] = (Partial){symbol, adjoint};
    }
    if (count)
        qsort(*partials, count, sizeof **partials, by_symbol);
    return count;
}

size_t expr_partials(Exprs *exprs, const Scope *scope, Arena *scratch, Expr formula, Expr seed,
                     Partial **partials) {
    return sweep_names(exprs, scope, scratch, formula, seed, false, SYMBOL_NONE, partials);
}

size_t expr_gradient(Exprs *exprs, const Scope *scope, Arena *scratch, Expr of,
                     Partial **partials) {
    return sweep_names(exprs, scope, scratch, of, expr_number(exprs, 1), true, SYMBOL_NONE,
                       partials);
}

size_t expr_gradient_written(Exprs *exprs, const Scope *scope, Arena *scratch, Expr of,
                             Partial **partials) {
    return sweep_names(exprs, scope, scratch, of, expr_number(exprs, 1), true, SYMBOL_WRITTEN,
                       partials);
}

/* The adjoint of the name `wrt` for one scalar result. The loop runs from the result back through
 * all definitions; a name has a larger id than its formula, so it is complete when it is reached.
 */
static Expr derive_scalar(Exprs *exprs, const Scope *scope, Arena *scratch, Expr of, Expr wrt) {
    const ExprNode wrt_node = *expr_get(exprs, wrt);
    Parts parts = parts_of(exprs, scope, wrt_node.symbol, scratch, of);
    size_t place = parts_place(&parts, wrt);
    Expr result = 0;
    if (place != SIZE_MAX) {
        Sweep sweep = sweep_new(exprs, scope, parts, scratch);
        sweep.adjoint[parts.count - 1] = expr_number(exprs, 1);
        sweep.follow = true;
        sweep.cut = wrt_node.symbol;
        sweep_run(&sweep, parts.count - 1);
        result = sweep_total(&sweep, place);
    }
    return result ? result
                  : simplify_fill(exprs, expr_number(exprs, 0), wrt_node.rows, wrt_node.columns);
}

/* Entry number `i`, by rows. */
static Expr entry_of(Exprs *exprs, Expr expr, size_t i) {
    uint32_t columns = expr_get(exprs, expr)->columns;
    return simplify_index(exprs, expr, (uint32_t)(i / columns) + 1, (uint32_t)(i % columns) + 1);
}

static size_t entries_of(const Exprs *exprs, Expr expr) {
    return (size_t)expr_get(exprs, expr)->rows * expr_get(exprs, expr)->columns;
}

Expr expr_derive(Exprs *exprs, const Scope *scope, Arena *scratch, Expr of, Expr wrt) {
    const ExprNode wrt_node = *expr_get(exprs, wrt);
    bool element = wrt_node.kind == EXPR_INDEX;
    Expr name = element ? expr_operand(exprs, wrt, 0) : wrt;
    const ExprNode shape = *expr_get(exprs, expr_derivative(exprs, of, wrt));
    if (expr_is_scalar(exprs, of)) {
        Expr gradient = gradients_find(exprs, scope, scratch, of, name);
        if (!gradient)
            gradient = derive_scalar(exprs, scope, scratch, of, name);
        return element ? simplify_index(exprs, gradient, wrt_node.at.row, wrt_node.at.column)
                       : gradient;
    }
    size_t rows = entries_of(exprs, of), columns = entries_of(exprs, wrt);
    Expr *entries = ARENA_ARRAY(scratch, Expr, rows * columns);
    for (size_t i = 0; i < rows; i++) {
        Expr gradient = derive_scalar(exprs, scope, scratch, entry_of(exprs, of, i), name);
        if (element)
            gradient = simplify_index(exprs, gradient, wrt_node.at.row, wrt_node.at.column);
        for (size_t j = 0; j < columns; j++)
            entries[i * columns + j] = entry_of(exprs, gradient, j);
    }
    return expr_matrix(exprs, entries, shape.rows, shape.columns);
}

/* What a rewrite puts in the place of one node whose operands were rewritten already. */
typedef Expr Replace(void *context, Expr expr, const Expr *operands);

/* Rewrites all parts, each from its operands up: by place. */
static Expr *rewrite_all(Exprs *exprs, const Parts *parts, Arena *scratch, Replace *replace,
                         void *context) {
    Expr *rewritten = ARENA_ARRAY(scratch, Expr, parts->count);
    size_t room = 0;
    Expr *operands = NULL;
    for (size_t part = 0; part < parts->count; part++) {
        Expr expr = parts->list[part];
        size_t count = expr_get(exprs, expr)->count;
        if (count > room) {
            room = count * 2;
            operands = ARENA_ARRAY(scratch, Expr, room);
        }
        for (size_t i = 0; i < count; i++) {
            size_t place = parts_place(parts, expr_operand(exprs, expr, i));
            operands[i] = place == SIZE_MAX ? 0 : rewritten[place]; /* none in a leaf */
        }
        rewritten[part] = replace(context, expr, operands);
    }
    return rewritten;
}

/* The last of them. */
static Expr rewrite(Exprs *exprs, const Parts *parts, Arena *scratch, Replace *replace,
                    void *context) {
    return rewrite_all(exprs, parts, scratch, replace, context)[parts->count - 1];
}

typedef struct Rewriting {
    Exprs *exprs;
    const Scope *scope;
    Arena *scratch;
    Expr part, by;  /* substitute */
    Parts parts;    /* expand */
    Expr *formulas; /* expand: what each part has become */
} Rewriting;

static Expr replace_derivative(void *context, Expr expr, const Expr *operands) {
    Rewriting *rewriting = context;
    if (expr_get(rewriting->exprs, expr)->kind != EXPR_DERIVATIVE)
        return expr_rebuild(rewriting->exprs, expr, operands);
    return expr_derive(rewriting->exprs, rewriting->scope, rewriting->scratch, operands[0],
                       expr_operand(rewriting->exprs, expr, 1));
}

Expr expr_lower(Exprs *exprs, const Scope *scope, Arena *scratch, Expr expr) {
    Parts parts = parts_of(exprs, NULL, SYMBOL_NONE, scratch, expr);
    bool found = false;
    for (size_t i = 0; i < parts.count && !found; i++)
        found = expr_get(exprs, parts.list[i])->kind == EXPR_DERIVATIVE;
    Rewriting rewriting = {.exprs = exprs, .scope = scope, .scratch = scratch};
    return found ? rewrite(exprs, &parts, scratch, replace_derivative, &rewriting) : expr;
}

static Expr replace_part(void *context, Expr expr, const Expr *operands) {
    Rewriting *rewriting = context;
    return expr == rewriting->part ? rewriting->by : expr_rebuild(rewriting->exprs, expr, operands);
}

void expr_substitute_all(Exprs *exprs, Arena *scratch, Expr *list, size_t count, Expr part,
                         Expr by) {
    if (!count)
        return;
    Parts parts = parts_of_all(exprs, NULL, SYMBOL_NONE, scratch, list, count);
    Rewriting rewriting = {.exprs = exprs, .part = part, .by = by};
    if (parts_place(&parts, part) == SIZE_MAX)
        return;
    const Expr *rewritten = rewrite_all(exprs, &parts, scratch, replace_part, &rewriting);
    for (size_t i = 0; i < count; i++)
        list[i] = rewritten[parts_place(&parts, list[i])];
}

Expr expr_substitute(Exprs *exprs, Arena *scratch, Expr expr, Expr part, Expr by) {
    expr_substitute_all(exprs, scratch, &expr, 1, part, by);
    return expr;
}

static Expr replace_name(void *context, Expr expr, const Expr *operands) {
    Rewriting *rewriting = context;
    Expr formula = expr_formula(rewriting->exprs, rewriting->scope, expr, SYMBOL_NONE);
    bool whole = expr_get(rewriting->exprs, expr)->kind == EXPR_DERIVATIVE;
    Expr result = formula ? rewriting->formulas[parts_place(&rewriting->parts, formula)]
                  : whole ? expr
                          : expr_rebuild(rewriting->exprs, expr, operands);
    rewriting->formulas[parts_place(&rewriting->parts, expr)] = result;
    return result;
}

Expr expr_expand(Exprs *exprs, const Scope *scope, Arena *scratch, Expr expr) {
    Rewriting rewriting = {.exprs = exprs, .scope = scope};
    rewriting.parts = parts_of(exprs, scope, SYMBOL_NONE, scratch, expr);
    rewriting.formulas = ARENA_ARRAY(scratch, Expr, rewriting.parts.count);
    return rewrite(exprs, &rewriting.parts, scratch, replace_name, &rewriting);
}
