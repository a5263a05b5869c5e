#include "view/code.h"

#include <string.h>

#include "base/str.h"
#include "base/utf8.h"
#include "view/spoken.h"
#include "view/styled.h"

enum { INDENT = 2 };

static int count_lines(const char *text) {
    int lines = 0;
    for (; *text; lines++) {
        size_t length = strcspn(text, "\n");
        text += length + (text[length] == '\n');
    }
    return lines;
}

/* Whether the signs of which pictures are made in characters are a fair part of a text. */
static bool is_drawing(const char *text) {
    size_t strokes = 0, others = 0;
    for (; *text; text++) {
        bool stroke = strchr("|/\\_<>'-.", *text) != NULL;
        strokes += stroke;
        others += !stroke && *text != ' ' && *text != '\n';
    }
    return strokes * 3 >= others && strokes > 0;
}

/* The signs as they are typed in the signs of mathematics, which have words: "1 - 4 * -2". */
static const char *typed_as_signs(Arena *arena, const char *line) {
    Buffer signs = {.arena = arena};
    char before = ' ';
    for (; *line; before = *line++) {
        bool ends = !line[1] || strchr(" (0123456789", line[1]) != NULL;
        if (*line == '*')
            buffer_add(&signs, "·");
        else if (*line == '-' && ends && strchr(" (=", before))
            buffer_add(&signs, "−");
        else if (*line == '<' || *line == '>')
            buffer_add(&signs, *line == '<' ? " less than " : " more than ");
        else
            buffer_add_n(&signs, line, 1);
    }
    return buffer_text(&signs);
}

/* Lines of text one by one, in words; a drawing is no use to the ear. */
Grid code_spoken(Arena *arena, const char *text, int width, bool ascii) {
    Styled words = {.arena = arena};
    if (is_drawing(text)) {
        styled_add(&words,
                   "A drawing in characters is left out here; the text tells what it shows.",
                   STYLE_NORMAL);
    } else {
        while (*text) {
            size_t length = strcspn(text, "\n");
            const char *line =
                spoken_text(arena, typed_as_signs(arena, arena_copy_n(arena, text, length)));
            styled_add(&words, line + strspn(line, " "), STYLE_NORMAL);
            styled_add(&words, "\n", STYLE_NORMAL);
            text += length + (text[length] == '\n');
        }
    }
    Grid wrapped = styled_wrap(arena, &words, width - INDENT, INDENT, ascii);
    Grid grid = grid_new(arena, wrapped.rows, INDENT + wrapped.columns, ascii);
    grid_copy(&grid, 0, INDENT, &wrapped);
    return grid;
}

/* How far lines reach, and the spaces with which every one begins. */
static int measure_code(Arena *arena, const char *text, int *indent_of_all) {
    size_t common = strlen(text);
    int widest = 0;
    while (*text) {
        size_t length = strcspn(text, "\n"), indent = strspn(text, " ");
        int columns = utf8_width(arena_copy_n(arena, text, length));
        common = indent < length && indent < common ? indent : common;
        widest = columns > widest ? columns : widest;
        text += length + (text[length] == '\n');
    }
    *indent_of_all = (int)common;
    return widest;
}

Grid code_draw(Arena *arena, const char *text, int width, bool ascii) {
    int lines = count_lines(text);
    int common, over = measure_code(arena, text, &common) - (width - INDENT);
    int cut = over < 0 ? 0 : over < common ? over : common; /* of the spaces, then of the indent */
    int indent = over <= cut ? INDENT : over - cut < INDENT ? INDENT - (over - cut) : 0;
    Grid grid = grid_new(arena, lines, width, ascii);
    for (int row = 0; row < lines; row++) {
        size_t length = strcspn(text, "\n"), skipped = (size_t)cut < length ? (size_t)cut : length;
        const char *line = arena_copy_n(arena, text + skipped, length - skipped);
        grid_text_fit(&grid, row, indent, width - indent, line, STYLE_NORMAL);
        text += length + (text[length] == '\n');
    }
    return grid;
}
