#include "expr/simplify.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

static ExprKind kind_of(const Exprs *exprs, Expr a) {
    return (ExprKind)expr_get(exprs, a)->kind;
}

static bool is_number(const Exprs *exprs, Expr a) {
    return kind_of(exprs, a) == EXPR_NUMBER;
}

static double number_of(const Exprs *exprs, Expr a) {
    return expr_get(exprs, a)->number;
}

static bool has_shape(const Exprs *exprs, Expr a, uint32_t rows, uint32_t columns) {
    return expr_get(exprs, a)->rows == rows && expr_get(exprs, a)->columns == columns;
}

/* Whether a number has so few digits that writing it out is simpler than the operation. */
static bool is_tidy(double number) {
    char text[32];
    snprintf(text, sizeof text, "%.6g", number);
    return isfinite(number) && strtod(text, NULL) == number;
}

/* The part of a that is a filled matrix's one value, or a itself: c in c·ones. */
static Expr unfilled(const Exprs *exprs, Expr a) {
    return kind_of(exprs, a) == EXPR_FILL ? expr_operand(exprs, a, 0) : a;
}

static bool is_value(const Exprs *exprs, Expr a, double number) {
    return expr_is_number(exprs, unfilled(exprs, a), number);
}

bool simplify_is_zero(const Exprs *exprs, Expr a) {
    return is_value(exprs, a, 0);
}

/* a = number·rest: the number (1 where none is written) and the rest. */
static double coefficient(const Exprs *exprs, Expr a, Expr *rest) {
    double sign = 1;
    if (kind_of(exprs, a) == EXPR_NEGATE) {
        sign = -1;
        a = expr_operand(exprs, a, 0);
    }
    if (kind_of(exprs, a) == EXPR_MULTIPLY && is_number(exprs, expr_operand(exprs, a, 0))) {
        sign *= number_of(exprs, expr_operand(exprs, a, 0));
        a = expr_operand(exprs, a, 1);
    }
    *rest = a;
    return sign;
}

Expr simplify_negate(Exprs *exprs, Expr a) {
    ExprKind kind = kind_of(exprs, a);
    if (kind == EXPR_NUMBER)
        return expr_number(exprs, -number_of(exprs, a));
    if (kind == EXPR_NEGATE)
        return expr_operand(exprs, a, 0);
    if (kind == EXPR_MULTIPLY && is_number(exprs, expr_operand(exprs, a, 0))) {
        Expr opposite = expr_number(exprs, -number_of(exprs, expr_operand(exprs, a, 0)));
        return simplify_multiply(exprs, opposite, expr_operand(exprs, a, 1));
    }
    if (kind == EXPR_FILL)
        return expr_fill(exprs, simplify_negate(exprs, expr_operand(exprs, a, 0)),
                         expr_get(exprs, a)->rows, expr_get(exprs, a)->columns);
    return expr_unary(exprs, EXPR_NEGATE, a);
}

/* `kept` where adding zero to it changes nothing, its shape included; else 0. */
static Expr beside_zero(const Exprs *exprs, Expr zero, Expr kept) {
    uint32_t rows, columns;
    bool fits = expr_fits(exprs, EXPR_ADD, zero, kept, &rows, &columns);
    return is_value(exprs, zero, 0) && fits && has_shape(exprs, kept, rows, columns) ? kept : 0;
}

Expr simplify_add(Exprs *exprs, Expr a, Expr b) {
    Expr kept = beside_zero(exprs, a, b);
    if (!kept)
        kept = beside_zero(exprs, b, a);
    if (kept)
        return kept;
    if (is_number(exprs, a) && is_number(exprs, b)) {
        double sum = number_of(exprs, a) + number_of(exprs, b);
        if (is_tidy(sum))
            return expr_number(exprs, sum);
    }
    Expr rest_a, rest_b;
    double times_a = coefficient(exprs, a, &rest_a), times_b = coefficient(exprs, b, &rest_b);
    if (rest_a == rest_b && is_tidy(times_a + times_b))
        return simplify_multiply(exprs, expr_number(exprs, times_a + times_b), rest_a);
    if (times_b < 0 || (is_number(exprs, b) && number_of(exprs, b) < 0))
        return expr_binary(exprs, EXPR_SUBTRACT, a, simplify_negate(exprs, b));
    if (kind_of(exprs, a) == EXPR_NEGATE)
        return expr_binary(exprs, EXPR_SUBTRACT, b, expr_operand(exprs, a, 0));
    return expr_binary(exprs, EXPR_ADD, a, b);
}

