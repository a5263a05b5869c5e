#include "view/find.h"

#include <string.h>

#include "base/str.h"
#include "base/utf8.h"
#include "view/math.h"

/* Text in the form in which it is compared, and where each byte of it comes from. */
typedef struct Folded {
    const Needle *way; /* in which it is folded */
    Buffer text;
    size_t *sources; /* by byte of text: a byte of the source, or a cell */
    size_t count, capacity;
} Folded;

static void add_byte(Folded *folded, char byte, size_t source) {
    bool space = byte == ' ' || byte == '\n' || byte == '\t';
    bool again = folded->count == 0 || folded->text.text[folded->count - 1] == ' ';
    if (folded->way->formula ? space || byte == '*' || byte == '@' : space && again)
        return;
    if (!folded->way->cases && byte >= 'A' && byte <= 'Z')
        byte = (char)(byte - 'A' + 'a');
    buffer_add_n(&folded->text, space ? " " : &byte, 1);
    ARENA_RESERVE(folded->text.arena, folded->sources, folded->count, folded->capacity);
    folded->sources[folded->count++] = source;
}

/* A character, or all of a cell. What has no ASCII stays as it is. */
static void add_character(Folded *folded, const char *character, size_t bytes, size_t source) {
    if (bytes == 1) {
        add_byte(folded, *character, source);
        return;
    }
    const char *text = arena_copy_n(folded->text.arena, character, bytes);
    const char *ascii = math_ascii(folded->text.arena, text);
    for (const char *byte = strchr(ascii, '?') ? text : ascii; *byte; byte++)
        add_byte(folded, *byte, source);
}

static Folded fold(Arena *arena, const Needle *needle, const char *text) {
    Folded folded = {.way = needle, .text = {.arena = arena}};
    for (size_t i = 0; text[i];) {
        uint32_t character;
        size_t bytes = utf8_decode(text + i, &character);
        bytes = bytes ? bytes : 1;
        add_character(&folded, text + i, bytes, i);
        i += bytes;
    }
    return folded;
}

static bool has_capital(const char *text) {
    for (; *text; text++)
        if (*text >= 'A' && *text <= 'Z')
            return true;
    return false;
}

Needle find_needle(Arena *arena, const char *text) {
    const char *ascii = math_ascii(arena, text);
    Needle needle = {.cases = has_capital(ascii), .formula = strpbrk(ascii, "*/^=+-()[]@") != NULL};
    Folded folded = fold(arena, &needle, text);
    size_t length = folded.count;
    while (length && folded.text.text[length - 1] == ' ')
        length--;
    needle.text = arena_copy_n(arena, buffer_text(&folded.text), length);
    return needle;
}

bool find_in_text(Arena *arena, const Needle *needle, const char *text, size_t *start,
                  size_t *end) {
    Folded folded = fold(arena, needle, text);
    const char *all = buffer_text(&folded.text);
    const char *found = *needle->text ? strstr(all, needle->text) : NULL;
    if (!found)
        return false;
    size_t first = (size_t)(found - all), last = first + strlen(needle->text) - 1;
    uint32_t character;
    *start = folded.sources[first];
    size_t bytes = utf8_decode(text + folded.sources[last], &character);
    *end = folded.sources[last] + (bytes ? bytes : 1);
    return true;
}

static Folded fold_grid(Arena *arena, const Needle *needle, const Grid *grid) {
    Folded folded = {.way = needle, .text = {.arena = arena}};
    for (int row = 0; row < grid->rows; row++) {
        for (int column = 0; column < grid->columns; column++) {
            const char *text = grid_cell(grid, row, column)->text;
            add_character(&folded, text, strlen(text), (size_t)(row * grid->columns + column));
        }
        if (grid->columns > 0)
            add_byte(&folded, ' ', (size_t)((row + 1) * grid->columns - 1));
    }
    return folded;
}

size_t find_light(Arena *arena, const Needle *needle, Grid *grid, Style style) {
    Folded folded = fold_grid(arena, needle, grid);
    size_t length = strlen(needle->text), places = 0;
    const char *all = buffer_text(&folded.text);
    const char *found = length ? strstr(all, needle->text) : NULL;
    for (; found; found = strstr(found + length, needle->text), places++)
        for (size_t i = 0; i < length; i++) {
            Cell *cell = &grid->cells[folded.sources[(size_t)(found - all) + i]];
            if (!str_equal(cell->text, " "))
                cell->style = (uint8_t)style;
        }
    return places;
}
