/* actions: what the keys do on the screen. Each takes the argument that stands beside it in the
 * table of keys (ui/keys.c), so one action serves several keys. */
#ifndef UI_ACTIONS_H
#define UI_ACTIONS_H

#include "ui/tui_state.h"

typedef void KeyAction(Tui *tui, const char *argument);

/* Answers a command line. What is answered in one line goes in place of the prompt, where `brief`.
 */
void tui_execute(Tui *tui, const char *line, bool brief);

/* What was said so far is over. */
void tui_forget_answers(Tui *tui);

/* The reply pane closes; what was said stays in its arena. */
void tui_drop_reply(Tui *tui);

/* A line in place of the prompt, until the next press. It is copied. */
void tui_notice(Tui *tui, const char *text);

/* An answer in the reply pane; the card's arena is tui->answers. */
void tui_show_reply(Tui *tui, Card card, const char *asked);

/* Scrolls a pane, as far as there is something. */
void tui_scroll_pane(Tui *tui, PaneId pane, int rows);

KeyAction act_go;         /* a command: "next" */
KeyAction act_go_to_end;  /* "first", "last" */
KeyAction act_read_on;    /* what is read goes up by a page */
KeyAction act_scroll;     /* "up", "down", "page up", "page down" */
KeyAction act_select;     /* "up", "down", "left", "right": another node or name */
KeyAction act_focus_next; /* "on", "back" */
KeyAction act_why;
KeyAction act_nudge;  /* "up", "down" */
KeyAction act_prompt; /* what stands in the line already */
KeyAction act_next_mode;
KeyAction act_leave;
KeyAction act_interrupt; /* what to say */
KeyAction act_zoom;      /* "in", "out": another view of the network; in pane_network.c */
KeyAction act_redraw;
KeyAction act_suspend;
KeyAction act_quit;
KeyAction act_next_match; /* "next", "before" */
KeyAction act_contents;
KeyAction act_list; /* moves in the contents: see pane_contents_move */
KeyAction act_list_go;
KeyAction act_help; /* in keys.c */

/* Whether an action has something to scroll. */
bool act_can_scroll(const Tui *tui);
bool act_can_read_on(const Tui *tui); /* there is more below */

#endif
