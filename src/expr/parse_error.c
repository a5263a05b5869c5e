/* What the parser says where it cannot go on. It knows the two tokens around the place, which is
 * often enough to tell what was meant. */
#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/number.h"
#include "base/str.h"
#include "expr/habits.h"
#include "expr/parse.h"

/* Whether the slip at `token` was told with these words already: then its line is noted there. */
static bool repeats(Parser *parser, const Token *token, const char *message) {
    if (parser->failed || !diag_repeats(parser->diags, token->line, message))
        return false;
    parser->failed = true;
    return true;
}

static void report(Parser *parser, const Token *token, Suggestion suggestion, const char *format,
                   va_list arguments) {
    bool reported = token->kind == TOKEN_BAD ||
                    (parser->token.kind == TOKEN_BAD && parser->token.line == token->line);
    if (!parser->failed && !reported) {
        char message[512];
        vsnprintf(message, sizeof message, format, arguments);
        diag_add_with(parser->diags, token->line, token->column, token->width, suggestion, "%s",
                      message);
    }
    parser->failed = true;
}

Expr parser_fail(Parser *parser, const Token *token, const char *suggestion, const char *format,
                 ...) {
    va_list arguments;
    va_start(arguments, format);
    report(parser, token, (Suggestion){.text = suggestion}, format, arguments);
    va_end(arguments);
    return 0;
}

Expr parser_fail_with(Parser *parser, const Token *token, Suggestion suggestion, const char *format,
                      ...) {
    va_list arguments;
    va_start(arguments, format);
    report(parser, token, suggestion, format, arguments);
    va_end(arguments);
    return 0;
}

const char *token_describe(Arena *arena, const Token *token) {
    switch (token->kind) {
    case TOKEN_END:
    case TOKEN_NEWLINE: return "the end of the line";
    case TOKEN_STRING: return "a sentence";
    case TOKEN_SIGN: return arena_format(arena, "the sign %.*s", (int)token->length, token->text);
    default: return token_copy(arena, token);
    }
}

static const char *shape_text(const Parser *parser, uint32_t rows, uint32_t columns) {
    return rows * columns == 1 ? "a number" : arena_format(parser->arena, "%u×%u", rows, columns);
}

const char *parser_shape_text(const Parser *parser, Expr expr) {
    const ExprNode *node = expr_get(parser->exprs, expr);
    return shape_text(parser, node->rows, node->columns);
}

/* 1,000 may be a thousand, and 0,5 cannot. */
static bool may_be_thousands(const Token *comma, size_t decimals) {
    const char *whole = comma->text - comma->digits_before;
    return decimals == 3 && comma->digits_before <= 3 && *whole != '0';
}

bool parser_fail_decimal(Parser *parser, const Token *comma) {
    size_t decimals = strspn(comma->text + 1, "0123456789");
    if (may_be_thousands(comma, decimals)) {
        const char *whole = comma->text - comma->digits_before;
        parser_fail(parser, comma,
                    arena_format(parser->arena,
                                 "write %.*s%.*s; a decimal comma is written as a point",
                                 comma->digits_before, whole, (int)decimals, comma->text + 1),
                    "there is a comma in this number");
        return true;
    }
    parser_fail(parser, comma,
                arena_format(parser->arena,
                             "write %.*s.%.*s: numbers in lessons have a decimal point",
                             comma->digits_before, comma->text - comma->digits_before,
                             (int)decimals, comma->text + 1),
                "there is a comma in this number");
    return true;
}

/* ------------------------------------------------------------------------------ signs */

static bool is_glued(const Parser *parser, char before, char sign) {
    return token_is_sign(&parser->before, before) && token_is_sign(&parser->token, sign) &&
           !parser->token.spaced;
}

/* Two slashes behind a statement, or two dashes at the beginning of a line. */
static bool begins_remark(const Token *token) {
    char next = token->text[token->length];
    return (token_is_sign(token, '/') && next == '/') ||
           (token->first && token_is_sign(token, '-') && next == '-');
}

