#include <math.h>

#include "app/command.h"
#include "base/limits.h"
#include "lesson/steps.h"
#include "num/bound.h"
#include "num/verify.h"
#include "view/math_text.h"

bool command_target(Command *command, Target *target) {
    Exprs *exprs = command->explain.exprs;
    Token start = command->parser.token;
    Expr expr = parse_expression(&command->parser);
    if (!expr)
        return false;
    const ExprNode *node = expr_get(exprs, expr);
    target->of = SYMBOL_NONE;
    target->wrt = expr;
    if (node->kind == EXPR_DERIVATIVE &&
        expr_get(exprs, expr_operand(exprs, expr, 0))->kind == EXPR_NAME) {
        target->of = expr_get(exprs, expr_operand(exprs, expr, 0))->symbol;
        target->wrt = expr_operand(exprs, expr, 1);
    }
    const ExprNode *wrt = expr_get(exprs, target->wrt);
    bool entry = wrt->kind == EXPR_INDEX &&
                 expr_get(exprs, expr_operand(exprs, target->wrt, 0))->kind == EXPR_NAME;
    if (wrt->kind != EXPR_NAME && !entry)
        return parser_fail(&command->parser, &start, "write {w} or d{E}/d{W}",
                           "I expected the name to differentiate by");
    target->symbol = command_symbol(command, target->wrt);
    return true;
}

static Expr result_expr(const Command *command, SymbolId of) {
    return scope_expr(command->explain.scope, command->explain.exprs, of);
}

static Expr derivative_of(const Command *command, const Target *target) {
    return expr_derivative(command->explain.exprs, result_expr(command, target->of), target->wrt);
}

/* The end of the line, and the result a target is of: said in the derivative, behind `of`, or the
 * default. Then the answer may begin. */
static bool complete_target(Command *command, Target *target) {
    if (target->of == SYMBOL_NONE)
        target->of = command_result(command, target->symbol);
    if (target->of == SYMBOL_NONE || !command_end(command) || command->reply->failed)
        return false;
    command_about(command, derivative_of(command, target));
    return true;
}

static void record_entries(Command *command, Record *to, const char *name, Expr shape,
                           const double *entries) {
    const ExprNode *node = expr_get(command->explain.exprs, shape);
    record_add_matrix(command->arena, to, name, entries, node->rows, node->columns);
}

static void record_target(Command *command, const Target *target) {
    record_add_text(command->arena, command->record, "of",
                    scope_get(command->explain.scope, target->of)->name);
    record_add_text(command->arena, command->record, "wrt",
                    explain_typed(&command->explain, target->wrt));
}

enum { RECORDED_ENTRIES = 4096 }; /* larger Jacobians are left out of the data */

static size_t edge_entries(const Command *command, const Edge *edge) {
    const Scope *scope = command->explain.scope;
    return symbol_entries(scope_get(scope, edge->to)) *
           symbol_entries(scope_get(scope, edge->from));
}

/* One factor: ∂to/∂from with its value, where it is small enough to be worth writing. */
static void record_factor(Command *command, Record *factors, const Edge *edge) {
    Exprs *exprs = command->explain.exprs;
    const Symbol *to = scope_get(command->explain.scope, edge->to);
    const Symbol *from = scope_get(command->explain.scope, edge->from);
    Record *factor = record_add_object(command->arena, factors, NULL);
    record_add_text(command->arena, factor, "of", to->name);
    record_add_text(command->arena, factor, "wrt", from->name);
    Expr token =
        expr_derivative(exprs, result_expr(command, edge->to), result_expr(command, edge->from));
    if (edge_entries(command, edge) <= RECORDED_ENTRIES)
        record_entries(command, factor, "value", token,
                       explain_edge_value(&command->explain, edge));
    if (edge->partial)
        record_add_text(
            command->arena, factor, "formula",
            math_line(command->arena, explain_symbols(&command->explain, edge->partial), false));
}

