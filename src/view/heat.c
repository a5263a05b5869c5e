#include "view/heat.h"

#include <math.h>

#include "base/number.h"
#include "base/str.h"
#include "base/utf8.h"

enum {
    LEVELS = 4,
    WIDE_CELL = 4,   /* columns: sign, two of shade, one free */
    NARROW_CELL = 2, /* sign and shade */
    SCALE_ROWS = 2,  /* the scale, and the empty row above it */
    SCALE_DIGITS = 2,
    HEAD_ROWS = 1, /* numbers of the columns */
    ROW_DIGITS = 5,
    LISTED_ROWS = 12, /* rows of which the words speak one by one */
};

static const char *const shades[2][LEVELS] = {{"░", "▒", "▓", "█"}, {".", ":", "o", "#"}};

/* How the matrix is put on the screen. */
typedef struct Heating {
    Arena *arena;
    const HeatMap *map;
    Grid grid;
    size_t block;         /* rows and columns of entries in one cell */
    size_t rows, columns; /* of cells */
    int left, cell;       /* columns before the cells, and of each */
    double largest;       /* size of an entry; 0 where all are 0 */
} Heating;

static double largest_size(const HeatMap *map) {
    double largest = 0;
    for (size_t i = 0; i < map->rows * map->columns; i++)
        if (isfinite(map->entries[i]) && fabs(map->entries[i]) > largest)
            largest = fabs(map->entries[i]);
    return largest;
}

static size_t blocks_in(size_t entries, size_t block) {
    return (entries + block - 1) / block;
}

/* The smallest blocks with which all cells fit. */
static void choose_cells(Heating *heating, int rows, int columns) {
    const HeatMap *map = heating->map;
    size_t down = rows > 1 ? (size_t)rows : 1, across;
    for (heating->block = 1;; heating->block++) {
        heating->rows = blocks_in(map->rows, heating->block);
        heating->columns = blocks_in(map->columns, heating->block);
        heating->cell = heating->columns * WIDE_CELL <= (size_t)(columns > 0 ? columns : 1)
                            ? WIDE_CELL
                            : NARROW_CELL;
        across = columns >= heating->cell ? (size_t)(columns / heating->cell) : 1;
        if (heating->rows <= down && heating->columns <= across)
            return;
    }
}

/* The entry of the largest size in a cell; one that is no number before all others. */
static double cell_entry(const Heating *heating, size_t row, size_t column) {
    const HeatMap *map = heating->map;
    double found = 0;
    for (size_t i = row * heating->block; i < (row + 1) * heating->block && i < map->rows; i++)
        for (size_t j = column * heating->block;
             j < (column + 1) * heating->block && j < map->columns; j++) {
            double entry = map->entries[i * map->columns + j];
            if (!isfinite(entry))
                return entry;
            found = fabs(entry) > fabs(found) ? entry : found;
        }
    return found;
}

static int level_of(const Heating *heating, double entry) {
    int level = (int)ceil(fabs(entry) / heating->largest * LEVELS) - 1;
    return level < 0 ? 0 : level >= LEVELS ? LEVELS - 1 : level;
}

static void draw_cell(Heating *heating, size_t row, size_t column) {
    double entry = cell_entry(heating, row, column);
    int y = HEAD_ROWS + (int)row, x = heating->left + (int)column * heating->cell;
    int width = heating->cell == WIDE_CELL ? 2 : 1;
    bool ascii = heating->grid.ascii;
    if (!isfinite(entry)) {
        grid_fill(&heating->grid, y, x, 1, width + 1, "?", STYLE_ERROR);
        return;
    }
    Style style = entry > 0 ? STYLE_LIT : entry < 0 ? STYLE_NUMBER : STYLE_DIM;
    if (entry == 0) {
        grid_text(&heating->grid, y, x + 1, ascii ? "0" : "·", style);
        return;
    }
    grid_text(&heating->grid, y, x, entry > 0 ? "+" : ascii ? "-" : "−", style);
    grid_fill(&heating->grid, y, x + 1, 1, width, shades[ascii ? 1 : 0][level_of(heating, entry)],
              style);
}

static void draw_numbers(Heating *heating) {
    int free_from = 0;
    for (size_t column = 0; column < heating->columns; column++) {
        const char *number = arena_format(heating->arena, "%zu", column * heating->block + 1);
        int x = heating->left + (int)column * heating->cell + 1;
        if (x < free_from)
            continue;
        free_from = x + grid_text(&heating->grid, 0, x, number, STYLE_DIM) + 1;
    }
    for (size_t row = 0; row < heating->rows; row++) {
        const char *number = arena_format(heating->arena, "%zu", row * heating->block + 1);
        grid_text(&heating->grid, HEAD_ROWS + (int)row, heating->left - 1 - utf8_width(number),
                  number, STYLE_DIM);
    }
}