/* A comma in a number, and pairs of signs that mean something elsewhere. */
static bool explain_signs(Parser *parser) {
    const Token *token = &parser->token;
    if (token->digits_before)
        return parser_fail_decimal(parser, token);
    if (parser->before.digits_before && token->kind == TOKEN_NUMBER)
        return parser_fail_decimal(parser, &parser->before);
    const char *message = NULL, *suggestion = NULL;
    if (is_glued(parser, '=', '='))
        message = "one = is enough", suggestion = "write = alone";
    else if (is_glued(parser, '<', '=') || is_glued(parser, '>', '='))
        message = "there are < and >, without =",
        suggestion = parser->before.sign == '<' ? "write < alone" : "write > alone";
    else if (is_glued(parser, '*', '*'))
        message = "a power is written with ^", suggestion = "write ^ for **";
    else if (is_glued(parser, '/', '/') || is_glued(parser, '/', '*') || begins_remark(token))
        message = "a comment begins with #", suggestion = "write # and the remark behind it";
    else if (token_is_sign(token, '|'))
        message = "an absolute value is written abs(x)", suggestion = "write abs({w}) for |{w}|";
    if (message)
        parser_fail(parser, token, suggestion, "%s", message);
    return message != NULL;
}

static const char *suggest_for(const Parser *parser) {
    const Token *token = &parser->token, *before = &parser->before;
    if (token->kind == TOKEN_STRING)
        return "write it without quotes";
    if ((token->kind == TOKEN_NEWLINE || token->kind == TOKEN_END) && token_is_sign(before, ','))
        return "leave out the comma before it, or write what follows it on the same line";
    if (token->kind == TOKEN_NEWLINE && before->kind == TOKEN_SIGN &&
        strchr("+-*/^@", before->sign))
        return "a formula stands on one line; inside brackets it may go on below";
    return NULL;
}

Expr parser_expected(Parser *parser, const char *what, const char *suggestion) {
    if (!parser->failed && explain_signs(parser))
        return 0;
    return parser_fail(parser, &parser->token, suggestion ? suggestion : suggest_for(parser),
                       "I expected %s here, and found %s", what,
                       token_describe(parser->arena, &parser->token));
}

/* ------------------------------------------------------------------------------ missing signs */

static bool ends_operand(const Token *token) {
    return token->kind == TOKEN_NAME || token->kind == TOKEN_NUMBER || token_is_sign(token, ')') ||
           token_is_sign(token, ']') || token_is_sign(token, 'T');
}

static bool begins_operand(const Token *token) {
    return token->kind == TOKEN_NAME || token->kind == TOKEN_NUMBER || token_is_sign(token, '(') ||
           token_is_sign(token, '[') || token_is_sign(token, 'd');
}

/* Whether the declaration of this name failed, or, behind a d, that of the name differentiated. */
static bool is_broken(const Parser *parser, const char *word) {
    return parser->broken &&
           (scope_find(parser->broken, word) != SYMBOL_NONE ||
            (*word == 'd' && scope_find(parser->broken, word + 1) != SYMBOL_NONE));
}

/* A name, a function, or half a derivative; not a word that only looks like one. */
static bool is_known(const Parser *parser, const Token *token) {
    const Scope *scope = parser->scope;
    return token->kind != TOKEN_NAME || token_is_word(token, "pi") ||
           scope_find_n(scope, token->text, token->length) != SYMBOL_NONE ||
           function_find(token->text, token->length) != FUNCTION_COUNT ||
           (token->length > 1 && token->text[0] == 'd' &&
            scope_find_n(scope, token->text + 1, token->length - 1) != SYMBOL_NONE) ||
           is_broken(parser, token_copy(parser->arena, token));
}

/* What follows the number up to the next blank: N/m. */
static const char *unit_text(const Parser *parser) {
    const Token *token = &parser->token;
    return arena_copy_n(parser->arena, token->text, strcspn(token->text, " \t\n#,)\""));
}

/* The sign of a product of two names: @ where a matrix meets what has as many rows as it columns.
 */
static char product_sign(const Scope *scope, SymbolId left, SymbolId right) {
    if (left == SYMBOL_NONE || right == SYMBOL_NONE)
        return '*';
    uint32_t columns = scope_get(scope, left)->columns;
    return columns > 1 && columns == scope_get(scope, right)->rows ? '@' : '*';
}

