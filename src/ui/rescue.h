/* rescue: signals, and giving the terminal back when the program is ended from outside.
 *
 * A deadly signal (a request to end, or a crash, even of an overflown stack) finds the terminal as
 * it was before the screen was opened, and then takes its ordinary course. Signals that only tell
 * something are held back until rescue_wait, so nothing else is ever interrupted by them. */
#ifndef UI_RESCUE_H
#define UI_RESCUE_H

#include <stdbool.h>
#include <termios.h>

/* What happened while waiting. */
typedef struct RescueNews {
    bool input;     /* there is something to read, or the end of it */
    bool resized;   /* the window may have another size */
    bool stop;      /* somebody asked the program to pause */
    bool continued; /* it was paused, and goes on: the screen is not ours as it was */
} RescueNews;

/* Installs the handlers. `farewell` is what brings the terminal back to its ordinary state; it is
 * written, unless the terminal reads nothing, after `settings` are restored. Both are copied. */
void rescue_arm(const struct termios *settings, const char *farewell);

/* Restores the handlers that were there. */
void rescue_disarm(void);

/* Waits for input or a signal, at most `milliseconds` (negative: without end). */
RescueNews rescue_wait(int milliseconds);

/* Puts off requests to end (not crashes) until rescue_release, while waiting and after
 * rescue_disarm, too: what the screen shows is noted before. Where that takes many seconds, as with
 * a terminal that reads nothing any more, the program ends all the same. Cheap where it is so
 * already. */
void rescue_hold(void);
void rescue_release(void);

/* Pauses the program as Ctrl-Z does, and returns when it goes on. */
void rescue_stop(void);

#endif
