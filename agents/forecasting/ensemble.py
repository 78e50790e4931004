"""What several forecasts say together: each counts by how small its past error was on this very series.

One model alone is not the answer: which one is best differs from bill to bill, and changes. A share of the weight
is the same for all, since a past of a few months tells good from lucky only roughly; and nine tenths of what is
said are their median, which no single one can lead astray.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np

from agents.forecasting.members import Member
from agents.forecasting.series import Costs, Series

_FLOOR: Final = 0.002  # of relative error: nobody is trusted as if they were never wrong
_WORST: Final = 0.6  # one month that nobody could foresee does not decide who is trusted
_POWER: Final = 4
_ALIKE: Final = 0.3  # of the weight
_MEDIAN: Final = 0.9  # of what is said; the rest is the mean
_TORN: Final = 0.5  # the same where members are further apart than what they say: most say nothing, some much
_BEYOND: Final = 0.5  # of the range of what was, that a day to come may lie outside it
_SEEN: Final = 400  # values that this range is taken from
_CALM: Final = 0.05  # of the sum: members who agree may still be wrong


@dataclass(frozen=True)
class Trial:
    """What each member would have said on a day in the past of a sum that is known by now."""

    said: dict[str, float]
    truth: float
    scale: float  # what an error is measured against, above zero

    @property
    def doubt(self) -> float:
        """How far from the truth it might be: the more, the less the members agreed."""
        return doubt(self.said, self.scale)


def told(series: Series, ahead: list[date], members: Mapping[str, Member]) -> dict[str, Costs]:
    """Return what each member says of the dates that follow; who has nothing to say is left out.

    Nothing is said that lies far outside all that ever was: a share of nearly nothing makes a day of millions.
    """
    seen = series.costs[-_SEEN:]
    low, high = float(seen.min()), float(seen.max())
    room = _BEYOND * max(high - low, abs(high), abs(low))
    said = {name: member(series, ahead) for name, member in members.items()}
    return {
        name: np.clip(values, low - room, high + room)
        for name, values in said.items()
        if np.isfinite(values).all()
    }


def weights(trials: list[Trial], names: list[str]) -> dict[str, float]:
    """Return how much each member counts, adding up to one: all alike where nothing was tried."""
    errors = {name: [_error(trial, name) for trial in trials if name in trial.said] for name in names}
    known = [np.mean(each) for each in errors.values() if each]
    usual = float(np.median(known)) if known else 1.0  # who was never tried counts as the middle one
    raw = {name: (float(np.mean(each)) if each else usual) + _FLOOR for name, each in errors.items()}
    inverse = {name: error**-_POWER for name, error in raw.items()}
    whole, each = sum(inverse.values()), _ALIKE / len(names)
    return {name: (1 - _ALIKE) * value / whole + each for name, value in inverse.items()}


def together(said: Mapping[str, float], counts: Mapping[str, float]) -> float:
    """Return nine tenths weighted median and a tenth weighted mean; half and half where members are torn."""
    whole = sum(counts[name] for name in said)
    mean = sum(counts[name] * value for name, value in said.items()) / whole
    ordered = sorted(said, key=lambda name: said[name])
    passed = np.cumsum([counts[name] for name in ordered])
    middle = said[ordered[int(np.searchsorted(passed, whole / 2))]]
    values = [*said.values()]
    share = _TORN if np.std(values) > abs(np.median(values)) else _MEDIAN
    return share * middle + (1 - share) * mean


def errors(trials: list[Trial]) -> list[float]:
    """Return the error the ensemble would have made at each trial, weighted by those before it, in its doubts."""
    found = []
    for number, trial in enumerate(trials):
        counts = weights(trials[:number], list(trial.said))
        found.append((trial.truth - together(trial.said, counts)) / trial.doubt)
    return found


def doubt(said: Mapping[str, float], scale: float) -> float:
    """Return how far apart the members are, and a little of the sum, above zero."""
    return float(np.std([*said.values()])) + _CALM * scale


def reach(trials: list[Trial], said: Mapping[str, float], level: float) -> float | None:
    """Return how far the truth lies from what is said, at most, `level` of the time; None for too few trials.

    The smallest bound that would have held that often, in doubts of each trial (locally weighted conformal: Lei,
    G'Sell, Rinaldo, Tibshirani and Wasserman, JASA 113, 2018): a level that moved sets the members apart, and
    the bound grows at once.
    """
    past = np.sort(np.abs(errors(trials)))
    rank = math.ceil((len(past) + 1) * level)
    if not 0 < rank <= len(past):
        return None
    return float(past[rank - 1]) * doubt(said, abs(float(np.median([*said.values()]))))


def _error(trial: Trial, name: str) -> float:
    return min(abs(trial.said[name] - trial.truth) / trial.scale, _WORST)
