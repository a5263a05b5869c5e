#include "network.h"

#include <stdbool.h>

#include "base/str.h"
#include "num/rng.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

enum { SIGNALS_MOST = 64, NEURONS_MOST = 9, LAYERS_MOST = 3 };

/* A network that is being written. Signals are the formulas of its numbers: x1, h[2]. */
typedef struct Network {
    Arena *arena;
    Rng rng;
    Buffer params, body;
    const char *signals[SIGNALS_MOST]; /* that the next layer may take: data, then outputs */
    size_t count, last;                /* the last layer's begin there */
    const char *vector;                /* the name of all of these, where it has one */
    size_t params_count, names;
    const char *scale; /* what weights are multiplied by */
} Network;

static size_t below(Network *network, size_t bound) {
    return (size_t)(rng_next(&network->rng) % bound);
}

static bool chance(Network *network, unsigned percent) {
    return below(network, 100) < percent;
}

#define CHOOSE(network, array) ((array)[below((network), COUNT(array))])

/* A new parameter; now and then one that was there before, or one that is 0. */
static const char *weight(Network *network) {
    if (network->params_count > 0 && chance(network, 1))
        return arena_format(network->arena, "p%zu", 1 + below(network, network->params_count));
    const char *name = arena_format(network->arena, "p%zu", ++network->params_count);
    if (chance(network, 2))
        buffer_format(&network->params, "param %s = %s\n", name, chance(network, 50) ? "-0" : "0");
    else
        buffer_format(&network->params, "param %s = %s%.3f%s\n", name,
                      chance(network, 50) ? "-" : "", rng_unit(&network->rng), network->scale);
    return name;
}

static const char *const curves[] = {"sigmoid(%s)", "tanh(%s)", "relu(%s)",     "%s",
                                     "sigmoid(%s)", "tanh(%s)", "softplus(%s)", "exp(%s)",
                                     "sin(%s)",     "abs(%s)",  "(%s)^2",       "1/(1 + (%s)^2)"};

/* ------------------------------------------------------------------ layers */

enum { BIAS_FIRST, BIAS_LAST, BIAS_NONE, BIASES };

static void put_neuron(Network *network, const char *name, const char *const *inputs, size_t count,
                       size_t bias) {
    buffer_format(&network->body, "%s = ", name);
    if (bias == BIAS_FIRST)
        buffer_format(&network->body, "%s + ", weight(network));
    for (size_t i = 0; i < count; i++) {
        const char *w = weight(network);
        const bool turned = chance(network, 20);
        buffer_format(&network->body, "%s%s*%s", i ? " + " : "", turned ? inputs[i] : w,
                      turned ? w : inputs[i]);
    }
    if (bias == BIAS_LAST)
        buffer_format(&network->body, " + %s", weight(network));
    buffer_add(&network->body, "\n");
}

static void put_curve(Network *network, const char *name, const char *z, size_t curve) {
    buffer_format(&network->body, "%s = ", name);
    buffer_format(&network->body, curves[curve], z);
    buffer_add(&network->body, "\n");
}

/* The last layer's signals, now and then without some, with earlier ones, or in another order. */
static size_t choose_inputs(Network *network, const char **inputs) {
    const bool loose = chance(network, 25);
    size_t count = 0;
    for (size_t i = loose ? 0 : network->last; i < network->count && count < NEURONS_MOST; i++)
        if (!loose || chance(network, i < network->last ? 30 : 85))
            inputs[count++] = network->signals[i];
    if (count == 0)
        inputs[count++] = network->signals[network->count - 1];
    for (size_t i = count; i > 1 && loose; i--) {
        const size_t j = below(network, i);
        const char *kept = inputs[i - 1];
        inputs[i - 1] = inputs[j];
        inputs[j] = kept;
    }
    return count;
}

static void add_signal(Network *network, const char *text) {
    if (network->count < SIGNALS_MOST)
        network->signals[network->count++] = text;
}

