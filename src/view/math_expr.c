/* How an expression is written: where parentheses, signs and dots go. */
#include <string.h>

#include "base/limits.h"
#include "base/number.h"
#include "base/utf8.h"
#include "view/math.h"

/* An expression is a graph in which a part can be used many times, so written out it can be far
 * longer than it is: after so many parts, or so many nodes looked at, "…" stands for the rest. */
enum { MOST_PARTS = 2000, MOST_NODES = 1 << 20 };

typedef struct Writer {
    Arena *arena;
    const Exprs *exprs;
    const Scope *scope;
    MathStyle style;
    bool fills; /* what has the same number in every entry is written as a matrix, not a number */
    size_t parts, nodes;
} Writer;

/* How tightly a term holds together; looser ones get parentheses where a tighter one is needed. */
typedef enum Level {
    LEVEL_SUM,
    LEVEL_NEGATED,
    LEVEL_ENTRYWISE, /* a ⊙ b */
    LEVEL_PRODUCT,
    LEVEL_FRACTION,
    LEVEL_POWER,
    LEVEL_ATOM
} Level;

/* What a term begins or ends with: it decides whether two factors need a dot. */
typedef enum Edge {
    EDGE_SYMBOL,
    EDGE_NUMBER,
    EDGE_WORD,
    EDGE_FENCE,
    EDGE_APPLIED, /* the end of log(x), √x or |x|: what follows could belong to it */
    EDGE_FRACTION,
    EDGE_PARTIAL
} Edge;

typedef struct Term {
    Math *math;
    Level level;
    Edge left, right;
    bool put_in; /* a value in the place of a name */
} Term;

static Term write_expr(Writer *writer, Expr expr, int depth);

static Term atom(Math *math, Edge edge) {
    return (Term){math, LEVEL_ATOM, edge, edge, false};
}

static Term fenced(Writer *writer, Term term, Level least) {
    if (term.level >= least)
        return term;
    Math *fence = math_fence(writer->arena, "(", term.math);
    return atom(fence, term.put_in ? EDGE_NUMBER : EDGE_FENCE);
}

static Term write_operand(Writer *writer, Expr expr, size_t index, int depth, Level least) {
    Expr operand = expr_operand(writer->exprs, expr, index);
    return fenced(writer, write_expr(writer, operand, depth + 1), least);
}

static Term number_term(Writer *writer, double value, int digits) {
    Math *math = math_number(writer->arena, value, digits);
    Term term = atom(math, EDGE_NUMBER);
    if (value < 0)
        term.level = LEVEL_NEGATED;
    else if (math->kind == MATH_ROW)
        term.level = LEVEL_PRODUCT; /* 1.2·10⁻⁵ */
    return term;
}

enum { BRIEF_DIGITS = 8 };

/* A literal as the teacher wrote it, unless it was computed and runs on and on. */
static Term write_literal(Writer *writer, double value) {
    char text[NUMBER_SIZE];
    number_shortest(value, text);
    int digits = 0;
    for (const char *at = text; *at && *at != 'e'; at++)
        digits += *at >= (digits ? '0' : '1') && *at <= '9';
    return number_term(writer, value, digits <= BRIEF_DIGITS ? digits : writer->style.digits);
}

/* Larger matrices have dots within a formula, which has to find room for several. */
enum { WHOLE_ENTRIES = 16, PUT_IN_MOST = 4 };

static Term value_term(Writer *writer, const double *entries, const ExprNode *node) {
    if (node->rows == 1 && node->columns == 1) {
        Term term = number_term(writer, entries[0], writer->style.digits);
        term.put_in = true;
        return term;
    }
    bool small = (size_t)node->rows * node->columns <= WHOLE_ENTRIES;
    Math *matrix = math_value_within(writer->arena, entries, node->rows, node->columns,
                                     small ? MATH_MOST : PUT_IN_MOST, writer->style.digits);
    return atom(matrix, EDGE_FENCE);
}

