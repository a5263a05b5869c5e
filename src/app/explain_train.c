#include <math.h>
#include <string.h>

#include "app/explain.h"
#include "expr/diff.h"
#include "view/math_text.h"

/* ------------------------------------------------------------------------------ rows and training
 */

void explain_row(Explain *explain, size_t row) {
    const DataTable *data = explain->scope->data;
    card_text(explain->card, "Row %zu of %zu is before us now.", row + 1, data->rows);
    Block *block = card_add(explain->card, BLOCK_TEXT);
    for (SymbolId s = data->first; s < data->first + data->count; s++) {
        Expr name = scope_expr(explain->scope, explain->exprs, s);
        if (s > data->first)
            block_text(explain->card, block, ", ");
        block_math(explain->card, block,
                   math_row(explain->arena, 3, explain_name(explain, s),
                            math_text(explain->arena, " = "),
                            explain_entries(explain, model_value(explain->model, s), name)));
    }
}

static const char *order_words(const Explain *explain, const TrainPlan *plan) {
    const DataTable *data = explain->scope->data;
    Expr loss = scope_expr(explain->scope, explain->exprs, plan->loss);
    bool *by_row = expr_by_row(explain->exprs, explain->scope, explain->arena, loss);
    if (!by_row || !by_row[loss])
        return "each with one update from the whole loss";
    static const char *const orders[] = {"in an order shuffled anew", "each row drawn at random",
                                         "in the given order"};
    if (plan->batch == 1)
        return arena_format(explain->arena, "each over %zu rows, one update a row, %s", data->rows,
                            orders[plan->order]);
    return arena_format(explain->arena, "each over %zu rows, one update for every %zu of them, %s",
                        data->rows, plan->batch, orders[plan->order]);
}

/* Which name was the first that left the numbers: before the last epoch, or after it. */
static void explain_diverged(Explain *explain, const Trained *trained) {
    Arena scratch = {.recovery = explain->arena->recovery};
    Model *model = model_copy(explain->model, explain->arena);
    Expr loss = scope_expr(explain->scope, explain->exprs, trained->run->loss);
    const size_t last = trained->history.epochs;
    for (size_t epoch = last ? last - 1 : 0; epoch <= last; epoch++) {
        train_return(model, &scratch, trained->run, &trained->history, epoch);
        RangeFault fault = range_find_in_rows(model, &scratch, loss);
        if (!fault.found)
            continue;
        card_text(explain->card, "Epoch %zu: %s", epoch, explain_fault(explain, &fault));
        break;
    }
    arena_clear(&scratch);
}

static void explain_end(Explain *explain, const Trained *trained) {
    const TrainHistory *history = &trained->history;
    const char *loss = explain_name_text(explain, trained->plan->loss);
    const char *first = explain_number_text(explain, history->losses[0]);
    const char *last = explain_number_text(explain, history->last_loss);
    switch (history->end) {
    case TRAIN_FINISHED:
        card_text(explain->card, "%s began at %s; after %zu epoch%s it is %s.", loss, first,
                  history->epochs, history->epochs == 1 ? "" : "s", last);
        if (history->last_loss > history->losses[0])
            card_text(explain->card,
                      "%s is larger than before: the steps were too large. Try a "
                      "smaller learning rate.",
                      loss);
        break;
    case TRAIN_REACHED:
        card_text(explain->card,
                  "%s began at %s; after %zu epochs the goal is reached, and %s is %s.", loss,
                  first, history->epochs, loss, last);
        break;
    case TRAIN_CANCELLED:
        card_text(explain->card,
                  "Stopped after %zu of %zu epochs. %s began at %s and is %s now; what was learned "
                  "is kept.",
                  history->epochs, trained->plan->epochs, loss, first, last);
        break;
    case TRAIN_DIVERGED:
        card_text(
            explain->card,
            "After %zu epochs %s is no number any more: the steps were too large, and each threw "
            "us further out. Try a smaller learning rate.",
            history->epochs, loss);
        explain_diverged(explain, trained);
        break;
    }
}

static Look look_at_end(const Trained *trained) {
    return (Look){trained->run, &trained->history, trained->history.epochs,
                  trained->history.last_loss};
}

void explain_training(Explain *explain, const Trained *trained) {
    const TrainPlan *plan = trained->plan;
    card_text(explain->card, "Training: up to %zu epoch%s, %s. The learning rate η is %s.",
              plan->epochs, plan->epochs == 1 ? "" : "s", order_words(explain, plan),
              explain_number_text(explain, trained->rate));
    explain_end(explain, trained);
    Look end = look_at_end(trained);
    if (trained->history.sampled > 2)
        explain_training_curve(explain, &end);
}

