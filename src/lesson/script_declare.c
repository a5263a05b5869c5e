/* The statements that declare: input, target, param, loss, rate, seed, and definitions. */
#include <math.h>
#include <string.h>

#include "base/limits.h"
#include "base/str.h"
#include "expr/diff.h"
#include "lesson/script.h"

/* Whether the token may be a new name; reports why not. */
static bool check_new_name(Script *script, const Token *name) {
    Parser *parser = &script->parser;
    Scope *scope = parser->scope;
    if (name->kind != TOKEN_NAME)
        return parser_expected(parser, "a name", NULL);
    if (script_is_statement_word(name) || token_is_word(name, "as") || token_is_word(name, "pi") ||
        function_find(name->text, name->length) != FUNCTION_COUNT)
        return parser_fail(parser, name, "choose another name",
                           "%s is a word of the lesson language", token_copy(parser->arena, name));
    SymbolId known = scope_find_n(scope, name->text, name->length);
    if (known != SYMBOL_NONE)
        return parser_fail(parser, name,
                           symbol_is_leaf(scope_get(scope, known))
                               ? arena_format(parser->arena,
                                              "to change its value write set %s = …; for another "
                                              "quantity choose another name",
                                              scope_get(scope, known)->name)
                               : "a name is declared once; choose another",
                           "%s is already declared in line %d", token_copy(parser->arena, name),
                           scope_get(scope, known)->line);
    if (name->text[0] == 'd' && name->length > 1 &&
        scope_find_n(scope, name->text + 1, name->length - 1) != SYMBOL_NONE)
        return parser_fail(parser, name, "choose another name",
                           "%s would look like a part of a derivative of %s",
                           token_copy(parser->arena, name), token_copy(parser->arena, name) + 1);
    char *with_d = arena_format(parser->arena, "d%.*s", (int)name->length, name->text);
    if (scope_find(scope, with_d) != SYMBOL_NONE)
        return parser_fail(parser, name, "choose another name",
                           "%s is declared, and would look like a derivative of %s", with_d,
                           with_d + 1);
    if (scope->count >= LIMIT_NAMES)
        return parser_fail(parser, name, NULL, "a lesson has at most %d names", LIMIT_NAMES);
    return true;
}

/* [2,3] or [3] behind a new name. */
static bool parse_shape(Parser *parser, uint32_t *rows, uint32_t *columns) {
    Token open = parser_take(parser);
    double sides[2] = {1, 1};
    for (size_t i = 0; i < 2; i++) {
        Token side = parser_take(parser);
        if (side.kind != TOKEN_NUMBER || side.number < 1 || side.number > LIMIT_MATRIX_SIDE ||
            side.number != floor(side.number))
            return parser_fail(parser, &side, "write W[2,3] for 2 rows and 3 columns",
                               "a side of a matrix is a whole number from 1 to %d",
                               LIMIT_MATRIX_SIDE);
        sides[i] = side.number;
        if (!token_is_sign(&parser->token, ','))
            break;
        parser_take(parser);
    }
    if (!token_is_sign(&parser->token, ']'))
        return parser_expected(
            parser, "]",
            parser->token.kind == TOKEN_NUMBER
                ? arena_format(parser->arena, "write [%.0f,%.0f]", sides[0], parser->token.number)
                : NULL);
    parser_take(parser);
    if (sides[0] * sides[1] > LIMIT_MATRIX_ENTRIES)
        return parser_fail(parser, &open, NULL, "the largest matrix has %d entries",
                           LIMIT_MATRIX_ENTRIES);
    *rows = (uint32_t)sides[0];
    *columns = (uint32_t)sides[1];
    return true;
}

/* `as` and the spelling behind it: everything up to a comma outside brackets, # or the line's end.
 */
void script_parse_spelling(Script *script, Symbol *symbol) {
    Parser *parser = &script->parser;
    if (!token_is_word(&parser->token, "as"))
        return;
    const char *start = parser->token.text + parser->token.length;
    int column = parser->token.column + parser->token.width;
    for (; *start == ' ' || *start == '\t'; start++)
        column++;
    const char *end = start;
    int depth = 0;
    for (; *end && *end != '\n' && *end != '#' && !(*end == ',' && depth == 0); end++)
        depth += (*end == '{') - (*end == '}');
    size_t length = (size_t)(end - start);
    while (length && (start[length - 1] == ' ' || start[length - 1] == '\t'))
        length--;
    symbol->spelling = length ? arena_copy_n(parser->arena, start, length) : NULL;
    symbol->spelling_column = column;
    if (!length)
        parser_fail(parser, &parser->token, "write as w_{11}^{(1)}",
                    "the mathematical spelling is missing");
    parser->lexer.at = end;
    parser->lexer.column = column + (int)(end - start);
    parser->lexer.open_brackets = 0;
    parser->token = lexer_next(&parser->lexer);
}