static void record_paths(Command *command, const Chain *chain) {
    Record *paths = record_add_list(command->arena, command->record, "paths");
    for (size_t i = 0; i < chain->paths.listed; i++) {
        Record *path = record_add_object(command->arena, paths, NULL);
        record_entries(command, path, "product", explain_chain_token(&command->explain, chain),
                       explain_path_value(&command->explain, chain, i));
        Record *factors = record_add_list(command->arena, path, "factors");
        for (size_t j = 0; j < chain->paths.list[i].count; j++)
            record_factor(command, factors,
                          &command->explain.lesson->graph->edges[chain->paths.list[i].edges[j]]);
    }
    if (chain->rows_meet)
        record_add_text(command->arena, command->record, "undivided",
                        explain_meeting(&command->explain, chain->of, chain->symbol));
    else if (!chain->paths.complete)
        record_add_number(command->arena, command->record, "path_count", chain->paths.total);
}

/* ------------------------------------------------------------------------------ how exact */

static bool is_row_part(const Command *command, const Target *target) {
    return graph_is_row_part(command->explain.lesson->graph, target->of, target->symbol);
}

/* The bounds of a derivative found as `value`; NULL where there are too many to be worth it, and
 * where it is one row's part. Along a parameter they are taken from `gradient`, where that is given
 * and has them. */
static double *bounds_of(const Command *command, const Target *target, const Bounds *gradient,
                         const double *value) {
    const ExprNode *node = expr_get(command->explain.exprs, derivative_of(command, target));
    if ((size_t)node->rows * node->columns > RECORDED_ENTRIES || is_row_part(command, target))
        return NULL;
    double *known = gradient ? bound_along(gradient, command->arena, target->wrt, value) : NULL;
    if (known)
        return known;
    return bound_derivative(command->explain.model, command->arena,
                            result_expr(command, target->of), target->wrt, value);
}

/* The bounds along all parameters; NULL where the result is no number. */
static const Bounds *gradient_bounds(const Command *command, SymbolId of) {
    if (symbol_entries(scope_get(command->explain.scope, of)) != 1)
        return NULL;
    return bound_gradient(command->explain.model, command->arena, result_expr(command, of));
}

static void record_bounds(Command *command, Record *to, Expr shape, const double *bounds) {
    if (bounds)
        record_entries(command, to, "bound", shape, bounds);
}

enum { BOUND_DIGITS = 2, ALL_DIGITS = 17 };

static const double SMALLEST_ROUNDED = 1e-300;

/* A number of two digits, the last of them rounded up. */
static double rounded_up(double bound) {
    if (bound < SMALLEST_ROUNDED || !isfinite(bound))
        return bound;
    double place = pow(10, floor(log10(bound)) - (BOUND_DIGITS - 1));
    double rounded = ceil(bound / place) * place;
    return rounded >= bound ? rounded : rounded + place;
}

/* At full digits, how far the number shown can be from the exact one. */
static void say_how_exact(Command *command, Expr token, const double *value, const double *bounds) {
    if (!bounds || command->explain.digits < ALL_DIGITS ||
        !expr_is_scalar(command->explain.exprs, token) || !isfinite(*value))
        return;
    Card *card = &command->reply->card;
    Block *block = card_add(card, BLOCK_FORMULA);
    block_part(card, block, NULL, explain_symbols(&command->explain, token));
    if (isfinite(*bounds)) {
        block_part(card, block, "=", math_number(command->arena, *value, ALL_DIGITS));
        block_part(card, block, "±",
                   math_number(command->arena, rounded_up(*bounds), BOUND_DIGITS));
        return;
    }
    block_part(card, block, "=", math_number(command->arena, *value, ALL_DIGITS));
    card_text(card, "How exact that is cannot be said: a value on the way is so near to a corner "
                    "or a pole that rounding may have put it on the wrong side.");
}

/* ------------------------------------------------------------------------------ grad */

/* Beside a gradient, the bound of each of its entries. */
static void record_gradient_bounds(Command *command, SymbolId of) {
    Record *bounds = record_add_object(command->arena, command->record, "bound");
    const Bounds *gradient = gradient_bounds(command, of);
    for (SymbolId s = 0; s < command->explain.scope->count; s++) {
        const Symbol *symbol = scope_get(command->explain.scope, s);
        if (symbol->role != ROLE_PARAM)
            continue;
        Target target = {of, result_expr(command, s), s};
        const double *value = explain_value(&command->explain, derivative_of(command, &target));
        const double *found = bounds_of(command, &target, gradient, value);
        if (found)
            record_entries(command, bounds, symbol->name, target.wrt, found);
    }
}

