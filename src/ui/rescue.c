#include "ui/rescue.h"

#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/select.h>
#include <unistd.h>

enum {
    FAREWELL_SIZE = 512,
    HANDLER_STACK = 64 * 1024,
    FAREWELL_TIME = 1000, /* milliseconds that a terminal has to take the farewell, */
    HOLD_TIME = 3 /* seconds after which a request to end waits for the note, and then not */
};

static const int deadly[] = {SIGTERM, SIGINT,  SIGHUP, SIGQUIT, SIGPIPE,
                             SIGSEGV, SIGABRT, SIGBUS, SIGFPE,  SIGILL};
static const int requests[] = {SIGTERM, SIGINT, SIGHUP, SIGQUIT}; /* to end, not crashes */
static const int telling[] = {SIGWINCH, SIGTSTP, SIGCONT};

enum {
    DEADLY_COUNT = sizeof deadly / sizeof *deadly,
    REQUEST_COUNT = sizeof requests / sizeof *requests,
    TELLING_COUNT = sizeof telling / sizeof *telling
};

/* A handler gets no context, so what it needs stands here, and nowhere else. */
static struct {
    volatile sig_atomic_t armed, resized, stop, continued;
    volatile sig_atomic_t held, overdue; /* requests to end wait; one did so at the last alarm */
    volatile sig_atomic_t ticks;         /* an alarm is coming */
    struct termios settings;
    char farewell[FAREWELL_SIZE];
    size_t farewell_length;
    struct sigaction deadly_before[DEADLY_COUNT], telling_before[TELLING_COUNT], alarm_before;
    sigset_t mask_before; /* the mask while waiting */
    stack_t stack_before;
    char *stack;
} rescue;

static void restore_terminal(void) {
    if (!rescue.armed)
        return;
    rescue.armed = 0;
    signal(SIGTTOU, SIG_IGN); /* in the background the settings could not be changed otherwise */
    tcsetattr(STDIN_FILENO, TCSANOW, &rescue.settings);
    struct pollfd output = {.fd = STDOUT_FILENO, .events = POLLOUT};
    if (poll(&output, 1, FAREWELL_TIME) != 1)
        return; /* a terminal that reads nothing any more */
    ssize_t written = write(STDOUT_FILENO, rescue.farewell, rescue.farewell_length);
    (void)written; /* there is nobody left to tell */
}

/* The program ends from within where memory runs out, and what was said of it went to the screen
 * that is left now. */
static void leave(void) {
    static const char words[] = "backstep: out of memory\n";
    if (!rescue.armed)
        return;
    restore_terminal();
    ssize_t written = write(STDERR_FILENO, words, sizeof words - 1);
    (void)written;
}

static void on_deadly(int number) {
    restore_terminal();
    raise(number); /* the handler was reset to the default when it was called */
}

static void add_requests(sigset_t *set) {
    for (size_t i = 0; i < REQUEST_COUNT; i++)
        sigaddset(set, requests[i]);
}

static bool has_request(void) {
    sigset_t pending;
    bool found = false;
    sigpending(&pending);
    for (size_t i = 0; i < REQUEST_COUNT; i++)
        found = found || sigismember(&pending, requests[i]) == 1;
    return found;
}

/* A terminal that reads nothing stops the program in the middle of a frame: a request to end does
 * not wait for ever. An alarm finds out by itself that it is needed no more, so that a key sets
 * none in passing. */
static void on_alarm(int number) {
    (void)number;
    bool waits = rescue.held && has_request();
    if (waits && rescue.overdue) {
        sigset_t set;
        sigemptyset(&set);
        add_requests(&set);
        sigprocmask(SIG_UNBLOCK, &set, NULL); /* here it ends */
    }
    rescue.overdue = waits;
    rescue.ticks = rescue.held;
    if (rescue.held)
        alarm(HOLD_TIME);
}

static void on_telling(int number) {
    if (number == SIGWINCH)
        rescue.resized = 1;
    else if (number == SIGTSTP)
        rescue.stop = 1;
    else
        rescue.continued = 1;
}

static void use_own_stack(void) {
    rescue.stack = malloc(HANDLER_STACK);
    stack_t stack = {.ss_sp = rescue.stack, .ss_size = HANDLER_STACK};
    if (!rescue.stack || sigaltstack(&stack, &rescue.stack_before) != 0)
        rescue.stack_before.ss_flags = SS_DISABLE;
}

