/* mistakes_values: those made at a value, where nothing is differentiated yet. Rows of the table in
 * mistakes.c. */
#ifndef LESSON_MISTAKES_VALUES_H
#define LESSON_MISTAKES_VALUES_H

#include "lesson/workings.h"

/* What the activation takes, instead of what it gives. */
void mistake_forget_activation(Workings *work);

/* The slope of the activation instead of its value. */
void mistake_take_slope(Workings *work);

/* Twice the value where the formula has a factor ½, half of it where it has a 2. */
void mistake_lose_half(Workings *work);
void mistake_lose_two(Workings *work);

/* The logistic function of minus what goes in. */
void mistake_turn_exponent(Workings *work);

/* Every a^2 as a, and as 2*a. */
void mistake_forget_square(Workings *work);
void mistake_double_square(Workings *work);

/* Every logarithm to base 10. */
void mistake_take_base_10(Workings *work);

/* The sum without one of its terms, for each of them; with the sign of one turned; with one factor
 * of one left out. */
void mistake_leave_out_term(Workings *work);
void mistake_turn_term(Workings *work);
void mistake_leave_out_factor(Workings *work);

#endif
