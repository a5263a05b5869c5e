#include "lesson/mistakes_rows.h"

#include <math.h>

#include "expr/parts.h"

/* Beyond these, so many numbers lie about that a match says nothing. */
enum { MOST_ROWS = 32 };

/* The parts add up to the whole, but for the order in which they are added. */
static const double SAME = 1e-9;

/* The sum or mean over the rows in the formula that is asked about, or 0. */
static Expr row_sum(const Workings *work) {
    const Model *model = work->model;
    Expr formula = scope_get(model->scope, work->question.of)->lowered;
    if (!formula || !model->scope->data)
        return 0;
    Parts parts = parts_of(model->exprs, NULL, SYMBOL_NONE, work->arena, formula);
    for (size_t i = parts.count; i-- > 0;) {
        const ExprNode *node = expr_get(model->exprs, parts.list[i]);
        if (node->kind == EXPR_CALL &&
            (node->function == FUNCTION_ROWSUM || node->function == FUNCTION_ROWMEAN))
            return parts.list[i];
    }
    return 0;
}

static bool is_mean(const Workings *work, Expr sum) {
    return expr_get(work->model->exprs, sum)->function == FUNCTION_ROWMEAN;
}

/* What would be answered for so many times the right value or slope. */
static void offer_times(Workings *work, double factor) {
    double step = factor * work->model->rate * work->derivative;
    if (work->question.kind == DIAGNOSE_VALUE)
        workings_offer(work, NULL, factor * work->diagnosis->key.truth);
    else if (work->question.kind == DIAGNOSE_UPDATE)
        workings_offer_scaled(work, NULL, workings_evaluate(work, work->question.wrt) - step, step);
    else
        workings_offer(work, NULL, factor * work->derivative);
}

void mistake_forget_average(Workings *work) {
    Expr sum = row_sum(work);
    if (sum && is_mean(work, sum))
        offer_times(work, (double)work->model->scope->data->rows);
}

void mistake_average_sum(Workings *work) {
    Expr sum = row_sum(work);
    if (sum && !is_mean(work, sum))
        offer_times(work, 1 / (double)work->model->scope->data->rows);
}

/* ------------------------------------------------------------------------------ one row */

/* The derivative along the edges with the numbers of one row. */
static double row_slope(const Workings *work, const Model *row) {
    double *carried = ARENA_ARRAY(work->arena, double, row->scope->count);
    carried[work->question.of] = 1;
    for (size_t i = 0; i < work->edge_count; i++) {
        const Edge *edge = workings_edge(work, work->edges[i]);
        if (!edge->partial || !workings_is_number(work, edge->from) ||
            !workings_is_number(work, edge->to))
            return NAN;
        carried[edge->from] += carried[edge->to] * *model_evaluate(row, work->arena, edge->partial);
    }
    return carried[work->symbol];
}

/* What each row has to do with it, into `parts`; false where they do not make up the whole. */
static bool find_parts(const Workings *work, Expr sum, double *parts) {
    Expr inside = expr_operand(work->model->exprs, sum, 0);
    size_t rows = work->model->scope->data->rows;
    bool value = work->question.kind == DIAGNOSE_VALUE;
    double whole = value ? work->diagnosis->key.truth : work->derivative, total = 0;
    if (!expr_is_scalar(work->model->exprs, inside))
        return false;
    Model *row = model_copy(work->model, work->arena);
    for (size_t i = 0; i < rows; i++) {
        model_load_row(row, i);
        model_forward(row);
        parts[i] = value ? *model_evaluate(row, work->arena, inside) : row_slope(work, row);
        total += parts[i];
    }
    double mean = total / (double)rows, size = SAME * fabs(whole);
    bool shares = fabs(total - whole) <= size; /* of a mean each is divided already */
    for (size_t i = 0; i < rows && shares && is_mean(work, sum); i++)
        parts[i] *= (double)rows;
    return shares || (is_mean(work, sum) && fabs(mean - whole) <= size);
}

void mistake_take_one_row(Workings *work) {
    Expr sum = row_sum(work);
    const DataTable *data = work->model->scope->data;
    if (!sum || data->rows < 2 || data->rows > MOST_ROWS)
        return;
    double *parts = ARENA_ARRAY(work->arena, double, data->rows);
    bool update = work->question.kind == DIAGNOSE_UPDATE;
    for (size_t i = 0; i < data->rows && (i > 0 || find_parts(work, sum, parts)); i++) {
        if (parts[i] == 0)
            continue; /* an answer of 0 has other reasons */
        const char *place = arena_format(work->arena, "row %zu", i + 1);
        double step = work->model->rate * parts[i];
        if (update)
            workings_offer_scaled(work, place, workings_evaluate(work, work->question.wrt) - step,
                                  step);
        else
            workings_offer(work, place, parts[i]);
    }
}