static Term write_symbol(Writer *writer, SymbolId symbol) {
    Math *math = math_symbol(writer->arena, scope_get(writer->scope, symbol));
    Term term = atom(math, math_is_word(math) ? EDGE_WORD : EDGE_SYMBOL);
    if (math->kind == MATH_SUPERSCRIPT)
        term.level = LEVEL_POWER;
    return term;
}

static const double *find_value(const Writer *writer, SymbolId symbol) {
    const MathStyle *style = &writer->style;
    return style->value_of ? style->value_of(style->context, symbol) : NULL;
}

static Term write_name(Writer *writer, const ExprNode *node) {
    const double *value = find_value(writer, node->symbol);
    Term term = value ? value_term(writer, value, node) : write_symbol(writer, node->symbol);
    if (node->symbol == writer->style.lit)
        term.math = math_lit(writer->arena, term.math, STYLE_LIT);
    return term;
}

/* The entries of onehot(k, n) for the k that is put in, NULL where it is none. */
static const double *onehot_entries(Writer *writer, Expr expr, const ExprNode *node) {
    if (node->kind != EXPR_CALL || node->function != FUNCTION_ONEHOT || !writer->style.value_of)
        return NULL;
    const ExprNode *place = expr_get(writer->exprs, expr_operand(writer->exprs, expr, 0));
    const double *value = place->kind == EXPR_NAME ? find_value(writer, place->symbol) : NULL;
    if (!value || !(*value >= 1 && *value <= node->rows))
        return NULL;
    double *entries = ARENA_ARRAY(writer->arena, double, node->rows);
    entries[(size_t)*value - 1] = 1;
    return entries;
}

static Term write_index(Writer *writer, Expr expr, const ExprNode *node, int depth) {
    Expr of = expr_operand(writer->exprs, expr, 0);
    const ExprNode *matrix = expr_get(writer->exprs, of);
    const double *value = matrix->kind == EXPR_NAME ? find_value(writer, matrix->symbol)
                                                    : onehot_entries(writer, of, matrix);
    Term term;
    if (value) {
        size_t entry = (size_t)(node->at.row - 1) * matrix->columns + (node->at.column - 1);
        term = value_term(writer, value + entry, node);
    } else {
        Term base = write_expr(writer, of, depth + 1);
        bool raised = base.math->kind == MATH_SUPERSCRIPT && matrix->kind != EXPR_NAME &&
                      matrix->kind != EXPR_TRANSPOSE;
        if (base.level < LEVEL_POWER || raised)
            base = atom(math_fence(writer->arena, "(", base.math), EDGE_FENCE);
        term = (Term){math_entry(writer->arena, base.math, node->at.row,
                                 matrix->columns == 1 ? 0 : node->at.column),
                      LEVEL_ATOM, base.left, EDGE_WORD, false};
    }
    if (matrix->kind == EXPR_NAME && matrix->symbol == writer->style.lit)
        term.math = math_lit(writer->arena, term.math, STYLE_LIT);
    return term;
}

static Term write_negate(Writer *writer, Expr expr, int depth) {
    Term operand = write_operand(writer, expr, 0, depth, LEVEL_ENTRYWISE);
    Math *row = math_row(writer->arena, 2, math_text(writer->arena, "−"), operand.math);
    return (Term){row, LEVEL_NEGATED, EDGE_SYMBOL, operand.right, false};
}

/* One term of a sum or one factor of a product, in the order of writing. */
typedef struct Piece {
    Expr expr;
    const char *sign;     /* of a term: what stands before it */
    bool entrywise;       /* of a factor: ⊙ stands before it */
    bool matmul;          /* of a factor: the matrix product stands before it */
    bool under_matmul;    /* no ⊙ may be opened here: (A ⊙ B)x */
    bool after_entrywise; /* and no matrix product here: B ⊙ (Wx) */
} Piece;

typedef struct Pieces {
    Piece *items;
    size_t count, capacity;
    bool cut; /* there were more */
} Pieces;

static void push(Writer *writer, Pieces *pieces, Piece piece) {
    ARENA_RESERVE(writer->arena, pieces->items, pieces->count, pieces->capacity);
    pieces->items[pieces->count++] = piece;
}

