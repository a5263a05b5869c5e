#include "view/spoken.h"

#include <string.h>

#include "base/str.h"
#include "base/utf8.h"
#include "view/math.h"
#include "view/math_script.h"

static const struct {
    const char *sign, *words;
} glyphs[] = {
    {"∂", "d"},
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
    buffer_format(words, word ? " %s " : "%s", name);
}

/* Adds what is said for the beginning of `text`, and returns its bytes. */
static size_t add_next(Buffer *words, const char *text, bool after_raised, bool *in_place) {
    Buffer raised = {.arena = words->arena};
    size_t bytes = read_raised(text, &raised);
    if (bytes) {
        add_raised(words, buffer_text(&raised));
        return bytes;
    }
    uint32_t character = 0;
    bytes = utf8_decode(text, &character);
    bytes = bytes ? bytes : 1;
    const char *found = find_words(text, bytes);
    bool digit_next = text[1] >= '0' && text[1] <= '9';
    if (found)
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
    } else if (bytes == 1)
        buffer_add_n(words, text, 1);
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

char *spoken_text(Arena *arena, const char *text) {
    Buffer words = {.arena = arena};
    bool in_place = false, raised = false;
    while (*text) {
        size_t raised_bytes = 0;
        bool is_raised = math_raised(text, &raised_bytes) != NULL;
        text += add_next(&words, text, raised, &in_place);
        raised = is_raised;
    }
    return tidy(arena, buffer_text(&words));
}
