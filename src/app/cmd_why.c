#include <math.h>

#include "app/command.h"
#include "expr/parts.h"
#include "view/math_text.h"

enum { WHY_DEEPEST = 1000 };

/* ------------------------------------------------------------------------------ of a name */

static void why_leaf(Command *command, SymbolId s) {
    const Symbol *symbol = scope_get(command->explain.scope, s);
    explain_node(&command->explain, s);
    if (symbol->role != ROLE_PARAM)
        card_text(&command->reply->card, "It is %s: the lesson gives it.", explain_role(symbol));
    else
        card_text(
            &command->reply->card,
            "It is a parameter: it began as the lesson says, and changes by updates and by `set`.");
}

/* The names a formula uses, in the order of their declarations: x1, x2, w1, w2 in every sum. */
static size_t names_in(Command *command, Expr formula, SymbolId **names) {
    Parts parts = parts_of(command->explain.exprs, NULL, SYMBOL_NONE, command->arena, formula);
    size_t count = 0, capacity = 0;
    *names = NULL;
    for (size_t i = 0; i < parts.count; i++) {
        const ExprNode *node = expr_get(command->explain.exprs, parts.list[i]);
        if (node->kind != EXPR_NAME)
            continue;
        ARENA_RESERVE(command->arena, *names, count, capacity);
        size_t place = count++;
        for (; place && (*names)[place - 1] > node->symbol; place--)
            (*names)[place] = (*names)[place - 1];
        (*names)[place] = node->symbol;
    }
    return count;
}

/* The formulas of the names whose level is 1 and of what they are made of, down to level `depth`,
 * each once; where that or the lesson's given numbers are reached, a table of the names in it.
 * `level` is by symbol, 0 for no level, with `last` the last that has one. */
static void why_levels(Command *command, size_t *level, SymbolId last, size_t depth) {
    const Scope *scope = command->explain.scope;
    for (SymbolId s = last + 1; s-- > 0;) {
        const Symbol *symbol = scope_get(scope, s);
        if (!level[s])
            continue;
        if (!symbol->definition) {
            if (level[s] == 1)
                why_leaf(command, s);
            continue;
        }
        command_tells_numbers(command, symbol->definition);
        explain_node(&command->explain, s);
        SymbolId *names;
        size_t count = names_in(command, symbol->lowered, &names);
        bool goes_on = false;
        for (size_t i = 0; i < count && level[s] < depth; i++) {
            goes_on = goes_on || scope_get(scope, names[i])->definition;
            if (!level[names[i]] || level[names[i]] > level[s] + 1)
                level[names[i]] = level[s] + 1;
        }
        if (count && !goes_on) {
            command_tells_numbers(command, symbol->lowered);
            explain_value_table(&command->explain, names, count);
        }
    }
}

static void why_name(Command *command, Expr name, size_t depth) {
    const SymbolId symbol = expr_get(command->explain.exprs, name)->symbol;
    size_t *level = ARENA_ARRAY(command->arena, size_t, command->explain.scope->count);
    level[symbol] = 1;
    why_levels(command, level, symbol, depth);
    record_add_text(command->arena, command->record, "role",
                    explain_role(scope_get(command->explain.scope, symbol)));
    command_record_value(command, "value", name, model_value(command->explain.model, symbol));
}

/* ------------------------------------------------------------------------------ of a slope */

/* Each edge of the listed paths, once, in their order. */
static size_t edges_of(Command *command, const Chain *chain, size_t **edges) {
    bool *seen = ARENA_ARRAY(command->arena, bool, command->explain.lesson->graph->edge_count);
    size_t count = 0, capacity = 0;
    *edges = NULL;
    for (size_t i = 0; i < chain->paths.listed; i++) {
        const Path *path = &chain->paths.list[i];
        for (size_t j = 0; j < path->count; j++) {
            if (seen[path->edges[j]])
                continue;
            seen[path->edges[j]] = true;
            ARENA_RESERVE(command->arena, *edges, count, capacity);
            (*edges)[count++] = path->edges[j];
        }
    }
    return count;
}

