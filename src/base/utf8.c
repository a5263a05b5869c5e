#include "base/utf8.h"

#include <wchar.h>

#include "base/str.h"

size_t utf8_decode(const char *text, uint32_t *character) {
    const unsigned char *bytes = (const unsigned char *)text;
    static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    size_t length = bytes[0] < 0x80             ? 1
                    : (bytes[0] & 0xE0) == 0xC0 ? 2
                    : (bytes[0] & 0xF0) == 0xE0 ? 3
                    : (bytes[0] & 0xF8) == 0xF0 ? 4
                                                : 0;
    if (length == 0)
        return 0;
    uint32_t value = length == 1 ? bytes[0] : bytes[0] & (0xFFu >> (length + 1));
    for (size_t i = 1; i < length; i++) {
        if ((bytes[i] & 0xC0) != 0x80) /* stops at the final NUL, too */
            return 0;
        value = value << 6 | (bytes[i] & 0x3Fu);
    }
    bool surrogate = value >= 0xD800 && value <= 0xDFFF;
    if (value < least[length] || surrogate || value > 0x10FFFF)
        return 0;
    *character = value;
    return length;
}

size_t utf8_encode(uint32_t character, char bytes[4]) {
    if (character < 0x80) {
        bytes[0] = (char)character;
        return 1;
    }
    size_t length = character < 0x800 ? 2 : character < 0x10000 ? 3 : 4;
    for (size_t i = length - 1; i > 0; i--) {
        bytes[i] = (char)(0x80 | (character & 0x3F));
        character >>= 6;
    }
    bytes[0] = (char)((0xF00u >> length & 0xF0) | character);
    return length;
}

int utf8_character_width(uint32_t character) {
    if (character < 0x7F)
        return 1;
    /* Letters, signs and box drawing that backstep itself writes: one column in every locale. */
    bool ours = (character >= 0xA1 && character < 0x300) ||
                (character >= 0x370 && character < 0x483) ||
                (character >= 0x2010 && character < 0x2028) ||
                (character >= 0x2030 && character < 0x205F) ||
                (character >= 0x2070 && character < 0x20D0) ||
                (character >= 0x2190 && character < 0x231A) ||
                (character >= 0x239B && character < 0x23B4) ||
                (character >= 0x2500 && character < 0x25FD) ||
                (character >= 0x2800 && character < 0x2900) || character == 0xFFFD;
    if (ours)
        return 1;
    int width = wcwidth((wchar_t)character);
    return width < 0 ? 1 : width;
}

int utf8_width(const char *text) {
    int width = 0;
    while (*text) {
        if ((unsigned char)*text < 0x80) { /* as most are */
            width++, text++;
            continue;
        }
        uint32_t character;
        size_t length = utf8_decode(text, &character);
        width += length ? utf8_character_width(character) : 1;
        text += length ? length : 1;
    }
    return width;
}

size_t utf8_prefix(const char *text, int columns) {
    size_t bytes = 0;
    while (text[bytes]) {
        uint32_t character;
        size_t length = utf8_decode(text + bytes, &character);
        columns -= length ? utf8_character_width(character) : 1;
        if (columns < 0)
            break;
        bytes += length ? length : 1;
    }
    return bytes;
}

const char *utf8_shorten(Arena *arena, const char *text, int columns, const char *mark) {
    int width = utf8_width(text), room = columns - utf8_width(mark);
    if (width <= columns)
        return text;
    size_t begin = utf8_prefix(text, room > 0 ? (room + 1) / 2 : 0);
    const char *end = text + begin;
    for (int left = utf8_width(end); *end && left > room / 2; left = utf8_width(end)) {
        uint32_t character;
        size_t bytes = utf8_decode(end, &character);
        end += bytes ? bytes : 1;
    }
    return arena_format(arena, "%.*s%s%s", (int)begin, text, mark, end);
}

