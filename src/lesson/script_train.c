/* The statements train, row and plot. */
#include "base/limits.h"
#include "expr/diff.h"
#include "lesson/script.h"

/* until E < 0.001, until change < 1e-6 */
static bool parse_until(Parser *parser, TrainPlan *plan) {
    if (token_is_word(&parser->token, "change") &&
        scope_find(parser->scope, "change") == SYMBOL_NONE) {
        parser_take(parser);
    } else {
        Token start = parser->token;
        Expr watched = parse_expression(parser);
        if (!watched)
            return false;
        if (!expr_is_scalar(parser->exprs, watched))
            return parser_fail(parser, &start, NULL, "until needs a number to watch");
        plan->watched = expr_lower(parser->exprs, parser->scope, parser->arena, watched);
    }
    Token sign = parser->token;
    if (!token_is_sign(&sign, '<') && !token_is_sign(&sign, '>'))
        return parser_expected(parser, "< or > and a number", "write until {E} < 0.001");
    parser_take(parser);
    plan->until = sign.sign == '<' ? UNTIL_LESS : UNTIL_GREATER;
    return script_parse_signed(parser, &plan->bound);
}

static bool parse_order(Parser *parser, TrainPlan *plan) {
    static const char *const orders[] = {"shuffled", "random", "given"};
    for (int i = 0; i < 3; i++)
        if (token_is_word(&parser->token, orders[i])) {
            plan->order = (TrainOrder)i;
            parser_take(parser);
            return true;
        }
    return parser_expected(parser, "shuffled, random or given", "write order shuffled");
}

static bool parse_train_part(Parser *parser, TrainPlan *plan) {
    Token part = parser_take(parser);
    double number = 1;
    if (token_is_word(&part, "rate")) {
        if (!script_parse_signed(parser, &plan->rate))
            return false;
        return plan->rate >= 0 ||
               parser_fail(parser, &part, NULL, "a learning rate cannot be negative");
    }
    if (token_is_word(&part, "order"))
        return parse_order(parser, plan);
    if (token_is_word(&part, "batch")) {
        bool read = script_parse_count(parser, LIMIT_DATA_ROWS, "a batch", &number);
        plan->batch = (size_t)number;
        return read;
    }
    if (token_is_word(&part, "until"))
        return parse_until(parser, plan);
    if (part.digits_before)
        return !parser_fail_decimal(parser, &part);
    return parser_fail(parser, &part,
                       "without commas: rate 0.5 order shuffled batch 4 until {E} < 0.001",
                       "I did not expect %s here", token_describe(parser->arena, &part));
}

bool script_parse_train(Parser *parser, uint64_t seed, TrainPlan *plan) {
    *plan = (TrainPlan){
        .loss = SYMBOL_NONE, .rate = -1, .order = TRAIN_SHUFFLED, .batch = 1, .seed = seed};
    double epochs = 1;
    if (parser->token.kind != TOKEN_NUMBER && !token_is_sign(&parser->token, '='))
        return parser_expected(parser, "the number of epochs", "write train 100 epochs");
    if (!script_parse_count(parser, TRAIN_MOST_EPOCHS, "the number of epochs", &epochs))
        return false;
    plan->epochs = (size_t)epochs;
    if (parser->token.digits_before)
        return !parser_fail_decimal(parser, &parser->token);
    if (parser->token.kind == TOKEN_NUMBER)
        return parser_fail(parser, &parser->token,
                           arena_format(parser->arena, "write train %.0f%.*s epochs", epochs,
                                        (int)parser->token.length, parser->token.text),
                           "a number has no blanks in it");
    if (!token_is_word(&parser->token, "epochs") && !token_is_word(&parser->token, "epoch"))
        return parser_fail(
            parser, &parser->token, arena_format(parser->arena, "write train %.0f epochs", epochs),
            "I expected epochs here, and found %s", token_describe(parser->arena, &parser->token));
    parser_take(parser);
    while (!script_at_end(parser))
        if (!parse_train_part(parser, plan))
            return false;
    return true;
}

void script_train(Script *script, const Token *word) {
    TrainPlan *plan = ARENA_NEW(script->parser.arena, TrainPlan);
    if (script_parse_train(&script->parser, script->lesson->seed, plan))
        lesson_add_action(script->lesson, ACTION_TRAIN, word->line)->train = plan;
}

void script_row(Script *script, const Token *word) {
    Parser *parser = &script->parser;
    double row;
    if (script->rows_unknown)
        parser->failed = true; /* what is wrong was said there */
    else if (!parser->scope->data)
        parser_fail(parser, word, "declare them with data x -> y", "there are no training rows");
    else if (script_parse_count(parser, (double)parser->scope->data->rows, "a row", &row))
        lesson_add_action(script->lesson, ACTION_ROW, word->line)->first = (size_t)row - 1;
}

