/* answer_text: an answer as a student writes it, turned into what a formula is written like. An
 * answer is no lesson: what the screen writes is understood, too. */
#ifndef LESSON_ANSWER_TEXT_H
#define LESSON_ANSWER_TEXT_H

#include "num/model.h"

/* A copy in which an index w₅ is w5, a power x² is x^2, and η or eta, where nothing has that name,
 * is the learning rate. Between a number, a known name or a bracket and a name or a bracket that
 * stands right behind it there is a *: 2x, y1(1 - y1), (a)(b); not behind / or ^, where 1/2x could
 * be either. A name that is no operand, such as one of a function, stays as it is. */
char *answer_text(const Model *model, Arena *arena, const char *text);

#endif