/* ------------------------------------------------------------------------------ plots */

enum { CURVE_SAMPLES = 241, MAP_COLUMNS = 49, MAP_ROWS = 33 };

void explain_epoch(Explain *explain, const Trained *trained, size_t epoch, double loss) {
    size_t epochs = trained->history.epochs;
    card_text(explain->card, "After %zu of %zu epochs %s is %s.%s", epoch, epochs,
              explain_name_text(explain, trained->plan->loss), explain_number_text(explain, loss),
              epoch < epochs ? " These numbers stay until you go on; `epoch` alone is the end."
                             : "");
    Block *table = card_add(explain->card, BLOCK_TABLE);
    table->columns = 2;
    for (SymbolId s = 0; s < explain->scope->count; s++) {
        if (scope_get(explain->scope, s)->role != ROLE_PARAM)
            continue;
        Expr name = scope_expr(explain->scope, explain->exprs, s);
        block_part(explain->card, table, NULL, explain_name(explain, s));
        block_part(explain->card, table, NULL,
                   explain_entries(explain, model_value(explain->model, s), name));
    }
}

/* Whether a curve of the training has a point after the last epoch: what it ended with. It is not
 * known while it runs. */
static bool has_end(const TrainHistory *history) {
    return isfinite(history->last_loss) &&
           history->epochs > (history->sampled - 1) * history->stride;
}

/* The epochs of the samples, and of the end. */
static double *epochs_of(const Explain *explain, const TrainHistory *history, bool ended) {
    double *epochs = ARENA_ARRAY(explain->arena, double, history->sampled + 1);
    for (size_t i = 0; i < history->sampled; i++)
        epochs[i] = (double)(i * history->stride);
    if (ended)
        epochs[history->sampled] = (double)history->epochs;
    return epochs;
}

void explain_training_curve(Explain *explain, const Look *look) {
    const TrainHistory *history = look->history;
    bool marked = look->epoch < history->epochs;
    bool ended = has_end(history);
    double *x = epochs_of(explain, history, ended);
    double *y = ARENA_ARRAY(explain->arena, double, history->sampled + 1);
    memcpy(y, history->losses, history->sampled * sizeof *y);
    y[history->sampled] = history->last_loss;
    PlotSeries *series = ARENA_NEW(explain->arena, PlotSeries);
    *series =
        (PlotSeries){.x = x, .y = y, .count = history->sampled + ended, .style = STYLE_NUMBER};
    PlotMark *mark = ARENA_NEW(explain->arena, PlotMark);
    *mark = (PlotMark){(double)look->epoch, look->loss,
                       arena_format(explain->arena, "epoch %zu", look->epoch)};
    Plot *plot = ARENA_NEW(explain->arena, Plot);
    *plot = (Plot){.x_label = "epoch",
                   .y_label = explain_name_text(explain, look->plan->loss),
                   .series = series,
                   .series_count = 1,
                   .marks = marked ? mark : NULL,
                   .mark_count = marked,
                   .from_zero = true};
    card_add(explain->card, BLOCK_PLOT)->plot = plot;
}

/* Values of expressions while entries of the leaves are varied. */
typedef struct Sampler {
    const Explain *explain;
    Tape *tape;
    const Expr *exprs;
    double *leaves;
} Sampler;

static Sampler sampler_new(const Explain *explain, const Expr *exprs, size_t count) {
    size_t entries = explain->scope->leaf_entries;
    Expr *lowered = ARENA_ARRAY(explain->arena, Expr, count);
    for (size_t i = 0; i < count; i++)
        lowered[i] = expr_lower(explain->exprs, explain->scope, explain->arena, exprs[i]);
    Sampler sampler = {.explain = explain, .exprs = lowered};
    sampler.tape =
        tape_compile(explain->arena, explain->exprs, explain->scope, lowered, count, SYMBOL_NONE);
    sampler.leaves = ARENA_ARRAY(explain->arena, double, entries);
    memcpy(sampler.leaves, explain->model->leaves, entries * sizeof *sampler.leaves);
    return sampler;
}

static void sampler_run(Sampler *sampler) {
    tape_load(sampler->tape, sampler->leaves);
    tape_forward(sampler->tape);
}

static size_t axis_offset(const Explain *explain, const PlotAxis *axis) {
    size_t offset;
    leaf_entries(explain->session, axis->variable, &offset);
    return offset;
}

static double axis_at(const PlotAxis *axis, size_t i, size_t samples) {
    return axis->from + (axis->to - axis->from) * (double)i / (double)(samples - 1);
}

