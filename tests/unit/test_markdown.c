/* The prose of a lesson: blocks, runs, and the places and errors of fences. */
#include <string.h>

#include "base/limits.h"
#include "base/str.h"
#include "lesson/markdown.h"
#include "suites.h"

typedef struct Case {
    Arena arena;
    Diags diags;
    Markdown markdown;
} Case;

static void parse(Case *test, const char *text) {
    *test = (Case){.diags = {.file = "case.md", .source = text}};
    test->diags.arena = &test->arena;
    test->markdown = markdown_parse(&test->arena, text, &test->diags);
}

/* The only error, which is about `line` and speaks of `words`. */
static void expect_error(const Case *test, int line, const char *words) {
    ck_assert_uint_eq(test->diags.count, 1);
    ck_assert_int_eq(test->diags.items[0].line, line);
    ck_assert_msg(strstr(test->diags.items[0].message, words) != NULL, "%s",
                  test->diags.items[0].message);
}

/* A block on one line: "P1 • [text|*emphasis|!strong|`code|/]" and so on. */
static const char *describe(Case *test, size_t index) {
    ck_assert_uint_lt(index, test->markdown.count);
    const MarkdownBlock *block = &test->markdown.blocks[index];
    Buffer out = {.arena = &test->arena};
    buffer_format(&out, "%c%d%s", "HPFR"[block->kind],
                  block -> kind == MARKDOWN_HEADING ? block -> level : block -> depth,
                  block -> quote ? " quoted" : "");
    if (block->marker)
        buffer_format(&out, " %s", block->marker);
    if (block->kind == MARKDOWN_FENCE)
        buffer_format(&out, " <%s> %s", block->info, block->text);
    for (size_t i = 0; i < block->run_count; i++)
        buffer_format(&out, "%s%.1s%s", i ? "|" : " ", &" \0*\0!\0`\0/"[2 * block->runs[i].kind],
                      block -> runs[i].text);
    return buffer_text(&out);
}

static void expect_blocks(const char *text, size_t count, const char *const blocks[]) {
    Case test;
    parse(&test, text);
    ck_assert_uint_eq(test.diags.count, 0);
    for (size_t i = 0; i < count; i++)
        ck_assert_str_eq(describe(&test, i), blocks[i]);
    ck_assert_uint_eq(test.markdown.count, count);
    arena_clear(&test.arena);
}

#define EXPECT_BLOCKS(text, ...)                                                                   \
    expect_blocks(text, sizeof((const char *[]){__VA_ARGS__}) / sizeof(char *),                    \
                  (const char *[]){__VA_ARGS__})

START_TEST(reads_headings_and_paragraphs) {
    EXPECT_BLOCKS("# The w5 network\n\nA *small* **one**\nwith `=y1`.\n\nNext\n----\n",
                  "H1  The w5 network", "P0  A |*small|  |!one|  with |`=y1| .", "H2  Next");
}
END_TEST

START_TEST(reads_nothing_from_nothing) {
    Case test;
    parse(&test, "");
    ck_assert_uint_eq(test.markdown.count, 0);
    ck_assert_uint_eq(test.diags.count, 0);
    arena_clear(&test.arena);
}
END_TEST

START_TEST(numbers_list_items) {
    EXPECT_BLOCKS("3. three\n4. - inner\n\n     more\n5) other\n- ***\n", "P1 3.  three", "P1 4.",
                  "P2 •  inner", "P2  more", "P1 5)  other", "P1 •", "R1");
}
END_TEST

START_TEST(keeps_links_images_breaks_and_html) {
    EXPECT_BLOCKS("[a *b*](http://x.org) <http://y.org> <me@y.org> ![alt](i.png)\\\nx<b>y\n",
                  "P0  a |*b|  <http://x.org> http://y.org me@y.org alt|/| x<b>y");
    EXPECT_BLOCKS("<div>\nhi\n</div>\n", "P0  <div>|/| hi|/| </div>");
}
END_TEST

START_TEST(tells_fences_from_indented_code) {
    EXPECT_BLOCKS("```lesson extra\ninput x\n```\n\n    ```\n    y\n\n~~~\n```\n~~~\n",
                  "F0 <lesson> input x\n", "F0 <> ```\ny\n", "F0 <> ```\n");
}
END_TEST

START_TEST(places_fences) {
    Case test;
    parse(&test, "Text `w5`\n\n> ```lesson\n>\n> input x\n> ```\n\n- a\n\n  ```\n    b\n  ```\n");
    ck_assert_uint_eq(test.markdown.count, 4);
    ck_assert_int_eq(test.markdown.blocks[0].runs[1].line, 1);
    ck_assert_int_eq(test.markdown.blocks[1].line, 3);
    ck_assert_int_eq(test.markdown.blocks[1].column, 2);
    ck_assert(test.markdown.blocks[1].quote);
    ck_assert_int_eq(test.markdown.blocks[3].line, 10);
    ck_assert_int_eq(test.markdown.blocks[3].column, 2);
    ck_assert_str_eq(test.markdown.blocks[3].text, "  b\n");
    arena_clear(&test.arena);
}
END_TEST

typedef struct Fence {
    const char *text;
    int line; /* of the unclosed fence, 0 where all are closed */
} Fence;

