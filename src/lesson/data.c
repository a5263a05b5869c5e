#include "lesson/data.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/limits.h"
#include "base/number.h"
#include "base/str.h"
#include "base/utf8.h"

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

/* What stands in a row and is no number. */
static bool fail_cell(Parser *parser, const Token *token) {
    if (token_is_sign(token, ',') || token->kind == TOKEN_NEWLINE)
        return parser_fail(parser, token, "every cell needs a number", "a number is missing here");
    return parser_fail(parser, token,
                       token->kind == TOKEN_NAME ? "write a number for each word, as 0 and 1"
                                                 : "a row is written 0 1 -> 1",
                       "a row of data is made of numbers");
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
            return fail_cell(parser, &token);
        add_number(script, rows, negative ? -token.number : token.number);
        row->count++;
        if (token_is_sign(&parser->token, ',')) {
            note_comma(row, &parser->token);
            parser_take(parser);
        }
    }
    return true;
}

/* "2 numbers, then ->, then 1" */
static const char *describe_row(const Script *script, const Rows *rows) {
    size_t width = rows->table->width, left = rows->inputs;
    return rows->arrow
               ? arena_format(script->parser.arena, "%zu number%s, then ->, then %zu", left,
                              left == 1 ? "" : "s", width - left)
               : arena_format(script->parser.arena, "%zu number%s", width, width == 1 ? "" : "s");
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
    const char *needed = arena_format(parser->arena, "a row has %s", describe_row(script, rows));
    if (rows->arrow && !row->arrows)
        return parser_fail(parser, start, needed, "this row has no ->");
    if (row->arrows && !rows->arrow)
        return parser_fail(parser, &row->first_arrow, needed,
                           "the names of the columns stand without ->, and this row has one");
    if (row->arrows > 1)
        return parser_fail(parser, start, needed, "this row has %zu times ->", row->arrows);
    if (row->arrows && left != rows->inputs)
        return parser_fail(parser, &row->first_arrow, needed,
                           "left of -> there are %zu numbers, not %zu", rows->inputs, left);
    return parser_fail(parser, start, needed, "this row has %zu numbers, and the data need %zu",
                       row->count, width);
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

/* ------------------------------------------------------------------------------ CSV */

/* The file's text. It stands beside the lesson: a plain name, a regular file, no link, bounded. */
static char *read_csv(Script *script, const Token *name, const char *file) {
    Parser *parser = &script->parser;
    const char *slash = strrchr(script->lesson->path, '/');
    int folder = slash ? (int)(slash - script->lesson->path) + 1 : 0;
    const char *path = arena_format(parser->arena, "%.*s%s", folder, script->lesson->path, file);
    if (!*file || strchr(file, '/') || *file == '.') {
        parser_fail(parser, name,
                    "put the file into the folder of the lesson and write its name alone",
                    "a data file stands beside the lesson");
        return NULL;
    }
    struct stat status;
    int input = open(path, O_RDONLY | O_NONBLOCK | O_NOFOLLOW | O_CLOEXEC);
    if (input < 0 || fstat(input, &status) != 0 || !S_ISREG(status.st_mode) ||
        status.st_size > LIMIT_CSV_BYTES) {
        bool missing = input < 0 && errno == ENOENT;
        parser_fail(parser, name,
                    missing ? "it stands in the folder of the lesson, and is named as it is there"
                            : NULL,
                    "%s cannot be read: %s", file,
                    input < 0                          ? strerror(errno)
                    : status.st_size > LIMIT_CSV_BYTES ? "it is too large"
                                                       : "it is not a file");
        if (input >= 0)
            close(input);
        return NULL;
    }
    char *text = arena_alloc(parser->arena, LIMIT_CSV_BYTES + 1);
    size_t length = 0;
    ssize_t got;
    while (length < LIMIT_CSV_BYTES &&
           ((got = read(input, text + length, LIMIT_CSV_BYTES - length)) > 0 ||
            (got < 0 && errno == EINTR)))
        length += got > 0 ? (size_t)got : 0;
    close(input);
    if (memchr(text, 0, length)) {
        parser_fail(parser, name, "save the table as CSV, in UTF-8", "%s is not plain text", file);
        return NULL;
    }
    return text + (memcmp(text, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0); /* a byte order mark */
}

enum { SHOWN = 40 }; /* bytes of what is no number */

/* What stands between two commas, without the blanks and quotes around it. */
typedef struct Cell {
    const char *text;
    size_t length;
} Cell;

/* One line of the file. */
typedef struct CsvLine {
    size_t numbers; /* cells that are one; they have been added to the rows */
    size_t cells;   /* up to the last that is not empty */
    size_t gap;     /* the first empty cell before it, counted from 1; 0: none */
    Cell wrong;     /* the first that is neither empty nor a number */
} CsvLine;

/* The cell that begins at `*at`; goes behind its comma, or to the end of the line. */
static Cell next_cell(const char **at, const char *end) {
    const char *start = *at + strspn(*at, " \t");
    const char *quote = *start == '"' ? memchr(start + 1, '"', (size_t)(end - start - 1)) : NULL;
    const char *stop = quote ? quote + 1 : start;
    stop += strcspn(stop, ",\r\n");
    *at = stop + (*stop == ',');
    while (stop > start && (stop[-1] == ' ' || stop[-1] == '\t'))
        stop--;
    bool quoted = quote && stop == quote + 1;
    return (Cell){start + quoted, (size_t)(stop - start) - 2 * quoted};
}

/* Adds the numbers of one line to the rows. */
static CsvLine read_csv_line(Script *script, Rows *rows, const char *text, size_t length) {
    CsvLine line = {0};
    size_t pending = 0; /* the first empty cell since the last that is not */
    const char *end = text + length;
    for (size_t place = 1; text < end; place++) {
        Cell cell = next_cell(&text, end);
        if (!cell.length) {
            pending = pending ? pending : place;
            continue;
        }
        line.gap = line.gap ? line.gap : pending;
        line.cells = place;
        bool negative = *cell.text == '-';
        double number;
        size_t bytes = number_parse(cell.text + negative, &number);
        if (bytes && negative + bytes == cell.length && isfinite(number)) {
            add_number(script, rows, negative ? -number : number);
            line.numbers++;
        } else if (!line.wrong.text) {
            line.wrong = cell;
        }
    }
    return line;
}

/* The name of the column at `place`, from 0; NULL where a name takes several. */
static const char *column_name(const Script *script, const DataTable *table, size_t place) {
    for (SymbolId s = table->first; s < table->first + table->count; s++) {
        const Symbol *symbol = scope_get(script->parser.scope, s);
        if (place < symbol->rows)
            return symbol->rows == 1 ? symbol->name : NULL;
        place -= symbol->rows;
    }
    return NULL;
}

/* A heading for each column, and none that belongs to another. Others than the names may stand
 * there: "weight in kg". */
static bool check_headings(Script *script, const Token *name, const Rows *rows, const char *text,
                           size_t length, size_t count) {
    Parser *parser = &script->parser;
    const char *file = token_copy(parser->arena, name), *end = text + length;
    size_t width = rows->table->width;
    if (count != width)
        return parser_fail(parser, name, "the names in `data` are the columns of the file",
                           "%s, line 1: %zu heading%s, and the data need %zu", file, count,
                           count == 1 ? "" : "s", width);
    for (size_t i = 0; i < width; i++) {
        Cell cell = next_cell(&text, end);
        const char *own = column_name(script, rows->table, i);
        SymbolId other = scope_find_n(parser->scope, cell.text, cell.length);
        bool column = other != SYMBOL_NONE && other >= rows->table->first;
        if (own && column && !str_equal(own, scope_get(parser->scope, other)->name))
            return parser_fail(parser, name,
                               "put the columns of the file into the order of the names",
                               "%s, line 1: column %zu is headed %s, and the data have %s there",
                               file, i + 1, scope_get(parser->scope, other)->name, own);
    }
    return true;
}

/* Whether a line fits the columns; reports why not. */
static bool check_csv_line(Script *script, const Token *name, const Rows *rows, size_t number,
                           const CsvLine *line) {
    Parser *parser = &script->parser;
    const char *file = token_copy(parser->arena, name);
    size_t width = rows->table->width;
    if (line->wrong.text) {
        size_t shown = line->wrong.length < SHOWN ? line->wrong.length : SHOWN;
        return parser_fail(parser, name,
                           number == 1 ? "a row is made of numbers, a heading of words" : NULL,
                           "%s, line %zu: this is not a number: %s", file, number,
                           utf8_sanitise(parser->arena, line->wrong.text, shown));
    }
    if (line->gap)
        return parser_fail(parser, name, "every cell needs a number",
                           "%s, line %zu: cell %zu is empty", file, number, line->gap);
    return line->numbers == width ||
           parser_fail(parser, name,
                       line->numbers > width ? "the names in `data` are the columns of the file"
                                             : NULL,
                       "%s, line %zu: %zu number%s, and the data need %zu", file, number,
                       line->numbers, line->numbers == 1 ? "" : "s", width);
}

/* Semicolons or tabs where commas ought to stand, as some programs write them. */
static const char *other_separator(Cell cell) {
    return !cell.text                             ? NULL
           : memchr(cell.text, ';', cell.length)  ? "a semicolon"
           : memchr(cell.text, '\t', cell.length) ? "a tab"
                                                  : NULL;
}

static bool read_csv_rows(Script *script, const Token *name, Rows *rows) {
    Parser *parser = &script->parser;
    const char *file = token_copy(parser->arena, name);
    const char *text = read_csv(script, name, file);
    for (size_t number = 1; text && *text; number++) {
        size_t length = strcspn(text, "\r\n");
        CsvLine line = read_csv_line(script, rows, text, length);
        bool heading = number == 1 && line.cells && !line.numbers;
        const char *separator = other_separator(line.wrong);
        if (separator && !(heading && line.cells == rows->table->width))
            return parser_fail(
                parser, name, "between numbers stand commas, and in them decimal points",
                "%s, line %zu: %s stands where a comma ought to", file, number, separator);
        if (heading && !check_headings(script, name, rows, text, length, line.cells))
            return false;
        if (line.cells && !heading) {
            if (!check_csv_line(script, name, rows, number, &line))
                return false;
            if (++rows->table->rows > LIMIT_DATA_ROWS)
                return parser_fail(parser, name, NULL, "a lesson has at most %d rows",
                                   LIMIT_DATA_ROWS);
        }
        text += length;
        text += str_starts(text, "\r\n") ? 2 : *text != '\0';
    }
    return text &&
           (rows->table->rows > 0 || parser_fail(parser, name, NULL, "%s has no rows", file));
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
    return parser_fail(parser, &parser->token, "write data x1, x2 -> t, and the rows below it",
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
    if (!read_csv_rows(script, &file, rows))
        return false;
    skip_newlines(parser);
    return !(parser->token.first && parser->token.column > word->column &&
             data_begins_row(&parser->token)) ||
           parser_fail(parser, &parser->token, "leave out the file, or the rows under it",
                       "the rows stand in %s already", token_copy(parser->arena, &file));
}

void data_compile(Script *script, const Token *word) {
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
