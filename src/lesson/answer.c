#include "lesson/answer.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/number.h"
#include "base/str.h"
#include "base/utf8.h"
#include "expr/diff.h"
#include "expr/parse.h"
#include "expr/parts.h"

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
 * behind. */
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
    while (end > copy && strchr(" \t\n.?!", end[-1]))
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

/* Whether the formula has a derivative in it, or the name that is asked for. */
static const char *find_forbidden(const Model *model, Arena *arena, SymbolId asked, Expr expr) {
    Parts parts = parts_of(model->exprs, NULL, SYMBOL_NONE, arena, expr);
    for (size_t i = parts.count; i-- > 0;) { /* a derivative comes before the names in it */
        const ExprNode *node = expr_get(model->exprs, parts.list[i]);
        if (node->kind == EXPR_DERIVATIVE)
            return "a derivative is what you are to find, so it cannot be the answer";
        if (node->kind == EXPR_NAME && node->symbol == asked)
            return arena_format(arena, "the value of %s is what you are to find",
                                scope_get(model->scope, asked)->name);
    }
    return NULL;
}

static Answer evaluate(const Model *model, Arena *arena, SymbolId asked, Expr expr) {
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

static Answer read_expression(const Model *model, Arena *arena, SymbolId asked, const char *text) {
    Scope names = *model->scope; /* parsing only looks names up */
    Diags diags = {.arena = arena};
    Parser parser = {.exprs = model->exprs, .scope = &names, .arena = arena, .diags = &diags};
    parser_init(&parser, text, 1, 1);
    Expr expr = parse_expression(&parser);
    if (expr && token_is_sign(&parser.token, '%'))
        return unreadable("a percentage is no answer here", "write 5% as 0.05");
    if (expr && parser.token.kind != TOKEN_END)
        expr = parser_unexpected(&parser, MISSING_OPERATOR, NULL);
    if (diags.count)
        return unreadable(diags.items[0].message, diags.items[0].suggestion
                                                      ? diags.items[0].suggestion
                                                      : "write a number, as 0.25 or 1/4");
    return expr ? evaluate(model, arena, asked, expr)
                : unreadable("I cannot read this", "write a number, as 0.25 or 1/4");
}

Answer answer_read(const Model *model, Arena *arena, SymbolId asked, const char *text) {
    const char *tidied = tidy(arena, text);
    Answer answer;
    if (!*tidied)
        return unreadable("there is no answer yet", "write a number, as 0.25 or 1/4");
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
    return (Judgement){.verdict = ANSWER_WRONG, .hidden = hidden, .rough = is_rough(answer, key)};
}
