#include <math.h>

#include "app/explain.h"
#include "base/str.h"
#include "lesson/steps.h"
#include "num/verify.h"
#include "view/math_text.h"

/* The part of one row, or its sum over the rows where the edge leaves them. */
static Expr over_rows(const Explain *explain, const Edge *edge, SymbolId of, Expr part) {
    return graph_sums_rows(explain->lesson->graph, edge, of)
               ? expr_call1(explain->exprs, FUNCTION_ROWSUM, part)
               : part;
}

Chain *explain_find_chain(const Explain *explain, SymbolId of, Expr wrt, size_t most) {
    const ExprNode *node = expr_get(explain->exprs, wrt);
    bool entry = node->kind == EXPR_INDEX;
    SymbolId symbol =
        expr_get(explain->exprs, entry ? expr_operand(explain->exprs, wrt, 0) : wrt)->symbol;
    Chain *chain = ARENA_NEW(explain->arena, Chain);
    *chain = (Chain){.of = of, .wrt = wrt, .symbol = symbol};
    const Graph *graph = explain->lesson->graph;
    chain->rows_meet = graph_rows_meet(graph, explain->scope, of, symbol);
    if (chain->rows_meet)
        chain->paths.total = paths_count(explain->arena, graph, explain->scope, of)[symbol];
    else
        chain->paths = paths_find(explain->arena, graph, explain->scope,
                                  model_weights(explain->model, explain->arena), of, symbol, most);
    return chain;
}

const Edge *explain_edge(const Explain *explain, const Path *path, size_t factor) {
    return &explain->lesson->graph->edges[path->edges[factor]];
}

bool path_is_scalar(const Explain *explain, const Path *path) {
    for (size_t i = 0; i < path->count; i++)
        if (!explain_is_number(explain, explain_edge(explain, path, i)->from) ||
            !explain_is_number(explain, explain_edge(explain, path, i)->to))
            return false;
    return true;
}

const char *explain_path(const Explain *explain, const Path *path) {
    Buffer text = {.arena = explain->arena};
    for (size_t i = path->count; i-- > 0;) {
        buffer_add(&text, explain_name_text(explain, explain_edge(explain, path, i)->from));
        buffer_add(&text, " → ");
    }
    if (path->count)
        buffer_add(&text, explain_name_text(explain, explain_edge(explain, path, 0)->to));
    return buffer_text(&text);
}

bool path_sums_rows(const Explain *explain, const Chain *chain, const Path *path) {
    for (size_t i = 0; i < path->count; i++)
        if (graph_sums_rows(explain->lesson->graph, explain_edge(explain, path, i), chain->of))
            return true;
    return false;
}

/* Of one row by a value of that row: the sums over the rows do not move with it (expr/diff.h). */
static bool counts_sums_as_given(const Explain *explain, SymbolId of, SymbolId wrt) {
    const Graph *graph = explain->lesson->graph;
    return graph->by_row[of] && graph->by_row[wrt];
}

const char *explain_meeting(const Explain *explain, SymbolId of, SymbolId wrt) {
    Meeting meeting =
        graph_meeting(explain->lesson->graph, explain->scope, explain->arena, of, wrt);
    return arena_format(
        explain->arena,
        "%s of one row is made of %s of all rows, so this slope is no product along "
        "paths of one row.%s",
        explain_name_text(explain, meeting.row), explain_name_text(explain, meeting.all),
        counts_sums_as_given(explain, of, wrt) ? " In it sums over all rows count as given numbers."
                                               : "");
}

void explain_undivided(Explain *explain, SymbolId of, Expr wrt, SymbolId symbol) {
    card_text(explain->card, "%s", explain_meeting(explain, of, symbol));
    Expr token = expr_derivative(explain->exprs, explain_name_expr(explain, of), wrt);
    const double *value = explain_value(explain, token);
    Block *block = card_add(explain->card, BLOCK_FORMULA);
    block_part(explain->card, block, NULL, explain_symbols(explain, token));
    block_part(explain->card, block, "=", explain_result(explain, value, token));
    if (!explain->hidden && expr_is_scalar(explain->exprs, token) &&
        !counts_sums_as_given(explain, of, symbol))
        explain_meaning(explain, of, wrt, *value);
}

