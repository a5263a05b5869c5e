/* What must stay right, and cheap, where graphs are large. Work is counted, not timed: a busy
 * machine changes nothing. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "expr/diff.h"
#include "lesson/lesson.h"
#include "num/rng.h"
#include "num/verify.h"
#include "suites.h"

/* ------------------------------------------------------------------------------ best paths */

enum { NODES = 12, MOST_EDGES = NODES * NODES, MOST_WALKS = 1 << (NODES - 2) };

/* A graph of edges alone, made at random: the first node reaches every later one. */
typedef struct Wires {
    Arena arena;
    Graph graph;
    Scope scope;
    double weights[MOST_EDGES];
} Wires;

static void index_outgoing(Wires *wires) {
    Graph *graph = &wires->graph;
    size_t count = 0;
    graph->first_out = ARENA_ARRAY(&wires->arena, size_t, NODES + 1);
    graph->outgoing = ARENA_ARRAY(&wires->arena, size_t, graph->edge_count);
    for (SymbolId from = 0; from < NODES; from++) {
        for (size_t i = 0; i < graph->edge_count; i++)
            if (graph->edges[i].from == from)
                graph->outgoing[count++] = i;
        graph->first_out[from + 1] = count;
    }
}

static void wire(Wires *wires, Rng *rng, const double *weights, size_t weight_count) {
    *wires = (Wires){.scope = {.count = NODES}};
    Graph *graph = &wires->graph;
    graph->edges = ARENA_ARRAY(&wires->arena, Edge, MOST_EDGES);
    graph->first_in = ARENA_ARRAY(&wires->arena, size_t, NODES + 1);
    for (SymbolId to = 0; to < NODES; to++) {
        for (SymbolId from = 0; from < to; from++)
            if (from + 1 == to || rng_unit(rng) < 0.6) {
                wires->weights[graph->edge_count] =
                    weight_count ? weights[(size_t)(rng_unit(rng) * (double)weight_count)]
                                 : rng_normal(rng);
                graph->edges[graph->edge_count++] = (Edge){.from = from, .to = to};
            }
        graph->first_in[to + 1] = graph->edge_count;
    }
    index_outgoing(wires);
}

/* A path by its edges from the last node on, and the products of its beginnings. */
typedef struct WalkedPath {
    size_t edges[NODES];
    double products[NODES + 1];
    size_t count;
} WalkedPath;

typedef struct Walker {
    const Wires *wires;
    WalkedPath walked[MOST_WALKS];
    size_t count;
} Walker;

static void walk(Walker *walker, SymbolId node, const WalkedPath *before) {
    const Graph *graph = &walker->wires->graph;
    if (node == 0)
        walker->walked[walker->count++] = *before;
    for (size_t i = graph->first_in[node]; i < graph->first_in[node + 1]; i++) {
        WalkedPath path = *before;
        path.edges[path.count++] = i;
        path.products[path.count] = before->products[before->count] * walker->wires->weights[i];
        walk(walker, graph->edges[i].from, &path);
    }
}

/* The larger product first. Where they are equal: the smaller last edge; where it is the same, the
 * order of what they go on. */
static int by_rank(const void *a, const void *b) {
    const WalkedPath *left = a, *right = b;
    size_t i = left->count, j = right->count;
    for (;; i--, j--) {
        double x = fabs(left->products[i]), y = fabs(right->products[j]);
        if (x != y)
            return x > y ? -1 : 1;
        if (i == 0 || j == 0)
            return 0;
        if (left->edges[i - 1] != right->edges[j - 1])
            return left->edges[i - 1] < right->edges[j - 1] ? -1 : 1;
    }
}

static void expect_best(Walker *walker, const Wires *wires, size_t most) {
    Arena arena = {0};
    Paths paths =
        paths_find(&arena, &wires->graph, &wires->scope, wires->weights, NODES - 1, 0, most);
    ck_assert_double_eq(paths.total, (double)walker->count);
    ck_assert_uint_eq(paths.listed, walker->count < most ? walker->count : most);
    for (size_t i = 0; i < paths.listed && !paths.complete; i++) {
        const WalkedPath *path = &walker->walked[i];
        ck_assert_double_eq(paths.list[i].product, path->products[path->count]);
        ck_assert_uint_eq(paths.list[i].count, path->count);
        ck_assert_mem_eq(paths.list[i].edges, path->edges, path->count * sizeof *path->edges);
    }
    arena_clear(&arena);
}

