#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "rest.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

enum { FILE_BYTES = 512, CALL_ARGUMENTS = 6 };

static const long long LONG = 130000000; /* nanoseconds for which no picture stands still */

/* Reads /proc/PROCESS/NAME; "" where that cannot be read. */
static void read_account(pid_t process, const char *name, char text[FILE_BYTES]) {
    char path[64];
    snprintf(path, sizeof path, "/proc/%ld/%s", (long)process, name);
    text[0] = '\0';
    int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0)
        return;
    ssize_t count = read(file, text, FILE_BYTES - 1);
    close(file);
    text[count > 0 ? count : 0] = '\0';
}

/* The letter of its state: R, S, T, …; from "pid (name) state …". '\0' where it is not known. */
static char state_of(pid_t process) {
    char text[FILE_BYTES];
    read_account(process, "stat", text);
    const char *name_end = strrchr(text, ')');
    return name_end && name_end[1] ? name_end[2] : '\0';
}

/* Whether the time that stands at an address of the process is a long one. */
static bool is_long(pid_t process, unsigned long address) {
    char path[64];
    struct timespec time = {0};
    snprintf(path, sizeof path, "/proc/%ld/mem", (long)process);
    int file = open(path, O_RDONLY | O_CLOEXEC);
    bool known = file >= 0 && pread(file, &time, sizeof time, (off_t)address) == sizeof time;
    if (file >= 0)
        close(file);
    return known && time.tv_sec * 1000000000LL + time.tv_nsec >= LONG;
}

/* What a call that waits has for its longest time, and which value of it means for ever. */
typedef struct WaitingCall {
    long number;
    int argument;
    unsigned long for_ever;
    bool timespec; /* the time stands at that address */
} WaitingCall;

static Rest rest_in_call(pid_t process, long number,
                         const unsigned long arguments[CALL_ARGUMENTS]) {
    static const WaitingCall calls[] = {
#ifdef SYS_poll
        {SYS_poll, 2, 0xFFFFFFFFU, false},
#endif
#ifdef SYS_select
        {SYS_select, 4, 0, false},
#endif
        {SYS_ppoll, 2, 0, true},
        {SYS_pselect6, 4, 0, true},
    };
    if (number == SYS_write || number == SYS_writev || number == SYS_fsync)
        return REST_NONE;
    if (number == SYS_read)
        return REST_FOR_EVER;
    for (size_t i = 0; i < sizeof calls / sizeof *calls; i++) {
        unsigned long longest = arguments[calls[i].argument];
        if (calls[i].for_ever != 0)
            longest &= calls[i].for_ever; /* an int */
        if (calls[i].number == number)
            return longest == calls[i].for_ever || (calls[i].timespec && is_long(process, longest))
                       ? REST_FOR_EVER
                       : REST_FOR_TIME;
    }
    return REST_FOR_TIME;
}

Rest rest_of(pid_t process) {
    char state = state_of(process), text[FILE_BYTES];
    if (state == 'T')
        return REST_FOR_EVER;
    if (state != 'S' && state != '\0')
        return REST_NONE;
    long number;
    unsigned long a[CALL_ARGUMENTS];
    read_account(process, "syscall", text);
    if (strncmp(text, "running", 7) == 0)
        return REST_NONE;
    int found = sscanf(text, "%ld %lx %lx %lx %lx %lx %lx", &number, &a[0], &a[1], &a[2], &a[3],
                       &a[4], &a[5]);
    return found == CALL_ARGUMENTS + 1 ? rest_in_call(process, number, a) : REST_FOR_TIME;
}

long rest_turns(pid_t process) {
    long turns;
    char text[FILE_BYTES];
    read_account(process, "schedstat", text);
    return sscanf(text, "%*s %*s %ld", &turns) == 1 ? turns : -1;
}
