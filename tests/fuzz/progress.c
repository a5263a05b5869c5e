/* A file that ought to be a database of progress: all of it is read, something is noted, and it is
 * forgotten. */
#include "store/progress.h"

#include "target.h"

static const char *const unsafe = "progress tells what is not safe";

static void read_lessons(Trial *trial, Progress *progress) {
    ProgressLesson *lessons;
    ProgressReview *reviews;
    size_t count;
    if (progress_read_lessons(progress, &trial->arena, &lessons, &count))
        for (size_t i = 0; i < count; i++) {
            trial_require_safe(trial, lessons[i].name, unsafe);
            trial_require_safe(trial, lessons[i].last.heading, unsafe);
        }
    if (progress_read_reviews(progress, &trial->arena, 0, &reviews, &count))
        for (size_t i = 0; i < count; i++)
            trial_require_safe(trial, reviews[i].title, unsafe);
}

static void read_answers(Trial *trial, Progress *progress) {
    ProgressTally *tallies;
    ProgressAnswer *answers;
    ProgressHunt *hunts;
    ProgressChange *changes;
    size_t count;
    if (progress_read_tallies(progress, &trial->arena, &tallies, &count))
        for (size_t i = 0; i < count; i++)
            trial_require_safe(trial, tallies[i].tag, unsafe);
    if (progress_read_answers(progress, &trial->arena, &answers, &count))
        for (size_t i = 0; i < count; i++)
            trial_require_safe(trial, answers[i].title, unsafe);
    if (progress_read_hunts(progress, &trial->arena, &hunts, &count))
        for (size_t i = 0; i < count; i++)
            trial_require_safe(trial, hunts[i].what, unsafe);
    if (progress_read_changes(progress, &trial->arena, "w5", &changes, &count))
        for (size_t i = 0; i < count; i++)
            trial_require_safe(trial, changes[i].command, unsafe);
}

static void note(Progress *progress) {
    static const ProgressLesson lesson = {
        .name = "w5", .steps = 47, .furthest = 3, .last = {3, "Forward", 1}};
    static const ProgressAnswer answer = {.place = {3, "Forward", 1},
                                          .time = 1,
                                          .lesson = "w5",
                                          .title = "A question",
                                          .verdict = PROGRESS_WRONG};
    progress_save_lesson(progress, &lesson);
    progress_save_answer(progress, &answer);
}

static void run(Target *target) {
    Trial *trial = &target->trial;
    if (!trial_write(trial, target->path, target->bytes, target->length))
        return;
    Progress *progress = progress_new(&trial->arena, target->path);
    read_lessons(trial, progress);
    read_answers(trial, progress);
    note(progress);
    read_lessons(trial, progress);
    const char *message = progress_take_message(progress);
    trial_require_safe(trial, message ? message : "", unsafe);
    progress_forget(progress);
    progress_close(progress);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length) {
    target_try(bytes, length, run);
    return 0;
}
