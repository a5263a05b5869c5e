#include "view/card_spoken.h"

#include <string.h>

#include "base/str.h"
#include "view/math_text.h"
#include "view/spoken.h"

static const char *say_run(Arena *arena, const Run *run) {
    switch (run->kind) {
    case RUN_MATH: return math_spoken(arena, run->math);
    case RUN_CODE: return spoken_typed(arena, run->text);
    case RUN_BREAK: return "\n";
    case RUN_TEXT:
    case RUN_EMPHASIS:
    case RUN_STRONG: break;
    }
    return spoken_signs(arena, run->text);
}

char *card_spoken_text(Arena *arena, const Block *block) {
    Buffer words = {.arena = arena};
    for (size_t i = 0; i < block->run_count; i++)
        buffer_add(&words, say_run(arena, &block->runs[i]));
    const char *said = buffer_text(&words);
    size_t length = strlen(said);
    bool open = block->marker && length && !strchr(".,;:?!", said[length - 1]);
    buffer_add(&words, open ? "." : "");
    return spoken_sentences(arena, buffer_text(&words));
}

/* A part of a formula between two equals signs: one of the block's parts, or several with plus. */
typedef struct Side {
    const char *sign, *words;
    int beats; /* about three a second: words, and digits, each of which is read as one */
    bool left_out;
} Side;

static int count_beats(const char *words) {
    int beats = 1;
    for (; *words; words++)
        beats += *words == ' ' || (*words >= '0' && *words <= '9');
    return beats;
}

static size_t read_sides(Arena *arena, const Block *block, Side *sides) {
    size_t count = 0;
    for (size_t i = 0; i < block->count; i++) {
        const char *sign = block->signs[i] ? block->signs[i] : "";
        const char *words = math_spoken(arena, block->parts[i]);
        bool term = count && (str_equal(sign, "+") || str_equal(sign, "−"));
        if (term)
            words = arena_format(arena, "%s, %s %s", sides[count - 1].words,
                                 *sign == '+' ? "plus" : "minus", words);
        count += !term;
        sides[count - 1].sign = term ? sides[count - 1].sign : sign;
        sides[count - 1].words = words;
        sides[count - 1].beats = count_beats(words);
    }
    return count;
}

/* Of a formula that takes longer than the ear can follow the longest side between the first and the
 * last is left out, then the next. */
static void shorten(const Block *block, Side *sides, size_t count) {
    enum { MOST_BEATS = 75 };
    int beats = 0;
    for (size_t i = 0; i < count; i++)
        beats += sides[i].beats;
    while (beats > MOST_BEATS) {
        size_t longest = 0;
        for (size_t i = 1; i + 1 < count; i++)
            if (!sides[i].left_out && (!longest || sides[i].beats > sides[longest].beats))
                longest = i;
        if (!longest && (!block->repeats || sides[0].left_out))
            return;
        sides[longest].left_out = true;
        beats -= sides[longest].beats;
    }
}

char *card_spoken_formula(Arena *arena, const Block *block) {
    Buffer words = {.arena = arena};
    Side *sides = ARENA_ARRAY(arena, Side, block->count + 1);
    size_t count = read_sides(arena, block, sides);
    shorten(block, sides, count);
    for (size_t i = 0; i < count; i++) {
        bool first = words.length == 0, after_gap = i && sides[i - 1].left_out;
        if (sides[i].left_out)
            continue;
        if (!first)
            buffer_format(&words, "%s%s",
                          i > 1 || strstr(buffer_text(&words), " becomes ") ? "," : "",
                          spoken_signs(arena, arena_format(arena, " %s ", sides[i].sign)));
        buffer_format(&words, "%s%s", after_gap ? first ? "In numbers, " : "in numbers, " : "",
                      sides[i].words);
    }
    return arena_copy(arena, buffer_text(&words));
}

static const char *say_cell(Arena *arena, const Block *block, size_t row, size_t column) {
    size_t at = row * block->columns + column;
    bool empty = at >= block->count || !block->parts[at];
    return empty ? "" : math_spoken(arena, block->parts[at]);
}

char *card_spoken_table(Arena *arena, const Block *block) {
    Buffer lines = {.arena = arena};
    size_t rows = block->columns ? (block->count + block->columns - 1) / block->columns : 0;
    for (size_t row = block->header; row < rows; row++) {
        const char *gap = row == block->header ? "" : "\n";
        for (size_t column = 0; column < block->columns; column++) {
            const char *cell = say_cell(arena, block, row, column);
            const char *heading = block->header && column ? say_cell(arena, block, 0, column) : "";
            if (!*cell)
                continue;
            buffer_format(&lines, "%s%s%s%s", gap, heading, *heading ? " " : "", cell);
            gap = block->header && column == 0 ? ": " : ", ";
        }
        buffer_add(&lines, ".");
    }
    return arena_copy(arena, buffer_text(&lines));
}
