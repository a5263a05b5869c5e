#include "expr/scope.h"

#include <string.h>

#include "base/str.h"

void scope_init(Scope *scope, Arena *arena) {
    *scope = (Scope){.arena = arena, .table_size = 64};
    scope->table = ARENA_ARRAY(arena, uint32_t, scope->table_size);
}

/* FNV-1a. */
static uint32_t hash_name(const char *text, size_t length) {
    uint32_t hash = 2166136261u;
    for (size_t i = 0; i < length; i++)
        hash = (hash ^ (unsigned char)text[i]) * 16777619u;
    return hash;
}

static uint32_t *find_place(const Scope *scope, const char *text, size_t length) {
    size_t mask = scope->table_size - 1;
    size_t at = hash_name(text, length) & mask;
    for (; scope->table[at]; at = (at + 1) & mask) {
        const char *name = scope->symbols[scope->table[at] - 1].name;
        if (strlen(name) == length && memcmp(name, text, length) == 0)
            break;
    }
    return &scope->table[at];
}

static void grow_table(Scope *scope) {
    scope->table = ARENA_ARRAY(scope->arena, uint32_t, scope->table_size * 2);
    scope->table_size *= 2;
    for (size_t i = 0; i < scope->count; i++) {
        const char *name = scope->symbols[i].name;
        *find_place(scope, name, strlen(name)) = (uint32_t)i + 1;
    }
}

SymbolId scope_add(Scope *scope, Symbol symbol) {
    symbol.offset = scope->leaf_entries;
    if (symbol_is_leaf(&symbol))
        scope->leaf_entries += symbol_entries(&symbol);
    ARENA_RESERVE(scope->arena, scope->symbols, scope->count, scope->capacity);
    scope->symbols[scope->count++] = symbol;
    *find_place(scope, symbol.name, strlen(symbol.name)) = (uint32_t)scope->count;
    if (scope->count * 2 > scope->table_size)
        grow_table(scope);
    return (SymbolId)scope->count - 1;
}

SymbolId scope_find_n(const Scope *scope, const char *text, size_t length) {
    uint32_t found = *find_place(scope, text, length);
    return found ? found - 1 : SYMBOL_NONE;
}

SymbolId scope_find(const Scope *scope, const char *name) {
    return scope_find_n(scope, name, strlen(name));
}

const char *scope_nearest(const Scope *scope, const char *name) {
    Nearest nearest = {.word = name};
    for (size_t i = 0; i < scope->count; i++)
        nearest_offer(&nearest, scope->symbols[i].name);
    return nearest.best;
}

const Symbol *scope_get(const Scope *scope, SymbolId symbol) {
    return &scope->symbols[symbol];
}

bool symbol_is_leaf(const Symbol *symbol) {
    return symbol->role == ROLE_INPUT || symbol->role == ROLE_TARGET || symbol->role == ROLE_PARAM;
}

size_t symbol_entries(const Symbol *symbol) {
    return (size_t)symbol->rows * symbol->columns;
}

Expr scope_expr(const Scope *scope, Exprs *exprs, SymbolId symbol) {
    const Symbol *found = scope_get(scope, symbol);
    return expr_name(exprs, symbol, found->rows, found->columns);
}