/* Where the numbers in the factors come from: the computed names that they are made of. */
static void why_factors(Command *command, const size_t *edges, size_t count, size_t depth) {
    const Graph *graph = command->explain.lesson->graph;
    const Scope *scope = command->explain.scope;
    size_t *level = ARENA_ARRAY(command->arena, size_t, scope->count);
    SymbolId last = 0;
    for (size_t i = 0; i < count; i++) {
        SymbolId *names;
        const Expr partial = graph->edges[edges[i]].partial;
        const size_t name_count = partial ? names_in(command, partial, &names) : 0;
        for (size_t k = 0; k < name_count; k++) {
            if (!scope_get(scope, names[k])->definition)
                continue;
            level[names[k]] = 1;
            last = names[k] > last ? names[k] : last;
        }
    }
    why_levels(command, level, last, depth);
}

/* Whether a path has numbers all along, and finite slopes. */
static bool can_walk(const Explain *explain, const Path *path) {
    bool can = path_is_scalar(explain, path);
    for (size_t i = 0; i < path->count && can; i++)
        can = isfinite(
            *explain_value(explain, explain->lesson->graph->edges[path->edges[i]].partial));
    return can;
}

/* Why slopes multiply: what becomes of a tiny change on its way to the result, link by link. */
static void why_path(Explain *explain, const Chain *chain, const Path *path) {
    Arena *arena = explain->arena;
    const char *from = math_line(arena, explain_symbols(explain, chain->wrt), false);
    card_text(explain->card,
              "Follow a tiny change of %s along %s: each link multiplies it by its "
              "slope.",
              from, explain_path(explain, path));
    static const char *const headings[] = {"link", "slope", "so far"};
    Block *table = card_add_table(explain->card, 3, headings);
    double product = 1;
    for (size_t i = path->count; i-- > 0;) {
        const Edge *edge = &explain->lesson->graph->edges[path->edges[i]];
        const double slope = *explain_value(explain, edge->partial);
        const Path link = {.edges = &path->edges[i], .count = 1};
        product *= slope;
        block_part(explain->card, table, NULL, math_text(arena, explain_path(explain, &link)));
        block_part(explain->card, table, NULL, math_number(arena, slope, explain->digits));
        block_part(explain->card, table, NULL, math_number(arena, product, explain->digits));
    }
}

/* Why the derivative is the product along each path, and their sum. Of what are no numbers, or add
 * up over the rows, the products are shown; false where that is all. */
static bool why_product(Explain *explain, const Chain *chain) {
    const Paths *paths = &chain->paths;
    bool walks = true, rows = false;
    for (size_t i = 0; i < paths->listed; i++) {
        walks = walks && can_walk(explain, &paths->list[i]);
        rows = rows || path_sums_rows(explain, chain, &paths->list[i]);
    }
    for (size_t i = 0; i < paths->listed && walks; i++)
        why_path(explain, chain, &paths->list[i]);
    if (!walks || rows)
        explain_path_products(explain, chain);
    else if (paths->listed > 1)
        explain_sum(explain, chain);
    else
        explain_meaning(explain, chain->of, chain->wrt, *explain_path_value(explain, chain, 0));
    return walks || (paths->listed == 1 && explain_carries(explain, chain, 0));
}

/* Whether the step at hand has just told the rule of this link, and what it means is still to say.
 */
static bool is_told(const Command *command, const Chain *chain, size_t edge) {
    const Session *session = command->session;
    const Step *step = &session_lesson(session)->steps[session_position(session)];
    return step->kind == STEP_FACTOR && session_asking(session) == ASKING_NOTHING &&
           step->chain->paths.list[step->path].edges[step->factor] == edge &&
           can_walk(&command->explain, &chain->paths.list[0]);
}

/* First why it is that product; then each factor by itself; then where their numbers come from. Of
 * a link that the step tells the numbers come at once. */
