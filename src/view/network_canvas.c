#include "view/network_canvas.h"

#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "view/dots.h"

enum { WEIGHTS = 3 };

/* By the weights of up, right, down, left, as digits of a number to the base of three. */
static const char *const box[WEIGHTS * WEIGHTS * WEIGHTS * WEIGHTS] = {
    " ", "╴", "╸", "╷", "╮", "┑", "╻", "┒", "┓", "╶", "─", "╾", "╭", "┬", "┭", "┎", "┰",
    "┱", "╺", "╼", "━", "┍", "┮", "┯", "┏", "┲", "┳", "╵", "╯", "┙", "│", "┤", "┥", "╽",
    "┧", "┪", "╰", "┴", "┵", "├", "┼", "┽", "┟", "╁", "╅", "┕", "┶", "┷", "┝", "┾", "┿",
    "┢", "╆", "╈", "╹", "┚", "┛", "╿", "┦", "┩", "┃", "┨", "┫", "┖", "┸", "┹", "┞", "╀",
    "╃", "┠", "╂", "╉", "┗", "┺", "┻", "┡", "╄", "╇", "┣", "╊", "╋"};

Canvas canvas_new(Arena *arena, int rows, int columns, bool ascii) {
    Canvas canvas = {rows > 0 ? rows : 0, columns > 0 ? columns : 0, ascii, NULL};
    size_t count = (size_t)canvas.rows * (size_t)canvas.columns;
    canvas.cells = ARENA_ARRAY(arena, CanvasCell, count > 0 ? count : 1);
    return canvas;
}

CanvasCell *canvas_cell(const Canvas *canvas, int row, int column) {
    if (row < 0 || column < 0 || row >= canvas->rows || column >= canvas->columns)
        return NULL;
    return &canvas->cells[(size_t)row * (size_t)canvas->columns + (size_t)column];
}

bool canvas_has_line(const CanvasCell *cell) {
    return cell->rank > 0;
}

static unsigned arm_weight(const CanvasCell *cell, Arm arm) {
    return cell->arms >> (2 * arm) & 3u;
}

static void lengthen_arm(CanvasCell *cell, Arm arm, Weight weight) {
    if (arm_weight(cell, arm) < weight)
        cell->arms = (uint8_t)((cell->arms & ~(3u << (2 * arm))) | (unsigned)weight << (2 * arm));
}

enum { RANK_DOTTED = 1, RANK_THIN, RANK_HEAVY, RANK_LIT = 4 };

static uint8_t ink_rank(Ink ink) {
    int weight = ink.weight == WEIGHT_HEAVY ? RANK_HEAVY : ink.dotted ? RANK_DOTTED : RANK_THIN;
    return (uint8_t)(weight + (network_is_lit(ink.style) ? RANK_LIT : 0));
}

static void take_ink(CanvasCell *cell, Ink ink) {
    cell->heavy = ink.weight == WEIGHT_HEAVY;
    cell->style = (uint8_t)ink.style;
    cell->rank = ink_rank(ink);
    cell->dotted = ink.dotted;
    cell->line = ink.line;
}

/* The cell, made ready for this ink; NULL where something lies above it. */
static CanvasCell *cell_to_ink(Canvas *canvas, int row, int column, Ink ink) {
    CanvasCell *cell = canvas_cell(canvas, row, column);
    if (cell == NULL)
        return NULL;
    if (cell->rank > 0 && cell->line != ink.line)
        cell->shared = true;
    uint8_t rank = ink_rank(ink);
    if (rank < cell->rank)
        return NULL;
    if (rank > cell->rank) {
        cell->arms = cell->dots = 0;
        cell->stroke = 0;
    }
    take_ink(cell, ink);
    return cell;
}

void canvas_arm(Canvas *canvas, int row, int column, Arm arm, Ink ink) {
    CanvasCell *cell = canvas_cell(canvas, row, column);
    if (cell == NULL)
        return;
    if (cell->rank <= ink_rank(ink))
        take_ink(cell, ink);
    lengthen_arm(cell, arm, ink.weight);
}

void canvas_level(Canvas *canvas, int row, int first, int last, Ink ink) {
    for (int column = first; column <= last; column++) {
        CanvasCell *cell = cell_to_ink(canvas, row, column, ink);
        if (cell == NULL)
            continue;
        lengthen_arm(cell, ARM_LEFT, ink.weight);
        lengthen_arm(cell, ARM_RIGHT, ink.weight);
    }
}

