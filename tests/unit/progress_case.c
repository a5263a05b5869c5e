#include "progress_case.h"

#include <check.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

void progress_case_open(ProgressCase *test) {
    *test = (ProgressCase){0};
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

void progress_case_allow(ProgressCase *test, mode_t mode) {
    static const char *const folders[] = {"", "/state", "/state/backstep"};
    for (size_t i = 0; i < sizeof folders / sizeof *folders; i++)
        chmod(arena_format(&test->arena, "%s%s", test->folder, folders[i]), mode);
}

void progress_case_remove(ProgressCase *test) {
    nftw(test->folder, remove_entry, 8, FTW_DEPTH | FTW_PHYS);
}

void progress_case_close(ProgressCase *test) {
    progress_case_allow(test, 0700);
    progress_close(test->progress);
    progress_case_remove(test);
    arena_clear(&test->arena);
}

void progress_case_reopen(ProgressCase *test) {
    progress_close(test->progress);
    test->progress = progress_new(&test->arena, test->path);
}

ProgressLesson lesson_at(size_t step) {
    return (ProgressLesson){.name = "w5",
                            .hash = 0xFEDCBA9876543210u,
                            .steps = 48,
                            .furthest = step,
                            .last = {step, "Forward", 2}};
}

bool save_step(Progress *progress, size_t step) {
    ProgressLesson lesson = lesson_at(step);
    return progress_save_lesson(progress, &lesson);
}

bool save_verdict(Progress *progress, ProgressVerdict verdict, int64_t time) {
    ProgressAnswer answer = {.time = time,
                             .lesson = "w5",
                             .hash = 7,
                             .place = {14, "Backward", 3},
                             .title = "the product",
                             .verdict = verdict,
                             .tag = verdict == PROGRESS_WRONG ? "w5:no-slope" : NULL};
    return progress_save_answer(progress, &answer);
}

int read_step(ProgressCase *test) {
    ProgressLesson lesson;
    bool found;
    if (!progress_read_lesson(test->progress, &test->arena, "w5", &lesson, &found))
        return -2;
    return found ? (int)lesson.last.step : -1;
}

bool progress_case_has(ProgressCase *test, const char *suffix) {
    return access(arena_format(&test->arena, "%s%s", test->path, suffix), F_OK) == 0;
}

void progress_case_fill(ProgressCase *test) {
    ck_assert(save_step(test->progress, 11));
    ck_assert(save_verdict(test->progress, PROGRESS_WRONG, NOON));
    progress_case_reopen(test);
}
