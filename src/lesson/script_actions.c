/* The statements that do something, but for those of training and questions. */
#include "base/str.h"
#include "lesson/script.h"

static Action *add(Script *script, ActionKind kind, const Token *word) {
    return lesson_add_action(script->lesson, kind, word->line);
}

/* Names separated by commas; none at the end of the line. */
static size_t parse_names(Parser *parser, SymbolId **names) {
    size_t count = 0, capacity = 0;
    *names = NULL;
    while (!script_at_end(parser)) {
        SymbolId symbol = parse_symbol(parser);
        if (symbol == SYMBOL_NONE)
            return 0;
        ARENA_RESERVE(parser->arena, *names, count, capacity);
        (*names)[count++] = symbol;
        if (!token_is_sign(&parser->token, ','))
            break;
        parser_take(parser);
        if (script_at_end(parser))
            return (size_t)parser_expected(parser, "a name", NULL);
    }
    return count;
}

/* All names declared so far that are one of two roles. */
static size_t names_of_roles(Parser *parser, SymbolRole one, SymbolRole other, SymbolId **names) {
    size_t count = 0;
    *names = ARENA_ARRAY(parser->arena, SymbolId, parser->scope->count);
    for (SymbolId s = 0; s < parser->scope->count; s++) {
        SymbolRole role = scope_get(parser->scope, s)->role;
        if (role == one || role == other)
            (*names)[count++] = s;
    }
    return count;
}

/* Something must be declared before; no second error where its declaration failed. */
static bool nothing_yet(Script *script, const Token *word, const char *suggestion,
                        const char *message) {
    if (script->broken.count)
        script->parser.failed = true;
    else
        parser_fail(&script->parser, word, suggestion, "%s", message);
    return false;
}

void script_forward(Script *script, const Token *word) {
    Parser *parser = &script->parser;
    SymbolId *names;
    size_t count = script_at_end(parser) ? names_of_roles(parser, ROLE_NODE, ROLE_LOSS, &names)
                                         : parse_names(parser, &names);
    for (size_t i = 0; i < count; i++)
        if (symbol_is_leaf(scope_get(parser->scope, names[i]))) {
            parser_fail(parser, word, "write forward {y}: what has a formula is computed",
                        "%s is given, there is nothing to compute",
                        scope_get(parser->scope, names[i])->name);
            return;
        }
    if (!count) {
        nothing_yet(script, word, "define something first: z = w*x",
                    "there is no definition to compute yet");
        return;
    }
    Action *action = add(script, ACTION_FORWARD, word);
    action->symbols = names;
    action->count = count;
}

/* A derivative that may be written, as an example: of the lesson's last loss, by the name that was
 * written in its place. Of E/w it is dE/dw. */
static const char *derivative_example(Parser *parser, const Token *start) {
    const Scope *scope = parser->scope;
    const char *behind = start->text + start->length;
    SymbolId written = scope_find_n(scope, start->text, start->length);
    SymbolId of = scope_last_loss(scope), by = written;
    if (written != SYMBOL_NONE && !symbol_is_leaf(scope_get(scope, written)) && *behind == '/') {
        of = written;
        by = scope_find_n(scope, behind + 1, lexer_name_length(behind + 1));
    } else if (written == SYMBOL_NONE || scope_get(scope, written)->role == ROLE_LOSS) {
        of = written == SYMBOL_NONE ? of : written;
        by = SYMBOL_NONE;
    }
    for (SymbolId s = (SymbolId)scope->count; s-- > 0 && by == SYMBOL_NONE;)
        if (scope_get(scope, s)->role == ROLE_PARAM)
            by = s;
    if (of == SYMBOL_NONE && by != SYMBOL_NONE && !symbol_is_leaf(scope_get(scope, by)))
        of = by, by = SYMBOL_NONE; /* a lesson without a loss */
    return arena_format(parser->arena, "d%s/d%s",
                        of == SYMBOL_NONE ? "{E}" : scope_get(scope, of)->name,
                        by == SYMBOL_NONE ? "{W}" : scope_get(scope, by)->name);
}

