#include "lesson/answer.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/number.h"
#include "base/str.h"
#include "base/utf8.h"
#include "expr/example.h"
#include "expr/parse.h"
#include "expr/parts.h"
#include "lesson/answer_text.h"

/* ------------------------------------------------------------------------------ reading */

static Answer unreadable(const char *message, const char *suggestion) {
    return (Answer){.message = message, .suggestion = suggestion};
}

/* What is answered in a line: behind its last = (dE/dw = 3), where something stands there, else
 * before it (2*3 =). */
static const char *answered_part(Arena *arena, const char *text) {
    const char *sign = strrchr(text, '=');
    if (!sign)
        return text;
    if (sign[1 + strspn(sign + 1, " \t\n")])
        return sign + 1;
    char *before = arena_copy(arena, text);
    before[sign - text] = '\0';
    return answered_part(arena, before);
}

/* A copy with − and – as -, without ~ or ≈ before it, and without blanks or the end of a sentence
 * or a statement behind. */
static char *tidy(Arena *arena, const char *text) {
    static const char about[] = "≈";
    text = answered_part(arena, text);
    char *copy = arena_alloc(arena, strlen(text) + 1), *end = copy;
    text += strspn(text, " \t~");
    if (str_starts(text, about))
        text += sizeof about - 1;
    text += strspn(text, " \t");
    while (*text) {
        uint32_t character = 0;
        size_t bytes = utf8_decode(text, &character);
        bool minus = character == 0x2212 || character == 0x2013;
        *end++ = minus ? '-' : *text;
        text += minus ? bytes : 1;
    }
    while (end > copy && strchr(" \t\n.?!;", end[-1]))
        end--;
    *end = '\0';
    return copy;
}

/* The significant digits of a plain number, and half a unit of its last. */
static void measure(const char *text, Answer *answer) {
    size_t mantissa = strcspn(text, "eE");
    const char *point = memchr(text, '.', mantissa);
    long decimals = point ? (long)(mantissa - (size_t)(point - text) - 1) : 0;
    long exponent = text[mantissa] ? strtol(text + mantissa + 1, NULL, 10) : 0;
    for (size_t i = 0; i < mantissa; i++)
        answer->digits += text[i] != '.' && (answer->digits || text[i] != '0');
    if (answer->value != 0)
        answer->resolution = 0.5 * pow(10, (double)exponent - (double)decimals);
}

/* A plain number, all of `text`: a sign, digits, a point or a comma. The comma is the decimal one
 * only here, so that max(1,2) keeps its two. */
static bool read_number(Arena *arena, const char *text, Answer *answer) {
    bool negative = *text == '-';
    text += *text == '-' || *text == '+';
    text += strspn(text, " ");
    char *digits = arena_copy(arena, text);
    char *comma = strchr(digits, ',');
    bool decimal = comma && !strchr(digits, '.') && comma[1] >= '0' && comma[1] <= '9';
    if (decimal)
        *comma = '.';
    double value;
    size_t length = number_parse(digits, &value);
    if (!length || digits[length])
        return false;
    *answer = (Answer){.value = negative ? -value : value};
    measure(digits, answer);
    return true;
}

/* The name by which a derivative is taken. */
static SymbolId along_of(const Exprs *exprs, Expr derivative) {
    Expr variable = expr_operand(exprs, derivative, 1);
    if (expr_get(exprs, variable)->kind == EXPR_INDEX)
        variable = expr_operand(exprs, variable, 0);
    return expr_get(exprs, variable)->symbol;
}

/* Whether the formula has a derivative in it that does not count, or the name that is asked for. */
static const char *find_forbidden(const Model *model, Arena *arena, AnswerSubject asked,
                                  Expr expr) {
    const Exprs *exprs = model->exprs;
    Parts parts = parts_of(exprs, NULL, SYMBOL_NONE, arena, expr);
    for (size_t i = parts.count; i-- > 0;) { /* a derivative comes before the names in it */
        const ExprNode *node = expr_get(exprs, parts.list[i]);
        bool other = asked.along != SYMBOL_NONE && parts.list[i] != expr;
        if (node->kind == EXPR_DERIVATIVE && !asked.stepped &&
            !(other && along_of(exprs, parts.list[i]) != asked.along))
            return "a derivative is what you are to find, so it cannot be the answer";
        if (node->kind == EXPR_NAME && node->symbol == asked.value)
            return arena_format(arena, "the value of %s is what you are to find",
                                scope_get(model->scope, asked.value)->name);
    }
    return NULL;
}

