/* Formulas and cards: what is drawn, character by character. */
#include <check.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "expr/parse.h"
#include "view/card_text.h"
#include "view/code.h"
#include "view/math_text.h"

#define COUNT(array) ((int)(sizeof(array) / sizeof *(array)))

typedef struct Board {
    Arena arena;
    Exprs exprs;
    Scope scope;
    Diags diags;
} Board;

static void declare(Board *board, const char *name, const char *spelling, uint32_t rows,
                    uint32_t columns) {
    scope_add(&board->scope,
              (Symbol){.name = name, .spelling = spelling, .rows = rows, .columns = columns});
}

static Board *new_board(void) {
    static const char *const names[] = {"t1", "y1", "x",  "y",  "z",  "a", "b",  "c", "w5",
                                        "h1", "w6", "h2", "b3", "z3", "E", "iq", "w"};
    Board *board = calloc(1, sizeof *board);
    ck_assert_ptr_nonnull(board);
    exprs_init(&board->exprs, &board->arena);
    scope_init(&board->scope, &board->arena);
    board->diags = (Diags){.arena = &board->arena, .file = "test"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        declare(board, names[i], NULL, 1, 1);
    declare(board, "w1_11", "w_{11}^{(1)}", 1, 1);
    declare(board, "W", NULL, 2, 3);
    declare(board, "V", NULL, 2, 3);
    declare(board, "X", NULL, 3, 1);
    declare(board, "B", NULL, 2, 1);
    return board;
}

static void free_board(Board *board) {
    arena_clear(&board->arena);
    free(board);
}

static Expr parse(Board *board, const char *text) {
    Parser parser = {.exprs = &board->exprs,
                     .scope = &board->scope,
                     .diags = &board->diags,
                     .arena = &board->arena};
    parser_init(&parser, text, 1, 1);
    Expr expr = parse_expression(&parser);
    ck_assert_msg(expr != 0, "cannot read %s", text);
    return expr;
}

static Math *write_as(Board *board, const char *text, MathStyle style) {
    return math_expr(&board->arena, &board->exprs, &board->scope, parse(board, text), style);
}

static Math *write_names(Board *board, const char *text) {
    return write_as(board, text, (MathStyle){.digits = 4, .lit = SYMBOL_NONE});
}

/* All rows of a grid, each ended by a newline. */
static const char *picture(Arena *arena, const Grid *grid) {
    const char *all = "";
    for (int row = 0; row < grid->rows; row++)
        all = arena_format(arena, "%s%s\n", all, grid_line(arena, grid, row));
    return all;
}

static const struct {
    const char *written, *unicode, *ascii;
} lines[] = {
    {"-(t1-y1)", "−(t₁ − y₁)", "-(t1 - y1)"},
    {"(t1-y1)^2/2", "(t₁ − y₁)²/2", "(t1 - y1)^2/2"},
    {"y1*(1-y1)", "y₁(1 − y₁)", "y1*(1 - y1)"},
    {"b3+w5*h1+w6*h2", "b₃ + w₅h₁ + w₆h₂", "b3 + w5*h1 + w6*h2"},
    {"iq*w", "iq·w", "iq*w"},
    {"2*x", "2x", "2*x"},
    {"x*2", "x·2", "x*2"},
    {"3*(x+y*z)", "3(x + yz)", "3*(x + y*z)"},
    {"-x^2", "−x²", "-x^2"},
    {"(-x)^2", "(−x)²", "(-x)^2"},
    {"a-(b+c)", "a − (b + c)", "a - (b + c)"},
    {"a-(b-c)", "a − (b − c)", "a - (b - c)"},
    {"a-b-c", "a − b − c", "a - b - c"},
    {"a+(-b)", "a + (−b)", "a + (-b)"},
    {"(a/b)*c", "(a/b)·c", "(a/b)*c"},
    {"a/(b*c)", "a/(bc)", "a/(b*c)"},
    {"(a/b)/c", "(a/b)/c", "(a/b)/c"},
    {"(a+b)/c", "(a + b)/c", "(a + b)/c"},
    {"a/(-b)", "a/(−b)", "a/(-b)"},
    {"a^b^c", "a^(bᶜ)", "a^(b^c)"},
    {"(a^b)^c", "(aᵇ)ᶜ", "(a^b)^c"},
    {"sigmoid(z3)", "σ(z₃)", "sigma(z3)"},
    {"exp(-z3)", "e^(−z₃)", "e^(-z3)"},
    {"exp(b3+w5*h1+w6*h2)", "exp(b₃ + w₅h₁ + w₆h₂)", "exp(b3 + w5*h1 + w6*h2)"},
    {"x*log(y)", "x·log(y)", "x*log(y)"},
    {"sqrt(1+x^2)", "√(1 + x²)", "sqrt(1 + x^2)"},
    {"abs(x-y)", "|x − y|", "|x - y|"},
    {"abs(x)*abs(y)*z", "|x|·|y|·z", "|x|*|y|*z"},
    {"abs(x)*y*abs(z)^2", "|x|·y|z|²", "|x|*y*|z|^2"},
    {"log(a*x+b)*x", "log(ax + b)·x", "log(a*x + b)*x"},
    {"log(x)^2*y", "(log(x))²y", "(log(x))^2*y"},
    {"sqrt(x)*y", "√x·y", "sqrt(x)*y"},
    {"sqrt(x)^2", "(√x)²", "(sqrt(x))^2"},
    {"sum(W)^2", "(∑(W))²", "(sum(W))^2"},
    {"x^(a/b)*(x+y)", "x^(a/b)·(x + y)", "x^(a/b)*(x + y)"},
    {"exp(X)[2]", "(e^(X))[2]", "(e^X)[2]"},
    {"W.T[1,2]", "Wᵀ[1,2]", "W^T[1,2]"},
    {"softmax(X)[2]", "softmax(X)[2]", "softmax(X)[2]"},
    {"(W/2)@X", "(W/2) · X", "(W/2) @ X"},
    {"W@(X/x)", "W · (X/x)", "W @ (X/x)"},
    {"W@(2*X)", "W(2X)", "W @ (2*X)"},
    {"2*W@X", "2WX", "2*W @ X"},
    {"(W*2)@X", "W·2 · X", "W*2 @ X"},
    {"B*((W@X)/2)", "B ⊙ (WX/2)", "B * (W @ X/2)"},
    {"x - (-y)/z", "x − (−y)/z", "x - (-y)/z"},
    {"(-y)/z - x", "−y/z − x", "-y/z - x"},
    {"relu(z)", "ReLU(z)", "ReLU(z)"},
    {"W@X", "WX", "W @ X"},
    {"W.T@B", "WᵀB", "W^T @ B"},
    {"(W+V)@X", "(W + V)X", "(W + V) @ X"},
    {"W*V", "W ⊙ V", "W * V"},
    {"(W*V)@X", "(W ⊙ V)X", "(W * V) @ X"},
    {"2*W", "2W", "2*W"},
    {"W[1,2]", "W[1,2]", "W[1,2]"},
    {"X[2]", "X[2]", "X[2]"},
    {"[[1,2],[3,4]]", "[1, 2; 3, 4]", "[1, 2; 3, 4]"},
    {"w1_11*x", "w₁₁⁽¹⁾x", "w_11^(1)*x"},
    {"w1_11^2", "(w₁₁⁽¹⁾)²", "(w_11^(1))^2"},
    {"h1^2", "h₁²", "h1^2"},
    {"1/2*(t1-y1)^2", "(1/2)(t₁ − y₁)²", "(1/2)*(t1 - y1)^2"},
    {"-(t1-y1)*y1*(1-y1)*h1", "−(t₁ − y₁)y₁(1 − y₁)h₁", "-(t1 - y1)*y1*(1 - y1)*h1"},
    {"0.00001*x", "10⁻⁵x", "10^-5*x"},
    {"0.795*x", "0.795x", "0.795*x"},
};

START_TEST(test_line) {
    Board *board = new_board();
    Math *math = write_names(board, lines[_i].written);
    ck_assert_str_eq(math_line(&board->arena, math, false), lines[_i].unicode);
    ck_assert_str_eq(math_line(&board->arena, math, true), lines[_i].ascii);
    free_board(board);
}
END_TEST

/* What a formula says must not depend on where its parentheses went: read back, it is the same. */
static const char *const line_reads_back_cases[] = {
    "-(t1-y1)",   "a-(b-c)",
    "a-(b+c)-x",  "a/(b*c)",
    "(a/b)/c",    "(a+b)/c",
    "a/(b/c)",    "(-x)^2",
    "a^b^c",      "(a^b)^c",
    "a+(-b)",     "sqrt(a/b)",
    "log(x)*y",   "(a-b)/(1+1/(1+1/x))",
    "a*(-b)",     "(W+V)@X",
    "(W*V)@X",    "2*x^2",
    "1-(-(-x))",  "(a/b)^2",
    "a^(b/c)",    "a^(-b)",
    "max(a,b)*c", "B*(W@X)",
    "(W@X)*B",    "(W/V)@X",
    "W@(X/x)",    "B*((W@X)/x)",
    "(X^2)[2]",   "log(x)^2",
    "W@(2*X)",    "W@(x*y*X)",
    "(W*2)@X",    "W@(-X)",
    "2*W@X",      "(2*W)@(3*X)",
};

START_TEST(test_line_reads_back) {
    Board *board = new_board();
    const char *line =
        math_line(&board->arena, write_names(board, line_reads_back_cases[_i]), true);
    ck_assert_msg(parse(board, line) == parse(board, line_reads_back_cases[_i]), "%s became %s",
                  line_reads_back_cases[_i], line);
    free_board(board);
}
END_TEST

/* The entries of any name of the test board: 0.5, or what the context says. */
static const double *value_of(const void *context, SymbolId symbol) {
    (void)symbol;
    return context;
}

static const struct {
    const char *written, *expected;
    double value;
} values_cases[] = {
    {"y1*(1-y1)", "0.7333·(1 − 0.7333)", 0.7333},
    {"b3+w5*h1", "0.2 + 0.2·0.2", 0.2},
    {"x*3", "(−0.1)·3", -0.1},
    {"a-b", "−0.1 − (−0.1)", -0.1},
    {"x^2", "(−0.1)²", -0.1},
    {"2*x", "2·0.5", 0.5},
    {"a*b", "10⁻⁵·10⁻⁵", 1e-5},
    {"X[2]", "0.5", 0.5},
};

START_TEST(test_values) {
    Board *board = new_board();
    double entries[6] = {0};
    for (size_t i = 0; i < 6; i++)
        entries[i] = values_cases[_i].value;
    MathStyle style = {.digits = 4, .value_of = value_of, .context = entries, .lit = SYMBOL_NONE};
    Math *math = write_as(board, values_cases[_i].written, style);
    ck_assert_str_eq(math_line(&board->arena, math, false), values_cases[_i].expected);
    free_board(board);
}
END_TEST

static const struct {
    const char *name, *spelling, *expected;
} names_cases[] = {
    {"w5", NULL, "w₅"},
    {"w_11", NULL, "w₁₁"},
    {"w_in", NULL, "wᵢₙ"},
    {"yhat", NULL, "ŷ"},
    {"yhat1", NULL, "ŷ₁"},
    {"zbar", NULL, "z\u0304"},
    {"theta1", NULL, "θ₁"},
    {"eta", NULL, "η"},
    {"beta1", NULL, "β₁"},
    {"thetahat", NULL, "θ\u0302"},
    {"Gamma", NULL, "Γ"},
    {"iq", NULL, "iq"},
    {"cgpa", NULL, "cgpa"},
    {"pixel", NULL, "pixel"},
    {"etas", NULL, "etas"},
    {"loss2", NULL, "loss₂"},
    {"learning_rate", NULL, "learning_rate"},
    {"w1", "w_{11}^{(1)}", "w₁₁⁽¹⁾"},
    {"w1", "w^{(1)}_{11}", "w₁₁⁽¹⁾"},
    {"q", "\\hat{y}'", "ŷ′"},
    {"q", "\\eta_1", "η₁"},
    {"q", "loss", "loss"},
    {"w_", NULL, "w_"},
    {"_1", NULL, "_1"},
    {"hat", NULL, "hat"},
};

START_TEST(test_names) {
    Arena arena = {0};
    Math *math = math_name(&arena, names_cases[_i].name, names_cases[_i].spelling);
    ck_assert_str_eq(math_line(&arena, math, false), names_cases[_i].expected);
    arena_clear(&arena);
}
END_TEST

START_TEST(test_spelling) {
    static const char *const good[] = {"w", "w_1", "w_{1,2}", "\\tilde{\\theta}_1", "x'", "a_1^2"};
    for (size_t i = 0; i < sizeof good / sizeof *good; i++)
        ck_assert_msg(math_spelling_ok(good[i], NULL), "%s", good[i]);
    static const struct {
        const char *text;
        size_t at;
    } bad[] = {{"", 0},   {"w_", 2},   {"w_{1", 4}, {"w_1_2", 3},     {"\\frac", 0},
               {"a}", 1}, {"w_{}", 3}, {"a b", 1},  {"\\hat{ab}", 4}, {"\\hat", 4}};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        size_t at = 99;
        ck_assert_msg(!math_spelling_ok(bad[i].text, &at), "%s", bad[i].text);
        ck_assert_msg(at == bad[i].at, "%s: at %zu", bad[i].text, at);
    }
    char deep[1001];
    memset(deep, '{', 1000);
    deep[1000] = '\0';
    ck_assert(!math_spelling_ok(deep, NULL));
}
END_TEST

