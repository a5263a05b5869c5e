#include "ui/home.h"

#include "app/journal.h"
#include "app/overview.h"
#include "base/utf8.h"
#include "export/json.h"

enum { WIDEST_TITLE = 40 };

void home_tell(Progress *progress) {
    const char *message = progress_take_message(progress);
    if (message)
        fprintf(stderr, "backstep: %s\n", message);
}

static void print_lesson(Arena *arena, const Overview *overview, const OverviewLesson *lesson,
                         int width) {
    int columns = utf8_width(lesson->title);
    printf("  backstep %-14s %s", lesson->name, lesson->title);
    if (overview->begun)
        printf("%*s%s", columns < width ? width - columns + 2 : 2, "",
               overview_state(arena, lesson));
    putchar('\n');
}

static void print_next(Arena *arena, const Overview *overview) {
    const OverviewLesson *next = overview_next(overview);
    if (next && !overview->begun)
        printf("\nBegin with: backstep %s\n", next->name);
    else if (next)
        printf("\nGo on: backstep %s%s%s\n", next->name, next->begun ? ", at " : "",
               next->begun ? overview_state(arena, next) : "");
    if (overview->due)
        printf("To review: backstep review, %zu %s\n", overview->due,
               overview->due == 1 ? "question that went wrong before"
                                  : "questions that went wrong before");
}

/* Whether the student presses Enter, and nothing else. */
static bool is_begun(const OverviewLesson *first) {
    printf("\nEnter begins with the first, %s; q leaves: ", first->title);
    fflush(stdout);
    return getchar() == '\n';
}

const char *home_course(Arena *kept, Progress *progress, bool asks) {
    Arena arena = {0};
    Overview overview = overview_read(&arena, progress, journal_now());
    int width = 0;
    for (size_t i = 0; i < overview.count; i++) {
        int columns = utf8_width(overview.lessons[i].title);
        width = columns > width && columns <= WIDEST_TITLE ? columns : width;
    }
    puts("backstep steps through backpropagation, one derivative at a time.\n");
    for (size_t i = 0; i < overview.course; i++)
        print_lesson(&arena, &overview, &overview.lessons[i], width);
    if (!overview.course)
        puts("  (the lessons are not installed here; open one by its file name)");
    const OverviewLesson *first = overview_next(&overview);
    asks = asks && first && !overview.begun;
    if (!asks)
        print_next(&arena, &overview);
    puts("\n`backstep --help` shows what else there is.");
    const char *begin = asks && is_begun(first) ? arena_copy(kept, first->name) : NULL;
    arena_clear(&arena);
    return begin;
}

void home_progress(Progress *progress, PlainOptions options, bool json) {
    Arena arena = {0};
    Overview overview = overview_read(&arena, progress, journal_now());
    if (json) {
        json_write(stdout, overview_record(&arena, &overview, progress));
    } else {
        Card card = overview_card(&arena, &overview, progress_path(progress));
        plain_card(stdout, &arena, &card, options);
    }
    arena_clear(&arena);
}

int home_forget(Progress *progress) {
    if (!progress_forget(progress))
        return 1;
    puts("Forgotten: nothing is kept of what you did.");
    return 0;
}
