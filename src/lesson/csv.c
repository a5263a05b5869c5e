#include "lesson/csv.h"

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

/* A file while it is read. */
typedef struct Csv {
    Parser *parser;
    const Token *name; /* in the lesson: there all errors are reported */
    const char *file;
    DataTable *table;
    size_t count, capacity; /* of numbers in table->values */
} Csv;

/* What stands between two commas, without the blanks and quotes around it. */
typedef struct Cell {
    const char *text;
    size_t length;
    bool quoted;
} Cell;

/* One line of the file. */
typedef struct CsvLine {
    size_t place;   /* in the file, from 1 */
    size_t numbers; /* cells that are one; they have been added to the table */
    size_t cells;   /* up to the last that is not empty */
    size_t gap;     /* the first empty cell before it, counted from 1; 0: none */
    Cell wrong;     /* the first that is neither empty nor a number */
    bool quotes;    /* but for its quotes that would be one */
} CsvLine;

/* ------------------------------------------------------------------------------ the file */

static int open_file(const Csv *csv, const char *path) {
    struct stat status;
    int input = open(path, O_RDONLY | O_NONBLOCK | O_NOFOLLOW | O_CLOEXEC);
    bool large = false;
    if (input >= 0 && fstat(input, &status) == 0 && S_ISREG(status.st_mode)) {
        large = status.st_size > LIMIT_CSV_BYTES;
        if (!large)
            return input;
    }
    parser_fail(csv->parser, csv->name,
                input < 0 && errno == ENOENT
                    ? "it stands in the folder of the lesson, and is named as it is there"
                    : NULL,
                "%s cannot be read: %s", csv->file,
                input < 0 ? strerror(errno)
                : large   ? "it is too large"
                          : "it is not a file");
    if (input >= 0)
        close(input);
    return -1;
}

/* The file's text; NULL where it is none. */
static const char *read_file(const Csv *csv, const char *lesson) {
    Parser *parser = csv->parser;
    const char *slash = strrchr(lesson, '/');
    int folder = slash ? (int)(slash - lesson) + 1 : 0;
    if (!*csv->file || strchr(csv->file, '/') || *csv->file == '.') {
        parser_fail(parser, csv->name,
                    "put the file into the folder of the lesson and write its name alone",
                    "a data file stands beside the lesson");
        return NULL;
    }
    int input = open_file(csv, arena_format(parser->arena, "%.*s%s", folder, lesson, csv->file));
    if (input < 0)
        return NULL;
    char *text = arena_alloc(parser->arena, LIMIT_CSV_BYTES + 1);
    size_t length = 0;
    ssize_t got;
    while (length < LIMIT_CSV_BYTES &&
           ((got = read(input, text + length, LIMIT_CSV_BYTES - length)) > 0 ||
            (got < 0 && errno == EINTR)))
        length += got > 0 ? (size_t)got : 0;
    close(input);
    if (memchr(text, 0, length)) {
        parser_fail(parser, csv->name, "save the table as CSV, in UTF-8", "%s is not plain text",
                    csv->file);
        return NULL;
    }
    return text + (str_starts(text, "\xEF\xBB\xBF") ? 3 : 0); /* a byte order mark */
}

/* ------------------------------------------------------------------------------ lines */

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
    return (Cell){start + quoted, (size_t)(stop - start) - 2 * quoted, quoted};
}

static bool is_number(Cell cell, double *number) {
    bool negative = *cell.text == '-';
    size_t bytes = number_parse(cell.text + negative, number);
    *number = negative ? -*number : *number;
    return bytes && negative + bytes == cell.length && isfinite(*number);
}

/* Adds the numbers of a line to the table. */
static CsvLine read_line(Csv *csv, size_t place, const char *text, size_t length) {
    CsvLine line = {.place = place};
    DataTable *table = csv->table;
    size_t pending = 0; /* the first empty cell since the last that is not */
    const char *end = text + length;
    for (size_t i = 1; text < end; i++) {
        Cell cell = next_cell(&text, end);
        if (!cell.length) {
            pending = pending ? pending : i;
            continue;
        }
        line.gap = line.gap ? line.gap : pending;
        line.cells = i;
        double number;
        bool numeric = is_number(cell, &number);
        if (numeric && !cell.quoted) {
            ARENA_RESERVE(csv->parser->arena, table->values, csv->count, csv->capacity);
            table->values[csv->count++] = number;
            line.numbers++;
        } else if (!line.wrong.text) {
            line.wrong = cell;
            line.quotes = numeric;
        }
    }
    return line;
}

/* ------------------------------------------------------------------------------ what is wrong */

/* The name of the column at `place`, from 0; NULL where a name takes several. */
static const char *column_name(const Csv *csv, size_t place) {
    for (SymbolId s = 0; s < csv->table->count; s++) {
        const Symbol *symbol = scope_get(csv->parser->scope, csv->table->first + s);
        if (place < symbol->rows)
            return symbol->rows == 1 ? symbol->name : NULL;
        place -= symbol->rows;
    }
    return NULL;
}

