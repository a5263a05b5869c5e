/* Progress when the file, the disk or another program does not play along. */
#include <fcntl.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "num/rng.h"
#include "progress_case.h"
#include "suites.h"

enum {
    VERSION_AT = 60, /* user_version in the header of an SQLite file */
    CRASHES = 15,
    MUTANTS = 250,
    NOBODY = 65534
};

static void expect_message(ProgressCase *test, const char *part) {
    const char *message = progress_take_message(test->progress);
    ck_assert_ptr_nonnull(message);
    ck_assert_msg(strstr(message, part) != NULL, "“%s” is not in “%s”", part, message);
}

static char *read_file(ProgressCase *test, size_t *length) {
    FILE *file = fopen(test->path, "rb");
    ck_assert_ptr_nonnull(file);
    char *bytes = arena_alloc(&test->arena, 1 << 17);
    *length = fread(bytes, 1, 1 << 17, file);
    fclose(file);
    return bytes;
}

static void write_file(ProgressCase *test, const char *bytes, size_t length) {
    FILE *file = fopen(test->path, "wb");
    ck_assert_ptr_nonnull(file);
    ck_assert_uint_eq(fwrite(bytes, 1, length, file), length);
    fclose(file);
}

/* ------------------------------------------------------------------------------ bad files */

START_TEST(a_newer_schema_is_left_alone) {
    ProgressCase test;
    progress_case_open(&test);
    progress_case_fill(&test);
    size_t length, after;
    char *bytes = read_file(&test, &length);
    bytes[VERSION_AT + 3]++;
    write_file(&test, bytes, length);
    ck_assert_int_eq(read_step(&test), -2);
    expect_message(&test, "newer backstep");
    ck_assert(!save_step(test.progress, 20));
    ck_assert_mem_eq(read_file(&test, &after), bytes, length);
    ck_assert_uint_eq(after, length);
    ck_assert(!progress_case_has(&test, ".damaged"));
    progress_case_close(&test);
}
END_TEST

/* What is done with a file that is not ours: put aside, whole, and begun anew. */
static void expect_moved_aside(ProgressCase *test) {
    int step = read_step(test);
    ck_assert_msg(step < 0, "read %d from a damaged file", step);
    expect_message(test, "begins anew");
    ck_assert(progress_case_has(test, ".damaged"));
    ck_assert(save_step(test->progress, 5));
    ck_assert_int_eq(read_step(test), 5);
}

START_TEST(an_older_schema_is_moved_aside) {
    ProgressCase test;
    progress_case_open(&test);
    progress_case_fill(&test);
    size_t length;
    char *bytes = read_file(&test, &length);
    bytes[VERSION_AT + 3]--;
    write_file(&test, bytes, length);
    expect_moved_aside(&test);
    progress_case_close(&test);
}
END_TEST

START_TEST(garbage_is_moved_aside) {
    ProgressCase test;
    progress_case_open(&test);
    progress_case_fill(&test);
    char garbage[5000];
    memset(garbage, 'g', sizeof garbage);
    write_file(&test, garbage, sizeof garbage);
    expect_moved_aside(&test);
    write_file(&test, garbage, sizeof garbage); /* under an open handle; and a second one */
    progress_case_reopen(&test);
    ck_assert(save_step(test.progress, 6));
    ck_assert_int_eq(read_step(&test), 6);
    ck_assert(progress_case_has(&test, ".damaged-2"));
    progress_case_close(&test);
}
END_TEST

START_TEST(truncated_files_are_survived) {
    ProgressCase test;
    progress_case_open(&test);
    progress_case_fill(&test);
    size_t length;
    const char *bytes = read_file(&test, &length);
    for (size_t kept = 0; kept < length; kept += kept < 200 ? 37 : 1531) {
        unlink(arena_format(&test.arena, "%s.damaged", test.path));
        progress_case_reopen(&test);
        write_file(&test, bytes, kept);
        int step = read_step(&test);
        ck_assert_msg(step == 11 || step < 0, "%zu bytes: step %d", kept, step);
        ck_assert_msg(save_step(test.progress, 5), "%zu bytes", kept);
        ck_assert_int_eq(read_step(&test), 5);
    }
    progress_case_close(&test);
}
END_TEST

