#include "ui/plain.h"

#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "export/json.h"
#include "ui/training.h"
#include "view/card_text.h"

enum { WIDTH_DEFAULT = 80, WIDTH_LEAST = 20, WIDTH_MOST = 100 };

int plain_width(FILE *out, const PlainOptions *options) {
    struct winsize size;
    int width = options->width;
    if (!width && isatty(fileno(out)) && ioctl(fileno(out), TIOCGWINSZ, &size) == 0)
        width = size.ws_col;
    if (!width)
        width = WIDTH_DEFAULT;
    return width < WIDTH_LEAST ? WIDTH_LEAST : width > WIDTH_MOST ? WIDTH_MOST : width;
}

/* The sequences that begin each style; all are ended by a reset. */
static const char *const sequences[STYLE_COUNT] = {
    [STYLE_DIM] = "\033[2m",      [STYLE_STRONG] = "\033[1m",    [STYLE_LIT] = "\033[1;33m",
    [STYLE_NUMBER] = "\033[1m",   [STYLE_BACKWARD] = "\033[35m", [STYLE_CHANGED] = "\033[1;36m",
    [STYLE_ERROR] = "\033[1;31m", [STYLE_SELECTED] = "\033[7m",  [STYLE_FOUND] = "\033[7m",
};

static void print_colored(FILE *out, const Grid *grid, int row) {
    int last = grid->columns;
    while (last > 0 && strcmp(grid_cell(grid, row, last - 1)->text, " ") == 0)
        last--;
    Style style = STYLE_NORMAL;
    for (int column = 0; column < last; column++) {
        const Cell *cell = grid_cell(grid, row, column);
        if (cell->style != style) {
            fputs("\033[0m", out);
            style = (Style)cell->style;
            if (sequences[style])
                fputs(sequences[style], out);
        }
        fputs(cell->text, out);
    }
    fputs(style == STYLE_NORMAL ? "\n" : "\033[0m\n", out);
}

void plain_card(FILE *out, Arena *scratch, const Card *card, PlainOptions options) {
    CardLayout layout = {.width = plain_width(out, &options),
                         .ascii = options.ascii,
                         .flat = options.flat,
                         .spoken = options.spoken,
                         .title = true};
    Grid grid = card_draw(scratch, card, layout);
    for (int row = 0; row < grid.rows; row++)
        if (options.color)
            print_colored(out, &grid, row);
        else
            fprintf(out, "%s\n", grid_line(scratch, &grid, row));
    if (grid.rows)
        putc('\n', out);
}

static void print_step(Session *session, PlainOptions options) {
    Arena scratch = {0};
    Card card = session_card(session, &scratch);
    plain_card(stdout, &scratch, &card, options);
    arena_clear(&scratch);
}

/* Reads a line; NULL at the end. Of a very long one only the beginning counts. */
static char *read_typed(char *line, size_t size) {
    size_t length = 0;
    int c = getchar();
    bool ended = c == EOF;
    for (; c != '\n' && c != EOF; c = getchar())
        if (length + 1 < size)
            line[length++] = (char)(c ? c : ' ');
    line[length] = '\0';
    return ended ? NULL : line;
}

enum { TYPED = 1000 }; /* bytes of an answer or a command */

static void ask_to_go_on(const Session *session) {
    size_t at = session_position(session), count = session_step_count(session);
    int minutes = session_minutes(session, at, count);
    bool asks = session_asking(session) != ASKING_NOTHING;
    printf("Step %zu of %zu, about %d minute%s left. %sEnter %s, q leaves: ", at + 1, count,
           minutes, minutes == 1 ? "" : "s", asks ? "Type your answer; " : "",
           asks ? "goes on without" : "goes on");
    fflush(stdout);
}

/* The answer to a command; the step's card after a move, both after a right answer. */
static void print_answer(Session *session, Arena *scratch, const Reply *answer,
                         PlainOptions options) {
    if (answer->effect != REPLY_MOVED)
        plain_card(answer->failed ? stderr : stdout, scratch, &answer->card, options);
    if (answer->effect == REPLY_MOVED || answer->effect == REPLY_REVEALED) {
        Card step = session_card(session, scratch);
        plain_card(stdout, scratch, &step, options);
    }
}

/* What was typed is an answer where one is asked for, else a command; false where that was quit. */
static bool take_typed(Session *session, PlainOptions options, const char *line) {
    Arena scratch = {0};
    bool asks = session_asking(session) != ASKING_NOTHING;
    bool number = asks && (strspn(line, "0123456789.,+-") > 0);
    Reply answer = session_execute(session, &scratch,
                                   number ? arena_format(&scratch, "answer %s", line) : line);
    print_answer(session, &scratch, &answer, options);
    bool stays = answer.effect != REPLY_QUIT;
    arena_clear(&scratch);
    return stays;
}

/* Waits until the student goes on from this step; false where the lesson is left. */
static bool wait_for_enter(Session *session, PlainOptions options) {
    char typed[TYPED];
    for (;;) {
        ask_to_go_on(session);
        const char *line = read_typed(typed, sizeof typed);
        putchar('\n');
        if (!line || strcmp(line, "q") == 0 || ferror(stdout))
            return false;
        if (*line && !take_typed(session, options, line))
            return false;
        if (*line)
            continue;
        if (session_asking(session) != ASKING_NUMBER || !session_hides(session))
            return true;
        session_goto(session, session_position(session));
        print_step(session, options);
    }
}

/* Enters step `i`; a training on the way tells how far it is. */
static void enter_step(Session *session, PlainOptions options, size_t i, bool step) {
    TrainingWatch watch;
    training_watch(&watch, session, plain_width(stderr, &options), options.ascii);
    if (step)
        session_enter(session, i);
    else
        session_goto(session, i);
    training_watch_end(&watch);
}

int plain_play(Session *session, PlainOptions options, bool step) {
    size_t count = session_step_count(session);
    session_set_recited(session, !step);
    for (size_t i = step ? session_position(session) : 0; i < count; i++) {
        if (i != session_position(session)) /* where it stands it may have something to say */
            enter_step(session, options, i, step);
        print_step(session, options);
        bool last = i + 1 == count && session_asking(session) == ASKING_NOTHING;
        bool goes_on = !ferror(stdout) && (!step || last || wait_for_enter(session, options));
        if (!goes_on)
            break;
        i = step ? session_position(session) : i; /* a command may have moved */
    }
    return 0;
}

static const char *without_newline(Arena *arena, const char *text) {
    size_t length = strlen(text);
    return arena_copy_n(arena, text, length - (length && text[length - 1] == '\n'));
}

void plain_command(PlainRun *run, const char *line) {
    Arena scratch = {0};
    TrainingWatch watch;
    training_watch(&watch, run->session, plain_width(stderr, &run->options), run->options.ascii);
    Reply answer = session_execute(run->session, &scratch, line);
    training_watch_end(&watch);
    const char *error = NULL;
    if (answer.effect == REPLY_OPEN) {
        Session *opened = run->open(run->context, answer.open, &error);
        if (opened)
            run->session = opened, answer.effect = REPLY_MOVED;
    }
    if (run->json && error)
        json_write(stdout, record_error(&scratch, line, without_newline(&scratch, error)));
    else if (run->json)
        json_write(stdout, answer.record);
    else if (error)
        fputs(error, stderr);
    else
        print_answer(run->session, &scratch, &answer, run->options);
    run->failed = run->failed || answer.failed || error;
    run->effect = answer.effect;
    run->quit = answer.effect == REPLY_QUIT;
    arena_clear(&scratch);
}
