/* The ladder of hints. Each rung tells more than the one below it, and the last one all. */
#include "app/teach.h"
#include "expr/parts.h"
#include "num/unroll.h"

static const char TYPED[] = "You may type it as a formula, with `exp(2)` for e²: the program does "
                            "the arithmetic.";

/* A question, and where it is asked. */
typedef struct Hint {
    Explain *explain;
    const Step *step;
    const Asked *asked;
    const DiagnoseQuestion *about;
    const Edge *direct; /* the one edge by which the variable reaches the result; NULL for others */
} Hint;

/* The name behind a name or an entry of one. */
static SymbolId symbol_of(const Explain *explain, Expr variable) {
    bool entry = expr_get(explain->exprs, variable)->kind == EXPR_INDEX;
    return expr_get(explain->exprs, entry ? expr_operand(explain->exprs, variable, 0) : variable)
        ->symbol;
}

/* ------------------------------------------------------------------------------ edges */

/* The next edge, from number *i on, by which a name reaches the result, with a slope in symbols;
 * NULL after the last. `i` begins at 0. */
static const Edge *next_edge(const Explain *explain, const DiagnoseQuestion *about, size_t *i) {
    const Graph *graph = explain->lesson->graph;
    const bool *leads = graph_leading(graph, explain->scope, about->of);
    SymbolId symbol = symbol_of(explain, about->wrt);
    size_t first = graph->first_out[symbol], count = graph->first_out[symbol + 1] - first;
    while (*i < count) {
        const Edge *edge = &graph->edges[graph->outgoing[first + (*i)++]];
        bool counts = about->kind == DIAGNOSE_LOCAL ? edge->to == about->of : leads[edge->to];
        if (counts && edge->partial)
            return edge;
    }
    return NULL;
}

/* Then neither paths nor factors are of any help. */
static bool rows_meet(const Explain *explain, const DiagnoseQuestion *about) {
    return graph_rows_meet(explain->lesson->graph, explain->scope, about->of,
                           symbol_of(explain, about->wrt));
}

static const Edge *direct_edge(const Explain *explain, const DiagnoseQuestion *about) {
    size_t i = 0;
    if (about->kind == DIAGNOSE_VALUE || about->kind == DIAGNOSE_UPDATE)
        return NULL;
    if (rows_meet(explain, about))
        return NULL;
    const Edge *edge = next_edge(explain, about, &i);
    bool direct = edge && edge->to == about->of && explain_is_number(explain, edge->from);
    return direct && !next_edge(explain, about, &i) ? edge : NULL;
}

/* ------------------------------------------------------------------------------ numbers put in */

enum { MOST_WRITTEN = 6 }; /* entries of a softmax: more make a long sum */

/* exp(z[1])/(exp(z[1]) + exp(z[2]) + …) for softmax(z)[1]; 0 where it is none. */
static Expr write_out_softmax(const Explain *explain, Expr formula) {
    Exprs *exprs = explain->exprs;
    const ExprNode entry = *expr_get(exprs, formula);
    Expr call = expr_operand(exprs, formula, 0);
    const ExprNode of = *expr_get(exprs, call);
    if (of.kind != EXPR_CALL || of.function != FUNCTION_SOFTMAX || of.rows > MOST_WRITTEN)
        return 0;
    Expr scores = expr_operand(exprs, call, 0), sum = 0, own = 0;
    for (uint32_t row = 1; row <= of.rows; row++) {
        Expr score = unroll_entry(exprs, explain->arena, scores, row, entry.at.column);
        Expr power = expr_call1(exprs, FUNCTION_EXP, score);
        sum = sum ? expr_binary(exprs, EXPR_ADD, sum, power) : power;
        own = row == entry.at.row ? power : own;
    }
    return expr_binary(exprs, EXPR_DIVIDE, own, sum);
}

/* A function that a pocket calculator has no key for, written out; 0 for others. */
static Expr write_out(const Explain *explain, Expr formula) {
    Exprs *exprs = explain->exprs;
    const ExprNode node = *expr_get(exprs, formula);
    if (node.kind == EXPR_INDEX)
        return write_out_softmax(explain, formula);
    if (node.kind != EXPR_CALL ||
        (node.function != FUNCTION_SIGMOID && node.function != FUNCTION_SOFTPLUS))
        return 0;
    Expr operand = expr_operand(exprs, formula, 0);
    bool sigmoid = node.function == FUNCTION_SIGMOID;
    Expr power = sigmoid ? expr_unary(exprs, EXPR_NEGATE, operand) : operand;
    Expr sum =
        expr_binary(exprs, EXPR_ADD, expr_number(exprs, 1), expr_call1(exprs, FUNCTION_EXP, power));
    return sigmoid ? expr_binary(exprs, EXPR_DIVIDE, expr_number(exprs, 1), sum)
                   : expr_call1(exprs, FUNCTION_LOG, sum);
}