bool utf8_is_safe(uint32_t character) {
    if ((character >= ' ' && character < 0x7F) || character == '\n' || character == '\t')
        return true;
    if (character < 0x20 || (character >= 0x7F && character < 0xA0))
        return false;
    static const uint32_t invisible[][2] = {
        {0xAD, 0xAD},       {0x34F, 0x34F},      {0x61C, 0x61C},   {0x115F, 0x1160},
        {0x17B4, 0x17B5},   {0x180B, 0x180F},    {0x200B, 0x200F}, {0x2028, 0x202E},
        {0x2060, 0x206F},   {0x3164, 0x3164},    {0xFE00, 0xFE0F}, {0xFEFF, 0xFEFF},
        {0xFFA0, 0xFFA0},   {0xFFF0, 0xFFFB},    {0xE000, 0xF8FF}, {0x1D173, 0x1D17A},
        {0xE0000, 0xE0FFF}, {0xF0000, 0x10FFFF},
    };
    for (size_t i = 0; i < sizeof invisible / sizeof *invisible; i++)
        if (character >= invisible[i][0] && character <= invisible[i][1])
            return false;
    return (character & 0xFFFE) != 0xFFFE;
}

static bool is_combining(uint32_t character) {
    return character >= 0x300 && utf8_character_width(character) == 0;
}

static void add_unsafe(Buffer *buffer, uint32_t character) {
    if (character < 0x20)
        buffer_format(buffer, "^%c", (char)(character + '@'));
    else
        buffer_add(buffer, "\uFFFD");
}

/* The bytes at the beginning of `text` that are ASCII, and safe. */
static size_t plain_bytes(const char *text, size_t length) {
    size_t plain = 0;
    while (plain < length && ((text[plain] >= ' ' && text[plain] < 0x7F) || text[plain] == '\n' ||
                              text[plain] == '\t'))
        plain++;
    return plain;
}

char *utf8_sanitise(Arena *arena, const char *text, size_t length) {
    if (plain_bytes(text, length) == length)
        return arena_copy_n(arena, text, length);
    Arena scratch = {.recovery = arena->recovery};
    char *ended = arena_copy_n(&scratch, text, length); /* so that decoding stops at the end */
    Buffer safe = {.arena = &scratch};
    size_t marks = 0;
    for (size_t i = 0; i < length;) {
        uint32_t character = 0;
        size_t plain = plain_bytes(ended + i, length - i);
        if (plain) {
            buffer_add_n(&safe, ended + i, plain);
            i += plain;
            marks = 0;
            continue;
        }
        size_t bytes = utf8_decode(ended + i, &character);
        if (bytes == 0) {
            buffer_add(&safe, "\uFFFD");
            i++;
            continue;
        }
        if (character == '\r') {
            if (ended[i + 1] != '\n')
                buffer_add(&safe, "\n");
        } else if (!utf8_is_safe(character)) {
            add_unsafe(&safe, character);
        } else {
            marks = is_combining(character) ? marks + 1 : 0;
            if (marks <= 2)
                buffer_add_n(&safe, ended + i, bytes);
        }
        i += bytes;
    }
    char *copy = arena_copy(arena, buffer_text(&safe));
    arena_clear(&scratch);
    return copy;
}

