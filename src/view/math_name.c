/* How names are spelled: by rule from the name itself, or in the small subset of TeX after `as`. */
#include <string.h>

#include "base/limits.h"
#include "base/str.h"
#include "base/utf8.h"
#include "view/math.h"

static const struct {
    const char *name, *letter;
} greek[] = {
    {"alpha", "α"},  {"beta", "β"},  {"gamma", "γ"},  {"delta", "δ"}, {"epsilon", "ε"},
    {"zeta", "ζ"},   {"eta", "η"},   {"theta", "θ"},  {"iota", "ι"},  {"kappa", "κ"},
    {"lambda", "λ"}, {"mu", "μ"},    {"nu", "ν"},     {"xi", "ξ"},    {"omicron", "ο"},
    {"pi", "π"},     {"rho", "ρ"},   {"sigma", "σ"},  {"tau", "τ"},   {"upsilon", "υ"},
    {"phi", "φ"},    {"chi", "χ"},   {"psi", "ψ"},    {"omega", "ω"}, {"Gamma", "Γ"},
    {"Delta", "Δ"},  {"Theta", "Θ"}, {"Lambda", "Λ"}, {"Xi", "Ξ"},    {"Pi", "Π"},
    {"Sigma", "Σ"},  {"Phi", "Φ"},   {"Psi", "Ψ"},    {"Omega", "Ω"},
};

static const struct {
    const char *name, *mark;
} accents[] = {{"hat", "\u0302"}, {"bar", "\u0304"}, {"tilde", "\u0303"}};

/* Letters that exist with their accent: terminals draw these better than combining marks. */
static const struct {
    const char *letter, *accent, *character;
} accented[] = {
    {"a", "hat", "â"},   {"c", "hat", "ĉ"},   {"e", "hat", "ê"},   {"g", "hat", "ĝ"},
    {"h", "hat", "ĥ"},   {"i", "hat", "î"},   {"j", "hat", "ĵ"},   {"o", "hat", "ô"},
    {"s", "hat", "ŝ"},   {"u", "hat", "û"},   {"w", "hat", "ŵ"},   {"y", "hat", "ŷ"},
    {"z", "hat", "ẑ"},   {"Y", "hat", "Ŷ"},   {"W", "hat", "Ŵ"},   {"a", "bar", "ā"},
    {"e", "bar", "ē"},   {"g", "bar", "ḡ"},   {"i", "bar", "ī"},   {"o", "bar", "ō"},
    {"u", "bar", "ū"},   {"y", "bar", "ȳ"},   {"a", "tilde", "ã"}, {"e", "tilde", "ẽ"},
    {"i", "tilde", "ĩ"}, {"n", "tilde", "ñ"}, {"o", "tilde", "õ"}, {"u", "tilde", "ũ"},
    {"v", "tilde", "ṽ"}, {"y", "tilde", "ỹ"},
};

#define COUNT(array) (sizeof(array) / sizeof *(array))

/* The mathematical signs that utf8_to_ascii has no use for. */
static const struct {
    const char *sign, *ascii;
} signs[] = {
    {MATH_TIMES, "*"}, {MATH_MATMUL, " @ "}, {MATH_MATMUL_DOT, " @ "}, {"∑", "sum"}, {"⋯", "..."},
    {"⋮", ":"},        {"⋱", "..."},
};

static const char *special_ascii(const char *text, size_t bytes) {
    for (size_t i = 0; i < COUNT(signs); i++)
        if (str_equal_n(signs[i].sign, text, bytes))
            return signs[i].ascii;
    for (size_t i = 0; i < COUNT(accents); i++)
        if (str_equal_n(accents[i].mark, text, bytes))
            return accents[i].name;
    return NULL;
}

static void add_ascii(Buffer *ascii, const char *text, size_t bytes) {
    const char *special = special_ascii(text, bytes);
    if (special) {
        buffer_add(ascii, special);
        return;
    }
    for (size_t i = 0; i < COUNT(accented); i++) {
        if (strlen(accented[i].character) != bytes ||
            memcmp(accented[i].character, text, bytes) != 0)
            continue;
        buffer_add(ascii, accented[i].letter);
        buffer_add(ascii, accented[i].accent);
        return;
    }
    buffer_add(ascii, utf8_to_ascii(ascii->arena, arena_copy_n(ascii->arena, text, bytes)));
}

char *math_ascii(Arena *arena, const char *text) {
    Buffer ascii = {.arena = arena};
    while (*text) {
        uint32_t character;
        size_t bytes = utf8_decode(text, &character);
        bytes = bytes ? bytes : 1;
        add_ascii(&ascii, text, bytes);
        text += bytes;
    }
    return arena_copy(arena, buffer_text(&ascii));
}

