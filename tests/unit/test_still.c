/* The picture of a network stands still: through a whole lesson, whatever becomes known, is lit or
 * selected, each node and its name stay where they are. So its plan may be kept. */
#include <check.h>
#include <glob.h>
#include <string.h>

#include "app/load.h"
#include "app/session.h"
#include "suites.h"
#include "view/math_text.h"

/* The places the network has on terminals of these sizes. */
static const struct {
    const char *terminal;
    int rows, columns;
} places[] = {{"80x24", 8, 76},   {"100x30", 14, 38}, {"120x36", 18, 50},
              {"200x50", 26, 86}, {"60x16", 12, 56},  {"40x10", 9, 40}};

enum { PLACES = sizeof places / sizeof *places, MOST_SIGNS = 64 };

typedef struct Spot {
    int row, column; /* -1: nowhere */
} Spot;

/* Where the nodes were in the picture before; by place. */
typedef struct Seen {
    bool known, down;
    size_t nodes;
    Spot signs[MOST_SIGNS], names[MOST_SIGNS];
} Seen;

/* The sign of a node, or the corner of its box. */
static bool is_sign(const Cell *cell) {
    static const char *const signs[] = {"○", "●", "◉", "╭", "┏", "o", "*", "@", "+", "#"};
    for (size_t i = 0; i < sizeof signs / sizeof *signs && cell->mark; i++)
        if (strcmp(cell->text, signs[i]) == 0)
            return true;
    return false;
}

/* Whether the cells of a node from there on say its name. */
static bool says_name(const Grid *grid, Spot spot, uint32_t mark, const char *name) {
    for (; *name; spot.column++) {
        const Cell *cell = grid_cell(grid, spot.row, spot.column);
        size_t length = cell && cell->mark == mark ? strlen(cell->text) : 0;
        if (length == 0 || strncmp(name, cell->text, length) != 0)
            return false;
        name += length;
    }
    return true;
}

/* In the first layer, left of the sign, the name makes room for the number that comes. */
static void forget_first_names(Seen *seen, size_t nodes) {
    for (size_t node = 0; node < nodes; node++)
        if (seen->names[node].row == seen->signs[node].row &&
            seen->names[node].column < seen->signs[node].column)
            seen->names[node] = (Spot){-1, -1};
}

/* The first sign of each node, row by row, and its name. */
static Seen look_at(const NetworkPicture *picture, const Network *network, Arena *arena) {
    Seen seen = {.known = true, .down = picture->down};
    const Grid *grid = &picture->grid;
    for (size_t node = 0; node < MOST_SIGNS; node++)
        seen.signs[node] = seen.names[node] = (Spot){-1, -1};
    for (int i = 0; i < grid->rows * grid->columns; i++) {
        const Cell *cell = &grid->cells[i];
        Spot spot = {i / grid->columns, i % grid->columns};
        if (cell->mark == 0 || cell->mark > MOST_SIGNS)
            continue;
        Spot *sign = &seen.signs[cell->mark - 1], *name = &seen.names[cell->mark - 1];
        if (is_sign(cell) && sign->row < 0) {
            *sign = spot;
            seen.nodes++;
        }
        const char *label = math_line(arena, network->nodes[cell->mark - 1].label, false);
        if (name->row < 0 && says_name(grid, spot, cell->mark, label))
            *name = spot;
    }
    forget_first_names(&seen, network->node_count);
    return seen;
}

static void expect_same(Spot before, Spot now, size_t node, const char *what, const char *where) {
    ck_assert_msg(before.row == now.row && before.column == now.column,
                  "%s: the %s of node %zu moves from %d, %d to %d, %d", where, what, node,
                  before.row, before.column, now.row, now.column);
}

/* Of rails for which there are not rows enough those around what is lit are shown. */
static void expect_still(const Network *network, Arena *arena, int place, Seen *before,
                         const char *where) {
    NetworkPicture picture =
        network_draw(arena, network, places[place].rows, places[place].columns, false);
    Seen seen = look_at(&picture, network, arena);
    bool all = !seen.down || network->node_count <= (size_t)places[place].rows;
    where = arena_format(arena, "%s, %s", where, places[place].terminal);
    ck_assert_msg(!all || seen.nodes == network->node_count, "%s: nodes are missing", where);
    ck_assert_msg(!before->known || before->down == seen.down, "%s: layers or rails", where);
    for (size_t node = 0; before->known && all && node < network->node_count; node++) {
        expect_same(before->signs[node], seen.signs[node], node, "sign", where);
        expect_same(before->names[node], seen.names[node], node, "name", where);
    }
    *before = seen;
}

static void expect_step_still(Session *session, Seen seen[PLACES], const char *path) {
    Arena frame = {0};
    SymbolId *symbols;
    NetworkWish wish = {.selected = SYMBOL_NONE};
    const char *where = arena_format(&frame, "%s, step %zu", path, session_position(session) + 1);
    Network network = session_network(session, &frame, wish, &symbols);
    for (int place = 0; place < PLACES; place++)
        expect_still(&network, &frame, place, &seen[place], where);
    size_t around = session_position(session) % network.node_count;
    wish.selected = symbols[around];
    network = session_network(session, &frame, wish, &symbols);
    for (int place = 0; place < PLACES; place++)
        expect_still(&network, &frame, place, &seen[place], where);
    arena_clear(&frame);
}

