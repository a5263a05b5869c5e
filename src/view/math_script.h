/* math_script: subscripts and superscripts that fit on the line itself: w₁₁⁽¹⁾, xᵀ, 10⁻⁵. */
#ifndef VIEW_MATH_SCRIPT_H
#define VIEW_MATH_SCRIPT_H

#include "view/math.h"

/* The script of a MATH_SUBSCRIPT or MATH_SUPERSCRIPT in raised or lowered characters, in ASCII as
 * w5, w_in, h1^2; NULL where there are no characters for it. */
const char *math_script(Arena *arena, const Math *scripted, bool ascii);

/* The same for a subscript below a superscript: in ASCII w_11^(1), so that 11 and (1) are seen to
 * be two things. */
const char *math_script_under(Arena *arena, const Math *subscript, bool ascii);

/* The plain character that the one at `text` is the raised form of, ² of 2, and its bytes; NULL for
 * any other. */
const char *math_raised(const char *text, size_t *bytes);

/* The same for lowered ones: ₂ and ᵢ of 2 and i. */
const char *math_lowered(const char *text, size_t *bytes);

#endif