/* One derivative of a name: dE/dw5. */
static Expr parse_derivative(Parser *parser, const char *statement) {
    Token start = parser->token;
    Expr derivative = parse_expression(parser);
    if (!derivative)
        return 0;
    bool fits = expr_get(parser->exprs, derivative)->kind == EXPR_DERIVATIVE;
    if (fits) {
        const ExprNode *of = expr_get(parser->exprs, expr_operand(parser->exprs, derivative, 0));
        fits = of->kind == EXPR_NAME;
    }
    if (fits)
        return derivative;
    return parser_fail(
        parser, &start,
        arena_format(parser->arena, "write %s %s", statement, derivative_example(parser, &start)),
        "I expected a derivative of one name by another");
}

void script_chain(Script *script, const Token *word) {
    Parser *parser = &script->parser;
    Expr *derivatives = NULL;
    size_t count = 0, capacity = 0;
    do {
        if (count)
            parser_take(parser);
        Expr derivative = parse_derivative(parser, "chain");
        if (!derivative)
            return;
        ARENA_RESERVE(parser->arena, derivatives, count, capacity);
        derivatives[count++] = derivative;
    } while (token_is_sign(&parser->token, ','));
    Action *action = add(script, ACTION_CHAIN, word);
    action->exprs = derivatives;
    action->count = count;
}

/* Whether the lesson has anything to differentiate; reports it where not. */
static bool has_result(Script *script, const Token *word) {
    Parser *parser = &script->parser;
    SymbolId *names;
    if (names_of_roles(parser, ROLE_NODE, ROLE_LOSS, &names))
        return true;
    return nothing_yet(script, word, "declare one first: loss E = (t - y)^2",
                       "there is no loss to go back from");
}

void script_backward(Script *script, const Token *word) {
    Parser *parser = &script->parser;
    SymbolId of = script_at_end(parser) ? SYMBOL_NONE : parse_symbol(parser);
    if (parser->failed || !has_result(script, word))
        return;
    if (of != SYMBOL_NONE && symbol_is_leaf(scope_get(parser->scope, of))) {
        parser_fail(parser, word, "the sweep begins at a result: write backward E",
                    "%s is given, there is nothing behind it to go back to",
                    scope_get(parser->scope, of)->name);
        return;
    }
    if (of != SYMBOL_NONE && symbol_entries(scope_get(parser->scope, of)) != 1) {
        parser_fail(parser, word, NULL, "the sweep starts from a number, and %s is a matrix",
                    scope_get(parser->scope, of)->name);
        return;
    }
    add(script, ACTION_BACKWARD, word)->of = of;
}

void script_update(Script *script, const Token *word) {
    Parser *parser = &script->parser;
    SymbolId *names;
    size_t count = script_at_end(parser) ? names_of_roles(parser, ROLE_PARAM, ROLE_PARAM, &names)
                                         : parse_names(parser, &names);
    if (parser->failed || !has_result(script, word))
        return;
    if (token_is_sign(&parser->token, '=')) {
        const char *name = scope_get(parser->scope, names[count - 1])->name;
        parser_fail(parser, &parser->token,
                    arena_format(parser->arena,
                                 "write update %s for a step; to give it a value write set %s = …",
                                 name, name),
                    "an update has its own formula");
        return;
    }
    for (size_t i = 0; i < count; i++)
        if (scope_get(parser->scope, names[i])->role != ROLE_PARAM) {
            parser_fail(parser, word, "only what `param` declares is trained: update {W}",
                        "%s is not a parameter", scope_get(parser->scope, names[i])->name);
            return;
        }
    if (!count) {
        nothing_yet(script, word, "declare one first: param w = 0.5",
                    "there is no parameter to update");
        return;
    }
    Action *action = add(script, ACTION_UPDATE, word);
    action->symbols = names;
    action->count = count;
    action->of = SYMBOL_NONE;
}

