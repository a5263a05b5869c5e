#include "sketch.h"

#include <stdbool.h>

#include "base/str.h"
#include "num/rng.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

enum { NAMES_MOST = 40, LEAVES_LEAST = 2, LEAVES_MORE = 5, NODES_LEAST = 2, SIDE_MOST = 3 };

typedef struct Shape {
    uint32_t rows, columns;
} Shape;

typedef struct Name {
    char kind; /* x, w or n */
    size_t number;
    Shape shape;
    bool used;
} Name;

typedef struct Sketch {
    Rng rng;
    Buffer out;
    Name names[NAMES_MOST];
    size_t count;
} Sketch;

static size_t below(Sketch *sketch, size_t bound) {
    return (size_t)(rng_next(&sketch->rng) % bound);
}

static bool chance(Sketch *sketch, unsigned percent) {
    return below(sketch, 100) < percent;
}

static void put(Sketch *sketch, const char *text) {
    buffer_add(&sketch->out, text);
}

static bool is_scalar(Shape shape) {
    return shape.rows == 1 && shape.columns == 1;
}

static bool same_shape(Shape a, Shape b) {
    return a.rows == b.rows && a.columns == b.columns;
}

static Shape turned(Shape shape) {
    return (Shape){shape.columns, shape.rows};
}

static Shape random_shape(Sketch *sketch) {
    if (chance(sketch, 45))
        return (Shape){1, 1};
    return (Shape){1 + (uint32_t)below(sketch, SIDE_MOST), 1 + (uint32_t)below(sketch, SIDE_MOST)};
}

/* Three decimals: ties between two values, which are kinks of max, are rare but do occur. */
static void put_number(Sketch *sketch) {
    buffer_format(&sketch->out, "%s%.3f", chance(sketch, 40) ? "-" : "",
                  (double)below(sketch, 2000) / 1000);
}

/* ------------------------------------------------------------------------------ expressions */

static void put_value(Sketch *sketch, Shape shape, int depth);

/* A text around one value, and around two. */
typedef struct Frame1 {
    const char *before, *after;
} Frame1;

typedef struct Frame2 {
    const char *before, *between, *after;
} Frame2;

static const Frame1 elementwise[] = {
    {"exp(0.5*tanh(", "))"},
    {"exp(-(", ")^2)"},
    {"log(1.5 + (", ")^2)"},
    {"sqrt(0.5 + (", ")^2)"},
    {"sin(", ")"},
    {"cos(", ")"},
    {"tanh(", ")"},
    {"sigmoid(", ")"},
    {"relu(0.137 + ", ")"},
    {"leaky_relu(0.217 - ", ", 0.1)"},
    {"softplus(", ")"},
    {"abs(0.119 - ", ")"},
    {"softmax(", ")"},
    {"log_softmax(", ")"},
    {"(-", ")"},
    {"(", ")^2"},
    {"(0.5*", ")^3"},
    {"(2 + abs(0.113 + ", "))^-1.5"},
    {"(3 + tanh(", "))^0.5"},
    {"2^tanh(", ")"},
    {"max(", ", 0.2531)"},
    {"min(", ", -0.2537)"},
    {"(-(", ")/3)"},
    {"(1/(2.5 + sin(", ")))"},
    {"(", "*0.5 - 1)"},
    {"(1 - ", ")"},
    {"(", ")^1"},
    {"(sigmoid(", ") - 0.5)"},
    {"(4 - (", ")/(-2))"},
    {"softmax(2*", ")"},
    {"log(sigmoid(", "))"},
    {"log(1 - sigmoid(", "))"},
    {"log(softmax(", "))"},
};

static const Frame2 pairs[] = {
    {"(", " + ", ")"},
    {"(", " - ", ")"},
    {"(", "*", ")"},
    {"(", "*(-", "))"},
    {"(", "/(1.5 + abs(0.113 + ", ")))"},
    {"(", "/(2 + cos(", ")))"},
    {"(1/(3 + sin(", "))*", ")"},
    {"max(0.031 + ", ", ", ")"},
    {"min(", ", 0.029 + ", ")"},
    {"leaky_relu(0.173 - ", ", ", ")"},
    {"(1.5 + tanh(", "))^(", ")"},
    {"(0.5 + abs(0.113 + ", "))^tanh(", ")"},
};

