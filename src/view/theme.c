#include "view/theme.h"

#include <math.h>

#include "base/str.h"

enum { COLORS_MANY = 256, COLORS_SOME = 16, COLORS_FEW = 8 };

#define OWN THEME_OWN

/* With 256 colours; in the order of Style. */
static const Theme many[] = {
    [THEME_AUTO] = {OWN, {OWN, 243, OWN, 163, 63, 98, 29, 131, OWN, OWN}},
    [THEME_DARK] = {234, {252, 248, 255, 215, 81, 213, 84, 210, 252, 252}},
    [THEME_LIGHT] = {231, {234, 240, 232, 130, 25, 90, 22, 124, 234, 234}},
};

/* With 16: no ink of those can be read on every paper, so the paper is ours. What the 16 look like
 * is up to the terminal; these can be read in each palette that is in common use, which bright
 * black on black, and red, blue and magenta on it, cannot. */
static const Theme some[] = {
    [THEME_AUTO] = {0, {15, 7, 15, 11, 14, 10, 10, 11, 15, 15}},
    [THEME_DARK] = {0, {15, 7, 15, 11, 14, 10, 10, 11, 15, 15}},
    [THEME_LIGHT] = {15, {0, 0, 0, 1, 4, 5, 4, 1, 0, 0}},
};

/* With 8, the same; yellow is a dark brown in some, and on their grey only black can be read. */
static const Theme few[] = {
    [THEME_AUTO] = {0, {7, 7, 7, 6, 2, 2, 6, 6, 7, 7}},
    [THEME_DARK] = {0, {7, 7, 7, 6, 2, 2, 6, 6, 7, 7}},
    [THEME_LIGHT] = {7, {0, 0, 0, 0, 0, 0, 0, 0, 0, 0}},
};

const Theme *theme_find(ThemeKind kind, int colors) {
    if (kind >= THEME_MONO || colors < COLORS_FEW)
        return NULL;
    return colors >= COLORS_MANY ? &many[kind] : colors >= COLORS_SOME ? &some[kind] : &few[kind];
}

ThemeKind theme_named(const char *name) {
    static const char *const names[] = {"auto", "dark", "light", "mono"};
    ThemeKind kind = THEME_AUTO;
    while (kind < THEME_COUNT && !str_equal(names[kind], name))
        kind++;
    return kind;
}

/* The palette: 16 named colours, a cube of 6×6×6, 24 greys. */
static void read_rgb(short color, int rgb[3]) {
    static const uint8_t named[16][3] = {
        {0, 0, 0},     {205, 0, 0},     {0, 205, 0},     {205, 205, 0},  {0, 0, 238}, {205, 0, 205},
        {0, 205, 205}, {229, 229, 229}, {127, 127, 127}, {255, 0, 0},    {0, 255, 0}, {255, 255, 0},
        {92, 92, 255}, {255, 0, 255},   {0, 255, 255},   {255, 255, 255}};
    static const int levels[6] = {0, 95, 135, 175, 215, 255};
    for (int i = 0, divisor = 36; i < 3; i++, divisor /= 6)
        rgb[i] = color < 16    ? named[color][i]
                 : color < 232 ? levels[(color - 16) / divisor % 6]
                               : 8 + 10 * (color - 232);
}

static double luminance(short color) {
    static const double weights[3] = {0.2126, 0.7152, 0.0722};
    int rgb[3];
    double sum = 0;
    read_rgb(color, rgb);
    for (int i = 0; i < 3; i++) {
        double part = rgb[i] / 255.0;
        sum += weights[i] * (part <= 0.04045 ? part / 12.92 : pow((part + 0.055) / 1.055, 2.4));
    }
    return sum;
}

double theme_contrast(short ink, short paper) {
    double a = luminance(ink) + 0.05, b = luminance(paper) + 0.05;
    return a > b ? a / b : b / a;
}
