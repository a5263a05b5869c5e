#include "networks.h"

#include <stdbool.h>

#include "base/str.h"
#include "num/rng.h"

enum { LAYERS_MOST = 3, WIDTH_MOST = 3 };

typedef struct Network {
    Rng rng;
    Buffer out;
    bool tidy, nested; /* numbers with one decimal; sums inside the activations */
} Network;

static size_t below(Network *network, size_t bound) {
    return (size_t)(rng_next(&network->rng) % bound);
}

static const char *pick_activation(Network *network) {
    static const char *const activations[] = {"sigmoid", "sigmoid",  "sigmoid", "tanh",
                                              "relu",    "softplus", "exp"};
    return activations[below(network, sizeof activations / sizeof *activations)];
}

/* Declares name_i. */
static void put_number(Network *network, const char *role, const char *name, size_t i) {
    double value = 2.4 * rng_unit(&network->rng) - 1.2;
    buffer_format(&network->out, "%s %s_%zu = %.*f\n", role, name, i, network->tidy ? 1 : 4, value);
}

static void put_sum(Network *network, size_t layer, size_t unit, size_t inputs) {
    buffer_format(&network->out, "b%zu_%zu", layer, unit);
    for (size_t i = 1; i <= inputs; i++)
        buffer_format(&network->out, " + w%zu_%zu*h%zu_%zu", 10 * layer + unit, i, layer - 1, i);
    buffer_add(&network->out, network->nested ? "" : "\n");
}

static void put_layer(Network *network, size_t layer, size_t width, size_t inputs) {
    const char *activation = pick_activation(network);
    for (size_t unit = 1; unit <= width; unit++) {
        const char *weight = arena_format(network->out.arena, "w%zu", 10 * layer + unit);
        put_number(network, "param", arena_format(network->out.arena, "b%zu", layer), unit);
        for (size_t i = 1; i <= inputs; i++)
            put_number(network, "param", weight, i);
    }
    for (size_t unit = 1; unit <= width; unit++) {
        if (!network->nested) {
            buffer_format(&network->out, "z%zu_%zu = ", layer, unit);
            put_sum(network, layer, unit, inputs);
            buffer_format(&network->out, "h%zu_%zu = %s(z%zu_%zu)\n", layer, unit, activation,
                          layer, unit);
        } else {
            buffer_format(&network->out, "h%zu_%zu = %s(", layer, unit, activation);
            put_sum(network, layer, unit, inputs);
            buffer_add(&network->out, ")\n");
        }
    }
}

static void put_loss(Network *network, size_t layer, size_t width) {
    static const char *const ends[] = {"^2/2", "^2"};
    const char *end = ends[below(network, 2)];
    for (size_t unit = 1; unit <= width; unit++)
        put_number(network, "target", "t", unit);
    buffer_add(&network->out, "loss E = ");
    for (size_t unit = 1; unit <= width; unit++)
        buffer_format(&network->out, "%s(t_%zu - h%zu_%zu)%s", unit > 1 ? " + " : "", unit, layer,
                      unit, end);
    buffer_add(&network->out, "\n");
}

const char *network_lesson(Arena *arena, uint64_t number) {
    Network network = {.rng = rng_stream(number, "network"), .out = {.arena = arena}};
    static const char *const rates[] = {"0.1", "0.5", "0.05", "0.3"};
    network.tidy = below(&network, 4) == 0;
    network.nested = below(&network, 4) == 0;
    size_t layers = 1 + below(&network, LAYERS_MOST), inputs = 1 + below(&network, WIDTH_MOST);
    buffer_format(&network.out, "```lesson\nrate %s\n", rates[below(&network, 4)]);
    for (size_t i = 1; i <= inputs; i++)
        put_number(&network, "input", "h0", i);
    for (size_t layer = 1; layer <= layers; layer++) {
        size_t width = 1 + below(&network, WIDTH_MOST);
        put_layer(&network, layer, width, inputs);
        inputs = width;
    }
    put_loss(&network, layers, inputs);
    buffer_add(&network.out, "```\n");
    return buffer_text(&network.out);
}
