#!/usr/bin/env python3
"""elementary_polynomial.py: the polynomials of elementary_terms.def that were found with it (needs mpmath).

Each is the minimax polynomial, found with Remez's exchange, its terms then rounded to doubles. The
error printed is that of the function it stands in, as a power of 2 and relative to the function."""

from mpmath import cos, coth, exp, linspace, log, lu_solve, matrix, mp, mpf, pi, polyval, sin, sqrt

mp.prec = 250


def worst_points(error, low, high, count):
    """Where error has its `count` alternating extremes."""
    grid = [low + (high - low) * (1 - cos(pi * mpf(i) / 2000)) / 2 for i in range(2001)]
    values = [error(x) for x in grid]
    points = []
    for x, value in zip(grid, values):
        if points and (value > 0) == (points[-1][1] > 0):
            if abs(value) > abs(points[-1][1]):
                points[-1] = (x, value)
        else:
            points.append((x, value))
    while len(points) > count:
        points.pop(0 if abs(points[0][1]) < abs(points[-1][1]) else -1)
    return [x for x, _ in points]


def remez(function, weight, low, high, degree):
    """The terms, from x^0 on, of the P for which the largest weight·(P − function) is smallest."""
    count = degree + 2
    points = [low + (high - low) * (1 - cos(pi * (mpf(i) + 0.5) / count)) / 2 for i in range(count)]
    for _ in range(12):
        rows = matrix([[x**k for k in range(degree + 1)] + [(-1) ** i / weight(x)]
                       for i, x in enumerate(points)])
        terms = list(lu_solve(rows, matrix([function(x) for x in points])))[:-1]
        points = worst_points(lambda x: weight(x) * (polyval(terms[::-1], x) - function(x)),
                              low, high, count)
    return terms


def show(name, function, weight, low, high, degree):
    terms = [mpf(float(t)) for t in remez(function, weight, mpf(low), mpf(high), degree)]
    worst = max(abs(weight(x) * (polyval(terms[::-1], x) - function(x)))
                for x in linspace(mpf(low), mpf(high), 3001))
    print(f"{name}: error 2^{float(log(worst, 2)):.1f}")
    for k, term in enumerate(terms):
        print(f"    x^{k}: {float(term).hex()}")


TINY = mpf(2) ** -80  # the functions below are 0/0 at 0
half = log(2) / 2 * mpf("1.0001")
show("exp, (e^x - 1 - x)/x^2", lambda x: (exp(x + TINY) - 1 - x - TINY) / (x + TINY) ** 2,
     lambda x: (x + TINY) ** 2 / exp(x), -half, half, 10)
show("logistic, (x/2 coth(x/2) - 1)/x^2 in x^2",
     lambda t: (sqrt(t) / 2 * coth(sqrt(t) / 2) - 1) / t, lambda t: t,
     mpf(2) ** -40, half**2, 4)
eighth = (pi / 4 * mpf("1.0001")) ** 2
show("sin, (sin x - x)/x^3 in x^2", lambda t: (sin(sqrt(t)) - sqrt(t)) / sqrt(t) ** 3,
     lambda t: sqrt(t) ** 3 / sin(sqrt(t)), mpf(2) ** -40, eighth, 5)
show("cos, (cos x - 1 + x^2/2)/x^4 in x^2", lambda t: (cos(sqrt(t)) - 1 + t / 2) / t**2,
     lambda t: t**2 / cos(sqrt(t)), mpf(2) ** -40, eighth, 5)
