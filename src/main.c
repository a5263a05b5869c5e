/* backstep: arguments → what to run. */
#include <getopt.h>
#include <langinfo.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app/journal.h"
#include "app/load.h"
#include "base/number.h"
#include "base/str.h"
#include "base/utf8.h"
#include "ui/check.h"
#include "ui/home.h"
#include "ui/repl.h"
#include "ui/review.h"
#include "ui/training.h"
#include "ui/tui.h"

enum { EXIT_DONE = 0, EXIT_FAILED = 1, EXIT_USAGE = 2, EXIT_UNREADABLE = 3 };

static const char USAGE[] =
    "backstep steps through backpropagation, one derivative at a time.\n"
    "\n"
    "  backstep                       the lessons, and where you are\n"
    "  backstep LESSON                a lesson, by name or file: full screen on a terminal\n"
    "  backstep LESSON -c COMMAND     answer commands and exit; -c can be repeated\n"
    "  backstep play LESSON           every step as plain text; --step waits for Enter\n"
    "  backstep repl [LESSON]         a prompt without the full screen\n"
    "  backstep check FILE...         is everything right that these lessons say?\n"
    "  backstep review                asks again, with other numbers, what went wrong before\n"
    "  backstep progress              what you have done; --forget removes it\n"
    "\n"
    "  --json         answers as JSON, one object a line\n"
    "  --plain        no full screen, no drawing: for screen readers and pipes\n"
    "  --spoken       --plain with every sign in words: d E by d w5, x squared\n"
    "  --ascii        ASCII characters only\n"
    "  --color WHEN   always, never or auto\n"
    "  --theme NAME   of the full screen: dark, light, mono, or auto\n"
    "  --no-animation pictures stand still\n"
    "  --digits N     significant digits shown, 2 to 17 (4)\n"
    "  --seed N       other random numbers than the lesson's\n"
    "  --mode MODE    watch, predict or solo: what is asked before it is shown\n"
    "  --restart      begin the lesson anew, not where you stopped\n"
    "  --all          review what is due on a later day, too\n"
    "  --version, --help\n"
    "\n"
    "In a lesson, `help` lists the commands: backstep w5 -c help\n";

/* What the command line said, and the lesson it leads to. */
typedef struct Program {
    const char **commands; /* of -c */
    size_t command_count;
    bool json, plain, spoken, ascii, step, restart, forget, all;
    bool screen; /* it is the full screen's: nothing is written beside it */
    bool follow; /* a person is in the lesson: it is resumed, and noted what is done */
    Progress *progress;
    enum { COLOR_AUTO, COLOR_ALWAYS, COLOR_NEVER } color;
    ThemeKind theme;
    Settings settings;
    bool mode_given;
    Mode mode;       /* where it is */
    Arena arenas[2]; /* of the lesson that is open, and of the one opened next */
    size_t open;     /* which of them is the open one's */
    Arena text;      /* of messages */
    Arena arguments; /* of the command line */
} Program;

static void usage_error(const char *message, const char *word) {
    Arena arena = {0};
    const char *clean = word ? utf8_sanitise(&arena, word, strlen(word)) : "";
    fprintf(stderr, "backstep: %s%s%s\n", message, word ? ": " : "", clean);
    fputs("`backstep --help` shows what there is\n", stderr);
    arena_clear(&arena);
}

/* ------------------------------------------------------------------------------ options */

static bool parse_count(const char *text, double least, double most, double *number) {
    char *end;
    *number = strtod(text, &end);
    return *text && !*end && *number >= least && *number <= most &&
           *number == (double)(uint64_t)*number;
}

static bool parse_color(Program *program, const char *when) {
    static const char *const words[] = {"auto", "always", "never"};
    for (int i = 0; i < 3; i++)
        if (str_equal(when, words[i])) {
            program->color = (unsigned)i;
            return true;
        }
    return false;
}

static bool parse_mode(Program *program, const char *name) {
    program->mode_given = session_find_mode(name, &program->mode);
    return program->mode_given;
}

enum {
    OPTION_JSON = 256,
    OPTION_PLAIN,
    OPTION_SPOKEN,
    OPTION_ASCII,
    OPTION_COLOR,
    OPTION_THEME,
    OPTION_NO_ANIMATION,
    OPTION_DIGITS,
    OPTION_SEED,
    OPTION_MODE,
    OPTION_STEP,
    OPTION_RESTART,
    OPTION_FORGET,
    OPTION_ALL,
    OPTION_VERSION,
    OPTION_HELP
};

