#include "view/math_script.h"

#include <string.h>

#include "base/str.h"
#include "base/utf8.h"

/* Unicode has only some characters above and below the line. */
static const struct {
    const char *plain, *below, *above;
} scripts[] = {
    {"0", "₀", "⁰"},  {"1", "₁", "¹"},  {"2", "₂", "²"},  {"3", "₃", "³"},  {"4", "₄", "⁴"},
    {"5", "₅", "⁵"},  {"6", "₆", "⁶"},  {"7", "₇", "⁷"},  {"8", "₈", "⁸"},  {"9", "₉", "⁹"},
    {"+", "₊", "⁺"},  {"−", "₋", "⁻"},  {"=", "₌", "⁼"},  {"(", "₍", "⁽"},  {")", "₎", "⁾"},
    {" ", "", ""},    {",", ",", ","},  {"a", "ₐ", "ᵃ"},  {"b", NULL, "ᵇ"}, {"c", NULL, "ᶜ"},
    {"d", NULL, "ᵈ"}, {"e", "ₑ", "ᵉ"},  {"f", NULL, "ᶠ"}, {"g", NULL, "ᵍ"}, {"h", "ₕ", "ʰ"},
    {"i", "ᵢ", "ⁱ"},  {"j", "ⱼ", "ʲ"},  {"k", "ₖ", "ᵏ"},  {"l", "ₗ", "ˡ"},  {"m", "ₘ", "ᵐ"},
    {"n", "ₙ", "ⁿ"},  {"o", "ₒ", "ᵒ"},  {"p", "ₚ", "ᵖ"},  {"r", "ᵣ", "ʳ"},  {"s", "ₛ", "ˢ"},
    {"t", "ₜ", "ᵗ"},  {"u", "ᵤ", "ᵘ"},  {"v", "ᵥ", "ᵛ"},  {"w", NULL, "ʷ"}, {"x", "ₓ", "ˣ"},
    {"y", NULL, "ʸ"}, {"z", NULL, "ᶻ"}, {"T", NULL, "ᵀ"}, {"β", "ᵦ", "ᵝ"},  {"γ", "ᵧ", "ᵞ"},
    {"′", NULL, "′"},
};

static const char *find_script(const char *text, size_t bytes, bool above) {
    for (size_t i = 0; i < sizeof scripts / sizeof *scripts; i++)
        if (str_equal_n(scripts[i].plain, text, bytes))
            return above ? scripts[i].above : scripts[i].below;
    return NULL;
}

static const char *find_plain(const char *text, size_t *bytes, bool above) {
    for (size_t i = 0; i < sizeof scripts / sizeof *scripts; i++) {
        const char *script = above ? scripts[i].above : scripts[i].below;
        size_t length = script ? strlen(script) : 0;
        bool moved = length > 1 && !str_equal(script, scripts[i].plain);
        if (!moved || strncmp(text, script, length) != 0)
            continue;
        *bytes = length;
        return scripts[i].plain;
    }
    return NULL;
}

const char *math_raised(const char *text, size_t *bytes) {
    return find_plain(text, bytes, true);
}

const char *math_lowered(const char *text, size_t *bytes) {
    return find_plain(text, bytes, false);
}

/* Adds the text of a formula that is nothing but texts, rows and parentheses. */
static bool add_plain(Buffer *plain, const Math *math) {
    bool round = math->kind == MATH_FENCE && str_equal(math->text, "(");
    if (math->kind == MATH_TEXT)
        buffer_add(plain, math->text);
    else if (math->kind != MATH_ROW && !round)
        return false;
    buffer_add(plain, round ? "(" : "");
    for (size_t i = 0; i < math->count; i++)
        if (!add_plain(plain, math->parts[i]))
            return false;
    buffer_add(plain, round ? ")" : "");
    return true;
}

static const char *in_unicode(Arena *arena, const char *plain, bool above) {
    Buffer script = {.arena = arena};
    while (*plain) {
        uint32_t character;
        size_t bytes = utf8_decode(plain, &character);
        const char *found = bytes ? find_script(plain, bytes, above) : NULL;
        if (!found)
            return NULL;
        buffer_add(&script, found);
        plain += bytes;
    }
    return buffer_text(&script);
}

static bool is_digits(const char *text) {
    return *text && strspn(text, "0123456789") == strlen(text);
}

static bool is_word(const char *text) {
    return strpbrk(text, " ,()+-*/=.^_'") == NULL;
}

/* "1,2" as "1_2", the way such names are typed. */
static const char *join_indices(Arena *arena, const char *script) {
    char *joined = arena_copy(arena, script);
    for (char *at = joined; *at; at++)
        *at = *at == ',' ? '_' : *at;
    return joined;
}

/* w5 where no other digit stands before it, else w_5, w_1_2 and w_in. */
static const char *below_in_ascii(Arena *arena, const Math *base, const char *script) {
    if (strspn(script, "0123456789,") == strlen(script) && !is_digits(script))
        return arena_format(arena, "_%s", join_indices(arena, script));
    if (!is_word(script))
        return NULL;
    bool after_text = base->kind == MATH_TEXT && *base->text;
    bool after_digit = after_text && strchr("0123456789", base->text[strlen(base->text) - 1]);
    bool joined = is_digits(script) && after_text && !after_digit;
    return joined ? script : arena_format(arena, "_%s", script);
}

static const char *above_in_ascii(Arena *arena, const char *script) {
    bool negative = *script == '-' && is_digits(script + 1);
    bool in_parentheses = *script == '(' && strcspn(script, ")") == strlen(script) - 1 &&
                          strcspn(script + 1, "(") == strlen(script) - 1;
    if (str_equal(script, "'"))
        return script;
    return negative || is_word(script) || in_parentheses ? arena_format(arena, "^%s", script)
                                                         : NULL;
}

/* Whether the script is the place of an entry, [2,1]. */
static bool is_place(const Math *script) {
    return script->kind == MATH_FENCE && str_equal(script->text, "[") &&
           script->parts[0]->kind == MATH_TEXT;
}

const char *math_script(Arena *arena, const Math *scripted, bool ascii) {
    Buffer plain = {.arena = arena};
    if (scripted->kind == MATH_SUBSCRIPT && is_place(scripted->parts[1]))
        return arena_format(arena, "[%s]", scripted->parts[1]->parts[0]->text);
    if (!add_plain(&plain, scripted->parts[1]) || !plain.length)
        return NULL;
    bool above = scripted->kind == MATH_SUPERSCRIPT;
    if (!ascii)
        return in_unicode(arena, plain.text, above);
    const char *script = math_ascii(arena, plain.text);
    return above ? above_in_ascii(arena, script)
                 : below_in_ascii(arena, scripted->parts[0], script);
}

const char *math_script_under(Arena *arena, const Math *subscript, bool ascii) {
    const char *script = math_script(arena, subscript, ascii);
    bool joined = ascii && script && is_digits(script) && strlen(script) > 1;
    return joined ? arena_format(arena, "_%s", script) : script;
}
