/* Characters, memory with limits, spelling suggestions, and printed errors. */
#include <stdlib.h>
#include <string.h>

#include "base/diag.h"
#include "base/limits.h"
#include "base/lookup.h"
#include "base/str.h"
#include "base/utf8.h"
#include "num/rng.h"
#include "suites.h"

#define COUNT(array) ((int)(sizeof(array) / sizeof *(array)))

/* ------------------------------------------------------------------------------ characters */

static const struct {
    const char *bytes;
    size_t length;
    uint32_t character;
} decoded[] = {
    {"a", 1, 'a'},
    {"é", 2, 0xE9},
    {"→", 3, 0x2192},
    {"😀", 4, 0x1F600},
    {"\xC2\x80", 2, 0x80},
    {"\xEF\xBF\xBF", 3, 0xFFFF},
    {"\xF4\x8F\xBF\xBF", 4, 0x10FFFF},
    {"\xC0\xAF", 0, 0},         /* overlong / */
    {"\xE0\x80\xAF", 0, 0},     /* overlong / */
    {"\xF0\x80\x80\xAF", 0, 0}, /* overlong / */
    {"\xC1\xBF", 0, 0},
    {"\xED\xA0\x80", 0, 0}, /* a surrogate */
    {"\xED\xBF\xBF", 0, 0},
    {"\x80", 0, 0}, /* a continuation alone */
    {"\xBF\x41", 0, 0},
    {"\xC3", 0, 0}, /* cut */
    {"\xE2\x86", 0, 0},
    {"\xF0\x9F\x98", 0, 0},
    {"\xE2\x41\x41", 0, 0},
    {"\xF4\x90\x80\x80", 0, 0}, /* above the last */
    {"\xF8\x88\x80\x80\x80", 0, 0},
    {"\xFF", 0, 0},
};

START_TEST(decodes) {
    uint32_t character = 0;
    ck_assert_uint_eq(utf8_decode(decoded[_i].bytes, &character), decoded[_i].length);
    ck_assert_uint_eq(character, decoded[_i].character);
}
END_TEST

START_TEST(encodes_all) {
    for (uint32_t c = 1; c <= 0x10FFFF; c++) {
        if (c >= 0xD800 && c <= 0xDFFF)
            continue;
        char bytes[5] = {0};
        uint32_t back = 0;
        size_t length = utf8_encode(c, bytes);
        ck_assert_uint_eq(utf8_decode(bytes, &back), length);
        ck_assert_uint_eq(back, c);
    }
}
END_TEST

static const struct {
    const char *raw, *safe;
} sanitised[] = {
    {"plain, θ and\ttab\n", "plain, θ and\ttab\n"},
    {"a\r\nb\rc\n", "a\nb\nc\n"},
    {"\x1b[31mred", "^[[31mred"},                     /* CSI */
    {"\x1b]0;title\x07", "^[]0;title^G"},             /* OSC */
    {"\x1b]8;;file:///\x1b\\", "^[]8;;file:///^[\\"}, /* OSC ended by ST */
    {"\xC2\x9B"
     "31m",
     "\uFFFD31m"}, /* CSI as one C1 control */
    {"\x7f", "\uFFFD"},
    {"a\x80"
     "b",
     "a\uFFFDb"},
    {"\xC0\xAF", "\uFFFD\uFFFD"},
    {"\xED\xA0\x80", "\uFFFD\uFFFD\uFFFD"},
    {"cut \xE2\x86", "cut \uFFFD\uFFFD"},
    {"\u202Eevil\u202C", "\uFFFDevil\uFFFD"}, /* direction */
    {"a\u200Bb\uFEFF", "a\uFFFDb\uFFFD"},     /* invisible */
    {"\u2066x\u2069", "\uFFFDx\uFFFD"},
    {"z\u0301\u0302", "z\u0301\u0302"},
    {"z\u0301\u0302\u0303\u0304\u0305y\u0301", "z\u0301\u0302y\u0301"}, /* a stack of marks */
    {"漢字", "漢字"},
    {"", ""},
};

START_TEST(sanitises) {
    Arena arena = {0};
    const char *raw = sanitised[_i].raw;
    ck_assert_str_eq(utf8_sanitise(&arena, raw, strlen(raw)), sanitised[_i].safe);
    arena_clear(&arena);
}
END_TEST

