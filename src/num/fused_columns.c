/* Data columns of the rows in a block. They are copied there from the table; or, where rows follow
 * each other and only layers of a few neurons and squared errors read them, those are pointed into
 * the table by columns. */
#include "num/fused_parts.h"

#include "num/fused_lower.h"

enum { MOST_ENTRIES = 1 << 20 }; /* of a table that is kept by columns, too */

static size_t column_numbers(const Fused *fused) {
    return fused->scope->data->width * fused->lanes;
}

static bool is_data(const Fused *fused, const double *value) {
    return fused->scope->data && value >= fused->values &&
           value < fused->values + column_numbers(fused);
}

/* ------------------------------------------------------------------ who reads them */

static void add_use(Fused *fused, double **pointer) {
    if (is_data(fused, *pointer))
        fused->uses[fused->use_count++] =
            (ColumnUse){pointer, *pointer, (size_t)(*pointer - fused->values) / fused->lanes};
}

static size_t count_pointers(const Fused *fused) {
    size_t count = 0;
    for (size_t k = 0; k < fused->instruction_count; k++) {
        const Instruction *i = &fused->instructions[k];
        if (i->kind == RUN_NARROW)
            count += i->narrow->inputs;
        else if (i->kind == RUN_ERRORS)
            count += 2 * i->errors->count;
    }
    return count;
}

static bool reads_data(const Fused *fused, double *const *values, size_t count) {
    for (size_t k = 0; k < count; k++)
        if (is_data(fused, values[k]))
            return true;
    return false;
}

/* Whether an instruction whose pointers stay as they are reads the block's columns. */
static bool needs_copy(const Fused *fused, const Instruction *i) {
    switch (i->kind) {
    case RUN_NARROW:
    case RUN_ERRORS: return false;
    case RUN_LAYER: return reads_data(fused, i->layer->input, i->layer->inputs);
    case RUN_FRAME: return is_data(fused, i->frame->a.value) || is_data(fused, i->frame->b.value);
    case RUN_GATHER: return reads_data(fused, i->entries, i->count);
    default: return is_data(fused, i->a) || is_data(fused, i->b);
    }
}

static void plan_uses(Arena *arena, Fused *fused) {
    for (size_t k = 0; k < fused->instruction_count; k++)
        if (needs_copy(fused, &fused->instructions[k]))
            return;
    if (is_data(fused, fused->loss))
        return;
    fused->uses = ARENA_ARRAY(arena, ColumnUse, count_pointers(fused) + 1);
    for (size_t k = 0; k < fused->instruction_count; k++) {
        Instruction *i = &fused->instructions[k];
        for (size_t n = 0; i->kind == RUN_NARROW && n < i->narrow->inputs; n++)
            add_use(fused, &i->narrow->input[n]);
        for (size_t e = 0; i->kind == RUN_ERRORS && e < i->errors->count; e++) {
            add_use(fused, &i->errors->a[e]);
            add_use(fused, &i->errors->b[e]);
        }
    }
}

void fused_turn_columns(Arena *arena, Fused *fused) {
    const DataTable *data = fused->scope->data;
    if (!data || fused->lanes == 1 || data->rows > MOST_ENTRIES / data->width)
        return;
    fused->columns = lines(arena, data->rows * data->width);
    for (size_t row = 0; row < data->rows; row++)
        for (size_t k = 0; k < data->width; k++)
            fused->columns[k * data->rows + row] = data->values[row * data->width + k];
    plan_uses(arena, fused);
}

/* ------------------------------------------------------------------ reading rows */

/* Points the uses at the rows from `first` on, or back into the block. */
static void point(Fused *fused, bool into_table, size_t first) {
    const size_t height = fused->scope->data->rows;
    for (ColumnUse *use = fused->uses; use < fused->uses + fused->use_count; use++)
        *use->pointer = into_table ? fused->columns + use->column * height + first : use->place;
    fused->in_place = into_table;
}

void fused_read_rows(Fused *fused, DataRows rows) {
    const DataTable *data = fused->scope->data;
    const NarrowKernels *narrow = fused->narrow;
    const bool turned = fused->columns && !rows.list;
    if (turned && rows.first == fused->read_first && rows.count == fused->read_count)
        return;
    fused->read_first = rows.first;
    fused->read_count = turned ? rows.count : 0;
    const bool into_table = turned && fused->uses && rows.count == fused->lanes;
    if (into_table || fused->in_place)
        point(fused, into_table, rows.first);
    if (into_table)
        return;
    if (turned)
        narrow->copy(fused->columns + rows.first, data->width, data->rows, rows.count,
                     fused->values, fused->lanes);
    else
        narrow->gather(data->values, data->width, rows, fused->values, fused->lanes);
}

const double *fused_row_values(const Fused *fused, const double *value) {
    const DataTable *data = fused->scope->data;
    if (fused->in_place && is_data(fused, value))
        fused->narrow->copy(fused->columns + fused->read_first, data->width, data->rows,
                            fused->lanes, fused->values, fused->lanes);
    return value;
}
