/* steps: a lesson's actions spread out into the steps a student goes through. */
#ifndef LESSON_STEPS_H
#define LESSON_STEPS_H

#include "lesson/lesson.h"

/* Fills lesson->steps, and the places of sections and expectations in them. The lesson's names,
 * graph and actions are complete. Too many steps are an error at the action that asks for them. */
void steps_build(Lesson *lesson, Diags *diags, Arena *scratch);

/* Whether the product along a path is worth a step of its own. Where there is one factor it is the
 * product already; so is the last where a number is differentiated by matrices, for they are
 * carried along. One path of several is always new where rows are summed, or an entry is picked. */
bool chain_has_product(const Lesson *lesson, const Chain *chain, size_t path);

/* The STEP_CANCEL of d(of)/d(net) in `step`, where the slope of the loss along the output that is
 * computed from `net` alone cancels with that of the output (num/cancel.h); false where none does.
 */
bool steps_cancellation(Lesson *lesson, Arena *scratch, const double *leaves, SymbolId of,
                        SymbolId net, Step *step);

#endif