static glob_t lessons(void) {
    glob_t files;
    ck_assert_int_eq(glob("lessons/*.lesson.md", 0, NULL, &files), 0);
    return files;
}

/* Whether a picture that is drawn by a kept plan is the one that is drawn without. */
static void expect_as_without_plan(const Network *network, NetworkPlan *plan, Arena *arena,
                                   int place, bool ascii) {
    const int rows = places[place].rows, columns = places[place].columns;
    Network planned = *network;
    planned.plan = plan;
    Grid kept = network_draw(arena, &planned, rows, columns, ascii).grid;
    Grid fresh = network_draw(arena, network, rows, columns, ascii).grid;
    ck_assert_mem_eq(kept.cells, fresh.cells, (size_t)(rows * columns) * sizeof *kept.cells);
}

/* The plan is kept through the whole lesson; every so often the size changes under it. */
START_TEST(draws_by_a_kept_plan_as_without) {
    glob_t files = lessons();
    for (size_t i = 0; i < files.gl_pathc; i++) {
        Arena arena = {0}, frame = {0};
        Diags diags;
        NetworkPlan plan = {0};
        Lesson *lesson = load_lesson(&arena, files.gl_pathv[i], &diags);
        ck_assert_ptr_nonnull(lesson);
        Session *session = session_open(&arena, lesson, (Settings){.digits = 4});
        for (size_t step = 0; step < session_step_count(session); step++) {
            SymbolId *symbols;
            NetworkWish wish = {.selected = SYMBOL_NONE};
            if (step > 0)
                session_execute(session, &arena, "next");
            Network network = session_network(session, &frame, wish, &symbols);
            for (int k = 0; k < 3; k++) {
                network.dark = k == 1;
                network.zoom = k == 2 ? NETWORK_NEAR : NETWORK_FIT;
                expect_as_without_plan(&network, &plan, &frame, (int)(step / 7 % PLACES),
                                       step % 22 < 11);
            }
            wish.selected = symbols[step % network.node_count];
            network = session_network(session, &frame, wish, &symbols);
            expect_as_without_plan(&network, &plan, &frame, (int)(step / 7 % PLACES),
                                   step % 22 < 11);
            arena_clear(&frame);
        }
        network_plan_release(&plan);
        arena_clear(&arena);
    }
    globfree(&files);
}
END_TEST

/* Every lesson of the course, at the place where it begins, and after every step. */
START_TEST(stands_still_through_every_lesson) {
    glob_t files = lessons();
    for (size_t i = 0; i < files.gl_pathc; i++) {
        Arena arena = {0};
        Diags diags;
        Lesson *lesson = load_lesson(&arena, files.gl_pathv[i], &diags);
        ck_assert_ptr_nonnull(lesson);
        Session *session = session_open(&arena, lesson, (Settings){.digits = 4});
        Seen seen[PLACES] = {0};
        for (size_t step = 0; step < session_step_count(session); step++) {
            if (step > 0)
                session_execute(session, &arena, "next");
            expect_step_still(session, seen, files.gl_pathv[i]);
        }
        arena_clear(&arena);
    }
    globfree(&files);
}
END_TEST

/* Numbers of every length, of more digits than there is room for, and none. */
START_TEST(stands_still_with_numbers_of_any_length) {
    static const char *const values[] = {"0", "−0.04280", "1.104·10⁻⁷", "0.58540456912946"};
    glob_t files = lessons();
    for (size_t i = 0; i < files.gl_pathc; i++) {
        Arena arena = {0};
        Diags diags;
        SymbolId *symbols;
        Lesson *lesson = load_lesson(&arena, files.gl_pathv[i], &diags);
        ck_assert_ptr_nonnull(lesson);
        Session *session = session_open(&arena, lesson, (Settings){.digits = 4});
        Network network =
            session_network(session, &arena, (NetworkWish){.selected = SYMBOL_NONE}, &symbols);
        Seen seen[PLACES] = {0};
        for (size_t k = 0; k < sizeof values / sizeof *values; k++) {
            for (size_t node = 0; node < network.node_count; node++)
                network.nodes[node].value = values[(k + node) % 4];
            for (size_t edge = 0; edge < network.edge_count; edge++)
                network.edges[edge].value = values[(k + edge) % 4];
            network.edges[k % network.edge_count].style = k % 2 ? STYLE_LIT : STYLE_SELECTED;
            network.backward = k > 1;
            for (int place = 0; place < PLACES; place++)
                expect_still(&network, &arena, place, &seen[place], files.gl_pathv[i]);
        }
        arena_clear(&arena);
    }
    globfree(&files);
}
END_TEST

Suite *still_suite(void) {
    Suite *suite = suite_create("still");
    TCase *tests = tcase_create("still");
    tcase_set_timeout(tests, 120);
    tcase_add_test(tests, stands_still_through_every_lesson);
    tcase_add_test(tests, stands_still_with_numbers_of_any_length);
    tcase_add_test(tests, draws_by_a_kept_plan_as_without);
    suite_add_tcase(suite, tests);
    return suite;
}
