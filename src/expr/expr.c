#include "expr/expr.h"

#include <assert.h>

#include "base/limits.h"

const FunctionInfo expr_functions[FUNCTION_COUNT] = {
#define X(id, name, least, most, help) [FUNCTION_##id] = {name, least, most, help},
    EXPR_FUNCTIONS(X)
#undef X
};

static_assert(EXPR_DERIVATIVE < 32 && FUNCTION_COUNT <= 32, "five bits of a record");

/* ------------------------------------------------------------------ shapes */

static uint64_t hash_shape(ExprShape shape) {
    return lookup_hash(lookup_hash(0, (uint64_t)shape.rows << 32 | shape.columns), 0);
}

static void put_shape(Exprs *exprs, uint32_t place) {
    if (lookup_is_full(&exprs->shape_table, place)) {
        lookup_enlarge(&exprs->shape_table, place);
        for (uint32_t i = 1; i < place; i++)
            lookup_put(&exprs->shape_table, hash_shape(exprs->shapes[i]), i);
    }
    lookup_put(&exprs->shape_table, hash_shape(exprs->shapes[place]), place);
}

/* The place of a shape among all: found, or added. */
static uint32_t shape_place(Exprs *exprs, uint32_t rows, uint32_t columns) {
    enum { MOST_SHAPES = 1 << 22 };
    if (rows == 1 && columns == 1)
        return 0;
    ExprShape shape = {rows, columns};
    uint64_t hash = hash_shape(shape);
    size_t at = lookup_begin(&exprs->shape_table, hash);
    for (uint32_t place; (place = lookup_next(&exprs->shape_table, hash, &at)) != 0;)
        if (exprs->shapes[place].rows == rows && exprs->shapes[place].columns == columns)
            return place;
    if (exprs->shape_count == MOST_SHAPES)
        arena_alloc(exprs->arena, SIZE_MAX);
    ARENA_RESERVE(exprs->arena, exprs->shapes, exprs->shape_count, exprs->shape_capacity);
    exprs->shapes[exprs->shape_count] = shape;
    put_shape(exprs, (uint32_t)exprs->shape_count);
    return (uint32_t)exprs->shape_count++;
}

/* ------------------------------------------------------------------ the pool */

void exprs_init(Exprs *exprs, Arena *arena) {
    *exprs = (Exprs){.arena = arena, .limit = LIMIT_EXPRESSIONS, .count = 1, .shape_count = 1};
    lookup_init(&exprs->table, arena);
    lookup_init(&exprs->shape_table, arena);
    ARENA_RESERVE(arena, exprs->chunks, 0, exprs->chunk_capacity);
    exprs->chunks[0] = ARENA_ARRAY(arena, ExprRecord, EXPR_CHUNK);
    ARENA_RESERVE(arena, exprs->shapes, 0, exprs->shape_capacity);
    exprs->shapes[0] = (ExprShape){1, 1};
}

bool expr_is_scalar(const Exprs *exprs, Expr expr) {
    return expr_record(exprs, expr)->shape == 0;
}

bool expr_is_entrywise(const Exprs *exprs, Expr expr) {
    return expr_get(exprs, expr)->kind == EXPR_MULTIPLY &&
           !expr_is_scalar(exprs, expr_operand(exprs, expr, 0)) &&
           !expr_is_scalar(exprs, expr_operand(exprs, expr, 1));
}

bool expr_is_number(const Exprs *exprs, Expr expr, double number) {
    return expr_get(exprs, expr)->kind == EXPR_NUMBER && expr_get(exprs, expr)->number == number;
}

bool expr_same_shape(const Exprs *exprs, Expr a, Expr b) {
    return expr_record(exprs, a)->shape == expr_record(exprs, b)->shape;
}

/* A record with what it has in lists: the operands of a matrix, or the row and column of an entry.
 */
typedef struct Candidate {
    ExprRecord record;
    const uint32_t *list;
    size_t list_count;
} Candidate;

static uint64_t hash_record(const ExprRecord *record, const uint32_t *list, size_t list_count) {
    uint64_t hash = (uint64_t)record->kind << 27 | (uint64_t)record->function << 22 | record->shape;
    if (record->kind != EXPR_MATRIX)
        hash = lookup_hash(hash, record->words[0]);
    if (record->kind != EXPR_MATRIX && record->kind != EXPR_INDEX)
        hash = lookup_hash(hash, record->words[1]);
    for (size_t i = 0; i < list_count; i++)
        hash = lookup_hash(hash, list[i]);
    return lookup_hash(hash, 0);
}

/* What a record in the pool has in lists. */
static const uint32_t *list_of(const Exprs *exprs, const ExprRecord *record, size_t *count) {
    const ExprShape shape = exprs->shapes[record->shape];
    const bool matrix = record->kind == EXPR_MATRIX;
    *count = matrix ? (size_t)shape.rows * shape.columns : record->kind == EXPR_INDEX ? 2 : 0;
    return *count ? exprs->lists + record->words[!matrix] : NULL;
}

