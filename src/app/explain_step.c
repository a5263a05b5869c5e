#include <math.h>

#include "app/teach.h"
#include "base/number.h"
#include "view/math_text.h"

enum { FIRST_FORMULAS = 50, LAST_FORMULAS = 10 }; /* shown where a step declares more than both */

/* ------------------------------------------------------------------------------ tables */

static const Math *words(const Explain *explain, const char *text) {
    return math_text(explain->arena, text);
}

void explain_value_table(Explain *explain, const SymbolId *symbols, size_t count) {
    static const char *const headings[] = {"name", "value", "what it is"};
    Block *table = card_add_table(explain->card, 3, headings);
    for (size_t i = 0; i < count; i++) {
        const Symbol *symbol = scope_get(explain->scope, symbols[i]);
        Expr name = scope_expr(explain->scope, explain->exprs, symbols[i]);
        block_part(explain->card, table, NULL, explain_name(explain, symbols[i]));
        block_part(explain->card, table, NULL,
                   explain_entries(explain, model_value(explain->model, symbols[i]), name));
        block_part(explain->card, table, NULL, words(explain, explain_role(symbol)));
    }
}

void explain_gradient_table(Explain *explain, SymbolId of) {
    Expr result = scope_expr(explain->scope, explain->exprs, of);
    static const char *const headings[] = {"parameter", "value", "slope"};
    Block *table = card_add_table(explain->card, 3, headings);
    for (SymbolId s = 0; s < of; s++) { /* what is declared later is no part of it */
        if (scope_get(explain->scope, s)->role != ROLE_PARAM)
            continue;
        if (!explain_goes_on(explain, s, explain->scope->count))
            return;
        Expr name = scope_expr(explain->scope, explain->exprs, s);
        Expr token = expr_derivative(explain->exprs, result, name);
        block_part(explain->card, table, NULL, explain_name(explain, s));
        block_part(explain->card, table, NULL,
                   explain_entries(explain, model_value(explain->model, s), name));
        block_part(explain->card, table, NULL,
                   math_row(explain->arena, 3, explain_partial(explain, result, name),
                            math_text(explain->arena, " = "),
                            explain_entries(explain, explain_value(explain, token), name)));
    }
}

/* ------------------------------------------------------------------------------ declarations */

static bool in_range(const Explain *explain, const Step *step, SymbolRole role) {
    for (size_t i = 0; i < step->count; i++)
        if (scope_get(explain->scope, (SymbolId)(step->first + i))->role == role)
            return true;
    return false;
}

/* x₁ = 0.85   x₂ = 0.25, one role a paragraph. */
static void add_leaves(Explain *explain, const Step *step, SymbolRole role, const char *heading) {
    if (!in_range(explain, step, role))
        return;
    Block *block = card_add(explain->card, BLOCK_TEXT);
    block_text(explain->card, block, "%s: ", heading);
    bool first = true;
    for (size_t i = 0; i < step->count; i++) {
        SymbolId s = (SymbolId)(step->first + i);
        if (scope_get(explain->scope, s)->role != role)
            continue;
        Expr name = scope_expr(explain->scope, explain->exprs, s);
        const Math *value = explain_entries(explain, model_value(explain->model, s), name);
        block->displayed |= scope_get(explain->scope, s)->rows > 1;
        if (!first)
            block_text(explain->card, block, ", ");
        block_math(explain->card, block,
                   math_row(explain->arena, 3, explain_name(explain, s),
                            math_text(explain->arena, " = "), value));
        first = false;
    }
}

static const char *declare_title(const Explain *explain, const Step *step) {
    bool leaves = in_range(explain, step, ROLE_INPUT) || in_range(explain, step, ROLE_TARGET) ||
                  in_range(explain, step, ROLE_PARAM);
    bool nodes = in_range(explain, step, ROLE_NODE) || in_range(explain, step, ROLE_LOSS);
    return !nodes ? "What is given" : leaves ? "The network" : "The formulas";
}

static void explain_declare(Explain *explain, const Step *step) {
    add_leaves(explain, step, ROLE_INPUT, "Inputs");
    add_leaves(explain, step, ROLE_TARGET, "Targets");
    add_leaves(explain, step, ROLE_PARAM, "Parameters");
    size_t count = 0, number = 0;
    for (size_t i = 0; i < step->count; i++)
        count += scope_get(explain->scope, (SymbolId)(step->first + i))->definition != 0;
    for (size_t i = 0; i < step->count; i++) {
        SymbolId s = (SymbolId)(step->first + i);
        const Symbol *symbol = scope_get(explain->scope, s);
        if (!symbol->definition)
            continue;
        number++;
        size_t left_out =
            count > FIRST_FORMULAS + LAST_FORMULAS ? count - FIRST_FORMULAS - LAST_FORMULAS : 0;
        if (left_out && number == FIRST_FORMULAS + 1)
            card_text(explain->card, "… %zu more; `formula NAME` shows one of them …", left_out);
        if (number > FIRST_FORMULAS && number <= FIRST_FORMULAS + left_out)
            continue;
        explain_formula(explain, explain_name(explain, s), symbol->definition, NULL);
    }
}