/* Whatever the bytes, the result is well-formed, safe, and does not change again. */
START_TEST(sanitises_anything) {
    Rng rng = rng_stream(3, "bytes");
    static const char *const seeds[] = {"\x1b[", "\u202E", "\u0301", "\r\n", "\xE2", "\x9B", "θ"};
    for (int i = 0; i < 5000; i++) {
        Arena arena = {0};
        Buffer raw = {.arena = &arena};
        for (int j = 0; j < 40; j++) {
            uint64_t random = rng_next(&rng);
            char byte = (char)(random >> 8);
            if (random % 3)
                buffer_add_n(&raw, &byte, 1);
            else
                buffer_add(&raw, seeds[(random >> 16) % (size_t)COUNT(seeds)]);
        }
        char *safe = utf8_sanitise(&arena, raw.text, raw.length);
        for (const char *at = safe; *at;) {
            uint32_t character = 0;
            size_t length = utf8_decode(at, &character);
            ck_assert_uint_gt(length, 0);
            ck_assert(utf8_is_safe(character));
            at += length;
        }
        ck_assert_str_eq(utf8_sanitise(&arena, safe, strlen(safe)), safe);
        arena_clear(&arena);
    }
}
END_TEST

START_TEST(sanitises_a_nul) {
    Arena arena = {0};
    ck_assert_str_eq(utf8_sanitise(&arena, "a\0b", 3), "a^@b");
    arena_clear(&arena);
}
END_TEST

START_TEST(measures) {
    ck_assert_int_eq(utf8_width("w₅ → ŷ"), 6);
    ck_assert_int_eq(utf8_width("z\u0304"), 1);
    ck_assert_int_eq(utf8_width("漢字"), 4);
    ck_assert_uint_eq(utf8_prefix("漢字", 3), strlen("漢"));
    ck_assert_uint_eq(utf8_prefix("z\u0304x", 1), strlen("z\u0304"));
    ck_assert_uint_eq(utf8_prefix("abc", -1), 0);
    ck_assert_uint_eq(utf8_prefix("abc", 9), 3);
}
END_TEST

START_TEST(spells_in_ascii) {
    Arena arena = {0};
    ck_assert_str_eq(utf8_to_ascii(&arena, "∂E/∂w₅ ≈ −½·θ̂ “漢”"), "dE/dw5 ~ -1/2*theta \"?\"");
    ck_assert_str_eq(utf8_to_ascii(&arena, "2.5·10⁻⁸, x², Wᵀ, w⁽¹²⁾, pᵢ"),
                     "2.5*10^-8, x^2, W^T, w^(12), p_i");
    ck_assert_str_eq(utf8_shorten(&arena, "price_before_tax", 16, "…"), "price_before_tax");
    ck_assert_str_eq(utf8_shorten(&arena, "price_before_tax", 9, "…"), "pric…_tax");
    ck_assert_str_eq(utf8_shorten(&arena, "ααββγγ", 4, "~"), "αα~γ");
    ck_assert_str_eq(utf8_shorten(&arena, "name", 1, "…"), "…");
    arena_clear(&arena);
}
END_TEST

/* ------------------------------------------------------------------------------ memory */

START_TEST(arena_gives_zeroed_aligned_memory) {
    Arena arena = {0};
    for (size_t size = 0; size < 3000; size += 7) {
        unsigned char *memory = arena_alloc(&arena, size);
        ck_assert_uint_eq((uintptr_t)memory % sizeof(double), 0);
        for (size_t i = 0; i < size; i++)
            ck_assert_uint_eq(memory[i], 0);
        memset(memory, 0xAA, size);
    }
    arena_clear(&arena);
    ck_assert_uint_eq(arena.total, 0);
    ck_assert_int_eq(*(unsigned char *)arena_alloc(&arena, 1), 0);
    arena_clear(&arena);
}
END_TEST

START_TEST(arena_grows_arrays) {
    Arena arena = {0};
    struct {
        int *items;
        size_t count, capacity;
    } list = {0};
    for (int i = 0; i < 10000; i++) {
        ARENA_RESERVE(&arena, list.items, list.count, list.capacity);
        list.items[list.count++] = i;
    }
    for (int i = 0; i < 10000; i++)
        ck_assert_int_eq(list.items[i], i);
    arena_clear(&arena);
}
END_TEST

/* One of the ways to ask for too much. */
static void exhaust(Arena *arena, int way) {
    static const size_t huge[][2] = {
        {SIZE_MAX, 1}, {SIZE_MAX / 2, 4}, {1 << 20, 1}, {1 << 10, 1 << 10}};
    if (way < COUNT(huge))
        arena_array(arena, huge[way][0], huge[way][1]);
    for (;;)
        arena_alloc(arena, 24);
}