/* The nearest ASCII for what lessons and formulas are made of. */
static const struct {
    const char *character, *ascii;
} spellings[] = {
    {"α", "alpha"},   {"β", "beta"},  {"γ", "gamma"}, {"δ", "delta"},    {"ε", "epsilon"},
    {"ζ", "zeta"},    {"η", "eta"},   {"θ", "theta"}, {"ι", "iota"},     {"κ", "kappa"},
    {"λ", "lambda"},  {"μ", "mu"},    {"ν", "nu"},    {"ξ", "xi"},       {"ο", "omicron"},
    {"π", "pi"},      {"ρ", "rho"},   {"σ", "sigma"}, {"ς", "sigma"},    {"τ", "tau"},
    {"υ", "upsilon"}, {"φ", "phi"},   {"χ", "chi"},   {"ψ", "psi"},      {"ω", "omega"},
    {"Γ", "Gamma"},   {"Δ", "Delta"}, {"Θ", "Theta"}, {"Λ", "Lambda"},   {"Ξ", "Xi"},
    {"Π", "Pi"},      {"Σ", "Sigma"}, {"Φ", "Phi"},   {"Ψ", "Psi"},      {"Ω", "Omega"},
    {"∂", "d"},       {"∇", "grad"},  {"·", "*"},     {"×", "x"},        {"−", "-"},
    {"÷", "/"},       {"≈", "~"},     {"≠", "!="},    {"≤", "<="},       {"≥", ">="},
    {"→", "->"},      {"←", "<-"},    {"↔", "<->"},   {"⇒", "=>"},       {"√", "sqrt"},
    {"↑", "^"},       {"↓", "v"},     {"∞", "inf"},   {"½", "1/2"},      {"¼", "1/4"},
    {"′", "'"},       {"…", "..."},   {"–", "-"},     {"—", "-"},        {"‘", "'"},
    {"’", "'"},       {"“", "\""},    {"”", "\""},    {"•", "*"},        {"\u00A0", " "},
    {"é", "e"},       {"è", "e"},     {"ê", "e"},     {"á", "a"},        {"à", "a"},
    {"ä", "ae"},      {"ö", "oe"},    {"ü", "ue"},    {"ß", "ss"},       {"ç", "c"},
    {"ñ", "n"},       {"ŷ", "yhat"},  {"⊙", "*"},     {"─", "-"},        {"│", "|"},
    {"●", "o"},       {"○", "o"},     {"▶", ">"},     {"◀", "<"},        {"━", "="},
    {"┈", "."},       {"╲", "\\"},    {"╱", "/"},     {"°", " degrees"}, {"✓", "v"},
    {"ᵢ", "_i"},      {"ⱼ", "_j"},    {"ₖ", "_k"},    {"ₘ", "_m"},       {"ₙ", "_n"},
    {"ₜ", "_t"},      {"ₓ", "_x"},    {"Ä", "Ae"},    {"Ö", "Oe"},       {"Ü", "Ue"},
    {"É", "E"},       {"í", "i"},     {"ó", "o"},     {"ú", "u"},        {"â", "a"},
    {"î", "i"},       {"ô", "o"},     {"û", "u"},     {"ë", "e"},        {"ï", "i"},
    {"å", "a"},       {"ø", "o"},     {"æ", "ae"},    {"„", "\""},       {"«", "\""},
    {"»", "\""},      {"∈", " in "},  {"⇐", "<="},    {"ℝ", "R"},        {"¾", "3/4"},
    {"¿", "?"},       {"¡", "!"},
};

/* Raised characters, of which several together are one power: 10⁻⁸ is 10^-8. */
static const struct {
    const char *character, *ascii;
} raised[] = {
    {"⁰", "0"}, {"¹", "1"}, {"²", "2"}, {"³", "3"}, {"⁴", "4"}, {"⁵", "5"}, {"⁶", "6"}, {"⁷", "7"},
    {"⁸", "8"}, {"⁹", "9"}, {"⁻", "-"}, {"⁺", "+"}, {"⁽", "("}, {"⁾", ")"}, {"ⁿ", "n"}, {"ᵀ", "T"},
};

static const char *raised_of(const char *text, size_t bytes) {
    for (size_t i = 0; i < sizeof raised / sizeof *raised; i++)
        if (str_equal_n(raised[i].character, text, bytes))
            return raised[i].ascii;
    return NULL;
}

static const char *ascii_of(const char *text, size_t bytes) {
    for (size_t i = 0; i < sizeof spellings / sizeof *spellings; i++)
        if (str_equal_n(spellings[i].character, text, bytes))
            return spellings[i].ascii;
    return NULL;
}

char *utf8_to_ascii(Arena *arena, const char *text) {
    static const char *subscripts[] = {"0", "1", "2", "3", "4", "5", "6", "7", "8", "9"};
    Buffer ascii = {.arena = arena};
    bool up = false; /* the character before was raised */
    while (*text) {
        uint32_t character = 0xFFFD;
        size_t bytes = utf8_decode(text, &character);
        const char *power = bytes > 1 ? raised_of(text, bytes) : NULL;
        if (power)
            buffer_format(&ascii, "%s%s", up ? "" : "^", power);
        else if (bytes == 1)
            buffer_add_n(&ascii, text, 1);
        else if (character >= 0x2080 && character <= 0x2089)
            buffer_add(&ascii, subscripts[character - 0x2080]);
        else if (bytes && ascii_of(text, bytes))
            buffer_add(&ascii, ascii_of(text, bytes));
        else if (!is_combining(character))
            buffer_add(&ascii, "?");
        up = power != NULL;
        text += bytes ? bytes : 1;
    }
    return arena_copy(arena, buffer_text(&ascii));
}
