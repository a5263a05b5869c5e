/* emulator: one screen that libvterm draws, and the bytes it cannot be given as they are. */
#ifndef TUI_EMULATOR_H
#define TUI_EMULATOR_H

#include <stdbool.h>
#include <stddef.h>
#include <vterm.h>

enum { CHARACTER_BYTES = 4 };

/* One screen: libvterm, and what it only reports while it changes. */
typedef struct Emulator {
    VTerm *vterm;
    VTermScreen *screen;
    bool alternate_screen, cursor_hidden, mouse;
    char partial[CHARACTER_BYTES]; /* a character not yet complete, on screens one column wide */
    size_t partial_length;
} Emulator;

/* Opens a screen of that size, blank; it does not move in memory until emulator_close. */
void emulator_open(Emulator *emulator, int columns, int rows);
void emulator_close(Emulator *emulator);

void emulator_write(Emulator *emulator, const char *bytes, size_t length);

/* Fills the screen with rubbish and puts the cursor somewhere. */
void emulator_fill(Emulator *emulator, int columns, int rows, VTermPos cursor);

/* The bytes of the UTF-8 character that begins with `first`. */
size_t emulator_character_length(unsigned char first);

#endif
