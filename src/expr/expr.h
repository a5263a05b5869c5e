/* expr: expressions as a shared, immutable graph.
 *
 * Every distinct expression exists once: building `y1*(1 - y1)` twice gives the same id, so two
 * expressions are equal exactly when their ids are, and a derivative that uses a part a thousand
 * times stores it once. Operands always have smaller ids than what is made of them. So the order of
 * construction is an order of evaluation, and every algorithm here and in num/ is a loop over ids,
 * never a recursion.
 *
 * Every value is a matrix; a number is 1×1. The shape of each expression is known when it is built.
 */
#ifndef EXPR_EXPR_H
#define EXPR_EXPR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/lookup.h"

/* An expression: its index in the pool. Index 0 is never used, so 0 can mean "none". */
typedef uint32_t Expr;

/* A declared name: its index in the scope (expr/scope.h). */
typedef uint32_t SymbolId;

typedef enum ExprKind {
    EXPR_NONE,
    EXPR_NUMBER,    /* a literal */
    EXPR_NAME,      /* the value of a declared name */
    EXPR_NEGATE,    /* −a */
    EXPR_ADD,       /* a + b, as all of the next five with broadcasting */
    EXPR_SUBTRACT,  /* a − b */
    EXPR_MULTIPLY,  /* a * b, entry by entry */
    EXPR_DIVIDE,    /* a / b */
    EXPR_POWER,     /* a ^ b */
    EXPR_MATMUL,    /* a @ b, the matrix product */
    EXPR_TRANSPOSE, /* a.T */
    EXPR_INDEX,     /* a[row, column], counted from 1 */
    EXPR_MATRIX,    /* a literal: rows × columns scalar operands, by rows */
    EXPR_CALL,      /* a function of one or two operands */
    EXPR_REDUCE,    /* the sum of all entries: undoes broadcasting. From derivatives only */
    EXPR_UNIT,      /* zeros with a one at [row, column]. From derivatives only */
    EXPR_FILL,      /* a scalar operand in every entry of this shape. From derivatives only */
    EXPR_DERIVATIVE /* d(a)/d(b), b a name or an entry of one; replaced before evaluation */
} ExprKind;

/* X(id, name as written, least and most operands, help). The functions of the lesson language, then
 * those that only derivatives bring in; expr/diff.c and num/op.c each have one entry a row. */
#define EXPR_FUNCTIONS(X)                                                                          \
    X(EXP, "exp", 1, 1, "e to the power x")                                                        \
    X(LOG, "log", 1, 1, "the natural logarithm")                                                   \
    X(SQRT, "sqrt", 1, 1, "the square root")                                                       \
    X(SIN, "sin", 1, 1, "the sine of x radians")                                                   \
    X(COS, "cos", 1, 1, "the cosine of x radians")                                                 \
    X(TANH, "tanh", 1, 1, "the hyperbolic tangent")                                                \
    X(SIGMOID, "sigmoid", 1, 1, "1/(1 + exp(-x))")                                                 \
    X(RELU, "relu", 1, 1, "x where x > 0, else 0; its slope at 0 is 0")                            \
    X(LEAKY_RELU, "leaky_relu", 2, 2, "leaky_relu(x, a): x where x > 0, else a*x")                 \
    X(SOFTPLUS, "softplus", 1, 1, "log(1 + exp(x))")                                               \
    X(ABS, "abs", 1, 1, "the absolute value")                                                      \
    X(MAX, "max", 1, 2, "max(a, b): the larger, entry by entry; max(a): the largest entry")        \
    X(MIN, "min", 1, 2, "min(a, b): the smaller, entry by entry; min(a): the smallest entry")      \
    X(SUM, "sum", 1, 1, "the sum of all entries")                                                  \
    X(MEAN, "mean", 1, 1, "the mean of all entries")                                               \
    X(SOFTMAX, "softmax", 1, 1, "exp(x)/sum(exp(x)) down each column")                             \
    X(LOG_SOFTMAX, "log_softmax", 1, 1, "the logarithm of softmax, computed safely")               \
    X(ONEHOT, "onehot", 2, 2, "onehot(k, n): a column of n zeros with a one in place k")           \
    X(ROWSUM, "rowsum", 1, 1, "the sum over the training rows")                                    \
    X(ROWMEAN, "rowmean", 1, 1, "the mean over the training rows")                                 \
    /* From derivatives only. */                                                                   \
    X(POSITIVE, "positive", 1, 1, "1 where x > 0, else 0: the slope of relu")                      \
    X(SIGN, "sign", 1, 1, "1, 0 or -1: the slope of abs")                                          \
    X(LEAKY_SLOPE, "leaky_slope", 2, 2, "1 where x > 0, else a: the slope of leaky_relu")          \
    X(AT_LEAST, "at_least", 2, 2, "1 where a >= b, else 0: which side max takes")                  \
    X(FIRST_MAX, "first_max", 1, 1, "1 at the first largest entry, else 0")                        \
    /* Logarithms on a tape, of the net input (expr/stable.h). */                                  \
    X(LOG_SIGMOID, "log_sigmoid", 1, 1, "log sigmoid(x): -softplus(-x)")                           \
    X(LOG_REST, "log_rest", 1, 1, "log(1 - sigmoid(x)): -softplus(x)")                             \
    X(LOG_SIGMOID_PART, "log_sigmoid_part", 1, 1, "one entry of log sigmoid(x), or all turned")    \
    X(LOG_REST_PART, "log_rest_part", 1, 1, "one entry of log(1 - sigmoid(x)), or all turned")     \
    X(LOG_SOFTMAX_PART, "log_softmax_part", 1, 1, "one entry of log_softmax(x), or all turned")

