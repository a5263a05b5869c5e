/* hunt: a derivation with one mistake in it, for the student to find.
 *
 * A derivation is a list of lines, each worked out from those before it. One of them is written
 * with a mistake from the table of known mistakes (lesson/mistakes.h); everything after it is
 * rightly carried on from there, so that line alone is the first that is wrong. The same plan
 * always gives the same hunt, so a session keeps only the plan. For the files of app/ alone. */
#ifndef APP_HUNT_H
#define APP_HUNT_H

#include "app/explain.h"

typedef enum HuntKind {
    HUNT_LOCAL,   /* d(of)/d(wrt) along the one edge between them */
    HUNT_SUM,     /* d(of)/d(wrt) from the names that wrt feeds: what they hand back, added up */
    HUNT_PRODUCT, /* d(of)/d(wrt): the lines before, multiplied */
} HuntKind;

/* left = written = value; the names of lines before it stand for their values here. */
typedef struct HuntLine {
    HuntKind kind;
    SymbolId of, wrt;
    Expr left;          /* d(of)/d(wrt) */
    Expr right;         /* the formula that belongs here */
    Expr written;       /* the one that stands here: `right` in all lines but one */
    double value;       /* of what is written */
    const Edge **edges; /* LOCAL, SUM: one a term; `edge_count` of them */
    size_t edge_count;
} HuntLine;

typedef struct Hunt {
    HuntLine *lines;
    size_t count;
    size_t wrong;         /* the line with the mistake, from 0 */
    const char *tag;      /* y1:no-slope */
    const char *sentence; /* the mistake, as the table says it */
    const Edge *edge;     /* whose slope is wrong, or NULL */
    double right_value;   /* of the wrong line, had it been written rightly */
    const char *problem;  /* why there is no hunt, a sentence without a full stop; else NULL */
} Hunt;

/* The hunt of a plan with the numbers of `explain`: of its derivative, or of the whole sweep back
 * where plan->wrt is SYMBOL_NONE. In its arena. */
Hunt hunt_new(const Explain *explain, const HuntPlan *plan);

/* A hunt in any derivative of the lesson by an input or parameter, or in the whole sweep back,
 * drawn by the plan's seed; of what it is, is filled in there. */
Hunt hunt_choose(const Explain *explain, HuntPlan *plan);

/* One line of it: left = symbols = numbers = value, each part once. */
const Math *hunt_line_math(const Explain *explain, const Hunt *hunt, size_t line);

/* The same as it ought to be; only for the wrong line. */
const Math *hunt_right_math(const Explain *explain, const Hunt *hunt);

/* The lines whose values stand in line number `line`, from 0; how many. */
size_t hunt_line_uses(const Explain *explain, const Hunt *hunt, size_t line, size_t **uses);

#endif
