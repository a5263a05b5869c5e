#include "view/card_text.h"

#include <string.h>

#include "base/number.h"
#include "base/str.h"
#include "base/utf8.h"
#include "view/card_spoken.h"
#include "view/card_table.h"
#include "view/code.h"
#include "view/math_text.h"
#include "view/spoken.h"

enum { LEAST_WIDTH = 20, INDENT = 2 };

typedef struct Page {
    Arena *arena;
    CardLayout layout;
    int digits;      /* of the numbers that pictures say in words */
    int item_indent; /* where the text of the list item before this block begins */
    int rest;        /* rows of all that is no plot, with the gaps */
} Page;

/* Text as this page shows it: in its alphabet, or in words. */
static const char *shown_text(const Page *page, const char *text) {
    if (page->layout.spoken)
        return spoken_text(page->arena, text);
    return page->layout.ascii ? utf8_to_ascii(page->arena, text) : text;
}

static void add_run(const Page *page, Styled *text, const Run *run, Style style, int width) {
    switch (run->kind) {
    case RUN_TEXT: break;
    case RUN_EMPHASIS:
    case RUN_STRONG:
    case RUN_CODE: style = STYLE_STRONG; break;
    case RUN_BREAK: styled_add(text, "\n", style); return;
    case RUN_MATH: {
        Styled formula = {.arena = page->arena};
        math_line_add(&formula, run->math, page->layout.ascii, style);
        styled_append(text, &formula, styled_width(&formula) <= width);
        return;
    }
    }
    styled_add(text, shown_text(page, run->text), style);
}

static Grid draw_runs(const Page *page, const Block *block, Style style, int width, int hanging) {
    Styled text = {.arena = page->arena};
    if (page->layout.spoken)
        styled_add(&text, card_spoken_text(page->arena, block), style);
    for (size_t i = 0; i < block->run_count && !page->layout.spoken; i++)
        add_run(page, &text, &block->runs[i], style, width);
    return styled_wrap(page->arena, &text, width, hanging, page->layout.ascii);
}

/* `inside` with its first cell `indent` columns in, and `marker` before its first row. */
static Grid indented(const Page *page, const Grid *inside, int indent, int marker_at,
                     const char *marker) {
    Grid grid = grid_new(page->arena, inside->rows, indent + inside->columns, page->layout.ascii);
    if (marker)
        grid_text(&grid, 0, marker_at, marker, STYLE_NORMAL);
    grid_copy(&grid, 0, indent, inside);
    return grid;
}

/* Lists nest without end in an untrusted lesson; the text keeps at least half the width. */
static int limit_indent(int indent, int width) {
    return indent > width / 2 ? width / 2 : indent;
}

/* A formula behind its marker, in two dimensions or on lines that begin with a sign. */
static Grid draw_displayed(const Page *page, const Block *block, int width, int indent,
                           int marker_at, const char *marker) {
    const Math *math = block->runs[0].math;
    EquationLayout layout = {
        .width = width - indent, .ascii = page->layout.ascii, .flat = page->layout.flat};
    MathBox formula = math_equation_row(page->arena, math, layout);
    Grid grid = indented(page, &formula.grid, indent, 0, NULL);
    grid_text(&grid, formula.baseline, marker_at, marker, STYLE_NORMAL);
    return grid;
}

/* The formulas of a paragraph in two dimensions, side by side behind the text with which it begins;
 * false where one is too wide. */
static bool draw_side_by_side(const Page *page, const Block *block, int width, Grid *grid) {
    Arena *arena = page->arena;
    Math *row = math_row(arena, 0);
    for (size_t i = 0; i < block->run_count; i++) {
        const Run *run = &block->runs[i];
        if (row->count && run->kind == RUN_MATH)
            math_add(arena, row, math_text(arena, "   "));
        if (run->kind == RUN_MATH)
            math_add(arena, row, (Math *)run->math);
        else if (row->count == 0)
            math_add(arena, row,
                     math_text(arena, arena_copy_n(arena, run->text, strcspn(run->text, " "))));
    }
    MathBox box;
    math_align(arena, (const Math *[]){row}, 1, page->layout.ascii, false, width, &box);
    *grid = math_with_shapes(arena, box).grid;
    return box.grid.columns <= width;
}

