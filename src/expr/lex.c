#include "expr/lex.h"

#include <math.h>
#include <string.h>

#include "base/limits.h"
#include "base/number.h"
#include "base/str.h"
#include "base/utf8.h"
#include "expr/habits.h"

void lexer_init(Lexer *lexer, const char *text, int line, int column, Diags *diags) {
    *lexer = (Lexer){.at = text,
                     .line = line,
                     .column = column,
                     .first_column = column,
                     .line_start = true,
                     .diags = diags};
}

/* Whether a name may begin or go on with this character: Latin and Greek letters; then digits, _.
 */
static bool is_letter(uint32_t c) {
    bool latin = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                 (c >= 0xC0 && c <= 0x24F && c != 0xD7 && c != 0xF7);
    return latin || (c >= 0x370 && c <= 0x3FF && c != 0x37E && c != 0x387) ||
           (c >= 0x1E00 && c <= 0x1EFF);
}

static bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

/* Moves over `bytes` bytes that hold `characters` characters. */
static void advance(Lexer *lexer, size_t bytes, int characters) {
    lexer->at += bytes;
    lexer->column += characters;
}

static void skip_comment(Lexer *lexer) {
    while (*lexer->at && *lexer->at != '\n')
        advance(lexer, 1, 1);
}

/* The bytes of a blank at `text`, 0 where there is none. Word processors have blanks of their own.
 */
static size_t blank_length(const char *text) {
    uint32_t character = 0;
    if (*text == ' ' || *text == '\t')
        return 1;
    size_t bytes = utf8_decode(text, &character);
    bool blank = character == 0xA0 || character == 0x2009 || character == 0x202F;
    return blank ? bytes : 0;
}

/* Skips blanks, comments, and newlines that end nothing. Returns whether anything was skipped. */
static bool skip_space(Lexer *lexer) {
    const char *start = lexer->at;
    for (;;) {
        bool joins = lexer->line_start || lexer->open_brackets > 0;
        size_t blank = blank_length(lexer->at);
        if (blank) {
            advance(lexer, blank, 1);
        } else if (*lexer->at == '#') {
            skip_comment(lexer);
        } else if (*lexer->at == '\n' && joins) {
            lexer->at++;
            lexer->line++;
            lexer->column = lexer->first_column;
            lexer->line_start = lexer->open_brackets == 0;
        } else {
            return lexer->at != start;
        }
    }
}

/* The bytes of the letters, digits and _ at `text`, and how many they are. */
static size_t name_length(const char *text, int *characters) {
    size_t length = 0;
    for (*characters = 0;; ++*characters) {
        uint32_t character;
        size_t bytes = utf8_decode(text + length, &character);
        bool part =
            bytes && (is_letter(character) ||
                      (character < 0x80 && (is_digit((char)character) || character == '_')));
        if (!part)
            return length;
        length += bytes;
    }
}

size_t lexer_name_length(const char *text) {
    int characters;
    return is_digit(*text) || *text == '_' ? 0 : name_length(text, &characters);
}

static void lex_name(Lexer *lexer, Token *token) {
    token->kind = TOKEN_NAME;
    int characters;
    size_t length = name_length(token->text, &characters);
    token->length = length;
    token->width = characters;
    advance(lexer, length, characters);
    if (length > LIMIT_NAME_BYTES) {
        diag_add(lexer->diags, token->line, token->column, characters, "write a shorter one",
                 "this name is longer than %d bytes", LIMIT_NAME_BYTES);
        token->kind = TOKEN_BAD;
    }
}

/* A number that a name is glued to: 2x, 3cm. */
static void fail_number(Lexer *lexer, Token *token) {
    const char *name = lexer->at;
    size_t length = lexer_name_length(name);
    bool sides = lexer->open_brackets > 0 && *name == 'x' && length > 1 &&
                 strspn(name + 1, "0123456789") == length - 1;
    const char *shape =
        sides ? arena_format(lexer->diags->arena, ", for a shape [%.*s,%.*s]", (int)token->length,
                             token->text, (int)length - 1, name + 1)
              : "";
    diag_add(lexer->diags, token->line, token->column, token->width + 1,
             arena_format(lexer->diags->arena,
                          "for a product write %.*s*%.*s%s; units are left out", (int)token->length,
                          token->text, (int)length, name, shape),
             "a number cannot run into a name");
    token->kind = TOKEN_BAD;
}

