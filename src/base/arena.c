#include "base/arena.h"

#include <stdalign.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"

struct ArenaBlock {
    ArenaBlock *older, *newer; /* `newer` is kept of large blocks alone */
    size_t used, capacity;     /* bytes of data[] */
    alignas(max_align_t) char data[];
};

enum {
    FIRST_BLOCK = 16 * 1024,
    LARGEST_BLOCK = 512 * 1024, /* of those that hold many pieces */
    LARGE = LARGEST_BLOCK / 4,  /* what has a block of its own */
    BRIEF = 256                 /* bytes of a text that is formatted at once */
};

static _Noreturn void out_of_memory(Arena *arena) {
    if (arena->recovery)
        longjmp(*arena->recovery, 1);
    fputs("backstep: out of memory\n", stderr);
    exit(3);
}

static size_t limit_of(const Arena *arena) {
    return arena->limit ? arena->limit : ARENA_DEFAULT_LIMIT;
}

static void add_block(Arena *arena, size_t size) {
    size_t capacity = arena->blocks ? arena->blocks->capacity * 2 : FIRST_BLOCK;
    capacity = capacity < LARGEST_BLOCK ? capacity : LARGEST_BLOCK;
    if (capacity < size || arena->total + capacity > limit_of(arena))
        capacity = size;
    if (size > limit_of(arena) || arena->total > limit_of(arena) - size)
        out_of_memory(arena);
    ArenaBlock *block = malloc(sizeof *block + capacity);
    if (!block)
        out_of_memory(arena);
    *block = (ArenaBlock){.older = arena->blocks, .capacity = capacity};
    arena->blocks = block;
    arena->total += capacity;
}

/* ------------------------------------------------------------------ blocks of one piece */

static void unlink_large(Arena *arena, ArenaBlock *block) {
    *(block->newer ? &block->newer->older : &arena->large) = block->older;
    if (block->older)
        block->older->newer = block->newer;
    arena->total -= block->capacity;
    arena->used -= block->capacity;
}

static void *link_large(Arena *arena, ArenaBlock *block, size_t size) {
    *block = (ArenaBlock){.older = arena->large, .used = size, .capacity = size};
    if (block->older)
        block->older->newer = block;
    arena->large = block;
    arena->total += size;
    arena->used += size;
    return block->data;
}

void *arena_resize(Arena *arena, void *array, size_t size) {
    ArenaBlock *old = array ? (ArenaBlock *)((char *)array - offsetof(ArenaBlock, data)) : NULL;
    const size_t before = old ? old->capacity : 0, limit = limit_of(arena);
    if (size > before && (size > limit || arena->total - before > limit - size))
        out_of_memory(arena);
    if (old)
        unlink_large(arena, old);
    if (!size) {
        free(old);
        return NULL;
    }
    ArenaBlock *block = old ? realloc(old, sizeof *old + size) : calloc(1, sizeof *block + size);
    if (!block) {
        if (old)
            link_large(arena, old, before);
        out_of_memory(arena);
    }
    if (old && size > before)
        memset(block->data + before, 0, size - before);
    return link_large(arena, block, size);
}

/* ------------------------------------------------------------------ pieces */

/* Bytes that hold anything. */
static void *reserve(Arena *arena, size_t size, size_t alignment) {
    if (size >= LARGE && size <= SIZE_MAX / 2)
        return arena_resize(arena, NULL, size);
    if (size > SIZE_MAX / 2)
        out_of_memory(arena);
    size_t start = arena->blocks ? arena->blocks->used : 0;
    start = (start + alignment - 1) / alignment * alignment;
    if (!arena->blocks || arena->blocks->capacity < start ||
        arena->blocks->capacity - start < size) {
        add_block(arena, size);
        start = 0;
    }
    arena->blocks->used = start + size;
    arena->used += size;
    return arena->blocks->data + start;
}