static const struct {
    const char *written, *unicode, *ascii;
} draw_cases[] = {
    {"(t1-y1)^2/2",
     " (t₁ − y₁)²\n"
     "────────────\n"
     "     2\n",
     " (t1 - y1)^2\n"
     "-------------\n"
     "      2\n"},
    {"((a+b)/c)^2",
     "⎛ a + b ⎞²\n"
     "⎜───────⎟\n"
     "⎝   c   ⎠\n",
     "( a + b )^2\n"
     "(-------)\n"
     "(   c   )\n"},
    {"exp(-z3)", " −z₃\ne\n", " -z3\ne\n"},
    {"W[1,2]^2", "W[1,2]²\n", "W[1,2]^2\n"},
    {"[[1,2.5],[-3,4]]", "⎡ 1  2.5⎤\n⎣−3  4  ⎦\n", "[ 1  2.5]\n[-3  4  ]\n"},
    {"w1_11*x", "w₁₁⁽¹⁾x\n", "w_11^(1)*x\n"},
};

START_TEST(test_draw) {
    Board *board = new_board();
    Math *math = write_names(board, draw_cases[_i].written);
    MathBox unicode = math_draw(&board->arena, math, false);
    ck_assert_str_eq(picture(&board->arena, &unicode.grid), draw_cases[_i].unicode);
    MathBox ascii = math_draw(&board->arena, math, true);
    ck_assert_str_eq(picture(&board->arena, &ascii.grid), draw_cases[_i].ascii);
    free_board(board);
}
END_TEST

