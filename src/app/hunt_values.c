/* What the lines of a hunt come to: each from those before it, in every training row. */
#include <math.h>
#include <string.h>

#include "app/hunt_parts.h"
#include "expr/diff.h"
#include "expr/parts.h"

/* One part of a side at work. */
typedef struct Work {
    const Hunter *hunter;
    size_t line; /* the values of the lines before it are put in */
    Tape *tape;
    Expr formula;   /* on that tape */
    double *leaves; /* of the row */
} Work;

/* What stands for an updated parameter on a tape. */
static Expr stand_in(Exprs *exprs, Expr parameter) {
    return expr_derivative(exprs, expr_number(exprs, 1), parameter);
}

/* The parameters of a formula, but the line's own, each as something that can be set. */
static Expr with_stand_ins(const Hunter *hunter, const HuntLine *line, Expr formula) {
    const Explain *explain = hunter->explain;
    Parts parts = parts_of(explain->exprs, NULL, SYMBOL_NONE, explain->arena, formula);
    for (size_t i = 0; i < parts.count; i++) {
        const ExprNode *node = expr_get(explain->exprs, parts.list[i]);
        if (node->kind == EXPR_NAME && node->symbol != line->symbol &&
            scope_get(explain->scope, node->symbol)->role == ROLE_PARAM)
            formula = expr_substitute(explain->exprs, explain->arena, formula, parts.list[i],
                                      stand_in(explain->exprs, parts.list[i]));
    }
    return formula;
}

const double *hunter_updated_leaves(const Hunter *hunter) {
    const Explain *explain = hunter->explain;
    const Scope *scope = explain->scope;
    if (scope_get(scope, hunter->plan->of)->role != ROLE_LOSS)
        return NULL;
    Model *model = model_copy(explain->model, explain->arena);
    model_forward(model);
    model_backward(model, hunter->plan->of);
    double *leaves = ARENA_ARRAY(explain->arena, double, scope->leaf_entries);
    memcpy(leaves, model->leaves, scope->leaf_entries * sizeof *leaves);
    for (SymbolId s = 0; s < scope->count; s++) {
        const Symbol *symbol = scope_get(scope, s);
        const double *slopes = model_adjoint(model, s);
        for (size_t i = 0; symbol->role == ROLE_PARAM && i < symbol_entries(symbol); i++)
            leaves[symbol->offset + i] -= model->rate * slopes[i];
    }
    return leaves;
}

static void set_updated(const Work *work) {
    const Explain *explain = work->hunter->explain;
    for (SymbolId s = 0; s < explain->scope->count; s++) {
        const Symbol *symbol = scope_get(explain->scope, s);
        if (symbol->role == ROLE_PARAM)
            tape_set(work->tape,
                     stand_in(explain->exprs, scope_expr(explain->scope, explain->exprs, s)),
                     work->hunter->hunt.updated + symbol->offset);
    }
}

static Work work_on(const Hunter *hunter, size_t line, Expr formula, bool updated) {
    const Explain *explain = hunter->explain;
    Expr computed = updated ? with_stand_ins(hunter, &hunter->hunt.lines[line], formula) : formula;
    Work work = {.hunter = hunter, .line = line, .formula = computed};
    work.tape =
        tape_compile(explain->arena, explain->exprs, explain->scope, &computed, 1, SYMBOL_NONE);
    work.leaves = ARENA_ARRAY(explain->arena, double, explain->scope->leaf_entries);
    memcpy(work.leaves, explain->model->leaves, explain->scope->leaf_entries * sizeof *work.leaves);
    if (updated)
        set_updated(&work);
    return work;
}