/* ------------------------------------------------------------------------------ plot */

#define AXIS_EXAMPLE "write plot {E} over {w} from -2 to 2"

/* over w5 from -2 to 2 */
static bool parse_axis(Parser *parser, PlotAxis *axis) {
    Token name = parser->token;
    axis->variable = parse_variable(parser);
    if (!axis->variable)
        return false;
    const ExprNode *node = expr_get(parser->exprs, axis->variable);
    Expr whole =
        node->kind == EXPR_INDEX ? expr_operand(parser->exprs, axis->variable, 0) : axis->variable;
    const Symbol *symbol = scope_get(parser->scope, expr_get(parser->exprs, whole)->symbol);
    if (!symbol_is_leaf(symbol))
        return parser_fail(parser, &name, "plot over an input or a parameter: {w}",
                           "%s is computed, it cannot be varied", symbol->name);
    if (!expr_is_scalar(parser->exprs, axis->variable))
        return parser_fail(parser, &name, "take an entry: {M}[1,1]",
                           "an axis needs a single number");
    if (!token_is_word(&parser->token, "from"))
        return parser_expected(
            parser, "from -2 to 2",
            arena_format(parser->arena, "write over %s from -2 to 2",
                         scope_typed(parser->scope, parser->exprs, parser->arena, axis->variable)));
    parser_take(parser);
    if (!script_parse_signed(parser, &axis->from))
        return false;
    if (!token_is_word(&parser->token, "to"))
        return parser_expected(parser, "to and a number",
                               arena_format(parser->arena, "write from %g to %g", axis->from,
                                            parser->token.kind == TOKEN_NUMBER
                                                ? parser->token.number
                                                : axis->from + 1));
    parser_take(parser);
    Token to = parser->token;
    if (!script_parse_signed(parser, &axis->to))
        return false;
    return axis->from < axis->to || parser_fail(parser, &to, "write the smaller number first",
                                                "the axis must end above its beginning");
}

/* The curves: numbers, separated by commas. */
static bool parse_curves(Parser *parser, PlotRequest *plot) {
    Expr *exprs = NULL;
    size_t capacity = 0;
    do {
        if (plot->count)
            parser_take(parser);
        Token start = parser->token;
        bool called = start.kind == TOKEN_NAME && start.text[start.length] == '(' &&
                      scope_find_n(parser->scope, start.text, start.length) != SYMBOL_NONE;
        if (called)
            return parser_fail(parser, &start, AXIS_EXAMPLE, "%s is not a function",
                               token_copy(parser->arena, &start));
        Expr expr = parse_expression(parser);
        if (!expr)
            return false;
        if (!expr_is_scalar(parser->exprs, expr))
            return parser_fail(parser, &start, "take an entry, or sum(…)",
                               "only numbers can be plotted");
        ARENA_RESERVE(parser->arena, exprs, plot->count, capacity);
        exprs[plot->count++] = expr;
    } while (token_is_sign(&parser->token, ','));
    plot->exprs = exprs;
    return true;
}

bool script_parse_plot(Parser *parser, PlotRequest *plot) {
    Token start = parser->token;
    *plot = (PlotRequest){0};
    if (!parse_curves(parser, plot))
        return false;
    if (token_is_word(&parser->token, "over")) {
        do {
            parser_take(parser);
            if (!parse_axis(parser, &plot->axes[plot->axis_count++]))
                return false;
        } while (token_is_sign(&parser->token, ',') && plot->axis_count < 2);
    }
    bool other = parser->token.kind == TOKEN_NAME && !token_is_assigned(&parser->token) &&
                 scope_find_n(parser->scope, parser->token.text, parser->token.length) ==
                     SYMBOL_NONE; /* plot E for w in … */
    if (other)
        return parser_fail(parser, &parser->token,
                           token_is_word(&parser->token, "and") ? "write a comma" : AXIS_EXAMPLE,
                           "I did not expect %s here", token_copy(parser->arena, &parser->token));
    if (plot->axis_count == 0 && plot->count != 1)
        return parser_fail(parser, &start, "write plot {E} over {w} from -2 to 2",
                           "without an axis one value is plotted, over the last training");
    return plot->axis_count < 2 || plot->count == 1 ||
           parser_fail(parser, &start, NULL, "a map shows one value, not %zu", plot->count);
}

void script_plot(Script *script, const Token *word) {
    PlotRequest *plot = ARENA_NEW(script->parser.arena, PlotRequest);
    if (script_parse_plot(&script->parser, plot))
        lesson_add_action(script->lesson, ACTION_PLOT, word->line)->plot = plot;
}
