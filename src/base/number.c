#include "base/number.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "base/utf8.h"

/* "1e-05" → "1e-5", "1e+06" → "1e6". */
static void tidy_exponent(char *text) {
    char *e = strchr(text, 'e');
    if (!e)
        return;
    char *to = e + 1, *from = e + 1;
    if (*from == '-')
        *to++ = *from++;
    else if (*from == '+')
        from++;
    while (*from == '0' && from[1])
        from++;
    memmove(to, from, strlen(from) + 1);
}

/* The end of text … end without the zeros that close a fraction, and without the point if that was
 * all of it. */
static char *before_zeros(const char *text, char *end) {
    if (!memchr(text, '.', (size_t)(end - text)))
        return end;
    while (end[-1] == '0')
        end--;
    return end[-1] == '.' ? end - 1 : end;
}

/* "-1.234e+01" → "-12.34": the same digits, as many as there are before the e. */
static void write_fixed(const char *scientific, int exponent, char *text) {
    if (*scientific == '-')
        *text++ = *scientific++;
    if (exponent < 0) {
        *text++ = '0';
        *text++ = '.';
    }
    for (int zeros = exponent + 1; zeros < 0; zeros++)
        *text++ = '0';
    for (int place = exponent; *scientific != 'e'; scientific++) {
        if (*scientific == '.')
            continue;
        *text++ = *scientific;
        if (place-- == 0 && scientific[1] != 'e')
            *text++ = '.';
    }
    *text = '\0';
}

enum { QUICK_DIGITS = 9, QUICK_LEAST = -4, QUICK_MOST = 9 /* powers of ten */ };

/* How far from the middle between two numbers of so many digits arithmetic in doubles is sure to
 * round as the exact value does: its error is below 1e-6. */
static const double SURE = 1e-4;

static double ten_to(int power) {
    static const double tens[] = {1,   1e1, 1e2, 1e3,  1e4,  1e5,  1e6,
                                  1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13};
    return tens[power];
}

/* A number as it is written: digits / 10^places. */
typedef struct Decimal {
    long digits;
    int places; /* behind the point */
} Decimal;

/* The double that reads the decimal: both its parts are exact, so the division is rounded right. */
static double decimal_value(Decimal decimal) {
    return (double)decimal.digits / ten_to(decimal.places);
}

/* Rounds to significant digits as printf does, by a multiplication. False where the digits before
 * the point are more, or where that is not sure to be the same: then printf has to do it, which
 * takes ten times as long. */
static bool round_quickly(double size, int digits, Decimal *decimal) {
    if (digits < 1 || digits > QUICK_DIGITS || !(size >= 1e-4 && size < 1e9))
        return false;
    int exponent = QUICK_MOST - 1;
    while (exponent > QUICK_LEAST &&
           (exponent >= 0 ? size < ten_to(exponent) : size * ten_to(-exponent) < 1))
        exponent--;
    int places = digits - 1 - exponent;
    if (places < 0)
        return false;
    double scaled = size * ten_to(places), whole = floor(scaled), rest = scaled - whole;
    long number = (long)whole + (rest > 0.5);
    if (number >= (long)ten_to(digits)) { /* 9.996 becomes 10.00 */
        number /= 10;
        places--;
    }
    *decimal = (Decimal){number, places};
    return fabs(rest - 0.5) >= SURE && places >= 0 && number >= (long)ten_to(digits - 1);
}

static Decimal without_zeros(Decimal decimal) {
    for (; decimal.places > 0 && decimal.digits % 10 == 0; decimal.places--)
        decimal.digits /= 10;
    return decimal;
}

static void write_decimal(bool negative, Decimal decimal, char *text) {
    char reversed[NUMBER_SIZE];
    int length = 0;
    for (int place = -decimal.places; decimal.digits > 0 || place <= 0; place++) {
        if (place == 0 && length > 0)
            reversed[length++] = '.';
        reversed[length++] = (char)('0' + decimal.digits % 10);
        decimal.digits /= 10;
    }
    if (negative)
        *text++ = '-';
    while (length > 0)
        *text++ = reversed[--length];
    *text = '\0';
}

/* Writes `value` with `digits` significant digits, in scientific notation outside 1e-4 … 1e9.
 * Returns whether there were zeros at the end that it left out, unless they are to be kept. */
static bool write_digits(double value, int digits, bool keep_zeros, char text[NUMBER_SIZE]) {
    char scientific[NUMBER_SIZE];
    snprintf(scientific, sizeof scientific, "%.*e", digits - 1, value);
    char *e = strchr(scientific, 'e');
    int exponent = atoi(e + 1);
    if (value != 0 && (exponent < -4 || exponent >= 9)) {
        char *end = keep_zeros ? e : before_zeros(scientific, e);
        snprintf(text, NUMBER_SIZE, "%.*s%s", (int)(end - scientific), scientific, e);
        tidy_exponent(text);
        return end < e;
    }
    if (exponent < digits)
        write_fixed(scientific, exponent, text);
    else
        snprintf(text, NUMBER_SIZE, "%.0f", value);
    char *last = text + strlen(text), *end = keep_zeros ? last : before_zeros(text, last);
    *end = '\0';
    return end < last;
}

