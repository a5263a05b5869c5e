/* Large graphs: what they cost when they double, counted in bytes and expressions, not in time; and
 * whether the gradient is right, which for these is known in closed form. */
#include <math.h>
#include <stdio.h>

#include "expr/diff.h"
#include "num/bound.h"
#include "num/differences.h"
#include "num/verify.h"
#include "suites.h"

/* When the size doubles, what is counted may grow by so much at most. */
static const double MOST_GROWTH = 2.3;

enum {
    NODES = 20000,
    DEEP = 1000000,
    MOST_BYTES = 64 /* a scalar node: its expression, its name's, its place on the tape */
};

typedef struct Grown {
    Arena formulas, names, tape;
    Exprs exprs;
    Scope scope;
    Expr loss;
} Grown;

static void start(Grown *grown) {
    *grown = (Grown){0};
    exprs_init(&grown->exprs, &grown->formulas);
    scope_init(&grown->scope, &grown->names);
}

static void finish(Grown *grown) {
    arena_clear(&grown->formulas);
    arena_clear(&grown->names);
    arena_clear(&grown->tape);
}

static Expr declare(Grown *grown, SymbolRole role, Expr formula) {
    char name[32];
    snprintf(name, sizeof name, "n%zu", grown->scope.count);
    Symbol symbol = {
        .name = arena_copy(&grown->names, name), .role = role, .rows = 1, .columns = 1};
    if (role == ROLE_PARAM)
        symbol.initial = formula;
    else
        symbol.definition = symbol.lowered = formula;
    SymbolId added = scope_add(&grown->scope, symbol);
    return scope_expr(&grown->scope, &grown->exprs, added);
}

static Expr param(Grown *grown, double value) {
    return declare(grown, ROLE_PARAM, expr_number(&grown->exprs, value));
}

static Expr two(Grown *grown, ExprKind kind, Expr left, Expr right) {
    return expr_binary(&grown->exprs, kind, left, right);
}

/* y ← y·c + d, `count` times, each a name where `named`. */
static void build_chain(Grown *grown, size_t count, bool named) {
    start(grown);
    Expr y = param(grown, 0.5), c = param(grown, 0.99999), d = param(grown, 1e-5);
    for (size_t i = 0; i < count; i++) {
        y = two(grown, EXPR_ADD, two(grown, EXPR_MULTIPLY, y, c), d);
        y = named ? declare(grown, ROLE_NODE, y) : y;
    }
    grown->loss = declare(grown, ROLE_LOSS, y);
}

/* Leaf i of a sum or product. */
static double leaf_value(size_t i) {
    return i % 3 == 0 ? 2 : i % 3 == 1 ? 0.5 : 1.25 - (double)(i % 7) / 8;
}

static Expr square(Grown *grown, size_t i) {
    return two(grown, EXPR_POWER, param(grown, leaf_value(i)), expr_number(&grown->exprs, 2));
}

/* Σ x², one after the other. */
static void build_squares(Grown *grown, size_t count) {
    start(grown);
    Expr sum = square(grown, 0);
    for (size_t i = 1; i < count; i++)
        sum = two(grown, EXPR_ADD, sum, square(grown, i));
    grown->loss = declare(grown, ROLE_LOSS, sum);
}

/* Π x, of powers of two, so that all is exact. */
static void build_product(Grown *grown, size_t count) {
    start(grown);
    Expr product = param(grown, 2);
    for (size_t i = 1; i < count; i++)
        product = two(grown, EXPR_MULTIPLY, product, param(grown, i % 2 ? 0.5 : 2));
    grown->loss = declare(grown, ROLE_LOSS, product);
}

/* Σ x², in pairs of pairs. */
static void build_tree(Grown *grown, size_t count) {
    start(grown);
    Expr *level = ARENA_ARRAY(&grown->names, Expr, count);
    for (size_t i = 0; i < count; i++)
        level[i] = square(grown, i);
    for (; count > 1; count = (count + 1) / 2)
        for (size_t i = 0; i < count / 2 + count % 2; i++)
            level[i] = 2 * i + 1 < count ? two(grown, EXPR_ADD, level[2 * i], level[2 * i + 1])
                                         : level[2 * i];
    grown->loss = declare(grown, ROLE_LOSS, level[0]);
}

/* The tape after the gradient. */
static Tape *differentiate(Grown *grown) {
    Tape *tape =
        tape_compile(&grown->tape, &grown->exprs, &grown->scope, &grown->loss, 1, SYMBOL_NONE);
    Arena scratch = {0};
    double *leaves = ARENA_ARRAY(&scratch, double, grown->scope.leaf_entries);
    model_initial(&grown->exprs, &grown->scope, &scratch, 1, leaves);
    tape_load(tape, leaves);
    tape_forward(tape);
    tape_backward(tape, grown->loss, 0);
    arena_clear(&scratch);
    return tape;
}

