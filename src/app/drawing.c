/* The network as it is drawn at the present place, as plain data. */
#include <math.h>

#include "app/explain.h"
#include "app/known.h"
#include "base/number.h"
#include "base/str.h"

enum {
    MOST_LISTED = 3,    /* of more, their one node names the first and the last */
    LEAST_MEASURED = 2, /* weights whose gradients are compared; one alone has no like */
    LEGEND_DIGITS = 2,
};

/* A drawing being made: which name stands for which node, and what is lit. */
typedef struct Drawing {
    Explain *explain;
    const Lesson *lesson;
    Known known;
    KnownNumbers numbers;
    Structure *structure;
    size_t *node_of;   /* a name that is drawn → its node */
    bool *coming;      /* names that the lesson introduces only later */
    bool *lit;         /* names lit */
    bool *lit_edges;   /* by edge of the graph */
    bool *reached;     /* names into which a lit edge leads */
    SymbolId measured; /* the result whose gradients are compared, or SYMBOL_NONE; */
    double largest;    /* the largest of them */
    Network network;
    SymbolId *symbols; /* of the nodes drawn */
    size_t *edges;     /* the graph's edge of each edge drawn */
} Drawing;

static void light_path(Drawing *drawing, const Path *path) {
    for (size_t i = 0; i < path->count; i++) {
        const Edge *edge = &drawing->lesson->graph->edges[path->edges[i]];
        drawing->lit_edges[path->edges[i]] = true;
        drawing->lit[edge->from] = drawing->lit[edge->to] = true;
    }
}

static void light_edges(Drawing *drawing, SymbolId symbol, bool incoming) {
    const Graph *graph = drawing->lesson->graph;
    drawing->lit[symbol] = true;
    for (size_t i = 0; i < graph->edge_count; i++)
        if ((incoming ? graph->edges[i].to : graph->edges[i].from) == symbol)
            drawing->lit_edges[i] = true;
}

static void light_step(Drawing *drawing, const Step *step) {
    switch (step->kind) {
    case STEP_FORWARD: light_edges(drawing, step->symbol, true); break;
    case STEP_BACKWARD:
    case STEP_UPDATE: light_edges(drawing, step->symbol, false); break;
    case STEP_CHAIN:
    case STEP_SUM:
        for (size_t i = 0; i < step->chain->paths.listed; i++)
            light_path(drawing, &step->chain->paths.list[i]);
        break;
    case STEP_PRODUCT: light_path(drawing, &step->chain->paths.list[step->path]); break;
    case STEP_FACTOR: {
        Path one = {&step->chain->paths.list[step->path].edges[step->factor], 1, 1};
        light_path(drawing, &one);
        break;
    }
    default: break;
    }
    drawing->network.backward = step->kind != STEP_FORWARD;
}

/* One of the paths of a chain, from the variable to the result. */
static void trace_path(Drawing *drawing, const Chain *chain, size_t number) {
    const Path *path = &chain->paths.list[number];
    const Explain *explain = drawing->explain;
    Explain answered = *explain; /* with the numbers of the answer that lists the paths */
    answered.model = known_answer_numbers(explain->session, explain->arena).computed;
    light_path(drawing, path);
    Buffer caption = {.arena = explain->arena};
    buffer_format(&caption, "path %zu of %zu", number + 1, chain->paths.listed);
    if (path_is_scalar(explain, path))
        buffer_format(&caption, ", %s",
                      explain_number_text(explain, *explain_path_value(&answered, chain, number)));
    buffer_format(&caption, ": %s", explain_path(explain, path));
    drawing->network.caption = buffer_text(&caption);
}

static const char *node_value(const Drawing *drawing, SymbolId symbol) {
    if (!drawing->known.value[symbol])
        return NULL;
    const Symbol *found = scope_get(drawing->explain->scope, symbol);
    Arena *arena = drawing->explain->arena;
    if (symbol_entries(found) > 1)
        return arena_format(arena, "%u×%u", found->rows, found->columns);
    return explain_number_text(drawing->explain, *known_value(&drawing->numbers, symbol));
}

/* The names as which a selected one is drawn: itself, the activation around it, the node in which
 * it is gathered, or what a bias or a target is a part of. A weight is on its line instead. */
