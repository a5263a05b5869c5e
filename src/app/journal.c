#include "app/journal.h"

#include <string.h>
#include <time.h>

#include "app/command.h"
#include "app/load.h"
#include "app/teach.h"
#include "base/limits.h"
#include "base/str.h"
#include "num/rng.h"

/* What is to be noted beside the place and the changes. */
typedef struct Entry {
    struct Entry *next;
    bool answered; /* else a hunt is over */
    ProgressAnswer answer;
    ProgressHunt hunt;
} Entry;

/* Whom a session reports to, and what is still to be noted. Lives as long as the session. */
typedef struct Journal {
    Progress *progress;
    const char *name; /* of the lesson */
    bool moved, changed;
    size_t position;       /* the step to which the last move led, */
    size_t furthest;       /* and the furthest since the last note */
    Entry *entries, **end; /* in the order in which they came */
    Arena waiting;         /* of the entries */
} Journal;

static Journal *journal_new(Progress *progress, Session *session) {
    Journal *journal = ARENA_NEW(session->arena, Journal);
    *journal =
        (Journal){.progress = progress, .name = load_name(session->arena, session->lesson->path)};
    journal->end = &journal->entries;
    return journal;
}

int64_t journal_now(void) {
    return (int64_t)time(NULL);
}

/* --- Places -------------------------------------------------------------------------------------
 */

static const Section *section_of(const Lesson *lesson, size_t position) {
    size_t section = lesson->steps[position].section;
    return section ? &lesson->sections[section - 1] : NULL;
}

static ProgressPlace place_at(const Lesson *lesson, size_t position) {
    const Section *section = section_of(lesson, position);
    return (ProgressPlace){.step = position,
                           .heading = section ? section->title : "",
                           .offset = section ? position - section->step : 0};
}

/* The place in a lesson that may have changed: under the same heading, if it is still there. */
static size_t find_place(const Lesson *lesson, const ProgressPlace *place) {
    for (size_t i = 0; i < lesson->section_count; i++) {
        const Section *section = &lesson->sections[i];
        bool last = i + 1 == lesson->section_count;
        size_t end = last ? lesson->step_count : lesson->sections[i + 1].step;
        if (!str_equal(section->title, place->heading) || end <= section->step)
            continue;
        size_t most = end - section->step - 1;
        return section->step + (place->offset < most ? place->offset : most);
    }
    return place->step < lesson->step_count ? place->step : lesson->step_count - 1;
}

/* --- Noting -------------------------------------------------------------------------------------
 */

static void tell(Journal *journal, Session *session) {
    const char *message = progress_take_message(journal->progress);
    if (message)
        session_set_note(session, arena_format(session->arena, "Note: %s.", message));
}

static void save_move(Journal *journal, const Session *session) {
    const Lesson *lesson = session->lesson;
    ProgressLesson noted = {.name = journal->name,
                            .hash = lesson->hash,
                            .steps = lesson->step_count,
                            .furthest = journal->furthest,
                            .last = place_at(lesson, journal->position)};
    progress_save_lesson(journal->progress, &noted);
}

/* The commands that make the session's numbers and mode again. */
static void save_changes(Journal *journal, const Session *session) {
    Arena scratch = {.recovery = session->arena->recovery};
    ProgressChange *changes = ARENA_ARRAY(&scratch, ProgressChange, session->edit_count + 1);
    size_t count = 0;
    if (session->mode != MODE_WATCH)
        changes[count++] = (ProgressChange){
            .place = place_at(session->lesson, 0),
            .command = arena_format(&scratch, "mode %s", session_mode_name(session->mode))};
    for (size_t i = 0; i < session->edit_count; i++)
        if (strlen(session->edits[i].command) <= PROGRESS_MOST_COMMAND)
            changes[count++] = (ProgressChange){
                place_at(session->lesson, session->edits[i].position), session->edits[i].command};
    progress_save_changes(journal->progress, journal->name, changes, count);
    arena_clear(&scratch);
}

/* Notes all that is still to be noted. */
static void settle(void *context, Session *session) {
    Journal *journal = context;
    bool tells = journal->moved || journal->changed; /* who answered rightly moves on */
    if (!tells && !journal->entries)
        return;
    for (const Entry *entry = journal->entries; entry; entry = entry->next) {
        tells = tells || !entry->answered;
        if (entry->answered)
            progress_save_answer(journal->progress, &entry->answer);
        else
            progress_save_hunt(journal->progress, &entry->hunt);
    }
    if (journal->changed)
        save_changes(journal, session);
    if (journal->moved)
        save_move(journal, session);
    journal->moved = journal->changed = false;
    journal->furthest = 0;
    journal->entries = NULL;
    journal->end = &journal->entries;
    arena_clear(&journal->waiting);
    if (tells)
        tell(journal, session);
}

