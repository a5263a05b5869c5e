#include "store/progress.h"
#include "base/str.h"
#include "store/place.h"

#include <string.h>
#include <time.h>

#include "base/limits.h"
#include "base/utf8.h"
#include "store/database.h"

enum {
    MOST_ANSWERS = 100000, /* kept; then the oldest go */
    MOST_HUNTS = 100000,   /* likewise */
    SECONDS_A_DAY = 24 * 60 * 60,
};

const int progress_spacing[PROGRESS_SPACINGS] = {1, 3, 7, 21};

static const char *const verdict_names[] = {"right", "rounded", "carried", "wrong", "shown"};
enum { VERDICTS = sizeof verdict_names / sizeof *verdict_names };

static const char *const outcome_names[] = {"found", "helped", "missed"};
enum { OUTCOMES = sizeof outcome_names / sizeof *outcome_names };

struct Progress {
    Database *database;
};

const char *progress_verdict_name(ProgressVerdict verdict) {
    return verdict_names[verdict];
}

const char *progress_outcome_name(ProgressOutcome outcome) {
    return outcome_names[outcome];
}

const char *progress_default_path(Arena *arena) {
    return place_of_state(arena, "progress.db");
}

Progress *progress_new(Arena *arena, const char *path) {
    Progress *progress = ARENA_NEW(arena, Progress);
    progress->database = database_new(arena, path);
    return progress;
}

void progress_close(Progress *progress) {
    database_close(progress->database);
}

const char *progress_path(const Progress *progress) {
    return database_path(progress->database);
}

const char *progress_take_message(Progress *progress) {
    return database_take_message(progress->database);
}

bool progress_forget(Progress *progress) {
    return database_remove(progress->database);
}

/* --- Reading ----------------------------------------------------------------------------------
 */

/* Texts of a database may have been written by anybody. */
static const char *read_text(Arena *arena, const Query *query, int column) {
    const char *text = query_text(query, column);
    return utf8_sanitise(arena, text, strlen(text));
}

/* Whether the column is a count no larger than `most`. */
static bool read_count(const Query *query, int column, size_t most, size_t *count) {
    int64_t number = query_number(query, column);
    *count = (size_t)number;
    return number >= 0 && (uint64_t)number <= most;
}

static bool read_place(Arena *arena, const Query *query, int column, ProgressPlace *place) {
    place->heading = read_text(arena, query, column + 1);
    return read_count(query, column, LIMIT_STEPS, &place->step) &&
           read_count(query, column + 2, LIMIT_STEPS, &place->offset);
}

/* The place of a column's word among `names`; false where it is none of them. */
static bool read_word(const Query *query, int column, const char *const *names, int count,
                      int *found) {
    for (*found = 0; *found < count; ++*found)
        if (str_equal(query_text(query, column), names[*found]))
            return true;
    return false;
}

static bool read_verdict(const Query *query, int column, ProgressVerdict *verdict) {
    int found;
    bool known = read_word(query, column, verdict_names, VERDICTS, &found);
    *verdict = known ? (ProgressVerdict)found : PROGRESS_RIGHT;
    return known;
}

static bool read_outcome(const Query *query, int column, ProgressOutcome *outcome) {
    int found;
    bool known = read_word(query, column, outcome_names, OUTCOMES, &found);
    *outcome = known ? (ProgressOutcome)found : PROGRESS_FOUND;
    return known;
}

#define LESSON_COLUMNS "name, hash, steps, furthest, step, heading, offset, turn"

static bool read_lesson(Arena *arena, const Query *query, ProgressLesson *lesson) {
    lesson->name = read_text(arena, query, 0);
    lesson->hash = (uint64_t)query_number(query, 1);
    lesson->turn = query_number(query, 7);
    return read_count(query, 2, LIMIT_STEPS, &lesson->steps) && lesson->steps > 0 &&
           read_count(query, 3, lesson->steps - 1, &lesson->furthest) &&
           read_place(arena, query, 4, &lesson->last);
}

bool progress_read_lesson(Progress *progress, Arena *arena, const char *name,
                          ProgressLesson *lesson, bool *found) {
    Query query = query_begin(progress->database,
                              "SELECT " LESSON_COLUMNS " FROM lesson WHERE name = ?", "t", name);
    *found = query_next(&query) && read_lesson(arena, &query, lesson);
    return query_end(&query);
}