/* ------------------------------------------------------------------------------ changes */

/* Which way a number goes by an update, and why. */
static void explain_direction(Explain *explain, SymbolId parameter, SymbolId of, double slope) {
    const char *name = explain_name_text(explain, parameter);
    const char *result = explain_name_text(explain, of);
    double before = *model_value(explain->model, parameter);
    const char *sign = slope > 0 ? "positive" : "negative";
    if (isnan(slope))
        card_text(explain->card, "The slope has no value, so %s has none after this.", name);
    else if (slope == 0)
        card_text(explain->card, "The slope is 0. So %s stays.", name);
    else if (before - explain->model->rate * slope == before)
        card_text(explain->card,
                  "The slope is %s, but the step is 0 to the last digit. So %s stays.", sign, name);
    else
        card_text(explain->card, "The slope is %s: a larger %s makes %s %s. So %s goes %s.", sign,
                  name, result, slope > 0 ? "larger" : "smaller", name, slope > 0 ? "down" : "up");
}

const Math *explain_update_rule(const Explain *explain, Expr name, SymbolId of) {
    Expr result = scope_expr(explain->scope, explain->exprs, of);
    const Math *old = explain_symbols(explain, name);
    return math_row(explain->arena, 5, old, math_text(explain->arena, " ← "), old,
                    math_text(explain->arena, " − η · "),
                    explain_symbols(explain, expr_derivative(explain->exprs, result, name)));
}

void explain_update(Explain *explain, SymbolId parameter, SymbolId of) {
    Expr name = scope_expr(explain->scope, explain->exprs, parameter);
    Expr token =
        expr_derivative(explain->exprs, scope_expr(explain->scope, explain->exprs, of), name);
    const double *gradient = explain_value(explain, token);
    if (expr_is_scalar(explain->exprs, name))
        explain_direction(explain, parameter, of, *gradient);
    Expr rate = expr_number(explain->exprs, explain->model->rate);
    Block *block = card_add(explain->card, BLOCK_FORMULA);
    block_part(explain->card, block, NULL, explain_update_rule(explain, name, of));
    Expr step = expr_binary(explain->exprs, EXPR_MULTIPLY, rate, token);
    Expr change = expr_binary(explain->exprs, EXPR_SUBTRACT, name, step);
    if (!explain->hidden)
        block_part(explain->card, block, "=", explain_numbers(explain, change));
    const double *value = explain_value(explain, change);
    Explain exact = *explain;
    if (expr_is_scalar(explain->exprs, name))
        exact.digits =
            number_digits_apart(*model_value(explain->model, parameter), *value, explain->digits);
    block_part(explain->card, block, "=", explain_result(&exact, value, name));
}

void explain_rate(Explain *explain) {
    card_text(explain->card, "η is the learning rate, %s.",
              explain_number_text(explain, explain->model->rate));
}

static void explain_set(Explain *explain, const Step *step) {
    Block *block = card_add(explain->card, BLOCK_FORMULA);
    const double *value = explain_value(explain, step->value);
    block_part(explain->card, block, NULL, explain_symbols(explain, step->target));
    block_part(explain->card, block, "←", explain_entries(explain, value, step->value));
    card_text(explain->card, "Everything that depends on it follows.");
}

/* ------------------------------------------------------------------------------ show */

static void explain_show(Explain *explain, const Step *step) {
    switch (step->show) {
    case SHOW_NETWORK: explain_network(explain, SYMBOL_NONE); break;
    case SHOW_GRADIENT: explain_gradient_table(explain, step->of); break;
    case SHOW_PATHS: {
        const Exprs *exprs = explain->exprs;
        for (size_t i = 0; i < step->count; i++)
            explain_paths(explain, expr_get(exprs, expr_operand(exprs, step->exprs[i], 0))->symbol,
                          expr_operand(exprs, step->exprs[i], 1), LESSON_CHAIN_PATHS);
        break;
    }
    case SHOW_EXPANDED:
        for (size_t i = 0; i < step->count; i++)
            explain_expanded(explain, step->exprs[i]);
        break;
    case SHOW_VALUES:
        for (size_t i = 0; i < step->count; i++)
            explain_equation(explain, NULL, step->exprs[i]);
        break;
    }
}

