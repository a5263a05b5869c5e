#include "num/train.h"

#include <math.h>
#include <string.h>

#include "expr/diff.h"
#include "num/rng.h"

/* A training in progress. */
typedef struct Training {
    Model *model;
    const TrainPlan *plan;
    Arena *arena;
    Tape *tape; /* the loss, and what `until` watches */
    Expr loss, watched;
    SymbolId *params; /* the parameters that the loss depends on */
    size_t param_count;
    double *gradient; /* laid out as the leaves: the sum over a batch */
    bool by_row;      /* the loss is that of one row */
    size_t most_samples;
    size_t rows; /* to go through in an epoch: 1 for a loss of the whole table */
    size_t *order;
    Rng rng;
    double change;
    TrainHistory history;
} Training;

static void begin(Training *training) {
    Model *model = training->model;
    const Scope *scope = model->scope;
    training->loss = scope_expr(scope, model->exprs, training->plan->loss);
    training->watched = training->plan->watched;
    Expr roots[] = {training->loss, training->watched ? training->watched : training->loss};
    training->tape = tape_compile(training->arena, model->exprs, scope, roots, 2, SYMBOL_NONE);
    double *reached = paths_count(training->arena, model->graph, scope, training->plan->loss);
    training->params = ARENA_ARRAY(training->arena, SymbolId, scope->count);
    for (SymbolId s = 0; s < scope->count; s++)
        if (scope_get(scope, s)->role == ROLE_PARAM && reached[s] > 0)
            training->params[training->param_count++] = s;
    training->gradient = ARENA_ARRAY(training->arena, double, scope->leaf_entries);
    bool *rowwise = expr_by_row(model->exprs, scope, training->arena, training->loss);
    training->by_row = rowwise && rowwise[training->loss];
    training->rows = training->by_row ? scope->data->rows : 1;
    training->order = ARENA_ARRAY(training->arena, size_t, training->rows);
    for (size_t i = 0; i < training->rows; i++)
        training->order[i] = i;
    training->rng = rng_stream(training->plan->seed, "train");
}

static size_t draw_below(Rng *rng, size_t count) {
    return (size_t)(rng_unit(rng) * (double)count);
}

/* Fisher and Yates. */
static void shuffle(Training *training) {
    for (size_t i = training->rows; i > 1; i--) {
        size_t j = draw_below(&training->rng, i);
        size_t kept = training->order[i - 1];
        training->order[i - 1] = training->order[j];
        training->order[j] = kept;
    }
}

/* Adds the gradient at one row, and returns the loss there. */
static double add_gradient(Training *training, size_t row) {
    Model *model = training->model;
    if (training->by_row)
        model_load_row(model, row);
    tape_load(training->tape, model->leaves);
    tape_forward(training->tape);
    tape_backward(training->tape, training->loss, 0);
    for (size_t i = 0; i < training->param_count; i++) {
        const Symbol *symbol = scope_get(model->scope, training->params[i]);
        const double *adjoint = tape_adjoint(
            training->tape, scope_expr(model->scope, model->exprs, training->params[i]));
        for (size_t j = 0; j < symbol_entries(symbol); j++)
            training->gradient[symbol->offset + j] += adjoint[j];
    }
    return *tape_value(training->tape, training->loss);
}

/* w ← w − rate·(mean gradient of the batch). */
static void update(Training *training, size_t batch) {
    Model *model = training->model;
    training->change = 0;
    for (size_t i = 0; i < training->param_count; i++) {
        const Symbol *symbol = scope_get(model->scope, training->params[i]);
        for (size_t j = 0; j < symbol_entries(symbol); j++) {
            size_t at = symbol->offset + j;
            double step = training->plan->rate * (training->gradient[at] / (double)batch);
            training->change = fmax(training->change, fabs(step));
            if (isnan(step))
                training->change = NAN;
            model->leaves[at] -= step;
            training->gradient[at] = 0;
        }
    }
}

