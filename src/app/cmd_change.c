#include <math.h>
#include <string.h>

#include "app/command.h"
#include "app/known.h"
#include "base/number.h"
#include "base/str.h"
#include "lesson/script.h"

/* ------------------------------------------------------------------------------ what changed */

static const Math *shown_entries(const Explain *explain, const Symbol *symbol,
                                 const double *entries, int digits) {
    return math_value(explain->arena, entries, symbol->rows, symbol->columns, digits);
}

/* Relative to the larger of two values, and for values next to 0: a difference not beyond this is
 * the rounding of the computation, no change. */
static const double ROUNDING = 1e-12, NEXT_TO_ZERO = 1e-3;

static bool is_change(double old, double new) {
    double size = fmax(NEXT_TO_ZERO, fmax(fabs(old), fabs(new)));
    bool finite = isfinite(old) && isfinite(new);
    return finite ? fabs(old - new) > ROUNDING * size : memcmp(&old, &new, sizeof old) != 0;
}

static bool has_changed(const Symbol *symbol, const double *old, const double *new) {
    for (size_t i = 0; i < symbol_entries(symbol); i++)
        if (is_change(old[i], new[i]))
            return true;
    return false;
}

/* As many digits as it takes to see what differs. */
static int digits_to_differ(const Explain *explain, const Symbol *symbol, const double *old,
                            const double *new) {
    int digits = explain->digits;
    for (size_t i = 0; i < symbol_entries(symbol); i++)
        if (is_change(old[i], new[i]))
            digits = number_digits_apart(old[i], new[i], digits);
    return digits;
}

static void add_change(Command *command, Block *table, SymbolId s, const double *old,
                       const double *new) {
    Explain *explain = &command->explain;
    const Symbol *symbol = scope_get(explain->scope, s);
    int digits = digits_to_differ(explain, symbol, old, new);
    block_part(explain->card, table, NULL, explain_name(explain, s));
    block_part(explain->card, table, NULL, shown_entries(explain, symbol, old, digits));
    block_part(explain->card, table, NULL,
               math_lit(command->arena, (Math *)shown_entries(explain, symbol, new, digits),
                        STYLE_CHANGED));
}

static void record_change(Command *command, Record *changes, const Symbol *symbol,
                          const double *old, const double *new) {
    Record *pair = record_add_object(command->arena, changes, symbol->name);
    double *kept = ARENA_ARRAY(command->arena, double, symbol_entries(symbol));
    memcpy(kept, new, symbol_entries(symbol) * sizeof *kept);
    record_add_matrix(command->arena, pair, "before", old, symbol->rows, symbol->columns);
    record_add_matrix(command->arena, pair, "now", kept, symbol->rows, symbol->columns);
}

static Block *change_table(Command *command) {
    static const char *const headings[] = {"name", "before", "now"};
    return card_add_table(command->explain.card, 3, headings);
}

enum { MOST_CHANGES = 100 }; /* rows; of more the first, and how many there are */

/* Those that changed, but whose numbers are asked for in steps to come, by name. */
static void say_asked(Command *command, const bool *asked, size_t count) {
    const Scope *scope = command->explain.scope;
    Record *names = record_add_list(command->arena, command->record, "asked");
    Buffer text = {.arena = command->arena};
    size_t said = 0;
    for (SymbolId s = 0; s < scope->count && said < MOST_CHANGES; s++) {
        if (!command->session->changed[s] || !asked[s])
            continue;
        said++;
        buffer_format(&text, "%s%s",
                      said == 1       ? ""
                      : said == count ? " and "
                                      : ", ",
                      explain_name_text(&command->explain, s));
        record_add_text(command->arena, names, NULL, scope_get(scope, s)->name);
    }
    card_text(&command->reply->card, "%s%s changed, too; you will be asked for %s.",
              buffer_text(&text), count > MOST_CHANGES ? " and others" : "",
              count == 1 ? "it" : "them");
}

/* A table of the names whose values differ between two moments. Returns how many. */
static size_t add_changes(Command *command, const KnownNumbers *before, const KnownNumbers *after) {
    const Scope *scope = command->explain.scope;
    Record *changes = record_add_object(command->arena, command->record, "changed");
    Session *session = command->session;
    const bool *asked = known_at(session, command->arena, session->position).asked;
    Block *table = NULL;
    size_t count = 0, asked_count = 0;
    for (SymbolId s = 0; s < scope->count; s++) {
        const Symbol *symbol = scope_get(scope, s);
        const double *old = known_value(before, s), *new = known_value(after, s);
        session->changed[s] = has_changed(symbol, old, new);
        if (!session->changed[s])
            continue;
        asked_count += asked[s];
        if (asked[s])
            continue;
        if (!table)
            table = change_table(command);
        if (count < MOST_CHANGES)
            add_change(command, table, s, old, new);
        if (!session->settings.keyed) /* else nobody reads it */
            record_change(command, changes, symbol, old, new);
        count++;
    }
    if (count > MOST_CHANGES)
        card_text(&command->reply->card, "Of %zu names that changed these are the first %d.", count,
                  (int)MOST_CHANGES);
    if (asked_count)
        say_asked(command, asked, asked_count);
    return count + asked_count;
}

