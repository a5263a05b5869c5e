#include "lesson/data.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/limits.h"
#include "base/number.h"

/* Rows while they are read. */
typedef struct Rows {
    DataTable *table;
    size_t count, capacity; /* of numbers in table->values */
} Rows;

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

/* 0 1 -> 1, or 0, 1 -> 1: numbers, with the arrow where the inputs end (or none). */
static bool parse_row(Script *script, Rows *rows, size_t inputs) {
    Parser *parser = &script->parser;
    Token start = parser->token;
    size_t count = 0;
    while (parser->token.kind != TOKEN_NEWLINE && parser->token.kind != TOKEN_END) {
        Token token = parser_take(parser);
        if (token.arrow) {
            if (count != inputs)
                return parser_fail(parser, &token, NULL,
                                   "left of -> there are %zu numbers, not %zu", inputs, count);
            continue;
        }
        bool negative = token_is_sign(&token, '-');
        if (negative)
            token = parser_take(parser);
        if (token.kind != TOKEN_NUMBER)
            return parser_fail(parser, &token, "a row is written 0 1 -> 1",
                               "a row of data is made of numbers");
        add_number(script, rows, negative ? -token.number : token.number);
        count++;
        if (token_is_sign(&parser->token, ','))
            parser_take(parser);
    }
    if (count != rows->table->width)
        return parser_fail(parser, &start, NULL, "this row has %zu numbers, and the data need %zu",
                           count, rows->table->width);
    return ++rows->table->rows <= LIMIT_DATA_ROWS ||
           parser_fail(parser, &start, NULL, "a lesson has at most %d rows", LIMIT_DATA_ROWS);
}

static bool parse_rows(Script *script, const Token *word, Rows *rows, size_t inputs) {
    Parser *parser = &script->parser;
    while (parser->token.kind == TOKEN_NEWLINE)
        parser_take(parser);
    while (parser->token.kind != TOKEN_END && parser->token.first &&
           parser->token.column > word->column) {
        if (!parse_row(script, rows, inputs))
            return false;
        while (parser->token.kind == TOKEN_NEWLINE)
            parser_take(parser);
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
        parser_fail(parser, name, NULL, "%s cannot be read: %s", file,
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
    return text;
}

/* The numbers of one line, separated by commas. Returns how many; SIZE_MAX where one is no number.
 */
static size_t csv_line(Script *script, Rows *rows, const char *line, size_t length) {
    size_t count = 0;
    const char *end = line + length;
    while (line < end) {
        while (line < end && (*line == ' ' || *line == '\t' || *line == ','))
            line++;
        if (line == end)
            break;
        bool negative = *line == '-';
        double number;
        size_t bytes = number_parse(line + negative, &number);
        line += negative + bytes;
        while (line < end && (*line == ' ' || *line == '\t' || *line == '\r'))
            line++;
        if (!bytes || !isfinite(number) || (line < end && *line != ','))
            return SIZE_MAX;
        add_number(script, rows, negative ? -number : number);
        count++;
    }
    return count;
}

static bool read_csv_rows(Script *script, const Token *name, Rows *rows) {
    Parser *parser = &script->parser;
    const char *file = token_copy(parser->arena, name);
    const char *text = read_csv(script, name, file);
    for (size_t line = 1; text && *text; line++) {
        size_t length = strcspn(text, "\n"), before = rows->count;
        size_t count = csv_line(script, rows, text, length);
        bool heading = line == 1 && count == SIZE_MAX;
        if (heading)
            rows->count = before;
        else if (count == SIZE_MAX)
            return parser_fail(parser, name, NULL, "%s, line %zu: this is not a number", file,
                               line);
        else if (count && count != rows->table->width)
            return parser_fail(parser, name, NULL,
                               "%s, line %zu: %zu numbers, and the data need %zu", file, line,
                               count, rows->table->width);
        else
            rows->table->rows += count > 0;
        if (rows->table->rows > LIMIT_DATA_ROWS)
            return parser_fail(parser, name, NULL, "a lesson has at most %d rows", LIMIT_DATA_ROWS);
        text += length + (text[length] == '\n');
    }
    return text &&
           (rows->table->rows > 0 || parser_fail(parser, name, NULL, "%s has no rows", file));
}

/* ------------------------------------------------------------------------------ the statement */

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
    size_t inputs = 0;
    if (!parse_columns(script, ROLE_INPUT, &inputs))
        return;
    table->width = inputs;
    if (parser->token.arrow) {
        parser_take(parser);
        if (!parse_columns(script, ROLE_TARGET, &table->width))
            return;
    }
    table->count = (SymbolId)scope->count - table->first;
    scope->data = table; /* even with errors in the rows: later lines are read as they were meant */
    bool read;
    if (token_is_word(&parser->token, "from")) {
        parser_take(parser);
        Token file = parser->token;
        if (file.kind != TOKEN_STRING) {
            parser_expected(parser, "the name of a CSV file, in quotes,");
            return;
        }
        parser_take(parser);
        read = read_csv_rows(script, &file, &rows);
    } else {
        read = parse_rows(script, word, &rows, inputs);
    }
    if (read)
        script_note_declaration(script, table->first, word->line);
    else
        script_skip_indented(script, word);
}
