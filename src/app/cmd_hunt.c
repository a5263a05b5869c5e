#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "app/command.h"
#include "app/hunt.h"
#include "base/str.h"
#include "num/rng.h"
#include "view/card_text.h"
#include "view/math_text.h"

enum {
    SEED_MOST = 9999, /* of those drawn here: short to type */
    OTHER_TRIES = 20, /* to find a hunt other than the last */
    HALVES_LEAST = 4  /* lines, for a half of them to be a hint */
};

/* The open hunt, made again from its plan with the numbers it was opened with. */
typedef struct Opened {
    Explain explain;
    Hunt hunt;
} Opened;

static Opened open_again(Command *command) {
    const HuntState *state = &command->session->hunt;
    Model *model = model_copy(command->explain.model, command->arena);
    memcpy(model->leaves, state->leaves, model->scope->leaf_entries * sizeof *model->leaves);
    model->rate = state->rate;
    model_forward(model);
    Opened opened = {.explain = command->explain};
    opened.explain.model = model;
    opened.hunt = hunt_new(&opened.explain, &state->plan);
    opened.explain.model = opened.hunt.model;
    return opened;
}

static const char *line_text(const Opened *opened, const Math *math) {
    return math_line(opened->explain.arena, math, false);
}

/* ------------------------------------------------------------------------------ the card */

/* For a formula. */
static Block *add_item(Card *card, const char *marker) {
    Block *item = card_add(card, BLOCK_TEXT);
    item->level = 1;
    item->marker = marker;
    item->displayed = true;
    return item;
}

static void show_lines(const Opened *opened) {
    Card *card = opened->explain.card;
    Arena *arena = opened->explain.arena;
    for (size_t i = 0; i < opened->hunt.count; i++)
        block_math(card, add_item(card, arena_format(arena, "%zu.", i + 1)),
                   hunt_line_math(&opened->explain, &opened->hunt, i));
}

/* ∂E/∂w₅, in symbols on one line. */
static const char *goal_text(const Opened *opened, const HuntPlan *plan) {
    const Explain *explain = &opened->explain;
    Expr of = scope_expr(explain->scope, explain->exprs, plan->of);
    return line_text(opened, explain_partial(explain, of, plan->wrt));
}

/* The command that brings the same hunt again. */
static const char *again_text(const Command *command, const HuntPlan *plan) {
    return arena_format(command->arena, "hunt %s of %s seed %llu",
                        plan->wrt ? explain_typed(&command->explain, plan->wrt) : "backward",
                        scope_get(command->explain.scope, plan->of)->name,
                        (unsigned long long)plan->seed);
}

static void show_hunt(Command *command, const Opened *opened, const HuntPlan *plan) {
    Card *card = &command->reply->card;
    if (!plan->wrt)
        card_text(card, "Here is the sweep back from %s, and in one line there is a mistake.",
                  explain_name_text(&opened->explain, plan->of));
    else
        card_text(card, "Here is %s, and in one line there is a mistake.", goal_text(opened, plan));
    if (hunt_has_rows(&opened->hunt))
        card_text(card,
                  "It shows the numbers of training row %zu; where the rows add up, all of them "
                  "count.",
                  opened->hunt.model->row + 1);
    card_text(card, "What comes after that line follows rightly from it. Where does it first go "
                    "wrong?");
    show_lines(opened);
    bool keyed = command->session->settings.keyed;
    card_text(card, "%s `hunt lines` shows this again, `%s` on another day.",
              keyed ? "Type the number of the line; h helps, `hunt stop` gives up,"
                    : "Type `answer` and the number of the line; `hint` helps, `hunt stop` gives "
                      "up,",
              again_text(command, plan));
}

static void record_hunt(Command *command, const Opened *opened, const HuntPlan *plan) {
    const Scope *scope = command->explain.scope;
    Record *record = command->record;
    record_add_text(command->arena, record, "of", scope_get(scope, plan->of)->name);
    if (plan->wrt)
        record_add_text(command->arena, record, "wrt", explain_typed(&command->explain, plan->wrt));
    Record *lines = record_add_list(command->arena, record, "lines");
    for (size_t i = 0; i < opened->hunt.count; i++)
        record_add_text(command->arena, record_add_object(command->arena, lines, NULL), "text",
                        line_text(opened, hunt_line_math(&opened->explain, &opened->hunt, i)));
    record_add_number(command->arena, record, "seed", (double)plan->seed);
}

