/* model: a lesson's graph with numbers in it: the present value of every input, target and
 * parameter, and from them of every node. */
#ifndef NUM_MODEL_H
#define NUM_MODEL_H

#include "num/paths.h"
#include "num/tape.h"

typedef struct Model {
    Exprs *exprs;
    const Scope *scope;
    const Graph *graph;
    Tape *tape;     /* all definitions */
    double *leaves; /* scope->leaf_entries values */
    double rate;    /* the learning rate */
    size_t row;     /* the training row that the leaves hold, from 0 */
    SymbolId swept; /* whose derivatives the adjoints are, or SYMBOL_NONE */
} Model;

/* A model at the first values of its names; random ones drawn from `seed`. */
Model *model_new(Arena *arena, Exprs *exprs, const Scope *scope, const Graph *graph, double rate,
                 uint64_t seed);

/* The first values of all inputs, targets and parameters, into leaves[0 … scope->leaf_entries). */
void model_initial(Exprs *exprs, const Scope *scope, Arena *scratch, uint64_t seed, double *leaves);

/* The same graph with values of its own, equal now; it is valid as long as `model` is. */
Model *model_copy(const Model *model, Arena *arena);

/* Puts a training row into the leaves; without data, nothing. Needs model_forward after it. */
void model_load_row(Model *model, size_t row);

/* Computes all nodes from the leaves: after any change of them. */
void model_forward(Model *model);

/* The present value of a name, by rows; owned by the model, until the next forward. */
const double *model_value(const Model *model, SymbolId symbol);

/* Puts the present values of names into a tape where they are leaves. */
void model_fill(const Model *model, Tape *tape);

/* The tape of expressions of names, which are leaves with their present values: so what it takes
 * depends on the expressions alone, not on all that their names are made of. Derivative tokens are
 * leaves, too, that tape_set fills before tape_forward. */
Tape *model_tape(const Model *model, Arena *arena, const Expr *roots, size_t count);

/* The value of any expression of the scope's names, derivative tokens included; in `scratch`. */
double *model_evaluate(const Model *model, Arena *scratch, Expr expr);

/* d(of)/d(every name) by one reverse sweep over the whole graph; `of` is a node with one entry. The
 * adjoints are read with model_adjoint, until the next sweep or forward. Asked for again, they
 * are there already. */
void model_backward(Model *model, SymbolId of);

/* The adjoint of a name after model_backward, in its shape; all zeros where nothing flows to it. */
const double *model_adjoint(const Model *model, SymbolId symbol);

/* The derivative of `of` along the first `count` edges of a path that begins at it: the product of
 * the local partials, by rows; a row for each entry of `of`, a column for each of the node
 * reached; in `scratch`. */
double *model_carry(const Model *model, Arena *scratch, const Path *path, SymbolId of,
                    size_t count);

/* Values of the local partials of all edges (1 for those without), for paths_find. */
double *model_weights(const Model *model, Arena *scratch);

#endif