/* The product of the local partials in each row, and their sum. */
static void add_row_products(Explain *explain, const Path *path) {
    Expr product = 0;
    for (size_t i = 0; i < path->count; i++) {
        Expr partial = explain_edge(explain, path, i)->partial;
        product = product ? expr_binary(explain->exprs, EXPR_MULTIPLY, product, partial) : partial;
    }
    card_text(explain->card, "That is the part of the present row. Every row has its own, and the "
                             "rows add up:");
    explain_row_table(explain, math_text(explain->arena, "product"), product);
}

const Math *explain_factors(const Explain *explain, const Path *path, bool numbers) {
    Math *row = math_row(explain->arena, 0);
    for (size_t i = 0; i < path->count; i++) {
        const Edge *edge = explain_edge(explain, path, i);
        Expr token = expr_derivative(explain->exprs, explain_name_expr(explain, edge->to),
                                     explain_name_expr(explain, edge->from));
        if (i)
            math_add(explain->arena, row, math_text(explain->arena, " · "));
        if (!numbers) { /* a direct path has the sign of the whole: its slope is written out */
            Expr shown = path->count == 1 && edge->partial ? edge->partial : token;
            math_add(explain->arena, row, (Math *)explain_symbols(explain, shown));
            continue;
        }
        double value = *explain_value(explain, edge->partial);
        Math *number = math_number(explain->arena, value, explain->digits);
        bool fence = i > 0 && value < 0;
        math_add(explain->arena, row, fence ? math_fence(explain->arena, "(", number) : number);
    }
    return row;
}

Expr explain_chain_token(const Explain *explain, const Chain *chain) {
    return expr_derivative(explain->exprs, explain_name_expr(explain, chain->of), chain->wrt);
}

const double *explain_path_value(const Explain *explain, const Chain *chain, size_t path) {
    const Path *found = &chain->paths.list[path];
    const double *value =
        model_carry(explain->model, explain->arena, found, chain->of, found->count);
    const ExprNode *wrt = expr_get(explain->exprs, chain->wrt);
    if (wrt->kind != EXPR_INDEX)
        return value;
    const Symbol *whole = scope_get(explain->scope, chain->symbol);
    size_t entry = (size_t)(wrt->at.row - 1) * whole->columns + wrt->at.column - 1;
    size_t rows = symbol_entries(scope_get(explain->scope, chain->of));
    double *column = ARENA_ARRAY(explain->arena, double, rows);
    for (size_t row = 0; row < rows; row++)
        column[row] = value[row * symbol_entries(whole) + entry];
    return column;
}

const double *explain_edge_value(const Explain *explain, const Edge *edge) {
    size_t number = (size_t)(edge - explain->lesson->graph->edges);
    Path alone = {.edges = &number, .count = 1};
    return model_carry(explain->model, explain->arena, &alone, edge->to, 1);
}

/* Whether the product along a path can be written as ∂E/∂y · ∂y/∂z · …: of numbers, or of the
 * Jacobians of a matrix by an undivided name. */
static bool has_product_formula(const Explain *explain, const Chain *chain, const Path *path) {
    bool entry = expr_get(explain->exprs, chain->wrt)->kind == EXPR_INDEX;
    return path_is_scalar(explain, path) || (!explain_is_number(explain, chain->of) && !entry);
}

static bool has_product_formulas(const Explain *explain, const Chain *chain) {
    for (size_t i = 0; i < chain->paths.listed; i++)
        if (!has_product_formula(explain, chain, &chain->paths.list[i]))
            return false;
    return true;
}

/* What the derivative is by, on one line: w₅, or an entry of a matrix. */
static const char *variable_text(const Explain *explain, const Chain *chain) {
    return math_line(explain->arena, explain_symbols(explain, chain->wrt), false);
}

