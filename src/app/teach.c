#include "app/teach.h"

#include <math.h>

#include "app/known.h"
#include "view/math_text.h"

/* Whether the step before, prose aside, has the very number that a step is about: the answer to a
 * question, or what is left where slopes cancel. */
static bool was_just_shown(Lesson *lesson, size_t position) {
    const Step *step = &lesson->steps[position];
    size_t last = position;
    while (last > 0 && lesson->steps[last - 1].kind == STEP_PROSE)
        last--;
    const Step *before = last ? &lesson->steps[last - 1] : NULL;
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

double teach_old_value(const Session *session, Arena *arena, size_t position, const Asked *asked) {
    const Step *steps = session->lesson->steps;
    size_t before = position;
    if (steps[position].kind != STEP_FORWARD)
        return NAN;
    while (before > 0 && (steps[before - 1].kind != STEP_FORWARD ||
                          steps[before - 1].symbol != steps[position].symbol))
        before--;
    if (!before)
        return NAN;
    Replay replay = session_replay_after(session, arena, before - 1);
    return model_value(replay.model, steps[position].symbol)[asked->hidden.entry];
}

/* Whether what is asked stands, as good as right, at an earlier step: it has hardly changed since.
 */
static bool can_be_copied(const Session *session, Arena *arena, size_t position,
                          const Asked *asked) {
    return answer_is_within(&asked->key, teach_old_value(session, arena, position, asked));
}

/* Whether the present mode hides what this step shows, until it is answered or given up. */
static bool mode_hides(const Session *session, Arena *arena, size_t position) {
    Asked asked;
    StepKind kind = session->lesson->steps[position].kind;
    if (session->mode == MODE_WATCH || kind == STEP_ASK)
        return false;
    bool whole = kind == STEP_CHAIN;
    if (was_just_shown(session->lesson, position))
        return false;
    return whole == (session->mode == MODE_SOLO) && teach_asked(session, arena, position, &asked) &&
           !can_be_copied(session, arena, position, &asked);
}

bool teach_mode_asks(Mode mode, StepKind kind) {
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
                 teach_mode_asks(session->mode, session->lesson->steps[i].kind);
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
        session_hide(session, !shown && mode_hides(session, &scratch, position));
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
    session_hide(session, asks && session->lesson->steps[position].kind != STEP_ASK);
    arena_clear(&scratch);
    return asks;
}

/* ------------------------------------------------------------------------------ what is told */

/* A value, or a slope along something; of matrices the whole, whichever entry it is. */
typedef struct Subject {
    SymbolId of, along; /* SYMBOL_NONE: a value */
} Subject;

static SymbolId whole_name(const Exprs *exprs, Expr expr) {
    if (expr_get(exprs, expr)->kind == EXPR_INDEX)
        expr = expr_operand(exprs, expr, 0);
    return expr_get(exprs, expr)->kind == EXPR_NAME ? expr_get(exprs, expr)->symbol : SYMBOL_NONE;
}

/* Neither name for any other expression. */
static Subject subject_of(const Exprs *exprs, Expr expr) {
    Subject subject = {whole_name(exprs, expr), SYMBOL_NONE};
    if (expr_get(exprs, expr)->kind == EXPR_INDEX)
        expr = expr_operand(exprs, expr, 0);
    if (expr_get(exprs, expr)->kind == EXPR_DERIVATIVE) {
        subject.along = whole_name(exprs, expr_operand(exprs, expr, 1));
        if (subject.along != SYMBOL_NONE)
            subject.of = whole_name(exprs, expr_operand(exprs, expr, 0));
    }
    return subject;
}

static bool is_same(Subject a, Subject b) {
    return a.of != SYMBOL_NONE && a.of == b.of && a.along == b.along;
}

static bool is_known(const Session *session, Arena *arena, Subject subject) {
    Known known = known_at(session, arena, session->position);
    return subject.along == SYMBOL_NONE ? known.value[subject.of]
                                        : known.slope[subject.along] == subject.of;
}

bool teach_asks(const Session *session, Arena *arena, Asked *asked) {
    const bool asks = session->hidden || session->lesson->steps[session->position].kind == STEP_ASK;
    return asks && teach_asked(session, arena, session->position, asked) && asked->number;
}

bool teach_tells(const Session *session, Arena *arena, const Asked *asked, Expr expr) {
    const Exprs *exprs = &session->lesson->exprs;
    const Chain *chain = session->lesson->steps[session->position].chain;
    const Subject told = subject_of(exprs, expr);
    const DiagnoseQuestion *about = &asked->about;
    const Expr answer = asked->question ? asked->question->answer : 0;
    if (answer == expr && expr_get(exprs, expr)->kind == EXPR_DERIVATIVE && told.of == SYMBOL_NONE)
        return true; /* a second derivative */
    if (answer)
        return is_same(told, subject_of(exprs, answer)) && !is_known(session, arena, told);
    const bool value = about->kind == DIAGNOSE_VALUE;
    const Subject whole = {about->of, value ? SYMBOL_NONE : whole_name(exprs, about->wrt)};
    return (about->kind != DIAGNOSE_UPDATE && is_same(told, whole)) ||
           (chain && is_same(told, (Subject){chain->of, chain->symbol}));
}

bool teach_was_told(const Session *session) {
    const StepKind kind = session->lesson->steps[session->position].kind;
    const bool open = session->hidden || kind == STEP_ASK || kind == STEP_CHAIN;
    return !open || session->given[session->position].told;
}

bool session_was_told(const Session *session) {
    return session->given[session->position].told;
}

bool session_will_ask(const Session *session, SymbolId symbol) {
    Arena scratch = {.recovery = session->arena->recovery};
    Asked asked;
    Lesson *lesson = session->lesson;
    bool will = known_at(session, &scratch, session->position).asked[symbol];
    if (!will && teach_asks(session, &scratch, &asked))
        will = teach_tells(session, &scratch, &asked,
                           scope_expr(&lesson->scope, &lesson->exprs, symbol));
    arena_clear(&scratch);
    return will;
}

/* ------------------------------------------------------------------------------ the question */

static const Math *unknown(const Explain *explain) {
    return math_lit(explain->arena, math_text(explain->arena, "?"), STYLE_LIT);
}

void teach_equation(Explain *explain, const Math *left, const Math *formula) {
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
        teach_equation(explain, explain_name(explain, about->of),
                       explain_symbols(explain, scope_get(explain->scope, about->of)->definition));
    else if (!teach_shows_formula(step, asked) && about->kind == DIAGNOSE_UPDATE) {
        teach_equation(explain, explain_update_rule(explain, about->wrt, about->of), NULL);
        explain_rate(explain);
    } else if (!teach_shows_formula(step, asked))
        teach_equation(explain,
                       explain_partial(explain, explain_name_expr(explain, about->of), about->wrt),
                       NULL);
    int digits = answer_digits_needed(&asked->key);
    if (digits > FEW_DIGITS)
        card_text(explain->card, "The change is small: give %d digits, or it does not show.",
                  digits);
    card_text(explain->card, "What is %s? %s", asked->whole ? entry_text(explain, asked) : "it",
              explain_answer_way(explain, ANSWER_BY_NUMBER));
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
