/* command: one command line being answered. For the files of app/ alone. */
#ifndef APP_COMMAND_H
#define APP_COMMAND_H

#include "app/explain.h"
#include "expr/parse.h"

typedef struct Command {
    Session *session;
    Arena *arena;
    Reply *reply;
    Record *record;                 /* the answer as data; begins with the command line */
    Explain explain;                /* writes to reply->card with the present numbers */
    Parser parser;                  /* stands behind the command's name */
    const char *rest;               /* the text there, for names of files and headings */
    const struct CommandInfo *info; /* its row, NULL for an expression alone */
    Diags diags;
    bool placed; /* it is settled with which numbers the answer is given, and said */
    bool told;   /* the answer tells what the step asks for */
} Command;

typedef struct CommandInfo {
    const char *name, *arguments, *example, *help;
    void (*run)(Command *command);
} CommandInfo;

/* Row `i` of command.def, NULL behind the last. A row that begins a group has the group's title in
 * `*group` and no name; for the rows of commands `*group` is NULL. */
const CommandInfo *command_row(size_t i, const char **group);

/* The command of that name, or the only one that begins like it; NULL where there is none or more
 * than one. */
const CommandInfo *command_find(const char *word);

/* The answer is an error: a sentence, and what to write instead (or NULL). */
void command_fail(Command *command, const char *suggestion, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* How the command is written, with names of the lesson: "set w5 = 0.9". (example.c) */
const char *command_example(const Command *command);

/* Whether the line is at its end; reports what stands there too much. */
bool command_end(Command *command);
bool command_at_end(const Command *command);

/* What follows the command where it is a heading, a file name or other text, and no formula. */
const char *command_rest(Command *command);

/* `of NAME` where it stands next, else the loss that `wrt` reaches; SYMBOL_NONE after an error. */
SymbolId command_result(Command *command, SymbolId wrt);

/* What a derivative command is about: d(of)/d(wrt). */
typedef struct Target {
    SymbolId of;     /* SYMBOL_NONE where the derivative does not say it */
    Expr wrt;        /* a name or an entry of one */
    SymbolId symbol; /* that name */
} Target;

/* Reads w5, W[1,2] or dE/dw5; false after an error. */
bool command_target(Command *command, Target *target);

/* Before an answer gives the value of an expression (command_about.c): while an update of several
 * parameters is gone through, it is given with the numbers from which all of it is computed, and
 * says so; what the step asks for counts as shown from then on, and that is said, too. */
void command_about(Command *command, Expr expr);

/* Before an answer gives more than that: where it is what the step asks for, it counts as shown,
 * and that is said. A value; each number that is put into a formula; the factors along the paths of
 * a chain, with their formulas or without. */
void command_tells(Command *command, Expr expr);
void command_tells_numbers(Command *command, Expr formula);
void command_tells_factors(Command *command, const Chain *chain, bool formulas);

/* The same before it is said why a slope is what it is: that of an update is the one that the step
 * shows, also when the update is done. */
void command_about_why(Command *command, Expr expr);

/* The same before all values are given, or all slopes of a result (SYMBOL_NONE: the values). */
void command_about_all(Command *command, SymbolId of);

/* Where a hunt is open, an answer and a hint are about it; false where none is. (cmd_hunt.c) */
bool command_answer_hunt(Command *command);
bool command_hint_hunt(Command *command);

/* Where a step asks and `text` says that somebody does not know, a hint; else false. */
bool command_hint_at_a_loss(Command *command, const char *text);

/* Adds the value of an expression to the record, in its shape. (cmd_value.c) */
void command_record_value(Command *command, const char *field, Expr expr, const double *entries);

/* The name behind a name or an entry of one. */
SymbolId command_symbol(const Command *command, Expr variable);

#define X(name, arguments, example, help) void cmd_##name(Command *command);
#define COMMAND_GROUP(title)
#include "app/command.def"
#undef X
#undef COMMAND_GROUP

#endif
