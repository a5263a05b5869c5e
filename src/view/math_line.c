/* Formulas on one line. */
#include <string.h>

#include "base/str.h"
#include "base/utf8.h"
#include "view/math_script.h"
#include "view/math_text.h"
#include "view/spoken.h"

/* How loosely a part hangs together once it stands on one line. */
typedef enum Bond { BOND_SUM, BOND_NEGATIVE, BOND_PRODUCT, BOND_FRACTION, BOND_TIGHT } Bond;

static bool is_dot(const char *text) {
    return str_equal(text, MATH_TIMES) || str_equal(text, MATH_MATMUL) || str_equal(text, "·") ||
           str_equal(text, MATH_MATMUL_DOT) || str_equal(text, " · ") || str_equal(text, " ⊙ ");
}

static Bond bond_of_text(const char *text) {
    size_t length = strlen(text);
    if (is_dot(text) || (length > 2 && str_equal(text + length - strlen("·"), "·")))
        return str_starts(text, "−") ? BOND_NEGATIVE : BOND_PRODUCT;
    if (length > 1 && text[0] == ' ')
        return BOND_SUM; /* + − = ≥ */
    return str_starts(text, "−") ? BOND_NEGATIVE : BOND_TIGHT;
}

static Bond bond_of(const Math *math) {
    while (math->kind == MATH_STRUCK || math->kind == MATH_LABELLED || math->kind == MATH_CENTRED)
        math = math->parts[0];
    if (math->kind == MATH_TEXT)
        return bond_of_text(math->text);
    if (math->kind == MATH_FRACTION)
        return BOND_FRACTION;
    Bond bond = BOND_TIGHT;
    for (size_t i = 0; math->kind == MATH_ROW && i < math->count; i++) {
        Bond part = bond_of(math->parts[i]);
        bond = part < bond ? part : bond;
    }
    return bond;
}

typedef struct LineWriter {
    Styled *line;
    bool ascii;
    bool spoken; /* brackets and signs that have no character of their own are words */
} LineWriter;

static void write_math(const LineWriter *writer, const Math *math, Style style);

static void write_sign(const LineWriter *writer, const char *text, Style style) {
    const char *shown = math_shown(writer->line->arena, text, writer->ascii);
    if (writer->spoken)
        shown = !*shown                 ? " times "
                : str_equal(text, "…")  ? " something "
                : str_equal(text, "?")  ? " what "
                : str_equal(text, ", ") ? " and " /* of arguments */
                                        : shown;
    styled_add(writer->line, shown, style);
}

static void write_grouped(const LineWriter *writer, const Math *math, bool group, Style style) {
    if (group)
        styled_add(writer->line, writer->spoken ? " open " : "(", style);
    write_math(writer, math, style);
    if (group)
        styled_add(writer->line, writer->spoken ? " close " : ")", style);
}

static bool starts_apart(const Math *math) {
    return math_is_sign(math) ||
           (math->kind == MATH_TEXT && (math->text[0] == ' ' || math->text[0] == ','));
}

static bool ends_apart(const Math *math) {
    if (math->kind != MATH_TEXT || !*math->text)
        return false;
    return math->text[strlen(math->text) - 1] == ' ' || str_equal(math->text, "−") ||
           math_is_sign(math);
}

/* ∂E or ∂w₅, the halves of a derivative. */
static bool is_differential(const Math *math) {
    return math->kind == MATH_ROW && math->count == 2 && math->parts[0]->kind == MATH_TEXT &&
           str_equal(math->parts[0]->text, "∂");
}

static bool is_sign(const Math *math, const char *sign) {
    return math && math->kind == MATH_TEXT && str_equal(math->text, sign);
}

static bool has_matrix_product(const Math *math) {
    bool found = is_sign(math, MATH_MATMUL) || is_sign(math, MATH_MATMUL_DOT);
    for (size_t i = 0; math->kind == MATH_ROW && i < math->count && !found; i++)
        found = has_matrix_product(math->parts[i]);
    return found;
}

