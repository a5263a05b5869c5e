#include "app/hunt.h"

#include <math.h>

#include "base/number.h"
#include "base/str.h"
#include "expr/diff.h"
#include "expr/parts.h"
#include "expr/simplify.h"
#include "lesson/mistakes.h"
#include "num/rng.h"
#include "view/math_text.h"

enum {
    LEAST_LINES = 2,
    MOST_LINES = 60,
    MOST_TERMS = 16,  /* in one line */
    MOST_OTHERS = 16, /* names beside one in a formula that can be taken for it */
    MOST_TRIES = 50   /* derivations looked at to find one to hunt in */
};

/* One way to write a line wrongly. The mistakes it can be, by their names in the table. */
typedef struct Slip {
    Expr written;
    const char *names[3];
    const Edge *edge; /* whose slope it concerns, or NULL */
    const char *tag, *sentence;
} Slip;

typedef struct Hunter {
    const Explain *explain;
    const HuntPlan *plan;
    Hunt hunt;
    size_t capacity; /* of its lines */
    Workings work;   /* only for what it tells about one edge */
    Slip *slips;     /* of one line */
    size_t slip_count, slip_capacity;
} Hunter;

static Expr name_expr(const Explain *explain, SymbolId symbol) {
    return scope_expr(explain->scope, explain->exprs, symbol);
}

static Expr token_of(const Explain *explain, SymbolId of, SymbolId wrt) {
    return expr_derivative(explain->exprs, name_expr(explain, of), name_expr(explain, wrt));
}

static bool is_number(const Explain *explain, SymbolId symbol) {
    return symbol_entries(scope_get(explain->scope, symbol)) == 1;
}

static void refuse(Hunter *hunter, const char *problem) {
    if (!hunter->hunt.problem)
        hunter->hunt.problem = problem;
}

static void refuse_length(Hunter *hunter, size_t length, size_t most) {
    if (length > most)
        refuse(hunter, "this derivation is too long to hunt in");
}

/* ------------------------------------------------------------------------------ the lines */

static Expr join(const Hunter *hunter, ExprKind kind, const Expr *parts, size_t count) {
    Expr whole = parts[0];
    for (size_t i = 1; i < count; i++)
        whole = expr_binary(hunter->explain->exprs, kind, whole, parts[i]);
    return whole;
}

/* What an edge hands back where `partial` is taken for its slope; 0 where it is left out. */
static Expr term_of(const Hunter *hunter, const HuntLine *line, const Edge *edge, Expr partial) {
    Exprs *exprs = hunter->explain->exprs;
    if (line->kind == HUNT_LOCAL || edge->to == line->of)
        return partial ? partial : expr_number(exprs, 1);
    Expr carried = token_of(hunter->explain, line->of, edge->to);
    return partial ? expr_binary(exprs, EXPR_MULTIPLY, carried, partial) : carried;
}

/* The line's parts as they ought to be: terms of a sum, factors of a product; how many. */
static size_t line_parts(const Hunter *hunter, const HuntLine *line, Expr **parts) {
    size_t lines_before = (size_t)(line - hunter->hunt.lines);
    size_t count = line->kind == HUNT_PRODUCT ? lines_before : line->edge_count;
    *parts = ARENA_ARRAY(hunter->explain->arena, Expr, count);
    for (size_t i = 0; i < count; i++)
        (*parts)[i] = line->kind == HUNT_PRODUCT
                          ? hunter->hunt.lines[i].left
                          : term_of(hunter, line, line->edges[i], line->edges[i]->partial);
    return count;
}

static ExprKind joint_of(const HuntLine *line) {
    return line->kind == HUNT_PRODUCT ? EXPR_MULTIPLY : EXPR_ADD;
}

static HuntLine *add_line(Hunter *hunter, HuntKind kind, SymbolId of, SymbolId wrt) {
    Hunt *hunt = &hunter->hunt;
    ARENA_RESERVE(hunter->explain->arena, hunt->lines, hunt->count, hunter->capacity);
    HuntLine *line = &hunt->lines[hunt->count++];
    *line =
        (HuntLine){.kind = kind, .of = of, .wrt = wrt, .left = token_of(hunter->explain, of, wrt)};
    return line;
}

static void finish_line(const Hunter *hunter, HuntLine *line) {
    Expr *parts;
    size_t count = line_parts(hunter, line, &parts);
    line->right = line->written = join(hunter, joint_of(line), parts, count);
}

