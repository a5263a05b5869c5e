#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "watched.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum {
    NANOSECONDS = 1000000000, /* in a second, */
    MILLION = 1000000,        /* and in a millisecond */
    SLOWNESS = 20, /* times a silence, before what has said nothing yet is taken for dumb */
    AWAKE =
        3, /* milliseconds in which we do not sleep: to be woken takes longer than some answers */
    SLICE = 2,     /* milliseconds between two looks at a program that says nothing */
    PATIENCE = 30, /* seconds for one answer */
};

static int64_t now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (int64_t)time.tv_sec * NANOSECONDS + time.tv_nsec;
}

/* --- What the kernel knows of it ---------------------------------------------------------------
 */

static FILE *open_account(const Watched *watched, const char *name) {
    char path[64];
    snprintf(path, sizeof path, "/proc/%ld/%s", (long)watched->process, name);
    return fopen(path, "re");
}

static int64_t processor_used(const Watched *watched) {
    FILE *file = open_account(watched, "schedstat");
    long long used = 0;
    if (!file || fscanf(file, "%lld", &used) != 1)
        used = 0;
    if (file)
        fclose(file);
    return used;
}

/* The line of its status that begins with a word, in KiB. */
static size_t memory(const Watched *watched, const char *word) {
    FILE *file = open_account(watched, "status");
    char line[256];
    size_t size = 0;
    while (file && fgets(line, sizeof line, file)) {
        const char *colon = strchr(line, ':');
        if (colon && strncmp(line, word, strlen(word)) == 0)
            size = strtoul(colon + 1, NULL, 10);
    }
    if (file)
        fclose(file);
    return size;
}

size_t watched_peak(const Watched *watched) {
    return memory(watched, "VmHWM");
}

size_t watched_written(const Watched *watched) {
    return memory(watched, "RssAnon");
}

/* Whether it sleeps: "pid (name) state …". */
static bool sleeps(const Watched *watched) {
    FILE *file = open_account(watched, "stat");
    char text[512] = "";
    if (!file)
        return true;
    char *got = fgets(text, sizeof text, file);
    fclose(file);
    const char *end = got ? strrchr(text, ')') : NULL;
    return !end || end[1] == '\0' || strchr("ST", end[2]) != NULL;
}

static bool is_idle(const Watched *watched) {
    int unread = 0;
    return (ioctl(watched->slave, FIONREAD, &unread) != 0 || unread == 0) && sleeps(watched);
}

/* --- Starting, typing, listening ---------------------------------------------------------------
 */

static void prepare_environment(const char *home) {
    static const char *const homes[] = {"HOME",           "XDG_CONFIG_HOME", "XDG_DATA_HOME",
                                        "XDG_STATE_HOME", "XDG_CACHE_HOME",  "XDG_RUNTIME_DIR"};
    for (size_t i = 0; i < sizeof homes / sizeof *homes; i++)
        setenv(homes[i], home, 1);
    setenv("TERM", "xterm-256color", 1);
    setenv("LC_ALL", "C.UTF-8", 1);
    unsetenv("COLUMNS");
    unsetenv("LINES");
    unsetenv("NO_COLOR");
}

/* Starts the command at the terminal of that name, which becomes the one that controls it. To copy
 * our own memory for that, as fork does, would take longer than a small program takes to start. */
static pid_t spawn(const char *const *command, const char *terminal) {
    pid_t process = -1;
    posix_spawnattr_t attributes;
    posix_spawn_file_actions_t actions;
    posix_spawnattr_init(&attributes);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSID);
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, terminal, O_RDWR, 0);
    posix_spawn_file_actions_adddup2(&actions, STDIN_FILENO, STDOUT_FILENO);
    posix_spawn_file_actions_adddup2(&actions, STDIN_FILENO, STDERR_FILENO);
    if (posix_spawnp(&process, command[0], &actions, &attributes, (char *const *)(uintptr_t)command,
                     environ) != 0)
        process = -1;
    posix_spawn_file_actions_destroy(&actions);
    posix_spawnattr_destroy(&attributes);
    return process;
}

bool watched_start(Watched *watched, const char *const *command, const char *home, int columns,
                   int rows) {
    struct winsize size = {.ws_col = (unsigned short)columns, .ws_row = (unsigned short)rows};
    char terminal[64];
    *watched = (Watched){.process = -1};
    if (openpty(&watched->master, &watched->slave, terminal, NULL, &size) != 0)
        return false;
    fcntl(watched->master, F_SETFL, O_NONBLOCK);
    fcntl(watched->master, F_SETFD, FD_CLOEXEC);
    fcntl(watched->slave, F_SETFD, FD_CLOEXEC);
    prepare_environment(home);
    watched->asked = now();
    watched->process = spawn(command, terminal);
    return watched->process > 0;
}

void watched_type(Watched *watched, const char *bytes) {
    watched->used = processor_used(watched);
    watched->asked = now();
    ssize_t written = write(watched->master, bytes, strlen(bytes));
    (void)written; /* what is not taken is not answered */
}

static bool has_ended(const Watched *watched) {
    siginfo_t news = {0};
    int options = WEXITED | WNOHANG | WNOWAIT;
    return waitid(P_PID, (id_t)watched->process, &news, options) != 0 || news.si_pid != 0;
}

/* Notes what comes within so many milliseconds; false where nothing does. */
static bool take(const Watched *watched, Heard *heard, int milliseconds) {
    char bytes[64 * 1024];
    struct pollfd ready = {.fd = watched->master, .events = POLLIN};
    if (poll(&ready, 1, milliseconds) <= 0)
        return false;
    int64_t came = now();
    ssize_t count = read(watched->master, bytes, sizeof bytes);
    if (count <= 0)
        return false;
    heard->first = heard->bytes ? heard->first : came - watched->asked;
    heard->last = came - watched->asked;
    heard->bytes += (size_t)count;
    return true;
}

Heard watched_listen(Watched *watched, int silence) {
    Heard heard = {0};
    int64_t since = watched->asked, longest = (int64_t)silence * MILLION;
    bool ended = false;
    while (now() - watched->asked < (int64_t)AWAKE * MILLION)
        take(watched, &heard, 0);
    while (!heard.quiet && !ended && now() - watched->asked < (int64_t)PATIENCE * NANOSECONDS) {
        if (take(watched, &heard, SLICE) || !is_idle(watched))
            since = now();
        else if (has_ended(watched))
            ended = true;
        else
            heard.quiet = now() - since >= longest * (heard.bytes || watched->used ? 1 : SLOWNESS);
    }
    heard.processor = processor_used(watched) - watched->used;
    return heard;
}

void watched_end(Watched *watched) {
    close(watched->slave);
    close(watched->master);
    if (watched->process <= 0)
        return;
    for (int tries = 0; tries < PATIENCE * 10 && !has_ended(watched); tries++)
        poll(NULL, 0, 10);
    if (!has_ended(watched))
        kill(watched->process, SIGKILL);
    waitpid(watched->process, NULL, 0);
}
