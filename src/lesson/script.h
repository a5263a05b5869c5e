/* script: the statements of a lesson's fenced blocks, compiled into names, steps and expectations.
 */
#ifndef LESSON_SCRIPT_H
#define LESSON_SCRIPT_H

#include "expr/parse.h"
#include "lesson/lesson.h"

typedef struct Script {
    Lesson *lesson;
    Parser parser;
    bool rate_given, seed_given; /* a second rate is a step; a second seed is an error */
} Script;

/* Compiles one fenced block, which begins at line:column. Names go to the lesson's scope, what is
 * to be done to its actions, in the section that is the last one now. */
void script_compile(Script *script, const char *text, int line, int column);

/* The statements that do something (script_actions.c); false where the word begins none of them.
 * The word has been taken. */
bool script_action(Script *script, const Token *word);

/* For completion, and for telling a name from a statement: the words that begin statements, ended
 * by NULL. */
extern const char *const script_words[];

#endif
