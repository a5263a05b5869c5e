#include "app/overview.h"

#include <stdlib.h>
#include <string.h>

#include "app/load.h"
#include "base/str.h"
#include "view/math.h"

enum { MISTAKES_SHOWN = 5, REVIEWS_SHOWN = 10 };

/* --- Reading ------------------------------------------------------------------------------------
 */

static OverviewLesson *find_lesson(Overview *overview, const char *name) {
    for (size_t i = 0; i < overview->count; i++)
        if (str_equal(overview->lessons[i].name, name))
            return &overview->lessons[i];
    return NULL;
}

static void read_lessons(Overview *overview, Arena *arena, Progress *progress) {
    LessonFile *files;
    ProgressLesson *begun = NULL;
    size_t begun_count = 0;
    overview->course = overview->count = load_course(arena, &files);
    if (!progress_read_lessons(progress, arena, &begun, &begun_count))
        begun_count = 0;
    overview->begun = begun_count > 0;
    overview->lessons = ARENA_ARRAY(arena, OverviewLesson, overview->count + begun_count);
    for (size_t i = 0; i < overview->course; i++)
        overview->lessons[i] =
            (OverviewLesson){.name = files[i].name, .title = files[i].title, .path = files[i].path};
    for (size_t i = 0; i < begun_count; i++) {
        OverviewLesson *lesson = find_lesson(overview, begun[i].name);
        if (!lesson) {
            lesson = &overview->lessons[overview->count++];
            lesson->name = lesson->title = lesson->path = begun[i].name;
        }
        lesson->begun = true;
        lesson->step = begun[i].last.step + 1;
        lesson->steps = begun[i].steps;
        lesson->turn = begun[i].turn;
        lesson->furthest = begun[i].furthest + 1;
        lesson->done = lesson->furthest >= lesson->steps;
    }
}

static void count_mistake(Overview *overview, const char *tag, size_t count) {
    size_t i = 0;
    while (i < overview->mistake_count && !str_equal(overview->mistakes[i].tag, tag))
        i++;
    if (i == overview->mistake_count)
        overview->mistakes[overview->mistake_count++] = (OverviewMistake){.tag = tag};
    overview->mistakes[i].count += count;
}

static int by_count(const void *a, const void *b) {
    const OverviewMistake *first = a, *second = b;
    if (first->count != second->count)
        return first->count < second->count ? 1 : -1;
    return strcmp(first->tag, second->tag);
}

static void read_answers(Overview *overview, Arena *arena, Progress *progress) {
    ProgressTally *tallies;
    size_t count;
    if (!progress_read_tallies(progress, arena, &tallies, &count))
        return;
    overview->mistakes = ARENA_ARRAY(arena, OverviewMistake, count);
    for (size_t i = 0; i < count; i++) {
        OverviewLesson *lesson = find_lesson(overview, tallies[i].lesson);
        bool wrong = tallies[i].verdict == PROGRESS_WRONG || tallies[i].verdict == PROGRESS_SHOWN;
        if (lesson)
            *(wrong ? &lesson->wrong : &lesson->right) += tallies[i].count;
        if (*tallies[i].tag)
            count_mistake(overview, tallies[i].tag, tallies[i].count);
    }
    if (overview->mistake_count)
        qsort(overview->mistakes, overview->mistake_count, sizeof *overview->mistakes, by_count);
}

static void read_hunts(Overview *overview, Arena *arena, Progress *progress) {
    if (!progress_read_hunts(progress, arena, &overview->hunts, &overview->hunt_count))
        overview->hunt_count = 0;
    for (size_t i = 0; i < overview->hunt_count; i++) {
        OverviewLesson *lesson = find_lesson(overview, overview->hunts[i].lesson);
        ProgressOutcome outcome = overview->hunts[i].outcome;
        if (lesson)
            ++*(outcome == PROGRESS_FOUND    ? &lesson->found
                : outcome == PROGRESS_HELPED ? &lesson->helped
                                             : &lesson->missed);
    }
}

static int by_days(const void *a, const void *b) {
    int64_t first = ((const ProgressReview *)a)->days, second = ((const ProgressReview *)b)->days;
    return first < second ? -1 : first > second;
}

