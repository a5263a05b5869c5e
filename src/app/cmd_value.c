
#include "app/command.h"
#include "expr/diff.h"
#include "expr/parts.h"
#include "view/math_text.h"

void command_record_value(Command *command, const char *field, Expr expr, const double *entries) {
    const ExprNode *node = expr_get(command->explain.exprs, expr);
    record_add_matrix(command->arena, command->record, field, entries, node->rows, node->columns);
}

void cmd_value(Command *command) {
    Expr expr = parse_expression(&command->parser);
    if (!expr || !command_end(command))
        return;
    command_about(command, expr);
    const double *entries = explain_value(&command->explain, expr);
    const ExprNode *node = expr_get(command->explain.exprs, expr);
    const Math *value = explain_entries(&command->explain, entries, expr);
    if (node->kind == EXPR_NUMBER || node->kind == EXPR_MATRIX)
        block_part(&command->reply->card, card_add(&command->reply->card, BLOCK_FORMULA), NULL,
                   value);
    else
        explain_formula(&command->explain, NULL, expr, value);
    explain_out_of_range(&command->explain, expr, entries);
    command_record_value(command, "value", expr, entries);
}

void cmd_heat(Command *command) {
    Explain *explain = &command->explain;
    Expr expr = parse_expression(&command->parser);
    if (!expr || !command_end(command))
        return;
    command_about(command, expr);
    const ExprNode *node = expr_get(explain->exprs, expr);
    HeatMap *map = ARENA_NEW(command->arena, HeatMap);
    *map = (HeatMap){node->rows, node->columns, explain_value(explain, expr)};
    Block *title = card_add(&command->reply->card, BLOCK_TEXT);
    block_math(&command->reply->card, title, explain_symbols(explain, expr));
    block_text(&command->reply->card, title, ", %u×%u", node->rows, node->columns);
    card_add(&command->reply->card, BLOCK_HEAT)->heat = map;
    command_record_value(command, "value", expr, map->entries);
}

/* Names one after another, separated by commas or spaces, up to the end of the line. */
static size_t parse_node_names(Command *command, SymbolId **names) {
    size_t count = 0, capacity = 0;
    *names = NULL;
    do {
        SymbolId symbol = parse_symbol(&command->parser);
        if (symbol == SYMBOL_NONE)
            return 0;
        ARENA_RESERVE(command->arena, *names, count, capacity);
        (*names)[count++] = symbol;
        if (token_is_sign(&command->parser.token, ','))
            parser_take(&command->parser);
    } while (command->parser.token.kind == TOKEN_NAME);
    return command_end(command) ? count : 0;
}

static const char *formula_text(const Command *command, Expr expr) {
    return math_line(command->arena, explain_symbols(&command->explain, expr), false);
}

void cmd_formula(Command *command) {
    SymbolId *names;
    size_t count = parse_node_names(command, &names);
    for (size_t i = 0; i < count; i++) {
        const Symbol *symbol = scope_get(command->explain.scope, names[i]);
        Expr name = scope_expr(command->explain.scope, command->explain.exprs, names[i]);
        command_about(command, name);
        if (symbol->definition)
            command_tells_numbers(command, symbol->definition);
        if (!symbol->definition)
            card_text(&command->reply->card, "%s is %s; it has no formula.",
                      explain_name_text(&command->explain, names[i]), explain_role(symbol));
        explain_node(&command->explain, names[i]);
        record_add_text(command->arena, command->record, "name", symbol->name);
        if (symbol->definition)
            record_add_text(command->arena, command->record, "formula",
                            formula_text(command, symbol->definition));
        command_record_value(command, "value", name, model_value(command->explain.model, names[i]));
    }
}

/* The number of operations of a formula written out as a tree, which may be far more than are
 * shared. */
static double tree_size(const Explain *explain, Expr expr) {
    Parts parts = parts_of(explain->exprs, explain->scope, SYMBOL_NONE, explain->arena, expr);
    double *sizes = ARENA_ARRAY(explain->arena, double, parts.count);
    for (size_t part = 0; part < parts.count; part++) {
        Expr e = parts.list[part];
        Expr formula = expr_formula(explain->exprs, explain->scope, e, SYMBOL_NONE);
        sizes[part] = formula ? sizes[parts_place(&parts, formula)] : 1;
        bool leaf = expr_get(explain->exprs, e)->kind == EXPR_DERIVATIVE;
        for (size_t i = 0; i < expr_get(explain->exprs, e)->count && !leaf; i++)
            sizes[part] += sizes[parts_place(&parts, expr_operand(explain->exprs, e, i))];
    }
    return sizes[parts.count - 1];
}

