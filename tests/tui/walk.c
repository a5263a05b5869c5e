#include "commands.h"

#include <stdlib.h>
#include <string.h>

enum {
    MOST_WALK_COLUMNS = 200,
    MOST_WALK_ROWS = 60,
    RESIZE_EVERY = 25,     /* steps, on average */
    CONSISTENT_EVERY = 40, /* steps, exactly */
    UNSETTLED_EVERY = 4,   /* one key in so many comes before the last one was answered */
    KEY_BYTES = 24,
    RECENT_KEYS = 240,
    BURST = 200,     /* keys of a stampede that come at once */
    CALM_BURSTS = 2, /* one burst in so many is followed by no resize */
    SANITIZED_SHARE = 10,
};

/* A walk, and its last keys for the report. */
typedef struct Walk {
    Script *script;
    uint64_t random;
    char recent[RECENT_KEYS][KEY_BYTES];
    int step;
} Walk;

/* xorshift64: the same seed walks the same way everywhere. */
static int walk_random(Walk *walk, int below) {
    walk->random ^= walk->random << 13;
    walk->random ^= walk->random >> 7;
    walk->random ^= walk->random << 17;
    return (int)((walk->random >> 11) % (uint64_t)below);
}

/* Kinds of keys and how often each comes. Nothing that leaves the program: no q, no ctrl-d; and
 * nothing that stops it: no ctrl-z, no ctrl-\. No t either: a training goes by the clock, and never
 * shows the same screen twice. */
typedef struct KeyKind {
    int weight;
    const char *prefix;     /* before the character, where the keys are characters */
    const char *characters; /* or NULL, and then */
    const char *names[8];
} KeyKind;

static const KeyKind key_kinds[] = {
    {25, "", NULL, {"left", "right", "up", "down"}},
    {15, "", NULL, {"space"}},
    {16, "", "abcdefghijklmnoprsuvwxyzABCDEFGHIJKLMNOPRSTUVWXYZ", {0}},
    {8, "", "0123456789", {0}},
    {8, "", ":?/.,;+-*=^_()[]{}'\"<>!|~#%&@$", {0}},
    {8, "", NULL, {"enter"}},
    {6, "", NULL, {"esc"}},
    {5, "", NULL, {"tab", "shift-tab"}},
    {5, "", NULL, {"backspace", "delete"}},
    {5, "", NULL, {"home", "end", "pageup", "pagedown", "f1", "f5", "ctrl-left", "insert"}},
    {4, "ctrl-", "abcefghijklmnopqrstuvwxy", {0}},
    {2, "", NULL, {"é", "σ", "漢", "₁"}},
};

static int names_count(const KeyKind *kind) {
    int count = 0;
    while (count < (int)(sizeof kind->names / sizeof *kind->names) && kind->names[count])
        count++;
    return count;
}

static const KeyKind *walk_choose_kind(Walk *walk) {
    size_t count = sizeof key_kinds / sizeof *key_kinds;
    int total = 0;
    for (size_t i = 0; i < count; i++)
        total += key_kinds[i].weight;
    int left = walk_random(walk, total);
    size_t at = 0;
    while (left >= key_kinds[at].weight)
        left -= key_kinds[at++].weight;
    return &key_kinds[at];
}

static void walk_choose_key(Walk *walk, char key[KEY_BYTES]) {
    const KeyKind *kind = walk_choose_kind(walk);
    if (kind->characters) {
        int at = walk_random(walk, (int)strlen(kind->characters));
        snprintf(key, KEY_BYTES, "%s%c", kind->prefix, kind->characters[at]);
    } else {
        snprintf(key, KEY_BYTES, "%s", kind->names[walk_random(walk, names_count(kind))]);
    }
}

/* Presses a key. Most keys are waited for; some come in a hurry, but none after Esc, which would
 * make it one key with the next. */
static void walk_press(Walk *walk, const char *key) {
    Terminal *terminal = walk->script->terminal;
    if (!terminal_press(terminal, key))
        script_fail(walk->script, "the program does not read its keys");
    bool hurried = walk_random(walk, UNSETTLED_EVERY) == 0 && strcmp(key, "esc") != 0;
    if (!hurried)
        script_settle(walk->script);
    script_require_running(walk->script);
}