/* The terms of a − b + c, last first; only the left side is opened, so a − (b + c) stays. */
static Pieces open_sum(Writer *writer, Expr expr) {
    Pieces terms = {0};
    ExprNode node = *expr_get(writer->exprs, expr);
    while ((node.kind == EXPR_ADD || node.kind == EXPR_SUBTRACT) && writer->nodes++ < MOST_NODES) {
        const char *sign = node.kind == EXPR_ADD ? " + " : " − ";
        push(writer, &terms, (Piece){.expr = expr_operand(writer->exprs, expr, 1), .sign = sign});
        expr = expr_operand(writer->exprs, expr, 0);
        node = *expr_get(writer->exprs, expr);
    }
    push(writer, &terms, (Piece){.expr = expr});
    return terms;
}

static Term write_sum(Writer *writer, Expr expr, int depth) {
    Pieces terms = open_sum(writer, expr);
    Math *row = math_row(writer->arena, 0);
    Term sum = {row, LEVEL_SUM, EDGE_SYMBOL, EDGE_SYMBOL, false};
    for (size_t i = 0; i < terms.count; i++) {
        const Piece *piece = &terms.items[terms.count - 1 - i];
        if (piece->sign)
            math_add(writer->arena, row, math_text(writer->arena, piece->sign));
        if (i >= LIMIT_FORMULA_TERMS) {
            math_add(writer->arena, row, math_text(writer->arena, "…"));
            break;
        }
        Level least = i ? LEVEL_ENTRYWISE : LEVEL_SUM;
        Term term = fenced(writer, write_expr(writer, piece->expr, depth + 1), least);
        math_add(writer->arena, row, term.math);
    }
    return sum;
}

/* W @ (2*X): typed without parentheses, 2 alone would be multiplied by W. */
static bool is_scaled_behind_matmul(const Writer *writer, const Piece *piece) {
    return piece->matmul && expr_get(writer->exprs, piece->expr)->kind == EXPR_MULTIPLY &&
           expr_is_scalar(writer->exprs, expr_operand(writer->exprs, piece->expr, 0));
}

static bool can_open(const Writer *writer, const Piece *piece) {
    uint8_t kind = expr_get(writer->exprs, piece->expr)->kind;
    if (kind == EXPR_MULTIPLY)
        return !is_scaled_behind_matmul(writer, piece) &&
               (!piece->under_matmul || !expr_is_entrywise(writer->exprs, piece->expr));
    return kind == EXPR_MATMUL && !piece->after_entrywise;
}

/* The factors of a product, nested to either side: a(bc) is abc. */
static Pieces open_product(Writer *writer, Expr expr) {
    Pieces open = {0}, factors = {0};
    push(writer, &open, (Piece){.expr = expr});
    while (open.count) {
        Piece piece = open.items[--open.count];
        if (!can_open(writer, &piece) || writer->nodes++ >= MOST_NODES) {
            push(writer, &factors, piece);
            factors.cut = factors.count >= LIMIT_FORMULA_TERMS && open.count;
            if (factors.cut)
                break;
            continue;
        }
        bool matmul = expr_get(writer->exprs, piece.expr)->kind == EXPR_MATMUL;
        bool entrywise = expr_is_entrywise(writer->exprs, piece.expr);
        Piece right = {.expr = expr_operand(writer->exprs, piece.expr, 1),
                       .entrywise = entrywise,
                       .after_entrywise = piece.after_entrywise || entrywise,
                       .matmul = matmul,
                       .under_matmul = piece.under_matmul || matmul};
        Piece left = piece; /* keeps the sign before it */
        left.expr = expr_operand(writer->exprs, piece.expr, 0);
        left.under_matmul = right.under_matmul;
        push(writer, &open, right);
        push(writer, &open, left);
    }
    return factors;
}

/* Whether it begins with brackets of a matrix, which behind a name look like those of an entry. */
static bool begins_with_matrix(const Math *math) {
    while ((math->kind == MATH_ROW || math->kind == MATH_SUPERSCRIPT) && math->count)
        math = math->parts[0];
    return math->kind == MATH_FENCE && *math->text == '[';
}

