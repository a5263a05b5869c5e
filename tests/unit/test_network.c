/* The picture of a graph: layers, rails, signs, and that no size and no graph can break it. */
#include <string.h>

#include "base/str.h"
#include "suites.h"
#include "view/network.h"
#include "view/network_flow.h"
#include "view/network_layout.h"

enum { MOST_NODES = 40, MOST_EDGES = 200 };

typedef struct Case {
    Arena arena;
    NetworkNode nodes[MOST_NODES];
    NetworkEdge edges[MOST_EDGES];
    Network network;
    Grid grid;
} Case;

static Case *new_case(void) {
    static Case test;
    arena_clear(&test.arena);
    test = (Case){0};
    test.network.nodes = test.nodes;
    test.network.edges = test.edges;
    return &test;
}

static void add_node(Case *test, const char *label, const char *value, Style style) {
    test->nodes[test->network.node_count++] =
        (NetworkNode){.label = math_text(&test->arena, label), .value = value, .style = style};
}

static void add_edge(Case *test, size_t from, size_t to, const char *label, Style style) {
    const Math *math = label != NULL ? math_text(&test->arena, label) : NULL;
    test->edges[test->network.edge_count++] =
        (NetworkEdge){.from = from, .to = to, .label = math, .style = style};
}

static void draw(Case *test, int rows, int columns, bool ascii) {
    test->grid = network_draw(&test->arena, &test->network, rows, columns, ascii).grid;
    ck_assert_int_eq(test->grid.rows, rows < 0 ? 0 : rows);
    ck_assert_int_eq(test->grid.columns, columns < 0 ? 0 : columns);
}

/* All rows, without the empty ones. */
static const char *picture(Case *test) {
    Buffer out = {.arena = &test->arena};
    for (int row = 0; row < test->grid.rows; row++) {
        const char *line = grid_line(&test->arena, &test->grid, row);
        if (line[0] != '\0')
            buffer_format(&out, "%s\n", line);
    }
    return buffer_text(&out);
}

static void expect_text(Case *test, const char *text) {
    ck_assert_msg(strstr(picture(test), text) != NULL, "no %s in\n%s", text, picture(test));
}

static void expect_no_text(Case *test, const char *text) {
    ck_assert_msg(strstr(picture(test), text) == NULL, "%s in\n%s", text, picture(test));
}

static void expect_all_labels(Case *test) {
    for (size_t i = 0; i < test->network.node_count; i++)
        expect_text(test, test->nodes[i].label->text);
}