bool math_needs_group(const Math *row, size_t index) {
    const Math *part = row->parts[index];
    if (row->kind != MATH_ROW || part->kind != MATH_FRACTION)
        return false;
    const Math *before = index > 0 ? row->parts[index - 1] : NULL,
               *after = index + 1 < row->count ? row->parts[index + 1] : NULL;
    const bool close = (before && !ends_apart(before)) || (after && !starts_apart(after));
    const bool times = is_sign(before, MATH_MATMUL_DOT) || is_sign(after, MATH_MATMUL_DOT);
    return close || (times && !is_differential(part->parts[1])) ||
           (is_sign(before, " ⊙ ") && has_matrix_product(part->parts[0]));
}

/* −2 or −z₁, which nothing can be mistaken for when it is heard. */
static bool is_negated_atom(const Math *math) {
    if (math->kind == MATH_TEXT)
        return str_starts(math->text, "−");
    return math->kind == MATH_ROW && math->count == 2 && math->parts[0]->kind == MATH_TEXT &&
           str_equal(math->parts[0]->text, "−") && bond_of(math->parts[1]) == BOND_TIGHT;
}

/* Whether it needs no brackets to be heard as one thing. */
static bool is_clear(const Math *math) {
    return bond_of(math) == BOND_TIGHT || is_negated_atom(math);
}

static bool is_factor_sign(const char *text) {
    return str_equal(text, " · ") || str_equal(text, MATH_MATMUL_DOT);
}

/* Whether a part of a sum is so long that the ear wants a pause after it. */
static bool is_long(const Math *math) {
    if (math->kind == MATH_TEXT)
        return is_factor_sign(math->text);
    bool found = (math->kind == MATH_FENCE && !is_clear(math->parts[0])) ||
                 math->kind == MATH_TABLE ||
                 (math->kind == MATH_FRACTION && !is_differential(math->parts[1]));
    size_t count = math->kind == MATH_SUBSCRIPT ? 1 : math->count;
    for (size_t i = 0; i < count && !found; i++)
        found = is_long(math->parts[i]);
    return found;
}

static bool is_relation(const Math *math) {
    return math->kind == MATH_TEXT &&
           (str_equal(math->text, " = ") || str_equal(math->text, " ≈ "));
}

/* A pause between the factors of a product, between the terms of a sum that has long ones, and
 * before each equals sign but the first. */
static void write_pause(const LineWriter *writer, const Math *row, size_t index, Style style) {
    const Math *sign = row->parts[index];
    bool last = index + 1 == row->count;
    if (!writer->spoken || index == 0 || last || sign->kind != MATH_TEXT)
        return;
    bool term = str_equal(sign->text, " + ") || str_equal(sign->text, " − ");
    bool factor = is_factor_sign(sign->text) && bond_of(row) != BOND_SUM;
    bool again = false;
    for (size_t i = 0; i < index && is_relation(sign); i++)
        again = again || is_relation(row->parts[i]);
    if (factor || again || (term && is_long(row)))
        styled_add(writer->line, ",", style);
}

static void write_fraction(const LineWriter *writer, const Math *math, bool group, Style style);

/* What stands behind a sign; a fraction whose numerator has one of its own has that in parentheses:
 * 1 − (−2)/x. */
static void write_behind(const LineWriter *writer, const Math *math, Style style) {
    if (math->kind == MATH_FRACTION && bond_of(math->parts[0]) == BOND_NEGATIVE)
        write_fraction(writer, math, true, math->style != STYLE_NORMAL ? math->style : style);
    else
        write_math(writer, math, style);
}

/* Behind a power that is written with ^ a product has its sign: x^(a/b)·y. */
static bool wants_dot(const LineWriter *writer, const Math *row, size_t index) {
    const Math *before = index > 0 ? row->parts[index - 1] : NULL;
    return is_sign(row->parts[index], MATH_TIMES) && before && before->kind == MATH_SUPERSCRIPT &&
           !math_script(writer->line->arena, before, writer->ascii);
}

static void write_row(const LineWriter *writer, const Math *row, Style style) {
    for (size_t i = 0; i < row->count; i++) {
        if (!writer->spoken && wants_dot(writer, row, i)) {
            write_sign(writer, "·", style);
            continue;
        }
        bool applied = i > 0 && row->parts[i]->kind == MATH_FENCE &&
                       !ends_apart(row->parts[i - 1]) && row->parts[i - 1]->kind == MATH_TEXT &&
                       bond_of(row->parts[i - 1]) == BOND_TIGHT;
        bool complete = applied && (str_equal(row->parts[i - 1]->text, "∑") || /* "the sum of" */
                                    str_equal(row->parts[i - 1]->text, "∂"));
        if (writer->spoken && applied && !complete)
            styled_add(writer->line, " of ", style);
        write_pause(writer, row, i, style);
        bool behind = i > 0 && math_is_sign(row->parts[i - 1]) && !math_needs_group(row, i);
        if (behind)
            write_behind(writer, row->parts[i], style);
        else
            write_grouped(writer, row->parts[i], math_needs_group(row, i), style);
    }
}

