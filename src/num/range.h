/* range: where a number first left the range of doubles: became infinite, or no number at all. */
#ifndef NUM_RANGE_H
#define NUM_RANGE_H

#include "num/model.h"

/* The first operation whose result is no finite number although its operands are, as they stand on
 * the tape; or a leaf that was given so. */
typedef struct RangeFault {
    bool found;
    bool undefined; /* no number, rather than infinite */
    uint8_t code;   /* OpCode; OP_COUNT for all other operations, and for leaves */
    bool given;     /* a leaf */
    double a, b;    /* what the entry was computed of, where `code` is one of op.def */
    SymbolId name;  /* the first name that has it; SYMBOL_NONE where it has none */
    bool in_row;    /* in one of the training rows, */
    size_t row;     /* this one, from 0 */
} RangeFault;

/* Of an expression, with the model's numbers; in its present row, or in a sum over the rows the
 * first in which it happens. */
RangeFault range_find(const Model *model, Arena *scratch, Expr expr);

/* The same for any row of a loss that has one for each. */
RangeFault range_find_in_rows(const Model *model, Arena *scratch, Expr expr);

/* The first name on the way back from `of` whose adjoint is no finite number; SYMBOL_NONE where all
 * are. Sweeps over the model. */
SymbolId range_find_slope(Model *model, SymbolId of);

#endif
