#include "ui/home.h"

#include <string.h>

#include "app/journal.h"
#include "app/overview.h"
#include "base/str.h"
#include "base/utf8.h"
#include "export/json.h"

enum { WIDEST_TITLE = 40, LINE_BYTES = 1024 };

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

static const char *state_text(Arena *arena, const OverviewLesson *next) {
    return next->begun ? arena_format(arena, ", at %s", overview_state(arena, next)) : "";
}

static void print_next(Arena *arena, const Overview *overview, const OverviewLesson *next) {
    if (next)
        printf("\n%s: backstep %s%s\n", overview->begun ? "Go on" : "Begin with", next->name,
               state_text(arena, next));
}

static void print_due(const Overview *overview) {
    if (overview->due)
        printf("\nTo review: backstep review, %zu %s\n", overview->due,
               overview->due == 1 ? "question that went wrong before"
                                  : "questions that went wrong before");
}

/* The lesson that the student asks for: Enter alone is the next one; NULL for none. */
static const char *ask_lesson(Arena *arena, const Overview *overview, const OverviewLesson *next) {
    char line[LINE_BYTES];
    printf("\nEnter %s with %s%s.\nThe name of another lesson opens that one; q leaves: ",
           overview->begun ? "goes on" : "begins", next->title, state_text(arena, next));
    fflush(stdout);
    if (!fgets(line, sizeof line, stdin))
        return NULL;
    const char *word = strtok(line, " \t\r\n");
    if (word && str_equal(word, "backstep")) /* as the list has it */
        word = strtok(NULL, " \t\r\n");
    if (!word)
        return next->name;
    return str_equal(word, "q") || str_equal(word, "quit") ? NULL : arena_copy(arena, word);
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
    const OverviewLesson *next = overview_next(&overview);
    asks = asks && next;
    if (!asks)
        print_next(&arena, &overview, next);
    print_due(&overview);
    puts("\n`backstep --help` shows what else there is.");
    const char *lesson = asks ? ask_lesson(&arena, &overview, next) : NULL;
    lesson = lesson ? arena_copy(kept, lesson) : NULL;
    arena_clear(&arena);
    return lesson;
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
