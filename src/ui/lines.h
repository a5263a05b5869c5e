/* lines: readline's history, which is one for the whole program, and what is kept of it from day to
 * day (store/history.h). */
#ifndef UI_LINES_H
#define UI_LINES_H

/* Before the first line: what was typed on other days comes back. Later calls do nothing. */
void lines_begin(void);

/* A line that was entered; blank ones and repetitions are not kept. */
void lines_add(const char *line);

#endif
