/* What is asked at a step, and what is known of wrong answers to it. */
#include <math.h>

#include "app/teach.h"
#include "num/rng.h"

/* One step that is about to ask. */
typedef struct Asker {
    Explain explain;
    const Step *step;
    size_t position;
    Asked *asked;
} Asker;

/* ------------------------------------------------------------------------------ which entry */

enum { MOST_COMPARED = 256 };       /* entries that are held against each other */
static const double TELLING = 1e-3; /* of the largest: what is smaller is a poor question */

/* Whether an entry is worth asking for: in the first round one unlike all others that is neither 0
 * nor 1; then one that is no 0; then any. */
static bool is_worth(const double *values, size_t count, size_t entry, double largest, int round) {
    double value = values[entry];
    if (!isfinite(value) || round == 2)
        return isfinite(value);
    if (fabs(value) <= TELLING * largest || (round == 0 && fabs(value) == 1))
        return false;
    for (size_t i = 0; i < count && round == 0 && count <= MOST_COMPARED; i++)
        if (i != entry && values[i] == value)
            return false;
    return true;
}

/* Steps begin to look at different entries. `wanted` says which may be asked; NULL for all. */
static size_t choose_entry(const double *values, size_t count, const bool *wanted,
                           size_t position) {
    Rng rng = rng_stream(position, "entry");
    size_t begin = (size_t)(rng_unit(&rng) * (double)count), found = begin;
    double largest = 0;
    for (size_t i = 0; i < count; i++)
        largest = isfinite(values[i]) ? fmax(largest, fabs(values[i])) : largest;
    for (int round = 0; round < 3; round++)
        for (size_t i = 0; i < count; i++) {
            found = (begin + i) % count;
            if ((!wanted || wanted[found]) && is_worth(values, count, found, largest, round))
                return found;
        }
    return found;
}

/* A number is asked for as it is; of a matrix one entry, which goes into `about`. */
static void ask_of(Asker *asker, Expr whole, const double *values, const bool *wanted) {
    Exprs *exprs = asker->explain.exprs;
    Asked *asked = asker->asked;
    const ExprNode shape = *expr_get(exprs, whole);
    size_t count = (size_t)shape.rows * shape.columns;
    asked->number = true;
    asked->key.truth = values[0];
    asked->hidden = (Hidden){1, 1, 0};
    if (count == 1)
        return;
    size_t entry = choose_entry(values, count, wanted, asker->position);
    asked->whole = whole;
    asked->hidden = (Hidden){shape.rows, shape.columns, entry};
    asked->values = values;
    asked->key.truth = values[entry];
    DiagnoseQuestion *about = &asked->about;
    const ExprNode *wrt = about->wrt ? expr_get(exprs, about->wrt) : NULL;
    size_t by = wrt ? (size_t)wrt->rows * wrt->columns : 1;
    about->of_entry = entry / by;
    if (by > 1)
        about->wrt = expr_index(exprs, about->wrt, (uint32_t)(entry % by / wrt->columns) + 1,
                                (uint32_t)(entry % by % wrt->columns) + 1);
}

/* ------------------------------------------------------------------------------ by step */

static void ask_value(Asker *asker, SymbolId symbol) {
    asker->asked->diagnosed = true;
    asker->asked->about = (DiagnoseQuestion){.kind = DIAGNOSE_VALUE, .of = symbol};
    ask_of(asker, explain_name_expr(&asker->explain, symbol),
           model_value(asker->explain.model, symbol), NULL);
}

/* d(of)/d(wrt), with these values; NULL for its own. */
static void ask_slope(Asker *asker, DiagnoseKind kind, SymbolId of, Expr wrt, const double *values,
                      const bool *wanted) {
    Explain *explain = &asker->explain;
    Expr token = expr_derivative(explain->exprs, explain_name_expr(explain, of), wrt);
    asker->asked->diagnosed = true;
    asker->asked->about = (DiagnoseQuestion){.kind = kind, .of = of, .wrt = wrt};
    ask_of(asker, token, values ? values : explain_value(explain, token), wanted);
}

static void ask_derivative(Asker *asker, SymbolId of, Expr wrt) {
    ask_slope(asker, DIAGNOSE_DERIVATIVE, of, wrt, NULL, NULL);
}

static void ask_update(Asker *asker) {
    Explain *explain = &asker->explain;
    Expr name = explain_name_expr(explain, asker->step->symbol);
    Expr token = expr_derivative(explain->exprs, explain_name_expr(explain, asker->step->of), name);
    const double *slopes = explain_value(explain, token);
    const double *old = model_value(explain->model, asker->step->symbol);
    size_t count = symbol_entries(scope_get(explain->scope, asker->step->symbol));
    double *values = ARENA_ARRAY(explain->arena, double, count);
    for (size_t i = 0; i < count; i++)
        values[i] = old[i] - explain->model->rate * slopes[i];
    asker->asked->diagnosed = true;
    asker->asked->about =
        (DiagnoseQuestion){.kind = DIAGNOSE_UPDATE, .of = asker->step->of, .wrt = name};
    ask_of(asker, name, values, NULL);
    asker->asked->key.change = asker->asked->key.truth - old[asker->asked->hidden.entry];
}

/* The value of `part`, a number also where it stands for all entries of `token`. */
static const double *values_of(const Explain *explain, Expr part, Expr token) {
    const double *value = explain_value(explain, part);
    const ExprNode *node = expr_get(explain->exprs, token);
    size_t count = (size_t)node->rows * node->columns;
    if (!expr_is_scalar(explain->exprs, part) || count == 1)
        return value;
    double *values = ARENA_ARRAY(explain->arena, double, count);
    for (size_t i = 0; i < count; i++)
        values[i] = *value;
    return values;
}

