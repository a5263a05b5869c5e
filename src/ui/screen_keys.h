/* screen_keys: what the terminal sends, read through ncurses, as presses. A part of screen.c, which
 * alone includes this. */
#ifndef UI_SCREEN_KEYS_H
#define UI_SCREEN_KEYS_H

#include <curses.h>

#include "ui/screen.h"

typedef struct ScreenKeys {
    WINDOW *pad;     /* keys are read from a pad: reading from stdscr would draw it, half done */
    char partial[4]; /* a character of which not all bytes have come */
    size_t partial_count;
} ScreenKeys;

void screen_keys_open(ScreenKeys *keys);
void screen_keys_close(ScreenKeys *keys);

/* The next press; false where there is none, or not all of it. Does not wait. */
bool screen_keys_read(ScreenKeys *keys, Press *press);

#endif
