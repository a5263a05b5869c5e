#include "view/gears.h"

#include <math.h>

#include "base/str.h"
#include "base/utf8.h"
#include "view/dots.h"

enum {
    LEAST_ROWS = 4, /* of a picture */
    LEAST_TEETH = 6,
    TOOTH_DOTS = 5,      /* along the rim, for one tooth and the gap behind it */
    SAMPLES_PER_DOT = 3, /* points along the rim */
    HUB_DOTS = 1,        /* radius of the hub */
    MOST_RATIO = 40,     /* of the largest radius to the smallest */
};

#define PI           3.14159265358979323846
#define TOOTH_HEIGHT 1.1 /* dots, to either side of the rim */

/* Gears being drawn. Measures are in dots. */
typedef struct Gearing {
    const GearTrain *train;
    Arena *arena;
    int rows, columns;
    double scale, teeth; /* dots, and teeth, for one unit of radius */
    double time;
    uint8_t *dots; /* rows × columns cells */
    Style *styles;
    bool ascii;
} Gearing;

static double sum_of_radii(const GearTrain *train, double *largest, double *smallest) {
    double sum = 0;
    *largest = 0;
    *smallest = INFINITY;
    for (size_t i = 0; i < train->count; i++) {
        sum += train->gears[i].radius;
        *largest = fmax(*largest, train->gears[i].radius);
        *smallest = fmin(*smallest, train->gears[i].radius);
    }
    return sum;
}

/* The scale with which all gears fit; 0 where no picture is possible. */
static double find_scale(const GearTrain *train, int rows, int columns) {
    double largest, smallest, sum = sum_of_radii(train, &largest, &smallest);
    if (!(smallest > 0) || !isfinite(sum) || largest > MOST_RATIO * smallest || rows < LEAST_ROWS)
        return 0;
    double across = columns * DOTS_ACROSS - 2 * TOOTH_HEIGHT - 2;
    double down = rows * DOTS_DOWN - 2 * TOOTH_HEIGHT - 2;
    return fmax(0, fmin(across / (2 * sum), down / (2 * largest)));
}

static void put_dot(Gearing *gearing, double x, double y, Style style) {
    int column = (int)floor(x / DOTS_ACROSS), row = (int)floor(y / DOTS_DOWN);
    if (row < 0 || column < 0 || row >= gearing->rows || column >= gearing->columns)
        return;
    size_t cell = (size_t)row * (size_t)gearing->columns + (size_t)column;
    gearing->dots[cell] |= dots_bit((int)floor(x) % DOTS_ACROSS, (int)floor(y) % DOTS_DOWN);
    if (style != STYLE_NORMAL || gearing->styles[cell] == STYLE_NORMAL)
        gearing->styles[cell] = style;
}

/* A gear's place, and how it stands: the middle of a tooth is at `first`. */
typedef struct GearPlace {
    double x, y, radius, turned, first;
    int teeth;
} GearPlace;

static void draw_rim(Gearing *gearing, const GearPlace *place) {
    int samples = (int)(2 * PI * place->radius * SAMPLES_PER_DOT) + LEAST_TEETH;
    for (int i = 0; i < samples; i++) {
        double angle = 2 * PI * i / samples;
        double wave = 2 * cos(place->teeth * (angle - place->first - place->turned));
        double radius = place->radius + TOOTH_HEIGHT * fmax(-1, fmin(1, wave));
        put_dot(gearing, place->x + radius * cos(angle), place->y - radius * sin(angle),
                STYLE_NORMAL);
    }
}

static void draw_inside(Gearing *gearing, const GearPlace *place) {
    double length = place->radius - 2 * TOOTH_HEIGHT;
    for (double at = HUB_DOTS; at < length; at += 0.5)
        put_dot(gearing, place->x + at * cos(place->turned), place->y - at * sin(place->turned),
                STYLE_LIT);
    for (int i = 0; i < 2 * LEAST_TEETH; i++)
        put_dot(gearing, place->x + HUB_DOTS * cos(PI * i / LEAST_TEETH),
                place->y - HUB_DOTS * sin(PI * i / LEAST_TEETH), STYLE_LIT);
}

/* Where two gears touch, a tooth of the one meets a gap of the other: the waves of their rims are
 * opposite there, which says where the teeth of the next one begin. */