enum { EXPANDED_MOST = 400 };

Expr explain_expanded(Explain *explain, Expr expr) {
    Expr lowered = expr_lower(explain->exprs, explain->scope, explain->arena, expr);
    double size = tree_size(explain, lowered);
    const Math *value = explain_entries(explain, explain_value(explain, expr), expr);
    Expr expanded = 0;
    if (size <= EXPANDED_MOST) {
        expanded = expr_expand(explain->exprs, explain->scope, explain->arena, lowered);
        explain_formula(explain, explain_symbols(explain, expr), expanded, value);
    } else {
        explain_formula(explain, NULL, expr, value);
        card_text(explain->card, "Written out it would have %.0f parts: too many to read.", size);
    }
    return expanded;
}

void cmd_expand(Command *command) {
    Expr expr = parse_expression(&command->parser);
    if (!expr || !command_end(command))
        return;
    command_about(command, expr);
    Expr expanded = explain_expanded(&command->explain, expr);
    if (expanded)
        record_add_text(command->arena, command->record, "formula",
                        formula_text(command, expanded));
    command_record_value(command, "value", expr, explain_value(&command->explain, expr));
}

void cmd_expressions(Command *command) {
    if (!command_end(command))
        return;
    const Scope *scope = command->explain.scope;
    Record *list = record_add_list(command->arena, command->record, "expressions");
    for (SymbolId s = 0; s < scope->count; s++) {
        const Symbol *symbol = scope_get(scope, s);
        if (!symbol->definition)
            continue;
        explain_formula(&command->explain, explain_name(&command->explain, s), symbol->definition,
                        NULL);
        Record *row = record_add_object(command->arena, list, NULL);
        record_add_text(command->arena, row, "name", symbol->name);
        record_add_text(command->arena, row, "formula", formula_text(command, symbol->definition));
    }
}

/* ------------------------------------------------------------------------------ show */

/* The text from `start` to `end` without the blanks at its end. */
static const char *trimmed(Arena *arena, const char *start, const char *end) {
    while (end > start && end[-1] == ' ')
        end--;
    return arena_copy_n(arena, start, (size_t)(end - start));
}

/* EXPR, EXPR, …: formula, numbers and value of each. */
static void show_values(Command *command) {
    Parser *parser = &command->parser;
    Record *list = NULL;
    do {
        if (list)
            parser_take(parser);
        const char *start = parser->token.text;
        Expr expr = parse_expression(parser);
        if (!expr)
            return;
        command_about(command, expr);
        command_tells_numbers(command, expr);
        const ExprNode node = *expr_get(command->explain.exprs, expr);
        explain_equation(&command->explain, NULL, expr);
        list = list ? list : record_add_list(command->arena, command->record, "values");
        Record *shown = record_add_object(command->arena, list, NULL);
        record_add_text(command->arena, shown, "expression",
                        trimmed(command->arena, start, parser->token.text));
        record_add_matrix(command->arena, shown, "value", explain_value(&command->explain, expr),
                          node.rows, node.columns);
    } while (token_is_sign(&parser->token, ','));
    command_end(command);
}

static void record_network(Command *command) {
    const Graph *graph = command->explain.lesson->graph;
    Record *edges = record_add_list(command->arena, command->record, "edges");
    for (size_t i = 0; i < graph->edge_count; i++) {
        Record *edge = record_add_object(command->arena, edges, NULL);
        record_add_text(command->arena, edge, "from",
                        scope_get(command->explain.scope, graph->edges[i].from)->name);
        record_add_text(command->arena, edge, "to",
                        scope_get(command->explain.scope, graph->edges[i].to)->name);
    }
}

void cmd_show(Command *command) {
    Token what = command->parser.token;
    Explain *explain = &command->explain;
    if (command_at_end(command)) {
        command_fail(command,
                     "write show network, show gradient, show paths d{E}/d{W}, or show {E}",
                     "show what?");
    } else if (token_is_word(&what, "network")) {
        parser_take(&command->parser);
        SymbolId around = SYMBOL_NONE;
        if (!command_at_end(command))
            around = parse_symbol(&command->parser);
        if (!command_end(command))
            return;
        explain_network(explain, around);
        record_network(command);
    } else if (token_is_word(&what, "gradient")) {
        parser_take(&command->parser);
        cmd_grad(command);
    } else if (token_is_word(&what, "paths")) {
        parser_take(&command->parser);
        cmd_paths(command);
    } else if (token_is_word(&what, "expanded")) {
        parser_take(&command->parser);
        cmd_expand(command);
    } else {
        show_values(command);
    }
}
