"""A series of days without what is known of it: its week, its days of the month, its single spikes.

What is left is a level that moves. Forecasts of a level are better at it than at the whole, since no model of a
library knows that months differ in length or what falls on their first; what was taken out is put back afterwards.
"""

from collections.abc import Callable
from datetime import date
from typing import Final

import numpy as np

from agents.forecasting.calendars import RECENT, form_of, running_median
from agents.forecasting.series import Costs, Series

SPIKE: Final = 4.0  # spreads away from the median of the week around it
_SPREAD_DAYS: Final = 120
_LEAST: Final = 0.01  # of the usual day: a smaller share is not divided by
_TINY: Final = 1e-9
_NORMAL: Final = 1.4826  # of a normal distribution, from the median

LevelForecast = Callable[[Costs, int], Costs]


def of_level(series: Series, ahead: list[date], forecast: LevelForecast) -> Costs:
    """Return the forecast of the level, times what is usual on each of the days ahead."""
    form = form_of(series)
    flat = series.costs[-RECENT:] / np.where(np.abs(form.usual) < _LEAST, _LEAST, form.usual)
    return form.on(ahead) * forecast(_without_spikes(flat), len(ahead))


def fading(weight: float) -> LevelForecast:
    """Return a mean in which the last day counts that share, and each day before it that much less."""

    def forecast(level: Costs, count: int) -> Costs:
        counts = (1 - weight) ** np.arange(len(level))[::-1]
        return np.full(count, float(counts @ level / counts.sum()))

    return forecast


def lately(days: int) -> LevelForecast:
    """Return the mean of the last days: what a level that wandered off may come back to."""

    def forecast(level: Costs, count: int) -> Costs:
        return np.full(count, float(level[-days:].mean()))

    return forecast


def _without_spikes(level: Costs) -> Costs:
    middle = running_median(level, 7)
    away = level - middle
    most = max(SPIKE * _NORMAL * float(np.median(np.abs(away[-_SPREAD_DAYS:]))), _TINY)
    return middle + np.clip(away, -most, most)