static bool fail_width(const Csv *csv, const CsvLine *line, const char *what, size_t count) {
    size_t width = csv->table->width;
    return parser_fail(csv->parser, csv->name,
                       count > width ? "the names in `data` are the columns of the file"
                                     : "every column needs its cell, and a comma before the next",
                       "%s, line %zu: %zu %s%s, and the data need %zu", csv->file, line->place,
                       count, what, count == 1 ? "" : "s", width);
}

/* A heading for each column, and none that belongs to another. Others than the names may stand
 * there: "weight in kg". */
static bool check_heading(const Csv *csv, const CsvLine *line, const char *text, size_t length) {
    const Scope *scope = csv->parser->scope;
    const char *end = text + length;
    if (line->cells != csv->table->width)
        return fail_width(csv, line, "heading", line->cells);
    for (size_t i = 0; i < csv->table->width; i++) {
        Cell cell = next_cell(&text, end);
        const char *own = column_name(csv, i);
        SymbolId other = scope_find_n(scope, cell.text, cell.length);
        bool column = other != SYMBOL_NONE && other >= csv->table->first;
        if (own && column && !str_equal(own, scope_get(scope, other)->name))
            return parser_fail(csv->parser, csv->name,
                               "put the columns of the file into the order of the names",
                               "%s, line 1: column %zu is headed %s, and the data have %s there",
                               csv->file, i + 1, scope_get(scope, other)->name, own);
    }
    return true;
}

/* The sign that some programs write in place of commas, where one stands in a cell; or NULL. */
static const char *other_separator(Cell cell) {
    return !cell.length                           ? NULL
           : memchr(cell.text, ';', cell.length)  ? "semicolon"
           : memchr(cell.text, '\t', cell.length) ? "tab"
                                                  : NULL;
}

/* Whether a number begins the cell, and no digit follows it: 25 °C. */
static bool has_unit(Cell cell) {
    double number;
    size_t sign = *cell.text == '-', bytes = number_parse(cell.text + sign, &number);
    for (size_t i = sign + bytes; i < cell.length; i++)
        if (cell.text[i] >= '0' && cell.text[i] <= '9')
            return false;
    return bytes > 0;
}

enum { SHOWN = 40 }; /* bytes of what is no number */

static bool fail_cell(const Csv *csv, const CsvLine *line) {
    Cell cell = line->wrong;
    const char *separator = other_separator(cell), *quote = line->quotes ? "\"" : "";
    if (separator)
        return parser_fail(
            csv->parser, csv->name,
            arena_format(csv->parser->arena,
                         "in the whole file replace every comma by a point, then every %s by a "
                         "comma",
                         separator),
            "%s, line %zu: a %s stands where a comma ought to", csv->file, line->place, separator);
    bool comma = memchr(cell.text, ',', cell.length) != NULL;
    const char *text =
        utf8_sanitise(csv->parser->arena, cell.text, cell.length < SHOWN ? cell.length : SHOWN);
    return parser_fail(csv->parser, csv->name,
                       line->quotes       ? "numbers stand without quotes"
                       : comma            ? "numbers have a decimal point"
                       : line->place == 1 ? "a row is made of numbers, a heading of words"
                       : has_unit(cell)   ? "a unit stands in the heading; the number stands alone"
                                          : "write a number for each word, as 0 and 1",
                       "%s, line %zu: this is not a number: %s%s%s", csv->file, line->place, quote,
                       text, quote);
}

/* Whether a line is a row of the table. */
static bool check_row(const Csv *csv, const CsvLine *line) {
    if (line->wrong.text)
        return fail_cell(csv, line);
    if (line->gap)
        return parser_fail(csv->parser, csv->name, "every cell needs a number",
                           "%s, line %zu: cell %zu is empty", csv->file, line->place, line->gap);
    return line->numbers == csv->table->width || fail_width(csv, line, "number", line->numbers);
}

/* Whether a line is a heading: the first, of words alone. One cell with semicolons or tabs in it is
 * a whole line, unless there is one column. */
static bool is_heading(const Csv *csv, const CsvLine *line) {
    if (line->place != 1 || line->numbers || line->quotes)
        return false;
    return line->cells == csv->table->width || !other_separator(line->wrong);
}

bool csv_read(Script *script, const Token *name, DataTable *table) {
    Parser *parser = &script->parser;
    Csv csv = {
        .parser = parser, .name = name, .file = token_copy(parser->arena, name), .table = table};
    const char *text = read_file(&csv, script->lesson->path);
    if (!text)
        return false;
    for (size_t place = 1; *text; place++) {
        size_t length = strcspn(text, "\r\n");
        CsvLine line = read_line(&csv, place, text, length);
        if (line.cells && is_heading(&csv, &line)) {
            if (!check_heading(&csv, &line, text, length))
                return false;
        } else if (line.cells) {
            if (!check_row(&csv, &line))
                return false;
            table->rows++;
        }
        if (table->rows > LIMIT_DATA_ROWS)
            return parser_fail(parser, name, NULL, "a lesson has at most %d rows", LIMIT_DATA_ROWS);
        text += length;
        text += str_starts(text, "\r\n") ? 2 : *text != '\0';
    }
    return table->rows > 0 || parser_fail(parser, name, NULL, "%s has no rows", csv.file);
}
