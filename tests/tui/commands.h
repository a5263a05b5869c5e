/* commands: what each line of a screen script does. */
#ifndef TUI_COMMANDS_H
#define TUI_COMMANDS_H

#include "script.h"

/* Runs the command in the script's words. */
void command_run(Script *script);

/* Ends the program that is running, if one is, and starts it as the words say. */
void script_begin_program(Script *script);

/* Ends the program that is running, if one is, and fails the script where it ended badly. */
void script_end_program(Script *script);

/* The expectations (checks.c), the program begun anew (fresh.c) and the random walk (walk.c). */
void command_wait(Script *script);
void command_expect(Script *script);
void command_absent(Script *script);
void command_style(Script *script);
void command_monochrome(Script *script);
void command_golden(Script *script);
void command_remember(Script *script);
void command_same(Script *script);
void command_consistent(Script *script);
void command_restored(Script *script);
void command_fresh(Script *script);
void command_walk(Script *script);
void command_stampede(Script *script);

#endif