static Answer evaluate(const Model *model, Arena *arena, AnswerSubject asked, Expr expr) {
    const ExprNode *node = expr_get(model->exprs, expr);
    const char *forbidden = find_forbidden(model, arena, asked, expr);
    if (forbidden)
        return unreadable(forbidden, "write the number, or the formula that gives it");
    if (!expr_is_scalar(model->exprs, expr))
        return unreadable(arena_format(arena,
                                       "this is a matrix of %u by %u, and one number is asked for",
                                       node->rows, node->columns),
                          NULL);
    double value = *model_evaluate(model, arena, expr);
    if (!isfinite(value))
        return unreadable("this is not a finite number; is something divided by 0?", NULL);
    return (Answer){.value = value};
}

enum { PERCENT_DIGITS = 12 };

/* 75% is 0.75. */
static Answer refuse_percentage(Arena *arena, const char *text, size_t length) {
    char number[NUMBER_SIZE];
    Answer answer;
    length -= length > 1 && text[length - 2] == ' ' ? 2 : 1;
    bool plain = read_number(arena, arena_copy_n(arena, text, length), &answer);
    if (plain)
        number_format(answer.value / 100, PERCENT_DIGITS, number);
    return unreadable("a percentage is no answer here",
                      plain ? arena_format(arena, "write %s as %s", text, number)
                            : "write 5% as 0.05");
}

/* What an answer has room for. */
static const char *suggest(Suggestion suggestion) {
    if (!suggestion.text)
        return "write a number, as 0.25 or 1/4";
    switch (suggestion.place) {
    case SUGGESTION_ANYWHERE: return suggestion.text;
    case SUGGESTION_IN_LESSON: return NULL;
    case SUGGESTION_LEAVE_OUT: return "leave it out";
    }
    return NULL;
}

static Answer read_expression(const Model *model, Arena *arena, AnswerSubject asked,
                              const char *text) {
    Scope names = *model->scope; /* parsing only looks names up */
    Diags diags = {.arena = arena, .names = example_names(&names, arena)};
    Parser parser = {.exprs = model->exprs, .scope = &names, .arena = arena, .diags = &diags};
    parser_init(&parser, answer_text(model, arena, text), 1, 1);
    Expr expr = parse_expression(&parser);
    if (expr && parser.token.kind != TOKEN_END)
        expr = parser_unexpected(&parser, MISSING_OPERATOR, NULL);
    if (diags.count)
        return unreadable(diags.items[0].message, suggest(diags.items[0].suggestion));
    return expr ? evaluate(model, arena, asked, expr)
                : unreadable("I cannot read this", "write a number, as 0.25 or 1/4");
}

/* 3x4, as shapes are read aloud, is a product, where no name is x4. */
static void take_times(const Scope *scope, char *text) {
    size_t left = strspn(text, "0123456789. "), sign = left;
    bool times = left && (text[sign] == 'x' || text[sign] == 'X') &&
                 scope_find(scope, text + sign) == SYMBOL_NONE;
    size_t right = times ? strspn(text + sign + 1, "0123456789. ") : 0;
    if (right && !text[sign + 1 + right])
        text[sign] = '*';
}

/* What is wrong with numbers that are written as they are said; a message, or none. */
static Answer read_aloud(Arena *arena, const char *text) {
    static const char *const words[] = {"zero", "one",   "two",   "three", "four", "five",
                                        "six",  "seven", "eight", "nine",  "ten"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strcasecmp(text, words[i]) == 0)
            return unreadable("numbers are written in digits", arena_format(arena, "write %zu", i));
    if (strncasecmp(text, "half", 4) == 0 && !text[4])
        return unreadable("numbers are written in digits", "write 1/2");
    if (strncasecmp(text, "minus ", 6) == 0)
        return unreadable("a minus is written as a sign",
                          arena_format(arena, "write -%s", text + 6));
    return (Answer){0};
}

