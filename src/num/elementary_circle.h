/* elementary_circle: sin and cos of elementary.h, for ELEMENTARY_LANES doubles at a time. Included
 * by elementary_lanes.h for each number of lanes; nothing else includes it. */

/* x = k·π/2 + r, |r| ≤ π/4: r in two parts, and k in the last bits of *shifted. Of the three parts
 * of π/2 the multiples of the second are exact as a sum of two; those of the first need no rounding
 * in the difference, a multiple of 2^−53 below 1. */
LANE_INLINE REALS OF(circle_rest)(REALS x, REALS *shifted, REALS *low) {
    *shifted = OF(fma)(x, T(per_right_angle), T(round));
    const REALS k = *shifted - T(round), first = OF(fma)(-k, T(right_angle), x);
    const REALS part = k * T(right_angle_low), part_low = OF(fma)(k, T(right_angle_low), -part);
    const REALS r = first - part;
    *low = OF(fma)(-k, T(right_angle_last), ((first - r) - part) - part_low);
    return r;
}

LANE_INLINE REALS OF(circle_sin)(REALS r, REALS low) {
    const REALS z = r * r, w = z * z;
    REALS even = OF(fma)(w, T(sin_4), T(sin_2)), odd = OF(fma)(w, T(sin_5), T(sin_3));
    even = OF(fma)(w, even, T(sin_0));
    odd = OF(fma)(w, odd, T(sin_1));
    const REALS moved = OF(fma)(T(half) * z, -low, low); /* low·cos r */
    return r + OF(fma)(r * z, OF(fma)(z, odd, even), moved);
}

/* 1 − r²/2 in two parts, then what is left. */
LANE_INLINE REALS OF(circle_cos)(REALS r, REALS low) {
    const REALS z = r * r, w = z * z, half = T(half) * r;
    REALS even = OF(fma)(w, T(cos_4), T(cos_2)), odd = OF(fma)(w, T(cos_5), T(cos_3));
    even = OF(fma)(w, even, T(cos_0));
    odd = OF(fma)(w, odd, T(cos_1));
    const REALS main = OF(fma)(-half, r, T(one));
    const REALS main_low = OF(fma)(-half, r, T(one) - main);
    return main + OF(fma)(w, OF(fma)(z, odd, even), OF(fma)(-r, low, main_low));
}

/* sin of k right angles and r: ±sin r, or ±cos r where k is odd. */
LANE_INLINE REALS OF(circle)(WORDS k, REALS r, REALS low) {
    const REALS y = OF(choose)(k, OF(circle_sin)(r, low), OF(circle_cos)(r, low));
    return OF(reals)(OF(words)(y) ^ ((k << 62) & OF(words)(T(zero_below))));
}

/* Of |x|, so that sin(−0) is −0. */
LANE_INLINE REALS OF(sin_inside)(REALS x) {
    REALS shifted, low;
    const REALS r = OF(circle_rest)(OF(absolute)(x), &shifted, &low);
    return OF(reals)(OF(words)(OF(circle)(OF(words)(shifted), r, low)) ^ OF(sign)(x));
}

/* The sine one right angle further on. */
LANE_INLINE REALS OF(cos_inside)(REALS x) {
    REALS shifted, low;
    const REALS r = OF(circle_rest)(x, &shifted, &low);
    return OF(circle)(OF(words)(shifted) + 1, r, low);
}
