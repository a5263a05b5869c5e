#include "expr/marks.h"

enum { WORD_BITS = 64 };

Marks marks_new(Arena *arena, Expr highest) {
    Marks marks = {.word_count = (size_t)highest / WORD_BITS + 1, .highest = highest};
    marks.words = ARENA_ARRAY(arena, uint64_t, marks.word_count);
    return marks;
}

void marks_add(Marks *marks, Expr expr) {
    marks->words[expr / WORD_BITS] |= (uint64_t)1 << expr % WORD_BITS;
}

void marks_remove(Marks *marks, Expr expr) {
    marks->words[expr / WORD_BITS] &= ~((uint64_t)1 << expr % WORD_BITS);
}

bool marks_have(const Marks *marks, Expr expr) {
    return expr <= marks->highest && marks->words[expr / WORD_BITS] >> expr % WORD_BITS & 1;
}

Expr marks_next(const Marks *marks, Expr expr) {
    size_t at = expr / WORD_BITS;
    if (at >= marks->word_count)
        return 0;
    uint64_t word = marks->words[at] & UINT64_MAX << expr % WORD_BITS;
    while (!word)
        if (++at == marks->word_count)
            return 0;
        else
            word = marks->words[at];
    return (Expr)(at * WORD_BITS) + (Expr)__builtin_ctzll(word);
}

Expr marks_previous(const Marks *marks, Expr expr) {
    size_t at = expr / WORD_BITS;
    uint64_t word = marks->words[at] & UINT64_MAX >> (WORD_BITS - 1 - expr % WORD_BITS);
    while (!word)
        if (at-- == 0)
            return 0;
        else
            word = marks->words[at];
    return (Expr)(at * WORD_BITS) + WORD_BITS - 1 - (Expr)__builtin_clzll(word);
}

size_t marks_number(Marks *marks, Arena *arena) {
    size_t count = 0;
    marks->before = ARENA_ARRAY(arena, uint32_t, marks->word_count);
    for (size_t i = 0; i < marks->word_count; i++) {
        marks->before[i] = (uint32_t)count;
        if (marks->words[i]) /* few are, where one formula is taken from a large pool */
            count += (size_t)__builtin_popcountll(marks->words[i]);
    }
    return count;
}

size_t marks_place(const Marks *marks, Expr expr) {
    if (!marks_have(marks, expr))
        return SIZE_MAX;
    size_t at = expr / WORD_BITS;
    uint64_t below = ((uint64_t)1 << expr % WORD_BITS) - 1;
    return marks->before[at] + (size_t)__builtin_popcountll(marks->words[at] & below);
}
