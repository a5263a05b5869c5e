#include "base/arena.h"

#include <stdalign.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"

struct ArenaBlock {
    ArenaBlock *older;
    size_t used, capacity; /* bytes of data[] */
    alignas(max_align_t) char data[];
};

static const size_t FIRST_BLOCK = 16 * 1024;

static _Noreturn void out_of_memory(Arena *arena) {
    if (arena->recovery)
        longjmp(*arena->recovery, 1);
    fputs("backstep: out of memory\n", stderr);
    exit(3);
}

static void add_block(Arena *arena, size_t size) {
    size_t limit = arena->limit ? arena->limit : ARENA_DEFAULT_LIMIT;
    size_t capacity = arena->blocks ? arena->blocks->capacity * 2 : FIRST_BLOCK;
    if (capacity < size)
        capacity = size;
    if (arena->total + capacity > limit)
        capacity = size;
    if (size > limit || arena->total > limit - size)
        out_of_memory(arena);
    ArenaBlock *block = malloc(sizeof *block + capacity);
    if (!block)
        out_of_memory(arena);
    block->older = arena->blocks;
    block->used = 0;
    block->capacity = capacity;
    arena->blocks = block;
    arena->total += capacity;
}

void *arena_alloc(Arena *arena, size_t size) {
    const size_t alignment = alignof(max_align_t);
    if (size > SIZE_MAX / 2)
        out_of_memory(arena);
    size = (size + alignment - 1) / alignment * alignment;
    if (!arena->blocks || arena->blocks->capacity - arena->blocks->used < size)
        add_block(arena, size);
    void *memory = arena->blocks->data + arena->blocks->used;
    arena->blocks->used += size;
    return memset(memory, 0, size);
}

void *arena_array(Arena *arena, size_t count, size_t size) {
    if (size && count > SIZE_MAX / 2 / size)
        out_of_memory(arena);
    return arena_alloc(arena, count * size);
}

void *arena_grow(Arena *arena, void *array, size_t *capacity, size_t size) {
    size_t larger = *capacity ? *capacity * 2 : 8;
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
    char *copy = arena_alloc(arena, length + 1);
    memcpy(copy, text, length);
    return copy;
}

char *arena_format(Arena *arena, const char *format, ...) {
    va_list arguments, again;
    va_start(arguments, format);
    va_copy(again, arguments);
    int length = vsnprintf(NULL, 0, format, arguments);
    va_end(arguments);
    char *text = arena_alloc(arena, length < 0 ? 1 : (size_t)length + 1);
    if (length > 0)
        vsnprintf(text, (size_t)length + 1, format, again);
    va_end(again);
    return text;
}

void arena_clear(Arena *arena) {
    while (arena->blocks) {
        ArenaBlock *older = arena->blocks->older;
        free(arena->blocks);
        arena->blocks = older;
    }
    arena->total = 0;
}
