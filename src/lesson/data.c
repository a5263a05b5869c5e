#include "lesson/data.h"

#include <string.h>

#include "base/limits.h"
#include "lesson/csv.h"

/* Rows while they are read. */
typedef struct Rows {
    DataTable *table;
    size_t count, capacity; /* of numbers in table->values */
    size_t inputs;          /* of the width, those left of -> */
    bool arrow;             /* -> stands in the line of the names, so it stands in every row */
} Rows;

/* What was found in one row. */
typedef struct RowRead {
    size_t count, before_arrow; /* numbers; those left of -> */
    size_t arrows;
    Token first_arrow, comma; /* comma: the first between digits */
    size_t decimals;          /* how many such commas; before the arrow: */
    size_t decimals_before_arrow;
} RowRead;

static void add_number(Script *script, Rows *rows, double number) {
    ARENA_RESERVE(script->parser.arena, rows->table->values, rows->count, rows->capacity);
    rows->table->values[rows->count++] = number;
}

/* ------------------------------------------------------------------------------ columns */

/* x1, x2, v[4]: new names of one role; adds up the entries of a row. */
static bool parse_columns(Script *script, SymbolRole role, size_t *width) {
    Parser *parser = &script->parser;
    for (;;) {
        Token name = parser->token;
        Symbol symbol;
        bool shaped;
        if (!script_parse_leaf_name(script, role, &symbol, &shaped))
            return false;
        if (symbol.columns != 1)
            return parser_fail(parser, &name, "write x[4] for four columns",
                               "a name takes columns of the table, not a matrix");
        script_parse_spelling(script, &symbol);
        *width += symbol.rows;
        scope_add(parser->scope, symbol);
        if (!token_is_sign(&parser->token, ','))
            return true;
        parser_take(parser);
    }
}

/* ------------------------------------------------------------------------------ rows in the lesson
 */

static void note_arrow(RowRead *row, const Token *arrow) {
    if (row->arrows++)
        return;
    row->first_arrow = *arrow;
    row->before_arrow = row->count;
    row->decimals_before_arrow = row->decimals;
}

static void note_comma(RowRead *row, const Token *comma) {
    if (comma->digits_before && !row->decimals++)
        row->comma = *comma;
}

/* "1 number" */
static const char *count_text(Arena *arena, size_t count) {
    return arena_format(arena, "%zu number%s", count, count == 1 ? "" : "s");
}

/* "2 numbers, then ->, then 1" */
static const char *describe_row(Arena *arena, const Rows *rows) {
    size_t width = rows->table->width, left = rows->inputs;
    return rows->arrow
               ? arena_format(arena, "%s, then ->, then %zu", count_text(arena, left), width - left)
               : count_text(arena, width);
}

/* What stands in a row and is no number. A word behind the last number of a side is a unit. */
static bool fail_cell(Parser *parser, const Rows *rows, const RowRead *row, const Token *token) {
    if (token_is_sign(token, ',') || token->kind == TOKEN_NEWLINE)
        return parser_fail(parser, token, "every cell needs a number", "a number is missing here");
    bool full = row->count == (row->arrows || !rows->arrow ? rows->table->width : rows->inputs);
    const char *instead =
        token->kind != TOKEN_NAME
            ? arena_format(parser->arena, "a row has %s", describe_row(parser->arena, rows))
        : full ? "units are left out: a # comment has room for them"
               : "write a number for each word, as 0 and 1";
    return parser_fail(parser, token, instead, "a row of data is made of numbers");
}

/* The numbers, arrows and commas of one line. */
static bool read_row(Script *script, Rows *rows, RowRead *row) {
    Parser *parser = &script->parser;
    while (!script_at_end(parser)) {
        Token token = parser_take(parser);
        if (token.arrow) {
            note_arrow(row, &token);
            continue;
        }
        bool negative = token_is_sign(&token, '-');
        if (negative)
            token = parser_take(parser);
        if (token.kind != TOKEN_NUMBER)
            return fail_cell(parser, rows, row, &token);
        add_number(script, rows, negative ? -token.number : token.number);
        row->count++;
        if (token_is_sign(&parser->token, ',')) {
            note_comma(row, &parser->token);
            parser_take(parser);
        }
    }
    return true;
}

/* Whether the row fits the names above it; reports why not. Commas that make up for numbers too
 * many are decimal ones. */
static bool check_row(Script *script, const Rows *rows, const RowRead *row, const Token *start) {
    Parser *parser = &script->parser;
    size_t width = rows->table->width, left = row->arrows ? row->before_arrow : rows->inputs;
    bool sides = row->arrows == rows->arrow && left == rows->inputs;
    if (sides && row->count == width)
        return true;
    size_t left_commas = row->arrows ? row->decimals_before_arrow : 0;
    if (row->decimals && row->count - row->decimals == width &&
        (!row->arrows || left - left_commas == rows->inputs))
        return !parser_fail_decimal(parser, &row->comma);
    const char *needed =
        arena_format(parser->arena, "a row has %s", describe_row(parser->arena, rows));
    if (rows->arrow && !row->arrows)
        return parser_fail(parser, start, needed, "this row has no ->");
    if (row->arrows && !rows->arrow)
        return parser_fail(parser, &row->first_arrow, needed,
                           "the names of the columns stand without ->, and this row has one");
    if (row->arrows > 1)
        return parser_fail(parser, start, needed, "this row has %zu times ->", row->arrows);
    if (row->arrows && left != rows->inputs)
        return parser_fail(parser, &row->first_arrow, needed,
                           "left of -> this row has %s, and the data need %zu",
                           count_text(parser->arena, left), rows->inputs);
    return parser_fail(parser, start, needed, "this row has %s, and the data need %zu",
                       count_text(parser->arena, row->count), width);
}