Expr simplify_subtract(Exprs *exprs, Expr a, Expr b) {
    Expr kept = beside_zero(exprs, b, a);
    if (kept)
        return kept;
    kept = beside_zero(exprs, a, b);
    if (kept)
        return simplify_negate(exprs, kept);
    Expr rest_a, rest_b;
    coefficient(exprs, a, &rest_a);
    double times = coefficient(exprs, b, &rest_b);
    bool alike = rest_a == rest_b || (is_number(exprs, a) && is_number(exprs, b));
    if (alike || times < 0)
        return simplify_add(exprs, a, simplify_negate(exprs, b));
    return expr_binary(exprs, EXPR_SUBTRACT, a, b);
}

/* Zero, or one, in the shape of a ∘ b. */
static Expr constant_like(Exprs *exprs, double number, Expr a, Expr b) {
    uint32_t rows, columns;
    expr_fits(exprs, EXPR_MULTIPLY, a, b, &rows, &columns);
    return simplify_fill(exprs, expr_number(exprs, number), rows, columns);
}

/* number·b, with b's own number, if it has one, taken into it. */
static Expr scale(Exprs *exprs, double number, Expr b) {
    if (number == 1)
        return b;
    if (number == -1)
        return simplify_negate(exprs, b);
    ExprKind kind = kind_of(exprs, b);
    if (kind == EXPR_NUMBER && is_tidy(number * number_of(exprs, b)))
        return expr_number(exprs, number * number_of(exprs, b));
    if (kind == EXPR_NEGATE)
        return scale(exprs, -number, expr_operand(exprs, b, 0));
    if (kind == EXPR_FILL)
        return expr_fill(exprs, scale(exprs, number, expr_operand(exprs, b, 0)),
                         expr_get(exprs, b)->rows, expr_get(exprs, b)->columns);
    if (kind == EXPR_MULTIPLY || kind == EXPR_DIVIDE) {
        Expr left = expr_operand(exprs, b, 0), right = expr_operand(exprs, b, 1);
        if (kind == EXPR_MULTIPLY && is_number(exprs, left) &&
            is_tidy(number * number_of(exprs, left)))
            return scale(exprs, number * number_of(exprs, left), right);
        if (kind == EXPR_DIVIDE && is_number(exprs, left))
            return simplify_divide(exprs, scale(exprs, number, left), right);
        if (kind == EXPR_DIVIDE && is_number(exprs, right) &&
            is_tidy(number / number_of(exprs, right)))
            return scale(exprs, number / number_of(exprs, right), left);
    }
    return expr_binary(exprs, EXPR_MULTIPLY, expr_number(exprs, number), b);
}

/* Whether a is spread by broadcasting to all of this shape, or has it. */
static bool broadcast_covers(const Exprs *exprs, Expr a, uint32_t rows, uint32_t columns) {
    return expr_get(exprs, a)->rows <= rows && expr_get(exprs, a)->columns <= columns;
}

/* a·b where one of them is a fraction: a·(1/c) is a/c, (d/b)·b is d; else 0. */
static Expr multiply_fraction(Exprs *exprs, Expr fraction, Expr other) {
    if (kind_of(exprs, fraction) != EXPR_DIVIDE)
        return 0;
    Expr above = expr_operand(exprs, fraction, 0), below = expr_operand(exprs, fraction, 1);
    if (below == other && expr_same_shape(exprs, above, fraction))
        return above;
    uint32_t rows, columns; /* a one that is spread over a matrix must leave its shape behind */
    expr_fits(exprs, EXPR_DIVIDE, other, below, &rows, &columns);
    bool covers = broadcast_covers(exprs, fraction, rows, columns);
    if (is_value(exprs, above, 1) && covers)
        return simplify_divide(exprs, other, below);
    if (is_number(exprs, above))
        return simplify_divide(exprs, simplify_multiply(exprs, above, other), below);
    return 0;
}

