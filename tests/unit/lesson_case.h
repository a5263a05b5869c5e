/* lesson_case: a lesson from a few statements, with its numbers. */
#ifndef UNIT_LESSON_CASE_H
#define UNIT_LESSON_CASE_H

#include "lesson/lesson.h"
#include "num/model.h"

/* A lesson with its numbers. */
typedef struct LessonCase {
    Arena arena;
    Diags diags;
    Lesson *lesson;
    Model *model;
} LessonCase;

/* Compiles the statements; the second has those of both texts, one after the other. An error in
 * them fails the test. */
void lesson_case_open(LessonCase *test, const char *statements);
void lesson_case_open_both(LessonCase *test, const char *first, const char *then);
void lesson_case_close(LessonCase *test);

SymbolId lesson_case_symbol(const LessonCase *test, const char *name);

/* A formula with the lesson's names, and its value there. */
Expr lesson_case_read(LessonCase *test, const char *text);
const double *lesson_case_value(LessonCase *test, const char *text);

#endif
