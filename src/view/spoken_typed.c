/* What is to be typed, for the ear: speech programs pass over most of its signs. */
#include <ctype.h>
#include <string.h>

#include "base/str.h"
#include "view/spoken.h"

static const struct {
    char sign;
    bool alone; /* named only where nothing else is to be typed; else it is punctuation */
    const char *words;
} keys[] = {
    {'*', false, " star "},       {'/', false, " slash "},     {'^', false, " caret "},
    {'_', false, " underscore "}, {'=', false, " equals "},    {'+', false, " plus "},
    {'<', false, " less than "},  {'>', false, " more than "}, {'(', false, " open "},
    {')', false, " close "},      {'[', false, " bracket "},   {']', false, " close bracket "},
    {'@', false, " at "},         {'~', false, " tilde "},     {',', true, "comma"},
    {'.', true, "full stop"},     {':', true, "colon"},        {'?', true, "question mark"},
};

static const char *find_key(char sign, bool alone) {
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        if (keys[i].sign == sign && (alone || !keys[i].alone))
            return keys[i].words;
    return NULL;
}

/* The sign before a number or a formula; in --plain a dash, in one-hot part of the word. */
static const char *say_dash(const char *typed, size_t at) {
    char before = at ? typed[at - 1] : ' ', after = typed[at + 1];
    if (before == '-' || after == '-')
        return " dash ";
    return isalpha((unsigned char)before) && isalpha((unsigned char)after) ? "-" : " minus ";
}

/* Adds the digits of an index one by one: w1_11 is no eleven. */
static size_t add_index(Buffer *words, const char *digits) {
    size_t count = strspn(digits, "0123456789");
    for (size_t i = 0; i < count; i++)
        buffer_format(words, "%s%c", i ? " " : "", digits[i]);
    return count;
}

/* Whether the d at `at` is that of a derivative, dE/dw5. */
static bool is_differential(const char *typed, size_t at) {
    size_t length = strspn(typed + at, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                       "0123456789_");
    bool begins = at == 0 || !(isalnum((unsigned char)typed[at - 1]) || typed[at - 1] == '_');
    bool above = str_starts(typed + at + length, "/d"), below = at && typed[at - 1] == '/';
    return typed[at] == 'd' && begins && length > 1 && (above || below);
}

char *spoken_typed(Arena *arena, const char *typed) {
    Buffer words = {.arena = arena};
    bool alone = strlen(typed) == 1;
    for (size_t i = 0; typed[i];) {
        const char *key = typed[i] == '-' ? say_dash(typed, i) : find_key(typed[i], alone);
        if (is_differential(typed, i))
            buffer_add(&words, "d ");
        else if (!key)
            buffer_add_n(&words, typed + i, 1);
        else if (words.length || *key != ' ')
            buffer_add(&words, key);
        else
            buffer_add(&words, key + 1);
        i++;
        if (typed[i - 1] == '_')
            i += add_index(&words, typed + i);
    }
    return spoken_letters(arena, buffer_text(&words), true);
}
