#include <string.h>

#include "view/network_layout.h"

enum { SWEEPS = 12 };

/* Of the links from one layer to the next, those that go to the right of an item against those of
 * the items above it. */
static size_t count_crossings_of(const Layout *layout, size_t layer, size_t rank) {
    const size_t *order = &layout->order[layout->layer_starts[layer]];
    const LayoutEnds *below = &layout->ends[order[rank]];
    size_t count = 0;
    for (size_t k = 0; k < rank; k++) {
        const LayoutEnds *above = &layout->ends[order[k]];
        for (size_t i = 0; i < below->behind_count; i++)
            for (size_t j = 0; j < above->behind_count; j++)
                count +=
                    layout->items[above->behind[j]].rank > layout->items[below->behind[i]].rank;
    }
    return count;
}

static size_t count_crossings(const Layout *layout) {
    size_t count = 0;
    for (size_t layer = 0; layer < layout->layer_count; layer++)
        for (size_t rank = 1; rank < layout->layer_sizes[layer]; rank++)
            count += count_crossings_of(layout, layer, rank);
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
        const LayoutEnds *ends = &layout->ends[order[i]];
        const size_t *others = from_left ? ends->before : ends->behind;
        size_t count = from_left ? ends->before_count : ends->behind_count;
        double sum = 0;
        for (size_t k = 0; k < count; k++)
            sum += centred_place(layout, others[k]);
        layout->items[order[i]].pull =
            count > 0 ? sum / (double)count : centred_place(layout, order[i]);
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

/* By how many the crossings on one side become fewer when what has the ends `above` and what has
 * those `below` it change places. */
static int gain_on_side(const Layout *layout, const size_t *above, size_t above_count,
                        const size_t *below, size_t below_count) {
    int gain = 0;
    for (size_t i = 0; i < above_count; i++)
        for (size_t j = 0; j < below_count; j++) {
            size_t a = layout->items[above[i]].rank, b = layout->items[below[j]].rank;
            gain += a > b ? 1 : a < b ? -1 : 0;
        }
    return gain;
}

static int gain_of_change(const Layout *layout, size_t above, size_t below) {
    const LayoutEnds *a = &layout->ends[above], *b = &layout->ends[below];
    return gain_on_side(layout, a->before, a->before_count, b->before, b->before_count) +
           gain_on_side(layout, a->behind, a->behind_count, b->behind, b->behind_count);
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
