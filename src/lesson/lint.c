#include "lesson/lint.h"

#include <string.h>

#include "expr/diff.h"
#include "expr/parts.h"

/* Marks the names that an expression mentions, those inside derivative tokens too. */
static void mention(const Lesson *lesson, Arena *scratch, bool *mentioned, Expr expr) {
    Parts parts = parts_of(&lesson->exprs, NULL, SYMBOL_NONE, scratch, expr);
    for (size_t i = 0; i < parts.count; i++)
        if (expr_get(&lesson->exprs, parts.list[i])->kind == EXPR_NAME)
            mentioned[expr_get(&lesson->exprs, parts.list[i])->symbol] = true;
}

/* What a plot draws or varies is used there. */
static void mention_plots(const Lesson *lesson, Arena *scratch, bool *used) {
    for (size_t i = 0; i < lesson->action_count; i++) {
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
    mention_plots(lesson, &scratch, used);
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
