/* prompt: one line edited by GNU readline inside the screen: history, completion, emacs or vi keys
 * as the user's inputrc has it. The only file of the screen that knows readline.
 *
 * Readline is given the bytes of one press at a time and never reads or writes by itself; what it
 * would write, its line and its cursor, is drawn into a grid. Readline's state is one for the whole
 * program, so there is one prompt at a time. */
#ifndef UI_PROMPT_H
#define UI_PROMPT_H

#include "ui/screen.h"

/* Words that can stand at byte start … end of `line`; NULL-terminated. */
typedef const char **PromptComplete(void *context, Arena *arena, const char *line, size_t start,
                                    size_t end);

typedef struct Prompt Prompt;

typedef enum PromptResult {
    PROMPT_EDITING,
    PROMPT_ENTERED, /* prompt_line has the line; the prompt is closed */
    PROMPT_LEFT     /* by Esc or Ctrl-D; closed */
} PromptResult;

Prompt *prompt_new(Arena *arena, PromptComplete *complete, void *context);

/* Begins a line that has `text` in it already. The first time readline is set up. */
void prompt_open(Prompt *prompt, const char *text);
bool prompt_is_open(const Prompt *prompt);
void prompt_close(Prompt *prompt);

/* Closes it, and frees the last line. Readline keeps its history. */
void prompt_release(Prompt *prompt);

/* Edits. */
PromptResult prompt_press(Prompt *prompt, const Press *press);

/* Inserts text that was pasted; control characters in it are left out. */
void prompt_insert(Prompt *prompt, const char *text);

/* The line as it was entered, not sanitised; valid until the next one. */
const char *prompt_line(const Prompt *prompt);

/* What the line could be completed to, after a completion that was not unique; `*count` 0 else. */
char *const *prompt_matches(const Prompt *prompt, size_t *count);

/* Draws "∇ " and the line, at most `columns` wide, and returns the column of the cursor. Of a
 * longer line the part around the cursor is shown. */
int prompt_draw(const Prompt *prompt, Arena *arena, Grid *grid, int row, int column, int columns);

/* Puts the cursor where a line drawn so was clicked, `column` from its first, or at its end. */
void prompt_point(const Prompt *prompt, Arena *arena, bool ascii, int column, int columns);

/* Readline lays out for a screen of this size. */
void prompt_resize(Prompt *prompt, int rows, int columns);

#endif
