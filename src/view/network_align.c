#include <math.h>
#include <string.h>

#include "view/network_layout.h"

enum { ROUNDS = 16, APART = 2 /* half places from one item to the next */ };

/* How strongly an item is drawn to its neighbours: a bend to bends, so that long edges are
 * straight, and to either end alike; a node to what it is made of, to inputs less, so that a chain
 * with an input at every link is straight; and to where it leads, where it could do without. */
static const double BETWEEN_BENDS = 8, TO_END = 0.3, TO_CAUSE = 1, TO_INPUT = 0.3, TO_EFFECT = 0.2;
static const double NEARLY_LEVEL = 0.75; /* half places */

/* Items of a layer that touch each other, while places are found: they move together. */
typedef struct Block {
    double place;  /* of the first one, */
    double weight; /* and what holds it there */
    size_t count;
} Block;

typedef struct Aligner {
    Layout *layout;
    double *places; /* by item */
    bool *inputs;   /* items to which no link leads */
    Block *blocks;  /* of one layer */
} Aligner;

static double strength(const Aligner *aligner, size_t item, size_t other, bool effect) {
    const LayoutItem *items = aligner->layout->items;
    if (items[item].node == LAYOUT_BEND)
        return items[other].node == LAYOUT_BEND ? BETWEEN_BENDS : TO_END;
    if (effect)
        return TO_EFFECT;
    return aligner->inputs[other] ? TO_INPUT : TO_CAUSE;
}

/* Where the neighbours of an item would have it, alone with its weight; where it is, without any.
 */
static Block find_wish(const Aligner *aligner, size_t item) {
    const LayoutEnds *ends = &aligner->layout->ends[item];
    double sum = 0, weight = 0;
    for (size_t i = 0; i < ends->before_count + ends->behind_count; i++) {
        bool effect = i >= ends->before_count;
        size_t other = effect ? ends->behind[i - ends->before_count] : ends->before[i];
        double pull = strength(aligner, item, other, effect);
        sum += pull * aligner->places[other];
        weight += pull;
    }
    return weight > 0 ? (Block){sum / weight, weight, 1} : (Block){aligner->places[item], 1, 1};
}

/* The least squares of what all wish that leave everything in its order and APART: items that would
 * come too close become one block. */
static void align_layer(Aligner *aligner, size_t layer) {
    const Layout *layout = aligner->layout;
    const size_t *order = &layout->order[layout->layer_starts[layer]];
    size_t size = layout->layer_sizes[layer], count = 0;
    for (size_t i = 0; i < size; i++) {
        Block block = find_wish(aligner, order[i]);
        while (count > 0) {
            const Block *above = &aligner->blocks[count - 1];
            double next = above->place + APART * (double)above->count;
            if (next <= block.place)
                break;
            double weight = above->weight + block.weight;
            double place = block.place - APART * (double)above->count;
            block.place = (above->place * above->weight + place * block.weight) / weight;
            block.weight = weight;
            block.count += above->count;
            count--;
        }
        aligner->blocks[count++] = block;
    }
    double last = APART * (double)(layout->tallest - size);
    for (size_t i = 0, at = 0; i < count; i++) {
        double before = APART * (double)at; /* what stands above takes so much */
        double place = fmin(fmax(aligner->blocks[i].place - before, 0), last) + before;
        for (size_t k = 0; k < aligner->blocks[i].count; k++)
            aligner->places[order[at++]] = place + APART * (double)k;
    }
}

/* The only thing an item is made of but inputs, or the item itself. */
static size_t only_cause(const Aligner *aligner, size_t item) {
    const LayoutEnds *ends = &aligner->layout->ends[item];
    size_t cause = item, count = 0;
    for (size_t i = 0; i < ends->before_count; i++) {
        if (aligner->inputs[ends->before[i]])
            continue;
        cause = ends->before[i];
        count++;
    }
    return count == 1 ? cause : item;
}

/* Whether an item may stand there between those above and below it. */
static bool has_room(const Layout *layout, size_t layer, size_t rank, int place) {
    const size_t *order = &layout->order[layout->layer_starts[layer]];
    bool below = rank == 0 || layout->items[order[rank - 1]].place + APART <= place;
    bool above = rank + 1 == layout->layer_sizes[layer] ||
                 layout->items[order[rank + 1]].place - APART >= place;
    return below && above;
}

/* Whole numbers; what lies nearly level with its cause gets level with it. */
static void round_places(const Aligner *aligner) {
    Layout *layout = aligner->layout;
    for (size_t i = 0; i < layout->item_count; i++)
        layout->items[i].place = (int)floor(aligner->places[i] + 0.5);
    for (size_t i = 0; i < layout->item_count; i++) {
        LayoutItem *item = &layout->items[layout->order[i]];
        size_t cause = only_cause(aligner, layout->order[i]);
        int place = layout->items[cause].place;
        double off = aligner->places[layout->order[i]] - aligner->places[cause];
        if (fabs(off) < NEARLY_LEVEL && has_room(layout, item->layer, item->rank, place))
            item->place = place;
    }
}

void layout_align(Arena *arena, Layout *layout) {
    Aligner aligner = {.layout = layout,
                       .places = ARENA_ARRAY(arena, double, layout->item_count),
                       .inputs = ARENA_ARRAY(arena, bool, layout->item_count),
                       .blocks = ARENA_ARRAY(arena, Block, layout->tallest)};
    for (size_t i = 0; i < layout->item_count; i++) {
        const LayoutItem *item = &layout->items[i];
        aligner.places[i] =
            (double)(layout->tallest - layout->layer_sizes[item->layer] + 2 * item->rank);
        aligner.inputs[i] = layout->ends[i].before_count == 0;
    }
    const size_t bytes = layout->item_count * sizeof *aligner.places;
    double *before = ARENA_ARRAY(arena, double, layout->item_count);
    for (int round = 0; round < ROUNDS; round++) {
        memcpy(before, aligner.places, bytes);
        for (size_t i = 0; i < layout->layer_count; i++)
            align_layer(&aligner, round % 2 == 0 ? i : layout->layer_count - 1 - i);
        if (memcmp(before, aligner.places, bytes) == 0)
            break;
    }
    round_places(&aligner);
}
