/* Where the nodes of a graph stand in layers. */
#include "network_case.h"
#include "suites.h"
#include "view/network_layout.h"

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

Suite *network_layout_suite(void) {
    Suite *suite = suite_create("network_layout");
    TCase *tests = tcase_create("network_layout");
    tcase_set_timeout(tests, 60);
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
