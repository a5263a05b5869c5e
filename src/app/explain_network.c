/* The network, and what its picture says in words, for faces that do not draw. */
#include <string.h>

#include "app/explain.h"
#include "base/str.h"
#include "view/math_text.h"

/* The connections of a large one: "x₁ feeds z₁, z₂". */
static const char *connection_words(const Explain *explain) {
    Buffer text = {.arena = explain->arena};
    const Graph *graph = explain->lesson->graph;
    for (SymbolId s = 0; s < explain->scope->count; s++) {
        size_t first = graph->first_out[s], last = graph->first_out[s + 1];
        if (first == last)
            continue;
        buffer_format(&text, "%s%s feeds ", text.length ? "\n" : "", explain_name_text(explain, s));
        for (size_t i = first; i < last; i++)
            buffer_format(&text, "%s%s", i > first ? ", " : "",
                          explain_name_text(explain, graph->edges[graph->outgoing[i]].to));
    }
    return buffer_text(&text);
}

/* A node or a weight and its value, "h₁ = 0.5854", or its shape, "W₁ (4×2)". */
static const char *part_words(const Explain *explain, const Math *label, const char *value) {
    const char *name = math_line(explain->arena, label, false);
    const char *format = value && strstr(value, "×") ? "%s (%s)" : "%s = %s";
    return value ? arena_format(explain->arena, format, name, value) : name;
}

/* What is lit, and which way it flows. */
static void add_lit_words(const Explain *explain, Buffer *text, const Network *network) {
    size_t count = 0;
    for (size_t i = 0; i < network->node_count; i++)
        if (network->nodes[i].style == STYLE_LIT)
            buffer_format(text, "%s%s", count++ ? ", " : "\nThis step is about ",
                          math_line(explain->arena, network->nodes[i].label, false));
    buffer_add(text, count ? "." : "");
    size_t edges = 0;
    for (size_t i = 0; i < network->edge_count; i++) {
        const NetworkEdge *edge = &network->edges[i];
        if (edge->style != STYLE_LIT)
            continue;
        size_t from = network->backward ? edge->to : edge->from;
        size_t to = network->backward ? edge->from : edge->to;
        const char *begin = network->backward ? "\nIt goes back from " : "\nIt goes on from ";
        buffer_format(text, "%s%s to %s", edges++ ? ", " : begin,
                      math_line(explain->arena, network->nodes[from].label, false),
                      math_line(explain->arena, network->nodes[to].label, false));
        if (edge->label)
            buffer_format(text, " by %s", math_line(explain->arena, edge->label, false));
    }
    buffer_add(text, edges ? "." : "");
}

/* How thick the lines of the weights are: by the size of their slopes. */
static void add_strength_words(const Explain *explain, Buffer *text, const Network *network) {
    static const struct {
        NetworkStrength strength;
        const char *words;
    } levels[] = {{STRENGTH_STRONG, "large at"},
                  {STRENGTH_MEDIUM, "medium at"},
                  {STRENGTH_FAINT, "small at"}};
    if (!network->measured)
        return;
    buffer_format(text, "\nThe slope of %s by a weight is large from %s and small below %s:",
                  network->measured + strlen("∂"), network->strong, network->medium);
    size_t all = 0;
    for (size_t level = 0; level < sizeof levels / sizeof *levels; level++)
        for (size_t i = 0, count = 0; i < network->edge_count; i++)
            if (network->edges[i].label && network->edges[i].strength == levels[level].strength) {
                buffer_format(text, "%s %s%s",
                              !count && all ? ";"
                              : count       ? ","
                                            : "",
                              count ? "" : arena_format(explain->arena, "%s ", levels[level].words),
                              math_line(explain->arena, network->edges[i].label, false));
                count++, all++;
            }
    buffer_add(text, ".");
}

static bool is_at(const NetworkEdge *edge, size_t node, bool arriving) {
    return (arriving ? edge->to : edge->from) == node;
}