Expr simplify_multiply(Exprs *exprs, Expr a, Expr b) {
    uint32_t rows, columns;
    expr_fits(exprs, EXPR_MULTIPLY, a, b, &rows, &columns);
    if (is_value(exprs, a, 0) || is_value(exprs, b, 0))
        return constant_like(exprs, 0, a, b);
    if (kind_of(exprs, a) == EXPR_FILL && has_shape(exprs, b, rows, columns))
        a = expr_operand(exprs, a, 0);
    if (kind_of(exprs, b) == EXPR_FILL && has_shape(exprs, a, rows, columns))
        b = expr_operand(exprs, b, 0);
    if (is_number(exprs, a))
        return scale(exprs, number_of(exprs, a), b);
    if (is_number(exprs, b))
        return scale(exprs, number_of(exprs, b), a);
    if (kind_of(exprs, a) == EXPR_FILL && expr_is_scalar(exprs, b))
        return simplify_fill(exprs, simplify_multiply(exprs, expr_operand(exprs, a, 0), b), rows,
                             columns);
    Expr rest_a, rest_b;
    double number = coefficient(exprs, a, &rest_a) * coefficient(exprs, b, &rest_b);
    if ((rest_a != a || rest_b != b) && is_tidy(number))
        return scale(exprs, number, simplify_multiply(exprs, rest_a, rest_b));
    Expr product = multiply_fraction(exprs, a, b);
    if (!product)
        product = multiply_fraction(exprs, b, a);
    if (product)
        return product;
    if (a == b)
        return expr_binary(exprs, EXPR_POWER, a, expr_number(exprs, 2));
    return expr_binary(exprs, EXPR_MULTIPLY, a, b);
}

Expr simplify_divide(Exprs *exprs, Expr a, Expr b) {
    uint32_t rows, columns;
    expr_fits(exprs, EXPR_DIVIDE, a, b, &rows, &columns);
    if (is_value(exprs, b, 1) && has_shape(exprs, a, rows, columns))
        return a;
    if (is_value(exprs, a, 0))
        return constant_like(exprs, 0, a, b);
    if (a == b)
        return constant_like(exprs, 1, a, b);
    if (kind_of(exprs, a) == EXPR_FILL && expr_is_scalar(exprs, b))
        return simplify_fill(exprs, simplify_divide(exprs, expr_operand(exprs, a, 0), b), rows,
                             columns);
    Expr rest_a, rest_b;
    double times_a = coefficient(exprs, a, &rest_a), times_b = coefficient(exprs, b, &rest_b);
    if (is_number(exprs, b) && number_of(exprs, b) != 0) {
        double quotient =
            (is_number(exprs, a) ? number_of(exprs, a) : times_a) / number_of(exprs, b);
        if (is_number(exprs, a) && is_tidy(quotient))
            return expr_number(exprs, quotient);
        if (times_a != 1 && is_tidy(quotient))
            return scale(exprs, quotient, rest_a);
    }
    double whole = (is_number(exprs, a) ? number_of(exprs, a) : times_a) / times_b;
    if (fabs(times_b) != 1 && is_tidy(whole) && whole == floor(whole)) { /* 6·x/(2·y) is 3·x/y */
        Expr above = is_number(exprs, a) ? expr_number(exprs, 1) : rest_a;
        return simplify_divide(exprs, scale(exprs, whole, above), rest_b);
    }
    if (times_a < 0)
        return simplify_negate(exprs, simplify_divide(exprs, simplify_negate(exprs, a), b));
    if (times_b < 0)
        return simplify_negate(exprs, simplify_divide(exprs, a, simplify_negate(exprs, b)));
    if (kind_of(exprs, a) == EXPR_DIVIDE)
        return simplify_divide(exprs, expr_operand(exprs, a, 0),
                               simplify_multiply(exprs, expr_operand(exprs, a, 1), b));
    if (kind_of(exprs, b) == EXPR_DIVIDE)
        return simplify_divide(exprs, simplify_multiply(exprs, a, expr_operand(exprs, b, 1)),
                               expr_operand(exprs, b, 0));
    return expr_binary(exprs, EXPR_DIVIDE, a, b);
}

Expr simplify_power(Exprs *exprs, Expr a, Expr b) {
    if (is_value(exprs, b, 0) || is_value(exprs, a, 1))
        return constant_like(exprs, 1, a, b);
    if (expr_is_number(exprs, b, 1))
        return a;
    return expr_binary(exprs, EXPR_POWER, a, b);
}

Expr simplify_matmul(Exprs *exprs, Expr a, Expr b) {
    if (expr_is_scalar(exprs, a) && expr_is_scalar(exprs, b))
        return simplify_multiply(exprs, a, b);
    if (is_value(exprs, a, 0) || is_value(exprs, b, 0))
        return simplify_fill(exprs, expr_number(exprs, 0), expr_get(exprs, a)->rows,
                             expr_get(exprs, b)->columns);
    /* Signs move to the front; the rest is order, which a matrix product must keep. */
    if (kind_of(exprs, a) == EXPR_NEGATE)
        return simplify_negate(exprs, simplify_matmul(exprs, expr_operand(exprs, a, 0), b));
    if (kind_of(exprs, b) == EXPR_NEGATE)
        return simplify_negate(exprs, simplify_matmul(exprs, a, expr_operand(exprs, b, 0)));
    return expr_binary(exprs, EXPR_MATMUL, a, b);
}

