/* verify: one derivative, computed in three independent ways. */
#ifndef NUM_VERIFY_H
#define NUM_VERIFY_H

#include "num/model.h"

typedef struct Verification {
    size_t rows, columns; /* shape of the derivative, as for expr_derivative */
    double *symbolic;     /* the formula differentiated, simplified and evaluated */
    double *reverse;      /* the reverse sweep over the tape */
    double *numeric;      /* central differences, extrapolated (Ridders 1982) */
    bool kink;            /* at a corner of relu, abs, max …: no difference has a limit there, so
                             `numeric` is shown but not compared */
    bool agree;
} Verification;

/* The derivative of any expression of the scope with respect to a name or an entry of one. */
Verification verify_derivative(const Model *model, Arena *arena, Expr of, Expr wrt);

#endif
