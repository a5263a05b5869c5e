/* Paths where there are many of them: counted, and the best found, without walking them all. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "lesson_case.h"
#include "num/paths.h"
#include "num/rng.h"
#include "suites.h"

START_TEST(counts_paths_without_walking_them) {
    LessonCase test;
    Arena arena = {0};
    Buffer text = {.arena = &arena};
    buffer_add(&text, "input u0 = 0.5, v0 = 0.25\n");
    for (int i = 1; i <= 64; i++)
        buffer_format(&text, "u%d = u%d + v%d\nv%d = u%d*v%d\n", i, i - 1, i - 1, i, i - 1, i - 1);
    buffer_add(&text, "loss E = u64");
    lesson_case_open(&test, buffer_text(&text));
    arena_clear(&arena);
    double *weights = model_weights(test.model, &test.arena);
    Paths paths = paths_find(&test.arena, test.lesson->graph, &test.lesson->scope, weights,
                             lesson_case_symbol(&test, "E"), lesson_case_symbol(&test, "u0"), 5);
    ck_assert_double_eq(paths.total, 0x1p63);
    ck_assert(!paths.complete);
    ck_assert_uint_eq(paths.listed, 5);
    double *counts = paths_count(&test.arena, test.lesson->graph, &test.lesson->scope,
                                 lesson_case_symbol(&test, "E"));
    ck_assert_double_eq(
        counts[lesson_case_symbol(&test, "u0")] + counts[lesson_case_symbol(&test, "v0")], 0x1p64);
    lesson_case_close(&test);
}
END_TEST

/* x·x uses one name twice: one edge, 2x, and so one path, however often it is squared. */
START_TEST(squares_are_one_edge) {
    LessonCase test;
    char text[4096] = "input q0 = 1.0001\n";
    for (int i = 1; i <= 64; i++)
        snprintf(text + strlen(text), 40, "q%d = q%d*q%d\n", i, i - 1, i - 1);
    lesson_case_open(&test, text);
    double *weights = model_weights(test.model, &test.arena);
    Paths paths = paths_find(&test.arena, test.lesson->graph, &test.lesson->scope, weights,
                             lesson_case_symbol(&test, "q20"), lesson_case_symbol(&test, "q0"), 5);
    ck_assert_double_eq(paths.total, 1);
    ck_assert_uint_eq(paths.list[0].count, 20);
    double exact = 0x1p20 * pow(1.0001, 0x1p20 - 1);
    ck_assert_double_eq_tol(paths.list[0].product / exact, 1, 1e-9);
    lesson_case_close(&test);
}
END_TEST

/* A random graph over `nodes` numbers, as statements. */
static void random_graph(char *text, size_t size, Rng *rng, int nodes) {
    snprintf(text, size, "input a0 = 1\n");
    for (int i = 1; i < nodes; i++) {
        size_t length = strlen(text);
        length += (size_t)snprintf(text + length, size - length, "a%d = 0.5", i);
        for (int j = 0; j < i; j++)
            if (rng_unit(rng) < 0.45)
                length += (size_t)snprintf(text + length, size - length, " + %.4f*a%d",
                                           rng_unit(rng) + 0.001, j);
        snprintf(text + length, size - length, "\n");
    }
}

typedef struct Walk {
    const LessonCase *test;
    const double *weights;
    double products[100000];
    size_t count;
} Walk;

/* Every path by plain recursion; the graphs are small. */
static void walk(Walk *all, SymbolId node, double product) {
    const Graph *graph = all->test->lesson->graph;
    if (node == 0)
        all->products[all->count++] = product;
    for (size_t i = graph->first_in[node]; node && i < graph->first_in[node + 1]; i++)
        walk(all, graph->edges[i].from, product * all->weights[i]);
}

static int by_descent(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x < y) - (x > y);
}

/* A path is connected, and its product is that of its edges. */
static void check_path(const LessonCase *test, const double *weights, const Path *path,
                       SymbolId of) {
    double product = 1;
    SymbolId at = of;
    for (size_t i = 0; i < path->count; i++) {
        const Edge *edge = &test->lesson->graph->edges[path->edges[i]];
        ck_assert_uint_eq(edge->to, at);
        at = edge->from;
        product *= weights[path->edges[i]];
    }
    ck_assert_uint_eq(at, 0);
    ck_assert_double_eq_tol(path->product, product, 1e-15 * fabs(product));
}