bool progress_read_lessons(Progress *progress, Arena *arena, ProgressLesson **lessons,
                           size_t *count) {
    Query query = query_begin(progress->database,
                              "SELECT " LESSON_COLUMNS " FROM lesson ORDER BY name LIMIT ?", "i",
                              (int64_t)PROGRESS_MOST_ROWS);
    size_t capacity = 0;
    *lessons = NULL;
    *count = 0;
    while (query_next(&query)) {
        ARENA_RESERVE(arena, *lessons, *count, capacity);
        *count += read_lesson(arena, &query, &(*lessons)[*count]);
    }
    return query_end(&query);
}

bool progress_read_changes(Progress *progress, Arena *arena, const char *lesson,
                           ProgressChange **changes, size_t *count) {
    Query query = query_begin(progress->database,
                              "SELECT step, heading, offset, command FROM change WHERE lesson = ? "
                              "ORDER BY number LIMIT ?",
                              "ti", lesson, (int64_t)PROGRESS_MOST_CHANGES);
    size_t capacity = 0;
    *changes = NULL;
    *count = 0;
    while (query_next(&query)) {
        ARENA_RESERVE(arena, *changes, *count, capacity);
        ProgressChange *change = &(*changes)[*count];
        change->command = read_text(arena, &query, 3);
        *count += read_place(arena, &query, 0, &change->place);
    }
    return query_end(&query);
}

/* The day of the local calendar, counted from some first day. */
static int64_t day_of(int64_t seconds) {
    time_t time = (time_t)seconds;
    struct tm local;
    if (localtime_r(&time, &local))
        seconds += local.tm_gmtoff;
    int64_t day = seconds / SECONDS_A_DAY;
    return day - (seconds % SECONDS_A_DAY < 0);
}

/* Days until something noted on day `since` for day `due` is due. A note from a day that has yet to
 * come was made by a clock that went wrong: then it is due at once. */
static int64_t days_until(int64_t today, int64_t since, int64_t due) {
    int64_t longest = progress_spacing[PROGRESS_SPACINGS - 1];
    bool sound = since <= today && due > today && due - today <= longest;
    return sound ? due - today : 0;
}

static bool read_review(Arena *arena, const Query *query, int64_t today, ProgressReview *review) {
    review->lesson = read_text(arena, query, 0);
    review->hash = (uint64_t)query_number(query, 1);
    review->title = read_text(arena, query, 5);
    review->days = days_until(today, query_number(query, 8), query_number(query, 9));
    return read_place(arena, query, 2, &review->place) &&
           read_count(query, 6, PROGRESS_SPACINGS, &review->right) &&
           read_count(query, 7, INT32_MAX, &review->asked);
}

bool progress_read_reviews(Progress *progress, Arena *arena, int64_t now, ProgressReview **reviews,
                           size_t *count) {
    Query query = query_begin(progress->database,
                              "SELECT lesson, hash, step, heading, offset, title, correct, asked, "
                              "since, due FROM review ORDER BY due, lesson, step LIMIT ?",
                              "i", (int64_t)PROGRESS_MOST_ROWS);
    size_t capacity = 0;
    *reviews = NULL;
    *count = 0;
    while (query_next(&query)) {
        ARENA_RESERVE(arena, *reviews, *count, capacity);
        *count += read_review(arena, &query, day_of(now), &(*reviews)[*count]);
    }
    return query_end(&query);
}

bool progress_read_tallies(Progress *progress, Arena *arena, ProgressTally **tallies,
                           size_t *count) {
    Query query = query_begin(progress->database,
                              "SELECT lesson, verdict, tag, count(*) FROM answer "
                              "GROUP BY lesson, verdict, tag ORDER BY 1, 2, 3 LIMIT ?",
                              "i", (int64_t)PROGRESS_MOST_ROWS);
    size_t capacity = 0;
    *tallies = NULL;
    *count = 0;
    while (query_next(&query)) {
        ARENA_RESERVE(arena, *tallies, *count, capacity);
        ProgressTally *tally = &(*tallies)[*count];
        tally->lesson = read_text(arena, &query, 0);
        tally->tag = read_text(arena, &query, 2);
        *count += read_verdict(&query, 1, &tally->verdict) &&
                  read_count(&query, 3, MOST_ANSWERS, &tally->count);
    }
    return query_end(&query);
}