static bool parse_distribution(Parser *parser, Symbol *symbol) {
    Token name = parser_take(parser); /* the ~ */
    name = parser_take(parser);
    bool uniform = token_is_word(&name, "uniform");
    if (!uniform && !token_is_word(&name, "normal"))
        return parser_fail(parser, &name, "write uniform(-1, 1) or normal(0, 0.5)",
                           "I know the distributions uniform and normal");
    Randomness *random = ARENA_NEW(parser->arena, Randomness);
    symbol->random = random;
    random->distribution = uniform ? DISTRIBUTION_UNIFORM : DISTRIBUTION_NORMAL;
    if (!token_is_sign(&parser->token, '('))
        return parser_expected(parser, "(", NULL);
    parser_take(parser);
    if (!script_parse_signed(parser, &random->from))
        return false;
    if (!token_is_sign(&parser->token, ','))
        return parser_expected(parser, "a comma and a second number", NULL);
    parser_take(parser);
    if (!script_parse_signed(parser, &random->to))
        return false;
    if (!token_is_sign(&parser->token, ')'))
        return parser_expected(parser, ")", NULL);
    parser_take(parser);
    if (uniform ? random->from >= random->to : random->to < 0)
        return parser_fail(parser, &name, NULL,
                           uniform ? "the first bound must be less than the second"
                                   : "a deviation cannot be negative");
    if (!token_is_word(&parser->token, "step"))
        return true;
    Token step = parser_take(parser);
    if (!script_parse_signed(parser, &random->granularity))
        return false;
    bool fits = random->granularity > 0 &&
                (!uniform || floor(random->to / random->granularity + 1e-9) >=
                                 ceil(random->from / random->granularity - 1e-9));
    return fits ||
           parser_fail(parser, &step, NULL, "no multiple of this step lies between the bounds");
}

/* = and the first value, which fits the shape or gives it. */
static bool parse_initial(Parser *parser, Symbol *symbol, bool shaped) {
    Token sign = parser_take(parser);
    parser->numbers_only = true;
    Expr value = parse_expression(parser);
    parser->numbers_only = false;
    if (!value)
        return false;
    const ExprNode *node = expr_get(parser->exprs, value);
    bool scalar = node->rows == 1 && node->columns == 1;
    if (!shaped) {
        symbol->rows = node->rows;
        symbol->columns = node->columns;
    } else if (!scalar && (node->rows != symbol->rows || node->columns != symbol->columns)) {
        return parser_fail_shape(parser, &sign, symbol->name, symbol->rows, symbol->columns,
                                 "this value", value);
    }
    symbol->initial = value;
    return true;
}

bool script_parse_leaf_name(Script *script, SymbolRole role, Symbol *symbol, bool *shaped) {
    Parser *parser = &script->parser;
    Token name = parser->token;
    if (!check_new_name(script, &name))
        return false;
    parser_take(parser);
    *symbol = (Symbol){.name = token_copy(parser->arena, &name),
                       .role = role,
                       .rows = 1,
                       .columns = 1,
                       .line = name.line,
                       .column = name.column};
    *shaped = token_is_sign(&parser->token, '[');
    return !*shaped || parse_shape(parser, &symbol->rows, &symbol->columns);
}

bool script_fail_two_words(Parser *parser, const Token *first) {
    return parser_fail(parser, first,
                       arena_format(parser->arena, "write %s_%s, or one of the words",
                                    token_copy(parser->arena, first),
                                    token_copy(parser->arena, &parser->token)),
                       "a name is one word");
}

