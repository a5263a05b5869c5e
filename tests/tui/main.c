/* The screen tests: runs .screen scripts against the program and counts. See script.h. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "script.h"

enum { STATUS_FAILED = 1, STATUS_USAGE = 2 };

static void print_usage(FILE *out) {
    fputs("usage: screen [option…] SCRIPT…\n"
          "  --program PATH  the program to test (build/backstep)\n"
          "  --show          print the screen after each command\n"
          "  --update        write the golden files from what is on the screen\n"
          "  --sanitizer     the program is built with sanitizers: wait longer, and fail where\n"
          "                  one of them reports something\n"
          "  --stampede N    N times as many keys in every stampede\n",
          out);
}

/* Reads the options; returns the first script's place among the arguments, 0 where they are wrong.
 */
static int read_options(int count, char **arguments, ScriptOptions *options) {
    int at = 1;
    for (; at < count && strncmp(arguments[at], "--", 2) == 0; at++) {
        const char *name = arguments[at];
        if (strcmp(name, "--program") == 0 && at + 1 < count)
            options->program = arguments[++at];
        else if (strcmp(name, "--show") == 0)
            options->show = true;
        else if (strcmp(name, "--update") == 0)
            options->update = true;
        else if (strcmp(name, "--sanitizer") == 0)
            options->sanitizer = true;
        else if (strcmp(name, "--stampede") == 0 && at + 1 < count)
            options->stampede = atoi(arguments[++at]);
        else
            return 0;
    }
    return at < count ? at : 0;
}

int main(int count, char **arguments) {
    ScriptOptions options = {.program = "build/backstep", .stampede = 1};
    int first = read_options(count, arguments, &options);
    if (first == 0) {
        print_usage(stderr);
        return STATUS_USAGE;
    }
    int passed = 0, failed = 0;
    for (int i = first; i < count; i++) {
        if (script_run(arguments[i], &options, i - first + 1))
            passed++;
        else
            failed++;
    }
    printf("%d passed, %d failed\n", passed, failed);
    return failed > 0 ? STATUS_FAILED : EXIT_SUCCESS;
}
