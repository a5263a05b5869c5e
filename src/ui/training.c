#include "ui/training.h"

#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include "base/number.h"
#include "base/utf8.h"

enum {
    SILENCE = 1000, /* milliseconds before anything is said, */
    INTERVAL = 200, /* and between two lines */
    LEAST_BAR = 8,
    MOST_BAR = 30,
    TEXT_SIZE = 96,
    ECHO = 2, /* columns for the ^C that a terminal writes behind the line */
};

/* A handler gets no context: set by Ctrl-C, read by the training. */
static volatile sig_atomic_t interrupted;

static void on_interrupt(int number) {
    (void)number;
    interrupted = 1;
}

long training_clock(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (long)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

int training_until(long time) {
    long left = time - training_clock();
    return left > 0 ? (int)left : 0;
}

/* --- The line ------------------------------------------------------------------------------- */

static int draw_bar(Grid *grid, int row, int column, int columns, double part) {
    int done = (int)(part * columns);
    grid_fill(grid, row, column, 1, done, grid->ascii ? "#" : "━", STYLE_LIT);
    grid_fill(grid, row, column + done, 1, columns - done, grid->ascii ? "." : "─", STYLE_DIM);
    return columns + 1;
}

/* The texts in the order in which they stand; in a narrow place the epoch goes first, then how to
 * stop. */
void training_draw(Grid *grid, int row, int column, int columns, const TrainingState *state) {
    const char *gap = grid->ascii ? " | " : " · "; /* as elsewhere on the screen: * is a product */
    const char *ending = state->paused ? "space goes on" : state->runs ? "Ctrl-C stops" : "";
    char loss[NUMBER_SIZE], percent[TEXT_SIZE];
    char epoch[TEXT_SIZE], losses[TEXT_SIZE + NUMBER_SIZE], stop[TEXT_SIZE];
    double part = state->epochs ? (double)state->epoch / (double)state->epochs : 1;
    number_format(state->loss, state->digits, loss);
    snprintf(percent, sizeof percent, "training %3d%% ", (int)(part * 100));
    snprintf(stop, sizeof stop, "%s%s", *ending ? gap : "", ending);
    snprintf(epoch, sizeof epoch, "epoch %zu of %zu%s", state->epoch, state->epochs, gap);
    snprintf(losses, sizeof losses, "loss %s", loss);
    int room = columns - utf8_width(percent) - utf8_width(losses) - utf8_width(stop);
    if (room < 0) {
        snprintf(percent, sizeof percent, "%d%% ", (int)(part * 100));
        room = columns - utf8_width(percent) - utf8_width(losses) - utf8_width(stop);
    }
    bool with_epoch = room >= utf8_width(epoch) + LEAST_BAR;
    room -= with_epoch ? utf8_width(epoch) : 0;
    int bar = room - 1 > MOST_BAR ? MOST_BAR : room - 1, end = column + columns;
    column += grid_text_fit(grid, row, column, columns, percent, STYLE_NORMAL);
    if (bar >= LEAST_BAR)
        column += draw_bar(grid, row, column, bar, part);
    if (with_epoch)
        column += grid_text(grid, row, column, epoch, STYLE_NORMAL);
    column += grid_text_fit(grid, row, column, end - column, losses, STYLE_NUMBER);
    if (room >= 0)
        grid_text(grid, row, column, stop, STYLE_DIM);
}

/* "checking 05-w5  34% ━━━━━──────── Ctrl-C stops" */
static void draw_task(Grid *grid, const char *what, double part) {
    char text[TEXT_SIZE];
    const char stop[] = "Ctrl-C stops";
    int column = grid_text_fit(grid, 0, 0, grid->columns - TEXT_SIZE / 4, what, STYLE_NORMAL);
    snprintf(text, sizeof text, " %3d%% ", (int)(part * 100));
    column += grid_text_fit(grid, 0, column, grid->columns - column, text, STYLE_NORMAL);
    int bar = grid->columns - column - utf8_width(stop) - 1;
    if (bar >= LEAST_BAR)
        column += draw_bar(grid, 0, column, bar > MOST_BAR ? MOST_BAR : bar, part);
    grid_text_fit(grid, 0, column, grid->columns - column, stop, STYLE_DIM);
}

static Grid new_line(const TrainingWatch *watch, Arena *scratch) {
    return grid_new(scratch, 1, watch->width - 1 - ECHO, watch->ascii);
}

/* Writes over the line that stands there. */
static void write_line(TrainingWatch *watch, Arena *scratch, const Grid *grid) {
    const char *line = grid_line(scratch, grid, 0);
    if (isatty(STDERR_FILENO))
        fprintf(stderr, "\r%s%*s", line, grid->columns - utf8_width(line), "");
    else if (!watch->shown)
        fprintf(stderr, "%s\n", line);
    fflush(stderr);
    watch->shown = true;
    watch->written = training_clock();
}

/* --- Watching ------------------------------------------------------------------------------- */

/* Who ignores Ctrl-C, as a program in the background does, goes on doing so. */
static void listen_for_interrupt(TrainingWatch *watch) {
    struct sigaction action = {.sa_handler = on_interrupt, .sa_flags = SA_RESTART};
    if (watch->listening)
        return;
    interrupted = 0;
    watch->listening = true;
    watch->begun = watch->written = training_clock();
    sigaction(SIGINT, NULL, &watch->before);
    if (watch->before.sa_handler != SIG_IGN)
        sigaction(SIGINT, &action, NULL);
}

static bool is_time(const TrainingWatch *watch) {
    long now = training_clock();
    return now - watch->begun >= SILENCE && now - watch->written >= INTERVAL;
}

static bool tell(void *context, const TrainMoment *moment) {
    TrainingWatch *watch = context;
    listen_for_interrupt(watch);
    if (interrupted) {
        interrupted = 0; /* the lesson's next training is another one */
        watch->stopped = true;
        return false;
    }
    if (is_time(watch)) {
        Arena scratch = {0};
        Grid grid = new_line(watch, &scratch);
        TrainingState state = {moment->epoch, moment->epochs,
                               moment->loss,  session_digits(watch->session),
                               true,          false};
        training_draw(&grid, 0, 0, grid.columns, &state);
        write_line(watch, &scratch, &grid);
        arena_clear(&scratch);
    }
    return true;
}

/* Only a terminal is told of it: unlike a training, it leaves nothing behind that is not asked for.
 */
static bool tell_task(void *context, size_t done, size_t total) {
    TrainingWatch *watch = context;
    listen_for_interrupt(watch);
    watch->stopped = watch->stopped || interrupted;
    if (!watch->stopped && is_time(watch) && isatty(STDERR_FILENO)) {
        Arena scratch = {0};
        Grid grid = new_line(watch, &scratch);
        draw_task(&grid, watch->what, total ? (double)done / (double)total : 0);
        write_line(watch, &scratch, &grid);
        arena_clear(&scratch);
    }
    return !watch->stopped;
}

void training_watch(TrainingWatch *watch, Session *session, int width, bool ascii) {
    Task task = training_watch_task(watch, "working", width, ascii);
    watch->session = session;
    session_set_progress(session, tell, watch);
    session_set_task(session, task);
}

Task training_watch_task(TrainingWatch *watch, const char *what, int width, bool ascii) {
    *watch = (TrainingWatch){.what = what, .width = width, .ascii = ascii};
    return (Task){tell_task, watch};
}

void training_watch_end(TrainingWatch *watch) {
    if (watch->session) {
        session_set_progress(watch->session, NULL, NULL);
        session_set_task(watch->session, (Task){0});
    }
    if (watch->listening)
        sigaction(SIGINT, &watch->before, NULL);
    if (watch->shown && isatty(STDERR_FILENO))
        fprintf(stderr, "\r%*s\r", watch->width - 1, "");
}