Expr simplify_transpose(Exprs *exprs, Expr a) {
    if (expr_is_scalar(exprs, a))
        return a;
    if (kind_of(exprs, a) == EXPR_TRANSPOSE)
        return expr_operand(exprs, a, 0);
    if (kind_of(exprs, a) == EXPR_FILL)
        return expr_fill(exprs, expr_operand(exprs, a, 0), expr_get(exprs, a)->columns,
                         expr_get(exprs, a)->rows);
    return expr_unary(exprs, EXPR_TRANSPOSE, a);
}

/* The entry of a matrix that was not built here, or of its transpose. */
static Expr plain_entry(Exprs *exprs, Expr a, uint32_t row, uint32_t column) {
    if (expr_is_scalar(exprs, a))
        return a;
    if (kind_of(exprs, a) == EXPR_TRANSPOSE)
        return expr_index(exprs, expr_operand(exprs, a, 0), column, row);
    return expr_index(exprs, a, row, column);
}

/* a·b as other ∘ unit, where one of the two is a unit of its full shape: the place of its one, and
 * the entry of the other that meets it; else 0. */
static Expr meets_unit(Exprs *exprs, Expr product, uint32_t *row, uint32_t *column) {
    for (size_t i = 0; i < 2; i++) {
        Expr unit = expr_operand(exprs, product, i), other = expr_operand(exprs, product, 1 - i);
        const ExprNode *node = expr_get(exprs, unit), *beside = expr_get(exprs, other);
        if (node->kind != EXPR_UNIT || !expr_same_shape(exprs, unit, product))
            continue;
        *row = node->at.row;
        *column = node->at.column;
        return plain_entry(exprs, other, beside->rows == 1 ? 1 : *row,
                           beside->columns == 1 ? 1 : *column);
    }
    return 0;
}

/* An entry of A·B where one of the two is a unit, which picks a row of B or a column of A; else 0.
 */
static Expr entry_beside_unit(Exprs *exprs, Expr product, uint32_t row, uint32_t column) {
    Expr a = expr_operand(exprs, product, 0), b = expr_operand(exprs, product, 1);
    const ExprNode left = *expr_get(exprs, a), right = *expr_get(exprs, b);
    if (right.kind == EXPR_UNIT)
        return right.at.column == column ? plain_entry(exprs, a, row, right.at.row)
                                         : expr_number(exprs, 0);
    if (left.kind == EXPR_UNIT)
        return left.at.row == row ? plain_entry(exprs, b, left.at.column, column)
                                  : expr_number(exprs, 0);
    return 0;
}

static Expr index_product(Exprs *exprs, Expr product, uint32_t row, uint32_t column) {
    Expr entry = 0;
    if (kind_of(exprs, product) == EXPR_MATMUL) {
        entry = entry_beside_unit(exprs, product, row, column);
    } else if (kind_of(exprs, product) == EXPR_MULTIPLY) {
        uint32_t at_row, at_column;
        entry = meets_unit(exprs, product, &at_row, &at_column);
        if (entry && (at_row != row || at_column != column))
            entry = expr_number(exprs, 0);
    }
    return entry ? entry : expr_index(exprs, product, row, column);
}

static Expr entry(Exprs *exprs, Expr a, uint32_t row, uint32_t column, size_t *budget);

static bool is_elementwise(const ExprNode *node) {
    return (node->kind >= EXPR_NEGATE && node->kind <= EXPR_POWER) ||
           (node->kind == EXPR_CALL && node->count == 1 &&
            (node->function <= FUNCTION_RELU || node->function == FUNCTION_SOFTPLUS ||
             node->function == FUNCTION_ABS || node->function == FUNCTION_POSITIVE ||
             node->function == FUNCTION_SIGN));
}

