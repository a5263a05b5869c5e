/* cancel: where two neighbouring slopes cancel: for a sigmoid under cross-entropy, and a softmax
 * under cross-entropy, ∂L/∂ŷ·∂ŷ/∂z is ŷ − y, and the fraction that came up on the way is gone. */
#ifndef NUM_CANCEL_H
#define NUM_CANCEL_H

#include "num/graph.h"

/* The short form of d(loss)/d(net), where `output` is computed from `net` and `loss` from `output`:
 * an expression p − y of the output (or its softmax) and a name that the loss uses. 0 where there
 * is none.
 *
 * It is not guessed from how the formulas look: p − y is held against the derivative at the present
 * values and at several others of `net`, and must equal it at all of them to the last digits. */
Expr cancel_find(Exprs *exprs, const Scope *scope, const Graph *graph, Arena *scratch,
                 const double *leaves, SymbolId loss, SymbolId output, SymbolId net);

#endif
