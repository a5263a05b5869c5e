/* mistakes: the known mistakes, one row each in a const table: a tag, a sentence, where it is made,
 * and the function that computes what it would give.
 *
 * Nearly every mistake in a derivative is another number in the place of one factor
 * (lesson/workings.h); the rest is the sum as ever. */
#ifndef LESSON_MISTAKES_H
#define LESSON_MISTAKES_H

#include "lesson/workings.h"

/* Computes all of them into `diagnosis`, whose arena, subject, truth and tolerance are set.
 * `derivative` is the right one; 0 where the question is about a value. */
void mistakes_collect(const Model *model, Diagnosis *diagnosis, DiagnoseQuestion question,
                      double derivative);

/* What a mistake of the table is, without a full stop. */
const char *mistakes_sentence(const char *tag);

/* A ½ or a 2 can get lost only where there is one; as a factor of its own it is one left out. */
bool mistakes_can_lose_two(const Workings *work, const Edge *edge);

#endif
