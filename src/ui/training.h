/* training: one that takes long, and other work that does. It says how far it is, and can be
 * stopped; what was learned until then is kept.
 *
 * While a command runs that may train, its face watches. Nothing is said in the first second; then
 * there is one line on standard error, rewritten in place where that is a terminal. Ctrl-C stops
 * the training, and only that: once it has ended, Ctrl-C ends the program again. Other work is
 * stopped as a whole. */
#ifndef UI_TRAINING_H
#define UI_TRAINING_H

#include <signal.h>

#include "app/session.h"

/* Where a training stands. */
typedef struct TrainingState {
    size_t epoch, epochs;
    double loss;
    int digits; /* of the loss */
    bool runs;  /* and can be stopped */
    bool paused;
} TrainingState;

typedef struct TrainingWatch {
    Session *session; /* or NULL: other work alone */
    const char *what; /* that work is, for the line */
    bool stopped;     /* something was, by Ctrl-C */
    int width;        /* columns for the line */
    bool ascii;
    bool listening; /* Ctrl-C is ours */
    bool shown;     /* the line was written */
    long begun, written;
    struct sigaction before;
} TrainingWatch;

/* Watches the session's trainings, on a standard error `width` columns wide, until
 * training_watch_end. `watch` stays where it is until then. */
void training_watch(TrainingWatch *watch, Session *session, int width, bool ascii);

/* The same for work that belongs to no session: `watch` tells it to go on. */
Task training_watch_task(TrainingWatch *watch, const char *what, int width, bool ascii);

/* Takes the line away again. */
void training_watch_end(TrainingWatch *watch);

/* "training  34% ━━━━━──────── epoch 340 of 1000 · loss 0.1234 · Ctrl-C stops", as much of it as
 * there is room for, into `columns` cells of a row. */
void training_draw(Grid *grid, int row, int column, int columns, const TrainingState *state);

/* A clock that only goes forward, in milliseconds. */
long training_clock(void);

/* Milliseconds until it shows this; 0 where it has. */
int training_until(long time);

#endif