static bool *find_selected(const Drawing *drawing, SymbolId selected, Arena *arena) {
    const Graph *graph = drawing->lesson->graph;
    bool *found = ARENA_ARRAY(arena, bool, drawing->explain->scope->count);
    if (selected == SYMBOL_NONE)
        return found;
    found[drawing->structure->drawn_as[selected]] = !structure_hides(drawing->structure, selected);
    if (!structure_hides(drawing->structure, selected))
        return found;
    for (size_t i = graph->first_out[selected]; i < graph->first_out[selected + 1]; i++) {
        SymbolId to = graph->edges[graph->outgoing[i]].to;
        bool gathered = drawing->structure->gathered[selected];
        if (!structure_is_weight_into(drawing->structure, selected, to))
            found[gathered ? drawing->structure->gatherer : drawing->structure->drawn_as[to]] =
                true;
    }
    return found;
}

/* Before the first name is introduced the picture shows what it will be about: all of it. */
static void find_coming(Drawing *drawing, size_t position, Arena *arena) {
    const Lesson *lesson = drawing->lesson;
    bool begun = false;
    drawing->coming = ARENA_ARRAY(arena, bool, lesson->scope.count);
    for (size_t i = 0; i < lesson->step_count; i++) {
        const Step *step = &lesson->steps[i];
        begun = begun || (step->kind == STEP_DECLARE && i <= position);
        for (size_t s = 0; step->kind == STEP_DECLARE && s < step->count; s++)
            drawing->coming[step->first + s] = begun && i > position;
    }
}

/* Whether an edge of the graph is drawn from the node in which weights are gathered. */
static bool is_gathered(const Drawing *drawing, const Edge *edge) {
    return drawing->structure->gathered[edge->from] &&
           !structure_is_weight_into(drawing->structure, edge->from, edge->to);
}

/* Whether a name is lit; the node of gathered weights by an edge that comes from it. */
static bool is_lit(const Drawing *drawing, SymbolId symbol) {
    const Graph *graph = drawing->lesson->graph;
    if (symbol != drawing->structure->gatherer)
        return drawing->lit[symbol];
    for (size_t i = 0; i < graph->edge_count; i++)
        if (drawing->lit_edges[i] && is_gathered(drawing, &graph->edges[i]))
            return true;
    return false;
}

static void add_nodes(Drawing *drawing, SymbolId selected, Arena *arena) {
    const bool *is_selected = find_selected(drawing, selected, arena);
    const Scope *scope = drawing->explain->scope;
    const Graph *graph = drawing->lesson->graph;
    drawing->node_of = ARENA_ARRAY(arena, size_t, scope->count);
    drawing->symbols = ARENA_ARRAY(arena, SymbolId, scope->count);
    drawing->network.nodes = ARENA_ARRAY(arena, NetworkNode, scope->count);
    for (SymbolId s = 0; s < scope->count; s++)
        drawing->lit[drawing->structure->drawn_as[s]] |= drawing->lit[s];
    for (SymbolId s = 0; s < scope->count; s++) {
        const Symbol *symbol = scope_get(scope, s);
        bool alone = graph->first_out[s] == graph->first_out[s + 1] && symbol_is_leaf(symbol);
        bool hidden = structure_hides(drawing->structure, s) && s != drawing->structure->gatherer;
        if (hidden || alone || drawing->structure->drawn_as[s] != s)
            continue;
        bool lit = is_lit(drawing, s);
        size_t node = drawing->network.node_count++;
        drawing->node_of[s] = node;
        bool shared = s == drawing->structure->gatherer && selected != SYMBOL_NONE;
        drawing->symbols[node] = shared && drawing->structure->gathered[selected] ? selected : s;
        drawing->network.nodes[node].style = is_selected[s]       ? STYLE_SELECTED
                                             : lit                ? STYLE_LIT
                                             : drawing->coming[s] ? STYLE_DIM
                                                                  : STYLE_NORMAL;
    }
}