/* The number that is next, as an example; else another. */
static const char *number_or(const Parser *parser, const char *other) {
    return parser->token.kind == TOKEN_NUMBER ? token_copy(parser->arena, &parser->token) : other;
}

/* The value after = in a set, which must fit its target. */
static Expr parse_set_value(Parser *parser, Expr target) {
    if (!token_is_sign(&parser->token, '='))
        return parser_expected(
            parser, "= and a value",
            arena_format(parser->arena, "write set %s = %s",
                         scope_typed(parser->scope, parser->exprs, parser->arena, target),
                         number_or(parser, "0.9")));
    Token sign = parser_take(parser);
    Expr value = parse_expression(parser);
    if (value && !expr_is_scalar(parser->exprs, value) &&
        !expr_same_shape(parser->exprs, value, target))
        return parser_fail_shape(parser, &sign, "what is set",
                                 expr_get(parser->exprs, target)->rows,
                                 expr_get(parser->exprs, target)->columns, "this value", value);
    return value;
}

void script_set(Script *script, const Token *word) {
    Parser *parser = &script->parser;
    do {
        Token name = parser->token;
        Expr target = parse_variable(parser);
        if (!target)
            return;
        const ExprNode *node = expr_get(parser->exprs, target);
        Expr whole = node->kind == EXPR_INDEX ? expr_operand(parser->exprs, target, 0) : target;
        SymbolId symbol = expr_get(parser->exprs, whole)->symbol;
        if (!symbol_is_leaf(scope_get(parser->scope, symbol))) {
            parser_fail(parser, &name, "set an input, a target or a parameter: set {w} = 0.9",
                        "%s is computed, it cannot be set", scope_get(parser->scope, symbol)->name);
            return;
        }
        Expr value = parse_set_value(parser, target);
        if (!value)
            return;
        Action *action = add(script, ACTION_SET, word);
        action->target = target;
        action->value = value;
    } while (token_is_sign(&parser->token, ',') && (parser_take(parser), true));
}

static void show_values(Script *script, const Token *word, ShowKind show) {
    Parser *parser = &script->parser;
    Expr *exprs = NULL;
    size_t count = 0, capacity = 0;
    do {
        if (count)
            parser_take(parser);
        Expr expr =
            show == SHOW_PATHS ? parse_derivative(parser, "show paths") : parse_expression(parser);
        if (!expr)
            return;
        ARENA_RESERVE(parser->arena, exprs, count, capacity);
        exprs[count++] = expr;
    } while (token_is_sign(&parser->token, ','));
    Action *action = add(script, ACTION_SHOW, word);
    action->show = show;
    action->exprs = exprs;
    action->count = count;
}

/* show Network, show expand y: nearly one of the things that can be shown. */
static bool is_misspelt(Script *script, const Token *what) {
    static const char *const things[] = {"network", "gradient", "paths", "expanded"};
    Parser *parser = &script->parser;
    const char *text = token_copy(parser->arena, what);
    Nearest nearest = {.word = text};
    for (size_t i = 0; i < sizeof things / sizeof *things; i++)
        if (what->length > 2 && str_starts(things[i], text))
            nearest.best = things[i];
        else
            nearest_offer(&nearest, things[i]);
    if (nearest.best)
        parser_fail(parser, what,
                    arena_format(parser->arena, "did you mean show %s?", nearest.best),
                    "there is no %s to show", text);
    return nearest.best != NULL;
}