static void grad_all(Command *command) {
    SymbolId of = command_result(command, SYMBOL_NONE);
    if (of == SYMBOL_NONE || !command_end(command))
        return;
    command_about_all(command, of);
    explain_gradient_table(&command->explain, of);
    record_add_text(command->arena, command->record, "of",
                    scope_get(command->explain.scope, of)->name);
    Record *gradient = record_add_object(command->arena, command->record, "gradient");
    for (SymbolId s = 0; s < command->explain.scope->count; s++) {
        const Symbol *symbol = scope_get(command->explain.scope, s);
        if (symbol->role != ROLE_PARAM ||
            !task_goes_on(&command->session->task, s, command->explain.scope->count))
            continue;
        Target target = {of, result_expr(command, s), s};
        record_entries(command, gradient, symbol->name, target.wrt,
                       explain_value(&command->explain, derivative_of(command, &target)));
    }
    record_gradient_bounds(command, of);
}

void cmd_grad(Command *command) {
    if (command_at_end(command) || token_is_word(&command->parser.token, "of")) {
        grad_all(command);
        return;
    }
    Target target;
    if (!command_target(command, &target) || !complete_target(command, &target))
        return;
    Expr token = derivative_of(command, &target);
    const double *value = explain_value(&command->explain, token);
    Chain *chain = explain_find_chain(&command->explain, target.of, target.wrt, LESSON_CHAIN_PATHS);
    command_tells_factors(command, chain, false);
    if (chain->rows_meet || (chain->paths.listed && chain->paths.complete)) {
        explain_path_products(&command->explain, chain);
    } else {
        Block *block = card_add(&command->reply->card, BLOCK_FORMULA);
        block_part(&command->reply->card, block, NULL, explain_symbols(&command->explain, token));
        block_part(&command->reply->card, block, "=",
                   explain_entries(&command->explain, value, token));
        if (chain->paths.total > 0)
            card_text(&command->reply->card,
                      "It is the sum over %.0f paths; `paths %s` shows the largest.",
                      chain->paths.total, explain_typed(&command->explain, target.wrt));
        else if (target.of != target.symbol)
            card_text(&command->reply->card, "No path leads from %s to %s.",
                      explain_name_text(&command->explain, target.symbol),
                      explain_name_text(&command->explain, target.of));
    }
    const double *bounds = bounds_of(command, &target, NULL, value);
    say_how_exact(command, token, value, bounds);
    record_target(command, &target);
    record_entries(command, command->record, "value", token, value);
    record_bounds(command, command->record, token, bounds);
    record_paths(command, chain);
}

/* ------------------------------------------------------------------------------ chain and paths */

/* What a step of the lesson says between two factors, where their slopes cancel. */
static void say_what_cancels(Command *command, const Chain *chain, size_t edge) {
    Lesson *lesson = command->session->lesson;
    Step step = {.kind = STEP_CANCEL};
    if (steps_cancellation(lesson, command->arena, command->explain.model->leaves, chain->of,
                           lesson->graph->edges[edge].from, &step))
        explain_cancel(&command->explain, &step);
}

/* The factors of a path and their product. False where the student stopped it: of a long path each
 * factor is told with all of them. */
static bool tell_path(Command *command, const Chain *chain, size_t path) {
    Explain *explain = &command->explain;
    const Path *found = &chain->paths.list[path];
    for (size_t i = 0; i < found->count; i++) {
        if (!explain_goes_on(explain, i, found->count))
            return false;
        explain_factor(explain, chain, path, i);
        say_what_cancels(command, chain, found->edges[i]);
    }
    if (chain_has_product(explain->lesson, chain, path))
        explain_product(explain, chain, path);
    return true;
}

