#include "picture.h"

#include <stdlib.h>
#include <string.h>

static size_t character_write(uint32_t character, char *bytes) {
    if (character < 0x80) {
        bytes[0] = (char)character;
        return 1;
    }
    size_t length = character < 0x800 ? 2 : character < 0x10000 ? 3 : 4;
    static const unsigned char leads[] = {0, 0, 0xC0, 0xE0, 0xF0};
    for (size_t i = length - 1; i > 0; i--) {
        bytes[i] = (char)(0x80 | (character & 0x3F));
        character >>= 6;
    }
    bytes[0] = (char)(leads[length] | character);
    return length;
}

static uint32_t color_number(VTermColor color) {
    enum { INDEXED = 1 << 24, DIRECT = 2 << 24 };
    if (color.type & VTERM_COLOR_DEFAULT_MASK)
        return 0;
    if (VTERM_COLOR_IS_INDEXED(&color))
        return (uint32_t)INDEXED | color.indexed.idx;
    return (uint32_t)DIRECT | (uint32_t)color.rgb.red << 16 | (uint32_t)color.rgb.green << 8 |
           color.rgb.blue;
}

static unsigned cell_attributes(const VTermScreenCell *cell) {
    unsigned attributes = 0;
    attributes |= cell->attrs.bold ? PICTURE_BOLD : 0U;
    attributes |= cell->attrs.underline ? PICTURE_UNDERLINE : 0U;
    attributes |= cell->attrs.italic ? PICTURE_ITALIC : 0U;
    attributes |= cell->attrs.blink ? PICTURE_BLINK : 0U;
    attributes |= cell->attrs.reverse ? PICTURE_REVERSE : 0U;
    attributes |= cell->attrs.strike ? PICTURE_STRIKE : 0U;
    return attributes;
}

static PictureCell cell_take(const VTermScreenCell *from) {
    static const uint32_t continuation = UINT32_MAX;
    PictureCell cell = {.foreground = color_number(from->fg), .background = color_number(from->bg)};
    size_t length = 0;
    const bool right_half = from->chars[0] == continuation; /* behind that the old marks are left */
    for (size_t i = 0; i < VTERM_MAX_CHARS_PER_CELL && from->chars[i] && !right_half; i++)
        length += character_write(from->chars[i], cell.text + length);
    if (from->chars[0] == 0)
        strcpy(cell.text, " ");
    cell.attributes = cell_attributes(from);
    if (cell.foreground || cell.background)
        cell.attributes |= PICTURE_COLOR;
    return cell;
}

Picture picture_take(Terminal *terminal, TerminalScreen which) {
    Picture picture = {.cursor = terminal_cursor(terminal, which)};
    terminal_size(terminal, &picture.columns, &picture.rows);
    picture.cursor_hidden = terminal_modes(terminal).cursor_hidden;
    size_t count = (size_t)picture.columns * (size_t)picture.rows;
    picture.cells = calloc(count, sizeof *picture.cells);
    if (!picture.cells)
        abort();
    for (size_t i = 0; i < count; i++) {
        int row = (int)i / picture.columns, column = (int)i % picture.columns;
        VTermScreenCell cell = terminal_cell(terminal, which, row, column);
        picture.cells[i] = cell_take(&cell);
    }
    return picture;
}

void picture_free(Picture *picture) {
    free(picture->cells);
    *picture = (Picture){0};
}

const PictureCell *picture_cell(const Picture *picture, PicturePlace place) {
    size_t before = (size_t)place.row * (size_t)picture->columns;
    return &picture->cells[before + (size_t)place.column];
}

void picture_line(const Picture *picture, int row, char *line) {
    size_t length = 0, kept = 0;
    for (int column = 0; column < picture->columns; column++) {
        const char *text = picture_cell(picture, (PicturePlace){row, column})->text;
        size_t size = strlen(text);
        memcpy(line + length, text, size);
        length += size;
        if (size > 0 && strcmp(text, " ") != 0)
            kept = length;
    }
    line[kept] = '\0';
}

/* The column of a byte of the row's text. */
static int column_of_byte(const Picture *picture, int row, size_t byte) {
    size_t length = 0;
    for (int column = 0; column < picture->columns; column++) {
        length += strlen(picture_cell(picture, (PicturePlace){row, column})->text);
        if (length > byte)
            return column;
    }
    return picture->columns - 1;
}

static bool row_find(const Picture *picture, int row, const char *text, PicturePlace *place) {
    char line[PICTURE_LINE_BYTES];
    picture_line(picture, row, line);
    const char *found = strstr(line, text);
    if (found)
        *place = (PicturePlace){row, column_of_byte(picture, row, (size_t)(found - line))};
    return found != NULL;
}

bool picture_find(const Picture *picture, int row, const char *text, PicturePlace *place) {
    if (row >= 0)
        return row < picture->rows && row_find(picture, row, text, place);
    for (int at = 0; at < picture->rows; at++)
        if (row_find(picture, at, text, place))
            return true;
    return false;
}

bool picture_cell_is_seen(const PictureCell *cell) {
    static const unsigned seen_on_blanks = PICTURE_UNDERLINE | PICTURE_REVERSE | PICTURE_STRIKE;
    bool blank = strcmp(cell->text, " ") == 0 || *cell->text == '\0';
    return !blank || cell->background || (cell->attributes & seen_on_blanks);
}

static bool cells_look_equal(const PictureCell *a, const PictureCell *b) {
    if (strcmp(a->text, b->text) != 0 || a->background != b->background)
        return false;
    if (*a->text == '\0') /* the right half of a wide character looks as its left half does */
        return true;
    if (!picture_cell_is_seen(a) && !picture_cell_is_seen(b))
        return true;
    return a->attributes == b->attributes && a->foreground == b->foreground;
}

bool picture_differs(const Picture *a, const Picture *b, PicturePlace *place) {
    *place = (PicturePlace){0, 0};
    if (a->columns != b->columns || a->rows != b->rows)
        return true;
    for (place->row = 0; place->row < a->rows; place->row++)
        for (place->column = 0; place->column < a->columns; place->column++)
            if (!cells_look_equal(picture_cell(a, *place), picture_cell(b, *place)))
                return true;
    return false;
}

static void print_edge(int columns, FILE *out) {
    fputs("  +", out);
    for (int column = 0; column < columns; column++)
        fputc('-', out);
    fputs("+\n", out);
}

static void print_row(const Picture *picture, int row, FILE *out) {
    fputs("  |", out);
    for (int column = 0; column < picture->columns; column++)
        fputs(picture_cell(picture, (PicturePlace){row, column})->text, out);
    fputs("|\n", out);
}

void picture_print(const Picture *picture, FILE *out) {
    fprintf(out, "  %d×%d, cursor ", picture->columns, picture->rows);
    if (picture->cursor_hidden)
        fputs("hidden\n", out);
    else
        fprintf(out, "in row %d, column %d\n", picture->cursor.row + 1, picture->cursor.col + 1);
    print_edge(picture->columns, out);
    for (int row = 0; row < picture->rows; row++)
        print_row(picture, row, out);
    print_edge(picture->columns, out);
}
