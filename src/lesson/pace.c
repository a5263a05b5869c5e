#include "lesson/pace.h"

#include <ctype.h>
#include <math.h>

static const double WORDS_A_MINUTE = 180, NUMBERS_SECONDS = 8, QUESTION_SECONDS = 40;

/* Words between spaces that have a letter or a digit; so the lines of a drawing are none. */
static double count_words(const char *text) {
    double words = 0;
    for (bool inside = false, counted = false; *text; text++) {
        unsigned char byte = (unsigned char)*text;
        inside = !isspace(byte);
        if (!inside)
            counted = false;
        else if (!counted && (isalnum(byte) || byte >= 0x80))
            words++, counted = true;
    }
    return words;
}

static double reading(const char *text) {
    return text ? count_words(text) * 60 / WORDS_A_MINUTE : 0;
}

static double prose_seconds(const Lesson *lesson, const Step *step) {
    double seconds = 0;
    for (size_t i = 0; i < step->count; i++) {
        const MarkdownBlock *block = lesson->prose[step->first + i].block;
        seconds += block->kind == MARKDOWN_FENCE ? reading(block->text) : 0;
        for (size_t run = 0; run < block->run_count; run++)
            seconds += reading(block->runs[run].text);
    }
    return seconds;
}

static double step_seconds(const Lesson *lesson, const Step *step) {
    switch (step->kind) {
    case STEP_PROSE: return prose_seconds(lesson, step);
    case STEP_ASK: return QUESTION_SECONDS;
    case STEP_ANSWER: return reading(step->question->why);
    default: return NUMBERS_SECONDS;
    }
}

double *pace_ends(Arena *arena, const Lesson *lesson) {
    double *ends = ARENA_ARRAY(arena, double, lesson->step_count), total = 0;
    for (size_t i = 0; i < lesson->step_count; i++)
        ends[i] = total += step_seconds(lesson, &lesson->steps[i]);
    return ends;
}

int pace_minutes(double seconds) {
    return (int)fmax(1, round(seconds / 60));
}
