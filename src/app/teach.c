#include "app/teach.h"

#include <math.h>

#include "base/str.h"
#include "num/unroll.h"
#include "view/math_text.h"

/* Whether the step before has the very number that a step is about: the answer to a question, or
 * what is left where slopes cancel. */
static bool was_just_shown(Lesson *lesson, size_t position) {
    const Step *step = &lesson->steps[position];
    const Step *before = position ? &lesson->steps[position - 1] : NULL;
    Exprs *exprs = &lesson->exprs;
    Expr shown = 0, wanted = 0;
    if (before && before->kind == STEP_ANSWER)
        shown = before->question->answer;
    else if (before && before->kind == STEP_CANCEL)
        shown = expr_derivative(exprs, scope_expr(&lesson->scope, exprs, before->of),
                                scope_expr(&lesson->scope, exprs, before->symbol));
    if (step->kind == STEP_FORWARD)
        wanted = scope_expr(&lesson->scope, exprs, step->symbol);
    else if (step->kind == STEP_BACKWARD)
        wanted = expr_derivative(exprs, scope_expr(&lesson->scope, exprs, step->of),
                                 scope_expr(&lesson->scope, exprs, step->symbol));
    else if (step->kind == STEP_CHAIN ||
             (step->kind == STEP_PRODUCT && step->chain->paths.listed == 1))
        wanted = expr_derivative(exprs, scope_expr(&lesson->scope, exprs, step->chain->of),
                                 step->chain->wrt);
    return shown && shown == wanted;
}

bool teach_hides(const Session *session, Arena *arena, size_t position) {
    Asked asked;
    StepKind kind = session->lesson->steps[position].kind;
    if (session->mode == MODE_WATCH || kind == STEP_ASK)
        return false;
    bool whole = kind == STEP_CHAIN;
    if (was_just_shown(session->lesson, position))
        return false;
    return whole == (session->mode == MODE_SOLO) && teach_asked(session, arena, position, &asked);
}

/* Whether the mode asks at such a step; the step itself may still have nothing to ask for. */
static bool mode_asks(Mode mode, StepKind kind) {
    switch (kind) {
    case STEP_ASK: return true;
    case STEP_CHAIN: return mode == MODE_SOLO;
    case STEP_FORWARD:
    case STEP_FACTOR:
    case STEP_PRODUCT:
    case STEP_SUM:
    case STEP_BACKWARD:
    case STEP_UPDATE: return mode == MODE_PREDICT;
    default: return false;
    }
}

/* How many steps from `from` up to, not including, `to` would have asked, and did not yet. */
static size_t count_skipped(const Session *session, size_t from, size_t to) {
    size_t count = 0;
    for (size_t i = from; i < to && session->mode != MODE_WATCH; i++)
        count += !session->shown[i] && !was_just_shown(session->lesson, i) &&
                 mode_asks(session->mode, session->lesson->steps[i].kind);
    return count;
}

bool session_enter(Session *session, size_t position) {
    Arena scratch = {.recovery = session->arena->recovery};
    bool shown = position < session->lesson->step_count && session->shown[position];
    size_t next = session->position + (session->hidden ? 0 : 1);
    size_t skipped = count_skipped(session, next, position);
    if (session->hidden) /* what was asked and not answered is asked when one comes back */
        session->shown[session->position] = false;
    bool entered = session_goto(session, position);
    if (entered) {
        session->hidden = !shown && teach_hides(session, &scratch, position);
        session->shown[position] = !session->hidden;
        if (skipped)
            session->note = arena_format(
                session->arena, "You passed over %zu question%s; go back, and %s asked.", skipped,
                skipped == 1 ? "" : "s", skipped == 1 ? "it is" : "they are");
    }
    arena_clear(&scratch);
    return entered;
}

