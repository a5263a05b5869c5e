#include "lesson/steps.h"

#include "base/limits.h"
#include "num/cancel.h"
#include "num/model.h"

/* The work of spreading out one lesson. */
typedef struct Builder {
    Lesson *lesson;
    Diags *diags;
    Arena *scratch;
    const Action *action; /* being spread out */
    bool full;            /* LIMIT_STEPS was reached and reported */
    const double *leaves; /* first values, for finding what cancels */
} Builder;

static Step *add_step(Builder *builder, StepKind kind) {
    Lesson *lesson = builder->lesson;
    if (lesson->step_count >= LIMIT_STEPS && !builder->full) {
        diag_add(builder->diags, builder->action->line, 1, 1, "split the lesson in two",
                 "with this the lesson has more than %d steps", LIMIT_STEPS);
        builder->full = true;
    }
    if (builder->full)
        lesson->step_count--;
    ARENA_RESERVE(lesson->arena, lesson->steps, lesson->step_count, lesson->step_capacity);
    Step *step = &lesson->steps[lesson->step_count++];
    *step = (Step){.kind = kind,
                   .line = builder->action->line,
                   .section = builder->action->section,
                   .of = SYMBOL_NONE,
                   .symbol = SYMBOL_NONE};
    return step;
}

bool steps_cancellation(Lesson *lesson, Arena *scratch, const double *leaves, SymbolId of,
                        SymbolId net, Step *step) {
    const Graph *graph = lesson->graph;
    if (graph->first_out[net + 1] - graph->first_out[net] != 1)
        return false;
    SymbolId output = graph->edges[graph->outgoing[graph->first_out[net]]].to;
    step->of = of;
    step->symbol = net;
    step->first = output;
    step->value = output == of ? 0
                               : cancel_find(&lesson->exprs, &lesson->scope, graph, scratch, leaves,
                                             of, output, net);
    return step->value != 0;
}

static void add_cancellation(Builder *builder, SymbolId of, SymbolId net) {
    Step found = {0};
    if (!steps_cancellation(builder->lesson, builder->scratch, builder->leaves, of, net, &found))
        return;
    Step *step = add_step(builder, STEP_CANCEL);
    step->of = found.of;
    step->symbol = found.symbol;
    step->first = found.first;
    step->value = found.value;
}

/* What to write where the rows meet. The sweep of a table takes a sum in one step, where it has a
 * name. */
static const char *advise(const Builder *builder, SymbolId of, const Meeting *meeting,
                          const char *slope) {
    const char *advice = builder->lesson->graph->by_row[of]
                             ? "sum over the rows only what `data` gives"
                         : meeting->named ? "`backward` goes back name by name"
                                          : "name the sum, and go back with `backward`";
    return arena_format(builder->scratch, "%s; or write `show %s` for the number alone", advice,
                        slope);
}

/* A statement that shows the parts of a slope that has none. */
static void report_meeting(Builder *builder, SymbolId of, Expr wrt, SymbolId symbol) {
    const Lesson *lesson = builder->lesson;
    const Scope *scope = &lesson->scope;
    Meeting meeting = graph_meeting(lesson->graph, scope, builder->scratch, of, symbol);
    const char *slope = arena_format(builder->scratch, "d%s/d%s", scope_get(scope, of)->name,
                                     scope_typed(scope, &lesson->exprs, builder->scratch, wrt));
    diag_add(builder->diags, builder->action->line, 1, 1, advise(builder, of, &meeting, slope),
             "%s of one row is made of %s of all rows, so %s has no parts along paths of one row",
             scope_get(scope, meeting.row)->name, scope_get(scope, meeting.all)->name, slope);
}

/* The steps of the whole sweep, or of the part of it that leads to `wrt`. */
static void add_backward(Builder *builder, SymbolId of, SymbolId wrt, size_t declared) {
    const Lesson *lesson = builder->lesson;
    double *reached = paths_count(builder->scratch, lesson->graph, &lesson->scope, of);
    bool *useful = wrt == SYMBOL_NONE
                       ? NULL
                       : graph_dependents(lesson->graph, &lesson->scope, builder->scratch, wrt);
    for (SymbolId s = of + 1; s-- > 0;) {
        SymbolRole role = scope_get(&lesson->scope, s)->role;
        bool given = (role == ROLE_INPUT || role == ROLE_TARGET) && s != wrt;
        if (reached[s] == 0 || given || s >= declared || (useful && !useful[s]))
            continue;
        if (graph_rows_meet_at(lesson->graph, &lesson->scope, of, s)) {
            report_meeting(builder, of, scope_expr(&lesson->scope, &builder->lesson->exprs, s), s);
            return;
        }
        Step *step = add_step(builder, STEP_BACKWARD);
        step->of = of;
        step->symbol = s;
        add_cancellation(builder, of, s);
    }
}