static bool same_record(const Exprs *exprs, const ExprRecord *a, const Candidate *b) {
    size_t count;
    const uint32_t *list = list_of(exprs, a, &count);
    const bool alike = a->kind == b->record.kind && a->function == b->record.function &&
                       a->shape == b->record.shape;
    if (!alike || (a->kind != EXPR_MATRIX && a->words[0] != b->record.words[0]))
        return false;
    return count ? memcmp(list, b->list, count * sizeof *list) == 0
                 : a->words[1] == b->record.words[1];
}

/* All expressions before this one, into a table that was made larger. */
static void put_again(Exprs *exprs, Expr end) {
    LookupQueue queue = {.count = 0};
    for (Expr expr = 1; expr < end; expr++) {
        size_t count;
        const ExprRecord *record = expr_record(exprs, expr);
        const uint32_t *list = list_of(exprs, record, &count);
        if (record->kind != EXPR_NAME)
            lookup_put_queued(&exprs->table, &queue, hash_record(record, list, count), expr);
    }
    lookup_put_rest(&exprs->table, &queue);
}

/* A new record at the end. */
static Expr append(Exprs *exprs, ExprRecord record) {
    if (exprs->count > exprs->limit || exprs->count == UINT32_MAX / 4)
        arena_alloc(exprs->arena, SIZE_MAX);
    const size_t chunk = exprs->count >> EXPR_CHUNK_BITS;
    if (exprs->count % EXPR_CHUNK == 0) {
        ARENA_RESERVE(exprs->arena, exprs->chunks, chunk, exprs->chunk_capacity);
        exprs->chunks[chunk] = ARENA_ARRAY(exprs->arena, ExprRecord, EXPR_CHUNK);
    }
    exprs->chunks[chunk][exprs->count % EXPR_CHUNK] = record;
    return (Expr)exprs->count++;
}

/* Puts a list away, and returns its place. */
static uint32_t append_list(Exprs *exprs, const uint32_t *list, size_t count) {
    const size_t place = exprs->list_count;
    if (place + count > UINT32_MAX)
        arena_alloc(exprs->arena, SIZE_MAX);
    if (place + count > exprs->list_capacity) {
        const size_t capacity = exprs->list_capacity + exprs->list_capacity / 4 + count;
        exprs->lists = arena_resize(exprs->arena, exprs->lists, capacity * sizeof *exprs->lists);
        exprs->list_capacity = capacity;
    }
    memcpy(exprs->lists + place, list, count * sizeof *list);
    exprs->list_count += count;
    return (uint32_t)place;
}

/* The one expression with this content: found, or added. */
static Expr intern(Exprs *exprs, Candidate candidate) {
    const uint64_t hash = hash_record(&candidate.record, candidate.list, candidate.list_count);
    size_t at = lookup_begin(&exprs->table, hash);
    for (Expr found; (found = lookup_next(&exprs->table, hash, &at)) != 0;)
        if (same_record(exprs, expr_record(exprs, found), &candidate))
            return found;
    const Expr end = (Expr)exprs->count;
    if (lookup_is_full(&exprs->table, end)) {
        lookup_enlarge(&exprs->table, 2 * end);
        put_again(exprs, end);
    }
    if (candidate.list_count)
        candidate.record.words[candidate.record.kind != EXPR_MATRIX] =
            append_list(exprs, candidate.list, candidate.list_count);
    const Expr expr = append(exprs, candidate.record);
    lookup_put(&exprs->table, hash, expr);
    return expr;
}

static Candidate shaped(Exprs *exprs, ExprKind kind, uint32_t rows, uint32_t columns) {
    return (Candidate){.record = {.kind = (unsigned)kind & 31,
                                  .shape = shape_place(exprs, rows, columns) & 0x3FFFFF}};
}

static Candidate over(Candidate candidate, Expr left, Expr right) {
    candidate.record.words[0] = left;
    candidate.record.words[1] = right;
    return candidate;
}

/* ------------------------------------------------------------------ builders */

Expr expr_number(Exprs *exprs, double number) {
    Candidate candidate = shaped(exprs, EXPR_NUMBER, 1, 1);
    number = number == 0 ? 0 : number; /* one zero, not two */
    memcpy(candidate.record.words, &number, sizeof number);
    return intern(exprs, candidate);
}

Expr expr_name(Exprs *exprs, SymbolId symbol, uint32_t rows, uint32_t columns) {
    if (symbol >= exprs->name_capacity) {
        enum { FIRST_NAMES = 64 };
        size_t capacity = exprs->name_capacity + exprs->name_capacity / 4;
        if (capacity <= symbol)
            capacity = (size_t)symbol + FIRST_NAMES;
        exprs->names = arena_resize(exprs->arena, exprs->names, capacity * sizeof *exprs->names);
        exprs->name_capacity = capacity;
    }
    const Expr known = exprs->names[symbol];
    if (known)
        return known;
    const Candidate name = over(shaped(exprs, EXPR_NAME, rows, columns), symbol, 0);
    return exprs->names[symbol] = append(exprs, name.record);
}

