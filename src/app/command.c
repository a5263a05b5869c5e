#include "app/command.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/limits.h"
#include "base/str.h"
#include "base/utf8.h"

/* A row that begins a group stands before the rows of its commands, with the title alone. */
static const struct {
    const char *group;
    CommandInfo info;
} rows[] = {
#define X(name, arguments, example, help) {NULL, {#name, arguments, example, help, cmd_##name}},
#define COMMAND_GROUP(title)              {title, {NULL, NULL, NULL, NULL, NULL}},
#include "app/command.def"
#undef X
#undef COMMAND_GROUP
};

const CommandInfo *command_row(size_t i, const char **group) {
    if (i >= sizeof rows / sizeof *rows)
        return NULL;
    *group = rows[i].group;
    return &rows[i].info;
}

const CommandInfo *command_find(const char *word) {
    const CommandInfo *found = NULL;
    const char *group;
    const CommandInfo *info;
    size_t matches = 0;
    for (size_t i = 0; (info = command_row(i, &group)); i++) {
        if (group)
            continue;
        if (str_equal(info->name, word))
            return info;
        if (str_starts(info->name, word)) {
            found = info;
            matches++;
        }
    }
    return matches == 1 && *word ? found : NULL;
}

/* ------------------------------------------------------------------------------ errors */

static void answer_error(Command *command, const char *message, const char *suggestion) {
    Reply *answer = command->reply;
    answer->failed = true;
    answer->effect = REPLY_SHOW;
    answer->card = (Card){.arena = command->arena};
    const char *text = suggestion ? arena_format(command->arena, "%s; %s", message, suggestion)
                                  : arena_copy(command->arena, message);
    Block *block = card_add(&answer->card, BLOCK_ERROR);
    block_text(&answer->card, block, "%s", text);
    command->record = record_error(command->arena, command->record->first->text, text);
    answer->record = command->record;
}

void command_fail(Command *command, const char *suggestion, const char *format, ...) {
    char message[1024];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);
    answer_error(command, message,
                 suggestion ? diag_fill(command->arena, &command->diags.names, suggestion) : NULL);
}

bool command_at_end(const Command *command) {
    return command->parser.token.kind == TOKEN_END || command->parser.token.kind == TOKEN_NEWLINE;
}

bool command_end(Command *command) {
    if (command_at_end(command) && !command->parser.failed)
        return true;
    const bool listed =
        command->info && command->info->run == cmd_set && token_is_assigned(&command->parser.token);
    parser_unexpected(&command->parser,
                      listed          ? MISSING_COMMA
                      : command->rest ? MISSING_NOTHING
                                      : MISSING_OPERATOR,
                      NULL);
    return false;
}

const char *command_rest(Command *command) {
    command->diags.count = 0;
    command->parser.failed = false;
    return command->rest;
}

SymbolId command_symbol(const Command *command, Expr variable) {
    const Exprs *exprs = command->explain.exprs;
    bool entry = expr_get(exprs, variable)->kind == EXPR_INDEX;
    return expr_get(exprs, entry ? expr_operand(exprs, variable, 0) : variable)->symbol;
}

static bool depends_on(const Command *command, SymbolId of, SymbolId wrt) {
    const Lesson *lesson = command->session->lesson;
    return graph_dependents(lesson->graph, &lesson->scope, command->arena, wrt)[of];
}

SymbolId command_result(Command *command, SymbolId wrt) {
    SymbolId of;
    if (token_is_word(&command->parser.token, "of")) {
        parser_take(&command->parser);
        of = parse_symbol(&command->parser);
    } else {
        const Lesson *lesson = command->session->lesson;
        of = lesson_default_result(
            lesson, command->arena, wrt,
            session_names_so_far(command->session, command->session->position));
        if (of == SYMBOL_NONE || (wrt != SYMBOL_NONE && !depends_on(command, of, wrt)))
            of = lesson_default_result(lesson, command->arena, wrt, lesson->scope.count);
        if (of == SYMBOL_NONE)
            command_fail(command, "`lessons` lists others",
                         "there is nothing to differentiate: this lesson has no formula");
    }
    return of;
}

/* ------------------------------------------------------------------------------ one line */

static void unknown_command(Command *command, const char *word) {
    Nearest nearest = {.word = word};
    const char *group;
    const CommandInfo *info;
    for (size_t i = 0; (info = command_row(i, &group)); i++)
        if (!group)
            nearest_offer(&nearest, info->name);
    const Scope *scope = command->explain.scope;
    for (SymbolId s = 0; s < scope->count; s++)
        nearest_offer(&nearest, scope_get(scope, s)->name);
    const char *suggestion = nearest.best
                                 ? arena_format(command->arena, "did you mean %s?", nearest.best)
                                 : "`help` lists the commands";
    command_fail(command, suggestion, "no such command or name: %s", word);
}

static void ambiguous_command(Command *command, const char *word) {
    Buffer names = {.arena = command->arena};
    const char *group;
    const CommandInfo *info;
    for (size_t i = 0; (info = command_row(i, &group)); i++)
        if (!group && str_starts(info->name, word))
            buffer_format(&names, "%s%s", names.length ? ", " : "", info->name);
    command_fail(command, "write one of them", "%s could be %s", word, buffer_text(&names));
}

static bool begins_command(const char *word) {
    const char *group;
    const CommandInfo *info;
    for (size_t i = 0; (info = command_row(i, &group)); i++)
        if (!group && str_starts(info->name, word))
            return true;
    return false;
}

