"""Daily bills of many kinds, made by a rule from a seed.

A bill is a sum of services. Each has a size, a way its level moves, a week, noise that lasts, and sometimes
charges on fixed days of a month, prices that fall within it, campaigns of some days, credits, or an end. Kinds
differ in how much of each there is.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Final

import numpy as np

from agents.forecasting.series import Costs, Series, series

FIRST: Final = date(2024, 1, 1)
DAYS: Final = 731
MANY: Final = 8  # services: where there are fewer, none is the whole bill


@dataclass(frozen=True)
class Kind:
    """How a bill behaves: rates are a year's, sizes are shares of a service's level."""

    services: tuple[int, int] = (4, 12)
    growth: float = 0.0  # of the whole, a day, as its logarithm
    wander: float = 0.003  # of a level, a day
    noise: tuple[float, float] = (0.02, 0.08)
    week: float = 0.2  # of how much rests at weekends, at most
    shifts: float = 1.0  # levels that change for good
    campaigns: float = 0.5  # days to weeks of more work
    spikes: float = 1.0  # single days
    fees: float = 0.1  # share of services that charge once a month
    tiers: float = 0.1  # share whose price falls within the month
    ends: float = 0.15  # share of services that begin late or end early
    credit: float = 0.0  # share of the bill that a credit takes off until it is spent
    missing: float = 0.0  # share of days nobody tells of
    holidays: bool = False


KINDS: Final = {
    "steady": Kind(wander=0.0015, noise=(0.01, 0.05), shifts=0.3, campaigns=0.2, spikes=0.5),
    "growing": Kind(growth=0.002, wander=0.004, shifts=1.0),
    "shifting": Kind(services=(2, 7), wander=0.006, shifts=3.0, campaigns=0.5),
    "campaigns": Kind(services=(3, 8), campaigns=6.0, spikes=2.0, noise=(0.05, 0.2)),
    "weekly": Kind(week=0.7, holidays=True, noise=(0.03, 0.1)),
    "monthly": Kind(fees=0.35, tiers=0.4, noise=(0.02, 0.08)),
    "credits": Kind(credit=0.3, shifts=1.5, fees=0.2),
    "spiky": Kind(services=(1, 5), spikes=12.0, noise=(0.1, 0.35), wander=0.008),
    "falling": Kind(growth=-0.0015, shifts=2.0, wander=0.004),
    "gaps": Kind(missing=0.04, noise=(0.03, 0.12), week=0.4, wander=0.005),
}


def bill(kind: str, seed: int, days: int = DAYS, like: Kind | None = None) -> Series:
    """Return a bill of a kind, or of one changed from it; the same seed gives the same bill."""
    like = like or KINDS[kind]
    numbers = np.random.default_rng([seed, list(KINDS).index(kind)])
    dates = [FIRST + timedelta(number) for number in range(days)]
    count = int(numbers.integers(*like.services))
    costs = sum((_service(numbers, dates, like) for _ in range(count)), np.zeros(days))
    costs = costs * np.exp(like.growth * numbers.uniform(0.5, 1.5) * np.arange(days))
    if like.holidays:
        costs = np.where([_rests(day) for day in dates], costs * numbers.uniform(0.4, 0.9), costs)
    costs = costs - _credit(numbers, dates, costs, like.credit)
    if not like.missing:
        return Series(FIRST, costs)
    return _holed(numbers, dates, costs, like.missing)


def _service(numbers: np.random.Generator, dates: list[date], like: Kind) -> Costs:
    days, years = len(dates), len(dates) / 365
    size = float(np.exp(numbers.normal(3, 1.2)))
    if numbers.random() < like.fees:
        return _fee(numbers, dates, size)
    level = np.exp(np.cumsum(numbers.normal(0, like.wander, days)))
    for start, factor in _changes(numbers, days, like.shifts * years):
        ramp = int(numbers.choice([1, 1, 14]))
        level *= factor ** np.clip((np.arange(days) - start) / ramp, 0, 1)
    costs: Costs = size * level * np.exp(_lasting(numbers, days, numbers.uniform(*like.noise)))
    rest = numbers.uniform(0, like.week)
    costs *= np.array([1 - rest if day.weekday() >= 5 else 1.0 for day in dates])
    if numbers.random() < like.tiers:
        fall, days_of = numbers.uniform(0.2, 1.5), numbers.uniform(3, 12)
        costs *= np.array([1 + fall * np.exp(-(day.day - 1) / days_of) for day in dates])
    for _ in range(int(numbers.poisson(like.campaigns * years))):
        start, length = int(numbers.integers(0, days)), int(numbers.integers(3, 25))
        costs[start : start + length] *= numbers.uniform(1.2, 3)
    for _ in range(int(numbers.poisson(like.spikes * years))):
        start = int(numbers.integers(0, days))
        costs[start : start + int(numbers.integers(1, 3))] *= numbers.uniform(1.5, 5)
    if like.services[1] > MANY and numbers.random() < like.ends:
        cut = int(numbers.integers(days // 4, days))
        costs[cut:] *= 0 if numbers.random() < 0.5 else 1
        costs[:cut] *= 1 if costs[-1] == 0 else 0
    return costs


def _fee(numbers: np.random.Generator, dates: list[date], size: float) -> Costs:
    on = int(numbers.choice([1, 1, 1, 2, 15, 20, 28]))
    fee = size * numbers.uniform(5, 30)
    sizes = {(day.year, day.month): fee * numbers.normal(1, 0.03) for day in dates}
    return np.array([sizes[day.year, day.month] if day.day == on else 0.0 for day in dates])


def _changes(numbers: np.random.Generator, days: int, expected: float) -> list[tuple[int, float]]:
    return [
        (int(numbers.integers(0, days)), float(np.exp(numbers.normal(0.05, 0.4))))
        for _ in range(int(numbers.poisson(expected)))
    ]


def _lasting(numbers: np.random.Generator, days: int, strength: float) -> Costs:
    keeps, heavy = numbers.uniform(0, 0.8), numbers.choice([3, 30])
    each = strength * numbers.standard_t(heavy, days) / np.sqrt(heavy / (heavy - 2))
    noise = np.zeros(days)
    for day in range(1, days):
        noise[day] = keeps * noise[day - 1] + each[day]
    return noise


def _credit(numbers: np.random.Generator, dates: list[date], costs: Costs, share: float) -> Costs:
    """Return a credit that pays a share of some months until it is spent, each month from its first day."""
    left = np.zeros(len(dates))
    if not share:
        return left
    for start in range(0, len(dates), 180):
        budget = costs[start : start + 180].sum() * share * numbers.uniform(0.2, 1)
        for number in range(start, min(start + 180, len(dates))):
            left[number] = min(budget, costs[number] * share)
            budget -= left[number]
    return left


def _rests(day: date) -> bool:
    return (day.month, day.day) in {(1, 1), (5, 1), (7, 4), (12, 24), (12, 25), (12, 26), (12, 31)}


def _holed(numbers: np.random.Generator, dates: list[date], costs: Costs, share: float) -> Series:
    """Return the bill as a file without some days would give it."""
    told = numbers.random(len(dates)) >= share
    told[[0, -1]] = True
    return series((day, Decimal(str(cost))) for day, cost, known in zip(dates, costs, told, strict=True) if known)
