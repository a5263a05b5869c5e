/* The chain of one entry of a matrix, in numbers: ∂L/∂W[2,1] through the entries it reaches. */
#include "app/explain.h"
#include "expr/diff.h"
#include "expr/simplify.h"
#include "num/unroll.h"

enum { ENTRY_TERMS = 6, ENTRY_LINES = 4 }; /* more than this stays a matrix */

/* The local slopes of an edge, entry by entry, and which entries a change gets to. */
typedef struct Entries {
    size_t count; /* of the node */
    bool *reached;
} Entries;

static size_t count_of(const Explain *explain, SymbolId symbol) {
    return symbol_entries(scope_get(explain->scope, symbol));
}

Expr explain_entry(const Explain *explain, SymbolId symbol, size_t i) {
    const Symbol *found = scope_get(explain->scope, symbol);
    Expr name = scope_expr(explain->scope, explain->exprs, symbol);
    if (symbol_entries(found) == 1)
        return name;
    return expr_index(explain->exprs, name, (uint32_t)(i / found->columns) + 1,
                      (uint32_t)(i % found->columns) + 1);
}

/* ∂to[i]/∂from[all], in the shape of `from`: what the formula itself says, no other names followed.
 */
static Expr row_of_jacobian(const Explain *explain, const Edge *edge, size_t i) {
    const Symbol *to = scope_get(explain->scope, edge->to);
    Expr formula = to->lowered;
    Expr entry = simplify_index(explain->exprs, formula, (uint32_t)(i / to->columns) + 1,
                                (uint32_t)(i % to->columns) + 1);
    Partial *partials;
    size_t count = expr_partials(explain->exprs, explain->scope, explain->arena, entry,
                                 expr_number(explain->exprs, 1), &partials);
    for (size_t p = 0; p < count; p++)
        if (partials[p].symbol == edge->from)
            return partials[p].adjoint;
    return 0;
}

Expr explain_entry_slope(const Explain *explain, const Edge *edge, size_t i, size_t j) {
    const Symbol *to = scope_get(explain->scope, edge->to);
    const Symbol *from = scope_get(explain->scope, edge->from);
    Expr row = row_of_jacobian(explain, edge, i);
    if (!row)
        return 0;
    Expr slope = unroll_entry(explain->exprs, explain->arena, row,
                              (uint32_t)(j / from->columns) + 1, (uint32_t)(j % from->columns) + 1);
    if (simplify_is_zero(explain->exprs, slope))
        return 0;
    return expr_substitute(explain->exprs, explain->arena, slope, to->lowered,
                           scope_expr(explain->scope, explain->exprs, edge->to));
}

/* The entries of edge->to that a change of the reached entries of edge->from gets to. */
static Entries step_back(const Explain *explain, const Edge *edge, const Entries *from) {
    Entries to = {.count = count_of(explain, edge->to)};
    to.reached = ARENA_ARRAY(explain->arena, bool, to.count);
    for (size_t i = 0; i < to.count; i++)
        for (size_t j = 0; j < from->count && !to.reached[i]; j++)
            to.reached[i] = from->reached[j] && explain_entry_slope(explain, edge, i, j);
    return to;
}

static size_t reached_count(const Entries *entries) {
    size_t count = 0;
    for (size_t i = 0; i < entries->count; i++)
        count += entries->reached[i];
    return count;
}

/* The entries reached at edge number `factor` of a path: at its `to` and at its `from`. */
static bool find_entries(const Explain *explain, const Chain *chain, size_t factor, Entries *to,
                         Entries *from) {
    const Path *path = &chain->paths.list[0];
    const ExprNode *wrt = expr_get(explain->exprs, chain->wrt);
    const Symbol *symbol = scope_get(explain->scope, chain->symbol);
    *from = (Entries){.count = symbol_entries(symbol)};
    from->reached = ARENA_ARRAY(explain->arena, bool, from->count);
    from->reached[(size_t)(wrt->at.row - 1) * symbol->columns + wrt->at.column - 1] = true;
    for (size_t k = path->count; k-- > factor;) {
        const Edge *edge = &explain->lesson->graph->edges[path->edges[k]];
        if (count_of(explain, edge->to) * from->count > 4096)
            return false;
        *to = step_back(explain, edge, from);
        if (reached_count(to) > ENTRY_TERMS || reached_count(from) > ENTRY_TERMS)
            return false;
        if (k > factor)
            *from = *to;
    }
    return true;
}