/* Its numerator in parentheses where it is a sum or a fraction, or where that is wished. */
static void write_fraction(const LineWriter *writer, const Math *math, bool group, Style style) {
    const Bond above = bond_of(math->parts[0]);
    write_grouped(writer, math->parts[0], group || above == BOND_SUM || above == BOND_FRACTION,
                  style);
    const char *over = is_differential(math->parts[1]) ? " by " : " over ";
    styled_add(writer->line, writer->spoken ? over : "/", style);
    write_grouped(writer, math->parts[1], bond_of(math->parts[1]) < BOND_TIGHT, style);
}

static void write_below(const LineWriter *writer, const Math *math, const char *script,
                        Style style) {
    write_math(writer, math->parts[0], style);
    if (script) {
        styled_add(writer->line, script, style);
        return;
    }
    styled_add(writer->line, "_{", style);
    write_math(writer, math->parts[1], style);
    styled_add(writer->line, "}", style);
}

static void write_subscript(const LineWriter *writer, const Math *math, Style style) {
    write_below(writer, math, math_script(writer->line->arena, math, writer->ascii), style);
}

static void write_superscript(const LineWriter *writer, const Math *math, Style style) {
    const Math *base = math->parts[0];
    Arena *arena = writer->line->arena;
    if (base->kind == MATH_SUBSCRIPT)
        write_below(writer, base, math_script_under(arena, base, writer->ascii),
                    base->style != STYLE_NORMAL ? base->style : style);
    else if (writer->spoken && base->kind == MATH_FENCE && base->parts[0]->kind != MATH_TABLE)
        write_grouped(writer, base->parts[0], true, style);
    else
        write_grouped(writer, base, writer->spoken && base->kind == MATH_ROW, style);
    const char *script = math_script(arena, math, writer->ascii);
    styled_add(writer->line, script ? script : writer->spoken ? " to the power " : "^", style);
    const Math *power = math->parts[1];
    bool clear = power->kind == MATH_FENCE || (writer->spoken && is_negated_atom(power));
    if (!script)
        write_grouped(writer, power, !clear, style);
}

static void write_root(const LineWriter *writer, const Math *math, Style style) {
    const Math *inside = math->parts[0];
    const Math *letter = inside->kind == MATH_SUBSCRIPT ? inside->parts[0] : inside;
    bool simple = letter->kind == MATH_TEXT && utf8_width(letter->text) == 1;
    styled_add(writer->line, writer->ascii ? "sqrt" : "√", style);
    write_grouped(writer, inside, writer->ascii || !simple, style);
}

/* The words before and after what stands in brackets, so that it is heard where it ends. */
static void say_fence(const Math *math, const char *words[2]) {
    const Math *inside = math->parts[0];
    bool table = inside->kind == MATH_TABLE,
         column = table && inside->columns == 1 && inside->count > 1,
         row = table && inside->columns == inside->count && inside->count > 1;
    words[0] = " open ", words[1] = " close ";
    if (table)
        words[0] = column ? " column " : row ? " row " : " matrix ", words[1] = ", end ";
    else if (*math->text == '|')
        words[0] = " the size of ", words[1] = ", end ";
    else if (*math->text == '[') /* Iverson's */
        words[0] = " 1 where ", words[1] = ", else 0, ";
    else if (is_clear(inside))
        words[0] = words[1] = "";
}

static void write_fence(const LineWriter *writer, const Math *math, Style style) {
    const char *words[] = {math->text, *math->text == '(' ? ")" : *math->text == '[' ? "]" : "|"};
    if (writer->spoken)
        say_fence(math, words);
    styled_add(writer->line, words[0], style);
    write_math(writer, math->parts[0], style);
    styled_add(writer->line, words[1], style);
}