const char *math_shown(Arena *arena, const char *text, bool ascii) {
    if (ascii)
        return math_ascii(arena, text);
    bool silent = str_equal(text, MATH_TIMES) || str_equal(text, MATH_MATMUL);
    return silent ? "" : str_equal(text, MATH_MATMUL_DOT) ? " · " : text;
}

static bool is_letter(char character) {
    return (character >= 'a' && character <= 'z') || (character >= 'A' && character <= 'Z');
}

static bool is_digit(char character) {
    return character >= '0' && character <= '9';
}

static const char *find_greek(const char *text, size_t length) {
    for (size_t i = 0; i < COUNT(greek); i++)
        if (str_equal_n(greek[i].name, text, length))
            return greek[i].letter;
    return NULL;
}

/* A letter, Greek by its name or itself, as one character; NULL where it is a longer word. */
static const char *find_letter(Arena *arena, const char *text, size_t length) {
    const char *letter = find_greek(text, length);
    if (letter)
        return letter;
    uint32_t character;
    bool single = length > 0 && utf8_decode(text, &character) == length;
    return single ? arena_copy_n(arena, text, length) : NULL;
}

static const char *put_accent(Arena *arena, const char *letter, size_t accent) {
    for (size_t i = 0; i < COUNT(accented); i++)
        if (str_equal(accented[i].letter, letter) &&
            str_equal(accented[i].accent, accents[accent].name))
            return accented[i].character;
    return arena_format(arena, "%s%s", letter, accents[accent].mark);
}

/* The letter that `length` bytes of a name stand for, with its accent; NULL for a word. */
static const char *find_base(Arena *arena, const char *name, size_t length) {
    const char *letter = find_letter(arena, name, length);
    for (size_t i = 0; !letter && i < COUNT(accents); i++) {
        size_t accent = strlen(accents[i].name);
        if (length <= accent || memcmp(name + length - accent, accents[i].name, accent) != 0)
            continue;
        const char *below = find_letter(arena, name, length - accent);
        letter = below ? put_accent(arena, below, i) : NULL;
    }
    return letter;
}

/* "_1_2" as "1,2"; NULL where a part is empty, or a word and `digits_only` is set. */
static const char *read_tail(Arena *arena, const char *tail, bool digits_only) {
    Buffer script = {.arena = arena};
    while (*tail) {
        if (*tail == '_')
            tail++;
        size_t length = strcspn(tail, "_");
        if (length == 0 || (digits_only && strspn(tail, "0123456789") != length))
            return NULL;
        buffer_add(&script, script.length ? "," : "");
        buffer_add_n(&script, tail, length);
        tail += length;
    }
    return buffer_text(&script);
}

static Math *name_by_rule(Arena *arena, const char *name) {
    size_t head = strcspn(name, "_"), base = head;
    while (base > 0 && is_digit(name[base - 1]))
        base--;
    if (base == 0)
        return math_text(arena, name);
    const char *letter = find_base(arena, name, base);
    const char *script = read_tail(arena, name + base, letter == NULL);
    if (!script)
        return math_text(arena, name);
    Math *math = math_text(arena, letter ? letter : arena_copy_n(arena, name, base));
    return *script ? math_subscript(arena, math, math_text(arena, script)) : math;
}

/* Reads a spelling. Without an arena it only checks. */
typedef struct Speller {
    Arena *arena;
    const char *text;
    size_t at;
    bool wrong;
} Speller;

static Math *spell_row(Speller *speller, int depth, bool braced);

static Math *fail(Speller *speller) {
    speller->wrong = true;
    return NULL;
}

static Math *spelled(Speller *speller, const char *text, size_t length) {
    speller->at += length;
    if (!speller->arena)
        return NULL;
    return math_text(speller->arena, arena_copy_n(speller->arena, text, length));
}

