/* The lines of a hunt: along one path, node by node, or entry by entry. */
#include "app/hunt_parts.h"
#include "expr/simplify.h"
#include "lesson/diagnose.h"

enum {
    LEAST_LINES = 2,
    MOST_LINES = 60,
    MOST_TERMS = 16,   /* in one line */
    MOST_SLOPES = 4096 /* looked at to find the entries that a change gets to */
};

static Expr name_expr(const Hunter *hunter, SymbolId symbol) {
    return scope_expr(hunter->explain->scope, hunter->explain->exprs, symbol);
}

static size_t entries_of(const Hunter *hunter, SymbolId symbol) {
    return symbol_entries(scope_get(hunter->explain->scope, symbol));
}

static const char MEETING[] =
    "a value of one row is made of those of all rows, so this slope is no product along paths of "
    "one row";

void hunter_refuse(Hunter *hunter, const char *problem) {
    if (!hunter->hunt.problem)
        hunter->hunt.problem = problem;
}

static void refuse_length(Hunter *hunter, size_t length, size_t most) {
    if (length > most)
        hunter_refuse(hunter, "this derivation is too long to hunt in");
}

SymbolId hunter_goal(const Hunter *hunter) {
    size_t entry;
    return hunter->plan->wrt ? diagnose_symbol(hunter->explain->model, hunter->plan->wrt, &entry)
                             : SYMBOL_NONE;
}

Expr hunter_token(const Hunter *hunter, Expr of, Expr wrt) {
    return expr_derivative(hunter->explain->exprs, of, wrt);
}

/* ------------------------------------------------------------------------------ one line */

static Expr number_term(const Hunter *hunter, const HuntLine *line, const HuntTerm *term,
                        Expr slope) {
    Exprs *exprs = hunter->explain->exprs;
    if (line->kind == HUNT_LOCAL || term->user == line->of)
        return slope ? slope : expr_number(exprs, 1);
    Expr carried = hunter_token(hunter, line->of, term->user);
    return slope ? expr_binary(exprs, EXPR_MULTIPLY, carried, slope) : carried;
}

static Expr matrix_term(const Hunter *hunter, const HuntLine *line, const HuntTerm *term,
                        Expr whole) {
    Expr part = whole                    ? whole
                : term->user == line->of ? 0
                                         : hunter_token(hunter, line->of, term->user);
    return part && expr_same_shape(hunter->explain->exprs, part, line->wrt) ? part : 0;
}

Expr hunter_term(const Hunter *hunter, const HuntLine *line, const HuntTerm *term, Expr slope) {
    Expr part = term->slope ? number_term(hunter, line, term, slope)
                            : matrix_term(hunter, line, term, slope);
    return part && term->over_rows ? expr_call1(hunter->explain->exprs, FUNCTION_ROWSUM, part)
                                   : part;
}

static Expr right_term(const Hunter *hunter, const HuntLine *line, const HuntTerm *term) {
    const Explain *explain = hunter->explain;
    Expr slope = term->slope ? term->slope
                             : graph_contribution(explain->exprs, explain->scope, explain->arena,
                                                  term->edge, line->of);
    return hunter_term(hunter, line, term, slope);
}

static HuntLine *add_line(Hunter *hunter, HuntKind kind, SymbolId of, Expr wrt, SymbolId symbol) {
    Hunt *hunt = &hunter->hunt;
    const Explain *explain = hunter->explain;
    ARENA_RESERVE(explain->arena, hunt->lines, hunt->count, hunter->capacity);
    HuntLine *line = &hunt->lines[hunt->count++];
    const ExprNode *shape = expr_get(explain->exprs, wrt);
    bool by_row = explain->lesson->graph->by_row[symbol];
    *line = (HuntLine){.kind = kind,
                       .symbol = symbol,
                       .of = name_expr(hunter, of),
                       .wrt = wrt,
                       .entries = (size_t)shape->rows * shape->columns,
                       .rows = by_row && hunter->rows ? hunter->rows : 1};
    line->left = hunter_token(hunter, line->of, wrt);
    return line;
}