static Math *derivative(Arena *arena, const char *of, const char *wrt) {
    return math_partial(arena, math_name(arena, of, NULL), math_name(arena, wrt, NULL));
}

START_TEST(test_equation) {
    Arena arena = {0};
    Math *dot = math_text(&arena, " · ");
    const Math *parts[] = {
        derivative(&arena, "E", "w5"),
        math_row(&arena, 3, derivative(&arena, "E", "y1"), dot, derivative(&arena, "y1", "w5")),
        math_text(&arena, "0.04280·0.1145")};
    const char *signs[] = {NULL, "=", "="};
    Grid wide = math_equation(&arena, parts, signs, 3, (EquationLayout){.width = 60});
    ck_assert_str_eq(picture(&arena, &wide), " ∂E      ∂E      ∂y₁\n"
                                             "───── = ───── · ───── = 0.04280·0.1145\n"
                                             " ∂w₅     ∂y₁     ∂w₅\n");
    Grid narrow = math_equation(&arena, parts, signs, 3, (EquationLayout){.width = 30});
    ck_assert_str_eq(picture(&arena, &narrow), " ∂E      ∂E      ∂y₁\n"
                                               "───── = ───── · ─────\n"
                                               " ∂w₅     ∂y₁     ∂w₅\n"
                                               "      = 0.04280·0.1145\n");
    Grid flat = math_equation(&arena, parts, signs, 3,
                              (EquationLayout){.width = 30, .ascii = true, .flat = true});
    ck_assert_str_eq(picture(&arena, &flat), "dE/dw5 = dE/dy1 * dy1/dw5\n"
                                             "       = 0.04280*0.1145\n");
    parts[2] = math_row(&arena, 3, math_text(&arena, "0.04280"), dot, math_text(&arena, "−0.1145"));
    Grid below = math_equation(&arena, parts, signs, 3, (EquationLayout){.width = 60});
    ck_assert_str_eq(picture(&arena, &below), " ∂E       ∂E        ∂y₁\n"
                                              "───── =  ─────  ·  ─────\n"
                                              " ∂w₅      ∂y₁       ∂w₅\n"
                                              "      = 0.04280 · −0.1145\n");
    Grid two = math_equation(&arena, parts, signs, 3, (EquationLayout){.width = 20});
    ck_assert_str_eq(picture(&arena, &two), " ∂E       ∂E\n"
                                            "───── =  ─────\n"
                                            " ∂w₅      ∂y₁\n"
                                            "\n"
                                            "             ∂y₁\n"
                                            "         ·  ─────\n"
                                            "             ∂w₅\n"
                                            "      = 0.04280\n"
                                            "         · −0.1145\n");
    arena_clear(&arena);
}
END_TEST

