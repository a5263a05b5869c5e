/* How long the program takes to answer, measured at the terminal: from its start to its first
 * output, from a key to the first byte of the answer, and from a key until it is quiet again.
 *
 *   bench [--runs N] [--size 120x36] [--keys "space right …"] [PROGRAM ARGUMENT…] */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../tui/terminal.h"
#include "statistics.h"

enum {
    DEFAULT_RUNS = 21,
    MOST_RUNS = 1000,
    MOST_KEYS = 64,
    STATUS_FAILED = 1,
    STATUS_USAGE = 2,
    LONGEST_WAIT = 10 * 1000000, /* microseconds */
};

typedef struct Plan {
    const char *const *command;
    int runs, columns, rows;
    char *keys[MOST_KEYS];
    int key_count;
} Plan;

static const double MICROSECONDS = 1000; /* in a millisecond */

/* Times of one kind, in microseconds. */
typedef struct Times {
    double values[MOST_RUNS * MOST_KEYS];
    size_t count;
    size_t missing; /* keys that nothing answered */
} Times;

typedef struct Measured {
    Times first_output, first_screen, key_to_byte, key_to_quiet;
} Measured;

static void times_add(Times *times, int64_t value) {
    times->values[times->count++] = (double)value;
}

static void times_print(Times *times, const char *name) {
    if (times->count > 0) {
        Spread spread = spread_of(times->values, times->count);
        printf("%-24s median %8.2f ms   5–95 %% %8.2f to %8.2f ms   n %zu", name,
               spread.median / MICROSECONDS, spread.low / MICROSECONDS, spread.high / MICROSECONDS,
               times->count);
    } else {
        printf("%-24s nothing measured", name);
    }
    if (times->missing > 0)
        printf("   unanswered %zu", times->missing);
    printf("\n");
}

static bool screen_has_text(const Terminal *terminal, const Plan *plan) {
    for (int row = 0; row < plan->rows; row++)
        for (int column = 0; column < plan->columns; column++) {
            uint32_t character = terminal_cell(terminal, TERMINAL_LIVE, row, column).chars[0];
            if (character != 0 && character != ' ')
                return true;
        }
    return false;
}

static bool measure_start(Terminal *terminal, const Plan *plan, int64_t start, Measured *measured) {
    bool heard = false;
    while (!screen_has_text(terminal, plan)) {
        bool came = terminal_read(terminal, LONGEST_WAIT - (terminal_now() - start));
        if (!came || terminal_now() - start > LONGEST_WAIT)
            return false;
        if (!heard)
            times_add(&measured->first_output, terminal_now() - start);
        heard = true;
    }
    times_add(&measured->first_screen, terminal_now() - start);
    return terminal_settle(terminal) == TERMINAL_QUIET;
}

/* Only what comes before the program is quiet again counts as the answer to the key. */
static bool measure_key(Terminal *terminal, const char *key, Measured *measured) {
    int64_t first, last;
    int64_t start = terminal_now();
    if (!terminal_press(terminal, key))
        return false;
    TerminalState state = terminal_settle_timed(terminal, &first, &last);
    if (first == 0) {
        measured->key_to_byte.missing++;
        measured->key_to_quiet.missing++;
    } else {
        times_add(&measured->key_to_byte, first - start);
        times_add(&measured->key_to_quiet, last - start);
    }
    return state == TERMINAL_QUIET;
}

static bool measure_run(const Plan *plan, Measured *measured) {
    TerminalSetup setup = {.command = plan->command,
                           .columns = plan->columns,
                           .rows = plan->rows,
                           .patience = LONGEST_WAIT};
    int64_t start = terminal_now();
    Terminal *terminal = terminal_start(&setup);
    if (!terminal)
        return false;
    bool well = measure_start(terminal, plan, start, measured);
    for (int i = 0; i < plan->key_count && well; i++)
        well = measure_key(terminal, plan->keys[i], measured);
    terminal_hang_up(terminal, LONGEST_WAIT);
    terminal_close(terminal);
    return well;
}

static bool plan_set(Plan *plan, const char *option, char *value) {
    if (strcmp(option, "--runs") == 0) {
        plan->runs = atoi(value);
        return plan->runs >= 1 && plan->runs <= MOST_RUNS;
    }
    if (strcmp(option, "--size") == 0)
        return sscanf(value, "%dx%d", &plan->columns, &plan->rows) == 2;
    if (strcmp(option, "--keys") != 0)
        return false;
    plan->key_count = 0;
    for (char *key = strtok(value, " "); key && plan->key_count < MOST_KEYS;
         key = strtok(NULL, " "))
        plan->keys[plan->key_count++] = key;
    return true;
}

int main(int count, char **arguments) {
    static const char *const default_command[] = {"build/backstep", NULL};
    static char default_keys[] = "space space space space space space right left down up";
    static Measured measured; /* large, and zeroed */
    Plan plan = {.command = default_command, .runs = DEFAULT_RUNS, .columns = 120, .rows = 36};
    plan_set(&plan, "--keys", default_keys);
    int at = 1;
    for (; at < count && strncmp(arguments[at], "--", 2) == 0; at += 2)
        if (at + 1 >= count || !plan_set(&plan, arguments[at], arguments[at + 1])) {
            fputs("usage: bench [--runs N] [--size 120x36] [--keys \"space right\"] [PROGRAM …]\n",
                  stderr);
            return STATUS_USAGE;
        }
    if (at < count)
        plan.command = (const char *const *)(arguments + at);
    for (int run = 0; run < plan.runs; run++)
        if (!measure_run(&plan, &measured)) {
            fprintf(stderr, "run %d: %s ended, or did not answer\n", run + 1, plan.command[0]);
            return STATUS_FAILED;
        }
    times_print(&measured.first_output, "start to first byte");
    times_print(&measured.first_screen, "start to first frame");
    times_print(&measured.key_to_byte, "key to first byte");
    times_print(&measured.key_to_quiet, "key to last byte");
    return EXIT_SUCCESS;
}
