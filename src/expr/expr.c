#include "expr/expr.h"

#include <string.h>

#include "base/limits.h"

const FunctionInfo expr_functions[FUNCTION_COUNT] = {
#define X(id, name, least, most, help) [FUNCTION_##id] = {name, least, most, help},
    EXPR_FUNCTIONS(X)
#undef X
};

void exprs_init(Exprs *exprs, Arena *arena) {
    *exprs = (Exprs){.arena = arena, .table_size = 256};
    exprs->table = ARENA_ARRAY(arena, uint32_t, exprs->table_size);
    ARENA_RESERVE(arena, exprs->nodes, exprs->count, exprs->capacity);
    exprs->count = 1;
}

const ExprNode *expr_get(const Exprs *exprs, Expr expr) {
    return &exprs->nodes[expr];
}

Expr expr_operand(const Exprs *exprs, Expr expr, size_t index) {
    return exprs->operands[exprs->nodes[expr].first + index];
}

bool expr_is_scalar(const Exprs *exprs, Expr expr) {
    return exprs->nodes[expr].rows == 1 && exprs->nodes[expr].columns == 1;
}

bool expr_is_number(const Exprs *exprs, Expr expr, double number) {
    return exprs->nodes[expr].kind == EXPR_NUMBER && exprs->nodes[expr].number == number;
}

bool expr_same_shape(const Exprs *exprs, Expr a, Expr b) {
    return exprs->nodes[a].rows == exprs->nodes[b].rows &&
           exprs->nodes[a].columns == exprs->nodes[b].columns;
}

/* The content of a node as one word: the bits of its number, its symbol, or its place. */
static uint64_t payload(const ExprNode *node) {
    uint64_t bits = 0;
    if (node->kind == EXPR_NUMBER)
        memcpy(&bits, &node->number, sizeof bits);
    else if (node->kind == EXPR_NAME)
        bits = node->symbol;
    else if (node->kind == EXPR_INDEX || node->kind == EXPR_UNIT)
        bits = (uint64_t)node->at.row << 32 | node->at.column;
    return bits;
}

static uint64_t mix(uint64_t hash, uint64_t word) {
    hash = (hash ^ word) * 0x9E3779B97F4A7C15u;
    return hash ^ hash >> 29;
}

static uint64_t hash_node(const ExprNode *node, const Expr *operands) {
    uint64_t hash = mix(node->kind, node->function);
    hash = mix(hash, (uint64_t)node->rows << 32 | node->columns);
    hash = mix(hash, payload(node));
    for (size_t i = 0; i < node->count; i++)
        hash = mix(hash, operands[i]);
    return hash;
}

static bool same_node(const Exprs *exprs, const ExprNode *a, const ExprNode *b,
                      const Expr *b_operands) {
    return a->kind == b->kind && a->function == b->function && a->rows == b->rows &&
           a->columns == b->columns && a->count == b->count && payload(a) == payload(b) &&
           (a->count == 0 ||
            memcmp(exprs->operands + a->first, b_operands, a->count * sizeof *b_operands) == 0);
}

/* The place of the node in the hash table: where it is, or where it may be put. */
static uint32_t *find_place(const Exprs *exprs, const ExprNode *node, const Expr *operands) {
    size_t mask = exprs->table_size - 1;
    size_t at = hash_node(node, operands) & mask;
    while (exprs->table[at] && !same_node(exprs, &exprs->nodes[exprs->table[at]], node, operands))
        at = (at + 1) & mask;
    return &exprs->table[at];
}

static void grow_table(Exprs *exprs) {
    exprs->table = ARENA_ARRAY(exprs->arena, uint32_t, exprs->table_size * 2);
    exprs->table_size *= 2;
    for (size_t i = 1; i < exprs->count; i++) {
        const ExprNode *node = &exprs->nodes[i];
        *find_place(exprs, node, exprs->operands + node->first) = (uint32_t)i;
    }
}

