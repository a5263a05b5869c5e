/* What a lesson says in words: paragraphs, and the sentences of its questions. */
#include <string.h>

#include "app/explain.h"
#include "expr/parse.h"

static void add_span(Explain *explain, Block *block, const Prose *prose, size_t i) {
    const MarkdownRun *run = &prose->block->runs[i];
    if (!prose->exprs[i]) {
        block_run(explain->card, block, (Run){.kind = RUN_CODE, .text = run->text});
    } else if (prose->live[i]) {
        const double *value = explain_value(explain, prose->exprs[i]);
        block_math(explain->card, block, explain_entries(explain, value, prose->exprs[i]));
    } else {
        block_math(explain->card, block, explain_symbols(explain, prose->exprs[i]));
    }
}

static void add_runs(Explain *explain, Block *block, const Prose *prose) {
    static const unsigned kinds[] = {[MARKDOWN_TEXT] = RUN_TEXT,
                                     [MARKDOWN_EMPHASIS] = RUN_EMPHASIS,
                                     [MARKDOWN_STRONG] = RUN_STRONG,
                                     [MARKDOWN_BREAK] = RUN_BREAK};
    for (size_t i = 0; i < prose->block->run_count; i++) {
        const MarkdownRun *run = &prose->block->runs[i];
        if (run->kind == MARKDOWN_CODE)
            add_span(explain, block, prose, i);
        else
            block_run(explain->card, block, (Run){.kind = kinds[run->kind], .text = run->text});
    }
}

static void add_gears(Explain *explain, const Prose *prose) {
    GearTrain *train = ARENA_NEW(explain->arena, GearTrain);
    Gear *gears = ARENA_ARRAY(explain->arena, Gear, prose->gear_count);
    for (size_t i = 0; i < prose->gear_count; i++) {
        const LessonGear *gear = &prose->gears[i];
        double radius = *explain_value(explain, gear->radius);
        double turns = gear->turns ? *explain_value(explain, gear->turns) : 0;
        gears[i] = (Gear){.name = gear->name,
                          .radius = radius,
                          .turns = turns,
                          .radius_text = explain_number_text(explain, radius),
                          .turns_text = gear->turns ? explain_number_text(explain, turns) : NULL};
    }
    *train = (GearTrain){gears, prose->gear_count};
    card_add(explain->card, BLOCK_GEARS)->gears = train;
}

void explain_prose(Explain *explain, const Prose *prose) {
    if (prose->gear_count) {
        add_gears(explain, prose);
        return;
    }
    static const BlockKind kinds[] = {[MARKDOWN_HEADING] = BLOCK_HEADING,
                                      [MARKDOWN_PARAGRAPH] = BLOCK_TEXT,
                                      [MARKDOWN_FENCE] = BLOCK_CODE,
                                      [MARKDOWN_RULE] = BLOCK_RULE};
    const MarkdownBlock *source = prose->block;
    Block *block = card_add(explain->card, kinds[source->kind]);
    block->level = source->kind == MARKDOWN_HEADING ? source->level : source->depth;
    block->quote = source->quote;
    block->marker = source->marker;
    block->text = source->text;
    if (source->kind == MARKDOWN_HEADING || source->kind == MARKDOWN_PARAGRAPH)
        add_runs(explain, block, prose);
    else if (*source->words)
        explain_sentence(explain, block, source->words);
}

/* A formula written with ASCII letters, as in a message: set as it would be in a paragraph. */
static void add_code(Explain *explain, Block *block, const char *text) {
    Scope names = *explain->scope; /* parsing only looks names up */
    Diags diags = {.arena = explain->arena};
    Parser parser = {
        .exprs = explain->exprs, .scope = &names, .arena = explain->arena, .diags = &diags};
    parser_init(&parser, text, 1, 1);
    Expr expr = parse_expression(&parser);
    if (expr && !diags.count && parser.token.kind == TOKEN_END)
        block_math(explain->card, block, explain_symbols(explain, expr));
    else
        block_text(explain->card, block, "%s", text);
}

/* Text in which formulas stand between backquotes. */
static void add_message(Explain *explain, Block *block, const char *text) {
    bool code = false;
    for (;;) {
        size_t length = strcspn(text, "`");
        const char *part = arena_format(explain->arena, "%.*s", (int)length, text);
        if (code)
            add_code(explain, block, part);
        else if (length)
            block_text(explain->card, block, "%s", part);
        if (!text[length])
            return;
        code = !code;
        text += length + 1;
    }
}

void explain_sentence(Explain *explain, Block *block, const char *text) {
    const Prose *prose = lesson_sentence(explain->lesson, text);
    if (prose)
        add_runs(explain, block, prose);
    else
        add_message(explain, block, text);
}

void explain_remark(Explain *explain, const char *before, const char *text) {
    Block *block = card_add(explain->card, BLOCK_TEXT);
    if (*before)
        block_text(explain->card, block, "%s ", before);
    explain_sentence(explain, block, text);
}