void script_show(Script *script, const Token *word) {
    Parser *parser = &script->parser;
    Token what = parser->token;
    if (script_at_end(parser)) {
        parser_fail(parser, word,
                    "write show network, show gradient, show paths d{E}/d{W}, or show {E}",
                    "show what?");
        return;
    }
    bool name = what.kind == TOKEN_NAME &&
                scope_find_n(parser->scope, what.text, what.length) != SYMBOL_NONE;
    if (!name && token_is_word(&what, "network")) {
        parser_take(parser);
        add(script, ACTION_SHOW, word)->show = SHOW_NETWORK;
    } else if (!name && token_is_word(&what, "gradient")) {
        parser_take(parser);
        if (!has_result(script, word))
            return;
        Action *action = add(script, ACTION_SHOW, word);
        action->show = SHOW_GRADIENT;
        action->of = SYMBOL_NONE;
    } else if (!name && token_is_word(&what, "paths")) {
        parser_take(parser);
        show_values(script, word, SHOW_PATHS);
    } else if (!name && token_is_word(&what, "expanded")) {
        parser_take(parser);
        show_values(script, word, SHOW_EXPANDED);
    } else if (name || what.kind != TOKEN_NAME || !is_misspelt(script, &what)) {
        show_values(script, word, SHOW_VALUES);
    }
}

void script_reset(Script *script, const Token *word) {
    add(script, ACTION_RESET, word);
    if (!script_at_end(&script->parser))
        parser_unexpected(&script->parser, MISSING_NOTHING,
                          "a reset puts all back; for one name write set {w} = 0.9");
}

/* ------------------------------------------------------------------------------ expect */

/* The numbers in the text from `start` to `end`, signs included, where there are exactly `count`.
 */
static const char **written_numbers(Parser *parser, const char *start, const char *end,
                                    size_t count) {
    const char **digits = ARENA_ARRAY(parser->arena, const char *, count + 1);
    char *text = arena_copy_n(parser->arena, start, (size_t)(end - start));
    Diags quiet = {.arena = parser->arena};
    Lexer lexer;
    lexer_init(&lexer, text, 1, 1, &quiet);
    const char *sign = "";
    size_t found = 0;
    for (Token token = lexer_next(&lexer); token.kind != TOKEN_END; token = lexer_next(&lexer)) {
        if (token.kind == TOKEN_NUMBER) {
            if (found == count)
                return NULL;
            digits[found++] =
                arena_format(parser->arena, "%s%.*s", sign, (int)token.length, token.text);
        } else if (token.kind == TOKEN_NAME || token.kind == TOKEN_BAD) {
            return NULL;
        }
        sign = token_is_sign(&token, '-') ? "-" : "";
    }
    return found == count ? digits : NULL;
}

/* Whether the expression is a number, or a matrix of numbers, as written. */
static bool is_literal(const Exprs *exprs, Expr expr) {
    const ExprNode *node = expr_get(exprs, expr);
    if (node->kind == EXPR_NUMBER)
        return true;
    for (size_t i = 0; i < node->count; i++)
        if (expr_get(exprs, expr_operand(exprs, expr, i))->kind != EXPR_NUMBER)
            return false;
    return node->kind == EXPR_MATRIX;
}

static bool is_zero(const Exprs *exprs, Expr expr) {
    const ExprNode *node = expr_get(exprs, expr);
    return node->kind == EXPR_NUMBER && node->number == 0;
}

/* 1% of what is expected; beside 0, where that is nothing, how far off it may be: 0.001. */
static bool parse_within(Parser *parser, Expectation *expectation) {
    bool zero = is_zero(parser->exprs, expectation->right);
    if (parser->token.kind != TOKEN_NUMBER)
        return parser_expected(
            parser,
            zero ? "a number, as in within 0.001," : "a number of percent, as in within 1%,", NULL);
    Token number = parser_take(parser);
    bool percent = token_is_sign(&parser->token, '%');
    if (percent && zero)
        return parser_fail(parser, &number, "write how far off it may be: within 0.001",
                           "a share of 0 is 0, so this allows for nothing");
    if (percent)
        parser_take(parser);
    else if (!zero)
        return parser_fail(parser, &number,
                           "write within 1%; beside 0 it is a distance: expect u = 0 within 0.001",
                           "what is allowed is a share of the value, in percent");
    *(percent ? &expectation->within : &expectation->distance) =
        percent ? number.number / 100 : number.number;
    return true;
}

