/* progress: a training that takes long. It says how far it is, and can be stopped; what was learned
 * until then is kept.
 *
 * While a command runs that may train, its face watches. Nothing is said in the first second; then
 * there is one line on standard error, rewritten in place where that is a terminal. Ctrl-C stops
 * the training, and only that: once it has ended, Ctrl-C ends the program again. */
#ifndef UI_PROGRESS_H
#define UI_PROGRESS_H

#include <signal.h>

#include "app/session.h"

/* Where a training stands. */
typedef struct ProgressState {
    size_t epoch, epochs;
    double loss;
    int digits; /* of the loss */
} ProgressState;

typedef struct Progress {
    Session *session;
    int width; /* columns for the line */
    bool ascii;
    bool listening; /* Ctrl-C is ours */
    bool shown;     /* the line was written */
    long begun, written;
    struct sigaction before;
} Progress;

/* Watches the session's trainings, on a standard error `width` columns wide, until progress_end.
 * `progress` stays where it is until then. */
void progress_begin(Progress *progress, Session *session, int width, bool ascii);

/* Takes the line away again. */
void progress_end(Progress *progress);

/* "training  34% ━━━━━──────── epoch 340 of 1000 · loss 0.1234 · Ctrl-C stops", as much of it as
 * there is room for, into `columns` cells of a row. */
void progress_draw(Grid *grid, int row, int column, int columns, const ProgressState *state);

/* A clock that only goes forward, in milliseconds. */
long progress_clock(void);

#endif