bool session_ask(Session *session, size_t position) {
    Arena scratch = {.recovery = session->arena->recovery};
    Asked asked;
    bool asks = session_goto(session, position) && teach_asked(session, &scratch, position, &asked);
    session->hidden = asks && session->lesson->steps[position].kind != STEP_ASK;
    arena_clear(&scratch);
    return asks;
}

/* The name behind a name or an entry of one. */
static SymbolId symbol_of(const Explain *explain, Expr variable) {
    bool entry = expr_get(explain->exprs, variable)->kind == EXPR_INDEX;
    return expr_get(explain->exprs, entry ? expr_operand(explain->exprs, variable, 0) : variable)
        ->symbol;
}

static bool is_number(const Explain *explain, SymbolId symbol) {
    return symbol_entries(scope_get(explain->scope, symbol)) == 1;
}

static Expr name_expr(const Explain *explain, SymbolId symbol) {
    return scope_expr(explain->scope, explain->exprs, symbol);
}

/* ------------------------------------------------------------------------------ the question */

static const Math *unknown(const Explain *explain) {
    return math_lit(explain->arena, math_text(explain->arena, "?"), STYLE_LIT);
}

/* left = formula = ? */
static void ask_equation(Explain *explain, const Math *left, const Math *formula) {
    Block *block = card_add(explain->card, BLOCK_FORMULA);
    block_part(explain->card, block, NULL, left);
    if (formula)
        block_part(explain->card, block, "=", formula);
    block_part(explain->card, block, "=", unknown(explain));
}

/* So many digits are given without a word about them. */
enum { FEW_DIGITS = 3 };

/* "entry (2,1) of ∂L/∂W₁", "entry 2 of h". */
static const char *entry_text(const Explain *explain, const Asked *asked) {
    const Hidden *hidden = &asked->hidden;
    const char *whole = math_line(explain->arena, explain_symbols(explain, asked->whole), false);
    size_t row = hidden->entry / hidden->columns + 1, column = hidden->entry % hidden->columns + 1;
    if (asked->about.kind == DIAGNOSE_UPDATE)
        whole = arena_format(explain->arena, "the new %s", whole);
    return hidden->columns == 1
               ? arena_format(explain->arena, "entry %zu of %s", row, whole)
               : arena_format(explain->arena, "entry (%zu,%zu) of %s", row, column, whole);
}

bool teach_shows_formula(const Step *step, const Asked *asked) {
    return step->kind == STEP_PRODUCT || step->kind == STEP_SUM ||
           (asked->whole && step->kind != STEP_CHAIN);
}

/* What is asked of a whole derivative, before any of its steps. */
static void ask_whole(Explain *explain, const Step *step, const Asked *asked) {
    Explain hiding = *explain;
    hiding.hidden = &asked->hidden;
    explain_chain(explain, step->chain);
    Block *block = card_add(explain->card, BLOCK_FORMULA);
    block_part(explain->card, block, NULL,
               explain_symbols(explain, explain_chain_token(explain, step->chain)));
    block_part(explain->card, block, "=", explain_result(&hiding, asked->values, asked->whole));
}

static void ask_update(Explain *explain, const DiagnoseQuestion *about) {
    Expr token = expr_derivative(explain->exprs, name_expr(explain, about->of), about->wrt);
    Expr step_size = expr_binary(explain->exprs, EXPR_MULTIPLY,
                                 expr_number(explain->exprs, explain->model->rate), token);
    Expr change = expr_binary(explain->exprs, EXPR_SUBTRACT, about->wrt, step_size);
    const Math *arrow =
        math_row(explain->arena, 3, explain_symbols(explain, about->wrt),
                 math_text(explain->arena, " ← "), explain_symbols(explain, change));
    ask_equation(explain, arrow, NULL);
}

