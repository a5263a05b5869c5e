/* What an answer is about: with which numbers it is given, and whether it tells what the step asks.
 */
#include "app/command.h"
#include "app/known.h"
#include "app/teach.h"
#include "expr/parts.h"

/* ------------------------------------------------------------------------------ the numbers */

/* Whether something computed is in it, or a slope: not inputs, targets and parameters alone. */
static bool is_computed(const Command *command, Expr expr) {
    Parts parts = parts_of(command->explain.exprs, NULL, SYMBOL_NONE, command->arena, expr);
    for (size_t i = 0; i < parts.count; i++) {
        const ExprNode *node = expr_get(command->explain.exprs, parts.list[i]);
        if (node->kind == EXPR_DERIVATIVE ||
            (node->kind == EXPR_NAME &&
             scope_get(command->explain.scope, node->symbol)->definition))
            return true;
    }
    return false;
}

static void take_numbers_before(Command *command, const UpdateState *update) {
    const Session *session = command->session;
    Replay replay = session_replay_before(session, command->arena, session->position);
    command->explain.model = command->explain.swept = replay.model;
    record_add_number(command->arena, command->record, "before_step", (double)update->first + 1);
}

/* At a step of an update: the numbers from which the whole of it is computed, until it is done. */
static void take_numbers(Command *command) {
    const UpdateState update = known_update(command->session);
    Card *card = &command->reply->card;
    if (command->placed)
        return;
    command->placed = true;
    if (update.stage == UPDATE_BEGUN) {
        take_numbers_before(command, &update);
        card_text(card,
                  "These are the numbers before step %zu. Steps %zu %s %zu are one update: each is "
                  "computed from those numbers. The new ones count when step %zu is done.",
                  update.first + 1, update.first + 1,
                  update.first + 1 == update.last ? "and" : "to", update.last + 1, update.last + 1);
    } else if (update.stage == UPDATE_DONE) {
        card_text(card, "The update is done: these are the new numbers.");
    }
}

/* Whether it is the slope by which the present step moves its parameter. */
static bool is_of_step(const Command *command, Expr expr) {
    const Session *session = command->session;
    const Step *step = &session->lesson->steps[session->position];
    const Scope *scope = command->explain.scope;
    Exprs *exprs = command->explain.exprs;
    return step->kind == STEP_UPDATE && step->of != SYMBOL_NONE &&
           expr == expr_derivative(exprs, scope_expr(scope, exprs, step->of),
                                   scope_expr(scope, exprs, step->symbol));
}

/* ------------------------------------------------------------------------------ what is told */

static void mark_told(Command *command) {
    if (command->told)
        return;
    command->told = true;
    card_text(&command->reply->card,
              "That is asked here; now that it is told, it counts as shown.");
    record_add_truth(command->arena, command->record, "told", true);
}

void command_tells(Command *command, Expr expr) {
    Asked asked;
    if (!command->told && teach_asks(command->session, command->arena, &asked) &&
        teach_tells(command->session, command->arena, &asked, expr))
        mark_told(command);
}

void command_about(Command *command, Expr expr) {
    if (is_computed(command, expr))
        take_numbers(command);
    command_tells(command, expr);
}

/* A derivative stands there as a number: what it is made of does not. */
void command_tells_numbers(Command *command, Expr formula) {
    const Exprs *exprs = command->explain.exprs;
    const Parts parts = parts_of(exprs, NULL, SYMBOL_NONE, command->arena, formula);
    bool *seen = ARENA_ARRAY(command->arena, bool, parts.count);
    seen[parts.count - 1] = true;
    for (size_t i = parts.count; i-- > 0;) {
        const ExprNode *node = expr_get(exprs, parts.list[i]);
        const bool number = node->kind == EXPR_NAME || node->kind == EXPR_DERIVATIVE;
        if (seen[i] && number)
            command_tells(command, parts.list[i]);
        for (size_t j = 0; seen[i] && !number && j < node->count; j++)
            seen[parts_place(&parts, expr_operand(exprs, parts.list[i], j))] = true;
    }
}

static void tells_factor(Command *command, const Chain *chain, size_t path, size_t factor,
                         bool formula) {
    const Explain *explain = &command->explain;
    const Path *found = &chain->paths.list[path];
    const Edge *edge = &explain->lesson->graph->edges[found->edges[factor]];
    const bool carries = explain_carries(explain, chain, path);
    Explain along;
    const Expr shown =
        carries ? explain_carried(explain, chain, path, factor, &along) : edge->partial;
    command_tells(command,
                  expr_derivative(explain->exprs,
                                  explain_name_expr(explain, carries ? chain->of : edge->to),
                                  explain_name_expr(explain, edge->from)));
    if (shown && (formula || carries || found->count == 1))
        command_tells_numbers(command, shown);
}

void command_tells_factors(Command *command, const Chain *chain, bool formulas) {
    for (size_t i = 0; i < chain->paths.listed && chain->paths.complete; i++)
        for (size_t j = 0; j < chain->paths.list[i].count; j++)
            tells_factor(command, chain, i, j, formulas);
}

void command_about_why(Command *command, Expr expr) {
    const UpdateState update = known_update(command->session);
    if (update.stage == UPDATE_DONE && is_of_step(command, expr)) {
        command->placed = true;
        take_numbers_before(command, &update);
        card_text(&command->reply->card,
                  "These are the numbers before step %zu, from which the update is computed.",
                  update.first + 1);
    }
    command_about(command, expr);
}

void command_about_all(Command *command, SymbolId of) {
    Exprs *exprs = command->explain.exprs;
    const Scope *scope = command->explain.scope;
    Asked asked;
    take_numbers(command);
    if (!teach_asks(command->session, command->arena, &asked))
        return;
    for (SymbolId s = 0; s < scope->count && !command->told; s++) {
        Expr told = scope_expr(scope, exprs, s);
        if (of != SYMBOL_NONE)
            told = expr_derivative(exprs, scope_expr(scope, exprs, of), told);
        if (teach_tells(command->session, command->arena, &asked, told))
            mark_told(command);
    }
}
