/* Numbers as text, and text as numbers. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/number.h"
#include "num/rng.h"
#include "suites.h"

#define COUNT(array) ((int)(sizeof(array) / sizeof *(array)))

START_TEST(shortest_reads_back) {
    Rng rng = rng_stream(1, "bits");
    for (int i = 0; i < 100000; i++) {
        uint64_t bits = rng_next(&rng);
        double value, back;
        memcpy(&value, &bits, sizeof value);
        if (!isfinite(value))
            continue;
        char text[NUMBER_SIZE];
        number_shortest(value, text);
        bool negative = *text == '-';
        size_t length = number_parse(text + negative, &back);
        ck_assert_msg(text[negative + length] == '\0', "%s is not read to its end", text);
        back = negative ? -back : back;
        ck_assert_msg(memcmp(&back, &value, sizeof value) == 0, "%a → %s → %a", value, text, back);
    }
}
END_TEST

static const struct {
    double value;
    const char *text;
} shortest[] = {
    {0, "0"},
    {-0.0, "-0"},
    {0.1, "0.1"},
    {30, "30"},
    {1e-300, "1e-300"},
    {5e-324, "5e-324"},
    {1.7976931348623157e308, "1.7976931348623157e308"},
    {0.30000000000000004, "0.30000000000000004"},
    {1.0 / 3, "0.3333333333333333"},
    {-2.5, "-2.5"},
    {123456789, "123456789"},
    {1e9, "1e9"},
    {1e22, "1e22"},
    {INFINITY, "inf"},
    {-INFINITY, "-inf"},
    {NAN, "nan"},
};

START_TEST(writes_shortest) {
    char text[NUMBER_SIZE];
    number_shortest(shortest[_i].value, text);
    ck_assert_str_eq(text, shortest[_i].text);
}
END_TEST

static const struct {
    double value;
    int digits;
    const char *text;
} formatted[] = {
    {0.73333333, 4, "0.7333"},
    {0.004899950598236075, 4, "0.004900"},
    {0.4, 4, "0.4"},
    {30, 4, "30"},
    {1.2341e-5, 4, "1.234e-5"},
    {1.234e-5, 4, "1.234e-5"},
    {1e-5, 4, "1e-5"},
    {-0.0, 4, "0"},
    {-0.73333, 4, "-0.7333"},
    {0.999999, 4, "1.000"},
    {1.0 / 3, 2, "0.33"},
    {1.0 / 3, 17, "0.3333333333333333"},
    {1234567, 4, "1234567"},
    {12345.6789, 4, "12346"},
    {6.02214076e23, 4, "6.022e23"},
    {6e23, 4, "6e23"},
    {9999999999, 4, "1.000e10"},
    {2.0 / 3, 1, "0.7"},
    {NAN, 4, "nan"},
    {-INFINITY, 4, "-inf"},
};

START_TEST(formats) {
    char text[NUMBER_SIZE];
    number_format(formatted[_i].value, formatted[_i].digits, text);
    ck_assert_str_eq(text, formatted[_i].text);
}
END_TEST

/* A number beside a rounding edge, or anywhere: k halves of a last digit, and their neighbours. */
static double edge_number(Rng *rng) {
    double number = (double)(rng_next(rng) % 20000000);
    double edge = number / 2 * pow(10, -(double)(rng_next(rng) % 12));
    switch (rng_next(rng) % 4) {
    case 0: return edge;
    case 1: return nextafter(edge, INFINITY);
    case 2: return -nextafter(edge, 0);
    default: return edge * (1 + rng_unit(rng));
    }
}

/* However the digits are found, they are those of printf, which rounds the exact value. */
START_TEST(formats_as_printf) {
    Rng rng = rng_stream(3, "edges");
    for (int i = 0; i < 400000; i++) {
        double value = edge_number(&rng);
        int digits = 1 + i % (NUMBER_MOST_DIGITS - 1);
        char text[NUMBER_SIZE], wanted[NUMBER_SIZE];
        number_format(value, digits, text);
        snprintf(wanted, sizeof wanted, "%.*e", digits - 1, value);
        if (fabs(value) < 1e9 && atoi(strchr(wanted, 'e') + 1) >= digits)
            snprintf(wanted, sizeof wanted, "%.0f", value); /* no digit before the point is lost */
        ck_assert_msg(strtod(text, NULL) == strtod(wanted, NULL),
                      "%.17g with %d digits is %s, not %s", value, digits, text, wanted);
    }
}
END_TEST

