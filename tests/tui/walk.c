#include "commands.h"

#include <stdlib.h>
#include <string.h>

enum {
    MOST_WALK_COLUMNS = 250,
    MOST_WALK_ROWS = 70,
    RESIZE_EVERY = 25,     /* steps, on average */
    CONSISTENT_EVERY = 40, /* steps, exactly */
    UNSETTLED_EVERY = 4,   /* one key in so many comes before the last one was answered */
    KEY_BYTES = 40,
    RECENT_KEYS = 240,
    BURST = 200,     /* keys of a stampede that come at once */
    CALM_BURSTS = 2, /* one burst in so many is followed by no resize */
};

/* A walk, and its last keys for the report. */
typedef struct Walk {
    Script *script;
    uint64_t random;
    bool hasty; /* a stampede, of */
    int burst;  /* so many keys at once */
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

/* How what a kind holds is given to the program. */
typedef enum Giving {
    GIVE_KEY,   /* each name is a key, or `characters` are with the prefix before them */
    GIVE_BYTES, /* each name is sent as it is */
    GIVE_PASTE, /* each name is pasted */
    GIVE_MOUSE, /* each name is a button, pressed anywhere */
} Giving;

/* What is given and how often. Nothing that leaves the program (q, Ctrl-D, quit) or stops it
 * (Ctrl-Z, Ctrl-\). */
typedef struct Kind {
    int weight;
    Giving giving;
    bool hasty; /* for stampedes alone: a training goes by the clock, and half a key waits */
    const char *prefix;
    const char *characters; /* or NULL, and then */
    const char *names[24];
} Kind;

static const Kind kinds[] = {
    {25, GIVE_KEY, false, "", NULL, {"left", "right", "up", "down"}},
    {15, GIVE_KEY, false, "", NULL, {"space"}},
    {16, GIVE_KEY, false, "", "abcefghijklmnoprsuvwxyzABCDEFGHIJKLMNOPRSTUVWXYZ", {0}},
    {1, GIVE_KEY, true, "", "t", {0}},
    {8, GIVE_KEY, false, "", "0123456789", {0}},
    {8, GIVE_KEY, false, "", ":?/.,;+-*=^_()[]{}'\"<>!|~#%&@$", {0}},
    {8, GIVE_KEY, false, "", NULL, {"enter"}},
    {6, GIVE_KEY, false, "", NULL, {"esc"}},
    {5, GIVE_KEY, false, "", NULL, {"tab", "shift-tab"}},
    {5, GIVE_KEY, false, "", NULL, {"backspace", "delete"}},
    {5,
     GIVE_KEY,
     false,
     "",
     NULL,
     {"home", "end", "pageup", "pagedown", "f1", "f5", "ctrl-left", "insert", "shift-up", "f12"}},
    {4, GIVE_KEY, false, "ctrl-", "abcefghijklmnopqrstuvwxy", {0}},
    {1, GIVE_KEY, true, "alt-", "abcdefhiklmnoprstuvwxyz.<>", {0}},
    {2, GIVE_KEY, false, "", NULL, {"é", "σ", "漢", "₁", "😀", "ש", "ع", "∂"}},
    {2,
     GIVE_BYTES,
     false,
     "",
     NULL,
     {"e\u0301", "a\u0300\u0323", "\u0301", "👩\u200D🔬", "\u202Ex", "日本語", "🇩🇪", "\xC3\xA9"}},
    {1,
     GIVE_BYTES,
     true,
     "",
     NULL,
     {"\xFF", "\xC3", "\xE2\x88", "\xF0\x9F", "\x80", "\x1b[", "\x1b[1;", "\x1bO", "\x1b]0;x",
      "\x1b[999999999;3~", "\x1b[<0;500;500M", "\x1b[200~", "\x1b[201~"}},
    {2,
     GIVE_BYTES,
     false,
     "",
     NULL,
     {":grad",
      ":why ",
      ":set w1 = 0.9\r",
      ":mode predict\r",
      ":mode watch\r",
      ":hunt\r",
      ":check\r",
      ":paths w1\r",
      ":heat W1\r",
      ":table\r",
      ":help\r",
      ":undo\r",
      ":reset\r",
      ":plot L over w1 from -1 to 3\r",
      ":train 20 epochs\r",
      ":epoch 3\r",
      ":goto 9999\r",
      ":search e\r",
      ":mouse on\r",
      ":contents\r",
      ":expand y1\r",
      ":update\r",
      ":row 2\r"}},
    {1,
     GIVE_PASTE,
     false,
     "",
     NULL,
     {"value w1\nnext\nback\n", "\n\n\n", "日本\t\x01\x1b[31m\x7f", "answer 0.2", "a\rb\rc",
      "set w1 = 1e308\nvalue L\nundo\n"}},
    {3, GIVE_MOUSE, false, "", NULL, {"1", "1", "4", "5"}},
};

static int names_count(const Kind *kind) {
    int count = 0;
    while (count < (int)(sizeof kind->names / sizeof *kind->names) && kind->names[count])
        count++;
    return count;
}

static const Kind *walk_choose_kind(Walk *walk) {
    size_t count = sizeof kinds / sizeof *kinds;
    int total = 0;
    for (size_t i = 0; i < count; i++)
        total += kinds[i].hasty && !walk->hasty ? 0 : kinds[i].weight;
    int left = walk_random(walk, total);
    for (size_t at = 0;; at++) {
        int weight = kinds[at].hasty && !walk->hasty ? 0 : kinds[at].weight;
        if (left < weight)
            return &kinds[at];
        left -= weight;
    }
}

/* For the report, in which Esc and the like must be seen. */
static void note_key(Walk *walk, const char *key) {
    char *note = walk->recent[walk->step % RECENT_KEYS];
    size_t length = 0;
    for (; *key && length + 4 < KEY_BYTES; key++)
        length += (size_t)snprintf(note + length, KEY_BYTES - length,
                                   (unsigned char)*key < ' ' ? "\\%o" : "%c", (unsigned char)*key);
    note[length] = '\0';
}

static bool walk_click(Walk *walk, int button) {
    int columns, rows;
    Terminal *terminal = walk->script->terminal;
    terminal_size(terminal, &columns, &rows);
    int row = walk_random(walk, rows), column = walk_random(walk, columns);
    return !terminal_modes(terminal).mouse || terminal_click(terminal, button, row, column);
}

/* Gives the program something at random; false where it does not take it. `key` is what it was. */
static bool walk_give(Walk *walk, char key[KEY_BYTES]) {
    Terminal *terminal = walk->script->terminal;
    const Kind *kind = walk_choose_kind(walk);
    const char *name = kind->names[0] ? kind->names[walk_random(walk, names_count(kind))] : "";
    if (kind->characters) {
        int at = walk_random(walk, (int)strlen(kind->characters));
        snprintf(key, KEY_BYTES, "%s%c", kind->prefix, kind->characters[at]);
    } else {
        snprintf(key, KEY_BYTES, "%s", name);
    }
    note_key(walk, key);
    switch (kind->giving) {
    case GIVE_BYTES: return terminal_send(terminal, name, strlen(name));
    case GIVE_PASTE: return terminal_paste(terminal, name);
    case GIVE_MOUSE: return walk_click(walk, atoi(name));
    case GIVE_KEY: break;
    }
    return terminal_press(terminal, key);
}

/* Most of what is given is waited for; some comes in a hurry, but nothing after Esc, which would
 * make it one key with the next. */
static void walk_press(Walk *walk) {
    char key[KEY_BYTES];
    if (!walk_give(walk, key))
        script_fail(walk->script, "the program does not read its keys");
    bool hurried = walk_random(walk, UNSETTLED_EVERY) == 0 && strcmp(key, "esc") != 0;
    if (!hurried)
        script_settle(walk->script);
    script_require_running(walk->script);
}

static void walk_resize(Walk *walk) {
    char size[KEY_BYTES];
    int columns = 1 + walk_random(walk, MOST_WALK_COLUMNS);
    int rows = 1 + walk_random(walk, MOST_WALK_ROWS);
    if (walk_random(walk, 4) == 0) /* the smallest sizes, where most goes wrong */
        columns = 1 + columns % 12, rows = 1 + rows % 4;
    snprintf(size, sizeof size, "%dx%d", columns, rows);
    note_key(walk, size);
    script_settle(walk->script);
    terminal_resize(walk->script->terminal, columns, rows);
    script_settle(walk->script);
    script_require_running(walk->script);
}

static void walk_step(Walk *walk) {
    if (walk_random(walk, RESIZE_EVERY) == 0)
        walk_resize(walk);
    else
        walk_press(walk);
    walk->step++;
    if (walk->step % CONSISTENT_EVERY == 0 && !script_failed(walk->script))
        command_consistent(walk->script);
}

/* Ends whatever was begun: half a character or sequence, a paste, a training, a line. */
static bool walk_calm(Walk *walk) {
    static const char calm[] = "x\x1b[201~x\x03";
    return terminal_send(walk->script->terminal, calm, sizeof calm - 1);
}

/* Much at once, as from somebody who leans on the keyboard. */
static void walk_burst(Walk *walk) {
    char key[KEY_BYTES];
    bool taken = true;
    for (int i = 0; i < walk->burst && taken; i++, walk->step++)
        taken = walk_give(walk, key);
    if (!taken || !walk_calm(walk))
        script_fail(walk->script, "the program does not read its keys");
    if (walk_random(walk, CALM_BURSTS) != 0) {
        walk_resize(walk);
        walk->step++;
    }
    script_settle(walk->script);
    script_require_running(walk->script);
    if (!script_failed(walk->script))
        command_consistent(walk->script);
}

static void walk_report(const Walk *walk) {
    printf("  %s %s %s ended at step %d, after", walk->script->words[0], walk->script->words[1],
           walk->script->words[2], walk->step);
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
    walk.hasty = true;
    walk.burst = script->word_count > 3 ? atoi(script->words[3]) : BURST;
    if (walk.burst < 1)
        script_fail(script, "“%s” is no number of keys", script->words[3]);
    steps = steps * script->options->stampede;
    while (walk.step < steps && !script_failed(script))
        walk_burst(&walk);
    walk_end(&walk);
}