/* (a + b)[i,j] is a[i,j] + b[i,j]: an operation entry by entry, of its operands' entries. */
static Expr entry_of_elementwise(Exprs *exprs, Expr a, uint32_t row, uint32_t column,
                                 size_t *budget) {
    const ExprNode node = *expr_get(exprs, a);
    Expr operands[2];
    for (size_t i = 0; i < node.count; i++) {
        operands[i] = expr_operand(exprs, a, i);
        const ExprNode *operand = expr_get(exprs, operands[i]);
        operands[i] = entry(exprs, operands[i], operand->rows == 1 ? 1 : row,
                            operand->columns == 1 ? 1 : column, budget);
    }
    if (node.kind == EXPR_CALL)
        return expr_call1(exprs, (ExprFunction)node.function, operands[0]);
    return simplify_rebuild(exprs, a, operands);
}

static Expr entry(Exprs *exprs, Expr a, uint32_t row, uint32_t column, size_t *budget) {
    const ExprNode *node = expr_get(exprs, a);
    if (expr_is_scalar(exprs, a))
        return a;
    if (node->kind == EXPR_UNIT)
        return expr_number(exprs, node->at.row == row && node->at.column == column);
    if (node->kind == EXPR_FILL)
        return expr_operand(exprs, a, 0);
    if (node->kind == EXPR_MATRIX)
        return expr_operand(exprs, a, (size_t)(row - 1) * node->columns + column - 1);
    if (node->kind == EXPR_TRANSPOSE && *budget)
        return entry(exprs, expr_operand(exprs, a, 0), column, row, budget);
    if (is_elementwise(node) && *budget) {
        --*budget;
        return entry_of_elementwise(exprs, a, row, column, budget);
    }
    return index_product(exprs, a, row, column);
}

enum { ENTRY_OPERATIONS = 64 }; /* a larger formula keeps its index outside */

Expr simplify_index(Exprs *exprs, Expr a, uint32_t row, uint32_t column) {
    size_t budget = ENTRY_OPERATIONS;
    return entry(exprs, a, row, column, &budget);
}

/* The sums of the rows, or of the columns, are a product with ones: so ∑ is the sum of all entries
 * wherever it is read. */
Expr simplify_reduce(Exprs *exprs, Expr a, uint32_t rows, uint32_t columns) {
    const ExprNode *node = expr_get(exprs, a);
    if (has_shape(exprs, a, rows, columns))
        return a;
    if (node->kind == EXPR_FILL) {
        double times = (double)node->rows / rows * ((double)node->columns / columns);
        Expr sum = scale(exprs, times, expr_operand(exprs, a, 0));
        return simplify_fill(exprs, sum, rows, columns);
    }
    uint32_t row, column;
    Expr entry = node->kind == EXPR_MULTIPLY && rows == 1 && columns == 1
                     ? meets_unit(exprs, a, &row, &column)
                     : 0;
    if (entry)
        return entry;
    if (rows == 1 && columns == 1)
        return expr_reduce(exprs, a, 1, 1);
    Expr one = expr_number(exprs, 1);
    return rows == 1 ? simplify_matmul(exprs, expr_fill(exprs, one, 1, node->rows), a)
                     : simplify_matmul(exprs, a, expr_fill(exprs, one, node->columns, 1));
}

Expr simplify_fill(Exprs *exprs, Expr scalar, uint32_t rows, uint32_t columns) {
    return rows == 1 && columns == 1 ? scalar : expr_fill(exprs, scalar, rows, columns);
}

Expr simplify_rebuild(Exprs *exprs, Expr expr, const Expr *operands) {
    const ExprNode *node = expr_get(exprs, expr);
    switch ((ExprKind)node->kind) {
    case EXPR_NEGATE: return simplify_negate(exprs, operands[0]);
    case EXPR_ADD: return simplify_add(exprs, operands[0], operands[1]);
    case EXPR_SUBTRACT: return simplify_subtract(exprs, operands[0], operands[1]);
    case EXPR_MULTIPLY: return simplify_multiply(exprs, operands[0], operands[1]);
    case EXPR_DIVIDE: return simplify_divide(exprs, operands[0], operands[1]);
    case EXPR_POWER: return simplify_power(exprs, operands[0], operands[1]);
    case EXPR_MATMUL: return simplify_matmul(exprs, operands[0], operands[1]);
    case EXPR_TRANSPOSE: return simplify_transpose(exprs, operands[0]);
    case EXPR_INDEX: return simplify_index(exprs, operands[0], node->at.row, node->at.column);
    case EXPR_REDUCE: return simplify_reduce(exprs, operands[0], node->rows, node->columns);
    case EXPR_FILL: return simplify_fill(exprs, operands[0], node->rows, node->columns);
    default: return expr_rebuild(exprs, expr, operands);
    }
}