/* Signs that say something in a lesson, and nothing in an answer. */
static Answer refuse_sign(const char *text) {
    if (strchr(text, '\''))
        return unreadable("a slope has no dash in an answer", "write it out, as y*(1 - y)");
    if (strstr(text, "±"))
        return unreadable("one number is asked for, without how far off it may be",
                          "leave ± out, and what stands behind it");
    return (Answer){0};
}

/* 1 000 is 1000. */
static const char *without_gaps(Arena *arena, const char *text) {
    size_t first = strspn(text, "0123456789");
    if (first < 1 || first > 3 || text[first] != ' ')
        return NULL;
    Buffer number = {.arena = arena};
    buffer_format(&number, "%.*s", (int)first, text);
    for (text += first; *text == ' '; text += 4) {
        if (strspn(text + 1, "0123456789") != 3)
            return NULL;
        buffer_format(&number, "%.3s", text + 1);
    }
    return *text ? NULL : buffer_text(&number);
}

/* ------------------------------------------------------------------------------ lists */

/* The numbers of a text that is nothing but a list of them, as [1; 2], [[1, 2], [3, 4]] or 1 2, by
 * rows; 0 where it is none. A comma is the decimal one, or stands between two numbers. */
static size_t split_list(Arena *arena, const char *text, bool decimal, char ***items) {
    const char *between = decimal ? "[](); \t\n" : "[](); \t\n,";
    bool clear = strpbrk(text, "[;") || strstr(text, ", "); /* it can be nothing else */
    size_t count = 0, capacity = 0;
    *items = NULL;
    for (text += strspn(text, between); *text; text += strspn(text, between)) {
        size_t length = strcspn(text, between);
        char *item = arena_copy_n(arena, text, length);
        Answer number;
        text += length;
        if (decimal && item[length - 1] == ',')
            item[length - 1] = '\0';
        if (!read_number(arena, item, &number))
            return 0;
        clear = clear || (count && !decimal && !strchr("+-", *item)); /* 3 -1 is 2 */
        ARENA_RESERVE(arena, *items, count, capacity);
        (*items)[count++] = item;
    }
    return clear ? count : 0;
}

const char *answer_entry(Arena *arena, const char *text, size_t count, size_t entry) {
    text = tidy(arena, text);
    for (int decimal = 0; decimal < 2; decimal++) {
        char **items;
        if (split_list(arena, text, decimal == 1, &items) == count && count > 1)
            return items[entry];
    }
    return NULL;
}

/* How many numbers there are in a text that can be nothing but a list: (2, 4), 1 2, 1,5,3. */
static size_t count_listed(Arena *arena, const char *text) {
    char **items;
    for (const char *open = strchr(text, '('); open; open = strchr(open + 1, '('))
        if (open > text && strchr("0123456789.)", open[-1]))
            return 0; /* 2(3) is a product */
    const char *comma = strchr(text, ',');
    bool apart = strpbrk(text, "[(; ") || (comma && strchr(comma + 1, ','));
    return apart ? split_list(arena, text, false, &items) : 0;
}

Answer answer_read(const Model *model, Arena *arena, AnswerSubject asked, const char *text) {
    char *tidied = tidy(arena, text);
    Answer answer, aloud = read_aloud(arena, tidied);
    const char *number = without_gaps(arena, tidied);
    if (!aloud.message)
        aloud = refuse_sign(tidied);
    if (aloud.message)
        return aloud;
    if (number)
        return unreadable("there are blanks in this number",
                          arena_format(arena, "write %s", number));
    size_t listed = count_listed(arena, tidied);
    if (listed > 1)
        return unreadable(
            arena_format(arena, "these are %zu numbers, and one is asked for", listed),
            "write that one alone");
    take_times(model->scope, tidied);
    if (!*tidied)
        return unreadable("there is no answer yet", "write a number, as 0.25 or 1/4");
    size_t length = strlen(tidied);
    if (tidied[length - 1] == '%')
        return refuse_percentage(arena, tidied, length);
    if (!read_number(arena, tidied, &answer))
        return read_expression(model, arena, asked, tidied);
    if (!isfinite(answer.value))
        return unreadable("this number is too large for a computer", NULL);
    return answer;
}

/* ------------------------------------------------------------------------------ judging */

/* An answer with so many digits may be cut off instead of rounded. */
enum { DIGITS_CUT = 3 };

/* Values of this size, where numbers near 1 are computed with, are what is left of a zero. */
static const double NOTHING = 1e-15;

