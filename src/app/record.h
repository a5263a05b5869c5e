/* record: an answer as data, for programs: numbers, texts, matrices, lists and named fields. The
 * JSON face writes it; nothing in it is computed anew there. */
#ifndef APP_RECORD_H
#define APP_RECORD_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"

typedef enum RecordKind {
    RECORD_NUMBER,
    RECORD_TEXT,
    RECORD_TRUTH,
    RECORD_MATRIX, /* rows × columns entries, by rows; 1×1 is written as a number */
    RECORD_LIST,
    RECORD_OBJECT
} RecordKind;

typedef struct Record {
    RecordKind kind;
    const char *name; /* as a field of an object */
    double number;
    const char *text;
    bool truth;
    const double *entries;
    size_t rows, columns;
    struct Record *first, *last; /* of a list or an object */
    struct Record *next;         /* in the list or object it is in */
} Record;

/* An object without fields. Records live in the arena that they are made in. */
Record *record_object(Arena *arena);

/* The answer to a command that failed. */
Record *record_error(Arena *arena, const char *command, const char *message);

/* Each appends to an object (with a name) or a list (name NULL) and returns what was added. Texts
 * and entries are not copied. */
Record *record_add_number(Arena *arena, Record *to, const char *name, double number);
Record *record_add_text(Arena *arena, Record *to, const char *name, const char *text);
Record *record_add_truth(Arena *arena, Record *to, const char *name, bool truth);
Record *record_add_matrix(Arena *arena, Record *to, const char *name, const double *entries,
                          size_t rows, size_t columns);
Record *record_add_list(Arena *arena, Record *to, const char *name);
Record *record_add_object(Arena *arena, Record *to, const char *name);

#endif