/* One name of an input, target or param statement, with its first value. */
static bool parse_leaf(Script *script, SymbolRole role) {
    Parser *parser = &script->parser;
    Token name = parser->token;
    Symbol symbol;
    bool shaped;
    if (!script_parse_leaf_name(script, role, &symbol, &shaped))
        return false;
    if (token_is_sign(&parser->token, '=')) {
        if (!parse_initial(parser, &symbol, shaped))
            return false;
    } else if (token_is_sign(&parser->token, '~')) {
        if (!parse_distribution(parser, &symbol))
            return false;
    } else if (!parser->token.spaced &&
               (token_is_sign(&parser->token, '-') || parser->token.kind == TOKEN_NUMBER)) {
        return parser_fail(parser, &name, "choose another name",
                           "a name is made of letters, digits and _");
    } else if (parser->token.kind == TOKEN_NAME && token_is_assigned(&parser->token)) {
        return script_fail_two_words(parser, &name);
    } else {
        if (token_is_sign(&parser->token, '('))
            return parser_fail(parser, &parser->token,
                               arena_format(parser->arena, "write %s[%.*s]", symbol.name,
                                            (int)strcspn(parser->token.text + 1, ")\n"),
                                            parser->token.text + 1),
                               "the shape stands in square brackets");
        bool number = parser->token.kind == TOKEN_NUMBER;
        return parser_fail(parser, &parser->token,
                           arena_format(parser->arena, "write %s = %s", symbol.name,
                                        number ? token_copy(parser->arena, &parser->token) : "0.5"),
                           "%s needs its first value", symbol.name);
    }
    script_parse_spelling(script, &symbol);
    if (parser->scope->leaf_entries + symbol_entries(&symbol) > LIMIT_LESSON_ENTRIES)
        return parser_fail(parser, &name, NULL,
                           "all values of a lesson together have at most %d entries",
                           LIMIT_LESSON_ENTRIES);
    scope_add(parser->scope, symbol);
    return true;
}

/* Declarations that stand one after another share one action. */
void script_note_declaration(Script *script, SymbolId first, int line) {
    Lesson *lesson = script->lesson;
    Action *last = lesson->action_count ? &lesson->actions[lesson->action_count - 1] : NULL;
    if (!last || last->kind != ACTION_DECLARE || last->section != lesson->section_count) {
        last = lesson_add_action(lesson, ACTION_DECLARE, line);
        last->first = first;
    }
    last->count = lesson->scope.count - last->first;
}

/* The name that `token` would have declared: those who use it are not to blame. */
void script_note_broken(Script *script, const Token *token) {
    bool unknown = token->kind == TOKEN_NAME &&
                   scope_find_n(script->parser.scope, token->text, token->length) == SYMBOL_NONE &&
                   scope_find_n(&script->broken, token->text, token->length) == SYMBOL_NONE;
    if (unknown)
        scope_add(&script->broken, (Symbol){.name = token_copy(script->parser.arena, token)});
}

/* The same for names on the rest of a line: all, or those behind a comma or before an =. */
static void note_broken_names(Script *script, const char *rest, bool all) {
    Diags quiet = {.arena = script->parser.arena};
    Lexer lexer;
    lexer_init(&lexer, arena_copy_n(script->parser.arena, rest, strcspn(rest, "\n")), 1, 1, &quiet);
    bool comma = all;
    for (Token token = lexer_next(&lexer); token.kind != TOKEN_END; token = lexer_next(&lexer)) {
        if (comma || token_is_assigned(&token))
            script_note_broken(script, &token);
        comma = all || token_is_sign(&token, ',');
    }
}

void script_note_broken_line(Script *script, const Token *word) {
    note_broken_names(script, word->text + word->length, true);
}

void script_note_broken_list(Script *script, const Token *first) {
    note_broken_names(script, first->text, false);
}

static void declare_leaves(Script *script, SymbolRole role, const Token *word) {
    Parser *parser = &script->parser;
    SymbolId first = (SymbolId)parser->scope->count;
    bool more;
    do {
        if (parser->scope->count > first)
            parser_take(parser);
        Token name = parser->token;
        more = parse_leaf(script, role);
        if (!more) {
            script_note_broken(script, &name);
            script_note_broken(script, &parser->token);
            script_note_broken_list(script, &name);
        }
    } while (more && token_is_sign(&parser->token, ','));
    if (more && !script_at_end(parser))
        script_note_broken_list(script, &parser->token);
    if (parser->scope->count > first)
        script_note_declaration(script, first, word->line);
}

/* input = w*x: the word is taken for a name. */
static bool is_named(Parser *parser, const Token *word) {
    if (!token_is_sign(&parser->token, '='))
        return false;
    const char *taken = token_copy(parser->arena, word);
    parser_fail(
        parser, word,
        arena_format(parser->arena, "write %s x = 0.5; a definition takes another name", taken),
        "%s is a word of the lesson language", taken);
    return true;
}