enum { REDUCTIONS_SMOOTH = 3 }; /* those before the extremes */

static const Frame1 reductions[] = {
    {"sum(", ")"}, {"mean(", ")"}, {"(0.5*sum(", "))"}, {"max(", ")"}, {"min(", ")"},
};

static void put_framed(Sketch *sketch, Frame1 frame, Shape shape, int depth) {
    put(sketch, frame.before);
    put_value(sketch, shape, depth - 1);
    put(sketch, frame.after);
}

/* Two values that broadcast to the shape: a side of either may be 1 instead. */
static void put_pair(Sketch *sketch, Shape shape, int depth) {
    Shape sides[2] = {shape, shape};
    if (chance(sketch, 30))
        sides[below(sketch, 2)].rows = 1;
    if (chance(sketch, 30))
        sides[below(sketch, 2)].columns = 1;
    Frame2 frame = pairs[below(sketch, COUNT(pairs))];
    put(sketch, frame.before);
    put_value(sketch, sides[0], depth - 1);
    put(sketch, frame.between);
    put_value(sketch, sides[1], depth - 1);
    put(sketch, frame.after);
}

static void put_product(Sketch *sketch, Shape shape, int depth) {
    uint32_t inner = 1 + (uint32_t)below(sketch, SIDE_MOST);
    put(sketch, "(");
    put_value(sketch, (Shape){shape.rows, inner}, depth - 1);
    put(sketch, " @ ");
    put_value(sketch, (Shape){inner, shape.columns}, depth - 1);
    put(sketch, ")");
}

static void put_literal(Sketch *sketch, Shape shape, int depth) {
    for (uint32_t i = 0; i < shape.rows; i++)
        for (uint32_t j = 0; j < shape.columns; j++) {
            put(sketch, j ? ", " : i ? "], [" : "[[");
            put_value(sketch, (Shape){1, 1}, depth - 1);
        }
    put(sketch, "]]");
}

static void put_entry(Sketch *sketch, int depth) {
    Shape shape = {1 + (uint32_t)below(sketch, SIDE_MOST), 2};
    put(sketch, "(");
    put_value(sketch, shape, depth - 1);
    buffer_format(&sketch->out, ")[%zu,%zu]", 1 + below(sketch, shape.rows), 1 + below(sketch, 2));
}

/* The logarithm of an entry of probabilities, or of all of them turned. */
static void put_logarithm(Sketch *sketch, Shape shape, int depth) {
    static const Frame1 probabilities[] = {
        {"sigmoid(", ")"}, {"(1 - sigmoid(", "))"}, {"softmax(", ")"}, {"sigmoid(", ").T.T"}};
    const Frame1 frame = probabilities[below(sketch, COUNT(probabilities))];
    Shape inner = turned(shape);
    if (is_scalar(shape))
        inner = (Shape){1 + (uint32_t)below(sketch, SIDE_MOST), 2};
    put(sketch, "log((");
    put_framed(sketch, frame, inner, depth);
    put(sketch, ").T");
    if (is_scalar(shape))
        buffer_format(&sketch->out, "[%zu,%zu]", 1 + below(sketch, 2),
                      1 + below(sketch, inner.rows));
    put(sketch, ")");
}

/* A declared name of this shape or of the shape turned; false where there is none. */
static bool put_name(Sketch *sketch, Shape shape) {
    for (size_t tries = 0; tries < NAMES_MOST; tries++) {
        Name *name = &sketch->names[below(sketch, sketch->count)];
        bool same = same_shape(name->shape, shape);
        if (!same && !same_shape(name->shape, turned(shape)))
            continue;
        name->used = true;
        buffer_format(&sketch->out, "%c%zu%s", name->kind, name->number, same ? "" : ".T");
        return true;
    }
    return false;
}

