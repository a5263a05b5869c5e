#include "num/train.h"

#include <math.h>
#include <string.h>

#include "expr/diff.h"
#include "num/rng.h"

/* A number that is computed again and again while training: lowered, or on its tape. */
typedef struct Watched {
    Expr expr;
    bool by_row;  /* has a value for each training row */
    Fused *fused; /* NULL: on `tape` */
    Tape *tape;
} Watched;

/* A training in progress. */
typedef struct Training {
    Model *model;
    const TrainPlan *plan;
    Arena *arena;
    TrainMeans means;
    Watched loss, until;
    SymbolId *params; /* the parameters that the loss is computed from */
    size_t param_count;
    double *sums;       /* on the tape: of the gradient over a batch, KERNEL_SUMS for each leaf */
    uint32_t *products; /* on the tape: tape_products */
    double *before;     /* the leaves before the last update, where its change is watched */
    size_t most_samples;
    size_t rows;   /* to go through in an epoch: 1 for a loss of the whole table */
    size_t *order; /* of them; NULL where they are taken as they stand */
    Rng rng;
    TrainHistory history;
} Training;

/* ------------------------------------------------------------------ beginning */

static Watched watched_new(const Training *training, Expr expr, size_t batch) {
    const Model *model = training->model;
    const Scope *scope = model->scope;
    Watched watched = {.expr = expr};
    bool *by_row = expr_by_row(model->exprs, scope, training->arena, expr);
    watched.by_row = by_row && by_row[expr];
    if (training->means.kernels)
        watched.fused = fused_compile(training->arena, model->exprs, scope, expr,
                                      watched.by_row ? batch : 1, training->means.kernels);
    if (!watched.fused)
        watched.tape = tape_compile(training->arena, model->exprs, scope, &expr, 1, SYMBOL_NONE);
    return watched;
}

static void begin(Training *training) {
    Model *model = training->model;
    const Scope *scope = model->scope;
    const TrainPlan *plan = training->plan;
    training->loss =
        watched_new(training, scope_expr(scope, model->exprs, plan->loss), plan->batch);
    if (plan->until != UNTIL_NONE && plan->watched == training->loss.expr)
        training->until = training->loss;
    else if (plan->until != UNTIL_NONE && plan->watched)
        training->until = watched_new(training, plan->watched, FUSED_BLOCK);
    const Tape *tape =
        training->loss.fused ? fused_tape(training->loss.fused) : training->loss.tape;
    training->params = ARENA_ARRAY(training->arena, SymbolId, scope->count);
    for (SymbolId s = 0; s < scope->count; s++)
        if (scope_get(scope, s)->role == ROLE_PARAM &&
            tape_place(tape, scope_expr(scope, model->exprs, s)) != SIZE_MAX)
            training->params[training->param_count++] = s;
    if (!training->loss.fused) {
        training->sums = ARENA_ARRAY(training->arena, double, scope->leaf_entries *KERNEL_SUMS);
        training->products = tape_products(training->arena, training->loss.tape);
    }
    training->before = ARENA_ARRAY(training->arena, double, scope->leaf_entries);
    size_t table_rows = scope->data ? scope->data->rows : 0;
    training->rows = training->loss.by_row ? table_rows : 1;
    if (plan->order != TRAIN_GIVEN)
        training->order = ARENA_ARRAY(training->arena, size_t, training->rows);
    for (size_t i = 0; i < training->rows && training->order; i++)
        training->order[i] = i;
    training->rng = rng_stream(plan->seed, "train");
    if (training->loss.fused)
        fused_read(training->loss.fused, model->leaves);
}

/* ------------------------------------------------------------------ an epoch */

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

