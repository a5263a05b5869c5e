#include "lesson/lint.h"

#include <ctype.h>
#include <string.h>

#include "base/str.h"
#include "expr/parse.h"
#include "expr/parts.h"

/* Marks the names that an expression mentions, those inside derivative tokens too. */
static void mention(const Lesson *lesson, Arena *scratch, bool *mentioned, Expr expr) {
    Parts parts = parts_of(&lesson->exprs, NULL, SYMBOL_NONE, scratch, expr);
    for (size_t i = 0; i < parts.count; i++)
        if (expr_get(&lesson->exprs, parts.list[i])->kind == EXPR_NAME)
            mentioned[expr_get(&lesson->exprs, parts.list[i])->symbol] = true;
}

/* What a plot draws or varies is used there, and so is what another value is made of. */
static void mention_uses(const Lesson *lesson, Arena *scratch, bool *used) {
    for (size_t i = 0; i < lesson->action_count; i++) {
        if (lesson->actions[i].kind == ACTION_SET)
            mention(lesson, scratch, used, lesson->actions[i].value);
        const PlotRequest *plot = lesson->actions[i].plot;
        for (size_t j = 0; plot && j < plot->count; j++)
            mention(lesson, scratch, used, plot->exprs[j]);
        for (size_t j = 0; plot && j < plot->axis_count; j++)
            mention(lesson, scratch, used, plot->axes[j].variable);
    }
}

static void mention_actions(const Lesson *lesson, Arena *scratch, bool *seen) {
    for (size_t i = 0; i < lesson->action_count; i++) {
        const Action *action = &lesson->actions[i];
        for (size_t j = 0; action->symbols && j < action->count; j++)
            seen[action->symbols[j]] = true;
        for (size_t j = 0; action->exprs && j < action->count; j++)
            mention(lesson, scratch, seen, action->exprs[j]);
    }
    for (size_t i = 0; i < lesson->expectation_count; i++)
        mention(lesson, scratch, seen, lesson->expectations[i].left);
    for (size_t p = 0; p < lesson->prose_count; p++)
        for (size_t i = 0; i < lesson->prose[p].block->run_count; i++)
            if (lesson->prose[p].exprs[i])
                mention(lesson, scratch, seen, lesson->prose[p].exprs[i]);
}

void lint_lesson(const Lesson *lesson, Diags *diags) {
    Arena scratch = {.recovery = lesson->arena->recovery};
    bool *used = ARENA_ARRAY(&scratch, bool, lesson->scope.count);
    bool *seen = ARENA_ARRAY(&scratch, bool, lesson->scope.count);
    for (SymbolId s = 0; s < lesson->scope.count; s++)
        if (scope_get(&lesson->scope, s)->definition)
            mention(lesson, &scratch, used, scope_get(&lesson->scope, s)->definition);
    mention_uses(lesson, &scratch, used);
    mention_actions(lesson, &scratch, seen);
    for (SymbolId s = 0; s < lesson->scope.count; s++) {
        const Symbol *symbol = scope_get(&lesson->scope, s);
        int width = (int)strlen(symbol->name);
        if (symbol_is_leaf(symbol) && !used[s])
            diag_add(diags, symbol->line, symbol->column, width,
                     "use it in a definition, or leave it out", "no formula uses %s", symbol->name);
        else if (symbol->role == ROLE_NODE && !used[s] && !seen[s])
            diag_add(diags, symbol->line, symbol->column, width,
                     "use it, step through it with forward, or leave it out",
                     "nothing ever reaches %s", symbol->name);
    }
    arena_clear(&scratch);
}

/* ------------------------------------------------------------------------------ warnings */

/* Whether the text begins with a declaration, or a question: input x = … */
static bool begins_script(Arena *scratch, const char *text) {
    static const char *const words[] = {"input", "target", "param", "loss", "data"};
    Diags quiet = {.arena = scratch};
    Lexer lexer;
    lexer_init(&lexer, text, 1, 1, &quiet);
    Token word = lexer_next(&lexer), name = lexer_next(&lexer);
    if (token_is_word(&word, "ask") && name.kind == TOKEN_STRING)
        return true;
    if (name.kind != TOKEN_NAME || name.line != word.line)
        return false;
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (token_is_word(&word, words[i]))
            return true;
    return false;
}

void lint_fences(const Lesson *lesson, Diags *diags, const char *prefix) {
    Arena scratch = {.recovery = lesson->arena->recovery};
    for (size_t i = 0; i < lesson->prose_count; i++) {
        const MarkdownBlock *block = lesson->prose[i].block;
        if (block->kind != MARKDOWN_FENCE)
            continue;
        Nearest nearest = {.word = block->info};
        nearest_offer(&nearest, "lesson");
        if (nearest.best || begins_script(&scratch, block->text))
            diag_add(diags, block->line, block->column + 1, 3,
                     "for statements write ```lesson in the line above them",
                     "%sthis block is only shown, not read", prefix);
    }
    arena_clear(&scratch);
}