/* The state now, to be compared with what a change makes of it. */
static KnownNumbers remember(Command *command) {
    KnownNumbers numbers = known_answer_numbers(command->session, command->arena);
    const bool present = numbers.computed == numbers.given;
    Model *given = model_copy(numbers.given, command->arena);
    return (KnownNumbers){present ? given : numbers.computed, given};
}

static void show_rate(Command *command) {
    double rate = command->session->present.model->rate;
    card_text(&command->reply->card, "The learning rate η is %s.",
              explain_number_text(&command->explain, rate));
    record_add_number(command->arena, command->record, "rate", rate);
}

/* What changed, or that it is nothing. */
static void show_changes_or(Command *command, const KnownNumbers *before, const char *nothing) {
    const KnownNumbers now = known_answer_numbers(command->session, command->arena);
    size_t count = add_changes(command, before, &now);
    command->reply->changed = count > 0;
    if (before->given->rate != now.given->rate)
        show_rate(command);
    else if (!count)
        card_text(&command->reply->card, "%s", nothing);
}

static void show_changes(Command *command, const KnownNumbers *before) {
    show_changes_or(command, before, "Nothing changed.");
}

void cmd_diff(Command *command) {
    if (!command_end(command))
        return;
    KnownNumbers before;
    if (!known_before_change(command->session, command->arena, &before))
        card_text(&command->reply->card, "Nothing has changed yet: `set` or `update` first.");
    else
        show_changes(command, &before);
    const UpdateState update = known_update(command->session);
    if (update.stage == UPDATE_BEGUN)
        card_text(&command->reply->card,
                  "What is computed from that follows when step %zu, the last of this update, is "
                  "done.",
                  update.last + 1);
}

/* ------------------------------------------------------------------------------ set, rate, reset
 */

/* = and the value for a target, into `set`; false after an error. */
static bool parse_new_value(Command *command, Expr target, Assignment *set) {
    Exprs *exprs = command->explain.exprs;
    if (token_is_sign(&command->parser.token, '='))
        parser_take(&command->parser);
    Token start = command->parser.token;
    Expr value = parse_expression(&command->parser);
    if (!value)
        return false;
    bool scalar = expr_is_scalar(exprs, value);
    if (!scalar && !expr_same_shape(exprs, value, target))
        return parser_fail_shape(&command->parser, &start, "what is set",
                                 expr_get(exprs, target)->rows, expr_get(exprs, target)->columns,
                                 "this value", value);
    command_about(command, value);
    const double *entries = explain_value(&command->explain, value);
    set->count = leaf_entries(command->session, target, &set->offset);
    double *kept = ARENA_ARRAY(command->session->arena, double, set->count);
    for (size_t i = 0; i < set->count; i++) {
        kept[i] = entries[scalar ? 0 : i];
        if (!isfinite(kept[i])) {
            command_fail(command,
                         arena_format(command->arena, "write %s", command_example(command)),
                         "this value is %s", isnan(kept[i]) ? "not a number" : "infinite");
            return false;
        }
    }
    set->values = kept;
    return true;
}

/* w5 = 0.9, which `set` goes on with after a comma; NULL after an error. */
static Assignment *parse_assignment(Command *command) {
    Expr target = parse_variable(&command->parser);
    if (!target)
        return NULL;
    const Symbol *symbol = scope_get(command->explain.scope, command_symbol(command, target));
    if (!symbol_is_leaf(symbol)) {
        command_fail(command, "set an input or a parameter and it follows", "%s is computed",
                     symbol->name);
        return NULL;
    }
    Assignment *set = ARENA_NEW(command->session->arena, Assignment);
    return parse_new_value(command, target, set) ? set : NULL;
}

void cmd_set(Command *command) {
    Assignment *first = NULL, **last = &first;
    do {
        if (first)
            parser_take(&command->parser);
        *last = parse_assignment(command);
        if (!*last)
            return;
        last = &(*last)->next;
    } while (token_is_sign(&command->parser.token, ','));
    if (!command_end(command))
        return;
    const KnownNumbers before = remember(command);
    session_edit(command->session, (Edit){.kind = EDIT_SET, .set = first});
    show_changes(command, &before);
}