/* ∂L/∂from[j] = Σ ∂L/∂to[i]·∂to[i]/∂from[j]: in tokens, then with the slopes written out. */
static void add_entry(Explain *explain, const Chain *chain, const Edge *edge, const Entries *to,
                      size_t j) {
    Exprs *exprs = explain->exprs;
    Expr of = scope_expr(explain->scope, exprs, chain->of);
    Expr variable = explain_entry(explain, edge->from, j), rule = 0, formula = 0;
    for (size_t i = 0; i < to->count; i++) {
        Expr slope = to->reached[i] ? explain_entry_slope(explain, edge, i, j) : 0;
        if (!slope)
            continue;
        Expr user = explain_entry(explain, edge->to, i);
        Expr local = expr_derivative(exprs, user, variable);
        if (edge->to != chain->of) {
            Expr seed = expr_derivative(exprs, of, user);
            local = expr_binary(exprs, EXPR_MULTIPLY, seed, local);
            slope = expr_binary(exprs, EXPR_MULTIPLY, seed, slope);
        }
        rule = rule ? expr_binary(exprs, EXPR_ADD, rule, local) : local;
        formula = formula ? expr_binary(exprs, EXPR_ADD, formula, slope) : slope;
    }
    if (!formula)
        return;
    const Math *left = explain_partial(explain, of, variable);
    if (edge->to != chain->of) {
        Block *block = card_add(explain->card, BLOCK_FORMULA);
        block_part(explain->card, block, NULL, left);
        block_part(explain->card, block, "=", explain_symbols(explain, rule));
    }
    explain_equation(explain, left, formula);
}

/* The entries at both ends of a factor. False where there is nothing to show entry by entry. */
static bool find_ends(const Explain *explain, const Chain *chain, size_t factor, Entries *to,
                      Entries *from) {
    if (expr_get(explain->exprs, chain->wrt)->kind != EXPR_INDEX || chain->paths.listed != 1 ||
        count_of(explain, chain->of) != 1 || explain->lesson->graph->by_row[chain->symbol])
        return false;
    const Edge *edge = &explain->lesson->graph->edges[chain->paths.list[0].edges[factor]];
    return !graph_sums_rows(explain->lesson->graph, edge, chain->of) &&
           find_entries(explain, chain, factor, to, from);
}

const bool *explain_entry_reached(const Explain *explain, const Chain *chain, size_t factor) {
    Entries to = {0}, from = {0};
    return find_ends(explain, chain, factor, &to, &from) ? from.reached : NULL;
}

bool explain_entry_factor(Explain *explain, const Chain *chain, size_t factor) {
    Entries to = {0}, from = {0};
    if (!find_ends(explain, chain, factor, &to, &from))
        return false;
    const Edge *edge = &explain->lesson->graph->edges[chain->paths.list[0].edges[factor]];
    if (explain->hidden) {
        Explain one = *explain;
        one.hidden = &(Hidden){1, 1, 0};
        add_entry(&one, chain, edge, &to, explain->hidden->entry);
        return true;
    }
    size_t lines = 0, reached = reached_count(&from);
    for (size_t j = 0; j < from.count && lines < ENTRY_LINES; j++)
        if (from.reached[j]) {
            add_entry(explain, chain, edge, &to, j);
            lines++;
        }
    if (reached > lines)
        card_text(explain->card, "and so for the other %zu entries.", reached - lines);
    return true;
}
