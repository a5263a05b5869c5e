/* unroll: a model taken apart into numbers. Every entry of a matrix gets a name of its own, W[2,1],
 * and every entry of a formula a formula of its own: z = W @ x becomes z[1] = W[1,1]*x[1] +
 * W[1,2]*x[2], and so on. What is known of chains of numbers then holds of chains of matrices. */
#ifndef NUM_UNROLL_H
#define NUM_UNROLL_H

#include "num/model.h"

enum {
    UNROLL_NAMES = 256,      /* entries that get a name: of larger models nothing is made */
    UNROLL_OPERATIONS = 4096 /* entries computed on the way, likewise */
};

typedef struct Unrolled {
    const Model *model; /* with the values that the matrices have now */
    SymbolId *first;    /* by name of the original: that of its first entry; the others follow, by
                           rows */
} Unrolled;

/* False where the model is too large, or its training rows hold matrices. Its
 * names and formulas are its own, all in `arena`. */
bool unroll_model(const Model *model, Arena *arena, Unrolled *unrolled);

/* One entry of a formula, counted from 1, as a formula of the entries of its names: of W @ x it is
 * W[2,1]*x[1] + W[2,2]*x[2]. A very large formula keeps its index outside. */
Expr unroll_entry(Exprs *exprs, Arena *scratch, Expr formula, uint32_t row, uint32_t column);

#endif
