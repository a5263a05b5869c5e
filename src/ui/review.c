#include "ui/review.h"

#include <setjmp.h>
#include <stdlib.h>
#include <string.h>

#include "app/journal.h"
#include "app/load.h"
#include "app/overview.h"
#include "app/variant.h"
#include "ui/repl.h"

/* One round of questions. */
typedef struct Round {
    Progress *progress;
    ReviewOptions options;
    size_t count, number, right; /* of the questions; the present one, from 1 */
    bool quit;
} Round;

/* --- One question -------------------------------------------------------------------------------
 */

/* The session in which it is asked; NULL where it can no longer be. */
static Session *open_question(Round *round, Arena *arena, const ProgressReview *review,
                              bool *varied) {
    const char *suggestion;
    const char *path = load_find(arena, review->lesson, &suggestion);
    Diags diags;
    Lesson *lesson = path ? load_lesson(arena, path, &diags) : NULL;
    if (!lesson) {
        printf("%s: this lesson cannot be opened now; its question waits.\n\n", review->lesson);
        return NULL;
    }
    Session *session = session_open(arena, lesson, round->options.settings);
    size_t position;
    if (!journal_find_review(session, review, &position)) {
        printf("%s: this lesson has changed; \"%s\" is no longer asked.\n\n", review->lesson,
               review->title);
        progress_drop_review(round->progress, review->lesson, review->place.step);
        return NULL;
    }
    *varied = variant_make(session, position, journal_review_seed(review));
    session_ask(session, position);
    journal_follow(round->progress, session, JOURNAL_REVIEW);
    return session;
}

static void show_question(const Round *round, Session *session, bool varied) {
    Arena scratch = {0};
    Card heading = {.arena = &scratch};
    const char *section = session_section(session);
    heading.title =
        arena_format(&scratch, "Question %zu of %zu: %s%s%s", round->number, round->count,
                     session_lesson(session)->title, *section ? ", " : "", section);
    if (varied)
        card_text(&heading, "The numbers are new: these count, whatever the text says.");
    SymbolId *symbols;
    Card values = session_values(session, &scratch, SYMBOL_NONE, &symbols);
    card_append(&heading, &values);
    plain_card(stdout, &scratch, &heading, round->options.plain);
    Card card = session_card(session, &scratch);
    plain_card(stdout, &scratch, &card, round->options.plain);
    arena_clear(&scratch);
    fflush(stdout);
}

static Session *open_no_other(void *context, const char *name, const char **error) {
    (void)context, (void)name;
    *error = "No other lesson is opened during a review; `quit` leaves it.\n";
    return NULL;
}

/* A line that begins like a number is an answer; any other is a command. */
static void take_line(PlainRun *run, const char *line) {
    Arena scratch = {0};
    const char *start = line + strspn(line, " \t");
    bool number = *start && strchr("0123456789+-.,(=", *start);
    plain_command(run, number ? arena_format(&scratch, "answer %s", start) : start);
    arena_clear(&scratch);
}

/* Until it is answered rightly, given up, or the student quits. */
static void ask(Round *round, Session *session) {
    PlainRun run = {.options = round->options.plain, .session = session, .open = open_no_other};
    size_t position = session_position(session);
    bool ended = false;
    while (!ended && !round->quit && !ferror(stdout)) {
        char *line = repl_line(session, repl_prompt(&run));
        if (line)
            take_line(&run, line);
        round->quit = !line || run.quit;
        free(line);
        ended = run.effect == REPLY_MOVED || run.effect == REPLY_REVEALED;
        fflush(stdout);
    }
    round->right += run.effect == REPLY_REVEALED;
    if (run.effect == REPLY_MOVED)
        journal_give_up(round->progress, session, position);
}

static void ask_again(Round *round, const ProgressReview *review) {
    Arena arena = {0};
    jmp_buf full;
    if (setjmp(full)) {
        arena.recovery = NULL;
        arena_clear(&arena);
        printf("%s: this lesson needs more memory than there is.\n\n", review->lesson);
        return;
    }
    arena.recovery = &full;
    bool varied;
    Session *session = open_question(round, &arena, review, &varied);
    arena.recovery = NULL;
    if (session) {
        show_question(round, session, varied);
        ask(round, session);
    }
    arena_clear(&arena);
}

/* --- All of them --------------------------------------------------------------------------------
 */

static int say_nothing_due(Arena *arena, const Overview *overview) {
    if (!overview->review_count)
        puts("There is nothing to review. What you answer wrongly in a lesson comes here, from the "
             "next day on.");
    else
        printf("Nothing is due today. The next question comes %s; `backstep review --all` asks "
               "now.\n",
               overview_day(arena, overview->reviews[0].days));
    return 0;
}

int review_run(Progress *progress, ReviewOptions options) {
    Arena arena = {0};
    Overview overview = overview_read(&arena, progress, journal_now());
    Round round = {.progress = progress,
                   .options = options,
                   .count = options.all ? overview.review_count : overview.due};
    if (!round.count) {
        say_nothing_due(&arena, &overview);
        arena_clear(&arena);
        return 0;
    }
    puts("Type a number to answer, `hint` for help, Enter for the answer, `quit` to leave.\n");
    for (size_t i = 0; i < round.count && !round.quit; i++) {
        round.number = i + 1;
        ask_again(&round, &overview.reviews[i]);
    }
    printf("%zu of %zu answered rightly.\n", round.right, round.count);
    arena_clear(&arena);
    return 0;
}
