#include "ui/review.h"

#include <setjmp.h>
#include <stdlib.h>
#include <string.h>

#include "app/contents.h"
#include "app/journal.h"
#include "app/load.h"
#include "app/overview.h"
#include "app/variant.h"
#include "export/json.h"
#include "ui/check.h"
#include "ui/repl.h"
#include "ui/training.h"
#include "view/card_text.h"

/* One round of questions. */
typedef struct Round {
    Progress *progress;
    ReviewOptions options;
    size_t count, number, right; /* of the questions; the present one, from 1 */
    bool quit, stopped;          /* stopped: by Ctrl-C */
} Round;

/* Says why a question is not asked: a sentence about its lesson. */
static void say_skipped(const Round *round, const ProgressReview *review, const char *why) {
    Arena scratch = {0};
    Record *record = record_object(&scratch);
    record_add_text(&scratch, record, "lesson", review->lesson);
    record_add_text(&scratch, record, "skipped", why);
    if (round->options.json)
        json_write(stdout, record);
    else
        printf("%s: %s.\n\n", review->lesson, why);
    arena_clear(&scratch);
}

/* --- One question -------------------------------------------------------------------------------
 */

/* Goes to the question with new numbers, which may take trainings. False where it is not asked. */
static bool prepare(Round *round, Arena *arena, Session *session, const ProgressReview *review,
                    bool *varied) {
    TrainingWatch watch;
    size_t position;
    training_watch(&watch, session, plain_width(stderr, &round->options.plain),
                   round->options.plain.ascii);
    bool found = journal_find_review(session, review, &position);
    *varied = found && variant_make(session, position, journal_review_seed(review));
    bool asks = found && !watch.stopped && session_ask(session, position);
    training_watch_end(&watch);
    round->stopped = round->quit = watch.stopped;
    if (!found && !watch.stopped) {
        say_skipped(round, review,
                    arena_format(arena, "this lesson has changed; \"%s\" is no longer asked",
                                 review->title));
        progress_drop_review(round->progress, review->lesson, review->place.step);
    }
    return asks && !watch.stopped;
}

/* The session in which it is asked; NULL where it can no longer be. */
static Session *open_question(Round *round, Arena *arena, const ProgressReview *review,
                              bool *varied) {
    const char *suggestion;
    const char *path = load_find(arena, review->lesson, &suggestion);
    Diags diags;
    Lesson *lesson = path ? load_lesson(arena, path, &diags) : NULL;
    if (!lesson) {
        say_skipped(round, review, "this lesson cannot be opened now; its question waits");
        return NULL;
    }
    Session *session = session_open(arena, lesson, round->options.settings);
    if (!prepare(round, arena, session, review, varied))
        return NULL;
    journal_follow(round->progress, session, JOURNAL_REVIEW);
    return session;
}

static void show_question(const Round *round, Session *session, bool varied) {
    Arena scratch = {0};
    Card heading = {.arena = &scratch};
    const char *section = contents_section(session, &scratch);
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

static void record_question(const Round *round, Session *session, const ProgressReview *review,
                            bool varied) {
    Arena scratch = {0};
    Record *record = record_object(&scratch);
    Card card = session_card(session, &scratch);
    record_add_number(&scratch, record, "question", (double)round->number);
    record_add_number(&scratch, record, "of", (double)round->count);
    record_add_text(&scratch, record, "lesson", review->lesson);
    record_add_text(&scratch, record, "section", session_section(session));
    record_add_text(&scratch, record, "title", card.title ? card.title : "");
    record_add_truth(&scratch, record, "new_numbers", varied);
    session_record_values(session, &scratch, record_add_object(&scratch, record, "values"));
    record_add_text(&scratch, record, "text", card_plain(&scratch, &card));
    json_write(stdout, record);
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
    bool number = *start && strchr("0123456789+-.,([=", *start);
    plain_command(run, number ? arena_format(&scratch, "answer %s", start) : start);
    arena_clear(&scratch);
}

/* Until it is answered rightly, given up, or the student quits. */
static void ask(Round *round, Session *session) {
    PlainRun run = {.options = round->options.plain,
                    .json = round->options.json,
                    .session = session,
                    .open = open_no_other};
    size_t position = session_position(session);
    bool ended = false, told = false;
    while (!ended && !round->quit && !ferror(stdout)) {
        char *line = repl_line(session, repl_prompt(&run));
        told = session_was_told(session);
        if (line)
            take_line(&run, line);
        round->quit = !line || run.quit;
        free(line);
        ended = run.effect == REPLY_MOVED || run.effect == REPLY_REVEALED;
        fflush(stdout);
    }
    round->right += run.effect == REPLY_REVEALED && !told;
    if (run.effect == REPLY_MOVED)
        journal_give_up(round->progress, session, position);
}

static void ask_again(Round *round, const ProgressReview *review) {
    Arena arena = {0};
    jmp_buf full;
    if (setjmp(full)) {
        arena.recovery = NULL;
        arena_clear(&arena);
        say_skipped(round, review, "this lesson needs more memory than there is");
        return;
    }
    arena.recovery = &full;
    bool varied;
    Session *session = open_question(round, &arena, review, &varied);
    arena.recovery = NULL;
    if (session) {
        if (round->options.json)
            record_question(round, session, review, varied);
        else
            show_question(round, session, varied);
        ask(round, session);
    }
    arena_clear(&arena);
}

/* --- All of them --------------------------------------------------------------------------------
 */

static int say_nothing_due(Arena *arena, const Overview *overview, bool json) {
    if (json) {
        Record *record = record_object(arena);
        record_add_number(arena, record, "due", 0);
        record_add_number(arena, record, "waiting", (double)overview->review_count);
        json_write(stdout, record);
    } else if (!overview->review_count)
        puts("There is nothing to review. What you answer wrongly in a lesson comes here, from the "
             "next day on.");
    else
        printf("Nothing is due today. The next question comes %s; `backstep review --all` asks "
               "now.\n",
               overview_day(arena, overview->reviews[0].days));
    return 0;
}

static void say_end(Arena *arena, const Round *round) {
    if (!round->options.json) {
        printf("%zu of %zu answered rightly.\n", round->right, round->count);
        return;
    }
    Record *record = record_object(arena);
    record_add_number(arena, record, "right", (double)round->right);
    record_add_number(arena, record, "of", (double)round->count);
    json_write(stdout, record);
}

int review_run(Progress *progress, ReviewOptions options) {
    Arena arena = {0};
    Overview overview = overview_read(&arena, progress, journal_now());
    Round round = {.progress = progress,
                   .options = options,
                   .count = options.all ? overview.review_count : overview.due};
    if (!round.count) {
        say_nothing_due(&arena, &overview, options.json);
        arena_clear(&arena);
        return 0;
    }
    if (!options.json)
        puts("Type a number to answer, `hint` for help, Enter for the answer, `quit` to leave.\n");
    for (size_t i = 0; i < round.count && !round.quit; i++) {
        round.number = i + 1;
        ask_again(&round, &overview.reviews[i]);
    }
    say_end(&arena, &round);
    arena_clear(&arena);
    return round.stopped ? CHECK_INTERRUPTED : 0;
}
