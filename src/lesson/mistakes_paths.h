/* mistakes_paths: those made in putting the paths together, or the factors along one. Rows of the
 * table in mistakes.c. */
#ifndef LESSON_MISTAKES_PATHS_H
#define LESSON_MISTAKES_PATHS_H

#include "lesson/workings.h"

/* The part of one path for all of them, and the share of one place where paths come together. */
void mistake_take_one_path(Workings *work);

/* All paths but one; with the part of one turned round; all of them multiplied. */
void mistake_leave_out_path(Workings *work);
void mistake_turn_path_sign(Workings *work);
void mistake_multiply_paths(Workings *work);

/* Where the part of one path is asked for: that of another; the sum over all. */
void mistake_take_another_path(Workings *work);
void mistake_take_all_paths(Workings *work);

/* The factors along the only path added. */
void mistake_add_factors(Workings *work);

#endif