static Grid draw_paragraph(Page *page, const Block *block, Style style, int width) {
    int level = block->level < 0 ? 0 : block->level;
    if (level > width)
        level = width;
    Grid formulas;
    bool flat = page->layout.flat || page->layout.spoken;
    if (!block->marker && block->displayed && !flat &&
        draw_side_by_side(page, block, width, &formulas))
        return formulas;
    const char *marker = block->marker;
    if (!marker) {
        int indent = level == 0 ? 0 : page->item_indent ? page->item_indent : level * INDENT;
        Grid text = draw_runs(page, block, style, width - limit_indent(indent, width), 0);
        return indented(page, &text, limit_indent(indent, width), 0, NULL);
    }
    if (page->layout.spoken) /* "3:", with a pause that a full stop would not make */
        marker = arena_format(page->arena, *marker >= '0' && *marker <= '9' ? "%.*s:" : "-",
                              (int)strcspn(marker, "."), marker);
    else if (page->layout.ascii)
        marker = utf8_to_ascii(page->arena, marker);
    int marker_at = limit_indent(level > 1 ? (level - 1) * INDENT : 0, width / 2);
    int indent = limit_indent(marker_at + utf8_width(marker) + 1, width);
    page->item_indent = indent;
    if (block->displayed && !page->layout.spoken)
        return draw_displayed(page, block, width, indent, marker_at, marker);
    Grid text = draw_runs(page, block, style, width - indent, 0);
    return indented(page, &text, indent, marker_at, marker);
}

static Grid draw_heading(const Page *page, const Block *block, int width) {
    Grid text = draw_runs(page, block, STYLE_STRONG, width, 0);
    if (page->layout.flat || block->level > 2)
        return text;
    bool first = block->level <= 1;
    const char *line = page->layout.ascii ? (first ? "=" : "-") : first ? "═" : "─";
    Grid grid = grid_new(page->arena, text.rows + 1, text.columns, page->layout.ascii);
    grid_copy(&grid, 0, 0, &text);
    grid_fill(&grid, text.rows, 0, 1, text.columns, line, first ? STYLE_STRONG : STYLE_DIM);
    return grid;
}

/* What a picture shows, in words. */
static Grid draw_words(const Page *page, const char *text, int width) {
    Styled words = {.arena = page->arena};
    styled_add(&words, shown_text(page, text), STYLE_NORMAL);
    return styled_wrap(page->arena, &words, width, 0, page->layout.ascii);
}

static Grid draw_code(const Page *page, const Block *block, int width) {
    const char *text = block->text ? block->text : "";
    if (page->layout.flat && block->run_count)
        return draw_runs(page, block, STYLE_NORMAL, width, 0);
    return page->layout.spoken ? code_spoken(page->arena, text, width, page->layout.ascii)
                               : code_draw(page->arena, text, width, page->layout.ascii);
}

enum { NETWORK_LEAST_ROWS = 7, NETWORK_MOST_ROWS = 24 };

static Grid draw_network(const Page *page, const Block *block, int width) {
    if (page->layout.flat)
        return draw_words(page, block->text ? block->text : "", width);
    if (block->network == NULL)
        return grid_new(page->arena, 0, 0, page->layout.ascii);
    size_t nodes = block->network->node_count;
    int rows = nodes + 4 > NETWORK_MOST_ROWS ? NETWORK_MOST_ROWS : (int)nodes + 4;
    rows = rows < NETWORK_LEAST_ROWS ? NETWORK_LEAST_ROWS : rows;
    return network_draw(page->arena, block->network, rows, width, page->layout.ascii).grid;
}