static void fail_missing(Parser *parser, Missing missing) {
    const Token *token = &parser->token, *before = &parser->before;
    const char *left = token_copy(parser->arena, before), *right = token_copy(parser->arena, token);
    bool comma = missing == MISSING_COMMA,
         plain = before->kind != TOKEN_SIGN && token->kind != TOKEN_SIGN;
    bool mixed = !comma && before->kind == TOKEN_NUMBER && token->kind == TOKEN_NUMBER &&
                 token->text[token->length] == '/'; /* 5 1/3 */
    bool rows = comma && parser->lexer.open_brackets > 0;
    const char *list = comma ? lexer_correct_list(&parser->lexer) : NULL;
    bool derivative = comma && *left == 'd' && before->text[-1] == '/';
    const char *suggestion =
        derivative ? "put a comma between them"
        : mixed    ? arena_format(parser->arena, "write (%s + %.*s)", left,
                                  (int)strspn(token->text, "0123456789/"), token->text)
        : list     ? list
        : rows     ? "write [1, 2] for a column, [[1, 2], [3, 4]] for a matrix"
        : plain    ? arena_format(parser->arena, "did you mean %s%s%c %s?", left, comma ? "" : " ",
                               comma ? ','
                                        : product_sign(parser->scope, scope_find(parser->scope, left),
                                                       scope_find(parser->scope, right)),
                                  right)
        : token_is_sign(before, ']') ? "a product is written with *, that of matrices with @"
                                     : "a product is written with *";
    parser_fail(parser, token, suggestion, "between %s and %s a %s is missing", left, right,
                comma ? "comma" : "sign");
}

/* Two operands side by side. */
static bool explain_missing(Parser *parser, Missing missing) {
    const Token *token = &parser->token, *before = &parser->before;
    if (!ends_operand(before) || !begins_operand(token) || before->line != token->line)
        return false;
    if (token->kind == TOKEN_NUMBER && before->kind == TOKEN_NUMBER && !token->spaced)
        return parser_fail(parser, token, NULL, "a number has one decimal point"), true;
    const char *behind = token->text + token->length;
    bool counts = behind[0] == ' ' && behind[1] >= '0' && behind[1] <= '9'; /* step 0.1: no unit */
    if (before->kind == TOKEN_NUMBER && !is_known(parser, token) && !token_is_assigned(token) &&
        !counts && token_is_word(token, "and"))
        return parser_fail(parser, token, "write a comma", "I did not expect and here"), true;
    if (before->kind == TOKEN_NUMBER && !is_known(parser, token) && !token_is_assigned(token) &&
        !counts)
        return parser_fail_with(parser, token,
                                (Suggestion){"leave it out; a comment has room for it: # N/m",
                                             SUGGESTION_LEAVE_OUT},
                                "I did not expect %s here: numbers are written without units",
                                unit_text(parser)),
               true;
    bool listed =
        token_is_assigned(token); /* it begins the next part of a list, or another statement */
    if (!missing || !is_known(parser, before) ||
        (listed ? missing != MISSING_COMMA : !is_known(parser, token)))
        return false;
    fail_missing(parser, missing);
    return true;
}

Expr parser_unexpected(Parser *parser, Missing missing, const char *otherwise) {
    const Token *token = &parser->token;
    if (parser->failed || token->kind == TOKEN_BAD) {
        parser->failed = true;
        return 0;
    }
    if (explain_signs(parser) || explain_missing(parser, missing))
        return 0;
    if (missing == MISSING_COMMA && token_is_word(token, "and"))
        otherwise = "write a comma";
    if (token_is_sign(token, '%') && parser->before.kind == TOKEN_NUMBER)
        return parser_fail(parser, token,
                           arena_format(parser->arena,
                                        "write %g, or `within %g%%` for how far off a value may be",
                                        parser->before.number / 100, parser->before.number),
                           "a percentage is written as a number");
    if (token_is_sign(token, '%'))
        return parser_fail(parser, token, "write # and the remark behind it",
                           "a comment begins with #");
    const char *behind = token->text + token->length;
    bool closes = token_is_sign(token, ')') || token_is_sign(token, ']');
    if (closes)
        otherwise = "no bracket is open here: leave it out, or open one before";
    else if (token_is_word(token, "x") && ends_operand(&parser->before) && *behind == ' ')
        otherwise = "a product is written with *";
    else if (parser->before.kind == TOKEN_STRING && !token->spaced)
        otherwise = "the sentence ends at the sign \" before it; inside one write '";
    return parser_fail(parser, token, otherwise, "I did not expect %s here",
                       token_describe(parser->arena, token));
}