/* Which of the weights that share a node is selected, for the node names them all. */
static void caption_gathered(Drawing *drawing, SymbolId selected) {
    if (selected == SYMBOL_NONE || !drawing->structure->gathered[selected] ||
        drawing->network.caption)
        return;
    Explain *explain = drawing->explain;
    const char *value = node_value(drawing, selected);
    drawing->network.caption =
        arena_format(explain->arena, "selected: %s%s%s", explain_name_text(explain, selected),
                     value ? " " : "", value ? value : "");
}

/* All of a few, "a, b, c"; "w₁ … w₈" of more that follow each other, else how many there are. */
static const Math *gathered_name(const Drawing *drawing) {
    Explain *explain = drawing->explain;
    Buffer list = {.arena = explain->arena};
    SymbolId last = drawing->structure->gatherer;
    size_t count = 0, others = 0;
    for (SymbolId s = 0; s < explain->scope->count; s++) {
        if (!drawing->structure->gathered[s])
            continue;
        buffer_format(&list, "%s%s", count++ ? ", " : "", explain_name_text(explain, s));
        last = s;
    }
    for (size_t i = 0; i < drawing->lesson->graph->edge_count; i++) {
        SymbolId weight = structure_weight(drawing->structure, i);
        bool between =
            weight != SYMBOL_NONE && weight > drawing->structure->gatherer && weight < last;
        others += between && !drawing->structure->gathered[weight];
    }
    const char *name = arena_format(explain->arena, "%s … %s",
                                    explain_name_text(explain, drawing->structure->gatherer),
                                    explain_name_text(explain, last));
    if (others > 0)
        name = arena_format(explain->arena, "%zu weights", count);
    return math_text(explain->arena, count <= MOST_LISTED ? buffer_text(&list) : name);
}

static void name_node(const Network *network, size_t node) {
    const Drawing *drawing = network->texts->context;
    SymbolId symbol = drawing->symbols[node];
    if (drawing->structure->gathered[symbol]) {
        network->nodes[node].label = gathered_name(drawing);
        return;
    }
    network->nodes[node].label = explain_name(drawing->explain, symbol);
    network->nodes[node].value = node_value(drawing, symbol);
    network->nodes[node].changed = explain_has_changed(drawing->explain, symbol);
    const Symbol *found = scope_get(drawing->explain->scope, symbol);
    if (symbol_entries(found) > 1)
        network->nodes[node].shape =
            arena_format(drawing->explain->arena, "%u×%u", found->rows, found->columns);
}

/* Whether the gradients known so far can be compared at this step. */
static bool step_measures(const Step *step) {
    if (!step)
        return false;
    switch (step->kind) {
    case STEP_CHAIN:
    case STEP_FACTOR:
    case STEP_PRODUCT:
    case STEP_SUM:
    case STEP_BACKWARD:
    case STEP_UPDATE: return true;
    case STEP_SHOW: return step->show == SHOW_GRADIENT;
    default: return false;
    }
}

/* The largest size of an entry of ∂of/∂weight; negative where the student has not seen it yet. */
static double gradient_size(const Drawing *drawing, SymbolId weight) {
    const Symbol *symbol = scope_get(drawing->explain->scope, weight);
    if (symbol->role != ROLE_PARAM || drawing->known.slope[weight] != drawing->measured)
        return -1;
    const double *gradient = model_adjoint(drawing->numbers.computed, weight);
    double largest = 0;
    for (size_t i = 0; i < symbol_entries(symbol); i++)
        largest = fmax(largest, fabs(gradient[i]));
    return isfinite(largest) ? largest : -1;
}

/* Compares the gradients of the result of which the most are known, if these are some. */
static void measure_gradients(Drawing *drawing, const Step *step, Arena *arena) {
    const Scope *scope = drawing->explain->scope;
    size_t *counts = ARENA_ARRAY(arena, size_t, scope->count), most = 0;
    drawing->measured = SYMBOL_NONE;
    for (SymbolId s = 0; s < scope->count && step_measures(step); s++) {
        SymbolId of = drawing->known.slope[s];
        if (of == SYMBOL_NONE || scope_get(scope, s)->role != ROLE_PARAM ||
            symbol_entries(scope_get(scope, of)) > 1 || ++counts[of] <= most)
            continue;
        most = counts[of];
        drawing->measured = of;
    }
    if (most < LEAST_MEASURED) {
        drawing->measured = SYMBOL_NONE;
        return;
    }
    model_backward(drawing->numbers.computed, drawing->measured);
    for (SymbolId s = 0; s < scope->count; s++)
        drawing->largest = fmax(drawing->largest, gradient_size(drawing, s));
}