START_TEST(test_code) {
    static const char drawing[] = "      x o--------> h --.\n"
                                  "                        > E\n"
                                  "      y o--------> k --'\n";
    Arena arena = {0};
    Grid wide = code_draw(&arena, drawing, 60, false);
    ck_assert_str_eq(picture(&arena, &wide), "        x o--------> h --.\n"
                                             "                          > E\n"
                                             "        y o--------> k --'\n");
    Grid narrow = code_draw(&arena, drawing, 18, false);
    ck_assert_str_eq(picture(&arena, &narrow), "  x o---> h --.\n"
                                               "               > E\n"
                                               "  y o---> k --'\n");
    Grid cut = code_draw(&arena, "a word that is long\nand another one\n", 8, true);
    ck_assert_str_eq(picture(&arena, &cut), "a word ~\n"
                                            "and ano~\n");
    for (int width = 0; width < 40; width++)
        ck_assert_int_eq(code_draw(&arena, drawing, width, width % 2).columns, width);
    arena_clear(&arena);
}
END_TEST

START_TEST(test_equation_never_too_wide) {
    Board *board = new_board();
    const Math *parts[] = {write_names(board, "z3"),
                           write_names(board, "b3+w5*h1+w6*h2+(t1-y1)^2/2+exp(-z3)"),
                           write_names(board, "1/(1+exp(-z3))")};
    const char *signs[] = {NULL, "=", "≈"};
    for (int width = -1; width < 80; width++)
        for (int mode = 0; mode < 4; mode++) {
            Grid grid = math_equation(
                &board->arena, parts, signs, 3,
                (EquationLayout){.width = width, .ascii = (mode & 1) != 0, .flat = mode > 1});
            ck_assert_int_gt(grid.rows, 0);
            if (width >= 8)
                ck_assert_int_le(grid.columns, width);
        }
    free_board(board);
}
END_TEST

