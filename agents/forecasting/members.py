"""Single forecasts of daily or monthly costs: simple ones that know bills, and two kept models of a library.

A bill has a level that shifts for good, a week, charges that come on the same day of every month, and prices that
change within a month. Each member sees some of that; none sees all.
"""

import calendar
import warnings
from collections.abc import Callable
from datetime import date
from functools import lru_cache, partial
from typing import Final, Protocol

import numpy as np

from agents.forecasting import flattened
from agents.forecasting.calendars import by_calendar
from agents.forecasting.series import Costs, Series, Step

Member = Callable[[Series, list[date]], Costs]
"""Returns one value for each of the dates that follow the series."""

_FITTED: Final = 200  # values that the models of the library are fitted to
_FEWEST: Final = 14
_SHAPE_MONTHS: Final = 6
_FAST: Final = 0.35  # of a level: the share of the last day
_SLOW: Final = 0.1
_MONTH_DAYS: Final = 28
_HOME_DAYS: Final = 56
_TINY: Final = 1e-9


class Model(Protocol):
    """A model of the library, as it is fitted and asked at once."""

    def forecast(self, y: Costs, h: int) -> dict[str, Costs]:
        """Fit values and return those that follow them, under `mean`."""
        ...


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
    kept = library(step)
    if step is Step.MONTH:
        return {"same-month": same_month} | {name: _fitted(name, step, 12) for name in kept}, bool(kept)
    levels = {
        "fast level": flattened.fading(_FAST),
        "slow level": flattened.fading(_SLOW),
        "four weeks": flattened.lately(_MONTH_DAYS),
        "two months": flattened.lately(_HOME_DAYS),
    } | {f"{name} of the level": partial(_of_library, name, step, 1) for name in kept}
    ours: dict[str, Member] = {"run-rate": run_rate, "month-shape": month_shape, "calendar": by_calendar}
    return ours | {name: _of_level(forecast) for name, forecast in levels.items()}, bool(kept)


def library(step: Step) -> dict[str, Callable[..., Model]]:
    """Return the models of the library, by name; none where it is not installed."""
    try:
        from statsforecast.models import AutoETS, AutoTheta
    except ModuleNotFoundError:
        return {}
    shape = "AZZ" if step is Step.DAY else "AZA"  # additive: costs may be zero, and credits below it
    return {"AutoETS": partial(AutoETS, model=shape), "AutoTheta": AutoTheta}


def _of_level(forecast: flattened.LevelForecast) -> Member:
    def member(series: Series, ahead: list[date]) -> Costs:
        return flattened.of_level(series, ahead, forecast)

    return member


def _fitted(name: str, step: Step, season: int) -> Member:
    def member(series: Series, ahead: list[date]) -> Costs:
        return _of_library(name, step, season, series.costs, len(ahead))

    return member


def _of_library(name: str, step: Step, season: int, costs: Costs, count: int) -> Costs:
    known = costs[-_FITTED:]
    if len(known) < _FEWEST:
        return np.full(count, np.nan)
    period = season if len(known) > 2 * season else 1
    return np.frombuffer(_foretold(name, step, period, np.ascontiguousarray(known, dtype=float).tobytes(), count))


@lru_cache(maxsize=512)  # the days tried in the past are the same for months that follow each other
def _foretold(name: str, step: Step, period: int, known: bytes, count: int) -> bytes:
    """Return what a model of the library says follows values; not a number where it cannot be fitted to them."""
    model = library(step)[name](season_length=period)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what the library thinks of a short series is told by its weight
        try:
            told = model.forecast(y=np.frombuffer(known).copy(), h=count)["mean"]
        except (ValueError, IndexError, ArithmeticError, RuntimeError, np.linalg.LinAlgError):
            return np.full(count, np.nan).tobytes()
    return np.asarray(told, dtype=float).tobytes()
