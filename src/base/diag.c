#include "base/diag.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/str.h"
#include "base/utf8.h"

static const char *example_name(const ExampleNames *names, char letter) {
    switch (letter) {
    case 'w': return names->w ? names->w : "w";
    case 'W': return names->W ? names->W : "w";
    case 'M': return names->M ? names->M : "W";
    case 'y': return names->y ? names->y : "y";
    case 'E': return names->E ? names->E : "E";
    default: return NULL;
    }
}

const char *diag_fill(Arena *arena, const ExampleNames *names, const char *text) {
    Buffer filled = {.arena = arena};
    while (*text) {
        const bool mark = text[0] == '{' && text[1] && text[2] == '}';
        const char *name = mark ? example_name(names, text[1]) : NULL;
        if (name)
            buffer_add(&filled, name);
        else
            buffer_add_n(&filled, text, 1);
        text += name ? strlen("{w}") : 1;
    }
    return buffer_text(&filled);
}

static void add(Diags *diags, Diag diag, const char *format, va_list arguments) {
    if (diags->count == LIMIT_ERRORS) {
        diags->dropped++;
        return;
    }
    char message[1024];
    vsnprintf(message, sizeof message, format, arguments);
    const char *text = diag.suggestion.text;
    diag.length = diag.length < 1 ? 1 : diag.length;
    diag.message = arena_copy(diags->arena, message);
    diag.suggestion.text = text ? diag_fill(diags->arena, &diags->names, text) : NULL;
    ARENA_RESERVE(diags->arena, diags->items, diags->count, diags->capacity);
    diags->items[diags->count++] = diag;
}

void diag_add(Diags *diags, int line, int column, int length, const char *suggestion,
              const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    add(diags,
        (Diag){.line = line, .column = column, .length = length, .suggestion.text = suggestion},
        format, arguments);
    va_end(arguments);
}

void diag_add_with(Diags *diags, int line, int column, int length, Suggestion suggestion,
                   const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    add(diags, (Diag){.line = line, .column = column, .length = length, .suggestion = suggestion},
        format, arguments);
    va_end(arguments);
}

bool diag_repeats(Diags *diags, int line, const char *message) {
    for (size_t i = 0; i < diags->count; i++) {
        Diag *diag = &diags->items[i];
        if (!str_equal(diag->message, message))
            continue;
        ARENA_RESERVE(diags->arena, diag->also, diag->also_count, diag->also_capacity);
        size_t place = diag->also_count++;
        for (; place && diag->also[place - 1] > line; place--)
            diag->also[place] = diag->also[place - 1];
        diag->also[place] = line;
        return true;
    }
    return false;
}

static int by_place(const void *a, const void *b) {
    const Diag *left = a, *right = b;
    if (left->line != right->line)
        return left->line < right->line ? -1 : 1;
    return (left->column > right->column) - (left->column < right->column);
}

static const char *find_line(const char *source, int line) {
    for (; source && line > 1; line--) {
        source = strchr(source, '\n');
        if (source)
            source++;
    }
    return source;
}

enum { SHOWN_BEFORE = 60, SHOWN_COLUMNS = 100 };

/* Goes over `characters` characters, or to the end, and adds up the columns they take. */
static const char *skip(const char *text, int characters, int *columns) {
    for (int i = 0; i < characters && *text; i++) {
        uint32_t character = ' ';
        size_t length = utf8_decode(text, &character);
        *columns += utf8_character_width(character);
        text += length ? length : 1;
    }
    return text;
}

/* The source line, cut to a window around the error where it is long, and the caret below it. */
static void print_line(const Diag *diag, const char *line, FILE *out) {
    size_t bytes = strcspn(line, "\n");
    char *text = malloc(bytes + 1);
    if (!text)
        return;
    memcpy(text, line, bytes);
    text[bytes] = '\0';
    for (char *tab = text; (tab = strchr(tab, '\t'));)
        *tab = ' ';
    int skipped = diag->column - 1 > SHOWN_BEFORE ? diag->column - 1 - SHOWN_BEFORE : 0;
    int columns = 0;
    const char *start = skip(text, skipped, &columns);
    fprintf(out, "  %4d | %.*s\n", diag->line, (int)utf8_prefix(start, SHOWN_COLUMNS), start);
    int before = 0; /* columns before the error, which may differ from characters */
    const char *at = skip(start, diag->column - 1 - skipped, &before);
    int under = 0;
    skip(at, diag->length, &under);
    fprintf(out, "       | %*s^", before, "");
    for (int i = 1; i < under && before + i < SHOWN_COLUMNS; i++)
        fputc('~', out);
    fputc('\n', out);
    free(text);
}

enum { SHOWN_LINES = 5 };

/* " (and in lines 14, 17)" */
static void print_lines(const Diag *diag, FILE *out) {
    for (size_t i = 0; i < diag->also_count && i < SHOWN_LINES; i++)
        fprintf(out, "%s%d",
                i                       ? ", "
                : diag->also_count == 1 ? " (and in line "
                                        : " (and in lines ",
                diag->also[i]);
    if (diag->also_count)
        fputs(diag->also_count > SHOWN_LINES ? ", …)" : ")", out);
}

void diags_print(Diags *diags, FILE *out) {
    if (diags->count)
        qsort(diags->items, diags->count, sizeof *diags->items, by_place);
    for (size_t i = 0; i < diags->count; i++) {
        const Diag *diag = &diags->items[i];
        if (diag->line == 0) {
            fprintf(out, "%s: %s\n", diags->file, diag->message);
        } else {
            fprintf(out, "%s:%d:%d: %s", diags->file, diag->line, diag->column, diag->message);
            print_lines(diag, out);
            fputc('\n', out);
            const char *line = find_line(diags->source, diag->line);
            if (line)
                print_line(diag, line, out);
        }
        if (diag->suggestion.text)
            fprintf(out, "         %s\n", diag->suggestion.text);
    }
    if (diags->dropped)
        fprintf(out, "%s: and %zu more errors\n", diags->file, diags->dropped);
}