static void why_slope(Command *command, Expr slope, size_t depth) {
    Explain *explain = &command->explain;
    const Expr of = expr_operand(explain->exprs, slope, 0),
               wrt = expr_operand(explain->exprs, slope, 1);
    Chain *chain = NULL;
    if (expr_get(explain->exprs, of)->kind == EXPR_NAME)
        chain = explain_find_chain(explain, expr_get(explain->exprs, of)->symbol, wrt,
                                   LESSON_CHAIN_PATHS);
    if (!chain) {
        command_tells_numbers(command, slope);
        explain_equation(explain, NULL, slope);
    } else if (!chain->paths.listed || !chain->paths.complete) { /* the rows meet, too */
        explain_paths(explain, chain->of, wrt, LESSON_CHAIN_PATHS);
    } else {
        size_t *edges;
        const size_t count = edges_of(command, chain, &edges);
        command_tells_factors(command, chain, depth > 1);
        const bool walked = count > 1 && why_product(explain, chain);
        const bool told = count == 1 && is_told(command, chain, edges[0]);
        const size_t levels = walked ? 2 : !told; /* that the slope itself takes */
        for (size_t i = 0; i < count && depth >= levels && !told; i++)
            explain_local(explain, &explain->lesson->graph->edges[edges[i]]);
        if (count == 1 && can_walk(explain, &chain->paths.list[0]))
            explain_meaning(explain, chain->of, wrt, *explain_path_value(explain, chain, 0));
        if (depth > levels)
            why_factors(command, edges, count, depth - levels);
    }
    command_record_value(command, "value", slope, explain_value(explain, slope));
}

/* ------------------------------------------------------------------------------ the command */

void cmd_why(Command *command) {
    Token start = command->parser.token;
    const Expr expr = parse_expression(&command->parser);
    if (!expr)
        return;
    const ExprKind kind = expr_get(command->explain.exprs, expr)->kind;
    if (kind != EXPR_NAME && kind != EXPR_DERIVATIVE) {
        parser_fail(&command->parser, &start, "write why {y}, or why d{E}/d{W}",
                    "why needs a name");
        return;
    }
    double depth = 1;
    if (command->parser.token.kind == TOKEN_NUMBER)
        depth = parser_take(&command->parser).number;
    if (!command_end(command))
        return;
    if (depth < 1 || depth != floor(depth)) {
        command_fail(command, "why y1 2", "the depth is a whole number from 1");
        return;
    }
    const size_t levels = (size_t)fmin(depth, WHY_DEEPEST);
    command_about_why(command, expr);
    if (kind == EXPR_NAME)
        why_name(command, expr, levels);
    else
        why_slope(command, expr, levels);
}

/* ------------------------------------------------------------------------------ of a step */

/* What `why` can be asked about: a name, or a derivative of one; NULL for anything else. */
static const char *typed_subject(const Lesson *lesson, Arena *arena, Expr expr) {
    const Exprs *exprs = &lesson->exprs;
    const ExprNode *node = expr_get(exprs, expr);
    if (node->kind == EXPR_NAME)
        return scope_get(&lesson->scope, node->symbol)->name;
    if (node->kind != EXPR_DERIVATIVE)
        return NULL;
    const ExprNode *of = expr_get(exprs, expr_operand(exprs, expr, 0));
    return of->kind == EXPR_NAME
               ? arena_format(
                     arena, "d%s/d%s", scope_get(&lesson->scope, of->symbol)->name,
                     scope_typed(&lesson->scope, exprs, arena, expr_operand(exprs, expr, 1)))
               : NULL;
}

const char *session_why(const Session *session, Arena *arena) {
    const Lesson *lesson = session_lesson(session);
    const Step *step = &lesson->steps[session_position(session)];
    const Scope *scope = &lesson->scope;
    const Edge *edge;
    switch (step->kind) {
    case STEP_FORWARD: return scope_get(scope, step->symbol)->name;
    case STEP_BACKWARD:
    case STEP_UPDATE:
        return arena_format(arena, "d%s/d%s", scope_get(scope, step->of)->name,
                            scope_get(scope, step->symbol)->name);
    case STEP_CHAIN:
    case STEP_PRODUCT:
    case STEP_SUM:
        return arena_format(arena, "d%s/d%s", scope_get(scope, step->chain->of)->name,
                            scope_typed(scope, &lesson->exprs, arena, step->chain->wrt));
    case STEP_FACTOR:
        edge = &lesson->graph->edges[step->chain->paths.list[step->path].edges[step->factor]];
        return arena_format(arena, "d%s/d%s", scope_get(scope, edge->to)->name,
                            scope_get(scope, edge->from)->name);
    case STEP_ANSWER:
        return step->question->answer ? typed_subject(lesson, arena, step->question->answer) : NULL;
    case STEP_SHOW:
        return step->show == SHOW_VALUES && step->count == 1
                   ? typed_subject(lesson, arena, step->exprs[0])
                   : NULL;
    default: return NULL;
    }
}