/* The product along a path in symbols; where rows are summed, with the sign of the sum. */
static const Math *chain_product(const Explain *explain, const Chain *chain, size_t path) {
    const Path *found = &chain->paths.list[path];
    const Math *product = explain_factors(explain, found, false);
    if (!path_sums_rows(explain, chain, found))
        return product;
    return math_row(explain->arena, 2, math_text(explain->arena, "∑ "), product);
}

/* ∂E/∂w as the sum of the products of the local partials, in symbols. */
static void add_chain_formula(Explain *explain, const Chain *chain) {
    Block *block = card_add(explain->card, BLOCK_FORMULA);
    block_part(explain->card, block, NULL,
               explain_symbols(explain, explain_chain_token(explain, chain)));
    for (size_t i = 0; i < chain->paths.listed; i++)
        block_part(explain->card, block, i ? "+" : "=", chain_product(explain, chain, i));
}

static void add_path_list(Explain *explain, const Chain *chain) {
    for (size_t i = 0; i < chain->paths.listed; i++) {
        Block *item = card_add(explain->card, BLOCK_TEXT);
        item->level = 1;
        item->marker = "•";
        block_text(explain->card, item, "%s", explain_path(explain, &chain->paths.list[i]));
    }
}

void explain_chain(Explain *explain, const Chain *chain) {
    const char *of = explain_name_text(explain, chain->of);
    const char *wrt = variable_text(explain, chain);
    card_text(explain->card, "How fast does %s change when %s changes?", of, wrt);
    if (chain->symbol == chain->of) {
        card_text(explain->card, "Exactly as fast as itself: the slope is 1.");
    } else if (chain->paths.total == 0) {
        card_text(explain->card, "Not at all: no path leads from %s to %s, so the slope is 0.", wrt,
                  of);
    } else if (chain->rows_meet) {
        card_text(explain->card, "%s", explain_meeting(explain, chain->of, chain->symbol));
    } else if (!chain->paths.complete) {
        card_text(
            explain->card,
            "%s reaches %s by %.0f paths. Nobody walks them one by one: going back node by node, "
            "we add up at each node what its users hand back.",
            wrt, of, chain->paths.total);
    } else if (chain->paths.listed == 1) {
        card_text(explain->card, "%s reaches %s by one path:", wrt, of);
        add_path_list(explain, chain);
        card_text(explain->card,
                  "The chain rule multiplies the slopes along it, from %s back to %s.", of, wrt);
    } else {
        card_text(explain->card, "%s reaches %s by %zu paths:", wrt, of, chain->paths.listed);
        add_path_list(explain, chain);
        card_text(explain->card,
                  "The chain rule multiplies the slopes along each, and adds the products.");
    }
    bool one = chain->paths.listed == 1 && chain->paths.list[0].count == 1;
    if (chain->paths.complete && chain->paths.listed && !one &&
        has_product_formulas(explain, chain))
        add_chain_formula(explain, chain);
}

enum { JACOBIAN_ENTRIES = 4096 }; /* larger ones are not written down */

/* ∂to/∂from where `to` is a matrix: entry by entry. */
static void add_jacobian(Explain *explain, const Edge *edge) {
    size_t rows = symbol_entries(scope_get(explain->scope, edge->to));
    size_t columns = symbol_entries(scope_get(explain->scope, edge->from));
    Expr token = expr_derivative(explain->exprs, explain_name_expr(explain, edge->to),
                                 explain_name_expr(explain, edge->from));
    if (rows * columns > JACOBIAN_ENTRIES) {
        card_text(explain->card, "It has %zu × %zu entries: too many to write down.", rows,
                  columns);
        return;
    }
    Block *block = card_add(explain->card, BLOCK_FORMULA);
    block_part(explain->card, block, NULL, explain_symbols(explain, token));
    block_part(explain->card, block, "=",
               explain_result(explain, explain_edge_value(explain, edge), token));
    if (columns > 1)
        card_text(explain->card, "It has a row for each entry of %s and a column for each of %s.",
                  explain_name_text(explain, edge->to), explain_name_text(explain, edge->from));
}

