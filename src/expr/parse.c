#include "expr/parse.h"

#include <math.h>
#include <string.h>

#include "base/limits.h"
#include "base/str.h"

static const double PI = 3.14159265358979323846;

void parser_init(Parser *parser, const char *text, int line, int column) {
    lexer_init(&parser->lexer, text, line, column, parser->diags);
    parser->failed = false;
    parser->token = lexer_next(&parser->lexer);
}

Token parser_take(Parser *parser) {
    Token taken = parser->token;
    if (parser->token.kind == TOKEN_NEWLINE) {
        parser->lexer.at++;
        parser->lexer.line++;
        parser->lexer.column = parser->lexer.first_column;
    }
    if (parser->token.kind != TOKEN_END)
        parser->token = lexer_next(&parser->lexer);
    parser->before = taken;
    return taken;
}

void parser_recover(Parser *parser) {
    parser->depth = 0;
    parser->operators = 0;
    bool clean =
        !parser->failed && (parser->token.kind == TOKEN_NEWLINE || parser->token.kind == TOKEN_END);
    parser->failed = false;
    if (clean) {
        parser_take(parser);
        return;
    }
    if (parser->token.kind != TOKEN_NEWLINE && parser->token.kind != TOKEN_END)
        lexer_skip_line(&parser->lexer);
    parser->lexer.line_start = true;
    parser->token = lexer_next(&parser->lexer);
}

ExprFunction function_find(const char *text, size_t length) {
    for (size_t i = 0; i < FUNCTION_FIRST_INTERNAL; i++)
        if (str_equal_n(expr_functions[i].name, text, length))
            return (ExprFunction)i;
    return FUNCTION_COUNT;
}

static Expr parse_unary(Parser *parser);

static const Suggestion shorter = {"give a part of it a name on a line of its own",
                                   SUGGESTION_IN_LESSON};

static bool enter(Parser *parser, const Token *token) {
    if (++parser->depth > LIMIT_NESTING)
        return parser_fail_with(parser, token, shorter, "this is nested more than %d deep",
                                LIMIT_NESTING);
    return true;
}

static bool count_operator(Parser *parser, const Token *token) {
    if (++parser->operators > LIMIT_FORMULA_OPERATORS)
        return parser_fail_with(parser, token, shorter, "this formula has more than %d operations",
                                LIMIT_FORMULA_OPERATORS);
    return true;
}

/* A bracket that is not closed is reported where it opens. Where the text ran on into later lines,
 * reading goes on after the line of the bracket, so that those get their own errors. */
static bool expect_close(Parser *parser, const Token *open, char sign) {
    if (token_is_sign(&parser->token, sign)) {
        parser_take(parser);
        return true;
    }
    parser->failed = parser->failed || parser->token.kind == TOKEN_BAD;
    if (parser->failed)
        return false;
    if (parser->token.line == open->line && parser->token.kind != TOKEN_NEWLINE &&
        parser->token.kind != TOKEN_END)
        return parser_unclosed(parser, open, sign);
    parser_fail(parser, open, arena_format(parser->arena, "write %c where it ends", sign),
                "this %c is never closed", open->sign);
    parser->lexer.at = open->text + strcspn(open->text, "\n");
    parser->lexer.line = open->line;
    parser->lexer.open_brackets = 0;
    parser->lexer.line_start = false;
    parser->token = lexer_next(&parser->lexer);
    return false;
}

static bool check_size(Parser *parser, const Token *token, uint64_t rows, uint64_t columns) {
    if (rows > LIMIT_MATRIX_SIDE || columns > LIMIT_MATRIX_SIDE ||
        rows * columns > LIMIT_MATRIX_ENTRIES)
        return parser_fail(
            parser, token, NULL,
            "this would be %llu×%llu; a matrix has at most %d rows or columns, and %d entries",
            (unsigned long long)rows, (unsigned long long)columns, LIMIT_MATRIX_SIDE,
            LIMIT_MATRIX_ENTRIES);
    return true;
}