bool progress_read_answers(Progress *progress, Arena *arena, ProgressAnswer **answers,
                           size_t *count) {
    Query query = query_begin(progress->database,
                              "SELECT lesson, hash, step, heading, offset, title, verdict, tag, "
                              "time FROM answer ORDER BY id DESC LIMIT ?",
                              "i", (int64_t)PROGRESS_MOST_ROWS);
    size_t capacity = 0;
    *answers = NULL;
    *count = 0;
    while (query_next(&query)) {
        ARENA_RESERVE(arena, *answers, *count, capacity);
        ProgressAnswer *answer = &(*answers)[*count];
        answer->lesson = read_text(arena, &query, 0);
        answer->hash = (uint64_t)query_number(&query, 1);
        answer->title = read_text(arena, &query, 5);
        answer->tag = read_text(arena, &query, 7);
        answer->time = query_number(&query, 8);
        *count += read_place(arena, &query, 2, &answer->place) &&
                  read_verdict(&query, 6, &answer->verdict);
    }
    return query_end(&query);
}

bool progress_read_hunts(Progress *progress, Arena *arena, ProgressHunt **hunts, size_t *count) {
    Query query = query_begin(progress->database,
                              "SELECT lesson, hash, what, outcome, tag, time FROM hunt "
                              "ORDER BY id DESC LIMIT ?",
                              "i", (int64_t)PROGRESS_MOST_ROWS);
    size_t capacity = 0;
    *hunts = NULL;
    *count = 0;
    while (query_next(&query)) {
        ARENA_RESERVE(arena, *hunts, *count, capacity);
        ProgressHunt *hunt = &(*hunts)[*count];
        hunt->lesson = read_text(arena, &query, 0);
        hunt->hash = (uint64_t)query_number(&query, 1);
        hunt->what = read_text(arena, &query, 2);
        hunt->tag = read_text(arena, &query, 4);
        hunt->time = query_number(&query, 5);
        *count += read_outcome(&query, 3, &hunt->outcome);
    }
    return query_end(&query);
}

/* --- Writing ----------------------------------------------------------------------------------
 */

static bool save_lesson(Database *database, const void *what) {
    const ProgressLesson *lesson = what;
    return database_do(
        database,
        "INSERT INTO lesson (" LESSON_COLUMNS
        ") VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, (SELECT coalesce(max(turn), 0) + 1 FROM lesson)) "
        "ON CONFLICT (name) DO UPDATE SET hash = ?2, steps = ?3, "
        "furthest = min(max(furthest, ?4), ?3 - 1), step = ?5, heading = ?6, offset "
        "= ?7, turn = excluded.turn",
        "tiiiiti", lesson->name, (int64_t)lesson->hash, (int64_t)lesson->steps,
        (int64_t)lesson->furthest, (int64_t)lesson->last.step, lesson->last.heading,
        (int64_t)lesson->last.offset);
}

bool progress_save_lesson(Progress *progress, const ProgressLesson *lesson) {
    return database_write(progress->database, save_lesson, lesson);
}

/* All changes of one lesson. */
typedef struct Changes {
    const char *lesson;
    const ProgressChange *list;
    size_t count;
} Changes;

static bool save_changes(Database *database, const void *what) {
    const Changes *changes = what;
    bool saved = database_do(database, "DELETE FROM change WHERE lesson = ?", "t", changes->lesson);
    for (size_t i = 0; i < changes->count && saved; i++) {
        const ProgressChange *change = &changes->list[i];
        saved = database_do(database,
                            "INSERT INTO change (lesson, number, step, heading, offset, command) "
                            "VALUES (?, ?, ?, ?, ?, ?)",
                            "tiitit", changes->lesson, (int64_t)i, (int64_t)change->place.step,
                            change->place.heading, (int64_t)change->place.offset, change->command);
    }
    return saved;
}

bool progress_save_changes(Progress *progress, const char *lesson, const ProgressChange *changes,
                           size_t count) {
    size_t most = PROGRESS_MOST_CHANGES, skipped = count > most ? count - most : 0;
    Changes what = {lesson, changes + skipped, count - skipped};
    return database_write(progress->database, save_changes, &what);
}

static bool add_answer(Database *database, const ProgressAnswer *answer) {
    return database_do(database,
                       "INSERT INTO answer (lesson, hash, step, heading, offset, title, verdict, "
                       "tag, time) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                       "tiitittti", answer->lesson, (int64_t)answer->hash,
                       (int64_t)answer->place.step, answer->place.heading,
                       (int64_t)answer->place.offset, answer->title, verdict_names[answer->verdict],
                       answer->tag ? answer->tag : "", answer->time) &&
           database_do(database, "DELETE FROM answer WHERE id <= (SELECT max(id) FROM answer) - ?",
                       "i", (int64_t)MOST_ANSWERS);
}

