"""How far a number made of few cases can be trusted. Pure; the same cases always give the same interval.

- A share: the exact interval of Clopper and Pearson (Biometrika 26, 1934). It holds at any size, and is wide at
small.
- A median: the interval between two order statistics that is exact whatever the distribution is (Conover,
Practical Nonparametric Statistics, 3rd ed. 1999, section 3.2). - A mean: the bias-corrected and accelerated
bootstrap (Efron, JASA 82, 1987), which of very few cases promises more than it keeps, so that below
`ENOUGH_FOR_A_MEAN` none is given.
"""

import math
import random
from collections.abc import Sequence
from statistics import NormalDist, fmean, median

from memory.model.value import Value
from runbooks.outcomes.beta import quantile

LEVEL = 0.95
ENOUGH_FOR_A_MEAN = 10  # cases
RESAMPLES = 2000
SEED = 20261121
_NORMAL = NormalDist()


class Interval(Value):
    """Between what bounds the true number is, in so many of a hundred such intervals."""

    low: float
    high: float
    method: str
    level: float = LEVEL


def share_interval(hits: int, of: int) -> Interval | None:
    """Return the exact interval of a share, None where there is nothing to have a share of."""
    if of == 0:
        return None
    tail = (1 - LEVEL) / 2
    low = 0.0 if hits == 0 else quantile(tail, hits, of - hits + 1)
    high = 1.0 if hits == of else quantile(1 - tail, hits + 1, of - hits)
    return Interval(low=low, high=high, method="exact (Clopper-Pearson)")


def median_interval(values: Sequence[float]) -> Interval | None:
    """Return the interval of the median; None below six cases, of which not even all together reach the level."""
    ordered, count = sorted(values), len(values)
    tail, below = 0.0, 0
    while below < count // 2 and tail + math.comb(count, below) / 2**count <= (1 - LEVEL) / 2:
        tail += math.comb(count, below) / 2**count
        below += 1
    if below == 0:
        return None
    return Interval(low=ordered[below - 1], high=ordered[count - below], method="exact (order statistics)")


def mean_interval(values: Sequence[float]) -> Interval | None:
    """Return the interval of the mean, None for too few cases."""
    count = len(values)
    if count < ENOUGH_FOR_A_MEAN:
        return None
    found = fmean(values)
    if len(set(values)) == 1:
        return Interval(low=found, high=found, method="bootstrap (BCa)")
    drawn = random.Random(SEED)  # noqa: S311  # resampling, nothing secret
    means = sorted(fmean(drawn.choices(values, k=count)) for _ in range(RESAMPLES))
    low, high = _corrected(values, means, found)
    return Interval(low=means[low], high=means[high], method="bootstrap (BCa)")


def middle(values: Sequence[float]) -> float | None:
    """Return the median, None of nothing."""
    return median(values) if values else None


def _corrected(values: Sequence[float], means: Sequence[float], found: float) -> tuple[int, int]:
    """Return the places in the sorted resampled means between which the interval is."""
    below = min(max(sum(mean < found for mean in means), 1), RESAMPLES - 1)
    bias = _NORMAL.inv_cdf(below / RESAMPLES)
    acceleration = _acceleration(values)
    return _place(-1, bias, acceleration), _place(1, bias, acceleration)


def _acceleration(values: Sequence[float]) -> float:
    """Return how the spread changes with the mean, from leaving out one case at a time."""
    total, count = sum(values), len(values)
    left_out = [(total - value) / (count - 1) for value in values]
    centre = fmean(left_out)
    squares = sum((centre - each) ** 2 for each in left_out)
    cubes = sum((centre - each) ** 3 for each in left_out)
    return cubes / (6 * squares**1.5) if squares else 0.0


def _place(side: int, bias: float, acceleration: float) -> int:
    z = bias + side * _NORMAL.inv_cdf(1 - (1 - LEVEL) / 2)
    share = _NORMAL.cdf(bias + z / (1 - acceleration * z))
    return min(max(round(share * RESAMPLES), 0), RESAMPLES - 1)