/* The one expression with this content: found, or added. */
static Expr intern(Exprs *exprs, ExprNode node, const Expr *operands) {
    uint32_t *place = find_place(exprs, &node, operands);
    if (*place)
        return *place;
    if (exprs->count > LIMIT_EXPRESSIONS)
        arena_alloc(exprs->arena, SIZE_MAX);
    node.first = (uint32_t)exprs->operand_count;
    for (size_t i = 0; i < node.count; i++) {
        ARENA_RESERVE(exprs->arena, exprs->operands, exprs->operand_count, exprs->operand_capacity);
        exprs->operands[exprs->operand_count++] = operands[i];
    }
    ARENA_RESERVE(exprs->arena, exprs->nodes, exprs->count, exprs->capacity);
    exprs->nodes[exprs->count] = node;
    *place = (uint32_t)exprs->count++;
    if (exprs->count * 2 > exprs->table_size)
        grow_table(exprs);
    return (Expr)exprs->count - 1;
}

static ExprNode shaped(ExprKind kind, uint32_t rows, uint32_t columns, size_t count) {
    return (ExprNode){
        .kind = (uint8_t)kind, .rows = rows, .columns = columns, .count = (uint32_t)count};
}

Expr expr_number(Exprs *exprs, double number) {
    ExprNode node = shaped(EXPR_NUMBER, 1, 1, 0);
    node.number = number == 0 ? 0 : number; /* one zero, not two */
    return intern(exprs, node, NULL);
}

Expr expr_name(Exprs *exprs, SymbolId symbol, uint32_t rows, uint32_t columns) {
    ExprNode node = shaped(EXPR_NAME, rows, columns, 0);
    node.symbol = symbol;
    return intern(exprs, node, NULL);
}

Expr expr_unary(Exprs *exprs, ExprKind kind, Expr operand) {
    const ExprNode *inner = expr_get(exprs, operand);
    bool turned = kind == EXPR_TRANSPOSE;
    ExprNode node = shaped(kind, turned ? inner->columns : inner->rows,
                           turned ? inner->rows : inner->columns, 1);
    return intern(exprs, node, &operand);
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
    return intern(exprs, shaped(kind, rows, columns, 2), (Expr[]){left, right});
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
    ExprNode node = shaped(EXPR_CALL, rows, columns, count);
    node.function = (uint8_t)function;
    return intern(exprs, node, operands);
}

Expr expr_call1(Exprs *exprs, ExprFunction function, Expr operand) {
    return expr_call(exprs, function, &operand, 1);
}

Expr expr_index(Exprs *exprs, Expr operand, uint32_t row, uint32_t column) {
    ExprNode node = shaped(EXPR_INDEX, 1, 1, 1);
    node.at.row = row;
    node.at.column = column;
    return intern(exprs, node, &operand);
}

Expr expr_matrix(Exprs *exprs, const Expr *operands, uint32_t rows, uint32_t columns) {
    return intern(exprs, shaped(EXPR_MATRIX, rows, columns, (size_t)rows * columns), operands);
}

Expr expr_reduce(Exprs *exprs, Expr operand, uint32_t rows, uint32_t columns) {
    return intern(exprs, shaped(EXPR_REDUCE, rows, columns, 1), &operand);
}

Expr expr_unit(Exprs *exprs, uint32_t row, uint32_t column, uint32_t rows, uint32_t columns) {
    ExprNode node = shaped(EXPR_UNIT, rows, columns, 0);
    node.at.row = row;
    node.at.column = column;
    return intern(exprs, node, NULL);
}

Expr expr_fill(Exprs *exprs, Expr scalar, uint32_t rows, uint32_t columns) {
    return intern(exprs, shaped(EXPR_FILL, rows, columns, 1), &scalar);
}

Expr expr_derivative(Exprs *exprs, Expr of, Expr wrt) {
    const ExprNode *a = expr_get(exprs, of), *b = expr_get(exprs, wrt);
    uint32_t rows = a->rows * a->columns, columns = b->rows * b->columns;
    if (rows == 1)
        rows = b->rows, columns = b->columns;
    else if (columns == 1)
        rows = a->rows, columns = a->columns;
    return intern(exprs, shaped(EXPR_DERIVATIVE, rows, columns, 2), (Expr[]){of, wrt});
}

Expr expr_rebuild(Exprs *exprs, Expr expr, const Expr *operands) {
    ExprNode node = *expr_get(exprs, expr);
    return node.count ? intern(exprs, node, operands) : expr;
}