/* Every row once (or as many drawn), an update after each batch. Returns the mean loss. */
static double run_epoch(Training *training) {
    const TrainPlan *plan = training->plan;
    if (plan->order == TRAIN_SHUFFLED && training->rows > 1)
        shuffle(training);
    double sum = 0;
    size_t in_batch = 0;
    for (size_t i = 0; i < training->rows; i++) {
        size_t row = plan->order == TRAIN_RANDOM ? draw_below(&training->rng, training->rows)
                                                 : training->order[i];
        sum += add_gradient(training, row);
        in_batch++;
        if (in_batch == plan->batch || i + 1 == training->rows) {
            update(training, in_batch);
            in_batch = 0;
        }
    }
    return sum / (double)training->rows;
}

/* Keeps the state at the beginning of an epoch, every stride-th. Where room runs out, every second
 * one is dropped and the stride doubled, so that any length fits. */
static void sample(Training *training, const double *leaves, double loss) {
    TrainHistory *history = &training->history;
    size_t entries = training->model->scope->leaf_entries;
    if (history->epochs % history->stride)
        return;
    if (history->sampled == training->most_samples) {
        for (size_t i = 0; i < training->most_samples / 2; i++) {
            history->losses[i] = history->losses[2 * i];
            memcpy(history->leaves + i * entries, history->leaves + 2 * i * entries,
                   entries * sizeof *leaves);
        }
        history->sampled /= 2;
        history->stride *= 2;
        if (history->epochs % history->stride)
            return;
    }
    memcpy(history->leaves + history->sampled * entries, leaves, entries * sizeof *leaves);
    history->losses[history->sampled++] = loss;
}

/* The value of an expression with the present parameters; of one by row, the mean over the rows. */
static double mean_value(Training *training, Expr expr) {
    Model *model = training->model;
    double sum = 0;
    for (size_t row = 0; row < training->rows; row++) {
        if (training->by_row)
            model_load_row(model, row);
        tape_load(training->tape, model->leaves);
        tape_forward(training->tape);
        sum += *tape_value(training->tape, expr);
    }
    return sum / (double)training->rows;
}

static bool reached(Training *training) {
    const TrainPlan *plan = training->plan;
    if (plan->until == UNTIL_NONE)
        return false;
    double watched = plan->watched ? mean_value(training, plan->watched) : training->change;
    return plan->until == UNTIL_LESS ? watched < plan->bound : watched > plan->bound;
}

static void run(Training *training, TrainProgress *progress, void *context) {
    TrainHistory *history = &training->history;
    Model *model = training->model;
    size_t entries = model->scope->leaf_entries;
    double *before = ARENA_ARRAY(training->arena, double, entries);
    while (history->epochs < training->plan->epochs) {
        memcpy(before, model->leaves, entries * sizeof *before);
        double loss = run_epoch(training);
        sample(training, before, loss);
        history->epochs++;
        if (!isfinite(loss) || !isfinite(training->change)) {
            history->end = TRAIN_DIVERGED;
            return;
        }
        if (reached(training)) {
            history->end = TRAIN_REACHED;
            return;
        }
        if (progress && !progress(context, history->epochs, training->plan->epochs, loss)) {
            history->end = TRAIN_CANCELLED;
            return;
        }
    }
}

enum { SAMPLED_ENTRIES = 1 << 20 }; /* of leaves, in all samples of one training */

TrainHistory train(Model *model, Arena *arena, const TrainPlan *plan, TrainProgress *progress,
                   void *context) {
    Training training = {.model = model, .plan = plan, .arena = arena};
    begin(&training);
    size_t entries = model->scope->leaf_entries, row = model->row;
    training.history.stride = 1;
    size_t fit = SAMPLED_ENTRIES / (entries + 1) / 2 * 2; /* even, for halving */
    training.most_samples = fit < 2 ? 2 : fit > TRAIN_SAMPLES ? TRAIN_SAMPLES : fit;
    training.history.losses = ARENA_ARRAY(arena, double, training.most_samples);
    training.history.leaves = ARENA_ARRAY(arena, double, training.most_samples *entries);
    run(&training, progress, context);
    training.history.change = training.change;
    training.history.last_loss = mean_value(&training, training.loss);
    model_load_row(model, row);
    model_forward(model);
    return training.history;
}