static const struct option options[] = {
    {"json", no_argument, NULL, OPTION_JSON},
    {"plain", no_argument, NULL, OPTION_PLAIN},
    {"spoken", no_argument, NULL, OPTION_SPOKEN},
    {"ascii", no_argument, NULL, OPTION_ASCII},
    {"color", required_argument, NULL, OPTION_COLOR},
    {"theme", required_argument, NULL, OPTION_THEME},
    {"no-animation", no_argument, NULL, OPTION_NO_ANIMATION},
    {"digits", required_argument, NULL, OPTION_DIGITS},
    {"seed", required_argument, NULL, OPTION_SEED},
    {"mode", required_argument, NULL, OPTION_MODE},
    {"step", no_argument, NULL, OPTION_STEP},
    {"restart", no_argument, NULL, OPTION_RESTART},
    {"forget", no_argument, NULL, OPTION_FORGET},
    {"all", no_argument, NULL, OPTION_ALL},
    {"version", no_argument, NULL, OPTION_VERSION},
    {"help", no_argument, NULL, OPTION_HELP},
    {NULL, 0, NULL, 0},
};

/* `given` is the word it stands in. Returns -1 to go on, else the exit status. */
static int take_option(Program *program, int option, const char *given) {
    double number;
    switch (option) {
    case 'c': program->commands[program->command_count++] = optarg; return -1;
    case OPTION_JSON: program->json = true; return -1;
    case OPTION_PLAIN: program->plain = true; return -1;
    case OPTION_SPOKEN: program->plain = program->spoken = true; return -1;
    case OPTION_ASCII: program->ascii = true; return -1;
    case OPTION_STEP: program->step = true; return -1;
    case OPTION_RESTART: program->restart = true; return -1;
    case OPTION_FORGET: program->forget = true; return -1;
    case OPTION_ALL: program->all = true; return -1;
    case OPTION_COLOR:
        if (parse_color(program, optarg))
            return -1;
        usage_error("--color is always, never or auto, not", optarg);
        return EXIT_USAGE;
    case OPTION_NO_ANIMATION: program->settings.animation = false; return -1;
    case OPTION_THEME:
        program->theme = theme_named(optarg);
        if (program->theme < THEME_COUNT)
            return -1;
        usage_error("--theme is dark, light, mono or auto, not", optarg);
        return EXIT_USAGE;
    case OPTION_DIGITS:
        if (parse_count(optarg, 2, NUMBER_MOST_DIGITS, &number)) {
            program->settings.digits = (int)number;
            return -1;
        }
        usage_error("--digits is a number from 2 to 17, not", optarg);
        return EXIT_USAGE;
    case OPTION_SEED:
        if (parse_count(optarg, 0, 9007199254740992.0, &number)) {
            program->settings.seed = (uint64_t)number;
            program->settings.seed_given = true;
            return -1;
        }
        usage_error("--seed is a whole number, not", optarg);
        return EXIT_USAGE;
    case OPTION_MODE:
        if (parse_mode(program, optarg))
            return -1;
        usage_error("--mode is watch, predict or solo, not", optarg);
        return EXIT_USAGE;
    case OPTION_VERSION: puts("backstep " BACKSTEP_VERSION); return EXIT_DONE;
    case OPTION_HELP: fputs(USAGE, stdout); return EXIT_DONE;
    case ':': usage_error("this option needs a value", given); return EXIT_USAGE;
    default: usage_error("no such option", given); return EXIT_USAGE;
    }
}

/* ------------------------------------------------------------------------------ lessons */

/* What went wrong with a lesson file, as text. */
static const char *describe(Program *program, Diags *diags) {
    char *text = NULL;
    size_t length = 0;
    FILE *out = open_memstream(&text, &length);
    if (!out)
        return "out of memory\n";
    diags_print(diags, out);
    fclose(out);
    const char *copy = arena_copy(&program->text, text ? text : "");
    free(text);
    return copy;
}

/* On the way to where the student stopped there may be long trainings. */
static void follow(Program *program, Session *session) {
    TrainingWatch watch;
    PlainOptions plain = {0};
    if (!program->screen)
        training_watch(&watch, session, plain_width(stderr, &plain), program->ascii);
    journal_follow(program->progress, session, program->restart ? JOURNAL_RESTART : JOURNAL_RESUME);
    if (!program->screen)
        training_watch_end(&watch);
}