/* Broken at a sign within parentheses, above a fraction line and under a root; what has no sign
 * stays as wide as it is. */
START_TEST(test_broken) {
    Board *board = new_board();
    const Math *math = write_names(board, "(t1-sigmoid(b3+w5*h1+w6*h2))^2/2");
    int whole = math_draw(&board->arena, math, false).grid.columns;
    for (int width = 24; width < 60; width++) {
        MathBox box = math_draw_within(&board->arena, math, false, width, ROOM_SOME);
        ck_assert_int_le(box.grid.columns, width);
        ck_assert_int_eq(box.grid.rows > 3, width < whole);
    }
    MathBox narrow = math_draw_within(&board->arena, math, false, 24, ROOM_SOME);
    ck_assert_str_eq(picture(&board->arena, &narrow.grid), " ⎛t₁ − σ⎛b₃ + w₅h₁⎞⎞²\n"
                                                           " ⎝      ⎝   + w₆h₂⎠⎠\n"
                                                           "──────────────────────\n"
                                                           "          2\n");
    const Math *root = write_names(board, "sqrt(b3+w5*h1+w6*h2)");
    for (int mode = 0; mode < 2; mode++)
        ck_assert_int_le(
            math_draw_within(&board->arena, root, mode == 1, 20, ROOM_SOME).grid.columns, 20);
    const Math *name = write_names(board, "h1");
    ck_assert_int_eq(math_draw_within(&board->arena, name, false, 1, ROOM_SOME).grid.columns, 2);
    free_board(board);
}
END_TEST

