#include "expr/example.h"

SymbolId example_variable(const Scope *scope) {
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

const char *example_number(const Scope *scope, Arena *arena, SymbolId symbol) {
    const Symbol *named = scope_get(scope, symbol);
    return symbol_entries(named) > 1 ? symbol_typed_entry(named, arena, 0) : named->name;
}

ExampleNames example_names(const Scope *scope, Arena *arena) {
    ExampleNames names = {0};
    const SymbolId variable = example_variable(scope);
    if (variable != SYMBOL_NONE)
        names.w = example_number(scope, arena, variable);
    const SymbolId loss = scope_last_loss(scope);
    for (SymbolId s = 0; s < scope->count; s++) {
        const Symbol *symbol = scope_get(scope, s);
        if (symbol->role == ROLE_PARAM && !names.W)
            names.W = symbol->name;
        if (symbol->columns > 1 && !names.M)
            names.M = symbol->name;
        if (symbol->role == ROLE_NODE && !names.y)
            names.y = symbol->name;
        if (loss == SYMBOL_NONE ? symbol->role == ROLE_NODE : s == loss)
            names.E = symbol->name;
    }
    names.W = names.W || variable == SYMBOL_NONE ? names.W : scope_get(scope, variable)->name;
    names.y = names.y ? names.y : names.E;
    return names;
}
