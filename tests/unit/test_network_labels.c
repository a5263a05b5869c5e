/* What is written in the picture of a graph: names, values, weights, and where they stand. */
#include "network_case.h"
#include "suites.h"

static void expect_all_labels(Case *test) {
    for (size_t i = 0; i < test->network.node_count; i++)
        expect_text(test, test->nodes[i].label->text);
}

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
    draw(test, 5, 32, false);
    ck_assert_str_eq(picture(test), "     n0 0.5 ○⠒⠤⣀\n"
                                    "     n1 0.5 ○──────○ n4 0.5\n"
                                    "     n2 0.5 ○⠤⠒⡩⠊\n"
                                    "     n3 0.5 ○⠔⠉\n");
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

/* A lit weight that finds no place on its line stands below the picture, with the legend if there
 * is room for both; a caption stands there alone. */
START_TEST(says_which_weight_has_no_place) {
    Case *test = new_case();
    build_chain(test, 10);
    test->edges[3].label = math_text(&test->arena, "w4");
    test->edges[3].value = "−0.5";
    test->edges[3].style = STYLE_LIT;
    draw(test, 9, 56, false);
    expect_text(test, "\n                on the lit line: w4 −0.5\n");
    test->edges[3].style = STYLE_SELECTED;
    draw(test, 9, 56, true);
    expect_text(test, "selected: w4 -0.5\n");
    test->edges[3].style = test->edges[5].style = STYLE_LIT;
    test->edges[5].label = math_text(&test->arena, "w6");
    draw(test, 9, 56, false);
    expect_text(test, "on the lit lines: w4 −0.5, w6\n");
    test->network.measured = "∂E";
    test->network.strong = test->network.medium = "0.1";
    draw(test, 9, 56, false);
    expect_text(test, "on the lit lines: w4 −0.5, w6\n");
    draw(test, 9, 60, false);
    expect_text(test, "on the lit lines: w4 −0.5, w6   |∂E/∂w|: ━ large ─ ┈ small\n");
    test->network.caption = "path 1";
    draw(test, 9, 56, false);
    expect_no_text(test, "w4");
    draw(test, 9, 120, false);
    expect_text(test, "━ w4 ▶");
}
END_TEST

/* A number keeps its first digits and its power of ten, or is left out. */
static const struct {
    const char *value, *seen, *seen_in_ascii; /* or NULL */
} long_values[] = {{"0.5854", "0.5854", "0.5854"},
                   {"−0.58540456", "−0.585404…", "-0.585404~"},
                   {"0.58540456912946", "0.5854045…", "0.5854045~"},
                   {"−6.193808110197804·10⁻⁵", "−6.1938081…·10⁻⁵", "-6.193808~*10^-5"},
                   {"123456789.25", NULL, NULL},
                   {"12345678901234567", NULL, NULL},
                   {"4096×4096", "4096×4096", "4096x4096"}};

START_TEST(shortens_numbers_at_their_end) {
    for (int ascii = 0; ascii < 2; ascii++) {
        Case *test = new_case();
        build_gears(test);
        test->nodes[1].value = long_values[_i].value;
        draw(test, 9, 80, ascii);
        const char *seen = ascii ? long_values[_i].seen_in_ascii : long_values[_i].seen;
        if (seen)
            expect_text(test, seen);
        else
            expect_no_text(test, "12345");
    }
}
END_TEST

Suite *network_labels_suite(void) {
    Suite *suite = suite_create("network_labels");
    TCase *tests = tcase_create("network_labels");
    tcase_set_timeout(tests, 60);
    tcase_add_test(tests, leads_long_edges_around_labels);
    tcase_add_test(tests, puts_names_above_and_below);
    tcase_add_test(tests, stands_in_every_row_where_it_must);
    tcase_add_test(tests, puts_values_on_either_side_in_turns);
    tcase_add_test(tests, keeps_names_where_they_are);
    tcase_add_test(tests, shows_the_values_of_weights);
    tcase_add_test(tests, says_which_weight_has_no_place);
    tcase_add_loop_test(tests, shortens_numbers_at_their_end, 0,
                        sizeof long_values / sizeof *long_values);
    suite_add_tcase(suite, tests);
    return suite;
}
