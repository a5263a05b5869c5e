/* rest: whether a process is at work, or waits for something to happen, by the kernel's account of
 * it in /proc.
 *
 * A program that is quiet is not a program that has finished: its output may be stuck because the
 * terminal's buffer is full, or it may only be waiting for the rest of an escape sequence. So it
 * matters in which system call it sleeps and for how long it means to. */
#ifndef TUI_REST_H
#define TUI_REST_H

#include <stdbool.h>
#include <sys/types.h>

typedef enum Rest {
    REST_NONE,     /* it runs, writes, or waits for a disk */
    REST_FOR_TIME, /* it sleeps, and may wake by itself soon; also where more cannot be known */
    REST_FOR_EVER, /* it is stopped, or sleeps until something comes, or for so long that nothing on
                      the screen waits for it */
} Rest;

Rest rest_of(pid_t process);

/* How often the process has been given the processor, so that a change tells that it woke in
 * between; -1 where that cannot be known. */
long rest_turns(pid_t process);

#endif