void cmd_rate(Command *command) {
    if (!command_at_end(command)) {
        if (token_is_sign(&command->parser.token, '='))
            parser_take(&command->parser);
        Expr value = parse_expression(&command->parser);
        if (!value || !command_end(command))
            return;
        command_about(command, value);
        double rate = *explain_value(&command->explain, value);
        if (!expr_is_scalar(command->explain.exprs, value) || !isfinite(rate) || rate < 0) {
            command_fail(command, "rate 0.5", "a learning rate is a number that is not negative");
            return;
        }
        session_edit(command->session, (Edit){.kind = EDIT_RATE, .rate = rate});
    }
    show_rate(command);
}

void cmd_reset(Command *command) {
    if (!command_end(command))
        return;
    const KnownNumbers before = remember(command);
    session_edit(command->session, (Edit){.kind = EDIT_RESET});
    show_changes(command, &before);
}

void cmd_seed(Command *command) {
    double seed;
    if (!script_parse_count(&command->parser, 9007199254740992.0, "a seed", &seed) ||
        !command_end(command))
        return;
    const KnownNumbers before = remember(command);
    session_edit(command->session, (Edit){.kind = EDIT_SEED, .seed = (uint64_t)seed});
    show_changes(command, &before);
}

/* What became of a change that was taken back or made again, maybe one of a later step. */
static void show_remade(Command *command, const KnownNumbers *before, const Edit *edit,
                        const char *done) {
    const char *nothing = "Nothing changed.";
    if (edit->after > command->session->position + 1)
        nothing = arena_format(command->arena,
                               "Nothing changes here: `%s`, which was %s, is of step %zu.",
                               edit->command, done, edit->position + 1);
    show_changes_or(command, before, nothing);
}

void cmd_undo(Command *command) {
    if (!command_end(command))
        return;
    const Session *session = command->session;
    const KnownNumbers before = remember(command);
    if (session_undo(command->session))
        show_remade(command, &before, &session->edits[session->edit_count], "taken back");
    else
        command_fail(command, "`back` goes back a step of the lesson",
                     "there is no change of yours to undo");
}

void cmd_redo(Command *command) {
    if (!command_end(command))
        return;
    const Session *session = command->session;
    const KnownNumbers before = remember(command);
    if (session_redo(command->session))
        show_remade(command, &before, &session->edits[session->edit_count - 1], "made again");
    else
        command_fail(command, "`redo` makes again what `undo` took back",
                     "there is nothing to redo");
}

Reply session_nudge(Session *session, Arena *arena, SymbolId symbol, int direction) {
    const Symbol *found = scope_get(&session->lesson->scope, symbol);
    if (!symbol_is_leaf(found) || symbol_entries(found) != 1) {
        bool told = !session_will_ask(session, symbol); /* else its own step asks for it */
        Reply reply = {.card.arena = arena};
        if (told)
            reply = session_execute(session, arena, arena_format(arena, "why %s", found->name));
        Explain explain = explain_new(session, session->present.model, &reply.card);
        if (!symbol_is_leaf(found))
            card_text(&reply.card, "%s is computed: it follows when what it is made of changes.",
                      explain_name_text(&explain, symbol));
        return reply;
    }
    double value = *model_value(session->present.model, symbol);
    double step = fmax(0.01, pow(10, floor(log10(fmax(fabs(value), 0.1))) - 1) * 5);
    double next = round((value + direction * step) * 1e6) / 1e6;
    return session_execute(session, arena,
                           arena_format(arena, "set %s = %.17g", found->name, next));
}

/* ------------------------------------------------------------------------------ the passes */

void cmd_forward(Command *command) {
    if (!command_end(command))
        return;
    command_about_all(command, SYMBOL_NONE);
    Explain *explain = &command->explain;
    Record *values = record_add_object(command->arena, command->record, "values");
    for (SymbolId s = 0; s < explain->scope->count; s++) {
        const Symbol *symbol = scope_get(explain->scope, s);
        if (!symbol->definition)
            continue;
        explain_node(explain, s);
        record_add_matrix(command->arena, values, symbol->name, model_value(explain->model, s),
                          symbol->rows, symbol->columns);
    }
}

/* d(of)/d(symbol), in the shape of the name. */
static void record_slope(Command *command, Record *slopes, SymbolId of, SymbolId s) {
    const Explain *explain = &command->explain;
    const Symbol *symbol = scope_get(explain->scope, s);
    const double *value;
    if (graph_is_row_part(explain->lesson->graph, of, s)) {
        Expr name = scope_expr(explain->scope, explain->exprs, s);
        value = explain_value(
            explain,
            expr_derivative(explain->exprs, scope_expr(explain->scope, explain->exprs, of), name));
    } else {
        model_backward(explain->swept, of);
        value = model_adjoint(explain->swept, s);
    }
    double *kept = ARENA_ARRAY(command->arena, double, symbol_entries(symbol));
    memcpy(kept, value, symbol_entries(symbol) * sizeof *kept);
    record_add_matrix(command->arena, slopes, symbol->name, kept, symbol->rows, symbol->columns);
}