static void settle_unless_shown_first(Journal *journal, Session *session) {
    if (!session->settings.shown_first)
        settle(journal, session);
}

static void note_move(void *context, Session *session) {
    Journal *journal = context;
    journal->moved = true;
    journal->position = session->position;
    if (session->position > journal->furthest)
        journal->furthest = session->position;
    settle_unless_shown_first(journal, session);
}

static void note_change(void *context, Session *session) {
    Journal *journal = context;
    journal->changed = true;
    settle_unless_shown_first(journal, session);
}

/* Puts it at the end of what is to be noted. */
static void add_entry(Journal *journal, Session *session, Entry added) {
    Entry *entry = ARENA_NEW(&journal->waiting, Entry);
    *entry = added;
    *journal->end = entry;
    journal->end = &entry->next;
    settle_unless_shown_first(journal, session);
}

static void add_answer(Journal *journal, Session *session, size_t position, ProgressVerdict verdict,
                       const char *tag) {
    Arena *waiting = &journal->waiting;
    waiting->recovery = session->arena->recovery;
    const char *title = session_card_at(session, waiting, position).title;
    ProgressAnswer answer = {.time = journal_now(),
                             .lesson = journal->name,
                             .hash = session->lesson->hash,
                             .place = place_at(session->lesson, position),
                             .title = title ? title : "",
                             .verdict = verdict,
                             .tag = tag ? arena_copy(waiting, tag) : NULL};
    add_entry(journal, session, (Entry){.answered = true, .answer = answer});
}

static void note_answer(void *context, Session *session, AnswerVerdict verdict, const char *tag) {
    static const ProgressVerdict verdicts[] = {[ANSWER_RIGHT] = PROGRESS_RIGHT,
                                               [ANSWER_ROUNDED] = PROGRESS_ROUNDED,
                                               [ANSWER_CARRIED] = PROGRESS_CARRIED,
                                               [ANSWER_WRONG] = PROGRESS_WRONG};
    const bool right = verdict != ANSWER_WRONG;
    if (verdict == ANSWER_UNREADABLE)
        return;
    if (right && session_was_told(session))
        add_answer(context, session, session->position, PROGRESS_SHOWN, NULL);
    else if (!right || !teach_was_told(session)) /* else the step itself shows it */
        add_answer(context, session, session->position, verdicts[verdict], tag);
}

static void note_hunt(void *context, Session *session, const HuntEnd *end) {
    static const ProgressOutcome outcomes[] = {[HUNT_FOUND] = PROGRESS_FOUND,
                                               [HUNT_HELPED] = PROGRESS_HELPED,
                                               [HUNT_MISSED] = PROGRESS_MISSED};
    Journal *journal = context;
    Arena *waiting = &journal->waiting;
    waiting->recovery = session->arena->recovery;
    ProgressHunt hunt = {.time = journal_now(),
                         .lesson = journal->name,
                         .hash = session->lesson->hash,
                         .what = arena_copy(waiting, end->what),
                         .outcome = outcomes[end->outcome],
                         .tag = end->tag ? arena_copy(waiting, end->tag) : NULL};
    add_entry(journal, session, (Entry){.hunt = hunt});
}

void journal_give_up(Progress *progress, Session *session, size_t position) {
    Journal *journal = journal_new(progress, session);
    add_answer(journal, session, position, PROGRESS_SHOWN, NULL);
    settle(journal, session);
}

/* --- Coming back --------------------------------------------------------------------------------
 */

/* What a note may do when a lesson is resumed. It may have been written by anybody. */
static bool is_change(Arena *arena, const char *line) {
    static const char *const words[] = {"set",   "rate",   "seed",  "row",
                                        "reset", "update", "train", "mode"};
    const CommandInfo *info = command_find(arena_copy_n(arena, line, strcspn(line, " ")));
    for (size_t i = 0; info && i < sizeof words / sizeof *words; i++)
        if (str_equal(info->name, words[i]))
            return true;
    return false;
}

static bool is_mode(const char *line) {
    return str_starts(line, "mode ");
}

/* How many changes were made again, and how many are dropped. */
typedef struct Remade {
    size_t made, dropped;
    bool stopped; /* the student did not wait for a training: the others were not made */
} Remade;