static void lex_number(Lexer *lexer, Token *token) {
    token->kind = TOKEN_NUMBER;
    token->length = number_parse(token->text, &token->number);
    token->width = (int)token->length;
    advance(lexer, token->length, token->width);
    if (isinf(token->number)) {
        diag_add(lexer->diags, token->line, token->column, token->width,
                 "the largest is about 1.8e308", "this number is too large for a computer");
        token->kind = TOKEN_BAD;
    }
    uint32_t next = 0;
    if (utf8_decode(lexer->at, &next) && is_letter(next))
        fail_number(lexer, token);
}

static void lex_string(Lexer *lexer, Token *token) {
    token->kind = TOKEN_STRING;
    advance(lexer, 1, 1);
    token->text = lexer->at;
    while (*lexer->at && *lexer->at != '\n' && *lexer->at != '"') {
        uint32_t character;
        size_t bytes = utf8_decode(lexer->at, &character);
        advance(lexer, bytes ? bytes : 1, 1);
    }
    token->length = (size_t)(lexer->at - token->text);
    token->width = lexer->column - token->column + 1;
    if (*lexer->at == '"') {
        advance(lexer, 1, 1);
    } else {
        diag_add(lexer->diags, token->line, token->column, 1, "end the sentence with \"",
                 "this sentence is not closed on its line");
        token->kind = TOKEN_BAD;
    }
}

/* Signs that people paste, and what they mean here. */
static char ascii_sign(uint32_t character) {
    switch (character) {
    case 0x2013:
    case 0x2212: return '-';
    case 0xB7:
    case 0x2217:
    case 0x2219:
    case 0x22C5:
    case 0xD7: return '*';
    case 0x2202: return 'd';
    default: return '\0';
    }
}

enum { LONGEST_LIST = 60 };

/* The entries up to `end`, with commas between them, in brackets if there are several rows; returns
 * how many, 0 where a sign stands among them. */
static size_t add_list_row(Buffer *text, const char *at, const char *end, bool brackets) {
    static const char between[] = " \t\n,";
    size_t count = 0;
    buffer_add(text, brackets ? "[" : "");
    while ((at += strspn(at, between)) < end) {
        const size_t length = strcspn(at, " \t\n,;]");
        if (length == strspn(at, "-") || (str_starts(at, "−") && length == strlen("−")))
            return 0;
        buffer_add(text, count++ ? ", " : "");
        buffer_add_n(text, at, length);
        at += length;
    }
    buffer_add(text, brackets ? "]" : "");
    return count;
}

const char *lexer_correct_list(const Lexer *lexer) {
    const char *list = lexer->list ? lexer->list + 1 : "";
    const size_t length = strcspn(list, "[]()#+*/^@=\"");
    if (length > LONGEST_LIST || list[length] != ']' || !memchr(list, ';', length))
        return NULL;
    for (int column = 1; column >= 0; column--) { /* as a column, if each row has one entry */
        Buffer text = {.arena = lexer->diags->arena};
        bool fits = true;
        buffer_add(&text, "write [");
        for (const char *row = list, *next; row < list + length; row = next + 1) {
            next = row + strcspn(row, ";]");
            buffer_add(&text, row > list ? ", " : "");
            const size_t entries = add_list_row(&text, row, next, !column);
            if (!entries)
                return NULL;
            fits = fits && (!column || entries == 1);
        }
        buffer_add(&text, "]");
        if (fits)
            return text.text;
    }
    return NULL;
}