static NetworkStrength find_strength(const Drawing *drawing, SymbolId weight) {
    double size = drawing->measured == SYMBOL_NONE ? -1 : gradient_size(drawing, weight);
    if (size < 0 || drawing->largest <= 0)
        return STRENGTH_UNKNOWN;
    if (size >= drawing->largest * NETWORK_STRONG)
        return STRENGTH_STRONG;
    return size >= drawing->largest * NETWORK_MEDIUM ? STRENGTH_MEDIUM : STRENGTH_FAINT;
}

static void describe_strengths(Drawing *drawing) {
    Explain *explain = drawing->explain;
    if (drawing->measured == SYMBOL_NONE || drawing->largest <= 0)
        return;
    drawing->network.measured =
        arena_format(explain->arena, "∂%s", explain_name_text(explain, drawing->measured));
    char strong[NUMBER_SIZE], medium[NUMBER_SIZE];
    number_format(drawing->largest * NETWORK_STRONG, LEGEND_DIGITS, strong);
    number_format(drawing->largest * NETWORK_MEDIUM, LEGEND_DIGITS, medium);
    drawing->network.strong = arena_copy(explain->arena, strong);
    drawing->network.medium = arena_copy(explain->arena, medium);
}

/* Whether the edge from parameter `weight` into `to` is lit. */
static bool weight_is_lit(const Drawing *drawing, SymbolId weight, SymbolId to) {
    const Graph *graph = drawing->lesson->graph;
    for (size_t i = graph->first_in[to]; weight != SYMBOL_NONE && i < graph->first_in[to + 1]; i++)
        if (graph->edges[i].from == weight)
            return drawing->lit_edges[i];
    return false;
}

/* The weight of a line of the picture, an edge of the graph. */
static SymbolId edge_weight(const Drawing *drawing, size_t number) {
    SymbolId weight = structure_weight(drawing->structure, number);
    return weight != SYMBOL_NONE && drawing->structure->stands_alone[weight] ? SYMBOL_NONE : weight;
}

static void name_edge(const Network *network, size_t edge) {
    const Drawing *drawing = network->texts->context;
    SymbolId weight = edge_weight(drawing, drawing->edges[edge]);
    if (weight == SYMBOL_NONE)
        return;
    network->edges[edge].label = explain_name(drawing->explain, weight);
    network->edges[edge].value = node_value(drawing, weight);
    network->edges[edge].strength = find_strength(drawing, weight);
}

static Style edge_style(const Drawing *drawing, size_t number, SymbolId selected) {
    const Edge *edge = &drawing->lesson->graph->edges[number];
    bool lit = drawing->lit_edges[number];
    Style unlit = drawing->coming[edge->to] ? STYLE_DIM : STYLE_NORMAL;
    if (!drawing->reached[edge->to] && !structure_is_parameter(drawing->structure, selected))
        return unlit;
    SymbolId weight = edge_weight(drawing, number);
    if (weight != SYMBOL_NONE && weight == selected)
        return STYLE_SELECTED;
    return lit || weight_is_lit(drawing, weight, edge->to) ? STYLE_LIT : unlit;
}

/* An edge of the graph in the picture. Of those from gathered weights to one node there is one, lit
 * if one of them is; `drawn` is where, by the node, or SIZE_MAX. */
static void add_edge(Drawing *drawing, size_t number, NetworkEdge edge, size_t *drawn) {
    Network *network = &drawing->network;
    if (drawn && *drawn != SIZE_MAX) {
        if (edge.style == STYLE_LIT)
            network->edges[*drawn].style = STYLE_LIT;
        return;
    }
    if (drawn)
        *drawn = network->edge_count;
    drawing->edges[network->edge_count] = number;
    network->edges[network->edge_count++] = edge;
}

