/* The picture of a graph: layers, signs, boxes, views and light, and that no size and no graph can
 * break it. */
#include <string.h>

#include "network_case.h"
#include "suites.h"
#include "view/network_flow.h"

static void expect_all_labels(Case *test) {
    for (size_t i = 0; i < test->network.node_count; i++)
        expect_text(test, test->nodes[i].label->text);
}

START_TEST(draws_one_node_in_the_middle) {
    Case *test = new_case();
    add_node(test, "x", "3", STYLE_NORMAL);
    draw(test, 5, 11, false);
    ck_assert_str_eq(grid_line(&test->arena, &test->grid, 2), "○ x 3");
    ck_assert_str_eq(picture(test), "○ x 3\n");
}
END_TEST

START_TEST(draws_a_line_of_three) {
    Case *test = new_case();
    build_gears(test);
    draw(test, 5, 64, false);
    ck_assert_str_eq(picture(test), "      large 1 ○─── 2 ───● middle 2 ━━━━━━━━ 3 ━━▶◉ small\n");
    draw(test, 5, 64, true);
    ck_assert_str_eq(picture(test), "      large 1 o--- 2 ---* middle 2 ======== 3 ==>@ small\n");
}
END_TEST

START_TEST(turns_the_arrow_on_the_way_back) {
    Case *test = new_case();
    build_gears(test);
    test->network.backward = true;
    draw(test, 5, 64, false);
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

/* What a picture larger than its place says at its edges is said whole or not at all. */
START_TEST(cuts_no_number_at_the_edge) {
    for (int columns = 12; columns < 60; columns++) {
        Case *test = new_case();
        build_chain(test, 4);
        for (size_t i = 0; i < 4; i++)
            test->nodes[i].value = "777.777";
        test->nodes[_i % 4].style = STYLE_SELECTED;
        test->network.zoom = NETWORK_WIDE;
        draw(test, 5, columns, _i >= 4);
        const char *rest = picture(test);
        while ((rest = strchr(rest, '7')) != NULL) {
            ck_assert_msg(strncmp(rest, "777.777", 7) == 0, "%d columns:\n%s", columns,
                          picture(test));
            rest += 7;
        }
    }
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

Suite *network_suite(void) {
    Suite *suite = suite_create("network");
    TCase *tests = tcase_create("network");
    tcase_set_timeout(tests, 60);
    tcase_add_test(tests, draws_one_node_in_the_middle);
    tcase_add_test(tests, draws_a_line_of_three);
    tcase_add_test(tests, turns_the_arrow_on_the_way_back);
    tcase_add_test(tests, shows_all_of_a_small_network);
    tcase_add_test(tests, keeps_layers_straight);
    tcase_add_test(tests, draws_an_edge_given_twice_once);
    tcase_add_test(tests, leaves_out_edges_that_are_none);
    tcase_add_loop_test(tests, survives_every_size, 0, 10);
    tcase_add_test(tests, draws_ten_thousand_nodes);
    tcase_add_loop_test(tests, runs_light_along_what_is_lit, 0, 4);
    tcase_add_test(tests, runs_light_down_the_rails);
    tcase_add_test(tests, draws_matrices_as_blocks);
    tcase_add_test(tests, zooms_to_a_node_and_its_neighbours);
    tcase_add_test(tests, scrolls_what_is_too_wide);
    tcase_add_loop_test(tests, cuts_no_number_at_the_edge, 0, 8);
    tcase_add_test(tests, draws_large_gradients_thick);
    suite_add_tcase(suite, tests);
    return suite;
}