/* The formula with the numbers in it and without its result; where rows are summed, the part of
 * each. */
static void put_in(Explain *explain, Expr formula) {
    Expr sum = explain_row_sum(explain, formula), written = write_out(explain, formula);
    if (sum) {
        explain_row_table(explain, NULL, expr_operand(explain->exprs, sum, 0));
        return;
    }
    Expr shown = written ? written : formula;
    Block *block = card_add(explain->card, BLOCK_FORMULA);
    block_part(explain->card, block, NULL, explain_symbols(explain, shown));
    block_part(explain->card, block, "=", explain_numbers(explain, shown));
    if (written && expr_get(explain->exprs, formula)->kind == EXPR_INDEX) /* else said before */
        card_text(explain->card, TYPED);
}

/* Which entry of what is asked, from 1; (1,1) of a number. */
static Expr asked_entry(const Hint *hint, Expr formula) {
    const Hidden *hidden = &hint->asked->hidden;
    size_t entry = hidden->entry, columns = hidden->columns;
    if (!hint->asked->whole) { /* the author names the entry */
        const ExprNode *at = expr_get(hint->explain->exprs, hint->about->wrt);
        columns = expr_get(hint->explain->exprs, formula)->columns;
        entry = (size_t)(at->at.row - 1) * columns + at->at.column - 1;
    }
    return unroll_entry(hint->explain->exprs, hint->explain->arena, formula,
                        (uint32_t)(entry / columns) + 1, (uint32_t)(entry % columns) + 1);
}

/* What the entry that is asked is made of; false where there is no such formula. */
static bool put_in_entry(const Hint *hint) {
    Explain *explain = hint->explain;
    const DiagnoseQuestion *about = hint->about;
    bool value = about->kind == DIAGNOSE_VALUE;
    Expr variable = value ? 0 : about->wrt, whole = hint->asked->whole, formula = 0;
    if (!whole && (value || expr_get(explain->exprs, variable)->kind != EXPR_INDEX))
        return false;
    if (value)
        formula = scope_get(explain->scope, about->of)->lowered;
    else if (explain_is_number(explain, about->of))
        formula = explain_contributions(explain, about->of, symbol_of(explain, variable));
    if (!whole)
        whole = expr_operand(explain->exprs, variable, 0);
    if (!formula || explain_row_sum(explain, formula) ||
        !expr_same_shape(explain->exprs, formula, whole))
        return false;
    put_in(explain, asked_entry(hint, formula));
    return true;
}

/* ------------------------------------------------------------------------------ the first rung */

static bool has_logarithm(const Explain *explain, Expr formula) {
    Parts parts = parts_of(explain->exprs, NULL, SYMBOL_NONE, explain->arena, formula);
    for (size_t i = 0; i < parts.count; i++) {
        const ExprNode *node = expr_get(explain->exprs, parts.list[i]);
        if (node->kind == EXPR_CALL && node->function == FUNCTION_LOG)
            return true;
    }
    return false;
}

static void nudge_value(const Hint *hint) {
    Explain *explain = hint->explain;
    Expr definition = scope_get(explain->scope, hint->about->of)->definition;
    Expr sum = explain_row_sum(explain, definition), written = write_out(explain, definition);
    if (sum) {
        bool mean = expr_get(explain->exprs, sum)->function == FUNCTION_ROWMEAN;
        card_text(explain->card,
                  "Every training row has its own part. Work them out one by one, %s",
                  mean ? "and take their mean." : "and add them up.");
    } else if (written) {
        Block *block = card_add(explain->card, BLOCK_FORMULA);
        block_part(explain->card, block, NULL, explain_symbols(explain, definition));
        block_part(explain->card, block, "=", explain_symbols(explain, written));
        card_text(explain->card, TYPED);
    } else {
        card_text(explain->card, "Put the numbers into the formula, from the inside out.%s",
                  has_logarithm(explain, definition)
                      ? " Here log is the natural logarithm: ln on a calculator."
                      : "");
    }
}

