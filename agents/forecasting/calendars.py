"""What a bill does by the calendar: its week, and what comes on the same day of every month. Robust."""

import calendar
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Final

import numpy as np

from agents.forecasting.series import Costs, Series

Place = tuple[str, int]

RECENT: Final = 400  # days looked back
MONTHS: Final = 6  # that a day of the month is compared over
_LEVEL_DAYS: Final = 28
_WEEK_DAYS: Final = 84
_FADING: Final = 0.85  # of a day's weight in the level, a day later
_LEAST: Final = 0.01  # of the usual day: a smaller share is not divided by
_TINY: Final = 1e-9


def by_calendar(series: Series, ahead: list[date]) -> Costs:
    """Return a robust level of the last four weeks, times the weekday, times what comes on that day of a month.

    A day of the month counts only where it differed from its neighbours in at least three past months, and by more
    than it varied.
    """
    form = form_of(series)
    usual = form.usual[-_LEVEL_DAYS:]
    now = _fading_median(series.costs[-_LEVEL_DAYS:] / np.where(np.abs(usual) < _TINY, _TINY, usual))
    return now * form.on(ahead)


@dataclass(frozen=True)
class CalendarForm:
    """What each weekday and each special place in a month is of the usual day, and what the last 400 days were."""

    week: Costs
    places: dict[Place, float]
    usual: Costs

    def on(self, days: list[date]) -> Costs:
        """Return what days are of the usual one."""
        return np.array([self.week[day.weekday()] * self.places.get(place(day), 1.0) for day in days])


def form_of(series: Series) -> CalendarForm:
    """Return what a series of days does by the calendar."""
    costs = series.costs[-RECENT:]
    return _form_of(series.last, np.ascontiguousarray(costs).tobytes())


@lru_cache(maxsize=8)  # several members ask the same of one series
def _form_of(last: date, told: bytes) -> CalendarForm:
    costs = np.frombuffer(told)
    days = [last - timedelta(back) for back in range(len(costs) - 1, -1, -1)]
    level = running_median(costs, 29)
    ratio = costs / np.where(np.abs(level) < _TINY, _TINY, level)
    week = _week_of(ratio, days)
    places = _special(ratio / week[[day.weekday() for day in days]], days)
    known = CalendarForm(week, places, np.zeros(0))
    return CalendarForm(week, places, known.on(days))


def _week_of(ratio: Costs, days: list[date]) -> Costs:
    recent, last = ratio[-_WEEK_DAYS:], np.array([day.weekday() for day in days[-_WEEK_DAYS:]])
    week = np.array([np.median(recent[last == n]) if (last == n).any() else 1.0 for n in range(7)])
    return np.where(np.abs(week) < _LEAST, _LEAST, week)


def running_median(costs: Costs, width: int) -> Costs:
    """Return the median of that many days around each; beyond the ends they are mirrored.

    Repeated, the last day would be most of its own median, and a spike on it the level from then on.
    """
    half = width // 2
    around = np.pad(costs, half, mode="reflect")
    return np.median(np.lib.stride_tricks.sliding_window_view(around, width), axis=1)


def place(day: date) -> Place:
    """Return the place in a month: its last two days are told from the end."""
    left = calendar.monthrange(day.year, day.month)[1] - day.day
    return ("from the end", left) if left <= 1 else ("day", day.day)


def _special(ratio: Costs, days: list[date]) -> dict[Place, float]:
    seen: dict[Place, list[float]] = {}
    for day, value in zip(days, ratio, strict=True):
        seen.setdefault(place(day), []).append(float(value))
    found = {}
    for where, values in seen.items():
        last = np.array(values[-MONTHS:])
        middle = float(np.median(last))
        spread = float(np.median(np.abs(last - middle))) * 1.4826  # of a normal distribution, from the median
        if len(last) >= 3 and abs(middle - 1) > 0.03 + 2 * spread / np.sqrt(len(last)):  # noqa: PLR2004 - see `by_calendar`
            found[where] = middle
    return found


def _fading_median(values: Costs) -> float:
    """Return the median of values that count less the longer ago they are."""
    order = np.argsort(values)
    weights = np.cumsum((_FADING ** np.arange(len(values))[::-1])[order])
    return float(values[order][np.searchsorted(weights, weights[-1] / 2)])
