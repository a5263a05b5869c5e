#include "app/contents.h"

#include <string.h>

#include "app/command.h"
#include "base/str.h"
#include "base/utf8.h"
#include "view/find.h"
#include "view/math_text.h"

enum { TITLE_COLUMNS = 60, EXCERPT_BEFORE = 24, EXCERPT_COLUMNS = 60 };

/* --- What a step says ----------------------------------------------------------------------- */

static void add_formula(Buffer *text, const Math *formula) {
    buffer_add(text, math_line(text->arena, formula, false));
}

static void add_runs(const Explain *explain, Buffer *text, const Prose *prose) {
    for (size_t i = 0; i < prose->block->run_count; i++) {
        const MarkdownRun *run = &prose->block->runs[i];
        bool formula = run->kind == MARKDOWN_CODE && prose->exprs[i] && !prose->live[i];
        if (formula)
            add_formula(text, explain_symbols(explain, prose->exprs[i]));
        else if (run->kind == MARKDOWN_BREAK)
            buffer_add(text, " ");
        else if (run->kind != MARKDOWN_CODE || !prose->exprs[i])
            buffer_add(text, run->text);
        else
            buffer_add(text, "…");
    }
}

static void add_prose(const Explain *explain, Buffer *text, const Step *step) {
    for (size_t i = 0; i < step->count; i++) {
        const Prose *prose = &explain->lesson->prose[step->first + i];
        bool heading = i > 0 && prose[-1].block->kind == MARKDOWN_HEADING;
        if (text->length)
            buffer_add(text, heading ? ". " : " ");
        if (prose->block->kind == MARKDOWN_FENCE)
            buffer_add(text, prose->block->text);
        else if (prose->block->kind != MARKDOWN_RULE)
            add_runs(explain, text, prose);
    }
}

static void add_name(const Explain *explain, Buffer *text, SymbolId symbol) {
    const Symbol *found = scope_get(explain->scope, symbol);
    buffer_format(text, " %s", explain_name_text(explain, symbol));
    if (found->definition) {
        buffer_add(text, " = ");
        add_formula(text, explain_symbols(explain, found->definition));
    }
    buffer_add(text, ".");
}

static void add_edge(const Explain *explain, Buffer *text, size_t number) {
    const Edge *edge = &explain->lesson->graph->edges[number];
    Expr of = scope_expr(explain->scope, explain->exprs, edge->to);
    Expr wrt = scope_expr(explain->scope, explain->exprs, edge->from);
    buffer_add(text, " ");
    add_formula(text, explain_partial(explain, of, wrt));
}

static void add_path(const Explain *explain, Buffer *text, const Path *path) {
    buffer_format(text, " %s:", explain_path(explain, path));
    for (size_t i = path->count; i-- > 0;)
        add_edge(explain, text, path->edges[i]);
}

static void add_exprs(const Explain *explain, Buffer *text, const Expr *exprs, size_t count) {
    for (size_t i = 0; i < count; i++) {
        buffer_add(text, i ? ", " : " ");
        add_formula(text, explain_symbols(explain, exprs[i]));
    }
}

static void add_question(Buffer *text, const Question *question) {
    buffer_format(text, " %s", question->text);
    for (size_t i = 0; i < question->choice_count; i++)
        buffer_format(text, " %zu. %s", i + 1, question->choices[i].label);
}

static void add_derivative(const Explain *explain, Buffer *text, SymbolId of, SymbolId wrt) {
    if (of == SYMBOL_NONE)
        return;
    buffer_add(text, " ");
    add_formula(text, explain_partial(explain, scope_expr(explain->scope, explain->exprs, of),
                                      scope_expr(explain->scope, explain->exprs, wrt)));
}

static void add_step(const Explain *explain, Buffer *text, const Step *step) {
    const Path *paths = step->chain ? step->chain->paths.list : NULL;
    switch (step->kind) {
    case STEP_PROSE: add_prose(explain, text, step); break;
    case STEP_DECLARE:
        for (size_t i = 0; i < step->count; i++)
            add_name(explain, text, (SymbolId)(step->first + i));
        break;
    case STEP_FORWARD: add_name(explain, text, step->symbol); break;
    case STEP_CHAIN:
    case STEP_SUM:
        for (size_t i = 0; i < step->chain->paths.listed; i++)
            add_path(explain, text, &paths[i]);
        break;
    case STEP_FACTOR: /* the title names it, but not the local partial where matrices carry */
        if (explain_carries(explain, step->chain, step->path))
            add_edge(explain, text, paths[step->path].edges[step->factor]);
        break;
    case STEP_PRODUCT: add_path(explain, text, &paths[step->path]); break;
    case STEP_CANCEL:
    case STEP_BACKWARD:
    case STEP_UPDATE: add_derivative(explain, text, step->of, step->symbol); break;
    case STEP_SET: add_exprs(explain, text, &step->target, 1); break;
    case STEP_PLOT: add_exprs(explain, text, step->plot->exprs, step->plot->count); break;
    case STEP_SHOW: add_exprs(explain, text, step->exprs, step->count); break;
    case STEP_ASK: add_question(text, step->question); break;
    case STEP_ANSWER:
        if (step->question->why)
            buffer_format(text, " %s", step->question->why);
        break;
    case STEP_RATE:
    case STEP_RESET:
    case STEP_ROW:
    case STEP_TRAIN: break;
    }
}