/* Opens a lesson in the arena that is free; the one open before is given up. */
static Session *open_lesson(void *context, const char *name, const char **error) {
    Program *program = context;
    size_t other = 1 - program->open;
    Arena *arena = &program->arenas[other];
    arena_clear(arena);
    arena_clear(&program->text);
    jmp_buf full;
    if (setjmp(full)) {
        arena->recovery = NULL;
        arena_clear(arena);
        *error = arena_format(&program->text, "%s: needs more memory than there is\n",
                              utf8_sanitise(&program->text, name, strlen(name)));
        return NULL;
    }
    arena->recovery = &full;
    const char *suggestion;
    const char *path = load_find(arena, name, &suggestion);
    if (!path) {
        *error = arena_format(&program->text, "%s: no such lesson%s%s%s\n",
                              *name ? utf8_sanitise(&program->text, name, strlen(name)) : "\"\"",
                              suggestion ? "; did you mean " : "; `backstep` lists them",
                              suggestion ? suggestion : "", suggestion ? "?" : "");
        arena->recovery = NULL;
        return NULL;
    }
    Diags diags;
    Lesson *lesson = load_lesson(arena, path, &diags);
    Session *session = lesson ? session_open(arena, lesson, program->settings) : NULL;
    if (session && program->follow)
        follow(program, session);
    if (session && program->mode_given)
        session_set_mode(session, program->mode);
    arena->recovery = NULL;
    if (session)
        program->open = other;
    else
        *error = describe(program, &diags);
    return session;
}

static PlainOptions plain_options(const Program *program, bool flat) {
    bool terminal = isatty(STDOUT_FILENO);
    flat = flat || program->plain;
    bool color = program->color == COLOR_ALWAYS ||
                 (program->color == COLOR_AUTO && terminal && !getenv("NO_COLOR") && !flat);
    return (PlainOptions){
        .ascii = program->ascii, .flat = flat, .spoken = program->spoken, .color = color};
}

/* ------------------------------------------------------------------------------ what to run */

static int run_commands(Program *program, PlainRun *run) {
    for (size_t i = 0; i < program->command_count && !run->quit; i++)
        plain_command(run, program->commands[i]);
    return run->failed ? EXIT_FAILED : EXIT_DONE;
}

static int show_screen(Program *program, Session *session) {
    Arena arena = {0};
    TuiColor color = program->color == COLOR_ALWAYS  ? TUI_COLOR_ALWAYS
                     : program->color == COLOR_NEVER ? TUI_COLOR_NEVER
                                                     : TUI_COLOR_AUTO;
    TuiOptions screen = {.ascii = program->ascii,
                         .color = color,
                         .theme = program->theme,
                         .open = open_lesson,
                         .context = program};
    program->screen = true;
    int status = tui_run(&session, &arena, screen);
    program->screen = false;
    arena_clear(&arena);
    return status;
}

typedef enum Face { FACE_SCREEN, FACE_PLAY, FACE_REPL } Face;

/* Whether a person goes through the lesson, step by step. */
static bool is_followed(const Program *program, Face face, bool terminal) {
    bool text = face == FACE_PLAY || (face == FACE_SCREEN && (program->plain || !terminal));
    return (text ? program->step : terminal) && !program->command_count && !program->json;
}

/* No full screen after all. Step by step, what is done is noted at once; the whole lesson as text,
 * from its first step, is nobody's progress. */
static void unfollow(Session *session, bool step) {
    session_set_shown_first(session, false);
    session_settle(session);
    if (step)
        return;
    session_set_observer(session, (SessionObserver){0});
    session_set_note(session, NULL);
}

static int run_lesson(Program *program, Face face, const char *name) {
    const char *error = NULL;
    bool terminal = isatty(STDIN_FILENO) && isatty(STDOUT_FILENO);
    bool screen = face == FACE_SCREEN && terminal && !program->plain && !program->json;
    program->follow = is_followed(program, face, terminal);
    program->settings.shown_first = screen && !program->command_count;
    Session *session = open_lesson(program, name, &error);
    if (!session) {
        fputs(error, stderr);
        return EXIT_UNREADABLE;
    }
    PlainRun run = {
        .json = program->json, .session = session, .open = open_lesson, .context = program};
    if (program->command_count) {
        run.options = plain_options(program, true);
        return run_commands(program, &run);
    }
    bool flat = face != FACE_REPL || !isatty(STDOUT_FILENO);
    run.options = plain_options(program, flat);
    bool commands = !isatty(STDIN_FILENO) && face == FACE_SCREEN && program->json;
    if (face == FACE_REPL || commands)
        return repl_run(&run);
    if (screen) {
        int status = show_screen(program, session);
        if (status >= 0)
            return status;
        unfollow(session, program->step);
    }
    return plain_play(session, run.options, program->step);
}

