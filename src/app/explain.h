/* explain: the words and formulas for one thing at a time: a value, a local partial, a product, a
 * sum over paths, an update. Steps and commands are both made of these, so they cannot disagree. */
#ifndef APP_EXPLAIN_H
#define APP_EXPLAIN_H

#include "app/state.h"
#include "num/range.h"

/* What is still asked for: an entry of the result, which is this large. */
typedef struct Hidden {
    size_t rows, columns, entry; /* the entry by rows, from 0 */
} Hidden;

/* Who explains what, with which numbers, onto which card. */
typedef struct Explain {
    const Session *session;
    const Lesson *lesson;
    Exprs *exprs;
    const Scope *scope;
    const Model *model; /* the numbers that are put in */
    Model *swept;       /* the same where it may be swept back through, else another */
    Arena *arena;
    Card *card;
    int digits;
    Expr carried; /* a derivative token whose value here is the part along one path, or 0 */
    const double *carried_value;
    SymbolId lit;         /* a name to be lit in formulas, or SYMBOL_NONE */
    const Hidden *hidden; /* formulas are shown, and a ? in the place of the result; or NULL */
} Explain;

/* With the model's numbers, onto the card and into its arena. */
Explain explain_new(const Session *session, const Model *model, Card *card);

/* ------------------------------------------------------------------------------ parts (explain.c)
 */

/* A name as it is typeset. */
const Math *explain_name(const Explain *explain, SymbolId symbol);
const char *explain_name_text(const Explain *explain, SymbolId symbol); /* on one line: "w₅" */
Expr explain_name_expr(const Explain *explain, SymbolId symbol);
bool explain_is_number(const Explain *explain, SymbolId symbol);  /* not a matrix */
const char *explain_typed(const Explain *explain, Expr variable); /* as it is typed: w5, b[2] */

/* Whether the last change at the present step changed its number. */
bool explain_has_changed(const Explain *explain, SymbolId symbol);

const Math *explain_symbols(const Explain *explain, Expr expr); /* as a formula */
const char *explain_line(const Explain *explain, Expr expr);    /* the same on one line */
const Math *explain_numbers(const Explain *explain, Expr expr); /* with numbers put in */

/* The same as explain_symbols with shapes where products of matrices are in it, else NULL; and its
 * left side with its shape. */
const Math *explain_shaped(const Explain *explain, Expr expr);
const Math *explain_with_shape(const Explain *explain, const Math *math, Expr shape);

/* Numbers in the shape of an expression; a number; ∂of/∂wrt as a fraction. */
const Math *explain_entries(const Explain *explain, const double *entries, Expr shape);
const char *explain_number_text(const Explain *explain, double number);
const Math *explain_partial(const Explain *explain, Expr of, Expr wrt);

/* Whether work that takes long shall go on; says so on the card where it shall not. */
bool explain_goes_on(Explain *explain, size_t done, size_t total);

/* The value of an expression with the model's numbers; where `carried` occurs, with its value. */
const double *explain_value(const Explain *explain, Expr expr);

/* left = formula = result, each of left and result NULL for none. Below a formula with products of
 * matrices stand their shapes, here and in all that follows; where there is no room for them below
 * their names, a line tells them, but not of a formula without its result. */
void explain_formula(Explain *explain, const Math *left, Expr expr, const Math *result);

/* left = formula = numbers = value, each part once; `left` NULL where the formula is its own left
 * side. */
void explain_equation(Explain *explain, const Math *left, Expr expr);

/* The same; but where its own value is lost on the way (explain_is_lost) `value` is the result,
 * which was found otherwise, and no numbers are put in. */
void explain_equation_as(Explain *explain, const Math *left, Expr expr, const double *value);

/* The same; `before` (NULL for none) is the formula before it was made simpler. */
void explain_equation_from(Explain *explain, const Math *left, const Math *before, Expr expr,
                           const double *value);

/* The entries of a result, lit; where they are hidden, a ? in the place of what is asked. */
const Math *explain_result(const Explain *explain, const double *entries, Expr shape);

/* The training rows, and in each the value of `expr`, 0 for the rows alone. It stands under
 * `heading`; where that is NULL under itself, unless it is one of the columns. */
void explain_row_table(Explain *explain, const Math *heading, Expr expr);

/* The outermost sum or mean over training rows in an expression, or 0. */
Expr explain_row_sum(const Explain *explain, Expr expr);

/* The formula of a definition, its numbers and its value; of a leaf its value. */
void explain_node(Explain *explain, SymbolId symbol);

/* A name's role in words: "a parameter", "an input", "computed". */
const char *explain_role(const Symbol *symbol);

/* ------------------------------------------------------------------------------ explain_range.c
 */

/* Whether the slope `own`, computed factor by factor, is lost in any entry where `value`, for which
 * logarithms reach over to the net input (expr/stable.h), is not: ∞ times 0, or nothing left. */