static Explain explain_words(const Session *session, Card *card) {
    return explain_new(session, session->present.model, card);
}

/* What a step says, but for its numbers: titles, prose, names and formulas as text. */
static const char *step_text(const Session *session, Arena *arena, size_t step) {
    Card card = {.arena = arena};
    Explain explain = explain_words(session, &card);
    const Step *found = &session->lesson->steps[step];
    const char *title = explain_title(&explain, found);
    Buffer text = {.arena = arena};
    if (title)
        buffer_format(&text, "%s.", title);
    if (found->kind != STEP_ANSWER || session->seen[step]) /* an answer is not told beforehand */
        add_step(&explain, &text, found);
    return buffer_text(&text);
}

/* --- Items ---------------------------------------------------------------------------------- */

/* The beginning of a text, up to the end of its first sentence or to a word that ends in time. */
static const char *beginning(Arena *arena, const char *text) {
    size_t length = strcspn(text, "\n"), fits = utf8_prefix(text, TITLE_COLUMNS);
    const char *stop = strstr(text, ". ");
    if (stop && (size_t)(stop - text) < length)
        length = (size_t)(stop - text);
    if (length <= fits)
        return arena_copy_n(arena, text, length);
    while (fits > 0 && text[fits] != ' ')
        fits--;
    return arena_format(arena, "%.*s …", (int)fits, text);
}

/* The level of the heading with which a step begins, or 0. */
static int heading_level(const Lesson *lesson, size_t step) {
    const Step *found = &lesson->steps[step];
    if (found->kind != STEP_PROSE || !found->count)
        return 0;
    const MarkdownBlock *block = lesson->prose[found->first].block;
    return block->kind == MARKDOWN_HEADING ? block->level : 0;
}

/* Counts the steps under a heading: up to the next one that is not lower. */
static void count_steps(const Session *session, size_t step, ContentsItem *item) {
    size_t end = step;
    do {
        item->done += session->seen[end++];
    } while (end < session->lesson->step_count &&
             (heading_level(session->lesson, end) == 0 ||
              heading_level(session->lesson, end) > item->level));
    item->steps = end - step;
    item->seen = item->done == item->steps;
    item->minutes = session_minutes(session, step, end);
}

const char *contents_extent(Arena *arena, const ContentsItem *item) {
    return item->level
               ? arena_format(arena, "%zu of %zu, %d min", item->done, item->steps, item->minutes)
               : NULL;
}

ContentsItem contents_item(const Session *session, Arena *arena, size_t step) {
    Card card = {.arena = arena};
    Explain explain = explain_words(session, &card);
    const Step *found = &session->lesson->steps[step];
    ContentsItem item = {.title = explain_title(&explain, found), .seen = session->seen[step]};
    if (found->kind != STEP_PROSE || !found->count)
        return item;
    const Prose *prose = &explain.lesson->prose[found->first];
    Buffer text = {.arena = arena};
    item.level = heading_level(session->lesson, step);
    if (item.level) {
        add_runs(&explain, &text, prose);
        count_steps(session, step, &item);
    } else
        add_prose(&explain, &text, found);
    item.title = item.level ? buffer_text(&text) : beginning(arena, buffer_text(&text));
    if (prose->block->kind == MARKDOWN_FENCE)
        item.title = "a picture";
    return item;
}

const char *contents_section(const Session *session, Arena *arena) {
    const Lesson *lesson = session->lesson;
    const size_t section = lesson->steps[session->position].section;
    if (!section)
        return "";
    Card card = {.arena = arena};
    Explain explain = explain_words(session, &card);
    Buffer text = {.arena = arena};
    const Step *first = &lesson->steps[lesson->sections[section - 1].step];
    add_runs(&explain, &text, &lesson->prose[first->first]);
    return buffer_text(&text);
}

/* How many of the steps the student has not seen yet. */
static size_t steps_left(const Session *session) {
    size_t left = 0;
    for (size_t i = 0; i < session->lesson->step_count; i++)
        left += !session->seen[i];
    return left;
}

/* --- Search --------------------------------------------------------------------------------- */