static Expr name(Grown *grown, SymbolId symbol) {
    return scope_expr(&grown->scope, &grown->exprs, symbol);
}

static double slope(Grown *grown, const Tape *tape, SymbolId symbol) {
    return *tape_adjoint(tape, name(grown, symbol));
}

/* ------------------------------------------------------------------------------ right */

/* dE/dy₀ = c^n, within the bound that goes with the gradient. */
START_TEST(chain_is_a_power) {
    Grown grown;
    build_chain(&grown, NODES, true);
    Tape *tape = differentiate(&grown);
    Bounds *bounds = bounds_new(&grown.tape, tape);
    bounds_forward(bounds);
    bounds_backward(bounds, grown.loss, 0);
    const long double power = powl(0.99999, NODES);
    const double found = slope(&grown, tape, 0),
                 bound = bounds_adjoint(bounds, name(&grown, 0))->error;
    ck_assert(bound < 1e-10 && fabsl(found - power) <= bound * (1 + 1e-6));
    finish(&grown);
}
END_TEST

START_TEST(sums_and_products_are_exact) {
    Grown grown;
    for (int way = 0; way < 2; way++) {
        way ? build_tree(&grown, NODES) : build_squares(&grown, NODES);
        Tape *tape = differentiate(&grown);
        for (SymbolId s = 0; s < NODES; s++)
            ck_assert_double_eq(slope(&grown, tape, s), 2 * leaf_value(s));
        finish(&grown);
    }
    build_product(&grown, NODES);
    Tape *tape = differentiate(&grown);
    for (SymbolId s = 0; s < NODES; s++)
        ck_assert_double_eq(slope(&grown, tape, s), s % 2 ? 2 : 0.5);
    finish(&grown);
}
END_TEST

/* One formula, a million operations deep, on a stack that is not. */
START_TEST(depth_costs_no_stack) {
    Grown grown;
    build_chain(&grown, DEEP / 2, false);
    Tape *tape = differentiate(&grown);
    const double power = (double)powl(0.99999, DEEP / 2);
    ck_assert_double_eq_tol(slope(&grown, tape, 0), power, power * DEEP * 1.2e-16);
    ck_assert_uint_eq(tape->count, DEEP + 3);
    finish(&grown);
}
END_TEST

/* ------------------------------------------------------------------------------ linear */

/* What one size takes. */
typedef struct Counts {
    size_t nodes, bytes, expressions;
} Counts;

static void expect_linear(const char *what, Counts once, Counts twice, double most_bytes) {
    ck_assert_msg((double)twice.nodes <= MOST_GROWTH * (double)once.nodes &&
                      (double)twice.bytes <= MOST_GROWTH * (double)once.bytes &&
                      (double)twice.expressions <= MOST_GROWTH * (double)once.expressions,
                  "%s: %zu nodes, %zu bytes, %zu expressions; then %zu, %zu, %zu", what, once.nodes,
                  once.bytes, once.expressions, twice.nodes, twice.bytes, twice.expressions);
    ck_assert_msg((double)twice.bytes <= most_bytes * (double)twice.nodes,
                  "%s: %zu bytes, %zu nodes", what, twice.bytes, twice.nodes);
}

typedef void Build(Grown *grown, size_t count);

static void build_named_chain(Grown *grown, size_t count) {
    build_chain(grown, count, true);
}

static const struct {
    const char *name;
    Build *build;
} shapes[] = {{"chain", build_named_chain},
              {"squares", build_squares},
              {"product", build_product},
              {"tree", build_tree}};

/* Formulas and tape together: all that a gradient needs beside the names. */
static Counts count_gradient(Build *build, size_t count) {
    Grown grown;
    build(&grown, count);
    Tape *tape = differentiate(&grown);
    Counts counts = {.nodes = tape->count,
                     .bytes = grown.formulas.used + grown.tape.used,
                     .expressions = grown.exprs.count};
    finish(&grown);
    return counts;
}

START_TEST(gradients_grow_with_the_graph) {
    for (size_t nodes = 1000; nodes <= 64000; nodes *= 8)
        expect_linear(shapes[_i].name, count_gradient(shapes[_i].build, nodes),
                      count_gradient(shapes[_i].build, 2 * nodes), MOST_BYTES);
}
END_TEST

