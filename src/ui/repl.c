#include "ui/repl.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <readline/history.h>
#include <readline/readline.h>

#include "base/limits.h"

/* readline's callbacks get no context; this is theirs, set while repl_run runs. */
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

static int converse(PlainRun *run, const char *prompt) {
    rl_readline_name = "backstep";
    rl_attempted_completion_function = complete;
    rl_completer_word_break_characters = " \t\n+-*/^@()[],=<>\"";
    Arena scratch = {0};
    Card card = session_card(run->session, &scratch);
    plain_card(stdout, &scratch, &card, run->options);
    arena_clear(&scratch);
    puts("Enter goes on, `help` lists the commands, `quit` leaves.\n");
    while (!run->quit) {
        completing = run->session;
        char *line = readline(prompt);
        if (!line) {
            putchar('\n');
            break;
        }
        if (*line)
            add_history(line);
        plain_command(run, line);
        free(line);
    }
    return 0;
}

/* Lines from a pipe or a file. One that is too long is answered as such, and not kept. */
static int read_all(PlainRun *run) {
    char *line = malloc(LIMIT_COMMAND_BYTES + 2);
    if (!line)
        return 1;
    size_t length = 0;
    int c;
    do {
        c = getchar();
        if (c != '\n' && c != EOF) {
            line[length] = (char)(c ? c : ' ');
            length += length <= LIMIT_COMMAND_BYTES;
            continue;
        }
        line[length] = '\0';
        if (length || c == '\n')
            plain_command(run, line);
        length = 0;
        fflush(stdout);
    } while (c != EOF && !run->quit && !ferror(stdout));
    free(line);
    return run->failed;
}

int repl_run(PlainRun *run) {
    bool terminal = isatty(STDIN_FILENO) && isatty(STDOUT_FILENO) && !run->json;
    return terminal ? converse(run, run->options.ascii ? "> " : "∇ ") : read_all(run);
}