enum {
    HEAT_ROWS = 30, /* of a heat map */
    GEAR_ROWS = 20, /* of gears and what is said of them */
    PLOT_ROWS = 14,
    PLOT_LEAST_ROWS = 7,
    PLOT_MOST_ROWS = 20,
    PLOT_MOST_COLUMNS = 72
};

/* As tall as fits with what stands above and below. */
static int plot_rows(const Page *page) {
    int rows = page->layout.rows > 0 ? page->layout.rows - page->rest : PLOT_ROWS;
    return rows < PLOT_LEAST_ROWS ? PLOT_LEAST_ROWS : rows > PLOT_MOST_ROWS ? PLOT_MOST_ROWS : rows;
}

/* A map in words, in fewer where all of them have no room. */
static Grid draw_map_words(const Page *page, const ContourMap *map, int width) {
    Grid words = draw_words(page, contour_words(page->arena, map, page->digits, false), width);
    if (page->layout.rows == 0 || words.rows <= page->layout.rows - page->rest)
        return words;
    return draw_words(page, contour_words(page->arena, map, page->digits, true), width);
}

static Grid draw_plot(const Page *page, const Block *block, int width) {
    bool ascii = page->layout.ascii;
    bool is_map = block->kind == BLOCK_CONTOUR;
    if (is_map ? block->map == NULL : block->plot == NULL)
        return grid_new(page->arena, 0, 0, ascii);
    if (page->layout.flat)
        return is_map ? draw_map_words(page, block->map, width)
                      : draw_words(page, plot_words(page->arena, block->plot, page->digits), width);
    int columns = width < PLOT_MOST_COLUMNS ? width : PLOT_MOST_COLUMNS;
    int rows = plot_rows(page);
    return is_map ? contour_draw(page->arena, block->map, rows, columns, ascii)
                  : plot_draw(page->arena, block->plot, rows, columns, ascii);
}

static Grid draw_heat(const Page *page, const Block *block, int width) {
    if (page->layout.flat)
        return draw_words(page, heat_words(page->arena, block->heat, page->digits), width);
    Grid heat = heat_draw(page->arena, block->heat, HEAT_ROWS, width - INDENT, page->layout.ascii);
    return indented(page, &heat, INDENT, 0, NULL);
}

static Grid draw_gears(const Page *page, const Block *block, int width) {
    if (page->layout.flat)
        return draw_words(page, gears_words(page->arena, block->gears), width);
    int rows = page->layout.rows > 0 ? page->layout.rows : GEAR_ROWS;
    rows = rows < GEAR_ROWS ? rows : GEAR_ROWS;
    return gears_draw(page->arena, block->gears, page->layout.time, rows, width,
                      page->layout.ascii);
}

static Grid draw_note(const Page *page, const Block *block, int width) {
    Grid text = draw_runs(page, block, STYLE_DIM, width - INDENT, 0);
    return indented(page, &text, INDENT, 0, NULL);
}

/* A sentence, or several, each on a line of its own, a little indented. */
static Grid draw_sentences(const Page *page, const char *sentences, int width) {
    Styled words = {.arena = page->arena};
    styled_add(&words, sentences, STYLE_NORMAL);
    int hanging = strchr(sentences, '\n') ? 0 : INDENT;
    Grid text = styled_wrap(page->arena, &words, width - INDENT, hanging, page->layout.ascii);
    return indented(page, &text, INDENT, 0, NULL);
}

/* Grids below each other, `gaps[i]` empty rows before each (NULL: none). */
static Grid stack_grids(const Page *page, const Grid *grids, const int *gaps, size_t count,
                        int width) {
    int rows = 0;
    for (size_t i = 0; i < count; i++)
        rows += grids[i].rows + (gaps ? gaps[i] : 0);
    for (size_t i = 0; i < count; i++)
        if (grids[i].rows == rows && grids[i].columns == width)
            return grids[i]; /* alone */
    Grid all = grid_new(page->arena, rows, width, page->layout.ascii);
    int row = 0;
    for (size_t i = 0; i < count; i++) {
        row += gaps ? gaps[i] : 0;
        grid_copy(&all, row, 0, &grids[i]);
        row += grids[i].rows;
    }
    return all;
}

