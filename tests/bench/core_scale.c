/* How our side grows: the gradient of large graphs, paths, the three-way check and going back in a
 * training. There is no rival in these tables; what counts is the growth when the size doubles.
 *
 *   scale [LARGEST] with the most nodes to try */
#include <math.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "big_graphs.h"
#include "lesson/lesson.h"
#include "num/rng.h"
#include "num/verify.h"
#include "statistics.h"

enum {
    SMALLEST = 1000,
    DEFAULT_LARGEST = 10000000,
    STEP = 10, /* from one size to the next */
    ROUNDS = 11,
    SCALE_ARENA_GIB = 8,
};

/* ------------------------------------------------------------------------------ gradients */

/* Nanoseconds and bytes a node. */
typedef struct Cost {
    double build, compile, gradient;
    double formulas, tape, names; /* bytes */
} Cost;

static double gradient_time(Tape *tape, Expr loss, size_t nodes) {
    double times[ROUNDS], leaf = 0.9;
    size_t repeat = 1 + SMALLEST * 100 / nodes, rounds = nodes > 1000000 ? 3 : ROUNDS;
    for (size_t round = 0; round < rounds; round++) {
        double start = processor_time();
        for (size_t i = 0; i < repeat; i++) {
            tape_load(tape, &leaf);
            tape_forward(tape);
            tape_backward(tape, loss, 0);
        }
        times[round] = (processor_time() - start) / (double)(repeat * nodes);
    }
    return spread_of(times, rounds).median;
}

/* A node is an operation on the tape. */
static Cost measure_built(BigGraph *graph, Arena *arena, double build) {
    double start = processor_time();
    Expr loss = scope_expr(&graph->scope, &graph->exprs, graph->loss);
    Tape *tape = tape_compile(arena, &graph->exprs, &graph->scope, &loss, 1, SYMBOL_NONE);
    double count = (double)tape->count;
    return (Cost){.build = build / count,
                  .compile = (processor_time() - start) / count,
                  .formulas = (double)graph->arena.used / count,
                  .tape = (double)arena->used / count,
                  .names = (double)graph->names.used / count,
                  .gradient = gradient_time(tape, loss, tape->count)};
}

/* False where memory does not suffice. */
static bool measure_size(BigShape shape, size_t nodes, Cost *cost) {
    const size_t limit = (size_t)SCALE_ARENA_GIB << 30;
    BigGraph graph = {.arena = {.limit = limit}, .names = {.limit = limit}};
    Arena arena = {.limit = limit};
    jmp_buf full;
    graph.arena.recovery = graph.names.recovery = arena.recovery = &full;
    bool fits = setjmp(full) == 0;
    if (fits) {
        double start = processor_time();
        big_graph_build(&graph, shape, nodes);
        *cost = measure_built(&graph, &arena, processor_time() - start);
    }
    arena_clear(&arena);
    big_graph_free(&graph);
    return fits;
}

/* By how much a time grows when the size doubles, from the times a node of two sizes. */
static double doubling(double before, double now) {
    return pow(STEP * now / before, log(2) / log(STEP));
}

static void measure_gradients(BigShape shape, const char *title, size_t largest) {
    printf("\nThe gradient of %s: ns and bytes a node, and the growth of the time on doubling\n",
           title);
    printf("  %10s %14s %14s %14s %24s\n", "nodes", "build", "compile", "gradient",
           "formulas + tape   names");
    Cost before = {0};
    for (size_t nodes = SMALLEST; nodes <= largest; nodes *= STEP) {
        Cost cost;
        if (!measure_size(shape, nodes, &cost)) {
            printf("  %10zu not enough memory\n", nodes);
            return;
        }
        const double now[] = {cost.build, cost.compile, cost.gradient};
        const double then[] = {before.build, before.compile, before.gradient};
        printf("  %10zu", nodes);
        for (size_t i = 0; i < 3; i++)
            if (before.build > 0)
                printf(" %7.1f  %5.2f", now[i], doubling(then[i], now[i]));
            else
                printf(" %7.1f       ", now[i]);
        printf(" %6.1f + %4.1f = %4.1f  %6.1f\n", cost.formulas, cost.tape,
               cost.formulas + cost.tape, cost.names);
        fflush(stdout);
        before = cost;
    }
}

