"""The Beta distribution as far as odds need it: its cumulative function and its quantiles. Pure.

The continued fraction is that of the regularised incomplete beta function (NIST DLMF 8.17.22), evaluated by the
modified Lentz method.
"""

import math

_TINY = 1e-300
_CLOSE = 1e-12
_MOST = 500  # terms; with counts below a million far fewer are needed
_HALVINGS = 60


def cumulative(x: float, a: float, b: float) -> float:
    """Return the probability that a Beta(a, b) variable is at most x; a and b are positive."""
    if x <= 0:
        return 0.0
    if x >= 1:
        return 1.0
    if x > (a + 1) / (a + b + 2):  # where the fraction converges slowly, its mirror converges fast
        return 1.0 - cumulative(1 - x, b, a)
    logarithm = math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b) + a * math.log(x) + b * math.log1p(-x)
    return math.exp(logarithm) * _fraction(x, a, b) / a


def quantile(p: float, a: float, b: float) -> float:
    """Return the x below which a Beta(a, b) variable is with probability p, to more digits than anybody reads."""
    low, high = 0.0, 1.0
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        if cumulative(middle, a, b) < p:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def _fraction(x: float, a: float, b: float) -> float:
    c, d = 1.0, _inverse(1 - (a + b) * x / (a + 1))
    value = change = d
    for m in range(1, _MOST):
        even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        for term in (even, odd):
            d = _inverse(1 + term * d)
            c = 1 + term / c
            c = c if abs(c) > _TINY else _TINY
            change = c * d
            value *= change
        if abs(change - 1) < _CLOSE:
            break
    return value


def _inverse(number: float) -> float:
    return 1 / (number if abs(number) > _TINY else _TINY)
