"""From what Prometheus answered to lines of a chart and the numbers that sum them up. Pure.

NaN and the infinities are no values here: a chart cannot draw them and a canonical form cannot hold them.
"""

import math
from typing import NamedTuple

from memory.model.evidence import Series
from memory.model.value import JsonValue
from tools.connectors.prometheus.answers import Line, Point
from tools.connectors.prometheus.promql import selector

LONGEST_NAME = 100


class Numbers(NamedTuple):
    """What a line comes to. `latest` is the value at the last moment, None if there is none at that moment."""

    latest: float | None
    lowest: float
    mean: float
    highest: float

    def plain(self) -> dict[str, JsonValue]:
        """Return the numbers as `Outcome.data` holds them."""
        return {"latest": self.latest, "min": self.lowest, "mean": self.mean, "max": self.highest}


def finite(points: tuple[Point, ...]) -> tuple[Point, ...]:
    """Return the points that have a number."""
    return tuple(point for point in points if math.isfinite(point[1]))


def numbers(points: tuple[Point, ...], end_s: float) -> Numbers | None:
    """Return what finite points come to, None for none. `end_s` is the last moment, in unix seconds."""
    if not points:
        return None
    values = [value for _, value in points]
    at, last = points[-1]
    latest = last if abs(at - end_s) < 1 else None
    return Numbers(latest, min(values), math.fsum(values) / len(values), max(values))


def label_text(line: Line) -> str:
    """Return a series' name and labels as PromQL writes them. Text from outside."""
    labels = dict(line.metric)
    name = labels.pop("__name__", "")
    return f"{name}{selector(**labels)}" if labels or not name else name


def series(line: Line) -> Series:
    """Return the line as a chart draws it, under its labels, shortened to 100 characters."""
    return Series(name=label_text(line)[:LONGEST_NAME], points=finite(line.points()))