/* Whether two factors need a sign that is seen. */
static bool needs_dot(const Term *left, const Term *right) {
    const Edge a = left->right, b = right->left;
    return a == EDGE_WORD || a == EDGE_APPLIED || b == EDGE_WORD || b == EDGE_NUMBER ||
           (a == EDGE_FRACTION && b == EDGE_SYMBOL) || begins_with_matrix(right->math);
}

/* The sign between two factors. A product of matrices that needs one has its own, for * goes by
 * entries. */
static const char *join(const Writer *writer, const Term *left, const Term *right,
                        const Piece *piece) {
    const Edge a = left->right, b = right->left;
    const bool values = writer->style.value_of || writer->style.derivative_of;
    const bool dot = needs_dot(left, right) ||
                     (values && (a == EDGE_NUMBER || (a == EDGE_FENCE && b == EDGE_FENCE)));
    const bool apart = a == EDGE_PARTIAL || b == EDGE_PARTIAL || b == EDGE_FRACTION ||
                       (a == EDGE_FRACTION && (b == EDGE_NUMBER || b == EDGE_WORD));
    if (piece->entrywise)
        return " ⊙ ";
    if (piece->matmul)
        return apart || dot || a == EDGE_NUMBER ? MATH_MATMUL_DOT : MATH_MATMUL;
    return apart ? " · " : dot ? "·" : MATH_TIMES;
}

/* Whether all entries of a matrix are the same: a fill, or what is made of one and of numbers. As a
 * factor that is left only where it matters how many rows and columns it has: in a product of
 * matrices, and beside a row or column that is spread over them. */
static bool is_fill(const Writer *writer, Expr expr, int depth) {
    const ExprNode *node = expr_get(writer->exprs, expr);
    if (node->kind == EXPR_FILL || depth > LIMIT_FORMULA_DEPTH)
        return node->kind == EXPR_FILL;
    if (node->kind != EXPR_NEGATE && node->kind != EXPR_TRANSPOSE && node->kind != EXPR_MULTIPLY &&
        node->kind != EXPR_DIVIDE)
        return false;
    bool fill = false;
    for (size_t i = 0; i < node->count; i++) {
        Expr operand = expr_operand(writer->exprs, expr, i);
        if (expr_is_scalar(writer->exprs, operand))
            continue;
        if (!is_fill(writer, operand, depth + 1))
            return false;
        fill = true;
    }
    return fill;
}

/* A leading −a needs no parentheses: −(t − y)·y; a negative value put in does: (−0.1)·3. */
static Term write_factor(Writer *writer, const Piece *piece, bool first, int depth) {
    bool fills = writer->fills;
    writer->fills = is_fill(writer, piece->expr, 0);
    Term factor = write_expr(writer, piece->expr, depth + 1);
    writer->fills = fills;
    bool leading = first && !factor.put_in && factor.level == LEVEL_NEGATED && !piece->under_matmul;
    bool loose = factor.level == LEVEL_ENTRYWISE && !piece->under_matmul;
    bool closed =
        is_scaled_behind_matmul(writer, piece) ||
        (piece->after_entrywise && expr_get(writer->exprs, piece->expr)->kind == EXPR_MATMUL);
    return leading || loose ? factor
                            : fenced(writer, factor, closed ? LEVEL_FRACTION : LEVEL_PRODUCT);
}

static Term write_product(Writer *writer, Expr expr, int depth) {
    Pieces factors = open_product(writer, expr);
    Math *row = math_row(writer->arena, 0);
    Term product = {row, LEVEL_PRODUCT, EDGE_SYMBOL, EDGE_SYMBOL, false};
    Term last = {0};
    for (size_t i = 0; i < factors.count; i++) {
        Term factor = write_factor(writer, &factors.items[i], i == 0, depth);
        if (i == 0) {
            product.left = factor.left;
            product.level = factor.level < LEVEL_PRODUCT ? factor.level : LEVEL_PRODUCT;
        } else {
            const char *sign = join(writer, &last, &factor, &factors.items[i]);
            math_add(writer->arena, row, math_text(writer->arena, sign));
        }
        if (factors.items[i].entrywise && product.level > LEVEL_ENTRYWISE)
            product.level = LEVEL_ENTRYWISE;
        math_add(writer->arena, row, factor.math);
        last = factor;
    }
    if (factors.cut)
        math_add(writer->arena, row, math_text(writer->arena, "·…"));
    product.right = last.right;
    return product;
}