static bool leaves_rows(const Graph *graph, const Edge *edge, SymbolId of) {
    return graph_sums_rows(graph, edge, of) ||
           (graph->by_row[edge->from] && !graph->by_row[edge->to]);
}

/* Only slopes of numbers by numbers, in one training row, can be written in a line. */
static bool takes_edge(Hunter *hunter, const Edge *edge) {
    const Explain *explain = hunter->explain;
    SymbolId matrix = !is_number(explain, edge->to) ? edge->to : edge->from;
    if (!is_number(explain, matrix))
        refuse(hunter,
               arena_format(explain->arena, "hunts are for networks of numbers, and %s is a matrix",
                            scope_get(explain->scope, matrix)->name));
    else if (!edge->partial || leaves_rows(explain->lesson->graph, edge, hunter->plan->of))
        refuse(hunter, "hunts do not go through sums over training rows");
    return !hunter->hunt.problem;
}

static void add_path_lines(Hunter *hunter, const Path *path) {
    const Explain *explain = hunter->explain;
    refuse_length(hunter, path->count, MOST_LINES);
    for (size_t i = 0; i < path->count && !hunter->hunt.problem; i++) {
        const Edge *edge = &explain->lesson->graph->edges[path->edges[i]];
        if (!takes_edge(hunter, edge))
            return;
        HuntLine *line = add_line(hunter, HUNT_LOCAL, edge->to, edge->from);
        line->edges = ARENA_ARRAY(explain->arena, const Edge *, 1);
        line->edges[line->edge_count++] = edge;
        finish_line(hunter, line);
    }
    if (path->count > 1 && !hunter->hunt.problem)
        finish_line(hunter, add_line(hunter, HUNT_PRODUCT, hunter->plan->of, hunter->plan->wrt));
}

static void add_sum_line(Hunter *hunter, SymbolId symbol, const double *reached) {
    const Graph *graph = hunter->explain->lesson->graph;
    size_t first = graph->first_out[symbol], end = graph->first_out[symbol + 1];
    HuntLine *line = add_line(hunter, HUNT_SUM, hunter->plan->of, symbol);
    line->edges = ARENA_ARRAY(hunter->explain->arena, const Edge *, end - first);
    for (size_t i = first; i < end && !hunter->hunt.problem; i++) {
        const Edge *edge = &graph->edges[graph->outgoing[i]];
        if (reached[edge->to] > 0 && takes_edge(hunter, edge))
            line->edges[line->edge_count++] = edge;
    }
    refuse_length(hunter, line->edge_count, MOST_TERMS);
    if (!hunter->hunt.problem)
        finish_line(hunter, line);
}

/* Node by node, as `backward` goes: down to one name, or to everything that can be changed. */
static void add_sweep_lines(Hunter *hunter, const double *reached) {
    const Explain *explain = hunter->explain;
    const HuntPlan *plan = hunter->plan;
    bool whole = plan->wrt == SYMBOL_NONE;
    bool *wanted =
        whole ? NULL
              : graph_dependents(explain->lesson->graph, explain->scope, explain->arena, plan->wrt);
    for (SymbolId s = plan->of; s-- > 0 && hunter->hunt.count <= MOST_LINES;) {
        SymbolRole role = scope_get(explain->scope, s)->role;
        bool taken = whole ? role != ROLE_INPUT && role != ROLE_TARGET : wanted[s];
        if (taken && reached[s] > 0 && !hunter->hunt.problem)
            add_sum_line(hunter, s, reached);
    }
}

static void add_lines(Hunter *hunter) {
    const Explain *explain = hunter->explain;
    const HuntPlan *plan = hunter->plan;
    double *reached = paths_count(explain->arena, explain->lesson->graph, explain->scope, plan->of);
    if (plan->wrt == SYMBOL_NONE || reached[plan->wrt] > 1) {
        add_sweep_lines(hunter, reached);
    } else {
        Expr wrt = name_expr(explain, plan->wrt);
        Chain *chain = explain_find_chain(explain, plan->of, wrt, 1);
        if (chain->paths.listed)
            add_path_lines(hunter, &chain->paths.list[0]);
        else
            refuse(hunter, arena_format(explain->arena, "no path leads from %s to %s",
                                        scope_get(explain->scope, plan->wrt)->name,
                                        scope_get(explain->scope, plan->of)->name));
    }
    if (hunter->hunt.count < LEAST_LINES)
        refuse(hunter, "this derivative is worked out in one line, too few to hide a mistake in");
    refuse_length(hunter, hunter->hunt.count, MOST_LINES);
}