static void put_dot(Canvas *canvas, int x, int y, Ink ink) {
    if (x < 0 || y < 0)
        return;
    CanvasCell *cell = cell_to_ink(canvas, y / DOTS_DOWN, x / DOTS_ACROSS, ink);
    if (cell != NULL)
        cell->dots |= dots_bit(x % DOTS_ACROSS, y % DOTS_DOWN);
}

/* A heavy line is two dots thick, across its direction. */
static void put_dots(Canvas *canvas, int x, int y, bool steep, Ink ink) {
    put_dot(canvas, x, y, ink);
    if (ink.weight == WEIGHT_HEAVY)
        put_dot(canvas, x + (steep ? 1 : 0), y + (steep ? 0 : 1), ink);
}

static void slant_dots(Canvas *canvas, int row, int column, int to_row, int to_column, Ink ink) {
    bool down = to_row > row;
    int x = column * DOTS_ACROSS, to_x = to_column * DOTS_ACROSS + 1;
    int y = row * DOTS_DOWN + (down ? 1 : 2), to_y = to_row * DOTS_DOWN + (down ? 2 : 1);
    DotLine line = dots_line(x, y, to_x, to_y);
    bool steep = abs(line.tall) > line.wide;
    for (int i = 0; i <= line.steps; i += ink.dotted ? 2 : 1)
        put_dots(canvas, dots_line_x(&line, i), dots_line_y(&line, i), steep, ink);
}

static void put_stroke(Canvas *canvas, int row, int column, char stroke, Ink ink) {
    CanvasCell *cell = cell_to_ink(canvas, row, column, ink);
    if (cell == NULL)
        return;
    bool flat = stroke == '_' || stroke == '=';
    bool was_flat = cell->stroke == 0 || cell->stroke == '_' || cell->stroke == '=';
    if ((cell->stroke == '/' && stroke == '\\') || (cell->stroke == '\\' && stroke == '/'))
        cell->stroke = 'X';
    else if (was_flat || (!flat && cell->stroke != 'X'))
        cell->stroke = stroke;
}

/* Falling, the strokes stand in the rows below the first; rising, in those above the last. With
 * "_" between them the line stays in one piece at any slope. */
static void slant_strokes(Canvas *canvas, int row, int column, int to_row, int to_column, Ink ink) {
    bool down = to_row > row, heavy = ink.weight == WEIGHT_HEAVY;
    int tall = abs(to_row - row), wide = to_column - column + 1;
    int at = column;
    for (int i = 0; i <= tall; i++) {
        int next = column + dots_divide((int64_t)wide * (i + 1) - wide / 2, tall + 1);
        int fill_row = down ? row + i : row - i;
        for (; at < next && at <= to_column; at++)
            put_stroke(canvas, fill_row, at, heavy ? '=' : '_', ink);
        if (i == tall)
            break;
        int stroke_row = down ? fill_row + 1 : fill_row;
        bool upright = wide <= tall &&
                       dots_divide((int64_t)wide * (i + 2) - wide / 2, tall + 1) + column == at;
        int stroke_column = at < to_column ? at : to_column;
        char stroke = upright ? '|' : down ? '\\' : '/';
        put_stroke(canvas, stroke_row, stroke_column, stroke, ink);
        if (heavy && stroke_column < to_column)
            put_stroke(canvas, stroke_row, stroke_column + 1, stroke, ink);
        at += upright ? 0 : 1;
    }
    for (; at <= to_column; at++)
        put_stroke(canvas, to_row, at, heavy ? '=' : '_', ink);
}

void canvas_slant(Canvas *canvas, int row, int column, int to_row, int to_column, Ink ink) {
    if (to_column < column)
        return;
    if (row == to_row)
        canvas_level(canvas, row, column, to_column, ink);
    else if (canvas->ascii)
        slant_strokes(canvas, row, column, to_row, to_column, ink);
    else
        slant_dots(canvas, row, column, to_row, to_column, ink);
}

int canvas_slant_row(int row, int column, int to_row, int to_column, int at) {
    if (to_column <= column)
        return row;
    return row + dots_divide((int64_t)(to_row - row) * (at - column), to_column - column);
}

static char ascii_glyph(const CanvasCell *cell) {
    bool up = arm_weight(cell, ARM_UP) != 0, down = arm_weight(cell, ARM_DOWN) != 0;
    bool left = arm_weight(cell, ARM_LEFT) != 0, right = arm_weight(cell, ARM_RIGHT) != 0;
    if (cell->dotted && !((up || down) && (left || right)))
        return up || down ? ':' : cell->stroke == '|' ? ':' : '.';
    if (!up && !down)
        return left || right ? (cell->heavy ? '=' : '-') : cell->stroke;
    if (!left && !right)
        return cell->heavy ? '#' : '|';
    if (up && !down && left != right)
        return left ? '\'' : '`';
    return '+';
}