/* The formula in one training row; where there are none, in the model's numbers. */
static const double *run(const Work *work, size_t row) {
    const Hunter *hunter = work->hunter;
    const DataTable *data = hunter->explain->scope->data;
    if (hunter->rows)
        memcpy(work->leaves + data->offset, data->values + row * data->width,
               data->width * sizeof *work->leaves);
    tape_load(work->tape, work->leaves);
    for (size_t i = 0; i < work->line; i++) {
        const HuntLine *before = &hunter->hunt.lines[i];
        size_t at = before->rows > 1 ? row * before->entries : 0;
        tape_set(work->tape, before->left, before->values + at);
    }
    tape_forward(work->tape);
    return tape_value(work->tape, work->formula);
}

/* Whether a part adds up the rows, each with the values that the lines have there. */
static bool sums_rows(const Hunter *hunter, const HuntLine *line, Expr part) {
    const ExprNode *node = expr_get(hunter->explain->exprs, part);
    return hunter->rows && line->rows == 1 && node->kind == EXPR_CALL &&
           node->function == FUNCTION_ROWSUM;
}

static void join(ExprKind joint, double *into, const double *entries, size_t count) {
    for (size_t i = 0; i < count; i++)
        into[i] = joint == EXPR_MULTIPLY ? into[i] * entries[i] : into[i] + entries[i];
}

/* One value, or one for each row that is summed. */
static double *evaluate_part(const Hunter *hunter, size_t line, const HuntSide *side, size_t part) {
    const Explain *explain = hunter->explain;
    const HuntLine *found = &hunter->hunt.lines[line];
    Expr formula = side->parts[part];
    bool summed = sums_rows(hunter, found, formula);
    Work work = work_on(hunter, line, summed ? expr_operand(explain->exprs, formula, 0) : formula,
                        side->updated);
    size_t entries = found->entries;
    size_t rows = summed ? hunter->rows : found->rows;
    double *values = ARENA_ARRAY(explain->arena, double, rows *entries);
    for (size_t row = 0; row < rows; row++)
        memcpy(values + row * entries, run(&work, rows > 1 ? row : explain->model->row),
               entries * sizeof *values);
    return values;
}

/* Adds up the values of the rows into the first. */
static void sum_rows(const Hunter *hunter, HuntSide *side, double *values, size_t entries) {
    Arena *arena = hunter->explain->arena;
    if (side->count == 1 && entries == 1) {
        double *addends = ARENA_ARRAY(arena, double, hunter->rows);
        memcpy(addends, values, hunter->rows * sizeof *addends);
        side->addends = addends;
        side->addend_count = hunter->rows;
    }
    for (size_t row = 1; row < hunter->rows; row++)
        join(EXPR_ADD, values, values + row * entries, entries);
}

double *hunter_evaluate(const Hunter *hunter, size_t line, HuntSide *side) {
    const HuntLine *found = &hunter->hunt.lines[line];
    size_t count = found->rows * found->entries;
    double *total = ARENA_ARRAY(hunter->explain->arena, double, count);
    for (size_t i = 0; i < count; i++)
        total[i] = side->joint == EXPR_MULTIPLY;
    for (size_t part = 0; part < side->count; part++) {
        double *values = evaluate_part(hunter, line, side, part);
        if (sums_rows(hunter, found, side->parts[part]))
            sum_rows(hunter, side, values, found->entries);
        join(side->joint, total, values, count);
    }
    return total;
}

const double *hunter_present(const Hunter *hunter, const HuntLine *line, const double *values) {
    return line->rows > 1 ? values + hunter->explain->model->row * line->entries : values;
}

void hunter_work_out(Hunter *hunter, size_t first) {
    for (size_t i = first; i < hunter->hunt.count && !hunter->hunt.problem; i++) {
        HuntLine *line = &hunter->hunt.lines[i];
        line->values = hunter_evaluate(hunter, i, &line->written);
        line->value = hunter_present(hunter, line, line->values);
        for (size_t entry = 0; entry < line->rows * line->entries; entry++)
            if (!isfinite(line->values[entry]))
                hunter_refuse(hunter, "there are numbers here that are too large, or not defined");
    }
}