static bool has_style(const Grid *grid, const char *text, Style style) {
    for (int i = 0; i < grid->rows * grid->columns; i++)
        if (grid->cells[i].style == style && strcmp(grid->cells[i].text, text) == 0)
            return true;
    return false;
}

START_TEST(test_lit_name) {
    Board *board = new_board();
    MathStyle style = {.digits = 4, .lit = scope_find(&board->scope, "w5")};
    const Math *part = write_as(board, "(w5*h1)/2", style);
    for (int flat = 0; flat < 2; flat++) {
        Grid grid = math_equation(&board->arena, &part, NULL, 1,
                                  (EquationLayout){.width = 40, .flat = flat == 1});
        ck_assert(has_style(&grid, "w", STYLE_LIT));
        ck_assert(has_style(&grid, "₅", STYLE_LIT));
        ck_assert(has_style(&grid, "h", STYLE_NORMAL));
    }
    free_board(board);
}
END_TEST

START_TEST(test_long_and_deep) {
    Board *board = new_board();
    Expr x = parse(board, "x"), sum = x, product = x, doubled = x;
    for (int i = 0; i < 50000; i++) {
        sum = expr_binary(&board->exprs, EXPR_ADD, sum, x);
        product =
            expr_binary(&board->exprs, EXPR_MULTIPLY, i % 2 ? x : product, i % 2 ? product : x);
        doubled = expr_binary(&board->exprs, EXPR_DIVIDE, doubled, doubled);
    }
    const Expr all[] = {sum, product, doubled};
    for (size_t i = 0; i < 3; i++) {
        MathStyle style = {.digits = 4, .lit = SYMBOL_NONE};
        Math *math = math_expr(&board->arena, &board->exprs, &board->scope, all[i], style);
        const char *line = math_line(&board->arena, math, false);
        ck_assert_ptr_nonnull(strstr(line, "…"));
        ck_assert_uint_lt(strlen(line), 100000);
        Grid grid = math_equation(&board->arena, (const Math *[]){math}, NULL, 1,
                                  (EquationLayout){.width = 60});
        ck_assert_int_le(grid.columns, 60);
    }
    free_board(board);
}
END_TEST

START_TEST(test_large_matrix) {
    Arena arena = {0};
    double entries[20 * 9] = {0};
    entries[20 * 9 - 1] = 7;
    const char *line = math_line(&arena, math_value(&arena, entries, 20, 9, 4), false);
    ck_assert_ptr_nonnull(strstr(line, "[0, 0, 0, 0, …, 0, 0, 0; "));
    ck_assert_ptr_nonnull(strstr(line, "; …; "));
    ck_assert_ptr_nonnull(strstr(line, ", 7]"));
    arena_clear(&arena);
}
END_TEST

