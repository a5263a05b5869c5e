/* example: which names of a lesson stand in the examples of its error messages. */
#ifndef EXPR_EXAMPLE_H
#define EXPR_EXAMPLE_H

#include "base/diag.h"
#include "expr/scope.h"

/* The names for examples. Of symbols, only the name, the role and the shape are looked at. What is
 * made up ("W[1,1]") lies in `arena`. */
ExampleNames example_names(const Scope *scope, Arena *arena);

/* A parameter, or a given number where there is none; numbers go before matrices. SYMBOL_NONE where
 * there is neither. */
SymbolId example_variable(const Scope *scope);

/* The name, and of a matrix its first entry. */
const char *example_number(const Scope *scope, Arena *arena, SymbolId symbol);

#endif