static void nudge_backward(const Hint *hint) {
    Explain hiding = *hint->explain;
    hiding.hidden = &hint->asked->hidden;
    explain_backward(&hiding, hint->step->of, hint->step->symbol);
}

static void nudge(const Hint *hint) {
    Explain *explain = hint->explain;
    const DiagnoseQuestion *about = hint->about;
    const Chain *chain = hint->step->chain;
    if (about->kind == DIAGNOSE_VALUE)
        nudge_value(hint);
    else if (about->kind == DIAGNOSE_UPDATE)
        card_text(explain->card,
                  "Against the slope: the old value, minus the learning rate times the slope.");
    else if (hint->direct)
        card_text(explain->card, "%s in %s: %s.", explain_name_text(explain, hint->direct->from),
                  explain_name_text(explain, about->of),
                  explain_rule(explain, about->of, hint->direct->from));
    else if (hint->step->kind == STEP_BACKWARD)
        nudge_backward(hint);
    else if (hint->step->kind == STEP_SUM)
        card_text(explain->card, "Every path has its product. Add them up.");
    else if (hint->step->kind == STEP_PRODUCT &&
             path_sums_rows(explain, chain, &chain->paths.list[hint->step->path]))
        card_text(explain->card, "The rows add up: all of the last column.");
    else if (hint->step->kind == STEP_PRODUCT)
        card_text(explain->card,
                  "The factors are known by now: multiply them, each with its sign.");
    else
        explain_chain(explain,
                      explain_find_chain(explain, about->of, about->wrt, LESSON_CHAIN_PATHS));
}

/* ------------------------------------------------------------------------------ the second rung */

/* A local partial as a formula; only the numbers are left to put in. A slope that is a number
 * would be told by that. */
static void ask_numbers(const Hint *hint) {
    Explain *explain = hint->explain;
    const Edge *edge = hint->direct;
    if (expr_get(explain->exprs, edge->partial)->kind == EXPR_NUMBER) {
        card_text(explain->card, "Let %s grow by 1, and all else stay. By how much does %s change?",
                  explain_name_text(explain, edge->from), explain_name_text(explain, edge->to));
        return;
    }
    Expr to = explain_name_expr(explain, edge->to), from = explain_name_expr(explain, edge->from);
    teach_equation(explain, explain_partial(explain, to, from),
                   explain_symbols(explain, edge->partial));
    card_text(explain->card, "Put the numbers in.");
}

/* The last factors, given; those before them are asked. */
static void give_last_factors(const Hint *hint) {
    Explain *explain = hint->explain;
    size_t count = 0, i = 0;
    for (const Edge *edge; (edge = next_edge(explain, hint->about, &i)) != NULL; count++)
        explain_local(explain, edge);
    if (count)
        card_text(explain->card,
                  count == 1
                      ? "That is the last factor. What stands before it?"
                      : "Each of these is the last factor of some paths. What stands before it?");
}

static void put_in_update(const Hint *hint) {
    Explain *explain = hint->explain;
    Exprs *exprs = explain->exprs;
    Expr slope =
        expr_derivative(exprs, explain_name_expr(explain, hint->about->of), hint->about->wrt);
    Expr step = expr_binary(exprs, EXPR_MULTIPLY, expr_number(exprs, explain->model->rate), slope);
    Block *block = card_add(explain->card, BLOCK_FORMULA);
    block_part(explain->card, block, NULL,
               explain_update_rule(explain, hint->about->wrt, hint->about->of));
    block_part(explain->card, block, "=",
               explain_numbers(explain, expr_binary(exprs, EXPR_SUBTRACT, hint->about->wrt, step)));
}

enum { ADDED_ROWS = 12 };

/* The product along a path of numbers in each training row, added up; NULL where they are many. */
static const Math *row_products(const Explain *explain, const Path *path) {
    const DataTable *data = explain->scope->data;
    if (data->rows > ADDED_ROWS)
        return NULL;
    Math *sum = math_row(explain->arena, 0);
    Explain here = *explain;
    Model *model = model_copy(explain->model, explain->arena);
    here.model = model;
    for (size_t row = 0; row < data->rows; row++) {
        double product = 1;
        model_load_row(model, row);
        model_forward(model);
        for (size_t i = 0; i < path->count; i++)
            product *= *explain_value(&here, explain->lesson->graph->edges[path->edges[i]].partial);
        bool minus = row && product < 0;
        if (row)
            math_add(explain->arena, sum, math_text(explain->arena, minus ? " − " : " + "));
        math_add(explain->arena, sum,
                 math_number(explain->arena, minus ? -product : product, explain->digits));
    }
    return sum;
}

