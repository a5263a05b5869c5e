#include "view/spoken.h"

#include <string.h>

#include "base/str.h"
#include "base/utf8.h"
#include "view/math.h"
#include "view/math_script.h"

static const char digits[] = "0123456789";
static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
static const char named[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_";

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
    {"±", " plus or minus "},
    {"*", " times "},
    {"<", " less than "},
    {">", " more than "},
    {"->", " to "},
    {"<=", " at most "},
    {">=", " at least "},
    {"`", ""},
    {"_", " "},
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
    {"ξ", " ksi "}, /* "xi" is read as the Roman number */
    {"∇", " nabla "},
    {"\u00A0", " "},
};

static const char *find_words(const char *text, size_t bytes) {
    for (size_t i = 0; i < sizeof glyphs / sizeof *glyphs; i++)
        if (str_equal_n(glyphs[i].sign, text, bytes))
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

/* Adds a character for which there are no words. A letter of some language, as é or ß, stays, and
 * so does what a speech program may know, as €; a name with an accent, as ŷ, is "y hat". */
static void add_character(Buffer *words, const char *text, uint32_t character, size_t bytes) {
    enum { FIRST_LETTER = 0xC0, LAST_LETTER = 0x17F };
    const char *ascii = math_ascii(words->arena, arena_copy_n(words->arena, text, bytes));
    bool letter = character >= FIRST_LETTER && character <= LAST_LETTER && strlen(ascii) <= 2;
    if (bytes == 1 || letter || str_equal(ascii, "?"))
        buffer_add_n(words, text, bytes);
    else
        add_letter(words, ascii);
}

/* Adds the words for the power of ten of a number, as in 1.5e-7; returns its bytes, 0 where there
 * is none at `text`, whose character before is `before`. */
static size_t add_power_of_ten(Buffer *words, const char *text, char before) {
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

/* Words of formulas that are read as others: "sin" as in a sin, "tanh" as "tan". */
static const struct {
    const char *name, *words;
} misread[] = {{"sin", "sine"},       {"cos", "cosine"},       {"tanh", "tan h"},
               {"rowsum", "row sum"}, {"rowmean", "row mean"}, {"onehot", "one hot"}};

/* Adds a word that would be misread; returns its bytes, 0 where `text`, whose character before is
 * `before`, begins with no such word. */
static size_t add_misread(Buffer *words, const char *text, char before) {
    size_t bytes = before && strchr(named, before) ? 0 : strspn(text, named);
    for (size_t i = 0; i < sizeof misread / sizeof *misread; i++)
        if (str_equal_n(misread[i].name, text, bytes)) {
            buffer_add(words, misread[i].words);
            return bytes;
        }
    bool indexed = bytes > 2 && strchr(letters, *text) && strspn(text + 1, digits) == bytes - 1;
    for (size_t i = 0; i < bytes && indexed; i++) /* O11 is no eleven */
        buffer_format(words, "%s%c", i ? " " : "", text[i]);
    return indexed ? bytes : 0;
}

/* Whether the hyphen at `text` is a sign: -2 and 1-y1, and not cross-entropy or 2-layer. `all` is
 * the text up to it. */
static bool is_minus(const char *all, const char *text) {
    bool begins = text == all || strchr(" (=[", text[-1]);
    bool number = !begins && strchr(digits, text[-1]);
    size_t word = strspn(text + 1, letters);
    return text[1] && strchr(named, text[1]) && (begins || (number && word == 1));
}

/* Adds the word for a stroke: over in a formula, per between units; where it stands between words,
 * as in and/or, it stays. `all` is the text up to the stroke at `text`. */
static void add_stroke(Buffer *words, const char *all, const char *text) {
    size_t length = 0, before = (size_t)(text - all), after = strspn(text + 1, letters);
    while (length < before && strchr(letters, all[before - length - 1]))
        length++;
    bool apart = before && all[before - 1] == ' ' && text[1] == ' ';
    bool joined = before > length && strchr(named, all[before - length - 1]);
    if (str_starts(text + 1, "∂"))
        buffer_add(words, " by ");
    else if (!apart && !joined && length && after && length <= 2 && after <= 2)
        buffer_add(words, " per ");
    else
        buffer_add(words, apart || joined || length <= 1 ? " over " : "/");
}

/* Adds the words for a derivative as it is typed, "dE/dw5"; returns its bytes, 0 where none begins
 * at `text`, whose character before is `before`. */
static size_t add_typed_derivative(Buffer *words, const char *text, char before) {
    const size_t of = strspn(text, named), at = of + strlen("/"),
                 wrt = text[of] == '/' ? strspn(text + at, named) : 0;
    if (of < 2 || wrt < 2 || *text != 'd' || text[at] != 'd' || (before && strchr(named, before)))
        return 0;
    buffer_format(words, "d %.*s by d %.*s", (int)of - 1, text + 1, (int)wrt - 1, text + at + 1);
    return at + wrt;
}

/* Adds the words for a run of lowered characters; returns its bytes, 0 where none begins at `text`.
 * "w5", but "w 1 1", since 11 would be eleven, and "p i", since "pi" is a word of its own. */
static size_t add_lowered(Buffer *words, const char *text) {
    Buffer run = {.arena = words->arena};
    size_t at = 0, count = 0, bytes = 0;
    for (const char *plain; (plain = math_lowered(text + at, &bytes)); at += bytes, count++)
        buffer_format(&run, " %s", plain);
    const char *plain = buffer_text(&run);
    bool digit = count == 1 && plain[1] >= '0' && plain[1] <= '9';
    if (count)
        buffer_format(words, digit || text[at] == '(' ? "%s" : "%s ", plain + digit);
    return at;
}

/* Adds what is said for the beginning of `text`, a part of `all`, and returns its bytes. */
static size_t add_next(Buffer *words, const char *all, const char *text, bool after_raised,
                       bool *in_place) {
    Buffer raised = {.arena = words->arena};
    size_t bytes = read_raised(text, &raised);
    if (bytes) {
        add_raised(words, buffer_text(&raised));
        return bytes;
    }
    bytes = add_lowered(words, text);
    if (bytes)
        return bytes;
    uint32_t character = 0;
    bytes = utf8_decode(text, &character);
    bytes = find_words(text, 2) ? 2 : bytes ? bytes : 1; /* "->" */
    const char *found = find_words(text, bytes);
    bool digit_next = text[1] >= '0' && text[1] <= '9';
    if (found && words->length == 0 && str_starts(text, "∂"))
        buffer_add(words, "d ");
    else if (found)
        buffer_add(words, found);
    else if (*text == '-' && is_minus(all, text))
        buffer_add(words, " minus ");
    else if (*text == '/')
        add_stroke(words, all, text);
    else if (*text == '[' && digit_next && words->length && *in_place == false &&
             (after_raised || words->text[words->length - 1] != ' ')) {
        buffer_add(words, " entry ");
        *in_place = true;
    } else if (*in_place && (*text == ']' || *text == ',')) {
        buffer_add(words, *text == ',' ? ", " : " ");
        *in_place = *text == ',';
    } else
        add_character(words, text, character, bytes);
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
    static const char verbs[] =
        "in is to and or of has by over equals becomes times reaches changes grows falls stands "
        "squared cubed transposed does feeds from for at gets makes began leaves divides shrinks "
        "comes goes stays alone begins ends needs counts may would cannot could";
    size_t before = at ? at - 1 : 0, begin = before;
    while (begin && words[begin - 1] != ' ')
        begin--;
    const char *after = words + at + 1;
    if (*after != ' ') /* no article ends a sentence */
        return !*after || strchr("\n.,;:?!)", *after);
    after++;
    return (before - begin == 1 && words[begin] == 'd') ||
           is_among(after, strspn(after, "abcdefghijklmnopqrstuvwxyz"), verbs);
}

char *spoken_letters(Arena *arena, const char *words, bool formula) {
    Buffer text = {.arena = arena};
    for (size_t i = 0; words[i]; i++) {
        buffer_add_n(&text, words + i, 1);
        const bool begins = i == 0 || strchr(" (\n", words[i - 1]);
        const char next = words[i + (size_t)1];
        if ((words[i] == 'a' || words[i] == 'A') && begins &&
            (formula ? !next || strchr(" ,)", next) : is_name(words, i)))
            buffer_add(&text, "-");
    }
    return arena_copy(arena, buffer_text(&text));
}

/* A new line makes no pause, so that it gets a full stop. */
static char *with_stops(Arena *arena, const char *words) {
    Buffer text = {.arena = arena};
    for (size_t i = 0; words[i]; i++) {
        bool open = i && words[i] == '\n' && !strchr("\n .,;:?!", words[i - 1]);
        buffer_add(&text, open ? "." : "");
        buffer_add_n(&text, words + i, 1);
    }
    return arena_copy(arena, buffer_text(&text));
}

/* Before a small letter a full stop makes no pause, "… is given. t1 is …" is heard as one sentence;
 * a semicolon does. */
static char *with_pauses(Arena *arena, char *words) {
    for (size_t i = 1; words[0] && words[i] && words[i + 1] && words[i + 2]; i++) {
        bool small = words[i + 1] == ' ' && words[i + 2] >= 'a' && words[i + 2] <= 'z';
        bool abbreviated = words[i - 1] == '.' || (i > 1 && words[i - 2] == '.'); /* e.g. */
        if (words[i] == '.' && small && !abbreviated)
            words[i] = ';';
    }
    return spoken_letters(arena, words, false);
}

char *spoken_sentences(Arena *arena, const char *words) {
    char *said = with_stops(arena, tidy(arena, spoken_brackets(arena, words)));
    return with_pauses(arena, said + strspn(said, " "));
}

char *spoken_signs(Arena *arena, const char *text) {
    Buffer words = {.arena = arena};
    bool in_place = false, raised = false;
    char before = '\0';
    for (const char *all = text; *text;) {
        size_t raised_bytes = 0;
        bool is_raised = math_raised(text, &raised_bytes) != NULL;
        size_t bytes = add_power_of_ten(&words, text, before);
        bytes = bytes ? bytes : add_typed_derivative(&words, text, before);
        bytes = bytes ? bytes : add_misread(&words, text, before);
        text += bytes ? bytes : add_next(&words, all, text, raised, &in_place);
        before = text[-1];
        raised = is_raised;
    }
    return tidy(arena, buffer_text(&words));
}

char *spoken_text(Arena *arena, const char *text) {
    return spoken_sentences(arena, spoken_signs(arena, text));
}
