#include "lesson/gears.h"

#include <string.h>

#include "base/str.h"
#include "expr/parse.h"

#define HOW "write a line like this: large: radius r3, turns n3"

static void refuse(Parser *parser, int line, const char *message) {
    if (!parser->diags->count || parser->diags->items[parser->diags->count - 1].line != line)
        diag_add(parser->diags, line, 1, 1, HOW, "%s", message);
    parser->failed = true;
}

static bool take_word(Parser *parser, const char *word, int line) {
    bool found = token_is_word(&parser->token, word);
    if (found)
        parser_take(parser);
    else
        refuse(parser, line, arena_format(parser->arena, "here I expected the word %s", word));
    return found;
}

static Expr take_number(Parser *parser, int line) {
    Expr expr = parse_expression(parser);
    if (expr && !expr_is_scalar(parser->exprs, expr))
        refuse(parser, line, "the radius and the turns of a gear are numbers, not matrices");
    return expr;
}

static void read_gear(Parser *parser, const char *text, int line, LessonGear *gear) {
    const char *colon = strchr(text, ':');
    if (!colon) {
        refuse(parser, line, "a gear begins with its name and a colon");
        return;
    }
    size_t start = strspn(text, " \t");
    gear->name = arena_copy_n(parser->arena, text + start, (size_t)(colon - text) - start);
    parser_init(parser, colon + 1, line, (int)(colon - text) + 2);
    if (!take_word(parser, "radius", line) || !(gear->radius = take_number(parser, line)))
        return;
    if (token_is_sign(&parser->token, ',')) {
        parser_take(parser);
        if (!take_word(parser, "turns", line) || !(gear->turns = take_number(parser, line)))
            return;
    }
    if (parser->token.kind != TOKEN_END)
        refuse(parser, line, "behind the radius and the turns there is something too much");
}

void gears_compile(Lesson *lesson, Prose *prose, const Scope *broken, Diags *diags) {
    const MarkdownBlock *block = prose->block;
    if (block->kind != MARKDOWN_FENCE || !str_equal(block->info, "gears"))
        return;
    Parser parser = {.exprs = &lesson->exprs,
                     .scope = &lesson->scope,
                     .arena = lesson->arena,
                     .diags = diags,
                     .broken = broken};
    prose->gears = ARENA_ARRAY(lesson->arena, LessonGear, GEARS_MOST);
    int line = block->line + 1;
    for (const char *at = block->text; *at; line++) {
        size_t length = strcspn(at, "\n");
        const char *text = arena_copy_n(lesson->arena, at, length);
        at += length + (at[length] ? 1 : 0);
        if (text[strspn(text, " \t")] == '\0')
            continue;
        if (prose->gear_count == GEARS_MOST) {
            diag_add(diags, line, 1, 1, "leave the others out", "a row has at most %d gears",
                     GEARS_MOST);
            return;
        }
        read_gear(&parser, text, line, &prose->gears[prose->gear_count++]);
    }
    if (prose->gear_count < GEARS_LEAST)
        diag_add(diags, block->line, block->column + 1, 3, HOW, "a row has at least two gears");
}
