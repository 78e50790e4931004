"""Writing PromQL that means what was asked, and choosing how finely to ask. Pure.

A service's name is data: whatever it contains, it stays inside its quotes.
"""

import json
import math
from datetime import timedelta
from typing import NamedTuple

from memory.model.evidence import TimeRange
from memory.model.value import Value

MOST_POINTS = 250


class Grid(NamedTuple):
    """The moments of a range query: the first and the last, and the seconds between two of them."""

    span: TimeRange
    step_s: int


class Resolution(Value):
    """How finely an estate is measured. `shortest_s` and `longest_s` bound the range that a rate is taken over."""

    scrape_interval_s: float = 15.0
    shortest_s: float = 15.0
    longest_s: float = 300.0

    def rate_range(self, window: timedelta) -> str:
        """Return the range of a rate, such as `60s`: a sixtieth of the window, but four scrapes at least.

        Fewer than two samples have no rate, and with four a lost one does no harm.
        """
        shortest = max(self.shortest_s, 4 * self.scrape_interval_s)
        longest = max(self.longest_s, shortest)
        return f"{round(min(max(window.total_seconds() / 60, shortest), longest))}s"


def quoted(value: str) -> str:
    """Return a PromQL string literal. PromQL reads Go's escapes, of which JSON's are a part."""
    return json.dumps(value, ensure_ascii=False)


def selector(**labels: str) -> str:
    """Return `{name="value",…}` with exact matches, `{}` without labels."""
    return "{" + ",".join(f"{name}={quoted(value)}" for name, value in labels.items()) + "}"


def grid(span: TimeRange) -> Grid:
    """Return the moments to evaluate at: 250 at most, whole seconds apart, the last one at the range's end."""
    seconds = (span.end - span.start).total_seconds()
    step = max(1, math.ceil(seconds / (MOST_POINTS - 1)))
    steps = int(seconds // step)
    return Grid(TimeRange(start=span.end - timedelta(seconds=steps * step), end=span.end), step)