/* A formula of matrices with its shapes in a line of their own. */
static Grid draw_shapes_apart(const Page *page, const Block *block, Grid formula, int width) {
    Grid both[] = {formula, draw_note(page, block, width)};
    return stack_grids(page, both, (int[]){0, 1}, 2, width);
}

static Grid draw_formula(const Page *page, const Block *block, int width) {
    const EquationLayout layout = {.width = width - INDENT,
                                   .rows = page->layout.rows,
                                   .ascii = page->layout.ascii,
                                   .flat = page->layout.flat};
    Grid formula;
    bool flat = page->layout.flat || page->layout.spoken;
    bool shaped = block->shaped && !flat &&
                  math_equation_fits(page->arena, block->shaped, block->signs, block->count, layout,
                                     &formula);
    if (page->layout.spoken)
        formula = draw_sentences(page, card_spoken_formula(page->arena, block), width);
    else if (!shaped)
        formula = math_equation(page->arena, block->parts, block->signs, block->count, layout);
    if (!page->layout.spoken)
        formula = indented(page, &formula, INDENT, 0, NULL);
    return block->run_count && !shaped ? draw_shapes_apart(page, block, formula, width) : formula;
}

static Grid draw_table(const Page *page, const Block *block, int width) {
    if (page->layout.spoken)
        return draw_sentences(page, card_spoken_table(page->arena, block), width);
    return card_table_draw(page->arena, block, width, page->layout.ascii, !page->layout.flat);
}

static Grid draw_rule(const Page *page, int width) {
    Grid grid = grid_new(page->arena, page->layout.flat ? 0 : 1, width, page->layout.ascii);
    grid_fill(&grid, 0, 0, 1, width, page->layout.ascii ? "-" : "─", STYLE_DIM);
    return grid;
}

static Grid draw_inside(Page *page, const Block *block, int width) {
    switch (block->kind) {
    case BLOCK_TEXT: return draw_paragraph(page, block, STYLE_NORMAL, width);
    case BLOCK_HEADING: return draw_heading(page, block, width);
    case BLOCK_CODE: return draw_code(page, block, width);
    case BLOCK_NETWORK: return draw_network(page, block, width);
    case BLOCK_PLOT:
    case BLOCK_CONTOUR: return draw_plot(page, block, width);
    case BLOCK_GEARS: return draw_gears(page, block, width);
    case BLOCK_HEAT: return draw_heat(page, block, width);
    case BLOCK_FORMULA: return draw_formula(page, block, width);
    case BLOCK_TABLE: return draw_table(page, block, width);
    case BLOCK_RULE: return draw_rule(page, width);
    case BLOCK_NOTE: return draw_note(page, block, width);
    case BLOCK_ERROR: return draw_runs(page, block, STYLE_ERROR, width, 0);
    }
    return grid_new(page->arena, 0, 0, page->layout.ascii);
}

static Grid draw_block(Page *page, const Block *block) {
    if (!block->quote)
        return draw_inside(page, block, page->layout.width);
    bool plain = page->layout.ascii || page->layout.flat;
    Grid inside = draw_inside(page, block, page->layout.width - INDENT);
    Grid quoted = indented(page, &inside, INDENT, 0, NULL);
    for (int row = 0; row < quoted.rows; row++)
        grid_text(&quoted, row, 0, plain ? ">" : "│", STYLE_DIM);
    return quoted;
}

static bool is_item(const Block *block) {
    return block->kind == BLOCK_TEXT && block->level > 0;
}

static int gap_between(const Block *before, const Block *block) {
    return !(is_item(before) && is_item(block) && block->marker);
}

/* Whether two neighbours stay apart without an empty row: a title, or a formula, is seen to be one.
 */
static bool are_apart(const Block *before, const Block *block) {
    return !before || before->kind == BLOCK_FORMULA || block->kind == BLOCK_FORMULA;
}

/* Where the card is taller than the pane by no more than the empty rows that it can do without, it
 * does without some of them, from the top. */
