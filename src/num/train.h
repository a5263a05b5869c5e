/* train: gradient descent on the parameters of a model.
 *
 * A loss of the current row is trained row by row (stochastic gradient descent) or in batches,
 * whose gradients are averaged; a loss of the whole table (rowsum, rowmean), or one without any
 * rows, takes one step an epoch. */
#ifndef NUM_TRAIN_H
#define NUM_TRAIN_H

#include "num/model.h"

typedef enum TrainOrder {
    TRAIN_SHUFFLED, /* every row once an epoch, in an order drawn anew */
    TRAIN_RANDOM,   /* a row drawn anew at each step */
    TRAIN_GIVEN     /* as the rows stand */
} TrainOrder;

typedef enum TrainUntil { UNTIL_NONE, UNTIL_LESS, UNTIL_GREATER } TrainUntil;

typedef struct TrainPlan {
    SymbolId loss;
    size_t epochs;
    double rate;
    TrainOrder order;
    size_t batch;     /* rows whose gradients are averaged for one update; 1 is one by one */
    TrainUntil until; /* stop after an epoch when `watched` is below or above `bound` */
    Expr watched;     /* a number; 0 watches the largest change of a parameter in the last update */
    double bound;
    uint64_t seed;
} TrainPlan;

typedef enum TrainEnd {
    TRAIN_FINISHED,  /* all epochs */
    TRAIN_REACHED,   /* `until` holds */
    TRAIN_CANCELLED, /* `progress` said so */
    TRAIN_DIVERGED   /* the loss or a parameter is no longer a finite number */
} TrainEnd;

/* What happened. Losses of a rowwise loss are means over the rows of the epoch, each taken just
 * before its own update. */
typedef struct TrainHistory {
    TrainEnd end;
    size_t epochs;  /* done */
    double *losses; /* by epoch, from 0; `sampled` of them: every `stride`-th */
    double *leaves; /* the model's leaves at the beginning of those epochs, and at the end */
    size_t sampled, stride;
    double last_loss; /* after the last update */
    double change;    /* the largest change of a parameter in the last update */
} TrainHistory;

enum { TRAIN_SAMPLES = 512, TRAIN_MOST_EPOCHS = 10000000 };

/* Called after some epochs; false stops the training, which keeps what it has reached. */
typedef bool TrainProgress(void *context, size_t epoch, size_t epochs, double loss);

/* Trains the model in place; its leaves end at the last update, its row as it was. The history
 * lives in `arena`. `progress` may be NULL. */
TrainHistory train(Model *model, Arena *arena, const TrainPlan *plan, TrainProgress *progress,
                   void *context);

#endif