static const Fence fences[] = {
    {"```", 1},
    {"```\n", 1},
    {"a\n\n```lesson\ninput x\n", 3},
    {"```\n```", 0},
    {"```\n\n\n```  \n", 0},
    {"````\n```\n", 1},
    {"```\n`````\n", 0},
    {"~~~\n```\n", 1},
    {"```\nx ```\n", 1},
    {"```\n``` x\n", 1},
    {"> ```\n> x\n\ntext\n", 1},
    {"> ```\n> x\n```lesson\ny\n```\n", 1},
    {"- ```\n  x\n  ```\n", 0},
    {"- ```\n  x\n\ntext\n", 1},
    {"- a\n  - ```\n    x\n    ```\n", 0},
    {"> - ```\n>   x\n>   ```\n", 0},
    {"    ```\n", 0},
    {"\t```\n", 0},
};

START_TEST(reports_unclosed_fences) {
    const Fence *fence = &fences[_i];
    Case test;
    parse(&test, fence->text);
    if (fence->line) {
        expect_error(&test, fence->line, "never closed");
        ck_assert_ptr_nonnull(strstr(test.diags.items[0].suggestion.text, "close it with "));
    } else
        ck_assert_uint_eq(test.diags.count, 0);
    arena_clear(&test.arena);
}
END_TEST

/* `unit` repeated `count` times, then `end`. */
static char *repeat(Arena *arena, const char *unit, size_t count, const char *end) {
    Buffer text = {.arena = arena};
    for (size_t i = 0; i < count; i++)
        buffer_add(&text, unit);
    buffer_add(&text, end);
    return text.text;
}

typedef struct Nest {
    const char *unit;
    size_t count;
    const char *end;
    const char *words; /* of the error, or NULL where it is read */
} Nest;

static const Nest nests[] = {
    {"> ", LIMIT_NESTING - 5, "a\n", NULL},
    {">", LIMIT_NESTING + 1, "a\n", "this line is nested"},
    {"- ", LIMIT_NESTING + 1, "a\n", "this line is nested"},
    {"1. ", LIMIT_NESTING + 1, "a\n", "this line is nested"},
    {"- ", LIMIT_FILE_BYTES / 2 - 8, "\n", NULL},
    {"\t", LIMIT_NESTING + 1, "a\n", "this line is nested"},
    {" ", LIMIT_FILE_BYTES - 8, "\n", NULL},
    {"*a **a ", LIMIT_FILE_BYTES / 8, "\n", NULL},
    {"[", LIMIT_FILE_BYTES - 8, "\n", NULL},
    {"*a **a", LIMIT_NESTING, "b** b*\n", NULL},
    {"a\n\n", LIMIT_FILE_BYTES / 4, "", NULL},
    {"# a\n", LIMIT_FILE_BYTES / 4 - 8, "", NULL},
};

START_TEST(bounds_nesting) {
    const Nest *nest = &nests[_i];
    Arena arena = {0};
    Case test;
    parse(&test, repeat(&arena, nest->unit, nest->count, nest->end));
    if (nest->words)
        expect_error(&test, 1, nest->words);
    else
        ck_assert_uint_eq(test.diags.count, 0);
    arena_clear(&test.arena);
    arena_clear(&arena);
}
END_TEST

START_TEST(bounds_nested_emphasis) {
    Arena arena = {0};
    Case test;
    const char *closing = repeat(&arena, "a*", LIMIT_NESTING + 1, "\n");
    parse(&test, repeat(&arena, "*a ", LIMIT_NESTING + 1, closing));
    expect_error(&test, 1, "lie inside each other");
    arena_clear(&test.arena);
    arena_clear(&arena);
}
END_TEST

START_TEST(bounds_images) {
    Arena arena = {0};
    Case test;
    parse(&test, repeat(&arena, "![[]()", LIMIT_FILE_BYTES / 8, "\n"));
    expect_error(&test, 0, "images");
    arena_clear(&test.arena);
    arena_clear(&arena);
}
END_TEST

START_TEST(keeps_entities_harmless) {
    EXPECT_BLOCKS("a&#27;[2J&#10;b &#x202e; &amp; <b\nc> &#9;.\n",
                  "P0  a^[[2J b \uFFFD & <b c>  .");
}
END_TEST

Suite *markdown_suite(void) {
    Suite *suite = suite_create("markdown");
    TCase *tests = tcase_create("markdown");
    tcase_set_timeout(tests, 60);
    tcase_add_test(tests, reads_headings_and_paragraphs);
    tcase_add_test(tests, reads_nothing_from_nothing);
    tcase_add_test(tests, numbers_list_items);
    tcase_add_test(tests, keeps_links_images_breaks_and_html);
    tcase_add_test(tests, tells_fences_from_indented_code);
    tcase_add_test(tests, places_fences);
    tcase_add_loop_test(tests, reports_unclosed_fences, 0, sizeof fences / sizeof *fences);
    tcase_add_loop_test(tests, bounds_nesting, 0, sizeof nests / sizeof *nests);
    tcase_add_test(tests, bounds_nested_emphasis);
    tcase_add_test(tests, bounds_images);
    tcase_add_test(tests, keeps_entities_harmless);
    suite_add_tcase(suite, tests);
    return suite;
}
