#include <math.h>

#include "base/str.h"
#include "view/math_text.h"
#include "view/plot.h"

typedef struct Words {
    Buffer text;
    int digits;
} Words;

static const char *number(const Words *words, double value) {
    Arena *arena = words->text.arena;
    int digits = words->digits < 1 ? 1 : words->digits;
    return math_line(arena, math_number(arena, value, digits), false);
}

static const char *name_or(const char *name, const char *otherwise) {
    return name && *name ? name : otherwise;
}

/* What there is to say of a series; the indices are of finite points, and valid where count > 0. */
typedef struct Course {
    size_t count, first, last, least, most;
    size_t leaves, settles; /* where it leaves its first value for good or not, and where its last
                               value begins: corners that a picture shows */
    bool rises, falls, rests;
} Course;

static Course follow(const PlotSeries *series) {
    Course course = {0};
    for (size_t i = 0; i < series->count; i++) {
        double y = series->y[i];
        if (!isfinite(series->x[i]) || !isfinite(y))
            continue;
        if (course.count++ == 0)
            course.first = course.last = course.least = course.most = course.leaves =
                course.settles = i;
        bool level = course.leaves == course.last && y == series->y[course.first];
        course.leaves = level ? i : course.leaves;
        course.settles = y == series->y[course.last] ? course.settles : i;
        course.rises = course.rises || y > series->y[course.last];
        course.falls = course.falls || y < series->y[course.last];
        course.least = y < series->y[course.least] ? i : course.least;
        course.most = y > series->y[course.most] ? i : course.most;
        course.last = i;
    }
    for (size_t i = course.leaves + 1; course.count && i < course.settles; i++)
        course.rests = course.rests || series->y[i] == series->y[i - 1];
    return course;
}

/* "0.5 at step = 0" */
static void say_point(Words *words, const Plot *plot, const PlotSeries *series, size_t i) {
    buffer_format(&words->text, "%s at %s = %s", number(words, series->y[i]),
                  name_or(plot->x_label, "x"), number(words, series->x[i]));
}

/* ", stays there up to step = 3" */
static void say_place(Words *words, const Plot *plot, const PlotSeries *series, const char *before,
                      size_t i, const char *after) {
    buffer_format(&words->text, "%s%s = %s%s", before, name_or(plot->x_label, "x"),
                  number(words, series->x[i]), after);
}

static void say_extremes(Words *words, const Plot *plot, const PlotSeries *series, Course course) {
    buffer_add(&words->text, "its least value is ");
    say_point(words, plot, series, course.least);
    buffer_add(&words->text, ", its largest ");
    say_point(words, plot, series, course.most);
    buffer_add(&words->text, ".");
}

/* Where a curve that only rises or only falls has half of its way behind it: how steep it is. */
static size_t halfway(const PlotSeries *series, Course course) {
    double from = series->y[course.first], way = fabs(series->y[course.last] - from);
    size_t i = course.first;
    while (i < course.last && !(fabs(series->y[i] - from) >= way / 2))
        i++;
    return i;
}

/* Whether a level stretch is so long that it is seen. */
static bool is_seen(Course course, size_t from, size_t to) {
    enum { SEEN_PART = 20 };
    return (to - from) * SEEN_PART >= course.count;
}

/* A curve that only rises or only falls. */
static void say_way(Words *words, const Plot *plot, const PlotSeries *series, Course course,
                    const char *then, bool settled) {
    buffer_add(&words->text, then);
    if (course.rests)
        buffer_add(&words->text, course.rises ? "never falls" : "never rises");
    else
        buffer_format(&words->text, "%s%s", course.rises ? "rises" : "falls",
                      settled ? "" : " all the way");
    say_place(words, plot, series, ", half of it up to ", halfway(series, course), ",");
}

static void say_curve(Words *words, const Plot *plot, const PlotSeries *series, Course course) {
    bool turns = course.rises && course.falls;
    bool level = is_seen(course, course.first, course.leaves) && course.leaves > course.first,
         settled = is_seen(course, course.settles, course.last) && course.settles < course.last,
         jumps = level && settled && course.settles == course.leaves + 1;
    buffer_add(&words->text, " begins with ");
    say_point(words, plot, series, course.first);
    if (!course.rises && !course.falls) {
        say_place(words, plot, series, " and stays the same up to ", course.last, ".");
        return;
    }
    if (level)
        say_place(words, plot, series, ", stays there up to ", course.leaves, "");
    if (jumps) {
        buffer_format(&words->text, ", then jumps to %s,", number(words, series->y[course.last]));
        say_place(words, plot, series, " and stays there up to ", course.last, ".");
        return;
    }
    if (!turns)
        say_way(words, plot, series, course, level ? ", then " : ", ", settled);
    if (settled)
        say_place(words, plot, series, turns ? ", stays the same from " : " stays the same from ",
                  course.settles, " on,");
    buffer_add(&words->text, " and ends with ");
    say_point(words, plot, series, course.last);
    buffer_add(&words->text, turns ? "; " : ".");
    if (turns)
        say_extremes(words, plot, series, course);
}

static void say_series(Words *words, const Plot *plot, const PlotSeries *series) {
    Course course = follow(series);
    const char *name = plot->series_count > 1 ? series->label : plot->y_label;
    buffer_format(&words->text, " %s", name_or(name, "The curve"));
    if (course.count == 0) {
        buffer_add(&words->text, " has no points.");
    } else if (course.count == 1) {
        buffer_add(&words->text, " is one point, ");
        say_point(words, plot, series, course.first);
        buffer_add(&words->text, ".");
    } else if (course.count == 2) {
        buffer_add(&words->text, " is a straight line through ");
        say_point(words, plot, series, course.first);
        buffer_add(&words->text, " and ");
        say_point(words, plot, series, course.last);
        buffer_add(&words->text, ".");
    } else if (series->dots) {
        buffer_format(&words->text, " has %zu points: ", course.count);
        say_extremes(words, plot, series, course);
    } else {
        say_curve(words, plot, series, course);
    }
}