/* The course; on a terminal it goes on into a lesson. */
static int run_course(Program *program) {
    bool asks = isatty(STDIN_FILENO) && isatty(STDOUT_FILENO) && !program->json;
    const char *lesson = home_course(&program->arguments, program->progress, asks);
    program->step = true; /* where there is no full screen, one at a time as well */
    return lesson ? run_lesson(program, FACE_SCREEN, lesson) : EXIT_DONE;
}

/* What is asked for outside a lesson; -1 where it is none of these. */
static int run_home(Program *program, const char *word) {
    PlainOptions plain = plain_options(program, !isatty(STDOUT_FILENO));
    if (!word)
        return run_course(program);
    if (str_equal(word, "review"))
        return review_run(program->progress,
                          (ReviewOptions){plain, program->settings, program->all, program->json});
    if (!str_equal(word, "progress"))
        return -1;
    if (program->forget)
        return home_forget(program->progress);
    home_progress(program->progress, plain, program->json);
    return EXIT_DONE;
}

/* What was to be done with the words: the command that the first of them nearly is, or NULL. */
static const char *nearest_command(const char *word) {
    static const char *const commands[] = {"play", "repl", "check", "review", "progress"};
    Nearest nearest = {.word = word};
    for (size_t i = 0; i < sizeof commands / sizeof *commands; i++)
        nearest_offer(&nearest, commands[i]);
    return nearest.best;
}

static void lessons_error(const char *first, const char *more) {
    const char *command = nearest_command(first);
    if (command)
        usage_error("there is no such command; did you mean", command);
    else
        usage_error("one lesson at a time; this is too much", more);
}

static int dispatch(Program *program, char **words, int count) {
    if (count <= 1 && !program->command_count) {
        int status = run_home(program, count ? words[0] : NULL);
        if (status >= 0)
            return status;
    }
    if (count == 0) {
        usage_error("-c needs a lesson", NULL);
        return EXIT_USAGE;
    }
    if (str_equal(words[0], "check")) {
        if (count > 1)
            return check_run(words + 1, count - 1, plain_options(program, true));
        usage_error("check needs lesson files", NULL);
        return EXIT_USAGE;
    }
    bool play = str_equal(words[0], "play"), repl = str_equal(words[0], "repl");
    const char *lesson = play || repl ? (count > 1 ? words[1] : repl ? "w5" : NULL) : words[0];
    int used = play || repl ? 2 : 1;
    if (!lesson)
        usage_error("play needs a lesson", NULL);
    else if (count > used)
        lessons_error(used == 1 ? words[0] : "", words[used]);
    if (!lesson || count > used)
        return EXIT_USAGE;
    return run_lesson(program, play ? FACE_PLAY : repl ? FACE_REPL : FACE_SCREEN, lesson);
}

int main(int argc, char **argv) {
    setlocale(LC_CTYPE, "");  /* numbers, messages and the rest are the same everywhere */
    signal(SIGXFSZ, SIG_IGN); /* a file that may not grow is an error like others */
    Program program = {.settings = {.digits = NUMBER_DEFAULT_DIGITS, .animation = true}};
    program.progress = progress_new(&program.arguments, progress_default_path(&program.arguments));
    program.commands = ARENA_ARRAY(&program.arguments, const char *, (size_t)argc);
    program.ascii = !str_equal(nl_langinfo(CODESET), "UTF-8");
    int option, status = -1;
    opterr = 0; /* getopt would print the word as it is */
    while (status < 0 && (option = getopt_long(argc, argv, ":c:", options, NULL)) != -1)
        status = take_option(&program, option, argv[optind - 1]);
    if (status < 0)
        status = dispatch(&program, argv + optind, argc - optind);
    if (fflush(stdout) != 0 || ferror(stdout)) {
        perror("backstep: cannot write");
        status = EXIT_FAILED;
    }
    home_tell(program.progress);
    progress_close(program.progress);
    arena_clear(&program.arenas[0]);
    arena_clear(&program.arenas[1]);
    arena_clear(&program.text);
    arena_clear(&program.arguments);
    return status;
}