static void warn_of_training(const Lesson *lesson, const Step *step, Diags *warnings) {
    const TrainPlan *plan = step->train;
    bool rows =
        lesson->scope.data && plan->loss != SYMBOL_NONE && lesson->graph->by_row[plan->loss];
    if (rows || (plan->batch == 1 && plan->order == TRAIN_SHUFFLED))
        return;
    const char *what = plan->batch == 1 ? "order" : "batch";
    if (!lesson->scope.data)
        diag_add(warnings, step->line, 1, 5, "leave it out, or declare rows with `data`",
                 "warning: %s does nothing here: there are no training rows", what);
    else
        diag_add(warnings, step->line, 1, 5,
                 "leave it out, or train a loss without rowsum and rowmean",
                 "warning: %s does nothing here: the loss is of the whole table, and an epoch is "
                 "one update",
                 what);
}

/* $w_5$: a dollar, then a letter or \, and another dollar on the line. */
static bool has_dollars(const char *text) {
    for (; (text = strchr(text, '$')); text++) {
        bool opens = text[1] == '\\' || (text[1] >= 'a' && text[1] <= 'z') ||
                     (text[1] >= 'A' && text[1] <= 'Z');
        if (opens && strchr(text + 1, '$'))
            return true;
    }
    return false;
}

/* Whether text in backticks can only be meant as a formula: it has a sign or a digit, and no two
 * words side by side, as commands have. */
static bool looks_like_formula(const char *text) {
    for (const char *blank = text; (blank = strchr(blank, ' ')); blank++)
        if (blank > text && isalnum((unsigned char)blank[-1]) && isalnum((unsigned char)blank[1]))
            return false;
    return strpbrk(text, "0123456789/*^+@(\\") != NULL;
}

/* `dE/dw9` where there is w5, or `\frac{1}{2}`: stays as it was typed. */
static void warn_of_misspelt(Lesson *lesson, const MarkdownRun *run, Diags *warnings) {
    Arena scratch = {.recovery = lesson->arena->recovery};
    Diags found = {.arena = &scratch, .names = lesson->examples};
    Parser parser = {
        .exprs = &lesson->exprs, .scope = &lesson->scope, .arena = &scratch, .diags = &found};
    parser_init(&parser, run->text, run->line, 1);
    parse_expression(&parser);
    const char *message = found.count ? found.items[0].message : "";
    bool misspelt = str_starts(message, "no such name") || strchr(run->text, '\\');
    if (misspelt && found.count && found.items[0].suggestion.text)
        diag_add(warnings, run->line, 1, 1, found.items[0].suggestion.text,
                 "warning: `%s`, in this paragraph, stays as it is: %s", run->text, message);
    arena_clear(&scratch);
}

/* A paragraph that was meant for a block. */
static bool is_script_outside(const Lesson *lesson, const MarkdownBlock *block) {
    Arena scratch = {.recovery = lesson->arena->recovery};
    bool outside = block->kind == MARKDOWN_PARAGRAPH && block->run_count &&
                   block->runs[0].kind == MARKDOWN_TEXT &&
                   begins_script(&scratch, block->runs[0].text);
    arena_clear(&scratch);
    return outside;
}

/* Statements outside a block, and formulas that were meant to be typeset and are not. */
static void warn_of_prose(Lesson *lesson, const Prose *prose, Diags *warnings) {
    const MarkdownBlock *block = prose->block;
    int line = block->line;
    if (is_script_outside(lesson, block))
        diag_add(warnings, line, block->column + 1, 1,
                 "statements stand in a block: write ```lesson in the line above them, and ``` in "
                 "the one below",
                 "warning: this is only shown, not read");
    for (size_t i = 0; i < block->run_count; i++) {
        const MarkdownRun *run = &block->runs[i];
        if (run->kind == MARKDOWN_TEXT && strchr(run->text, '`'))
            diag_add(warnings, line, 1, 1, "a formula stands between two: `d{E}/d{W}`",
                     "warning: a ` without its partner, in this paragraph");
        else if (run->kind == MARKDOWN_TEXT && has_dollars(run->text))
            diag_add(warnings, line, 1, 1, "write `d{E}/d{W}` for ∂{E}/∂{W}",
                     "warning: formulas in prose stand between `, not $");
        else if (run->kind == MARKDOWN_CODE && !prose->exprs[i] && !prose->live[i] &&
                 looks_like_formula(run->text))
            warn_of_misspelt(lesson, run, warnings);
    }
}

void lint_warn(Lesson *lesson, Diags *warnings) {
    bool titled = false;
    for (size_t i = 0; i < lesson->section_count; i++)
        titled = titled || lesson->sections[i].level == 1;
    if (!titled)
        diag_add(warnings, 0, 0, 1, "begin the file with a line like this: # One weight",
                 "warning: this lesson has no title");
    for (size_t i = 0; i < lesson->step_count; i++)
        if (lesson->steps[i].kind == STEP_TRAIN)
            warn_of_training(lesson, &lesson->steps[i], warnings);
    lint_fences(lesson, warnings, "warning: ");
    for (size_t i = 0; i < lesson->prose_count; i++)
        warn_of_prose(lesson, &lesson->prose[i], warnings);
}
