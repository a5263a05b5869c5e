#include "lesson_case.h"

#include <check.h>

#include "expr/parse.h"

void lesson_case_open_both(LessonCase *test, const char *first, const char *then) {
    *test = (LessonCase){.diags = {.file = "case"}};
    test->diags.arena = &test->arena;
    const char *text = arena_format(&test->arena, "```lesson\n%s%s\n```\n", first, then);
    test->lesson = lesson_compile(&test->arena, "case", text, &test->diags);
    if (test->diags.count)
        ck_abort_msg("%s:\n%s", test->diags.items[0].message, text);
    test->model = model_new(&test->arena, &test->lesson->exprs, &test->lesson->scope,
                            test->lesson->graph, test->lesson->rate, test->lesson->seed);
}

void lesson_case_open(LessonCase *test, const char *statements) {
    lesson_case_open_both(test, statements, "");
}

void lesson_case_close(LessonCase *test) {
    arena_clear(&test->arena);
}

SymbolId lesson_case_symbol(const LessonCase *test, const char *name) {
    SymbolId symbol = scope_find(&test->lesson->scope, name);
    ck_assert_msg(symbol != SYMBOL_NONE, "%s", name);
    return symbol;
}

Expr lesson_case_read(LessonCase *test, const char *text) {
    Parser parser = {.exprs = &test->lesson->exprs,
                     .scope = &test->lesson->scope,
                     .diags = &test->diags,
                     .arena = &test->arena};
    parser_init(&parser, text, 1, 1);
    Expr expr = parse_expression(&parser);
    ck_assert_msg(expr && parser.token.kind == TOKEN_END, "%s", text);
    return expr;
}

const double *lesson_case_value(LessonCase *test, const char *text) {
    return model_evaluate(test->model, &test->arena, lesson_case_read(test, text));
}