/* Neuron after neuron with its curve, or all sums first. */
static void put_written(Network *network, size_t neurons) {
    const char *inputs[NEURONS_MOST], *nets[NEURONS_MOST], *outputs[NEURONS_MOST];
    const size_t count = choose_inputs(network, inputs), bias = below(network, BIASES);
    const size_t curve = below(network, COUNT(curves));
    const bool sums_first = chance(network, 50);
    for (size_t m = 0; m < neurons; m++) {
        nets[m] = arena_format(network->arena, "z%zu", ++network->names);
        outputs[m] = arena_format(network->arena, "h%zu", network->names);
        put_neuron(network, nets[m], inputs,
                   chance(network, 95) ? count : 1 + below(network, count),
                   chance(network, 95) ? bias : below(network, BIASES));
        if (!sums_first)
            put_curve(network, outputs[m], nets[m],
                      chance(network, 95) ? curve : below(network, COUNT(curves)));
    }
    for (size_t m = 0; m < neurons && sums_first; m++)
        put_curve(network, outputs[m], nets[m], curve);
    network->last = network->count;
    for (size_t m = 0; m < neurons; m++)
        add_signal(network, chance(network, 95) ? outputs[m] : nets[m]);
    network->vector = NULL;
}

static void put_matrix(Network *network, size_t neurons) {
    const char *inputs[NEURONS_MOST], *vector = network->vector;
    size_t count = network->count - network->last;
    const size_t number = ++network->names, bias = below(network, BIASES);
    if (!vector || chance(network, 10)) {
        count = choose_inputs(network, inputs);
        vector = arena_format(network->arena, "v%zu", number);
        buffer_format(&network->body, "%s = [", vector);
        for (size_t i = 0; i < count; i++)
            buffer_format(&network->body, "%s%s", i ? ", " : "", inputs[i]);
        buffer_add(&network->body, "]\n");
    }
    buffer_format(&network->params, "param W%zu[%zu,%zu] ~ uniform(-1%s, 1%s)\n", number, neurons,
                  count, network->scale, network->scale);
    if (bias != BIAS_NONE)
        buffer_format(&network->params, "param b%zu[%zu] ~ uniform(-1, 1)\n", number, neurons);
    buffer_format(&network->body, "z%zu = ", number);
    if (bias == BIAS_FIRST)
        buffer_format(&network->body, "b%zu + ", number);
    buffer_format(&network->body, "W%zu@%s", number, vector);
    if (bias == BIAS_LAST)
        buffer_format(&network->body, " + b%zu", number);
    buffer_add(&network->body, "\n");
    const char *output = arena_format(network->arena, "h%zu", number);
    put_curve(network, output, arena_format(network->arena, "z%zu", number),
              below(network, COUNT(curves)));
    network->last = network->count;
    for (size_t m = 1; m <= neurons; m++)
        add_signal(network,
                   neurons > 1 ? arena_format(network->arena, "%s[%zu]", output, m) : output);
    network->vector = output;
}

/* ------------------------------------------------------------------ the loss */

/* Of an output; what it is compared with has a %s for the target, the output a second one. */
static const char *const errors[] = {"(%s - %s)^2",      "(%s - %s)^2/2", "0.5*(%s - %s)^2",
                                     "abs(%s - %s)",     "(%s - %s)^2/2", "(%s - %s)^2",
                                     "%s*log(%s^2 + 1)", "max(%s, %s)",   "sin(%s)*exp(-%s)"};
static const char *const turned_errors[] = {"(%s - %s)^2/2", "(%s - %s)^2"};
/* What is added now and then, of an output. */
static const char *const extras[] = {" + %s*%s", " + %s/%s", " - 0.1*%s*%s^2", " + max(%s, 0)*%s"};