START_TEST(arena_recovers_at_its_limit) {
    jmp_buf recovery;
    Arena arena = {.limit = 100000, .recovery = &recovery};
    volatile bool recovered = false;
    if (setjmp(recovery) == 0)
        exhaust(&arena, _i);
    else
        recovered = true;
    ck_assert(recovered);
    ck_assert_uint_le(arena.total, 100000);
    arena_clear(&arena);
    if (setjmp(recovery) == 0)
        memset(arena_alloc(&arena, 90000), 1, 90000); /* and it can be used again */
    else
        ck_abort_msg("90000 bytes of 100000 were refused");
    arena_clear(&arena);
}
END_TEST

/* ------------------------------------------------------------------------------ words */

static const struct {
    const char *word, *candidates[5], *best;
} nearests[] = {
    {"w9", {"w1", "w2", "w8", "b1"}, "w8"},
    {"foreward", {"forward", "backward", "reward"}, "forward"},
    {"forwrad", {"backward", "forward"}, "forward"},
    {"sigmiod", {"sign", "sigmoid", "softmax"}, "sigmoid"},
    {"x", {"y", "z"}, NULL},
    {"xyz", {"learning_rate"}, NULL},
    {"w5", {"w5"}, "w5"},
    {"", {"a"}, NULL},
};

START_TEST(compares_parts_of_texts) {
    ck_assert(str_equal_n("w5", "w5*h1", 2));
    ck_assert(str_equal_n("", "w5", 0));
    ck_assert(!str_equal_n("w", "w5*h1", 2));
    ck_assert(!str_equal_n("w51", "w5*h1", 2));
    ck_assert(!str_equal_n("`", "`", 2)); /* the text is over before */
}
END_TEST

START_TEST(suggests_the_nearest) {
    Nearest nearest = {.word = nearests[_i].word};
    for (size_t i = 0; nearests[_i].candidates[i]; i++)
        nearest_offer(&nearest, nearests[_i].candidates[i]);
    ck_assert_pstr_eq(nearest.best, nearests[_i].best);
}
END_TEST

START_TEST(long_words_have_no_neighbour) {
    char word[300];
    memset(word, 'a', sizeof word);
    word[299] = '\0';
    Nearest nearest = {.word = word};
    nearest_offer(&nearest, word);
    ck_assert_ptr_null(nearest.best);
}
END_TEST

START_TEST(buffer_builds) {
    Arena arena = {0};
    Buffer buffer = {.arena = &arena};
    ck_assert_str_eq(buffer_text(&buffer), "");
    for (int i = 0; i < 1000; i++)
        buffer_format(&buffer, "%d,", i % 10);
    buffer_format(&buffer, "%s", "");
    buffer_add(&buffer, "end");
    ck_assert_uint_eq(buffer.length, 2003);
    ck_assert_uint_eq(strlen(buffer.text), 2003);
    ck_assert(str_starts(buffer.text, "0,1,2,"));
    arena_clear(&arena);
}
END_TEST

/* ------------------------------------------------------------------------------ errors */

static char *printed(Arena *arena, Diags *diags) {
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    ck_assert_ptr_nonnull(out);
    diags_print(diags, out);
    fclose(out);
    char *copy = arena_copy(arena, text);
    free(text);
    return copy;
}

static const struct {
    const char *source;
    int line, column, length;
    const char *printed;
} carets[] = {
    {"a = w9 + 1\n", 1, 5, 2, "f:1:5: m\n     1 | a = w9 + 1\n       |     ^~\n         s\n"},
    {"x\n\tψ = 漢字 + q\n", 2, 11, 1, /* each of the two takes two columns */
     "f:2:11: m\n     2 |  ψ = 漢字 + q\n       |             ^\n         s\n"},
    {"\"漢字\" x\n", 1, 1, 4, "f:1:1: m\n     1 | \"漢字\" x\n       | ^~~~~~\n         s\n"},
    {"z\u0304 = q\n", 1, 6, 1, "f:1:6: m\n     1 | z\u0304 = q\n       |     ^\n         s\n"},
    {"short", 1, 6, 1, "f:1:6: m\n     1 | short\n       |      ^\n         s\n"},
    {"short", 1, 400, 9, NULL}, /* beyond the line and the text: no more than that it ends */
    {"short", 7, 1, 1, "f:7:1: m\n         s\n"},
    {"short", 0, 0, 1, "f: m\n         s\n"},
};

START_TEST(points_at_errors) {
    Arena arena = {0};
    Diags diags = {.arena = &arena, .file = "f", .source = carets[_i].source};
    diag_add(&diags, carets[_i].line, carets[_i].column, carets[_i].length, "s", "%s", "m");
    char *text = printed(&arena, &diags);
    if (carets[_i].printed)
        ck_assert_str_eq(text, carets[_i].printed);
    else
        ck_assert_ptr_nonnull(strstr(text, "^"));
    arena_clear(&arena);
}
END_TEST

