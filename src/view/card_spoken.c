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
    case RUN_TEXT: break;
    case RUN_EMPHASIS:
    case RUN_STRONG:
        if (strlen(run->text) == 1) /* a key */
            return spoken_typed(arena, run->text);
        break;
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
    int beats; /* about three a second: words, digits, which are read one by one, and pauses */
    bool left_out;
} Side;

static int count_beats(const char *words) {
    int beats = 1;
    for (; *words; words++)
        beats += *words == ' ' || *words == ',' || (*words >= '0' && *words <= '9');
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
 * last is left out, then the next; short ones cost nothing. */
static void shorten(const Block *block, Side *sides, size_t count) {
    enum { MOST_BEATS = 80, SHORT_BEATS = 20 };
    int beats = 0;
    for (size_t i = 0; i < count; i++)
        beats += sides[i].beats;
    while (beats > MOST_BEATS) {
        size_t longest = 0;
        for (size_t i = 1; i + 1 < count; i++)
            if (!sides[i].left_out && sides[i].beats >= SHORT_BEATS &&
                (!longest || sides[i].beats > sides[longest].beats))
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

/* A cell of words, such as "a parameter", and no formula. */
static bool is_prose(const Math *cell) {
    return cell->kind == MATH_TEXT && strchr(cell->text + strspn(cell->text, " "), ' ');
}

static const char *say_cell(Arena *arena, const Math *cell) {
    if (!cell)
        return "";
    return is_prose(cell) ? spoken_text(arena, cell->text) : math_spoken(arena, cell);
}

char *card_spoken_table(Arena *arena, const Block *block) {
    Buffer lines = {.arena = arena};
    for (size_t i = block->header ? block->columns : 0; i < block->count; i++) {
        size_t column = i % block->columns;
        bool headed = block->header && column > 0;
        const char *cell = say_cell(arena, block->parts[i]),
                   *heading = headed ? say_cell(arena, block->parts[column]) : "";
        if (column == 0 && lines.length)
            buffer_add(&lines, "\n");
        else if (*cell && lines.length && lines.text[lines.length - 1] != '\n')
            buffer_add(&lines, block->header && column == 1 ? ": " : ", ");
        if (*cell)
            buffer_format(&lines, "%s%s%s", heading, *heading ? " " : "", cell);
    }
    const char *last = buffer_text(&lines);
    buffer_add(&lines, lines.length && last[lines.length - 1] != '.' ? "." : "");
    return spoken_sentences(arena, buffer_text(&lines));
}
