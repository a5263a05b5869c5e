/* gears: a block fenced with ```gears, a line for each gear of a row, as a picture that can turn:
 *
 *     small: radius r1, turns n1
 *     large: radius r3, turns n3
 *
 * Radius and turns are formulas of the lesson, numbers once they are computed; a gear without turns
 * stands still. */
#ifndef LESSON_GEARS_H
#define LESSON_GEARS_H

#include "lesson/lesson.h"

enum { GEARS_MOST = 8, GEARS_LEAST = 2 };

/* Reads the block of `prose` where it is one of gears; mistakes go to `diags`. */
void gears_compile(Lesson *lesson, Prose *prose, const Scope *broken, Diags *diags);

#endif