START_TEST(flipped_bits_are_survived) {
    ProgressCase test;
    progress_case_open(&test);
    progress_case_fill(&test);
    size_t length;
    const char *bytes = read_file(&test, &length);
    char *mutant = arena_alloc(&test.arena, length);
    Rng rng = rng_stream(3, "mutants");
    for (int i = 0; i < MUTANTS; i++) {
        ProgressCase mutated = {.path = test.path,
                                .progress = progress_new(&test.arena, test.path)};
        memcpy(mutant, bytes, length);
        for (int flips = 0; flips < 1 + i % 4; flips++) {
            size_t at = (size_t)(rng_next(&rng) % (i % 2 ? length : 200));
            mutant[at] = (char)(mutant[at] ^ 1 << rng_next(&rng) % 8);
        }
        write_file(&test, mutant, length);
        read_step(&mutated);
        ProgressReview *reviews;
        size_t count;
        progress_read_reviews(mutated.progress, &mutated.arena, NOON, &reviews, &count);
        save_verdict(mutated.progress, PROGRESS_RIGHT, NOON);
        save_step(mutated.progress, 5);
        ck_assert_int_ge(read_step(&mutated), -2);
        progress_close(mutated.progress);
        arena_clear(&mutated.arena);
        ck_assert(progress_forget(test.progress));
    }
    progress_case_close(&test);
}
END_TEST

/* Replaces a text in the file by another one of the same length. */
static void patch(ProgressCase *test, const char *from, const char *to) {
    size_t length, size = strlen(from);
    char *bytes = read_file(test, &length);
    size_t at = 0;
    while (at + size < length && memcmp(bytes + at, from, size) != 0)
        at++;
    ck_assert_uint_lt(at + size, length);
    memcpy(bytes + at, to, size);
    write_file(test, bytes, length);
}

START_TEST(foreign_tables_are_moved_aside) {
    static const char *const patches[][2] = {
        {"furthest INTEGER NOT NULL", "farthest INTEGER NOT NULL"},
        {"CREATE TABLE lesson (name TEXT PRIMARY KEY NOT NULL,",
         "CREATE VIEW lesson AS SELECT randomblob(900000000)--"},
        {"tablelessonlesson", "tablelessonlassen"},
    };
    for (size_t i = 0; i < sizeof patches / sizeof *patches; i++) {
        ProgressCase test;
        progress_case_open(&test);
        progress_case_fill(&test);
        patch(&test, patches[i][0], patches[i][1]);
        expect_moved_aside(&test);
        progress_case_close(&test);
    }
}
END_TEST

START_TEST(values_out_of_bounds_are_left_out) {
    ProgressCase test;
    progress_case_open(&test);
    ProgressLesson lesson = lesson_at(3);
    lesson.last.step = (size_t)1 << 40;
    ck_assert(progress_save_lesson(test.progress, &lesson));
    ck_assert_int_eq(read_step(&test), -1);
    ck_assert(save_step(test.progress, 4));
    ck_assert_int_eq(read_step(&test), 4);
    progress_case_close(&test);
}
END_TEST

START_TEST(what_is_no_file_is_ignored) {
    ProgressCase test;
    progress_case_open(&test);
    ck_assert(save_step(test.progress, 3));
    ck_assert(progress_forget(test.progress));
    ck_assert_int_eq(mkdir(test.path, 0700), 0);
    ck_assert(!save_step(test.progress, 3));
    expect_message(&test, "is not a file");
    ck_assert_int_eq(read_step(&test), -2);
    ck_assert(!progress_forget(test.progress));
    ck_assert_int_eq(rmdir(test.path), 0);
    ck_assert_int_eq(mkfifo(test.path, 0600), 0);
    ck_assert(!save_step(test.progress, 3));
    unlink(test.path);
    ck_assert(save_step(test.progress, 3)); /* as soon as it can be */
    progress_case_close(&test);
}
END_TEST