Expr parser_unclosed(Parser *parser, const Token *open, char close) {
    if (parser->token.kind == TOKEN_BAD)
        parser->failed = true;
    bool comma = token_is_sign(&parser->token, ',');
    bool list = open->sign == '[', more = list && comma;
    if (parser->failed || (!more && explain_signs(parser)) ||
        explain_missing(parser, list ? MISSING_COMMA : MISSING_OPERATOR))
        return 0;
    return parser_fail(
        parser, &parser->token, comma && !list ? "a column of numbers is written [1, 2, 3]" : NULL,
        "I expected %c here, and found %s", close, token_describe(parser->arena, &parser->token));
}

/* ------------------------------------------------------------------------------ names */

/* A name that is declared further down, or in this very definition. */
static bool explain_later(Parser *parser, const Token *name, const char *word) {
    SymbolId later = parser->later ? scope_find(parser->later, word) : SYMBOL_NONE;
    if (later == SYMBOL_NONE)
        return false;
    int line = scope_get(parser->later, later)->line;
    if (line == name->line)
        parser_fail(parser, name, "a formula uses names declared above it",
                    "%s cannot be used in its own definition", word);
    const char *message =
        arena_format(parser->arena, "%s is declared later, in line %d", word, line);
    if (line > name->line && !repeats(parser, name, message))
        parser_fail(parser, name, "move that line above this one: a formula uses what is above it",
                    "%s", message);
    return parser->failed;
}

enum { MOST_FACTORS = 8 };

/* mgx, where m, g and x are declared: a product without its signs, "m*g*x". NULL where the word is
 * not made of names alone; a letter typed twice is no product either. */
static const char *as_product(const Parser *parser, const char *word) {
    const char *product = "";
    size_t factors = 0, length = 0;
    SymbolId last = SYMBOL_NONE;
    while (*word && factors < MOST_FACTORS) {
        const char *before = word - length;
        size_t before_length = length;
        length = strlen(word);
        while (length && scope_find_n(parser->scope, word, length) == SYMBOL_NONE)
            length--;
        if (!length || (length == before_length && memcmp(word, before, length) == 0))
            return NULL;
        SymbolId factor = scope_find_n(parser->scope, word, length);
        char sign[2] = {factors++ ? product_sign(parser->scope, last, factor) : '\0'};
        product = arena_format(parser->arena, "%s%s%.*s", product, sign, (int)length, word);
        last = factor;
        word += length;
    }
    return *word ? NULL : product;
}

/* w1, where w is a column: "w[1]". NULL where it is not so. */
static const char *as_entry(const Parser *parser, const char *word) {
    size_t length = strcspn(word, "0123456789_");
    const char *place = word + length + (word[length] == '_');
    SymbolId matrix = scope_find_n(parser->scope, word, length);
    bool digits = *place && strspn(place, "0123456789") == strlen(place);
    if (matrix == SYMBOL_NONE || !digits || scope_get(parser->scope, matrix)->columns != 1 ||
        scope_get(parser->scope, matrix)->rows == 1)
        return NULL;
    return arena_format(parser->arena, "%.*s[%s]", (int)length, word, place);
}

/* Whether the name stands above the line of a derivative, as E in dE/dw. */
static bool is_upper_half(const Token *name) {
    const char *end = name->text + name->length;
    return name->length > 1 && name->text[0] == 'd' && end[0] == '/' && end[1] == 'd';
}

/* Of W^T, whose T is at `name`: W.T. */
static const char *suggest_transpose(const Parser *parser, const Token *name) {
    const char *end = name->text - 1, *start = end;
    for (int column = name->column - 1; column > 1; column--, start--)
        if (!isalnum((unsigned char)start[-1]) && start[-1] != '_')
            break;
    return start == end || lexer_name_length(start) != (size_t)(end - start)
               ? "a transpose is written {M}.T"
               : arena_format(parser->arena, "a transpose is written %.*s.T", (int)(end - start),
                              start);
}

