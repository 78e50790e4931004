"""How points stand in time: which season each belongs to, which place in a month, and how long things take.

Days of a bill have weekdays, holidays that may pass as Sundays, and the days of a month on which charges come.
"""

import calendar
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Final

import numpy as np

from agents.radar.form import Labels

SUNDAY: Final = 6
LAST_DAYS: Final = 2  # of a month, that are told from its end


@dataclass(frozen=True)
class Rhythm:
    """The labels of each point, and lengths in points.

    `instead` is the season that a point may just as well belong to (a holiday's Sunday), else the season again.
    `alike` are earlier points that each point may well repeat, such as the same day of the months before.
    """

    seasons: Labels
    places: Labels
    instead: Labels
    alike: tuple[tuple[int, ...], ...]
    recent: int  # points that the level is taken from
    back: int  # points that the form is learnt from
    settle: int  # points after which a change that lasts is a new level
    warm: int  # points that must be known before anything is judged
    again: int  # points between two looks at the form
    lag: int = 0  # points between two levels that are compared for a slow drift; none where it is zero


def daily(days: Sequence[date], holidays: frozenset[date] | None = None) -> Rhythm:
    """Return the rhythm of days without a gap; the holidays are the usual Western ones where none are given."""
    free = western(days) if holidays is None else holidays
    seasons = np.array([day.weekday() for day in days], dtype=np.int64)
    return Rhythm(
        seasons=seasons,
        places=np.array([_place(day) for day in days], dtype=np.int64),
        instead=np.array([SUNDAY if day in free else day.weekday() for day in days], dtype=np.int64),
        alike=tuple(_alike(days[0], day) for day in days),
        recent=14,
        back=400,
        settle=10,
        warm=28,
        again=7,
        lag=30,
    )


def western(days: Sequence[date]) -> frozenset[date]:
    """Return Christmas, New Year and Easter of the years of some days, with the days around that many keep."""
    found: set[date] = set()
    for year in range(days[0].year, days[-1].year + 1):
        easter = _easter(year)
        found |= {date(year, 1, 1), *(date(year, 12, day) for day in (24, 25, 26, 31))}
        found |= {easter + timedelta(shift) for shift in (-2, 0, 1)}
    return frozenset(found)


@lru_cache(maxsize=64)
def _easter(year: int) -> date:
    """Return Easter Sunday (the Gregorian computus as Meeus gives it, Astronomical Algorithms, 1991)."""
    golden, century = year % 19, year // 100
    correction = (century - century // 4 - (8 * century + 13) // 25 + 19 * golden + 15) % 30
    epact = correction - (correction // 28) * (1 - (29 // (correction + 1)) * ((21 - golden) // 11))
    weekday = (year + year // 4 + epact + 2 - century + century // 4) % 7
    sunday = epact - weekday
    month = 3 + (sunday + 40) // 44
    return date(year, month, sunday + 28 - 31 * (month // 4))


def _place(day: date) -> int:
    """Return the day of the month, and below zero the last days, told from the end."""
    left = calendar.monthrange(day.year, day.month)[1] - day.day
    return -1 - left if left < LAST_DAYS else day.day


def _alike(first: date, day: date) -> tuple[int, ...]:
    """Return the same place of the last three months and a year before, as numbers of days since the first."""
    found = []
    for back in (1, 2, 3, 12):
        number = day.year * 12 + day.month - 1 - back
        length = calendar.monthrange(number // 12, number % 12 + 1)[1]
        left = calendar.monthrange(day.year, day.month)[1] - day.day
        same = length - left if left < LAST_DAYS else min(day.day, length)
        found.append((date(number // 12, number % 12 + 1, same) - first).days)
    return tuple(each for each in found if each >= 0)
