#include "emulator.h"

#include <stdio.h>
#include <string.h>

static int emulator_on_property(VTermProp property, VTermValue *value, void *user) {
    Emulator *emulator = user;
    switch (property) {
    case VTERM_PROP_ALTSCREEN: emulator->alternate_screen = value->boolean; break;
    case VTERM_PROP_CURSORVISIBLE: emulator->cursor_hidden = !value->boolean; break;
    case VTERM_PROP_MOUSE: emulator->mouse = value->number != VTERM_PROP_MOUSE_NONE; break;
    default: break;
    }
    return 1;
}

void emulator_open(Emulator *emulator, int columns, int rows) {
    static const VTermScreenCallbacks callbacks = {.settermprop = emulator_on_property};
    *emulator = (Emulator){.vterm = vterm_new(rows, columns)};
    vterm_set_utf8(emulator->vterm, 1);
    emulator->screen = vterm_obtain_screen(emulator->vterm);
    vterm_screen_set_callbacks(emulator->screen, &callbacks, emulator);
    vterm_screen_enable_altscreen(emulator->screen, 1);
    vterm_screen_reset(emulator->screen, 1);
}

void emulator_close(Emulator *emulator) {
    if (emulator->vterm)
        vterm_free(emulator->vterm);
    *emulator = (Emulator){0};
}

/* Whether libvterm takes two columns for the character. */
static bool character_is_wide(const char *character, size_t length) {
    VTerm *probe = vterm_new(1, 2);
    vterm_set_utf8(probe, 1);
    VTermScreen *screen = vterm_obtain_screen(probe);
    vterm_screen_reset(screen, 1);
    vterm_input_write(probe, character, length);
    VTermScreenCell cell;
    vterm_screen_get_cell(screen, (VTermPos){0, 0}, &cell);
    vterm_free(probe);
    return cell.width > 1;
}

static void emulator_write_partial(Emulator *emulator) {
    static const char replacement[] = "\xEF\xBF\xBD";
    if (character_is_wide(emulator->partial, emulator->partial_length))
        vterm_input_write(emulator->vterm, replacement, sizeof replacement - 1);
    else
        vterm_input_write(emulator->vterm, emulator->partial, emulator->partial_length);
    emulator->partial_length = 0;
}

size_t emulator_character_length(unsigned char first) {
    return first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : first >= 0xC0 ? 2 : 1;
}

/* libvterm 0.1.4 reads through NULL when a wide character comes to a screen of one column. There
 * such a character is shown as U+FFFD. */
static void emulator_write_one_column(Emulator *emulator, const char *bytes, size_t length) {
    for (size_t i = 0; i < length; i++) {
        unsigned char byte = (unsigned char)bytes[i];
        bool continues = (byte & 0xC0) == 0x80;
        if (emulator->partial_length > 0 && !continues)
            emulator_write_partial(emulator);
        if (byte < 0x80) {
            vterm_input_write(emulator->vterm, bytes + i, 1);
            continue;
        }
        emulator->partial[emulator->partial_length++] = bytes[i];
        if (emulator->partial_length ==
            emulator_character_length((unsigned char)emulator->partial[0]))
            emulator_write_partial(emulator);
    }
}

void emulator_write(Emulator *emulator, const char *bytes, size_t length) {
    int rows, columns;
    vterm_get_size(emulator->vterm, &rows, &columns);
    if (columns == 1) {
        emulator_write_one_column(emulator, bytes, length);
        return;
    }
    if (emulator->partial_length > 0) {
        vterm_input_write(emulator->vterm, emulator->partial, emulator->partial_length);
        emulator->partial_length = 0;
    }
    vterm_input_write(emulator->vterm, bytes, length);
}

void emulator_fill(Emulator *emulator, int columns, int rows, VTermPos cursor) {
    char text[64];
    for (int row = 1; row <= rows; row++) {
        snprintf(text, sizeof text, "\x1b[%d;1H\x1b[7;35m", row);
        emulator_write(emulator, text, strlen(text));
        for (int column = 0; column < columns; column++)
            emulator_write(emulator, "#", 1);
    }
    snprintf(text, sizeof text, "\x1b[m\x1b[%d;%dH", cursor.row + 1, cursor.col + 1);
    emulator_write(emulator, text, strlen(text));
}