bool chain_has_product(const Lesson *lesson, const Chain *chain, size_t path) {
    const Path *found = &chain->paths.list[path];
    bool carried = false, rows = false;
    for (size_t i = 0; i < found->count; i++) {
        const Edge *edge = &lesson->graph->edges[found->edges[i]];
        carried = carried || symbol_entries(scope_get(&lesson->scope, edge->from)) > 1;
        rows = rows || graph_sums_rows(lesson->graph, edge, chain->of);
    }
    bool number = symbol_entries(scope_get(&lesson->scope, chain->of)) == 1;
    bool entry = expr_get(&lesson->exprs, chain->wrt)->kind == EXPR_INDEX;
    if (chain->paths.listed > 1 && (rows || entry))
        return true;
    return !(number && carried) && (entry || found->count > 1);
}

/* The chain of a derivative, without its paths; NULL, after the error, where it has no parts. */
static Chain *open_chain(Builder *builder, Expr derivative) {
    Lesson *lesson = builder->lesson;
    const Exprs *exprs = &lesson->exprs;
    Chain *chain = ARENA_NEW(lesson->arena, Chain);
    chain->wrt = expr_operand(exprs, derivative, 1);
    const ExprNode *wrt = expr_get(exprs, chain->wrt);
    chain->of = expr_get(exprs, expr_operand(exprs, derivative, 0))->symbol;
    chain->symbol = wrt->kind == EXPR_INDEX
                        ? expr_get(exprs, expr_operand(exprs, chain->wrt, 0))->symbol
                        : wrt->symbol;
    if (!graph_rows_meet(lesson->graph, &lesson->scope, chain->of, chain->symbol))
        return chain;
    report_meeting(builder, chain->of, chain->wrt, chain->symbol);
    return NULL;
}

static void add_chain(Builder *builder, Expr derivative) {
    Lesson *lesson = builder->lesson;
    Chain *chain = open_chain(builder, derivative);
    if (!chain)
        return;
    double *weights = ARENA_ARRAY(builder->scratch, double, lesson->graph->edge_count);
    for (size_t i = 0; i < lesson->graph->edge_count; i++)
        weights[i] = 1;
    chain->paths = paths_find(lesson->arena, lesson->graph, &lesson->scope, weights, chain->of,
                              chain->symbol, LESSON_CHAIN_PATHS);
    add_step(builder, STEP_CHAIN)->chain = chain;
    if (!chain->paths.complete) {
        add_backward(builder, chain->of, chain->symbol, lesson->scope.count);
        return;
    }
    for (size_t path = 0; path < chain->paths.listed; path++) {
        for (size_t factor = 0; factor < chain->paths.list[path].count; factor++) {
            Step *step = add_step(builder, STEP_FACTOR);
            step->chain = chain;
            step->path = path;
            step->factor = factor;
            add_cancellation(builder, chain->of,
                             lesson->graph->edges[chain->paths.list[path].edges[factor]].from);
        }
        if (chain_has_product(lesson, chain, path)) {
            Step *step = add_step(builder, STEP_PRODUCT);
            step->chain = chain;
            step->path = path;
        }
    }
    if (chain->paths.listed > 1)
        add_step(builder, STEP_SUM)->chain = chain;
}

static void add_update(Builder *builder) {
    const Action *action = builder->action;
    size_t group = builder->lesson->step_count;
    for (size_t i = 0; i < action->count; i++) {
        Step *step = add_step(builder, STEP_UPDATE);
        step->symbol = action->symbols[i];
        step->of = lesson_default_result(builder->lesson, builder->scratch, step->symbol,
                                         action->declared);
        step->group = group;
    }
}