void cmd_chain(Command *command) {
    Target target;
    if (!command_target(command, &target) || !complete_target(command, &target))
        return;
    Explain *explain = &command->explain;
    Chain *chain = explain_find_chain(explain, target.of, target.wrt, LESSON_CHAIN_PATHS);
    command_tells_factors(command, chain, true);
    if (chain->rows_meet)
        explain_undivided(explain, chain->of, chain->wrt, chain->symbol);
    else
        explain_chain(explain, chain);
    bool goes_on = chain->paths.complete;
    for (size_t i = 0; i < chain->paths.listed && goes_on; i++)
        goes_on = tell_path(command, chain, i);
    if (chain->paths.listed > 1 && goes_on)
        explain_sum(explain, chain);
    Expr token = derivative_of(command, &target);
    record_target(command, &target);
    record_entries(command, command->record, "value", token, explain_value(explain, token));
    record_paths(command, chain);
}

/* How much of the whole the paths listed make up; where products cancel it may be more than all. */
static void say_share(Explain *explain, const Chain *chain, double listed, double total) {
    bool one = chain->paths.listed == 1;
    const char *rest = explain_number_text(explain, total - listed);
    double percent = 100 * listed / total;
    if (isfinite(percent))
        card_text(explain->card,
                  "Only the largest %s listed: %s %s, %s %% of the sum. The others add %s.",
                  one ? "is" : "are", one ? "it is" : "together they are",
                  explain_number_text(explain, listed), explain_number_text(explain, percent),
                  rest);
    else
        card_text(explain->card, "Only the largest %s listed; the others add %s.",
                  one ? "is" : "are", rest);
}

Chain *explain_paths(Explain *explain, SymbolId of, Expr wrt, size_t most) {
    Chain *chain = explain_find_chain(explain, of, wrt, most);
    SymbolId symbol = chain->symbol;
    const char *from = explain_name_text(explain, symbol), *to = explain_name_text(explain, of);
    if (chain->paths.total == 0) {
        card_text(explain->card, "No path leads from %s to %s.", from, to);
        return chain;
    }
    if (chain->rows_meet) {
        explain_undivided(explain, of, wrt, symbol);
        return chain;
    }
    card_text(explain->card,
              chain->paths.total == 1 ? "%s reaches %s by one path."
                                      : "%s reaches %s by %.0f paths.",
              from, to, chain->paths.total);
    Expr token = explain_chain_token(explain, chain);
    const bool alone = chain->paths.total == 1; /* its product is the derivative below */
    Block *table = card_add(explain->card, BLOCK_TABLE);
    table->columns = alone ? 1 : 2;
    double listed = 0;
    for (size_t i = 0; i < chain->paths.listed; i++) {
        const double *value = explain_path_value(explain, chain, i);
        listed += *value;
        block_part(explain->card, table, NULL,
                   math_text(explain->arena, explain_path(explain, &chain->paths.list[i])));
        if (!alone)
            block_part(explain->card, table, NULL, explain_entries(explain, value, token));
    }
    const double *total = explain_value(explain, token);
    Block *block = card_add(explain->card, BLOCK_FORMULA);
    block_part(explain->card, block, NULL, explain_symbols(explain, token));
    block_part(explain->card, block, "=", explain_entries(explain, total, token));
    if (!chain->paths.complete && expr_is_scalar(explain->exprs, token))
        say_share(explain, chain, listed, *total);
    return chain;
}

void cmd_paths(Command *command) {
    Target target;
    double most = LESSON_CHAIN_PATHS;
    if (!command_target(command, &target))
        return;
    if (command->parser.token.kind == TOKEN_NUMBER)
        most = parser_take(&command->parser).number;
    if (most < 1 || most > LIMIT_PATHS || most != floor(most)) {
        command_fail(command, "paths w1 10",
                     "the number of paths to list is a whole number from 1 to %d", LIMIT_PATHS);
        return;
    }
    if (!complete_target(command, &target))
        return;
    Chain *chain = explain_paths(&command->explain, target.of, target.wrt, (size_t)most);
    Expr token = derivative_of(command, &target);
    command->reply->traced = chain->paths.listed ? chain : NULL;
    record_target(command, &target);
    record_add_number(command->arena, command->record, "count", chain->paths.total);
    record_entries(command, command->record, "value", token,
                   explain_value(&command->explain, token));
    record_paths(command, chain);
}

/* ------------------------------------------------------------------------------ local */