/* Of several paths the question is about this one, or the beginning of one. */
static void keep_along(Asker *asker, const Chain *chain, const Path *path) {
    const Explain *explain = &asker->explain;
    if (chain->paths.listed == 1)
        return;
    bool *along = ARENA_ARRAY(explain->arena, bool, explain->lesson->graph->edge_count);
    for (size_t i = 0; i < path->count; i++)
        along[path->edges[i]] = true;
    asker->asked->about.along = along;
    asker->asked->about.along_value = asker->asked->key.truth;
}

/* What is handed back along a chain of matrices. */
static void ask_carried(Asker *asker, const Edge *edge) {
    const Step *step = asker->step;
    Explain along;
    const bool *reached = explain_entry_reached(&asker->explain, step->chain, step->factor);
    Expr part = explain_carried(&asker->explain, step->chain, step->path, step->factor, &along);
    Expr from = explain_name_expr(&along, edge->from);
    ask_slope(asker, DIAGNOSE_DERIVATIVE, step->chain->of, from, values_of(&along, part, from),
              reached);
    Path part_of_path = step->chain->paths.list[step->path];
    part_of_path.count = step->factor + 1;
    keep_along(asker, step->chain, &part_of_path);
}

/* One local partial, or what is carried along a path of matrices. */
static void ask_factor(Asker *asker) {
    const Step *step = asker->step;
    const Path *path = &step->chain->paths.list[step->path];
    const Edge *edge = &asker->explain.lesson->graph->edges[path->edges[step->factor]];
    Expr from = explain_name_expr(&asker->explain, edge->from);
    if (explain_carries(&asker->explain, step->chain, step->path))
        ask_carried(asker, edge);
    else if (edge->partial)
        ask_slope(asker, DIAGNOSE_LOCAL, edge->to, from,
                  values_of(&asker->explain, edge->partial, from), NULL);
    else
        ask_slope(asker, DIAGNOSE_LOCAL, edge->to, from, explain_edge_value(&asker->explain, edge),
                  NULL);
}

static void ask_product(Asker *asker) {
    const Chain *chain = asker->step->chain;
    const double *values = explain_path_value(&asker->explain, chain, asker->step->path);
    ask_slope(asker, DIAGNOSE_DERIVATIVE, chain->of, chain->wrt, values, NULL);
    keep_along(asker, chain, &chain->paths.list[asker->step->path]);
}

/* A derivative or a name is diagnosed by what it is; other formulas by the author's mistakes alone.
 */
static void ask_question(Asker *asker, const Question *question) {
    const Explain *explain = &asker->explain;
    const Exprs *exprs = explain->exprs;
    Asked *asked = asker->asked;
    asked->question = question;
    asked->key.tolerance = question->within;
    if (!question->answer)
        return;
    const ExprNode *node = expr_get(exprs, question->answer);
    Expr of = node->kind == EXPR_DERIVATIVE ? expr_operand(exprs, question->answer, 0) : 0;
    if (node->kind == EXPR_NAME && scope_get(explain->scope, node->symbol)->definition)
        ask_value(asker, node->symbol);
    else if (of && expr_get(exprs, of)->kind == EXPR_NAME &&
             explain_is_number(explain, expr_get(exprs, of)->symbol))
        ask_derivative(asker, expr_get(exprs, of)->symbol,
                       expr_operand(exprs, question->answer, 1));
    asked->number = true;
    asked->key.truth = *explain_value(explain, question->answer);
}

bool teach_asked(const Session *session, Arena *arena, size_t position, Asked *asked) {
    const Step *step = &session->lesson->steps[position];
    Card unused = {.arena = arena};
    Replay replay = step->kind == STEP_UPDATE ? session_replay_before(session, arena, position)
                                              : session_replay_after(session, arena, position);
    Asker asker = {explain_new(session, replay.model, &unused), step, position, asked};
    *asked = (Asked){.model = replay.model};
    switch (step->kind) {
    case STEP_FORWARD: ask_value(&asker, step->symbol); break;
    case STEP_FACTOR: ask_factor(&asker); break;
    case STEP_PRODUCT: ask_product(&asker); break;
    case STEP_CHAIN:
    case STEP_SUM: ask_derivative(&asker, step->chain->of, step->chain->wrt); break;
    case STEP_BACKWARD:
        if (step->symbol != step->of)
            ask_derivative(&asker, step->of, explain_name_expr(&asker.explain, step->symbol));
        break;
    case STEP_UPDATE: ask_update(&asker); break;
    case STEP_ASK: ask_question(&asker, step->question); return true;
    default: return false;
    }
    return asked->number && isfinite(asked->key.truth);
}

/* ------------------------------------------------------------------------------ diagnosis */

Diagnosis teach_diagnosis(const Asked *asked, Arena *arena) {
    Diagnosis diagnosis = {.key.truth = NAN};
    if (asked->diagnosed)
        diagnosis = diagnose_question(asked->model, arena, asked->about, asked->key.tolerance);
    if (isnan(diagnosis.key.truth))
        diagnosis = (Diagnosis){.arena = arena, .key = asked->key, .subject = "q"};
    if (asked->whole)
        diagnose_add_entries(&diagnosis, asked->values, asked->hidden.rows, asked->hidden.columns,
                             asked->hidden.entry);
    const Question *question = asked->question;
    for (size_t i = 0; question && i < question->mistake_count; i++)
        diagnose_add_author(&diagnosis, question->mistakes[i].comment,
                            *model_evaluate(asked->model, arena, question->mistakes[i].answer));
    return diagnosis;
}
