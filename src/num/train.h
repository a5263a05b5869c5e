/* train: gradient descent on the parameters of a model.
 *
 * A loss of the current row is trained row by row (stochastic gradient descent) or in batches,
 * whose gradients are averaged; a loss of the whole table (rowsum, rowmean), or one without any
 * rows, takes one step an epoch.
 *
 * It runs in lowered form (num/fused.h) where there is one, else on the tape: with the same result,
 * to the last bit. */
#ifndef NUM_TRAIN_H
#define NUM_TRAIN_H

#include "num/fused.h"
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
    TRAIN_DIVERGED   /* the loss of an epoch, or at the end a parameter, is no finite number */
} TrainEnd;

/* What happened. Losses of a rowwise loss are means over all rows, with the parameters as they were
 * at the beginning of the epoch. */
typedef struct TrainHistory {
    TrainEnd end;
    size_t epochs;    /* done */
    double *losses;   /* by epoch, from 0; `sampled` of them: every `stride`-th */
    double *leaves;   /* the model's leaves at the beginning of those epochs */
    uint64_t *draws;  /* the state of the random numbers then, */
    uint32_t *orders; /* and the order of the rows, `rows` each */
    size_t sampled, stride, rows;
    double last_loss; /* after the last update; no number before that */
} TrainHistory;

enum { TRAIN_SAMPLES = 512, TRAIN_MOST_EPOCHS = 10000000 };

/* A training between two epochs; the model has the parameters reached. They may be replaced in the
 * callback that is told, and must be as they were when it returns. */
typedef struct TrainMoment {
    size_t epoch, epochs; /* done, of all */
    double loss;          /* of the last epoch */
    const TrainPlan *plan;
    const TrainHistory *history; /* so far; its `end` and `last_loss` are not known yet */
} TrainMoment;

/* Called after each epoch; false stops the training, which keeps what it has reached. */
typedef bool TrainProgress(void *context, const TrainMoment *moment);

/* How a training is run: the same result either way. For tests and benchmarks; train() takes the
 * widest kernels. */
typedef struct TrainMeans {
    const Kernels *kernels; /* NULL: on the tape */
} TrainMeans;

/* As train(), by these means. */
TrainHistory train_with(TrainMeans means, Model *model, Arena *arena, const TrainPlan *plan,
                        TrainProgress *progress, void *context);

/* Trains the model in place; its leaves end at the last update, its row as it was. The history
 * lives in `arena`. `progress` may be NULL. */
TrainHistory train(Model *model, Arena *arena, const TrainPlan *plan, TrainProgress *progress,
                   void *context);

/* The leaves as they were at the beginning of an epoch of a training, 0 … history->epochs, to the
 * last bit: what was kept last before it, trained on from there. `model` has the training's own
 * constants, and is left at that epoch with its row as it was. Returns the loss of the epoch that
 * begins there, as the history has it. */
double train_return(Model *model, Arena *scratch, const TrainPlan *plan,
                    const TrainHistory *history, size_t epoch);

#endif
