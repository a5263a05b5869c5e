#include "view/network_layout.h"

#include <stdlib.h>
#include <string.h>

enum { SWEEPS = 12, LATE_SOURCE_SPAN = 2 };

static void find_layers(Layout *layout, size_t node_count, const LayoutEdge *edges,
                        size_t edge_count) {
    for (size_t i = 0; i < edge_count; i++) {
        const LayoutItem *from = &layout->items[edges[i].from];
        LayoutItem *to = &layout->items[edges[i].to];
        if (to->layer <= from->layer)
            to->layer = from->layer + 1;
    }
    for (size_t i = 0; i < node_count; i++) {
        if (layout->items[i].layer + 1 > layout->layer_count)
            layout->layer_count = layout->items[i].layer + 1;
    }
}

/* A source first needed far to the right, such as a target value, moves close to where it is. */
static void move_late_sources(Arena *arena, Layout *layout, size_t node_count,
                              const LayoutEdge *edges, size_t edge_count) {
    size_t *nearest = ARENA_ARRAY(arena, size_t, node_count);
    bool *has_input = ARENA_ARRAY(arena, bool, node_count);
    for (size_t i = 0; i < edge_count; i++) {
        size_t layer = layout->items[edges[i].to].layer, from = edges[i].from;
        has_input[edges[i].to] = true;
        if (nearest[from] == 0 || layer < nearest[from])
            nearest[from] = layer;
    }
    for (size_t i = 0; i < node_count; i++) {
        if (!has_input[i] && nearest[i] > LATE_SOURCE_SPAN)
            layout->items[i].layer = nearest[i] - 1;
    }
}

static size_t add_item(Arena *arena, Layout *layout, LayoutItem item) {
    ARENA_RESERVE(arena, layout->items, layout->item_count, layout->item_capacity);
    layout->items[layout->item_count] = item;
    return layout->item_count++;
}

static void add_links(Arena *arena, Layout *layout, size_t edge, LayoutEdge ends) {
    size_t at = ends.from;
    while (at != ends.to) {
        size_t layer = layout->items[at].layer + 1, next = ends.to;
        if (layer < layout->items[ends.to].layer)
            next = add_item(arena, layout, (LayoutItem){.node = LAYOUT_BEND, .layer = layer});
        ARENA_RESERVE(arena, layout->links, layout->link_count, layout->link_capacity);
        layout->links[layout->link_count++] = (LayoutLink){.edge = edge, .from = at, .to = next};
        at = next;
    }
}

static void number_ranks(Arena *arena, Layout *layout) {
    layout->layer_sizes = ARENA_ARRAY(arena, size_t, layout->layer_count);
    for (size_t i = 0; i < layout->item_count; i++) {
        size_t *size = &layout->layer_sizes[layout->items[i].layer];
        layout->items[i].rank = (*size)++;
        if (*size > layout->tallest)
            layout->tallest = *size;
    }
}

/* The place of an item when its layer is centred; layers of different size can be compared. */
int layout_half_places(const Layout *layout, size_t item) {
    const LayoutItem *it = &layout->items[item];
    size_t half = layout->tallest - layout->layer_sizes[it->layer] + 2 * it->rank;
    return (int)half;
}

static bool links_cross(const Layout *layout, const LayoutLink *a, const LayoutLink *b) {
    const LayoutItem *items = layout->items;
    if (items[a->from].layer != items[b->from].layer)
        return false;
    size_t a_from = items[a->from].rank, b_from = items[b->from].rank;
    size_t a_to = items[a->to].rank, b_to = items[b->to].rank;
    return (a_from < b_from && a_to > b_to) || (a_from > b_from && a_to < b_to);
}

static size_t count_crossings(const Layout *layout) {
    size_t count = 0;
    for (size_t i = 0; i < layout->link_count; i++) {
        for (size_t j = i + 1; j < layout->link_count; j++)
            count += links_cross(layout, &layout->links[i], &layout->links[j]) ? 1 : 0;
    }
    return count;
}

/* An item without neighbours on that side stays where it is. */
static void find_pulls(Layout *layout, size_t layer, bool from_left) {
    for (size_t i = 0; i < layout->item_count; i++) {
        LayoutItem *item = &layout->items[i];
        if (item->layer != layer)
            continue;
        int sum = 0, count = 0;
        for (size_t k = 0; k < layout->link_count; k++) {
            const LayoutLink *link = &layout->links[k];
            if ((from_left ? link->to : link->from) != i)
                continue;
            sum += layout_half_places(layout, from_left ? link->from : link->to);
            count++;
        }
        item->pull = count > 0 ? (double)sum / count : (double)layout_half_places(layout, i);
    }
}

static void order_layer(Arena *arena, Layout *layout, size_t layer) {
    size_t count = layout->layer_sizes[layer];
    LayoutItem **sorted = ARENA_ARRAY(arena, LayoutItem *, count);
    for (size_t i = 0; i < layout->item_count; i++) {
        if (layout->items[i].layer == layer)
            sorted[layout->items[i].rank] = &layout->items[i];
    }
    for (size_t i = 1; i < count; i++) {
        LayoutItem *item = sorted[i];
        size_t at = i;
        for (; at > 0 && sorted[at - 1]->pull > item->pull; at--)
            sorted[at] = sorted[at - 1];
        sorted[at] = item;
    }
    for (size_t i = 0; i < count; i++)
        sorted[i]->rank = i;
}

static void sweep(Arena *arena, Layout *layout, bool from_left) {
    for (size_t i = 1; i < layout->layer_count; i++) {
        size_t layer = from_left ? i : layout->layer_count - 1 - i;
        find_pulls(layout, layer, from_left);
        order_layer(arena, layout, layer);
    }
}

static void find_order(Arena *arena, Layout *layout) {
    size_t *best = ARENA_ARRAY(arena, size_t, layout->item_count);
    size_t fewest = (size_t)-1;
    for (int i = 0; i <= SWEEPS; i++) {
        size_t crossings = count_crossings(layout);
        if (crossings < fewest) {
            fewest = crossings;
            for (size_t k = 0; k < layout->item_count; k++)
                best[k] = layout->items[k].rank;
        }
        if (fewest == 0)
            break;
        sweep(arena, layout, i % 2 == 0);
    }
    for (size_t k = 0; k < layout->item_count; k++)
        layout->items[k].rank = best[k];
}

Layout layout_new(Arena *arena, size_t node_count, const LayoutEdge *edges, size_t edge_count) {
    Layout layout = {0};
    for (size_t i = 0; i < node_count; i++)
        add_item(arena, &layout, (LayoutItem){.node = i});
    find_layers(&layout, node_count, edges, edge_count);
    move_late_sources(arena, &layout, node_count, edges, edge_count);
    for (size_t i = 0; i < edge_count; i++)
        add_links(arena, &layout, i, edges[i]);
    number_ranks(arena, &layout);
    find_order(arena, &layout);
    return layout;
}