static uint32_t mark_of(const Case *test, const char *label) {
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
static void build_two_layers(Case *test) {
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

static void build_gears(Case *test) {
    add_node(test, "large", "1", STYLE_NORMAL);
    add_node(test, "middle", "2", STYLE_LIT);
    add_node(test, "small", NULL, STYLE_SELECTED);
    add_edge(test, 0, 1, "2", STYLE_NORMAL);
    add_edge(test, 1, 2, "3", STYLE_LIT);
}

/* A tree in which node i hangs from node (i − 1) / 2. */
static void build_tree(Case *test, size_t count, size_t lit) {
    for (size_t i = 0; i < count; i++) {
        const char *label = arena_format(&test->arena, "n%zu", i);
        add_node(test, label, NULL, i == lit ? STYLE_LIT : STYLE_NORMAL);
    }
    for (size_t i = 1; i < count; i++)
        add_edge(test, (i - 1) / 2, i, NULL, STYLE_NORMAL);
}

START_TEST(draws_one_node_in_the_middle) {
    Case *test = new_case();
    add_node(test, "x", "3", STYLE_NORMAL);
    draw(test, 5, 11, false);
    ck_assert_str_eq(grid_line(&test->arena, &test->grid, 2), "   ○ x 3");
    ck_assert_str_eq(picture(test), "   ○ x 3\n");
}
END_TEST

START_TEST(draws_a_line_of_three) {
    Case *test = new_case();
    build_gears(test);
    draw(test, 5, 58, false);
    ck_assert_str_eq(picture(test), " large 1 ○───── 2 ──────● middle 2 ━━━━━ 3 ━━━━━▶◉ small\n");
    draw(test, 5, 58, true);
    ck_assert_str_eq(picture(test), " large 1 o----- 2 ------* middle 2 ===== 3 =====>@ small\n");
}
END_TEST

START_TEST(turns_the_arrow_on_the_way_back) {
    Case *test = new_case();
    build_gears(test);
    test->network.backward = true;
    draw(test, 5, 58, false);
    expect_text(test, "middle 2 ◀━");
    expect_no_text(test, "▶");
}
END_TEST

START_TEST(shows_all_of_a_small_network) {
    static const int sizes[][2] = {{12, 38}, {14, 40}, {20, 58}, {30, 100}};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        Case *test = new_case();
        build_two_layers(test);
        draw(test, sizes[i][0], sizes[i][1], false);
        expect_all_labels(test);
        expect_text(test, "w1");
        expect_text(test, "▶◉ h1");
        for (size_t k = 0; k < test->network.node_count; k++)
            expect_text(test, test->nodes[k].value);
    }
}
END_TEST

START_TEST(keeps_layers_straight) {
    Case *test = new_case();
    build_two_layers(test);
    draw(test, 20, 58, false);
    const char *rows = picture(test);
    const char *first = strstr(rows, "x1"), *end = strchr(first, '\n');
    ck_assert(strstr(rows, "h1") < end);
    ck_assert(strstr(rows, "y1") < end);
    ck_assert(strstr(rows, "E") > end);
    ck_assert(strstr(rows, "x2") > strstr(rows, "E"));
}
END_TEST

START_TEST(leads_long_edges_around_labels) {
    Case *test = new_case();
    static const char *const labels[] = {"start", "first", "second", "third", "end"};
    for (size_t i = 0; i < 5; i++)
        add_node(test, labels[i], NULL, STYLE_NORMAL);
    for (size_t i = 1; i < 5; i++)
        add_edge(test, i - 1, i, NULL, STYLE_NORMAL);
    add_edge(test, 0, 4, "skip", STYLE_LIT);
    draw(test, 12, 70, false);
    expect_all_labels(test);
    expect_text(test, "skip");
    expect_text(test, "━━━━━━━━━━━━━━━━━━━━");
}
END_TEST

/* A chain of `count` nodes with names such as h10. */
static void build_chain(Case *test, size_t count) {
    for (size_t i = 0; i < count; i++)
        add_node(test, arena_format(&test->arena, "h%zu", i), "0.1234", STYLE_NORMAL);
    for (size_t i = 0; i + 1 < count; i++)
        add_edge(test, i, i + 1, NULL, STYLE_NORMAL);
}

/* Where names would take the room of the lines they stand above and below the nodes. */
START_TEST(puts_names_above_and_below) {
    static const size_t edges[][2] = {{0, 2}, {0, 3}, {1, 2}, {1, 3}, {2, 4},
                                      {2, 5}, {3, 4}, {3, 5}, {4, 6}, {5, 6}};
    Case *test = new_case();
    for (size_t i = 0; i < 7; i++)
        add_node(test, arena_format(&test->arena, "node%zu", i), "0.5", STYLE_NORMAL);
    for (size_t i = 0; i < sizeof edges / sizeof *edges; i++)
        add_edge(test, edges[i][0], edges[i][1], NULL, STYLE_NORMAL);
    draw(test, 8, 34, false);
    ck_assert_str_eq(picture(test), "            0.5   0.5\n"
                                    "           node2 node4\n"
                                    " node0 ○─────○─────○⠢⢄⡀\n"
                                    "   0.5   ⢈⠶⡁   ⢈⠶⡁    ⢈⡱⠶○ node6\n"
                                    " node1 ○─────○─────○⠔⠊⠁    0.5\n"
                                    "   0.5     node3 node5\n"
                                    "            0.5   0.5\n");
}
END_TEST

/* Where there are few rows but columns enough, the nodes of a layer stand in every row. */
START_TEST(stands_in_every_row_where_it_must) {
    Case *test = new_case();
    for (size_t i = 0; i < 5; i++)
        add_node(test, arena_format(&test->arena, "n%zu", i), "0.5", STYLE_NORMAL);
    for (size_t i = 0; i < 4; i++)
        add_edge(test, i, 4, NULL, STYLE_NORMAL);
    draw(test, 5, 28, false);
    ck_assert_str_eq(picture(test), "n0 0.5 ○⠒⠢⠤⢄⣀⣀\n"
                                    "n1 0.5 ○────────────○ n4 0.5\n"
                                    "n2 0.5 ○⠤⠔⠒⢊⡩⠭⠒⠊⠁\n"
                                    "n3 0.5 ○⠤⠒⠉⠁\n");
    ck_assert_uint_eq(mark_of(test, "n3"), 4);
}
END_TEST

/* In a long chain the names stand in one row and the values on either side of it, in turns. */
START_TEST(puts_values_on_either_side_in_turns) {
    Case *test = new_case();
    build_chain(test, 10);
    draw(test, 5, 56, false);
    ck_assert_uint_eq(mark_of(test, "h3"), 4);
    ck_assert_str_eq(picture(test), "        0.1234    0.1234    0.1234    0.1234\n"
                                    "          h1   h2   h3   h4   h5   h6   h7   h8\n"
                                    "  h0 ○────○────○────○────○────○────○────○────○────○ h9\n"
                                    "0.1234       0.1234    0.1234    0.1234    0.1234 0.1234\n");
    draw(test, 5, 56, true);
    ck_assert_str_eq(picture(test), "        0.1234    0.1234    0.1234    0.1234\n"
                                    "          h1   h2   h3   h4   h5   h6   h7   h8\n"
                                    "  h0 o----o----o----o----o----o----o----o----o----o h9\n"
                                    "0.1234       0.1234    0.1234    0.1234    0.1234 0.1234\n");
}
END_TEST

/* Names do not move when something is lit or becomes known, or before light has come. */
START_TEST(keeps_names_where_they_are) {
    Case *test = new_case();
    build_chain(test, 10);
    draw(test, 5, 56, false);
    Grid before = test->grid;
    for (int dark = 0; dark < 2; dark++) {
        for (size_t i = 0; i < 9; i++) {
            test->nodes[i].value = NULL;
            test->edges[i].style = i % 2 == 0 ? STYLE_LIT : STYLE_NORMAL;
        }
        test->network.backward = true;
        test->network.dark = dark == 1;
        draw(test, 5, 56, false);
        for (size_t i = 0; i < 5 * 56; i++) {
            const char *was = before.cells[i].text, *is = test->grid.cells[i].text;
            ck_assert((*was == 'h') == (*is == 'h'));
        }
    }
}
END_TEST

START_TEST(draws_an_edge_given_twice_once) {
    Case *test = new_case();
    build_gears(test);
    draw(test, 5, 58, false);
    const char *once = picture(test);
    once = arena_copy(&test->arena, once);
    add_edge(test, 0, 1, "9", STYLE_NORMAL);
    add_edge(test, 1, 2, "8", STYLE_NORMAL);
    draw(test, 5, 58, false);
    ck_assert_str_eq(picture(test), once);
    add_edge(test, 0, 1, "7", STYLE_LIT);
    draw(test, 5, 58, false);
    expect_text(test, "━ 7 ━");
}
END_TEST

START_TEST(leaves_out_edges_that_are_none) {
    Case *test = new_case();
    build_gears(test);
    draw(test, 5, 58, false);
    const char *before = arena_copy(&test->arena, picture(test));
    add_edge(test, 2, 0, "back", STYLE_LIT);
    add_edge(test, 1, 1, "self", STYLE_LIT);
    add_edge(test, 0, 99, "out", STYLE_LIT);
    draw(test, 5, 58, false);
    ck_assert_str_eq(picture(test), before);
}
END_TEST

START_TEST(draws_rails_where_layers_do_not_fit) {
    Case *test = new_case();
    build_two_layers(test);
    draw(test, 7, 20, false);
    ck_assert_str_eq(picture(test), "●        x1  0.05\n"
                                    "┃ ○      x2  0.1\n"
                                    "┡━┿▶◉    h1  0.59\n"
                                    "╰─┴─│─○  h2  0.60\n"
                                    "○───┼─┤  y1  0.75\n"
                                    "│ ○─┴─╯  y2  0.77\n"
                                    "╰─┴─○    E   0.3\n");
}
END_TEST

START_TEST(names_lit_weights_beside_rails) {
    Case *test = new_case();
    build_two_layers(test);
    draw(test, 7, 25, true);
    expect_text(test, "h1  0.59  <- w1\n");
    expect_no_text(test, "w2");
}
END_TEST

/* Where there is room for it, a row stands between two nodes, and an arrow where one rail goes on.
 */
START_TEST(draws_rails_apart_where_there_is_room) {
    Case *test = new_case();
    add_node(test, "x", "0.9", STYLE_LIT);
    add_node(test, "a", "0.7", STYLE_LIT);
    add_node(test, "b", NULL, STYLE_NORMAL);
    add_edge(test, 0, 1, "w", STYLE_LIT);
    add_edge(test, 1, 2, NULL, STYLE_NORMAL);
    draw(test, 6, 10, false);
    ck_assert_str_eq(picture(test), "●  x  0.9\n"
                                    "▼\n"
                                    "●  a  0.7\n"
                                    "│\n"
                                    "○  b\n");
    test->network.backward = true;
    draw(test, 6, 10, true);
    ck_assert_str_eq(picture(test), "*  x  0.9\n"
                                    "^\n"
                                    "*  a  0.7\n"
                                    "|\n"
                                    "o  b\n");
}
END_TEST

/* Where there is no such row, a chain goes to and fro between two rails, so that its lines show. */
START_TEST(draws_a_chain_to_and_fro) {
    Case *test = new_case();
    for (size_t i = 0; i < 4; i++)
        add_node(test, "a", NULL, i == 1 || i == 2 ? STYLE_LIT : STYLE_NORMAL);
    for (size_t i = 0; i < 3; i++)
        add_edge(test, i, i + 1, NULL, i == 1 ? STYLE_LIT : STYLE_NORMAL);
    draw(test, 4, 12, false);
    ck_assert_str_eq(picture(test), "○    a\n"
                                    "╰─●  a\n"
                                    "●━▼  a\n"
                                    "╰─○  a\n");
}
END_TEST

/* On the way forward no arrow points left, where it would be read as one on the way back. */
START_TEST(goes_forward_down_the_rails) {
    Case *test = new_case();
    static const size_t edges[][2] = {{0, 2}, {1, 2}, {2, 3}, {2, 4}};
    for (size_t i = 0; i < 5; i++)
        add_node(test, "a", NULL, i < 2 ? STYLE_NORMAL : STYLE_LIT);
    for (size_t i = 0; i < 4; i++)
        add_edge(test, edges[i][0], edges[i][1], NULL, i < 2 ? STYLE_NORMAL : STYLE_LIT);
    test->network.zoom = NETWORK_RAILS;
    draw(test, 10, 20, false);
    ck_assert_str_eq(picture(test), "○      a\n"
                                    "│\n"
                                    "│ ○    a\n"
                                    "│ │\n"
                                    "╰─┴─●  a\n"
                                    "    ▼\n"
                                    "●━━━┫  a\n"
                                    "    ▼\n"
                                    "    ●  a\n");
    draw(test, 5, 20, true);
    ck_assert_str_eq(picture(test), "o      a\n"
                                    "| o    a\n"
                                    "`-+-*  a\n"
                                    "*===v  a\n"
                                    "  *=v  a\n");
}
END_TEST

/* On the way back the arrow stands below the node that is reached and points up, whether the rail
 * of what comes back lies to the right or to the left, and where another rail passes, too. */
START_TEST(goes_back_up_the_rails) {
    Case *test = new_case();
    for (size_t i = 0; i < 4; i++)
        add_node(test, i == 0 ? "x" : "a", NULL, STYLE_LIT);
    for (size_t i = 0; i < 3; i++)
        add_edge(test, i, i + 1, NULL, STYLE_LIT);
    add_edge(test, 0, 3, NULL, STYLE_LIT);
    test->network.backward = true;
    draw(test, 4, 20, false);
    ck_assert_str_eq(picture(test), "●      x\n"
                                    "▲━●    a\n"
                                    "┃ ▲━●  a\n"
                                    "┗━●━▲  a\n");
    draw(test, 4, 20, true);
    ck_assert_str_eq(picture(test), "*      x\n"
                                    "^=*    a\n"
                                    "# ^=*  a\n"
                                    "`=*=^  a\n");
}
END_TEST

START_TEST(cuts_long_names_in_the_middle) {
    Case *test = new_case();
    add_node(test, "price_before_tax", "1", STYLE_NORMAL);
    add_node(test, "price_after_tax", "2", STYLE_NORMAL);
    add_edge(test, 0, 1, NULL, STYLE_NORMAL);
    draw(test, 2, 21, false);
    ck_assert_str_eq(picture(test), "○    price_…re_tax  1\n"
                                    "╰─○  price_…er_tax  2\n");
}
END_TEST

START_TEST(joins_two_signs_only_by_an_edge) {
    Case *test = new_case();
    for (size_t i = 0; i < 3; i++)
        add_node(test, "node", NULL, STYLE_NORMAL);
    add_edge(test, 1, 2, NULL, STYLE_NORMAL);
    draw(test, 3, 14, false);
    ck_assert_str_eq(picture(test), "○    node\n  ○  node\n○─╯  node\n");
}
END_TEST

START_TEST(shows_the_rows_around_lit_nodes) {
    Case *test = new_case();
    build_tree(test, MOST_NODES, 30);
    draw(test, 8, 40, false);
    expect_text(test, "●");
    expect_text(test, "n30");
    expect_text(test, "n29");
    expect_no_text(test, "n10\n");
    expect_text(test, "… 7 of 40 nodes\n");
}
END_TEST

START_TEST(keeps_lit_rows_that_are_far_apart) {
    Case *test = new_case();
    build_tree(test, MOST_NODES, 3);
    test->nodes[37].style = STYLE_SELECTED;
    draw(test, 6, 40, true);
    expect_text(test, "* ");
    expect_text(test, "n37");
    expect_text(test, ":\n");
    expect_text(test, "... 4 of 40 nodes\n");
}
END_TEST

static bool grid_is_ascii(const Grid *grid) {
    for (int i = 0; i < grid->rows * grid->columns; i++) {
        for (const char *at = grid->cells[i].text; *at != '\0'; at++) {
            if ((unsigned char)*at >= 0x80)
                return false;
        }
    }
    return true;
}

static void build_any(Case *test, int kind) {
    if (kind == 0)
        build_two_layers(test);
    else if (kind == 1)
        build_gears(test);
    else if (kind == 2)
        build_tree(test, 15, 7);
    else if (kind == 3)
        build_tree(test, MOST_NODES, 7);
    for (size_t i = 0; i < test->network.node_count; i += 3) {
        test->nodes[i].value = "−0.5·10⁻³ and more than fits";
        test->nodes[i].label = math_text(&test->arena, "∂日本語 long α₁₂");
    }
}

START_TEST(survives_every_size) {
    for (int rows = -1; rows < 24; rows++) {
        for (int columns = -1; columns < 60; columns++) {
            Case *test = new_case();
            build_any(test, _i % 5);
            for (size_t i = 0; i < test->network.node_count; i += 3)
                test->nodes[i].shape = "3×2";
            test->network.backward = rows % 2 == 0;
            for (int zoom = NETWORK_FIT; zoom <= NETWORK_NEAR; zoom++) {
                test->network.zoom = (NetworkZoom)zoom;
                test->network.dark = zoom != NETWORK_FIT && columns % 2 == 0;
                draw(test, rows, columns, _i >= 5);
                ck_assert(_i < 5 || grid_is_ascii(&test->grid));
            }
        }
    }
}
END_TEST

START_TEST(draws_ten_thousand_nodes) {
    enum { NODES = 10000, EDGES = 50000 };
    Case *test = new_case();
    test->network.nodes = ARENA_ARRAY(&test->arena, NetworkNode, NODES);
    test->network.edges = ARENA_ARRAY(&test->arena, NetworkEdge, EDGES);
    test->network.node_count = NODES;
    test->network.edge_count = EDGES;
    for (size_t i = 0; i < NODES; i++)
        test->network.nodes[i].value = "1";
    for (size_t i = 0; i < EDGES; i++) {
        size_t to = 1 + i % (NODES - 1);
        test->network.edges[i] = (NetworkEdge){.from = i * 7919 % to, .to = to};
    }
    test->network.nodes[9000].style = STYLE_SELECTED;
    draw(test, 30, 60, false);
    expect_text(test, "◉");
    expect_text(test, "… 29 of 10 000 nodes\n");
}
END_TEST

START_TEST(orders_layers_without_crossings) {
    Case *test = new_case();
    static const LayoutEdge edges[] = {{0, 3}, {1, 2}};
    Layout layout = layout_new(&test->arena, 4, edges, 2);
    ck_assert_uint_eq(layout.layer_count, 2);
    ck_assert_uint_lt(layout.items[3].rank, layout.items[2].rank);
    ck_assert_int_eq(layout.items[0].place, layout.items[3].place);
}
END_TEST

START_TEST(bends_long_edges_once_a_layer) {
    Case *test = new_case();
    static const LayoutEdge edges[] = {{0, 1}, {0, 3}, {1, 2}, {2, 3}};
    Layout layout = layout_new(&test->arena, 4, edges, 4);
    ck_assert_uint_eq(layout.layer_count, 4);
    ck_assert_uint_eq(layout.item_count, 6);
    ck_assert_uint_eq(layout.link_count, 6);
    for (size_t i = 0; i < layout.link_count; i++)
        ck_assert_uint_eq(layout.items[layout.links[i].from].layer + 1,
                          layout.items[layout.links[i].to].layer);
}
END_TEST

/* A node at every layer, and an edge that passes them all. */
START_TEST(keeps_long_edges_straight) {
    Case *test = new_case();
    static const LayoutEdge edges[] = {{0, 1}, {0, 5}, {1, 2}, {2, 3}, {3, 4}, {4, 5}};
    Layout layout = layout_new(&test->arena, 6, edges, 6);
    ck_assert_uint_eq(layout.item_count, 10);
    for (size_t i = 7; i < 10; i++)
        ck_assert_int_eq(layout.items[i].place, layout.items[6].place);
    for (size_t i = 2; i < 5; i++)
        ck_assert_int_eq(layout.items[i].place, layout.items[1].place);
}
END_TEST

/* Inputs 0 … 4 and the chain 5 … 9, one input a link: the chain is level. */
START_TEST(keeps_a_chain_with_inputs_level) {
    Case *test = new_case();
    static const LayoutEdge edges[] = {{0, 5}, {1, 6}, {2, 7}, {3, 8}, {4, 9},
                                       {5, 6}, {6, 7}, {7, 8}, {8, 9}};
    Layout layout = layout_new(&test->arena, 10, edges, 9);
    for (size_t i = 8; i < 10; i++)
        ck_assert_int_eq(layout.items[i].place, layout.items[7].place);
}
END_TEST

/* The edges of the two parts take turns; none of the one stands between those of the other. */
START_TEST(keeps_parts_apart) {
    Case *test = new_case();
    static const LayoutEdge edges[] = {{0, 4}, {0, 6}, {1, 5}, {1, 7}, {2, 4}, {3, 5}};
    Layout layout = layout_new(&test->arena, 8, edges, 6);
    for (size_t i = 0; i < 8; i += 2)
        for (size_t k = 1; k < 8; k += 2)
            if (layout.items[i].layer == layout.items[k].layer)
                ck_assert_int_lt(layout.items[i].place, layout.items[k].place);
}
END_TEST

/* A tree that the barycentres alone would leave with two crossings. */
START_TEST(changes_neighbours_that_cross) {
    Case *test = new_case();
    static const LayoutEdge edges[] = {{0, 6}, {1, 4}, {2, 5}, {2, 6}, {3, 4}, {3, 6}};
    enum { EDGES = sizeof edges / sizeof *edges };
    Layout layout = layout_new(&test->arena, 7, edges, EDGES);
    for (size_t i = 0; i < EDGES; i++)
        for (size_t k = i + 1; k < EDGES; k++) {
            int from = layout.items[edges[i].from].place - layout.items[edges[k].from].place;
            int to = layout.items[edges[i].to].place - layout.items[edges[k].to].place;
            ck_assert_int_ge(from * to, 0);
        }
}
END_TEST

START_TEST(moves_a_late_source_to_its_use) {
    Case *test = new_case();
    static const LayoutEdge edges[] = {{0, 1}, {1, 2}, {2, 4}, {3, 4}};
    Layout layout = layout_new(&test->arena, 5, edges, 4);
    ck_assert_uint_eq(layout.items[3].layer, 2);
    ck_assert_uint_eq(layout.item_count, 5);
}
END_TEST

/* Cells of `grid` that are the same as in `other`, between the given columns. */
static int same_cells(const Grid *grid, const Grid *other, int first, int last) {
    int count = 0;
    for (int row = 0; row < grid->rows; row++)
        for (int column = first; column <= last; column++) {
            const Cell *a = grid_cell(grid, row, column), *b = grid_cell(other, row, column);
            count += a->style == b->style && strcmp(a->text, b->text) == 0 ? 1 : 0;
        }
    return count;
}

/* Light begins at the cause, or at the effect on the way back, and ends in the still picture. */
START_TEST(runs_light_along_what_is_lit) {
    enum { ROWS = 20, COLUMNS = 60, FRAMES = 8 };
    bool backward = _i % 2, ascii = _i / 2;
    Case *test = new_case();
    build_two_layers(test);
    test->network.backward = backward;
    NetworkFlow flow =
        network_flow_new(&test->arena, &test->network,
                         network_draw(&test->arena, &test->network, ROWS, COLUMNS, ascii).grid);
    Grid frame = grid_new(&test->arena, ROWS, COLUMNS, ascii);
    draw(test, ROWS, COLUMNS, ascii);
    ck_assert(flow.first < flow.last && !flow.down && flow.backward == backward);
    network_flow_draw(&flow, 0, FRAMES, &frame);
    ck_assert_int_eq(same_cells(&frame, &flow.dark, 0, COLUMNS - 1), ROWS * COLUMNS);
    ck_assert_int_lt(same_cells(&frame, &test->grid, 0, COLUMNS - 1), ROWS * COLUMNS);
    network_flow_draw(&flow, FRAMES / 2, FRAMES, &frame);
    int middle = (flow.first + flow.last) / 2, left = same_cells(&frame, &flow.dark, 0, middle - 2);
    int right = same_cells(&frame, &flow.dark, middle + 2, COLUMNS - 1);
    ck_assert((left == ROWS * (middle - 1)) == backward);
    ck_assert((right == ROWS * (COLUMNS - middle - 2)) == !backward);
    network_flow_draw(&flow, FRAMES, FRAMES, &frame);
    ck_assert_int_eq(same_cells(&frame, &test->grid, 0, COLUMNS - 1), ROWS * COLUMNS);
}
END_TEST

START_TEST(runs_light_down_the_rails) {
    Case *test = new_case();
    build_two_layers(test);
    NetworkFlow flow =
        network_flow_new(&test->arena, &test->network,
                         network_draw(&test->arena, &test->network, 9, 14, false).grid);
    ck_assert(flow.down && flow.first < flow.last);
    network_flow_draw(&flow, 1, 1, &flow.dark);
    ck_assert_int_eq(same_cells(&flow.dark, &flow.still, 0, 13), 9 * 14);
}
END_TEST

/* Matrices are boxes with their shapes where there is room, else signs like numbers. */
START_TEST(draws_matrices_as_blocks) {
    Case *test = new_case();
    build_gears(test);
    test->nodes[0].shape = "3×2";
    test->nodes[1].shape = "4×2";
    draw(test, 9, 60, false);
    expect_text(test, "╭─────");
    expect_text(test, " 3×2 ");
    expect_text(test, "┃ middle ┃");
    expect_no_text(test, "○ middle");
    draw(test, 9, 60, true);
    expect_text(test, "# middle #");
    expect_text(test, "|  3x2  |");
    draw(test, 3, 60, false);
    expect_no_text(test, "3×2");
    expect_text(test, "● middle");
}
END_TEST

/* The mark of the cell in which a label begins. */
START_TEST(zooms_to_a_node_and_its_neighbours) {
    Case *test = new_case();
    build_two_layers(test);
    test->network.zoom = NETWORK_NEAR;
    draw(test, 20, 60, false);
    static const char *const there[] = {"x1", "x2", "h1", "y1", "y2"}, *const gone[] = {"h2", "E"};
    for (size_t i = 0; i < 5; i++)
        expect_text(test, there[i]);
    for (size_t i = 0; i < 2; i++)
        expect_no_text(test, gone[i]);
    ck_assert_uint_eq(mark_of(test, "h1"), 3);
    ck_assert_uint_eq(mark_of(test, "y2"), 6);
}
END_TEST

/* A picture larger than its place shows the part around what is selected, lit or not yet. */
START_TEST(scrolls_what_is_too_wide) {
    Case *test = new_case();
    build_two_layers(test);
    test->network.zoom = NETWORK_WIDE;
    draw(test, 12, 30, false);
    expect_text(test, "◉ h1");
    expect_no_text(test, "E 0.3");
    expect_text(test, " more ");
    test->nodes[2].style = STYLE_NORMAL;
    test->nodes[6].style = STYLE_SELECTED;
    draw(test, 12, 30, true);
    expect_text(test, "@ E 0.3");
    expect_no_text(test, "x1");
    expect_text(test, " more <");
    test->network.caption = "path 1";
    draw(test, 12, 30, true);
    expect_text(test, "\n            path 1      more <\n");
}
END_TEST

/* A line from left to right for each strength; without colour, and in ASCII. */
START_TEST(draws_large_gradients_thick) {
    static const char *const lines[2][3] = {{"┈┈ w ┈┈", "── w ──", "━━ w ━━"},
                                            {".. w ..", "-- w --", "== w =="}};
    for (int ascii = 0; ascii < 2; ascii++)
        for (int strength = STRENGTH_FAINT; strength <= STRENGTH_STRONG; strength++) {
            Case *test = new_case();
            add_node(test, "x", NULL, STYLE_NORMAL);
            add_node(test, "y", NULL, STYLE_NORMAL);
            add_edge(test, 0, 1, "w", STYLE_NORMAL);
            test->edges[0].strength = (NetworkStrength)strength;
            test->network.measured = "∂E";
            test->network.strong = "0.5";
            test->network.medium = "0.1";
            draw(test, 9, 60, ascii);
            expect_text(test, lines[ascii][strength - STRENGTH_FAINT]);
            expect_text(test, ascii ? "|dE/dw|: == from 0.5, -- from 0.1, .. below"
                                    : "|∂E/∂w|: ━━ from 0.5, ── from 0.1, ┈┈ below");
            draw(test, 9, 40, ascii);
            expect_text(test, ascii ? "|dE/dw|: = large - . small" : "|∂E/∂w|: ━ large ─ ┈ small");
        }
}
END_TEST

/* Everywhere where there is room, else at the selected node. */
START_TEST(shows_the_values_of_weights) {
    Case *test = new_case();
    build_two_layers(test);
    test->nodes[2].style = STYLE_NORMAL;
    for (size_t i = 0; i < 8; i++)
        test->edges[i].value = "0.125";
    draw(test, 24, 54, false);
    expect_no_text(test, "0.125");
    test->nodes[2].style = STYLE_SELECTED;
    draw(test, 24, 54, false);
    expect_text(test, "0.125");
    expect_no_text(test, "w8 0.125");
    test->nodes[2].style = STYLE_NORMAL;
    draw(test, 24, 120, false);
    expect_text(test, "w1 0.125");
    expect_text(test, "w8 0.125");
}
END_TEST

Suite *network_suite(void) {
    Suite *suite = suite_create("network");
    TCase *tests = tcase_create("network");
    tcase_set_timeout(tests, 60);
    tcase_add_test(tests, draws_one_node_in_the_middle);
    tcase_add_test(tests, draws_a_line_of_three);
    tcase_add_test(tests, turns_the_arrow_on_the_way_back);
    tcase_add_test(tests, shows_all_of_a_small_network);
    tcase_add_test(tests, keeps_layers_straight);
    tcase_add_test(tests, leads_long_edges_around_labels);
    tcase_add_test(tests, puts_names_above_and_below);
    tcase_add_test(tests, stands_in_every_row_where_it_must);
    tcase_add_test(tests, puts_values_on_either_side_in_turns);
    tcase_add_test(tests, keeps_names_where_they_are);
    tcase_add_test(tests, draws_an_edge_given_twice_once);
    tcase_add_test(tests, leaves_out_edges_that_are_none);
    tcase_add_test(tests, draws_rails_where_layers_do_not_fit);
    tcase_add_test(tests, names_lit_weights_beside_rails);
    tcase_add_test(tests, draws_rails_apart_where_there_is_room);
    tcase_add_test(tests, draws_a_chain_to_and_fro);
    tcase_add_test(tests, goes_forward_down_the_rails);
    tcase_add_test(tests, goes_back_up_the_rails);
    tcase_add_test(tests, cuts_long_names_in_the_middle);
    tcase_add_test(tests, joins_two_signs_only_by_an_edge);
    tcase_add_test(tests, shows_the_rows_around_lit_nodes);
    tcase_add_test(tests, keeps_lit_rows_that_are_far_apart);
    tcase_add_loop_test(tests, survives_every_size, 0, 10);
    tcase_add_test(tests, draws_ten_thousand_nodes);
    tcase_add_test(tests, draws_matrices_as_blocks);
    tcase_add_test(tests, zooms_to_a_node_and_its_neighbours);
    tcase_add_test(tests, scrolls_what_is_too_wide);
    tcase_add_test(tests, draws_large_gradients_thick);
    tcase_add_test(tests, shows_the_values_of_weights);
    tcase_add_loop_test(tests, runs_light_along_what_is_lit, 0, 4);
    tcase_add_test(tests, runs_light_down_the_rails);
    tcase_add_test(tests, orders_layers_without_crossings);
    tcase_add_test(tests, bends_long_edges_once_a_layer);
    tcase_add_test(tests, keeps_long_edges_straight);
    tcase_add_test(tests, keeps_a_chain_with_inputs_level);
    tcase_add_test(tests, keeps_parts_apart);
    tcase_add_test(tests, changes_neighbours_that_cross);
    tcase_add_test(tests, moves_a_late_source_to_its_use);
    suite_add_tcase(suite, tests);
    return suite;
}