/* The words around the bytes [start, end) of a text. */
static const char *excerpt(Arena *arena, const char *text, size_t start, size_t end) {
    size_t from = start > EXCERPT_BEFORE ? start - EXCERPT_BEFORE : 0;
    while (from > 0 && from < start && text[from - 1] != ' ')
        from++;
    size_t room = utf8_prefix(text + from, EXCERPT_COLUMNS), to = from + room;
    to = to < end ? end : to;
    while (text[to] && to > end && text[to] != ' ')
        to--;
    char *line = arena_format(arena, "%s%.*s%s", from ? "… " : "", (int)(to - from), text + from,
                              text[to] ? " …" : "");
    for (char *c = line; *c; c++)
        if (*c == '\n' || *c == '\t')
            *c = ' ';
    return line;
}

size_t contents_search(const Session *session, Arena *arena, const char *text,
                       ContentsMatch **matches) {
    Needle needle = find_needle(arena, text);
    Arena scratch = {.recovery = arena->recovery};
    size_t count = 0, capacity = 0, start, end;
    *matches = NULL;
    for (size_t i = 0; i < session->lesson->step_count; i++) {
        const char *said = step_text(session, &scratch, i);
        if (find_in_text(&scratch, &needle, said, &start, &end)) {
            ARENA_RESERVE(arena, *matches, count, capacity);
            (*matches)[count++] = (ContentsMatch){i, excerpt(arena, said, start, end)};
        }
        arena_clear(&scratch);
    }
    return count;
}

/* --- Commands ------------------------------------------------------------------------------- */

static const char *mark(const Session *session, size_t step, bool seen) {
    return step == session->position ? "▶" : seen ? "✓" : "○";
}

static void add_item(Command *command, Block *table, Record *list, size_t step) {
    Arena *arena = command->arena;
    Card *card = &command->reply->card;
    ContentsItem item = contents_item(command->session, arena, step);
    block_part(card, table, NULL, math_text(arena, mark(command->session, step, item.seen)));
    block_part(card, table, NULL, math_text(arena, arena_format(arena, "%zu", step + 1)));
    const char *title = arena_format(arena, "%s%s", item.level ? "" : "  ", item.title);
    Math *words = math_text(arena, title);
    block_part(card, table, NULL, item.level ? math_lit(arena, words, STYLE_STRONG) : words);
    const char *extent = contents_extent(arena, &item);
    block_part(card, table, NULL, extent ? math_text(arena, extent) : NULL);
    Record *row = record_add_object(arena, list, NULL);
    record_add_number(arena, row, "step", (double)step + 1);
    record_add_text(arena, row, "title", item.title);
    record_add_number(arena, row, "level", item.level);
    record_add_truth(arena, row, "seen", command->session->seen[step]);
    if (item.level)
        record_add_number(arena, row, "minutes", item.minutes);
}

void cmd_contents(Command *command) {
    if (!command_end(command))
        return;
    const Session *session = command->session;
    size_t count = session->lesson->step_count, left = steps_left(session);
    command->reply->card.title = "contents";
    record_add_number(command->arena, command->record, "here", (double)session->position + 1);
    Record *list = record_add_list(command->arena, command->record, "steps");
    Block *table = card_add(&command->reply->card, BLOCK_TABLE);
    table->columns = 4;
    for (size_t i = 0; i < count; i++)
        add_item(command, table, list, i);
    int minutes = session_minutes(session, session->position, count);
    record_add_number(command->arena, command->record, "minutes_left", minutes);
    card_text(&command->reply->card,
              "▶ is where you are, ✓ what you have seen, ○ what is new; %zu of %zu steps are new, "
              "and from here to the end it takes about %d minute%s. `goto` and a number goes to a "
              "step.",
              left, count, minutes, minutes == 1 ? "" : "s");
}

void cmd_search(Command *command) {
    Arena *arena = command->arena;
    const char *text = command_rest(command);
    if (!*find_needle(arena, text).text) {
        command_fail(command, "write search sigmoid, or search d{E}/d{W}",
                     "search needs something to find");
        return;
    }
    ContentsMatch *matches;
    size_t count = contents_search(command->session, arena, text, &matches);
    if (!count) {
        command_fail(command, "`contents` lists the steps", "no step says %s", text);
        return;
    }
    command->reply->found = arena_copy(arena, text);
    Card *card = &command->reply->card;
    card->title = arena_format(arena, "“%s”: %zu step%s", text, count, count == 1 ? "" : "s");
    Record *list = record_add_list(arena, command->record, "matches");
    Block *table = card_add(card, BLOCK_TABLE);
    table->columns = 2;
    for (size_t i = 0; i < count; i++) {
        const char *number = arena_format(arena, "%zu", matches[i].step + 1);
        block_part(card, table, NULL, math_text(arena, number));
        block_part(card, table, NULL, math_text(arena, matches[i].excerpt));
        Record *row = record_add_object(arena, list, NULL);
        record_add_number(arena, row, "step", (double)matches[i].step + 1);
        record_add_text(arena, row, "excerpt", matches[i].excerpt);
    }
}
