/* simplify: builders that write what a teacher would write on the board.
 *
 * They are what derivatives are built with: 1·x is x, x + (−y) is x − y, ½·2 is 1, a·(1/b) is a/b,
 * signs move to the front. They never expand, reorder the parts of a sum, or change what a formula
 * is worth where it is defined. A lesson's own formulas do not pass through here. */
#ifndef EXPR_SIMPLIFY_H
#define EXPR_SIMPLIFY_H

#include "expr/expr.h"

/* Whether an expression is the number 0, or a matrix of zeros. */
bool simplify_is_zero(const Exprs *exprs, Expr a);

/* As the builders of expr.h, with the same shapes. */
Expr simplify_negate(Exprs *exprs, Expr a);
Expr simplify_add(Exprs *exprs, Expr a, Expr b);
Expr simplify_subtract(Exprs *exprs, Expr a, Expr b);
Expr simplify_multiply(Exprs *exprs, Expr a, Expr b);
Expr simplify_divide(Exprs *exprs, Expr a, Expr b);
Expr simplify_power(Exprs *exprs, Expr a, Expr b);
Expr simplify_matmul(Exprs *exprs, Expr a, Expr b);
Expr simplify_transpose(Exprs *exprs, Expr a);
Expr simplify_index(Exprs *exprs, Expr a, uint32_t row, uint32_t column);
Expr simplify_reduce(Exprs *exprs, Expr a, uint32_t rows, uint32_t columns);
Expr simplify_fill(Exprs *exprs, Expr scalar, uint32_t rows, uint32_t columns);

/* The same node as `expr` over other operands, through the builder of its kind. */
Expr simplify_rebuild(Exprs *exprs, Expr expr, const Expr *operands);

#endif