/* `within 1%` and `printed 0.1958`, in any order. */
static bool parse_expect_parts(Parser *parser, Expectation *expectation) {
    while (parser->token.kind == TOKEN_NAME) {
        Token part = parser_take(parser);
        if (token_is_word(&part, "within")) {
            if (!parse_within(parser, expectation))
                return false;
        } else if (token_is_word(&part, "printed")) {
            bool negative = token_is_sign(&parser->token, '-');
            if (negative)
                parser_take(parser);
            Token token = parser->token;
            if (token.kind != TOKEN_NUMBER && (negative || token.kind != TOKEN_STRING))
                return parser_expected(parser, "the number that the source prints", NULL);
            parser_take(parser);
            expectation->in_words = token.kind == TOKEN_STRING;
            expectation->printed = arena_format(parser->arena, "%s%.*s", negative ? "−" : "",
                                                (int)token.length, token.text);
        } else {
            return parser_fail(parser, &part,
                               "an expectation may go on with `within 1%` or `printed 0.2`",
                               "I did not expect %s here", token_copy(parser->arena, &part));
        }
    }
    return true;
}

/* expect u = 14, 32 and expect u = 14, where u is a matrix. */
static void fail_matrix_expected(Parser *parser, const Token *sign, const ExprNode *left,
                                 const char *right) {
    const size_t length = strcspn(right, "#\n");
    const char *list = arena_format(
        parser->arena, left->columns == 1 ? "write [%.*s]" : "write [[%.*s]]", (int)length, right);
    const bool row = left->columns == 1 || left->rows == 1;
    parser_fail(
        parser, sign,
        token_is_sign(&parser->token, ',') && row
            ? list
            : arena_format(
                  parser->arena, "write all entries in brackets, or expect one of them: %s[%s]",
                  left->kind == EXPR_NAME ? scope_get(parser->scope, left->symbol)->name : "{M}",
                  left->columns == 1 ? "1" : "1,1"),
        "the left side is %u×%u, and the right is a number", left->rows, left->columns);
}

void script_expect(Script *script, const Token *word) {
    Parser *parser = &script->parser;
    Lesson *lesson = script->lesson;
    Expectation expectation = {.line = word->line, .column = word->column};
    expectation.left = parse_expression(parser);
    if (!expectation.left)
        return;
    Token sign = parser->token;
    if (token_is_sign(&sign, '<'))
        expectation.kind = EXPECT_LESS;
    else if (token_is_sign(&sign, '>'))
        expectation.kind = EXPECT_GREATER;
    else if (!token_is_sign(&sign, '=')) {
        const char *left = word->text + word->length + 1;
        int length = (int)(sign.text - left);
        while (length && strchr(" \n", left[length - 1]))
            length--;
        parser_expected(parser, "=, < or > and a value",
                        arena_format(parser->arena, "write expect %.*s = %s", length, left,
                                     number_or(parser, "0.5")));
        return;
    }
    parser_take(parser);
    const char *start = parser->token.text;
    expectation.right = parse_expression(parser);
    if (!expectation.right)
        return;
    if (!expr_same_shape(parser->exprs, expectation.left, expectation.right)) {
        const ExprNode *left = expr_get(parser->exprs, expectation.left);
        if (expr_is_scalar(parser->exprs, expectation.right)) {
            fail_matrix_expected(parser, &sign, left, start);
            return;
        }
        parser_fail_shape(parser, &sign, "the left side", left->rows, left->columns, "the right",
                          expectation.right);
        return;
    }
    if (is_literal(parser->exprs, expectation.right)) {
        const ExprNode *node = expr_get(parser->exprs, expectation.right);
        expectation.digits =
            written_numbers(parser, start, parser->token.text, (size_t)node->rows * node->columns);
    }
    expectation.width =
        parser->token.line == word->line ? parser->token.column - word->column : word->width;
    if (!parse_expect_parts(parser, &expectation))
        return;
    ARENA_RESERVE(lesson->arena, lesson->expectations, lesson->expectation_count,
                  lesson->expectation_capacity);
    add(script, ACTION_EXPECT, word)->first = lesson->expectation_count;
    lesson->expectations[lesson->expectation_count++] = expectation;
}
