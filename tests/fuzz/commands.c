/* Lines that ought to be commands, given one after another in one small lesson: their answers are
 * drawn and written as JSON, and what could stand at the end of the line is asked for. */
#include <stdio.h>
#include <string.h>

#include "export/json.h"
#include "target.h"

static const char LESSON[] = "tests/fuzz/commands.lesson.md";

enum { MOST_LINES = 40, PICTURE_ROWS = 20, PICTURE_COLUMNS = 60 };

static const char *const unsafe = "an answer shows what is not safe";

static void complete(Target *target, Session *session, const char *line) {
    size_t end = strlen(line), start = end;
    while (start > 0 && line[start - 1] != ' ')
        start--;
    const char **words = session_complete(session, &target->scratch, line, start, end);
    for (; words && *words; words++)
        trial_require_safe(&target->trial, *words, "a word of completion is not safe");
}

/* The step and the panes, as they are after a command. */
static void show(Target *target, Session *session) {
    Arena *scratch = &target->scratch;
    SymbolId *symbols;
    Card card = session_card(session, scratch);
    trial_draw(&target->trial, scratch, &card, (CardLayout){.width = 60, .title = true}, unsafe);
    card = session_values(session, scratch, SYMBOL_NONE, &symbols);
    trial_draw(&target->trial, scratch, &card, (CardLayout){.width = 30}, unsafe);
    NetworkWish wish = {.selected = SYMBOL_NONE};
    Network network = session_network(session, scratch, wish, &symbols);
    network_draw(scratch, &network, PICTURE_ROWS, PICTURE_COLUMNS, false);
}

static void answer(Target *target, Session *session, const char *line) {
    static FILE *nowhere;
    if (!nowhere)
        nowhere = fopen("/dev/null", "w");
    Arena *scratch = &target->scratch;
    complete(target, session, line);
    Reply reply = session_execute(session, scratch, line);
    trial_draw(&target->trial, scratch, &reply.card, (CardLayout){.width = 80}, unsafe);
    trial_draw(&target->trial, scratch, &reply.card, (CardLayout){.width = 24, .ascii = true},
               unsafe);
    trial_draw(&target->trial, scratch, &reply.card,
               (CardLayout){.width = 80, .flat = true, .spoken = true}, unsafe);
    json_write(nowhere, reply.record);
}

static void run(Target *target) {
    Session *session = trial_open(&target->trial, LESSON);
    if (!session)
        target->trial.fault = "the lesson of the commands cannot be read; is this its folder?";
    const char *line = target->bytes, *end = line + target->length;
    for (int i = 0; session && i < MOST_LINES && line < end; i++) {
        const char *newline = memchr(line, '\n', (size_t)(end - line));
        size_t length = (size_t)((newline ? newline : end) - line);
        answer(target, session, arena_copy_n(&target->scratch, line, length));
        show(target, session);
        arena_clear(&target->scratch);
        line += length + 1;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length) {
    target_try(bytes, length, run);
    return 0;
}
