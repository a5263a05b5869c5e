#include "lesson/lesson.h"

#include <string.h>

#include "base/str.h"
#include "lesson/gears.h"
#include "lesson/lint.h"
#include "lesson/script.h"
#include "lesson/steps.h"

Action *lesson_add_action(Lesson *lesson, ActionKind kind, int line) {
    ARENA_RESERVE(lesson->arena, lesson->actions, lesson->action_count, lesson->action_capacity);
    Action *action = &lesson->actions[lesson->action_count++];
    *action = (Action){.kind = kind,
                       .line = line,
                       .section = lesson->section_count,
                       .declared = lesson->scope.count};
    return action;
}

static char *plain_text(Arena *arena, const MarkdownBlock *block) {
    Buffer text = {.arena = arena};
    for (size_t i = 0; i < block->run_count; i++)
        buffer_add(&text, block->runs[i].kind == MARKDOWN_BREAK ? " " : block->runs[i].text);
    return arena_copy(arena, buffer_text(&text));
}

/* Prose that follows prose belongs to its step, but a heading begins a new one. */
static void add_prose(Lesson *lesson, const MarkdownBlock *block) {
    bool heading = block->kind == MARKDOWN_HEADING;
    if (heading) {
        ARENA_RESERVE(lesson->arena, lesson->sections, lesson->section_count,
                      lesson->section_capacity);
        lesson->sections[lesson->section_count++] =
            (Section){plain_text(lesson->arena, block), block->level, 0};
    }
    Action *last = lesson->action_count ? &lesson->actions[lesson->action_count - 1] : NULL;
    if (heading || !last || last->kind != ACTION_PROSE) {
        last = lesson_add_action(lesson, ACTION_PROSE, block->line);
        last->first = lesson->prose_count;
    }
    last->count++;
    ARENA_RESERVE(lesson->arena, lesson->prose, lesson->prose_count, lesson->prose_capacity);
    lesson->prose[lesson->prose_count++] = (Prose){.block = block};
}

static void find_title(Lesson *lesson, const Markdown *markdown) {
    for (size_t i = 0; i < markdown->count; i++) {
        const MarkdownBlock *block = &markdown->blocks[i];
        if (!lesson->title && block->kind == MARKDOWN_HEADING && block->level == 1)
            lesson->title = plain_text(lesson->arena, block);
        if (!lesson->summary && block->kind == MARKDOWN_PARAGRAPH)
            lesson->summary = plain_text(lesson->arena, block);
    }
    const char *slash = strrchr(lesson->path, '/');
    if (!lesson->title)
        lesson->title = slash ? slash + 1 : lesson->path;
    if (!lesson->summary)
        lesson->summary = "";
}

/* A formula and nothing else; 0 where it is none. `found` says why. */
static Expr compile_formula(Lesson *lesson, const char *text, int line, const Scope *broken,
                            Diags *found, bool *failed) {
    Parser parser = {.exprs = &lesson->exprs,
                     .scope = &lesson->scope,
                     .arena = lesson->arena,
                     .diags = found,
                     .broken = broken};
    parser_init(&parser, text, line, 1);
    Expr expr = parse_expression(&parser);
    if (expr && parser.token.kind != TOKEN_END)
        expr = parser_unexpected(&parser, MISSING_OPERATOR, NULL);
    *failed = parser.failed;
    return found->count ? 0 : expr;
}

static bool is_formula(Lesson *lesson, const char *text, int line, const Scope *broken) {
    Diags quiet = {.arena = lesson->arena};
    bool failed;
    return compile_formula(lesson, text, line, broken, &quiet, &failed) != 0;
}

/* Where a code span is an equation, its sign; else NULL. */
static const char *find_equals(Lesson *lesson, const MarkdownRun *run, const Scope *broken) {
    const char *sign = run->kind == MARKDOWN_CODE ? strchr(run->text, '=') : NULL;
    if (!sign || sign == run->text || strchr(sign + 1, '='))
        return NULL;
    const char *left = arena_copy_n(lesson->arena, run->text, (size_t)(sign - run->text));
    return is_formula(lesson, left, run->line, broken) &&
                   is_formula(lesson, sign + 1, run->line, broken)
               ? sign
               : NULL;
}

/* An equation in a code span is two formulas and the sign between them. */
static void split_equations(Lesson *lesson, Prose *prose, const Scope *broken) {
    const MarkdownBlock *block = prose->block;
    MarkdownBlock *split = ARENA_NEW(lesson->arena, MarkdownBlock);
    *split = *block;
    split->runs = ARENA_ARRAY(lesson->arena, MarkdownRun, 3 * block->run_count);
    split->run_count = 0;
    for (size_t i = 0; i < block->run_count; i++) {
        MarkdownRun run = block->runs[i];
        const char *sign = find_equals(lesson, &run, broken);
        if (sign) {
            const char *whole = run.text;
            run.text = arena_copy_n(lesson->arena, whole, (size_t)(sign - whole));
            split->runs[split->run_count++] = run;
            split->runs[split->run_count++] = (MarkdownRun){.kind = MARKDOWN_TEXT, .text = " = "};
            run.text = sign + 1;
        }
        split->runs[split->run_count++] = run;
    }
    if (split->run_count > block->run_count)
        prose->block = split;
}