static Term write_fraction(Writer *writer, Expr expr, int depth) {
    Term above = write_operand(writer, expr, 0, depth, LEVEL_SUM);
    Term below = write_operand(writer, expr, 1, depth, LEVEL_SUM);
    Term term = atom(math_fraction(writer->arena, above.math, below.math), EDGE_FRACTION);
    term.level = LEVEL_FRACTION;
    return term;
}

static Term write_power(Writer *writer, Expr expr, int depth) {
    Term base = write_operand(writer, expr, 0, depth, LEVEL_ATOM);
    Term exponent = write_operand(writer, expr, 1, depth, LEVEL_SUM);
    base.math = math_superscript(writer->arena, base.math, exponent.math);
    base.level = LEVEL_POWER;
    return base;
}

static Term write_transpose(Writer *writer, Expr expr, int depth) {
    Term base = write_operand(writer, expr, 0, depth, LEVEL_ATOM);
    base.math = math_superscript(writer->arena, base.math, math_text(writer->arena, "T"));
    base.level = LEVEL_POWER;
    return base;
}

typedef struct Entries {
    Writer *writer;
    Expr expr;
    uint32_t columns;
    int depth;
} Entries;

static Math *write_entry(void *context, size_t row, size_t column) {
    const Entries *from = context;
    return write_operand(from->writer, from->expr, row * from->columns + column, from->depth,
                         LEVEL_SUM)
        .math;
}

static Term write_matrix(Writer *writer, Expr expr, const ExprNode *node, int depth) {
    Entries from = {writer, expr, node->columns, depth};
    return atom(
        math_matrix(writer->arena, node->rows, node->columns, MATH_MOST, write_entry, &from),
        EDGE_FENCE);
}

enum { SHORT_COLUMNS = 12, SHORT_PARTS = 64 };

/* Columns of the text of a formula, SHORT_COLUMNS + 1 for one that is tall. */
static int short_width(const Math *math) {
    if (math->kind == MATH_TEXT)
        return utf8_width(math->text);
    if (math->kind == MATH_FRACTION || math->kind == MATH_TABLE)
        return SHORT_COLUMNS + 1;
    int width = math->kind == MATH_FENCE ? 2 : 0;
    for (size_t i = 0; i < math->count && width <= SHORT_COLUMNS; i++)
        width += short_width(math->parts[i]);
    return width;
}

static const char *function_title(ExprFunction function) {
    switch (function) {
    case FUNCTION_SIGMOID: return "σ";
    case FUNCTION_RELU: return "ReLU";
    case FUNCTION_LEAKY_RELU: return "LeakyReLU";
    case FUNCTION_POSITIVE: return "ReLU′";
    case FUNCTION_LEAKY_SLOPE: return "LeakyReLU′";
    case FUNCTION_SUM: return "∑";
    default: return expr_functions[function].name;
    }
}

static Math *write_arguments(Writer *writer, Expr expr, const char *between, int depth) {
    Math *row = math_row(writer->arena, 0);
    size_t count = expr_get(writer->exprs, expr)->count;
    for (size_t i = 0; i < count; i++) {
        if (i)
            math_add(writer->arena, row, math_text(writer->arena, between));
        math_add(writer->arena, row, write_operand(writer, expr, i, depth, LEVEL_SUM).math);
    }
    return row->count == 1 ? row->parts[0] : row;
}

/* Its power is (log(x))², for log(x)² could be the logarithm of the square. */
static Term applied(Math *math, Edge left, Level level) {
    return (Term){math, level, left, EDGE_APPLIED, false};
}

static Term write_applied(Writer *writer, const char *name, Math *arguments) {
    Math *fence = math_fence(writer->arena, "(", arguments);
    Math *row = math_row(writer->arena, 2, math_text(writer->arena, name), fence);
    return applied(row, utf8_width(name) > 1 ? EDGE_WORD : EDGE_SYMBOL, LEVEL_POWER);
}

