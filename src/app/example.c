/* Examples of commands, with names of the lesson at hand. */
#include <string.h>

#include "app/command.h"
#include "app/state.h"
#include "base/str.h"

/* A parameter, or a given number where there is none; numbers go before matrices. */
static SymbolId find_variable(const Scope *scope) {
    static const struct {
        SymbolRole role;
        bool number;
    } wished[] = {{ROLE_PARAM, true}, {ROLE_INPUT, true}, {ROLE_PARAM, false}, {ROLE_INPUT, false}};
    for (size_t i = 0; i < sizeof wished / sizeof *wished; i++)
        for (SymbolId s = 0; s < scope->count; s++) {
            const Symbol *symbol = scope_get(scope, s);
            const bool number = symbol_entries(symbol) == 1;
            if (symbol->role == wished[i].role && number == wished[i].number)
                return s;
        }
    return SYMBOL_NONE;
}

/* What is computed from it directly. */
static SymbolId find_use(const Graph *graph, SymbolId variable) {
    for (size_t i = 0; i < graph->edge_count; i++)
        if (graph->edges[i].from == variable)
            return graph->edges[i].to;
    return SYMBOL_NONE;
}

static SymbolId find_name(const Command *command, char letter) {
    const Lesson *lesson = command->session->lesson;
    const SymbolId variable = find_variable(&lesson->scope);
    switch (letter) {
    case 'w': return variable;
    case 'y': return variable == SYMBOL_NONE ? variable : find_use(lesson->graph, variable);
    default: return lesson_default_result(lesson, command->arena, SYMBOL_NONE, lesson->scope.count);
    }
}

/* The name, and where a number belongs the first entry of a matrix. */
static void add_name(const Command *command, Buffer *text, SymbolId symbol, bool number) {
    const Symbol *named = scope_get(&command->session->lesson->scope, symbol);
    buffer_add(text, named->name);
    if (number && symbol_entries(named) > 1)
        buffer_add(text, named->columns == 1 ? "[1]" : "[1,1]");
}

const char *command_example(const Command *command) {
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
        add_name(command, &text, symbol, number);
        at += strlen("{w}");
    }
    return buffer_text(&text);
}