char *plot_words(Arena *arena, const Plot *plot, int digits) {
    Words words = {{.arena = arena}, digits};
    buffer_format(&words.text, "A plot%s%s over %s.", plot->y_label && *plot->y_label ? " of " : "",
                  name_or(plot->y_label, ""), name_or(plot->x_label, "x"));
    for (size_t i = 0; i < plot->series_count; i++)
        say_series(&words, plot, &plot->series[i]);
    for (size_t i = 0; i < plot->mark_count; i++) {
        const PlotMark *mark = &plot->marks[i];
        if (!isfinite(mark->x) || !isfinite(mark->y))
            continue;
        const char *where =
            arena_format(arena, "%s = %s", name_or(plot->x_label, "x"), number(&words, mark->x));
        bool named = mark->label && *mark->label && !str_equal(mark->label, where);
        buffer_format(&words.text, " Marked: %s%s%s, %s = %s%s.", named ? mark->label : "",
                      named ? " (" : "", where, name_or(plot->y_label, "y"),
                      number(&words, mark->y), named ? ")" : "");
    }
    return arena_copy(arena, buffer_text(&words.text));
}

/* A place between two others; 0 where only rounding keeps it from being that. */
static double place_between(double from, double to, double part) {
    static const double rounding = 1e-12;
    double place = from * (1 - part) + to * part;
    return fabs(place) <= rounding * (fabs(from) + fabs(to)) ? 0 : place;
}

/* The sample's place: "at w1 = 0.1, w2 = −2" */
static void say_sample(Words *words, const ContourMap *map, size_t sample) {
    double right = (double)(sample % map->columns) / (double)(map->columns - 1);
    double up = (double)(sample / map->columns) / (double)(map->rows - 1);
    buffer_format(
        &words->text, "%s near %s = %s, %s = %s",
        isnan(map->z[sample]) ? "no value" : number(words, map->z[sample]),
        name_or(map->x_label, "x"), number(words, place_between(map->x_from, map->x_to, right)),
        name_or(map->y_label, "y"), number(words, place_between(map->y_from, map->y_to, up)));
}

/* Its valley, and unless `brief` its peak. Returns whether it has a shape. */
static bool say_surface(Words *words, const ContourMap *map, bool brief) {
    size_t count = contour_has_samples(map) ? map->rows * map->columns : 0, least = 0, most = 0;
    while (least < count && !isfinite(map->z[least]))
        least++;
    most = least;
    for (size_t i = least; i < count; i++) {
        least = map->z[i] < map->z[least] && isfinite(map->z[i]) ? i : least;
        most = map->z[i] > map->z[most] && isfinite(map->z[i]) ? i : most;
    }
    if (least >= count) {
        buffer_add(&words->text, " It has no values.");
    } else if (map->z[least] == map->z[most]) {
        buffer_format(&words->text, " It is %s everywhere.", number(words, map->z[least]));
    } else {
        buffer_add(&words->text, " Its least value is ");
        say_sample(words, map, least);
        if (!brief) {
            buffer_add(&words->text, "; its largest is ");
            say_sample(words, map, most);
        }
        buffer_add(&words->text, ".");
    }
    return least < count && map->z[least] != map->z[most];
}

/* The middle and the corners, from which the shape can be imagined: a bowl, a slope, a ridge. */
static void say_landmarks(Words *words, const ContourMap *map) {
    size_t right = map->columns - 1, top = (map->rows - 1) * map->columns;
    const size_t corners[] = {0, right, top, top + right};
    size_t middle = map->rows / 2 * map->columns + map->columns / 2;
    buffer_add(&words->text, " In the middle: ");
    say_sample(words, map, middle);
    buffer_add(&words->text, ". In the corners: ");
    for (size_t i = 0; i < sizeof corners / sizeof *corners; i++) {
        buffer_add(&words->text, i ? "; " : "");
        say_sample(words, map, corners[i]);
    }
    buffer_add(&words->text, ".");
}

char *contour_words(Arena *arena, const ContourMap *map, int digits, bool brief) {
    Words words = {{.arena = arena}, digits};
    buffer_format(&words.text, "A map of %s over %s from %s to %s and %s from %s to %s.",
                  name_or(map->z_label, "z"), name_or(map->x_label, "x"),
                  number(&words, map->x_from), number(&words, map->x_to),
                  name_or(map->y_label, "y"), number(&words, map->y_from),
                  number(&words, map->y_to));
    bool shaped = say_surface(&words, map, brief);
    if (map->path_count > 0) {
        size_t last = map->path_count - 1;
        if (last == 0)
            buffer_format(&words.text, " We stand at (%s, %s).", number(&words, map->path_x[0]),
                          number(&words, map->path_y[0]));
        else
            buffer_format(&words.text, " The path goes from (%s, %s) to (%s, %s) in %zu step%s.",
                          number(&words, map->path_x[0]), number(&words, map->path_y[0]),
                          number(&words, map->path_x[last]), number(&words, map->path_y[last]),
                          last, last == 1 ? "" : "s");
    }
    if (shaped && !brief)
        say_landmarks(&words, map);
    return arena_copy(arena, buffer_text(&words.text));
}
