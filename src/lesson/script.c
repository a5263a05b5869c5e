#include "lesson/script.h"

#include <math.h>
#include <string.h>

#include "base/str.h"
#include "expr/habits.h"
#include "lesson/data.h"

static const struct {
    const char *word;
    void (*compile)(Script *script, const Token *word);
} statements[] = {
#define X(word) {#word, script_##word},
    SCRIPT_STATEMENTS(X)
#undef X
};

enum { STATEMENT_COUNT = sizeof statements / sizeof *statements };

bool script_is_statement_word(const Token *token) {
    for (size_t i = 0; i < STATEMENT_COUNT; i++)
        if (token_is_word(token, statements[i].word))
            return true;
    return false;
}

bool script_begins_statement(const Token *token) {
    return script_is_statement_word(token) ||
           (token->kind == TOKEN_NAME && token_is_assigned(token));
}

/* rate = 0.5 */
static bool fail_equals(Parser *parser) {
    return parser_fail(parser, &parser->token, "leave the = out", "the number stands here alone");
}

/* A number that may have a sign. */
bool script_parse_signed(Parser *parser, double *number) {
    double sign = 1;
    if (token_is_sign(&parser->token, '-')) {
        parser_take(parser);
        sign = -1;
    }
    if (token_is_sign(&parser->token, '='))
        return fail_equals(parser);
    if (parser->token.kind != TOKEN_NUMBER)
        return parser_expected(parser, "a number", NULL);
    *number = sign * parser_take(parser).number;
    return true;
}

bool script_at_end(const Parser *parser) {
    return parser->token.kind == TOKEN_NEWLINE || parser->token.kind == TOKEN_END;
}

bool script_parse_whole(Parser *parser, double least, double most, const char *what,
                        double *number) {
    Token token = parser->token;
    if (token_is_sign(&token, '='))
        return fail_equals(parser);
    bool whole = token.kind == TOKEN_NUMBER && token.number >= least && token.number <= most &&
                 token.number == floor(token.number);
    if (!whole)
        return parser_fail(parser, &token, NULL, "%s is a whole number from %.0f to %.0f", what,
                           least, most);
    *number = parser_take(parser).number;
    return true;
}

bool script_parse_count(Parser *parser, double most, const char *what, double *number) {
    return script_parse_whole(parser, 1, most, what, number);
}

void script_skip_indented(Script *script, const Token *word) {
    Parser *parser = &script->parser;
    bool inside = parser->token.line == word->line || parser->token.column > word->column;
    while (parser->token.kind != TOKEN_END && inside) {
        if (parser->token.kind != TOKEN_NEWLINE)
            lexer_skip_line(&parser->lexer);
        parser->lexer.line_start = true;
        parser->token = lexer_next(&parser->lexer);
        inside = parser->token.column > word->column;
    }
}

bool script_is_question_part(const Token *word) {
    return token_is_word(word, "answer") || token_is_word(word, "hint") ||
           token_is_word(word, "mistake") || token_is_word(word, "choice") ||
           token_is_word(word, "why");
}

/* Whether three words follow one another: a sentence. */
static bool begins_sentence(const Parser *parser) {
    const char *third = parser->token.text + parser->token.length;
    return parser->token.kind == TOKEN_NAME && *third == ' ' &&
           ((third[1] >= 'a' && third[1] <= 'z') || (third[1] >= 'A' && third[1] <= 'Z'));
}

/* m*g*x = U, or my-output = U. */
static const char *suggest_left_side(Script *script, const char *text, bool known) {
    const Token *next = &script->parser.token;
    if (known && next->kind == TOKEN_SIGN && strchr("*/+-^@", next->sign))
        return "the name stands on the left, and the formula behind it: U = m*g*x";
    const char *rest = next->text + next->length;
    size_t length = strcspn(rest, " \t\n=()*/+-^#");
    return token_is_sign(next, '-') && !next->spaced && length
               ? arena_format(script->parser.arena, "in a name write _ for -: %s_%.*s", text,
                              (int)length, rest)
               : NULL;
}

/* The line with the word that `habit` ("write param w = 0.4") has in place of its first, where what
 * follows is a value, a number or a derivative, and so can stay. Else the habit as it is. */
