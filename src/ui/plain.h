/* plain: cards and answers as text on a stream: what pipes, screen readers and `play` get. */
#ifndef UI_PLAIN_H
#define UI_PLAIN_H

#include <stdio.h>

#include "app/session.h"

typedef struct PlainOptions {
    bool ascii;
    bool flat;   /* formulas on one line, nothing drawn */
    bool spoken; /* with flat: signs and formulas in words */
    bool color;  /* styles as escape sequences */
    int width;   /* columns; 0 asks the terminal, or 80 */
} PlainOptions;

/* The columns there are to write to `out`: as the options say, or the terminal; 80 for a pipe. */
int plain_width(FILE *out, const PlainOptions *options);

/* Prints a card with its title, and an empty line after it. */
void plain_card(FILE *out, Arena *scratch, const Card *card, PlainOptions options);

/* Prints every step. With `step`, begins at the present one and waits for Enter after each (q and
 * Enter leaves): there the mode asks as it does on the screen, a number typed answers, and anything
 * else is a command. Returns the exit status. */
int plain_play(Session *session, PlainOptions options, bool step);

/* Runs commands one after another, as text or as JSON. Stops at `quit`. Returns 1 where one failed,
 * else 0. */
typedef struct PlainRun {
    PlainOptions options;
    bool json;
    Session *session;
    bool failed, quit;
    ReplyEffect effect; /* of the last command */
    /* Opens another lesson in place of the session's; NULL and `*error` where that fails. */
    Session *(*open)(void *context, const char *path, const char **error);
    void *context;
} PlainRun;

void plain_command(PlainRun *run, const char *line);

#endif
