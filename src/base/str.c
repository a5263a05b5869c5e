#include "base/str.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { BRIEF = 256 }; /* bytes of a text that is formatted at once, as most are */

void buffer_add_n(Buffer *buffer, const char *text, size_t length) {
    if (buffer->length + length + 1 > buffer->capacity) {
        size_t capacity = (buffer->length + length + 1) * 2;
        char *larger = arena_alloc(buffer->arena, capacity);
        if (buffer->length)
            memcpy(larger, buffer->text, buffer->length);
        buffer->text = larger;
        buffer->capacity = capacity;
    }
    memcpy(buffer->text + buffer->length, text, length);
    buffer->length += length;
    buffer->text[buffer->length] = '\0';
}

void buffer_add(Buffer *buffer, const char *text) {
    buffer_add_n(buffer, text, strlen(text));
}

void buffer_format(Buffer *buffer, const char *format, ...) {
    va_list arguments, again;
    va_start(arguments, format);
    va_copy(again, arguments);
    char brief[BRIEF];
    int length = vsnprintf(brief, sizeof brief, format, arguments);
    va_end(arguments);
    if (length > 0 && length < BRIEF) {
        buffer_add_n(buffer, brief, (size_t)length);
    } else if (length > 0) {
        char *text = arena_alloc(buffer->arena, (size_t)length + 1);
        vsnprintf(text, (size_t)length + 1, format, again);
        buffer_add_n(buffer, text, (size_t)length);
    }
    va_end(again);
}

const char *buffer_text(const Buffer *buffer) {
    return buffer->text ? buffer->text : "";
}

bool str_equal(const char *a, const char *b) {
    return strcmp(a, b) == 0;
}

bool str_equal_n(const char *word, const char *text, size_t length) {
    return strlen(word) == length && strncmp(word, text, length) == 0;
}

bool str_starts(const char *text, const char *prefix) {
    return strncmp(text, prefix, strlen(prefix)) == 0;
}

enum { NEAREST_LONGEST = 64 };

static size_t smaller(size_t a, size_t b) {
    return a < b ? a : b;
}

/* Damerau's distance, restricted: no part is edited twice. Three rows of the usual table. */
static size_t edit_distance(const char *a, size_t a_length, const char *b, size_t b_length) {
    size_t rows[3][NEAREST_LONGEST + 1];
    size_t *before = rows[0], *last = rows[1], *row = rows[2];
    for (size_t j = 0; j <= b_length; j++)
        last[j] = j;
    for (size_t i = 1; i <= a_length; i++) {
        row[0] = i;
        for (size_t j = 1; j <= b_length; j++) {
            size_t replaced = last[j - 1] + (a[i - 1] != b[j - 1]);
            row[j] = smaller(replaced, smaller(last[j], row[j - 1]) + 1);
            bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
            if (swapped)
                row[j] = smaller(row[j], before[j - 2] + 1);
        }
        size_t *free_row = before;
        before = last, last = row, row = free_row;
    }
    return last[b_length];
}

/* How far two words of equal distance are from each other: w9 is nearer to w8 than to w1. */
static int first_difference(const char *a, const char *b) {
    while (*a && *a == *b)
        a++, b++;
    int gap = (unsigned char)*a - (unsigned char)*b;
    return gap < 0 ? -gap : gap;
}

/* Whether capitals and underscores are all that differs: w_1 and W1. */
static bool same_letters(const char *a, const char *b) {
    do {
        a += strspn(a, "_");
        b += strspn(b, "_");
        if (tolower((unsigned char)*a) != tolower((unsigned char)*b))
            return false;
    } while (*a++ && *b++);
    return true;
}

void nearest_offer(Nearest *nearest, const char *candidate) {
    size_t length = strlen(nearest->word), other = strlen(candidate);
    size_t most = smaller(1 + length / 5, length - 1); /* as far apart as two words may be */
    size_t least = length > other ? length - other : other - length; /* as far as they are */
    if (!length || least > most || length > NEAREST_LONGEST || other > NEAREST_LONGEST)
        return;
    size_t distance = same_letters(nearest->word, candidate)
                          ? 0
                          : edit_distance(nearest->word, length, candidate, other);
    if (distance > most)
        return;
    bool nearer =
        !nearest->best || distance < nearest->distance ||
        (distance == nearest->distance && first_difference(nearest->word, candidate) <
                                              first_difference(nearest->word, nearest->best));
    if (nearer) {
        nearest->best = candidate;
        nearest->distance = distance;
    }
}
