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

/* Those that declare (script_declare.c). Where a declaration fails, its names are noted as broken:
 * those who use them are not to blame. The word, or the name of a definition, has been taken. */
void script_declare_leaves(Script *script, SymbolRole role, int line);
void script_declare_definition(Script *script, const Token *name, SymbolRole role);
void script_declare_loss(Script *script);
void script_declare_rate(Script *script, const Token *word);
void script_declare_seed(Script *script, const Token *word);

/* The statements train, row and plot (script_train.c) and ask (script_ask.c). */
void script_train(Script *script, const Token *word);
void script_row(Script *script, const Token *word);
void script_plot(Script *script, const Token *word);
void script_ask(Script *script, const Token *word);

/* Parts that several statements share. Each reports what is wrong and returns false. */

/* A new name with its shape, if one is written: x, x[3], W[2,3]. Not yet in the scope. */
bool script_parse_leaf_name(Script *script, SymbolRole role, Symbol *symbol, bool *shaped);

/* A number that may have a sign; a whole number between two, or from 1 on, of what it is called. */
bool script_parse_signed(Parser *parser, double *number);
bool script_parse_whole(Parser *parser, double least, double most, const char *what,
                        double *number);
bool script_parse_count(Parser *parser, double most, const char *what, double *number);

/* `as` and the spelling behind it, if one is written: up to a comma outside brackets, # or the end
 * of the line. */
void script_parse_spelling(Script *script, Symbol *symbol);

/* my output = …: two words, the second of which is next, where one name stands. */
bool script_fail_two_words(Parser *parser, const Token *first);

/* Whether the line has no more tokens. */
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

/* Whether the token is one of script_words; and whether a statement begins with it, one of those or
 * a name and =. */
bool script_is_statement_word(const Token *token);
bool script_begins_statement(const Token *token);

/* Reports the part of a question that does not stand under its `ask`, and goes on behind it and
 * those that follow it. Its word has been taken. */
void script_stray_parts(Script *script, const Token *word);

/* Notes as broken the name that the token is, if it is an unknown one; all names behind the word on
 * its line; those from the token on that stand behind a comma or before an =. */
void script_note_broken(Script *script, const Token *token);
void script_note_broken_line(Script *script, const Token *word);
void script_note_broken_list(Script *script, const Token *first);

/* Goes on behind the lines indented under a statement: after an error in them. */
void script_skip_indented(Script *script, const Token *word);

/* For completion, and for telling a name from a statement: the words that begin statements, ended
 * by NULL. */
extern const char *const script_words[];

#endif
