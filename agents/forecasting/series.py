"""Costs by day or by month. A day nobody told of is filled from days like it and counted as missing."""

import calendar
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from memory.errors import InvalidInput

Costs = NDArray[np.float64]
MOST_DAYS = 60 * 366
_SPELL = 28  # days on each side of a gap that it is filled from
_WEEK = 7
_FEW = 3  # values that show by how far they stand apart what one of them is of
_SHORT_MONTH = 26  # days; the least between one value a month and the next


class Step(StrEnum):
    """What one value stands for."""

    DAY = "day"
    MONTH = "month"


@dataclass(frozen=True)
class Series:
    """One value a day or a month, from `first` on, without a gap. `missing` dates were filled in."""

    first: date
    costs: Costs
    step: Step = Step.DAY
    missing: tuple[date, ...] = ()
    note: str = ""  # what should be known of how it was read

    @property
    def last(self) -> date:
        """Return the date of the last value."""
        last = len(self.costs) - 1
        return self.first + timedelta(last) if self.step is Step.DAY else later(self.first, last)

    def dates(self) -> list[date]:
        """Return the date of each value."""
        if self.step is Step.DAY:
            return [self.first + timedelta(number) for number in range(len(self.costs))]
        return [later(self.first, number) for number in range(len(self.costs))]

    def until(self, last: date) -> "Series":
        """Return it up to a date, included; raises `InvalidInput` where nothing is left."""
        count = sum(each <= last for each in self.dates())
        if not count:
            raise InvalidInput(f"expected costs on or before {last}, found the first on {self.first}")
        missing = tuple(each for each in self.missing if each <= last)
        return Series(self.first, self.costs[:count], self.step, missing, self.note)


def later(first: date, months: int) -> date:
    """Return the first day of the month that is so many months later."""
    number = first.year * 12 + first.month - 1 + months
    return date(number // 12, number % 12 + 1, 1)


def month_end(day: date) -> date:
    """Return the last day of a day's month."""
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])


def series(rows: Iterable[tuple[date, Decimal]]) -> Series:
    """Return dated costs as a series; several of one date are added.

    One value a month, whatever its day, makes a monthly series; one a week is spread over the seven days from its
    date on. Raises `InvalidInput` for no rows, and for more than sixty years.
    """
    sums: dict[date, Decimal] = {}
    for day, cost in rows:
        sums[day] = sums.get(day, Decimal(0)) + cost
    if not sums:
        raise InvalidInput("expected dated costs, found none")
    first, last = min(sums), max(sums)
    if (last - first).days >= MOST_DAYS:
        raise InvalidInput(f"expected at most sixty years of costs, found {first} to {last}")
    if _is_monthly(sorted(sums)):
        monthly = {day.replace(day=1): cost for day, cost in sums.items()}
        return _filled(monthly, first.replace(day=1), Step.MONTH)
    if _is_weekly(sorted(sums)):
        daily = {day + timedelta(number): cost / _WEEK for day, cost in sums.items() for number in range(_WEEK)}
        note = "There is one value a week: each is spread over the seven days from its date on."
        return replace(_filled(daily, first, Step.DAY), note=note)
    return _filled(sums, first, Step.DAY)


def _is_monthly(days: Sequence[date]) -> bool:
    """Return whether there is one value a month: on the first of each, or about a month apart."""
    if len(days) > 1 and all(day.day == 1 for day in days):
        return True
    gaps = [(day - before).days for before, day in pairwise(days)]
    distinct = len({(day.year, day.month) for day in days}) == len(days)
    return len(days) >= _FEW and distinct and min(gaps) >= _SHORT_MONTH


def _is_weekly(days: Sequence[date]) -> bool:
    """Return whether there is one value a week, but for weeks that are missing."""
    gaps = [(day - before).days for before, day in pairwise(days)]
    return len(days) > _FEW and all(gap % _WEEK == 0 for gap in gaps) and 2 * gaps.count(_WEEK) > len(gaps)


def _filled(sums: dict[date, Decimal], first: date, step: Step) -> Series:
    last = max(sums)
    months = (last.year - first.year) * 12 + last.month - first.month
    count = (last - first).days + 1 if step is Step.DAY else months + 1
    empty = Series(first, np.zeros(count), step)
    dates = empty.dates()
    costs = np.array([float(sums[day]) if day in sums else np.nan for day in dates])
    missing = tuple(day for day in dates if day not in sums)
    period = 7 if step is Step.DAY else 1
    known = costs.copy()
    for number in np.flatnonzero(np.isnan(known)):
        start = max(0, int(number) - _SPELL)
        near = known[start : int(number) + _SPELL + 1]
        alike = near[(np.arange(len(near)) + start - int(number)) % period == 0]
        alike = alike[~np.isnan(alike)]
        costs[number] = np.median(alike) if len(alike) else np.nanmedian(known)
    return Series(first, costs, step, missing)
