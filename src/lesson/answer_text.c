#include "lesson/answer_text.h"

#include <string.h>

#include "base/limits.h"
#include "base/number.h"
#include "base/str.h"
#include "base/utf8.h"
#include "expr/habits.h"
#include "expr/parse.h"

/* What was written last. */
typedef enum Last { LAST_OTHER, LAST_NUMBER, LAST_NAME, LAST_CLOSED } Last;

typedef struct Writer {
    const Model *model;
    Buffer out;
    const char *at;
    Last last;
    bool gap; /* blanks stand behind it */
    size_t depth;
    bool
        divided[LIMIT_NESTING + 1]; /* by depth: / or ^ stands before it, and no other sign since */
} Writer;

/* ------------------------------------------------------------------------------ the signs */

/* Raised and lowered digits as they are typed. */
static char *plain(Arena *arena, const char *text) {
    Buffer out = {.arena = arena};
    bool power = false;
    while (*text) {
        uint32_t character = 0;
        bool raised = false;
        size_t bytes = utf8_decode(text, &character);
        int digit = habit_digit(character, &raised);
        if (digit >= 0)
            buffer_format(&out, raised && !power ? "^%d" : "%d", digit);
        else
            buffer_add_n(&out, text, bytes);
        power = digit >= 0 && raised;
        text += bytes;
    }
    return arena_copy(arena, buffer_text(&out));
}

/* ------------------------------------------------------------------------------ products */

static bool is_declared(const Writer *writer, const char *name, size_t length) {
    return scope_find_n(writer->model->scope, name, length) != SYMBOL_NONE;
}

static bool is_rate(const Writer *writer, const char *name, size_t length) {
    bool eta = (length == 3 && memcmp(name, "eta", 3) == 0) ||
               (length == sizeof "η" - 1 && memcmp(name, "η", length) == 0);
    return eta && !is_declared(writer, name, length);
}

/* Whether a value begins with this name: one of the lesson's, a function's, a derivative's. */
static bool is_known(const Writer *writer, const char *name, size_t length) {
    return is_declared(writer, name, length) || is_rate(writer, name, length) ||
           function_find(name, length) != FUNCTION_COUNT ||
           (length == 2 && memcmp(name, "pi", 2) == 0) ||
           (*name == 'd' && length > 1 && is_declared(writer, name + 1, length - 1));
}

/* A * where two operands meet. */
static void meet(Writer *writer, bool bracket) {
    bool touches = !writer->gap || bracket || writer->last == LAST_CLOSED;
    if (writer->last != LAST_OTHER && touches && !writer->divided[writer->depth])
        buffer_add(&writer->out, "*");
    else if (writer->gap)
        buffer_add(&writer->out, " ");
    writer->gap = false;
}

static void write_name(Writer *writer) {
    const char *name = writer->at;
    size_t length = lexer_name_length(name);
    writer->at += length;
    bool known = is_known(writer, name, length);
    if (known)
        meet(writer, false);
    else if (writer->gap)
        buffer_add(&writer->out, " ");
    writer->gap = false;
    if (is_rate(writer, name, length)) {
        char rate[NUMBER_SIZE];
        number_shortest(writer->model->rate, rate);
        buffer_add(&writer->out, rate);
    } else {
        buffer_add_n(&writer->out, name, length);
    }
    bool operand = known && function_find(name, length) == FUNCTION_COUNT;
    writer->last = operand ? LAST_NAME : LAST_OTHER;
}

static void write_number(Writer *writer, size_t length) {
    if (!writer->gap && writer->last == LAST_CLOSED)
        meet(writer, false);
    else if (writer->gap)
        buffer_add(&writer->out, " ");
    buffer_add_n(&writer->out, writer->at, length);
    writer->at += length;
    writer->gap = false;
    writer->last = LAST_NUMBER;
}

static void write_sign(Writer *writer) {
    char sign = *writer->at++;
    bool opens = sign == '(' || sign == '[', closes = sign == ')' || sign == ']';
    if (sign == '(')
        meet(writer, true);
    else if (writer->gap)
        buffer_add(&writer->out, " ");
    writer->gap = false;
    buffer_add_n(&writer->out, &sign, 1);
    if (opens && writer->depth < LIMIT_NESTING)
        writer->divided[++writer->depth] = false;
    else if (closes && writer->depth > 0)
        writer->depth--;
    else if (!opens && !closes)
        writer->divided[writer->depth] = sign == '/' || sign == '^';
    writer->last = closes ? LAST_CLOSED : LAST_OTHER;
}

char *answer_text(const Model *model, Arena *arena, const char *text) {
    Writer writer = {.model = model, .out.arena = arena, .at = plain(arena, text)};
    while (*writer.at) {
        double number;
        size_t digits = writer.last == LAST_NUMBER && !writer.gap
                            ? 0 /* 1.2.3 is none */
                            : number_parse(writer.at, &number);
        if (*writer.at == ' ' || *writer.at == '\t') {
            writer.gap = true;
            writer.at++;
        } else if (digits) {
            write_number(&writer, digits);
        } else if (lexer_name_length(writer.at)) {
            write_name(&writer);
        } else {
            write_sign(&writer);
        }
    }
    return arena_copy(arena, buffer_text(&writer.out));
}
