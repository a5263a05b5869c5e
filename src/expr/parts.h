/* parts: the distinct expressions that one is built of, in the order of construction.
 *
 * A list as long as the formula, however large the pool it stands in: so the work for one formula
 * depends on that formula alone, and the work for a lesson is linear. */
#ifndef EXPR_PARTS_H
#define EXPR_PARTS_H

#include "expr/scope.h"

typedef struct Parts {
    Expr *list; /* ascending: operands before what is made of them; the last is the root */
    size_t count;
} Parts;

/* The parts of `root`. With a scope, names are followed into their formulas (but not `cut`;
 * SYMBOL_NONE for none) and derivative tokens are leaves; without one, names are leaves. */
Parts parts_of(const Exprs *exprs, const Scope *scope, SymbolId cut, Arena *arena, Expr root);

/* Those of several expressions together. */
Parts parts_of_all(const Exprs *exprs, const Scope *scope, SymbolId cut, Arena *arena,
                   const Expr *roots, size_t count);

/* The place of an expression in the list, or SIZE_MAX. */
size_t parts_place(const Parts *parts, Expr expr);

#endif
