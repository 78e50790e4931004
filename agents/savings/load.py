"""What load is to come in each hour of a week: the level of the last week, times the shape of the weeks before.

The bound above it comes from the errors of the same forecast for weeks that are over (split conformal prediction,
Lei et al., 2018); before two weeks are known, nothing is said.
"""

import math
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import numpy as np
from numpy.typing import NDArray

from agents.savings.hours import WEEK, hour_of_week
from agents.savings.readings import Hours

LEVEL: Final = 0.95
_MOST_GROWTH: Final = 2.0  # of a week to the next: beyond it, the last one was no usual week
Week = NDArray[np.float64]


@dataclass(frozen=True)
class LoadForecast:
    """Requests a second in each hour of the week to come, Monday midnight in UTC first.

    `most` holds `LEVEL` of the time; `tried` counts the hours that this rests on.
    """

    expected: tuple[float, ...]
    most: tuple[float, ...]
    highest: float  # that was ever seen
    tried: int


def forecast(first: datetime, load: Hours) -> LoadForecast | None:
    """Return the load of the week to come; None before two whole weeks are known."""
    weeks = _weeks(first, load)
    if len(weeks) < 2:  # noqa: PLR2004 - one to learn from and one to be tried on
        return None
    misses: list[float] = []
    for number in range(1, len(weeks)):
        said = _next(weeks[:number])
        scale = np.maximum(said, 1e-9)
        misses += [float(miss) for miss in (weeks[number] - said) / scale if np.isfinite(miss)]
    said = _next(weeks)
    if not misses or not np.isfinite(said).all():
        return None
    rank = min(len(misses), math.ceil((len(misses) + 1) * LEVEL))
    reach = max(0.0, sorted(misses)[rank - 1])
    seen = [value for value in load if value is not None]
    return LoadForecast(
        expected=tuple(map(float, said)),
        most=tuple(map(float, said * (1 + reach))),
        highest=max(seen),
        tried=len(misses),
    )


def _weeks(first: datetime, load: Hours) -> list[Week]:
    """Return the whole weeks before the end, oldest first, each as its hours from Monday on; NaN: not told of."""
    values = np.array([np.nan if value is None else value for value in load], dtype=float)
    count = len(values) // WEEK
    kept = values[len(values) - count * WEEK :]
    shift = (hour_of_week(first) + len(values) - count * WEEK) % WEEK
    return [np.roll(kept[number * WEEK : (number + 1) * WEEK], shift) for number in range(count)]


def _next(weeks: list[Week]) -> Week:
    with np.errstate(all="ignore"):
        table = np.array(weeks)
        shape = _median(table)
        gaps = np.isnan(shape)
        shape[gaps] = np.nanmedian(shape) if not gaps.all() else np.nan
        growth = np.nansum(weeks[-1]) / max(1e-9, float(np.nansum(np.where(np.isnan(weeks[-1]), np.nan, shape))))
    grown: Week = shape * min(_MOST_GROWTH, max(1 / _MOST_GROWTH, float(growth)))
    return grown


def _median(table: NDArray[np.float64]) -> Week:
    known = ~np.isnan(table)
    columns = [np.median(table[known[:, hour], hour]) if known[:, hour].any() else np.nan for hour in range(WEEK)]
    return np.array(columns, dtype=float)
