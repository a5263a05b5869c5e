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

/* X(word): the words that begin statements. input to seed are in script_declare.c, data in data.c,
 * forward to expect in script_actions.c, train to plot in script_train.c, ask in script_ask.c. */
#define SCRIPT_STATEMENTS(X)                                                                       \
    X(input)                                                                                       \
    X(target)                                                                                      \
    X(param)                                                                                       \
    X(loss)                                                                                        \
    X(rate)                                                                                        \
    X(seed)                                                                                        \
    X(data)                                                                                        \
    X(forward)                                                                                     \
    X(chain)                                                                                       \
    X(backward)                                                                                    \
    X(update)                                                                                      \
    X(set)                                                                                         \
    X(reset)                                                                                       \
    X(show)                                                                                        \
    X(expect)                                                                                      \
    X(train)                                                                                       \
    X(row)                                                                                         \
    X(plot)                                                                                        \
    X(ask)

/* Each is compiled by a function script_WORD; the word has been taken. Where a declaration fails,
 * its names are noted as broken: those who use them are not to blame. */
#define X(word) void script_##word(Script *script, const Token *token);
SCRIPT_STATEMENTS(X)
#undef X

/* A definition, name = formula, of a node or a loss; the name has been taken. */
void script_define(Script *script, const Token *name, SymbolRole role);

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

/* Whether the token is one of the words that begin statements; and whether a statement begins with
 * it, one of those or a name and =. */
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
#endif