/* ------------------------------------------------------------------------------ opening one */

/* What stands behind `hunt`. */
typedef struct Wish {
    bool any; /* nothing said: one is chosen */
    bool seeded;
    HuntPlan plan;
} Wish;

static bool read_target(Command *command, HuntPlan *plan) {
    Target target;
    if (!command_target(command, &target))
        return false;
    plan->of = target.of;
    plan->wrt = target.wrt;
    if (plan->of == SYMBOL_NONE)
        plan->of = command_result(command, target.symbol);
    return plan->of != SYMBOL_NONE;
}

static bool read_seed(Command *command, Wish *wish) {
    parser_take(&command->parser);
    Token seed = parser_take(&command->parser);
    wish->seeded = true;
    if (seed.kind != TOKEN_NUMBER || seed.number != (double)(uint64_t)fmin(seed.number, 1e15)) {
        command_fail(command, "write hunt {W} seed 7", "a seed is a whole number");
        return false;
    }
    wish->plan.seed = (uint64_t)seed.number;
    return true;
}

static bool read_wish(Command *command, Wish *wish) {
    const Token *token = &command->parser.token;
    *wish = (Wish){.plan = {.of = SYMBOL_NONE}};
    if (command_at_end(command) || token_is_word(token, "seed")) {
        wish->any = true;
    } else if (token_is_word(token, "backward")) {
        parser_take(&command->parser);
        wish->plan.of = command_result(command, SYMBOL_NONE);
        if (wish->plan.of == SYMBOL_NONE)
            return false;
    } else if (!read_target(command, &wish->plan)) {
        return false;
    }
    if (token_is_word(token, "seed") && !read_seed(command, wish))
        return false;
    return command_end(command);
}

static Hunt make_hunt(Command *command, Wish *wish) {
    return wish->any ? hunt_choose(&command->explain, &wish->plan)
                     : hunt_new(&command->explain, &wish->plan);
}

static Expr wrong_formula(const Explain *explain, const Hunt *hunt) {
    return hunt_formula(explain, &hunt->lines[hunt->wrong].written);
}

/* A hunt with a seed of its own; another one than the last where there is another. */
static Hunt make_new_hunt(Command *command, Wish *wish) {
    Session *session = command->session;
    uint64_t start = session->settings.seed_given ? session->settings.seed : (uint64_t)time(NULL);
    Rng rng = rng_stream(start + session->hunt.begun, "hunts");
    Hunt hunt;
    for (size_t i = 0; i < OTHER_TRIES; i++) {
        wish->plan.seed = 1 + rng_next(&rng) % SEED_MOST;
        hunt = make_hunt(command, wish);
        if (hunt.problem || wrong_formula(&command->explain, &hunt) != session->hunt.last)
            break;
    }
    return hunt;
}

static void keep_hunt(Command *command, const HuntPlan *plan, const Hunt *hunt) {
    Session *session = command->session;
    HuntState *state = &session->hunt;
    const Model *model = command->explain.model;
    size_t entries = model->scope->leaf_entries;
    if (!state->leaves)
        state->leaves = ARENA_ARRAY(session->arena, double, entries);
    memcpy(state->leaves, model->leaves, entries * sizeof *state->leaves);
    state->rate = model->rate;
    state->plan = *plan;
    state->last = wrong_formula(&command->explain, hunt);
    state->hints = state->tries = 0;
    state->told = false;
    state->begun++;
    state->open = true;
}

/* ------------------------------------------------------------------------------ closing it */

/* "You left out …" is said to a student who did; here somebody else did. */
static const char *say_mistake(const Command *command, const char *sentence) {
    return str_starts(sentence, "You ")
               ? arena_format(command->arena, "Whoever wrote it %s.", sentence + strlen("You "))
               : arena_format(command->arena, "%s.", sentence);
}

static const char *entries_text(const Opened *opened, const double *entries, Expr shape) {
    return line_text(opened, explain_entries(&opened->explain, entries, shape));
}

