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

/* The signs of which pictures are made in characters are a fair part of them. */
bool code_is_drawing(const char *text) {
    size_t strokes = 0, others = 0;
    for (; *text; text++) {
        bool stroke = strchr("|/\\_<>'-.", *text) != NULL;
        strokes += stroke;
        others += !stroke && *text != ' ' && *text != '\n';
    }
    return strokes * 3 >= others && strokes > 0;
}

static size_t count_of(const char *text) {
    size_t count = 1;
    while (text[count] == *text)
        count++;
    return count;
}

/* Whether the hyphen at `line` is a minus: "1 - 4", "-2", "-log(y)". */
static bool is_minus(const char *line, char before) {
    return strchr(" (=·", before) && line[1] != '-' && line[1] != '>';
}

/* Whether a sign stands by itself at `text`, so that what is around it is no column of its own. */
static bool is_sign(const char *text) {
    static const char *const signs[] = {"=", "+", "-", "*", "/", "·", "−", "⊙", "×", "→", "±"};
    for (size_t i = 0; i < sizeof signs / sizeof *signs; i++)
        if (str_starts(text, signs[i]) && text[strlen(signs[i])] == ' ')
            return true;
    return false;
}

/* The signs as they are typed in the signs of mathematics, which have words: "1 - 4 * -2". Columns
 * are set apart by commas, since "0.4  -0.6" would be a difference; bars are left out. */
static const char *typed_as_signs(Arena *arena, const char *line) {
    Buffer signs = {.arena = arena};
    char before = ' ';
    bool apart = false; /* after a column, or a sign that joins two */
    for (size_t count; *line; before = line[-1]) {
        count = count_of(line);
        bool bar = *line == '#' || (strchr("=-_~", *line) && count > 2);
        bool gap = *line == ' ' && count > 1 && line[count];
        if (gap && !apart && !is_sign(line + count)) {
            buffer_add(&signs, signs.length && !strchr(",.;:", before) ? ", " : " ");
            apart = true;
        } else if (bar || *line == ' ')
            buffer_add(&signs, apart ? "" : " ");
        else {
            apart = is_sign(line) && before == ' ';
            if (*line == '*')
                buffer_add(&signs, "·");
            else if (*line == '-' && is_minus(line, before))
                buffer_add(&signs, "−");
            else if (*line == '<' || *line == '>')
                buffer_add(&signs, *line == '<' ? " less than " : " more than ");
            else
                buffer_add_n(&signs, line, 1);
        }
        line += bar || *line == ' ' ? count : 1;
    }
    return buffer_text(&signs);
}

/* Lines of text one by one, in words; a drawing is no use to the ear. */
Grid code_spoken(Arena *arena, const char *text, int width, bool ascii) {
    Styled words = {.arena = arena};
    if (code_is_drawing(text)) {
        styled_add(&words, "A drawing in characters is left out here.", STYLE_NORMAL);
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
    Grid wrapped = styled_wrap(arena, &words, width - INDENT, 0, ascii);
    Grid grid = grid_new(arena, wrapped.rows, INDENT + wrapped.columns, ascii);
    grid_copy(&grid, 0, INDENT, &wrapped);
    return grid;
}

/* Lines that are made narrower by leaving columns out. */
typedef struct Squeezed {
    Grid whole;
    bool *kept; /* by column; */
    int count;  /* so many */
} Squeezed;

static Squeezed read_lines(Arena *arena, const char *text) {
    int lines = count_lines(text), widest = 0;
    for (const char *at = text; *at; at += strcspn(at, "\n") + (at[strcspn(at, "\n")] == '\n')) {
        int columns = utf8_width(arena_copy_n(arena, at, strcspn(at, "\n")));
        widest = columns > widest ? columns : widest;
    }
    Squeezed code = {grid_new(arena, lines, widest, false),
                     ARENA_ARRAY(arena, bool, (size_t)widest + 1), widest};
    memset(code.kept, true, (size_t)widest);
    for (int row = 0; row < lines; row++) {
        size_t length = strcspn(text, "\n");
        grid_text(&code.whole, row, 0, arena_copy_n(arena, text, length), STYLE_NORMAL);
        text += length + (text[length] == '\n');
    }
    return code;
}

/* Whether a column goes on as the one before it does, in every row, with a space or a line. */
static bool repeats(const Squeezed *code, int column, int before) {
    for (int row = 0; row < code->whole.rows; row++) {
        const char *here = grid_cell(&code->whole, row, column)->text;
        bool line = strlen(here) == 1 && strchr(" -=_.", *here);
        if (!(line || str_equal(here, "─")) ||
            !str_equal(here, grid_cell(&code->whole, row, before)->text))
            return false;
    }
    return true;
}

static bool is_blank(const Squeezed *code, int column) {
    for (int row = 0; row < code->whole.rows; row++)
        if (!grid_is_blank(&code->whole, row, column))
            return false;
    return true;
}

/* The last column of the longest stretch that can be shorter; -1 where there is none. */
static int find_longest(const Squeezed *code) {
    int longest = 0, found = -1, run = 0, before = -1;
    for (int column = 0; column < code->whole.columns; column++) {
        if (!code->kept[column])
            continue;
        run = before >= 0 && repeats(code, column, before) ? run + 1 : 0;
        found = run > longest ? column : found;
        longest = run > longest ? run : longest;
        before = column;
    }
    return found;
}

/* First the spaces with which all lines begin go, then the longest stretches become shorter: a
 * drawing stays what it is. */
static void squeeze(Squeezed *code, int width) {
    enum { MOST_CELLS = 20000, MOST_COLUMNS = 200 };
    int columns = code->whole.columns;
    if (columns > MOST_COLUMNS || columns * code->whole.rows > MOST_CELLS)
        return;
    for (int first = 0; code->count > width && is_blank(code, first); first++, code->count--)
        code->kept[first] = false;
    for (int last; code->count > width && (last = find_longest(code)) >= 0; code->count--)
        code->kept[last] = false;
}

static const char *kept_line(Arena *arena, const Squeezed *code, int row) {
    Buffer line = {.arena = arena};
    size_t length = 0; /* without the blanks at the end */
    for (int column = 0; column < code->whole.columns; column++) {
        const char *text = grid_cell(&code->whole, row, column)->text;
        if (code->kept[column])
            buffer_add(&line, text);
        length = grid_is_blank(&code->whole, row, column) ? length : line.length;
    }
    return arena_copy_n(arena, buffer_text(&line), length);
}

Grid code_draw(Arena *arena, const char *text, int width, bool ascii) {
    Squeezed code = read_lines(arena, text);
    squeeze(&code, width - INDENT);
    int spare = width - code.count, indent = spare >= INDENT ? INDENT : spare > 0 ? spare : 0;
    Grid grid = grid_new(arena, code.whole.rows, width, ascii);
    for (int row = 0; row < grid.rows; row++)
        grid_text_fit(&grid, row, indent, width - indent, kept_line(arena, &code, row),
                      STYLE_NORMAL);
    return grid;
}