static void finish_line(Hunter *hunter, HuntLine *line) {
    size_t before = (size_t)(line - hunter->hunt.lines);
    bool product = line->kind == HUNT_PRODUCT;
    HuntSide side = {.joint = product ? EXPR_MULTIPLY : EXPR_ADD,
                     .count = product ? before : line->term_count};
    refuse_length(hunter, product ? 0 : side.count, MOST_TERMS);
    side.parts = ARENA_ARRAY(hunter->explain->arena, Expr, side.count);
    for (size_t i = 0; i < side.count && !hunter->hunt.problem; i++)
        side.parts[i] =
            product ? hunter->hunt.lines[i].left : right_term(hunter, line, &line->terms[i]);
    line->right = line->written = side;
}

/* Of names as a whole. */
static HuntTerm term_of(const Hunter *hunter, const Edge *edge, SymbolId of) {
    const Explain *explain = hunter->explain;
    bool number = edge->partial && entries_of(hunter, edge->from) == 1;
    return (HuntTerm){.edge = edge,
                      .user = name_expr(hunter, edge->to),
                      .variable = name_expr(hunter, edge->from),
                      .formula = scope_get(explain->scope, edge->to)->lowered,
                      .slope = number ? edge->partial : 0,
                      .over_rows = graph_sums_rows(explain->lesson->graph, edge, of)};
}

/* ------------------------------------------------------------------------------ along one path */

static void add_path_lines(Hunter *hunter, const Path *path) {
    const Explain *explain = hunter->explain;
    const HuntPlan *plan = hunter->plan;
    refuse_length(hunter, path->count, MOST_LINES);
    for (size_t i = 0; i < path->count && !hunter->hunt.problem; i++) {
        const Edge *edge = &explain->lesson->graph->edges[path->edges[i]];
        HuntTerm *term = ARENA_NEW(explain->arena, HuntTerm);
        *term = term_of(hunter, edge, plan->of);
        HuntLine *line = add_line(hunter, HUNT_LOCAL, edge->to, term->variable, edge->from);
        line->terms = term;
        line->term_count = 1;
        finish_line(hunter, line);
    }
    if (path->count > 1 && !hunter->hunt.problem)
        finish_line(hunter,
                    add_line(hunter, HUNT_PRODUCT, plan->of, plan->wrt, hunter_goal(hunter)));
}

/* Numbers all along it, in one training row: the only slopes that can stand one by one. */
static bool is_plain(const Hunter *hunter, const Path *path) {
    const Graph *graph = hunter->explain->lesson->graph;
    bool plain = path_is_scalar(hunter->explain, path);
    for (size_t i = 0; i < path->count && plain; i++) {
        const Edge *edge = &graph->edges[path->edges[i]];
        plain = edge->partial && graph->by_row[edge->from] == graph->by_row[edge->to];
    }
    return plain;
}

/* ------------------------------------------------------------------------------ node by node */

static void add_sum_line(Hunter *hunter, SymbolId symbol, const double *reached) {
    const Graph *graph = hunter->explain->lesson->graph;
    SymbolId of = hunter->plan->of;
    size_t first = graph->first_out[symbol], end = graph->first_out[symbol + 1];
    HuntLine *line = add_line(hunter, HUNT_SUM, of, name_expr(hunter, symbol), symbol);
    line->terms = ARENA_ARRAY(hunter->explain->arena, HuntTerm, end - first);
    for (size_t i = first; i < end; i++) {
        const Edge *edge = &graph->edges[graph->outgoing[i]];
        if (reached[edge->to] > 0)
            line->terms[line->term_count++] = term_of(hunter, edge, of);
    }
    finish_line(hunter, line);
}

/* As `backward` goes: down to one name, or to everything that can be changed. */
static void add_sweep_lines(Hunter *hunter, const double *reached) {
    const Explain *explain = hunter->explain;
    const HuntPlan *plan = hunter->plan;
    bool *wanted = plan->wrt ? graph_dependents(explain->lesson->graph, explain->scope,
                                                explain->arena, hunter_goal(hunter))
                             : NULL;
    for (SymbolId s = plan->of; s-- > 0 && hunter->hunt.count <= MOST_LINES;) {
        SymbolRole role = scope_get(explain->scope, s)->role;
        bool taken = wanted ? wanted[s] : role != ROLE_INPUT && role != ROLE_TARGET;
        if (graph_rows_meet_at(explain->lesson->graph, explain->scope, plan->of, s))
            hunter_refuse(hunter, MEETING);
        if (taken && reached[s] > 0 && !hunter->hunt.problem)
            add_sum_line(hunter, s, reached);
    }
}

