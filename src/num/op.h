/* op: what each operation computes, and how it hands its adjoint back. The two sides of an
 * operation stand beside each other in op.c, with the formula above them. */
#ifndef NUM_OP_H
#define NUM_OP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* One value of an operation at work: entries by rows, and their adjoints. */
typedef struct Operand {
    double *value, *adjoint;
    size_t rows, columns;
} Operand;

struct Kernels;

/* An operation at work: y = f(a, b), for several training rows at a time: entry i of row r stands
 * at i·lanes + r, in every operand. */
typedef struct OpFrame {
    Operand y, a, b;    /* b is unused by operations of one operand */
    size_t lanes;       /* rows at a time; 1 where a single one is looked at */
    size_t row, column; /* of EXPR_INDEX, EXPR_UNIT and the entry a logarithm is of, from 0 */
    bool turned;        /* a logarithm of a part: of all entries, turned */
    uint8_t code;       /* OpCode, or OP_COUNT where it is none of op.def */
    const struct Kernels *kernels;
} OpFrame;

/* The entry of an operand that meets entry (i, j) of the result: a side of length 1 is repeated. */
size_t operand_meets(const Operand *operand, size_t i, size_t j);

/* The operations of op.def, which work entry by entry. */
typedef enum OpCode {
#define BINARY(name, kind, function, formula, slope_a, slope_b) OP_##name,
#define UNARY(name, kind, function, formula, slope)             OP_##name,
#define CURVE(name, kind, function, curve, slope)               OP_##name,
#include "num/op.def"
#undef BINARY
#undef UNARY
#undef CURVE
    OP_COUNT
} OpCode;

/* The code of an operation, or OP_COUNT where it does not work entry by entry. */
OpCode op_code(uint8_t kind, uint8_t function, size_t operands);

/* The kind and the function behind a code; returns how many operands it has. */
size_t op_kind(uint8_t code, uint8_t *kind, uint8_t *function);

typedef void OpSide(const OpFrame *frame);

typedef struct Operation {
    OpSide *forward;  /* y from a and b */
    OpSide *backward; /* adds to the adjoints of a and b; NULL where nothing flows back */
} Operation;

/* By OpCode, or where that is OP_COUNT by ExprKind and for EXPR_CALL by function. Leaves and
 * EXPR_MATRIX, which the tape handles itself, have neither side. */
Operation op_find(uint8_t code, uint8_t kind, uint8_t function);

#endif
