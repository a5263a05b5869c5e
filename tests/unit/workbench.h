/* workbench: a pool, a scope and a parser for tests of formulas, and formulas as text again. */
#ifndef UNIT_WORKBENCH_H
#define UNIT_WORKBENCH_H

#include "expr/parse.h"

typedef struct Workbench {
    Arena arena;
    Exprs exprs;
    Scope scope;
    Diags diags;
} Workbench;

/* Declares the names of a list such as "x y W[2,3]", all of them inputs, and frees it all again. */
void workbench_open(Workbench *bench, const char *names);
void workbench_close(Workbench *bench);

/* The formula that all of `text` is; 0 with an error in bench->diags where it is none. */
Expr workbench_read(Workbench *bench, const char *text);

/* Gives a formula a name, and returns the name. */
Expr workbench_define(Workbench *bench, const char *name, const char *formula);

typedef enum Brackets {
    BRACKETS_ALL,   /* around every operation: ((a*b) + c) */
    BRACKETS_NEEDED /* as on a board: a*b + c */
} Brackets;

const char *workbench_text(Workbench *bench, Expr expr, Brackets brackets);

#endif
