/* scope: the declared names of a lesson, in the order of their declaration.
 *
 * A definition uses only names declared before it, so this order is a topological order of the
 * computational graph. */
#ifndef EXPR_SCOPE_H
#define EXPR_SCOPE_H

#include "expr/expr.h"

typedef enum SymbolRole {
    ROLE_INPUT,  /* a given number */
    ROLE_TARGET, /* what an output should be */
    ROLE_PARAM,  /* trained: a weight or a bias */
    ROLE_NODE,   /* a definition */
    ROLE_LOSS    /* a definition that training makes small */
} SymbolRole;

typedef enum Distribution {
    DISTRIBUTION_NONE,
    DISTRIBUTION_UNIFORM,
    DISTRIBUTION_NORMAL
} Distribution;

/* A first value that is drawn. */
typedef struct Randomness {
    Distribution distribution;
    double from, to;    /* uniform: its bounds; normal: mean and deviation */
    double granularity; /* values are multiples of this; 0 for none */
} Randomness;

typedef struct Symbol {
    const char *name;         /* as declared: "w1_11" */
    const char *spelling;     /* what follows `as`: "w_{11}^{(1)}", or NULL to go by the name */
    const Randomness *random; /* input, target, param: NULL where the first value is given */
    SymbolRole role;
    uint32_t rows, columns;
    Expr definition;     /* nodes and losses: the formula as written */
    Expr lowered;        /* the same without derivative tokens: what is evaluated */
    Expr initial;        /* input, target, param: its first value, of numbers only; 0 if random */
    uint32_t offset;     /* input, target, param: first entry in an array of all such values */
    int line, column;    /* where it was declared */
    int spelling_column; /* where its spelling stands, on the same line */
} Symbol;

/* Training rows: the values of some inputs and targets, one set a row. Their names are declared one
 * after another, so a row is one stretch of the leaves. */
typedef struct DataTable {
    size_t rows;
    SymbolId first, count; /* the columns: names first … first + count */
    size_t offset, width;  /* the stretch of the leaves that a row fills */
    double *values;        /* rows × width */
} DataTable;

enum { SCOPE_CHUNK_BITS = 6, SCOPE_CHUNK = 1 << SCOPE_CHUNK_BITS };

typedef struct Scope {
    Arena *arena;
    const DataTable *data; /* the training rows, or NULL */
    Symbol **chunks;       /* of SCOPE_CHUNK symbols each; they never move */
    size_t count, chunk_capacity;
    size_t leaf_entries; /* entries of all inputs, targets and parameters */
    Lookup table;        /* by name, of symbols + 1 */
} Scope;

#define SYMBOL_NONE UINT32_MAX

/* In the place of a name to be cut: none is, but a logarithm of a name is taken as it is written
 * (expr/stable.h). */
#define SYMBOL_WRITTEN (SYMBOL_NONE - 1)

/* An empty scope; its names come to lie in `arena`. */
void scope_init(Scope *scope, Arena *arena);

/* Adds a name and returns it; `symbol.offset` is filled in for leaves. The name must be new. */
SymbolId scope_add(Scope *scope, Symbol symbol);

/* The name written as `length` bytes at `text`, or SYMBOL_NONE. */
SymbolId scope_find_n(const Scope *scope, const char *text, size_t length);
SymbolId scope_find(const Scope *scope, const char *name);

/* What is known of a name, valid as long as the scope; the entries of its value. */
const Symbol *scope_get(const Scope *scope, SymbolId symbol);
bool symbol_is_leaf(const Symbol *symbol); /* input, target or parameter: has no formula */
size_t symbol_entries(const Symbol *symbol);

/* The loss declared last, or SYMBOL_NONE. */
SymbolId scope_last_loss(const Scope *scope);

/* The expression that is this name. */
Expr scope_expr(const Scope *scope, Exprs *exprs, SymbolId symbol);

/* A name or an entry of one as it is typed: w5, W[1,2], and of a column b[2]. */
const char *scope_typed(const Scope *scope, const Exprs *exprs, Arena *arena, Expr variable);
const char *symbol_typed_entry(const Symbol *symbol, Arena *arena,
                               size_t entry); /* by rows, from 0 */

#endif
