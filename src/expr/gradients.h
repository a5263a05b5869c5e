/* gradients: whole gradients of results, kept.
 *
 * A student who goes back through a network asks for the derivatives of one loss, one after the
 * other. All of them together take one sweep, as one of them does; so the second time that a result
 * is asked for, its gradient is found whole. Formulas never change, so neither does it. */
#ifndef EXPR_GRADIENTS_H
#define EXPR_GRADIENTS_H

#include "expr/diff.h"

/* d(of)/d(name) of a number `of`, in the shape of the name; 0 where the gradient of `of` is not
 * kept: the first time, and with training rows. */
Expr gradients_find(Exprs *exprs, const Scope *scope, Arena *scratch, Expr of, Expr name);

#endif