/* A tie may be rounded either way, and the computer's own last bit does not count. */
static const double TIE = 1 + 1e-9;

/* What is rounded to one digit may be so far off and still be taken for right, relative. */
static const double ROUGHEST = 0.1;

/* How far off an answer may be for rounding on the way to explain it, relative. */
static const double NEAR = 0.05;

/* What an answer is measured by. */
static double size_of(const AnswerKey *key) {
    return fabs(key->change != 0 ? key->change : key->truth);
}

bool answer_is_within(const AnswerKey *key, double value) {
    double tolerance = key->tolerance > 0 ? key->tolerance : ANSWER_TOLERANCE;
    if (!isfinite(value) || !isfinite(key->truth))
        return false;
    return fabs(value - key->truth) <= tolerance * size_of(key) * TIE ||
           (fabs(key->truth) <= NOTHING && fabs(value) <= NOTHING);
}

/* One unit of the first significant digit. */
static double first_place(double value) {
    return pow(10, floor(log10(fabs(value) * TIE)));
}

int answer_digits_needed(const AnswerKey *key) {
    if (key->change == 0 || key->truth == 0 || !isfinite(key->change) || !isfinite(key->truth))
        return 0;
    double places = round(log10(first_place(key->truth) / first_place(key->change)));
    return places > 0 ? (int)places + 1 : 1;
}

/* At least one of the digits typed must be one of what the answer is measured by: 1 is no rounding
 * of 0.6, and 0.4 none of 0.3995 where 0.4 was the old value. Of one digit, however far it is off.
 */
static AnswerRounding find_rounding(const Answer *answer, const AnswerKey *key) {
    double distance = fabs(answer->value - key->truth), place = 2 * answer->resolution;
    if (!answer->digits || place == 0 || !isfinite(key->truth) || size_of(key) == 0)
        return ROUNDING_NONE;
    double first = first_place(size_of(key)), counted = fmin(place, first);
    if (distance <= counted / 2 * TIE)
        return answer->digits > 1 ? ROUNDING_FINE : ROUNDING_COARSE;
    bool fine = place * pow(10, DIGITS_CUT - 1) <= first * TIE;
    return fine && distance < place * TIE ? ROUNDING_OFF : ROUNDING_NONE;
}

static bool is_rough(const Answer *answer, const AnswerKey *key) {
    return find_rounding(answer, key) == ROUNDING_COARSE &&
           fabs(answer->value - key->truth) > ROUGHEST * size_of(key) * TIE;
}

static AnswerRounding rounding_of(const Answer *answer, const AnswerKey *key) {
    return is_rough(answer, key) ? ROUNDING_NONE : find_rounding(answer, key);
}

static const char *const rounding_reasons[] = {
    [ROUNDING_FINE] = "Right, but rounded.",
    [ROUNDING_COARSE] = "Right, but rounded to one digit; give two or three, they say more.",
    [ROUNDING_OFF] = "Right, but the last digit is not rounded well.",
};

Judgement answer_judge(const Answer *answer, const AnswerKey *key, const AnswerCarried *carried,
                       size_t carried_count) {
    if (answer->message)
        return (Judgement){.verdict = ANSWER_UNREADABLE, .reason = answer->message};
    if (answer_is_within(key, answer->value))
        return (Judgement){.verdict = ANSWER_RIGHT};
    AnswerRounding rounding = rounding_of(answer, key);
    if (rounding)
        return (Judgement){
            .verdict = ANSWER_ROUNDED, .rounding = rounding, .reason = rounding_reasons[rounding]};
    for (size_t i = 0; i < carried_count; i++) {
        AnswerKey follows = {carried[i].value, key->tolerance, 0};
        if (answer_is_within(&follows, answer->value) ||
            rounding_of(answer, &follows) == ROUNDING_FINE)
            return (Judgement){.verdict = ANSWER_CARRIED, .reason = carried[i].reason};
    }
    double distance = fabs(answer->value - key->truth);
    bool hidden = key->change != 0 && distance <= answer->resolution * TIE;
    bool counted = key->truth == floor(key->truth); /* 120 rows, and not 118 */
    return (Judgement){.verdict = ANSWER_WRONG,
                       .hidden = hidden,
                       .rough = is_rough(answer, key),
                       .near = !counted && distance <= NEAR * size_of(key)};
}