void script_input(Script *script, const Token *word) {
    if (!is_named(&script->parser, word))
        declare_leaves(script, ROLE_INPUT, word);
}

void script_target(Script *script, const Token *word) {
    if (!is_named(&script->parser, word))
        declare_leaves(script, ROLE_TARGET, word);
}

void script_param(Script *script, const Token *word) {
    if (!is_named(&script->parser, word))
        declare_leaves(script, ROLE_PARAM, word);
}

static bool parse_definition(Script *script, const Token *name, SymbolRole role) {
    Parser *parser = &script->parser;
    if (!check_new_name(script, name))
        return false;
    Symbol symbol = {.name = token_copy(parser->arena, name),
                     .role = role,
                     .line = name->line,
                     .column = name->column};
    if (!token_is_sign(&parser->token, '='))
        return parser_expected(parser, "= and a formula", NULL);
    parser_take(parser);
    symbol.definition = parse_expression(parser);
    if (!symbol.definition)
        return false;
    Arena scratch = {.recovery = parser->arena->recovery};
    symbol.lowered = expr_lower(parser->exprs, parser->scope, &scratch, symbol.definition);
    arena_clear(&scratch);
    symbol.rows = expr_get(parser->exprs, symbol.lowered)->rows;
    symbol.columns = expr_get(parser->exprs, symbol.lowered)->columns;
    if (role == ROLE_LOSS && symbol_entries(&symbol) != 1)
        return parser_fail(parser, name, "sum(…) or mean(…) makes a number of it",
                           "a loss must be a number, and %s is %u×%u", symbol.name, symbol.rows,
                           symbol.columns);
    script_parse_spelling(script, &symbol);
    script_note_declaration(script, scope_add(parser->scope, symbol), name->line);
    return true;
}

void script_define(Script *script, const Token *name, SymbolRole role) {
    if (!parse_definition(script, name, role))
        script_note_broken(script, name);
}

/* A loss without a name: it is most likely what the first derivative below it is of. */
static void note_nameless_loss(Script *script, const char *rest) {
    Diags quiet = {.arena = script->parser.arena};
    Lexer lexer;
    lexer_init(&lexer, rest, 1, 1, &quiet);
    Token token = lexer_next(&lexer);
    while (token.kind != TOKEN_END) {
        const char *behind = token.text + token.length;
        if (token.kind == TOKEN_NAME && *token.text == 'd' && str_starts(behind, "/d")) {
            token.text++;
            token.length--;
            script_note_broken(script, &token);
            return;
        }
        if (token.kind == TOKEN_NEWLINE)
            lexer.at++;
        token = lexer_next(&lexer);
    }
}

void script_loss(Script *script, const Token *word) {
    (void)word;
    Parser *parser = &script->parser;
    Token name = parser->token;
    if (name.kind != TOKEN_NAME) {
        const size_t length = strcspn(name.text, "#\n");
        const bool formula = token_is_sign(&name, '=') && length > 1;
        parser_fail(parser, &name,
                    formula
                        ? arena_format(parser->arena, "write loss E %.*s", (int)length, name.text)
                        : "write loss E = (t - y)^2",
                    "I expected the name of the loss here, and found %s",
                    token_describe(parser->arena, &name));
        script_note_broken_list(script, &name);
        note_nameless_loss(script, name.text);
        return;
    }
    parser_take(parser);
    script_define(script, &name, ROLE_LOSS);
}

void script_rate(Script *script, const Token *word) {
    double rate;
    if (!script_parse_signed(&script->parser, &rate))
        return;
    if (rate < 0 || !isfinite(rate)) {
        parser_fail(&script->parser, word, NULL, "a learning rate cannot be negative");
    } else if (!script->rate_given) {
        script->lesson->rate = rate;
        script->rate_given = true;
    } else {
        Action *action = lesson_add_action(script->lesson, ACTION_RATE, word->line);
        action->value = expr_number(&script->lesson->exprs, rate);
    }
}

void script_seed(Script *script, const Token *word) {
    double seed;
    if (!script_parse_signed(&script->parser, &seed))
        return;
    if (script->seed_given)
        parser_fail(&script->parser, word, "remove one of them", "a lesson has one seed");
    else if (seed < 0 || seed > 9007199254740992.0 || seed != floor(seed))
        parser_fail(&script->parser, word, NULL, "a seed is a whole number from 0 to 2^53");
    else
        script->lesson->seed = (uint64_t)seed;
    script->seed_given = true;
}
