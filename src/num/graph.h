/* graph: the computational graph of named nodes: which definition uses which name, and the local
 * partial on each such edge. Names are numbered in the order of declaration, which is topological.
 */
#ifndef NUM_GRAPH_H
#define NUM_GRAPH_H

#include "expr/scope.h"

typedef struct Edge {
    SymbolId from; /* the name that is used */
    SymbolId to;   /* the definition that uses it */
    Expr partial;  /* ∂to/∂from in symbols, where `to` is a number; the shape of `from`. Else 0:
                      see graph_contribution */
    bool over_rows; /* `to` is of one row and sums values of `from` over all rows in its formula:
                       the partial has those sums as given numbers */
} Edge;

typedef struct Graph {
    bool *by_row; /* by symbol: it has a value for each training row */
    Edge *edges;  /* by `to`, then by `from` */
    size_t edge_count, edge_capacity;
    size_t *first_in; /* edges into s: edges[first_in[s] … first_in[s + 1]) */
    size_t *outgoing; /* numbers of edges by `from`: those out of s are
                         outgoing[first_out[s] … first_out[s + 1]), in the order of `to` */
    size_t *first_out;
    struct Leading *leading; /* what was asked for last: graph_leading */
} Graph;

/* The graph of a finished scope. Edges along which the derivative is identically zero are left out.
 */
Graph *graph_build(Arena *arena, Exprs *exprs, const Scope *scope, Arena *scratch);

/* What `edge.to` hands back to `edge.from` in d(of)/d(edge.from): in symbols, with d(of)/d(edge.to)
 * as a token: for Z = W @ x and W: dL/dZ @ x.T. For numbers: dE/dz * partial. */
Expr graph_contribution(Exprs *exprs, const Scope *scope, Arena *scratch, const Edge *edge,
                        Expr of);

/* Whether the derivative of `of` leaves the training rows along this edge: there the parts of all
 * rows are summed. graph_contribution is the part of the present row. */
bool graph_sums_rows(const Graph *graph, const Edge *edge, SymbolId of);

/* Whether d(of)/d(wrt) is only the part of the present row: `of` is a sum over all rows, `wrt` is
 * of one. No sweep down a tape and no difference gives that, for each goes through all rows. */
bool graph_is_row_part(const Graph *graph, SymbolId of, SymbolId wrt);

/* Where the rows meet: on the way from `of` back to `wrt` the value `row`, of one row, is made of
 * `all`, of every row, through a sum over the rows. Such a way goes through all rows, so slopes
 * multiplied along it in one of them are no part of d(of)/d(wrt). */
typedef struct Meeting {
    SymbolId row, all;
    bool named; /* the sum, or what it is part of, is a name between them */
} Meeting;

/* Whether they do: then d(of)/d(wrt) is not the sum of products along paths. */
bool graph_rows_meet(const Graph *graph, const Scope *scope, SymbolId of, SymbolId wrt);

/* Whether what the users of `symbol` hand back does not add up to d(of)/d(symbol). A sweep from the
 * loss of a table comes through a name of such a sum rightly, as it takes the rows together there.
 */
bool graph_rows_meet_at(const Graph *graph, const Scope *scope, SymbolId of, SymbolId symbol);

/* Where they do. */
Meeting graph_meeting(const Graph *graph, const Scope *scope, Arena *scratch, SymbolId of,
                      SymbolId wrt);

/* leads[s]: whether `of` is s or is computed from it. Until another is asked for. */
const bool *graph_leading(const Graph *graph, const Scope *scope, SymbolId of);

/* depends[s]: whether s is `on` or is computed from it. */
bool *graph_dependents(const Graph *graph, const Scope *scope, Arena *arena, SymbolId on);

#endif