static Expr combine(Parser *parser, const Token *sign, ExprKind kind, Expr left, Expr right) {
    uint32_t rows, columns;
    if (!left || !right || !count_operator(parser, sign))
        return 0;
    if (!expr_fits(parser->exprs, kind, left, right, &rows, &columns))
        return parser_fail_shapes(parser, sign, kind, left, right);
    if (!check_size(parser, sign, rows, columns))
        return 0;
    return expr_binary(parser->exprs, kind, left, right);
}

/* A whole number from 1 to `most`, as in W[1,2]. A name in its place is most often that of a class.
 */
static uint32_t parse_place(Parser *parser, uint32_t most, const char *what) {
    Token token = parser_take(parser);
    double number = token.kind == TOKEN_NUMBER ? token.number : 0;
    if (number >= 1 && number <= most && number == floor(number))
        return (uint32_t)number;
    const char *chosen =
        token.kind == TOKEN_NAME
            ? arena_format(parser->arena, "where a name says which, write sum(onehot(%s, %u)*p)",
                           token_copy(parser->arena, &token), most)
            : NULL;
    parser_fail(parser, &token, chosen, "the %s must be a whole number from 1 to %u", what, most);
    return 0;
}

/* [row, column] or [place] behind an operand. */
static Expr parse_index(Parser *parser, Expr operand) {
    const ExprNode *node = expr_get(parser->exprs, operand);
    uint32_t rows = node->rows, columns = node->columns, row = 1, column = 1;
    Token open = parser_take(parser);
    bool vector = rows == 1 || columns == 1;
    if (vector) {
        uint32_t place = parse_place(parser, rows * columns, "place");
        row = rows == 1 ? 1 : place;
        column = rows == 1 ? place : 1;
    } else {
        row = parse_place(parser, rows, "row");
    }
    if (token_is_sign(&parser->token, ',')) {
        parser_take(parser);
        if (vector && rows == 1 && column == 1)
            row = 1;
        else if (vector && rows == 1)
            return parser_fail(parser, &open, "write the row first, then the column",
                               "this row has one row only");
        column = parse_place(parser, columns, "column");
    } else if (!vector && !parser->failed) {
        return parser_fail(parser, &parser->token, "write W[row, column]",
                           "a matrix needs a row and a column");
    }
    if (!expect_close(parser, &open, ']') || parser->failed)
        return 0;
    return expr_index(parser->exprs, operand, row, column);
}

static Expr parse_postfix(Parser *parser, Expr operand) {
    while (operand && !parser->failed) {
        if (token_is_sign(&parser->token, 'T')) {
            Token sign = parser_take(parser);
            if (!count_operator(parser, &sign))
                return 0;
            operand = expr_unary(parser->exprs, EXPR_TRANSPOSE, operand);
        } else if (token_is_sign(&parser->token, '[')) {
            Token open = parser->token;
            operand = count_operator(parser, &open) ? parse_index(parser, operand) : 0;
        } else {
            return operand;
        }
    }
    return 0;
}

/* Expressions separated by commas, up to `close`; at least one. Returns how many. */
static size_t parse_list(Parser *parser, const Token *open, char close, Expr **list) {
    size_t count = 0, capacity = 0;
    *list = NULL;
    do {
        if (count)
            parser_take(parser);
        Expr element = parse_expression(parser);
        if (!element)
            break;
        ARENA_RESERVE(parser->arena, *list, count, capacity);
        (*list)[count++] = element;
    } while (token_is_sign(&parser->token, ','));
    return expect_close(parser, open, close) && !parser->failed ? count : 0;
}

