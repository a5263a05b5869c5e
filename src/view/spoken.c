#include "view/spoken.h"

#include <string.h>

#include "base/str.h"
#include "base/utf8.h"
#include "view/math.h"
#include "view/math_script.h"

static const struct {
    const char *sign, *words;
} glyphs[] = {
    {"∂", " d "}, /* apart: "dy" is read like "die" */
    {"−", " minus "},
    {"=", " equals "},
    {"+", " plus "},
    {"·", " times "},
    {MATH_TIMES, " times "},
    {"→", " to "},
    {"←", " becomes "},
    {"⊙", " times, entry by entry, "},
    {"×", " by "},
    {MATH_MATMUL, " times "},
    {"≈", " about "},
    {"≥", " at least "},
    {"≤", " at most "},
    {"≠", " is not "},
    {"∞", " infinity "},
    {"√", " the root of "},
    {"∑", " the sum of "},
    {"½", " one half "},
    {"¼", " one quarter "},
    {"′", " prime "},
    {"▶", "here"},
    {"✓", "seen"},
    {"○", "new"},
    {"•", " "},
    {"∇", " nabla "},
    {"\u00A0", " "},
};

static const char *find_words(const char *text, size_t bytes) {
    for (size_t i = 0; i < sizeof glyphs / sizeof *glyphs; i++)
        if (strlen(glyphs[i].sign) == bytes && memcmp(glyphs[i].sign, text, bytes) == 0)
            return glyphs[i].words;
    return NULL;
}

/* Adds the words for a run of raised characters: ², ᵀ, ⁻⁵, ⁽¹⁾. */
static void add_raised(Buffer *words, const char *plain) {
    if (str_equal(plain, "2"))
        buffer_add(words, " squared ");
    else if (str_equal(plain, "3"))
        buffer_add(words, " cubed ");
    else if (str_equal(plain, "T"))
        buffer_add(words, " transposed ");
    else if (*plain == '(')
        buffer_format(words, " upper %.*s ", (int)strcspn(plain + 1, ")"), plain + 1);
    else if (str_starts(plain, "−"))
        buffer_format(words, " to the power minus %s ", plain + strlen("−"));
    else
        buffer_format(words, " to the power %s ", plain);
}

/* Reads a run of raised characters at `text`; returns its bytes, 0 where none begins there. */
static size_t read_raised(const char *text, Buffer *plain) {
    size_t at = 0;
    for (;;) {
        size_t bytes = 0;
        const char *character = math_raised(text + at, &bytes);
        if (!character)
            return at;
        buffer_add(plain, character);
        at += bytes;
    }
}

/* A letter with an accent, "yhat", in two words. */
static void add_letter(Buffer *words, const char *name) {
    static const char *const accents[] = {"hat", "bar", "tilde"};
    size_t length = strlen(name);
    for (size_t i = 0; i < sizeof accents / sizeof *accents; i++) {
        size_t accent = strlen(accents[i]);
        if (length > accent && str_equal(name + length - accent, accents[i])) {
            buffer_format(words, "%.*s %s ", (int)(length - accent), name, accents[i]);
            return;
        }
    }
    bool word = length > 1 && ((*name >= 'a' && *name <= 'z') || (*name >= 'A' && *name <= 'Z'));
    buffer_format(words, !word ? "%s" : words->length ? " %s " : "%s ", name);
}

/* A letter of some language, as é or ß, and not a name with an accent, as ŷ, "y hat". */
static bool is_letter_of_prose(Arena *arena, uint32_t character, const char *text, size_t bytes) {
    enum { FIRST_LETTER = 0xC0, LAST_LETTER = 0x17F };
    const char *ascii = math_ascii(arena, arena_copy_n(arena, text, bytes));
    bool letter = character >= FIRST_LETTER && character <= LAST_LETTER;
    return letter && strlen(ascii) <= 2;
}

/* Adds the words for the power of ten of a number, as in 1.5e-7; returns its bytes, 0 where there
 * is none at `text`, whose character before is `before`. */
static size_t add_power_of_ten(Buffer *words, const char *text, char before) {
    static const char digits[] = "0123456789";
    if (*text != 'e' || !before || !strchr(digits, before))
        return 0;
    size_t sign = text[1] == '-' || text[1] == '+' ? 1 : 0;
    size_t count = strspn(text + 1 + sign, digits);
    if (count == 0)
        return 0;
    buffer_format(words, " times 10 to the power %s%.*s", text[1] == '-' ? "minus " : "",
                  (int)count, text + 1 + sign);
    return 1 + sign + count;
}

/* Adds the words for a derivative as it is typed, "dE/dw5"; returns its bytes, 0 where none begins
 * at `text`, whose character before is `before`. */
