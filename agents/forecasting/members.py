"""Single forecasts of daily or monthly costs: simple ones that know bills, and two kept models of a library.

A bill has a level that shifts for good, a week, charges that come on the same day of every month, and prices that
change within a month. Each member sees some of that; none sees all.
"""

import calendar
import warnings
from collections.abc import Callable
from datetime import date
from functools import partial
from typing import Final, Protocol

import numpy as np

from agents.forecasting.series import Costs, Series, Step

Member = Callable[[Series, list[date]], Costs]
"""Returns one value for each of the dates that follow the series."""

RECENT: Final = 400  # values that a member looks back
_FITTED: Final = 200  # values that the models of the library are fitted to
_FEWEST: Final = 14
_SHAPE_MONTHS: Final = 6
_LEVEL_DAYS: Final = 28
_FADING: Final = 0.85  # of a day's weight in the level, a day later
_TINY: Final = 1e-9


class _Model(Protocol):
    def forecast(self, y: Costs, h: int) -> dict[str, Costs]: ...


def run_rate(series: Series, ahead: list[date]) -> Costs:
    """Return the mean of the last seven days."""
    return np.full(len(ahead), series.costs[-7:].mean())


def month_shape(series: Series, ahead: list[date]) -> Costs:
    """Return this month's mean so far, times how later days of past months compared with the same first days.

    Whole months after this one take the mean of the shape: they are this month's daily mean.
    """
    done = series.last.day
    past: dict[tuple[int, int], list[float]] = {}
    for day, cost in zip(series.dates(), series.costs, strict=True):
        past.setdefault((day.year, day.month), []).append(float(cost))
    ratios = [
        np.mean(costs[done:]) / np.mean(costs[:done])
        for month, costs in sorted(past.items())[:-1][-_SHAPE_MONTHS:]
        if len(costs) == calendar.monthrange(*month)[1] > done and abs(np.mean(costs[:done])) > _TINY
    ]
    so_far = float(np.mean(series.costs[-done:])) if len(series.costs) >= done else float(series.costs.mean())
    rest = so_far * float(np.median(ratios)) if ratios else float(series.costs[-7:].mean())
    length = calendar.monthrange(series.last.year, series.last.month)[1]
    whole = (so_far * done + rest * (length - done)) / length
    this = (series.last.year, series.last.month)
    return np.array([rest if (day.year, day.month) == this else whole for day in ahead])


def by_calendar(series: Series, ahead: list[date]) -> Costs:
    """Return a robust level of the last four weeks, times the weekday, times what comes on that day of a month.

    A day of the month counts only where it differed from its neighbours in at least three past months, and by more
    than it varied.
    """
    costs, days = series.costs[-RECENT:], series.dates()[-RECENT:]
    level = _running_median(costs, 29)
    ratio = costs / np.where(np.abs(level) < _TINY, _TINY, level)
    weekdays = np.array([day.weekday() for day in days])
    recent = weekdays[-84:]
    week = np.array([np.median(ratio[-84:][recent == n]) if (recent == n).any() else 1.0 for n in range(7)])
    week = np.where(np.abs(week) < _TINY, _TINY, week)
    special = _special(ratio / week[weekdays], days)
    usual = np.array([week[day.weekday()] * special.get(_place(day), 1.0) for day in days[-_LEVEL_DAYS:]])
    now = _fading_median(costs[-_LEVEL_DAYS:] / np.where(np.abs(usual) < _TINY, _TINY, usual))
    return np.array([now * week[day.weekday()] * special.get(_place(day), 1.0) for day in ahead])


def same_month(series: Series, ahead: list[date]) -> Costs:
    """Return each month's value a year before, times how the last year compares with the one before it."""
    costs = series.costs
    if len(costs) < 12:  # noqa: PLR2004 - months of a year
        return np.full(len(ahead), costs[-3:].mean())
    before = costs[-24:-12]
    growth = costs[-12:].sum() / before.sum() if len(before) == 12 and abs(before.sum()) > _TINY else 1.0  # noqa: PLR2004 - as above
    return np.array([costs[-12 + number % 12] * growth ** (1 + number // 12) for number in range(len(ahead))])


def members(step: Step) -> tuple[dict[str, Member], bool]:
    """Return the members for daily or monthly costs, by name, and whether the library's are among them."""
    ours: dict[str, Member] = (
        {"run-rate": run_rate, "month-shape": month_shape, "calendar": by_calendar}
        if step is Step.DAY
        else {"same-month": same_month}
    )
    try:
        from statsforecast.models import AutoETS, AutoTheta
    except ModuleNotFoundError:
        return ours, False
    season = 7 if step is Step.DAY else 12
    additive = partial(AutoETS, model="AZA")  # costs may be zero, and credits below it
    kept = {"AutoETS": _fitted(additive, season), "AutoTheta": _fitted(AutoTheta, season)}
    return ours | kept, True


def _fitted(model: Callable[..., _Model], season: int) -> Member:
    def forecast(series: Series, ahead: list[date]) -> Costs:
        known = series.costs[-_FITTED:]
        if len(known) < _FEWEST:
            return np.full(len(ahead), np.nan)
        period = season if len(known) > 2 * season else 1
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what the library thinks of a short series is told by its weight
            try:
                told = model(season_length=period).forecast(y=known.astype(float), h=len(ahead))["mean"]
            except (ValueError, IndexError, ArithmeticError, RuntimeError, np.linalg.LinAlgError):
                return np.full(len(ahead), np.nan)  # no model could be fitted: it has nothing to say here
        return np.asarray(told, dtype=float)

    return forecast


def _running_median(costs: Costs, width: int) -> Costs:
    half = width // 2
    around = np.pad(costs, half, mode="edge")
    return np.median(np.lib.stride_tricks.sliding_window_view(around, width), axis=1)


_Place = tuple[str, int]


def _place(day: date) -> _Place:
    left = calendar.monthrange(day.year, day.month)[1] - day.day
    return ("from the end", left) if left <= 1 else ("day", day.day)


def _special(ratio: Costs, days: list[date]) -> dict[_Place, float]:
    seen: dict[_Place, list[float]] = {}
    for day, value in zip(days, ratio, strict=True):
        seen.setdefault(_place(day), []).append(float(value))
    found = {}
    for place, values in seen.items():
        last = np.array(values[-_SHAPE_MONTHS:])
        middle = float(np.median(last))
        spread = float(np.median(np.abs(last - middle))) * 1.4826  # of a normal distribution, from the median
        if len(last) >= 3 and abs(middle - 1) > 0.03 + 2 * spread / np.sqrt(len(last)):  # noqa: PLR2004 - see `by_calendar`
            found[place] = middle
    return found


def _fading_median(values: Costs) -> float:
    """Return the median of values that count less the longer ago they are."""
    order = np.argsort(values)
    weights = np.cumsum((_FADING ** np.arange(len(values))[::-1])[order])
    return float(values[order][np.searchsorted(weights, weights[-1] / 2)])
