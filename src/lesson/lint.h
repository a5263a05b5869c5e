/* lint: what is wrong with a lesson that can be read: names that nothing uses, parts that do
 * nothing, statements that stand where they are only shown. */
#ifndef LESSON_LINT_H
#define LESSON_LINT_H

#include "lesson/lesson.h"

/* Reports every parameter, input or target that no formula uses, and every definition that leads to
 * no loss and that no step looks at. */
void lint_lesson(const Lesson *lesson, Diags *diags);

/* Warns of what is right, but does nothing: `order` or `batch` for the loss of a whole table, a
 * lesson without a title, what lint_fences finds, statements outside a block, and formulas in
 * prose that are not typeset: with a misspelt name, a lone backtick, or dollars. */
void lint_warn(Lesson *lesson, Diags *warnings);

/* Reports code blocks that are only shown, and look as if they were meant to be read: ```lessons.
 * `prefix` begins each message. */
void lint_fences(const Lesson *lesson, Diags *diags, const char *prefix);

#endif