/* The tangent at the present point: y₀ + slope·(x − x₀), where it stays in the curve's range. */
static void add_tangent(Explain *explain, const PlotRequest *request, Plot *plot,
                        PlotSeries *tangent, PlotMark *mark) {
    const PlotAxis *axis = &request->axes[0];
    double at = explain->model->leaves[axis_offset(explain, axis)];
    if (at < axis->from || at > axis->to)
        return;
    Expr token = expr_derivative(explain->exprs, request->exprs[0], axis->variable);
    double slope = *explain_value(explain, token),
           value = *explain_value(explain, request->exprs[0]);
    double half = (axis->to - axis->from) / 6;
    double *x = ARENA_ARRAY(explain->arena, double, 2), *y = ARENA_ARRAY(explain->arena, double, 2);
    for (int i = 0; i < 2; i++) {
        x[i] = fmin(fmax(at + (i ? half : -half), axis->from), axis->to);
        y[i] = value + slope * (x[i] - at);
    }
    *tangent = (PlotSeries){.x = x,
                            .y = y,
                            .count = 2,
                            .style = STYLE_BACKWARD,
                            .label = arena_format(explain->arena, "Tangent (slope %s)",
                                                  explain_number_text(explain, slope))};
    *mark = (PlotMark){.x = at,
                       .y = value,
                       .label = arena_format(explain->arena, "%s = %s",
                                             explain_line(explain, axis->variable),
                                             explain_number_text(explain, at))};
    plot->series_count++;
    plot->marks = mark;
    plot->mark_count = 1;
}

static void plot_curves(Explain *explain, const PlotRequest *request) {
    const PlotAxis *axis = &request->axes[0];
    Sampler sampler = sampler_new(explain, request->exprs, request->count);
    size_t offset = axis_offset(explain, axis);
    double *x = ARENA_ARRAY(explain->arena, double, CURVE_SAMPLES);
    PlotSeries *series = ARENA_ARRAY(explain->arena, PlotSeries, request->count + 1);
    double **y = ARENA_ARRAY(explain->arena, double *, request->count);
    for (size_t c = 0; c < request->count; c++) {
        y[c] = ARENA_ARRAY(explain->arena, double, CURVE_SAMPLES);
        series[c] = (PlotSeries){.x = x,
                                 .y = y[c],
                                 .count = CURVE_SAMPLES,
                                 .style = STYLE_NUMBER,
                                 .label = explain_line(explain, request->exprs[c])};
    }
    bool goes_on = true;
    for (size_t i = 0; i < CURVE_SAMPLES; i++) {
        x[i] = sampler.leaves[offset] = axis_at(axis, i, CURVE_SAMPLES);
        goes_on = goes_on && explain_goes_on(explain, i, CURVE_SAMPLES);
        if (goes_on)
            sampler_run(&sampler);
        for (size_t c = 0; c < request->count; c++)
            y[c][i] = goes_on ? *tape_value(sampler.tape, sampler.exprs[c]) : NAN;
    }
    Plot *plot = ARENA_NEW(explain->arena, Plot);
    *plot = (Plot){.x_label = explain_line(explain, axis->variable),
                   .y_label = request->count == 1 ? explain_line(explain, request->exprs[0]) : "",
                   .series = series,
                   .series_count = request->count};
    if (request->count == 1)
        add_tangent(explain, request, plot, &series[1], ARENA_NEW(explain->arena, PlotMark));
    card_add(explain->card, BLOCK_PLOT)->plot = plot;
}

/* Whether an axis is a parameter's: an input goes no way in a training. */
static bool is_trained(const Lesson *lesson, const PlotAxis *axis) {
    ExprNode node = *expr_get(&lesson->exprs, axis->variable);
    if (node.kind == EXPR_INDEX)
        node = *expr_get(&lesson->exprs, expr_operand(&lesson->exprs, axis->variable, 0));
    return scope_get(&lesson->scope, node.symbol)->role == ROLE_PARAM;
}

bool explain_walks(const Lesson *lesson, const PlotRequest *plot) {
    return plot->axis_count == 2 && is_trained(lesson, &plot->axes[0]) &&
           is_trained(lesson, &plot->axes[1]);
}

/* The way the training took up to the look, as far as it is kept; else the present point alone. */
static void add_walk(Explain *explain, const PlotRequest *request, ContourMap *map,
                     const Look *look) {
    size_t offsets[] = {axis_offset(explain, &request->axes[0]),
                        axis_offset(explain, &request->axes[1])};
    size_t entries = explain->scope->leaf_entries, kept = 0;
    bool walks = look && explain_walks(explain->lesson, request);
    while (walks && kept < look->history->sampled && kept * look->history->stride < look->epoch)
        kept++;
    double *walk[2];
    for (int a = 0; a < 2; a++) {
        walk[a] = ARENA_ARRAY(explain->arena, double, kept + 1);
        for (size_t i = 0; i < kept; i++)
            walk[a][i] = look->history->leaves[i * entries + offsets[a]];
        walk[a][kept] = explain->model->leaves[offsets[a]];
    }
    map->path_x = walk[0];
    map->path_y = walk[1];
    map->path_count = kept + 1; /* with no training a single point: where we are */
}

