#include "workbench.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "base/number.h"
#include "base/str.h"
#include "expr/diff.h"

static void declare(Workbench *bench, const char *word) {
    const char *bracket = strchr(word, '[');
    Symbol symbol = {.role = ROLE_INPUT, .rows = 1, .columns = 1};
    if (bracket) {
        char *end;
        symbol.rows = (uint32_t)strtoul(bracket + 1, &end, 10);
        symbol.columns = *end == ',' ? (uint32_t)strtoul(end + 1, NULL, 10) : 1;
    }
    size_t length = bracket ? (size_t)(bracket - word) : strlen(word);
    symbol.name = arena_copy_n(&bench->arena, word, length);
    scope_add(&bench->scope, symbol);
}

void workbench_open(Workbench *bench, const char *names) {
    *bench = (Workbench){.diags = {.file = "test"}};
    bench->diags.arena = &bench->arena;
    exprs_init(&bench->exprs, &bench->arena);
    scope_init(&bench->scope, &bench->arena);
    char *list = arena_copy(&bench->arena, names);
    for (char *word = strtok(list, " "); word; word = strtok(NULL, " "))
        declare(bench, word);
}

void workbench_close(Workbench *bench) {
    arena_clear(&bench->arena);
}

Expr workbench_read(Workbench *bench, const char *text) {
    Parser parser = {.exprs = &bench->exprs,
                     .scope = &bench->scope,
                     .diags = &bench->diags,
                     .arena = &bench->arena};
    bench->diags.source = text;
    parser_init(&parser, text, 1, 1);
    Expr expr = parse_expression(&parser);
    if (expr && parser.token.kind != TOKEN_END)
        expr = parser_expected(&parser, "the end", NULL);
    return bench->diags.count ? 0 : expr;
}

Expr workbench_define(Workbench *bench, const char *name, const char *formula) {
    Expr definition = workbench_read(bench, formula);
    ck_assert_msg(definition != 0, "%s = %s", name, formula);
    Symbol symbol = {.name = name,
                     .role = ROLE_NODE,
                     .definition = definition,
                     .rows = expr_get(&bench->exprs, definition)->rows,
                     .columns = expr_get(&bench->exprs, definition)->columns};
    symbol.lowered = expr_lower(&bench->exprs, &bench->scope, &bench->arena, definition);
    return scope_expr(&bench->scope, &bench->exprs, scope_add(&bench->scope, symbol));
}

/* ------------------------------------------------------------------------------ as text */

typedef struct Writer {
    Workbench *bench;
    Brackets brackets;
    Buffer out;
} Writer;

static void write_expr(Writer *writer, Expr expr, int around);

/* How tightly an operation binds: sums 1, products 2, signs 3, powers 4, what stands alone 5. */
static int binding(const ExprNode *node) {
    switch ((ExprKind)node->kind) {
    case EXPR_ADD:
    case EXPR_SUBTRACT: return 1;
    case EXPR_MULTIPLY:
    case EXPR_DIVIDE:
    case EXPR_MATMUL: return 2;
    case EXPR_NEGATE: return 3;
    case EXPR_POWER: return 4;
    default: return 5;
    }
}

static void write_binary(Writer *writer, Expr expr, int own) {
    static const char *const signs[] = {
        [EXPR_ADD] = " + ",  [EXPR_SUBTRACT] = " - ", [EXPR_MULTIPLY] = "*",
        [EXPR_DIVIDE] = "/", [EXPR_POWER] = "^",      [EXPR_MATMUL] = " @ "};
    const Exprs *exprs = &writer->bench->exprs;
    ExprKind kind = (ExprKind)expr_get(exprs, expr)->kind;
    bool right_first = kind == EXPR_POWER;
    bool loose_right = kind == EXPR_ADD || kind == EXPR_MULTIPLY;
    write_expr(writer, expr_operand(exprs, expr, 0), right_first ? own + 1 : own);
    buffer_add(&writer->out, signs[kind]);
    write_expr(writer, expr_operand(exprs, expr, 1), right_first || loose_right ? own : own + 1);
}

static void write_list(Writer *writer, Expr expr, const char *open, const char *close) {
    const ExprNode *node = expr_get(&writer->bench->exprs, expr);
    buffer_add(&writer->out, open);
    for (size_t i = 0; i < node->count; i++) {
        bool new_row = node->kind == EXPR_MATRIX && i && i % node->columns == 0;
        buffer_add(&writer->out, i == 0 ? "" : new_row ? "; " : ", ");
        write_expr(writer, expr_operand(&writer->bench->exprs, expr, i), 0);
    }
    buffer_add(&writer->out, close);
}

static void write_leaf(Writer *writer, const ExprNode *node) {
    char number[NUMBER_SIZE];
    if (node->kind == EXPR_NUMBER) {
        number_shortest(node->number, number);
        buffer_add(&writer->out, number);
    } else if (node->kind == EXPR_NAME) {
        buffer_add(&writer->out, scope_get(&writer->bench->scope, node->symbol)->name);
    } else {
        buffer_format(&writer->out, "unit(%u,%u)", node->at.row, node->at.column);
    }
}

static void write_node(Writer *writer, Expr expr, int own) {
    const Exprs *exprs = &writer->bench->exprs;
    const ExprNode *node = expr_get(exprs, expr);
    Expr first = node->count ? expr_operand(exprs, expr, 0) : 0;
    switch ((ExprKind)node->kind) {
    case EXPR_NUMBER:
    case EXPR_NAME:
    case EXPR_UNIT: write_leaf(writer, node); break;
    case EXPR_NEGATE:
        buffer_add(&writer->out, "-");
        write_expr(writer, first, own);
        break;
    case EXPR_TRANSPOSE:
        write_expr(writer, first, own);
        buffer_add(&writer->out, ".T");
        break;
    case EXPR_INDEX:
        write_expr(writer, first, own);
        buffer_format(&writer->out, "[%u,%u]", node->at.row, node->at.column);
        break;
    case EXPR_MATRIX: write_list(writer, expr, "[", "]"); break;
    case EXPR_CALL:
        buffer_add(&writer->out, expr_functions[node->function].name);
        write_list(writer, expr, "(", ")");
        break;
    case EXPR_REDUCE:
    case EXPR_FILL:
        buffer_add(&writer->out, node->kind == EXPR_FILL ? "fill" : "reduce");
        write_list(writer, expr, "(", ")");
        break;
    case EXPR_DERIVATIVE:
        buffer_add(&writer->out, "d(");
        write_expr(writer, first, 0);
        buffer_add(&writer->out, ")/d");
        write_expr(writer, expr_operand(exprs, expr, 1), 5);
        break;
    default: write_binary(writer, expr, own); break;
    }
}

/* `around` is the loosest binding that needs no brackets here. */
static void write_expr(Writer *writer, Expr expr, int around) {
    int own = binding(expr_get(&writer->bench->exprs, expr));
    bool all = writer->brackets == BRACKETS_ALL;
    bool bracket = all ? own < 5 : own < around;
    buffer_add(&writer->out, bracket ? "(" : "");
    write_node(writer, expr, own);
    buffer_add(&writer->out, bracket ? ")" : "");
}

const char *workbench_text(Workbench *bench, Expr expr, Brackets brackets) {
    Writer writer = {bench, brackets, {.arena = &bench->arena}};
    write_expr(&writer, expr, 0);
    return buffer_text(&writer.out);
}
