#include "export/json.h"

#include <math.h>

#include "base/number.h"

static void write_text(FILE *out, const char *text) {
    putc('"', out);
    for (const unsigned char *c = (const unsigned char *)text; *c; c++) {
        if (*c == '"' || *c == '\\')
            fprintf(out, "\\%c", *c);
        else if (*c == '\n')
            fputs("\\n", out);
        else if (*c < 0x20 || *c == 0x7F)
            fprintf(out, "\\u%04x", (unsigned)*c);
        else
            putc(*c, out);
    }
    putc('"', out);
}

static void write_number(FILE *out, double number) {
    char text[NUMBER_SIZE];
    number_shortest(number, text);
    fputs(isfinite(number) ? text : "null", out);
}

static void write_matrix(FILE *out, const Record *record) {
    if (record->rows == 1 && record->columns == 1) {
        write_number(out, record->entries[0]);
        return;
    }
    for (size_t i = 0; i < record->rows; i++) {
        fputs(i ? ",[" : "[[", out);
        for (size_t j = 0; j < record->columns; j++) {
            if (j)
                putc(',', out);
            write_number(out, record->entries[i * record->columns + j]);
        }
        putc(']', out);
    }
    putc(']', out);
}

static void write_leaf(FILE *out, const Record *record) {
    switch (record->kind) {
    case RECORD_NUMBER: write_number(out, record->number); break;
    case RECORD_TEXT: write_text(out, record->text); break;
    case RECORD_TRUTH: fputs(record->truth ? "true" : "false", out); break;
    case RECORD_MATRIX: write_matrix(out, record); break;
    default: break;
    }
}

/* Records are nested a few levels deep by the commands that make them, never by their input. */
static void write_record(FILE *out, const Record *record) {
    if (record->kind != RECORD_OBJECT && record->kind != RECORD_LIST) {
        write_leaf(out, record);
        return;
    }
    bool object = record->kind == RECORD_OBJECT;
    putc(object ? '{' : '[', out);
    for (const Record *part = record->first; part; part = part->next) {
        if (part != record->first)
            putc(',', out);
        if (object) {
            write_text(out, part->name);
            putc(':', out);
        }
        write_record(out, part);
    }
    putc(object ? '}' : ']', out);
}

void json_write(FILE *out, const Record *record) {
    write_record(out, record);
    putc('\n', out);
}
