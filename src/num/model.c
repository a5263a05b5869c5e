#include "num/model.h"

#include <math.h>
#include <string.h>

#include "expr/diff.h"
#include "expr/parts.h"
#include "expr/simplify.h"
#include "expr/stable.h"
#include "num/rng.h"

/* The tape of all names, each of them a root. */
static Tape *compile_all(Arena *arena, Exprs *exprs, const Scope *scope) {
    Expr *roots = ARENA_ARRAY(arena, Expr, scope->count);
    for (SymbolId s = 0; s < scope->count; s++)
        roots[s] = scope_expr(scope, exprs, s);
    return tape_compile(arena, exprs, scope, roots, scope->count, SYMBOL_NONE);
}

Model *model_new(Arena *arena, Exprs *exprs, const Scope *scope, const Graph *graph, double rate,
                 uint64_t seed) {
    Model *model = ARENA_NEW(arena, Model);
    *model = (Model){.exprs = exprs, .scope = scope, .graph = graph, .rate = rate};
    model->leaves = ARENA_ARRAY(arena, double, scope->leaf_entries);
    model_initial(exprs, scope, arena, seed, model->leaves);
    model->tape = compile_all(arena, exprs, scope);
    model_forward(model);
    return model;
}

/* A multiple of `granularity` between the bounds. A granularity of 0.1 is divided by 10, not
 * multiplied by 0.1, so that 3 of it are 0.3 to the last bit. */
static double draw_multiple(Rng *rng, const Randomness *random) {
    double low = ceil(random->from / random->granularity - 1e-9);
    double high = floor(random->to / random->granularity + 1e-9);
    double steps = low + floor(rng_unit(rng) * (high - low + 1));
    double inverse = round(1 / random->granularity);
    bool exact = fabs(inverse * random->granularity - 1) < 1e-12;
    return exact ? steps / inverse : steps * random->granularity;
}

static double draw(Rng *rng, const Randomness *random) {
    if (random->distribution == DISTRIBUTION_UNIFORM && random->granularity > 0)
        return draw_multiple(rng, random);
    if (random->distribution == DISTRIBUTION_UNIFORM)
        return random->from + rng_unit(rng) * (random->to - random->from);
    double value = random->from + random->to * rng_normal(rng);
    if (random->granularity > 0)
        value = round(value / random->granularity) * random->granularity;
    return value;
}

void model_initial(Exprs *exprs, const Scope *scope, Arena *scratch, uint64_t seed,
                   double *leaves) {
    for (SymbolId s = 0; s < scope->count; s++) {
        const Symbol *symbol = scope_get(scope, s);
        size_t entries = symbol_entries(symbol);
        if (!symbol_is_leaf(symbol))
            continue;
        double *to = leaves + symbol->offset;
        const ExprNode *initial = expr_get(exprs, symbol->initial);
        if (initial->kind == EXPR_NUMBER) {
            for (size_t i = 0; i < entries; i++)
                to[i] = initial->number;
        } else if (symbol->initial) {
            Tape *tape = tape_compile(scratch, exprs, scope, &symbol->initial, 1, SYMBOL_NONE);
            tape_load(tape, leaves);
            tape_forward(tape);
            const double *value = tape_value(tape, symbol->initial);
            bool scalar = expr_is_scalar(exprs, symbol->initial);
            for (size_t i = 0; i < entries; i++)
                to[i] = value[scalar ? 0 : i];
        } else if (symbol->random) {
            Rng rng = rng_stream(seed, symbol->name);
            for (size_t i = 0; i < entries; i++)
                to[i] = draw(&rng, symbol->random);
        }
    }
    if (scope->data)
        memcpy(leaves + scope->data->offset, scope->data->values,
               scope->data->width * sizeof *leaves);
}

Model *model_copy(const Model *model, Arena *arena) {
    Model *copy = ARENA_NEW(arena, Model);
    *copy = *model;
    size_t entries = model->scope->leaf_entries;
    copy->leaves = ARENA_ARRAY(arena, double, entries);
    memcpy(copy->leaves, model->leaves, entries * sizeof *copy->leaves);
    copy->tape = tape_copy(arena, model->tape);
    return copy;
}

void model_load_row(Model *model, size_t row) {
    const DataTable *data = model->scope->data;
    if (!data)
        return;
    memcpy(model->leaves + data->offset, data->values + row * data->width,
           data->width * sizeof *model->leaves);
    model->row = row;
}

void model_forward(Model *model) {
    tape_load(model->tape, model->leaves);
    tape_forward(model->tape);
    model->swept = SYMBOL_NONE;
}

static Expr name_of(const Model *model, SymbolId symbol) {
    return scope_expr(model->scope, model->exprs, symbol);
}

const double *model_value(const Model *model, SymbolId symbol) {
    return tape_value(model->tape, name_of(model, symbol));
}

