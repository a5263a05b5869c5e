/* theme: the colours of the full screen, as data, so that a test can compute how well each can be
 * read: text has at least THEME_CONTRAST to what it stands on, as the WCAG measure it. Where the
 * paper is the terminal's own, nobody knows it, and each ink has that contrast to black and to
 * white. The first 16 colours look different everywhere: with those it has that contrast in every
 * palette in common use. What matters is told by an attribute or a sign, too: colour is never the
 * only one. */
#ifndef VIEW_THEME_H
#define VIEW_THEME_H

#include "view/grid.h"

#define THEME_CONTRAST 4.5

typedef enum ThemeKind { THEME_AUTO, THEME_DARK, THEME_LIGHT, THEME_MONO, THEME_COUNT } ThemeKind;

enum { THEME_OWN = -1 }; /* the terminal's own colour */

/* Numbers of the palette that terminals share (0 … 7, or 0 … 255), or THEME_OWN. */
typedef struct Theme {
    short paper;
    short inks[STYLE_COUNT];
} Theme;

/* The colours for a terminal that has so many of them; NULL where there shall be none. */
const Theme *theme_find(ThemeKind kind, int colors);

/* The kind of that name: auto, dark, light or mono; THEME_COUNT for no kind. */
ThemeKind theme_named(const char *name);

/* From 1 for equal colours to 21 for black and white, of two colours of the palette as xterm has
 * it. */
double theme_contrast(short ink, short paper);

#endif