/* A code span: `=expr` must be an expression; any other is typeset where it is one. */
static void compile_span(Lesson *lesson, const Prose *prose, size_t i, const Scope *broken,
                         Diags *diags) {
    const MarkdownRun *run = &prose->block->runs[i];
    bool live = run->text[0] == '=';
    Diags found = {.arena = lesson->arena, .file = diags->file, .names = diags->names};
    bool failed;
    prose->exprs[i] = compile_formula(lesson, run->text + live, run->line, broken, &found, &failed);
    prose->live[i] = live;
    const char *message = found.count ? found.items[0].message : "this is not a formula";
    bool known = failed && !found.count; /* it uses a name that was reported already */
    if (!prose->exprs[i] && live && !known &&
        !(str_starts(message, "no such name") && diag_repeats(diags, run->line, message)))
        diag_add(diags, run->line, 1, 1, found.count ? found.items[0].suggestion.text : NULL,
                 "in `%s`, in this paragraph: %s", run->text, message);
}

static void compile_spans(Lesson *lesson, Prose *prose, const Scope *broken, Diags *diags) {
    if (prose->block->kind != MARKDOWN_HEADING) /* those are in the contents already */
        split_equations(lesson, prose, broken);
    prose->exprs = ARENA_ARRAY(lesson->arena, Expr, prose->block->run_count);
    prose->live = ARENA_ARRAY(lesson->arena, bool, prose->block->run_count);
    for (size_t i = 0; i < prose->block->run_count; i++)
        if (prose->block->runs[i].kind == MARKDOWN_CODE)
            compile_span(lesson, prose, i, broken, diags);
}

/* A sentence, or what a picture shows, is read as a paragraph. One that Markdown takes for
 * something else, such as a list, stays as it is. */
static void compile_sentence(Lesson *lesson, const char *text, int line, const Scope *broken,
                             Diags *diags) {
    if (!text || !*text)
        return;
    Diags ignored = {.arena = lesson->arena, .file = diags->file};
    Markdown markdown = markdown_parse(lesson->arena, text, &ignored);
    MarkdownBlock *block = markdown.blocks;
    if (markdown.count != 1 || block->kind != MARKDOWN_PARAGRAPH || block->depth || block->quote)
        return;
    for (size_t i = 0; i < block->run_count; i++)
        block->runs[i].line = line;
    ARENA_RESERVE(lesson->arena, lesson->sentences, lesson->sentence_count,
                  lesson->sentence_capacity);
    Sentence *sentence = &lesson->sentences[lesson->sentence_count++];
    *sentence = (Sentence){.text = text, .prose = {.block = block}};
    compile_spans(lesson, &sentence->prose, broken, diags);
}

static void compile_question(Lesson *lesson, const Question *question, const Scope *broken,
                             Diags *diags) {
    compile_sentence(lesson, question->text, question->line, broken, diags);
    for (size_t i = 0; i < question->hint_count; i++)
        compile_sentence(lesson, question->hints[i], question->line, broken, diags);
    for (size_t i = 0; i < question->mistake_count; i++)
        compile_sentence(lesson, question->mistakes[i].comment, question->mistakes[i].line, broken,
                         diags);
    for (size_t i = 0; i < question->choice_count; i++) {
        const QuestionPart *choice = &question->choices[i];
        compile_sentence(lesson, choice->label, choice->line, broken, diags);
        compile_sentence(lesson, choice->comment, choice->line, broken, diags);
    }
    compile_sentence(lesson, question->why, question->line, broken, diags);
}

static void compile_prose(Lesson *lesson, const Scope *broken, Diags *diags) {
    for (size_t i = 0; i < lesson->prose_count; i++) {
        const MarkdownBlock *block = lesson->prose[i].block;
        compile_spans(lesson, &lesson->prose[i], broken, diags);
        compile_sentence(lesson, block->words, block->line, broken, diags);
        gears_compile(lesson, &lesson->prose[i], broken, diags);
    }
    for (size_t i = 0; i < lesson->action_count; i++)
        if (lesson->actions[i].kind == ACTION_ASK)
            compile_question(lesson, lesson->actions[i].question, broken, diags);
}

const Prose *lesson_sentence(const Lesson *lesson, const char *text) {
    for (size_t i = 0; i < lesson->sentence_count; i++)
        if (lesson->sentences[i].text == text)
            return &lesson->sentences[i].prose;
    return NULL;
}