static const char *with_this_line(const Parser *parser, const char *habit, const char *rest) {
    static const char *const valued[] = {"param", "input", "target", "loss", "set", "expect", "y"};
    static const char *const numbered[] = {"rate", "train", "row"};
    static const char *const named[] = {"show", "plot", "forward"};
    const Token *next = &parser->token;
    const char *word = str_starts(habit, "write ") ? habit + strlen("write ") : "";
    const size_t length = strcspn(word, " ");
    bool fits = length == strlen("chain") && strncmp(word, "chain", length) == 0 &&
                next->text[0] == 'd' && str_starts(next->text + next->length, "/d");
    for (size_t i = 0; i < sizeof valued / sizeof *valued && !fits; i++)
        fits = token_is_assigned(next) && strlen(valued[i]) == length &&
               strncmp(word, valued[i], length) == 0 && !strstr(rest, "==");
    for (size_t i = 0; i < sizeof numbered / sizeof *numbered && !fits; i++)
        fits = next->kind == TOKEN_NUMBER && strlen(numbered[i]) == length &&
               strncmp(word, numbered[i], length) == 0;
    for (size_t i = 0; i < sizeof named / sizeof *named && !fits; i++)
        fits = next->kind == TOKEN_NAME && strlen(named[i]) == length &&
               strncmp(word, named[i], length) == 0 &&
               scope_find_n(parser->scope, next->text, next->length) != SYMBOL_NONE;
    if (str_starts(word, "data ") && strstr(rest, "->"))
        return arena_format(parser->arena, "write data%s, and the rows below it, indented", rest);
    if (!fits)
        return habit;
    const char *written = *word == 'y' ? "" : arena_copy_n(parser->arena, word, length);
    return arena_format(parser->arena, "write %s%s", written, *written ? rest : rest + 1);
}

/* What a line that begins with an unknown word, or with a name, was meant to be. */
static const char *suggest_statement(Script *script, const Token *word, const char *text) {
    Parser *parser = &script->parser;
    const Token *next = &parser->token;
    Arena *arena = parser->arena;
    SymbolId known = scope_find_n(parser->scope, word->text, word->length);
    bool leaf = known != SYMBOL_NONE && symbol_is_leaf(scope_get(parser->scope, known));
    const char *line = arena_copy_n(arena, word->text, strcspn(word->text, "#\n"));
    if (leaf && next->kind == TOKEN_SIGN && next->text[1] == '=')
        return arena_format(arena, "write update %s for a step of training", text);
    if (leaf && token_is_sign(next, '['))
        return arena_format(arena, "write set %s", line);
    if (leaf && token_is_sign(next, '<') && next->text[1] == '-')
        return arena_format(arena, "write set %s =%s", text,
                            arena_copy_n(arena, next->text + 2, strcspn(next->text + 2, "#\n")));
    if (*text == 'd' && token_is_sign(next, '/'))
        return arena_format(arena, "write chain %s, or show %s", line, line);
    const char *left = suggest_left_side(script, text, known != SYMBOL_NONE);
    if (left)
        return left;
    const bool row = str_equal(text, "rows") && next->kind == TOKEN_NUMBER;
    const char *habit = known == SYMBOL_NONE && !row ? habit_of_statement(text) : NULL;
    if (!habit && begins_sentence(parser))
        return "a sentence stands outside the block, or behind a #";
    Nearest nearest = {.word = text};
    for (size_t i = 0; i < STATEMENT_COUNT && !habit; i++)
        nearest_offer(&nearest, statements[i].word);
    if (habit || nearest.best)
        return habit ? with_this_line(parser, habit, line + strlen(text))
                     : arena_format(arena, "did you mean %s?", nearest.best);
    if (script_is_statement_word(next))
        return arena_format(arena, "did you mean %s?", token_copy(arena, next));
    return arena_format(arena, "a definition is written %s = formula", text);
}

/* Whether the word stands for one that begins statements, misspelt or in another language. */
static bool resembles_statement(const char *text) {
    Nearest nearest = {.word = text};
    for (size_t i = 0; i < STATEMENT_COUNT; i++)
        nearest_offer(&nearest, statements[i].word);
    return nearest.best || habit_of_statement(text);
}

static void unknown_statement(Script *script, const Token *word) {
    Parser *parser = &script->parser;
    char *text = token_copy(parser->arena, word);
    if (script_is_question_part(word)) {
        script_stray_parts(script, word);
        return;
    }
    script_note_broken(script, word);
    script_note_broken(script, &parser->token);
    script_note_broken_line(script, word);
    if (parser->token.kind == TOKEN_NAME && token_is_assigned(&parser->token) &&
        !resembles_statement(text)) {
        script_fail_two_words(parser, word);
        return;
    }
    const char *suggestion = suggest_statement(script, word, text);
    script->rows_unknown |= strstr(suggestion, "data") != NULL;
    parser_fail(parser, word, suggestion, "I don't know the statement %s", text);
    script_skip_indented(script, word);
}

/* Whether = and a formula follow the word, and it is not one of those to whom that belongs. */
static bool is_definition(const Parser *parser, const Token *word) {
    static const char *const others[] = {"input", "target", "param", "loss", "rate", "seed", "row"};
    if (!token_is_sign(&parser->token, '='))
        return false;
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        if (token_is_word(word, others[i]))
            return false;
    return true;
}

/* How a statement is written whose word stands alone, though something must follow it; or NULL. */
static const char *lone_word_example(const Token *word) {
    static const struct {
        const char *word, *example;
    } examples[] = {
        {"chain", "write chain d{E}/d{W}"},
        {"expect", "write expect {E} = 0.5"},
        {"plot", "write plot {E}"},
        {"set", "write set {w} = 0.9"},
    };
    for (size_t i = 0; i < sizeof examples / sizeof *examples; i++)
        if (token_is_word(word, examples[i].word))
            return examples[i].example;
    return NULL;
}