/* ------------------------------------------------------------------------------ the values */

/* A formula with the values of the first `known` lines put in for what they are about. */
static double evaluate(const Hunter *hunter, size_t known, Expr formula) {
    const Explain *explain = hunter->explain;
    Tape *tape =
        tape_compile(explain->arena, explain->exprs, explain->scope, &formula, 1, SYMBOL_NONE);
    tape_load(tape, explain->model->leaves);
    for (size_t i = 0; i < known; i++)
        tape_set(tape, hunter->hunt.lines[i].left, &hunter->hunt.lines[i].value);
    tape_forward(tape);
    return *tape_value(tape, formula);
}

/* From the line `first` on, each from those before it. */
static void work_out(Hunter *hunter, size_t first) {
    for (size_t i = first; i < hunter->hunt.count && !hunter->hunt.problem; i++) {
        HuntLine *line = &hunter->hunt.lines[i];
        line->value = evaluate(hunter, i, line->written);
        if (!isfinite(line->value))
            refuse(hunter, "there are numbers here that are too large, or not defined");
    }
}

/* ------------------------------------------------------------------------------ slips */

static void add_slip(Hunter *hunter, Slip slip) {
    ARENA_RESERVE(hunter->explain->arena, hunter->slips, hunter->slip_count, hunter->slip_capacity);
    hunter->slips[hunter->slip_count++] = slip;
}

/* One term of a line, with another slope in it. */
typedef struct Place {
    Hunter *hunter;
    const HuntLine *line;
    size_t term;
} Place;

/* Offers the line with `slope` for that of its edge; 0 leaves it out. */
static void put_slope(const Place *place, Expr slope, Slip slip) {
    Expr *parts;
    size_t count = line_parts(place->hunter, place->line, &parts);
    slip.edge = place->line->edges[place->term];
    parts[place->term] = term_of(place->hunter, place->line, slip.edge, slope);
    slip.written = join(place->hunter, joint_of(place->line), parts, count);
    add_slip(place->hunter, slip);
}

/* The slope of the activation that `to` is, with its own name where its value stands in it. */
static Expr own_slope(const Hunter *hunter, SymbolId to, Expr operand) {
    const Explain *explain = hunter->explain;
    Expr formula = scope_get(explain->scope, to)->lowered;
    return expr_substitute(explain->exprs, explain->arena,
                           workings_slope(&hunter->work, to, operand), formula,
                           name_expr(explain, to));
}

static void mistake_activation(const Place *place, const Edge *edge, Expr operand, Expr inner) {
    Hunter *hunter = place->hunter;
    Exprs *exprs = hunter->explain->exprs;
    Expr to = name_expr(hunter->explain, edge->to);
    Expr at_output = workings_slope(&hunter->work, edge->to, to);
    put_slope(place, inner, (Slip){.names = {"no-slope"}});
    put_slope(place, simplify_multiply(exprs, to, inner),
              (Slip){.names = {"activation-for-slope"}});
    put_slope(place, simplify_multiply(exprs, at_output, inner),
              (Slip){.names = {"slope-at-output"}});
    put_slope(place, own_slope(hunter, edge->to, operand),
              (Slip){.names = {"no-factor", "stopped-early"}});
}

/* In w*h the slope along w is h, and along h it is w. */
static void mistake_factor(const Place *place, const Edge *edge, Expr operand, Expr inner) {
    const Explain *explain = place->hunter->explain;
    ExprKind kind = (ExprKind)expr_get(explain->exprs, inner)->kind;
    if (kind != EXPR_NAME)
        return;
    Expr slope = name_expr(explain, edge->from);
    if (operand)
        slope =
            simplify_multiply(explain->exprs, own_slope(place->hunter, edge->to, operand), slope);
    put_slope(place, slope, (Slip){.names = {"weight-for-input", "input-for-weight"}});
}

static void mistake_name(const Place *place, const Edge *edge) {
    const Graph *graph = place->hunter->explain->lesson->graph;
    size_t first = graph->first_in[edge->to], end = graph->first_in[edge->to + 1];
    for (size_t e = first; e < end && e - first < MOST_OTHERS; e++) {
        const Edge *other = &graph->edges[e];
        if (other != edge && other->partial && is_number(place->hunter->explain, other->from))
            put_slope(place, other->partial, (Slip){.names = {"other-partial", "other-parameter"}});
    }
}