static void close_up(const Grid *grids, int *gaps, const bool *apart, size_t count, int rows) {
    int total = 0, empty = 0;
    for (size_t i = 0; i < count; i++) {
        total += grids[i].rows + gaps[i];
        empty += apart[i] ? gaps[i] : 0;
    }
    bool helps = total > rows && total - empty <= rows;
    for (size_t i = 0; i < count && helps && total > rows; i++)
        if (apart[i]) {
            total -= gaps[i];
            gaps[i] = 0;
        }
}

static bool is_plot(const Block *block) {
    return block->kind == BLOCK_PLOT || block->kind == BLOCK_CONTOUR;
}

/* Either the plots or the others. */
static void draw_blocks(Page *page, const Card *card, bool plots, Grid *grids) {
    page->item_indent = 0;
    for (size_t i = 0; i < card->count; i++) {
        const Block *block = &card->blocks[i];
        if (!is_item(block))
            page->item_indent = 0;
        if (is_plot(block) != plots)
            continue;
        grids[i] = draw_block(page, block);
        page->rest += plots ? 0 : grids[i].rows;
    }
}

/* Whether both are formulas in two dimensions, items of one list. */
static bool are_tall(const Block *before, const Grid *above, const Block *block, const Grid *grid) {
    return before && before->displayed && block->displayed && block->marker && above->rows > 1 &&
           grid->rows > 1;
}

/* The empty rows above what is drawn; plots, which are not drawn yet, count. */
static void find_gaps(Page *page, const Card *card, const Grid *grids, bool title, int *gaps,
                      bool *apart) {
    const Block *before = NULL; /* the last that draws something, */
    const Grid *above = NULL;   /* and what it draws */
    for (size_t i = 0; i < card->count; i++) {
        const Block *block = &card->blocks[i];
        if (grids[i].rows == 0 && !is_plot(block))
            continue;
        gaps[i] = before ? gap_between(before, block) : title;
        gaps[i] += are_tall(before, above, block, &grids[i]);
        apart[i] = are_apart(before, block);
        page->rest += gaps[i];
        before = block;
        above = &grids[i];
    }
}

/* The plots come last: they take the rows that the others leave. */
Grid card_draw(Arena *arena, const Card *card, CardLayout layout) {
    if (layout.width < LEAST_WIDTH)
        layout.width = LEAST_WIDTH;
    Page page = {.arena = arena,
                 .layout = layout,
                 .digits = card->digits > 0 ? card->digits : NUMBER_DEFAULT_DIGITS};
    Grid *grids = ARENA_ARRAY(arena, Grid, card->count + 1);
    int *gaps = ARENA_ARRAY(arena, int, card->count + 1);
    bool *apart = ARENA_ARRAY(arena, bool, card->count + 1);
    bool titled = layout.title && card->title;
    if (titled) {
        Run run = {.kind = RUN_TEXT, .text = card->title};
        Block title = {.kind = BLOCK_HEADING, .level = 3, .runs = &run, .run_count = 1};
        grids[0] = draw_heading(&page, &title, layout.width);
        page.rest = grids[0].rows;
    }
    draw_blocks(&page, card, false, grids + 1);
    find_gaps(&page, card, grids + 1, titled, gaps + 1, apart + 1);
    draw_blocks(&page, card, true, grids + 1);
    if (layout.rows > 0)
        close_up(grids, gaps, apart, card->count + 1, layout.rows);
    return stack_grids(&page, grids, gaps, card->count + 1, layout.width);
}

enum { PLAIN_COLUMNS = 80 };

char *card_plain(Arena *arena, const Card *card) {
    Grid grid = card_draw(arena, card, (CardLayout){.width = PLAIN_COLUMNS, .flat = true});
    Buffer text = {.arena = arena};
    for (int row = 0; row < grid.rows; row++)
        buffer_format(&text, "%s%s", row ? "\n" : "", grid_line(arena, &grid, row));
    return arena_copy(arena, buffer_text(&text));
}