/* A large matrix: in words its shape comes first, for nobody hears how much is left out. */
static void write_labelled(const LineWriter *writer, const Math *math, Style style) {
    const Math *inside = math->parts[0];
    if (writer->spoken && inside->kind == MATH_FENCE && inside->parts[0]->kind == MATH_TABLE) {
        styled_add(writer->line, " matrix ", style);
        write_math(writer, math->parts[1], style);
        styled_add(writer->line, ", ", style);
        write_math(writer, inside->parts[0], style);
        styled_add(writer->line, ", end ", style);
        return;
    }
    write_math(writer, inside, style);
}

static void write_table(const LineWriter *writer, const Math *table, Style style) {
    const char *dots = writer->spoken ? " and so on " : writer->ascii ? "..." : "…";
    for (size_t i = 0; i < table->count; i++) {
        bool first = table->columns == 0 || i % table->columns == 0;
        bool column = table->columns == 1;
        if (i)
            styled_add(writer->line,
                       !first || (writer->spoken && column) ? ", "
                       : writer->spoken                     ? ", next row "
                                                            : "; ",
                       style);
        if (!math_is_dots(table->parts[i])) {
            write_math(writer, table->parts[i], style);
            continue;
        }
        styled_add(writer->line, dots, style);
        if (first && table->columns)
            i += table->columns - 1; /* a whole row of dots is one */
    }
}

static void add_blanks(Styled *line, int count) {
    for (int i = 0; i < count; i++)
        styled_add(line, " ", STYLE_NORMAL);
}

static void write_centred(const LineWriter *writer, const Math *math, Style style) {
    Styled inside = {.arena = writer->line->arena};
    const LineWriter inner = {&inside, writer->ascii, writer->spoken};
    write_behind(&inner, math->parts[0], style);
    const int missing = (int)math->columns - styled_width(&inside);
    add_blanks(writer->line, missing / 2);
    styled_append(writer->line, &inside, false);
    add_blanks(writer->line, missing - missing / 2);
}

static void write_math(const LineWriter *writer, const Math *math, Style style) {
    if (math->style != STYLE_NORMAL)
        style = math->style;
    const char *kept = math->lines[writer->ascii];
    if (kept && !writer->spoken) {
        styled_add(writer->line, kept, style);
        return;
    }
    switch (math->kind) {
    case MATH_TEXT: write_sign(writer, math->text, style); break;
    case MATH_ROW: write_row(writer, math, style); break;
    case MATH_FRACTION: write_fraction(writer, math, false, style); break;
    case MATH_SUPERSCRIPT: write_superscript(writer, math, style); break;
    case MATH_SUBSCRIPT: write_subscript(writer, math, style); break;
    case MATH_ROOT: write_root(writer, math, style); break;
    case MATH_FENCE: write_fence(writer, math, style); break;
    case MATH_STRUCK: write_math(writer, math->parts[0], style); break;
    case MATH_TABLE: write_table(writer, math, style); break;
    case MATH_LABELLED: write_labelled(writer, math, style); break;
    case MATH_CENTRED: write_centred(writer, math, style); break;
    }
}

void math_line_add(Styled *line, const Math *math, bool ascii, Style style) {
    LineWriter writer = {line, ascii, false};
    write_math(&writer, math, style);
}

void math_line_add_behind(Styled *line, const Math *math, bool ascii, Style style) {
    LineWriter writer = {line, ascii, false};
    write_behind(&writer, math, style);
}

char *math_line(Arena *arena, const Math *math, bool ascii) {
    Styled line = {.arena = arena};
    math_line_add(&line, math, ascii, STYLE_NORMAL);
    return line.length ? line.text : arena_copy(arena, "");
}

void math_keep_lines(Arena *arena, Math *math) {
    const char *unicode = math_line(arena, math, false), *ascii = math_line(arena, math, true);
    math->lines[0] = unicode;
    math->lines[1] = ascii;
}

char *math_spoken(Arena *arena, const Math *math) {
    Styled line = {.arena = arena};
    LineWriter writer = {&line, false, true};
    write_math(&writer, math, STYLE_NORMAL);
    char *words = spoken_signs(arena, line.length ? line.text : "");
    words += strspn(words, " ");
    size_t length = strlen(words);
    while (length && words[length - 1] == ' ')
        length--;
    return spoken_letters(arena, arena_copy_n(arena, words, length), true);
}
