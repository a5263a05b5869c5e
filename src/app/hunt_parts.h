/* hunt_parts: what the files that make a hunt share: its lines (hunt_lines.c), what they come to
 * (hunt_values.c), how one can be written wrongly (hunt_slips.c). hunt.c chooses. */
#ifndef APP_HUNT_PARTS_H
#define APP_HUNT_PARTS_H

#include "app/hunt.h"

/* One way to write a line wrongly. */
typedef struct Slip {
    HuntSide written;
    const char *names[3]; /* the mistakes of the table that it can be, the likeliest first */
    bool named;           /* it is the first of them, whatever the diagnosis of a number says */
    const Edge *edge;     /* whose slope it concerns, or NULL */
    const char *tag, *sentence;
} Slip;

/* A hunt in the making. */
typedef struct Hunter {
    const Explain *explain;
    const HuntPlan *plan;
    Hunt hunt;
    size_t capacity; /* of its lines */
    size_t rows;     /* training rows that the result adds up; 0 for none */
    Slip *slips;     /* of one line */
    size_t slip_count, slip_capacity;
} Hunter;

/* Says why there is no hunt; the first reason counts. */
void hunter_refuse(Hunter *hunter, const char *problem);

/* Writes down the lines of the plan, without their values. */
void hunter_add_lines(Hunter *hunter);

/* The name that the plan's variable is, or is an entry of; SYMBOL_NONE for the whole sweep. */
SymbolId hunter_goal(const Hunter *hunter);

/* What stands in the place of a term where `slope` is taken for its slope (of a number), or
 * `slope` itself (else); 0 leaves the slope out. 0 where that does not fit. */
Expr hunter_term(const Hunter *hunter, const HuntLine *line, const HuntTerm *term, Expr slope);

/* d(of)/d(wrt), as it stands on the left of a line. */
Expr hunter_token(const Hunter *hunter, Expr of, Expr wrt);

/* The leaves after an update with the gradient of the plan; NULL where it trains nothing. */
const double *hunter_updated_leaves(const Hunter *hunter);

/* What `side` comes to in line number `line`, the values of those before it put in; laid out as
 * the line's values. The addends of the side are filled in. */
double *hunter_evaluate(const Hunter *hunter, size_t line, HuntSide *side);

/* From the line `first` on, each from those before it. */
void hunter_work_out(Hunter *hunter, size_t first);

/* The entries of the present row in such values. */
const double *hunter_present(const Hunter *hunter, const HuntLine *line, const double *values);

/* All ways to write a line wrongly, into hunter->slips. */
void hunter_find_slips(Hunter *hunter, const HuntLine *line);

#endif