/* A matrix of numbers that all differ; added to another it keeps the entries of that apart. */
static void put_ramp(Sketch *sketch, Shape shape) {
    for (uint32_t i = 0; i < shape.rows; i++)
        for (uint32_t j = 0; j < shape.columns; j++)
            buffer_format(&sketch->out, "%s0.%u",
                          j   ? ", "
                          : i ? "], ["
                              : " + [[",
                          101 + 73 * (i * SIDE_MOST + j));
    put(sketch, "]]");
}

static void put_reduction(Sketch *sketch, int depth) {
    size_t which = below(sketch, COUNT(reductions));
    Shape shape = random_shape(sketch);
    put(sketch, reductions[which].before);
    put_value(sketch, shape, depth - 1);
    if (which >= REDUCTIONS_SMOOTH)
        put_ramp(sketch, shape);
    put(sketch, reductions[which].after);
}

static void put_simple(Sketch *sketch, Shape shape) {
    if (!chance(sketch, 8) && put_name(sketch, shape))
        return;
    if (is_scalar(shape))
        buffer_format(&sketch->out, "%.2f", 0.25 + (double)below(sketch, 200) / 100);
    else if (shape.columns == 1 && chance(sketch, 30))
        buffer_format(&sketch->out, "onehot(%zu, %u)", 1 + below(sketch, shape.rows), shape.rows);
    else
        put_literal(sketch, shape, 1);
}

/* A value of this shape, in brackets where it needs them before a sign. */
static void put_value(Sketch *sketch, Shape shape, int depth) {
    size_t which = depth <= 0 ? 0 : below(sketch, 100);
    if (which < 22)
        put_simple(sketch, shape);
    else if (which < 50)
        put_framed(sketch, elementwise[below(sketch, COUNT(elementwise))], shape, depth);
    else if (which < 76)
        put_pair(sketch, shape, depth);
    else if (which < 88)
        put_product(sketch, shape, depth);
    else if (is_scalar(shape) && which < 92)
        put_entry(sketch, depth);
    else if (which >= 97)
        put_logarithm(sketch, shape, depth);
    else if (is_scalar(shape))
        put_reduction(sketch, depth);
    else if (which < 94)
        put_framed(sketch, (Frame1){"(", ").T"}, turned(shape), depth);
    else
        put_literal(sketch, shape, depth);
}

/* ------------------------------------------------------------------------------ lessons */

static Name *add_name(Sketch *sketch, char kind, Shape shape) {
    Name *name = &sketch->names[sketch->count++];
    *name = (Name){.kind = kind, .number = sketch->count, .shape = shape};
    return name;
}

/* An input or a parameter. */
static void put_leaf(Sketch *sketch, bool must_be_param) {
    Shape shape = random_shape(sketch);
    Name *name = add_name(sketch, must_be_param || !chance(sketch, 50) ? 'w' : 'x', shape);
    name->used = true;
    buffer_format(&sketch->out, "%s %c%zu = [", name->kind == 'x' ? "input" : "param", name->kind,
                  name->number);
    for (uint32_t i = 0; i < shape.rows; i++)
        for (uint32_t j = 0; j < shape.columns; j++) {
            put(sketch, j ? ", " : i ? "], [" : "[");
            put_number(sketch);
        }
    put(sketch, "]]\n");
}

static void put_node(Sketch *sketch) {
    Shape shape = random_shape(sketch);
    Buffer line = {.arena = sketch->out.arena}, rest = sketch->out;
    sketch->out = line;
    put_value(sketch, shape, 1 + (int)below(sketch, 3));
    line = sketch->out;
    sketch->out = rest;
    Name *name = add_name(sketch, 'n', shape); /* after its formula, which cannot use it */
    buffer_format(&sketch->out, "%c%zu = %s\n", name->kind, name->number, buffer_text(&line));
}

/* The loss adds up every definition that no other uses. */
static void put_loss(Sketch *sketch) {
    static const Frame1 terms[] = {
        {"sum(", "^2)/2"}, {"mean(", ")"}, {"sum(tanh(", "))"}, {"sum(", ")"}};
    put(sketch, "loss E = 0.5");
    for (size_t i = 0; i < sketch->count; i++) {
        const Name *name = &sketch->names[i];
        if (name->used)
            continue;
        Frame1 term = terms[below(sketch, COUNT(terms))];
        buffer_format(&sketch->out, " %c %s%c%zu%s", chance(sketch, 70) ? '+' : '-', term.before,
                      name->kind, name->number, term.after);
    }
    put(sketch, "\n");
}