static const char *scale_text(const Heating *heating) {
    Buffer text = {.arena = heating->arena};
    bool ascii = heating->grid.ascii;
    for (int level = 0; level < LEVELS; level++) {
        char number[NUMBER_SIZE];
        number_format(heating->largest * (level + 1) / LEVELS, SCALE_DIGITS, number);
        const char *shade = shades[ascii ? 1 : 0][level];
        buffer_format(&text, "%s%s%s %s%s", level ? ", " : "", shade, shade, level ? "" : "up to ",
                      number);
    }
    if (heating->block > 1)
        buffer_format(&text, "; a cell: the largest of %zu×%zu", heating->block, heating->block);
    return ascii ? utf8_to_ascii(heating->arena, buffer_text(&text)) : buffer_text(&text);
}

Grid heat_draw(Arena *arena, const HeatMap *map, int rows, int columns, bool ascii) {
    Heating heating = {.arena = arena, .map = map, .largest = largest_size(map)};
    heating.grid.ascii = ascii;
    heating.left = utf8_width(arena_format(arena, "%zu", map->rows)) + 1;
    choose_cells(&heating, rows - HEAD_ROWS - SCALE_ROWS, columns - heating.left);
    int height = HEAD_ROWS + (int)heating.rows + (heating.largest > 0 ? SCALE_ROWS : 0);
    heating.grid = grid_new(arena, height, columns, ascii);
    draw_numbers(&heating);
    for (size_t row = 0; row < heating.rows; row++)
        for (size_t column = 0; column < heating.columns; column++)
            draw_cell(&heating, row, column);
    if (heating.largest > 0)
        grid_text_fit(&heating.grid, height - 1, 0, columns, scale_text(&heating), STYLE_DIM);
    return heating.grid;
}

/* --- In words ------------------------------------------------------------------------------- */

typedef struct HeatCount {
    size_t positive, negative, zero, undefined;
    size_t least, most; /* places of the smallest and the largest finite entry */
} HeatCount;

static HeatCount count_entries(const HeatMap *map) {
    HeatCount count = {0};
    for (size_t i = 0; i < map->rows * map->columns; i++) {
        double entry = map->entries[i];
        if (!isfinite(entry))
            count.undefined++;
        else if (entry == 0)
            count.zero++;
        else
            *(entry > 0 ? &count.positive : &count.negative) += 1;
        if (!isfinite(entry))
            continue;
        if (!isfinite(map->entries[count.most]) || entry > map->entries[count.most])
            count.most = i;
        if (!isfinite(map->entries[count.least]) || entry < map->entries[count.least])
            count.least = i;
    }
    return count;
}

static void say_entry(Buffer *text, const HeatMap *map, size_t place, int digits) {
    char number[NUMBER_SIZE];
    double entry = map->entries[place];
    number_format(fabs(entry), digits, number);
    buffer_format(text, "%s%s in row %zu, column %zu", entry < 0 ? "−" : "", number,
                  place / map->columns + 1, place % map->columns + 1);
}

static void say_counts(Buffer *text, HeatCount count) {
    buffer_format(text, "%zu above 0, %zu below", count.positive, count.negative);
    if (count.zero)
        buffer_format(text, ", %zu of 0", count.zero);
    if (count.undefined)
        buffer_format(text, ", %zu infinite or undefined", count.undefined);
    buffer_add(text, ".");
}

const char *heat_words(Arena *arena, const HeatMap *map, int digits) {
    HeatCount count = count_entries(map);
    Buffer text = {.arena = arena};
    if (count.undefined < map->rows * map->columns) {
        buffer_add(&text, "The largest entry is ");
        say_entry(&text, map, count.most, digits);
        buffer_add(&text, ", the smallest ");
        say_entry(&text, map, count.least, digits);
        buffer_add(&text, "; ");
    }
    say_counts(&text, count);
    for (size_t row = 0; row < map->rows && map->rows > 1 && map->rows <= LISTED_ROWS; row++) {
        HeatMap one = {1, map->columns, &map->entries[row * map->columns]};
        buffer_format(&text, " Row %zu: ", row + 1);
        say_counts(&text, count_entries(&one));
    }
    return buffer_text(&text);
}
