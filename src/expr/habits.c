#include "expr/habits.h"

#include <stdbool.h>
#include <stddef.h>
#include <string.h>
#include <strings.h>

#include "base/str.h"

#define QUOTES "a sentence stands in straight quotes: \"…\""
#define UNITS  "numbers are written without units"

static const struct {
    uint32_t character;
    const char *instead;
} signs[] = {
    {'$', "formulas are written without $"},
    {'{', "brackets in a formula are ( ); an index is written w_1, a power x^2"},
    {'}', "brackets in a formula are ( ); an index is written w_1, a power x^2"},
    {'.', "a product is a*b, a transpose {M}.T, and a function stands alone: exp({w})"},
    {'\'',
     "a derivative is d{E}/d{W}, a transpose {M}.T, and sentences stand in \"double quotes\""},
    {'`', "in a block, formulas are written without `"},
    {'&', "leave it out"},
    {0x2019, "a derivative is d{E}/d{W}, a transpose {M}.T"},
    {0x2032, "a derivative is d{E}/d{W}, a transpose {M}.T"},
    {0x201C, QUOTES},
    {0x201D, QUOTES},
    {0x201E, QUOTES},
    {0xAB, QUOTES},
    {0xBB, QUOTES},
    {0x2018, QUOTES},
    {0xBD, "write 1/2"},
    {0xBC, "write 1/4"},
    {0xBE, "write 3/4"},
    {0x2153, "write 1/3"},
    {0x2154, "write 2/3"},
    {0x2248, "write =; `within 1%` at the end allows for rounding"},
    {0x2243, "write =; `within 1%` at the end allows for rounding"},
    {0x2264, "write <"},
    {0x2265, "write >"},
    {0x2192, "write ->"},
    {0x21D2, "write ->"},
    {0x2190, "write ="},
    {0xF7, "write /"},
    {0x2010, "write -"},
    {0x2011, "write -"},
    {0x2012, "write -"},
    {0x2014, "write -"},
    {0x2015, "write -"},
    {0xFF0D, "write -"},
    {0xFF0B, "write +"},
    {0xFF0A, "write *"},
    {0xFF1D, "write ="},
    {0xFF08, "write ("},
    {0xFF09, "write )"},
    {0xFF0C, "write ,"},
    {0x2022, "write *"},
    {0x25CF, "write *"},
    {0xFFFD, "it is not to be seen, or damaged: delete what is there and type it anew"},
    {0x2215, "write /"},
    {0x2044, "write /"},
    {0x221A, "write sqrt({w})"},
    {0x2211, "write sum({w})"},
    {0x2207, "write d{E}/d{W}"},
    {0x2299, "write * for a product entry by entry"},
    {0x2218, "write * for a product entry by entry"},
    {0x223C, "write ~"},
    {0x22A4, "write {M}.T for the transpose"},
    {0x1D40, "write {M}.T for the transpose"},
    {0x207B, "write ^(-1)"},
    {0xB1, "how far off it may be stands at the end: within 1%"},
    {0xB0, "angles are in radians, without a sign: 30*pi/180"},
    {0x20AC, UNITS},
    {0xA3, UNITS},
    {0xB5, UNITS},
    {0x2030, "write 0.005 for 5‰"},
};

int habit_digit(uint32_t character, bool *raised) {
    *raised = character < 0x2080;
    switch (character) {
    case 0xB9: return 1;
    case 0xB2: return 2;
    case 0xB3: return 3;
    default: break;
    }
    if (character == 0x2070 || (character >= 0x2074 && character <= 0x2079))
        return (int)(character - 0x2070);
    return character >= 0x2080 && character <= 0x2089 ? (int)(character - 0x2080) : -1;
}

typedef struct Habit {
    const char *word, *instead;
} Habit;

