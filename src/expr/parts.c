#include "expr/parts.h"

#include <stdlib.h>

#include "expr/diff.h"

/* The parts found so far, and a hash table of them (0 is a free place). */
typedef struct Finder {
    Arena *arena;
    Parts parts;
    size_t capacity;
    Expr *table;
    size_t table_size; /* a power of two */
} Finder;

static Expr *find_place(const Finder *finder, Expr expr) {
    size_t mask = finder->table_size - 1, at = expr * 0x9E3779B1u & mask;
    while (finder->table[at] && finder->table[at] != expr)
        at = (at + 1) & mask;
    return &finder->table[at];
}

static void grow_table(Finder *finder) {
    finder->table_size *= 2;
    finder->table = ARENA_ARRAY(finder->arena, Expr, finder->table_size);
    for (size_t i = 0; i < finder->parts.count; i++)
        *find_place(finder, finder->parts.list[i]) = finder->parts.list[i];
}

static void add_part(Finder *finder, Expr expr) {
    Expr *place = find_place(finder, expr);
    if (*place)
        return;
    *place = expr;
    ARENA_RESERVE(finder->arena, finder->parts.list, finder->parts.count, finder->capacity);
    finder->parts.list[finder->parts.count++] = expr;
    if (finder->parts.count * 2 > finder->table_size)
        grow_table(finder);
}

static int by_id(const void *a, const void *b) {
    Expr left = *(const Expr *)a, right = *(const Expr *)b;
    return (left > right) - (left < right);
}

enum { FIRST_TABLE = 32, FEW = 16 };

/* In ascending order; the few parts of an ordinary formula are in place sooner than qsort begins.
 */
static void sort_parts(Parts *parts) {
    if (parts->count > FEW) {
        qsort(parts->list, parts->count, sizeof *parts->list, by_id);
        return;
    }
    for (size_t i = 1; i < parts->count; i++) {
        Expr expr = parts->list[i];
        size_t place = i;
        for (; place > 0 && parts->list[place - 1] > expr; place--)
            parts->list[place] = parts->list[place - 1];
        parts->list[place] = expr;
    }
}

Parts parts_of(const Exprs *exprs, const Scope *scope, SymbolId cut, Arena *arena, Expr root) {
    return parts_of_all(exprs, scope, cut, arena, &root, 1);
}

Parts parts_of_all(const Exprs *exprs, const Scope *scope, SymbolId cut, Arena *arena,
                   const Expr *roots, size_t count) {
    Finder finder = {.arena = arena, .table_size = FIRST_TABLE};
    finder.table = ARENA_ARRAY(arena, Expr, finder.table_size);
    for (size_t i = 0; i < count; i++)
        add_part(&finder, roots[i]);
    for (size_t i = 0; i < finder.parts.count; i++) {
        Expr expr = finder.parts.list[i];
        const ExprNode *node = expr_get(exprs, expr);
        Expr formula = scope ? expr_formula(exprs, scope, expr, cut) : 0;
        bool leaf = scope && node->kind == EXPR_DERIVATIVE;
        if (formula)
            add_part(&finder, formula);
        for (size_t j = 0; j < node->count && !leaf; j++)
            add_part(&finder, expr_operand(exprs, expr, j));
    }
    sort_parts(&finder.parts);
    return finder.parts;
}

size_t parts_place(const Parts *parts, Expr expr) {
    size_t low = 0, high = parts->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (parts->list[middle] < expr)
            low = middle + 1;
        else
            high = middle;
    }
    return low < parts->count && parts->list[low] == expr ? low : SIZE_MAX;
}
