"""Daily costs made by a rule: services that grow, rest at weekends, shift their level, charge on fixed days."""

import calendar
from datetime import date, timedelta

import numpy as np

from agents.forecasting.series import Costs, Series

FIRST = date(2024, 1, 1)


def steady(days: int, *, weekend: float = 0.8, noise: float = 0.0, seed: int = 1) -> Series:
    """Return a hundred a day, less at weekends."""
    numbers = np.random.default_rng(seed)
    dates = [FIRST + timedelta(number) for number in range(days)]
    week = np.array([weekend if day.weekday() >= 5 else 1.0 for day in dates])
    return Series(FIRST, 100 * week * (1 + noise * numbers.standard_normal(days)))


def bill(seed: int, days: int = 731) -> Series:
    """Return a bill of several services, each with a life of its own."""
    numbers = np.random.default_rng(seed)
    dates = [FIRST + timedelta(number) for number in range(days)]
    costs = np.zeros(days)
    for _ in range(int(numbers.integers(4, 12))):
        costs += _service(numbers, dates)
    return Series(FIRST, costs)


def _service(numbers: np.random.Generator, dates: list[date]) -> Costs:
    days = len(dates)
    size = np.exp(numbers.normal(3, 1.2))
    growth = np.cumsum(numbers.normal(numbers.normal(0.0005, 0.001), numbers.uniform(0, 0.006), days))
    noise, keeps, strength = np.zeros(days), numbers.uniform(0, 0.8), numbers.uniform(0.01, 0.12)
    for day in range(1, days):
        noise[day] = keeps * noise[day - 1] + strength * numbers.normal()
    rests = numbers.choice([0.0, 0.0, numbers.uniform(0.05, 0.5)])
    level = np.ones(days)
    for _ in range(int(numbers.poisson(3))):
        level[int(numbers.integers(0, days)) :] *= np.exp(numbers.normal(0.1, 0.4))
    costs: Costs = size * np.exp(growth + noise) * level
    costs *= np.array([1 - rests if day.weekday() >= 5 else 1.0 for day in dates])
    kind = numbers.random()
    if kind < 0.15:  # cheaper the more is used within the month
        costs *= np.array([1 + 0.6 * np.exp(-(day.day - 1) / 6) for day in dates])
    elif kind > 0.9:  # one fee a month
        fee = costs.mean() * 20
        costs = np.array([fee if day.day == 1 else 0.0 for day in dates])
    for _ in range(int(numbers.poisson(2))):
        start = int(numbers.integers(0, days))
        costs[start : start + int(numbers.integers(1, 4))] *= numbers.uniform(1.5, 6)
    return costs


def month_of(series: Series, year: int, month: int) -> float:
    """Return what a whole month came to."""
    start = (date(year, month, 1) - series.first).days
    return float(series.costs[start : start + calendar.monthrange(year, month)[1]].sum())
