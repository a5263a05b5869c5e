/* The ways in which a line of a hunt can be written wrongly: the known mistakes, each as another
 * formula in the place of a slope, or another way to put the parts together. */
#include "app/hunt_parts.h"
#include "expr/diff.h"
#include "expr/parts.h"
#include "expr/simplify.h"
#include "lesson/mistakes.h"

enum { MOST_OTHERS = 16 }; /* names beside one in a formula that can be taken for it */

/* One term of a line, to be written wrongly. */
typedef struct Place {
    Hunter *hunter;
    const HuntLine *line;
    const HuntTerm *term;
    size_t number; /* of the term */
    Expr seed;     /* what its slope is worked out from: 1, or for matrices what comes from above */
    Expr right;    /* the slope, or for matrices all that is handed back */
} Place;

static void add_slip(Hunter *hunter, Slip slip) {
    ARENA_RESERVE(hunter->explain->arena, hunter->slips, hunter->slip_count, hunter->slip_capacity);
    hunter->slips[hunter->slip_count++] = slip;
}

/* Offers the line with `slope` in the place of that of the term; 0 leaves it out. */
static void put(const Place *place, Expr slope, Slip slip) {
    const HuntSide *right = &place->line->right;
    Expr part = hunter_term(place->hunter, place->line, place->term, slope);
    if (!part)
        return;
    slip.edge = place->term->edge;
    slip.written = *right;
    slip.written.parts = ARENA_ARRAY(place->hunter->explain->arena, Expr, right->count);
    for (size_t i = 0; i < right->count; i++)
        slip.written.parts[i] = i == place->number ? part : right->parts[i];
    add_slip(place->hunter, slip);
}

/* What comes back from a formula to a variable where `seed` comes to it; 0 for nothing. */
static Expr derive(const Place *place, Expr formula, Expr seed, Expr variable) {
    const Explain *explain = place->hunter->explain;
    const ExprNode *node = expr_get(explain->exprs, variable);
    bool entry = node->kind == EXPR_INDEX;
    Expr name = entry ? expr_operand(explain->exprs, variable, 0) : variable;
    Partial *partials;
    size_t count =
        expr_partials(explain->exprs, explain->scope, explain->arena, formula, seed, &partials);
    for (size_t i = 0; i < count; i++) {
        if (partials[i].symbol != expr_get(explain->exprs, name)->symbol)
            continue;
        Expr slope = partials[i].adjoint;
        if (entry)
            slope = simplify_index(explain->exprs, slope, node->at.row, node->at.column);
        return simplify_is_zero(explain->exprs, slope) ? 0 : slope;
    }
    return 0;
}

/* The same with the user's own name where its formula stands: y(1 − y) for σ(z)(1 − σ(z)). */
static Expr with_name(const Place *place, Expr slope) {
    const Explain *explain = place->hunter->explain;
    return slope ? expr_substitute(explain->exprs, explain->arena, slope, place->term->formula,
                                   place->term->user)
                 : 0;
}

static void put_known(const Place *place, Expr slope, Slip slip) {
    if (slope)
        put(place, slope, slip);
}

/* ------------------------------------------------------------------------------ activations */

/* The slope of the activation alone; only for numbers. */
static Expr own_slope(const Place *place, Expr rebuilt, Expr operand) {
    const Explain *explain = place->hunter->explain;
    Expr slope = derive(place, rebuilt, place->seed, place->term->user);
    if (!slope || !place->term->slope)
        return 0;
    slope = expr_substitute(explain->exprs, explain->arena, slope, place->term->user, operand);
    return with_name(place, slope);
}

/* The activation of its own value. */
static Expr apply_twice(const Place *place) {
    Exprs *exprs = place->hunter->explain->exprs;
    const ExprNode *node = expr_get(exprs, place->term->formula);
    Expr operands[2] = {place->term->user,
                        node->count > 1 ? expr_operand(exprs, place->term->formula, 1) : 0};
    return expr_rebuild(exprs, place->term->formula, operands);
}

static void mistake_activation(const Place *place, Expr operand) {
    Exprs *exprs = place->hunter->explain->exprs;
    const HuntTerm *term = place->term;
    Expr twice = apply_twice(place);
    Expr at_output = derive(place, twice, place->seed, term->user);
    put_known(place, derive(place, operand, place->seed, term->variable),
              (Slip){.names = {"no-slope"}});
    put_known(
        place,
        derive(place, operand, simplify_multiply(exprs, place->seed, term->user), term->variable),
        (Slip){.names = {"activation-for-slope"}});
    if (at_output)
        put_known(place, derive(place, operand, at_output, term->variable),
                  (Slip){.names = {"slope-at-output"}});
    put_known(place, own_slope(place, twice, operand),
              (Slip){.names = {"no-factor", "stopped-early"}});
}