static size_t add_typed_derivative(Buffer *words, const char *text, char before) {
    static const char named[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_";
    const size_t of = strspn(text, named), at = of + strlen("/"),
                 wrt = text[of] == '/' ? strspn(text + at, named) : 0;
    if (of < 2 || wrt < 2 || *text != 'd' || text[at] != 'd' || (before && strchr(named, before)))
        return 0;
    buffer_format(words, "d %.*s by d %.*s", (int)of - 1, text + 1, (int)wrt - 1, text + at + 1);
    return at + wrt;
}

/* Adds what is said for the beginning of `text`, and returns its bytes. */
static size_t add_next(Buffer *words, const char *text, bool after_raised, bool *in_place) {
    Buffer raised = {.arena = words->arena};
    size_t bytes = read_raised(text, &raised);
    if (bytes) {
        add_raised(words, buffer_text(&raised));
        return bytes;
    }
    const char *lowered = math_lowered(text, &bytes);
    if (lowered) { /* "w5", but "p i": "pi" is a word of its own */
        bool digit = *lowered >= '0' && *lowered <= '9';
        buffer_format(words, digit ? "%s" : " %s ", lowered);
        return bytes;
    }
    uint32_t character = 0;
    bytes = utf8_decode(text, &character);
    bytes = bytes ? bytes : 1;
    const char *found = find_words(text, bytes);
    bool digit_next = text[1] >= '0' && text[1] <= '9';
    if (found && words->length == 0 && str_starts(text, "∂"))
        buffer_add(words, "d ");
    else if (found)
        buffer_add(words, found);
    else if (*text == '/' && str_starts(text + 1, "∂"))
        buffer_add(words, " by ");
    else if (*text == '[' && digit_next && words->length && *in_place == false &&
             (after_raised || words->text[words->length - 1] != ' ')) {
        buffer_add(words, " entry ");
        *in_place = true;
    } else if (*in_place && (*text == ']' || *text == ',')) {
        buffer_add(words, *text == ',' ? ", " : " ");
        *in_place = *text == ',';
    } else if (bytes == 1 || is_letter_of_prose(words->arena, character, text, bytes))
        buffer_add_n(words, text, bytes);
    else
        add_letter(words, math_ascii(words->arena, arena_copy_n(words->arena, text, bytes)));
    return bytes;
}

/* The words with one space where there were several, and none before a mark that ends something. */
static char *tidy(Arena *arena, const char *words) {
    Buffer text = {.arena = arena};
    for (size_t i = 0; words[i]; i++) {
        bool space = words[i] == ' ';
        char next = words[i + (size_t)1];
        bool closing = next && strchr(" ,.;:?!)", next) && !(next == '.' && words[i + 2] == '.');
        if (!space || !(closing || (i && words[i - 1] == '(')))
            buffer_add_n(&text, words + i, 1);
    }
    return arena_copy(arena, buffer_text(&text));
}

/* Whether the word at `words` is one of a list: "is to". */
static bool is_among(const char *words, size_t length, const char *list) {
    for (size_t bytes; *list; list += bytes + (list[bytes] == ' ')) {
        bytes = strcspn(list, " ");
        if (length && bytes == length && memcmp(list, words, length) == 0)
            return true;
    }
    return false;
}

/* Whether the letter at `at` is a name, and not the article, from the words beside it. */
static bool is_name(const char *words, size_t at) {
    size_t before = at ? at - 1 : 0, begin = before;
    while (begin && words[begin - 1] != ' ')
        begin--;
    const char *after = words + at + 2;
    return (before - begin == 1 && words[begin] == 'd') ||
           is_among(after, strspn(after, "abcdefghijklmnopqrstuvwxyz"),
                    "in is to and or of has by over equals becomes times reaches changes "
                    "grows falls stands squared");
}

char *spoken_letters(Arena *arena, const char *words, bool formula) {
    Buffer text = {.arena = arena};
    for (size_t i = 0; words[i]; i++) {
        buffer_add_n(&text, words + i, 1);
        const bool begins = i == 0 || strchr(" (", words[i - 1]);
        const char next = words[i + (size_t)1];
        if ((words[i] == 'a' || words[i] == 'A') && begins &&
            (formula ? !next || strchr(" ,)", next) : next == ' ' && is_name(words, i)))
            buffer_add(&text, "-");
    }
    return arena_copy(arena, buffer_text(&text));
}

char *spoken_text(Arena *arena, const char *text) {
    Buffer words = {.arena = arena};
    bool in_place = false, raised = false;
    char before = '\0';
    while (*text) {
        size_t raised_bytes = 0;
        bool is_raised = math_raised(text, &raised_bytes) != NULL;
        size_t bytes = add_power_of_ten(&words, text, before);
        bytes = bytes ? bytes : add_typed_derivative(&words, text, before);
        text += bytes ? bytes : add_next(&words, text, raised, &in_place);
        before = text[-1];
        raised = is_raised;
    }
    return spoken_letters(arena, tidy(arena, buffer_text(&words)), false);
}
