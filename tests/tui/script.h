/* script: screen tests as text. A .screen file is read line by line; each line is one command.
 *
 *   # The first comment is the name of the test
 *   env NO_COLOR=1            a variable for the program; `env NAME` unsets it; before run
 *   run 120x36 w5             starts the program: columns x rows, then its arguments
 *   animate 120x36 w5         the same with pictures that move; `run` has them stand still
 *   lesson NAME 10000         writes a lesson with so many definitions; `~/NAME` is its path
 *   wait "text"               until the text is somewhere on the screen
 *   key space                 one key: a character, a name, ctrl-c, shift-tab, alt-x
 *   press ctrl-c              the same at once, also where the program is busy
 *   sends 2000 KEYS           each of these keys is answered, with so many bytes at most; `sends
 * 0`: with none
 *   type "grad w5\n"          characters, typed fast; \n is Enter; also \t \e \" \\
 *                             \xFF, one byte
 *   repeat 1000 "text"        types it so often
 *   paste "text"              a paste, bracketed where the program asked for that
 *   click ROW COLUMN          the left button, counted from 1; `click row N "text"` on a text;
 *                             `click there` where `point` was; wheel-up, wheel-down likewise
 *   point                     notes where the first reversed cell is; `point last` the last one
 *   resize 80x24              columns x rows
 *   storm 100 80x24           so many other sizes at once, and then this one
 *   expect "text"             somewhere; `row N "text"` in a row (from 1; -1 is the last);
 *                             `line "text"` a whole row, in which … stands for any text
 *   absent "text"             nowhere; `absent row N "text"`, `absent line "text"`
 *   style "text" bold color   the first cell of the text is all of these: bold underline italic
 *                             blink reverse strike color; `not` before one: it is not
 *   monochrome                no cell has a colour
 *   golden NAME               the screen, colours and all, is the one in golden/NAME.txt beside the
 *                             script
 *   sizes 120x36 80x24        what follows is done at each size, in Unicode and then in ASCII, each
 *                             with a home of its own; `run each w5` starts the program so
 *   remember                  notes the screen; `same`: it is that one, colours and all
 *   consistent                the screen is what a full redraw (Ctrl-L) draws
 *   fresh 120x60 w5           starts the program anew, as `run`; with the same changes the screen
 *                             is at some places what it was there
 *   walk N SEED               N random keys and some resizes, consistent all along
 *   stampede N SEED [BURST]   the same with many keys at once, which is quicker, and all that may
 *                             come from a terminal: half characters, pastes, the mouse; a tenth of
 *                             them under a sanitizer
 *   signal TERM               sends the program a signal; `signal-now TERM` where it is busy
 *   deaf                      the terminal reads nothing any more, and the program writes much
 *   memory 2048               the program has written to so many KiB of memory at most
 *   lock                      another program writes to the progress, until `unlock`
 *   exit 0                    the program ends by itself with this status (or: exit TERM)
 *   restored                  after exit: the terminal is left as it was found
 *
 * Each expectation is first looked at once the program is quiet, and given a moment more before it
 * fails. At the end of the script the terminal is taken away, and the program must end with it. */
#ifndef TUI_SCRIPT_H
#define TUI_SCRIPT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "picture.h"
#include "terminal.h"

enum {
    SCRIPT_MOST_WORDS = 64,
    SCRIPT_MOST_VARIABLES = 32,
    SCRIPT_MOST_SIZES = 16,
    SCRIPT_PROBLEM_BYTES = 1024,
    SCRIPT_PATH_BYTES = 512,
    SCRIPT_SECOND = 1000000, /* microseconds */
};

typedef struct ScriptOptions {
    const char *program;
    bool update;    /* golden files are written, not compared */
    bool show;      /* the screen is printed after each command */
    int stampede;   /* how many times as long those are */
    bool sanitizer; /* waits are longer, and a sanitizer's report is a failure */
} ScriptOptions;

/* One run of what follows `sizes`. */
typedef struct ScriptVariant {
    int number;       /* from 0 */
    const char *size; /* as "80x24"; NULL where the script has no `sizes` */
    bool ascii;
} ScriptVariant;

typedef struct Script {
    const ScriptOptions *options;
    const char *path;
    int line;
    char *words[SCRIPT_MOST_WORDS + 1]; /* of the current line, NULL at the end */
    int word_count;
    Terminal *terminal; /* NULL before run */
    char *sizes[SCRIPT_MOST_SIZES];
    int size_count; /* 0: the script is run once */
    ScriptVariant variant;
    PicturePlace pointed;              /* what `point` has found */
    Picture remembered;                /* no cells: none */
    bool end_expected;                 /* an exit line has seen the program end */
    char directory[SCRIPT_PATH_BYTES]; /* for the homes and the reports of sanitizers */
    int lock;                          /* the progress, while it is locked; else 0 */
    char home[2 * SCRIPT_PATH_BYTES];
    char *environment[SCRIPT_MOST_VARIABLES + 1];
    size_t variable_count;
    char problem[SCRIPT_PROBLEM_BYTES]; /* "" while all is well */
} Script;

/* Runs one script and prints "ok NUMBER - …" or "not ok NUMBER - …" and the screen. Whether it
 * passed. */
bool script_run(const char *path, const ScriptOptions *options, int number);

/* For the commands: */

/* Notes what is wrong; the script ends here. The first problem stays. */
void script_fail(Script *script, const char *format, ...) __attribute__((format(printf, 2, 3)));
bool script_failed(const Script *script);

/* `seconds` in microseconds, more of them under a sanitizer. */
int64_t script_patience(const Script *script, double seconds);

/* Waits for quiet; fails where the program stays busy. False where it failed or has ended. */
bool script_settle(Script *script);

/* Fails, saying how, where the program has ended. Whether it still runs. */
bool script_require_running(Script *script);

/* A question about the screen, answered from the script's current words. */
typedef bool ScriptCheck(Script *script, const Picture *picture);

/* Asks until the answer is yes: at once and at each change where `at_once`, else only when the
 * program is quiet. False where the patience ended or the check failed the script. */
bool script_until(Script *script, ScriptCheck *check, int64_t patience, bool at_once);

/* Reads "120x36". */
bool script_read_size(const char *word, int *columns, int *rows);

#endif