/* Makes one change again. */
static void make_again(Session *session, const ProgressChange *change, bool changed,
                       Remade *remade) {
    Arena scratch = {.recovery = session->arena->recovery};
    size_t place = changed ? find_place(session->lesson, &change->place) : change->place.step;
    bool made = is_change(&scratch, change->command) && place < session->lesson->step_count;
    remade->stopped = made && !session_return(session, place);
    made = made && !remade->stopped && !session_execute(session, &scratch, change->command).failed;
    arena_clear(&scratch);
    remade->made += made && !is_mode(change->command);
    remade->dropped += !made && !remade->stopped;
}

/* With `mode_only` the numbers are to be the lesson's own. */
static Remade remake(Journal *journal, Session *session, bool changed, bool mode_only) {
    ProgressChange *changes;
    size_t count;
    Remade remade = {0};
    if (!progress_read_changes(journal->progress, session->arena, journal->name, &changes, &count))
        return remade;
    for (size_t i = 0; i < count && !remade.stopped; i++)
        if (!mode_only || is_mode(changes[i].command))
            make_again(session, &changes[i], changed, &remade);
    if ((remade.dropped && !remade.stopped) || (mode_only && count))
        note_change(journal, session);
    return remade;
}

static const char *remade_words(Arena *arena, Remade remade) {
    if (remade.dropped && remade.made)
        return arena_format(arena,
                            " Your changes were made again, but %zu that the lesson no longer "
                            "knows.",
                            remade.dropped);
    return remade.made      ? " Your changes were made again; `undo` takes them back."
           : remade.dropped ? " Your changes do not fit it any more, and are forgotten."
                            : "";
}

static void resume(Journal *journal, Session *session) {
    const Lesson *lesson = session->lesson;
    ProgressLesson noted;
    bool found;
    if (!progress_read_lesson(journal->progress, session->arena, journal->name, &noted, &found) ||
        !found)
        return;
    bool changed = noted.hash != lesson->hash;
    if (!changed)
        session_mark_seen(session, noted.furthest + 1);
    size_t place = changed ? find_place(lesson, &noted.last) : noted.last.step;
    bool ended = place + 1 >= lesson->step_count;
    Remade remade = remake(journal, session, changed, ended);
    if (ended) {
        session_ask_again(session, 0);
        session_goto(session, 0);
        session_set_note(session, "You have been through this lesson to its end. Here it begins "
                                  "again.");
    } else if (remade.stopped || !session_return(session, place)) {
        session_ask_again(session, session->position);
        session_enter(session, session->position);
        session_set_note(session,
                         arena_format(session->arena,
                                      "You stopped last time at step %zu, behind a training. It "
                                      "was not waited for: here is the step before it; `goto %zu` "
                                      "trains.",
                                      place + 1, place + 1));
    } else if (place > 0 || remade.made || remade.dropped) {
        session_ask_again(session, place);
        session_enter(session, place);
        session_set_note(
            session,
            arena_format(
                session->arena,
                "%sYou stopped here last time, at step %zu of %zu; `restart` begins anew.%s",
                changed ? "This lesson has changed since. " : "", place + 1, lesson->step_count,
                remade_words(session->arena, remade)));
    }
}

void journal_follow(Progress *progress, Session *session, JournalUse use) {
    Journal *journal = journal_new(progress, session);
    SessionObserver observer = {
        .answered = note_answer, .hunted = note_hunt, .settled = settle, .context = journal};
    if (use != JOURNAL_REVIEW) {
        observer.moved = note_move;
        observer.changed = note_change;
    }
    if (use == JOURNAL_RESUME) {
        resume(journal, session);
        tell(journal, session);
    } else if (use == JOURNAL_RESTART) {
        remake(journal, session, false, true);
        session_goto(session, 0);
        note_move(journal, session);
    }
    session_set_observer(session, observer);
}

uint64_t journal_review_seed(const ProgressReview *review) {
    uint64_t asked = (uint64_t)review->asked * LIMIT_STEPS + review->place.step;
    Rng rng = rng_stream(asked, review->lesson);
    return rng_next(&rng);
}

bool journal_find_review(Session *session, const ProgressReview *review, size_t *position) {
    const Lesson *lesson = session->lesson;
    bool changed = review->hash != lesson->hash;
    *position = changed ? find_place(lesson, &review->place) : review->place.step;
    if (*position >= lesson->step_count)
        return false;
    Arena scratch = {.recovery = session->arena->recovery};
    Asked asked;
    const char *title = session_card_at(session, &scratch, *position).title;
    bool found = teach_asked(session, &scratch, *position, &asked) &&
                 (!changed || str_equal(title ? title : "", review->title));
    arena_clear(&scratch);
    return found;
}