/* A sign that a lesson does not know. */
static void fail_sign(const Lexer *lexer, const Token *token, uint32_t character) {
    Arena *arena = lexer->diags->arena;
    const char *list = character == ';' ? lexer_correct_list(lexer) : NULL;
    const bool lone = utf8_character_width(character) < 1; /* it would stand on another letter */
    if (list)
        diag_add(lexer->diags, token->line, token->column, 1, list,
                 "a matrix is written without semicolons");
    else
        diag_add_with(lexer->diags, token->line, token->column, 1,
                      habit_of_sign(arena, character, token->text + token->length),
                      "I don't know this sign: %s",
                      lone ? "an accent without a letter"
                           : arena_copy_n(arena, token->text, token->length));
}

/* `digits` stand right before it. */
static void lex_sign(Lexer *lexer, Token *token, int digits) {
    token->kind = TOKEN_SIGN;
    uint32_t character = 0;
    size_t bytes = utf8_decode(lexer->at, &character);
    token->length = bytes ? bytes : 1;
    token->width = 1;
    token->sign = character < 0x80 ? (char)character : ascii_sign(character);
    if (token->sign == '-' && lexer->at[token->length] == '>') {
        token->sign = '>';
        token->arrow = true;
        token->length++;
        token->width = 2;
    } else if (token->sign == '.' && lexer->at[1] == 'T') {
        token->sign = 'T';
        token->length = 2;
        token->width = 2;
    } else if (!token->sign || !strchr("+-*/^@()[],=<>~|%d", token->sign) ||
               (token->sign == 'd' && character == 'd')) {
        fail_sign(lexer, token, character);
        token->kind = TOKEN_BAD;
    }
    if (token->sign == ',' && is_digit(lexer->at[1]))
        token->digits_before = digits;
    if (token->sign && strchr("()[]", token->sign))
        lexer->list = token->sign == '[' && !lexer->list ? token->text : NULL;
    if (token->sign == '(' || token->sign == '[')
        lexer->open_brackets++;
    if ((token->sign == ')' || token->sign == ']') && lexer->open_brackets > 0)
        lexer->open_brackets--;
    advance(lexer, token->length, token->width);
}

Token lexer_next(Lexer *lexer) {
    bool spaced = skip_space(lexer);
    Token token = {.text = lexer->at,
                   .line = lexer->line,
                   .column = lexer->column,
                   .first = lexer->line_start,
                   .spaced = spaced};
    lexer->line_start = false;
    uint32_t character = 0;
    utf8_decode(lexer->at, &character);
    if (*lexer->at == '\0') {
        token.kind = TOKEN_END;
        lexer->line_start = true;
    } else if (*lexer->at == '\n') {
        token.kind = TOKEN_NEWLINE;
        lexer->line_start = true;
        token.first = false;
    } else if (is_letter(character)) {
        lex_name(lexer, &token);
    } else if (is_digit(*lexer->at) || (*lexer->at == '.' && is_digit(lexer->at[1]))) {
        lex_number(lexer, &token);
    } else if (*lexer->at == '"') {
        lex_string(lexer, &token);
    } else {
        lex_sign(lexer, &token, spaced ? 0 : lexer->digits);
    }
    lexer->digits = token.kind == TOKEN_NUMBER && strspn(token.text, "0123456789") == token.length
                        ? (int)token.length
                        : 0;
    return token;
}

void lexer_skip_line(Lexer *lexer) {
    skip_comment(lexer);
    lexer->open_brackets = 0;
    lexer->list = NULL;
    lexer->line_start = true;
}

bool token_is_sign(const Token *token, char sign) {
    return token->kind == TOKEN_SIGN && token->sign == sign && !token->arrow;
}

bool token_is_word(const Token *token, const char *word) {
    return token->kind == TOKEN_NAME && str_equal_n(word, token->text, token->length);
}

char *token_copy(Arena *arena, const Token *token) {
    return arena_copy_n(arena, token->text, token->length);
}

bool token_is_assigned(const Token *token) {
    const char *next = token->text + token->length;
    next += strspn(next, " \t");
    return *next == '=' && next[1] != '=';
}