const char *sketch_lesson(Arena *arena, uint64_t number) {
    Sketch sketch = {.rng = rng_stream(number, "lesson"), .out = {.arena = arena}};
    size_t leaves = LEAVES_LEAST + below(&sketch, LEAVES_MORE);
    size_t nodes = NODES_LEAST + (chance(&sketch, 15) ? below(&sketch, 23) : below(&sketch, 8));
    put(&sketch, "```lesson\n");
    while (leaves--)
        put_leaf(&sketch, false);
    while (nodes--)
        put_node(&sketch);
    put_loss(&sketch);
    put(&sketch, "```\n");
    return buffer_text(&sketch.out);
}

/* ------------------------------------------------------------------------------ trainings */

enum { COLUMNS_MOST = 4 };

/* A data table: numbers and columns of numbers as names, and the same on every row. */
static void put_table(Sketch *sketch, size_t rows) {
    size_t columns = 1 + below(sketch, COLUMNS_MOST), width = 0;
    put(sketch, "data ");
    for (size_t i = 0; i < columns; i++) {
        Shape shape = {chance(sketch, 70) ? 1 : 1 + (uint32_t)below(sketch, SIDE_MOST), 1};
        Name *name = add_name(sketch, 'x', shape);
        name->used = true;
        buffer_format(&sketch->out, "%sx%zu", i ? ", " : "", name->number);
        if (shape.rows > 1)
            buffer_format(&sketch->out, "[%u]", shape.rows);
        width += shape.rows;
    }
    for (size_t row = 0; row < rows; row++) {
        put(sketch, "\n ");
        for (size_t i = 0; i < width; i++) {
            put(sketch, " ");
            put_number(sketch);
        }
    }
    put(sketch, "\n");
}

/* Numbers squared and halved, or not; the difference of two; and the sums of what is larger. */
static void put_errors(Sketch *sketch) {
    static const Frame1 of_number[] = {{"", "^2"}, {"", "^2/2"}, {"0.5*", "^2"}, {"sin(", ")"}};
    const size_t usual = below(sketch, COUNT(of_number));
    const char *between = "e = ";
    for (size_t i = 0; i < sketch->count; i++) {
        const Name *name = &sketch->names[i];
        if (name->used)
            continue;
        put(sketch, between);
        between = " + ";
        if (!is_scalar(name->shape)) {
            buffer_format(&sketch->out, "mean(%c%zu)", name->kind, name->number);
            continue;
        }
        Frame1 frame = of_number[chance(sketch, 80) ? usual : below(sketch, COUNT(of_number))];
        buffer_format(&sketch->out, "%s(", frame.before);
        put_simple(sketch, (Shape){1, 1});
        buffer_format(&sketch->out, " - %c%zu)%s", name->kind, name->number, frame.after);
    }
    put(sketch, between[1] == '+' ? "\n" : "e = 0\n");
}

static const char *const whole_losses[] = {"e", "e", "rowmean(e)", "rowsum(e)", "2*e"};

const char *sketch_training(Arena *arena, uint64_t number, size_t rows) {
    Sketch sketch = {.rng = rng_stream(number, "training"), .out = {.arena = arena}};
    size_t params = 1 + below(&sketch, LEAVES_MORE);
    size_t nodes = 1 + (chance(&sketch, 15) ? below(&sketch, 23) : below(&sketch, 8));
    put(&sketch, "```lesson\n");
    put_table(&sketch, rows);
    while (params--)
        put_leaf(&sketch, true);
    while (nodes--)
        put_node(&sketch);
    put_errors(&sketch);
    buffer_format(&sketch.out, "loss E = %s\n```\n",
                  whole_losses[below(&sketch, COUNT(whole_losses))]);
    return buffer_text(&sketch.out);
}

/* ------------------------------------------------------------------------------ bare formulas */

static const char *const bare_numbers[] = {"0",   "1",    "-1", "2",       "-2",
                                           "0.5", "-0.5", "3",  "0.123457"};