static Expr call_onehot(Parser *parser, const Token *name, const Expr *operands) {
    const ExprNode *size = expr_get(parser->exprs, operands[1]);
    bool whole =
        size->kind == EXPR_NUMBER && size->number >= 1 && size->number == floor(size->number);
    if (!whole || !expr_is_scalar(parser->exprs, operands[0]))
        return parser_fail(parser, name, "write onehot(k, 3) for a column of three",
                           "onehot needs a number and the length of the column");
    if (!check_size(parser, name, (uint64_t)fmin(size->number, 1e15), 1))
        return 0;
    return expr_call(parser->exprs, FUNCTION_ONEHOT, operands, 2);
}

static Expr parse_call(Parser *parser, const Token *name) {
    ExprFunction function = function_find(name->text, name->length);
    Token open = parser_take(parser);
    if (!enter(parser, &open) || !count_operator(parser, name))
        return 0;
    Expr *operands;
    size_t count = parse_list(parser, &open, ')', &operands);
    parser->depth--;
    if (parser->failed)
        return 0;
    const FunctionInfo *info = &expr_functions[function];
    if (count < info->least || count > info->most)
        return parser_fail(parser, name,
                           arena_format(parser->arena, "%s: %s", info->name, info->help),
                           "%s takes %zu value%s, not %zu", info->name,
                           count < info->least ? info->least : info->most,
                           (count < info->least ? info->least : info->most) == 1 ? "" : "s", count);
    if ((function == FUNCTION_ROWSUM || function == FUNCTION_ROWMEAN) && !parser->scope->data)
        return parser_fail(parser, name, "declare the rows first: data x1, x2 -> y",
                           "%s adds up over training rows, and there are none", info->name);
    if (function == FUNCTION_ONEHOT)
        return call_onehot(parser, name, operands);
    uint32_t rows, columns;
    if (count == 2 &&
        !expr_fits(parser->exprs, EXPR_ADD, operands[0], operands[1], &rows, &columns))
        return parser_fail(parser, name, NULL, "these shapes do not fit %s: %s and %s", info->name,
                           parser_shape_text(parser, operands[0]),
                           parser_shape_text(parser, operands[1]));
    if (count == 2 && !check_size(parser, name, rows, columns))
        return 0;
    return expr_call(parser->exprs, function, operands, count);
}

/* The entries of a matrix literal while it is read. */
typedef struct Literal {
    Expr *entries;
    size_t count, capacity, rows, columns;
} Literal;

/* [a, b, c] as one row of a matrix. */
static bool parse_row(Parser *parser, Literal *literal) {
    Token open = parser->token;
    if (!token_is_sign(&open, '['))
        return parser_expected(parser, "another row in [ ]", NULL);
    parser_take(parser);
    Expr *row;
    size_t length = parse_list(parser, &open, ']', &row);
    if (parser->failed)
        return false;
    if (literal->rows && length != literal->columns)
        return parser_fail(parser, &open, NULL, "the rows differ: this one has %zu, the first %zu",
                           length, literal->columns);
    literal->columns = length;
    literal->rows++;
    for (size_t i = 0; i < length; i++) {
        ARENA_RESERVE(parser->arena, literal->entries, literal->count, literal->capacity);
        literal->entries[literal->count++] = row[i];
    }
    return true;
}

/* [a, b] is a column; [[a, b], [c, d]] a matrix by rows. */
static Expr parse_matrix(Parser *parser) {
    Token open = parser_take(parser);
    if (!enter(parser, &open))
        return 0;
    Literal literal = {.columns = 1};
    if (token_is_sign(&parser->token, '[')) {
        while (parse_row(parser, &literal) && token_is_sign(&parser->token, ','))
            parser_take(parser);
        if (!parser->failed)
            expect_close(parser, &open, ']');
    } else {
        literal.rows = literal.count = parse_list(parser, &open, ']', &literal.entries);
    }
    parser->depth--;
    if (parser->failed || !check_size(parser, &open, literal.rows, literal.columns))
        return 0;
    for (size_t i = 0; i < literal.count; i++)
        if (!expr_is_scalar(parser->exprs, literal.entries[i]))
            return parser_fail(parser, &open, NULL,
                               "entries of a matrix must be numbers; entry %zu is %s", i + 1,
                               parser_shape_text(parser, literal.entries[i]));
    return expr_matrix(parser->exprs, literal.entries, (uint32_t)literal.rows,
                       (uint32_t)literal.columns);
}