/* The symbolic local partials of all nodes. */
static Counts count_partials(size_t count) {
    Grown grown;
    build_chain(&grown, count, true);
    const size_t before = grown.exprs.count, used = grown.formulas.used;
    Arena scratch = {0};
    Graph *graph = graph_build(&grown.formulas, &grown.exprs, &grown.scope, &scratch);
    Counts counts = {.nodes = count,
                     .bytes = grown.formulas.used - used,
                     .expressions = grown.exprs.count - before};
    ck_assert_uint_eq(graph->edge_count, 3 * count + 1);
    for (size_t i = 0; i < graph->edge_count; i++) { /* c along y, y along c, 1 along d */
        const Edge *edge = &graph->edges[i];
        const ExprNode *partial = expr_get(&grown.exprs, edge->partial);
        ck_assert(partial->kind == EXPR_NAME || partial->kind == EXPR_NUMBER);
    }
    finish(&grown);
    arena_clear(&scratch);
    return counts;
}

/* The partials of one formula along all its names; what one may need at a time. */
static Counts count_factors(size_t count) {
    Grown grown;
    build_product(&grown, count);
    const size_t before = grown.exprs.count, used = grown.formulas.used;
    Arena scratch = {0};
    jmp_buf full;
    grown.formulas.recovery = &full;
    if (setjmp(full) != 0)
        ck_abort_msg("the partials of a product of %zu need more memory than there is", count);
    Graph *graph = graph_build(&grown.formulas, &grown.exprs, &grown.scope, &scratch);
    ck_assert_uint_eq(graph->edge_count, count);
    Counts counts = {.nodes = count,
                     .bytes = grown.formulas.used - used,
                     .expressions = grown.exprs.count - before};
    finish(&grown);
    arena_clear(&scratch);
    return counts;
}

START_TEST(factors_share_their_partials) {
    expect_linear("factors", count_factors(10000), count_factors(20000), 200);
}
END_TEST

START_TEST(partials_grow_with_the_graph) {
    Counts counts = count_partials(10000);
    expect_linear("partials", count_partials(5000), counts, 200);
    ck_assert_uint_le(counts.expressions, 4); /* they are there already, but for a 1 */
}
END_TEST

/* A whole gradient in symbols: shared, it grows with the graph; expanded, its square. */
static Counts count_symbols(size_t count) {
    Grown grown;
    build_product(&grown, count);
    const size_t before = grown.exprs.count;
    Arena scratch = {0};
    Partial *partials;
    size_t found = expr_gradient(&grown.exprs, &grown.scope, &scratch,
                                 scope_get(&grown.scope, (SymbolId)count)->lowered, &partials);
    ck_assert_uint_eq(found, count);
    Counts counts = {
        .nodes = count, .bytes = scratch.used, .expressions = grown.exprs.count - before};
    finish(&grown);
    arena_clear(&scratch);
    return counts;
}

START_TEST(symbolic_gradients_are_shared) {
    Counts counts = count_symbols(10000);
    expect_linear("symbols", count_symbols(5000), counts, 400);
    ck_assert_uint_le(counts.expressions, 4 * counts.nodes);
}
END_TEST

/* What the differences of all names compute: values of operations, but for longer attempts. */
static size_t count_differences(void build(Grown *, size_t), size_t count, size_t *names) {
    Grown grown;
    build(&grown, count);
    Tape *tape = differentiate(&grown);
    Nudge nudge = nudge_new(&grown.tape, tape, grown.loss);
    Spot *spots = ARENA_ARRAY(&grown.tape, Spot, grown.scope.count);
    size_t values = 0;
    *names = grown.scope.count - 1;
    for (SymbolId s = 0; s < *names; s++)
        spots[s].name = name(&grown, s);
    for (size_t done = 0; done < *names;) {
        done += nudge_choose(&nudge, spots + done, *names - done, DIFFERENCES_QUICK);
        values += nudge.reached_count * nudge.lanes;
    }
    finish(&grown);
    return values;
}

/* Each name's differences cost what depends on it, eight times: a path of a tree, or half of a
 * chain; and in a tree hardly more because sixteen are taken together. */
START_TEST(differences_compute_what_depends_on_a_name) {
    size_t names, fewer;
    const size_t tree = count_differences(build_tree, 4096, &names);
    const size_t half = count_differences(build_tree, 2048, &fewer);
    ck_assert_uint_le(tree, 40 * DIFFERENCES_QUICK * names);
    ck_assert_double_le((double)tree, MOST_GROWTH * (double)half);
    const size_t chain = count_differences(build_named_chain, 2000, &names);
    ck_assert_uint_ge(chain, 2000 * DIFFERENCES_QUICK * names);
    ck_assert_uint_le(chain, 2000 * DIFFERENCES_QUICK * names * 21 / 20);
}
END_TEST