void model_fill(const Model *model, Tape *tape) {
    for (size_t i = 0; i < tape->count; i++)
        if (tape->codes[i] >= TAPE_GIVEN && tape_op(tape, i)->kind == EXPR_NAME) {
            const TapeOp *name = tape_op(tape, i);
            memcpy(tape->values + name->offset, model_value(model, name->symbol),
                   op_entries(name) * sizeof *tape->values);
        }
}

Tape *model_tape(const Model *model, Arena *arena, const Expr *roots, size_t count) {
    Tape *tape = tape_compile_local(arena, model->exprs, model->scope, roots, count, SYMBOL_NONE);
    model_fill(model, tape);
    return tape;
}

double *model_evaluate(const Model *model, Arena *scratch, Expr expr) {
    Arena work = {.recovery = scratch->recovery}; /* a tape is far larger than its result */
    Expr lowered = expr_lower(model->exprs, model->scope, &work, expr);
    Tape *tape = model_tape(model, &work, &lowered, 1);
    tape_forward(tape);
    const ExprNode *node = expr_get(model->exprs, lowered);
    size_t entries = (size_t)node->rows * node->columns;
    double *value = ARENA_ARRAY(scratch, double, entries);
    memcpy(value, tape_value(tape, lowered), entries * sizeof *value);
    arena_clear(&work);
    return value;
}

void model_backward(Model *model, SymbolId of) {
    if (model->swept != of)
        tape_backward(model->tape, name_of(model, of), 0);
    model->swept = of;
}

const double *model_adjoint(const Model *model, SymbolId symbol) {
    return tape_adjoint(model->tape, name_of(model, symbol));
}

/* Edges that are taken in one step, and what that hands back. */
typedef struct Stride {
    SymbolId to, from;
    size_t edges;
    Expr part; /* in symbols, with the derivative by `to` as a token */
} Stride;

/* A step of model_carry: `carried` holds `rows` derivatives by stride.to, the result as many by
 * stride.from. NULL is the identity. */
static double *carry_back(const Model *model, Arena *scratch, const Stride *stride, Expr result,
                          size_t rows, const double *carried) {
    size_t width = symbol_entries(scope_get(model->scope, stride->to));
    size_t entries = symbol_entries(scope_get(model->scope, stride->from));
    Expr token = expr_derivative(model->exprs, result, name_of(model, stride->to));
    Arena work = {.recovery = scratch->recovery};
    Tape *tape = model_tape(model, &work, &stride->part, 1);
    double *next = ARENA_ARRAY(scratch, double, rows *entries);
    double *unit = ARENA_ARRAY(&work, double, width);
    for (size_t row = 0; row < rows; row++) {
        unit[carried ? 0 : row] = 1;
        tape_set(tape, token, carried ? carried + row * width : unit);
        tape_forward(tape);
        unit[carried ? 0 : row] = 0;
        const double *value = tape_value(tape, stride->part);
        bool scalar = expr_is_scalar(model->exprs, stride->part);
        for (size_t i = 0; i < entries; i++)
            next[row * entries + i] = value[scalar ? 0 : i];
    }
    arena_clear(&work);
    return next;
}

static SymbolId edge_from(const Model *model, const Path *path, size_t at) {
    return model->graph->edges[path->edges[at]].from;
}

/* How many names from edge `at` on a logarithm of a probability reaches over to its net input. */
static size_t names_reached_over(const Model *model, Arena *scratch, const Path *path, size_t at,
                                 Expr formula) {
    Parts parts = parts_of(model->exprs, NULL, SYMBOL_NONE, scratch, formula);
    for (size_t i = 0; i < parts.count; i++) {
        Stable stable = expr_stable(model->exprs, model->scope, SYMBOL_NONE, parts.list[i]);
        size_t count = 0;
        for (size_t j = 0; j < stable.passed_count && at + count + 1 < path->count; j++)
            count += stable.passed[j].expr == name_of(model, edge_from(model, path, at + count));
        if (count)
            return count;
    }
    return 0;
}

/* The formula of the node where edge `at` begins, with the first `count` names of the path from
 * there on put in: each in the formula of the one before it, for others may use it, too. */
static Expr put_in(const Model *model, Arena *scratch, const Path *path, size_t at, size_t count) {
    Expr inner = 0;
    for (size_t i = count + 1; i-- > 0;) {
        SymbolId to = model->graph->edges[path->edges[at + i]].to;
        Expr formula = scope_get(model->scope, to)->lowered;
        inner = inner ? expr_substitute(model->exprs, scratch, formula,
                                        name_of(model, edge_from(model, path, at + i)), inner)
                      : formula;
    }
    return inner;
}

/* What such a formula hands back to a name. */
static Expr partial_along(const Model *model, Arena *scratch, Expr formula, Expr seed,
                          SymbolId name) {
    Partial *partials;
    size_t count = expr_partials(model->exprs, model->scope, scratch, formula, seed, &partials);
    for (size_t i = 0; i < count; i++)
        if (partials[i].symbol == name)
            return partials[i].adjoint;
    return expr_number(model->exprs, 0);
}