static void put_loss(Network *network, size_t targets) {
    static const char *const whole[] = {"e", "e", "e", "rowmean(e)", "rowsum(e)", "3*e"};
    const size_t error = below(network, COUNT(errors)), outputs = network->count - network->last;
    const bool turned = chance(network, 30);
    const bool early = chance(network, 20) && network->count > 1;
    const bool apart = early && chance(network, 50);
    if (early) { /* of two neighbours somewhere, by themselves */
        const size_t first = below(network, network->count - 1);
        buffer_format(&network->body, "g = (t1 - %s)^2/2 + (t%zu - %s)^2/2\n",
                      network->signals[first], targets, network->signals[first + 1]);
    }
    buffer_add(&network->body, early ? apart ? "q = " : "e = g + " : "e = ");
    for (size_t m = 0; m < outputs; m++) {
        const char *output = network->signals[network->last + m];
        const char *target = arena_format(network->arena, "t%zu", 1 + m % targets);
        buffer_add(&network->body, m ? " + " : "");
        if (turned)
            buffer_format(&network->body, turned_errors[error % 2], output, target);
        else
            buffer_format(&network->body,
                          chance(network, 97) ? errors[error] : CHOOSE(network, errors), target,
                          output);
    }
    if (chance(network, 20)) {
        const char *signal = network->signals[below(network, network->count)];
        buffer_format(&network->body, CHOOSE(network, extras), signal, signal);
    }
    if (chance(network, 10) && network->params_count > 0)
        buffer_format(&network->body, " + 0.1*p%zu^2", 1 + below(network, network->params_count));
    if (apart)
        buffer_add(&network->body, "\ne = g + q");
    buffer_format(&network->body, "\nloss E = %s\n", CHOOSE(network, whole));
}

/* ------------------------------------------------------------------ the whole */

static void put_table(Network *network, Buffer *text, size_t inputs, size_t targets, size_t rows) {
    static const char *const sizes[] = {"", "", "", "", "", "", "e2", "e3", "e150", "e-150"};
    const char *size = CHOOSE(network, sizes);
    const bool as_vector = chance(network, 30) && inputs > 1;
    buffer_add(text, "data ");
    if (as_vector)
        buffer_format(text, "x[%zu]", inputs);
    for (size_t i = 1; i <= inputs; i++) {
        if (!as_vector)
            buffer_format(text, "%sx%zu", i > 1 ? ", " : "", i);
        add_signal(network, arena_format(network->arena, as_vector ? "x[%zu]" : "x%zu", i));
    }
    network->vector = as_vector ? "x" : NULL;
    for (size_t i = 1; i <= targets; i++)
        buffer_format(text, "%st%zu", i > 1 ? ", " : " -> ", i);
    for (size_t row = 0; row < rows; row++) {
        for (size_t i = 0; i < inputs + targets; i++) {
            buffer_add(text, i == 0 ? "\n  " : i == inputs ? " -> " : " ");
            if (chance(network, 10))
                buffer_add(text, chance(network, 50) ? "0" : "1");
            else
                buffer_format(text, "%s%.3f%s", chance(network, 30) ? "-" : "",
                              rng_unit(&network->rng), i < inputs ? size : "");
        }
    }
    buffer_add(text, "\n");
}

const char *network_lesson(Arena *arena, uint64_t number, size_t rows) {
    static const char *const scales[] = {"",   "",   "",     "",      "",    "e1",
                                         "e2", "e3", "e150", "e-150", "e300"};
    Network network = {.arena = arena, .rng = rng_stream(number, "network")};
    network.params.arena = network.body.arena = arena;
    network.scale = CHOOSE(&network, scales);
    Buffer text = {.arena = arena};
    buffer_add(&text, "```lesson\n");
    const bool pairs =
        chance(&network, 25); /* of inputs, neurons and targets: have loops of their own */
    const size_t few = chance(&network, 60) ? 3 : NEURONS_MOST;
    const size_t targets = pairs ? 2 : 1 + below(&network, 3);
    put_table(&network, &text, pairs ? 2 : 1 + below(&network, few), targets, rows);
    for (size_t layers = 1 + below(&network, LAYERS_MOST); layers-- > 0;) {
        const size_t most = chance(&network, 60) ? 3 : NEURONS_MOST;
        const size_t neurons = pairs ? 2 : 1 + below(&network, most);
        if (chance(&network, network.vector ? 60 : 20))
            put_matrix(&network, neurons);
        else
            put_written(&network, neurons);
    }
    put_loss(&network, targets);
    buffer_format(&text, "%s%s```\n", buffer_text(&network.params), buffer_text(&network.body));
    return buffer_text(&text);
}