/* Softmax as if each output came from its own input alone; or no slope at all. */
static void mistake_softmax(const Place *place) {
    Exprs *exprs = place->hunter->explain->exprs;
    Expr formula = place->term->formula, operand = expr_operand(exprs, formula, 0);
    Expr own =
        simplify_multiply(exprs, place->term->user,
                          simplify_subtract(exprs, expr_number(exprs, 1), place->term->user));
    put_known(place, derive(place, operand, place->seed, place->term->variable),
              (Slip){.names = {"no-slope"}});
    put_known(
        place,
        derive(place, operand, simplify_multiply(exprs, place->seed, own), place->term->variable),
        (Slip){.names = {"one-path"}});
}

/* In w*h the slope along w is h, and along h it is w. */
static void mistake_factor(const Place *place, Expr operand) {
    const Explain *explain = place->hunter->explain;
    const HuntTerm *term = place->term;
    Expr inner = operand ? derive(place, operand, place->seed, term->variable) : term->slope;
    if (!term->slope || !inner)
        return;
    ExprKind kind = (ExprKind)expr_get(explain->exprs, inner)->kind;
    if (kind != EXPR_NAME && kind != EXPR_INDEX)
        return;
    Expr slope = term->variable;
    if (operand) {
        Expr own = own_slope(place, apply_twice(place), operand);
        slope = own ? simplify_multiply(explain->exprs, own, slope) : 0;
    }
    bool weight = scope_get(explain->scope, term->edge->from)->role == ROLE_PARAM;
    put_known(place, slope,
              (Slip){.names = {weight ? "weight-for-input" : "input-for-weight",
                               weight ? "input-for-weight" : "weight-for-input"}});
}

/* ------------------------------------------------------------------------------ other slopes */

/* The name behind a name or an entry of one; SYMBOL_NONE for anything else. */
static SymbolId variable_symbol(const Exprs *exprs, Expr expr) {
    ExprNode node = *expr_get(exprs, expr);
    if (node.kind == EXPR_INDEX)
        node = *expr_get(exprs, expr_operand(exprs, expr, 0));
    return node.kind == EXPR_NAME ? node.symbol : SYMBOL_NONE;
}

/* The slope along something else of this shape in the formula. */
static void mistake_name(const Place *place) {
    const Explain *explain = place->hunter->explain;
    const HuntTerm *term = place->term;
    Parts parts = parts_of(explain->exprs, NULL, SYMBOL_NONE, explain->arena, term->formula);
    bool weight = scope_get(explain->scope, term->edge->from)->role == ROLE_PARAM;
    bool local = place->line->kind == HUNT_LOCAL;
    for (size_t i = 0, others = 0; i < parts.count && others < MOST_OTHERS; i++) {
        Expr other = parts.list[i];
        SymbolId symbol = variable_symbol(explain->exprs, other);
        if (symbol == SYMBOL_NONE || other == term->variable ||
            !expr_same_shape(explain->exprs, other, term->variable))
            continue;
        bool weights = weight && scope_get(explain->scope, symbol)->role == ROLE_PARAM;
        Slip slip = {.names = {local     ? "other-partial"
                               : weights ? "other-parameter"
                                         : NULL,
                               "other-parameter", "other-partial"}};
        put_known(place, with_name(place, derive(place, term->formula, place->seed, other)), slip);
        others++;
    }
}

/* Where there is no minus sign, none gets lost, and nobody makes one up. */
static void mistake_sign(const Place *place) {
    Exprs *exprs = place->hunter->explain->exprs;
    Expr negated = simplify_negate(exprs, place->right);
    const ExprNode *slope = expr_get(exprs, place->right);
    bool plain = slope->kind == EXPR_NUMBER && slope->number > 0;
    bool difference = slope->kind == EXPR_SUBTRACT;
    if (difference || (!plain && expr_get(exprs, negated)->kind != EXPR_NEGATE))
        put(place, negated, (Slip){.names = {"sign"}});
}

static void mistake_two(const Place *place) {
    const Explain *explain = place->hunter->explain;
    Workings work = {.model = explain->model, .arena = explain->arena};
    Expr two = expr_number(explain->exprs, 2);
    if (!mistakes_can_lose_two(&work, place->term->edge))
        return;
    put(place, simplify_multiply(explain->exprs, two, place->right),
        (Slip){.names = {"half-lost"}});
    put(place, simplify_divide(explain->exprs, place->right, two), (Slip){.names = {"two-lost"}});
}

