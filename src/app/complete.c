/* Which words can stand at a place of a command line. */
#include <stdlib.h>
#include <string.h>

#include "app/command.h"
#include "app/load.h"
#include "base/str.h"

/* What an argument may be. */
enum { NAMES = 1, FUNCTIONS = 2, COMMANDS = 4, LESSONS = 8, EXPRESSIONS = NAMES | FUNCTIONS };

/* Of a command: what is offered after it, and which words of its own, apart by spaces. Of commands
 * that are not here, nothing is; what is no command is an expression. */
static const struct Argument {
    const char *command;
    unsigned offered;
    const char *words;
} arguments[] = {
    {"value", EXPRESSIONS, ""},
    {"grad", NAMES, "of"},
    {"formula", NAMES, ""},
    {"expand", NAMES, ""},
    {"why", NAMES, ""},
    {"chain", NAMES, "of"},
    {"paths", NAMES, "of"},
    {"local", NAMES, ""},
    {"check", NAMES, "of"},
    {"backward", NAMES, "of"},
    {"update", NAMES, ""},
    {"set", NAMES, ""},
    {"train", EXPRESSIONS, "batch epochs given order random rate shuffled until"},
    {"answer", EXPRESSIONS, ""},
    {"hunt", NAMES, "backward lines of seed stop"},
    {"mode", 0, "predict solo watch"},
    {"plot", EXPRESSIONS, "from over to"},
    {"heat", EXPRESSIONS, ""},
    {"show", EXPRESSIONS, "expanded gradient network paths"},
    {"open", LESSONS, ""},
    {"mouse", 0, "off on"},
    {"animation", 0, "off on"},
    {"help", COMMANDS, ""},
};

typedef struct Candidates {
    Arena *arena;
    const char **words;
    size_t count, capacity;
    const char *prefix;
} Candidates;

static int by_text(const void *a, const void *b) {
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void add(Candidates *candidates, const char *word) {
    ARENA_RESERVE(candidates->arena, candidates->words, candidates->count, candidates->capacity);
    candidates->words[candidates->count++] = word;
}

static void offer(Candidates *candidates, const char *word) {
    if (word && str_starts(word, candidates->prefix))
        add(candidates, word);
}

static void offer_commands(Candidates *candidates) {
    const char *group;
    const CommandInfo *info;
    for (size_t i = 0; (info = command_row(i, &group)); i++)
        offer(candidates, info->name);
}

/* After a stroke as in dE/ the names to differentiate by. */
static void offer_names(Candidates *candidates, const Scope *scope, bool after_stroke) {
    for (SymbolId s = 0; s < scope->count; s++) {
        const char *name = scope_get(scope, s)->name;
        offer(candidates, name);
        if (name && after_stroke && candidates->prefix[0] == 'd')
            offer(candidates, arena_format(candidates->arena, "d%s", name));
    }
}

static void offer_functions(Candidates *candidates) {
    for (size_t i = 0; i < FUNCTION_FIRST_INTERNAL; i++)
        offer(candidates, expr_functions[i].name);
}

static void offer_words(Candidates *candidates, const char *words) {
    while (*words) {
        size_t length = strcspn(words, " ");
        offer(candidates, arena_copy_n(candidates->arena, words, length));
        words += length + (words[length] == ' ');
    }
}

/* A lesson's name may have signs that end a word elsewhere: `typed` of it stands before the word
 * that is completed. */
static void offer_lessons(Candidates *candidates, const char *typed) {
    LessonFile *lessons;
    size_t count = load_course(candidates->arena, &lessons), length = strlen(typed);
    for (size_t i = 0; i < count; i++)
        if (str_starts(lessons[i].name, typed))
            offer(candidates, lessons[i].name + length);
}

static const struct Argument *find_argument(const char *command) {
    for (size_t i = 0; i < sizeof arguments / sizeof *arguments; i++)
        if (str_equal(arguments[i].command, command))
            return &arguments[i];
    return NULL;
}

static void offer_arguments(Candidates *candidates, const Scope *scope, const char *line,
                            size_t start) {
    static const struct Argument expression = {"", EXPRESSIONS, ""}, none = {"", 0, ""};
    size_t blanks = strspn(line, " "), length = strcspn(line + blanks, " ");
    const CommandInfo *info = command_find(arena_copy_n(candidates->arena, line + blanks, length));
    const struct Argument *argument = info ? find_argument(info->name) : &expression;
    argument = argument ? argument : &none;
    if (argument->offered & COMMANDS)
        offer_commands(candidates);
    if (argument->offered & NAMES)
        offer_names(candidates, scope, start > 0 && line[start - 1] == '/');
    if (argument->offered & FUNCTIONS)
        offer_functions(candidates);
    if (argument->offered & LESSONS) {
        size_t from = blanks + length + strspn(line + blanks + length, " ");
        from = from < start ? from : start;
        offer_lessons(candidates, arena_copy_n(candidates->arena, line + from, start - from));
    }
    offer_words(candidates, argument->words);
}

const char **session_complete(const Session *session, Arena *arena, const char *line, size_t start,
                              size_t end) {
    Candidates candidates = {.arena = arena,
                             .prefix = arena_copy_n(arena, line + start, end - start)};
    const Scope *scope = &session->lesson->scope;
    if (strspn(line, " ") >= start) {
        offer_commands(&candidates);
        offer_names(&candidates, scope, false);
        offer_functions(&candidates);
    } else {
        offer_arguments(&candidates, scope, line, start);
    }
    if (candidates.count)
        qsort(candidates.words, candidates.count, sizeof *candidates.words, by_text);
    ARENA_RESERVE(arena, candidates.words, candidates.count, candidates.capacity);
    candidates.words[candidates.count] = NULL;
    return candidates.words;
}