START_TEST(shows_a_window_of_a_long_line) {
    Arena arena = {0};
    char *line = arena_alloc(&arena, 100001);
    memset(line, 'x', 100000);
    line[70000] = '!';
    Diags diags = {.arena = &arena, .file = "f", .source = line};
    diag_add(&diags, 1, 70001, 1, NULL, "m");
    char *text = printed(&arena, &diags);
    ck_assert_uint_lt(strlen(text), 300);
    char *shown = strchr(text, '|'), *caret = strchr(text, '^');
    ck_assert_ptr_nonnull(caret);
    while (*--caret != '|')
        continue;
    ck_assert_int_eq(shown[strchr(text, '^') - caret], '!');
    arena_clear(&arena);
}
END_TEST

START_TEST(keeps_errors_in_order_and_counts_the_rest) {
    Arena arena = {0};
    Diags diags = {.arena = &arena, .file = "f"};
    for (int i = 0; i < LIMIT_ERRORS + 5; i++)
        diag_add(&diags, 1000 - i, 1, 1, NULL, "error %d", i);
    ck_assert_uint_eq(diags.count, LIMIT_ERRORS);
    char *text = printed(&arena, &diags);
    ck_assert(str_starts(text, "f:901:1: error 99\n"));
    ck_assert_ptr_nonnull(strstr(text, "f: and 5 more errors\n"));
    arena_clear(&arena);
}
END_TEST

/* A table of finding puts everything in again when it grows: three times in all, and takes 8
 * bytes a number at most. Whatever waits in the queue is found when it has ended. */
START_TEST(tables_of_finding_grow_in_proportion) {
    enum { NUMBERS = 200000 };
    Arena arena = {0};
    Lookup lookup;
    lookup_init(&lookup, &arena);
    size_t again = 0;
    for (uint32_t i = 1; i <= NUMBERS; i++) {
        if (lookup_is_full(&lookup, i)) {
            LookupQueue queue = {.count = 0};
            lookup_enlarge(&lookup, 2 * i);
            for (uint32_t j = 1; j < i; j++)
                lookup_put_queued(&lookup, &queue, lookup_hash(0, j), j);
            lookup_put_rest(&lookup, &queue);
            ck_assert_uint_eq(lookup.count, i - 1);
            again += i - 1;
        }
        lookup_put(&lookup, lookup_hash(0, i), i);
    }
    ck_assert_uint_le(again, 4 * NUMBERS);
    ck_assert_uint_le(lookup.size * sizeof *lookup.slots, 8 * NUMBERS);
    for (uint32_t i = 1; i <= NUMBERS; i++) {
        size_t at = lookup_begin(&lookup, lookup_hash(0, i));
        uint32_t found = 1;
        while (found && found != i)
            found = lookup_next(&lookup, lookup_hash(0, i), &at);
        ck_assert_uint_eq(found, i);
    }
    arena_clear(&arena);
}
END_TEST

Suite *base_suite(void) {
    Suite *suite = suite_create("base");
    TCase *characters = tcase_create("characters");
    tcase_set_timeout(characters, 30);
    tcase_add_loop_test(characters, decodes, 0, COUNT(decoded));
    tcase_add_test(characters, encodes_all);
    tcase_add_loop_test(characters, sanitises, 0, COUNT(sanitised));
    tcase_add_test(characters, sanitises_anything);
    tcase_add_test(characters, sanitises_a_nul);
    tcase_add_test(characters, measures);
    tcase_add_test(characters, spells_in_ascii);
    suite_add_tcase(suite, characters);
    TCase *memory = tcase_create("memory and words");
    tcase_add_test(memory, arena_gives_zeroed_aligned_memory);
    tcase_add_test(memory, arena_grows_arrays);
    tcase_add_loop_test(memory, arena_recovers_at_its_limit, 0, 5);
    tcase_add_test(memory, compares_parts_of_texts);
    tcase_add_loop_test(memory, suggests_the_nearest, 0, COUNT(nearests));
    tcase_add_test(memory, long_words_have_no_neighbour);
    tcase_add_test(memory, buffer_builds);
    tcase_add_test(memory, tables_of_finding_grow_in_proportion);
    suite_add_tcase(suite, memory);
    TCase *errors = tcase_create("errors");
    tcase_add_loop_test(errors, points_at_errors, 0, COUNT(carets));
    tcase_add_test(errors, shows_a_window_of_a_long_line);
    tcase_add_test(errors, keeps_errors_in_order_and_counts_the_rest);
    suite_add_tcase(suite, errors);
    return suite;
}