/* What is written in place of a word that other notations have; or NULL. */
static Suggestion habit_of_name(const Parser *parser, const Token *name, const char *word) {
    const char *front = name->text - (name->first ? 0 : 1);
    while (!name->first && *front == ' ')
        front--;
    if (str_equal(word, "rate") && strchr("+-*/(", *front))
        return (Suggestion){.text = "the learning rate has no name in formulas: write its number"};
    if (str_equal(word, "T") && !name->first && name->text[-1] == '^')
        return (Suggestion){.text = suggest_transpose(parser, name)};
    SymbolId loss = scope_last_loss(parser->scope);
    if (str_equal(word, "loss") && loss != SYMBOL_NONE)
        return (Suggestion){.text = arena_format(parser->arena, "the loss is named %s here",
                                                 scope_get(parser->scope, loss)->name)};
    return habit_of_function(parser->arena, word, name->text + name->length);
}

/* How a lesson has a name that stands nowhere in it. */
static const char *suggest_declaration(const Parser *parser, const Token *name, const char *word) {
    return is_upper_half(name)
               ? arena_format(parser->arena, "declare it above: loss %s = (t - y)^2", word)
               : arena_format(parser->arena,
                              "declare it above: input %s = 1, param %s = 0.5, or a formula "
                              "%s = …",
                              word, word, word);
}

Expr parser_unknown_name(Parser *parser, const Token *name, size_t skip) {
    if (skip == 0 && is_upper_half(name))
        skip = 1;
    char *word = arena_copy_n(parser->arena, name->text + skip, name->length - skip);
    if (is_broken(parser, word)) {
        parser->failed = true;
        return 0;
    }
    const char *message = arena_format(parser->arena, "no such name: %s", word);
    if (explain_later(parser, name, word) || repeats(parser, name, message))
        return 0;
    const Suggestion habit = skip == 0 ? habit_of_name(parser, name, word) : (Suggestion){0};
    Nearest nearest = {.word = word};
    for (size_t i = 0; i < parser->scope->count && !habit.text; i++)
        nearest_offer(&nearest, scope_get(parser->scope, (SymbolId)i)->name);
    const bool called = name->text[name->length] == '(', function = called || !nearest.best;
    for (size_t i = 0; i < FUNCTION_FIRST_INTERNAL && function && skip == 0 && !habit.text; i++)
        nearest_offer(&nearest, expr_functions[i].name);
    const char *product = habit.text ? NULL : as_product(parser, word);
    const char *entry = habit.text ? NULL : as_entry(parser, word);
    const char *suggestion =
        entry          ? arena_format(parser->arena, "for an entry write %s", entry)
        : product      ? arena_format(parser->arena, "for a product write %s", product)
        : nearest.best ? arena_format(parser->arena, "did you mean %s?", nearest.best)
                       : habit.text;
    if (!suggestion && parser->later)
        suggestion = suggest_declaration(parser, name, word);
    return parser_fail_with(parser, name, (Suggestion){suggestion, habit.place}, "%s", message);
}

Expr parser_fail_call(Parser *parser, const Token *name) {
    const Token *next = &parser->token;
    const char *function = token_copy(parser->arena, name);
    bool power = token_is_sign(next, '^');
    bool operand = next->kind == TOKEN_NAME || next->kind == TOKEN_NUMBER;
    const char *value = operand ? token_copy(parser->arena, next) : " ";
    return parser_fail(parser, name,
                       power ? arena_format(parser->arena, "write %s(x)^2", function)
                             : arena_format(parser->arena, "write %s(%s)", function, value),
                       power ? "a function is followed by its value, and then by the power"
                             : "a function needs its value in brackets");
}

/* ------------------------------------------------------------------------------ shapes */

enum { SHORT_LITERAL = 12 }; /* entries of a matrix that is written anew */

/* A number with its sign. */
static bool add_number(const Parser *parser, Buffer *text, Expr expr) {
    const bool negative = expr_get(parser->exprs, expr)->kind == EXPR_NEGATE;
    const Expr size = negative ? expr_operand(parser->exprs, expr, 0) : expr;
    if (expr_get(parser->exprs, size)->kind != EXPR_NUMBER)
        return false;
    char number[NUMBER_SIZE];
    number_shortest(expr_get(parser->exprs, size)->number, number);
    buffer_format(text, "%s%s", negative ? "-" : "", number);
    return true;
}