static void walk_resize(Walk *walk, char key[KEY_BYTES]) {
    int columns = 1 + walk_random(walk, MOST_WALK_COLUMNS);
    int rows = 1 + walk_random(walk, MOST_WALK_ROWS);
    if (walk_random(walk, 4) == 0) /* the smallest sizes, where most goes wrong */
        columns = 1 + columns % 12, rows = 1 + rows % 4;
    snprintf(key, KEY_BYTES, "%dx%d", columns, rows);
    script_settle(walk->script);
    terminal_resize(walk->script->terminal, columns, rows);
    script_settle(walk->script);
    script_require_running(walk->script);
}

static void walk_step(Walk *walk) {
    char *key = walk->recent[walk->step % RECENT_KEYS];
    if (walk_random(walk, RESIZE_EVERY) == 0) {
        walk_resize(walk, key);
    } else {
        walk_choose_key(walk, key);
        walk_press(walk, key);
    }
    walk->step++;
    if (walk->step % CONSISTENT_EVERY == 0 && !script_failed(walk->script))
        command_consistent(walk->script);
}

/* Many keys at once, as from somebody who leans on the keyboard. */
static void walk_burst(Walk *walk) {
    Terminal *terminal = walk->script->terminal;
    for (int i = 0; i <= BURST; i++) {
        char *key = walk->recent[walk->step++ % RECENT_KEYS];
        if (i < BURST)
            walk_choose_key(walk, key);
        else
            snprintf(key, KEY_BYTES, "x"); /* no Esc is left, to be one key with the next */
        if (!terminal_press(terminal, key))
            script_fail(walk->script, "the program does not read its keys");
    }
    if (walk_random(walk, CALM_BURSTS) != 0)
        walk_resize(walk, walk->recent[walk->step++ % RECENT_KEYS]);
    script_settle(walk->script);
    script_require_running(walk->script);
    if (!script_failed(walk->script))
        command_consistent(walk->script);
}

static void walk_report(const Walk *walk) {
    printf("  the walk ended at step %d, after", walk->step);
    int first = walk->step > RECENT_KEYS ? walk->step - RECENT_KEYS : 0;
    for (int i = first; i < walk->step; i++)
        printf(" %s", walk->recent[i % RECENT_KEYS]);
    printf("\n");
}

/* Reads "walk 600 1"; false where that is no count or no seed. */
static bool walk_begin(Walk *walk, Script *script, long *steps) {
    enum { WARM_UP = 8 }; /* numbers until nearby seeds have parted */
    char *end_of_count, *end_of_seed;
    *steps = strtol(script->words[1], &end_of_count, 10);
    unsigned long seed = strtoul(script->words[2], &end_of_seed, 10);
    if (*end_of_count || *end_of_seed || *steps < 1) {
        script_fail(script, "this is written: %s count seed", script->words[0]);
        return false;
    }
    *walk = (Walk){.script = script, .random = 0x9E3779B97F4A7C15U ^ (seed + 1)};
    for (int i = 0; i < WARM_UP; i++)
        walk_random(walk, 1);
    return true;
}

static void walk_end(Walk *walk) {
    if (!script_failed(walk->script))
        command_consistent(walk->script);
    if (script_failed(walk->script))
        walk_report(walk);
}

void command_walk(Script *script) {
    Walk walk;
    long steps;
    if (!walk_begin(&walk, script, &steps))
        return;
    while (walk.step < steps && !script_failed(script))
        walk_step(&walk);
    walk_end(&walk);
}

void command_stampede(Script *script) {
    Walk walk;
    long steps;
    if (!walk_begin(&walk, script, &steps))
        return;
    steps = steps * script->options->stampede / (script->options->sanitizer ? SANITIZED_SHARE : 1);
    while (walk.step < steps && !script_failed(script))
        walk_burst(&walk);
    walk_end(&walk);
}