/* ------------------------------------------------------------------------------ steps */

/* What a factor is called, on one line: ∂y₁/∂z₃; of matrices ∂L/∂Z₂, what is carried to there. */
static const char *factor_text(const Explain *explain, const Step *step) {
    const Path *path = &step->chain->paths.list[step->path];
    const Edge *edge = &explain->lesson->graph->edges[path->edges[step->factor]];
    bool carried = explain_carries(explain, step->chain, step->path);
    Expr of = scope_expr(explain->scope, explain->exprs, carried ? step->chain->of : edge->to);
    Expr from = scope_expr(explain->scope, explain->exprs, edge->from);
    return math_line(explain->arena, explain_partial(explain, of, from), false);
}

const char *explain_title(const Explain *explain, const Step *step) {
    const char *name = step->symbol == SYMBOL_NONE ? "" : explain_name_text(explain, step->symbol);
    const char *derivative = "";
    const Chain *chain = step->chain;
    Expr of = chain ? scope_expr(explain->scope, explain->exprs, chain->of) : 0;
    if (chain)
        derivative = math_line(explain->arena, explain_partial(explain, of, chain->wrt), false);
    switch (step->kind) {
    case STEP_DECLARE: return declare_title(explain, step);
    case STEP_FORWARD: return arena_format(explain->arena, "Forward: %s", name);
    case STEP_CHAIN: return arena_format(explain->arena, "Chain rule: %s", derivative);
    case STEP_FACTOR: {
        const Path *path = &chain->paths.list[step->path];
        const char *where = chain->paths.listed > 1
                                ? arena_format(explain->arena, "path %zu, ", step->path + 1)
                                : "";
        return arena_format(explain->arena, "%s: %sfactor %zu of %zu, %s", derivative, where,
                            step->factor + 1, path->count, factor_text(explain, step));
    }
    case STEP_PRODUCT:
        return chain->paths.listed > 1
                   ? arena_format(explain->arena, "%s: product of path %zu of %zu", derivative,
                                  step->path + 1, chain->paths.listed)
                   : arena_format(explain->arena, "%s: the product", derivative);
    case STEP_SUM: return arena_format(explain->arena, "%s: the sum over the paths", derivative);
    case STEP_CANCEL: return "Something cancels";
    case STEP_BACKWARD: return arena_format(explain->arena, "Backward: %s", name);
    case STEP_UPDATE: return arena_format(explain->arena, "Update: %s", name);
    case STEP_SET: return "A change";
    case STEP_RATE: return "The learning rate";
    case STEP_RESET: return "Back to the first values";
    case STEP_ROW: return "Another row";
    case STEP_TRAIN: return "Training";
    case STEP_PLOT: return "A picture";
    case STEP_ASK: return "A question";
    case STEP_ANSWER: return "The answer";
    case STEP_SHOW: return step->show == SHOW_NETWORK ? "The network" : "A look at the numbers";
    default: return NULL;
    }
}

static void explain_kind(Explain *explain, const Step *step, const Replay *replay) {
    switch (step->kind) {
    case STEP_PROSE:
        for (size_t i = 0; i < step->count; i++)
            explain_prose(explain, &explain->lesson->prose[step->first + i]);
        break;
    case STEP_DECLARE: explain_declare(explain, step); break;
    case STEP_FORWARD: explain_node(explain, step->symbol); break;
    case STEP_CHAIN: explain_chain(explain, step->chain); break;
    case STEP_FACTOR: explain_factor(explain, step->chain, step->path, step->factor); break;
    case STEP_PRODUCT: explain_product(explain, step->chain, step->path); break;
    case STEP_SUM: explain_sum(explain, step->chain); break;
    case STEP_CANCEL: explain_cancel(explain, step); break;
    case STEP_BACKWARD: explain_backward(explain, step->of, step->symbol); break;
    case STEP_UPDATE:
        explain_update(explain, step->symbol, step->of);
        explain_rate(explain);
        break;
    case STEP_SET: explain_set(explain, step); break;
    case STEP_RATE:
        card_text(explain->card, "From here on the learning rate η is %s.",
                  explain_number_text(explain, *explain_value(explain, step->value)));
        break;
    case STEP_RESET:
        card_text(explain->card,
                  "Inputs, targets and parameters are what they were at the beginning.");
        break;
    case STEP_SHOW: explain_show(explain, step); break;
    case STEP_ROW: explain_row(explain, step->first); break;
    case STEP_TRAIN: explain_training(explain, replay->lessons_own); break;
    case STEP_PLOT: explain_plot(explain, step->plot, replay->training); break;
    case STEP_ASK: explain_question(explain, step->question); break;
    case STEP_ANSWER: explain_solution(explain, step->question); break;
    }
}

