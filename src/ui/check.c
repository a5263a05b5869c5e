#include "ui/check.h"

#include <setjmp.h>
#include <string.h>

#include "app/checker.h"
#include "base/utf8.h"
#include "ui/training.h"

static const char *plural(size_t count) {
    return count == 1 ? "" : "s";
}

static void report_lesson(const Diags *diags, const CheckReport *report, bool ran) {
    if (diags->count) {
        printf("%s: %zu %s%s\n", diags->file, diags->count + diags->dropped,
               diags->count == 1 ? "error" : "errors", ran ? "" : "; it was not run");
        return;
    }
    printf("%s: %s: %zu step%s, %zu expectation%s, %zu derivative%s in three ways\n", diags->file,
           report->stopped ? "stopped, and right so far" : "right", report->steps,
           plural(report->steps), report->expectations, plural(report->expectations),
           report->derivatives, plural(report->derivatives));
}

/* Whether it is right, as far as it was checked. */
static bool check_lesson(const char *file, PlainOptions options, bool *stopped) {
    Arena arena = {0};
    Diags diags;
    CheckReport report;
    TrainingWatch watch;
    jmp_buf full;
    const char *what =
        arena_format(&arena, "checking %s", utf8_sanitise(&arena, file, strlen(file)));
    Task task = training_watch_task(&watch, what, plain_width(stderr, &options), options.ascii);
    if (setjmp(full)) {
        training_watch_end(&watch);
        arena.recovery = NULL;
        arena_clear(&arena);
        fprintf(stderr, "%s: needs more memory than there is\n",
                utf8_sanitise(&arena, file, strlen(file)));
        return false;
    }
    arena.recovery = &full;
    bool ran = checker_run(&arena, file, &diags, &report, task);
    training_watch_end(&watch);
    *stopped = watch.stopped;
    fflush(stdout);
    diags_print(&diags, stderr);
    diags_print(&report.warnings, stderr);
    report_lesson(&diags, &report, ran);
    fflush(stdout);
    bool right = !diags.count;
    arena_clear(&arena);
    return right;
}

int check_run(char **files, int count, PlainOptions options) {
    bool stopped = false;
    int right = 0, checked = 0;
    for (; checked < count && !stopped; checked++)
        right += check_lesson(files[checked], options, &stopped);
    if (stopped && count > 1)
        printf("Stopped: %d of %d lessons looked at, %d of them without an error.\n", checked,
               count, right);
    return right < checked ? 1 : stopped ? CHECK_INTERRUPTED : 0;
}