/* Whether the argument of exp is short enough to be raised. With numbers put in it is written the
 * way it is with names. */
static bool is_short(const Writer *writer, Expr argument, const Math *written) {
    if (!writer->style.value_of)
        return short_width(written) <= SHORT_COLUMNS;
    Writer names = *writer;
    names.style.value_of = NULL;
    names.style.derivative_of = NULL;
    names.parts = MOST_PARTS - SHORT_PARTS;
    return short_width(write_expr(&names, argument, 0).math) <= SHORT_COLUMNS;
}

static Term write_call(Writer *writer, Expr expr, const ExprNode *node, int depth) {
    ExprFunction function = (ExprFunction)node->function;
    const double *onehot = onehot_entries(writer, expr, node);
    if (onehot)
        return value_term(writer, onehot, node);
    bool compares = function == FUNCTION_AT_LEAST;
    Math *arguments = write_arguments(writer, expr, compares ? " ≥ " : ", ", depth);
    if (compares) /* Iverson's bracket: 1 where it holds, else 0 */
        return atom(math_fence(writer->arena, "[", arguments), EDGE_FENCE);
    if (function == FUNCTION_SQRT)
        return applied(math_root(writer->arena, arguments), EDGE_FENCE, LEVEL_POWER);
    if (function == FUNCTION_ABS)
        return applied(math_fence(writer->arena, "|", arguments), EDGE_FENCE, LEVEL_ATOM);
    if (function == FUNCTION_EXP &&
        is_short(writer, expr_operand(writer->exprs, expr, 0), arguments)) {
        Math *e = math_text(writer->arena, "e");
        Term power = atom(math_superscript(writer->arena, e, arguments), EDGE_SYMBOL);
        power.level = LEVEL_POWER;
        return power;
    }
    return write_applied(writer, function_title(function), arguments);
}

/* The matrix with a 1 in one place and 0 elsewhere: no letter, for that might be a name's. */
static Term write_unit(Writer *writer, const ExprNode *node) {
    Math *one = math_text(writer->arena, "unit");
    uint32_t column = node->columns == 1 ? 0 : node->at.column;
    return atom(math_entry(writer->arena, one, node->at.row, column), EDGE_WORD);
}

static Term write_derivative(Writer *writer, Expr expr, const ExprNode *node, int depth) {
    const MathStyle *style = &writer->style;
    const double *value = style->derivative_of ? style->derivative_of(style->context, expr) : NULL;
    if (value)
        return value_term(writer, value, node);
    /* Names stay names in a derivative, whatever values are put in elsewhere. */
    Writer plain = *writer;
    plain.style.value_of = NULL;
    Term of = write_operand(&plain, expr, 0, depth, LEVEL_ATOM);
    Term wrt = write_operand(&plain, expr, 1, depth, LEVEL_POWER);
    writer->parts = plain.parts;
    writer->nodes = plain.nodes;
    Term term = atom(math_partial(writer->arena, of.math, wrt.math), EDGE_PARTIAL);
    term.level = LEVEL_FRACTION;
    return term;
}

static bool is_sum_or_product(ExprKind kind) {
    return kind == EXPR_NEGATE || kind == EXPR_ADD || kind == EXPR_SUBTRACT ||
           kind == EXPR_MULTIPLY || kind == EXPR_MATMUL;
}

/* A function of one sum or product, of which the shapes matter, too; within a formula a sum that a
 * derivative brings in is a number. */
static bool is_function_of_product(const Writer *writer, Expr expr, const ExprNode *node,
                                   int depth) {
    const bool sums = node->kind == EXPR_REDUCE && depth == 0;
    if (!sums && (node->kind != EXPR_CALL || node->count != 1))
        return false;
    const ExprNode *inside = expr_get(writer->exprs, expr_operand(writer->exprs, expr, 0));
    return is_sum_or_product((ExprKind)inside->kind);
}

enum { FILL_MOST = 3 }; /* rows or columns shown: the first, dots, the last */

