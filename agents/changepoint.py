"""Where a series changed its level. Robust to single spikes, to the unit and to the scale. Pure.

A split is sought that lets two medians explain the points better than one (least absolute deviations), and it
counts when the gain in log-likelihood under Laplace noise pays for the extra parameters. Overlapping parts of
every length are searched, so that a bump is found as well as a step (seeded binary segmentation; Kovács et al.,
Biometrika 110, 2023). Strongly correlated noise does look like changes of level: whoever asks judges their size.
"""

import math
from collections.abc import Iterator, Sequence
from heapq import heappush, heappushpop
from statistics import median

from memory.model.value import Value

SHORTEST = 4  # points on either side of a change: three spikes in a row are not a new level
MOST_POINTS = 480
MOST = 8  # changes reported of one series
PENALTY = (
    3.0  # times ln n. Measured: no false change in 600 series of white noise, five points of a 4-sigma step found
)
RESOLUTION = 1e-3  # of the range: differences below it are taken as noise
ONSET = 4.0  # noise units away from the old level, where a ramp towards a new one begins

Points = Sequence[tuple[float, float]]


class ChangePoint(Value):
    """A change of level: its first point in unix seconds, the medians on both sides, and how clear it is.

    `shift` is the difference of the medians in units of the noise around them.
    """

    at: float
    before: float
    after: float
    shift: float


def change_points(points: Points) -> tuple[ChangePoint, ...]:
    """Return the changes of level of (unix seconds, value) pairs in time order, at most 8, earliest first.

    Points whose value is not finite are passed over; fewer than 8 others have no change. More than 480 are taken
    together in equal stretches.
    """
    clean = _reduced([(at, value) for at, value in points if math.isfinite(value)])
    if len(clean) < 2 * SHORTEST:
        return ()
    values = [value for _, value in clean]
    bounds = [0, *_splits(values, 0, len(values), _resolution(values)), len(values)]
    found = []
    for start, split, end in zip(bounds, bounds[1:], bounds[2:], strict=False):
        before, after = values[start:split], values[split:end]
        noise = max(_noise(before, after), _resolution(values))
        low, high = median(before), median(after)
        onset = _onset(values, (start, split, end), low, high, noise)
        found.append(ChangePoint(at=clean[onset][0], before=low, after=high, shift=abs(high - low) / noise))
    return tuple(sorted(sorted(found, key=lambda change: -change.shift)[:MOST], key=lambda change: change.at))


def _reduced(points: Points) -> Points:
    """Return each stretch as its first moment and its median."""
    width = math.ceil(len(points) / MOST_POINTS)
    if width <= 1:
        return points
    stretches = (points[start : start + width] for start in range(0, len(points), width))
    return [(stretch[0][0], median([value for _, value in stretch])) for stretch in stretches]


def _resolution(values: Sequence[float]) -> float:
    return RESOLUTION * (max(values) - min(values))


def _splits(values: Sequence[float], start: int, end: int, floor: float) -> list[int]:
    """Return the first points of new levels in `values[start:end]`, by the clearest split first."""
    candidates = [_split(values[low:high], floor) for low, high in _seeds(start, end)]
    gain, split = max(
        ((gain, low + k) for (low, _), (gain, k) in zip(_seeds(start, end), candidates, strict=True)),
        default=(0.0, start),
    )
    if gain <= PENALTY * math.log(len(values)):
        return []
    return [*_splits(values, start, split, floor), split, *_splits(values, split, end, floor)]


def _seeds(start: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield the whole range, then halves that overlap by half, then halves of those, while a split fits in."""
    length = end - start
    while length >= 2 * SHORTEST:
        steps = max(1, math.ceil((end - start - length) / (length / 2)))
        for step in range(steps + 1 if length < end - start else 1):
            low = start + round(step * (end - start - length) / steps)
            yield low, low + length
        length //= 2


def _split(values: Sequence[float], floor: float) -> tuple[float, int]:
    """Return the gain in log-likelihood of the best split, and the index of its first point after."""
    count = len(values)
    left = _deviations(values)
    right = _deviations(values[::-1])
    before, after = left[SHORTEST - 1 :], right[count - SHORTEST - 1 :: -1]
    costs = [one + other for one, other in zip(before, after[: count - 2 * SHORTEST + 1], strict=False)]
    cost = min(costs)
    best = costs.index(cost) + SHORTEST
    least = count * floor
    return (count * math.log(max(left[-1], least) / max(cost, least)) if floor else 0.0), best


def _deviations(values: Sequence[float]) -> list[float]:
    """Return, for each prefix, the sum of absolute deviations from its median, in O(n log n) altogether."""
    low: list[float] = []  # the smaller half, negated: a heap whose first is the greatest
    high: list[float] = []
    below = above = 0.0
    found: list[float] = []
    told, even = found.append, True  # the hottest loop of a diagnosis
    for value in values:
        if even:
            moved = heappushpop(high, value)
            above += value - moved
            below += moved
            heappush(low, -moved)
            told(above - below - low[0])
        else:
            moved = -heappushpop(low, -value)
            below += value - moved
            above += moved
            heappush(high, moved)
            told(above - below)
        even = not even
    return found


def _noise(before: Sequence[float], after: Sequence[float]) -> float:
    """Return the spread around the two medians as a standard deviation would be (1.4826 times the MAD)."""
    parts = [(side, median(side)) for side in (before, after)]
    return 1.4826 * median([abs(value - middle) for side, middle in parts for value in side])


def _onset(values: Sequence[float], bounds: tuple[int, int, int], low: float, high: float, noise: float) -> int:
    """Return the first point that has left the old level `low` for the new one `high`, near the split."""
    start, split, end = bounds
    while split < end - 1 and abs(values[split] - low) < abs(values[split] - high):
        split += 1
    unit = math.copysign(noise, high - low)
    while split > start + SHORTEST and (values[split - 1] - low) / unit > ONSET:
        split -= 1
    return split
