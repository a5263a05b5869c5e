#include "network_case.h"

#include <check.h>
#include <string.h>

#include "base/str.h"

Case *new_case(void) {
    static Case test;
    arena_clear(&test.arena);
    test = (Case){0};
    test.network.nodes = test.nodes;
    test.network.edges = test.edges;
    return &test;
}

void add_node(Case *test, const char *label, const char *value, Style style) {
    test->nodes[test->network.node_count++] =
        (NetworkNode){.label = math_text(&test->arena, label), .value = value, .style = style};
}

void add_edge(Case *test, size_t from, size_t to, const char *label, Style style) {
    const Math *math = label != NULL ? math_text(&test->arena, label) : NULL;
    test->edges[test->network.edge_count++] =
        (NetworkEdge){.from = from, .to = to, .label = math, .style = style};
}

void draw(Case *test, int rows, int columns, bool ascii) {
    test->grid = network_draw(&test->arena, &test->network, rows, columns, ascii).grid;
    ck_assert_int_eq(test->grid.rows, rows < 0 ? 0 : rows);
    ck_assert_int_eq(test->grid.columns, columns < 0 ? 0 : columns);
}

/* All rows, without the empty ones. */
const char *picture(Case *test) {
    Buffer out = {.arena = &test->arena};
    for (int row = 0; row < test->grid.rows; row++) {
        const char *line = grid_line(&test->arena, &test->grid, row);
        if (line[0] != '\0')
            buffer_format(&out, "%s\n", line);
    }
    return buffer_text(&out);
}

void expect_text(Case *test, const char *text) {
    ck_assert_msg(strstr(picture(test), text) != NULL, "no %s in\n%s", text, picture(test));
}

void expect_no_text(Case *test, const char *text) {
    ck_assert_msg(strstr(picture(test), text) == NULL, "%s in\n%s", text, picture(test));
}

uint32_t mark_of(const Case *test, const char *label) {
    for (int row = 0; row < test->grid.rows; row++)
        for (int column = 0; column < test->grid.columns; column++) {
            size_t at = 0;
            const Cell *cell;
            while (label[at] && (cell = grid_cell(&test->grid, row, column + (int)at)) != NULL &&
                   cell->text[0] == label[at])
                at++;
            if (!label[at])
                return grid_cell(&test->grid, row, column)->mark;
        }
    return 0;
}

/* x1 x2, h1 h2, y1 y2, E; the way x1 → h1 is lit. */
void build_two_layers(Case *test) {
    static const char *const labels[] = {"x1", "x2", "h1", "h2", "y1", "y2", "E"};
    static const char *const values[] = {"0.05", "0.1", "0.59", "0.60", "0.75", "0.77", "0.3"};
    static const size_t edges[][2] = {{0, 2}, {0, 3}, {1, 2}, {1, 3}, {2, 4},
                                      {2, 5}, {3, 4}, {3, 5}, {4, 6}, {5, 6}};
    static const char *const weights[] = {"w1", "w3", "w2", "w4", "w5", "w7", "w6", "w8"};
    for (size_t i = 0; i < 7; i++)
        add_node(test, labels[i], values[i], i == 0 ? STYLE_LIT : STYLE_NORMAL);
    for (size_t i = 0; i < 10; i++)
        add_edge(test, edges[i][0], edges[i][1], i < 8 ? weights[i] : NULL,
                 i == 0 ? STYLE_LIT : STYLE_NORMAL);
    test->nodes[2].style = STYLE_SELECTED;
}

void build_gears(Case *test) {
    add_node(test, "large", "1", STYLE_NORMAL);
    add_node(test, "middle", "2", STYLE_LIT);
    add_node(test, "small", NULL, STYLE_SELECTED);
    add_edge(test, 0, 1, "2", STYLE_NORMAL);
    add_edge(test, 1, 2, "3", STYLE_LIT);
}

/* A tree in which node i hangs from node (i − 1) / 2. */
void build_tree(Case *test, size_t count, size_t lit) {
    for (size_t i = 0; i < count; i++) {
        const char *label = arena_format(&test->arena, "n%zu", i);
        add_node(test, label, NULL, i == lit ? STYLE_LIT : STYLE_NORMAL);
    }
    for (size_t i = 1; i < count; i++)
        add_edge(test, (i - 1) / 2, i, NULL, STYLE_NORMAL);
}

/* A chain of `count` nodes with names such as h10. */
void build_chain(Case *test, size_t count) {
    for (size_t i = 0; i < count; i++)
        add_node(test, arena_format(&test->arena, "h%zu", i), "0.1234", STYLE_NORMAL);
    for (size_t i = 0; i + 1 < count; i++)
        add_edge(test, i, i + 1, NULL, STYLE_NORMAL);
}