static void add_rule(Explain *explain, const Edge *edge) {
    card_text(explain->card, "%s in %s: %s%s.", explain_name_text(explain, edge->from),
              explain_name_text(explain, edge->to), explain_rule(explain, edge->to, edge->from),
              explain_halves(explain, edge) ? "; the 2 above and the 2 below cancel" : "");
}

static void add_local(Explain *explain, const Edge *edge) {
    Expr to = explain_name_expr(explain, edge->to), from = explain_name_expr(explain, edge->from);
    if (edge->partial)
        explain_equation_from(explain, explain_partial(explain, to, from),
                              explain_halves(explain, edge), edge->partial, NULL);
    else
        add_jacobian(explain, edge);
    explain_saturated(explain, edge);
}

void explain_local(Explain *explain, const Edge *edge) {
    Explain lit = *explain;
    lit.lit = edge->from;
    explain_formula(&lit, explain_name(explain, edge->to),
                    scope_get(explain->scope, edge->to)->definition, NULL);
    add_rule(explain, edge);
    add_local(explain, edge);
}

bool explain_carries(const Explain *explain, const Chain *chain, size_t path) {
    return !path_is_scalar(explain, &chain->paths.list[path]) &&
           explain_is_number(explain, chain->of);
}

/* The product is carried along, each step turns ∂L/∂to into ∂L/∂from. */
Expr explain_carried(const Explain *explain, const Chain *chain, size_t path, size_t factor,
                     Explain *along) {
    const Path *found = &chain->paths.list[path];
    const Edge *edge = explain_edge(explain, found, factor);
    Expr of = explain_name_expr(explain, chain->of), to = explain_name_expr(explain, edge->to);
    bool rows = graph_sums_rows(explain->lesson->graph, edge, chain->of);
    *along = *explain;
    along->carried = rows ? 0 : expr_derivative(explain->exprs, of, to);
    along->carried_value = model_carry(explain->model, explain->arena, found, chain->of, factor);
    Expr part = graph_contribution(explain->exprs, explain->scope, explain->arena, edge, of);
    return over_rows(explain, edge, chain->of, part);
}

/* What stands there is not the whole derivative. */
static void say_part(Explain *explain, const Chain *chain, size_t path) {
    card_text(explain->card, "This is the part along this path alone; %s.",
              path + 1 < chain->paths.listed ? "the others come after" : "the sum comes next");
}

void explain_factor_formula(Explain *explain, const Chain *chain, size_t path, size_t factor) {
    const Edge *edge = explain_edge(explain, &chain->paths.list[path], factor);
    if (!explain_carries(explain, chain, path)) {
        add_local(explain, edge);
        return;
    }
    if (explain_entry_factor(explain, chain, factor))
        return;
    Explain along;
    Expr part = explain_carried(explain, chain, path, factor, &along);
    Expr of = explain_name_expr(explain, chain->of);
    const double *carried = model_carry(explain->model, explain->arena, &chain->paths.list[path],
                                        chain->of, factor + 1);
    explain_equation_as(&along,
                        explain_partial(explain, of, explain_name_expr(explain, edge->from)), part,
                        carried);
    bool last = factor + 1 == chain->paths.list[path].count;
    if (last && !chain_has_product(explain->lesson, chain, path) && !explain->hidden &&
        expr_get(explain->exprs, chain->wrt)->kind == EXPR_INDEX)
        explain_equation(explain, NULL, explain_chain_token(explain, chain));
    if (chain->paths.listed > 1)
        say_part(explain, chain, path);
}

/* Whether a slope of 0 is that of relu, abs or max at its corner. */
static bool is_corner(const Explain *explain, SymbolId of, Expr wrt) {
    Arena scratch = {.recovery = explain->arena->recovery};
    bool corner =
        verify_derivative(explain->model, &scratch, explain_name_expr(explain, of), wrt).kink;
    arena_clear(&scratch);
    return corner;
}

