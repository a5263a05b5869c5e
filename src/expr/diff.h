/* diff: symbolic derivatives, by the reverse sweep on expressions.
 *
 * For every operation there is one rule: given the adjoint of the result (∂L/∂result, an
 * expression) it adds to the adjoint of each operand. With numbers the rules are those of school,
 * with matrices those of the matrix calculus: for Z = W @ x the adjoint of W is Z̄xᵀ and that of x
 * is WᵀZ̄. Because equal expressions are one, a derivative stays as small as the formula it comes
 * from. */
#ifndef EXPR_DIFF_H
#define EXPR_DIFF_H

#include "expr/scope.h"

/* What one formula hands back to one of its names. */
typedef struct Partial {
    SymbolId symbol;
    Expr adjoint; /* in the shape of the name */
} Partial;

/* Training rows. An expression is *by row* where it uses a column of the data outside rowsum and
 * rowmean: it has a value for each row. A sweep that comes through a rowsum goes on for each row;
 * where it leaves what is by row (at a parameter, say) the rows are summed. The derivative of a
 * rowsum along something by row is that along its value in the present row; that of something by
 * row along something by row has the sums over the rows as given numbers.
 *
 * One sweep over `formula`, which has no derivative tokens, starting from `seed` (its adjoint, in
 * its shape; the number 1 gives the local partials of a scalar formula). Names are not followed
 * into their definitions. Returns the partials of all distinct names in it, in the order of their
 * declaration; those that are zero, too. The list is in `scratch`. */
size_t expr_partials(Exprs *exprs, const Scope *scope, Arena *scratch, Expr formula, Expr seed,
                     Partial **partials);

/* That of a name in such a list, or NULL. */
const Partial *partials_find(const Partial *partials, size_t count, SymbolId symbol);

/* The derivatives of a number along every name it is computed from, through all definitions, by one
 * sweep: each is d(of)/d(name), the same as expr_derive's, and they share their parts. 0 for a
 * name that one sweep leaves out (stable_passed). For a scope without training rows. */
size_t expr_gradient(Exprs *exprs, const Scope *scope, Arena *scratch, Expr of, Partial **partials);

/* The same with the logarithms of names as they are written: no name is left out. */
size_t expr_gradient_written(Exprs *exprs, const Scope *scope, Arena *scratch, Expr of,
                             Partial **partials);

/* d(of)/d(wrt) through all definitions between them, free of derivative tokens. `wrt` is a name or
 * an entry of one, held independent: its own definition is not looked into. Shape as for
 * expr_derivative. */
Expr expr_derive(Exprs *exprs, const Scope *scope, Arena *scratch, Expr of, Expr wrt);

/* by_row[e] for every e ≤ highest; NULL where the scope has no data. */
bool *expr_by_row(const Exprs *exprs, const Scope *scope, Arena *arena, Expr highest);

/* `expr` with every derivative token in it replaced by what it stands for. */
Expr expr_lower(Exprs *exprs, const Scope *scope, Arena *scratch, Expr expr);

/* `expr` with `by` for each occurrence of `part`. */
Expr expr_substitute(Exprs *exprs, Arena *scratch, Expr expr, Expr part, Expr by);

/* The same in each of a list: what they share is rewritten once. */
void expr_substitute_all(Exprs *exprs, Arena *scratch, Expr *list, size_t count, Expr part,
                         Expr by);

/* `expr` with every name of a definition replaced by its formula, down to inputs, targets and
 * parameters. Derivative tokens stay as they are. */
Expr expr_expand(Exprs *exprs, const Scope *scope, Arena *scratch, Expr expr);

/* The formula that the name `expr` stands for; 0 where it is no name, an input, target or
 * parameter, or the name `cut` (SYMBOL_NONE for none). */
Expr expr_formula(const Exprs *exprs, const Scope *scope, Expr expr, SymbolId cut);

#endif
