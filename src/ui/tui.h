/* tui: the full-screen face. A session's panes on the terminal, its keys and its prompt. */
#ifndef UI_TUI_H
#define UI_TUI_H

#include "app/session.h"
#include "view/theme.h"

typedef enum TuiColor {
    TUI_COLOR_AUTO, /* what the terminal has, none where NO_COLOR is set */
    TUI_COLOR_NEVER,
    TUI_COLOR_ALWAYS /* in spite of NO_COLOR */
} TuiColor;

typedef struct TuiOptions {
    bool ascii; /* draw with ASCII only; done anyway where the locale is not UTF-8 */
    TuiColor color;
    ThemeKind theme;
    /* Opens the lesson a student asked for. Returns a new session; or NULL, with `*error` a
     * sentence or some lines that say why, valid until the next call, and the old session goes on.
     * Once it returned a new session the old one is not looked at again. NULL: no other lessons
     * here. */
    Session *(*open)(void *context, const char *name, const char **error);
    void *context;
} TuiOptions;

/* Shows `*session` until the student quits; another lesson opened on the way is left in `*session`.
 * What the screen itself keeps until then is in `session_arena`. The caller has set the locale.
 *
 * Returns the exit status, 0; or -1, with nothing written, where there is no terminal on which a
 * screen could be shown: then show plain text. */
int tui_run(Session **session, Arena *session_arena, TuiOptions options);

#endif
