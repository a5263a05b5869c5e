#include "expr/gradients.h"

#include <string.h>

#include "expr/simplify.h"

enum { GRADIENTS_KEPT = 4 };

/* The derivatives of one result; none while it was asked for only once. */
typedef struct Gradient {
    Expr of;
    Partial *partials; /* by symbol */
    size_t count, capacity;
} Gradient;

struct Gradients {
    Gradient kept[GRADIENTS_KEPT];
    size_t next; /* the one to be forgotten when there is another */
};

/* The place for the gradient of `of`: where it is, or a new one, which is empty. */
static Gradient *find_kept(Exprs *exprs, Expr of) {
    if (!exprs->gradients)
        exprs->gradients = ARENA_NEW(exprs->arena, struct Gradients);
    struct Gradients *gradients = exprs->gradients;
    for (size_t i = 0; i < GRADIENTS_KEPT; i++)
        if (gradients->kept[i].of == of)
            return &gradients->kept[i];
    Gradient *place = &gradients->kept[gradients->next];
    gradients->next = (gradients->next + 1) % GRADIENTS_KEPT;
    place->of = 0;
    place->count = 0;
    return place;
}

static void keep(Exprs *exprs, const Scope *scope, Arena *scratch, Gradient *gradient) {
    Partial *partials;
    Arena work = {.recovery = scratch->recovery};
    size_t count = expr_gradient(exprs, scope, &work, gradient->of, &partials);
    if (count > gradient->capacity) {
        gradient->partials = ARENA_ARRAY(exprs->arena, Partial, 2 * count);
        gradient->capacity = 2 * count;
    }
    if (count)
        memcpy(gradient->partials, partials, count * sizeof *partials);
    gradient->count = count;
    arena_clear(&work);
}

Expr gradients_find(Exprs *exprs, const Scope *scope, Arena *scratch, Expr of, Expr name) {
    if (scope->data)
        return 0;
    Gradient *gradient = find_kept(exprs, of);
    if (gradient->of != of) {
        gradient->of = of;
        return 0;
    }
    if (!gradient->count)
        keep(exprs, scope, scratch, gradient);
    const ExprNode node = *expr_get(exprs, name);
    const Partial *found = partials_find(gradient->partials, gradient->count, node.symbol);
    return found ? found->adjoint
                 : simplify_fill(exprs, expr_number(exprs, 0), node.rows, node.columns);
}
