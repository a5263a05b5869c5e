/* A file that ought to be a lesson: it is checked, and where it is one, gone through. */
#include "app/checker.h"
#include "target.h"

enum { MOST_STEPS = 100 };

static void check(Target *target) {
    Trial *trial = &target->trial;
    Diags diags;
    CheckReport report;
    checker_run(&trial->arena, target->path, &diags, &report, trial_task(trial));
    trial_read_diags(trial, &diags);
    trial_read_diags(trial, &report.warnings);
    arena_clear(&trial->arena);
}

static void show(Target *target, Session *session) {
    static const CardLayout layouts[] = {{.width = 80, .flat = true, .title = true},
                                         {.width = 80, .rows = 30, .title = true},
                                         {.width = 24, .rows = 10, .title = true}};
    for (size_t i = 0; i < sizeof layouts / sizeof *layouts; i++) {
        Card card = session_card(session, &target->scratch);
        trial_draw(&target->trial, &target->scratch, &card, layouts[i],
                   "a step shows what is not safe");
        arena_clear(&target->scratch);
    }
}

static void run(Target *target) {
    if (!trial_write(&target->trial, target->path, target->bytes, target->length))
        return;
    check(target);
    Session *session = trial_open(&target->trial, target->path);
    size_t count = session ? session_step_count(session) : 0;
    for (size_t step = 0; step < count; step += 1 + count / MOST_STEPS) {
        session_goto(session, step);
        show(target, session);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length) {
    target_try(bytes, length, run);
    return 0;
}
