#include "big_graphs.h"

#include "num/rng.h"

static void start(BigGraph *graph) {
    enum { MOST_EXPRESSIONS = 1 << 27 };
    exprs_init(&graph->exprs, &graph->arena);
    graph->exprs.limit = MOST_EXPRESSIONS;
    scope_init(&graph->scope, &graph->names);
}

static SymbolId add(BigGraph *graph, SymbolRole role, const char *name, Expr formula) {
    bool leaf = role == ROLE_INPUT || role == ROLE_PARAM;
    Symbol symbol = {.name = name, .role = role, .rows = 1, .columns = 1};
    if (leaf)
        symbol.initial = formula;
    else
        symbol.definition = symbol.lowered = formula;
    return scope_add(&graph->scope, symbol);
}

static SymbolId add_node(BigGraph *graph, Expr formula) {
    enum { MOST_DIGITS = 20 };
    char text[MOST_DIGITS + 2], *start = text + sizeof text;
    *--start = '\0';
    for (size_t rest = graph->scope.count; rest > 0; rest /= 10)
        *--start = (char)('0' + rest % 10);
    *--start = 'n';
    return add(graph, ROLE_NODE, arena_copy(&graph->names, start), formula);
}

static Expr name_of(BigGraph *graph, SymbolId symbol) {
    return scope_expr(&graph->scope, &graph->exprs, symbol);
}

static Expr binary(BigGraph *graph, ExprKind kind, Expr left, Expr right) {
    return expr_binary(&graph->exprs, kind, left, right);
}

static void build_chain(BigGraph *graph, size_t nodes) {
    SymbolId last = graph->weight;
    for (size_t i = 1; i < nodes; i++) {
        Expr weight = name_of(graph, graph->weight);
        last = add_node(graph, binary(graph, EXPR_DIVIDE, weight, name_of(graph, last)));
    }
    graph->loss = add(graph, ROLE_LOSS, "E", name_of(graph, last));
}

/* Values stay between −1 and 1, or a few layers would lose them. */
static Expr mix(BigGraph *graph, size_t which, Expr a, Expr b) {
    Exprs *exprs = &graph->exprs;
    switch (which % 5) {
    case 0: return expr_call1(exprs, FUNCTION_SIN, binary(graph, EXPR_ADD, a, b));
    case 1: return expr_call1(exprs, FUNCTION_TANH, binary(graph, EXPR_SUBTRACT, a, b));
    case 2: return expr_call(exprs, FUNCTION_MAX, (Expr[]){a, b}, 2);
    case 3: return binary(graph, EXPR_DIVIDE, a, expr_call1(exprs, FUNCTION_EXP, b));
    default: return binary(graph, EXPR_MULTIPLY, a, b);
    }
}

static void build_mixed(BigGraph *graph, size_t nodes) {
    enum { TWIST = 7 };
    size_t width = 1;
    while (width * width < nodes)
        width++;
    SymbolId before = (SymbolId)graph->scope.count; /* the first of the layer before */
    for (size_t j = 0; j < width; j++) {
        Expr number = expr_number(&graph->exprs, 0.5 + (double)j / (double)(2 * width));
        add_node(graph, binary(graph, EXPR_MULTIPLY, name_of(graph, graph->weight), number));
    }
    while (graph->scope.count + 2 * width < nodes) {
        SymbolId layer = (SymbolId)graph->scope.count;
        for (size_t j = 0; j < width; j++)
            add_node(graph, mix(graph, j + layer / width, name_of(graph, before + (SymbolId)j),
                                name_of(graph, before + (SymbolId)((j * TWIST + 3) % width))));
        before = layer;
    }
    Expr sum = name_of(graph, before);
    for (size_t j = 1; j < width; j++) {
        sum = binary(graph, EXPR_ADD, sum, name_of(graph, before + (SymbolId)j));
        sum = name_of(graph, add_node(graph, sum));
    }
    graph->loss = add(graph, ROLE_LOSS, "E", sum);
}

void big_graph_build(BigGraph *graph, BigShape shape, size_t nodes) {
    start(graph);
    graph->weight = add(graph, ROLE_PARAM, "w", expr_number(&graph->exprs, 0.9));
    if (shape == BIG_CHAIN)
        build_chain(graph, nodes);
    else
        build_mixed(graph, nodes);
}

/* The sum of `width` nodes from `first` on, each times a number of its own. */
static Expr weighted_sum(BigGraph *graph, Rng *rng, SymbolId first, size_t width) {
    Expr sum = 0;
    for (size_t i = 0; i < width; i++) {
        Expr number = expr_number(&graph->exprs, rng_normal(rng));
        Expr term = binary(graph, EXPR_MULTIPLY, number, name_of(graph, first + (SymbolId)i));
        sum = sum ? binary(graph, EXPR_ADD, sum, term) : term;
    }
    return sum;
}

void big_graph_build_layers(BigGraph *graph, size_t layers, size_t width) {
    Rng rng = rng_stream(1, "layers");
    start(graph);
    SymbolId before = graph->weight = add(graph, ROLE_INPUT, "x", expr_number(&graph->exprs, 0.5));
    size_t inputs = 1;
    for (size_t l = 0; l < layers; l++) {
        SymbolId layer = (SymbolId)graph->scope.count;
        for (size_t j = 0; j < width; j++)
            add_node(graph, weighted_sum(graph, &rng, before, inputs));
        before = layer;
        inputs = width;
    }
    graph->loss = add(graph, ROLE_LOSS, "E", weighted_sum(graph, &rng, before, inputs));
}

void big_graph_free(BigGraph *graph) {
    arena_clear(&graph->arena);
    arena_clear(&graph->names);
}
