"""How sure a measured quantile or mean is, without a guess at what the values are distributed like."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

LEVEL: Final = 0.9
_T90: Final = {
    1: 6.314, 2: 2.920, 3: 2.353, 4: 2.132, 5: 2.015, 6: 1.943, 7: 1.895, 8: 1.860, 9: 1.833, 10: 1.812,
    11: 1.796, 12: 1.782, 15: 1.753, 20: 1.725, 30: 1.697,
}  # fmt: skip  # Student's t for 90 % in the middle, by degrees of freedom


@dataclass(frozen=True)
class Quantile:
    """A quantile and the order statistics around it; None where there are too few values to promise the bounds."""

    value: float
    low: float
    high: float | None


def quantile(values: Sequence[float], share: float, level: float = LEVEL) -> Quantile:
    """Return the value that `share` of all lie at or below, with bounds that hold `level` of the time.

    The bounds are exact for independent values (David and Nagaraja, Order Statistics, 2003, 7.1): how many of n
    lie below the true quantile is binomial.
    """
    ordered = sorted(values)
    count = len(ordered)
    value = ordered[max(0, math.ceil(share * count) - 1)]
    tail = (1 - level) / 2
    below, low, high = 0.0, 0, None
    for rank in range(count + 1):
        below += _binomial(count, rank, share)
        if below <= tail:
            low = rank + 1
        if below >= 1 - tail:
            high = rank  # as an index: the order statistic rank + 1
            break
    bounded = ordered[high] if high is not None and high < count else None
    return Quantile(value=value, low=ordered[max(0, low - 1)] if count else value, high=bounded)


def mean(values: Sequence[float]) -> tuple[float, float] | None:
    """Return the bounds of a mean, `LEVEL` of the time (Student's t); None for fewer than three values."""
    count = len(values)
    if count < 3:  # noqa: PLR2004 - two values say nothing of their spread
        return None
    middle = sum(values) / count
    spread = math.sqrt(sum((each - middle) ** 2 for each in values) / (count - 1))
    reach = _t(count - 1) * spread / math.sqrt(count)
    return middle - reach, middle + reach


def _t(freedom: int) -> float:
    return _T90[max(known for known in _T90 if known <= freedom)]  # the next smaller: wider, never too narrow


def _binomial(count: int, hits: int, share: float) -> float:
    if share in {0.0, 1.0}:
        return float(hits == count * share)
    log = math.lgamma(count + 1) - math.lgamma(hits + 1) - math.lgamma(count - hits + 1)
    return math.exp(log + hits * math.log(share) + (count - hits) * math.log(1 - share))
