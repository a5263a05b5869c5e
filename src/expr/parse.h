/* parse: expressions, by precedence climbing. The lesson script and the commands share it.
 *
 * From loose to tight: + −; * / @; unary −; ^ (groups to the right); .T and [row, column]. */
#ifndef EXPR_PARSE_H
#define EXPR_PARSE_H

#include "expr/lex.h"
#include "expr/scope.h"

typedef struct Parser {
    Lexer lexer;
    Token token;  /* the next token, not yet taken */
    Token before; /* the token taken last, for what is said about the next */
    Exprs *exprs;
    Scope *scope;
    Diags *diags;
    Arena *arena;      /* for texts of error messages and for operands while they are collected */
    size_t depth;      /* of nesting now */
    size_t operators;  /* in this formula so far */
    bool failed;       /* an error was reported since the last parser_recover */
    bool numbers_only; /* names are not allowed: the value of a declaration */
    const Scope
        *broken;        /* names whose declaration failed: using them is no second error; or NULL */
    const Scope *later; /* all names that the lesson declares anywhere, with their lines; or NULL */
} Parser;

/* Begins to read `text`, whose first character is at line:column; the pool, the scope and the rest
 * are set by the caller. */
void parser_init(Parser *parser, const char *text, int line, int column);

/* Takes the next token, and returns the one before it. */
Token parser_take(Parser *parser);

/* The expression that begins at the next token, up to the first token that cannot go on with it.
 * 0 where there is an error; it has been reported. Derivative tokens become EXPR_DERIVATIVE. */
Expr parse_expression(Parser *parser);

/* A name of the scope, or SYMBOL_NONE, reported with the nearest known name. */
SymbolId parse_symbol(Parser *parser);

/* The right side of a derivative, after its d: a name or an entry of one (w5, W[1,2]). */
Expr parse_variable(Parser *parser);

/* Reports an error at `token`; only the first of a statement is kept. Returns 0. */
Expr parser_fail(Parser *parser, const Token *token, const char *suggestion, const char *format,
                 ...) __attribute__((format(printf, 4, 5)));

/* The same with a suggestion that need not be for anywhere. */
Expr parser_fail_with(Parser *parser, const Token *token, Suggestion suggestion, const char *format,
                      ...) __attribute__((format(printf, 4, 5)));

/* Reports "I expected …" at the next token, or what must have been meant there. `suggestion` says
 * what to write where the tokens do not tell; or NULL. */
Expr parser_expected(Parser *parser, const char *what, const char *suggestion);

/* What two names side by side lack. */
typedef enum Missing { MISSING_NOTHING, MISSING_OPERATOR, MISSING_COMMA } Missing;

/* Reports the next token, where a formula or a statement should have ended: what is missing before
 * it, a comma in a number, a unit; else that it was not expected, with the suggestion `otherwise`
 * (or NULL). */
Expr parser_unexpected(Parser *parser, Missing missing, const char *otherwise);

/* The same where a bracket should have closed. */
Expr parser_unclosed(Parser *parser, const Token *open, char close);

/* Reports the comma in a number: 0,5. Returns true. */
bool parser_fail_decimal(Parser *parser, const Token *comma);

/* Reports a name that is not declared, without the first `skip` bytes of its token, and the nearest
 * known one or what is written in its place. No second error where its declaration failed. */
Expr parser_unknown_name(Parser *parser, const Token *name, size_t skip);

/* Reports a function whose value does not stand in brackets behind it: sqrt x, sin^2 x. */
Expr parser_fail_call(Parser *parser, const Token *name);

/* Reports operands whose shapes do not fit their sign. */
Expr parser_fail_shapes(Parser *parser, const Token *sign, ExprKind kind, Expr left, Expr right);

/* After a statement, failed or not: goes to the first token after it and forgets the failure. */
void parser_recover(Parser *parser);

/* What a token is called in a message: "the end of the line", "w5", "the sign )". */
const char *token_describe(Arena *arena, const Token *token);

/* "a number", or the shape of a matrix: "2×3". */
const char *parser_shape_text(const Parser *parser, Expr expr);

/* Reports that a value has not the shape that it ought to, "r is 1×2, and this value is 2×1", and
 * how it is written so that it has: the same numbers, where they are written out and as many. */
Expr parser_fail_shape(Parser *parser, const Token *token, const char *what, uint32_t rows,
                       uint32_t columns, const char *given, Expr value);

/* The function of that name that may be written in lessons, or FUNCTION_COUNT. */
ExprFunction function_find(const char *text, size_t length);

#endif