/* What begins with a word of the language, which has been taken. False for any other word. */
static bool compile_statement(Script *script, const Token *word) {
    const Token *next = &script->parser.token;
    bool called = token_is_sign(next, '(') && next->text[1] == ')';
    const char *example = script_at_end(&script->parser) ? lone_word_example(word) : NULL;
    for (size_t i = 0; i < STATEMENT_COUNT; i++) {
        if (!token_is_word(word, statements[i].word))
            continue;
        if (called)
            parser_fail(&script->parser, next, "leave the brackets out",
                        "a statement has no brackets behind it");
        else if (example)
            parser_expected(&script->parser, "more", example);
        else
            statements[i].compile(script, word);
        return true;
    }
    return false;
}

static void parse_statement(Script *script) {
    Parser *parser = &script->parser;
    Token word = parser->token;
    if (parser->scope->data && data_begins_row(&word)) {
        data_stray_rows(script);
        return;
    }
    if (word.kind == TOKEN_STRING)
        parser_fail(parser, &word, "a sentence stands outside the block, or behind a #",
                    "I expected a statement here, and found a sentence");
    if (word.kind != TOKEN_NAME) {
        parser_expected(parser, "a statement", NULL);
        script_note_broken_list(script, &word);
        parser_take(parser); /* what stands there is read over */
        return;
    }
    parser_take(parser);
    if (is_definition(parser, &word))
        script_define(script, &word, ROLE_NODE);
    else if (!compile_statement(script, &word))
        unknown_statement(script, &word);
}

/* Its shape is guessed from what follows: all that an example asks is whether it is a number. */
static void foresee_name(Script *script, const Token *name, SymbolRole role) {
    if (name->kind != TOKEN_NAME ||
        scope_find_n(&script->later, name->text, name->length) != SYMBOL_NONE)
        return;
    const char *behind = name->text + name->length;
    behind += strspn(behind, " =");
    const bool list = *behind == '[', shaped = name->text[name->length] == '[';
    const bool rows = shaped ? behind[strcspn(behind, ",]\n")] == ',' : list && behind[1] == '[';
    scope_add(&script->later, (Symbol){.name = token_copy(script->parser.arena, name),
                                       .role = role,
                                       .rows = list ? 2 : 1,
                                       .columns = rows ? 2 : 1,
                                       .line = name->line,
                                       .column = name->column});
}

/* Whether names are declared behind the word, and of what role the first. */
static bool declares(const Token *word, SymbolRole *role) {
    static const struct {
        const char *word;
        SymbolRole role;
    } declarations[] = {{"input", ROLE_INPUT},
                        {"target", ROLE_TARGET},
                        {"param", ROLE_PARAM},
                        {"data", ROLE_INPUT},
                        {"loss", ROLE_LOSS}};
    for (size_t i = 0; i < sizeof declarations / sizeof *declarations; i++)
        if (token_is_word(word, declarations[i].word)) {
            *role = declarations[i].role;
            return true;
        }
    return false;
}

void script_foresee(Script *script, const char *text, int line) {
    Diags quiet = {.arena = script->parser.arena};
    Parser parser = {.diags = &quiet, .arena = script->parser.arena};
    parser_init(&parser, text, line, 1);
    bool list = false, name = false; /* names follow commas; the next token is one */
    SymbolRole role = ROLE_NODE;
    while (parser.token.kind != TOKEN_END) {
        Token token = parser_take(&parser);
        if (token.first) {
            name = declares(&token, &role);
            list = name && role != ROLE_LOSS;
            if (!name && token_is_sign(&parser.token, '='))
                foresee_name(script, &token, ROLE_NODE);
            continue;
        }
        if (name)
            foresee_name(script, &token, role);
        bool outside = parser.lexer.open_brackets == 0;
        name = list && outside && (token_is_sign(&token, ',') || token.arrow);
        role = token.arrow ? ROLE_TARGET : role;
    }
}

/* What two names side by side lack in the statement that begins with the word. */
static Missing missing_in(const Parser *parser, const Token *word) {
    static const char *const lists[] = {"forward", "chain", "update", "show", "plot"};
    static const char *const assignments[] = {"input", "target", "param", "set"};
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++)
        if (token_is_word(word, lists[i]))
            return MISSING_COMMA;
    for (size_t i = 0; i < sizeof assignments / sizeof *assignments; i++)
        if (token_is_word(word, assignments[i]) && token_is_assigned(&parser->token))
            return MISSING_COMMA;
    return MISSING_OPERATOR;
}

void script_compile(Script *script, const char *text, int line, int column) {
    Parser *parser = &script->parser;
    parser_init(parser, text, line, column);
    while (parser->token.kind != TOKEN_END) {
        if (parser->token.kind == TOKEN_NEWLINE) {
            parser_take(parser);
            continue;
        }
        Token word = parser->token;
        parse_statement(script);
        bool ended = script_at_end(parser);
        if (!ended && !parser->token.first)
            parser_unexpected(parser, missing_in(parser, &word), "one statement a line");
        if (ended || !parser->token.first)
            parser_recover(parser);
        parser->failed = false;
    }
}
