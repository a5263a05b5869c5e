/* str: text under construction, and small questions about text. All text is NUL-terminated UTF-8 in
 * an arena. */
#ifndef BASE_STR_H
#define BASE_STR_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"

/* Text that grows. `text` is always NUL-terminated once something was added, else NULL. */
typedef struct Buffer {
    Arena *arena;
    char *text;
    size_t length, capacity;
} Buffer;

/* Append a copy of a text, of its first `length` bytes, or of what printf would write. */
void buffer_add(Buffer *buffer, const char *text);
void buffer_add_n(Buffer *buffer, const char *text, size_t length);
void buffer_format(Buffer *buffer, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* The text so far; "" where nothing was added. Owned by the buffer's arena. */
const char *buffer_text(const Buffer *buffer);

bool str_equal(const char *a, const char *b);
bool str_starts(const char *text, const char *prefix);

/* Whether `word` is the `length` bytes at `text`, which may go on behind them, or end before. */
bool str_equal_n(const char *word, const char *text, size_t length);

/* `word` against candidates, offered one by one: the nearest within about a third of its length in
 * single-character edits (insert, delete, replace, swap of neighbours). */
typedef struct Nearest {
    const char *word;
    const char *best; /* NULL while nothing is near enough */
    size_t distance;  /* edits between word and best */
} Nearest;

/* Keeps the candidate, which is not copied, where it is nearer than the best so far. */
void nearest_offer(Nearest *nearest, const char *candidate);

#endif
