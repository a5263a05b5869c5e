/* Progress: what is kept, and what becomes of it when the file, the disk, the clock or another
 * program does not play along. */
#include <fcntl.h>
#include <ftw.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/str.h"
#include "num/rng.h"
#include "store/progress.h"
#include "suites.h"

enum {
    DAY = 24 * 60 * 60,
    NOON = 20000 * DAY + DAY / 2, /* of some day */
    VERSION_AT = 60,              /* user_version in the header of an SQLite file */
    CRASHES = 15,
    MUTANTS = 250,
    NOBODY = 65534
};

/* A folder of its own, and the progress in it. */
typedef struct Case {
    Arena arena;
    char folder[64];
    const char *path;
    Progress *progress;
} Case;

static void open_case(Case *test) {
    *test = (Case){0};
    setenv("TZ", "UTC", 1);
    strcpy(test->folder, "/tmp/backstep-progress.XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(test->folder));
    test->path = arena_format(&test->arena, "%s/state/backstep/progress.db", test->folder);
    test->progress = progress_new(&test->arena, test->path);
}

static int remove_entry(const char *path, const struct stat *status, int kind, struct FTW *place) {
    (void)status, (void)kind, (void)place;
    return remove(path);
}

static void change_folders(Case *test, mode_t mode) {
    static const char *const folders[] = {"", "/state", "/state/backstep"};
    for (size_t i = 0; i < sizeof folders / sizeof *folders; i++)
        chmod(arena_format(&test->arena, "%s%s", test->folder, folders[i]), mode);
}

static void close_case(Case *test) {
    change_folders(test, 0700);
    progress_close(test->progress);
    nftw(test->folder, remove_entry, 8, FTW_DEPTH | FTW_PHYS);
    arena_clear(&test->arena);
}

static void reopen(Case *test) {
    progress_close(test->progress);
    test->progress = progress_new(&test->arena, test->path);
}

static ProgressLesson lesson_at(size_t step) {
    return (ProgressLesson){.name = "w5",
                            .hash = 0xFEDCBA9876543210u,
                            .steps = 48,
                            .furthest = step,
                            .last = {step, "Forward", 2}};
}

static bool save_step(Progress *progress, size_t step) {
    ProgressLesson lesson = lesson_at(step);
    return progress_save_lesson(progress, &lesson);
}

static bool save_verdict(Progress *progress, ProgressVerdict verdict, int64_t time) {
    ProgressAnswer answer = {.time = time,
                             .lesson = "w5",
                             .hash = 7,
                             .place = {14, "Backward", 3},
                             .title = "the product",
                             .verdict = verdict,
                             .tag = verdict == PROGRESS_WRONG ? "w5:no-slope" : NULL};
    return progress_save_answer(progress, &answer);
}

/* The step where w5 stopped; -1 where it was not begun; -2 where that cannot be read. */
static int read_step(Case *test) {
    ProgressLesson lesson;
    bool found;
    if (!progress_read_lesson(test->progress, &test->arena, "w5", &lesson, &found))
        return -2;
    return found ? (int)lesson.last.step : -1;
}

static size_t read_reviews(Case *test, int64_t now, ProgressReview *first) {
    ProgressReview *reviews;
    size_t count;
    ck_assert(progress_read_reviews(test->progress, &test->arena, now, &reviews, &count));
    if (count)
        *first = reviews[0];
    return count;
}

static bool exists(Case *test, const char *suffix) {
    return access(arena_format(&test->arena, "%s%s", test->path, suffix), F_OK) == 0;
}

static void expect_message(Case *test, const char *part) {
    const char *message = progress_take_message(test->progress);
    ck_assert_ptr_nonnull(message);
    ck_assert_msg(strstr(message, part) != NULL, "“%s” is not in “%s”", part, message);
}

static char *read_file(Case *test, size_t *length) {
    FILE *file = fopen(test->path, "rb");
    ck_assert_ptr_nonnull(file);
    char *bytes = arena_alloc(&test->arena, 1 << 17);
    *length = fread(bytes, 1, 1 << 17, file);
    fclose(file);
    return bytes;
}

static void write_file(Case *test, const char *bytes, size_t length) {
    FILE *file = fopen(test->path, "wb");
    ck_assert_ptr_nonnull(file);
    ck_assert_uint_eq(fwrite(bytes, 1, length, file), length);
    fclose(file);
}

/* A saved step and a saved answer, with the database closed again. */
static void fill(Case *test) {
    ck_assert(save_step(test->progress, 11));
    ck_assert(save_verdict(test->progress, PROGRESS_WRONG, NOON));
    reopen(test);
}

/* ------------------------------------------------------------------------------ what is kept */

START_TEST(reading_creates_nothing) {
    Case test;
    open_case(&test);
    ck_assert_int_eq(read_step(&test), -1);
    ck_assert_ptr_null(progress_take_message(test.progress));
    ck_assert(!exists(&test, ""));
    ck_assert_int_eq(rmdir(test.folder), 0); /* empty */
    close_case(&test);
}
END_TEST

START_TEST(lessons_come_back) {
    Case test;
    open_case(&test);
    ck_assert(save_step(test.progress, 30));
    ck_assert(save_step(test.progress, 12));
    reopen(&test);
    ProgressLesson lesson;
    bool found;
    ck_assert(progress_read_lesson(test.progress, &test.arena, "w5", &lesson, &found));
    ck_assert(found);
    ck_assert_uint_eq(lesson.furthest, 30);
    ck_assert_uint_eq(lesson.last.step, 12);
    ck_assert_uint_eq(lesson.last.offset, 2);
    ck_assert_str_eq(lesson.last.heading, "Forward");
    ck_assert_uint_eq(lesson.hash, 0xFEDCBA9876543210u);
    ProgressLesson shorter = lesson_at(3);
    shorter.steps = 10; /* the lesson was cut */
    ck_assert(progress_save_lesson(test.progress, &shorter));
    ck_assert(progress_read_lesson(test.progress, &test.arena, "w5", &lesson, &found));
    ck_assert_uint_eq(lesson.furthest, 9);
    close_case(&test);
}
END_TEST

START_TEST(the_lesson_saved_last_is_known) {
    static const char *const names[] = {"w5", "gears", "w5"};
    Case test;
    open_case(&test);
    for (size_t i = 0; i < 3; i++) {
        ProgressLesson lesson = lesson_at(i), *lessons;
        size_t count;
        lesson.name = names[i];
        ck_assert(progress_save_lesson(test.progress, &lesson));
        ck_assert(progress_read_lessons(test.progress, &test.arena, &lessons, &count));
        size_t last = count == 2 && lessons[1].turn > lessons[0].turn ? 1 : 0;
        ck_assert_str_eq(lessons[last].name, names[i]);
    }
    close_case(&test);
}
END_TEST

START_TEST(hunts_come_back) {
    static const ProgressOutcome outcomes[] = {PROGRESS_FOUND, PROGRESS_HELPED, PROGRESS_MISSED};
    Case test;
    open_case(&test);
    ProgressHunt *hunts;
    size_t count;
    for (size_t i = 0; i < 3; i++) {
        ProgressHunt hunt = {.time = NOON + (int64_t)i,
                             .lesson = "w5",
                             .hash = 0xFEDCBA9876543210u,
                             .what = "hunt w5 of E seed 7",
                             .outcome = outcomes[i],
                             .tag = "z3:no-slope"};
        ck_assert(progress_save_hunt(test.progress, &hunt));
    }
    reopen(&test);
    ck_assert(progress_read_hunts(test.progress, &test.arena, &hunts, &count));
    ck_assert_uint_eq(count, 3);
    for (size_t i = 0; i < 3; i++) {
        ck_assert_int_eq(hunts[i].outcome, outcomes[2 - i]);
        ck_assert_int_eq(hunts[i].time, NOON + 2 - (int64_t)i);
        ck_assert_str_eq(hunts[i].lesson, "w5");
        ck_assert_uint_eq(hunts[i].hash, 0xFEDCBA9876543210u);
        ck_assert_str_eq(hunts[i].what, "hunt w5 of E seed 7");
        ck_assert_str_eq(hunts[i].tag, "z3:no-slope");
    }
    close_case(&test);
}
END_TEST

START_TEST(answers_come_back) {
    Case test;
    open_case(&test);
    fill(&test);
    ck_assert(save_verdict(test.progress, PROGRESS_RIGHT, NOON + 1));
    ProgressAnswer *answers;
    size_t count;
    ck_assert(progress_read_answers(test.progress, &test.arena, &answers, &count));
    ck_assert_uint_eq(count, 2);
    ck_assert_int_eq(answers[0].verdict, PROGRESS_RIGHT);
    ck_assert_str_eq(answers[0].tag, "");
    ck_assert_int_eq(answers[1].verdict, PROGRESS_WRONG);
    ck_assert_str_eq(answers[1].tag, "w5:no-slope");
    ck_assert_str_eq(answers[1].title, "the product");
    ck_assert_int_eq(answers[1].time, NOON);
    ProgressTally *tallies;
    ck_assert(progress_read_tallies(test.progress, &test.arena, &tallies, &count));
    ck_assert_uint_eq(count, 2);
    ck_assert_uint_eq(tallies[0].count, 1);
    close_case(&test);
}
END_TEST

START_TEST(nobody_else_can_read_it) {
    Case test;
    open_case(&test);
    umask(0);
    fill(&test);
    struct stat status;
    ck_assert_int_eq(stat(test.path, &status), 0);
    ck_assert_int_eq(status.st_mode & 0777, 0600);
    const char *folder = arena_format(&test.arena, "%s/state/backstep", test.folder);
    ck_assert_int_eq(stat(folder, &status), 0);
    ck_assert_int_eq(status.st_mode & 0777, 0700);
    close_case(&test);
}
END_TEST

START_TEST(changes_take_the_place_of_others) {
    Case test;
    open_case(&test);
    ProgressChange made[PROGRESS_MOST_CHANGES + 5], *changes;
    size_t count = 0, most = PROGRESS_MOST_CHANGES;
    for (size_t i = 0; i < most + 5; i++)
        made[i] = (ProgressChange){.place = {.step = i, .heading = "One", .offset = i},
                                   .command = arena_format(&test.arena, "set w = %zu", i)};
    ck_assert(progress_read_changes(test.progress, &test.arena, "w5", &changes, &count));
    ck_assert_uint_eq(count, 0);
    ck_assert(progress_save_changes(test.progress, "w5", made, most + 5));
    ck_assert(progress_save_changes(test.progress, "other", made, 1));
    ck_assert(progress_read_changes(test.progress, &test.arena, "w5", &changes, &count));
    ck_assert_uint_eq(count, most);
    ck_assert_str_eq(changes[0].command, "set w = 5");
    ck_assert_uint_eq(changes[most - 1].place.step, most + 4);
    ck_assert(progress_save_changes(test.progress, "w5", made + 1, 1));
    ck_assert(progress_read_changes(test.progress, &test.arena, "w5", &changes, &count));
    ck_assert_uint_eq(count, 1);
    ck_assert_str_eq(changes[0].place.heading, "One");
    close_case(&test);
}
END_TEST

START_TEST(texts_are_cut_and_cleaned) {
    Case test;
    open_case(&test);
    char *heading = arena_alloc(&test.arena, 100001);
    memset(heading, 'x', 100000);
    memcpy(heading, "\x1b]52;c;AAAA\x07", 11);
    ProgressLesson lesson = lesson_at(3);
    lesson.last.heading = heading;
    ck_assert(progress_save_lesson(test.progress, &lesson));
    bool found;
    ck_assert(progress_read_lesson(test.progress, &test.arena, "w5", &lesson, &found));
    ck_assert(found);
    ck_assert_ptr_null(strchr(lesson.last.heading, '\x1b'));
    ck_assert_uint_lt(strlen(lesson.last.heading), 6000);
    ck_assert_uint_gt(strlen(lesson.last.heading), 4000);
    close_case(&test);
}
END_TEST

START_TEST(the_path_is_absolute) {
    Arena arena = {0};
    setenv("HOME", "/home/a", 1);
    setenv("XDG_STATE_HOME", "/state", 1);
    ck_assert_str_eq(progress_default_path(&arena), "/state/backstep/progress.db");
    setenv("XDG_STATE_HOME", "state", 1);
    ck_assert_str_eq(progress_default_path(&arena), "/home/a/.local/state/backstep/progress.db");
    unsetenv("XDG_STATE_HOME");
    setenv("HOME", "a", 1);
    ck_assert_ptr_null(progress_default_path(&arena));
    unsetenv("HOME");
    ck_assert_ptr_null(progress_default_path(&arena));
    Progress *progress = progress_new(&arena, NULL);
    ck_assert(!save_step(progress, 3));
    ck_assert_ptr_nonnull(progress_take_message(progress));
    ck_assert(!save_step(progress, 4));
    ck_assert_ptr_null(progress_take_message(progress)); /* said once */
    progress_close(progress);
    arena_clear(&arena);
}
END_TEST

/* ------------------------------------------------------------------------------ spacing */

START_TEST(spacing_grows_with_right_answers) {
    Case test;
    open_case(&test);
    ProgressReview review;
    int64_t now = NOON;
    ck_assert(save_verdict(test.progress, PROGRESS_WRONG, now));
    for (size_t right = 0; right < PROGRESS_SPACINGS; right++) {
        ck_assert_uint_eq(read_reviews(&test, now, &review), 1);
        ck_assert_uint_eq(review.right, right);
        ck_assert_uint_eq(review.asked, right + 1);
        ck_assert_int_eq(review.days, progress_spacing[right]);
        now += progress_spacing[right] * DAY;
        ck_assert_uint_eq(read_reviews(&test, now - DAY, &review), 1);
        ck_assert_int_eq(review.days, 1);
        ck_assert_uint_eq(read_reviews(&test, now, &review), 1);
        ck_assert_int_eq(review.days, 0);
        ck_assert(save_verdict(test.progress, PROGRESS_ROUNDED, now));
    }
    ck_assert_uint_eq(read_reviews(&test, now, &review), 0);
    close_case(&test);
}
END_TEST

START_TEST(a_wrong_answer_begins_again) {
    Case test;
    open_case(&test);
    ProgressReview review;
    ck_assert(save_verdict(test.progress, PROGRESS_SHOWN, NOON));
    ck_assert(save_verdict(test.progress, PROGRESS_RIGHT, NOON + DAY));
    ck_assert_uint_eq(read_reviews(&test, NOON + DAY, &review), 1);
    ck_assert_int_eq(review.days, progress_spacing[1]);
    ck_assert(save_verdict(test.progress, PROGRESS_WRONG, NOON + 4 * DAY));
    ck_assert_uint_eq(read_reviews(&test, NOON + 4 * DAY, &review), 1);
    ck_assert_int_eq(review.days, 1);
    ck_assert_uint_eq(review.right, 0);
    close_case(&test);
}
END_TEST

START_TEST(an_early_right_answer_leaves_the_day) {
    Case test;
    open_case(&test);
    ProgressReview review;
    ck_assert(save_verdict(test.progress, PROGRESS_WRONG, NOON));
    ck_assert(save_verdict(test.progress, PROGRESS_RIGHT, NOON + 60));
    ck_assert(save_verdict(test.progress, PROGRESS_CARRIED, NOON + DAY));
    ck_assert_uint_eq(read_reviews(&test, NOON + 60, &review), 1);
    ck_assert_int_eq(review.days, 1);
    ck_assert_uint_eq(review.right, 0);
    ck_assert_uint_eq(review.asked, 2); /* other numbers next time */
    close_case(&test);
}
END_TEST

START_TEST(days_are_those_of_the_calendar) {
    Case test;
    open_case(&test);
    ProgressReview review;
    ck_assert(save_verdict(test.progress, PROGRESS_WRONG, NOON)); /* next morning it is due */
    ck_assert_uint_eq(read_reviews(&test, NOON + DAY / 2 + 1, &review), 1);
    ck_assert_int_eq(review.days, 0);
    close_case(&test);
}
END_TEST

START_TEST(a_clock_that_goes_back_hides_nothing) {
    Case test;
    open_case(&test);
    ProgressReview review;
    ck_assert(save_verdict(test.progress, PROGRESS_WRONG, NOON + 3000 * (int64_t)DAY));
    ck_assert_uint_eq(read_reviews(&test, NOON, &review), 1);
    ck_assert_int_eq(review.days, 0);
    ck_assert(save_verdict(test.progress, PROGRESS_RIGHT, NOON));
    ck_assert_uint_eq(read_reviews(&test, NOON, &review), 1);
    ck_assert_int_eq(review.days, progress_spacing[1]);
    ck_assert(save_verdict(test.progress, PROGRESS_WRONG, -1)); /* before 1970 */
    ck_assert_uint_eq(read_reviews(&test, -1, &review), 1);
    ck_assert_int_eq(review.days, 1);
    close_case(&test);
}
END_TEST

START_TEST(a_review_can_be_dropped) {
    Case test;
    open_case(&test);
    ProgressReview review;
    fill(&test);
    ck_assert(progress_drop_review(test.progress, "w5", 14));
    ck_assert_uint_eq(read_reviews(&test, NOON, &review), 0);
    close_case(&test);
}
END_TEST

/* ------------------------------------------------------------------------------ bad files */

START_TEST(a_newer_schema_is_left_alone) {
    Case test;
    open_case(&test);
    fill(&test);
    size_t length, after;
    char *bytes = read_file(&test, &length);
    bytes[VERSION_AT + 3]++;
    write_file(&test, bytes, length);
    ck_assert_int_eq(read_step(&test), -2);
    expect_message(&test, "newer backstep");
    ck_assert(!save_step(test.progress, 20));
    ck_assert_mem_eq(read_file(&test, &after), bytes, length);
    ck_assert_uint_eq(after, length);
    ck_assert(!exists(&test, ".damaged"));
    close_case(&test);
}
END_TEST

/* What is done with a file that is not ours: put aside, whole, and begun anew. */
static void expect_moved_aside(Case *test) {
    int step = read_step(test);
    ck_assert_msg(step < 0, "read %d from a damaged file", step);
    expect_message(test, "begins anew");
    ck_assert(exists(test, ".damaged"));
    ck_assert(save_step(test->progress, 5));
    ck_assert_int_eq(read_step(test), 5);
}

START_TEST(an_older_schema_is_moved_aside) {
    Case test;
    open_case(&test);
    fill(&test);
    size_t length;
    char *bytes = read_file(&test, &length);
    bytes[VERSION_AT + 3]--;
    write_file(&test, bytes, length);
    expect_moved_aside(&test);
    close_case(&test);
}
END_TEST

START_TEST(garbage_is_moved_aside) {
    Case test;
    open_case(&test);
    fill(&test);
    char garbage[5000];
    memset(garbage, 'g', sizeof garbage);
    write_file(&test, garbage, sizeof garbage);
    expect_moved_aside(&test);
    write_file(&test, garbage, sizeof garbage); /* under an open handle; and a second one */
    reopen(&test);
    ck_assert(save_step(test.progress, 6));
    ck_assert_int_eq(read_step(&test), 6);
    ck_assert(exists(&test, ".damaged-2"));
    close_case(&test);
}
END_TEST

START_TEST(truncated_files_are_survived) {
    Case test;
    open_case(&test);
    fill(&test);
    size_t length;
    const char *bytes = read_file(&test, &length);
    for (size_t kept = 0; kept < length; kept += kept < 200 ? 37 : 1531) {
        unlink(arena_format(&test.arena, "%s.damaged", test.path));
        reopen(&test);
        write_file(&test, bytes, kept);
        int step = read_step(&test);
        ck_assert_msg(step == 11 || step < 0, "%zu bytes: step %d", kept, step);
        ck_assert_msg(save_step(test.progress, 5), "%zu bytes", kept);
        ck_assert_int_eq(read_step(&test), 5);
    }
    close_case(&test);
}
END_TEST

START_TEST(flipped_bits_are_survived) {
    Case test;
    open_case(&test);
    fill(&test);
    size_t length;
    const char *bytes = read_file(&test, &length);
    char *mutant = arena_alloc(&test.arena, length);
    Rng rng = rng_stream(3, "mutants");
    for (int i = 0; i < MUTANTS; i++) {
        Case mutated = {.path = test.path, .progress = progress_new(&test.arena, test.path)};
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
    close_case(&test);
}
END_TEST

/* Replaces a text in the file by another one of the same length. */
static void patch(Case *test, const char *from, const char *to) {
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
        Case test;
        open_case(&test);
        fill(&test);
        patch(&test, patches[i][0], patches[i][1]);
        expect_moved_aside(&test);
        close_case(&test);
    }
}
END_TEST

START_TEST(values_out_of_bounds_are_left_out) {
    Case test;
    open_case(&test);
    ProgressLesson lesson = lesson_at(3);
    lesson.last.step = (size_t)1 << 40;
    ck_assert(progress_save_lesson(test.progress, &lesson));
    ck_assert_int_eq(read_step(&test), -1);
    ck_assert(save_step(test.progress, 4));
    ck_assert_int_eq(read_step(&test), 4);
    close_case(&test);
}
END_TEST

START_TEST(what_is_no_file_is_ignored) {
    Case test;
    open_case(&test);
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
    close_case(&test);
}
END_TEST

/* ------------------------------------------------------------------------------ other troubles */

static int status_of(pid_t child) {
    int status;
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

START_TEST(a_folder_that_cannot_be_written_breaks_nothing) {
    Case test;
    open_case(&test);
    fill(&test);
    nftw(test.folder, remove_entry, 8, FTW_DEPTH | FTW_PHYS);
    ck_assert_int_eq(mkdir(test.folder, 0555), 0);
    pid_t child = fork();
    if (child == 0) {
        if (geteuid() == 0 && setuid(NOBODY) != 0)
            _exit(3);
        reopen(&test);
        bool refused = !save_step(test.progress, 3) && progress_take_message(test.progress) &&
                       read_step(&test) == -1;
        _exit(refused ? 0 : 1);
    }
    ck_assert_int_eq(status_of(child), 0);
    close_case(&test);
}
END_TEST

START_TEST(a_file_that_cannot_be_written_is_still_read) {
    Case test;
    open_case(&test);
    fill(&test);
    chmod(test.path, 0444);
    change_folders(&test, 0555);
    pid_t child = fork();
    if (child == 0) {
        if (geteuid() == 0 && setuid(NOBODY) != 0)
            _exit(3);
        reopen(&test);
        bool as_it_was = read_step(&test) == 11;
        bool refused = !save_step(test.progress, 3) && progress_take_message(test.progress);
        _exit(as_it_was && refused && read_step(&test) == 11 ? 0 : 1);
    }
    ck_assert_int_eq(status_of(child), 0);
    close_case(&test);
}
END_TEST

START_TEST(two_instances_share_it) {
    Case test;
    open_case(&test);
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
    close_case(&test);
}
END_TEST

START_TEST(two_processes_lose_nothing) {
    enum { EACH = 40 };
    Case test;
    open_case(&test);
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
    close_case(&test);
}
END_TEST

START_TEST(a_lock_is_not_waited_for_without_end) {
    Case test;
    open_case(&test);
    fill(&test);
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
    close_case(&test);
}
END_TEST

START_TEST(a_full_disk_loses_nothing_that_was_kept) {
    Case test;
    open_case(&test);
    fill(&test);
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
    close_case(&test);
}
END_TEST

/* Saves one step after the other, and says which is saved, until it is killed. */
static _Noreturn void save_without_end(Case *test, int out, size_t first) {
    for (size_t step = first;; step = step < 47 ? step + 1 : 0)
        if (!save_verdict(test->progress, PROGRESS_WRONG, (int64_t)step) ||
            write(out, &step, sizeof step) != sizeof step)
            _exit(1);
}

START_TEST(what_was_acknowledged_survives_a_crash) {
    Case test;
    open_case(&test);
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
    close_case(&test);
}
END_TEST

START_TEST(forgetting_leaves_nothing) {
    Case test;
    open_case(&test);
    fill(&test);
    write_file(&test, "garbage", 7);
    ck_assert(save_step(test.progress, 3));
    ck_assert(exists(&test, ".damaged"));
    ck_assert(progress_forget(test.progress));
    const char *folder = arena_format(&test.arena, "%s/state/backstep", test.folder);
    ck_assert_int_eq(rmdir(folder), 0); /* empty, then */
    ck_assert_int_eq(read_step(&test), -1);
    ck_assert(progress_forget(test.progress));
    close_case(&test);
}
END_TEST

Suite *progress_suite(void) {
    Suite *suite = suite_create("progress");
    TCase *kept = tcase_create("kept"), *spacing = tcase_create("spacing");
    TCase *bad = tcase_create("bad files"), *trouble = tcase_create("trouble");
    tcase_add_test(kept, reading_creates_nothing);
    tcase_add_test(kept, lessons_come_back);
    tcase_add_test(kept, the_lesson_saved_last_is_known);
    tcase_add_test(kept, answers_come_back);
    tcase_add_test(kept, hunts_come_back);
    tcase_add_test(kept, nobody_else_can_read_it);
    tcase_add_test(kept, changes_take_the_place_of_others);
    tcase_add_test(kept, texts_are_cut_and_cleaned);
    tcase_add_test(kept, the_path_is_absolute);
    tcase_add_test(spacing, spacing_grows_with_right_answers);
    tcase_add_test(spacing, a_wrong_answer_begins_again);
    tcase_add_test(spacing, an_early_right_answer_leaves_the_day);
    tcase_add_test(spacing, days_are_those_of_the_calendar);
    tcase_add_test(spacing, a_clock_that_goes_back_hides_nothing);
    tcase_add_test(spacing, a_review_can_be_dropped);
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
    tcase_add_test(trouble, a_lock_is_not_waited_for_without_end);
    tcase_add_test(trouble, a_full_disk_loses_nothing_that_was_kept);
    tcase_add_test(trouble, what_was_acknowledged_survives_a_crash);
    tcase_add_test(trouble, forgetting_leaves_nothing);
    tcase_set_timeout(bad, 60);
    tcase_set_timeout(trouble, 60);
    suite_add_tcase(suite, kept);
    suite_add_tcase(suite, spacing);
    suite_add_tcase(suite, bad);
    suite_add_tcase(suite, trouble);
    return suite;
}