/* The factors of a path, the products of several, or of one in every row, as numbers; false where
 * they are none. */
static bool put_in_chain(const Hint *hint) {
    Explain *explain = hint->explain;
    const Chain *chain = hint->step->chain;
    const Path *path = chain ? &chain->paths.list[hint->step->path] : NULL;
    const Math *numbers = NULL;
    if (hint->step->kind == STEP_SUM)
        numbers = explain_products(explain, chain);
    else if (hint->step->kind == STEP_PRODUCT && path_is_scalar(explain, path))
        numbers = path_sums_rows(explain, chain, path) ? row_products(explain, path)
                                                       : explain_factors(explain, path, true);
    if (numbers)
        teach_equation(explain, numbers, NULL);
    return numbers != NULL;
}

/* False where there is nothing between the nudge and the worked step. */
static bool ask_less(const Hint *hint) {
    Explain *explain = hint->explain;
    const DiagnoseQuestion *about = hint->about;
    if (about->kind == DIAGNOSE_UPDATE)
        put_in_update(hint);
    else if (put_in_entry(hint))
        return true;
    else if (hint->asked->whole)
        return false;
    else if (about->kind == DIAGNOSE_VALUE)
        put_in(explain, scope_get(explain->scope, about->of)->definition);
    else if (hint->step->kind == STEP_SUM || hint->step->kind == STEP_PRODUCT)
        return put_in_chain(hint);
    else if (hint->direct)
        ask_numbers(hint);
    else if (hint->step->kind == STEP_BACKWARD)
        put_in(explain, explain_contributions(explain, about->of, hint->step->symbol));
    else if (rows_meet(explain, about))
        return false;
    else
        give_last_factors(hint);
    return true;
}

/* ------------------------------------------------------------------------------ the last rung */

static void work_out(const Hint *hint) {
    Explain *explain = hint->explain;
    const Step *step = hint->step;
    const DiagnoseQuestion *about = hint->about;
    if (about->kind == DIAGNOSE_VALUE)
        explain_node(explain, about->of);
    else if (about->kind == DIAGNOSE_UPDATE) {
        explain_update(explain, symbol_of(explain, about->wrt), about->of);
        explain_rate(explain);
    } else if (step->kind == STEP_FACTOR)
        explain_factor(explain, step->chain, step->path, step->factor);
    else if (step->kind == STEP_PRODUCT)
        explain_product(explain, step->chain, step->path);
    else if (step->kind == STEP_SUM)
        explain_sum(explain, step->chain);
    else if (step->kind == STEP_BACKWARD)
        explain_backward(explain, step->of, step->symbol);
    else
        explain_path_products(
            explain, explain_find_chain(explain, about->of, about->wrt, LESSON_CHAIN_PATHS));
}

/* Whether a nudge would say no more than the question or the author does. */
static bool is_nudged(const Hint *hint, size_t written) {
    StepKind kind = hint->step->kind;
    bool value = hint->about->kind == DIAGNOSE_VALUE;
    return (value && written) || kind == STEP_CHAIN ||
           (hint->asked->whole && (kind == STEP_FACTOR || kind == STEP_BACKWARD));
}

bool teach_hint(Explain *explain, size_t position, const Asked *asked, size_t rung) {
    const Question *question = asked->question;
    size_t written = question ? question->hint_count : 0;
    if (rung < written) {
        explain_remark(explain, "", question->hints[rung]);
        return false;
    }
    if (!asked->diagnosed) {
        card_text(explain->card, written
                                     ? "There are no more hints; the next step shows the answer."
                                     : "There is no hint here; the next step shows the answer.");
        return false;
    }
    Hint hint = {explain, &explain->lesson->steps[position], asked, &asked->about,
                 direct_edge(explain, &asked->about)};
    rung -= written;
    rung += is_nudged(&hint, written);
    if (rung == 0) {
        nudge(&hint);
        return false;
    }
    if (rung == 1 && ask_less(&hint))
        return false;
    work_out(&hint);
    return true;
}
