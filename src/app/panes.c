/* What the values pane shows at the present place, as plain data. */
#include "app/explain.h"
#include "app/known.h"

/* ------------------------------------------------------------------------------ values */

enum { MOST_VALUES = 100 }; /* of more names those around one are shown */

/* The values pane while it is filled. One reverse sweep serves all slopes of one result. */
typedef struct ValuesPane {
    Explain explain;
    Block *table;
    KnownNumbers numbers;
    SymbolId swept; /* the result of the last sweep, or SYMBOL_NONE */
} ValuesPane;

static const double *slope_value(ValuesPane *pane, SymbolId of, SymbolId symbol, Expr token) {
    const Graph *graph = pane->explain.lesson->graph;
    if (graph_is_row_part(graph, of, symbol) ||
        symbol_entries(scope_get(pane->explain.scope, of)) > 1)
        return explain_value(&pane->explain, token);
    if (pane->swept != of)
        model_backward(pane->numbers.computed, of);
    pane->swept = of;
    return model_adjoint(pane->numbers.computed, symbol);
}

static void add_value_row(ValuesPane *pane, SymbolId symbol, SymbolId slope_of, bool slopes) {
    Explain *explain = &pane->explain;
    Expr name = scope_expr(explain->scope, explain->exprs, symbol);
    block_part(explain->card, pane->table, NULL, explain_name(explain, symbol));
    const Math *shown = explain_entries(explain, known_value(&pane->numbers, symbol), name);
    if (explain_has_changed(explain, symbol))
        shown = math_lit(explain->arena, (Math *)shown, STYLE_CHANGED);
    block_part(explain->card, pane->table, NULL, shown);
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

/* The names to be shown: all that are known, or, of very many, those around one. */
typedef struct Shown {
    SymbolId *symbols;
    size_t count;         /* known */
    size_t first, behind; /* those shown: symbols[first … behind) */
} Shown;

static Shown choose_names(const Known *known, size_t names, SymbolId around, Arena *arena) {
    Shown shown = {.symbols = ARENA_ARRAY(arena, SymbolId, names)};
    size_t middle = 0;
    for (SymbolId s = 0; s < names; s++) {
        if (!known->value[s])
            continue;
        middle = around == SYMBOL_NONE || s <= around ? shown.count : middle;
        shown.symbols[shown.count++] = s;
    }
    shown.behind = shown.count;
    if (shown.count <= MOST_VALUES)
        return shown;
    shown.first = middle > MOST_VALUES / 2 ? middle - MOST_VALUES / 2 : 0;
    if (shown.first + MOST_VALUES < shown.count)
        shown.behind = shown.first + MOST_VALUES;
    return shown;
}

/* A row for those that are left out. */
static void add_rest(ValuesPane *pane, size_t count) {
    Explain *explain = &pane->explain;
    for (size_t i = 0; i < pane->table->columns && count; i++) {
        const char *cell = i == 0   ? "…"
                           : i == 1 ? arena_format(explain->arena, "%zu more", count)
                                    : "";
        block_part(explain->card, pane->table, NULL, math_text(explain->arena, cell));
    }
}

Card session_values(Session *session, Arena *arena, SymbolId around, SymbolId **symbols) {
    Card card = {.arena = arena, .title = "values"};
    KnownNumbers numbers = known_numbers(session, arena);
    ValuesPane pane = {.explain = explain_new(session, numbers.computed, &card),
                       .numbers = numbers,
                       .swept = SYMBOL_NONE};
    Known known = known_at(session, arena, session->position);
    size_t names = pane.explain.scope->count;
    Shown shown = choose_names(&known, names, around, arena);
    bool slopes = false;
    for (SymbolId s = 0; s < names; s++)
        slopes = slopes || known.slope[s] != SYMBOL_NONE;
    if (!shown.count)
        return card;
    pane.table = card_add(&card, BLOCK_TABLE);
    pane.table->columns = slopes ? 4 : 2;
    size_t before = shown.first > 0 ? 1 : 0;
    *symbols = ARENA_ARRAY(arena, SymbolId, shown.behind - shown.first + 2);
    (*symbols)[0] = (*symbols)[shown.behind - shown.first + before] = SYMBOL_NONE;
    add_rest(&pane, shown.first);
    for (size_t i = shown.first; i < shown.behind; i++) {
        SymbolId symbol = shown.symbols[i];
        (*symbols)[i - shown.first + before] = symbol;
        add_value_row(&pane, symbol, known.slope[symbol], slopes);
    }
    add_rest(&pane, shown.count - shown.behind);
    return card;
}

void session_record_values(Session *session, Arena *arena, Record *to) {
    Known known = known_at(session, arena, session->position);
    KnownNumbers numbers = known_numbers(session, arena);
    const Scope *scope = &session->lesson->scope;
    for (SymbolId s = 0; s < scope->count; s++) {
        const Symbol *symbol = scope_get(scope, s);
        if (known.value[s])
            record_add_matrix(arena, to, symbol->name, known_value(&numbers, s), symbol->rows,
                              symbol->columns);
    }
}