/* ------------------------------------------------------------------------------ other troubles */

static int status_of(pid_t child) {
    int status;
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

START_TEST(a_folder_that_cannot_be_written_breaks_nothing) {
    ProgressCase test;
    progress_case_open(&test);
    progress_case_fill(&test);
    progress_case_remove(&test);
    ck_assert_int_eq(mkdir(test.folder, 0555), 0);
    pid_t child = fork();
    if (child == 0) {
        if (geteuid() == 0 && setuid(NOBODY) != 0)
            _exit(3);
        progress_case_reopen(&test);
        bool refused = !save_step(test.progress, 3) && progress_take_message(test.progress) &&
                       read_step(&test) == -1;
        _exit(refused ? 0 : 1);
    }
    ck_assert_int_eq(status_of(child), 0);
    progress_case_close(&test);
}
END_TEST

START_TEST(a_file_that_cannot_be_written_is_still_read) {
    ProgressCase test;
    progress_case_open(&test);
    progress_case_fill(&test);
    chmod(test.path, 0444);
    progress_case_allow(&test, 0555);
    pid_t child = fork();
    if (child == 0) {
        if (geteuid() == 0 && setuid(NOBODY) != 0)
            _exit(3);
        progress_case_reopen(&test);
        bool as_it_was = read_step(&test) == 11;
        bool refused = !save_step(test.progress, 3) && progress_take_message(test.progress);
        _exit(as_it_was && refused && read_step(&test) == 11 ? 0 : 1);
    }
    ck_assert_int_eq(status_of(child), 0);
    progress_case_close(&test);
}
END_TEST

START_TEST(two_instances_share_it) {
    ProgressCase test;
    progress_case_open(&test);
    Progress *other = progress_new(&test.arena, test.path);
    for (size_t i = 0; i < 20; i++)
        ck_assert(save_step(i % 2 ? other : test.progress, i));
    ck_assert_int_eq(read_step(&test), 19);
    ck_assert(progress_forget(other)); /* under the first one's feet */
    ck_assert_int_eq(read_step(&test), -1);
    ck_assert(save_step(test.progress, 4));
    ck_assert(save_step(other, 5));
    ck_assert_int_eq(read_step(&test), 5);
    progress_close(other);
    progress_case_close(&test);
}
END_TEST

START_TEST(two_processes_lose_nothing) {
    enum { EACH = 40 };
    ProgressCase test;
    progress_case_open(&test);
    pid_t children[2];
    for (int c = 0; c < 2; c++) {
        children[c] = fork();
        if (children[c] == 0) {
            bool saved = true;
            for (int i = 0; i < EACH; i++)
                saved = save_verdict(test.progress, PROGRESS_WRONG, NOON + i) && saved;
            _exit(saved ? 0 : 1);
        }
    }
    ck_assert_int_eq(status_of(children[0]), 0);
    ck_assert_int_eq(status_of(children[1]), 0);
    ProgressAnswer *answers;
    size_t count;
    ck_assert(progress_read_answers(test.progress, &test.arena, &answers, &count));
    ck_assert_uint_eq(count, 2 * EACH);
    progress_case_close(&test);
}
END_TEST

/* Another process makes the tables and saves an answer while this one, which has seen that the file
 * has no version, is about to look which tables there are. */
static struct {
    pid_t other; /* waits for a byte */
    int begin;   /* where that is written */
    bool begun;
} meanwhile;

static int begin_meanwhile(unsigned event, void *unused, void *statement, void *sql) {
    enum { PATIENCE = 20 }; /* in which it ends, if it is not kept waiting */
    (void)event, (void)unused, (void)statement;
    if (meanwhile.begun || !strstr(sql, "sqlite_master"))
        return 0;
    meanwhile.begun = write(meanwhile.begin, "b", 1) == 1;
    siginfo_t news = {0};
    for (int i = 0; i < PATIENCE && news.si_pid == 0; i++) {
        usleep(10000);
        waitid(P_PID, (id_t)meanwhile.other, &news, WEXITED | WNOHANG | WNOWAIT);
    }
    return 0;
}

static int watch_statements(sqlite3 *handle, char **error, const void *unused) {
    (void)error, (void)unused;
    return sqlite3_trace_v2(handle, SQLITE_TRACE_STMT, begin_meanwhile, NULL);
}

START_TEST(two_processes_make_its_tables) {
    ProgressCase test;
    int begin[2];
    progress_case_open(&test);
    ck_assert(pipe(begin) == 0);
    meanwhile.begin = begin[1];
    meanwhile.other = fork();
    if (meanwhile.other == 0) {
        char byte;
        bool told = read(begin[0], &byte, 1) == 1;
        _exit(told && save_verdict(test.progress, PROGRESS_WRONG, NOON) ? 0 : 1);
    }
    sqlite3_auto_extension((void (*)(void))watch_statements);
    ck_assert(save_verdict(test.progress, PROGRESS_WRONG, NOON));
    sqlite3_reset_auto_extension();
    ck_assert(meanwhile.begun);
    ck_assert_int_eq(status_of(meanwhile.other), 0);
    progress_case_reopen(&test);
    ProgressAnswer *answers;
    size_t count;
    ck_assert(progress_read_answers(test.progress, &test.arena, &answers, &count));
    ck_assert_uint_eq(count, 2);
    close(begin[0]), close(begin[1]);
    progress_case_close(&test);
}
END_TEST

START_TEST(a_lock_is_not_waited_for_without_end) {
    ProgressCase test;
    progress_case_open(&test);
    progress_case_fill(&test);
    int ready[2], done[2];
    ck_assert(pipe(ready) == 0 && pipe(done) == 0);
    pid_t child = fork();
    if (child == 0) {
        close(done[1]);
        int file = open(test.path, O_RDWR);
        struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
        char byte = fcntl(file, F_SETLK, &lock) == 0 ? 'y' : 'n';
        _exit(write(ready[1], &byte, 1) == 1 && read(done[0], &byte, 1) == 0 ? 0 : 1);
    }
    char byte;
    ck_assert_int_eq(read(ready[0], &byte, 1), 1);
    ck_assert_int_eq(byte, 'y');
    ck_assert(!save_step(test.progress, 12));
    expect_message(&test, "another program");
    ck_assert(!save_step(test.progress, 13));
    close(done[1]);
    ck_assert_int_eq(status_of(child), 0);
    ck_assert(save_step(test.progress, 14));
    ck_assert_int_eq(read_step(&test), 14);
    close(ready[0]), close(ready[1]), close(done[0]);
    progress_case_close(&test);
}
END_TEST

START_TEST(a_full_disk_loses_nothing_that_was_kept) {
    ProgressCase test;
    progress_case_open(&test);
    progress_case_fill(&test);
    pid_t child = fork();
    if (child == 0) {
        struct rlimit small = {2000, 2000};
        signal(SIGXFSZ, SIG_IGN);
        setrlimit(RLIMIT_FSIZE, &small);
        _exit(!save_step(test.progress, 20) && progress_take_message(test.progress) ? 0 : 1);
    }
    ck_assert_int_eq(status_of(child), 0);
    ck_assert_int_eq(read_step(&test), 11);
    ck_assert(save_step(test.progress, 21));
    progress_case_close(&test);
}
END_TEST

/* Saves one step after the other, and says which is saved, until it is killed. */
static _Noreturn void save_without_end(ProgressCase *test, int out, size_t first) {
    for (size_t step = first;; step = step < 47 ? step + 1 : 0)
        if (!save_verdict(test->progress, PROGRESS_WRONG, (int64_t)step) ||
            write(out, &step, sizeof step) != sizeof step)
            _exit(1);
}

START_TEST(what_was_acknowledged_survives_a_crash) {
    ProgressCase test;
    progress_case_open(&test);
    Rng rng = rng_stream(5, "crashes");
    size_t acknowledged = 0;
    for (int i = 0; i < CRASHES; i++) {
        int ends[2];
        ck_assert_int_eq(pipe(ends), 0);
        pid_t child = fork();
        if (child == 0)
            save_without_end(&test, ends[1], (size_t)i);
        close(ends[1]);
        size_t first; /* however slow the machine is, one is acknowledged */
        ck_assert_int_eq(read(ends[0], &first, sizeof first), (ssize_t)sizeof first);
        acknowledged++;
        usleep((useconds_t)(rng_next(&rng) % 50000));
        kill(child, SIGKILL);
        waitpid(child, NULL, 0);
        for (size_t step; read(ends[0], &step, sizeof step) == sizeof step;)
            acknowledged++;
        close(ends[0]);
    }
    ProgressAnswer *answers;
    size_t count;
    ck_assert(progress_read_answers(test.progress, &test.arena, &answers, &count));
    ck_assert_ptr_null(progress_take_message(test.progress));
    ck_assert_uint_ge(count, acknowledged);
    ck_assert_uint_le(count, acknowledged + CRASHES); /* saved, but killed before it said so */
    progress_case_close(&test);
}
END_TEST

START_TEST(forgetting_leaves_nothing) {
    ProgressCase test;
    progress_case_open(&test);
    progress_case_fill(&test);
    write_file(&test, "garbage", 7);
    ck_assert(save_step(test.progress, 3));
    ck_assert(progress_case_has(&test, ".damaged"));
    ck_assert(progress_forget(test.progress));
    const char *folder = arena_format(&test.arena, "%s/state/backstep", test.folder);
    ck_assert_int_eq(rmdir(folder), 0); /* empty, then */
    ck_assert_int_eq(read_step(&test), -1);
    ck_assert(progress_forget(test.progress));
    progress_case_close(&test);
}
END_TEST

Suite *trouble_suite(void) {
    Suite *suite = suite_create("trouble");
    TCase *bad = tcase_create("bad files"), *trouble = tcase_create("other troubles");
    tcase_add_test(bad, a_newer_schema_is_left_alone);
    tcase_add_test(bad, an_older_schema_is_moved_aside);
    tcase_add_test(bad, garbage_is_moved_aside);
    tcase_add_test(bad, truncated_files_are_survived);
    tcase_add_test(bad, flipped_bits_are_survived);
    tcase_add_test(bad, foreign_tables_are_moved_aside);
    tcase_add_test(bad, values_out_of_bounds_are_left_out);
    tcase_add_test(bad, what_is_no_file_is_ignored);
    tcase_add_test(trouble, a_folder_that_cannot_be_written_breaks_nothing);
    tcase_add_test(trouble, a_file_that_cannot_be_written_is_still_read);
    tcase_add_test(trouble, two_instances_share_it);
    tcase_add_test(trouble, two_processes_lose_nothing);
    tcase_add_test(trouble, two_processes_make_its_tables);
    tcase_add_test(trouble, a_lock_is_not_waited_for_without_end);
    tcase_add_test(trouble, a_full_disk_loses_nothing_that_was_kept);
    tcase_add_test(trouble, what_was_acknowledged_survives_a_crash);
    tcase_add_test(trouble, forgetting_leaves_nothing);
    tcase_set_timeout(bad, 60);
    tcase_set_timeout(trouble, 60);
    suite_add_tcase(suite, bad);
    suite_add_tcase(suite, trouble);
    return suite;
}
