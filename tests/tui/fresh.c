/* A program that has been through much, beside one that has just begun: at the same places both
 * must show the same. A redraw does not notice what was kept and is not true any more; this does.
 */
#include <string.h>

#include "commands.h"

static const char *const places[] = {":goto 1\r", ":goto 14\r", ":goto 27\r", ":goto 9999\r"};

enum { PLACES = sizeof places / sizeof *places, PANES = 3 };

static void give(Script *script, const char *bytes) {
    if (script_failed(script))
        return;
    if (!terminal_send(script->terminal, bytes, strlen(bytes)))
        script_fail(script, "the program does not read its keys");
    script_settle(script);
    script_require_running(script);
}

/* Goes to a place; what is said of the way there is put away. */
static Picture take_at(Script *script, const char *place) {
    give(script, place);
    give(script, "\x1b");
    return picture_take(script->terminal, TERMINAL_LIVE);
}

/* Puts away what ends with the program: a line, an answer, a search, what is selected, a hunt, the
 * view of the network. */
static void put_away(Script *script) {
    give(script, "\x03");
    for (int i = 0; i < 4; i++)
        give(script, "\x1b");
    give(script, ":mode watch\r");
    give(script, places[0]);
    for (const char *key = "ZZZz"; *key; key++)
        give(script, (char[]){*key, '\0'});
}

/* Another pane may have been chosen, which is not kept. */
static void choose_pane(Script *script, const Picture *wanted) {
    PicturePlace place;
    for (int i = 0; i < PANES && !script_failed(script); i++) {
        Picture now = take_at(script, places[0]);
        bool same = !picture_differs(wanted, &now, &place);
        picture_free(&now);
        if (same)
            return;
        give(script, "\t");
    }
}

void command_fresh(Script *script) {
    Picture worn[PLACES];
    PicturePlace place;
    put_away(script);
    for (int i = 0; i < PLACES; i++)
        worn[i] = take_at(script, places[i]);
    give(script, places[0]); /* at its end a lesson would begin anew, without the changes */
    script_begin_program(script);
    if (!script_failed(script))
        script_settle(script);
    give(script, ":mode watch\r");
    choose_pane(script, &worn[0]);
    for (int i = 0; i < PLACES && !script_failed(script); i++) {
        Picture now = take_at(script, places[i]);
        if (!script_failed(script) && picture_differs(&worn[i], &now, &place)) {
            printf("  the program that has been through much showed:\n");
            picture_print(&worn[i], stdout);
            script_fail(script, "row %d, column %d is not as it was at %.*s", place.row + 1,
                        place.column + 1, (int)strlen(places[i]) - 2, places[i] + 1);
        }
        picture_free(&now);
    }
    for (int i = 0; i < PLACES; i++)
        picture_free(&worn[i]);
}