/* LaTeX: what may stand behind a \\, the longer first. */
static const Habit latex[] = {
    {"frac{\\partial", "write d{E}/d{W}"},
    {"frac{d", "write d{E}/d{W}"},
    {"frac", "write a/b, or (a + b)/c"},
    {"dfrac", "write a/b, or (a + b)/c"},
    {"tfrac", "write a/b, or (a + b)/c"},
    {"cdot", "write *"},
    {"times", "write *"},
    {"ast", "write *"},
    {"odot", "write * for a product entry by entry"},
    {"div", "write /"},
    {"sigma(", "write sigmoid({w})"},
    {"sqrt", "write sqrt({w})"},
    {"sum", "write sum({w})"},
    {"ln", "write log({w}), the natural logarithm"},
    {"partial", "write d{E}/d{W}"},
    {"nabla", "write d{E}/d{W}"},
    {"left", "leave it out"},
    {"right", "leave it out"},
    {"to", "write ->"},
    {"approx", "write =; `within 1%` at the end allows for rounding"},
};

static const char *habit_of_latex(Arena *arena, const char *word) {
    for (size_t i = 0; i < sizeof latex / sizeof *latex; i++)
        if (str_starts(word, latex[i].word))
            return latex[i].instead;
    size_t length = strspn(word, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ");
    return length ? arena_format(arena, "write %.*s, without \\", (int)length, word)
                  : "formulas are written without \\";
}

/* Letters of alphabets that names are not made of, some of which look as those that they are. */
static bool is_other_letter(uint32_t character) {
    return (character >= 0x400 && character < 0x1E00 && character != 0x1D40) ||
           (character >= 0x3040 && character < 0xA000);
}

static bool begins_number(const char *text) {
    const char *digits = text + (*text == '-');
    return *digits >= '0' && *digits <= '9';
}

static Suggestion anywhere(const char *text) {
    return (Suggestion){.text = text};
}

static Suggestion leave_out(const char *text) {
    return (Suggestion){text, SUGGESTION_LEAVE_OUT};
}

Suggestion habit_of_sign(Arena *arena, uint32_t character, const char *next) {
    bool raised;
    int digit = habit_digit(character, &raised);
    if (digit >= 0)
        return anywhere(raised ? arena_format(arena, "write ^%d for a power", digit)
                               : arena_format(arena, "write the index plainly: w%d", digit));
    if (character == ':' && *next == '=')
        return anywhere("write = alone");
    if (character == ':')
        return leave_out("leave it out behind a word; write = for a value, / for a quotient");
    if (character == ';' && begins_number(next + strspn(next, " \t")))
        return anywhere("between numbers stand commas, and in them decimal points: 0.5, 14");
    if (character == ';')
        return leave_out(
            "leave it out: a statement ends with its line; a matrix is [[1, 2], [3, 4]]");
    if (character == '!')
        return leave_out("leave it out; there are =, < and >");
    if (character == '\\')
        return anywhere(habit_of_latex(arena, next));
    if (character == 0xB0 && (*next == 'C' || *next == 'F'))
        return anywhere(UNITS);
    if (character == '.' && (!*next || strchr(" \n", *next)))
        return leave_out("leave it out: a statement ends with its line");
    if (is_other_letter(character))
        return anywhere("names are made of Latin and Greek letters, digits and _; this one is of "
                        "another alphabet");
    for (size_t i = 0; i < sizeof signs / sizeof *signs; i++)
        if (signs[i].character == character)
            return anywhere(signs[i].instead);
    return anywhere(NULL);
}

static const char *find(const Habit *habits, size_t count, const char *word) {
    for (size_t i = 0; i < count; i++)
        if ((word[1] ? strcasecmp : strcmp)(habits[i].word, word) == 0) /* e is no E */
            return habits[i].instead;
    return NULL;
}

static const Habit functions[] = {
    {"sigma", "write sigmoid({w})"},
    {"σ", "write sigmoid({w})"},
    {"sig", "write sigmoid({w})"},
    {"logistic", "write sigmoid({w})"},
    {"e", "write exp({w}) for a power of e"},
    {"ln", "write log({w}), the natural logarithm"},
    {"lg", "write log({w})/log(10)"},
    {"log10", "write log({w})/log(10)"},
    {"log2", "write log({w})/log(2)"},
    {"tan", "write sin({w})/cos({w})"},
    {"pow", "write a^b"},
    {"square", "write {w}^2"},
    {"sqr", "write {w}^2"},
    {"wurzel", "write sqrt({w})"},
    {"racine", "write sqrt({w})"},
    {"root", "write sqrt({w})"},
    {"betrag", "write abs({w})"},
    {"summe", "write sum({w})"},
    {"somme", "write sum({w})"},
    {"avg", "write mean({w})"},
    {"average", "write mean({w})"},
    {"mittelwert", "write mean({w})"},
    {"moyenne", "write mean({w})"},
    {"dot", "write A @ B for the matrix product"},
    {"matmul", "write A @ B for the matrix product"},
    {"transpose", "write {M}.T"},
    {"norm", "write sqrt(sum({w}^2))"},
    {"mse", "write mean((t - y)^2)"},
    {"crossentropy", "write -sum(t*log(y))"},
    {"cross_entropy", "write -sum(t*log(y))"},
    {"np", "a function stands alone: exp({w})"},
    {"math", "a function stands alone: exp({w})"},
    {"torch", "a function stands alone: exp({w})"},
    {"Σ", "write sum({w})"},
    {"d", "a derivative is written without blanks: d{E}/d{W}"},
    {"epoch", "the curve of a training has its epochs without that: plot {E}"},
    {"epochs", "the curve of a training has its epochs without that: plot {E}"},
};

/* Words that begin another statement, or say in one what goes without saying. */
static const Habit statement_words[] = {
    {"row", "another row stands on a line of its own: row 2"},
    {"rate", "another learning rate stands on a line of its own: rate 0.5"},
};

static const Habit idle_words[] = {
    {"about", "leave it out; `within 1%` at the end allows for rounding"},
    {"all", "leave it out: without names it is all of them"},
    {"with", "leave it out; another learning rate stands on a line of its own: rate 0.5"},
};

#define FIND(habits, word) find(habits, sizeof(habits) / sizeof *(habits), word)

/* The length of what stands between the bracket at `text` and the one that closes it, or 0. */
static size_t length_in_brackets(const char *text) {
    size_t at = 0;
    int depth = 0;
    do {
        depth += (text[at] == '(') - (text[at] == ')');
        at++;
    } while (depth && text[at] && text[at] != '\n');
    return *text == '(' && depth == 0 ? at - 2 : 0;
}

/* The habit with what was written in brackets, in place of {w}: of ln(a + b) log(a + b). */
static const char *with_argument(Arena *arena, const char *habit, const char *behind) {
    const char *mark = habit ? strstr(habit, "{w}") : NULL;
    const size_t length = length_in_brackets(behind);
    if (!mark || !length)
        return habit;
    const char *rest = mark + strlen("{w}");
    const bool apart = *rest == '^' && strcspn(behind + 1, " +-*/^([") < length;
    const char *filled =
        arena_format(arena, apart ? "%.*s(%.*s)%s" : "%.*s%.*s%s", (int)(mark - habit), habit,
                     (int)length, behind + 1, strstr(rest, "{w}") ? "" : rest);
    return strstr(rest, "{w}")
               ? arena_format(arena, "%s%s", filled, with_argument(arena, rest, behind))
               : filled;
}

Suggestion habit_of_function(Arena *arena, const char *word, const char *behind) {
    const char *statement = FIND(statement_words, word), *idle = FIND(idle_words, word);
    return statement ? (Suggestion){statement, SUGGESTION_IN_LESSON}
           : idle    ? leave_out(idle)
                     : anywhere(with_argument(arena, FIND(functions, word), behind));
}

#define AS_INPUT    "write input x = 0.5"
#define AS_TARGET   "write target t = 0.9"
#define AS_PARAM    "write param w = 0.4"
#define AS_LOSS     "write loss E = (t - y)^2"
#define AS_RATE     "write rate 0.1"
#define AS_DATA     "write data x -> t, and the rows below it, indented"
#define AS_TRAIN    "write train 100 epochs"
#define AS_SHOW     "write show {E}"
#define AS_CHAIN    "write chain d{E}/d{W}"
#define AS_FORMULA  "write y = w*x"
#define AS_QUESTION "write ask \"What is {y}?\""

static const Habit statements[] = {
    {"weight", AS_PARAM},
    {"weights", AS_PARAM},
    {"bias", AS_PARAM},
    {"parameter", AS_PARAM},
    {"parameters", AS_PARAM},
    {"gewicht", AS_PARAM},
    {"gewichte", AS_PARAM},
    {"poids", AS_PARAM},
    {"paramètre", AS_PARAM},
    {"var", AS_PARAM},
    {"variable", AS_PARAM},
    {"eingabe", AS_INPUT},
    {"eingang", AS_INPUT},
    {"entrée", AS_INPUT},
    {"gegeben", AS_INPUT},
    {"given", AS_INPUT},
    {"const", AS_INPUT},
    {"constant", AS_INPUT},
    {"ziel", AS_TARGET},
    {"cible", AS_TARGET},
    {"output", AS_TARGET},
    {"label", AS_TARGET},
    {"verlust", AS_LOSS},
    {"fehler", AS_LOSS},
    {"perte", AS_LOSS},
    {"cost", AS_LOSS},
    {"error", AS_LOSS},
    {"minimize", AS_LOSS},
    {"lernrate", AS_RATE},
    {"learning_rate", AS_RATE},
    {"lr", AS_RATE},
    {"taux", AS_RATE},
    {"daten", AS_DATA},
    {"données", AS_DATA},
    {"table", AS_DATA},
    {"rows", AS_DATA},
    {"dataset", AS_DATA},
    {"trainiere", AS_TRAIN},
    {"training", AS_TRAIN},
    {"entraîne", AS_TRAIN},
    {"learn", AS_TRAIN},
    {"fit", AS_TRAIN},
    {"epochs", AS_TRAIN},
    {"for", "a lesson has no loops; train 100 epochs repeats the updates"},
    {"while", "a lesson has no loops; train 100 epochs until {E} < 0.01 repeats the updates"},
    {"repeat", "a lesson has no loops; train 100 epochs repeats the updates"},
    {"if", "a lesson has no conditions; relu, max and min choose by value"},
    {"end", "leave it out: a block ends with ```, a question with its last indented line"},
    {"import", "leave it out: all functions are there from the beginning"},
    {"vorwärts", "write forward"},
    {"avant", "write forward"},
    {"compute", "write forward {y}"},
    {"rückwärts", "write backward"},
    {"backprop", "write backward"},
    {"backpropagate", "write backward"},
    {"optimize", "write update"},
    {"aktualisiere", "write update"},
    {"print", AS_SHOW},
    {"display", AS_SHOW},
    {"value", AS_SHOW},
    {"zeige", AS_SHOW},
    {"affiche", AS_SHOW},
    {"montre", AS_SHOW},
    {"draw", "write plot {E}"},
    {"graph", "write plot {E}"},
    {"zeichne", "write plot {E}"},
    {"setze", "write set {w} = 0.9"},
    {"zeile", "write row 2"},
    {"ligne", "write row 2"},
    {"grad", AS_CHAIN},
    {"gradient", AS_CHAIN},
    {"derivative", AS_CHAIN},
    {"ableitung", AS_CHAIN},
    {"dérivée", AS_CHAIN},
    {"frage", AS_QUESTION},
    {"question", AS_QUESTION},
    {"quiz", AS_QUESTION},
    {"erwarte", "write expect {E} = 0.5"},
    {"assert", "write expect {E} = 0.5"},
    {"check", "write expect {E} = 0.5"},
    {"let", AS_FORMULA},
    {"def", AS_FORMULA},
    {"define", AS_FORMULA},
};

const char *habit_of_statement(const char *word) {
    return FIND(statements, word);
}