bool explain_is_lost(const Explain *explain, const double *own, const double *value, Expr shape);

/* Where a number first became infinite or undefined, why, and what to do: "z₃ becomes infinite in
 * row 2: exp of 800 is …". */
const char *explain_fault(const Explain *explain, const RangeFault *fault);

/* The same for an expression and its value; false, with nothing said, where that is finite. */
bool explain_out_of_range(Explain *explain, Expr expr, const double *entries);

/* The same for a slope of `of` that is not finite. */
void explain_slope_out_of_range(Explain *explain, SymbolId of, double slope);

/* Says so where the slope of a sigmoid or tanh is 0, or next to nothing. */
void explain_saturated(Explain *explain, const Edge *edge);

/* Which logarithms in a formula are taken from the net input (expr/stable.h), and how; returns how
 * many, and says nothing where there are none. */
size_t explain_stable(Explain *explain, Expr formula);

/* ------------------------------------------------------------------------------ rules.c */

/* The rule behind ∂to/∂from in words: "the slope of the sigmoid", "its factor h₁ stays; the other
 * terms drop out". */
const char *explain_rule(const Explain *explain, SymbolId to, SymbolId from);

/* ------------------------------------------------------------------------------ explain_chain.c */

/* The chain of d(of)/d(wrt), with the present values as the weights of its paths; none of them
 * where the rows meet. */
Chain *explain_find_chain(const Explain *explain, SymbolId of, Expr wrt, size_t most);

/* Its products in symbols and numbers, path by path, and their sum. */
void explain_path_products(Explain *explain, const Chain *chain);

/* Edge number `factor` of a path, counted from its result back. */
const Edge *explain_edge(const Explain *explain, const Path *path, size_t factor);

/* Whether every node on the path is a number. */
bool path_is_scalar(const Explain *explain, const Path *path);

/* Whether the products along the path are those of one row, and the rows are summed. */
bool path_sums_rows(const Explain *explain, const Chain *chain, const Path *path);

/* Where the rows meet (num/graph.h): why d(of)/d(wrt) is not shown in parts; and the same with its
 * number. */
const char *explain_meeting(const Explain *explain, SymbolId of, SymbolId wrt);
void explain_undivided(Explain *explain, SymbolId of, Expr wrt, SymbolId symbol);

/* "w₅ → z₃ → y₁ → E", from the variable to the result. */
const char *explain_path(const Explain *explain, const Path *path);

/* The steps of a chain: which ways there are, one factor of one of them with its rule, the product
 * along it, the sum over all. */
void explain_chain(Explain *explain, const Chain *chain);
void explain_factor(Explain *explain, const Chain *chain, size_t path, size_t factor);
void explain_product(Explain *explain, const Chain *chain, size_t path);
void explain_sum(Explain *explain, const Chain *chain);

/* ∂to/∂from along an edge: the formula of `to` with `from` lit in it, the rule, and the slope. */
void explain_local(Explain *explain, const Edge *edge);

/* A factor without its rule. */
void explain_factor_formula(Explain *explain, const Chain *chain, size_t path, size_t factor);

/* What a factor of a chain of matrices hands back, ∂L/∂from, in symbols, and who puts its numbers
 * in. */
Expr explain_carried(const Explain *explain, const Chain *chain, size_t path, size_t factor,
                     Explain *along);

/* Whether each factor of a path shows what is carried along it, ∂L/∂from, and not the local
 * partial: a number by matrices. */
bool explain_carries(const Explain *explain, const Chain *chain, size_t path);

/* The local partial along an edge, in the shape of ∂to/∂from. */
const double *explain_edge_value(const Explain *explain, const Edge *edge);

/* ∂of/∂symbol from the nodes that use it. */
void explain_backward(Explain *explain, SymbolId of, SymbolId symbol);

/* The same as a formula; 0 where `symbol` does not reach `of`, or it has no parts. */
Expr explain_contributions(const Explain *explain, SymbolId of, SymbolId symbol);

/* The local partials along a path as one product: in symbols, or, of a path of numbers, the
 * numbers. */
const Math *explain_factors(const Explain *explain, const Path *path, bool numbers);

/* The products of all paths, added up: a − b + c. */
const Math *explain_products(const Explain *explain, const Chain *chain);

/* ∂of/∂wrt as an expression. */
Expr explain_chain_token(const Explain *explain, const Chain *chain);

/* The value of a path's product: the derivative along it, in the shape of the chain's token. */
const double *explain_path_value(const Explain *explain, const Chain *chain, size_t path);

/* What a derivative of this size says: "If w₅ grows a little, E grows 0.0049 times as much." */
void explain_meaning(Explain *explain, SymbolId of, Expr wrt, double value);

/* ------------------------------------------------------------------------------ explain_place.c */

/* The whole product along a path with one factor lit, and under it the numbers found so far; for
 * matrices the walk back with one link lit. */
void explain_place(Explain *explain, const Chain *chain, size_t path, size_t factor);

