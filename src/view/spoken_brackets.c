/* Brackets within text, for the ear. Speech programs pass over them, and "0.7 times (1 minus 0.7)"
 * is heard as another number. Around a formula they become words; around a remark, pauses. */
#include <ctype.h>
#include <string.h>

#include "base/str.h"
#include "expr/expr.h"
#include "view/spoken.h"

/* What stands between two brackets. */
typedef struct Inside {
    const char *text;
    size_t length;
    bool formula; /* every word is a number, a letter or a sign */
    bool sum;     /* with a sign within, so that where it ends must be said */
    bool listed;  /* with commas: a place, or arguments */
    bool equation;
} Inside;

static const char *const equals[] = {"equals", NULL}, *const by[] = {"by", NULL};

static bool is_one_of(const char *word, size_t length, const char *const *list) {
    for (; *list; list++)
        if (str_equal_n(*list, word, length))
            return true;
    return false;
}

static bool is_sign(const char *word, size_t length) {
    static const char *const signs[] = {"minus", "plus", "times", "over", "by", "equals", NULL};
    return is_one_of(word, length, signs);
}

/* A word that ends what can be multiplied: "y hat", "x squared". */
static bool is_ending(const char *word, size_t length) {
    static const char *const endings[] = {"hat",   "bar",        "tilde", "squared",
                                          "cubed", "transposed", "close", NULL};
    return is_one_of(word, length, endings);
}

static bool is_function(const char *word, size_t length) {
    static const char *const others[] = {"sigma", "prime", "sine", "cosine", "hot", "f", "g", NULL};
    for (int i = 0; i < FUNCTION_COUNT; i++)
        if (strlen(expr_functions[i].name) == length &&
            strncasecmp(expr_functions[i].name, word, length) == 0)
            return true;
    return is_one_of(word, length, others);
}

/* A number, a letter with or without indices, or a word of a formula. */
static bool is_of_formula(const char *word, size_t length) {
    static const char *const others[] = {"to", "the", "power", "of", "upper", "d", "yhat", NULL};
    size_t letters = 0;
    for (size_t i = 0; i < length; i++)
        letters += !isdigit((unsigned char)word[i]) && !strchr("._", word[i]);
    return letters <= 1 || (letters == 2 && length > letters) || is_sign(word, length) ||
           is_ending(word, length) || is_function(word, length) || is_one_of(word, length, others);
}

static Inside look_inside(const char *text, size_t length) {
    Inside inside = {.text = text, .length = length, .formula = length > 0};
    bool begins = true; /* here a sign is that of a number, and makes no sum */
    for (size_t at = 0, bytes; at < length; at += bytes + 1) {
        for (bytes = 0; at + bytes < length && !strchr(" ,;()[]/", text[at + bytes]);)
            bytes++;
        const char *word = text + at;
        bool joins = is_sign(word, bytes) && !is_one_of(word, bytes, by) && !begins;
        inside.sum = inside.sum || joins;
        inside.equation = inside.equation || is_one_of(word, bytes, equals);
        inside.formula = inside.formula && (bytes == 0 || is_of_formula(word, bytes));
        inside.listed = inside.listed || word[bytes] == ',';
        begins = at + bytes < length && (word[bytes] == ',' || (begins && bytes == 0));
    }
    return inside;
}

/* The place of the bracket that closes the one at `at`; 0 where none does, or far away: a lesson
 * may be full of brackets, and they nest no deeper than this. */
static size_t find_closing(const char *text, size_t length, size_t at) {
    enum { FARTHEST = 1000 };
    size_t end = length - at < FARTHEST ? length : at + FARTHEST;
    for (size_t i = at, depth = 0; i < end; i++) {
        depth += text[i] == '(' || text[i] == '[';
        depth -= text[i] == ')' || text[i] == ']';
        if (depth == 0)
            return i;
    }
    return 0;
}

static void add_words(Buffer *words, const char *text, size_t length);

/* [1.5; 1.4] in the words of a matrix. */
static void add_rows(Buffer *words, const char *text, size_t length) {
    buffer_add(words, " matrix ");
    for (size_t i = 0; i < length; i++)
        if (text[i] == ';')
            buffer_add(words, ", next row");
        else
            buffer_add_n(words, text + i, 1);
    buffer_add(words, ", end");
}