/* The last definition of one entry among the first `declared` names that `wrt` reaches. */
static SymbolId last_reached(const Lesson *lesson, Arena *scratch, SymbolId wrt, size_t declared) {
    const bool *depends = graph_dependents(lesson->graph, &lesson->scope, scratch, wrt);
    for (SymbolId s = (SymbolId)declared; s-- > 0;) {
        const Symbol *symbol = scope_get(&lesson->scope, s);
        if (depends[s] && !symbol_is_leaf(symbol) && symbol_entries(symbol) == 1)
            return s;
    }
    return SYMBOL_NONE;
}

SymbolId lesson_default_result(const Lesson *lesson, Arena *scratch, SymbolId wrt,
                               size_t declared) {
    SymbolId loss = SYMBOL_NONE, node = SYMBOL_NONE;
    for (SymbolId s = (SymbolId)declared; s-- > 0;) {
        const Symbol *symbol = scope_get(&lesson->scope, s);
        if (symbol_is_leaf(symbol) || symbol_entries(symbol) != 1)
            continue;
        node = node == SYMBOL_NONE ? s : node;
        if (symbol->role != ROLE_LOSS)
            continue;
        if (wrt == SYMBOL_NONE || graph_leading(lesson->graph, &lesson->scope, s)[wrt])
            return s;
        loss = loss == SYMBOL_NONE ? s : loss;
    }
    if (loss != SYMBOL_NONE || wrt == SYMBOL_NONE)
        return loss != SYMBOL_NONE ? loss : node;
    SymbolId reached = last_reached(lesson, scratch, wrt, declared);
    return reached != SYMBOL_NONE ? reached : node;
}

/* FNV-1a, of 64 bits. */
static uint64_t hash_text(const char *text) {
    uint64_t hash = 14695981039346656037u;
    for (; *text; text++)
        hash = (hash ^ (unsigned char)*text) * 1099511628211u;
    return hash;
}

static bool is_script(const MarkdownBlock *block) {
    return block->kind == MARKDOWN_FENCE && str_equal(block->info, "lesson");
}

/* Whether one of the first `count` errors is that the block is never closed: then there may be
 * prose in it, which is no statement. */
static bool is_told(const Diags *diags, size_t count, const MarkdownBlock *block) {
    for (size_t i = 0; i < count; i++)
        if (diags->items[i].line == block->line)
            return true;
    return false;
}

Lesson *lesson_compile(Arena *arena, const char *path, const char *text, Diags *diags) {
    Lesson *lesson = ARENA_NEW(arena, Lesson);
    lesson->arena = arena;
    lesson->path = path;
    lesson->hash = hash_text(text);
    lesson->rate = LESSON_DEFAULT_RATE;
    diags->source = text;
    exprs_init(&lesson->exprs, arena);
    scope_init(&lesson->scope, arena);
    Markdown *markdown = ARENA_NEW(arena, Markdown);
    *markdown = markdown_parse(arena, text, diags);
    const size_t markdown_errors = diags->count;
    bool readable = markdown_errors == 0; /* else blocks may be missing, and the names in them */
    find_title(lesson, markdown);
    Script script = {
        .lesson = lesson,
        .parser = {
            .exprs = &lesson->exprs, .scope = &lesson->scope, .diags = diags, .arena = arena}};
    scope_init(&script.broken, arena);
    scope_init(&script.later, arena);
    script.parser.broken = &script.broken;
    script.parser.later = &script.later;
    for (size_t i = 0; i < markdown->count; i++)
        if (is_script(&markdown->blocks[i]))
            script_foresee(&script, markdown->blocks[i].text, markdown->blocks[i].line + 1);
    diags->names = example_names(&script.later, arena);
    Diags unheard = {.arena = arena, .file = diags->file};
    for (size_t i = 0; i < markdown->count; i++) {
        const MarkdownBlock *block = &markdown->blocks[i];
        script.parser.diags = is_told(diags, markdown_errors, block) ? &unheard : diags;
        if (is_script(block))
            script_compile(&script, block->text, block->line + 1, block->column + 1);
        else
            add_prose(lesson, block);
    }
    compile_prose(lesson, &script.broken, readable ? diags : &unheard);
    diags->names = lesson->examples = example_names(&lesson->scope, arena);
    Arena scratch = {.recovery = arena->recovery};
    lesson->graph = graph_build(arena, &lesson->exprs, &lesson->scope, &scratch);
    if (!diags->count)
        steps_build(lesson, diags, &scratch);
    else
        lint_fences(lesson, diags, ""); /* statements in them may be what is missing */
    if (!diags->count && !lesson->step_count)
        diag_add(diags, 0, 0, 1, "write a heading, a paragraph, or a ```lesson block",
                 "there is nothing in this lesson");
    arena_clear(&scratch);
    return lesson;
}