/* The sum over the paths with one of them lit, as far as they are found. */
void explain_place_of_path(Explain *explain, const Chain *chain, size_t path);

/* ------------------------------------------------------------------------------ explain_cancel.c
 */

/* Where the slopes of the loss and of the output cancel: see num/cancel.h. */
void explain_cancel(Explain *explain, const Step *step);

/* The slope along an edge before a 2 cancelled in it, −2(t − y)/2 with both crossed out: the
 * exponent of a square came down, and meets a division by 2. NULL where none does. */
const Math *explain_halves(const Explain *explain, const Edge *edge);

/* ------------------------------------------------------------------------------ explain_entry.c */

/* One factor of the chain of an entry, W[2,1], in the entries it reaches. False, with nothing
 * added, where they are too many, or the chain is not that of an entry along one path. */
bool explain_entry_factor(Explain *explain, const Chain *chain, size_t factor);

/* Entry number i of a name, by rows from 0; a number is itself. */
Expr explain_entry(const Explain *explain, SymbolId symbol, size_t i);

/* ∂to[i]/∂from[j] along an edge, or 0 where it is identically zero. */
Expr explain_entry_slope(const Explain *explain, const Edge *edge, size_t i, size_t j);

/* Which entries of the name that the factor leads to (its edge's `from`) are reached; NULL where
 * explain_entry_factor has nothing to add. */
const bool *explain_entry_reached(const Explain *explain, const Chain *chain, size_t factor);

/* ------------------------------------------------------------------------------ explain_prose.c */

/* How a question is answered, a sentence or two: by a command, or where a face has keys for it, by
 * these. */
typedef enum AnswerWay { ANSWER_BY_NUMBER, ANSWER_BY_FORMULA, ANSWER_BY_CHOICE } AnswerWay;
const char *explain_answer_way(const Explain *explain, AnswerWay way);

/* A paragraph, heading, rule, fenced block or train of gears, as it stands in the lesson. */
void explain_prose(Explain *explain, const Prose *prose);

/* Adds a sentence of a question to a block, its formulas set like those of a paragraph; or any
 * other text, in which formulas stand between backquotes. */
void explain_sentence(Explain *explain, Block *block, const char *text);

/* A paragraph of it; `before` is put before it, "" for nothing. */
void explain_remark(Explain *explain, const char *before, const char *text);

/* ------------------------------------------------------------------------------ explain_ask.c */

/* What is asked, with its choices; and the answer, with the author's why. */
void explain_question(Explain *explain, const Question *question);
void explain_solution(Explain *explain, const Question *question);

/* ------------------------------------------------------------------------------ explain_train.c
 */

/* A training row, counted from 0, that is before the student now; how a training went. */
void explain_row(Explain *explain, size_t row);
void explain_training(Explain *explain, const Trained *trained);

/* The loss of a training so far, and where the look is; a look at the end is not marked. */
void explain_training_curve(Explain *explain, const Look *look);

/* The loss and the parameters, the model's, as they were after some epochs. */
void explain_epoch(Explain *explain, const Trained *trained, size_t epoch, double loss);

/* Whether it is a map over two parameters, on which a training walks. */
bool explain_walks(const Lesson *lesson, const PlotRequest *plot);

/* A map, and the way that was walked on it up to the look (NULL: the present point alone). */
void explain_map(Explain *explain, const PlotRequest *request, const Look *look);

/* A plot with the model's numbers; `trained` is the training before it, or NULL. */
void explain_plot(Explain *explain, const PlotRequest *request, const Trained *trained);

/* ------------------------------------------------------------------------------ explain_step.c */

/* What a step is called: "Forward: y₁". NULL for prose, which says so itself. */
const char *explain_title(const Explain *explain, const Step *step);

/* w ← w − η·∂of/∂w; the model is that before the update. Behind one or several of these belongs
 * explain_rate, which says what η is. */
void explain_update(Explain *explain, SymbolId parameter, SymbolId of);

/* That rule in symbols; `name` may be an entry of a parameter. */
const Math *explain_update_rule(const Explain *explain, Expr name, SymbolId of);
void explain_rate(Explain *explain);

/* All parameters with ∂of/∂parameter; some names with their values. */
void explain_gradient_table(Explain *explain, SymbolId of);
void explain_value_table(Explain *explain, const SymbolId *symbols, size_t count);

/* The formula of an expression with every definition put in; it is returned, 0 where too long. */
Expr explain_expanded(Explain *explain, Expr expr);

/* The paths from wrt (a name or an entry of one) to `of`, each with its product; the `most` largest
 * where there are more. Returns them. */
Chain *explain_paths(Explain *explain, SymbolId of, Expr wrt, size_t most);

/* ------------------------------------------------------------------------------ explain_network.c
 */

/* The picture of the network, `selected` in it where that is not SYMBOL_NONE; in words, then, only
 * what it is connected with. */
void explain_network(Explain *explain, SymbolId selected);

#endif
