/* The picture of a graph as rows: its rails, its arrows, and which rows are shown. */
#include "network_case.h"
#include "suites.h"

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
    draw(test, 2, 24, false);
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

Suite *network_rails_suite(void) {
    Suite *suite = suite_create("network_rails");
    TCase *tests = tcase_create("network_rails");
    tcase_set_timeout(tests, 60);
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
    suite_add_tcase(suite, tests);
    return suite;
}
