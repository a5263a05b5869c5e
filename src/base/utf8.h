/* utf8: characters, their width on a terminal, and what may reach a terminal at all.
 *
 * Lesson text, file names and pasted input pass through utf8_sanitise once, where they enter.
 * After that no control sequence, no direction override and no stack of marks is left in them. */
#ifndef BASE_UTF8_H
#define BASE_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"

/* Reads the character at `text` (which must not be at its end). Returns its bytes, 1 to 4, and 0
 * where no well-formed character stands there: overlong, surrogate, lone continuation, cut. */
size_t utf8_decode(const char *text, uint32_t *character);

/* Writes `character` and returns its bytes. */
size_t utf8_encode(uint32_t character, char bytes[4]);

/* Columns of one character on a terminal: 0 for combining marks, 2 for wide ones, else 1. */
int utf8_character_width(uint32_t character);

/* Columns of well-formed text. */
int utf8_width(const char *text);

/* Bytes of the longest prefix of `text` that takes at most `columns` columns, marks included. */
size_t utf8_prefix(const char *text, int columns);

/* `text` where it fits `columns`, else its beginning and its end with `mark` between them: names
 * that begin alike differ at the end. */
const char *utf8_shorten(Arena *arena, const char *text, int columns, const char *mark);

/* Whether the character may be shown: no C0 or C1 control (but newline and tab), no direction
 * control, nothing invisible that could make one name look like another. */
bool utf8_is_safe(uint32_t character);

/* A safe copy: ill-formed bytes and unsafe characters become U+FFFD (controls are shown as ^[ is),
 * more than two combining marks in a row are dropped, CRLF and CR become LF, tabs stay. */
char *utf8_sanitise(Arena *arena, const char *text, size_t length);

/* The same text in ASCII: Greek letters by name, dashes, quotes and mathematical signs by their
 * nearest spelling, accents dropped, everything else "?". */
char *utf8_to_ascii(Arena *arena, const char *text);

#endif