/* On the tape: adds the gradient at row `place` of a batch, and returns the loss there. */
static double add_gradient(Training *training, size_t row, size_t place) {
    Model *model = training->model;
    Tape *tape = training->loss.tape;
    if (training->loss.by_row)
        model_load_row(model, row);
    tape_load(tape, model->leaves);
    tape_forward(tape);
    tape_backward(tape, training->loss.expr, 0);
    for (size_t i = 0; i < training->param_count; i++) {
        const Symbol *symbol = scope_get(model->scope, training->params[i]);
        size_t at = tape_place(tape, scope_expr(model->scope, model->exprs, training->params[i]));
        tape_collect(tape, training->products, at, place,
                     training->sums + symbol->offset * KERNEL_SUMS);
    }
    return *tape_value(tape, training->loss.expr);
}

/* On the tape: w ← w − rate·(share · gradient summed over the batch). */
static void update(Training *training, Descent descent) {
    Model *model = training->model;
    for (size_t i = 0; i < training->param_count; i++) {
        const Symbol *symbol = scope_get(model->scope, training->params[i]);
        for (size_t at = symbol->offset; at < symbol->offset + symbol_entries(symbol); at++) {
            double *sums = training->sums + at * KERNEL_SUMS;
            model->leaves[at] -= descent.rate * (descent.share * kernel_total(sums));
            memset(sums, 0, KERNEL_SUMS * sizeof *sums);
        }
    }
}

/* All rows of the data, as they stand. */
static DataRows all_rows(const Training *training) {
    return (DataRows){.count = training->model->scope->data->rows};
}

/* One update from some rows; adds their losses to the sum. */
static void descend(Training *training, DataRows rows, double *sum) {
    Fused *fused = training->loss.fused;
    Descent descent = {training->plan->rate, 1 / (double)rows.count};
    if (fused && fused_takes_table(fused)) {
        descent.share = fused_share(fused);
        fused_descend(fused, all_rows(training), descent, sum);
    } else if (fused) {
        fused_descend(fused, rows, descent, sum);
    } else {
        double losses[KERNEL_SUMS] = {0};
        for (size_t i = 0; i < rows.count; i++)
            losses[i % KERNEL_SUMS] += add_gradient(training, rows_at(rows, i), i);
        *sum += kernel_total(losses);
        update(training, descent);
    }
}

/* The parameters as they are now, among the model's leaves. */
static void write_leaves(Training *training) {
    if (training->loss.fused)
        fused_write(training->loss.fused, training->model->leaves);
}

static bool watches_change(const TrainPlan *plan) {
    return plan->until != UNTIL_NONE && !plan->watched;
}

/* Whether an epoch is one update after another, with nothing to look at in between. */
static bool runs_singly(const Training *training) {
    const Fused *fused = training->loss.fused;
    return fused && !fused_takes_table(fused) && fused_shape(fused).lanes == 1 &&
           !watches_change(training->plan);
}

/* Every row once (or as many drawn), an update after each batch. Returns the mean loss. */
static double run_epoch(Training *training) {
    const TrainPlan *plan = training->plan;
    if (plan->order == TRAIN_SHUFFLED && training->rows > 1)
        shuffle(training);
    for (size_t i = 0; i < training->rows && plan->order == TRAIN_RANDOM; i++)
        training->order[i] = draw_below(&training->rng, training->rows);
    const DataRows rows = {training->order, 0, training->rows};
    double sum = 0;
    if (runs_singly(training)) {
        fused_descend_each(training->loss.fused, rows, plan->rate, &sum);
        return sum / (double)training->rows;
    }
    for (size_t done = 0; done < training->rows; done += plan->batch) {
        size_t left = training->rows - done;
        if (left <= plan->batch && watches_change(plan)) {
            write_leaves(training);
            memcpy(training->before, training->model->leaves,
                   training->model->scope->leaf_entries * sizeof *training->before);
        }
        descend(training, rows_part(rows, done, left < plan->batch ? left : plan->batch), &sum);
    }
    return sum / (double)training->rows;
}

/* ------------------------------------------------------------------ looking on */

