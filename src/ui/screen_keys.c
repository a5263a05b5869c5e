#include "ui/screen_keys.h"

#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"

enum {
    ESCAPE_DELAY = 25, /* milliseconds after which an Esc is one by itself */
    ESCAPE = 0x1B,
    DELETE = 0x7F,
    CODE_PASTE_BEGIN = KEY_MAX + 1,
    CODE_PASTE_END
};

void screen_keys_open(ScreenKeys *keys) {
    set_escdelay(ESCAPE_DELAY);
    keys->pad = newpad(1, 1);
    keypad(keys->pad, TRUE);
    nodelay(keys->pad, TRUE);
    define_key("\x1b[200~", CODE_PASTE_BEGIN);
    define_key("\x1b[201~", CODE_PASTE_END);
}

void screen_keys_close(ScreenKeys *keys) {
    delwin(keys->pad);
}

static int32_t press_of_code(int code) {
    static const struct {
        int code;
        int32_t press;
    } known[] = {
        {KEY_UP, PRESS_UP},
        {KEY_DOWN, PRESS_DOWN},
        {KEY_LEFT, PRESS_LEFT},
        {KEY_RIGHT, PRESS_RIGHT},
        {KEY_HOME, PRESS_HOME},
        {KEY_END, PRESS_END},
        {KEY_PPAGE, PRESS_PAGE_UP},
        {KEY_NPAGE, PRESS_PAGE_DOWN},
        {KEY_BACKSPACE, PRESS_BACKSPACE},
        {KEY_BTAB, PRESS_BACKTAB},
        {KEY_F(1), PRESS_HELP},
        {KEY_ENTER, '\r'},
        {CODE_PASTE_BEGIN, PRESS_PASTE_BEGIN},
        {CODE_PASTE_END, PRESS_PASTE_END},
    };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (known[i].code == code)
            return known[i].press;
    return PRESS_OTHER;
}

static void set_bytes(Press *press, const char *bytes, size_t count) {
    press->byte_count = count < PRESS_BYTES ? count : 0;
    memcpy(press->bytes, bytes, press->byte_count);
}

static void press_special(Press *press, int code) {
    char *sequence = keybound(code, 0);
    press->code = press_of_code(code);
    if (press->code == '\r')
        set_bytes(press, "\r", 1);
    else if (press->code == PRESS_BACKSPACE)
        set_bytes(press, "\x7f", 1);
    else if (sequence)
        set_bytes(press, sequence, strlen(sequence));
    free(sequence);
}

static void press_mouse(Press *press) {
    MEVENT event;
    press->code = PRESS_OTHER;
    if (getmouse(&event) != OK)
        return;
    press->row = event.y;
    press->column = event.x;
    if (event.bstate & BUTTON1_PRESSED)
        press->code = PRESS_CLICK;
    else if (event.bstate & BUTTON4_PRESSED)
        press->code = PRESS_WHEEL_UP;
    else if (event.bstate & BUTTON5_PRESSED)
        press->code = PRESS_WHEEL_DOWN;
}

/* An Esc that begins none of the sequences ncurses knows: alone, with a character (which is how Alt
 * is sent), or an unknown sequence, of which nothing must be taken for typing. */
static void press_escape(ScreenKeys *keys, Press *press) {
    int next = wgetch(keys->pad);
    press->code = PRESS_OTHER;
    press->byte_count = 0;
    if (next == ERR || next == ESCAPE) {
        press->code = PRESS_ESCAPE;
    } else if (next == '[' || next == 'O') {
        do
            next = wgetch(keys->pad);
        while (next != ERR && (next < '@' || next > '~') && next < KEY_MIN);
    } else if (next < DELETE) {
        press->byte_count = 2;
        press->bytes[0] = ESCAPE;
        press->bytes[1] = (char)next;
    }
}

/* Adds a byte to the character that is coming in; whether it is complete now. */
static bool press_character(ScreenKeys *keys, Press *press, int byte) {
    uint32_t character = 0xFFFD;
    if ((byte & 0xC0) != 0x80)
        keys->partial_count = 0; /* the rest of the one before never came */
    keys->partial[keys->partial_count++] = (char)byte;
    char text[sizeof keys->partial + 1] = {0};
    memcpy(text, keys->partial, keys->partial_count);
    unsigned char first = (unsigned char)text[0];
    size_t wanted = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : first >= 0xC0 ? 2 : 1;
    if (keys->partial_count < wanted && (byte & 0x80))
        return false;
    bool whole = first == 0 || utf8_decode(text, &character) == keys->partial_count;
    press->code = first == 0 ? 0 : whole ? (int32_t)character : PRESS_OTHER;
    if (press->code == DELETE || press->code == ('H' & PRESS_CONTROL))
        press->code = PRESS_BACKSPACE;
    set_bytes(press, text, whole ? keys->partial_count : 0);
    keys->partial_count = 0;
    return true;
}

bool screen_keys_read(ScreenKeys *keys, Press *press) {
    int code;
    *press = (Press){0};
    while ((code = wgetch(keys->pad)) != ERR) {
        if (code == KEY_RESIZE)
            continue; /* resizeterm leaves it; the size is followed without it */
        if (code >= KEY_MIN) {
            keys->partial_count = 0;
            if (code == KEY_MOUSE)
                press_mouse(press);
            else
                press_special(press, code);
            return true;
        }
        if (code == ESCAPE) {
            keys->partial_count = 0;
            press_escape(keys, press);
            return true;
        }
        if (press_character(keys, press, code))
            return true;
    }
    return false;
}
