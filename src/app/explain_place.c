/* Where a part stands in the whole: a factor in its product, a path in the sum. */

#include "app/explain.h"

static Math *later(const Explain *explain) {
    return math_lit(explain->arena, math_text(explain->arena, "…"), STYLE_DIM);
}

static Math *lit(const Explain *explain, const Math *math) {
    return math_lit(explain->arena, (Math *)math, STYLE_LIT);
}

static Math *asked_or(const Explain *explain, double value) {
    return explain->hidden ? math_text(explain->arena, "?")
                           : math_number(explain->arena, value, explain->digits);
}

/* ∂E/∂y₁ · ∂y₁/∂z₃ · ∂z₃/∂w₅ with one factor lit. */
static Math *product_symbols(const Explain *explain, const Path *path, size_t factor) {
    Math *row = math_row(explain->arena, 0);
    for (size_t i = 0; i < path->count; i++) {
        const Edge *edge = explain_edge(explain, path, i);
        const Math *part = explain_partial(explain, explain_name_expr(explain, edge->to),
                                           explain_name_expr(explain, edge->from));
        if (i)
            math_add(explain->arena, row, math_text(explain->arena, " · "));
        math_add(explain->arena, row, i == factor ? lit(explain, part) : (Math *)part);
    }
    return row;
}

/* Whether a factor before the one that is asked for was passed over: it will be asked, too. */
static bool is_open(const Explain *explain, const Path *path, size_t factor) {
    const Session *session = explain->session;
    const Lesson *lesson = explain->lesson;
    for (size_t i = session->position; explain->hidden && i-- > 0;) {
        const Step *step = &lesson->steps[i];
        if (step->kind == STEP_FACTOR && &step->chain->paths.list[step->path] == path &&
            step->factor == factor)
            return !session->shown[i];
    }
    return false;
}

/* Under each its number, as far as the factors are found; a ? where one is asked for. */
static Math *product_numbers(const Explain *explain, const Path *path, size_t factor) {
    Math *row = math_row(explain->arena, 0);
    for (size_t i = 0; i < path->count; i++) {
        double value = *explain_value(explain, explain_edge(explain, path, i)->partial);
        bool fence = i > 0 && value < 0 && (i < factor || !explain->hidden);
        Math *number = i == factor ? asked_or(explain, value)
                                   : math_number(explain->arena, value, explain->digits);
        if (fence)
            number = math_fence(explain->arena, "(", number);
        if (i)
            math_add(explain->arena, row, math_text(explain->arena, " · "));
        math_add(explain->arena, row,
                 i > factor || is_open(explain, path, i) ? later(explain)
                 : i == factor                           ? lit(explain, number)
                                                         : number);
    }
    return row;
}

/* "Back from L by p, now to Z₂, then A₁, W₁": for matrices, of whose products only what is carried
 * along is ever found. */
static void add_walk(Explain *explain, const Path *path, size_t factor) {
    Block *block = card_add(explain->card, BLOCK_TEXT);
    block_text(explain->card, block, "Back from ");
    block_math(explain->card, block, explain_name(explain, explain_edge(explain, path, 0)->to));
    for (size_t i = 0; i < path->count; i++) {
        const Math *name = explain_name(explain, explain_edge(explain, path, i)->from);
        const char *before = i == factor       ? ", now to "
                             : i == factor + 1 ? ", then "
                             : i == 0          ? " by "
                                               : ", ";
        block_text(explain->card, block, "%s", before);
        block_math(explain->card, block, i == factor ? lit(explain, name) : name);
    }
    block_text(explain->card, block, ".");
}

void explain_place(Explain *explain, const Chain *chain, size_t path, size_t factor) {
    const Path *found = &chain->paths.list[path];
    if (found->count < 2)
        return;
    if (!path_is_scalar(explain, found)) {
        add_walk(explain, found, factor);
        return;
    }
    Block *block = card_add(explain->card, BLOCK_FORMULA);
    bool whole = chain->paths.listed == 1 && !path_sums_rows(explain, chain, found);
    block->repeats = !whole;
    if (whole)
        block_part(explain->card, block, NULL,
                   explain_symbols(explain, explain_chain_token(explain, chain)));
    block_part(explain->card, block, whole ? "=" : NULL, product_symbols(explain, found, factor));
    block_part(explain->card, block, "=", product_numbers(explain, found, factor));
}

void explain_place_of_path(Explain *explain, const Chain *chain, size_t path) {
    Expr token = explain_chain_token(explain, chain);
    if (!chain->paths.complete || chain->paths.listed < 2 || !expr_is_scalar(explain->exprs, token))
        return;
    Math *sum = math_row(explain->arena, 0);
    for (size_t i = 0; i < chain->paths.listed; i++) {
        double value = i > path ? 0 : *explain_path_value(explain, chain, i);
        bool shown = i < path || (i == path && !explain->hidden);
        bool minus = shown && i && value < 0;
        Math *term = i == path ? lit(explain, asked_or(explain, minus ? -value : value))
                     : i > path
                         ? later(explain)
                         : math_number(explain->arena, minus ? -value : value, explain->digits);
        if (i)
            math_add(explain->arena, sum, math_text(explain->arena, minus ? " − " : " + "));
        math_add(explain->arena, sum, term);
    }
    Block *block = card_add(explain->card, BLOCK_FORMULA);
    block_part(explain->card, block, NULL, explain_symbols(explain, token));
    block_part(explain->card, block, "=", sum);
}
