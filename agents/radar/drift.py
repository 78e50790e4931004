"""What rises or falls so slowly that its own level follows it: this week against the one a month before.

Both weeks have the same weekdays and about the same place in a month, so that neither tells them apart. What such
a difference usually is (a bill that grows) is taken off, and it has to be larger than it used to be here.
"""

from dataclasses import dataclass
from statistics import median
from typing import Final

import numpy as np

from agents.radar.form import Values

WEEK: Final = 7  # points of each of the two
FEWEST: Final = 30  # differences of the past before one is judged
PAST: Final = 180  # that are looked back at


@dataclass(frozen=True)
class Slow:
    """How much has to happen, chosen on the development half of the evaluation's bills."""

    least: float = 0.16  # on the scale, about the share of the level a month before
    tail: float = 1.8  # times the largest that came in five of a hundred points before
    days: int = 3  # in a row


class Drift:
    """Compares levels a lag apart, one point after another; remembers what it saw."""

    def __init__(self, count: int, lag: int, slow: Slow | None = None) -> None:
        self._lag = lag
        self._slow = slow or Slow()
        self._seen = np.full(count, np.nan)
        self._row = 0  # points that stood out together, below zero for less
        self._from = 0  # no level before this is compared with

    def look(self, flat: Values, point: int) -> float | None:
        """Return by how much the level rose over the lag, on the scale, where that stands out; else None.

        `flat` are the levels up to the point and with it, without season and what stood out.
        """
        start = point - self._lag - WEEK + 1
        if start < self._from:
            return None
        now = median(flat[point - WEEK + 1 : point + 1].tolist())
        before = median(flat[start : start + WEEK].tolist())
        self._seen[point] = now - before
        past = self._seen[max(0, point - PAST) : point - WEEK]
        past = past[~np.isnan(past)]
        if len(past) < FEWEST:
            return None
        usual = median(past.tolist())
        limit = max(self._slow.least, self._slow.tail * float(np.quantile(np.abs(past - usual), 0.95)))
        more = self._seen[point] - usual
        out = int(np.sign(more)) if abs(more) > limit else 0
        self._row = self._row + out if out and self._row * out >= 0 else out
        return more if abs(self._row) >= self._slow.days else None

    def told(self, point: int) -> None:
        """Begin anew: what was told is the level there is now."""
        self._from, self._row = point, 0
