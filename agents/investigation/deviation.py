"""How far a measure is from what is normal for it, in its own unit and in units of its noise. Pure.

The median and the median absolute deviation stand for the normal, so that single odd samples do not. A measure
that never varied is given a little noise all the same; where no normal is known, the calmer half of the window
stands for it.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from agents.investigation.situation import SUFFERED, Measure, Normal, Track

GAUSS = 1.4826  # from a median absolute deviation to a standard deviation
ENOUGH = 8  # samples of the normal, below which they tell no level
LEAST = {Measure.LATENCY: 0.05, Measure.TRAFFIC: 0.05, Measure.SATURATION: 0.05}  # noise, as a share of the level
LEAST_FAILURES = 0.002  # noise of a share of failures
UNKNOWN_NOISE = 2.0  # times the least noise, where no normal is known
LONG = 60  # samples, from which one that is high between two that are not is an odd one and no incident
CLEAR = 4.0  # noise units from which a deviation is told as one


@dataclass(frozen=True)
class Deviation:
    """A measure beside its normal: `excess` above `level` in its unit, None where nothing was measured."""

    level: float
    noise: float
    values: tuple[float | None, ...]

    @property
    def excess(self) -> tuple[float | None, ...]:
        """Return by how much each sample is above the level; below it is negative."""
        return tuple(None if value is None else value - self.level for value in self.values)

    def weighted(self, weights: Sequence[float]) -> float | None:
        """Return the mean of the samples under these weights, None where none of them was measured."""
        pairs = [(value, weight) for value, weight in zip(self.values, weights, strict=True) if value is not None]
        total = sum(weight for _, weight in pairs)
        return sum(value * weight for value, weight in pairs) / total if total > 0 else None

    @property
    def peak(self) -> float:
        """Return the largest excess in noise units, in the mean of a tenth of the samples, two at least."""
        highest = sorted((excess for excess in self.excess if excess is not None), reverse=True)
        highest = highest[: max(2, len(highest) // 10)]
        return sum(highest) / len(highest) / self.noise if highest else 0.0


def deviation(track: Track, measure: Measure, normal: Normal, calls: Sequence[float] = ()) -> Deviation | None:
    """Return how a measure deviates; None where no sample of the window holds a value.

    `calls` are how many calls each sample is made of, where that is known: few of them say little.
    """
    values = _without_odd_ones(track.values) if measure in SUFFERED else track.values
    seen = [value for value in values if value is not None]
    if not seen:
        return None
    known = track.normal if normal is not Normal.NONE and len(track.normal) >= ENOUGH else ()
    quiet = _quiet(sorted(seen), measure)
    if known and normal is Normal.OWN:
        level, noise = median(known), _spread(known)
    elif known:
        usual = median(known)
        level = quiet
        noise = _spread(known) * (abs(quiet / usual) if usual and measure is not Measure.FAILURES else 1.0)
    else:
        level, noise = quiet, max(UNKNOWN_NOISE * _least(measure, quiet), _jitter(seen))
    counted = _counting(measure, level, [count for count in calls if count > 0])
    return Deviation(level=level, noise=max(noise, _least(measure, level), counted), values=values)


def _without_odd_ones(values: tuple[float | None, ...]) -> tuple[float | None, ...]:
    """Return a long course with each sample no higher than the higher of its neighbours that were measured."""
    seen = [value for value in values if value is not None]
    if len(seen) < LONG:
        return values
    beside = zip([0.0, *seen[:-1]], seen, [*seen[1:], 0.0], strict=True)
    calmer = iter([min(value, max(before, after)) for before, value, after in beside])
    return tuple(None if value is None else next(calmer) for value in values)


def _quiet(seen: Sequence[float], measure: Measure) -> float:
    """Return the level of the calmer half; of traffic, where neither way is worse, the middle."""
    if measure is Measure.TRAFFIC:
        return median(seen)
    return median(seen[: max(1, len(seen) // 2)])


def _jitter(seen: Sequence[float]) -> float:
    """Return the noise from one sample to the next, which a change of level hardly touches; 0 of too few."""
    if len(seen) <= ENOUGH:
        return 0.0
    return GAUSS / math.sqrt(2) * median(abs(after - before) for before, after in pairwise(seen))


def _counting(measure: Measure, level: float, calls: Sequence[float]) -> float:
    """Return the noise of an average over few calls: single calls vary by as much as they last, or fail or not."""
    if not calls or measure not in SUFFERED:
        return 0.0
    count = median(calls)
    return level / math.sqrt(count) if measure is Measure.LATENCY else math.sqrt(max(level, 1 / count) / count)


def _spread(values: Sequence[float]) -> float:
    """Return the noise of the normal: its deviation about the median, or what its upper tail needs."""
    middle = median(values)
    absolute = GAUSS * median(abs(value - middle) for value in values)
    tail = sorted(values)[min(len(values) - 1, int(0.95 * len(values)))] - middle
    return max(absolute, tail / 1.645)


def _least(measure: Measure, level: float) -> float:
    if measure is Measure.FAILURES:
        return LEAST_FAILURES
    return LEAST[measure] * abs(level) or 1e-9