/* ------------------------------------------------------------------------------ paths */

static void measure_paths(void) {
    enum { LAYERS = 12, WIDTH = 64, MOST = 100 };
    BigGraph graph = {0};
    Arena scratch = {0};
    big_graph_build_layers(&graph, LAYERS, WIDTH);
    Graph *edges = graph_build(&graph.arena, &graph.exprs, &graph.scope, &scratch);
    arena_clear(&scratch);
    double *weights = ARENA_ARRAY(&graph.arena, double, edges->edge_count);
    Rng rng = rng_stream(1, "weights");
    for (size_t i = 0; i < edges->edge_count; i++)
        weights[i] = rng_normal(&rng);
    double times[ROUNDS], total = 0;
    for (size_t round = 0; round < ROUNDS; round++) {
        double start = processor_time();
        Paths paths =
            paths_find(&scratch, edges, &graph.scope, weights, graph.loss, graph.weight, MOST);
        times[round] = (processor_time() - start) / 1e6;
        total = paths.total;
        arena_clear(&scratch);
    }
    Spread spread = spread_of(times, ROUNDS);
    printf("\nThe %d largest of %.2g paths through %d layers of %d (%zu edges)\n", MOST, total,
           LAYERS, WIDTH, edges->edge_count);
    printf("  %.2f ms (%.2f to %.2f)\n", spread.median, spread.low, spread.high);
    big_graph_free(&graph);
}

/* ------------------------------------------------------------------------------ three ways */

/* All derivatives of the loss, as `backstep check` takes them; what they share is counted with
 * them. Returns the seconds for a thousand. */
static double measure_check(BigShape shape, size_t nodes, double before) {
    BigGraph graph = {0};
    Arena scratch = {0}, shared = {0};
    big_graph_build(&graph, shape, nodes);
    Graph *edges = graph_build(&graph.arena, &graph.exprs, &graph.scope, &scratch);
    Model *model = model_new(&graph.arena, &graph.exprs, &graph.scope, edges, 0.1, 1);
    const size_t names = graph.scope.count - 1;
    size_t agree = 0;
    double begin = processor_time();
    Verifier *verifier =
        verifier_new(model, &shared, scope_expr(&graph.scope, &graph.exprs, graph.loss));
    double once = (processor_time() - begin) / 1e9;
    for (size_t done = 0, count; done < names; done += count) {
        Expr wrt[VERIFY_TOGETHER];
        Verification found[VERIFY_TOGETHER];
        for (count = 0; count < VERIFY_TOGETHER && done + count < names; count++)
            wrt[count] = scope_expr(&graph.scope, &graph.exprs, (SymbolId)(done + count));
        verifier_check_all(verifier, &scratch, wrt, count, found);
        for (size_t i = 0; i < count; i++)
            agree += found[i].agree;
        arena_clear(&scratch);
    }
    const double thousand = (processor_time() - begin) / 1e9 / (double)names * 1000;
    printf("  %10zu %12.4f %14.4f", nodes, once, thousand);
    if (before > 0)
        printf(" %10.2f", 2 * thousand / before);
    else
        printf(" %10s", "");
    printf(" %12zu of %zu\n", agree, names);
    fflush(stdout);
    arena_clear(&shared);
    big_graph_free(&graph);
    return thousand;
}

static void measure_checks(BigShape shape, const char *title) {
    enum { LARGEST = 10000, DOUBLINGS = 3 };
    printf("\nDerivatives of %s checked three ways: seconds, and the growth of all on doubling\n",
           title);
    printf("  %10s %12s %14s %10s %18s\n", "nodes", "once", "a thousand", "growth", "agree");
    double before = 0;
    for (int i = DOUBLINGS; i >= 0; i--)
        before = measure_check(shape, LARGEST >> i, before);
}