void *arena_alloc(Arena *arena, size_t size) {
    return memset(reserve(arena, size, alignof(max_align_t)), 0, size);
}

static size_t size_of_array(Arena *arena, size_t count, size_t size) {
    if (size && count > SIZE_MAX / 2 / size)
        out_of_memory(arena);
    return count * size;
}

void *arena_array(Arena *arena, size_t count, size_t size) {
    return arena_alloc(arena, size_of_array(arena, count, size));
}

void *arena_repeat(Arena *arena, size_t count, size_t size, const void *element) {
    const size_t whole = size_of_array(arena, count, size);
    char *array = reserve(arena, whole, alignof(max_align_t));
    size_t filled = whole < size ? whole : size;
    memcpy(array, element, filled);
    for (size_t more; filled < whole; filled += more) {
        more = filled < whole - filled ? filled : whole - filled;
        memcpy(array + filled, array, more);
    }
    return array;
}

void *arena_grow(Arena *arena, void *array, size_t *capacity, size_t size) {
    size_t larger = *capacity ? *capacity * 2 : 4;
    void *copy = arena_array(arena, larger, size);
    if (*capacity)
        memcpy(copy, array, *capacity * size);
    *capacity = larger;
    return copy;
}

char *arena_copy(Arena *arena, const char *text) {
    return arena_copy_n(arena, text, strlen(text));
}

char *arena_copy_n(Arena *arena, const char *text, size_t length) {
    char *copy = reserve(arena, length + 1, 1);
    memcpy(copy, text, length);
    copy[length] = '\0';
    return copy;
}

char *arena_format(Arena *arena, const char *format, ...) {
    va_list arguments, again;
    va_start(arguments, format);
    va_copy(again, arguments);
    char brief[BRIEF]; /* most texts are: they are formatted once */
    int length = vsnprintf(brief, sizeof brief, format, arguments);
    va_end(arguments);
    char *text = reserve(arena, length < 0 ? 1 : (size_t)length + 1, 1);
    text[0] = '\0';
    if (length > 0 && length < BRIEF)
        memcpy(text, brief, (size_t)length + 1);
    else if (length > 0)
        vsnprintf(text, (size_t)length + 1, format, again);
    va_end(again);
    return text;
}

static void free_blocks(ArenaBlock *block) {
    while (block) {
        ArenaBlock *older = block->older;
        free(block);
        block = older;
    }
}

void arena_clear(Arena *arena) {
    free_blocks(arena->blocks);
    free_blocks(arena->large);
    arena->blocks = arena->large = NULL;
    arena->total = arena->used = 0;
}

void arena_reset(Arena *arena) {
#ifdef __SANITIZE_ADDRESS__
    arena_clear(arena); /* so that what is read after its time is found */
#endif
    ArenaBlock *kept = arena->blocks;
    if (kept) {
        free_blocks(kept->older);
        *kept = (ArenaBlock){.capacity = kept->capacity};
    }
    free_blocks(arena->large);
    arena->large = NULL;
    arena->total = kept ? kept->capacity : 0;
    arena->used = 0;
}

void arena_restart(Arena *arena, const Arena *like) {
    arena_reset(arena);
    arena->limit = like->limit;
    arena->recovery = like->recovery;
}

ArenaMark arena_mark(const Arena *arena) {
    return (ArenaMark){arena->blocks, arena->large, arena->blocks ? arena->blocks->used : 0};
}

void arena_return(Arena *arena, ArenaMark mark) {
    while (arena->blocks != mark.newest) {
        ArenaBlock *newer = arena->blocks;
        arena->blocks = newer->older;
        arena->total -= newer->capacity;
        arena->used -= newer->used;
        free(newer);
    }
    if (arena->blocks) {
        arena->used -= arena->blocks->used - mark.filled;
        arena->blocks->used = mark.filled;
    }
    while (arena->large != mark.large) {
        ArenaBlock *newer = arena->large;
        unlink_large(arena, newer);
        free(newer);
    }
}
