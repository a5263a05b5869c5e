/* teach: what a student can be asked at a step, and what is said to an answer. Any step with a
 * number can ask for it, without the author writing anything. For the files of app/ alone. */
#ifndef APP_TEACH_H
#define APP_TEACH_H

#include "app/explain.h"
#include "lesson/diagnose.h"

/* What is asked at a place. */
typedef struct Asked {
    const Question *question; /* the author's, or NULL */
    bool number;              /* a number is asked for; else one of the question's choices */
    AnswerKey key;            /* what is right, where a number is asked for */
    bool diagnosed;           /* `about` says what it is, for the diagnosis of wrong answers */
    DiagnoseQuestion about;
    Expr whole;           /* the matrix of which one entry is asked; 0 where it is a number */
    Hidden hidden;        /* its size, and which; 1×1 for a number */
    const double *values; /* its entries */
    const Model *model;   /* with the numbers it is about */
} Asked;

/* What the step at `position` can ask: of a matrix one entry, always the same one. False where it
 * has no number to ask for. */
bool teach_asked(const Session *session, Arena *arena, size_t position, Asked *asked);

/* What the present step asks for, still; false where that is no number. A hunt may be open there.
 */
bool teach_asks(const Session *session, Arena *arena, Asked *asked);

/* Whether the value of an expression tells what is asked at the present step, or the whole of which
 * that is a part; not where the values pane shows it. */
bool teach_tells(const Session *session, Arena *arena, const Asked *asked, Expr expr);

/* Whether a right answer at the present step says nothing of what the student knows: it was told,
 * or stands in the step. */
bool teach_was_told(const Session *session);

/* What the value that is asked for was at the last step that computed it; NAN where there is none.
 */
double teach_old_value(const Session *session, Arena *arena, size_t position, const Asked *asked);

/* The known wrong answers to what is asked: those of the core, and the author's. */
Diagnosis teach_diagnosis(const Asked *asked, Arena *arena);

/* Whether a mode asks at such a step; the step itself may still have nothing to ask for. */
bool teach_mode_asks(Mode mode, StepKind kind);

/* Whether the card of a hidden step is the step itself, but for its numbers; else its question says
 * all. */
bool teach_shows_formula(const Step *step, const Asked *asked);

/* The card of a step that is hidden: its formula, where the step does not show it, and the
 * question. */
void teach_question(Explain *explain, size_t position, const Asked *asked);

/* left = formula = ?; `formula` NULL for none. */
void teach_equation(Explain *explain, const Math *left, const Math *formula);

/* The next rung of the ladder (teach_hint.c): the author's hints; a nudge; a smaller question, or
 * the numbers put in; the worked step. Whether that told the answer. */
bool teach_hint(Explain *explain, size_t position, const Asked *asked, size_t rung);

/* What would be right after the student's own earlier mistakes; how many. */
size_t teach_carried(const Explain *explain, size_t position, AnswerCarried **carried);

#endif