void explain_meaning(Explain *explain, SymbolId of, Expr wrt, double value) {
    const char *variable = math_line(explain->arena, explain_symbols(explain, wrt), false);
    const char *result = explain_name_text(explain, of);
    if (!isfinite(value))
        explain_slope_out_of_range(explain, of, value);
    else if (value == 0 && is_corner(explain, of, wrt))
        card_text(explain->card,
                  "At a corner the slope counts as 0; on one side of it %s may still change with "
                  "%s.",
                  result, variable);
    else if (value == 0)
        card_text(explain->card, "A tiny change of %s leaves %s as it is.", variable, result);
    else if (fabs(value) == 1)
        card_text(explain->card, "If %s grows a little, %s %s just as much.", variable, result,
                  value > 0 ? "grows" : "shrinks");
    else
        card_text(explain->card, "If %s grows a little, %s %s %s times as much.", variable, result,
                  value > 0 ? "grows" : "shrinks", explain_number_text(explain, fabs(value)));
}

void explain_factor(Explain *explain, const Chain *chain, size_t path, size_t factor) {
    const Path *found = &chain->paths.list[path];
    explain_place(explain, chain, path, factor);
    add_rule(explain, explain_edge(explain, found, factor));
    explain_factor_formula(explain, chain, path, factor);
    bool last = factor + 1 == found->count && !chain_has_product(explain->lesson, chain, path);
    if (!last || explain->hidden ||
        !expr_is_scalar(explain->exprs, explain_chain_token(explain, chain)))
        return;
    const bool said = explain_carries(explain, chain, path); /* with the formula */
    if (chain->paths.listed > 1 && !said)
        say_part(explain, chain, path);
    else if (chain->paths.listed == 1)
        explain_meaning(explain, chain->of, chain->wrt, *explain_path_value(explain, chain, path));
}

/* A path whose products are summed over the training rows: this row's, all of them, the sum. */
static void explain_row_product(Explain *explain, const Chain *chain, size_t path) {
    const Path *found = &chain->paths.list[path];
    Block *block = card_add(explain->card, BLOCK_FORMULA);
    block_part(explain->card, block, NULL, explain_factors(explain, found, false));
    block_part(explain->card, block, "=", explain_factors(explain, found, true));
    double product = 1;
    for (size_t i = 0; i < found->count; i++)
        product *= *explain_value(explain, explain_edge(explain, found, i)->partial);
    block_part(explain->card, block, "=", math_number(explain->arena, product, explain->digits));
    add_row_products(explain, found);
}

/* Whether all slopes along a path of numbers are finite. */
static bool path_is_finite(const Explain *explain, const Path *path) {
    for (size_t i = 0; i < path->count; i++)
        if (!isfinite(*explain_value(explain, explain_edge(explain, path, i)->partial)))
            return false;
    return true;
}

/* The value of a chain with one path, or of one of several. */
void explain_product(Explain *explain, const Chain *chain, size_t path) {
    const Path *found = &chain->paths.list[path];
    const double *value = explain_path_value(explain, chain, path);
    Expr token = explain_chain_token(explain, chain);
    bool alone = chain->paths.listed == 1, scalar = path_is_scalar(explain, found);
    bool rows = path_sums_rows(explain, chain, found);
    bool product = !rows && has_product_formula(explain, chain, found);
    if (!alone)
        card_text(explain->card, "Along %s:", explain_path(explain, found));
    if (rows && scalar) /* shown while the sum is asked for: the student only adds */
        explain_row_product(explain, chain, path);
    if (alone && product && found->count == 1) {
        add_local(explain, explain_edge(explain, found, 0));
    } else {
        Block *block = card_add(explain->card, BLOCK_FORMULA);
        if (alone)
            block_part(explain->card, block, NULL, explain_symbols(explain, token));
        else if (rows)
            block_part(explain->card, block, NULL, chain_product(explain, chain, path));
        if (product)
            block_part(explain->card, block, alone ? "=" : NULL,
                       explain_factors(explain, found, false));
        if (scalar && product && found->count > 1 && !explain->hidden &&
            path_is_finite(explain, found))
            block_part(explain->card, block, "=", explain_factors(explain, found, true));
        block_part(explain->card, block, product || alone || rows ? "=" : NULL,
                   explain_result(explain, value, token));
    }
    if (!alone)
        explain_place_of_path(explain, chain, path);
    else if (!explain->hidden && expr_is_scalar(explain->exprs, token))
        explain_meaning(explain, chain->of, chain->wrt, *value);
}

