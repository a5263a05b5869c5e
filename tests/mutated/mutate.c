#include "mutate.h"

#include <string.h>

#include "base/str.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

enum { MOST_CHANGES = 6, LONGEST_PIECE = 200, MOST_REPEATS = 300 };

/* A text that grows. */
typedef struct Text {
    Arena *arena;
    char *bytes;
    size_t length;
} Text;

static size_t below(Rng *rng, size_t bound) {
    return bound ? (size_t)(rng_next(rng) % bound) : 0;
}

/* Puts `count` bytes in place of `cut` bytes at `at`. */
static void replace(Text *text, size_t at, size_t cut, const char *bytes, size_t count) {
    char *changed = arena_alloc(text->arena, text->length - cut + count + 1);
    memcpy(changed, text->bytes, at);
    memcpy(changed + at, bytes, count);
    memcpy(changed + at + count, text->bytes + at + cut, text->length - at - cut);
    text->bytes = changed;
    text->length += count - cut;
}

/* What the language is made of, and what does not belong into it. */
static const char *const words[] = {"input ",
                                    "target ",
                                    "param ",
                                    "loss ",
                                    "const ",
                                    "unroll ",
                                    "data ",
                                    "row ",
                                    "= ",
                                    "x",
                                    "w1",
                                    "E",
                                    "y",
                                    "\n",
                                    "\n\n",
                                    "```\n",
                                    "```lesson\n",
                                    "# ",
                                    "`=",
                                    "`",
                                    "- ",
                                    "forward",
                                    "backward",
                                    "chain dE/dw",
                                    "update",
                                    "train 3 epochs",
                                    "plot E over w",
                                    "show network",
                                    "ask ",
                                    "expect ",
                                    "hunt",
                                    "gears",
                                    "until E < 0.1",
                                    "rate 0.5",
                                    "seed 7",
                                    "batch 4",
                                    "order shuffled",
                                    "sigmoid(",
                                    "tanh(",
                                    "relu(",
                                    "softmax(",
                                    "exp(",
                                    "log(",
                                    "sqrt(",
                                    "sum(",
                                    "mean(",
                                    "rowmean(",
                                    "max(",
                                    "abs(",
                                    "matrix 2 3",
                                    "[1, 2; 3, 4]",
                                    "@",
                                    ".T",
                                    "^2",
                                    "^-1",
                                    "^0.5",
                                    "^w",
                                    "/0",
                                    "*-1",
                                    "(",
                                    ")",
                                    "[",
                                    "]",
                                    "{",
                                    "}",
                                    ",",
                                    ";",
                                    ":",
                                    "\\hat y",
                                    "y[2]",
                                    "random from -1 to 1"};

static const char *const numbers[] = {
    "0",    "-0",         "1e999", "-1e308", "1e-400",
    "nan",  "inf",        "0x1p3", "1,5",    "99999999999999999999",
    "0.1",  "4294967296", "-1",    "1e300",  "2147483647",
    "1_000"};

static const char *const hostile[] = {"\x1b[2J",
                                      "\x1b]52;c;YQ==\a",
                                      "\xc2\x9b"
                                      "6n",
                                      "\x9b",
                                      "\r",
                                      "\xff\xfe",
                                      "\xc0\xaf",
                                      "\xed\xa0\x80",
                                      "\xe2\x80\xae",
                                      "\xe2\x80\x8b",
                                      "e\xcc\x81\xcc\x81\xcc\x81",
                                      "\t",
                                      "\x7f",
                                      "%n%s",
                                      "\xef\xbb\xbf",
                                      "\xf0\x9f\x98\x80",
                                      "\v\f",
                                      "\\",
                                      "|",
                                      "../../etc/passwd",
                                      "\xe4\xb8\xad"};

static const char *const nests[] = {"(", "-", "[", "exp(", "2^", "x+", "*", "> ", "- ", "`", "#"};

static void put(Text *text, size_t at, const char *piece) {
    replace(text, at, 0, piece, strlen(piece));
}

static void repeat(Text *text, Rng *rng, size_t at) {
    const char *piece = nests[below(rng, COUNT(nests))];
    Buffer all = {.arena = text->arena};
    for (size_t i = below(rng, MOST_REPEATS); i-- > 0;)
        buffer_add(&all, piece);
    put(text, at, buffer_text(&all));
}

/* The number at or behind a place becomes another. */
static void change_number(Text *text, Rng *rng, size_t at) {
    while (at < text->length && !strchr("0123456789", text->bytes[at]))
        at++;
    size_t end = at;
    while (end < text->length && text->bytes[end] && strchr("0123456789.", text->bytes[end]))
        end++;
    const char *number = numbers[below(rng, COUNT(numbers))];
    replace(text, at, end - at, number, strlen(number));
}

/* The line at a place goes to another. */
static void move_line(Text *text, Rng *rng, size_t at) {
    size_t start = at, end = at;
    while (start > 0 && text->bytes[start - 1] != '\n')
        start--;
    while (end < text->length && text->bytes[end++] != '\n') {
    }
    const char *line = arena_copy_n(text->arena, text->bytes + start, end - start);
    replace(text, start, end - start, "", 0);
    replace(text, below(rng, text->length + 1), 0, line, end - start);
}

static void change(Text *text, Rng *rng, const char *other, size_t other_length) {
    size_t at = below(rng, text->length + 1), left = text->length - at;
    size_t piece = below(rng, LONGEST_PIECE);
    piece = piece < left ? piece : left;
    switch (below(rng, 10)) {
    case 0: replace(text, at, piece, "", 0); break;
    case 1: replace(text, at, 0, arena_copy_n(text->arena, text->bytes + at, piece), piece); break;
    case 2: {
        size_t from = below(rng, other_length + 1), most = other_length - from;
        size_t count = below(rng, LONGEST_PIECE);
        replace(text, at, piece, other + from, count < most ? count : most);
        break;
    }
    case 3:
    case 4: put(text, at, words[below(rng, COUNT(words))]); break;
    case 5:
    case 6: change_number(text, rng, at); break;
    case 7: put(text, at, hostile[below(rng, COUNT(hostile))]); break;
    case 8: repeat(text, rng, at); break;
    default: move_line(text, rng, at); break;
    }
}

char *mutate(Arena *arena, Rng *rng, const char *text, size_t length, const char *other,
             size_t other_length, size_t *mutated_length) {
    Text changed = {arena, arena_copy_n(arena, text, length), length};
    for (size_t i = 1 + below(rng, MOST_CHANGES); i-- > 0;)
        change(&changed, rng, other, other_length);
    *mutated_length = changed.length;
    return changed.bytes;
}