static bool write_special(double value, char text[NUMBER_SIZE]) {
    if (isnan(value))
        strcpy(text, "nan");
    else if (isinf(value))
        strcpy(text, value > 0 ? "inf" : "-inf");
    else
        return false;
    return true;
}

void number_shortest(double value, char text[NUMBER_SIZE]) {
    if (write_special(value, text))
        return;
    for (int digits = 1; digits <= NUMBER_MOST_DIGITS; digits++) {
        Decimal decimal;
        if (round_quickly(fabs(value), digits, &decimal)) {
            if (decimal_value(decimal) != fabs(value))
                continue;
            write_decimal(value < 0, without_zeros(decimal), text);
            return;
        }
        write_digits(value, digits, false, text);
        if (strtod(text, NULL) == value)
            return;
    }
}

/* 0.1 + 0.2 is 0.30000000000000004 to the machine, and 0.3 to a student. */
static const double SAME = 1e-14;

void number_format(double value, int digits, char text[NUMBER_SIZE]) {
    if (write_special(value, text))
        return;
    if (value == 0)
        value = 0; /* a student has no use for −0 */
    if (digits >= NUMBER_MOST_DIGITS) {
        number_shortest(value, text);
        return;
    }
    Decimal decimal;
    if (round_quickly(fabs(value), digits, &decimal)) {
        bool same = fabs(decimal_value(decimal) - fabs(value)) <= SAME * fabs(value);
        write_decimal(value < 0, same ? without_zeros(decimal) : decimal, text);
        return;
    }
    bool left_out = write_digits(value, digits, false, text);
    if (left_out && fabs(strtod(text, NULL) - value) > SAME * fabs(value))
        write_digits(value, digits, true, text);
}

static size_t count_digits(const char *text) {
    return strspn(text, "0123456789");
}

size_t number_parse(const char *text, double *value) {
    size_t whole = count_digits(text), length = whole, fraction = 0;
    if (text[length] == '.') {
        fraction = count_digits(text + length + 1);
        if (whole || fraction)
            length += 1 + fraction;
    }
    if (!whole && !fraction)
        return 0;
    if (text[length] == 'e' || text[length] == 'E') {
        size_t sign = text[length + 1] == '-' || text[length + 1] == '+';
        size_t exponent = count_digits(text + length + 1 + sign);
        if (exponent)
            length += 1 + sign + exponent;
    }
    bool looks_hex = text[0] == '0' && (text[1] == 'x' || text[1] == 'X');
    *value = looks_hex ? 0 : strtod(text, NULL);
    return length;
}

bool number_rounds_to(double value, const char *text) {
    const char *digits = *text == '-' || *text == '+' ? text + 1 : text;
    double written;
    size_t length = number_parse(digits, &written);
    if (!length || digits[length])
        return false;
    if (*text == '-')
        written = -written;
    const char *point = strchr(digits, '.');
    const char *e = strpbrk(digits, "eE");
    long decimals = point ? (long)count_digits(point + 1) : 0;
    long exponent = e ? strtol(e + 1, NULL, 10) : 0;
    if (!isfinite(value) || !isfinite(written))
        return value == written;
    if (exponent > 400 || exponent < -400 || decimals > 400)
        return value == written;
    /* Half a unit of the last digit, and a few ulps: 0.5 units is a tie, and either way is right.
     */
    double unit = pow(10, (double)(exponent - decimals));
    return fabs(value - written) <= 0.5 * unit + 4 * 2.3e-16 * fabs(written);
}

int number_digits_apart(double a, double b, int digits) {
    char first[NUMBER_SIZE], second[NUMBER_SIZE];
    const double larger = fmax(fabs(a), fabs(b));
    for (; a != b && digits < NUMBER_MOST_DIGITS; digits++) {
        if (fabs(a - b) > larger * pow(10, 1 - digits)) /* more than a unit of the last digit */
            break;
        snprintf(first, sizeof first, "%.*e", digits - 1, a);
        snprintf(second, sizeof second, "%.*e", digits - 1, b);
        if (strcmp(first, second) != 0)
            break;
    }
    return digits;
}

const char *number_shorten(Arena *arena, const char *text, int columns, const char *mark) {
    static const char digits[] = "0123456789", minus[] = "−";
    const char *sign = text + (*text == '-' ? 1 : 0);
    sign += str_starts(text, minus) ? strlen(minus) : 0;
    const char *point = sign + strspn(sign, digits);
    const char *end = point + (*point == '.' ? 1 + strspn(point + 1, digits) : 0);
    bool power = str_starts(end, "·10") || str_starts(end, "*10");
    int over = utf8_width(text) - columns;
    if (point == sign || (*end != '\0' && !power) || over <= 0)
        return text;
    int kept = (int)(end - point) - 1 - over - utf8_width(mark);
    bool tells = kept > 0 && strcspn(sign, "123456789") < (size_t)(point + 1 - sign) + (size_t)kept;
    return !tells
               ? NULL
               : arena_format(arena, "%.*s%s%s", (int)(point + 1 - text) + kept, text, mark, end);
}
