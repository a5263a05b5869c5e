/* marks: a set of expressions, and the place of each in it.
 *
 * A bit for every expression of the pool, so a set is made in no time however large the pool, and
 * read from either end: operands before what is made of them, or after. Once the set is numbered,
 * the place of an expression among the marked is its word's number of earlier marks and a count of
 * bits: no search, and a bit and a half for each expression. */
#ifndef EXPR_MARKS_H
#define EXPR_MARKS_H

#include "expr/expr.h"

typedef struct Marks {
    uint64_t *words;  /* bit e mod 64 of words[e / 64]: e is in the set */
    uint32_t *before; /* how many are marked in earlier words; NULL until numbered */
    size_t word_count;
    Expr highest; /* the largest that can be marked */
} Marks;

/* An empty set of expressions up to `highest`. */
Marks marks_new(Arena *arena, Expr highest);

/* Put an expression in, up to `highest`, and take it out; whether it is in, for any. */
void marks_add(Marks *marks, Expr expr);
void marks_remove(Marks *marks, Expr expr);
bool marks_have(const Marks *marks, Expr expr);

/* The first that is marked from `expr` on, or the last up to `expr`; 0 where there is none. */
Expr marks_next(const Marks *marks, Expr expr);
Expr marks_previous(const Marks *marks, Expr expr);

/* Numbers those in the set, in ascending order; after the last was added. Returns how many. */
size_t marks_number(Marks *marks, Arena *arena);

/* The number of an expression, from 0; SIZE_MAX where it is not in the set. */
size_t marks_place(const Marks *marks, Expr expr);

#endif
