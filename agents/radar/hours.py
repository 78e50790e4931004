"""Values of hours, such as those of machines: what is further out than the last weeks ever were, told once.

Hours have heavy tails: a number of spreads or standard deviations that is right for one series floods the next. A
point has to be beyond both, and beyond nearly all that was seen; the hour of the day counts where it explains
something. What follows within two days belongs to it, unless that is clearly more.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from agents.radar.form import NORMAL, Values
from agents.radar.watch import Episode

DAY: Final = 24
_CLEAR: Final = 9.0  # times the limit, of what moved where nothing ever had


@dataclass(frozen=True)
class HourTuning:
    """How much has to happen: the least that is for nothing less often than plain rules, on every other series."""

    back: int = 504  # hours looked back at
    warm: int = 48  # hours before anything is judged
    learn: int = 96  # hours before the hour of the day counts
    explains: float = 0.3  # of the distances, that the hour of the day has to take away
    spreads: float = 4.0  # of the median distance
    deviations: float = 2.5
    share: float = 0.97  # of the distances before
    tail: float = 0.9  # times that one
    least: float = 0.05  # of the usual value
    cool: int = 48  # hours in which what follows is the same
    more: float = 1.5  # times as strong is told again


def watched_hours(values: Values, first: int = 0, tuning: HourTuning | None = None) -> list[Episode]:
    """Return what stands out of hours without a gap, the first of them at that hour of a day; oldest first."""
    tuning = tuning or HourTuning()
    found: list[Episode] = []
    last: dict[bool, Episode] = {}
    for point in range(tuning.warm, len(values)):
        expected, strength = _judged(values, (point + first) % DAY, point, tuning)
        if abs(strength) <= 1:
            continue
        up = strength > 0
        before = last.get(up)
        if (
            before is not None
            and point - before.end <= tuning.cool
            and abs(strength) <= tuning.more * before.strength
        ):
            before.end = point
        else:
            last[up] = Episode(start=point, end=point, seen=point, up=up, strength=abs(strength))
            found.append(last[up])
        last[up].values.append(float(values[point]))
        last[up].expected.append(expected)
    return found


def _judged(values: Values, hour: int, point: int, tuning: HourTuning) -> tuple[float, float]:
    """Return what was expected of a point, and how far it is from that, in limits; below zero for less."""
    known = values[max(0, point - tuning.back) : point]
    level = float(np.median(known))
    away = known - level
    if len(known) >= tuning.learn:
        hours = (np.arange(len(known)) + hour - len(known)) % DAY
        usual = _by_hour(away, hours)
        flat = away - usual[hours]
        if np.abs(flat).mean() < (1 - tuning.explains) * np.abs(away).mean():
            away, level = flat, level + float(usual[hour])
    distance = float(values[point]) - level
    limit = max(
        tuning.spreads * NORMAL * float(np.median(np.abs(away - np.median(away)))),
        tuning.deviations * float(away.std()),
        tuning.tail * float(np.quantile(np.abs(away), tuning.share)),
        tuning.least * float(np.median(np.abs(known))),
    )
    if limit <= 0:
        return level, float(np.sign(distance)) * _CLEAR
    return level, distance / limit


def _by_hour(away: Values, hours: np.ndarray[tuple[int], np.dtype[np.int64]]) -> Values:
    """Return the median of each hour of the day."""
    return np.array([np.median(away[hours == hour]) for hour in range(DAY)])