/* One derivative, found in three ways. */
static Counts count_check(size_t count) {
    Grown grown;
    build_chain(&grown, count, true);
    Arena shared = {0}, scratch = {0};
    Graph *graph = graph_build(&shared, &grown.exprs, &grown.scope, &scratch);
    Model *model = model_new(&shared, &grown.exprs, &grown.scope, graph, 0.1, 1);
    const size_t before = grown.exprs.count;
    Verifier *verifier = verifier_new(model, &shared, grown.loss);
    for (SymbolId s = 0; s < 3; s++) {
        Verification check = verifier_check(verifier, &scratch, name(&grown, s));
        ck_assert(check.agree);
    }
    ck_assert_double_eq_tol(*verifier_check(verifier, &scratch, name(&grown, 0)).reverse,
                            pow(0.99999, (double)count), 1e-11);
    Counts counts = {.nodes = count,
                     .bytes = shared.used + scratch.used,
                     .expressions = grown.exprs.count - before};
    finish(&grown);
    arena_clear(&shared);
    arena_clear(&scratch);
    return counts;
}

START_TEST(checks_grow_with_the_graph) {
    expect_linear("three ways", count_check(5000), count_check(10000), 2000);
}
END_TEST

/* ------------------------------------------------------------------------------ paths */

/* `layers` of two nodes, each of which uses both before it: 2^layers paths. */
static Counts count_paths(size_t layers) {
    Grown grown;
    start(&grown);
    Expr left = param(&grown, 1), right = left;
    for (size_t i = 0; i < layers; i++) {
        Expr sum = two(&grown, EXPR_ADD, left, right),
             product = two(&grown, EXPR_MULTIPLY, left, right);
        left = declare(&grown, ROLE_NODE,
                       i ? sum : two(&grown, EXPR_ADD, left, expr_number(&grown.exprs, 1)));
        right =
            declare(&grown, ROLE_NODE,
                    i ? product : two(&grown, EXPR_MULTIPLY, right, expr_number(&grown.exprs, 2)));
    }
    grown.loss = declare(&grown, ROLE_LOSS, two(&grown, EXPR_ADD, left, right));
    Arena scratch = {0}, counting = {0};
    Graph *graph = graph_build(&scratch, &grown.exprs, &grown.scope, &scratch);
    double *counts = paths_count(&counting, graph, &grown.scope, (SymbolId)grown.scope.count - 1);
    ck_assert_double_eq(counts[0], ldexp(1, (int)layers));
    Counts found = {.nodes = 2 * layers, .bytes = counting.used, .expressions = graph->edge_count};
    finish(&grown);
    arena_clear(&scratch);
    arena_clear(&counting);
    return found;
}

START_TEST(paths_are_counted_not_walked) {
    expect_linear("paths", count_paths(500), count_paths(1000), 16);
}
END_TEST

/* One partial in the middle of a chain: it is computed from the values of its names. */
START_TEST(formulas_are_computed_from_the_values_of_names) {
    Grown grown;
    build_chain(&grown, NODES, true);
    Arena arena = {0}, scratch = {0};
    Graph *graph = graph_build(&arena, &grown.exprs, &grown.scope, &scratch);
    Model *model = model_new(&arena, &grown.exprs, &grown.scope, graph, 1, 1);
    const SymbolId middle = NODES / 2;
    const Expr formula = two(&grown, EXPR_ADD, name(&grown, middle), name(&grown, middle + 1));
    const Tape *tape = model_tape(model, &scratch, &formula, 1);
    ck_assert_uint_eq(tape->count, 3);
    const double sum = *model_value(model, middle) + *model_value(model, middle + 1);
    ck_assert_double_eq(*model_evaluate(model, &scratch, formula), sum);
    finish(&grown);
    arena_clear(&arena);
    arena_clear(&scratch);
}
END_TEST

Suite *growth_suite(void) {
    Suite *suite = suite_create("growth");
    TCase *right = tcase_create("right");
    tcase_add_test(right, chain_is_a_power);
    tcase_add_test(right, sums_and_products_are_exact);
    tcase_add_test(right, depth_costs_no_stack);
    tcase_set_timeout(right, 60);
    suite_add_tcase(suite, right);
    TCase *linear = tcase_create("linear");
    tcase_add_loop_test(linear, gradients_grow_with_the_graph, 0, sizeof shapes / sizeof *shapes);
    tcase_add_test(linear, partials_grow_with_the_graph);
    tcase_add_test(linear, factors_share_their_partials);
    tcase_add_test(linear, symbolic_gradients_are_shared);
    tcase_add_test(linear, differences_compute_what_depends_on_a_name);
    tcase_add_test(linear, checks_grow_with_the_graph);
    tcase_add_test(linear, paths_are_counted_not_walked);
    tcase_add_test(linear, formulas_are_computed_from_the_values_of_names);
    tcase_set_timeout(linear, 60);
    suite_add_tcase(suite, linear);
    return suite;
}
