/* lex: text into tokens, for lesson scripts and for commands. A newline is a token, except inside
 * brackets, where a line goes on; comments and blank lines are skipped. */
#ifndef EXPR_LEX_H
#define EXPR_LEX_H

#include <stdint.h>

#include "base/diag.h"

typedef enum TokenKind {
    TOKEN_END,     /* of the text */
    TOKEN_NEWLINE, /* of a statement */
    TOKEN_NAME,    /* a letter, then letters, digits and _ */
    TOKEN_NUMBER,
    TOKEN_STRING, /* "a sentence" */
    TOKEN_SIGN,   /* one of + - * / ^ @ ( ) [ ] , = < > ~ | % ∂ or the two characters -> and .T */
    TOKEN_BAD     /* an error, already reported */
} TokenKind;

typedef struct Token {
    TokenKind kind;
    const char *text; /* where it stands in the source; a string without its quotes */
    size_t length;    /* bytes */
    int line, column; /* from 1; column in characters */
    int width;        /* characters, for underlining */
    bool first;       /* the first token of its line */
    bool spaced;      /* white space stands before it */
    char sign;        /* TOKEN_SIGN: itself; '>' with `arrow` for ->; 'T' for .T; 'd' for ∂ */
    bool arrow;
    int digits_before; /* a comma right between digits, as in 0,5: how many stand before it; else 0
                        */
    double number;     /* TOKEN_NUMBER */
} Token;

typedef struct Lexer {
    const char *at;    /* the next byte */
    int line, column;  /* of that byte */
    int first_column;  /* of the first byte of every line */
    int open_brackets; /* ( and [ not yet closed */
    const char *list;  /* a [ that is in no other, while no bracket has come behind it; else NULL */
    bool line_start;   /* no token of this line yet */
    int digits;        /* digits right before `at`: of a number just read */
    Diags *diags;
} Lexer;

/* Starts at `text`, which is sanitised and NUL-terminated; its first character is at line:column.
 */
void lexer_init(Lexer *lexer, const char *text, int line, int column, Diags *diags);

/* The next token; its text points into the source. What is none is reported and comes as TOKEN_BAD.
 * At the end, and ever after, TOKEN_END. */
Token lexer_next(Lexer *lexer);

/* The bytes of the name that begins at `text`, or 0. */
size_t lexer_name_length(const char *text);

/* Skips to the end of the line, forgetting open brackets: after an error. */
void lexer_skip_line(Lexer *lexer);

/* How the list that is being read is written in a lesson, if its rows end with ;: "write [1, 2]"
 * for [1; 2], "write [[1, 2], [3, 4]]" for [1, 2; 3, 4]. NULL where there is no such list, or a
 * long one. */
const char *lexer_correct_list(const Lexer *lexer);

/* Whether it is this sign (the arrow -> is none), or this name. */
bool token_is_sign(const Token *token, char sign);
bool token_is_word(const Token *token, const char *word);

/* Whether = stands behind the token: a definition or a value begins with it. */
bool token_is_assigned(const Token *token);

/* Its text, in `arena`. */
char *token_copy(Arena *arena, const Token *token);

#endif