/* The sum over the training rows where their mean stands. */
static void mistake_average(const Place *place) {
    const Explain *explain = place->hunter->explain;
    Expr formula = place->term->formula;
    Parts parts = parts_of(explain->exprs, NULL, SYMBOL_NONE, explain->arena, formula);
    for (size_t i = 0; i < parts.count; i++) {
        const ExprNode *node = expr_get(explain->exprs, parts.list[i]);
        if (node->kind != EXPR_CALL || node->function != FUNCTION_ROWMEAN)
            continue;
        Expr sum = expr_call1(explain->exprs, FUNCTION_ROWSUM,
                              expr_operand(explain->exprs, parts.list[i], 0));
        formula = expr_substitute(explain->exprs, explain->arena, formula, parts.list[i], sum);
        put_known(place, derive(place, formula, place->seed, place->term->variable),
                  (Slip){.names = {"not-averaged"}, .named = true});
        return;
    }
}

/* The slope left out: of an activation, the last factor of all, or one on the way. */
static void mistake_nothing(const Place *place, bool activation) {
    bool last = place->term->edge->from == hunter_goal(place->hunter);
    const char *name = activation ? "no-slope" : last ? "stopped-early" : "no-factor";
    bool first = place->term->user == place->line->of;
    Slip slip = {.names = {"no-slope", "no-factor", "stopped-early"}};
    slip.names[0] = first ? NULL : name;
    slip.names[1] = "no-slope";
    slip.names[2] = activation || last ? "no-factor" : "stopped-early";
    put(place, 0, slip);
}

static void mistake_slope(const Place *place) {
    const Exprs *exprs = place->hunter->explain->exprs;
    Expr formula = place->term->formula;
    Expr operand = workings_activation_operand(exprs, formula);
    const ExprNode *node = expr_get(exprs, formula);
    mistake_sign(place);
    mistake_two(place);
    mistake_average(place);
    mistake_nothing(place, operand != 0);
    if (operand)
        mistake_activation(place, operand);
    else if (node->kind == EXPR_CALL && node->function == FUNCTION_SOFTMAX)
        mistake_softmax(place);
    mistake_factor(place, operand);
    mistake_name(place);
}

/* ------------------------------------------------------------------------------ the whole line */

/* The side without part number `left_out`. */
static HuntSide side_without(const Hunter *hunter, const HuntSide *side, size_t left_out) {
    HuntSide kept = *side;
    kept.parts = ARENA_ARRAY(hunter->explain->arena, Expr, side->count);
    kept.count = 0;
    for (size_t i = 0; i < side->count; i++)
        if (i != left_out)
            kept.parts[kept.count++] = side->parts[i];
    return kept;
}

static void mistake_parts(Hunter *hunter, const HuntLine *line) {
    const HuntSide *right = &line->right;
    bool product = line->kind == HUNT_PRODUCT, two = right->count == 2;
    Slip missing = {.names = {two ? "one-path" : "path-left-out", two ? NULL : "one-path"}};
    Slip dropped = {.names = {"no-factor", "no-slope", "stopped-early"}};
    if (right->count < 2)
        return;
    for (size_t i = 0; i < right->count; i++) {
        Slip slip = product ? dropped : missing;
        slip.written = side_without(hunter, right, i);
        add_slip(hunter, slip);
        HuntSide alone = {.joint = right->joint, .parts = &right->parts[i], .count = 1};
        if (!product && !two)
            add_slip(hunter, (Slip){.written = alone, .names = {"one-path"}});
    }
    HuntSide other = *right;
    other.joint = product ? EXPR_ADD : EXPR_MULTIPLY;
    add_slip(hunter,
             (Slip){.written = other, .names = {product ? "factors-added" : "paths-multiplied"}});
}

/* The values of the forward pass, but the weights in this line already changed. */
static void mistake_updated(Hunter *hunter, const HuntLine *line) {
    Slip slip = {.written = line->right, .names = {"updated-weights"}, .named = true};
    slip.written.updated = true;
    if (hunter->hunt.updated)
        add_slip(hunter, slip);
}

void hunter_find_slips(Hunter *hunter, const HuntLine *line) {
    const Explain *explain = hunter->explain;
    hunter->slip_count = 0;
    for (size_t i = 0; i < line->term_count; i++) {
        const HuntTerm *term = &line->terms[i];
        Place place = {.hunter = hunter, .line = line, .term = term, .number = i};
        bool first = term->slope || term->user == line->of;
        place.seed =
            first ? expr_number(explain->exprs, 1) : hunter_token(hunter, line->of, term->user);
        place.right = term->slope ? term->slope
                                  : graph_contribution(explain->exprs, explain->scope,
                                                       explain->arena, term->edge, line->of);
        mistake_slope(&place);
    }
    mistake_parts(hunter, line);
    if (line->term_count)
        mistake_updated(hunter, line);
}
