/* sin and cos of large numbers: the bits of 2/π that matter, multiplied exactly. */
#include <math.h>
#include <stdbool.h>

#include "num/elementary.h"

enum { WINDOW = 6 }; /* so many words of 2/π matter */

/* 2/π after the point, 32 bits a word, behind a word before it. */
static const uint32_t two_over_pi[] = {
    0,          0xA2F9836E, 0x4E441529, 0xFC2757D1, 0xF534DDC0, 0xDB629599, 0x3C439041, 0xFE5163AB,
    0xDEBBC561, 0xB7246E3A, 0x424DD2E0, 0x06492EEA, 0x09D1921C, 0xFE1DEB1C, 0xB129A73E, 0xE88235F5,
    0x2EBB4484, 0xE99C7026, 0xB45F7E41, 0x3991D639, 0x835339F4, 0x9C845F8B, 0xBDF9283B, 0x1FF897FF,
    0xDE05980F, 0xEF2F118B, 0x5A0A6D1F, 0x6D367ECF, 0x27CB09B7, 0x4F463F66, 0x9E5FEA2D, 0x7527BAC7,
    0xEBE5F17B, 0x3D0739F7, 0x8A5292EA, 0x6BFB5FB1, 0x1F8D5D08, 0x56033046, 0xFC7B6BAB,
};

/* 32 bits from bit `first` on. */
static uint32_t bits_from(unsigned first) {
    const uint64_t both = (uint64_t)two_over_pi[first / 32] << 32 | two_over_pi[first / 32 + 1];
    return (uint32_t)(both >> (32 - first % 32));
}

/* x/2π without its whole part, the highest word first, to 2^−139; x = m·2^e > 2^30 with m < 2^53.
 * Bits of 2/π that make whole turns only are left out. */
static void turns_of(double x, uint32_t turns[WINDOW]) {
    const uint64_t words = elementary_words_1(x), fraction = words & UINT64_C(0x000FFFFFFFFFFFFF);
    const unsigned first = (unsigned)(words >> 52 & 0x7FF) - 1075 - 2 + 32;
    const uint64_t m_low = (uint32_t)fraction, m_high = (fraction >> 32) + (1u << 20);
    uint64_t carry = 0;
    for (unsigned i = WINDOW; i-- > 0;) {
        carry = m_low * bits_from(first + 32 * i) + (carry >> 32);
        turns[i] = (uint32_t)carry;
    }
    carry = 0;
    for (unsigned i = WINDOW; i-- > 1;) {
        carry = m_high * bits_from(first + 32 * i) + turns[i - 1] + (carry >> 32);
        turns[i - 1] = (uint32_t)carry;
    }
}

/* |x| = k·π/2 + r, r in two parts, *k by its last bits. */
static double rest_of(double x, uint64_t *k, double *low) {
    uint32_t turns[WINDOW + 1] = {0};
    turns_of(x, turns);
    *k = turns[0] >> 30;
    const bool beyond = turns[0] & 1u << 29; /* nearer to the next right angle */
    *k += beyond;
    double parts[WINDOW], sum = 0;
    for (unsigned i = WINDOW; i-- > 0;) {
        const uint32_t word = turns[i] << 2 | turns[i + 1] >> 30;
        parts[i] = ldexp(beyond ? ~word : word, -32 * ((int)i + 1));
        sum += parts[i];
    }
    double left = parts[0] - sum;
    for (unsigned i = 1; i < WINDOW; i++)
        left += parts[i];
    const double *right_angle = elementary_terms.right_angle;
    const double r = sum * right_angle[0];
    *low = fma(sum, right_angle[0], -r) + left * right_angle[0] +
           sum * elementary_terms.right_angle_low[0];
    *low = beyond ? -*low : *low;
    return beyond ? -r : r;
}

double elementary_sin_outside(double x) {
    if (!(fabs(x) < INFINITY))
        return elementary_reals_1(ELEMENTARY_NAN);
    uint64_t k;
    double low;
    const double r = rest_of(fabs(x), &k, &low), y = elementary_circle_1(k, r, low);
    return x < 0 ? -y : y;
}

double elementary_cos_outside(double x) {
    if (!(fabs(x) < INFINITY))
        return elementary_reals_1(ELEMENTARY_NAN);
    uint64_t k;
    double low;
    const double r = rest_of(fabs(x), &k, &low);
    return elementary_circle_1(k + 1, r, low);
}
