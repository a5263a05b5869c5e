#include "app/structure.h"

#include "expr/parts.h"

enum { MOST_ACTING_TWICE = 2 /* weights with another way to act that are nodes of their own */ };

static const SymbolId NOT_ASKED = SYMBOL_NONE - 1;

bool structure_hides(const Structure *structure, SymbolId symbol) {
    SymbolRole role = scope_get(&structure->lesson->scope, symbol)->role;
    return role == ROLE_TARGET || (role == ROLE_PARAM && !structure->stands_alone[symbol]);
}

/* z in y = σ(z): drawn as one node with y, where y is its only user. A function of a function, as
 * in a chain of activations, is a node of its own. */
static bool is_inside_activation(const Structure *structure, SymbolId z) {
    const Graph *graph = structure->lesson->graph;
    const Symbol *inner = scope_get(&structure->lesson->scope, z);
    if (graph->first_out[z + 1] - graph->first_out[z] != 1 || symbol_is_leaf(inner) ||
        expr_get(&structure->lesson->exprs, inner->lowered)->kind == EXPR_CALL)
        return false;
    SymbolId y = graph->edges[graph->outgoing[graph->first_out[z]]].to;
    const Exprs *exprs = &structure->lesson->exprs;
    const Expr whole = scope_get(&structure->lesson->scope, y)->lowered;
    const ExprNode *formula = expr_get(exprs, whole);
    if (formula->kind != EXPR_CALL || formula->count != 1)
        return false;
    const ExprNode *inside = expr_get(exprs, expr_operand(exprs, whole, 0));
    bool same_size = formula->rows == inside->rows && formula->columns == inside->columns;
    return same_size && inside->kind == EXPR_NAME && inside->symbol == z;
}

bool structure_is_parameter(const Structure *structure, SymbolId symbol) {
    return symbol != SYMBOL_NONE &&
           scope_get(&structure->lesson->scope, symbol)->role == ROLE_PARAM;
}

/* The parameter that multiplies `node` in a formula, w in w*node or W @ node, or SYMBOL_NONE. */
static SymbolId find_weight(const Structure *structure, Expr formula, SymbolId node) {
    const Exprs *exprs = &structure->lesson->exprs;
    Arena scratch = {.recovery = structure->lesson->arena->recovery};
    Parts parts = parts_of(exprs, NULL, SYMBOL_NONE, &scratch, formula);
    SymbolId found = SYMBOL_NONE;
    for (size_t i = 0; i < parts.count && found == SYMBOL_NONE; i++) {
        Expr e = parts.list[i];
        const ExprNode *product = expr_get(exprs, e);
        if (product->kind != EXPR_MULTIPLY && product->kind != EXPR_MATMUL)
            continue;
        const ExprNode *a = expr_get(exprs, expr_operand(exprs, e, 0));
        const ExprNode *b = expr_get(exprs, expr_operand(exprs, e, 1));
        if (a->kind != EXPR_NAME || b->kind != EXPR_NAME)
            continue;
        SymbolId weight = b->symbol == node   ? a->symbol
                          : a->symbol == node ? b->symbol
                                              : SYMBOL_NONE;
        if (structure_is_parameter(structure, weight))
            found = weight;
    }
    arena_clear(&scratch);
    return found;
}

SymbolId structure_weight(Structure *structure, size_t number) {
    const Edge *edge = &structure->lesson->graph->edges[number];
    SymbolId *weight = &structure->weight_of[number];
    if (*weight != NOT_ASKED)
        return *weight;
    *weight = SYMBOL_NONE;
    if (!structure_is_parameter(structure, edge->from) || structure->stands_alone[edge->from])
        *weight = find_weight(structure, scope_get(&structure->lesson->scope, edge->to)->lowered,
                              edge->from);
    return *weight;
}

bool structure_is_weight_into(Structure *structure, SymbolId symbol, SymbolId to) {
    const Graph *graph = structure->lesson->graph;
    for (size_t i = graph->first_in[to]; i < graph->first_in[to + 1]; i++)
        if (structure_weight(structure, i) == symbol)
            return true;
    return false;
}

