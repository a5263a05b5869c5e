#include "view/network_layout.h"

enum { LATE_SOURCE_SPAN = 2 };

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

static void find_ends(Arena *arena, Layout *layout) {
    size_t *ends = ARENA_ARRAY(arena, size_t, 2 * layout->link_count), used = 0;
    layout->ends = ARENA_ARRAY(arena, LayoutEnds, layout->item_count);
    for (size_t i = 0; i < layout->link_count; i++) {
        layout->ends[layout->links[i].to].before_count++;
        layout->ends[layout->links[i].from].behind_count++;
    }
    size_t **before = ARENA_ARRAY(arena, size_t *, layout->item_count);
    size_t **behind = ARENA_ARRAY(arena, size_t *, layout->item_count);
    for (size_t i = 0; i < layout->item_count; i++) {
        LayoutEnds *of = &layout->ends[i];
        of->before = before[i] = &ends[used];
        of->behind = behind[i] = &ends[used + of->before_count];
        used += of->before_count + of->behind_count;
    }
    for (size_t i = 0; i < layout->link_count; i++) {
        const LayoutLink *link = &layout->links[i];
        *before[link->to]++ = link->from;
        *behind[link->from]++ = link->to;
    }
}

/* What is connected has one part: the first node of it. */
static void find_parts(Layout *layout) {
    for (size_t i = 0; i < layout->item_count; i++)
        layout->items[i].part = i;
    for (bool changed = true; changed;) {
        changed = false;
        for (size_t i = 0; i < layout->link_count; i++) {
            LayoutItem *from = &layout->items[layout->links[i].from];
            LayoutItem *to = &layout->items[layout->links[i].to];
            changed = changed || from->part != to->part;
            from->part = to->part = from->part < to->part ? from->part : to->part;
        }
    }
}

/* In the order of their nodes, part by part. */
static void number_ranks(Arena *arena, Layout *layout) {
    layout->layer_sizes = ARENA_ARRAY(arena, size_t, layout->layer_count);
    layout->layer_starts = ARENA_ARRAY(arena, size_t, layout->layer_count);
    layout->order = ARENA_ARRAY(arena, size_t, layout->item_count);
    for (size_t part = 0; part < layout->item_count; part++) {
        for (size_t i = part; i < layout->item_count; i++)
            if (layout->items[i].part == part)
                layout->items[i].rank = layout->layer_sizes[layout->items[i].layer]++;
    }
    for (size_t layer = 0; layer < layout->layer_count; layer++) {
        size_t size = layout->layer_sizes[layer];
        layout->tallest = size > layout->tallest ? size : layout->tallest;
        if (layer > 0)
            layout->layer_starts[layer] =
                layout->layer_starts[layer - 1] + layout->layer_sizes[layer - 1];
    }
    for (size_t i = 0; i < layout->item_count; i++) {
        const LayoutItem *item = &layout->items[i];
        layout->order[layout->layer_starts[item->layer] + item->rank] = i;
    }
}

Layout layout_new(Arena *arena, size_t node_count, const LayoutEdge *edges, size_t edge_count) {
    Layout layout = {0};
    for (size_t i = 0; i < node_count; i++)
        add_item(arena, &layout, (LayoutItem){.node = i});
    find_layers(&layout, node_count, edges, edge_count);
    move_late_sources(arena, &layout, node_count, edges, edge_count);
    for (size_t i = 0; i < edge_count; i++)
        add_links(arena, &layout, i, edges[i]);
    find_ends(arena, &layout);
    find_parts(&layout);
    number_ranks(arena, &layout);
    layout_order(arena, &layout);
    layout_align(arena, &layout);
    return layout;
}