/* ------------------------------------------------------------------------------ entry by entry */

/* A slope between two entries. */
typedef struct Link {
    HuntTerm term;
    size_t to, from; /* the numbers of its user's entry and of its variable's */
} Link;

/* The entries that a change of one gets to, and the slopes between them. */
typedef struct Spread {
    SymbolId first; /* the name that is, or has, what is changed */
    bool **entries; /* entries[symbol − first][i]: the change gets there */
    Link *links;    /* by edge */
    size_t count, capacity;
    size_t looked_at; /* pairs of entries */
} Spread;

static Expr entry_formula(const Hunter *hunter, SymbolId symbol, size_t entry) {
    const Symbol *found = scope_get(hunter->explain->scope, symbol);
    return symbol_entries(found) == 1 ? found->lowered
                                      : simplify_index(hunter->explain->exprs, found->lowered,
                                                       (uint32_t)(entry / found->columns) + 1,
                                                       (uint32_t)(entry % found->columns) + 1);
}

static void add_link(const Hunter *hunter, Spread *spread, const Edge *edge, size_t i, size_t j) {
    const Explain *explain = hunter->explain;
    HuntTerm term = term_of(hunter, edge, hunter->plan->of);
    if (!term.slope)
        term.slope = explain_entry_slope(explain, edge, i, j);
    if (!term.slope)
        return;
    term.user = explain_entry(explain, edge->to, i);
    term.variable = explain_entry(explain, edge->from, j);
    term.formula = entry_formula(hunter, edge->to, i);
    ARENA_RESERVE(explain->arena, spread->links, spread->count, spread->capacity);
    spread->links[spread->count++] = (Link){.term = term, .to = i, .from = j};
    spread->entries[edge->to - spread->first][i] = true;
}

static void spread_along(Hunter *hunter, Spread *spread, const Edge *edge) {
    size_t users = entries_of(hunter, edge->to), variables = entries_of(hunter, edge->from);
    const bool *reached = spread->entries[edge->from - spread->first];
    if (users > MOST_SLOPES || variables > MOST_SLOPES)
        refuse_length(hunter, users > variables ? users : variables, MOST_SLOPES);
    for (size_t j = 0; j < variables && !hunter->hunt.problem; j++)
        for (size_t i = 0; i < users && reached[j] && !hunter->hunt.problem; i++) {
            refuse_length(hunter, ++spread->looked_at, MOST_SLOPES);
            add_link(hunter, spread, edge, i, j);
        }
}

static Spread spread_from(Hunter *hunter, Expr wrt, const double *reached) {
    const Explain *explain = hunter->explain;
    const Graph *graph = explain->lesson->graph;
    SymbolId of = hunter->plan->of;
    size_t entry;
    Spread spread = {.first = diagnose_symbol(explain->model, wrt, &entry)};
    spread.entries = ARENA_ARRAY(explain->arena, bool *, of + 1 - spread.first);
    bool *wanted = graph_dependents(graph, explain->scope, explain->arena, spread.first);
    for (SymbolId s = spread.first; s <= of; s++)
        spread.entries[s - spread.first] = ARENA_ARRAY(explain->arena, bool, entries_of(hunter, s));
    spread.entries[0][entry] = true;
    for (SymbolId s = spread.first + 1; s <= of; s++)
        for (size_t e = graph->first_in[s]; e < graph->first_in[s + 1]; e++) {
            SymbolId from = graph->edges[e].from;
            if (reached[s] > 0 && from >= spread.first && wanted[from])
                spread_along(hunter, &spread, &graph->edges[e]);
        }
    return spread;
}

