#include "lesson/mistakes_paths.h"

static const char *const SHARE = "This is the share of one place, and the shares of all add up";

/* What one name hands back where several paths come together in it. */
static void offer_shares(Workings *work) {
    const Model *model = work->model;
    const double *carried = work->factored ? workings_sums(work) : NULL;
    const double *paths = paths_count(work->arena, model->graph, model->scope, work->question.of);
    const char *sentence = work->sentence;
    work->sentence = SHARE;
    for (size_t i = 0; i < work->edge_count && carried; i++) {
        const Edge *edge = workings_edge(work, work->edges[i]);
        double factor = work->slopes[edge->to] * work->inners[work->edges[i]];
        if (edge->from == work->symbol && paths[edge->to] > 1)
            workings_offer_slope(work, workings_name_text(work, edge->to),
                                 carried[edge->to] * factor);
    }
    work->sentence = sentence;
}

void mistake_take_one_path(Workings *work) {
    if (workings_last_edges(work) > 1 && !work->question.along)
        offer_shares(work);

    for (size_t i = 0; i < work->paths.listed && work->paths.listed > 1; i++)
        workings_offer_slope(work, workings_path_text(work, &work->paths.list[i]),
                             workings_path_product(work, &work->paths.list[i]));
}

void mistake_leave_out_path(Workings *work) {
    for (size_t i = 0; i < work->paths.listed && work->paths.listed > 2; i++)
        workings_offer_slope(work, workings_path_text(work, &work->paths.list[i]),
                             work->derivative - workings_path_product(work, &work->paths.list[i]));
}

void mistake_take_another_path(Workings *work) {
    const Path *others = work->paths.list + work->paths.listed;
    for (size_t i = 0; i < work->other_paths; i++)
        workings_offer_slope(work, workings_path_text(work, &others[i]),
                             workings_path_product(work, &others[i]));
}

void mistake_turn_path_sign(Workings *work) {
    for (size_t i = 0; i < work->paths.listed && work->paths.listed > 1; i++)
        workings_offer_slope(work, workings_path_text(work, &work->paths.list[i]),
                             work->derivative -
                                 2 * workings_path_product(work, &work->paths.list[i]));
}

void mistake_take_all_paths(Workings *work) {
    Expr of = workings_expr(work, work->question.of);
    if (work->question.along)
        workings_offer_slope(
            work, NULL,
            workings_evaluate(work, expr_derivative(work->model->exprs, of, work->question.wrt)));
}

void mistake_multiply_paths(Workings *work) {
    double product = 1;
    for (size_t i = 0; i < work->paths.listed; i++)
        product *= workings_path_product(work, &work->paths.list[i]);
    if (work->paths.listed > 1)
        workings_offer_slope(work, NULL, product);
}

void mistake_add_factors(Workings *work) {
    double sum = 0;
    if (!work->factored || work->paths.listed != 1 || work->edge_count < 2)
        return;
    for (size_t i = 0; i < work->edge_count; i++)
        sum += work->slopes[workings_edge(work, work->edges[i])->to] * work->inners[work->edges[i]];
    workings_offer_slope(work, NULL, sum);
}