/* Keeps the state at the beginning of an epoch, every stride-th. Where room runs out, every second
 * one is dropped and the stride doubled, so that any length fits. */
static void thin_out(Training *training, size_t entries) {
    TrainHistory *history = &training->history;
    for (size_t i = 0; i < training->most_samples / 2; i++) {
        history->losses[i] = history->losses[2 * i];
        history->draws[i] = history->draws[2 * i];
        memcpy(history->leaves + i * entries, history->leaves + 2 * i * entries,
               entries * sizeof *history->leaves);
        memcpy(history->orders + i * history->rows, history->orders + 2 * i * history->rows,
               history->rows * sizeof *history->orders);
    }
    history->sampled /= 2;
    history->stride *= 2;
}

static bool is_sampled(const TrainHistory *history) {
    return history->epochs % history->stride == 0;
}

static void sample_state(Training *training) {
    TrainHistory *history = &training->history;
    size_t entries = training->model->scope->leaf_entries;
    if (is_sampled(history) && history->sampled == training->most_samples)
        thin_out(training, entries);
    if (!is_sampled(history))
        return;
    write_leaves(training);
    memcpy(history->leaves + history->sampled * entries, training->model->leaves,
           entries * sizeof *history->leaves);
    history->draws[history->sampled] = training->rng.state;
    for (size_t i = 0; i < history->rows; i++)
        history->orders[history->sampled * history->rows + i] = (uint32_t)training->order[i];
}

/* The value of an expression with the present parameters; of one by row, the mean over the rows. */
static double mean_value(Training *training, const Watched *watched) {
    Model *model = training->model;
    size_t rows = watched->by_row ? model->scope->data->rows : 1;
    bool table = watched->fused && fused_takes_table(watched->fused);
    double sum = 0;
    write_leaves(training);
    if (watched->fused && watched->fused != training->loss.fused)
        fused_read(watched->fused, model->leaves);
    if (watched->fused) {
        fused_value(watched->fused, table ? all_rows(training) : (DataRows){.count = rows}, &sum);
        return sum / (double)rows;
    }
    double sums[KERNEL_SUMS] = {0};
    for (size_t row = 0; row < rows; row++) {
        if (watched->by_row)
            model_load_row(model, row);
        tape_load(watched->tape, model->leaves);
        tape_forward(watched->tape);
        sums[row % KERNEL_SUMS] += *tape_value(watched->tape, watched->expr);
    }
    return kernel_total(sums) / (double)rows;
}

/* The largest step of a parameter in the last update. */
static double last_change(Training *training) {
    const Model *model = training->model;
    double largest = 0;
    write_leaves(training);
    for (size_t i = 0; i < training->param_count; i++) {
        const Symbol *symbol = scope_get(model->scope, training->params[i]);
        for (size_t at = symbol->offset; at < symbol->offset + symbol_entries(symbol); at++) {
            double change = fabs(model->leaves[at] - training->before[at]);
            largest = isnan(change) ? NAN : fmax(largest, change);
        }
    }
    return largest;
}

static bool reached(Training *training) {
    const TrainPlan *plan = training->plan;
    if (plan->until == UNTIL_NONE)
        return false;
    double watched = plan->watched ? mean_value(training, &training->until) : last_change(training);
    return plan->until == UNTIL_LESS ? watched < plan->bound : watched > plan->bound;
}

static bool params_are_finite(Training *training) {
    const Model *model = training->model;
    write_leaves(training);
    for (size_t i = 0; i < training->param_count; i++) {
        const Symbol *symbol = scope_get(model->scope, training->params[i]);
        for (size_t j = 0; j < symbol_entries(symbol); j++)
            if (!isfinite(model->leaves[symbol->offset + j]))
                return false;
    }
    return true;
}

/* ------------------------------------------------------------------ the whole */

static bool tell(Training *training, double loss, TrainProgress *progress, void *context) {
    TrainMoment moment = {training->history.epochs, training->plan->epochs, loss, training->plan,
                          &training->history};
    write_leaves(training);
    return progress(context, &moment);
}