static double next_first(const GearPlace *place, int teeth) {
    double phase = -place->teeth * place->first;
    return PI - (PI - phase) / teeth;
}

static void draw_gears(Gearing *gearing) {
    GearPlace place = {.y = gearing->rows * DOTS_DOWN / 2.0};
    double width = 0, edge;
    for (size_t i = 0; i < gearing->train->count; i++)
        width += 2 * gearing->train->gears[i].radius * gearing->scale;
    edge = (gearing->columns * DOTS_ACROSS - width) / 2;
    for (size_t i = 0; i < gearing->train->count; i++) {
        const Gear *gear = &gearing->train->gears[i];
        int teeth = (int)lround(gear->radius * gearing->teeth);
        double first = i == 0 ? 0 : next_first(&place, teeth);
        double turns = gear->turns_text ? fmod(gear->turns * gearing->time, 1) : 0;
        place.radius = gear->radius * gearing->scale;
        place.x = edge + place.radius;
        place.teeth = teeth;
        place.first = first;
        place.turned = 2 * PI * (i % 2 == 0 ? turns : -turns);
        draw_rim(gearing, &place);
        draw_inside(gearing, &place);
        edge += 2 * place.radius;
    }
}

static void print_dots(const Gearing *gearing, Grid *grid) {
    for (int row = 0; row < gearing->rows; row++)
        for (int column = 0; column < gearing->columns; column++) {
            size_t cell = (size_t)row * (size_t)gearing->columns + (size_t)column;
            char glyph[DOTS_GLYPH_SIZE];
            if (!gearing->dots[cell])
                continue;
            dots_glyph(gearing->dots[cell], glyph);
            const char *ascii = gearing->styles[cell] == STYLE_LIT ? "*" : ".";
            grid_text(grid, row, column, gearing->ascii ? ascii : glyph, gearing->styles[cell]);
        }
}

static const char *gear_text(Arena *arena, const Gear *gear) {
    const char *text = arena_format(arena, "%s: radius %s", gear->name, gear->radius_text);
    return gear->turns_text ? arena_format(arena, "%s, turns %s", text, gear->turns_text) : text;
}

/* Whether any of them turns. */
static bool any_turns(const GearTrain *train) {
    for (size_t i = 0; i < train->count; i++)
        if (train->gears[i].turns_text && train->gears[i].turns != 0 &&
            isfinite(train->gears[i].turns))
            return true;
    return false;
}

Grid gears_draw(Arena *arena, const GearTrain *train, double time, int rows, int columns,
                bool ascii) {
    int lines = (int)train->count, room = rows - lines;
    double scale = find_scale(train, room, columns), largest, smallest;
    sum_of_radii(train, &largest, &smallest);
    bool fits = scale > 0 && smallest * scale > 2 * TOOTH_HEIGHT;
    int height = fits ? (int)ceil((2 * (largest * scale + TOOTH_HEIGHT) + 2) / DOTS_DOWN) : 0;
    Grid grid = grid_new(arena, height + lines, columns, ascii);
    if (fits) {
        double teeth = fmax(LEAST_TEETH / smallest, floor(2 * PI * scale / TOOTH_DOTS));
        size_t cells = (size_t)height * (size_t)columns;
        Gearing gearing = {train, arena, height, columns, scale, teeth, time, NULL, NULL, ascii};
        gearing.dots = ARENA_ARRAY(arena, uint8_t, cells);
        gearing.styles = ARENA_ARRAY(arena, Style, cells);
        draw_gears(&gearing);
        print_dots(&gearing, &grid);
    }
    for (int i = 0; i < lines; i++) {
        const char *text = gear_text(arena, &train->gears[i]);
        grid_text_fit(&grid, height + i, 0, columns, ascii ? utf8_to_ascii(arena, text) : text,
                      STYLE_NORMAL);
    }
    return grid;
}

const char *gears_words(Arena *arena, const GearTrain *train) {
    Buffer text = {.arena = arena};
    buffer_format(&text, "%zu gears in a row, each touching the next.", train->count);
    for (size_t i = 0; i < train->count; i++)
        buffer_format(&text, " %s.", gear_text(arena, &train->gears[i]));
    if (any_turns(train))
        buffer_add(&text, " Neighbours turn in opposite directions.");
    return buffer_text(&text);
}