static void unicode_glyph(const CanvasCell *cell, char text[DOTS_GLYPH_SIZE]) {
    unsigned index = 0;
    for (Arm arm = 0; cell->arms && arm < ARM_COUNT; arm++)
        index = index * WEIGHTS + arm_weight(cell, arm);
    bool level_only =
        cell->arms == (WEIGHT_THIN << (2 * ARM_LEFT) | WEIGHT_THIN << (2 * ARM_RIGHT));
    if (cell->dotted && level_only)
        memcpy(text, "┈", sizeof "┈");
    else if (index != 0)
        memcpy(text, box[index], sizeof "─");
    else
        dots_glyph(cell->dots, text);
}

void canvas_print(const Canvas *canvas, Grid *grid) {
    for (int i = 0; i < canvas->rows * canvas->columns; i++) {
        const CanvasCell *cell = &canvas->cells[i];
        if (!canvas_has_line(cell) || cell->text)
            continue;
        Cell *to = &grid->cells[i];
        if (canvas->ascii)
            memcpy(to->text, (char[]){ascii_glyph(cell), '\0'}, 2);
        else
            unicode_glyph(cell, to->text);
        to->style = (uint8_t)network_line_style((Style)cell->style);
    }
}

Ink network_ink(const Network *network, size_t edge, Style style) {
    static const Ink inks[] = {[STRENGTH_UNKNOWN] = {.weight = WEIGHT_THIN},
                               [STRENGTH_FAINT] = {.weight = WEIGHT_THIN, .dotted = true},
                               [STRENGTH_MEDIUM] = {.weight = WEIGHT_THIN},
                               [STRENGTH_STRONG] = {.weight = WEIGHT_HEAVY}};
    NetworkStrength strength = network->edges[edge].strength;
    Ink ink = inks[strength];
    if (strength == STRENGTH_UNKNOWN && network_is_lit(style))
        ink.weight = WEIGHT_HEAVY;
    ink.style = style;
    return ink;
}

const char *network_legend(Arena *arena, const Network *network, int columns, bool ascii) {
    if (network->caption != NULL)
        return ascii ? utf8_to_ascii(arena, network->caption) : network->caption;
    if (network->measured == NULL)
        return "";
    const char *long_form = arena_format(arena, "|%s/∂w|: ━━ from %s, ── from %s, ┈┈ below",
                                         network->measured, network->strong, network->medium);
    const char *short_form = arena_format(arena, "|%s/∂w|: ━ large ─ ┈ small", network->measured);
    const char *legend = utf8_width(long_form) <= columns    ? long_form
                         : utf8_width(short_form) <= columns ? short_form
                                                             : "";
    return ascii ? utf8_to_ascii(arena, legend) : legend;
}

void network_add_legend(Arena *arena, const Network *network, const char *unplaced, Grid *grid) {
    static const char gap[] = "   ";
    bool weights = unplaced != NULL && network->caption == NULL;
    int taken = weights ? utf8_width(unplaced) + utf8_width(gap) : 0;
    const char *legend = network_legend(arena, network, grid->columns - taken, grid->ascii);
    if (weights)
        legend = *legend ? arena_format(arena, "%s%s%s", unplaced, gap, legend) : unplaced;
    int width = utf8_width(legend) < grid->columns ? utf8_width(legend) : grid->columns;
    int row = grid->rows - 1, first = (grid->columns - width) / 2;
    for (int column = first - 1; column <= first + width; column++) {
        if (grid_cell(grid, row, column) && !grid_is_blank(grid, row, column))
            return;
    }
    grid_text_fit(grid, row, first, width, legend,
                  weights || network->caption != NULL ? STYLE_LIT : STYLE_DIM);
}

bool network_is_lit(Style style) {
    return style != STYLE_NORMAL && style != STYLE_DIM;
}

bool network_has_arrow(Style style) {
    return network_is_lit(style) && style != STYLE_SELECTED;
}

Style network_line_style(Style style) {
    return style == STYLE_SELECTED ? STYLE_STRONG : style;
}

const char *network_sign(Style style, bool ascii) {
    if (style == STYLE_SELECTED)
        return ascii ? "@" : "◉";
    if (network_is_lit(style))
        return ascii ? "*" : "●";
    return ascii ? "o" : "○";
}