/* The line of entry j, where anything is handed back to it. */
static void add_entry_line(Hunter *hunter, const Spread *spread, bool **flows, SymbolId symbol,
                           size_t j) {
    HuntTerm *terms = ARENA_ARRAY(hunter->explain->arena, HuntTerm, spread->count);
    size_t count = 0;
    for (size_t i = 0; i < spread->count; i++) {
        const Link *link = &spread->links[i];
        const Edge *edge = link->term.edge;
        if (edge->from == symbol && link->from == j && flows[edge->to - spread->first][link->to])
            terms[count++] = link->term;
    }
    if (!count)
        return;
    HuntLine *line = add_line(hunter, HUNT_SUM, hunter->plan->of, terms[0].variable, symbol);
    line->terms = terms;
    line->term_count = count;
    flows[symbol - spread->first][j] = true;
    finish_line(hunter, line);
}

static void add_entry_lines(Hunter *hunter, const double *reached) {
    Spread spread = spread_from(hunter, hunter->plan->wrt, reached);
    SymbolId of = hunter->plan->of;
    bool **flows = ARENA_ARRAY(hunter->explain->arena, bool *, of + 1 - spread.first);
    for (SymbolId s = spread.first; s <= of; s++)
        flows[s - spread.first] = ARENA_ARRAY(hunter->explain->arena, bool, entries_of(hunter, s));
    flows[of - spread.first][0] = true;
    for (SymbolId s = of; s-- > spread.first;)
        for (size_t j = 0; j < entries_of(hunter, s) && !hunter->hunt.problem; j++) {
            if (spread.entries[s - spread.first][j])
                add_entry_line(hunter, &spread, flows, s, j);
            refuse_length(hunter, hunter->hunt.count, MOST_LINES);
        }
}

/* ------------------------------------------------------------------------------ all of them */

/* A number, or an entry, entry by entry; where that is too long, name by name. */
static void add_number_lines(Hunter *hunter, const double *reached) {
    add_entry_lines(hunter, reached);
    bool name = expr_get(hunter->explain->exprs, hunter->plan->wrt)->kind == EXPR_NAME;
    if (!hunter->hunt.problem || !name)
        return;
    hunter->hunt.problem = NULL;
    hunter->hunt.count = 0;
    add_sweep_lines(hunter, reached);
}

static void add_derivative_lines(Hunter *hunter, const double *reached) {
    const Explain *explain = hunter->explain;
    const HuntPlan *plan = hunter->plan;
    SymbolId symbol = hunter_goal(hunter);
    if (graph_rows_meet(explain->lesson->graph, explain->scope, plan->of, symbol)) {
        hunter_refuse(hunter, MEETING);
        return;
    }
    if (symbol >= plan->of || reached[symbol] == 0) {
        hunter_refuse(hunter, arena_format(explain->arena, "no path leads from %s to %s",
                                           scope_get(explain->scope, symbol)->name,
                                           scope_get(explain->scope, plan->of)->name));
        return;
    }
    Chain *chain =
        reached[symbol] == 1 ? explain_find_chain(explain, plan->of, plan->wrt, 1) : NULL;
    if (chain && is_plain(hunter, &chain->paths.list[0]))
        add_path_lines(hunter, &chain->paths.list[0]);
    else if (expr_is_scalar(explain->exprs, plan->wrt))
        add_number_lines(hunter, reached);
    else
        add_sweep_lines(hunter, reached);
}

void hunter_add_lines(Hunter *hunter) {
    const Explain *explain = hunter->explain;
    const HuntPlan *plan = hunter->plan;
    double *reached = paths_count(explain->arena, explain->lesson->graph, explain->scope, plan->of);
    if (entries_of(hunter, plan->of) != 1)
        hunter_refuse(hunter,
                      arena_format(explain->arena, "%s is a matrix; hunt a derivative of a number",
                                   scope_get(explain->scope, plan->of)->name));
    else if (plan->wrt)
        add_derivative_lines(hunter, reached);
    else
        add_sweep_lines(hunter, reached);
    if (hunter->hunt.count < LEAST_LINES)
        hunter_refuse(hunter,
                      "this derivative is worked out in one line, too few to hide a mistake in");
    refuse_length(hunter, hunter->hunt.count, MOST_LINES);
}