/* Whether a step shows the local partial that is this derivative. */
static bool shows_partial(const Lesson *lesson, const Step *step, Expr derivative) {
    const Exprs *exprs = &lesson->exprs;
    if (step->kind != STEP_FACTOR || expr_get(exprs, derivative)->kind != EXPR_DERIVATIVE)
        return false;
    const Edge *edge =
        &lesson->graph->edges[step->chain->paths.list[step->path].edges[step->factor]];
    const ExprNode *of = expr_get(exprs, expr_operand(exprs, derivative, 0));
    const ExprNode *wrt = expr_get(exprs, expr_operand(exprs, derivative, 1));
    return of->kind == EXPR_NAME && of->symbol == edge->to && wrt->kind == EXPR_NAME &&
           wrt->symbol == edge->from;
}

/* The step a misprint belongs to: in a chain just before it, the factor it is about; else the step
 * just before it. */
static size_t step_of_misprint(const Lesson *lesson, const Expectation *expectation) {
    size_t last = expectation->step - 1;
    for (size_t i = last + 1; i-- > 0 && lesson->steps[i].chain == lesson->steps[last].chain;)
        if (shows_partial(lesson, &lesson->steps[i], expectation->left))
            return i;
    return last;
}

/* What was printed in place of a number may be words, which would not stand beside what is right.
 */
static void add_footnote(Explain *explain, const Expectation *expectation) {
    const char *printed = expectation->printed;
    const bool words = expectation->in_words;
    Block *note = card_add(explain->card, BLOCK_NOTE);
    if (words)
        block_text(explain->card, note, "For ");
    else
        block_text(explain->card, note, "The source prints %s for ", printed);
    block_math(explain->card, note, explain_symbols(explain, expectation->left));
    block_text(explain->card, note, words ? ", which is " : "; right is ");
    block_math(explain->card, note, explain_symbols(explain, expectation->right));
    if (words)
        block_text(explain->card, note, ", the source prints %s", printed);
    block_text(explain->card, note, ".");
}

/* The source's misprints, as footnotes. */
static void add_footnotes(Explain *explain, size_t position) {
    const Lesson *lesson = explain->lesson;
    for (size_t i = 0; i < lesson->expectation_count; i++) {
        const Expectation *expectation = &lesson->expectations[i];
        if (expectation->printed && expectation->step > 0 &&
            step_of_misprint(lesson, expectation) == position)
            add_footnote(explain, expectation);
    }
}

/* Fills the card of a step of the lesson. */
static void explain_step(const Session *session, Arena *arena, size_t position, Card *card) {
    const Step *step = &session->lesson->steps[position];
    bool before = step->kind == STEP_UPDATE || step->kind == STEP_SET;
    Replay replay = before ? session_replay_before(session, arena, position)
                           : session_replay_after(session, arena, position);
    Explain explain = explain_new(session, replay.model, card);
    card->title = explain_title(&explain, step);
    explain_kind(&explain, step, &replay);
    add_footnotes(&explain, position);
}

/* A step that asks for its number before it shows it. */
static void explain_hidden_step(const Session *session, Arena *arena, Card *card) {
    Asked asked;
    teach_asked(session, arena, session->position, &asked);
    Explain explain = explain_new(session, asked.model, card);
    card->title = explain_title(&explain, &session->lesson->steps[session->position]);
    const Step *step = &session->lesson->steps[session->position];
    if (teach_shows_formula(step, &asked)) {
        Explain hiding = explain;
        hiding.hidden = &asked.hidden;
        explain_kind(&hiding, step, NULL);
    }
    teach_question(&explain, session->position, &asked);
}

Card session_card_at(Session *session, Arena *arena, size_t position) {
    Card card = {.arena = arena};
    explain_step(session, arena, position, &card);
    return card;
}

Card session_card(Session *session, Arena *arena) {
    Card card = {.arena = arena};
    if (session->note)
        block_text(&card, card_add(&card, BLOCK_NOTE), "%s", session->note);
    if (session->hidden)
        explain_hidden_step(session, arena, &card);
    else
        explain_step(session, arena, session->position, &card);
    return card;
}