/* The words so far, without the spaces at their end. */
static size_t trimmed(const Buffer *words) {
    size_t end = words->length;
    while (end && words->text[end - 1] == ' ')
        end--;
    return end;
}

/* Where the word begins that ends at `end`; a number is one word, 0.5. */
static size_t find_word(const Buffer *words, size_t end) {
    size_t begin = end;
    bool number = end && isdigit((unsigned char)words->text[end - 1]);
    while (begin && !strchr(number ? " ," : " ,.;:", words->text[begin - 1]))
        begin--;
    return begin;
}

/* How the formula hangs together with the word before it: " of ", " times ", "" after a sign; NULL
 * where it stands alone. */
static const char *link_before(const Buffer *words, Inside inside) {
    static const char *const differential[] = {"d", NULL}, upper[] = "upper ";
    size_t end = trimmed(words), begin = find_word(words, end), length = end - begin;
    if (length == 0)
        return NULL;
    const char *word = words->text + begin;
    bool close = end == words->length, number = close && isdigit((unsigned char)*word);
    bool name = close && is_of_formula(word, length), ending = is_ending(word, length),
         raised = begin >= strlen(upper) && str_starts(word - strlen(upper), upper);
    if (is_sign(word, length) || is_one_of(word, length, differential))
        return "";
    if (is_function(word, length))
        return " of ";
    if (name && !number && !ending && (!inside.sum || inside.listed || inside.equation))
        return " of ";
    return number || name || raised || ending ? " times " : NULL;
}

static void add_formula(Buffer *words, Inside inside, const char *link, char next) {
    bool applied = str_equal(link, " of ");
    bool marked =
        applied ? inside.sum && !inside.listed && !inside.equation : inside.sum || inside.listed;
    buffer_add(words, link);
    buffer_add(words, marked ? " open " : "");
    size_t begin = 0;
    for (size_t i = 0; i < inside.length; i++) /* "one hot of k and 3" */
        if (applied && inside.text[i] == ',' && !memchr(inside.text, '(', inside.length)) {
            buffer_format(words, "%.*s and ", (int)(i - begin), inside.text + begin);
            begin = i + 1;
        }
    add_words(words, inside.text + begin, inside.length - begin);
    buffer_add(words, marked ? " close" : "");
    buffer_add(words, isalnum((unsigned char)next) ? " times " : "");
}

/* A remark is set off by commas; a whole sentence needs none. */
static void add_remark(Buffer *words, Inside inside, char next) {
    words->length = trimmed(words);
    if (words->length)
        words->text[words->length] = '\0';
    char before = words->length ? words->text[words->length - 1] : '\0';
    bool begins = before == '\0' || strchr("\n.,;:?!", before);
    buffer_add(words, before == '\0' || before == '\n' ? "" : begins ? " " : ", ");
    add_words(words, inside.text, inside.length);
    bool ended = inside.length && strchr(".?!", inside.text[inside.length - 1]);
    buffer_add(words, ended || next == '\0' || strchr("\n.,;:?!)", next) ? "" : ",");
}

static void add_bracketed(Buffer *words, char bracket, Inside inside, char next) {
    const char *link = inside.formula ? link_before(words, inside) : NULL;
    bool equations = inside.listed && inside.equation && !link;
    bool dots = inside.length && strspn(inside.text, ".") == inside.length;
    if (dots)
        buffer_add(words, " something ");
    else if (bracket == '[' && memchr(inside.text, ';', inside.length))
        add_rows(words, inside.text, inside.length);
    else if (link || (inside.formula && !equations && (inside.sum || inside.listed)))
        add_formula(words, inside, link ? link : "", next);
    else
        add_remark(words, inside, next);
}

static void add_words(Buffer *words, const char *text, size_t length) {
    for (size_t i = 0; i < length; i++) {
        bool opens = text[i] == '(' || text[i] == '[';
        size_t end = opens ? find_closing(text, length, i) : 0;
        if (end) {
            add_bracketed(words, text[i], look_inside(text + i + 1, end - i - 1),
                          end + 1 < length ? text[end + 1] : '\0');
            i = end;
        } else
            buffer_add_n(words, text + i, 1);
    }
}

char *spoken_brackets(Arena *arena, const char *words) {
    Buffer text = {.arena = arena};
    add_words(&text, words, strlen(words));
    return arena_copy(arena, buffer_text(&text));
}