Overview overview_read(Arena *arena, Progress *progress, int64_t now) {
    Overview overview = {.now = now};
    read_lessons(&overview, arena, progress);
    read_answers(&overview, arena, progress);
    read_hunts(&overview, arena, progress);
    if (!progress_read_reviews(progress, arena, now, &overview.reviews, &overview.review_count))
        overview.review_count = 0;
    if (overview.review_count)
        qsort(overview.reviews, overview.review_count, sizeof *overview.reviews, by_days);
    while (overview.due < overview.review_count && overview.reviews[overview.due].days <= 0)
        overview.due++;
    return overview;
}

/* --- Words --------------------------------------------------------------------------------------
 */

const char *overview_state(Arena *arena, const OverviewLesson *lesson) {
    if (lesson->done)
        return "done";
    if (!lesson->begun)
        return "not begun";
    return arena_format(arena, "step %zu of %zu", lesson->step, lesson->steps);
}

const OverviewLesson *overview_next(const Overview *overview) {
    const OverviewLesson *next = NULL;
    for (size_t i = 0; i < overview->count; i++) {
        const OverviewLesson *lesson = &overview->lessons[i];
        if (lesson->begun && !lesson->done && (!next || lesson->turn > next->turn))
            next = lesson;
    }
    for (size_t i = 0; i < overview->course && !next; i++)
        if (!overview->lessons[i].begun)
            next = &overview->lessons[i];
    return next;
}

const char *overview_day(Arena *arena, int64_t days) {
    return days <= 0   ? "today"
           : days == 1 ? "tomorrow"
                       : arena_format(arena, "in %lld days", (long long)days);
}

static void add_cell(Card *card, Block *table, const char *text) {
    block_part(card, table, NULL, math_text(card->arena, text));
}

static void add_title(Card *card, const char *text) {
    Block *heading = card_add(card, BLOCK_HEADING);
    heading->level = 3;
    block_text(card, heading, "%s", text);
}

static void add_lessons(Card *card, const Overview *overview) {
    Block *table = card_add(card, BLOCK_TABLE);
    table->columns = 3;
    for (size_t i = 0; i < overview->count; i++) {
        const OverviewLesson *lesson = &overview->lessons[i];
        bool answered = lesson->right || lesson->wrong;
        if (!lesson->begun)
            continue;
        add_cell(card, table, lesson->name);
        add_cell(card, table, overview_state(card->arena, lesson));
        add_cell(card, table,
                 answered
                     ? arena_format(card->arena, "%zu right, %zu not", lesson->right, lesson->wrong)
                     : "");
    }
}

static void add_mistakes(Card *card, const Overview *overview) {
    if (!overview->mistake_count)
        return;
    add_title(card, "Mistakes that were made");
    Block *table = card_add(card, BLOCK_TABLE);
    table->columns = 2;
    for (size_t i = 0; i < overview->mistake_count && i < MISTAKES_SHOWN; i++) {
        add_cell(card, table, overview->mistakes[i].tag);
        add_cell(card, table, arena_format(card->arena, "%zu", overview->mistakes[i].count));
    }
}

/* "2 found at once, 1 after hints, 1 not found". */
static const char *hunts_text(Arena *arena, const OverviewLesson *lesson) {
    const size_t counts[] = {lesson->found, lesson->helped, lesson->missed};
    static const char *const words[] = {"found at once", "after hints", "not found"};
    Buffer text = {.arena = arena};
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++)
        if (counts[i])
            buffer_format(&text, "%s%zu %s", text.length ? ", " : "", counts[i], words[i]);
    return buffer_text(&text);
}

static void add_hunts(Card *card, const Overview *overview) {
    if (!overview->hunt_count)
        return;
    add_title(card, "Hunts for a mistake");
    Block *table = card_add(card, BLOCK_TABLE);
    table->columns = 2;
    for (size_t i = 0; i < overview->count; i++) {
        const char *text = hunts_text(card->arena, &overview->lessons[i]);
        if (!*text)
            continue;
        add_cell(card, table, overview->lessons[i].name);
        add_cell(card, table, text);
    }
}

static void add_reviews(Card *card, const Overview *overview) {
    if (!overview->review_count)
        return;
    add_title(card, "To ask again");
    Block *table = card_add(card, BLOCK_TABLE);
    table->columns = 3;
    for (size_t i = 0; i < overview->review_count && i < REVIEWS_SHOWN; i++) {
        const ProgressReview *review = &overview->reviews[i];
        add_cell(card, table, overview_day(card->arena, review->days));
        add_cell(card, table, review->lesson);
        add_cell(card, table, review->title);
    }
    if (overview->review_count > REVIEWS_SHOWN)
        card_text(card, "and %zu more", overview->review_count - REVIEWS_SHOWN);
}