/* After \hat, \bar or \tilde: one letter, in braces or not. */
static Math *spell_accent(Speller *speller, size_t accent) {
    const char *text = speller->text + speller->at;
    bool braced = *text == '{';
    text += braced;
    size_t length = 1;
    const char *letter = NULL;
    if (*text == '\\') {
        length = 1 + strspn(text + 1, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ");
        letter = find_greek(text + 1, length - 1);
        if (!letter)
            return fail(speller);
    } else if (!is_letter(*text)) {
        return fail(speller);
    }
    if (braced && text[length] != '}')
        return fail(speller);
    speller->at += length + (braced ? 2 : 0);
    if (!speller->arena)
        return NULL;
    letter = letter ? letter : arena_copy_n(speller->arena, text, 1);
    return math_text(speller->arena, put_accent(speller->arena, letter, accent));
}

static Math *spell_command(Speller *speller) {
    const char *text = speller->text + speller->at + 1;
    size_t length = strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ");
    const char *letter = find_greek(text, length);
    if (letter) {
        speller->at += 1 + length;
        return speller->arena ? math_text(speller->arena, letter) : NULL;
    }
    for (size_t i = 0; i < COUNT(accents); i++) {
        if (str_equal_n(accents[i].name, text, length)) {
            speller->at += 1 + length;
            speller->at += strspn(speller->text + speller->at, " ");
            return spell_accent(speller, i);
        }
    }
    return fail(speller);
}

static Math *spell_atom(Speller *speller, int depth) {
    const char *text = speller->text + speller->at;
    if (*text == '\\')
        return spell_command(speller);
    if (*text == '{') {
        speller->at++;
        return spell_row(speller, depth + 1, true);
    }
    if (*text == '\'') {
        spelled(speller, text, 1);
        return speller->arena ? math_text(speller->arena, "′") : NULL;
    }
    if (is_letter(*text) || is_digit(*text) || (*text && strchr("(),", *text)))
        return spelled(speller, text, 1);
    uint32_t character = 0;
    size_t bytes = *text ? utf8_decode(text, &character) : 0;
    bool foreign = (character >= 0xC0 && character < 0x250) || /* Latin and Greek letters */
                   (character >= 0x391 && character < 0x3CA);
    return foreign && character != 0xD7 && character != 0xF7 ? spelled(speller, text, bytes)
                                                             : fail(speller);
}

/* An atom with what is below and above it; each at most once. */
static Math *spell_item(Speller *speller, int depth) {
    Math *base = spell_atom(speller, depth), *scripts[2] = {NULL, NULL};
    bool given[2] = {false, false};
    while (!speller->wrong && strchr("_^", speller->text[speller->at]) &&
           speller->text[speller->at]) {
        size_t above = speller->text[speller->at] == '^';
        if (given[above])
            return fail(speller);
        given[above] = true;
        speller->at++;
        scripts[above] = spell_atom(speller, depth);
    }
    if (!speller->arena || speller->wrong)
        return NULL;
    if (given[0])
        base = math_subscript(speller->arena, base, scripts[0]);
    return given[1] ? math_superscript(speller->arena, base, scripts[1]) : base;
}

static void add_item(Speller *speller, Math *row, Math *item) {
    if (!row || speller->wrong)
        return;
    Math *last = row->count ? row->parts[row->count - 1] : NULL;
    if (last && last->kind == MATH_TEXT && item->kind == MATH_TEXT)
        last->text = arena_format(speller->arena, "%s%s", last->text, item->text);
    else
        math_add(speller->arena, row, item);
}

static Math *spell_row(Speller *speller, int depth, bool braced) {
    if (depth > LIMIT_NESTING)
        return fail(speller);
    Math *row = speller->arena ? math_row(speller->arena, 0) : NULL;
    size_t begin = speller->at;
    char end = braced ? '}' : '\0';
    while (!speller->wrong && speller->text[speller->at] != end)
        add_item(speller, row, spell_item(speller, depth));
    if (!speller->wrong && speller->at == begin)
        return fail(speller); /* nothing in it */
    if (!speller->wrong && braced)
        speller->at++;
    return row && row->count == 1 ? row->parts[0] : row;
}

bool math_spelling_ok(const char *spelling, size_t *wrong_at) {
    Speller speller = {.text = spelling};
    spell_row(&speller, 0, false);
    if (wrong_at)
        *wrong_at = speller.at;
    return !speller.wrong;
}

Math *math_name(Arena *arena, const char *name, const char *spelling) {
    if (spelling && math_spelling_ok(spelling, NULL)) {
        Speller speller = {.arena = arena, .text = spelling};
        return spell_row(&speller, 0, false);
    }
    return name_by_rule(arena, name);
}

Math *math_symbol(Arena *arena, const Symbol *symbol) {
    return math_name(arena, symbol->name, symbol->spelling);
}

bool math_is_word(const Math *math) {
    while (math->kind == MATH_SUPERSCRIPT || math->kind == MATH_SUBSCRIPT)
        math = math->parts[0];
    return math->kind == MATH_ROW || (math->kind == MATH_TEXT && utf8_width(math->text) > 1);
}