const Math *explain_products(const Explain *explain, const Chain *chain) {
    Expr token = explain_chain_token(explain, chain);
    bool scalar = expr_is_scalar(explain->exprs, token);
    Math *sum = math_row(explain->arena, 0);
    for (size_t i = 0; i < chain->paths.listed; i++) {
        const double *value = explain_path_value(explain, chain, i);
        bool minus = scalar && i && *value < 0;
        if (i)
            math_add(explain->arena, sum, math_text(explain->arena, minus ? " − " : " + "));
        math_add(explain->arena, sum,
                 minus ? math_number(explain->arena, -*value, explain->digits)
                       : (Math *)explain_entries(explain, value, token));
    }
    return sum;
}

void explain_sum(Explain *explain, const Chain *chain) {
    card_text(explain->card, "The paths add up: every way a change of %s reaches %s counts.",
              variable_text(explain, chain), explain_name_text(explain, chain->of));
    Block *block = card_add(explain->card, BLOCK_FORMULA);
    Expr token = explain_chain_token(explain, chain);
    block_part(explain->card, block, NULL, explain_symbols(explain, token));
    if (has_product_formulas(explain, chain))
        for (size_t i = 0; i < chain->paths.listed; i++)
            block_part(explain->card, block, i ? "+" : "=",
                       explain_factors(explain, &chain->paths.list[i], false));
    if (!explain->hidden)
        block_part(explain->card, block, "=", explain_products(explain, chain));
    const double *total = explain_value(explain, token);
    block_part(explain->card, block, "=", explain_result(explain, total, token));
    if (!explain->hidden && expr_is_scalar(explain->exprs, token))
        explain_meaning(explain, chain->of, chain->wrt, *total);
}

/* A line for each path: the product of the partials in symbols, in numbers, and its value; for a
 * number by a matrix, how its derivative is handed back along the path. */
void explain_path_products(Explain *explain, const Chain *chain) {
    if (chain->rows_meet) {
        explain_undivided(explain, chain->of, chain->wrt, chain->symbol);
        return;
    }
    const Path *first = &chain->paths.list[0];
    bool number = symbol_entries(scope_get(explain->scope, chain->of)) == 1;
    bool carried = chain->paths.listed == 1 && number && !path_is_scalar(explain, first);
    for (size_t i = 0; i < first->count && carried; i++)
        explain_factor_formula(explain, chain, 0, i);
    if (carried && !chain_has_product(explain->lesson, chain, 0))
        return;
    for (size_t i = 0; i < chain->paths.listed; i++)
        explain_product(explain, chain, i);
    if (chain->paths.listed > 1 && chain->paths.complete)
        explain_sum(explain, chain);
}

/* ------------------------------------------------------------------------------ backward */

/* ∂of/∂user · ∂user/∂symbol, or for matrices what the user hands back. */
static Expr contribution(const Explain *explain, const Edge *edge, SymbolId of) {
    Expr result = explain_name_expr(explain, of);
    Expr whole = graph_contribution(explain->exprs, explain->scope, explain->arena, edge, result);
    if (edge->partial && edge->to != of)
        whole = expr_binary(
            explain->exprs, EXPR_MULTIPLY,
            expr_derivative(explain->exprs, result, explain_name_expr(explain, edge->to)),
            edge->partial);
    return over_rows(explain, edge, of, whole);
}