/* The next step along a path; over the probability that a logarithm is written of where `over`. */
static Stride next_stride(const Model *model, Arena *scratch, const Path *path, size_t at,
                          Expr result, bool over) {
    const Edge *edge = &model->graph->edges[path->edges[at]];
    Stride stride = {.to = edge->to, .from = edge->from, .edges = 1};
    Expr formula = scope_get(model->scope, edge->to)->lowered;
    size_t names = over ? names_reached_over(model, scratch, path, at, formula) : 0;
    if (!names) {
        stride.part = graph_contribution(model->exprs, model->scope, scratch, edge, result);
        return stride;
    }
    stride.edges = names + 1;
    stride.from = edge_from(model, path, at + names);
    Expr to = name_of(model, stride.to), seed = expr_number(model->exprs, 1);
    if (result != to)
        seed = expr_derivative(model->exprs, result, to);
    /* What does not come by the last of the names belongs to other paths. */
    Expr all =
        partial_along(model, scratch, put_in(model, scratch, path, at, names), seed, stride.from);
    Expr others = partial_along(model, scratch, put_in(model, scratch, path, at, names - 1), seed,
                                stride.from);
    stride.part = simplify_subtract(model->exprs, all, others);
    return stride;
}

/* The derivatives of all entries along the first `count` edges. */
static double *carry_along(const Model *model, Arena *scratch, const Path *path, SymbolId of,
                           size_t count, bool over) {
    size_t rows = symbol_entries(scope_get(model->scope, of));
    Expr result = name_of(model, of);
    if (rows > 1) /* any number made of it will do: its derivatives are given, row by row */
        result = expr_call1(model->exprs, FUNCTION_SUM, result);
    Path begun = {.edges = path->edges, .count = count};
    double *carried = NULL;
    for (size_t i = 0; i < count;) {
        Stride stride = next_stride(model, scratch, &begun, i, result, over);
        carried = carry_back(model, scratch, &stride, result, rows, carried);
        i += stride.edges;
    }
    if (carried)
        return carried;
    carried = ARENA_ARRAY(scratch, double, rows *rows);
    for (size_t row = 0; row < rows; row++)
        carried[row * (rows + 1)] = 1;
    return carried;
}

/* model_carry in the present row. Where a slope is lost, 0 or no finite number, the logarithms of
 * probabilities reach over to their net inputs: ∞ times 0 on the way is a number there. */
static double *carry_in_row(const Model *model, Arena *scratch, const Path *path, SymbolId of,
                            size_t count) {
    double *carried = carry_along(model, scratch, path, of, count, false);
    if (count < 2)
        return carried;
    const Edge *last = &model->graph->edges[path->edges[count - 1]];
    size_t entries = symbol_entries(scope_get(model->scope, of)) *
                     symbol_entries(scope_get(model->scope, last->from));
    for (size_t i = 0; i < entries; i++)
        if (carried[i] == 0 || !isfinite(carried[i]))
            return carry_along(model, scratch, path, of, count, true);
    return carried;
}

double *model_carry(const Model *model, Arena *scratch, const Path *path, SymbolId of,
                    size_t count) {
    const Edge *edges = model->graph->edges;
    bool sums = false;
    for (size_t i = 0; i < count; i++)
        sums = sums || graph_sums_rows(model->graph, &edges[path->edges[i]], of);
    if (!sums)
        return carry_in_row(model, scratch, path, of, count);
    Model *copy = model_copy(model, scratch);
    SymbolId end = edges[path->edges[count - 1]].from;
    size_t entries =
        symbol_entries(scope_get(model->scope, of)) * symbol_entries(scope_get(model->scope, end));
    double *sum = ARENA_ARRAY(scratch, double, entries);
    for (size_t row = 0; row < model->scope->data->rows; row++) {
        model_load_row(copy, row);
        model_forward(copy);
        const double *part = carry_in_row(copy, scratch, path, of, count);
        for (size_t i = 0; i < entries; i++)
            sum[i] += part[i];
    }
    return sum;
}

double *model_weights(const Model *model, Arena *scratch) {
    const Graph *graph = model->graph;
    double *weights = ARENA_ARRAY(scratch, double, graph->edge_count);
    Expr *roots = ARENA_ARRAY(scratch, Expr, graph->edge_count);
    size_t count = 0;
    for (size_t i = 0; i < graph->edge_count; i++)
        if (graph->edges[i].partial && expr_is_scalar(model->exprs, graph->edges[i].partial))
            roots[count++] = graph->edges[i].partial;
    Tape *tape = model_tape(model, scratch, roots, count);
    tape_forward(tape);
    for (size_t i = 0; i < graph->edge_count; i++) {
        Expr partial = graph->edges[i].partial;
        bool number = partial && expr_is_scalar(model->exprs, partial);
        weights[i] = number ? *tape_value(tape, partial) : 1;
    }
    return weights;
}
