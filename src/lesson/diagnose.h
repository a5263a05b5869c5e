/* diagnose: which mistake a wrong answer comes from.
 *
 * The answer is computed again under every known mistake (lesson/mistakes.h). Where what was typed
 * is one of these numbers, and no other mistake gives one near it, that mistake is named, with a
 * tag such as w5:no-slope. Else nothing is named: a wrong diagnosis is worse than none. */
#ifndef LESSON_DIAGNOSE_H
#define LESSON_DIAGNOSE_H

#include "lesson/answer.h"

/* What is asked for; bits, so that a mistake can say where it is made. */
typedef enum DiagnoseKind {
    DIAGNOSE_VALUE = 1,      /* the value of the node `of` */
    DIAGNOSE_LOCAL = 2,      /* the local partial of `of` by a name its formula uses */
    DIAGNOSE_DERIVATIVE = 4, /* d(of)/d(wrt), along all paths */
    DIAGNOSE_UPDATE = 8      /* wrt - rate*d(of)/d(wrt) */
} DiagnoseKind;

typedef struct DiagnoseQuestion {
    DiagnoseKind kind;
    SymbolId of;        /* a node */
    size_t of_entry;    /* of which one entry counts, by rows from 0 */
    Expr wrt;           /* a number: a name or an entry of one; not for DIAGNOSE_VALUE */
    const bool *along;  /* by edge of the graph: those that count, as on one path; NULL for all */
    double along_value; /* the derivative along them */
    int digits; /* 0; or the digits to which every factor is rounded before they are multiplied, as
                   by a student who copies what the screen shows */
} DiagnoseQuestion;

/* Of a mistake that is made often and one that is made rarely, and that give the same digits, it is
 * the first. */
typedef enum MistakeOdds { MISTAKE_USUAL, MISTAKE_OFTEN, MISTAKE_RARE } MistakeOdds;

/* What one mistake would give. */
typedef struct Candidate {
    const char *tag;      /* w5:no-slope */
    const char *sentence; /* the mistake, without a full stop */
    const char *place;    /* where it is made: dy1/dz3; or NULL */
    double value;
    double scale; /* of what was multiplied to get it: the size of the step, for a new value; else
                     that of the value. Who computes by hand is off by a part of it */
    bool copied;  /* a number of the lesson as it stands, which is typed in just as few digits */
    MistakeOdds odds;
} Candidate;

/* A question with all of its known wrong answers. */
typedef struct Diagnosis {
    Arena *arena;
    const char *subject; /* what tags begin with: w5, W[1,2] */
    AnswerKey key;       /* what is right */
    double slack;    /* relative to a candidate's scale: how far an answer may be and still be it */
    Candidate *list; /* none of them within the tolerance of the truth, in the order of the table */
    size_t count, capacity;
} Diagnosis;

/* Computes them from the present values of `model`, all in `arena`. `tolerance` is that of the
 * question; 0 for the default. Where there are matrices the model is taken apart into numbers
 * (num/unroll.h). One that is too large for that is diagnosed as it is, where `of` is a number;
 * where it is a matrix nothing is known, and the truth is NAN. */
Diagnosis diagnose_question(const Model *model, Arena *arena, DiagnoseQuestion question,
                            double tolerance);

/* The name that `wrt` is, or is an entry of; and the number of that entry, by rows from 0. */
SymbolId diagnose_symbol(const Model *model, Expr wrt, size_t *entry);

/* Adds a candidate under subject:mistake; nothing where its value is right or not finite. The tag
 * in it is filled in. */
void diagnose_add(Diagnosis *diagnosis, const char *mistake, Candidate candidate);

/* Whether one of the first `count` candidates lies so near a value that they cannot be told apart.
 */
bool diagnose_has_near(const Diagnosis *diagnosis, size_t count, double value);

/* Adds a mistake that the author of the lesson wrote. It takes the place of those with its value.
 */
void diagnose_add_author(Diagnosis *diagnosis, const char *sentence, double value);

/* Adds what the value that is asked for was before something changed; NAN where it was nothing. */
void diagnose_add_old_value(Diagnosis *diagnosis, double value);

/* Adds the other entries of the matrix of which one is asked: that with row and column swapped, and
 * those that no mistake so far explains. */
void diagnose_add_entries(Diagnosis *diagnosis, const double *entries, size_t rows, size_t columns,
                          size_t entry);

/* Whether it was added by diagnose_add_author. */
bool diagnose_is_author(const Candidate *candidate);

typedef struct Finding {
    const char *tag;      /* NULL: can't tell */
    const char *sentence; /* what went wrong, with a full stop; NULL where tag is, unless the sign
                             is wrong, wherever that came from */
    const char *written;  /* the same as the mistake has it, without place or full stop */
    size_t mistakes;      /* different ones near the answer: 0 unknown, 1 found, more: can't tell */
    const char *either[2]; /* where just two give it: what went wrong, or else; full stops */
} Finding;

/* Whether a mistake, of any or of the author's, gives the very number that was typed. */
bool diagnose_gives(const Diagnosis *diagnosis, const Answer *answer, bool author);

/* `answer` is readable and wrong. */
Finding diagnose_answer(const Diagnosis *diagnosis, const Answer *answer);

/* Two mistakes of one question whose numbers are so close that neither can be named. */
typedef struct ClosePair {
    const Candidate *first, *second;
} ClosePair;

/* All such pairs, one for each two tags; for lint. In the diagnosis' arena. */
size_t diagnose_close_pairs(const Diagnosis *diagnosis, ClosePair **pairs);

#endif