Card overview_card(Arena *arena, const Overview *overview, const char *file) {
    Card card = {.arena = arena, .title = "Progress"};
    if (!overview->begun && !overview->hunt_count) {
        card_text(&card, "No lesson was begun yet; `backstep` lists them.");
        return card;
    }
    add_lessons(&card, overview);
    add_reviews(&card, overview);
    add_mistakes(&card, overview);
    add_hunts(&card, overview);
    card_text(&card,
              "All of it is in %s, and nowhere else; `backstep progress --forget` removes "
              "it.",
              file);
    return card;
}

/* --- Data ---------------------------------------------------------------------------------------
 */

static void record_lessons(Arena *arena, Record *to, const Overview *overview) {
    Record *list = record_add_list(arena, to, "lessons");
    for (size_t i = 0; i < overview->count; i++) {
        const OverviewLesson *lesson = &overview->lessons[i];
        Record *item = record_add_object(arena, list, NULL);
        record_add_text(arena, item, "name", lesson->name);
        record_add_text(arena, item, "title", lesson->title);
        record_add_text(arena, item, "state",
                        lesson->done    ? "done"
                        : lesson->begun ? "begun"
                                        : "not begun");
        if (!lesson->begun)
            continue;
        record_add_number(arena, item, "step", (double)lesson->step);
        record_add_number(arena, item, "furthest", (double)lesson->furthest);
        record_add_number(arena, item, "of", (double)lesson->steps);
        record_add_number(arena, item, "right", (double)lesson->right);
        record_add_number(arena, item, "wrong", (double)lesson->wrong);
    }
}

static void record_reviews(Arena *arena, Record *to, const Overview *overview) {
    Record *list = record_add_list(arena, to, "review");
    for (size_t i = 0; i < overview->review_count; i++) {
        const ProgressReview *review = &overview->reviews[i];
        Record *item = record_add_object(arena, list, NULL);
        record_add_text(arena, item, "lesson", review->lesson);
        record_add_number(arena, item, "step", (double)review->place.step + 1);
        record_add_text(arena, item, "title", review->title);
        record_add_number(arena, item, "days", (double)review->days);
    }
}

static void record_answers(Arena *arena, Record *to, Progress *progress) {
    ProgressAnswer *answers;
    size_t count;
    Record *list = record_add_list(arena, to, "answers");
    if (!progress_read_answers(progress, arena, &answers, &count))
        return;
    for (size_t i = 0; i < count; i++) {
        Record *item = record_add_object(arena, list, NULL);
        record_add_number(arena, item, "time", (double)answers[i].time);
        record_add_text(arena, item, "lesson", answers[i].lesson);
        record_add_number(arena, item, "step", (double)answers[i].place.step + 1);
        record_add_text(arena, item, "title", answers[i].title);
        record_add_text(arena, item, "verdict", progress_verdict_name(answers[i].verdict));
        if (*answers[i].tag)
            record_add_text(arena, item, "tag", answers[i].tag);
    }
}

static void record_hunts(Arena *arena, Record *to, const Overview *overview) {
    Record *list = record_add_list(arena, to, "hunts");
    for (size_t i = 0; i < overview->hunt_count; i++) {
        const ProgressHunt *hunt = &overview->hunts[i];
        Record *item = record_add_object(arena, list, NULL);
        record_add_number(arena, item, "time", (double)hunt->time);
        record_add_text(arena, item, "lesson", hunt->lesson);
        record_add_text(arena, item, "command", hunt->what);
        record_add_text(arena, item, "outcome", progress_outcome_name(hunt->outcome));
        record_add_text(arena, item, "tag", hunt->tag);
    }
}

Record *overview_record(Arena *arena, const Overview *overview, Progress *progress) {
    Record *record = record_object(arena);
    record_add_text(arena, record, "command", "progress");
    record_add_text(arena, record, "file", progress_path(progress));
    record_lessons(arena, record, overview);
    record_reviews(arena, record, overview);
    record_answers(arena, record, progress);
    record_hunts(arena, record, overview);
    return record;
}
