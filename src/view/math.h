/* math: formulas as a tree of what stands where.
 *
 * Here it is decided, once, where parentheses, signs, fractions and multiplication dots go. Writers
 * (view/math_text for the terminal; LaTeX and MathML over the same tree) only draw. */
#ifndef VIEW_MATH_H
#define VIEW_MATH_H

#include "expr/scope.h"
#include "view/grid.h"

typedef enum MathKind {
    MATH_TEXT,        /* letters, digits, signs: upright or italic is the writer's business */
    MATH_ROW,         /* parts side by side */
    MATH_FRACTION,    /* parts[0] over parts[1] */
    MATH_SUPERSCRIPT, /* parts[0] raised by parts[1] */
    MATH_SUBSCRIPT,   /* parts[0] lowered by parts[1] */
    MATH_ROOT,        /* √ of parts[0] */
    MATH_FENCE,    /* parts[0] in (parentheses), [brackets] or |bars|: `text` is "(", "[" or "|" */
    MATH_STRUCK,   /* parts[0] crossed out: it cancels */
    MATH_TABLE,    /* rows × columns parts, by rows: a matrix without its brackets */
    MATH_LABELLED, /* parts[0], with parts[1] small below it: its shape, left out on a line */
    MATH_CENTRED   /* parts[0] in the middle of `columns` character cells */
} MathKind;

/* Products written side by side have a sign all the same, invisible in Unicode, so that a writer
 * can show it where it must: w5*h1 and W @ x in ASCII, nothing in LaTeX. */
#define MATH_TIMES  "\u2062"
#define MATH_MATMUL "\u2063"
/* A matrix product whose factors stand apart: " · ", and in ASCII " @ ", for " * " goes by entries.
 */
#define MATH_MATMUL_DOT "\u2064"

/* Signs between two operands are texts with their spaces (" + ", " − ", " · ", " ⊙ "); a sign
 * before one operand ("−") and the dot between numbers ("·") have none. */
typedef struct Math {
    MathKind kind;
    const char *text; /* MATH_TEXT, MATH_FENCE; Unicode, writers make it ASCII */
    struct Math **parts;
    size_t count, capacity;
    size_t columns;       /* MATH_TABLE, MATH_CENTRED */
    const char *lines[2]; /* on a line, in Unicode and in ASCII, where that is kept, else NULL */
    Style style;          /* of this part and of those in it that have STYLE_NORMAL */
} Math;

Math *math_text(Arena *arena, const char *text);
Math *math_number(Arena *arena, double value, int digits); /* 1.2e-5 becomes 1.2·10⁻⁵ */
Math *math_row(Arena *arena, size_t count, ...);           /* of Math * */
Math *math_fraction(Arena *arena, Math *above, Math *below);
Math *math_superscript(Arena *arena, Math *base, Math *script);
Math *math_subscript(Arena *arena, Math *base, Math *script);
Math *math_root(Arena *arena, Math *inside);

/* An entry of a matrix as it is typed, W₂[2,1], so that the index is told from those of the name;
 * `column` 0 in a column vector, h[1]. A subscript that is a bracket: it stands on the line. */
Math *math_entry(Arena *arena, Math *matrix, uint32_t row, uint32_t column);

Math *math_struck(Arena *arena, Math *inside);
Math *math_fence(Arena *arena, const char *fence, Math *inside);
Math *math_lit(Arena *arena, Math *math, Style style); /* a copy in this style */
Math *math_centred(Arena *arena, Math *inside, int columns);

/* Rows that grow: appends a part to a MATH_ROW made by math_row. */
void math_add(Arena *arena, Math *row, Math *part);

Math *math_labelled(Arena *arena, Math *inside, Math *label);

/* With its shape below it, 4×2. */
Math *math_shaped(Arena *arena, Math *matrix, size_t rows, size_t columns);

/* A copy with every part that has a shape replaced by that: 4×2 · 2×1 + 4×1. */
Math *math_shapes(Arena *arena, const Math *math);

/* A matrix in brackets, its entries asked for one by one. Of more than `most` rows or columns dots
 * stand for those in the middle, and its shape stands below it. */
Math *math_matrix(Arena *arena, size_t rows, size_t columns, size_t most,
                  Math *(*entry)(void *context, size_t row, size_t column), void *context);

/* A table with dots in the place of its middle columns, so that it has `columns`, at least 3. */
Math *math_fewer_columns(Arena *arena, const Math *table, size_t columns);

bool math_is_dots(const Math *math); /* ⋯ ⋮ or ⋱, in the place of entries */

enum { MATH_MOST = 8 }; /* rows or columns of a matrix that stands alone, before it has dots */

/* The mathematical spelling of a name: `as` where given, else by rule: w5 → w₅, w_11 → w₁₁, yhat →
 * ŷ, theta1 → θ₁, zbar → z̄; a word of several letters stays upright as it is. */
Math *math_symbol(Arena *arena, const Symbol *symbol);
Math *math_name(Arena *arena, const char *name, const char *spelling);

/* Whether `spelling` is in the subset of TeX that `as` takes (_ ^ { } \hat \bar \tilde, Greek
 * letters, letters, digits, parentheses, commas, primes); else the byte where it goes wrong. */
bool math_spelling_ok(const char *spelling, size_t *wrong_at);

/* The text in ASCII, with accents as words (ŷ is yhat) and MATH_TIMES as "*". */
char *math_ascii(Arena *arena, const char *text);

/* A MATH_TEXT as it is seen, in Unicode or ASCII. */
const char *math_shown(Arena *arena, const char *text, bool ascii);

/* ∂of/∂wrt as a fraction, of any two parts; rows and fractions get parentheses. */
Math *math_partial(Arena *arena, Math *of, Math *wrt);

/* How an expression is written. */
typedef struct MathStyle {
    int digits; /* significant digits of numbers */
    /* Values to put in for names: symbol → its entries by rows, or NULL to write the name. The
     * function itself may be NULL: write all names. */
    const double *(*value_of)(const void *context, SymbolId symbol);
    /* Values to put in for derivatives (EXPR_DERIVATIVE), likewise. */
    const double *(*derivative_of)(const void *context, Expr derivative);
    const void *context;
    SymbolId lit; /* a name to be drawn in STYLE_LIT, or SYMBOL_NONE */
    bool shaped; /* terms and factors stand apart, W₁ · x + b₁, each name with its shape below */
} MathStyle;

/* The presentation of an expression. Deeper than LIMIT_FORMULA_DEPTH, or longer than
 * LIMIT_FORMULA_TERMS in one sum, "…" stands for the rest. Numbers put in for names get parentheses
 * where negative, and a product of numbers a dot: 0.7333·(1 − 0.7333). */
Math *math_expr(Arena *arena, const Exprs *exprs, const Scope *scope, Expr expr, MathStyle style);

/* Whether a name is spelled with more than a letter, scripts aside: then a dot stands between it
 * and a factor. */
bool math_is_word(const Math *name);

/* A value: a number, or a matrix in brackets, beyond MATH_MOST rows or columns with dots. */
Math *math_value(Arena *arena, const double *entries, size_t rows, size_t columns, int digits);

/* The same beyond `most` rows or columns. */
Math *math_value_within(Arena *arena, const double *entries, size_t rows, size_t columns,
                        size_t most, int digits);

#endif
