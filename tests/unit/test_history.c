/* The lines typed, from day to day: whatever stands in their place. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "store/history.h"
#include "suites.h"

static char folder[64], path[128], other[128];

static void open_folder(void) {
    strcpy(folder, "/tmp/backstep-history-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/deep/history", folder);
    snprintf(other, sizeof other, "%s/other", folder);
}

static void close_folder(void) {
    char deep[128];
    snprintf(deep, sizeof deep, "%s/deep", folder);
    unlink(path);
    rmdir(path);
    unlink(other);
    rmdir(deep);
    ck_assert_int_eq(rmdir(folder), 0); /* nothing half done is left */
}

static void put(const char *where, const char *text) {
    FILE *file = fopen(where, "w");
    ck_assert_ptr_nonnull(file);
    fputs(text, file);
    fclose(file);
}

START_TEST(test_lines) {
    Arena arena = {0};
    const char **lines;
    struct stat found;
    ck_assert_uint_eq(history_read(&arena, path, &lines), 0);
    ck_assert(history_add(path, "grad w5"));
    ck_assert(history_add(path, "set w5 = 0.9\nvalue"));
    ck_assert(history_add(path, "set w5 = 0.9 value"));
    ck_assert(!history_add(path, "  "));
    ck_assert(!history_add(NULL, "x"));
    ck_assert(history_add(path, "a\x1b[31mb"));
    ck_assert_uint_eq(history_read(&arena, path, &lines), 3);
    ck_assert_str_eq(lines[0], "grad w5");
    ck_assert_str_eq(lines[1], "set w5 = 0.9 value");
    ck_assert_str_eq(lines[2], "a^[[31mb");
    ck_assert_int_eq(stat(path, &found), 0);
    ck_assert_uint_eq(found.st_mode & 0777, 0600);
    arena_clear(&arena);
}
END_TEST

START_TEST(test_bounds) {
    Arena arena = {0};
    const char **lines;
    ck_assert(history_add(path, "first"));
    FILE *file = fopen(path, "w");
    for (int i = 0; i < HISTORY_LINES + 7; i++)
        fprintf(file, "line %d\n", i);
    fclose(file);
    ck_assert(history_add(path, "newest"));
    ck_assert_uint_eq(history_read(&arena, path, &lines), HISTORY_LINES);
    ck_assert_str_eq(lines[0], "line 8");
    ck_assert_str_eq(lines[HISTORY_LINES - 1], "newest");
    arena_clear(&arena);
}
END_TEST

/* A symbolic link, a folder, a pipe: neither read nor replaced. */
START_TEST(test_strangers) {
    Arena arena = {0};
    const char **lines;
    struct stat found;
    ck_assert(history_add(path, "mine"));
    unlink(path);
    put(other, "theirs\n");
    ck_assert_int_eq(symlink(other, path), 0);
    ck_assert_uint_eq(history_read(&arena, path, &lines), 0);
    ck_assert(!history_add(path, "mine"));
    ck_assert_int_eq(lstat(path, &found), 0);
    ck_assert(S_ISLNK(found.st_mode));
    ck_assert_uint_eq(history_read(&arena, other, &lines), 1);
    unlink(path);
    ck_assert_int_eq(mkfifo(path, 0600), 0);
    ck_assert(!history_add(path, "mine"));
    unlink(path);
    ck_assert_int_eq(mkdir(path, 0700), 0);
    ck_assert(!history_add(path, "mine"));
    arena_clear(&arena);
}
END_TEST

Suite *history_suite(void) {
    Suite *suite = suite_create("history");
    TCase *all = tcase_create("history");
    tcase_add_checked_fixture(all, open_folder, close_folder);
    tcase_add_test(all, test_lines);
    tcase_add_test(all, test_bounds);
    tcase_add_test(all, test_strangers);
    suite_add_tcase(suite, all);
    return suite;
}