static TrainEnd run(Training *training, TrainProgress *progress, void *context) {
    TrainHistory *history = &training->history;
    while (history->epochs < training->plan->epochs) {
        sample_state(training);
        bool sampled = is_sampled(history), looked_at = sampled && training->loss.by_row;
        double begin = looked_at ? mean_value(training, &training->loss) : NAN;
        double loss = run_epoch(training);
        if (sampled)
            history->losses[history->sampled++] = looked_at ? begin : loss;
        history->epochs++;
        if (!isfinite(loss))
            return TRAIN_DIVERGED;
        if (reached(training))
            return TRAIN_REACHED;
        if (progress && !tell(training, loss, progress, context))
            return TRAIN_CANCELLED;
    }
    return TRAIN_FINISHED;
}

enum { SAMPLED_ENTRIES = 1 << 20 }; /* of leaves and rows, in all samples of one training */

static void make_room(Training *training) {
    TrainHistory *history = &training->history;
    Arena *arena = training->arena;
    size_t entries = training->model->scope->leaf_entries;
    history->stride = 1;
    history->last_loss = NAN;
    history->rows = training->plan->order == TRAIN_SHUFFLED ? training->rows : 0;
    size_t fit = SAMPLED_ENTRIES / (entries + history->rows + 1) / 2 * 2; /* even, for halving */
    size_t most = fit < 2 ? 2 : fit > TRAIN_SAMPLES ? TRAIN_SAMPLES : fit;
    training->most_samples = most;
    history->losses = ARENA_ARRAY(arena, double, most);
    history->leaves = ARENA_ARRAY(arena, double, most *entries);
    history->draws = ARENA_ARRAY(arena, uint64_t, most);
    history->orders = ARENA_ARRAY(arena, uint32_t, most * history->rows);
}

TrainHistory train_with(TrainMeans means, Model *model, Arena *arena, const TrainPlan *plan,
                        TrainProgress *progress, void *context) {
    Training training = {.model = model, .plan = plan, .arena = arena, .means = means};
    size_t row = model->row;
    begin(&training);
    make_room(&training);
    training.history.end = run(&training, progress, context);
    if (!params_are_finite(&training))
        training.history.end = TRAIN_DIVERGED;
    training.history.last_loss = mean_value(&training, &training.loss);
    model_load_row(model, row);
    model_forward(model);
    return training.history;
}

TrainHistory train(Model *model, Arena *arena, const TrainPlan *plan, TrainProgress *progress,
                   void *context) {
    return train_with((TrainMeans){kernels_widest()}, model, arena, plan, progress, context);
}

double train_return(Model *model, Arena *scratch, const TrainPlan *plan,
                    const TrainHistory *history, size_t epoch) {
    Training training = {
        .model = model, .plan = plan, .arena = scratch, .means = {kernels_widest()}};
    size_t entries = model->scope->leaf_entries, row = model->row;
    size_t nearest = epoch / history->stride;
    if (nearest >= history->sampled)
        nearest = history->sampled - 1;
    memcpy(model->leaves, history->leaves + nearest * entries, entries * sizeof *model->leaves);
    begin(&training);
    training.rng.state = history->draws[nearest];
    for (size_t i = 0; i < history->rows; i++)
        training.order[i] = history->orders[nearest * history->rows + i];
    for (size_t done = nearest * history->stride; done < epoch; done++)
        run_epoch(&training);
    write_leaves(&training);
    double *there = ARENA_ARRAY(scratch, double, entries);
    memcpy(there, model->leaves, entries * sizeof *there);
    double loss =
        training.loss.by_row ? mean_value(&training, &training.loss) : run_epoch(&training);
    memcpy(model->leaves, there, entries * sizeof *there);
    model_load_row(model, row);
    model_forward(model);
    return loss;
}
