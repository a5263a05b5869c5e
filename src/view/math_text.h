/* math_text: formulas drawn in character cells, in two dimensions or on one line. */
#ifndef VIEW_MATH_TEXT_H
#define VIEW_MATH_TEXT_H

#include "view/math.h"
#include "view/styled.h"

/* A drawn formula. `baseline` is the row that lines up with text beside it. The shapes of what is
 * in it are kept apart, one row as wide as the grid, to be drawn in one line below all of them. */
typedef struct MathBox {
    Grid grid;
    int baseline;
    Grid shapes;    /* no rows where there are none */
    int shapes_row; /* of the grid, where they have to stand, or further below */
    int first_rows; /* of the first of several lines; 0 where there is one */
    int breaks;     /* places where a line ends and goes on below */
} MathBox;

/* Its rows below the baseline. */
static inline int math_depth(const MathBox *box) {
    return box->grid.rows - 1 - box->baseline;
}

/* In two dimensions: fractions stacked, subscripts as ₁₂ where Unicode has them and on the line
 * below where not, superscripts likewise, matrices in tall brackets. */
MathBox math_draw(Arena *arena, const Math *math, bool ascii);

/* What is done so that a formula needs fewer columns. */
typedef enum MathRoom {
    ROOM_SOME,   /* sums and products go on in a further line, above a fraction line and within
                    parentheses, too */
    ROOM_LITTLE, /* and each exp(x) is a power of e */
    ROOM_LEAST /* and further lines are not set in, and an exponent leaves its base the columns that
                  it needs */
} MathRoom;

/* The same in at most `width` columns where that can be. What cannot be broken stays wider. */
MathBox math_draw_within(Arena *arena, const Math *math, bool ascii, int width, MathRoom room);

bool math_has_exp(const Math *math);

/* The box with its shapes drawn into it. */
MathBox math_with_shapes(Arena *arena, MathBox box);

/* Boxes side by side, their baselines in one row, and their shapes in another. */
MathBox math_beside(Arena *arena, const MathBox *boxes, size_t count, bool ascii);

/* Lines below each other, each with its shapes, and with an empty row between a denominator and a
 * numerator; the baseline is that of the first. */
MathBox math_below(Arena *arena, MathBox *lines, size_t count, bool ascii);

/* A sign between terms or factors that have room of their own, " + " or " · ". */
bool math_is_sign(const Math *math);

/* Whether two formulas are made alike, as many operands with the same signs between them: a · b + c
 * and its numbers. */
bool math_is_mirrored(const Math *a, const Math *b);

/* Whether some parts below each other mirror each other, and are taller than a line. */
typedef enum MathAlignment { MATH_APART, MATH_ALIGNED, MATH_ALIGNED_TALL } MathAlignment;

/* Draws parts that are to stand below each other, `flat` each on a line. Neighbours that are made
 * alike have each operand in the middle of a column that they share. A sum or a product of more
 * than `width` columns goes on in a line below, where it is not too wide even so. Fills `count`
 * boxes. */
MathAlignment math_align(Arena *arena, const Math *const *parts, size_t count, bool ascii,
                         bool flat, int width, MathBox *boxes);

/* On one line, as text that could be typed back where possible: ∂E/∂w₅, (a + b)/c, h₁², [1, 2; 3].
 * In ASCII: dE/dw5, h1^2. */
char *math_line(Arena *arena, const Math *math, bool ascii);

/* Whether a part of a row has parentheses on a line: a fraction with something close beside it,
 * (1/2)x, or of matrices, where it matters what is computed first, A · (B/C) and A ⊙ (BC/2). */
bool math_needs_group(const Math *row, size_t index);

/* Keeps that with a formula that is asked for it again and again. It must not change any more. */
void math_keep_lines(Arena *arena, Math *math);

/* On one line in words, for the ear: "d E by d w5", "sigma of z1", "open t1 minus y1 close squared
 * over 2". Every sign that is only seen is said, parentheses as "open" and "close". */
char *math_spoken(Arena *arena, const Math *math);

/* The same as math_line with its styles, appended; what has none of its own is in `style`. */
void math_line_add(Styled *line, const Math *math, bool ascii, Style style);

/* The same behind a sign, where a fraction may need parentheses: − (−2)/x. */
void math_line_add_behind(Styled *line, const Math *math, bool ascii, Style style);

/* The room for an equation. */
typedef struct EquationLayout {
    int width; /* columns */
    int rows;  /* that can be seen at once; 0: not known */
    bool ascii;
    bool flat; /* all of it on one line */
} EquationLayout;

/* Several formulas joined by signs, "a = b = c": signs[i] stands before parts[i] ("" or NULL for
 * the first). In two dimensions side by side while they fit the width, unless numbers belong under
 * fractions; then each further part on its own rows under the first sign, a long product or sum in
 * several lines while that does not take more than half the rows; what is still too wide becomes
 * one line, and wraps at operators, the loosest first. Flat, what does not fit on one line stands
 * below each other likewise. */
Grid math_equation(Arena *arena, const Math *const *parts, const char *const *signs, size_t count,
                   EquationLayout layout);

/* The same in two dimensions; whether the width has room for the first two parts so, which are the
 * sides of the formula in symbols. */
bool math_equation_fits(Arena *arena, const Math *const *parts, const char *const *signs,
                        size_t count, EquationLayout layout, Grid *grid);

/* The same for an equation that is one row, "a = b = c" with the signs as texts in it. */
MathBox math_equation_row(Arena *arena, const Math *row, EquationLayout layout);

#endif
