/* tape: a computational graph as one flat list of operations in evaluation order.
 *
 * An operation reads values that stand before its own and writes its own; so forward is one loop up
 * the list, and the reverse sweep one loop down, which turns the adjoint of each result into
 * adjoints of its operands. Neither allocates. All values and all adjoints stay readable.
 *
 * The list is a struct of arrays, of what numbers made of numbers need: for each operation a byte
 * that says which, the places of two operands, a value and an adjoint, 25 bytes in all. Operations
 * with matrices are told in full beside it. A name needs no operation: its value is that of its
 * formula, unless something else uses the formula, too. */
#ifndef NUM_TAPE_H
#define NUM_TAPE_H

#include "expr/marks.h"
#include "expr/scope.h"
#include "expr/stable.h"
#include "num/op.h"

/* One operation, as tape_op tells. Values and adjoints of its result are entries [offset, offset +
 * rows·columns). */
typedef struct TapeOp {
    uint8_t kind, function; /* as in ExprNode; the name of a definition copies its formula, and the
                               logarithm of a probability is taken from its net input */
    uint8_t code;           /* OpCode; OP_COUNT where it does not work entry by entry */
    uint32_t rows, columns;
    uint32_t count;           /* operands: */
    const uint32_t *operands; /* their places */
    size_t offset;
    union {
        double number;   /* EXPR_NUMBER */
        size_t loop;     /* rowsum, rowmean: its place in loops */
        SymbolId symbol; /* EXPR_NAME; without an operand a leaf, or where the tape was cut */
        struct {
            uint32_t row, column;
        } at; /* EXPR_INDEX, EXPR_UNIT; the part that a logarithm is of, with row 0 all, turned */
    };
} TapeOp;

static inline size_t op_entries(const TapeOp *op) {
    return (size_t)op->rows * op->columns;
}

/* What an operation may be beside those of op.def. */
enum {
    TAPE_GIVEN = OP_COUNT, /* a number that is given: a leaf, or a constant */
    TAPE_WIDE              /* told in full: one with a matrix, or a matrix that is given */
};

/* Of a number made of numbers the places of its operands, and after that of a copy the symbol; of a
 * number that is given, the expression and its kind on the tape; else the place in `wide`. */
typedef struct TapeReads {
    uint32_t at[2];
} TapeReads;

/* A rowsum or rowmean at work: the tape of its operand, run once for each row. Values that do not
 * depend on the row come from outside and are leaves on the inner tape. */
typedef struct RowLoop {
    struct Tape *inner;
    Expr operand;  /* its place on the inner tape */
    Expr *outside; /* those leaves; on this tape they are computed */
    size_t outside_count;
    Expr *columns; /* the names of data columns on the inner tape */
    size_t column_count;
    uint32_t *products; /* of the inner tape: tape_products */
    double *sums;       /* over the rows, KERNEL_SUMS for each entry: of the operand, */
    double *returns;    /* and of the adjoints of what came from outside */
} RowLoop;

/* A value that a logarithm is written of, but not computed from (expr/stable.h): its adjoint is
 * told apart from the sweep, which does not come by. */
typedef struct Bypassed {
    uint32_t logarithm, value; /* their places */
    StablePart part;           /* of the value */
    bool is_rest;              /* the logarithm is of 1 − value */
} Bypassed;

typedef struct Tape {
    const Exprs *exprs;
    const Scope *scope;
    size_t count;     /* operations */
    uint8_t *codes;   /* OpCode, TAPE_GIVEN or TAPE_WIDE */
    TapeReads *reads; /* what each operation reads */
    double *values;   /* entry k is that of operation k, if it has one entry */
    double *adjoints; /* where the values are */
    size_t entries;   /* of values, and of adjoints: of larger results after all of one entry */
    TapeOp *wide;     /* those told in full */
    size_t wide_count, wide_capacity;
    Marks places;   /* of the expressions on it: their places */
    Marks aliases;  /* the names whose value is that of their formula */
    RowLoop *loops; /* of the rowsums and rowmeans */
    size_t loop_count, loop_capacity;
    Bypassed *bypassed;
    size_t bypassed_count, bypassed_capacity;
    const struct Kernels *kernels;
} Tape;

/* The tape that computes `roots`, which are free of derivative tokens (expr_lower) but for those in
 * the role of leaves: an EXPR_DERIVATIVE is an operation without operands that tape_set fills.
 * `cut` is a name to be treated as a leaf although it has a formula, or SYMBOL_NONE. */
Tape *tape_compile(Arena *arena, const Exprs *exprs, const Scope *scope, const Expr *roots,
                   size_t root_count, SymbolId cut);

/* The same, but the names in the roots are all leaves, which tape_set fills; those that only a
 * rowsum reads are not. A logarithm is taken from the net input of a name; with SYMBOL_WRITTEN for
 * `cut`, as it is written. */
Tape *tape_compile_local(Arena *arena, const Exprs *exprs, const Scope *scope, const Expr *roots,
                         size_t root_count, SymbolId cut);

/* The entry of the value that entry i of the logarithm is of. */
size_t tape_bypassed_entry(const Tape *tape, const Bypassed *bypassed, size_t i);

/* The same tape with values and adjoints of its own, equal now. All else they share: it is valid as
 * long as `tape` is, and one of the two works at a time. */
Tape *tape_copy(Arena *arena, const Tape *tape);

/* Puts in inputs, targets and parameters; `leaves` has scope->leaf_entries entries. */
void tape_load(Tape *tape, const double *leaves);

/* Puts in the value of an expression that is a leaf on this tape; nothing where it is not on it. */
void tape_set(Tape *tape, Expr leaf, const double *entries);

/* Computes every value. */
void tape_forward(Tape *tape);

/* Computes the adjoint of every value: ∂(entry of root)/∂(value). Needs tape_forward before. */
void tape_backward(Tape *tape, Expr root, size_t entry);

/* By place: the place + 1 of a product W @ x, with one column, that alone uses the value there, as
 * its W; 0 for any other. In `arena`. */
uint32_t *tape_products(Arena *arena, const Tape *tape);

/* Adds the adjoints at a place of the tape, of row `row`, to their sums: KERNEL_SUMS for each
 * entry. That of a W in W @ x is a product ȳ·x, which is added with one rounding. */
void tape_collect(const Tape *tape, const uint32_t *products, size_t place, size_t row,
                  double *sums);

/* What the operation at a place is: a pointer to a copy, valid in the block that asks. */
#define tape_op(tape, place) ((const TapeOp[]){tape_read((tape), (place))})
TapeOp tape_read(const Tape *tape, size_t place);

/* An operation of the tape with its operands, for op.h. */
OpFrame tape_frame(const Tape *tape, const TapeOp *op);

/* The loop of a rowsum or rowmean; NULL for any other operation. */
const RowLoop *tape_loop(const Tape *tape, const TapeOp *op);

/* Computes the value of one operation from the values of its operands. */
void tape_run(Tape *tape, const TapeOp *op);

/* The place of an expression, or SIZE_MAX where it is not on the tape. */
size_t tape_place(const Tape *tape, Expr expr);

/* The entries of an expression's value or adjoint, by rows; NULL where it is not on the tape. */
double *tape_value(const Tape *tape, Expr expr);
double *tape_adjoint(const Tape *tape, Expr expr);

#endif
