#include "view/styled.h"

#include <string.h>

#include "base/utf8.h"

static void add_bytes(Styled *styled, const char *text, size_t length, Style style) {
    if (styled->length + length + 1 > styled->capacity) {
        size_t capacity = (styled->length + length + 1) * 2;
        char *larger = arena_alloc(styled->arena, 2 * capacity);
        uint8_t *styles = (uint8_t *)larger + capacity;
        if (styled->length) {
            memcpy(larger, styled->text, styled->length);
            memcpy(styles, styled->styles, styled->length);
        }
        styled->text = larger;
        styled->styles = styles;
        styled->capacity = capacity;
    }
    memcpy(styled->text + styled->length, text, length);
    memset(styled->styles + styled->length, (int)style, length);
    styled->length += length;
    styled->text[styled->length] = '\0';
}

void styled_add(Styled *styled, const char *text, Style style) {
    add_bytes(styled, text, strlen(text), style);
}

void styled_append(Styled *styled, const Styled *more, bool fixed) {
    for (size_t i = 0; i < more->length; i++) {
        Style style = (Style)more->styles[i];
        if (fixed && more->text[i] == ' ')
            styled_add(styled, STYLED_FIXED_SPACE, style);
        else
            add_bytes(styled, more->text + i, 1, style);
    }
}

int styled_width(const Styled *styled) {
    return styled->length ? utf8_width(styled->text) : 0;
}

int styled_before_point(const Styled *styled) {
    if (!styled->length)
        return -1;
    bool minus = strncmp(styled->text, "−", strlen("−")) == 0;
    size_t sign = minus ? strlen("−") : (size_t)(*styled->text == '-');
    size_t digits = strspn(styled->text + sign, "0123456789");
    return digits ? (int)(digits + (sign > 0)) : -1;
}

/* A line of a wrapped text: bytes from … to are drawn, the next line begins at `next`. */
typedef struct Line {
    size_t from, to, next;
} Line;

/* The end of the last place in from … to after which a long word may be broken. */
static size_t find_soft_break(const char *text, size_t from, size_t to) {
    static const char *const places[] = {STYLED_FIXED_SPACE, "·", "*", ",", ";"};
    size_t best = from;
    for (size_t i = from; i < to; i++)
        for (size_t p = 0; p < sizeof places / sizeof *places; p++)
            if (strncmp(text + i, places[p], strlen(places[p])) == 0 && i + strlen(places[p]) <= to)
                best = i + strlen(places[p]);
    return best;
}

static Line next_line(const Styled *styled, size_t from, int width) {
    const char *text = styled->text + from;
    size_t fits = utf8_prefix(text, width);
    const char *newline =
        memchr(text, '\n', fits + 1); /* the text ends with a NUL at least there */
    size_t end = newline ? (size_t)(newline - text) : fits;
    if (newline || !text[fits])
        return (Line){from, from + end, from + end + 1};
    size_t cut = fits;
    while (cut > 0 && text[cut] != ' ')
        cut--;
    if (strspn(text, " ") < cut) {
        size_t next = cut + strspn(text + cut, " ");
        while (cut > 0 && text[cut - 1] == ' ')
            cut--;
        return (Line){from, from + cut, from + next};
    }
    size_t soft = find_soft_break(text, 0, fits);
    cut = soft > 0 ? soft : fits;
    if (cut == 0) { /* a wide character in one column: it has to go somewhere */
        uint32_t character;
        cut = utf8_decode(text, &character);
        cut = cut ? cut : 1;
    }
    return (Line){from, from + cut, from + cut};
}

static void draw_line(Arena *arena, Grid *grid, int row, int column, const Styled *styled,
                      Line line) {
    for (size_t from = line.from; from < line.to;) {
        size_t to = from + 1;
        while (to < line.to && styled->styles[to] == styled->styles[from])
            to++;
        bool whole = from == 0 && to == styled->length;
        const char *piece =
            whole ? styled->text : arena_copy_n(arena, styled->text + from, to - from);
        column += grid_text(grid, row, column, piece, (Style)styled->styles[from]);
        from = to;
    }
}

void styled_print(const Styled *styled, Grid *grid, int row, int column) {
    draw_line(styled->arena, grid, row, column, styled, (Line){0, styled->length, 0});
}

Grid styled_wrap(Arena *arena, const Styled *styled, int width, int hanging, bool ascii) {
    width = width < 1 ? 1 : width;
    hanging = hanging < 0 ? 0 : hanging >= width ? width - 1 : hanging;
    Line *lines = NULL;
    size_t count = 0, capacity = 0;
    int widest = 0;
    for (size_t at = 0; at < styled->length;) {
        int indent = count ? hanging : 0;
        Line line = next_line(styled, at, width - indent);
        ARENA_RESERVE(arena, lines, count, capacity);
        lines[count++] = line;
        int used =
            indent + utf8_width(arena_copy_n(arena, styled->text + line.from, line.to - line.from));
        widest = used > widest ? used : widest;
        at = line.next;
    }
    Grid grid = grid_new(arena, count ? (int)count : 1, widest, ascii);
    for (size_t i = 0; i < count; i++)
        draw_line(arena, &grid, (int)i, i ? hanging : 0, styled, lines[i]);
    return grid;
}
