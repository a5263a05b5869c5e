#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "golden.h"

#include <stdlib.h>
#include <string.h>

static const char head_mark[] = "=== ";
static const char styles_line[] = "--- styles\n";

/* --- Styles --------------------------------------------------------------------------------- */

enum { STYLE_BYTES = 32, STYLES_BYTES = TERMINAL_MOST_COLUMNS * (STYLE_BYTES + 16) };

static void color_name(char name[16], uint32_t color) {
    enum { INDEX_MASK = 0xFF, RGB_MASK = 0xFFFFFF, DIRECT = 2 };
    if (color >> 24 == DIRECT)
        snprintf(name, 16, "#%06x", (unsigned)(color & RGB_MASK));
    else
        snprintf(name, 16, "%u", (unsigned)(color & INDEX_MASK));
}

static void style_name(char name[STYLE_BYTES], const PictureCell *cell) {
    static const char letters[] = "buikrs"; /* in the order of PictureAttribute */
    char color[16];
    size_t length = 0;
    for (unsigned i = 0; letters[i]; i++)
        if (cell->attributes & 1U << i)
            name[length++] = letters[i];
    name[length] = '\0';
    color_name(color, cell->foreground);
    if (cell->foreground)
        strcat(name, color);
    color_name(color, cell->background);
    if (cell->background)
        strcat(strcat(name, "/"), color);
}

/* The style of a row's cells, as "1-2 8  4-17 b39"; "" where all are plain. */
static void row_styles(const Picture *picture, int row, char styles[STYLES_BYTES]) {
    char run[STYLE_BYTES] = "", name[STYLE_BYTES];
    size_t length = 0;
    int first = 0, last = 0;
    styles[0] = '\0';
    for (int column = 0; column <= picture->columns; column++) {
        bool end = column == picture->columns;
        const PictureCell *cell = end ? NULL : picture_cell(picture, (PicturePlace){row, column});
        if (cell && !picture_cell_is_seen(cell))
            continue;
        style_name(name, cell ? cell : &(PictureCell){0});
        if (end || strcmp(name, run) != 0) {
            const char *gap = length ? "  " : "";
            if (*run && last > first)
                length +=
                    (size_t)sprintf(styles + length, "%s%d-%d %s", gap, first + 1, last + 1, run);
            else if (*run)
                length += (size_t)sprintf(styles + length, "%s%d %s", gap, first + 1, run);
            strcpy(run, name);
            first = column;
        }
        last = column;
    }
}

static void write_style_rows(int first, int last, const char *styles, FILE *out) {
    char rows[32];
    snprintf(rows, sizeof rows, first == last ? "%d" : "%d-%d", first + 1, last + 1);
    if (*styles)
        fprintf(out, "%-6s %s\n", rows, styles);
}

static void write_styles(const Picture *picture, FILE *out) {
    static char group[STYLES_BYTES], styles[STYLES_BYTES];
    int first = 0;
    group[0] = '\0';
    for (int row = 0; row < picture->rows; row++) {
        row_styles(picture, row, styles);
        if (strcmp(group, styles) == 0)
            continue;
        write_style_rows(first, row - 1, group, out);
        strcpy(group, styles);
        first = row;
    }
    write_style_rows(first, picture->rows - 1, group, out);
}

/* --- Texts ---------------------------------------------------------------------------------- */

char *golden_text(const Picture *picture, const char *form) {
    char *text = NULL, line[PICTURE_LINE_BYTES];
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    if (!out)
        abort();
    fprintf(out, "%s%dx%d %s, cursor ", head_mark, picture->columns, picture->rows, form);
    if (picture->cursor_hidden)
        fputs("hidden\n", out);
    else
        fprintf(out, "%d %d\n", picture->cursor.row + 1, picture->cursor.col + 1);
    for (int row = 0; row < picture->rows; row++) {
        picture_line(picture, row, line);
        fprintf(out, "%s\n", line);
    }
    fputs(styles_line, out);
    write_styles(picture, out);
    fclose(out);
    return text;
}

char *golden_find(FILE *file, const char *text) {
    char *found = NULL, *line = NULL;
    size_t size = 0, line_size = 0, head = strcspn(text, ",");
    FILE *out = NULL;
    while (getline(&line, &line_size, file) >= 0) {
        bool begins = strncmp(line, head_mark, sizeof head_mark - 1) == 0;
        if (out && begins)
            break;
        if (begins && strncmp(line, text, head + 1) == 0)
            out = open_memstream(&found, &size);
        if (out)
            fputs(line, out);
    }
    if (out)
        fclose(out);
    free(line);
    return found;
}

/* Takes the first line off a text; "" at its end. */
static const char *take_line(char **text) {
    char *line = *text, *end = strchr(line, '\n');
    *text = end ? end + 1 : line + strlen(line);
    if (end)
        *end = '\0';
    return line;
}

/* Of the styles it is enough to see which lines are on one side only. */
static void print_missing(const char *lines, const char *others, char sign, FILE *out) {
    char *text = strdup(lines + sizeof styles_line - 1), *rest = text;
    while (rest && *rest) {
        const char *line = take_line(&rest);
        char *whole = NULL;
        if (asprintf(&whole, "\n%s\n", line) >= 0 && !strstr(others, whole))
            fprintf(out, "  %c %s\n", sign, line);
        free(whole);
    }
    free(text);
}

void golden_print_difference(const char *golden, const char *screen, FILE *out) {
    const char *golden_styles = strstr(golden, styles_line);
    const char *screen_styles = strstr(screen, styles_line);
    char *copies[] = {strdup(golden), strdup(screen)}, *rest[] = {copies[0], copies[1]};
    bool text = true;
    for (int row = 0; text; row++) {
        const char *expected = take_line(&rest[0]), *found = take_line(&rest[1]);
        text = strncmp(styles_line, found, strlen(found)) != 0 || *found == '\0';
        if (strcmp(expected, found) != 0)
            fprintf(out, "  row %d, golden: %s\n  row %d, screen: %s\n", row, expected, row, found);
        text = text && *rest[0] && *rest[1];
    }
    if (golden_styles && screen_styles) {
        print_missing(golden_styles, screen_styles, '-', out);
        print_missing(screen_styles, golden_styles, '+', out);
    }
    free(copies[0]);
    free(copies[1]);
}