/* Where there is no minus sign, none gets lost, and nobody makes one up. */
static void mistake_sign(const Place *place, const Edge *edge) {
    Exprs *exprs = place->hunter->explain->exprs;
    Expr negated = simplify_negate(exprs, edge->partial);
    const ExprNode *slope = expr_get(exprs, edge->partial);
    bool plain = slope->kind == EXPR_NUMBER && slope->number > 0;
    bool difference = slope->kind == EXPR_SUBTRACT;
    if (difference || (!plain && expr_get(exprs, negated)->kind != EXPR_NEGATE))
        put_slope(place, negated, (Slip){.names = {"sign"}});
}

static void mistake_slope(const Place *place) {
    Hunter *hunter = place->hunter;
    Exprs *exprs = hunter->explain->exprs;
    const Edge *edge = place->line->edges[place->term];
    Expr operand = workings_operand(&hunter->work, edge->to);
    Expr inner = workings_inner(&hunter->work, edge), two = expr_number(exprs, 2);
    mistake_sign(place, edge);
    if (mistakes_can_lose_two(&hunter->work, edge)) {
        put_slope(place, simplify_multiply(exprs, two, edge->partial),
                  (Slip){.names = {"half-lost"}});
        put_slope(place, simplify_divide(exprs, edge->partial, two), (Slip){.names = {"two-lost"}});
    }
    put_slope(place, 0, (Slip){.names = {"no-slope", "no-factor", "stopped-early"}});
    if (operand)
        mistake_activation(place, edge, operand, inner);
    mistake_factor(place, edge, operand, inner);
    mistake_name(place, edge);
}

/* The parts without number `left_out`. */
static Expr join_but(const Hunter *hunter, ExprKind kind, const Expr *parts, size_t count,
                     size_t left_out) {
    Expr *kept = ARENA_ARRAY(hunter->explain->arena, Expr, count);
    size_t kept_count = 0;
    for (size_t i = 0; i < count; i++)
        if (i != left_out)
            kept[kept_count++] = parts[i];
    return join(hunter, kind, kept, kept_count);
}

static void mistake_parts(Hunter *hunter, const HuntLine *line) {
    Expr *parts;
    size_t count = line_parts(hunter, line, &parts);
    bool product = line->kind == HUNT_PRODUCT;
    Slip missing = {.names = {"path-left-out", "one-path"}};
    Slip dropped = {.names = {"no-slope", "no-factor", "stopped-early"}};
    for (size_t i = 0; i < count && count > 1; i++) {
        Slip slip = product ? dropped : missing;
        slip.written = join_but(hunter, joint_of(line), parts, count, i);
        add_slip(hunter, slip);
        if (!product && count > 2)
            add_slip(hunter, (Slip){.written = parts[i], .names = {"one-path"}});
    }
    if (count > 1)
        add_slip(hunter,
                 (Slip){.written = join(hunter, product ? EXPR_ADD : EXPR_MULTIPLY, parts, count),
                        .names = {product ? "factors-added" : "paths-multiplied"}});
}

static void find_slips(Hunter *hunter, const HuntLine *line) {
    hunter->slip_count = 0;
    for (size_t i = 0; i < line->edge_count; i++)
        mistake_slope(&(Place){hunter, line, i});
    mistake_parts(hunter, line);
}

/* ------------------------------------------------------------------------------ the choice */

/* The same number, but for the order in which it was computed. */
static const double SAME = 1e-9;

static bool is_named(const Slip *slip, const Candidate *candidate) {
    const char *colon = candidate->tag;
    for (const char *c = colon; *c; c++)
        colon = *c == ':' ? c : colon;
    for (size_t i = 0; i < sizeof slip->names / sizeof *slip->names && slip->names[i]; i++)
        if (str_equal(slip->names[i], colon + 1))
            return true;
    return false;
}

/* The shown digits of two numbers differ. */
static bool looks_different(const Explain *explain, double a, double b) {
    return !str_equal(explain_number_text(explain, a), explain_number_text(explain, b));
}