/* It is over: whoever listens is told how it went. */
static void close_hunt(Command *command, const Opened *opened, bool found) {
    Session *session = command->session;
    HuntState *state = &session->hunt;
    HuntEnd end = {.what = again_text(command, &state->plan), .tag = opened->hunt.tag};
    end.outcome = !found || state->told          ? HUNT_MISSED
                  : state->hints || state->tries ? HUNT_HELPED
                                                 : HUNT_FOUND;
    state->open = false;
    if (session->observer.hunted)
        session->observer.hunted(session->observer.context, session, &end);
}

/* What stands in the wrong line, and what should; what the derivative is. */
static void show_solution(Command *command, const Opened *opened) {
    const Explain *explain = &opened->explain;
    const Hunt *hunt = &opened->hunt;
    const HuntPlan *plan = &command->session->hunt.plan;
    Card *card = &command->reply->card;
    card_text(card, "%s", say_mistake(command, hunt->sentence));
    card_text(card, "The line says");
    block_math(card, add_item(card, arena_format(command->arena, "%zu.", hunt->wrong + 1)),
               hunt_line_math(explain, hunt, hunt->wrong));
    card_text(card, "and should say");
    block_math(card, add_item(card, arena_format(command->arena, "%zu.", hunt->wrong + 1)),
               hunt_right_math(explain, hunt));
    const HuntLine *last = &hunt->lines[hunt->count - 1];
    if (!plan->wrt || hunt->wrong + 1 == hunt->count)
        return;
    const char *truth = entries_text(opened, explain_value(explain, last->left), last->wrt);
    const char *given = entries_text(opened, last->value, last->wrt);
    if (str_equal(truth, given)) /* what went wrong is multiplied by 0 on its way */
        card_text(card, "%s is %s all the same.", goal_text(opened, plan), truth);
    else
        card_text(card, "So in truth %s is %s, not %s.", goal_text(opened, plan), truth, given);
}

static void record_solution(Command *command, const Opened *opened) {
    record_add_text(command->arena, command->record, "tag", opened->hunt.tag);
    record_add_number(command->arena, command->record, "line", (double)opened->hunt.wrong + 1);
    record_add_text(command->arena, command->record, "right",
                    line_text(opened, hunt_right_math(&opened->explain, &opened->hunt)));
}

/* The word behind `hunt` is about the open one: false, with an error, where none is. */
static bool read_word(Command *command) {
    parser_take(&command->parser);
    if (!command_end(command))
        return false;
    if (!command->session->hunt.open)
        command_fail(command, "`hunt` begins one", "no hunt is open");
    return command->session->hunt.open;
}

static void show_again(Command *command) {
    if (!read_word(command))
        return;
    Opened opened = open_again(command);
    show_hunt(command, &opened, &command->session->hunt.plan);
    record_hunt(command, &opened, &command->session->hunt.plan);
}

static void stop(Command *command) {
    if (!read_word(command))
        return;
    Opened opened = open_again(command);
    card_text(&command->reply->card, "The mistake was in line %zu.", opened.hunt.wrong + 1);
    show_solution(command, &opened);
    record_solution(command, &opened);
    close_hunt(command, &opened, false);
}

void cmd_hunt(Command *command) {
    Wish wish;
    if (token_is_word(&command->parser.token, "stop")) {
        stop(command);
        return;
    }
    if (token_is_word(&command->parser.token, "lines")) {
        show_again(command);
        return;
    }
    if (!read_wish(command, &wish))
        return;
    command_about_all(command, wish.plan.of);
    Opened opened = {.explain = command->explain};
    opened.hunt = wish.seeded ? make_hunt(command, &wish) : make_new_hunt(command, &wish);
    if (opened.hunt.problem) {
        command_fail(command, NULL, "%s", opened.hunt.problem);
        return;
    }
    keep_hunt(command, &wish.plan, &opened.hunt);
    opened.explain.model = opened.hunt.model;
    show_hunt(command, &opened, &wish.plan);
    record_hunt(command, &opened, &wish.plan);
}

/* ------------------------------------------------------------------------------ answers */