void teach_question(Explain *explain, size_t position, const Asked *asked) {
    const Step *step = &explain->lesson->steps[position];
    const DiagnoseQuestion *about = &asked->about;
    if (step->kind == STEP_FACTOR && !teach_shows_formula(step, asked)) {
        Explain hiding = *explain;
        hiding.hidden = &asked->hidden;
        explain_place(&hiding, step->chain, step->path, step->factor);
    }
    if (step->kind == STEP_CHAIN)
        ask_whole(explain, step, asked);
    else if (!teach_shows_formula(step, asked) && about->kind == DIAGNOSE_VALUE)
        ask_equation(explain, explain_name(explain, about->of),
                     explain_symbols(explain, scope_get(explain->scope, about->of)->definition));
    else if (!teach_shows_formula(step, asked) && about->kind == DIAGNOSE_UPDATE)
        ask_update(explain, about);
    else if (!teach_shows_formula(step, asked))
        ask_equation(explain, explain_partial(explain, name_expr(explain, about->of), about->wrt),
                     NULL);
    int digits = answer_digits_needed(&asked->key);
    if (digits > FEW_DIGITS)
        card_text(explain->card, "The change is small: give %d digits, or it does not show.",
                  digits);
    card_text(explain->card, "What is %s? %s", asked->whole ? entry_text(explain, asked) : "it",
              explain_answer_way(explain, ANSWER_BY_NUMBER));
}

/* ------------------------------------------------------------------------------ hints */

/* The rule, or the paths, in words. */
static void nudge(Explain *explain, const DiagnoseQuestion *about) {
    if (about->kind == DIAGNOSE_VALUE) {
        card_text(explain->card, "Put the numbers into the formula, from the inside out.");
        return;
    }
    SymbolId symbol = symbol_of(explain, about->wrt);
    if (about->kind == DIAGNOSE_LOCAL) {
        card_text(explain->card, "%s in %s: %s.", explain_name_text(explain, symbol),
                  explain_name_text(explain, about->of), explain_rule(explain, about->of, symbol));
        return;
    }
    if (about->kind == DIAGNOSE_UPDATE)
        card_text(explain->card,
                  "Against the slope: the old value, minus the learning rate times the slope.");
    explain_chain(explain, explain_find_chain(explain, about->of, about->wrt, LESSON_CHAIN_PATHS));
}

/* A local partial as a formula; only the numbers are left to put in. */
static void formula_of(Explain *explain, const Edge *edge) {
    ask_equation(
        explain,
        explain_partial(explain, name_expr(explain, edge->to), name_expr(explain, edge->from)),
        explain_symbols(explain, edge->partial));
    card_text(explain->card, "Put the numbers in.");
}

/* The formula of the one entry, with the numbers put in. False where there is none. */
static bool entry_formula(Explain *explain, const Asked *asked) {
    const DiagnoseQuestion *about = &asked->about;
    Expr formula = 0;
    if (about->kind == DIAGNOSE_VALUE)
        formula = scope_get(explain->scope, about->of)->lowered;
    else if (is_number(explain, about->of))
        formula = explain_contributions(explain, about->of, symbol_of(explain, about->wrt));
    if (!formula || !expr_same_shape(explain->exprs, formula, asked->whole))
        return false;
    const Hidden *hidden = &asked->hidden;
    Expr entry = unroll_entry(explain->exprs, explain->arena, formula,
                              (uint32_t)(hidden->entry / hidden->columns) + 1,
                              (uint32_t)(hidden->entry % hidden->columns) + 1);
    Block *block = card_add(explain->card, BLOCK_FORMULA);
    block_part(explain->card, block, NULL, explain_symbols(explain, entry));
    block_part(explain->card, block, "=", explain_numbers(explain, entry));
    return true;
}