static void add_edges(Drawing *drawing, SymbolId selected, Arena *arena) {
    const Graph *graph = drawing->lesson->graph;
    size_t names = drawing->explain->scope->count;
    drawing->network.edges = ARENA_ARRAY(arena, NetworkEdge, graph->edge_count);
    drawing->edges = ARENA_ARRAY(arena, size_t, graph->edge_count);
    drawing->reached = ARENA_ARRAY(arena, bool, names);
    size_t *drawn = ARENA_ARRAY(arena, size_t, names);
    for (size_t i = 0; i < names; i++)
        drawn[i] = SIZE_MAX;
    for (size_t i = 0; i < graph->edge_count; i++)
        drawing->reached[graph->edges[i].to] |= drawing->lit_edges[i];
    for (size_t i = 0; i < graph->edge_count; i++) {
        const Edge *edge = &graph->edges[i];
        bool gathered = is_gathered(drawing, edge);
        SymbolId from =
            gathered ? drawing->structure->gatherer : drawing->structure->drawn_as[edge->from];
        SymbolId to = drawing->structure->drawn_as[edge->to];
        if ((structure_hides(drawing->structure, edge->from) && !gathered) || from == to)
            continue;
        NetworkEdge line = {.from = drawing->node_of[from],
                            .to = drawing->node_of[to],
                            .style = edge_style(drawing, i, selected)};
        add_edge(drawing, i, line, gathered ? &drawn[to] : NULL);
    }
}

/* All texts at once, unless they are very many: then those that are drawn get theirs. */
static void add_texts(Drawing *drawing, Arena *arena) {
    Network *network = &drawing->network;
    NetworkTexts *texts = ARENA_NEW(arena, NetworkTexts);
    *texts = (NetworkTexts){name_node, name_edge, drawing};
    network->texts = texts;
    if (network->node_count > STRUCTURE_MOST_NAMES)
        return;
    for (size_t i = 0; i < network->node_count; i++)
        name_node(network, i);
    for (size_t i = 0; i < network->edge_count; i++)
        name_edge(network, i);
    network->texts = NULL;
}

/* Made once, for it is the same at every step. */
static Structure *session_structure(Session *session) {
    if (!session->structure)
        session->structure = structure_new(session->lesson, session->arena);
    return session->structure;
}

static Explain *new_explain(Session *session, Arena *arena) {
    Card *unused = ARENA_NEW(arena, Card);
    unused->arena = arena;
    Explain *explain = ARENA_NEW(arena, Explain);
    *explain = explain_new(session, session->present.model, unused);
    return explain;
}

Network session_network(Session *session, Arena *arena, NetworkWish wish, SymbolId **symbols) {
    const Lesson *lesson = session->lesson;
    Drawing *drawing = ARENA_NEW(arena, Drawing);
    *drawing = (Drawing){.explain = new_explain(session, arena),
                         .lesson = lesson,
                         .known = known_at(session, arena, session->position),
                         .numbers = known_numbers(session, arena),
                         .structure = session_structure(session),
                         .lit = ARENA_ARRAY(arena, bool, lesson->scope.count),
                         .lit_edges = ARENA_ARRAY(arena, bool, lesson->graph->edge_count)};
    const Step *step = &lesson->steps[session->position];
    if (wish.chain)
        trace_path(drawing, wish.chain, wish.path);
    else
        light_step(drawing, step);
    measure_gradients(drawing, wish.chain ? NULL : step, arena);
    describe_strengths(drawing);
    find_coming(drawing, session->position, arena);
    add_nodes(drawing, wish.selected, arena);
    add_edges(drawing, wish.selected, arena);
    caption_gathered(drawing, wish.selected);
    add_texts(drawing, arena);
    *symbols = drawing->symbols;
    return drawing->network;
}

SymbolId session_beside_gathered(Session *session, SymbolId symbol, bool after) {
    const bool *gathered = session_structure(session)->gathered;
    SymbolId before = SYMBOL_NONE;
    if (!gathered[symbol])
        return SYMBOL_NONE;
    for (SymbolId s = 0; s < session->lesson->scope.count; s++) {
        if (after && s > symbol && gathered[s])
            return s;
        if (s < symbol && gathered[s])
            before = s;
    }
    return after ? SYMBOL_NONE : before;
}