/* Of a link that goes through all rows: the whole slope, and no rule. */
static void fill_undivided_local(Command *command, const Target *target) {
    const Expr token = derivative_of(command, target);
    explain_undivided(&command->explain, target->of, target->wrt, target->symbol);
    record_target(command, target);
    record_entries(command, command->record, "value", token,
                   explain_value(&command->explain, token));
    record_add_text(command->arena, command->record, "undivided",
                    explain_meeting(&command->explain, target->of, target->symbol));
}

void cmd_local(Command *command) {
    Target target;
    if (!command_target(command, &target))
        return;
    if (target.of == SYMBOL_NONE) {
        command_fail(command, "write local dy1/dz3", "local needs a derivative");
        return;
    }
    if (!command_end(command))
        return;
    const Graph *graph = command->explain.lesson->graph;
    for (size_t i = graph->first_in[target.of]; i < graph->first_in[target.of + 1]; i++) {
        const Edge *edge = &graph->edges[i];
        if (edge->from != target.symbol)
            continue;
        command_about(command, derivative_of(command, &target));
        if (edge->over_rows) {
            fill_undivided_local(command, &target);
            return;
        }
        if (edge->partial)
            command_tells_numbers(command, edge->partial);
        explain_local(&command->explain, edge);
        record_target(command, &target);
        if (edge_entries(command, edge) <= RECORDED_ENTRIES)
            record_entries(command, command->record, "value", derivative_of(command, &target),
                           explain_edge_value(&command->explain, edge));
        record_add_text(command->arena, command->record, "rule",
                        explain_rule(&command->explain, edge->to, edge->from));
        return;
    }
    command_fail(command,
                 arena_format(command->arena, "chain %s of %s goes the whole way",
                              scope_get(command->explain.scope, target.symbol)->name,
                              scope_get(command->explain.scope, target.of)->name),
                 "the formula of %s does not use %s directly",
                 scope_get(command->explain.scope, target.of)->name,
                 scope_get(command->explain.scope, target.symbol)->name);
}

/* ------------------------------------------------------------------------------ check */

/* Whether there is anything to compare: what is undefined may be so in different ways. */
static bool is_finite(const Verification *found) {
    for (size_t i = 0; i < found->rows * found->columns; i++)
        if (!isfinite(found->reverse[i]))
            return false;
    return true;
}

static const Math *verdict(const Command *command, const Verification *found) {
    if (!is_finite(found))
        return math_text(command->arena, "have no finite number to compare");
    return math_text(command->arena, !found->agree ? "differ"
                                     : found->kink ? "agree (at a corner no difference has a limit)"
                                                   : "agree");
}

static const char *const ways[] = {"symbolic", "reverse", "numeric"};

static void record_verification(Command *command, Record *to, const Verification *found,
                                const double *bounds) {
    const double *entries[] = {found->symbolic, found->reverse, found->numeric};
    for (size_t i = 0; i < 3; i++)
        record_add_matrix(command->arena, to, ways[i], entries[i], found->rows, found->columns);
    if (bounds)
        record_add_matrix(command->arena, to, "bound", bounds, found->rows, found->columns);
    record_add_truth(command->arena, to, "agree", found->agree);
}

static void check_one(Command *command, const Target *target) {
    Card *card = &command->reply->card;
    Verification found = verify_derivative(command->explain.model, command->arena,
                                           result_expr(command, target->of), target->wrt);
    const double *entries[] = {found.symbolic, found.reverse, found.numeric};
    Block *table = card_add(card, BLOCK_TABLE);
    table->columns = 2;
    for (size_t i = 0; i < 3; i++) {
        block_part(card, table, NULL, math_text(command->arena, ways[i]));
        block_part(card, table, NULL,
                   math_value(command->arena, entries[i], found.rows, found.columns, ALL_DIGITS));
    }
    const double *bounds = bounds_of(command, target, NULL, found.reverse);
    if (bounds) {
        double *shown = ARENA_ARRAY(command->arena, double, found.rows *found.columns);
        for (size_t i = 0; i < found.rows * found.columns; i++)
            shown[i] = rounded_up(bounds[i]);
        block_part(card, table, NULL, math_text(command->arena, "reverse is exact to"));
        block_part(
            card, table, NULL,
            math_row(command->arena, 2, math_text(command->arena, "± "),
                     math_value(command->arena, shown, found.rows, found.columns, BOUND_DIGITS)));
    }
    Block *text = card_add(card, BLOCK_TEXT);
    block_math(card, text, explain_symbols(&command->explain, derivative_of(command, target)));
    block_text(card, text, ": the three ways ");
    block_math(card, text, verdict(command, &found));
    block_text(card, text, ".");
    record_target(command, target);
    record_verification(command, command->record, &found, bounds);
    command->reply->failed = !found.agree && is_finite(&found);
}

