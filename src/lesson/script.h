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
    bool rows_unknown;           /* a row could not be read: nobody knows how many there are */
    Scope broken;                /* the names whose declaration failed */
    Scope later;                 /* all names that are declared anywhere, with their lines */
} Script;

/* Notes the names that a block declares, so that using one too early can be told from a slip. */
void script_foresee(Script *script, const char *text, int line);

/* Compiles one fenced block, which begins at line:column. Names go to the lesson's scope, what is
 * to be done to its actions, in the section that is the last one now. */
void script_compile(Script *script, const char *text, int line, int column);

/* The statements that do something (script_actions.c); false where the word begins none of them.
 * The word has been taken. */
bool script_action(Script *script, const Token *word);

/* The statements train, row and plot (script_train.c) and ask (script_ask.c). */
void script_train(Script *script, const Token *word);
void script_row(Script *script, const Token *word);
void script_plot(Script *script, const Token *word);
void script_ask(Script *script, const Token *word);

/* Parts that several statements share. Each reports what is wrong and returns false. */
/* A new name with its shape, if one is written: x, x[3], W[2,3]. Not yet in the scope. */
bool script_parse_leaf_name(Script *script, SymbolRole role, Symbol *symbol, bool *shaped);
bool script_parse_signed(Parser *parser, double *number);
bool script_parse_whole(Parser *parser, double least, double most, const char *what,
                        double *number);
bool script_parse_count(Parser *parser, double most, const char *what, double *number); /* from 1 */
void script_parse_spelling(Script *script, Symbol *symbol);
bool script_at_end(const Parser *parser);

/* What follows the word train, in a lesson or a command: 1000 epochs rate 0.5, in any order. The
 * loss is left open. */
bool script_parse_train(Parser *parser, uint64_t seed, TrainPlan *plan);

/* What follows the word plot, in a lesson or a command: E over w5 from -2 to 2. */
bool script_parse_plot(Parser *parser, PlotRequest *plot);

/* Declarations that stand one after another share one step. */
void script_note_declaration(Script *script, SymbolId first, int line);

/* Whether the word begins a line of a question: answer, hint, mistake, choice, why. */
bool script_is_question_part(const Token *word);

/* Whether a statement begins with the token: a word of the language, or a name and =. */
bool script_begins_statement(const Token *token);

/* Reports the part of a question that does not stand under its `ask`, and goes on behind it and
 * those that follow it. Its word has been taken. */
void script_stray_parts(Script *script, const Token *word);

/* All names behind the word on its line: those who use them are not to blame. */
void script_note_broken_line(Script *script, const Token *word);

/* Goes on behind the lines indented under a statement: after an error in them. */
void script_skip_indented(Script *script, const Token *word);

/* For completion, and for telling a name from a statement: the words that begin statements, ended
 * by NULL. */
extern const char *const script_words[];

#endif
