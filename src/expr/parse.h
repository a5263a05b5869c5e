/* parse: expressions, by precedence climbing. The lesson script and the commands share it.
 *
 * From loose to tight: + −; * / @; unary −; ^ (groups to the right); .T and [row, column]. */
#ifndef EXPR_PARSE_H
#define EXPR_PARSE_H

#include "expr/lex.h"
#include "expr/scope.h"

typedef struct Parser {
    Lexer lexer;
    Token token; /* the next token, not yet taken */
    Exprs *exprs;
    Scope *scope;
    Diags *diags;
    Arena *arena;      /* for texts of error messages and for operands while they are collected */
    size_t depth;      /* of nesting now */
    size_t operators;  /* in this formula so far */
    bool failed;       /* an error was reported since the last parser_recover */
    bool numbers_only; /* names are not allowed: the value of a declaration */
    const Scope
        *broken; /* names whose declaration failed: using them is no second error; or NULL */
} Parser;

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

/* Reports "I expected …" at the next token. */
Expr parser_expected(Parser *parser, const char *what);

/* After a statement, failed or not: goes to the first token after it and forgets the failure. */
void parser_recover(Parser *parser);

/* What a token is called in a message: "the end of the line", "w5", "the sign )". */
const char *token_describe(Arena *arena, const Token *token);

/* "a number", or the shape of a matrix: "2×3". */
const char *parser_shape_text(const Parser *parser, Expr expr);

/* The function of that name that may be written in lessons, or FUNCTION_COUNT. */
ExprFunction function_find(const char *text, size_t length);

#endif