/* "lines 1, 2 and 4". */
static const char *list_lines(const Command *command, const size_t *lines, size_t count) {
    Buffer text = {.arena = command->arena};
    buffer_add(&text, count == 1 ? "line " : "lines ");
    for (size_t i = 0; i < count; i++)
        buffer_format(&text, "%s%zu", !i ? "" : i + 1 == count ? " and " : ", ", lines[i] + 1);
    return buffer_text(&text);
}

static const char *rule_text(const Explain *explain, const Edge *edge) {
    return arena_format(explain->arena, "%s in %s: %s", explain_name_text(explain, edge->from),
                        explain_name_text(explain, edge->to),
                        explain_rule(explain, edge->to, edge->from));
}

/* Why a line is not the one. */
static void answer_wrong(Command *command, const Opened *opened, size_t line) {
    Card *card = &command->reply->card;
    size_t *uses, count = hunt_line_uses(&opened->explain, &opened->hunt, line, &uses);
    const HuntLine *found = &opened->hunt.lines[line];
    if (count)
        card_text(card, "Not there: line %zu follows rightly from %s.", line + 1,
                  list_lines(command, uses, count));
    else
        card_text(card, "Not there: line %zu is right. %s.", line + 1,
                  rule_text(&opened->explain, found->terms[0].edge));
    command->session->hunt.tries++;
    record_add_text(command->arena, command->record, "verdict", "wrong");
    record_add_text(command->arena, command->record, "text", card_plain(command->arena, card));
    show_lines(opened);
}

static void answer_right(Command *command, const Opened *opened) {
    card_text(&command->reply->card, "Right: it first goes wrong in line %zu.",
              opened->hunt.wrong + 1);
    show_solution(command, opened);
    card_text(&command->reply->card, "`hunt` hides another mistake.");
    record_add_text(command->arena, command->record, "verdict", "right");
    record_solution(command, opened);
    close_hunt(command, opened, true);
}

bool command_answer_hunt(Command *command) {
    if (!command->session->hunt.open)
        return false;
    Opened opened = open_again(command);
    char *end;
    const char *text = command->parser.token.text;
    unsigned long number = strtoul(text, &end, 10);
    if (!*text || *end || number < 1 || number > opened.hunt.count)
        command_fail(command, "`hunt stop` gives up", "answer with a line, from 1 to %zu",
                     opened.hunt.count);
    else if (number - 1 == opened.hunt.wrong)
        answer_right(command, &opened);
    else
        answer_wrong(command, &opened, number - 1);
    return true;
}

/* ------------------------------------------------------------------------------ hints */

static void hint_half(Card *card, const Hunt *hunt) {
    size_t half = hunt->count / 2;
    bool first = hunt->wrong < half;
    card_text(card, "It is in the %s half: one of the lines %zu to %zu.",
              first ? "first" : "second", first ? 1 : half + 1, first ? half : hunt->count);
}

static void hint_rule(Card *card, const Opened *opened) {
    const Hunt *hunt = &opened->hunt;
    if (hunt->lines[hunt->wrong].written.updated)
        card_text(card, "This rule was broken: going back uses the weights of the forward pass.");
    else if (hunt->edge)
        card_text(card, "This rule was broken. %s.", rule_text(&opened->explain, hunt->edge));
    else if (hunt->lines[hunt->wrong].kind == HUNT_PRODUCT)
        card_text(card,
                  "This rule was broken: the slopes along a path are multiplied, each of them "
                  "once.");
    else
        card_text(card, "This rule was broken: where a name feeds several others, all that they "
                        "hand back is added up.");
}

bool command_hint_hunt(Command *command) {
    HuntState *state = &command->session->hunt;
    if (!state->open)
        return false;
    Opened opened = open_again(command);
    Card *card = &command->reply->card;
    if (!state->hints && opened.hunt.count < HALVES_LEAST)
        state->hints++;
    state->told = state->told || state->hints > 1;
    if (state->hints == 0)
        hint_half(card, &opened.hunt);
    else if (state->hints == 1)
        hint_rule(card, &opened);
    else
        card_text(card, "It is line %zu.", opened.hunt.wrong + 1);
    state->hints++;
    record_add_text(command->arena, command->record, "hint", card_plain(command->arena, card));
    show_lines(&opened);
    return true;
}