START_TEST(best_paths_by_brute_force) {
    Rng rng = rng_stream(7, "graphs");
    Walk *all = malloc(sizeof *all);
    ck_assert_ptr_nonnull(all);
    for (int round = 0; round < 60; round++) {
        char text[8192];
        random_graph(text, sizeof text, &rng, 11);
        LessonCase test;
        lesson_case_open(&test, text);
        double *weights = model_weights(test.model, &test.arena);
        SymbolId of = lesson_case_symbol(&test, "a10");
        *all = (Walk){.test = &test, .weights = weights};
        walk(all, of, 1);
        qsort(all->products, all->count, sizeof *all->products, by_descent);
        for (size_t most = 1; most < 40; most += 6) {
            Paths paths = paths_find(&test.arena, test.lesson->graph, &test.lesson->scope, weights,
                                     of, 0, most);
            ck_assert_double_eq(paths.total, (double)all->count);
            ck_assert_uint_eq(paths.listed, all->count < most ? all->count : most);
            ck_assert(paths.complete == (all->count <= most));
            for (size_t i = 0; i < paths.listed; i++) {
                check_path(&test, weights, &paths.list[i], of);
                if (!paths.complete)
                    ck_assert_double_eq_tol(paths.list[i].product, all->products[i],
                                            1e-14 * all->products[i]);
            }
        }
        lesson_case_close(&test);
    }
    free(all);
}
END_TEST

START_TEST(paths_of_undefined_weights) {
    LessonCase test;
    lesson_case_open(
        &test, "input x = 0\na = log(x)\nb = x/x\nc = a + b + x\nd1 = a*b + c\nE = a + b + c*d1");
    double *weights = model_weights(test.model, &test.arena);
    for (size_t most = 0; most < 8; most++) {
        Paths paths =
            paths_find(&test.arena, test.lesson->graph, &test.lesson->scope, weights,
                       lesson_case_symbol(&test, "E"), lesson_case_symbol(&test, "x"), most);
        ck_assert_uint_le(paths.listed, most);
    }
    Paths none = paths_find(&test.arena, test.lesson->graph, &test.lesson->scope, weights,
                            lesson_case_symbol(&test, "a"), lesson_case_symbol(&test, "E"), 5);
    ck_assert_double_eq(none.total, 0);
    ck_assert_uint_eq(none.listed, 0);
    lesson_case_close(&test);
}
END_TEST

/* ------------------------------------------------------------------------------ the work */

/* The arena that the best 100 paths through so many layers of 16 fill: what is made for them. */
static size_t room_for_best(int layers, size_t most) {
    enum { WIDTH = 16 };
    Arena statements = {0}, room = {0};
    Buffer text = {.arena = &statements};
    buffer_add(&text, "input x = 0.5\n");
    for (int j = 0; j < WIDTH; j++)
        buffer_format(&text, "n0_%d = %d*x\n", j, j + 1);
    for (int layer = 1; layer < layers; layer++)
        for (int j = 0; j < WIDTH; j++) {
            buffer_format(&text, "n%d_%d = 0", layer, j);
            for (int i = 0; i < WIDTH; i++)
                buffer_format(&text, " + %.4f*n%d_%d", 0.1 * ((i * 7 + j * 5 + layer) % 23 - 11.3),
                              layer - 1, i);
            buffer_add(&text, "\n");
        }
    LessonCase test;
    lesson_case_open(&test, buffer_text(&text));
    const double *weights = model_weights(test.model, &test.arena);
    SymbolId of = (SymbolId)test.lesson->scope.count - 1;
    Paths paths = paths_find(&room, test.lesson->graph, &test.lesson->scope, weights, of, 0, most);
    ck_assert_double_eq(paths.total, pow(WIDTH, layers - 1));
    ck_assert_uint_eq(paths.listed, most);
    for (size_t i = 1; i < most; i++)
        ck_assert(fabs(paths.list[i].product) <= fabs(paths.list[i - 1].product));
    size_t filled = room.total;
    lesson_case_close(&test);
    arena_clear(&statements);
    arena_clear(&room);
    return filled;
}

/* Twice the layers, or twice the paths, is at most twice the work, though there are 16 times …
 * 10^15 times as many paths. */
START_TEST(best_paths_cost_what_is_listed) {
    size_t once = room_for_best(7, 100);
    ck_assert_uint_le(10 * room_for_best(14, 100), 23 * once);
    ck_assert_uint_le(10 * room_for_best(7, 200), 23 * once);
}
END_TEST

Suite *paths_suite(void) {
    Suite *suite = suite_create("paths");
    TCase *paths = tcase_create("many paths");
    tcase_set_timeout(paths, 60);
    tcase_add_test(paths, counts_paths_without_walking_them);
    tcase_add_test(paths, squares_are_one_edge);
    tcase_add_test(paths, best_paths_by_brute_force);
    tcase_add_test(paths, paths_of_undefined_weights);
    tcase_add_test(paths, best_paths_cost_what_is_listed);
    suite_add_tcase(suite, paths);
    return suite;
}