void cmd_backward(Command *command) {
    SymbolId of = command_result(command, SYMBOL_NONE);
    if (of == SYMBOL_NONE || !command_end(command))
        return;
    Explain *explain = &command->explain;
    if (symbol_entries(scope_get(explain->scope, of)) != 1) {
        command_fail(command, "write backward, or backward of the name of a number",
                     "the sweep starts from a number, and %s is a matrix",
                     scope_get(explain->scope, of)->name);
        return;
    }
    command_about_all(command, of);
    double *reached = paths_count(command->arena, explain->lesson->graph, explain->scope, of);
    record_add_text(command->arena, command->record, "of", scope_get(explain->scope, of)->name);
    Record *slopes = record_add_object(command->arena, command->record, "adjoints");
    for (SymbolId s = of + 1; s-- > 0;) {
        const Symbol *symbol = scope_get(explain->scope, s);
        if (reached[s] == 0 || symbol->role == ROLE_INPUT || symbol->role == ROLE_TARGET)
            continue;
        const Expr formula = explain_contributions(explain, of, s);
        if (formula)
            command_tells_numbers(command, formula);
        explain_backward(explain, of, s);
        record_slope(command, slopes, of, s);
    }
}

/* Names side by side, the first of which was taken: how the list is written. */
static void fail_names_apart(Command *command, const SymbolId *symbols, size_t count) {
    Parser *parser = &command->parser;
    const char *left = token_copy(command->arena, &parser->before),
               *right = token_copy(command->arena, &parser->token);
    Buffer list = {.arena = command->arena};
    for (size_t i = 0; i < count; i++)
        buffer_format(&list, "%s%s", i ? ", " : "write update ",
                      scope_get(parser->scope, symbols[i])->name);
    for (; parser->token.kind == TOKEN_NAME || token_is_sign(&parser->token, ',');
         parser_take(parser))
        if (parser->token.kind == TOKEN_NAME && !token_is_word(&parser->token, "and"))
            buffer_format(&list, ", %s", token_copy(command->arena, &parser->token));
    command_fail(command, buffer_text(&list), "between %s and %s a comma is missing", left, right);
}

void cmd_update(Command *command) {
    const Scope *scope = command->explain.scope;
    size_t count = 0;
    SymbolId *symbols = ARENA_ARRAY(command->session->arena, SymbolId, scope->count);
    bool all = command_at_end(command);
    for (SymbolId s = 0; all && s < scope->count; s++)
        if (scope_get(scope, s)->role == ROLE_PARAM)
            symbols[count++] = s;
    while (!command_at_end(command) && !command->parser.failed && count < scope->count) {
        SymbolId s = parse_symbol(&command->parser);
        if (s == SYMBOL_NONE)
            return;
        if (scope_get(scope, s)->role != ROLE_PARAM) {
            command_fail(
                command, arena_format(command->arena, "write %s", command_example(command)),
                "%s is not a parameter, and only those are trained", scope_get(scope, s)->name);
            return;
        }
        symbols[count++] = s;
        if (command->parser.token.kind == TOKEN_NAME) {
            fail_names_apart(command, symbols, count);
            return;
        }
        if (!token_is_sign(&command->parser.token, ','))
            break;
        parser_take(&command->parser);
    }
    if (!command_end(command))
        return;
    const Session *session = command->session;
    if (!count ||
        session_objective(session, command->arena, SYMBOL_NONE, session->position) == SYMBOL_NONE) {
        command_fail(command, "`set NAME = VALUE` changes an input",
                     "this lesson has no parameters to update");
        return;
    }
    const UpdateState update = known_update(session);
    if (update.stage == UPDATE_BEGUN)
        card_text(&command->reply->card,
                  "This is an update of your own, by the slopes as they are here, in the middle of "
                  "an update of the lesson; what is left of that goes on from it.");
    for (size_t i = 0; i < count; i++) {
        const SymbolId of =
            session_objective(session, command->arena, symbols[i], session->position);
        command_tells(command, expr_derivative(command->explain.exprs,
                                               explain_name_expr(&command->explain, of),
                                               explain_name_expr(&command->explain, symbols[i])));
        explain_update(&command->explain, symbols[i], of);
    }
    explain_rate(&command->explain);
    const KnownNumbers before = remember(command);
    session_edit(command->session, (Edit){.kind = EDIT_UPDATE, .symbols = symbols, .count = count});
    show_changes(command, &before);
}