/* The loss is known only when all of the lesson is. */
static const TrainPlan *complete_plan(Builder *builder) {
    TrainPlan *plan = ARENA_NEW(builder->lesson->arena, TrainPlan);
    *plan = *builder->action->train;
    plan->seed = builder->lesson->seed; /* which may be declared below */
    plan->loss = lesson_default_result(builder->lesson, builder->scratch, SYMBOL_NONE,
                                       builder->action->declared);
    if (plan->loss == SYMBOL_NONE)
        diag_add(builder->diags, builder->action->line, 1, 5, "declare one: loss E = (t - y)^2",
                 "there is no loss to train");
    return plan;
}

/* A plot without an axis shows a training, so there must have been one. */
static void check_trained(Builder *builder) {
    bool trained = builder->action->plot->axis_count > 0;
    for (size_t i = 0; i < builder->lesson->step_count && !trained; i++)
        trained = builder->lesson->steps[i].kind == STEP_TRAIN;
    if (!trained)
        diag_add(builder->diags, builder->action->line, 1, 4, "plot E over w from -2 to 2",
                 "there is no training before this plot");
}

static void add_action(Builder *builder) {
    const Action *action = builder->action;
    Lesson *lesson = builder->lesson;
    Step *step;
    switch (action->kind) {
    case ACTION_PROSE:
    case ACTION_DECLARE:
        step = add_step(builder, action->kind == ACTION_PROSE ? STEP_PROSE : STEP_DECLARE);
        step->first = action->first;
        step->count = action->count;
        break;
    case ACTION_FORWARD:
        for (size_t i = 0; i < action->count; i++)
            add_step(builder, STEP_FORWARD)->symbol = action->symbols[i];
        break;
    case ACTION_CHAIN:
        for (size_t i = 0; i < action->count; i++)
            add_chain(builder, action->exprs[i]);
        break;
    case ACTION_BACKWARD: {
        SymbolId of =
            action->of != SYMBOL_NONE
                ? action->of
                : lesson_default_result(lesson, builder->scratch, SYMBOL_NONE, action->declared);
        add_backward(builder, of, SYMBOL_NONE, lesson->scope.count);
        break;
    }
    case ACTION_UPDATE: add_update(builder); break;
    case ACTION_SET:
        step = add_step(builder, STEP_SET);
        step->target = action->target;
        step->value = action->value;
        break;
    case ACTION_RATE: add_step(builder, STEP_RATE)->value = action->value; break;
    case ACTION_RESET: add_step(builder, STEP_RESET); break;
    case ACTION_SHOW:
        for (size_t i = 0; i < action->count && action->show == SHOW_PATHS; i++)
            open_chain(builder, action->exprs[i]);
        step = add_step(builder, STEP_SHOW);
        step->show = action->show;
        step->exprs = action->exprs;
        step->count = action->count;
        step->of = lesson_default_result(lesson, builder->scratch, SYMBOL_NONE, action->declared);
        break;
    case ACTION_ROW: add_step(builder, STEP_ROW)->first = action->first; break;
    case ACTION_TRAIN: add_step(builder, STEP_TRAIN)->train = complete_plan(builder); break;
    case ACTION_PLOT:
        check_trained(builder);
        add_step(builder, STEP_PLOT)->plot = action->plot;
        break;
    case ACTION_ASK:
        add_step(builder, STEP_ASK)->question = action->question;
        add_step(builder, STEP_ANSWER)->question = action->question;
        break;
    case ACTION_EXPECT: lesson->expectations[action->first].step = lesson->step_count; break;
    }
}

void steps_build(Lesson *lesson, Diags *diags, Arena *scratch) {
    Builder builder = {.lesson = lesson, .diags = diags, .scratch = scratch};
    double *leaves = ARENA_ARRAY(scratch, double, lesson->scope.leaf_entries);
    model_initial(&lesson->exprs, &lesson->scope, scratch, lesson->seed, leaves);
    builder.leaves = leaves;
    size_t section = 0;
    for (size_t i = 0; i < lesson->action_count && !builder.full; i++) {
        builder.action = &lesson->actions[i];
        for (; section < builder.action->section && section < lesson->section_count; section++)
            lesson->sections[section].step = lesson->step_count;
        add_action(&builder);
    }
}
