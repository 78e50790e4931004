"""A series as people know it: a level, a season, and what comes on fixed days of a month. Robust to single spikes.

Values are read on a scale that is logarithmic for large ones and linear around zero, so that one rule serves bills
of every size, days without any cost, and credits below zero.
"""

from dataclasses import dataclass
from statistics import median
from typing import Final

import numpy as np
from numpy.typing import NDArray

Values = NDArray[np.float64]
Labels = NDArray[np.int64]

SMALL: Final = 0.1  # of the usual value: below it the scale is linear
FEWEST: Final = 3  # points of one label before anything is said of it
NORMAL: Final = 1.4826  # a normal distribution's spread, from the median of its deviations
LAST: Final = 12  # points of one season's label, and half as many of one place in a month, that are looked back at
_AROUND: Final = 15  # points of a running level
_CLEAR: Final = 0.03  # on the scale: what comes on one day of a month differs by more than that


@dataclass(frozen=True)
class Form:
    """How far from the level a point stands for being the hour or weekday, and the place in a month, it is."""

    season: dict[int, float]
    places: dict[int, float]

    def usual(self, season: int, place: int) -> float:
        """Return the distance on the scale."""
        return self.season.get(season, 0.0) + self.places.get(place, 0.0)

    def along(self, seasons: Labels, places: Labels) -> Values:
        """Return the distance of each of many points."""
        return np.array([self.usual(*each) for each in zip(seasons.tolist(), places.tolist(), strict=True)])


def unit_of(values: Values) -> float:
    """Return below which size a value counts as small, in the values' own unit."""
    usual = float(np.median(np.abs(values)))
    return SMALL * (usual or float(np.mean(np.abs(values))) or 1.0)


def scaled(values: Values, unit: float) -> Values:
    """Return values on the scale."""
    return np.arcsinh(values / unit)


def plain(values: Values, unit: float) -> Values:
    """Return values of the scale as they were."""
    return np.sinh(values) * unit


def learn(known: Values, seasons: Labels, places: Labels) -> Form:
    """Return the form of values on the scale; a place of zero is none in particular."""
    # numpy's own median takes most of a night for as few values as one label has
    away = known - running(known)
    season = _medians(away, seasons, LAST)
    middle = median(season.values()) if season else 0.0
    season = {label: value - middle for label, value in season.items()}
    flat = away - np.array([season.get(int(label), 0.0) for label in seasons])
    found = {}
    for place in sorted(set(places.tolist()) - {0}):
        last = flat[places == place][-LAST // 2 :]
        if len(last) >= FEWEST:
            value, spread = median(last.tolist()), spread_of(last)
            if abs(value) > _CLEAR + 2 * spread / np.sqrt(len(last)):
                found[place] = value
    return Form(season, found)


def running(known: Values) -> Values:
    """Return the median around each point."""
    half = min(_AROUND, len(known)) // 2
    around = np.pad(known, half, mode="edge")
    return np.median(np.lib.stride_tricks.sliding_window_view(around, 2 * half + 1), axis=1)


def spread_of(values: Values) -> float:
    """Return the spread of values as a normal distribution with their median deviation has it."""
    return NORMAL * median(np.abs(values - median(values.tolist())).tolist()) if len(values) else 0.0


def _medians(values: Values, labels: Labels, last: int) -> dict[int, float]:
    found = {}
    for label in sorted(set(labels.tolist())):
        mine = values[labels == label][-last:]
        if len(mine) >= FEWEST:
            found[label] = median(mine.tolist())
    return found