void explain_map(Explain *explain, const PlotRequest *request, const Look *look) {
    const PlotAxis *across = &request->axes[0], *up = &request->axes[1];
    Sampler sampler = sampler_new(explain, request->exprs, 1);
    size_t x = axis_offset(explain, across), y = axis_offset(explain, up);
    double *z = ARENA_ARRAY(explain->arena, double, (size_t)MAP_ROWS *MAP_COLUMNS);
    bool goes_on = true;
    for (size_t i = 0; i < MAP_ROWS; i++)
        for (size_t j = 0; j < MAP_COLUMNS; j++) {
            size_t sample = i * MAP_COLUMNS + j;
            goes_on = goes_on && explain_goes_on(explain, sample, MAP_ROWS * MAP_COLUMNS);
            sampler.leaves[x] = axis_at(across, j, MAP_COLUMNS);
            sampler.leaves[y] = axis_at(up, i, MAP_ROWS);
            if (goes_on)
                sampler_run(&sampler);
            z[sample] = goes_on ? *tape_value(sampler.tape, sampler.exprs[0]) : NAN;
        }
    ContourMap *map = ARENA_NEW(explain->arena, ContourMap);
    *map = (ContourMap){.x_label = explain_line(explain, across->variable),
                        .y_label = explain_line(explain, up->variable),
                        .z_label = explain_line(explain, request->exprs[0]),
                        .x_from = across->from,
                        .x_to = across->to,
                        .y_from = up->from,
                        .y_to = up->to,
                        .z = z,
                        .rows = MAP_ROWS,
                        .columns = MAP_COLUMNS};
    add_walk(explain, request, map, look);
    card_add(explain->card, BLOCK_CONTOUR)->map = map;
}

static const double *leaves_at_end(const Explain *explain, const Trained *trained) {
    Arena scratch = {.recovery = explain->arena->recovery};
    Model *model = model_copy(explain->model, explain->arena);
    train_return(model, &scratch, trained->run, &trained->history, trained->history.epochs);
    arena_clear(&scratch);
    return model->leaves;
}

/* Another value than the loss during a training: with the parameters kept of it. */
static void plot_during(Explain *explain, Expr expr, const Trained *trained) {
    const TrainHistory *history = &trained->history;
    size_t entries = explain->scope->leaf_entries;
    Sampler sampler = sampler_new(explain, &expr, 1);
    bool ended = has_end(history);
    double *y = ARENA_ARRAY(explain->arena, double, history->sampled + 1);
    for (size_t i = 0; i < history->sampled + ended; i++) {
        const double *leaves =
            i < history->sampled ? history->leaves + i * entries : leaves_at_end(explain, trained);
        memcpy(sampler.leaves, leaves, entries * sizeof *leaves);
        sampler_run(&sampler);
        y[i] = *tape_value(sampler.tape, sampler.exprs[0]);
    }
    PlotSeries *series = ARENA_NEW(explain->arena, PlotSeries);
    *series = (PlotSeries){.x = epochs_of(explain, history, ended),
                           .y = y,
                           .count = history->sampled + ended,
                           .style = STYLE_NUMBER};
    Plot *plot = ARENA_NEW(explain->arena, Plot);
    *plot = (Plot){.x_label = "epoch",
                   .y_label = explain_line(explain, expr),
                   .series = series,
                   .series_count = 1};
    card_add(explain->card, BLOCK_PLOT)->plot = plot;
}

void explain_plot(Explain *explain, const PlotRequest *request, const Trained *trained) {
    const Look *look = session_look(explain->session);
    Look end = trained ? look_at_end(trained) : (Look){0};
    if (!look)
        look = &end;
    if (request->axis_count == 2)
        explain_map(explain, request, trained ? look : NULL);
    else if (request->axis_count == 1)
        plot_curves(explain, request);
    else if (trained && trained->history.sampled > 1 &&
             request->exprs[0] == scope_expr(explain->scope, explain->exprs, trained->plan->loss))
        explain_training_curve(explain, look);
    else if (trained && trained->history.sampled > 1)
        plot_during(explain, request->exprs[0], trained);
    else
        card_text(explain->card, "There is no training yet whose course could be shown.");
}
