/* What is found out about a picture beforehand, and kept: it takes half the time of drawing it. */
#include <string.h>

#include "base/str.h"
#include "view/network_picture.h"

static bool same_text(const char *a, const char *b) {
    return a == b || (a && b && str_equal(a, b));
}

static bool same_edges(const Picture *a, const Picture *b) {
    if (a->edge_count != b->edge_count)
        return false;
    for (size_t i = 0; i < a->edge_count; i++)
        if (a->ends[i].from != b->ends[i].from || a->ends[i].to != b->ends[i].to ||
            !same_text(a->edge_labels[i], b->edge_labels[i]))
            return false;
    return true;
}

static bool same_nodes(const Picture *a, const Picture *b) {
    if (a->node_count != b->node_count)
        return false;
    for (size_t i = 0; i < a->node_count; i++)
        if (!same_text(a->texts[i].label, b->texts[i].label) ||
            !same_text(a->texts[i].shape, b->texts[i].shape))
            return false;
    return true;
}

/* Whether what was planned for one picture holds for the other: the graph, its names and the size
 * are the same. */
static bool plan_holds(const Picture *planned, const Picture *picture) {
    return planned && planned->rows == picture->rows && planned->columns == picture->columns &&
           planned->ascii == picture->ascii && same_nodes(planned, picture) &&
           same_edges(planned, picture);
}

/* Plans the same picture again, with all that is to be kept in the arena of the plan. */
static void plan_anew(NetworkPlan *plan, const Picture *picture) {
    plan->planned = NULL;
    arena_restart(&plan->arena, picture->arena);
    Picture *planned = ARENA_NEW(&plan->arena, Picture);
    *planned = *picture;
    planned->arena = &plan->arena;
    planned->ends = ARENA_ARRAY(&plan->arena, LayoutEdge, picture->edge_count);
    memcpy(planned->ends, picture->ends, picture->edge_count * sizeof *planned->ends);
    picture_read_texts(planned);
    for (size_t i = 0; i < planned->node_count; i++)
        if (planned->texts[i].shape)
            planned->texts[i].shape = arena_copy(&plan->arena, planned->texts[i].shape);
    planned->placed = picture_plan(planned);
    plan->arena.recovery = NULL;
    plan->planned = planned;
}

static void *copy(Arena *arena, const void *array, size_t count, size_t size) {
    void *copied = arena_array(arena, count, size);
    if (array)
        memcpy(copied, array, count * size);
    return copied;
}

/* What is drawn changes the rooms of values, and marks in the canvas of the plan. */
static void take_plan(Picture *picture, const Picture *planned) {
    const Picture now = *picture;
    Arena *arena = picture->arena;
    size_t cells = (size_t)now.rows * (size_t)now.columns;
    *picture = *planned;
    picture->arena = arena;
    picture->network = now.network;
    picture->grid = now.grid;
    picture->edges = now.edges;
    picture->texts = now.texts;
    picture->edge_labels = now.edge_labels;
    picture->edge_values = now.edge_values;
    picture->plan.cells = copy(arena, planned->plan.cells, cells, sizeof *planned->plan.cells);
    picture->value_rooms =
        copy(arena, planned->value_rooms, now.node_count, sizeof *planned->value_rooms);
}

bool picture_use_plan(Picture *picture, NetworkPlan *plan) {
    if (!plan_holds(plan->planned, picture))
        plan_anew(plan, picture);
    if (plan->planned->placed)
        take_plan(picture, plan->planned);
    return plan->planned->placed;
}

void network_plan_release(NetworkPlan *plan) {
    arena_clear(&plan->arena);
    plan->planned = NULL;
}
