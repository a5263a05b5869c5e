/* arena: memory that is released all at once.
 *
 * Everything in backstep lives in one of three arenas: the session's, the lesson's, or scratch (one
 * command or one frame). Nothing is freed by itself, so nothing is freed twice and no list is ever
 * walked to free it. What is large has a block of its own, so that nothing beside it is wasted; and
 * only an array that is nobody's but its owner's may be given back (arena_resize).
 *
 * Running out of memory, or over the arena's limit, jumps to `recovery` where one is set: the
 * command that asked for too much is answered with an error and the session goes on. Where none is
 * set the program says so and exits with status 3. */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include <setjmp.h>
#include <stddef.h>

typedef struct ArenaBlock ArenaBlock;

typedef struct Arena {
    ArenaBlock *blocks; /* newest first; the newest is the one being filled */
    ArenaBlock *large;  /* blocks of one piece each; newest first */
    size_t total;       /* bytes in all blocks */
    size_t used;        /* bytes of them that were asked for */
    size_t limit;       /* the most `total` may become; 0 is ARENA_DEFAULT_LIMIT */
    jmp_buf *recovery;  /* where to go when memory runs out, or NULL */
} Arena;

/* `size` zeroed bytes, aligned for any type, valid until arena_clear. Never NULL. */
void *arena_alloc(Arena *arena, size_t size);

/* `count` zeroed elements of `size` bytes; a product that overflows counts as out of memory. */
void *arena_array(Arena *arena, size_t count, size_t size);

/* The same, each element a copy of `element`. */
void *arena_repeat(Arena *arena, size_t count, size_t size, const void *element);

/* An array in a block of its own, which is never copied within the arena: NULL begins one, and size
 * 0 gives it back. It may move, so nothing may point into it; what is new in it is zero. */
void *arena_resize(Arena *arena, void *array, size_t size);

/* A larger copy of an array for which `*capacity` elements were reserved; updates `*capacity`. */
void *arena_grow(Arena *arena, void *array, size_t *capacity, size_t size);

/* A NUL-terminated copy of `text`, or of its first `length` bytes. */
char *arena_copy(Arena *arena, const char *text);
char *arena_copy_n(Arena *arena, const char *text, size_t length);

/* A formatted string, as printf would write it. */
char *arena_format(Arena *arena, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Releases everything; the arena can be used again. `recovery` and `limit` stay. */
void arena_clear(Arena *arena);

/* The same, but the newest block of many pieces stays for what comes next: for what is filled and
 * emptied again and again. */
void arena_reset(Arena *arena);

/* The same for an arena that is filled while another one is: it takes that one's limit, and jumps
 * where that one jumps. */
void arena_restart(Arena *arena, const Arena *like);

/* How full an arena is. */
typedef struct ArenaMark {
    ArenaBlock *newest, *large;
    size_t filled; /* bytes of the newest block */
} ArenaMark;

/* Releases what was allocated since the arena was marked: after a jump to `recovery`. Nothing older
 * may have been resized in between. */
ArenaMark arena_mark(const Arena *arena);
void arena_return(Arena *arena, ArenaMark mark);

#define ARENA_NEW(arena, Type)          ((Type *)arena_alloc((arena), sizeof(Type)))
#define ARENA_ARRAY(arena, Type, count) ((Type *)arena_array((arena), (count), sizeof(Type)))

/* Makes room for one more element at the end of `array` (fields count and capacity beside it). */
#define ARENA_RESERVE(arena, array, count, capacity)                                               \
    ((count) < (capacity)                                                                          \
         ? (void)0                                                                                 \
         : (void)((array) = arena_grow((arena), (array), &(capacity), sizeof *(array))))

#endif