/* Weights that act in another way than on their lines, k in k·x and in E + k²: a few are nodes like
 * inputs, of which both ways go out; more, as with a penalty on all, stay on their lines, and for
 * their other way there is one node. */
static void choose_acting_twice(Structure *structure, const bool *acts_twice) {
    size_t count = 0, names = structure->lesson->scope.count;
    for (SymbolId s = 0; s < names; s++)
        count += acts_twice[s];
    for (SymbolId s = 0; s < names; s++) {
        if (!acts_twice[s])
            continue;
        (count <= MOST_ACTING_TWICE ? structure->stands_alone : structure->gathered)[s] = true;
        if (count > MOST_ACTING_TWICE && structure->gatherer == SYMBOL_NONE)
            structure->gatherer = s;
    }
}

/* A number that is a parameter by which no node is multiplied is a node like an input, b in (b −
 * m)² or both of a·b; but not one in a formula with weights, for that is a bias. Of very many names
 * none is looked at. */
static void choose_parameters(Structure *structure, Arena *arena) {
    const Scope *scope = &structure->lesson->scope;
    const Graph *graph = structure->lesson->graph;
    if (scope->count > STRUCTURE_MOST_NAMES)
        return;
    bool *weighs = ARENA_ARRAY(arena, bool, scope->count);
    bool *weighted = ARENA_ARRAY(arena, bool, scope->count);
    bool *acts_twice = ARENA_ARRAY(arena, bool, scope->count);
    for (size_t i = 0; i < graph->edge_count; i++) {
        SymbolId weight = structure_weight(structure, i);
        if (weight != SYMBOL_NONE)
            weighs[weight] = weighted[graph->edges[i].to] = true;
    }
    for (size_t i = 0; i < graph->edge_count; i++) {
        const Edge *edge = &graph->edges[i];
        bool number = symbol_entries(scope_get(scope, edge->from)) == 1;
        structure->stands_alone[edge->from] |= number && !weighs[edge->from] && !weighted[edge->to];
    }
    for (size_t i = 0; i < graph->edge_count; i++)
        if (structure->stands_alone[graph->edges[i].from])
            structure->weight_of[i] = NOT_ASKED; /* by another parameter that stands alone */
    for (size_t i = 0; i < graph->edge_count; i++) {
        const Edge *edge = &graph->edges[i];
        acts_twice[edge->from] |=
            weighs[edge->from] && !structure_is_weight_into(structure, edge->from, edge->to);
    }
    choose_acting_twice(structure, acts_twice);
}

static void choose_nodes(Structure *structure) {
    for (SymbolId s = (SymbolId)structure->lesson->scope.count; s-- > 0;) {
        structure->drawn_as[s] = s;
        if (is_inside_activation(structure, s)) {
            const Graph *graph = structure->lesson->graph;
            SymbolId user = graph->edges[graph->outgoing[graph->first_out[s]]].to;
            structure->drawn_as[s] = structure->drawn_as[user];
        }
    }
}

Structure *structure_new(const Lesson *lesson, Arena *arena) {
    const size_t names = lesson->scope.count, edges = lesson->graph->edge_count;
    Structure *structure = ARENA_NEW(arena, Structure);
    *structure = (Structure){
        .lesson = lesson,
        .drawn_as = ARENA_ARRAY(arena, SymbolId, names),
        .stands_alone = ARENA_ARRAY(arena, bool, names),
        .gathered = ARENA_ARRAY(arena, bool, names),
        .gatherer = SYMBOL_NONE,
        .weight_of = arena_repeat(arena, edges, sizeof NOT_ASKED, &NOT_ASKED),
    };
    Arena scratch = {.recovery = arena->recovery};
    choose_parameters(structure, &scratch);
    arena_clear(&scratch);
    choose_nodes(structure);
    return structure;
}
