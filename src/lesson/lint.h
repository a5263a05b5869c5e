/* lint: what is wrong with a lesson that can be read: names that nothing uses. */
#ifndef LESSON_LINT_H
#define LESSON_LINT_H

#include "lesson/lesson.h"

/* Reports every parameter, input or target that no formula uses, and every definition that leads to
 * no loss and that no step looks at. */
void lint_lesson(const Lesson *lesson, Diags *diags);

#endif