/* Whether a slip is a known mistake, which is noted in it, and one that can be seen. */
static bool is_mistake(const Hunter *hunter, const HuntLine *line, const Diagnosis *diagnosis,
                       Slip *slip) {
    double value = evaluate(hunter, (size_t)(line - hunter->hunt.lines), slip->written);
    if (!isfinite(value) || !looks_different(hunter->explain, value, line->value))
        return false;
    for (size_t i = 0; i < diagnosis->count; i++) {
        const Candidate *candidate = &diagnosis->list[i];
        if (is_named(slip, candidate) &&
            fabs(candidate->value - value) <= SAME * fabs(candidate->value)) {
            slip->tag = candidate->tag;
            slip->sentence = candidate->sentence;
            return true;
        }
    }
    return false;
}

/* Leaves only the slips of a line that are known mistakes. */
static void keep_mistakes(Hunter *hunter, const HuntLine *line) {
    const Explain *explain = hunter->explain;
    DiagnoseQuestion question = {.kind = line->kind == HUNT_LOCAL ? DIAGNOSE_LOCAL
                                                                  : DIAGNOSE_DERIVATIVE,
                                 .of = line->of,
                                 .wrt = name_expr(explain, line->wrt)};
    Diagnosis diagnosis = diagnose_question(explain->model, explain->arena, question, 0);
    size_t kept = 0;
    find_slips(hunter, line);
    for (size_t i = 0; i < hunter->slip_count; i++)
        if (is_mistake(hunter, line, &diagnosis, &hunter->slips[i]))
            hunter->slips[kept++] = hunter->slips[i];
    hunter->slip_count = kept;
}

static size_t draw(Rng *rng, size_t count) {
    return (size_t)(rng_next(rng) % count);
}

/* The numbers 0 … count − 1 in an order of chance. */
static size_t *shuffle(Arena *arena, Rng *rng, size_t count) {
    size_t *order = ARENA_ARRAY(arena, size_t, count);
    for (size_t i = 0; i < count; i++) {
        size_t other = draw(rng, i + 1);
        order[i] = order[other];
        order[other] = i;
    }
    return order;
}

/* Which slip of a line: first which mistake, so that one with many places is no likelier. */
static const Slip *draw_slip(const Hunter *hunter, Rng *rng) {
    Arena *arena = hunter->explain->arena;
    const Slip **one_each = ARENA_ARRAY(arena, const Slip *, hunter->slip_count);
    const Slip **same = ARENA_ARRAY(arena, const Slip *, hunter->slip_count);
    size_t tags = 0, count = 0;
    for (size_t i = 0; i < hunter->slip_count; i++) {
        size_t earlier = 0;
        while (earlier < tags && !str_equal(one_each[earlier]->tag, hunter->slips[i].tag))
            earlier++;
        if (earlier == tags)
            one_each[tags++] = &hunter->slips[i];
    }
    const char *tag = one_each[draw(rng, tags)]->tag;
    for (size_t i = 0; i < hunter->slip_count; i++)
        if (str_equal(hunter->slips[i].tag, tag))
            same[count++] = &hunter->slips[i];
    return same[draw(rng, count)];
}

static void write_slip(Hunter *hunter, size_t line, const Slip *slip) {
    Hunt *hunt = &hunter->hunt;
    hunt->wrong = line;
    hunt->tag = slip->tag;
    hunt->sentence = slip->sentence;
    hunt->edge = slip->edge;
    hunt->right_value = hunt->lines[line].value;
    hunt->lines[line].written = slip->written;
    work_out(hunter, line);
}

/* Each line is as likely as any other, where it can be written wrongly at all. */
static void hide_mistake(Hunter *hunter) {
    Hunt *hunt = &hunter->hunt;
    Rng rng = rng_stream(hunter->plan->seed, "hunt");
    size_t *order = shuffle(hunter->explain->arena, &rng, hunt->count);
    for (size_t i = 0; i < hunt->count; i++) {
        keep_mistakes(hunter, &hunt->lines[order[i]]);
        if (hunter->slip_count) {
            write_slip(hunter, order[i], draw_slip(hunter, &rng));
            return;
        }
    }
    refuse(hunter, "no known mistake would show in this derivation");
}

Hunt hunt_new(const Explain *explain, const HuntPlan *plan) {
    Hunter hunter = {.explain = explain,
                     .plan = plan,
                     .work = {.model = explain->model, .arena = explain->arena}};
    add_lines(&hunter);
    work_out(&hunter, 0);
    if (!hunter.hunt.problem)
        hide_mistake(&hunter);
    return hunter.hunt;
}

