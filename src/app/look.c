/* Looking back upon a training: any epoch of it, exactly as it was. */
#include <math.h>
#include <string.h>

#include "app/explain.h"
#include "expr/diff.h"

size_t session_trained_epochs(const Session *session) {
    return session->present.training ? session->present.training->history.epochs : 0;
}

const Look *session_look(const Session *session) {
    return session->look.history ? &session->look : NULL;
}

void session_set_look(Session *session, Look look) {
    session->look = look;
}

bool session_look_at(Session *session, size_t epoch) {
    const Trained *trained = session->present.training;
    if (session_asking(session) != ASKING_NOTHING || !trained || epoch > trained->history.epochs)
        return false;
    Arena scratch = {.recovery = session->arena->recovery};
    double loss =
        train_return(session->present.model, &scratch, trained->run, &trained->history, epoch);
    arena_clear(&scratch);
    if (epoch == trained->history.epochs)
        loss = trained->history.last_loss;
    session->look = (Look){trained->run, &trained->history, epoch, loss};
    return true;
}

/* ------------------------------------------------------------------------------ the map */

static const double MARGIN = 0.25; /* beside the way, as a part of its length along an axis */

/* The student's, else the next one of the lesson, else the one before. */
static const PlotRequest *find_map(const Session *session) {
    const PlotRequest *found = NULL;
    if (session->map && explain_walks(session->lesson, session->map))
        return session->map;
    for (size_t i = 0; i < session->lesson->step_count; i++) {
        const Step *step = &session->lesson->steps[i];
        bool behind = i >= session->position;
        bool walks = step->kind == STEP_PLOT && explain_walks(session->lesson, step->plot);
        if (walks && (behind || !found))
            found = step->plot;
        if (walks && behind)
            break;
    }
    return found;
}

bool session_has_map(const Session *session) {
    return find_map(session) != NULL;
}

/* Where an entry of the leaves was during a training. */
typedef struct Reach {
    SymbolId symbol;
    size_t entry; /* of the symbol, from 0 */
    double from, to;
} Reach;

static Reach find_reach(const Explain *explain, const Look *look, SymbolId symbol, size_t entry) {
    size_t entries = explain->scope->leaf_entries;
    size_t at = scope_get(explain->scope, symbol)->offset + entry;
    double now = explain->model->leaves[at];
    Reach reach = {symbol, entry, now, now};
    for (size_t i = 0; i < look->history->sampled; i++) {
        reach.from = fmin(reach.from, look->history->leaves[i * entries + at]);
        reach.to = fmax(reach.to, look->history->leaves[i * entries + at]);
    }
    return reach;
}

/* The two entries of parameters that moved furthest. Returns how many there are. */
static size_t find_furthest(const Explain *explain, const Look *look, Reach furthest[2]) {
    size_t count = 0;
    for (SymbolId s = 0; s < explain->scope->count; s++) {
        const Symbol *symbol = scope_get(explain->scope, s);
        for (size_t e = 0; symbol->role == ROLE_PARAM && e < symbol_entries(symbol); e++) {
            Reach reach = find_reach(explain, look, s, e);
            double length = reach.to - reach.from;
            bool first = count < 1 || length > furthest[0].to - furthest[0].from;
            bool second = count < 2 || length > furthest[1].to - furthest[1].from;
            if (first)
                furthest[1] = furthest[0];
            if (first || second)
                furthest[first ? 0 : 1] = reach;
            count += count < 2;
        }
    }
    return count;
}

static PlotAxis axis_of(const Explain *explain, const Reach *reach) {
    double margin = (reach->to - reach->from) * MARGIN;
    if (!(margin > 0) || !isfinite(margin))
        margin = 1;
    return (PlotAxis){explain_entry(explain, reach->symbol, reach->entry), reach->from - margin,
                      reach->to + margin};
}

/* A map of the loss where the lesson has none: NULL where there are not two weights. */
static const PlotRequest *make_map(const Explain *explain, const Look *look) {
    Reach furthest[2] = {{0}, {0}};
    if (find_furthest(explain, look, furthest) < 2)
        return NULL;
    Expr *loss = ARENA_NEW(explain->arena, Expr);
    *loss = scope_expr(explain->scope, explain->exprs, look->plan->loss);
    bool *by_row = expr_by_row(explain->exprs, explain->scope, explain->arena, *loss);
    if (by_row && by_row[*loss])
        *loss = expr_call1(explain->exprs, FUNCTION_ROWMEAN, *loss);
    PlotRequest *map = ARENA_NEW(explain->arena, PlotRequest);
    *map =
        (PlotRequest){loss, 1, {axis_of(explain, &furthest[0]), axis_of(explain, &furthest[1])}, 2};
    return map;
}

/* ------------------------------------------------------------------------------ the card */

Card session_look_card(Session *session, Arena *arena, const Look *look, bool map) {
    Card card = {.arena = arena, .title = "Training"};
    Explain explain = explain_new(session, session->present.model, &card);
    const PlotRequest *request = map ? find_map(session) : NULL;
    card_text(&card, "After %zu epoch%s %s is %s.", look->epoch, look->epoch == 1 ? "" : "s",
              explain_name_text(&explain, look->plan->loss),
              explain_number_text(&explain, look->loss));
    if (map && !request)
        request = make_map(&explain, look);
    if (request)
        explain_map(&explain, request, look);
    else
        explain_training_curve(&explain, look);
    return card;
}
