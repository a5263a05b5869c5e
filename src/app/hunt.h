/* hunt: a derivation with one mistake in it, for the student to find.
 *
 * A derivation is a list of lines, each worked out from those before it. One of them is written
 * with a mistake from the table of known mistakes (lesson/mistakes.h); everything after it is
 * rightly carried on from there, so that line alone is the first that is wrong. The same plan
 * always gives the same hunt, so a session keeps only the plan.
 *
 * A line is about a number, an entry of a matrix, or a matrix as a whole; where there are training
 * rows it is worked out in each of them, and shows the present one. For the files of app/ alone. */
#ifndef APP_HUNT_H
#define APP_HUNT_H

#include "app/explain.h"

typedef enum HuntKind {
    HUNT_LOCAL,   /* d(of)/d(wrt) along the one edge between them */
    HUNT_SUM,     /* d(of)/d(wrt) from the names that wrt feeds: what they hand back, added up */
    HUNT_PRODUCT, /* d(of)/d(wrt): the lines before, multiplied */
} HuntKind;

/* What one user of a variable hands back to it. */
typedef struct HuntTerm {
    const Edge *edge;
    Expr user, variable; /* names, or entries of them */
    Expr formula;        /* of the user */
    Expr slope;          /* of the user by the variable, where both are numbers; else 0 */
    bool over_rows;      /* each training row hands back its own, and they add up */
} HuntTerm;

/* The right side of a line: parts that are added or multiplied. A part that is a rowsum adds up
 * what stands in it over the training rows, with the values that lines have in each. */
typedef struct HuntSide {
    ExprKind joint;
    Expr *parts;
    size_t count;
    bool updated; /* parameters, but that of the line itself, have their values after an update */
    const double
        *addends; /* where all of it is one rowsum of numbers: those of the rows; or NULL */
    size_t addend_count;
} HuntSide;

/* left = written = value; the names of lines before it stand for their values here. */
typedef struct HuntLine {
    HuntKind kind;
    SymbolId symbol;  /* that wrt is, or is an entry of */
    Expr of, wrt;     /* names; wrt may be an entry of one */
    Expr left;        /* d(of)/d(wrt) */
    HuntSide right;   /* what belongs here */
    HuntSide written; /* what stands here: the same in all lines but one */
    double *values;   /* of what is written: the entries, for each training row where rows > 1 */
    size_t entries, rows;
    const double *value; /* those of the present row */
    HuntTerm *terms;     /* LOCAL, SUM: what is handed back */
    size_t term_count;
} HuntLine;

typedef struct Hunt {
    HuntLine *lines;
    size_t count;
    size_t wrong;              /* the line with the mistake, from 0 */
    const char *tag;           /* y1:no-slope */
    const char *sentence;      /* the mistake, as the table says it */
    const Edge *edge;          /* whose slope is wrong, or NULL */
    const double *right_value; /* of the wrong line, had it been written rightly */
    const Model *model;        /* the numbers of the present row */
    const double *updated;     /* the leaves after an update; NULL where nothing is trained */
    const char *problem;       /* why there is no hunt, a sentence without a full stop; else NULL */
} Hunt;

/* The hunt of a plan with the numbers of `explain`: of its derivative, or of the whole sweep back
 * where plan->wrt is 0. In its arena. */
Hunt hunt_new(const Explain *explain, const HuntPlan *plan);

/* A hunt in any derivative of the lesson by an input or parameter, or in the whole sweep back,
 * drawn by the plan's seed; of what it is, is filled in there. */
Hunt hunt_choose(const Explain *explain, HuntPlan *plan);

/* A side as one formula. */
Expr hunt_formula(const Explain *explain, const HuntSide *side);

/* One line of it: left = symbols = numbers = value, each part once. */
const Math *hunt_line_math(const Explain *explain, const Hunt *hunt, size_t line);

/* The same as it ought to be; only for the wrong line. */
const Math *hunt_right_math(const Explain *explain, const Hunt *hunt);

/* Whether there are lines that are worked out in each training row, and show the present one. */
bool hunt_has_rows(const Hunt *hunt);

/* The lines whose values stand in line number `line`, from 0; how many. */
size_t hunt_line_uses(const Explain *explain, const Hunt *hunt, size_t line, size_t **uses);

#endif