/* Something that can be changed, and the result it is differentiated for. */
static bool can_be_asked(const Explain *explain, SymbolId wrt, HuntPlan *plan) {
    const Symbol *symbol = scope_get(explain->scope, wrt);
    plan->wrt = wrt;
    plan->of = lesson_default_result(explain->lesson, explain->arena, wrt, explain->scope->count);
    return symbol_is_leaf(symbol) && symbol->role != ROLE_TARGET && plan->of != SYMBOL_NONE &&
           is_number(explain, plan->of);
}

Hunt hunt_choose(const Explain *explain, HuntPlan *plan) {
    Rng rng = rng_stream(plan->seed, "hunt what");
    size_t names = explain->scope->count;
    size_t *order = shuffle(explain->arena, &rng, names + 1);
    Hunt hunt = {.problem = "there is no derivation of numbers in this lesson to hunt in"};
    for (size_t i = 0, tries = 0; i <= names && tries < MOST_TRIES && hunt.problem; i++) {
        HuntPlan tried = {.wrt = SYMBOL_NONE, .seed = plan->seed};
        bool whole = order[i] == names;
        if (whole)
            tried.of = lesson_default_result(explain->lesson, explain->arena, SYMBOL_NONE,
                                             explain->scope->count);
        bool asked = whole ? tried.of != SYMBOL_NONE && is_number(explain, tried.of)
                           : can_be_asked(explain, (SymbolId)order[i], &tried);
        tries += asked;
        Hunt found = asked ? hunt_new(explain, &tried) : hunt;
        if (!found.problem) {
            *plan = tried;
            hunt = found;
        }
    }
    return hunt;
}

/* ------------------------------------------------------------------------------ on the card */

typedef struct Writer {
    const Explain *explain;
    const Hunt *hunt;
} Writer;

static const double *name_value(const void *context, SymbolId symbol) {
    const Writer *writer = context;
    return is_number(writer->explain, symbol) ? model_value(writer->explain->model, symbol) : NULL;
}

static const double *line_value(const void *context, Expr derivative) {
    const Writer *writer = context;
    for (size_t i = 0; i < writer->hunt->count; i++)
        if (writer->hunt->lines[i].left == derivative)
            return &writer->hunt->lines[i].value;
    return NULL;
}

/* left = symbols = numbers = value, each part once. */
static const Math *equation(const Writer *writer, const HuntLine *line, Expr formula,
                            double value) {
    const Explain *explain = writer->explain;
    Arena *arena = explain->arena;
    MathStyle numbers = {.digits = explain->digits,
                         .value_of = name_value,
                         .derivative_of = line_value,
                         .context = writer,
                         .lit = SYMBOL_NONE};
    Math *parts[] = {(Math *)explain_symbols(explain, formula),
                     math_expr(arena, explain->exprs, explain->scope, formula, numbers),
                     math_lit(arena, math_number(arena, value, explain->digits), STYLE_NUMBER)};
    Math *row = math_row(arena, 1, explain_symbols(explain, line->left));
    const char *last = "";
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        const char *text = math_line(arena, parts[i], false);
        if (str_equal(text, last))
            continue;
        math_add(arena, row, math_text(arena, " = "));
        math_add(arena, row, parts[i]);
        last = text;
    }
    return row;
}

const Math *hunt_line_math(const Explain *explain, const Hunt *hunt, size_t line) {
    const HuntLine *found = &hunt->lines[line];
    return equation(&(Writer){explain, hunt}, found, found->written, found->value);
}

const Math *hunt_right_math(const Explain *explain, const Hunt *hunt) {
    const HuntLine *found = &hunt->lines[hunt->wrong];
    return equation(&(Writer){explain, hunt}, found, found->right, hunt->right_value);
}

size_t hunt_line_uses(const Explain *explain, const Hunt *hunt, size_t line, size_t **uses) {
    size_t count = 0;
    Parts parts =
        parts_of(explain->exprs, NULL, SYMBOL_NONE, explain->arena, hunt->lines[line].written);
    *uses = ARENA_ARRAY(explain->arena, size_t, line);
    for (size_t i = 0; i < line; i++)
        if (parts_place(&parts, hunt->lines[i].left) != SIZE_MAX)
            (*uses)[count++] = i;
    return count;
}