/* No digits, too many digits, any value: the text always fits and is always a number. */
START_TEST(formats_anything) {
    Rng rng = rng_stream(2, "bits");
    for (int i = 0; i < 20000; i++) {
        uint64_t bits = rng_next(&rng);
        double value, back;
        memcpy(&value, &bits, sizeof value);
        int digits = 1 + i % NUMBER_MOST_DIGITS;
        char text[NUMBER_SIZE + 1];
        text[NUMBER_SIZE] = '!';
        number_format(value, digits, text);
        ck_assert_int_eq(text[NUMBER_SIZE], '!');
        if (!isfinite(value))
            continue;
        ck_assert_uint_eq(number_parse(text + (*text == '-'), &back),
                          strlen(text) - (*text == '-'));
        back = *text == '-' ? -back : back;
        double tolerance = fmax(fabs(value) * 0.50001 * pow(10, 1 - digits), 5e-324);
        ck_assert_msg(fabs(back - value) <= tolerance, "%.17g with %d digits is %s", value, digits,
                      text);
    }
}
END_TEST

START_TEST(digits_apart) {
    ck_assert_int_eq(number_digits_apart(0.4, 0.39951, 4), 4);
    ck_assert_int_eq(number_digits_apart(1, 0.999964, 4), 5);
    ck_assert_int_eq(number_digits_apart(1, 2, 4), 4);
    ck_assert_int_eq(number_digits_apart(3, 3, 4), 4);
    ck_assert_int_eq(number_digits_apart(1, nextafter(1, 2), 4), NUMBER_MOST_DIGITS);
    ck_assert_int_eq(number_digits_apart(NAN, NAN, 4), NUMBER_MOST_DIGITS);
}
END_TEST

static const struct {
    const char *text;
    size_t length;
    double value;
} parsed[] = {
    {"12", 2, 12}, {"1.5e3x", 5, 1500}, {".5", 2, 0.5},   {"5.", 2, 5},    {"1e", 1, 1},
    {"1e+", 1, 1}, {"1e+2", 4, 100},    {"0x10", 1, 0},   {"", 0, 0},      {".", 0, 0},
    {"-1", 0, 0},  {"inf", 0, 0},       {"nan", 0, 0},    {"e5", 0, 0},    {"1e999", 5, INFINITY},
    {"007", 3, 7}, {"1.2.3", 3, 1.2},   {"1e-400", 6, 0}, {"2E5", 3, 2e5},
};

START_TEST(parses_numbers) {
    double value = 0;
    ck_assert_uint_eq(number_parse(parsed[_i].text, &value), parsed[_i].length);
    ck_assert_double_eq(value, parsed[_i].value);
}
END_TEST

static const struct {
    double value;
    const char *text;
    bool rounds;
} roundings[] = {
    {0.73333, "0.7333", true},
    {0.73336, "0.7333", false},
    {0.7333, "0.7333", true},
    {0.004899950598236075, "4.9e-3", true},
    {0.004899950598236075, "0.0049", true},
    {0.004899950598236075, "0.00489", false},
    {0.5, "0", true}, /* a tie: either way is right */
    {0.5, "1", true},
    {0.51, "0", false},
    {-0.04280, "-0.0428", true},
    {-0.04280, "0.0428", false},
    {30.4, "30", true},
    {1234, "1.2e3", true},
    {1260, "1.2e3", false},
    {NAN, "0", false},
    {INFINITY, "1e400", true},
    {3, "1e400", false},
    {3, "1e309", false},
    {INFINITY, "0e309", false},
    {0, "", false},
    {0, "-", false},
    {1, "1x", false},
    {1, "1 ", false},
};

START_TEST(rounds_to) {
    ck_assert_msg(number_rounds_to(roundings[_i].value, roundings[_i].text) == roundings[_i].rounds,
                  "%.17g as %s", roundings[_i].value, roundings[_i].text);
}
END_TEST

Suite *number_suite(void) {
    Suite *suite = suite_create("number");
    TCase *numbers = tcase_create("numbers");
    tcase_set_timeout(numbers, 30);
    tcase_add_test(numbers, shortest_reads_back);
    tcase_add_loop_test(numbers, writes_shortest, 0, COUNT(shortest));
    tcase_add_loop_test(numbers, formats, 0, COUNT(formatted));
    tcase_add_test(numbers, formats_as_printf);
    tcase_add_test(numbers, formats_anything);
    tcase_add_test(numbers, digits_apart);
    tcase_add_loop_test(numbers, parses_numbers, 0, COUNT(parsed));
    tcase_add_loop_test(numbers, rounds_to, 0, COUNT(roundings));
    suite_add_tcase(suite, numbers);
    return suite;
}