static bool ask_tomorrow(Database *database, const ProgressAnswer *answer) {
    int64_t today = day_of(answer->time);
    return database_do(
        database,
        "INSERT INTO review (lesson, hash, step, heading, offset, title, correct, asked, since, "
        "due) VALUES (?1, ?2, ?3, ?4, ?5, ?6, 0, 1, ?7, ?8) ON CONFLICT (lesson, step) DO UPDATE "
        "SET hash = ?2, heading = ?4, offset = ?5, title = ?6, correct = 0, asked = asked + 1, "
        "since = ?7, due = ?8",
        "tiititii", answer->lesson, (int64_t)answer->hash, (int64_t)answer->place.step,
        answer->place.heading, (int64_t)answer->place.offset, answer->title, today,
        today + progress_spacing[0]);
}

/* What there is to be asked again at the place of an answer. */
typedef struct Pending {
    bool found, due;
    int64_t right;
} Pending;

static bool find_pending(Database *database, const ProgressAnswer *answer, Pending *pending) {
    Query query = query_begin(database,
                              "SELECT correct, since, due FROM review WHERE lesson = ? AND "
                              "step = ?",
                              "ti", answer->lesson, (int64_t)answer->place.step);
    *pending = (Pending){.found = query_next(&query)};
    if (pending->found) {
        int64_t today = day_of(answer->time);
        pending->right = query_number(&query, 0);
        pending->due = days_until(today, query_number(&query, 1), query_number(&query, 2)) == 0;
    }
    return query_end(&query);
}

static bool drop(Database *database, const char *lesson, size_t step) {
    return database_do(database, "DELETE FROM review WHERE lesson = ? AND step = ?", "ti", lesson,
                       (int64_t)step);
}

static bool put_off(Database *database, const ProgressAnswer *answer) {
    Pending pending;
    if (!find_pending(database, answer, &pending))
        return false;
    if (!pending.found)
        return true;
    if (!pending.due) /* practised early: it stays, with other numbers */
        return database_do(database,
                           "UPDATE review SET asked = asked + 1 WHERE lesson = ? AND step = ?",
                           "ti", answer->lesson, (int64_t)answer->place.step);
    int64_t right = pending.right + 1, today = day_of(answer->time);
    if (right < 1 || right >= PROGRESS_SPACINGS)
        return drop(database, answer->lesson, answer->place.step);
    return database_do(database,
                       "UPDATE review SET correct = ?, asked = asked + 1, since = ?, due = ? "
                       "WHERE lesson = ? AND step = ?",
                       "iiiti", right, today, today + progress_spacing[right], answer->lesson,
                       (int64_t)answer->place.step);
}

static bool save_answer(Database *database, const void *what) {
    const ProgressAnswer *answer = what;
    if (!add_answer(database, answer))
        return false;
    switch (answer->verdict) {
    case PROGRESS_RIGHT:
    case PROGRESS_ROUNDED: return put_off(database, answer);
    case PROGRESS_WRONG:
    case PROGRESS_SHOWN: return ask_tomorrow(database, answer);
    case PROGRESS_CARRIED: break;
    }
    return true;
}

bool progress_save_answer(Progress *progress, const ProgressAnswer *answer) {
    return database_write(progress->database, save_answer, answer);
}

static bool save_hunt(Database *database, const void *what) {
    const ProgressHunt *hunt = what;
    return database_do(database,
                       "INSERT INTO hunt (lesson, hash, what, outcome, tag, time) VALUES "
                       "(?, ?, ?, ?, ?, ?)",
                       "tittti", hunt->lesson, (int64_t)hunt->hash, hunt->what,
                       outcome_names[hunt->outcome], hunt->tag, hunt->time) &&
           database_do(database, "DELETE FROM hunt WHERE id <= (SELECT max(id) FROM hunt) - ?", "i",
                       (int64_t)MOST_HUNTS);
}

bool progress_save_hunt(Progress *progress, const ProgressHunt *hunt) {
    return database_write(progress->database, save_hunt, hunt);
}

static bool drop_review(Database *database, const void *what) {
    const ProgressReview *review = what;
    return drop(database, review->lesson, review->place.step);
}

bool progress_drop_review(Progress *progress, const char *lesson, size_t step) {
    ProgressReview review = {.lesson = lesson, .place.step = step};
    return database_write(progress->database, drop_review, &review);
}