void rescue_arm(const struct termios *settings, const char *farewell) {
    static bool registered;
    rescue.settings = *settings;
    rescue.farewell_length = strnlen(farewell, FAREWELL_SIZE);
    memcpy(rescue.farewell, farewell, rescue.farewell_length);
    use_own_stack();
    sigset_t held;
    sigemptyset(&held);
    for (size_t i = 0; i < TELLING_COUNT; i++) {
        struct sigaction action = {.sa_handler = on_telling};
        sigaddset(&held, telling[i]);
        sigaction(telling[i], &action, &rescue.telling_before[i]);
    }
    sigprocmask(SIG_BLOCK, &held, &rescue.mask_before);
    for (size_t i = 0; i < DEADLY_COUNT; i++) {
        struct sigaction action = {.sa_handler = on_deadly,
                                   .sa_flags = (int)(SA_RESETHAND | SA_NODEFER | SA_ONSTACK)};
        sigaction(deadly[i], &action, &rescue.deadly_before[i]);
    }
    struct sigaction alarmed = {.sa_handler = on_alarm, .sa_flags = SA_RESTART};
    sigaction(SIGALRM, &alarmed, &rescue.alarm_before);
    rescue.resized = rescue.stop = rescue.continued = 0;
    rescue.held = false;
    rescue.ticks = 0;
    rescue.armed = 1;
    if (!registered)
        atexit(leave);
    registered = true;
}

/* The signals that are put off even where the others are not. */
static sigset_t waiting_mask(void) {
    sigset_t mask = rescue.mask_before;
    if (rescue.held)
        add_requests(&mask);
    return mask;
}

void rescue_disarm(void) {
    rescue.armed = 0;
    for (size_t i = 0; i < DEADLY_COUNT; i++)
        sigaction(deadly[i], &rescue.deadly_before[i], NULL);
    for (size_t i = 0; i < TELLING_COUNT; i++)
        sigaction(telling[i], &rescue.telling_before[i], NULL);
    alarm(0);
    sigaction(SIGALRM, &rescue.alarm_before, NULL);
    sigset_t mask = waiting_mask();
    sigprocmask(SIG_SETMASK, &mask, NULL);
    stack_t stack = rescue.stack_before;
    sigaltstack(&stack, NULL);
    free(rescue.stack);
    rescue.stack = NULL;
}

RescueNews rescue_wait(int milliseconds) {
    struct timespec time = {milliseconds / 1000, milliseconds % 1000 * 1000000L};
    sigset_t mask = waiting_mask();
    sigaddset(&mask, SIGALRM); /* would end the waiting, and is for what takes long */
    fd_set ready;
    FD_ZERO(&ready);
    FD_SET(STDIN_FILENO, &ready);
    int count =
        pselect(STDIN_FILENO + 1, &ready, NULL, NULL, milliseconds < 0 ? NULL : &time, &mask);
    RescueNews news = {.input = count > 0,
                       .resized = rescue.resized,
                       .stop = rescue.stop,
                       .continued = rescue.continued};
    rescue.resized = rescue.stop = rescue.continued = 0;
    return news;
}

static void hold_requests(bool hold) {
    if (rescue.held == hold)
        return;
    sigset_t set;
    sigemptyset(&set);
    add_requests(&set);
    rescue.held = hold;
    rescue.overdue = false;
    if (hold && rescue.armed && !rescue.ticks) {
        rescue.ticks = 1;
        alarm(HOLD_TIME);
    }
    sigprocmask(hold ? SIG_BLOCK : SIG_UNBLOCK, &set, NULL);
}

void rescue_hold(void) {
    hold_requests(true);
}

void rescue_release(void) {
    hold_requests(false);
}

void rescue_stop(void) {
    struct sigaction ours, ordinary = {.sa_handler = SIG_DFL};
    sigset_t stop, before;
    sigemptyset(&stop);
    sigaddset(&stop, SIGTSTP);
    sigaction(SIGTSTP, &ordinary, &ours);
    raise(SIGTSTP);
    sigprocmask(SIG_UNBLOCK, &stop, &before); /* here it stops */
    sigprocmask(SIG_SETMASK, &before, NULL);
    sigaction(SIGTSTP, &ours, NULL);
}