static const Frame1 bare_unary[] = {
    {"(-", ")"},           {"(", "^2)"},    {"(", "^3)"},    {"(", "^-1)"},     {"(", "^-2)"},
    {"(", "^0.5)"},        {"(", "^-1.5)"}, {"(", "^0)"},    {"(", "^1)"},      {"exp(", ")"},
    {"log(", ")"},         {"sqrt(", ")"},  {"tanh(", ")"},  {"sigmoid(", ")"}, {"(2*", ")"},
    {"(-3*", ")"},         {"(", "/2)"},    {"(", "/(-4))"}, {"(1/", ")"},      {"(-1/", ")"},
    {"(3/", ")"},          {"(1 - ", ")"},  {"(", " + 0)"},  {"(0 - ", ")"},    {"(2^", ")"},
    {"abs(0.113 + ", ")"}, {"(", "*0)"},    {"(", "*(-1))"}, {"sin(", ")"},     {"softplus(", ")"},
};

static const Frame2 bare_pairs[] = {
    {"(", " + ", ")"}, {"(", " - ", ")"}, {"(", "*", ")"},
    {"(", "/", ")"},   {"(", "^", ")"},   {"max(", ", ", ")"},
};

static void put_bare(Sketch *sketch, int depth) {
    size_t which = depth == 0 ? below(sketch, 20) : 20 + below(sketch, 80);
    if (which < 17) {
        put(sketch, which % 2 ? "x" : "y");
    } else if (which < 20) {
        buffer_format(&sketch->out, "(%s)", bare_numbers[below(sketch, COUNT(bare_numbers))]);
    } else if (which < 60) {
        Frame1 frame = bare_unary[below(sketch, COUNT(bare_unary))];
        put(sketch, frame.before);
        put_bare(sketch, depth - 1);
        put(sketch, frame.after);
    } else {
        Frame2 frame = bare_pairs[below(sketch, COUNT(bare_pairs))];
        put(sketch, frame.before);
        put_bare(sketch, depth - 1);
        put(sketch, frame.between);
        put_bare(sketch, (int)below(sketch, (size_t)depth));
        put(sketch, frame.after);
    }
}

static const char *const points[] = {"0", "1", "-1", "2", "0.7", "-0.3", "1.9", "-2.5", "0.01"};

const char *sketch_bare_training(Arena *arena, uint64_t number, size_t rows) {
    Sketch sketch = {.rng = rng_stream(number, "bare training"), .out = {.arena = arena}};
    put(&sketch, "```lesson\ndata x -> t\n");
    for (size_t row = 0; row < rows; row++)
        buffer_format(&sketch.out, "  %s -> %s\n", points[below(&sketch, COUNT(points))],
                      points[below(&sketch, COUNT(points))]);
    buffer_format(&sketch.out, "param y = %s\na = ", points[below(&sketch, COUNT(points))]);
    put_bare(&sketch, 1 + (int)below(&sketch, 4));
    put(&sketch, "\nb = ");
    put_bare(&sketch, 1 + (int)below(&sketch, 3));
    static const char *const pairs_of[] = {"a*a - b",     "a/a + b*b",   "(t - a)^2 + (b - t)^2",
                                           "a*b/(a + b)", "(a - b)^2/2", "max(a, b)*a"};
    buffer_format(&sketch.out, "\ne = %s + y\nloss E = %s\n```\n",
                  pairs_of[below(&sketch, COUNT(pairs_of))],
                  whole_losses[below(&sketch, COUNT(whole_losses))]);
    return buffer_text(&sketch.out);
}

const char *sketch_formula(Arena *arena, uint64_t number) {
    Sketch sketch = {.rng = rng_stream(number, "formula"), .out = {.arena = arena}};
    buffer_format(&sketch.out, "```lesson\ninput x = %s\n", points[below(&sketch, COUNT(points))]);
    buffer_format(&sketch.out, "input y = %s\nloss E = ", points[below(&sketch, COUNT(points))]);
    put_bare(&sketch, 1 + (int)below(&sketch, 4));
    put(&sketch, "\n```\n");
    return buffer_text(&sketch.out);
}