/* ------------------------------------------------------------------------------ derivatives */

/* Whether a derivative's second half, /d or /∂, stands right at `text`. */
static bool is_over_d(const char *text) {
    return str_starts(text, "/d") || str_starts(text, "/∂");
}

/* Whether `name` is a d and a declared name: dE. The name itself must not be declared. */
static SymbolId differential(const Parser *parser, const Token *name) {
    if (name->length < 2 || name->text[0] != 'd' ||
        scope_find_n(parser->scope, name->text, name->length) != SYMBOL_NONE)
        return SYMBOL_NONE;
    return scope_find_n(parser->scope, name->text + 1, name->length - 1);
}

/* What to write for dE / dw, and for a dW alone, which notes often have for the slope of the loss
 * along W. */
static const char *whole_derivative(const Parser *parser, const Token *name) {
    SymbolId itself = differential(parser, name);
    if (token_is_sign(&parser->token, '/')) {
        const char *lower = parser->token.text + 1;
        lower += strspn(lower, " \t");
        if (scope_find_n(parser->scope, lower, lexer_name_length(lower)) != SYMBOL_NONE)
            return arena_format(parser->arena, "write %.*s/d%.*s", (int)name->length, name->text,
                                (int)lexer_name_length(lower), lower);
        if (*lower == 'd' && lexer_name_length(lower) > 1)
            return arena_format(parser->arena, "write it without spaces: %.*s/%.*s",
                                (int)name->length, name->text, (int)lexer_name_length(lower),
                                lower);
    }
    SymbolId loss = scope_last_loss(parser->scope);
    if (scope_get(parser->scope, itself)->role == ROLE_LOSS)
        return arena_format(parser->arena, "write it without spaces: %.*s/d{W}", (int)name->length,
                            name->text);
    if (loss != SYMBOL_NONE)
        return arena_format(parser->arena, "write it without spaces: d%s/%.*s",
                            scope_get(parser->scope, loss)->name, (int)name->length, name->text);
    return "write it without spaces: d{E}/d{W}";
}

/* The entry behind a name, if one is written: W or W[1,2]. */
static Expr with_index(Parser *parser, SymbolId symbol) {
    Expr name = scope_expr(parser->scope, parser->exprs, symbol);
    bool indexed = token_is_sign(&parser->token, '[') && !parser->token.spaced;
    return indexed ? parse_index(parser, name) : name;
}

Expr parse_variable(Parser *parser) {
    SymbolId symbol = parse_symbol(parser);
    return symbol == SYMBOL_NONE ? 0 : with_index(parser, symbol);
}

static Expr make_derivative(Parser *parser, const Token *at, Expr of, Expr wrt) {
    if (!of || !wrt)
        return 0;
    const ExprNode *a = expr_get(parser->exprs, of), *b = expr_get(parser->exprs, wrt);
    if (!check_size(parser, at, (uint64_t)a->rows * a->columns, (uint64_t)b->rows * b->columns))
        return 0;
    return expr_derivative(parser->exprs, of, wrt);
}

static Expr names_not_allowed(Parser *parser, const Token *at) {
    return parser_fail(parser, at, "write a number, or a definition: name = formula",
                       "the first value of a declaration cannot use names");
}

