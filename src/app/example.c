/* Examples of commands, with names of the lesson at hand. */
#include <string.h>

#include "app/command.h"
#include "app/state.h"
#include "base/str.h"
#include "expr/example.h"

/* What is computed from it directly. */
static SymbolId find_use(const Graph *graph, SymbolId variable) {
    for (size_t i = 0; i < graph->edge_count; i++)
        if (graph->edges[i].from == variable)
            return graph->edges[i].to;
    return SYMBOL_NONE;
}

static SymbolId find_name(const Command *command, char letter) {
    const Lesson *lesson = command->session->lesson;
    const SymbolId variable = example_variable(&lesson->scope);
    switch (letter) {
    case 'w': return variable;
    case 'y': return variable == SYMBOL_NONE ? variable : find_use(lesson->graph, variable);
    default: return lesson_default_result(lesson, command->arena, SYMBOL_NONE, lesson->scope.count);
    }
}

const char *command_example(const Command *command) {
    const Scope *scope = &command->session->lesson->scope;
    const CommandInfo *info = command->info;
    const bool number = info->run == cmd_set || info->run == cmd_plot;
    Buffer text = {.arena = command->arena};
    for (const char *at = info->example; *at;) {
        const size_t plain = strcspn(at, "{");
        buffer_add_n(&text, at, plain);
        at += plain;
        if (!*at)
            break;
        const SymbolId symbol = find_name(command, at[1]);
        if (symbol == SYMBOL_NONE) /* a lesson without such names */
            return arena_format(command->arena, "%s %s", info->name, info->arguments);
        buffer_add(&text, number ? example_number(scope, command->arena, symbol)
                                 : scope_get(scope, symbol)->name);
        at += strlen("{w}");
    }
    return buffer_text(&text);
}