/* Adds "h₁ = 0.5854 gets x₁ by w₁ = 0.2, x₂ by w₂ = 0.3", or "… goes to …": nothing where nothing
 * arrives, or leaves. */
static void add_node_words(const Explain *explain, Buffer *text, const Network *network,
                           size_t node, bool arriving) {
    size_t count = 0;
    for (size_t i = 0; i < network->edge_count; i++) {
        const NetworkEdge *edge = &network->edges[i];
        if (!is_at(edge, node, arriving))
            continue;
        const NetworkNode *here = &network->nodes[node];
        size_t other = arriving ? edge->from : edge->to;
        if (count++ == 0)
            buffer_format(text, "%s%s %s ", text->length ? "\n" : "",
                          part_words(explain, here->label, here->value),
                          arriving ? "gets" : "goes to");
        buffer_format(text, "%s%s", count > 1 ? ", " : "",
                      math_line(explain->arena, network->nodes[other].label, false));
        if (edge->label)
            buffer_format(text, " by %s", part_words(explain, edge->label, edge->value));
    }
}

/* What is drawn pale. */
static void add_coming_words(const Explain *explain, Buffer *text, const Network *network) {
    size_t count = 0;
    for (size_t i = 0; i < network->node_count; i++)
        if (network->nodes[i].style == STYLE_DIM)
            buffer_format(text, "%s%s", count++ ? ", " : "\nStill to come in the lesson: ",
                          math_line(explain->arena, network->nodes[i].label, false));
    buffer_add(text, count ? "." : "");
}

static const char *picture_words(const Explain *explain, const Network *network) {
    Buffer text = {.arena = explain->arena};
    for (size_t node = 0; node < network->node_count; node++)
        add_node_words(explain, &text, network, node, true);
    add_coming_words(explain, &text, network);
    add_lit_words(explain, &text, network);
    add_strength_words(explain, &text, network);
    return buffer_text(&text);
}

/* What selecting a name shows: the ends of its lines, or the lines on which it is the weight. */
static const char *selection_words(const Explain *explain, const Network *network,
                                   SymbolId selected) {
    Buffer text = {.arena = explain->arena};
    for (size_t node = 0; node < network->node_count; node++) {
        if (network->nodes[node].style != STYLE_SELECTED)
            continue;
        const char *name = explain_name_text(explain, selected);
        const char *whole = math_line(explain->arena, network->nodes[node].label, false);
        if (!str_equal(name, whole))
            buffer_format(&text, "%s%s is a part of %s", text.length ? "\n" : "", name, whole);
        add_node_words(explain, &text, network, node, true);
        add_node_words(explain, &text, network, node, false);
    }
    for (size_t i = 0; i < network->edge_count; i++) {
        const NetworkEdge *edge = &network->edges[i];
        if (edge->style == STYLE_SELECTED)
            buffer_format(&text, "%s%s is on the line from %s to %s", text.length ? "\n" : "",
                          part_words(explain, edge->label, edge->value),
                          math_line(explain->arena, network->nodes[edge->from].label, false),
                          math_line(explain->arena, network->nodes[edge->to].label, false));
    }
    if (!text.length)
        buffer_format(&text, "%s is not in the picture.", explain_name_text(explain, selected));
    return buffer_text(&text);
}

void explain_network(Explain *explain, SymbolId selected) {
    Network *network = ARENA_NEW(explain->arena, Network);
    SymbolId *symbols;
    *network = session_network((Session *)explain->session, explain->arena,
                               (NetworkWish){.selected = selected}, &symbols);
    Block *block = card_add(explain->card, BLOCK_NETWORK);
    block->network = network;
    bool named = network->texts == NULL && network->edge_count > 0;
    block->text = !named                    ? connection_words(explain)
                  : selected == SYMBOL_NONE ? picture_words(explain, network)
                                            : selection_words(explain, network, selected);
}
