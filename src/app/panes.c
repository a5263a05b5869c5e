/* What the values pane shows at the present place, as plain data. */
#include "app/explain.h"
#include "app/known.h"
#include "expr/diff.h"

/* ------------------------------------------------------------------------------ values */

/* The values pane while it is filled. One reverse sweep serves all slopes of one result. */
typedef struct ValuesPane {
    Explain explain;
    Block *table;
    Model *model;
    SymbolId swept; /* the result of the last sweep, or SYMBOL_NONE */
} ValuesPane;

static const double *slope_value(ValuesPane *pane, SymbolId of, SymbolId symbol, Expr token) {
    const Graph *graph = pane->explain.lesson->graph;
    bool one_row = graph->by_row[symbol] && !graph->by_row[of];
    if (one_row || symbol_entries(scope_get(pane->explain.scope, of)) > 1)
        return explain_value(&pane->explain, token);
    if (pane->swept != of)
        model_backward(pane->model, of);
    pane->swept = of;
    return model_adjoint(pane->model, symbol);
}

static void add_value_row(ValuesPane *pane, SymbolId symbol, SymbolId slope_of, bool slopes) {
    Explain *explain = &pane->explain;
    Expr name = scope_expr(explain->scope, explain->exprs, symbol);
    block_part(explain->card, pane->table, NULL, explain_name(explain, symbol));
    block_part(explain->card, pane->table, NULL,
               explain_entries(explain, model_value(explain->model, symbol), name));
    if (!slopes)
        return;
    const Math *slope = NULL, *value = NULL;
    if (slope_of != SYMBOL_NONE) {
        Expr token = expr_derivative(explain->exprs,
                                     scope_expr(explain->scope, explain->exprs, slope_of), name);
        const double *entries = slope_value(pane, slope_of, symbol, token);
        slope = explain_symbols(explain, token);
        value = math_lit(explain->arena, (Math *)explain_entries(explain, entries, token),
                         STYLE_BACKWARD);
    }
    block_part(explain->card, pane->table, NULL, slope);
    block_part(explain->card, pane->table, NULL, value);
}

Card session_values(Session *session, Arena *arena) {
    Card card = {.arena = arena, .title = "values"};
    ValuesPane pane = {.explain = explain_new(session, session->present.model, &card),
                       .model = session->present.model,
                       .swept = SYMBOL_NONE};
    Known known = known_at(session, arena, session->position);
    const Scope *scope = pane.explain.scope;
    bool slopes = false, any = false;
    for (SymbolId s = 0; s < scope->count; s++) {
        slopes = slopes || known.slope[s] != SYMBOL_NONE;
        any = any || known.value[s];
    }
    if (!any)
        return card;
    pane.table = card_add(&card, BLOCK_TABLE);
    pane.table->columns = slopes ? 4 : 2;
    for (SymbolId s = 0; s < scope->count; s++)
        if (known.value[s])
            add_value_row(&pane, s, known.slope[s], slopes);
    return card;
}
