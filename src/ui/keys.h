/* keys: which keys there are, what each does and where it works. One table, from which presses, the
 * key row and the help are read, so the help can neither promise nor forget anything. */
#ifndef UI_KEYS_H
#define UI_KEYS_H

#include "ui/actions.h"

enum { KEY_MOST_CODES = 4 };

/* A key, or several that do the same. */
typedef struct Key {
    int32_t
        codes[KEY_MOST_CODES]; /* 0 after the last; none: a digit or what else opens the prompt */
    KeyAction *run;
    const char *argument;
    unsigned panes;                /* bits 1 << PaneId: the panes in focus in which it works */
    bool (*works)(const Tui *tui); /* whether it does something now; NULL: it always does */
    const char *keys, *help;       /* as in the help; NULL: goes with the row above */
    const char *brief;             /* as in the key row; NULL: not there */
    int rank; /* a narrow key row has room for those with the lowest ranks first */
} Key;

/* What a code does in the present focus: what works now before what only says why it does not. NULL
 * where it means nothing. */
const Key *keys_find(const Tui *tui, int32_t code);

/* Whether a key does something now, in the present focus. */
bool keys_work(const Tui *tui, const Key *key);

/* The keys that matter now, at most `columns` wide. */
const char *keys_row(const Tui *tui, Arena *arena, int columns);

/* The key whose text stands at a column of that row, or NULL. */
const Key *keys_at(const Tui *tui, int columns, int column);

/* A row of a help's table with two columns: keys, and what they do. */
void keys_add_help(Card *card, Block *table, const char *names, const char *help);

/* What that key sends while the prompt is open; NULL for none. */
const Press *keys_in_prompt_at(int columns, int column);

#endif