/* dE/d w, dE/d(w) or dE/w: where a name is written, how it is written with it. */
static Expr fail_lower_half(Parser *parser, const Token *at) {
    const char *lower = parser->token.text, *slash = lower - 1;
    if (token_is_word(&parser->token, "d"))
        lower++;
    while (slash > at->text && *slash != '/')
        slash--;
    lower += strspn(lower, " (");
    const size_t length = lexer_name_length(lower);
    const bool known = scope_find_n(parser->scope, lower, length) != SYMBOL_NONE;
    const char *written = arena_format(parser->arena, "write %.*s/d%.*s", (int)(slash - at->text),
                                       at->text, (int)length, lower);
    return parser_expected(parser, "d and a name", known ? written : "write d{E}/d{W}");
}

/* The /dw5 of a derivative; the token before it was the last of its upper part. */
static Expr parse_over(Parser *parser, const Token *at, Expr of) {
    if (!of)
        return 0;
    if (parser->numbers_only)
        return names_not_allowed(parser, at);
    if (!token_is_sign(&parser->token, '/'))
        return parser_fail(parser, at, "write d{E}/d{W}, or d({E}*{E})/d{W}",
                           "a derivative needs its lower half");
    parser_take(parser);
    if (token_is_sign(&parser->token, 'd')) {
        parser_take(parser);
        return make_derivative(parser, at, of, parse_variable(parser));
    }
    Token name = parser->token;
    if (name.kind != TOKEN_NAME || name.text[0] != 'd' || name.length < 2)
        return fail_lower_half(parser, at);
    parser_take(parser);
    SymbolId symbol = scope_find_n(parser->scope, name.text + 1, name.length - 1);
    if (symbol == SYMBOL_NONE)
        return parser_unknown_name(parser, &name, 1);
    return make_derivative(parser, &name, of, with_index(parser, symbol));
}

/* d(EXPR)/dw5; the d or ∂ has been taken. */
static Expr parse_general_derivative(Parser *parser, const Token *d) {
    Token open = parser_take(parser);
    if (!enter(parser, &open))
        return 0;
    Expr of = parse_expression(parser);
    if (!of || !expect_close(parser, &open, ')'))
        return 0;
    parser->depth--;
    return parse_over(parser, d, of);
}

/* ------------------------------------------------------------------------------ operands */

SymbolId parse_symbol(Parser *parser) {
    if (parser->token.kind != TOKEN_NAME) {
        parser_expected(parser, "a name", NULL);
        return SYMBOL_NONE;
    }
    Token name = parser_take(parser);
    SymbolId symbol = scope_find_n(parser->scope, name.text, name.length);
    bool upper_half = is_over_d(name.text + name.length);
    if (symbol == SYMBOL_NONE && upper_half && differential(parser, &name) != SYMBOL_NONE)
        parser_fail(parser, &name, NULL, "a name is needed here, not a derivative");
    else if (symbol == SYMBOL_NONE)
        parser_unknown_name(parser, &name, 0);
    return symbol;
}

static Expr parse_name(Parser *parser) {
    Token name = parser_take(parser);
    bool opens = token_is_sign(&parser->token, '(');
    if (token_is_word(&name, "pi"))
        return expr_number(parser->exprs, PI);
    if (opens && function_find(name.text, name.length) != FUNCTION_COUNT)
        return parse_call(parser, &name);
    if (opens && token_is_word(&name, "d") && !parser->token.spaced)
        return parse_general_derivative(parser, &name);
    if (parser->numbers_only)
        return names_not_allowed(parser, &name);
    if (is_over_d(name.text + name.length) && differential(parser, &name) != SYMBOL_NONE) {
        Expr of = scope_expr(parser->scope, parser->exprs, differential(parser, &name));
        return parse_over(parser, &name, of);
    }
    SymbolId symbol = scope_find_n(parser->scope, name.text, name.length);
    if (symbol != SYMBOL_NONE && opens && !parser->token.spaced)
        return parser_fail(parser, &parser->token, "write * between them for a product",
                           "%s is not a function", token_copy(parser->arena, &name));
    if (symbol != SYMBOL_NONE)
        return scope_expr(parser->scope, parser->exprs, symbol);
    if (function_find(name.text, name.length) != FUNCTION_COUNT)
        return parser_fail_call(parser, &name);
    if (differential(parser, &name) != SYMBOL_NONE)
        return parser_fail(parser, &name, whole_derivative(parser, &name),
                           "a derivative needs its lower half");
    return parser_unknown_name(parser, &name, 0);
}

