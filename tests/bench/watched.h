/* watched: a program at a pseudo-terminal, seen from outside: what it writes and when, the
 * processor time it takes for that, and its memory. Nothing is drawn here: a byte is noted the
 * moment it comes. */
#ifndef BENCH_WATCHED_H
#define BENCH_WATCHED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

typedef struct Watched {
    pid_t process;
    int master, slave; /* our end; the program's, kept open to see what it has not read yet */
    int64_t asked;     /* the clock, in nanoseconds, when it was started or its last key was sent */
    int64_t used;      /* the processor time it had taken then, in nanoseconds */
} Watched;

/* What came between a question and the silence after its answer. */
typedef struct Heard {
    size_t bytes;
    int64_t first, last; /* nanoseconds from the question to the first and the last byte */
    int64_t processor;   /* nanoseconds of processor time until it was quiet, where that is known */
    bool quiet;          /* it waits for a key now; else it has ended, or goes on for too long */
} Heard;

/* Starts the command, NULL at its end, with `home` for all that it keeps. */
bool watched_start(Watched *watched, const char *const *command, const char *home, int columns,
                   int rows);

/* Listens until the program sleeps and has been silent for so many milliseconds. */
Heard watched_listen(Watched *watched, int silence);

/* Types bytes. */
void watched_type(Watched *watched, const char *bytes);

/* KiB: the most that was resident so far, with the pages it shares with other programs (VmHWM), and
 * what it has written to now (RssAnon); 0 where the system does not say. */
size_t watched_peak(const Watched *watched);
size_t watched_written(const Watched *watched);

/* Takes the terminal away, and waits for the end. */
void watched_end(Watched *watched);

#endif