START_TEST(test_card) {
    Arena arena = {0};
    Card card = {.arena = &arena, .title = "Step 1"};
    Block *block = card_add(&card, BLOCK_TEXT);
    block_text(&card, block, "The slope is ");
    block_math(&card, block, derivative(&arena, "E", "w5"));
    block_text(&card, block, " = %d here.", 3);
    for (int i = 1; i <= 2; i++) {
        block = card_add(&card, BLOCK_TEXT);
        block->level = 1;
        block->marker = "•";
        block_text(&card, block, "item %d goes on to a second line", i);
    }
    block = card_add(&card, BLOCK_TABLE);
    block->columns = 2;
    block->header = true;
    const char *cells[] = {"name", "value", "a", "12.5", "b", "−3.25"};
    for (size_t i = 0; i < 6; i++)
        block_part(&card, block, NULL, math_text(&arena, cells[i]));
    Grid grid = card_draw(&arena, &card, (CardLayout){.width = 24, .title = true});
    ck_assert_int_eq(grid.columns, 24);
    ck_assert_str_eq(picture(&arena, &grid), "Step 1\n"
                                             "\n"
                                             "The slope is ∂E/∂w₅ = 3\n"
                                             "here.\n"
                                             "\n"
                                             "• item 1 goes on to a\n"
                                             "  second line\n"
                                             "• item 2 goes on to a\n"
                                             "  second line\n"
                                             "\n"
                                             "name  value\n"
                                             "────  ─────\n"
                                             "a     12.5\n"
                                             "b     −3.25\n");
    arena_clear(&arena);
}
END_TEST

/* Every block at every small width: all of it inside, and with `ascii` nothing but ASCII. */
START_TEST(test_card_fits) {
    Arena arena = {0};
    Card card = {.arena = &arena, .title = "Ein Titel – länger als schmal"};
    double entries[3 * 70] = {1, -2, INFINITY, NAN};
    HeatMap heat = {3, 70, entries};
    Gear pair[] = {{"little", 1, 2, "1", "2"}, {"größer", 2, 1, "2", NULL}};
    GearTrain gears = {pair, 2};
    for (int kind = BLOCK_TEXT; kind <= BLOCK_ERROR; kind++) {
        Block *block = card_add(&card, (BlockKind)kind);
        block->level = kind == BLOCK_TEXT ? 90 : 1;
        block->marker = "10.";
        block->quote = kind % 2 == 1;
        block->columns = 3;
        block->heat = &heat;
        block->gears = &gears;
        block->text = "θ\n\n\tand a line that is longer than it may be";
        for (int i = 0; i < 7; i++) {
            block_part(&card, block, i ? "≈" : NULL, derivative(&arena, "yhat", "theta1"));
            block_text(&card, block, "Donaudampfschifffahrtsgesellschaft %d ⊙ ", i);
        }
    }
    for (int width = -1; width < 60; width++)
        for (int mode = 0; mode < 4; mode++) {
            CardLayout layout = {
                .width = width, .ascii = (mode & 1) != 0, .flat = mode > 1, .title = true};
            Grid grid = card_draw(&arena, &card, layout);
            ck_assert_int_eq(grid.columns, width < 20 ? 20 : width);
            const char *all = picture(&arena, &grid);
            ck_assert_ptr_nonnull(strstr(all, layout.ascii ? "dyhat" : "∂ŷ"));
            for (const char *at = all; layout.ascii && *at; at++)
                ck_assert_int_lt((unsigned char)*at, 0x80);
        }
    arena_clear(&arena);
}
END_TEST

Suite *view_suite(void);

Suite *view_suite(void) {
    Suite *suite = suite_create("view");
    TCase *formulas = tcase_create("formulas");
    tcase_add_loop_test(formulas, test_line, 0, COUNT(lines));
    tcase_add_loop_test(formulas, test_line_reads_back, 0, COUNT(line_reads_back_cases));
    tcase_add_loop_test(formulas, test_values, 0, COUNT(values_cases));
    tcase_add_loop_test(formulas, test_names, 0, COUNT(names_cases));
    tcase_add_test(formulas, test_spelling);
    tcase_add_loop_test(formulas, test_draw, 0, COUNT(draw_cases));
    tcase_add_test(formulas, test_equation);
    tcase_add_test(formulas, test_code);
    tcase_add_test(formulas, test_equation_never_too_wide);
    tcase_add_test(formulas, test_broken);
    tcase_add_test(formulas, test_lit_name);
    tcase_add_test(formulas, test_long_and_deep);
    tcase_add_test(formulas, test_large_matrix);
    suite_add_tcase(suite, formulas);
    TCase *cards = tcase_create("cards");
    tcase_add_test(cards, test_card);
    tcase_add_test(cards, test_card_fits);
    suite_add_tcase(suite, cards);
    return suite;
}