static Expr parse_operand(Parser *parser) {
    const Token *token = &parser->token;
    if (token->kind == TOKEN_NUMBER)
        return expr_number(parser->exprs, parser_take(parser).number);
    if (token->kind == TOKEN_NAME)
        return parse_name(parser);
    if (token_is_sign(token, '['))
        return parse_matrix(parser);
    if (token_is_sign(token, '(')) {
        Token open = parser_take(parser);
        if (!enter(parser, &open))
            return 0;
        Expr inside = parse_expression(parser);
        if (!inside || !expect_close(parser, &open, ')'))
            return 0;
        parser->depth--;
        return inside;
    }
    if (token_is_sign(token, 'd')) {
        Token d = parser_take(parser);
        if (token_is_sign(&parser->token, '('))
            return parse_general_derivative(parser, &d);
        SymbolId of = parse_symbol(parser);
        return of == SYMBOL_NONE
                   ? 0
                   : parse_over(parser, &d, scope_expr(parser->scope, parser->exprs, of));
    }
    return parser_expected(parser, "a number, a name or a bracket", NULL);
}

/* An operand with its powers: a^b^c is a^(b^c), and −x^2 is −(x^2). */
static Expr parse_power(Parser *parser) {
    Expr base = parse_postfix(parser, parse_operand(parser));
    if (!base || !token_is_sign(&parser->token, '^'))
        return base;
    Token sign = parser_take(parser);
    if (!enter(parser, &sign))
        return 0;
    Expr exponent = parse_unary(parser);
    parser->depth--;
    return combine(parser, &sign, EXPR_POWER, base, exponent);
}

static Expr parse_unary(Parser *parser) {
    if (token_is_sign(&parser->token, '+')) {
        Token sign = parser_take(parser);
        if (!enter(parser, &sign))
            return 0;
        Expr operand = parse_unary(parser);
        parser->depth--;
        return operand;
    }
    if (!token_is_sign(&parser->token, '-'))
        return parse_power(parser);
    Token sign = parser_take(parser);
    if (!enter(parser, &sign) || !count_operator(parser, &sign))
        return 0;
    Expr operand = parse_unary(parser);
    parser->depth--;
    if (!operand)
        return 0;
    const ExprNode *node = expr_get(parser->exprs, operand);
    if (node->kind == EXPR_NUMBER) /* −3 is a number, not an operation */
        return expr_number(parser->exprs, -node->number);
    return expr_unary(parser->exprs, EXPR_NEGATE, operand);
}

static Expr parse_product(Parser *parser) {
    Expr left = parse_unary(parser);
    while (left) {
        ExprKind kind;
        if (token_is_sign(&parser->token, '*'))
            kind = EXPR_MULTIPLY;
        else if (token_is_sign(&parser->token, '/'))
            kind = EXPR_DIVIDE;
        else if (token_is_sign(&parser->token, '@'))
            kind = EXPR_MATMUL;
        else
            break;
        Token sign = parser_take(parser);
        left = combine(parser, &sign, kind, left, parse_unary(parser));
    }
    return left;
}

Expr parse_expression(Parser *parser) {
    Expr left = parse_product(parser);
    while (left && (token_is_sign(&parser->token, '+') || token_is_sign(&parser->token, '-'))) {
        Token sign = parser_take(parser);
        ExprKind kind = sign.sign == '+' ? EXPR_ADD : EXPR_SUBTRACT;
        left = combine(parser, &sign, kind, left, parse_product(parser));
    }
    return left;
}