/* 0 1 -> 1, or 0, 1 -> 1: numbers, with the arrow where the inputs end. */
static bool parse_row(Script *script, Rows *rows) {
    Parser *parser = &script->parser;
    Token start = parser->token;
    RowRead row = {0};
    if (!read_row(script, rows, &row) || !check_row(script, rows, &row, &start))
        return false;
    return ++rows->table->rows <= LIMIT_DATA_ROWS ||
           parser_fail(parser, &start, NULL, "a lesson has at most %d rows", LIMIT_DATA_ROWS);
}

static void skip_newlines(Parser *parser) {
    while (parser->token.kind == TOKEN_NEWLINE)
        parser_take(parser);
}

bool data_begins_row(const Token *token) {
    bool negative =
        token_is_sign(token, '-') && strspn(token->text + token->length, " .0123456789") > 0;
    return token->kind == TOKEN_NUMBER || negative || token->arrow;
}

static void skip_stray_rows(Parser *parser) {
    while (parser->token.first && data_begins_row(&parser->token)) {
        lexer_skip_line(&parser->lexer);
        parser->token = lexer_next(&parser->lexer);
    }
}

void data_stray_rows(Script *script) {
    parser_fail(&script->parser, &script->parser.token, "put two blanks before every row",
                "rows are indented under their `data`");
    skip_stray_rows(&script->parser);
    script->rows_unknown = true;
}

static bool parse_rows(Script *script, const Token *word, Rows *rows) {
    Parser *parser = &script->parser;
    skip_newlines(parser);
    while (parser->token.kind != TOKEN_END && parser->token.first &&
           parser->token.column > word->column) {
        if (rows->table->rows && script_begins_statement(&parser->token)) {
            parser_fail(parser, &parser->token, "a statement begins at the left edge",
                        "%s is indented, as rows of data are",
                        token_copy(parser->arena, &parser->token));
            return true;
        }
        if (!parse_row(script, rows))
            return false;
        skip_newlines(parser);
    }
    if (!rows->table->rows && data_begins_row(&parser->token)) {
        data_stray_rows(script);
        return false;
    }
    return rows->table->rows > 0 ||
           parser_fail(parser, word, "write them under it, indented: 0 1 -> 1",
                       "there are no rows");
}

/* ------------------------------------------------------------------------------ the statement */

/* x1, x2 -> y: the names, and nothing else but where a file is named. */
static bool parse_header(Script *script, Rows *rows) {
    Parser *parser = &script->parser;
    if (!parse_columns(script, ROLE_INPUT, &rows->inputs))
        return false;
    rows->table->width = rows->inputs;
    rows->arrow = parser->token.arrow;
    if (rows->arrow) {
        parser_take(parser);
        if (!parse_columns(script, ROLE_TARGET, &rows->table->width))
            return false;
    }
    if (script_at_end(parser) || token_is_word(&parser->token, "from"))
        return true;
    const char *left = token_copy(parser->arena, &parser->before);
    const char *right = token_copy(parser->arena, &parser->token);
    if (parser->token.kind == TOKEN_NAME)
        return parser_fail(parser, &parser->token,
                           arena_format(parser->arena,
                                        "write data %s, %s -> …, and the rows below it, indented",
                                        left, right),
                           "between the columns %s and %s a comma is missing", left, right);
    const bool arrow = token_is_sign(&parser->token, '=') && parser->token.text[1] == '>';
    return parser_fail(parser, &parser->token,
                       arrow ? "write ->" : "write data x1, x2 -> t, and the rows below it",
                       "I did not expect %s among the names of the columns",
                       token_describe(parser->arena, &parser->token));
}

/* from "iris.csv" */
static bool parse_file(Script *script, const Token *word, Rows *rows) {
    Parser *parser = &script->parser;
    parser_take(parser);
    Token file = parser->token;
    if (file.kind != TOKEN_STRING)
        return parser_expected(parser, "the name of a CSV file", "write from \"table.csv\"");
    parser_take(parser);
    if (!csv_read(script, &file, rows->table))
        return false;
    skip_newlines(parser);
    return !(parser->token.first && parser->token.column > word->column &&
             data_begins_row(&parser->token)) ||
           parser_fail(parser, &parser->token, "leave out the file, or the rows under it",
                       "the rows stand in %s already", token_copy(parser->arena, &file));
}

void script_data(Script *script, const Token *word) {
    Parser *parser = &script->parser;
    Scope *scope = parser->scope;
    if (scope->data) {
        parser_fail(parser, word, "put all columns into one `data`",
                    "a lesson has one table of data");
        return;
    }
    DataTable *table = ARENA_NEW(parser->arena, DataTable);
    Rows rows = {.table = table};
    table->first = (SymbolId)scope->count;
    table->offset = scope->leaf_entries;
    bool read = parse_header(script, &rows);
    table->count = (SymbolId)scope->count - table->first;
    scope->data = table; /* even with errors in it: later lines are read as they were meant */
    if (!read)
        script_note_broken_line(script, word);
    else if (token_is_word(&parser->token, "from"))
        read = parse_file(script, word, &rows);
    else
        read = parse_rows(script, word, &rows);
    if (read) {
        script_note_declaration(script, table->first, word->line);
        return;
    }
    table->rows = 0;
    script->rows_unknown = true;
    script_skip_indented(script, word);
    skip_stray_rows(parser); /* rows that are not even indented */
}
