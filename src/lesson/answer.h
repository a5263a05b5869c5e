/* answer: what a student types, as a number, and what to make of it.
 *
 * A number (0.0049, also 0,0049 with the decimal comma, 4.9e-3, and with a typeset minus), a
 * fraction (3/4), or an expression of the lesson's names (y1 - t1), which may be written as the
 * screen writes it (2w₅(1 − y₁)). The derivative is refused: it
 * is what the student is to find. How many digits were typed counts, because a rounded answer says
 * less than an exact one. */
#ifndef LESSON_ANSWER_H
#define LESSON_ANSWER_H

#include "num/model.h"

/* An answer as read. */
typedef struct Answer {
    double value;
    int digits; /* significant digits typed; 0 where it is exact: a fraction, an expression */
    double resolution;   /* half a unit of the last digit typed; 0 where it is exact, or is zero */
    const char *message; /* why it cannot be read, a sentence without a full stop; else NULL */
    const char *suggestion; /* what to write instead, or NULL */
} Answer;

/* What a question is about, which cannot be an answer to it; SYMBOL_NONE for none. */
typedef struct AnswerSubject {
    SymbolId value; /* the name whose value is asked for */
    SymbolId along; /* the name along which a slope is asked for; those along others count in a
                       formula, as dL/dy in dL/dy*h */
    bool stepped;   /* the value after an update is asked for: all slopes count */
} AnswerSubject;

/* Reads sanitised text. Names have their present values in `model`. Texts are in `arena`. */
Answer answer_read(const Model *model, Arena *arena, AnswerSubject asked, const char *text);

/* Where one entry of a matrix is asked for, and all `count` of them were typed, row by row, as
 * [1; 2], [[1], [2]], [1, 2] or 1 2: the one at `entry`, as it was typed. Else NULL. */
const char *answer_entry(Arena *arena, const char *text, size_t count, size_t entry);

typedef enum AnswerVerdict {
    ANSWER_RIGHT,     /* within the tolerance */
    ANSWER_ROUNDED,   /* not within it, but the true value as far as it was typed; see below */
    ANSWER_CARRIED,   /* what follows rightly from an earlier mistake */
    ANSWER_WRONG,     /* none of these */
    ANSWER_UNREADABLE /* answer.message says why */
} AnswerVerdict;

/* What is right. Where a change is asked for, as the new value after an update, what counts is the
 * change: the old value is near the new one, and yet wrong. */
typedef struct AnswerKey {
    double truth;
    double tolerance; /* relative to the change, else to the truth; 0 is ANSWER_TOLERANCE */
    double change;    /* from the old value to the truth; 0 where no change is asked for */
} AnswerKey;

/* Right, but rounded, is one of
 * - the truth correctly rounded to the digits typed: to two or more, or to one where that is not
 *   far off (2 is, for 1.5);
 * - cut off instead of rounded, so that the last of the digits is one off; there must be three.
 * Only digits of the change count, where a change is asked for. */
typedef enum AnswerRounding {
    ROUNDING_NONE,
    ROUNDING_FINE,
    ROUNDING_COARSE,
    ROUNDING_OFF
} AnswerRounding;

/* What would be right after an earlier mistake of the student. */
typedef struct AnswerCarried {
    double value;
    const char *reason; /* a sentence */
} AnswerCarried;

typedef struct Judgement {
    AnswerVerdict verdict;
    AnswerRounding rounding; /* how, where the verdict is ANSWER_ROUNDED */
    const char *reason;      /* a sentence for ROUNDED, CARRIED and UNREADABLE; else NULL */
    bool hidden; /* wrong, but right as far as it goes: the change does not show in its digits; */
    bool rough;  /* or it is the truth rounded to one digit, and too far off for that; */
    bool near;   /* or no further off than what comes of rounding on the way */
} Judgement;

/* Relative; what is right where a question does not say. */
static const double ANSWER_TOLERANCE = 0.01;

/* `carried` may be NULL where carried_count is 0. */
Judgement answer_judge(const Answer *answer, const AnswerKey *key, const AnswerCarried *carried,
                       size_t carried_count);

/* Whether a value is the true one within the tolerance; never where either is not finite. Beside a
 * true value of nothing but rounding errors, such an error is right. */
bool answer_is_within(const AnswerKey *key, double value);

/* How many significant digits of the truth it takes to show the change; 0 where none is asked for.
 */
int answer_digits_needed(const AnswerKey *key);

#endif
