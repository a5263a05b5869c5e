#include "ui/repl.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <readline/readline.h>

#include "base/limits.h"
#include "ui/lines.h"

/* readline's callbacks get no context; this is theirs, set before each line. */
static const Session *completing;

/* The words that fit, as readline wants them: the common beginning first, then each, all malloc'd;
 * by its own function from a generator. */
static char *next_candidate(const char *text, int state) {
    static Arena arena;
    static const char **words;
    (void)text;
    if (state == 0) {
        arena_clear(&arena);
        words = session_complete(completing, &arena, rl_line_buffer,
                                 (size_t)rl_point - strlen(text), (size_t)rl_point);
    }
    return words && *words ? strdup(*words++) : NULL;
}

static char **complete(const char *text, int start, int end) {
    (void)start, (void)end;
    rl_attempted_completion_over = 1;
    return rl_completion_matches(text, next_candidate);
}

static char *ask_line(const Session *session, const char *prompt) {
    rl_readline_name = "backstep";
    rl_attempted_completion_function = complete;
    rl_completer_word_break_characters = " \t\n+-*/^@()[],=<>\"";
    completing = session;
    lines_begin();
    char *line = readline(prompt);
    if (line)
        lines_add(line);
    return line;
}

static char *read_line(void) {
    char *line = malloc(LIMIT_COMMAND_BYTES + 2);
    size_t length = 0;
    int c = line ? getchar() : EOF;
    bool ended = c == EOF;
    for (; c != '\n' && c != EOF; c = getchar()) {
        line[length] = (char)(c ? c : ' ');
        length += length <= LIMIT_COMMAND_BYTES;
    }
    if (ended) {
        free(line);
        return NULL;
    }
    line[length] = '\0';
    return line;
}

char *repl_line(const Session *session, const char *prompt) {
    return prompt ? ask_line(session, prompt) : read_line();
}

const char *repl_prompt(const PlainRun *run) {
    bool terminal = isatty(STDIN_FILENO) && isatty(STDOUT_FILENO) && !run->json;
    return !terminal ? NULL : run->options.ascii ? "> " : "∇ ";
}

static void greet(PlainRun *run) {
    Arena scratch = {0};
    Card card = session_card(run->session, &scratch);
    plain_card(stdout, &scratch, &card, run->options);
    arena_clear(&scratch);
    puts("Enter goes on, `help` lists the commands, `quit` leaves.\n");
}

int repl_run(PlainRun *run) {
    const char *prompt = repl_prompt(run);
    if (prompt)
        greet(run);
    while (!run->quit && !ferror(stdout)) {
        char *line = repl_line(run->session, prompt);
        if (!line) {
            fputs(prompt ? "\n" : "", stdout);
            break;
        }
        plain_command(run, line);
        free(line);
        fflush(stdout);
    }
    return prompt ? 0 : run->failed;
}