typedef enum ExprFunction {
#define X(id, name, least, most, help) FUNCTION_##id,
    EXPR_FUNCTIONS(X)
#undef X
        FUNCTION_COUNT
} ExprFunction;

/* The functions before this one may be written in lessons. */
enum { FUNCTION_FIRST_INTERNAL = FUNCTION_POSITIVE };

typedef struct FunctionInfo {
    const char *name;   /* as written in a lesson */
    size_t least, most; /* operands */
    const char *help;   /* one line */
} FunctionInfo;

extern const FunctionInfo expr_functions[FUNCTION_COUNT];

/* What an expression is, as expr_get tells. */
typedef struct ExprNode {
    uint8_t kind;           /* ExprKind */
    uint8_t function;       /* ExprFunction, for EXPR_CALL */
    uint32_t rows, columns; /* shape of the value */
    uint32_t count;         /* operands: expr_operand tells them */
    union {
        double number;   /* EXPR_NUMBER */
        SymbolId symbol; /* EXPR_NAME */
        struct {
            uint32_t row, column;
        } at; /* EXPR_INDEX, EXPR_UNIT; from 1 */
    };
} ExprNode;

/* How it is kept: in 12 bytes. The words are up to two operands; the bits of a number; a symbol;
 * the row and column of a unit; the operand of an entry and where its row and column stand in
 * `lists`; where the operands of a matrix stand there. */
typedef struct ExprRecord {
    unsigned kind : 5;
    unsigned function : 5;
    unsigned shape : 22; /* its place in the pool's shapes */
    uint32_t words[2];
} ExprRecord;

typedef struct ExprShape {
    uint32_t rows, columns;
} ExprShape;

/* Records stand in chunks that never move. */
enum { EXPR_CHUNK_BITS = 10, EXPR_CHUNK = 1 << EXPR_CHUNK_BITS };

/* The pool. Ids count its records. */
typedef struct Exprs {
    Arena *arena;
    size_t limit;        /* how many there may be; LIMIT_EXPRESSIONS unless raised */
    ExprRecord **chunks; /* of EXPR_CHUNK records each; record 0 is EXPR_NONE */
    size_t count, chunk_capacity;
    ExprShape *shapes; /* those there are, each once; shapes[0] is 1×1 */
    size_t shape_count, shape_capacity;
    Lookup shape_table; /* of places in shapes */
    uint32_t *lists;    /* operands of matrices, places of entries */
    size_t list_count, list_capacity;
    Expr *names; /* by symbol: its EXPR_NAME, or 0 */
    size_t name_capacity;
    Lookup table;                /* of all that are no names */
    struct Gradients *gradients; /* found lately (expr/gradients.h); NULL for none */
} Exprs;

/* A pool of at most LIMIT_EXPRESSIONS. One more counts as out of memory. */
void exprs_init(Exprs *exprs, Arena *arena);

static inline const ExprRecord *expr_record(const Exprs *exprs, Expr expr) {
    return &exprs->chunks[expr >> EXPR_CHUNK_BITS][expr & (EXPR_CHUNK - 1)];
}