/* ------------------------------------------------------------------------------ going back */

static const char w5_lesson[] =
    "```lesson\n"
    "input x1 = 0.85, x2 = 0.25\n"
    "target t1 = 0.6905, t2 = 0.8657\n"
    "param b1 = 0.1, w1 = 0.2, w2 = 0.3, b2 = 0.4, w3 = 0.5, w4 = 0.6\n"
    "param b3 = 0.2, w5 = 0.4, w6 = 0.795, b4 = 0.2, w7 = 1.0, w8 = 0.3\n"
    "h1 = sigmoid(b1 + w1*x1 + w2*x2)\nh2 = sigmoid(b2 + w3*x1 + w4*x2)\n"
    "y1 = sigmoid(b3 + w5*h1 + w6*h2)\ny2 = sigmoid(b4 + w7*h1 + w8*h2)\n"
    "loss E = (t1 - y1)^2/2 + (t2 - y2)^2/2\n"
    "```\n";

/* To step `step`: from the last state before it that the history kept, by training again. */
static void go_back(Model *model, Arena *scratch, TrainPlan plan, const TrainHistory *history,
                    size_t step) {
    size_t entries = model->scope->leaf_entries, kept = step / history->stride;
    memcpy(model->leaves, history->leaves + kept * entries, entries * sizeof *model->leaves);
    plan.epochs = step - kept * history->stride;
    train(model, scratch, &plan, NULL, NULL);
    arena_clear(scratch);
}

static void measure_going_back(void) {
    enum { STEPS = 1000000, TRIES = 41 };
    Arena arena = {0}, scratch = {0};
    Diags diags = {.arena = &arena, .file = "w5"};
    Lesson *lesson = lesson_compile(&arena, "w5", w5_lesson, &diags);
    Model *model =
        model_new(&arena, &lesson->exprs, &lesson->scope, lesson->graph, lesson->rate, 1);
    Model *fresh = model_copy(model, &arena);
    TrainPlan plan = {.loss = scope_find(&lesson->scope, "E"),
                      .epochs = STEPS,
                      .rate = lesson->rate,
                      .order = TRAIN_GIVEN,
                      .batch = 1};
    TrainHistory history = train(model, &arena, &plan, NULL, NULL);
    double times[TRIES];
    Rng rng = rng_stream(1, "back");
    size_t step = 0;
    for (size_t i = 0; i < TRIES; i++) {
        step = (size_t)(rng_unit(&rng) * STEPS);
        double start = processor_time();
        go_back(model, &scratch, plan, &history, step);
        times[i] = (processor_time() - start) / 1e6;
    }
    plan.epochs = step;
    train(fresh, &scratch, &plan, NULL, NULL);
    bool same = memcmp(fresh->leaves, model->leaves,
                       lesson->scope.leaf_entries * sizeof *fresh->leaves) == 0;
    Spread spread = spread_of(times, TRIES);
    printf("\nBack from step %d of a training to a random earlier one\n", STEPS);
    printf("  %.2f ms (%.2f to %.2f); a state kept every %zu steps; %s\n", spread.median,
           spread.low, spread.high, history.stride,
           same ? "the same bits as straight there" : "NOT THE SAME as straight there");
    arena_clear(&arena);
    arena_clear(&scratch);
}

int main(int count, char **arguments) {
    size_t largest = count > 1 ? strtoul(arguments[1], NULL, 10) : DEFAULT_LARGEST;
    measure_gradients(BIG_CHAIN, "a chain", largest);
    measure_gradients(BIG_MIXED, "a wide graph of mixed operations", largest / STEP);
    measure_paths();
    measure_checks(BIG_MIXED, "a wide graph of mixed operations");
    measure_checks(BIG_CHAIN, "a chain");
    measure_going_back();
    return EXIT_SUCCESS;
}