static void fail_row_part(Command *command, const Target *target) {
    const Scope *scope = command->explain.scope;
    const char *of = scope_get(scope, target->of)->name;
    const char *name = scope_get(scope, target->symbol)->name;
    command_fail(
        command,
        arena_format(command->arena, "`grad %s of %s` gives the part of this row", name, of),
        "%s is made of all rows, and %s belongs to one: only slopes along what all rows "
        "share can be checked",
        of, name);
}

/* What check_all writes to. */
typedef struct CheckTable {
    SymbolId of;
    Block *rows;
    Record *checks;
    const Bounds *bounds;
} CheckTable;

static void add_check(Command *command, const CheckTable *table, SymbolId wrt,
                      const Verification *found) {
    Card *card = &command->reply->card;
    Target target = {table->of, result_expr(command, wrt), wrt};
    Expr token = derivative_of(command, &target);
    const double *entries[] = {found->symbolic, found->reverse, found->numeric};
    block_part(card, table->rows, NULL, explain_symbols(&command->explain, token));
    for (size_t i = 0; i < 3; i++)
        block_part(card, table->rows, NULL, explain_entries(&command->explain, entries[i], token));
    block_part(card, table->rows, NULL, verdict(command, found));
    Record *check = record_add_object(command->arena, table->checks, NULL);
    record_add_text(command->arena, check, "wrt", scope_get(command->explain.scope, wrt)->name);
    record_verification(command, check, found,
                        bounds_of(command, &target, table->bounds, found->reverse));
    command->reply->failed = command->reply->failed || (!found->agree && is_finite(found));
}

static void fill_checks(Command *command, const CheckTable *table) {
    const Scope *scope = command->explain.scope;
    Verifier *verifier =
        verifier_new(command->explain.model, command->arena, result_expr(command, table->of));
    SymbolId symbols[VERIFY_TOGETHER];
    Expr names[VERIFY_TOGETHER];
    Verification found[VERIFY_TOGETHER];
    size_t count = 0;
    for (SymbolId s = 0; s <= scope->count; s++) {
        const bool full = count == VERIFY_TOGETHER || s == scope->count;
        if (full && !explain_goes_on(&command->explain, s, scope->count)) {
            command->reply->failed = true;
            return;
        }
        if (full) {
            verifier_check_all(verifier, command->arena, names, count, found);
            for (size_t i = 0; i < count; i++)
                add_check(command, table, symbols[i], &found[i]);
            count = 0;
        }
        if (s == scope->count || scope_get(scope, s)->role != ROLE_PARAM)
            continue;
        names[count] = result_expr(command, s);
        symbols[count++] = s;
    }
}

static void check_all(Command *command) {
    SymbolId of = command_result(command, SYMBOL_NONE);
    if (of == SYMBOL_NONE || !command_end(command))
        return;
    command_about_all(command, of);
    Card *card = &command->reply->card;
    static const char *const headings[] = {"slope", "symbolic", "reverse", "numeric", ""};
    Block *rows = card_add_table(card, 5, headings);
    record_add_text(command->arena, command->record, "of",
                    scope_get(command->explain.scope, of)->name);
    fill_checks(command,
                &(CheckTable){of, rows, record_add_list(command->arena, command->record, "checks"),
                              gradient_bounds(command, of)});
}

void cmd_check(Command *command) {
    if (command_at_end(command) || token_is_word(&command->parser.token, "of")) {
        check_all(command);
        return;
    }
    Target target;
    if (!command_target(command, &target) || !complete_target(command, &target))
        return;
    if (is_row_part(command, &target))
        fail_row_part(command, &target);
    else
        check_one(command, &target);
}