/* How many operands a record of this kind and shape has. */
static inline uint32_t expr_count(const ExprRecord *record, ExprShape shape) {
    switch ((ExprKind)record->kind) {
    case EXPR_NONE:
    case EXPR_NUMBER:
    case EXPR_NAME:
    case EXPR_UNIT: return 0;
    case EXPR_MATRIX: return shape.rows * shape.columns;
    case EXPR_NEGATE:
    case EXPR_TRANSPOSE:
    case EXPR_INDEX:
    case EXPR_REDUCE:
    case EXPR_FILL: return 1;
    default: return record->words[1] ? 2 : 1;
    }
}

static inline ExprNode expr_read(const Exprs *exprs, Expr expr) {
    const ExprRecord *record = expr_record(exprs, expr);
    const ExprShape shape = exprs->shapes[record->shape];
    ExprNode node = {.kind = (uint8_t)record->kind,
                     .function = (uint8_t)record->function,
                     .rows = shape.rows,
                     .columns = shape.columns,
                     .count = expr_count(record, shape)};
    const uint32_t *at =
        record->kind == EXPR_INDEX ? exprs->lists + record->words[1] : record->words;
    if (record->kind == EXPR_NUMBER)
        memcpy(&node.number, record->words, sizeof node.number);
    else if (record->kind == EXPR_NAME)
        node.symbol = record->words[0];
    else
        node.at.row = at[0], node.at.column = at[1];
    return node;
}

/* The content of an expression: a pointer to a copy, valid in the block that asks. */
#define expr_get(exprs, expr) ((const ExprNode[]){expr_read((exprs), (expr))})

static inline Expr expr_operand(const Exprs *exprs, Expr expr, size_t index) {
    const ExprRecord *record = expr_record(exprs, expr);
    return record->kind == EXPR_MATRIX ? exprs->lists[record->words[0] + index]
                                       : record->words[index];
}

bool expr_is_scalar(const Exprs *exprs, Expr expr);
bool expr_is_number(const Exprs *exprs, Expr expr, double number);
bool expr_same_shape(const Exprs *exprs, Expr a, Expr b);
bool expr_is_entrywise(const Exprs *exprs, Expr expr); /* a product of two matrices, a ⊙ b */

/* Builders: exactly what is asked for, nothing simplified, so that a teacher's formula stays as it
 * was written (expr/simplify.h has the simplifying ones). Operands must have shapes that fit, which
 * expr_fits tells. */
Expr expr_number(Exprs *exprs, double number);
/* A symbol has one shape. */
Expr expr_name(Exprs *exprs, SymbolId symbol, uint32_t rows, uint32_t columns);
Expr expr_unary(Exprs *exprs, ExprKind kind, Expr operand);           /* NEGATE, TRANSPOSE */
Expr expr_binary(Exprs *exprs, ExprKind kind, Expr left, Expr right); /* ADD … MATMUL */
Expr expr_call(Exprs *exprs, ExprFunction function, const Expr *operands, size_t count);
Expr expr_call1(Exprs *exprs, ExprFunction function, Expr operand);
Expr expr_index(Exprs *exprs, Expr operand, uint32_t row, uint32_t column);
Expr expr_matrix(Exprs *exprs, const Expr *operands, uint32_t rows, uint32_t columns);
Expr expr_reduce(Exprs *exprs, Expr operand, uint32_t rows, uint32_t columns);
Expr expr_unit(Exprs *exprs, uint32_t row, uint32_t column, uint32_t rows, uint32_t columns);
Expr expr_fill(Exprs *exprs, Expr scalar, uint32_t rows, uint32_t columns);

/* d(of)/d(wrt). Shape: that of `wrt` where `of` is a number, that of `of` where `wrt` is, and
 * otherwise the Jacobian: a row for each entry of `of`, a column for each of `wrt`, both by rows.
 */
Expr expr_derivative(Exprs *exprs, Expr of, Expr wrt);

/* Whether operands of these shapes fit the operation, and the shape of its result. */
bool expr_fits(const Exprs *exprs, ExprKind kind, Expr left, Expr right, uint32_t *rows,
               uint32_t *columns);

/* The same node over other operands (count as before): for rewriting. */
Expr expr_rebuild(Exprs *exprs, Expr expr, const Expr *operands);

#endif
