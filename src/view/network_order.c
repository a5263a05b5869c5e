#include <stdlib.h>
#include <string.h>

#include "view/network_layout.h"

enum { SWEEPS = 12 };

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

/* Twice the distance from the top of an item whose layer is centred; so layers of different size
 * can be compared. */
static double centred_place(const Layout *layout, size_t item) {
    const LayoutItem *it = &layout->items[item];
    return (double)(layout->tallest - layout->layer_sizes[it->layer] + 2 * it->rank);
}

/* An item without neighbours on that side stays where it is. */
static void find_pulls(Layout *layout, size_t layer, bool from_left) {
    const size_t *order = &layout->order[layout->layer_starts[layer]];
    for (size_t i = 0; i < layout->layer_sizes[layer]; i++) {
        double sum = 0;
        int count = 0;
        for (size_t k = 0; k < layout->link_count; k++) {
            const LayoutLink *link = &layout->links[k];
            if ((from_left ? link->to : link->from) != order[i])
                continue;
            sum += centred_place(layout, from_left ? link->from : link->to);
            count++;
        }
        layout->items[order[i]].pull = count > 0 ? sum / count : centred_place(layout, order[i]);
    }
}

static bool stands_below(const LayoutItem *above, const LayoutItem *item) {
    return above->part > item->part || (above->part == item->part && above->pull > item->pull);
}

static void order_layer(Layout *layout, size_t layer) {
    size_t *order = &layout->order[layout->layer_starts[layer]];
    for (size_t i = 1; i < layout->layer_sizes[layer]; i++) {
        size_t item = order[i], at = i;
        for (; at > 0 && stands_below(&layout->items[order[at - 1]], &layout->items[item]); at--)
            order[at] = order[at - 1];
        order[at] = item;
    }
    for (size_t i = 0; i < layout->layer_sizes[layer]; i++)
        layout->items[order[i]].rank = i;
}

static void sweep(Layout *layout, bool from_left) {
    for (size_t i = 1; i < layout->layer_count; i++) {
        size_t layer = from_left ? i : layout->layer_count - 1 - i;
        find_pulls(layout, layer, from_left);
        order_layer(layout, layer);
    }
}

/* The item at the other end of a link of `item`, or LAYOUT_BEND where it is no link of it. */
static size_t other_end(const LayoutLink *link, size_t item) {
    return link->from == item ? link->to : link->to == item ? link->from : LAYOUT_BEND;
}

/* By how many the crossings become fewer when an item and the next one change places. */
static int gain_of_change(const Layout *layout, size_t above, size_t below) {
    int gain = 0;
    for (size_t i = 0; i < layout->link_count; i++) {
        size_t a = other_end(&layout->links[i], above);
        for (size_t j = 0; a != LAYOUT_BEND && j < layout->link_count; j++) {
            size_t b = other_end(&layout->links[j], below);
            if (b == LAYOUT_BEND || layout->items[a].layer != layout->items[b].layer)
                continue;
            size_t a_rank = layout->items[a].rank, b_rank = layout->items[b].rank;
            gain += a_rank > b_rank ? 1 : a_rank < b_rank ? -1 : 0;
        }
    }
    return gain;
}

static bool change_places(Layout *layout, size_t layer) {
    size_t *order = &layout->order[layout->layer_starts[layer]];
    bool changed = false;
    for (size_t i = 0; i + 1 < layout->layer_sizes[layer]; i++) {
        LayoutItem *above = &layout->items[order[i]], *below = &layout->items[order[i + 1]];
        if (above->part != below->part || gain_of_change(layout, order[i], order[i + 1]) <= 0)
            continue;
        size_t item = order[i];
        order[i] = order[i + 1];
        order[i + 1] = item;
        above->rank = i + 1;
        below->rank = i;
        changed = true;
    }
    return changed;
}

/* Ends, for every change leaves fewer crossings. */
static void change_all_places(Layout *layout) {
    for (bool changed = true; changed;) {
        changed = false;
        for (size_t layer = 0; layer < layout->layer_count; layer++)
            changed = change_places(layout, layer) || changed;
    }
}

/* Sweeps to and fro until an order comes again, and keeps the best one. */
void layout_order(Arena *arena, Layout *layout) {
    const size_t bytes = layout->item_count * sizeof *layout->order;
    size_t *best = ARENA_ARRAY(arena, size_t, layout->item_count);
    size_t *before = ARENA_ARRAY(arena, size_t, layout->item_count);
    size_t fewest = (size_t)-1;
    for (int i = 0; i <= SWEEPS; i++) {
        size_t crossings = count_crossings(layout);
        if (crossings < fewest) {
            fewest = crossings;
            memcpy(best, layout->order, bytes);
        }
        bool again = i > 0 && i % 2 == 0 && memcmp(before, layout->order, bytes) == 0;
        if (fewest == 0 || again)
            break;
        if (i % 2 == 0)
            memcpy(before, layout->order, bytes);
        sweep(layout, i % 2 == 0);
        change_all_places(layout);
    }
    memcpy(layout->order, best, bytes);
    for (size_t i = 0; i < layout->item_count; i++)
        layout->items[best[i]].rank = i - layout->layer_starts[layout->items[best[i]].layer];
}