/* The same paths, in the same order, as sorting all of them gives: with weights that make few ties,
 * many, and nothing else. */
START_TEST(best_paths_in_order) {
    static const struct {
        double weights[6];
        size_t count;
    } kinds[] = {{{0}, 0}, {{1, -1, 2, -0.5, 0, 3}, 6}, {{1, -1}, 2}, {{INFINITY, 1, -2}, 3}};
    Rng rng = rng_stream(3, "wires");
    Walker *walker = malloc(sizeof *walker);
    Wires *wires = malloc(sizeof *wires);
    for (int round = 0; round < 80; round++) {
        wire(wires, &rng, kinds[round % 4].weights, kinds[round % 4].count);
        walker->wires = wires;
        walker->count = 0;
        walk(walker, NODES - 1, &(WalkedPath){.products = {1}});
        qsort(walker->walked, walker->count, sizeof *walker->walked, by_rank);
        for (size_t most = 0; most < 120; most += most < 4 ? 1 : 23)
            expect_best(walker, wires, most);
        arena_clear(&wires->arena);
    }
    free(walker);
    free(wires);
}
END_TEST

/* ------------------------------------------------------------------------------ one sweep for all
 */

static const char CLASSIFIER[] = "```lesson\ninput x = 0.7\ntarget t = 1\nparam w = 0.4, b = 0.1\n"
                                 "z = w*x + b\ny = sigmoid(z)\nq = y*z\n"
                                 "loss L = -t*log(y) - (1 - t)*log(1 - y) + q^2\n```\n";

/* A derivative is the same formula, whether it is found alone or in a whole gradient that is kept;
 * and one verifier for all agrees with one for each. y is a name that a logarithm goes round. */
START_TEST(gradients_hold_the_same_derivatives) {
    Arena arena = {0};
    Diags diags = {.arena = &arena, .file = "classifier"};
    Lesson *lesson = lesson_compile(&arena, "classifier", CLASSIFIER, &diags);
    ck_assert_uint_eq(diags.count, 0);
    Exprs *exprs = &lesson->exprs;
    const Scope *scope = &lesson->scope;
    Model *model = model_new(&arena, exprs, scope, lesson->graph, lesson->rate, 1);
    Expr loss = scope_expr(scope, exprs, scope_find(scope, "L"));
    Verifier *verifier = verifier_new(model, &arena, loss);
    for (SymbolId s = 0; s < scope->count; s++) {
        Expr name = scope_expr(scope, exprs, s);
        exprs->gradients = NULL;
        Expr alone = expr_derive(exprs, scope, &arena, loss, name);
        ck_assert_uint_eq(expr_derive(exprs, scope, &arena, loss, name), alone);
        ck_assert_uint_eq(expr_derive(exprs, scope, &arena, loss, name), alone);
        double value = *model_evaluate(model, &arena, alone);
        Verification check = verifier_check(verifier, &arena, name);
        ck_assert_msg(check.agree && *check.symbolic == value && isfinite(value), "%s: %.17g",
                      scope_get(scope, s)->name, *check.symbolic);
        ck_assert_double_eq_tol(*check.reverse, value, 1e-14);
    }
    double z = 0.4 * 0.7 + 0.1, y = 1 / (1 + exp(-z));
    Expr by_y = scope_expr(scope, exprs, scope_find(scope, "y"));
    ck_assert_double_eq_tol(*verifier_check(verifier, &arena, by_y).reverse, -1 / y + 2 * y * z * z,
                            1e-14);
    arena_clear(&arena);
}
END_TEST

Suite *scale_suite(void) {
    Suite *suite = suite_create("scale");
    TCase *paths = tcase_create("best paths");
    tcase_add_test(paths, best_paths_in_order);
    suite_add_tcase(suite, paths);
    TCase *sweeps = tcase_create("one sweep for all");
    tcase_add_test(sweeps, gradients_hold_the_same_derivatives);
    suite_add_tcase(suite, sweeps);
    return suite;
}
