#include "app/record.h"

Record *record_object(Arena *arena) {
    Record *record = ARENA_NEW(arena, Record);
    record->kind = RECORD_OBJECT;
    return record;
}

static Record *append(Arena *arena, Record *to, const char *name, RecordKind kind) {
    Record *record = ARENA_NEW(arena, Record);
    record->kind = kind;
    record->name = name;
    if (to->last)
        to->last->next = record;
    else
        to->first = record;
    to->last = record;
    return record;
}

Record *record_add_number(Arena *arena, Record *to, const char *name, double number) {
    Record *record = append(arena, to, name, RECORD_NUMBER);
    record->number = number;
    return record;
}

Record *record_add_text(Arena *arena, Record *to, const char *name, const char *text) {
    Record *record = append(arena, to, name, RECORD_TEXT);
    record->text = text;
    return record;
}

Record *record_add_truth(Arena *arena, Record *to, const char *name, bool truth) {
    Record *record = append(arena, to, name, RECORD_TRUTH);
    record->truth = truth;
    return record;
}

Record *record_add_matrix(Arena *arena, Record *to, const char *name, const double *entries,
                          size_t rows, size_t columns) {
    Record *record = append(arena, to, name, RECORD_MATRIX);
    record->entries = entries;
    record->rows = rows;
    record->columns = columns;
    return record;
}

Record *record_add_list(Arena *arena, Record *to, const char *name) {
    return append(arena, to, name, RECORD_LIST);
}

Record *record_add_object(Arena *arena, Record *to, const char *name) {
    return append(arena, to, name, RECORD_OBJECT);
}

Record *record_error(Arena *arena, const char *command, const char *message) {
    Record *answer = record_object(arena);
    record_add_text(arena, answer, "command", command);
    Record *error = record_add_object(arena, answer, "error");
    record_add_text(arena, error, "message", message);
    return answer;
}