/* The same with its parts: each factor asked for by itself. */
static void smaller_question(Explain *explain, const DiagnoseQuestion *about) {
    if (about->kind == DIAGNOSE_VALUE) {
        Expr definition = scope_get(explain->scope, about->of)->definition;
        Block *block = card_add(explain->card, BLOCK_FORMULA);
        block_part(explain->card, block, NULL, explain_symbols(explain, definition));
        block_part(explain->card, block, "=", explain_numbers(explain, definition));
        return;
    }
    SymbolId symbol = symbol_of(explain, about->wrt);
    const Graph *graph = explain->lesson->graph;
    size_t first = graph->first_out[symbol], last = graph->first_out[symbol + 1];
    for (size_t i = first; i < last; i++) {
        const Edge *edge = &graph->edges[graph->outgoing[i]];
        bool whole = edge->to == about->of && (last == first + 1 || about->kind == DIAGNOSE_LOCAL);
        if (whole && edge->partial) {
            formula_of(explain, edge);
            return;
        }
    }
    for (size_t i = first; i < last; i++)
        if (graph->edges[graph->outgoing[i]].partial)
            explain_local(explain, &graph->edges[graph->outgoing[i]]);
    card_text(explain->card,
              last == first + 1
                  ? "That is the last factor. What stands before it?"
                  : "Each of these is the last factor of some paths. What stands before it?");
}

static void worked_step(Explain *explain, size_t position, const DiagnoseQuestion *about) {
    const Step *step = &explain->lesson->steps[position];
    if (about->kind == DIAGNOSE_VALUE)
        explain_node(explain, about->of);
    else if (about->kind == DIAGNOSE_UPDATE)
        explain_update(explain, symbol_of(explain, about->wrt), about->of);
    else if (step->kind == STEP_FACTOR)
        explain_factor(explain, step->chain, step->path, step->factor);
    else
        explain_path_products(
            explain, explain_find_chain(explain, about->of, about->wrt, LESSON_CHAIN_PATHS));
}

void teach_hint(Explain *explain, size_t position, const Asked *asked, size_t rung) {
    const Question *question = asked->question;
    size_t written = question ? question->hint_count : 0;
    if (rung < written) {
        explain_remark(explain, "", question->hints[rung]);
        return;
    }
    rung -= written;
    if (!asked->diagnosed) {
        card_text(explain->card, written
                                     ? "There are no more hints; the next step shows the answer."
                                     : "There is no hint here; the next step shows the answer.");
        return;
    }
    if (rung == 0)
        nudge(explain, &asked->about);
    else if (asked->whole && rung == 1 && entry_formula(explain, asked))
        return;
    else if (!asked->whole && rung == 1 && asked->about.kind != DIAGNOSE_UPDATE)
        smaller_question(explain, &asked->about);
    else
        worked_step(explain, position, &asked->about);
}

/* ------------------------------------------------------------------------------ carried mistakes
 */

/* The last wrong number given at a step, or NAN. */
static double given_at(const Session *session, size_t position) {
    return session->given && session->given[position].wrong ? session->given[position].value : NAN;
}

/* The product along the path of the step with the student's own factors put in. */
static double carried_product(const Explain *explain, size_t position, bool *used) {
    const Step *step = &explain->lesson->steps[position];
    const Path *path = &step->chain->paths.list[step->path];
    double product = 1;
    for (size_t i = 0; i < path->count; i++) {
        double given = given_at(explain->session, position - path->count + i);
        const Edge *edge = &explain->lesson->graph->edges[path->edges[i]];
        *used = *used || !isnan(given);
        product *= isnan(given) ? *explain_value(explain, edge->partial) : given;
    }
    return product;
}

size_t teach_carried(const Explain *explain, size_t position, AnswerCarried **carried) {
    const Step *step = &explain->lesson->steps[position];
    bool used = false;
    double value = NAN;
    if (step->kind == STEP_PRODUCT && position >= step->chain->paths.list[step->path].count)
        value = carried_product(explain, position, &used);
    if (!used)
        return 0;
    *carried = ARENA_NEW(explain->arena, AnswerCarried);
    **carried =
        (AnswerCarried){value, "It follows rightly from the factors you gave before; one of "
                               "those was wrong."};
    return 1;
}