Expr expr_unary(Exprs *exprs, ExprKind kind, Expr operand) {
    const ExprNode *inner = expr_get(exprs, operand);
    bool turned = kind == EXPR_TRANSPOSE;
    return intern(exprs, over(shaped(exprs, kind, turned ? inner->columns : inner->rows,
                                     turned ? inner->rows : inner->columns),
                              operand, 0));
}

static bool broadcast(uint32_t a, uint32_t b, uint32_t *side) {
    *side = a == 1 ? b : a;
    return a == b || a == 1 || b == 1;
}

bool expr_fits(const Exprs *exprs, ExprKind kind, Expr left, Expr right, uint32_t *rows,
               uint32_t *columns) {
    const ExprNode *a = expr_get(exprs, left), *b = expr_get(exprs, right);
    if (kind == EXPR_MATMUL) {
        *rows = a->rows;
        *columns = b->columns;
        return a->columns == b->rows;
    }
    return broadcast(a->rows, b->rows, rows) && broadcast(a->columns, b->columns, columns);
}

Expr expr_binary(Exprs *exprs, ExprKind kind, Expr left, Expr right) {
    uint32_t rows = 0, columns = 0;
    expr_fits(exprs, kind, left, right, &rows, &columns);
    return intern(exprs, over(shaped(exprs, kind, rows, columns), left, right));
}

Expr expr_call(Exprs *exprs, ExprFunction function, const Expr *operands, size_t count) {
    const ExprNode *first = expr_get(exprs, operands[0]);
    uint32_t rows = first->rows, columns = first->columns;
    bool to_scalar = function == FUNCTION_SUM || function == FUNCTION_MEAN ||
                     ((function == FUNCTION_MAX || function == FUNCTION_MIN) && count == 1);
    if (to_scalar) {
        rows = columns = 1;
    } else if (function == FUNCTION_ONEHOT) {
        rows = (uint32_t)expr_get(exprs, operands[1])->number;
        columns = 1;
    } else if (count == 2) {
        expr_fits(exprs, EXPR_ADD, operands[0], operands[1], &rows, &columns);
    }
    Candidate call = shaped(exprs, EXPR_CALL, rows, columns);
    call.record.function = (unsigned)function & 31;
    return intern(exprs, over(call, operands[0], count > 1 ? operands[1] : 0));
}

Expr expr_call1(Exprs *exprs, ExprFunction function, Expr operand) {
    return expr_call(exprs, function, &operand, 1);
}

Expr expr_index(Exprs *exprs, Expr operand, uint32_t row, uint32_t column) {
    Candidate entry = over(shaped(exprs, EXPR_INDEX, 1, 1), operand, 0);
    const uint32_t at[] = {row, column};
    entry.list = at;
    entry.list_count = 2;
    return intern(exprs, entry);
}

Expr expr_matrix(Exprs *exprs, const Expr *operands, uint32_t rows, uint32_t columns) {
    Candidate matrix = shaped(exprs, EXPR_MATRIX, rows, columns);
    matrix.list = operands;
    matrix.list_count = (size_t)rows * columns;
    return intern(exprs, matrix);
}

Expr expr_reduce(Exprs *exprs, Expr operand, uint32_t rows, uint32_t columns) {
    return intern(exprs, over(shaped(exprs, EXPR_REDUCE, rows, columns), operand, 0));
}

Expr expr_unit(Exprs *exprs, uint32_t row, uint32_t column, uint32_t rows, uint32_t columns) {
    return intern(exprs, over(shaped(exprs, EXPR_UNIT, rows, columns), row, column));
}

Expr expr_fill(Exprs *exprs, Expr scalar, uint32_t rows, uint32_t columns) {
    return intern(exprs, over(shaped(exprs, EXPR_FILL, rows, columns), scalar, 0));
}

Expr expr_derivative(Exprs *exprs, Expr of, Expr wrt) {
    const ExprNode *a = expr_get(exprs, of), *b = expr_get(exprs, wrt);
    uint32_t rows = a->rows * a->columns, columns = b->rows * b->columns;
    if (rows == 1)
        rows = b->rows, columns = b->columns;
    else if (columns == 1)
        rows = a->rows, columns = a->columns;
    return intern(exprs, over(shaped(exprs, EXPR_DERIVATIVE, rows, columns), of, wrt));
}

Expr expr_rebuild(Exprs *exprs, Expr expr, const Expr *operands) {
    const ExprNode *node = expr_get(exprs, expr);
    if (!node->count)
        return expr;
    if (node->kind == EXPR_MATRIX)
        return expr_matrix(exprs, operands, node->rows, node->columns);
    if (node->kind == EXPR_INDEX)
        return expr_index(exprs, operands[0], node->at.row, node->at.column);
    const Candidate same = {.record = *expr_record(exprs, expr)};
    return intern(exprs, over(same, operands[0], node->count > 1 ? operands[1] : 0));
}