/* The same with ∂user/∂symbol as a token: the chain rule before the partials are put in. */
static Expr chain_rule(const Explain *explain, const Edge *edge, SymbolId of) {
    Expr result = explain_name_expr(explain, of), user = explain_name_expr(explain, edge->to);
    Expr local = expr_derivative(explain->exprs, user, explain_name_expr(explain, edge->from));
    if (edge->to == of)
        return local;
    Expr seed = expr_derivative(explain->exprs, result, user);
    return over_rows(explain, edge, of, expr_binary(explain->exprs, EXPR_MULTIPLY, seed, local));
}

static Expr add_terms(const Explain *explain, Expr sum, Expr term) {
    return sum ? expr_binary(explain->exprs, EXPR_ADD, sum, term) : term;
}

Expr explain_contributions(const Explain *explain, SymbolId of, SymbolId symbol) {
    const Graph *graph = explain->lesson->graph;
    const bool *leads = graph_leading(graph, explain->scope, of);
    Expr formula = 0;
    if (graph_rows_meet_at(graph, explain->scope, of, symbol))
        return 0;
    for (size_t i = graph->first_out[symbol]; i < graph->first_out[symbol + 1]; i++) {
        const Edge *edge = &graph->edges[graph->outgoing[i]];
        if (leads[edge->to])
            formula = add_terms(explain, formula, contribution(explain, edge, of));
    }
    return formula;
}

void explain_backward(Explain *explain, SymbolId of, SymbolId symbol) {
    const char *name = explain_name_text(explain, symbol), *result = explain_name_text(explain, of);
    if (symbol == of) {
        card_text(explain->card, "The sweep begins at %s. It changes exactly as fast as itself.",
                  result);
        explain_equation(explain,
                         explain_partial(explain, explain_name_expr(explain, of),
                                         explain_name_expr(explain, of)),
                         expr_number(explain->exprs, 1));
        return;
    }
    const Graph *graph = explain->lesson->graph;
    if (graph_rows_meet_at(graph, explain->scope, of, symbol)) {
        explain_undivided(explain, of, explain_name_expr(explain, symbol), symbol);
        return;
    }
    const bool *leads = graph_leading(graph, explain->scope, of);
    Buffer users = {.arena = explain->arena};
    Expr rule = 0;
    bool scalar = true;
    size_t count = 0;
    for (size_t i = graph->first_out[symbol]; i < graph->first_out[symbol + 1]; i++) {
        const Edge *edge = &graph->edges[graph->outgoing[i]];
        if (!leads[edge->to])
            continue;
        scalar = scalar && edge->partial && explain_is_number(explain, symbol);
        buffer_format(&users, "%s%s", count ? ", " : "", explain_name_text(explain, edge->to));
        rule = add_terms(explain, rule, scalar ? chain_rule(explain, edge, of) : 0);
        count++;
    }
    if (!count) {
        card_text(explain->card, "%s does not reach %s: its slope is 0.", name, result);
        return;
    }
    card_text(explain->card,
              count == 1 ? "%s feeds %s; the slope there is known, and comes back along that edge."
                         : "%s feeds %s; what they hand back adds up.",
              name, buffer_text(&users));
    const Math *left = explain_partial(explain, explain_name_expr(explain, of),
                                       explain_name_expr(explain, symbol));
    if (scalar && rule != expr_derivative(explain->exprs, explain_name_expr(explain, of),
                                          explain_name_expr(explain, symbol))) {
        Block *block = card_add(explain->card, BLOCK_FORMULA);
        block_part(explain->card, block, NULL, left);
        block_part(explain->card, block, "=", explain_symbols(explain, rule));
    }
    Expr token = expr_derivative(explain->exprs, explain_name_expr(explain, of),
                                 explain_name_expr(explain, symbol));
    explain_equation_as(explain, left, explain_contributions(explain, of, symbol),
                        explain_value(explain, token));
}
