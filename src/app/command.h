/* command: one command line being answered. For the files of app/ alone. */
#ifndef APP_COMMAND_H
#define APP_COMMAND_H

#include "app/explain.h"
#include "expr/parse.h"

typedef struct Command {
    Session *session;
    Arena *arena;
    Reply *reply;
    Record *record;   /* the answer as data; begins with the command line */
    Explain explain;  /* writes to reply->card with the present numbers */
    Parser parser;    /* stands behind the command's name */
    const char *rest; /* the text there, for names of files and headings */
    Diags diags;
} Command;

typedef struct CommandInfo {
    const char *name, *arguments, *help;
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

/* Whether the line is at its end; reports what stands there too much. */
bool command_end(Command *command);
bool command_at_end(const Command *command);

/* `of NAME` where it stands next, else the loss that `wrt` reaches; SYMBOL_NONE after an error. */
SymbolId command_result(Command *command, SymbolId wrt);

/* The name behind a name or an entry of one. */
SymbolId command_symbol(const Command *command, Expr variable);

#define X(name, arguments, help) void cmd_##name(Command *command);
#define COMMAND_GROUP(title)
#include "app/command.def"
#undef X
#undef COMMAND_GROUP

#endif