/* A word by itself that is neither a command nor a name, so that it is no expression either. */
static bool is_lone_word(const Command *command, const Token *word) {
    const char *after = word->text + word->length;
    bool call = *after == '(' || *after == '/';
    return word->kind == TOKEN_NAME && !call &&
           function_find(word->text, word->length) == FUNCTION_COUNT &&
           scope_find_n(command->explain.scope, word->text, word->length) == SYMBOL_NONE &&
           !token_is_word(word, "pi");
}

/* An expression at a question shows what it is worth, and answers nothing. */
static void run_expression(Command *command) {
    const char *text = command->parser.token.text;
    cmd_value(command);
    if (!command->reply->failed && !command->told &&
        session_asking(command->session) == ASKING_NUMBER)
        card_text(&command->reply->card, "That is its value. To answer with it: `%s%s`.",
                  command->session->settings.keyed ? "=" : "answer ", text);
}

/* What follows the command's word is its own to read. */
static void run_command(Command *command, const CommandInfo *info, const Token *word) {
    command->rest = word->text + word->length;
    command->rest += strspn(command->rest, " ");
    parser_take(&command->parser);
    command->info = info;
    info->run(command);
}

static void run_line(Command *command) {
    Parser *parser = &command->parser;
    if (command_at_end(command)) {
        if (!*command->record->first->text) /* else a comment */
            cmd_next(command);
        return;
    }
    Token word = parser->token;
    bool commands = token_is_word(&word, "help") || token_is_word(&word, "hint");
    if (!commands && command_hint_at_a_loss(command, word.text))
        return;
    if (token_is_sign(&word, '=')) {
        run_command(command, command_find("answer"), &word); /* as the key = begins one */
        return;
    }
    if (word.kind != TOKEN_NAME) {
        run_expression(command);
        return;
    }
    char *text = token_copy(command->arena, &word);
    const CommandInfo *info = command_find(text);
    bool exact = info && str_equal(info->name, text);
    if (!exact && !is_lone_word(command, &word)) {
        run_expression(command);
    } else if (info) {
        run_command(command, info, &word);
    } else if (begins_command(text)) {
        ambiguous_command(command, text);
    } else {
        unknown_command(command, text);
    }
}

static Command command_new(Session *session, Arena *arena, Reply *answer, const char *line) {
    *answer = (Reply){.card = {.arena = arena}};
    Command command = {
        .session = session,
        .arena = arena,
        .reply = answer,
        .record = record_object(arena),
        .diags = {.arena = arena, .file = "command", .names = session->lesson->examples}};
    record_add_text(arena, command.record, "command", line);
    answer->record = command.record;
    command.explain = explain_new(session, session->present.model, &answer->card);
    return command;
}

/* Where the error says nothing, how the command is written. */
static const char *suggestion_for(const Command *command, const Diag *diag) {
    return diag->suggestion.text ? diag->suggestion.text
           : command->info ? arena_format(command->arena, "write %s", command_example(command))
                           : "write it as 2*x + 1";
}

static void execute(Session *session, Arena *arena, Reply *answer, const char *line) {
    Command command = command_new(session, arena, answer, line);
    if (strlen(line) > LIMIT_COMMAND_BYTES) {
        command_fail(&command, "write a shorter one", "a command has at most %d bytes",
                     LIMIT_COMMAND_BYTES);
        return;
    }
    command.parser = (Parser){.exprs = command.explain.exprs,
                              .scope = &session->lesson->scope,
                              .diags = &command.diags,
                              .arena = arena};
    parser_init(&command.parser, line, 1, 1);
    session->line = line;
    run_line(&command);
    session->line = NULL;
    if (command.told && !answer->failed)
        session->given[session->position].told = true;
    const Diag *diag = command.diags.items;
    if (command.diags.count && !answer->failed)
        answer_error(&command, diag->message, suggestion_for(&command, diag));
    else if (command.parser.failed && !answer->failed)
        answer_error(&command, "I could not read this", "`help` lists the commands");
}

static char *clean_line(Arena *arena, const char *line) {
    char *clean = utf8_sanitise(arena, line, strlen(line));
    for (char *c = clean; *c; c++)
        if (*c == '\n' || *c == '\t')
            *c = ' ';
    char *start = clean + strspn(clean, " ");
    size_t length = strlen(start);
    while (length && start[length - 1] == ' ')
        start[--length] = '\0';
    return start;
}

/* All three arenas of a command go to the same place when one of them is full. Then the session is
 * as it was before the command. */
Reply session_execute(Session *session, Arena *arena, const char *line) {
    jmp_buf recovery, *const outer = arena->recovery;
    const Session before = *session;
    const ArenaMark mark = arena_mark(arena);
    Reply answer;
    jmp_buf *const session_outer = session_set_recovery(session, &recovery);
    arena->recovery = &recovery;
    const bool full = setjmp(recovery) != 0;
    if (!full) {
        session_forget_changes(session);
        execute(session, arena, &answer, clean_line(arena, line));
    }
    session_set_recovery(session, session_outer);
    arena->recovery = outer;
    if (full) {
        arena_return(arena, mark);
        *session = before;
        session_recover(session);
        Command command = command_new(session, arena, &answer, clean_line(arena, line));
        command_fail(&command, "try something smaller", "there is not enough memory for this");
    }
    return answer;
}