static Math *fill_entry(void *entry, size_t row, size_t column) {
    (void)row, (void)column;
    return entry;
}

/* The number that stands for all entries, which goes with any shape; or all of them, where it is
 * not short as that many ones. */
static Term write_fill(Writer *writer, Expr expr, const ExprNode *node, int depth) {
    Term number = write_expr(writer, expr_operand(writer->exprs, expr, 0), depth + 1);
    if (!writer->fills)
        return number;
    Arena *arena = writer->arena;
    bool is_short = number.math->kind == MATH_TEXT;
    Math *entry = is_short ? number.math : math_text(arena, "1");
    Math *matrix = math_matrix(arena, node->rows, node->columns, FILL_MOST, fill_entry, entry);
    if (is_short)
        return atom(matrix, EDGE_FENCE);
    number = fenced(writer, number, LEVEL_PRODUCT);
    Math *row = math_row(arena, 3, number.math, math_text(arena, " · "), matrix);
    return (Term){row, LEVEL_PRODUCT, number.left, EDGE_FENCE, false};
}

/* A term or factor with its shape; it stands apart from its neighbours as a derivative does.
 * Numbers put in are seen to have theirs, and a literal has none. */
static Term write_shaped(Writer *writer, Expr expr, const ExprNode *node, int depth) {
    writer->style.shaped = false;
    Term term = write_expr(writer, expr, depth);
    writer->style.shaped = true;
    term.left = term.right = EDGE_PARTIAL;
    if (!writer->style.value_of && node->kind != EXPR_NUMBER)
        term.math = math_shaped(writer->arena, term.math, node->rows, node->columns);
    return term;
}

static Term write_expr(Writer *writer, Expr expr, int depth) {
    const ExprNode *node = expr_get(writer->exprs, expr);
    if (writer->style.shaped && !is_sum_or_product((ExprKind)node->kind) &&
        !is_function_of_product(writer, expr, node, depth))
        return write_shaped(writer, expr, node, depth);
    bool too_much = writer->parts++ >= MOST_PARTS || writer->nodes++ >= MOST_NODES;
    if (depth > LIMIT_FORMULA_DEPTH || too_much || node->kind == EXPR_NONE)
        return atom(math_text(writer->arena, "…"), EDGE_SYMBOL);
    switch ((ExprKind)node->kind) {
    case EXPR_NONE: break;
    case EXPR_NUMBER: return write_literal(writer, node->number);
    case EXPR_NAME: return write_name(writer, node);
    case EXPR_NEGATE: return write_negate(writer, expr, depth);
    case EXPR_ADD:
    case EXPR_SUBTRACT: return write_sum(writer, expr, depth);
    case EXPR_MULTIPLY:
    case EXPR_MATMUL: return write_product(writer, expr, depth);
    case EXPR_DIVIDE: return write_fraction(writer, expr, depth);
    case EXPR_POWER: return write_power(writer, expr, depth);
    case EXPR_TRANSPOSE: return write_transpose(writer, expr, depth);
    case EXPR_INDEX: return write_index(writer, expr, node, depth);
    case EXPR_MATRIX: return write_matrix(writer, expr, node, depth);
    case EXPR_CALL: return write_call(writer, expr, node, depth);
    case EXPR_REDUCE:
        return write_applied(writer, "∑", write_operand(writer, expr, 0, depth, LEVEL_SUM).math);
    case EXPR_UNIT: return write_unit(writer, node);
    case EXPR_FILL: return write_fill(writer, expr, node, depth);
    case EXPR_DERIVATIVE: return write_derivative(writer, expr, node, depth);
    }
    return atom(math_text(writer->arena, "…"), EDGE_SYMBOL);
}

Math *math_expr(Arena *arena, const Exprs *exprs, const Scope *scope, Expr expr, MathStyle style) {
    if (style.digits <= 0)
        style.digits = NUMBER_DEFAULT_DIGITS;
    Writer writer = {.arena = arena, .exprs = exprs, .scope = scope, .style = style};
    return write_expr(&writer, expr, 0).math;
}
