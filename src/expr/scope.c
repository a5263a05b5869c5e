#include "expr/scope.h"

#include <string.h>

#include "base/str.h"

void scope_init(Scope *scope, Arena *arena) {
    *scope = (Scope){.arena = arena};
    lookup_init(&scope->table, arena);
}

/* FNV-1a, and mixed once more. */
static uint64_t hash_name(const char *text, size_t length) {
    uint64_t hash = 14695981039346656037u;
    for (size_t i = 0; i < length; i++)
        hash = (hash ^ (unsigned char)text[i]) * 1099511628211u;
    return lookup_hash(hash, 0);
}

static uint64_t hash_symbol(const Scope *scope, SymbolId symbol) {
    const char *name = scope_get(scope, symbol)->name;
    return hash_name(name, strlen(name));
}

/* All symbols before this one, into a table that was made larger. */
static void put_again(Scope *scope, SymbolId end) {
    LookupQueue queue = {.count = 0};
    for (SymbolId s = 0; s < end; s++)
        lookup_put_queued(&scope->table, &queue, hash_symbol(scope, s), s + 1);
    lookup_put_rest(&scope->table, &queue);
}

SymbolId scope_add(Scope *scope, Symbol symbol) {
    const SymbolId added = (SymbolId)scope->count;
    const uint64_t hash = hash_name(symbol.name, strlen(symbol.name));
    lookup_expect(&scope->table, hash);
    if (scope->count >= SYMBOL_NONE / 2 || scope->leaf_entries > UINT32_MAX)
        arena_alloc(scope->arena, SIZE_MAX);
    symbol.offset = (uint32_t)scope->leaf_entries;
    if (symbol_is_leaf(&symbol))
        scope->leaf_entries += symbol_entries(&symbol);
    const size_t chunk = scope->count >> SCOPE_CHUNK_BITS;
    if (scope->count % SCOPE_CHUNK == 0) {
        ARENA_RESERVE(scope->arena, scope->chunks, chunk, scope->chunk_capacity);
        scope->chunks[chunk] = ARENA_ARRAY(scope->arena, Symbol, SCOPE_CHUNK);
    }
    scope->chunks[chunk][scope->count++ % SCOPE_CHUNK] = symbol;
    if (lookup_is_full(&scope->table, added + 1)) {
        lookup_enlarge(&scope->table, 2 * added + 1);
        put_again(scope, added);
    }
    lookup_put(&scope->table, hash, added + 1);
    return added;
}

SymbolId scope_find_n(const Scope *scope, const char *text, size_t length) {
    uint64_t hash = hash_name(text, length);
    size_t at = lookup_begin(&scope->table, hash);
    for (uint32_t found; (found = lookup_next(&scope->table, hash, &at)) != 0;) {
        const char *name = scope_get(scope, found - 1)->name;
        if (str_equal_n(name, text, length))
            return found - 1;
    }
    return SYMBOL_NONE;
}

SymbolId scope_find(const Scope *scope, const char *name) {
    return scope_find_n(scope, name, strlen(name));
}

const Symbol *scope_get(const Scope *scope, SymbolId symbol) {
    return &scope->chunks[symbol >> SCOPE_CHUNK_BITS][symbol % SCOPE_CHUNK];
}

bool symbol_is_leaf(const Symbol *symbol) {
    return symbol->role == ROLE_INPUT || symbol->role == ROLE_TARGET || symbol->role == ROLE_PARAM;
}

size_t symbol_entries(const Symbol *symbol) {
    return (size_t)symbol->rows * symbol->columns;
}

SymbolId scope_last_loss(const Scope *scope) {
    for (SymbolId s = (SymbolId)scope->count; s-- > 0;)
        if (scope_get(scope, s)->role == ROLE_LOSS)
            return s;
    return SYMBOL_NONE;
}

Expr scope_expr(const Scope *scope, Exprs *exprs, SymbolId symbol) {
    const Symbol *found = scope_get(scope, symbol);
    return expr_name(exprs, symbol, found->rows, found->columns);
}

const char *symbol_typed_entry(const Symbol *symbol, Arena *arena, size_t entry) {
    const size_t row = entry / symbol->columns + 1, column = entry % symbol->columns + 1;
    return symbol->columns == 1 ? arena_format(arena, "%s[%zu]", symbol->name, row)
                                : arena_format(arena, "%s[%zu,%zu]", symbol->name, row, column);
}

const char *scope_typed(const Scope *scope, const Exprs *exprs, Arena *arena, Expr variable) {
    const ExprNode *node = expr_get(exprs, variable);
    if (node->kind == EXPR_NAME)
        return scope_get(scope, node->symbol)->name;
    const Expr name = expr_operand(exprs, variable, 0);
    const Symbol *symbol = scope_get(scope, expr_get(exprs, name)->symbol);
    return symbol_typed_entry(symbol, arena,
                              (node->at.row - 1) * (size_t)symbol->columns + node->at.column - 1);
}
