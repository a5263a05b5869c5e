/* workings: a derivative laid open, factor by factor, so that one of them can be changed and the
 * whole summed up again.
 *
 * A derivative is a sum over paths of products of factors. An edge of the graph has one factor, or
 * two where it enters an activation: the slope of the activation at its input, and what comes
 * before it, its inner factor. In numbers they come from the graph's own partials. */
#ifndef LESSON_WORKINGS_H
#define LESSON_WORKINGS_H

#include "lesson/diagnose.h"

typedef struct Workings {
    const Model *model;
    Arena *arena;
    DiagnoseQuestion question;
    SymbolId symbol;   /* that is, or has, question.wrt */
    size_t entry;      /* of it */
    double derivative; /* the right one; with factors rounded, what comes out of them */
    size_t *edges;     /* those on a path, the highest `to` first; `edge_count` of them */
    size_t edge_count;
    bool factored; /* all are edges between numbers, and sum up to the derivative: slopes and inners
                      hold; they may be changed, and must be put back */
    double *slopes;     /* by name: of the activation that it is, else 1 */
    double *inners;     /* by edge: the factor beside the slope */
    Paths paths;        /* all of them where they are few, else none is listed */
    size_t other_paths; /* listed behind them: those that the question leaves out */

    Diagnosis *diagnosis; /* for mistakes.c: where to, and under which tag */
    const char *tag, *sentence;
    MistakeOdds odds;
} Workings;

/* Fills in all from `symbol` to `paths`, but `derivative`, which is given. */
void workings_open(Workings *work);

/* d(of)/d(each name) with the factors as they are now; and the one by wrt. */
double *workings_sums(const Workings *work);
double workings_total(const Workings *work);

/* Whether every path of the question leads through a name. */
bool workings_all_through(const Workings *work, SymbolId node);

/* What comes along one path, at wrt. */
double workings_path_product(const Workings *work, const Path *path);

/* What goes into the activation that a formula is, of any shape; 0 where it is none. */
Expr workings_activation_operand(const Exprs *exprs, Expr formula);

/* The same for the formula of a name, where it is a number. */
Expr workings_operand(const Workings *work, SymbolId symbol);

/* The slope of the activation `symbol` at the value of an expression. */
double workings_slope_at(const Workings *work, SymbolId symbol, Expr at);

/* The inner factor of an edge, in symbols. */
Expr workings_inner(const Workings *work, const Edge *edge);

/* A value as the student computes with it: rounded, where the question says so. */
double workings_shown(const Workings *work, double value);

/* Of the model: a name as an expression, an edge, and a value. */
Expr workings_expr(const Workings *work, SymbolId symbol);
bool workings_is_number(const Workings *work, SymbolId symbol); /* has one entry */
const Edge *workings_edge(const Workings *work, size_t edge);
double workings_evaluate(const Workings *work, Expr expr); /* of one entry */

/* What the mistake at work would give: one more number to compare the answer with. `scale` is the
 * size that rounding is measured by, where that is not the number's own. `place` may be NULL. */
void workings_offer(Workings *work, const char *place, double value);
void workings_offer_scaled(Workings *work, const char *place, double value, double scale);

/* The parameter that is updated, and what is answered where `step` is taken for its right step;
 * where `slope` is taken for the right derivative. */
double workings_parameter_value(const Workings *work);
void workings_offer_step(Workings *work, const char *place, double step);
void workings_offer_slope(Workings *work, const char *place, double slope);

/* How many of the edges on the way begin at the name by which is differentiated. */
size_t workings_last_edges(const Workings *work);

/* Places, for people: y1; dy1/dz3; the slope of an activation; what is inside one; x → h → E. */
const char *workings_name_text(const Workings *work, SymbolId symbol);
const char *workings_partial_text(const Workings *work, SymbolId of, SymbolId wrt);
const char *workings_slope_text(const Workings *work, SymbolId node);
const char *workings_inner_text(const Workings *work, const Edge *edge);
const char *workings_path_text(const Workings *work, const Path *path);

#endif