/* The numbers of a literal in the brackets of another shape; NULL where they do not fill it. */
static const char *write_as(const Parser *parser, uint32_t rows, uint32_t columns, Expr value) {
    const ExprNode *node = expr_get(parser->exprs, value);
    if (node->kind != EXPR_MATRIX || node->count != rows * columns || node->count > SHORT_LITERAL ||
        node->count == 1)
        return NULL;
    Buffer text = {.arena = parser->arena};
    bool numbers = true;
    for (uint32_t i = 0; i < rows * columns && numbers; i++) {
        buffer_add(&text, i == 0 ? "[" : i % columns ? ", " : "");
        if (columns > 1 && i % columns == 0)
            buffer_add(&text, i ? "], [" : "[");
        else if (columns == 1 && i)
            buffer_add(&text, ", ");
        numbers = add_number(parser, &text, expr_operand(parser->exprs, value, i));
    }
    buffer_add(&text, columns > 1 ? "]]" : "]");
    return numbers ? text.text : NULL;
}

Expr parser_fail_shape(Parser *parser, const Token *token, const char *what, uint32_t rows,
                       uint32_t columns, const char *given, Expr value) {
    const char *written = write_as(parser, rows, columns, value);
    const ExprNode *node = expr_get(parser->exprs, value);
    const bool literal =
        node->kind == EXPR_MATRIX && node->columns != columns && rows * columns > 1;
    const bool column = node->kind == EXPR_MATRIX && node->columns == 1 && columns == 1;
    const char *suggestion =
        written   ? arena_format(parser->arena, "write %s, which is %s", written,
                               rows == 1      ? "a row"
                                 : columns == 1 ? "a column"
                                                : "a matrix row by row")
        : literal ? "a column is written [1, 2], a row [[1, 2]], a matrix [[1, 2], [3, 4]]"
        : column
            ? arena_format(parser->arena, "write %u number%s there", rows, rows == 1 ? "" : "s")
            : NULL;
    return parser_fail(parser, token, suggestion, "%s is %s, and %s is %s", what,
                       shape_text(parser, rows, columns), given, parser_shape_text(parser, value));
}

static bool fits(const Parser *parser, Expr left, Expr right, bool turned_left, bool turned_right) {
    const ExprNode *a = expr_get(parser->exprs, left), *b = expr_get(parser->exprs, right);
    return (turned_left ? a->rows : a->columns) == (turned_right ? b->columns : b->rows);
}

/* "; write A.T @ B" where both are names, else nothing. */
static const char *product_of_names(const Parser *parser, const char *format, Expr left,
                                    Expr right) {
    const ExprNode *a = expr_get(parser->exprs, left), *b = expr_get(parser->exprs, right);
    if (a->kind != EXPR_NAME || b->kind != EXPR_NAME)
        return "";
    const char *product = arena_format(parser->arena, "; write %s", format);
    for (const ExprNode *name = a; name; name = name == a ? b : NULL) {
        const char *mark = strchr(product, '%');
        product = arena_format(parser->arena, "%.*s%s%s", (int)(mark - product), product,
                               scope_get(parser->scope, name->symbol)->name, mark + 1);
    }
    return product;
}

/* What would make a matrix product of these two. */
static const char *suggest_product(const Parser *parser, Expr left, Expr right) {
    const char *what = NULL, *written = NULL;
    if (fits(parser, left, right, true, false))
        what = "the transpose of the left",
        written = product_of_names(parser, "%.T @ %", left, right);
    else if (fits(parser, left, right, false, true))
        what = "the transpose of the right",
        written = product_of_names(parser, "% @ %.T", left, right);
    else if (fits(parser, right, left, false, false))
        what = "the other order", written = product_of_names(parser, "% @ %", right, left);
    return what ? arena_format(parser->arena, "%s would fit%s", what, written)
                : "the columns of the left must be the rows of the right";
}

Expr parser_fail_shapes(Parser *parser, const Token *sign, ExprKind kind, Expr left, Expr right) {
    const char *suggestion = "both need the same shape, or one side of length 1";
    if (kind == EXPR_MATMUL)
        suggestion = suggest_product(parser, left, right);
    else if (kind == EXPR_MULTIPLY && fits(parser, left, right, false, false))
        suggestion =
            arena_format(parser->arena, "* goes entry by entry; the matrix product is written @%s",
                         product_of_names(parser, "% @ %", left, right));
    return parser_fail(parser, sign, suggestion, "these shapes do not fit %c: %s and %s",
                       sign->sign, parser_shape_text(parser, left),
                       parser_shape_text(parser, right));
}
